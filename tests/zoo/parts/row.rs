//! A row of the zoo of parts.

use super::subject::{Clipped, Given, Part};
use gradproof::audit::{Dtype, Tensor};
use gradproof::lab::{Draws, Lab};

/// What an audit must say about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is the plain form.
    Plain,
    /// It is a convention.
    Convention,
    /// It is wrong.
    Bug,
}

/// A part with one fault or convention.
pub struct Row {
    /// The id of the list, with a letter where one row of it is several; ids of our own begin with `X`.
    pub id: &'static str,
    pub kind: Kind,
    /// Words that the audit must contain.
    pub words: &'static str,
    pub part: Part,
}

impl Row {
    /// The row of the list that it is an example of.
    pub fn of(&self) -> &'static str {
        self.id.trim_end_matches(|letter: char| letter.is_ascii_lowercase())
    }
}

/// A part that must be caught.
pub fn bug(id: &'static str, words: &'static str, part: Part) -> Row {
    Row { id, kind: Kind::Bug, words, part }
}

/// A part that must be accepted under the name of its convention.
pub fn variant(id: &'static str, words: &'static str, part: Part) -> Row {
    Row { id, kind: Kind::Convention, words, part }
}

/// A part whose convention is the plain one.
pub fn plain(id: &'static str, words: &'static str, part: Part) -> Row {
    Row { id, kind: Kind::Plain, words, part }
}

/// A schedule whose rate is a function of the step.
pub fn rate(name: &'static str, rate: fn(&Given, f64) -> f64) -> Part {
    Part::Schedule(name, Box::new(move |h, steps| (0..steps).map(|t| rate(h, t as f64)).collect()))
}

/// A schedule with a memory.
pub fn rates(name: &'static str, rates: fn(&Given, usize) -> Vec<f64>) -> Part {
    Part::Schedule(name, Box::new(rates))
}

/// A way of clipping, in double precision, rounded to the type of the request.
pub fn clip(kind: &'static str, clip: fn(f64, &[Tensor]) -> Clipped) -> Part {
    Part::Clip(
        kind,
        Box::new(move |limit, grads, dtype: Dtype| {
            let (clipped, norm) = clip(limit, grads);
            (clipped.into_iter().map(|tensor| tensor.rounded(dtype)).collect(), norm.map(|norm| dtype.round(norm)))
        }),
    )
}

/// An initialiser from a seed's numbers.
pub fn init(kind: &'static str, init: fn(&[u64], &mut Draws) -> Vec<f64>) -> Part {
    Part::Init(kind, Box::new(move |shape, seed| init(shape, &mut Lab::new(seed, 1, "zoo").stream("weights").trial(0))))
}

/// Independent entries of a law with deviation 1, times the deviation of a shape; another stream draws other numbers from the same seeds.
pub fn entries(kind: &'static str, stream: u64, law: fn(&mut Draws) -> f64, deviation: fn(&[u64]) -> f64) -> Part {
    let weights = move |shape: &[u64], seed: u64| {
        let mut draws = Lab::new(seed, 1, "zoo").stream("weights").trial(stream);
        (0..shape.iter().product::<u64>()).map(|_| deviation(shape) * law(&mut draws)).collect()
    };
    Part::Init(kind, Box::new(weights))
}
