//! One method for every elementwise algorithm in every convention.

use super::{
    AdaBound, AdaGrad, Adadelta, Adam, Adamax, Algorithm, AmsGrad, AtZero, Counter, Coupling, Epsilon, Extrapolation, Form, Goal,
    HeavyBall, L1, Lion, MaximumOrder, Method, Moments, Momentum, NAdam, Nesterov, NormEpsilon, Order, RAdam, RmsProp, Scaling,
    SecondMoment, Signum, Treatment, Unrectified, Velocity, warming_base,
};
use crate::number::{Rational, rational};

/// Every elementwise algorithm in every convention, under a name of its own, with the default hyper-parameters of its paper or of the
/// framework that has the convention; then Adam with every coupling of weight decay, uphill, and with a shared counter.
pub fn specimens() -> Vec<(String, Method)> {
    let mut all = vec![
        ("gradient descent".into(), Method::gradient_descent(rational(1, 100))),
        ("FISTA".into(), Method::new(Algorithm::Fista, rational(1, 100))),
        ("signSGD".into(), Method::new(Algorithm::SignDescent, rational(1, 1000))),
    ];
    let mut add = |name: String, algorithm: Algorithm, step_size: Rational| all.push((name, Method::new(algorithm, step_size)));
    add("Signum".into(), Algorithm::Signum(Signum { momentum: rational(9, 10) }), rational(1, 1000));
    add("Lion".into(), Algorithm::Lion(Lion { moments: moments(99, 100) }), rational(1, 10_000));
    add("heavy ball".into(), Algorithm::HeavyBall(HeavyBall { momentum: rational(9, 10) }), rational(1, 100));
    for velocity in velocities() {
        let name = format!("momentum, {}", velocity_name(&velocity));
        add(name, Algorithm::Momentum(Momentum { momentum: rational(9, 10), velocity }), rational(1, 100));
    }
    for form in [Form::Sequence, Form::StepInside, Form::StepOutside, Form::Unscaled, Form::Corrected, Form::CorrectedStepInside]
    {
        for momentum in [Extrapolation::Constant(rational(9, 10)), Extrapolation::Counting] {
            let schedule = if momentum == Extrapolation::Counting { "(k - 1)/(k + 2)" } else { "constant" };
            add(format!("Nesterov, {form:?}, {schedule}"), Algorithm::Nesterov(Nesterov { momentum, form }), rational(1, 100));
        }
    }
    for treatment in [
        Treatment::Proximal,
        Treatment::AcceleratedCounting,
        Treatment::Accelerated,
        Treatment::Subgradient(AtZero::Zero),
        Treatment::Subgradient(AtZero::One),
        Treatment::Subgradient(AtZero::LeastNorm),
    ] {
        add(format!("L1, {treatment:?}"), Algorithm::L1(L1 { strength: rational(1, 100), treatment }), rational(1, 100));
    }
    for (name, algorithm) in adaptive() {
        let step_size = if matches!(algorithm, Algorithm::Adadelta(_)) { Rational::ONE } else { rational(1, 1000) };
        add(name, algorithm, step_size);
    }
    all.extend(decayed());
    all
}

/// β₁ = 0.9 and this β₂.
fn moments(numerator: i64, denominator: u64) -> Moments<Rational> {
    Moments { beta1: rational(9, 10), beta2: rational(numerator, denominator) }
}

fn velocities() -> Vec<Velocity<Rational>> {
    let dampened = |from_the_first| Velocity::Dampened { dampening: rational(9, 10), from_the_first };
    vec![Velocity::StepOutside, Velocity::StepInside, Velocity::Average, dampened(false), dampened(true)]
}

fn velocity_name(velocity: &Velocity<Rational>) -> &'static str {
    match velocity {
        Velocity::StepOutside => "step outside",
        Velocity::StepInside => "step inside",
        Velocity::Average => "average",
        Velocity::Dampened { from_the_first: false, .. } => "dampened after the first step",
        Velocity::Dampened { from_the_first: true, .. } => "dampened from the first step",
    }
}

/// The methods with denominators.
fn adaptive() -> Vec<(String, Algorithm)> {
    let (moments, epsilon) = (|| moments(999, 1000), || rational(1, 100_000_000));
    let mut all: Vec<(String, Algorithm)> = vec![];
    let mut add = |name: String, algorithm: Algorithm| all.push((name, algorithm));
    add("Adadelta".into(), Algorithm::Adadelta(Adadelta { decay_rate: rational(19, 20), epsilon: rational(1, 1_000_000) }));
    for placement in [NormEpsilon::InMaximum, NormEpsilon::BesideDecayed, NormEpsilon::InDenominator] {
        let rule = Adamax { moments: moments(), epsilon: epsilon(), placement };
        add(format!("Adamax, {placement:?}"), Algorithm::Adamax(rule));
    }
    for placement in [Epsilon::Outside, Epsilon::Inside, Epsilon::Hat] {
        let corrected_only = placement == Epsilon::Hat;
        if !corrected_only {
            for (start, step_decay) in [(0, 0), (1, 0), (0, 1)] {
                let (initial_accumulator, step_decay) = (rational(start, 10), rational(step_decay, 100));
                let name = format!("AdaGrad, {placement:?}, from {initial_accumulator}, step decay {step_decay}");
                add(name, Algorithm::AdaGrad(AdaGrad { epsilon: epsilon(), placement, initial_accumulator, step_decay }));
            }
            let momentum = |velocity| Some(Momentum { momentum: rational(9, 10), velocity });
            for momentum in [None, momentum(Velocity::StepOutside), momentum(Velocity::StepInside)] {
                for (centred, start) in [(false, 0), (true, 0), (false, 1)] {
                    let (decay_rate, initial_accumulator) = (rational(99, 100), Rational::from(start));
                    let with = momentum.as_ref().map_or("no momentum", |momentum| velocity_name(&momentum.velocity));
                    let centre = if centred { "centred, " } else { "" };
                    let name = format!("RMSprop, {centre}{placement:?}, from {start}, {with}");
                    let momentum = momentum.clone();
                    let rule = RmsProp { decay_rate, epsilon: epsilon(), placement, initial_accumulator, centred, momentum };
                    add(name, Algorithm::RmsProp(rule));
                }
            }
        }
        for bias_correction in [true, false].into_iter().filter(|on| *on || !corrected_only) {
            let name = format!("Adam, {placement:?}{}", if bias_correction { "" } else { ", uncorrected" });
            add(name, Algorithm::Adam(Adam { moments: moments(), epsilon: epsilon(), placement, bias_correction }));
        }
        for order in [MaximumOrder::MaximumThenCorrect, MaximumOrder::CorrectThenMaximum, MaximumOrder::Uncorrected] {
            if corrected_only && order != MaximumOrder::MaximumThenCorrect {
                continue;
            }
            for initial_moment in [Rational::ZERO, epsilon()] {
                let from = if initial_moment.is_zero() { "0" } else { "ε" };
                let rule = AmsGrad { moments: moments(), epsilon: epsilon(), placement, order, initial_moment };
                add(format!("AMSGrad, {placement:?}, {order:?}, from {from}"), Algorithm::AmsGrad(rule));
            }
        }
        for (schedule, decay) in [("0.96^t", Some(Rational::ONE)), ("0.96^(t/250)", Some(rational(1, 250))), ("constant", None)] {
            for second_moment in [SecondMoment::Corrected, SecondMoment::Decayed] {
                let warming = decay.as_ref().map_or(Rational::ZERO, warming_base);
                let rule = NAdam { moments: moments(), epsilon: epsilon(), placement, warming, second_moment };
                add(format!("NAdam, {placement:?}, {schedule}, {second_moment:?}"), Algorithm::NAdam(rule));
            }
        }
        for (threshold, inclusive) in [(5, false), (5, true), (4, false)] {
            for unrectified in [Unrectified::Momentum, Unrectified::Gradient, Unrectified::Nothing] {
                let name = format!("RAdam, {placement:?}, ρ {} {threshold}, {unrectified:?}", if inclusive { "≥" } else { ">" });
                let threshold = Rational::from(threshold);
                let rule = RAdam { moments: moments(), epsilon: epsilon(), placement, threshold, inclusive, unrectified };
                add(name, Algorithm::RAdam(rule));
            }
        }
        for (maximum, paper) in [(false, false), (true, false), (false, true), (true, true)] {
            if corrected_only && paper {
                continue;
            }
            for base_step_size in [Some(rational(1, 1000)), None] {
                let name = format!(
                    "{}, {placement:?}, {}, {} bounds",
                    if maximum { "AMSBound" } else { "AdaBound" },
                    if paper { "uncorrected and over √t" } else { "corrected" },
                    if base_step_size.is_some() { "scheduled" } else { "constant" },
                );
                let rule = AdaBound {
                    moments: moments(),
                    epsilon: epsilon(),
                    placement,
                    final_step_size: rational(1, 10),
                    base_step_size,
                    convergence: rational(1, 1000),
                    bias_correction: !paper,
                    root_decay: paper,
                    maximum,
                };
                add(name, Algorithm::AdaBound(rule));
            }
        }
    }
    all
}

/// Every coupling of weight decay.
pub fn couplings() -> Vec<Coupling> {
    let decoupled = |scaling| [Order::Before, Order::After].map(|order| Coupling::Parameter(scaling, order));
    let scalings = [Scaling::StepSize, Scaling::Absolute, Scaling::Schedule, Scaling::StepSizeSquared];
    [Coupling::Gradient, Coupling::DoubledGradient].into_iter().chain(scalings.into_iter().flat_map(decoupled)).collect()
}

/// What is around a rule: decay around Adam and around momentum, ascent, and a shared counter.
fn decayed() -> Vec<(String, Method)> {
    let rule = Adam {
        moments: moments(999, 1000),
        epsilon: rational(1, 100_000_000),
        placement: Epsilon::Outside,
        bias_correction: true,
    };
    let momentum = Momentum { momentum: rational(9, 10), velocity: Velocity::StepOutside };
    let adam = Method::new(Algorithm::Adam(rule), rational(1, 1000));
    let momentum = Method::new(Algorithm::Momentum(momentum), rational(1, 100));
    let mut all = vec![];
    for coupling in couplings() {
        let name = format!("{coupling:?}");
        all.push((format!("Adam, decay {name}"), adam.clone().with_decay(rational(1, 100), coupling)));
        all.push((format!("momentum, decay {name}"), momentum.clone().with_decay(rational(1, 2000), coupling)));
    }
    let decoupled = adam.clone().with_decay(rational(1, 100), Coupling::Parameter(Scaling::StepSize, Order::Before));
    let coupled = adam.clone().with_decay(rational(1, 100), Coupling::Gradient);
    all.push(("Adam, uphill".into(), Method { goal: Goal::Maximize, ..adam.clone() }));
    all.push(("Adam, uphill, decay on the parameter".into(), Method { goal: Goal::Maximize, ..decoupled }));
    all.push(("Adam, uphill, decay on the gradient".into(), Method { goal: Goal::Maximize, ..coupled }));
    all.push(("Adam, shared counter".into(), Method { counter: Counter::Shared, ..adam }));
    all
}
