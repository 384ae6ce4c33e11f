//! The scales of our initialisers against those that PyTorch and Keras compute (`tests/fixtures/init.json`).

use gradproof::number::{Rational, rational};
use gradproof::training::{DEVIATION_WITHIN_TWO, EntryLaw, Fan, Initialiser, Layout, Nonlinearity, Reading};
use serde_json::Value;
use std::path::Path;

fn cases(kind: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/init.json");
    let all: Value = serde_json::from_slice(&std::fs::read(path).expect("the fixture")).expect("sound JSON");
    let of_kind = |case: &&Value| case["kind"] == kind;
    all["cases"].as_array().expect("cases").iter().filter(of_kind).cloned().collect()
}

fn exactly(x: &Value) -> Rational {
    Rational::try_from(x.as_f64().expect("a number")).expect("finite")
}

/// A deviation, bound or gain takes at most six roundings (two roots, a gain, a quotient, the factor √3, a correction), its square twice as
/// many parts.
#[track_caller]
fn squares_to(value: &Value, square: &Rational, case: &Value) {
    let value = exactly(value);
    let error = &value * &value - square;
    let error = if error < Rational::ZERO { -error } else { error };
    assert!(error <= square * rational(13, 1 << 53), "{}: {value} squared is not {square}", case["call"]);
}

fn nonlinearity(name: &str, slope: &Value) -> Nonlinearity {
    match name {
        "linear" | "sigmoid" => Nonlinearity::Linear,
        "tanh" => Nonlinearity::Tanh,
        "relu" => Nonlinearity::Relu,
        "selu" => Nonlinearity::Selu,
        // √5 stands for the slope of PyTorch's own layers, whose square is not a rational of an f64.
        _ if slope.as_f64() == Some(5f64.sqrt()) => Nonlinearity::LeakyRelu(rational(5, 1)),
        _ => Nonlinearity::LeakyRelu(exactly(slope) * exactly(slope)),
    }
}

#[test]
fn gains_are_pytorchs() {
    let cases = cases("gain");
    for case in &cases {
        let ours = nonlinearity(case["nonlinearity"].as_str().expect("a name"), &case["slope"]).squared_gain();
        squares_to(&case["gain"], &ours, case);
    }
    assert_eq!(cases.len(), 6);
}

/// The fans too: a swapped pair would show in every shape that is not square.
#[test]
fn scales_are_pytorchs() {
    let cases = cases("law");
    for case in &cases {
        let (hyper, function) = (&case["hyper"], case["function"].as_str().expect("a name"));
        let (fan, squared_gain) = if function.starts_with("xavier") {
            (Fan::Average, exactly(&hyper["gain"]) * exactly(&hyper["gain"]))
        } else {
            let fan = if hyper["mode"] == "fan_in" { Fan::In } else { Fan::Out };
            (fan, nonlinearity(hyper["nonlinearity"].as_str().expect("a name"), &hyper["a"]).squared_gain())
        };
        check(case, fan, squared_gain, Layout::PyTorch);
    }
    assert_eq!(cases.len(), 28);
}

#[test]
fn scales_are_keras() {
    let cases = cases("variance-scaling");
    for case in &cases {
        let fan = match case["hyper"]["mode"].as_str() {
            Some("fan_in") => Fan::In,
            Some("fan_out") => Fan::Out,
            _ => Fan::Average,
        };
        check(case, fan, exactly(&case["hyper"]["scale"]), Layout::Keras);
    }
    assert!(cases.len() > 10, "{}", cases.len());
}

fn check(case: &Value, fan: Fan, squared_gain: Rational, layout: Layout) {
    let shape: Vec<usize> = serde_json::from_value(case["shape"].clone()).expect("a shape");
    let ours = Initialiser::Scaled { law: EntryLaw::Uniform, fan, squared_gain, reading: Reading::Deviation };
    let variance = ours.variance(&shape, layout).expect("fans").expect("rational");
    if case["bound"].is_number() {
        squares_to(&case["bound"], &(variance * rational(3, 1)), case);
    } else if case["hyper"]["distribution"] == "truncated_normal" {
        let within = Rational::try_from(DEVIATION_WITHIN_TWO).expect("finite");
        squares_to(&case["std"], &(variance / (&within * &within)), case);
    } else {
        squares_to(&case["std"], &variance, case);
    }
}
