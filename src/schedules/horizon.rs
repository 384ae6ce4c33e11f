//! How far a schedule of finite length has come.

use super::count;
use crate::number::Real;

/// A length of time with its conventions about the last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The length T in steps. A schedule of length zero is over at once: its progress is 1 from step 0 on.
    pub steps: u64,
    /// Which step counts as the end.
    pub last: LastStep,
    /// What happens after it.
    pub after: AfterEnd,
}

/// The step at which a schedule over T steps is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastStep {
    /// T: the progress is `t/T`, so that a run of the steps 0 to T-1 never has the last value (the notes, PyTorch, mmcv).
    Length,
    /// T-1, the last step of a run of T steps: the progress is `t/(T-1)`.
    LengthLessOne,
}

/// What a schedule does after its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterEnd {
    /// It keeps the last value.
    Hold,
    /// Its formula goes on: a cosine rises again.
    Continue,
    /// The rate is zero: training is over.
    Zero,
}

impl Horizon {
    /// T steps, complete at step T, with the last value kept.
    pub fn new(steps: u64) -> Self {
        Horizon { steps, last: LastStep::Length, after: AfterEnd::Hold }
    }

    /// The step at which the schedule is complete.
    pub fn end(&self) -> u64 {
        match self.last {
            LastStep::Length => self.steps,
            LastStep::LengthLessOne => self.steps.saturating_sub(1),
        }
    }

    /// The value of `shape` at the steps done and their whole number, whose quotient is in `[0, 1]` up to the end.
    pub(super) fn at<R: Real>(&self, step: u64, shape: impl FnOnce(R, R) -> Option<R>) -> Option<R> {
        let end = self.end();
        match self.after {
            AfterEnd::Zero if step > end => Some(R::zero()),
            AfterEnd::Continue if end > 0 => shape(count(step), count(end)),
            _ if step >= end => shape(R::one(), R::one()),
            _ => shape(count(step), count(end)),
        }
    }
}
