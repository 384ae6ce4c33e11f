//! Rates that PyTorch, Keras and optax have computed (`tests/fixtures/schedules.json`), under the audit of schedules.

use gradproof::audit::record::{Audit, Conformance};
use gradproof::audit::{Hello, Hyper, Implementation, Offer, Order, Running, Setting, audit_schedule};
use gradproof::{Error, Result};
use serde_json::Value;

/// A schedule that knows the answer to one request.
struct Recorded {
    name: &'static str,
    hyper: Hyper,
    rates: Vec<f64>,
}

impl Implementation for Recorded {
    fn hello(&self) -> Hello {
        Hello { schedules: [(self.name.to_string(), Offer::default())].into(), ..Hello::default() }
    }

    fn start(&self, _: &Order) -> Result<Box<dyn Running + '_>> {
        Err(Error::new("no optimizer"))
    }

    fn schedule(&self, _: &str, hyper: &Hyper, steps: usize) -> Result<Vec<f64>> {
        let known = *hyper == self.hyper && steps <= self.rates.len();
        if known { Ok(self.rates[..steps].to_vec()) } else { Err(Error::new("not recorded")) }
    }
}

/// A recorded call, our name for it, our hyper-parameters with the framework's names for them (or their values), and what the audit must
/// say: `conforms` or the words of the variant.
type Call = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

const CALLS: &[Call] = &[
    ("torch-step", "step", &[("lr", "lr"), ("gamma", "gamma"), ("period", "step_size")], "conforms"),
    ("torch-multi-step", "multistep", &[("lr", "lr"), ("gamma", "gamma"), ("milestones", "milestones")], "conforms"),
    ("torch-exponential", "exponential", &[("lr", "lr"), ("gamma", "gamma")], "conforms"),
    ("torch-polynomial", "polynomial", &[("lr", "lr"), ("power", "power"), ("period", "total_iters")], "conforms"),
    ("torch-polynomial-power", "polynomial", &[("lr", "lr"), ("power", "power"), ("period", "total_iters")], "conforms"),
    ("torch-linear", "linear", LINEAR, "conforms"),
    ("torch-linear-down", "linear", LINEAR, "conforms"),
    ("torch-cosine", "cosine", COSINE, "conforms"),
    ("torch-cosine-floor", "cosine", COSINE, "conforms"),
    ("torch-cosine-far-beyond", "cosine", COSINE, "conforms"),
    ("torch-warm-restarts", "cosine_restarts", RESTARTS, "conforms"),
    ("torch-warm-restarts-doubling", "cosine_restarts", RESTARTS, "conforms"),
    ("torch-one-cycle", "one_cycle", ONE_CYCLE, "conforms"),
    ("torch-one-cycle-linear", "one_cycle", ONE_CYCLE, "annealing-linear"),
    ("torch-one-cycle-three-phase", "one_cycle", ONE_CYCLE, "phases-three"),
    ("torch-one-cycle-three-phase-linear", "one_cycle", ONE_CYCLE, "annealing-linear phases-three"),
    ("torch-plateau-relative", "plateau", PLATEAU, "conforms"),
    ("torch-plateau-absolute", "plateau", PLATEAU, "conforms"), // no metric tells the thresholds apart
    ("torch-plateau-large-relative", "plateau", PLATEAU, "conforms"),
    ("torch-plateau-large-absolute", "plateau", PLATEAU, "conforms"), // nor here
    ("torch-plateau-zero-patience", "plateau", PLATEAU, "conforms"),
    ("torch-plateau-cooldown", "plateau", PLATEAU, "conforms"),
    ("torch-plateau-floor", "plateau", PLATEAU, "conforms"),
    ("torch-plateau-negative-relative", "plateau", PLATEAU, "conforms"),
    ("torch-plateau-negative-absolute", "plateau", PLATEAU, "threshold-absolute"),
    ("torch-notes-warm-up-and-cosine-4", "warmup_cosine", WARM, "after-end-continue"),
    (
        "keras-exponential",
        "step",
        &[("lr", "initial_learning_rate"), ("gamma", "decay_rate"), ("period", "decay_steps")],
        "exponent-real",
    ),
    (
        "keras-exponential-staircase",
        "step",
        &[("lr", "initial_learning_rate"), ("gamma", "decay_rate"), ("period", "decay_steps")],
        "conforms",
    ),
    (
        "keras-cosine",
        "cosine",
        &[("lr", "initial_learning_rate"), ("min_lr", "=0.01"), ("period", "decay_steps")],
        "after-end-hold",
    ),
    ("keras-polynomial", "polynomial", POLYNOMIAL, "conforms"),
    ("keras-polynomial-cycle", "polynomial", POLYNOMIAL, "after-end-cycle"),
    ("optax-cosine", "cosine", &[("lr", "init_value"), ("min_lr", "=0.01"), ("period", "decay_steps")], "after-end-hold"),
    (
        "optax-warm-up-and-cosine",
        "warmup_cosine",
        &[("lr", "peak_value"), ("min_lr", "end_value"), ("warmup", "warmup_steps"), ("period", "decay_steps")],
        "conforms",
    ),
    (
        "optax-one-cycle",
        "one_cycle",
        &[
            ("lr", "peak_value"),
            ("period", "transition_steps"),
            ("warmup", "pct_start"),
            ("div", "div_factor"),
            ("final_div", "final_div_factor"),
        ],
        "last-step-length",
    ),
];
const LINEAR: &[(&str, &str)] =
    &[("lr", "lr"), ("start_factor", "start_factor"), ("end_factor", "end_factor"), ("period", "total_iters")];
const COSINE: &[(&str, &str)] = &[("lr", "lr"), ("min_lr", "eta_min"), ("period", "T_max")];
const RESTARTS: &[(&str, &str)] = &[("lr", "lr"), ("min_lr", "eta_min"), ("period", "T_0"), ("growth", "T_mult")];
const ONE_CYCLE: &[(&str, &str)] = &[
    ("lr", "max_lr"),
    ("period", "total_steps"),
    ("warmup", "pct_start"),
    ("div", "div_factor"),
    ("final_div", "final_div_factor"),
];
const PLATEAU: &[(&str, &str)] = &[
    ("lr", "lr"),
    ("factor", "factor"),
    ("patience", "patience"),
    ("threshold", "threshold"),
    ("cooldown", "cooldown"),
    ("min_lr", "min_lr"),
];
const WARM: &[(&str, &str)] = &[("lr", "lr"), ("warmup", "num_warmup_steps"), ("period", "num_training_steps")];
const POLYNOMIAL: &[(&str, &str)] =
    &[("lr", "initial_learning_rate"), ("min_lr", "end_learning_rate"), ("power", "power"), ("period", "decay_steps")];

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().map(|values| values.iter().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()).unwrap_or_default()
}

fn audit(case: &Value, name: &'static str, names: &[(&str, &str)]) -> Audit {
    let value = |theirs: &str| match theirs.strip_prefix('=') {
        Some(number) => Setting::Number(number.parse().expect("a number")),
        None if case["hyper"][theirs].is_array() => Setting::Numbers(numbers(&case["hyper"][theirs])),
        None => Setting::Number(case["hyper"][theirs].as_f64().unwrap_or_else(|| panic!("{} lacks {theirs}", case["name"]))),
    };
    let mut hyper: Hyper = names.iter().map(|(ours, theirs)| (ours.to_string(), value(theirs))).collect();
    let mut rates = numbers(&case["lr"]);
    if name == "plateau" {
        rates.remove(0);
        hyper.insert("metrics".into(), Setting::Numbers(numbers(&case["metrics"])[..rates.len()].to_vec()));
    }
    let settings = [(rates.len(), hyper.clone())];
    audit_schedule(&Recorded { name, hyper, rates }, name, &settings)
}

#[test]
fn recorded_schedules_of_the_frameworks_are_recognised() {
    let file: Value = serde_json::from_str(include_str!("../fixtures/schedules.json")).expect("JSON");
    let cases = file["cases"].as_array().expect("cases");
    let complaint = |(call, name, names, expected): &Call| {
        let case = cases.iter().find(|case| case["name"] == *call).unwrap_or_else(|| panic!("no case {call}"));
        let audit = audit(case, name, names);
        let words: Vec<String> = audit.identified.iter().flat_map(|identified| identified.words()).collect();
        let said = if audit.verdict == Conformance::Conforms { "conforms".to_string() } else { words.join(" ") };
        let right = audit.verdict <= Conformance::Variant && said == *expected;
        (!right).then(|| format!("{call} is {expected}, not {:?} {said}: {}", audit.verdict, audit.checks[0].detail))
    };
    let complaints: Vec<String> = CALLS.iter().filter_map(complaint).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
