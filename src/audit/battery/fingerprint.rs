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
use std::collections::BTreeSet;

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

    /// Whether the runs could have shown every convention: each other value of one is far away, beyond its bound, in one of them. The
    /// conventions that show only where a flag is not at its default have a check of their own: they are not what the name is used for.
    ///
    /// # Errors
    /// If there is no reference for a trace's hyper-parameters.
    pub fn separations(&self, plain: &[&Trace], flagged: &[&Trace], rates_change: bool) -> Result<Vec<Check>> {
        let first = self.separation(plain, rates_change)?;
        let mut beyond = self.separation(flagged, rates_change)?;
        let new = |(convention, _): &Told| !first.conventions.contains(convention);
        beyond.close.retain(new);
        beyond.far.retain(new);
        let mut checks = vec![self.told("fingerprint", &first)];
        if !beyond.close.is_empty() || !beyond.far.is_empty() {
            checks.push(self.told("fingerprint of flags", &beyond));
        }
        Ok(checks)
    }

    fn separation(&self, traces: &[&Trace], rates_change: bool) -> Result<Separation> {
        let Separation { mut close, mut far, mut conventions } = Separation::default();
        for trace in traces {
            let all = candidates(&trace.header)?;
            let Some(chosen) = all.iter().find(|candidate| agree(self.conventions(), &candidate.choices)) else { continue };
            conventions.extend(chosen.choices.iter().map(|choice| choice.convention));
            for other in all.iter().filter(|other| other.distance(chosen) == 1) {
                let mut pairs = other.choices.iter().zip(&chosen.choices);
                let differing = pairs.find(|(other, chosen)| other.value != chosen.value);
                let (choice, _) = differing.expect("a distance of one");
                let told = (choice.convention, choice.formula);
                if !far.contains(&told) && distance(trace, &chosen.method, &other.method) {
                    far.insert(told);
                } else {
                    close.insert(told);
                }
            }
        }
        // Where the learning rate never changes, these are other words for the same numbers.
        close.retain(|told| !far.contains(told) && (rates_change || !OF_CHANGING_RATES.contains(&told.0)));
        Ok(Separation { close, far, conventions })
    }

    fn told(&self, id: &str, Separation { close, far, .. }: &Separation) -> Check {
        let words: Vec<String> = close.iter().map(|(convention, formula)| format!("{convention} ({formula})")).collect();
        let (outcome, detail) = match close.is_empty() {
            true => {
                let outcome = if self.differs() { Outcome::Variant } else { Outcome::Pass };
                let count = far.len();
                (outcome, format!("{count} other values of its conventions are each at least {FAR} bounds away in some run"))
            }
            false => (Outcome::Inconclusive, format!("no run tells it from {}", words.join(", "))),
        };
        Check::new(id, outcome, "formula", detail)
    }
}

/// A convention and the formula of one of its values.
type Told = (&'static str, &'static str);

/// Other values of the conventions, by whether some run is far from them.
#[derive(Default)]
struct Separation {
    close: BTreeSet<Told>,
    far: BTreeSet<Told>,
    /// All conventions that the runs have.
    conventions: BTreeSet<&'static str>,
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
