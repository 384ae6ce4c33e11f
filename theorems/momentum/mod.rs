//! Momentum and Nesterov's method.
pub mod momentum_conventions_equivalent;
pub mod nag_constant_momentum_rate;
pub mod nag_unscaled_lookahead;
