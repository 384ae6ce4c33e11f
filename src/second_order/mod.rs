//! The optimizers that use curvature: a file an algorithm.

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[];
