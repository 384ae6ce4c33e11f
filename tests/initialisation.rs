//! Initialisers, held against their laws: exact moments, supports, the distribution itself, and a library's factorisation.

use gradproof::evidence::Statistic;
use gradproof::lab::{Draws, Lab};
use gradproof::number::{Rational, rational, to_f64};
use gradproof::statistics::distribution;
use gradproof::training::{
    Connection, DEVIATION_WITHIN_TWO, EntryLaw, Fan, Fans, Initialiser, Layout, Nonlinearity, Reading, Signs, WeightLayer,
    orthonormal_factor,
};
use nalgebra::DMatrix;
use statrs::distribution::{ContinuousCDF, Normal};

fn draws(purpose: &str, trial: u64) -> Draws {
    Lab::new(0, 1, "initialisation").stream(purpose).trial(trial)
}

fn scaled(law: EntryLaw, fan: Fan, squared_gain: Rational, reading: Reading) -> Initialiser {
    Initialiser::Scaled { law, fan, squared_gain, reading }
}

const LAWS: [EntryLaw; 4] = [EntryLaw::Uniform, EntryLaw::Normal, EntryLaw::TruncatedNormal, EntryLaw::CutNormal];

/// W of shape [3, 5]: five inputs and three outputs for PyTorch, the reverse for Keras (bugs J05, J07).
#[test]
fn xavier_and_he_have_their_stated_moments_and_support() {
    let shape = [3, 5];
    let variance = |initialiser: &Initialiser, layout| initialiser.variance(&shape, layout).unwrap().unwrap();
    for law in [EntryLaw::Uniform, EntryLaw::Normal, EntryLaw::TruncatedNormal] {
        assert_eq!(variance(&Initialiser::xavier(law), Layout::PyTorch), rational(2, 8));
        assert_eq!(variance(&Initialiser::xavier(law), Layout::Keras), rational(2, 8));
        assert_eq!(variance(&Initialiser::he(law, Fan::In), Layout::PyTorch), rational(2, 5));
        assert_eq!(variance(&Initialiser::he(law, Fan::In), Layout::Keras), rational(2, 3));
        assert_eq!(variance(&Initialiser::he(law, Fan::Out), Layout::PyTorch), rational(2, 3));
        let gain = Nonlinearity::Tanh.squared_gain();
        assert_eq!(variance(&scaled(law, Fan::Average, gain, Reading::Deviation), Layout::PyTorch), rational(50, 72));
    }
    assert_eq!(Initialiser::xavier(EntryLaw::CutNormal).variance(&shape, Layout::PyTorch), Ok(None));
    // Bound √6/√8 of the uniform law (bug J03), 2σ/0.8796 and 2σ of the cut ones; each within three roundings of its formula, nearly reached.
    let shape = [40, 60];
    for (law, bound) in [
        (EntryLaw::Uniform, (6.0f64 / 100.0).sqrt()),
        (EntryLaw::TruncatedNormal, 2.0 / DEVIATION_WITHIN_TWO * (2.0f64 / 100.0).sqrt()),
        (EntryLaw::CutNormal, 2.0 * (2.0f64 / 100.0).sqrt()),
    ] {
        let weights: Vec<f64> = Initialiser::xavier(law).draw(&shape, Layout::PyTorch, &mut draws("support", 0)).unwrap();
        let largest = weights.iter().fold(0.0, |largest: f64, w| largest.max(w.abs()));
        assert!(largest <= bound * (1.0 + 4.0 * f64::EPSILON), "{law:?}: {largest} beyond {bound}");
        // The density at the ends is at least 0.11/σ there, so that 2,400 draws all miss the outer twentieth with probability below 1e-9.
        assert!(largest >= 0.95 * bound, "{law:?}: {largest} far from {bound}");
        let narrow: Vec<f32> = Initialiser::xavier(law).draw(&shape, Layout::PyTorch, &mut draws("support", 0)).unwrap();
        assert!(weights.iter().zip(&narrow).all(|(wide, narrow)| *wide as f32 == *narrow), "f32 is f64 rounded");
    }
}

/// The Kolmogorov distance from the stated law lies below 0.05, with the suite's error probability, for weights drawn through `draw`.
#[test]
fn drawn_weights_follow_their_law() {
    let lab = Lab::new(0, 1, "initialisation");
    let normal = Normal::standard();
    let uniform = |z: f64| (z / 3.0f64.sqrt() / 2.0 + 0.5).clamp(0.0, 1.0);
    let cut = |z: f64| ((normal.cdf(z) - normal.cdf(-2.0)) / (normal.cdf(2.0) - normal.cdf(-2.0))).clamp(0.0, 1.0);
    let stated = |law: EntryLaw, z: f64| match law {
        EntryLaw::Uniform => uniform(z),
        EntryLaw::Normal => normal.cdf(z),
        EntryLaw::TruncatedNormal => cut(z * DEVIATION_WITHIN_TWO),
        EntryLaw::CutNormal => cut(z),
    };
    let within = |s: &Statistic| s.interval[1] <= s.margin;
    let distance = |drawn: EntryLaw, held: EntryLaw, initialiser: &Initialiser, deviation: f64, name: &str| {
        distribution(
            &lab,
            name,
            0.05,
            |z| stated(held, z),
            |draws: &mut Draws| {
                let weights: Vec<f64> = initialiser.draw(&[1, 2, 2], Layout::PyTorch, draws).unwrap();
                assert_eq!(weights.len(), 4, "{drawn:?}");
                weights[3] / deviation
            },
        )
    };
    for law in LAWS {
        // Xavier: fan_in 4, fan_out 2; He by fan_out 2.
        let xavier = distance(law, law, &Initialiser::xavier(law), (1.0f64 / 3.0).sqrt(), "xavier");
        let he = distance(law, law, &Initialiser::he(law, Fan::Out), 1.0, "he");
        assert!(within(&xavier) && within(&he), "{law:?}: {:?}, {:?}", xavier.interval, he.interval);
        // √2 as far from zero as it should be: the distance of two such laws is above 0.1.
        let wrong = distance(law, law, &Initialiser::he(law, Fan::Out), 0.5f64.sqrt(), "wrong");
        assert!(wrong.interval[0] > wrong.margin, "{law:?}: a scale of √2 passes, {:?}", wrong.interval);
    }
    let mixed =
        distance(EntryLaw::Uniform, EntryLaw::Normal, &Initialiser::xavier(EntryLaw::Uniform), (1.0f64 / 3.0).sqrt(), "mixed");
    assert!(mixed.interval[0] > mixed.margin / 2.0, "uniform and normal differ: {:?}", mixed.interval);
}

#[test]
fn a_truncated_normal_law_has_its_variance_restored_or_not() {
    // √(1 − 4 φ(2)/(2 Φ(2) − 1)), with the error function of another library: its error is below 1e-11.
    let normal = Normal::standard();
    let density = libm::exp(-2.0) / std::f64::consts::TAU.sqrt();
    let deviation = (1.0 - 4.0 * density / (2.0 * normal.cdf(2.0) - 1.0)).sqrt();
    assert!((deviation - DEVIATION_WITHIN_TWO).abs() < 1e-10, "{deviation}");
    // The same random numbers, so that the two conventions differ by exactly that factor, up to two roundings.
    let draw = |law| -> Vec<f64> { Initialiser::xavier(law).draw(&[8, 8], Layout::Keras, &mut draws("cut", 0)).unwrap() };
    for (restored, cut) in draw(EntryLaw::TruncatedNormal).iter().zip(draw(EntryLaw::CutNormal)) {
        assert!((restored * DEVIATION_WITHIN_TWO - cut).abs() <= 4.0 * f64::EPSILON * cut.abs());
        assert_ne!(*restored, cut);
    }
}

#[test]
fn the_readings_of_hes_scale_differ_by_their_factors() {
    let n = 200;
    let draw = |reading| -> Vec<f64> {
        let he = scaled(EntryLaw::Normal, Fan::In, rational(2, 1), reading);
        he.draw(&[3, n], Layout::PyTorch, &mut draws("readings", 0)).unwrap()
    };
    let [meant, variance, squared] = [Reading::Deviation, Reading::Variance, Reading::Squared].map(draw);
    // σ = 1/10 as meant, √(1/10) where 1/10 is taken for the variance, 1/100 where that of 2/n is taken for the deviation.
    for ((meant, variance), squared) in meant.iter().zip(variance).zip(squared) {
        let close = |a: f64, b: f64| (a - b).abs() <= 8.0 * f64::EPSILON * b.abs(); // three roundings on either side
        assert!(close(variance, meant * 10.0f64.sqrt()) && close(squared, meant / 10.0), "{meant}: {variance}, {squared}");
    }
    let exact = |reading| scaled(EntryLaw::Normal, Fan::In, rational(2, 1), reading).variance(&[3, n], Layout::PyTorch).unwrap();
    assert_eq!(exact(Reading::Deviation), Some(rational(1, 100)));
    assert_eq!(exact(Reading::Variance), None);
    assert_eq!(exact(Reading::Squared), Some(rational(1, 10_000)));
}

#[test]
fn constants_are_constant_and_draw_nothing() {
    let mut used = draws("constants", 0);
    let zeros: Vec<f64> = Initialiser::Constant(Rational::ZERO).draw(&[2, 3], Layout::PyTorch, &mut used).unwrap();
    let tenths: Vec<f32> = Initialiser::Constant(rational(1, 10)).draw(&[2, 3, 4], Layout::Keras, &mut used).unwrap();
    assert_eq!((zeros, tenths), (vec![0.0; 6], vec![0.1f32; 24]));
    assert_eq!(used.bits(), draws("constants", 0).bits());
    assert_eq!(Initialiser::Constant(rational(1, 10)).variance(&[2], Layout::Keras), Ok(Some(Rational::ZERO)));
}

/// `torch.nn.init.calculate_gain`, and the defaults that users meet: J09.
#[test]
fn gains_are_those_of_the_table() {
    let table = [
        (Nonlinearity::Linear, 1.0),
        (Nonlinearity::Tanh, 5.0 / 3.0),
        (Nonlinearity::Relu, 2.0f64.sqrt()),
        (Nonlinearity::LeakyRelu(rational(1, 10_000)), (2.0 / (1.0 + 0.01 * 0.01f64)).sqrt()),
        (Nonlinearity::Selu, 0.75),
    ];
    for (nonlinearity, gain) in table {
        let root = to_f64(&nonlinearity.squared_gain()).sqrt();
        assert!((root - gain).abs() <= 4.0 * f64::EPSILON * gain, "{nonlinearity:?}: {root}, not {gain}");
    }
    // PyTorch's layers: kaiming_uniform_(a=√5) has variance 1/(3 fan_in), that is the bound 1/√fan_in.
    let default = scaled(EntryLaw::Uniform, Fan::In, Nonlinearity::LeakyRelu(rational(5, 1)).squared_gain(), Reading::Deviation);
    assert_eq!(default.variance(&[3, 7], Layout::PyTorch), Ok(Some(rational(1, 21))));
    // A gain of one where two is the square that ReLU needs (J08, J09).
    let plain = scaled(EntryLaw::Normal, Fan::In, Nonlinearity::Linear.squared_gain(), Reading::Deviation);
    assert_ne!(
        plain.variance(&[3, 7], Layout::PyTorch),
        Initialiser::he(EntryLaw::Normal, Fan::In).variance(&[3, 7], Layout::PyTorch)
    );
}

/// Fans by counting weights: `fan_in · outputs = fan_out · inputs = number of weights`, whatever the connection.
#[test]
fn asymmetric_layers_have_the_fans_of_their_connections() {
    let layer =
        |inputs, outputs, kernel: &[usize], connection| WeightLayer { inputs, outputs, kernel: kernel.to_vec(), connection };
    let fans = |fan_in: usize, fan_out: usize| Fans { fan_in: fan_in.into(), fan_out: fan_out.into() };
    let forward = |groups| Connection::Forward { groups };
    let transposed = |groups| Connection::Transposed { groups };
    // inputs, outputs, kernel, connection; the true fans; what PyTorch and Keras read.
    let cases = [
        (layer(100, 400, &[], forward(1)), (100, 400), (100, 400), Some((100, 400))),
        (layer(3, 16, &[5], forward(1)), (15, 80), (15, 80), Some((15, 80))),
        (layer(3, 16, &[3, 5], forward(1)), (45, 240), (45, 240), Some((45, 240))),
        (layer(4, 6, &[3, 3], forward(2)), (18, 27), (18, 54), Some((18, 54))),
        (layer(3, 16, &[3, 3], transposed(1)), (27, 144), (144, 27), Some((144, 27))),
        (layer(4, 6, &[3, 3], transposed(2)), (18, 27), (27, 36), None),
        (layer(4, 8, &[3, 3], Connection::Depthwise), (9, 18), (9, 72), Some((36, 18))),
    ];
    for (layer, counted, pytorch, keras) in cases {
        let shape = layer.shape(Layout::PyTorch).unwrap();
        let weights: usize = shape.iter().product();
        let own = layer.fans();
        assert_eq!(own, fans(counted.0, counted.1), "{layer:?}");
        assert_eq!(&own.fan_in * Rational::from(layer.outputs), weights.into(), "{layer:?}");
        assert_eq!(&own.fan_out * Rational::from(layer.inputs), weights.into(), "{layer:?}");
        assert_eq!(Layout::PyTorch.fans(&shape), Ok(fans(pytorch.0, pytorch.1)), "{layer:?}");
        match keras {
            None => assert!(layer.shape(Layout::Keras).is_err()),
            Some(read) => {
                let shape = layer.shape(Layout::Keras).unwrap();
                assert_eq!(shape.iter().product::<usize>(), weights);
                assert_eq!(Layout::Keras.fans(&shape), Ok(fans(read.0, read.1)), "{layer:?}");
            }
        }
    }
    // One dimension (J04): an error, its length twice, or its length.
    assert!(Layout::PyTorch.fans(&[7]).is_err());
    assert_eq!(Layout::Keras.fans(&[7]), Ok(fans(7, 7)));
    assert_eq!(Layout::DyNet.fans(&[7]), Ok(fans(7, 7)));
    for (layout, shape) in [(Layout::Keras, &[][..]), (Layout::DyNet, &[]), (Layout::PyTorch, &[3, 0]), (Layout::Keras, &[0])] {
        assert!(layout.fans(shape).is_err(), "{layout:?} of {shape:?}");
    }
    assert!(layer(4, 6, &[3], forward(4)).shape(Layout::PyTorch).is_err());
}

/// J01: `√(2/fi + fo)`. J04: DyNet's `√(3 d)/√Σs` is Glorot's only in two dimensions.
#[test]
fn known_faults_of_xaviers_scale_differ() {
    let variance = |shape: &[usize], layout| Initialiser::xavier(EntryLaw::Uniform).variance(shape, layout).unwrap().unwrap();
    let exact = variance(&[400, 100], Layout::PyTorch);
    assert_eq!(exact, rational(1, 250));
    assert_ne!(exact, rational(2, 100) + Rational::from(400));
    for shape in [&[400, 100][..], &[6, 4, 3]] {
        let sum: usize = shape.iter().sum();
        let squared_bound = Rational::from(3) * variance(shape, Layout::DyNet);
        assert_eq!(squared_bound, Rational::from(3 * shape.len()) / Rational::from(sum), "√(3 d)/√Σs");
    }
    assert_eq!(variance(&[400, 100], Layout::DyNet), exact);
    assert_ne!(variance(&[6, 4, 3], Layout::DyNet), variance(&[6, 4, 3], Layout::PyTorch));
    // A convolution in four dimensions is read as elsewhere since 2018, one in three is not.
    let layer = |kernel: &[usize]| {
        let connection = Connection::Forward { groups: 1 };
        WeightLayer { inputs: 300, outputs: 128, kernel: kernel.to_vec(), connection }
    };
    let dynet = |layer: &WeightLayer| Layout::DyNet.fans(&layer.shape(Layout::DyNet).unwrap()).unwrap();
    assert_eq!(dynet(&layer(&[1, 5])), layer(&[1, 5]).fans());
    assert_ne!(dynet(&layer(&[5])), layer(&[5]).fans());
    assert_eq!(layer(&[]).shape(Layout::DyNet), Ok(vec![128, 300]));
}

/// Householder's Q is within `c m n u` of orthonormal (Higham 2002, theorem 19.4, c a small integer), taken as 8.
fn orthonormality_error(rows: usize, columns: usize) -> f64 {
    8.0 * (rows * columns) as f64 * f64::EPSILON / 2.0
}

#[test]
fn orthogonal_weights_are_orthonormal_to_rounding() {
    let gain = rational(3, 2);
    let orthogonal = Initialiser::Orthogonal { gain, signs: Signs::Positive };
    for (shape, layout, [rows, columns]) in [
        (&[5, 5][..], Layout::PyTorch, [5, 5]),
        (&[4, 2, 3], Layout::PyTorch, [4, 6]),
        (&[4, 2, 3], Layout::Keras, [8, 3]),
        (&[1, 1], Layout::Keras, [1, 1]),
        (&[40, 9], Layout::PyTorch, [40, 9]),
    ] {
        let weights: Vec<f64> = orthogonal.draw(shape, layout, &mut draws("orthogonal", 0)).unwrap();
        let matrix = DMatrix::from_row_slice(rows, columns, &weights) / 1.5;
        let gram = if rows >= columns { matrix.transpose() * &matrix } else { &matrix * matrix.transpose() };
        let error = (gram.clone() - DMatrix::identity(gram.nrows(), gram.nrows())).abs().max();
        // The gain and its division round each entry twice more.
        assert!(error <= 2.0 * orthonormality_error(rows, columns), "{shape:?} {layout:?}: {error}");
        let expected = rational(9, 4) / Rational::from(rows.max(columns));
        assert_eq!(orthogonal.variance(shape, layout), Ok(Some(expected.clone())));
        // The mean square of a matrix's entries *is* the variance: its short side has that many unit vectors.
        let mean_square = weights.iter().map(|w| w * w).sum::<f64>() / weights.len() as f64;
        assert!((mean_square / to_f64(&expected) - 1.0).abs() <= 2.0 * orthonormality_error(rows, columns) * 2.0);
    }
}

/// The factorisation with a positive diagonal is unique, and nalgebra returns it.
#[test]
fn the_factorisation_is_the_librarys() {
    for trial in 0..20 {
        let mut draws = draws("factor", trial);
        let columns = 1 + draws.index(6);
        let rows = columns + draws.index(4);
        let matrix: Vec<Vec<f64>> = (0..rows).map(|_| draws.normals(columns)).collect();
        let factor = orthonormal_factor(&matrix, Signs::Positive);
        let library = DMatrix::from_fn(rows, columns, |i, j| matrix[i][j]).qr();
        let (q, r) = (library.q(), library.r());
        // Both are within their backward errors of the unique factor, times the matrix's condition (Higham 2002, section 19.8).
        let condition = r.clone().svd(false, false).singular_values;
        let sensitivity = condition.max() / condition.min();
        for j in 0..columns {
            let sign = r[(j, j)].signum();
            for i in 0..rows {
                let error = (factor[j][i] - sign * q[(i, j)]).abs();
                assert!(error <= 2.0 * orthonormality_error(rows, columns) * sensitivity, "trial {trial}: {error}");
            }
        }
        // In either convention a column is the same up to its sign, and Householder's diagonal opposes the entry that it starts from.
        for (corrected, raw) in factor.iter().zip(orthonormal_factor(&matrix, Signs::Householder)) {
            let opposite: Vec<f64> = raw.iter().map(|entry| -entry).collect();
            assert!(*corrected == raw || *corrected == opposite);
        }
    }
}

/// Uncorrected, `q₁₁ = a₁₁/r₁₁ = −|a₁₁|/‖a₁‖`: never positive, where a uniform matrix has either sign with probability ½.
#[test]
fn without_the_sign_correction_the_first_entry_is_never_positive() {
    let first = |signs, trial| {
        let orthogonal = Initialiser::Orthogonal { gain: Rational::ONE, signs };
        orthogonal.draw::<f64>(&[3, 3], Layout::PyTorch, &mut draws("signs", trial)).unwrap()[0]
    };
    let positive = |signs| (0..200).filter(|trial| first(signs, *trial) > 0.0).count();
    assert_eq!(positive(Signs::Householder), 0);
    // 100 expected; by Hoeffding outside 45 and 155 with probability below 2 exp(-2 55²/200) < 2e-13.
    assert!((45..=155).contains(&positive(Signs::Positive)));
    let householder = Initialiser::Orthogonal { gain: Rational::ONE, signs: Signs::Householder };
    assert_eq!(householder.variance(&[3, 3], Layout::PyTorch), Ok(None));
}
