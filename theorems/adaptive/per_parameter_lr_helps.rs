//! # A learning rate for each parameter helps where the axes are the problem's
//!
//! **Setting.** AdaGrad, RMSprop and Adam with `ε = 0`, gradient descent at `1/L`; `f(x) = Σ d_i φ(x_i)`, and `½ x'Hx` with the
//! eigenvalues 1 and κ along the axes or along axes reflected at (3, 4)-(5, 0).
//!
//! **Statement.** (1) As stated, adapting the rate to each parameter helps with gradients of different sizes: false for reflected axes,
//! where more steps are needed for a large κ, as for gradient descent. (2) The iterates on `Σ d_i φ(x_i)` do not depend on d at all: a gradient twice as
//! large has half the rate. (3) Gradient descent's path turns with the axes, the adaptive ones' do not.
//!
//! **Why.** `g/√v` keeps its value if each element of all gradients is multiplied by its own constant; a rotation mixes the elements.
//!
//! **How it could fail.** The scales are powers of two, so that doubles must agree to the bit, for everybody's code. Reflections are
//! rational, so that gradient descent's path is exact.

use super::conventions::{adagrad, adam, changed, default_betas, power_of_two, rmsprop};
use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, rational, to_f64};
use crate::optimizers::{Algorithm, Epsilon, Method, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic, Rotated};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "per-parameter-lr-helps",
    title: "A learning rate for each parameter removes bad scaling along the axes, and only there",
    topic: "adaptive",
    record: Some("per-parameter-lr-helps"),
    statement: "With $ε = 0$ the iterates of AdaGrad, RMSprop and Adam on $f(x) = sum_i d_i φ(x_i)$ do not depend on $d > 0$: what is badly \
                conditioned along the axes is not so for them. In rotated axes this is lost: gradient descent's path turns with the axes, \
                theirs does not, and on the model problem the steps of AdaGrad and Adam grow from $κ = 1$ to $κ = 64$.",
    hypotheses: &["$ε = 0$", "it helps if the Hessian is nearly diagonal"],
    sources: &[
        Source::Note("000", "195-197"),
        Source::Note("002", "105-107"),
        Source::Note("003", "263"),
        Source::Note("004", "48, 119-123, 356"),
        Source::Cited("duchi2011", "section 1"),
    ],
    claims: &[
        Claim {
            id: "helps",
            as_stated: true,
            statement: "smaller steps for parameters with large gradients help with bad conditioning: the steps to a hundredth of the distance \
                        grow by less than a half from $κ = 1$ to $κ = 64$",
            quantifier: "refuted on ½x'Hx with reflected axes: AdaGrad 8 and 213 steps, Adam 78 and 283",
            expected: Verdict::Refuted,
            method: By::Measurement,
            check: |_, subject| helps(subject, true),
        },
        Claim {
            id: "helps-along-the-axes",
            as_stated: false,
            statement: "along the axes the steps to a hundredth of the distance are the same for these $κ$",
            quantifier: "the code in doubles on ½x'Hx with κ = 1, 4, 16, 64, AdaGrad and Adam",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| helps(subject, false),
        },
        Claim {
            id: "adagrad",
            as_stated: false,
            statement: "AdaGrad's iterates in doubles are the same for all scales $d$, to the bit",
            quantifier: "φ(x) = x²/2 + x⁴/4, d = 2⁻¹⁰, 1, 2¹⁰ from 2, 100 steps",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| scales(subject, adagrad(Epsilon::Outside, Rational::ZERO), 10),
        },
        Claim {
            id: "rmsprop",
            as_stated: false,
            statement: "RMSprop's iterates in doubles are the same for all scales $d$, to the bit",
            quantifier: "φ(x) = x²/2 + x⁴/4, d = 2⁻¹⁰, 1, 2¹⁰ from 2, 100 steps",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| scales(subject, rmsprop(rational(9, 10), Epsilon::Outside, Rational::ZERO), 10),
        },
        Claim {
            id: "adam",
            as_stated: false,
            statement: "Adam's iterates in doubles are the same for all scales $d$, to the bit",
            quantifier: "φ(x) = x²/2 + x⁴/4, d = 2⁻¹⁰, 1, 2¹⁰ from 2, 100 steps",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| scales(subject, adam(default_betas(), Epsilon::Outside, Rational::ZERO), 10),
        },
        Claim {
            id: "gradient-descent-turns",
            as_stated: false,
            statement: "gradient descent's path on $f(H x)$ from $H x_0$ is $H x_t$ for a reflection $H$",
            quantifier: "the code in exact arithmetic, ten steps in three dimensions, κ = 16",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| turns(subject),
        },
        Claim {
            id: "adaptive-paths-do-not",
            as_stated: false,
            statement: "the paths of AdaGrad, RMSprop and Adam do not: they are more than $0.1$ apart after five steps",
            quantifier: "the same problem, η = 1/2, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| apart(subject, true),
        },
    ],
    controls: &[
        Control {
            id: "adam-turns",
            differs: "claims that the adaptive paths turn with the axes, to within 0.1",
            broken: Broken::Statement(|_, subject| apart(subject, false)),
        },
        Control {
            id: "gradient-descent-scales",
            differs: "claims that gradient descent's iterates do not depend on d = 1/2, 1, 2",
            broken: Broken::Statement(|_, subject| scales(subject, Algorithm::GradientDescent, 1)),
        },
        with_epsilon("adagrad-with-epsilon", "adagrad"),
        with_epsilon("rmsprop-with-epsilon", "rmsprop"),
        with_epsilon("adam-with-epsilon", "adam"),
        Control {
            id: "adagrad-with-less-epsilon",
            differs: "the code has ε = 10⁻¹⁷ for 0",
            broken: Broken::Subject { claim: "adagrad", subject: &LEAST_EPSILON },
        },
        Control {
            id: "gradient-descent-along-the-axes",
            differs: "the code runs gradient descent at 1/64",
            broken: Broken::Subject { claim: "helps-along-the-axes", subject: &ONE_RATE },
        },
        Control {
            id: "turned-path-with-longer-steps",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "gradient-descent-turns", subject: &LONGER_STEP },
        },
        Control {
            id: "gradient-descent-for-adaptive-paths",
            differs: "the code runs gradient descent",
            broken: Broken::Subject { claim: "adaptive-paths-do-not", subject: &ONE_RATE },
        },
    ],
    plots: &[steps],
};

const fn with_epsilon(id: &'static str, claim: &'static str) -> Control {
    Control { id, differs: "the code has ε = 10⁻⁹ for 0", broken: Broken::Subject { claim, subject: &SMALL_EPSILON } }
}

static SMALL_EPSILON: Impostor =
    Impostor { name: "ε = 10⁻⁹", instead: |method| epsilon(method, rational(1, 1_000_000_000)) };

static LEAST_EPSILON: Impostor =
    Impostor { name: "ε = 10⁻¹⁷", instead: |method| epsilon(method, Rational::from(10).pow(-17)) };

static ONE_RATE: Impostor = Impostor {
    name: "gradient descent",
    instead: |method| Method {
        step_size: rational(1, 64),
        ..changed(method, |algorithm| *algorithm = Algorithm::GradientDescent)
    },
};

fn epsilon(method: &Method, value: Rational) -> Method {
    changed(method, |algorithm| match algorithm {
        Algorithm::AdaGrad(rule) => rule.epsilon = value,
        Algorithm::RmsProp(rule) => rule.epsilon = value,
        Algorithm::Adam(rule) => rule.epsilon = value,
        _ => {}
    })
}

/// The same iterate in all elements: a difference of half a unit in the last place is none. Scaling by powers of two is exact in every
/// order of evaluation, so that nothing else has to be allowed. The scales are `2^-exponent`, 1 and `2^exponent`.
fn scales(subject: &dyn Subject, algorithm: Algorithm, exponent: isize) -> Result<Evidence, NotOffered> {
    let scales = [-exponent, 0, exponent].map(|exponent| to_f64(&power_of_two(exponent)));
    let mut optimizer = subject.double(&Method::new(algorithm, rational(1, 16)))?;
    let mut property = Property::new();
    let mut x = vec![2.0; 3];
    for step in 1..=100 {
        advance(&mut *optimizer, &mut x, |x| x.iter().zip(scales).map(|(x, d)| d * (x + x * x * x)).collect());
        for (scale, other) in scales.iter().zip(&x) {
            let unit = (x[1].abs().next_up() - x[1].abs()) / 2.0;
            property.within("as with d = 1", (other - x[1]).abs(), unit, || {
                format!("d = {scale}, step {step}: {other:e}, {:e}", x[1])
            });
        }
    }
    Ok(property.evidence())
}

/// `½ x'Hx` in two dimensions with the eigenvalues 1 and κ, along the axes or reflected, and where its run begins.
fn problem(kappa: i64, reflected: bool) -> Box<dyn Problem<f64>> {
    let quadratic = Quadratic::of(&[Rational::ONE, Rational::from(kappa)]);
    if reflected { Box::new(Rotated::new(quadratic, &[Rational::ONE, Rational::from(-2)])) } else { Box::new(quadratic) }
}

fn methods() -> [(&'static str, Method); 2] {
    [
        ("AdaGrad", Method::new(adagrad(Epsilon::Outside, Rational::ZERO), rational(1, 2))),
        ("Adam", Method::new(adam(default_betas(), Epsilon::Outside, Rational::ZERO), rational(1, 20))),
    ]
}

/// Steps from (1, ½) until the distance from the minimum is at most a hundredth of what it was, and no more than 2000.
fn count(subject: &dyn Subject, method: &Method, kappa: i64, reflected: bool) -> Result<u32, NotOffered> {
    let problem = problem(kappa, reflected);
    let mut optimizer = subject.double(method)?;
    let mut x = vec![1.0, 0.5];
    let distance = |x: &[f64]| (x[0] * x[0] + x[1] * x[1]).sqrt();
    let near = 0.01 * distance(&x);
    for step in 1..=2000 {
        advance(&mut *optimizer, &mut x, |x| problem.gradient(x));
        if distance(&x) <= near {
            return Ok(step);
        }
    }
    Ok(2000)
}

/// In reflected axes the steps are said to grow by less than a half, along the axes not at all.
fn helps(subject: &dyn Subject, reflected: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, method) in methods() {
        let first = count(subject, &method, 1, reflected)?;
        for kappa in [4, 16, 64] {
            let steps = count(subject, &method, kappa, reflected)?;
            let as_few = if reflected { 2 * steps < 3 * first || kappa < 64 } else { steps == first };
            exact.holds("as few steps as for κ = 1", as_few, || format!("{name}, κ = {kappa}: {steps} steps against {first}"));
        }
    }
    Ok(exact.evidence())
}

/// Three eigenvalues up to `κ = 16`, and the axis of the reflection.
fn turned() -> ([Rational; 3], [Rational; 3]) {
    ([1, 4, 16].map(Rational::from), [1, 2, 2].map(Rational::from))
}

/// `H x` for the reflection.
fn reflect<R: Real>(x: &[R]) -> Vec<R> {
    let (_, axis) = turned();
    let along = axis.iter().zip(x).fold(R::zero(), |sum, (v, x)| sum + R::of(v) * x);
    let amount = along * R::of(&rational(2, 9));
    axis.iter().zip(x).map(|(v, x)| x.clone() - R::of(v) * &amount).collect()
}

fn start<R: Real>() -> Vec<R> {
    vec![R::one(), R::of(&rational(1, 2)), R::of(&rational(-3, 4))]
}

fn turns(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (spectrum, axis) = turned();
    let plain: Quadratic<Rational> = Quadratic::of(&spectrum);
    let rotated = Rotated::new(plain.clone(), &axis);
    let method = Method::gradient_descent(rational(1, 16));
    let straight = trajectory(&mut *subject.exact(&method)?, start(), |x| plain.gradient(x), 10);
    let turned = trajectory(&mut *subject.exact(&method)?, reflect(&start::<Rational>()), |x| rotated.gradient(x), 10);
    for (step, (straight, turned)) in straight.iter().zip(&turned).enumerate() {
        exact.holds("the path turned", reflect(straight) == *turned, || format!("step {step}: {}", readable(&turned[0])));
        // What it turns: (1 - ηλ)^t in each element.
        let wanted = spectrum
            .iter()
            .zip(start::<Rational>())
            .map(|(eigenvalue, x)| (Rational::ONE - eigenvalue / Rational::from(16)).pow(step as isize) * x);
        exact.holds("the path", wanted.collect::<Vec<_>>() == *straight, || format!("step {step}: {}", readable(&straight[0])));
    }
    Ok(exact.evidence())
}

/// Whether the paths are said to be more than 0.1 apart after five steps, or less.
fn apart(subject: &dyn Subject, claimed: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (spectrum, axis) = turned();
    let plain: Quadratic<Interval> = Quadratic::of(&spectrum);
    let rotated = Rotated::new(plain.clone(), &axis);
    let rms = Method::new(rmsprop(rational(9, 10), Epsilon::Outside, Rational::ZERO), rational(1, 2));
    for (name, method) in methods().into_iter().chain([("RMSprop", rms)]) {
        let method = Method { step_size: rational(1, 2), ..method };
        let straight = trajectory(&mut *subject.enclosure(&method)?, start(), |x| plain.gradient(x), 5);
        let turned = trajectory(&mut *subject.enclosure(&method)?, reflect(&start::<Interval>()), |x| rotated.gradient(x), 5);
        let gaps = reflect(&straight[5]).into_iter().zip(&turned[5]).map(|(a, b)| (a - b) * (a - b));
        let squared = gaps.fold(Interval::zero(), |sum, gap| sum + gap);
        exact.decided("more than 0.1 apart", squared.above(0.01).map(|far| far == claimed), || {
            format!("{name}: the square of the distance lies in [{:.6}, {:.6}]", squared.lo, squared.hi)
        });
    }
    Ok(exact.evidence())
}

fn steps(_: &Lab) -> Plot {
    let ratios = [1, 2, 4, 8, 16, 32, 64, 128];
    let run = |name: &str, method: &dyn Fn(i64) -> Method, reflected: bool| {
        let points = ratios.map(|kappa| {
            let steps = count(&Reference, &method(kappa), kappa, reflected).expect("the reference offers them all");
            [kappa as f64, f64::from(steps)]
        });
        Series::measured(name, points)
    };
    let [(_, adagrad), (_, adam)] = methods();
    let line = ratios.map(|kappa| [kappa as f64, libm::log(100.0) * kappa as f64]);
    Plot {
        id: "steps".into(),
        title: "Steps to a hundredth of the distance on ½x'Hx with eigenvalues 1 and κ".into(),
        x: "κ".into(),
        y: "steps".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("κ ln 100", line),
            run("AdaGrad along the axes", &|_| adagrad.clone(), false),
            run("AdaGrad in reflected axes", &|_| adagrad.clone(), true),
            run("Adam along the axes", &|_| adam.clone(), false),
            run("Adam in reflected axes", &|_| adam.clone(), true),
            run("gradient descent at 1/κ", &|kappa| Method::gradient_descent(rational(1, kappa as u64)), true),
        ],
    }
}
