//! The theorems, in book order.

use crate::theorem::Theorem;

pub mod accumulation;
pub mod adaptive;
pub mod gradient_descent;
mod impostors;
pub mod kernels;
pub mod momentum;
pub mod stochastic;
pub mod worst_case;

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
    &accumulation::accumulation_equivalence::THEOREM,
    &accumulation::accumulation_unequal::THEOREM,
    &momentum::momentum_conventions_equivalent::THEOREM,
    &momentum::hb_optimal_momentum::THEOREM,
    &momentum::hb_global_convergence::THEOREM,
    &momentum::nag_constant_momentum_rate::THEOREM,
    &momentum::nag_unscaled_lookahead::THEOREM,
    &worst_case::gradient_descent_worst_case::THEOREM,
    &worst_case::exact_line_search_worst_case::THEOREM,
    &worst_case::optimized_gradient_worst_case::THEOREM,
    &worst_case::nesterov_worst_case::THEOREM,
    &worst_case::nesterov_strongly_convex_worst_case::THEOREM,
    &worst_case::triple_momentum_worst_case::THEOREM,
    &worst_case::subgradient_worst_case::THEOREM,
    &worst_case::proximal_point_worst_case::THEOREM,
    &worst_case::proximal_gradient_worst_case::THEOREM,
    &adaptive::adam_m_hat_unbiased::THEOREM,
    &adaptive::adam_v_hat_unbiased::THEOREM,
    &adaptive::adam_nonconvergence::THEOREM,
    &adaptive::adamw_lr_coupling::THEOREM,
    &adaptive::adaptive_closed_forms::THEOREM,
    &kernels::every_kernel_equals_scalar::THEOREM,
];
