//! M and N: low precision and the rest.

use crate::row::{Kind, Row, bug, habit};
use crate::subject::each;
use gradproof::audit::Dtype;
use gradproof::number::f16;

fn half(x: f64) -> f64 {
    f16::from_f64(x).to_f64()
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        // ε = 1e-8 is zero in half precision: without a gradient the step is 0 / 0.
        habit("M01", "adam", |habits| (habits.scalars, habits.memory) = (|x| if x < 1e-6 { half(x) } else { x }, half))
            .only(&[Dtype::F16])
            .says("is zero in f16"),
        bug(
            "M02",
            "adam",
            each!(|c, h| {
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        )
        .without(&["weight_decay", "maximize"])
        .but(|habits| (habits.scalars, habits.memory) = (half, half))
        .only(&[Dtype::F16])
        .says("is zero in f16"),
        habit("M03", "adamw", |habits| habits.memory = half).only(&[Dtype::F16]).is(Kind::Hazard),
        bug(
            "N01",
            "radam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                let mean = c.mean(h);
                match h.rectification(5.0) {
                    Some(r) => c.x -= h.first_lr * mean * r * h.correction2().sqrt() / (c.v.sqrt() + h.eps),
                    None => c.x -= h.first_lr * mean,
                }
            }),
        )
        .says("learning rate of the first step"),
        habit("N02", "adamw", |habits| habits.shared = &["lr"]).says("group"),
    ]
}
