//! Adam and its relatives.

mod averages;

pub mod adam_m_hat_unbiased;
pub mod adam_nonconvergence;
pub mod adam_v_hat_unbiased;
pub mod adamw_lr_coupling;
pub mod adaptive_closed_forms;
