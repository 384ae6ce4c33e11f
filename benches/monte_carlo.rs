//! The Monte-Carlo loop: 20,000 replicates of 200 Adam steps on a quadratic in 10 dimensions whose gradients carry Gaussian noise.
//!
//! Prints nanoseconds a coordinate and step, the least and the median of nine runs, on one thread and on two. `benches/monte_carlo.py`
//! runs this beside NumPy and JAX.

use gradproof::lab::{Draws, Lab};
use gradproof::number::rational;
use gradproof::optimizers::{Adam, Algorithm, Epsilon, Method, Moments, Optimizer};
use rayon::prelude::*;
use std::time::Instant;

const REPLICATES: u64 = 20_000;
const STEPS: usize = 200;
const DIMENSIONS: usize = 10;

/// Adam with its usual decay rates and the step size 0.01.
fn adam() -> Box<dyn Optimizer<f64>> {
    let moments = Moments { beta1: rational(9, 10), beta2: rational(999, 1000) };
    let rule = Adam { moments, epsilon: rational(1, 100_000_000), placement: Epsilon::Outside, bias_correction: true };
    Method::new(Algorithm::Adam(rule), rational(1, 100)).build()
}

/// The value of `½ Σ λ_i x_i²` with `λ_i = i / 10` at the end of a run from 1 whose every gradient has standard normal noise.
fn replicate(draws: &mut Draws) -> f64 {
    let mut adam = adam();
    let mut x = vec![vec![1.0; DIMENSIONS]];
    let curvature: [f64; DIMENSIONS] = std::array::from_fn(|index| (index + 1) as f64 / DIMENSIONS as f64);
    let noise = draws.normals(DIMENSIONS * STEPS);
    for noise in noise.as_chunks::<DIMENSIONS>().0 {
        let gradient: [f64; DIMENSIONS] = std::array::from_fn(|index| curvature[index] * x[0][index] + noise[index]);
        adam.step(&mut x, &[Some(&gradient)]);
    }
    x[0].iter().zip(curvature).map(|(x, curvature)| 0.5 * curvature * x * x).sum()
}

/// The replicates' mean.
fn experiment(lab: &Lab) -> f64 {
    let stream = lab.stream("noise");
    let values: Vec<f64> = (0..REPLICATES).into_par_iter().map(|index| replicate(&mut stream.trial(index))).collect();
    values.iter().sum::<f64>() / REPLICATES as f64
}

fn main() {
    let lab = Lab::new(1, 1, "monte-carlo");
    let updates = (REPLICATES as usize * STEPS * DIMENSIONS) as f64;
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let timed = || {
            let start = Instant::now();
            let mean = pool.install(|| experiment(&lab));
            (start.elapsed().as_secs_f64() * 1e9 / updates, mean)
        };
        let mut runs: Vec<(f64, f64)> = (0..9).map(|_| timed()).collect();
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        println!(
            "{threads} threads: least {:.2}, median {:.2} ns a coordinate and step; mean value {}",
            runs[0].0, runs[4].0, runs[0].1
        );
    }
}
