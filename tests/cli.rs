//! The command line as a user runs it: results, exit statuses, and one-line errors.
#![cfg(feature = "cli")]

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use std::process::Output;

/// Runs gradproof in `folder`.
fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("gradproof").expect("the binary is built");
    command.current_dir(folder).env_remove("GRADPROOF_ISA").args(arguments).output().expect("it runs")
}

fn run(arguments: &[&str]) -> Output {
    run_in(tempfile::tempdir().expect("a folder").path(), arguments)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

/// The one line of an error with exit status 2.
fn error(arguments: &[&str]) -> String {
    let output = run(arguments);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert_eq!(message.lines().count(), 1, "{arguments:?}: {message}");
    assert!(output.stdout.is_empty(), "{arguments:?} printed {}", text(&output.stdout));
    message
}

#[test]
fn every_command_explains_itself_with_an_example() {
    for command in ["", "verify", "audit", "certify", "check", "list", "show", "replay", "render"] {
        let arguments: Vec<&str> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let output = run(&arguments);
        assert!(output.status.success());
        assert!(text(&output.stdout).contains("Example"), "`{command} --help` has no example");
    }
}

#[test]
fn wrong_usage_is_one_line_and_status_2() {
    assert!(error(&[]).contains("no command"));
    assert!(error(&["verify", "--seed", "twelve"]).contains("'twelve'"));
    assert!(error(&["verify", "--seed", "-1"]).contains("-1"));
    assert!(error(&["verify", "--effort", "0"]).contains("0"));
    assert!(error(&["verify", "--jobs", "0"]).contains("0"));
    assert!(error(&["verify", "--colour"]).contains("--colour"));
    assert!(error(&["verify", "no-such-theorem"]).contains("no-such-theorem"));
    assert!(error(&["verify", "gd-linear-rate", "--format", "docx"]).contains("docx"));
    assert!(error(&["list", "no-such-theorem"]).contains("gradproof list"));
    assert!(error(&["show", "gd-linear"]).contains("did you mean gd-linear-rate"));
    assert!(error(&["show", "gd-linaer-rate"]).contains("did you mean gd-linear-rate"));
    assert!(error(&["replay", "no-such-theorem"]).contains("no-such-theorem"));
    assert!(error(&["render", "missing.json", "--out", "x"]).contains("missing.json"));
}

#[test]
fn a_folder_that_cannot_be_written_is_refused_before_the_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").expect("a file");
    let below = file.join("report");
    let message = error(&["verify", "gd-linear-rate", "--out", &below.to_string_lossy()]);
    assert!(message.contains("--out") && message.contains("report"), "{message}");
}

#[test]
fn an_unknown_instruction_set_is_refused() {
    let mut command = Command::cargo_bin("gradproof").expect("the binary is built");
    let output = command.env("GRADPROOF_ISA", "mmx").arg("list").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("scalar, sse2 or avx2"));
}

#[test]
fn a_run_writes_its_report_and_its_bytes_depend_on_the_seed_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = |out: &str, more: &[&str]| {
        let arguments = [&["verify", "gd-linear-rate", "minibatch-variance", "--quiet", "--out", out], more].concat();
        let output = run_in(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "--quiet is not quiet");
        std::fs::read(folder.path().join(out).join("report.json")).expect("a report")
    };
    let first = report("first", &["--jobs", "1", "--format", "html,svg,png,csv,junit"]);
    assert_eq!(first, report("second", &["--jobs", "2", "--format", "json"]));
    for file in ["run.json", "report.html", "junit.xml", "plots", "data"] {
        assert!(folder.path().join("first").join(file).exists(), "{file} is missing");
    }
    let verdicts = |report: &[u8]| {
        let record = json(report);
        let theorems = record["theorems"].as_array().expect("a list").clone();
        let claims = theorems.iter().flat_map(|theorem| theorem["claims"].as_array().expect("a list").clone());
        claims.map(|claim| claim["verdict"].clone()).collect::<Vec<_>>()
    };
    let other = report("third", &["--seed", "1", "--format", "json"]);
    assert_ne!(first, other, "another seed draws other numbers");
    assert_eq!(verdicts(&first), verdicts(&other));

    let again = run_in(folder.path(), &["render", "first/report.json", "--out", "again", "--format", "html,csv"]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    let html = |out: &str| std::fs::read(folder.path().join(out).join("report.html")).expect("a page");
    assert!(folder.path().join("again/report.json").exists() && html("again").len() > 1000);
}

#[test]
fn the_record_goes_to_standard_output_on_request() {
    let output = run(&["verify", "gd-linear-rate", "--json", "--format", "json"]);
    let record = json(&output.stdout);
    assert_eq!(record["schema"], "gradproof.report/1");
    assert_eq!(record["summary"]["unexpected"], 0);
    assert_eq!(record["theorems"][0]["record"], "gd-linear-rate");
}

#[test]
fn theorems_are_listed_and_shown() {
    let all = json(&run(&["list", "--json"]).stdout);
    let entry = all.as_array().expect("a list").iter().find(|entry| entry["id"] == "gd-linear-rate").expect("listed");
    assert_eq!(entry["topic"], "gradient-descent");
    assert!(entry["claims"][0]["as_stated"].is_boolean() && entry["controls"].as_array().is_some_and(|list| !list.is_empty()));
    let shown = text(&run(&["show", "gd-linear-rate"]).stdout);
    for part in ["Hypotheses", "Claims", "Controls", "@book{polyak1987", "gradproof replay gd-linear-rate"] {
        assert!(shown.contains(part), "`show` lacks {part}");
    }
    assert_eq!(json(&run(&["show", "gd-linear-rate", "--json"]).stdout)["id"], "gd-linear-rate");
    let replayed = run(&["replay", "gd-linear-rate", "--seed", "3"]);
    assert!(replayed.status.success() && text(&replayed.stdout).contains("as expected"));
}

#[test]
fn colours_are_for_terminals_only() {
    let output = run(&["verify", "gd-linear-rate", "--format", "json"]);
    assert!(!text(&output.stdout).contains('\u{1b}'));
    assert!(text(&output.stderr).contains("gradient-descent/gd-linear-rate: as expected"), "plain lines without a terminal");
}

fn traces() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces")
}

#[test]
fn an_audit_is_drawn_with_what_stands_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces/torch-adam.jsonl");
    assert!(run_in(folder.path(), &["audit", "--trace", trace, "--out", "first"]).status.success());
    let finding = r#"[{"framework": "torch", "optimizer": "*", "text": "seen <by> hand"}]"#;
    std::fs::write(folder.path().join("first/findings.json"), finding).expect("written");
    for (from, to) in [("first", "second"), ("second", "third")] {
        let output = run_in(folder.path(), &["render", &format!("{from}/audit.json"), "--out", to, "--format", "html"]);
        assert!(text(&output.stdout).contains("Rendered 1 audits"), "{}", text(&output.stderr));
        let page = std::fs::read_to_string(folder.path().join(to).join("audit.html")).expect("a page");
        assert!(page.contains("seen &lt;by&gt; hand") && page.contains("adam of torch"));
    }
    std::fs::write(folder.path().join("first/findings.json"), "[").expect("written");
    let broken = run_in(folder.path(), &["render", "first/audit.json", "--out", "fourth"]);
    assert!(broken.status.code() == Some(2) && text(&broken.stderr).contains("findings.json"));
}

#[test]
fn recorded_runs_are_audited_and_what_is_known_can_be_pinned() {
    let folder = tempfile::tempdir().expect("a folder");
    let sgd = traces().join("torch-sgd.npz").to_string_lossy().into_owned();
    let audit = |more: &[&str]| run_in(folder.path(), &[&["audit", "--trace", &sgd, "--out", "audit"], more].concat());
    let plain = audit(&[]);
    assert!(plain.status.success() && text(&plain.stdout).contains("conforms"), "{}", text(&plain.stdout));
    let file = folder.path().join("audit/audit.json");
    let record = json(&std::fs::read(&file).expect("an audit"));
    assert_eq!(record["schema"], "gradproof.audit/1");
    assert!(record["audits"][0]["checks"][0]["worst_ratio"].as_f64().is_some_and(|ratio| ratio < 1.0));
    std::fs::copy(&file, folder.path().join("known.json")).expect("a copy");
    assert!(audit(&["--expect", "conforms"]).status.success());
    assert!(audit(&["--expect", "known.json", "--quiet"]).status.success());
    assert_eq!(audit(&["--expect", "variant:eps-hat"]).status.code(), Some(1));
    assert_eq!(audit(&["--expect", "missing.json"]).status.code(), Some(2));
    assert!(error(&["audit", "--trace", "missing.npz"]).contains("missing.npz"));
}

/// Its numbers overflow after some steps, and nothing can be said of what becomes of them then.
#[test]
fn an_honest_adapter_that_diverges_is_not_accused() {
    let program = concat!("python3 '", env!("CARGO_MANIFEST_DIR"), "/tests/adapters/honest.py'");
    for (dtype, hyper) in [("f32", "lr=1e10"), ("f64", "lr=1e150"), ("f64", "weight_decay=1e300")] {
        let arguments = ["audit", "--exec", program, "--optimizer", "sgd", "--dtype", dtype, "--hyper", hyper, "--json"];
        let output = run(&arguments);
        assert_ne!(output.status.code(), Some(1), "{dtype} {hyper}: {}", text(&output.stdout));
        assert!(!text(&output.stdout).contains("deviates"), "{dtype} {hyper}");
    }
}

#[test]
fn an_expectation_that_is_not_met_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let [adam, sgd] = ["torch-adam.jsonl", "torch-sgd.npz"].map(|name| traces().join(name).to_string_lossy().into_owned());
    let audit = |traces: &[&String], expected: &str, out: &str| {
        let mut arguments = vec!["audit", "--quiet", "--out", out, "--expect", expected, "--trace"];
        arguments.extend(traces.iter().map(|trace| trace.as_str()));
        let output = run_in(folder.path(), &arguments);
        (output.status.code(), text(&output.stderr))
    };
    let (status, words) = audit(&[&adam], "variant:eps-hat", "one");
    assert_eq!(words, "gradproof: --expect: variant:eps-hat was expected, torch-adam.jsonl adam f32 is conforms\n");
    assert_eq!(status, Some(1));
    assert_eq!(audit(&[&adam, &sgd], "conforms", "both"), (Some(0), String::new()));
    let (status, words) = audit(&[&adam], "both/audit.json", "less");
    assert_eq!(words, "gradproof: --expect: in the earlier audit alone: torch-sgd.npz sgd f32 is conforms\n");
    assert_eq!(status, Some(1));
    let (status, words) = audit(&[&adam, &sgd], "one/audit.json", "more");
    assert_eq!(words, "gradproof: --expect: not in the earlier audit: torch-sgd.npz sgd f32 is conforms\n");
    assert_eq!(status, Some(1));
    let (status, words) = audit(&[&adam], "variant:", "none");
    assert!(status == Some(2) && words.contains("names no convention"), "{words}");
}

#[test]
fn a_deviation_leaves_a_witness_that_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorded = std::fs::read_to_string(traces().join("torch-adam.jsonl")).expect("a trace");
    // Two steps in the other order.
    let mut lines: Vec<&str> = recorded.lines().collect();
    lines.swap(4, 5);
    std::fs::write(folder.path().join("swapped.jsonl"), lines.join("\n")).expect("written");
    let output = run_in(folder.path(), &["audit", "--trace", "swapped.jsonl", "--out", "audit", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let check = json(&output.stdout)["audits"][0]["checks"][0].clone();
    assert_eq!((&check["verdict"], &check["step"]), (&"deviates".into(), &3.into()));
    std::fs::write(folder.path().join("witness.json"), check["witness"].to_string()).expect("written");
    let replayed = run_in(folder.path(), &["replay", "witness.json"]);
    assert_eq!(replayed.status.code(), Some(1), "{}", text(&replayed.stderr));
    let again = json(&replayed.stdout);
    assert_eq!((&again["verdict"], &again["checks"][0]["step"]), (&"deviates".into(), &3.into()));
}

#[test]
fn any_number_of_processes_of_an_adapter_come_to_the_same_audit() {
    let program = concat!("python3 '", env!("CARGO_MANIFEST_DIR"), "/tests/adapters/honest.py'");
    let audit = |jobs| run(&["audit", "--exec", program, "--optimizer", "sgd", "--jobs", jobs, "--json"]);
    let [alone, together] = ["1", "8"].map(audit);
    assert_eq!(json(&alone.stdout)["audits"].as_array().map(Vec::len), Some(2), "{}", text(&alone.stderr));
    assert_eq!(text(&together.stdout), text(&alone.stdout));
    assert!(alone.status.success() && together.status.success());
    assert!(error(&["audit", "--exec", program, "--jobs", "0"]).contains("from 1 to 64"));
}

/// What an adapter offers and what is asked for in vain are told apart; nothing that is asked for is dropped in silence.
#[test]
fn what_cannot_be_selected_is_refused_with_the_reason() {
    let program = concat!("python3 '", env!("CARGO_MANIFEST_DIR"), "/tests/adapters/honest.py'");
    let refused = |optimizer, rest: &[&str]| error(&[&["audit", "--exec", program, "--optimizer", optimizer], rest].concat());
    for rest in [["--hyper", "lr=0.1"], ["--dtype", "f32"]] {
        let message = refused("schedule:exponential", &rest);
        assert!(message.contains("--hyper, --dtype") && message.contains("for optimizers alone"), "{message}");
    }
    assert!(refused("adam", &["--hyper", "lr=0.1"]).contains("does not offer 'adam'; it offers armijo, sgd"));
    for twice in [&["--hyper", "lr=0.1", "lr=0.2"] as &[&str], &["--hyper", "lr=0.1", "--hyper", "lr=0.1"]] {
        assert!(refused("sgd", twice).contains("gives 'lr' more than once"));
    }
}

#[test]
fn a_witness_of_a_report_replays_to_the_same_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = run_in(folder.path(), &["verify", "gd-optimal-lr", "--seed", "5", "--json", "--format", "json"]);
    let record = json(&report.stdout);
    let claims = record["theorems"][0]["claims"].as_array().expect("claims").clone();
    let refuted = claims.iter().find(|claim| claim["verdict"] == "refuted").expect("the note's step size is refuted");
    let witness = &refuted["evidence"]["witness"];
    std::fs::write(folder.path().join("witness.json"), witness.to_string()).expect("written");
    let replayed = run_in(folder.path(), &["replay", "witness.json"]);
    assert!(replayed.status.success(), "{}", text(&replayed.stderr));
    assert!(text(&replayed.stdout).contains("The same witness again."));
    let changed = witness.to_string().replace("\"seed\":5", "\"seed\":6").replace("found\":\"", "found\":\"not ");
    std::fs::write(folder.path().join("changed.json"), changed).expect("written");
    assert_eq!(run_in(folder.path(), &["replay", "changed.json"]).status.code(), Some(1));
    std::fs::write(folder.path().join("none.json"), "{}").expect("written");
    assert_eq!(run_in(folder.path(), &["replay", "none.json"]).status.code(), Some(2));
}

/// Drori and Teboulle 2014, the multipliers in the proof of Theorem 3.1, here for N = 2, L = 3 and R = 2:
/// `λ_i = i/(2N + 1 - i)` from each iterate to the next, and the differences of these from the minimiser.
#[test]
fn a_certificate_from_a_paper_is_checked() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates/drori-teboulle-2014.json");
    let output = run(&["check", file]);
    let says = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{says}");
    assert!(says.contains("proved") && says.contains("f(x_2) - f* ≤ 6/5"), "{says}");
    let results = json(&run(&["check", "--json", file]).stdout);
    assert_eq!((&results[0]["accepted"], &results[0]["tight"]), (&true.into(), &false.into()));

    let folder = tempfile::tempdir().expect("a folder");
    let honest = std::fs::read_to_string(file).expect("the file");
    let copy = folder.path().join("copy.json");
    for (old, new, condition) in [
        ("\"6/5\"", "\"6/5 - 1/10^12\"", "positive semidefinite"),
        ("\"5/12\"", "\"5/12 + 1/10^12\"", "linear identity"),
        ("\"2/3\"", "\"-2/3\"", "sign"),
        ("\"L\": \"3\"", "\"L\": \"3.000001\"", "positive semidefinite"),
        ("\"steps\": 2", "\"steps\": 3", "linear identity"),
    ] {
        let corrupted = honest.replacen(old, new, 1);
        assert_ne!(corrupted, honest);
        std::fs::write(&copy, corrupted).expect("a copy");
        let output = run_in(folder.path(), &["check", "copy.json"]);
        let says = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{says}");
        assert!(says.lines().count() == 1 && says.contains(&format!("REFUSED: {condition}")), "{says}");
    }

    assert!(error(&["check", "missing.json"]).contains("missing.json"));
    assert!(error(&["check", &folder.path().to_string_lossy()]).contains("cannot read"));
    for (old, new, why) in
        [("certificate/1", "certificate/2", "certificate/2"), ("}", "", "no certificate"), ("\"6/5\"", "1.2", "no certificate")]
    {
        std::fs::write(&copy, honest.replacen(old, new, 1)).expect("a copy");
        assert!(error(&["check", &copy.to_string_lossy()]).contains(why));
    }
}
