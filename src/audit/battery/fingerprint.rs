//! Which algorithm and which conventions all runs of a subject agree on.

use crate::Result;
use crate::audit::conformance::{Fit, Twin, ratio};
use crate::audit::conventions::{Candidate, Choice, candidates};
use crate::audit::header::{Dtype, Header};
use crate::audit::record::{Check, Identified, Outcome};
use crate::audit::separation::FAR;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Mixed, Root, Tracked, bf16, f16};
use crate::optimizers::Method;

/// Conventions about changes of the learning rate.
const OF_CHANGING_RATES: [&str; 3] = ["velocity", "decay_scaling", "bounds"];

/// A value for each convention that the runs so far have shown.
type Conventions = Vec<Choice>;

/// What is still possible.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    possible: Vec<Conventions>,
}

/// A trace held against what was possible before it.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Candidates for the trace's header that were possible.
    pub candidates: Vec<Candidate>,
    /// How each fits, up to the first step in which it does not.
    pub fits: Vec<Fit>,
    /// The first that fits.
    pub fitting: Option<usize>,
}

impl Judgement {
    /// Whether something possible fits; `None` where rounding alone can explain anything.
    pub fn holds(&self) -> Option<bool> {
        match self.fitting {
            Some(_) => Some(true),
            None if self.fits.iter().any(|fit| fit.first.is_none()) => None,
            None => Some(false),
        }
    }
}

impl Fingerprint {
    /// Before the first run.
    pub fn new() -> Self {
        Fingerprint { possible: vec![vec![]] }
    }

    /// The candidates for a header that agree with what is still possible.
    ///
    /// # Errors
    /// If there is no reference for this combination of hyper-parameters.
    pub fn candidates(&self, header: &Header) -> Result<Vec<Candidate>> {
        let mut all = candidates(header)?;
        all.retain(|candidate| self.possible.iter().any(|known| agree(known, &candidate.choices)));
        Ok(all)
    }

    /// Holds a trace against every candidate that is still possible, and leaves what fits. Where nothing does, all stays possible.
    ///
    /// # Errors
    /// If there is no reference for this combination of hyper-parameters.
    pub fn narrow(&mut self, trace: &Trace) -> Result<Judgement> {
        let judgement = self.judge(trace, self.candidates(&trace.header)?);
        let fitting = judgement.candidates.iter().zip(&judgement.fits).filter(|(_, fit)| fit.first.is_none());
        let choices: Vec<&Conventions> = fitting.map(|(candidate, _)| &candidate.choices).collect();
        if !choices.is_empty() {
            let joined = |known: &Conventions| -> Vec<Conventions> {
                choices.iter().filter(|choices| agree(known, choices)).map(|choices| join(known, choices)).collect()
            };
            self.possible = self.possible.iter().flat_map(joined).collect();
            self.possible.sort_by_key(|known| (ruled_out(known), differences(known).count()));
        }
        Ok(judgement)
    }

    /// Holds a trace against these candidates.
    pub fn judge(&self, trace: &Trace, candidates: Vec<Candidate>) -> Judgement {
        let fits: Vec<Fit> = candidates.iter().map(|candidate| fit(trace, &candidate.method, 1)).collect();
        let fitting = fits.iter().position(Fit::holds);
        Judgement { candidates, fits, fitting }
    }

    /// Settles a convention that a run has shown apart from the others.
    pub fn settle(&mut self, choice: &Choice) {
        self.possible.iter_mut().for_each(|known| known.push(choice.clone()));
    }

    /// The conventions with the fewest differences from the plain form that all runs admit.
    pub fn conventions(&self) -> &[Choice] {
        &self.possible[0]
    }

    /// The conventions in the words of the record.
    pub fn identified(&self, algorithm: &str) -> Identified {
        Identified::of(algorithm, self.conventions())
    }

    /// Whether any convention found is not the plain one.
    pub fn differs(&self) -> bool {
        differences(self.conventions()).next().is_some()
    }

    /// Whether the runs could have shown every convention: each other value of one is far away, beyond its bound, in one of them.
    ///
    /// # Errors
    /// If there is no reference for a trace's hyper-parameters.
    pub fn separation(&self, traces: &[&Trace], rates_change: bool) -> Result<Check> {
        let mut close: Vec<(&'static str, String)> = vec![];
        let mut far: Vec<(&'static str, String)> = vec![];
        for trace in traces {
            let all = candidates(&trace.header)?;
            let Some(chosen) = all.iter().find(|candidate| agree(self.conventions(), &candidate.choices)) else { continue };
            for other in all.iter().filter(|other| other.distance(chosen) == 1) {
                let pairs = other.choices.iter().zip(&chosen.choices);
                let differing = pairs.into_iter().find(|(other, chosen)| other.value != chosen.value);
                let (choice, _) = differing.expect("a distance of one");
                let known = (choice.convention, choice.formula.to_string());
                if far.contains(&known) {
                    continue;
                }
                match distance(trace, &chosen.method, &other.method) {
                    true => far.push(known),
                    false if !close.contains(&known) => close.push(known),
                    false => {}
                }
            }
        }
        // Where the learning rate never changes, these are other words for the same numbers.
        close.retain(|known| !far.contains(known) && (rates_change || !OF_CHANGING_RATES.contains(&known.0)));
        let count = far.len();
        let words: Vec<String> = close.iter().map(|(convention, formula)| format!("{convention} ({formula})")).collect();
        Ok(match close.is_empty() {
            true => {
                let detail = format!("{count} other values of its conventions are each at least {FAR} bounds away in some run");
                let outcome = if self.differs() { Outcome::Variant } else { Outcome::Pass };
                Check::new("fingerprint", outcome, "formula", detail)
            }
            false => {
                let detail = format!("no run tells it from {}", words.join(", "));
                Check::new("fingerprint", Outcome::Inconclusive, "formula", detail)
            }
        })
    }
}

/// Whether no convention has two values.
fn agree(known: &[Choice], choices: &[Choice]) -> bool {
    choices.iter().all(|choice| known.iter().all(|known| known.convention != choice.convention || known.value == choice.value))
}

/// Both, each convention once.
fn join(known: &Conventions, choices: &Conventions) -> Conventions {
    let new = choices.iter().filter(|choice| known.iter().all(|known| known.convention != choice.convention));
    known.iter().chain(new).cloned().collect()
}

fn ruled_out(known: &[Choice]) -> usize {
    known.iter().filter(|choice| !choice.allowed).count()
}

fn differences(known: &[Choice]) -> impl Iterator<Item = &Choice> {
    known.iter().filter(|choice| choice.instead_of.is_some())
}

/// How a method fits a trace, with the bounds of its type; ends after this many steps in which it does not.
pub fn fit(trace: &Trace, method: &Method, misses: usize) -> Fit {
    match trace.header.dtype {
        Dtype::F64 => Fit::up_to::<Tracked<f64>>(trace, method, misses),
        Dtype::F32 => Fit::up_to::<Tracked<f32>>(trace, method, misses),
        Dtype::Bf16 => Fit::up_to::<Mixed<bf16, f32>>(trace, method, misses),
        Dtype::F16 => Fit::up_to::<Mixed<f16, f32>>(trace, method, misses),
    }
}

/// Whether two methods are far apart somewhere along a trace, in units of the first one's bound.
fn distance(trace: &Trace, method: &Method, other: &Method) -> bool {
    fn of<N: Bounded>(trace: &Trace, method: &Method, other: &Method) -> bool
    where
        N::Wide: Root,
    {
        let mut pairs = Twin::<N>::new(trace, method).zip(Twin::<N>::new(trace, other));
        pairs
            .any(|(one, other)| one.iter().zip(&other).any(|(one, other)| ratio(one.distance(other.value()), one.bound()) >= FAR))
    }
    match trace.header.dtype {
        Dtype::F64 => of::<Tracked<f64>>(trace, method, other),
        Dtype::F32 => of::<Tracked<f32>>(trace, method, other),
        Dtype::Bf16 => of::<Mixed<bf16, f32>>(trace, method, other),
        Dtype::F16 => of::<Mixed<f16, f32>>(trace, method, other),
    }
}
