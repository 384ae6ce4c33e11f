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
    segments(markup).into_iter().filter_map(formula).try_for_each(|(source, _)| {
        let why = |why: Error| Error::new(format!("the formula ${source}$ cannot be typeset: {why}"));
        let desk = Desk::new("#formula(read(\"formula\"))", vec![("formula".into(), source.clone().into_bytes())]);
        refuse_slips(&source).map_err(why)?;
        desk.compile::<typst_layout::PagedDocument>().map_err(why)?;
        desk.compile::<typst_html::HtmlDocument>().map(drop).map_err(why)
    })
}

fn formula(segment: Segment) -> Option<(String, bool)> {
    match segment {
        Segment::Formula { source, display } => Some((source, display)),
        Segment::Text(_) | Segment::Code(_) => None,
    }
}

/// What Typst would run, or would set as something else than what was meant.
fn refuse_slips(source: &str) -> Result<()> {
    const SLIPS: [(&str, &str); 4] = [
        ("#", "'#' starts code; write \\# for the character"),
        ("_{", "braces are LaTeX; write _(...)"),
        ("^{", "braces are LaTeX; write ^(...)"),
        ("^-", "the sign alone would be raised; write ^(-...)"),
    ];
    let outside: String = source.replace("\\#", "").split('"').step_by(2).collect();
    if outside.contains(|c| ('\u{300}'..='\u{36f}').contains(&c)) {
        return Err(Error::new("a combining mark would be set beside its letter; write hat(m), tilde(x) or bar(x)"));
    }
    if let Some((_, advice)) = SLIPS.iter().find(|(slip, _)| outside.contains(slip)) {
        return Err(Error::new(advice));
    }
    match source.match_indices('/').find(|(place, _)| tears(&source[..*place], &source[place + 1..])) {
        Some((place, _)) => {
            Err(Error::new(format!("'/' takes its two neighbours alone; write frac(..., ...) around '{}/'", &source[..place])))
        }
        None => Ok(()),
    }
}

/// Whether a slash takes its numerator or denominator from what it belongs to: `ln 2/x` is ln (2/x), `1/∂x` is (1/∂) x.
fn tears(before: &str, after: &str) -> bool {
    const APPLIED: [&str; 4] = ["ln", "log", "\"", "\")"];
    const OPENING: [&str; 6] = ["ln ", "log ", "∂", "∇", "|", "‖"];
    if before.ends_with('\\') {
        return false; // a slash as a character
    }
    let before = before.trim_end();
    let mut depth = 0;
    let within = |c: char| {
        depth += i32::from(c == ')') - i32::from(c == '(');
        depth > 0 || c == '(' || c.is_alphanumeric() || "_^".contains(c)
    };
    let rest = before.trim_end_matches(within);
    let applied = rest.len() < before.len() && APPLIED.iter().any(|word| rest.trim_end().ends_with(word));
    applied || OPENING.iter().any(|word| after.trim_start().starts_with(word))
}

/// All distinct formulas of a record, and whether they are displayed.
///
/// # Errors
/// If one contains code or LaTeX; the message names theorem and claim.
pub fn formulas(record: &Record) -> Result<Vec<(String, bool)>> {
    let mut found = std::collections::BTreeSet::new();
    for (place, markup) in statements(record) {
        for (source, display) in segments(markup).into_iter().filter_map(formula) {
            refuse_slips(&source)
                .map_err(|why| Error::new(format!("{place}: the formula ${source}$ cannot be typeset: {why}")))?;
            found.insert((source, display));
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
        statement_compiles(r#"$Var(X) ≤ op("rank")(A), \# argmin_x bar(x) sign(g) "text #1", (ln 2)/x, f(x)/y_1$"#).unwrap();
        for (markup, why) in [
            ("$xy$", "unknown variable"),
            ("$#panic()$", "code"),
            ("$x^{2}$", "LaTeX"),
            ("$A^-1$", "raised"),
            ("$ημ$", "η μ"),
            ("$m̂_t$", "hat(m)"),
            ("$cancel(x)$", "ignored"),
            ("$frac(1)$", "missing argument"),
            ("$ln 2/x$", "frac"),
            ("$\"tr\"(H)/x$", "frac"),
            ("$x/∂y$", "frac"),
            ("$1/|x|$", "frac"),
        ] {
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
