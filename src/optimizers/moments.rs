//! The two moving averages that Adam and its relatives share.

use crate::number::Real;

/// Decay rates of the averages of the gradient and of its square.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments<W> {
    /// Decay β₁ of the first moment, in `[0, 1)`.
    pub beta1: W,
    /// Decay β₂ of the second moment, in `[0, 1)`.
    pub beta2: W,
}

/// `t`, `β₁^t` and `β₂^t`.
#[derive(Clone, Debug)]
pub struct Powers<W> {
    pub(super) t: i64,
    pub(super) beta1: W,
    pub(super) beta2: W,
}

/// β₁, 1 - β₁, β₂ and 1 - β₂, rounded to the parameters' type.
#[derive(Clone, Debug)]
pub struct Averaging<R> {
    kept1: R,
    fresh1: R,
    kept2: R,
    fresh2: R,
}

impl<W> Moments<W> {
    /// The same rates in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Moments<V> {
        Moments { beta1: number(&self.beta1), beta2: number(&self.beta2) }
    }
}

impl<W: Real> Moments<W> {
    pub(super) fn start(&self) -> Powers<W> {
        Powers { t: 0, beta1: W::one(), beta2: W::one() }
    }

    pub(super) fn tick(&self, powers: &mut Powers<W>) {
        powers.t += 1;
        powers.beta1 = powers.beta1.clone() * &self.beta1;
        powers.beta2 = powers.beta2.clone() * &self.beta2;
    }

    pub(super) fn averaging<R: Real<Wide = W>>(&self) -> Averaging<R> {
        Averaging {
            kept1: R::narrow(&self.beta1),
            fresh1: R::narrow(&(W::one() - &self.beta1)),
            kept2: R::narrow(&self.beta2),
            fresh2: R::narrow(&(W::one() - &self.beta2)),
        }
    }
}

impl<R: Real> Averaging<R> {
    /// `m ← β₁ m + (1 - β₁) g` and `v ← β₂ v + (1 - β₂) g²`.
    #[inline(always)]
    pub(super) fn advance(&self, m: R, v: R, gradient: R) -> (R, R) {
        let square = gradient.clone() * &gradient;
        (m * &self.kept1 + gradient * &self.fresh1, v * &self.kept2 + square * &self.fresh2)
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
