//! Learning-rate schedules: a file a schedule, each a pure function of the step.

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[];
