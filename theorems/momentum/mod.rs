//! Momentum and Nesterov's method.

pub mod hb_global_convergence;
pub mod hb_optimal_momentum;
mod impulses;
pub mod momentum_ball_ode;
pub mod momentum_conventions_equivalent;
pub mod momentum_direction_variance;
pub mod momentum_escapes_saddles;
pub mod momentum_stochastic_no_benefit;
pub mod nag_anticipated_position;
pub mod nag_constant_momentum_rate;
pub mod nag_scaled_lookahead_and_pytorch;
pub mod nag_two_forms;
pub mod nag_unscaled_lookahead;
mod transition;
mod variants;
