//! What explains weights that no known law of their name explains.

use super::KNOWN;
use super::law::{Fans, Law, Scale, candidates};
use super::measure::Measure;
use super::sample::objection;
use crate::audit::conventions::Candidate;
use crate::audit::tensor::Tensor;
use crate::training::{EntryLaw, Fan, Reading};

/// The first cause to which no tensor and not all of them together object.
pub(super) fn find(kind: &str, tensors: &[Tensor], unit: f64) -> Option<String> {
    another_kind(kind, tensors, unit).or_else(|| magnitudes(kind, tensors, unit)).or_else(|| fitted(tensors, unit))
}

fn explains(law: &Law, tensors: &[Tensor], unit: f64) -> bool {
    let holds = |tensors: &[Tensor]| objection(law, tensors, unit).is_none();
    holds(tensors) && tensors.chunks(1).all(holds)
}

/// The law of another name, in its plain form or by one of its conventions.
fn another_kind(kind: &str, tensors: &[Tensor], unit: f64) -> Option<String> {
    let of = |other: &'static str| candidates(other).into_iter().flatten().map(move |candidate| (other, candidate));
    let others = KNOWN.into_iter().filter(|other| *other != kind).flat_map(of);
    let free = |(_, candidate): &(&str, Candidate<Law>)| candidate.ruled_out().next().is_none();
    let mut all: Vec<(&str, Candidate<Law>)> = others.filter(free).collect();
    all.sort_by_key(|(_, candidate)| candidate.differences().count());
    let (other, candidate) = all.iter().find(|(_, candidate)| explains(&candidate.method, tensors, unit))?;
    let formulas: Vec<&str> = candidate.differences().map(|choice| choice.formula).collect();
    let with = if formulas.is_empty() { String::new() } else { format!(" with {}", formulas.join(" and ")) };
    Some(format!("; all of it is explained by independent entries with the law of {other}{with}"))
}

/// A law of which no negative entry is left. The law is symmetric: with every second sign turned it would be there again.
fn magnitudes(kind: &str, tensors: &[Tensor], unit: f64) -> Option<String> {
    if tensors.iter().flat_map(|tensor| &tensor.data).any(|entry| *entry < 0.0) {
        return None;
    }
    let turned = |(place, entry): (usize, &f64)| if place % 2 == 0 { *entry } else { -entry };
    let signed =
        |Tensor { shape, data }: &Tensor| Tensor { shape: shape.clone(), data: data.iter().enumerate().map(turned).collect() };
    let tensors: Vec<Tensor> = tensors.iter().map(signed).collect();
    let all = candidates(kind)?;
    let candidate = all.iter().find(|candidate| explains(&candidate.method, &tensors, unit))?;
    Some(format!("; all of it is explained by entries without a sign: the magnitudes of {}", candidate.name()))
}

/// A variance that is some number over a fan, or over another number of the shape.
fn fitted(tensors: &[Tensor], unit: f64) -> Option<String> {
    let laws = [(EntryLaw::Normal, "normal"), (EntryLaw::Uniform, "uniform"), (EntryLaw::TruncatedNormal, "truncated normal")];
    let fans = [(Fan::In, "fan_in"), (Fan::Out, "fan_out"), (Fan::Average, "(fan_in + fan_out)/2")];
    let fans = fans.map(|(fan, words)| (fan, Fans::Connections, words));
    let others = Measure::EACH.map(|measure| (Fan::In, Fans::Of(measure), measure.words()));
    let pairs = fans.into_iter().chain(others).flat_map(|over| laws.map(|law| (over, law)));
    pairs.into_iter().find_map(|((fan, fans, over), (entries, words))| {
        let plain = Law { entries, fan, squared_gain: 1.0, fans, reading: Reading::Deviation, scale: Scale::Stated };
        let law = Law { squared_gain: squared_gain(&plain, tensors), ..plain };
        let known = explains(&law, tensors, unit);
        let number = rounded(law.squared_gain);
        known.then(|| format!("; all of it is explained by {words} entries with σ² = {number} over {over}"))
    })
}

/// The gain that fits best: by the largest entry of a law with a largest one, otherwise by the mean square, of entries over their σ.
fn squared_gain(law: &Law, tensors: &[Tensor]) -> f64 {
    let scaled = |Tensor { shape, data }: &Tensor| {
        let deviation = law.deviation(shape);
        data.iter().map(move |x| (x / deviation) * (x / deviation)).collect::<Vec<_>>()
    };
    let squares: Vec<f64> = tensors.iter().flat_map(scaled).collect();
    match law.largest() {
        largest if largest.is_finite() => squares.iter().copied().fold(0.0, f64::max) / (largest * largest),
        _ => squares.iter().sum::<f64>() / squares.len() as f64,
    }
}

/// Three digits, which are about those that so many entries tell.
fn rounded(x: f64) -> String {
    if (0.01..1000.0).contains(&x) { format!("{x:.2}") } else { format!("{x:.2e}") }
}
