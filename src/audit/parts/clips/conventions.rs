//! The conventions of clipping: what a name leaves free, and known forms that it rules out.

use crate::audit::conventions::{Alternative, Candidate, branch};

/// How gradients are clipped.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// Each element by itself.
    Value,
    /// By a norm.
    Norm(NormRule),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct NormRule {
    /// Whether each tensor has a norm of its own.
    pub own: bool,
    pub size: Size,
    pub guard: Guard,
}

/// What is compared with the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Euclidean,
    /// Without the root.
    Squared,
    Largest,
    Sum,
}

/// What is added to the norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    None,
    /// A millionth, everywhere (PyTorch).
    Millionth,
    /// A millionth, where the norm is not below the limit (mlx).
    MillionthAbove,
}

/// The kinds that have a reference.
pub(super) const KNOWN: [&str; 3] = ["global_norm", "norm", "value"];

/// The plain form first: PyTorch's for the norm of all gradients, without a guard where each tensor has its own.
pub(super) fn candidates(kind: &str) -> Vec<Candidate<Rule>> {
    let own = kind == "norm";
    if kind == "value" {
        return vec![Candidate { method: Rule::Value, choices: vec![] }];
    }
    let guard = if own { Guard::None } else { Guard::Millionth };
    let mut all = vec![Candidate { method: Rule::Norm(NormRule { own, size: Size::Euclidean, guard }), choices: vec![] }];
    let mut guards = guards();
    if own {
        guards.swap(0, 1);
    }
    for (convention, alternatives) in [("guard", guards), ("norm", sizes()), ("scope", scopes(own))] {
        all = all.iter().flat_map(|candidate| branch(candidate, convention, &alternatives)).collect();
    }
    all.retain(|candidate| candidate.ruled_out().count() < 2);
    all.sort_by_key(|candidate| (candidate.ruled_out().count(), candidate.differences().count()));
    all
}

fn set(change: impl Fn(&mut NormRule) + 'static) -> impl Fn(&mut Rule) + 'static {
    move |rule| {
        if let Rule::Norm(rule) = rule {
            change(rule);
        }
    }
}

fn guards() -> Vec<Alternative<Rule>> {
    vec![
        Alternative::word("1e-6", "min(1, C/(‖g‖ + 1e-6))", set(|rule| rule.guard = Guard::Millionth)),
        Alternative::word("0", "min(1, C/‖g‖)", set(|rule| rule.guard = Guard::None)),
        Alternative::word("1e-6-above", "C/(‖g‖ + 1e-6) where ‖g‖ ≥ C", set(|rule| rule.guard = Guard::MillionthAbove)),
    ]
}

fn sizes() -> Vec<Alternative<Rule>> {
    vec![
        Alternative::word("euclidean", "√(Σ g²)", set(|rule| rule.size = Size::Euclidean)),
        Alternative::word("squared", "Σ g²", set(|rule| rule.size = Size::Squared)).ruled_out(),
        Alternative::word("largest", "max |g|", set(|rule| rule.size = Size::Largest)).ruled_out(),
        Alternative::word("sum", "Σ |g|", set(|rule| rule.size = Size::Sum)).ruled_out(),
    ]
}

fn scopes(own: bool) -> Vec<Alternative<Rule>> {
    let all = || Alternative::word("all", "the norm of all gradients", set(|rule| rule.own = false));
    let each = || Alternative::word("each", "the norm of each tensor", set(|rule| rule.own = true));
    if own { vec![each(), all().ruled_out()] } else { vec![all(), each().ruled_out()] }
}
