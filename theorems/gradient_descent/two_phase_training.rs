//! # Rapid decrease first, slow convergence later: a theorem on quadratics, and false beyond
//!
//! **Setting.** `x⁺ = x - η ∇f(x)` on a quadratic with eigenvalues `λ_i`, from `x_0` with the coefficients `c_i`; and on `½(uv - 1)²`.
//!
//! **Statement.** (1) On quadratics `f(x_t) = ½ Σ λ_i c_i² (1 - ηλ_i)^(2t)` is log-convex: `f_t² ≤ f_(t-1) f_(t+1)`, so the factor
//! `f_(t+1)/f_t` never falls: progress slows down. (2) On `½(uv - 1)²` from near the saddle it is the other way round: a plateau, then a drop.
//!
//! **Why.** `f_(t-1) f_(t+1) - f_t²` is `Σ_(i<j) w_i w_j (r_i - r_j)²` with `w ≥ 0` (Lagrange's identity for a sum of exponentials).
//!
//! **How it could fail.** The identity is compared as a polynomial; values along the code's exact runs on drawn quadratics are held
//! against both the sum of exponentials and log-convexity.

use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Algorithm, HeavyBall, Method, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Product, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "two-phase-training",
    title: "Rapid decrease first, slow convergence later: true of gradient descent on quadratics",
    topic: "gradient-descent",
    record: Some("two-phase-training"),
    statement: "On a quadratic the values of gradient descent satisfy $f(x_t)^2 ≤ f(x_(t-1)) f(x_(t+1))$: the factor $f(x_(t+1))/f(x_t)$ never \
                falls, so that a rapid decrease comes first and slow convergence later. On $½ (u v - 1)^2$ near its saddle the decrease \
                begins slowly and gains speed.",
    hypotheses: &["a quadratic", "gradient descent with a constant step size, whatever it is", "exact gradients"],
    sources: &[Source::Note("000", "341-350"), Source::Cited("hardy1952", "Hölder's inequality, sums of exponentials")],
    claims: &[
        Claim {
            id: "training",
            as_stated: true,
            statement: "the loss first falls rapidly and then ever more slowly",
            quantifier: "½(uv - 1)² from u = v = 1/10 with η = 1/10: two steps of the code, exactly",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| slows_down(subject, &rational(1, 10)),
        },
        Claim {
            id: "log-convex",
            as_stated: false,
            statement: "$f_(t-1) f_(t+1) - f_t^2 = sum_(i<j) w_i w_j (r_i - r_j)^2 ≥ 0$ for $f_t = sum_i w_i r_i^t$ with $r_i = (1 - η λ_i)^2$ \
                        and $w_i ≥ 0$",
            quantifier: "all weights and ratios; three terms, which have every kind of pair that more have",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(lagrange(0)),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "the code's values are $½ sum_i λ_i c_i^2 (1 - η λ_i)^(2 t)$ and $f_t^2 ≤ f_(t-1) f_(t+1)$",
            quantifier: "the drawn quadratics, step sizes and starts, five steps each, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| runs(lab, subject, Rational::ONE),
        },
    ],
    controls: &[
        Control {
            id: "plateau-then-drop",
            differs: "claims log-convexity on ½(uv - 1)² from u = v = 1/2",
            broken: Broken::Statement(|_, subject| slows_down(subject, &rational(1, 2))),
        },
        Control {
            id: "strictly",
            differs: "claims (1 + 10⁻⁹) f_t² ≤ f_(t-1) f_(t+1), which a single mode does not satisfy",
            broken: Broken::Statement(|lab, subject| runs(lab, subject, Rational::ONE + rational(1, 1_000_000_000))),
        },
        Control {
            id: "identity-a-billionth-off",
            differs: "claims (1 + 10⁻⁹) times one of the squares",
            broken: Broken::Statement(|_, _| Ok(lagrange(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "runs", subject: &LONGER_STEP },
        },
        Control {
            id: "momentum",
            differs: "the code is the heavy ball with β = 10⁻⁹ at the same step size",
            broken: Broken::Subject {
                claim: "runs",
                subject: &Impostor {
                    name: "heavy ball",
                    instead: |method| Method {
                        algorithm: Algorithm::HeavyBall(HeavyBall { momentum: rational(1, 1_000_000_000) }),
                        ..method.clone()
                    },
                },
            },
        },
    ],
    plots: &[losses, rates],
};

/// `error` billionths are added to the multiplier of a square.
fn lagrange(error: i64) -> Evidence {
    let [a, b, c, r, s, q] = Polynomial::variables();
    let sum = |x: &Polynomial, y: &Polynomial, z: &Polynomial| &a * x + &b * y + &c * z;
    let one = a.int(1);
    let before = sum(&one, &one, &one);
    let after = sum(&r.squared(), &s.squared(), &q.squared());
    let share = a.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    let squares = share * &a * &b * (&r - &s).squared() + &a * &c * (&r - &q).squared() + &b * &c * (&s - &q).squared();
    let mut exact = Exact::new();
    exact.identity("f_(t-1) f_(t+1) - f_t² = Σ w_i w_j (r_i - r_j)²", before * after - sum(&r, &s, &q).squared(), squares);
    exact.evidence()
}

/// Log-convexity of the code's first three values on `½(uv - 1)²` from `u = v`.
fn slows_down(subject: &dyn Subject, start: &Rational) -> Result<Evidence, NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(rational(1, 10)))?;
    let path = trajectory(&mut *optimizer, vec![start.clone(); 2], |x| Product.gradient(x), 2);
    let [f, g, h] = [0, 1, 2].map(|t| Product.value(&path[t]));
    let mut exact = Exact::new();
    exact.holds("f_1² ≤ f_0 f_2", square(&g) <= &f * &h, || {
        format!("u = v = {start}, η = 1/10: f_1/f_0 = {:.6}, f_2/f_1 = {:.6}", to_f64(&(&g / &f)), to_f64(&(&h / &g)))
    });
    Ok(exact.evidence())
}

/// `times` multiplies the middle square of log-convexity.
fn runs(lab: &Lab, subject: &dyn Subject, times: Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("runs");
    let mut exact = Exact::new();
    for case in 0..lab.cases(500) {
        let draws = &mut stream.trial(case);
        let spectrum: Vec<Rational> = (0..3).map(|_| draws.fraction(1..64, 16)).collect();
        let mut start: Vec<Rational> = (0..3).map(|_| draws.fraction(1..64, 16)).collect();
        if case % 4 == 0 {
            start[1..].fill(Rational::ZERO); // a single mode: equality
        }
        let eta = draws.fraction(1..64, 64);
        let quadratic = Quadratic { spectrum: spectrum.clone() };
        let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
        let path = trajectory(&mut *optimizer, start.clone(), |x| quadratic.gradient(x), 5);
        let values: Vec<Rational> = path.iter().map(|x| quadratic.value(x)).collect();
        let found = || {
            format!(
                "case {case}: λ = {spectrum:?}, η = {eta}, from {start:?}: {:?}",
                values.iter().map(readable).collect::<Vec<_>>()
            )
        };
        for (t, value) in values.iter().enumerate() {
            let modes = spectrum.iter().zip(&start);
            let sum = modes.fold(Rational::ZERO, |sum, (eigenvalue, c)| {
                sum + eigenvalue * square(&(c * (Rational::ONE - &eta * eigenvalue).pow(t as isize)))
            });
            exact.holds("f_t is the sum of exponentials", *value == sum / Rational::from(2), found);
        }
        for three in values.windows(3) {
            exact.holds("f_t² ≤ f_(t-1) f_(t+1)", &times * square(&three[1]) <= &three[0] * &three[2], found);
        }
    }
    Ok(exact.evidence())
}

const SPECTRUM: [f64; 3] = [1.0, 0.1, 0.01];

/// The exact values on the quadratic of the plots, for η = 1/2 and the coefficients 1.
fn predicted(t: usize) -> f64 {
    SPECTRUM.iter().map(|eigenvalue| eigenvalue / 2.0 * libm::pow(1.0 - eigenvalue / 2.0, 2.0 * t as f64)).sum()
}

/// The code's values on that quadratic, and on `½(uv - 1)²` from `u = v = 1/100`, for η = 1/2 and η = 1/10.
fn measured(steps: usize) -> Option<[Vec<f64>; 2]> {
    let values = |problem: &dyn Problem<f64>, eta: Rational, start: Vec<f64>| -> Option<Vec<f64>> {
        let mut optimizer = Reference.double(&Method::gradient_descent(eta)).ok()?;
        let path = trajectory(&mut *optimizer, start, |x| problem.gradient(x), steps);
        Some(path.iter().map(|x| problem.value(x)).collect())
    };
    let quadratic = Quadratic { spectrum: SPECTRUM.to_vec() };
    Some([values(&quadratic, rational(1, 2), vec![1.0; 3])?, values(&Product, rational(1, 10), vec![0.01; 2])?])
}

fn losses(_: &Lab) -> Plot {
    let mut series = vec![Series::theory("½ Σ λ c² (1 - ηλ)^(2t)", (0..=100).map(|t| [t as f64, predicted(t)]))];
    for (values, name) in measured(100).into_iter().flatten().zip(["the code on the quadratic", "the code on ½(uv - 1)²"]) {
        let points = values.iter().enumerate().step_by(2).map(|(t, value)| [t as f64, *value]);
        series.push(Series::measured(name, points.filter(|[_, value]| *value > 1e-6)));
    }
    Plot {
        id: "losses".into(),
        title: "The loss on a quadratic slows down; near a saddle it gains speed".into(),
        x: "step t".into(),
        y: "f(x_t)".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}

fn rates(_: &Lab) -> Plot {
    let theory = (0..90).map(|t| [t as f64, 1.0 - predicted(t + 1) / predicted(t)]);
    let mut series = vec![Series::theory("predicted on the quadratic", theory)];
    for (values, name) in measured(90).into_iter().flatten().zip(["the code on the quadratic", "the code on ½(uv - 1)²"]) {
        let points = values.windows(2).enumerate().step_by(2).map(|(t, pair)| [t as f64, 1.0 - pair[1] / pair[0]]);
        series.push(Series::measured(name, points));
    }
    Plot {
        id: "rates".into(),
        title: "The share of the loss that a step removes: it never rises on a quadratic".into(),
        x: "step t".into(),
        y: "1 - f(x_(t+1)) / f(x_t)".into(),
        series,
        ..Plot::default()
    }
}
