//! Warm-up in front of, or over, any schedule.

use super::{Constant, Schedule, count};
use crate::number::{Analytic, Function, Rational, Real};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// A ramp `w_t` to 1, and a schedule that it leads to: `η_t = η_max w_t` while it lasts.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmUp {
    /// The rate η_max that the ramp leads to. Without a jump only if the schedule starts with it. [`Joint::Product`] does not read it.
    pub peak: Rational,
    /// The ramp.
    pub ramp: Ramp,
    /// The schedule after it.
    pub then: Box<Schedule>,
    /// How the two are joined.
    pub joint: Joint,
}

/// A factor that rises to 1.
#[derive(Clone, Debug, PartialEq)]
pub enum Ramp {
    /// `w = a + (1 - a) min(1, t/W)` with a start `a` (0 in the notes, 1/3 in PyTorch's `LinearLR`).
    Linear {
        /// The duration W in steps, which need not be an integer; 0 is no warm-up.
        steps: Rational,
        /// Which fractions of the way the steps 0, 1, 2, ... are.
        counting: Counting,
        /// The first factor, in `[0, 1]`.
        start: Rational,
    },
    /// A constant factor for W steps, then a jump (`ConstantLR`).
    Constant {
        /// The duration W.
        steps: u64,
        /// The factor, in `[0, 1]`.
        factor: Rational,
    },
    /// `w = (1 - cos(π min(1, t/W))) / 2`.
    Cosine {
        /// The duration W.
        steps: Rational,
        /// Which fractions of the way the steps 0, 1, 2, ... are.
        counting: Counting,
    },
    /// `w = 1 - e^{-t/τ}` with `t` counted from 1 (Ma and Yarats 2021): never 1, so it never ends.
    Exponential {
        /// The time constant τ, positive.
        time: Rational,
    },
}

/// Which fraction of a warm-up over W steps has been done at step t.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// `t/W`: the first update has rate 0 and does nothing (the notes, BERT, BiT), or the rate at which the ramp starts (Goyal et al. 2017,
    /// from the base batch's rate).
    FromZero,
    /// `(t+1)/W`: the step W-1 has the peak (Ma and Yarats 2021).
    FromOne,
    /// `(t+1)/(W+1)`: no update is lost, and the step W is the first with the peak (torchtitan).
    Between,
}

/// How a warm-up of W steps and the schedule after it share the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joint {
    /// The schedule begins when the ramp is over, with its step 0 (note 003; timm's `warmup_prefix=True`).
    Shifted,
    /// The schedule has been running meanwhile and is entered at its step W (timm's default, `warmup_prefix=False`): the peak is not
    /// reached, and there is a jump.
    Running,
    /// The ramp multiplies the schedule: `η_t = w_t · schedule_t` (Ma and Yarats 2021).
    Product,
}

/// Linear warm-up.
pub const LINEAR: System = System {
    name: "linear-warm-up",
    formula: "η_t = η_max min(1, t/W)",
    rows: &["S3 linear warm-up", "S3 warm-up and decay"],
    conventions: &[
        Convention { name: "counting", values: &["t/W", "(t+1)/W", "(t+1)/(W+1)"] },
        Convention { name: "joint with the decay", values: &["shifted", "running", "product"] },
    ],
    sources: &[
        Source::Note("000", "324"),
        Source::Note("001", "249"),
        Source::Note("003", "535"),
        Source::Note("004", "183"),
        Source::Cited("goyal2017", "§2.2"),
    ],
    tests: &[
        "tests/schedules/warm_up.rs::linear_warm_up_counts_in_three_ways",
        "tests/schedules/warm_up.rs::the_notes_linear_warm_ups_are_one",
        "tests/schedules/warm_up.rs::warm_up_joints_differ_at_the_boundary",
    ],
};

/// Warm-up of other shapes.
pub const SHAPES: System = System {
    name: "shaped-warm-up",
    formula: "η_t = η_max (1 - e^{-t/τ}), η_max a for t < W, or η_max (1 - cos(πt/W))/2",
    rows: &["S3 exponential warm-up", "S3 constant warm-up", "S3 cosine warm-up"],
    conventions: &[Convention { name: "shape", values: &["exponential", "constant", "cosine"] }],
    sources: &[Source::Note("000", "605"), Source::Cited("ma2021", "exponential warmup")],
    tests: &[
        "tests/schedules/warm_up.rs::warm_up_shapes_are_ordered_by_smoothness",
        "tests/schedules/warm_up.rs::exponential_warm_up_approaches_its_peak_by_a_constant_factor",
    ],
};

/// The warm-up that needs no tuning.
pub const UNTUNED: System = System {
    name: "untuned-warm-up",
    formula: "η_t = η_t' min(1, (1-β₂)/2 · t), t from 1: W = 2/(1-β₂)",
    rows: &["S3 untuned warm-up"],
    conventions: &[Convention { name: "shape", values: &["linear", "exponential"] }],
    sources: &[Source::Note("000", "605"), Source::Cited("ma2021", "untuned linear and exponential warmup")],
    tests: &["tests/schedules/warm_up.rs::untuned_warm_up_follows_the_second_moments_memory"],
};

impl Ramp {
    /// The notes' linear ramp over W steps, from 0.
    pub fn linear(steps: u64, counting: Counting) -> Self {
        Ramp::Linear { steps: steps.into(), counting, start: Rational::ZERO }
    }

    /// The number of steps below 1 as far as the joint is concerned: `⌈W⌉`; `None` if it never ends.
    fn duration(&self) -> Option<u64> {
        match self {
            Ramp::Linear { steps, .. } | Ramp::Cosine { steps, .. } => {
                Some(u64::try_from(steps.ceil()).unwrap_or(u64::MAX)) // longer than any run
            }
            Ramp::Constant { steps, .. } => Some(*steps),
            Ramp::Exponential { .. } => None,
        }
    }

    /// The factor of a step.
    fn factor<R: Analytic>(&self, step: u64) -> Option<R> {
        match self {
            Ramp::Linear { steps, counting, start } => {
                let start = R::of(start);
                Some((R::one() - &start) * counting.fraction::<R>(step, steps) + start)
            }
            Ramp::Constant { steps, factor } => Some(if step < *steps { R::of(factor) } else { R::one() }),
            Ramp::Cosine { steps, counting } => Some((R::one() - counting.fraction::<R>(step, steps).cos_pi()?) / R::int(2)),
            Ramp::Exponential { time } => {
                let elapsed = count::<R>(step.saturating_add(1));
                Some(R::one() - (-(elapsed / R::of(time))).checked(Function::Exponential)?)
            }
        }
    }
}

impl Counting {
    /// The fraction of the way that is done, at most 1.
    pub(super) fn fraction<R: Real>(self, step: u64, steps: &Rational) -> R {
        let elapsed = Rational::from(step) + Rational::from(u8::from(self != Counting::FromZero));
        let length = steps + Rational::from(u8::from(self == Counting::Between));
        if elapsed >= length { R::one() } else { R::of(&elapsed) / R::of(&length) }
    }
}

impl WarmUp {
    /// A warm-up to a constant rate.
    pub fn to_constant(peak: Rational, ramp: Ramp) -> Self {
        let then = Box::new(Schedule::Constant(Constant { rate: peak.clone() }));
        WarmUp { peak, ramp, then, joint: Joint::Shifted }
    }

    /// The linear warm-up of Ma and Yarats (2021) for Adam's `β₂ < 1`: the factor `min(1, (1-β₂)/2 · t)`, `t` from 1.
    ///
    /// # Panics
    /// If β₂ is 1.
    pub fn untuned_linear(beta2: &Rational, then: Schedule) -> Self {
        let steps = Rational::from(2) / (Rational::ONE - beta2);
        WarmUp::over(Ramp::Linear { steps, counting: Counting::FromOne, start: Rational::ZERO }, then)
    }

    /// Their exponential warm-up, the factor `1 - e^{-(1-β₂) t}`, `t` from 1.
    ///
    /// # Panics
    /// If β₂ is 1.
    pub fn untuned_exponential(beta2: &Rational, then: Schedule) -> Self {
        WarmUp::over(Ramp::Exponential { time: Rational::ONE / (Rational::ONE - beta2) }, then)
    }

    /// A ramp that multiplies a schedule.
    fn over(ramp: Ramp, then: Schedule) -> Self {
        WarmUp { peak: Rational::ONE, ramp, then: Box::new(then), joint: Joint::Product }
    }

    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let duration = self.ramp.duration();
        match (self.joint, duration) {
            (Joint::Product, _) => Some(self.ramp.factor::<R>(step)? * self.then.value::<R>(step)?),
            (Joint::Shifted, Some(duration)) if step >= duration => self.then.value(step - duration),
            (Joint::Running, Some(duration)) if step >= duration => self.then.value(step),
            _ => Some(R::of(&self.peak) * self.ramp.factor::<R>(step)?),
        }
    }
}
