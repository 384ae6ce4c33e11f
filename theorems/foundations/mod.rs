//! Foundations: risk, derivatives, convexity, critical points, geometry.

mod surface;

pub mod condition_number_valley;
pub mod first_order_necessary;
pub mod gd_stuck_at_saddle;
pub mod gd_update_rule;
pub mod gradient_steepest_ascent;
pub mod gradnorm_implies_near_optimum;
pub mod hessian_characterises_critical_points;
pub mod hessian_curvature;
pub mod kappa_causes_oscillation;
pub mod local_minima_good_enough;
pub mod saddle_definition;
pub mod saddles_outnumber_minima;
pub mod second_order_escapes_saddles;
pub mod symmetry_equivalent_minima;
