//! Finds certificates: by a formula where one is known, by the solver otherwise. What is returned has been checked.

use super::certificate::{Certificate, Class, Function, Inequality, Initial, Kind, Measure, Method, Multiplier, StepSizes};
use super::model::{Model, model};
use super::number::{approximate, simplest};
use super::solver::{Accuracy, Solution, prove, solve};
use super::{check, closed_forms, run_function};
use crate::number::{Rational, Real, Surd, rational, to_f64};
use crate::{Error, Result};
use std::collections::BTreeMap;

/// Where a proof comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Multipliers known as formulas.
    Formula,
    /// Multipliers of the solver, made exact; the bound is relaxed by a few parts in 10^10.
    Solver,
    /// A polynomial in the eigenvalue.
    Polynomial,
}

/// An upper bound with its proof, and the best instance that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The bound.
    pub upper: Certificate,
    /// How it was found.
    pub proof: Proof,
    /// An instance of the same problem.
    pub lower: Option<Certificate>,
}

impl Found {
    /// Whether the instance attains the bound.
    pub fn is_tight(&self) -> bool {
        self.lower.as_ref().is_some_and(|lower| lower.bound == self.upper.bound)
    }
}

/// The least upper bound that can be certified for a problem, whose `bound` and multipliers are ignored.
///
/// # Errors
/// If the problem makes no sense (an empty class, numbers that are none, a measure that the method does not have), if the worst case is
/// infinite, or if the solver's multipliers cannot be made exact.
pub fn worst_case(problem: &Certificate) -> Result<Found> {
    sensible(problem)?;
    if matches!(problem.class, Class::Quadratic { .. }) {
        return over_quadratics(problem);
    }
    if let Some((upper, lower)) = by_formula(problem).filter(|(upper, _)| check(upper).is_ok()) {
        let lower = lower.filter(|lower| check(lower).is_ok()).or_else(|| instance(&upper, None));
        // A formula's bound need not be the least one; only one that is attained is taken without asking the solver.
        if lower.as_ref().is_some_and(|lower| lower.bound == upper.bound) {
            return Ok(Found { upper, proof: Proof::Formula, lower });
        }
    }
    let (upper, solution) = by_solver(problem)?;
    let lower = instance(&upper, Some(&solution));
    Ok(Found { upper, proof: Proof::Solver, lower })
}

/// Refuses classes without members and numbers that are none, before a solver is asked.
fn sensible(problem: &Certificate) -> Result<()> {
    let zero = Rational::ZERO;
    let positive = |name: &str, text: &String| match approximate(text)? {
        value if value > zero => Ok(value),
        _ => Err(Error::new(format!("{name} = {text} is not positive: give a larger --{name}"))),
    };
    match &problem.class {
        Class::Convex => {}
        Class::SmoothConvex { L } | Class::Smooth { L } => drop(positive("L", L)?),
        Class::StronglyConvex { mu } => drop(positive("mu", mu)?),
        Class::ConvexLipschitz { M } => drop(positive("M", M)?),
        Class::SmoothStronglyConvex { mu, L } | Class::Composite { mu, L } | Class::Quadratic { mu, L } => {
            let (lowest, largest) = (approximate(mu)?, positive("L", L)?);
            if lowest < zero {
                return Err(Error::new(format!("mu = {mu} is negative: the class needs 0 <= mu < L")));
            }
            if lowest > largest {
                return Err(Error::new(format!("the class is empty: mu = {mu} is above L = {L}")));
            }
            if lowest == largest {
                return Err(Error::new(format!("mu = L = {L} leaves one function, L/2 ‖x - x*‖²: give mu < L")));
            }
        }
    }
    match problem.steps {
        0 => Err(Error::new("0 steps: give --steps 1 or more")),
        1..=100 => Ok(()),
        more => Err(Error::new(format!("{more} steps: a worst case of more than 100 is too large for the solver"))),
    }
}

/// A certificate by a formula, and the instance that goes with it.
fn by_formula(problem: &Certificate) -> Option<(Certificate, Option<Certificate>)> {
    let exact = |text: &String| {
        super::value(text).ok().filter(|number| number.radicand().is_none()).map(|number| number.parts()[0].clone())
    };
    let steps = problem.steps;
    let constant = match &problem.method {
        Method::GradientDescent { step_size: StepSizes::Constant(size) } | Method::NesterovCounting { step_size: size } => {
            exact(size)?
        }
        _ => return None,
    };
    let found = match (&problem.method, &problem.class) {
        (Method::GradientDescent { .. }, Class::SmoothConvex { L }) => {
            let smoothness = exact(L)?;
            let attained = closed_forms::gradient_descent_values_attained(&smoothness, &constant, steps);
            (closed_forms::gradient_descent_values(&smoothness, &constant, steps), Some(attained))
        }
        (Method::GradientDescent { .. }, Class::SmoothStronglyConvex { mu, L }) => {
            let of = match problem.measure {
                Measure::Distance => closed_forms::Contraction::Distance,
                Measure::GradientNorm => closed_forms::Contraction::GradientNorm,
                Measure::FunctionGap => closed_forms::Contraction::FunctionGap,
                _ => return None,
            };
            (closed_forms::gradient_descent_contraction(of, &exact(mu)?, &exact(L)?, &constant, steps), None)
        }
        (Method::NesterovCounting { .. }, Class::SmoothConvex { L }) => (closed_forms::nesterov_values(&exact(L)?, steps), None),
        (Method::GradientDescent { .. }, Class::Smooth { L }) => {
            (closed_forms::gradient_descent_critical(&exact(L)?, steps), None)
        }
        _ => return None,
    };
    Some(found).filter(|(upper, _)| upper.same_problem(problem))
}

/// Constraints that may be violated by this much, in parts of the worst case, without being asked for.
const UNSEEN: f64 = 1e-7;

/// The solver's bound: a program with few constraints first, and those that its worst run violates until there are none.
fn by_solver(problem: &Certificate) -> Result<(Certificate, Solution)> {
    let Model { program, inequalities, weights, noise, likely } = model(problem)?;
    let stalled = |_| {
        Error::new(
            "the solver found no finite worst case: the method may diverge, or the measure may not be bounded by this initial condition",
        )
    };
    let floats = program.to_floats();
    let mut kept = likely;
    kept.sort_unstable();
    kept.dedup();
    loop {
        let all = kept.len() == program.constraints.len();
        let rough = match solve(&floats.restricted(&kept), Accuracy::ROUGH) {
            Ok(rough) => rough,
            Err(_) if !all => {
                kept = (0..program.constraints.len()).collect();
                continue;
            }
            Err(error) => return Err(stalled(error)),
        };
        let size = rough.bound.abs().max(1e-300);
        let excess = |c: &super::solver::Constraint<f64>| {
            let products: f64 = c.form.products.iter().map(|([i, j], x)| x * rough.gram[i * program.order + j]).sum();
            let values: f64 = c.form.values.iter().map(|(i, x)| x * rough.values[*i]).sum();
            products + values - c.bound
        };
        let mut violated: Vec<(usize, f64)> = floats
            .constraints
            .iter()
            .map(excess)
            .enumerate()
            .filter(|(c, x)| *x > UNSEEN * size && kept.binary_search(c).is_err())
            .collect();
        if violated.is_empty() || all {
            break;
        }
        violated.sort_by(|a, b| b.1.total_cmp(&a.1));
        kept.extend(violated.iter().take(2 * program.order).map(|(c, _)| *c));
        kept.sort_unstable();
    }
    let (rounded, mut solution) = prove(&program.restricted(&kept)).map_err(|_| {
        Error::new(
            "the solver's multipliers could not be made exact: the worst case may be infinite, or the constants too far apart",
        )
    })?;
    let constraints =
        kept.iter().zip(&rounded.multipliers).filter(|(c, _)| **c > 0).map(|(c, value)| (&inequalities[c - 1], value));
    let exact: BTreeMap<&Inequality, &Rational> = constraints.chain(weights.iter().zip(&rounded.weights)).collect();
    solution.bound += to_f64(&noise);
    let mut refusal = String::new();
    // A root among the constants was approximated: what that costs is far below a part in 10^12.
    for places in [12, 11, 10] {
        let bound = rounded_up(&(&rounded.bound + &noise), places);
        let candidate = relaxed(problem, &exact, &(&bound - &rounded.bound - &noise), &bound)?;
        match check(&candidate) {
            Ok(_) => return Ok((candidate, solution)),
            Err(why) => refusal = why.to_string(),
        }
    }
    Err(Error::new(format!(
        "the solver's multipliers were refused ({refusal}): the worst case may be infinite, or the constants too far apart"
    )))
}

/// The certificate of a bound that is larger than what the multipliers prove. The initial condition's multiplier grows with it; where that
/// brings in a function value, the inequality from `x_0` to the minimiser takes it out again and leaves a square.
fn relaxed(
    problem: &Certificate,
    exact: &BTreeMap<&Inequality, &Rational>,
    more: &Rational,
    bound: &Rational,
) -> Result<Certificate> {
    let down = Inequality::Interpolation("0".into(), "*".into());
    let mut multipliers: BTreeMap<&Inequality, Rational> = exact.iter().map(|(of, value)| (*of, (*value).clone())).collect();
    if let Initial::FunctionGap(level) = &problem.initial {
        *multipliers.entry(&down).or_insert(Rational::ZERO) += more / approximate(level)?;
    }
    let multipliers = multipliers.into_iter().filter(|(_, value)| !value.is_zero());
    let multipliers = multipliers.map(|(of, value)| Multiplier { of: of.clone(), value: value.to_string() }).collect();
    Ok(Certificate {
        kind: Kind::Upper,
        bound: bound.to_string(),
        multipliers,
        squares: Vec::new(),
        function: None,
        start: Vec::new(),
        ..problem.clone()
    })
}

/// The next multiple of a power of ten that is `10^-places` of the number or less.
fn rounded_up(x: &Rational, places: i32) -> Rational {
    let magnitude = libm::floor(libm::log10(to_f64(x).abs().max(1e-300))) as i32;
    let unit = Rational::from(10).pow((magnitude - places) as isize);
    let (whole, part) = (x / &unit).split_at_point();
    let next = if part > Rational::ZERO { Rational::from(whole) + Rational::ONE } else { Rational::from(whole) };
    next * unit
}

/// The worst eigenvalue.
fn over_quadratics(problem: &Certificate) -> Result<Found> {
    let Class::Quadratic { mu, L } = &problem.class else { unreachable!("the caller asked for quadratics") };
    let [lowest, largest] = [approximate(mu)?, approximate(L)?];
    let at = |eigenvalue: &Rational| -> Result<Rational> {
        let function = Function::Quadratic { spectrum: vec![eigenvalue.to_string()] };
        let [known, level, value] = run_function(&posed(problem, function, vec!["1".into()])).map_err(Error::new)?;
        approximate(&(value * level / known).to_string())
    };
    let grid = |k: i64| &lowest + (&largest - &lowest) * Rational::from(k) / Rational::from(400);
    let mut worst = (grid(1), Rational::ZERO);
    for k in 0..=400 {
        let eigenvalue = grid(k);
        if eigenvalue.is_zero() {
            continue;
        }
        let value = at(&eigenvalue)?;
        if value > worst.1 {
            worst = (eigenvalue, value);
        }
    }
    let step = (&largest - &lowest) / Rational::from(400);
    let inside = worst.0 > lowest && worst.0 < largest;
    if inside {
        worst = peak(&at, [&worst.0 - &step, &worst.0 + &step])?;
    }
    let function = Function::Quadratic { spectrum: vec![worst.0.to_string()] };
    let lower = stretched(problem, &function)
        .ok_or_else(|| Error::new("this initial condition and measure are not known of quadratics"))?;
    let upper = |bound: &Rational| Certificate {
        bound: bound.to_string(),
        kind: Kind::Upper,
        multipliers: Vec::new(),
        function: None,
        start: Vec::new(),
        ..problem.clone()
    };
    // At an end of the interval the bound is exact; inside the largest value is approached.
    for slack in [0u64, 1, 10, 100, 1000] {
        let slack = Rational::from(slack) / Rational::from(100_000_000_000i64);
        let candidate = if slack.is_zero() {
            Certificate { bound: lower.bound.clone(), ..upper(&worst.1) }
        } else {
            upper(&rounded_up(&(&worst.1 * (Rational::ONE + slack)), 12))
        };
        if check(&candidate).is_ok() {
            return Ok(Found {
                upper: candidate,
                proof: Proof::Polynomial,
                lower: Some(lower).filter(|lower| check(lower).is_ok()),
            });
        }
    }
    Err(Error::new("the largest value over the eigenvalues was not found: the polynomial may be too steep between 400 points"))
}

/// Golden sections to a relative width of 2^-40 of the interval; fractions are kept short.
fn peak(at: &dyn Fn(&Rational) -> Result<Rational>, [mut low, mut high]: [Rational; 2]) -> Result<(Rational, Rational)> {
    let short = |x: Rational| -> Rational {
        let places = Rational::from(1u64 << 50);
        let (whole, _) = (x * &places).split_at_point();
        Rational::from(whole) / places
    };
    for _ in 0..60 {
        let width = &high - &low;
        let (left, right) = (
            short(&low + &width * Rational::from(382) / Rational::from(1000)),
            short(&low + &width * Rational::from(618) / Rational::from(1000)),
        );
        if at(&left)? < at(&right)? { low = left } else { high = right }
    }
    let middle = short((&low + &high) / Rational::from(2));
    let value = at(&middle)?;
    Ok((middle, value))
}

/// What one function of one variable attains from a start at the initial condition's level, as a certificate. The function is given for the
/// start 1 and stretched with it: `s² f(x/s)` has the curvatures of `f`, and all that is measured is multiplied by `s²`.
fn stretched(problem: &Certificate, function: &Function) -> Option<Certificate> {
    let claim = posed(problem, function.clone(), vec!["1".into()]);
    let [known, level, value] = run_function(&claim).ok()?;
    if known.is_zero() {
        return None;
    }
    let factor = level / known;
    let bound = (value * &factor).to_string();
    if factor == Surd::one() {
        return Some(Certificate { bound, ..claim });
    }
    let stretch = |list: &[String]| list.iter().map(|number| format!("({number})*sqrt({factor})")).collect();
    let function = match function {
        Function::Piecewise { breakpoints, slopes } => {
            Function::Piecewise { breakpoints: stretch(breakpoints), slopes: slopes.clone() }
        }
        other => other.clone(),
    };
    Some(Certificate { bound, function: Some(function), start: vec![format!("sqrt({factor})")], ..claim })
}

fn posed(problem: &Certificate, function: Function, start: Vec<String>) -> Certificate {
    Certificate {
        kind: Kind::Lower,
        bound: "0".into(),
        multipliers: Vec::new(),
        squares: Vec::new(),
        function: Some(function),
        start,
        ..problem.clone()
    }
}

/// The best instance that is accepted among parabolas, Huber functions and their strongly convex kin; without smoothness `c |x|` and the
/// largest coordinate.
fn instance(upper: &Certificate, solution: Option<&Solution>) -> Option<Certificate> {
    let number = |text: &String| approximate(text).ok();
    let (mu, smoothness) = match &upper.class {
        Class::SmoothConvex { L } | Class::Smooth { L } => ("0".to_string(), L.clone()),
        Class::SmoothStronglyConvex { mu, L } | Class::Composite { mu, L } => (mu.clone(), L.clone()),
        _ => return sharp_instance(upper),
    };
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
        let length = |k: usize| solution.gram[k * order + k].max(0.0).sqrt() / to_f64(&smoothness) / start;
        thresholds.extend((1..order).filter_map(|k| simplest(length(k), 1e-9)));
    }
    for threshold in thresholds.iter().filter(|threshold| !threshold.is_zero()) {
        let breakpoints = vec![(-threshold).to_string(), threshold.to_string()];
        functions.push(Function::Piecewise { breakpoints, slopes: vec![mu.clone(), smoothness.clone(), mu.clone()] });
    }
    best(functions.iter().filter_map(|function| stretched(upper, function)).collect())
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
            let slope = super::value(&format!("sqrt({level})/(2*({total}))")).ok()?.to_string();
            (Function::Absolute { slope }, vec![format!("sqrt({level})")])
        }
        (_, Class::ConvexLipschitz { M }) => {
            let function =
                Function::MaxCoordinate { slope: M.clone(), radius: super::value(&format!("sqrt({level})")).ok()?.to_string() };
            (function, vec!["0".into(); upper.steps + 1])
        }
        _ => return None,
    };
    let claim = posed(upper, function, start);
    let [_, _, value] = run_function(&claim).ok()?;
    best(vec![Certificate { bound: value.to_string(), ..claim }])
}

fn best(instances: Vec<Certificate>) -> Option<Certificate> {
    let value = |certificate: &Certificate| approximate(&certificate.bound).unwrap_or(Rational::ZERO);
    let best = instances.into_iter().reduce(|a, b| if value(&b) > value(&a) { b } else { a })?;
    check(&best).is_ok().then_some(best)
}
