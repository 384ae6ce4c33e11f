//! Which methods, classes, measures and starts make a statement together.

use crate::certify::certificate::{Certificate, Class, Initial, Measure, Method, Potential};

/// Refuses what has no meaning, or whose constants would not all be used.
pub fn is_defined(certificate: &Certificate) -> Result<(), String> {
    let Certificate { method, class, measure, initial, .. } = certificate;
    let composite = matches!(class, Class::Composite { .. });
    if composite != matches!(method, Method::ProximalGradient { .. }) {
        return Err("problem: the composite class belongs to proximal gradient, and to nothing else".into());
    }
    if composite && !matches!((initial, measure), (Initial::Distance(_), Measure::Distance | Measure::FunctionGap)) {
        return Err("problem: of a sum of two functions, distances and, at the end, function gaps are bounded".into());
    }
    let differentiable = !matches!(class, Class::Convex | Class::StronglyConvex { .. } | Class::ConvexLipschitz { .. });
    if *method == Method::ExactLineSearch && !differentiable {
        return Err(
            "problem: where a line search ends, not every subgradient is orthogonal to the line; the class needs gradients"
                .into(),
        );
    }
    let far = |potential: &Potential| potential.distance.is_some();
    let two_sequences = matches!(method, Method::NesterovPotential { .. } | Method::OptimizedPotential { .. });
    if two_sequences && !matches!(measure, Measure::Potential(potential) if far(potential)) {
        return Err("problem: without ‖z_1 - x*‖² in the measure the method's constants are not all used".into());
    }
    let stochastic = matches!(method, Method::StochasticGradientDescent { .. });
    if stochastic && *measure != Measure::Distance {
        return Err("problem: the expectation is known for the measure 'distance' alone".into());
    }
    let from = matches!(initial, Initial::Distance(_)) || matches!(initial, Initial::Potential(potential) if far(potential));
    let to = *measure == Measure::Distance || matches!(measure, Measure::Potential(potential) if far(potential));
    if matches!(class, Class::Smooth { .. }) && (from || to) {
        return Err("problem: a non-convex function need not have a minimiser to be near to".into());
    }
    Ok(())
}
