//! # Which optimizer is fast
//!
//! **Setting.** Operations of an update, and updates until `max |x_i| ≤ 10⁻³` on `½ Σ λ_i x_i²` from `x = (1, 1, 1)`, `λ` in `[1, κ]`.
//!
//! **Statement.** No theorem: the note's "SGD fast, others medium" names no measure. (1) As operations of an update it is an order: SGD 2,
//! momentum 5, RMSprop 10, Adam 13 for a parameter, and "medium" covers a factor 2.6. (2) As work to a goal it is refuted: on the model
//! problem with `κ = 100` the tuned heavy ball needs 6 times fewer updates and 2 times fewer operations than tuned gradient descent.
//! (3) With `κ = 1` it is the other way round: the order depends on the problem.
//!
//! **Why.** Tuned, gradient descent contracts by `(κ - 1)/(κ + 1)` a step, the heavy ball by about `(√κ - 1)/(√κ + 1)`.
//!
//! **How it could fail.** The code's operations are counted, its iterates run in fractions and compared with the closed forms.

use super::costs::{COSTS, for_a_parameter, specimen};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::optimizers::{Method, advance, polyak_tuning};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "optimizer-speed-table",
    title: "SGD's updates are the cheapest; who arrives first depends on the problem",
    topic: "accumulation",
    record: Some("optimizer-speed-table"),
    statement: "For a parameter an update of our code takes 2 operations for SGD, 5 for momentum, 10 for RMSprop and 13 for Adam. On the \
                model problem $½ sum_i λ_i x_i^2$ from $x = (1, 1, 1)$ to $max_i |x_i| ≤ 10^(-3)$, the tuned heavy ball takes fewer \
                updates and fewer operations than tuned gradient descent for $κ = 100$, and more operations for $κ = 1$.",
    hypotheses: &[
        "operations as our code performs them; time is not measured",
        "the spectrum ${1, (1 + κ)/2, κ}$, and both methods tuned to it: $η = 2/(L + μ)$, and Polyak's parameters",
        "a measurement on these model problems, not a general truth",
    ],
    sources: &[Source::Note("002", "126-133"), Source::Cited("polyak1987", "section 3.2")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "SGD is fast, momentum medium: to the goal it takes fewer operations",
            quantifier: "refuted by the model problem with κ = 100",
            expected: Verdict::Refuted,
            method: By::Measurement,
            check: |_, subject| cheaper(subject, &[1, 100]),
        },
        Claim {
            id: "order-of-an-update",
            as_stated: false,
            statement: "operations of an update: SGD < momentum < AdaGrad < RMSprop < Adam < AMSGrad",
            quantifier: "our code, a parameter",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| ordered(subject, &["SGD", "momentum", "AdaGrad", "RMSprop", "Adam", "AMSGrad"]),
        },
        Claim {
            id: "updates-to-the-goal",
            as_stated: false,
            statement: "on the model problem with $κ = 100$: 346 updates of gradient descent, 58 of the heavy ball",
            quantifier: "this problem, this start, this goal; exact iterates",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| arrivals(subject, [346, 58]),
        },
        Claim {
            id: "closed-form",
            as_stated: false,
            statement: "gradient descent's iterate is $x_t = (±(κ - 1)/(κ + 1))^t$ at the ends of the spectrum, the heavy ball's \
                        $(1 + c_± t) (±(√κ - 1)/(√κ + 1))^t$",
            quantifier: "κ = 100 and t ≤ 60, to the last digit",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| closed_form(subject),
        },
        Claim {
            id: "depends-on-the-problem",
            as_stated: false,
            statement: "with $κ = 1$ both arrive in one update, and gradient descent takes fewer operations",
            quantifier: "this problem",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| cheaper(subject, &[1]),
        },
    ],
    controls: &[
        Control {
            id: "order-reversed",
            differs: "claims that RMSprop's update takes more operations than Adam's",
            broken: Broken::Statement(|_, subject| ordered(subject, &["SGD", "momentum", "Adam", "RMSprop"])),
        },
        Control {
            id: "one-update-fewer",
            differs: "claims that the heavy ball takes 57 updates",
            broken: Broken::Statement(|_, subject| arrivals(subject, [346, 57])),
        },
        Control {
            id: "longer-step",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "closed-form", subject: &LONGER_STEP },
        },
        Control {
            id: "heavier-ball",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "closed-form", subject: &HEAVIER_BALL },
        },
    ],
    plots: &[descents],
};

/// The spectrum with condition number `root²`, the tuned methods, and the names of what they cost.
fn tuned(condition: i64) -> (Quadratic<Rational>, [(Method, &'static str); 2]) {
    let root = Rational::from(libm::sqrt(condition as f64) as i64);
    let spectrum = vec![Rational::ONE, rational(1 + condition, 2), Rational::from(condition)];
    let descent = Method::gradient_descent(rational(2, 1 + condition as u64));
    let ball = Method::heavy_ball(polyak_tuning(&Rational::ONE, &root));
    (Quadratic { spectrum }, [(descent, "gradient descent"), (ball, "heavy ball")])
}

/// Updates until no coordinate is larger than 10⁻³.
fn updates(subject: &dyn Subject, problem: &Quadratic<Rational>, method: &Method) -> Result<u64, NotOffered> {
    let (mut optimizer, mut x) = (subject.exact(method)?, vec![Rational::ONE; 3]);
    let goal = rational(1, 1000);
    let arrived = |x: &[Rational]| x.iter().all(|x| *x <= goal && *x >= -goal.clone());
    let mut updates = 0;
    while !arrived(&x) && updates < 1000 {
        advance(&mut *optimizer, &mut x, |x| problem.gradient(x));
        updates += 1;
    }
    Ok(updates)
}

/// Whether gradient descent takes fewer operations than the heavy ball.
fn cheaper(subject: &dyn Subject, conditions: &[i64]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for &condition in conditions {
        let (problem, methods) = tuned(condition);
        let work = |(method, name): &(Method, &str)| {
            Ok::<_, NotOffered>(updates(subject, &problem, method)? * for_a_parameter(subject, &specimen(name))?)
        };
        let [descent, ball] = [work(&methods[0])?, work(&methods[1])?];
        exact.holds("SGD takes fewer operations", descent < ball, || {
            format!("κ = {condition}: {descent} operations for a parameter against the heavy ball's {ball}")
        });
    }
    Ok(exact.evidence())
}

fn ordered(subject: &dyn Subject, names: &[&str]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut counts = vec![];
    for name in names {
        let (_, name_of_specimen, _) = COSTS.iter().find(|(known, ..)| known == name).expect("a method of the table");
        counts.push((name, for_a_parameter(subject, &specimen(name_of_specimen))?));
    }
    for pair in counts.windows(2) {
        exact.holds("fewer operations", pair[0].1 < pair[1].1, || format!("{pair:?}"));
    }
    Ok(exact.evidence())
}

fn arrivals(subject: &dyn Subject, predicted: [u64; 2]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (problem, methods) = tuned(100);
    for ((method, name), predicted) in methods.iter().zip(predicted) {
        exact.equal("updates", &updates(subject, &problem, method)?, &predicted, || (*name).into());
    }
    Ok(exact.evidence())
}

/// At an end of the spectrum the heavy ball's characteristic polynomial has the double root `r = ±9/11`, so that `x_t = (1 + c t) r^t`
/// with `c` from `x_1 = 1 - η λ`.
fn closed_form(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (problem, methods) = tuned(100);
    for (place, sign) in [(0, 1), (2, -1)] {
        for (method, name) in &methods {
            let momentum = *name == "heavy ball";
            let root = if momentum { rational(9 * sign, 11) } else { rational(99 * sign, 101) };
            let first = Rational::ONE - &method.step_size * &problem.spectrum[place];
            let growth = first / &root - Rational::ONE;
            let (mut optimizer, mut x) = (subject.exact(method)?, vec![Rational::ONE; 3]);
            let mut power = Rational::ONE;
            for update in 0..=60 {
                let predicted = (Rational::ONE + &growth * Rational::from(update)) * &power;
                exact.equal("the closed form", &x[place], &predicted, || format!("{name}, update {update}, place {place}"));
                advance(&mut *optimizer, &mut x, |x| problem.gradient(x));
                power *= &root;
            }
        }
    }
    Ok(exact.evidence())
}

fn descents(_: &Lab) -> Plot {
    let (problem, methods) = tuned(100);
    let mut series = vec![];
    for (method, name) in &methods {
        let operations = for_a_parameter(&Reference, &specimen(name)).expect("the reference counts") as f64;
        let mut optimizer = Reference.exact(method).expect("the reference offers it");
        let (mut x, mut points) = (vec![Rational::ONE; 3], vec![]);
        let updates = 500 / operations as u32;
        for update in 0..=updates {
            let largest = x.iter().map(|x| to_f64(x).abs()).fold(0.0, f64::max);
            points.push([operations * f64::from(update), largest]);
            advance(&mut *optimizer, &mut x, |x| problem.gradient(x));
        }
        let last = operations * f64::from(updates);
        let theory = |work: f64| match *name {
            "heavy ball" => {
                let (root, update) = (9.0 / 11.0, work / operations);
                let growth = |first: f64, root: f64| first / root - 1.0;
                let [slow, fast] = [growth(1.0 - 4.0 / 121.0, root), growth(1.0 - 400.0 / 121.0, -root)];
                (1.0 + slow * update).abs().max((1.0 + fast * update).abs()) * libm::pow(root, update)
            }
            _ => libm::pow(99.0 / 101.0, work / operations),
        };
        let line = (0..=100).map(|place| last * f64::from(place) / 100.0).map(|work| [work, theory(work)]);
        series.push(Series::theory(&format!("{name}, closed form"), line));
        series.push(Series::measured(name, points));
    }
    Plot {
        id: "work".into(),
        title: "Distance against operations, κ = 100".into(),
        x: "operations for a parameter".into(),
        y: "largest coordinate".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
