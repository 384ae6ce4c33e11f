//! An audit by hand: every verdict, every outcome, and strings that break careless renderers.

use super::{Companions, Documented, Finding, Mutant, Zoo};
use crate::audit::Setting;
use crate::audit::record::{Audit, AuditRecord, Check, Conformance, Identified, Outcome, SCHEMA, Subject};
use crate::report::sample::NASTY;
use serde_json::json;
use std::collections::BTreeMap;

fn subject(framework: &str, version: &str, optimizer: &str, dtype: &str, hyper: &[(&str, Setting)]) -> Subject {
    Subject {
        framework: framework.into(),
        version: version.into(),
        optimizer: optimizer.into(),
        hyper: hyper.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
        dtype: dtype.into(),
        trace: None,
    }
}

fn adam(decay: f64) -> Vec<(&'static str, Setting)> {
    [("lr", 0.001), ("beta1", 0.9), ("beta2", 0.999), ("eps", 1e-8), ("weight_decay", decay)]
        .map(|(name, value)| (name, Setting::Number(value)))
        .into()
}

pub fn check(id: &str, verdict: Outcome, kind: &str, detail: &str) -> Check {
    let (id, kind, detail) = (id.into(), kind.into(), detail.into());
    Check { id, verdict, kind, detail, bound: None, worst_ratio: None, step: None, coordinate: None, witness: None }
}

fn placed(ratio: f64, check: Check) -> Check {
    Check { bound: Some(1.2e-7), worst_ratio: Some(ratio), step: Some(26), coordinate: Some(362), ..check }
}

/// What every audit has.
fn usual() -> Vec<Check> {
    let conformance = "1000 steps of 1306 parameters are those of the plain form, within 0.555 of what rounding allows";
    vec![
        placed(0.555, check("conformance", Outcome::Pass, "formula", conformance)),
        placed(0.31, check("separation", Outcome::Pass, "formula", "42 of 47 other candidates are told apart")),
        check("same-input-same-bits", Outcome::Pass, "state", "two runs of 100 steps agree in every bit"),
        check("not covered", Outcome::NotApplicable, "coverage", "not covered: sparse gradients; counters beyond 1000 steps"),
        check("groups", Outcome::NotApplicable, "state", "the adapter does not offer 'groups'"),
    ]
}

fn identified(algorithm: &str, differs: Option<(&str, &str, &str)>) -> Option<Identified> {
    let plain = [("epsilon", Setting::Word("outside".into())), ("bias_correction", Setting::Flag(true))];
    let mut variant: BTreeMap<String, Setting> = plain.map(|(name, value)| (name.to_string(), value)).into();
    if let Some((name, value, _)) = differs {
        variant.insert(name.into(), Setting::Word(value.into()));
    }
    Some(Identified {
        algorithm: algorithm.into(),
        variant,
        differs_from_name: differs.iter().map(|(name, ..)| (*name).into()).collect(),
        difference: differs.map(|(.., formula)| formula.into()),
    })
}

fn audit(subject: Subject, verdict: Conformance, identified: Option<Identified>, first: Option<Check>) -> Audit {
    let usual = usual().into_iter().filter(|check| first.as_ref().is_none_or(|first| first.id != check.id));
    let checks = first.clone().into_iter().chain(usual).collect();
    Audit { subject, verdict, identified, checks }
}

fn ignores_decay() -> Check {
    let detail = "the nearest is the plain form, which fits up to step 0: there coordinate 3 is 9.990000e-1 and should be 9.989900e-1 \
                  within 1.2e-7, 83.333 times over; all of it is explained by ignoring weight_decay";
    let trace = json!([
        {"format": "gradproof.trace/1", "framework": "keras", "version": "3.11.1", "optimizer": "adamw", "hyper": {"lr": 0.001,
         "beta1": 0.9, "beta2": 0.999, "eps": 1e-7, "weight_decay": 0.01}, "dtype": "f32", "params": [1.0]},
        {"lr": 0.001, "grads": [0.25], "params": [0.999]},
        {"lr": 0.001, "grads": [0.5], "params": [0.99801]},
    ]);
    let witness = json!({"step": 0, "coordinate": 3, "observed": 0.999, "expected": 0.99899, "bound": 1.2e-7, "trace": trace});
    Check { witness: Some(witness), ..placed(83.333, check("conformance", Outcome::Deviates, "formula", detail)) }
}

fn part(framework: &str, version: &str, name: &str, verdict: Conformance, first: Check) -> Audit {
    let hyper = [("lr", Setting::Number(0.1)), ("milestones", Setting::Numbers(vec![30.0, 60.0]))];
    Audit { subject: subject(framework, version, name, "f64", &hyper), verdict, identified: None, checks: vec![first] }
}

/// What must not break a page: an audit all of whose strings are hostile.
fn nasty() -> Audit {
    let hyper = [(NASTY, Setting::Word(NASTY.into())), ("lr", Setting::Number(f64::MIN_POSITIVE))];
    let name = Subject { trace: Some(NASTY.into()), ..subject(NASTY, NASTY, NASTY, NASTY, &hyper) };
    let found = Identified {
        algorithm: NASTY.into(),
        variant: [(NASTY.to_string(), Setting::Word(NASTY.into()))].into(),
        differs_from_name: vec![NASTY.into()],
        difference: Some(NASTY.into()),
    };
    let strange = Check {
        bound: Some(f64::NAN),
        worst_ratio: Some(f64::INFINITY),
        step: Some(u64::MAX),
        witness: Some(json!({"</pre><script>alert(2)</script>": NASTY, "trace": null})),
        ..check(NASTY, Outcome::Deviates, NASTY, NASTY)
    };
    let long = check("long", Outcome::Inconclusive, "formula", &format!("{} {}", "x".repeat(20_000), "word ".repeat(2_000)));
    let lists = check("list", Outcome::NotApplicable, NASTY, "<b>bold</b> #evil *no* _no_ @no \u{202e}\u{0}");
    Audit { subject: name, verdict: Conformance::Deviates, identified: Some(found), checks: vec![strange, long, lists] }
}

/// Audits of many frameworks; the last one is hostile.
pub fn record() -> AuditRecord {
    use Conformance::{Conforms, Deviates, Error, Variant};
    let inside = ("epsilon", "hat", "√(v̂ + ε) instead of √v̂ + ε");
    let fits = "1000 steps of 1306 parameters are those of epsilon hat, within 0.442 of what rounding allows";
    let variant = || Some(placed(0.442, check("conformance", Outcome::Variant, "formula", fits)));
    let loses = "after load the first moment starts from zero: step 51 differs from the run that was not interrupted";
    let hazard = "rounding can make the variance under the root negative at 12 places: NaN may follow there";
    let fault = "the adapter did not answer the request 'step' (id a, step 3) within 30 s; its last words: 'Killed'";
    let plain = |name: &str, version: &str, optimizer: &str, dtype: &str| {
        audit(subject(name, version, optimizer, dtype, &adam(0.0)), Conforms, identified(optimizer, None), None)
    };
    let mut audits = vec![
        plain("torch", "2.15.0", "adam", "f64"),
        audit(subject("torch", "2.15.0", "adam", "f32", &adam(0.0)), Variant, identified("adam", Some(inside)), variant()),
        audit(
            subject("keras", "3.11.1", "adamw", "f32", &adam(0.01)),
            Deviates,
            identified("adamw", None),
            Some(ignores_decay()),
        ),
        audit(
            subject("optax", "0.2.6", "rmsprop", "f32", &adam(0.0)),
            Deviates,
            None,
            Some(check("save-and-load", Outcome::Deviates, "state", loses)),
        ),
        audit(
            subject("torch", "2.15.0", "rmsprop", "bf16", &adam(0.0)),
            Conforms,
            identified("rmsprop", None),
            Some(check("unbounded", Outcome::Hazard, "special-values", hazard)),
        ),
        Audit {
            checks: vec![check("adapter", Outcome::Inconclusive, "fault", fault)],
            ..plain("paddle", "3.2.0", "lamb", "f32")
        },
        part("torch", "2.15.0", "schedule:cosine", Conforms, placed(0.1, check("rates", Outcome::Pass, "formula", "100 rates"))),
        part("optax", "0.2.6", "schedule:cosine", Variant, check("rates", Outcome::Variant, "formula", "ends one step earlier")),
        part("torch", "2.15.0", "clip:global_norm", Conforms, check("clip", Outcome::Pass, "formula", "40 gradients")),
        part(
            "torch",
            "2.15.0",
            "init:he_normal",
            Deviates,
            check("variance", Outcome::Deviates, "formula", "the variance is 2/fan_out where 2/fan_in is promised"),
        ),
    ];
    audits[5].verdict = Error;
    audits[5].identified = None;
    for (framework, version) in
        [("keras", "3.11.1"), ("optax", "0.2.6"), ("paddle", "3.2.0"), ("tinygrad", "0.11.0"), ("tfjs", "4.22.0")]
    {
        audits.extend(["adam", "sgd", "nadam"].map(|optimizer| plain(framework, version, optimizer, "f32")));
    }
    audits.push(nasty());
    AuditRecord { schema: SCHEMA.into(), audits }
}

/// A run of the zoo.
pub fn zoo() -> Zoo {
    let mutant = |id: &str, kind: &str, passes: bool, named: &str| Mutant {
        id: id.into(),
        row: "second moment without its correction".into(),
        subject: "adam".into(),
        kind: kind.into(),
        expected: if kind == "bug" { "deviates" } else { "variant" }.into(),
        verdict: if passes { "deviates" } else { "conforms" }.into(),
        passes,
        by: if passes { vec!["conformance".into(), "same bits".into()] } else { vec![] },
        named: named.into(),
        seconds: 0.125,
    };
    let mut mutants = vec![
        mutant("B01", "bug", true, "ignoring weight_decay"),
        mutant("C07", "convention", true, "eps-hat"),
        mutant("B02", "bug", true, ""),
        mutant("E01", "equivalent", true, ""),
        mutant("B03", "bug", false, ""),
        mutant("H01", "hazard", true, ""),
        mutant("N01", "not expressible", true, ""),
        mutant("B99", "bug", false, ""),
    ];
    let last = mutants.len() - 1;
    mutants[last] = Mutant { kind: NASTY.into(), row: NASTY.into(), named: NASTY.into(), ..mutants[last].clone() };
    Zoo { schema: Zoo::SCHEMA.into(), mutants }
}

/// What stands beside it.
pub fn companions() -> Companions {
    let finding = |framework: &str, optimizer: &str, text: &str, documented| Finding {
        framework: framework.into(),
        optimizer: optimizer.into(),
        text: text.into(),
        documented,
    };
    let ignores =
        "`weight_decay` is applied by the base class, which looks at the variables' names.\nWithout names nothing decays.";
    let findings = vec![
        finding("keras", "adamw", ignores, Some(Documented::Source("the page on optimizers, under 'exclude'".into()))),
        finding("torch", "*", "State in f32 whatever the type of the parameters.", Some(Documented::Known(false))),
        finding(NASTY, NASTY, NASTY, None),
    ];
    Companions { findings, zoo: Some(zoo()) }
}
