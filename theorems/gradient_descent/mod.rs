//! Gradient descent: rates, thresholds, dynamics.

mod fibonacci_search;
pub mod flow_limit_depends_on_schedule;
pub mod gd_convex_one_over_t;
pub mod gd_descent_lemma;
pub mod gd_linear_rate;
pub mod gd_nonconvex_critical;
pub mod gd_one_over_l_necessary;
pub mod gd_optimal_lr;
pub mod gd_two_over_l_threshold;
pub mod gradient_flow;
pub mod lr_bound_is_max_hessian_eig;
pub mod lr_regimes_1d;
pub mod overfitting_phase;
mod single_step;
pub mod too_large_lr_diverges;
pub mod too_small_lr_local_minimum;
pub mod too_small_lr_slow;
pub mod two_phase_training;
