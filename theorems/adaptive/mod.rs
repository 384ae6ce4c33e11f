//! Adam and its relatives.

mod averages;
mod conventions;
mod cycle;
mod regret;

pub mod adagrad_convex_guarantee;
pub mod adagrad_lr_monotone;
pub mod adagrad_lr_to_zero;
pub mod adagrad_rare_features;
pub mod adagrad_regret;
pub mod adagrad_stops_too_early;
pub mod adam_bias_nonstationary;
pub mod adam_epsilon_hat_form;
pub mod adam_first_step_is_lr_sign;
mod runs;
mod stream;

pub mod adabound_combines;
pub mod adam_combines_momentum_rmsprop;
pub mod adam_index_forms;
pub mod adam_m_hat_unbiased;
pub mod adam_matches_pytorch;
pub mod adam_nonconvergence;
pub mod adam_second_moment_is_variance;
pub mod adam_rate_sqrt_t;
pub mod adam_scale_invariant;
pub mod adam_sparse_gradients;
pub mod adam_update_bound;
pub mod adam_v_hat_unbiased;
pub mod adam_without_correction_first_steps;
pub mod adamw_lr_coupling;
pub mod adamw_not_adam_l2;
pub mod adaptive_closed_forms;
pub mod eps_inside_vs_outside_root;
pub mod per_parameter_lr_helps;
pub mod rmsprop_first_step_inflated;
pub mod rmsprop_lr_bounded_below;
pub mod rmsprop_nonstationary;
pub mod adaptive_escapes_saddles;
pub mod adaptive_generalises_worse;
pub mod amsgrad_fixes;
pub mod ema_definition;
pub mod ema_effective_window;
pub mod radam_rectification;
