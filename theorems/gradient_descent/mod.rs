//! Gradient descent: rates, thresholds, dynamics.

pub mod gd_convex_one_over_t;
pub mod gd_descent_lemma;
pub mod gd_linear_rate;
pub mod gd_nonconvex_critical;
pub mod gd_one_over_l_necessary;
pub mod gd_optimal_lr;
pub mod gd_two_over_l_threshold;
