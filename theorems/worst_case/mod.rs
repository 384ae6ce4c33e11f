//! Exact worst cases: the guarantees of PEPit's examples, with certificates.

pub mod exact_line_search_worst_case;
pub mod faults;
pub mod gradient_descent_worst_case;
pub mod nesterov_strongly_convex_worst_case;
pub mod nesterov_worst_case;
pub mod optimized_gradient_worst_case;
pub mod proximal_gradient_worst_case;
pub mod proximal_point_worst_case;
pub mod subgradient_worst_case;
pub mod triple_momentum_worst_case;
