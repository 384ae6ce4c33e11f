//! # The empirical risk need not have a minimiser
//!
//! **Setting.** `R_N(θ) = (1/N) Σ ℓ_i(θ)`; logistic losses `ln(1 + e^(-⟨z_i, w⟩))` with `z_i = y_i x_i = (1, ±½)`, which `(1, 0)` separates with the margin 1.
//!
//! **Statement.** (1) `θ* = argmin R_N` exists if some sub-level set is bounded: with a ridge `½λ‖w‖²` it lies within `‖w‖² ≤ 2 ln 2/λ`, and gradient descent
//! from 0 stays there. (2) On separable data there is none: `R_N` falls along every separating direction from everywhere and is positive. (3) There
//! `‖w_2t‖ - ‖w_t‖` of gradient descent goes to `ln 2/margin` (Soudry et al. 2018): `w` never settles.
//!
//! **Why.** (1) `½λ‖w‖² ≤ R(w) ≤ R(0) = ln 2`. (2) `1 + ze^-s < 1 + z`. (3) On the axis `e^w` grows by nearly η in a step.
//!
//! **How it could fail.** The product of the `1 + e^-margin` is compared as a polynomial; losses along 64 rational directions and the code's iterates are
//! enclosed in intervals.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, Root, rational, to_f64};
use crate::optimizers::{Coupling, Method, trajectory};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;
use std::cmp::Ordering;

pub static THEOREM: Theorem = Theorem {
    id: "erm-definition",
    title: "The empirical risk has a minimiser if a sub-level set is bounded, and none on separable logistic data",
    topic: "foundations",
    record: Some("erm-definition"),
    statement: "$θ^* = op(\"argmin\") frac(1, N) sum_i ℓ_i (θ)$ exists for continuous losses with a bounded sub-level set. For logistic losses on separable \
                data it does not: the risk is positive and falls along every separating direction, and gradient descent has \
                $‖w_(2 t)‖ - ‖w_t‖ → frac(ln 2, op(\"margin\"))$.",
    hypotheses: &[
        "for existence: the risk is continuous, and some sub-level set is bounded and not empty",
        "for its absence: logistic losses, separable data",
        "for the growth of the norm: a constant step size below $2/L$",
    ],
    sources: &[
        Source::Note("000", "22-28"),
        Source::Note("001", "10-13"),
        Source::Note("003", "25-43"),
        Source::Cited("rockafellar1970", "section 27"),
        Source::Cited("soudry2018", "growth of the norm like the logarithm of the steps"),
    ],
    claims: &[
        Claim {
            id: "exists",
            as_stated: true,
            statement: "$θ^* = op(\"argmin\")_θ R_N (θ)$ exists: some point is no higher than all those beyond it in a separating direction",
            quantifier: "two separable points, logistic loss: refuted at all weights",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| {
                let fall = fall();
                let mut exact = Exact::new();
                exact.holds("some point is no higher than those beyond it", !positive(&fall), || {
                    format!(
                        "from every w to w + (1, 0) the product of the 1 + e^-margin falls, by {} positive terms",
                        fall.terms()
                    )
                });
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "no-minimiser",
            as_stated: false,
            statement: "the logistic risk of separable data falls along every separating direction, from every point, and stays positive",
            quantifier: "two points: all weights and separating directions; and 64 rational directions in five lengths, enclosed",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |lab, _| Ok(never(lab, None)),
        },
        Claim {
            id: "ridge",
            as_stated: false,
            statement: "with the ridge $½ λ ‖w‖^2$ the code stays within $‖w‖^2 ≤ frac(2 ln 2, λ)$",
            quantifier: "λ = 1/10, η = 4/3 < 1/L, 64 steps from 0, in intervals",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| bounded(subject, &rational(1, 10)),
        },
        Claim {
            id: "grows",
            as_stated: false,
            statement: "$frac(‖w_(2 t)‖ - ‖w_t‖, ln 2)$ is within $1/50$ of $1/op(\"margin\") = 1$, and closer at $t = 512$ than at 256",
            quantifier: "η = 4 from (0, 1), t = 256 and 512, in intervals",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| grows(subject, &Rational::ONE),
        },
    ],
    controls: &[
        Control {
            id: "bounded-on-separable-data",
            differs: "claims the ball of λ = 1/10 without a ridge",
            broken: Broken::Statement(|_, subject| bounded(subject, &Rational::ZERO)),
        },
        Control {
            id: "bounded-with-a-hundredth",
            differs: "claims the ball of λ = 1/10 with the ridge 1/1000",
            broken: Broken::Statement(|_, subject| bounded(subject, &rational(1, 1000))),
        },
        Control {
            id: "falls-with-a-ridge",
            differs: "claims that the risk falls for ever with the ridge 1/1000",
            broken: Broken::Statement(|lab, _| Ok(never(lab, Some(rational(1, 1000))))),
        },
        Control {
            id: "another-margin",
            differs: "claims the margin 100/105",
            broken: Broken::Statement(|_, subject| grows(subject, &rational(105, 100))),
        },
        Control {
            id: "decay-in-the-code",
            differs: "the code decays the weights by λ = 10⁻⁴, unasked",
            broken: Broken::Subject {
                claim: "grows",
                subject: &Impostor {
                    name: "unasked decay",
                    instead: |method| method.clone().with_decay(rational(1, 10_000), Coupling::Gradient),
                },
            },
        },
        Control {
            id: "ascent",
            differs: "the code adds the step instead of subtracting it",
            broken: Broken::Subject {
                claim: "ridge",
                subject: &Impostor {
                    name: "ascent",
                    instead: |method| Method { step_size: -method.step_size.clone(), ..method.clone() },
                },
            },
        },
    ],
    plots: &[norms],
};

/// `z_i`.
const POINTS: [[i64; 2]; 2] = [[2, 1], [2, -1]];

/// `⟨z_i, w⟩`.
fn margins<R: Real>(w: &[R]) -> [R; 2] {
    POINTS.map(|z| (R::int(z[0]) * &w[0] + R::int(z[1]) * &w[1]) / R::int(2))
}

fn gradient<R: Elementary>(w: &[R], ridge: &R) -> Vec<R> {
    // -(1/N) Σ σ(-m_i) z_i, with z in halves.
    let pulls = margins(w).map(|margin| (-margin).apply(Function::Sigmoid) / R::int(4));
    let part = |place: usize| R::int(POINTS[0][place]) * &pulls[0] + R::int(POINTS[1][place]) * &pulls[1];
    (0..2).map(|place| ridge.clone() * &w[place] - part(place)).collect()
}

/// The risk at `times` the weights, with a ridge or without.
fn risk(w: &[Rational], times: i64, ridge: Option<&Rational>) -> Interval {
    let w: Vec<Rational> = w.iter().map(|w| w * Rational::from(times)).collect();
    let losses = margins(&w).map(|margin| {
        let small = (-Interval::of(&margin)).apply(Function::Exponential);
        (Interval::one() + small).apply(Function::Logarithm)
    });
    let half = ridge.map_or(Rational::ZERO, |ridge| ridge * (&w[0] * &w[0] + &w[1] * &w[1]) / Rational::from(2));
    (losses[0] + losses[1]) / Interval::int(2) + Interval::of(&half)
}

/// Rational directions with positive margins: `|w_2| < 2 w_1`.
fn directions(lab: &Lab) -> Vec<Vec<Rational>> {
    let draws = &mut lab.stream("directions").trial(0);
    let mut direction = || {
        let first = draws.fraction(1..33, 32);
        let second = &first * draws.fraction(-31..32, 16);
        vec![first, second]
    };
    (0..64).map(|_| direction()).collect()
}

/// What `e^(N R) = Π (1 + a_i)` with `a_i = e^-margin` loses in a step along a separating direction, in which `a_i = b_i + d_i` falls to `b_i`, with
/// `b_i, d_i > 0`.
fn fall() -> Polynomial {
    let [b, d, c, e] = Polynomial::variables();
    let one = b.int(1);
    (&one + &b + &d) * (&one + &c + &e) - (&one + &b) * (&one + &c)
}

/// Whether a polynomial is greater than 0 wherever its variables are: it has terms, and no negative one.
fn positive(polynomial: &Polynomial) -> bool {
    polynomial.terms() > 0 && polynomial.is_positive_termwise()
}

fn never(lab: &Lab, ridge: Option<Rational>) -> Evidence {
    let mut exact = Exact::new();
    let fall = fall();
    exact.holds("Π(1 + b_i + d_i) - Π(1 + b_i) > 0", positive(&fall), || format!("{} terms", fall.terms()));
    let [b, c] = Polynomial::variables();
    let above_one = (b.int(1) + &b) * (b.int(1) + &c) - b.int(1);
    exact.holds("Π(1 + b_i) - 1 > 0", positive(&above_one), || format!("{} terms", above_one.terms()));
    for w in directions(lab) {
        for power in 0..4 {
            let [near, far] = [1 << power, 2 << power].map(|times| risk(&w, times, ridge.as_ref()));
            let falls = far.partial_cmp(&near).map(|order| order == Ordering::Less);
            exact.decided("the risk falls", falls, || format!("from {near:?} at {} w to {far:?}, w = {w:?}", 1 << power));
            exact.decided("the risk is positive", far.above(0.0), || format!("{far:?}"));
        }
    }
    exact.evidence()
}

fn path(
    subject: &dyn Subject,
    eta: Rational,
    ridge: &Rational,
    start: [i64; 2],
    steps: usize,
) -> Result<Vec<Interval>, NotOffered> {
    let ridge = Interval::of(ridge);
    let mut optimizer = subject.enclosure(&Method::gradient_descent(eta))?;
    let path = trajectory(&mut *optimizer, start.map(Interval::int).to_vec(), |w| gradient(w, &ridge), steps);
    Ok(path.into_iter().map(|w| w[0] * w[0] + w[1] * w[1]).collect())
}

/// The ball is that of λ = 1/10; `ridge` is what is added to the loss. `L ≤ ¼ + λ`.
fn bounded(subject: &dyn Subject, ridge: &Rational) -> Result<Evidence, NotOffered> {
    let ball = Interval::int(2).apply(Function::Logarithm) * Interval::int(20);
    let mut exact = Exact::new();
    for (t, square) in path(subject, rational(4, 3), ridge, [0, 0], 64)?.into_iter().enumerate() {
        let within = square.partial_cmp(&ball).map(|order| order == Ordering::Less);
        exact.decided("‖w_t‖² ≤ 2 ln 2/λ", within, || format!("t = {t}: ‖w‖² in {square:?}"));
    }
    Ok(exact.evidence())
}

/// The growth of the norm between `t` and `2t` in units of `ln 2`, against `1/margin`.
fn grows(subject: &dyn Subject, inverse_margin: &Rational) -> Result<Evidence, NotOffered> {
    let squares = path(subject, Rational::from(4), &Rational::ZERO, [0, 1], 1024)?;
    let secant = |t: usize| (squares[2 * t].sqrt() - squares[t].sqrt()) / Interval::int(2).apply(Function::Logarithm);
    let error = |t: usize| (secant(t) - Interval::of(inverse_margin)).magnitude();
    let mut exact = Exact::new();
    for t in [256, 512] {
        exact.decided("within 1/50 of 1/margin", error(t).smaller_than(0.02), || format!("t = {t}: {:?}", secant(t)));
    }
    let closer = error(512).partial_cmp(&error(256)).map(|order| order == Ordering::Less);
    exact.decided("closer at 512 than at 256", closer, || format!("{:?} and {:?}", secant(256), secant(512)));
    Ok(exact.evidence())
}

fn norms(_: &Lab) -> Plot {
    let run = |ridge: f64| {
        let path = Reference
            .double(&Method::gradient_descent(Rational::from(2)))
            .map(|mut optimizer| trajectory(&mut *optimizer, vec![0.0, 1.0], |w| gradient(w, &ridge), 2048));
        let path = path.unwrap_or_default();
        let times = (0..=22).map(|k| libm::pow(2.0, f64::from(k) / 2.0) as usize);
        times.filter_map(|t| path.get(t).map(|w| [t as f64, (w[0] * w[0] + w[1] * w[1]).sqrt()])).collect::<Vec<_>>()
    };
    // On the axis e^w grows by about η in each step.
    let law = (0..=22).map(|k| libm::pow(2.0, f64::from(k) / 2.0)).map(|t| [t, libm::log(1.0 + 2.0 * t)]);
    let ball = to_f64(&rational(20, 1)) * libm::log(2.0);
    Plot {
        id: "norms".into(),
        title: "Separable data: the norm grows like ln t / margin, with a ridge it is bounded".into(),
        x: "step t".into(),
        y: "‖w_t‖".into(),
        log_x: true,
        series: vec![
            Series::theory("ln(1 + ηt), margin 1", law),
            Series::theory("√(2 ln 2/λ), λ = 1/10", [[1.0, ball.sqrt()], [2048.0, ball.sqrt()]]),
            Series::measured("without a ridge, η = 2", run(0.0)),
            Series::measured("with λ = 1/10", run(0.1)),
        ],
        ..Plot::default()
    }
}
