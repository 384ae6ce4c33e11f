//! `gradproof-rust burn` and `gradproof-rust candle`: adapters over standard input and output.

use gradproof::audit::{Implementation, serve};
use gradproof_rust::{burn::Burn, candle::Candle};
use std::io::{stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let framework = std::env::args().nth(1).unwrap_or_default();
    let implementation: &dyn Implementation = match framework.as_str() {
        "burn" => &Burn,
        "candle" => &Candle,
        _ => {
            eprintln!("usage: gradproof-rust burn|candle");
            return ExitCode::from(2);
        }
    };
    match serve(implementation, stdin().lock(), stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
