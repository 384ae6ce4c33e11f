//! Statements in pages: MathML where the engine is built in, a Unicode line elsewhere.

use super::escape::escape;
use super::markup::{Segment, segments};
use super::record::Record;
use crate::Result;
use std::collections::HashMap;

/// The formulas of a record, ready for a page.
pub struct Formulas(HashMap<(String, bool), String>);

impl Formulas {
    /// Typesets them.
    ///
    /// # Errors
    /// If one cannot be typeset; the message names theorem and claim.
    #[cfg(feature = "typeset")]
    pub fn of(record: &Record) -> Result<Self> {
        super::mathml::mathml(record).map(Formulas)
    }

    /// Nothing is typeset without the feature `typeset`.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(feature = "typeset"))]
    pub fn of(_: &Record) -> Result<Self> {
        Ok(Formulas(HashMap::new()))
    }

    /// A statement for a page.
    pub fn statement(&self, markup: &str) -> String {
        segments(markup).into_iter().map(|segment| self.piece(segment)).collect()
    }

    fn piece(&self, segment: Segment) -> String {
        match segment {
            Segment::Text(text) => escape(&text),
            Segment::Code(code) => format!("<code>{}</code>", escape(&code)),
            Segment::Formula { source, display } => {
                let class = if display { " class=\"display\"" } else { "" };
                let line = format!("<i>{}</i>", escape(&super::formula::plain(&source)));
                format!("<span{class}>{}</span>", self.0.get(&(source, display)).unwrap_or(&line))
            }
        }
    }
}
