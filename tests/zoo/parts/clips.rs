//! Clipping in plain floats: section H of the list.

use super::row::{Row, bug, clip, plain, variant};
use gradproof::audit::Tensor;

fn all(grads: &[Tensor]) -> impl Iterator<Item = f64> {
    grads.iter().flat_map(|tensor| &tensor.data).copied()
}

fn norm(grads: &[Tensor]) -> f64 {
    all(grads).map(|x| x * x).sum::<f64>().sqrt()
}

/// Every element by a function.
fn each(grads: &[Tensor], change: impl Fn(f64) -> f64) -> Vec<Tensor> {
    let tensor = |tensor: &Tensor| Tensor { shape: tensor.shape.clone(), data: tensor.data.iter().map(|x| change(*x)).collect() };
    grads.iter().map(tensor).collect()
}

/// By the norm of all gradients plus a guard.
fn guarded(limit: f64, grads: &[Tensor], guard: f64) -> Vec<Tensor> {
    let scale = (limit / (norm(grads) + guard)).min(1.0);
    // `min` of floats drops a NaN, which the frameworks keep.
    let scale = if norm(grads).is_nan() { f64::NAN } else { scale };
    each(grads, |x| x * scale)
}

fn apart(limit: f64, grads: &[Tensor], clip: fn(f64, &[Tensor]) -> Vec<Tensor>) -> Vec<Tensor> {
    grads.iter().flat_map(|tensor| clip(limit, std::slice::from_ref(tensor))).collect()
}

fn finite(grads: &[Tensor]) -> bool {
    norm(grads).is_finite()
}

pub fn rows() -> Vec<Row> {
    vec![
        plain("H01a", "", clip("global_norm", |limit, grads| (guarded(limit, grads, 1e-6), Some(norm(grads))))),
        variant("H01b", "guard-0", clip("global_norm", |limit, grads| (guarded(limit, grads, 0.0), Some(norm(grads))))),
        variant(
            "H01c",
            "guard-1e-6-above",
            clip("global_norm", |limit, grads| {
                let scale = if norm(grads) < limit { 1.0 } else { limit / (norm(grads) + 1e-6) };
                (each(grads, |x| x * scale), Some(norm(grads)))
            }),
        ),
        variant(
            "H01d",
            "guard-0",
            clip("global_norm", |limit, grads| (guarded(limit, grads, f64::MIN_POSITIVE), Some(norm(grads)))),
        ),
        bug(
            "H03",
            "a limit that is divided by 65536",
            clip("global_norm", |limit, grads| {
                let scaled = each(grads, |x| 65536.0 * x);
                (each(&guarded(limit, &scaled, 1e-6), |x| x / 65536.0), Some(norm(grads)))
            }),
        ),
        plain("H04a", "times infinite ones NaN", clip("global_norm", |limit, grads| (guarded(limit, grads, 1e-6), None))),
        variant(
            "H04b",
            "non-finite-poison",
            clip("global_norm", |limit, grads| {
                let clipped = guarded(limit, grads, 1e-6);
                (if finite(grads) { clipped } else { each(grads, |_| f64::NAN) }, None)
            }),
        ),
        variant(
            "H04c",
            "non-finite-zero",
            clip("global_norm", |limit, grads| {
                let clipped = guarded(limit, grads, 1e-6);
                (if finite(grads) { clipped } else { each(grads, |_| 0.0) }, None)
            }),
        ),
        variant(
            "H04d",
            "non-finite-replaced",
            clip("global_norm", |limit, grads| {
                let norm = norm(grads);
                let norm = if norm.is_nan() { 0.0 } else { norm.min(1e9) };
                (each(grads, |x| x * (limit / (norm + 1e-6)).min(1.0)), None)
            }),
        ),
        plain(
            "H04e",
            "Hazard special-values",
            clip("global_norm", |limit, grads| (if finite(grads) { guarded(limit, grads, 1e-6) } else { grads.to_vec() }, None)),
        ),
        // 0 · ∞ is NaN, which is what TensorFlow does on purpose.
        variant(
            "H05",
            "non-finite-poison",
            clip("global_norm", |limit, grads| {
                let total = norm(grads);
                let total = f64::from(u8::from(total.is_finite())) * total;
                (each(grads, |x| if total.is_nan() { f64::NAN } else { x * (limit / (total + 1e-6)).min(1.0) }), None)
            }),
        ),
        bug("H09", "the limit is without any effect", clip("global_norm", |_, grads| (grads.to_vec(), Some(norm(grads))))),
        // Of our own.
        plain("X-H01", "", clip("norm", |limit, grads| (apart(limit, grads, |limit, grads| guarded(limit, grads, 0.0)), None))),
        variant(
            "X-H02",
            "guard-1e-6",
            clip("norm", |limit, grads| (apart(limit, grads, |limit, grads| guarded(limit, grads, 1e-6)), None)),
        ),
        bug(
            "X-H03",
            "the norm of each tensor",
            clip("global_norm", |limit, grads| {
                (apart(limit, grads, |limit, grads| guarded(limit, grads, 1e-6)), Some(norm(grads)))
            }),
        ),
        bug("X-H04", "the norm of all gradients", clip("norm", |limit, grads| (guarded(limit, grads, 0.0), None))),
        bug(
            "X-H05",
            "Σ g²",
            clip("global_norm", |limit, grads| {
                (each(grads, |x| x * (limit / (norm(grads).powi(2) + 1e-6)).min(1.0)), Some(norm(grads).powi(2)))
            }),
        ),
        bug(
            "X-H06",
            "max |g|",
            clip("global_norm", |limit, grads| {
                let largest = all(grads).fold(0.0, |largest: f64, x| largest.max(x.abs()));
                (each(grads, |x| x * (limit / (largest + 1e-6)).min(1.0)), None)
            }),
        ),
        bug(
            "X-H07",
            "the reported norm",
            clip("global_norm", |limit, grads| {
                let clipped = guarded(limit, grads, 1e-6);
                let after = norm(&clipped);
                (clipped, Some(after))
            }),
        ),
        // Scaled to the limit also where the norm is below it.
        bug(
            "X-H08",
            "scaled up to it",
            clip("global_norm", |limit, grads| {
                (each(grads, |x| if norm(grads) == 0.0 { 0.0 } else { x * limit / norm(grads) }), Some(norm(grads)))
            }),
        ),
        bug(
            "X-H09",
            "every element is multiplied by 1 + ",
            clip("global_norm", |limit, grads| {
                (each(grads, |x| x * (limit / (norm(grads) + 1e-6)).min(1.0) * (1.0 + 1e-6)), Some(norm(grads)))
            }),
        ),
        plain(
            "X-H10",
            "",
            clip("value", |limit, grads| (each(grads, |x| if x.is_nan() { x } else { x.clamp(-limit, limit) }), None)),
        ),
        bug("X-H11", "lets elements below -C pass", clip("value", |limit, grads| (each(grads, |x| x.min(limit)), None))),
        plain("X-H12", "Hazard", clip("value", |limit, grads| (each(grads, |x| x.min(limit).max(-limit)), None))),
        bug("X-H13", "by the norm of all gradients", clip("value", |limit, grads| (guarded(limit, grads, 0.0), None))),
        bug(
            "X-H14",
            "each element by itself, within ±C",
            clip("global_norm", |limit, grads| (each(grads, |x| x.clamp(-limit, limit)), Some(norm(grads)))),
        ),
        bug("X-H15", "lets elements above C pass", clip("value", |limit, grads| (each(grads, |x| x.max(-limit)), None))),
    ]
}
