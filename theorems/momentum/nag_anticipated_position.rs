//! # Nesterov's anticipated position
//!
//! **Setting.** `v ← βv + ∇L(y)`, `θ ← θ - αv` with `y = θ - αβv`, the position that the note calls the anticipated next one.
//!
//! **Statement.** (1) The next position is `y - α ∇L(y)`. (2) So `y` is the next position exactly if `∇L(y) = 0`, and always the one to
//! which the velocity alone leads.
//!
//! **Why.** `θ - α (βv + ∇L(y)) = (θ - αβv) - α ∇L(y)`.
//!
//! **How it could fail.** On drawn functions the code says where it wants the gradient and then steps; the difference must be the
//! gradient term exactly. With a gradient of zero it must arrive where it looked.

use super::variants::{nesterov, with_form};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational};
use crate::optimizers::{Form, Velocity};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nag-anticipated-position",
    title: "Nesterov's gradient is taken where the velocity alone leads, a gradient step from the next position",
    topic: "momentum",
    record: Some("nag-anticipated-position"),
    statement: "With $y = θ_t - α β v_t$, Nesterov's $v_(t+1) = β v_t + ∇L(y)$, $θ_(t+1) = θ_t - α v_(t+1)$ arrives at \
                $θ_(t+1) = y - α ∇L(y)$: the point $y$ of the gradient is the next position only if $∇L(y) = 0$. It anticipates \
                what the velocity does, not what the gradient does.",
    hypotheses: &["$α > 0$", "the gradient is that at $y$"],
    sources: &[Source::Note("004", "106-113"), Source::Cited("sutskever2013", "section 2")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "the gradient is evaluated at the next position",
            quantifier: "refuted by the drawn functions, at every step with a gradient",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, subject| arrivals(lab, subject, &Rational::ZERO),
        },
        Claim {
            id: "identity",
            as_stated: false,
            statement: "$θ - α (β v + g) = (θ - α β v) - α g$, and with $α$ in $v$, $θ - (β v + α g) = (θ - β v) - α g$",
            quantifier: "every function and dimension, all α and β",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(identity(0)),
        },
        Claim {
            id: "difference",
            as_stated: false,
            statement: "the code arrives at $y - α ∇L(y)$, where $y$ is the point at which it wants the gradient, and elsewhere than at \
                        $y$ if $∇L(y) ≠ 0$",
            quantifier: "three forms on the drawn functions, starts, α and β, 8 steps in exact arithmetic",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| arrivals(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "momentum-only",
            as_stated: false,
            statement: "with a gradient of zero the code arrives at $y$",
            quantifier: "three forms after 0 to 7 steps on the drawn functions",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: coasts,
        },
    ],
    controls: &[
        Control {
            id: "equals-the-next-position",
            differs: "claims that the code arrives at y",
            broken: Broken::Statement(|lab, subject| arrivals(lab, subject, &Rational::ZERO)),
        },
        Control {
            id: "gradient-term-larger-by-a-billionth",
            differs: "claims that the code arrives at y - (1 + 10⁻⁹) α ∇L(y)",
            broken: Broken::Statement(|lab, subject| arrivals(lab, subject, &rational(1_000_000_001, 1_000_000_000))),
        },
        Control {
            id: "unbalanced-identity",
            differs: "looks ahead by β + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(identity(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by α (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "difference", subject: &LONGER_STEP },
        },
        Control {
            id: "unscaled-look-ahead",
            differs: "the code looks ahead to θ - βv although v is a sum of gradients",
            broken: Broken::Subject { claim: "momentum-only", subject: &UNSCALED },
        },
        Control {
            id: "unscaled-difference",
            differs: "the code looks ahead to θ - βv although v is a sum of gradients",
            broken: Broken::Subject { claim: "difference", subject: &UNSCALED },
        },
        Control {
            id: "heavy-ball",
            differs: "the code takes its gradient at θ",
            broken: Broken::Subject {
                claim: "difference",
                subject: &Impostor {
                    name: "momentum without a look-ahead",
                    instead: |method| {
                        let momentum = rational(9, 10);
                        super::variants::momentum(Velocity::StepOutside, method.step_size.clone(), momentum)
                    },
                },
            },
        },
    ],
    plots: &[distances],
};

static UNSCALED: Impostor = Impostor {
    name: "unscaled look-ahead",
    instead: |method| match super::variants::form(method) {
        Some(Form::StepOutside) => with_form(method, Form::Unscaled),
        _ => method.clone(),
    },
};

const FORMS: [Form; 3] = [Form::Sequence, Form::StepInside, Form::StepOutside];

/// `error` billionths are added to the look-ahead's β.
fn identity(error: i64) -> Evidence {
    let [alpha, beta, theta, v, g] = Polynomial::variables();
    let reach = &beta + beta.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    let next = &theta - &alpha * &(&beta * &v + &g);
    exact.identity("v a sum of gradients", next, &theta - &alpha * &reach * &v - &alpha * &g);
    let next = &theta - (&beta * &v + &alpha * &g);
    exact.identity("v a sum of steps", next, &theta - &reach * &v - &alpha * &g);
    exact.evidence()
}

/// Whether each step ends at `y - share α ∇L(y)`.
fn arrivals(lab: &Lab, subject: &dyn Subject, share: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    walk(lab, subject, |step| {
        let Step { y, gradient, next, alpha, .. } = &step;
        exact.holds("the next position is as claimed", *next == y - share * alpha * gradient, || step.describe());
        exact.holds("it is not y unless ∇L(y) = 0", (next == y) == gradient.is_zero(), || step.describe());
    })?;
    Ok(exact.evidence())
}

fn coasts(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    walk(lab, subject, |step| exact.holds("it arrives at y", step.coasted == step.y, || step.describe()))?;
    Ok(exact.evidence())
}

/// One step of the code.
struct Step {
    /// Case, form and place.
    place: String,
    alpha: Rational,
    /// Where it wants the gradient.
    y: Rational,
    gradient: Rational,
    next: Rational,
    /// Where it arrives with a gradient of zero instead.
    coasted: Rational,
}

impl Step {
    fn describe(&self) -> String {
        let [y, gradient, next, coasted] = [&self.y, &self.gradient, &self.next, &self.coasted].map(readable);
        format!("{}, α = {}: y = {y}, ∇L(y) = {gradient}, next {next}, without a gradient {coasted}", self.place, self.alpha)
    }
}

/// Runs the forms on drawn functions and hands over every step.
fn walk(lab: &Lab, subject: &dyn Subject, mut visit: impl FnMut(Step)) -> Result<(), NotOffered> {
    let stream = lab.stream("walk");
    for case in 0..lab.cases(100) {
        let mut draws = stream.trial(case);
        let breakpoints = [draws.fraction(-20..0, 4), draws.fraction(1..20, 4)];
        let slopes: [Rational; 3] = std::array::from_fn(|_| draws.fraction(1..9, 4));
        let function = Piecewise::<Rational>::new(&breakpoints, &slopes);
        let [alpha, beta] = [draws.fraction(1..10, 25), draws.fraction(1..10, 10)];
        let start = draws.fraction(-40..40, 4);
        for form in FORMS {
            let method = nesterov(form, alpha.clone(), beta.clone());
            let mut optimizer = subject.exact(&method)?;
            let mut x = vec![vec![start.clone()]];
            for step in 0..8 {
                let y = optimizer.probe(&x).swap_remove(0);
                let mut coasting = subject.exact(&method)?;
                coasting.load(optimizer.save());
                let mut coasted = x.clone();
                coasting.step(&mut coasted, &[Some(&[Rational::ZERO])]);
                let gradient = function.gradient(&y);
                optimizer.step(&mut x, &[Some(&gradient)]);
                visit(Step {
                    place: format!("case {case}, {form:?}, step {step}"),
                    alpha: alpha.clone(),
                    y: y[0].clone(),
                    gradient: gradient[0].clone(),
                    next: x[0][0].clone(),
                    coasted: coasted[0][0].clone(),
                });
            }
        }
    }
    Ok(())
}

fn distances(_: &Lab) -> Plot {
    let (alpha, beta) = (0.1, 0.9);
    let run = || {
        let mut optimizer = Reference.double(&nesterov(Form::StepOutside, rational(1, 10), rational(9, 10))).ok()?;
        let mut x = vec![vec![1.0]];
        let points = (0..40).map(|step| {
            let y = optimizer.probe(&x)[0][0];
            optimizer.step(&mut x, &[Some(&[y])]);
            [f64::from(step), x[0][0] - y]
        });
        Some(points.collect::<Vec<_>>())
    };
    // θ⁺ - y = -α y, with y from the recursion y⁺ = (1 + β) (1 - α) y - β (1 - α) y⁻ of the look-ahead points on ½ θ².
    let [mut before, mut y] = [1.0 / (1.0 - alpha), 1.0];
    let theory = (0..40).map(|step| {
        let point = [f64::from(step), -alpha * y];
        [before, y] = [y, (1.0 - alpha) * ((1.0 + beta) * y - beta * before)];
        point
    });
    let theory: Vec<_> = theory.collect();
    Plot {
        id: "difference".into(),
        title: "From the point of the gradient to the next position on ½ θ², α = 0.1, β = 0.9".into(),
        x: "step".into(),
        y: "next position less y".into(),
        series: vec![Series::theory("-α ∇L(y)", theory), Series::measured("the code", run().unwrap_or_default())],
        ..Plot::default()
    }
}
