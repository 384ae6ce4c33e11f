//! Functions that attain much: candidates for lower bounds, each run exactly.

use crate::certify::certificate::{Certificate, Class, Function, Initial, Method, StepSizes};
use crate::certify::number::{approximate, simplest};
use crate::certify::solver::Solution;
use crate::certify::{check, run_function, value};
use crate::number::{Rational, Surd, rational, to_f64};

/// What a lower certificate's function attains at the level of a problem: function and start are stretched so that the initial condition holds
/// with equality. `s² f(x/s)` has the curvatures of `f`, and all that is measured is multiplied by `s²`; what has another scale must fit as it is.
pub fn stretched(problem: &Certificate, lower: &Certificate) -> Option<Certificate> {
    let function = lower.function.as_ref()?;
    let claim = posed(problem, function.clone(), lower.start.clone());
    let [known, level, attained] = run_function(&claim).ok()?;
    if known == level || matches!(function, Function::Absolute { .. } | Function::MaxCoordinate { .. }) {
        return (known <= level).then(|| Certificate { bound: attained.to_string(), ..claim });
    }
    if known.is_zero() {
        return None;
    }
    let factor = level / known;
    let longer = |list: &[String]| list.iter().map(|number| times_root(number, &factor)).collect::<Option<Vec<String>>>();
    let function = match function {
        Function::Piecewise { breakpoints, slopes } => {
            Function::Piecewise { breakpoints: longer(breakpoints)?, slopes: slopes.clone() }
        }
        Function::Huber { curvature, threshold } => {
            Function::Huber { curvature: curvature.clone(), threshold: times_root(threshold, &factor)? }
        }
        other => other.clone(),
    };
    let bound = (attained * &factor).to_string();
    Some(Certificate { bound, function: Some(function), start: longer(&claim.start)?, ..claim })
}

/// `number √factor`, as short as it can be written.
fn times_root(number: &str, factor: &Surd) -> Option<String> {
    value(&format!("({number})*sqrt({factor})")).ok().map(|product| product.to_string())
}

/// A lower certificate without its value.
pub fn posed(problem: &Certificate, function: Function, start: Vec<String>) -> Certificate {
    Certificate { bound: "0".into(), ..problem.lower(function, start) }
}

/// The best instance that is accepted among parabolas, Huber functions and their strongly convex kin; without smoothness `c |x|` and the
/// largest coordinate.
pub fn best(upper: &Certificate, solution: Option<&Solution>) -> Option<Certificate> {
    let number = |text: &String| approximate(text).ok();
    let (mu, smoothness) = match &upper.class {
        Class::SmoothConvex { L } | Class::Smooth { L } => ("0".to_string(), L.clone()),
        Class::SmoothStronglyConvex { mu, L } | Class::Composite { mu, L } => (mu.clone(), L.clone()),
        _ => return sharp_instance(upper),
    };
    if upper.method == Method::ExactLineSearch {
        return line_search(upper, [mu, smoothness]);
    }
    let parabola = |curvature: &String| Function::Quadratic { spectrum: vec![curvature.clone()] };
    let mut functions = vec![parabola(&smoothness)];
    if mu != "0" {
        functions.push(parabola(&mu));
    }
    // Thresholds for a start at 1: a grid, the reciprocals in which they are often found, and where the solver's worst run ends.
    let mut thresholds: Vec<Rational> = (1..=11).map(|k| rational(k, 12)).collect();
    thresholds.extend((1..=4 * upper.steps as u64 + 3).map(|k| rational(1, k)));
    if let (Some(solution), Some(smoothness)) = (solution, number(&smoothness)) {
        let order = solution.gram.len().isqrt();
        let start = solution.gram[0].max(0.0).sqrt();
        let smoothness = to_f64(&smoothness);
        let length = |k: usize| solution.gram[k * order + k].max(0.0).sqrt() / smoothness / start;
        thresholds.extend((1..order).filter_map(|k| simplest(length(k), 1e-9)));
        // The threshold at whose kink a function without strong convexity has the measure that the solver found, if the run ends beyond it.
        if let Initial::Distance(level) = &upper.initial
            && let Some(level) = number(level)
        {
            let relative = solution.bound / to_f64(&level) / smoothness;
            let ends = [2.0 * relative, (relative / smoothness).max(0.0).sqrt()];
            thresholds.extend(ends.iter().filter_map(|&end| simplest(end, 1e-7 * end)));
        }
    }
    for threshold in thresholds.iter().filter(|threshold| !threshold.is_zero()) {
        let breakpoints = vec![(-threshold).to_string(), threshold.to_string()];
        functions.push(Function::Piecewise { breakpoints, slopes: vec![mu.clone(), smoothness.clone(), mu.clone()] });
    }
    largest(functions.into_iter().filter_map(|function| stretched(upper, &posed(upper, function, vec!["1".into()]))).collect())
}

/// Instances without smoothness, at the scale that the step sizes ask for.
fn sharp_instance(upper: &Certificate) -> Option<Certificate> {
    let Initial::Distance(level) = &upper.initial else { return None };
    let (function, start) = match (&upper.method, &upper.class) {
        (Method::ProximalPoint { step_size }, Class::Convex) => {
            let total = match step_size {
                StepSizes::Constant(size) => format!("{}*({size})", upper.steps),
                StepSizes::Each(sizes) => sizes.iter().map(|size| format!("({size})")).collect::<Vec<_>>().join("+"),
            };
            let slope = value(&format!("sqrt({level})/(2*({total}))")).ok()?.to_string();
            (Function::Absolute { slope }, vec![format!("sqrt({level})")])
        }
        (_, Class::ConvexLipschitz { M }) => {
            let function =
                Function::MaxCoordinate { slope: M.clone(), radius: value(&format!("sqrt({level})")).ok()?.to_string() };
            (function, vec!["0".into(); upper.steps + 1])
        }
        _ => return None,
    };
    let claim = posed(upper, function, start);
    let [_, _, value] = run_function(&claim).ok()?;
    largest(vec![Certificate { bound: value.to_string(), ..claim }])
}

fn largest(instances: Vec<Certificate>) -> Option<Certificate> {
    let value = |certificate: &Certificate| approximate(&certificate.bound).unwrap_or(Rational::ZERO);
    let best = instances.into_iter().reduce(|a, b| if value(&b) > value(&a) { b } else { a })?;
    check(&best).is_ok().then_some(best)
}

/// The quadratic of eigenvalues `μ` and `L` from `(1/μ, 1/L)`, on which exact line searches zigzag (de Klerk, Glineur and Taylor 2017).
fn line_search(upper: &Certificate, ends: [String; 2]) -> Option<Certificate> {
    let start = ends.iter().map(|end| value(&format!("1/({end})")).ok().map(|x| x.to_string())).collect::<Option<_>>()?;
    largest(vec![stretched(upper, &posed(upper, Function::Quadratic { spectrum: ends.to_vec() }, start))?])
}
