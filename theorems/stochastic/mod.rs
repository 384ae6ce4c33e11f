//! Stochastic gradients: batches, their noise, and what it does to gradient descent.

mod features;
mod mode;
mod movement;

pub mod batch_generalisation;
pub mod batch_size_schedule;
pub mod critical_batch_size;
pub mod linear_or_sqrt_interchangeable;
pub mod linear_scaling_rule;
pub mod minibatch_variance;
pub mod minibatch_variance_without_replacement;
pub mod noise_escapes_saddles;
pub mod noise_injection_recovers_small_batch;
pub mod optimal_batch_size_balance;
pub mod perturbed_gd_guarantee;
pub mod sgd_epoch_loss_monotone;
pub mod sgd_escapes_local_minima;
pub mod sgd_noise_floor;
pub mod sgd_nonconvex_rate;
pub mod sgd_strongly_convex_bound;
pub mod sgd_unbiased;
pub mod small_batch_needs_smaller_lr;
pub mod sqrt_scaling_rule;
pub mod typical_batch_ranges;
