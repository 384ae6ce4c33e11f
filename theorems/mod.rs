//! The theorems, in book order.

use crate::theorem::Theorem;

pub mod accumulation;
pub mod adaptive;
pub mod foundations;
pub mod gradient_descent;
mod impostors;
pub mod kernels;
pub mod momentum;
pub mod stochastic;
pub mod worst_case;

/// Every theorem of the suite.
pub static ALL: &[&Theorem] = &[
    &foundations::hessian_characterises_critical_points::THEOREM,
    &foundations::first_order_necessary::THEOREM,
    &foundations::gradnorm_implies_near_optimum::THEOREM,
    &foundations::saddle_definition::THEOREM,
    &foundations::gradient_steepest_ascent::THEOREM,
    &foundations::gd_update_rule::THEOREM,
    &foundations::condition_number_valley::THEOREM,
    &foundations::kappa_causes_oscillation::THEOREM,
    &gradient_descent::gd_descent_lemma::THEOREM,
    &gradient_descent::gd_linear_rate::THEOREM,
    &gradient_descent::gd_optimal_lr::THEOREM,
    &gradient_descent::gd_two_over_l_threshold::THEOREM,
    &gradient_descent::lr_bound_is_max_hessian_eig::THEOREM,
    &gradient_descent::too_large_lr_diverges::THEOREM,
    &gradient_descent::lr_regimes_1d::THEOREM,
    &gradient_descent::too_small_lr_slow::THEOREM,
    &gradient_descent::too_small_lr_local_minimum::THEOREM,
    &gradient_descent::gd_convex_one_over_t::THEOREM,
    &gradient_descent::gd_one_over_l_necessary::THEOREM,
    &gradient_descent::gd_nonconvex_critical::THEOREM,
    &gradient_descent::gradient_flow::THEOREM,
    &gradient_descent::flow_limit_depends_on_schedule::THEOREM,
    &gradient_descent::two_phase_training::THEOREM,
    &gradient_descent::overfitting_phase::THEOREM,
    &stochastic::sgd_unbiased::THEOREM,
    &stochastic::minibatch_variance::THEOREM,
    &stochastic::minibatch_variance_without_replacement::THEOREM,
    &stochastic::sgd_strongly_convex_bound::THEOREM,
    &stochastic::sgd_noise_floor::THEOREM,
    &accumulation::accumulation_equivalence::THEOREM,
    &accumulation::accumulation_unequal::THEOREM,
    &momentum::momentum_unrolled_sum::THEOREM,
    &momentum::momentum_is_ema::THEOREM,
    &momentum::momentum_conventions_equivalent::THEOREM,
    &momentum::momentum_convention_attribution::THEOREM,
    &momentum::momentum_ema_convention::THEOREM,
    &momentum::momentum_faster_at_same_lr::THEOREM,
    &momentum::momentum_consistent_directions::THEOREM,
    &momentum::momentum_damps_oscillations::THEOREM,
    &momentum::momentum_ill_conditioned::THEOREM,
    &momentum::hb_optimal_momentum::THEOREM,
    &momentum::hb_acceleration_sqrt_kappa::THEOREM,
    &momentum::hb_global_convergence::THEOREM,
    &momentum::hb_stability_region::THEOREM,
    &momentum::nag_constant_momentum_rate::THEOREM,
    &momentum::nag_one_over_k_squared::THEOREM,
    &momentum::nag_constant_gamma_not_accelerated::THEOREM,
    &momentum::nag_two_forms::THEOREM,
    &momentum::nag_scaled_lookahead_and_pytorch::THEOREM,
    &momentum::nag_unscaled_lookahead::THEOREM,
    &momentum::nag_anticipated_position::THEOREM,
    &momentum::momentum_stochastic_no_benefit::THEOREM,
    &momentum::momentum_direction_variance::THEOREM,
    &momentum::momentum_escapes_saddles::THEOREM,
    &momentum::momentum_ball_ode::THEOREM,
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
