//! burn and candle as implementations that `gradproof` audits, in its own process or behind its protocol.

pub mod burn;
pub mod candle;
mod settings;
