//! Traces as NumPy archives.

use super::header::Header;
use super::trace::{MOST_BYTES, Trace};
use crate::{Error, Result};
use npyz::npz::NpzArchive;
use npyz::{NpyFile, Order};
use std::io::{Cursor, Read};

/// The trace in this archive; rows are not yet compared with each other.
pub fn parse(bytes: &[u8]) -> Result<Trace> {
    let damaged =
        |error: &dyn std::fmt::Display| Error::new(format!("the archive is cut off or damaged ({error}); copy it again"));
    let mut archive = NpzArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut entry = |name: &str| {
        let missing = !archive.array_names().any(|known| known == name);
        if missing {
            return Ok(None);
        }
        let file = archive.zip_archive().by_name(&format!("{name}.npy")).map_err(|error| damaged(&error))?;
        let mut content = Vec::new();
        file.take(MOST_BYTES + 1).read_to_end(&mut content).map_err(|error| damaged(&error))?;
        Ok(Some(content))
    };
    let mut array = |name: &'static str| entry(name)?.map(|content| Array::parse(name, content)).transpose();
    let missing = |name: &str| Error::new(format!("the array '{name}' is missing; a trace has 'params', 'grads' and 'header'"));

    let text = array("header")?.ok_or_else(|| missing("header"))?.text()?;
    let header: Header = serde_json::from_str(&text).map_err(|error| Error::new(format!("the array 'header': {error}")))?;
    header.check()?;
    let rows = |array: Option<Array>, name| array.ok_or_else(|| missing(name))?.rows(header.dtype.word());
    let params = rows(array("params")?, "params")?;
    let grads = rows(array("grads")?, "grads")?;
    let lr = array("lr")?.map_or_else(|| Ok(vec![header.rate(); grads.len()]), Array::list)?;
    let loss =
        array("loss")?.map_or_else(|| Ok(vec![None; grads.len()]), |loss| Ok(loss.list()?.into_iter().map(Some).collect()))?;
    let absent = vec![vec![]; grads.len()];
    Ok(Trace { header, params, grads, absent, lr, loss })
}

/// One array of the archive, its claims about itself already checked against its length.
struct Array {
    name: &'static str,
    file: NpyFile<Cursor<Vec<u8>>>,
}

impl Array {
    fn parse(name: &'static str, content: Vec<u8>) -> Result<Array> {
        let wrong = |what: &dyn std::fmt::Display| Error::new(format!("the array '{name}' {what}"));
        if content.len() as u64 > MOST_BYTES {
            return Err(wrong(&"is larger than 1 GiB; record fewer steps or fewer parameters"));
        }
        let elements =
            claimed_elements(&content).ok_or_else(|| wrong(&"has no NumPy header of a plain array; save it with numpy.savez"))?;
        if elements > content.len() as u64 {
            return Err(wrong(&format_args!("claims {elements} elements and holds {} bytes; copy it again", content.len())));
        }
        let total = content.len() as u64;
        let file =
            NpyFile::new(Cursor::new(content)).map_err(|error| wrong(&format_args!("has a header that is damaged ({error})")))?;
        match file.dtype().num_bytes().and_then(|size| elements.checked_mul(size as u64)) {
            Some(needed) if needed <= total => Ok(Array { name, file }),
            _ => Err(wrong(&"is cut off or holds Python objects; save it again as numbers with numpy.savez")),
        }
    }

    fn wrong(&self, what: std::fmt::Arguments) -> Error {
        Error::new(format!("the array '{}' {what}", self.name))
    }

    /// NumPy's word for the type of the elements, such as `'<f4'`.
    fn word(&self) -> String {
        self.file.dtype().descr()
    }

    fn text(self) -> Result<String> {
        let error = self.wrong(format_args!("holds {} of shape {:?}; it needs one string", self.word(), self.file.shape()));
        if self.file.len() != 1 {
            return Err(error);
        }
        self.file.into_vec::<String>().ok().and_then(|mut strings| strings.pop()).ok_or(error)
    }

    /// The rows of a matrix, in a trace of type `dtype`.
    fn rows(self, dtype: &str) -> Result<Vec<Vec<f64>>> {
        let &[rows, columns] = self.file.shape() else {
            return Err(
                self.wrong(format_args!("has shape {:?}; it needs a row a step and a column a parameter", self.file.shape()))
            );
        };
        if dtype == "f64" && self.word().contains("f4") {
            return Err(self.wrong(format_args!("holds float32 in an f64 trace; correct 'dtype' or record float64")));
        }
        let (rows, columns, order) = (rows as usize, columns as usize, self.file.order());
        let numbers = self.numbers()?;
        let at = |row: usize, column: usize| match order {
            Order::C => numbers[row * columns + column],
            Order::Fortran => numbers[row + column * rows],
        };
        if numbers.is_empty() {
            return Err(Error::new("there are no steps or no parameters; a trace needs at least one of each"));
        }
        Ok((0..rows).map(|row| (0..columns).map(|column| at(row, column)).collect()).collect())
    }

    /// One number a step, in double precision: in another type a rate or a loss would be rounded once more.
    fn list(self) -> Result<Vec<f64>> {
        if self.file.shape().len() != 1 || !self.word().contains("f8") {
            let (word, shape) = (self.word(), self.file.shape());
            return Err(self.wrong(format_args!("holds {word} of shape {shape:?}; it needs one float64 a step")));
        }
        self.numbers()
    }

    fn numbers(self) -> Result<Vec<f64>> {
        let (name, word) = (self.name, self.word());
        let read = match word.contains("f4") {
            true => self.file.into_vec::<f32>().map(|singles| singles.into_iter().map(f64::from).collect()),
            false => self.file.into_vec::<f64>(),
        };
        read.map_err(|_| Error::new(format!("the array '{name}' holds {word}; it needs float32 or float64, all of it")))
    }
}

/// Product of the sides in a `.npy` header, without trusting it: `None` if it is no header of a plain array or overflows.
///
/// Done before the header is parsed as a Python literal, so that neither deep nesting nor an enormous shape gets that far.
fn claimed_elements(content: &[u8]) -> Option<u64> {
    let after_version = content.strip_prefix(b"\x93NUMPY")?;
    let (length, text) = match after_version {
        [1, 0, low, high, text @ ..] => (u32::from_le_bytes([*low, *high, 0, 0]), text),
        [2 | 3, 0, a, b, c, d, text @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]), text),
        _ => return None,
    };
    let text = std::str::from_utf8(text.get(..length as usize)?).ok()?;
    let brackets = text.matches(['(', '[', '{']).count();
    if brackets > 2 || length > 4096 {
        return None;
    }
    let (_, shape) = text.split_once('(')?;
    let (shape, _) = shape.split_once(')')?;
    let sides = shape.split(',').map(str::trim).filter(|side| !side.is_empty());
    sides.map(|side| side.parse::<u64>().ok()).try_fold(1u64, |product, side| product.checked_mul(side?))
}
