//! The step that a schedule is asked for.

use super::conventions::{Alternatives, Conventions};
use super::given::Given;
use super::known::Known;
use crate::audit::conventions::Alternative;

/// The step that a schedule is asked for at step t.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// t.
    Steps,
    /// t + 1.
    Ahead,
    /// t - 1, and 0 at step 0.
    Behind,
    /// k t.
    Times(u64),
    /// ⌊t/k⌋.
    Over(u64),
    /// T ⌊t/T⌋, as a division of integers has it.
    WholePeriods,
    /// 0.
    Still,
    /// From the end of the warm-up on t + 1.
    AheadAfterWarmUp,
    /// From the end W of the warm-up on t - 1, and W at step W.
    BehindAfterWarmUp,
    /// W at step W - 1.
    WarmUpLessOne,
    /// From the first milestone on the last one and a step.
    LastPiece,
}

/// The steps at which a schedule changes.
pub(super) struct Marks {
    period: u64,
    warmup: u64,
    milestones: Vec<u64>,
}

impl Marks {
    pub fn of(given: &Given) -> Self {
        let period = given.count(given.known.span()).max(1);
        Marks { period, warmup: given.count("warmup"), milestones: given.counts("milestones") }
    }
}

impl Clock {
    pub fn at(self, step: u64, marks: &Marks) -> u64 {
        let &Marks { period, warmup, ref milestones } = marks;
        match self {
            Clock::Ahead => step + 1,
            Clock::Behind => step.saturating_sub(1),
            Clock::Times(factor) => factor * step,
            Clock::Over(divisor) => step / divisor,
            Clock::WholePeriods => step / period * period,
            Clock::Still => 0,
            Clock::AheadAfterWarmUp if step >= warmup => step + 1,
            Clock::BehindAfterWarmUp if step > warmup => step - 1,
            Clock::WarmUpLessOne if step + 1 == warmup => warmup,
            Clock::LastPiece if milestones.first().is_some_and(|first| *first <= step) => {
                milestones.iter().copied().fold(step, u64::max) + 1
            }
            _ => step,
        }
    }
}

/// Which step the schedule is asked for. No name leaves that free.
pub(super) fn clocks(known: &Known) -> Alternatives {
    let has = |name: &str| known.hyper.iter().any(|(known, _)| *known == name);
    let clock = |word: &str, formula: &'static str, clock: Clock| {
        Alternative::word(word, formula, move |c: &mut Conventions| c.clock = clock).ruled_out()
    };
    let mut all = vec![
        Alternative::word("steps", "η(t)", |c: &mut Conventions| c.clock = Clock::Steps),
        clock("ahead", "η(t + 1)", Clock::Ahead),
        clock("behind", "η(t - 1)", Clock::Behind),
        clock("twice", "η(2t)", Clock::Times(2)),
        clock("four-times", "η(4t)", Clock::Times(4)),
        clock("eight-times", "η(8t)", Clock::Times(8)),
        clock("half", "η(⌊t/2⌋)", Clock::Over(2)),
        clock("quarter", "η(⌊t/4⌋)", Clock::Over(4)),
        clock("still", "η(0) at every step", Clock::Still),
    ];
    if has(known.span()) {
        all.push(clock("whole-periods", "⌊t/T⌋", Clock::WholePeriods));
    }
    if known.name == "warmup_cosine" {
        all.push(clock("ahead-after-warm-up", "η(t + 1) from t = W on", Clock::AheadAfterWarmUp));
        all.push(clock("behind-after-warm-up", "η(t - 1) from t = W + 1 on", Clock::BehindAfterWarmUp));
        all.push(clock("warm-up-less-one", "η(W) already at t = W - 1", Clock::WarmUpLessOne));
    }
    if has("milestones") {
        all.push(clock("last-piece", "the last value from the first milestone on", Clock::LastPiece));
    }
    all
}
