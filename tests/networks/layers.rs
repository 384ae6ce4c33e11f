//! Layers and losses against direct sums and closed forms.

use super::*;

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
