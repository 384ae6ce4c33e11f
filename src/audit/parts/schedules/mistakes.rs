//! Forms of a schedule's formula that no name leaves free, each a known mistake.

use super::conventions::{Alternatives, Conventions};
use super::given::Given;
use crate::audit::conventions::Alternative;
use crate::number::{Format, Rational, Real, Root, Tracked};
use crate::schedules::ReduceOnPlateau;
use std::num::NonZeroU64;

/// What is wrong in a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// The step of a boundary has its factor twice: asking for the rate makes the drop again.
    Again,
    /// Each drop starts from the first rate.
    FromFirst,
    /// The factor γ is taken for a rate of decay.
    RateOfDecay,
    /// Cycle n begins at the sum of the cycles before it, without the sum's divisor.
    Undivided,
    /// What is left of the way from the first rate to the last, squared.
    Squared,
    /// The root of it.
    Rooted,
}

/// The formula as it is meant, and with a mistake.
pub(super) fn mistakes(name: &str) -> Option<Alternatives> {
    let (stated, wrong): (&'static str, &[(&str, &'static str, Mistake)]) = match name {
        "step" => {
            ("γ once at each multiple of s", &[("again", "γ once more, for that step, at each multiple of s", Mistake::Again)])
        }
        "multistep" => {
            ("γ once at each milestone", &[("again", "γ once more, for that step, at each milestone", Mistake::Again)])
        }
        "exponential" => ("γ^t", &[("rate", "e^(-γt)", Mistake::RateOfDecay)]),
        "inverse_time" => {
            ("1/(1 + γt)", &[("root", "1/√(1 + γt)", Mistake::Rooted), ("squared", "1/(1 + γt)²", Mistake::Squared)])
        }
        "cosine_restarts" => {
            ("the n-th cycle from T(gⁿ - 1)/(g - 1) on", &[("undivided", "the n-th cycle from T(gⁿ - 1) on", Mistake::Undivided)])
        }
        "cosine" | "triangular" | "warmup_constant" => (
            "η_min + p (η_max - η_min)",
            &[
                ("squared", "η_min + p² (η_max - η_min)", Mistake::Squared),
                ("root", "η_min + √p (η_max - η_min)", Mistake::Rooted),
            ],
        ),
        "plateau" => ("a drop from the rate in force", &[("from-first", "each drop from the first rate", Mistake::FromFirst)]),
        _ => return None,
    };
    let stated = Alternative::word("stated", stated, |c: &mut Conventions| c.mistake = None);
    let wrong = wrong.iter().map(|&(word, formula, mistake)| {
        Alternative::word(word, formula, move |c: &mut Conventions| c.mistake = Some(mistake)).ruled_out()
    });
    Some([stated].into_iter().chain(wrong).collect())
}

/// What a mistake makes of a right rate.
pub(super) enum Otherwise {
    Right,
    /// Times a factor at milestones.
    AtMilestones(Rational, Vec<u64>),
    /// Times a factor at the multiples of a period.
    AtMultiples(Rational, NonZeroU64),
    /// Another shape between two rates.
    Between {
        low: Rational,
        high: Rational,
        rooted: bool,
    },
    /// After a drop, that of the first rate.
    FromFirst,
}

impl Otherwise {
    pub fn of(given: &Given, mistake: Option<Mistake>) -> Self {
        match mistake {
            Some(Mistake::Again) if given.known.name == "step" => {
                Otherwise::AtMultiples(given.exact("gamma"), given.period("period"))
            }
            Some(Mistake::Again) => Otherwise::AtMilestones(given.exact("gamma"), given.counts("milestones")),
            Some(Mistake::Squared | Mistake::Rooted) => {
                let rooted = mistake == Some(Mistake::Rooted);
                Otherwise::Between { low: given.exact("min_lr"), high: given.exact("lr"), rooted }
            }
            Some(Mistake::FromFirst) => Otherwise::FromFirst,
            Some(Mistake::RateOfDecay | Mistake::Undivided) | None => Otherwise::Right,
        }
    }

    /// The rate of a step.
    pub fn rate<F: Format>(&self, step: u64, rate: Tracked<F>) -> Tracked<F> {
        match self {
            Otherwise::AtMilestones(factor, steps) if steps.contains(&step) => rate * Tracked::of(factor),
            Otherwise::AtMultiples(factor, period) if step > 0 && step.is_multiple_of(period.get()) => rate * Tracked::of(factor),
            Otherwise::Between { low, high, rooted } => {
                let [low, height] = [low.clone(), high - low].map(|x| Tracked::of(&x));
                let part = (rate - low) / height;
                low + height * if *rooted { part.sqrt() } else { part * part }
            }
            _ => rate,
        }
    }

    /// The rate after a drop.
    pub fn dropped<F: Format>(&self, rule: &ReduceOnPlateau, first: &Rational, dropped: Tracked<F>) -> Tracked<F> {
        let reduced = || (Tracked::of(first) * Tracked::of(&rule.factor)).larger(Tracked::of(&rule.least));
        if matches!(self, Otherwise::FromFirst) { reduced() } else { dropped }
    }
}
