//! Certificates: honest ones are accepted, and what they say is what was meant; corrupted ones are refused, and the line says why.

#[path = "certificates/honest.rs"]
mod honest;

use gradproof::certify::certificate::{Certificate, Class, Function, Initial, Measure, Method as Named, StepSizes, read, write};
use gradproof::certify::{check, closed_forms};
use gradproof::number::{Rational, rational};
use gradproof::optimizers::{Algorithm, Extrapolation, Form, HeavyBall, L1, Method, Nesterov, Treatment, trajectory};
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
            accepted(&closed_forms::gradient_descent_values(&l, &eta, n));
            accepted(&closed_forms::gradient_descent_values_attained(&l, &eta, n));
        }
        for eta in [rational(1, 10), rational(2, 11), rational(19, 100)] {
            let (mu, l) = (Rational::ONE, Rational::from(10));
            use closed_forms::Contraction::*;
            for of in [Distance, GradientNorm, FunctionGap] {
                accepted(&closed_forms::gradient_descent_contraction(of, &mu, &l, &eta, n));
            }
            accepted(&closed_forms::gradient_descent_contraction_attained(&mu, &l, &eta, n));
        }
        accepted(&closed_forms::nesterov_values(&Rational::from(3), n));
        accepted(&closed_forms::gradient_descent_critical(&Rational::from(3), n));
    }
    // The budget of work allows a hundred steps.
    accepted(&closed_forms::nesterov_values(&Rational::from(3), 100));
    accepted(&closed_forms::gradient_descent_values(&Rational::ONE, &Rational::ONE, 60));
}

#[test]
fn a_file_reads_back() {
    let one = closed_forms::gradient_descent_values(&Rational::ONE, &Rational::ONE, 2);
    let text = write(std::slice::from_ref(&one)).unwrap();
    assert_eq!(read(&text, "one").unwrap(), [one.clone()]);
    let list = [one.clone(), closed_forms::gradient_descent_values_attained(&Rational::ONE, &Rational::ONE, 2)];
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
    /// A number becomes twice itself.
    Doubled(String),
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
            Corruption::Doubled(pointer) => {
                let old = at(&mut json, pointer);
                *json.pointer_mut(pointer).unwrap() = format!("2*({old})").into();
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
    number("/bound", if upper { Worse::Down } else { Worse::Up });
    if let Some(initial) = json["initial"].as_object().filter(|initial| !initial.contains_key("potential")) {
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
    for index in 0..length("/multipliers") {
        let at = format!("/multipliers/{index}");
        list.push(Doubled(format!("{at}/value")));
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
    for condition in
        ["sign", "linear identity", "positive semidefinite", "quadratic identity", "weights", "attained value", "polynomial"]
    {
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

#[test]
fn budget_times() {
    for n in [30usize, 60, 100] {
        let one = closed_forms::gradient_descent_values(&Rational::ONE, &Rational::ONE, n);
        let clock = Instant::now();
        let verdict = check(&one).map(|_| ()).map_err(|why| why.to_string());
        eprintln!("values {n} {:?} {:?}", clock.elapsed(), verdict);
    }
    let mut q = honest::all().into_iter().find(|h| h.name == "heavy ball on quadratics").unwrap().json;
    for n in [10usize, 20, 40, 80] {
        q["steps"] = n.into();
        q["bound"] = "1".into();
        let clock = Instant::now();
        let verdict = check(&read(&q.to_string(), "x").unwrap()[0]).map(|_| ()).map_err(|why| why.to_string());
        eprintln!("quadratic {n} {:?} {:?}", clock.elapsed(), verdict);
    }
}
