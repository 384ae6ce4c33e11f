//! Momentum and Nesterov's method.

mod impulses;
mod recursion;
mod transition;
mod tuned;
mod variants;

pub mod hb_acceleration_sqrt_kappa;
pub mod hb_global_convergence;
pub mod hb_optimal_momentum;
pub mod hb_stability_region;
pub mod momentum_ball_ode;
pub mod momentum_consistent_directions;
pub mod momentum_convention_attribution;
pub mod momentum_conventions_equivalent;
pub mod momentum_damps_oscillations;
pub mod momentum_direction_variance;
pub mod momentum_ema_convention;
pub mod momentum_escapes_saddles;
pub mod momentum_faster_at_same_lr;
pub mod momentum_ill_conditioned;
pub mod momentum_is_ema;
pub mod momentum_stochastic_no_benefit;
pub mod momentum_unrolled_sum;
pub mod nag_anticipated_position;
pub mod nag_constant_gamma_not_accelerated;
pub mod nag_constant_momentum_rate;
pub mod nag_one_over_k_squared;
pub mod nag_scaled_lookahead_and_pytorch;
pub mod nag_two_forms;
pub mod nag_unscaled_lookahead;
