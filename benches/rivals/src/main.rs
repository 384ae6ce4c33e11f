//! Nanoseconds an element of burn's and candle's CPU optimizers, to be run right before or after `cargo bench --bench kernels`.
//!
//! `cargo run --release -- [elements ...]`; `RAYON_NUM_THREADS` says how many threads they may use. Each figure is the median of timed
//! loops after a warm-up; the loops of all cases are interleaved, so that a slow minute of the machine falls on everybody. Before it is
//! timed, each optimizer's first step is checked.

use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, SgdConfig};
use burn::tensor::{Device, Tensor, TensorData};
use std::time::Instant;

const STEP_SIZE: f64 = 1e-3;
const DECAY: f64 = 1e-2;
const LOOPS: usize = 15;
const SECONDS: f64 = 0.1;

/// A step, and the parameters for a look at them.
type Rival = (Box<dyn FnMut()>, Box<dyn Fn() -> Vec<f32>>);

fn gradient(length: usize) -> Vec<f32> {
    (0..length).map(|index| (index % 251) as f32 / 251.0 - 0.5).collect()
}

/// An optimizer of burn over one tensor.
fn burn<O: burn::optim::Optimizer>(optimizer: O, length: usize) -> Rival {
    let device = Device::flex();
    let gradient = Tensor::<1>::from_data(TensorData::new(gradient(length), [length]), &device);
    let held = std::rc::Rc::new(std::cell::RefCell::new((Some(Tensor::<1>::ones([length], &device)), None)));
    let seen = held.clone();
    let step = move || {
        let (parameters, state) = &mut *held.borrow_mut();
        let before = parameters.take().expect("parameters between steps");
        let (after, next) = optimizer.step(STEP_SIZE, before, gradient.clone(), state.take());
        (*parameters, *state) = (Some(after), next);
    };
    let look =
        move || seen.borrow().0.clone().expect("parameters between steps").into_data().to_vec().expect("numbers of type f32");
    (Box::new(step), Box::new(look))
}

/// An optimizer of candle over one tensor, whose gradient is that of a linear function.
fn candle<O: candle_nn::Optimizer + 'static>(config: O::Config, length: usize) -> Rival {
    let device = &candle_core::Device::Cpu;
    let made = "a tensor on the CPU";
    let parameters = candle_core::Var::ones(length, candle_core::DType::F32, device).expect(made);
    let gradient = candle_core::Tensor::from_vec(gradient(length), length, device).expect(made);
    let loss = (parameters.as_tensor() * gradient).and_then(|terms| terms.sum_all()).expect(made);
    let gradients = loss.backward().expect("the gradient of a linear function");
    let mut optimizer = O::new(vec![parameters.clone()], config).expect("an optimizer");
    let step = move || optimizer.step(&gradients).expect("a step");
    (Box::new(step), Box::new(move || parameters.as_tensor().to_vec1().expect("numbers of type f32")))
}

/// Name, rival, and the first step that it must take from 1 with this gradient.
type Case = (&'static str, Rival, fn(f32) -> f32);

fn cases(length: usize) -> Vec<Case> {
    let momentum = MomentumConfig::new().with_momentum(0.9).with_dampening(0.0);
    let adamw = candle_nn::ParamsAdamW { lr: STEP_SIZE, weight_decay: DECAY, ..Default::default() };
    let plain = |gradient: f32| -(STEP_SIZE as f32) * gradient;
    let adaptive = |gradient: f32| -(STEP_SIZE as f32) * gradient.signum();
    let decayed = |gradient: f32| -(STEP_SIZE as f32) * (gradient.signum() + DECAY as f32);
    vec![
        ("burn adam", burn(AdamConfig::new().with_epsilon(1e-8).build(), length), adaptive),
        ("burn adamw", burn(AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(DECAY as f32).build(), length), decayed),
        ("burn sgd", burn(SgdConfig::new().build(), length), plain),
        ("burn sgd-momentum", burn(SgdConfig::new().with_momentum(Some(momentum)).build(), length), plain),
        ("candle adamw", candle::<candle_nn::AdamW>(adamw, length), decayed),
        ("candle sgd", candle::<candle_nn::SGD>(STEP_SIZE, length), plain),
    ]
}

/// Nanoseconds an element of so many steps.
fn timed(step: &mut dyn FnMut(), steps: usize, length: usize) -> f64 {
    let start = Instant::now();
    (0..steps).for_each(|_| step());
    start.elapsed().as_nanos() as f64 / steps as f64 / length as f64
}

fn main() {
    let given: Vec<usize> = std::env::args().skip(1).map(|word| word.parse().expect("a number of elements")).collect();
    let lengths = if given.is_empty() { vec![1_000, 32_768, 1 << 24] } else { given };
    let threads = std::env::var("RAYON_NUM_THREADS").unwrap_or_else(|_| "all".into());
    let mut rows = vec![];
    println!("f32, {threads} threads: nanoseconds an element, median (least to most) of {LOOPS} loops");
    for length in lengths {
        let mut cases = cases(length);
        let mut loops = vec![];
        for (name, (step, look), expected) in &mut cases {
            step();
            for (x, gradient) in look().into_iter().zip(gradient(length)) {
                // A step of 1e-3 from 1, rounded to 6e-8; Adam's ε shortens it by 1e-8 over the least gradient, 2e-3.
                assert!((x - (1.0 + expected(gradient))).abs() < 2e-7, "{name}: {x} for the gradient {gradient}");
            }
            let once = timed(step, 10, length) * length as f64 / 1e9;
            let steps = ((SECONDS / once) as usize).max(1);
            timed(step, steps, length);
            loops.push((steps, vec![]));
        }
        for _ in 0..LOOPS {
            for ((_, (step, _), _), (steps, times)) in cases.iter_mut().zip(&mut loops) {
                times.push(timed(step, *steps, length));
            }
        }
        for ((name, ..), (_, mut times)) in cases.into_iter().zip(loops) {
            times.sort_by(f64::total_cmp);
            let (median, least, most) = (times[LOOPS / 2], times[0], times[LOOPS - 1]);
            println!("{name:>20} {length:>12} elements  {median:.3} ({least:.3} to {most:.3})");
            let spread = serde_json::json!({ "median": median, "least": least, "most": most });
            rows.push(serde_json::json!({ "optimizer": name, "elements": length, "threads": threads, "ns_an_element": spread }));
        }
    }
    println!("{}", serde_json::json!({ "rows": rows }));
}
