//! C: weight decay.

use crate::honest;
use crate::row::{Kind, Row, bug, habit, plain, variant};
use crate::subject::{Float, each, norm, tensor};
use gradproof::audit::Dtype;

pub(super) fn rows() -> Vec<Row> {
    vec![
        variant(
            "C02",
            "adamw",
            "decay-order-after",
            each!(|c, h| {
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
                c.decoupled(h);
            }),
        ),
        bug(
            "C03",
            "lion",
            each!(|c, h| {
                c.coupled(h);
                c.x -= h.lr * (h.beta1 * c.m + (1.0 - h.beta1) * c.g).sign();
                c.m = h.beta2 * c.m + (1.0 - h.beta2) * c.g;
            }),
        )
        .says("g ← g + λ x"),
        bug("C04", "adam", honest::rule("adamw")).says("x ← (1 - η λ) x beside the step"),
        bug("C06", "adamw", honest::rule("adam")).says("g ← g + λ x"),
        bug(
            "C07",
            "adam",
            each!(|c, h| {
                c.g += h.decay * h.index();
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        )
        .says("number of the tensor"),
        variant(
            "C08a",
            "adamw",
            "decay-scaling-absolute",
            each!(|c, h| {
                c.x -= h.decay * c.x;
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        ),
        variant(
            "C08b",
            "sgdw",
            "decay-scaling-absolute",
            each!(|c, h| {
                c.x -= h.decay * c.x;
                c.m = h.momentum * c.m + c.g;
                c.x -= h.lr * c.m;
            }),
        )
        .without(&["dampening", "nesterov"]),
        variant(
            "C10",
            "adamw",
            "decay-scaling-step-size-squared",
            each!(|c, h| {
                c.x *= if h.lr == 0.0 { 1.0 } else { 1.0 - h.decay * h.lr * h.lr / h.first_lr };
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        ),
        bug(
            "C11",
            "sgdw",
            each!(|c, h| {
                (0..h.tensors).for_each(|_| c.decoupled(h));
                c.m = h.momentum * c.m + c.g;
                c.x -= h.lr * c.m;
            }),
        )
        .without(&["dampening", "nesterov"])
        .says("once for each tensor"),
        bug(
            "C12",
            "nadam",
            each!(|c, h| {
                c.g *= 1.0 + h.decay * c.x;
                c.average(h);
                let [product, next] = c.products(h, h.momentum_decay);
                let look = h.mu(h.t + 1, h.momentum_decay) * c.m / (1.0 - next);
                let now = (1.0 - h.mu(h.t, h.momentum_decay)) * c.g / (1.0 - product);
                c.x -= h.lr * (look + now) / (c.spread(h) + h.eps);
            }),
        )
        .with("momentum_decay", 0.004)
        .says("g ← g (1 + λ x)"),
        bug(
            "C14",
            "adagrad",
            each!(|c, h| {
                c.v += c.g * c.g;
                c.x -= h.lr * (c.g / (c.v.sqrt() + h.eps) + h.decay * c.x);
            }),
        )
        .says("x ← (1 - η λ) x beside the step"),
        bug(
            "C16",
            "adagrad",
            each!(|c, h| {
                c.v += c.g * c.g;
                c.x += h.lr * c.g / (c.v + h.eps).sqrt() + h.lr * h.decay * c.x;
            }),
        )
        .says("opposite"),
        bug(
            "C18",
            "adamw",
            each!(|c, h| {
                if h.decay != 0.0 {
                    c.decoupled(h);
                    c.average(h);
                    c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
                }
            }),
        )
        .says("do not move"),
        habit("C19", "signsgd", |habits| habits.ignored = &["weight_decay"]).says("ignoring weight_decay"),
        habit("C20", "lamb", |habits| habits.ignored = &["maximize"]).says("ignoring maximize"),
        bug(
            "C22",
            "lamb",
            tensor!(|t, h| {
                for c in t.iter_mut() {
                    c.coupled(h);
                    c.average(h);
                    c.w = c.mean(h) / (c.spread(h) + h.eps);
                }
                let (size, step) = (norm(t.iter().map(|c| c.x)), norm(t.iter().map(|c| c.w)));
                let trust = if size == 0.0 || step == 0.0 { 1.0 } else { size / step };
                t.iter_mut().for_each(|c| c.x -= h.lr * trust * c.w);
            }),
        )
        .says("g ← g + λ x, u = r"),
        variant(
            "C23",
            "lamb",
            "decay-before",
            tensor!(|t, h| {
                for c in t.iter_mut() {
                    c.decoupled(h);
                    c.average(h);
                    c.w = c.mean(h) / (c.spread(h) + h.eps);
                }
                let (size, step) = (norm(t.iter().map(|c| c.x)), norm(t.iter().map(|c| c.w)));
                let trust = if size == 0.0 || step == 0.0 { 1.0 } else { size / step };
                t.iter_mut().for_each(|c| c.x -= h.lr * trust * c.w);
            }),
        ),
        variant(
            "C24",
            "lamb",
            "adaptation-with-decay",
            tensor!(|t, h| {
                for c in t.iter_mut() {
                    c.average(h);
                    c.w = c.mean(h) / (c.spread(h) + h.eps) + h.decay * c.x;
                }
                let (size, step) = (norm(t.iter().map(|c| c.x)), norm(t.iter().map(|c| c.w)));
                let trust = if h.decay == 0.0 || size == 0.0 || step == 0.0 { 1.0 } else { size / step };
                t.iter_mut().for_each(|c| c.x -= h.lr * trust * c.w);
            }),
        ),
        bug(
            "C26",
            "sgd",
            each!(|c, h| {
                if h.momentum > 0.0 {
                    c.coupled(h);
                    c.m = h.momentum * c.m + c.g;
                    c.x -= h.lr * c.m;
                } else {
                    c.x -= h.lr * c.g;
                }
            }),
        )
        .without(&["dampening", "nesterov"])
        .says("ignoring weight_decay"),
        // The buffer is also the gradient: what is added to one is added to the other, so that it holds μ buf + (g + λ x) after all. In
        // double precision, rounded once: the sum in this order has another rounding where its first two terms are large and cancel.
        bug(
            "C27a",
            "sgd",
            each!(|c, h| {
                let mut buffer = f64::from(h.momentum) * f64::from(c.m) + f64::from(c.g);
                buffer += f64::from(h.decay) * f64::from(c.x);
                c.m = Float::of(buffer);
                c.x -= h.lr * c.m;
            }),
        )
        .without(&["dampening", "nesterov"])
        .only(&[Dtype::F32])
        .is(Kind::Equivalent),
        // The same lines without the alias.
        bug(
            "C27b",
            "sgd",
            each!(|c, h| {
                c.m = h.momentum * c.m + c.g;
                let grad = c.m + h.decay * c.x;
                c.x -= h.lr * grad;
            }),
        )
        .without(&["dampening", "nesterov"])
        .says("x ← (1 - η λ) x beside the step"),
        bug(
            "C28",
            "adam",
            each!(|c, h| {
                c.coupled(h);
                c.g = if h.maximize { -c.g } else { c.g };
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        )
        .but(|habits| habits.own_sign = true)
        .says("a decay of the wrong sign"),
        variant(
            "C30",
            "sgdw",
            "velocity-inside",
            each!(|c, h| {
                c.x -= c.x * h.decay * h.lr;
                c.m = h.momentum * c.m - h.lr * c.g;
                c.x += if h.nesterov { h.momentum * c.m - h.lr * c.g } else { c.m };
            }),
        )
        .without(&["dampening", "maximize"]),
        plain("C31", "adamw", honest::rule("adamw")).with("weight_decay", 0.004),
        variant(
            "C34",
            "sgd",
            "decay-coupled-twice",
            each!(|c, h| {
                c.g += 2.0 * h.decay * c.x;
                c.m = h.momentum * c.m + c.g;
                c.x -= h.lr * c.m;
            }),
        )
        .without(&["dampening", "nesterov"]),
    ]
}
