//! Problems whose multipliers are known as formulas.

use crate::certify::certificate::{Certificate, Class, Initial, Measure, Method, StepSizes};
use crate::certify::formulas::{fixed_step, gradient_descent, line_search, nonsmooth, optimized_gradient};
use crate::certify::value;
use crate::number::Rational;

/// The certificates by formulas that are meant for the problem, each with an instance at level 1; one may be refused where its range ends.
pub fn known(problem: &Certificate) -> Vec<(Certificate, Certificate)> {
    let candidates = candidates(problem).unwrap_or_default().into_iter();
    let candidates = candidates.filter_map(|(upper, lower)| Some((raised(&upper, problem)?, lower)));
    candidates.filter(|(upper, _)| upper.same_problem(problem)).collect()
}

fn exact(text: &str) -> Option<Rational> {
    value(text).ok().filter(|number| number.radicand().is_none()).map(|number| number.parts()[0].clone())
}

/// The formulas are for one level of the initial condition; bound and level grow together.
fn raised(known: &Certificate, problem: &Certificate) -> Option<Certificate> {
    let level = |initial: &Initial| match initial {
        Initial::Distance(level) | Initial::FunctionGap(level) | Initial::GradientNorm(level) => exact(level),
        Initial::Potential(_) => None,
    };
    let factor = level(&problem.initial)? / level(&known.initial)?;
    if factor == Rational::ONE {
        return Some(known.clone());
    }
    // Without a scale of its own, as smooth classes are; where a class or a method has one, its formula is for level 1 alone.
    if matches!(problem.class, Class::ConvexLipschitz { .. }) {
        return None;
    }
    let bound = exact(&known.bound)? * factor;
    let same = std::mem::discriminant(&known.initial) == std::mem::discriminant(&problem.initial);
    same.then(|| Certificate { initial: problem.initial.clone(), bound: bound.to_string(), ..known.clone() })
}

fn candidates(problem: &Certificate) -> Option<Vec<(Certificate, Certificate)>> {
    use Method::{ExactLineSearch, GradientDescent, NesterovCounting, ProximalGradient, ProximalPoint};
    let steps = problem.steps;
    if let (Method::FixedStep { matrix }, Class::SmoothConvex { L }) = (&problem.method, &problem.class) {
        let l = exact(L)?;
        let diagonal = matrix.iter().map(|row| exact(row.last()?)).collect::<Option<Vec<Rational>>>()?;
        let thetas = optimized_gradient::thetas(&l, &diagonal).filter(|_| diagonal.len() == steps)?;
        let upper = optimized_gradient::optimized_gradient(&l, &thetas);
        return Some(vec![(upper, optimized_gradient::optimized_gradient_attained(&l, &thetas))]);
    }
    let constant = match &problem.method {
        GradientDescent { step_size: StepSizes::Constant(size) } | ProximalPoint { step_size: StepSizes::Constant(size) } => size,
        NesterovCounting { step_size } | ProximalGradient { step_size } => step_size,
        ExactLineSearch => "1",
        _ => return None,
    };
    if let (GradientDescent { .. }, Class::ConvexLipschitz { M }) = (&problem.method, &problem.class) {
        let lipschitz = exact(M)?;
        return Some(vec![(
            nonsmooth::subgradient_best(&lipschitz, steps),
            nonsmooth::subgradient_best_attained(&lipschitz, steps),
        )]);
    }
    let eta = exact(constant).filter(|eta| *eta > Rational::ZERO)?;
    Some(match (&problem.method, &problem.class) {
        (GradientDescent { .. }, Class::SmoothConvex { L }) => {
            let l = exact(L)?;
            let short = gradient_descent::gradient_descent_values(&l, &eta, steps);
            let long = fixed_step::gradient_descent_long_steps(&l, &eta, steps);
            vec![
                (short, gradient_descent::gradient_descent_values_attained(&l, &eta, steps)),
                (long, fixed_step::gradient_descent_long_steps_attained(&l, &eta, steps)),
            ]
        }
        (GradientDescent { .. }, Class::SmoothStronglyConvex { mu, L }) => {
            let of = match problem.measure {
                Measure::Distance => gradient_descent::Contraction::Distance,
                Measure::GradientNorm => gradient_descent::Contraction::GradientNorm,
                Measure::FunctionGap => gradient_descent::Contraction::FunctionGap,
                _ => return None,
            };
            let (mu, l) = (exact(mu)?, exact(L)?);
            if mu.is_zero() && of != gradient_descent::Contraction::Distance {
                return None; // the flattest parabola has no gradient and no value
            }
            let upper = gradient_descent::gradient_descent_contraction(of, &mu, &l, &eta, steps);
            let lower = gradient_descent::gradient_descent_contraction_attained(of, &mu, &l, &eta, steps);
            vec![(upper, lower)]
        }
        (GradientDescent { .. }, Class::Smooth { L }) => {
            let l = exact(L)?;
            vec![(
                gradient_descent::gradient_descent_critical(&l, steps),
                gradient_descent::gradient_descent_critical_attained(&l, steps),
            )]
        }
        (NesterovCounting { .. }, Class::SmoothConvex { L }) => {
            let l = exact(L)?;
            vec![(fixed_step::nesterov_values_exact(&l, steps), fixed_step::nesterov_values_attained(&l, steps))]
        }
        (ProximalPoint { .. }, Class::Convex) => {
            vec![(nonsmooth::proximal_point(&eta, steps), nonsmooth::proximal_point_attained(&eta, steps))]
        }
        (ProximalGradient { .. }, Class::Composite { mu, L }) => {
            let (mu, l) = (exact(mu)?, exact(L)?);
            let upper = nonsmooth::proximal_gradient(&mu, &l, &eta, steps);
            vec![(upper, nonsmooth::proximal_gradient_attained(&mu, &l, &eta, steps))]
        }
        (ExactLineSearch, Class::SmoothStronglyConvex { mu, L }) => {
            let (mu, l) = (exact(mu)?, exact(L)?);
            let upper = line_search::exact_line_search(&mu, &l, &Rational::ONE, steps);
            vec![(upper, line_search::exact_line_search_attained(&mu, &l, steps))]
        }
        _ => return None,
    })
}
