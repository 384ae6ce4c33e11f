//! Momentum and Nesterov's method.
pub mod momentum_conventions_equivalent;
