//! A trace against the error-carrying twin of a method, step by step.

use super::trace::Trace;
use crate::number::{Bounded, Rational, Real, Root};
use crate::optimizers::{Method, Optimizer};
use std::borrow::Cow;

/// A method that runs beside a trace: each step starts from the subject's own last parameters, so that its errors are not held
/// against the steps that follow, while the hidden state carries the bound on its error along.
pub struct Twin<'a, N: Bounded> {
    trace: &'a Trace,
    rates: Cow<'a, [f64]>,
    optimizer: Box<dyn Optimizer<N>>,
    step: usize,
}

impl<'a, N: Bounded> Twin<'a, N>
where
    N::Wide: Root,
{
    /// The twin before the first step.
    pub fn new(trace: &'a Trace, method: &Method) -> Self {
        Twin::with(trace, method.build(), Cow::Borrowed(&trace.lr))
    }

    /// A twin that runs this optimizer at these learning rates, one a step.
    pub(super) fn with(trace: &'a Trace, optimizer: Box<dyn Optimizer<N>>, rates: Cow<'a, [f64]>) -> Self {
        Twin { trace, rates, optimizer, step: 0 }
    }

    /// Whether every number of the trace lies within its bound, and most numbers have one; stops at the first that does not.
    pub(super) fn fits(self) -> bool {
        let trace = self.trace;
        let (mut bounded, mut unbounded) = (0, 0);
        let within = self.enumerate().all(|(step, expected)| {
            let mut row = expected.iter().zip(&trace.params[step + 1]);
            row.all(|(expected, &observed)| {
                let known = expected.bound().is_finite();
                *(if known { &mut bounded } else { &mut unbounded }) += 1;
                !known || expected.distance(observed) <= expected.bound()
            })
        });
        within && unbounded < bounded
    }
}

/// The parameters after each step, as the method would have them.
impl<N: Bounded> Iterator for Twin<'_, N> {
    type Item = Vec<N>;

    fn next(&mut self) -> Option<Self::Item> {
        let gradient = self.trace.grads.get(self.step)?;
        let held = |row: &[f64]| -> Vec<Vec<N>> {
            let tensor = |tensor: Vec<f64>| tensor.into_iter().map(N::exactly).collect();
            self.trace.tensors(row).into_iter().map(tensor).collect()
        };
        let mut parameters = held(&self.trace.params[self.step]);
        let gradients = held(gradient);
        let absent = &self.trace.absent[self.step];
        let pairs = gradients.iter().enumerate();
        let gradients: Vec<Option<&[N]>> =
            pairs.map(|(index, tensor)| (!absent.contains(&index)).then_some(tensor.as_slice())).collect();
        let rate = Rational::try_from(self.rates[self.step]).expect("a trace's rates are finite");
        self.optimizer.set_step_size(N::Wide::of(&rate));
        self.optimizer.step(&mut parameters, &gradients);
        self.step += 1;
        Some(parameters.concat())
    }
}

/// A place in a trace and how far the subject is from a twin there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Step, from zero: the row of the gradient.
    pub step: usize,
    /// Coordinate, from zero, over all tensors.
    pub coordinate: usize,
    /// What the twin has.
    pub expected: f64,
    /// What the subject has.
    pub observed: f64,
    /// Distance that rounding allows.
    pub bound: f64,
    /// Distance over bound; infinite where nothing is allowed, or where the subject has no number.
    pub ratio: f64,
}

/// How a method fits a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Where the ratio is largest.
    pub worst: Option<Place>,
    /// The first place with a ratio above one, by step; within the step the largest.
    pub first: Option<Place>,
    /// Number of places where the twin can say nothing, its bound being infinite.
    pub unbounded: usize,
    /// The first of them where the subject went from finite numbers to one that is not finite, although the exact one is.
    pub lost: Option<Place>,
    /// The most numbers with a ratio above one in a single step.
    pub most_beyond: usize,
    /// Number of places with a finite bound.
    pub bounded: usize,
    /// How many numbers had a ratio above one in the first step that had any.
    pub first_beyond: usize,
    /// Whether the step with the most of them shows one relative error of the step in most of them, as an error of a shared scalar would.
    pub common: bool,
}

impl Fit {
    /// Holds a trace against a method, with the bounds of `N`.
    pub fn of<N: Bounded>(trace: &Trace, method: &Method) -> Fit
    where
        N::Wide: Root,
    {
        Fit::up_to::<N>(trace, method, usize::MAX)
    }

    /// As [`Fit::of`], but ends after this many steps in which the trace did not fit: enough to tell how methods compare.
    pub(super) fn up_to<N: Bounded>(trace: &Trace, method: &Method, misses: usize) -> Fit
    where
        N::Wide: Root,
    {
        let mut missed = 0;
        let mut fit = Fit {
            worst: None,
            first: None,
            unbounded: 0,
            lost: None,
            most_beyond: 0,
            bounded: 0,
            first_beyond: 0,
            common: false,
        };
        for (step, expected) in Twin::<N>::new(trace, method).enumerate() {
            let rows = expected.iter().zip(&trace.params[step + 1]).enumerate();
            let mut errors = Vec::new();
            for (coordinate, (expected, &observed)) in rows {
                let ratio = ratio(expected.distance(observed), expected.bound());
                let place = Place { step, coordinate, expected: expected.value(), observed, bound: expected.bound(), ratio };
                if !expected.bound().is_finite() {
                    fit.unbounded += 1;
                    let within = trace.header.dtype.round(place.expected).is_finite();
                    let lost = !observed.is_finite() && within && trace.params[step][coordinate].is_finite();
                    fit.lost = fit.lost.or(lost.then_some(place));
                    continue;
                }
                fit.bounded += 1;
                if fit.worst.is_none_or(|worst| ratio > worst.ratio) {
                    fit.worst = Some(place);
                }
                if ratio > 1.0 {
                    errors.push(expected.deviation(observed) / (expected.value() - trace.params[step][coordinate]));
                }
                let earlier = |first: Place| first.step < step || first.ratio >= ratio;
                if ratio > 1.0 && !fit.first.is_some_and(earlier) {
                    fit.first = Some(place);
                }
            }
            if fit.first_beyond == 0 {
                fit.first_beyond = errors.len();
            }
            missed += usize::from(!errors.is_empty());
            if errors.len() > fit.most_beyond {
                fit.most_beyond = errors.len();
                fit.common = have_one_size(errors);
            }
            if missed == misses {
                break;
            }
        }
        fit
    }

    /// Whether every number of the trace lies within its bound, and most numbers have one.
    pub fn holds(&self) -> bool {
        self.first.is_none() && self.unbounded < self.bounded
    }

    /// Order by how well methods fit: the one that holds longest comes first, of equals the one that then misses with fewer numbers, and
    /// then by less.
    pub fn closer(&self, other: &Fit) -> std::cmp::Ordering {
        let miss = |fit: &Fit| fit.first.map_or((usize::MAX, 0.0), |place| (place.step, place.ratio));
        let ((step, ratio), (other_step, other_ratio)) = (miss(self), miss(other));
        other_step.cmp(&step).then(self.first_beyond.cmp(&other.first_beyond)).then(ratio.total_cmp(&other_ratio))
    }
}

/// Whether most of at least two relative errors have one sign and, within a factor of four, one size: the middle half of them.
fn have_one_size(mut errors: Vec<f64>) -> bool {
    errors.sort_by(f64::total_cmp);
    let quarter = errors.len() / 4;
    let (low, high) = (errors[quarter], errors[errors.len() - 1 - quarter]);
    errors.len() > 1 && low * high > 0.0 && low.abs().max(high.abs()) <= 4.0 * low.abs().min(high.abs())
}

/// Distance over bound; NaN never passes.
pub(super) fn ratio(distance: f64, bound: f64) -> f64 {
    match distance {
        0.0 => 0.0,
        distance if distance.is_nan() => f64::INFINITY,
        distance => distance / bound,
    }
}
