//! The way out of a claim that asks for what the subject cannot be asked for.
//!
//! An optimizer's step has no error to return. So the claim is unwound, without a panic: no hook runs, nothing is printed, and nothing is
//! computed from numbers that are none.

use std::panic::resume_unwind;

/// Why a claim ends early.
pub(super) struct Exit(pub(super) String);

/// Ends the claim that calls it.
pub(super) fn exit(reason: impl Into<String>) -> ! {
    resume_unwind(Box::new(Exit(reason.into())))
}
