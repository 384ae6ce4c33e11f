//! Exact worst cases: the guarantees of PEPit's examples, with certificates.

mod faults;
pub mod gradient_descent_worst_case;
pub mod proximal_gradient_worst_case;
pub mod proximal_point_worst_case;
pub mod subgradient_worst_case;
