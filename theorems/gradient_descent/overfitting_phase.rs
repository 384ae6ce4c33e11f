//! # Overfitting: with noisy labels the validation loss of gradient descent has its minimum at a finite time
//!
//! **Setting.** Least squares from 0 with `X'X/N = diag(λ)`, labels `Xw* + ε` with `E ε = 0` and `E εεᵀ = s² I`, `0 < ηλ ≤ 1`; the
//! validation loss is that at the same points with fresh noise, `s²` more than the excess risk `R_t = E‖X(w_t - w*)‖²/N`.
//!
//! **Statement.** (1) `R_t = Σ λ_i w*_i² (1 - ηλ_i)^(2t) + (s²/N) Σ (1 - (1 - ηλ_i)^t)²`: the bias never rises, the variance never falls.
//! (2) For `s > 0`, `w* ≠ 0`, `ηλ < 1` and continuous t the minimum is neither at 0 nor at infinity. (3) For `s = 0` it never rises.
//!
//! **Why.** With `b = (1 - ηλ)^t` a mode is `λw²b² + v(1 - b)²`, `v = s²/N`: it falls from both ends, `b = 1` and `b = 0`. (At `ηλ = 1` it jumps
//! from one end to the other: with `λw² < v` it is least at the start.)
//!
//! **How it could fail.** Modes are compared as polynomials. The code runs exactly for all signs of a two-point noise, which has the two
//! moments that `R_t` depends on; its mean curve must be `R_t`, and every training loss must fall.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::Problem;
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "overfitting-phase",
    title: "With noisy labels the validation loss of gradient descent is least at a finite time",
    topic: "gradient-descent",
    record: Some("overfitting-phase"),
    statement: "Gradient descent on least squares from 0, with $frac(X^T X, N) = op(\"diag\")(λ)$ and label noise of variance $s^2$, has the excess \
                risk $sum_i λ_i (w_i^*)^2 (1 - η λ_i)^(2 t) + frac(s^2, N) sum_i (1 - (1 - η λ_i)^t)^2$. Its first part never rises, its second \
                never falls; for $s > 0$ and $η < 1/λ_\"max\"$ the minimum in continuous time is interior, while the training loss never rises. \
                For $s = 0$ nothing overfits.",
    hypotheses: &[
        "a fixed design with $frac(X^T X, N) = op(\"diag\")(λ)$, $w_0 = 0$, $w^* ≠ 0$",
        "labels $X w^* + ε$ with $𝔼 ε = 0$ and $𝔼 ε ε^T = s^2 I$, $s > 0$",
        "$0 < η ≤ 1/λ_\"max\"$ ($η < 1/λ_\"max\"$ for the minimum in continuous time); validation at the same points with fresh noise",
    ],
    sources: &[
        Source::Note("000", "352-355"),
        Source::Note("002", "241-244"),
        Source::Note("002", "263"),
        Source::Cited("buhlmann2003", "bias and variance of L2 boosting"),
        Source::Cited("ali2019", "risk of gradient flow"),
    ],
    claims: &[
        Claim {
            id: "rises",
            as_stated: true,
            statement: "the training loss keeps falling, and later the validation loss rises",
            quantifier: "λ = (1, 1/100), w* = (1, 1), η = 1/2 without label noise: the code's validation loss falls for 200 steps",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| rises(subject, &Rational::ZERO, &rational(1, 2)),
        },
        Claim {
            id: "modes",
            as_stated: false,
            statement: "with $b = (1 - η λ)^t$ in $[0, 1]$ the bias $λ w^2 b^2$ never rises, the variance $v (1 - b)^2$ never falls, and their sum \
                        is below its value at $b = 1$ just after the start and below its value at $b = 0$ from some time on",
            quantifier: "bias and variance: all modes, 0 < ηλ ≤ 1; their sum: w, v > 0 and ηλ < 1, and so every sum of such modes with w* ≠ 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(modes(0)),
        },
        Claim {
            id: "curve",
            as_stated: false,
            statement: "the mean over the noise of the code's excess risk is the closed form, and its validation loss is $s^2$ more",
            quantifier: "every noise with these two moments; λ = (1, 1/100), s²/N = 1/50, η = 1/2, 20 times up to 200",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| curve(subject, closed),
        },
        Claim {
            id: "interior",
            as_stated: false,
            statement: "the training loss of the code falls in every step, and its mean excess risk has its least value at an \
                        interior time, below those at 0, at 200 and in the limit $frac(s^2 d, N)$",
            quantifier: "all noise signs; λ = (1, 1/100), s²/N = 1/50, η = 1/2, 200 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| rises(subject, &noise(), &rational(1, 2)),
        },
    ],
    controls: &[
        Control {
            id: "no-noise",
            differs: "claims that the validation loss rises without label noise, with η = 1",
            broken: Broken::Statement(|_, subject| rises(subject, &Rational::ZERO, &Rational::ONE)),
        },
        Control {
            id: "variance-a-billionth-larger",
            differs: "claims the variance times 1 + 10⁻⁹",
            broken: Broken::Statement(|_, subject| {
                curve(subject, |t| {
                    let [bias, variance] = closed(t);
                    [bias, variance * (Rational::ONE + rational(1, 1_000_000_000))]
                })
            }),
        },
        Control {
            id: "bias-alone",
            differs: "claims that the excess risk is the bias",
            broken: Broken::Statement(|_, subject| curve(subject, |t| [closed(t)[0].clone(), Rational::ZERO])),
        },
        Control {
            id: "modes-a-billionth-off",
            differs: "claims that the variance rises by (1 + 10⁻⁹) of what it does",
            broken: Broken::Statement(|_, _| Ok(modes(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "curve", subject: &LONGER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "curve", subject: &SHORTER_STEP },
        },
    ],
    plots: &[risks],
};

/// `error` billionths are added to a multiplier.
fn modes(error: i64) -> Evidence {
    // y = ηλ, b = (1 - y)^t and c = 1 - b in [0, 1]; k = λw² and v positive.
    let [y, b, k, v, c] = Polynomial::variables();
    let (one, two) = (y.int(1), y.int(2));
    let share = y.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    let next = (&one - &y) * &b;
    let risk = |b: &Polynomial| &k * &b.squared() + &v * &(&one - b).squared();
    let mut exact = Exact::new();
    exact.identity("bias: b² - b⁺² = b² y(2 - y)", b.squared() - next.squared(), b.squared() * &y * (&two - &y));
    let rise = (&one - &next).squared() - (&one - &b).squared();
    exact.identity("variance: (1 - b⁺)² - (1 - b)² = by(2(1 - b) + by)", rise, share * &b * &y * (&two * (&one - &b) + &b * &y));
    // Negative for small b and small c: then t is large, or small, in all modes at once, c being continuous in t as y < 1. Where w = 0 the
    // second is vc², of second order.
    exact.identity("R(b) - R(0) = b((k + v) b - 2v)", risk(&b) - risk(&y.int(0)), &b * ((&k + &v) * &b - &two * &v));
    exact.identity("R(1 - c) - R(1) = c((k + v) c - 2k)", risk(&(&one - &c)) - risk(&one), &c * ((&k + &v) * &c - &two * &k));
    exact.evidence()
}

/// Two points with `X'X/N = diag(1, 1/100)`.
fn design() -> [[Rational; 2]; 2] {
    [1, -1].map(|sign| [Rational::ONE, rational(sign, 10)])
}

/// With two points `s²/N = 1/50`, as for `s = 1` and 50 points.
fn noise() -> Rational {
    rational(1, 5)
}

/// `½ ‖Xw - y‖²/N`.
struct Regression {
    targets: Vec<Rational>,
}

impl Regression {
    /// Labels of `w* = (1, 1)` with this noise.
    fn new(noise: &[Rational]) -> Self {
        Regression { targets: design().iter().zip(noise).map(|(x, noise)| &x[0] + &x[1] + noise).collect() }
    }

    fn residuals(&self, w: &[Rational]) -> Vec<Rational> {
        design().iter().zip(&self.targets).map(|(x, y)| &x[0] * &w[0] + &x[1] * &w[1] - y).collect()
    }

    /// `‖Xw - y‖²/N`.
    fn mean_square(&self, w: &[Rational]) -> Rational {
        self.residuals(w).iter().fold(Rational::ZERO, |sum, r| sum + square(r)) / Rational::from(2)
    }
}

impl Problem<Rational> for Regression {
    fn gradient(&self, w: &[Rational]) -> Vec<Rational> {
        let residuals = self.residuals(w);
        let sum = |place: usize| design().iter().zip(&residuals).fold(Rational::ZERO, |sum, (x, r)| sum + &x[place] * r);
        vec![sum(0) / Rational::from(2), sum(1) / Rational::from(2)]
    }

    fn value(&self, w: &[Rational]) -> Rational {
        self.mean_square(w) / Rational::from(2)
    }
}

/// All noises `(±s, ±s)`.
fn signs(size: &Rational) -> Vec<Vec<Rational>> {
    [[1, 1], [1, -1], [-1, 1], [-1, -1]].map(|signs| signs.map(|sign| size * Rational::from(sign)).to_vec()).to_vec()
}

const STEPS: usize = 200;

/// A problem and the iterates on it.
type Path = (Regression, Vec<Vec<Rational>>);

/// The code's iterates for each noise.
fn paths(subject: &dyn Subject, size: &Rational, eta: &Rational) -> Result<Vec<Path>, NotOffered> {
    let run = |noise: Vec<Rational>| {
        let problem = Regression::new(&noise);
        let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
        let path = trajectory(&mut *optimizer, vec![Rational::ZERO; 2], |w| problem.gradient(w), STEPS);
        Ok((problem, path))
    };
    signs(size).into_iter().map(run).collect()
}

/// The mean excess risk after t steps.
fn risk(paths: &[(Regression, Vec<Vec<Rational>>)], t: usize) -> Rational {
    let truth = Regression::new(&[Rational::ZERO, Rational::ZERO]);
    paths.iter().fold(Rational::ZERO, |sum, (_, path)| sum + truth.mean_square(&path[t])) / Rational::from(paths.len())
}

/// Bias and variance in closed form for η = 1/2 and `s²/N = 1/50`.
fn closed(t: usize) -> [Rational; 2] {
    let mut parts = [Rational::ZERO, Rational::ZERO];
    for eigenvalue in [Rational::ONE, rational(1, 100)] {
        let left = (Rational::ONE - &eigenvalue / Rational::from(2)).pow(t as isize);
        parts[0] += &eigenvalue * square(&left);
        parts[1] += square(&noise()) / Rational::from(2) * square(&(Rational::ONE - left));
    }
    parts
}

const TIMES: [usize; 20] = [0, 1, 2, 3, 5, 8, 12, 16, 20, 30, 40, 50, 60, 70, 80, 90, 100, 130, 160, 200];

fn curve(subject: &dyn Subject, claimed: fn(usize) -> [Rational; 2]) -> Result<Evidence, NotOffered> {
    let paths = paths(subject, &noise(), &rational(1, 2))?;
    let mut exact = Exact::new();
    for t in TIMES {
        let [bias, variance] = claimed(t);
        let (found, expected) = (risk(&paths, t), bias + variance);
        exact.holds("mean excess risk in closed form", found == expected, || {
            format!("t = {t}: {:e} against {:e}", to_f64(&found), to_f64(&expected))
        });
        let fresh: Vec<Regression> = signs(&noise()).iter().map(|noise| Regression::new(noise)).collect();
        let pairs = paths.iter().flat_map(|(_, path)| fresh.iter().map(move |fresh| fresh.mean_square(&path[t])));
        let validation = pairs.fold(Rational::ZERO, |sum, loss| sum + loss) / Rational::from(16);
        exact.holds("mean validation loss = excess risk + s²", validation == expected + square(&noise()), || format!("t = {t}"));
    }
    Ok(exact.evidence())
}

/// Whether the training losses fall and the mean excess risk rises again after an interior minimum.
fn rises(subject: &dyn Subject, size: &Rational, eta: &Rational) -> Result<Evidence, NotOffered> {
    let paths = paths(subject, size, eta)?;
    let mut exact = Exact::new();
    for (problem, path) in &paths {
        let losses: Vec<Rational> = path.iter().map(|w| problem.value(w)).collect();
        let falls = losses.windows(2).all(|pair| pair[1] < pair[0]);
        exact.holds("the training loss falls in every step", falls, || format!("labels {:?}", problem.targets));
    }
    let risks: Vec<Rational> = (0..=STEPS).map(|t| risk(&paths, t)).collect();
    let best = (0..=STEPS).min_by(|a, b| risks[*a].cmp(&risks[*b])).unwrap_or(0);
    let found = || format!("s = {size}, η = {eta}: least at step {best} of {STEPS}, {:e}", to_f64(&risks[best]));
    exact.holds("the validation loss rises later", best < STEPS, found);
    exact.holds("it falls first", 0 < best, found);
    let limit = square(size); // s² d / N, with as many coordinates as points
    exact.holds("the least value is below the limit", risks[best] < limit, found);
    Ok(exact.evidence())
}

fn risks(_: &Lab) -> Plot {
    let parts = |part: usize| (1..=STEPS).map(move |t| [t as f64, to_f64(&closed(t)[part])]);
    let total = (1..=STEPS).map(|t| [t as f64, closed(t).iter().map(to_f64).sum()]);
    // E of the training loss: with as many coordinates as points the labels are reached, mode by mode.
    let training = |t: usize| -> f64 {
        [1.0, 0.01].iter().map(|eigenvalue| libm::pow(1.0 - eigenvalue / 2.0, 2.0 * t as f64) * (eigenvalue + 0.02)).sum()
    };
    let mut series = vec![
        Series::theory("excess risk", total),
        Series::theory("bias", parts(0)),
        Series::theory("variance", parts(1)),
        Series::theory("training loss", (1..=STEPS).map(|t| [t as f64, training(t)])),
    ];
    if let Ok(paths) = paths(&Reference, &noise(), &rational(1, 2)) {
        let points = TIMES[1..].iter().map(|t| [*t as f64, to_f64(&risk(&paths, *t))]);
        series.push(Series::measured("excess risk of the code", points));
        let loss = |t: usize| paths.iter().map(|(problem, path)| to_f64(&problem.mean_square(&path[t]))).sum::<f64>() / 4.0;
        series.push(Series::measured("training loss of the code", TIMES[1..].iter().map(|t| [*t as f64, loss(*t)])));
    }
    Plot {
        id: "risks".into(),
        title: "Least squares, eigenvalues 1 and 1/100, s²/N = 1/50, η = 1/2: overfitting from step 81".into(),
        x: "step t".into(),
        y: "mean square".into(),
        log_x: true,
        log_y: true,
        series,
    }
}
