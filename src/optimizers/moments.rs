//! The two moving averages that Adam and its relatives share.

use super::Clock;
use crate::number::Real;

/// Decay rates of the averages of the gradient and of its square.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments<W> {
    /// Decay β₁ of the first moment, in `[0, 1)`.
    pub beta1: W,
    /// Decay β₂ of the second moment, in `[0, 1)`.
    pub beta2: W,
}

/// The clock of the moving averages: `t`, `β₁^t` and `β₂^t`.
#[derive(Clone, Debug)]
pub struct Powers<W> {
    rates: Moments<W>,
    pub(super) t: i64,
    pub(super) beta1: W,
    pub(super) beta2: W,
}

/// An exponential moving average `a ← β a + (1 - β) x`, with β and 1 - β rounded to the parameters' type.
#[derive(Clone, Debug)]
pub(super) struct Average<R> {
    kept: R,
    fresh: R,
}

/// Both moving averages.
#[derive(Clone, Debug)]
pub(super) struct Averaging<R> {
    pub(super) first: Average<R>,
    pub(super) second: Average<R>,
}

impl<W> Moments<W> {
    /// The same rates in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Moments<V> {
        Moments { beta1: number(&self.beta1), beta2: number(&self.beta2) }
    }
}

impl<W: Real> Moments<W> {
    pub(super) fn start(&self) -> Powers<W> {
        Powers { rates: self.clone(), t: 0, beta1: W::one(), beta2: W::one() }
    }

    pub(super) fn averaging<R: Real<Wide = W>>(&self) -> Averaging<R> {
        Averaging { first: Average::new(&self.beta1), second: Average::new(&self.beta2) }
    }
}

impl<R: Real> Average<R> {
    pub(super) fn new(decay: &R::Wide) -> Self {
        Average { kept: R::narrow(decay), fresh: R::narrow(&(R::Wide::one() - decay)) }
    }

    /// The average with one more value.
    #[inline(always)]
    pub(super) fn of(&self, average: R, value: R) -> R {
        average * &self.kept + value * &self.fresh
    }
}

impl<R: Real> Averaging<R> {
    /// `m ← β₁ m + (1 - β₁) g` and `v ← β₂ v + (1 - β₂) g²`.
    #[inline(always)]
    pub(super) fn advance(&self, m: R, v: R, gradient: R) -> (R, R) {
        let square = gradient.clone() * &gradient;
        (self.first.of(m, gradient), self.second.of(v, square))
    }
}

impl<W: Real> Clock for Powers<W> {
    fn tick(&mut self) {
        self.t += 1;
        self.beta1 = self.beta1.clone() * &self.rates.beta1;
        self.beta2 = self.beta2.clone() * &self.rates.beta2;
    }
}

impl<W: Real> Powers<W> {
    /// `1 - β₁^t`.
    pub(super) fn correction1(&self) -> W {
        W::one() - &self.beta1
    }

    /// `1 - β₂^t`.
    pub(super) fn correction2(&self) -> W {
        W::one() - &self.beta2
    }
}
