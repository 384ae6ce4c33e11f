//! # Nesterov's look-ahead, in two lines or in one
//!
//! **Setting.** Two lines: `y = x - γv`, `v ← γv + η ∇f(y)`, `x ← x - v`. One line: `v ← γv + η ∇f(x - γv)`, `x ← x - v`. Both start
//! at `v = 0`.
//!
//! **Statement.** (1) The iterates are the same, in every arithmetic if the operations are those written. (2) They are Nesterov's:
//! `y = x + γ (x - x⁻)`, `x⁺ = y - η ∇f(y)`, whatever the learning rates of the steps are.
//!
//! **Why.** (1) Substitution. (2) `v = x⁻ - x` is kept by an update, and contains no learning rate.
//!
//! **How it could fail.** The code takes its gradient where it asks for it and steps; beside it runs the one line, evaluated by the
//! theorem in the same number type. The code of the sequence form runs beside the code of this form.

use super::impulses::unsteady;
use super::variants::{nesterov, with_form};
use crate::evidence::{Evidence, Exact};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, Real, rational};
use crate::optimizers::{Form, Method, Optimizer, advance};
use crate::problems::{Piecewise, Problem};
use crate::subject::{Impostor, NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nag-two-forms",
    title: "Nesterov's look-ahead in two lines and in one is the same method",
    topic: "momentum",
    record: Some("nag-two-forms"),
    statement: "$y = x - γ v$, $v ← γ v + η ∇f(y)$, $x ← x - v$ and $v ← γ v + η ∇f(x - γ v)$, $x ← x - v$ have the same iterates, \
                in floats too if the operations are those written. Both are $y = x_t + γ (x_t - x_(t-1))$, \
                $x_(t+1) = y - η_t ∇f(y)$, for all learning rates $η_t$.",
    hypotheses: &["the velocity starts at 0", "in floats: the same operations in the same order"],
    sources: &[
        Source::Note("000", "172-180"),
        Source::Cited("nesterov2004", "2.2.22"),
        Source::Cited("sutskever2013", "section 2"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "the code, which forms the look-ahead point first, has the iterates of the one line",
            quantifier: "the drawn functions, starts, η and γ, 10 steps in exact arithmetic",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| in_exact(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "floats",
            as_stated: false,
            statement: "in `f64` and in `f32` the iterates are the same floats",
            quantifier: "the drawn functions, starts, η and γ, 30 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| in_floats(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "induction",
            as_stated: false,
            statement: "with $v = x_(t-1) - x_t$ one update goes to $y - η ∇f(y)$, $y = x_t + γ (x_t - x_(t-1))$, and keeps \
                        $v = x_t - x_(t+1)$",
            quantifier: "every function and dimension, all γ and learning rates of the steps",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(induction(0)),
        },
        Claim {
            id: "sequence",
            as_stated: false,
            statement: "the code of $y = x_t + γ (x_t - x_(t-1))$, $x_(t+1) = y - η_t ∇f(y)$ has the same iterates",
            quantifier: "the drawn functions, starts and γ, learning rates 1/100, 1/50, 1/20, 3/100, 8 steps in exact arithmetic",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: sequence,
        },
    ],
    controls: &[
        Control {
            id: "other-sign",
            differs: "claims it of the line with the gradient at x + γv",
            broken: Broken::Statement(|lab, subject| in_exact(lab, subject, &Rational::NEG_ONE)),
        },
        Control {
            id: "look-ahead-longer-by-a-billionth",
            differs: "claims it of the line with the gradient at x - (1 + 10⁻⁹) γv",
            broken: Broken::Statement(|lab, subject| in_exact(lab, subject, &rational(1_000_000_001, 1_000_000_000))),
        },
        Control {
            id: "longer-in-floats",
            differs: "claims the floats of the line with the gradient at x - (1 + 10⁻⁹) γv",
            broken: Broken::Statement(|lab, subject| in_floats(lab, subject, &rational(1_000_000_001, 1_000_000_000))),
        },
        Control {
            id: "unbalanced-induction",
            differs: "looks ahead by γ + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(induction(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "as-stated", subject: &LONGER_STEP },
        },
        Control {
            id: "corrected-iterates",
            differs: "the code has Keras's parameters, which are the look-ahead points",
            broken: Broken::Subject {
                claim: "as-stated",
                subject: &Impostor { name: "Keras's form", instead: |method| with_form(method, Form::CorrectedStepInside) },
            },
        },
        Control {
            id: "another-order",
            differs: "the code multiplies by η last, which only rounding shows",
            broken: Broken::Subject {
                claim: "floats",
                subject: &Impostor { name: "η outside", instead: |method| with_form(method, Form::StepOutside) },
            },
        },
        Control {
            id: "step-outside-under-a-schedule",
            differs: "the code keeps a sum of gradients, without the learning rates",
            broken: Broken::Subject {
                claim: "sequence",
                subject: &Impostor {
                    name: "η outside where it is inside",
                    instead: |method| match super::variants::form(method) {
                        Some(Form::StepInside) => with_form(method, Form::StepOutside),
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[],
};

/// What a case draws.
struct Case {
    step_size: Rational,
    momentum: Rational,
    start: Rational,
    breakpoints: [Rational; 2],
    slopes: [Rational; 3],
}

impl Case {
    fn draw(draws: &mut Draws) -> Self {
        let breakpoints = [draws.fraction(-20..0, 4), draws.fraction(1..20, 4)];
        let slopes = std::array::from_fn(|_| draws.fraction(1..9, 4));
        let [step_size, momentum] = [draws.fraction(1..10, 25), draws.fraction(1..10, 10)];
        Case { step_size, momentum, start: draws.fraction(-40..40, 4), breakpoints, slopes }
    }

    fn method(&self, form: Form) -> Method {
        nesterov(form, self.step_size.clone(), self.momentum.clone())
    }

    /// Whether the code's iterates are those of the one line, whose look-ahead is `reach γv`.
    fn agrees<R: Real>(&self, mut optimizer: Box<dyn Optimizer<R>>, reach: &Rational, steps: usize) -> bool {
        let function = Piecewise::<R>::new(&self.breakpoints, &self.slopes);
        let number = |x: &Rational| R::narrow(&R::Wide::of(x));
        let [eta, gamma, reach] = [&self.step_size, &self.momentum, &(&self.momentum * reach)].map(number);
        let mut x = number(&self.start);
        let (mut found, mut v) = (vec![x.clone()], R::zero());
        (0..steps).all(|_| {
            advance(&mut *optimizer, &mut found, |y| function.gradient(y));
            v = v.clone() * &gamma + function.derivative(&(x.clone() - v.clone() * &reach)) * &eta;
            x = x.clone() - &v;
            found[0] == x
        })
    }

    fn describe(&self, index: u64) -> String {
        format!("case {index}: η = {}, γ = {}, start {}", self.step_size, self.momentum, self.start)
    }
}

fn in_exact(lab: &Lab, subject: &dyn Subject, reach: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("exact");
    let mut exact = Exact::new();
    for index in 0..lab.cases(200) {
        let case = Case::draw(&mut stream.trial(index));
        let optimizer = subject.exact(&case.method(Form::StepInside))?;
        exact.holds("the same iterates", case.agrees(optimizer, reach, 10), || case.describe(index));
    }
    Ok(exact.evidence())
}

fn in_floats(lab: &Lab, subject: &dyn Subject, reach: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("floats");
    let mut exact = Exact::new();
    for index in 0..lab.cases(1000) {
        let case = Case::draw(&mut stream.trial(index));
        let method = case.method(Form::StepInside);
        exact.holds("f64", case.agrees(subject.double(&method)?, reach, 30), || case.describe(index));
        exact.holds("f32", case.agrees(subject.single(&method)?, reach, 30), || case.describe(index));
    }
    Ok(exact.evidence())
}

/// `error` billionths are added to the look-ahead's γ.
fn induction(error: i64) -> Evidence {
    let [eta, gamma, x, before, g] = Polynomial::variables();
    let velocity = &before - &x;
    let ahead = &x - (&gamma + gamma.constant(&rational(error, 1_000_000_000))) * &velocity;
    let y = &x + &gamma * &(&x - &before);
    // g is the gradient there, whatever the function is.
    let next_velocity = &gamma * &velocity + &eta * &g;
    let next = &x - &next_velocity;
    let mut exact = Exact::new();
    exact.identity("the look-ahead point is y", ahead, y.clone());
    exact.identity("x⁺ = y - η g", next.clone(), y - &eta * &g);
    exact.identity("v = x - x⁺ again", next_velocity, x - next);
    exact.evidence()
}

fn sequence(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("sequence");
    let mut exact = Exact::new();
    for index in 0..lab.cases(200) {
        let case = Case::draw(&mut stream.trial(index));
        let function = Piecewise::<Rational>::new(&case.breakpoints, &case.slopes);
        let mut both = [Form::StepInside, Form::Sequence].map(|form| subject.exact(&case.method(form)));
        let mut iterates = [vec![case.start.clone()], vec![case.start.clone()]];
        for step in 0..8 {
            for (optimizer, x) in both.iter_mut().zip(&mut iterates) {
                let optimizer = optimizer.as_mut().map_err(|missing| missing.clone())?;
                optimizer.set_step_size(unsteady(step));
                advance(&mut **optimizer, x, |x| function.gradient(x));
            }
            exact.holds("the same iterates", iterates[0] == iterates[1], || case.describe(index));
        }
    }
    Ok(exact.evidence())
}
