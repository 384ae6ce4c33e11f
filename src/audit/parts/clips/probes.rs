//! Gradients and limits that tell ways of clipping apart, the smallest first.

use crate::audit::header::Dtype;
use crate::audit::tensor::Tensor;

/// A request.
pub(super) struct Probe {
    pub name: &'static str,
    pub limit: f64,
    pub grads: Vec<Tensor>,
}

fn probe(name: &'static str, limit: f64, grads: &[&[f64]], dtype: Dtype) -> Probe {
    let grads = grads.iter().map(|tensor| Tensor::vector(tensor.to_vec()).rounded(dtype)).collect();
    Probe { name, limit: dtype.round(limit), grads }
}

/// Finite gradients with a finite norm. At a limit of a millionth a guard of that size is no rounding.
pub(super) fn finite(dtype: Dtype) -> Vec<Probe> {
    let waves: Vec<f64> = (1..=100).map(|k| libm::sin(f64::from(k))).collect();
    let probe = |name, limit, grads: &[&[f64]]| probe(name, limit, grads, dtype);
    vec![
        probe("one element beyond the limit", 1.0, &[&[-4.0]]),
        probe("one element within the limit", 1.0, &[&[0.25]]),
        probe("zeros", 1.0, &[&[0.0, 0.0], &[0.0]]),
        probe("two tensors", 1.0, &[&[3.0], &[4.0]]),
        probe("a norm that is the limit", 5.0, &[&[3.0, 0.0], &[0.0, -4.0]]),
        probe("a norm below the limit", 10.0, &[&[3.0, 0.0], &[0.0, -4.0]]),
        probe("a norm above a limit of a millionth", 1e-6, &[&[3e-6, 0.0], &[0.0, -4e-6]]),
        probe("a norm below a limit of a millionth", 1e-6, &[&[3.6e-7], &[-4.8e-7]]),
        probe("odd numbers", 0.7, &[&[0.1, -0.7], &[2.5, 0.3, -1.1]]),
        probe("one large element", 0.3, &[&[1000.0, 0.001], &[-0.2, 0.5]]),
        probe("many elements", 2.0, &[&waves[..41], &waves[41..]]),
    ]
}

/// Gradients without a finite norm.
pub(super) fn not_finite(dtype: Dtype) -> Vec<Probe> {
    let probe = |name, grads: &[&[f64]]| probe(name, 1.0, grads, dtype);
    vec![probe("an infinite element", &[&[3.0, f64::INFINITY], &[0.0, -4.0]]), probe("a NaN", &[&[3.0, f64::NAN], &[0.0, -4.0]])]
}

/// Finite gradients whose squares overflow in a type that has room for it.
pub(super) fn overflowing(dtype: Dtype) -> Option<Probe> {
    let huge = match dtype {
        Dtype::F64 => 1e200,
        Dtype::F32 | Dtype::Bf16 => 1e20,
        Dtype::F16 => return None,
    };
    Some(probe("squares that overflow", 1.0, &[&[huge; 100]], dtype))
}
