//! What a name promises: from a header to the method in its plain form.
//!
//! The plain form is the one in PyTorch's documentation where PyTorch has the name. A hyper-parameter that is omitted is 0.

use super::conventions::tensors::plain_ratio;
use super::header::Header;
use super::setting::Setting;
use crate::number::Rational;
use crate::optimizers::{
    AdaBound, AdaGrad, Adadelta, Adam, Adamax, Adaptation, Algorithm, AmsGrad, AtZero, Coupling, Epsilon, Extrapolation, Form,
    Goal, L1, Lamb, Lars, Lion, MaximumOrder, Method, Moments, Momentum, NAdam, Nesterov, NormEpsilon, Normalized, Order, RAdam,
    RmsProp, Scaling, Scope, SecondMoment, Signum, StepNorm, Treatment, Unrectified, Velocity, warming_base,
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
    let penalised = |treatment| Algorithm::L1(L1 { strength: number("l1"), treatment });
    let algorithm = match header.optimizer.as_str() {
        "sgd" | "sgdw" => descent(header)?,
        "nesterov" => Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Counting, form: Form::Sequence }),
        "signsgd" if given(header, "momentum") => Algorithm::Signum(Signum { momentum: number("momentum") }),
        "signsgd" => Algorithm::SignDescent,
        "lion" => Algorithm::Lion(Lion { moments: moments() }),
        "adagrad" => {
            let (initial_accumulator, step_decay) = (number("initial_accumulator"), number("lr_decay"));
            Algorithm::AdaGrad(AdaGrad { epsilon, placement, initial_accumulator, step_decay })
        }
        "adadelta" => Algorithm::Adadelta(Adadelta { decay_rate: number("rho"), epsilon }),
        "rmsprop" => {
            let (initial_accumulator, centred) = (number("initial_accumulator"), given(header, "centered"));
            let velocity = || Momentum { momentum: number("momentum"), velocity: Velocity::StepOutside };
            let momentum = given(header, "momentum").then(velocity);
            Algorithm::RmsProp(RmsProp { decay_rate: number("rho"), epsilon, placement, initial_accumulator, centred, momentum })
        }
        "adam" | "adamw" if given(header, "amsgrad") => {
            let (order, initial_moment) = (MaximumOrder::MaximumThenCorrect, Rational::ZERO);
            Algorithm::AmsGrad(AmsGrad { moments: moments(), epsilon, placement, order, initial_moment })
        }
        "adam" | "adamw" => Algorithm::Adam(Adam { moments: moments(), epsilon, placement, bias_correction: true }),
        "adamax" => Algorithm::Adamax(Adamax { moments: moments(), epsilon, placement: NormEpsilon::InMaximum }),
        "nadam" | "nadamw" => {
            let (warming, second_moment) = (warming_base(&number("momentum_decay")), SecondMoment::Corrected);
            Algorithm::NAdam(NAdam { moments: moments(), epsilon, placement, warming, second_moment })
        }
        "radam" | "radamw" => {
            let (placement, threshold, unrectified) = (Epsilon::Hat, Rational::from(5), Unrectified::Momentum);
            Algorithm::RAdam(RAdam { moments: moments(), epsilon, placement, threshold, inclusive: false, unrectified })
        }
        "adabound" => Algorithm::AdaBound(AdaBound {
            moments: moments(),
            epsilon,
            placement: Epsilon::Hat,
            final_step_size: number("final_lr"),
            base_step_size: Some(number("lr")),
            convergence: number("gamma"),
            bias_correction: true,
            root_decay: false,
            maximum: given(header, "amsgrad"),
        }),
        "ngd" => Algorithm::Normalized(Normalized { epsilon, scope: Scope::All }),
        "lamb" => {
            let adam = Adam { moments: moments(), epsilon, placement, bias_correction: true };
            let (trust, adaptation) = (plain_ratio(Rational::ONE, Rational::ZERO), Adaptation::Always);
            Algorithm::Lamb(Lamb { adam, decay: number("weight_decay"), trust, adaptation })
        }
        "lars" => {
            let momentum = Momentum { momentum: number("momentum"), velocity: Velocity::StepInside };
            let trust = plain_ratio(number("trust_coefficient"), epsilon);
            let (step_norm, adaptation) = (StepNorm::Separate, Adaptation::Always);
            Algorithm::Lars(Lars { momentum, decay: number("weight_decay"), trust, step_norm, adaptation })
        }
        "l1-subgradient" => penalised(Treatment::Subgradient(AtZero::Zero)),
        "ista" => penalised(Treatment::Proximal),
        "fista" => penalised(Treatment::Accelerated),
        other => return Err(Error::new(format!("there is no reference for '{other}'"))),
    };
    let goal = if given(header, "maximize") { Goal::Maximize } else { Goal::Minimize };
    let method = Method { goal, ..Method::new(algorithm, number("lr")) };
    let coupling = match header.optimizer.as_str() {
        "adamw" | "sgdw" | "nadamw" | "radamw" | "lion" => Coupling::Parameter(Scaling::StepSize, Order::Before),
        _ => Coupling::Gradient,
    };
    // LAMB and LARS have their decay in the step.
    let around = given(header, "weight_decay") && !matches!(method.algorithm, Algorithm::Lamb(_) | Algorithm::Lars(_));
    Ok(if around { method.with_decay(number("weight_decay"), coupling) } else { method })
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
fn given(header: &Header, name: &str) -> bool {
    !matches!(header.hyper.get(name), None | Some(Setting::Number(0.0)) | Some(Setting::Flag(false)))
}
