//! An audit for a terminal.

use super::record::{Audit, AuditRecord, Conformance, Outcome};

/// The verdicts as a table of plain text, a line an audit, and a line below for each one that is not plain conformance and for
/// each hazard.
pub fn table(record: &AuditRecord) -> String {
    let mut rows = vec![["subject", "optimizer", "dtype", "verdict", "ratio", "step", "coordinate"].map(String::from)];
    rows.extend(record.audits.iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 7] = std::array::from_fn(width);
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text += cells.join("  ").trim_end();
        text += "\n";
        let Some(audit) = index.checked_sub(1).map(|index| &record.audits[index]) else { continue };
        if let (Conformance::Variant, Some(found)) = (audit.verdict, &audit.identified) {
            text += &format!("    {}\n", found.difference.as_deref().unwrap_or("a documented variant"));
        }
        if audit.verdict > Conformance::Variant {
            audit.decisive().iter().for_each(|check| text += &format!("    {}: {}\n", check.id, check.detail));
        }
        for hazard in audit.checks.iter().filter(|check| check.verdict == Outcome::Hazard) {
            text += &format!("    hazard: {}\n", hazard.detail);
        }
    }
    text
}

fn row(audit: &Audit) -> [String; 7] {
    let subject = &audit.subject;
    let who = subject.trace.clone().unwrap_or_else(|| format!("{} {}", subject.framework, subject.version));
    let check = audit.decisive();
    let number = |x: Option<u64>| x.map_or_else(|| "-".into(), |x| x.to_string());
    let ratio = check.and_then(|check| check.worst_ratio).map_or_else(
        || "-".into(),
        |ratio| match ratio {
            ratio if ratio < 1e4 => format!("{ratio:.3}"),
            ratio => format!("{ratio:.1e}"),
        },
    );
    let (step, coordinate) = (check.and_then(|check| check.step), check.and_then(|check| check.coordinate));
    [who, subject.optimizer.clone(), subject.dtype.clone(), audit.verdict.word().into(), ratio, number(step), number(coordinate)]
}
