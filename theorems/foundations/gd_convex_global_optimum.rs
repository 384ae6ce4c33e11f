//! # Gradient descent converges to a minimiser of a smooth convex function that has one
//!
//! **Setting.** `f ∈ F(0, L)` with a minimiser `x*`, `x⁺ = x - η ∇f(x)`, `0 < η < 2/L`, `ω = η(1 - ηL/2)`, `R = ‖x_0 - x*‖`.
//!
//! **Statement.** (1) `‖x⁺ - x*‖² ≤ ‖x - x*‖² - η(2/L - η)‖∇f(x)‖²`. (2) `f(x_N) - f* ≤ R²/(ωN + R²/(f(x_0) - f*))`, and `x_t` converges to a
//! minimiser. (3) It fails without smoothness (`|x|`, `x⁴/4`), without a minimiser (`ln(1 + e^-x)`: values converge, points do not), for `ηL > 2`.
//!
//! **Why.** (1) Co-coercivity, times `2η`. (2) With the descent lemma and `f - f* ≤ ‖∇f‖R` the gap obeys `1/δ⁺ ≥ 1/δ + ω/R²`; sequences that are
//! Fejér monotone and whose cluster points are minimisers converge.
//!
//! **How it could fail.** The inequalities are compared as polynomials; the code runs in exact arithmetic on drawn members, where (1) and (2)
//! must hold after each step, and on parabolas of curvature `L`, where (1) is an equality.

use crate::certify::{Class, Sample};
use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, Tracked, rational, square, to_f64};
use crate::optimizers::{Method, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic, Univariate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gd-convex-global-optimum",
    title: "Gradient descent converges to a minimiser of a smooth convex function that has one",
    topic: "foundations",
    record: Some("gd-convex-global-optimum"),
    statement: "For $f ∈ F(0, L)$ with a minimiser and a constant $0 < η < 2/L$, gradient descent satisfies \
                $‖x_(t+1) - x^*‖^2 ≤ ‖x_t - x^*‖^2 - η (2/L - η) ‖∇f(x_t)‖^2$, converges to a minimiser, and \
                $f(x_N) - f^* ≤ frac(‖x_0 - x^*‖^2, ω N)$ with $ω = η (1 - η L/2)$. On $|x|$ it cycles unless $x_0/η$ is an integer, on $x^4/4$ it diverges from \
                $x_0^2 > 2/η$, on $ln(1 + e^(-x))$ its values converge and $x_t$ grows in each step.",
    hypotheses: &["$f$ is convex and $L$-smooth", "$f$ has a minimiser", "exact gradients, constant $0 < η < 2/L$"],
    sources: &[
        Source::Note("000", "60"),
        Source::Note("003", "61"),
        Source::Cited("nesterov2004", "section 2.1.5"),
        Source::Cited("bauschke2011", "chapter 5"),
    ],
    claims: &[
        Claim {
            id: "convex-is-enough",
            as_stated: true,
            statement: "gradient descent converges to the global optimum of a convex function: its distance falls below $1/100$",
            quantifier: "|x| from 1/3 with η = 1/2: the code has a cycle of two",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| reaches(subject, |x| vec![x[0].clone().sign()]),
        },
        Claim {
            id: "approaches",
            as_stated: false,
            statement: "$‖x_(t+1) - x^*‖^2 ≤ ‖x_t - x^*‖^2 - η (2/L - η) ‖∇f(x_t)‖^2$, and the gap $δ_t = f(x_t) - f^*$ satisfies \
                        $1/δ_(t+1) ≥ 1/δ_t + ω/R^2$",
            quantifier: "every f in F(0, L) with a minimiser, every dimension, all L > 0 and 0 < η < 2/L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(identities([0; 2])),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "both hold after each step of the code",
            quantifier: "400 drawn convex functions with piecewise linear derivative, step sizes in (0, 2/L) and starts, 12 steps, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "on $½ L x^2$ the squared distance decreases by exactly $η (2/L - η) ‖∇f(x_t)‖^2$",
            quantifier: "L = 3, ηL = k/8 for k = 1, ..., 15, ten steps of the code, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| attained(subject, 0),
        },
        Claim {
            id: "floats",
            as_stated: false,
            statement: "the same in double precision, within the rounding of $x - η ∇f(x)$",
            quantifier: "L = 4, η = 3/10, three coordinates, 60 steps of gradient descent without momentum or decay",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| floats(subject),
        },
        Claim {
            id: "no-minimiser",
            as_stated: false,
            statement: "on $ln(1 + e^(-x))$, $L = 1/4$, the values converge to the infimum, $f(x_t) ≤ frac(1, 1 + 4 t)$, and $x_t$ grows in each step",
            quantifier: "η = 4, x_0 = 0, 256 steps of the code in intervals",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| without_minimiser(subject, f64::INFINITY),
        },
    ],
    controls: &[
        Control {
            id: "absolute-value",
            differs: "claims the decrease of the distance on |x|, with L = 2",
            broken: Broken::Statement(|_, subject| {
                along(subject, &|x| vec![x[0].clone().sign()], rational(1, 3), &rational(1, 2), &Rational::from(2))
            }),
        },
        Control {
            id: "quartic",
            differs: "claims it on x⁴/4 from a start a little beyond √(2/η), with L = 3",
            broken: Broken::Statement(|_, subject| {
                let quartic = Univariate::<Rational>::quartic();
                along(subject, &|x| quartic.gradient(x), rational(201, 100), &rational(1, 2), &Rational::from(3))
            }),
        },
        Control {
            id: "softplus-has-a-minimiser",
            differs: "claims that on ln(1 + e^-x) the code stays below 3",
            broken: Broken::Statement(|_, subject| without_minimiser(subject, 3.0)),
        },
        Control {
            id: "step-beyond-two-over-l",
            differs: "claims that a parabola is approached with η = 2.01/L",
            broken: Broken::Statement(|_, subject| {
                let parabola = Quadratic { spectrum: vec![Rational::ONE] };
                // The decrease η(2/L - η)‖∇f‖² would be negative: the claim is that of η = 2/L, no increase.
                let eta = rational(201, 100);
                along(subject, &|x| parabola.gradient(x), Rational::ONE, &eta, &(Rational::from(2) / &eta))
            }),
        },
        Control {
            id: "smoothness-a-tenth-smaller",
            differs: "claims both on the drawn functions for 9/10 of their smoothness",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &rational(9, 10))),
        },
        Control {
            id: "decrease-more-by-a-billionth",
            differs: "claims the decrease times 1 + 10⁻⁹ on parabolas",
            broken: Broken::Statement(|_, subject| attained(subject, 1)),
        },
        Control {
            id: "unbalanced-distance",
            differs: "the multiplier of co-coercivity is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(identities([1, 0]))),
        },
        Control {
            id: "unbalanced-values",
            differs: "the multiplier of the descent lemma is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(identities([0, 1]))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "attained", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-a-billionth-in-floats",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "floats", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-a-few-roundings",
            differs: "the code steps by η (1 + 10⁻¹⁵)",
            broken: Broken::Subject {
                claim: "floats",
                subject: &Impostor {
                    name: "step larger by 10⁻¹⁵",
                    instead: |method| longer(method, rational(1, 1_000_000_000_000_000)),
                },
            },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹), a little less than 4",
            broken: Broken::Subject { claim: "attained", subject: &SHORTER_STEP },
        },
    ],
    plots: &[distances],
};

/// `errors` are added, in billionths, to a multiplier of each of the two proofs.
fn identities(errors: [i64; 2]) -> Evidence {
    let mut exact = Exact::new();
    let [smoothness, eta, x, g] = Polynomial::variables();
    let [distance_error, value_error] = errors.map(|error| rational(error, 1_000_000_000));
    let class = Class { strong_convexity: smoothness.int(0), smoothness: smoothness.clone() };
    let here = Sample { point: x.clone(), gradient: g.clone(), value: smoothness.int(0) };
    // Times L; co-coercivity is twice L⟨g, x⟩ - ‖g‖² ≥ 0 and the values cancel in it.
    let claim =
        &smoothness * (x.squared() - (&x - &eta * &g).squared()) - &eta * (smoothness.int(2) - &eta * &smoothness) * g.squared();
    let multiplier = &eta + &smoothness.constant(&distance_error);
    exact.identity("distance", claim, multiplier * class.cocoercivity(&here, &Sample::minimiser(&smoothness)));
    // ‖∇f(x)‖ R = δ + b by convexity, δ⁺ = δ - ω‖∇f(x)‖² - a by the descent lemma, with a, b ≥ 0; c = δ - δ⁺ ≥ 0.
    let [radius, omega, gap, a, b, c] = Polynomial::variables();
    let descent = radius.squared() * &c - &omega * (&gap + &b).squared() - radius.squared() * &a; // zero
    let claim = radius.squared() * &c - &omega * &gap * (&gap - &c);
    let rest = &omega * (gap.int(2) * &gap * &b + b.squared() + &gap * &c) + radius.squared() * &a;
    exact.holds("what is left is non-negative", rest.is_positive_termwise(), || format!("{} terms", rest.terms()));
    let multiplier = radius.constant(&(Rational::ONE + value_error));
    exact.identity("values: R²(δ - δ⁺) ≥ ωδδ⁺", claim - multiplier * descent, rest);
    exact.evidence()
}

type Gradient<'a> = &'a dyn Fn(&[Rational]) -> Vec<Rational>;

/// The distance to the minimiser 0 in four steps of the code.
fn along(
    subject: &dyn Subject,
    gradient: Gradient,
    start: Rational,
    eta: &Rational,
    smoothness: &Rational,
) -> Result<Evidence, NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
    let path = trajectory(&mut *optimizer, vec![start], gradient, 4);
    let mut exact = Exact::new();
    approaches(&mut exact, &path, gradient, eta, smoothness);
    Ok(exact.evidence())
}

fn approaches(exact: &mut Exact, path: &[Vec<Rational>], gradient: Gradient, eta: &Rational, smoothness: &Rational) {
    for (step, pair) in path.windows(2).enumerate() {
        let (x, next) = (square(&pair[0][0]), square(&pair[1][0]));
        let decrease = eta * (Rational::from(2) / smoothness - eta) * square(&gradient(&pair[0])[0]);
        exact.holds("‖x⁺‖² ≤ ‖x‖² - η(2/L - η)‖∇f‖²", next <= &x - &decrease, || {
            format!("L = {smoothness}, η = {eta}, step {step}: from {} to {}", readable(&pair[0][0]), readable(&pair[1][0]))
        });
    }
}

fn reaches(subject: &dyn Subject, gradient: fn(&[Rational]) -> Vec<Rational>) -> Result<Evidence, NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(rational(1, 2)))?;
    let path = trajectory(&mut *optimizer, vec![rational(1, 3)], gradient, 100);
    let least = path.iter().map(|x| x[0].clone().magnitude()).reduce(Rational::smaller).unwrap_or(Rational::ONE);
    let mut exact = Exact::new();
    exact.holds("the distance falls below 1/100", least < rational(1, 100), || {
        format!("the least |x_t| of 100 steps is {least}; x_99 = {} and x_100 = {}", path[99][0], path[100][0])
    });
    Ok(exact.evidence())
}

/// The functions are claimed to be `share · L`-smooth.
fn members(lab: &Lab, subject: &dyn Subject, share: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(400) {
        let draws = &mut stream.trial(case);
        let smoothness = draws.fraction(1..160, 16);
        let eta = Rational::from(2) / &smoothness * draws.fraction(1..16, 16);
        let start = draws.fraction(-320..320, 16);
        let function = Piecewise::<Rational>::draw(draws, &Rational::ZERO, &smoothness);
        let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
        let gradient = |x: &[Rational]| function.gradient(x);
        let path = trajectory(&mut *optimizer, vec![start.clone()], gradient, 12);
        let claimed = share * &smoothness;
        approaches(&mut exact, &path, &gradient, &eta, &claimed);
        let omega = &eta * (Rational::ONE - &eta * &claimed / Rational::from(2));
        let radius = square(&start);
        let gaps: Vec<Rational> = path.iter().map(|x| function.value(x)).collect();
        for (step, gap) in gaps.iter().enumerate() {
            let bound = &radius * &gaps[0]; // δ_N (ω N δ_0 + R²) ≤ R² δ_0, also where δ_0 = 0
            let holds = gap * (&omega * Rational::from(step) * &gaps[0] + &radius) <= bound;
            exact.holds("δ_N ≤ R²/(ωN + R²/δ_0)", holds, || {
                format!("case {case}: L = {smoothness}, η = {eta}, from {start}, N = {step}: {}", readable(gap))
            });
        }
    }
    Ok(exact.evidence())
}

/// The decrease is claimed to be larger by `error` billionths.
fn attained(subject: &dyn Subject, error: i64) -> Result<Evidence, NotOffered> {
    let smoothness = Rational::from(3);
    let parabola = Quadratic { spectrum: vec![smoothness.clone()] };
    let larger = Rational::ONE + rational(error, 1_000_000_000);
    let mut exact = Exact::new();
    for eta in (1..16).map(|k| rational(k, 8) / &smoothness) {
        let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
        for (step, pair) in trajectory(&mut *optimizer, vec![Rational::ONE], |x| parabola.gradient(x), 10).windows(2).enumerate()
        {
            let decrease = &larger * &eta * (Rational::from(2) / &smoothness - &eta) * square(&(&smoothness * &pair[0][0]));
            let found = square(&pair[0][0]) - square(&pair[1][0]);
            exact.holds("the decrease of ‖x‖²", found == decrease, || {
                format!("η = {eta}, step {step}: {} against {}", readable(&found), readable(&decrease))
            });
        }
    }
    Ok(exact.evidence())
}

/// Each step from the code's own last point. Its coordinates are off by at most what is tracked for `x - ηg`, `e`, and so `‖x⁺‖²` by at most
/// `Σ 2|x⁺|e + e²`, where `x⁺` is within `e` of its rounded value; the gradient `4x` is exact.
fn floats(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let (smoothness, eta) = (4.0, rational(3, 10));
    let mut optimizer = subject.double(&Method::gradient_descent(eta.clone()))?;
    let of = |x: f64| Rational::try_from(x).unwrap_or(Rational::ZERO);
    let mut x = vec![1.0, -0.7, 0.3];
    let mut property = Property::new();
    let decrease = &eta * (Rational::from(2) / Rational::from(4) - &eta) * Rational::from(16);
    for step in 0..60 {
        let before = x.clone();
        advance(&mut *optimizer, &mut x, |x| x.iter().map(|x| smoothness * x).collect());
        let (mut expected, mut found, mut bound) = (Rational::ZERO, Rational::ZERO, 0.0);
        for (x, next) in before.iter().zip(&x) {
            let tracked = Tracked::<f64>::exactly(*x) - Tracked::of(&eta) * Tracked::exactly(smoothness * x);
            expected += square(&of(*x)) * (Rational::ONE - &decrease);
            found += if next.is_finite() { square(&of(*next)) } else { Rational::ZERO };
            bound += tracked.bound() * (2.0 * tracked.value().abs() + 3.0 * tracked.bound());
        }
        let deviation = if x.iter().all(|x| x.is_finite()) { to_f64(&(found - expected).magnitude()) } else { f64::NAN };
        property.within("‖x⁺‖² = ‖x‖² - η(2/L - η)‖∇f‖²", deviation, bound, || {
            format!("step {step}: from {before:?} to {x:?}")
        });
    }
    Ok(property.evidence())
}

/// Iterates on `ln(1 + e^-x)`, claimed to stay below a number.
fn without_minimiser(subject: &dyn Subject, below: f64) -> Result<Evidence, NotOffered> {
    let mut optimizer = subject.enclosure(&Method::gradient_descent(Rational::from(4)))?;
    let gradient = |x: &[Interval]| vec![-(Interval::one() / (Interval::one() + x[0].apply(Function::Exponential)))];
    let path = trajectory(&mut *optimizer, vec![Interval::zero()], gradient, 256);
    let mut exact = Exact::new();
    for (t, pair) in path.windows(2).enumerate() {
        let x = pair[1][0];
        exact.decided("x_t grows", (x - pair[0][0]).above(0.0), || format!("step {t}: to {x:?}"));
        exact.decided("x_t stays below", x.smaller_than(below), || format!("step {t}: {x:?} against {below}"));
        let value = (Interval::one() + (-x).apply(Function::Exponential)).apply(Function::Logarithm);
        let scaled = value * Interval::int(4 * (t as i64 + 1) + 1);
        exact.decided("(1 + 4t) f(x_t) ≤ 1", scaled.above(1.0).map(|above| !above), || format!("step {t}: {scaled:?}"));
    }
    Ok(exact.evidence())
}

fn distances(_: &Lab) -> Plot {
    let run = |gradient: fn(&[f64]) -> Vec<f64>, start: f64, eta: Rational, steps: usize| {
        let path = Reference.double(&Method::gradient_descent(eta)).map(|mut optimizer| {
            trajectory(&mut *optimizer, vec![start], gradient, steps).iter().map(|x| x[0].abs()).collect::<Vec<f64>>()
        });
        path.unwrap_or_default().into_iter().enumerate().map(|(t, x)| [t as f64, x]).collect::<Vec<_>>()
    };
    let parabola = (0..=24).map(|t| [f64::from(t), 3.0 * libm::pow(0.75, f64::from(t))]);
    Plot {
        id: "distances".into(),
        title: "Distance from the minimiser: a smooth convex function, |x|, and x⁴/4 from beyond √(2/η)".into(),
        x: "step t".into(),
        y: "|x_t|".into(),
        log_y: true,
        series: vec![
            Series::theory("(1 - η)^t on ½x²", parabola),
            Series::measured("½x², η = 1/4", run(|x| x.to_vec(), 3.0, rational(1, 4), 24)),
            Series::measured("|x|, η = 1/2", run(|x| vec![x[0].sign()], 1.0 / 3.0, rational(1, 2), 24)),
            Series::measured("x⁴/4, η = 1/2, from 2.01", run(|x| vec![x[0] * x[0] * x[0]], 2.01, rational(1, 2), 5)),
        ],
        ..Plot::default()
    }
}
