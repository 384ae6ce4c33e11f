//! E: what belongs to one optimizer.

use crate::honest;
use crate::row::{Kind, Row, bug, habit, plain, variant};
use crate::subject::{Saving, all, each, norm, tensor};
use gradproof::audit::Dtype;

pub(super) fn rows() -> Vec<Row> {
    vec![
        plain("E01a", "adam", honest::rule("adam")).switch("amsgrad"),
        variant(
            "E01b",
            "adam",
            "maximum-corrected",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                let v = c.v / h.correction2();
                c.w = if v < c.w { c.w } else { v };
                c.x -= h.lr * c.mean(h) / (if h.amsgrad { c.w } else { v }.sqrt() + h.eps);
            }),
        )
        .switch("amsgrad"),
        variant(
            "E01c",
            "adam",
            "maximum-uncorrected",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.w = if c.v < c.w { c.w } else { c.v };
                c.x -= h.lr * if h.amsgrad { c.m / (c.w.sqrt() + h.eps) } else { c.mean(h) / (c.spread(h) + h.eps) };
            }),
        )
        .switch("amsgrad"),
        bug(
            "E03",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.w = if c.v < c.w { c.w } else { c.v };
                c.v = if h.amsgrad { c.w } else { c.v };
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        )
        .switch("amsgrad")
        .says("the maximum, which overwrites the average v"),
        bug(
            "E04",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                if h.amsgrad {
                    c.w = if c.v < c.w { c.w } else { c.v }.sqrt();
                    c.x -= h.lr * c.mean(h) / (c.w / h.correction2().sqrt() + h.eps);
                } else {
                    c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
                }
            }),
        )
        .switch("amsgrad")
        .says("the root of the maximum, which is stored in its place"),
        plain("E05a", "radam", honest::rule("radam")),
        variant(
            "E05b",
            "radam",
            "threshold-4",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                let mean = c.mean(h);
                match h.rectification(4.0) {
                    Some(r) => c.x -= h.lr * mean * r * h.correction2().sqrt() / (c.v.sqrt() + h.eps),
                    None => c.x -= h.lr * mean,
                }
            }),
        ),
        bug(
            "E07",
            "radam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                let mean = (h.past() + 1.0) * c.mean(h);
                match h.rectification(5.0) {
                    Some(r) => c.x -= h.lr * mean * r * h.correction2().sqrt() / (c.v.sqrt() + h.eps),
                    None => c.x -= h.lr * mean,
                }
            }),
        )
        .says("times the number of the update"),
        bug(
            "E09",
            "nadam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                let (now, next) = (h.mu(h.t, h.momentum_decay), h.mu(h.t + 1, h.momentum_decay));
                c.x -= h.lr * ((1.0 - now) * c.g + next * c.m) / (c.spread(h) + h.eps);
            }),
        )
        .says("without the products of momenta")
        .with("momentum_decay", 0.004),
        bug(
            "E11",
            "nadam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                let [product, next] = c.products(h, h.momentum_decay);
                let now = (1.0 - h.mu(h.t, h.momentum_decay)) / (1.0 - product);
                let mu = h.mu(h.t + 1, h.momentum_decay);
                let scaled = c.g * h.lr * now;
                let denominator = c.spread(h) + h.eps;
                c.x -= scaled / denominator;
                c.x -= if h.differentiable { scaled * h.lr * (1.0 - mu) } else { c.m * h.lr * mu } / (1.0 - next) / denominator;
            }),
        )
        .says("formed from the scaled gradient")
        .with("momentum_decay", 0.004)
        .pinned("differentiable"),
        plain("E12a", "nadam", honest::rule("nadam")).with("momentum_decay", 0.004),
        variant(
            "E12b",
            "nadam",
            "momentum-schedule-dozat",
            each!(|c, h| {
                c.average(h);
                let [product, next] = c.products(h, 1.0);
                let look = h.mu(h.t + 1, 1.0) * c.m / (1.0 - next);
                let now = (1.0 - h.mu(h.t, 1.0)) * c.g / (1.0 - product);
                c.x -= h.lr * (look + now) / (c.spread(h) + h.eps);
            }),
        )
        .without(&["weight_decay", "maximize"]),
        variant(
            "E12c",
            "nadam",
            "momentum-schedule-constant",
            each!(|c, h| {
                c.average(h);
                let look = h.beta1 * c.m / (1.0 - h.beta1.powi(h.t + 1));
                let now = (1.0 - h.beta1) * c.g / h.correction1();
                c.x -= h.lr * (look + now) / (c.spread(h) + h.eps);
            }),
        )
        .without(&["weight_decay", "maximize"]),
        variant(
            "E13",
            "nadam",
            "second-moment-decayed",
            each!(|c, h| {
                c.average(h);
                let look = h.beta1 * c.m / (1.0 - h.beta1.powi(h.t + 1));
                let now = (1.0 - h.beta1) * c.g / h.correction1();
                c.x -= h.lr * (look + now) / ((c.v * h.beta2 / h.correction2()).sqrt() + h.eps);
            }),
        )
        .without(&["weight_decay", "maximize"]),
        bug(
            "E15",
            "lamb",
            tensor!(|t, h| {
                for c in t.iter_mut() {
                    c.average(h);
                    c.w = c.mean(h) / (c.spread(h) + h.eps) + h.decay * c.x;
                }
                let (size, step) = (norm(t.iter().map(|c| c.x)), norm(t.iter().map(|c| c.w)));
                let trust = if step == 0.0 { 1.0 } else { size / step };
                t.iter_mut().for_each(|c| c.x -= h.lr * trust * c.w);
            }),
        )
        .says("a tensor of zeros never moves"),
        variant(
            "E16",
            "lamb",
            "norm-function-at-most-10",
            tensor!(|t, h| {
                for c in t.iter_mut() {
                    c.average(h);
                    c.w = c.mean(h) / (c.spread(h) + h.eps) + h.decay * c.x;
                }
                let (size, step) = (norm(t.iter().map(|c| c.x)).min(10.0), norm(t.iter().map(|c| c.w)));
                let trust = if size == 0.0 || step == 0.0 { 1.0 } else { size / step };
                t.iter_mut().for_each(|c| c.x -= h.lr * trust * c.w);
            }),
        ),
        bug(
            "E17a",
            "lamb",
            all!(|t, h| {
                for (t, h) in t.iter_mut().zip(h) {
                    for c in t {
                        c.average(h);
                        c.w = c.mean(h) / (c.spread(h) + h.eps) + h.decay * c.x;
                    }
                }
                let (size, step) = (norm(t.iter().flatten().map(|c| c.x)), norm(t.iter().flatten().map(|c| c.w)));
                let trust = if size == 0.0 || step == 0.0 { 1.0 } else { size / step };
                for (t, h) in t.iter_mut().zip(h) {
                    t.iter_mut().for_each(|c| c.x -= h.lr * trust * c.w);
                }
            }),
        )
        .says("norms over all tensors"),
        bug(
            "E17b",
            "lars",
            all!(|t, h| {
                let (size, slope) = (norm(t.iter().flatten().map(|c| c.x)), norm(t.iter().flatten().map(|c| c.g)));
                for (t, h) in t.iter_mut().zip(h) {
                    let trust = if size == 0.0 || slope == 0.0 { 1.0 } else { h.trust * size / (slope + h.decay * size + h.eps) };
                    for c in t {
                        c.m = h.momentum * c.m + h.lr * (trust * (c.g + h.decay * c.x));
                        c.x -= c.m;
                    }
                }
            }),
        )
        .says("norms over all tensors"),
        bug(
            "E19",
            "adabound",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                let [low, high] = h.bounds(h.final_lr);
                let rate = h.lr * h.correction2().sqrt() / h.correction1() / (c.v.sqrt() + h.eps);
                c.x -= rate.clamp(low, high) * c.m;
            }),
        )
        .says("bounds around η*"),
        habit("E20", "adabound", |habits| habits.saving = Saving::NoCount).says("save"),
        bug(
            "E21",
            "adadelta",
            each!(|c, h| {
                c.coupled(h);
                c.v = (h.rho * c.v + (1.0 - h.rho)) * c.g * c.g;
                let d = (c.m + h.eps).sqrt() / (c.v + h.eps).sqrt() * c.g;
                c.m = h.rho * c.m + (1.0 - h.rho) * d * d;
                c.x -= h.lr * d;
            }),
        )
        .says("(β v + 1 - β) g²"),
        plain("E23", "adadelta", honest::rule("adadelta")).with("lr", 0.001),
        plain("E24a", "adagrad", honest::rule("adagrad")),
        variant("E24b", "adagrad", "initial-accumulator-0.1", honest::rule("adagrad"))
            .but(|habits| habits.fixed = &[("initial_accumulator", 0.1)]),
        variant(
            "E24c",
            "adagrad",
            "initial-accumulator-eps",
            each!(|c, h| {
                c.v = c.g * c.g + if h.t == 1 { h.eps } else { c.v };
                c.x -= h.lr * c.g / (c.v.sqrt() + h.eps);
            }),
        )
        .without(&["weight_decay", "maximize"]),
        plain("E25", "adagrad", honest::rule("adagrad")).with("lr_decay", 0.0),
        variant("E27", "rmsprop", "initial-accumulator-1", honest::rule("rmsprop"))
            .but(|habits| habits.fixed = &[("initial_accumulator", 1.0)]),
        // Starts at 1 in the first step of all, and at 0 where a tensor is first seen later.
        bug(
            "E28",
            "rmsprop",
            each!(|c, h| {
                c.v = h.rho * if h.t == 1 { 1.0 } else { c.v } + (1.0 - h.rho) * c.g * c.g;
                c.x -= h.lr * c.g / (c.v.sqrt() + h.eps);
            }),
        )
        .says("starts as zeros")
        .without(&["weight_decay", "maximize"])
        .but(|habits| habits.counter = |_, calls| calls),
        plain(
            "E29",
            "rmsprop",
            each!(|c, h| {
                c.v = h.rho * c.v + (1.0 - h.rho) * c.g * c.g;
                c.w = h.rho * c.w + (1.0 - h.rho) * c.g;
                let spread = if h.centered { c.v - c.w * c.w } else { c.v };
                c.x -= h.lr * c.g / (spread.sqrt() + h.eps);
            }),
        )
        .always("centered")
        .without(&["weight_decay", "maximize"])
        .is(Kind::Hazard)
        .says("variance under the root"),
        bug(
            "E31",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.x -= h.lr * (c.m / h.correction1().sqrt()) / (c.spread(h) + h.eps);
            }),
        )
        .says("divided by √(1 - β₁^t)"),
        plain(
            "E32a",
            "adamw",
            each!(|c, h| {
                c.average(h);
                c.x -= h.lr * (c.mean(h) / (c.spread(h) + h.eps) + h.decay * c.x);
            }),
        ),
        variant(
            "E32b",
            "adamw",
            "decay-scaling-absolute",
            each!(|c, h| {
                c.average(h);
                c.x = c.x - h.decay * c.x - h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        ),
        variant(
            "E33",
            "adam",
            "initial-moment-eps",
            each!(|c, h| {
                if h.t == 1 && h.amsgrad {
                    (c.m, c.v, c.w) = (h.eps, h.eps, h.eps);
                }
                c.average(h);
                c.w = if c.v < c.w { c.w } else { c.v };
                c.x -= h.lr * if h.amsgrad { c.m / (c.w.sqrt() + h.eps) } else { c.mean(h) / (c.spread(h) + h.eps) };
            }),
        )
        .always("amsgrad")
        .without(&["weight_decay", "maximize"])
        .with("eps", 1e-3)
        .only(&[Dtype::F64]),
        bug(
            "E35",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.g = c.g.abs();
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        )
        .says("|g|"),
    ]
}
