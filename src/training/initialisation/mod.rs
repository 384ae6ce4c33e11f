//! Random weights to start from: the initialisers here, what they are made of in a file each.

mod fans;
mod gain;
mod law;
mod orthogonal;

pub use fans::{Connection, Fans, Layout, WeightLayer};
pub use gain::Nonlinearity;
pub use law::{DEVIATION_WITHIN_TWO, EntryLaw, Reading};
pub use orthogonal::{ORTHOGONAL, Signs, orthonormal_factor};

use crate::Result;
use crate::lab::Draws;
use crate::number::{Rational, Real, to_f64};
use crate::system::{Convention, System};
use crate::theorem::Source;

const FANS: Convention =
    Convention { name: "fans", values: &["PyTorch: [out, in, kernel]", "Keras: [kernel, in, out]", "DyNet: mean of dimensions"] };
const GAIN: Convention = Convention { name: "gain", values: &["one", "of the nonlinearity", "explicit"] };
const FAN: Convention = Convention { name: "fan", values: &["in", "out", "average"] };
const NORMAL: Convention = Convention { name: "normal law", values: &["whole", "cut at 2σ, variance restored", "cut at 2σ"] };

/// Xavier's initialiser with its uniform law.
pub const XAVIER_UNIFORM: System = System {
    name: "xavier-uniform",
    formula: "W ~ U(−a, a), a = g √(6/(fan_in + fan_out)): variance 2g²/(fan_in + fan_out)",
    rows: &["S5 Xavier uniform"],
    conventions: &[FANS, GAIN],
    sources: &[Source::Note("004", "219-225"), Source::Cited("glorot2010", "equation (16)")],
    tests: &[
        "tests/initialisation.rs::xavier_and_he_have_their_stated_moments_and_support",
        "tests/initialisation.rs::drawn_weights_follow_their_law",
        "tests/initialisation.rs::known_faults_of_xaviers_scale_differ",
    ],
};

/// Xavier's initialiser with a normal law.
pub const XAVIER_NORMAL: System = System {
    name: "xavier-normal",
    formula: "W ~ N(0, σ²), σ² = 2g²/(fan_in + fan_out)",
    rows: &["S5 Xavier normal"],
    conventions: &[FANS, GAIN, NORMAL],
    sources: &[Source::Note("004", "219-225"), Source::Cited("glorot2010", "equation (12)")],
    tests: &[
        "tests/initialisation.rs::xavier_and_he_have_their_stated_moments_and_support",
        "tests/initialisation.rs::drawn_weights_follow_their_law",
        "tests/initialisation.rs::a_truncated_normal_law_has_its_variance_restored_or_not",
    ],
};

/// He's initialiser.
pub const HE: System = System {
    name: "he-normal",
    formula: "W ~ N(0, σ²), σ² = g²/fan with g² = 2 for ReLU",
    rows: &["S5 He normal"],
    conventions: &[FAN, FANS, GAIN, NORMAL, Convention { name: "law", values: &["normal", "uniform"] }],
    sources: &[
        Source::Note("004", "227-243"),
        Source::Note("003", "635-639"),
        Source::Cited("he2015", "equations (10) and (14)"),
    ],
    tests: &[
        "tests/initialisation.rs::xavier_and_he_have_their_stated_moments_and_support",
        "tests/initialisation.rs::drawn_weights_follow_their_law",
        "tests/initialisation.rs::gains_are_those_of_the_table",
        "tests/initialisation.rs::asymmetric_layers_have_the_fans_of_their_connections",
    ],
};

/// He's initialiser, mis-read.
pub const HE_MISREAD: System = System {
    name: "he-misread",
    formula: "W ~ N(0, s) with s = √(2/n) taken for the variance: σ = (2/n)^¼; or the variance for the deviation: σ = 2/n",
    rows: &["S5 He mis-read variance"],
    conventions: &[Convention { name: "reading", values: &["deviation √(2/n)", "variance √(2/n)", "deviation 2/n"] }],
    sources: &[Source::Note("004", "227-231"), Source::Cited("he2015", "equation (10)")],
    tests: &["tests/initialisation.rs::the_readings_of_hes_scale_differ_by_their_factors"],
};

/// All zeros.
pub const ZEROS: System = System {
    name: "zero-initialisation",
    formula: "W = 0",
    rows: &["S5 zeros"],
    conventions: &[],
    sources: &[Source::Note("004", "214-217"), Source::Note("004", "233-243")],
    tests: &["tests/initialisation.rs::constants_are_constant_and_draw_nothing"],
};

/// One number.
pub const CONSTANT: System = System {
    name: "constant-initialisation",
    formula: "W = c in every entry",
    rows: &["S5 constant"],
    conventions: &[],
    sources: &[Source::Note("004", "214-217")],
    tests: &["tests/initialisation.rs::constants_are_constant_and_draw_nothing"],
};

/// An initialiser.
#[derive(Clone, Debug, PartialEq)]
pub enum Initialiser {
    /// The same number everywhere; biases and the symmetric start that does not learn.
    Constant(Rational),
    /// Independent entries of mean zero and variance `gain² / fan`.
    Scaled {
        /// Their law.
        law: EntryLaw,
        /// What the variance is divided by.
        fan: Fan,
        /// The square of the gain, which is rational where the gain need not be. Keras calls it `scale`.
        squared_gain: Rational,
        /// What the scale is taken for.
        reading: Reading,
    },
    /// A gain times a matrix with orthonormal rows or columns, whichever are fewer.
    Orthogonal {
        /// The gain.
        gain: Rational,
        /// Whose signs the factorisation has.
        signs: Signs,
    },
}

/// What the variance is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fan {
    /// fan_in: keeps second moments forward.
    In,
    /// fan_out: keeps them backward.
    Out,
    /// Their mean (Xavier).
    Average,
}

impl Initialiser {
    /// Glorot and Bengio's, gain 1.
    pub fn xavier(law: EntryLaw) -> Self {
        Initialiser::Scaled { law, fan: Fan::Average, squared_gain: Rational::ONE, reading: Reading::Deviation }
    }

    /// He et al.'s for ReLU.
    pub fn he(law: EntryLaw, fan: Fan) -> Self {
        Initialiser::Scaled { law, fan, squared_gain: Nonlinearity::Relu.squared_gain(), reading: Reading::Deviation }
    }

    /// The variance of an entry, exactly; `None` where it is not rational (a variance read as `√v`, a law cut without correction).
    ///
    /// An entry of an orthogonal initialiser has variance `gain² / max(rows, columns)` when the factorisation's signs are positive: the
    /// matrix is then as likely as any of its rotations, and its longer rows or columns have norm one.
    ///
    /// # Errors
    /// If the layout has no fans for the shape.
    pub fn variance(&self, shape: &[usize], layout: Layout) -> Result<Option<Rational>> {
        let fans = layout.fans(shape)?;
        Ok(match self {
            Initialiser::Constant(_) => Some(Rational::ZERO),
            Initialiser::Scaled { law: EntryLaw::CutNormal, .. } | Initialiser::Scaled { reading: Reading::Variance, .. } => None,
            Initialiser::Scaled { fan, squared_gain, reading, .. } => {
                let scale = squared_gain / fan.of(&fans);
                Some(if *reading == Reading::Squared { &scale * &scale } else { scale })
            }
            Initialiser::Orthogonal { gain, signs: Signs::Positive } => {
                Some(gain * gain / Rational::from(layout.matrix(shape).into_iter().max().unwrap_or(1)))
            }
            Initialiser::Orthogonal { signs: Signs::Householder, .. } => None,
        })
    }

    /// The weights of a tensor, in row-major order: in `f64`, or rounded from there to `f32`.
    ///
    /// # Errors
    /// If the layout has no fans for the shape.
    pub fn draw<R: Real<Wide = f64>>(&self, shape: &[usize], layout: Layout, draws: &mut Draws) -> Result<Vec<R>> {
        let fans = layout.fans(shape)?;
        let elements = shape.iter().product();
        let entries: Vec<f64> = match self {
            Initialiser::Constant(value) => vec![to_f64(value); elements],
            Initialiser::Scaled { law, fan, squared_gain, reading } => {
                let deviation = reading.deviation(to_f64(&(squared_gain / fan.of(&fans))));
                (0..elements).map(|_| law.draw(deviation, draws)).collect()
            }
            Initialiser::Orthogonal { gain, signs } => {
                let gain = to_f64(gain);
                orthogonal::orthogonal(layout.matrix(shape), *signs, draws).into_iter().map(|entry| gain * entry).collect()
            }
        };
        Ok(entries.iter().map(R::narrow).collect())
    }
}

impl Fan {
    fn of(self, fans: &Fans) -> Rational {
        match self {
            Fan::In => fans.fan_in.clone(),
            Fan::Out => fans.fan_out.clone(),
            Fan::Average => (&fans.fan_in + &fans.fan_out) / Rational::from(2),
        }
    }
}
