//! The file format of certificates: plain data, without arithmetic.

use crate::{Error, Result};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// One step size for all steps, or one for each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StepSizes {
    /// The same in every step.
    Constant(Number),
    /// `η_0, ..., η_(N-1)`.
    Each(Vec<Number>),
}

/// First-order methods. `g_k` is the gradient at the `k`-th point at which one is taken, and `x_N` the output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Method {
    /// `x_(k+1) = x_k - η_k g_k`; with a subgradient for `g_k` where the class has no gradients.
    GradientDescent {
        /// `η`.
        step_size: StepSizes,
    },
    /// `x_(k+1) = x_k - η g_k + β (x_k - x_(k-1))`, `x_(-1) = x_0`.
    HeavyBall {
        /// `η`.
        step_size: Number,
        /// `β`.
        momentum: Number,
    },
    /// `x_(k+1) = y_k - η ∇f(y_k)`, `y_(k+1) = x_(k+1) + β (x_(k+1) - x_k)`, `y_0 = x_0`.
    Nesterov {
        /// `η`.
        step_size: Number,
        /// `β`.
        momentum: Number,
    },
    /// As `nesterov`, with `β_k = k / (k + 3)` after step `k = 0, 1, ...`: the sequence `(k - 1)/(k + 2)` counted from 1. The optimizer's
    /// `Extrapolation::Counting` has its update `k + 1` before that one's extrapolation, so that it is another method.
    NesterovCounting {
        /// `η`.
        step_size: Number,
    },
    /// Triple momentum (Van Scoy, Freeman and Lynch 2018): `ξ_(k+1) = (1 + β) ξ_k - β ξ_(k-1) - α ∇f(y_k)`, `y_k = (1 + γ) ξ_k - γ ξ_(k-1)`,
    /// `ξ_0 = ξ_(-1) = x_0`; the output is `x_N = (1 + δ) ξ_N - δ ξ_(N-1)`.
    TripleMomentum {
        /// `α`.
        step_size: Number,
        /// `β`.
        momentum: Number,
        /// `γ`.
        lookahead: Number,
        /// `δ`.
        readout: Number,
    },
    /// `x_(k+1) = x_k - Σ_(j≤k) h_(k,j) g_j`: row `k` of the matrix has `k + 1` entries.
    FixedStep {
        /// `h`.
        matrix: Vec<Vec<Number>>,
    },
    /// `x_(k+1) = x_k - η_k g_k` with `η_k ≥ 0` that minimises `f` on the ray.
    ExactLineSearch,
    /// `x_(k+1) = x_k - η_k s_(k+1)` with a subgradient `s_(k+1)` at `x_(k+1)`.
    ProximalPoint {
        /// `η`.
        step_size: StepSizes,
    },
    /// `x_(k+1) = x_k - η (∇f(x_k) + s_(k+1))` with a subgradient `s_(k+1)` of the second function at `x_(k+1)`.
    ProximalGradient {
        /// `η`.
        step_size: Number,
    },
    /// One step with `g = ∇f(x_0) + noise`; the noise has mean 0 and `E‖noise‖² ≤ variance`. The measure is an expectation.
    StochasticGradientDescent {
        /// `η`.
        step_size: Number,
        /// `σ²`.
        variance: Number,
    },
    /// One step of the estimate sequence behind Nesterov's method, from any `x_0` and `z_0`: `y = x_0 + τ (z_0 - x_0)`, `x_1 = y - η ∇f(y)`,
    /// `z_1 = z_0 + q (y - z_0) - γ ∇f(y)`.
    NesterovPotential {
        /// `τ`.
        coupling: Number,
        /// `η`.
        step_size: Number,
        /// `q`.
        pull: Number,
        /// `γ`.
        long_step: Number,
    },
    /// One step of the optimized gradient method (Kim and Fessler 2016) from any `x_0` and `z_0`, a gradient at `x_0` taken:
    /// `x_1 = (1 - τ)(x_0 - η ∇f(x_0)) + τ z_0`, `z_1 = z_0 - γ ∇f(x_1)`.
    OptimizedPotential {
        /// `τ`.
        coupling: Number,
        /// `η`.
        step_size: Number,
        /// `γ`.
        long_step: Number,
    },
}

/// Classes of functions, each with a minimiser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case", deny_unknown_fields)]
#[allow(non_snake_case)] // the constant's name is the field's own
pub enum Class {
    /// Convex.
    Convex,
    /// Convex with `L`-Lipschitz gradient.
    SmoothConvex {
        /// `L`.
        L: Number,
    },
    /// `F(μ, L)`: `L`-Lipschitz gradient, and `f - μ/2 ‖x‖²` convex.
    SmoothStronglyConvex {
        /// `μ`.
        mu: Number,
        /// `L`.
        L: Number,
    },
    /// `f - μ/2 ‖x‖²` convex.
    StronglyConvex {
        /// `μ`.
        mu: Number,
    },
    /// Convex, subgradients of length at most `M`.
    ConvexLipschitz {
        /// `M`.
        M: Number,
    },
    /// `L`-Lipschitz gradient, bounded below: "minimiser" means the infimum.
    Smooth {
        /// `L`.
        L: Number,
    },
    /// Quadratics with eigenvalues in `[μ, L]`.
    Quadratic {
        /// `μ`.
        mu: Number,
        /// `L`.
        L: Number,
    },
    /// A member of `F(μ, L)` plus a convex function.
    Composite {
        /// `μ`.
        mu: Number,
        /// `L`.
        L: Number,
    },
}

/// What is bounded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Measure {
    /// `f(x_N) - f*`.
    FunctionGap,
    /// `‖x_N - x*‖²`.
    Distance,
    /// `‖∇f(x_N)‖²`.
    GradientNorm,
    /// The least `f - f*` at the points where the method takes gradients (Nesterov's `y_k`; a proximal method's `x_1, ..., x_N`) and at `x_N`.
    BestFunctionGap,
    /// The least `‖∇f‖²` at these points.
    BestGradientNorm,
    /// `a (f(x_N) - f*) - b ‖∇f(x_N)‖² + c ‖z_N - x*‖²`, where `z_N = x_N` for a method without a second sequence.
    Potential(Potential),
}

/// What is known at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Initial {
    /// `‖x_0 - x*‖² ≤` this number.
    Distance(Number),
    /// `f(x_0) - f* ≤` this number.
    FunctionGap(Number),
    /// `‖∇f(x_0)‖² ≤` this number.
    GradientNorm(Number),
    /// `a (f(x_0) - f*) - b ‖∇f(x_0)‖² + c ‖z_0 - x*‖² ≤ 1`.
    Potential(Potential),
}

/// The coefficients `a`, `b` and `c` of a potential; those that are absent are 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Potential {
    /// `a`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<Number>,
    /// `b`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gradient: Option<Number>,
    /// `c`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub distance: Option<Number>,
}

/// An inequality of the class or the method, and how often it is added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Multiplier {
    /// The inequality.
    #[serde(flatten)]
    pub of: Inequality,
    /// How often; not 0.
    pub value: Number,
}

/// What may be added up. Points are `"*"` (the minimiser) and `"0"`, `"1"`, ... in the order in which gradients are taken; the output comes last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inequality {
    /// Interpolation from the second point to the first: `f_i ≥ f_j + ⟨g_j, x_i - x_j⟩ + ...`.
    Interpolation(String, String),
    /// The same for the second function of a composite class, whose subgradients are taken at the points `"1"`, `"2"`, ...
    Second(String, String),
    /// `‖g_i‖² ≤ M²`.
    Lipschitz(String),
    /// The least of the measured numbers is at most this one; these multipliers sum to 1.
    Best(String),
    /// `⟨g_i, g_(i-1)⟩ = 0` after an exact line search; any sign.
    Orthogonal(String),
    /// `⟨g_i, x_i - x_(i-1)⟩ = 0` after an exact line search; any sign.
    Stationary(String),
}

/// `weight ‖form‖²`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Square {
    /// Non-negative for all parameters.
    pub weight: Number,
    /// Coefficients of the basis vectors by their names: `"x0"` for `x_0 - x*`, `"z0"` for `z_0 - x*`, `"g0"`, `"g1"`, ... for gradients.
    #[serde(deserialize_with = "distinct")]
    pub form: BTreeMap<String, Number>,
}

/// A map whose names are distinct; by itself serde keeps the last of two.
fn distinct<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<BTreeMap<String, Number>, D::Error> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = BTreeMap<String, Number>;

        fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
            f.write_str("numbers by names")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some((name, number)) = entries.next_entry::<String, Number>()? {
                if map.contains_key(&name) {
                    return Err(serde::de::Error::custom(format!("'{name}' stands there twice")));
                }
                map.insert(name, number);
            }
            Ok(map)
        }
    }
    deserializer.deserialize_map(Names)
}

/// A function that attains the lower bound; its minimiser is the origin and its least value 0 unless said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Function {
    /// `½ Σ λ_i x_i²`.
    Quadratic {
        /// `λ`.
        spectrum: Vec<Number>,
    },
    /// `½ c x²` for `|x| ≤ δ`, `c δ |x| - ½ c δ²` beyond.
    Huber {
        /// `c`.
        curvature: Number,
        /// `δ`.
        threshold: Number,
    },
    /// One variable, `f(0) = f'(0) = 0`, `f'` continuous and linear between the breakpoints.
    Piecewise {
        /// Increasing.
        breakpoints: Vec<Number>,
        /// Of `f'`, one more than breakpoints.
        slopes: Vec<Number>,
    },
    /// `c |x|`.
    Absolute {
        /// `c`.
        slope: Number,
    },
    /// `max(M max_i x_i, M ‖x‖ - M R (1 + 1/√d))` in `d` variables, which has its least value `-M R/√d` at `-(R/√d)(1, ..., 1)`; of the largest
    /// coordinates the first one gives the subgradient.
    MaxCoordinate {
        /// `M`.
        slope: Number,
        /// `R`.
        radius: Number,
    },
}

/// The certificates of a file: one, or a list of them.
///
/// # Errors
/// If the text is no certificate; the message says where.
pub fn read(text: &str, name: &str) -> Result<Vec<Certificate>> {
    let wrong = |why: serde_json::Error| Error::new(format!("'{name}' is no certificate: {why}"));
    let value: serde_json::Value = serde_json::from_str(text).map_err(wrong)?;
    let schema = |value: &serde_json::Value| match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => Ok(()),
        Some(other) => Err(Error::new(format!("'{name}' has the schema '{other}'; this version reads {SCHEMA}"))),
        None => Err(Error::new(format!("'{name}' is no certificate: it names no schema; {SCHEMA} is read"))),
    };
    // From the text, not from the value: a key that stands there twice is an error.
    match &value {
        serde_json::Value::Array(list) if list.is_empty() => Err(Error::new(format!("'{name}' is an empty list"))),
        serde_json::Value::Array(list) => {
            list.iter().try_for_each(schema)?;
            serde_json::from_str(text).map_err(wrong)
        }
        one => {
            schema(one)?;
            serde_json::from_str(text).map(|certificate| vec![certificate]).map_err(wrong)
        }
    }
}

/// The text of a file: one certificate as it is, several as a list.
///
/// # Errors
/// If it cannot be serialized.
pub fn write(certificates: &[Certificate]) -> Result<String> {
    let text = match certificates {
        [one] => serde_json::to_string_pretty(one),
        list => serde_json::to_string_pretty(list),
    };
    text.map(|text| text + "\n").map_err(|why| Error::new(format!("cannot write JSON: {why}")))
}
