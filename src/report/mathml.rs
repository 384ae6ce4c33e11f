//! Formulas as MathML, for pages.

use super::record::Record;
use super::statements::{blame, formulas};
use super::typeset::{Desk, complaint};
use crate::Result;
use std::collections::HashMap;

/// One article a formula: no formula contains another one, since formulas contain no code.
const TEMPLATE: &str =
    r#"#for (source, display) in json("formulas.json") { html.elem("article", formula(source, display: display)) }"#;

/// Browsers without a mathematical font put combining marks beside their letter, and spacing ones above it.
const ACCENTS: [(char, char); 4] = [('\u{302}', 'ˆ'), ('\u{303}', '˜'), ('\u{304}', '¯'), ('\u{307}', '˙')];

/// The MathML of every formula of a record, by its source and whether it is displayed.
///
/// # Errors
/// If a statement cannot be typeset; the message names theorem and claim.
pub fn mathml(record: &Record) -> Result<HashMap<(String, bool), String>> {
    let sources = formulas(record)?;
    let bytes = serde_json::to_vec(&sources).unwrap_or_default();
    let desk = Desk::new(TEMPLATE, vec![("formulas.json".into(), bytes)]);
    let document = desk.compile::<typst_html::HtmlDocument>().map_err(|why| blame(record, why))?;
    let page = typst_html::html(&document, &typst_html::HtmlOptions::default()).map_err(|why| complaint(&why))?;
    let page = ACCENTS
        .iter()
        .fold(page, |page, (combining, spacing)| page.replace(&format!("<mo>{combining}</mo>"), &format!("<mo>{spacing}</mo>")));
    let parts = page.split("<article>").skip(1).map(|part| part.split("</article>").next().unwrap_or("").to_string());
    Ok(sources.into_iter().zip(parts).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_formula_has_its_mathml() {
        let known = mathml(&sample::record()).unwrap();
        assert!(known.values().all(|text| text.starts_with("<math") && text.ends_with("</math>")), "{known:#?}");
        assert!(
            known[&("η = 2/L".into(), false)].contains("<mfrac>") && known[&("x > \"a < b\"".into(), false)].contains("a &lt; b"),
            "{known:#?}"
        );
    }
}
