//! The batches of an epoch: every sample once.

use crate::lab::Stream;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// Mini-batches in the registry.
pub const SYSTEM: System = System {
    name: "mini-batch-sampling",
    formula: "θ ← θ - (η/B) Σ_(i in the batch) ∇ℓ_i(θ)",
    rows: &["S1.3"],
    conventions: &[
        Convention {
            name: "sampling",
            values: &["with replacement", "without replacement in a batch", "random reshuffling", "shuffled once", "in order"],
        },
        Convention { name: "last batch", values: &["kept", "dropped"] },
    ],
    sources: &[
        Source::Note("000", "105-118"),
        Source::Note("002", "30-34"),
        Source::Note("003", "169-176"),
        Source::Note("004", "54-66"),
    ],
    tests: &[
        "tests/batches.rs::reshuffled_batches_are_subsets_without_replacement",
        "tests/batches.rs::a_short_last_batch_is_unbiased_and_unequal",
        "tests/batches.rs::an_epoch_sees_every_sample_once",
        "tests/batches.rs::orders_are_new_in_every_epoch_or_not",
        "tests/batches.rs::every_order_is_as_likely",
        "tests/batches.rs::the_schemes_have_their_variances",
        "theorems/stochastic/minibatch_variance.rs::minibatch-variance",
    ],
};

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
    ///
    /// # Panics
    /// If the batch size is zero.
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
