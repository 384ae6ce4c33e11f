//! Stochastic gradients: batches, their noise, and what it does to gradient descent.

pub mod epoch_time_inverse_batch;
mod faults;
pub mod full_batch_exact;
pub mod full_batch_memory_order_n;
pub mod gradient_variance_state_dependent;
pub mod larger_batch_more_stable;
pub mod minibatch_clt;
pub mod minibatch_variance;
pub mod minibatch_variance_without_replacement;
mod paths;
pub mod sgd_converges_convex;
pub mod sgd_gradient_population_vs_empirical;
pub mod sgd_linear_convergence;
pub mod sgd_momentum_rate_one_over_t;
pub mod sgd_noise_floor;
pub mod sgd_optimal_lr_with_noise;
pub mod sgd_rate_one_over_sqrt_t;
pub mod sgd_requires_decay;
pub mod sgd_strongly_convex_bound;
pub mod sgd_unbiased;
pub mod standard_error_sqrt_b;
pub mod updates_per_epoch;
