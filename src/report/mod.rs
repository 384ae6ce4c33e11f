//! The record of a run and its renderers. A renderer sees the record alone.

pub mod audit;
#[cfg(feature = "plots")]
mod axis;
pub mod csv;
#[cfg(feature = "plots")]
mod drawing;
mod escape;
pub mod formats;
mod formula;
mod formulas;
pub mod html;
mod html_matrix;
mod html_theorem;
pub mod junit;
pub mod markup;
#[cfg(feature = "typeset")]
mod mathml;
mod names;
mod numbers;
#[cfg(feature = "typeset")]
pub mod pdf;
#[cfg(feature = "plots")]
pub mod plots;
pub mod record;
pub mod run;
#[cfg(test)]
pub mod sample;
#[cfg(feature = "typeset")]
mod statements;
mod symbols;
#[cfg(feature = "typeset")]
mod typeset;
pub mod words;
pub mod write;

pub use formats::Formats;
pub use markup::plain;
pub use numbers::{list, maybe, number, pair, pairs};
pub use run::RunFacts;
#[cfg(feature = "typeset")]
pub use statements::statement_compiles;
pub use write::{put, read, schema, write};
