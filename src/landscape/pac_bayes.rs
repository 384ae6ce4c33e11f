//! The PAC-Bayes bound in Bernoulli relative entropy, enclosed.

use crate::number::{Elementary, Function, Interval, Real, Root};
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::{Error, Result};

/// The evaluator.
pub const SYSTEM: System = System {
    name: "pac-bayes-kl",
    formula: "kl(R̂‖R) ≤ (KL(Q‖P) + ln(2√n/δ))/n with kl(q‖p) = q ln(q/p) + (1−q) ln((1−q)/(1−p)), solved for R",
    rows: &["S6 PAC-Bayes-kl"],
    conventions: &[Convention {
        name: "confidence term", values: &["ln(2√n/δ) (Maurer 2004)", "ln((n+1)/δ) (Langford 2005)"]
    }],
    sources: &[
        Source::Note("000", "530-532"),
        Source::Cited("maurer2004", "theorem 5"),
        Source::Cited("langford2005", "the PAC-Bayes relative entropy bound"),
    ],
    tests: &[
        "tests/numbers.rs::logarithms_are_enclosed",
        "tests/landscape/pac_bayes.rs::the_kl_inverse_encloses_both_sides",
        "tests/landscape/pac_bayes.rs::the_pac_bayes_bound_has_its_published_control_value",
    ],
};

/// An enclosure of `kl(q‖p) = q ln(q/p) + (1 − q) ln((1 − q)/(1 − p))`, where `0 ln 0 = 0`; infinite where p is 0 or 1 and q is not.
///
/// # Panics
/// If a probability is not in [0, 1].
pub fn bernoulli_divergence(q: f64, p: f64) -> Interval {
    assert!([q, p].iter().all(|x| (0.0..=1.0).contains(x)), "probabilities lie in [0, 1]: {q}, {p}");
    if (p == 0.0 && q > 0.0) || (p == 1.0 && q < 1.0) {
        return Interval::point(f64::INFINITY);
    }
    let term = |q: Interval, p: Interval| {
        if q.hi <= 0.0 { Interval::zero() } else { q * (q.apply(Function::Logarithm) - p.apply(Function::Logarithm)) }
    };
    let rest = |x: f64| if x == 1.0 { Interval::zero() } else { Interval::one() - Interval::point(x) };
    let sum = term(Interval::point(q), Interval::point(p)) + term(rest(q), rest(p));
    Interval { lo: sum.lo.max(0.0), hi: sum.hi }
}

/// Which of the two p with `kl(q‖p) = c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The largest p with `kl(q‖p) ≤ c`, at least q: bounds a risk from above.
    Upper,
    /// The least, at most q.
    Lower,
}

/// An enclosure of the p on one side of q with `kl(q‖p) = c`, for some c of the interval: bisection over the floats, each end kept
/// where the enclosed divergence is certainly on its side of c.
///
/// # Errors
/// If q is not in [0, 1], or c is negative or NaN.
pub fn divergence_inverse(q: f64, c: Interval, side: Side) -> Result<Interval> {
    if !((0.0..=1.0).contains(&q) && c.lo >= 0.0 && c.hi >= c.lo) {
        return Err(Error::new(format!(
            "a divergence is inverted for a probability and a bound that is not negative, not {q} and {c:?}"
        )));
    }
    let far = if side == Side::Upper { 1.0 } else { 0.0 };
    let near_end = last_within(q, far, |p| bernoulli_divergence(q, p).hi <= c.lo);
    let far_end = last_within(far, q, |p| bernoulli_divergence(q, p).lo >= c.hi);
    Ok(Interval { lo: near_end.min(far_end), hi: near_end.max(far_end) })
}

/// A point at which `within` holds beside one at which it does not, from `from` (taken to hold) towards `to`.
fn last_within(from: f64, to: f64, within: impl Fn(f64) -> bool) -> f64 {
    let (mut inside, mut outside) = (from, to);
    if within(to) {
        return to;
    }
    loop {
        let middle = inside + (outside - inside) / 2.0;
        if middle == inside || middle == outside {
            return inside;
        }
        *(if within(middle) { &mut inside } else { &mut outside }) = middle;
    }
}

/// The term that pays for the confidence `1 − δ` at n samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// `ln(2√n/δ)` (Maurer 2004, theorem 5, for n ≥ 8).
    Maurer,
    /// `ln((n + 1)/δ)` (Langford 2005).
    Langford,
}

impl Confidence {
    /// `(divergence + term) / n`, enclosed: what `kl(R̂‖R)` is bounded by with probability `1 − δ` for all posteriors at once, if the loss
    /// lies in [0, 1] and the prior does not depend on the data.
    ///
    /// # Errors
    /// If the divergence `KL(Q‖P)` is negative, δ is not in (0, 1), or there are fewer samples than the theorem asks for.
    pub fn complexity(self, divergence: f64, samples: u32, delta: f64) -> Result<Interval> {
        let least = if self == Confidence::Maurer { 8 } else { 1 };
        if !(divergence >= 0.0 && divergence.is_finite() && 0.0 < delta && delta < 1.0 && samples >= least) {
            let message = "a PAC-Bayes bound needs KL ≥ 0, 0 < δ < 1";
            return Err(Error::new(format!("{message} and at least {least} samples, not {divergence}, {delta} and {samples}")));
        }
        let n = Interval::int(samples.into());
        let factor = match self {
            Confidence::Maurer => Interval::int(2) * n.sqrt(),
            Confidence::Langford => n + Interval::one(),
        };
        Ok((Interval::point(divergence) + (factor / Interval::point(delta)).apply(Function::Logarithm)) / n)
    }
}

/// The bound on the risk R of the posterior's Gibbs predictor whose empirical risk is `empirical`.
///
/// # Errors
/// As [`Confidence::complexity`] and [`divergence_inverse`].
pub fn pac_bayes_bound(empirical: f64, divergence: f64, samples: u32, delta: f64, confidence: Confidence) -> Result<Interval> {
    divergence_inverse(empirical, confidence.complexity(divergence, samples, delta)?, Side::Upper)
}
