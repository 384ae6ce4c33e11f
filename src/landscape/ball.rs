//! The largest increase of a quadratic within a distance: sharpness, exactly.

use super::eigen::eigenpairs;
use crate::number::Real;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, dot, norm, product};
use crate::{Error, Result};

/// S(ρ) of a quadratic.
pub const SYSTEM: System = System {
    name: "exact-sharpness",
    formula: "S(ρ) = max_{‖d‖≤ρ} f(x+d) − f(x) = min_{ν ≥ max(λmax, 0)} ½(νρ² + Σ cᵢ²/(ν − λᵢ)) for f quadratic, c its gradient in the eigenbasis",
    rows: &["S6 exact S(rho)"],
    conventions: &[Convention {
        name: "region",
        values: &["ball of radius ρ", "box ε(|xᵢ| + 1), divided by 1 + f and in per cent"],
    }],
    sources: &[
        Source::Note("000", "363-367"),
        Source::Cited("foret2021", "section 2"),
        Source::Cited("keskar2017", "Metric 2.1"),
        Source::Cited("conn2000", "corollary 7.2.2"),
    ],
    tests: &[
        "tests/landscape/sharpness.rs::sharpness_is_bracketed_exactly_by_its_displacement_and_its_multiplier",
        "tests/landscape/sharpness.rs::sharpness_beats_every_point_of_the_ball",
        "tests/landscape/sharpness.rs::sharpness_of_one_dimension_and_of_minima_has_its_closed_form",
        "tests/landscape/sharpness.rs::the_box_metric_is_attained_at_a_corner_or_a_vertex_of_the_parabola",
    ],
};

/// The increase `gᵀd + ½ dᵀHd` of a quadratic, largest within a ball.
#[derive(Clone, Debug)]
pub struct Sharpness {
    /// The increase at [`Sharpness::displacement`].
    pub value: f64,
    /// A bound from above, [`dual_bound`] at [`Sharpness::multiplier`]: equal to the value up to rounding.
    pub bound: f64,
    /// Where the increase is largest (one of the points where it is).
    pub displacement: Vec<f64>,
    /// ν: `(νI − H) d = g` with `ν ≥ λmax` and `ν ≥ 0` (Conn, Gould and Toint 2000, corollary 7.2.2, for `−f`).
    pub multiplier: f64,
}

/// S(ρ) of the quadratic with this gradient at the point and this Hessian, by eigendecomposition and the secular equation
/// `Σ cᵢ²/(ν − λᵢ)² = ρ²`, which bisection solves to the last bit in the distance of ν from its least value.
///
/// # Errors
/// If the radius is not a positive number, the gradient is not finite or has another length, or the Hessian is not symmetric.
pub fn ball_sharpness(gradient: &[f64], hessian: &[Vec<f64>], radius: f64) -> Result<Sharpness> {
    if !(radius > 0.0 && radius.is_finite()) {
        return Err(Error::new(format!("a ball has a positive radius, not {radius}")));
    }
    let pairs = eigenpairs(hessian)?;
    if gradient.len() != pairs.len() || gradient.iter().any(|g| !g.is_finite()) {
        return Err(Error::new("a gradient is finite and as long as its Hessian"));
    }
    let coordinates: Vec<f64> = pairs.iter().map(|(_, vector)| dot(vector, gradient)).collect();
    let (top, top_vector) = pairs.last().expect("a Hessian has a row");
    let least = top.max(0.0);
    // Displacement along each eigenvector at ν = least + excess. Where the gradient has no part, there is none.
    let parts = |excess: f64| -> Vec<f64> {
        let part = |(c, (eigenvalue, _)): (&f64, &(f64, _))| if *c == 0.0 { 0.0 } else { c / (excess + (least - eigenvalue)) };
        coordinates.iter().zip(&pairs).map(part).collect()
    };
    let excess =
        if norm(&parts(0.0)) <= radius { 0.0 } else { secular_root(norm(&coordinates) / radius, |s| norm(&parts(s)) > radius) };
    let mut displacement =
        parts(excess).iter().zip(&pairs).fold(vec![0.0; gradient.len()], |sum, (part, (_, vector))| along(&sum, part, vector));
    let length = norm(&displacement);
    if excess == 0.0 && *top > 0.0 {
        // The hard case: the rest of the radius goes along the top eigenvector, on the side where rounding gains.
        let rest = ((radius - length) * (radius + length)).max(0.0).sqrt();
        let side = if dot(top_vector, gradient) < 0.0 { -rest } else { rest };
        displacement = along(&displacement, &side, top_vector);
    }
    let multiplier = least + excess;
    let spectrum: Vec<f64> = pairs.iter().map(|(eigenvalue, _)| *eigenvalue).collect();
    let bound = dual_bound(&spectrum, &coordinates, &radius, &multiplier);
    let value = quadratic_increase(gradient, hessian, &displacement);
    if !value.is_finite() || !bound.is_finite() {
        return Err(Error::new("the increase of the quadratic overflows; scale the function down"));
    }
    Ok(Sharpness { value, bound, displacement, multiplier })
}

/// The least float at which the decreasing `too_long` is false, between 0 and `high`.
fn secular_root(mut high: f64, too_long: impl Fn(f64) -> bool) -> f64 {
    let mut low = 0.0;
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        *(if too_long(middle) { &mut low } else { &mut high }) = middle;
    }
}

/// `gᵀd + ½ dᵀHd`, in any arithmetic.
pub fn quadratic_increase<R: Real>(gradient: &[R], hessian: &[Vec<R>], displacement: &[R]) -> R {
    let curvature = dot(displacement, &product(hessian, displacement));
    dot(gradient, displacement) + curvature / R::int(2)
}

/// `½(νρ² + Σ cᵢ²/(ν − λᵢ)) ≥ S(ρ)` for every `ν ≥ 0` above all eigenvalues (one that the gradient has no part along may be equal):
/// weak duality, so that a rational ν gives an exact bound for a diagonal Hessian.
///
/// # Panics
/// If ν is certainly negative or below an eigenvalue.
pub fn dual_bound<R: Real>(spectrum: &[R], gradient: &[R], radius: &R, multiplier: &R) -> R {
    let zero = R::zero();
    assert!(
        !(*multiplier < zero || spectrum.iter().any(|eigenvalue| multiplier < eigenvalue)),
        "ν is below the spectrum or zero"
    );
    let parts = spectrum.iter().zip(gradient).filter(|(_, c)| **c != zero);
    let terms = parts.map(|(eigenvalue, c)| c.clone() * c / (multiplier.clone() - eigenvalue));
    terms.fold(radius.clone() * radius * multiplier, |sum, term| sum + term) / R::int(2)
}

/// Keskar et al.'s metric `100 max_{|dᵢ| ≤ ε(|xᵢ| + 1)} (f(x+d) − f(x)) / (1 + f(x))` of the diagonal quadratic with this spectrum and
/// gradient at x (their full space, A = I).
///
/// # Panics
/// If lengths differ.
pub fn box_sharpness<R: Real>(spectrum: &[R], gradient: &[R], x: &[R], epsilon: &R, value: &R) -> R {
    assert!(spectrum.len() == gradient.len() && x.len() == gradient.len(), "vectors of one space have one length");
    let increase = (0..x.len()).fold(R::zero(), |sum, i| {
        let edge = epsilon.clone() * (x[i].clone().magnitude() + R::one());
        let slope = gradient[i].clone().magnitude();
        // Convex, or still rising at the edge; otherwise the vertex of a parabola that opens downwards.
        let rising = slope.clone() + spectrum[i].clone() * &edge >= R::zero();
        let at = if rising { edge } else { -(slope.clone() / &spectrum[i]) };
        sum + at.clone() * (slope + at * &spectrum[i] / R::int(2))
    });
    R::int(100) * increase / (R::one() + value)
}
