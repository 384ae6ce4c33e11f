//! # Beyond the critical batch size steps still improve, by less and less
//!
//! **Setting.** One step `x - ηg` on a convex quadratic with Hessian `H` and gradient `G`, `GᵀHG > 0`, where `g` is the mean of `B` independent draws of covariance `Σ`;
//! `B_n = tr(HΣ)/GᵀHG`, `η_max = |G|²/GᵀHG`.
//!
//! **Statement.** (1) The expected decrease is `η|G|² - ½η²(GᵀHG + tr(HΣ)/B)`, largest at `η_max/(1 + B_n/B)`, where it is `1/(1 + B_n/B)` of the
//! largest one without noise: half at `B_n`, four fifths at `4B_n`. (2) On noiseless least squares with random signs as features steps to a tolerance
//! fall with every doubling of `B` that is checked, samples do not. Generalisation does not enter.
//!
//! **Why.** A parabola in `η`; independent draws divide `tr(HΣ)` by `B`.
//!
//! **How it could fail.** The parabola is a polynomial identity. The code takes its step on all batches of a finite sum, in exact arithmetic.

use super::faults::COPIES;
use super::features::{factor, mean_square, second};
use crate::evidence::{Evidence, Exact, readable};
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
    id: "critical-batch-size",
    title: "The critical batch size halves the gain of a step; it ends nothing",
    topic: "stochastic",
    record: Some("critical-batch-size"),
    statement: "On a convex quadratic the best step with a batch of $B$ decreases the loss by $1/(1 + B_n/B)$ of what it would without noise, \
                $B_n = frac(\"tr\"(H Σ), G^⊤ H G)$: returns diminish smoothly, half of the gain is reached at $B_n$, and the reason is the noise of the \
                gradient, not generalisation.",
    hypotheses: &["a quadratic with $H ⪰ 0$, or such a model of a loss at one point", "independent draws", "$G^⊤ H G > 0$"],
    sources: &[
        Source::Note("000", "589"),
        Source::Cited("mccandlish2018", "section 2.2"),
        Source::Cited("ma2018", "mini-batch saturation"),
    ],
    claims: &[
        Claim {
            id: "no-further-speedup",
            as_stated: true,
            statement: "beyond the critical batch size no further speedup is possible",
            quantifier: "a quadratic in two dimensions with three samples and B_n = 2: a step with B = 3, ..., 8 against one with B = 2",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| gains(subject, |gain, batch| gain(batch.min(NOISE))),
        },
        Claim {
            id: "parabola",
            as_stated: false,
            statement: "the decrease $η|G|^2 - ½ η^2 (G^⊤ H G + frac(\"tr\"(H Σ), B))$ is at most $½ frac(|G|^4, G^⊤ H G) ⋅ frac(B, B + B_n)$, at \
                        $η = η_\"max\"/(1 + B_n/B)$ alone",
            quantifier: "all quadratics with H ⪰ 0 and GᵀHG > 0, noises and batch sizes, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(parabola(0)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "the code's step has this expected decrease, at the best step size $B/(B + B_n)$ of the one without noise",
            quantifier: "a quadratic in two dimensions with three samples and B_n = 2, B = 1, ..., 8, the best step size and four others, all batches",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| gains(subject, |gain, batch| gain(batch)),
        },
        Claim {
            id: "features",
            as_stated: false,
            statement: "least squares on signs: the best step multiplies $𝔼‖w‖^2$ by $(d - 1)/(B + d - 1)$",
            quantifier: "d = 2 and 3, B = 1, ..., 4, two points, all batches",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| features(subject, -1),
        },
        Claim {
            id: "steps-and-samples",
            as_stated: false,
            statement: "so the steps to a thousandth fall strictly with every doubling of $B$ up to $32 (d - 1)$, while the samples that they take do not fall",
            quantifier: "the recursion with the factor above, d = 9, 33 and 129, B = 1, 2, 4, ... up to 32 (d - 1)",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(counts(|steps, before, _| steps < before)),
        },
    ],
    controls: &[
        Control {
            id: "linear-speedup",
            differs: "claims B times the gain of B = 1",
            broken: Broken::Statement(|_, subject| gains(subject, |gain, batch| gain(1) * Rational::from(batch))),
        },
        Control {
            id: "linear-speedup-in-steps",
            differs: "claims half the steps for twice the batch",
            broken: Broken::Statement(|_, _| Ok(counts(|steps, before, _| 2 * steps <= before + 1))),
        },
        Control {
            id: "no-speedup-in-steps",
            differs: "claims that beyond B = d - 1 the steps stay the same",
            broken: Broken::Statement(|_, _| {
                Ok(counts(|steps, before, ratio| if ratio > 1.0 { steps == before } else { steps < before }))
            }),
        },
        Control {
            id: "gaussian-moments",
            differs: "claims (d + 1)/(B + d + 1), the factor for Gaussian features",
            broken: Broken::Statement(|_, subject| features(subject, 1)),
        },
        Control {
            id: "unbalanced-parabola",
            differs: "claims a largest decrease greater by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(parabola(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
        Control {
            id: "same-sample-twice",
            differs: "each draw enters its batch twice",
            broken: Broken::Subject { claim: "code", subject: &COPIES },
        },
    ],
    plots: &[hyperbola],
};

/// The noise scale `B_n` of the model below.
pub(super) const NOISE: usize = 2;

/// `H = diag(1, 2)`, at the point (1, 1): `G = (1, 2)`, `GᵀHG = 9`, and three samples with `tr(HΣ) = (9 + 9)/3 + 2 (9 + 9)/3 = 18 = 9 B_n`.
/// The expected decrease of a step of the code with this batch.
pub(super) fn decrease(subject: &dyn Subject, step_size: &Rational, batch: usize) -> Result<Rational, NotOffered> {
    let deviations = [[3, 3], [0, -3], [-3, 0]].map(|pair| pair.map(Rational::from));
    let quadratic = Quadratic { spectrum: vec![Rational::from(1), Rational::from(2)] };
    let start = vec![Rational::ONE; 2];
    let law = subject.sampler(Sampling::WithReplacement).law(3, batch);
    let mut expected = Rational::ZERO;
    for outcome in law {
        let mut x = start.clone();
        advance(&mut *subject.exact(&Method::gradient_descent(step_size.clone()))?, &mut x, |x| {
            let noise = |place: usize| {
                outcome
                    .coefficients
                    .iter()
                    .zip(&deviations)
                    .fold(Rational::ZERO, |sum, (c, deviation)| sum + c * &deviation[place])
            };
            quadratic.gradient(x).into_iter().enumerate().map(|(place, g)| g + noise(place)).collect()
        });
        expected += outcome.probability * quadratic.value(&x);
    }
    Ok(quadratic.value(&start) - expected)
}

/// `|G|²` and `GᵀHG` of that model.
const GRADIENT: [i64; 2] = [5, 9];

/// The best step `η_max/(1 + B_n/B)` of the model.
pub(super) fn best(batch: usize) -> Rational {
    rational(GRADIENT[0], GRADIENT[1] as u64) * rational(batch as i64, (batch + NOISE) as u64)
}

type Gain<'a> = &'a dyn Fn(usize) -> Rational;

/// `claimed` says the decrease at the best step size from the true one of any batch size.
fn gains(subject: &dyn Subject, claimed: fn(Gain, usize) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let [square_norm, curvature] = GRADIENT.map(Rational::from);
    let largest = square(&square_norm) / (&curvature * Rational::from(2));
    let gain = |batch: usize| &largest * rational(batch as i64, (batch + NOISE) as u64);
    for batch in 1..=8 {
        let best = best(batch);
        let found = decrease(subject, &best, batch)?;
        exact.equal("the decrease of the best step", &found, &claimed(&gain, batch), || format!("B_n = 2, B = {batch}"));
        for factor in [rational(1, 2), rational(9, 10), rational(11, 10), rational(2, 1)] {
            let eta = &best * &factor;
            let noisy = &curvature + &curvature * rational(NOISE as i64, batch as u64);
            let expected = &eta * &square_norm - square(&eta) * noisy / Rational::from(2);
            let found = decrease(subject, &eta, batch)?;
            exact.equal("the decrease of another step", &found, &expected, || format!("B = {batch}, η = {eta}"));
        }
    }
    Ok(exact.evidence())
}

/// `g` for `|G|²`, `h` for `GᵀHG`, `t` for `tr(HΣ)`, `b` for `B`; `error` billionths are added to the largest decrease.
fn parabola(error: i64) -> Evidence {
    let [eta, g, h, t, b, noise, curvature, slope] = Polynomial::variables();
    let mut exact = Exact::new();
    // Noise of mean zero, here ±s, adds its own term: one mode of curvature λ and slope G.
    let after = |s: &Polynomial| (&slope + s).squared() * &curvature;
    let mean = after(&noise) + after(&-noise.clone());
    exact.identity("the noise decouples", mean, eta.int(2) * &curvature * (slope.squared() + noise.squared()));
    // With D = hb + t: D (2bηg - η²D) = b²g² - (bg - ηD)². As H ⪰ 0 and h > 0, t ≥ 0 and D > 0, so the decrease is at most ½ b g²/D, at
    // η = bg/D alone.
    let denominator = &h * &b + &t;
    let decrease = eta.int(2) * &b * &eta * &g - eta.squared() * &denominator;
    let most = b.squared() * g.squared() * (eta.int(1) + eta.constant(&rational(error, 1_000_000_000)));
    let square = (&b * &g - &eta * &denominator).squared();
    exact.identity("the largest decrease", &denominator * decrease, most - square);
    // t = h B_n: D = h (B + B_n).
    let scale = noise;
    exact.identity("B_n", &h * &b + &h * &scale, &h * (&b + &scale));
    exact.evidence()
}

/// The code on features that are signs, at the step `1/M`; `excess` stands where signs have -1.
fn features(subject: &dyn Subject, excess: i64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (dimension, batch) in [2, 3].into_iter().flat_map(|dimension| (1..=4).map(move |batch| (dimension, batch))) {
        let best = Rational::ONE / second(dimension, batch, -1);
        let claimed = rational(dimension as i64 + excess, 1) / rational((batch + dimension) as i64 + excess, 1);
        let algebra = factor(&best, &second(dimension, batch, -1));
        for w in [[1, 0, 0], [2, -3, 5]].map(|w| w[..dimension].iter().copied().map(Rational::from).collect::<Vec<_>>()) {
            let norm = w.iter().fold(Rational::ZERO, |sum, w| sum + square(w));
            let found = mean_square(subject, &best, &w, batch)? / norm;
            let input = || format!("d = {dimension}, B = {batch}");
            exact.equal("1 - 2η + η² M", &found, &algebra, input);
            exact.equal("the factor", &found, &claimed, input);
        }
    }
    Ok(exact.evidence())
}

/// The least `t` with `((d - 1)/(B + d - 1))^t ≤ 1/1000`.
fn steps(dimension: usize, batch: usize) -> u64 {
    let factor = rational(dimension as i64 - 1, (batch + dimension - 1) as u64);
    let (mut left, mut steps) = (Rational::ONE, 0);
    while left > rational(1, 1000) {
        left *= &factor;
        steps += 1;
    }
    steps
}

/// `claimed` of the steps, those with half the batch, and `B/(d - 1)`.
fn counts(claimed: fn(u64, u64, f64) -> bool) -> Evidence {
    let mut exact = Exact::new();
    for dimension in [9, 33, 129] {
        let mut before = steps(dimension, 1);
        for batch in (1..).map(|power| 1_usize << power).take_while(|batch| *batch <= 32 * (dimension - 1)) {
            let now = steps(dimension, batch);
            let ratio = batch as f64 / (dimension - 1) as f64;
            let input = || format!("d = {dimension}, B = {batch}: {now} steps, {before} with half the batch");
            exact.holds("steps", claimed(now, before, ratio), input);
            exact.holds("samples", now * batch as u64 >= before * batch as u64 / 2, input);
            before = now;
        }
    }
    exact.evidence()
}

fn hyperbola(_: &Lab) -> Plot {
    let sizes = || (0..=60).map(|k| libm::pow(2.0, f64::from(k) / 12.0));
    let all = to_f64(&(rational(GRADIENT[0] * GRADIENT[0], 2 * GRADIENT[1] as u64)));
    let measured = (1..=16).filter_map(|batch| {
        let found = decrease(&Reference, &best(batch), batch).ok()?;
        Some([batch as f64, all / to_f64(&found)])
    });
    Plot {
        id: "steps".into(),
        title: format!("Steps for the same gain, in units of those without noise; B_n = {}", readable(&Rational::from(NOISE))),
        x: "batch size B".into(),
        y: "1 + B_n/B".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("1 + B_n/B", sizes().map(|b| [b, 1.0 + NOISE as f64 / b])),
            Series::theory("linear speedup", sizes().map(|b| [b, (1.0 + NOISE as f64) / b])),
            Series::measured("code", measured),
        ],
    }
}
