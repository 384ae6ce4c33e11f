//! Which files a report consists of.

use crate::{Error, Result};

/// The kinds of files, besides `report.json`, which is always written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formats {
    wanted: Vec<&'static str>,
}

const KNOWN: [&str; 7] = ["json", "html", "pdf", "png", "svg", "csv", "junit"];

impl Formats {
    /// Everything that this build can write.
    pub fn all() -> Self {
        Formats { wanted: KNOWN.into_iter().filter(|name| missing(name).is_none()).collect() }
    }

    /// The formats of a list such as `html,csv`.
    ///
    /// # Errors
    /// If a name is unknown, or if this build lacks the feature that it needs.
    pub fn parse(list: &str) -> Result<Self> {
        let known = |name: &str| {
            let found = KNOWN.into_iter().find(|known| *known == name);
            let found = found.ok_or_else(|| Error::new(format!("'{name}' is no format; choose from {}", KNOWN.join(","))))?;
            match missing(found) {
                None => Ok(found),
                Some(feature) => Err(Error::new(format!("'{found}' needs gradproof built with the feature '{feature}'"))),
            }
        };
        let wanted = list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(known).collect::<Result<_>>()?;
        Ok(Formats { wanted })
    }

    /// Whether a format is wanted.
    pub fn has(&self, name: &str) -> bool {
        self.wanted.contains(&name)
    }
}

/// The feature that a format needs and that this build lacks.
fn missing(format: &str) -> Option<&'static str> {
    match format {
        "pdf" if !cfg!(feature = "typeset") => Some("typeset"),
        "png" | "svg" if !cfg!(feature = "plots") => Some("plots"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_list_the_known_ones() {
        let error = Formats::parse("html,docx").unwrap_err().to_string();
        assert_eq!(error, "'docx' is no format; choose from json,html,pdf,png,svg,csv,junit");
        assert!(Formats::parse("html, csv").unwrap().has("csv") && !Formats::parse("html").unwrap().has("csv"));
    }

    #[test]
    #[cfg(not(feature = "typeset"))]
    fn a_pdf_is_left_out_unless_asked_for() {
        assert!(!Formats::all().has("pdf") && Formats::parse("pdf").is_err());
    }
}
