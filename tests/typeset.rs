//! What needs the typesetting engine: every statement is valid mathematics, and the PDF of a real run is made.
#![cfg(feature = "typeset")]

use gradproof::report::record::Record;
use gradproof::report::{Formats, statement_compiles, write};
use gradproof::suite;
use gradproof::theorems::ALL;

#[test]
fn every_statement_compiles() {
    let mut wrong = Vec::new();
    for theorem in ALL {
        let claims = theorem.claims.iter().map(|claim| claim.statement);
        for markup in [theorem.statement].into_iter().chain(theorem.hypotheses.iter().copied()).chain(claims) {
            if let Err(error) = statement_compiles(markup) {
                wrong.push(format!("{}: {error}: {markup}", theorem.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_real_run_becomes_a_pdf_and_a_page_with_formulas() {
    let theorem = suite::find("gd-linear-rate").expect("it exists");
    let record = Record::new(0, 1, 1e-9, vec![suite::run(theorem, 0, 1)]);
    let folder = tempfile::tempdir().expect("a folder");
    write(&record, None, folder.path(), &Formats::parse("html,pdf").expect("both are built in")).expect("written");
    let read = |file: &str| std::fs::read(folder.path().join(file)).expect("written");
    assert!(read("report.pdf").starts_with(b"%PDF-"));
    assert!(String::from_utf8(read("report.html")).expect("UTF-8").contains("<math"));
}
