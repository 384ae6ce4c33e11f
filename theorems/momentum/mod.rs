//! Momentum and Nesterov's method.

pub mod hb_global_convergence;
pub mod hb_optimal_momentum;
