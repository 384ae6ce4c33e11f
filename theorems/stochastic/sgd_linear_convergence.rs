//! # SGD converges linearly to a noise floor, and to the minimiser only where there is no noise
//!
//! **Setting.** `x⁺ = x - η g`, `E g = ∇f(x)`: with added noise of variance `σ²` on `½ λ x²`, or on least squares
//! `½ (⟨a_i, x⟩ - b_i)²` with `⟨a_i, x*⟩ = b_i` for all `i` (interpolation), `μ` the least eigenvalue of the Hessian, `L_max = max ‖a_i‖²`.
//!
//! **Statement.** (1) With noise `E x_T² = V + (1 - ηλ)^(2T) (R² - V)`, at least `η²σ²` for every `T ≥ 1`. (2) With interpolation
//! and `0 < η < 2/L_max`: `E‖x_T - x*‖² ≤ (1 - ημ(2 - ηL_max))^T R²`, which tends to 0 if `μ > 0`: full column rank.
//!
//! **Why.** Noise adds `η²σ²` a step; without it a step is `‖x⁺‖² = ‖x‖² - η(2 - η‖a‖²)⟨a, x⟩²`.
//!
//! **How it could fail.** The code runs exactly on all paths of noise and all index sequences, and in floats where its steps multiply by known factors.

use super::faults::FAVOUR;
use super::paths::{Paths, mean_square};
use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::training::Sampling;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-linear-convergence",
    title: "SGD at a constant step converges linearly only down to its noise floor, or under interpolation",
    topic: "stochastic",
    record: Some("sgd-linear-convergence"),
    statement: "At a constant step size and with noise of variance $σ^2$, $𝔼 x_T^2 = V + (1 - η λ)^(2 T) (R^2 - V) ≥ η^2 σ^2$ on \
                $1/2 λ x^2$: no linear convergence to the minimiser. On least squares that fits every sample, $𝔼‖x_T - x^*‖^2 ≤ (1 - η μ \
                (2 - η L_max))^T R^2$ for $0 < η < 2/L_max$.",
    hypotheses: &[
        "for linear convergence: least squares with $⟨a_i, x^*⟩ = b_i$ for every sample, full column rank, $0 < η < 2/L_max$",
        "uniform draws with replacement",
        "plain SGD with a constant step size",
    ],
    sources: &[
        Source::Note("000", "132"),
        Source::Cited("agarwal2012", "lower bounds under strong convexity"),
        Source::Cited("ma2018", "interpolation"),
    ],
    claims: &[
        Claim {
            id: "linear",
            as_stated: true,
            statement: "convergence rate: linear, $𝔼 x_T^2 ≤ (1 - η μ)^T R^2$",
            quantifier: "refuted with σ = 1 by the code on all paths of 8 steps, R = 1, ηλ = 1/2",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| noisy(subject, |found, [_, power, _]| *found <= power),
        },
        Claim {
            id: "no-rate",
            as_stated: false,
            statement: "with noise $𝔼 x_T^2 = V + (1 - η λ)^(2 T) (R^2 - V)$ and $𝔼 x_T^2 ≥ η^2 σ^2$ for $T ≥ 1$, so that $C r^T$ bounds it for \
                        no $C$ and $r < 1$",
            quantifier: "all 0 < ηλ < 2, σ > 0 and R, independent noise of variance σ², all T by induction",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(floor(0)),
        },
        Claim {
            id: "floor",
            as_stated: false,
            statement: "with noise the code has $𝔼 x_T^2 = V + (1 - η λ)^(2 T) (R^2 - V)$",
            quantifier: "all paths of two-point noise, T ≤ 8, ηλ = 1/2, 1/10 and 3/2, R = 1",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| noisy(subject, |found, [floor, power, _]| *found == decayed(&floor, &power)),
        },
        Claim {
            id: "interpolation",
            as_stated: false,
            statement: "under interpolation $𝔼‖x^+ - x^*‖^2 ≤ (1 - η μ (2 - η L_max)) ‖x - x^*‖^2$",
            quantifier: "every sample's share, every dimension, all 0 < η < 2/L_max, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(contraction(2)),
        },
        Claim {
            id: "code-interpolates",
            as_stated: false,
            statement: "under interpolation the code has $𝔼‖x_T - x^*‖^2 ≤ (1 - η μ (2 - η L_max))^T R^2$, and one step equals $‖x‖^2 - η/N sum_i (2 - \
                        η ‖a_i‖^2) ⟨a_i, x⟩^2$",
            quantifier: "a = (1, 0), (1, 1), (0, 2): μ = (7 - √13)/6, rounded down to 0.5657; L_max = 4; η = 1/10, 1/4 and 2/5, all 3⁵ index \
                         sequences",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| interpolating(subject, [[1, 0], [1, 1], [0, 2]], &rational(5657, 10_000)),
        },
        Claim {
            id: "floats",
            as_stated: false,
            statement: "under interpolation a visit to the sample $a = e_1$ or $a = 2 e_2$ multiplies its coordinate by $1 - η$ or $1 - 4 η$, in floats \
                        within $3 t u$ after $t$ steps",
            quantifier: "plain SGD, η = 1/8, 200 drawn indices",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| floats(lab, subject, Rational::ZERO),
        },
    ],
    controls: &[
        Control {
            id: "linear-with-noise",
            differs: "claims (1 - ηλ)^T R² of the noisy quadratic",
            broken: Broken::Statement(|_, subject| noisy(subject, |found, [_, power, _]| *found <= power)),
        },
        Control {
            id: "floor-of-the-note",
            differs: "claims the floor ησ²/λ",
            broken: Broken::Statement(|_, subject| noisy(subject, |found, [_, power, note]| *found == decayed(&note, &power))),
        },
        Control {
            id: "unbalanced-floor",
            differs: "the noise of a step is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(floor(1))),
        },
        Control {
            id: "three-instead-of-two",
            differs: "claims the rate 1 - ημ(3 - ηL_max)",
            broken: Broken::Statement(|_, _| Ok(contraction(3))),
        },
        Control {
            id: "rank-deficient",
            differs: "the samples span a line only: claims the rate of the eigenvalue 2 that is not zero",
            broken: Broken::Statement(|_, subject| interpolating(subject, [[1, 0], [1, 0], [2, 0]], &rational(2, 1))),
        },
        Control {
            id: "larger-eigenvalue",
            differs: "claims the rate with μ = 13/20, above the least eigenvalue 0.566",
            broken: Broken::Statement(|_, subject| interpolating(subject, [[1, 0], [1, 1], [0, 2]], &rational(13, 20))),
        },
        Control {
            id: "noisy-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "floor", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code-interpolates", subject: &LONGER_STEP },
        },
        Control {
            id: "favoured-sample",
            differs: "the code's sampler gives sample 0 two tickets",
            broken: Broken::Subject { claim: "code-interpolates", subject: &FAVOUR },
        },
        Control {
            id: "float-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹) in floats",
            broken: Broken::Subject { claim: "floats", subject: &LONGER_STEP },
        },
        Control {
            id: "float-factor-larger",
            differs: "claims the factors 1 - η + 10⁻¹⁵ and 1 - 4η + 10⁻¹⁵",
            broken: Broken::Statement(|lab, subject| floats(lab, subject, rational(1, 1_000_000_000_000_000))),
        },
    ],
    plots: &[plateau],
};

/// With `V` = `ηs/(λ(2 - ηλ))`, `s = σ²`; `error` billionths of the noise are added to it in a step.
fn floor(error: i64) -> Evidence {
    let mut exact = Exact::new();
    let [eta, lambda, s, start, power] = Polynomial::variables();
    let product = &eta * &lambda;
    let rate = (eta.int(1) - &product).squared();
    // Everything times D = λ(2 - ηλ), so that D V = ηs; power is (1 - ηλ)^(2T).
    let denominator = &lambda * (eta.int(2) - &product);
    let floor = &eta * &s;
    let moment = |power: &Polynomial| &floor + power * (&denominator * &start - floor.clone());
    let noise = eta.squared() * &s * eta.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    let next = &rate * &moment(&power) + &denominator * &noise;
    exact.identity("E x_(T+1)² = (1 - ηλ)² E x_T² + η²σ²", next, moment(&(&rate * &power)));
    exact.identity("at the start it is R²", moment(&eta.int(1)), &denominator * &start);
    // E x_(T+1)² - η²σ² is a square times E x_T².
    let left = moment(&(&rate * &power)) - &denominator * eta.squared() * &s;
    exact.identity("at least η²σ² after a step", left, rate * moment(&power));
    exact.evidence()
}

/// One sample's share of a step, `p = ⟨a, x⟩`, `s = ‖a‖²`, `l = L_max`.
fn contraction(two: i64) -> Evidence {
    let mut exact = Exact::new();
    let [norm, p, s, l, eta] = Polynomial::variables();
    // ‖x - ηpa‖² = ‖x‖² - 2ηp² + η²p²s.
    let step = &norm - eta.int(2) * &eta * p.squared() + eta.squared() * p.squared() * &s;
    let claimed = &norm - &eta * (eta.int(two) - &eta * &l) * p.squared();
    exact.identity("less than claimed by η²(L_max - ‖a‖²)⟨a, x⟩²", claimed - step, eta.squared() * (&l - &s) * p.squared());
    // E ⟨a, x⟩² ≥ μ‖x‖² closes it where 2 - ηL_max > 0.
    exact.evidence()
}

/// `V + (1 - ηλ)^(2T) (1 - V)`.
fn decayed(floor: &Rational, power: &Rational) -> Rational {
    floor + square(power) * (Rational::ONE - floor)
}

/// On all paths of `±1`, from 1, with `λ = 1`: whether `E x_T²` is as claimed, given `V`, `(1 - ηλ)^T` and `ησ²/λ`.
fn noisy(subject: &dyn Subject, claimed: fn(&Rational, [Rational; 3]) -> bool) -> Result<Evidence, NotOffered> {
    const STEPS: usize = 8;
    let mut exact = Exact::new();
    let one = Rational::ONE;
    for eta in [rational(1, 2), rational(1, 10), rational(3, 2)] {
        let quadratic = Quadratic { spectrum: vec![one.clone(); 1 << STEPS] };
        let paths = Paths { start: &one, noise: &one, step_size: |_| eta.clone(), steps: STEPS };
        for (step, x) in paths.run(subject, |x| quadratic.gradient(x))?.iter().enumerate() {
            let floor = &eta / (Rational::from(2) - &eta);
            let power = (&one - &eta).pow(step as isize);
            let found = mean_square(x);
            let holds = claimed(&found, [floor, power.clone(), eta.clone()]);
            exact.holds("E x_T²", holds, || {
                format!("ηλ = {eta}, T = {step}: {}, (1 - ηλ)^T = {}", readable(&found), readable(&power))
            });
        }
    }
    Ok(exact.evidence())
}

/// Least squares with these features and `x* = 0`.
fn interpolating(subject: &dyn Subject, features: [[i64; 2]; 3], mu: &Rational) -> Result<Evidence, NotOffered> {
    const STEPS: u32 = 5;
    let features = features.map(|a| a.map(Rational::from));
    let norm = |x: &[Rational]| square(&x[0]) + square(&x[1]);
    let product = |a: &[Rational; 2], x: &[Rational]| &a[0] * &x[0] + &a[1] * &x[1];
    let law = subject.sampler(Sampling::WithReplacement).law(3, 1);
    let mut exact = Exact::new();
    for eta in [rational(1, 10), rational(1, 4), rational(2, 5)] {
        let rate = Rational::ONE - &eta * mu * (Rational::from(2) - Rational::from(4) * &eta);
        // Near the slow eigenvector.
        let start = vec![Rational::from(2), rational(-2, 3)];
        let mut ends = vec![(Rational::ONE, start.clone())];
        for step in 1..=STEPS {
            let mut longer = Vec::new();
            for (probability, x) in &ends {
                let mut mean = Rational::ZERO;
                for outcome in &law {
                    let mut next = x.clone();
                    advance(&mut *subject.exact(&Method::gradient_descent(eta.clone()))?, &mut next, |x| {
                        let parts = outcome.coefficients.iter().zip(&features).map(|(c, a)| (c * product(a, x), a));
                        let zero = vec![Rational::ZERO; 2];
                        parts.fold(zero, |sum, (pull, a)| sum.iter().zip(a).map(|(sum, a)| sum + &pull * a).collect())
                    });
                    mean += &outcome.probability * norm(&next);
                    longer.push((probability * &outcome.probability, next));
                }
                let share = |a: &[Rational; 2]| (Rational::from(2) - &eta * norm(a)) * square(&product(a, x));
                let falls = features.iter().fold(Rational::ZERO, |sum, a| sum + share(a)) / Rational::from(3);
                exact.equal("one step's mean", &mean, &(norm(x) - &eta * falls), || format!("η = {eta}, x = {x:?}"));
            }
            ends = longer;
            let moment = ends.iter().fold(Rational::ZERO, |sum, (probability, x)| sum + probability * norm(x));
            let bound = rate.pow(step as isize) * norm(&start);
            exact.holds("E‖x_T‖² ≤ r^T R²", moment <= bound, || {
                format!("η = {eta}, T = {step}: {} against {}", readable(&moment), readable(&bound))
            });
        }
    }
    Ok(exact.evidence())
}

/// With `a = e_1` or `2 e_2` and `η = 1/8` the products `a²` and `η a² x` are exact (powers of 2): a step rounds once, in the
/// difference, and once more where `η g` is rounded first, which is exact here; three roundings a step leave room for any order of the
/// same formula. A factor is `1 - ηa² + error`.
fn floats(lab: &Lab, subject: &dyn Subject, error: Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("floats");
    let mut property = Property::new();
    let mut optimizer = subject.double(&Method::gradient_descent(rational(1, 8)))?;
    let mut draws = stream.trial(0);
    let mut x = vec![1.0, 1.0];
    let mut exact = [Rational::ONE, Rational::ONE];
    let sampler = subject.sampler(Sampling::WithReplacement);
    for step in 1..=200 {
        let sample = sampler.draw(2, 1, &mut draws)[0];
        advance(&mut *optimizer, &mut x, |x| if sample == 0 { vec![x[0], 0.0] } else { vec![0.0, 4.0 * x[1]] });
        exact[sample] *= [rational(7, 8), rational(1, 2)][sample].clone() + &error;
        for (x, exact) in x.iter().zip(&exact) {
            let exact = to_f64(exact);
            let bound = 3.0 * f64::from(step) * f64::EPSILON / 2.0 * exact;
            property.within("distance from the product of factors", (x - exact).abs(), bound, || format!("step {step}: {x:e}"));
        }
    }
    Ok(property.evidence())
}

fn plateau(_: &Lab) -> Plot {
    const STEPS: usize = 40;
    let eta = 0.25;
    let floor = eta / (2.0 - eta);
    let noisy = (0..=STEPS).map(|t| [t as f64, floor + libm::pow(1.0 - eta, 2.0 * t as f64) * (1.0 - floor)]);
    let clean = (0..=STEPS).map(|t| [t as f64, libm::pow(1.0 - eta, 2.0 * t as f64)]);
    let (one, zero, quarter) = (Rational::ONE, Rational::ZERO, rational(1, 4));
    let measured = |noise: &Rational, steps: usize| {
        let quadratic = Quadratic { spectrum: vec![one.clone(); 1 << steps] };
        let paths = Paths { start: &one, noise, step_size: |_| quarter.clone(), steps };
        let run = paths.run(&Reference, |x| quadratic.gradient(x)).unwrap_or_default();
        run.iter().enumerate().map(|(t, x)| [t as f64, to_f64(&mean_square(x))]).collect::<Vec<_>>()
    };
    Plot {
        id: "plateau".into(),
        title: "SGD on ½ x² with η = 1/4, with and without noise".into(),
        x: "step T".into(),
        y: "E x²".into(),
        log_y: true,
        series: vec![
            Series::theory("σ = 1: down to the floor", noisy),
            Series::theory("σ = 0: linear", clean),
            Series::measured("the code, σ = 1, all paths", measured(&one, 9)),
            Series::measured("the code, σ = 0", measured(&zero, 9)),
        ],
        ..Plot::default()
    }
}
