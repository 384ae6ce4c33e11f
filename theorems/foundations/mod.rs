//! Foundations: critical points, gradients, curvature.

mod surface;

pub mod gradnorm_implies_near_optimum;
pub mod hessian_characterises_critical_points;
pub mod saddle_definition;
