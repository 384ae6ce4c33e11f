//! A row of the table: an optimizer, what is wrong or free in it, and what an audit must say.

use crate::honest;
use crate::subject::{Habits, Optimizer, Rule, defaults};
use gradproof::audit::{Dtype, Setting};

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Right: it must not be accused.
    Honest,
    /// Wrong: it must be caught.
    Bug,
    /// A documented convention: it must be named and accepted.
    Convention,
    /// Right, but its rounding may end in no number: it must be pointed out.
    Hazard,
    /// Wrong in its code, right in its values: it must not be accused.
    Equivalent,
}

impl Kind {
    /// The kind in the words of `zoo.json`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Honest => "honest",
            Kind::Bug => "bug",
            Kind::Convention => "convention",
            Kind::Hazard => "hazard",
            Kind::Equivalent => "equivalent",
        }
    }
}

/// A row that can be expressed.
#[derive(Clone)]
pub struct Row {
    /// The id of the list, with a letter where one row of it is several optimizers; ids of our own begin with `X`.
    pub id: &'static str,
    pub kind: Kind,
    /// Words that the audit must contain: of a convention its name, of a bug what it computes instead.
    pub words: &'static str,
    /// A switch that stays on in every run: a path that is run by those who use it.
    pub pinned: Option<&'static str>,
    pub optimizer: Optimizer,
}

fn row(id: &'static str, kind: Kind, name: &'static str, rule: Rule) -> Row {
    let (hyper, habits) = (defaults(name), Habits::default());
    let optimizer = Optimizer { name, hyper, dtypes: &[Dtype::F64, Dtype::F32], rule, habits };
    Row { id, kind, words: "", pinned: None, optimizer }
}

/// A row with a rule of its own that must be caught.
pub fn bug(id: &'static str, name: &'static str, rule: Rule) -> Row {
    row(id, Kind::Bug, name, rule)
}

/// A row whose rule is right and whose habits must be caught.
pub fn habit(id: &'static str, name: &'static str, change: fn(&mut Habits)) -> Row {
    row(id, Kind::Bug, name, honest::rule(name)).but(change)
}

/// A row that must be accepted under the name of its convention.
pub fn variant(id: &'static str, name: &'static str, words: &'static str, rule: Rule) -> Row {
    row(id, Kind::Convention, name, rule).says(words)
}

/// A row whose convention is the plain one of its name.
pub fn plain(id: &'static str, name: &'static str, rule: Rule) -> Row {
    row(id, Kind::Convention, name, rule)
}

/// An honest optimizer.
pub fn honest(id: &'static str, name: &'static str) -> Row {
    row(id, Kind::Honest, name, honest::rule(name))
}

impl Row {
    /// Words that the audit must contain.
    pub fn says(self, words: &'static str) -> Self {
        Row { words, ..self }
    }

    /// A row of another kind.
    pub fn is(self, kind: Kind) -> Self {
        Row { kind, ..self }
    }

    /// One hyper-parameter more, or another default.
    pub fn with(mut self, name: &'static str, value: f64) -> Self {
        self.optimizer.hyper.retain(|(known, _)| *known != name);
        self.optimizer.hyper.push((name, Setting::Number(value)));
        self
    }

    /// One switch more, which is off.
    pub fn switch(mut self, name: &'static str) -> Self {
        self.optimizer.hyper.push((name, Setting::Flag(false)));
        self
    }

    /// One switch more, which is pinned.
    pub fn pinned(self, name: &'static str) -> Self {
        Row { pinned: Some(name), ..self.switch(name) }
    }

    /// One switch more, which is on.
    pub fn always(mut self, name: &'static str) -> Self {
        self.optimizer.hyper.push((name, Setting::Flag(true)));
        self
    }

    /// Without some of the hyper-parameters.
    pub fn without(mut self, names: &[&str]) -> Self {
        self.optimizer.hyper.retain(|(known, _)| !names.contains(known));
        self
    }

    /// In one type alone.
    pub fn only(mut self, dtypes: &'static [Dtype]) -> Self {
        self.optimizer.dtypes = dtypes;
        self
    }

    /// With other habits.
    pub fn but(mut self, change: fn(&mut Habits)) -> Self {
        change(&mut self.optimizer.habits);
        self
    }

    /// The row of the list that this one belongs to.
    pub fn of(&self) -> &'static str {
        self.id.trim_end_matches(|c: char| c.is_ascii_lowercase())
    }
}
