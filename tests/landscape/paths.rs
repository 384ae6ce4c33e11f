//! Slices and paths.

use super::*;

#[test]
fn an_even_grid_misses_the_trained_loss_and_an_odd_one_contains_it() {
    let grid = even_grid(&rational(1, 2), 50);
    assert_eq!((grid.len(), &grid[0], &grid[49]), (50, &rational(-1, 2), &rational(1, 2)));
    let nearest = grid.iter().map(|t| t.clone().larger(-t.clone())).min();
    assert_eq!(nearest, Some(rational(1, 98)), "no zero: ±0.0102 is the nearest");
    assert!(grid.windows(2).all(|pair| &pair[1] - &pair[0] == rational(1, 49)));
    let odd = even_grid(&rational(1, 2), 51);
    assert!(odd[25].is_zero());
    let loss = |x: &[Rational]| &x[0] * &x[0] + Rational::from(3) * &x[1] + rational(7, 1);
    let x = integers(&[2, 5]);
    let directions = [integers(&[1, 0]), integers(&[0, 1])];
    let at = |grid: &[Rational]| slice(&x, [&directions[0], &directions[1]], grid, loss);
    assert_eq!(at(&odd)[25][25], loss(&x));
    assert!(at(&grid).iter().flatten().all(|value| *value != loss(&x)));
    // Rows follow the first direction.
    assert_eq!(at(&odd)[50][0], loss(&[rational(5, 2), rational(9, 2)]));
    // In floats as NumPy computes it: the end is the end.
    assert_eq!(even_grid(&0.5, 50)[49], 0.5);
    assert_eq!(even_grid(&0.1, 4)[3], 0.1);
}

/// The sum of a tensor's slopes is all that the slice of the notes can see of a linear loss.
#[test]
fn the_slice_of_the_notes_sees_one_direction_of_each_tensor() {
    let grid = even_grid(&rational(1, 2), 4);
    let [first, second] = [all_entries(5, 0..2), all_entries(5, 2..4)];
    assert_eq!(first, integers(&[1, 1, 0, 0, 0]));
    let at = |slopes: [i64; 5]| {
        let linear =
            move |x: &[Rational]| x.iter().zip(slopes).fold(Rational::ZERO, |sum, (x, slope)| sum + x * Rational::from(slope));
        slice(&integers(&[0; 5]), [&first, &second], &grid, linear)
    };
    let seen = at([5, -5, 1, 2, 100]);
    assert_eq!(seen, at([0, 0, 3, 0, -7]));
    assert_eq!(seen[0][3], rational(3, 2), "slopes 0 and 3 at (-1/2, 1/2)");
    assert_ne!(seen, at([5, -4, 1, 2, 100]));
}

/// The output's squares of a ReLU network with 3 inputs, 4 hidden units and 2 outputs on three inputs.
fn relu_loss(parameters: &[f64]) -> f64 {
    let (first, second) = parameters.split_at(12);
    let inputs = [[1.0, -0.5, 2.0], [-1.0, 0.75, 0.25], [0.5, 1.0, -1.5]];
    let output = |x: &[f64; 3]| -> f64 {
        let hidden: Vec<f64> = first.chunks(3).map(|row| row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>().max(0.0)).collect();
        second.chunks(4).map(|row| row.iter().zip(&hidden).map(|(w, h)| w * h).sum::<f64>()).map(|y| (y - 1.0) * (y - 1.0)).sum()
    };
    inputs.iter().map(output).sum()
}

/// The network with hidden unit j's incoming weights times `factors[j]` and its outgoing ones divided by it: the same function.
fn rescaled(parameters: &[f64], factors: [f64; 4]) -> Vec<f64> {
    let factor = |index: usize| if index < 12 { factors[index / 3] } else { 1.0 / factors[(index - 12) % 4] };
    parameters.iter().enumerate().map(|(index, w)| w * factor(index)).collect()
}

fn relu_filters() -> Vec<Vec<usize>> {
    let hidden = (0..4).map(|unit| (3 * unit..3 * unit + 3).collect());
    hidden.chain((0..2).map(|unit| (12 + 4 * unit..16 + 4 * unit).collect())).collect()
}

/// Powers of two change no bit of a significand, so that invariance is equality.
#[test]
fn filter_normalised_slices_survive_a_rescaled_layer_but_not_rescaled_units() {
    let mut draws = draws("slice", 0);
    let x = random_direction(20, &mut draws);
    let directions = [random_direction(20, &mut draws), random_direction(20, &mut draws)];
    let grid = even_grid(&0.5, 5);
    let filters = relu_filters();
    let plain = |x: &[f64]| slice(x, [&directions[0], &directions[1]], &grid, relu_loss);
    let filtered = |x: &[f64]| {
        let [first, second] = [0, 1].map(|which: usize| normalised(&directions[which], x, &filters, Rest::Zero));
        slice(x, [&first, &second], &grid, relu_loss)
    };
    for factor in [2.0, 8.0, 0.25] {
        let layer = rescaled(&x, [factor; 4]);
        assert_eq!(relu_loss(&layer), relu_loss(&x));
        assert_eq!(filtered(&layer), filtered(&x), "a layer by {factor}");
        assert_ne!(plain(&layer), plain(&x));
    }
    let units = rescaled(&x, [1.0, 2.0, 8.0, 0.25]);
    assert_eq!(relu_loss(&units), relu_loss(&x));
    assert_ne!(filtered(&units), filtered(&x));
    assert_eq!(filtered(&x)[2][2], relu_loss(&x), "the centre is the trained loss");
}

#[test]
fn a_normalised_direction_has_its_filters_norms() {
    let (direction, x) = ([3.0, 4.0, 1.0, 7.0], [-6.0, 8.0, 0.5, 9.0]);
    let filters = [vec![0, 1], vec![2]];
    assert_eq!(normalised(&direction, &x, &filters, Rest::Zero), [6.0, 8.0, 0.5, 0.0]);
    assert_eq!(normalised(&direction, &x, &filters, Rest::Copied), [6.0, 8.0, 0.5, 9.0]);
    assert_eq!(normalised(&direction, &x, &filters, Rest::Drawn), [6.0, 8.0, 0.5, 7.0]);
    // The whole as one filter is the layer's normalisation, with a bias in it.
    let layer = normalised(&[3.0, 4.0], &[0.0, 10.0], &[vec![0, 1]], Rest::Zero);
    assert_eq!(layer, [6.0, 8.0]);
}

#[test]
fn paths_begin_and_end_at_their_ends() {
    let mut draws = draws("paths", 0);
    let mut point = || -> Vec<Rational> { (0..3).map(|_| draws.fraction(-64..65, 16)).collect() };
    let (a, control, b) = (point(), point(), point());
    let (zero, one, half) = (Rational::ZERO, Rational::ONE, rational(1, 2));
    assert_eq!((segment(&a, &b, &zero), segment(&a, &b, &one)), (a.clone(), b.clone()));
    assert_eq!((bezier(&a, &control, &b, &zero), bezier(&a, &control, &b, &one)), (a.clone(), b.clone()));
    // Bernstein's form at a third; a control point half way gives the segment.
    let third = rational(1, 3);
    let bernstein: Vec<Rational> =
        (0..3).map(|i| (Rational::from(4) * &a[i] + Rational::from(4) * &control[i] + &b[i]) / Rational::from(9)).collect();
    assert_eq!(bezier(&a, &control, &b, &third), bernstein);
    assert_eq!(bezier(&a, &segment(&a, &b, &half), &b, &third), segment(&a, &b, &third));
}

/// `½(uv − 1)²` between its minima (1, 1) and (−1, −1): every path crosses u = 0, and the segment's rise is exactly that ½.
#[test]
fn the_width_one_product_has_barrier_one_half_on_the_segment_between_its_minima() {
    let loss = |x: &[Rational]| {
        let residual = &x[0] * &x[1] - Rational::ONE;
        &residual * &residual / Rational::from(2)
    };
    let [a, b] = [integers(&[1, 1]), integers(&[-1, -1])];
    for baseline in [Baseline::Linear, Baseline::Larger] {
        assert_eq!(barrier(baseline, 11, |t| loss(&segment(&a, &b, t))), rational(1, 2));
        // Eleven times see the middle, ten miss it.
        assert!(barrier(baseline, 10, |t| loss(&segment(&a, &b, t))) < rational(1, 2));
        // Two permuted copies with a flat path between them: none.
        assert_eq!(barrier(baseline, 11, |t| loss(&segment(&a, &a, t))), Rational::ZERO);
    }
}

#[test]
fn baselines_differ_where_the_ends_do() {
    // From 0 up to 1 along √-like points: 3t − 2t² rises above its chord by 2t(1 − t), and above 1 by 1/8 at t = 3/4.
    let loss = |t: &Rational| Rational::from(3) * t - Rational::from(2) * t * t;
    assert_eq!(barrier(Baseline::Linear, 5, loss), rational(1, 2));
    assert_eq!(barrier(Baseline::Larger, 5, loss), rational(1, 8));
    assert!(barrier(Baseline::Linear, 3, |t| if *t > 0.4 && *t < 0.6 { f64::NAN } else { 0.0 }).is_nan());
}

/// `E L(φ(t))` is quadratic in the control point for a quadratic loss: its central quotients are its derivatives.
#[test]
fn the_control_points_gradient_is_that_of_the_mean_loss() {
    let loss = |x: &[Rational]| &x[0] * &x[0] * rational(3, 2) + &x[0] * &x[1] + Rational::from(5) * &x[1];
    let gradient = |x: &[Rational]| vec![Rational::from(3) * &x[0] + &x[1], &x[0] + Rational::from(5)];
    let [a, b, control] = [integers(&[1, -2]), integers(&[3, 1]), integers(&[-1, 4])];
    let times = [rational(1, 7), rational(1, 2), rational(5, 6)];
    let mean = |control: &[Rational]| {
        times.iter().fold(Rational::ZERO, |sum, t| sum + loss(&bezier(&a, control, &b, t))) / Rational::from(3)
    };
    let found = control_gradient([&a, &b], &control, &times, gradient);
    for place in 0..2 {
        let at = |step: i64| {
            let mut moved = control.clone();
            moved[place] += Rational::from(step);
            mean(&moved)
        };
        assert_eq!((at(1) - at(-1)) / Rational::from(2), found[place]);
    }
    let stepped = train_bezier([&a, &b], &control, &rational(1, 10), [times.to_vec()], gradient);
    let expected: Vec<Rational> = control.iter().zip(&found).map(|(x, g)| x - g / Rational::from(10)).collect();
    assert_eq!(stepped, expected);
}

/// `(x² + y² − 1)²` between (1, 0) and (−1, 0): the segment has barrier 1, and the best quadratic curve less than 1/16 (control (0, 2):
/// `(s² − s)²` with `s = 4t(1 − t)`).
#[test]
fn a_trained_bezier_path_goes_around_the_barrier() {
    let radius = |x: &[f64]| x[0] * x[0] + x[1] * x[1] - 1.0;
    let loss = |x: &[f64]| radius(x) * radius(x);
    let gradient = |x: &[f64]| vec![4.0 * radius(x) * x[0], 4.0 * radius(x) * x[1]];
    let [a, b] = [[1.0, 0.0], [-1.0, 0.0]];
    assert_eq!(barrier(Baseline::Larger, 101, |t| loss(&segment(&a, &b, t))), 1.0);
    let mut draws = draws("bezier", 0);
    let quadrature = vec![(0..16).map(|k| (f64::from(k) + 0.5) / 16.0).collect::<Vec<f64>>(); 400];
    let stochastic: Vec<Vec<f64>> = (0..4000).map(|_| vec![draws.uniform()]).collect();
    for (times, step_size) in [(quadrature, 0.3), (stochastic, 0.05)] {
        let control = train_bezier([&a, &b], &[0.0, 0.3], &step_size, times, gradient);
        let found = barrier(Baseline::Larger, 101, |t| loss(&bezier(&a, &control, &b, t)));
        assert!(found < 0.1, "control {control:?}: barrier {found}");
    }
}
