//! The step size of a larger batch.

use crate::number::Root;

/// How the step size grows with the factor `k` by which the batch grew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchScaling {
    /// Not at all.
    Constant,
    /// `k η` (Krizhevsky 2014; Goyal et al. 2017): keeps the mean movement a sample.
    Linear,
    /// `√k η` (Krizhevsky 2014; Hoffer et al. 2017): keeps the covariance of the movement a sample.
    SquareRoot,
}

/// The step size of a batch, scaled from that of a base batch, with a gradual warm-up.
#[derive(Clone, Debug, PartialEq)]
pub struct LargeBatch<W> {
    /// The step size η that goes with the base batch.
    pub base_step_size: W,
    /// The base batch, at least 1.
    pub base_batch: u32,
    /// The batch.
    pub batch: u32,
    /// The rule.
    pub scaling: BatchScaling,
    /// Steps over which the step size goes from η to its scaled value in a line: 0 for none (Goyal et al. 2017, section 2.2).
    pub warm_up: u64,
}

impl<W: Root> LargeBatch<W> {
    /// The step size of step `t`, counted from 0. The scaled one is reached at `t = warm_up` and kept.
    pub fn step_size(&self, step: u64) -> W {
        let factor = W::int(self.batch.into()) / W::int(self.base_batch.into());
        let base = self.base_step_size.clone();
        let scaled = match self.scaling {
            BatchScaling::Constant => base.clone(),
            BatchScaling::Linear => base.clone() * factor,
            BatchScaling::SquareRoot => base.clone() * factor.sqrt(),
        };
        if step >= self.warm_up {
            return scaled;
        }
        let integer = |count: u64| W::int(i64::try_from(count).expect("a count of steps"));
        base.clone() + (scaled - base) * integer(step) / integer(self.warm_up)
    }
}
