//! Schedules against values worked out by hand, other forms of the same sequence, and the variants that they are mistaken for.

mod batches;
mod cosine;
mod cycles;
mod decays;
mod every_schedule;
mod plateau;
mod warm_up;

use gradproof::number::{Big, Interval, Rational, Real, rational, to_f64};
use gradproof::schedules::{
    AfterDecay, AfterDrop, AfterEnd, Annealing, BatchScaling, BatchSize, Boundary, Cosine, CosineForm, Counting, Cycle,
    DecayParameter, Division, Exponential, Greedy, Horizon, Improvement, InversePower, Joint, LargeBatch, LastStep, Limit,
    Milestones, OneCycle, OneCyclePyTorch, PartClock, Patience, PolynomialDecay, Ramp, ReduceOnPlateau, Restarts, Schedule,
    Sequential, StepDecay, Tail, Threshold, TriangleHeight, Triangular, WarmUp, WarmUpCosine, variance_curvature_rate,
};
use proptest::prelude::*;
use std::num::NonZeroU64;

/// The unit roundoff of `f64`.
const ROUNDOFF: f64 = f64::EPSILON / 2.0;

fn period(steps: u64) -> NonZeroU64 {
    NonZeroU64::new(steps).expect("a period")
}

fn exact(schedule: &Schedule, step: u64) -> Rational {
    schedule.exact(step).unwrap_or_else(|| panic!("{schedule:?} has no rational value at {step}"))
}

fn exacts(schedule: &Schedule, steps: impl IntoIterator<Item = u64>) -> Vec<Rational> {
    steps.into_iter().map(|step| exact(schedule, step)).collect()
}

fn integers(values: impl IntoIterator<Item = i64>) -> Vec<Rational> {
    values.into_iter().map(Rational::from).collect()
}

fn step_decay(base: i64, factor: Rational, every: u64, division: Division) -> Schedule {
    Schedule::StepDecay(StepDecay { base: base.into(), factor, period: period(every), division })
}

fn cosine(max: i64, min: i64, horizon: Horizon) -> Schedule {
    Schedule::Cosine(Cosine { horizon, ..Cosine::new(max.into(), min.into(), 0) })
}

fn polynomial(power: Rational, steps: u64, after: AfterDecay) -> Schedule {
    Schedule::Polynomial(PolynomialDecay { base: 16.into(), end: Rational::ZERO, power, steps, after })
}

/// A fall from 8 that is no cosine: exact at every step.
fn fall(steps: u64) -> Schedule {
    Schedule::Polynomial(PolynomialDecay { base: 8.into(), end: 0.into(), power: Rational::ONE, steps, after: AfterDecay::Hold })
}

fn warm_up(ramp: Ramp, then: Schedule, joint: Joint) -> Schedule {
    Schedule::WarmUp(WarmUp { peak: 8.into(), ramp, then: Box::new(then), joint })
}

fn text(total: u64) -> Schedule {
    Schedule::OneCycle(OneCycle::text(1.into(), 9.into(), rational(1, 100), total))
}
