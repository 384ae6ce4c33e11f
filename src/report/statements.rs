//! Whether statements can be typeset, and who is to blame if not.

use super::markup::{Segment, segments};
use super::record::Record;
use super::typeset::Desk;
use crate::{Error, Result};

/// Whether every formula of a statement can be typeset. Formulas are mathematics only: `#`, which would start code, is refused.
///
/// # Errors
/// If one cannot; the message names it.
pub fn statement_compiles(markup: &str) -> Result<()> {
    let formulas: Vec<String> = segments(markup).into_iter().filter_map(formula).collect();
    formulas.iter().try_for_each(|source| {
        let why = |why: Error| Error::new(format!("the formula ${source}$ cannot be typeset: {why}"));
        let desk = Desk::new("#eval(read(\"formula\"), mode: \"math\")", vec![("formula".into(), source.clone().into_bytes())]);
        refuse_code(source).map_err(why)?;
        desk.compile::<typst_layout::PagedDocument>().map(drop).map_err(why)
    })
}

fn formula(segment: Segment) -> Option<String> {
    match segment {
        Segment::Formula { source, .. } => Some(source),
        Segment::Text(_) | Segment::Code(_) => None,
    }
}

fn refuse_code(source: &str) -> Result<()> {
    let code = source.split('"').step_by(2).any(|outside| outside.replace("\\#", "").contains('#'));
    if code { Err(Error::new("'#' starts code; write \\# for the character")) } else { Ok(()) }
}

/// All distinct formulas of a record.
///
/// # Errors
/// If one contains code; the message names theorem and claim.
pub fn formulas(record: &Record) -> Result<Vec<String>> {
    let mut found = std::collections::BTreeSet::new();
    for (place, markup) in statements(record) {
        for source in segments(markup).into_iter().filter_map(formula) {
            refuse_code(&source)
                .map_err(|why| Error::new(format!("{place}: the formula ${source}$ cannot be typeset: {why}")))?;
            found.insert(source);
        }
    }
    Ok(found.into_iter().collect())
}

/// The error of the first statement that does not compile, with its theorem and claim; else `general`.
pub fn blame(record: &Record, general: Error) -> Error {
    let failure = |(place, markup): (String, &str)| {
        statement_compiles(markup)
            .err()
            .map(|why| Error::new(format!("{place}: {why}; correct the statement in the theorem's file")))
    };
    statements(record).into_iter().find_map(failure).unwrap_or(general)
}

/// All statements in Typst markup, with the words that name their place.
fn statements(record: &Record) -> Vec<(String, &str)> {
    let mut all = Vec::new();
    for theorem in &record.theorems {
        all.push((format!("theorem '{}'", theorem.id), theorem.statement.as_str()));
        all.extend(theorem.hypotheses.iter().map(|text| (format!("theorem '{}', a hypothesis", theorem.id), text.as_str())));
        let claims = theorem.claims.iter();
        all.extend(claims.map(|claim| (format!("theorem '{}', claim '{}'", theorem.id, claim.id), claim.statement.as_str())));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn statements_compile_or_say_why() {
        for (place, markup) in statements(&sample::record()) {
            statement_compiles(markup).unwrap_or_else(|why| panic!("{place}: {why}"));
        }
        for (markup, why) in [("$xy$", "unknown variable"), ("$#panic()$", "code"), ("$frac(1)$", "missing argument")] {
            let error = statement_compiles(markup).map_or_else(|error| error.to_string(), |()| "compiles".into());
            assert!(error.contains(why) && error.contains("cannot be typeset"), "{markup}: {error}");
        }
    }

    #[test]
    fn the_culprit_is_named() {
        let mut record = sample::record();
        record.theorems[1].claims[1].statement = "$ab$".into();
        let error = blame(&record, Error::new("?")).to_string();
        assert!(error.contains("theorem 'minibatch-variance', claim 'without'") && error.contains("$ab$"), "{error}");
    }
}
