//! The commands, a file each. Exit status 0: as expected; 1: not; 2: wrong usage or unreadable input, with one line on standard
//! error.

mod audit;
mod certify;
mod check;
mod list;
mod progress;
mod render;
mod replay;
mod show;
mod table;
mod verify;

use clap::{Parser, Subcommand};
use gradproof::kernels::Isa;
use gradproof::{Error, Result};
use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;

/// Formal numerical verification of the theory of training with gradients.
#[derive(Parser)]
#[command(name = "gradproof", version, max_term_width = 110, after_help = EXAMPLE)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLE: &str = "Examples:
  gradproof verify                              every theorem, report in reports/latest
  gradproof show gd-linear-rate                 one theorem in full
  gradproof audit --trace run.npz               is this recorded run what it says it is?
  gradproof certify gradient-descent --class smooth-convex --steps 10

Exit status: 0 as expected, 1 not, 2 wrong usage or unreadable input.
NO_COLOR switches colours off; GRADPROOF_ISA=scalar|sse2|avx2 forces an instruction set.";

#[derive(Subcommand)]
enum Command {
    Verify(verify::Arguments),
    Audit(audit::Arguments),
    Certify(certify::Arguments),
    Check(check::Arguments),
    List(list::Arguments),
    Show(show::Arguments),
    Replay(replay::Arguments),
    Render(render::Arguments),
}

/// Whether everything was as expected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Expected,
    Unexpected,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => return fail(&usage(&error)),
        Err(help) => {
            // Help and version; a closed pipe is the reader's choice.
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    match run(arguments.command) {
        Ok(Outcome::Expected) => ExitCode::SUCCESS,
        Ok(Outcome::Unexpected) => ExitCode::from(1),
        Err(error) => fail(&error),
    }
}

fn run(command: Command) -> Result<Outcome> {
    Isa::from_environment()?;
    match command {
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Certify(arguments) => certify::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::List(arguments) => list::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Render(arguments) => render::run(&arguments),
    }
}

fn fail(error: &Error) -> ExitCode {
    eprintln!("gradproof: {error}");
    ExitCode::from(2)
}

/// Clap's message as one line: what comes before its usage and its tips.
fn usage(error: &clap::Error) -> Error {
    let text = error.to_string();
    let lines = text.lines().take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    // What clap offers as a value with `--` is an option that does not exist.
    let message: Vec<String> =
        lines.filter(|line| !line.trim_start().starts_with("tip: to pass")).map(|line| line.replace("  tip: ", "; ")).collect();
    let message = message.join(" ").replace(" ; ", "; ").trim().replace("  ", " ");
    let message = message.trim().trim_start_matches("error: ").trim_end_matches('.');
    if message.is_empty() || error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Error::new("no command given: see `gradproof --help`");
    }
    Error::new(format!("{message}: see `gradproof --help`, or --help after a command"))
}

/// Prints to standard output; a reader that closes the pipe early (`head`) is no error.
fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Longest file that is read, in bytes.
const LONGEST: u64 = 50_000_000;

/// A file's text, if it is not of a length that none of ours has. `what` the user should give instead.
fn read(path: &Path, what: &str) -> Result<String> {
    let name = path.display();
    let unreadable = |why: std::io::Error| Error::new(format!("cannot read '{name}': {why}; give {what}"));
    let mut text = String::new();
    let source = std::fs::File::open(path).map_err(unreadable)?;
    source.take(LONGEST + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > LONGEST {
        return Err(Error::new(format!("'{name}' is longer than {LONGEST} bytes; give {what}")));
    }
    Ok(text)
}

/// A statement for the terminal: of a long one the beginning and the end, where the bound is.
fn shortened(statement: &str) -> String {
    const LONGEST: usize = 700;
    let characters: Vec<char> = statement.chars().collect();
    if characters.len() <= LONGEST {
        return statement.into();
    }
    let [head, tail] = [&characters[..450], &characters[characters.len() - 200..]].map(|part| part.iter().collect::<String>());
    format!("{head} [... shortened: `gradproof check --json` has all ...] {tail}")
}

/// JSON as files have it: indented, with a final newline.
fn json(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::new(format!("the result is no JSON: {error}")))?;
    Ok(text + "\n")
}
