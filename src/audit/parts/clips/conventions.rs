//! The conventions of clipping: what a name leaves free, and known forms that it rules out.

use crate::audit::conventions::{Alternative, Candidate, branch};

/// How gradients are clipped.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// Each element by itself.
    Value(Sides),
    /// By a norm.
    Norm(NormRule),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct NormRule {
    /// Whether each tensor has a norm of its own.
    pub own: bool,
    pub size: Size,
    pub guard: Guard,
    /// Whether gradients with a norm below the limit are scaled up to it.
    pub raised: bool,
}

/// Which elements a limit of the value holds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sides {
    Both,
    /// Large ones alone.
    Upper,
    /// Small ones alone.
    Lower,
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
        let plain = Candidate { method: Rule::Value(Sides::Both), choices: vec![] };
        return branch(&plain, "elements", &elements());
    }
    let guard = if own { Guard::None } else { Guard::Millionth };
    let plain = NormRule { own, size: Size::Euclidean, guard, raised: false };
    let mut all = vec![Candidate { method: Rule::Norm(plain), choices: vec![] }];
    let mut guards = guards();
    if own {
        guards.swap(0, 1);
    }
    let below = below_the_limit();
    for (convention, alternatives) in [("guard", guards), ("norm", sizes()), ("scope", scopes(own)), ("below", below)] {
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
        Alternative::word("none", "each element by itself, within ±C", |rule| *rule = Rule::Value(Sides::Both)).ruled_out(),
    ]
}

/// What becomes of gradients with a norm below the limit.
fn below_the_limit() -> Vec<Alternative<Rule>> {
    vec![
        Alternative::word("kept", "gradients below the limit as they are", set(|rule| rule.raised = false)),
        Alternative::word("raised", "gradients below the limit scaled up to it", set(|rule| rule.raised = true)).ruled_out(),
    ]
}

/// What a limit of the value does to an element, and what is taken for it.
fn elements() -> Vec<Alternative<Rule>> {
    let sides = |word, formula, sides| Alternative::word(word, formula, move |rule: &mut Rule| *rule = Rule::Value(sides));
    let norm = |word, formula, own, guard| {
        let by = NormRule { own, size: Size::Euclidean, guard, raised: false };
        Alternative::word(word, formula, move |rule: &mut Rule| *rule = Rule::Norm(by)).ruled_out()
    };
    vec![
        sides("both", "min(C, max(-C, g))", Sides::Both),
        sides("upper", "min(C, g), which lets elements below -C pass", Sides::Upper).ruled_out(),
        sides("lower", "max(-C, g), which lets elements above C pass", Sides::Lower).ruled_out(),
        norm("norm", "g min(1, C/‖g‖) by the norm of all gradients", false, Guard::None),
        norm("guarded-norm", "g min(1, C/(‖g‖ + 1e-6)) by the norm of all gradients", false, Guard::Millionth),
        norm("own-norm", "g min(1, C/‖g‖) by the norm of each tensor", true, Guard::None),
    ]
}

fn scopes(own: bool) -> Vec<Alternative<Rule>> {
    let all = || Alternative::word("all", "the norm of all gradients", set(|rule| rule.own = false));
    let each = || Alternative::word("each", "the norm of each tensor", set(|rule| rule.own = true));
    if own { vec![each(), all().ruled_out()] } else { vec![all(), each().ruled_out()] }
}
