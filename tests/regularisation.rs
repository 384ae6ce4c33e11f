//! Dropout over all masks, penalties against difference quotients, decay against the optimizers, standardisation: in exact numbers
//! where there is no root.

use gradproof::lab::{Draws, Lab};
use gradproof::number::{Interval, Rational, Real, rational};
use gradproof::optimizers::{Coupling, Method, Order, Scaling, advance};
use gradproof::training::{ConstantFeature, Divisor, Dropout, DropoutScaling, Penalty, Probability, Standardisation, decayed};

fn draws(trial: u64) -> Draws {
    Lab::new(0, 1, "regularisation").stream("cases").trial(trial)
}

fn fractions(count: usize, draws: &mut Draws) -> Vec<Rational> {
    (0..count).map(|_| draws.fraction(-64..65, 16)).collect()
}

const SCALINGS: [DropoutScaling; 2] = [DropoutScaling::Standard, DropoutScaling::Inverted];

/// The mean of a statistic of the training pass over all masks.
fn mean(dropout: &Dropout, x: &[Rational], statistic: impl Fn(&[Rational]) -> Rational) -> Rational {
    dropout
        .masks(x.len())
        .fold(Rational::ZERO, |sum, (mask, probability)| sum + probability * statistic(&dropout.train(x, &mask)))
}

#[test]
fn training_and_inference_agree_in_the_mean_over_all_masks() {
    for trial in 0..20 {
        let mut draws = draws(trial);
        let x = fractions(1 + draws.index(6), &mut draws);
        let drop = draws.fraction(0..16, 16); // below one
        for scaling in SCALINGS {
            let dropout = Dropout::new(Probability::Drop(drop.clone()), scaling).unwrap();
            assert_eq!(mean(&dropout, &x, |_| Rational::ONE), Rational::ONE, "probabilities add up");
            let inferred = dropout.infer(&x);
            for unit in 0..x.len() {
                assert_eq!(mean(&dropout, &x, |y| y[unit].clone()), inferred[unit], "{scaling:?}, unit {unit}");
            }
            let keep = Dropout::new(Probability::Keep(Rational::ONE - &drop), scaling).unwrap();
            assert_eq!(keep, dropout, "dropping with p is keeping with 1 - p");
        }
        let standard = Dropout::new(Probability::Drop(drop.clone()), DropoutScaling::Standard).unwrap();
        let expected: Vec<Rational> = x.iter().map(|x| x * (Rational::ONE - &drop)).collect();
        assert_eq!(standard.infer(&x), expected);
        let inverted = Dropout::new(Probability::Drop(drop), DropoutScaling::Inverted).unwrap();
        assert_eq!(inverted.infer(&x), x);
    }
}

/// K01: inference times the probability of *dropping*. K02: training divided by it. K03: the probability taken for its complement.
#[test]
fn known_faults_of_dropout_miss_the_mean() {
    let x = [rational(1, 1), rational(3, 1)];
    let p = rational(1, 10);
    let [standard, inverted] = SCALINGS.map(|scaling| Dropout::new(Probability::Drop(p.clone()), scaling).unwrap());
    let passed = |dropout: &Dropout| mean(dropout, &x, |y| y[0].clone());
    assert_eq!(passed(&standard), rational(9, 10));
    assert_ne!(passed(&standard), &p * &x[0], "K01: a tenth instead of nine");
    assert_eq!(passed(&inverted), Rational::ONE);
    assert_eq!(mean(&standard, &x, |y| &y[0] / &p), rational(9, 1), "K02: nine times too large at p = 1/10");
    let confused = Dropout::new(Probability::Keep(p), DropoutScaling::Standard).unwrap();
    assert_eq!(passed(&confused), rational(1, 10), "K03: nine tenths dropped");
    // p = 0 is the identity in training and inference, p = 1 leaves zeros in training.
    for scaling in SCALINGS {
        let none = Dropout::new(Probability::Drop(Rational::ZERO), scaling).unwrap();
        assert_eq!((none.train(&x, &[true, true]), none.infer(&x)), (x.to_vec(), x.to_vec()));
        let all = Dropout::new(Probability::Drop(Rational::ONE), scaling).unwrap();
        assert_eq!(all.mask(50, &mut draws(0)), [false; 50]);
        assert_eq!(all.train(&[1.0, f64::MAX], &[false, false]), [0.0, 0.0]);
    }
    for outside in [rational(-1, 10), rational(11, 10)] {
        assert!(Dropout::new(Probability::Drop(outside.clone()), DropoutScaling::Standard).is_err());
        assert!(Dropout::new(Probability::Keep(outside), DropoutScaling::Inverted).is_err());
    }
}

/// `relu(x₁ − x₂)` at (1, 1), p = ½: ¼ in the mean over masks, 0 at inference.
#[test]
fn dropout_before_a_nonlinearity_is_biased_by_a_quarter() {
    let standard = Dropout::new(Probability::Drop(rational(1, 2)), DropoutScaling::Standard).unwrap();
    let x = [Rational::ONE, Rational::ONE];
    let output = |y: &[Rational]| (&y[0] - &y[1]).larger(Rational::ZERO);
    assert_eq!(mean(&standard, &x, output), rational(1, 4));
    assert_eq!(output(&standard.infer(&x)), Rational::ZERO);
}

/// `E(y − wᵀ(m ⊙ x))² = (y − (1 − p) wᵀx)² + p(1 − p) Σ wᵢ² xᵢ²` (Srivastava et al. 2014, section 9.1).
#[test]
fn the_second_moment_of_dropout_is_its_adaptive_penalty() {
    for trial in 0..20 {
        let mut draws = draws(100 + trial);
        let (x, w) = (fractions(4, &mut draws), fractions(4, &mut draws));
        let (y, p) = (draws.fraction(-64..65, 16), draws.fraction(0..16, 16));
        let keep = Rational::ONE - &p;
        let dot = |a: &[Rational]| a.iter().zip(&w).fold(Rational::ZERO, |sum, (a, w)| sum + a * w);
        let square = |a: Rational| &a * &a;
        let sum = x.iter().zip(&w).fold(Rational::ZERO, |sum, (x, w)| sum + square(x * w));
        for (scaling, spread) in [(DropoutScaling::Standard, &p * &keep), (DropoutScaling::Inverted, &p / &keep)] {
            let dropout = Dropout::new(Probability::Drop(p.clone()), scaling).unwrap();
            let risk = mean(&dropout, &x, |masked| square(&y - dot(masked)));
            assert_eq!(risk, square(&y - dot(&dropout.infer(&x))) + &spread * &sum, "{scaling:?}");
        }
    }
}

#[test]
fn drawn_masks_keep_the_stated_fraction() {
    let dropout = Dropout::new(Probability::Drop(rational(1, 10)), DropoutScaling::Inverted).unwrap();
    let units = 10_000;
    let kept = dropout.mask(units, &mut draws(7)).iter().filter(|kept| **kept).count() as f64;
    // Hoeffding: further than 400 from 9,000 with probability below 2 exp(-2 · 400²/10⁴) < 3e-14; K03 is 8,000 away.
    assert!((kept - 9000.0).abs() <= 400.0, "{kept} of {units} kept");
}

/// The central quotient of a quadratic is its derivative at any distance; that of |w| is its sign while it stays on one side.
#[test]
fn penalties_have_the_gradients_of_their_values() {
    for trial in 0..20 {
        let mut draws = draws(200 + trial);
        let strength = draws.fraction(1..64, 32);
        let weights: Vec<Rational> = (0..5).map(|_| draws.fraction(2..65, 16) * Rational::from(draws.sign() as i64)).collect();
        for penalty in [Penalty::L1(strength.clone()), Penalty::HalfSquares(strength.clone()), Penalty::Squares(strength)] {
            let gradient = penalty.gradient(&weights);
            for place in 0..weights.len() {
                let at = |step: i64| {
                    let mut moved = weights.clone();
                    moved[place] += rational(step, 16); // below every weight
                    penalty.value(&moved)
                };
                assert_eq!((at(1) - at(-1)) * Rational::from(8), gradient[place], "{penalty:?}");
            }
        }
    }
    let three = [rational(3, 1), rational(-4, 1)];
    let value = |penalty: Penalty<Rational>| penalty.value(&three);
    let tenth = rational(1, 10);
    assert_eq!(value(Penalty::L1(tenth.clone())), rational(7, 10));
    assert_eq!(value(Penalty::HalfSquares(tenth.clone())), rational(5, 4));
    assert_eq!(value(Penalty::Squares(tenth)), rational(5, 2));
}

/// C34: equal λ, twice the gradient; λ and λ/2, the same penalty.
#[test]
fn the_two_l2_conventions_differ_by_the_factor_two() {
    let weights = fractions(5, &mut draws(300));
    let [half, sum] = [Penalty::HalfSquares(rational(1, 3)), Penalty::Squares(rational(1, 3))];
    let doubled: Vec<Rational> = half.gradient(&weights).into_iter().map(|g| g * Rational::from(2)).collect();
    assert_eq!(sum.gradient(&weights), doubled);
    assert_eq!(sum.value(&weights), half.value(&weights) * Rational::from(2));
    assert_ne!(sum.gradient(&weights), half.gradient(&weights));
    let matched = Penalty::Squares(rational(1, 6));
    assert_eq!((matched.value(&weights), matched.gradient(&weights)), (half.value(&weights), half.gradient(&weights)));
}

/// `λ|w| ≥ s w` for all w exactly when `|s| ≤ λ`; the tools take s = 0. In intervals an undecided sign must not be guessed.
#[test]
fn the_subgradient_at_zero_is_zero_and_a_subgradient() {
    let penalty = Penalty::L1(rational(1, 2));
    assert_eq!(penalty.gradient(&[Rational::ZERO]), [Rational::ZERO]);
    let slopes = penalty.gradient(&[rational(-1, 9), Rational::ZERO, rational(5, 1)]);
    assert_eq!(slopes, [rational(-1, 2), Rational::ZERO, rational(1, 2)]);
    assert!(Penalty::L1(0.5).gradient(&[f64::NAN])[0].is_nan());
    assert!(Penalty::L1(0.5).value(&[1.0, f64::NAN]).is_nan());
    let undecided = Penalty::L1(Interval::point(0.5)).gradient(&[Interval { lo: -0.125, hi: 0.125 }])[0];
    assert!(undecided.contains(-0.5) && undecided.contains(0.5), "{undecided:?} excludes a slope that is possible");
}

#[test]
fn decoupled_decay_is_that_of_the_optimizers() {
    let (step_size, strength) = (rational(1, 10), rational(1, 4));
    let start = fractions(6, &mut draws(400));
    let fractions = [
        (Scaling::StepSize, &strength * &step_size),
        (Scaling::Absolute, strength.clone()),
        (Scaling::Schedule, strength.clone()),
    ];
    for (scaling, fraction) in fractions {
        let coupling = Coupling::Parameter(scaling, Order::Before);
        let method = Method::gradient_descent(step_size.clone()).with_decay(strength.clone(), coupling);
        let mut x = start.clone();
        advance(&mut *method.build_exact().expect("gradient descent is exact"), &mut x, |x| vec![Rational::ZERO; x.len()]);
        assert_eq!(x, decayed(&start, &fraction), "{scaling:?}");
        assert_ne!(x, start);
    }
    // With plain gradient descent it is the L2 penalty's step at λ = c/η, and not L1's.
    let step = |penalty: Penalty<Rational>| -> Vec<Rational> {
        start.iter().zip(penalty.gradient(&start)).map(|(x, g)| x - &step_size * g).collect()
    };
    assert_eq!(step(Penalty::HalfSquares(strength.clone())), decayed(&start, &(&strength * &step_size)));
    assert_ne!(step(Penalty::L1(strength.clone())), decayed(&start, &(&strength * &step_size)));
}

fn table(rows: usize, features: usize, draws: &mut Draws) -> Vec<Vec<f64>> {
    (0..rows).map(|_| (0..features).map(|feature| 10.0 + (feature + 1) as f64 * draws.normal()).collect()).collect()
}

/// The exact mean and sum of squares of standardised floats.
fn moments(rows: &[Vec<f64>], feature: usize) -> [Rational; 2] {
    let exact = rows.iter().map(|row| Rational::try_from(row[feature]).expect("finite"));
    exact.fold([Rational::ZERO, Rational::ZERO], |[sum, squares], x| [sum + &x, squares + &x * &x])
}

#[test]
fn standardised_rows_have_mean_zero_and_variance_one() {
    let rows = table(40, 3, &mut draws(500));
    for (divisor, degrees) in [(Divisor::Population, 40.0), (Divisor::Sample, 39.0)] {
        let fitted = Standardisation::fit(&rows, divisor, &ConstantFeature::Refuse).unwrap();
        let standardised: Vec<Vec<f64>> = rows.iter().map(|row| fitted.apply(row)).collect();
        for feature in 0..3 {
            let [sum, squares] = moments(&standardised, feature).map(|x| gradproof::number::to_f64(&x));
            // A mean of n numbers below 22 in size, from a running sum with n roundings, misses by n u 22 at most, in units of a deviation
            // above 0.6; so does each of the n terms.
            let error = 40.0 * 40.0 * f64::EPSILON / 2.0 * 22.0 / 0.6 * 2.0;
            assert!(sum.abs() <= error, "{sum}");
            // Squares of numbers below 4, each off by that over n, and the deviation's own 2 n roundings.
            let error = error * 4.0 * 2.0 + 40.0 * 80.0 * f64::EPSILON;
            assert!((squares - degrees).abs() <= error, "{divisor:?}: {squares}");
        }
    }
}

#[test]
fn the_two_divisors_differ_by_their_ratio() {
    let rows: Vec<Vec<f64>> = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].map(|x| vec![x]).to_vec();
    let fit = |divisor| Standardisation::fit(&rows, divisor, &ConstantFeature::Refuse).unwrap();
    assert_eq!(fit(Divisor::Population), Standardisation { mean: vec![5.0], deviation: vec![2.0] });
    assert_eq!(fit(Divisor::Sample).deviation, [(32.0f64 / 7.0).sqrt()]);
    assert_eq!(fit(Divisor::Population).apply(&[9.0]), [2.0]);
    let single = [vec![1.0, 2.0]];
    assert!(Standardisation::fit(&single, Divisor::Sample, &ConstantFeature::One).is_err());
    assert!(Standardisation::fit(&single, Divisor::Population, &ConstantFeature::One).is_ok());
    assert!(Standardisation::<f64>::fit(&[], Divisor::Population, &ConstantFeature::One).is_err());
    assert!(Standardisation::fit(&[vec![1.0], vec![1.0, 2.0]], Divisor::Population, &ConstantFeature::One).is_err());
}

/// Tenths, whose rounded mean over three rows is not one tenth: still a constant feature.
#[test]
fn constant_features_are_treated_as_named() {
    let rows = vec![vec![0.1, 1.0], vec![0.1, 2.0], vec![0.1, 3.0]];
    assert_ne!((0.1 + 0.1 + 0.1) / 3.0, 0.1);
    let fit = |constant: ConstantFeature<f64>| Standardisation::fit(&rows, Divisor::Sample, &constant);
    assert_eq!(fit(ConstantFeature::One).unwrap(), Standardisation { mean: vec![0.1, 2.0], deviation: vec![1.0, 1.0] });
    assert_eq!(fit(ConstantFeature::AtLeast(1e-7)).unwrap().deviation, [1e-7, 1.0]);
    assert_eq!(fit(ConstantFeature::AtLeast(4.0)).unwrap().deviation, [4.0, 4.0]);
    assert!(fit(ConstantFeature::Refuse).is_err());
    assert_eq!(fit(ConstantFeature::One).unwrap().apply(&[0.1, 5.0]), [0.0, 3.0]);
    let missing = Standardisation::fit(&[vec![f64::NAN], vec![1.0]], Divisor::Population, &ConstantFeature::One).unwrap();
    assert!(missing.mean[0].is_nan() && missing.deviation[0].is_nan());
}

#[test]
fn statistics_are_of_the_training_rows_alone() {
    let rows = table(30, 2, &mut draws(600));
    let (training, held_out) = rows.split_at(20);
    let fit = |rows: &[Vec<f64>]| Standardisation::fit(rows, Divisor::Population, &ConstantFeature::Refuse).unwrap();
    let fitted = fit(training);
    let mean: f64 = training.iter().map(|row| row[1]).sum::<f64>() / 20.0;
    assert_eq!(fitted.apply(&held_out[0])[1], (held_out[0][1] - mean) / fitted.deviation[1]);
    assert_ne!(fitted, fit(&rows), "the held-out rows would leak");
}
