//! The solver's bound, made exact.

use crate::certify::certificate::{Certificate, Inequality, Initial, Kind, Multiplier};
use crate::certify::model::{Model, model};
use crate::certify::number::{approximate, simplest};
use crate::certify::solver::{Accuracy, Constraint, Program, Solution, prove, solve};
use crate::certify::{check, value};
use crate::number::{Rational, to_f64};
use crate::{Error, Result};
use std::collections::BTreeMap;

/// Constraints that may be violated by this much, in parts of the worst case, without being asked for.
const UNSEEN: f64 = 1e-7;

/// With more inequalities than this no exact bound is looked for: each is left out once, which takes a solution.
const LARGEST_SUPPORT: usize = 40;

/// A bound with its proof, and what the solver knew.
pub struct Solved {
    /// The bound, relaxed by a few parts in 10^10.
    pub upper: Certificate,
    /// The worst run, and multipliers in floating point.
    pub solution: Solution,
    /// The constraints of the program that take part.
    kept: Vec<usize>,
    model: Model,
}

/// Solves a program with few constraints first, then with those that its worst run violates, until there are none.
pub fn solve_exactly(problem: &Certificate) -> Result<Solved> {
    let model = model(problem)?;
    let kept = enough_constraints(&model)?;
    let (rounded, mut solution) = prove(&model.program.restricted(&kept)).map_err(|_| {
        Error::new(
            "the solver's multipliers could not be made exact: the worst case may be infinite, or the constants too far apart",
        )
    })?;
    solution.bound += to_f64(&model.noise);
    let exact: BTreeMap<&Inequality, &Rational> = model.named(&kept, &rounded.multipliers, &rounded.weights);
    let mut refusal = String::new();
    // A root among the constants was approximated: what that costs is far below a part in 10^12.
    for places in [12, 11, 10] {
        let bound = rounded_up(&(&rounded.bound + &model.noise), places);
        let upper = relaxed(problem, &exact, &(&bound - &rounded.bound - &model.noise), &bound)?;
        match check(&upper) {
            Ok(_) => return Ok(Solved { upper, solution, kept, model }),
            Err(why) => refusal = why.to_string(),
        }
    }
    Err(Error::new(format!(
        "the solver's multipliers were refused ({refusal}): the worst case may be infinite, or the constants too far apart"
    )))
}

fn enough_constraints(model: &Model) -> Result<Vec<usize>> {
    let floats = model.program.to_floats();
    let everything = || (0..floats.constraints.len()).collect::<Vec<usize>>();
    let mut kept = model.likely.clone();
    loop {
        let all = kept.len() == floats.constraints.len();
        let rough = match solve(&floats.restricted(&kept), Accuracy::ROUGH) {
            Ok(rough) => rough,
            Err(_) if !all => {
                kept = everything();
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
        let violated = floats.constraints.iter().map(violation).enumerate();
        let mut violated: Vec<(usize, f64)> = violated.filter(|(c, x)| *x > seen && kept.binary_search(c).is_err()).collect();
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
    /// The certificate of exactly this bound, which an instance attains: the multipliers of fewest inequalities are often short fractions.
    /// `None` if they are not.
    pub fn simplified(&self, bound: &str) -> Option<Certificate> {
        let target = to_f64(&approximate(bound).ok()?);
        let near = |found: f64| (found - target).abs() <= 1e-8 * target.abs();
        let too_many = self.kept.len() > LARGEST_SUPPORT;
        if too_many || !near(self.solution.bound) || value(bound).ok()?.radicand().is_some() {
            return None;
        }
        let sharp = Accuracy { tolerance: 1e-13, margin: 0.0 };
        let floats = self.model.program.to_floats();
        let mut kept = self.kept.clone();
        let mut solution = solve(&floats.restricted(&kept), sharp).ok()?;
        // Fewer inequalities leave fewer choices; without any choice the multipliers are algebraic in the constants. Those that lead back
        // to earlier points go first: proofs are rarely made of them.
        let mut order: Vec<usize> = kept.iter().copied().filter(|c| *c > 0).collect();
        order.sort_by_key(|c| std::cmp::Reverse(self.model.inequalities[c - 1].backwards()));
        for c in order.into_iter().take(LARGEST_SUPPORT) {
            let fewer: Vec<usize> = kept.iter().copied().filter(|other| *other != c).collect();
            if let Ok(found) = solve(&floats.restricted(&fewer), sharp)
                && near(found.bound + to_f64(&self.model.noise))
            {
                (kept, solution) = (fewer, found);
            }
        }
        [1e-10, 1e-9, 1e-8, 1e-7, 1e-6].iter().find_map(|error| {
            let short = |x: &f64| simplest(x.abs(), *error).map(|short| if *x < 0.0 { -short } else { short });
            let multipliers: Vec<Rational> = solution.multipliers.iter().map(short).collect::<Option<_>>()?;
            let weights: Vec<Rational> = solution.weights.iter().map(short).collect::<Option<_>>()?;
            let exact = self.model.named(&kept, &multipliers, &weights);
            let upper = relaxed(&self.upper, &exact, &Rational::ZERO, &approximate(bound).ok()?).ok()?;
            check(&upper).is_ok().then_some(upper)
        })
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
