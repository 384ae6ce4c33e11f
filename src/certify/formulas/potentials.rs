//! Steps from potential to potential, as formulas: they hold for all parameters, and one after the other they bound any number of steps.

use super::{added, between, square, statement, symbolic};
use crate::certify::certificate::{Certificate, Class, Initial, Measure, Method, Potential};
use crate::number::{Rational, rational};

/// One step of Nesterov's method with constant momentum over `F(μ, L)`: with `q = √(μ/L) = 1/(1 + s)` the potential
/// `f(x) - f* + μ/2 ‖z - x*‖²` shrinks to its `(1 - q)`-fold (d'Aspremont, Scieur and Taylor 2021, Corollary 4.15). The squares are ours.
pub fn nesterov_strongly_convex_step() -> Certificate {
    let method = Method::NesterovPotential {
        coupling: "1/(2 + s)".into(),
        step_size: "1/L".into(),
        pull: "1/(1 + s)".into(),
        long_step: "(1 + s)/L".into(),
    };
    let class = Class::SmoothStronglyConvex { mu: "L/(1 + s)^2".into(), L: "L".into() };
    let potential = Potential { value: Some("1".into()), distance: Some("L/(2*(1 + s)^2)".into()), ..Potential::default() };
    let claim = symbolic(
        &["L", "s"],
        Certificate::problem(method, class, Measure::Potential(potential.clone()), Initial::Potential(potential), 1),
        "s/(1 + s)",
    );
    let multipliers = vec![added("0", "1", "s/(1 + s)"), added("*", "1", "1/(1 + s)"), added("1", "2", "1")];
    let (near, far) = ("L/((1 + s)^2*(2 + s))", "-L/((1 + s)^2*(2 + s))");
    let squares = vec![
        square("(1 + s)/(2*L*(2 + s))", &[("g0", "1"), ("g1", "-1"), ("z0", near), ("x0", far)]),
        square("(1 + s)^2/(2*L*s*(2 + s))", &[("g2", "1")]),
        square("(1 + s)/(2*L*s*(2 + s))", &[("g1", "1"), ("z0", far), ("x0", "-L/((1 + s)*(2 + s))")]),
        square("L*s/(2*(1 + s)^3*(2 + s))", &[("z0", "1"), ("x0", "-1")]),
    ];
    Certificate { multipliers, squares, ..claim }
}

/// One step of Nesterov's method over `F(0, L)` with a scheduled momentum: for `t = 1 + s` and `T² = t² - t + r` the potential
/// `T² (f(x) - f*) + L/2 ‖z - x*‖²` is at least `t² (f(x⁺) - f*) + L/2 ‖z⁺ - x*‖²` (Nesterov 1983; Beck and Teboulle 2009, Lemma 4.1). `s = 0` and
/// `r = 0` follow by continuity.
pub fn nesterov_convex_step() -> Certificate {
    let method = Method::NesterovPotential {
        coupling: "1/(1 + s)".into(),
        step_size: "1/L".into(),
        pull: "0".into(),
        long_step: "(1 + s)/L".into(),
    };
    let class = Class::SmoothConvex { L: "L".into() };
    let potential = |value: &str| Potential { value: Some(value.into()), distance: Some("L/2".into()), ..Potential::default() };
    let (start, end) = (Initial::Potential(potential("s*(1 + s) + r")), Measure::Potential(potential("(1 + s)^2")));
    let claim = symbolic(&["L", "s", "r"], Certificate::problem(method, class, end, start, 1), "1");
    let multipliers =
        vec![added("0", "1", "s*(1 + s)"), added("0", "*", "r"), added("*", "1", "1 + s"), added("1", "2", "(1 + s)^2")];
    let squares = vec![
        square("s*(1 + s)/(2*L)", &[("g0", "1"), ("g1", "-1")]),
        square("r/(2*L)", &[("g0", "1")]),
        square("(1 + s)/(2*L)", &[("g1", "1")]),
        square("(1 + s)^2/(2*L)", &[("g2", "1")]),
    ];
    Certificate { multipliers, squares, ..claim }
}

/// `N ≥ 2` steps of Nesterov's method with constant momentum `(1 - q)/(1 + q)`, `0 < q = √(μ/L) < 1`: `f(x_N) - f* ≤ (1 - q)^N (f(x_0) - f* + μ/2 ‖x_0 - x*‖²)`.
pub fn nesterov_strongly_convex(smoothness: &Rational, root: &Rational, steps: usize) -> Certificate {
    let rest = Rational::ONE - root;
    let mu = smoothness * root.pow(2);
    let left = |k: usize| rest.pow((steps - k) as isize);
    let mut multipliers = vec![between("*", 0, &(root * left(1)))];
    for k in 1..steps {
        multipliers.extend([between(k - 1, k, &left(k)), between("*", k, &(root * left(k + 1)))]);
    }
    multipliers.push(between(steps - 1, steps, &Rational::ONE));
    let method = Method::Nesterov {
        step_size: (Rational::ONE / smoothness).to_string(),
        momentum: (&rest / (Rational::ONE + root)).to_string(),
    };
    let half = (&mu / Rational::from(2)).to_string();
    let potential = Potential { value: Some("1".into()), distance: Some(half), ..Potential::default() };
    let class = Class::SmoothStronglyConvex { mu: mu.to_string(), L: smoothness.to_string() };
    let claim = statement(method, class, Measure::FunctionGap, Initial::Potential(potential), steps, &left(0));
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// The three lemmas of the optimized gradient method (Kim and Fessler 2016; the potential is that of d'Aspremont, Scieur and Taylor 2021,
/// section 4.3): `φ_k = 2 θ_k² (f(x_k) - f* - ‖∇f(x_k)‖²/(2L)) + L/2 ‖z_(k+1) - x*‖²` does not grow. Nothing is left: these are equalities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lemma {
    /// `φ_0 ≤ L/2 ‖x_0 - x*‖²`, `θ_0 = 1`: the start is at `z_0`, which is where coupling 1 leads.
    Start,
    /// `φ_k ≤ φ_(k-1)` for `θ_k = 1 + s` and `θ_(k-1)² = θ_k² - θ_k = s (1 + s)`.
    Step,
    /// `θ_N² (f(x_N) - f*) + L/2 ‖z_(N+1) - x*‖² ≤ φ_(N-1)` for `θ_N = 1 + s` and `2 θ_(N-1)² = θ_N² - θ_N`.
    Last,
}

/// One of the lemmas, for all `L` and `s`.
pub fn optimized_gradient_lemma(lemma: Lemma) -> Certificate {
    let potential = |value: &str, gradient: Option<&str>| Potential {
        value: Some(value.into()),
        gradient: gradient.map(Into::into),
        distance: Some("L/2".into()),
    };
    let method = |coupling: &str, long_step: &str| Method::OptimizedPotential {
        coupling: coupling.into(),
        step_size: "1/L".into(),
        long_step: long_step.into(),
    };
    let class = Class::SmoothConvex { L: "L".into() };
    let known = |potential| Initial::Potential(potential);
    let measured = |potential| Measure::Potential(potential);
    match lemma {
        Lemma::Start => {
            let start = known(Potential { distance: Some("L/2".into()), ..Potential::default() });
            let claim = symbolic(
                &["L"],
                Certificate::problem(method("1", "2/L"), class, measured(potential("2", Some("1/L"))), start, 1),
                "1",
            );
            Certificate { multipliers: vec![added("*", "1", "2")], ..claim }
        }
        Lemma::Step => {
            let start = known(potential("2*s*(1 + s)", Some("s*(1 + s)/L")));
            let end = measured(potential("2*(1 + s)^2", Some("(1 + s)^2/L")));
            let claim =
                symbolic(&["L", "s"], Certificate::problem(method("1/(1 + s)", "2*(1 + s)/L"), class, end, start, 1), "1");
            Certificate { multipliers: vec![added("0", "1", "2*s*(1 + s)"), added("*", "1", "2*(1 + s)")], ..claim }
        }
        Lemma::Last => {
            let start = known(potential("s*(1 + s)", Some("s*(1 + s)/(2*L)")));
            let end = measured(potential("(1 + s)^2", None));
            let claim = symbolic(&["L", "s"], Certificate::problem(method("1/(1 + s)", "(1 + s)/L"), class, end, start, 1), "1");
            Certificate { multipliers: vec![added("0", "1", "s*(1 + s)"), added("*", "1", "1 + s")], ..claim }
        }
    }
}

/// Two steps of Nesterov's method with constant momentum for `κ = 4`, `L = 1`: `f(x_2) - f* ≤ 0.132 (f(x_0) - f* + μ/2 ‖x_0 - x*‖²)`, where the formula has
/// 0.25. A solver's multipliers, rounded.
pub fn nesterov_strongly_convex_sharper() -> Certificate {
    let formula = nesterov_strongly_convex(&Rational::ONE, &rational(1, 2), 2);
    let multipliers = vec![
        added("*", "0", "0.1446"),
        added("0", "1", "0.2766"),
        added("*", "1", "0.4093"),
        added("1", "2", "0.6859"),
        added("*", "2", "0.3141"),
    ];
    Certificate { bound: rational(33, 250).to_string(), multipliers, ..formula }
}
