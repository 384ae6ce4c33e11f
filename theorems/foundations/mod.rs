//! Foundations: risk, derivatives, convexity, critical points, geometry.

pub mod ad_forward_cost;
pub mod ad_reverse_cost;
pub mod backprop_is_reverse_ad;
pub mod chain_rule_vjp;
pub mod convex_definition;
pub mod convex_local_is_global;
mod derivatives;
pub mod erm_definition;
pub mod erm_gradient_linear;
pub mod gd_convex_global_optimum;
pub mod nn_loss_nonconvex;
pub mod nn_many_local_minima;
pub mod nn_no_global_guarantee;
mod programs;
pub mod risk_unbiased_fixed_theta;
pub mod strictly_convex_unique;
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
