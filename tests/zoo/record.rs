//! `zoo.json`: what became of every row.

use crate::parts;
use crate::rows;
use crate::verdict::Verdict;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Zoo {
    schema: &'static str,
    mutants: Vec<Verdict>,
}

/// Writes the verdicts in the order of the tables, optimizers first, then the rows that cannot be expressed, with the reason in the
/// place of a name.
pub fn write(file: &Path, verdicts: &[Verdict]) {
    let found = |id: &'static str| verdicts.iter().find(|verdict| verdict.id == id).cloned();
    let reason = |(id, reason): &(&'static str, &str)| Verdict {
        id,
        row: id,
        subject: String::new(),
        kind: "not expressible",
        expected: "",
        verdict: "",
        passes: true,
        by: vec![],
        named: reason.to_string(),
        seconds: 0.0,
    };
    let ids = rows::all().into_iter().map(|row| row.id).chain(parts::rows().into_iter().map(|row| row.id));
    let unexpressed = rows::UNEXPRESSED.iter().chain(parts::covered::UNEXPRESSED).map(reason);
    let mutants = ids.filter_map(found).chain(unexpressed).collect();
    let text = serde_json::to_string_pretty(&Zoo { schema: "gradproof.zoo/1", mutants }).expect("plain data is JSON");
    std::fs::write(file, text + "\n").unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}
