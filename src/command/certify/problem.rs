//! The problem that the options pose.

use super::super::read;
use super::numbers::Numbers;
use super::{Arguments, ClassName, InitialName, MeasureName, Name, ProofName};
use gradproof::certify::certificate::{Certificate, Class, Initial, Measure, Method, StepSizes};
use gradproof::certify::formulas::optimized_gradient::{Towards, rounded, step_matrix};
use gradproof::certify::search::{Found, Proof, Ways};
use gradproof::number::{Rational, to_f64};
use gradproof::{Error, Result};

/// Decimals to which the `θ_k` of the optimized gradient method are rounded, and those of the sequence that they are compared with.
const DECIMALS: [usize; 2] = [12, 40];

impl Arguments {
    pub fn ways(&self) -> Ways {
        match self.proof {
            None => Ways::Any,
            Some(ProofName::Formula) => Ways::Formula,
            Some(ProofName::Solver) => Ways::Solver,
        }
    }

    /// The problem for so many steps.
    pub fn problem(&self, steps: usize) -> Result<Certificate> {
        let numbers = self.numbers(steps)?;
        let number = |formula: &str, option: &str| numbers.read(formula, option);
        self.refuse_what_the_method_lacks()?;
        let class = self.class(&numbers)?;
        let method = self.method(steps, &numbers)?;
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
        for (name, given) in [("L", &self.smoothness), ("mu", &self.mu), ("M", &self.lipschitz)] {
            if given.is_some() && !numbers.uses(name) {
                return Err(Error::new(format!("--{name} is used by nothing in this problem: leave it out")));
            }
        }
        Ok(Certificate::problem(method, class, measure, initial, steps))
    }

    fn numbers(&self, steps: usize) -> Result<Numbers> {
        let mut numbers = Numbers::new();
        numbers.name("L", self.smoothness.as_deref().unwrap_or("1"))?;
        match (&self.mu, self.class) {
            (Some(mu), _) => numbers.name("mu", mu)?,
            (None, ClassName::Composite) => numbers.name("mu", "0")?,
            _ => {}
        }
        numbers.name("M", self.lipschitz.as_deref().unwrap_or("1"))?;
        numbers.name("N", &steps.to_string())?;
        for (name, given) in [("L", &self.smoothness), ("M", &self.lipschitz)] {
            if let Some(given) = given.as_ref().filter(|given| !numbers.is_positive(given)) {
                return Err(Error::new(format!("--{name} '{given}' is not positive: give a larger one")));
            }
        }
        Ok(numbers)
    }

    fn refuse_what_the_method_lacks(&self) -> Result<()> {
        let steps = !matches!(self.method, Name::OptimizedGradient | Name::FixedStep | Name::ExactLineSearch);
        let options = [
            ("step-size", !self.step_size.is_empty(), steps),
            ("momentum", self.momentum.is_some(), matches!(self.method, Name::HeavyBall | Name::Nesterov)),
            ("matrix", self.matrix.is_some(), self.method == Name::FixedStep),
            ("variance", self.variance.is_some(), self.method == Name::StochasticGradientDescent),
        ];
        match options.iter().find(|(_, given, known)| *given && !known) {
            Some((name, ..)) => Err(Error::new(format!("this method has no --{name}: leave it out"))),
            None => Ok(()),
        }
    }

    fn method(&self, steps: usize, numbers: &Numbers) -> Result<Method> {
        let number = |formula: &str, option: &str| numbers.read(formula, option);
        let sizes = if self.step_size.is_empty() { vec![self.default_step_size().to_string()] } else { self.step_size.clone() };
        let sizes = || sizes.iter().map(|size| number(size, "step-size")).collect::<Result<Vec<String>>>();
        let one = || match &sizes()?[..] {
            [one] => Ok(one.clone()),
            _ => Err(Error::new("this method has one --step-size for all steps")),
        };
        let many = || {
            let sizes = sizes()?;
            Ok::<_, Error>(if let [one] = &sizes[..] { StepSizes::Constant(one.clone()) } else { StepSizes::Each(sizes) })
        };
        let momentum = |tuned: &str| match (&self.momentum, &self.mu) {
            (Some(formula), _) => number(formula, "momentum"),
            (None, Some(_)) => number(tuned, "momentum"),
            (None, None) => Err(Error::new("this method needs --momentum (the tuned one needs --mu)")),
        };
        Ok(match self.method {
            Name::GradientDescent | Name::Subgradient => Method::GradientDescent { step_size: many()? },
            Name::HeavyBall => Method::HeavyBall { step_size: one()?, momentum: momentum("((sqrt(L/mu)-1)/(sqrt(L/mu)+1))^2")? },
            Name::Nesterov => Method::Nesterov { step_size: one()?, momentum: momentum("(sqrt(L/mu)-1)/(sqrt(L/mu)+1)")? },
            Name::NesterovCounting => Method::NesterovCounting { step_size: one()? },
            Name::OptimizedGradient => Method::FixedStep { matrix: self.optimized_gradient(steps, numbers)? },
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
            Name::FixedStep => Method::FixedStep { matrix: self.matrix(steps, numbers)? },
            Name::ExactLineSearch => Method::ExactLineSearch,
            Name::ProximalPoint => Method::ProximalPoint { step_size: many()? },
            Name::ProximalGradient => Method::ProximalGradient { step_size: one()? },
            Name::StochasticGradientDescent => Method::StochasticGradientDescent {
                step_size: one()?,
                variance: number(self.variance.as_deref().unwrap_or("1"), "variance")?,
            },
        })
    }

    fn class(&self, numbers: &Numbers) -> Result<Class> {
        let [smoothness, mu, lipschitz] = ["L", "mu", "M"].map(|name| || numbers.named(name));
        Ok(match self.class {
            ClassName::Convex => Class::Convex,
            ClassName::SmoothConvex => Class::SmoothConvex { L: smoothness()? },
            ClassName::SmoothStronglyConvex => Class::SmoothStronglyConvex { mu: mu()?, L: smoothness()? },
            ClassName::StronglyConvex => Class::StronglyConvex { mu: mu()? },
            ClassName::ConvexLipschitz => Class::ConvexLipschitz { M: lipschitz()? },
            ClassName::Smooth => Class::Smooth { L: smoothness()? },
            ClassName::Quadratic => Class::Quadratic { mu: mu()?, L: smoothness()? },
            ClassName::Composite => Class::Composite { mu: mu()?, L: smoothness()? },
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

    /// The step matrix of Kim and Fessler's method, with rational `θ_k`.
    fn optimized_gradient(&self, steps: usize, numbers: &Numbers) -> Result<Vec<Vec<String>>> {
        if matches!(self.class, ClassName::Convex | ClassName::StronglyConvex | ClassName::ConvexLipschitz) {
            return Err(Error::new("optimized-gradient needs a class with L, such as smooth-convex"));
        }
        let matrix = step_matrix(&Rational::ONE, &rounded(steps, DECIMALS[0], Towards::Below));
        let entry = |entry: &Rational| numbers.read(&format!("({entry})/L"), "L");
        matrix.iter().map(|row| row.iter().map(entry).collect()).collect()
    }

    /// What the table of the optimized gradient method should say of its rounded numbers.
    pub fn remark(&self, found: &[(Found, f64)]) -> String {
        if self.method != Name::OptimizedGradient {
            return String::new();
        }
        let mut text = format!("θ_k is rounded down to {} decimals; the certificate has the step matrix.", DECIMALS[0]);
        // The formula's bounds are L R²/(2 θ_N²) for the rounded θ_N, and the method's own is at most what is above.
        let error = |steps: usize| {
            let last = |decimals, towards| rounded(steps, decimals, towards)[steps].clone();
            let ratio = last(DECIMALS[1], Towards::Above) / last(DECIMALS[0], Towards::Below);
            to_f64(&(ratio.pow(2) - Rational::ONE))
        };
        let known = found.iter().filter(|(found, _)| found.proof == Proof::Formula).map(|(found, _)| error(found.upper.steps));
        if let Some(largest) = known.reduce(f64::max) {
            text += &format!(
                " The bounds are above L R²/(2 θ_N²), with the roots themselves, by less than {:.1e} of it.",
                largest.max(1e-39) * 1.1
            );
        }
        text + "\n"
    }

    fn matrix(&self, steps: usize, numbers: &Numbers) -> Result<Vec<Vec<String>>> {
        let path = self.matrix.as_ref().ok_or_else(|| Error::new("fixed-step needs --matrix FILE"))?;
        let name = path.display();
        let example = r#"a list of rows of strings is needed, [["1/L"], ["0", "1/L"]]"#;
        let rows: Vec<Vec<String>> = serde_json::from_str(&read(path, "a step matrix")?)
            .map_err(|why| Error::new(format!("'{name}' is no step matrix: {why}; {example}")))?;
        if rows.is_empty() {
            return Err(Error::new(format!("'{name}' is no step matrix: it has no rows; {example}")));
        }
        if let Some((index, row)) = rows.iter().enumerate().find(|(index, row)| row.len() != index + 1) {
            let (row, index) = (row.len(), index + 1);
            return Err(Error::new(format!("'{name}' is no step matrix: row {index} has {row} numbers, not {index}; {example}")));
        }
        if rows.len() != steps {
            let rows = rows.len();
            return Err(Error::new(format!("'{name}' has {rows} rows, one for each step: give --steps {rows}, not {steps}")));
        }
        rows.iter().map(|row| row.iter().map(|entry| numbers.read(entry, "matrix")).collect()).collect()
    }
}
