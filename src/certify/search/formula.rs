//! Problems whose multipliers are known as formulas.

use crate::certify::certificate::{Certificate, Class, Initial, Measure, Method, StepSizes};
use crate::certify::{closed_forms, value};
use crate::number::Rational;

/// The certificate by a formula, if there is one for the problem; it may be refused where the formula's range ends.
pub fn upper(problem: &Certificate) -> Option<Certificate> {
    let exact =
        |text: &String| value(text).ok().filter(|number| number.radicand().is_none()).map(|number| number.parts()[0].clone());
    let steps = problem.steps;
    let step_size = match &problem.method {
        Method::GradientDescent { step_size: StepSizes::Constant(size) } | Method::NesterovCounting { step_size: size } => {
            exact(size)?
        }
        _ => return None,
    };
    let known = match (&problem.method, &problem.class) {
        (Method::GradientDescent { .. }, Class::SmoothConvex { L }) => {
            closed_forms::gradient_descent_values(&exact(L)?, &step_size, steps)
        }
        (Method::GradientDescent { .. }, Class::SmoothStronglyConvex { mu, L }) => {
            let of = match problem.measure {
                Measure::Distance => closed_forms::Contraction::Distance,
                Measure::GradientNorm => closed_forms::Contraction::GradientNorm,
                Measure::FunctionGap => closed_forms::Contraction::FunctionGap,
                _ => return None,
            };
            closed_forms::gradient_descent_contraction(of, &exact(mu)?, &exact(L)?, &step_size, steps)
        }
        (Method::NesterovCounting { .. }, Class::SmoothConvex { L }) => closed_forms::nesterov_values(&exact(L)?, steps),
        (Method::GradientDescent { .. }, Class::Smooth { L }) => closed_forms::gradient_descent_critical(&exact(L)?, steps),
        _ => return None,
    };
    let (Initial::Distance(level) | Initial::FunctionGap(level) | Initial::GradientNorm(level)) = &problem.initial else {
        return None;
    };
    // The formulas are for level 1; bound and level grow together.
    let bound: Rational = exact(&known.bound)? * exact(level)?;
    let raised = Certificate { initial: problem.initial.clone(), bound: bound.to_string(), ..known };
    let same_start = std::mem::discriminant(&raised.initial) == std::mem::discriminant(&problem.initial);
    Some(raised).filter(|upper| same_start && upper.same_problem(problem))
}
