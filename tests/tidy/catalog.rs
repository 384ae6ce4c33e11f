//! The catalog's records, `theorems/claims.toml`, against the registry.

use gradproof::theorem::Theorem;
use gradproof::theorems::ALL;
use gradproof::verdict::Verdict;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Mutex;
use toml_edit::{DocumentMut, Item, Table, value};

/// The topics whose records may be open. Issue 6 ends with `"G"..="L"`.
const MAY_BE_OPEN: RangeInclusive<&str> = "G"..="L";

/// What stands for a theorem where there is none yet.
const OPEN: &str = "open";

/// One test reads the index while another may write it.
static IN_USE: Mutex<()> = Mutex::new(());

const INDEX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/theorems/claims.toml");

/// The index: `topics`, a title for each letter, and `records`, a table for each letter.
fn index() -> DocumentMut {
    let _reading = IN_USE.lock();
    let text = std::fs::read_to_string(INDEX).unwrap_or_else(|error| panic!("{INDEX}: {error}"));
    text.parse().unwrap_or_else(|error| panic!("{INDEX}: {error}"))
}

fn table(item: &Item) -> &Table {
    item.as_table().unwrap_or_else(|| panic!("{INDEX}: {item} is not a table"))
}

fn text(item: &Item) -> &str {
    item.as_str().unwrap_or_else(|| panic!("{INDEX}: {item} is not a string"))
}

/// Topic, record and what the index has for it, in the catalog's order.
fn records(index: &DocumentMut) -> Vec<(&str, &str, &str)> {
    let topics = table(&index["records"]).iter();
    topics
        .flat_map(|(topic, records)| table(records).iter().map(move |(record, theorem)| (topic, record, text(theorem))))
        .collect()
}

/// The theorem of each record that has one.
fn spoken_for() -> BTreeMap<&'static str, &'static Theorem> {
    let mut found: BTreeMap<&str, &Theorem> = BTreeMap::new();
    for theorem in ALL {
        if let Some(earlier) = theorem.record.and_then(|record| found.insert(record, theorem)) {
            panic!("{} and {} speak for the same record", earlier.id, theorem.id);
        }
    }
    found
}

/// `BLESS=1 cargo test --test tidy` fills in the theorems.
#[test]
fn every_record_has_its_line_and_its_theorem() {
    let (mut index, spoken_for) = (index(), spoken_for());
    if std::env::var_os("BLESS").is_some() {
        let topics = index["records"].as_table_mut().expect("tables").iter_mut();
        for (record, theorem) in topics.flat_map(|(_, records)| records.as_table_mut().expect("a table").iter_mut()) {
            *theorem = value(spoken_for.get(record.get()).map_or(OPEN, |theorem| theorem.id));
        }
        let _writing = IN_USE.lock();
        std::fs::write(INDEX, index.to_string()).expect("the index can be written");
    }
    let mut listed = BTreeSet::new();
    for (topic, record, theorem) in records(&index) {
        assert!(listed.insert(record), "{record} has two lines in {INDEX}");
        let speaks = spoken_for.get(record).map_or(OPEN, |theorem| theorem.id);
        assert_eq!(theorem, speaks, "{record} in {INDEX}: BLESS=1 cargo test --test tidy writes what the registry has");
        assert!(theorem != OPEN || MAY_BE_OPEN.contains(&topic), "{record} of topic {topic} has no theorem yet");
    }
    for (record, theorem) in &spoken_for {
        assert!(listed.contains(record), "{} speaks for '{record}', which {INDEX} does not list", theorem.id);
    }
    assert_eq!(listed.len(), 267, "the catalog's records");
}

/// The README's table: a line a topic, its records, and what their theorems' claims are expected to be.
pub fn coverage() -> String {
    let (index, spoken_for) = (index(), spoken_for());
    let (topics, records) = (table(&index["topics"]), records(&index));
    let line = |name: &str, records: Option<usize>, theorems: &[&Theorem]| {
        let expected = |verdict| {
            let claims = theorems.iter().flat_map(|theorem| theorem.claims);
            claims.filter(|claim| claim.expected == verdict).count().to_string()
        };
        let open = records.map(|records| (records - theorems.len()).to_string());
        let records = records.map(|records| records.to_string());
        let cells = [Some(name.into()), records, Some(theorems.len().to_string()), open];
        let verdicts = [Verdict::Proved, Verdict::Supported, Verdict::Refuted].map(|verdict| Some(expected(verdict)));
        let cells: Vec<String> = cells.into_iter().chain(verdicts).map(Option::unwrap_or_default).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut rows = String::new();
    for (letter, title) in topics.iter() {
        let own: Vec<&str> = records.iter().filter(|(topic, ..)| *topic == letter).map(|(_, record, _)| *record).collect();
        let theorems: Vec<&Theorem> = own.iter().filter_map(|record| spoken_for.get(record).copied()).collect();
        rows += &line(&format!("{letter}. {}", text(title)), Some(own.len()), &theorems);
    }
    let spoken: Vec<&Theorem> = spoken_for.values().copied().collect();
    rows += &line("all topics", Some(records.len()), &spoken);
    let ours: Vec<&Theorem> = ALL.iter().filter(|theorem| theorem.record.is_none()).copied().collect();
    rows += &line("of our own", None, &ours);
    let header = "| topic | records | theorems | open | claims proved | supported | refuted |\n|---|--:|--:|--:|--:|--:|--:|\n";
    format!("{header}{rows}")
}
