//! # No guarantee of a global optimum without structure, and a linear rate with it
//!
//! **Setting.** `x⁺ = x - η ∇f(x)` with `η ≤ 1/L`: on `½(max(0, w) - 1)²`, and on functions with `½‖∇f‖² ≥ μ (f - f*)` (Polyak's inequality), such as least squares
//! with more parameters than samples.
//!
//! **Statement.** (1) From every `w < 0` the code stays where it is, at the loss ½ instead of 0. (2) Under Polyak's inequality `f(x_t) - f* ≤ (1 - ημ)^t (f(x_0) - f*)`, though
//! minimisers are many or `f` is not convex: "no theoretical guarantees" (003:69) is false without "in general".
//!
//! **Why.** (1) The gradient is 0. (2) The descent lemma and Polyak's inequality, added.
//!
//! **How it could fail.** The sum is compared as a polynomial, and Polyak's inequality piece by piece on a function that is not convex. The code runs exactly, from an interval of dead weights, and on two samples with four parameters, where
//! each loss must be what the two eigenvalues say. Double well and `½(u·v - 1)²` must break Polyak's inequality.

use super::gradient_dominated::{EIGENVALUES, Run, bent, bent_runs, objective, runs};
use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::networks::{Activation, Dense, Layer, Loss, Network, Objective};
use crate::number::{Interval, Polynomial, Rational, Real, Tracked, rational, square, to_f64};
use crate::optimizers::{Method, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Univariate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nn-no-global-guarantee",
    title: "Without structure nothing guarantees a global optimum; Polyak's inequality guarantees it at a linear rate",
    topic: "foundations",
    record: Some("nn-no-global-guarantee"),
    statement: "Gradient descent on $½ (max(0, w) - 1)^2$ stays at every $w < 0$. But if $f$ is $L$-smooth with $½ ‖∇f‖^2 ≥ μ (f - f^*)$ and $0 < η ≤ 1/L$, \
                then $f(x_t) - f^* ≤ (1 - η μ)^t (f(x_0) - f^*)$; least squares with independent samples and more parameters than samples are such, \
                and so are some functions that are not convex.",
    hypotheses: &[
        "for the rate: $L$-smooth, Polyak's inequality with $μ > 0$ on the way, exact gradients, constant $0 < η ≤ 1/L$",
        "for its absence: no structure is assumed",
    ],
    sources: &[
        Source::Note("000", "66"),
        Source::Note("000", "516"),
        Source::Note("003", "69"),
        Source::Note("000", "549"),
        Source::Cited("polyak1963", "gradient-dominated functionals"),
        Source::Cited("karimi2016", "Theorem 1"),
    ],
    claims: &[
        Claim {
            id: "stays",
            as_stated: true,
            statement: "gradient descent need not reach the global optimum: from $w < 0$ the code stays, with the loss $½$",
            quantifier: "all real w from -10⁹ to -10⁻⁹ in one interval, η = 1/2, ten steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| stays(subject, Interval { lo: -1e9, hi: -1e-9 }),
        },
        Claim {
            id: "no-guarantees",
            as_stated: true,
            statement: "for functions that are not convex there are no theoretical guarantees: no factor below 1 holds for the loss",
            quantifier: "refuted by a function with the curvatures 4, -1 and 4 in turn, L = 4, μ = 9/11: all runs of the code keep to (1 - ημ)^t",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| {
                let runs = bent_runs(subject)?;
                let breaks = |run: &Run| run.losses.iter().enumerate().any(|(t, loss)| *loss > run.bound(t, &rational(9, 11)));
                let mut exact = Exact::new();
                exact.holds("some run breaks (1 - ημ)^t", runs.iter().any(breaks), || {
                    format!("{} runs of ten steps, none above (1 - ημ)^t f(x_0)", runs.len())
                });
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "not-convex",
            as_stated: false,
            statement: "the even function with $f(0) = 0$ and the curvature 4 up to 1, $-1$ from there to 2, and 4 beyond is not convex, but \
                        $½ ‖∇f‖^2 ≥ μ f$ with $μ = 9/11$",
            quantifier: "all real x: polynomials on each piece",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(not_convex(&rational(9, 11))),
        },
        Claim {
            id: "rate",
            as_stated: false,
            statement: "$f(x_(t+1)) - f^* ≤ (1 - η μ) (f(x_t) - f^*)$",
            quantifier: "every L-smooth f with Polyak's inequality, convex or not, every dimension, all 0 < η ≤ 1/L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(identity(0)),
        },
        Claim {
            id: "inequality",
            as_stated: false,
            statement: "$½ ‖∇f‖^2 ≥ μ f$ for least squares with four parameters on two samples, $μ$ the least eigenvalue of $X X^T/N$",
            quantifier: "1000 drawn points, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(least_squares(lab, &Rational::from(2))),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "the code's losses are $frac(1, 2 N) sum_i (1 - η λ_i)^(2 t) r_i^2$, and so at most $(1 - η μ)^t f(x_0)$",
            quantifier: "η = k/64 with k = 1, ..., 8 = 64/L, three starts, ten steps, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| keeps(subject, &Rational::from(2)),
        },
        Claim {
            id: "floats",
            as_stated: false,
            statement: "in double precision $f(x_(t+1)) ≤ (1 - η μ)^2 f(x_t)$ but for the rounding of gradient and step",
            quantifier: "η = 1/8, 40 steps of gradient descent without momentum or decay",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| floats(subject),
        },
    ],
    controls: &[
        Control {
            id: "alive",
            differs: "claims that the code stays at w = 10⁻⁹",
            broken: Broken::Statement(|_, subject| stays(subject, Interval::point(1e-9))),
        },
        Control {
            id: "double-well",
            differs: "claims Polyak's inequality for (x² - 1)²/4, with μ = 1/1000",
            broken: Broken::Statement(|_, _| {
                let well = Univariate::<Rational>::double_well(&Rational::ZERO);
                let points = (-20..=20).map(|k| rational(k, 10));
                Ok(polyak(
                    points.map(|x| (well.value(std::slice::from_ref(&x)), square(&well.derivative(&x)))),
                    &rational(1, 1000),
                ))
            }),
        },
        Control {
            id: "factorisation-at-zero",
            differs: "claims it for ½(u·v - 1)² near u = v = 0, with μ = 1/1000",
            broken: Broken::Statement(|_, _| {
                // At u = v = (s, 0): ½(s² - 1)², and 2 s² (s² - 1)² for the squared gradient.
                let points = (0..=20).map(|k| square(&rational(k, 20)));
                let values = points.map(|s| (square(&(&s - Rational::ONE)), s));
                Ok(polyak(values.map(|(r, s)| (&r / Rational::from(2), Rational::from(2) * s * r)), &rational(1, 1000)))
            }),
        },
        Control {
            id: "curvature-a-hundredth-larger",
            differs: "claims Polyak's inequality with μ = 2.02",
            broken: Broken::Statement(|lab, _| Ok(least_squares(lab, &rational(202, 100)))),
        },
        Control {
            id: "bent-a-billionth-larger",
            differs: "claims it for the function that is not convex with μ = (1 + 10⁻⁹) 9/11",
            broken: Broken::Statement(|_, _| Ok(not_convex(&(rational(9, 11) * rational(1_000_000_001, 1_000_000_000))))),
        },
        Control {
            id: "twice-the-exponent",
            differs: "claims (1 - 2.1 ημ)^t, a little more than the (1 - ημ)^(2t) that is attained",
            broken: Broken::Statement(|_, subject| keeps(subject, &rational(42, 10))),
        },
        Control {
            id: "unbalanced",
            differs: "the multiplier of Polyak's inequality is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(identity(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "runs", subject: &LONGER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "floats", subject: &SHORTER_STEP },
        },
        Control {
            id: "step-smaller-by-some-roundings",
            differs: "the code steps by η (1 - 10⁻¹⁴)",
            broken: Broken::Subject {
                claim: "floats",
                subject: &Impostor {
                    name: "step smaller by 10⁻¹⁴",
                    instead: |method| longer(method, rational(-1, 100_000_000_000_000)),
                },
            },
        },
    ],
    plots: &[decay],
};

/// `error` billionths are added to a multiplier.
fn identity(error: i64) -> Evidence {
    // h = ηL ≤ 1; the gap δ, the squared gradient G, and what is left of the descent lemma (a) and of Polyak's inequality (b).
    let [eta, mu, smoothness, gap, gradient, next] = Polynomial::variables();
    let half = gap.constant(&rational(1, 2));
    let descent = &gap - &eta * (gap.int(1) - &half * &eta * &smoothness) * &gradient - &next;
    let polyak = &half * &gradient - &mu * &gap;
    let multiplier = &eta + &eta.constant(&rational(error, 1_000_000_000));
    let room = &half * &eta * (gap.int(1) - &eta * &smoothness) * &gradient;
    let mut exact = Exact::new();
    let claim = (gap.int(1) - &eta * &mu) * &gap - &next;
    exact.identity("(1 - ημ)δ - δ⁺ = descent + η Polyak + ½η(1 - ηL)‖∇f‖²", claim, descent + multiplier * polyak + room);
    exact.evidence()
}

fn polyak(points: impl Iterator<Item = (Rational, Rational)>, mu: &Rational) -> Evidence {
    let mut exact = Exact::new();
    for (value, gradient) in points {
        exact.holds("½‖∇f‖² ≥ μ(f - f*)", &gradient / Rational::from(2) >= mu * &value, || {
            format!("‖∇f‖² = {}, f - f* = {}", readable(&gradient), readable(&value))
        });
    }
    exact.evidence()
}

fn least_squares(lab: &Lab, mu: &Rational) -> Evidence {
    let (stream, objective) = (lab.stream("points"), objective());
    let point = |case| {
        let draws = &mut stream.trial(case);
        let (value, gradient) = objective.gradient(&[(0..4).map(|_| draws.fraction(-32..33, 8)).collect()]);
        (value, gradient[0].iter().fold(Rational::ZERO, |sum, x| sum + square(x)))
    };
    polyak((0..lab.cases(1000)).map(point), mu)
}

fn not_convex(mu: &Rational) -> Evidence {
    let function = bent();
    let value = |x: Rational| function.value(&[x]);
    let mut exact = Exact::new();
    let above = Rational::from(2) * value(rational(3, 2)) > value(Rational::ONE) + value(Rational::from(2));
    exact.holds("above its chord from 1 to 2", above, String::new);
    // On each piece to the right: a point, slope and value there, by a variable that is not negative.
    let [s] = Polynomial::variables();
    let (half, number) = (|x: i64| s.constant(&rational(x, 2)), |x: i64| s.int(x));
    let pieces = [
        (s.clone(), number(4) * &s, number(2) * s.squared()),
        (number(2) - &s, number(3) + &s, half(11) - number(3) * &s - half(1) * s.squared()),
        (number(2) + &s, number(3) + number(4) * &s, half(11) + number(3) * &s + number(2) * s.squared()),
    ];
    for (point, slope, height) in pieces {
        // A quadratic is known by its values at three points.
        for at in [Rational::ZERO, rational(1, 2), Rational::ONE].map(|at| [at]) {
            let x = point.at(&at);
            let found = || format!("x = {x}");
            exact.equal("the slope on the piece", &slope.at(&at), &function.derivative(&x), found);
            exact.equal("the value on the piece", &height.at(&at), &value(x.clone()), found);
            exact.equal("f is even", &value(-&x), &value(x.clone()), found);
        }
        let room = half(1) * slope.squared() - s.constant(mu) * height;
        exact.holds("½f'² - μf has no negative coefficient", room.is_positive_termwise(), || format!("from {point:?}"));
    }
    exact.evidence()
}

/// The rate is claimed for this μ.
fn keeps(subject: &dyn Subject, mu: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (residuals, run) in runs(subject)? {
        for (t, loss) in run.losses.iter().enumerate() {
            let mode = |(eigenvalue, residual): (i64, &Rational)| {
                square(&((Rational::ONE - &run.eta * Rational::from(eigenvalue)).pow(t as isize) * residual)) / Rational::from(4)
            };
            let closed = EIGENVALUES.into_iter().zip(&residuals).map(mode).fold(Rational::ZERO, |sum, x| sum + x);
            let at = || format!("η = {}, from residuals {residuals:?}, t = {t}: {}", run.eta, readable(loss));
            exact.holds("the loss in closed form", *loss == closed, at);
            exact.holds("f(x_t) ≤ (1 - ημ)^t f(x_0)", *loss <= run.bound(t, mu), at);
        }
    }
    Ok(exact.evidence())
}

/// Each step from the code's own last point. Its coordinates are off by at most `e`, what is tracked for `x - ηg` and η times the rounding of the gradient `g` that it
/// is given; and so the loss, which is 8-smooth, by at most `‖∇f(x⁺)‖₁ e + 4 Σ e²`.
fn floats(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let (exactly, double, eta) = (objective(), objective().over(|x| to_f64(&x)), rational(1, 8));
    let mut optimizer = subject.double(&Method::gradient_descent(eta.clone()))?;
    let of = |x: &[f64]| vec![x.iter().map(|x| Rational::try_from(*x).unwrap_or(Rational::ZERO)).collect::<Vec<Rational>>()];
    let factor = square(&(Rational::ONE - &eta * Rational::from(2)));
    let mut x = vec![1.0, 0.5, -0.75, 0.1];
    let mut property = Property::new();
    for step in 0..40 {
        let before = x.clone();
        let given = double.gradient(std::slice::from_ref(&before)).1.remove(0);
        advance(&mut *optimizer, &mut x, |_| given.clone());
        let (value, gradient) = exactly.gradient(&of(&before));
        let target: Vec<Rational> = of(&before)[0].iter().zip(&gradient[0]).map(|(x, g)| x - &eta * g).collect();
        let errors = before.iter().zip(&given).zip(&gradient[0]).map(|((x, given), exact)| {
            let step = Tracked::<f64>::exactly(*x) - Tracked::of(&eta) * Tracked::exactly(*given);
            let rounded = Rational::try_from(*given).unwrap_or(Rational::ZERO) - exact;
            step.bound() + to_f64(&(&eta * rounded.magnitude()))
        });
        let slopes = exactly.gradient(&[target]).1.remove(0);
        let allowed: f64 = errors.zip(&slopes).map(|(e, slope)| e * (to_f64(&slope.clone().magnitude()) + 4.0 * e)).sum();
        let excess = if x.iter().all(|x| x.is_finite()) {
            to_f64(&(exactly.value(&of(&x)) - &factor * &value).larger(Rational::ZERO))
        } else {
            f64::NAN
        };
        // Both are of a few operations on non-negative numbers: a part in 10¹² covers their own rounding.
        property.within("f(x⁺) ≤ (1 - ημ)² f(x)", excess, allowed * (1.0 + 1e-12), || {
            format!("step {step}: from {before:?} to {x:?}")
        });
    }
    Ok(property.evidence())
}

/// The network `max(0, w x)` on the sample (1, 1).
fn stays(subject: &dyn Subject, weights: Interval) -> Result<Evidence, NotOffered> {
    let layers = vec![Layer::Dense(Dense { inputs: 1, outputs: 1, bias: false }), Layer::Activation(Activation::Relu)];
    let network = Network::new(1, layers).expect("one input");
    let one = vec![Interval::one()];
    let objective = Objective::new(network, Loss::HalfSquares, one.clone(), one).expect("one sample");
    let mut optimizer = subject.enclosure(&Method::gradient_descent(rational(1, 2)))?;
    let gradient = |x: &[Interval]| objective.gradient(&[x.to_vec()]).1.remove(0);
    let path = trajectory(&mut *optimizer, vec![weights], gradient, 10);
    let mut exact = Exact::new();
    for (t, x) in path.iter().enumerate() {
        let same = if x[0] == weights { Some(true) } else { (x[0].lo > weights.hi || x[0].hi < weights.lo).then_some(false) };
        exact.decided("the code stays", same, || format!("step {t}: {:?}", x[0]));
    }
    for (t, x) in path.iter().enumerate() {
        let loss = objective.value(std::slice::from_ref(x));
        // A few operations on 0 and 1, each rounded outward by less than 10⁻¹⁵.
        let half = (loss - Interval::point(0.5)).smaller_than(1e-14);
        exact.decided("the loss is ½ within 10⁻¹⁴", half, || format!("step {t}: {loss:?}"));
    }
    Ok(exact.evidence())
}

fn decay(_: &Lab) -> Plot {
    let runs = runs(&Reference).unwrap_or_default();
    let mut series = Vec::new();
    for (_, run) in runs.iter().skip(16).filter(|(_, run)| [2, 8].map(|k| rational(k, 64)).contains(&run.eta)) {
        let eta = to_f64(&run.eta);
        let bound = (0..=10).map(|t| [t as f64, to_f64(&run.bound(t, &Rational::from(2)))]);
        series.push(Series::theory(&format!("(1 - ημ)^t f(x₀), η = {eta}"), bound));
        let losses = run.losses.iter().enumerate().filter(|(_, loss)| !loss.is_zero());
        series.push(Series::measured(&format!("loss, η = {eta}"), losses.map(|(t, loss)| [t as f64, to_f64(loss)])));
    }
    series.push(Series::theory("a dead unit", [[0.0, 0.5], [10.0, 0.5]]));
    Plot {
        id: "decay".into(),
        title: "Least squares with four parameters on two samples, and a dead ReLU".into(),
        x: "step t".into(),
        y: "f(x_t) - f*".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
