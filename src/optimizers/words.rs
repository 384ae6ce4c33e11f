//! An algorithm and a method in words, for witnesses and refusals.

use super::{
    AdaBound, AdaGrad, Adadelta, Adam, Adamax, Algorithm, AmsGrad, Epsilon, Extrapolation, Form, Goal, HeavyBall, L1, Lamb, Lars,
    Lion, Method, Moments, Momentum, NAdam, Nesterov, Normalized, RAdam, RmsProp, Signum, Treatment, Velocity,
};
use crate::number::Rational;
use std::fmt::{Display, Formatter, Result};

/// What the users call it, with the numbers that tell one from another: `Adam, ε outside the root (β₁ = 9/10, β₂ = 999/1000, ε = 1/100000000)`.
impl Display for Algorithm {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let (name, numbers) = described(self);
        f.write_str(&name)?;
        let numbers: Vec<String> = numbers.into_iter().map(|(symbol, value)| format!("{symbol} = {value}")).collect();
        if numbers.is_empty() { Ok(()) } else { write!(f, " ({})", numbers.join(", ")) }
    }
}

/// The algorithm with its step size; what is around it, where something is.
impl Display for Method {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}, η = {}", self.algorithm, self.step_size)?;
        if let Some(decay) = &self.decay {
            write!(f, ", weight decay {}", decay.strength)?;
        }
        if let Some([low, high]) = &self.interval {
            write!(f, ", projected onto [{low}, {high}]")?;
        }
        if self.goal == Goal::Maximize { f.write_str(", uphill") } else { Ok(()) }
    }
}

impl Display for Epsilon {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Epsilon::Outside => "ε outside the root",
            Epsilon::Inside => "ε inside the root",
            Epsilon::Hat => "ε̂ on the uncorrected moment",
        })
    }
}

impl<W> Display for Velocity<W> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Velocity::StepOutside => "momentum of summed gradients",
            Velocity::StepInside => "momentum of summed steps",
            Velocity::Average => "momentum of averaged gradients",
            Velocity::Dampened { from_the_first: true, .. } => "momentum dampened from the first step",
            Velocity::Dampened { from_the_first: false, .. } => "momentum dampened after the first step",
        })
    }
}

type Numbers<'a> = Vec<(&'static str, &'a Rational)>;

fn described(algorithm: &Algorithm) -> (String, Numbers<'_>) {
    let plain = |name: &str| name.to_owned();
    match algorithm {
        Algorithm::GradientDescent => (plain("gradient descent"), vec![]),
        Algorithm::Momentum(rule) => (rule.velocity.to_string(), of_momentum(rule)),
        Algorithm::HeavyBall(HeavyBall { momentum }) => (plain("heavy ball"), vec![("β", momentum)]),
        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(momentum), form }) => {
            (format!("Nesterov's method {}", point(*form)), vec![("β", momentum)])
        }
        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Counting, form }) => {
            (format!("Nesterov's method {}, β = (k - 1)/(k + 2)", point(*form)), vec![])
        }
        Algorithm::Fista => (plain("FISTA"), vec![]),
        Algorithm::SignDescent => (plain("signSGD"), vec![]),
        Algorithm::Signum(Signum { momentum }) => (plain("Signum"), vec![("β", momentum)]),
        Algorithm::Lion(Lion { moments }) => (plain("Lion"), of_moments(moments).into()),
        Algorithm::AdaGrad(AdaGrad { epsilon, placement, initial_accumulator, step_decay }) => {
            let numbers = vec![("ε", epsilon), ("G₀", initial_accumulator), ("decay of η", step_decay)];
            (format!("AdaGrad, {placement}"), numbers)
        }
        Algorithm::Adadelta(Adadelta { decay_rate, epsilon }) => (plain("Adadelta"), vec![("ρ", decay_rate), ("ε", epsilon)]),
        Algorithm::RmsProp(RmsProp { decay_rate, epsilon, placement, initial_accumulator, centred, momentum }) => {
            let own = vec![("γ", decay_rate), ("ε", epsilon), ("v₀", initial_accumulator)];
            let centre = if *centred { "centred RMSprop" } else { "RMSprop" };
            let with = momentum.as_ref().map(|rule| format!(" with {}", rule.velocity)).unwrap_or_default();
            let numbers = [own, momentum.as_ref().map(of_momentum).unwrap_or_default()].concat();
            (format!("{centre}{with}, {placement}"), numbers)
        }
        Algorithm::Adam(Adam { moments, epsilon, placement, bias_correction }) => {
            let correction = if *bias_correction { "" } else { " without bias correction" };
            (format!("Adam{correction}, {placement}"), with_epsilon(moments, epsilon))
        }
        Algorithm::Adamax(Adamax { moments, epsilon, .. }) => (plain("Adamax"), with_epsilon(moments, epsilon)),
        Algorithm::AmsGrad(AmsGrad { moments, epsilon, placement, .. }) => {
            (format!("AMSGrad, {placement}"), with_epsilon(moments, epsilon))
        }
        Algorithm::NAdam(NAdam { moments, epsilon, placement, .. }) => {
            (format!("NAdam, {placement}"), with_epsilon(moments, epsilon))
        }
        Algorithm::RAdam(RAdam { moments, epsilon, placement, .. }) => {
            (format!("RAdam, {placement}"), with_epsilon(moments, epsilon))
        }
        Algorithm::AdaBound(AdaBound { moments, epsilon, placement, final_step_size, convergence, maximum, .. }) => {
            let name = if *maximum { "AMSBound" } else { "AdaBound" };
            let bounds = vec![("final η", final_step_size), ("γ", convergence)];
            (format!("{name}, {placement}"), [with_epsilon(moments, epsilon), bounds].concat())
        }
        Algorithm::L1(L1 { strength, treatment }) => (plain(treated(*treatment)), vec![("λ", strength)]),
        Algorithm::Normalized(Normalized { epsilon, .. }) => (plain("normalized gradient descent"), vec![("ε", epsilon)]),
        Algorithm::Lamb(Lamb { adam: Adam { moments, epsilon, placement, .. }, decay, .. }) => {
            let numbers = [with_epsilon(moments, epsilon), vec![("weight decay", decay)]].concat();
            (format!("LAMB, {placement}"), numbers)
        }
        Algorithm::Lars(Lars { momentum, decay, trust, .. }) => {
            let own = vec![("weight decay", decay), ("trust coefficient", &trust.coefficient), ("ε", &trust.epsilon)];
            (format!("LARS with {}", momentum.velocity), [own, of_momentum(momentum)].concat())
        }
    }
}

fn of_moments(Moments { beta1, beta2 }: &Moments<Rational>) -> [(&'static str, &Rational); 2] {
    [("β₁", beta1), ("β₂", beta2)]
}

fn with_epsilon<'a>(moments: &'a Moments<Rational>, epsilon: &'a Rational) -> Numbers<'a> {
    [&of_moments(moments)[..], &[("ε", epsilon)]].concat()
}

fn of_momentum(Momentum { momentum, velocity }: &Momentum<Rational>) -> Numbers<'_> {
    match velocity {
        Velocity::Dampened { dampening, .. } => vec![("β", momentum), ("τ", dampening)],
        _ => vec![("β", momentum)],
    }
}

fn point(form: Form) -> &'static str {
    match form {
        Form::Sequence => "in two sequences",
        Form::StepInside => "looking ahead by summed steps",
        Form::StepOutside => "looking ahead by summed gradients",
        Form::Unscaled => "looking ahead without the step size",
        Form::Corrected => "correcting by summed gradients",
        Form::CorrectedStepInside => "correcting by summed steps",
    }
}

fn treated(treatment: Treatment) -> &'static str {
    match treatment {
        Treatment::Subgradient(_) => "subgradient method for L1",
        Treatment::Proximal => "ISTA",
        Treatment::AcceleratedCounting => "ISTA with β = (k - 1)/(k + 2)",
        Treatment::Accelerated => "FISTA for L1",
    }
}
