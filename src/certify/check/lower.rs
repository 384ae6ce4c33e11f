//! Lower bounds: a function of the class, run exactly, attains the value.

use super::exact::{Exact, going_on};
use super::expression::parse;
use super::field::Field;
use super::form::Combine;
use super::member::Member;
use super::method::{Oracle, run};
use crate::certify::certificate::{Certificate, Class, Initial, Measure, Method, Number};
use crate::number::{Rational, Real};
use std::cell::Cell;

/// A point of the function's space.
pub type Point = Vec<Exact>;

impl Combine<Exact> for Point {
    fn plus(&self, coefficient: &Exact, other: &Self) -> Self {
        self.iter().zip(other).map(|(x, y)| x.clone() + coefficient.clone() * y).collect()
    }
}

/// Σ x_i².
pub fn squared_norm(x: &Point) -> Exact {
    x.iter().fold(Exact::zero(), |sum, x| sum + x.clone() * x)
}

/// The function, and the points that the method asks about or moves to.
struct Visits<'a> {
    member: &'a Member,
    points: Vec<Point>,
    /// Whether the measure looks at all of them.
    keeps: bool,
    /// Whether proximal steps are on a second function, which is zero.
    composite: bool,
}

impl Oracle<Exact, Point> for Visits<'_> {
    fn gradient(&mut self, at: &Point) -> Result<Point, String> {
        going_on()?;
        self.points.extend(self.keeps.then(|| at.clone()));
        self.member.gradient(at)
    }

    fn proximal(&mut self, from: &Point, step_size: &Exact) -> Result<Point, String> {
        let point = if self.composite { from.clone() } else { self.member.proximal(from, step_size)? };
        going_on()?;
        self.points.extend(self.keeps.then(|| point.clone()));
        Ok(point)
    }

    fn ray(&mut self, from: &Point, gradient: &Point) -> Result<Point, String> {
        self.member.ray(from, gradient)
    }
}

/// Whether the run of the certificate's function starts where it may and ends where it is said to.
pub fn attained(certificate: &Certificate) -> Result<(), String> {
    let names = Cell::new(0);
    let [known, level, value] = run_function(certificate, &names)?;
    if known > level {
        return Err(format!("initial condition: {known} at the start, and at most {level} is allowed"));
    }
    let bound = parse::<Exact>(&certificate.bound, &names)?;
    if bound.is_nonnegative() && value >= bound {
        Ok(())
    } else {
        Err(format!("attained value: the run ends at {value}, not at {bound} or more"))
    }
}

/// Runs the certificate's function: the quantity of the initial condition at the start, its level, and the measure at the end.
pub fn run_function(certificate: &Certificate, names: &Cell<u64>) -> Result<[Exact; 3], String> {
    let keeps = matches!(certificate.measure, Measure::BestFunctionGap | Measure::BestGradientNorm);
    run_visiting(certificate, names, keeps).map(|(numbers, ..)| numbers)
}

/// The points of a run of a method that takes gradients at them, seen from the minimiser, and the gradients.
#[cfg(feature = "solver")]
pub fn run_samples(certificate: &Certificate, names: &Cell<u64>) -> Result<Vec<[Point; 2]>, String> {
    let (_, member, points) = run_visiting(certificate, names, true)?;
    let star = member.minimiser();
    points.iter().map(|x| Ok([x.plus(&Exact::int(-1), &star), member.gradient(x)?])).collect()
}

/// `keeps`: whether all points are wanted, and not the output alone.
fn run_visiting(certificate: &Certificate, names: &Cell<u64>, keeps: bool) -> Result<([Exact; 3], Member, Vec<Point>), String> {
    let number = |text: &Number| parse::<Exact>(text, names);
    let function = certificate.function.as_ref().ok_or("kind: a lower bound needs a function")?;
    let start: Point = certificate.start.iter().map(number).collect::<Result<_, _>>()?;
    let member = Member::read(function, start.len(), &number)?;
    member.belongs(&certificate.class, &number)?;
    if matches!(
        certificate.method,
        Method::StochasticGradientDescent { .. } | Method::NesterovPotential { .. } | Method::OptimizedPotential { .. }
    ) {
        return Err("problem: this method has no lower certificates".into());
    }

    let star = member.minimiser();
    let from_star = |x: &Point| squared_norm(&x.plus(&Exact::int(-1), &star));
    let (known, level) = match &certificate.initial {
        Initial::Distance(level) => (from_star(&start), number(level)?),
        Initial::FunctionGap(level) => (member.gap(&start)?, number(level)?),
        Initial::GradientNorm(level) => (squared_norm(&member.gradient(&start)?), number(level)?),
        Initial::Potential(_) => {
            return Err("problem: lower bounds start from a distance, a function gap or a gradient norm".into());
        }
    };
    let mut visits =
        Visits { member: &member, points: Vec::new(), keeps, composite: matches!(certificate.class, Class::Composite { .. }) };
    let constant = |value: Rational| Exact::from(value);
    let [output, _] = run(&certificate.method, certificate.steps, [start.clone(), start], &number, constant, &mut visits)?;
    if !matches!(certificate.method, Method::ProximalPoint { .. } | Method::ProximalGradient { .. }) {
        visits.points.push(output.clone());
    }
    let best = |of: &dyn Fn(&Point) -> Result<Exact, String>| -> Result<Exact, String> {
        let values: Vec<Exact> = visits.points.iter().map(of).collect::<Result<_, _>>()?;
        values
            .into_iter()
            .reduce(|least, next| if next < least { next } else { least })
            .ok_or_else(|| "no point was visited".into())
    };
    let slope = |x: &Point| member.gradient(x).map(|gradient| squared_norm(&gradient));
    let value = match &certificate.measure {
        Measure::FunctionGap => member.gap(&output)?,
        Measure::Distance => from_star(&output),
        Measure::GradientNorm => slope(&output)?,
        Measure::BestFunctionGap => best(&|x| member.gap(x))?,
        Measure::BestGradientNorm => best(&slope)?,
        Measure::Potential(_) => return Err("problem: lower bounds are of function gaps, distances and gradient norms".into()),
    };
    let points = visits.points;
    Ok(([known, level, value], member, points))
}
