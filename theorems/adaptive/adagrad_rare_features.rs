//! # AdaGrad counts a feature's activations, not the steps
//!
//! **Setting.** A feature whose gradient is ±1 when it is active and 0 otherwise; AdaGrad with a negligible ε.
//!
//! **Statement.** The update at the k-th activation has the length `η/√k`, however many steps lie between. After t steps a feature that
//! is active with probability p has the rate `η/√N_t` with `𝔼 N_t = pt`: larger for a rarer one, by about `√(p_frequent/p_rare)`.
//!
//! **Why.** `G` is the number of activations so far.
//!
//! **How it could fail.** The code's steps are enclosed on drawn activations; the rate it has reached is sampled. Gradient descent has one
//! rate for all; Adam forgets: after a long pause it steps by `η (1 - β₁)/√(1 - β₂) = 3.16 η`.

use super::conventions::{FORGETTING, adagrad, adam, changed, default_betas, on, power_of_two, relatively_near, shown};
use super::runs::displacement;
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, Root, rational};
use crate::optimizers::{Algorithm, Epsilon, Method};
use crate::plot::{Plot, Series};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adagrad-rare-features",
    title: "AdaGrad counts a feature's activations: rare features keep larger rates",
    topic: "adaptive",
    record: Some("adagrad-rare-features"),
    statement: "If a feature's gradient is $±1$ at its activations and 0 otherwise, AdaGrad's update at the $k$-th activation has the length \
                $η / sqrt(k)$, however many steps lie between. After $t$ steps with activations of probability $p$ the mean of \
                $(η / op(\"rate\"))^2$ is $p t$, so that rates are about as $1/sqrt(p)$.",
    hypotheses: &["gradients of size 1 at activations, 0 otherwise", "$ε$ far below 1, $G_0 = 0$"],
    sources: &[Source::Note("003", "264"), Source::Note("000", "592"), Source::Cited("duchi2011", "section 1")],
    claims: &[
        Claim {
            id: "activations",
            as_stated: true,
            statement: "larger updates for infrequent features, smaller for frequent: the update at the $k$-th activation is $η / sqrt(k)$",
            quantifier: "the code, 400 steps of 12 features with activations of probability 1/2, 1/8 and 1/64, up to a relative 10⁻¹¹, \
                         rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| activations(lab, subject, |count, _| count),
        },
        Claim {
            id: "rates",
            as_stated: false,
            statement: "after 64 steps the mean of $(η / op(\"rate\"))^2 / t$ is $p$",
            quantifier: "independent activations with p = 1/2 and p = 1/8, the code in doubles, within 0.02",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| rates(lab, subject),
        },
        Claim {
            id: "adam-after-a-pause",
            as_stated: false,
            statement: "Adam's update after 20,000 steps without a gradient is $η (1 - β_1) / sqrt(1 - β_2) = 3.16 η$, not $η$",
            quantifier: "the code with β₁ = 9/10, β₂ = 999/1000, up to a relative 10⁻⁷, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| after_a_pause(subject),
        },
    ],
    controls: &[
        Control {
            id: "elapsed-steps",
            differs: "claims η/√t by the number of steps",
            broken: Broken::Statement(|lab, subject| activations(lab, subject, |_, step| step)),
        },
        Control {
            id: "one-activation-more",
            differs: "claims η/√(k + 1)",
            broken: Broken::Statement(|lab, subject| activations(lab, subject, |count, _| count + 1)),
        },
        on("gradient-descent", "the code runs gradient descent", "activations", &ONE_RATE),
        on("gradient-descent-sampled", "the code runs gradient descent", "rates", &ONE_RATE),
        on("adam", "the code runs Adam, which forgets between activations", "activations", &ADAM),
        on("rmsprop", "the code runs RMSprop", "activations", &FORGETTING),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "activations", &LONGER_STEP),
        on("short-memory", "the code's Adam has β₂ = 998/1000", "adam-after-a-pause", &SHORT_MEMORY),
    ],
    plots: &[reached],
};

static ONE_RATE: Impostor =
    Impostor { name: "gradient descent", instead: |method| changed(method, |algorithm| *algorithm = Algorithm::GradientDescent) };

static ADAM: Impostor = Impostor {
    name: "Adam",
    instead: |method| changed(method, |algorithm| *algorithm = adam(default_betas(), Epsilon::Outside, negligible())),
};

static SHORT_MEMORY: Impostor = Impostor {
    name: "Adam with a shorter memory",
    instead: |method| {
        changed(method, |algorithm| *algorithm = adam([rational(9, 10), rational(998, 1000)], Epsilon::Outside, negligible()))
    },
};

/// `ε = 2⁻⁸⁰`: not 0, for 0/0 before the first activation.
fn negligible() -> Rational {
    power_of_two(-80)
}

fn method() -> Method {
    Method::new(adagrad(Epsilon::Outside, negligible()), Rational::ONE)
}

/// The squared inverse of the update is a function of the numbers of activations and of steps.
fn activations(lab: &Lab, subject: &dyn Subject, claimed: fn(i64, i64) -> i64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let draws = &mut lab.stream("activations").trial(0);
    let mut optimizer = subject.enclosure(&method())?;
    let mut counts = [0; 12];
    for step in 1..=400 {
        let mut gradients = Vec::new();
        for (feature, count) in counts.iter_mut().enumerate() {
            // Four features of each probability: 2⁻¹, 2⁻³, 2⁻⁶.
            let active = draws.index([2, 8, 64][feature % 3]) == 0;
            *count += i64::from(active);
            gradients.push(if active { Interval::point(draws.sign()) } else { Interval::zero() });
        }
        let steps = displacement(&mut *optimizer, &gradients);
        for (feature, (found, gradient)) in steps.into_iter().zip(gradients).enumerate() {
            let wanted = gradient / Interval::int(claimed(counts[feature], step)).sqrt();
            let holds =
                if gradient == Interval::zero() { Some(found == gradient) } else { relatively_near(found, wanted, 1e-11) };
            exact.decided("the update at the k-th activation", holds, || {
                format!("feature {feature}, step {step}, k = {}: {} against {}", counts[feature], shown(found), shown(wanted))
            });
        }
    }
    Ok(exact.evidence())
}

/// A count of `t = 64` activations over t has a deviation of at most `1/(2√t)` in Hoeffding's sense, gradient descent's is constant. The
/// margin is a fifth of that control's effect at p = 1/8.
fn rates(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let (steps, margin) = (64, 0.02);
    subject.double(&method())?;
    let mut statistics = Vec::new();
    for one_in in [2, 8] {
        let law = Law::SubGaussian { deviation: 0.5 / f64::from(steps).sqrt() };
        let question = Question {
            name: &format!("(η/rate)²/t, p = 1/{one_in}"),
            relation: Relation::Equal,
            target: 1.0 / one_in as f64,
            margin,
            law,
            largest: 4 * law.required(margin, lab.policy.alpha()),
        };
        statistics.push(estimate(lab, &question, |draws| {
            let Ok(mut optimizer) = subject.double(&method()) else { return f64::NAN };
            for _ in 0..steps {
                let gradient = if draws.index(one_in) == 0 { 1.0 } else { 0.0 };
                displacement(&mut *optimizer, &[gradient]);
            }
            // A gradient whose square is below the sum's last bit reads the rate.
            let small = 1.0 / (1u64 << 40) as f64;
            let inverse = small / displacement(&mut *optimizer, &[small])[0];
            inverse * inverse / f64::from(steps)
        }));
    }
    Ok(Evidence::sampled(statistics))
}

fn after_a_pause(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.enclosure(&Method::new(adam(default_betas(), Epsilon::Outside, negligible()), Rational::ONE))?;
    displacement(&mut *optimizer, &[Interval::one()]);
    for _ in 0..20_000 {
        displacement(&mut *optimizer, &[Interval::zero()]);
    }
    let found = displacement(&mut *optimizer, &[Interval::one()])[0];
    let wanted = Interval::of(&rational(1, 10)) / Interval::of(&rational(1, 1000)).sqrt();
    exact.decided("the update after a pause", relatively_near(found, wanted, 1e-7), || {
        format!("{} against {}", shown(found), shown(wanted))
    });
    Ok(exact.evidence())
}

fn reached(lab: &Lab) -> Plot {
    let width = 256;
    let (mut theory, mut series) = (Vec::new(), Vec::new());
    for (name, algorithm) in [
        ("AdaGrad", adagrad(Epsilon::Outside, negligible())),
        ("Adam", adam(default_betas(), Epsilon::Outside, negligible())),
        ("gradient descent", Algorithm::GradientDescent),
    ] {
        let mut points = Vec::new();
        for exponent in 1..=7 {
            let draws = &mut lab.stream("reached").trial(exponent);
            let mut optimizer =
                Reference.double(&Method::new(algorithm.clone(), Rational::ONE)).expect("the reference offers them");
            let one_in = 1 << exponent;
            for _ in 0..512 {
                let gradients: Vec<f64> = (0..width).map(|_| f64::from(u8::from(draws.index(one_in) == 0))).collect();
                displacement(&mut *optimizer, &gradients);
            }
            let mean = displacement(&mut *optimizer, &vec![1.0; width]).into_iter().sum::<f64>() / width as f64;
            points.push([1.0 / one_in as f64, mean]);
        }
        series.push(Series::measured(&format!("{name}, the code"), points));
    }
    theory.extend((1..=7).map(|exponent| {
        let p = 1.0 / f64::from(1 << exponent);
        [p, 1.0 / (p * 512.0 + 1.0).sqrt()]
    }));
    series.insert(0, Series::theory("1/√(pt + 1)", theory));
    Plot {
        id: "reached".into(),
        title: format!("Mean update at an activation after 512 steps in units of η, {width} features"),
        x: "probability p of activation".into(),
        y: "length / η".into(),
        log_x: true,
        log_y: true,
        series,
    }
}
