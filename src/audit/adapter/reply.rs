//! Replies of the audit protocol, as they are read and checked.

use super::super::implementation::{Answer, Capability, Hello, Hyper, Offer};
use super::super::request::PROTOCOL;
use super::super::setting::Setting;
use super::super::tensor::Tensor;
use super::form::Form;
use super::process::{Wrong, shown};
use serde::Deserialize;
use serde::de::value::{Error as Unknown, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use std::collections::BTreeMap;

/// Why there is no answer.
pub(super) enum Failure {
    /// The adapter says that it cannot.
    Refused(Wrong),
    /// The reply is not one.
    Broken(Wrong),
}

/// The fields of a reply.
pub(super) fn read<T: DeserializeOwned>(line: &[u8]) -> Result<T, Failure> {
    #[derive(Deserialize)]
    struct Status {
        ok: bool,
        error: Option<String>,
    }
    let broken =
        |what: &str| Failure::Broken(format!("{what}: '{}'", shown(&String::from_utf8_lossy(&line[..line.len().min(400)]), 60)));
    let text = std::str::from_utf8(line).map_err(|_| broken("its reply is not UTF-8"))?;
    if !text.trim_start().starts_with('{') {
        return Err(broken("its reply is no JSON object (standard output is for replies alone)"));
    }
    let wrong = |error: serde_json::Error| match error.is_data() {
        true => broken(&format!("its reply is not what was asked for, {}", shown(&error.to_string(), 160))),
        false => broken(&format!("its reply is no JSON, {}", shown(&error.to_string(), 160))),
    };
    let status: Status = serde_json::from_str(text).map_err(wrong)?;
    match status {
        Status { ok: true, .. } => serde_json::from_str(text).map_err(wrong),
        Status { error: Some(error), .. } => Err(Failure::Refused(shown(&error, 300))),
        Status { error: None, .. } => Err(broken("its reply is not ok, and has no 'error' that says why")),
    }
}

/// A reply that says nothing more.
#[derive(Deserialize)]
pub(super) struct Done {}

/// The reply to `hello`.
#[derive(Deserialize)]
pub(super) struct Greeting {
    protocol: u64,
    framework: String,
    version: String,
    #[serde(default)]
    optimizers: BTreeMap<String, Offer>,
    #[serde(default)]
    schedules: BTreeMap<String, Offer>,
    #[serde(default)]
    clips: BTreeMap<String, Offer>,
    #[serde(default)]
    inits: BTreeMap<String, Offer>,
    #[serde(default)]
    capabilities: Vec<String>,
}

impl Greeting {
    /// A capability that this version does not know is left out: nothing will be asked of it.
    pub(super) fn checked(self) -> Result<Hello, Wrong> {
        if self.protocol != PROTOCOL {
            return Err(format!("it speaks protocol {}; this version of gradproof speaks {PROTOCOL}", self.protocol));
        }
        let names = [&self.optimizers, &self.schedules, &self.clips, &self.inits].into_iter().flat_map(BTreeMap::keys);
        let said = [&self.framework, &self.version];
        if let Some(name) = said.into_iter().chain(names).find(|name| name.is_empty() || shown(name, 80) != **name) {
            return Err(format!("'{}' is no name; names have 1 to 80 characters on one line", shown(name, 80)));
        }
        let known = |word: &String| {
            let word: StrDeserializer<'_, Unknown> = word.as_str().into_deserializer();
            Capability::deserialize(word).ok()
        };
        let capabilities = self.capabilities.iter().filter_map(known).collect();
        let Greeting { framework, version, optimizers, schedules, clips, inits, .. } = self;
        Ok(Hello { framework, version, optimizers, schedules, clips, inits, capabilities })
    }
}

/// The reply to `new`.
#[derive(Deserialize)]
pub(super) struct Made {
    hyper: Hyper,
}

impl Made {
    pub(super) fn checked(self, given: &Hyper) -> Result<Hyper, Wrong> {
        for (name, asked) in given {
            let Some(told) = self.hyper.get(name) else {
                return Err(format!("its 'hyper' lacks '{name}', which was given; it must tell every one in effect"));
            };
            if !agree(asked, told) {
                let [told, asked] = [told, asked].map(|setting| serde_json::json!(setting));
                return Err(format!(
                    "its 'hyper' has {name} = {told} where {asked} was given; what it cannot take it must refuse"
                ));
            }
        }
        Ok(self.hyper)
    }
}

/// Whether what is in effect is what was asked for, but that numbers may be rounded as the formats of an audit do it: to 8 bits (bf16)
/// and to multiples of 2⁻²⁴ (f16). What such a rounding does to the steps is for the audit to find.
fn agree(asked: &Setting, told: &Setting) -> bool {
    const HALF_THE_LEAST_F16: f64 = 1.0 / 33_554_432.0;
    match (asked, told) {
        (Setting::Number(asked), Setting::Number(told)) => (asked - told).abs() <= asked.abs() / 256.0 + HALF_THE_LEAST_F16,
        _ => asked == told,
    }
}

/// The reply to `step` and `value`.
#[derive(Deserialize)]
pub(super) struct Moved {
    params: Option<Vec<Tensor>>,
    grads: Option<Vec<Option<Tensor>>>,
    evaluate: Option<Vec<Tensor>>,
}

impl Moved {
    pub(super) fn checked(self, form: &Form<'_>, hello: &Hello) -> Result<Answer, Wrong> {
        let grads = match (self.params.is_some() && hello.can(Capability::Grads), self.grads) {
            (false, _) => None,
            (true, None) => return Err("its reply lacks 'grads', which it promised by its capability of that name".into()),
            (true, Some(grads)) => Some(grads),
        };
        match (self.params, self.evaluate) {
            (Some(params), None) => {
                form.check("params", params.iter().map(Some))?;
                grads.as_ref().map_or(Ok(()), |grads| form.check("grads", grads.iter().map(Option::as_ref)))?;
                Ok(Answer::Moved { params, grads })
            }
            (None, Some(_)) if !hello.can(Capability::Closure) => {
                Err("it asks for the objective without the capability 'closure'; it must declare it in hello".into())
            }
            (None, Some(points)) => {
                form.check("evaluate", points.iter().map(Some))?;
                Ok(Answer::Evaluate(points))
            }
            (None, None) => Err("its reply has neither 'params' nor 'evaluate'".into()),
            (Some(_), Some(_)) => Err("its reply has both 'params' and 'evaluate'; one of them says what comes next".into()),
        }
    }
}

/// The reply to `run`.
#[derive(Deserialize)]
pub(super) struct Ran {
    params: Vec<Vec<Tensor>>,
}

impl Ran {
    pub(super) fn checked(self, form: &Form<'_>, steps: usize) -> Result<Vec<Vec<Tensor>>, Wrong> {
        if self.params.len() != steps {
            return Err(format!("its 'params' are those of {} steps instead of {steps}", self.params.len()));
        }
        self.params.iter().try_for_each(|row| form.check("params", row.iter().map(Some)))?;
        Ok(self.params)
    }
}

/// The reply to `save`.
#[derive(Deserialize)]
pub(super) struct Saved {
    pub(super) state: String,
}

/// The reply to `schedule`.
#[derive(Deserialize)]
pub(super) struct Rates {
    lr: Tensor,
}

impl Rates {
    pub(super) fn checked(self, steps: usize) -> Result<Vec<f64>, Wrong> {
        match self.lr.shape[..] == [steps as u64] {
            true => Ok(self.lr.data),
            false => Err(format!("its 'lr' has shape {:?} instead of [{steps}]", self.lr.shape)),
        }
    }
}

/// The reply to `clip`.
#[derive(Deserialize)]
pub(super) struct Clipped {
    grads: Vec<Tensor>,
    #[serde(default, with = "crate::report::maybe")]
    norm: Option<f64>,
}

impl Clipped {
    pub(super) fn checked(self, form: &Form<'_>) -> Result<(Vec<Tensor>, Option<f64>), Wrong> {
        form.check("grads", self.grads.iter().map(Some))?;
        Ok((self.grads, self.norm))
    }
}

/// The reply to `init`.
#[derive(Deserialize)]
pub(super) struct Drawn {
    tensor: Tensor,
}

impl Drawn {
    pub(super) fn checked(self, form: &Form<'_>) -> Result<Tensor, Wrong> {
        form.check("tensor", [Some(&self.tensor)].into_iter())?;
        Ok(self.tensor)
    }
}
