//! What the loss looks like around a point: sharpness, curvature, slices and paths.
//!
//! The tools take the loss as closures over a slice of parameters: its value, its gradient, its Hessian's product with a vector. A
//! Hessian as a matrix is the list of its rows.
//!
//! Where a line belongs: eigenvalues and traces from products alone are in `power_iteration`, `lanczos` and `trace`, those of a matrix in
//! `eigen` and, exactly, in `critical_point`; a sharpness is in `ball` (its definition), `adaptive` or `perturbation` (what code computes); one-
//! and two-dimensional cuts are in `slice`, curves between minima in `path`, after `alignment` of their units; `pac_bayes` bounds a risk,
//! `escape` and `basin` watch where runs go.

mod adaptive;
mod alignment;
mod ball;
mod basin;
mod critical_point;
mod eigen;
mod escape;
mod lanczos;
mod pac_bayes;
mod path;
mod perturbation;
mod power_iteration;
mod slice;
mod trace;

pub use adaptive::{Scale, adaptive_sharpness};
pub use alignment::{align, permuted};
pub use ball::{Sharpness, ball_sharpness, box_sharpness, dual_bound, quadratic_increase};
pub use basin::basin_map;
pub use critical_point::{CriticalPoint, Index};
pub use escape::{Ending, Escapes, escape};
pub use lanczos::{Lanczos, Reorthogonalisation, Ritz};
pub use pac_bayes::{Confidence, Side, bernoulli_divergence, divergence_inverse, pac_bayes_bound};
pub use path::{Baseline, barrier, bezier, control_gradient, segment, train_bezier};
pub use perturbation::{Difference, curvature_along, perturbation_code};
pub use power_iteration::{Rayleigh, power_iteration};
pub use slice::{Rest, all_entries, even_grid, normalised, random_direction, slice};
pub use trace::{Probe, hutchinson};

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[
    &power_iteration::SYSTEM,
    &lanczos::SYSTEM,
    &trace::SYSTEM,
    &ball::SYSTEM,
    &perturbation::AS_IS,
    &perturbation::CORRECTED,
    &adaptive::SYSTEM,
    &slice::AS_IS,
    &slice::FILTER_NORMALISED,
    &path::SEGMENT,
    &path::BEZIER,
    &alignment::SYSTEM,
    &critical_point::SYSTEM,
    &pac_bayes::SYSTEM,
    &escape::SYSTEM,
    &basin::SYSTEM,
];
