//! X: faults that no list named, so that the audit is not tuned to the list.

use crate::honest;
use crate::row::{Row, bug, habit, variant};
use crate::subject::{Buffers, Float, Missing, Saving, each, norm, tensor};
use gradproof::audit::Dtype;

fn single(x: f64) -> f64 {
    f64::from(x as f32)
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        bug(
            "X01",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.m = h.beta2 * c.m + (1.0 - h.beta2) * c.g;
                c.v = h.beta1 * c.v + (1.0 - h.beta1) * c.g * c.g;
                c.x -= h.lr * (c.m / h.correction2()) / ((c.v / h.correction1()).sqrt() + h.eps);
            }),
        )
        .says("beta1 and beta2 exchanged"),
        // An average of g² + ε, corrected, would be v̂ + ε, but for the digits that the correction of ε loses.
        bug(
            "X02",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.v += (1.0 - h.beta2) * (c.g * c.g + h.eps - c.v);
                c.m += (1.0 - h.beta1) * (c.g - c.m);
                c.x -= h.lr * c.mean(h) / (c.v / h.correction2()).sqrt();
            }),
        )
        .says("g² + ε in the place of g² in v"),
        bug(
            "X03",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.m = h.beta1 * c.m + (1.0 - h.beta1) * c.g;
                c.v = h.beta2 * c.v + (1.0 - h.beta2) * c.g.abs();
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        )
        .says("|g| in the place of g²"),
        bug(
            "X04",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.v / h.correction2() + h.eps);
            }),
        )
        .says("without a root"),
        bug(
            "X05",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.x -= h.lr * c.m / (c.spread(h) + h.eps);
            }),
        )
        .says("m without its correction"),
        bug(
            "X06",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.m = h.beta1 * c.m + (1.0 - h.beta1) * c.g;
                c.v = h.beta2 * c.v + (1.0 - h.beta2) * c.m * c.m;
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        )
        .says("m² in the place of g²"),
        // The square is taken before the decay is added.
        bug(
            "X07",
            "adam",
            each!(|c, h| {
                c.v = h.beta2 * c.v + (1.0 - h.beta2) * c.g * c.g;
                c.coupled(h);
                c.m = h.beta1 * c.m + (1.0 - h.beta1) * c.g;
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        )
        .says("a decay that is in m and not in v"),
        // Nesterov's step with the velocity before its update.
        bug(
            "X08",
            "sgd",
            each!(|c, h| {
                c.coupled(h);
                let old = c.m;
                c.m = h.momentum * c.m + c.g;
                c.x -= h.lr * if h.nesterov { c.g + h.momentum * old } else { c.m };
            }),
        )
        .without(&["dampening"])
        .says("velocity outside-ahead"),
        bug(
            "X09",
            "sgd",
            each!(|c, h| {
                c.coupled(h);
                c.x -= h.lr * c.m;
                c.m = h.momentum * c.m + c.g;
            }),
        )
        .without(&["dampening", "nesterov"])
        .says("one step late"),
        bug(
            "X10",
            "adamw",
            tensor!(|t, h| {
                let last = t.len().saturating_sub(1);
                for (place, c) in t.iter_mut().enumerate() {
                    if place < last {
                        c.decoupled(h);
                    }
                    c.average(h);
                    c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
                }
            }),
        )
        .says("leaves out the last element"),
        bug(
            "X11",
            "sgd",
            tensor!(|t, h| {
                t.iter_mut().for_each(|c| c.coupled(h));
                let size = norm(t.iter().map(|c| c.g));
                let scale = if size > 1.0 { 1.0 / size } else { 1.0 };
                t.iter_mut().for_each(|c| c.x -= h.lr * scale * c.g);
            }),
        )
        .says("cut to 1")
        .without(&["momentum", "dampening", "nesterov"]),
        habit("X12", "adam", |habits| habits.rotates = true).says("another tensor"),
        habit("X13", "adam", |habits| habits.scalars = single).only(&[Dtype::F64]).says("single precision"),
        habit("X14", "adam", |habits| habits.memory = single)
            .only(&[Dtype::F64])
            .says("a state that is held in single precision"),
        habit("X15", "sgd", |habits| habits.follows = false).says("learning rate"),
        habit("X16", "sgd", |habits| habits.buffers = Buffers::Cleared).says("gradient buffer"),
        habit("X17", "adam", |habits| habits.missing = Missing::Last).says("missing"),
        habit("X18a", "adamw", |habits| habits.missing = Missing::Decayed).says("missing"),
        habit("X19a", "adam", |habits| habits.saving = Saving::NoSecond).says("save"),
        habit("X19b", "adam", |habits| habits.saving = Saving::NoMemory).says("save"),
        habit("X20", "sgd", |habits| habits.saving = Saving::NoRate).says("save"),
        habit("X21", "adam", |habits| habits.saving = Saving::Narrow).only(&[Dtype::F64]).says("save"),
        habit("X22", "adam", |habits| habits.skips = Some(true)).says("its state or its counter moved"),
        habit("X18b", "adam", |habits| habits.missing = Missing::Forgotten).says("missing"),
        habit("X23", "adam", |habits| habits.mends = true).says("NaN"),
        habit("X24", "adamw", |habits| habits.shared = &["weight_decay"]).says("group"),
        bug(
            "X25",
            "rmsprop",
            each!(|c, h| {
                c.coupled(h);
                c.v = (1.0 - h.rho) * c.v + h.rho * c.g * c.g;
                c.x -= h.lr * c.g / (c.v.sqrt() + h.eps);
            }),
        )
        .says("v ← (1 - β₂) v + β₂ g²"),
        bug(
            "X26",
            "sgd",
            each!(|c, h| {
                c.g = if h.maximize && !h.foreach { -c.g } else { c.g };
                c.coupled(h);
                c.x -= h.lr * c.g;
            }),
        )
        .without(&["momentum", "dampening", "nesterov"])
        .switch("foreach")
        .but(|habits| habits.own_sign = true)
        .says("maximize"),
        bug(
            "X27",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps) / (h.past() + 1.0);
            }),
        )
        .says("number of the update"),
        bug(
            "X28",
            "lion",
            each!(|c, h| {
                c.decoupled(h);
                c.m = h.beta2 * c.m + (1.0 - h.beta2) * c.g;
                c.x -= h.lr * (h.beta1 * c.m + (1.0 - h.beta1) * c.g).sign();
            }),
        )
        .says("counts it there once more"),
        bug("X29", "adamax", honest::rule("adam")).says("adam"),
        bug("X30", "nadam", honest::rule("adam")).with("momentum_decay", 0.004).says("adam"),
        bug(
            "X31",
            "sgd",
            each!(|c, h| {
                c.coupled(h);
                c.m = h.momentum * c.m + c.g;
                c.x -= h.lr * c.m;
            }),
        )
        .without(&["dampening"])
        .says("velocity outside-ahead"),
        habit("X32", "adam", |habits| habits.counter = |updates, _| (updates + 1).min(256)).says("stays at 256"),
        habit("X33", "adam", |habits| habits.saving = Saving::OneMore).says("save"),
        habit("X34", "sgdw", |habits| habits.saving = Saving::NoHyper).says("save"),
        bug(
            "X35",
            "adagrad",
            each!(|c, h| {
                c.coupled(h);
                c.x -= h.lr * c.g / (c.v.sqrt() + h.eps);
                c.v += c.g * c.g;
            }),
        )
        .with("eps", 1e-2)
        .says("the average v before its update in the step"),
        variant(
            "X36",
            "lamb",
            "eps-inside",
            tensor!(|t, h| {
                for c in t.iter_mut() {
                    c.average(h);
                    c.w = c.mean(h) / (c.v / h.correction2() + h.eps).sqrt() + h.decay * c.x;
                }
                let (size, step) = (norm(t.iter().map(|c| c.x)), norm(t.iter().map(|c| c.w)));
                let trust = if size == 0.0 || step == 0.0 { 1.0 } else { size / step };
                t.iter_mut().for_each(|c| c.x -= h.lr * trust * c.w);
            }),
        ),
    ]
}
