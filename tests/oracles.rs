//! Each update rule against something that is not that rule: closed forms in big floats on inputs for which there are some.

mod closed_forms;

use closed_forms::*;
use gradproof::number::{Big, Rational, Real, Root, rational};
use gradproof::optimizers::{
    AdaGrad, Adam, Algorithm, AmsGrad, Coupling, Epsilon, Extrapolation, Form, HeavyBall, MaximumOrder, Method, Moments,
    Momentum, NAdam, Nesterov, Order, RAdam, RmsProp, Scaling, SecondMoment, Unrectified, Velocity, advance, warming_base,
};

/// Steps of methods that keep two positions: their bound charges the rounding of both to the difference, so that it grows by a factor
/// `1 + 2β` a step although the errors do not.
const FEW: usize = 7;

#[test]
fn gradient_descent_subtracts_the_sum_of_gradients() {
    for input in INPUTS {
        let oracle: Vec<_> = (1..=STEPS).map(|t| big(&rational(3, 8)) - big(&eta()) * input.sum(&one(), t, 1)).collect();
        holds(&Method::gradient_descent(eta()), input, &oracle);
    }
}

#[test]
fn momentum_is_a_sum_of_geometric_sums() {
    let (beta, tau) = (rational(9, 10), rational(1, 4));
    let dampened = |from_the_first| Velocity::Dampened { dampening: tau.clone(), from_the_first };
    for input in INPUTS {
        let rate = || big(&eta());
        let velocity = |t| input.sum(&big(&beta), t, 1);
        let damp = one() - big(&tau);
        let undamped_first = |t| {
            let first = big(&input.gradient(1)) * big(&beta).power(t - 1);
            damp.clone() * (velocity(t) - &first) + first
        };
        let method = |velocity| Method::new(Algorithm::Momentum(Momentum { momentum: beta.clone(), velocity }), eta());
        holds(&method(Velocity::StepOutside), input, &descended(|t| rate() * velocity(t)));
        holds(&method(Velocity::StepInside), input, &descended(|t| rate() * velocity(t)));
        holds(&method(Velocity::Average), input, &descended(|t| rate() * (one() - big(&beta)) * velocity(t)));
        holds(&method(dampened(true)), input, &descended(|t| rate() * &damp * velocity(t)));
        holds(&method(dampened(false)), input, &descended(|t| rate() * undamped_first(t)));
        let heavy_ball = Method::new(Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() }), eta());
        holds(&heavy_ball, input, &descended(|t| rate() * velocity(t))[..FEW]);
    }
    // Twice summed: Σ_(i≤t) (1 - β^i)/(1 - β) = (t - β (1 - β^t)/(1 - β))/(1 - β).
    let oracle = (1..=STEPS).map(|t| {
        let fresh = one() - big(&beta);
        let sum = (Big::int(t as i64) - big(&beta) * (one() - big(&beta).power(t)) / &fresh) / &fresh;
        big(&rational(3, 8)) - big(&(eta() * rational(3, 4))) * sum
    });
    let method = Method::new(Algorithm::Momentum(Momentum { momentum: beta.clone(), velocity: Velocity::StepOutside }), eta());
    holds(&method, Input::Constant, &oracle.collect::<Vec<_>>());
}

#[test]
fn nesterov_on_given_gradients() {
    let beta = rational(9, 10);
    for input in INPUTS {
        let gradient = |t| big(&input.gradient(t));
        let velocity = |t| input.sum(&big(&beta), t, 1);
        let method =
            |form| Method::new(Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(beta.clone()), form }), eta());
        // On gradients that do not depend on the point these forms are the heavy ball.
        holds(&method(Form::Sequence), input, &descended(|t| big(&eta()) * velocity(t))[..FEW]);
        for form in [Form::StepInside, Form::StepOutside, Form::Unscaled] {
            holds(&method(form), input, &descended(|t| big(&eta()) * velocity(t)));
        }
        for form in [Form::Corrected, Form::CorrectedStepInside] {
            holds(&method(form), input, &descended(|t| big(&eta()) * (gradient(t) + big(&beta) * velocity(t))));
        }
    }
    // d_k = (k-1)/(k+2) d_(k-1) + η g, so k(k+1)(k+2) d_k = η g Σ i(i+1)(i+2) = η g k(k+1)(k+2)(k+3)/4.
    let counting = Nesterov { momentum: Extrapolation::Counting, form: Form::Sequence };
    let step = |t: u64| big(&(eta() * rational(3, 4) * rational(t as i64 + 3, 4)));
    holds(&Method::new(Algorithm::Nesterov(counting), eta()), Input::Constant, &descended(step)[..FEW]);
}

#[test]
fn fista_keeps_its_invariant() {
    // x_(k-1) + t_k (x_k - x_(k-1)) = x_0 - η g Σ t_i and Σ_(i≤k) t_i = t_k².
    let start = big(&rational(3, 8));
    let scaled = big(&(eta() * rational(3, 4)));
    let (mut t, mut x) = (one(), start.clone() - &scaled);
    let mut oracle = vec![x.clone()];
    while oracle.len() < FEW {
        t = (one() + (one() + Big::int(4) * &t * &t).sqrt()) / Big::int(2);
        x = ((t.clone() - one()) * &x + start.clone() - scaled.clone() * &t * &t) / &t;
        oracle.push(x.clone());
    }
    holds(&Method::new(Algorithm::Fista, eta()), Input::Constant, &oracle);
}

/// Nesterov's forms on a quadratic, exactly: the same positions, or one another's look-ahead points.
#[test]
fn nesterov_forms_are_changes_of_variables() {
    for momentum in [Extrapolation::Constant(rational(9, 10)), Extrapolation::Counting] {
        let run = |form: Form| {
            let rule = Nesterov { momentum: momentum.clone(), form };
            let mut optimizer = Method::new(Algorithm::Nesterov(rule), rational(1, 8)).build_exact().expect("no roots");
            let mut x = vec![rational(3, 8), rational(-5, 2)];
            let mut step = || {
                advance(&mut *optimizer, &mut x, |x| vec![&x[0] * rational(3, 1) + &x[1], &x[0] + &x[1] * rational(2, 1)]);
                (x.clone(), optimizer.probe(std::slice::from_ref(&x)).remove(0))
            };
            (0..8).map(|_| step()).unzip::<_, _, Vec<_>, Vec<_>>()
        };
        let (positions, ahead) = run(Form::Sequence);
        assert_eq!(run(Form::StepInside), (positions.clone(), ahead.clone()));
        assert_eq!(run(Form::StepOutside), (positions.clone(), ahead.clone()));
        assert_ne!(run(Form::Unscaled).0, positions);
        if let Extrapolation::Constant(_) = momentum {
            // With a scheduled momentum the look-ahead uses the next update's, which the corrected forms do not know.
            assert_eq!(run(Form::Corrected).0, ahead);
            assert_eq!(run(Form::CorrectedStepInside).0, ahead);
        }
    }
}

#[test]
fn adagrad_divides_by_the_root_of_the_sum() {
    let start = rational(1, 10);
    for (input, placement) in INPUTS.into_iter().flat_map(|input| PLACES.map(|placement| (input, placement))) {
        let rule = AdaGrad { epsilon: epsilon(), placement, initial_accumulator: start.clone(), step_decay: Rational::ZERO };
        let step = |t| {
            let sum = big(&start) + input.sum(&one(), t, 2);
            divided(big(&(eta() * input.gradient(t))), sum, one(), &big(&epsilon()), placement)
        };
        holds(&Method::new(Algorithm::AdaGrad(rule), eta()), input, &descended(step));
    }
}

#[test]
fn rmsprop_divides_by_the_root_of_the_mean() {
    let (rho, start) = (rational(99, 100), rational(1, 10));
    for (input, placement) in INPUTS.into_iter().flat_map(|input| PLACES.map(|placement| (input, placement))) {
        let (decay_rate, initial_accumulator, centred, momentum) = (rho.clone(), start.clone(), false, None);
        let rule = RmsProp { decay_rate, epsilon: epsilon(), placement, initial_accumulator, centred, momentum };
        let step = |t| {
            let mean = big(&start) * big(&rho).power(t) + input.average(&big(&rho), t, 2);
            divided(big(&(eta() * input.gradient(t))), mean, one(), &big(&epsilon()), placement)
        };
        holds(&Method::new(Algorithm::RmsProp(rule), eta()), input, &descended(step));
    }
}

fn adam(placement: Epsilon, bias_correction: bool) -> Method {
    Method::new(Algorithm::Adam(Adam { moments: moments(), epsilon: epsilon(), placement, bias_correction }), eta())
}

#[test]
fn adam_by_closed_moments() {
    for (input, placement) in INPUTS.into_iter().flat_map(|input| PLACES.map(|placement| (input, placement))) {
        for bias_correction in [true, false] {
            let step = |t| {
                let (m, v) = averages(input, t);
                let (c1, c2) = if bias_correction { corrections(t) } else { (one(), one()) };
                divided(big(&eta()) * m / c1, v, c2, &big(&epsilon()), placement)
            };
            holds(&adam(placement, bias_correction), input, &descended(step));
        }
    }
    // m̂ = g and v̂ = g² for ever: each step is η g / (|g| + ε).
    let constant = big(&(eta() * rational(3, 4) / (rational(3, 4) + epsilon())));
    holds(&adam(Epsilon::Outside, true), Input::Constant, &descended(|_| constant.clone()));
}

#[test]
fn amsgrad_by_closed_moments() {
    for order in [MaximumOrder::MaximumThenCorrect, MaximumOrder::CorrectThenMaximum, MaximumOrder::Uncorrected] {
        for (input, placement) in INPUTS.into_iter().flat_map(|input| PLACES.map(|placement| (input, placement))) {
            let rule = AmsGrad { moments: moments(), epsilon: epsilon(), placement, order, initial_moment: Rational::ZERO };
            let step = |t: u64| {
                let scaled = |i| match order {
                    MaximumOrder::CorrectThenMaximum => averages(input, i).1 / corrections(i).1,
                    _ => averages(input, i).1,
                };
                let largest = (1..=t).map(scaled).fold(Big::zero(), |a, b| if b > a { b } else { a });
                let (c1, c2) = corrections(t);
                let (c1, after) = match order {
                    MaximumOrder::MaximumThenCorrect => (c1, c2),
                    MaximumOrder::CorrectThenMaximum => (c1, one()),
                    MaximumOrder::Uncorrected => (one(), one()),
                };
                divided(big(&eta()) * averages(input, t).0 / c1, largest, after, &big(&epsilon()), placement)
            };
            holds(&Method::new(Algorithm::AmsGrad(rule), eta()), input, &descended(step));
        }
    }
}

/// The denominators after an outlier of 10 and 99 gradients of 0.1: 1.025, 10 and 0.316, and less than 0.5 if the maximum is lost.
#[test]
fn amsgrad_orders_differ_after_an_outlier() {
    let last_denominator = |algorithm: Algorithm| {
        let mut optimizer = Method::new(algorithm, Rational::ONE).build::<f64>();
        let mut x = vec![0.0];
        for t in 1..=100 {
            x[0] = 0.0;
            advance(&mut *optimizer, &mut x, |_| vec![if t == 1 { 10.0 } else { 0.1 }]);
        }
        -0.1 / x[0]
    };
    let moments = Moments { beta1: Rational::ZERO, beta2: rational(999, 1000) };
    let rule = |order| {
        let (moments, placement) = (moments.clone(), Epsilon::Outside);
        Algorithm::AmsGrad(AmsGrad { moments, epsilon: Rational::ZERO, placement, order, initial_moment: Rational::ZERO })
    };
    let near = |found: f64, wanted: f64| assert!((found / wanted - 1.0).abs() < 1e-12, "{found} against {wanted}");
    let mass = 0.001 * 100.0;
    near(last_denominator(rule(MaximumOrder::MaximumThenCorrect)), (mass / (1.0 - libm::pow(0.999, 100.0))).sqrt());
    near(last_denominator(rule(MaximumOrder::CorrectThenMaximum)), 10.0);
    near(last_denominator(rule(MaximumOrder::Uncorrected)), f64::sqrt(mass));
    let adam = Adam { moments: moments.clone(), epsilon: Rational::ZERO, placement: Epsilon::Outside, bias_correction: false };
    let decayed = libm::pow(0.999, 99.0) * mass + (1.0 - libm::pow(0.999, 99.0)) * 0.01;
    near(last_denominator(Algorithm::Adam(adam)), decayed.sqrt());
}

/// 0.96^(ψ t) with ψ = 1/250 by `libm`, to twelve digits.
#[test]
fn the_warming_base_is_a_power() {
    let base = gradproof::number::to_f64(&warming_base(&rational(1, 250)));
    assert!((base - libm::pow(0.96, 0.004)).abs() < 1e-12);
}

/// For β₂ = 0.999 in double precision only: formed in single precision, as `Tracked` allows, `ρ_t = 1999 - 1995` keeps too few digits
/// for the bound to mean anything.
#[test]
fn radam_rectifies_from_its_threshold() {
    for (threshold, first, beta2) in
        [(4, 5, rational(999, 1000)), (5, 6, rational(999, 1000)), (4, 5, rational(9, 10)), (5, 6, rational(9, 10))]
    {
        let beta = big(&beta2);
        let limit = Big::int(2) / (one() - &beta) - one();
        // ρ_t = ρ_∞ - 2 t β₂^t / (1 - β₂^t): 3.9975, 4.996, 5.994 at t = 4, 5, 6 for 0.999.
        let length = |t: u64| limit.clone() - Big::int(2 * t as i64) * beta.power(t) / (one() - beta.power(t));
        let rectified = |t: u64| {
            let part = |rho: Big| (rho.clone() - Big::int(4)) * (rho.clone() - Big::int(2)) / rho;
            (part(length(t)) / part(limit.clone())).sqrt()
        };
        for (input, placement) in INPUTS.into_iter().flat_map(|input| PLACES.map(|placement| (input, placement))) {
            let moments = Moments { beta2: beta2.clone(), ..moments() };
            let (threshold, unrectified) = (Rational::from(threshold), Unrectified::Momentum);
            let rule = RAdam { moments, epsilon: epsilon(), placement, threshold, inclusive: false, unrectified };
            let method = Method::new(Algorithm::RAdam(rule), eta());
            let oracle = descended(|t| {
                let plain = big(&eta()) * averages(input, t).0 / corrections(t).0;
                let (v, correction) = (input.average(&beta, t, 2), one() - beta.power(t));
                if t < first { plain } else { divided(plain * rectified(t), v, correction, &big(&epsilon()), placement) }
            });
            if beta2 == rational(9, 10) {
                holds(&method, input, &oracle);
            } else {
                in_format::<f64>(&method, input, &oracle, &rational(1, 1_000_000_000));
            }
        }
    }
}

#[test]
fn decay_by_geometric_sums() {
    let (strength, start, gradient) = (rational(1, 5), rational(3, 8), rational(3, 4));
    // L2 in gradient descent: x_t = (1 - ηλ)^t (x_0 + g/λ) - g/λ.
    let coupled = Method::gradient_descent(eta()).with_decay(strength.clone(), Coupling::Gradient);
    let kept = big(&(Rational::ONE - eta() * &strength));
    let rest = big(&(&gradient / &strength));
    let oracle: Vec<_> = (1..=STEPS).map(|t| kept.power(t) * (big(&start) + &rest) - &rest).collect();
    holds(&coupled, Input::Constant, &oracle);
    // Decoupled, with the constant step s of Adam on a constant gradient: x_t = k^t x_0 - s Σ_(i<t) k^i, times k once more after.
    let step = big(&(eta() * &gradient / (&gradient + epsilon())));
    for (scaling, part) in
        [(Scaling::StepSize, eta() * &strength), (Scaling::Absolute, strength.clone()), (Scaling::Schedule, strength.clone())]
    {
        let kept = big(&(Rational::ONE - &part));
        for order in [Order::Before, Order::After] {
            let oracle: Vec<_> = (1..=STEPS)
                .map(|t| {
                    let sum = step.clone() * (one() - kept.power(t)) / (one() - &kept);
                    let sum = if order == Order::After { sum * &kept } else { sum };
                    kept.power(t) * big(&start) - sum
                })
                .collect();
            let method = adam(Epsilon::Outside, true).with_decay(strength.clone(), Coupling::Parameter(scaling, order));
            holds(&method, Input::Constant, &oracle);
        }
    }
}

/// Every algorithm and convention, with generic parameters.
fn variants() -> Vec<Method> {
    let (half, tau) = (rational(1, 2), rational(1, 4));
    let dampened = |from_the_first| Velocity::Dampened { dampening: tau.clone(), from_the_first };
    let mut all = vec![
        Algorithm::GradientDescent,
        Algorithm::Fista,
        Algorithm::NAdam(NAdam {
            moments: moments(),
            epsilon: epsilon(),
            placement: Epsilon::Outside,
            warming: warming_base(&rational(1, 250)),
            second_moment: SecondMoment::Corrected,
        }),
    ];
    for velocity in [Velocity::StepOutside, Velocity::StepInside, Velocity::Average, dampened(true), dampened(false)] {
        all.push(Algorithm::Momentum(Momentum { momentum: rational(9, 10), velocity }));
    }
    for form in [Form::Sequence, Form::StepOutside, Form::Unscaled, Form::Corrected] {
        for momentum in [Extrapolation::Constant(half.clone()), Extrapolation::Counting] {
            all.push(Algorithm::Nesterov(Nesterov { momentum, form }));
        }
    }
    for placement in PLACES {
        for initial_accumulator in [Rational::ZERO, half.clone()] {
            let rule = AdaGrad {
                epsilon: epsilon(),
                placement,
                initial_accumulator: initial_accumulator.clone(),
                step_decay: Rational::ZERO,
            };
            all.push(Algorithm::AdaGrad(rule));
            let decay_rate = rational(99, 100);
            let (centred, momentum) = (false, None);
            let rule = RmsProp { decay_rate, epsilon: epsilon(), placement, initial_accumulator, centred, momentum };
            all.push(Algorithm::RmsProp(rule));
        }
        for order in [MaximumOrder::MaximumThenCorrect, MaximumOrder::CorrectThenMaximum, MaximumOrder::Uncorrected] {
            all.push(Algorithm::AmsGrad(AmsGrad {
                moments: moments(),
                epsilon: epsilon(),
                placement,
                order,
                initial_moment: Rational::ZERO,
            }));
        }
        for threshold in [4, 5] {
            let threshold = Rational::from(threshold);
            let (inclusive, unrectified) = (false, Unrectified::Momentum);
            let rule = RAdam { moments: moments(), epsilon: epsilon(), placement, threshold, inclusive, unrectified };
            all.push(Algorithm::RAdam(rule));
        }
        for bias_correction in [true, false] {
            all.push(Algorithm::Adam(Adam { moments: moments(), epsilon: epsilon(), placement, bias_correction }));
        }
    }
    let decoupled = Coupling::Parameter(Scaling::StepSize, Order::Before);
    let plain = all.into_iter().map(|algorithm| Method::new(algorithm, eta()));
    plain
        .flat_map(|method| {
            [
                method.clone(),
                method.clone().with_decay(tau.clone(), Coupling::Gradient),
                method.with_decay(tau.clone(), decoupled),
            ]
        })
        .collect()
}

/// Three tensors and a deterministic sequence of gradients for them.
fn start() -> Vec<Vec<f32>> {
    vec![vec![0.5, -1.25, 3.0, 0.1, -0.7], vec![2.0], vec![-0.3, 0.9, 1.7]]
}

fn gradients(step: u32) -> Vec<Vec<f32>> {
    let wave = |tensor: usize, index: usize| libm::sinf((7 * tensor + 3 * index) as f32 + 1.7 * step as f32) * (1 + index) as f32;
    start().iter().enumerate().map(|(tensor, x)| (0..x.len()).map(|index| wave(tensor, index)).collect()).collect()
}

fn some(gradients: &[Vec<f32>]) -> Vec<Option<&[f32]>> {
    gradients.iter().map(|gradient| Some(gradient.as_slice())).collect()
}

fn bits(tensors: &[Vec<f32>]) -> Vec<Vec<u32>> {
    tensors.iter().map(|tensor| tensor.iter().map(|x| x.to_bits()).collect()).collect()
}

#[test]
fn a_missing_gradient_leaves_value_state_and_counter() {
    for method in variants() {
        let (mut skipping, mut x) = (method.build::<f32>(), start());
        let (mut alone, mut middle) = (method.build::<f32>(), vec![start()[1].clone()]);
        for step in 0..8 {
            let gradients = gradients(step);
            let mut given = some(&gradients);
            if step % 3 == 0 {
                given[1] = None;
                let before = x[1].clone();
                skipping.step(&mut x, &given);
                assert_eq!(x[1], before, "{method:?}");
            } else {
                skipping.step(&mut x, &given);
                alone.step(&mut middle, &[Some(&gradients[1])]);
            }
        }
        assert_eq!(bits(&x)[1], bits(&middle)[0], "{method:?}: the others must not see the gap");
        assert_eq!(skipping.save().tensors[1], alone.save().tensors[0], "{method:?}");
        assert_eq!(skipping.save().tensors[0].as_ref().map(|(updates, _)| *updates), Some(8));
    }
}

/// The positions after eight steps, to the bit.
fn trajectory(method: &Method) -> Vec<Vec<u32>> {
    let (mut optimizer, mut x) = (method.build::<f32>(), start());
    (0..8).for_each(|step| optimizer.step(&mut x, &some(&gradients(step))));
    bits(&x)
}

/// Every convention differs from every other, except where the rule's documentation says that two are the same.
#[test]
fn every_convention_matters() {
    // Without a bias correction ε̂ is ε; these forms of Nesterov differ in where they look, which given gradients do not show.
    let same = |algorithm: &Algorithm| match algorithm {
        Algorithm::AdaGrad(AdaGrad { placement: Epsilon::Hat, .. })
        | Algorithm::RmsProp(RmsProp { placement: Epsilon::Hat, .. }) => true,
        Algorithm::Adam(Adam { placement: Epsilon::Hat, bias_correction: false, .. }) => true,
        Algorithm::AmsGrad(AmsGrad { placement: Epsilon::Hat, order, .. }) => *order != MaximumOrder::MaximumThenCorrect,
        Algorithm::Nesterov(Nesterov { form: Form::Unscaled, .. }) => true,
        _ => false,
    };
    let distinct: Vec<_> = variants().into_iter().filter(|method| !same(&method.algorithm)).collect();
    let found: Vec<_> = distinct.iter().map(trajectory).collect();
    for (index, one) in found.iter().enumerate() {
        for (other, another) in found.iter().enumerate().skip(index + 1) {
            assert_ne!(one, another, "{:?} and {:?}", distinct[index], distinct[other]);
        }
    }
}
