//! The battery on our own optimizers: every form of every name is what it says, in every precision.

#[path = "common/honest.rs"]
mod honest;

use gradproof::audit::record::{AuditRecord, Conformance};
use gradproof::audit::{Dtype, Hyper};
use honest::{Honest, defaults};

const ALL: [Dtype; 4] = [Dtype::F64, Dtype::F32, Dtype::Bf16, Dtype::F16];

/// Every optimizer with the defaults that frameworks give it.
fn offers() -> Vec<(&'static str, Hyper)> {
    let adaptive = [("lr", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("eps", 1e-8), ("weight_decay", 0.0)];
    let with = |more: &[(&'static str, f64)]| [&adaptive[..], more].concat();
    vec![
        (
            "sgd",
            defaults(&[("lr", 1e-3), ("momentum", 0.0), ("dampening", 0.0), ("weight_decay", 0.0)], &["nesterov", "maximize"]),
        ),
        ("sgdw", defaults(&[("lr", 1e-3), ("momentum", 0.9), ("weight_decay", 0.01)], &["nesterov"])),
        ("nesterov", defaults(&[("lr", 1e-2)], &[])),
        ("signsgd", defaults(&[("lr", 1e-3), ("momentum", 0.9)], &[])),
        ("lion", defaults(&[("lr", 1e-4), ("beta1", 0.9), ("beta2", 0.99), ("weight_decay", 0.0)], &[])),
        (
            "adagrad",
            defaults(
                &[("lr", 1e-2), ("eps", 1e-10), ("initial_accumulator", 0.0), ("lr_decay", 0.0), ("weight_decay", 0.0)],
                &["maximize"],
            ),
        ),
        ("adadelta", defaults(&[("lr", 1.0), ("rho", 0.9), ("eps", 1e-6), ("weight_decay", 0.0)], &["maximize"])),
        (
            "rmsprop",
            defaults(
                &[("lr", 1e-2), ("rho", 0.99), ("eps", 1e-8), ("momentum", 0.0), ("weight_decay", 0.0)],
                &["centered", "maximize"],
            ),
        ),
        ("adam", defaults(&adaptive, &["amsgrad", "maximize"])),
        ("adamw", defaults(&adaptive, &["amsgrad", "maximize"])),
        ("adamax", defaults(&adaptive, &["maximize"])),
        ("nadam", defaults(&with(&[("momentum_decay", 0.004)]), &["maximize"])),
        ("radam", defaults(&adaptive, &["maximize"])),
        ("adabound", defaults(&with(&[("final_lr", 0.1), ("gamma", 1e-3)]), &["amsgrad"])),
        ("ngd", defaults(&[("lr", 1e-2)], &[])),
        ("lamb", defaults(&adaptive, &[])),
        ("lars", defaults(&[("lr", 1e-2), ("trust_coefficient", 1e-3), ("momentum", 0.9), ("weight_decay", 0.0)], &[])),
        ("l1-subgradient", defaults(&[("lr", 1e-2), ("l1", 1e-2)], &[])),
        ("ista", defaults(&[("lr", 1e-2), ("l1", 1e-2)], &[])),
        ("fista", defaults(&[("lr", 1e-2), ("l1", 1e-2)], &[])),
    ]
}

fn report(record: &AuditRecord) -> String {
    let mut text = String::new();
    for audit in &record.audits {
        text += &format!("{} {} {}\n", audit.subject.optimizer, audit.subject.dtype, audit.verdict.word());
        for check in &audit.checks {
            text += &format!("    {:?} {}: {} ({:?})\n", check.verdict, check.id, check.detail, check.worst_ratio);
        }
    }
    text
}

#[test]
fn every_plain_form_conforms_in_every_precision() {
    for (name, hyper) in offers() {
        let start = std::time::Instant::now();
        let record = gradproof::audit(&Honest::plain(name, hyper, &ALL));
        eprintln!("{name} {:?}", start.elapsed());
        let conforms = record.audits.iter().all(|audit| audit.verdict == Conformance::Conforms);
        if !conforms {
            eprintln!("{}", report(&record));
        }
    }
}
