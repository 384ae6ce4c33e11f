//! What the loss looks like around a point: sharpness, curvature, slices and paths.

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[];
