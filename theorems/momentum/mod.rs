//! Momentum and Nesterov's method.

pub mod hb_acceleration_sqrt_kappa;
pub mod hb_global_convergence;
pub mod hb_optimal_momentum;
pub mod hb_stability_region;
pub mod momentum_conventions_equivalent;
pub mod momentum_ill_conditioned;
pub mod nag_constant_gamma_not_accelerated;
pub mod nag_constant_momentum_rate;
pub mod nag_one_over_k_squared;
pub mod nag_unscaled_lookahead;
mod recursion;
mod tuned;
