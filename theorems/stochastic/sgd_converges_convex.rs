//! # SGD converges on convex functions if its steps sum to infinity and their squares do not
//!
//! **Setting.** Convex `f` with minimiser 0 and least value 0, `E g = ∇f(x)` and `E‖g‖² ≤ A + B‖x‖²` given the past, steps `η_t`.
//!
//! **Statement.** (1) `E‖x_(t+1)‖² ≤ (1 + Bη_t²) ‖x_t‖² - 2η_t f(x_t) + Aη_t²`; with `Σ η_t = ∞`, `Σ η_t² < ∞` Robbins and Siegmund's theorem
//! makes `x_t` converge to a minimiser almost surely. (2) On `½ x²` with noise of variance `σ²` and `η_t = 1/(t + 2)`:
//! `E x_t² = (R² + σ²t)/(t + 1)²`. (3) With `η_t = 1/(t + 2)²` `E x_t = x_0 (t + 2)/(2(t + 1))`, which tends to `x_0/2`.
//!
//! **Why.** Steps must reach any distance, and the noise that they let in must be summable.
//!
//! **How it could fail.** The code runs exactly on all paths of two-point noise, and in floats on Huber's function. Left out: the
//! slope of the median error there.

use super::paths::{Paths, mean, mean_square};
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-converges-convex",
    title: "On convex functions SGD converges under Robbins and Monro's conditions",
    topic: "stochastic",
    record: Some("sgd-converges-convex"),
    statement: "For convex $f$ with a minimiser, unbiased gradients with $𝔼‖g‖^2 ≤ A + B‖x - x^*‖^2$, $sum η_t = ∞$ and $sum η_t^2 < ∞$, SGD \
                satisfies the hypothesis of Robbins and Siegmund's theorem and converges to a minimiser almost surely. On $1/2 x^2$ with \
                $η_t = 1/(t + 2)$, $𝔼 x_t^2 = (R^2 + σ^2 t)/(t + 1)^2$; with $η_t = 1/(t + 2)^2$ it stops half way.",
    hypotheses: &[
        "$f$ convex with a minimiser",
        "unbiased gradients, $𝔼‖g‖^2 ≤ A + B‖x - x^*‖^2$ given the past",
        "$sum η_t = ∞$, $sum η_t^2 < ∞$",
    ],
    sources: &[
        Source::Note("001", "98-99"),
        Source::Cited("robbins1951", "conditions on the step sizes"),
        Source::Cited("robbins1971", "the convergence theorem"),
    ],
    claims: &[
        Claim {
            id: "decreasing-steps",
            as_stated: true,
            statement: "with proper learning rate SGD converges to the global minimum of a convex function, where every decreasing one with the limit \
                        0 is proper: then $𝔼 x_t$ comes down to $x_0/2$",
            quantifier: "refuted by η_t = 1/(t + 2)² on ½ x²: no t ≤ 8, and none at all, because the excess is x_0/(2(t + 1)) by induction",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| comes_down(subject, &rational(1, 2)),
        },
        Claim {
            id: "step",
            as_stated: false,
            statement: "$𝔼‖x_(t+1)‖^2 ≤ (1 + B η_t^2) ‖x_t‖^2 - 2 η_t f(x_t) + A η_t^2$, Robbins and Siegmund's hypothesis",
            quantifier: "every convex f with minimiser 0 and least value 0, every dimension, all noise with E‖g‖² ≤ A + B‖x‖², as polynomial identities; almost sure \
                         convergence follows by their theorem, which is cited",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(supermartingale(2)),
        },
        Claim {
            id: "inverse-time",
            as_stated: false,
            statement: "with $η_t = 1/(t + 2)$ the code has $𝔼 x_t^2 = (R^2 + σ^2 t)/(t + 1)^2$",
            quantifier: "½ x², all paths of two-point noise, t ≤ 8, R = 3, σ = 2",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| second_moment(subject, 0),
        },
        Claim {
            id: "summable-steps",
            as_stated: false,
            statement: "with $η_t = 1/(t + 2)^2$ the code has $𝔼 x_t = x_0 (t + 2)/(2 (t + 1))$",
            quantifier: "½ x², all paths of two-point noise, t ≤ 8; the limit x_0/2 for all t by induction",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| half_way(subject),
        },
        Claim {
            id: "huber",
            as_stated: false,
            statement: "on Huber's function the code is within $0.15$ of the minimiser after 400 steps with $η_t = 4/(t + 4)$, but for one run in ten",
            quantifier: "noise ±1/2, x_0 = 2, curvature 1 up to |x| = 1",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| huber(lab, subject, |t| 4.0 / (t + 4.0)),
        },
    ],
    controls: &[
        Control {
            id: "summable-steps-reach-the-minimum",
            differs: "claims that E x_t comes down to 11x_0/20 within 8 steps at η_t = 1/(t + 2)²",
            broken: Broken::Statement(|_, subject| comes_down(subject, &rational(11, 20))),
        },
        Control {
            id: "constant-steps",
            differs: "claims of η = 1/2 on Huber's function what holds for decreasing steps",
            broken: Broken::Statement(|lab, subject| huber(lab, subject, |_| 0.5)),
        },
        Control {
            id: "summable-steps-on-huber",
            differs: "claims of η_t = 1/(t + 2)² on Huber's function what holds for steps that sum to infinity",
            broken: Broken::Statement(|lab, subject| huber(lab, subject, |t| 1.0 / ((t + 2.0) * (t + 2.0)))),
        },
        Control {
            id: "one-step-ahead",
            differs: "claims E x_t² = (R² + σ²(t + 1))/(t + 1)²",
            broken: Broken::Statement(|_, subject| second_moment(subject, 1)),
        },
        Control {
            id: "three-instead-of-two",
            differs: "claims the decrease 3η f(x)",
            broken: Broken::Statement(|_, _| Ok(supermartingale(3))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "inverse-time", subject: &LONGER_STEP },
        },
        Control {
            id: "summable-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "summable-steps", subject: &LONGER_STEP },
        },
        Control {
            id: "ascent",
            differs: "the code adds a hundredth of the step instead of subtracting it",
            broken: Broken::Subject {
                claim: "huber",
                subject: &Impostor {
                    name: "a hundredth uphill",
                    instead: |method| Method { step_size: &method.step_size * rational(-1, 100), ..method.clone() },
                },
            },
        },
    ],
    plots: &[schedules],
};

/// Given the past: `‖x - ηg‖²` in the mean, with `f` for `f(x)`, `d` for `⟨∇f(x), x⟩ = E⟨g, x⟩`, `m` for `E‖g‖²`, `n` for `‖x‖²`. Convexity is
/// `d - f ≥ 0`, and the moment condition `A + Bn - m ≥ 0`.
fn supermartingale(two: i64) -> Evidence {
    let mut exact = Exact::new();
    let [eta, x, g] = Polynomial::variables();
    let expanded = x.squared() - eta.int(2) * &eta * &g * &x + eta.squared() * g.squared();
    exact.identity("‖x - ηg‖² expanded", (&x - &(&eta * &g)).squared(), expanded);
    let [eta, n, f, d, m, a, b] = Polynomial::variables();
    let mean = &n - eta.int(2) * &eta * &d + eta.squared() * &m;
    let claimed = (eta.int(1) + &b * eta.squared()) * &n - eta.int(two) * &eta * &f + &a * eta.squared();
    let convexity = eta.int(2) * &eta * (&d - &f);
    let moments = eta.squared() * (&a + &(&b * &n) - m.clone());
    exact.identity("what is claimed exceeds the mean by 2η(d - f) + η²(A + Bn - m)", claimed - mean, convexity + moments);
    // ½ x² with the noise ±σ: A = σ², B = 1.
    let [x, noise] = Polynomial::variables();
    let mean = x.constant(&rational(1, 2)) * ((&x + &noise).squared() + (&x - &noise).squared());
    exact.identity("E g² = σ² + x² on ½ x²", mean, noise.squared() + x.squared());
    exact.evidence()
}

const STEPS: usize = 8;

/// All paths on `½ x²` from 3 with noise `±2` and `η_t = 1/(t + 2)^power`.
fn iterates(subject: &dyn Subject, power: isize) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let quadratic = Quadratic { spectrum: vec![Rational::ONE; 1 << STEPS] };
    let step_size = |step: usize| rational(1, step as u64 + 2).pow(power);
    let (start, noise) = (Rational::from(3), Rational::from(2));
    Paths { start: &start, noise: &noise, step_size, steps: STEPS }.run(subject, |x| quadratic.gradient(x))
}

fn second_moment(subject: &dyn Subject, ahead: usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (t, x) in iterates(subject, 1)?.iter().enumerate() {
        let claimed = Rational::from(9 + 4 * (t + ahead)) / square(&Rational::from(t + 1));
        exact.equal("E x_t² = (R² + σ²t)/(t + 1)²", &mean_square(x), &claimed, || format!("R = 3, σ = 2, t = {t}"));
    }
    // For all t: (t + 2) x_(t+1) = (t + 1) x_t - ξ, from x - (x + ξ)/(t + 2).
    let [t, x, noise] = Polynomial::variables();
    let left = (&t + &t.int(2)) * &x - (&x + &noise);
    exact.identity("(t + 2) x_(t+1) = (t + 1) x_t - ξ", left, (&t + &t.int(1)) * &x - noise);
    Ok(exact.evidence())
}

/// `E x_t = x_0 (t + 2)/(2(t + 1))` at `η_t = 1/(t + 2)²`.
fn half_way(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (t, x) in iterates(subject, 2)?.iter().enumerate() {
        let claimed = Rational::from(3) * rational(t as i64 + 2, 2 * (t as u64 + 1));
        exact.equal("E x_t = x_0 (t + 2)/(2(t + 1))", &mean(x), &claimed, || format!("x_0 = 3, t = {t}"));
    }
    product(&mut exact);
    Ok(exact.evidence())
}

/// For all `t`, times denominators: the factor `1 - 1/(t + 2)²` takes `(t + 2)/(t + 1)` to `(t + 3)/(t + 2)`, which exceeds 1 by `1/(t + 2)`.
fn product(exact: &mut Exact) {
    let [t] = Polynomial::variables();
    let [one, two, three] = [1, 2, 3].map(|k| &t + &t.int(k));
    exact.identity("the product telescopes", (two.squared() - t.int(1)) * &two, &one * &three * &two);
    exact.identity("it stays above 1", three - two, t.int(1));
}

/// Whether `E x_t` is at most `share` of `x_0` for some `t ≤ 8`, at `η_t = 1/(t + 2)²`. A limit 0 of `x_t` would be one of `E x_t`, because
/// `E x_t²` is bounded.
fn comes_down(subject: &dyn Subject, share: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    product(&mut exact);
    let means: Vec<Rational> = iterates(subject, 2)?.iter().map(|x| mean(x)).collect();
    let least = means.iter().fold(Rational::from(3), |least, x| least.min(x.clone()));
    exact.holds("E x_t comes down to this share of x_0", least <= share * Rational::from(3), || {
        format!("x_0 = 3, η_t = 1/(t + 2)²: E x_t ≥ {least} for t ≤ 8, against {share} of x_0")
    });
    Ok(exact.evidence())
}

/// Whether the code is farther than 0.15 from 0 after 400 steps on Huber's function.
fn far(subject: &dyn Subject, rate: fn(f64) -> f64, draws: &mut Draws, steps: usize) -> Result<f64, NotOffered> {
    let function: Piecewise<f64> = Piecewise::huber(&Rational::ONE, &Rational::ONE);
    let mut x = vec![2.0];
    for step in 0..steps {
        // The step size goes through the method, so that a fault in it is seen.
        let eta = Rational::try_from(rate(step as f64)).unwrap_or(Rational::ZERO);
        let mut optimizer = subject.double(&Method::gradient_descent(eta))?;
        advance(&mut *optimizer, &mut x, |x| vec![function.gradient(x)[0] + 0.5 * draws.sign()]);
    }
    Ok(x[0].abs())
}

/// Near 0 the variance after `T` steps of `4/(t + 4)` on `½ x²` is about `(16/7) σ²/T = 0.0014`: four deviations are 0.15, and runs that
/// are not there are rare. At the constant step 1/2 the stationary law is uniform on [-1/2, 1/2], with `P(|x| > 0.15) = 0.7`; the summable
/// steps, whose sum is π²/6 - 1, end near 1.36. Both are more than five margins away.
fn huber(lab: &Lab, subject: &dyn Subject, rate: fn(f64) -> f64) -> Result<Evidence, NotOffered> {
    subject.double(&Method::gradient_descent(Rational::ONE))?; // trials cannot say that it is not offered
    let (law, margin) = (Law::Bounded { lo: 0.0, hi: 1.0 }, 0.05);
    let largest = 4 * law.required(margin, lab.policy.alpha());
    let question =
        Question { name: "frequency of |x_400| > 0.15", relation: Relation::AtMost, target: 0.1 - margin, margin, law, largest };
    let statistic = estimate(lab, &question, |draws| {
        far(subject, rate, draws, 400).map_or(f64::NAN, |distance| f64::from(u8::from(distance > 0.15)))
    });
    Ok(Evidence::sampled(vec![statistic]))
}

fn schedules(_: &Lab) -> Plot {
    let points = |power: isize, of: fn(&[Rational]) -> Rational| {
        let iterates = iterates(&Reference, power).unwrap_or_default();
        iterates.iter().enumerate().map(|(t, x)| [t as f64, to_f64(&of(x))]).collect::<Vec<_>>()
    };
    let horizon = || (0..=30).map(f64::from);
    Plot {
        id: "schedules".into(),
        title: "SGD on ½ x² from 3".into(),
        x: "step t".into(),
        y: "mean, or mean square with σ = 2".into(),
        series: vec![
            Series::theory("E x_t², η_t = 1/(t + 2)", horizon().map(|t| [t, (9.0 + 4.0 * t) / ((t + 1.0) * (t + 1.0))])),
            Series::theory("E x_t, η_t = 1/(t + 2)²", horizon().map(|t| [t, 1.5 * (t + 2.0) / (t + 1.0)])),
            Series::measured("the code, η_t = 1/(t + 2)", points(1, mean_square)),
            Series::measured("the code, η_t = 1/(t + 2)²", points(2, mean)),
        ],
        ..Plot::default()
    }
}
