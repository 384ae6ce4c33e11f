//! What a name promises: from a header to the method in its plain form.
//!
//! The plain form is the one in PyTorch's documentation where PyTorch has the name. A hyper-parameter that is omitted is 0.

use super::header::Header;
use super::setting::Setting;
use crate::number::Rational;
use crate::optimizers::{
    AdaGrad, Adam, Algorithm, AmsGrad, Coupling, Epsilon, Extrapolation, Form, MaximumOrder, Method, Moments, Momentum, NAdam,
    Nesterov, Order, RAdam, RmsProp, Scaling, SecondMoment, Unrectified, Velocity, warming_base,
};
use crate::{Error, Result};

/// The plain form of the header's optimizer.
///
/// # Errors
/// If there is no reference for this combination of hyper-parameters.
pub(super) fn plain(header: &Header) -> Result<Method> {
    let number = |name| number(header, name);
    let moments = || Moments { beta1: number("beta1"), beta2: number("beta2") };
    let (epsilon, placement) = (number("eps"), Epsilon::Outside);
    let algorithm = match header.optimizer.as_str() {
        "sgd" | "sgdw" => descent(header)?,
        "adagrad" => Algorithm::AdaGrad(AdaGrad {
            epsilon,
            placement,
            initial_accumulator: number("initial_accumulator"),
            step_decay: Rational::ZERO,
        }),
        "rmsprop" => {
            if let Some(name) = ["momentum", "centered"].into_iter().find(|name| given(header, name)) {
                return Err(Error::new(format!("there is no reference for rmsprop with '{name}'; audit it without")));
            }
            let (initial_accumulator, centred, momentum) = (Rational::ZERO, false, None);
            Algorithm::RmsProp(RmsProp { decay_rate: number("rho"), epsilon, placement, initial_accumulator, centred, momentum })
        }
        "adam" | "adamw" if given(header, "amsgrad") => {
            let (order, initial_moment) = (MaximumOrder::MaximumThenCorrect, Rational::ZERO);
            Algorithm::AmsGrad(AmsGrad { moments: moments(), epsilon, placement, order, initial_moment })
        }
        "adam" | "adamw" => Algorithm::Adam(Adam { moments: moments(), epsilon, placement, bias_correction: true }),
        "nadam" => {
            let (warming, second_moment) = (warming_base(&number("momentum_decay")), SecondMoment::Corrected);
            Algorithm::NAdam(NAdam { moments: moments(), epsilon, placement, warming, second_moment })
        }
        "radam" => {
            let (placement, threshold, unrectified) = (Epsilon::Hat, Rational::from(5), Unrectified::Momentum);
            Algorithm::RAdam(RAdam { moments: moments(), epsilon, placement, threshold, inclusive: false, unrectified })
        }
        other => return Err(Error::new(format!("there is no reference for '{other}'"))),
    };
    let method = Method::new(algorithm, number("lr"));
    let coupling = match header.optimizer.as_str() {
        "adamw" | "sgdw" => Coupling::Parameter(Scaling::StepSize, Order::Before),
        _ => Coupling::Gradient,
    };
    Ok(if given(header, "weight_decay") { method.with_decay(number("weight_decay"), coupling) } else { method })
}

/// Gradient descent with the momentum that the header gives it.
fn descent(header: &Header) -> Result<Algorithm> {
    let momentum = number(header, "momentum");
    Ok(match (given(header, "momentum"), given(header, "nesterov"), given(header, "dampening")) {
        (_, true, true) => {
            return Err(Error::new("there is no reference for Nesterov's momentum with dampening; PyTorch refuses it"));
        }
        (false, ..) => Algorithm::GradientDescent,
        (true, true, false) => {
            Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(momentum), form: Form::Corrected })
        }
        (true, false, false) => Algorithm::Momentum(Momentum { momentum, velocity: Velocity::StepOutside }),
        (true, false, true) => {
            let velocity = Velocity::Dampened { dampening: number(header, "dampening"), from_the_first: false };
            Algorithm::Momentum(Momentum { momentum, velocity })
        }
    })
}

/// A number of the header, exactly; 0 where it is omitted.
fn number(header: &Header, name: &str) -> Rational {
    match header.hyper.get(name) {
        Some(Setting::Number(x)) => Rational::try_from(*x).expect("a checked header holds finite numbers"),
        _ => Rational::ZERO,
    }
}

/// Whether a hyper-parameter is there and neither 0 nor false.
pub(super) fn given(header: &Header, name: &str) -> bool {
    !matches!(header.hyper.get(name), None | Some(Setting::Number(0.0)) | Some(Setting::Flag(false)))
}
