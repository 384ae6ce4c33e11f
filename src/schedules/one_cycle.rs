//! One cycle: up, down and out, with the momentum against the rate.

use super::{AfterEnd, cosine::half_wave, count};
use crate::number::{Analytic, Rational, rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// A path of rate and momentum through knots: each phase anneals from the last knot to its own.
#[derive(Clone, Debug, PartialEq)]
pub struct OneCycle {
    /// The rate at step 0.
    pub start: Rational,
    /// The momentum at step 0.
    pub momentum: Rational,
    /// The phases in order. One that ends where it begins has no length; a jump is at its place.
    pub phases: Vec<Phase>,
    /// What happens after the last phase. The formula of linear annealing, continued, becomes negative.
    pub after: AfterEnd,
}

/// A phase of a cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// The step at which it ends, which need not be an integer.
    pub end: Rational,
    /// The rate there.
    pub rate: Rational,
    /// The momentum there.
    pub momentum: Rational,
    /// The way there.
    pub annealing: Annealing,
}

/// How a phase goes from one value to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Annealing {
    /// `a + (b - a) p`.
    Linear,
    /// `b + (a - b) (1 + cos(πp))/2`.
    Cosine,
}

/// PyTorch's parameters, with its defaults in [`OneCyclePyTorch::new`].
#[derive(Clone, Debug, PartialEq)]
pub struct OneCyclePyTorch {
    /// The highest rate.
    pub max: Rational,
    /// The number of steps N; the last one is N-1.
    pub total: u64,
    /// The fraction of the steps that goes up, 0.3.
    pub rising: Rational,
    /// The first rate is `max / initial_divisor`: 25.
    pub initial_divisor: Rational,
    /// The last rate is the first one over this: 10⁴.
    pub final_divisor: Rational,
    /// Whether the way down is as long as the way up and leads to the first rate, before the last phase.
    pub three_phases: bool,
    /// The shape of all phases: cosine.
    pub annealing: Annealing,
}

/// The highest and the lowest momentum of a cycle in PyTorch and in the notes: 0.95 and 0.85.
fn momenta() -> [Rational; 2] {
    [rational(19, 20), rational(17, 20)]
}

/// The notes' text.
pub const TEXT: System = System {
    name: "one-cycle-text",
    formula: "linear from η_min to η_max over 50%, cosine back to η_min at 90%, then to a very small rate",
    rows: &["S3 one-cycle text"],
    conventions: &[Convention { name: "after the end", values: &["hold", "continue", "zero"] }],
    sources: &[Source::Note("003", "572"), Source::Note("004", "187")],
    tests: &[
        "tests/schedules/cycles.rs::one_cycle_of_the_text_peaks_half_way",
        "tests/schedules/cycles.rs::one_cycles_differ_in_their_pieces",
    ],
};

/// Smith's cycle.
pub const SMITH: System = System {
    name: "one-cycle-smith",
    formula: "linear up over 45%, linear down over 45%, linear to a hundredth over 10%",
    rows: &["S3 one-cycle Smith"],
    conventions: &[Convention { name: "after the end", values: &["hold", "continue", "zero"] }],
    sources: &[Source::Cited("smith2018", "§4.1"), Source::Note("003", "568")],
    tests: &[
        "tests/schedules/cycles.rs::one_cycle_of_smith_is_symmetric",
        "tests/schedules/cycles.rs::one_cycles_differ_in_their_pieces",
    ],
};

/// PyTorch's cycle.
pub const PYTORCH: System = System {
    name: "one-cycle-pytorch",
    formula: "cosine from η_max/25 to η_max at step 0.3N-1, cosine to η_max/250000 at step N-1",
    rows: &["S3 one-cycle PyTorch"],
    conventions: &[
        Convention { name: "phases", values: &["two", "three"] },
        Convention { name: "annealing", values: &["cosine", "linear"] },
        Convention { name: "last step", values: &["N-1", "N (tinygrad)"] },
        Convention { name: "after the end", values: &["hold", "continue", "zero"] },
    ],
    sources: &[Source::Note("003", "579")],
    tests: &[
        "tests/schedules/cycles.rs::one_cycle_of_pytorch_has_its_knots",
        "tests/schedules/cycles.rs::one_cycle_ends_at_the_last_step_or_after_it",
        "tests/golden_schedules.rs::golden_values",
    ],
};

/// The momentum of a cycle.
pub const MOMENTUM: System = System {
    name: "momentum-cycling",
    formula: "momentum from 0.95 down to 0.85 while the rate rises, and back while it falls",
    rows: &["S3 momentum cycling"],
    conventions: &[Convention { name: "course", values: &["of the one-cycle phases", "of the triangular cycle"] }],
    sources: &[Source::Note("003", "576"), Source::Cited("smith2018", "§4.3")],
    tests: &["tests/schedules/cycles.rs::momentum_moves_against_the_rate", "tests/golden_schedules.rs::golden_values"],
};

impl OneCyclePyTorch {
    /// PyTorch's defaults.
    pub fn new(max: Rational, total: u64) -> Self {
        OneCyclePyTorch {
            max,
            total,
            rising: rational(3, 10),
            initial_divisor: Rational::from(25),
            final_divisor: Rational::from(10_000),
            three_phases: false,
            annealing: Annealing::Cosine,
        }
    }

    /// PyTorch 2.15 `OneCycleLR`: the peak at step `rising N - 1`, the end at step N-1. The framework goes on for one step more
    /// and then fails; here the last rate is kept.
    ///
    /// # Panics
    /// If a divisor is zero.
    pub fn cycle(&self) -> OneCycle {
        let peak = &self.rising * Rational::from(self.total) - Rational::ONE;
        let last = Rational::from(self.total) - Rational::ONE;
        let back = Rational::from(2) * &peak;
        self.through(peak, self.three_phases.then_some(back), last)
    }

    /// tinygrad's `OneCycleLR`: the peak at step `rising N`, the end at step N, which a run of N steps does not reach. It has
    /// linear annealing alone, and goes on falling after N.
    ///
    /// # Panics
    /// If a divisor is zero.
    pub fn tinygrad(&self) -> OneCycle {
        let total = Rational::from(self.total);
        self.through(&self.rising * &total, None, total)
    }

    fn through(&self, peak: Rational, back: Option<Rational>, last: Rational) -> OneCycle {
        let [high, low] = momenta();
        let start = &self.max / &self.initial_divisor;
        let phase = |end, rate: &Rational, momentum: &Rational| Phase {
            end,
            rate: rate.clone(),
            momentum: momentum.clone(),
            annealing: self.annealing,
        };
        let mut phases = vec![phase(peak, &self.max, &low)];
        phases.extend(back.map(|back| phase(back, &start, &high)));
        phases.push(phase(last, &(&start / &self.final_divisor), &high));
        OneCycle { start, momentum: high, phases, after: AfterEnd::Hold }
    }
}

impl OneCycle {
    /// The text of note 003: linear from `min` to `max` in the first half, cosine back to `min` until 90%, "further decay" to
    /// `last`, whose shape it leaves open: linear here.
    pub fn text(min: Rational, max: Rational, last: Rational, total: u64) -> Self {
        let (five, nine, one) = ((5, Annealing::Linear), (9, Annealing::Cosine), (10, Annealing::Linear));
        OneCycle::of(&min, [(five, &max), (nine, &min), (one, &last)], total, 10)
    }

    /// Smith (2018): two linear legs of 45% and a linear fall to `last` in the remaining tenth, of several orders of magnitude.
    pub fn smith(min: Rational, max: Rational, last: Rational, total: u64) -> Self {
        let linear = Annealing::Linear;
        OneCycle::of(&min, [((9, linear), &max), ((18, linear), &min), ((20, linear), &last)], total, 20)
    }

    fn of(start: &Rational, phases: [((u64, Annealing), &Rational); 3], total: u64, parts: u64) -> Self {
        let [high, low] = momenta();
        let phase = |(index, ((part, annealing), rate)): (usize, ((u64, Annealing), &Rational))| Phase {
            end: Rational::from(total) * Rational::from(part) / Rational::from(parts),
            rate: rate.clone(),
            momentum: if index == 0 { low.clone() } else { high.clone() },
            annealing,
        };
        let phases = phases.into_iter().enumerate().map(phase).collect();
        OneCycle { start: start.clone(), momentum: high, phases, after: AfterEnd::Hold }
    }

    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let over = self.phases.last().is_some_and(|last| Rational::from(step) > last.end);
        if over && self.after == AfterEnd::Zero {
            return Some(R::zero());
        }
        self.course(step, &self.start, |phase| &phase.rate)
    }

    /// The momentum at this step; after the end the last one is kept, unless the formula goes on.
    pub fn momentum<R: Analytic>(&self, step: u64) -> Option<R> {
        self.course(step, &self.momentum, |phase| &phase.momentum)
    }

    /// The value of one quantity: that of the first phase that ends at this step or later, or of the last one.
    fn course<R: Analytic>(&self, step: u64, start: &Rational, value: impl Fn(&Phase) -> &Rational) -> Option<R> {
        let now = Rational::from(step);
        let (mut begin, mut from) = (Rational::ZERO, start);
        for (index, phase) in self.phases.iter().enumerate() {
            let to = value(phase);
            if now <= phase.end || index + 1 == self.phases.len() {
                let length = &phase.end - &begin;
                let held = now >= phase.end && self.after != AfterEnd::Continue;
                if held || length <= Rational::ZERO {
                    return Some(R::of(to));
                }
                let progress = (count::<R>(step) - R::of(&begin)) / R::of(&length);
                return phase.annealing.between(R::of(from), R::of(to), progress);
            }
            (begin, from) = (phase.end.clone(), to);
        }
        Some(R::of(from))
    }
}

impl Annealing {
    fn between<R: Analytic>(self, from: R, to: R, progress: R) -> Option<R> {
        Some(match self {
            Annealing::Linear => (to - &from) * progress + from,
            Annealing::Cosine => (from - &to) * half_wave(progress)? + to,
        })
    }
}
