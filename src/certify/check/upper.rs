//! Upper bounds: the inequalities, added up, leave a sum of squares.

use super::class::Constants;
use super::encounters::Encounters;
use super::exact::going_on;
use super::expression::parse;
use super::field::Field;
use super::form::{Combine, Form};
use super::measure::{potential_form, take_off};
use super::method::{Numbers, Oracle, positive, run};
use crate::certify::certificate::{Certificate, Class, Inequality, Initial, Method};
use crate::number::Rational;
use std::collections::BTreeSet;

/// What is left of the bound after all inequalities are taken off, with the names of its vectors.
pub struct Remainder<F> {
    /// The form that must not be negative.
    pub form: Form<F>,
    /// Names of the basis vectors.
    pub basis: Vec<String>,
}

/// Adds up the inequalities of a certificate. The error says which condition fails.
pub fn remainder<F: Field + 'static>(
    certificate: &Certificate,
    names: &F::Names,
    rational: Box<dyn Fn(Rational) -> F>,
) -> Result<Remainder<F>, String> {
    let constant = |value: Rational| F::rational(value, names);
    let number: &Numbers<F> = &|text| parse::<F>(text, names);
    let composite = matches!(certificate.class, Class::Composite { .. });
    let constants = Constants::read(&certificate.class, number, &constant)?;
    let mut met = Encounters::new(composite, rational);
    let start = met.fresh("x0".into());
    let two_sequences = matches!(certificate.method, Method::NesterovPotential { .. } | Method::OptimizedPotential { .. });
    let second = if two_sequences { met.fresh("z0".into()) } else { start.clone() };
    if composite {
        met.balanced();
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
    positive(&level, "the initial condition's level")?;

    let [output, last] = run(&certificate.method, certificate.steps, [start, second], number, constant, &mut met)?;
    let mut left = Form::new();
    left.constant(&number(&certificate.bound)?);
    take_off(certificate, &output, &last, &mut met, number, &constant, &mut left)?;

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
