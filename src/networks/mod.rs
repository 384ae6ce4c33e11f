//! Small networks and their derivatives, for theorems on deep nets.

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[];
