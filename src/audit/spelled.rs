//! From a method to the hyper-parameters that ask for it, the other way than [`plain`](super::plain).

use super::implementation::Hyper;
use super::setting::Setting;
use crate::number::{Rational, to_f64};
use crate::optimizers::{
    AdaBound, AdaGrad, Adadelta, Adam, Adamax, Algorithm, AmsGrad, Extrapolation, Goal, HeavyBall, L1, Lamb, Lars, Lion, Method,
    Moments, Momentum, NAdam, Nesterov, Normalized, RAdam, RmsProp, Signum, Velocity,
};

/// The hyper-parameters of a method, each number as the nearest f64. What they do not say (conventions, and NAdam's schedule, whose
/// decay cannot be read back from its base) is for the caller to compare.
pub(super) fn spelled(method: &Method) -> Hyper {
    let mut numbers = numbers(&method.algorithm);
    numbers.push(("lr", &method.step_size));
    numbers.extend(method.decay.as_ref().map(|decay| ("weight_decay", &decay.strength)));
    let mut flags = flags(&method.algorithm);
    flags.extend((method.goal == Goal::Maximize).then_some("maximize"));
    let numbers = numbers.into_iter().map(|(name, x)| (name.into(), Setting::Number(to_f64(x))));
    numbers.chain(flags.into_iter().map(|name| (name.into(), Setting::Flag(true)))).collect()
}

type Numbers<'a> = Vec<(&'static str, &'a Rational)>;

fn numbers(algorithm: &Algorithm) -> Numbers<'_> {
    match algorithm {
        Algorithm::GradientDescent | Algorithm::Fista | Algorithm::SignDescent => vec![],
        Algorithm::Momentum(rule) => of_momentum(rule),
        Algorithm::HeavyBall(HeavyBall { momentum }) | Algorithm::Signum(Signum { momentum }) => vec![("momentum", momentum)],
        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(momentum), .. }) => vec![("momentum", momentum)],
        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Counting, .. }) => vec![],
        Algorithm::Lion(Lion { moments }) => of_moments(moments).into(),
        Algorithm::AdaGrad(AdaGrad { epsilon, initial_accumulator, step_decay, .. }) => {
            vec![("eps", epsilon), ("initial_accumulator", initial_accumulator), ("lr_decay", step_decay)]
        }
        Algorithm::Adadelta(Adadelta { decay_rate, epsilon }) => vec![("rho", decay_rate), ("eps", epsilon)],
        Algorithm::RmsProp(RmsProp { decay_rate, epsilon, initial_accumulator, momentum, .. }) => {
            let own = vec![("rho", decay_rate), ("eps", epsilon), ("initial_accumulator", initial_accumulator)];
            [own, momentum.as_ref().map(of_momentum).unwrap_or_default()].concat()
        }
        Algorithm::Adam(Adam { moments, epsilon, .. })
        | Algorithm::Adamax(Adamax { moments, epsilon, .. })
        | Algorithm::AmsGrad(AmsGrad { moments, epsilon, .. })
        | Algorithm::NAdam(NAdam { moments, epsilon, .. })
        | Algorithm::RAdam(RAdam { moments, epsilon, .. }) => [&of_moments(moments)[..], &[("eps", epsilon)]].concat(),
        Algorithm::AdaBound(AdaBound { moments, epsilon, final_step_size, convergence, .. }) => {
            [&of_moments(moments)[..], &[("eps", epsilon), ("final_lr", final_step_size), ("gamma", convergence)]].concat()
        }
        Algorithm::L1(L1 { strength, .. }) => vec![("l1", strength)],
        Algorithm::Normalized(Normalized { epsilon, .. }) => vec![("eps", epsilon)],
        Algorithm::Lamb(Lamb { adam: Adam { moments, epsilon, .. }, decay, .. }) => {
            [&of_moments(moments)[..], &[("eps", epsilon), ("weight_decay", decay)]].concat()
        }
        Algorithm::Lars(Lars { momentum, decay, trust, .. }) => {
            let own = vec![("weight_decay", decay), ("trust_coefficient", &trust.coefficient), ("eps", &trust.epsilon)];
            [own, of_momentum(momentum)].concat()
        }
    }
}

fn of_moments(Moments { beta1, beta2 }: &Moments<Rational>) -> [(&'static str, &Rational); 2] {
    [("beta1", beta1), ("beta2", beta2)]
}

fn of_momentum(Momentum { momentum, velocity }: &Momentum<Rational>) -> Numbers<'_> {
    match velocity {
        Velocity::Dampened { dampening, .. } => vec![("momentum", momentum), ("dampening", dampening)],
        _ => vec![("momentum", momentum)],
    }
}

/// The flags that are on.
fn flags(algorithm: &Algorithm) -> Vec<&'static str> {
    match algorithm {
        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(_), .. }) => vec!["nesterov"],
        Algorithm::AmsGrad(_) | Algorithm::AdaBound(AdaBound { maximum: true, .. }) => vec!["amsgrad"],
        Algorithm::RmsProp(RmsProp { centred: true, .. }) => vec!["centered"],
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::header::{Dtype, FORMAT, Header};
    use crate::audit::plain::plain;

    /// Names with what each has, in words.
    const OFFERS: &[(&str, &str)] = &[
        ("sgd", "lr weight_decay maximize"),
        ("sgd", "lr momentum dampening"),
        ("sgdw", "lr momentum nesterov weight_decay"),
        ("nesterov", "lr"),
        ("signsgd", "lr"),
        ("signsgd", "lr momentum"),
        ("lion", "lr beta1 beta2 weight_decay"),
        ("adagrad", "lr eps initial_accumulator lr_decay maximize"),
        ("adadelta", "lr rho eps"),
        ("rmsprop", "lr rho eps momentum centered initial_accumulator"),
        ("rmsprop", "lr rho eps"),
        ("adam", "lr beta1 beta2 eps weight_decay"),
        ("adamw", "lr beta1 beta2 eps amsgrad weight_decay"),
        ("adamax", "lr beta1 beta2 eps"),
        ("nadam", "lr beta1 beta2 eps"),
        ("radam", "lr beta1 beta2 eps"),
        ("adabound", "lr beta1 beta2 eps final_lr gamma amsgrad"),
        ("ngd", "lr eps"),
        ("lamb", "lr beta1 beta2 eps weight_decay"),
        ("lars", "lr trust_coefficient momentum eps weight_decay"),
        ("l1-subgradient", "lr l1 maximize"),
        ("ista", "lr l1"),
        ("fista", "lr l1"),
    ];

    #[test]
    fn what_a_name_promises_is_read_back() {
        for (optimizer, words) in OFFERS {
            let setting = |(index, word): (usize, &str)| match word {
                "nesterov" | "centered" | "amsgrad" | "maximize" => (word.to_string(), Setting::Flag(true)),
                _ => (word.to_string(), Setting::Number(0.1 + 0.07 * index as f64)),
            };
            let hyper: Hyper = words.split(' ').enumerate().map(setting).collect();
            let (framework, version, optimizer) = ("".into(), "".into(), optimizer.to_string());
            let header = Header {
                format: FORMAT.into(),
                framework,
                version,
                optimizer,
                hyper: hyper.clone(),
                dtype: Dtype::F64,
                shapes: None,
            };
            let mut read = spelled(&plain(&header).expect("there is a reference"));
            read.retain(|_, value| *value != Setting::Number(0.0));
            assert_eq!(read, hyper, "{}", header.optimizer);
        }
    }
}
