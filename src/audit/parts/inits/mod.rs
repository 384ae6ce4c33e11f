//! Initialisation: the law of the weights that a subject draws.

mod causes;
mod constant;
mod law;
mod measure;
mod orthogonal;
mod sample;

use super::{failed, subject_of, unknown};
use crate::audit::conventions::{Candidate, Choice};
use crate::audit::header::Dtype;
use crate::audit::implementation::{Implementation, Offer};
use crate::audit::record::{Audit, Check, Conformance, Identified, Outcome, Subject};
use crate::audit::setting::Setting;
use crate::audit::tensor::Tensor;
use crate::number::{Format, bf16, f16};
use crate::{Error, Result};
use law::{Law, candidates};
use sample::{Objection, objection};
use serde_json::json;

/// Dense, both ways wide, and convolutions: fans that differ, and kernels that matter.
const SHAPES: [&[u64]; 4] = [&[200, 50], &[50, 400], &[30, 20, 7], &[24, 40, 5, 5]];
/// For orthogonal weights: square, wide, high, a convolution.
const MATRICES: [&[u64]; 4] = [&[3, 3], &[4, 9], &[20, 6], &[8, 3, 2, 2]];
/// First entries whose signs are looked at: all alike with probability `2^-39`.
const SIGNS: u64 = 40;
const KNOWN: [&str; 9] = [
    "xavier_uniform",
    "xavier_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
    "zeros",
    "ones",
];

/// Audits every initialiser that the subject offers, in every type that it declares, else in single precision.
pub fn audit_inits(subject: &dyn Implementation) -> Vec<Audit> {
    let hello = subject.hello();
    let each = |(kind, offer): (&String, &Offer)| {
        let types = if offer.dtypes.is_empty() { vec![Dtype::F32] } else { offer.dtypes.clone() };
        let audit = |dtype: Dtype| {
            let about = Subject { dtype: dtype.word().into(), ..subject_of(&hello, "init", kind, offer) };
            let asked = Asked { subject, kind, dtype };
            asked.audit(about.clone()).unwrap_or_else(|error| failed(about, &error))
        };
        types.into_iter().map(audit).collect::<Vec<_>>()
    };
    hello.inits.iter().flat_map(each).collect()
}

/// An initialiser in one type.
#[derive(Clone, Copy)]
struct Asked<'a> {
    subject: &'a dyn Implementation,
    kind: &'a str,
    dtype: Dtype,
}

/// What was found about the weights.
struct Finding {
    identified: Option<Identified>,
    check: Check,
}

impl Asked<'_> {
    fn audit(self, about: Subject) -> Result<Audit> {
        let (finding, random) = match self.kind {
            "zeros" => (self.constant(0.0)?, false),
            "ones" => (self.constant(1.0)?, false),
            "orthogonal" => (self.orthogonal()?, true),
            kind => match candidates(kind) {
                Some(all) => (self.scaled(&all)?, true),
                None => return Ok(unknown(about, &KNOWN)),
            },
        };
        let Finding { identified, check } = finding;
        let mut checks = vec![check];
        if random {
            checks.push(self.seeds()?);
        }
        let deviates = checks.iter().any(|check| check.verdict == Outcome::Deviates);
        let differs = identified.as_ref().is_some_and(|identified| !identified.differs_from_name.is_empty());
        let verdict = match (deviates, differs) {
            (true, _) => Conformance::Deviates,
            (false, true) => Conformance::Variant,
            (false, false) => Conformance::Conforms,
        };
        Ok(Audit { subject: about, verdict, identified, checks })
    }

    fn draw(self, shape: &[u64], seed: u64) -> Result<Tensor> {
        let tensor = self.subject.init(self.kind, shape, seed, self.dtype)?;
        match tensor.shape == shape {
            true => Ok(tensor),
            false => Err(Error::new(format!("init '{}' has the shape {:?} instead of {shape:?}", self.kind, tensor.shape))),
        }
    }

    /// A tensor of each shape.
    fn draws(self) -> Result<Vec<Tensor>> {
        (1..).zip(SHAPES).map(|(seed, shape)| self.draw(shape, seed)).collect()
    }

    fn request(self, shape: &[u64], seed: u64) -> serde_json::Value {
        json!({"op": "init", "kind": self.kind, "shape": shape, "seed": seed, "dtype": self.dtype.word()})
    }

    fn unit(self) -> f64 {
        match self.dtype {
            Dtype::F64 => f64::UNIT_ROUNDOFF,
            Dtype::F32 => f32::UNIT_ROUNDOFF,
            Dtype::Bf16 => bf16::UNIT_ROUNDOFF,
            Dtype::F16 => f16::UNIT_ROUNDOFF,
        }
    }

    /// Independent entries with a scale.
    fn scaled(self, all: &[Candidate<Law>]) -> Result<Finding> {
        let tensors = self.draws()?;
        let fits = |candidate: &&Candidate<Law>| objection(&candidate.method, &tensors, self.unit()).is_none();
        let fitting = all.iter().find(fits);
        let plain = objection(&all[0].method, &tensors, self.unit());
        let entries: usize = tensors.iter().map(|tensor| tensor.data.len()).sum();
        let check = match (fitting, plain) {
            (Some(candidate), Some(objection)) if candidate.ruled_out().next().is_some() => {
                let wrong: Vec<&str> = candidate.ruled_out().map(|choice| choice.formula).collect();
                let detail =
                    format!("the entries have {}: {}, which '{}' rules out", candidate.name(), wrong.join(" and "), self.kind);
                self.objected(&objection, &tensors, detail)
            }
            (Some(candidate), _) => {
                let outcome = if candidate.differences().next().is_some() { Outcome::Variant } else { Outcome::Pass };
                let detail = format!("{entries} entries of {} tensors have the law of {}", tensors.len(), candidate.name());
                Check::new("law", outcome, "formula", detail)
            }
            (None, objection) => {
                let objection = objection.expect("the plain form does not fit");
                let Objection { what, observed, expected, allowed, .. } = &objection;
                let detail = format!(
                    "no known law: of the plain one, {what} should be {expected:.4} within {allowed:.1e} and is {observed:.4}; {}{}",
                    self.measured(&all[0].method, &tensors),
                    causes::find(self.kind, &tensors, self.unit()).unwrap_or_default()
                );
                self.objected(&objection, &tensors, detail)
            }
        };
        Ok(Finding { identified: fitting.map(|candidate| candidate.identified(self.kind)), check })
    }

    /// The deviations that were found over those of the plain form.
    fn measured(self, plain: &Law, tensors: &[Tensor]) -> String {
        let ratio = |Tensor { shape, data }: &Tensor| {
            let square = data.iter().map(|x| x * x).sum::<f64>() / data.len() as f64;
            format!("{:.4} for {shape:?}", square.sqrt() / plain.deviation(shape))
        };
        format!("deviations over the plain one: {}", tensors.iter().map(ratio).collect::<Vec<_>>().join(", "))
    }

    fn objected(self, objection: &Objection, tensors: &[Tensor], detail: String) -> Check {
        let Objection { what, place, observed, expected, allowed } = objection;
        let requests: Vec<_> = match place {
            Some((tensor, _)) => vec![self.request(&tensors[*tensor].shape, *tensor as u64 + 1)],
            None => (1..).zip(SHAPES).map(|(seed, shape)| self.request(shape, seed)).collect(),
        };
        let entry = place.map(|(_, entry)| entry);
        let witness = json!({
            "requests": requests, "what": what, "entry": entry, "observed": observed, "expected": expected, "allowed": allowed,
        });
        let ratio = (observed - expected).abs() / allowed;
        let check = Check::new("law", Outcome::Deviates, "formula", detail);
        Check { bound: Some(*allowed), worst_ratio: Some(ratio), witness: Some(witness), ..check }
    }

    /// Orthonormal rows or columns, and the signs of the first entries.
    fn orthogonal(self) -> Result<Finding> {
        let tensors: Vec<Tensor> = MATRICES.iter().map(|shape| self.draw(shape, 1)).collect::<Result<_>>()?;
        let mut worst = (0.0, 1.0, 0);
        for (index, tensor) in tensors.iter().enumerate() {
            let (off, allowed) = orthogonal::deviation(tensor, self.unit());
            if off / allowed > worst.0 / worst.1 {
                worst = (off, allowed, index);
            }
        }
        let (off, allowed, index) = worst;
        let shape = MATRICES[index];
        if off > allowed {
            let detail = format!(
                "a product of rows or columns of a tensor {shape:?} is off by {off:.3e}; rounding allows {allowed:.1e}{}",
                self.not_orthonormal(&tensors)?
            );
            let witness = json!({"request": self.request(shape, 1), "observed": off, "bound": allowed});
            let check = Check::new("orthonormal", Outcome::Deviates, "formula", detail);
            let check = Check { bound: Some(allowed), worst_ratio: Some(off / allowed), witness: Some(witness), ..check };
            return Ok(Finding { identified: None, check });
        }
        let first: Vec<f64> = (1..=SIGNS).map(|seed| Ok(self.draw(MATRICES[0], seed)?.data[0])).collect::<Result<_>>()?;
        let corrected = first.iter().any(|entry| *entry > 0.0) && first.iter().any(|entry| *entry < 0.0);
        let (value, formula) = match corrected {
            true => ("uniform", "the sign of R's diagonal is positive, so that Q is uniform"),
            false => ("factorisation", "the signs of the factorisation"),
        };
        let instead_of = (!corrected).then_some("signs that make Q uniform");
        let choice = Choice { convention: "signs", value: Setting::Word(value.into()), formula, instead_of, allowed: true };
        let candidate = Candidate { method: (), choices: vec![choice] };
        let outcome = if corrected { Outcome::Pass } else { Outcome::Variant };
        let detail = format!(
            "rows or columns are orthonormal within {:.3} of what rounding allows; {formula}, by {SIGNS} seeds",
            off / allowed
        );
        let check = Check::new("orthonormal", outcome, "formula", detail);
        let check = Check { bound: Some(allowed), worst_ratio: Some(off / allowed), ..check };
        Ok(Finding { identified: Some(candidate.identified(self.kind)), check })
    }

    /// What tensors are that have no orthonormal rows or columns: a multiple of such, or independent entries.
    fn not_orthonormal(self, tensors: &[Tensor]) -> Result<String> {
        if let Some(factor) = orthogonal::multiple(tensors, self.unit()) {
            return Ok(format!("; all of it is explained by {factor:.4} times orthonormal rows or columns"));
        }
        Ok(causes::find(self.kind, &self.draws()?, self.unit()).unwrap_or_default())
    }

    /// The same seed draws the same bits, another one other numbers.
    fn seeds(self) -> Result<Check> {
        let shape = MATRICES[2];
        let [one, again, other] = [self.draw(shape, 5)?, self.draw(shape, 5)?, self.draw(shape, 6)?];
        let bits = |tensor: &Tensor| tensor.data.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        let (outcome, detail) = match (bits(&one) == bits(&again), bits(&one) == bits(&other)) {
            (true, false) => (Outcome::Pass, "the same seed draws the same bits, another one other numbers"),
            (false, _) => (Outcome::Deviates, "the same seed draws other numbers"),
            (true, true) => (Outcome::Deviates, "another seed draws the same numbers"),
        };
        let witness =
            (outcome == Outcome::Deviates).then(|| json!({"requests": [self.request(shape, 5), self.request(shape, 6)]}));
        Ok(Check { witness, ..Check::new("seeds", outcome, "state", detail.into()) })
    }
}
