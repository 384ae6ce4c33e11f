//! Requests of the audit protocol, as they are written.

use super::super::header::Dtype;
use super::super::implementation::{Group, Hyper};
use super::super::tensor::Tensor;
use serde::Serialize;

/// The version of the protocol that is spoken here.
pub(super) const PROTOCOL: u64 = 1;

/// A request.
#[derive(Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(super) enum Request<'a> {
    Hello {
        protocol: u64,
    },
    New {
        id: &'a str,
        optimizer: &'a str,
        hyper: &'a Hyper,
        dtype: Dtype,
        params: &'a [Tensor],
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        groups: &'a [Group],
    },
    Step {
        id: &'a str,
        grads: &'a [Option<Tensor>],
    },
    Run {
        id: &'a str,
        grads: &'a [Vec<Tensor>],
    },
    Value {
        id: &'a str,
        #[serde(with = "crate::report::number")]
        loss: f64,
        grads: &'a [Tensor],
    },
    SetLr {
        id: &'a str,
        #[serde(with = "crate::report::number")]
        lr: f64,
    },
    Save {
        id: &'a str,
    },
    Load {
        id: &'a str,
        state: &'a str,
    },
    Drop {
        id: &'a str,
    },
    Schedule {
        name: &'a str,
        hyper: &'a Hyper,
        steps: usize,
    },
    Clip {
        kind: &'a str,
        #[serde(with = "crate::report::number")]
        limit: f64,
        grads: &'a [Tensor],
        dtype: Dtype,
    },
    Init {
        kind: &'a str,
        shape: &'a [u64],
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
