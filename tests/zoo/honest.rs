//! The right rules, as their papers and PyTorch's documentation have them.

use crate::row::{Row, honest};
use crate::subject::{Float, Rule, all, each, norm, tensor};

/// The rule of a name.
pub fn rule(name: &str) -> Rule {
    match name {
        "sgd" => each!(|c, h| {
            c.coupled(h);
            c.m = if h.t == 1 { c.g } else { h.momentum * c.m + (1.0 - h.dampening) * c.g };
            let step = if h.nesterov { c.g + h.momentum * c.m } else { c.m };
            c.x -= h.lr * if h.momentum == 0.0 { c.g } else { step };
        }),
        "sgdw" => each!(|c, h| {
            c.decoupled(h);
            c.m = if h.t == 1 { c.g } else { h.momentum * c.m + (1.0 - h.dampening) * c.g };
            let step = if h.nesterov { c.g + h.momentum * c.m } else { c.m };
            c.x -= h.lr * if h.momentum == 0.0 { c.g } else { step };
        }),
        "signsgd" => each!(|c, h| {
            c.coupled(h);
            c.m = h.momentum * c.m + (1.0 - h.momentum) * c.g;
            c.x -= h.lr * c.m.sign();
        }),
        "lion" => each!(|c, h| {
            c.decoupled(h);
            c.x -= h.lr * (h.beta1 * c.m + (1.0 - h.beta1) * c.g).sign();
            c.m = h.beta2 * c.m + (1.0 - h.beta2) * c.g;
        }),
        "adagrad" => each!(|c, h| {
            c.coupled(h);
            c.v = c.g * c.g + if h.t == 1 { h.initial_accumulator } else { c.v };
            c.x -= h.lr / (1.0 + h.past() * h.lr_decay) * c.g / (c.v.sqrt() + h.eps);
        }),
        "adadelta" => each!(|c, h| {
            c.coupled(h);
            c.v = h.rho * c.v + (1.0 - h.rho) * c.g * c.g;
            let d = (c.m + h.eps).sqrt() / (c.v + h.eps).sqrt() * c.g;
            c.m = h.rho * c.m + (1.0 - h.rho) * d * d;
            c.x -= h.lr * d;
        }),
        "rmsprop" => each!(|c, h| {
            c.coupled(h);
            c.v = h.rho * if h.t == 1 { h.initial_accumulator } else { c.v } + (1.0 - h.rho) * c.g * c.g;
            c.w = h.rho * c.w + (1.0 - h.rho) * c.g;
            let spread = if h.centered { c.v - c.w * c.w } else { c.v };
            let step = c.g / (spread.sqrt() + h.eps);
            c.m = h.momentum * c.m + step;
            c.x -= h.lr * c.m;
        }),
        "adam" => each!(|c, h| {
            c.coupled(h);
            c.average(h);
            c.w = if c.v < c.w { c.w } else { c.v };
            let root = (if h.amsgrad { c.w } else { c.v } / h.correction2()).sqrt();
            c.x -= h.lr * c.mean(h) / (root + h.eps);
        }),
        "adamw" => each!(|c, h| {
            c.decoupled(h);
            c.average(h);
            c.w = if c.v < c.w { c.w } else { c.v };
            let root = (if h.amsgrad { c.w } else { c.v } / h.correction2()).sqrt();
            c.x -= h.lr * c.mean(h) / (root + h.eps);
        }),
        "adamax" => each!(|c, h| {
            c.coupled(h);
            c.m = h.beta1 * c.m + (1.0 - h.beta1) * c.g;
            let size = c.g.abs() + h.eps;
            c.v = if h.beta2 * c.v > size { h.beta2 * c.v } else { size };
            c.x -= h.lr * c.mean(h) / c.v;
        }),
        "nadam" => each!(|c, h| {
            c.coupled(h);
            c.average(h);
            let [product, next] = c.products(h, h.momentum_decay);
            let look = h.mu(h.t + 1, h.momentum_decay) * c.m / (1.0 - next);
            let now = (1.0 - h.mu(h.t, h.momentum_decay)) * c.g / (1.0 - product);
            c.x -= h.lr * (look + now) / (c.spread(h) + h.eps);
        }),
        "radam" => each!(|c, h| {
            c.coupled(h);
            c.average(h);
            let mean = c.mean(h);
            match h.rectification(5.0) {
                Some(r) => c.x -= h.lr * mean * r * h.correction2().sqrt() / (c.v.sqrt() + h.eps),
                None => c.x -= h.lr * mean,
            }
        }),
        "adabound" => each!(|c, h| {
            c.coupled(h);
            c.average(h);
            let [low, high] = h.bounds(if h.lr == 0.0 { 0.0 } else { h.final_lr * h.lr / h.first_lr });
            let rate = h.lr * h.correction2().sqrt() / h.correction1() / (c.v.sqrt() + h.eps);
            c.x -= rate.clamp(low, high) * c.m;
        }),
        "ngd" => all!(|t, h| {
            t.iter_mut().zip(h).for_each(|(t, h)| t.iter_mut().for_each(|c| c.coupled(h)));
            let size = norm(t.iter().flatten().map(|c| c.g));
            for (t, h) in t.iter_mut().zip(h) {
                t.iter_mut().for_each(|c| c.x -= h.lr * if size == 0.0 { c.g } else { c.g / (size + h.eps) });
            }
        }),
        "lamb" => tensor!(|t, h| {
            for c in t.iter_mut() {
                c.average(h);
                c.w = c.mean(h) / (c.spread(h) + h.eps) + h.decay * c.x;
            }
            let (size, step) = (norm(t.iter().map(|c| c.x)), norm(t.iter().map(|c| c.w)));
            let trust = if size == 0.0 || step == 0.0 { 1.0 } else { size / step };
            t.iter_mut().for_each(|c| c.x -= h.lr * (trust * c.w));
        }),
        "lars" => tensor!(|t, h| {
            let (size, slope) = (norm(t.iter().map(|c| c.x)), norm(t.iter().map(|c| c.g)));
            let trust = if size == 0.0 || slope == 0.0 { 1.0 } else { h.trust * size / (slope + h.decay * size + h.eps) };
            for c in t.iter_mut() {
                c.m = h.momentum * c.m + h.lr * (trust * (c.g + h.decay * c.x));
                c.x -= c.m;
            }
        }),
        _ => unreachable!("every name has a rule"),
    }
}

/// One optimizer of each name, with every hyper-parameter that it has in PyTorch.
pub fn rows() -> Vec<Row> {
    vec![
        honest("honest-sgd", "sgd"),
        honest("honest-sgdw", "sgdw"),
        honest("honest-signsgd", "signsgd"),
        honest("honest-lion", "lion"),
        honest("honest-adagrad", "adagrad").with("initial_accumulator", 0.0).with("lr_decay", 0.0),
        honest("honest-adadelta", "adadelta"),
        honest("honest-rmsprop", "rmsprop").with("momentum", 0.0),
        honest("honest-adam", "adam").switch("amsgrad"),
        honest("honest-adamw", "adamw").switch("amsgrad"),
        honest("honest-adamax", "adamax"),
        honest("honest-nadam", "nadam").with("momentum_decay", 0.004),
        honest("honest-radam", "radam"),
        honest("honest-adabound", "adabound"),
        honest("honest-ngd", "ngd"),
        honest("honest-lamb", "lamb"),
        honest("honest-lars", "lars"),
    ]
}
