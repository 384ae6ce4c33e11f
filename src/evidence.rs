//! What an experiment found: plain data, without a judgement.

use crate::certify::{self, Certificate};
use crate::number::{Polynomial, Rational, to_f64};
use serde::{Deserialize, Serialize};
use std::fmt::Display;

/// What was found about one claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Evidence {
    /// Every condition of the statement, checked in exact or outward-rounded arithmetic.
    Exact(Exact),
    /// Cases drawn or enumerated, in floats, each held against a bound that is derived for it.
    Property(Property),
    /// Means of independent trials, with confidence sequences.
    Sampled(Sampled),
    /// The subject does not offer what the claim is about.
    NotApplicable {
        /// What is missing.
        reason: String,
    },
    /// The experiment could not be evaluated: NaN, overflow, an error or a wrong shape. Neither a pass nor a refutation.
    Invalid {
        /// What went wrong.
        reason: String,
    },
}

/// An input that shows a violation, with both sides of the comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Witness {
    /// The condition that fails there, or, for a property that holds, the case that comes closest to failing.
    pub condition: String,
    /// The input and what was found at it.
    pub found: String,
    /// What runs it again; the suite fills it in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub origin: Option<Origin>,
}

/// The run that a witness comes from: `gradproof replay` repeats it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The theorem's id.
    pub theorem: String,
    /// A claim's id, or `refutes-` and a control's.
    pub part: String,
    /// Root seed.
    pub seed: u64,
    /// Effort.
    pub effort: u64,
}

impl Witness {
    pub(crate) fn new(condition: &str, found: String) -> Self {
        Witness { condition: condition.into(), found, origin: None }
    }
}

/// Conditions checked exactly.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exact {
    /// Number of comparisons made.
    pub cases: u64,
    /// The distinct conditions, each with its number of comparisons.
    pub conditions: Vec<Condition>,
    /// The certificate in the report's folder, if there is one, or the first of several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// How many files there are, numbered from the first, if they are several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub files: Option<usize>,
    /// What the files hold.
    #[serde(skip)]
    pub certificates: Vec<Certificate>,
    /// The first violation.
    pub witness: Option<Witness>,
    /// The first comparison that the arithmetic could not decide.
    #[serde(skip)]
    undecided: Option<Witness>,
}

/// A condition and how often it was checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The condition in words or as a formula.
    pub name: String,
    /// Number of comparisons.
    pub cases: u64,
}

impl Exact {
    /// Nothing checked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records whether `condition` holds; `found` describes the input if it does not.
    pub fn holds(&mut self, condition: &str, holds: bool, found: impl FnOnce() -> String) {
        self.cases += 1;
        match self.conditions.iter_mut().find(|known| known.name == condition) {
            Some(known) => known.cases += 1,
            None => self.conditions.push(Condition { name: condition.into(), cases: 1 }),
        }
        if !holds && self.witness.is_none() {
            self.witness = Some(Witness::new(condition, found()));
        }
    }

    /// Records a comparison of enclosures, `None` where they are too wide to decide it: that neither proves nor refutes.
    pub fn decided(&mut self, condition: &str, holds: Option<bool>, found: impl FnOnce() -> String) {
        match holds {
            Some(holds) => self.holds(condition, holds, found),
            None if self.undecided.is_none() => self.undecided = Some(Witness::new(condition, found())),
            None => {}
        }
    }

    /// Checks a certificate and keeps it for the report's folder.
    pub fn certified(&mut self, certificate: Certificate) {
        match certify::check(&certificate) {
            Ok(_) => self.holds("the certificate checks", true, String::new),
            Err(refusal) => self.holds("the certificate checks", false, || {
                let file = serde_json::to_string(&certificate).unwrap_or_default();
                format!("{refusal}; {file}")
            }),
        }
        self.certificates.push(certificate);
    }

    /// Checks an upper and a lower bound of one problem, and whether they meet: then the bound is *tight*.
    pub fn tight(&mut self, upper: Certificate, lower: Certificate) {
        let meet = upper.same_problem(&lower) && upper.bound == lower.bound;
        self.holds("upper and lower bound meet: tight", meet, || format!("{} and {}", upper.bound, lower.bound));
        self.certified(upper);
        self.certified(lower);
    }

    /// Names the files of the certificates: `certificates/STEM.json`, or `certificates/STEM-1.json` and so on.
    pub fn name_certificates(&mut self, stem: &str) {
        match self.certificates.len() {
            0 => {}
            1 => self.file = Some(format!("certificates/{stem}.json")),
            several => (self.file, self.files) = (Some(format!("certificates/{stem}-1.json")), Some(several)),
        }
    }

    /// The files of the certificates in the report's folder, in order.
    pub fn certificate_files(&self) -> Vec<String> {
        let Some(first) = &self.file else { return Vec::new() };
        match (self.files, first.strip_suffix("-1.json")) {
            (Some(several), Some(stem)) => (1..=several).map(|number| format!("{stem}-{number}.json")).collect(),
            _ => vec![first.clone()],
        }
    }

    /// Records whether `left` equals `right`; `input` describes where.
    pub fn equal<T: PartialEq + Display>(&mut self, condition: &str, left: &T, right: &T, input: impl FnOnce() -> String) {
        self.holds(condition, left == right, || format!("{}: {left} against {right}", input()));
    }

    /// Records whether two formulas are the same polynomial, that is, equal for all real values of their variables.
    pub fn identity(&mut self, name: &str, left: Polynomial, right: Polynomial) {
        self.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    }

    /// The evidence; invalid if a comparison was left open and none is violated.
    pub fn evidence(self) -> Evidence {
        match self.undecided {
            Some(open) if self.witness.is_none() => {
                Evidence::Invalid { reason: format!("{} is left open at {}", open.condition, open.found) }
            }
            _ => Evidence::Exact(self),
        }
    }
}

/// Cases held against derived bounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Property {
    /// Number of cases.
    pub cases: u64,
    /// The least `1 - deviation / bound` over all cases: negative where the property fails.
    #[serde(with = "crate::report::number")]
    pub worst_margin: f64,
    /// The case with the worst margin.
    pub witness: Option<Witness>,
}

impl Default for Property {
    fn default() -> Self {
        Property { cases: 0, worst_margin: f64::INFINITY, witness: None }
    }
}

impl Property {
    /// No case yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records that a deviation was at most `bound`, or was not. A deviation or bound that is NaN or infinite, or a bound below zero,
    /// says nothing: it makes the margin NaN for good.
    pub fn within(&mut self, condition: &str, deviation: f64, bound: f64, found: impl FnOnce() -> String) {
        self.cases += 1;
        let margin = if !deviation.is_finite() || !bound.is_finite() || bound < 0.0 {
            f64::NAN
        } else if deviation == 0.0 && bound == 0.0 {
            1.0
        } else {
            1.0 - deviation / bound
        };
        if self.worst_margin.is_nan() {
            return;
        }
        if margin.is_nan() || margin < self.worst_margin {
            self.worst_margin = margin;
            let found = format!("{}: deviation {deviation:e}, bound {bound:e}", found());
            self.witness = Some(Witness::new(condition, found));
        }
    }

    /// The evidence; invalid if a comparison said nothing.
    pub fn evidence(self) -> Evidence {
        if self.worst_margin.is_nan() {
            let case = self.witness.map_or_else(String::new, |witness| format!(" at {}", witness.found));
            return Evidence::Invalid { reason: format!("a comparison was not between finite numbers{case}") };
        }
        Evidence::Property(self)
    }
}

/// Whether a mean is claimed to equal its target or to be at most as large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The mean lies within the margin of the target.
    Equal,
    /// The mean is at most the target plus the margin.
    AtMost,
}

/// One mean, its confidence interval, and what is claimed of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statistic {
    /// What was averaged.
    pub name: String,
    /// The confidence sequence used, and what makes it valid here.
    pub sequence: String,
    /// What is claimed of the mean.
    pub relation: Relation,
    /// The claimed value.
    #[serde(with = "crate::report::number")]
    pub target: f64,
    /// The distance from the target that still counts as equal; positive.
    #[serde(with = "crate::report::number")]
    pub margin: f64,
    /// Independent trials used.
    pub n: u64,
    /// Most trials that would have been used.
    pub largest_n: u64,
    /// The estimate of the mean.
    #[serde(with = "crate::report::number")]
    pub estimate: f64,
    /// The confidence interval, valid at every number of trials at once.
    #[serde(with = "crate::report::pair")]
    pub interval: [f64; 2],
    /// Probability that the sequence ever misses the mean, at most.
    pub alpha: f64,
    /// Predicted probability that the largest number of trials does not decide, if the claim is true.
    pub probability_inconclusive: f64,
}

/// The statistics of one claim; the leading fields repeat the one that is furthest from its target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampled {
    /// The statistic with the largest distance from its target, in margins.
    #[serde(flatten)]
    pub worst: Statistic,
    /// All of them.
    pub statistics: Vec<Statistic>,
}

impl Statistic {
    /// Distance of the estimate from what is claimed, in margins.
    pub fn effect_over_margin(&self) -> f64 {
        let difference = self.estimate - self.target;
        match self.relation {
            Relation::Equal => difference.abs() / self.margin,
            Relation::AtMost => difference / self.margin,
        }
    }
}

impl Evidence {
    /// The exact evidence, if it is of that kind.
    pub fn exact(&self) -> Option<&Exact> {
        match self {
            Evidence::Exact(exact) => Some(exact),
            _ => None,
        }
    }

    /// The evidence of several means.
    pub fn sampled(statistics: Vec<Statistic>) -> Evidence {
        if let Some(broken) = statistics.iter().find(|statistic| !statistic.estimate.is_finite()) {
            return Evidence::Invalid { reason: format!("{} is not finite", broken.name) };
        }
        let worst = statistics.iter().max_by(|a, b| a.effect_over_margin().total_cmp(&b.effect_over_margin()));
        match worst.cloned() {
            Some(worst) => Evidence::Sampled(Sampled { worst, statistics }),
            None => Evidence::Invalid { reason: "no statistic was sampled".into() },
        }
    }

    /// The witness, if there is one.
    pub fn witness(&self) -> Option<&Witness> {
        match self {
            Evidence::Exact(exact) => exact.witness.as_ref(),
            Evidence::Property(property) => property.witness.as_ref(),
            Evidence::Sampled(_) | Evidence::NotApplicable { .. } | Evidence::Invalid { .. } => None,
        }
    }

    /// The same evidence, with the run that its witness comes from.
    pub fn from_run(mut self, origin: Origin) -> Evidence {
        let witness = match &mut self {
            Evidence::Exact(exact) => exact.witness.as_mut(),
            Evidence::Property(property) => property.witness.as_mut(),
            Evidence::Sampled(_) | Evidence::NotApplicable { .. } | Evidence::Invalid { .. } => None,
        };
        if let Some(witness) = witness {
            witness.origin = Some(origin);
        }
        self
    }

    /// How far the finding is from what is claimed, in units of what the comparison tolerates. `None` for exact evidence, which
    /// tolerates nothing.
    pub fn effect_over_margin(&self) -> Option<f64> {
        match self {
            Evidence::Property(property) => Some(1.0 - property.worst_margin),
            Evidence::Sampled(sampled) => Some(sampled.worst.effect_over_margin()),
            Evidence::Exact(_) | Evidence::NotApplicable { .. } | Evidence::Invalid { .. } => None,
        }
    }
}

/// A rational number as people read it: the fraction, and its decimal value where the fraction is long.
pub fn readable(x: &Rational) -> String {
    let fraction = x.to_string();
    if fraction.len() > 24 { format!("{:e}", to_f64(x)) } else { fraction }
}
