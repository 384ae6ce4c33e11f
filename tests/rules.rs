//! The conventions of the first-order rules: each against closed forms that share no line with it, and each pair apart on the input
//! that separates it, with the published numbers where there are some.

mod closed_forms;

use closed_forms::*;
use gradproof::number::{Big, Rational, Real, Root, rational, to_f64};
use gradproof::optimizers::{
    AdaBound, AdaGrad, Adadelta, Adam, Adamax, Algorithm, AmsGrad, Counter, Coupling, Epsilon, Extrapolation, Form, Goal,
    HeavyBall, Lion, MaximumOrder, Method, Moments, Momentum, NAdam, Nesterov, NormEpsilon, Optimizer, Order, RAdam, RmsProp,
    Scaling, SecondMoment, Signum, Unrectified, Velocity, advance, specimens, warming_base,
};

/// Gradients that change sign, vanish and jump.
fn wave(i: u64) -> Rational {
    [rational(3, 4), rational(-5, 2), Rational::ZERO, rational(1, 8), rational(7, 3), rational(-1, 5), rational(-1, 9)]
        [(i - 1) as usize % 7]
        .clone()
}

fn power(x: &Rational, exponent: u64) -> Rational {
    x.pow(exponent as isize)
}

fn sum(terms: impl Iterator<Item = Rational>) -> Rational {
    terms.fold(Rational::ZERO, |sum, term| sum + term)
}

/// `(1 - β) Σ_(i ≤ t) β^(t-i) g_i`, term by term.
fn average_of_wave(beta: &Rational, t: u64) -> Rational {
    (Rational::ONE - beta) * sum((1..=t).map(|i| power(beta, t - i) * wave(i)))
}

/// The parameter of a method without roots after each step from 3/8, exactly.
fn exactly(method: &Method, gradient: impl Fn(u64) -> Rational) -> Vec<Rational> {
    let mut optimizer = method.build_exact().expect("a method without roots");
    let mut x = vec![rational(3, 8)];
    let step = |t| {
        advance(&mut *optimizer, &mut x, |_| vec![gradient(t)]);
        x[0].clone()
    };
    (1..=STEPS).map(step).collect()
}

/// `3/8 - Σ step`, exactly.
fn exact_descent(step: impl Fn(u64) -> Rational) -> Vec<Rational> {
    let total = |t| rational(3, 8) - sum((1..=t).map(&step));
    (1..=STEPS).map(total).collect()
}

/// How far each step of a method goes down, in units of its step size.
fn lengths(method: &Method, gradients: &[f64]) -> Vec<f64> {
    let (mut optimizer, mut x, step_size) = (method.build::<f64>(), vec![0.0], to_f64(&method.step_size));
    let length = |gradient: &f64| {
        x[0] = 0.0;
        advance(&mut *optimizer, &mut x, |_| vec![*gradient]);
        -x[0] / step_size
    };
    gradients.iter().map(length).collect()
}

/// That a number is the published one, to the digits in which it is published.
fn published(found: f64, digits: &str) {
    let wanted: f64 = digits.parse().expect("a number");
    let places = digits.split('e').next().and_then(|mantissa| mantissa.split_once('.')).map_or(0, |(_, places)| places.len());
    let exponent: f64 = digits.split_once('e').map_or(0.0, |(_, exponent)| exponent.parse().expect("an exponent"));
    let half = 0.5 * libm::pow(10.0, exponent - places as f64);
    assert!((found - wanted).abs() <= half * (1.0 + 1e-9), "{found} is not {digits}");
}

fn sign(x: &Rational) -> Rational {
    Rational::from(i64::from(*x > Rational::ZERO) - i64::from(*x < Rational::ZERO))
}

fn size(x: Rational) -> Rational {
    x.clone().max(-x)
}

#[test]
fn sign_methods_step_by_the_sign_of_a_sum() {
    let beta = rational(9, 10);
    let plain = Method::new(Algorithm::SignDescent, eta());
    assert_eq!(exactly(&plain, wave), exact_descent(|t| eta() * sign(&wave(t))));
    let signum = Method::new(Algorithm::Signum(Signum { momentum: beta.clone() }), eta());
    assert_eq!(exactly(&signum, wave), exact_descent(|t| eta() * sign(&average_of_wave(&beta, t))));
    assert_ne!(exactly(&signum, wave), exactly(&plain, wave));
    // A spike is forgotten at once, or never.
    let spike = |t| if t == 1 { Rational::ONE } else { Rational::ZERO };
    assert_eq!(exactly(&plain, spike)[STEPS as usize - 1], rational(3, 8) - eta());
    assert_eq!(exactly(&signum, spike)[STEPS as usize - 1], rational(3, 8) - eta() * Rational::from(STEPS));
    for input in INPUTS {
        let moves = |t| if input.gradient(t).is_zero() { Big::zero() } else { big(&eta()) };
        holds(&plain, input, &descended(moves));
        holds(&signum, input, &descended(|_| big(&eta())));
    }
}

#[test]
fn lion_steps_by_the_sign_of_an_interpolation() {
    let moments = Moments { beta1: rational(9, 10), beta2: rational(99, 100) };
    let method = Method::new(Algorithm::Lion(Lion { moments: moments.clone() }), eta());
    let look = |t| {
        let before = if t == 1 { Rational::ZERO } else { average_of_wave(&moments.beta2, t - 1) };
        &moments.beta1 * before + (Rational::ONE - &moments.beta1) * wave(t)
    };
    assert_eq!(exactly(&method, wave), exact_descent(|t| eta() * sign(&look(t))));
    // With its own decay: x ← x - η (sign + λ x), not the sign of a gradient with λ x.
    let strength = rational(1, 5);
    let decoupled = method.clone().with_decay(strength.clone(), Coupling::Parameter(Scaling::StepSize, Order::Before));
    let coupled = method.with_decay(strength.clone(), Coupling::Gradient);
    let zero = |_| Rational::ZERO;
    assert_eq!(exactly(&decoupled, zero)[0], rational(3, 8) * (Rational::ONE - eta() * strength));
    assert_eq!(exactly(&coupled, zero)[0], rational(3, 8) - eta());
}

#[test]
fn adamax_divides_by_a_weighted_maximum() {
    let (Moments { beta1, beta2 }, epsilon) = (moments(), epsilon());
    for placement in [NormEpsilon::InMaximum, NormEpsilon::BesideDecayed, NormEpsilon::InDenominator] {
        let rule = Adamax { moments: moments(), epsilon: epsilon.clone(), placement };
        let method = Method::new(Algorithm::Adamax(rule), eta());
        let at = |place| if placement == place { epsilon.clone() } else { Rational::ZERO };
        let within = at(NormEpsilon::InMaximum);
        // What each step adds beside the decayed norm is a geometric sum over the steps since; the norm before the first step is 0.
        let added = |steps| at(NormEpsilon::BesideDecayed) * (Rational::ONE - power(&beta2, steps)) / (Rational::ONE - &beta2);
        let norm = |t, gradient: &dyn Fn(u64) -> Rational| {
            let values = (1..=t).map(|i| power(&beta2, t - i) * (size(gradient(i)) + &within) + added(t - i));
            values.max().expect("at least one").max(added(t)) + at(NormEpsilon::InDenominator)
        };
        let step = |t| {
            let mean = average_of_wave(&beta1, t) / (Rational::ONE - power(&beta1, t));
            eta() * mean / norm(t, &wave)
        };
        assert_eq!(exactly(&method, wave), exact_descent(step));
        for input in INPUTS {
            let step = |t| {
                let mean = input.average(&big(&beta1), t, 1) / corrections(t).0;
                big(&eta()) * mean / big(&norm(t, &|i| input.gradient(i)))
            };
            holds(&method, input, &descended(step));
        }
    }
    // After a spike the norm and its ε fade in the maximum; beside it ε stays. Without ε, a zero gradient at the start is 0/0.
    let length = |placement, epsilon| {
        let rule = Adamax { moments: moments(), epsilon, placement };
        lengths(&Method::new(Algorithm::Adamax(rule), Rational::ONE), &[0.0])[0]
    };
    assert!(length(NormEpsilon::InMaximum, Rational::ZERO).is_nan());
    assert_eq!(length(NormEpsilon::InMaximum, rational(1, 64)), 0.0);
}

#[test]
fn adadelta_by_its_sums_of_squares() {
    let (rho, epsilon) = (rational(19, 20), epsilon());
    let method = Method::new(Algorithm::Adadelta(Adadelta { decay_rate: rho.clone(), epsilon: epsilon.clone() }), eta());
    for input in INPUTS {
        let mut changes: Vec<Big> = vec![];
        for t in 1..=STEPS {
            let terms = changes.iter().rev().enumerate().map(|(age, d)| big(&rho).power(age as u64) * d * d);
            let steps = (one() - big(&rho)) * terms.fold(Big::zero(), |sum, term| sum + term);
            let squares = input.average(&big(&rho), t, 2);
            let ratio = (steps + big(&epsilon)) / (squares + big(&epsilon));
            changes.push(ratio.sqrt() * big(&input.gradient(t)));
        }
        holds(&method, input, &descended(|t| big(&eta()) * &changes[t as usize - 1]));
    }
    // The step size scales the step, not the mean of its squares: steps are in proportion from the first to the last.
    let slow = lengths(&method, &[1.0; 40]);
    let fast = lengths(&Method { step_size: Rational::ONE, ..method }, &[1.0; 40]);
    // Twelve roundings a step of relative error 2^-53, carried over 40 steps.
    assert!(slow.iter().zip(&fast).all(|(slow, fast)| (slow / fast - 1.0).abs() < 480.0 * f64::EPSILON));
}

#[test]
fn adagrad_with_a_decaying_step_size() {
    let decay = rational(1, 20);
    for input in INPUTS {
        let (epsilon, placement) = (epsilon(), Epsilon::Outside);
        let rule =
            AdaGrad { epsilon: epsilon.clone(), placement, initial_accumulator: rational(1, 10), step_decay: decay.clone() };
        let step = |t: u64| {
            let rate = eta() / (Rational::ONE + Rational::from(t - 1) * &decay);
            let sum = big(&rational(1, 10)) + input.sum(&one(), t, 2);
            divided(big(&(rate * input.gradient(t))), sum, one(), &big(&epsilon), placement)
        };
        holds(&Method::new(Algorithm::AdaGrad(rule), eta()), input, &descended(step));
    }
}

/// The first step on g = 1e-3 in units of the step size: 1, 3.2e-3 or 1e-3 as the sum starts at 0, 0.1 or 1.
#[test]
fn accumulators_start_where_they_are_told() {
    let (epsilon, placement, step_decay) = (rational(1, 10_000_000_000), Epsilon::Outside, Rational::ZERO);
    for (start, digits) in [(Rational::ZERO, "1.0"), (rational(1, 10), "3.2e-3"), (Rational::ONE, "1.0e-3")] {
        let rule = AdaGrad { epsilon: epsilon.clone(), placement, initial_accumulator: start, step_decay: step_decay.clone() };
        published(lengths(&Method::new(Algorithm::AdaGrad(rule), Rational::ONE), &[1e-3])[0], digits);
    }
    for (start, digits) in [(Rational::ZERO, "10.0"), (Rational::ONE, "1.0e-3")] {
        let epsilon = rational(1, 10_000_000_000_000_000);
        let rule = RmsProp { epsilon, ..rmsprop(false, None, Epsilon::Inside, start) };
        published(lengths(&Method::new(Algorithm::RmsProp(rule), Rational::ONE), &[1e-3])[0], digits);
    }
}

/// One step on g = 1e-6 with ε = 1e-8: nearly 1 with ε outside the root, g/√ε with ε inside, in AdaGrad; RMSprop at ρ = 0.99
/// divides g by a tenth of that.
#[test]
fn a_gradient_below_the_root_of_epsilon() {
    let (epsilon, start) = (rational(1, 100_000_000), || Rational::ZERO);
    for (placement, adagrad, rms) in [(Epsilon::Outside, "0.990", "9.09"), (Epsilon::Inside, "0.0100", "0.0100")] {
        let rule = AdaGrad { epsilon: epsilon.clone(), placement, initial_accumulator: start(), step_decay: start() };
        published(lengths(&Method::new(Algorithm::AdaGrad(rule), Rational::ONE), &[1e-6])[0], adagrad);
        let rule = RmsProp { epsilon: epsilon.clone(), ..rmsprop(false, None, placement, start()) };
        published(lengths(&Method::new(Algorithm::RmsProp(rule), Rational::ONE), &[1e-6])[0], rms);
    }
}

fn rmsprop(
    centred: bool,
    momentum: Option<Velocity<Rational>>,
    placement: Epsilon,
    initial_accumulator: Rational,
) -> RmsProp<Rational> {
    RmsProp {
        decay_rate: rational(99, 100),
        epsilon: epsilon(),
        placement,
        initial_accumulator,
        centred,
        momentum: momentum.map(|velocity| Momentum { momentum: rational(9, 10), velocity }),
    }
}

#[test]
fn rmsprop_centred_and_with_momentum() {
    let (rho, start) = (big(&rational(99, 100)), rational(1, 10));
    let momenta = [None, Some(Velocity::StepOutside), Some(Velocity::StepInside)];
    for (input, placement) in INPUTS.into_iter().flat_map(|input| [Epsilon::Outside, Epsilon::Inside].map(|place| (input, place)))
    {
        for (centred, momentum) in
            [false, true].into_iter().flat_map(|centred| momenta.clone().map(|momentum| (centred, momentum)))
        {
            let direction = |t| {
                let mean = input.average(&rho, t, 1);
                let square = big(&start) * rho.power(t) + input.average(&rho, t, 2);
                let spread = if centred { square - mean.clone() * &mean } else { square };
                divided(big(&input.gradient(t)), spread, one(), &big(&epsilon()), placement)
            };
            let beta = big(&rational(9, 10));
            let velocity = |t| (1..=t).map(|i| beta.power(t - i) * direction(i)).fold(Big::zero(), |sum, term| sum + term);
            let step = |t| big(&eta()) * if momentum.is_some() { velocity(t) } else { direction(t) };
            let rule = rmsprop(centred, momentum.clone(), placement, start.clone());
            holds(&Method::new(Algorithm::RmsProp(rule), eta()), input, &descended(step));
        }
    }
    // On a constant gradient from zero the variance is ρ^t (1 - ρ^t) g².
    let rule = rmsprop(true, None, Epsilon::Outside, Rational::ZERO);
    let step = |t: u64| {
        let spread = (rho.power(t) * (one() - rho.power(t))).sqrt() * big(&rational(3, 4));
        big(&(eta() * rational(3, 4))) / (spread + big(&epsilon()))
    };
    let oracle = descended(step);
    in_format::<f64>(&Method::new(Algorithm::RmsProp(rule), eta()), Input::Constant, &oracle, &rational(1, 1_000_000_000));
}

/// A constant gradient drives the variance to zero, where rounding takes it below for these three: never NaN, ε outside the root.
#[test]
fn a_centred_mean_square_never_turns_negative() {
    let rule = rmsprop(true, None, Epsilon::Outside, Rational::ZERO);
    let mut optimizer = Method::new(Algorithm::RmsProp(rule), rational(1, 1000)).build::<f32>();
    let mut x = vec![0.0f32; 3];
    (0..2000).for_each(|_| advance(&mut *optimizer, &mut x, |_| vec![0.1, 0.7, 1.3]));
    assert!(x.iter().all(|x| x.is_finite()), "{x:?}");
}

/// A velocity that holds the step size keeps it when the schedule drops: g = 1 until t = 5, then η / 10 and g = 0.
#[test]
fn a_drop_of_the_step_size_shows_what_the_velocity_holds() {
    let coasting = |algorithm: &Algorithm, rate: f64| {
        let (mut optimizer, mut x) = (Method::new(algorithm.clone(), Rational::ONE).build::<f64>(), vec![0.0]);
        (0..5).for_each(|_| advance(&mut *optimizer, &mut x, |_| vec![1.0]));
        x[0] = 0.0;
        optimizer.set_step_size(rate);
        advance(&mut *optimizer, &mut x, |_| vec![0.0]);
        x[0]
    };
    let kept = |algorithm: &Algorithm| coasting(algorithm, 0.125) / coasting(algorithm, 1.0);
    for (velocity, ratio) in [(Velocity::StepOutside, 0.125), (Velocity::Average, 0.125), (Velocity::StepInside, 1.0)] {
        let momentum = Momentum { momentum: rational(9, 10), velocity: velocity.clone() };
        assert_eq!(kept(&Algorithm::Momentum(momentum)), ratio, "{velocity:?}");
        let rule = rmsprop(false, Some(velocity.clone()), Epsilon::Outside, Rational::ZERO);
        assert_eq!(kept(&Algorithm::RmsProp(rule)), ratio, "RMSprop, {velocity:?}");
    }
}

#[test]
fn nadam_by_its_products() {
    // Published: μ_1 = 0.468 (Keras), 0.4501 (PyTorch), 0.9 (optax).
    let schedules = [(Some(Rational::ONE), "0.468"), (Some(rational(1, 250)), "0.4501"), (None, "0.900")];
    for (decay, first) in schedules {
        let warming = decay.as_ref().map_or(Rational::ZERO, warming_base);
        let mu = |t: u64| big(&moments().beta1) * (one() - big(&warming).power(t) / Big::int(2));
        published(mu(1).to_f64(), first);
        let product = |t: u64| (1..=t).map(mu).fold(one(), |product, factor| product * factor);
        for (placement, second_moment) in
            PLACES.into_iter().flat_map(|place| [SecondMoment::Corrected, SecondMoment::Decayed].map(|second| (place, second)))
        {
            let rule = NAdam { moments: moments(), epsilon: epsilon(), placement, warming: warming.clone(), second_moment };
            let method = Method::new(Algorithm::NAdam(rule), eta());
            for input in INPUTS {
                let step = |t| {
                    let (m, v) = averages(input, t);
                    let ahead = mu(t + 1) * m / (one() - product(t + 1));
                    let now = (one() - mu(t)) * big(&input.gradient(t)) / (one() - product(t));
                    let (_, correction) = corrections(t);
                    let correction = match second_moment {
                        SecondMoment::Corrected => correction,
                        SecondMoment::Decayed => correction / big(&moments().beta2),
                    };
                    divided(big(&eta()) * (ahead + now), v, correction, &big(&epsilon()), placement)
                };
                holds(&method, input, &descended(step));
            }
        }
    }
}

/// Dozat's second moment to the letter: the step is longer by `1/√β₂`, 1.054 at β₂ = 0.9.
#[test]
fn the_decayed_second_moment_lengthens_the_step() {
    let length = |second_moment| {
        let moments = Moments { beta1: rational(9, 10), beta2: rational(9, 10) };
        let (epsilon, placement, warming) = (Rational::ZERO, Epsilon::Outside, Rational::ZERO);
        let rule = NAdam { moments, epsilon, placement, warming, second_moment };
        lengths(&Method::new(Algorithm::NAdam(rule), Rational::ONE), &[1.0])[0]
    };
    published(length(SecondMoment::Decayed) / length(SecondMoment::Corrected), "1.054");
}

/// One step on g = ε = 1e-8: 0.5, 0.0307 or 1.0e-4 as ε stands outside the root, outside the uncorrected root or inside.
#[test]
fn adam_on_a_gradient_as_small_as_epsilon() {
    for (placement, digits) in [(Epsilon::Outside, "0.500"), (Epsilon::Hat, "0.0307"), (Epsilon::Inside, "1.0e-4")] {
        let epsilon = rational(1, 100_000_000);
        let rule = Adam { moments: moments(), epsilon, placement, bias_correction: true };
        published(lengths(&Method::new(Algorithm::Adam(rule), Rational::ONE), &[1e-8])[0], digits);
    }
}

/// On a constant gradient with ε = 0: 1 for ever; uncorrected 3.16 at first, 6.57 at most, at t = 12.
#[test]
fn adam_without_its_corrections() {
    let lengths = |bias_correction| {
        let rule = Adam { moments: moments(), epsilon: Rational::ZERO, placement: Epsilon::Outside, bias_correction };
        lengths(&Method::new(Algorithm::Adam(rule), Rational::ONE), &[0.5; 100])
    };
    // Fewer than sixteen roundings, the powers' 100 included once as they grow.
    assert!(lengths(true).iter().all(|length| (length - 1.0).abs() < 2000.0 * f64::EPSILON));
    let raw = lengths(false);
    published(raw[0], "3.16");
    let (peak, longest) = raw.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).expect("a hundred steps");
    assert_eq!(peak + 1, 12);
    published(*longest, "6.57");
}

/// Below the threshold: `η m̂`, `η g` or nothing.
#[test]
fn radam_before_it_rectifies() {
    let moments = Moments { beta1: rational(9, 10), beta2: rational(9, 10) };
    let beta2 = big(&moments.beta2);
    let limit = Big::int(19);
    let length = |t: u64| limit.clone() - Big::int(2 * t as i64) * beta2.power(t) / (one() - beta2.power(t));
    let part = |rho: Big| (rho.clone() - Big::int(4)) * (rho.clone() - Big::int(2)) / rho;
    for unrectified in [Unrectified::Momentum, Unrectified::Gradient, Unrectified::Nothing] {
        for (input, placement) in INPUTS.into_iter().flat_map(|input| PLACES.map(|placement| (input, placement))) {
            let (moments, threshold) = (moments.clone(), Rational::from(5));
            let rule = RAdam { moments, epsilon: epsilon(), placement, threshold, inclusive: true, unrectified };
            let step = |t: u64| {
                let mean = big(&eta()) * averages(input, t).0 / corrections(t).0;
                match unrectified {
                    _ if t >= 6 => {
                        let rectified = mean * (part(length(t)) / part(limit.clone())).sqrt();
                        divided(rectified, input.average(&beta2, t, 2), one() - beta2.power(t), &big(&epsilon()), placement)
                    }
                    Unrectified::Momentum => mean,
                    Unrectified::Gradient => big(&eta()) * big(&input.gradient(t)),
                    Unrectified::Nothing => Big::zero(),
                }
            };
            holds(&Method::new(Algorithm::RAdam(rule), eta()), input, &descended(step));
        }
    }
}

/// At β₂ = 3/4 the length tends to 7 and rounds to it: with a threshold of 7 only `ρ ≥ 7` ever rectifies, to a factor of 1.
#[test]
fn radam_at_its_threshold() {
    let last = |inclusive| {
        let moments = Moments { beta1: Rational::ZERO, beta2: rational(3, 4) };
        let (epsilon, placement, threshold, unrectified) =
            (Rational::ZERO, Epsilon::Outside, Rational::from(7), Unrectified::Nothing);
        let rule = RAdam { moments, epsilon, placement, threshold, inclusive, unrectified };
        lengths(&Method::new(Algorithm::RAdam(rule), Rational::ONE), &[0.5; 300])[299]
    };
    assert_eq!(last(false), 0.0);
    // Fewer than sixteen roundings.
    assert!((last(true) - 1.0).abs() < 16.0 * f64::EPSILON);
}

/// Rectified from t = 5 with a threshold of 4, from t = 6 with 5: on a constant gradient the length is 1 before.
#[test]
fn radam_thresholds() {
    for (threshold, first) in [(4, 5), (5, 6)] {
        for inclusive in [false, true] {
            let (threshold, unrectified, placement) = (Rational::from(threshold), Unrectified::Momentum, Epsilon::Outside);
            let rule = RAdam { moments: moments(), epsilon: Rational::ZERO, placement, threshold, inclusive, unrectified };
            let lengths = lengths(&Method::new(Algorithm::RAdam(rule), Rational::ONE), &[1.0; 10]);
            assert_eq!(lengths.iter().position(|length| *length < 0.5).map(|index| index + 1), Some(first));
        }
    }
}

#[test]
fn amsgrad_from_epsilon() {
    let Moments { beta1, beta2 } = moments();
    let start = rational(1, 16);
    for (input, order) in INPUTS
        .into_iter()
        .flat_map(|input| [MaximumOrder::MaximumThenCorrect, MaximumOrder::Uncorrected].map(|order| (input, order)))
    {
        let (placement, initial_moment) = (Epsilon::Outside, start.clone());
        let rule = AmsGrad { moments: moments(), epsilon: epsilon(), placement, order, initial_moment };
        let step = |t: u64| {
            let second = |i| big(&start) * big(&beta2).power(i) + averages(input, i).1;
            let largest = (1..=t).map(second).fold(big(&start), |a, b| if b > a { b } else { a });
            let first = big(&start) * big(&beta1).power(t) + averages(input, t).0;
            let (c1, c2) = if order == MaximumOrder::Uncorrected { (one(), one()) } else { corrections(t) };
            divided(big(&eta()) * first / c1, largest, c2, &big(&epsilon()), placement)
        };
        holds(&Method::new(Algorithm::AmsGrad(rule), eta()), input, &descended(step));
    }
    // Optimisers.jl moves on a gradient of zero: by β₁ ε / (√ε + ε).
    let epsilon = rational(1, 100_000_000);
    let (order, placement, initial_moment) = (MaximumOrder::Uncorrected, Epsilon::Outside, epsilon.clone());
    let rule = AmsGrad { moments: moments(), epsilon, placement, order, initial_moment };
    let found = lengths(&Method::new(Algorithm::AmsGrad(rule), Rational::ONE), &[0.0])[0];
    assert!((found / (0.9e-8 / (1e-4 + 1e-8)) - 1.0).abs() < 16.0 * f64::EPSILON);
}

fn adabound(placement: Epsilon, paper: bool, maximum: bool) -> AdaBound<Rational> {
    AdaBound {
        moments: moments(),
        epsilon: epsilon(),
        placement,
        final_step_size: rational(1, 5),
        base_step_size: None,
        convergence: rational(1, 20),
        bias_correction: !paper,
        root_decay: paper,
        maximum,
    }
}

#[test]
fn adabound_clips_the_step_size() {
    let (final_step_size, convergence) = (big(&rational(1, 5)), big(&rational(1, 20)));
    let seen = std::cell::RefCell::new([0; 3]);
    for (input, placement) in INPUTS.into_iter().flat_map(|input| PLACES.map(|placement| (input, placement))) {
        for (paper, maximum) in [(false, false), (false, true), (true, false), (true, true)] {
            let step = |t: u64| {
                let (c1, c2) = if paper { (one(), one()) } else { corrections(t) };
                let second = |i| averages(input, i).1;
                let v = if maximum { (1..=t).map(second).fold(Big::zero(), |a, b| if b > a { b } else { a }) } else { second(t) };
                let rate = divided(big(&eta()) / c1, v, c2, &big(&epsilon()), placement);
                let elapsed = convergence.clone() * Big::int(t as i64);
                // 1 - 1/(γt + 1) = γt/(γt + 1) and 1 + 1/(γt) = (γt + 1)/(γt).
                let lower = final_step_size.clone() * &elapsed / (elapsed.clone() + one());
                let upper = final_step_size.clone() * (elapsed.clone() + one()) / &elapsed;
                let (case, clipped) = match rate {
                    rate if rate < lower => (0, lower),
                    rate if rate > upper => (1, upper),
                    rate => (2, rate),
                };
                seen.borrow_mut()[case] += 1;
                let over = if paper { Big::int(t as i64).sqrt() } else { one() };
                clipped * averages(input, t).0 / over
            };
            let oracle = descended(step);
            let method = Method::new(Algorithm::AdaBound(adabound(placement, paper, maximum)), eta());
            holds(&method, input, &oracle);
        }
    }
    assert!(seen.borrow().iter().all(|count| *count > 100), "each bound, and neither: {seen:?}");
}

/// In the end the step is `η*` times the gradient, and it follows the schedule only where the bounds do.
#[test]
fn adabound_ends_at_its_final_step_size() {
    let last = |base_step_size| {
        let rule = AdaBound { base_step_size, convergence: rational(1000, 1), ..adabound(Epsilon::Hat, false, false) };
        let mut optimizer = Method::new(Algorithm::AdaBound(rule), eta()).build::<f64>();
        let mut x = vec![0.0];
        for t in 1..=1000 {
            optimizer.set_step_size(if t <= 500 { 0.1 } else { 0.01 });
            x[0] = 0.0;
            advance(&mut *optimizer, &mut x, |_| vec![1.0]);
        }
        -x[0]
    };
    // The bounds are within 1/(γt) = 1e-6 of 1 and the mean gradient is 1 - 0.9^1000.
    assert!((last(None) / 0.2 - 1.0).abs() < 2e-6);
    assert!((last(Some(eta())) / 0.02 - 1.0).abs() < 2e-6);
}

/// Without gradients, c = 1/10 and β = 9/10: a velocity lets a parameter shrink by `1 - c`, a displacement repeats the shrinkage:
/// `x₊ = (1 - c) x + β ((1 - c) x - x⁻)` with `x⁻` the last parameter after its own shrinkage.
#[test]
fn two_point_forms_repeat_the_shrinkage() {
    let (beta, kept) = (rational(9, 10), rational(9, 10));
    let decay = Coupling::Parameter(Scaling::StepSize, Order::Before);
    let ends = |algorithm| exactly(&Method::new(algorithm, rational(1, 10)).with_decay(Rational::ONE, decay), |_| Rational::ZERO);
    let constant = |form| Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(beta.clone()), form });
    let shrunk: Vec<Rational> = (1..=STEPS).map(|t| rational(3, 8) * power(&kept, t)).collect();
    assert_eq!(ends(Algorithm::Momentum(Momentum { momentum: beta.clone(), velocity: Velocity::StepOutside })), shrunk);
    assert_eq!(ends(constant(Form::StepInside)), shrunk);
    let (mut x, mut last, mut repeated) = (rational(3, 8), rational(3, 8), vec![]);
    for _ in 1..=STEPS {
        x *= &kept;
        let next = &x + &beta * (&x - &last);
        (last, x) = (x, next);
        repeated.push(x.clone());
    }
    assert_eq!(ends(Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() })), repeated);
    assert_eq!(ends(constant(Form::Sequence)), repeated);
}

/// What is left of x after one step on a zero gradient at the step size `rate` of a method that began with η = 1/10, in closed form.
#[test]
fn what_the_strength_of_a_decay_is_multiplied_by() {
    let strength = rational(1, 5);
    for rate in [rational(1, 10), rational(1, 100), rational(1, 3)] {
        let relative = &rate / eta();
        let parts = [
            (Coupling::Gradient, &strength * &rate),
            (Coupling::DoubledGradient, Rational::from(2) * &strength * &rate),
            (Coupling::Parameter(Scaling::StepSize, Order::Before), &strength * &rate),
            (Coupling::Parameter(Scaling::Absolute, Order::Before), strength.clone()),
            (Coupling::Parameter(Scaling::Schedule, Order::After), &strength * &relative),
            (Coupling::Parameter(Scaling::StepSizeSquared, Order::Before), &strength * &relative * &rate),
            (Coupling::Parameter(Scaling::StepSizeSquared, Order::After), &strength * &relative * &rate),
        ];
        for (coupling, part) in parts {
            for goal in [Goal::Minimize, Goal::Maximize] {
                let method = Method { goal, ..Method::gradient_descent(eta()).with_decay(strength.clone(), coupling) };
                let mut optimizer = method.build_exact().expect("no roots");
                optimizer.set_step_size(rate.clone());
                let mut x = vec![rational(3, 8)];
                advance(&mut *optimizer, &mut x, |_| vec![Rational::ZERO]);
                assert_eq!(x[0], rational(3, 8) * (Rational::ONE - part.clone()), "{coupling:?} at {rate}, {goal:?}");
            }
        }
    }
}

/// Through Adam's denominator an L2 penalty moves by η sign(x), whatever λ is; a decoupled decay by η λ x.
#[test]
fn a_penalty_through_the_denominator_loses_its_strength() {
    let moved = |strength: Rational, epsilon, coupling| {
        let rule = Adam { moments: moments(), epsilon, placement: Epsilon::Outside, bias_correction: true };
        let mut optimizer = Method::new(Algorithm::Adam(rule), eta()).with_decay(strength, coupling).build::<Big>();
        let mut x = vec![big(&rational(3, 8))];
        advance(&mut *optimizer, &mut x, |_| vec![Big::zero()]);
        (big(&rational(3, 8)) - &x[0]).to_f64()
    };
    let decoupled = Coupling::Parameter(Scaling::StepSize, Order::Before);
    let momentum = Momentum { momentum: rational(9, 10), velocity: Velocity::StepOutside };
    let momentum = Method::new(Algorithm::Momentum(momentum), eta());
    for strength in [rational(1, 5), rational(1, 50)] {
        assert_eq!(moved(strength.clone(), Rational::ZERO, Coupling::Gradient), 0.1);
        assert_eq!(moved(strength.clone(), Rational::ZERO, Coupling::DoubledGradient), 0.1);
        assert_eq!(moved(strength.clone(), epsilon(), decoupled), to_f64(&(eta() * &strength * rational(3, 8))));
        // SGDW leaves the velocity at zero; with a penalty the velocity remembers λ x_0: x_2 = (1 - ηλ) x_1 - η β λ x_0.
        let kept = Rational::ONE - eta() * &strength;
        let second = |coupling| exactly(&momentum.clone().with_decay(strength.clone(), coupling), |_| Rational::ZERO)[1].clone();
        assert_eq!(second(decoupled), rational(3, 8) * &kept * &kept);
        let remembered = eta() * rational(9, 10) * &strength;
        assert_eq!(second(Coupling::Gradient), rational(3, 8) * (&kept * &kept - remembered));
    }
}

/// Uphill on g is downhill on -g; the decay shrinks either way.
#[test]
fn ascent_negates_the_gradient_before_the_decay() {
    for coupling in [Coupling::Gradient, Coupling::Parameter(Scaling::StepSize, Order::Before)] {
        let down = Method::gradient_descent(eta()).with_decay(rational(1, 5), coupling);
        let up = Method { goal: Goal::Maximize, ..down.clone() };
        assert_eq!(exactly(&up, wave), exactly(&down, |t| -wave(t)));
        let kept = Rational::ONE - eta() * rational(1, 5);
        assert_eq!(exactly(&up, wave)[0], rational(3, 8) * kept + eta() * wave(1));
    }
}

/// B has no gradient in five calls, then g = 1: its first step is 0.52 of the step size with one counter for all, 1 with its own.
#[test]
fn counters_of_their_own_or_one_for_all() {
    let rule = Adam { moments: moments(), epsilon: Rational::ZERO, placement: Epsilon::Outside, bias_correction: true };
    for (counter, digits) in [(Counter::Each, "1.00"), (Counter::Shared, "0.52")] {
        let method = Method { counter, ..Method::new(Algorithm::Adam(rule.clone()), Rational::ONE) };
        let mut optimizer = method.build::<f64>();
        let mut x = vec![vec![0.0], vec![0.0]];
        (0..3).for_each(|_| optimizer.step(&mut x, &[Some(&[1.0]), None]));
        // A saved state knows the calls that a tensor has missed.
        let mut resumed = method.build::<f64>();
        resumed.load(optimizer.save());
        (0..2).for_each(|_| resumed.step(&mut x, &[Some(&[1.0]), None]));
        resumed.step(&mut x, &[Some(&[1.0]), Some(&[1.0])]);
        published(-x[1][0], digits);
    }
    // A method that looks ahead looks where its next update will be.
    let look = |counter| {
        let rule = Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Counting, form: Form::StepInside });
        let mut optimizer = Method { counter, ..Method::new(rule, Rational::ONE) }.build_exact().expect("no roots");
        let mut x = vec![vec![Rational::ZERO], vec![Rational::ZERO]];
        let gradient = [Rational::ONE];
        optimizer.step(&mut x, &[Some(&gradient), Some(&gradient)]);
        optimizer.step(&mut x, &[Some(&gradient), None]);
        &x[1][0] - &optimizer.probe(&x)[1][0]
    };
    // v = 1 and β_k = (k - 1)/(k + 2) at k = 2 or 3.
    assert_eq!(look(Counter::Each), rational(1, 4));
    assert_eq!(look(Counter::Shared), rational(2, 5));
}

#[test]
fn specimens_are_distinct_and_build() {
    let all = specimens();
    for (index, (name, method)) in all.iter().enumerate() {
        for (other_name, other) in &all[..index] {
            assert!(name != other_name && method != other, "{name} is there twice");
        }
        let mut optimizer: Box<dyn Optimizer<f64>> = method.build();
        let mut x = vec![1.0, -2.0];
        for gradient in [[0.5, -1.0], [0.25, 0.75], [-1.0, 2.0]].into_iter().cycle().take(8) {
            advance(&mut *optimizer, &mut x, |_| gradient.to_vec());
        }
        assert!(x.iter().all(|x| x.is_finite()) && x[0] != 1.0, "{name}: {x:?}");
    }
}
