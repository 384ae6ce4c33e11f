//! AdaBound's bounds.

use super::Alternative;
use crate::optimizers::{Algorithm, Method};

/// The plain form is that of the authors' code. Their paper's algorithms have constant bounds and divide by `√t`; ports that have constant
/// bounds alone ignore the schedule at the end of a run.
pub(super) fn bounds() -> Vec<Alternative> {
    let constant = |root: bool| {
        move |method: &mut Method| {
            if let Algorithm::AdaBound(rule) = &mut method.algorithm {
                rule.base_step_size = None;
                rule.root_decay = root;
            }
        }
    };
    vec![
        Alternative::word("schedule", "bounds around η* η_t / η", |_| {}),
        Alternative::word("paper", "bounds around η*, the clipped step size over √t", constant(true)),
        Alternative::word("constant", "bounds around η*", constant(false)).ruled_out(),
    ]
}
