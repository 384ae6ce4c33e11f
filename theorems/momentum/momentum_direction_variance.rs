//! # What averaging gradients does to their noise
//!
//! **Setting.** `v ← βv + (1 - β)g` from `v = 0`, `0 ≤ β < 1`, on gradients with independent noise of variance `σ²`.
//!
//! **Statement.** (1) The gradient of `j` steps ago has the weight `(1 - β) β^j`; after `t` steps the variance is
//! `σ² (1 - β)/(1 + β) (1 - β^(2t))`, a 19th of `σ²` at `β = 0.9`. The sum `v ← βv + g` has `σ² (1 - β^(2t))/(1 - β²)`, which is more
//! than `σ²`. (2) The mean age is `β/(1 - β)`: the average of gradients that move by `c` a step lags `cβ/(1 - β)` behind.
//!
//! **Why.** Geometric series.
//!
//! **How it could fail.** The code runs at `η = 1` on all unit impulses at once: its steps are the velocities, their coordinates the
//! weights. It runs in floats on drawn noise, and exactly on a ramp.

use super::impulses::{gradients, linear};
use super::variants::{in_convention, momentum};
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Algorithm, Method, Momentum, Velocity, advance};
use crate::plot::{Plot, Series};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-direction-variance",
    title: "Averaging divides the noise of stationary gradients by (1 + β)/(1 - β), and lags behind moving ones",
    topic: "momentum",
    record: Some("momentum-direction-variance"),
    statement: "On gradients with independent noise of variance $σ^2$, the velocity of $v ← β v + (1 - β) g$ has the variance \
                $σ^2 frac(1 - β, 1 + β) (1 - β^(2 t))$ after $t$ steps. Its mean age is $β/(1 - β)$ steps, by which it lags behind \
                gradients that move. The sum $v ← β v + g$ has a larger variance than one gradient.",
    hypotheses: &[
        "independent noise of mean 0 and variance $σ^2$",
        "the average form; for a smaller error, gradients whose mean does not move",
    ],
    sources: &[Source::Note("002", "88-96"), Source::Cited("yuan2016", "the averaged gradient")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "momentum is better for noisy gradients: the velocity, averaged or summed, is closer to the gradient's mean than one \
                        gradient is, in mean square",
            quantifier: "refuted by gradients whose mean moves by σ a step: 1.33 σ² at β = 1/2, more than 80 σ² at β = 9/10",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, subject| smoother(lab, subject, [Velocity::Average, Velocity::StepOutside], 1),
        },
        Claim {
            id: "stationary-average",
            as_stated: false,
            statement: "the average form's velocity has at most the variance of one gradient",
            quantifier: "every independent noise, if the code is linear, tried as in weights; 60 steps, β = 1/2, 9/10, 99/100",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| smoother(lab, subject, [Velocity::Average], 0),
        },
        Claim {
            id: "weights",
            as_stated: false,
            statement: "the gradient of $j$ steps ago has the weight $(1 - β) β^j$ in the average and $β^j$ in the sum; the squares of \
                        the weights sum to $frac(1 - β, 1 + β) (1 - β^(2 t))$ and $(1 - β^(2 t))/(1 - β^2)$, the weights of the \
                        average to $1 - β^t$, and weighted with their ages to $frac(β (1 - β^t), 1 - β) - t β^t$",
            quantifier: "every gradient sequence of 60 steps if the code is linear in them, which is tried on an impulse of -100 and \
                         two drawn sequences; β = 1/2, 9/10, 99/100",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| weights(lab, subject, 1),
        },
        Claim {
            id: "limits",
            as_stated: false,
            statement: "the sums of squares, ages and lags of all $t$ by induction; the lag's distance from $β/(1 - β)$ shrinks by $β$ \
                        a step",
            quantifier: "all β and t, as polynomial identities in β, β^t and t",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(limits(0)),
        },
        Claim {
            id: "lag",
            as_stated: false,
            statement: "on gradients $0, 1, 2, …$ the velocity after gradient $t$ is $t - frac(β, 1 - β) (1 - β^t)$",
            quantifier: "the code in exact arithmetic, 60 steps; β = 1/2, 9/10, 99/100",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| lag(subject),
        },
        Claim {
            id: "noise",
            as_stated: false,
            statement: "after 30 steps on standard normal gradients $𝔼 v^2 = frac(1 - β, 1 + β) (1 - β^60)$",
            quantifier: "β = 9/10",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| noise(lab, subject, variance),
        },
    ],
    controls: &[
        Control {
            id: "one-less-momentum",
            differs: "claims the variance σ² (1 - β)",
            broken: Broken::Statement(|lab, subject| noise(lab, subject, |beta, _| Rational::ONE - beta)),
        },
        Control {
            id: "limit-after-sixty-steps",
            differs: "claims that the squares of the weights sum to their limit after 1 to 60 steps",
            broken: Broken::Statement(|lab, subject| weights(lab, subject, 0)),
        },
        Control {
            id: "moving-gradients",
            differs: "claims that the average is as close if gradients move by σ a step",
            broken: Broken::Statement(|lab, subject| smoother(lab, subject, [Velocity::Average], 1)),
        },
        Control {
            id: "sum-of-gradients",
            differs: "claims less noise of the sum of gradients",
            broken: Broken::Statement(|lab, subject| smoother(lab, subject, [Velocity::StepOutside], 0)),
        },
        Control {
            id: "unbalanced-limits",
            differs: "claims the variance (1 - β + 10⁻⁹)/(1 + β) (1 - β^(2t))",
            broken: Broken::Statement(|_, _| Ok(limits(1))),
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code decays by β (1 + 10⁻⁹)",
            broken: Broken::Subject {
                claim: "weights",
                subject: &Impostor {
                    name: "momentum larger by a billionth",
                    instead: |method| decaying(method, |beta| beta * rational(1_000_000_001, 1_000_000_000)),
                },
            },
        },
        Control {
            id: "undampened-start",
            differs: "the code gives the first gradient the weight 1, as PyTorch does",
            broken: Broken::Subject {
                claim: "weights",
                subject: &Impostor {
                    name: "PyTorch's first step",
                    instead: |method| match &method.algorithm {
                        Algorithm::Momentum(Momentum { momentum, velocity: Velocity::Average }) => {
                            let dampening = momentum.clone();
                            in_convention(method, Velocity::Dampened { dampening, from_the_first: false })
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
        Control {
            id: "step-outside-on-a-ramp",
            differs: "the code sums gradients",
            broken: Broken::Subject {
                claim: "lag",
                subject: &Impostor { name: "a sum of gradients", instead: |method| in_convention(method, Velocity::StepOutside) },
            },
        },
        Control {
            id: "shorter-memory",
            differs: "the code decays by 81/100 instead of 9/10",
            broken: Broken::Subject {
                claim: "noise",
                subject: &Impostor { name: "β = 81/100", instead: |method| decaying(method, |_| rational(81, 100)) },
            },
        },
    ],
    plots: &[over_time],
};

/// A control's method: another momentum.
fn decaying(method: &Method, change: fn(&Rational) -> Rational) -> Method {
    match &method.algorithm {
        Algorithm::Momentum(rule) => {
            let rule = Momentum { momentum: change(&rule.momentum), ..rule.clone() };
            Method { algorithm: Algorithm::Momentum(rule), ..method.clone() }
        }
        _ => method.clone(),
    }
}

const STEPS: usize = 60;

fn momenta() -> [Rational; 3] {
    [rational(1, 2), rational(9, 10), rational(99, 100)]
}

/// The average's variance after so many steps, for `σ = 1`.
fn variance(beta: &Rational, steps: usize) -> Rational {
    (Rational::ONE - beta) / (Rational::ONE + beta) * (Rational::ONE - square(beta).pow(steps as isize))
}

/// The velocities, which are the code's steps at `η = 1`, on these gradients from 1; the last place comes with them.
fn velocities(
    subject: &dyn Subject,
    velocity: &Velocity<Rational>,
    beta: &Rational,
    gradients: &[Vec<Rational>],
) -> Result<(Vec<Vec<Rational>>, Vec<Rational>), NotOffered> {
    let mut optimizer = subject.exact(&momentum(velocity.clone(), Rational::ONE, beta.clone()))?;
    let mut x = vec![Rational::ONE; gradients[0].len()];
    let mut velocities = Vec::new();
    for gradient in gradients {
        let before = x.clone();
        advance(&mut *optimizer, &mut x, |_| gradient.clone());
        velocities.push(before.iter().zip(&x).map(|(before, x)| before - x).collect());
    }
    Ok((velocities, x))
}

/// The weights of the gradients in the velocity after each step; linearity is tried.
fn read(
    exact: &mut Exact,
    lab: &Lab,
    subject: &dyn Subject,
    velocity: &Velocity<Rational>,
    beta: &Rational,
) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let gradients = gradients(lab, STEPS);
    let (mut found, last) = velocities(subject, velocity, beta, &gradients)?;
    linear(exact, &gradients, &last);
    for weights in &mut found {
        weights.truncate(STEPS);
    }
    Ok(found)
}

fn sum<'a>(terms: impl Iterator<Item = &'a Rational>) -> Rational {
    terms.fold(Rational::ZERO, |sum, term| sum + term)
}

/// The sums of squares are said to have `1 - β^(2t finite)`.
fn weights(lab: &Lab, subject: &dyn Subject, finite: isize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for beta in momenta() {
        let kept = Rational::ONE - &beta;
        for (name, velocity, scale) in
            [("average", Velocity::Average, kept.clone()), ("sum", Velocity::StepOutside, Rational::ONE)]
        {
            let found = read(&mut exact, lab, subject, &velocity, &beta)?;
            for (step, weights) in found.iter().enumerate() {
                let t = step as isize + 1;
                let input = || format!("β = {beta}, {name}, after {t} steps");
                let left = Rational::ONE - beta.pow(t);
                let of = |place: usize| {
                    if place <= step { &scale * beta.pow((step - place) as isize) } else { Rational::ZERO }
                };
                let predicted: Vec<Rational> = (0..STEPS).map(of).collect();
                exact.holds("the weights", *weights == predicted, input);
                let squares: Vec<Rational> = weights.iter().map(square).collect();
                let all = if finite == 0 { Rational::ONE } else { Rational::ONE - square(&beta).pow(t * finite) };
                let limit = square(&scale) / (Rational::ONE - square(&beta));
                exact.equal("the squares' sum", &sum(squares.iter()), &(limit * all), input);
                exact.equal("the weights' sum", &sum(weights.iter()), &(&scale * &left / &kept), input);
                let aged = weights[..=step].iter().enumerate().map(|(place, weight)| weight * Rational::from(step - place));
                let age = aged.fold(Rational::ZERO, |sum, term| sum + term);
                let predicted = &scale / &kept * (&beta * left / &kept - Rational::from(t) * beta.pow(t));
                exact.equal("the ages' sum", &age, &predicted, input);
            }
        }
    }
    Ok(exact.evidence())
}

/// The last velocity's mean squared distance from the last gradient's mean for `σ = 1`, where the mean moves by `drift` a step up to 0
/// at the end: the variance and the square of the lag.
fn smoother<const N: usize>(
    lab: &Lab,
    subject: &dyn Subject,
    forms: [Velocity<Rational>; N],
    drift: i64,
) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for velocity in forms {
        for beta in momenta() {
            let found = read(&mut exact, lab, subject, &velocity, &beta)?;
            let weights = &found[STEPS - 1];
            let squares: Vec<Rational> = weights.iter().map(square).collect();
            let moved =
                weights.iter().enumerate().map(|(place, weight)| weight * Rational::from(drift * (STEPS - 1 - place) as i64));
            let lag = moved.fold(Rational::ZERO, |sum, term| sum + term);
            let error = sum(squares.iter()) + square(&lag);
            exact.holds("at most σ²", error <= Rational::ONE, || {
                format!("β = {beta}, {velocity:?}, drift {drift} σ a step: {:e} σ²", to_f64(&error))
            });
        }
    }
    Ok(exact.evidence())
}

/// `error` billionths are added to the variance's `1 - β`.
fn limits(error: i64) -> Evidence {
    // power is β^t, which the next step makes β^(t+1).
    let [beta, power, t, lag] = Polynomial::variables();
    let one = beta.int(1);
    let (kept, more) = (&one - &beta, &one + &beta);
    let next = &beta * &power;
    let mut exact = Exact::new();
    // Times 1 + β.
    let claimed = &kept + beta.constant(&rational(error, 1_000_000_000));
    let squares = |power: &Polynomial| &claimed * (&one - power.squared());
    exact.identity("squares", beta.squared() * squares(&power) + kept.squared() * &more, squares(&next));
    // A step makes every weight one older and β times as large, and adds one of age 0; times 1 - β.
    let total = |power: &Polynomial| &one - power;
    let ages = |power: &Polynomial, t: &Polynomial| &beta * total(power) - &kept * t * power;
    exact.identity("ages", &beta * &(ages(&power, &t) + &kept * total(&power)), ages(&next, &(&t + &one)));
    exact.identity("weights", &beta * total(&power) + &kept, total(&next));
    // g_t = t: the lag t - v_t becomes t + 1 - (β v_t + (1 - β)(t + 1)).
    let velocity = &t - &lag;
    let next_lag = &t + &one - (&beta * &velocity + &kept * (&t + &one));
    exact.identity("the lag's distance from β/(1 - β), times 1 - β", &kept * next_lag - &beta, &beta * (&kept * &lag - &beta));
    exact.evidence()
}

fn lag(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let ramp: Vec<Vec<Rational>> = (0..STEPS).map(|t| vec![Rational::from(t)]).collect();
    for beta in momenta() {
        let (found, _) = velocities(subject, &Velocity::Average, &beta, &ramp)?;
        for (t, velocity) in found.iter().enumerate() {
            let lag = &beta / (Rational::ONE - &beta) * (Rational::ONE - beta.pow(t as isize));
            let input = || format!("β = {beta}, t = {t}");
            exact.equal("the velocity", &velocity[0], &(Rational::from(t) - lag), input);
        }
    }
    Ok(exact.evidence())
}

/// The mean square of 16 velocities after so many steps with standard normal gradients.
fn drawn(subject: &dyn Subject, beta: &Rational, steps: usize, draws: &mut Draws) -> Result<f64, NotOffered> {
    const REPLICATES: usize = 16;
    let mut optimizer = subject.double(&momentum(Velocity::Average, Rational::ONE, beta.clone()))?;
    let mut x = vec![0.0; REPLICATES];
    let mut before = x.clone();
    for _ in 0..steps {
        before.clone_from(&x);
        advance(&mut *optimizer, &mut x, |_| draws.normals(REPLICATES));
    }
    let squares = before.iter().zip(&x).map(|(before, x)| (before - x) * (before - x));
    Ok(squares.sum::<f64>() / REPLICATES as f64)
}

/// In units of the true variance. A velocity is Gaussian, so that the statistic is a scaled χ²; its scale follows from the claim, so it
/// is taken twice as large. The wrong variance `1 - β` is 1 + β times the true one and that of `β = 0.81` 1.998 times: 0.9, the smaller effect,
/// is five margins.
fn noise(lab: &Lab, subject: &dyn Subject, claimed: fn(&Rational, usize) -> Rational) -> Result<Evidence, NotOffered> {
    let (beta, steps) = (rational(9, 10), 30);
    let truth = variance(&beta, steps);
    let law = Law::chi_square(16.0, 2.0 / 16.0);
    let margin = 0.18;
    let largest = 4 * law.required(margin, lab.policy.alpha());
    subject.double(&momentum(Velocity::Average, Rational::ONE, beta.clone()))?; // trials cannot say that it is not offered
    let target = to_f64(&(claimed(&beta, steps) / &truth));
    let unit = to_f64(&truth);
    let question = Question { name: "16 velocities after 30 steps", relation: Relation::Equal, target, margin, law, largest };
    let found = |draws: &mut Draws| drawn(subject, &beta, steps, draws).map_or(f64::NAN, |square| square / unit);
    Ok(Evidence::sampled(vec![estimate(lab, &question, found)]))
}

fn over_time(lab: &Lab) -> Plot {
    let stream = lab.stream("variance");
    let mut series = Vec::new();
    for (purpose, beta) in (0..).zip(momenta()) {
        let theory = (1..=60_usize).map(|t| [t as f64, to_f64(&variance(&beta, t))]);
        series.push(Series::theory(&format!("β = {}", to_f64(&beta)), theory));
        let measured = (1..=12_u64).map(|k| {
            let squares = (0..16).map(|trial| {
                let draws = &mut stream.trial(1000 * purpose + 16 * k + trial);
                drawn(&Reference, &beta, 5 * k as usize, draws).unwrap_or(f64::NAN)
            });
            [5.0 * k as f64, squares.sum::<f64>() / 16.0]
        });
        series.push(Series::measured(&format!("code, β = {}", to_f64(&beta)), measured));
    }
    Plot {
        id: "variance".into(),
        title: "Variance of the average of gradients with variance 1, 256 replicates a point".into(),
        x: "steps".into(),
        y: "E v²".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
