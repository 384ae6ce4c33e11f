//! The works that theorems cite, from `references.bib`.

use std::collections::BTreeMap;

const BIBTEX: &str = include_str!("../references.bib");

/// Every entry's BibTeX text by its key.
pub fn entries() -> BTreeMap<&'static str, &'static str> {
    let starts: Vec<usize> = BIBTEX.match_indices("\n@").map(|(index, _)| index + 1).collect();
    let ends = starts.iter().skip(1).copied().chain([BIBTEX.len()]);
    let entry = |(start, end): (&usize, usize)| {
        let text = BIBTEX[*start..end].trim_end();
        let key = text.split_once('{')?.1.split_once(',')?.0.trim();
        Some((key, text))
    };
    starts.iter().zip(ends).filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_entry_is_found_whole() {
        let entries = super::entries();
        let polyak = entries["polyak1987"];
        assert!(polyak.starts_with("@book{polyak1987,") && polyak.ends_with('}'));
        assert_eq!(polyak.matches('@').count(), 1);
    }
}
