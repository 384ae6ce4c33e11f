//! The theorems, in book order.

use crate::theorem::Theorem;

pub mod adaptive;
pub mod gradient_descent;
mod impostors;
pub mod kernels;
pub mod momentum;

/// Every theorem of the suite.
pub static ALL: &[&Theorem] = &[
    &gradient_descent::gd_linear_rate::THEOREM,
    &gradient_descent::gd_optimal_lr::THEOREM,
    &gradient_descent::gd_two_over_l_threshold::THEOREM,
    &momentum::hb_optimal_momentum::THEOREM,
    &momentum::hb_global_convergence::THEOREM,
    &adaptive::adam_m_hat_unbiased::THEOREM,
    &adaptive::adam_v_hat_unbiased::THEOREM,
    &adaptive::adam_nonconvergence::THEOREM,
    &adaptive::adamw_lr_coupling::THEOREM,
    &kernels::every_kernel_equals_scalar::THEOREM,
];
