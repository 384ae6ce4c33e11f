//! The reference systems: every algorithm, schedule and part of training that we stand for, under the name that users give it.

use crate::theorem::Source;

/// A reference system: what it computes, in which conventions, who says so, and what holds it to that.
#[derive(Debug)]
pub struct System {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// What it computes, in a line: words and Unicode mathematics, in the form that its name alone stands for.
    pub formula: &'static str,
    /// The rows of the catalog's sections S1 to S6 that it answers, as `tests/systems.rs` lists them.
    pub rows: &'static [&'static str],
    /// What its users choose between.
    pub conventions: &'static [Convention],
    /// Where it is stated.
    pub sources: &'static [Source],
    /// The tests that hold it against something that is not itself: `file::name`, from the root of the repository.
    pub tests: &'static [&'static str],
}

/// A choice that implementations of one name make differently.
#[derive(Debug)]
pub struct Convention {
    /// What is chosen, as the audit names it.
    pub name: &'static str,
    /// The values, that of the plain form first.
    pub values: &'static [&'static str],
}

/// The sections of the catalog with their systems, in its order.
pub const SECTIONS: &[(&str, &[&System])] = &[
    ("First-order optimizers", crate::optimizers::SYSTEMS),
    ("Second-order optimizers", crate::second_order::SYSTEMS),
    ("Schedules", crate::schedules::SYSTEMS),
    ("Parts of training", crate::training::SYSTEMS),
    ("Networks and derivatives", crate::networks::SYSTEMS),
    ("Landscapes", crate::landscape::SYSTEMS),
];

/// All systems, in the order of the sections.
pub fn systems() -> impl Iterator<Item = &'static System> {
    SECTIONS.iter().flat_map(|(_, systems)| systems.iter().copied())
}
