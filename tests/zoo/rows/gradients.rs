//! F: gradients that are missing, buffers, and paths that should be the same.

use crate::honest;
use crate::row::{Kind, Row, bug, habit, plain};
use crate::subject::{Buffers, Float, Missing, each};

pub(super) fn rows() -> Vec<Row> {
    vec![
        habit("F01a", "sgd", |habits| habits.buffers = Buffers::Decayed).says("gradient buffer"),
        habit("F01b", "adam", |habits| habits.buffers = Buffers::Decayed).says("gradient buffer"),
        habit("F02", "adam", |habits| habits.buffers = Buffers::DecayedDownhill).says("gradient buffer"),
        plain("F04a", "adam", honest::rule("adam")),
        habit("F04b", "adam", |habits| habits.missing = Missing::Zero).is(Kind::Convention).says("absent-gradient-zero"),
        // The list knows symptoms alone; here the fused path has lost its decay.
        bug(
            "F09",
            "adam",
            each!(|c, h| {
                if !h.fused {
                    c.coupled(h);
                }
                c.average(h);
                c.x -= h.lr * c.mean(h) / (c.spread(h) + h.eps);
            }),
        )
        .switch("fused")
        .says("ignoring weight_decay"),
        // a + (1 - β) (b - a) is β a + (1 - β) b, rounded otherwise.
        bug(
            "F10",
            "signsgd",
            each!(|c, h| {
                c.coupled(h);
                c.m += (1.0 - h.momentum) * (c.g - c.m);
                c.x -= h.lr * c.m.sign();
            }),
        )
        .is(Kind::Equivalent),
    ]
}
