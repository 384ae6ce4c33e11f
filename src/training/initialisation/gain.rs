//! How much a nonlinearity needs its weights enlarged.

use crate::number::{Rational, rational};

/// The nonlinearity that follows a layer, for its gain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nonlinearity {
    /// None, or sigmoid: 1.
    Linear,
    /// 5/3.
    Tanh,
    /// √2.
    Relu,
    /// `√(2 / (1 + a²))`, given a². PyTorch's layers start with `a² = 5`, so that the bound is `1/√fan_in`.
    LeakyRelu(Rational),
    /// 3/4.
    Selu,
}

impl Nonlinearity {
    /// The square of the gain by PyTorch's table (`torch.nn.init.calculate_gain`; candle has the same).
    pub fn squared_gain(&self) -> Rational {
        match self {
            Nonlinearity::Linear => Rational::ONE,
            Nonlinearity::Tanh => rational(25, 9),
            Nonlinearity::Relu => rational(2, 1),
            Nonlinearity::LeakyRelu(squared_slope) => Rational::from(2) / (Rational::ONE + squared_slope),
            Nonlinearity::Selu => rational(9, 16),
        }
    }
}
