//! Steps that frameworks made, recorded in a topic's `recorded.json`.

use crate::audit::Dtype;
use crate::number::{Rational, Real};
use crate::optimizers::Optimizer;
use serde::Deserialize;

/// Runs on the same gradients: a part of `tests/fixtures`, which say how they were made; a test holds it against them.
#[derive(Deserialize)]
pub struct Recorded {
    /// The learning rate of each step.
    pub lr: Vec<f64>,
    /// The gradient of each step, which depends on nothing.
    pub gradients: Vec<Vec<f64>>,
    runs: Vec<Run>,
}

/// What a framework made of them.
#[derive(Deserialize)]
pub struct Run {
    pub framework: String,
    pub version: String,
    pub call: String,
    pub dtype: Dtype,
    /// The parameters before the first step and after each.
    pub params: Vec<Vec<f64>>,
}

impl Recorded {
    /// From the text of a file.
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).expect("the recorded steps are JSON")
    }

    /// Where all runs start.
    pub fn start(&self) -> &[f64] {
        &self.runs[0].params[0]
    }

    /// The run of a call in a type.
    pub fn run(&self, call: &str, dtype: Dtype) -> &Run {
        self.runs.iter().find(|run| run.call == call && run.dtype == dtype).expect("a recorded call")
    }

    /// Gives the optimizer, whose steps before have had theirs, the learning rate of step `t` if it is a new one.
    pub fn set_rate<R: Real>(&self, optimizer: &mut dyn Optimizer<R>, t: usize) {
        if t > 0 && self.lr[t] != self.lr[t - 1] {
            optimizer.set_step_size(R::Wide::of(&double(self.lr[t])));
        }
    }
}

/// The double nearest to a decimal fraction, which is what a framework was given.
pub fn double(x: f64) -> Rational {
    Rational::try_from(x).expect("a finite number")
}
