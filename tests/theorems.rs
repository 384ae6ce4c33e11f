//! Every theorem and every control as a test of its own: `cargo test momentum` filters, nextest lists them.
//!
//! `topic/id` passes when every claim has its expected verdict; `topic/id/refutes-CONTROL` when the control is refuted.

use gradproof::evidence::Evidence;
use gradproof::lab::Lab;
use gradproof::suite::{run_claim, run_control};
use gradproof::theorem::{Control, Method, Theorem};
use gradproof::theorems::ALL;
use gradproof::verdict::Verdict;
use libtest_mimic::{Arguments, Failed, Trial};

fn lab(theorem: &Theorem) -> Lab {
    Lab::new(0, 1, theorem.id)
}

fn holds(theorem: &Theorem) -> Result<(), Failed> {
    let lab = lab(theorem);
    let wrong = theorem.claims.iter().filter_map(|claim| {
        let record = run_claim(theorem, claim, &lab);
        if record.verdict != record.expected {
            return Some(format!(
                "claim '{}' ({}): expected {}, got {}: {:?}",
                record.id, record.statement, record.expected, record.verdict, record.evidence
            ));
        }
        let sampled = matches!(record.evidence, Evidence::Sampled(_));
        (sampled != (claim.method == Method::MonteCarlo)).then(|| format!("claim '{}' is no {}", record.id, record.method))
    });
    let wrong: Vec<String> = wrong.collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn refutes(theorem: &Theorem, control: &Control) -> Result<(), Failed> {
    let record = run_control(theorem, control, &lab(theorem));
    let samples = theorem.claims.iter().any(|claim| claim.method == Method::MonteCarlo);
    if matches!(record.evidence, Evidence::Sampled(_)) && !samples {
        return Err("a control samples where no claim does: the budget of false alarms does not count it".into());
    }
    if record.verdict == Verdict::Refuted {
        return Ok(());
    }
    Err(format!("the control ({}) must be refuted, got {}: {:?}", record.differs, record.verdict, record.evidence).into())
}

fn main() {
    let theorem = |theorem: &'static Theorem| {
        let controls = theorem.controls.iter().map(move |control| {
            let name = format!("{}/refutes-{}", theorem.name(), control.id);
            Trial::test(name, move || refutes(theorem, control))
        });
        std::iter::once(Trial::test(theorem.name(), move || holds(theorem))).chain(controls)
    };
    libtest_mimic::run(&Arguments::from_args(), ALL.iter().copied().flat_map(theorem).collect()).exit();
}
