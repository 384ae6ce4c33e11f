//! What of an implementation is audited, and the pieces that such an audit is made of.

use super::Sitting;
use crate::audit::header::Dtype;
use crate::audit::hyper;
use crate::audit::implementation::{Hello, Hyper, Implementation, Offer, Order};
use crate::audit::parts::audit_parts;
use crate::audit::record::{Audit, AuditRecord, SCHEMA};
use crate::audit::tensor::Tensor;
use crate::{Error, Result};

/// What of an implementation is audited.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// One optimizer, or all.
    pub optimizer: Option<String>,
    /// Hyper-parameters that keep this value in every run.
    pub pinned: Hyper,
    /// One precision, or all that are declared.
    pub dtype: Option<Dtype>,
}

/// A piece of an audit. Pieces need nothing of each other: several processes of one adapter may share them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// An optimizer in one precision.
    Optimizer(String, Dtype),
    /// Schedules, clipping and initialisation.
    Parts,
}

impl Selection {
    /// The pieces of an audit of whoever says this of itself, in the order of the record.
    ///
    /// # Errors
    /// If nothing that is offered is selected.
    pub fn pieces(&self, hello: &Hello) -> Result<Vec<Piece>> {
        let mut pieces = vec![];
        for (name, offer) in hello.optimizers.iter().filter(|(name, _)| self.wants(name)) {
            if offer.dtypes.is_empty() {
                return Err(Error::new(format!("{} says no type in which '{name}' runs: 'dtypes' lists them", hello.framework)));
            }
            let mut dtypes: Vec<Dtype> =
                offer.dtypes.iter().copied().filter(|d| self.dtype.is_none_or(|one| one == *d)).collect();
            dtypes.dedup();
            if let (Some(dtype), true) = (self.dtype, dtypes.is_empty()) {
                return Err(Error::new(format!("{} does not offer '{name}' in {}", hello.framework, dtype.word())));
            }
            pieces.extend(dtypes.into_iter().map(|dtype| Piece::Optimizer(name.clone(), dtype)));
        }
        let kinds = [("schedule", &hello.schedules), ("clip", &hello.clips), ("init", &hello.inits)];
        let mut parts = kinds.iter().flat_map(|(kind, offers)| offers.keys().map(move |name| format!("{kind}:{name}")));
        let wants_parts = parts.any(|part| self.wants(&part));
        if self.dtype.is_none() && self.pinned.is_empty() && wants_parts {
            pieces.push(Piece::Parts);
        }
        match (&self.optimizer, pieces.is_empty()) {
            (Some(wanted), true) if wants_parts => Err(Error::new(format!(
                "'{wanted}' is no optimizer; hyper-parameters and types (--hyper, --dtype) are chosen for optimizers alone"
            ))),
            (Some(wanted), true) => {
                let names: Vec<&str> = hello.optimizers.keys().map(String::as_str).collect();
                Err(Error::new(format!("{} does not offer '{wanted}'; it offers {}", hello.framework, names.join(", "))))
            }
            _ => Ok(pieces),
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.optimizer.as_ref().is_none_or(|wanted| wanted == name)
    }
}

/// Audits what is selected of an implementation: an audit for each optimizer and precision.
///
/// A failure of the implementation is a verdict, `error`.
///
/// # Errors
/// If nothing that is offered is selected.
pub fn audit_selected(subject: &dyn Implementation, selection: &Selection) -> Result<AuditRecord> {
    let pieces = selection.pieces(&subject.hello())?;
    let audits = pieces.iter().flat_map(|piece| audit_piece(subject, selection, piece)).collect();
    Ok(AuditRecord { schema: SCHEMA.into(), audits })
}

/// Audits one piece of what is selected; of the parts, those that are.
///
/// A failure of the implementation is a verdict, `error`.
pub fn audit_piece(subject: &dyn Implementation, selection: &Selection, piece: &Piece) -> Vec<Audit> {
    let (name, dtype) = match piece {
        Piece::Optimizer(name, dtype) => (name, *dtype),
        Piece::Parts => {
            let mut parts = audit_parts(subject);
            parts.retain(|audit| selection.wants(&audit.subject.optimizer));
            return parts;
        }
    };
    let hello = subject.hello();
    let mut offer = hello.optimizers.get(name).cloned().unwrap_or_default();
    let unasked = unasked(subject, name, &offer, dtype);
    offer.hyper.extend(unasked.clone());
    let mut pinned = unasked.clone();
    pinned.extend(selection.pinned.clone());
    vec![Sitting { subject, hello: &hello, name, offer: &offer, dtype, pinned: &pinned, unasked: &unasked }.audit()]
}

/// Hyper-parameters of the formula that are in effect and cannot be asked for, as a fresh optimizer says; a failure is told later.
fn unasked(subject: &dyn Implementation, name: &str, offer: &Offer, dtype: Dtype) -> Hyper {
    let (optimizer, params) = (name.into(), vec![Tensor::vector(vec![0.0])]);
    let order = Order { optimizer, hyper: Hyper::new(), dtype, params, groups: vec![] };
    let in_effect = subject.start(&order).map(|running| running.hyper()).unwrap_or_default();
    in_effect.into_iter().filter(|(known, _)| hyper::knows(name, known) && !offer.hyper.contains_key(known)).collect()
}
