//! `certify` and `check` as a user runs them: what one writes the other accepts, and what makes no sense is refused in a line.
#![cfg(feature = "cli")]

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("gradproof").expect("the binary is built");
    command.current_dir(folder).env_remove("GRADPROOF_ISA").args(arguments).output().expect("it runs")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

/// What a run that succeeds prints.
fn says(folder: &Path, arguments: &[&str]) -> String {
    let output = run_in(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.stderr.is_empty(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The one line of an error with exit status 2.
fn error_in(folder: &Path, arguments: &[&str]) -> String {
    let output = run_in(folder, arguments);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert!(message.lines().count() == 1 && message.starts_with("gradproof: "), "{arguments:?}: {message}");
    assert!(output.stdout.is_empty(), "{arguments:?} printed {}", text(&output.stdout));
    message
}

fn certify(arguments: &str) -> Vec<&str> {
    ["certify"].into_iter().chain(arguments.split_whitespace()).collect()
}

/// The cells of a table's rows.
fn rows(table: &str) -> Vec<Vec<&str>> {
    let rows = table.lines().skip(1).map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect());
    rows.take_while(|cells: &Vec<&str>| cells.first().is_some_and(|first| first.parse::<usize>().is_ok())).collect()
}

#[test]
fn the_example_of_the_help() {
    let folder = folder();
    let example =
        "gradient-descent --class smooth-convex --L 1 --steps 10 --step-size 1/L --measure function-gap --out gd10.json";
    let table = says(folder.path(), &certify(example));
    assert_eq!(rows(&table)[0][..7], ["10", "0.02380952381", "1/42", "the same", "tight", "21", "formula"], "{table}");
    let sentence = "with (1)-Lipschitz gradient that has its least value f* at x*: 10 steps of gradient descent x_(k+1) = x_k - η ∇f(x_k) \
                    with η = 1 from any x_0 with ‖x_0 - x*‖² ≤ 1 end with f(x_10) - f* ≤ 1/42";
    assert!(table.contains(&format!("Proved: for every convex function f {sentence}")), "{table}");
    assert!(table.contains("gradproof check gd10.json gd10-attained.json"), "{table}");
    let checked = says(folder.path(), &["check", "gd10.json", "gd10-attained.json"]);
    let lines: Vec<&str> = checked.lines().collect();
    assert!(lines[0].starts_with("gd10.json: proved, tight: for every convex function f ") && lines[0].ends_with(sentence));
    assert!(lines[1].contains("the Huber function of curvature 1 and threshold 1/21") && lines[1].ends_with("≥ 1/42"));
    let bytes = || std::fs::read(folder.path().join("gd10.json")).expect("the file");
    let first = bytes();
    says(folder.path(), &certify(example));
    assert_eq!(first, bytes(), "the same bytes twice");
    let printed = says(folder.path(), &[&certify(example)[..], &["--json"]].concat());
    let (both, one) = (json(printed.as_bytes()), json(&first));
    assert_eq!((&both[0], &one["bound"], &one["schema"]), (&one, &"1/42".into(), &"gradproof.certificate/1".into()));
    assert!(says(folder.path(), &[&certify(example)[..], &["--quiet"]].concat()).is_empty());
    assert!(says(folder.path(), &["check", "--quiet", "gd10.json"]).is_empty());
}

#[test]
fn the_readme_shows_what_the_commands_print() {
    let readme = include_str!("../README.md");
    let (_, shown) = readme.split_once("<!-- certify: begin -->\n```console\n").expect("the section");
    let (shown, _) = shown.split_once("```").expect("its end");
    let folder = folder();
    // All but the milliseconds, which end the second line.
    let without_time = |line: &str| match line.rsplit_once("formula") {
        Some((before, _)) => before.trim_end().to_string(),
        None => line.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    for command in shown.split("$ gradproof ").skip(1) {
        let (arguments, printed) = command.split_once('\n').expect("a command and its output");
        let output = says(folder.path(), &arguments.split(' ').collect::<Vec<_>>());
        let [printed, output] = [printed, &output].map(|text| text.lines().map(without_time).collect::<Vec<_>>());
        assert_eq!(printed, output, "{arguments}");
    }
}

#[test]
fn a_table_has_a_line_for_each_number_of_steps() {
    let folder = folder();
    let table = says(folder.path(), &certify("nesterov-counting --class smooth-convex --steps 1..10"));
    assert!(table.starts_with(" N  at most"), "{table}");
    let rows = rows(&table);
    assert_eq!(rows.len(), 10);
    for (row, n) in rows.iter().zip(1..) {
        let (least, bound) = (n.to_string(), format!("1/{}", (n + 2) * (n + 3) / 2));
        assert_eq!([row[0], row[2], row[4], row[6]], [&*least, &*bound, "tight", "formula"]);
    }
    // Under each other: N and ms end together, the others begin together.
    let starts: Vec<usize> = table.lines().take(11).map(|line| line.find(['f']).expect("from")).collect();
    assert!(starts.iter().all(|start| *start == starts[0]), "{table}");
    // By the solver: the bound is rounded up, what is attained is rounded down.
    let arguments = "subgradient --class convex-lipschitz --measure best-function-gap --steps 4 --proof solver";
    let table = says(folder.path(), &certify(arguments));
    let row = &self::rows(&table)[0];
    let [bound, attained] = [row[1], row[3]].map(|number| number.parse::<f64>().expect("a number"));
    let value = 1.0 / 5f64.sqrt();
    assert!(attained <= value && value <= bound && bound - attained < 1e-9 && row[6] == "solver", "{table}");
}

#[test]
fn what_every_method_writes_is_accepted_and_is_the_same_again() {
    let folder = folder();
    let matrix = r#"[["3/2/L"], ["1/10", "1e-1 + 1/L"]]"#;
    std::fs::write(folder.path().join("matrix.json"), matrix).expect("a matrix");
    let examples = [
        "gradient-descent --class smooth-strongly-convex --mu 1 --L 10 --step-size 2/(L+mu) --measure distance",
        "subgradient --class convex-lipschitz --measure best-function-gap",
        "heavy-ball --class quadratic --mu 1 --L 9 --step-size 4/(sqrt(L)+sqrt(mu))^2 --momentum 1/4 --measure distance",
        "nesterov --class smooth-strongly-convex --mu 1 --L 4",
        "nesterov-counting --class smooth-convex --measure gradient-norm",
        "optimized-gradient --class smooth-convex --L 1e-1",
        "triple-momentum --class smooth-strongly-convex --mu 1 --L 4",
        "fixed-step --class smooth-convex --matrix matrix.json",
        "exact-line-search --class smooth-strongly-convex --mu 1 --L 10",
        "proximal-point --class convex --step-size 0.35",
        "proximal-gradient --class composite --mu 1/10 --measure distance",
        "stochastic-gradient-descent --class smooth-strongly-convex --mu 1 --L 10 --step-size 1/20 --measure distance --steps 1",
    ];
    let known = error_in(folder.path(), &certify("steepest --class convex"));
    let names = known.split_once("possible values: ").and_then(|(_, names)| names.split_once(']')).expect("the methods").0;
    for method in names.split(", ") {
        let example = examples.iter().find(|example| example.split(' ').next() == Some(method));
        let mut arguments = certify(example.unwrap_or_else(|| panic!("no example of {method}")));
        if !arguments.contains(&"--steps") {
            arguments.extend(["--steps", "2"]);
        }
        let bytes = |name: &str| {
            says(folder.path(), &[&arguments[..], &["--out", name]].concat());
            std::fs::read(folder.path().join(name)).expect("the certificates")
        };
        assert_eq!(bytes("one.json"), bytes("two.json"), "{method}: the same bytes twice");
        let checked = says(folder.path(), &["check", "one.json"]);
        assert!(checked.lines().all(|line| line.contains(" proved")), "{method}: {checked}");
    }
}

#[test]
fn the_optimized_gradient_method_is_within_its_rounding_of_the_known_bound() {
    let folder = folder();
    let table = says(folder.path(), &certify("optimized-gradient --class smooth-convex --steps 1..5 --out ogm.json"));
    assert!(
        table.contains("rounded down to 12 decimals") && table.contains("with the roots themselves, by less than 1."),
        "{table}"
    );
    assert!(table.lines().all(|line| line.chars().count() < 800), "{table}");
    let mut previous = 1.0f64;
    for (row, steps) in rows(&table).iter().zip(1..=5) {
        // θ_N has the factor 8 in the last step, and 4 in those before.
        let theta = |factor: f64| (1.0 + (1.0 + factor * previous * previous).sqrt()) / 2.0;
        let known = 1.0 / (2.0 * theta(8.0) * theta(8.0));
        let bound: f64 = row[1].parse().expect("a decimal number");
        assert!((bound / known - 1.0).abs() < 1e-9, "{steps} steps: {bound}, not {known}");
        previous = theta(4.0);
    }
    assert_eq!(rows(&table)[0][2], "1/8");
    let written: Vec<String> = (1..=5).flat_map(|n| [format!("ogm-{n}.json"), format!("ogm-{n}-attained.json")]).collect();
    let check: Vec<&str> = ["check"].into_iter().chain(written.iter().map(String::as_str)).collect();
    assert_eq!(says(folder.path(), &check).lines().count(), 10);
}

#[test]
fn what_makes_no_sense_is_refused_in_a_line() {
    let folder = folder();
    for (name, matrix) in
        [("short.json", r#"[["1"], ["1"]]"#), ("map.json", "{}"), ("empty.json", "[]"), ("name.json", r#"[["1"], ["foo", "1"]]"#)]
    {
        std::fs::write(folder.path().join(name), matrix).expect("written");
    }
    let descent = "gradient-descent --class smooth-convex --steps 2";
    for (more, why) in [
        ("--step-size foo", "the name 'foo' is not known; here are known: L, M, N, sqrt"),
        ("--step-size NaN", "the name 'NaN' is not known"),
        ("--step-size inf", "the name 'inf' is not known"),
        ("--step-size π", "the name 'π' is not known"),
        ("--step-size 2/(L+mu)", "mu has no value: give --mu"),
        ("--step-size 1/0", "--step-size '1/0': it divides by what is zero"),
        ("--step-size 1/(L-1)", "it divides by what is zero"),
        ("--step-size (1/L", "a parenthesis is not closed"),
        ("--step-size 1/L)", "')' is left over"),
        ("--step-size 0", "a step of length 0"),
        ("--step-size 1e300", "no finite worst case"),
        ("--step-size 1e999", "powers of ten beyond 300"),
        ("--step-size 1,1,1", "3 step sizes for 2 steps"),
        ("--L 0", "--L '0' is not positive"),
        ("--L -1", "--L '-1' is not positive"),
        ("--L L", "the name 'L' is not known"),
        ("--mu 1/2", "--mu is used by nothing"),
        ("--M 2", "--M is used by nothing"),
        ("--level 0", "level is not positive"),
        ("--level -1", "level is not positive"),
        ("--momentum 1/2", "no --momentum"),
        ("--variance 1", "no --variance"),
        ("--matrix map.json", "no --matrix"),
        ("--initial gradient-norm", "no finite worst case"),
        ("--measure speed", "'speed'"),
        ("--proof formula --measure distance", "no formula is known"),
        ("--seed 3", "unexpected argument '--seed' found: see"),
    ] {
        let message = error_in(folder.path(), &certify(&format!("{descent} {more}")));
        assert!(message.contains(why), "{more}: {message}");
    }
    let strongly = "gradient-descent --class smooth-strongly-convex";
    for (arguments, why) in [
        (strongly.to_string(), "this problem needs --mu"),
        (format!("{strongly} --mu 2"), "the class is empty: mu = 2 is above L = 1"),
        (format!("{strongly} --mu 1"), "leaves one function"),
        (format!("{strongly} --mu -1"), "mu = -1 is negative"),
        ("heavy-ball --class smooth-convex --steps 2".into(), "needs --momentum"),
        (
            "heavy-ball --class quadratic --mu 1 --L 9 --measure best-gradient-norm --steps 2".into(),
            "the last iterate is measured",
        ),
        ("triple-momentum --class smooth-convex".into(), "triple-momentum needs --mu"),
        ("optimized-gradient --class convex".into(), "needs a class with L"),
        ("optimized-gradient --class smooth-convex --step-size 1".into(), "no --step-size"),
        ("exact-line-search --class convex".into(), "the class needs gradients"),
        ("proximal-gradient --class smooth-convex".into(), "composite class"),
        ("stochastic-gradient-descent --class smooth-convex".into(), "'distance' alone"),
        ("fixed-step --class smooth-convex".into(), "needs --matrix"),
        ("fixed-step --class smooth-convex --matrix missing.json".into(), "missing.json"),
        ("fixed-step --class smooth-convex --matrix map.json".into(), "a list of rows of strings is needed"),
        ("fixed-step --class smooth-convex --matrix empty.json".into(), "it has no rows"),
        ("fixed-step --class smooth-convex --matrix short.json --steps 2".into(), "row 2 has 1 numbers, not 2"),
        ("fixed-step --class smooth-convex --matrix name.json --steps 2".into(), "'foo'"),
        ("fixed-step --class smooth-convex --matrix name.json --steps 3".into(), "give --steps 2, not 3"),
    ] {
        let message = error_in(folder.path(), &certify(&arguments));
        assert!(message.contains(why), "{arguments}: {message}");
    }
    for steps in ["0", "-1", "1.5", "many", "5..1", "1..", "..3", "1000", "1..100000000000", "99999999999999999999"] {
        let message = error_in(folder.path(), &["certify", "gradient-descent", "--class", "smooth-convex", "--steps", steps]);
        assert!(message.contains(&format!("--steps '{steps}'")), "{message}");
    }
    // Negative numbers are numbers: the bound of an ascent.
    assert!(says(folder.path(), &certify(&format!("{descent} --step-size -1"))).contains("tight"));
}

#[test]
fn a_place_that_cannot_be_written_is_refused_before_the_work() {
    let folder = folder();
    std::fs::write(folder.path().join("file"), "in the way").expect("a file");
    let clock = Instant::now();
    for place in ["file/gd.json", "."] {
        // Minutes of work.
        let arguments = "gradient-descent --class smooth-convex --measure gradient-norm --steps 40 --out";
        let message = error_in(folder.path(), &[&certify(arguments)[..], &[place]].concat());
        assert!(message.contains(&format!("--out '{place}'")), "{message}");
    }
    assert!(clock.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_table_that_stops_keeps_what_was_certified() {
    let folder = folder();
    let matrix = r#"[["1/L"]]"#;
    std::fs::write(folder.path().join("matrix.json"), matrix).expect("a matrix");
    let arguments = certify("fixed-step --class smooth-convex --matrix matrix.json --steps 1..2 --out one.json");
    let output = run_in(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("N = 2: ") && text(&output.stderr).lines().count() == 1, "{}", text(&output.stderr));
    assert_eq!(rows(&text(&output.stdout))[0][2], "1/6");
    assert!(says(folder.path(), &["check", "one-1.json", "one-1-attained.json"]).contains("one-1.json: proved, tight"));
}

#[test]
fn the_certificates_of_a_report_are_checked_and_rendered_again() {
    let folder = folder();
    says(folder.path(), &["verify", "gradient-descent-worst-case", "--out", "report", "--format", "json", "--quiet"]);
    let names = |out: &str| {
        let entries = std::fs::read_dir(folder.path().join(out).join("certificates")).expect("certificates");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("a file").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    };
    let files: Vec<String> = names("report").iter().map(|name| format!("report/certificates/{name}")).collect();
    assert!(!files.is_empty());
    let check: Vec<&str> = ["check"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let checked = says(folder.path(), &check);
    assert!(files.iter().all(|file| checked.contains(file.as_str())), "{checked}");
    assert!(!checked.contains("REFUSED"));
    let results = json(says(folder.path(), &[&check[..], &["--json"]].concat()).as_bytes());
    assert!(results.as_array().expect("a list").iter().all(|result| result["accepted"] == true));
    says(folder.path(), &["render", "report/report.json", "--out", "again", "--format", "json"]);
    assert_eq!(names("report"), names("again"));
    let bytes = |out: &str, name: &str| std::fs::read(folder.path().join(out).join("certificates").join(name)).expect("a file");
    assert!(names("again").iter().all(|name| bytes("report", name) == bytes("again", name)));
}

#[test]
fn many_certificates_are_summarised_and_refusals_are_not() {
    let folder = folder();
    let all = says(folder.path(), &certify("nesterov-counting --class smooth-convex --steps 1..20 --json"));
    std::fs::write(folder.path().join("many.json"), all).expect("written");
    let checked = says(folder.path(), &["check", "many.json"]);
    assert!(checked.starts_with("many.json: 40 proved, 20 of them tight\n"), "{checked}");
    assert_eq!(checked.lines().count(), 4);
    let many = std::fs::read_to_string(folder.path().join("many.json")).expect("the file");
    // The bound of three steps, of which an instance is the fifth certificate.
    let corrupted = many.replacen("\"1/15\"", "\"1/16\"", 1);
    assert_ne!(many, corrupted);
    std::fs::write(folder.path().join("corrupted.json"), corrupted).expect("written");
    std::fs::write(folder.path().join("garbage.json"), "garbage").expect("written");
    let output = run_in(folder.path(), &["check", "corrupted.json"]);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.starts_with("corrupted.json: 39 proved, 19 of them tight, 1 REFUSED\n"), "{printed}");
    assert!(printed.contains("corrupted.json[4] REFUSED: positive semidefinite"), "{printed}");
    // What cannot be read does not keep the others from being checked.
    let output = run_in(folder.path(), &["check", "missing.json", "garbage.json", "many.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).starts_with("many.json: 40 proved"));
    let message = text(&output.stderr);
    assert!(message.lines().count() == 1 && message.contains("missing.json") && message.contains("1 more"), "{message}");
}

#[cfg(unix)]
#[test]
fn a_reader_may_close_the_pipe() {
    let folder = folder();
    says(folder.path(), &certify("gradient-descent --class smooth-convex --steps 5 --out gd.json --quiet"));
    let binary = assert_cmd::cargo::cargo_bin("gradproof");
    for command in ["certify gradient-descent --class smooth-convex --steps 1..5", "check gd.json"] {
        let mut shell = std::process::Command::new("sh");
        let script = format!("({} {command}; echo $? >&2) | true", binary.display());
        let output = shell.current_dir(folder.path()).args(["-c", &script]).output().expect("a shell");
        assert_eq!(text(&output.stderr).trim(), "0");
    }
}
