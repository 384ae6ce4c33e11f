//! Gradient descent: rates, thresholds, dynamics.

pub mod gd_linear_rate;
pub mod gd_optimal_lr;
pub mod gd_two_over_l_threshold;
