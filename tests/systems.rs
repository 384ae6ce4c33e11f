//! The reference systems: every row of the catalog's sections S1 to S6 has one, with sources and tests that exist.

use gradproof::bibliography::entries;
use gradproof::system::systems;
use gradproof::theorem::Source;
use std::collections::BTreeSet;
use std::path::Path;

/// The rows of `claims.md`: S1 by number, the items of S2 to S6 in its words.
const ROWS: &[(&str, &[&str])] = &[
    (
        "S2",
        &[
            "Newton",
            "damped Newton",
            "saddle-free Newton",
            "trust region",
            "cubic regularisation",
            "BFGS",
            "L-BFGS",
            "CG",
            "CG-Newton",
            "natural gradient",
            "Gauss-Newton",
        ],
    ),
    (
        "S3",
        &[
            "constant",
            "step decay with floor",
            "step decay without floor",
            "exponential",
            "ExponentialLR",
            "polynomial",
            "1/t",
            "1/sqrt(t)",
            "cosine",
            "CosineAnnealingLR",
            "SGDR",
            "linear warm-up",
            "warm-up and decay",
            "warm-up and cosine",
            "exponential warm-up",
            "constant warm-up",
            "cosine warm-up",
            "untuned warm-up",
            "one-cycle text",
            "one-cycle Smith",
            "one-cycle PyTorch",
            "momentum cycling",
            "cyclical triangular",
            "ReduceLROnPlateau",
            "1/sqrt(variance curvature)",
            "greedy rate",
            "batch-size schedule",
            "large-batch warm-up",
        ],
    ),
    (
        "S4",
        &[
            "clip by global norm",
            "clip by value",
            "adaptive clipping",
            "Keras clipping",
            "gradient-norm detector",
            "slope detector",
            "gradient norm monitor",
            "relative loss monitor",
            "moving average of changes",
            "patience",
            "early stopping",
            "plateau detector",
            "non-finite detector",
        ],
    ),
    (
        "S5",
        &[
            "Xavier uniform",
            "Xavier normal",
            "He normal",
            "He mis-read variance",
            "zeros",
            "constant",
            "orthogonal",
            "sigmoid",
            "tanh",
            "ReLU",
            "softmax cross-entropy",
            "dense",
            "3x3 convolution",
            "BatchNorm",
            "LayerNorm",
            "residual block",
            "dropout standard",
            "dropout inverted",
            "L1",
            "L2",
            "decoupled decay",
            "input standardisation",
            "reverse-mode tape",
            "forward dual numbers",
            "Hessian-vector product",
            "operation-counting scalar",
            "rational scalar",
            "interval scalar",
        ],
    ),
    (
        "S6",
        &[
            "power iteration",
            "Lanczos",
            "Hutchinson trace",
            "exact S(rho)",
            "perturbation code",
            "corrected perturbation",
            "adaptive sharpness",
            "2-D slice as in the notes",
            "2-D slice filter-normalised",
            "linear interpolation",
            "Bezier mode connectivity",
            "permutation alignment",
            "critical-point index",
            "PAC-Bayes-kl",
            "escape time",
            "basin map",
        ],
    ),
];

fn rows() -> BTreeSet<String> {
    let first_order = (1..=36).map(|number| format!("S1.{number}"));
    let others = ROWS.iter().flat_map(|(section, items)| items.iter().map(move |item| format!("{section} {item}")));
    first_order.chain(others).collect()
}

#[test]
fn every_row_of_the_catalog_has_its_system() {
    let answered: BTreeSet<String> = systems().flat_map(|system| system.rows).map(ToString::to_string).collect();
    let open: Vec<String> = rows().difference(&answered).cloned().collect();
    let unknown: Vec<String> = answered.difference(&rows()).cloned().collect();
    assert!(open.is_empty() && unknown.is_empty(), "rows without a system: {open:?}; rows that the catalog lacks: {unknown:?}");
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let mut seen = BTreeSet::new();
    for system in systems() {
        let kebab = system.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(kebab && seen.insert(system.name), "'{}' is there twice, or not in kebab case", system.name);
        for convention in system.conventions {
            let values: BTreeSet<_> = convention.values.iter().collect();
            assert!(values.len() == convention.values.len() && values.len() > 1, "{}: {}", system.name, convention.name);
        }
    }
}

#[test]
fn every_system_has_its_source_and_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for system in systems() {
        assert!(!system.sources.is_empty() && !system.tests.is_empty(), "{} lacks a source or a test", system.name);
        for source in system.sources {
            if let Source::Cited(key, _) = source {
                assert!(entries().contains_key(key), "{} cites '{key}', which references.bib lacks", system.name);
            }
        }
        for test in system.tests {
            let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("{}: '{test}' is not file::name", system.name));
            let text =
                std::fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{}: {file}: {error}", system.name));
            let name = name.rsplit("::").next().expect("a name");
            let there = text.contains(&format!("fn {name}(")) || text.contains(&format!("id: \"{name}\""));
            assert!(there, "{}: {file} has no test '{name}'", system.name);
        }
    }
}
