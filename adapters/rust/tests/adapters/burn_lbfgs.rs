//! burn's L-BFGS on f(x) = 2 x². Every number is a binary fraction and nothing rounds.

use crate::driven::order;
use gradproof::audit::{Answer, Dtype, Implementation, Running, Tensor};
use gradproof_rust::burn::Burn;
use serde_json::json;

/// The point after a step, with the objective told wherever it is wanted.
fn moved(running: &mut dyn Running) -> f64 {
    let mut answer = running.step(&[Some(Tensor::vector(vec![0.0]))]).expect("a step");
    loop {
        match answer {
            Answer::Moved { params, .. } => return params[0].data[0],
            Answer::Evaluate(points) => {
                let x = points[0].data[0];
                answer = running.value(2.0 * x * x, &[Tensor::vector(vec![4.0 * x])]).expect("an answer to the objective");
            }
        }
    }
}

/// The first step is along the gradient, by the rate over its 1-norm; the secant then knows the curvature, and half of Newton's step
/// halves the distance.
#[test]
fn it_learns_the_curvature_from_one_step() {
    for dtype in [Dtype::F32, Dtype::F64, Dtype::Bf16, Dtype::F16] {
        let mut running = Burn.start(&order("lbfgs", json!({ "lr": 0.5 }), dtype, &[&[1.0]])).unwrap();
        assert_eq!([moved(&mut *running), moved(&mut *running), moved(&mut *running)], [0.5, 0.25, 0.125]);
    }
}

#[test]
fn a_saved_state_goes_on_with_its_own_rate_and_memory() {
    let mut running = Burn.start(&order("lbfgs", json!({ "lr": 0.5, "history": 3 }), Dtype::F32, &[&[1.0]])).unwrap();
    let there = moved(&mut *running);
    let state = running.save().unwrap();
    let mut other = Burn.start(&order("lbfgs", json!({}), Dtype::F32, &[&[there]])).unwrap();
    other.load(&state).unwrap();
    assert_eq!(other.hyper(), running.hyper());
    assert_eq!(moved(&mut *other), 0.25);
}

#[test]
fn what_is_out_of_turn_is_refused() {
    let mut running = Burn.start(&order("lbfgs", json!({}), Dtype::F32, &[&[1.0]])).unwrap();
    assert!(running.value(0.0, &[]).unwrap_err().to_string().contains("waits for no objective"));
    assert!(matches!(running.step(&[None]), Ok(Answer::Evaluate(_))));
    assert!(running.step(&[None]).unwrap_err().to_string().contains("the objective and nothing else"));
}
