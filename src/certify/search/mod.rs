//! Finds certificates: by a formula where one is known, by the solver otherwise. What is returned has been checked.

mod eigenvalue;
mod formula;
mod instance;
mod relaxation;

use super::certificate::{Certificate, Class, Method, StepSizes};
use super::check;
use super::number::approximate;
use crate::number::{Rational, to_f64};
use crate::{Error, Result};

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
    /// What the worst run attains that the solver knows, in floating point: not proved.
    pub attained: Option<f64>,
}

impl Found {
    /// Whether the instance attains the bound.
    pub fn is_tight(&self) -> bool {
        self.lower.as_ref().is_some_and(|lower| lower.bound == self.upper.bound)
    }

    /// By how much the bound exceeds what the instance attains, relatively.
    pub fn instance_slack(&self) -> Option<f64> {
        let [bound, value] = [&self.upper, self.lower.as_ref()?].map(|certificate| approximate(&certificate.bound).ok());
        let (bound, value) = (bound?, value?);
        (!value.is_zero()).then(|| to_f64(&((bound - &value) / value)))
    }

    /// By how much the bound may exceed the least one, relatively: its distance from the nearest run, be it the instance or one that only the
    /// solver knows. `None` if no run is known.
    pub fn slack(&self) -> Option<f64> {
        let bound = approximate(&self.upper.bound).ok()?;
        // By its own error the solver's run may be a little worse than what is proved.
        let nearly = self.attained.map(|value| (to_f64(&bound) / value - 1.0).abs());
        self.instance_slack().into_iter().chain(nearly).filter(|slack| slack.is_finite()).reduce(f64::min)
    }
}

/// Which proofs are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// By a formula if one is known and attained, by the solver otherwise.
    Any,
    /// By a formula.
    Formula,
    /// By the solver.
    Solver,
}

/// The least upper bound that can be certified for a problem, whose `bound` and multipliers are ignored.
///
/// # Errors
/// If the problem makes no sense (an empty class, numbers that are none, a measure that the method does not have), if the worst case is
/// infinite, if the solver's multipliers cannot be made exact, or if no formula is known and one is asked for.
pub fn worst_case(problem: &Certificate, ways: Ways) -> Result<Found> {
    sensible(problem)?;
    stated(problem)?;
    if matches!(problem.class, Class::Quadratic { .. }) {
        return eigenvalue::worst(problem);
    }
    if ways != Ways::Solver
        && let Some(found) = by_formula(problem)
    {
        return Ok(found);
    }
    match ways {
        Ways::Formula => {
            Err(Error::new("no formula is known for this problem: leave --proof out, and the solver looks for multipliers"))
        }
        _ if problem.steps > SOLVED => Err(Error::new(format!(
            "{} steps: there is no formula, or none short enough to be checked, and the solver takes {SOLVED} steps at most: give fewer --steps",
            problem.steps
        ))),
        _ => by_solver(problem),
    }
}

/// Most steps of a problem.
pub const MOST: usize = 100;
/// Most steps of a problem for the solver, which takes minutes then.
const SOLVED: usize = 40;
/// An instance this near to a bound, in parts of it, is worth as much as the solver's bound, which is relaxed by as much.
const NEAR: f64 = 1e-10;

/// The bound by a formula, if an instance attains it or nearly so: otherwise it need not be the least one.
fn by_formula(problem: &Certificate) -> Option<Found> {
    formula::known(problem).into_iter().find_map(|(upper, lower)| {
        let lower = instance::stretched(&upper, &lower).filter(|lower| near(&upper, lower) && check(lower).is_ok())?;
        check(&upper).is_ok().then_some(Found { upper, proof: Proof::Formula, lower: Some(lower), attained: None })
    })
}

fn near(upper: &Certificate, lower: &Certificate) -> bool {
    let number = |certificate: &Certificate| approximate(&certificate.bound).map(|bound| to_f64(&bound));
    lower.bound == upper.bound
        || matches!((number(upper), number(lower)), (Ok(above), Ok(below)) if (above - below).abs() <= NEAR * above)
}

fn by_solver(problem: &Certificate) -> Result<Found> {
    let relaxation::Solved { upper, lower, attained } = relaxation::solve_exactly(problem).map_err(|why| {
        let needless = why.to_string().contains("no inequality needs M");
        if needless { Error::new("the bound does not depend on M: it holds for --class convex") } else { why }
    })?;
    Ok(Found { upper, proof: Proof::Solver, lower, attained: Some(attained) })
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
        1..=MOST => Ok(()),
        more => Err(Error::new(format!("{more} steps: worst cases of {MOST} steps at most are looked for"))),
    }
}

/// Refuses what the checker will not take for a statement, whatever its proof, and steps of length 0.
fn stated(problem: &Certificate) -> Result<()> {
    let zero = |text: &String| approximate(text).is_ok_and(|number| number.is_zero());
    let stands = match &problem.method {
        Method::GradientDescent { step_size } | Method::ProximalPoint { step_size } => match step_size {
            StepSizes::Constant(size) => zero(size),
            StepSizes::Each(sizes) => sizes.iter().any(zero),
        },
        Method::HeavyBall { step_size, .. }
        | Method::Nesterov { step_size, .. }
        | Method::NesterovCounting { step_size }
        | Method::TripleMomentum { step_size, .. }
        | Method::ProximalGradient { step_size }
        | Method::StochasticGradientDescent { step_size, .. } => zero(step_size),
        Method::FixedStep { matrix } => matrix.iter().any(|row| row.iter().all(zero)),
        Method::ExactLineSearch | Method::NesterovPotential { .. } | Method::OptimizedPotential { .. } => false,
    };
    if stands {
        return Err(Error::new("a step of length 0 leads nowhere: give step sizes other than 0"));
    }
    // Without its proof a statement is refused in any case; these conditions come first.
    const CONDITIONS: [&str; 5] = ["problem: ", "number: ", "steps: ", "constants: ", "unused: this method"];
    let refusal = check(&problem.upper("0".into(), Vec::new())).err().map(|why| why.to_string()).unwrap_or_default();
    if !CONDITIONS.iter().any(|condition| refusal.starts_with(condition)) {
        return Ok(());
    }
    let (_, why) = refusal.split_once(": ").unwrap_or_default();
    Err(Error::new(format!("this is no statement that could be certified: {why}")))
}
