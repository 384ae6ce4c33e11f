//! The laws of random weights.

use super::measure::Measure;
use crate::audit::conventions::{Alternative, Candidate, branch};
use crate::training::{DEVIATION_WITHIN_TWO, EntryLaw, Fan, Reading};

/// A law of weights as a function of their shape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Law {
    pub entries: EntryLaw,
    pub fan: Fan,
    pub squared_gain: f64,
    pub fans: Fans,
    pub reading: Reading,
    /// What is taken for the scale `√(gain²/fan)`.
    pub scale: Scale,
}

/// What is taken for the numbers of inputs and outputs of a shape `[out, in, kernel...]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fans {
    /// Channels times the kernel's size.
    Connections,
    /// Channels alone.
    Channels,
    /// The mean of all dimensions, for both (DyNet).
    MeanDimension,
    /// Another number, for both.
    Of(Measure),
}

/// What is taken for the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// As meant.
    Stated,
    /// A uniform law's bound is the deviation.
    BoundIsDeviation,
    /// `√(2/fan_in + fan_out)`: brackets are missing.
    WithoutBrackets,
}

/// The plain form of a kind, its conventions, and forms that its name rules out.
pub(super) fn candidates(kind: &str) -> Option<Vec<Candidate<Law>>> {
    let (family, entries) = kind.rsplit_once('_')?;
    let entries = match entries {
        "uniform" => EntryLaw::Uniform,
        "normal" => EntryLaw::Normal,
        _ => return None,
    };
    let (fan, squared_gain) = match family {
        "xavier" => (Fan::Average, 1.0),
        "he" => (Fan::In, 2.0),
        "lecun" => (Fan::In, 1.0),
        _ => return None,
    };
    let (fans, reading, scale) = (Fans::Connections, Reading::Deviation, Scale::Stated);
    let mut all = vec![Candidate { method: Law { entries, fan, squared_gain, fans, reading, scale }, choices: vec![] }];
    let normal = (entries == EntryLaw::Normal).then(|| ("normal_law", normals()));
    let own =
        [("fan", fan_choices(fan)), ("fans", connections()), ("gain", gains(squared_gain)), ("scale", scales(entries, fan))];
    for (convention, alternatives) in normal.into_iter().chain(own) {
        all = all.iter().flat_map(|candidate| branch(candidate, convention, &alternatives)).collect();
        all.retain(|candidate| candidate.ruled_out().count() < 2);
    }
    all.sort_by_key(|candidate| (candidate.ruled_out().count(), candidate.differences().count()));
    Some(all)
}

fn normals() -> Vec<Alternative<Law>> {
    vec![
        Alternative::word("whole", "N(0, σ²)", |law: &mut Law| law.entries = EntryLaw::Normal),
        Alternative::word("truncated", "N(0, (σ/0.8796)²) within two deviations", |law: &mut Law| {
            law.entries = EntryLaw::TruncatedNormal;
        }),
        Alternative::word("cut", "N(0, σ²) within 2σ", |law: &mut Law| law.entries = EntryLaw::CutNormal),
    ]
}

/// Xavier's name promises the mean of both fans; the others' leave open which one.
fn fan_choices(plain: Fan) -> Vec<Alternative<Law>> {
    let fan_in = || Alternative::word("in", "fan_in", |law: &mut Law| law.fan = Fan::In);
    let fan_out = || Alternative::word("out", "fan_out", |law: &mut Law| law.fan = Fan::Out);
    let average = || Alternative::word("average", "(fan_in + fan_out)/2", |law: &mut Law| law.fan = Fan::Average);
    match plain {
        Fan::Average => vec![average(), fan_in().ruled_out(), fan_out().ruled_out()],
        _ => vec![fan_in(), fan_out(), average().ruled_out()],
    }
}

fn connections() -> Vec<Alternative<Law>> {
    vec![
        Alternative::word("connections", "channels times the kernel's size", |law: &mut Law| law.fans = Fans::Connections),
        Alternative::word("mean-dimension", "the mean of all dimensions", |law: &mut Law| law.fans = Fans::MeanDimension),
        Alternative::word("channels", "channels without the kernel", |law: &mut Law| law.fans = Fans::Channels).ruled_out(),
    ]
}

fn gains(plain: f64) -> Vec<Alternative<Law>> {
    let gain =
        |word: &str, formula, squared: f64| Alternative::word(word, formula, move |law: &mut Law| law.squared_gain = squared);
    let known = [
        ("1", "g² = 1", 1.0),
        ("root-2", "g² = 2", 2.0),
        ("5/3", "g² = 25/9", 25.0 / 9.0),
        ("root-third", "g² = 1/3", 1.0 / 3.0),
    ];
    let (own, others): (Vec<_>, Vec<_>) = known.into_iter().partition(|(.., squared)| *squared == plain);
    let own = own.into_iter().map(|(word, formula, squared)| gain(word, formula, squared));
    own.chain(others.into_iter().map(|(word, formula, squared)| gain(word, formula, squared).ruled_out())).collect()
}

fn scales(entries: EntryLaw, fan: Fan) -> Vec<Alternative<Law>> {
    let mut all = vec![
        Alternative::word("deviation", "σ = g/√fan", |law: &mut Law| law.reading = Reading::Deviation),
        Alternative::word("variance", "σ² = g/√fan", |law: &mut Law| law.reading = Reading::Variance).ruled_out(),
        Alternative::word("squared", "σ = g²/fan", |law: &mut Law| law.reading = Reading::Squared).ruled_out(),
    ];
    if entries == EntryLaw::Uniform {
        let bound = |law: &mut Law| law.scale = Scale::BoundIsDeviation;
        all.push(Alternative::word("bound", "U(-σ, σ)", bound).ruled_out());
    }
    if fan == Fan::Average {
        let without = |law: &mut Law| law.scale = Scale::WithoutBrackets;
        all.push(Alternative::word("without-brackets", "σ = g √(2/fan_in + fan_out)", without).ruled_out());
    }
    all
}

impl Law {
    /// σ for a shape.
    pub fn deviation(&self, shape: &[u64]) -> f64 {
        let kernel: f64 = shape[2..].iter().map(|side| *side as f64).product();
        let channels = [shape[1] as f64, shape[0] as f64];
        let [fan_in, fan_out] = match self.fans {
            Fans::Connections => channels.map(|channels| channels * kernel),
            Fans::Channels => channels,
            Fans::MeanDimension => [Measure::Sum.of(shape) / shape.len() as f64; 2],
            Fans::Of(measure) => [measure.of(shape); 2],
        };
        let fan = match self.fan {
            Fan::In => fan_in,
            Fan::Out => fan_out,
            Fan::Average => (fan_in + fan_out) / 2.0,
        };
        let variance = match self.scale {
            Scale::WithoutBrackets => self.squared_gain * (2.0 / fan_in + fan_out),
            Scale::Stated => self.squared_gain / fan,
            Scale::BoundIsDeviation => self.squared_gain / fan / 3.0,
        };
        match self.reading {
            Reading::Deviation => variance.sqrt(),
            Reading::Variance => variance.sqrt().sqrt(),
            Reading::Squared => variance,
        }
    }

    /// The largest entry over σ.
    pub fn largest(&self) -> f64 {
        match self.entries {
            EntryLaw::Uniform => 3f64.sqrt(),
            EntryLaw::TruncatedNormal => 2.0 / DEVIATION_WITHIN_TWO,
            EntryLaw::CutNormal => 2.0,
            EntryLaw::Normal => f64::INFINITY,
        }
    }

    /// The variance over σ².
    pub fn variance(&self) -> f64 {
        if self.entries == EntryLaw::CutNormal { DEVIATION_WITHIN_TWO * DEVIATION_WITHIN_TWO } else { 1.0 }
    }

    /// The distribution function of an entry over σ.
    pub fn distribution(&self, z: f64) -> f64 {
        let normal = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
        let within_two = |z: f64| (normal(z.clamp(-2.0, 2.0)) - normal(-2.0)) / (normal(2.0) - normal(-2.0));
        match self.entries {
            EntryLaw::Uniform => (0.5 + z / 12f64.sqrt()).clamp(0.0, 1.0),
            EntryLaw::Normal => normal(z),
            EntryLaw::TruncatedNormal => within_two(z * DEVIATION_WITHIN_TWO),
            EntryLaw::CutNormal => within_two(z),
        }
    }
}
