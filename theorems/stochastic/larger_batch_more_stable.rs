//! # A larger batch is more stable at the same step size
//!
//! **Setting.** `ℓ_i(x) = ½ λ (x - y_i)²`, gradients of variance `σ²`, SGD with independent uniform batches of `B`, `0 < ηλ < 2`.
//!
//! **Statement.** (1) `E x⁺² = (1 - ηλ)² E x² + η²σ²/B`: the stationary variance is `V_B = ησ²/(Bλ(2 - ηλ))`, inverse to `B`. (2) With the
//! step size `Bη`, if `Bηλ < 2`, it is `ησ²/(λ(2 - Bηλ))`: not smaller than `V_1`, but larger by `(2 - ηλ)/(2 - Bηλ)`.
//!
//! **Why.** A batch divides the variance of the gradient by `B`; the rest is the noise floor of SGD.
//!
//! **How it could fail.** The code steps from every batch of the sampler's law, exactly; in floats it runs from the stationary law.

use super::faults::{COPIES, SUM};
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::training::{Accumulation, Outcome, Sampling, accumulate};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "larger-batch-more-stable",
    title: "At the same step size the stationary variance of SGD is inverse to the batch size",
    topic: "stochastic",
    record: Some("larger-batch-more-stable"),
    statement: "On a quadratic with independent uniform batches the stationary variance of SGD is $V_B = (η σ^2)/(B λ (2 - η λ))$. At \
                the step size $B η$ with $0 < B η λ < 2$ it is larger than $V_1$ by $(2 - η λ)/(2 - B η λ)$: nothing is left of the stability.",
    hypotheses: &[
        "a quadratic of curvature $λ$",
        "independent uniform draws",
        "the same step size, $0 < η λ < 2$; for the step size $B η$ also $0 < B η λ < 2$",
    ],
    sources: &[
        Source::Note("000", "112"),
        Source::Note("002", "141-151"),
        Source::Note("003", "182-192"),
        Source::Note("004", "78"),
        Source::Note("002", "30-33"),
        Source::Cited("mandt2017", "stationary covariance"),
    ],
    claims: &[
        Claim {
            id: "inverse",
            as_stated: true,
            statement: "larger batches → lower variance → more stable updates: $V_B = V_1/B$ at the same step size",
            quantifier: "all 0 < ηλ < 2, σ and B, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(inverse(1)),
        },
        Claim {
            id: "scaled-step",
            as_stated: false,
            statement: "at the step size $B η$ the stationary variance is $V_1 (2 - η λ)/(2 - B η λ) ≥ V_1$",
            quantifier: "all B ≥ 1 and ηλ with 0 < Bηλ < 2, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(scaled(true)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "over all batches of the code $𝔼 x_+^2 = (1 - η λ)^2 x^2 + η^2 σ^2/B$",
            quantifier: "three samples, λ = 1/2 and 3, B ≤ 5, η = 1/10, 1/2 and 2/3, three starts",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, |batch| rational(1, batch)),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "started from the stationary Gaussian law, the code has $B 𝔼 x^2 = V_1$ after 20 steps",
            quantifier: "η λ = 1/10, B = 1 and 4, normal gradients that the code averages",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| runs(lab, subject, |_| 1.0),
        },
    ],
    controls: &[
        Control {
            id: "more-stable-at-scaled-steps",
            differs: "claims V = V_1/B at the step size Bη",
            broken: Broken::Statement(|_, _| Ok(scaled(false))),
        },
        Control {
            id: "inverse-to-the-square", differs: "claims V_B = V_1/B²", broken: Broken::Statement(|_, _| Ok(inverse(2)))
        },
        Control {
            id: "root-of-b",
            differs: "claims B E x² = √B V_1",
            broken: Broken::Statement(|lab, subject| runs(lab, subject, f64::sqrt)),
        },
        Control {
            id: "noise-inverse-to-the-square",
            differs: "claims the noise η²σ²/B²",
            broken: Broken::Statement(|_, subject| code(subject, |batch| rational(1, batch * batch))),
        },
        Control {
            id: "same-sample-twice",
            differs: "the code takes each draw twice",
            broken: Broken::Subject { claim: "code", subject: &COPIES },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
        Control {
            id: "sum-instead-of-mean",
            differs: "the code adds the samples' gradients without dividing by B",
            broken: Broken::Subject { claim: "runs", subject: &SUM },
        },
    ],
    plots: &[floors],
};

/// `V = ηs/(Bλ(2 - ηλ))` solves the recursion with the noise `η²s/B`; `power` is that of `B` in what is claimed.
fn inverse(power: u32) -> Evidence {
    let mut exact = Exact::new();
    let [eta, lambda, variance, batch, moment] = Polynomial::variables();
    let product = &eta * &lambda;
    let rate = (eta.int(1) - &product).squared();
    let claimed = (1..power).fold(batch.clone(), |claimed, _| &claimed * &batch);
    // Times λ(2 - ηλ) and the powers of B.
    let room = &lambda * (eta.int(2) - &product);
    let floor = &eta * &variance;
    let noise = eta.squared() * &variance;
    let kept = &rate * &floor * &batch + &noise * &room * &claimed;
    exact.identity("V_B = (1 - ηλ)² V_B + η²σ²/B", kept, &floor * &batch);
    let next = &rate * &moment + noise.clone();
    exact.identity("the distance to V_1 contracts", &room * &next - floor.clone(), &rate * (&room * &moment - floor));
    exact.identity("(1 - ηλ)² < 1 for 0 < ηλ < 2", eta.int(1) - &rate, &product * (eta.int(2) - &product));
    exact.evidence()
}

/// `V = ησ²/(λ(2 - Bηλ))` solves the recursion at the step size `Bη`; without `honest` `V_1/B` is claimed to.
fn scaled(honest: bool) -> Evidence {
    let mut exact = Exact::new();
    let [eta, lambda, variance, batch] = Polynomial::variables();
    let room = |steps: &Polynomial| eta.int(2) - steps * &eta * &lambda;
    let denominator = if honest { &lambda * room(&batch) } else { &batch * &lambda * room(&eta.int(1)) };
    let floor = &eta * &variance;
    let rate = (eta.int(1) - &batch * &eta * &lambda).squared();
    let noise = &batch * eta.squared() * &variance;
    exact.identity("V = (1 - Bηλ)² V + (Bη)²σ²/B", rate * &floor + noise * denominator, floor);
    // V/V_1 = (2 - ηλ)/(2 - Bηλ).
    let excess = room(&eta.int(1)) - room(&batch);
    exact.identity("(2 - ηλ) - (2 - Bηλ) = (B - 1) ηλ", excess, (&batch - &eta.int(1)) * &eta * &lambda);
    exact.evidence()
}

/// One step of the code from every batch of `y = (-1, -1, 2)`, whose variance is 2: `σ² = 2λ²`.
fn code(subject: &dyn Subject, share: fn(u64) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let labels = [-1, -1, 2].map(Rational::from);
    for batch in 1..=5 {
        let law = subject.sampler(Sampling::WithReplacement).law(3, batch as usize);
        for (lambda, eta) in [rational(1, 2), rational(3, 1)]
            .into_iter()
            .flat_map(|lambda| [rational(1, 10), rational(1, 2), rational(2, 3)].map(|eta| (lambda.clone(), eta)))
        {
            for start in [rational(0, 1), rational(1, 3), rational(-5, 2)] {
                let mut moment = Rational::ZERO;
                for Outcome { probability, coefficients } in &law {
                    let mut x = vec![start.clone()];
                    advance(&mut *subject.exact(&Method::gradient_descent(eta.clone()))?, &mut x, |x| {
                        let parts = coefficients.iter().zip(&labels).map(|(c, label)| c * &lambda * (&x[0] - label));
                        vec![parts.fold(Rational::ZERO, |sum, part| sum + part)]
                    });
                    moment += probability * square(&x[0]);
                }
                let noise = square(&eta) * Rational::from(2) * square(&lambda) * share(batch);
                let expected = square(&(Rational::ONE - &eta * &lambda)) * square(&start) + noise;
                let input = || format!("B = {batch}, λ = {lambda}, η = {eta}, x = {start}");
                exact.equal("E x⁺² = (1 - ηλ)² x² + η²σ²/B", &moment, &expected, input);
            }
        }
    }
    Ok(exact.evidence())
}

const REPLICATES: usize = 8;

/// `V_1` for `λ = σ = 1`, `η = 1/10`.
const FLOOR: f64 = 0.1 / 1.9;

/// `B` times the mean square of eight coordinates after 20 steps, in units of `V_1`.
fn after_twenty(subject: &dyn Subject, batch: usize, draws: &mut Draws) -> Result<f64, NotOffered> {
    let accumulation = subject.accumulation(Accumulation::Mean);
    let mut optimizer = subject.double(&Method::gradient_descent(rational(1, 10)))?;
    let mut x: Vec<f64> = (0..REPLICATES).map(|_| (FLOOR / batch as f64).sqrt() * draws.normal()).collect();
    for _ in 0..20 {
        advance(&mut *optimizer, &mut x, |x| {
            let sample = |draws: &mut Draws| vec![x.iter().map(|x| x - draws.normal()).collect::<Vec<f64>>()];
            let samples: Vec<Vec<Vec<f64>>> = (0..batch).map(|_| sample(draws)).collect();
            accumulate(accumulation, &samples)
        });
    }
    Ok(x.iter().map(|x| x * x).sum::<f64>() / REPLICATES as f64 * batch as f64 / FLOOR)
}

/// The state stays Gaussian with independent coordinates: a scaled χ², hence sub-gamma; its scale follows from the claim, so it is taken
/// twice as large. The smallest effect is 1, at `√B` for B = 4: five and a half margins.
fn runs(lab: &Lab, subject: &dyn Subject, target: fn(f64) -> f64) -> Result<Evidence, NotOffered> {
    subject.double(&Method::gradient_descent(rational(1, 10)))?; // trials cannot say that it is not offered
    let law = Law::chi_square(REPLICATES as f64, 2.0 / REPLICATES as f64);
    let margin = 0.18;
    let largest = 4 * law.required(margin, lab.policy.alpha());
    let statistics = [1_usize, 4].map(|batch| {
        let name = &format!("B E x² / V_1 at B = {batch}");
        let question = Question { name, relation: Relation::Equal, target: target(batch as f64), margin, law, largest };
        estimate(lab, &question, |draws| after_twenty(subject, batch, draws).unwrap_or(f64::NAN))
    });
    Ok(Evidence::sampled(statistics.into()))
}

fn floors(lab: &Lab) -> Plot {
    let stream = lab.stream("floors");
    let sizes = || (0..=4).map(|power| 1_usize << power);
    let eta = to_f64(&rational(1, 10));
    let scaled = sizes().map(|batch| [batch as f64, eta / (2.0 - eta * batch as f64)]);
    let measured = sizes().map(|batch| {
        let trial = |index| after_twenty(&Reference, batch, &mut stream.trial(index)).unwrap_or(f64::NAN);
        [batch as f64, (0..100).map(trial).sum::<f64>() / 100.0 * FLOOR / batch as f64]
    });
    Plot {
        id: "floors".into(),
        title: "Stationary variance on ½ x² against the batch size, σ = 1, η = 0.1 at B = 1".into(),
        x: "batch size B".into(),
        y: "E x²".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("the same η", sizes().map(|batch| [batch as f64, FLOOR / batch as f64])),
            Series::theory("η proportional to B", scaled),
            Series::measured("the code at the same η, 800 replicates a point", measured),
        ],
    }
}
