//! # The scaled look-ahead and PyTorch's `nesterov=True`
//!
//! **Setting.** Look-ahead: `g` at `φ = θ - ηβv`, `v ← βv + g`, `θ ← θ - ηv`; with η in `v`, `g` at `φ = θ - βv`, `v ← βv + ηg`,
//! `θ ← θ - v`. Libraries step the point itself: PyTorch `v ← βv + g`, `φ ← φ - η (g + βv)`; Keras `v ← βv + ηg`, `φ ← φ - ηg - βv`.
//!
//! **Statement.** (1) At a constant η PyTorch's parameters are the look-ahead points `φ`, not the `θ`. (2) Keras's are those of the
//! form with η in `v` under every schedule. (3) Under a schedule PyTorch is off by `β Σ (η_s - η_(s-1)) v_s`.
//!
//! **Why.** Substitute `θ = φ + ηβv`; where the learning rate changes, `φ` looks ahead by the next one, PyTorch by the last one.
//!
//! **How it could fail.** Induction steps are compared as polynomials. Both codes run on all unit impulses at once, so that the
//! points at which they want the next gradient are compared coefficient by coefficient, with a closed form too.

use super::impulses::{SCHEDULES, gradients, linear, rates, step_decay, unsteady};
use super::variants::{form, nesterov, with_form};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::optimizers::Form;
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::longer;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nag-scaled-lookahead-and-pytorch",
    title: "PyTorch's Nesterov keeps the look-ahead points, and only at a constant learning rate",
    topic: "momentum",
    record: Some("nag-scaled-lookahead-and-pytorch"),
    statement: "At a constant $η$, PyTorch's $v ← β v + g(φ)$, $φ ← φ - η (g + β v)$ has the look-ahead points \
                $φ = θ - η β v$ of $v ← β v + g(θ - η β v)$, $θ ← θ - η v$ as its parameters. Keras's \
                $v ← β v + η g(φ)$, $φ ← φ - η g - β v$ has those of $v ← β v + η g(θ - β v)$, $θ ← θ - v$ under every schedule; \
                PyTorch's differ under a schedule by $β sum_(s ≤ t) (η_s - η_(s-1)) v_s$.",
    hypotheses: &["the velocity starts at 0", "for PyTorch: a constant learning rate", "exact arithmetic"],
    sources: &[
        Source::Note("003", "223-227, 238-241"),
        Source::Note("004", "106-111"),
        Source::Note("000", "172-180"),
        Source::Cited("bengio2013", "section 3.5"),
        Source::Cited("sutskever2013", "section 2"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "PyTorch with `nesterov=True` has the iterates of $v ← β v + g(θ - η β v)$, $θ ← θ - η v$",
            quantifier: "refuted by the first step at β = 9/10, η = 1/10: -1/10 of the gradient against -19/100",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: themselves,
        },
        Claim {
            id: "induction",
            as_stated: false,
            statement: "one update keeps $φ = θ - η β v$ for PyTorch at a constant $η$ and $φ = θ - β v$ for Keras at any; when $η$ \
                        becomes $η'$, $θ' - η' β v' = φ' - (η' - η) β v'$ for PyTorch's $φ'$",
            quantifier: "every function, dimension and length, all β and learning rates",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(induction(0)),
        },
        Claim {
            id: "constant",
            as_stated: false,
            statement: "at a constant $η$ both libraries want gradient $t$ where the look-ahead forms do: the coefficient of $g_i$ in \
                        that point is $-η (1 - β^(t-i+1)) / (1 - β)$ for $t > i$, and in $θ_t$ it is $-η (1 - β^(t-i)) / (1 - β)$",
            quantifier: "every gradient sequence of 60 steps if the code is linear in them, which is tried on an impulse of -100 and \
                         two drawn sequences; β = 9/10, η = 1/10",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| constant(lab, subject, 1),
        },
        Claim {
            id: "keras",
            as_stated: false,
            statement: "under a schedule Keras's form wants its gradients where the form with $η$ in $v$ does",
            quantifier: "every gradient sequence of 60 steps if the code is linear in them, tried as in constant; step decay, warm-up, \
                         a cosine, and 1/100, 1/50, 1/20, 3/100",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| {
                let mut exact = Exact::new();
                for schedule in SCHEDULES {
                    same(&mut exact, lab, subject, [Form::StepInside, Form::CorrectedStepInside], &rates(schedule, 60))?;
                }
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "pytorch-under-schedules",
            as_stated: false,
            statement: "under a schedule the look-ahead point less PyTorch's parameter is $-β sum_(s=1)^t (η_s - η_(s-1)) v_s$, \
                        $v_s = sum_(i<s) β^(s-1-i) g_i$",
            quantifier: "as for keras",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| scheduled(lab, subject, 0),
        },
        Claim {
            id: "example",
            as_stated: false,
            statement: "on $3/2 x^2$ from 1, with $β = 9/10$ and learning rates $0.01, 0.02, 0.05, 0.05$, the third and the fourth gradient are \
                        taken at $0.7869, 0.3387$ by PyTorch, at $0.8112, 0.5123$ by Keras and with $η$ in $v$, at $0.6159, 0.2197$ with \
                        the scaled look-ahead",
            quantifier: "the code in exact arithmetic, rounded to four digits",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| example(subject, false),
        },
    ],
    controls: &[
        Control {
            id: "iterates-themselves",
            differs: "compares PyTorch's parameters with θ instead of φ",
            broken: Broken::Statement(|lab, subject| constant(lab, subject, 0)),
        },
        Control {
            id: "pytorch-under-a-step-decay",
            differs: "claims PyTorch's equality under a step decay",
            broken: Broken::Statement(|lab, subject| pytorch(lab, subject, &rates(step_decay, 60))),
        },
        Control {
            id: "change-by-a-billionth",
            differs: "claims PyTorch's equality although the learning rate changes by the factor 1 + 10⁻⁹ at step 50",
            broken: Broken::Statement(|lab, subject| {
                let slightly = |t| rational(1_000_000_000 + i64::from(t >= 50), 10_000_000_000);
                pytorch(lab, subject, &rates(slightly, 60))
            }),
        },
        Control {
            id: "changes-a-step-late",
            differs: "claims the difference with the learning rates of the step before",
            broken: Broken::Statement(|lab, subject| scheduled(lab, subject, 1)),
        },
        Control {
            id: "unbalanced-induction",
            differs: "looks ahead by ηβ + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(induction(1))),
        },
        Control {
            id: "example-of-the-other-library",
            differs: "claims Keras's numbers of PyTorch",
            broken: Broken::Statement(|_, subject| example(subject, true)),
        },
        Control {
            id: "pytorch-off-by-a-billionth",
            differs: "the code of PyTorch's form steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject {
                claim: "constant",
                subject: &Impostor {
                    name: "PyTorch's form off by a billionth",
                    instead: |method| match form(method) {
                        Some(Form::Corrected) => longer(method, rational(1, 1_000_000_000)),
                        _ => method.clone(),
                    },
                },
            },
        },
        Control {
            id: "pytorch-for-keras",
            differs: "the code keeps PyTorch's velocity where Keras's is asked for",
            broken: Broken::Subject {
                claim: "keras",
                subject: &Impostor {
                    name: "PyTorch's form for Keras's",
                    instead: |method| match form(method) {
                        Some(Form::CorrectedStepInside) => with_form(method, Form::Corrected),
                        _ => method.clone(),
                    },
                },
            },
        },
        Control {
            id: "keras-for-pytorch",
            differs: "the code keeps Keras's velocity where PyTorch's is asked for",
            broken: Broken::Subject {
                claim: "pytorch-under-schedules",
                subject: &Impostor {
                    name: "Keras's form for PyTorch's",
                    instead: |method| match form(method) {
                        Some(Form::Corrected) => with_form(method, Form::CorrectedStepInside),
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[under_a_schedule],
};

/// β of all runs.
fn momentum() -> Rational {
    rational(9, 10)
}

/// `error` billionths are added to PyTorch's and Keras's look-ahead.
fn induction(error: i64) -> Evidence {
    let [eta, next_eta, beta, theta, v, g] = Polynomial::variables();
    let off = beta.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    // The gradient g is the one at φ in both, whatever the function is.
    let velocity = &beta * &v + &g;
    let ahead = &theta - (&eta * &beta + &off) * &v;
    let [after, library] = [&theta - &eta * &velocity, &ahead - &eta * &(&g + &beta * &velocity)];
    exact.identity("PyTorch at a constant η", &after - &eta * &beta * &velocity, library.clone());
    let change = (&next_eta - &eta) * &beta * &velocity;
    exact.identity("PyTorch where η changes", &after - &next_eta * &beta * &velocity, library - change);
    let velocity = &beta * &v + &eta * &g;
    let library = &theta - (&beta + &off) * &v - &eta * &g - &beta * &velocity;
    exact.identity("Keras", &theta - &velocity - &beta * &velocity, library);
    exact.evidence()
}

/// A run from 1 on the gradients of [`gradients`]: before each step the parameters and the point at which its gradient is wanted.
struct Run {
    parameters: Vec<Vec<Rational>>,
    points: Vec<Vec<Rational>>,
}

fn run(exact: &mut Exact, lab: &Lab, subject: &dyn Subject, form: Form, rates: &[Rational]) -> Result<Run, NotOffered> {
    let mut optimizer = subject.exact(&nesterov(form, rates[0].clone(), momentum()))?;
    let gradients = gradients(lab, rates.len());
    let mut x = vec![vec![Rational::ONE; gradients[0].len()]];
    let mut run = Run { parameters: Vec::new(), points: Vec::new() };
    for (t, rate) in rates.iter().enumerate() {
        if t > 0 && *rate != rates[t - 1] {
            optimizer.set_step_size(rate.clone());
        }
        run.parameters.push(x[0].clone());
        run.points.push(optimizer.probe(&x).swap_remove(0));
        optimizer.step(&mut x, &[Some(&gradients[t])]);
    }
    linear(exact, &gradients, &x[0]);
    Ok(run)
}

/// Compares two runs, or parts of them, coordinate by coordinate; all of them start at 1.
fn compare(exact: &mut Exact, condition: &str, left: &[Vec<Rational>], right: &[Vec<Rational>]) {
    for (t, (left, right)) in left.iter().zip(right).enumerate() {
        for (i, (left, right)) in left.iter().zip(right).enumerate() {
            exact.holds(condition, left == right, || {
                let [left, right] = [left, right].map(|x| to_f64(&(x - Rational::ONE)));
                format!("coordinate {i} before step {t}, less the start: {left:e} against {right:e}")
            });
        }
    }
}

/// Whether both forms want their gradients at the same points.
fn same(exact: &mut Exact, lab: &Lab, subject: &dyn Subject, forms: [Form; 2], rates: &[Rational]) -> Result<(), NotOffered> {
    let [ahead, library] = forms;
    let [ahead, library] = [run(exact, lab, subject, ahead, rates)?, run(exact, lab, subject, library, rates)?];
    compare(exact, "the same points", &ahead.points, &library.points);
    Ok(())
}

fn pytorch(lab: &Lab, subject: &dyn Subject, rates: &[Rational]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    same(&mut exact, lab, subject, [Form::StepOutside, Form::Corrected], rates)?;
    Ok(exact.evidence())
}

fn themselves(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let rates = vec![rational(1, 10); 60];
    let [formula, library] =
        [run(&mut exact, lab, subject, Form::StepOutside, &rates)?, run(&mut exact, lab, subject, Form::Corrected, &rates)?];
    compare(&mut exact, "the same iterates", &formula.parameters, &library.parameters);
    Ok(exact.evidence())
}

/// Both pairs against the sum; the points are said to be `ahead` gradients ahead of the look-ahead forms' parameters.
fn constant(lab: &Lab, subject: &dyn Subject, ahead: usize) -> Result<Evidence, NotOffered> {
    let steps = 60;
    let eta = rational(1, 10);
    let rates = vec![eta.clone(); steps];
    let mut powers = vec![Rational::ONE];
    (0..=steps).for_each(|t| powers.push(&powers[t] * momentum()));
    let coefficient = |age: usize| Rational::ONE - &eta * (Rational::ONE - &powers[age]) / (Rational::ONE - momentum());
    let predicted = |ahead: usize| -> Vec<Vec<Rational>> {
        let age = |t: usize, i: usize| if t > i { t - i + ahead } else { 0 };
        (0..steps).map(|t| (0..steps).map(|i| coefficient(age(t, i))).collect()).collect()
    };
    let mut exact = Exact::new();
    for forms in [[Form::StepOutside, Form::Corrected], [Form::StepInside, Form::CorrectedStepInside]] {
        let [formula, library] = forms;
        let [formula, library] =
            [run(&mut exact, lab, subject, formula, &rates)?, run(&mut exact, lab, subject, library, &rates)?];
        compare(&mut exact, "the same points", &formula.points, &library.points);
        compare(&mut exact, "θ is the sum", &formula.parameters, &predicted(0));
        compare(&mut exact, "the library's parameters are the sum with a gradient more", &library.parameters, &predicted(ahead));
    }
    Ok(exact.evidence())
}

/// The changes of the learning rate are taken `late` steps late.
fn scheduled(lab: &Lab, subject: &dyn Subject, late: usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for schedule in SCHEDULES {
        let rates = rates(schedule, 60);
        let formula = run(&mut exact, lab, subject, Form::StepOutside, &rates)?;
        let mut predicted = run(&mut exact, lab, subject, Form::Corrected, &rates)?.parameters;
        let gradients = gradients(lab, rates.len());
        let mut velocity = vec![Rational::ZERO; gradients[0].len()];
        let mut difference = velocity.clone();
        for t in 1..rates.len() {
            let change = if t > late { &rates[t - late] - &rates[t - late - 1] } else { Rational::ZERO };
            for (place, v) in velocity.iter_mut().enumerate() {
                *v = &*v * momentum() + &gradients[t - 1][place];
                difference[place] -= momentum() * &change * &*v;
                predicted[t][place] += &difference[place];
            }
        }
        compare(&mut exact, "PyTorch's parameters less the sum", &formula.points, &predicted);
    }
    Ok(exact.evidence())
}

/// Where the code takes its gradients on `3/2 x²` from 1 with these learning rates.
fn points(subject: &dyn Subject, form: Form, rates: &[Rational]) -> Result<Vec<Rational>, NotOffered> {
    let mut optimizer = subject.exact(&nesterov(form, rates[0].clone(), momentum()))?;
    let mut x = vec![vec![Rational::ONE]];
    let mut points = Vec::new();
    for rate in rates {
        optimizer.set_step_size(rate.clone());
        let point = optimizer.probe(&x)[0][0].clone();
        optimizer.step(&mut x, &[Some(&[Rational::from(3) * &point])]);
        points.push(point);
    }
    Ok(points)
}

/// In `confused`, Keras's numbers stand in PyTorch's place.
fn example(subject: &dyn Subject, confused: bool) -> Result<Evidence, NotOffered> {
    let rates = [1, 2, 5, 5].map(|rate| rational(rate, 100));
    let [pytorch, keras, scaled] = [[7869, 3387], [8112, 5123], [6159, 2197]];
    let mut exact = Exact::new();
    for (name, form, expected) in [
        ("PyTorch", Form::Corrected, if confused { keras } else { pytorch }),
        ("Keras", Form::CorrectedStepInside, keras),
        ("η in v", Form::StepInside, keras),
        ("scaled look-ahead", Form::StepOutside, scaled),
    ] {
        for (found, expected) in points(subject, form, &rates)?[2..].iter().zip(expected) {
            let ten_thousandths = found * Rational::from(20_000) - Rational::from(2 * expected);
            let rounded = Rational::NEG_ONE < ten_thousandths && ten_thousandths < Rational::ONE;
            exact.holds(&format!("{name}, four digits"), rounded, || format!("{} instead of .{expected}", to_f64(found)));
        }
    }
    Ok(exact.evidence())
}

fn under_a_schedule(_: &Lab) -> Plot {
    let rates = rates(unsteady, 24);
    let pairs = |values: Vec<f64>| (0..).map(f64::from).zip(values).map(|(t, x)| [t, x]).collect::<Vec<_>>();
    let measured = |form| pairs(points(&Reference, form, &rates).unwrap_or_default().iter().map(to_f64).collect());
    // The recursions of the points themselves.
    let theory = |inside: bool, next: fn(usize) -> usize| {
        let (mut point, mut velocity) = (1.0, 0.0);
        let rate = |t: usize| to_f64(&unsteady(t));
        let mut points = vec![point];
        for t in 0..rates.len() - 1 {
            let gradient = 3.0 * point;
            let input = if inside { rate(t) } else { 1.0 };
            velocity = 0.9 * velocity + input * gradient;
            let ahead = if inside { 1.0 } else { rate(next(t)) };
            point -= rate(t) * gradient + 0.9 * ahead * velocity;
            points.push(point);
        }
        pairs(points)
    };
    Plot {
        id: "schedule".into(),
        title: "Where gradients are taken on 3/2 x², β = 0.9, η = .01, .02, .05, .03, ...".into(),
        x: "step".into(),
        y: "point of the gradient".into(),
        series: vec![
            Series::theory("η in v: φ - η g - βv", theory(true, |t| t)),
            Series::theory("PyTorch: φ - η (g + βv)", theory(false, |t| t)),
            Series::theory("look-ahead by the next η", theory(false, |t| t + 1)),
            Series::measured("code: η in v", measured(Form::StepInside)),
            Series::measured("code: PyTorch", measured(Form::Corrected)),
            Series::measured("code: scaled look-ahead", measured(Form::StepOutside)),
            Series::measured("code: Keras", measured(Form::CorrectedStepInside)),
        ],
        ..Plot::default()
    }
}
