//! B: bias corrections and counters.

use crate::row::{Kind, Row, bug, habit, variant};
use crate::subject::{Saving, each, norm, tensor};
use gradproof::audit::Dtype;

/// bfloat16 by truncation, as from a register's upper half.
fn truncated(x: f64) -> f64 {
    f64::from(f32::from_bits((x as f32).to_bits() & 0xffff_0000))
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        variant(
            "B01",
            "adam",
            "bias-correction-false",
            each!(|c, h| {
                c.average(h);
                c.x -= h.lr * c.m / (c.v.sqrt() + h.eps);
            }),
        )
        .without(&["weight_decay", "maximize"]),
        bug(
            "B02",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.x -= h.lr * (c.m * h.correction1()) / ((c.v * h.correction2()).sqrt() + h.eps);
            }),
        )
        .says("m times 1 - β₁^t and v times 1 - β₂^t"),
        bug(
            "B04",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                let bias = [h.beta1.powi(h.t), h.beta2.powi(h.t)];
                c.x -= h.lr * (c.m / bias[0]) / ((c.v / bias[1]).sqrt() + h.eps);
            }),
        )
        .says("m divided by β₁^t and v divided by β₂^t"),
        bug(
            "B05",
            "radam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.m /= h.correction1();
                match h.rectification(5.0) {
                    Some(r) => c.x -= h.lr * c.m * r * h.correction2().sqrt() / (c.v.sqrt() + h.eps),
                    None => c.x -= h.lr * c.m,
                }
            }),
        )
        .says("corrected value is stored"),
        bug(
            "B06",
            "nadam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.m *= h.beta1 / h.correction1();
                c.x -= h.lr * (c.m + (1.0 - h.beta1) * c.g / h.correction1()) / (c.spread(h) + h.eps);
            }),
        )
        .says("stored after its correction and its look-ahead"),
        bug(
            "B08",
            "radam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                match h.rectification(5.0) {
                    Some(r) => c.x -= h.lr * c.mean(h) * r / ((c.v.sqrt() + h.eps) / h.correction2().sqrt()),
                    None => c.x -= h.lr * c.mean(h),
                }
            }),
        )
        .but(|habits| habits.counter = |updates, _| 2 * updates + 2)
        .says("counts every update twice"),
        habit("B09", "adamw", |habits| habits.counter = |_, _| 1).says("counter that stays at 1"),
        habit("B10", "adam", |habits| habits.counter = |updates, _| updates + 2).says("one update ahead"),
        // 0.9999^(2^24) is below the least positive f64, so that 1 - β^t is 1 before the counter stops and after it.
        habit("B12", "adam", |habits| habits.counter = |updates, _| (updates + 1).min(1 << 24)).is(Kind::Equivalent),
        bug(
            "B13",
            "adamw",
            each!(|c, h| {
                c.decoupled(h);
                c.average(h);
                c.x -= h.lr * (c.m / (1.0 - h.powers[0])) / ((c.v / (1.0 - h.powers[1])).sqrt() + h.eps);
            }),
        )
        .but(|habits| habits.saving = Saving::OldPowers)
        .says("save"),
        habit("B14", "adam", |habits| habits.scalars = truncated).says("bf16 by truncation"),
        bug(
            "B16",
            "adam",
            each!(|c, h| {
                c.average(h);
                c.x -= h.lr * (c.m / (1.0 - h.powers[0])) / ((c.v / (1.0 - h.powers[1])).sqrt() + h.eps);
            }),
        )
        .without(&["weight_decay", "maximize"])
        .only(&[Dtype::F32])
        .is(Kind::Hazard)
        .says("single precision"),
        habit("B17", "adam", |habits| habits.counter = |_, calls| calls).is(Kind::Convention).says("counter-shared"),
        habit("B20", "adam", |habits| habits.saving = Saving::NoCount).says("save"),
        variant(
            "B21",
            "lamb",
            "bias-correction-false",
            tensor!(|t, h| {
                for c in t.iter_mut() {
                    c.average(h);
                    c.w = c.m / (c.v.sqrt() + h.eps) + h.decay * c.x;
                }
                let (size, step) = (norm(t.iter().map(|c| c.x)), norm(t.iter().map(|c| c.w)));
                let trust = if size == 0.0 || step == 0.0 { 1.0 } else { size / step };
                t.iter_mut().for_each(|c| c.x -= h.lr * trust * c.w);
            }),
        ),
        habit("B22", "adam", |habits| habits.remembers = false).says("forgets"),
    ]
}
