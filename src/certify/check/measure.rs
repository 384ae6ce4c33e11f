//! What is bounded after the last step.

use super::encounters::Encounters;
use super::field::Field;
use super::form::{Form, Vector};
use super::method::{Numbers, Oracle, positive};
use crate::certify::certificate::{Certificate, Inequality, Measure, Method, Potential};
use crate::number::Rational;

/// `a f(x) - b ‖∇f(x)‖² + c ‖z‖²`.
pub fn potential_form<F: Field>(
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
pub fn take_off<F: Field>(
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
        positive(&variance, "the variance")?;
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
