//! Averages of the iterates, around any optimizer.

use super::{Optimizer, Saved};
use crate::number::{Rational, Real, rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// Averages of iterates in the registry.
pub const SYSTEM: System = System {
    name: "iterate-averaging",
    formula: "x̄ = (x_s + ... + x_T)/(T - s + 1), beside an optimizer that does not see it",
    rows: &["S1.33"],
    conventions: &[
        Convention { name: "weights", values: &["uniform", "exponential"] },
        Convention {
            name: "first iterate",
            values: &["after the first step", "the start", "a later one", "the last share of a horizon"],
        },
        Convention { name: "exponential start", values: &["first iterate", "zero, corrected"] },
    ],
    sources: &[
        Source::Note("001", "99-102"),
        Source::Cited("ruppert1988", "the averaged process"),
        Source::Cited("polyak1992", "section 2"),
        Source::Cited("rakhlin2012", "section 5"),
    ],
    tests: &[
        "tests/wrappers.rs::the_uniform_average_of_a_line_is_its_middle",
        "tests/wrappers.rs::a_suffix_is_the_last_share_of_the_steps",
        "tests/wrappers.rs::the_exponential_average_has_its_weights",
        "tests/wrappers.rs::an_average_of_a_cycle_is_its_centre",
        "tests/wrappers.rs::a_saved_state_continues_bit_for_bit",
    ],
};

/// Which iterates are averaged, and with which weights. Iterate 0 is the start, iterate `t` the parameters after `t` steps.
#[derive(Clone, Debug, PartialEq)]
pub struct IterateAverage<W> {
    /// The first iterate that counts: 1 for PyTorch's `AveragedModel`, updated after every step. Before it the average is the
    /// iterate itself.
    pub from: u64,
    /// The weights.
    pub weights: AverageWeights<W>,
}

/// The weights of an average.
#[derive(Clone, Debug, PartialEq)]
pub enum AverageWeights<W> {
    /// Equal: `x̄_n = x̄_{n-1} + (x - x̄_{n-1}) / n` (Ruppert 1988; Polyak and Juditsky 1992).
    Uniform,
    /// `x̄ ← d x̄ + (1 - d) x`.
    Exponential {
        /// The decay `d`, in `[0, 1)`.
        decay: W,
        /// Where it begins.
        start: AverageStart,
    },
}

/// Where an exponential average begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AverageStart {
    /// At the first iterate that counts, which so has the weight `d^(n-1)` (PyTorch's `AveragedModel`, Keras).
    FirstIterate,
    /// At zero, divided by `1 - d^n` (TensorFlow's `zero_debias`).
    Corrected,
}

impl<W> IterateAverage<W> {
    /// The uniform average of the last `⌈share · horizon⌉` of `horizon` steps (Rakhlin, Shamir and Sridharan 2012).
    ///
    /// # Panics
    /// If the share is not in `(0, 1]`, or the horizon is zero.
    pub fn suffix(horizon: u64, share: &Rational) -> Self {
        assert!(horizon > 0 && *share > Rational::ZERO && *share <= Rational::ONE, "a share of some steps");
        let counted = (share * rational(i64::try_from(horizon).expect("a horizon below 2^63"), 1)).ceil();
        let counted = u64::try_from(counted).expect("at most the horizon");
        IterateAverage { from: horizon - counted + 1, weights: AverageWeights::Uniform }
    }
}

/// An optimizer with the average of its iterates.
pub struct Averaged<R: Real> {
    inner: Box<dyn Optimizer<R>>,
    average: IterateAverage<R::Wide>,
    /// The number of the last iterate.
    iterate: u64,
    /// The average; for [`AverageStart::Corrected`] before its correction.
    sum: Vec<Vec<R>>,
}

impl<R: Real> Averaged<R> {
    /// An optimizer at its start.
    pub fn new(inner: Box<dyn Optimizer<R>>, average: IterateAverage<R::Wide>, start: &[Vec<R>]) -> Self {
        let mut averaged = Averaged { inner, average, iterate: 0, sum: start.to_vec() };
        averaged.absorb(start);
        averaged
    }

    /// The average so far.
    pub fn average(&self) -> Vec<Vec<R>> {
        let counted = self.counted();
        match &self.average.weights {
            AverageWeights::Exponential { decay, start: AverageStart::Corrected } if counted > 0 => {
                let kept = (0..counted).fold(R::Wide::one(), |power, _| power * decay);
                let whole = R::narrow(&(R::Wide::one() - kept));
                let divided = |tensor: &Vec<R>| tensor.iter().map(|x| x.clone() / &whole).collect();
                self.sum.iter().map(divided).collect()
            }
            _ => self.sum.clone(),
        }
    }

    /// How many iterates count.
    fn counted(&self) -> u64 {
        (self.iterate + 1).saturating_sub(self.average.from)
    }

    fn absorb(&mut self, iterate: &[Vec<R>]) {
        let counted = self.counted();
        let corrected = matches!(self.average.weights, AverageWeights::Exponential { start: AverageStart::Corrected, .. });
        if counted == 0 || counted == 1 && !corrected {
            self.sum = iterate.to_vec();
            return;
        }
        if counted == 1 {
            self.sum.iter_mut().flatten().for_each(|sum| *sum = R::zero());
        }
        let pairs = self.sum.iter_mut().flatten().zip(iterate.iter().flatten());
        match &self.average.weights {
            AverageWeights::Uniform => {
                let count = R::int(i64::try_from(counted).expect("a count of steps"));
                pairs.for_each(|(mean, x)| *mean = mean.clone() + (x.clone() - &*mean) / &count);
            }
            AverageWeights::Exponential { decay, .. } => {
                let (kept, fresh) = (R::narrow(decay), R::narrow(&(R::Wide::one() - decay)));
                pairs.for_each(|(mean, x)| *mean = mean.clone() * &kept + x.clone() * &fresh);
            }
        }
    }
}

impl<R: Real> Optimizer<R> for Averaged<R> {
    fn probe(&self, parameters: &[Vec<R>]) -> Vec<Vec<R>> {
        self.inner.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<R>], gradients: &[Option<&[R]>]) {
        self.inner.step(parameters, gradients);
        self.iterate += 1;
        self.absorb(parameters);
    }

    fn set_step_size(&mut self, step_size: R::Wide) {
        self.inner.set_step_size(step_size);
    }

    /// Behind the optimizer's tensors: the number of the iterate and the average.
    fn save(&self) -> Saved<R> {
        let mut saved = self.inner.save();
        saved.tensors.push(Some((self.iterate, self.sum.clone())));
        saved
    }

    fn load(&mut self, mut saved: Saved<R>) {
        (self.iterate, self.sum) = saved.tensors.pop().flatten().expect("the average behind the tensors");
        self.inner.load(saved);
    }
}
