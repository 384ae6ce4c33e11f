//! # Adam on sparse gradients
//!
//! **Setting.** A gradient that is zero but for single spikes; Adam with the default β₁ and β₂.
//!
//! **Statement.** (1) "Works well" is no theorem: measured, a feature that is seen every 100 steps comes within a tenth of its optimum
//! after 15 occurrences at `η = 0.01`, where gradient descent takes 230 (at `η = 1` it takes one: equal η are no fair race); every
//! 1000 steps, after 5, and it overshoots afterwards.
//! (2) j steps after a spike that follows many zeros Adam moves by `η (1 - β₁) β₁^j / √((1 - β₂) β₂^j)`, whatever the spike's size:
//! 3.16 η at first, 31.77 η in all. (3) A constant gradient moves it by η a step.
//!
//! **Why.** Both moments decay geometrically after the spike, and the corrections are 1.
//!
//! **How it could fail.** The code runs in intervals, with `ε = 2⁻⁸⁰`.

use super::runs::{adam, changed, default_epsilon, default_moments, displacement};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, Root, Tracked, rational, to_f64};
use crate::optimizers::{Algorithm, Method, Moments, Optimizer, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-sparse-gradients",
    title: "Adam moves by 31.77 learning rates for each isolated gradient, whatever its size",
    topic: "adaptive",
    record: Some("adam-sparse-gradients"),
    statement: "After many zeros a single gradient moves Adam by $η (1 - β_1) β_1^j / sqrt((1 - β_2) β_2^j)$ in its $j$-th following step, \
                together by $η (1 - β_1) / (sqrt(1 - β_2)(1 - β_1/sqrt(β_2))) = 31.77 η$, whatever its size; a constant gradient moves \
                it by $η$ a step.",
    hypotheses: &["the default $β_1 = 0.9$ and $β_2 = 0.999$", "$ε$ small beside the spike, many zeros before it and after it"],
    sources: &[Source::Note("000", "592"), Source::Cited("kingma2015", "section 2.1")],
    claims: &[
        Claim {
            id: "works-well",
            as_stated: true,
            statement: "on this model problem, $f(x) = (x - 1)^2/2$ from 0 seen every $k$ steps, $η = 0.01$: Adam is within 0.1 of 1 \
                        after 15 occurrences for $k = 100$ and 5 for $k = 1000$, gradient descent after 230",
            quantifier: "this model problem at this η for both, in doubles; a measurement, no theorem",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| occurrences(subject, [15, 5, 230]),
        },
        Claim {
            id: "response",
            as_stated: false,
            statement: "the $j$-th step after the spike is within $10^(-7) η$ of $η (1 - β_1) β_1^j / sqrt((1 - β_2) β_2^j)$",
            quantifier: "after 20,000 zeros, j ≤ 400, spikes of 1/1000, 1 and 1000, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| response(subject, |_| Rational::ONE),
        },
        Claim {
            id: "total",
            as_stated: false,
            statement: "a spike moves Adam by $31.77 η$ in all",
            quantifier: "after 20,000 zeros, 400 steps, spikes of 1/1000, 1 and 1000, within 0.005 η, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| total(subject, 31.77),
        },
        Claim {
            id: "constant",
            as_stated: false,
            statement: "a constant gradient moves Adam in double precision by $η frac(|g|, |g| + ε)$ in every step, within rounding errors",
            quantifier: "60 steps on the gradients 1/1000, 1 and -1000, ε = 10⁻⁸; any order of evaluation in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| constant(subject, &Rational::ONE),
        },
    ],
    controls: &[
        Control {
            id: "first-step-is-all",
            differs: "claims that a spike moves Adam by 3.16 η in all",
            broken: Broken::Statement(|_, subject| total(subject, 3.16)),
        },
        Control {
            id: "total-without-second-decay",
            differs: "claims a total of 31.62 η, as if v did not decay",
            broken: Broken::Statement(|_, subject| total(subject, 31.62)),
        },
        Control {
            id: "response-without-second-decay",
            differs: "claims the response with the √v of the spike itself",
            broken: Broken::Statement(|_, subject| response(subject, |beta2| Rational::ONE / beta2)),
        },
        Control {
            id: "dense-is-always-short",
            differs: "claims steps of η for every dense gradient: these grow by β₂/β₁",
            broken: Broken::Statement(|_, subject| constant(subject, &(rational(999, 1000) / rational(9, 10)))),
        },
        Control {
            id: "dense-grows-barely",
            differs: "claims steps of η where the gradient grows by 10⁻¹³ a step",
            broken: Broken::Statement(|_, subject| constant(subject, &(Rational::ONE + rational(1, 10_000_000_000_000)))),
        },
        Control {
            id: "one-occurrence-less",
            differs: "claims 14 occurrences for k = 100",
            broken: Broken::Statement(|_, subject| occurrences(subject, [14, 5, 230])),
        },
        Control {
            id: "measured-code-without-correction",
            differs: "the code does not correct the bias",
            broken: Broken::Subject { claim: "works-well", subject: &UNCORRECTED },
        },
        Control {
            id: "response-of-longer-steps",
            differs: "the code steps by η (1 + 10⁻⁶)",
            broken: Broken::Subject {
                claim: "response",
                subject: &Impostor { name: "step larger by 1e-6", instead: |method| longer(method, rational(1, 1_000_000)) },
            },
        },
        Control {
            id: "total-of-longer-steps",
            differs: "the code steps by η (1 + 10⁻³)",
            broken: Broken::Subject {
                claim: "total",
                subject: &Impostor { name: "step larger by 1e-3", instead: |method| longer(method, rational(1, 1000)) },
            },
        },
        Control {
            id: "constant-of-longer-steps",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "constant", subject: &LONGER_STEP },
        },
    ],
    plots: &[responses],
};

static UNCORRECTED: Impostor =
    Impostor { name: "no bias correction", instead: |method| changed(method, |adam| adam.bias_correction = false) };

fn method() -> Method {
    Method::new(adam(default_moments(), Rational::from(2).pow(-80)), Rational::ONE)
}

/// The code's steps on a spike after 20,000 zeros: enough for the corrections to be 1 within 10⁻⁸.
fn after_zeros<R: Real>(optimizer: &mut dyn Optimizer<R>, spike: R) -> Vec<R> {
    (0..20_000).for_each(|_| {
        displacement(optimizer, &[R::zero()]);
    });
    let gradient = |step| if step == 0 { spike.clone() } else { R::zero() };
    (0..400).map(|step| displacement(optimizer, &[gradient(step)]).remove(0)).collect()
}

/// The responses to spikes of three sizes.
fn spikes(subject: &dyn Subject) -> Result<Vec<Vec<Interval>>, NotOffered> {
    let sizes = [rational(1, 1000), Rational::ONE, rational(1000, 1)];
    sizes.iter().map(|size| Ok(after_zeros(&mut *subject.enclosure(&method())?, Interval::of(size)))).collect()
}

/// The steps after a spike, with `1/β₂^j` in the denominator's place taken times `kept(β₂)^j`.
fn response(subject: &dyn Subject, kept: fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let Moments { beta1, beta2 } = default_moments();
    let one = Rational::ONE;
    let ratio = Interval::of(&(&beta1 * &beta1 / (&beta2 * kept(&beta2)))).sqrt();
    for steps in spikes(subject)? {
        let mut wanted = Interval::of(&(&one - &beta1)) / Interval::of(&(&one - &beta2)).sqrt();
        for (age, step) in steps.into_iter().enumerate() {
            exact.decided("the response", (step - wanted).smaller_than(1e-7), || {
                format!("step {age} after the spike: {} against {}", step.lo, wanted.lo)
            });
            wanted = wanted * ratio;
        }
    }
    Ok(exact.evidence())
}

fn total(subject: &dyn Subject, stated: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for steps in spikes(subject)? {
        let sum = steps.into_iter().fold(Interval::zero(), |sum, step| sum + step);
        exact.decided("the sum", (sum - Interval::point(stated)).smaller_than(5e-3), || format!("{} η", sum.lo));
    }
    Ok(exact.evidence())
}

/// Gradients that grow by a factor a step: constant, where it is 1.
fn constant(subject: &dyn Subject, growth: &Rational) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let method = Method::new(adam(default_moments(), default_epsilon()), Rational::ONE);
    let (mut optimizer, mut twin) = (subject.double(&method)?, method.build::<Tracked<f64>>());
    let epsilon = to_f64(&default_epsilon());
    let mut gradient = vec![1e-3, 1.0, -1e3];
    for t in 1..=60 {
        let bounds = displacement(&mut *twin, &gradient.iter().map(|g| Tracked::exactly(*g)).collect::<Vec<_>>());
        for ((found, bound), gradient) in displacement(&mut *optimizer, &gradient).iter().zip(bounds).zip(&gradient) {
            let wanted = gradient / (gradient.abs() + epsilon);
            property.within("a step of η", (found - wanted).abs(), bound.bound(), || format!("step {t} on {gradient}: {found}"));
        }
        gradient.iter_mut().for_each(|g| *g *= to_f64(growth));
    }
    Ok(property.evidence())
}

/// Occurrences after which x stays within a tenth of 1 until the next one, at most 300.
fn until_near(subject: &dyn Subject, algorithm: Algorithm, period: usize) -> Result<usize, NotOffered> {
    let mut optimizer = subject.double(&Method::new(algorithm, rational(1, 100)))?;
    let mut x = vec![0.0];
    for occurrence in 0..300 {
        // The steps up to the next occurrence end with that one.
        for step in 0..period {
            if step + 1 == period && (x[0] - 1.0_f64).abs() < 0.1 {
                return Ok(occurrence);
            }
            advance(&mut *optimizer, &mut x, |x| vec![if step + 1 == period { x[0] - 1.0 } else { 0.0 }]);
        }
    }
    Ok(300)
}

fn occurrences(subject: &dyn Subject, stated: [usize; 3]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let defaults = || adam(default_moments(), default_epsilon());
    let cases = [("Adam", defaults(), 100), ("Adam", defaults(), 1000), ("gradient descent", Algorithm::GradientDescent, 100)];
    for ((name, algorithm, period), stated) in cases.into_iter().zip(stated) {
        let found = until_near(subject, algorithm, period)?;
        exact.equal("occurrences", &found, &stated, || format!("{name}, every {period} steps"));
    }
    Ok(exact.evidence())
}

fn responses(_: &Lab) -> Plot {
    let Moments { beta1, beta2 } = default_moments();
    let [beta1, beta2] = [beta1, beta2].map(|beta| to_f64(&beta));
    let first = (1.0 - beta1) / (1.0 - beta2).sqrt();
    let theory = (0..60).map(|age| [f64::from(age), first * libm::pow(beta1 / beta2.sqrt(), f64::from(age))]);
    let found = Reference.double(&method()).map(|mut optimizer| after_zeros(&mut *optimizer, 1000.0)).unwrap_or_default();
    let measured = found.into_iter().take(60).enumerate().map(|(age, step)| [age as f64, step]);
    Plot {
        id: "response".into(),
        title: "Steps of Adam after a single gradient, in learning rates".into(),
        x: "steps after the gradient".into(),
        y: "length / η".into(),
        log_y: true,
        series: vec![
            Series::theory("(1 - β₁) β₁^j / √((1 - β₂) β₂^j)", theory),
            Series::measured("the code, gradient 1000", measured),
        ],
        ..Plot::default()
    }
}
