//! D: momentum.

use crate::honest;
use crate::row::{Row, bug, habit, plain, variant};
use crate::subject::each;

pub(super) fn rows() -> Vec<Row> {
    vec![
        plain("D01", "sgd", honest::rule("sgd")).without(&["nesterov"]),
        variant(
            "D02",
            "sgd",
            "first-step-dampening-true",
            each!(|c, h| {
                c.coupled(h);
                c.m = h.momentum * c.m + (1.0 - h.dampening) * c.g;
                c.x -= h.lr * if h.momentum == 0.0 { c.g } else { c.m };
            }),
        )
        .without(&["nesterov"]),
        variant(
            "D04a",
            "sgd",
            "velocity-inside",
            each!(|c, h| {
                c.coupled(h);
                c.m = h.momentum * c.m - h.lr * c.g;
                c.x += if h.nesterov { h.momentum * c.m - h.lr * c.g } else { c.m };
            }),
        )
        .without(&["dampening"]),
        variant(
            "D04b",
            "rmsprop",
            "velocity-inside",
            each!(|c, h| {
                c.v = h.rho * c.v + (1.0 - h.rho) * c.g * c.g;
                c.m = h.momentum * c.m + h.lr * c.g / (c.v.sqrt() + h.eps);
                c.x -= c.m;
            }),
        )
        .with("momentum", 0.0)
        .without(&["weight_decay", "maximize"]),
        // No formula in the list; here the second gradient of the look-ahead has no decay.
        bug(
            "D05",
            "sgd",
            each!(|c, h| {
                let gradient = c.g;
                c.coupled(h);
                c.m = h.momentum * c.m + c.g;
                c.x -= h.lr * if h.nesterov { gradient + h.momentum * c.m } else { c.m };
            }),
        )
        .says("in the velocity, and not in the gradient beside it")
        .without(&["dampening"]),
        // v ← μ v + (g + μ v): at the momentum of 1/2 that the battery takes, a sum.
        bug(
            "D06",
            "sgd",
            each!(|c, h| {
                c.coupled(h);
                c.g += if h.nesterov { h.momentum * c.m } else { 0.0 };
                c.m = h.momentum * c.m + c.g;
                c.x -= h.lr * c.m;
            }),
        )
        .without(&["dampening"])
        .says("m ← m + g"),
        habit("D08", "signsgd", |habits| habits.remembers = false).says("ignoring momentum"),
        bug(
            "D09",
            "sgdw",
            each!(|c, h| {
                c.m = if h.t == 1 { c.x } else { c.m };
                c.decoupled(h);
                c.m = h.momentum * c.m + (1.0 - h.dampening) * c.g;
                c.x -= h.lr * if h.momentum == 0.0 { c.g } else { c.m };
            }),
        )
        .without(&["nesterov"])
        .says("starts as the parameter"),
        bug(
            "D10",
            "sgdw",
            each!(|c, h| {
                c.decoupled(h);
                c.m += (1.0 - h.dampening) * (c.g - c.m);
                c.g += if h.nesterov { h.momentum * c.m } else { 0.0 };
                c.x -= h.lr * c.m;
            }),
        )
        .without(&["dampening"])
        .says("ignoring momentum"),
        bug(
            "D12",
            "sgd",
            each!(|c, h| {
                c.m = if h.t == 1 { -c.g } else { h.momentum * c.m - h.lr * c.g };
                c.x += c.m;
            }),
        )
        .without(&["dampening", "nesterov", "weight_decay", "maximize"])
        .says("a learning rate of 1 in the first step"),
        variant(
            "D13",
            "sgd",
            "velocity-average-after-first",
            each!(|c, h| {
                c.coupled(h);
                c.m = if h.t == 1 { c.g } else { h.momentum * c.m + (1.0 - h.momentum) * c.g };
                c.x -= h.lr * c.m;
            }),
        )
        .without(&["dampening", "nesterov"]),
        plain("D14", "sgd", honest::rule("sgd")),
        bug(
            "D16",
            "adagrad",
            each!(|c, h| {
                c.w += c.g;
                c.v += c.w * c.w;
                c.x -= h.lr * c.w / (c.v.sqrt() + h.eps);
            }),
        )
        .without(&["weight_decay", "maximize"])
        .says("sum of all gradients so far"),
    ]
}
