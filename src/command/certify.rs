//! `gradproof certify`: worst cases of first-order methods, with exact certificates.

use super::{Outcome, json, print};
use gradproof::certify::certificate::{Certificate, Class, Initial, Kind, Measure, Method, SCHEMA, StepSizes, write};
use gradproof::certify::search::{Found, Proof, Ways, worst_case};
use gradproof::certify::{substitute, value};
use gradproof::report::put;
use gradproof::{Error, Result};
use std::path::PathBuf;
use std::time::Instant;

/// Certify the worst case of a first-order method over a class of functions, in exact arithmetic
#[derive(clap::Args)]
#[command(after_help = "Examples:
  gradproof certify gradient-descent --class smooth-convex --L 1 --steps 10 --step-size 1/L --measure function-gap --out gd10.json
  gradproof certify gradient-descent --class smooth-strongly-convex --mu 1 --L 10 --step-size '2/(L+mu)' --measure distance
  gradproof certify heavy-ball --class quadratic --mu 1 --L 9 --steps 4 --step-size '4/(sqrt(L)+sqrt(mu))^2' --momentum 1/4 --measure distance
  gradproof certify nesterov-counting --class smooth-convex --steps 1..10

Formulas know L, mu, M and N (the number of steps), + - * / ^ and sqrt. Measures of distances and gradients are squared norms.
Exit status: 0 certified, 2 no certificate; the line on standard error says why.")]
pub struct Arguments {
    /// Method
    #[arg(value_enum)]
    method: Name,
    /// Class of functions
    #[arg(long, value_enum)]
    class: ClassName,
    /// Smoothness
    #[arg(long = "L", value_name = "NUMBER", default_value = "1")]
    smoothness: String,
    /// Strong convexity
    #[arg(long = "mu", value_name = "NUMBER")]
    mu: Option<String>,
    /// Largest length of a subgradient
    #[arg(long = "M", value_name = "NUMBER", default_value = "1")]
    lipschitz: String,
    /// Number of steps; A..B makes a table
    #[arg(long, value_name = "N", default_value = "1")]
    steps: String,
    /// Step size, or one for each step between commas [default: 1/L]
    #[arg(long, value_name = "FORMULA", value_delimiter = ',')]
    step_size: Vec<String>,
    /// Momentum of heavy-ball, nesterov and triple-momentum [default: the tuned one, where the class has mu]
    #[arg(long, value_name = "FORMULA")]
    momentum: Option<String>,
    /// Variance of the gradient of stochastic-gradient-descent
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    variance: String,
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
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    level: String,
    /// Where multipliers come from [default: a formula if one is known, the solver otherwise]
    #[arg(long, value_enum)]
    proof: Option<ProofName>,
    /// Write the certificates: the upper bound, and the instance that attains most
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
    let mut found = Vec::new();
    for steps in steps(&arguments.steps)? {
        let clock = Instant::now();
        let result = worst_case(&arguments.problem(steps)?, arguments.ways())?;
        found.push((result, clock.elapsed().as_secs_f64()));
    }
    let certificates: Vec<Certificate> =
        found.iter().flat_map(|(found, _)| std::iter::once(found.upper.clone()).chain(found.lower.clone())).collect();
    if let Some(path) = &arguments.out {
        put(path, write(&certificates)?.as_bytes())?;
    }
    if arguments.json {
        print(&json(&certificates)?)?;
    } else if !arguments.quiet {
        print(&table(&found))?;
        if let Some(path) = &arguments.out {
            print(&format!("Written to {0}; anyone can check it: gradproof check {0}\n", path.display()))?;
        }
    }
    Ok(Outcome::Expected)
}

/// `10`, or `1..30` with both ends.
fn steps(text: &str) -> Result<std::ops::RangeInclusive<usize>> {
    let wrong = || Error::new(format!("--steps '{text}' is neither a number nor a range such as 1..10"));
    let number = |text: &str| text.trim().trim_start_matches('=').parse::<usize>().map_err(|_| wrong());
    let range = match text.split_once("..") {
        Some((from, to)) => number(from)?..=number(to)?,
        None => number(text)?..=number(text)?,
    };
    if range.is_empty() { Err(wrong()) } else { Ok(range) }
}

impl Arguments {
    fn ways(&self) -> Ways {
        match self.proof {
            None => Ways::Any,
            Some(ProofName::Formula) => Ways::Formula,
            Some(ProofName::Solver) => Ways::Solver,
        }
    }

    /// The problem for so many steps.
    fn problem(&self, steps: usize) -> Result<Certificate> {
        let count = steps.to_string();
        let mu = self.mu.as_deref().unwrap_or("0");
        let names = [("L", self.smoothness.as_str()), ("mu", mu), ("M", &self.lipschitz), ("N", &count)];
        let number = |formula: &str, option: &str| {
            let text = substitute(formula, &names);
            value(&text).map(|number| number.to_string()).map_err(|why| Error::new(format!("--{option} {formula}: {why}")))
        };
        let class = self.class(&number)?;
        let sizes = if self.step_size.is_empty() { vec![self.default_step_size().to_string()] } else { self.step_size.clone() };
        let sizes: Vec<String> = sizes.iter().map(|size| number(size, "step-size")).collect::<Result<_>>()?;
        let one = || match &sizes[..] {
            [one] => Ok(one.clone()),
            _ => Err(Error::new("this method has one --step-size for all steps")),
        };
        let many = || if let [one] = &sizes[..] { StepSizes::Constant(one.clone()) } else { StepSizes::Each(sizes.clone()) };
        let momentum = |tuned: &str| match (&self.momentum, &self.mu) {
            (Some(formula), _) => number(formula, "momentum"),
            (None, Some(_)) => number(tuned, "momentum"),
            (None, None) => Err(Error::new("this method needs --momentum (the tuned one needs --mu)")),
        };
        let method = match self.method {
            Name::GradientDescent | Name::Subgradient => Method::GradientDescent { step_size: many() },
            Name::HeavyBall => Method::HeavyBall { step_size: one()?, momentum: momentum("((sqrt(L/mu)-1)/(sqrt(L/mu)+1))^2")? },
            Name::Nesterov => Method::Nesterov { step_size: one()?, momentum: momentum("(sqrt(L/mu)-1)/(sqrt(L/mu)+1)")? },
            Name::NesterovCounting => Method::NesterovCounting { step_size: one()? },
            Name::TripleMomentum => {
                // Van Scoy, Freeman and Lynch 2018, with ρ = 1 - √(μ/L).
                let of = |formula: &str| number(&formula.replace("rho", "(1-sqrt(mu/L))"), "mu");
                if self.mu.is_none() {
                    return Err(Error::new("triple-momentum needs --mu"));
                }
                Method::TripleMomentum {
                    step_size: if self.step_size.is_empty() { of("(1+rho)/L")? } else { one()? },
                    momentum: of("rho^2/(2-rho)")?,
                    lookahead: of("rho^2/((1+rho)*(2-rho))")?,
                    readout: of("rho^2/(1-rho^2)")?,
                }
            }
            Name::FixedStep => Method::FixedStep { matrix: self.matrix(&number)? },
            Name::ExactLineSearch => Method::ExactLineSearch,
            Name::ProximalPoint => Method::ProximalPoint { step_size: many() },
            Name::ProximalGradient => Method::ProximalGradient { step_size: one()? },
            Name::StochasticGradientDescent => {
                Method::StochasticGradientDescent { step_size: one()?, variance: number(&self.variance, "variance")? }
            }
        };
        let level = number(&self.level, "level")?;
        let initial = match self.initial.unwrap_or(self.default_initial()) {
            InitialName::Distance => Initial::Distance(level),
            InitialName::FunctionGap => Initial::FunctionGap(level),
            InitialName::GradientNorm => Initial::GradientNorm(level),
        };
        let measure = match self.measure {
            MeasureName::FunctionGap => Measure::FunctionGap,
            MeasureName::Distance => Measure::Distance,
            MeasureName::GradientNorm => Measure::GradientNorm,
            MeasureName::BestFunctionGap => Measure::BestFunctionGap,
            MeasureName::BestGradientNorm => Measure::BestGradientNorm,
        };
        Ok(Certificate {
            schema: SCHEMA.into(),
            kind: Kind::Upper,
            parameters: Vec::new(),
            method,
            class,
            measure,
            initial,
            steps,
            bound: "0".into(),
            multipliers: Vec::new(),
            squares: Vec::new(),
            function: None,
            start: Vec::new(),
        })
    }

    fn class(&self, number: &dyn Fn(&str, &str) -> Result<String>) -> Result<Class> {
        let mu = || match &self.mu {
            Some(mu) => number(mu, "mu"),
            None => Err(Error::new("this class needs --mu")),
        };
        let smoothness = || number(&self.smoothness, "L");
        Ok(match self.class {
            ClassName::Convex => Class::Convex,
            ClassName::SmoothConvex => Class::SmoothConvex { L: smoothness()? },
            ClassName::SmoothStronglyConvex => Class::SmoothStronglyConvex { mu: mu()?, L: smoothness()? },
            ClassName::StronglyConvex => Class::StronglyConvex { mu: mu()? },
            ClassName::ConvexLipschitz => Class::ConvexLipschitz { M: number(&self.lipschitz, "M")? },
            ClassName::Smooth => Class::Smooth { L: smoothness()? },
            ClassName::Quadratic => Class::Quadratic { mu: mu()?, L: smoothness()? },
            ClassName::Composite => Class::Composite { mu: number(self.mu.as_deref().unwrap_or("0"), "mu")?, L: smoothness()? },
        })
    }

    fn default_step_size(&self) -> &str {
        match (self.method, self.class) {
            (Name::HeavyBall, _) if self.mu.is_some() => "4/(sqrt(L)+sqrt(mu))^2",
            (_, ClassName::ConvexLipschitz) => "1/(M*sqrt(N+1))",
            (Name::ProximalPoint, _) => "1",
            _ => "1/L",
        }
    }

    fn default_initial(&self) -> InitialName {
        match (self.class, self.measure) {
            (ClassName::Smooth, _) => InitialName::FunctionGap,
            (_, _) if self.method == Name::ExactLineSearch => InitialName::FunctionGap,
            _ => InitialName::Distance,
        }
    }

    fn matrix(&self, number: &dyn Fn(&str, &str) -> Result<String>) -> Result<Vec<Vec<String>>> {
        let path = self.matrix.as_ref().ok_or_else(|| Error::new("fixed-step needs --matrix FILE"))?;
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|why| Error::new(format!("cannot read '{name}': {why}; give a step matrix")))?;
        let rows: Vec<Vec<String>> = serde_json::from_str(&text).map_err(|why| {
            Error::new(format!("'{name}' is no step matrix: {why}; a list of rows is needed, [[\"1/L\"], [\"1/L\", \"1/L\"]]"))
        })?;
        rows.iter().map(|row| row.iter().map(|entry| number(entry, "matrix")).collect()).collect()
    }
}

fn table(found: &[(Found, f64)]) -> String {
    let mut text = String::new();
    for (found, seconds) in found {
        let Found { upper, proof, lower, attained } = found;
        let how = match proof {
            Proof::Formula => "multipliers known as formulas",
            Proof::Solver => "multipliers of the solver, made exact",
            Proof::Polynomial => "a polynomial in the eigenvalue",
        };
        let instance = match lower {
            Some(lower) if lower.bound == upper.bound => "tight: a function of the class attains it".into(),
            Some(lower) => format!("attained: {} = {}", decimal(&lower.bound), lower.bound),
            None => "no instance known".into(),
        };
        let milliseconds = seconds * 1e3;
        text += &format!("N = {}: at most {} = {}\n", upper.steps, decimal(&upper.bound), upper.bound);
        let run = attained.filter(|_| !found.is_tight()).map_or(String::new(), |value| nearness(found, value));
        text += &format!("    {instance}\n{run}    {} multipliers, {how}, {milliseconds:.1} ms\n", upper.multipliers.len());
    }
    if let Some((found, _)) = found.last()
        && let Ok(statement) = gradproof::certify::check(&found.upper)
    {
        text += &format!("Proved: {statement}\n");
    }
    text
}

/// How near a bound is to the least one, where no instance attains it exactly.
fn nearness(found: &Found, attained: f64) -> String {
    match found.slack() {
        Some(slack) if slack > 1e-9 => {
            format!("    perhaps not the least: it is {slack:.1e} (relative) above the worst run known\n")
        }
        Some(_) if found.instance_slack().is_some_and(|slack| slack <= 1e-9) => {
            "    the least up to 1e-9: the instance nearly attains it\n".into()
        }
        Some(_) => format!("    the least up to 1e-9: the solver's worst run attains {attained:.10}\n"),
        None => "    perhaps not the least: no run is known that comes near\n".into(),
    }
}

/// Ten digits for people; the number itself is beside them.
fn decimal(number: &str) -> String {
    let of = |number: gradproof::number::Surd| {
        let [a, b] = number.parts().map(gradproof::number::to_f64);
        a + b * number.radicand().map_or(0.0, |radicand| (radicand as f64).sqrt())
    };
    value(number).map_or_else(|_| "?".into(), |number| format!("{:.10}", of(number)))
}
