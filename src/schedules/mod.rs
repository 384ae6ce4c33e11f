//! Learning-rate schedules: a file a schedule, each a pure function of the step, which is counted from 0.
//!
//! A schedule is data with exact hyper-parameters. Its formula is written once, generic over [`Analytic`]: in `f64` through
//! `libm`, in big floats and intervals, and exactly wherever the value is rational. What frameworks do by recursion from the last rate is
//! [`Schedule::chained`].
//!
//! Where a line belongs: a rate that the step alone decides is a variant of [`Schedule`], with its file; its ways of counting and of
//! ending that others have too are in `horizon` and `warm_up`. Rates that follow a metric are state machines (`plateau`, on the
//! `patience` that early stopping shares), those that follow a measurement are functions (`measured`).

mod batch_size;
mod constant;
mod cosine;
mod cyclical;
mod exponential;
mod horizon;
mod inverse;
mod large_batch;
mod measured;
mod milestones;
mod one_cycle;
mod patience;
mod plateau;
mod polynomial;
mod restarts;
mod sequential;
mod step_decay;
mod warm_up;
mod warm_up_cosine;

pub use batch_size::BatchSize;
pub use constant::Constant;
pub use cosine::{Cosine, CosineForm};
pub use cyclical::{TriangleHeight, Triangular};
pub use exponential::{DecayParameter, Exponential};
pub use horizon::{AfterEnd, Horizon, LastStep};
pub use inverse::InversePower;
pub use large_batch::{BatchScaling, LargeBatch};
pub use measured::{Greedy, variance_curvature_rate};
pub use milestones::{Boundary, Milestones};
pub use one_cycle::{Annealing, OneCycle, OneCyclePyTorch, Phase};
pub use patience::{Improvement, Limit, MetricGoal, Patience, Threshold, Waiting};
pub use plateau::{AfterDrop, Cooling, OnPlateau, ReduceOnPlateau};
pub use polynomial::{AfterDecay, PolynomialDecay};
pub use restarts::{Cycle, Restarts};
pub use sequential::{PartClock, Sequential};
pub use step_decay::{Division, StepDecay};
pub use warm_up::{Counting, Joint, Ramp, WarmUp};
pub use warm_up_cosine::{Tail, WarmUpCosine};

use crate::number::{Analytic, Rational, Real};
use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[
    &constant::SYSTEM,
    &step_decay::SYSTEM,
    &milestones::SYSTEM,
    &exponential::SYSTEM,
    &inverse::SYSTEM,
    &polynomial::SYSTEM,
    &cosine::SYSTEM,
    &restarts::SYSTEM,
    &warm_up::LINEAR,
    &warm_up::SHAPES,
    &warm_up::UNTUNED,
    &warm_up_cosine::SYSTEM,
    &one_cycle::TEXT,
    &one_cycle::SMITH,
    &one_cycle::PYTORCH,
    &one_cycle::MOMENTUM,
    &cyclical::SYSTEM,
    &sequential::SYSTEM,
    &plateau::SYSTEM,
    &measured::RULE,
    &measured::GREEDY,
    &batch_size::SYSTEM,
    &large_batch::SYSTEM,
];

/// A learning rate as a function of the step.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "each variant is documented at its schedule")]
pub enum Schedule {
    Constant(Constant),
    StepDecay(StepDecay),
    Milestones(Milestones),
    Exponential(Exponential),
    InversePower(InversePower),
    Polynomial(PolynomialDecay),
    Cosine(Cosine),
    Restarts(Restarts),
    WarmUp(WarmUp),
    WarmUpCosine(WarmUpCosine),
    OneCycle(OneCycle),
    Triangular(Triangular),
    Sequential(Sequential),
    LargeBatch(LargeBatch),
}

impl Schedule {
    /// The rate η_t of the update with index `step`, the first being 0, in the arithmetic `R`; `None` if it is no number of `R`.
    ///
    /// Hyper-parameters outside the ranges that their documentation names give what the formula gives.
    ///
    /// # Panics
    /// In exact numbers, if a parameter outside its range makes a denominator zero.
    pub fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        match self {
            Schedule::Constant(schedule) => schedule.value(step),
            Schedule::StepDecay(schedule) => schedule.value(step),
            Schedule::Milestones(schedule) => schedule.value(step),
            Schedule::Exponential(schedule) => schedule.value(step),
            Schedule::InversePower(schedule) => schedule.value(step),
            Schedule::Polynomial(schedule) => schedule.value(step),
            Schedule::Cosine(schedule) => schedule.value(step),
            Schedule::Restarts(schedule) => schedule.value(step),
            Schedule::WarmUp(schedule) => schedule.value(step),
            Schedule::WarmUpCosine(schedule) => schedule.value(step),
            Schedule::OneCycle(schedule) => schedule.value(step),
            Schedule::Triangular(schedule) => schedule.value(step),
            Schedule::Sequential(schedule) => schedule.value(step),
            Schedule::LargeBatch(schedule) => schedule.value(step),
        }
    }

    /// The rate in `f64`.
    pub fn rate(&self, step: u64) -> f64 {
        self.value(step).expect("floats have every value")
    }

    /// The rate itself, where it is rational and small enough to write down.
    pub fn exact(&self, step: u64) -> Option<Rational> {
        self.value(step)
    }

    /// The rate of `step` from the rate of the step before, as PyTorch's chainable schedulers compute it; `None` for a schedule that
    /// has no such form there, or if the value is no number of `R`. The rate of step 0 is [`Schedule::value`].
    pub fn chained<R: Analytic>(&self, step: u64, previous: R) -> Option<R> {
        match self {
            Schedule::Constant(_) => Some(previous),
            Schedule::StepDecay(schedule) => schedule.chained(step, previous),
            Schedule::Milestones(schedule) => schedule.chained(step, previous),
            Schedule::Exponential(schedule) => schedule.chained(previous),
            Schedule::Polynomial(schedule) => schedule.chained(step, previous),
            Schedule::Cosine(schedule) => schedule.chained(step, previous),
            _ => None,
        }
    }
}

/// The number of a step. Floats round it above their integers' exact range.
fn count<R: Real>(steps: u64) -> R {
    R::of(&Rational::from(steps))
}
