//! The Typst engine as a library: embedded fonts, files from memory, no clock and no file system.

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
    /// A template, which may typeset a string with `formula`, and the files that it reads.
    pub fn new(template: &str, files: Vec<(String, Vec<u8>)>) -> Self {
        let files = files.into_iter().filter_map(|(name, bytes)| Some((file(&name)?, Bytes::new(bytes)))).collect();
        let template = format!("{}{template}", include_str!("formula.typ"));
        let main = file("main.typ").map_or_else(|| Source::detached(template.as_str()), |id| Source::new(id, template.clone()));
        Desk { main, files }
    }

    /// The document.
    ///
    /// # Errors
    /// The first thing that the engine complains about, or leaves out.
    pub fn compile<T: Output>(&self) -> Result<T> {
        let compiled = typst::compile::<T>(self);
        let ignored = compiled.warnings.into_iter().find(|warning| warning.message.contains("was ignored"));
        match (compiled.output, ignored) {
            (Ok(document), None) => Ok(document),
            (Ok(_), Some(warning)) => Err(complaint(&[warning])),
            (Err(complaints), _) => Err(complaint(&complaints)),
        }
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
