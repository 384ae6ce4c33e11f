//! What an optimizer does around its formula, and what can go wrong there.

/// The habits of a subject; those by default are right.
#[derive(Clone, Copy)]
pub struct Habits {
    /// The number of an update, from the tensor's own updates before it and the calls with this one.
    pub counter: fn(updates: i32, calls: i32) -> i32,
    /// Hyper-parameters that are accepted and not used.
    pub ignored: &'static [&'static str],
    /// Hyper-parameters that have this value, whatever was given.
    pub fixed: &'static [(&'static str, f64)],
    /// Hyper-parameters that a group cannot have for itself.
    pub shared: &'static [&'static str],
    /// The format in which hyper-parameters are held.
    pub scalars: fn(f64) -> f64,
    /// The format in which memory is held.
    pub memory: fn(f64) -> f64,
    /// Whether memory is kept from step to step.
    pub remembers: bool,
    /// Whether the memory of one tensor is used for the next.
    pub rotates: bool,
    /// Whether a changed learning rate is used.
    pub follows: bool,
    /// Whether the rule itself looks at `maximize`.
    pub own_sign: bool,
    /// What becomes of a tensor without a gradient.
    pub missing: Missing,
    /// What is left in the gradient buffers.
    pub buffers: Buffers,
    /// What a saved state keeps.
    pub saving: Saving,
    /// Whether a step whose gradients are not all finite is left out, and then still counted.
    pub skips: Option<bool>,
    /// Whether an element that became NaN is set back to zero.
    pub mends: bool,
}

/// What becomes of a tensor without a gradient.
#[derive(Clone, Copy, PartialEq)]
pub enum Missing {
    /// It stays as it is, with its state.
    Untouched,
    /// It is updated with a gradient of zeros.
    Zero,
    /// It is updated with the gradient that it had last.
    Last,
    /// It decays.
    Decayed,
    /// Its memory starts anew with its next gradient.
    Forgotten,
}

/// What is left in the gradient buffers after a step.
#[derive(Clone, Copy, PartialEq)]
pub enum Buffers {
    /// The gradients as they were given.
    Untouched,
    /// The gradients with the decay.
    Decayed,
    /// The same, unless it climbs.
    DecayedDownhill,
    /// Zeros.
    Cleared,
}

/// What a saved state keeps.
#[derive(Clone, Copy, PartialEq)]
pub enum Saving {
    /// Everything.
    All,
    /// Everything but the number of updates.
    NoCount,
    /// Everything but the memory.
    NoMemory,
    /// Everything but the second memory.
    NoSecond,
    /// Everything but the learning rate.
    NoRate,
    /// Everything but the hyper-parameters.
    NoHyper,
    /// Everything, but the powers of the decay rates are formed before the rates are restored.
    OldPowers,
    /// Everything, and one more update is counted.
    OneMore,
    /// Everything, in single precision.
    Narrow,
}

impl Default for Habits {
    fn default() -> Self {
        Habits {
            counter: |updates, _| updates + 1,
            ignored: &[],
            fixed: &[],
            shared: &[],
            scalars: |x| x,
            memory: |x| x,
            remembers: true,
            rotates: false,
            follows: true,
            own_sign: false,
            missing: Missing::Untouched,
            buffers: Buffers::Untouched,
            saving: Saving::All,
            skips: None,
            mends: false,
        }
    }
}
