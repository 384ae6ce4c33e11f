//! A recorded trajectory.

use super::conformance::Place;
use super::header::{Dtype, Header};
use super::{jsonl, npz};
use crate::optimizers::Scope;
use crate::{Error, Result};
use std::io::Read;
use std::ops::Range;
use std::path::Path;

/// Largest file, and largest array in one, that is read: 1 GiB.
pub const MOST_BYTES: u64 = 1 << 30;

/// What an optimizer was given and what it did, step by step, in whatever form it was recorded.
///
/// Numbers are `f64`, which holds those of every narrower type exactly. A trace that was read is sound: at least one step,
/// rows of equal length, finite parameters and gradients that are numbers of the declared type.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// What the trace says about itself.
    pub header: Header,
    /// Parameters before the first step and after every one, all tensors in one row.
    pub params: Vec<Vec<f64>>,
    /// Gradient that the optimizer saw in each step; zeros stand for what is absent.
    pub grads: Vec<Vec<f64>>,
    /// Tensors, by index, that had no gradient in each step.
    pub absent: Vec<Vec<usize>>,
    /// Learning rate in force in each step.
    pub lr: Vec<f64>,
    /// Loss of each step, where it was recorded.
    pub loss: Vec<Option<f64>>,
}

impl Trace {
    /// Reads a trace; its content, not its name, tells which of the two forms it has.
    ///
    /// # Errors
    /// A line with the file's name if it cannot be read, is damaged, contradicts itself, or is about an unknown optimizer.
    pub fn read(path: &Path) -> Result<Trace> {
        let named = |error: &dyn std::fmt::Display| Error::new(format!("{}: {error}", path.display()));
        let file = std::fs::File::open(path).map_err(|error| named(&error))?;
        let mut bytes = Vec::new();
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| named(&error))?;
        Trace::parse(&bytes).map_err(|error| named(&error))
    }

    /// A trace from the bytes of either form.
    ///
    /// # Errors
    /// Those of [`Trace::read`], without a name.
    pub fn parse(bytes: &[u8]) -> Result<Trace> {
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Error::new("larger than 1 GiB; record fewer steps or fewer parameters"));
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        let trace = match text {
            [] => return Err(Error::new("the file is empty; record the trace again")),
            [b'P', b'K', ..] => npz::parse(bytes)?,
            [b'{', ..] => jsonl::parse(text)?,
            [0x1f, 0x8b, ..] => return Err(Error::new("compressed with gzip; decompress it first")),
            _ => return Err(Error::new("neither an .npz archive nor JSON lines; see the section 'Recorded traces'")),
        };
        trace.check(false)?;
        Ok(trace)
    }

    /// Number of steps.
    pub fn steps(&self) -> usize {
        self.grads.len()
    }

    /// Number of parameters.
    pub fn elements(&self) -> usize {
        self.params.first().map_or(0, Vec::len)
    }

    /// Whether no parameter ever changes.
    pub(super) fn is_still(&self) -> bool {
        self.params.windows(2).all(|rows| rows[0] == rows[1])
    }

    /// A row cut into its tensors.
    pub fn tensors(&self, row: &[f64]) -> Vec<Vec<f64>> {
        let lengths = self.header.lengths(row.len()).unwrap_or_else(|_| vec![row.len()]);
        let mut rest = row;
        let mut next = |length| {
            let (tensor, after) = rest.split_at(length);
            rest = after;
            tensor.to_vec()
        };
        lengths.into_iter().map(&mut next).collect()
    }

    /// The coordinates of each tensor.
    pub(super) fn ranges(&self) -> Vec<Range<usize>> {
        let mut start = 0;
        let mut range = |length: usize| {
            start += length;
            start - length..start
        };
        self.tensors(&self.params[0]).iter().map(|tensor| range(tensor.len())).collect()
    }

    /// The tensor in which a coordinate lies.
    pub(super) fn index_of(&self, coordinate: usize) -> usize {
        self.ranges().iter().position(|range| range.contains(&coordinate)).expect("a coordinate of the trace")
    }

    /// The run of these tensors alone.
    pub(super) fn of_tensors(&self, tensors: &[usize]) -> Trace {
        let ranges = self.ranges();
        let cut = |rows: &[Vec<f64>]| -> Vec<Vec<f64>> {
            rows.iter().map(|row| tensors.iter().flat_map(|&tensor| row[ranges[tensor].clone()].to_vec()).collect()).collect()
        };
        let shapes = self.header.shapes.as_ref().map(|shapes| tensors.iter().map(|&tensor| shapes[tensor].clone()).collect());
        let absent = |absent: &Vec<usize>| (0..tensors.len()).filter(|index| absent.contains(&tensors[*index])).collect();
        Trace {
            header: Header { shapes, ..self.header.clone() },
            params: cut(&self.params),
            grads: cut(&self.grads),
            absent: self.absent.iter().map(absent).collect(),
            ..self.clone()
        }
    }

    /// The run up to a place of that coordinate alone, or of what its step depends on, and the place in it.
    pub(super) fn around(&self, place: &Place, scope: Option<Scope>) -> (Trace, Place) {
        let tensor = self.index_of(place.coordinate);
        let kept = match scope {
            None => place.coordinate..place.coordinate + 1,
            Some(Scope::Tensor) => self.ranges()[tensor].clone(),
            Some(Scope::All) => 0..self.elements(),
        };
        let shapes = if scope == Some(Scope::All) { self.header.shapes.clone() } else { None };
        let renumbered = |absent: &[usize]| match scope {
            Some(Scope::All) => absent.to_vec(),
            _ if absent.contains(&tensor) => vec![0],
            _ => vec![],
        };
        let steps = place.step + 1;
        let cut = |rows: &[Vec<f64>]| rows.iter().map(|row| row[kept.clone()].to_vec()).collect();
        let alone = Trace {
            header: Header { shapes, ..self.header.clone() },
            params: cut(&self.params[..=steps]),
            grads: cut(&self.grads[..steps]),
            absent: self.absent[..steps].iter().map(|absent| renumbered(absent)).collect(),
            lr: self.lr[..steps].to_vec(),
            loss: self.loss[..steps].to_vec(),
        };
        (alone, Place { coordinate: place.coordinate - kept.start, ..*place })
    }

    /// Refuses what is no trace. What was found may be that the last step ends in numbers that are none: a witness has them.
    pub(super) fn check(&self, of_witness: bool) -> Result<()> {
        self.header.check()?;
        let (steps, elements) = (self.steps(), self.elements());
        if steps == 0 {
            return Err(Error::new("no step was recorded; a trace needs at least one"));
        }
        if elements == 0 {
            return Err(Error::new("there are no parameters; a trace needs at least one"));
        }
        self.header.lengths(elements)?;
        for (name, rows, wanted) in [("params", &self.params, steps + 1), ("grads", &self.grads, steps)] {
            if rows.len() != wanted {
                return Err(Error::new(format!("'{name}' has {} rows for {steps} steps; it needs {wanted}", rows.len())));
            }
            for (row, numbers) in rows.iter().enumerate() {
                if numbers.len() != elements {
                    let found = numbers.len();
                    return Err(Error::new(format!(
                        "row {row} of '{name}' has {found} numbers; the first row of 'params' has {elements}"
                    )));
                }
                if !(of_witness && name == "params" && row == steps) {
                    check_numbers(name, row, numbers, self.header.dtype)?;
                }
            }
        }
        let tensors = self.header.lengths(elements)?.len();
        if let Some(step) = self.absent.iter().position(|absent| absent.iter().any(|index| *index >= tensors)) {
            return Err(Error::new(format!("'absent' of step {step} names a tensor beyond the {tensors} of the trace")));
        }
        if self.lr.len() != steps || self.loss.len() != steps {
            let (lr, loss) = (self.lr.len(), self.loss.len());
            return Err(Error::new(format!("'lr' has {lr} and 'loss' {loss} entries for {steps} steps; record one a step")));
        }
        match self.lr.iter().position(|lr| !lr.is_finite() || *lr < 0.0) {
            Some(step) => {
                Err(Error::new(format!("'lr' of step {step} is {}; it must be finite and not negative", self.lr[step])))
            }
            None => Ok(()),
        }
    }
}

/// Refuses numbers that are not finite or not of the declared type.
fn check_numbers(name: &str, row: usize, numbers: &[f64], dtype: Dtype) -> Result<()> {
    let wrong = |x: &f64| !x.is_finite() || !dtype.holds(*x);
    let Some(coordinate) = numbers.iter().position(wrong) else { return Ok(()) };
    let (x, word) = (numbers[coordinate], dtype.word());
    Err(Error::new(match x.is_finite() {
        true => {
            format!("'{name}'[{row}][{coordinate}] is {x:e}, no {word} number; correct 'dtype' or record what the optimizer held")
        }
        false => format!("'{name}'[{row}][{coordinate}] is {x}; end the recording before the first number that is not finite"),
    }))
}
