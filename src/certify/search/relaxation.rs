//! The solver's bound, made exact.

use crate::certify::certificate::{Certificate, Inequality, Initial, Kind, Multiplier};
use crate::certify::model::{Model, model};
use crate::certify::check;
use crate::certify::number::approximate;
use crate::certify::solver::{Accuracy, Constraint, Program, Rounded, Solution, prove, recognise, solve, thin};
use crate::number::{Rational, to_f64};
use crate::{Error, Result};
use std::collections::BTreeMap;

/// Constraints that may be violated by this much, in parts of the worst case, without being asked for.
const UNSEEN: f64 = 1e-7;

/// A bound with its proof, and what the solver knew.
pub struct Solved {
    /// The bound, relaxed by a few parts in 10^10.
    pub upper: Certificate,
    /// The worst run, and multipliers in floating point.
    pub solution: Solution,
    /// The multipliers.
    rounded: Rounded,
    /// The constraints of the program that take part.
    kept: Vec<usize>,
    model: Model,
}

/// Solves a program with few constraints first, then with those that its worst run violates, until there are none.
pub fn solve_exactly(problem: &Certificate) -> Result<Solved> {
    let model = model(problem)?;
    let kept = enough_constraints(&model)?;
    let (rounded, solution) = prove(&model.program.restricted(&kept)).map_err(|_| {
        Error::new(
            "the solver's multipliers could not be made exact: the worst case may be infinite, or the constants too far apart",
        )
    })?;
    let exact: BTreeMap<&Inequality, &Rational> = model.named(&kept, &rounded.multipliers, &rounded.weights);
    let mut refusal = String::new();
    // A root among the constants was approximated: what that costs is far below a part in 10^12.
    for places in [12, 11, 10] {
        let bound = rounded_up(&(&rounded.bound + &model.noise), places);
        let upper = relaxed(problem, &exact, &(&bound - &rounded.bound - &model.noise), &bound)?;
        match check(&upper) {
            Ok(_) => return Ok(Solved { upper, solution, rounded, kept, model }),
            Err(why) => refusal = why.to_string(),
        }
    }
    Err(Error::new(format!(
        "the solver's multipliers were refused ({refusal}): the worst case may be infinite, or the constants too far apart"
    )))
}

fn enough_constraints(model: &Model) -> Result<Vec<usize>> {
    let floats = model.program.to_floats();
    let mut kept = model.likely.clone();
    loop {
        let all = kept.len() == model.possible.len();
        let rough = match solve(&floats.restricted(&kept), Accuracy::ROUGH) {
            Ok(rough) => rough,
            Err(_) if !all => {
                kept = model.possible.clone();
                continue;
            }
            Err(_) => {
                return Err(Error::new(
                    "the solver found no finite worst case: the method may diverge, or the measure may not be bounded by this initial condition",
                ));
            }
        };
        let violation = |c: &Constraint<f64>| excess(&floats, c, &rough);
        let seen = UNSEEN * rough.bound.abs().max(f64::MIN_POSITIVE);
        let others = model.possible.iter().filter(|c| kept.binary_search(c).is_err());
        let mut violated: Vec<(usize, f64)> =
            others.map(|&c| (c, violation(&floats.constraints[c]))).filter(|(_, x)| *x > seen).collect();
        if violated.is_empty() || all {
            return Ok(kept);
        }
        violated.sort_by(|a, b| b.1.total_cmp(&a.1));
        kept.extend(violated.iter().take(2 * floats.order).map(|(c, _)| *c));
        kept.sort_unstable();
    }
}

/// By how much a run violates a constraint.
fn excess(program: &Program<f64>, constraint: &Constraint<f64>, run: &Solution) -> f64 {
    let products: f64 = constraint.form.products.iter().map(|([i, j], x)| x * run.gram[i * program.order + j]).sum();
    let values: f64 = constraint.form.values.iter().map(|(i, x)| x * run.values[*i]).sum();
    products + values - constraint.bound
}

impl Solved {
    /// A certificate of exactly this bound, which an instance attains: multipliers that are simple fractions, among fewer inequalities.
    /// `None` if there are none, or they are not found.
    pub fn simplified(&self, bound: &str) -> Option<Certificate> {
        let target = approximate(bound).ok()?;
        let found = to_f64(&(&self.rounded.bound + &self.model.noise));
        if (found / to_f64(&target) - 1.0).abs() > 1e-8 {
            return None;
        }
        let program = self.model.program.restricted(&self.kept);
        let (thinner, solution) = thin(&program, &self.rounded, &self.solution)?;
        let simple = recognise(&program, &thinner, &solution)?;
        let exact = self.model.named(&self.kept, &simple.multipliers, &simple.weights);
        let upper = relaxed(&self.upper, &exact, &(&target - &simple.bound - &self.model.noise), &target).ok()?;
        check(&upper).is_ok().then_some(upper)
    }
}

impl Model {
    /// Multipliers and weights by the names of what they multiply; the initial condition's is left out.
    fn named<'a>(
        &'a self,
        kept: &[usize],
        multipliers: &'a [Rational],
        weights: &'a [Rational],
    ) -> BTreeMap<&'a Inequality, &'a Rational> {
        let constraints = kept.iter().zip(multipliers).filter(|(c, _)| **c > 0);
        constraints.map(|(c, value)| (&self.inequalities[c - 1], value)).chain(self.weights.iter().zip(weights)).collect()
    }
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
pub fn rounded_up(x: &Rational, places: i32) -> Rational {
    let magnitude = libm::floor(libm::log10(to_f64(x).abs().max(1e-300))) as i32;
    let unit = Rational::from(10).pow((magnitude - places) as isize);
    let (whole, part) = (x / &unit).split_at_point();
    let next = if part > Rational::ZERO { Rational::from(whole) + Rational::ONE } else { Rational::from(whole) };
    next * unit
}
