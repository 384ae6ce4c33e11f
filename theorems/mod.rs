//! The theorems, in book order.

use crate::theorem::Theorem;

pub mod accumulation;
pub mod gradient_descent;
pub mod momentum;

/// Every theorem of the suite.
pub static ALL: &[&Theorem] = &[
    &gradient_descent::gd_linear_rate::THEOREM,
    &accumulation::accumulation_equivalence::THEOREM,
    &accumulation::accumulation_unequal::THEOREM,
    &momentum::momentum_conventions_equivalent::THEOREM,
    &momentum::nag_constant_momentum_rate::THEOREM,
    &momentum::nag_unscaled_lookahead::THEOREM,
];
