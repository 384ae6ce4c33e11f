//! The Typst engine as a library: embedded fonts, files from memory, no clock and no file system.

use super::markup::{Segment, segments};
use super::record::Record;
use crate::{Error, Result};
use std::collections::HashMap;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Output};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

static LIBRARY: LazyLock<LazyHash<Library>> =
    LazyLock::new(|| LazyHash::new(Library::builder().with_features([Feature::Html].into_iter().collect()).build()));

static FONTS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    #[cfg(feature = "plots")]
    let sans = Some(epaint_default_fonts::UBUNTU_LIGHT);
    #[cfg(not(feature = "plots"))]
    let sans = None;
    let fonts: Vec<_> = typst_assets::fonts().chain(sans).flat_map(|face| Font::iter(Bytes::new(face))).collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

/// What a document is made of.
pub struct Desk {
    main: Source,
    files: HashMap<FileId, Bytes>,
}

impl Desk {
    /// A template and the files that it reads.
    pub fn new(template: &str, files: Vec<(String, Vec<u8>)>) -> Self {
        let files = files.into_iter().filter_map(|(name, bytes)| Some((file(&name)?, Bytes::new(bytes)))).collect();
        let main = file("main.typ").map_or_else(|| Source::detached(template), |id| Source::new(id, template.into()));
        Desk { main, files }
    }

    /// The document.
    ///
    /// # Errors
    /// The first thing that the engine complains about.
    pub fn compile<T: Output>(&self) -> Result<T> {
        typst::compile::<T>(self).output.map_err(|complaints| complaint(&complaints))
    }
}

/// The first of the engine's complaints, as an error.
pub fn complaint(complaints: &[SourceDiagnostic]) -> Error {
    let Some(first) = complaints.first() else { return Error::new("Typst failed without a word") };
    let hint = first.hints.first().map_or_else(String::new, |hint| format!(" ({})", hint.v));
    Error::new(format!("{}{hint}", first.message))
}

fn file(name: &str) -> Option<FileId> {
    VirtualPath::new(name).ok().map(|path| FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.0
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.1.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

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
