//! The audit of recorded traces: real runs conform, small damage is found where it is, our own runs are never accused.

mod common;

use common::{fixed_noise, headers, record};
use gradproof::audit::record::{Audit, Check, Conformance, Outcome};
use gradproof::audit::{Dtype, Setting, Trace, audit_trace, audit_traces, candidates, table};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn traces() -> Vec<(String, Trace)> {
    files().iter().map(|path| (path.file_name().unwrap().to_string_lossy().into(), Trace::read(path).unwrap())).collect()
}

fn next_up(dtype: Dtype, x: f64, ulps: u32) -> f64 {
    let up = |x| if dtype == Dtype::F64 { f64::next_up(x) } else { f64::from((x as f32).next_up()) };
    (0..ulps).fold(x, |x, _| up(x))
}

/// The audit deviates, first at this step and coordinate.
#[track_caller]
fn deviates_at(name: &str, trace: &Trace, step: usize, coordinate: Option<usize>) {
    is_there(name, &audit_trace(trace).unwrap(), step, coordinate);
}

/// Whether an audit found a deviation there.
fn is_there(name: &str, audit: &Audit, step: usize, coordinate: Option<usize>) {
    let check = &audit.checks[0];
    assert_eq!((audit.verdict, check.verdict), (Conformance::Deviates, Outcome::Deviates), "{name}: {}", check.detail);
    assert_eq!(check.step, Some(step as u64), "{name}: {}", check.detail);
    if let Some(coordinate) = coordinate {
        assert_eq!(check.coordinate, Some(coordinate as u64), "{name}: {}", check.detail);
    }
    assert!(check.worst_ratio.unwrap() > 1.0 && check.witness.is_some());
}

/// The coordinate whose gradient is largest in a step.
fn loudest(trace: &Trace, step: usize) -> usize {
    let gradient = &trace.grads[step];
    (0..gradient.len()).max_by(|&a, &b| gradient[a].abs().total_cmp(&gradient[b].abs())).unwrap()
}

#[test]
fn real_traces_conform_and_the_bound_is_neither_loose_nor_tight() {
    let record = audit_traces(&files()).unwrap();
    assert_eq!(record.audits.len(), 14);
    for audit in &record.audits {
        let check = &audit.checks[0];
        assert_eq!((audit.verdict, check.verdict), (Conformance::Conforms, Outcome::Pass), "{:?}", audit.subject.trace);
        assert!((1e-3..=1.0).contains(&check.worst_ratio.unwrap()), "{:?}: {}", audit.subject.trace, check.detail);
        assert!(audit.identified.as_ref().unwrap().differs_from_name.is_empty());
    }
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<gradproof::audit::record::AuditRecord>(&text).unwrap(), record);
    // The head, and a line a trace.
    let table = table(&record);
    assert_eq!(table.lines().count(), 1 + 14, "{table}");
}

/// A trace of gradient descent in two steps from these parameters, with the gradient 1.
fn descent(params: Vec<Vec<f64>>, grads: Vec<Vec<f64>>, lr: f64) -> Trace {
    let mut header = headers(Dtype::F64, lr, 0.0, 0.0, 0.0, 0.0).remove(0);
    header.hyper.retain(|name, _| name == "lr");
    let steps = grads.len();
    Trace { header, params, grads, absent: vec![vec![]; steps], lr: vec![lr; steps], loss: vec![None; steps] }
}

#[test]
fn a_trace_in_which_nothing_moves_shows_nothing() {
    for (gradient, lr) in [(0.0, 0.5), (3.0, 0.0)] {
        let audit = audit_trace(&descent(vec![vec![1.0, 2.0]; 3], vec![vec![gradient; 2]; 2], lr)).unwrap();
        assert_eq!((audit.verdict, audit.checks[0].verdict), (Conformance::Error, Outcome::Inconclusive));
        assert!(audit.checks[0].detail.contains("no parameter ever moves"), "{}", audit.checks[0].detail);
    }
    let moved = descent(vec![vec![1.0, 2.0], vec![0.5, 2.0], vec![0.0, 2.0]], vec![vec![1.0, 0.0]; 2], 0.5);
    assert_eq!(audit_trace(&moved).unwrap().verdict, Conformance::Conforms);
}

/// Of what becomes of a parameter that is no number nothing can be said, and a subject is not accused of it.
#[test]
fn a_parameter_that_is_no_number_accuses_nobody() {
    let rows = [[1.0, f64::NAN, 3.0], [0.5, f64::NAN, 3.0], [0.0, f64::NAN, 3.0]].map(Vec::from).to_vec();
    let mut trace = descent(rows, vec![vec![1.0, 0.0, 0.0]; 2], 0.5);
    let audit = audit_trace(&trace).unwrap();
    assert_eq!(audit.verdict, Conformance::Conforms, "{:#?}", audit.checks);
    trace.params[1][0] = f64::NAN;
    let deviation = audit_trace(&trace).unwrap();
    assert_eq!(deviation.verdict, Conformance::Deviates, "{:#?}", deviation.checks);
    // Its witness can be read back, and shows the same.
    let witness = deviation.checks[0].witness.as_ref().unwrap();
    assert_eq!(witness["observed"], "NaN");
    let again = audit_trace(&Trace::of_witness(witness).unwrap()).unwrap();
    assert_eq!((again.verdict, again.checks[0].step), (Conformance::Deviates, deviation.checks[0].step));
}

/// The check of that name.
fn check<'a>(audit: &'a Audit, id: &str) -> Option<&'a Check> {
    audit.checks.iter().find(|check| check.id == id)
}

/// NAdam's product of momenta is in single precision too (see below), but in a trace of singles it hides behind the rounding of the
/// parameters: among doubles it is plain (`tests/fixtures.rs`).
#[test]
fn no_real_trace_shows_a_scalar_in_single_precision() {
    for audit in &audit_traces(&files()).unwrap().audits {
        let found = check(audit, "scalars").map(|check| check.verdict);
        assert_eq!(found, (audit.subject.dtype == "f32").then_some(Outcome::Pass), "{:?}", audit.subject.trace);
    }
}

/// One step of Adam in single precision, whose `1 - β₂` is formed in double precision or, where β₂ loses its digits, in single.
fn first_step_of_adam(single: bool) -> Trace {
    let mut header = headers(Dtype::F32, 0.02, 0.9, 0.999, 1e-3, 0.05).remove(7);
    header.hyper.retain(|name, _| name != "weight_decay" && name != "maximize");
    let gradients = [0.1f32, -0.02, 0.3];
    let correction = if single { 1.0 - 0.999f32 } else { (1.0 - 0.999) as f32 };
    let step = |g: &f32| -0.02f32 * g / ((0.001f32 * g * g / correction).sqrt() + 1e-3);
    let row = |numbers: Vec<f32>| numbers.into_iter().map(f64::from).collect::<Vec<f64>>();
    let params = vec![vec![0.0; 3], row(gradients.iter().map(step).collect())];
    Trace { header, params, grads: vec![row(gradients.to_vec())], absent: vec![vec![]], lr: vec![0.02], loss: vec![None] }
}

#[test]
fn a_decay_rate_in_single_precision_is_a_hazard() {
    for (single, wanted, lines) in [(false, Outcome::Pass, 2), (true, Outcome::Hazard, 3)] {
        let audit = audit_trace(&first_step_of_adam(single)).unwrap();
        assert_eq!((audit.verdict, check(&audit, "scalars").unwrap().verdict), (Conformance::Conforms, wanted));
        let record = gradproof::audit::record::AuditRecord { schema: String::new(), audits: vec![audit] };
        assert_eq!(table(&record).lines().count(), lines);
    }
}

/// PyTorch's NAdam with its own order of operations (`lerp` and `addcmul` fused), every scalar in double precision except the product
/// of momenta where `rounded` is set: the number of parameters that come out bit for bit, step by step.
fn bits_of_nadam(trace: &Trace, rounded: bool) -> Vec<usize> {
    let [beta1, beta2, epsilon, psi] = ["beta1", "beta2", "eps", "momentum_decay"].map(|name| match trace.header.hyper[name] {
        Setting::Number(x) => x,
        _ => unreachable!("numbers all"),
    });
    let momentum = |t: i32| beta1 * (1.0 - 0.5 * libm::pow(0.96, f64::from(t) * psi));
    let mut state = vec![(0f32, 0f32); trace.elements()];
    let (mut product, mut equal) = (1f64, vec![]);
    for (step, gradient) in trace.grads.iter().enumerate() {
        let t = step as i32 + 1;
        let exact = product * momentum(t);
        product = if rounded { f64::from(product as f32 * momentum(t) as f32) } else { exact };
        let (now, next) = (product, product * momentum(t + 1));
        let from_gradient = (-trace.lr[step] * (1.0 - momentum(t)) / (1.0 - now)) as f32;
        let from_moment = (-trace.lr[step] * momentum(t + 1) / (1.0 - next)) as f32;
        let correction2 = (1.0 - libm::pow(beta2, f64::from(t))) as f32;
        let same = |(coordinate, (m, v)): (usize, &mut (f32, f32))| {
            let (x, g) = (trace.params[step][coordinate] as f32, gradient[coordinate] as f32);
            *m = libm::fmaf(g - *m, (1.0 - beta1) as f32, *m);
            *v = libm::fmaf((1.0 - beta2) as f32 * g, g, *v * beta2 as f32);
            let denominator = (*v / correction2).sqrt() + epsilon as f32;
            let x = x + from_gradient * g / denominator;
            let x = x + from_moment * *m / denominator;
            f64::from(x) == trace.params[step + 1][coordinate]
        };
        equal.push(state.iter_mut().enumerate().map(same).filter(|same| *same).count());
    }
    equal
}

#[test]
fn it_is_the_product_of_momenta() {
    let (_, trace) = traces().into_iter().find(|(name, _)| name.contains("nadam")).unwrap();
    let (single, double) = (bits_of_nadam(&trace, true), bits_of_nadam(&trace, false));
    let differ: Vec<usize> = (0..30).filter(|step| single[*step] != double[*step]).collect();
    assert_eq!((differ, single[2], double[2]), (vec![2], 602, 548), "{single:?} {double:?}");
    assert_eq!(single.iter().sum::<usize>(), 17_937); // of 18,300
}

#[test]
fn one_gradient_element_changed_is_found_there() {
    for (name, mut trace) in traces() {
        let (step, honest) = (15, trace.clone());
        let coordinate = loudest(&trace, step);
        trace.grads[step][coordinate] *= -1.0;
        deviates_at(&name, &trace, step, Some(coordinate));
        let (step, coordinate) = (29, loudest(&honest, 29));
        let slightly = |size: f64| {
            let mut trace = honest.clone();
            let changed = trace.grads[step][coordinate] * (1.0 + size);
            trace.grads[step][coordinate] = if trace.header.dtype == Dtype::F64 { changed } else { f64::from(changed as f32) };
            trace
        };
        let seen = |size: f64| Some(audit_trace(&slightly(size)).unwrap()).filter(|audit| audit.verdict == Conformance::Deviates);
        let audit = [1e-4, 1e-3, 1e-2, 0.1].into_iter().find_map(seen).unwrap_or_else(|| {
            assert!(name.contains("radam"), "{name}: only RAdam's cancellations, in single precision, hide a tenth");
            let hazard = check(&audit_trace(&slightly(0.1)).unwrap(), "scalars").map(|check| (check.verdict, check.step));
            assert_eq!(hazard, Some((Outcome::Hazard, Some(step as u64))), "{name}");
            seen(1.0).unwrap_or_else(|| panic!("{name}: a doubled element goes unseen"))
        });
        is_there(&name, &audit, step, Some(coordinate));
    }
}

#[test]
fn one_parameter_off_by_ulps_beyond_the_bound_is_found_there() {
    for (name, mut trace) in traces() {
        let (step, coordinate) = (20, 137);
        let bound = audit_bound(&trace, step, coordinate);
        let ulp = (next_up(trace.header.dtype, trace.params[step + 1][coordinate], 1) - trace.params[step + 1][coordinate]).abs();
        let ulps = (2.0 * bound / ulp).ceil() as u32 + 1;
        assert!(ulps < 60_000, "{name}: {ulps}");
        trace.params[step + 1][coordinate] = next_up(trace.header.dtype, trace.params[step + 1][coordinate], ulps);
        deviates_at(&name, &trace, step, Some(coordinate));
    }
}

/// What the twin of the plain form allows at a place.
fn audit_bound(trace: &Trace, step: usize, coordinate: usize) -> f64 {
    use gradproof::audit::Twin;
    use gradproof::number::Tracked;
    let method = &candidates(&trace.header).unwrap()[0].method;
    match trace.header.dtype {
        Dtype::F64 => Twin::<Tracked<f64>>::new(trace, method).nth(step).unwrap()[coordinate].bound(),
        _ => Twin::<Tracked<f32>>::new(trace, method).nth(step).unwrap()[coordinate].bound(),
    }
}

#[test]
fn every_hyper_parameter_matters() {
    for (name, trace) in traces() {
        for (key, setting) in &trace.header.hyper {
            let mut changed = trace.clone();
            let value = match setting {
                Setting::Number(x) if key == "lr" => {
                    changed.lr.iter_mut().for_each(|lr| *lr *= 1.0 + 1e-3);
                    Setting::Number(x * (1.0 + 1e-3))
                }
                Setting::Number(x) if key == "eps" => Setting::Number(x * 1e4),
                Setting::Number(x) if key == "momentum_decay" => Setting::Number(x * 2.0),
                Setting::Number(x) => Setting::Number(x * (1.0 - 1e-3)),
                Setting::Flag(on) => Setting::Flag(!on),
                Setting::Word(_) | Setting::Numbers(_) => unreachable!("a trace was read"),
            };
            changed.header.hyper.insert(key.clone(), value);
            let audit = audit_trace(&changed).unwrap();
            assert_eq!(audit.verdict, Conformance::Deviates, "{name}: {key}: {}", audit.checks[0].detail);
        }
    }
}

#[test]
fn two_steps_swapped_are_found_at_the_first() {
    for (name, mut trace) in traces() {
        trace.grads.swap(12, 13);
        deviates_at(&name, &trace, 12, None);
    }
}

#[test]
fn a_rate_of_another_step_is_found_there() {
    let (name, mut trace) = traces().into_iter().find(|(name, _)| name.contains("cosine")).unwrap();
    trace.lr.swap(4, 5);
    deviates_at(&name, &trace, 4, None);
}

#[test]
fn every_variant_is_identified_by_name() {
    let (noise, lr) = fixed_noise(40);
    let (mut count, mut words) = (0, BTreeSet::new());
    // With β₂ = 0.99 the corrections of a first step cancel: √(1 - β₂) = 1 - β₁.
    for header in headers(Dtype::F64, 0.02, 0.9, 0.98, 1e-3, 0.05) {
        for candidate in candidates(&header).unwrap() {
            let (_, audit) = record(&header, &candidate, &noise, &lr);
            let wanted = candidate.identified(&header.optimizer);
            assert_eq!(audit.identified.as_ref(), Some(&wanted), "{:?}: {}", header, audit.checks[0].detail);
            let plain = wanted.differs_from_name.is_empty();
            assert_eq!(wanted.words().len(), wanted.differs_from_name.len());
            words.extend(wanted.words());
            let ruled_out = candidate.ruled_out().count() > 0;
            let verdict = match (plain, ruled_out) {
                (true, _) => Conformance::Conforms,
                (_, false) => Conformance::Variant,
                _ => Conformance::Deviates,
            };
            assert_eq!(audit.verdict, verdict, "{}", audit.checks[0].detail);
            assert_eq!(audit.checks[0].detail.contains("rules out"), ruled_out);
            assert_eq!(wanted.difference.is_none(), plain);
            count += 1;
        }
    }
    assert!(count > 500, "{count}");
    for word in ["eps-hat", "eps-inside", "bias-correction-false", "velocity-average", "decay-order-after", "threshold-4"] {
        assert!(words.contains(word), "{word} is not among {words:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, rng_seed: RngSeed::Fixed(2), ..ProptestConfig::default() })]

    /// Whatever the hyper-parameters, an honest run conforms, and a variant's is accepted.
    #[test]
    fn honest_runs_are_never_accused(
        single in any::<bool>(),
        lr in -5.0..0.0f64,
        momentum in 0.0..0.999f64,
        beta2 in 0.5..0.9999f64,
        eps in -12.0..0.0f64,
        decay in 0.0..0.5f64,
        size in -8.0..4.0f64,
        noise in prop::collection::vec(prop::collection::vec(-1.0..1.0f64, 5), 1..60),
        still in any::<bool>(),
    ) {
        let (lr, eps) = (libm::pow(10.0, lr), libm::pow(10.0, eps));
        let keep = |t: usize, i: usize| if still && (t + i).is_multiple_of(3) { 0.0 } else { libm::pow(10.0, size) };
        let noise: Vec<Vec<f64>> =
            noise.iter().enumerate().map(|(t, row)| row.iter().enumerate().map(|(i, x)| x * keep(t, i)).collect()).collect();
        let rates: Vec<f64> = (0..noise.len()).map(|t| lr * (1.0 - t as f64 / 100.0)).collect();
        let dtype = if single { Dtype::F32 } else { Dtype::F64 };
        for header in headers(dtype, lr, momentum, beta2, eps, decay) {
            let all = candidates(&header).unwrap();
            // The plain form, and a few of the others.
            for (index, candidate) in all.iter().enumerate().step_by(1 + all.len() / 3) {
                let (trace, audit) = record(&header, candidate, &noise, &rates);
                if trace.params.iter().flatten().any(|x| !x.is_finite()) {
                    continue; // the run diverged, as it may at such rates
                }
                if trace.params.windows(2).all(|rows| rows[0] == rows[1]) {
                    prop_assert_eq!(audit.verdict, Conformance::Error); // nothing was tested
                    continue;
                }
                let ruled_out = candidate.ruled_out().count() > 0; // may still be near enough to what is allowed
                let accepted = if index == 0 { audit.verdict == Conformance::Conforms } else { ruled_out || audit.verdict <= Conformance::Variant };
                prop_assert!(accepted, "{:?} {}: {}", header, candidate.name(), audit.checks[0].detail);
                let scalars = check(&audit, "scalars").map_or(Outcome::Pass, |check| check.verdict);
                prop_assert!(index > 0 || scalars == Outcome::Pass, "{:?}: our scalars are doubles", header);
            }
        }
    }
}
