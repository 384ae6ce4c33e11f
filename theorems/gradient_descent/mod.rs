//! Gradient descent: rates, thresholds, dynamics.

pub mod gd_linear_rate;
