//! candle's optimizers against their formulas. Where a test wants equality, every number in it is a binary fraction and nothing rounds.

use crate::driven::{order, path, step};
use candle_core::backprop::GradStore;
use candle_core::{Device, Tensor as Held, Var};
use candle_nn::{Optimizer, SGD};
use gradproof::audit::{Dtype, Implementation, Setting, Tensor};
use gradproof_rust::candle::Candle;
use serde_json::json;

#[test]
fn sgd_is_plain() {
    assert_eq!(path(&Candle, "sgd", json!({ "lr": 0.5 }), 1.0, &[1.0, -3.0]), [0.5, 2.0]);
}

#[test]
fn adam_moves_by_the_same_step_under_a_constant_gradient() {
    // Both corrected moments are the gradient's own, for ever, but candle multiplies by 1 / (1 - βᵗ), rounded, instead of dividing.
    let settings = json!({ "lr": 0.125, "beta1": 0.75, "beta2": 0.75, "eps": 1.0 });
    for (t, x) in (1..).zip(path(&Candle, "adam", settings, 1.0, &[1.0; 8])) {
        // Eight operations round in a step of lr / 2, and one rounds the parameter, which is below 1.
        let bound = f64::from(t) * (8.0 * 0.125 + 1.0) * f64::from(f32::EPSILON / 2.0);
        assert!((x - (1.0 - f64::from(t) * 0.125 / 2.0)).abs() <= bound, "{x} after {t} steps");
    }
}

#[test]
fn adamw_decays_by_the_rate_before_it_moves() {
    // With β = 1/2, the first correction is 2.
    let settings = json!({ "lr": 0.25, "beta1": 0.5, "beta2": 0.5, "eps": 1.0, "weight_decay": 0.5 });
    assert_eq!(path(&Candle, "adamw", settings, 1.0, &[1.0]), [1.0 - 0.25 * 0.5 - 0.25 * 0.5]);
}

#[test]
fn a_tensor_without_gradient_stays_and_one_counter_is_everybodys() {
    let settings = || json!({ "lr": 0.125, "beta1": 0.5, "beta2": 0.5, "eps": 1.0 });
    let mut both = Candle.start(&order("adam", settings(), Dtype::F64, &[&[1.0], &[2.0]])).unwrap();
    let first = step(&mut *both, &[Some(&[0.5]), None]);
    assert_eq!(first[1], [2.0]);
    let second = step(&mut *both, &[None, Some(&[1.0])]);
    assert_eq!(second[0], first[0]);
    // The second tensor's first moments, 1/2 and 1/2, are corrected by 1 - 1/4.
    let corrected = 0.5 / 0.75f64;
    let expected = 2.0 - 0.125 * corrected / (corrected.sqrt() + 1.0);
    // Eight operations round in a step below 1/8, and one rounds a parameter below 2.
    assert!((second[1][0] - expected).abs() <= 3.0 * f64::EPSILON / 2.0, "{} instead of {expected}", second[1][0]);
}

#[test]
fn the_rate_can_be_changed() {
    let mut running = Candle.start(&order("sgd", json!({ "lr": 0.5 }), Dtype::Bf16, &[&[1.0]])).unwrap();
    running.set_lr(0.25).unwrap();
    assert_eq!(step(&mut *running, &[Some(&[1.0])]), [[0.75]]);
    assert_eq!(running.hyper()["lr"], Setting::Number(0.25));
}

/// candle returns a tensor without elements as it is from every operation, and then refuses to store it over itself. If this test
/// fails, the adapter need not keep such tensors outside any more.
#[test]
fn a_variable_without_elements_fails_every_step() {
    let var = Var::from_tensor(&Held::from_vec(Vec::<f32>::new(), 0, &Device::Cpu).unwrap()).unwrap();
    let mut store = GradStore::default();
    store.insert(var.as_tensor(), var.as_tensor().copy().unwrap());
    let error = SGD::new(vec![var], 0.1).unwrap().step(&store).unwrap_err().to_string();
    assert!(error.contains("cannot set a variable"), "{error}");
}

#[test]
fn every_shape_comes_back_as_it_went() {
    let shapes: [&[u64]; 5] = [&[], &[0], &[3], &[2, 0], &[1, 2, 1, 2, 1]];
    let filled = |shape: &[u64]| Tensor::new(shape.to_vec(), vec![0.5; shape.iter().product::<u64>() as usize]).unwrap();
    let tensors: Vec<Tensor> = shapes.iter().map(|shape| filled(shape)).collect();
    for (name, offer) in Candle.hello().optimizers {
        for dtype in offer.dtypes {
            let mut wanted = order(&name, json!({ "lr": 0.0 }), dtype, &[]);
            wanted.params = tensors.clone();
            let moved = Candle.start(&wanted).unwrap().run(&[tensors.clone(), tensors.clone()]).unwrap();
            assert_eq!(moved, [tensors.clone(), tensors.clone()], "{name}");
        }
    }
}

#[test]
fn a_name_that_candle_does_not_have_is_an_error() {
    let refused = |name, settings| Candle.start(&order(name, settings, Dtype::F32, &[&[1.0]])).err().unwrap().to_string();
    assert!(refused("lion", json!({})).contains("'lion'"));
    assert!(refused("sgd", json!({ "momentum": 0.5 })).contains("'momentum'"));
}
