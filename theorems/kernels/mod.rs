//! The compiled loops of the reference optimizers.

pub mod every_kernel_equals_scalar;
