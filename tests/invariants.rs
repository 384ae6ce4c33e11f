//! What every reference optimizer does whatever its formula: elements and tensors do not know of each other, a saved state continues bit
//! for bit, NaN stays where it is, symmetries hold, every hyper-parameter is used. Over all algorithms in all conventions.

use gradproof::kernels::Isa;
use gradproof::number::{Rational, Root, bf16, f16, rational};
use gradproof::optimizers::{
    Adam, Adaptation, Algorithm, AtZero, Coupling, Epsilon, Lamb, Lars, Method, Moments, Momentum, Normalized, Optimizer, Order,
    Scaling, Scope, StepNorm, Treatment, TrustRatio, Unrectified, Velocity, ZeroNorm, specimens,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::cell::Cell;

/// Every specimen, and where it has no decay also with a coupled and a decoupled one.
fn elementwise() -> Vec<Method> {
    let couplings = [Coupling::Gradient, Coupling::Parameter(Scaling::StepSize, Order::Before)];
    let mut all: Vec<Method> = specimens().into_iter().map(|(_, method)| method).collect();
    for index in 0..all.len() {
        if all[index].decay.is_none() {
            all.extend(couplings.map(|coupling| all[index].clone().with_decay(rational(1, 10), coupling)));
        }
    }
    all
}

/// The methods that look at whole tensors.
fn tensorwise() -> Vec<Method> {
    let trust = TrustRatio {
        coefficient: rational(1, 2),
        epsilon: rational(1, 100),
        norm_range: None,
        largest: None,
        zero_norm: ZeroNorm::Unscaled,
        scope: Scope::Tensor,
    };
    let moments = Moments { beta1: rational(9, 10), beta2: rational(999, 1000) };
    let adam = Adam { moments, epsilon: rational(1, 1000), placement: Epsilon::Outside, bias_correction: true };
    let momentum = Momentum { momentum: rational(9, 10), velocity: Velocity::StepInside };
    let (adaptation, step_norm) = (Adaptation::Always, StepNorm::Separate);
    let algorithms = [
        Algorithm::Normalized(Normalized { epsilon: rational(1, 10), scope: Scope::All }),
        Algorithm::Lamb(Lamb { adam, decay: rational(1, 10), trust: trust.clone(), adaptation }),
        Algorithm::Lars(Lars { momentum, decay: rational(1, 10), trust, step_norm, adaptation }),
    ];
    algorithms.into_iter().map(|algorithm| Method::new(algorithm, rational(1, 100))).collect()
}

fn everything() -> Vec<Method> {
    elementwise().into_iter().chain(tensorwise()).collect()
}

/// A float whose bits can be compared; all NaN are one.
trait Bits: Root<Wide = f64> + Copy + PartialEq {
    fn near(x: f64) -> Self;
    fn bits(self) -> u64;
}

macro_rules! bits {
    ($($float:ident: $near:expr;)*) => {$(
        impl Bits for $float {
            fn near(x: f64) -> Self {
                $near(x)
            }
            fn bits(self) -> u64 {
                if self.is_nan() { u64::MAX } else { self.to_bits().into() }
            }
        }
    )*};
}
bits! { f64: |x| x; f32: |x| x as f32; bf16: bf16::from_f64; f16: f16::from_f64; }

fn bits<F: Bits>(tensors: &[Vec<F>]) -> Vec<Vec<u64>> {
    tensors.iter().map(|tensor| tensor.iter().map(|x| x.bits()).collect()).collect()
}

fn near<F: Bits>(tensors: &[Vec<f64>]) -> Vec<Vec<F>> {
    tensors.iter().map(|tensor| tensor.iter().map(|x| F::near(*x)).collect()).collect()
}

/// One step with a gradient for every tensor.
fn step<F: Bits>(optimizer: &mut dyn Optimizer<F>, x: &mut [Vec<F>], gradients: &[Vec<F>]) {
    optimizer.step(x, &gradients.iter().map(|gradient| Some(gradient.as_slice())).collect::<Vec<_>>());
}

/// The parameters after all of these gradients.
fn after<F: Bits>(method: &Method, start: &[Vec<f64>], gradients: &[Vec<Vec<f64>>]) -> Vec<Vec<F>> {
    let (mut optimizer, mut x) = (method.build::<F>(), near::<F>(start));
    gradients.iter().for_each(|gradients| step(&mut *optimizer, &mut x, &near(gradients)));
    x
}

/// Parameters of several tensors, some empty, and gradients for some steps, many of their numbers special.
fn runs() -> impl Strategy<Value = (Vec<Vec<f64>>, Vec<Vec<Vec<f64>>>)> {
    let number = prop_oneof![
        8 => -4.0..4.0f64,
        1 => prop::sample::select(vec![0.0, -0.0, 1e-40, -1e-20, 1e20, 6e4, 1e-8]),
    ];
    (prop::collection::vec(0usize..6, 1..5), 1usize..8).prop_flat_map(move |(lengths, steps)| {
        let tensors = |lengths: &[usize], number: BoxedStrategy<f64>| -> Vec<_> {
            lengths.iter().map(|length| prop::collection::vec(number.clone(), *length)).collect()
        };
        let start = tensors(&lengths, (-4.0..4.0f64).boxed());
        let gradients: Vec<_> = (0..steps).map(|_| tensors(&lengths, number.clone().boxed())).collect();
        (start, gradients)
    })
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 48, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() }
}

fn continues<F: Bits>(method: &Method, start: &[Vec<f64>], gradients: &[Vec<Vec<f64>>], cut: usize) -> bool {
    let cut = cut.min(gradients.len());
    let (mut whole, mut x) = (method.build::<F>(), near::<F>(start));
    gradients.iter().for_each(|gradients| step(&mut *whole, &mut x, &near(gradients)));
    let (mut first, mut y) = (method.build::<F>(), near::<F>(start));
    gradients[..cut].iter().for_each(|gradients| step(&mut *first, &mut y, &near(gradients)));
    // Into an optimizer that has already seen something else, at another step size.
    let mut second = method.build::<F>();
    step(&mut *second, &mut near::<F>(start), &near(start));
    second.set_step_size(123.0);
    second.load(first.save());
    gradients[cut..].iter().for_each(|gradients| step(&mut *second, &mut y, &near(gradients)));
    bits(&x) == bits(&y)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_saved_state_continues_bit_for_bit((start, gradients) in runs(), cut in 0usize..8) {
        for method in everything() {
            prop_assert!(continues::<f32>(&method, &start, &gradients, cut), "{method:?} in f32");
            prop_assert!(continues::<f64>(&method, &start, &gradients, cut), "{method:?} in f64");
            prop_assert!(continues::<bf16>(&method, &start, &gradients, cut), "{method:?} in bf16");
        }
    }

    /// Each tensor alone, and all of them as one, move as they do together: no state is shared, and no index mixed up.
    #[test]
    fn tensors_do_not_know_of_each_other((start, gradients) in runs()) {
        for method in elementwise() {
            let together = bits(&after::<f32>(&method, &start, &gradients));
            let alone = |tensor: usize| {
                let gradients: Vec<Vec<Vec<f64>>> = gradients.iter().map(|all| vec![all[tensor].clone()]).collect();
                bits(&after::<f32>(&method, &[start[tensor].clone()], &gradients)).remove(0)
            };
            let apart: Vec<Vec<u64>> = (0..start.len()).map(alone).collect();
            prop_assert_eq!(&together, &apart, "{:?}", method);
            let joined: Vec<Vec<Vec<f64>>> = gradients.iter().map(|all| vec![all.concat()]).collect();
            prop_assert_eq!(together.concat(), bits(&after::<f32>(&method, &[start.concat()], &joined)).concat(), "{:?}", method);
        }
    }

    #[test]
    fn elements_permute((start, gradients) in runs()) {
        let reversed = |tensors: &Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            tensors.iter().map(|tensor| tensor.iter().rev().copied().collect()).collect()
        };
        let backwards: Vec<Vec<Vec<f64>>> = gradients.iter().map(&reversed).collect();
        for method in elementwise() {
            let mut x = after::<f32>(&method, &reversed(&start), &backwards);
            x.iter_mut().for_each(|tensor| tensor.reverse());
            prop_assert_eq!(bits(&after::<f32>(&method, &start, &gradients)), bits(&x), "{:?}", method);
        }
    }

    /// `step(-g, -x) = -step(g, x)`, but where a convention prefers a sign at 0 or starts a mean gradient above it.
    #[test]
    fn signs_flip((start, gradients) in runs()) {
        let negative = |tensors: &Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            tensors.iter().map(|tensor| tensor.iter().map(|x| -x).collect()).collect()
        };
        let opposite: Vec<Vec<Vec<f64>>> = gradients.iter().map(&negative).collect();
        let prefers = |method: &Method| match &method.algorithm {
            Algorithm::L1(rule) => rule.treatment == Treatment::Subgradient(AtZero::One),
            Algorithm::AmsGrad(rule) => !rule.initial_moment.is_zero(),
            _ => false,
        };
        // A sum that cancels is +0 either way, so that zeros are taken as equal.
        let unsigned = |x: Vec<Vec<f32>>| -> Vec<Vec<u64>> {
            x.iter().map(|tensor| tensor.iter().map(|x| if *x == 0.0 { 0 } else { Bits::bits(*x) }).collect()).collect()
        };
        for method in everything().into_iter().filter(|method| !prefers(method)) {
            let mut x = after::<f32>(&method, &negative(&start), &opposite);
            x.iter_mut().flatten().for_each(|x| *x = -*x);
            prop_assert_eq!(unsigned(after::<f32>(&method, &start, &gradients)), unsigned(x), "{:?}", method);
        }
    }

    /// A NaN in a gradient makes that element NaN in the same step, and in no step another one.
    #[test]
    fn nan_stays_in_its_element((start, gradients) in runs(), place in any::<prop::sample::Index>(), when in any::<prop::sample::Index>()) {
        let places: Vec<(usize, usize)> =
            start.iter().enumerate().flat_map(|(tensor, x)| (0..x.len()).map(move |index| (tensor, index))).collect();
        prop_assume!(!places.is_empty());
        let ((tensor, index), when) = (places[place.index(places.len())], when.index(gradients.len()));
        let mut spoiled = gradients.clone();
        spoiled[when][tensor][index] = f64::NAN;
        // RAdam that waits until it can rectify does not move at all before.
        let waits = |method: &Method| {
            matches!(&method.algorithm, Algorithm::RAdam(rule) if rule.unrectified == Unrectified::Nothing)
        };
        for method in elementwise().into_iter().filter(|method| !waits(method)) {
            prop_assert!(after::<f32>(&method, &start, &spoiled[..=when])[tensor][index].is_nan(), "{:?}", method);
            let (mut clean, mut x) = (after::<f32>(&method, &start, &gradients), after::<f32>(&method, &start, &spoiled));
            prop_assert!(x[tensor][index].is_nan(), "{:?}", method);
            (clean[tensor][index], x[tensor][index]) = (0.0, 0.0);
            prop_assert_eq!(bits(&clean), bits(&x), "{:?}", method);
        }
    }

    /// Whatever the numbers, in every precision and with 16-bit storage: no panic, and the lengths stay.
    #[test]
    fn nothing_panics((start, gradients) in runs(), infinite in any::<bool>()) {
        let mut gradients = gradients;
        if infinite {
            gradients.iter_mut().flatten().filter_map(|tensor| tensor.first_mut()).for_each(|x| *x = f64::INFINITY);
        }
        for method in everything() {
            let lengths: Vec<usize> = start.iter().map(Vec::len).collect();
            let same = |found: Vec<usize>| found == lengths;
            prop_assert!(same(after::<f64>(&method, &start, &gradients).iter().map(Vec::len).collect()));
            prop_assert!(same(after::<f16>(&method, &start, &gradients).iter().map(Vec::len).collect()));
            let (mut optimizer, mut x) = (method.build_stored::<bf16, f32>(Isa::current()), near::<bf16>(&start));
            for gradients in &gradients {
                let gradients = near::<bf16>(gradients);
                optimizer.step(&mut x, &gradients.iter().map(|gradient| Some(gradient.as_slice())).collect::<Vec<_>>());
            }
            prop_assert!(same(x.iter().map(Vec::len).collect()));
        }
    }

    /// Without decay and penalty nothing depends on where the origin is: exactly, for the methods without roots.
    #[test]
    fn the_origin_does_not_matter(start in prop::collection::vec(-9i64..9, 1..4), gradients in prop::collection::vec(-9i64..9, 6), shift in -9i64..9) {
        let free = |method: &Method| method.decay.is_none() && !matches!(method.algorithm, Algorithm::L1(_));
        let mut compared = 0;
        for method in elementwise().into_iter().filter(free) {
            let run = |shift: i64| {
                let mut optimizer = method.build_exact()?;
                let mut x = vec![start.iter().map(|x| Rational::from(x + shift)).collect::<Vec<_>>()];
                for gradient in &gradients {
                    let gradient: Vec<Rational> = (0..start.len()).map(|index| rational(gradient + index as i64, 4)).collect();
                    optimizer.step(&mut x, &[Some(&gradient)]);
                }
                Some(x[0].iter().map(|x| x - Rational::from(shift)).collect::<Vec<_>>())
            };
            if let Some(x) = run(0) {
                prop_assert_eq!(&x, &run(shift).expect("as before"), "{:?}", method);
                compared += 1;
            }
        }
        prop_assert!(compared > 10, "{}", compared);
    }

    /// Where ε is 0, the adaptive methods do not see the scale of the gradient: a power of two changes no bit.
    #[test]
    fn the_scale_of_the_gradient_does_not_matter(start in -4.0..4.0f64, gradients in prop::collection::vec(0.1..4.0f64, 6), power in -8i32..8) {
        let zero = Rational::ZERO;
        let mut compared = 0;
        for mut method in elementwise() {
            let coupled = method.decay.as_ref().is_some_and(|decay| !matches!(decay.coupling, Coupling::Parameter(..)));
            let blind = match &mut method.algorithm {
                Algorithm::SignDescent | Algorithm::Signum(_) | Algorithm::Lion(_) => true,
                Algorithm::Adam(rule) => (rule.epsilon = zero.clone(), true).1,
                Algorithm::Adamax(rule) => (rule.epsilon = zero.clone(), true).1,
                Algorithm::NAdam(rule) => (rule.epsilon = zero.clone(), true).1,
                Algorithm::AmsGrad(rule) => (rule.epsilon = zero.clone(), rule.initial_moment.is_zero()).1,
                Algorithm::AdaGrad(rule) => (rule.epsilon = zero.clone(), rule.initial_accumulator.is_zero()).1,
                Algorithm::RmsProp(rule) => (rule.epsilon = zero.clone(), rule.initial_accumulator.is_zero() && !rule.centred).1,
                _ => false,
            };
            if !blind || coupled {
                continue;
            }
            let scaled = |scale: f64| {
                let gradients: Vec<Vec<Vec<f64>>> = gradients.iter().map(|g| vec![vec![g * scale, -g * scale]]).collect();
                bits(&after::<f64>(&method, &[vec![start, 1.0]], &gradients))
            };
            prop_assert_eq!(scaled(1.0), scaled(libm::exp2(f64::from(power))), "{:?}", method);
            compared += 1;
        }
        prop_assert!(compared > 30, "{}", compared);
    }
}

/// The algorithm with its number `index` changed, in the order of its `map`; `None` beyond the last.
fn with_number_changed(algorithm: &Algorithm, index: usize) -> Option<Algorithm> {
    let (count, changed) = (Cell::new(0), Cell::new(false));
    let number = |x: &Rational| {
        let here = count.replace(count.get() + 1) == index;
        changed.set(changed.get() || here);
        if here { x * rational(7, 8) + rational(1, 1000) } else { x.clone() }
    };
    macro_rules! each {
        ($($name:ident)*) => {
            match algorithm {
                $(Algorithm::$name(rule) => Algorithm::$name(rule.map(&number)),)*
                Algorithm::GradientDescent | Algorithm::Fista | Algorithm::SignDescent => algorithm.clone(),
            }
        };
    }
    let next = each!(Momentum HeavyBall Nesterov Signum Lion AdaGrad Adadelta RmsProp Adam Adamax AmsGrad NAdam RAdam AdaBound L1 Normalized
        Lamb Lars);
    changed.get().then_some(next)
}

/// Each number of each method, and its step size, moves the parameters within three hundred steps.
#[test]
fn every_hyper_parameter_matters() {
    let wave = |step: usize, place: f64| libm::sin(0.7 * step as f64 + place) * (1.0 + place) + 0.3 * place;
    let gradients: Vec<Vec<Vec<f64>>> =
        (0..300).map(|step| vec![vec![wave(step, 0.3), wave(step, 1.1)], vec![wave(step, 2.0)]]).collect();
    let end = |method: &Method| bits(&after::<f64>(method, &[vec![0.5, -1.25], vec![3.0]], &gradients));
    let mut numbers = 0;
    for method in everything() {
        let plain = end(&method);
        let slower = Method { step_size: &method.step_size * rational(7, 8), ..method.clone() };
        assert_ne!(plain, end(&slower), "the step size of {method:?}");
        for index in 0.. {
            let Some(algorithm) = with_number_changed(&method.algorithm, index) else { break };
            // RAdam's threshold acts only where the length crosses it: `radam_rectifies_from_its_threshold`.
            if matches!(algorithm, Algorithm::RAdam(_)) && index == 3 {
                continue;
            }
            assert_ne!(plain, end(&Method { algorithm, ..method.clone() }), "number {index} of {method:?}");
            numbers += 1;
        }
        if let Some(decay) = &method.decay {
            let strength = &decay.strength * rational(7, 8);
            let weaker = method.clone().with_decay(strength, decay.coupling);
            assert_ne!(plain, end(&weaker), "the decay of {method:?}");
        }
    }
    assert!(numbers > 400, "{numbers}");
}
