//! A published statement with the experiment that could refute it: data with function pointers.

use crate::evidence::Evidence;
use crate::lab::Lab;
use crate::plot::Plot;
use crate::subject::{NotOffered, Reference, Subject};
use crate::verdict::Verdict;

/// A statement, its claims and their controls.
#[derive(Debug)]
pub struct Theorem {
    /// The catalog's id, in kebab case; the file has the same in snake case.
    pub id: &'static str,
    /// A line for tables.
    pub title: &'static str,
    /// The folder below `theorems/`, with `-` for `_`.
    pub topic: &'static str,
    /// The record of the catalog; `None` for a theorem of our own.
    pub record: Option<&'static str>,
    /// What is claimed, in Typst markup: text, with mathematics between dollar signs, symbols in Unicode.
    pub statement: &'static str,
    /// What is assumed, each in Typst markup.
    pub hypotheses: &'static [&'static str],
    /// Where it is stated.
    pub sources: &'static [Source],
    /// The forms of the statement that are checked.
    pub claims: &'static [Claim],
    /// What the same checks must refute.
    pub controls: &'static [Control],
    /// The figures of its page.
    pub plots: &'static [fn(&Lab) -> Plot],
}

/// Where a statement is found.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// A lecture note: the file's number and its lines.
    Note(&'static str, &'static str),
    /// A key of `references.bib`, and the place in it.
    Cited(&'static str, &'static str),
}

/// A line for reports.
impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Note(file, lines) => write!(f, "note {file}, lines {lines}"),
            Source::Cited(key, place) => write!(f, "[{key}], {place}"),
        }
    }
}

/// One form of a statement.
#[derive(Debug)]
pub struct Claim {
    /// Unique within the theorem.
    pub id: &'static str,
    /// Whether this is the form in which a note states it, rather than a corrected or sharper one.
    pub as_stated: bool,
    /// The form, in Typst markup.
    pub statement: &'static str,
    /// What the verdict extends over: a class, a range of parameters, or the instances that were run.
    pub quantifier: &'static str,
    /// The verdict that we stand for: proved, supported or refuted.
    pub expected: Verdict,
    /// How it is checked.
    pub method: Method,
    /// The experiment.
    pub check: Check,
}

/// An experiment: draws from the lab, runs the subject, returns what it found.
pub type Check = fn(&Lab, &dyn Subject) -> Result<Evidence, NotOffered>;

/// How a claim is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// An identity or inequality over a whole class, in exact arithmetic.
    Certificate,
    /// All cases of a finite set, in exact arithmetic.
    Enumeration,
    /// Cases in floats against derived bounds.
    Property,
    /// Means with confidence sequences.
    MonteCarlo,
    /// A measurement on a model problem.
    Measurement,
}

impl Method {
    /// The method as files spell it.
    pub fn word(self) -> &'static str {
        match self {
            Method::Certificate => "certificate",
            Method::Enumeration => "enumeration",
            Method::Property => "property",
            Method::MonteCarlo => "monte-carlo",
            Method::Measurement => "measurement",
        }
    }
}

/// Something wrong that a check must refute.
#[derive(Debug)]
pub struct Control {
    /// Unique within the theorem; the test is called `topic/id/refutes-CONTROL`.
    pub id: &'static str,
    /// The one place in which it differs from the honest claim or subject.
    pub differs: &'static str,
    /// What is broken.
    pub broken: Broken,
}

/// What a control breaks.
#[derive(Debug)]
pub enum Broken {
    /// The code: the claim's own check runs on this subject.
    Subject {
        /// The claim whose check runs.
        claim: &'static str,
        /// The broken subject.
        subject: &'static dyn Subject,
    },
    /// The sentence: the claim's check with a wrong statement, on the reference.
    Statement(Check),
}

impl Theorem {
    /// `topic/id`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.topic, self.id)
    }

    /// The claim with this id.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// Runs a control.
    ///
    /// # Panics
    /// If the control names a claim that the theorem does not have; `tests/tidy.rs` excludes it.
    pub fn run_control(&self, control: &Control, lab: &Lab) -> Evidence {
        let found = match &control.broken {
            Broken::Statement(check) => check(lab, &Reference),
            Broken::Subject { claim, subject } => {
                let claim = self.claim(claim).expect("a control names a claim of its theorem");
                (claim.check)(lab, *subject)
            }
        };
        found.unwrap_or_else(Evidence::from)
    }
}

impl Claim {
    /// Runs the claim's experiment on a subject.
    pub fn run(&self, lab: &Lab, subject: &dyn Subject) -> Evidence {
        (self.check)(lab, subject).unwrap_or_else(Evidence::from)
    }
}
