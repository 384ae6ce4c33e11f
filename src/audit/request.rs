//! The requests of the audit protocol: written by an audit, read by who serves an implementation.

use super::header::Dtype;
use super::implementation::{Group, Hyper};
use super::tensor::Tensor;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The version of the protocol that is spoken here.
pub(super) const PROTOCOL: u64 = 1;

/// A request. Who writes it lends its parts, who reads it owns them.
#[derive(Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(super) enum Request<'a> {
    Hello {
        protocol: u64,
    },
    New {
        id: Cow<'a, str>,
        optimizer: Cow<'a, str>,
        hyper: Cow<'a, Hyper>,
        dtype: Dtype,
        params: Cow<'a, [Tensor]>,
        #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
        groups: Cow<'a, [Group]>,
    },
    Step {
        id: Cow<'a, str>,
        grads: Cow<'a, [Option<Tensor>]>,
    },
    Run {
        id: Cow<'a, str>,
        grads: Cow<'a, [Vec<Tensor>]>,
    },
    Value {
        id: Cow<'a, str>,
        #[serde(with = "crate::report::number")]
        loss: f64,
        grads: Cow<'a, [Tensor]>,
    },
    SetLr {
        id: Cow<'a, str>,
        #[serde(with = "crate::report::number")]
        lr: f64,
    },
    Save {
        id: Cow<'a, str>,
    },
    Load {
        id: Cow<'a, str>,
        state: Cow<'a, str>,
    },
    Drop {
        id: Cow<'a, str>,
    },
    Schedule {
        name: Cow<'a, str>,
        hyper: Cow<'a, Hyper>,
        steps: usize,
    },
    Clip {
        kind: Cow<'a, str>,
        #[serde(with = "crate::report::number")]
        limit: f64,
        grads: Cow<'a, [Tensor]>,
        dtype: Dtype,
    },
    Init {
        kind: Cow<'a, str>,
        shape: Cow<'a, [u64]>,
        seed: u64,
        dtype: Dtype,
    },
    Bye,
}

impl Request<'_> {
    /// The word under `op`.
    pub(super) fn op(&self) -> &'static str {
        match self {
            Request::Hello { .. } => "hello",
            Request::New { .. } => "new",
            Request::Step { .. } => "step",
            Request::Run { .. } => "run",
            Request::Value { .. } => "value",
            Request::SetLr { .. } => "set_lr",
            Request::Save { .. } => "save",
            Request::Load { .. } => "load",
            Request::Drop { .. } => "drop",
            Request::Schedule { .. } => "schedule",
            Request::Clip { .. } => "clip",
            Request::Init { .. } => "init",
            Request::Bye => "bye",
        }
    }
}
