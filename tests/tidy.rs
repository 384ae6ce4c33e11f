//! Theorem files, registry, index of the records, bibliography and README agree.

#[path = "tidy/catalog.rs"]
mod catalog;

use gradproof::audit::record::Outcome;
use gradproof::bibliography::entries;
use gradproof::evidence::Evidence;
use gradproof::lab::Lab;
use gradproof::report::audit::{Companions, read_audit};
use gradproof::report::markup::{Segment, segments};
use gradproof::report::plain;
use gradproof::subject::Reference;
use gradproof::system::{SECTIONS, System};
use gradproof::theorem::{Broken, Method, Source, Theorem};
use gradproof::theorems::ALL;
use gradproof::verdict::{Policy, Verdict};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn snake(id: &str) -> String {
    id.replace('-', "_")
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// All files below a folder of the repository.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

#[test]
fn every_theorem_has_its_file_and_every_file_its_theorem() {
    let registered: BTreeSet<PathBuf> = ALL
        .iter()
        .map(|theorem| root().join("theorems").join(snake(theorem.topic)).join(snake(theorem.id)).with_extension("rs"))
        .collect();
    let written: BTreeSet<PathBuf> = files("theorems")
        .into_iter()
        .filter(|path| std::fs::read_to_string(path).is_ok_and(|text| text.contains("pub static THEOREM: Theorem")))
        .collect();
    assert_eq!(registered, written);
}

#[test]
fn ids_are_unique_and_in_kebab_case() {
    let mut seen = BTreeSet::new();
    for theorem in ALL {
        assert!(seen.insert(theorem.id), "{} is registered twice", theorem.id);
        let claims = theorem.claims.iter().map(|claim| claim.id);
        let controls = theorem.controls.iter().map(|control| control.id);
        for (kind, ids) in [("claim", claims.collect::<Vec<_>>()), ("control", controls.collect())] {
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{}: a {kind} id twice", theorem.name());
            assert!(!ids.is_empty(), "{} has no {kind}", theorem.name());
            for id in ids.into_iter().chain([theorem.id, theorem.topic]) {
                let kebab = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
                assert!(kebab, "{}: '{id}' is not in kebab case", theorem.name());
            }
        }
    }
}

#[test]
fn a_theorem_file_opens_with_its_four_sections() {
    for theorem in ALL {
        let file = format!("theorems/{}/{}.rs", snake(theorem.topic), snake(theorem.id));
        let text = read(&file);
        let places = ["**Setting.**", "**Statement.**", "**Why.**", "**How it could fail.**"]
            .map(|section| text.find(section).unwrap_or_else(|| panic!("{file} lacks {section}")));
        assert!(places.is_sorted(), "{file}: the sections are out of order");
    }
}

#[test]
fn claims_expect_a_verdict_that_can_pass_and_controls_name_theirs() {
    for theorem in ALL {
        for claim in theorem.claims {
            let possible = [Verdict::Proved, Verdict::Supported, Verdict::Refuted].contains(&claim.expected);
            assert!(possible, "{}/{} expects {}", theorem.name(), claim.id, claim.expected);
        }
        for control in theorem.controls {
            if let Broken::Subject { claim, .. } = &control.broken {
                let claim = theorem.claim(claim).unwrap_or_else(|| panic!("{}: no claim '{claim}'", theorem.name()));
                assert_ne!(claim.expected, Verdict::Refuted, "{}: '{}' proves nothing", theorem.name(), control.id);
            }
        }
    }
}

#[test]
fn sources_are_in_the_bibliography_and_nothing_else_is() {
    let entries = entries();
    let text: String = files("theorems").iter().chain(&files("src")).map(read).collect();
    for theorem in ALL {
        assert!(!theorem.sources.is_empty(), "{} has no source", theorem.name());
        for source in theorem.sources {
            if let Source::Cited(key, _) = source {
                assert!(entries.contains_key(key), "{} cites '{key}', which references.bib lacks", theorem.name());
            }
        }
    }
    for key in entries.keys() {
        assert!(text.contains(&format!("\"{key}\"")), "references.bib has '{key}', which no theorem cites");
    }
}

/// Each statistic of a run, in claims and controls, spends one share of the false-alarm budget. Only theorems with a Monte-Carlo claim have
/// any: `tests/theorems.rs` holds the others to it.
#[test]
fn the_budget_has_a_share_for_every_statistic() {
    let statistics = |theorem: &&Theorem| -> usize {
        let lab = Lab::new(0, 1, theorem.id);
        let claims = theorem.claims.iter().map(|claim| claim.run(&lab, &Reference));
        let found = claims.chain(theorem.controls.iter().map(|control| theorem.run_control(control, &lab)));
        let sampled = |evidence| if let Evidence::Sampled(sampled) = evidence { sampled.statistics.len() } else { 0 };
        found.map(sampled).sum()
    };
    let samples = |theorem: &&&Theorem| theorem.claims.iter().any(|claim| claim.method == Method::MonteCarlo);
    let spent: usize = ALL.par_iter().filter(samples).map(statistics).sum();
    assert!(spent > 0 && spent <= Policy::SHARES as usize, "{spent} statistics share {} parts", Policy::SHARES);
}

/// Words in quotes apart, every word of a formula in plain text is one that people type: no name that only Typst knows is left.
#[test]
fn formulas_in_plain_text_keep_no_markup() {
    const TYPED: [&str; 17] =
        ["Cov", "Var", "arg", "cosh", "det", "diag", "exp", "inf", "ln", "lim", "max", "min", "mod", "sign", "sup", "tanh", "tr"];
    let mut left = Vec::new();
    for theorem in ALL {
        let claims = theorem.claims.iter().map(|claim| claim.statement);
        for markup in [theorem.statement].into_iter().chain(theorem.hypotheses.iter().copied()).chain(claims) {
            for segment in segments(markup) {
                let line = match segment {
                    Segment::Formula { source, .. } => plain(&format!("${}$", source.split('"').step_by(2).collect::<String>())),
                    Segment::Text(text) if text.contains('$') => text,
                    Segment::Text(_) | Segment::Code(_) => continue,
                };
                let words = line.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1);
                let unknown: Vec<&str> = words.filter(|word| !TYPED.contains(word)).collect();
                if !unknown.is_empty() || line.contains(['$', '&', '\\']) {
                    left.push(format!("{}: {unknown:?} in {line}", theorem.name()));
                }
            }
        }
    }
    assert!(left.is_empty(), "{}", left.join("\n"));
}

/// What is shown as it is has no formulas.
#[test]
fn titles_quantifiers_and_differences_are_text() {
    for theorem in ALL {
        let quantifiers = theorem.claims.iter().map(|claim| claim.quantifier);
        let differences = theorem.controls.iter().map(|control| control.differs);
        for text in [theorem.title].into_iter().chain(quantifiers).chain(differences) {
            assert!(!text.contains('$'), "{}: '{text}'", theorem.name());
        }
    }
}

fn index() -> String {
    let mut topics: BTreeMap<usize, (&str, Vec<&Theorem>)> = BTreeMap::new();
    for (place, theorem) in ALL.iter().enumerate() {
        let known = topics.iter().find(|(_, (topic, _))| *topic == theorem.topic).map(|(place, _)| *place);
        topics.entry(known.unwrap_or(place)).or_insert((theorem.topic, Vec::new())).1.push(theorem);
    }
    let line = |theorem: &&Theorem| {
        let file = format!("theorems/{}/{}.rs", snake(theorem.topic), snake(theorem.id));
        let count = |verdict: &Verdict| theorem.claims.iter().filter(|claim| claim.expected == *verdict).count();
        let counted = Verdict::ALL.iter().map(|verdict| (count(verdict), verdict)).filter(|(count, _)| *count > 0);
        let claims: Vec<String> = counted.map(|(count, verdict)| format!("{count} {verdict}")).collect();
        format!("| [`{}`]({file}) | {} | {} |\n", theorem.id, theorem.title.replace('|', "\\|"), claims.join(", "))
    };
    let header = "| theorem | what it says | its claims |\n|---|---|---|\n";
    let rows: String = topics.values().flat_map(|(_, theorems)| theorems.iter().map(line)).collect();
    format!("{header}{rows}")
}

/// The reference systems, a table a section.
fn systems() -> String {
    let line = |system: &&System| {
        let conventions: Vec<&str> = system.conventions.iter().map(|convention| convention.name).collect();
        let formula = system.formula.replace('|', "\\|");
        format!("| `{}` | {formula} | {} |\n", system.name, conventions.join(", "))
    };
    let section = |(title, systems): &(&str, &[&System])| {
        let rows: String = systems.iter().map(line).collect();
        format!("\n### {title}\n| system | formula of the plain form | what can be chosen |\n|---|---|---|\n{rows}")
    };
    SECTIONS.iter().map(section).collect()
}

/// `BLESS=1 cargo test --test tidy` writes the tables.
#[test]
fn the_readme_lists_every_theorem_and_every_system() {
    let mut readme = read("README.md");
    for (what, table) in [("coverage", catalog::coverage()), ("theorems", index()), ("systems", systems())] {
        let (begin, end) = (format!("<!-- {what}: begin -->\n"), format!("<!-- {what}: end -->"));
        let (before, rest) = readme.split_once(&begin).expect("the README marks where a table begins");
        let (listed, after) = rest.split_once(&end).expect("the README marks where a table ends");
        if std::env::var_os("BLESS").is_some() {
            readme = format!("{before}{begin}{table}{end}{after}");
            std::fs::write(root().join("README.md"), &readme).expect("the README can be written");
        } else {
            assert_eq!(listed, table, "the table of {what} is out of date: BLESS=1 cargo test --test tidy writes it");
        }
    }
}

/// Whoever deviates in the committed audits is spoken of in `findings.json`, by name or with all of its framework; and nobody is who was
/// not audited. What a finding says about which check is for its reader to judge.
#[test]
fn the_findings_speak_of_every_deviation() {
    let folder = root().join("reports/reference");
    let audits = read_audit(&folder.join("audit.json")).expect("the committed audits").audits;
    let findings = Companions::in_folder(&folder).expect("the findings").findings;
    for audit in &audits {
        let subject = &audit.subject;
        let claimed = findings.iter().any(|finding| finding.concerns(subject));
        let deviating = audit.checks.iter().find(|check| check.verdict == Outcome::Deviates);
        if let (false, Some(check)) = (claimed, deviating) {
            panic!("no finding speaks of {} {} {}: {}", subject.framework, subject.optimizer, subject.dtype, check.id);
        }
    }
    for finding in &findings {
        let audited = audits.iter().any(|audit| finding.concerns(&audit.subject));
        assert!(audited, "a finding speaks of {}, which was not audited", finding.about());
    }
}

#[test]
fn the_continuous_integration_begins_with_the_readmes_test_command() {
    let script = read(".ci/run");
    let first = script.lines().find(|line| line.starts_with("cargo ")).expect("a cargo command");
    assert!(read("README.md").contains(&format!("\n{first}\n")), "the README lacks `{first}`");
}
