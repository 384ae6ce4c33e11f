//! Adam and its relatives.

mod averages;
mod runs;
mod stream;

pub mod adabound_combines;
pub mod adam_combines_momentum_rmsprop;
pub mod adam_index_forms;
pub mod adam_m_hat_unbiased;
pub mod adam_matches_pytorch;
pub mod adam_nonconvergence;
pub mod adam_rate_sqrt_t;
pub mod adam_scale_invariant;
pub mod adam_sparse_gradients;
pub mod adam_update_bound;
pub mod adam_v_hat_unbiased;
pub mod adamw_lr_coupling;
pub mod adamw_not_adam_l2;
pub mod adaptive_closed_forms;
pub mod adaptive_escapes_saddles;
pub mod adaptive_generalises_worse;
pub mod amsgrad_fixes;
pub mod ema_definition;
pub mod ema_effective_window;
pub mod radam_rectification;
