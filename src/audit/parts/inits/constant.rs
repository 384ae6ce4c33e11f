//! One number everywhere.

use super::{Asked, Finding, SHAPES};
use crate::Result;
use crate::audit::conventions::Candidate;
use crate::audit::record::{Check, Outcome};
use crate::audit::tensor::Tensor;
use serde_json::json;

impl Asked<'_> {
    /// Every entry is this number.
    pub(super) fn constant(self, value: f64) -> Result<Finding> {
        let shape = SHAPES[0];
        let tensor = self.draw(shape, 1)?;
        let plain = Candidate { method: (), choices: vec![] };
        let check = match tensor.data.iter().position(|entry| *entry != value) {
            None => Check::new("entries", Outcome::Pass, "formula", format!("all entries are {value}")),
            Some(entry) => {
                let observed = tensor.data[entry];
                let detail = format!("entry {entry} is {observed:e}, not {value}; {}", self.instead(&tensor)?);
                let witness = json!({"request": self.request(shape, 1), "entry": entry, "observed": observed, "expected": value});
                Check { witness: Some(witness), ..Check::new("entries", Outcome::Deviates, "formula", detail) }
            }
        };
        Ok(Finding { identified: (check.verdict == Outcome::Pass).then(|| plain.identified(self.kind)), check })
    }

    /// What the entries are: one other number, or several, from the seed or not.
    fn instead(self, tensor: &Tensor) -> Result<String> {
        let Tensor { shape, data } = tensor;
        let other = self.draw(shape, 2)?;
        let count = data.len() as f64;
        let mean = data.iter().sum::<f64>() / count;
        let deviation = (data.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count).sqrt();
        let spread = format!("around {mean:.1e} with the deviation {deviation:.1e}");
        Ok(if data.iter().all(|entry| *entry == data[0]) {
            format!("every entry is {:e}", data[0])
        } else if data.iter().eq(&other.data) {
            format!("the entries, the same for another seed, lie {spread}")
        } else {
            format!("the entries are random, others for another seed, {spread}")
        })
    }
}
