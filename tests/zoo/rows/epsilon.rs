//! A: the place of ε.

use crate::honest;
use crate::row::{Row, bug, plain, variant};
use crate::subject::each;

pub(super) fn rows() -> Vec<Row> {
    vec![
        variant(
            "A01",
            "adam",
            "eps-hat",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.x -= h.lr * h.correction2().sqrt() / h.correction1() * c.m / (c.v.sqrt() + h.eps);
            }),
        ),
        variant(
            "A02",
            "adamw",
            "eps-hat",
            each!(|c, h| {
                c.decoupled(h);
                c.average(h);
                let alpha = h.lr * h.correction2().sqrt() / h.correction1();
                c.x -= c.m * alpha / (c.v.sqrt() + h.eps);
            }),
        )
        .with("eps", 1e-7),
        variant(
            "A03a",
            "adagrad",
            "eps-inside",
            each!(|c, h| {
                c.v += c.g * c.g;
                c.x -= h.lr * c.g / (c.v + h.eps).sqrt();
            }),
        )
        .with("eps", 1e-7)
        .without(&["weight_decay", "maximize"]),
        variant(
            "A03b",
            "rmsprop",
            "eps-inside",
            each!(|c, h| {
                c.v = h.rho * c.v + (1.0 - h.rho) * c.g * c.g;
                c.x -= h.lr * c.g / (c.v + h.eps).sqrt();
            }),
        )
        .with("eps", 1e-7)
        .without(&["weight_decay", "maximize"]),
        variant(
            "A05",
            "rmsprop",
            "eps-inside",
            each!(|c, h| {
                c.coupled(h);
                c.v = (1.0 - h.rho) * c.g * c.g + h.rho * c.v;
                c.x -= h.lr * (c.g / (c.v + h.eps).sqrt());
            }),
        )
        .with("eps", 1e-4),
        variant(
            "A06",
            "adam",
            "eps-inside",
            each!(|c, h| {
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.v / h.correction2() + h.eps).sqrt();
            }),
        )
        .without(&["weight_decay", "maximize"]),
        bug(
            "A07",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.x -= h.lr * c.mean(h) / ((c.v / h.correction2() + h.eps).sqrt() + h.eps);
            }),
        )
        .says("√(v̂ + ε) + ε"),
        variant(
            "A09",
            "adamw",
            "eps-hat",
            each!(|c, h| {
                c.decoupled(h);
                c.average(h);
                let denominator = c.v.sqrt() + h.eps;
                c.x -= h.lr * h.correction2().sqrt() / h.correction1() * (c.m / denominator);
            }),
        ),
        bug(
            "A10",
            "adamw",
            each!(|c, h| {
                c.average(h);
                let rate = h.lr * h.correction2().sqrt() / h.correction1();
                c.x -= rate * (c.m / (c.v.sqrt() + h.eps) + h.decay * c.x);
            }),
        )
        .says("decay by the corrected step size"),
        bug(
            "A11",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.spread(h) - h.eps);
            }),
        )
        .says("√v̂ - ε"),
        plain("A13a", "adagrad", honest::rule("adagrad")),
        plain("A13b", "adadelta", honest::rule("adadelta")),
    ]
}
