//! # Noise along the negative curvature leaves a saddle
//!
//! **Setting.** `f(x, y) = ½(x² - γy²)`, `x⁺ = x - η(∇f + ξ)` from `y_0 = 0`, independent noise.
//!
//! **Statement.** (1) Without noise along `y` the iterate keeps `y = 0`, for ever. (2) With noise of variance `s²` along `y`,
//! `Var y_t = η²s²((1 + ηγ)^(2t) - 1)/((1 + ηγ)² - 1)`, and `y_t` is normal if the noise is. (3) So `P(T ≤ t) ≥ P(|y_t| > R)` for the time `T` to leave
//! `|y| ≤ R`, which tends to 1.
//!
//! **Why.** `y_t = -η Σ_s (1 + ηγ)^(t-1-s) ξ_s`, a geometric sum of independent terms.
//!
//! **How it could fail.** The weights of the noise are read from the code exactly; in floats the law of `y_20` is held against the normal one.

use super::mode::weights;
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::statistics::distribution;
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "noise-escapes-saddles",
    title: "Noise leaves a saddle if it has a part along the negative curvature",
    topic: "stochastic",
    record: Some("noise-escapes-saddles"),
    statement: "On $½(x^2 - γ y^2)$ from $y_0 = 0$ with noise of variance $s^2$ along $y$: $\"Var\" y_t = η^2 s^2 ((1 + η γ)^(2t) - 1)/((1 + η γ)^2 - 1)$; without noise along $y$ \
                the iterate never leaves $y = 0$.",
    hypotheses: &[
        "this saddle, a start with $y_0 = 0$",
        "independent noise of mean 0 with a component along the negative curvature; normal for the law",
    ],
    sources: &[
        Source::Note("000", "145-146"),
        Source::Note("000", "620"),
        Source::Cited("ge2015", "noisy gradient descent"),
        Source::Cited("daneshmand2018", "correlated negative curvature"),
    ],
    claims: &[
        Claim {
            id: "any-noise",
            as_stated: true,
            statement: "adding noise helps to escape saddle points",
            quantifier: "noise ±1 along the positive curvature, γ = 1, η = 1/10, 50 steps",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| beside(subject, &[1], Rational::ZERO, true),
        },
        Claim {
            id: "stays",
            as_stated: false,
            statement: "without noise along $y$ the code keeps $y = 0$ exactly",
            quantifier: "noise ±1 along x or none, γ = 1, η = 1/10, 50 steps in exact arithmetic",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| beside(subject, &[0, 1], Rational::ZERO, false),
        },
        Claim {
            id: "stays-in-doubles",
            as_stated: false,
            statement: "and in doubles $|y|$ stays below the least normal number",
            quantifier: "methods that leave an element without gradient where it is; γ = 1, η = 1/10, 50 steps with drawn noise along x",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| doubles(lab, subject, 0.0),
        },
        Claim {
            id: "recursion",
            as_stated: false,
            statement: "the variance solves $V_(t+1) = (1 + η γ)^2 V_t + η^2 s^2$",
            quantifier: "all η, γ, s > 0 and all t, as a polynomial identity",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(recursion(0)),
        },
        Claim {
            id: "variance",
            as_stated: false,
            statement: "the code has this variance",
            quantifier: "γ = 1 and 1/3, η = 1/10 and 1, every t ≤ 50",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| variance(subject, |growth, power| (power - Rational::ONE) / (growth - Rational::ONE)),
        },
        Claim {
            id: "law",
            as_stated: false,
            statement: "with normal noise $y_20$ is normal with this variance, from which $P(T ≤ 20) ≥ P(|y_20| > R)$ follows",
            quantifier: "γ = 1, η = 1/10",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| law(lab, subject, 1),
        },
    ],
    controls: &[
        Control {
            id: "escapes-by-noise-beside",
            differs: "claims that noise along x alone moves y",
            broken: Broken::Statement(|_, subject| beside(subject, &[1], Rational::ZERO, true)),
        },
        Control {
            id: "a-billionth-along",
            differs: "the noise along y is 10⁻⁹ times that along x, and y is said to stay",
            broken: Broken::Statement(|_, subject| beside(subject, &[0, 1], rational(1, 1_000_000_000), false)),
        },
        Control {
            id: "escapes-by-noise-beside-in-law",
            differs: "the noise is along x alone",
            broken: Broken::Statement(|lab, subject| law(lab, subject, 0)),
        },
        Control {
            id: "least-noise-along",
            differs: "the noise along y is 5 · 10⁻³⁰⁸ times that along x, and y is said to stay",
            broken: Broken::Statement(|lab, subject| doubles(lab, subject, 5e-308)),
        },
        Control {
            id: "one-term-less",
            differs: "claims the sum of one term less",
            broken: Broken::Statement(|_, subject| {
                variance(subject, |growth, power| (power / growth - Rational::ONE) / (growth - Rational::ONE))
            }),
        },
        Control {
            id: "unbalanced-recursion",
            differs: "the new noise is η²s² (1 + 10⁻⁹)",
            broken: Broken::Statement(|_, _| Ok(recursion(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "variance", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-half",
            differs: "the code steps by 3η/2",
            broken: Broken::Subject {
                claim: "law",
                subject: &Impostor { name: "step larger by half", instead: |method| longer(method, rational(1, 2)) },
            },
        },
    ],
    plots: &[spread],
};

/// Whether `y` moves under noise `±size` along `x` and `share` of it along `y`, in every step or in none.
fn beside(subject: &dyn Subject, sizes: &[i64], share: Rational, moves: bool) -> Result<Evidence, NotOffered> {
    let saddle = Quadratic::<Rational>::of(&[Rational::ONE, Rational::NEG_ONE]);
    let mut exact = Exact::new();
    for size in sizes {
        let mut optimizer = subject.exact(&Method::gradient_descent(rational(1, 10)))?;
        let mut x = vec![Rational::ONE, Rational::ZERO];
        for step in 1..=50_i64 {
            advance(&mut *optimizer, &mut x, |x| {
                let mut gradient = saddle.gradient(x);
                let noise = Rational::from(size * (1 - 2 * (step * step % 3)));
                gradient[1] += &share * &noise;
                gradient[0] += noise;
                gradient
            });
            let moved = !x[1].is_zero();
            exact.holds("y", moved == moves, || format!("noise ±{size} along x, step {step}: y = {}", x[1]));
        }
    }
    Ok(exact.evidence())
}

/// The noise along `y` is `share` times that along `x`; what is claimed is `y = 0`, which has no rounding.
fn doubles(lab: &Lab, subject: &dyn Subject, share: f64) -> Result<Evidence, NotOffered> {
    let saddle = Quadratic { spectrum: vec![1.0, -1.0] };
    let draws = &mut lab.stream("beside").trial(0);
    let mut optimizer = subject.double(&Method::gradient_descent(rational(1, 10)))?;
    let mut x = vec![1.0, 0.0];
    let mut property = Property::new();
    for step in 1..=50 {
        let noise = draws.normal();
        advance(&mut *optimizer, &mut x, |x| {
            let gradient = saddle.gradient(x);
            vec![gradient[0] + noise, gradient[1] + share * noise]
        });
        // The least number that a double holds as normal: a subject may flush what is below.
        property.within("y = 0", x[1].abs(), f64::MIN_POSITIVE, || format!("after {step} steps: y = {:e}", x[1]));
    }
    Ok(property.evidence())
}

/// `error` billionths are added to the new noise. With `a = (1 + ηγ)²` and `p = a^t`, times `a - 1`.
fn recursion(error: i64) -> Evidence {
    let [eta, gamma, s, power] = Polynomial::variables();
    let one = eta.int(1);
    let growth = (&one + &eta * &gamma).squared();
    let noise = eta.squared() * s.squared();
    let value = |power: &Polynomial| &noise * (power - &one);
    let added = &noise * (&one + eta.constant(&rational(error, 1_000_000_000)));
    let mut exact = Exact::new();
    exact.identity("V⁺ = a V + η²s²", &growth * value(&power) + (&growth - &one) * added, value(&(&growth * &power)));
    exact.identity("V_0 = 0", value(&one), eta.int(0));
    exact.identity("a > 1", &growth - &one, &eta * &gamma * (eta.int(2) + &eta * &gamma));
    exact.evidence()
}

/// `Var y_t/(η²s²)` of the code against `claimed(a, a^t)`.
fn variance(subject: &dyn Subject, claimed: fn(&Rational, Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (gamma, eta) in [rational(1, 1), rational(1, 3)]
        .into_iter()
        .flat_map(|gamma| [rational(1, 10), rational(1, 1)].map(|eta| (gamma.clone(), eta)))
    {
        let growth = square(&(Rational::ONE + &eta * &gamma));
        let found = weights(&mut exact, subject, &eta, &-&gamma, 50)?;
        for (t, weights) in found.iter().enumerate() {
            let moment = weights.second_moment(&Rational::ZERO, &Rational::ONE);
            // No step has no terms, whatever is claimed of their number.
            let expected = match t {
                0 => Rational::ZERO,
                _ => square(&eta) * claimed(&growth, growth.pow(t as isize)),
            };
            exact.equal("Var y_t", &moment, &expected, || format!("γ = {gamma}, η = {eta}, t = {t}"));
        }
    }
    Ok(exact.evidence())
}

/// `y_20` in units of its deviation, with normal noise in this coordinate.
fn after_twenty(subject: &dyn Subject, place: usize, draws: &mut Draws) -> Result<f64, NotOffered> {
    let saddle = Quadratic { spectrum: vec![1.0, -1.0] };
    let mut optimizer = subject.double(&Method::gradient_descent(rational(1, 10)))?;
    let mut x = vec![0.0, 0.0];
    for _ in 0..20 {
        advance(&mut *optimizer, &mut x, |x| {
            let mut gradient = saddle.gradient(x);
            gradient[place] += draws.normal();
            gradient
        });
    }
    Ok(x[1] / deviation(20))
}

/// The deviation of `y_t` for `γ = s = 1`, `η = 1/10`.
fn deviation(t: isize) -> f64 {
    let growth = rational(121, 100);
    to_f64(&(rational(1, 100) * (growth.pow(t) - Rational::ONE) / rational(21, 100))).sqrt()
}

/// The noise stands in the coordinate `place`: in the first one `y` stays at 0, half the normal law away. A step longer by half has three times
/// the deviation, 0.24 away: five margins.
fn law(lab: &Lab, subject: &dyn Subject, place: usize) -> Result<Evidence, NotOffered> {
    subject.double(&Method::gradient_descent(rational(1, 10)))?; // trials cannot say that it is not offered
    let normal = |x: f64| 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
    let statistic = distribution(lab, "y_20 over its deviation", 0.048, normal, |draws| {
        after_twenty(subject, place, draws).unwrap_or(f64::NAN)
    });
    Ok(Evidence::sampled(vec![statistic]))
}

fn spread(lab: &Lab) -> Plot {
    let stream = lab.stream("spread");
    let curve = (1..=50_u8).map(|t| [f64::from(t), deviation(t.into())]);
    let saddle = Quadratic { spectrum: vec![-1.0; 256] };
    let mut measured = Vec::new();
    if let Ok(mut optimizer) = Reference.double(&Method::gradient_descent(rational(1, 10))) {
        let draws = &mut stream.trial(0);
        let mut y = vec![0.0; 256];
        for step in 1..=50 {
            advance(&mut *optimizer, &mut y, |y| saddle.gradient(y).into_iter().map(|g| g + draws.normal()).collect());
            measured.push([f64::from(step), (y.iter().map(|y| y * y).sum::<f64>() / 256.0).sqrt()]);
        }
    }
    Plot {
        id: "spread".into(),
        title: "Deviation of y from the saddle, γ = 1, η = 0.1, s = 1, 256 runs".into(),
        x: "steps".into(),
        y: "√Var y".into(),
        log_y: true,
        series: vec![Series::theory("closed form", curve), Series::measured("code", measured)],
        ..Plot::default()
    }
}
