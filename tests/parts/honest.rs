//! Honest schedules, clips and initialisers are never accused: random hyper-parameters, orders of evaluation and precisions.

use crate::right::{NAMES, ORDERS, clip, honest};
use crate::zoo::row::entries;
use gradproof::audit::record::{Audit, Conformance, Outcome};
use gradproof::audit::{Hyper, Setting, audit_parts, audit_schedule};
use gradproof::lab::Draws;
use gradproof::number::{Analytic, Elementary, Format, Function, Tracked};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

fn hyper(numbers: &[(&str, f64)], milestones: &[f64]) -> Hyper {
    let numbers = numbers.iter().map(|(name, x)| (name.to_string(), Setting::Number(*x)));
    numbers.chain([("milestones".into(), Setting::Numbers(milestones.to_vec()))]).collect()
}

fn accusation(audit: &Audit) -> Option<String> {
    (audit.verdict > Conformance::Variant).then(|| format!("{}: {:?}", audit.subject.optimizer, audit.checks))
}

fn config() -> Config {
    Config { cases: 250, failure_persistence: None, rng_seed: RngSeed::Fixed(5), max_shrink_iters: 200, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn honest_schedules_are_not_accused(
        name in proptest::sample::select(&NAMES[..]),
        order in 0..ORDERS,
        single: bool,
        exponent in -6.0..1.0f64,
        low in 0.0..0.9f64,
        gamma in 0.05..0.999f64,
        [start, end] in [0.05..2.0f64, 0.01..2.0f64],
        power in prop_oneof![Just(1.0), Just(2.0), Just(3.0), 0.3..4.0f64],
        period in 7..40u32,
        growth in 1..4u32,
        warmup in 1..6u32,
        [div, final_div] in [1.5..40.0f64, 2.0..2e4f64],
        rising in 0.35..0.6f64,
        milestones in proptest::collection::btree_set(1..30u32, 1..5),
    ) {
        let lr = libm::pow(10.0, exponent);
        let fraction = if name == "one_cycle" { rising } else { f64::from(warmup) };
        let milestones: Vec<f64> = milestones.into_iter().map(f64::from).collect();
        let given = hyper(&[
            ("lr", lr), ("min_lr", low * lr), ("gamma", gamma), ("start_factor", start), ("end_factor", end), ("power", power),
            ("period", f64::from(period)), ("growth", f64::from(growth)), ("warmup", fraction), ("div", div), ("final_div", final_div),
        ], &milestones);
        let steps = if name == "one_cycle" { period as usize } else { 3 * period as usize + 2 };
        let part = if single { honest::<f32>(name, order) } else { honest::<f64>(name, order) };
        let audit = audit_schedule(&part, name, &[(steps, given)]);
        prop_assert_eq!(accusation(&audit), None);
    }
}

/// At the audit's own settings they are the plain form, and close enough to their bounds for these to mean something.
#[test]
fn honest_schedules_conform_within_bounds_that_are_not_idle() {
    let mut largest = 0.0_f64;
    for name in NAMES {
        for order in 0..ORDERS {
            let both = [honest::<f64>(name, order), honest::<f32>(name, order)];
            for audit in both.iter().flat_map(|part| audit_parts(part)) {
                assert_eq!(audit.verdict, Conformance::Conforms, "{name} {order} {:?}", audit.checks);
                assert!(audit.checks.iter().all(|check| check.verdict == Outcome::Pass), "{name} {:?}", audit.checks);
                let ratio = audit.checks[0].worst_ratio.expect("a ratio");
                assert!(ratio <= 1.0 && (ratio > 1e-3 || name == "constant"), "{name} {order}: {ratio}");
                largest = largest.max(ratio);
            }
        }
    }
    assert!(largest > 0.1, "{largest}");
}

#[test]
fn honest_clips_conform_within_bounds_that_are_not_idle() {
    for kind in ["global_norm", "norm", "value"] {
        for order in 0..ORDERS {
            let both = [clip::<f64>(kind, order), clip::<f32>(kind, order)];
            for audit in both.iter().flat_map(|part| audit_parts(part)) {
                assert_eq!(audit.verdict, Conformance::Conforms, "{kind} {order} {:?}", audit.checks);
                let ratio = audit.checks[0].worst_ratio.expect("a ratio");
                assert!(ratio <= 1.0 && (ratio > 1e-3 || kind == "value"), "{kind} {order}: {ratio}");
            }
        }
    }
}

#[test]
fn honest_initialisers_are_not_accused() {
    let normal = |draws: &mut Draws| draws.normal();
    let uniform = |draws: &mut Draws| 3f64.sqrt() * draws.between(-1.0, 1.0);
    let he = |shape: &[u64]| (2.0 / shape[1..].iter().product::<u64>() as f64).sqrt();
    for seed in 100..120 {
        let parts = [entries("he_normal", seed, normal, he), entries("he_uniform", seed, uniform, he)];
        for audit in parts.iter().flat_map(|part| audit_parts(part)) {
            assert_eq!(audit.verdict, Conformance::Conforms, "{seed} {:?}", audit.checks);
        }
    }
}

proptest! {
    #![proptest_config(config())]

    /// The bounds of error-carrying functions hold what `libm` computes in either precision.
    #[test]
    fn functions_carry_the_error_of_their_libraries(x in 0.01..3.0f64, count in 0..60u64, step in 0..200u64, length in 1..60u64) {
        fn check<F: Format>(x: f64, count: u64, ratio: [u64; 2], own: [f64; 4]) -> Option<String> {
            let tracked = Tracked::<F>::exactly(x);
            let [step, length] = ratio.map(|k| Tracked::<F>::exactly(k as f64));
            let values = [
                tracked.checked(Function::Exponential),
                tracked.checked(Function::Logarithm),
                tracked.power(count),
                (step / length).cos_pi(),
            ];
            values.into_iter().zip(own).find_map(|(value, own)| {
                let value = value.expect("a number");
                (value.distance(own) > value.bound() || !value.bound().is_finite()).then(|| format!("{own:e} for {value:?}"))
            })
        }
        let p = std::f64::consts::PI * (step as f64 / length as f64);
        let double = [libm::exp(x), libm::log(x), libm::pow(x, count as f64), libm::cos(p)];
        prop_assert_eq!(check::<f64>(x, count, [step, length], double), None);
        let y = x as f32;
        let p = std::f32::consts::PI * (step as f32 / length as f32);
        let single = [libm::expf(y), libm::logf(y), libm::powf(y, count as f32), libm::cosf(p)].map(f64::from);
        prop_assert_eq!(check::<f32>(f64::from(y), count, [step, length], single), None);
    }
}
