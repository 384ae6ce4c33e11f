//! Layers and losses against PyTorch.

use super::*;

#[derive(serde::Deserialize)]
struct Golden {
    inputs: Vec<f64>,
    targets: Vec<f64>,
    parameters: Vec<Vec<f64>>,
    outputs: Vec<f64>,
    loss: f64,
    gradient: Vec<Vec<f64>>,
    inputs_gradient: Vec<f64>,
    #[serde(default)]
    running_mean: Vec<f64>,
    #[serde(default)]
    running_variance: Vec<f64>,
}

fn golden() -> serde_json::Map<String, serde_json::Value> {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/layers.json");
    serde_json::from_str(&std::fs::read_to_string(file).expect("the fixture")).expect("JSON")
}

/// PyTorch evaluates the same formulas in another order of summation and with another library's tanh and exp. Each of its roundings is half of
/// what an interval charges, partial sums of another order are at most a few times larger, and its functions are off by two ulps:
/// sixteen radii of the enclosure, and those of values of size 1 where the enclosure is a point.
fn agrees(found: &[Interval], expected: &[f64]) -> bool {
    let near = |(found, expected): (&Interval, &f64)| {
        let (middle, radius) = ((found.lo + found.hi) / 2.0, (found.hi - found.lo) / 2.0);
        radius < 1e-12 && (middle - expected).abs() <= 16.0 * radius.max(f64::EPSILON)
    };
    found.len() == expected.len() && found.iter().zip(expected).all(near)
}

#[test]
fn layers_and_losses_agree_with_pytorch() {
    let image = |padding| Layer::Convolution(Convolution { channels_in: 2, channels_out: 3, height: 5, width: 4, padding });
    let alone = |inputs: usize, layer: Layer| Network::new(inputs, vec![layer]).unwrap();
    // PyTorch's ε.
    let normalised = |over| alone(5, Layer::Normalisation(Normalisation { features: 5, epsilon: exactly(1e-5), over }));
    let branch = perceptron(&[3, 3, 3], Activation::Tanh).unwrap();
    let elman = Recurrent { inputs: 2, hidden: 3, steps: 4, activation: Activation::Tanh, weights: Weights::Tied };
    let entropy = Loss::CrossEntropyOfProbabilities(Guard::Nothing);
    for (name, case) in golden().into_iter().filter(|(name, _)| name != "made_by") {
        let case: Golden = serde_json::from_value(case).expect("a case");
        let given = || Over::Given {
            mean: case.running_mean.iter().copied().map(exactly).collect(),
            variance: case.running_variance.iter().copied().map(exactly).collect(),
        };
        let (network, loss) = match name.as_str() {
            "tanh" => (perceptron(&[4, 5, 2], Activation::Tanh).unwrap(), Loss::MeanSquares),
            "sigmoid" => (perceptron(&[4, 5, 2], Activation::Sigmoid).unwrap(), Loss::MeanSquares),
            "relu" => (perceptron(&[4, 5, 2], Activation::Relu).unwrap(), Loss::MeanSquares),
            "convolution-zeros" => (alone(40, image(Padding::Zeros)), Loss::MeanSquares),
            "convolution-nothing" => (alone(40, image(Padding::Nothing)), Loss::MeanSquares),
            "average-pool" => {
                (alone(48, Layer::AveragePool(AveragePool { channels: 2, height: 4, width: 6 })), Loss::MeanSquares)
            }
            "residual" => (alone(3, Layer::Residual(branch.clone())), Loss::MeanSquares),
            "layer-norm" => (normalised(Over::Features), Loss::MeanSquares),
            "batch-norm" => (normalised(Over::Batch), Loss::MeanSquares),
            "batch-norm-evaluation" => (normalised(given()), Loss::MeanSquares),
            "recurrent" => (alone(11, Layer::Recurrent(elman.clone())), Loss::MeanSquares),
            "cross-entropy" => (Network::new(4, Vec::new()).unwrap(), Loss::CrossEntropy),
            "cross-entropy-of-probabilities" => (alone(4, Layer::Softmax(Softmax { classes: 4 })), entropy.clone()),
            "cnn8" => (cnn8(2, 4).unwrap(), Loss::CrossEntropy),
            other => panic!("no network for '{other}'"),
        };
        let points = |values: &[f64]| -> Vec<Interval> { values.iter().copied().map(Interval::point).collect() };
        let parameters: Vec<Vec<Interval>> = case.parameters.iter().map(|tensor| points(tensor)).collect();
        let inputs = points(&case.inputs);
        let signals = network.signals(&parameters, &inputs);
        assert!(agrees(&signals[signals.len() - 1], &case.outputs), "{name}: outputs");
        let objective = Objective::new(network.clone(), loss, inputs, points(&case.targets)).unwrap();
        let (value, gradient) = objective.gradient(&parameters);
        assert!(agrees(&[value], &[case.loss]), "{name}: {value:?} against {}", case.loss);
        for (found, expected) in gradient.iter().zip(&case.gradient) {
            assert!(agrees(found, expected), "{name}: {found:?} against {expected:?}");
        }
        assert_eq!(gradient.len(), case.gradient.len(), "{name}");
        assert!(agrees(&objective.inputs_gradient(&parameters), &case.inputs_gradient), "{name}: gradient by the inputs");
        if name == "batch-norm" {
            let mut running = RunningMoments::new(5, Interval::of(&rational(9, 10)), BatchVariance::Unbiased);
            running.update(&points(&case.inputs));
            assert!(agrees(&running.mean, &case.running_mean) && agrees(&running.variance, &case.running_variance));
        }
    }
    assert_eq!(golden()["made_by"], "PyTorch 2.15.0");
}
