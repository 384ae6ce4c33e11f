//! The file format of certificates: plain data, without arithmetic.

mod file;
mod function;
mod method;
mod problem;
mod proof;

pub use file::{read, write};
pub use function::Function;
pub use method::{Method, StepSizes};
pub use problem::{Class, Initial, Measure, Potential};
pub use proof::{Inequality, Multiplier, Square};

use serde::{Deserialize, Serialize};

/// The schema's name.
pub const SCHEMA: &str = "gradproof.certificate/1";

/// A number as the file has it: `"1/42"`, `"1/3 + 2/7*sqrt(5)"`, or a formula in the certificate's parameters, `"2/(L + mu)"`.
pub type Number = String;

/// A statement about a worst case, with what proves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Certificate {
    /// [`SCHEMA`].
    pub schema: String,
    /// Which side of the worst case.
    pub kind: Kind,
    /// Names that stand for any positive real numbers; the statement then holds for all of them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub parameters: Vec<String>,
    /// The algorithm with its constants.
    pub method: Method,
    /// The functions.
    pub class: Class,
    /// What is bounded after the last step.
    pub measure: Measure,
    /// What is known at the start.
    pub initial: Initial,
    /// Number of steps `N`.
    pub steps: usize,
    /// The bound of the measure.
    pub bound: Number,
    /// Upper bounds: the inequalities to add up. Quadratics need none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub multipliers: Vec<Multiplier>,
    /// Upper bounds with parameters: the squares that are left, if anything is.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub squares: Vec<Square>,
    /// Lower bounds: the function, and where the method starts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub function: Option<Function>,
    /// Lower bounds: `x_0`; the minimiser is the origin unless the function says otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub start: Vec<Number>,
}

impl Certificate {
    /// An upper bound of 0 without its proof: a problem.
    pub fn problem(method: Method, class: Class, measure: Measure, initial: Initial, steps: usize) -> Certificate {
        Certificate {
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
        }
    }

    /// An upper bound of the same problem, by these multipliers.
    pub fn upper(&self, bound: Number, multipliers: Vec<Multiplier>) -> Certificate {
        let (squares, start) = (Vec::new(), Vec::new());
        Certificate { kind: Kind::Upper, bound, multipliers, squares, function: None, start, ..self.clone() }
    }

    /// A lower bound of the same problem, with the same value: what a function attains from a start.
    pub fn lower(&self, function: Function, start: Vec<Number>) -> Certificate {
        let (multipliers, squares, function) = (Vec::new(), Vec::new(), Some(function));
        Certificate { kind: Kind::Lower, multipliers, squares, function, start, ..self.clone() }
    }

    /// Whether two certificates speak of the same method, class, measure, start and number of steps.
    pub fn same_problem(&self, other: &Certificate) -> bool {
        let problem = |c: &Certificate| (c.method.clone(), c.class.clone(), c.measure.clone(), c.initial.clone(), c.steps);
        problem(self) == problem(other)
    }
}

/// Upper bound of the worst case, or an instance that attains a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The measure is at most the bound for every function of the class.
    Upper,
    /// The measure is at least the bound for one function of the class.
    Lower,
}
