//! Gradient descent over whole ranges of its constants: multipliers, bounds and the squares that remain are formulas.
//!
//! Parameters stand for any positive numbers, so that each range is written in what is left to its ends: `L = m + d` says `0 < μ < L`.

use super::gradient_descent::Contraction;
use super::{added, square, symbolic};
use crate::certify::certificate::{
    Certificate, Class, Inequality, Initial, Measure, Method, Multiplier, Potential, Square, StepSizes,
};

/// An upper bound without its proof.
fn statement(
    parameters: &[&str],
    class: Class,
    step_size: &str,
    ends: (Initial, Measure),
    steps: usize,
    bound: &str,
) -> Certificate {
    let method = Method::GradientDescent { step_size: StepSizes::Constant(step_size.into()) };
    symbolic(parameters, Certificate::problem(method, class, ends.1, ends.0, steps), bound)
}

fn potential(value: Option<&str>, gradient: Option<&str>, distance: Option<&str>) -> Potential {
    let [value, gradient, distance] = [value, gradient, distance].map(|text| text.map(Into::into));
    Potential { value, gradient, distance }
}

/// The step sizes that shrink every member of `F(μ, L)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contracting {
    /// `0 < η < 2/(L + μ)`: the worst functions are `½ μ x²`.
    Short,
    /// `η = 2/(L + μ)`.
    Best,
    /// `2/(L + μ) < η < 2/L`: the worst functions are `½ L x²`.
    Long,
}

/// A step shrinks distance, gradient norm or function gap over `F(μ, L)` by `ρ²`, `ρ = max(1 - ημ, ηL - 1)` (squared norms; Taylor, Hendrickx
/// and Glineur 2018, section 3; the squares for values are ours). Steps are multiplied.
pub fn contraction(of: Contraction, range: Contracting) -> Certificate {
    // `L - μ = d` throughout; in short steps `2/η = L + μ + r`, in long ones `2/η = L + s` with `μ = s + r`.
    let (parameters, [mu, smoothness, over]): (&[&str], _) = match range {
        Contracting::Short => (&["m", "d", "r"], ["m", "m+d", "2*m+d+r"]),
        Contracting::Best => (&["m", "d"], ["m", "m+d", "2*m+d"]),
        Contracting::Long => (&["s", "r", "d"], ["s+r", "s+r+d", "2*s+r+d"]),
    };
    let long = range == Contracting::Long;
    let (sign, worst) = if long { ("(-1)", smoothness) } else { ("1", mu) };
    let step_size = format!("2/({over})");
    // ρ, 1 - ρ, and ηL or 2 - ηL; then |2 - η(L + μ)|.
    let [rho, rest, other] = match range {
        Contracting::Short => ["d+r", "2*m", "2*(m+d)"],
        Contracting::Best => ["d", "2*m", "2*(m+d)"],
        Contracting::Long => ["r+d", "2*s", "2*s"],
    }
    .map(|numerator| format!("({numerator})/({over})"));
    let room = (range != Contracting::Best).then(|| format!("2*r/({over})"));
    let (initial, measure) = match of {
        Contraction::Distance => (Initial::Distance("1".into()), Measure::Distance),
        Contraction::GradientNorm => (Initial::GradientNorm("1".into()), Measure::GradientNorm),
        Contraction::FunctionGap => (Initial::FunctionGap("1".into()), Measure::FunctionGap),
    };
    // How far the first gradient is from that of the worst function.
    let away = format!("-({worst})");
    let here = [("x0", &away[..]), ("g0", "1")];
    let mut squares = Vec::new();
    let multipliers = match of {
        Contraction::Distance => {
            let both = format!("2*({step_size})*{rho}");
            squares.extend(room.map(|room| square(&format!("({step_size})*{room}/d"), &here)));
            vec![added(0, "*", &both), added("*", 0, &both)]
        }
        Contraction::GradientNorm => {
            let both = format!("({over})*{rho}");
            squares.extend(room.is_some().then(|| square("r/d", &[("g0", &format!("-{sign}*{rho}")), ("g1", "1")])));
            vec![added(0, 1, &both), added(1, 0, &both)]
        }
        Contraction::FunctionGap => {
            // The second gradient's distance from that of the worst function, plus or minus (ηL - 1) times the first one's.
            let turn = format!("{sign}*(({step_size})*({smoothness})-1)");
            let x = format!("-({worst}) - {turn}*({worst})");
            let g = format!("({worst})*{step_size} + {turn}");
            squares.push(square("1/(2*d)", &[("x0", &x), ("g0", &g), ("g1", "1")]));
            squares.extend(room.map(|room| square(&format!("{other}*{room}/(2*d)"), &here)));
            vec![added(0, 1, &rho), added("*", 0, &format!("{rho}*{rest}")), added("*", 1, &rest)]
        }
    };
    let class = Class::SmoothStronglyConvex { mu: mu.into(), L: smoothness.into() };
    let claim = statement(parameters, class, &step_size, (initial, measure), 1, &format!("({rho})^2"));
    Certificate { multipliers, squares, ..claim }
}

/// The step sizes that decrease every smooth function: `η = 2/(L + r)`, with `ω = η (1 - ηL/2)`.
const DECREASING: (&[&str], &str, &str) = (&["L", "r"], "2/(L+r)", "2*r/(L+r)^2");

fn smooth() -> Class {
    Class::Smooth { L: "L".into() }
}

/// `(1 - ηL) g_k - g_(k+1)` is 0 for `½ L x²`: what the descent lemma gives away, with its weight.
fn given_away(k: usize, weight: &str) -> Square {
    square(weight, &[(&format!("g{k}"), "(r-L)/(L+r)"), (&format!("g{}", k + 1), "-1")])
}

/// The descent lemma for all `0 < η < 2/L`, convex or not: `f(x_1) ≤ f(x_0) - η (1 - ηL/2) ‖∇f(x_0)‖²`.
pub fn descent() -> Certificate {
    let (parameters, step_size, omega) = DECREASING;
    let before = Initial::Potential(potential(Some("1"), Some(omega), None));
    let after = Measure::Potential(potential(Some("1"), None, None));
    let claim = statement(parameters, smooth(), step_size, (before, after), 1, "1");
    Certificate { multipliers: vec![added(0, 1, "1")], squares: vec![given_away(0, "1/(4*L)")], ..claim }
}

/// The gradient after `N` steps for all `0 < η < 2/L`, convex or not: `min_(k≤N) ‖∇f(x_k)‖² ≤ (f(x_0) - f*) / (N η (1 - ηL/2))`. The last gradient is
/// not needed for it, but the format's measure counts it.
pub fn critical(steps: usize) -> Certificate {
    let (parameters, step_size, omega) = DECREASING;
    let bound = format!("1/({steps}*{omega})");
    let mut multipliers: Vec<Multiplier> = (0..steps).map(|k| added(k, k + 1, &bound)).collect();
    multipliers.push(added(steps, "*", &bound));
    let share = format!("1/{steps}");
    multipliers.extend((0..steps).map(|k| Multiplier { of: Inequality::Best(k.to_string()), value: share.clone() }));
    let mut squares: Vec<Square> = (0..steps).map(|k| given_away(k, &format!("{bound}/(4*L)"))).collect();
    squares.push(square(&format!("{bound}/(2*L)"), &[(&format!("g{steps}"), "1")]));
    let ends = (Initial::FunctionGap("1".into()), Measure::BestGradientNorm);
    Certificate { multipliers, squares, ..statement(parameters, smooth(), step_size, ends, steps, &bound) }
}

/// The step sizes for which function gaps of smooth convex functions decrease like `1/N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sublinear {
    /// `0 < η < 1/L`.
    Short,
    /// `η = 1/L`.
    OneOverL,
    /// `1/L < η < 2/L`.
    Long,
}

/// The potential `a_k (f(x_k) - f*) + ½ ‖x_k - x*‖²` does not grow in a step over `F(0, L)`, where `a_(k+1) = a_k + η` and `a_k` is any positive number,
/// for long steps any number larger than `(η - 1/L)/(2 - ηL)`. `first` steps of the other ranges start from `a_0 = 0`.
pub fn values_potential(range: Sublinear, first: bool) -> Certificate {
    let long = range == Sublinear::Long;
    let (mut parameters, [smoothness, step_size]) = match range {
        Sublinear::Short => (vec!["e", "r"], ["1/(e+r)", "e"]),
        Sublinear::OneOverL => (vec!["e"], ["1/e", "e"]),
        // η - 1/L = p and 2/L - η = q.
        Sublinear::Long => (vec!["p", "q"], ["1/(p+q)", "2*p+q"]),
    };
    let begins = first && !long;
    if !begins {
        parameters.push("a");
    }
    let least = if long { "p*(p+q)/q + " } else { "" };
    let before = (!begins).then(|| format!("{least}a"));
    let after = if begins { step_size.into() } else { format!("{least}a + {step_size}") };
    let squares = match range {
        Sublinear::Short => vec![
            square(&format!("({after})*e/2 + e*r/2"), &[("g0", "1")]),
            square(&format!("({after})*e/2"), &[("g1", "1")]),
            square(&format!("({after})*r/2"), &[("g0", "1"), ("g1", "-1")]),
        ],
        Sublinear::OneOverL => ["g0", "g1"].map(|name| square(&format!("({after})*e/2"), &[(name, "1")])).into(),
        Sublinear::Long => vec![
            square("(2*p+q)*q*(a+2*p+q)/(2*(p+q))", &[("g0", "1")]),
            square(&format!("({after})*(p+q)/2"), &[("g0", "p/(p+q)"), ("g1", "1")]),
        ],
    };
    let ends = (
        Initial::Potential(potential(before.as_deref(), None, Some("1/2"))),
        Measure::Potential(potential(Some(&after), None, Some("1/2"))),
    );
    let multipliers = vec![added(0, 1, &after), added("*", 0, step_size)];
    let class = Class::SmoothConvex { L: smoothness.into() };
    Certificate { multipliers, squares, ..statement(&parameters, class, step_size, ends, 1, "1") }
}

/// The step sizes of a single step on smooth convex functions, by what is worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Single {
    /// `0 < ηL < 3/2`: Huber's function.
    Short,
    /// `ηL = 3/2`.
    Best,
    /// `3/2 < ηL < 2`: `½ L x²`.
    Long,
}

/// One step over `F(0, L)`: `f(x_1) - f* ≤ ½ L max(1/(2h + 1), (1 - h)²) ‖x_0 - x*‖²` with `h = ηL`.
pub fn single_step(range: Single) -> Certificate {
    let at_distance_one = (Initial::Distance("1".into()), Measure::FunctionGap);
    let combined = |descent: &str, last: &str| vec![added(0, 1, descent), added("*", 0, descent), added("*", 1, last)];
    let class = |smoothness: &str| Class::SmoothConvex { L: smoothness.into() };
    if range == Single::Long {
        // 1/η = (L + s)/2 with L = 3 s + r: h - 1 = (2 s + r)/(4 s + r).
        let bound = "(3*s+r)/2*((2*s+r)/(4*s+r))^2";
        let squares = vec![
            square("(3*s+r)/2", &[("x0", "-2*s/(4*s+r)"), ("g0", "1/(3*s+r)"), ("g1", "1/(3*s+r)")]),
            square("r*(3*s+r)/(2*(4*s+r))", &[("x0", "1"), ("g0", "-1/(3*s+r)")]),
        ];
        let claim = statement(&["s", "r"], class("3*s+r"), "2/(4*s+r)", at_distance_one, 1, bound);
        return Certificate { multipliers: combined("(2*s+r)/(4*s+r)", "2*s/(4*s+r)"), squares, ..claim };
    }
    // η = 3/(2 (L + r)): 2h + 1 = (4 L + r)/(L + r).
    let (parameters, room, doubled): (&[&str], _, _) = match range {
        Single::Short => (&["L", "r"], "(L+r)", "(4*L+r)"),
        _ => (&["L"], "L", "(4*L)"),
    };
    let slope = format!("-{doubled}/(L*{room})");
    let mut squares = vec![square(&format!("L*{room}/(8*{doubled})"), &[("x0", "2"), ("g0", &slope), ("g1", &slope)])];
    if range == Single::Short {
        squares.push(square("3*r/(8*L*(L+r))", &[("g0", "1"), ("g1", "-1")]));
    }
    let bound = format!("L*{room}/(2*{doubled})");
    let claim = statement(parameters, class("L"), &format!("3/(2*{room})"), at_distance_one, 1, &bound);
    Certificate { multipliers: combined("1/2", "1/2"), squares, ..claim }
}
