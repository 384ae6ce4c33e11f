//! The theorems, in book order.

use crate::theorem::Theorem;

pub mod gradient_descent;

/// Every theorem of the suite.
pub static ALL: &[&Theorem] = &[&gradient_descent::gd_linear_rate::THEOREM];
