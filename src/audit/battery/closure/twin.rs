//! A run of L-BFGS against its error-carrying twin, step by step.
//!
//! Nothing is hidden: the history is made of the points where the subject stood and of the gradients that it was answered there. Each
//! step is computed from these, so that only the rounding errors of that one step have a bound to carry.

use super::forms::{FirstLength, Form, Learnt, Pairing};
use super::path::Path;
use crate::audit::conformance::{Place, ratio};
use crate::audit::header::Dtype;
use crate::audit::separation::FAR;
use crate::number::{Bounded, Mixed, Rational, Real, Tracked, bf16, f16, rational};
use crate::second_order::History;
use crate::vector::{along, difference, dot};

/// A form that runs beside a path.
pub struct Twin<'a, N> {
    path: &'a Path,
    form: &'a Form,
    history: History<N>,
    step: usize,
}

impl<'a, N: Bounded> Twin<'a, N> {
    /// The twin before the first step.
    pub fn new(path: &'a Path, form: &'a Form) -> Self {
        // A pair of hugely negative curvature is learnt all the same.
        let least = if form.learnt == Learnt::Every { N::exactly(f64::MIN) } else { threshold() };
        let history = History::new(form.capacity(path.plan.history), least, form.scaling);
        Twin { path, form, history, step: 0 }
    }

    /// Learns the pair of the last step; `None` where rounding decides whether it is kept, so that nothing more can be said.
    fn learn(&mut self) -> Option<()> {
        let (newest, earlier) = (self.step, usize::from(self.form.pairing == Pairing::Earlier));
        // Whoever keeps no pair knows no γ either.
        if newest > earlier && self.form.capacity(self.path.plan.history) > 0 {
            let Path { points, gradients, .. } = self.path;
            let step = kept_step::<N>(&points[newest - 1], &points[newest]);
            let last = newest - earlier;
            let change = difference(&exactly(&gradients[last]), &exactly::<N>(&gradients[last - 1]));
            let margin = dot(&change, &step) - threshold::<N>();
            if margin.distance(0.0) <= margin.bound() {
                return None;
            }
            self.history.push(step, change);
        }
        Some(())
    }
}

/// The parameters after each step, as the form would have them.
impl<N: Bounded> Iterator for Twin<'_, N> {
    type Item = Vec<N>;

    fn next(&mut self) -> Option<Vec<N>> {
        let gradient: Vec<N> = exactly(self.path.gradients.get(self.step)?);
        self.learn()?;
        let rate = N::of(&Rational::try_from(self.path.plan.rates[self.step]).expect("a plan's rates are finite"));
        let shortened = |norm: N| N::one().smaller(N::one() / norm) * &rate;
        let length = match self.form.first {
            FirstLength::Shortened if self.step == 0 => shortened(N::sum(gradient.iter().map(|g| g.clone().magnitude()))),
            FirstLength::Ball if self.step == 0 => shortened(N::sum(gradient.iter().map(|g| g.clone() * g)).sqrt()),
            _ => rate,
        };
        let next = along(&exactly(&self.path.points[self.step]), &length, &self.history.direction(&gradient));
        self.step += 1;
        Some(next)
    }
}

/// PyTorch's threshold for the curvature of a pair. Paths end well above it.
fn threshold<N: Real>() -> N {
    N::of(&rational(1, 10_000_000_000))
}

fn exactly<N: Bounded>(row: &[f64]) -> Vec<N> {
    row.iter().map(|x| N::exactly(*x)).collect()
}

/// `x₊ - x`: the step as a subject may hold it. It may subtract its points, or keep what it added to x before the sum was rounded to x₊:
/// that sum lies within one rounding of x₊.
fn kept_step<N: Bounded>(from: &[f64], to: &[f64]) -> Vec<N> {
    let unrounded: Vec<N> = exactly(to).into_iter().map(|sum: N| sum.in_any_order(2)).collect();
    difference(&unrounded, &exactly(from))
}

/// How a form fits a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The first step with a number beyond its bound, at the number that is farthest beyond.
    pub first: Option<Place>,
    /// Where the ratio is largest.
    pub worst: Option<Place>,
    /// Steps whose bounds are all at most a tenth of what the step moves.
    pub sharp: usize,
}

impl Fit {
    /// Holds a path against a form, up to the first step that does not fit.
    pub fn of(path: &Path, form: &Form, dtype: Dtype) -> Fit {
        match dtype {
            Dtype::F64 => fit::<Tracked<f64>>(path, form),
            Dtype::F32 => fit::<Tracked<f32>>(path, form),
            Dtype::Bf16 => fit::<Mixed<bf16, f32>>(path, form),
            Dtype::F16 => fit::<Mixed<f16, f32>>(path, form),
        }
    }
}

fn fit<N: Bounded>(path: &Path, form: &Form) -> Fit {
    let mut fit = Fit { first: None, worst: None, sharp: 0 };
    for (step, expected) in Twin::<N>::new(path, form).enumerate() {
        let (from, to) = (&path.points[step], &path.points[step + 1]);
        let place = |(coordinate, (expected, &observed)): (usize, (&N, &f64))| {
            let (bound, ratio) = (expected.bound(), ratio(expected.distance(observed), expected.bound()));
            Place { step, coordinate, expected: expected.value(), observed, bound, ratio }
        };
        let places = expected.iter().zip(to).enumerate().map(place).filter(|place| place.bound.is_finite());
        let worst = places.max_by(|a, b| a.ratio.total_cmp(&b.ratio));
        fit.worst = [fit.worst, worst].into_iter().flatten().max_by(|a, b| a.ratio.total_cmp(&b.ratio));
        let moved = expected.iter().zip(from).map(|(expected, from)| (expected.value() - from).abs()).fold(0.0, f64::max);
        let sharp = |expected: &N| expected.bound() * FAR <= moved;
        fit.sharp += usize::from(moved > 0.0 && expected.iter().all(sharp));
        fit.first = worst.filter(|place| place.ratio > 1.0);
        if fit.first.is_some() {
            break;
        }
    }
    fit
}

/// Whether two forms are somewhere on a path so far apart, in units of the first one's bound, that it tells them apart.
pub fn far_apart(path: &Path, form: &Form, other: &Form, dtype: Dtype) -> bool {
    fn of<N: Bounded>(path: &Path, form: &Form, other: &Form) -> bool {
        let pairs = Twin::<N>::new(path, form).zip(Twin::<N>::new(path, other));
        let far = |(one, other): (&N, &N)| ratio(one.distance(other.value()), one.bound()) >= FAR;
        pairs.into_iter().any(|(one, other)| one.iter().zip(&other).any(far))
    }
    match dtype {
        Dtype::F64 => of::<Tracked<f64>>(path, form, other),
        Dtype::F32 => of::<Tracked<f32>>(path, form, other),
        Dtype::Bf16 => of::<Mixed<bf16, f32>>(path, form, other),
        Dtype::F16 => of::<Mixed<f16, f32>>(path, form, other),
    }
}
