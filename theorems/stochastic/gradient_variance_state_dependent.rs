//! # The variance of a stochastic gradient depends on the point
//!
//! **Setting.** `σ²(θ) = tr Cov_i(∇ℓ_i(θ))` for least squares, `ℓ_i(θ) = ½ (⟨a_i, θ⟩ - b_i)²`, `i` uniform, `R = (1/N) Σ ℓ_i`.
//!
//! **Statement.** (1) `σ²(θ)` is a quadratic in `θ`; in one variable `Var(a²)θ² - 2 Cov(a², ab)θ + Var(ab)`. (2) If all residuals
//! vanish at `θ*`, then `σ²(θ*) = 0`. (3) So a bound `σ²` for all `θ` exists only if it does not depend on `θ` at all; what holds is
//! `σ²(θ) ≤ E‖∇ℓ_i(θ)‖² ≤ 4 L_max (R(θ) - R*) + 2σ²(θ*)` with `L_max = max ‖a_i‖²`.
//!
//! **Why.** Gradients are affine in `θ`; `E‖∇ℓ_i(θ) - ∇ℓ_i(θ*)‖² ≤ 2 L_max (R(θ) - R*)` sample by sample.
//!
//! **How it could fail.** The sampler's law of a batch joins symbolic gradients: their variance is compared as a polynomial in the data.

use super::faults::{COPIES, FAVOUR};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::subject::{Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::Sampling;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gradient-variance-state-dependent",
    title: "For least squares σ²(θ) is a quadratic, and vanishes where all samples are fitted",
    topic: "stochastic",
    record: Some("gradient-variance-state-dependent"),
    statement: "For least squares the variance $σ^2 (θ)$ of a sample's gradient is a quadratic in $θ$, $\"Var\"(a^2) θ^2 - 2 \"Cov\"(a^2, \
                a b) θ + \"Var\"(a b)$ in one variable, and $0$ where every residual is. No number bounds it for all $θ$ unless it \
                is constant; instead $σ^2 (θ) ≤ 4 L_max (R(θ) - R^*) + 2 σ^2 (θ^*)$ with $L_max = max_i ‖a_i‖^2$.",
    hypotheses: &["least squares", "uniform draws with replacement"],
    sources: &[
        Source::Note("000", "102"),
        Source::Note("000", "126"),
        Source::Cited("gower2019", "expected smoothness"),
        Source::Cited("bottou2018", "section 4"),
    ],
    claims: &[
        Claim {
            id: "depends-on-data",
            as_stated: true,
            statement: "$\"Var\"[∇ℓ] = σ^2 (θ)$, for least squares $\"Var\"(a^2) θ^2 - 2 \"Cov\"(a^2, a b) θ + \"Var\"(a b)$, and \
                        $σ^2 (θ)/B$ for a batch",
            quantifier: "all data of N ≤ 3 samples in one variable, all θ, B ≤ 3, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| Ok(quadratic(subject, 1)),
        },
        Claim {
            id: "uniformly-bounded",
            as_stated: true,
            statement: "the variance is at most one $σ^2$ for all $θ$",
            quantifier: "refuted by a = (1, 2), b = (0, 1), whose variance has the term 9/4 θ²",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(bounded(subject)),
        },
        Claim {
            id: "interpolation",
            as_stated: false,
            statement: "if $⟨a_i, θ^*⟩ = b_i$ for all $i$, then $σ^2 (θ^*) = 0$, and in one variable $σ^2 (θ) = \"Var\"(a^2) (θ - θ^*)^2$",
            quantifier: "all data of three samples in one and two variables, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| Ok(interpolation(subject, 0)),
        },
        Claim {
            id: "expected-smoothness",
            as_stated: false,
            statement: "$σ^2 (θ) ≤ 𝔼‖∇ℓ_i (θ)‖^2 ≤ 4 L_max (R(θ) - R^*) + 2 σ^2 (θ^*)$",
            quantifier: "every least-squares problem, sample by sample, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(smoothness(2)),
        },
    ],
    controls: &[
        Control {
            id: "constant",
            differs: "claims that the variance does not depend on θ, on a = (1, 2), b = (0, 1)",
            broken: Broken::Statement(|_, subject| Ok(bounded(subject))),
        },
        Control {
            id: "half-the-covariance",
            differs: "claims the linear term -Cov(a², ab) θ",
            broken: Broken::Statement(|_, subject| Ok(quadratic(subject, 2))),
        },
        Control {
            id: "nearly-fitted",
            differs: "the first residual at θ* is a billionth",
            broken: Broken::Statement(|_, subject| Ok(interpolation(subject, 1))),
        },
        Control {
            id: "half-the-smoothness",
            differs: "claims E‖∇ℓ_i(θ) - ∇ℓ_i(θ*)‖² ≤ L_max (R(θ) - R*)",
            broken: Broken::Statement(|_, _| Ok(smoothness(1))),
        },
        Control {
            id: "favoured-sample",
            differs: "the code's sampler gives sample 0 two tickets",
            broken: Broken::Subject { claim: "depends-on-data", subject: &FAVOUR },
        },
        Control {
            id: "same-sample-twice",
            differs: "the code takes each draw twice",
            broken: Broken::Subject { claim: "depends-on-data", subject: &COPIES },
        },
    ],
    plots: &[over_the_line],
};

fn mean(values: &[Polynomial]) -> Polynomial {
    let share = values[0].constant(&rational(1, values.len() as u64));
    share * values[1..].iter().fold(values[0].clone(), |sum, value| sum + value)
}

fn covariance(left: &[Polynomial], right: &[Polynomial]) -> Polynomial {
    let products: Vec<Polynomial> = left.iter().zip(right).map(|(x, y)| x * y).collect();
    mean(&products) - mean(left) * mean(right)
}

/// `E‖g_B - E g_B‖²` over the sampler's law; `gradients[i]` holds the components of sample `i`'s gradient.
fn variance(subject: &dyn Subject, gradients: &[Vec<Polynomial>], batch: usize) -> Polynomial {
    let law = subject.sampler(Sampling::WithReplacement).law(gradients.len(), batch);
    let zero = gradients[0][0].int(0);
    let component = |place: usize| {
        let moment = |power: fn(&Polynomial) -> Polynomial| {
            law.iter().fold(zero.clone(), |sum, outcome| {
                let terms = outcome.coefficients.iter().zip(gradients).map(|(c, g)| zero.constant(c) * &g[place]);
                let joined = terms.fold(zero.clone(), |sum, term| sum + term);
                sum + zero.constant(&outcome.probability) * power(&joined)
            })
        };
        moment(Polynomial::squared) - moment(Polynomial::clone).squared()
    };
    (0..gradients[0].len()).map(component).fold(zero.clone(), |sum, part| sum + part)
}

/// The linear term is said to be `-2 Cov(a², ab) θ / halved`.
fn quadratic(subject: &dyn Subject, halved: u64) -> Evidence {
    let mut exact = Exact::new();
    let [theta, a1, a2, a3, b1, b2, b3] = Polynomial::variables();
    let (all_a, all_b) = ([a1, a2, a3], [b1, b2, b3]);
    for (samples, batch) in (1..=3).flat_map(|samples| (1..=3).map(move |batch| (samples, batch))) {
        let (a, b) = (&all_a[..samples], &all_b[..samples]);
        let gradients: Vec<Vec<Polynomial>> = a.iter().zip(b).map(|(a, b)| vec![a * (a * &theta - b)]).collect();
        let squares: Vec<Polynomial> = a.iter().map(Polynomial::squared).collect();
        let pulls: Vec<Polynomial> = a.iter().zip(b).map(|(a, b)| a * b).collect();
        let linear = theta.constant(&rational(2, halved)) * covariance(&squares, &pulls) * &theta;
        let claimed = covariance(&squares, &squares) * theta.squared() - linear + covariance(&pulls, &pulls);
        let found = theta.int(batch as i64) * variance(subject, &gradients, batch);
        exact.identity(&format!("B Var[g_B] with N = {samples}, B = {batch}"), found, claimed);
    }
    exact.evidence()
}

/// The samples `½ (θ - 0)²` and `½ (2θ - 1)²`.
fn example() -> ([Polynomial; 1], Vec<Vec<Polynomial>>) {
    let [theta] = Polynomial::variables();
    let gradients = vec![vec![theta.clone()], vec![theta.int(2) * (theta.int(2) * &theta - theta.int(1))]];
    ([theta], gradients)
}

/// A polynomial in one variable is bounded on the whole line only if it is constant.
fn bounded(subject: &dyn Subject) -> Evidence {
    let mut exact = Exact::new();
    let (_, gradients) = example();
    let variance = variance(subject, &gradients, 1);
    exact.holds("σ²(θ) is bounded: it has no power of θ", variance.degree() == 0, || {
        let at = |theta: i64| variance.at(&[Rational::from(theta)]);
        format!("a = (1, 2), b = (0, 1): σ²(0) = {}, σ²(1) = {}, σ²(10⁶) = {}", at(0), at(1), at(1_000_000))
    });
    exact.evidence()
}

/// `b_i = ⟨a_i, θ*⟩` plus, for the first, `error` billionths.
fn interpolation(subject: &dyn Subject, error: i64) -> Evidence {
    let mut exact = Exact::new();
    let [t, target, a1, a2, a3] = Polynomial::variables();
    let missing = |sample: usize| t.constant(&if sample == 0 { rational(error, 1_000_000_000) } else { Rational::ZERO });
    let gradients = |at: &Polynomial| -> Vec<Vec<Polynomial>> {
        let of = |(sample, a): (usize, &Polynomial)| vec![a * (a * &(at - &target) - missing(sample))];
        [&a1, &a2, &a3].into_iter().enumerate().map(of).collect()
    };
    let squares = [a1.squared(), a2.squared(), a3.squared()];
    let claimed = covariance(&squares, &squares) * (&t - &target).squared();
    exact.identity("σ²(θ) = Var(a²)(θ - θ*)²", variance(subject, &gradients(&t), 1), claimed);
    exact.identity("σ²(θ*) = 0 in one variable", variance(subject, &gradients(&target), 1), t.int(0));
    let plane: [Polynomial; 8] = Polynomial::variables();
    let [u, v] = [&plane[6], &plane[7]];
    let missing = |sample: usize| u.constant(&if sample == 0 { rational(error, 1_000_000_000) } else { Rational::ZERO });
    let of = |sample: usize| {
        let [a, b] = [&plane[2 * sample], &plane[2 * sample + 1]];
        let label = a * u + b * v + missing(sample);
        let residual = a * u + b * v - label;
        vec![a * &residual, b * &residual]
    };
    let fitted: Vec<Vec<Polynomial>> = (0..3).map(of).collect();
    exact.identity("σ²(θ*) = 0 in two variables", variance(subject, &fitted, 1), u.int(0));
    exact.evidence()
}

/// One sample's share, with `p = ⟨a, θ - θ*⟩`, `s = ‖a‖²`, `l = L_max`: `∇ℓ(θ) - ∇ℓ(θ*) = p a`, and `R(θ) - R* = ½ E p²` because
/// `∇R(θ*) = 0`. `factor` is that of `L_max (R(θ) - R*)`.
fn smoothness(factor: i64) -> Evidence {
    let mut exact = Exact::new();
    let [p, s, l, u, v, m] = Polynomial::variables();
    let room = p.constant(&rational(factor, 2)) * &l * p.squared() - p.squared() * &s;
    exact.identity("2 L_max · ½p² - p²‖a‖² = (L_max - ‖a‖²) p², not negative", room, (&l - &s) * p.squared());
    // With u and v for the gradient's change and the gradient at θ*, products for inner products.
    let doubled = u.int(2) * (u.squared() + v.squared()) - (&u + &v).squared();
    exact.identity("2‖u‖² + 2‖v‖² - ‖u + v‖² = ‖u - v‖²", doubled, (&u - &v).squared());
    // E‖g‖² less the variance is the mean's square; given E g = m.
    exact.identity("‖g - m‖² = ‖g‖² - 2⟨g, m⟩ + ‖m‖²", (&u - &m).squared(), u.squared() - u.int(2) * &u * &m + m.squared());
    exact.evidence()
}

fn over_the_line(_: &Lab) -> Plot {
    let (_, gradients) = example();
    let found = variance(&Reference, &gradients, 1);
    let points = || (-20..=20).map(|k| rational(k, 10));
    let curve = |theta: &Rational| {
        let theta = to_f64(theta);
        // Var(a²) = 9/4, Cov(a², ab) = 3/2, Var(ab) = 1.
        2.25 * theta * theta - 3.0 * theta + 1.0
    };
    Plot {
        id: "variance".into(),
        title: "Variance of a sample's gradient, a = (1, 2), b = (0, 1)".into(),
        x: "θ".into(),
        y: "σ²(θ)".into(),
        series: vec![
            Series::theory("Var(a²)θ² - 2 Cov(a², ab)θ + Var(ab)", points().map(|theta| [to_f64(&theta), curve(&theta)])),
            Series::measured(
                "the sampler's law",
                points().step_by(4).map(|theta| [to_f64(&theta), to_f64(&found.at(std::slice::from_ref(&theta)))]),
            ),
        ],
        ..Plot::default()
    }
}
