//! The batches of an epoch: every sample once.

use crate::lab::Stream;

/// The batches of one pass after the other over the samples `0..samples`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epochs {
    /// How many samples there are.
    pub samples: usize,
    /// The batch size, at least 1.
    pub batch: usize,
    /// The order of the samples.
    pub order: SampleOrder,
    /// What happens to the samples that do not fill a batch.
    pub last: LastBatch,
}

/// The order of the samples in an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleOrder {
    /// A new uniform permutation in every epoch (random reshuffling; PyTorch's `shuffle=True`).
    Reshuffled,
    /// One uniform permutation for all epochs.
    ShuffledOnce,
    /// As they come.
    Given,
}

/// What happens to the samples that do not fill a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastBatch {
    /// They are a smaller batch, whose samples weigh more in a mean over it (PyTorch's `drop_last=False`).
    Kept,
    /// They are left out of this epoch.
    Dropped,
}

impl Epochs {
    /// The number of batches in an epoch.
    pub fn batches(&self) -> usize {
        match self.last {
            LastBatch::Kept => self.samples.div_ceil(self.batch),
            LastBatch::Dropped => self.samples / self.batch,
        }
    }

    /// The batches of an epoch, in order. The permutation is drawn from the stream's trial of that number; the one permutation of
    /// [`SampleOrder::ShuffledOnce`] from trial 0.
    ///
    /// # Panics
    /// If the batch size is zero.
    pub fn epoch(&self, stream: &Stream, epoch: u64) -> impl Iterator<Item = Vec<usize>> {
        let drawn = |trial| stream.trial(trial).distinct(self.samples, self.samples);
        self.cut(match self.order {
            SampleOrder::Reshuffled => drawn(epoch),
            SampleOrder::ShuffledOnce => drawn(0),
            SampleOrder::Given => (0..self.samples).collect(),
        })
    }

    /// The batches of an epoch whose samples come in this order.
    ///
    /// # Panics
    /// If the batch size is zero.
    pub fn cut(&self, order: Vec<usize>) -> impl Iterator<Item = Vec<usize>> {
        let batches: Vec<Vec<usize>> = order.chunks(self.batch).map(<[usize]>::to_vec).collect();
        batches.into_iter().take(self.batches())
    }
}
