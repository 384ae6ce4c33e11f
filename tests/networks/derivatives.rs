//! The ways to a derivative against one another, and what they cost.

use super::*;

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
