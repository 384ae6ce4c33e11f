//! Honest runs of our own optimizers, in random settings, conventions, lengths, sizes and precisions, without one accusation.
//!
//! `GRADPROOF_HONEST` says how many; without it a few hundred.

mod common;

use common::record;
use gradproof::audit::record::Conformance;
use gradproof::audit::{Dtype, Setting, candidates};
use gradproof::lab::{Draws, Lab};
use rayon::prelude::*;

/// Runs without the variable.
const FEW: u64 = 400;

fn log_uniform(draws: &mut Draws, low: f64, high: f64) -> f64 {
    libm::exp(draws.between(libm::log(low), libm::log(high)))
}

/// One run: its words if it is accused.
fn accused(seed: u64) -> Option<String> {
    let draws = &mut Lab::new(0, 1, "honest").stream("runs").trial(seed);
    let dtype = [Dtype::F64, Dtype::F32, Dtype::Bf16, Dtype::F16][draws.index(4)];
    let half = matches!(dtype, Dtype::Bf16 | Dtype::F16);
    // One in eight diverges, as far as infinity.
    let lr = match (draws.index(8), half) {
        (0, _) => log_uniform(draws, 10.0, 1e4),
        (_, true) => log_uniform(draws, 1e-2, 0.5),
        (_, false) => log_uniform(draws, 1e-4, 0.5),
    };
    let [momentum, beta2] = [draws.between(0.1, 0.95), draws.between(0.5, if half { 0.95 } else { 0.9999 })];
    let eps = log_uniform(draws, if half { 1e-2 } else { 1e-10 }, 0.1);
    let decay = log_uniform(draws, 1e-4, 0.5);
    let mut headers = common::headers(dtype, lr, momentum, beta2, eps, decay);
    let mut header = headers.swap_remove(draws.index(headers.len()));
    if let (Some(Setting::Flag(on)), true) = (header.hyper.get_mut("maximize"), draws.sign() > 0.0) {
        *on = !*on;
    }
    let all: Vec<_> = candidates(&header).unwrap().into_iter().filter(|one| one.ruled_out().next().is_none()).collect();
    let chosen = &all[draws.index(all.len())];
    let steps = 1 + draws.index(if half { 24 } else { 120 });
    let size = log_uniform(draws, 1e-3, 3.0);
    let elements = 4 + draws.index(37);
    header.shapes = Some(vec![vec![3], vec![elements as u64 - 3]]);
    let noise: Vec<Vec<f64>> = (0..steps).map(|_| draws.normals(elements).into_iter().map(|z| size * z).collect()).collect();
    let drop = draws.index(steps);
    let rates: Vec<f64> = (0..steps).map(|step| if step < drop { lr } else { 0.3 * lr }).collect();
    let (_, audit) = record(&header, chosen, &noise, &rates);
    let words = || {
        format!("seed {seed}: {} {} in the form {}: {}", header.optimizer, dtype.word(), chosen.name(), audit.checks[0].detail)
    };
    (audit.verdict == Conformance::Deviates).then(words)
}

#[test]
fn no_honest_run_is_accused() {
    let runs = std::env::var("GRADPROOF_HONEST").map_or(FEW, |text| text.parse().expect("a number of runs"));
    let accused: Vec<String> = (0..runs).into_par_iter().filter_map(accused).collect();
    assert!(accused.is_empty(), "{} of {runs} runs:\n{}", accused.len(), accused[..accused.len().min(20)].join("\n"));
}
