//! Stochastic gradients: batches, their noise, and what it does to gradient descent.

pub mod minibatch_variance;
pub mod minibatch_variance_without_replacement;
pub mod sgd_noise_floor;
pub mod sgd_strongly_convex_bound;
pub mod sgd_unbiased;
