//! Networks and derivatives against one another, closed forms, direct sums and PyTorch.
//!
//! Networks of polynomials and ReLU run in exact rationals, where every way to a derivative gives the same fraction. The others run in
//! 256-bit floats and in intervals.

use gradproof::lab::{Draws, Lab};
use gradproof::networks::{
    Activation, AveragePool, BatchVariance, Convolution, Counted, Dense, Dual, Guard, Layer, Loss, Network, Normalisation,
    ORIENTATIONS, Objective, Over, Padding, Recurrent, RunningMoments, Softmax, Tape, Variable, Weights, cnn8, deep_linear,
    operations, perceptron, recurrent, residual, stripes,
};
use gradproof::number::{Big, Elementary, Function, Interval, Rational, Real, rational, to_f64};
use num_dual::{DualNum, HyperDual64, second_partial_derivative};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

fn draws(purpose: &str) -> Draws {
    Lab::new(1, 1, "networks").stream(purpose).trial(0)
}

/// A fraction of small size, never 0.
fn fraction(draws: &mut Draws) -> Rational {
    let numerator = draws.fraction(1..9, 1);
    if draws.sign() < 0.0 { -numerator / rational(5, 1) } else { numerator / rational(6, 1) }
}

fn exactly(x: f64) -> Rational {
    Rational::try_from(x).expect("a finite number")
}

fn size<R: Real>(x: R) -> R {
    if x < R::zero() { -x } else { x }
}

fn power_of_two(exponent: i64) -> Big {
    let power = Big::int(2).power(exponent.unsigned_abs());
    if exponent < 0 { Big::one() / power } else { power }
}

fn dense(inputs: usize, outputs: usize) -> Layer {
    Layer::Dense(Dense { inputs, outputs, bias: true })
}

fn normalisation(features: usize, over: Over) -> Layer {
    Layer::Normalisation(Normalisation { features, epsilon: rational(1, 100), over })
}

fn elman(activation: Activation, weights: Weights) -> Recurrent {
    Recurrent { inputs: 2, hidden: 2, steps: 3, activation, weights }
}

/// Objectives on a few samples whose parameters, inputs and targets are drawn.
fn objective(network: Network, loss: Loss, samples: usize, draws: &mut Draws) -> Objective<Rational> {
    let inputs = (0..samples * network.inputs()).map(|_| fraction(draws)).collect();
    let targets = (0..samples * network.outputs()).map(|_| fraction(draws)).collect();
    Objective::new(network, loss, inputs, targets).expect("samples of the network's widths")
}

/// Networks that exact rationals can run.
fn exact_networks() -> Vec<Network> {
    let image = |padding| Convolution { channels_in: 2, channels_out: 2, height: 4, width: 3, padding };
    let pooled = vec![
        Layer::Convolution(Convolution { channels_in: 1, channels_out: 2, height: 4, width: 4, padding: Padding::Zeros }),
        Layer::Activation(Activation::Relu),
        Layer::AveragePool(AveragePool { channels: 2, height: 4, width: 4 }),
        dense(8, 1),
    ];
    vec![
        deep_linear(&[2, 3, 2]).unwrap(),
        perceptron(&[2, 3, 3, 1], Activation::Square).unwrap(),
        perceptron(&[2, 3, 2], Activation::Cube).unwrap(),
        perceptron(&[3, 4, 4, 2], Activation::Relu).unwrap(),
        Network::new(24, vec![Layer::Convolution(image(Padding::Zeros))]).unwrap(),
        Network::new(24, vec![Layer::Convolution(image(Padding::Nothing))]).unwrap(),
        Network::new(16, pooled).unwrap(),
        residual(2, 2, Activation::Square).unwrap(),
        recurrent(elman(Activation::Square, Weights::Tied), 1).unwrap(),
        recurrent(elman(Activation::Relu, Weights::Untied), 2).unwrap(),
    ]
}

/// Networks with roots and exponentials, and their losses.
fn smooth_networks() -> Vec<(Network, Loss)> {
    let given = Over::Given { mean: vec![rational(1, 3); 3], variance: vec![rational(5, 4); 3] };
    let normalised = |over| Network::new(2, vec![dense(2, 3), normalisation(3, over), dense(3, 2)]).unwrap();
    let probabilities = || Network::new(2, vec![dense(2, 3), Layer::Softmax(Softmax { classes: 3 })]).unwrap();
    let clip = Guard::Clip(rational(1, 1000));
    vec![
        (perceptron(&[2, 3, 2], Activation::Tanh).unwrap(), Loss::MeanSquares),
        (perceptron(&[2, 3, 2], Activation::Sigmoid).unwrap(), Loss::CrossEntropy),
        (probabilities(), Loss::CrossEntropyOfProbabilities(Guard::Nothing)),
        (probabilities(), Loss::CrossEntropyOfProbabilities(clip.clone())),
        (Network::new(3, vec![Layer::Activation(Activation::Sigmoid)]).unwrap(), Loss::CrossEntropyOfProbabilities(clip)),
        (normalised(Over::Batch), Loss::HalfSquares),
        (normalised(Over::Features), Loss::HalfSquares),
        (normalised(given), Loss::HalfSquares),
        (residual(2, 2, Activation::Tanh).unwrap(), Loss::HalfSquares),
        (recurrent(elman(Activation::Tanh, Weights::Tied), 1).unwrap(), Loss::HalfSquares),
    ]
}

fn variables<R: Real>(tape: &Tape<R>, tensors: &[Vec<R>]) -> Vec<Vec<Variable<R>>> {
    tensors.iter().map(|tensor| tensor.iter().map(|x| tape.input(x.clone())).collect()).collect()
}

/// All coordinate directions of a list of tensors, in order.
fn directions<R: Real>(tensors: &[Vec<R>]) -> Vec<Vec<Vec<R>>> {
    let zero: Vec<Vec<R>> = tensors.iter().map(|tensor| vec![R::zero(); tensor.len()]).collect();
    let places = tensors.iter().enumerate().flat_map(|(tensor, elements)| (0..elements.len()).map(move |place| (tensor, place)));
    let unit = |(tensor, place): (usize, usize)| {
        let mut direction = zero.clone();
        direction[tensor][place] = R::one();
        direction
    };
    places.map(unit).collect()
}

fn along<R: Real>(point: &[Vec<R>], direction: &[Vec<R>]) -> Vec<Vec<Dual<R>>> {
    point.iter().zip(direction).map(|(point, direction)| Dual::along(point, direction)).collect()
}

fn inner(a: &[Vec<Rational>], b: &[Vec<Rational>]) -> Rational {
    a.iter().flatten().zip(b.iter().flatten()).fold(Rational::ZERO, |sum, (a, b)| sum + a * b)
}

#[test]
fn backward_pass_tape_and_dual_numbers_give_the_same_fractions() {
    let draws = &mut draws("exact");
    for network in exact_networks() {
        for loss in [Loss::HalfSquares, Loss::MeanSquares] {
            let parameters = network.parameters(|| fraction(draws));
            let objective = objective(network.clone(), loss, 2, draws);
            let (value, gradient) = objective.gradient(&parameters);
            assert_eq!(value, objective.value(&parameters));
            assert!(gradient.iter().flatten().any(|slope| !slope.is_zero()), "{network:?}: a gradient of zeros tests nothing");

            let tape = Tape::new();
            let inputs = variables(&tape, &parameters);
            let output = objective.over(|x| Variable::of(&x)).value(&inputs);
            assert_eq!(*output.value(), value);
            assert_eq!(tape.gradient(&output, &inputs.concat()), gradient.concat(), "the tape on {network:?}");

            let lifted = objective.over(Dual::constant);
            let tangent = |direction: Vec<Vec<Rational>>| lifted.value(&along(&parameters, &direction)).tangent;
            let forward: Vec<Rational> = directions(&parameters).into_iter().map(tangent).collect();
            assert_eq!(forward, gradient.concat(), "dual numbers on {network:?}");
        }
    }
}

#[test]
fn the_adjoint_of_the_inputs_is_the_tapes() {
    let draws = &mut draws("inputs");
    for network in exact_networks() {
        let parameters = network.parameters(|| fraction(draws));
        let input: Vec<Rational> = (0..2 * network.inputs()).map(|_| fraction(draws)).collect();
        let signals = network.signals(&parameters, &input);
        let adjoint: Vec<Rational> = signals[signals.len() - 1].iter().map(|_| fraction(draws)).collect();
        let found = network.backward(&parameters, &signals, adjoint.clone(), &mut network.parameters(|| Rational::ZERO));

        let tape = Tape::new();
        let inputs = variables(&tape, &[input]).concat();
        let constants: Vec<Vec<_>> = parameters.iter().map(|tensor| tensor.iter().map(Variable::of).collect()).collect();
        let outputs = network.forward(&constants, &inputs);
        let weighted = outputs.into_iter().zip(&adjoint).map(|(y, a)| y * Variable::of(a));
        let output = weighted.reduce(|sum, term| sum + term).expect("an output");
        assert_eq!(tape.gradient(&output, &inputs), found, "{network:?}");
    }
}

/// `|D(h) - f'| ≤ |D(2h) - D(h)|` for the central difference D as soon as its leading error term h² f‴/6 leads; and rounding adds the
/// value's error over h. Values are exact to 2^-150 relatively in each function, and a few dozen operations keep 2^-140.
#[test]
fn gradients_match_central_differences() {
    let draws = &mut draws("differences");
    for (network, loss) in smooth_networks() {
        let parameters = network.parameters(|| Big::of(&fraction(draws)));
        let objective = objective(network.clone(), loss, 3, draws).over(|x| Big::of(&size(x)));
        let (value, gradient) = objective.gradient(&parameters);
        let moved = |direction: &[Vec<Big>], step: Big| {
            let pairs = parameters.iter().zip(direction);
            let moved: Vec<Vec<Big>> =
                pairs.map(|(x, d)| x.iter().zip(d).map(|(x, d)| x.clone() + d.clone() * &step).collect()).collect();
            objective.value(&moved)
        };
        let difference = |direction: &[Vec<Big>], step: Big| {
            (moved(direction, step.clone()) - moved(direction, -step.clone())) / (Big::int(2) * step)
        };
        for (direction, slope) in directions(&parameters).iter().zip(gradient.concat()) {
            let step = power_of_two(-40);
            let near = difference(direction, step.clone());
            let far = difference(direction, Big::int(2) * &step);
            let bound = size(far - &near) + power_of_two(-140) * (size(value.clone()) + Big::one()) / step;
            assert!(bound < power_of_two(-60), "{network:?}: a bound of {} shows nothing", bound.to_f64());
            assert!(size(slope - near) <= bound, "{network:?}");
        }
    }
}

/// Tape and dual numbers differentiate roots, exponentials and logarithms by their slopes, the backward pass by formulas of the layers.
#[test]
fn tape_and_dual_numbers_agree_with_the_backward_pass_of_smooth_networks() {
    let draws = &mut draws("smooth");
    let near = |a: &Big, b: &Big| size(a.clone() - b) < power_of_two(-140) * (size(b.clone()) + Big::one());
    for (network, loss) in smooth_networks() {
        let parameters = network.parameters(|| Big::of(&fraction(draws)));
        let objective = objective(network.clone(), loss, 2, draws).over(|x| Big::of(&size(x)));
        let gradient = objective.gradient(&parameters).1.concat();
        let tape = Tape::new();
        let inputs = variables(&tape, &parameters);
        let output = objective.over(Variable::constant).value(&inputs);
        let reverse = tape.gradient(&output, &inputs.concat());
        let lifted = objective.over(Dual::constant);
        for ((slope, direction), reverse) in gradient.iter().zip(directions(&parameters)).zip(&reverse) {
            let tangent = lifted.value(&along(&parameters, &direction)).tangent;
            assert!(near(reverse, slope), "the tape on {network:?}");
            assert!(near(&tangent, slope), "dual numbers on {network:?}");
        }
    }
}

/// As [`gradients_match_central_differences`], one derivative higher.
#[test]
fn hessian_products_match_central_differences_of_the_gradient() {
    let draws = &mut draws("second differences");
    for (network, loss) in smooth_networks() {
        let parameters = network.parameters(|| Big::of(&fraction(draws)));
        let direction = network.parameters(|| Big::of(&fraction(draws)));
        let objective = objective(network.clone(), loss, 2, draws).over(|x| Big::of(&size(x)));
        let moved = |step: &Big| {
            let pairs = parameters.iter().zip(&direction);
            let moved: Vec<Vec<Big>> =
                pairs.map(|(x, d)| x.iter().zip(d).map(|(x, d)| x.clone() + d.clone() * step).collect()).collect();
            objective.gradient(&moved).1.concat()
        };
        let difference = |step: &Big| {
            let (after, before) = (moved(step), moved(&-step.clone()));
            after.into_iter().zip(before).map(|(after, before)| (after - before) / (step.clone() + step)).collect::<Vec<_>>()
        };
        let step = power_of_two(-40);
        let (near, far) = (difference(&step), difference(&(step.clone() + &step)));
        let size_of_gradient = objective.gradient(&parameters).1.concat().into_iter().fold(Big::one(), |sum, x| sum + size(x));
        for ((found, near), far) in objective.hessian_product(&parameters, &direction).concat().into_iter().zip(near).zip(far) {
            let bound = size(far - &near) + power_of_two(-140) * &size_of_gradient / &step;
            assert!(bound < power_of_two(-60) && size(found - near) <= bound, "{network:?}");
        }
    }
}

#[test]
fn hessian_products_are_symmetric_and_those_of_nested_duals() {
    let draws = &mut draws("hessian");
    for network in exact_networks() {
        let parameters = network.parameters(|| fraction(draws));
        let (u, v) = (network.parameters(|| fraction(draws)), network.parameters(|| fraction(draws)));
        let objective = objective(network.clone(), Loss::HalfSquares, 2, draws);
        let product = objective.hessian_product(&parameters, &v);
        assert_eq!(inner(&u, &product), inner(&v, &objective.hessian_product(&parameters, &u)), "{network:?}");
        assert!(product.iter().flatten().any(|element| !element.is_zero()));

        let lift = |tensors: &[Vec<Rational>]| -> Vec<Vec<Dual<Rational>>> {
            tensors.iter().map(|tensor| tensor.iter().cloned().map(Dual::constant).collect()).collect()
        };
        let nested = along(&along(&parameters, &u), &lift(&v));
        let value = objective.over(|x| Dual::constant(Dual::constant(x))).value(&nested);
        assert_eq!(value.tangent.tangent, inner(&u, &product), "{network:?}");
    }
}

/// The loss of the perceptron 1-2-1 with tanh on the sample (3/4, 1/4), written out over num-dual's numbers.
fn written_out(parameters: &[HyperDual64]) -> HyperDual64 {
    let hidden = |unit: usize| (parameters[unit] * 0.75 + parameters[2 + unit]).tanh();
    let error = parameters[4] * hidden(0) + parameters[5] * hidden(1) + parameters[6] - 0.25;
    error * error * 0.5
}

/// num-dual's rounding errors are those of a few dozen operations on numbers of size 1, each at most what an interval charges and
/// twice as much in the platform's tanh: within 16 radii of our enclosure.
#[test]
fn second_derivatives_agree_with_num_dual() {
    let point = [0.5, -1.25, 0.25, 0.125, 1.5, -0.75, 0.375];
    let network = perceptron(&[1, 2, 1], Activation::Tanh).unwrap();
    let objective = Objective::new(network, Loss::HalfSquares, vec![Interval::point(0.75)], vec![Interval::point(0.25)]).unwrap();
    let parameters: Vec<Vec<Interval>> =
        [&point[0..2], &point[2..4], &point[4..6], &point[6..7]].map(|x| x.iter().copied().map(Interval::point).collect()).into();
    for (column, direction) in directions(&parameters).iter().enumerate() {
        let product = objective.hessian_product(&parameters, direction).concat();
        for (row, enclosure) in product.into_iter().enumerate() {
            let along_two = |(x, y): (HyperDual64, HyperDual64)| {
                let mut parameters = point.map(HyperDual64::from_re);
                if row == column {
                    parameters[row] = x + y - point[row];
                } else {
                    (parameters[row], parameters[column]) = (x, y);
                }
                written_out(&parameters)
            };
            let (_, _, _, second) = second_partial_derivative(along_two, (point[row], point[column]));
            let (middle, radius) = ((enclosure.lo + enclosure.hi) / 2.0, (enclosure.hi - enclosure.lo) / 2.0);
            assert!(radius < 1e-13 && (second - middle).abs() <= 16.0 * radius, "({row}, {column}): {second} at {enclosure:?}");
        }
    }
}

/// A straight-line program: an operation on two earlier values.
type Program = Vec<(u8, usize, usize)>;

fn program(draws: &mut Draws, inputs: usize, length: usize) -> Program {
    (0..length).map(|done| (draws.index(6) as u8, draws.index(inputs + done), draws.index(inputs + done))).collect()
}

/// The sum of the program's last values.
fn run<R: Real>(program: &Program, inputs: &[R]) -> R {
    let mut values = inputs.to_vec();
    for (operation, left, right) in program {
        let (a, b) = (values[*left].clone(), values[*right].clone());
        values.push(match operation {
            0 => a + b,
            1 => a - b,
            2 => a * b,
            3 => a / b,
            4 => -a,
            _ => a.larger(b),
        });
    }
    values.pop().expect("a value")
}

#[test]
fn a_gradient_costs_at_most_five_evaluations_and_its_tape_is_the_program() {
    let draws = &mut draws("programs");
    for case in 0..200 {
        let (inputs, length) = (1 + draws.index(64), 10 + draws.index(490));
        let program = program(draws, inputs, length);
        let point: Vec<Counted<f64>> = (0..inputs).map(|_| Counted(draws.between(0.5, 2.0))).collect();
        let (_, evaluation) = operations(|| run(&program, &point));
        assert_eq!(evaluation, length as u64);

        let tape = Tape::new();
        let (gradient, reverse) = operations(|| {
            let inputs: Vec<_> = point.iter().cloned().map(|x| tape.input(x)).collect();
            let output = run(&program, &inputs);
            tape.gradient(&output, &inputs)
        });
        assert!(reverse <= 5 * evaluation, "case {case}: {reverse} operations against {evaluation}");
        assert_eq!((tape.len(), gradient.len()), (inputs + length, inputs));

        let (_, forward) = operations(|| {
            let unit = |at: usize| (0..inputs).map(|i| Counted(if i == at { 1.0 } else { 0.0 })).collect::<Vec<_>>();
            (0..inputs).map(|at| run(&program, &Dual::along(&point, &unit(at))).tangent.0).collect::<Vec<f64>>()
        });
        let sweeps = inputs as u64 * evaluation;
        assert!(sweeps <= forward && forward <= 4 * sweeps, "case {case}: {forward} operations for {inputs} sweeps");
        assert!(inputs < 6 || forward > 5 * evaluation, "case {case}: forward mode depends on the number of inputs");
    }
}

/// A product is 1 operation forward and 4 back, a sum 1 and 2: of these the bound 5 is attained by products alone.
#[test]
fn the_bound_of_five_is_attained_by_a_product() {
    for (operation, cost) in [(0, 3), (1, 3), (2, 5), (3, 5), (4, 2), (5, 2)] {
        let tape = Tape::new();
        let (_, count) = operations(|| {
            let inputs = [tape.input(Counted(2.0)), tape.input(Counted(3.0))];
            tape.gradient(&run(&vec![(operation, 0, 1)], &inputs), &inputs)
        });
        assert_eq!(count, cost, "operation {operation}");
    }
}

#[test]
fn back_propagation_costs_at_most_five_evaluations_and_its_tape_grows_affinely_with_the_batch() {
    let draws = &mut draws("costs");
    for network in exact_networks().into_iter().take(7) {
        let parameters = network.parameters(|| Counted(draws.normal()));
        let mut lengths = Vec::new();
        for samples in 1..=3 {
            let objective = objective(network.clone(), Loss::HalfSquares, samples, draws).over(|x| Counted(to_f64(&x)));
            let (_, evaluation) = operations(|| objective.value(&parameters));
            let (_, gradient) = operations(|| objective.gradient(&parameters));
            assert!(gradient <= 5 * evaluation, "{network:?}: {gradient} operations against {evaluation}");

            let tape = Tape::new();
            objective.over(|x| Variable::of(&exactly(x.0))).value(&variables(&tape, &parameters));
            lengths.push(tape.len());
        }
        assert_eq!(lengths[2] - lengths[1], lengths[1] - lengths[0], "{network:?}");
    }
}

#[test]
fn several_outputs_cost_a_sweep_each() {
    let tape = Tape::new();
    let inputs = [tape.input(rational(2, 1)), tape.input(rational(3, 1))];
    let outputs = [inputs[0].clone() * &inputs[1], inputs[0].clone() / &inputs[1], -inputs[1].clone(), Variable::int(7)];
    let gradients = outputs.map(|output| tape.gradient(&output, &inputs).iter().map(to_f64).collect::<Vec<_>>());
    assert_eq!(gradients[0], [3.0, 2.0]);
    assert_eq!(gradients[1], [to_f64(&rational(1, 3)), to_f64(&rational(-2, 9))]);
    assert_eq!(gradients[2], [0.0, -1.0]);
    assert_eq!(gradients[3], [0.0, 0.0]);
}

#[test]
#[should_panic(expected = "one tape")]
fn variables_of_two_tapes_do_not_mix() {
    let _ = Tape::new().input(1.0) * Tape::new().input(2.0);
}

/// The slope of ReLU is 0 at 0 in all three ways, and unknown for an interval around 0.
#[test]
fn relu_has_the_slope_zero_at_zero() {
    let relu = |x: f64| {
        let dual = Activation::Relu.apply(Dual { value: x, tangent: 1.0 });
        let tape = Tape::new();
        let input = tape.input(x);
        let slope = tape.gradient(&Activation::Relu.apply(input.clone()), &[input])[0];
        (dual.value, Activation::Relu.slope(&x, &dual.value), dual.tangent, slope)
    };
    assert_eq!(relu(0.0), (0.0, 0.0, 0.0, 0.0));
    assert_eq!(relu(-0.5), (0.0, 0.0, 0.0, 0.0));
    assert_eq!(relu(0.5), (0.5, 1.0, 1.0, 1.0));
    let (value, slope, tangent, reverse) = relu(f64::NAN);
    assert!([value, slope, tangent, reverse].iter().all(|x| x.is_nan()));

    let around = Interval { lo: -1.0, hi: 2.0 };
    let dual = Activation::Relu.apply(Dual { value: around, tangent: Interval::point(1.0) });
    assert_eq!((dual.value, dual.tangent), (Interval { lo: 0.0, hi: 2.0 }, Interval::WHOLE));
    assert_eq!(Activation::Relu.slope(&around, &dual.value), Interval::WHOLE);
    let tape = Tape::new();
    let input = tape.input(around);
    let output = Activation::Relu.apply(input.clone());
    assert_eq!((*output.value(), tape.gradient(&output, &[input])[0]), (dual.value, Interval::WHOLE));
}

fn forward<R: Elementary>(layer: Layer, inputs: usize, parameters: &[Vec<R>], input: &[R]) -> Vec<R> {
    Network::new(inputs, vec![layer]).expect("a layer for these inputs").forward(parameters, input)
}

fn softmax<R: Elementary>(logits: &[R]) -> Vec<R> {
    forward(Layer::Softmax(Softmax { classes: logits.len() }), logits.len(), &[], logits)
}

/// The loss of one sample, and its derivatives by the outputs.
fn loss<R: Elementary>(loss: Loss, outputs: &[R], targets: &[R]) -> (R, Vec<R>) {
    let network = Network::new(outputs.len(), Vec::new()).unwrap();
    let objective = Objective::new(network, loss, outputs.to_vec(), targets.to_vec()).unwrap();
    (objective.value(&[]), objective.inputs_gradient(&[]))
}

#[test]
fn softmax_is_stable_and_does_not_see_a_shift() {
    let (p, steep) = (softmax(&[1000.0, 0.0, -1000.0]), [1.0, 0.0, 0.0]);
    assert_eq!(p, steep);
    let (value, slope) = loss(Loss::CrossEntropy, &[1000.0, 0.0, -1000.0], &[0.0, 0.0, 1.0]);
    assert_eq!((value, slope), (2000.0, vec![1.0, 0.0, -1.0]));
    // The shift is exact on these dyadic logits, so that the results are the same bits.
    let logits = [0.5, -1.25, 2.0];
    for shift in [1024.0, -1024.0] {
        let shifted = logits.map(|z| z + shift);
        assert_eq!(softmax(&shifted), softmax(&logits));
        assert_eq!(loss(Loss::CrossEntropy, &shifted, &[0.25, 0.5, 0.25]), loss(Loss::CrossEntropy, &logits, &[0.25, 0.5, 0.25]));
    }
    assert!(softmax(&[f64::NAN, 1.0]).iter().all(|p| p.is_nan()) && softmax(&[1.0, f64::NAN]).iter().all(|p| p.is_nan()));
}

/// `∂/∂z_k = p_k - t_k` by hand, and the loss from probabilities through a softmax layer: to 2^-140, a dozen operations above 2^-150.
#[test]
fn cross_entropy_of_logits_and_of_probabilities_agree() {
    let draws = &mut draws("entropy");
    for _ in 0..20 {
        let logits: Vec<Big> = (0..4).map(|_| Big::of(&fraction(draws))).collect();
        let weights: Vec<Big> = (0..4).map(|_| Big::of(&size(fraction(draws)))).collect();
        let mass = weights.iter().fold(Big::zero(), |sum, weight| sum + weight);
        let targets: Vec<Big> = weights.into_iter().map(|weight| weight / &mass).collect();
        let p = softmax(&logits);
        let total = p.iter().fold(Big::zero(), |sum, p| sum + p);
        let (value, slope) = loss(Loss::CrossEntropy, &logits, &targets);
        let near = |a: Big, b: Big| size(a - b) < power_of_two(-140);
        assert!(near(total, Big::one()));
        for ((slope, p), target) in slope.iter().zip(&p).zip(&targets) {
            assert!(near(slope.clone(), p.clone() - target));
        }

        let chain = Network::new(4, vec![dense(4, 4), Layer::Softmax(Softmax { classes: 4 })]).unwrap();
        for guard in [Guard::Nothing, Guard::Clip(rational(1, 10_000_000))] {
            let kind = Loss::CrossEntropyOfProbabilities(guard);
            let through = Objective::new(chain.clone(), kind, vec![Big::zero(); 4], targets.clone()).unwrap();
            let (from_probabilities, gradient) = through.gradient(&[vec![Big::zero(); 16], logits.clone()]);
            assert!(near(from_probabilities, value.clone()));
            for (slope, other) in slope.iter().zip(&gradient[1]) {
                assert!(near(slope.clone(), other.clone()));
            }
        }
        // Softmax twice is another function: logits taken for probabilities are the classic mistake.
        assert!(size(loss(Loss::CrossEntropy, &p, &targets).0 - value) > power_of_two(-20));
    }
}

#[test]
fn guards_differ_where_probabilities_vanish_or_do_not_sum_to_one() {
    let clip = || Loss::CrossEntropyOfProbabilities(Guard::Clip(rational(1, 10_000_000)));
    let plain = || Loss::CrossEntropyOfProbabilities(Guard::Nothing);
    assert_eq!(loss(plain(), &[0.0, 1.0], &[1.0, 0.0]).0, f64::INFINITY);
    let (value, slope) = loss(clip(), &[0.0, 1.0], &[1.0, 0.0]);
    assert_eq!((value, slope), (-libm::log(1e-7), vec![0.0, 0.0]));
    // A class that is not wanted adds nothing, and 0 ln 0 is not NaN.
    assert_eq!(loss(plain(), &[0.0, 1.0], &[0.0, 1.0]), (0.0, vec![0.0, -1.0]));
    let (unscaled, scaled) = (loss(plain(), &[0.5, 1.5], &[1.0, 0.0]), loss(clip(), &[0.5, 1.5], &[1.0, 0.0]));
    assert_eq!((unscaled.0, scaled.0), (-libm::log(0.5), -libm::log(0.25)));
    // -d/dp ln(p/(p+q)) = -1/p + 1/(p+q)
    assert_eq!((unscaled.1, scaled.1), (vec![-2.0, 0.0], vec![-1.5, 0.5]));
    assert!(loss(clip(), &[f64::NAN, 0.5], &[1.0, 0.0]).0.is_nan());
}

#[test]
fn squares_differ_by_half_the_width() {
    let (outputs, targets) = ([rational(1, 2), rational(3, 1), rational(-1, 1)], [Rational::ZERO, Rational::ONE, Rational::ZERO]);
    let (half, slopes) = loss(Loss::HalfSquares, &outputs, &targets);
    assert_eq!((half, slopes), (rational(21, 8), vec![rational(1, 2), rational(2, 1), rational(-1, 1)]));
    let (mean, slopes) = loss(Loss::MeanSquares, &outputs, &targets);
    assert_eq!((mean, slopes), (rational(7, 4), vec![rational(1, 3), rational(4, 3), rational(-2, 3)]));
}

#[test]
fn convolution_is_the_direct_sum_and_its_backward_pass_the_adjoint() {
    let draws = &mut draws("convolution");
    for (padding, margin) in [(Padding::Zeros, 1), (Padding::Nothing, 0)] {
        let (channels_in, channels_out, height, width) = (2, 3, 4, 5);
        let layer = Convolution { channels_in, channels_out, height, width, padding };
        let network = Network::new(channels_in * height * width, vec![Layer::Convolution(layer)]).unwrap();
        let mut parameters = network.parameters(|| fraction(draws));
        let input: Vec<Rational> = (0..2 * network.inputs()).map(|_| fraction(draws)).collect();
        let output = network.forward(&parameters, &input);

        let (rows, columns) = (height + 2 * margin - 2, width + 2 * margin - 2);
        let pixel = |sample: usize, channel: usize, row: usize, column: usize| {
            let inside = (margin..height + margin).contains(&row) && (margin..width + margin).contains(&column);
            let place = || ((sample * channels_in + channel) * height + row - margin) * width + column - margin;
            if inside { input[place()].clone() } else { Rational::ZERO }
        };
        let mut direct = Vec::new();
        for sample in 0..2 {
            for out in 0..channels_out {
                for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
                    let mut sum = parameters[1][out].clone();
                    for channel in 0..channels_in {
                        for (down, right) in (0..3).flat_map(|down| (0..3).map(move |right| (down, right))) {
                            let weight = &parameters[0][((out * channels_in + channel) * 3 + down) * 3 + right];
                            sum += weight * pixel(sample, channel, row + down, column + right);
                        }
                    }
                    direct.push(sum);
                }
            }
        }
        assert_eq!(output, direct);

        // ⟨K x, y⟩ = ⟨x, Kᵀ y⟩, without the bias.
        parameters[1] = vec![Rational::ZERO; channels_out];
        let signals = network.signals(&parameters, &input);
        let y: Vec<Rational> = output.iter().map(|_| fraction(draws)).collect();
        let adjoint = network.backward(&parameters, &signals, y.clone(), &mut network.parameters(|| Rational::ZERO));
        assert_eq!(inner(&[signals[1].clone()], &[y]), inner(std::slice::from_ref(&input), &[adjoint]));
    }
}

#[test]
fn pooling_keeps_the_mean_of_every_channel() {
    let draws = &mut draws("pool");
    let layer = AveragePool { channels: 2, height: 4, width: 6 };
    let input: Vec<Rational> = (0..2 * 48).map(|_| fraction(draws)).collect();
    let output = forward(Layer::AveragePool(layer), 48, &[], &input);
    assert_eq!(output.len(), 24);
    for (before, after) in input.chunks(24).zip(output.chunks(6)) {
        let sum = |values: &[Rational]| values.iter().fold(Rational::ZERO, |sum, x| sum + x);
        assert_eq!(sum(before), sum(after) * rational(4, 1));
        assert_eq!(after[4].clone() * rational(4, 1), sum(&[&before[14..16], &before[20..22]].concat()));
    }
}

/// Two values `m ± d` have the variance `d²`, whose root is rational: the standardised values are exactly ±1.
#[test]
fn normalised_values_have_mean_zero_and_variance_one() {
    let layer = |over| Layer::Normalisation(Normalisation { features: 2, epsilon: Rational::ZERO, over });
    let unit = || vec![vec![Rational::ONE; 2], vec![Rational::ZERO; 2]];
    let input: Vec<Rational> = [3, 10, 7, 50].map(|x| rational(x, 3)).into();
    let signs = |signs: [i64; 4]| signs.map(|sign| rational(sign, 1)).to_vec();
    assert_eq!(forward(layer(Over::Batch), 2, &unit(), &input), signs([-1, -1, 1, 1]));
    assert_eq!(forward(layer(Over::Features), 2, &unit(), &input), signs([-1, 1, -1, 1]));

    // In larger groups, over 256-bit floats: mean 0, variance v / (v + ε), and γ, β after it.
    let draws = &mut draws("normalisation");
    let (features, samples, epsilon) = (4, 5, rational(1, 100));
    let values: Vec<Big> = (0..features * samples).map(|_| Big::of(&fraction(draws))).collect();
    let mean = |values: &[Big]| values.iter().fold(Big::zero(), |sum, x| sum + x) / Big::int(values.len() as i64);
    let variance = |values: &[Big]| {
        let center = mean(values);
        mean(&values.iter().map(|x| (x.clone() - &center) * (x.clone() - &center)).collect::<Vec<_>>())
    };
    let near = |a: Big, b: Big| size(a - b) < power_of_two(-200);
    let column = |values: &[Big], at: usize| values[at..].iter().step_by(features).cloned().collect::<Vec<_>>();
    let row = |values: &[Big], at: usize| values[at * features..][..features].to_vec();
    type Pick<'a> = &'a dyn Fn(&[Big], usize) -> Vec<Big>;
    for (over, count, pick) in [(Over::Batch, features, &column as Pick), (Over::Features, samples, &row as Pick)] {
        let layer = Layer::Normalisation(Normalisation { features, epsilon: epsilon.clone(), over });
        let unit = vec![vec![Big::one(); features], vec![Big::zero(); features]];
        let standard = forward(layer.clone(), features, &unit, &values);
        for at in 0..count {
            let v = variance(&pick(&values, at));
            assert!(near(mean(&pick(&standard, at)), Big::zero()));
            assert!(near(variance(&pick(&standard, at)), v.clone() / (v + Big::of(&epsilon))));
        }
        let affine: Vec<Vec<Big>> = (0..2).map(|_| (0..features).map(|_| Big::of(&fraction(draws))).collect()).collect();
        for (place, y) in forward(layer, features, &affine, &values).into_iter().enumerate() {
            let expected = standard[place].clone() * &affine[0][place % features] + &affine[1][place % features];
            assert!(near(y, expected));
        }
    }
}

#[test]
fn evaluation_takes_given_moments_and_training_the_batchs() {
    let input: Vec<Rational> = [1, 2, 5, 10].map(|x| rational(x, 1)).into();
    let layer = |over| Layer::Normalisation(Normalisation { features: 2, epsilon: Rational::ZERO, over });
    let parameters = [vec![rational(3, 1); 2], vec![rational(1, 2); 2]];
    let mut running = RunningMoments::new(2, Rational::ZERO, BatchVariance::Biased);
    running.update(&input);
    assert_eq!(
        (&running.mean, &running.variance),
        (&vec![rational(3, 1), rational(6, 1)], &vec![rational(4, 1), rational(16, 1)])
    );
    let given =
        |running: &RunningMoments<Rational>| Over::Given { mean: running.mean.clone(), variance: running.variance.clone() };
    let trained = forward(layer(Over::Batch), 2, &parameters, &input);
    assert_eq!(forward(layer(given(&running)), 2, &parameters, &input), trained);
    let fresh = RunningMoments::new(2, rational(9, 10), BatchVariance::Biased);
    let evaluated = forward(layer(given(&fresh)), 2, &parameters, &input);
    assert_eq!(evaluated[3], rational(10 * 6 + 1, 2));
    assert_ne!(evaluated, trained);
    // A sample alone: evaluation does not look at its neighbours.
    assert_eq!(forward(layer(given(&fresh)), 2, &parameters, &input[2..]), evaluated[2..]);
}

/// After k equal batches the running moments are `keep^k` of the start and `1 - keep^k` of the batch's, whose variance is `n/(n-1)`
/// times larger in PyTorch than in Keras.
#[test]
fn running_moments_have_their_closed_form_and_two_variances() {
    let batch: Vec<Rational> = [1, 5, 9].map(|x| rational(x, 1)).into();
    let keep = rational(9, 10);
    for (kind, variance) in [(BatchVariance::Biased, rational(32, 3)), (BatchVariance::Unbiased, rational(16, 1))] {
        let mut running = RunningMoments::new(1, keep.clone(), kind);
        let mut left = Rational::ONE;
        for _ in 0..5 {
            running.update(&batch);
            left *= &keep;
            assert_eq!(running.mean, [(Rational::ONE - &left) * rational(5, 1)]);
            assert_eq!(running.variance, [left.clone() + (Rational::ONE - &left) * &variance]);
        }
    }
}

#[test]
#[should_panic(expected = "two samples")]
fn batch_normalisation_does_not_train_on_one_sample() {
    forward(normalisation(2, Over::Batch), 2, &[vec![1.0; 2], vec![0.0; 2]], &[1.0, 2.0]);
}

#[test]
fn a_residual_block_with_a_zero_branch_is_the_identity() {
    let draws = &mut draws("residual");
    let network = residual(3, 4, Activation::Relu).unwrap();
    let zeros = network.parameters(|| Rational::ZERO);
    let input: Vec<Rational> = (0..6).map(|_| fraction(draws)).collect();
    assert_eq!(network.forward(&zeros, &input), input);
    let signals = network.signals(&zeros, &input);
    assert_eq!(network.backward(&zeros, &signals, input.clone(), &mut network.parameters(|| Rational::ZERO)), input);

    // F(x) = -x/2 halves the signal and the gradient in every block.
    let linear = Layer::Residual(deep_linear(&[1, 1]).unwrap());
    let network = Network::new(1, vec![linear; 5]).unwrap();
    let halves = network.parameters(|| rational(-1, 2));
    let signals = network.signals(&halves, &[Rational::ONE]);
    let adjoint = network.backward(&halves, &signals, vec![Rational::ONE], &mut network.parameters(|| Rational::ZERO));
    assert_eq!((&signals[5], adjoint), (&vec![rational(1, 32)], vec![rational(1, 32)]));
}

#[test]
fn tied_gradients_are_the_sum_of_the_unrolled_ones() {
    let draws = &mut draws("recurrent");
    for activation in [Activation::Identity, Activation::Square, Activation::Relu] {
        let tied = recurrent(elman(activation, Weights::Tied), 1).unwrap();
        let untied = recurrent(elman(activation, Weights::Untied), 1).unwrap();
        let parameters = tied.parameters(|| fraction(draws));
        let copies: Vec<Vec<Rational>> = parameters[..3].iter().cycle().take(9).chain(&parameters[3..]).cloned().collect();
        let tied = objective(tied, Loss::HalfSquares, 2, draws);
        let (value, gradient) = tied.gradient(&parameters);
        let (unrolled_value, unrolled) = tied.with(untied).unwrap().gradient(&copies);
        assert_eq!(value, unrolled_value);
        for (kind, tensor) in gradient[..3].iter().enumerate() {
            for (place, slope) in tensor.iter().enumerate() {
                assert_eq!(*slope, (0..3).fold(Rational::ZERO, |sum, step| sum + &unrolled[3 * step + kind][place]));
            }
        }
        assert_eq!(gradient[3..], unrolled[9..]);
        assert_ne!(unrolled[1], unrolled[4], "the copies' gradients differ from one another");
    }
}

/// A linear recurrent network is `h_T = W^T h_0` without inputs, and its adjoint `(Wᵀ)^T`: a nilpotent `W` of norm 2 forgets all.
#[test]
fn a_linear_recurrent_network_is_a_power_of_its_matrix() {
    let layer = elman(Activation::Identity, Weights::Tied);
    let network = Network::new(8, vec![Layer::Recurrent(layer)]).unwrap();
    let run = |matrix: [i64; 4]| {
        let parameters = vec![vec![Rational::ZERO; 4], matrix.map(|w| rational(w, 1)).to_vec(), vec![Rational::ZERO; 2]];
        let mut sample = vec![Rational::ZERO; 8];
        (sample[0], sample[1]) = (rational(3, 1), rational(5, 1));
        let signals = network.signals(&parameters, &sample);
        let adjoint = vec![rational(1, 1), rational(0, 1)];
        let before = network.backward(&parameters, &signals, adjoint, &mut network.parameters(|| Rational::ZERO));
        (signals[1].iter().map(to_f64).collect::<Vec<_>>(), before[..2].iter().map(to_f64).collect::<Vec<_>>())
    };
    // [[1, 1], [0, 1]]³ = [[1, 3], [0, 1]]
    assert_eq!(run([1, 1, 0, 1]), (vec![18.0, 5.0], vec![1.0, 3.0]));
    assert_eq!(run([0, 2, 0, 0]), (vec![0.0, 0.0], vec![0.0, 0.0]));
}

/// Untied, each step has its own matrix: `W_3 W_2 W_1 h_0`, of which the last step's derivative by `W_3` is `a (W_2 W_1 h_0)ᵀ`.
#[test]
fn an_untied_linear_network_is_the_product_of_its_matrices_in_order() {
    let layer = elman(Activation::Identity, Weights::Untied);
    let network = Network::new(8, vec![Layer::Recurrent(layer)]).unwrap();
    let mut parameters = network.parameters(|| Rational::ZERO);
    for (step, matrix) in [[1, 1, 0, 1], [1, 0, 2, 1], [0, 1, 3, 0]].into_iter().enumerate() {
        parameters[3 * step + 1] = matrix.map(|w| rational(w, 1)).to_vec();
    }
    let mut sample = vec![Rational::ZERO; 8];
    (sample[0], sample[1]) = (rational(3, 1), rational(5, 1));
    let signals = network.signals(&parameters, &sample);
    let numbers = |values: &[Rational]| values.iter().map(to_f64).collect::<Vec<_>>();
    // (3, 5) to (8, 5) to (8, 21) to (21, 24)
    assert_eq!(numbers(&signals[1]), [21.0, 24.0]);
    let mut gradient = network.parameters(|| Rational::ZERO);
    let before = network.backward(&parameters, &signals, vec![rational(1, 1), rational(0, 1)], &mut gradient);
    // (1, 0) back to (0, 1) to (2, 1) to (2, 3)
    assert_eq!(numbers(&before[..2]), [2.0, 3.0]);
    assert_eq!(numbers(&gradient[7]), [8.0, 21.0, 0.0, 0.0]);
    assert_eq!(numbers(&gradient[4]), [0.0, 0.0, 8.0, 5.0]);
    assert_eq!(numbers(&gradient[1]), [6.0, 10.0, 3.0, 5.0]);
}

const FUNCTIONS: [Function; 5] =
    [Function::SquareRoot, Function::Exponential, Function::Logarithm, Function::Tanh, Function::Sigmoid];

fn decimal(text: &str) -> Big {
    let (whole, digits) = text.split_once('.').expect("a decimal fraction");
    let number: Rational = format!("{whole}{digits}").trim_start_matches("+").parse().expect("digits");
    Big::of(&number) / Big::int(10).power(digits.len() as u64)
}

/// Seventy digits by mpmath 1.3. Their last one is off by a half at most: 2^-225 relatively.
#[test]
fn big_functions_have_the_digits_of_mpmath() {
    let cases = [
        (Function::Exponential, rational(1, 1), "2.718281828459045235360287471352662497757247093699959574966967627724077"),
        (
            Function::Exponential,
            rational(-39, 2),
            "0.000000003398267819495071225140737876810867902387991960362445312088155848041609",
        ),
        (Function::Logarithm, rational(10, 1), "2.302585092994045684017991454684364207601101488628772976033327900967573"),
        (Function::Logarithm, rational(1, 3), "-1.098612288668109691395245236922525704647490557822749451734694333637494"),
        (Function::Tanh, rational(1, 2), "0.4621171572600097585023184836436725487302892803301130385527318158380809"),
        (
            Function::Tanh,
            rational(1, 1 << 60),
            "0.0000000000000000008673617379884035472059622406959533689231148510667158491096568630247817",
        ),
        (
            Function::Tanh,
            rational(1, 1 << 40),
            "0.0000000000009094947017729282379150388117278718245786649666696216994579602139074431",
        ),
        (Function::Sigmoid, rational(-3, 1), "0.04742587317756678087884815177175220138617943242060910071788800877444871"),
    ];
    for (function, x, digits) in cases {
        let (found, expected) = (Big::of(&x).apply(function), decimal(digits));
        let error = size((found - &expected) / &expected);
        // tanh by exponentials loses as many bits as its argument has zeros after the point.
        let bound = if x == rational(1, 1 << 40) { power_of_two(-170) } else { power_of_two(-200) };
        assert!(error < bound, "{function:?} of {x} is off by {}", error.to_f64());
    }
}

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() }
}

fn contains(interval: &Interval, x: &Big) -> bool {
    let below = interval.lo == f64::NEG_INFINITY || Big::exactly(interval.lo) <= *x;
    below && (interval.hi == f64::INFINITY || *x <= Big::exactly(interval.hi))
}

proptest! {
    #![proptest_config(config(300))]

    /// The rules e^(a+b) = e^a e^b, ln e^x = x, tanh and σ as quotients of exponentials, and oddness.
    #[test]
    fn big_functions_obey_their_rules(a in -30.0f64..30.0, b in -30.0f64..30.0) {
        let (x, y) = (Big::exactly(a), Big::exactly(b));
        let near = |found: Big, expected: Big| size(found - &expected) <= size(expected) * power_of_two(-170);
        let e = |x: &Big| x.clone().apply(Function::Exponential);
        prop_assert!(near(e(&(x.clone() + &y)), e(&x) * e(&y)));
        prop_assert!(near(e(&x).apply(Function::Logarithm), x.clone()));
        prop_assert!(near(x.clone().apply(Function::Sigmoid), e(&x) / (e(&x) + Big::one())));
        prop_assert!(near((-x.clone()).apply(Function::Tanh), -x.clone().apply(Function::Tanh)));
        let double = e(&(x.clone() + &x));
        let tanh = (double.clone() - Big::one()) / (double + Big::one());
        prop_assert!(size(x.clone().apply(Function::Tanh) - tanh) < power_of_two(-140));
    }

    /// The machine's functions by libm, which documents an ulp for exp and ln and two for tanh; σ has two more roundings.
    #[test]
    fn floats_are_within_ulps_of_big_floats(x in -30.0f64..30.0) {
        for function in FUNCTIONS {
            let x = if function == Function::SquareRoot || function == Function::Logarithm { x.abs() } else { x };
            let found = x.apply(function);
            let exact = Big::exactly(x).apply(function);
            let ulp = found.abs().next_up() - found.abs();
            prop_assert!(size(Big::exactly(found) - exact) <= Big::exactly(3.0 * ulp), "{function:?} of {x}");
            let single = (x as f32).apply(function);
            let exact = Big::exactly(f64::from(x as f32)).apply(function);
            let ulp = f64::from(single.abs().next_up() - single.abs());
            prop_assert!(size(Big::exactly(f64::from(single)) - exact) <= Big::exactly(3.0 * ulp), "{function:?} of {x} as f32");
        }
    }

    /// An enclosure contains the value at every point between its ends, and is two ulps wider than its ends' values at most.
    #[test]
    fn intervals_contain_the_functions_of_their_members(low in -800.0f64..800.0, length in 0.0f64..4.0, share in 0.0f64..1.0) {
        for function in FUNCTIONS {
            let low = if function == Function::SquareRoot || function == Function::Logarithm { low.abs() } else { low };
            let argument = Interval { lo: low, hi: low + length };
            let enclosure = argument.apply(function);
            let member = (low + share * length).clamp(argument.lo, argument.hi);
            let value = Big::exactly(member).apply(function);
            prop_assert!(contains(&enclosure, &value), "{function:?} of {member} is outside {enclosure:?}");
            let narrow = Interval::point(member).apply(function);
            prop_assert!(narrow.hi <= narrow.lo.next_up().next_up().max(f64::MIN_POSITIVE), "{function:?} of {member}: {narrow:?}");
        }
    }

    /// Enclosures of a smooth network's loss, gradient and Hessian product contain what 256-bit floats find.
    #[test]
    fn enclosures_of_networks_contain_big_floats(seed in 0u64..1000) {
        let draws = &mut Lab::new(seed, 1, "networks").stream("enclosures").trial(0);
        let networks = smooth_networks();
        let (network, loss) = networks[draws.index(networks.len())].clone();
        let parameters = network.parameters(|| fraction(draws));
        let direction = network.parameters(|| fraction(draws));
        let positive = objective(network, loss, 2, draws).over(|x| Counted(to_f64(&size(x))));
        let big = positive.over(|x| Big::exactly(x.0));
        let intervals = positive.over(|x| Interval::point(x.0));
        let convert = |tensors: &[Vec<Rational>]| -> Vec<Vec<f64>> { tensors.iter().map(|t| t.iter().map(to_f64).collect()).collect() };
        let bigs = |tensors: &[Vec<Rational>]| -> Vec<Vec<Big>> { convert(tensors).iter().map(|t| t.iter().map(|x| Big::exactly(*x)).collect()).collect() };
        let points = |tensors: &[Vec<Rational>]| -> Vec<Vec<Interval>> { convert(tensors).iter().map(|t| t.iter().map(|x| Interval::point(*x)).collect()).collect() };
        let (value, gradient) = big.gradient(&bigs(&parameters));
        let (enclosure, slopes) = intervals.gradient(&points(&parameters));
        prop_assert!(contains(&enclosure, &value) && enclosure.hi - enclosure.lo < 1e-6);
        let products = big.hessian_product(&bigs(&parameters), &bigs(&direction)).concat();
        let enclosures = intervals.hessian_product(&points(&parameters), &points(&direction)).concat();
        for (enclosure, exact) in slopes.concat().iter().chain(&enclosures).zip(gradient.concat().iter().chain(&products)) {
            prop_assert!(contains(enclosure, exact), "{enclosure:?} misses {}", exact.to_f64());
        }
    }
}

#[test]
fn functions_at_the_ends_of_their_domains() {
    let whole = Interval::WHOLE;
    assert_eq!(whole.apply(Function::Exponential), Interval { lo: 0.0, hi: f64::INFINITY });
    assert_eq!(Interval::point(-2000.0).apply(Function::Exponential), Interval { lo: 0.0, hi: f64::from_bits(1) });
    assert_eq!(Interval::point(2000.0).apply(Function::Exponential), Interval { lo: f64::MAX, hi: f64::INFINITY });
    assert_eq!(Interval { lo: 0.0, hi: 1.0 }.apply(Function::Logarithm).lo, f64::NEG_INFINITY);
    for function in [Function::Logarithm, Function::SquareRoot] {
        assert_eq!(Interval { lo: -1.0, hi: 1.0 }.apply(function), whole);
        assert!((-1.0f64).apply(function).is_nan());
    }
    for function in [Function::Tanh, Function::Sigmoid] {
        let bounds = whole.apply(function);
        assert_eq!(bounds.hi, 1.0);
        assert_eq!(bounds.lo, if function == Function::Tanh { -1.0 } else { 0.0 });
        assert_eq!(1000.0.apply(function), 1.0);
    }
    assert_eq!((-1000.0).apply(Function::Sigmoid), 0.0);
    // 1 - σ(40) would round to 0; the stable form keeps all digits.
    assert_eq!((-40.0).apply(Function::Sigmoid), libm::exp(-40.0));
    for function in FUNCTIONS {
        assert!(f64::NAN.apply(function).is_nan() && f32::NAN.apply(function).is_nan(), "{function:?}");
    }
    assert_eq!(rational(9, 4).apply(Function::SquareRoot), rational(3, 2));
    assert_eq!(Rational::ZERO.apply(Function::Sigmoid), rational(1, 2));
}

#[test]
#[should_panic(expected = "the SquareRoot of 2 / 1 is no number of its type")]
fn the_root_of_two_is_not_rational() {
    let _ = rational(2, 1).apply(Function::SquareRoot);
}

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

#[test]
fn bad_shapes_are_errors_for_people() {
    let message = |network: gradproof::Result<Network>| network.expect_err("an error").to_string();
    let chained = Network::new(2, vec![dense(2, 3), dense(2, 1)]);
    assert_eq!(message(chained), "layer 2: a dense layer of 2 inputs cannot follow 3 outputs");
    assert_eq!(message(Network::new(0, Vec::new())), "a network takes at least one input");
    assert!(message(deep_linear(&[3])).contains("an input and an output width"));
    assert!(message(perceptron(&[2, 0, 1], Activation::Relu)).contains("layer 1"));
    assert!(message(residual(0, 1, Activation::Relu)).contains("at least one input"));
    let flat = Convolution { channels_in: 1, channels_out: 1, height: 2, width: 8, padding: Padding::Nothing };
    assert!(message(Network::new(16, vec![Layer::Convolution(flat)])).contains("at least 3 x 3"));
    let odd = AveragePool { channels: 1, height: 3, width: 4 };
    assert!(message(Network::new(12, vec![Layer::AveragePool(odd)])).contains("even"));
    let narrowing = Layer::Residual(perceptron(&[2, 1], Activation::Relu).unwrap());
    assert!(message(Network::new(2, vec![narrowing])).contains("residual"));
    let given = Over::Given { mean: vec![Rational::ZERO], variance: vec![Rational::ONE; 2] };
    assert!(message(Network::new(2, vec![normalisation(2, given)])).contains("normalisation"));
    assert!(message(recurrent(Recurrent { inputs: 0, ..elman(Activation::Tanh, Weights::Tied) }, 1)).contains("recurrent"));
    assert!(message(cnn8(0, 2)).contains("layer 1"));
    for (inputs, targets) in [(0, 0), (3, 1), (4, 1), (4, 3)] {
        let network = deep_linear(&[2, 1]).unwrap();
        let error = Objective::new(network, Loss::HalfSquares, vec![0.0; inputs], vec![0.0; targets]).expect_err("an error");
        assert!(error.to_string().contains("are not samples of 2 inputs and 1 targets each"), "{error}");
    }
}

#[test]
fn a_mini_batch_is_its_samples() {
    let draws = &mut draws("batch");
    let network = perceptron(&[2, 3, 1], Activation::Square).unwrap();
    let parameters = network.parameters(|| fraction(draws));
    let whole = objective(network, Loss::HalfSquares, 4, draws);
    let gradient = |samples: &[usize]| whole.on(samples).gradient(&parameters).1.concat();
    let mean = gradient(&[0]).into_iter().zip(gradient(&[3])).map(|(a, b)| (a + b) / rational(2, 1));
    assert_eq!(mean.collect::<Vec<_>>(), gradient(&[3, 0]));
    assert_eq!(whole.on(&(0..whole.samples()).collect::<Vec<_>>()), whole);
}

/// Every image is periodic along its stripes, and every orientation occurs.
#[test]
fn stripes_are_what_their_label_says() {
    let (images, labels) = stripes(&mut draws("stripes"), 200, 0.0);
    let mut seen = [0; ORIENTATIONS];
    for (image, label) in images.chunks(64).zip(labels.chunks(ORIENTATIONS)) {
        let orientation = label.iter().position(|x| *x == 1.0).expect("one label");
        seen[orientation] += 1;
        assert_eq!(label.iter().sum::<f64>(), 1.0);
        assert_eq!(image.iter().sum::<f64>(), 0.0);
        let constant_along = |step: usize, columns: std::ops::Range<usize>| {
            let pixels = (0..7).flat_map(|row| columns.clone().map(move |column| 8 * row + column));
            pixels.into_iter().all(|pixel| image[pixel] == image[pixel + step])
        };
        let along = [constant_along(1, 0..7), constant_along(8, 0..8), constant_along(7, 1..8), constant_along(9, 0..7)];
        assert_eq!(along.iter().position(|same| *same), Some(orientation));
        assert_eq!(along.iter().filter(|same| **same).count(), 1);
    }
    assert!(seen.iter().all(|count| *count > 20), "{seen:?}");
}

/// CNN8 learns: full-batch gradient descent takes its loss from about ln 4 to a tenth of that.
#[test]
fn cnn8_tells_stripes_apart() {
    let draws = &mut draws("cnn8");
    let network = cnn8(4, ORIENTATIONS).unwrap();
    let (inputs, targets) = stripes(draws, 64, 0.1);
    let objective = Objective::new(network, Loss::CrossEntropy, inputs, targets).unwrap();
    let mut parameters = objective.network().parameters(|| 0.0);
    for (tensor, shape) in parameters.iter_mut().zip(objective.network().shapes()).filter(|(_, shape)| shape.len() > 1) {
        let spread = (2.0 / shape[1..].iter().product::<usize>() as f64).sqrt();
        tensor.iter_mut().for_each(|weight| *weight = spread * draws.normal());
    }
    let start = objective.value(&parameters);
    for _ in 0..100 {
        let (_, gradient) = objective.gradient(&parameters);
        let elements = parameters.iter_mut().flatten().zip(gradient.iter().flatten());
        elements.for_each(|(weight, slope)| *weight -= 0.3 * slope);
    }
    let end = objective.value(&parameters);
    assert!(start > 0.5 && end < 0.1 * start, "{start} to {end}");
}
