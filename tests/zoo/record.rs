//! `zoo.json`: what became of every row.

use crate::rows;
use crate::verdict::Verdict;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Zoo {
    schema: &'static str,
    mutants: Vec<Verdict>,
}

/// Writes the verdicts in the order of the table, then the rows that cannot be expressed, with the reason in the place of a name.
pub fn write(file: &Path, verdicts: &[Verdict]) {
    let found = |row: rows::Row| verdicts.iter().find(|verdict| verdict.id == row.id).cloned();
    let reason = |(id, reason): &(&'static str, &str)| Verdict {
        id,
        row: id,
        subject: "",
        kind: "not expressible",
        expected: "",
        verdict: "",
        passes: true,
        by: vec![],
        named: reason.to_string(),
        seconds: 0.0,
    };
    let mutants = rows::all().into_iter().filter_map(found).chain(rows::UNEXPRESSED.iter().map(reason)).collect();
    let text = serde_json::to_string_pretty(&Zoo { schema: "gradproof.zoo/1", mutants }).expect("plain data is JSON");
    std::fs::write(file, text + "\n").unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}
