//! What an update costs: operations of the code, counted by the numbers that it runs on.

use crate::networks::{Counted, operations};
use crate::optimizers::{Method, specimens};
use crate::subject::{NotOffered, Subject};
use std::sync::LazyLock;

/// All specimens: some of their numbers take a while.
static SPECIMENS: LazyLock<Vec<(String, Method)>> = LazyLock::new(specimens);

/// The specimen of this name.
///
/// # Panics
/// If there is none.
pub fn specimen(name: &str) -> Method {
    let found = SPECIMENS.iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no specimen is called '{name}'")).1.clone()
}

/// The methods whose updates are counted, each with its operations for a parameter. A coefficient that happens to be one is multiplied
/// by, too: there is one rule for all conventions.
pub const COSTS: [(&str, &str, u64); 9] = [
    ("SGD", "gradient descent", 2),
    ("momentum", "momentum, step outside", 5),
    ("heavy ball", "heavy ball", 5),
    ("Nesterov", "Nesterov, Corrected, constant", 6),
    ("AdaGrad", "AdaGrad, Outside, from 0, step decay 0", 8),
    ("RMSprop", "RMSprop, Outside, from 0, no momentum", 10),
    ("Adam", "Adam, Outside", 13),
    ("AdamW", "Adam, decay Parameter(StepSize, Before)", 14),
    ("AMSGrad", "AMSGrad, Outside, MaximumThenCorrect, from 0", 15),
];

/// The operations of each of the first updates of so many parameters.
pub fn updates(subject: &dyn Subject, method: &Method, parameters: usize, steps: usize) -> Result<Vec<u64>, NotOffered> {
    let mut optimizer = subject.counted(method)?;
    let mut x = vec![vec![Counted(0.5); parameters]];
    let gradient = vec![Counted(0.25); parameters];
    Ok((0..steps).map(|_| operations(|| optimizer.step(&mut x, &[Some(&gradient)])).1).collect())
}

/// The operations that each further parameter adds to an update.
pub fn for_a_parameter(subject: &dyn Subject, method: &Method) -> Result<u64, NotOffered> {
    let [one, two] = [1, 2].map(|parameters| updates(subject, method, parameters, 1));
    Ok(two?[0] - one?[0])
}
