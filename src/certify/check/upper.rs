//! Upper bounds: the inequalities, added up, leave a sum of squares.

use super::class::{Constants, Sample};
use super::exact::going_on;
use super::expression::parse;
use super::field::Field;
use super::form::{Combine, Form, Vector};
use super::method::{Numbers, Oracle, run};
use crate::certify::certificate::{Certificate, Class, Inequality, Initial, Measure, Method, Potential};
use crate::number::Rational;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that the method meets: points, and names of the basis vectors.
pub struct Encounters<F> {
    basis: Vec<String>,
    first: Vec<Sample<F>>,
    second: Vec<Sample<F>>,
    /// Gradients of the two functions at the minimiser of their sum.
    balance: Option<usize>,
    rational: Box<dyn Fn(Rational) -> F>,
    values: usize,
    /// Whether proximal steps are on the second of two functions.
    composite: bool,
}

impl<F: Field> Encounters<F> {
    fn fresh(&mut self, name: String) -> Vector<F> {
        self.basis.push(name);
        Vector([(self.basis.len() - 1, (self.rational)(Rational::ONE))].into())
    }

    fn sample(&mut self, point: Vector<F>, gradient: Vector<F>) -> Sample<F> {
        self.values += 1;
        Sample { point, gradient, value: Some(self.values - 1) }
    }

    fn star(&self, second: bool) -> Sample<F> {
        let sign = if second { Rational::NEG_ONE } else { Rational::ONE };
        let gradient = self.balance.map(|index| (index, (self.rational)(sign))).into_iter().collect();
        Sample { point: Vector(BTreeMap::new()), gradient: Vector(gradient), value: None }
    }

    /// The sample that a label names: `"*"`, or a number; the second function's and a proximal point's numbers start at 1.
    fn labelled(&self, label: &str, second: bool) -> Result<Sample<F>, String> {
        if label == "*" {
            return Ok(self.star(second));
        }
        let number: Option<usize> = label.parse().ok().filter(|number: &usize| number.to_string() == label);
        let found = number.and_then(|number| match number.checked_sub(1) {
            // A proximal point's only gradient of the first list is that at the start, if the initial condition speaks of it.
            Some(index) if second || !self.second.is_empty() && !self.composite => self.second.get(index),
            None if second => None,
            _ => self.first.get(number),
        });
        found.cloned().ok_or_else(|| format!("labels: there is no point '{label}'"))
    }

    /// The sample that was taken at a point.
    fn at(&self, point: &Vector<F>) -> Option<&Sample<F>> {
        let proximal = if self.composite { &[][..] } else { &self.second[..] };
        self.first.iter().chain(proximal).find(|known| same(&known.point, point))
    }
}

impl<F: Field> Oracle<F, Vector<F>> for Encounters<F> {
    fn gradient(&mut self, at: &Vector<F>) -> Result<Vector<F>, String> {
        going_on()?;
        // A function has one gradient at a point; of subgradients, the method is given the same one again.
        if let Some(known) = self.at(at) {
            return Ok(known.gradient.clone());
        }
        let gradient = self.fresh(format!("g{}", self.first.len()));
        let sample = self.sample(at.clone(), gradient.clone());
        self.first.push(sample);
        Ok(gradient)
    }

    fn proximal(&mut self, from: &Vector<F>, step_size: &F) -> Result<Vector<F>, String> {
        let subgradient = self.fresh(format!("s{}", self.second.len() + 1));
        let point = from.plus(&-step_size.clone(), &subgradient);
        let sample = self.sample(point.clone(), subgradient);
        self.second.push(sample);
        Ok(point)
    }

    fn ray(&mut self, _: &Vector<F>, _: &Vector<F>) -> Result<Vector<F>, String> {
        let name = format!("x{}", self.first.len());
        Ok(self.fresh(name)) // anywhere: what is known of it are the two equalities of the search
    }
}

fn same<F: Field>(a: &Vector<F>, b: &Vector<F>) -> bool {
    let equal = |((i, x), (j, y)): ((&usize, &F), (&usize, &F))| i == j && (x.clone() - y.clone()).is_zero();
    a.0.len() == b.0.len() && a.0.iter().zip(&b.0).all(equal)
}

/// What is left of the bound after all inequalities are taken off, with the names of its vectors.
pub struct Remainder<F> {
    /// The form that must not be negative.
    pub form: Form<F>,
    /// Names of the basis vectors.
    pub basis: Vec<String>,
}

/// Adds up the inequalities of a certificate. The error says which condition fails.
pub fn remainder<F: Field>(
    certificate: &Certificate,
    names: &F::Names,
    rational: Box<dyn Fn(Rational) -> F>,
) -> Result<Remainder<F>, String>
where
    F: 'static,
{
    let constant = |value: Rational| F::rational(value, names);
    let number: &Numbers<F> = &|text| parse::<F>(text, names);
    let composite = matches!(certificate.class, Class::Composite { .. });
    let constants = Constants::read(&certificate.class, number, &constant)?;
    let mut met =
        Encounters { basis: Vec::new(), first: Vec::new(), second: Vec::new(), balance: None, rational, values: 0, composite };
    let start = met.fresh("x0".into());
    let two_sequences = matches!(certificate.method, Method::NesterovPotential { .. } | Method::OptimizedPotential { .. });
    let second = if two_sequences { met.fresh("z0".into()) } else { start.clone() };
    if composite {
        met.fresh("g*".into());
        met.balance = Some(met.basis.len() - 1);
    }

    // What is known at the start, as a form that is at most `level`.
    let mut known = Form::new();
    let level = match &certificate.initial {
        Initial::Distance(level) => {
            known.product(&constant(Rational::ONE), &start, &start);
            number(level)?
        }
        Initial::FunctionGap(level) => {
            met.gradient(&start)?;
            known.value(&constant(Rational::ONE), met.first[0].value);
            number(level)?
        }
        Initial::GradientNorm(level) => {
            let gradient = met.gradient(&start)?;
            known.product(&constant(Rational::ONE), &gradient, &gradient);
            number(level)?
        }
        Initial::Potential(potential) => {
            known = potential_form(potential, &start, &second, &mut met, number)?;
            constant(Rational::ONE)
        }
    };
    super::method::positive(&level, "the initial condition's level")?;

    let [output, last] = run(&certificate.method, certificate.steps, [start, second], number, constant, &mut met)?;
    let mut left = Form::new();
    left.constant(&number(&certificate.bound)?);
    measure(certificate, &output, &last, &mut met, number, &constant, &mut left)?;

    let mut seen = BTreeSet::new();
    for multiplier in &certificate.multipliers {
        going_on()?;
        if !seen.insert(&multiplier.of) {
            return Err(format!("labels: {:?} is listed twice", multiplier.of));
        }
        let value = number(&multiplier.value)?;
        if value.is_zero() {
            return Err(format!("unused: {:?} has the multiplier 0; leave it out", multiplier.of));
        }
        let free = matches!(multiplier.of, Inequality::Orthogonal(_) | Inequality::Stationary(_));
        if !free && !value.is_nonnegative() {
            return Err(format!("sign: the multiplier of {:?} is negative: {}", multiplier.of, multiplier.value));
        }
        if matches!(multiplier.of, Inequality::Best(_)) {
            continue; // taken by the measure
        }
        let inequality = inequality(&multiplier.of, certificate, &constants, &met, &constant)?;
        left.add(&-value, &inequality);
    }

    let bounded = |of: &Inequality| matches!(of, Inequality::Lipschitz(_));
    if matches!(certificate.class, Class::ConvexLipschitz { .. }) && !seen.iter().any(|of| bounded(of)) {
        return Err("unused: no inequality needs M; the claim holds for all convex functions".into());
    }

    // The rest of the constant is what the initial condition must pay for.
    let rest = left.constant.take().unwrap_or_else(|| constant(Rational::ZERO));
    let price = rest / level.clone();
    if !price.is_nonnegative() {
        return Err(format!("sign: the initial condition would have the multiplier {price}"));
    }
    left.add(&price, &known); // - price (level - known), and the constants cancel
    if let Some((index, value)) = left.values.iter().next() {
        return Err(format!("linear identity: the function value number {index} is left {value} times"));
    }
    Ok(Remainder { form: left, basis: met.basis })
}

/// `a f(x) - b ‖∇f(x)‖² + c ‖z‖²`.
fn potential_form<F: Field>(
    potential: &Potential,
    x: &Vector<F>,
    z: &Vector<F>,
    met: &mut Encounters<F>,
    number: &Numbers<F>,
) -> Result<Form<F>, String> {
    let mut form = Form::new();
    if potential.value.is_none() && potential.gradient.is_none() && potential.distance.is_none() {
        return Err("problem: the potential is empty".into());
    }
    if potential.value.is_some() || potential.gradient.is_some() {
        met.gradient(x)?;
    }
    let at = met.at(x).cloned();
    if let (Some(value), Some(at)) = (&potential.value, &at) {
        form.value(&number(value)?, at.value);
    }
    if let (Some(gradient), Some(at)) = (&potential.gradient, &at) {
        form.product(&-number(gradient)?, &at.gradient, &at.gradient);
    }
    if let Some(distance) = &potential.distance {
        form.product(&number(distance)?, z, z);
    }
    Ok(form)
}

/// Takes the measure off.
fn measure<F: Field>(
    certificate: &Certificate,
    x: &Vector<F>,
    z: &Vector<F>,
    met: &mut Encounters<F>,
    number: &Numbers<F>,
    constant: &dyn Fn(Rational) -> F,
    left: &mut Form<F>,
) -> Result<(), String> {
    let (one, back) = (constant(Rational::ONE), constant(Rational::NEG_ONE));
    let measured = &certificate.measure;
    if let Method::StochasticGradientDescent { step_size, variance } = &certificate.method {
        let (step_size, variance) = (number(step_size)?, number(variance)?);
        super::method::positive(&variance, "the variance")?;
        left.constant(&-(step_size.clone() * step_size * variance)); // the noise has mean 0: the cross term vanishes
    }
    if !matches!(measured, Measure::Distance | Measure::Potential(_)) {
        met.gradient(x)?;
    }
    match (measured, met.at(x).cloned()) {
        (Measure::Distance, _) => left.product(&back, x, x),
        (Measure::Potential(potential), _) => left.add(&back, &potential_form(potential, x, z, met, number)?),
        (Measure::FunctionGap, Some(last)) => {
            left.value(&back, last.value);
            if met.composite {
                left.value(&back, met.second.last().and_then(|sample| sample.value));
            }
        }
        (Measure::GradientNorm, Some(last)) => left.product(&back, &last.gradient, &last.gradient),
        (Measure::BestFunctionGap | Measure::BestGradientNorm, Some(last)) => {
            let mut total = constant(Rational::ZERO);
            for multiplier in &certificate.multipliers {
                let Inequality::Best(label) = &multiplier.of else { continue };
                let (weight, sample) = (number(&multiplier.value)?, met.labelled(label, false)?);
                let started = !met.second.is_empty() && label == "0";
                if sample.value.is_none() || started {
                    return Err(format!("weights: '{label}' is none of the points among which the least is taken"));
                }
                match measured {
                    Measure::BestFunctionGap => left.value(&-weight.clone(), sample.value),
                    _ => left.product(&-weight.clone(), &sample.gradient, &sample.gradient),
                }
                total = total + weight;
            }
            if !(total.clone() - one).is_zero() {
                return Err(format!("weights: those of the iterates sum to {total}, not to 1"));
            }
            let named =
                |of: &Inequality| labels(of).any(|label| met.labelled(label, false).is_ok_and(|at| at.value == last.value));
            if !certificate.multipliers.iter().any(|multiplier| named(&multiplier.of)) {
                return Err("unused: nothing is said of the output, so that the last step's size is not used".into());
            }
        }
        _ => return Err("problem: this measure is not defined for this method and class".into()),
    }
    let weighted = matches!(measured, Measure::BestFunctionGap | Measure::BestGradientNorm);
    if !weighted && certificate.multipliers.iter().any(|multiplier| matches!(multiplier.of, Inequality::Best(_))) {
        return Err("weights: those of iterates belong to the measures of the best iterate".into());
    }
    Ok(())
}

/// The points of an inequality.
fn labels(of: &Inequality) -> impl Iterator<Item = &String> {
    match of {
        Inequality::Interpolation(i, j) | Inequality::Second(i, j) => vec![i, j],
        Inequality::Lipschitz(i) | Inequality::Best(i) | Inequality::Orthogonal(i) | Inequality::Stationary(i) => vec![i],
    }
    .into_iter()
}

fn inequality<F: Field>(
    of: &Inequality,
    certificate: &Certificate,
    constants: &Constants<F>,
    met: &Encounters<F>,
    constant: &dyn Fn(Rational) -> F,
) -> Result<Form<F>, String> {
    let one = constant(Rational::ONE);
    let pair = |i: &String, j: &String, second: bool| {
        if i == j {
            Err(format!("labels: an inequality from '{i}' to itself"))
        } else {
            Ok([met.labelled(i, second)?, met.labelled(j, second)?])
        }
    };
    let searched = |label: &String| {
        if certificate.method != Method::ExactLineSearch {
            return Err("labels: only an exact line search has equalities".to_string());
        }
        let this = met.labelled(label, false)?;
        let before = label.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let before = before.ok_or("labels: an exact line search ends at the points 1, 2, ...")?;
        Ok([this, met.labelled(&before.to_string(), false)?])
    };
    let mut form = Form::new();
    match of {
        Inequality::Interpolation(i, j) => {
            let [i, j] = pair(i, j, false)?;
            return constants.interpolation([&i, &j], constant);
        }
        Inequality::Second(i, j) if met.composite => {
            let [i, j] = pair(i, j, true)?;
            let convex = Constants::Convex { mu: constant(Rational::ZERO), lipschitz: None };
            return convex.interpolation([&i, &j], constant);
        }
        Inequality::Lipschitz(label) => {
            let Constants::Convex { lipschitz: Some(bound), .. } = constants else {
                return Err("labels: only the class convex-lipschitz bounds subgradients".into());
            };
            let sample = met.labelled(label, false)?;
            form.constant(bound);
            form.product(&-one, &sample.gradient, &sample.gradient);
        }
        Inequality::Orthogonal(label) => {
            let [this, before] = searched(label)?;
            form.product(&one, &this.gradient, &before.gradient);
        }
        Inequality::Stationary(label) => {
            let [this, before] = searched(label)?;
            let back = constant(Rational::NEG_ONE);
            form.product(&one, &this.gradient, &this.point.plus(&back, &before.point));
        }
        Inequality::Second(..) | Inequality::Best(_) => {
            return Err(format!("labels: {of:?} is none of this problem's inequalities"));
        }
    }
    Ok(form)
}
