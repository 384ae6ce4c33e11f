//! Paths between two minima, and the barrier on them.

use crate::number::{Real, rational};
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::along;

/// The straight path.
pub const SEGMENT: System = System {
    name: "linear-interpolation",
    formula: "φ(t) = (1 − t) a + t b; the barrier is the largest rise of L ∘ φ above a baseline between its ends",
    rows: &["S6 linear interpolation"],
    conventions: &[Convention { name: "baseline", values: &["(1 − t) L(a) + t L(b)", "max(L(a), L(b))"] }],
    sources: &[Source::Note("003", "797-806"), Source::Cited("frankle2020", "section 2")],
    tests: &[
        "tests/landscape/paths.rs::paths_begin_and_end_at_their_ends",
        "tests/landscape/paths.rs::the_width_one_product_has_barrier_one_half_on_the_segment_between_its_minima",
        "tests/landscape/paths.rs::baselines_differ_where_the_ends_do",
    ],
};

/// The quadratic Bézier path.
pub const BEZIER: System = System {
    name: "bezier-mode-connectivity",
    formula: "φ(t) = (1 − t)² a + 2t(1 − t) θ + t² b; θ descends along E 2t(1 − t) ∇L(φ(t)), t uniform",
    rows: &["S6 Bezier mode connectivity"],
    conventions: &[],
    sources: &[Source::Note("003", "797-806"), Source::Cited("garipov2018", "section 3")],
    tests: &[
        "tests/landscape/paths.rs::paths_begin_and_end_at_their_ends",
        "tests/landscape/paths.rs::the_control_points_gradient_is_that_of_the_mean_loss",
        "tests/landscape/paths.rs::a_trained_bezier_path_goes_around_the_barrier",
    ],
};

/// `(1 - t) a + t b`.
pub fn segment<R: Real>(a: &[R], b: &[R], t: &R) -> Vec<R> {
    assert_eq!(a.len(), b.len(), "both ends lie in one space");
    let from = R::one() - t;
    a.iter().zip(b).map(|(a, b)| a.clone() * &from + b.clone() * t).collect()
}

/// `(1 - t)² a + 2 t (1 - t) control + t² b`, by de Casteljau's two interpolations.
pub fn bezier<R: Real>(a: &[R], control: &[R], b: &[R], t: &R) -> Vec<R> {
    segment(&segment(a, control, t), &segment(control, b, t), t)
}

/// The control point after descent along the mean over `times` of the loss's gradient on the path: equal to stochastic gradient
/// descent on Garipov et al.'s loss if a new uniform time is given for each step, to quadrature if all times are the same.
///
/// `times` holds the times of each step.
///
/// # Panics
/// If a step has no time.
pub fn train_bezier<R: Real>(
    [a, b]: [&[R]; 2],
    control: &[R],
    step_size: &R,
    times: impl IntoIterator<Item = Vec<R>>,
    gradient: impl Fn(&[R]) -> Vec<R>,
) -> Vec<R> {
    times.into_iter().fold(control.to_vec(), |control, times| {
        let slope = control_gradient([a, b], &control, &times, &gradient);
        along(&control, &-step_size.clone(), &slope)
    })
}

/// The gradient of the mean of `L(φ(t))` over the times with respect to the control point: `∂φ/∂θ = 2t(1 − t) I`.
///
/// # Panics
/// If there is no time.
pub fn control_gradient<R: Real>([a, b]: [&[R]; 2], control: &[R], times: &[R], gradient: impl Fn(&[R]) -> Vec<R>) -> Vec<R> {
    assert!(!times.is_empty(), "a mean over the path needs a time");
    let count = R::int(i64::try_from(times.len()).expect("times fit in memory"));
    times.iter().fold(vec![R::zero(); control.len()], |sum, t| {
        let weight = R::int(2) * t * (R::one() - t) / &count;
        along(&sum, &weight, &gradient(&bezier(a, control, b, t)))
    })
}

/// What a barrier is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// The interpolated losses of the ends (Frankle et al. 2020 with their mean at ½; Entezari et al. 2022).
    Linear,
    /// The larger of them (Draxler et al. 2018).
    Larger,
}

/// The largest rise above the baseline of losses at `count` even times from 0 to 1, both ends among them: never negative.
///
/// # Panics
/// If there are fewer than two times.
pub fn barrier<R: Real>(baseline: Baseline, count: usize, loss: impl Fn(&R) -> R) -> R {
    assert!(count >= 2, "a path has two ends");
    let time = |index: usize| R::of(&rational(index as i64, count as u64 - 1));
    let (start, end) = (loss(&R::zero()), loss(&R::one()));
    (0..count).map(time).fold(R::zero(), |largest, t| {
        let base = match baseline {
            Baseline::Linear => start.clone() * (R::one() - &t) + end.clone() * &t,
            Baseline::Larger => start.clone().larger(end.clone()),
        };
        largest.larger(loss(&t) - base)
    })
}
