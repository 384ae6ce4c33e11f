//! The theorems, in book order.

use crate::theorem::Theorem;

pub mod adaptive;
pub mod gradient_descent;
pub mod kernels;

/// Every theorem of the suite.
pub static ALL: &[&Theorem] = &[
    &gradient_descent::gd_linear_rate::THEOREM,
    &adaptive::adam_m_hat_unbiased::THEOREM,
    &adaptive::adam_v_hat_unbiased::THEOREM,
    &adaptive::adam_nonconvergence::THEOREM,
    &adaptive::adamw_lr_coupling::THEOREM,
    &kernels::every_kernel_equals_scalar::THEOREM,
];
