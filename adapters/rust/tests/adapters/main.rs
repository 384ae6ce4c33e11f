//! The adapters of Rust's frameworks, driven by hand and behind the protocol.

mod burn_lbfgs;
mod burn_optimizers;
mod burn_parts;
mod candle;
mod driven;
#[cfg(unix)]
mod process;
