//! The solver's bound, made exact.

use super::instance;
use crate::certify::certificate::{Certificate, Inequality, Initial, Method, Multiplier};
use crate::certify::check::{check, run_samples};
use crate::certify::model::{Model, model};
use crate::certify::number::{approximate, value};
use crate::certify::solver::{
    Attained, Constraint, Program, Rounded, Solution, Stalled, indispensable, prove, recognise, sketch,
};
use crate::number::{Rational, Surd, to_f64};
use crate::{Error, Result};
use std::collections::BTreeMap;

/// Constraints that may be violated by this much, in parts of the worst case, without being asked for.
const UNSEEN: f64 = 1e-7;

/// An instance as near as this to a bound under some of the constraints lets the others wait.
const NEAR: f64 = 1e-7;

/// Within this of what a run attains a bound counts as the least, relatively.
const LEAST: f64 = 1e-9;

/// Simple multipliers are looked for in programs of so many constraints at most, which takes a solution for each.
const SMALL: usize = 60;

/// A bound with its proof, and what comes near to it.
pub struct Solved {
    /// The bound, relaxed by a few parts in 10^10, or exact where an instance attains it.
    pub upper: Certificate,
    /// The best instance that was found.
    pub lower: Option<Certificate>,
    /// The measure of the worst run that the solver knows.
    pub attained: f64,
}

/// Solves a program with few constraints first, then with those that its worst run violates, until there are none.
pub fn solve_exactly(problem: &Certificate) -> Result<Solved> {
    let model = model(problem)?;
    let kept = model.likely.clone();
    let first = Attempt::new(problem, &model, kept)?;
    // If the bound under few constraints is attained it is the least under all of them.
    if first.is_attained(first.rough.bound, NEAR)
        && let Ok((rounded, solution)) = first.proof()
        && first.is_attained(to_f64(&rounded.bound), LEAST)
    {
        return first.solved(&rounded, &solution);
    }
    let enough = first.with_enough_constraints()?;
    let proof = enough.proof();
    if proof.as_ref().is_ok_and(|proof| enough.is_least(proof)) || enough.kept.len() == model.possible.len() {
        let (rounded, solution) = proof.map_err(|_| not_exact())?;
        return enough.solved(&rounded, &solution);
    }
    // What is left out makes no smaller bound, but sometimes room for a rounding.
    let all = Attempt::new(problem, &model, model.possible.clone())?;
    match (proof, all.proof()) {
        (Ok((rounded, solution)), Ok((other, _))) if rounded.bound <= other.bound => enough.solved(&rounded, &solution),
        (_, Ok((rounded, solution))) => all.solved(&rounded, &solution),
        (Ok((rounded, solution)), _) => enough.solved(&rounded, &solution),
        _ => Err(not_exact()),
    }
}

fn not_exact() -> Error {
    Error::new("the solver's multipliers could not be made exact: the worst case may be infinite, or the constants too far apart")
}

/// A program under some of its constraints.
struct Attempt<'a> {
    problem: &'a Certificate,
    model: &'a Model,
    kept: Vec<usize>,
    rough: Solution,
    /// The best instance that the rough solution leads to, and what it attains.
    lower: Option<(Certificate, Rational)>,
}

impl<'a> Attempt<'a> {
    fn new(problem: &'a Certificate, model: &'a Model, mut kept: Vec<usize>) -> Result<Self> {
        let floats = model.program.to_floats();
        let rough = match sketch(&floats.restricted(&kept)) {
            Err(_) if kept.len() < model.possible.len() => {
                kept.clone_from(&model.possible);
                sketch(&floats.restricted(&kept))
            }
            rough => rough,
        };
        let rough = rough.map_err(|_| {
            Error::new(
                "the solver found no finite worst case: the method may diverge, or the measure may not be bounded by this initial condition",
            )
        })?;
        let lower = instance::best(problem, Some(&rough));
        let lower = lower.and_then(|lower| approximate(&lower.bound).ok().map(|value| (lower, value)));
        Ok(Attempt { problem, model, kept, rough, lower })
    }

    /// Adds constraints until the worst run violates none.
    fn with_enough_constraints(mut self) -> Result<Self> {
        let floats = self.model.program.to_floats();
        loop {
            let seen = UNSEEN * self.rough.bound.abs().max(f64::MIN_POSITIVE);
            let others = self.model.possible.iter().filter(|c| self.kept.binary_search(c).is_err());
            let mut violated: Vec<(usize, f64)> =
                others.map(|&c| (c, excess(&floats, &floats.constraints[c], &self.rough))).filter(|(_, x)| *x > seen).collect();
            if violated.is_empty() {
                return Ok(self);
            }
            violated.sort_by(|a, b| b.1.total_cmp(&a.1));
            self.kept.extend(violated.iter().take(2 * floats.order).map(|(c, _)| *c));
            self.kept.sort_unstable();
            self = Attempt::new(self.problem, self.model, self.kept)?;
        }
    }

    /// Whether an instance attains a bound up to a relative error.
    fn is_attained(&self, bound: f64, error: f64) -> bool {
        self.lower.as_ref().is_some_and(|(_, value)| (bound / to_f64(value) - 1.0).abs() <= error)
    }

    /// Whether a bound is the least one, as far as runs are known.
    fn is_least(&self, (rounded, solution): &(Rounded, Solution)) -> bool {
        let bound = to_f64(&rounded.bound);
        self.is_attained(bound, LEAST) || (bound / solution.attained - 1.0).abs() <= LEAST
    }

    fn proof(&self) -> std::result::Result<(Rounded, Solution), Stalled> {
        let known = self.lower.as_ref().map(|(_, value)| to_f64(value));
        prove(&self.model.program.restricted(&self.kept), &self.rough, known)
    }

    /// The certificate of a proof.
    fn solved(&self, rounded: &Rounded, solution: &Solution) -> Result<Solved> {
        let simple = self.simplified(rounded, solution);
        let upper = simple.map_or_else(|| self.relaxed(rounded), Ok)?;
        let lower = self.lower.as_ref().map(|(lower, _)| lower.clone());
        Ok(Solved { upper, lower, attained: solution.attained + to_f64(&self.model.noise) })
    }

    /// The proof's own bound, rounded up to a short fraction.
    fn relaxed(&self, rounded: &Rounded) -> Result<Certificate> {
        let exact = self.model.named(&self.kept, &rounded.multipliers, &rounded.weights);
        let proved = &rounded.bound + &self.model.noise;
        let mut refusal = String::new();
        // A root among the constants was approximated: what that costs is far below a part in 10^12.
        for places in [12, 11, 10] {
            let bound = rounded_up(&proved, places);
            let upper = relaxed(self.problem, &exact, &(&bound - &proved), &bound)?;
            match check(&upper) {
                Ok(_) => return Ok(upper),
                Err(why) => refusal = why.to_string(),
            }
        }
        Err(Error::new(format!(
            "the solver's multipliers were refused ({refusal}): the worst case may be infinite, or the constants too far apart"
        )))
    }

    /// A certificate of exactly the bound that an instance attains, by simple fractions, or by few of them if need be. `None` if they are not found.
    fn simplified(&self, rounded: &Rounded, solution: &Solution) -> Option<Certificate> {
        let (lower, bound) = self.lower.as_ref()?;
        let is_rational = value(&lower.bound).is_ok_and(|bound| bound.radicand().is_none());
        if !is_rational || !self.is_attained(to_f64(&rounded.bound), LEAST) {
            return None;
        }
        let program = self.model.program.restricted(&self.kept);
        let vectors = self.vectors().unwrap_or_default();
        let attained = Attained { bound, vectors: &vectors };
        let certificate = |simple: Rounded| {
            let exact = self.model.named(&self.kept, &simple.multipliers, &simple.weights);
            relaxed(self.problem, &exact, &Rational::ZERO, bound).ok().filter(|upper| check(upper).is_ok())
        };
        recognise(&program, solution, &attained).and_then(certificate).or_else(|| {
            if self.kept.len() > SMALL {
                return None;
            }
            let mut order: Vec<usize> = (1..self.kept.len()).collect();
            order.sort_by_key(|&c| std::cmp::Reverse(self.model.inequalities[self.kept[c] - 1].remoteness()));
            let fewer = indispensable(&program.to_floats(), solution, to_f64(bound), &order);
            let simple = recognise(&program.restricted(&fewer), solution, &attained)?;
            certificate(simple.spread(&fewer, self.kept.len()))
        })
    }

    /// The program's vectors in each coordinate of the instance, in units of the start. `None` where they are not rational.
    fn vectors(&self) -> Option<Vec<Vec<Rational>>> {
        let (lower, _) = self.lower.as_ref()?;
        if matches!(lower.method, Method::ProximalPoint { .. } | Method::ProximalGradient { .. }) {
            return None;
        }
        let samples = run_samples(lower).ok()?;
        let [start, _] = samples.first()?;
        let with_points = lower.method == Method::ExactLineSearch;
        let later = samples.iter().enumerate().flat_map(|(k, [x, gradient])| {
            let point = (with_points && k > 0).then_some(x);
            point.into_iter().chain([gradient])
        });
        let basis: Vec<&Vec<Surd>> = [start].into_iter().chain(later).collect();
        let unit = start.first().filter(|unit| !unit.is_zero())?;
        let coordinate = |d: usize| -> Option<Vec<Rational>> {
            let entry = |k: &usize| {
                let ratio = basis.get(*k)?[d].clone() / unit;
                ratio.radicand().is_none().then(|| ratio.parts()[0].clone())
            };
            self.model.vectors.iter().map(entry).collect()
        };
        (0..start.len()).map(coordinate).collect()
    }
}

impl Inequality {
    /// How little an inequality is expected in a proof: those between points that lead back or far, then those to the minimiser.
    fn remoteness(&self) -> (u8, usize) {
        let (Inequality::Interpolation(i, j) | Inequality::Second(i, j)) = self else { return (0, 0) };
        match (i.parse::<usize>(), j.parse::<usize>()) {
            (Ok(i), Ok(j)) if i > j => (4, i - j),
            (Ok(i), Ok(j)) => (3, j - i),
            (Ok(i), Err(_)) => (2, i),
            (Err(_), Ok(j)) => (1, j),
            _ => (0, 0),
        }
    }
}

/// By how much a run violates a constraint.
fn excess(program: &Program<f64>, constraint: &Constraint<f64>, run: &Solution) -> f64 {
    let products: f64 = constraint.form.products.iter().map(|([i, j], x)| x * run.gram[i * program.order + j]).sum();
    let values: f64 = constraint.form.values.iter().map(|(i, x)| x * run.values[*i]).sum();
    products + values - constraint.bound
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
    Ok(problem.upper(bound.to_string(), multipliers))
}

/// The next multiple of a power of ten that is `10^-places` of the number or less.
pub fn rounded_up(x: &Rational, places: i32) -> Rational {
    let magnitude = libm::floor(libm::log10(to_f64(x).abs().max(1e-300))) as i32;
    let unit = Rational::from(10).pow((magnitude - places) as isize);
    let (whole, part) = (x / &unit).split_at_point();
    let next = if part > Rational::ZERO { Rational::from(whole) + Rational::ONE } else { Rational::from(whole) };
    next * unit
}
