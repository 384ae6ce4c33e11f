//! The trace of a Hessian from random probes.

use crate::lab::Draws;
use crate::number::{Rational, Real, rational};
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::dot;

/// Hutchinson's estimator.
pub const SYSTEM: System = System {
    name: "hutchinson-trace",
    formula: "(1/m) Σₖ zₖᵀHzₖ: mean E z² tr H, variance of one term (E z⁴ − (E z²)²) Σ Hᵢᵢ² + 2 (E z²)² Σ_{i≠j} Hᵢⱼ²",
    rows: &["S6 Hutchinson trace"],
    conventions: &[Convention { name: "probe", values: &["Rademacher", "standard normal", "uniform on [-1, 1]"] }],
    sources: &[Source::Note("000", "523"), Source::Cited("hutchinson1989", "the estimator and its variance")],
    tests: &[
        "tests/landscape/spectra.rs::hutchinsons_mean_and_variance_are_those_of_all_probes",
        "tests/landscape/spectra.rs::uniform_probes_estimate_a_third_of_the_trace",
        "tests/landscape/spectra.rs::drawn_probes_have_their_laws_moments",
    ],
};

/// The law of a probe's entries, which are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// -1 or 1: of all laws with `E z² = 1` the one of least variance.
    Rademacher,
    /// Standard normal.
    Normal,
    /// Uniform on [-1, 1]: biased, with mean `tr H / 3`.
    Uniform,
}

impl Probe {
    /// `E z²`.
    pub fn second_moment(self) -> Rational {
        match self {
            Probe::Rademacher | Probe::Normal => Rational::ONE,
            Probe::Uniform => rational(1, 3),
        }
    }

    /// `E z⁴`.
    pub fn fourth_moment(self) -> Rational {
        match self {
            Probe::Rademacher => Rational::ONE,
            Probe::Normal => rational(3, 1),
            Probe::Uniform => rational(1, 5),
        }
    }

    /// A probe.
    pub fn draw(self, length: usize, draws: &mut Draws) -> Vec<f64> {
        let mut entry = || match self {
            Probe::Rademacher => draws.sign(),
            Probe::Normal => draws.normal(),
            Probe::Uniform => draws.between(-1.0, 1.0),
        };
        (0..length).map(|_| entry()).collect()
    }

    /// The mean of `zᵀHz`: the trace for the first two laws.
    pub fn mean<R: Real>(self, hessian: &[Vec<R>]) -> R {
        let trace = (0..hessian.len()).fold(R::zero(), |sum, i| sum + &hessian[i][i]);
        R::of(&self.second_moment()) * trace
    }

    /// The variance of `zᵀHz` for the rows of a symmetric H: that of the mean of m probes is an m-th of it.
    pub fn variance<R: Real>(self, hessian: &[Vec<R>]) -> R {
        let square = self.second_moment() * self.second_moment();
        let sum = |on_diagonal: bool| {
            let rows = hessian.iter().enumerate();
            let entries = rows.flat_map(|(i, row)| row.iter().enumerate().filter(move |(j, _)| (i == *j) == on_diagonal));
            entries.fold(R::zero(), |sum, (_, entry)| sum + entry.clone() * entry)
        };
        R::of(&(self.fourth_moment() - &square)) * sum(true) + R::of(&(square * Rational::from(2))) * sum(false)
    }
}

/// The mean of `zᵀHz` over the given probes.
///
/// # Panics
/// If there is none, or a probe and its product differ in length.
pub fn hutchinson<R: Real>(probes: &[Vec<R>], hessian_vector_product: impl Fn(&[R]) -> Vec<R>) -> R {
    assert!(!probes.is_empty(), "a mean needs a probe");
    let forms = probes.iter().map(|probe| dot(probe, &hessian_vector_product(probe)));
    let count = i64::try_from(probes.len()).expect("probes fit in memory");
    forms.fold(R::zero(), |sum, form| sum + form) / R::int(count)
}
