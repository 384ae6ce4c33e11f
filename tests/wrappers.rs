//! What stands around an optimizer: averages of its iterates, perturbations, noise. In exact arithmetic wherever a closed form is.

use gradproof::lab::{Lab, Stream};
use gradproof::number::{Rational, rational};
use gradproof::optimizers::{
    Adam, Algorithm, AnnealedVariance, AverageStart, AverageWeights, Averaged, Epsilon, IterateAverage, Method, Moments,
    Momentum, Noisy, Optimizer, Perturbation, Perturbed, Spread, Velocity, advance, covariance_matched, uniform_in_ball,
};
use gradproof::training::{Sampler, Sampling, covariance};

fn stream(purpose: &str) -> Stream {
    Lab::new(5, 1, "wrappers").stream(purpose)
}

fn descent() -> Box<dyn Optimizer<Rational>> {
    Method::gradient_descent(rational(1, 8)).build_exact().expect("no roots")
}

fn averages(average: IterateAverage<Rational>, steps: u64) -> Vec<Rational> {
    let mut x = vec![rational(3, 1)];
    let mut optimizer = Averaged::new(descent(), average, std::slice::from_ref(&x));
    let mut found = vec![optimizer.average()[0][0].clone()];
    for _ in 0..steps {
        advance(&mut optimizer, &mut x, |_| vec![rational(2, 1)]);
        found.push(optimizer.average()[0][0].clone());
    }
    found
}

/// With a constant gradient `x_t = 3 - t/4`.
fn iterate(t: u64) -> Rational {
    rational(12 - t as i64, 4)
}

#[test]
fn the_uniform_average_of_a_line_is_its_middle() {
    for from in [0, 1, 4] {
        let found = averages(IterateAverage { from, weights: AverageWeights::Uniform }, 10);
        for (t, found) in found.iter().enumerate() {
            let t = t as u64;
            let middle = if t < from { iterate(t) } else { (iterate(from) + iterate(t)) / rational(2, 1) };
            assert_eq!(*found, middle, "from {from}, t = {t}");
        }
    }
}

#[test]
fn a_suffix_is_the_last_share_of_the_steps() {
    for (share, first) in [(rational(1, 2), 6), (rational(1, 3), 7), (rational(1, 100), 10), (Rational::ONE, 1)] {
        let average = IterateAverage::suffix(10, &share);
        assert_eq!(average.from, first, "{share}");
        assert_eq!(averages(average, 10)[10], (iterate(first) + iterate(10)) / rational(2, 1));
    }
}

#[test]
fn the_exponential_average_has_its_weights() {
    let decay = rational(3, 4);
    for from in [0, 1, 3] {
        for start in [AverageStart::FirstIterate, AverageStart::Corrected] {
            let weights = AverageWeights::Exponential { decay: decay.clone(), start };
            for (t, found) in averages(IterateAverage { from, weights }, 8).iter().enumerate() {
                let t = t as u64;
                if t < from {
                    assert_eq!(*found, iterate(t));
                    continue;
                }
                let power = |exponent: u64| (0..exponent).fold(Rational::ONE, |power, _| power * &decay);
                let weight = |i: u64| match start {
                    AverageStart::FirstIterate if i == from => power(t - from),
                    AverageStart::FirstIterate => power(t - i) * (Rational::ONE - &decay),
                    AverageStart::Corrected => power(t - i) * (Rational::ONE - &decay) / (Rational::ONE - power(t - from + 1)),
                };
                let sum = (from..=t).fold(Rational::ZERO, |sum, i| sum + weight(i) * iterate(i));
                assert_eq!(*found, sum, "{start:?} from {from}, t = {t}");
            }
        }
    }
}

/// Polyak and Juditsky's point on a quadratic: gradients with errors of alternating sign leave the iterates in a cycle around the
/// minimiser, whose average is at the minimiser itself.
#[test]
fn an_average_of_a_cycle_is_its_centre() {
    // x⁺ = x - (x ± 1)/2 with the cycle ±1/3.
    let mut x = vec![rational(1, 3)];
    let inner = Method::gradient_descent(rational(1, 2)).build_exact().expect("no roots");
    let mut optimizer =
        Averaged::new(inner, IterateAverage { from: 1, weights: AverageWeights::Uniform }, std::slice::from_ref(&x));
    for t in 0..6 {
        advance(&mut optimizer, &mut x, |x| vec![&x[0] + rational(if t % 2 == 0 { 1 } else { -1 }, 1)]);
        assert_eq!(x[0], rational(if t % 2 == 0 { -1 } else { 1 }, 3));
    }
    assert_eq!(optimizer.average()[0][0], Rational::ZERO);
}

/// At the saddle of `(x² - y²)/2` gradient descent from `(1, 0)` never leaves `y = 0`; after the one perturbation `ξ` at step 0,
/// `x_t = ξ_x (1 - η)^t` and `y_t = ξ_y (1 + η)^t`.
#[test]
fn a_perturbation_leaves_the_saddle_at_the_saddles_rate() {
    let run = |radius: f64| {
        let perturbation = Perturbation { radius, threshold: rational(1, 100), wait: 1000 };
        let mut optimizer = Perturbed::new(descent(), perturbation, stream("saddle"));
        let mut x = vec![Rational::ZERO, Rational::ZERO];
        (0..12).for_each(|_| advance(&mut optimizer, &mut x, |x| vec![x[0].clone(), -x[1].clone()]));
        x
    };
    let shift = uniform_in_ball(&mut stream("saddle").trial(0), 2, 0.5);
    let power = |base: Rational| (0..11).fold(Rational::ONE, |power, _| power * &base);
    let exactly = |x: f64| Rational::try_from(x).expect("finite");
    assert_eq!(run(0.5), [exactly(shift[0]) * power(rational(7, 8)), exactly(shift[1]) * power(rational(9, 8))]);
    assert_eq!(run(0.0), [Rational::ZERO, Rational::ZERO], "without a radius nothing happens");
}

/// Where the gradient is always zero the perturbations stand `t_thres + 1` steps apart: each takes a call of its own.
#[test]
fn perturbations_keep_their_distance() {
    for wait in [0, 1, 4] {
        let perturbation = Perturbation { radius: 1.0, threshold: Rational::ZERO, wait };
        let mut optimizer = Perturbed::new(descent(), perturbation, stream("distance"));
        let mut x = vec![Rational::ZERO];
        let moved: Vec<bool> = (0..20)
            .map(|_| {
                let before = x.clone();
                advance(&mut optimizer, &mut x, |_| vec![Rational::ZERO]);
                x != before
            })
            .collect();
        let expected: Vec<bool> = (0..20).map(|call| call % (wait + 2) == 0).collect();
        assert_eq!(moved, expected, "wait {wait}");
    }
}

#[test]
fn the_norm_of_all_tensors_decides() {
    let moves = |threshold: Rational, gradients: [Option<&[Rational]>; 2]| {
        let perturbation = Perturbation { radius: 1.0, threshold, wait: 5 };
        let inner = Method::gradient_descent(Rational::ZERO).build_exact().expect("no roots");
        let mut optimizer = Perturbed::new(inner, perturbation, stream("norm"));
        let mut tensors = vec![vec![Rational::ZERO], vec![Rational::ZERO]];
        optimizer.step(&mut tensors, &gradients);
        [!tensors[0][0].is_zero(), !tensors[1][0].is_zero()]
    };
    let (three, four) = ([rational(3, 1)], [rational(-4, 1)]);
    assert_eq!(moves(rational(5, 1), [Some(&three), Some(&four)]), [true, true], "at the threshold");
    assert_eq!(moves(rational(4999, 1000), [Some(&three), Some(&four)]), [false, false]);
    assert_eq!(moves(rational(4, 1), [None, Some(&four)]), [false, true], "a tensor without gradient stays");
    assert_eq!(moves(rational(4, 1), [None, None]), [false, false]);
}

/// The largest distance between the empirical and the uniform distribution function; beyond `√(ln(2/α) / 2n)` with probability at
/// most α (Dvoretzky, Kiefer and Wolfowitz; Massart 1990), here 1e-9.
fn is_uniform(mut sample: Vec<f64>) -> bool {
    sample.sort_by(f64::total_cmp);
    let count = sample.len() as f64;
    let distance = sample.iter().enumerate().map(|(i, x)| (x - i as f64 / count).abs().max((x - (i + 1) as f64 / count).abs()));
    distance.fold(0.0, f64::max) <= (libm::log(2e9) / (2.0 * count)).sqrt()
}

/// In the ball of dimension `d` the power `(‖ξ‖/r)^d` is uniform, and so is the angle in the plane.
#[test]
fn perturbations_are_uniform_in_the_ball() {
    let stream = stream("ball");
    for dimension in [1, 2, 5] {
        let drawn: Vec<Vec<f64>> = (0..4000).map(|trial| uniform_in_ball(&mut stream.trial(trial), dimension, 3.0)).collect();
        let share = |x: &Vec<f64>| x.iter().map(|x| x * x).sum::<f64>().sqrt() / 3.0;
        assert!(drawn.iter().all(|x| share(x) <= 1.0 + 8.0 * f64::EPSILON));
        assert!(is_uniform(drawn.iter().map(|x| libm::pow(share(x), dimension as f64)).collect()), "{dimension}");
        assert!(!is_uniform(drawn.iter().map(share).collect()) || dimension == 1, "the test can fail");
        if dimension == 1 {
            assert!(is_uniform(drawn.iter().map(|x| (x[0] + 3.0) / 6.0).collect()));
        } else {
            let angle = |x: &Vec<f64>| libm::atan2(x[1], x[0]) / std::f64::consts::TAU + 0.5;
            assert!(is_uniform(drawn.iter().map(angle).collect()), "{dimension}");
        }
    }
}

/// `√(η / (1 + t)^γ)`, exact where the power is.
#[test]
fn the_noise_is_annealed() {
    let deviation = |variance, exponent, step| AnnealedVariance { variance, exponent }.deviation(step);
    assert_eq!([0, 3, 15].map(|step| deviation(4.0, 1.0, step)), [2.0, 1.0, 0.5]);
    assert_eq!([0, 3, 15].map(|step| deviation(4.0, 0.0, step)), [2.0, 2.0, 2.0]);
    // 4^(-0.55/2) = 2^(-0.55): one ulp of each of two powers, a division and a root, at most.
    assert!((deviation(1.0, 0.55, 3) - libm::exp2(-0.55)).abs() <= 4.0 * f64::EPSILON * libm::exp2(-0.55));
}

/// The noise of step `t` is that of trial `t`, tensor after tensor; gradients that are missing draw nothing.
#[test]
fn noise_is_addressed_by_its_step() {
    let annealing = AnnealedVariance { variance: 4.0, exponent: 1.0 };
    let inner = Method::gradient_descent(Rational::ONE).build_exact().expect("no roots");
    let mut optimizer = Noisy::new(inner, annealing, stream("noise"));
    let gradient = |numerator: i64| vec![rational(numerator, 2); 2];
    let mut x = vec![vec![Rational::ZERO; 2], vec![Rational::ZERO; 2], vec![Rational::ZERO; 2]];
    for step in 0..3 {
        let before = x.clone();
        optimizer.step(&mut x, &[Some(&gradient(1)), None, Some(&gradient(5))]);
        let mut draws = stream("noise").trial(step);
        let mut moved = |x: &Rational, g: &Rational| {
            let noise = annealing.deviation(step) * draws.normal();
            x - (g + Rational::try_from(noise).expect("finite"))
        };
        for tensor in [0, 2] {
            let g = gradient(if tensor == 0 { 1 } else { 5 });
            let expected: Vec<Rational> = before[tensor].iter().zip(&g).map(|(x, g)| moved(x, g)).collect();
            assert_eq!(x[tensor], expected, "step {step}");
        }
        assert_eq!(x[1], before[1]);
    }
}

/// Gradients of samples in two dimensions, with integer means for their numbers.
fn samples(count: usize) -> Vec<Vec<f64>> {
    let all = [[3.0, -1.0], [-2.0, 4.0], [5.0, 0.0], [2.0, 1.0], [0.0, -3.0], [1.0, 2.0], [-4.0, 1.0], [3.0, 4.0]];
    all[..count].iter().map(|gradient| gradient.to_vec()).collect()
}

/// The noise is linear in its weights, so that its covariance is `Σ_i c_i c_iᵀ` over unit weights. All numbers are dyadic and the root
/// is of a power of 4: nothing rounds.
fn noise_covariance(gradients: &[Vec<f64>], spread: Spread, small: u32, large: u32) -> [[Rational; 2]; 2] {
    let unit = |index: usize| (0..gradients.len()).map(|i| if i == index { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
    let columns: Vec<Vec<f64>> =
        (0..gradients.len()).map(|index| covariance_matched(gradients, spread, small, large, &unit(index))).collect();
    let exactly = |x: f64| Rational::try_from(x).expect("finite");
    let entry = |i: usize, j: usize| columns.iter().fold(Rational::ZERO, |sum, c| sum + exactly(c[i]) * exactly(c[j]));
    std::array::from_fn(|i| std::array::from_fn(|j| entry(i, j)))
}

/// The covariance of the mean gradient of a batch drawn with replacement, by enumeration.
fn batch_covariance(gradients: &[Vec<f64>], batch: usize) -> [[Rational; 2]; 2] {
    let law = Sampler::new(Sampling::WithReplacement).law(gradients.len(), batch);
    let exactly = |sample: usize, i: usize| Rational::try_from(gradients[sample][i]).expect("finite");
    let entry = |i: usize, j: usize| {
        let pairs = (0..gradients.len()).flat_map(|p| (0..gradients.len()).map(move |q| (p, q)));
        pairs.fold(Rational::ZERO, |sum, (p, q)| sum + covariance(&law, p, q) * exactly(p, i) * exactly(q, j))
    };
    std::array::from_fn(|i| std::array::from_fn(|j| entry(i, j)))
}

#[test]
fn matched_noise_makes_a_large_batch_as_noisy_as_a_small_one() {
    let gradients = samples(8);
    let (small, large) = (batch_covariance(&gradients, 1), batch_covariance(&gradients, 2));
    let noise = noise_covariance(&gradients, Spread::Population, 1, 2);
    for i in 0..2 {
        for j in 0..2 {
            assert_eq!(&large[i][j] + &noise[i][j], small[i][j]);
        }
    }
    assert_eq!(covariance_matched(&gradients, Spread::Population, 3, 3, &[1.0; 8]), [0.0, 0.0]);
    assert_eq!(covariance_matched(&gradients, Spread::Population, 1, 2, &[1.0; 8]), [0.0, 0.0], "deviations from the mean");
}

/// With three samples `Σ_i (g_i - ḡ)(g_i - ḡ)ᵀ / 2` is unbiased for their law's covariance: 3/2 of the population's.
#[test]
fn a_sample_of_three_is_divided_by_two() {
    let gradients = samples(3);
    let noise = noise_covariance(&gradients, Spread::Sample, 1, 2);
    let population = batch_covariance(&gradients, 1);
    assert_eq!(noise[0][0], &population[0][0] * rational(3, 4));
    assert_eq!(noise[0][1], &population[0][1] * rational(3, 4));
}

#[test]
#[should_panic(expected = "noise cannot be taken away")]
fn a_batch_cannot_be_made_larger_by_noise() {
    covariance_matched(&samples(3), Spread::Sample, 4, 2, &[1.0; 3]);
}

type Build = fn(Box<dyn Optimizer<f32>>) -> Box<dyn Optimizer<f32>>;

fn perturbed(inner: Box<dyn Optimizer<f32>>) -> Box<dyn Optimizer<f32>> {
    let perturbation = Perturbation { radius: 0.1, threshold: rational(1000, 1), wait: 2 };
    Box::new(Perturbed::new(inner, perturbation, stream("state")))
}

fn noisy(inner: Box<dyn Optimizer<f32>>) -> Box<dyn Optimizer<f32>> {
    Box::new(Noisy::new(inner, AnnealedVariance { variance: 0.25, exponent: 0.55 }, stream("state")))
}

fn averaged(inner: Box<dyn Optimizer<f32>>) -> Box<dyn Optimizer<f32>> {
    Box::new(Averaged::new(inner, IterateAverage { from: 2, weights: AverageWeights::Uniform }, &start()))
}

fn exponential(inner: Box<dyn Optimizer<f32>>) -> Box<dyn Optimizer<f32>> {
    let weights = AverageWeights::Exponential { decay: 0.9, start: AverageStart::Corrected };
    Box::new(Averaged::new(inner, IterateAverage { from: 1, weights }, &start()))
}

const WRAPPERS: [Build; 5] = [perturbed, noisy, averaged, exponential, |inner| averaged(noisy(perturbed(inner)))];

fn start() -> Vec<Vec<f32>> {
    vec![vec![0.5, -1.25, 3.0], vec![2.0]]
}

fn methods() -> [Method; 2] {
    let moments = Moments { beta1: rational(9, 10), beta2: rational(999, 1000) };
    let adam = Adam { moments, epsilon: rational(1, 1000), placement: Epsilon::Outside, bias_correction: true };
    let momentum = Momentum { momentum: rational(9, 10), velocity: Velocity::StepInside };
    [Algorithm::Adam(adam), Algorithm::Momentum(momentum)].map(|algorithm| Method::new(algorithm, rational(1, 10)))
}

fn drive(optimizer: &mut dyn Optimizer<f32>, x: &mut [Vec<f32>], steps: std::ops::Range<usize>) {
    for step in steps {
        let gradients: Vec<Vec<f32>> = x.iter().map(|x| x.iter().map(|x| x * (1 + step % 3) as f32).collect()).collect();
        let given: Vec<Option<&[f32]>> = gradients.iter().map(|gradient| Some(gradient.as_slice())).collect();
        optimizer.step(x, &given);
    }
}

#[test]
fn a_saved_state_continues_bit_for_bit() {
    for method in methods() {
        for (index, wrapper) in WRAPPERS.iter().enumerate() {
            let (mut whole, mut x) = (wrapper(method.build()), start());
            drive(&mut *whole, &mut x, 0..14);
            for cut in [0, 1, 7] {
                let (mut first, mut y) = (wrapper(method.build()), start());
                drive(&mut *first, &mut y, 0..cut);
                let mut second = wrapper(method.build());
                drive(&mut *second, &mut start(), 0..5);
                second.set_step_size(123.0);
                second.load(first.save());
                drive(&mut *second, &mut y, cut..14);
                assert_eq!(x, y, "wrapper {index} of {method:?}, cut at {cut}");
                assert_eq!(second.save(), whole.save(), "wrapper {index} of {method:?}, cut at {cut}");
            }
        }
    }
}

#[test]
fn an_average_watches_and_the_others_act() {
    for method in methods() {
        let run = |mut optimizer: Box<dyn Optimizer<f32>>| {
            let mut x = start();
            drive(&mut *optimizer, &mut x, 0..6);
            x
        };
        let plain = run(method.build());
        for (index, wrapper) in WRAPPERS.iter().enumerate() {
            assert_eq!(run(wrapper(method.build())) == plain, (2..4).contains(&index), "wrapper {index} of {method:?}");
        }
    }
}

#[test]
fn every_hyper_parameter_matters() {
    let run = |build: &dyn Fn(Box<dyn Optimizer<f32>>) -> Box<dyn Optimizer<f32>>| {
        let (mut optimizer, mut x) = (build(methods()[0].build()), start());
        drive(&mut *optimizer, &mut x, 0..8);
        (x, optimizer.save())
    };
    let perturb = |radius: f64, threshold: Rational, wait| {
        run(&move |inner| {
            let perturbation = Perturbation { radius, threshold: threshold.clone(), wait };
            Box::new(Perturbed::new(inner, perturbation, stream("state")))
        })
    };
    let base = || perturb(0.1, rational(1000, 1), 2);
    let others = [perturb(0.2, rational(1000, 1), 2), perturb(0.1, rational(1, 1000), 2), perturb(0.1, rational(1000, 1), 3)];
    assert!(others.iter().all(|other| *other != base()));
    let noise = |variance, exponent| {
        run(&move |inner| Box::new(Noisy::new(inner, AnnealedVariance { variance, exponent }, stream("state"))))
    };
    assert!(noise(0.25, 0.55) != noise(0.3, 0.55) && noise(0.25, 0.55) != noise(0.25, 0.6));
    let average = |decay: f64, from| {
        let weights = AverageWeights::Exponential { decay, start: AverageStart::FirstIterate };
        run(&move |inner| Box::new(Averaged::new(inner, IterateAverage { from, weights: weights.clone() }, &start())))
    };
    assert!(average(0.9, 1) != average(0.8, 1) && average(0.9, 1) != average(0.9, 2));
}

#[test]
fn numbers_that_are_drawn_are_rounded_once() {
    let mut single = vec![0.0f32];
    let perturbation = Perturbation { radius: 1.0, threshold: Rational::ONE, wait: 0 };
    let inner = Method::gradient_descent(Rational::ONE).build::<f32>();
    advance(&mut Perturbed::new(inner, perturbation, stream("rounded")), &mut single, |_| vec![0.0]);
    assert_eq!(single[0], uniform_in_ball(&mut stream("rounded").trial(0), 1, 1.0)[0] as f32);
}
