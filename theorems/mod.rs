//! The theorems, in book order.

use crate::theorem::Theorem;

pub mod gradient_descent;
mod impostors;
pub mod momentum;
pub mod stochastic;

/// Every theorem of the suite.
pub static ALL: &[&Theorem] = &[
    &gradient_descent::gd_linear_rate::THEOREM,
    &gradient_descent::gd_optimal_lr::THEOREM,
    &gradient_descent::gd_two_over_l_threshold::THEOREM,
    &stochastic::sgd_unbiased::THEOREM,
    &stochastic::minibatch_variance::THEOREM,
    &stochastic::minibatch_variance_without_replacement::THEOREM,
    &stochastic::sgd_strongly_convex_bound::THEOREM,
    &stochastic::sgd_noise_floor::THEOREM,
    &momentum::hb_optimal_momentum::THEOREM,
    &momentum::hb_global_convergence::THEOREM,
];
