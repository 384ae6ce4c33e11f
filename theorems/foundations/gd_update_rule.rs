//! # The rule of gradient descent
//!
//! **Setting.** Five notes write it in their own letters: `θ_t - η∇L(θ_t; x_t, y_t)`, `θ - lr × g`, `W_old - lr * dL/dW`, `θ_t - η∇L(θ_t)`, `θ_t - α∇L(θ_t)`.
//!
//! **Statement.** (1) They are one rule, to the last bit in floats. (2) Its step has the length `η ‖∇L‖`, proportional to the gradient's magnitude. (3) That is a property of this rule: the
//! heavy ball's second step under a constant gradient is `1 + β` times as long, and a step along signs has the length that it has for twice the gradient.
//!
//! **Why.** A definition; subtraction and multiplication round the same operands to the same floats.
//!
//! **How it could fail.** The five transcriptions and the code run side by side in doubles; step lengths are compared exactly; every step of the code is held against the rule within a tracked rounding error.

use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Rational, Real, Tracked, rational};
use crate::optimizers::{Adam, Algorithm, Epsilon, Method, Moments, Tuning, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic, Rotated};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::vector::{difference, dot, norm, scaled};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gd-update-rule",
    title: "Gradient descent subtracts η times the gradient, in five notations",
    topic: "foundations",
    record: Some("gd-update-rule"),
    statement: "$θ_(t+1) = θ_t - η ∇L(θ_t)$ in five notations is one rule, and its step has the length $‖θ_(t+1) - θ_t‖ = η ‖∇L(θ_t)‖$.",
    hypotheses: &["no momentum, no decay, no scaling by past gradients"],
    sources: &[
        Source::Note("000", "93"),
        Source::Note("001", "16-19"),
        Source::Note("001", "31"),
        Source::Note("002", "37-40"),
        Source::Note("003", "49"),
        Source::Note("004", "28-39"),
    ],
    claims: &[
        Claim {
            id: "five-notations",
            as_stated: true,
            statement: "the five notations and the code give the same bits",
            quantifier: "30 rotated quadratics of three dimensions, 100 steps each, in doubles",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| notations(lab, subject, 0.0),
        },
        Claim {
            id: "magnitude",
            as_stated: true,
            statement: "steps are proportional to the gradient's magnitude: $θ_t - θ_(t+1) = η g$, so $‖θ_(t+1) - θ_t‖^2 = η^2 ‖g‖^2$, and the step for $c g$ is $c$ \
                        times that for $g$",
            quantifier: "100 runs of the code with drawn step sizes and gradients of one to four dimensions, five steps each, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| magnitude(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "others",
            as_stated: false,
            statement: "the heavy ball's second step under a constant gradient $g$ is $(1 + β) η g$, and the step of sign descent is the same for $g$ and $2 g$: neither is \
                        $η g$ for all $g$",
            quantifier: "β = 1/2 and 9/10, five gradients, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| others(subject),
        },
        Claim {
            id: "rounding",
            as_stated: false,
            statement: "each step of the code in doubles is $θ - η g$ up to the rounding of one product and one difference",
            quantifier: "12 runs of eight steps from 0 with normal gradients of four dimensions, at η = 1/2, 1/10 and 3",
            expected: Verdict::Supported,
            method: By::Property,
            check: rounding,
        },
    ],
    controls: &[
        Control {
            id: "another-rounding",
            differs: "one of the notations has a step size larger by the factor 1 + 2⁻⁵⁰",
            broken: Broken::Statement(|lab, subject| notations(lab, subject, f64::EPSILON * 4.0)),
        },
        Control {
            id: "length-larger-by-a-billionth",
            differs: "claims steps of length η (1 + 10⁻⁹) ‖g‖",
            broken: Broken::Statement(|lab, subject| magnitude(lab, subject, &rational(1_000_000_001, 1_000_000_000))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "magnitude", subject: &LONGER_STEP },
        },
        Control {
            id: "ascent",
            differs: "the code adds the step",
            broken: Broken::Subject {
                claim: "magnitude",
                subject: &Impostor { name: "ascent", instead: |method| longer(method, Rational::from(-2)) },
            },
        },
        Control {
            id: "adam",
            differs: "the code is Adam, whose first step is η sign(g)",
            broken: Broken::Subject { claim: "rounding", subject: &Impostor { name: "Adam", instead: adam } },
        },
        Control {
            id: "last-bits",
            differs: "the code steps by η (1 + 2⁻⁵⁰)",
            broken: Broken::Subject {
                claim: "rounding",
                subject: &Impostor { name: "last bits", instead: |method| longer(method, Rational::from(2).pow(-50)) },
            },
        },
        Control {
            id: "without-momentum",
            differs: "the code forgets momentum where it is asked for",
            broken: Broken::Subject {
                claim: "others",
                subject: &Impostor {
                    name: "gradient descent",
                    instead: |method| Method { algorithm: Algorithm::GradientDescent, ..method.clone() },
                },
            },
        },
    ],
    plots: &[lengths],
};

fn adam(method: &Method) -> Method {
    let moments = Moments { beta1: rational(9, 10), beta2: rational(999, 1000) };
    let adam = Adam { moments, epsilon: rational(1, 100_000_000), placement: Epsilon::Outside, bias_correction: true };
    Method { algorithm: Algorithm::Adam(adam), ..method.clone() }
}

/// The notations with their own names, as the notes have them; the last one's step size is larger by the fraction `excess`.
fn notations(lab: &Lab, subject: &dyn Subject, excess: f64) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("quadratics");
    let mut exact = Exact::new();
    for case in 0..lab.cases(30) {
        let draws = &mut stream.trial(case);
        let spectrum: Vec<Rational> = (0..3).map(|_| draws.fraction(1..64, 16)).collect();
        let axis: Vec<Rational> = (0..3).map(|_| draws.fraction(1..17, 4)).collect();
        let problem = Rotated::<_, f64>::new(Quadratic::of(&spectrum), &axis);
        let rate = draws.fraction(1..32, 100);
        let (eta, alpha) = (f64::of(&rate), f64::of(&rate) * (1.0 + excess));
        let start = draws.normals(3);
        let run = |rule: &dyn Fn(f64, f64) -> f64| {
            let mut path = vec![start.clone()];
            for t in 0..100 {
                let gradient = problem.gradient(&path[t]);
                path.push(path[t].iter().zip(gradient).map(|(theta, gradient)| rule(*theta, gradient)).collect());
            }
            path
        };
        let minus = |theta: f64, step: f64| theta - step;
        let transcriptions = [
            ("000: θ_t - η∇L", run(&|theta, gradient| minus(theta, eta * gradient))),
            ("001: θ - lr × g", run(&|theta, g| minus(theta, eta * g))),
            ("002: W_old - lr * dL/dW", run(&|weight, slope| minus(weight, eta * slope))),
            ("003: θₜ - η∇L(θₜ)", run(&|theta, gradient| minus(theta, eta * gradient))),
            ("004: θ_t - α∇L(θ_t)", run(&|theta, gradient| minus(theta, alpha * gradient))),
        ];
        let mut optimizer = subject.double(&Method::gradient_descent(rate))?;
        let code = trajectory(&mut *optimizer, start.clone(), |x| problem.gradient(x), 100);
        for (name, path) in &transcriptions {
            for (t, (one, other)) in code.iter().zip(path).enumerate() {
                let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                exact.holds("the same bits", bits(one) == bits(other), || {
                    format!("case {case}, step {t}: {one:?} by the code, {other:?} by note {name}")
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// Steps are said to be `factor η` times the gradient.
fn magnitude(lab: &Lab, subject: &dyn Subject, factor: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("gradients");
    let mut exact = Exact::new();
    for case in 0..lab.cases(100) {
        let draws = &mut stream.trial(case);
        let dimension = 1 + draws.index(4);
        let (eta, scale) = (draws.fraction(1..64, 16), draws.fraction(-64..65, 16));
        let mut optimizers =
            [subject.exact(&Method::gradient_descent(eta.clone()))?, subject.exact(&Method::gradient_descent(eta.clone()))?];
        let mut places = [0, 1].map(|_| vec![Rational::ZERO; dimension]);
        for t in 0..5 {
            let gradient: Vec<Rational> = (0..dimension).map(|_| draws.fraction(-64..65, 16)).collect();
            let gradients = [gradient.clone(), scaled(&gradient, &scale)];
            let before = places.clone();
            for ((optimizer, place), gradient) in optimizers.iter_mut().zip(&mut places).zip(&gradients) {
                advance(&mut **optimizer, place, |_| gradient.clone());
            }
            let [step, other] = [0, 1].map(|run| difference(&before[run], &places[run]));
            let found = || format!("case {case}, step {t}: η = {eta}, g = {gradient:?}, step {step:?}");
            exact.holds("θ_t - θ_(t+1) = η g", step == scaled(&gradient, &(factor * &eta)), found);
            let length = factor * &eta * factor * &eta * dot(&gradient, &gradient);
            exact.holds("‖θ_(t+1) - θ_t‖² = η²‖g‖²", dot(&step, &step) == length, found);
            exact.holds("the step for c g is c times that for g", other == scaled(&step, &scale), found);
        }
    }
    Ok(exact.evidence())
}

fn others(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let eta = rational(1, 4);
    for gradient in [-3, -1, 1, 2, 100].map(Rational::from) {
        let steps = |method: &Method, scale: i64| {
            let constant = &gradient * Rational::from(scale);
            let mut optimizer = subject.exact(method)?;
            let path = trajectory(&mut *optimizer, vec![Rational::ZERO], |_| vec![constant.clone()], 2);
            Ok([0, 1].map(|t| &path[t][0] - &path[t + 1][0]))
        };
        for momentum in [rational(1, 2), rational(9, 10)] {
            let [first, second] = steps(&Method::heavy_ball(Tuning { step_size: eta.clone(), momentum: momentum.clone() }), 1)?;
            let input = || format!("g = {gradient}, β = {momentum}");
            exact.equal("the heavy ball's first step is η g", &first, &(&eta * &gradient), input);
            exact.equal("its second is (1 + β) η g", &second, &((Rational::ONE + &momentum) * &eta * &gradient), input);
        }
        let signs = Method::new(Algorithm::SignDescent, eta.clone());
        let [one, two] = [steps(&signs, 1)?, steps(&signs, 2)?];
        exact.holds("the step along signs is the same for g and 2g", one == two, || format!("g = {gradient}: {one:?}, {two:?}"));
    }
    Ok(exact.evidence())
}

/// Step by step, from the code's own last parameters. At the first step, from 0, the difference does not round and the tolerance is least.
fn rounding(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("rounding");
    let mut property = Property::new();
    for case in 0..lab.cases(12) {
        let draws = &mut stream.trial(case);
        let eta = [rational(1, 2), rational(1, 10), Rational::from(3)][case as usize % 3].clone();
        let mut optimizer = subject.double(&Method::gradient_descent(eta.clone()))?;
        let mut x = vec![0.0; 4];
        for t in 0..8 {
            let gradient = draws.normals(4);
            let before = x.clone();
            advance(&mut *optimizer, &mut x, |_| gradient.clone());
            for ((before, gradient), after) in before.iter().zip(&gradient).zip(&x) {
                let [start, slope] = [*before, *gradient].map(Tracked::<f64>::exactly);
                let rule = start - slope * Tracked::of(&eta);
                property.within("θ - η g", rule.distance(*after), rule.bound(), || {
                    format!("case {case}, step {t}, η = {eta}, g = {gradient}")
                });
            }
        }
    }
    Ok(property.evidence())
}

fn lengths(lab: &Lab) -> Plot {
    let stream = lab.stream("lengths");
    let eta = rational(1, 10);
    let points = (0..60).filter_map(|case| {
        let draws = &mut stream.trial(case);
        let scale = libm::pow(10.0, draws.between(-2.0, 2.0));
        let gradient: Vec<f64> = (0..3).map(|_| scale * draws.normal()).collect();
        let mut x = vec![0.0; 3];
        advance(&mut *Reference.double(&Method::gradient_descent(eta.clone())).ok()?, &mut x, |_| gradient.clone());
        Some([norm(&gradient), norm(&x)])
    });
    let theory = [-3, 3].map(|power| libm::pow(10.0, f64::from(power))).map(|g| [g, 0.1 * g]);
    Plot {
        id: "lengths".into(),
        title: "Length of a step against the gradient's, η = 1/10".into(),
        x: "‖g‖".into(),
        y: "‖θ_(t+1) - θ_t‖".into(),
        log_x: true,
        log_y: true,
        series: vec![Series::theory("η ‖g‖", theory), Series::measured("the code", points)],
    }
}
