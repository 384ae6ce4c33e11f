//! Where the small constant of an adaptive method stands.

/// The place of ε in the denominator of an adaptive method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epsilon {
    /// `√v̂ + ε` (Kingma and Ba 2015, Algorithm 1; PyTorch).
    Outside,
    /// `√(v̂ + ε)`.
    Inside,
    /// `√v + ε̂` on the uncorrected second moment, with the corrections in the step size (Kingma and Ba 2015, end of
    /// section 2; TensorFlow and Keras): ε̂ acts as `ε̂ / √(1 - β₂^t)`. Without a bias correction the same as [`Epsilon::Outside`].
    Hat,
}
