//! Certificates: honest ones are accepted, and what they say is what was meant; corrupted ones are refused, and the line says why.

#[path = "certificates/honest.rs"]
mod honest;

use gradproof::certify::certificate::{Certificate, Class, Function, Initial, Measure, Method as Named, StepSizes, read, write};
use gradproof::certify::check;
use gradproof::certify::formulas::{fixed_step, gradient_descent};
use gradproof::number::{Rational, rational};
use gradproof::optimizers::{Algorithm, AtZero, Extrapolation, Form, HeavyBall, L1, Method, Nesterov, Treatment, trajectory};
use honest::{Honest, Worse};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

fn accepted(certificate: &Certificate) -> String {
    check(certificate).unwrap_or_else(|refusal| panic!("{refusal}: {certificate:?}"))
}

/// The refusal of a JSON value, by the reader or by the checker, which is one line.
fn refused(value: &Value) -> String {
    let clock = Instant::now();
    let why = match read(&value.to_string(), "file") {
        Err(why) => why.to_string(),
        Ok(certificates) => certificates.iter().find_map(|one| check(one).err()).map(|why| why.to_string()).unwrap_or_default(),
    };
    assert!(clock.elapsed() < Duration::from_secs(30), "{why} after {:?}", clock.elapsed());
    assert_eq!(why.lines().count(), 1, "accepted, or not one line: {why:?}: {:.2000}", value.to_string());
    why
}

#[test]
fn closed_forms_are_accepted() {
    for n in [1, 2, 3, 7, 12] {
        for h in [rational(1, 10), rational(1, 2), Rational::ONE] {
            let (l, eta) = (Rational::from(2), &h / Rational::from(2));
            accepted(&gradient_descent::gradient_descent_values(&l, &eta, n));
            accepted(&gradient_descent::gradient_descent_values_attained(&l, &eta, n));
        }
        for eta in [rational(1, 10), rational(2, 11), rational(19, 100)] {
            let (mu, l) = (Rational::ONE, Rational::from(10));
            use gradient_descent::Contraction::*;
            for of in [Distance, GradientNorm, FunctionGap] {
                accepted(&gradient_descent::gradient_descent_contraction(of, &mu, &l, &eta, n));
                accepted(&gradient_descent::gradient_descent_contraction_attained(of, &mu, &l, &eta, n));
            }
        }
        accepted(&fixed_step::nesterov_values(&Rational::from(3), n));
        accepted(&gradient_descent::gradient_descent_critical(&rational(3, 2), n));
        accepted(&gradient_descent::gradient_descent_critical_attained(&rational(3, 2), n));
    }
    // The budget of work allows a hundred steps.
    accepted(&fixed_step::nesterov_values(&Rational::from(3), 100));
    accepted(&gradient_descent::gradient_descent_values(&Rational::ONE, &Rational::ONE, 60));
}

#[test]
fn ranges_are_accepted() {
    use gradient_descent::Contraction::*;
    use gradproof::certify::formulas::ranges::{self as ranges, Contracting, Single, Sublinear};
    for of in [Distance, GradientNorm, FunctionGap] {
        for range in [Contracting::Short, Contracting::Best, Contracting::Long] {
            accepted(&ranges::contraction(of, range));
        }
    }
    accepted(&ranges::descent());
    for range in [Sublinear::Short, Sublinear::OneOverL, Sublinear::Long] {
        for first in [false, true] {
            accepted(&ranges::values_potential(range, first));
        }
    }
    for range in [Single::Short, Single::Best, Single::Long] {
        accepted(&ranges::single_step(range));
    }
    for n in [1, 2, 3, 5, 8] {
        let clock = std::time::Instant::now();
        accepted(&ranges::critical(n));
        eprintln!("{:?}", clock.elapsed());
    }
    for h in [rational(3, 2), rational(17, 10), rational(199, 100)] {
        accepted(&gradient_descent::gradient_descent_long_step(&Rational::from(2), &(&h / Rational::from(2))));
        accepted(&gradient_descent::gradient_descent_long_step_attained(&Rational::from(2), &(h / Rational::from(2))));
    }
}

#[test]
fn multipliers_of_other_methods_are_accepted() {
    use gradproof::certify::formulas::{line_search, nonsmooth, potentials, triple_momentum};
    let l = Rational::from(3);
    for n in 1..=12 {
        accepted(&fixed_step::nesterov_values_exact(&l, n));
        accepted(&fixed_step::nesterov_values_attained(&l, n));
        accepted(&fixed_step::nesterov_ahead(&l, n));
        accepted(&fixed_step::nesterov_ahead_attained(&l, n));
        accepted(&fixed_step::gradient_descent_long_steps(&l, &rational(19, 30), n));
        accepted(&nonsmooth::subgradient(&l, "1/5", n));
        accepted(&nonsmooth::subgradient_best(&l, n));
        accepted(&nonsmooth::subgradient_best_attained(&l, n));
        accepted(&nonsmooth::proximal_point(&rational(2, 5), n));
        accepted(&nonsmooth::proximal_point_attained(&rational(2, 5), n));
    }
    let [mu, root] = [rational(1, 2), rational(7, 3)];
    for n in 2..=6 {
        accepted(&nonsmooth::proximal_gradient(&mu, &l, &rational(1, 4), n));
        accepted(&nonsmooth::proximal_gradient_attained(&mu, &l, &rational(1, 4), n));
        accepted(&triple_momentum::triple_momentum(&l, &root, n));
        accepted(&triple_momentum::triple_momentum_attained(&l, &root, n));
        accepted(&line_search::exact_line_search(&mu, &l, &line_search::exact_line_search_level(&mu, &l), n));
        accepted(&line_search::exact_line_search_attained(&mu, &l, n));
        accepted(&potentials::nesterov_strongly_convex(&l, &rational(2, 5), n));
    }
    for regime in [nonsmooth::Regime::Short, nonsmooth::Regime::Best, nonsmooth::Regime::Long] {
        accepted(&nonsmooth::proximal_gradient_step(regime));
    }
    accepted(&line_search::exact_line_search_step());
    accepted(&potentials::nesterov_strongly_convex_step());
    accepted(&potentials::nesterov_convex_step());
    for lemma in [potentials::Lemma::Start, potentials::Lemma::Step, potentials::Lemma::Last] {
        accepted(&potentials::optimized_gradient_lemma(lemma));
    }
    for certificate in fixed_step::gradient_descent_short_steps().iter().chain(&triple_momentum::triple_momentum_formula()) {
        accepted(certificate);
    }
    accepted(&potentials::nesterov_strongly_convex_sharper());
    accepted(&fixed_step::optimized_gradient_step(&l));
    accepted(&fixed_step::optimized_gradient_step_attained(&l));
}

#[test]
fn a_file_reads_back() {
    let one = gradient_descent::gradient_descent_values(&Rational::ONE, &Rational::ONE, 2);
    let text = write(std::slice::from_ref(&one)).unwrap();
    assert_eq!(read(&text, "one").unwrap(), std::slice::from_ref(&one));
    let list = [one.clone(), gradient_descent::gradient_descent_values_attained(&Rational::ONE, &Rational::ONE, 2)];
    assert_eq!(read(&write(&list).unwrap(), "list").unwrap(), list);
}

#[test]
fn what_stands_twice_or_is_unknown_is_an_error() {
    let symbolic = HONEST.iter().find(|honest| honest.name == "contraction, for all short steps").expect("it is listed");
    let text = symbolic.json.to_string();
    assert!(read(&text, "file").is_ok());
    for (old, new) in [
        ("\"value\"", "\"extra\":1,\"value\""),
        ("\"value\"", "\"value\":\"1\",\"value\""),
        ("\"interpolation\"", "\"lipschitz\":\"0\",\"interpolation\""),
        ("\"interpolation\"", "\"interpolation\":[\"0\",\"*\"],\"interpolation\""),
        ("\"steps\"", "\"steps\":2,\"steps\""),
        ("\"x0\"", "\"x0\":\"7\",\"x0\""),
        ("\"mu\"", "\"mu\":\"7\",\"mu\""),
        ("\"L\"", "\"M\":\"7\",\"L\""),
        ("\"step-size\"", "\"step-size\":\"7\",\"step-size\""),
        ("\"distance\":", "\"function-gap\":\"1\",\"distance\":"),
        ("\"name\"", "\"name\":\"gradient-descent\",\"name\""),
        ("\"weight\"", "\"weight\":\"1\",\"weight\""),
        ("\"bound\"", "\"start\":[\"1\"],\"bound\""),
        ("\"bound\"", "\"schema\":\"other\",\"bound\""),
    ] {
        assert!(text.contains(old), "{old}");
        let changed = text.replacen(old, new, 1);
        let verdict = read(&changed, "file").map(|list| check(&list[0]));
        assert!(!matches!(verdict, Ok(Ok(_))), "accepted with {new}");
    }
}

static HONEST: LazyLock<Vec<Honest>> = LazyLock::new(honest::all);

/// One change.
#[derive(Clone, Debug)]
enum Corruption {
    /// A number becomes larger (true) or smaller by a share.
    Number(String, bool),
    /// A number becomes twice itself, or changes its sign.
    Times(String, i64),
    /// An entry of a list is left out.
    Dropped(String, usize),
    /// A list's entry stands there twice.
    Twice(String, usize),
    /// Anything else: this value, there.
    Put(String, Value),
}

impl Corruption {
    /// The certificate with the change, by a share of `10^-digits` where a number changes.
    fn of(&self, honest: &Honest, digits: u32) -> Value {
        let mut json = honest.json.clone();
        let at = |json: &mut Value, pointer: &str| -> String {
            json.pointer(pointer).and_then(Value::as_str).expect("a number").into()
        };
        match self {
            Corruption::Number(pointer, up) => {
                let (old, sign) = (at(&mut json, pointer), if *up { '+' } else { '-' });
                let new =
                    if old == "0" { format!("0 {sign} 1/10^{digits}") } else { format!("({old})*(1 {sign} 1/10^{digits})") };
                *json.pointer_mut(pointer).unwrap() = new.into();
            }
            Corruption::Times(pointer, factor) => {
                let old = at(&mut json, pointer);
                *json.pointer_mut(pointer).unwrap() = format!("({factor})*({old})").into();
            }
            Corruption::Dropped(pointer, index) => {
                json.pointer_mut(pointer).and_then(Value::as_array_mut).expect("a list").remove(*index);
            }
            Corruption::Twice(pointer, index) => {
                let list = json.pointer_mut(pointer).and_then(Value::as_array_mut).expect("a list");
                list.push(list[*index].clone());
            }
            Corruption::Put(pointer, value) => {
                *json.pointer_mut(pointer).expect("the place") = value.clone();
            }
        }
        json
    }
}

/// Every change of a certificate that makes its claim false, or its proof no proof.
fn corruptions(honest: &Honest) -> Vec<Corruption> {
    use Corruption::*;
    let json = &honest.json;
    let mut list = Vec::new();
    let mut number = |pointer: &str, worse: Worse| {
        let both = [(Worse::Down, true), (Worse::Up, false)];
        list.extend(both.into_iter().filter(|(not, _)| worse != *not).map(|(_, up)| Number(pointer.into(), up)));
    };
    let upper = json["kind"] == "upper";
    let quadratic = json["class"]["name"] == "quadratic";
    honest.worse.iter().for_each(|(pointer, worse)| number(pointer, *worse));
    if honest.tight {
        number("/bound", if upper { Worse::Down } else { Worse::Up });
    }
    if let Some(initial) = json["initial"].as_object().filter(|initial| honest.tight && !initial.contains_key("potential")) {
        let level = format!("/initial/{}", initial.keys().next().expect("one"));
        number(&level, if upper { Worse::Up } else { Worse::Down });
    }
    let length = |pointer: &str| json.pointer(pointer).and_then(Value::as_array).map_or(0, Vec::len);
    for index in 0..length("/multipliers") {
        number(&format!("/multipliers/{index}/value"), Worse::Both);
    }
    for index in 0..length("/squares") {
        number(&format!("/squares/{index}/weight"), Worse::Both);
        for name in json["squares"][index]["form"].as_object().expect("a form").keys() {
            number(&format!("/squares/{index}/form/{name}"), Worse::Both);
        }
    }
    for place in ["/multipliers", "/squares", "/parameters"] {
        for index in 0..length(place) {
            list.extend([Dropped(place.into(), index), Twice(place.into(), index)]);
        }
    }
    list.extend((0..length("/squares")).map(|index| Times(format!("/squares/{index}/weight"), -1)));
    for index in 0..length("/multipliers") {
        let at = format!("/multipliers/{index}");
        list.extend([2, -1].map(|factor| Times(format!("{at}/value"), factor)));
        for kind in ["interpolation", "second"] {
            let Some([i, j]) = json["multipliers"][index][kind].as_array().map(Vec::as_slice) else { continue };
            list.push(Put(format!("{at}/{kind}"), json!([j, i])));
            for label in ["*", "0", "1", "2", "9"] {
                list.extend((i != label).then(|| Put(format!("{at}/{kind}"), json!([label, j]))));
                list.extend((j != label).then(|| Put(format!("{at}/{kind}"), json!([i, label]))));
            }
        }
        for kind in ["lipschitz", "best", "orthogonal", "stationary"] {
            let Some(here) = json["multipliers"][index][kind].as_str() else { continue };
            let others = ["*", "0", "1", "2", "9"].into_iter().filter(|label| *label != here);
            list.extend(others.map(|label| Put(format!("{at}/{kind}"), label.into())));
        }
    }
    list.push(Put("/kind".into(), if upper { "lower" } else { "upper" }.into()));
    let steps = json["steps"].as_u64().expect("a number");
    let fewer_is_false = upper; // a lower bound after fewer steps is lower still
    let more_is_refused = !quadratic;
    list.extend(fewer_is_false.then(|| Put("/steps".into(), (steps - 1).into())));
    list.extend(more_is_refused.then(|| Put("/steps".into(), (steps + 1).into())));
    if upper {
        for measure in ["function-gap", "distance", "gradient-norm", "best-function-gap", "best-gradient-norm"] {
            list.extend((json["measure"] != measure).then(|| Put("/measure".into(), measure.into())));
        }
        for initial in ["distance", "function-gap", "gradient-norm"] {
            let other = !quadratic && json["initial"].get(initial).is_none();
            list.extend(other.then(|| Put("/initial".into(), json!({ initial: "1" }))));
        }
    } else {
        for index in (0..length("/start")).filter(|index| json["start"][*index] != "0") {
            list.push(Number(format!("/start/{index}"), true));
        }
        list.push(Put("/start/0".into(), "9/8".into()));
    }
    list
}

/// What a refusal begins with: the condition that fails.
const CONDITIONS: [&str; 21] = [
    "sign",
    "linear identity",
    "positive semidefinite",
    "quadratic identity",
    "squares",
    "weights",
    "labels",
    "unused",
    "kind",
    "problem",
    "constants",
    "steps",
    "parameters",
    "class",
    "function",
    "initial condition",
    "attained value",
    "polynomial",
    "number",
    "schema",
    "work",
];

fn names_a_condition(why: &str) -> bool {
    CONDITIONS.iter().any(|condition| why.strip_prefix(condition).is_some_and(|rest| rest.starts_with(':')))
}

#[test]
fn honest_certificates_are_accepted() {
    for honest in HONEST.iter() {
        let sentence = check(&honest.certificate()).unwrap_or_else(|refusal| panic!("{}: {refusal}", honest.name));
        println!("{}: {sentence}", honest.name);
    }
    assert!(HONEST.len() >= 20);
}

/// Each one, by a thousandth of a billionth where a number changes.
#[test]
fn every_corruption_is_refused() {
    let mut met = BTreeSet::new();
    let mut failures = Vec::new();
    for honest in HONEST.iter() {
        for corruption in corruptions(honest) {
            let json = corruption.of(honest, 12);
            let verdict = read(&json.to_string(), "file").map(|list| check(&list[0]));
            match verdict {
                Ok(Ok(_)) => failures.push(format!("accepted: {} with {corruption:?}", honest.name)),
                Ok(Err(why)) if !names_a_condition(&why.to_string()) => failures.push(format!("no condition is named: {why}")),
                Ok(Err(why)) => {
                    met.insert(why.to_string().split(':').next().expect("a word").to_string());
                }
                Err(_) => {}
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    for condition in [
        "sign",
        "squares",
        "linear identity",
        "positive semidefinite",
        "quadratic identity",
        "weights",
        "attained value",
        "polynomial",
    ] {
        assert!(met.contains(condition), "{condition} refused nothing; {met:?} did");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, rng_seed: RngSeed::Fixed(4), ..ProptestConfig::default() })]

    #[test]
    fn random_corruptions_are_refused(which in 0..HONEST.len(), what in any::<prop::sample::Index>(), digits in 1u32..=15) {
        let honest = &HONEST[which];
        let choice = corruptions(honest);
        let corruption = what.get(&choice);
        let json = corruption.of(honest, digits);
        let verdict = read(&json.to_string(), "file").map(|list| check(&list[0]));
        match verdict {
            Ok(Ok(_)) => prop_assert!(false, "accepted: {} with {corruption:?}", honest.name),
            Ok(Err(why)) => prop_assert!(names_a_condition(&why.to_string()), "no condition is named: {why}"),
            Err(_) => {}
        }
    }
}

fn named(name: &str) -> Value {
    HONEST.iter().find(|honest| honest.name == name).expect("it is listed").json.clone()
}

/// A certificate with entries replaced, which is refused for the reason given.
fn refused_for(reason: &str, of: &str, changes: &[(&str, Value)]) {
    let mut json = named(of);
    for (key, value) in changes {
        json[*key] = value.clone();
    }
    let why = refused(&json);
    assert!(why.contains(reason), "{of} with {changes:?}: {why:.300}");
}

/// What the inequalities would prove, but not of the method, class or measure that is named; or with numbers that nothing needs.
#[test]
fn statements_without_meaning_are_refused() {
    let gap = json!({ "function-gap": "1" });
    let smooth = json!({ "name": "smooth-strongly-convex", "mu": "1", "L": "4" });
    let composite = json!({ "name": "composite", "mu": "1", "L": "4" });
    // f(x_0) - f(x*) of the first function alone is no function gap of the sum.
    refused_for("problem", "proximal gradient, distance", &[("initial", gap.clone())]);
    refused_for("problem", "proximal gradient, distance", &[("initial", json!({ "potential": { "value": "1" } }))]);
    refused_for("problem", "proximal gradient, distance", &[("class", smooth.clone())]);
    refused_for("problem", "contraction of the distance", &[("class", composite.clone())]);
    refused_for("problem", "contraction of the distance, attained", &[("class", composite)]);
    let proximal = json!({ "name": "proximal-gradient", "step-size": "1/10" });
    refused_for("problem", "contraction of the distance, attained", &[("method", proximal)]);
    // Where a line search ends, a kink may be: |x| + |x - y|.
    for class in [json!({ "name": "convex" }), json!({ "name": "strongly-convex", "mu": "1" })] {
        refused_for("problem", "exact line search", &[("class", class)]);
    }
    let potential = |parts: Value| json!({ "potential": parts });
    refused_for("problem", "Nesterov's potential, for all t", &[("measure", "function-gap".into())]);
    refused_for("problem", "optimized potential, for all t", &[("measure", potential(json!({ "value": "1" })))]);
    refused_for("problem", "Nesterov's potential, for all t", &[("measure", potential(json!({})))]);
    refused_for("problem", "critical points", &[("initial", json!({ "distance": "1" }))]);
    let bowl = json!({ "name": "smooth", "L": "10" });
    refused_for("problem", "contraction of the distance, attained", &[("class", bowl)]);
    refused_for("problem", "stochastic gradient descent", &[("measure", "function-gap".into())]);
    // The last step's size, a momentum of one step, M, a parameter: nothing depends on them.
    let four = json!({ "name": "gradient-descent", "step-size": ["1/2", "1/2", "1/2", "7"] });
    refused_for("unused", "subgradients, best value", &[("method", four), ("steps", 4.into())]);
    for method in [
        json!({ "name": "heavy-ball", "step-size": "1", "momentum": "7" }),
        json!({ "name": "nesterov", "step-size": "1", "momentum": "7" }),
        json!({ "name": "triple-momentum", "step-size": "1", "momentum": "7", "lookahead": "7", "readout": "0" }),
    ] {
        refused_for("unused", "proximal point, values", &[("method", method)]);
    }
    refused_for("unused", "proximal point, values", &[("class", json!({ "name": "convex-lipschitz", "M": "7" }))]);
    refused_for("unused", "optimized potential, for all t", &[("parameters", json!(["s", "L", "q"]))]);
    refused_for("kind", "contraction of the distance", &[("start", json!(["1"]))]);
    refused_for(
        "unused",
        "gradient descent on quadratics",
        &[("multipliers", named("proximal point, values")["multipliers"].clone())],
    );
    refused_for("steps", "contraction of the distance", &[("method", json!({ "name": "gradient-descent", "step-size": ["1"] }))]);
    // A proximal method's start is none of its iterates.
    refused_for(
        "weights",
        "proximal point, values",
        &[
            ("measure", "best-function-gap".into()),
            ("initial", gap),
            ("multipliers", json!([{ "best": "0", "value": "1" }])),
            ("bound", "1".into()),
        ],
    );
}

/// What a checker that forgets one condition would accept.
#[test]
fn false_claims_by_one_forgotten_condition_are_refused() {
    // -‖∇f(x_0)‖² ≤ 1 says nothing; times a negative number it would say what is wanted, and ‖∇f(x_2)‖² would be negative.
    let turned = [
        ("initial", json!({ "potential": { "gradient": "1" } })),
        ("measure", json!({ "potential": { "gradient": "-1" } })),
        ("bound", "-6561/10000".into()),
    ];
    refused_for("sign: the initial condition", "contraction of the gradient", &turned);
    // ‖∇f‖² ≤ L (f - f*): a factor of 2 is missing.
    let half = [
        ("method", json!({ "name": "gradient-descent", "step-size": "1/1000" })),
        ("class", json!({ "name": "smooth", "L": "1" })),
        ("measure", "gradient-norm".into()),
        ("steps", 1.into()),
        ("bound", "1".into()),
        ("multipliers", json!([{ "interpolation": ["0", "1"], "value": "1" }, { "interpolation": ["1", "*"], "value": "1" }])),
    ];
    refused_for("positive semidefinite", "critical points", &half);
    // The equalities of a line search for a step of constant size, and an inequality in two halves.
    let with = |of: &str, more: Value| {
        let mut list = named(of)["multipliers"].clone();
        list.as_array_mut().expect("a list").push(more);
        [("multipliers", list)]
    };
    let searched = json!({ "orthogonal": "1", "value": "1" });
    refused_for("labels: only an exact line search", "contraction of the values", &with("contraction of the values", searched));
    let again = json!({ "interpolation": ["0", "*"], "value": "1/10^9" });
    refused_for("listed twice", "contraction of the distance", &with("contraction of the distance", again));
    // Negative for all eigenvalues alike.
    let still = json!({ "name": "gradient-descent", "step-size": "1/1000" });
    refused_for("polynomial", "gradient descent on quadratics", &[("method", still), ("bound", "1/2".into())]);
}

/// What is no member of a class, or has its least value elsewhere.
#[test]
fn functions_of_other_classes_are_refused() {
    let with = |class: Value, breakpoints: &[&str], slopes: &[&str]| {
        let mut json = named("contraction of the distance, attained");
        json["class"] = class;
        json["function"] = json!({ "name": "piecewise", "breakpoints": breakpoints, "slopes": slopes });
        json["measure"] = "gradient-norm".into();
        json["initial"] = json!({ "function-gap": "100" });
        json["bound"] = "0".into();
        json
    };
    let good = |json: &Value| read(&json.to_string(), "file").is_ok_and(|list| check(&list[0]).is_ok());
    let (smooth, convex) = (json!({ "name": "smooth", "L": "2" }), json!({ "name": "convex" }));
    assert!(good(&with(convex.clone(), &["1/2"], &["1", "0"])));
    assert!(good(&with(convex.clone(), &["1"], &["1", "0"]))); // the start is at the breakpoint
    assert!(good(&with(smooth.clone(), &["1", "2"], &["1", "-1/4", "2"])));
    let refuse = |json: Value| assert!(refused(&json).starts_with("class"), "{json}");
    refuse(with(convex.clone(), &["1/2"], &["1", "-1/1000000000000"]));
    refuse(with(smooth.clone(), &["1"], &["1", "-1"])); // falls below f(0) far out
    refuse(with(smooth.clone(), &["-1", "1"], &["0", "-1", "2"])); // a largest value at 0
    refuse(with(smooth.clone(), &["1", "3.26", "4.52"], &["1", "-1", "2", "0"])); // falls below between two breakpoints
    refuse(with(smooth, &["1", "2"], &["1", "-1/4", "2 + 1/10^12"]));
    refuse(with(json!({ "name": "convex-lipschitz", "M": "1/2 - 1/10^12" }), &["-1/2", "1/2"], &["0", "1", "0"]));
    refuse(with(json!({ "name": "convex-lipschitz", "M": "7" }), &["1/2"], &["1", "0"])); // steep on the left
    refuse(with(json!({ "name": "strongly-convex", "mu": "1/10^12" }), &["1/2"], &["1", "0"]));
    refuse(with(json!({ "name": "quadratic", "mu": "1/2", "L": "1" }), &["1/2"], &["1", "1"]));
    assert!(refused(&with(convex.clone(), &["1", "1"], &["1", "1", "1"])).starts_with("function"));
    assert!(refused(&with(convex, &["1"], &["1"])).starts_with("function"));
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "",
        " ",
        "\u{ff11}",
        "½",
        "1\n",
        "\t1",
        "1\u{a0}",
        "0x10",
        "1e-3",
        "1_000",
        "+1",
        "--1",
        "1/0",
        "1/(2 - 2)",
        "1/(sqrt(4) - 2)",
        "sqrt(-1)",
        "sqrt(2",
        "sqrt 2",
        "sqrt(99999999999999999999)",
        "sqrt(1000000000001)",
        ".5",
        "5.",
        "1.2.3",
        "2^17",
        "2^-1",
        "2^(2)",
        "2^",
        "1 2",
        "(1",
        "1)",
        "()",
        "2 ^ 3 ^ 2",
        "NaN",
        "inf",
        "x",
        "g0",
        "1/3;",
        "sqrt",
        "a\nb",
        "1,5",
        "−1",
    ] {
        let mut json = named("contraction of the distance");
        json["bound"] = text.into();
        assert!(refused(&json).starts_with("number:"), "{text:?}: {}", refused(&json));
    }
    for name in ["", "sqrt", "1a", "é", "a b", "a\nb", "L"] {
        refused_for("parameters:", "Nesterov's potential, for all t", &[("parameters", json!(["s", "L", name]))]);
    }
    // Divided by what may be zero, or is not known to be positive.
    refused_for("number:", "contraction, for all short steps", &[("bound", "1/(m - d)".into())]);
    refused_for("number:", "contraction, for all short steps", &[("bound", "sqrt(2)".into())]);
    refused_for(
        "constants:",
        "contraction, for all short steps",
        &[("class", json!({ "name": "smooth-strongly-convex", "mu": "m - d", "L": "m + d" }))],
    );
    refused_for(
        "constants:",
        "contraction, for all short steps",
        &[("class", json!({ "name": "smooth-strongly-convex", "mu": "m", "L": "d" }))],
    );
    refused_for(
        "squares:",
        "contraction, for all short steps",
        &[("squares", json!([{ "weight": "m - d", "form": { "x0": "1" } }]))],
    );
    refused_for(
        "squares:",
        "contraction, for all short steps",
        &[("squares", json!([{ "weight": "1", "form": { "x\n9": "1" } }]))],
    );
    refused_for("squares:", "contraction, for all short steps", &[("squares", json!([{ "weight": "1", "form": {} }]))]);
    for label in ["00", "+0", "-1", "0\n", " 0", "٠", "18446744073709551616", "", "**"] {
        refused_for(
            "labels:",
            "proximal point, values",
            &[("multipliers", json!([{ "interpolation": ["*", label], "value": "1" }]))],
        );
    }
    for steps in [json!(0), json!(501), json!(u64::MAX), json!(-1), json!(1.5), json!("3"), json!(null), json!([1])] {
        let mut json = named("contraction of the distance");
        json["steps"] = steps;
        refused(&json);
    }
    for class in [
        json!({ "name": "smooth-strongly-convex", "mu": "-1", "L": "10" }),
        json!({ "name": "smooth-strongly-convex", "mu": "10", "L": "10" }),
        json!({ "name": "smooth-strongly-convex", "mu": "1", "L": "-10" }),
        json!({ "name": "smooth-convex", "L": "0" }),
    ] {
        refused_for("constants:", "contraction of the distance", &[("class", class)]);
    }
    refused_for("constants:", "proximal point, values", &[("method", json!({ "name": "proximal-point", "step-size": "-3" }))]);
    let outside = [("start", json!(["-9", "-9"])), ("initial", json!({ "distance": "1000" }))];
    refused_for("function:", "subgradients, attained", &outside);
    for level in ["0", "-1"] {
        refused_for("constants:", "contraction of the distance", &[("initial", json!({ "distance": level }))]);
        refused_for("", "contraction of the distance", &[("bound", level.into())]);
    }
}

/// Two different roots do not mix, wherever they stand.
#[test]
fn one_root_a_certificate() {
    refused_for("√", "Nesterov's potential, t² = t + 1", &[("bound", "sqrt(2)".into())]);
    refused_for("√", "subgradients, attained", &[("start", json!(["sqrt(3)", "0"]))]);
    refused_for("√", "subgradients, attained", &[("start", json!(["0", "0", "0"]))]); // √3 of the function itself
    refused_for("√", "contraction of the distance, attained", &[("start", json!(["sqrt(3) + sqrt(2)"]))]);
}

fn many(count: usize, of: &dyn Fn(usize) -> Value) -> Value {
    (0..count).map(of).collect()
}

/// Files that would take forever.
#[test]
fn numbers_without_end_are_refused() {
    let tower = |base: &str| format!("{}{base}{}", "(".repeat(15), ")^16".repeat(15));
    refused_for("work", "contraction of the distance", &[("bound", tower("2").into())]);
    refused_for("work", "contraction of the distance", &[("bound", tower("(1 + sqrt(2))").into())]);
    refused_for("work", "contraction, for all short steps", &[("bound", tower("m").into())]);
    refused_for("work", "contraction, for all short steps", &[("bound", tower("(1 + m + d + r)").into())]);
    refused_for("number:", "contraction of the distance", &[("bound", "(".repeat(15_000).into())]);
    refused_for("number:", "contraction of the distance", &[("bound", "1".repeat(30_000).into())]);
    let sevens = |places: usize| format!("0.{}", "7".repeat(places));
    let momentum = json!({ "name": "heavy-ball", "step-size": sevens(15_000), "momentum": sevens(15_001) });
    refused_for("work", "contraction of the distance", &[("method", momentum), ("steps", 500.into())]);
    let slow = json!({ "name": "heavy-ball", "step-size": "1/7", "momentum": "2/11" });
    refused_for("work", "gradient descent on quadratics", &[("method", slow), ("steps", 500.into())]);
    // Different long denominators, whose least common multiple is all of them.
    let sizes = many(300, &|k| format!("1/(10^16*{} + {})", "1".repeat(500 + k), 2 * k + 1).into());
    let lines = json!({ "name": "gradient-descent", "step-size": sizes });
    refused_for("", "contraction of the distance", &[("method", lines), ("steps", 300.into())]);
}

#[test]
fn lists_without_end_are_refused() {
    let spectrum = json!({ "name": "quadratic", "spectrum": many(100_000, &|k| format!("{}/{}", k + 2, k + 1).into()) });
    let start = many(100_000, &|k| format!("1/{}", k + 1).into());
    let problem = [
        ("function", spectrum),
        ("start", start),
        ("steps", 500.into()),
        ("bound", "1".into()),
        ("initial", json!({ "distance": "9" })),
    ];
    refused_for("work", "contraction of the distance, attained", &problem);
    let roots = many(2_000, &|_| "sqrt(999999999989)".into());
    refused_for("work", "contraction of the distance, attained", &[("start", roots)]);
    let breaks = many(100_000, &|k| format!("{}/{}", k + 1, 7).into());
    let kinks =
        json!({ "name": "piecewise", "breakpoints": breaks, "slopes": many(100_001, &|k| format!("1/{}", k + 1).into()) });
    refused_for("", "contraction of the distance, attained", &[("function", kinks), ("steps", 500.into())]);
    let same = many(300_000, &|_| json!({ "interpolation": ["*", "0"], "value": "1" }));
    refused_for("labels:", "contraction of the distance", &[("multipliers", same)]);
    refused_for("parameters:", "contraction, for all short steps", &[("parameters", many(100_000, &|k| format!("p{k}").into()))]);
    let squares =
        many(100_000, &|k| json!({ "weight": format!("1/(m + {k}*d)"), "form": { "x0": "1", "g0": format!("{k}*r") } }));
    refused_for("work", "contraction, for all short steps", &[("squares", squares)]);
}

#[test]
fn what_is_no_certificate_is_refused_in_a_line() {
    for text in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        String::new(),
        "[]".into(),
        "null".into(),
        "1".into(),
        "[null]".into(),
        "\u{feff}{}".into(),
    ] {
        let why = read(&text, "file").expect_err("no certificate").to_string();
        assert_eq!(why.lines().count(), 1, "{why}");
    }
}

/// A lower certificate at exactly this distance is accepted, and none at a little more: the method ends there.
fn ends_at(name: Named, class: Class, function: Function, start: &Rational, steps: usize, end: &Rational) {
    let distance = |x: &Rational| x * x;
    let initial = Initial::Distance(distance(start).to_string());
    let problem = Certificate::problem(name.clone(), class, Measure::Distance, initial, steps);
    let lower = problem.lower(function, vec![start.to_string()]);
    let certificate = |bound: Rational| Certificate { bound: bound.to_string(), ..lower.clone() };
    accepted(&certificate(distance(end)));
    let more = distance(end) * rational(1_000_000_000_001, 1_000_000_000_000);
    let why = check(&certificate(more)).expect_err("too much").to_string();
    assert!(why.starts_with("attained value"), "{name:?}: {why}");
}

/// The checker's methods are those of the reference optimizers, by their ends on functions of one variable.
#[test]
fn methods_are_those_of_the_reference_optimizers() {
    let (eta, beta, start) = (rational(2, 7), rational(3, 5), rational(5, 3));
    let [eta_text, beta_text] = [&eta, &beta].map(Rational::to_string);
    let run = |algorithm: Algorithm, gradient: &dyn Fn(&Rational) -> Rational, steps: usize| -> Vec<Rational> {
        let mut optimizer = Method::new(algorithm, eta.clone()).build_exact().expect("without roots");
        trajectory(&mut *optimizer, vec![start.clone()], |x| vec![gradient(&x[0])], steps)
            .into_iter()
            .map(|x| x[0].clone())
            .collect()
    };
    let nesterov = |momentum: Extrapolation<Rational>| Algorithm::Nesterov(Nesterov { momentum, form: Form::Sequence });
    for steps in 2..=5 {
        for eigenvalue in [Rational::ONE, rational(9, 4)] {
            let class = Class::SmoothConvex { L: "9/4".into() };
            let bowl = Function::Quadratic { spectrum: vec![eigenvalue.to_string()] };
            let gradient = |x: &Rational| x * &eigenvalue;
            let ends = |name: Named, path: &[Rational]| ends_at(name, class.clone(), bowl.clone(), &start, steps, &path[steps]);

            let path = run(Algorithm::GradientDescent, &gradient, steps);
            ends(Named::GradientDescent { step_size: StepSizes::Constant(eta_text.clone()) }, &path);
            ends(Named::GradientDescent { step_size: StepSizes::Each(vec![eta_text.clone(); steps]) }, &path);
            let rows =
                (0..steps).map(|k| (0..=k).map(|j| if j == k { eta_text.clone() } else { "0".into() }).collect()).collect();
            ends(Named::FixedStep { matrix: rows }, &path);
            let composite = Class::Composite { mu: "0".into(), L: "9/4".into() };
            let proximal = Named::ProximalGradient { step_size: eta_text.clone() };
            ends_at(proximal, composite, bowl.clone(), &start, steps, &path[steps]);

            let path = run(Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() }), &gradient, steps);
            ends(Named::HeavyBall { step_size: eta_text.clone(), momentum: beta_text.clone() }, &path);
            // Unrolled: gradient j moves step k by η β^(k - j).
            let power = |k: usize, j: usize| (&eta * beta.pow((k - j) as isize)).to_string();
            ends(Named::FixedStep { matrix: (0..steps).map(|k| (0..=k).map(|j| power(k, j)).collect()).collect() }, &path);

            let path = run(nesterov(Extrapolation::Constant(beta.clone())), &gradient, steps);
            ends(Named::Nesterov { step_size: eta_text.clone(), momentum: beta_text.clone() }, &path);
            let triple = |readout: &str| Named::TripleMomentum {
                step_size: eta_text.clone(),
                momentum: beta_text.clone(),
                lookahead: beta_text.clone(),
                readout: readout.into(),
            };
            ends(triple("0"), &path);
            let output = &path[steps] + rational(1, 3) * (&path[steps] - &path[steps - 1]);
            ends_at(triple("1/3"), class.clone(), bowl.clone(), &start, steps, &output);

            // β_k = k/(k + 3) by hand. The optimizer's counting sequence has its update k + 1 before that: 1/4 where this one has 0.
            let (mut x, mut y) = (start.clone(), start.clone());
            for k in 0..steps {
                let next = &y - &eta * gradient(&y);
                y = &next + rational(k as i64, k as u64 + 3) * (&next - &x);
                x = next;
            }
            let counting = Named::NesterovCounting { step_size: eta_text.clone() };
            ends_at(counting, class.clone(), bowl.clone(), &start, steps, &x);
            assert_ne!(run(nesterov(Extrapolation::Counting), &gradient, steps)[steps], x);
        }
        let clipped = |x: &Rational| x.clone().clamp(rational(-3, 4), rational(3, 4));
        let path = run(Algorithm::GradientDescent, &clipped, steps);
        let huber = Function::Huber { curvature: "1".into(), threshold: "3/4".into() };
        let descent = Named::GradientDescent { step_size: StepSizes::Constant(eta_text.clone()) };
        ends_at(descent.clone(), Class::ConvexLipschitz { M: "3/4".into() }, huber, &start, steps, &path[steps]);
        let pieces = Function::Piecewise {
            breakpoints: vec!["-3/4".into(), "3/4".into()],
            slopes: vec!["0".into(), "1".into(), "0".into()],
        };
        ends_at(descent.clone(), Class::SmoothConvex { L: "1".into() }, pieces, &start, steps, &path[steps]);

        // From (κ, 1) each exact line search ends at (κ - 1)/(κ + 1) times the mirror image.
        let mut zigzag = named("contraction of the distance, attained");
        zigzag["method"] = json!({ "name": "exact-line-search" });
        zigzag["function"] = json!({ "name": "quadratic", "spectrum": ["1", "3"] });
        (zigzag["start"], zigzag["initial"]) = (json!(["3", "1"]), json!({ "distance": "10" }));
        zigzag["steps"] = steps.into();
        zigzag["bound"] = format!("10/4^{steps}").into();
        accepted(&read(&zigzag.to_string(), "file").unwrap()[0]);
        zigzag["bound"] = format!("10/4^{steps} + 1/10^15").into();
        assert!(refused(&zigzag).starts_with("attained value"));

        let strength = rational(6, 7);
        let absolute = Function::Absolute { slope: strength.to_string() };
        let flat = |_: &Rational| Rational::ZERO;
        let l1 = |treatment| Algorithm::L1(L1 { strength: strength.clone(), treatment });
        let path = run(l1(Treatment::Proximal), &flat, steps);
        let point = Named::ProximalPoint { step_size: StepSizes::Constant(eta_text.clone()) };
        ends_at(point, Class::Convex, absolute.clone(), &start, steps, &path[steps]);
        let path = run(l1(Treatment::Subgradient(AtZero::Zero)), &flat, steps);
        ends_at(descent, Class::Convex, absolute, &start, steps, &path[steps]);
    }
}

#[test]
fn sentences_say_what_was_checked() {
    let says = |name: &str| check(&read(&named(name).to_string(), "file").unwrap()[0]).unwrap();
    assert_eq!(
        says("contraction, for all short steps"),
        "for all positive m, d, r, for every (m)-strongly convex function f with (m + d)-Lipschitz gradient that has its least value f* at x*: \
         1 step of gradient descent x_(k+1) = x_k - η ∇f(x_k) with η = 2/(2*m + d + r) from any x_0 with ‖x_0 - x*‖² ≤ 1 \
         end with ‖x_1 - x*‖² ≤ ((d + r)/(2*m + d + r))^2"
    );
    assert!(says("subgradients, best value").ends_with("min of f(x) - f* over x in {x_0, ..., x_3} ≤ 1"));
    assert!(says("subgradients, best value").contains("whatever subgradients"));
    assert!(says("stochastic gradient descent").contains("E‖x_1 - x*‖²"));
    assert!(says("Nesterov's potential, for all t").contains("any x_0 and z_0"));
    // A potential at the end of two steps is at x_2, and where there is no z it is not named.
    let mut json = named("contraction of the distance");
    json["measure"] = json!({ "potential": { "distance": "1" } });
    let sentence = check(&read(&json.to_string(), "file").unwrap()[0]).unwrap();
    assert!(sentence.ends_with("end with (1) ‖x_2 - x*‖² ≤ 6561/10000"), "{sentence}");
    // The points of Nesterov's method are where its gradients are taken.
    let mut json = named("Nesterov, values");
    json["measure"] = "best-function-gap".into();
    json["multipliers"].as_array_mut().unwrap().push(json!({ "best": "4", "value": "1" }));
    let sentence = check(&read(&json.to_string(), "file").unwrap()[0]).unwrap();
    assert!(sentence.ends_with("min of f(x) - f* over x in {y_0, ..., y_3, x_4} ≤ 6/25"), "{sentence}");
}
