//! `gradproof certify`: worst cases of first-order methods, with exact certificates.

mod numbers;
mod problem;
mod table;

use super::{Outcome, json, print};
use gradproof::certify::certificate::{Certificate, write};
use gradproof::certify::search::{Found, MOST, worst_case};
use gradproof::report::put;
use gradproof::{Error, Result};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Certify the worst case of a first-order method over a class of functions, in exact arithmetic
#[derive(clap::Args)]
#[command(after_help = "Examples:
  gradproof certify gradient-descent --class smooth-convex --L 1 --steps 10 --step-size 1/L --measure function-gap --out gd10.json
  gradproof certify gradient-descent --class smooth-strongly-convex --mu 1 --L 10 --step-size '2/(L+mu)' --measure distance
  gradproof certify heavy-ball --class quadratic --mu 1 --L 9 --steps 4 --step-size '4/(sqrt(L)+sqrt(mu))^2' --momentum 1/4 --measure distance
  gradproof certify nesterov-counting --class smooth-convex --steps 1..10
  gradproof certify optimized-gradient --class smooth-convex --steps 1..5

Formulas know L, mu, M and N (the number of steps), + - * / ^ and sqrt. Measures of distances and gradients are squared norms.
The θ_k of optimized-gradient are nested roots; they are rounded down to 12 decimals.
Exit status: 0 certified, 2 no certificate; the line on standard error says why.")]
pub struct Arguments {
    /// Method
    #[arg(value_enum)]
    method: Name,
    /// Class of functions
    #[arg(long, value_enum)]
    class: ClassName,
    /// Smoothness [default: 1]
    #[arg(long = "L", value_name = "NUMBER", allow_hyphen_values = true)]
    smoothness: Option<String>,
    /// Strong convexity
    #[arg(long = "mu", value_name = "NUMBER", allow_hyphen_values = true)]
    mu: Option<String>,
    /// Largest length of a subgradient [default: 1]
    #[arg(long = "M", value_name = "NUMBER", allow_hyphen_values = true)]
    lipschitz: Option<String>,
    /// Number of steps; A..B makes a table
    #[arg(long, value_name = "N", default_value = "1", allow_hyphen_values = true)]
    steps: String,
    /// Step size, or one for each step between commas [default: 1/L]
    #[arg(long, value_name = "FORMULA", allow_hyphen_values = true, value_delimiter = ',')]
    step_size: Vec<String>,
    /// Momentum of heavy-ball and nesterov [default: the tuned one, where the class has mu]
    #[arg(long, value_name = "FORMULA", allow_hyphen_values = true)]
    momentum: Option<String>,
    /// Variance of the gradient of stochastic-gradient-descent [default: 1]
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    variance: Option<String>,
    /// Step matrix of fixed-step: a JSON file with a list of rows, row k has k + 1 numbers as strings
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,
    /// What is bounded
    #[arg(long, value_enum, default_value_t = MeasureName::FunctionGap)]
    measure: MeasureName,
    /// What is known at the start [default: distance; gradient-norm or function-gap where the class or the measure asks for it]
    #[arg(long, value_enum)]
    initial: Option<InitialName>,
    /// How much it is at most (a squared norm)
    #[arg(long, value_name = "NUMBER", default_value = "1", allow_hyphen_values = true)]
    level: String,
    /// Where multipliers come from [default: a formula if one is known, the solver otherwise]
    #[arg(long, value_enum)]
    proof: Option<ProofName>,
    /// Write the bound's certificate, and beside it, as FILE-attained, the instance that attains most; of a table FILE-N
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print the certificates instead of the table
    #[arg(long)]
    json: bool,
    /// Print nothing
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Name {
    GradientDescent,
    Subgradient,
    HeavyBall,
    Nesterov,
    NesterovCounting,
    OptimizedGradient,
    TripleMomentum,
    FixedStep,
    ExactLineSearch,
    ProximalPoint,
    ProximalGradient,
    StochasticGradientDescent,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ClassName {
    Convex,
    SmoothConvex,
    SmoothStronglyConvex,
    StronglyConvex,
    ConvexLipschitz,
    Smooth,
    Quadratic,
    Composite,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum MeasureName {
    FunctionGap,
    Distance,
    GradientNorm,
    BestFunctionGap,
    BestGradientNorm,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum InitialName {
    Distance,
    FunctionGap,
    GradientNorm,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ProofName {
    Formula,
    Solver,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    let steps = steps(&arguments.steps)?;
    let table = steps.clone().count() > 1;
    if let Some(path) = &arguments.out {
        check_writable(path)?;
    }
    let (mut found, mut stopped) = (Vec::new(), None);
    for steps in steps {
        let clock = Instant::now();
        match arguments.problem(steps).and_then(|problem| worst_case(&problem, arguments.ways())) {
            Ok(result) => found.push((result, clock.elapsed().as_secs_f64())),
            Err(why) => {
                stopped = Some(if table { Error::new(format!("N = {steps}: {why}")) } else { why });
                break;
            }
        }
    }
    // What was certified before a table stopped is not lost.
    if let (Some(why), true) = (&stopped, found.is_empty()) {
        return Err(why.clone());
    }
    report(arguments, &found)?;
    stopped.map_or(Ok(Outcome::Expected), Err)
}

fn report(arguments: &Arguments, found: &[(Found, f64)]) -> Result<()> {
    let written =
        arguments.out.as_ref().map_or_else(|| Ok(Vec::new()), |path| write_files(path, found, arguments.steps.contains("..")))?;
    if arguments.json {
        let both =
            |(found, _): &(Found, f64)| std::iter::once(found.upper.clone()).chain(found.lower.clone()).collect::<Vec<_>>();
        return print(&json(&found.iter().flat_map(both).collect::<Vec<Certificate>>())?);
    }
    if arguments.quiet {
        return Ok(());
    }
    let mut text = table::table(found) + &arguments.remark(found);
    if !written.is_empty() {
        text += &format!("Written; anyone can check it: gradproof check {}\n", written.join(" "));
    }
    print(&text)
}

/// Writes each bound into a file and what attains most beside it: `gd10.json` and `gd10-attained.json`; of a table `gd-1.json`, `gd-2.json`, ...
fn write_files(path: &Path, found: &[(Found, f64)], table: bool) -> Result<Vec<String>> {
    let extension = path.extension().map_or_else(|| "json".into(), |extension| extension.to_string_lossy().into_owned());
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let mut written = Vec::new();
    for (Found { upper, lower, .. }, _) in found {
        let number = if table { format!("-{}", upper.steps) } else { String::new() };
        let bound = if table { path.with_file_name(format!("{stem}{number}.{extension}")) } else { path.to_path_buf() };
        let attained = path.with_file_name(format!("{stem}{number}-attained.{extension}"));
        for (certificate, place) in std::iter::once((upper, bound)).chain(lower.as_ref().map(|lower| (lower, attained))) {
            put(&place, write(std::slice::from_ref(certificate))?.as_bytes())?;
            written.push(place.display().to_string());
        }
    }
    Ok(written)
}

/// `10`, or `1..30` with both ends.
fn steps(text: &str) -> Result<RangeInclusive<usize>> {
    let wrong = || Error::new(format!("--steps '{text}' is neither a number nor a range such as 1..10"));
    let number = |text: &str| text.trim().parse::<usize>().map_err(|_| wrong());
    let range = match text.split_once("..") {
        Some((from, to)) => number(from)?..=number(to.strip_prefix('=').unwrap_or(to))?,
        None => number(text)?..=number(text)?,
    };
    if range.is_empty() {
        return Err(Error::new(format!("--steps '{text}' is an empty range: the first number comes first, as in 1..10")));
    }
    if *range.start() == 0 || *range.end() > MOST {
        return Err(Error::new(format!("--steps '{text}': worst cases of 1 to {MOST} steps are looked for")));
    }
    Ok(range)
}

/// Refuses a place that cannot be written before the work, not after it.
fn check_writable(path: &Path) -> Result<()> {
    let name = path.display();
    if path.is_dir() {
        return Err(Error::new(format!("--out '{name}' is a folder: give a file's name in it")));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
    written.map(drop).map_err(|why| Error::new(format!("--out '{name}' cannot be written ({why}): choose another place")))
}
