//! The theorems, in book order.

use crate::theorem::Theorem;

pub mod gradient_descent;
mod impostors;
pub mod momentum;

/// Every theorem of the suite.
pub static ALL: &[&Theorem] = &[
    &gradient_descent::gd_linear_rate::THEOREM,
    &gradient_descent::gd_optimal_lr::THEOREM,
    &gradient_descent::gd_two_over_l_threshold::THEOREM,
    &momentum::hb_optimal_momentum::THEOREM,
    &momentum::hb_global_convergence::THEOREM,
];
