//! What goes by the name `lbfgs`: its plain form, which is PyTorch's, the conventions that it leaves free, and known mistakes.

use crate::audit::conventions::Choice;
use crate::audit::setting::Setting;
use crate::second_order::InitialScaling;

/// Length of the first step, which knows no curvature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FirstLength {
    /// `min(1, 1 / |g|₁) η`.
    Shortened,
    /// `min(1, 1 / |g|₂) η` (optax).
    Ball,
    /// `η`.
    Whole,
}

/// Which y goes with an s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pairing {
    /// That of the same step.
    Same,
    /// That of the step before it.
    Earlier,
}

/// How many pairs are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kept {
    /// As many as asked for, and this many more.
    More(isize),
    /// All.
    All,
    /// None.
    None,
}

/// Which pairs are learnt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Learnt {
    /// Those of positive curvature.
    Curved,
    /// All.
    Every,
}

/// One value for each convention.
#[derive(Clone, Debug)]
pub struct Form {
    /// Length of the first step.
    pub first: FirstLength,
    /// γ.
    pub scaling: InitialScaling,
    /// Pairs.
    pub pairing: Pairing,
    /// Their number.
    pub kept: Kept,
    /// Those that are learnt at all.
    pub learnt: Learnt,
    /// The same in the words of the record.
    pub choices: Vec<Choice>,
}

/// A value, its word, its formula, and whether the name leaves it free.
type Value<T> = (T, &'static str, &'static str, bool);

const FIRST_LENGTHS: [Value<FirstLength>; 3] = [
    (FirstLength::Shortened, "shortened", "a first length of η min(1, 1/|g|₁)", true),
    (FirstLength::Ball, "ball", "a first length of η min(1, 1/|g|₂)", true),
    (FirstLength::Whole, "whole", "a first length of η", true),
];

const SCALINGS: [Value<InitialScaling>; 3] = [
    (InitialScaling::Newest, "newest", "γ = sᵀy/yᵀy of the newest pair", true),
    (InitialScaling::Identity, "identity", "γ = 1", true),
    (InitialScaling::Oldest, "oldest", "γ = sᵀy/yᵀy of the oldest pair", false),
];

const PAIRINGS: [Value<Pairing>; 2] = [
    (Pairing::Same, "same", "pairs of s and y of one step", true),
    (Pairing::Earlier, "earlier", "pairs of s and the y of the step before", false),
];

const KEPT: [Value<Kept>; 5] = [
    (Kept::More(0), "given", "the last m pairs", true),
    (Kept::More(-1), "one-less", "the last m - 1 pairs", false),
    (Kept::More(1), "one-more", "the last m + 1 pairs", false),
    (Kept::All, "all", "all pairs", false),
    (Kept::None, "none", "no pairs", false),
];

const LEARNT: [Value<Learnt>; 2] =
    [(Learnt::Curved, "curved", "pairs with sᵀy > 10⁻¹⁰", true), (Learnt::Every, "every", "pairs of any curvature", false)];

/// The plain form is the first of the values.
fn choice<T>(convention: &'static str, values: &[Value<T>], index: usize) -> Choice {
    let (_, word, formula, allowed) = values[index];
    Choice { convention, value: Setting::Word(word.into()), formula, instead_of: (index > 0).then_some(values[0].2), allowed }
}

impl Form {
    /// Every combination: those that the name leaves free first, and the fewer differences from the plain form the earlier.
    pub fn all() -> Vec<Form> {
        let lengths = [FIRST_LENGTHS.len(), SCALINGS.len(), PAIRINGS.len(), KEPT.len(), LEARNT.len()];
        let mut all: Vec<Form> = (0..lengths.iter().product()).map(|number| Form::of(digits(number, lengths))).collect();
        all.sort_by_key(|form| (form.ruled_out().count(), form.differences().count()));
        all
    }

    fn of([first, scaling, pairing, kept, learnt]: [usize; 5]) -> Form {
        let choices = vec![
            choice("first_length", &FIRST_LENGTHS, first),
            choice("first_matrix", &SCALINGS, scaling),
            choice("pairs", &PAIRINGS, pairing),
            choice("history", &KEPT, kept),
            choice("curvature", &LEARNT, learnt),
        ];
        Form {
            first: FIRST_LENGTHS[first].0,
            scaling: SCALINGS[scaling].0,
            pairing: PAIRINGS[pairing].0,
            kept: KEPT[kept].0,
            learnt: LEARNT[learnt].0,
            choices,
        }
    }

    /// Choices that are not those of the plain form.
    pub fn differences(&self) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(|choice| choice.instead_of.is_some())
    }

    /// Choices that the name rules out.
    pub fn ruled_out(&self) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(|choice| !choice.allowed)
    }

    /// The one choice in which another form differs from this one, if it is one.
    pub fn step_to<'a>(&self, other: &'a Form) -> Option<&'a Choice> {
        let mut differing = other.choices.iter().zip(&self.choices).filter(|(other, own)| other.value != own.value);
        let first = differing.next()?;
        differing.next().is_none().then_some(first.0)
    }

    /// Most pairs that are kept where `given` are asked for.
    pub fn capacity(&self, given: usize) -> usize {
        match self.kept {
            Kept::More(more) => given.saturating_add_signed(more),
            Kept::All => usize::MAX,
            Kept::None => 0,
        }
    }

    /// The form in a few words.
    pub fn name(&self) -> String {
        let words: Vec<&str> = self.differences().map(|choice| choice.formula).collect();
        if words.is_empty() { "the plain form".into() } else { words.join(" and ") }
    }
}

/// A number in mixed radix: an index into each list of values.
fn digits<const N: usize>(mut number: usize, radices: [usize; N]) -> [usize; N] {
    radices.map(|radix| {
        let digit = number % radix;
        number /= radix;
        digit
    })
}
