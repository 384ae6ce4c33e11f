//! The battery on our own optimizers: every form of every name is what it says, in every precision.

#[path = "common/honest.rs"]
mod honest;

use gradproof::audit::record::{Audit, Conformance, Outcome};
use gradproof::audit::{Dtype, Hyper};
use honest::{Honest, defaults};

/// Every optimizer with defaults as frameworks give them, and this ε.
fn offers(eps: f64) -> Vec<(&'static str, Hyper)> {
    let adaptive = [("lr", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("eps", eps), ("weight_decay", 0.0)];
    let with = |more: &[(&'static str, f64)]| [&adaptive[..], more].concat();
    let descent = [("lr", 1e-3), ("momentum", 0.0), ("dampening", 0.0), ("weight_decay", 0.0)];
    let sums = [("lr", 1e-2), ("eps", eps), ("initial_accumulator", 0.0), ("lr_decay", 0.0), ("weight_decay", 0.0)];
    let mean_square = [("lr", 1e-2), ("rho", 0.99), ("eps", eps), ("momentum", 0.0), ("weight_decay", 0.0)];
    let trusted = [("lr", 1e-2), ("trust_coefficient", 1e-3), ("momentum", 0.9), ("weight_decay", 0.0)];
    let penalised = || defaults(&[("lr", 1e-2), ("l1", 1e-2)], &[]);
    vec![
        ("sgd", defaults(&descent, &["nesterov", "maximize"])),
        ("sgdw", defaults(&[("lr", 1e-3), ("momentum", 0.9), ("weight_decay", 0.01)], &["nesterov"])),
        ("nesterov", defaults(&[("lr", 1e-2)], &[])),
        ("signsgd", defaults(&[("lr", 1e-3), ("momentum", 0.9)], &[])),
        ("lion", defaults(&[("lr", 1e-4), ("beta1", 0.9), ("beta2", 0.99), ("weight_decay", 0.0)], &[])),
        ("adagrad", defaults(&sums, &["maximize"])),
        ("adadelta", defaults(&[("lr", 1.0), ("rho", 0.9), ("eps", 1e-3), ("weight_decay", 0.0)], &["maximize"])),
        ("rmsprop", defaults(&mean_square, &["centered", "maximize"])),
        ("adam", defaults(&adaptive, &["amsgrad", "maximize"])),
        ("adamw", defaults(&adaptive, &["amsgrad", "maximize"])),
        ("adamax", defaults(&adaptive, &["maximize"])),
        ("nadam", defaults(&with(&[("momentum_decay", 0.004)]), &["maximize"])),
        ("nadamw", defaults(&adaptive, &[])),
        ("radam", defaults(&adaptive, &["maximize"])),
        ("adabound", defaults(&with(&[("final_lr", 0.1), ("gamma", 1e-3)]), &["amsgrad"])),
        ("ngd", defaults(&[("lr", 1e-2)], &[])),
        ("lamb", defaults(&adaptive, &[])),
        ("lars", defaults(&trusted, &[])),
        ("l1-subgradient", penalised()),
        ("ista", penalised()),
        ("fista", penalised()),
    ]
}

fn words(audit: &Audit) -> String {
    let mut text = format!("{} {} {}\n", audit.subject.optimizer, audit.subject.dtype, audit.verdict.word());
    for check in audit.checks.iter().filter(|check| !matches!(check.verdict, Outcome::Pass | Outcome::NotApplicable)) {
        text += &format!("    {:?} {}: {}\n", check.verdict, check.id, check.detail);
    }
    text
}

/// Every plain form but these conforms, with a largest ratio that is neither loose nor beyond the bound; nothing is said about these.
#[track_caller]
fn conform(dtype: Dtype, eps: f64, untold: &[&str]) {
    let mut wrong = String::new();
    for (name, hyper) in offers(eps) {
        for audit in gradproof::audit(&Honest::plain(name, hyper, &[dtype])).audits {
            let ratio = audit.checks[0].worst_ratio.unwrap_or(f64::NAN);
            let expected = if untold.contains(&name) { Conformance::Error } else { Conformance::Conforms };
            if audit.verdict != expected || !(1e-3..=1.0).contains(&ratio) {
                wrong += &format!("{ratio} {}", words(&audit));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn doubles_conform() {
    conform(Dtype::F64, 1e-8, &[]);
}

#[test]
fn singles_conform() {
    conform(Dtype::F32, 1e-8, &[]);
}

/// In 16 bits some conventions are not ten bounds apart, whatever the input: schedules of momentum, roundings of norms.
#[test]
fn brain_floats_conform() {
    conform(Dtype::Bf16, 1e-8, &["nadamw", "lamb", "lars"]);
}

/// With an ε that the format holds; the usual 1e-8 is zero in it.
#[test]
fn half_floats_conform() {
    conform(Dtype::F16, 1e-3, &["radam"]);
}
