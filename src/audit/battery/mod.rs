//! The battery: what a living subject is asked, and what its answers are held against.
//!
//! A subject is run in several settings of its hyper-parameters ([`case`]) on probes of its conventions ([`script`]). Every run is
//! recorded ([`recording`]) and held against every form of its name that the runs before it admit ([`fingerprint`]). What a single run
//! cannot show has a file of its own: missing gradients, groups, saved states, repeated runs, symmetries, values that are not finite.
//! On what the subject was found to be, the theorems that speak of it are run ([`theory`]).

mod absent;
mod acting;
mod case;
mod closure;
mod exit;
mod fingerprint;
mod groups;
mod line;
mod recording;
mod repeated;
mod repertoire;
mod script;
mod selection;
mod shrink;
mod special;
mod state;
mod symmetry;
mod theory;
mod uncovered;

use super::conformance::{Fit, Place};
use super::conventions::Candidate;
use super::header::{Dtype, Header};
use super::hyper;
use super::implementation::{Capability, Hello, Hyper, Implementation, Offer, Order};
use super::precision;
use super::record::{Audit, Check, Conformance, Identified, Outcome, Subject};
use super::recorded::{self, audit_trace};
use super::setting::Setting;
use super::trace::Trace;
use crate::{Error, Result};
use case::{BOLD, Case, cases, epsilon};
use fingerprint::Fingerprint;
use script::Script;
pub use selection::{Piece, Selection, audit_piece, audit_selected};

/// Steps that a conformance takes.
const LEAST_STEPS: usize = 300;

/// The audit of one optimizer in one precision.
struct Sitting<'a> {
    subject: &'a dyn Implementation,
    hello: &'a Hello,
    name: &'a str,
    offer: &'a Offer,
    dtype: Dtype,
    pinned: &'a Hyper,
    /// Hyper-parameters that are in effect and cannot be asked for.
    unasked: &'a Hyper,
}

/// A recorded run and what it was for.
struct Run {
    case: Case,
    script: Script,
    trace: Trace,
}

impl Sitting<'_> {
    fn audit(&self) -> Audit {
        let mut checks = vec![];
        let mut identified = None;
        if let Err(error) = self.examine(&mut checks, &mut identified) {
            // What was found before the failure stays in the record; it is no verdict.
            checks.insert(0, Check::new("request", Outcome::Inconclusive, "error", error.to_string()));
            return self.record(Conformance::Error, identified, checks);
        }
        let any = |outcome| checks.iter().any(|check| check.verdict == outcome);
        let whole =
            |id: &str| checks.iter().any(|check| check.id == id && matches!(check.verdict, Outcome::Pass | Outcome::Variant));
        let verdict = match () {
            () if any(Outcome::Deviates) => Conformance::Deviates,
            () if !whole("conformance") || !whole("fingerprint") => Conformance::Error,
            () if any(Outcome::Variant) => Conformance::Variant,
            () => Conformance::Conforms,
        };
        self.record(verdict, identified, checks)
    }

    fn record(&self, verdict: Conformance, identified: Option<Identified>, checks: Vec<Check>) -> Audit {
        let mut hyper = self.offer.hyper.clone();
        hyper.extend(self.pinned.clone());
        let (framework, version) = (self.hello.framework.clone(), self.hello.version.clone());
        let subject =
            Subject { framework, version, optimizer: self.name.into(), hyper, dtype: self.dtype.word().into(), trace: None };
        Audit { subject, verdict, identified, checks }
    }

    /// Runs everything; what was found so far is there even where the subject fails on the way.
    fn examine(&self, checks: &mut Vec<Check>, identified: &mut Option<Identified>) -> Result<()> {
        if self.name == closure::NAME {
            return closure::examine(self, checks, identified);
        }
        let cases = cases(self.name, self.offer, self.pinned, self.dtype);
        hyper::check(self.name, &cases[0].formula())?;
        let mut fingerprint = Fingerprint::new();
        let mut runs: Vec<Run> = vec![];
        // Numbers that were held against a bound.
        let mut covered = 0;
        for case in cases {
            let run = self.run(case)?;
            let Ok(judgement) = fingerprint.narrow(&run.trace) else { continue };
            if let Some(fit) = judgement.fitting.map(|index| &judgement.fits[index]) {
                covered += fit.bounded;
            }
            let id = format!("run: {}", run.case.name);
            checks.extend(self.conformance(&id, &run, &judgement, identified)?);
            runs.push(run);
        }
        if runs.is_empty() {
            return Err(Error::new(format!("there is no reference for '{}' with these hyper-parameters; pin others", self.name)));
        }
        checks.insert(0, self.summary(&runs, checks, covered));
        let sound = checks.iter().all(|check| check.verdict != Outcome::Deviates);
        let bold = runs.iter().find(|run| run.case.name == BOLD).unwrap_or(&runs[0]);
        if sound {
            // The short runs first: they tell most conventions apart in less time.
            let in_order = || runs.iter().skip(1).chain(&runs[..1]);
            let (plain, flagged): (Vec<&Run>, Vec<&Run>) = in_order().partition(|run| run.case.has_flags_of(&runs[0].case));
            let [plain, flagged] = [plain, flagged].map(|runs| runs.into_iter().map(|run| &run.trace).collect::<Vec<_>>());
            let separations = fingerprint.separations(&plain, &flagged, self.hello.can(Capability::SetLr))?;
            let told_apart = separations[0].verdict != Outcome::Inconclusive;
            checks.extend(separations);
            checks.push(absent::check(self, bold, &mut fingerprint)?);
            checks.push(groups::check(self, bold, &fingerprint)?);
            *identified = Some(fingerprint.identified(self.name));
            if told_apart {
                checks.extend(theory::checks(self, &fingerprint)?);
            }
        }
        checks.push(repeated::same_bits(self, bold)?);
        checks.push(repeated::buffers(self, &runs)?);
        checks.push(state::check(self, bold)?);
        checks.extend(symmetry::checks(self, bold, sound.then_some(&fingerprint))?);
        checks.push(special::check(self, bold)?);
        checks.push(uncovered::check(self, &runs));
        Ok(())
    }

    /// The header that a twin believes.
    fn header(&self, formula: Hyper) -> Header {
        recording::header(self.hello, self.name, formula, self.dtype)
    }

    /// The order of a fresh optimizer in this setting.
    fn order(&self, hyper: &Hyper, script: &Script) -> Order {
        let (optimizer, mut hyper) = (self.name.into(), hyper.clone());
        hyper.retain(|name, _| !self.unasked.contains_key(name));
        Order { optimizer, hyper, dtype: self.dtype, params: script.params.clone(), groups: vec![] }
    }

    fn run(&self, case: Case) -> Result<Run> {
        let rates_change = self.hello.can(Capability::SetLr);
        let script = Script::new(case.steps, epsilon(&case.hyper, self.dtype), self.dtype, rates_change);
        let trace = self.record_run(&case, &script)?;
        Ok(Run { case, script, trace })
    }

    fn record_run(&self, case: &Case, script: &Script) -> Result<Trace> {
        recording::record(self.subject, self.hello, &self.order(&case.hyper, script), self.header(case.formula()), script)
    }

    /// What all runs say together: conformance takes at least 300 steps in which the numbers have a bound.
    fn summary(&self, runs: &[Run], checks: &[Check], covered: usize) -> Check {
        let elements = runs.first().map_or(1, |run| run.trace.elements().max(1));
        let steps = covered / elements;
        let of_runs = || checks.iter().filter(|check| check.id.starts_with("run: "));
        let worst = of_runs().max_by(|a, b| a.worst_ratio.unwrap_or(0.0).total_cmp(&b.worst_ratio.unwrap_or(0.0)));
        let first_wrong = of_runs().find(|check| check.verdict == Outcome::Deviates);
        let (verdict, detail) = match first_wrong {
            Some(check) => (Outcome::Deviates, format!("{}: {}", check.id, check.detail)),
            None if steps < LEAST_STEPS => {
                (Outcome::Inconclusive, format!("of {LEAST_STEPS} steps that it takes, the numbers of {steps} have a bound"))
            }
            None => {
                let differs = of_runs().any(|check| check.verdict == Outcome::Variant);
                let verdict = if differs { Outcome::Variant } else { Outcome::Pass };
                let ratio = worst.and_then(|check| check.worst_ratio).unwrap_or(0.0);
                let detail = format!("{steps} steps in {} settings, within {ratio:.3} of what rounding allows", runs.len());
                (verdict, detail)
            }
        };
        let shown = first_wrong.or(worst).cloned();
        let blank = || Check::new("conformance", verdict, "formula", String::new());
        let shown = shown.unwrap_or_else(blank);
        Check { id: "conformance".into(), verdict, detail, ..shown }
    }

    /// What a run says; `identified` becomes what explains it, where nothing known fits.
    fn conformance(
        &self,
        id: &str,
        run: &Run,
        judgement: &fingerprint::Judgement,
        identified: &mut Option<Identified>,
    ) -> Result<Vec<Check>> {
        let allowed = |candidate: &Candidate| candidate.ruled_out().next().is_none();
        let fitting = judgement.fitting.map(|index| (&judgement.candidates[index], &judgement.fits[index]));
        if let (None, Some(index)) = (fitting, judgement.fits.iter().position(|fit| fit.first.is_none())) {
            let (candidate, fit) = (&judgement.candidates[index], &judgement.fits[index]);
            let check = recorded::conformance(&run.trace, candidate, fit, Conformance::Error);
            let check = Check { id: id.into(), ..check };
            return Ok([Some(check), self.beyond_bounds(id, run, candidate, fit)].into_iter().flatten().collect());
        }
        let Some((candidate, fit)) = fitting.filter(|(candidate, _)| allowed(candidate)) else {
            return self.deviation(id, run, identified).map(|check| vec![check]);
        };
        let verdict = if candidate.differences().next().is_some() { Conformance::Variant } else { Conformance::Conforms };
        let mut checks = vec![Check { id: id.into(), ..recorded::conformance(&run.trace, candidate, fit, verdict) }];
        checks.extend(self.beyond_bounds(id, run, candidate, fit));
        if run.case.is_long() && self.dtype == Dtype::F32 {
            checks.push(precision::of_scalars(&run.trace, candidate));
        }
        Ok(checks)
    }

    /// Places at which rounding alone explains anything: an ε that is zero in the format divides zero by zero there.
    fn beyond_bounds(&self, id: &str, run: &Run, candidate: &Candidate, fit: &Fit) -> Option<Check> {
        let id = id.replace("run", "unbounded");
        let epsilon = number(&run.case.hyper, "eps").filter(|epsilon| *epsilon > 0.0 && self.dtype.round(*epsilon) == 0.0);
        let check = match (fit.lost, epsilon) {
            (Some(place), Some(epsilon)) => {
                let Place { step, coordinate, expected, observed, .. } = place;
                let detail = format!(
                    "ε = {epsilon} is zero in {}: step {step} takes coordinate {coordinate} from a finite number to {observed}, where \
                     {expected:e} is exact",
                    self.dtype.word()
                );
                Check::new("", Outcome::Deviates, "precision", detail).at(fit.lost)
            }
            (Some(place), None) => {
                let detail = format!(
                    "step {} takes coordinate {} from a finite number to {}: something on the way leaves the range of {}",
                    place.step,
                    place.coordinate,
                    place.observed,
                    self.dtype.word()
                );
                Check::new("", Outcome::Hazard, "special-values", detail).at(fit.lost)
            }
            (None, _) if fit.unbounded > 0 => recorded::unbounded(candidate, fit),
            (None, _) => return None,
        };
        Some(Check { id, ..check })
    }

    /// A run that no allowed form of the name explains, with what does.
    fn deviation(&self, id: &str, run: &Run, identified: &mut Option<Identified>) -> Result<Check> {
        let audit = audit_trace(&run.trace)?;
        let mut checks = audit.checks.into_iter();
        let mut check = Check { id: id.into(), ..checks.next().expect("an audit of a trace has a check of conformance") };
        if audit.verdict <= Conformance::Variant {
            check.detail = format!("{}, which other runs rule out: the runs do not follow one convention", check.detail);
        }
        check.verdict = Outcome::Deviates;
        if identified.is_none() {
            *identified = audit.identified;
        }
        shrink::shrunk(self, run, check)
    }
}

/// A number among hyper-parameters.
fn number(hyper: &Hyper, name: &str) -> Option<f64> {
    match hyper.get(name) {
        Some(Setting::Number(x)) => Some(*x),
        _ => None,
    }
}

/// Whether two rows are the same numbers, bit for bit; NaN equals NaN.
fn same(one: &[f64], other: &[f64]) -> bool {
    first_difference(one, other).is_none()
}

/// The first coordinate at which two rows differ.
fn first_difference(one: &[f64], other: &[f64]) -> Option<usize> {
    (0..one.len().max(other.len())).find(|&index| match (one.get(index), other.get(index)) {
        (Some(a), Some(b)) => a.to_bits() != b.to_bits() && !(a.is_nan() && b.is_nan()),
        _ => true,
    })
}

/// The first step and coordinate at which two runs differ.
fn first_difference_of_runs(one: &[Vec<f64>], other: &[Vec<f64>]) -> Option<(usize, usize)> {
    one.iter().zip(other).enumerate().find_map(|(step, (one, other))| Some((step, first_difference(one, other)?)))
}
