//! Honest certificates of every kind, most of them written by hand, and where a change makes each of them false.

use gradproof::certify::certificate::{Certificate, Function};
use gradproof::certify::formulas::gradient_descent::{self, Contraction};
use gradproof::certify::formulas::{attained_by, fixed_step};
use gradproof::number::{Rational, rational};
use serde_json::{Value, json};

/// Which way a number must change for the claim or its proof to break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worse {
    Up,
    Down,
    Both,
}

/// A certificate, and the numbers of its method, class and function that the truth hangs on.
pub struct Honest {
    pub name: &'static str,
    pub json: Value,
    pub worse: &'static [(&'static str, Worse)],
    /// Whether the proof fails for any smaller bound.
    pub tight: bool,
}

impl Honest {
    pub fn certificate(&self) -> Certificate {
        serde_json::from_value(self.json.clone()).unwrap_or_else(|why| panic!("{}: {why}", self.name))
    }
}

fn made(name: &'static str, certificate: Certificate, worse: &'static [(&'static str, Worse)]) -> Honest {
    Honest { name, json: serde_json::to_value(certificate).expect("JSON"), worse, tight: true }
}

/// An upper bound written by hand; its multipliers are `[kind, points, value]`.
fn written(name: &'static str, problem: Value, multipliers: Value, worse: &'static [(&'static str, Worse)]) -> Honest {
    let mut json = problem;
    json["schema"] = "gradproof.certificate/1".into();
    json["kind"] = "upper".into();
    let entry = |one: &Value| json!({ one[0].as_str().unwrap(): one[1], "value": one[2] });
    json["multipliers"] = multipliers.as_array().unwrap().iter().map(entry).collect();
    Honest { name, json, worse, tight: true }
}

/// All of them.
pub fn all() -> Vec<Honest> {
    use Worse::*;
    let (one, ten) = (Rational::ONE, Rational::from(10));
    let contraction = |of| gradient_descent::gradient_descent_contraction(of, &one, &ten, &rational(1, 10), 2);
    let short = &[("/method/step-size", Down), ("/class/mu", Down)];
    let mut list = vec![
        made(
            "gradient descent, values",
            gradient_descent::gradient_descent_values(&one, &one, 3),
            &[("/method/step-size", Down), ("/class/L", Up)],
        ),
        made(
            "gradient descent, values, short steps",
            gradient_descent::gradient_descent_values(&Rational::from(2), &rational(1, 5), 2),
            &[("/method/step-size", Down), ("/class/L", Up)],
        ),
        made(
            "gradient descent, values, attained",
            gradient_descent::gradient_descent_values_attained(&one, &one, 3),
            &[
                ("/function/threshold", Both),
                ("/function/curvature", Both),
                ("/start/0", Down),
                ("/method/step-size", Up),
                ("/class/L", Down),
            ],
        ),
        made("contraction of the distance", contraction(Contraction::Distance), short),
        made("contraction of the gradient", contraction(Contraction::GradientNorm), short),
        made("contraction of the values", contraction(Contraction::FunctionGap), short),
        made(
            "contraction of the distance, long steps",
            gradient_descent::gradient_descent_contraction(Contraction::Distance, &one, &ten, &rational(19, 100), 2),
            &[("/method/step-size", Up), ("/class/L", Up)],
        ),
        made(
            "contraction of the distance, attained",
            gradient_descent::gradient_descent_contraction_attained(
                gradient_descent::Contraction::Distance,
                &one,
                &ten,
                &rational(1, 10),
                2,
            ),
            &[("/function/spectrum/0", Both), ("/start/0", Down), ("/method/step-size", Up), ("/class/mu", Up)],
        ),
        Honest { tight: false, ..made("Nesterov, values", fixed_step::nesterov_values(&Rational::from(3), 4), &[]) },
        made("critical points", gradient_descent::gradient_descent_critical(&Rational::from(3), 3), &[("/class/L", Up)]),
        written(
            "subgradients, best value", // Drori and Teboulle 2016: M R/√(N + 1)
            json!({ "method": { "name": "gradient-descent", "step-size": ["1/4", "1/4", "1/4"] },
                "class": { "name": "convex-lipschitz", "M": "2" }, "measure": "best-function-gap",
                "initial": { "distance": "1" }, "steps": 3, "bound": "1" }),
            (0..4)
                .flat_map(|k| {
                    let k = k.to_string();
                    [json!(["interpolation", ["*", k], "1/4"]), json!(["lipschitz", k, "1/32"]), json!(["best", k, "1/4"])]
                })
                .collect(),
            &[("/method/step-size/0", Both), ("/method/step-size/2", Both), ("/class/M", Up)],
        ),
        written(
            "subgradients, best value, with a root",
            json!({ "method": { "name": "gradient-descent", "step-size": "1/2*sqrt(2)" },
                "class": { "name": "convex-lipschitz", "M": "1" }, "measure": "best-function-gap",
                "initial": { "distance": "1" }, "steps": 1, "bound": "sqrt(2)/2" }),
            (0..2)
                .flat_map(|k| {
                    let k = k.to_string();
                    [json!(["interpolation", ["*", k], "1/2"]), json!(["lipschitz", k, "1/8*sqrt(2)"]), json!(["best", k, "1/2"])]
                })
                .collect(),
            &[("/method/step-size", Both), ("/class/M", Up)],
        ),
        written(
            "proximal point, values", // Taylor, Hendrickx and Glineur 2017: R²/(4 Σ η)
            json!({ "method": { "name": "proximal-point", "step-size": "3" }, "class": { "name": "convex" },
                "measure": "function-gap", "initial": { "distance": "1" }, "steps": 1, "bound": "1/12" }),
            json!([["interpolation", ["*", "1"], "1"]]),
            &[("/method/step-size", Down)],
        ),
        written(
            "proximal point, distance", // 1/(1 + ημ)²
            json!({ "method": { "name": "proximal-point", "step-size": "1/2" }, "class": { "name": "strongly-convex", "mu": "2" },
                "measure": "distance", "initial": { "distance": "1" }, "steps": 1, "bound": "1/4" }),
            json!([["interpolation", ["*", "1"], "1/2"], ["interpolation", ["1", "*"], "1/2"]]),
            &[("/method/step-size", Down), ("/class/mu", Down)],
        ),
        written(
            "proximal gradient, distance", // (1 - ημ)^(2N); both functions' monotonicity
            json!({ "method": { "name": "proximal-gradient", "step-size": "1/4" },
                "class": { "name": "composite", "mu": "1", "L": "4" }, "measure": "distance",
                "initial": { "distance": "1" }, "steps": 2, "bound": "81/256" }),
            (0..2)
                .flat_map(|k| {
                    let (here, next) = (k.to_string(), (k + 1).to_string());
                    let [first, second] = if k == 0 { ["27/128", "9/32"] } else { ["3/8", "1/2"] };
                    [
                        json!(["interpolation", ["*", here], first]),
                        json!(["interpolation", [here, "*"], first]),
                        json!(["second", ["*", next], second]),
                        json!(["second", [next, "*"], second]),
                    ]
                })
                .collect(),
            &[("/method/step-size", Down), ("/class/mu", Down)],
        ),
        Honest {
            tight: false,
            ..written(
                "proximal gradient, values", // L/(2 N)
                json!({ "method": { "name": "proximal-gradient", "step-size": "1/4" },
                    "class": { "name": "composite", "mu": "0", "L": "4" }, "measure": "function-gap",
                    "initial": { "distance": "1" }, "steps": 1, "bound": "2" }),
                json!([["interpolation", ["*", "0"], "1"], ["interpolation", ["0", "1"], "1"], ["second", ["*", "1"], "1"]]),
                &[],
            )
        },
        written(
            "exact line search", // de Klerk, Glineur and Taylor 2017, Theorem 1.2: ((L - μ)/(L + μ))²
            json!({ "method": { "name": "exact-line-search" }, "class": { "name": "smooth-strongly-convex", "mu": "1", "L": "3" },
                "measure": "function-gap", "initial": { "function-gap": "1" }, "steps": 1, "bound": "1/4" }),
            json!([
                ["interpolation", ["0", "1"], "1/2"],
                ["interpolation", ["*", "0"], "1/4"],
                ["interpolation", ["*", "1"], "1/2"],
                ["orthogonal", "1", "-1/2"],
                ["stationary", "1", "-1"]
            ]),
            &[("/class/mu", Down), ("/class/L", Up)],
        ),
        written(
            "stochastic gradient descent", // ρ² R² + η² σ²
            json!({ "method": { "name": "stochastic-gradient-descent", "step-size": "1/10", "variance": "7" },
                "class": { "name": "smooth-strongly-convex", "mu": "1", "L": "10" }, "measure": "distance",
                "initial": { "distance": "2" }, "steps": 1, "bound": "2*(9/10)^2 + 7/100" }),
            json!([["interpolation", ["0", "*"], "9/50"], ["interpolation", ["*", "0"], "9/50"]]),
            &[("/method/variance", Up), ("/class/mu", Down), ("/method/step-size", Down)],
        ),
        written(
            "gradient descent on quadratics",
            json!({ "method": { "name": "gradient-descent", "step-size": "1/2" }, "class": { "name": "quadratic", "mu": "1", "L": "3" },
                "measure": "distance", "initial": { "distance": "1" }, "steps": 2, "bound": "1/16" }),
            json!([]),
            &[("/method/step-size", Both), ("/class/mu", Down), ("/class/L", Up)],
        ),
        written(
            "heavy ball on quadratics",
            json!({ "method": { "name": "heavy-ball", "step-size": "4/9", "momentum": "1/9" },
                "class": { "name": "quadratic", "mu": "1", "L": "4" }, "measure": "distance", "initial": { "distance": "1" },
                "steps": 2, "bound": "121/729" }),
            json!([]),
            &[("/method/step-size", Up), ("/method/momentum", Down), ("/class/L", Up)],
        ),
        written(
            "Nesterov's potential, t² = t + 1",
            json!({ "method": { "name": "nesterov-potential", "coupling": "sqrt(5)/2 - 1/2", "step-size": "1/3", "pull": "0",
                    "long-step": "(1 + sqrt(5))/6" },
                "class": { "name": "smooth-convex", "L": "3" },
                "measure": { "potential": { "value": "(3 + sqrt(5))/2", "distance": "3/2" } },
                "initial": { "potential": { "value": "1", "distance": "3/2" } }, "steps": 1, "bound": "1" }),
            json!([
                ["interpolation", ["0", "1"], "1"],
                ["interpolation", ["*", "1"], "(1 + sqrt(5))/2"],
                ["interpolation", ["1", "2"], "(3 + sqrt(5))/2"]
            ]),
            &[
                ("/method/coupling", Both),
                ("/method/pull", Both),
                ("/method/long-step", Both),
                ("/initial/potential/value", Both),
                ("/initial/potential/distance", Down),
                ("/measure/potential/value", Both),
                ("/measure/potential/distance", Up),
            ],
        ),
    ];
    let symbolic = |parameters: Value, squares: Value, mut honest: Honest| {
        honest.json["parameters"] = parameters;
        if squares != json!([]) {
            honest.json["squares"] = squares;
        }
        honest
    };
    list.push(symbolic(
        json!(["m", "d", "r"]),
        json!([{ "weight": "4*r/(d*(2*m + d + r)^2)", "form": { "x0": "-m", "g0": "1" } }]),
        written(
            "contraction, for all short steps",
            json!({ "method": { "name": "gradient-descent", "step-size": "2/(2*m + d + r)" },
                "class": { "name": "smooth-strongly-convex", "mu": "m", "L": "m + d" }, "measure": "distance",
                "initial": { "distance": "1" }, "steps": 1, "bound": "((d + r)/(2*m + d + r))^2" }),
            json!([
                ["interpolation", ["*", "0"], "4*(d + r)/(2*m + d + r)^2"],
                ["interpolation", ["0", "*"], "4*(d + r)/(2*m + d + r)^2"]
            ]),
            &[("/method/step-size", Both), ("/class/mu", Both), ("/class/L", Both)],
        ),
    ));
    let s_l = json!(["s", "L"]);
    list.push(symbolic(
        s_l.clone(),
        json!([
            { "weight": "(1 + s)^2/(2*L)", "form": { "g2": "1" } },
            { "weight": "s*(1 + s)/(2*L)", "form": { "g0": "1", "g1": "-1" } },
            { "weight": "(1 + s)/(2*L)", "form": { "g1": "1" } }
        ]),
        written(
            "Nesterov's potential, for all t",
            json!({ "method": { "name": "nesterov-potential", "coupling": "1/(1 + s)", "step-size": "1/L", "pull": "0", "long-step": "(1 + s)/L" },
                "class": { "name": "smooth-convex", "L": "L" },
                "measure": { "potential": { "value": "(1 + s)^2", "distance": "L/2" } },
                "initial": { "potential": { "value": "s*(1 + s)", "distance": "L/2" } }, "steps": 1, "bound": "1" }),
            json!([["interpolation", ["0", "1"], "s*(1 + s)"], ["interpolation", ["*", "1"], "1 + s"], ["interpolation", ["1", "2"], "(1 + s)^2"]]),
            &[("/method/coupling", Both), ("/method/step-size", Both), ("/method/pull", Both), ("/method/long-step", Both), ("/class/L", Both),
                ("/initial/potential/value", Both), ("/initial/potential/distance", Both), ("/measure/potential/value", Both),
                ("/measure/potential/distance", Both)],
        ),
    ));
    list.push(symbolic(
        s_l,
        json!([]),
        written(
            "optimized potential, for all t", // Kim and Fessler 2016; nothing is left
            json!({ "method": { "name": "optimized-potential", "coupling": "1/(1 + s)", "step-size": "1/L", "long-step": "2*(1 + s)/L" },
                "class": { "name": "smooth-convex", "L": "L" },
                "measure": { "potential": { "value": "2*(1 + s)^2", "gradient": "(1 + s)^2/L", "distance": "L/2" } },
                "initial": { "potential": { "value": "2*s*(1 + s)", "gradient": "s*(1 + s)/L", "distance": "L/2" } }, "steps": 1, "bound": "1" }),
            json!([["interpolation", ["0", "1"], "2*s*(1 + s)"], ["interpolation", ["*", "1"], "2*(1 + s)"]]),
            &[("/method/coupling", Both), ("/method/step-size", Both), ("/method/long-step", Both), ("/class/L", Both),
                ("/initial/potential/gradient", Both), ("/measure/potential/gradient", Both), ("/measure/potential/distance", Both)],
        ),
    ));
    let named = |name: &str| list.iter().find(|honest| honest.name == name).expect("it is listed").certificate();
    let rooted = named("subgradients, best value, with a root");
    let corner = Function::MaxCoordinate { slope: "1".into(), radius: "1".into() };
    let corner = attained_by(&rooted, corner, &[Rational::ZERO, Rational::ZERO]);
    let absolute = Function::Absolute { slope: "1/6".into() };
    let absolute = attained_by(&named("proximal point, values"), absolute, &[Rational::ONE]);
    list.push(made(
        "subgradients, attained",
        corner,
        &[("/function/slope", Both), ("/function/radius", Both), ("/class/M", Down)],
    ));
    list.push(made(
        "proximal point, attained",
        absolute,
        &[("/function/slope", Both), ("/start/0", Down), ("/method/step-size", Up)],
    ));
    list
}
