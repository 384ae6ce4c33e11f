//! The adapter's process answers what the library answers, bit for bit.

use crate::driven::{hyper, order, step};
use gradproof::audit::{Adapter, Dtype, Group, Implementation, Tensor, Timeouts};
use gradproof_rust::{burn::Burn, candle::Candle};
use serde_json::json;
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gradproof-rust");

fn spawn(framework: &str) -> Adapter {
    Adapter::spawn(&[PROGRAM.into(), framework.into()], Timeouts::default()).expect("a greeting")
}

#[test]
fn both_frameworks_take_the_same_steps_on_either_side() {
    for (framework, here) in [("burn", &Burn as &dyn Implementation), ("candle", &Candle)] {
        let there = spawn(framework);
        assert_eq!(there.hello(), here.hello());
        for (name, offer) in here.hello().optimizers.into_iter().filter(|(name, _)| name != "lbfgs") {
            for dtype in offer.dtypes {
                let wanted = order(&name, json!({ "lr": 0.125 }), dtype, &[&[1.0, -2.0], &[0.5]]);
                let (mut ours, mut theirs) = (here.start(&wanted).unwrap(), there.start(&wanted).unwrap());
                assert_eq!(ours.hyper(), theirs.hyper());
                for gradients in [[Some(&[0.25, 4.0][..]), None], [Some(&[-1.0, 0.0]), Some(&[3.0])]] {
                    assert_eq!(step(&mut *ours, &gradients), step(&mut *theirs, &gradients), "{framework} {name}");
                }
                ours.set_lr(0.5).unwrap();
                theirs.set_lr(0.5).unwrap();
                let row = vec![Tensor::vector(vec![1.0, 0.5]), Tensor::vector(vec![0.25])];
                let rows = [row.clone(), row];
                assert_eq!(ours.run(&rows).unwrap(), theirs.run(&rows).unwrap(), "{framework} {name}");
            }
        }
        there.bye().unwrap();
    }
}

#[test]
fn the_other_requests_cross_too() {
    let there = spawn("burn");
    let mut wanted = order("adam", json!({ "lr": 0.125 }), Dtype::F32, &[&[1.0], &[1.0]]);
    wanted.groups = vec![Group { params: vec![1], hyper: hyper(json!({ "lr": 0.0 })) }];
    let mut running = there.start(&wanted).unwrap();
    assert_eq!(step(&mut *running, &[Some(&[1.0]), Some(&[1.0])])[1], [1.0]);
    let state = running.save().unwrap();
    running.load(&state).unwrap();
    let cosine = hyper(json!({ "lr": 0.5, "period": 7 }));
    assert_eq!(there.schedule("cosine", &cosine, 9).unwrap(), Burn.schedule("cosine", &cosine, 9).unwrap());
    let tensors = [Tensor::vector(vec![f64::NAN, 3.0, f64::INFINITY])];
    let (clipped, norm) = there.clip("value", 1.0, &tensors, Dtype::F32).unwrap();
    assert!(clipped[0].data[0].is_nan() && clipped[0].data[1..] == [1.0, 1.0] && norm.is_none());
    assert_eq!(there.init("ones", &[2, 2], 1, Dtype::F32).unwrap().data, [1.0; 4]);
    let refused = there.start(&order("nadam", json!({}), Dtype::F32, &[])).err().unwrap().to_string();
    assert!(refused.contains("burn has no 'nadam'"), "{refused}");
    assert!(running.step(&[Some(Tensor::vector(vec![1.0])), None]).is_ok(), "a refusal ends nothing");
}

#[test]
fn another_framework_is_a_mistake_of_use() {
    let output = Command::new(PROGRAM).arg("torch").stdin(Stdio::null()).output().expect("the program");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "usage: gradproof-rust burn|candle\n");
}
