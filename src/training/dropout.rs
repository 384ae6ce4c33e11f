//! Units left out at random.

use crate::lab::Draws;
use crate::number::{Rational, Real};
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::{Error, Result};

const PROBABILITY: Convention = Convention { name: "probability", values: &["of dropping", "of keeping"] };

/// Dropout that scales at inference.
pub const STANDARD: System = System {
    name: "dropout-standard",
    formula: "training m ⊙ x with mᵢ = 1 with probability 1 − p; inference (1 − p) x",
    rows: &["S5 dropout standard"],
    conventions: &[PROBABILITY],
    sources: &[Source::Note("002", "183-188"), Source::Cited("srivastava2014", "sections 4 and 10")],
    tests: &[
        "tests/regularisation.rs::training_and_inference_agree_in_the_mean_over_all_masks",
        "tests/regularisation.rs::known_faults_of_dropout_miss_the_mean",
        "tests/regularisation.rs::dropout_before_a_nonlinearity_is_biased_by_a_quarter",
    ],
};

/// Dropout that scales while training.
pub const INVERTED: System = System {
    name: "dropout-inverted",
    formula: "training m ⊙ x / (1 − p); inference x",
    rows: &["S5 dropout inverted"],
    conventions: &[PROBABILITY],
    sources: &[Source::Note("002", "183-188"), Source::Cited("srivastava2014", "section 10")],
    tests: &[
        "tests/regularisation.rs::training_and_inference_agree_in_the_mean_over_all_masks",
        "tests/regularisation.rs::known_faults_of_dropout_miss_the_mean",
        "tests/regularisation.rs::the_second_moment_of_dropout_is_its_adaptive_penalty",
    ],
};

/// Dropout of independent units.
#[derive(Clone, Debug, PartialEq)]
pub struct Dropout {
    keep: Rational,
    scaling: DropoutScaling,
}

/// What the probability of a dropout is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probability {
    /// That a unit is dropped (PyTorch, Keras, the notes).
    Drop(Rational),
    /// That a unit is kept (Srivastava et al. 2014, TensorFlow 1).
    Keep(Rational),
}

/// Where the missing units are made up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropoutScaling {
    /// At inference.
    Standard,
    /// In training.
    Inverted,
}

impl Dropout {
    /// # Errors
    /// If the probability is not in [0, 1].
    pub fn new(probability: Probability, scaling: DropoutScaling) -> Result<Self> {
        let keep = match &probability {
            Probability::Drop(drop) => Rational::ONE - drop,
            Probability::Keep(keep) => keep.clone(),
        };
        if keep < Rational::ZERO || keep > Rational::ONE {
            return Err(Error::new(format!("dropout needs a probability in [0, 1], not {probability:?}")));
        }
        Ok(Dropout { keep, scaling })
    }

    /// What training passes on of `x` under a mask (true: kept). All units dropped with certainty leave zeros, as in PyTorch.
    ///
    /// # Panics
    /// If the mask has another length.
    pub fn train<R: Real>(&self, x: &[R], mask: &[bool]) -> Vec<R> {
        assert_eq!(x.len(), mask.len(), "a mask says of each unit whether it is kept");
        let keep = R::of(&self.keep);
        let kept = |x: &R| match self.scaling {
            DropoutScaling::Standard => x.clone(),
            DropoutScaling::Inverted => x.clone() / &keep,
        };
        x.iter().zip(mask).map(|(x, kept_here)| if *kept_here { kept(x) } else { R::zero() }).collect()
    }

    /// What inference passes on.
    pub fn infer<R: Real>(&self, x: &[R]) -> Vec<R> {
        match self.scaling {
            DropoutScaling::Standard => x.iter().map(|x| x.clone() * R::of(&self.keep)).collect(),
            DropoutScaling::Inverted => x.to_vec(),
        }
    }

    /// A mask.
    pub fn mask(&self, units: usize, draws: &mut Draws) -> Vec<bool> {
        let keep = crate::number::to_f64(&self.keep);
        (0..units).map(|_| draws.uniform() < keep).collect()
    }

    /// All `2^units` masks with their probabilities.
    ///
    /// # Panics
    /// If there are more than 24 units.
    pub fn masks(&self, units: usize) -> impl Iterator<Item = (Vec<bool>, Rational)> + '_ {
        assert!(units <= 24, "{units} units have too many masks to list");
        (0..1u32 << units).map(move |bits| {
            let mask: Vec<bool> = (0..units).map(|unit| bits >> unit & 1 == 1).collect();
            let drop = Rational::ONE - &self.keep;
            let probability = mask.iter().fold(Rational::ONE, |product, kept| product * if *kept { &self.keep } else { &drop });
            (mask, probability)
        })
    }
}
