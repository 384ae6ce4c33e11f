//! # Momentum and the noise floor
//!
//! **Setting.** `f = ½ λ x²`, gradients with independent noise of variance `σ²`, `x⁺ = x - η (λx + ξ) + β (x - x⁻)`, `0 ≤ β < 1`,
//! `0 < ηλ < 2(1 + β)`; the average form `v ← βv + (1 - β)g`, `x ← x - ηv` is this with `(1 - β) η`. SGD is `β = 0`.
//!
//! **Statement.** (1) The stationary variance is `V = (1 + β) ησ² / ((1 - β) λ (2(1 + β) - ηλ))`: at the same η about `1/(1 - β)`
//! times SGD's. (2) At the same effective rate, which is the average form's η, momentum lowers SGD's floor by a share in `[0, ηλ/2]`.
//!
//! **Why.** `x` is an AR(2) process with trace `τ` and determinant `d`: `V = (1 + d) s / ((1 - d) ((1 + d)² - τ²))`, `s` its noise.
//!
//! **How it could fail.** The equations are compared as polynomials. The recursion is read off the code in exact arithmetic, and the
//! code runs in floats from the stationary Gaussian law, which it must keep.

use super::transition::{Transition, trace_and_determinant};
use super::variants::{in_convention, momentum};
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Algorithm, Method, Momentum, Saved, Tuning, Velocity, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-stochastic-no-benefit",
    title: "Momentum does not lower the noise floor of small steps",
    topic: "momentum",
    record: Some("momentum-stochastic-no-benefit"),
    statement: "On $½ λ x^2$ with gradient noise of variance $σ^2$, momentum has the stationary variance \
                $frac((1 + β) η σ^2, (1 - β) λ (2 (1 + β) - η λ))$, about $1/(1 - β)$ times that of SGD at the same $η$. The average \
                form at the same $η$ has $frac((1 + β)(2 - η λ), 2 (1 + β) - (1 - β) η λ)$ times SGD's, which is between \
                $1 - η λ/2$ and 1: for small steps there is no benefit.",
    hypotheses: &[
        "a quadratic",
        "noise independent of the past, with mean 0 and constant variance",
        "$0 < β < 1$ and $0 < η λ < 2$",
        "what is compared is the stationary variance, at equal effective learning rates",
    ],
    sources: &[
        Source::Note("000", "595"),
        Source::Note("002", "88-96"),
        Source::Cited("yuan2016", "equivalence to a larger step size"),
        Source::Cited("kidambi2018", "small batches"),
        Source::Cited("wang2024", "small learning rates"),
    ],
    claims: &[
        Claim {
            id: "benefits-diminish",
            as_stated: true,
            statement: "momentum's benefits diminish in stochastic settings: at the same effective learning rate, which is the average \
                        form's $η$, its floor is that of SGD but for a share between 0 and $η λ/2$",
            quantifier: "all 0 < β < 1, λ, σ and 0 < ηλ < 2, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(matched(0)),
        },
        Claim {
            id: "better-for-noisy-gradients",
            as_stated: true,
            statement: "the average form is better for noisy gradients: at the same learning rate its floor is below that of SGD, by a \
                        share that small learning rates do not take away, a hundredth",
            quantifier: "refuted by β = 9/10, ηλ = 1/100: a floor of 19/3799 against 1/199 of SGD, a quotient of 0.9953",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| better(subject),
        },
        Claim {
            id: "stationary",
            as_stated: false,
            statement: "$V$ and the covariance $(1 + β - η λ) V/(1 + β)$ of neighbours are the only ones that an update keeps, and \
                        every start tends to them",
            quantifier: "all 0 ≤ β < 1, λ, σ and 0 < ηλ < 2(1 + β), as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(stationary(0)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "three conventions of the code and the two-point form follow $x_(t+1) = τ x_t - d x_(t-1) - η ξ_t$, which has \
                        that floor; the average form with $(1 - β) η$ for $η$",
            quantifier: "5 momenta, 4 curvatures and 5 step sizes, with 0 < ηλ < 2",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, floor),
        },
        Claim {
            id: "replicates",
            as_stated: false,
            statement: "started from the stationary Gaussian law, the code has $𝔼 x^2 = V$ after 20 steps",
            quantifier: "β = 9/10; sums of gradients and the average form at ηλ = 1/10, the average form at 1/2",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| replicates(lab, subject, floor),
        },
    ],
    controls: &[
        Control {
            id: "floor-of-sgd",
            differs: "claims that momentum's floor is that of SGD at the same η",
            broken: Broken::Statement(|lab, subject| {
                replicates(lab, subject, |eta, _, lambda| floor(eta, &Rational::ZERO, lambda))
            }),
        },
        Control {
            id: "floor-times-one-less-momentum",
            differs: "claims the floor (1 - β) ησ²/(2λ)",
            broken: Broken::Statement(|lab, subject| {
                replicates(lab, subject, |eta, beta, lambda| (Rational::ONE - beta) * eta / (Rational::from(2) * lambda))
            }),
        },
        Control {
            id: "floor-of-the-effective-rate",
            differs: "claims the floor of SGD at η/(1 - β)",
            broken: Broken::Statement(|_, subject| {
                code(subject, |eta, beta, lambda| floor(&(eta / (Rational::ONE - beta)), &Rational::ZERO, lambda))
            }),
        },
        Control {
            id: "limit-of-small-steps",
            differs: "claims ησ²/(2λ(1 - β)), the limit of small steps",
            broken: Broken::Statement(|_, subject| {
                code(subject, |eta, beta, lambda| eta / (Rational::from(2) * lambda * (Rational::ONE - beta)))
            }),
        },
        Control {
            id: "unbalanced-covariance",
            differs: "the covariance of neighbours is larger by 10⁻⁹ of the noise",
            broken: Broken::Statement(|_, _| Ok(stationary(1))),
        },
        Control {
            id: "unbalanced-ratio",
            differs: "claims the lowered share (2β + 10⁻⁹) ηλ of the denominator",
            broken: Broken::Statement(|_, _| Ok(matched(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
        Control {
            id: "average-for-sum",
            differs: "the code averages gradients where their sum is asked for",
            broken: Broken::Subject {
                claim: "code",
                subject: &Impostor {
                    name: "an average of gradients",
                    instead: |method| in_convention(method, Velocity::Average),
                },
            },
        },
        Control {
            id: "without-momentum",
            differs: "the code forgets the velocity",
            broken: Broken::Subject {
                claim: "replicates",
                subject: &Impostor {
                    name: "β = 0",
                    instead: |method| match &method.algorithm {
                        Algorithm::Momentum(rule) => {
                            let rule = Momentum { momentum: Rational::ZERO, ..rule.clone() };
                            Method { algorithm: Algorithm::Momentum(rule), ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[against_learning_rate],
};

/// A floor for `σ = 1` from step size, momentum and curvature.
type Floor = fn(&Rational, &Rational, &Rational) -> Rational;

fn floor(eta: &Rational, beta: &Rational, lambda: &Rational) -> Rational {
    let twice = Rational::from(2) * (Rational::ONE + beta);
    (Rational::ONE + beta) * eta / ((Rational::ONE - beta) * lambda * (twice - eta * lambda))
}

/// `x⁺ = τx - dx⁻ + noise of variance s`, `D = (1 - d) ((1 + d)² - τ²)`, `V = (1 + d) s/D`, `C = τ s/D`: multiplied by `D`. `error`
/// billionths of `s` are added to `τ s`.
fn stationary(error: i64) -> Evidence {
    let [trace, determinant, noise, v, c] = Polynomial::variables();
    let (one, two) = (trace.int(1), trace.int(2));
    let denominator = (&one - &determinant) * ((&one + &determinant).squared() - trace.squared());
    let variance = (&one + &determinant) * &noise;
    let covariance = &trace * &noise + trace.constant(&rational(error, 1_000_000_000)) * &noise;
    let next_variance =
        |v: &Polynomial, c: &Polynomial| (trace.squared() + determinant.squared()) * v - &two * &trace * &determinant * c;
    let next_covariance = |v: &Polynomial, c: &Polynomial| &trace * v - &determinant * c;
    let mut exact = Exact::new();
    exact.identity(
        "V = (τ² + d²) V - 2τd C + s",
        next_variance(&variance, &covariance) + &noise * &denominator,
        variance.clone(),
    );
    exact.identity("C = τV - dC", next_covariance(&variance, &covariance), covariance);
    // The second equation alone says C (1 + d) = τ V; with it the first one, times 1 + d, says D V = (1 + d) s. So there is one solution.
    let kept = (&one + &determinant) * (&v - next_variance(&v, &c) - &noise);
    let neighbours = &c - next_covariance(&v, &c);
    let determined = &denominator * &v - variance + &two * &trace * &determinant * neighbours;
    exact.identity("no other solution", kept, determined);
    // Momentum. Jury's conditions, by which the state's mean and second moments contract, and the denominator.
    let [beta, eta, lambda, sigma] = Polynomial::variables();
    let one = beta.int(1);
    let (step, sum) = (&eta * &lambda, &one + &beta);
    let (trace, room) = (&sum - &step, beta.int(2) * &sum - &step);
    exact.identity("1 - τ + d = ηλ", &one - &trace + &beta, step.clone());
    exact.identity("1 + τ + d = 2(1 + β) - ηλ", &one + &trace + &beta, room.clone());
    let denominator = (&one - &beta) * (sum.squared() - trace.squared());
    exact.identity("D = (1 - β) ηλ (2(1 + β) - ηλ)", denominator.clone(), (&one - &beta) * &step * &room);
    // V = (1 + β) η²σ²/D against (1 + β) ησ²/((1 - β) λ (2(1 + β) - ηλ)), crosswise.
    let found = &sum * eta.squared() * sigma.squared() * ((&one - &beta) * &lambda * &room);
    exact.identity("V", found, &sum * &eta * sigma.squared() * denominator);
    exact.evidence()
}

/// The average form against SGD; `error` billionths are added to `2β`.
fn matched(error: i64) -> Evidence {
    let [beta, eta, lambda] = Polynomial::variables();
    let (one, two) = (beta.int(1), beta.int(2));
    let (sum, difference, step) = (&one + &beta, &one - &beta, &eta * &lambda);
    // V of (1 - β) η is (1 + β) η/(λ R), SGD's η/(λ (2 - ηλ)): the quotient is (1 + β)(2 - ηλ)/R.
    let room = &two * &sum - &difference * &step;
    let mut exact = Exact::new();
    let average = &difference * &eta;
    let formula = &difference * &lambda * (&two * &sum - &average * &lambda);
    exact.identity("the average form's floor", &sum * &average * (&lambda * &room), &sum * &eta * formula);
    let lowered = (&two * &beta + beta.constant(&rational(error, 1_000_000_000))) * &step;
    exact.identity("R less (1 + β)(2 - ηλ) is 2β ηλ", &room - &sum * (&two - &step), lowered);
    // The lowered share 2β ηλ/R is at most ηλ/2: ηλ R - 4β ηλ is a product of factors that are not negative. So is R.
    let spare = &step * &room - beta.int(4) * &beta * &step;
    exact.identity("ηλ/2 less the share, times 2R", spare, &step * &difference * (&two - &step));
    exact.identity("R > 0", room, &difference * (&two - &step) + beta.int(4) * &beta);
    // Sums of gradients at the same η: (1 - β) V against SGD's is (1 + β)(2 - ηλ)/(2(1 + β) - ηλ) = 1 - β ηλ/(2(1 + β) - ηλ).
    let room = &two * &sum - &step;
    exact.identity("sums of gradients, times 1 - β", &sum * (&two - &step), room - &beta * &step);
    exact.evidence()
}

/// The recursion's floor as the code has it, for `σ = 1`.
fn found(exact: &mut Exact, subject: &dyn Subject, method: &Method, lambda: &Rational) -> Result<Rational, NotOffered> {
    let transition = Transition::read(subject, method, lambda)?;
    transition.record(exact);
    let Transition { matrix, noise, .. } = &transition;
    let [trace, determinant] = trace_and_determinant(matrix);
    // x_(t+1) = τ x_t - d x_(t-1) + b_1 ξ_t + (A_12 b_2 - A_22 b_1) ξ_(t-1).
    let late = &matrix[0][1] * &noise[1] - &matrix[1][1] * &noise[0];
    exact.holds("no noise of the step before", late.is_zero(), || format!("λ = {lambda}, {method}: {late}"));
    let sum = Rational::ONE + &determinant;
    let stable = determinant < Rational::ONE && -&sum < trace && trace < sum;
    exact.holds("stable", stable, || format!("λ = {lambda}, {method}: trace {trace}, determinant {determinant}"));
    let denominator = (Rational::ONE - &determinant) * (square(&sum) - square(&trace));
    Ok(if denominator.is_zero() { denominator } else { sum * square(&noise[0]) / denominator })
}

const MOMENTA: [(i64, u64); 5] = [(0, 1), (1, 4), (1, 2), (9, 10), (99, 100)];
const STEPS: [(i64, u64); 5] = [(1, 1000), (1, 100), (1, 10), (1, 2), (19, 10)];

fn code(subject: &dyn Subject, claimed: Floor) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (beta, step) in MOMENTA.into_iter().flat_map(|beta| STEPS.map(|step| (beta, step))) {
        let [beta, step] = [beta, step].map(|(top, bottom)| rational(top, bottom));
        for lambda in [rational(1, 10), rational(1, 1), rational(3, 1), rational(40, 1)] {
            let eta = &step / &lambda;
            let effective = (Rational::ONE - &beta) * &eta;
            let two_point = Method::heavy_ball(Tuning { step_size: eta.clone(), momentum: beta.clone() });
            let method = |velocity| momentum(velocity, eta.clone(), beta.clone());
            for (name, method, eta) in [
                ("sums of gradients", method(Velocity::StepOutside), &eta),
                ("sums of steps", method(Velocity::StepInside), &eta),
                ("averages", method(Velocity::Average), &effective),
                ("two-point form", two_point, &eta),
            ] {
                let [found, claimed] = [found(&mut exact, subject, &method, &lambda)?, claimed(eta, &beta, &lambda)];
                exact.equal(&format!("the floor of {name}"), &found, &claimed, || format!("β = {beta}, λ = {lambda}, η = {eta}"));
            }
        }
    }
    Ok(exact.evidence())
}

/// Whether the code's average form has a floor below 99/100 of that of SGD.
fn better(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for step in [rational(1, 2), rational(1, 10), rational(1, 100)] {
        let mut of = |velocity, beta| found(&mut exact, subject, &momentum(velocity, step.clone(), beta), &Rational::ONE);
        let average = of(Velocity::Average, rational(9, 10))?;
        let plain = of(Velocity::StepOutside, Rational::ZERO)?;
        exact.holds("lower by a hundredth", average <= &plain * rational(99, 100), || {
            format!("β = 9/10, ηλ = {step}: {average} against {plain} of SGD")
        });
    }
    Ok(exact.evidence())
}

/// The squares of 16 coordinates after 20 steps on `½ x²` from the stationary law, with standard normal noise.
fn after_twenty(subject: &dyn Subject, method: &Method, effective: f64, beta: f64, draws: &mut Draws) -> Result<f64, NotOffered> {
    const REPLICATES: usize = 16;
    let variance = (1.0 + beta) * effective / ((1.0 - beta) * (2.0 * (1.0 + beta) - effective));
    let correlation = (1.0 + beta - effective) / (1.0 + beta);
    let quadratic = Quadratic { spectrum: vec![1.0; REPLICATES] };
    let mut x: Vec<f64> = (0..REPLICATES).map(|_| variance.sqrt() * draws.normal()).collect();
    let rest = (variance * (1.0 - correlation * correlation)).sqrt();
    // The last displacement x⁻ - x is η v, for sums of gradients and for averages alike.
    let step_size = to_f64(&method.step_size);
    let velocity = x.iter().map(|x| ((correlation - 1.0) * x + rest * draws.normal()) / step_size).collect();
    let mut optimizer = subject.double(method)?;
    let saved = optimizer.save();
    optimizer.load(Saved { tensors: vec![Some((1, vec![velocity]))], ..saved });
    for _ in 0..20 {
        advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x).into_iter().map(|g| g + draws.normal()).collect());
    }
    Ok(x.iter().map(|x| x * x).sum::<f64>() / REPLICATES as f64 / variance)
}

/// In units of the true floor. The state stays Gaussian with independent coordinates: a scaled χ², hence sub-gamma; its scale follows
/// from the claim, so it is taken twice as large. The controls' floors, and what
/// the code without momentum has left after 20 steps, are below 0.12 of the true one for sums at `ηλ = 1/10`: 0.88 is more than five margins.
fn replicates(lab: &Lab, subject: &dyn Subject, claimed: Floor) -> Result<Evidence, NotOffered> {
    let (one, beta) = (Rational::ONE, rational(9, 10));
    let mut statistics = Vec::new();
    for (name, velocity, eta) in [
        ("sums of gradients, ηλ = 1/10", Velocity::StepOutside, rational(1, 10)),
        ("averages, ηλ = 1/10", Velocity::Average, rational(1, 10)),
        ("averages, ηλ = 1/2", Velocity::Average, rational(1, 2)),
    ] {
        let effective = if velocity == Velocity::Average { (&one - &beta) * &eta } else { eta.clone() };
        let method = momentum(velocity, eta, beta.clone());
        let law = Law::chi_square(16.0, 2.0 / 16.0);
        let margin = 0.17;
        let largest = 4 * law.required(margin, lab.policy.alpha());
        subject.double(&method)?; // trials cannot say that it is not offered
        let target = to_f64(&(claimed(&effective, &beta, &one) / floor(&effective, &beta, &one)));
        let question = Question { name, relation: Relation::Equal, target, margin, law, largest };
        let [effective, beta] = [&effective, &beta].map(to_f64);
        statistics
            .push(estimate(lab, &question, |draws| after_twenty(subject, &method, effective, beta, draws).unwrap_or(f64::NAN)));
    }
    Ok(Evidence::sampled(statistics))
}

fn against_learning_rate(lab: &Lab) -> Plot {
    let stream = lab.stream("floor");
    let (one, beta) = (Rational::ONE, rational(9, 10));
    let rates = |count: i64| (1..=count).map(move |k| rational(19 * k, 10 * count as u64));
    let curve = |beta: &Rational, effective: &Rational| {
        rates(100).map(|eta| [to_f64(&eta), to_f64(&floor(&(&eta * effective), beta, &Rational::ONE))]).collect::<Vec<_>>()
    };
    let measured = |velocity: Velocity<Rational>, beta: &Rational, effective: &Rational, first: u64| {
        let point = |(index, eta): (u64, Rational)| {
            let method = momentum(velocity.clone(), eta.clone(), beta.clone());
            let variance = floor(&(&eta * effective), beta, &one);
            let squares = (0..32).map(|trial| {
                let draws = &mut stream.trial(first + 32 * index + trial);
                after_twenty(&Reference, &method, to_f64(&(&eta * effective)), to_f64(beta), draws).unwrap_or(f64::NAN)
            });
            [to_f64(&eta), to_f64(&variance) * squares.sum::<f64>() / 32.0]
        };
        (0..).zip(rates(10)).map(point).collect::<Vec<_>>()
    };
    let kept = &one - &beta;
    Plot {
        id: "floor".into(),
        title: "Stationary variance on ½ x², σ = 1, β = 0.9, 512 replicates a point".into(),
        x: "learning rate η".into(),
        y: "E x²".into(),
        log_y: true,
        series: vec![
            Series::theory("sums of gradients", curve(&beta, &one)),
            Series::theory("SGD", curve(&Rational::ZERO, &one)),
            Series::theory("averages", curve(&beta, &kept)),
            Series::measured("code: sums of gradients", measured(Velocity::StepOutside, &beta, &one, 0)),
            Series::measured("code: SGD", measured(Velocity::StepOutside, &Rational::ZERO, &one, 1000)),
            Series::measured("code: averages", measured(Velocity::Average, &beta, &kept, 2000)),
        ],
        ..Plot::default()
    }
}
