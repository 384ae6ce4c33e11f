//! # The worst case of triple momentum
//!
//! **Setting.** `f ∈ F(μ, L)`, `κ = L/μ`, `ρ = 1 - 1/√κ`; triple momentum in the tuning of Van Scoy, Freeman and Lynch (2018) from rest, whose output
//! after `N` steps is the read-out `x_N`; `‖x_0 - x*‖ ≤ R`.
//!
//! **Statement.** For `N ≥ 2` the worst `f(x_N) - f*` is `ρ^(2N) L κ R²/2`; the parabola `½ L x²` attains it. `ρ^(2(N + 1)) L κ R²/2` is wrong.
//!
//! **Why.** Interpolation along the chain of gradients' points, from and to the minimiser; what is left is `‖∇f(x_N) - L (x_N - x*)‖²` and
//! `‖∇f(x_0) - L (x_0 - x*)‖²`, with positive weights. The multipliers are ours.
//!
//! **How it could fail.** For `N = 2, 3` it is a formula in `L` and `κ`; for more steps, up to 8, what is left is eliminated in exact arithmetic for
//! each `κ`. Beyond, nothing is certified.

use super::faults::{self, Fault};
use crate::certify::formulas::triple_momentum::{triple_momentum, triple_momentum_attained, triple_momentum_formula};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "triple-momentum-worst-case",
    title: "Triple momentum ends at most (1 - 1/√κ)^(2N) L κ R²/2 above the minimum",
    topic: "worst-case",
    record: None,
    statement: "For $f ∈ F(μ, L)$, $κ = L/μ$, $ρ = 1 - 1/sqrt(κ)$ and $‖x_0 - x^*‖ ≤ R$, triple momentum satisfies \
                $f(x_N) - f^* ≤ ρ^(2 N) L κ R^2 / 2$ for $N ≥ 2$, and $½ L x^2$ attains it: certified for all $κ$ and $N ≤ 3$, and for single \
                $κ$ and $N ≤ 8$.",
    hypotheses: &["$f$ is $L$-smooth and $μ$-strongly convex, $0 < μ < L$", "exact gradients", "the start is at rest", "$N ≥ 2$"],
    sources: &[
        Source::Cited("goujaud2024", "example triple_momentum of version 0.5.1"),
        Source::Cited("vanscoy2018", "Theorem 1"),
    ],
    claims: &[
        Claim {
            id: "formula",
            as_stated: false,
            statement: "$f(x_N) - f^* ≤ ρ^(2 N) L κ R^2 / 2$",
            quantifier: "N = 2 and 3, every f in F(μ, L), all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(formula(faults::none)),
        },
        Claim {
            id: "worst-case",
            as_stated: true, // the number that PEPit's example prints, and calls "empirically tight"
            statement: "the worst $f(x_N) - f^*$ is exactly $ρ^(2 N) L κ R^2 / 2$",
            quantifier: "N = 2 to 8, √κ = 3/2, 2, 3 and 10, L = R = 1, and so every L and R by scaling",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(worst_case(faults::none)),
        },
        Claim {
            id: "documented",
            as_stated: true, // in the text of PEPit's example; its indices, read to the letter, would make it worse still
            statement: "$f(x_N) - f^* ≤ ρ^(2 (N + 1)) L κ R^2 / 2$",
            quantifier: "½x² from 1, κ = 4, N = 2 to 8",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| Ok(documented()),
        },
    ],
    controls: &[
        Control {
            id: "formula-less-by-a-billionth",
            differs: "claims a bound less by a billionth for all κ at once",
            broken: Broken::Statement(|_, _| Ok(formula(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "bound-less-by-a-billionth",
            differs: "claims a bound less by a billionth",
            broken: Broken::Statement(|_, _| Ok(worst_case(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by a billionth",
            broken: Broken::Statement(|_, _| Ok(worst_case(faults::multiplier_more_by_a_billionth))),
        },
    ],
    plots: &[curve],
};

fn formula(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    for certificate in triple_momentum_formula() {
        exact.certified(fault(certificate));
    }
    exact.evidence()
}

fn worst_case(fault: Fault) -> Evidence {
    let (one, mut exact) = (Rational::ONE, Exact::new());
    for root in [rational(3, 2), rational(2, 1), rational(3, 1), rational(10, 1)] {
        for steps in 2..=8 {
            faults::tight(&mut exact, fault, triple_momentum(&one, &root, steps), triple_momentum_attained(&one, &root, steps));
        }
    }
    exact.evidence()
}

/// `ρ^(2 power) κ/2`.
fn value(root: &Rational, power: usize) -> Rational {
    (Rational::ONE - Rational::ONE / root).pow(2 * power as isize) * root.pow(2) / Rational::from(2)
}

fn documented() -> Evidence {
    let mut exact = Exact::new();
    let root = Rational::from(2);
    for steps in 2..=8 {
        exact.certified(triple_momentum_attained(&Rational::ONE, &root, steps));
        let (attained, documented) = (value(&root, steps), value(&root, steps + 1));
        exact.holds("f(x_N) - f* ≤ ρ^(2(N + 1)) L κ R²/2", attained <= documented, || {
            format!("½x² from 1, κ = 4, N = {steps}: {attained} against {documented}")
        });
    }
    exact.evidence()
}

/// Where the method ends on `½ λ x²` from 1, `L = 1`.
fn end(root: &Rational, eigenvalue: &Rational, steps: usize) -> Rational {
    let (one, two) = (Rational::ONE, Rational::from(2));
    let rho = &one - &one / root;
    let square = rho.pow(2);
    let (mut last, mut x) = (one.clone(), one.clone());
    for _ in 0..steps {
        let change = &x - &last;
        let y = &x + &square / ((&one + &rho) * (&two - &rho)) * &change;
        let next = &x + &square / (&two - &rho) * change - (&one + &rho) * eigenvalue * y;
        last = std::mem::replace(&mut x, next);
    }
    let out = &x + &square / (&one - &square) * (&x - last);
    eigenvalue * out.pow(2) / two
}

fn curve(_: &Lab) -> Plot {
    let root = Rational::from(2);
    let theory = |shift: usize| (2..=10).map(move |steps| [steps as f64, to_f64(&value(&Rational::from(2), steps + shift))]);
    let measured = |eigenvalue: Rational| {
        let root = root.clone();
        (2..=10).map(move |steps| [steps as f64, to_f64(&end(&root, &eigenvalue, steps))])
    };
    Plot {
        id: "steps".into(),
        title: "Worst value of triple momentum, κ = 4, L = R = 1".into(),
        x: "steps N".into(),
        y: "f(x_N) - f*".into(),
        log_y: true,
        series: vec![
            Series::theory("ρ^(2N) κ/2", theory(0)),
            Series::theory("ρ^(2(N + 1)) κ/2", theory(1)),
            Series::measured("the method on ½ L x²", measured(Rational::ONE)),
            Series::measured("the method on ½ μ x²", measured(rational(1, 4))),
        ],
        ..Plot::default()
    }
}
