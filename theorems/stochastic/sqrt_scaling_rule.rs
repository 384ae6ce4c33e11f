//! # A batch k times as large with a step √k times as long
//!
//! **Setting.** Batches of `B` independent uniform draws with steps `η`, against `kB` and `√k η`; frozen gradients.
//!
//! **Statement.** (1) One step has the covariance `η²Σ/B` in both cases, but the mean movement grows by `√k`, not by `k`: per example it shrinks.
//! (2) A method whose step does not depend on the gradient's scale, on pure noise. Sign descent: in each coordinate `k` steps of `(η, B)` and one of `(√k η, kB)` have
//! the same variance, while `kη` multiplies it by `k`, if the noise is symmetric and its batch mean never 0, as for ±1 with odd batches. Adam without ε depends on the shape of the
//! noise, not on its scale: on normal noise, whose batch means are the same noise `√k` times as small, each of its steps has `k` times the covariance with `√k η`.
//!
//! **Why.** `(√k η)²/(kB) = η²/B`; a sign of symmetric noise that is never 0 has variance 1, whatever the batch.
//!
//! **How it could fail.** All runs of the code are enumerated on coefficient vectors; sign descent is enumerated on samples with gradients ±1, and
//! Adam runs in doubles on gradients with halved noise, where powers of two round nowhere. Left out: Adam's stationary variance on a quadratic under `√k η` against `kη`.

use super::linear_scaling_rule::scaled;
use super::movement::{Batches, moments};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Rational, rational, square, to_f64};
use crate::optimizers::{Adam, Algorithm, Epsilon, Method, Moments, advance};
use crate::plot::{Plot, Series};
use crate::schedules::BatchScaling;
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::training::Sampling;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sqrt-scaling-rule",
    title: "Scaling the step with the root of the batch keeps a step's covariance",
    topic: "stochastic",
    record: Some("sqrt-scaling-rule"),
    statement: "For gradient descent $√k η$ with $k B$ keeps the covariance $η^2 Σ/B$ of a step and not its mean per example. For methods whose step does \
                not depend on the scale of the gradient, on pure noise, it gives a step $k$ times the spread, so that per example it is kept, while $k η$ \
                multiplies that by $k$; the spread is the variance of each coordinate for signs, and the covariance for Adam on normal noise.",
    hypotheses: &[
        "independent uniform draws, frozen gradients",
        "for the second part: a step that does not depend on the gradient's scale, and no drift: signs on symmetric noise whose batch mean \
         is never 0 (±1 with odd batches), coordinate by coordinate; or Adam with $ε = 0$ on normal noise, where it is said of single steps: those of Adam are \
         correlated",
    ],
    sources: &[
        Source::Note("001", "238-241"),
        Source::Cited("krizhevsky2014", "learning rates of larger batches"),
        Source::Cited("hoffer2017", "square-root scaling"),
        Source::Cited("malladi2022", "the square root scaling rule for Adam"),
    ],
    claims: &[
        Claim {
            id: "per-example",
            as_stated: true,
            statement: "with the batch $k B$ the right step is $√k η$: it moves the parameters by the same mean per example",
            quantifier: "gradient descent, all data of 2 or 3 samples, k = 4",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| of_a_step(subject, BatchScaling::SquareRoot, Rational::from, |_| Rational::ONE),
        },
        Claim {
            id: "covariance",
            as_stated: false,
            statement: "a step of $(√k η, k B)$ has the covariance $η^2 Σ/B$ of one of $(η, B)$, and $√k$ times its mean",
            quantifier: "gradient descent, all data of 2 or 3 samples, k = 4 and 9, B = 1 and 2",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| of_a_step(subject, BatchScaling::SquareRoot, |k| Rational::from(k.isqrt()), |_| Rational::ONE),
        },
        Claim {
            id: "signs",
            as_stated: false,
            statement: "sign descent on pure noise: one step of $(√k η, k B)$ has the variance $k η^2$ of $k$ steps of $(η, B)$",
            quantifier: "two samples with the gradients ±1, B = 1, k = 9 and 25, two step sizes, all batches",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| signs(subject, BatchScaling::SquareRoot),
        },
        Claim {
            id: "adam",
            as_stated: false,
            statement: "Adam with $ε = 0$ and the step $√k η$ moves, on gradients that are $√k$ times as small, $√k$ times as far as with $η$: on \
                        normal noise, which a batch does that to, its covariance per step grows by $k$",
            quantifier: "k = 4, η = 2⁻⁷, 60 steps on 8 drawn sequences of gradients, in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| adam(lab, subject, 2),
        },
    ],
    controls: &[
        Control {
            id: "linear-covariance",
            differs: "the step is scaled by k: a step's covariance grows by k",
            broken: Broken::Statement(|_, subject| of_a_step(subject, BatchScaling::Linear, Rational::from, |_| Rational::ONE)),
        },
        Control {
            id: "linear-on-signs",
            differs: "the step of sign descent is scaled by k",
            broken: Broken::Statement(|_, subject| signs(subject, BatchScaling::Linear)),
        },
        Control {
            id: "unscaled-on-signs",
            differs: "the step of sign descent is not scaled",
            broken: Broken::Statement(|_, subject| signs(subject, BatchScaling::Constant)),
        },
        Control {
            id: "adam-linear",
            differs: "Adam's step is scaled by k and its movement is said to grow by √k",
            broken: Broken::Statement(|lab, subject| adam(lab, subject, 4)),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "covariance", subject: &LONGER_STEP },
        },
        Control {
            id: "signs-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "signs", subject: &LONGER_STEP },
        },
        Control {
            id: "adam-with-epsilon",
            differs: "the code adds ε = 10⁻¹³ to the root",
            broken: Broken::Subject {
                claim: "adam",
                subject: &Impostor {
                    name: "ε = 10⁻¹³",
                    instead: |method| match &method.algorithm {
                        Algorithm::Adam(rule) => {
                            let rule = Adam { epsilon: rational(1, 10_000_000_000_000), ..rule.clone() };
                            Method { algorithm: Algorithm::Adam(rule), ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[against_the_batch],
};

/// One step of the scaled rule with `kB` against one of `(η, B)`: the mean grows by `mean(k)`, the covariance by `spread(k)`.
fn of_a_step(
    subject: &dyn Subject,
    scaling: BatchScaling,
    mean: fn(usize) -> Rational,
    spread: fn(usize) -> Rational,
) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (samples, size, k) in [(3, 1, 4), (3, 2, 4), (2, 1, 9), (2, 2, 4)] {
        for eta in [rational(1, 10), rational(7, 3)] {
            let Some(larger) = scaled(&eta, k, scaling) else { continue };
            let small = moments(&mut exact, subject, &eta, Batches { samples, size, steps: 1 })?;
            let large = moments(&mut exact, subject, &larger, Batches { samples, size: k * size, steps: 1 })?;
            let input = || format!("η = {eta}, N = {samples}, B = {size}, k = {k}");
            exact.equal("the small step's mean", &small[0], &eta, input);
            exact.equal("the small step's covariance", &small[1], &(square(&eta) / Rational::from(size)), input);
            exact.equal("the mean", &large[0], &(mean(k) * &small[0]), input);
            exact.equal("the covariance", &large[1], &(spread(k) * &small[1]), input);
        }
    }
    Ok(exact.evidence())
}

/// Mean and mean square of a step of sign descent with this batch from two samples with the gradients 1 and -1.
fn of_signs(subject: &dyn Subject, step_size: &Rational, batch: usize) -> Result<[Rational; 2], NotOffered> {
    let law = subject.sampler(Sampling::WithReplacement).law(2, batch);
    let mut optimizer = subject.exact(&Method::new(Algorithm::SignDescent, step_size.clone()))?;
    let mut x = vec![Rational::ZERO; law.len()];
    advance(&mut *optimizer, &mut x, |_| law.iter().map(|outcome| &outcome.coefficients[0] - &outcome.coefficients[1]).collect());
    let mean_of = |power: usize| {
        law.iter().zip(&x).fold(Rational::ZERO, |sum, (outcome, x)| sum + &outcome.probability * x.pow(power as isize))
    };
    Ok([mean_of(1), mean_of(2)])
}

/// Odd `k`, so that no batch of one sample's multiple is balanced: a sign of zero would make no step.
fn signs(subject: &dyn Subject, scaling: BatchScaling) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (k, eta) in [9, 25].into_iter().flat_map(|k| [rational(1, 10), rational(3, 1)].map(|eta| (k, eta))) {
        let Some(larger) = scaled(&eta, k, scaling) else { continue };
        let small = of_signs(subject, &eta, 1)?;
        let large = of_signs(subject, &larger, k)?;
        let input = || format!("η = {eta}, k = {k}");
        exact.equal("no drift", &small[0], &Rational::ZERO, input);
        exact.equal("no drift of the large batch", &large[0], &Rational::ZERO, input);
        exact.equal("η²", &small[1], &square(&eta), input);
        // The steps of k small batches are independent: their variances add.
        exact.equal("the variance of k steps", &large[1], &(Rational::from(k) * &small[1]), input);
    }
    Ok(exact.evidence())
}

/// Adam at `(η, g)` against Adam at `(longer η, g/2)`: twice the movement. All factors are powers of two, so that a step of the second run
/// is twice that of the first one to the last bit. What remains is the rounding of each addition, by half an ulp at most; the bound allows one.
fn adam(lab: &Lab, subject: &dyn Subject, longer: i64) -> Result<Evidence, NotOffered> {
    const STEPS: usize = 60;
    let stream = lab.stream("gradients");
    let eta = rational(1, 128);
    let moments = Moments { beta1: rational(9, 10), beta2: rational(999, 1000) };
    let rule = Adam { moments, epsilon: Rational::ZERO, placement: Epsilon::Outside, bias_correction: true };
    let method = |eta: Rational| Method::new(Algorithm::Adam(rule.clone()), eta);
    let mut property = Property::new();
    for case in 0..8 {
        let mut draws = stream.trial(case);
        let gradients = draws.normals(STEPS);
        // The end, and a bound on what the additions to the point may have rounded off.
        let run = |eta: Rational, scale: f64| -> Result<[f64; 2], NotOffered> {
            let mut optimizer = subject.double(&method(eta))?;
            let (mut x, mut rounded) = (vec![0.0], 0.0);
            for gradient in &gradients {
                advance(&mut *optimizer, &mut x, |_| vec![scale * gradient]);
                rounded += f64::EPSILON * x[0].abs();
            }
            Ok([x[0], rounded])
        };
        let [small, rounded] = run(eta.clone(), 1.0)?;
        let [large, rounded_large] = run(&eta * Rational::from(longer), 0.5)?;
        let bound = 2.0 * rounded + rounded_large;
        property.within("twice as far", (large - 2.0 * small).abs(), bound, || format!("case {case}: {small:e}, {large:e}"));
    }
    Ok(property.evidence())
}

fn against_the_batch(_: &Lab) -> Plot {
    let eta = rational(1, 10);
    let points = |scaling| {
        let point = move |k: usize| -> Option<[f64; 2]> {
            let larger = scaled(&rational(1, 10), k, scaling)?;
            let [_, spread] = moments(&mut Exact::new(), &Reference, &larger, Batches { samples: 2, size: k, steps: 1 }).ok()?;
            Some([k as f64, to_f64(&spread)])
        };
        [1, 4, 9, 16, 25, 36, 49, 64].into_iter().filter_map(point).collect::<Vec<_>>()
    };
    let theory = |power: f64| (0..=64).map(move |k| [f64::from(k.max(1)), 0.01 * libm::pow(f64::from(k.max(1)), power)]);
    Plot {
        id: "covariance".into(),
        title: format!("Covariance of one step with the batch k, in units of Σ; η = {}", to_f64(&eta)),
        x: "k".into(),
        y: "covariance".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("√k: η²", theory(0.0)),
            Series::theory("k: kη²", theory(1.0)),
            Series::theory("unscaled: η²/k", theory(-1.0)),
            Series::measured("code, √k", points(BatchScaling::SquareRoot)),
            Series::measured("code, k", points(BatchScaling::Linear)),
            Series::measured("code, unscaled", points(BatchScaling::Constant)),
        ],
    }
}
