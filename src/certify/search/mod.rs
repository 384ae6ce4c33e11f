//! Finds certificates: by a formula where one is known, by the solver otherwise. What is returned has been checked.

mod eigenvalue;
mod formula;
mod instance;
mod relaxation;

use super::certificate::{Certificate, Class, Initial, Measure};
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

/// The least upper bound that can be certified for a problem, whose `bound` and multipliers are ignored.
///
/// # Errors
/// If the problem makes no sense (an empty class, numbers that are none, a measure that the method does not have), if the worst case is
/// infinite, or if the solver's multipliers cannot be made exact.
pub fn worst_case(problem: &Certificate) -> Result<Found> {
    sensible(problem)?;
    if matches!(problem.class, Class::Quadratic { .. }) {
        return eigenvalue::worst(problem);
    }
    // A formula's bound need not be the least one; only one that is attained is taken without asking the solver.
    if let Some(upper) = formula::upper(problem).filter(|upper| check(upper).is_ok())
        && let Some(lower) = instance::best(&upper, None).filter(|lower| lower.bound == upper.bound)
    {
        return Ok(Found { upper, proof: Proof::Formula, lower: Some(lower), attained: None });
    }
    let relaxation::Solved { upper, lower, attained } = relaxation::solve_exactly(problem)?;
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
    let of_distance = matches!(problem.initial, Initial::Distance(_)) || problem.measure == Measure::Distance;
    if of_distance && matches!(problem.class, Class::Smooth { .. }) {
        return Err(Error::new("a non-convex function need not have a minimiser to be near to: measure gradients or values"));
    }
    match problem.steps {
        0 => Err(Error::new("0 steps: give --steps 1 or more")),
        1..=100 => Ok(()),
        more => Err(Error::new(format!("{more} steps: a worst case of more than 100 is too large for the solver"))),
    }
}
