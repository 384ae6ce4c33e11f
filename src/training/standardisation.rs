//! Inputs with mean zero and deviation one.

use crate::number::Root;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::{Error, Result};

/// Input standardisation.
pub const SYSTEM: System = System {
    name: "input-standardisation",
    formula: "x ↦ (x − mean)/deviation for each feature, both of the training rows",
    rows: &["S5 input standardisation"],
    conventions: &[
        Convention { name: "divisor", values: &["n", "n − 1"] },
        Convention { name: "constant feature", values: &["deviation 1", "deviation at least ε", "refused"] },
    ],
    sources: &[Source::Note("002", "272"), Source::Cited("lecun1998", "section 4.3")],
    tests: &[
        "tests/regularisation.rs::standardised_rows_have_mean_zero_and_variance_one",
        "tests/regularisation.rs::the_two_divisors_differ_by_their_ratio",
        "tests/regularisation.rs::constant_features_are_treated_as_named",
        "tests/regularisation.rs::statistics_are_of_the_training_rows_alone",
    ],
};

/// What a sum of squares is divided by for the variance of n rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divisor {
    /// n: the population's variance (scikit-learn `StandardScaler`, Keras `Normalization`, `numpy.std`).
    Population,
    /// n − 1: the sample's, unbiased (`torch.std`, pandas).
    Sample,
}

/// What is done with a feature that does not vary.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstantFeature<R> {
    /// It is centred only (scikit-learn).
    One,
    /// Deviations below this are raised to it (Keras `Normalization` with its backend's epsilon).
    AtLeast(R),
    /// It is an error.
    Refuse,
}

/// The statistics of the training rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardisation<R> {
    /// The mean of each feature.
    pub mean: Vec<R>,
    /// What each centred feature is divided by.
    pub deviation: Vec<R>,
}

impl<R: Root> Standardisation<R> {
    /// The statistics of `rows`, which should be the training part alone: each mean first, then the squares of what is left.
    ///
    /// # Errors
    /// If there are fewer rows than the divisor needs, rows differ in length, or a constant feature is refused.
    pub fn fit(rows: &[Vec<R>], divisor: Divisor, constant: &ConstantFeature<R>) -> Result<Self> {
        let degrees = match divisor {
            Divisor::Population => rows.len(),
            Divisor::Sample => rows.len().saturating_sub(1),
        };
        if degrees == 0 || rows.iter().any(|row| row.len() != rows[0].len()) {
            return Err(Error::new("standardisation needs rows of one length: at least one, two for a sample's variance"));
        }
        let count = |count: usize| R::int(i64::try_from(count).expect("rows fit in memory"));
        let total = |term: &dyn Fn(&Vec<R>) -> R| rows.iter().fold(R::zero(), |sum, row| sum + term(row));
        let features = 0..rows[0].len();
        // Decided by comparison: the rounded mean of equal numbers may miss them, and its error must not pass for a deviation.
        let is_constant = |i: usize| rows.iter().all(|row| row[i] == rows[0][i]);
        let average =
            |i: usize| if is_constant(i) { rows[0][i].clone() } else { total(&|row| row[i].clone()) / count(rows.len()) };
        let mean: Vec<R> = features.clone().map(average).collect();
        let deviation = features.map(|i| {
            let centred = |row: &Vec<R>| row[i].clone() - &mean[i];
            let deviation = (total(&|row| centred(row) * centred(row)) / count(degrees)).sqrt();
            match constant {
                ConstantFeature::AtLeast(least) => Ok(deviation.larger(least.clone())),
                _ if !is_constant(i) => Ok(deviation),
                ConstantFeature::One => Ok(R::one()),
                ConstantFeature::Refuse => Err(Error::new(format!("feature {i} is the same in all rows"))),
            }
        });
        let deviation = deviation.collect::<Result<Vec<R>>>()?;
        Ok(Standardisation { mean, deviation })
    }

    /// A row of any part, standardised.
    ///
    /// # Panics
    /// If it has another number of features.
    pub fn apply(&self, row: &[R]) -> Vec<R> {
        assert_eq!(row.len(), self.mean.len(), "a row has the features of those that were fitted");
        row.iter().zip(&self.mean).zip(&self.deviation).map(|((x, mean), deviation)| (x.clone() - mean) / deviation).collect()
    }
}
