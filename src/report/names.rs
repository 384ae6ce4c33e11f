//! Names of files and anchors.

use super::record::TheoremRecord;
use crate::plot::Plot;

/// Letters, digits and hyphens alone: a name for files and anchors.
pub fn slug(name: &str) -> String {
    let plain = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' });
    plain.collect()
}

/// The name, without its ending, of a figure's files.
pub fn figure(theorem: &TheoremRecord, plot: &Plot) -> String {
    [&theorem.topic, &theorem.id, &plot.id].map(|name| slug(name)).join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_cannot_leave_their_folder() {
        assert_eq!(slug("../a b/ü$"), "---a-b---");
    }
}
