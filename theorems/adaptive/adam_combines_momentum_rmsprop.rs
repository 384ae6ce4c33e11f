//! # Adam combines momentum and RMSprop
//!
//! **Setting.** `ε = 0` unless it is said; gradients that are given and not zero; the codes of all methods side by side.
//!
//! **Statement.** (1) Adam's step times g is the step of averaging momentum at `1/(1 - β₁^t)` times that of RMSprop at `η √(1 - β₂^t)`.
//! So (2) `β₁ = 0` is RMSprop with a corrected mean, (3) `β₁ = β₂ = 0` signSGD, (4) `β₁ = 0`, `β₂ → 1`, `η/√t` AdaGrad, and (5)
//! `ε → ∞`, `η ε` averaging momentum with a corrected mean. The mean square is not frozen as `β₂ → 1`: corrected, it is the mean of
//! all squares.
//!
//! **Why.** `m̂ g = √v̂ · m̂ · (g/√v̂)`. The weights of `t v̂` lie between `β₂^(t-1)` and `β₂^(1-t)`; `ε/(√v̂ + ε) ≥ 1 - √v̂/ε`.
//!
//! **How it could fail.** Each method is run by its own code, in intervals, or in doubles where it is said.

use super::runs::{BARELY_LONGER, adam, averaging, changed, default_epsilon, default_moments, displacement, gradients, points};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, Root, Tracked, rational};
use crate::optimizers::{AdaGrad, Algorithm, Epsilon, Method, Moments, Momentum, Optimizer, RmsProp, Velocity};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-combines-momentum-rmsprop",
    title: "Adam is averaging momentum over RMSprop's denominator, both corrected",
    topic: "adaptive",
    record: Some("adam-combines-momentum-rmsprop"),
    statement: "A step of Adam times $g$ is the product of the steps of averaging momentum at $1/(1 - β_1^t)$ and of RMSprop at \
                $η sqrt(1 - β_2^t)$. Hence $β_1 = 0$ gives corrected RMSprop, $β_1 = β_2 = 0$ signSGD; $β_1 = 0$, $η/sqrt(t)$ tends to \
                AdaGrad as $β_2 → 1$, and $η ε$ to averaging momentum at $η/(1 - β_1^t)$ as $ε → ∞$.",
    hypotheses: &["$ε = 0$ where no $ε$ is named, gradients that are not zero"],
    sources: &[
        Source::Note("000", "231-234"),
        Source::Note("002", "121-122"),
        Source::Note("004", "145"),
        Source::Cited("kingma2015", "section 5"),
    ],
    claims: &[
        Claim {
            id: "product",
            as_stated: true,
            statement: "Adam combines momentum, adaptive scaling and bias correction: its step times $g$ is the product of their steps, \
                        within $10^(-10)$",
            quantifier: "60 steps of 8 drawn coordinates, the default β₁ and β₂, η = 1, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| product(lab, subject, Velocity::Average),
        },
        Claim {
            id: "rmsprop",
            as_stated: false,
            statement: "with $β_1 = 0$ Adam's step is RMSprop's at $η sqrt(1 - β_2^t)$, within $10^(-10)$",
            quantifier: "60 steps of 8 drawn coordinates, β₂ in {9/10, 999/1000}, η = 1, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: rmsprop,
        },
        Claim {
            id: "rmsprop-in-doubles",
            as_stated: false,
            statement: "with $β_1 = 0$ and $ε = 10^(-8)$ the step of the code in double precision is $η g_t / (sqrt(hat(v)_t) + ε)$ with \
                        $hat(v)_t = (1 - β_2) sum_i β_2^(t-i) g_i^2 / (1 - β_2^t)$, within rounding errors",
            quantifier: "60 steps of 8 drawn coordinates, β₂ = 0.999, η = 1; any order of evaluation in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: in_doubles,
        },
        Claim {
            id: "sign",
            as_stated: false,
            statement: "with $β_1 = β_2 = 0$ the iterates of Adam in double precision are signSGD's, to the bit",
            quantifier: "300 steps of 8 drawn coordinates, η = 1/128",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: sign,
        },
        Claim {
            id: "adagrad",
            as_stated: false,
            statement: "with $β_1 = 0$ and $η/sqrt(t)$ Adam's step differs from AdaGrad's by at most the fraction $β_2^(-(t-1)/2) - 1$",
            quantifier: "40 steps of 8 drawn coordinates, 1 - β₂ in {2⁻¹⁰, 2⁻¹²}; rounded outward, with 10⁻¹⁰ η for the enclosures",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| adagrad(lab, subject, true),
        },
        Claim {
            id: "large-epsilon",
            as_stated: false,
            statement: "with $η ε$ for $η$ Adam's step differs from that of averaging momentum at $η/(1 - β_1^t)$ by at most the fraction \
                        $frac(max_i |g_i|, ε)$",
            quantifier: "60 steps of 8 drawn coordinates, ε in {2¹⁰, 2²⁰}; rounded outward, with 10⁻¹⁰ η for the enclosures",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: large_epsilon,
        },
    ],
    controls: &[
        Control {
            id: "heavy-ball",
            differs: "claims the product with the velocity of the heavy ball, a sum and no average",
            broken: Broken::Statement(|lab, subject| product(lab, subject, Velocity::StepOutside)),
        },
        Control {
            id: "frozen",
            differs: "claims that v freezes as β₂ → 1: AdaGrad with its first square alone",
            broken: Broken::Statement(|lab, subject| adagrad(lab, subject, false)),
        },
        Control {
            id: "product-of-longer-steps",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "product", subject: &LONGER_STEP },
        },
        Control {
            id: "rmsprop-with-momentum",
            differs: "the code has β₁ = 10⁻⁹ where 0 is asked for",
            broken: Broken::Subject {
                claim: "rmsprop",
                subject: &Impostor {
                    name: "β₁ = 10⁻⁹ for 0",
                    instead: |method| changed(method, |adam| adam.moments.beta1 = rational(1, 1_000_000_000)),
                },
            },
        },
        Control {
            id: "doubles-step-longer",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "rmsprop-in-doubles", subject: &LONGER_STEP },
        },
        Control {
            id: "doubles-step-barely-longer",
            differs: "the code steps by η (1 + 10⁻¹²)",
            broken: Broken::Subject { claim: "rmsprop-in-doubles", subject: &BARELY_LONGER },
        },
        Control {
            id: "sign-with-epsilon",
            differs: "the code has ε = 10⁻⁸ where 0 is asked for",
            broken: Broken::Subject {
                claim: "sign",
                subject: &Impostor {
                    name: "ε = 10⁻⁸",
                    instead: |method| changed(method, |adam| adam.epsilon = default_epsilon()),
                },
            },
        },
        Control {
            id: "adagrad-of-longer-steps",
            differs: "the code steps by η (1 + 10⁻⁹), AdaGrad's too, whose step size is not set again",
            broken: Broken::Subject { claim: "adagrad", subject: &LONGER_STEP },
        },
        Control {
            id: "large-epsilon-of-longer-steps",
            differs: "the code steps by η (1 + 10⁻⁵)",
            broken: Broken::Subject {
                claim: "large-epsilon",
                subject: &Impostor { name: "step larger by 1e-5", instead: |method| longer(method, rational(1, 100_000)) },
            },
        },
    ],
    plots: &[towards_adagrad],
};

const WIDTH: usize = 8;

/// `1 - β^t` for `t = 1, 2, ...`.
fn corrections(beta: &Rational) -> impl Iterator<Item = Interval> + use<> {
    let beta = beta.clone();
    (1..).map(move |t| Interval::of(&(Rational::ONE - beta.pow(t))))
}

fn rms(decay_rate: Rational) -> Method {
    let (epsilon, placement, initial_accumulator) = (Rational::ZERO, Epsilon::Outside, Rational::ZERO);
    let rule = RmsProp { decay_rate, epsilon, placement, initial_accumulator, centred: false, momentum: None };
    Method::new(Algorithm::RmsProp(rule), Rational::ONE)
}

fn without_momentum(beta2: Rational) -> Method {
    Method::new(adam(Moments { beta1: Rational::ZERO, beta2 }, Rational::ZERO), Rational::ONE)
}

/// Rows of intervals: some steps of drawn gradients.
fn drawn(lab: &Lab, steps: u64) -> Vec<Vec<Interval>> {
    gradients(lab, steps, WIDTH).iter().map(|row| points(row)).collect()
}

fn product(lab: &Lab, subject: &dyn Subject, velocity: Velocity<Rational>) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let Moments { beta1, beta2 } = default_moments();
    let mut combined = subject.enclosure(&Method::new(adam(default_moments(), Rational::ZERO), Rational::ONE))?;
    let algorithm = Algorithm::Momentum(Momentum { momentum: beta1.clone(), velocity });
    let mut first = subject.enclosure(&Method::new(algorithm, Rational::ONE))?;
    let mut second = subject.enclosure(&rms(beta2.clone()))?;
    let corrections = corrections(&beta1).zip(corrections(&beta2));
    for (t, (row, (correction1, correction2))) in drawn(lab, 60).iter().zip(corrections).enumerate() {
        first.set_step_size(Interval::one() / correction1);
        second.set_step_size(correction2.sqrt());
        let steps = displacement(&mut *combined, row);
        let factors = displacement(&mut *first, row).into_iter().zip(displacement(&mut *second, row));
        for ((step, gradient), (momentum, scaled)) in steps.iter().zip(row).zip(factors) {
            let (left, right) = (*step * *gradient, momentum * scaled);
            exact.decided("the product", (left - right).smaller_than(1e-10), || {
                format!("step {}: {} against {}", t + 1, left.lo, right.lo)
            });
        }
    }
    Ok(exact.evidence())
}

fn rmsprop(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for beta2 in [rational(9, 10), rational(999, 1000)] {
        let (mut left, mut right) =
            (subject.enclosure(&without_momentum(beta2.clone()))?, subject.enclosure(&rms(beta2.clone()))?);
        for (row, correction) in drawn(lab, 60).iter().zip(corrections(&beta2)) {
            right.set_step_size(correction.sqrt());
            for (left, right) in displacement(&mut *left, row).into_iter().zip(displacement(&mut *right, row)) {
                exact.decided("the same step", (left - right).smaller_than(1e-10), || {
                    format!("β₂ = {beta2}: {} against {}", left.lo, right.lo)
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// The formula by its sum, in numbers that carry a bound of what rounding may do.
fn in_doubles(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    type Twin = Tracked<f64>;
    let mut property = Property::new();
    let Moments { beta2, .. } = default_moments();
    let method = Method::new(adam(Moments { beta1: Rational::ZERO, beta2: beta2.clone() }, default_epsilon()), Rational::ONE);
    let mut optimizer = subject.double(&method)?;
    let (decay, epsilon) = (Twin::of(&beta2), Twin::of(&default_epsilon()));
    let fresh = Twin::one() - decay;
    let mut sums = vec![Twin::zero(); WIDTH];
    let mut power = Twin::one();
    for (t, row) in gradients(lab, 60, WIDTH).iter().enumerate() {
        power = power * decay;
        for ((found, gradient), sum) in displacement(&mut *optimizer, row).iter().zip(row).zip(&mut sums) {
            let gradient = Twin::exactly(*gradient);
            *sum = *sum * decay + fresh * (gradient * gradient);
            let twin = gradient / ((*sum / (Twin::one() - power)).sqrt() + epsilon);
            property.within("the formula", twin.distance(*found), twin.bound(), || format!("step {}: {found}", t + 1));
        }
    }
    Ok(property.evidence())
}

/// A square and its root are rounded to `|g|` exactly, and a power of two as step size makes `η g / |g|` exact.
fn sign(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let moments = Moments { beta1: Rational::ZERO, beta2: Rational::ZERO };
    let mut left = subject.double(&Method::new(adam(moments, Rational::ZERO), rational(1, 128)))?;
    let mut right = subject.double(&Method::new(Algorithm::SignDescent, rational(1, 128)))?;
    for (t, row) in gradients(lab, 300, WIDTH).iter().enumerate() {
        let (left, right) = (displacement(&mut *left, row), displacement(&mut *right, row));
        exact.holds("the same bits", left == right, || format!("step {}: {left:?} against {right:?}", t + 1));
    }
    Ok(exact.evidence())
}

/// Against AdaGrad, or against AdaGrad that is given only the first gradient's square: `g_t / (|g_1| √t)`.
fn adagrad(lab: &Lab, subject: &dyn Subject, accumulates: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for exponent in [10, 12] {
        let beta2 = Rational::ONE - rational(1, 1 << exponent);
        let mut left = subject.enclosure(&without_momentum(beta2.clone()))?;
        let (epsilon, placement) = (Rational::ZERO, Epsilon::Outside);
        let rule = AdaGrad { epsilon, placement, initial_accumulator: Rational::ZERO, step_decay: Rational::ZERO };
        let mut right = subject.enclosure(&Method::new(Algorithm::AdaGrad(rule), Rational::ONE))?;
        let rows = drawn(lab, 40);
        for (t, row) in (1..).zip(&rows) {
            let root = Interval::int(t).sqrt();
            left.set_step_size(Interval::one() / root);
            let fraction = Interval::of(&beta2.pow(1 - t as isize)).sqrt() - Interval::one();
            let mut sums = displacement(&mut *right, row);
            if !accumulates {
                sums = row.iter().zip(&rows[0]).map(|(gradient, first)| *gradient / (first.magnitude() * root)).collect();
            }
            for (left, right) in displacement(&mut *left, row).into_iter().zip(sums) {
                let allowed = right.magnitude() * fraction + Interval::of(&rational(1, 10_000_000_000));
                exact.decided("the difference", (allowed - (left - right).magnitude()).above(0.0), || {
                    format!("1 - β₂ = 2^-{exponent}, step {t}: {} against {}", left.lo, right.lo)
                });
            }
        }
    }
    Ok(exact.evidence())
}

fn large_epsilon(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for exponent in [10, 20] {
        let epsilon = rational(1 << exponent, 1);
        let moments = default_moments();
        let mut left = subject.enclosure(&Method::new(adam(moments.clone(), epsilon.clone()), epsilon.clone()))?;
        let mut right = subject.enclosure(&Method::new(averaging(moments.beta1.clone()), Rational::ONE))?;
        let mut largest = [Interval::zero(); WIDTH];
        for (row, correction) in drawn(lab, 60).iter().zip(corrections(&moments.beta1)) {
            right.set_step_size(Interval::one() / correction);
            let steps = displacement(&mut *left, row).into_iter().zip(displacement(&mut *right, row));
            for ((left, right), (gradient, largest)) in steps.zip(row.iter().zip(&mut largest)) {
                *largest = largest.larger(gradient.magnitude());
                let allowed = right.magnitude() * *largest / Interval::of(&epsilon) + Interval::of(&rational(1, 10_000_000_000));
                exact.decided("the difference", (allowed - (left - right).magnitude()).above(0.0), || {
                    format!("ε = 2^{exponent}: {} against {}", left.lo, right.lo)
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// The relative difference from AdaGrad after 40 steps of growing gradients.
fn towards_adagrad(_: &Lab) -> Plot {
    let exponents = || (2..=20).map(|exponent| (exponent, libm::exp2(-f64::from(exponent))));
    let measured = exponents().map(|(exponent, rest)| {
        let beta2 = Rational::ONE - rational(1, 1 << exponent);
        let steps = |mut optimizer: Box<dyn Optimizer<f64>>| {
            (1..=40).map(|t| displacement(&mut *optimizer, &[f64::from(t)])[0]).last().unwrap_or(f64::NAN)
        };
        let exact: f64 = 40.0 / (1..=40).map(|t| f64::from(t * t)).sum::<f64>().sqrt();
        let found = Reference.double(&without_momentum(beta2)).map_or(f64::NAN, steps) / 40.0_f64.sqrt();
        [rest, (found / exact - 1.0).abs()]
    });
    Plot {
        id: "towards-adagrad".into(),
        title: "Relative difference from AdaGrad's step 40, gradients 1, 2, ..., 40".into(),
        x: "1 - β₂".into(),
        y: "relative difference".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("bound β₂^(-39/2) - 1", exponents().map(|(_, rest)| [rest, libm::pow(1.0 - rest, -19.5) - 1.0])),
            Series::measured("the code", measured),
        ],
    }
}
