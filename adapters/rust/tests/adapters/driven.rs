//! Optimizers driven by hand.

use gradproof::audit::{Answer, Dtype, Hyper, Implementation, Order, Running, Tensor};
use serde_json::{Value, from_value};

/// Hyper-parameters from JSON.
pub fn hyper(settings: Value) -> Hyper {
    from_value(settings).expect("hyper-parameters")
}

/// An order over vectors.
pub fn order(optimizer: &str, settings: Value, dtype: Dtype, params: &[&[f64]]) -> Order {
    let params = params.iter().map(|data| Tensor::vector(data.to_vec())).collect();
    Order { optimizer: optimizer.into(), hyper: hyper(settings), dtype, params, groups: vec![] }
}

/// A step over vectors, and the parameters after it.
pub fn step(running: &mut dyn Running, gradients: &[Option<&[f64]>]) -> Vec<Vec<f64>> {
    let gradients: Vec<Option<Tensor>> = gradients.iter().map(|data| data.map(|data| Tensor::vector(data.to_vec()))).collect();
    match running.step(&gradients).expect("a step") {
        Answer::Moved { params, .. } => params.into_iter().map(|tensor| tensor.data).collect(),
        Answer::Evaluate(_) => panic!("the objective was asked for"),
    }
}

/// The path of a single number of type f32 from `start` under these gradients.
pub fn path(of: &dyn Implementation, optimizer: &str, settings: Value, start: f64, gradients: &[f64]) -> Vec<f64> {
    let mut running = of.start(&order(optimizer, settings, Dtype::F32, &[&[start]])).expect("an optimizer");
    gradients.iter().map(|gradient| step(&mut *running, &[Some(&[*gradient])])[0][0]).collect()
}
