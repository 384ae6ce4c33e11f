//! AdaBound's bounds.

use super::Alternative;
use crate::audit::setting::Setting;
use crate::optimizers::{Algorithm, Method};

/// The plain form is that of the authors' code; ports that forget the ratio ignore the schedule at the end of a run.
pub(super) fn bounds() -> Vec<Alternative> {
    let constant = |method: &mut Method| {
        if let Algorithm::AdaBound(rule) = &mut method.algorithm {
            rule.base_step_size = None;
        }
    };
    vec![
        Alternative::word("schedule", "bounds around η* η_t / η", |_| {}),
        Alternative::word("constant", "bounds around η*", constant).ruled_out(),
    ]
}

pub(super) fn roots() -> Vec<Alternative> {
    let set = |method: &mut Method| {
        if let Algorithm::AdaBound(rule) = &mut method.algorithm {
            rule.root_decay = true;
        }
    };
    vec![
        Alternative::new(Setting::Flag(false), "the clipped step size", |_| {}),
        Alternative::new(Setting::Flag(true), "the clipped step size over √t", set),
    ]
}
