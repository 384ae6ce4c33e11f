//! What may stand beside an `audit.json`.

use super::{Finding, Zoo};
use crate::{Error, Result};
use serde::de::DeserializeOwned;
use std::io::ErrorKind;
use std::path::Path;

/// What a renderer sees besides the record.
#[derive(Clone, Debug, Default)]
pub struct Companions {
    /// `findings.json`: deviations that somebody looked into.
    pub findings: Vec<Finding>,
    /// `zoo.json`: what the audit makes of mutants.
    pub zoo: Option<Zoo>,
}

impl Companions {
    /// Names of the files.
    pub const FILES: [&str; 2] = ["findings.json", "zoo.json"];

    /// What stands in a folder; a file that is not there is left out.
    ///
    /// # Errors
    /// If one is there and cannot be read, or is not what its name says.
    pub fn in_folder(folder: &Path) -> Result<Companions> {
        let [findings, zoo] = Companions::FILES.map(|name| folder.join(name));
        let zoo: Option<Zoo> = read(&zoo)?;
        zoo.as_ref().map_or(Ok(()), Zoo::check_schema)?;
        Ok(Companions { findings: read(&findings)?.unwrap_or_default(), zoo })
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let name = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(Error::new(format!("cannot read '{name}': {why}; mend it or take it away"))),
    };
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|why| Error::new(format!("'{name}' is not valid: {why}; mend it or take it away")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_be_missing_but_not_broken() {
        let folder = tempfile::tempdir().unwrap();
        let none = Companions::in_folder(folder.path()).unwrap();
        assert!(none.findings.is_empty() && none.zoo.is_none());
        std::fs::write(folder.path().join("findings.json"), r#"[{"framework": "torch", "optimiser": "adam", "text": "x"}]"#)
            .unwrap();
        let error = Companions::in_folder(folder.path()).unwrap_err().to_string();
        assert!(error.contains("findings.json") && error.contains("optimiser"), "{error}");
        std::fs::write(folder.path().join("findings.json"), "[]").unwrap();
        std::fs::write(folder.path().join("zoo.json"), r#"{"schema": "other/1", "mutants": []}"#).unwrap();
        let error = Companions::in_folder(folder.path()).unwrap_err().to_string();
        assert!(error.contains("other/1") && error.contains("gradproof.zoo/1"), "{error}");
    }
}
