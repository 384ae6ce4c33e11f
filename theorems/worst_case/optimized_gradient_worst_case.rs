//! # The worst case of the optimized gradient method
//!
//! **Setting.** `f` convex with `L`-Lipschitz gradient; `x⁺ = y - ∇f(y)/L`, `y⁺ = x⁺ + (θ - 1)/θ⁺ (x⁺ - x) + θ/θ⁺ (x⁺ - y)`, `θ_0 = 1`,
//! `θ_k² - θ_k = θ_(k-1)²`, and `θ_N² - θ_N = 2 θ_(N-1)²` for the last.
//!
//! **Statement.** The worst `f(y_N) - f*` is `L R²/(2 θ_N²)`, for every `N`; the Huber function with threshold `R/θ_N²` attains it.
//!
//! **Why.** `2 θ_k² (f(y_k) - f* - ‖∇f(y_k)‖²/(2L)) + L/2 ‖z_(k+1) - x*‖²` does not grow: at the start, in a step and in the last step two
//! interpolation inequalities make up the difference. On a straight line `y_k` has gone `θ_k² - 1` gradients.
//!
//! **How it could fail.** The three lemmas are formulas in `L` and `θ`; one after the other they are the theorem. The worst function is followed by
//! polynomials in `θ`, for every `N`. One step, where `θ_1 = 2`, is certified on its own.

use super::faults::{self, Fault};
use crate::certify::formulas::fixed_step::{optimized_gradient_step, optimized_gradient_step_attained};
use crate::certify::formulas::potentials::{Lemma, optimized_gradient_lemma};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, rational};
use crate::plot::{Plot, Series};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "optimized-gradient-worst-case",
    title: "The optimized gradient method ends at most L R²/(2 θ_N²) above the minimum",
    topic: "worst-case",
    record: None,
    statement: "For convex $f$ with $L$-Lipschitz gradient and $‖x_0 - x^*‖ ≤ R$ the optimized gradient method satisfies \
                $f(y_N) - f^* ≤ frac(L R^2, 2 θ_N^2)$, and a Huber function attains it. $θ_0 = 1$, $θ_k^2 - θ_k = θ_(k-1)^2$, and \
                $θ_N^2 - θ_N = 2 θ_(N-1)^2$ for the last.",
    hypotheses: &[
        "$f$ is convex with $L$-Lipschitz gradient and has a minimiser",
        "exact gradients",
        "$N$ is known from the start",
    ],
    sources: &[
        Source::Cited("goujaud2024", "example optimized_gradient of version 0.5.1"),
        Source::Cited("drori2014", "section 4"),
        Source::Cited("kim2016", "Theorem 2"),
        Source::Cited("daspremont2021", "section 4.3"),
    ],
    claims: &[
        Claim {
            id: "bound",
            as_stated: true,
            statement: "$f(y_N) - f^* ≤ frac(L R^2, 2 θ_N^2)$: the potential is at most $frac(L R^2, 2)$ at the start, does not grow in a step, and \
                        is at least $θ_N^2 (f(y_N) - f^*)$ after the last",
            quantifier: "every N, every f of the class, all L, and all θ that satisfy the recursion",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(bound(faults::none)),
        },
        Claim {
            id: "form",
            as_stated: false,
            statement: "the form with momentum is the form with two sequences: $z = θ y - (θ - 1) x$ moves by $-2 θ ∇f(y)/L$, and \
                        $y^+ = (1 - 1/θ^+) x^+ + z^+/θ^+$",
            quantifier: "all θ, points and gradients, in every step",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(form(0)),
        },
        Claim {
            id: "attained",
            as_stated: true,
            statement: "the Huber function with threshold $R / θ_N^2$, from $R$, ends at $frac(L R^2, 2 θ_N^2)$, all points on its straight part",
            quantifier: "every N and all L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(attained(0)),
        },
        Claim {
            id: "one-step",
            as_stated: false,
            statement: "for $N = 1$, where $θ_1 = 2$, the worst $f(y_1) - f^*$ is exactly $frac(L R^2, 8)$",
            quantifier: "N = 1, L = 1 and 3",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(one_step(faults::none)),
        },
    ],
    controls: &[
        Control {
            id: "potential-less-by-a-billionth",
            differs: "claims that the potential shrinks by a billionth",
            broken: Broken::Statement(|_, _| Ok(bound(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by a billionth",
            broken: Broken::Statement(|_, _| Ok(bound(faults::multiplier_more_by_a_billionth))),
        },
        Control {
            id: "longer-long-step",
            differs: "z moves by 2θ + 10⁻⁹ gradients",
            broken: Broken::Statement(|_, _| Ok(form(1))),
        },
        Control {
            id: "attained-more",
            differs: "claims that y_k has gone θ² - 1 + 10⁻⁹ gradients",
            broken: Broken::Statement(|_, _| Ok(attained(1))),
        },
        Control {
            id: "one-step-less-by-a-billionth",
            differs: "claims a bound less by a billionth for one step",
            broken: Broken::Statement(|_, _| Ok(one_step(faults::bound_less_by_a_billionth))),
        },
    ],
    plots: &[curve],
};

fn bound(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    for lemma in [Lemma::Start, Lemma::Step, Lemma::Last] {
        exact.certified(fault(optimized_gradient_lemma(lemma)));
    }
    exact.evidence()
}

/// `error` is added, in billionths, to the length of the long step.
fn form(error: i64) -> Evidence {
    // Points and gradient of one step, with L = 1, which scaling gradients allows.
    let [theta, next_theta, x, y, g] = Polynomial::variables();
    let one = theta.int(1);
    let next_x = &y - &g;
    let sequence = |theta: &Polynomial, y: Polynomial, x: &Polynomial| theta * y - (theta - one.clone()) * x;
    let z = sequence(&theta, y.clone(), &x);
    let long_step = theta.int(2) * &theta + theta.constant(&rational(error, 1_000_000_000));
    let next_z = z - long_step * g;
    // θ⁺ y⁺ in the form with momentum, and in that with two sequences.
    let momentum = &next_theta * &next_x + (&theta - &one) * (&next_x - &x) + &theta * (&next_x - &y);
    let mut exact = Exact::new();
    exact.identity("θ⁺ y⁺", momentum, (&next_theta - &one) * next_x + next_z);
    exact.evidence()
}

/// `error` is added, in billionths, to how far the points have gone.
fn attained(error: i64) -> Evidence {
    let [excess] = Polynomial::variables();
    let (one, two) = (excess.int(1), excess.int(2));
    let theta = &one + &excess;
    let error = excess.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    // In units of gradient/L: after θ the points have gone gone(θ²) = θ² - 1, and z has gone 2θ². At the start θ = 1, and none has moved.
    let gone = |squared: &Polynomial| squared - &one + &error;
    exact.identity("start", gone(&one), one.int(0));
    // y⁺ = (1 - 1/θ)(y - g/L) + z/θ, times θ.
    let moved = |before: &Polynomial| (&theta - &one) * (gone(before) + &one) + &two * before;
    let before = theta.squared() - &theta;
    exact.identity("step: points", moved(&before), &theta * gone(&theta.squared()));
    exact.identity("step: z", &two * &before + &two * &theta, &two * theta.squared());
    // The last step: θ² - θ is twice the square before, and the point has gone half as far.
    let half = |of: Polynomial| of * one.constant(&rational(1, 2));
    let last = half(theta.squared() - &one);
    exact.identity("last step: points", moved(&half(before.clone())), &theta * &last);
    // From 1 with gradients of length δ = 1/θ²: f = δ (1 - δ last) - δ²/2, times θ⁴.
    exact.identity("value", theta.squared() - &last - half(one.clone()), half(theta.squared()));
    // On the straight part: 1 - δ gone ≥ δ, times θ²; the points before the last have gone at most half(θ² - θ) - 1.
    let straight = [theta.squared() - half(before), theta.squared() - last - one];
    for room in straight {
        exact.holds("on the straight part", room.is_positive_termwise(), || "θ² - gone - 1 may be negative".into());
    }
    exact.evidence()
}

fn one_step(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    for smoothness in [rational(1, 1), rational(3, 1)] {
        let upper = optimized_gradient_step(&smoothness);
        faults::tight(&mut exact, fault, upper, optimized_gradient_step_attained(&smoothness));
    }
    exact.evidence()
}

/// `θ_0, ..., θ_N`.
fn sequence(steps: usize) -> Vec<f64> {
    let mut theta = vec![1.0f64];
    for k in 1..=steps {
        let factor = if k == steps { 8.0 } else { 4.0 };
        theta.push((1.0 + (factor * theta[k - 1] * theta[k - 1] + 1.0).sqrt()) / 2.0);
    }
    theta
}

/// Where the method ends on the Huber function of curvature 1 and this threshold, from 1.
fn end(theta: &[f64], threshold: f64) -> f64 {
    let (mut x, mut y) = (1.0, 1.0);
    for pair in theta.windows(2) {
        let next = y - f64::min(y, threshold);
        y = next + (pair[0] - 1.0) / pair[1] * (next - x) + pair[0] / pair[1] * (next - y);
        x = next;
    }
    if y < threshold { y * y / 2.0 } else { threshold * y - threshold * threshold / 2.0 }
}

fn curve(_: &Lab) -> Plot {
    let value = |steps: usize| {
        let theta = sequence(steps);
        1.0 / (2.0 * theta[steps] * theta[steps])
    };
    let measured = (1..=10).map(|k| {
        let theta = sequence(2 * k);
        [(2 * k) as f64, end(&theta, 2.0 * value(2 * k))]
    });
    Plot {
        id: "steps".into(),
        title: "Worst values of first-order methods, L = R = 1".into(),
        x: "steps N".into(),
        y: "f - f*".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("1/(2 θ_N²)", (1..=30).map(|steps| [steps as f64, value(steps)])),
            Series::theory("gradient descent, 1/(4N + 2)", (1..=30).map(|steps| [steps as f64, 1.0 / (4 * steps + 2) as f64])),
            Series::measured("the method on its Huber function", measured),
        ],
    }
}
