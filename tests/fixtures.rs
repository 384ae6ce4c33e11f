//! Our named conventions against who uses them: recorded steps of PyTorch, optax and Keras, each within the bound that its formula derives.

use gradproof::audit::record::Conformance;
use gradproof::audit::{Dtype, Fit, Header, Setting, Trace, audit_trace};
use gradproof::number::{Mixed, Rational, Tracked};
use gradproof::optimizers::{
    AdaGrad, Adadelta, Adam, Adamax, Adaptation, Algorithm, AmsGrad, Coupling, Epsilon, Extrapolation, Form, Goal, Lamb, Lion,
    MaximumOrder, Method, Moments, Momentum, NAdam, Nesterov, NormEpsilon, Order, RAdam, RmsProp, Scaling, Scope, SecondMoment,
    TrustRatio, Unrectified, Velocity, ZeroNorm, warming_base,
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Names of the fixtures that no rule here answers.
const WITHOUT_REFERENCE: &[&str] = &["rprop"];

/// A file of trajectories: all its cases see the same gradients.
#[derive(Deserialize)]
struct Fixture {
    gradients: Vec<Vec<f64>>,
    cases: Vec<Case>,
}

/// One trajectory.
#[derive(Clone, Deserialize)]
struct Case {
    name: String,
    framework: String,
    version: String,
    call: String,
    optimizer: String,
    hyper: BTreeMap<String, Setting>,
    convention: BTreeMap<String, Setting>,
    dtype: Dtype,
    lr: Vec<f64>,
    params: Vec<Vec<f64>>,
    #[serde(skip)]
    gradients: Vec<Vec<f64>>,
}

fn cases() -> Vec<Case> {
    let of = |file: &str| -> Vec<Case> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file);
        let fixture: Fixture = serde_json::from_slice(&std::fs::read(path).expect("a fixture")).expect("a sound fixture");
        let gradients = fixture.gradients;
        fixture.cases.into_iter().map(|case| Case { gradients: gradients.clone(), ..case }).collect()
    };
    ["optimizers.json", "optax.json", "keras.json"].into_iter().flat_map(of).collect()
}

/// The cases that a rule here answers.
fn answered() -> impl Iterator<Item = Case> {
    cases().into_iter().filter(|case| !WITHOUT_REFERENCE.contains(&case.optimizer.as_str()))
}

impl Case {
    fn title(&self) -> String {
        format!("{} {}", self.framework, self.name)
    }

    /// A hyper-parameter, exactly; 0 where there is none.
    fn number(&self, name: &str) -> Rational {
        match self.hyper.get(name) {
            Some(Setting::Number(x)) => Rational::try_from(*x).expect("a finite hyper-parameter"),
            _ => Rational::ZERO,
        }
    }

    fn flag(&self, name: &str) -> bool {
        self.hyper.get(name) == Some(&Setting::Flag(true))
    }

    /// The word for a convention that differs from the name's plain form.
    fn word(&self, convention: &str) -> &str {
        match self.convention.get(convention) {
            Some(Setting::Word(word)) => word,
            _ => "plain",
        }
    }

    /// The place of ε: outside the root in the plain form.
    fn placement(&self) -> Epsilon {
        match self.word("epsilon") {
            "inside" => Epsilon::Inside,
            "hat" => Epsilon::Hat,
            _ => Epsilon::Outside,
        }
    }

    /// Whether the decay is applied to the parameters and kept out of the rule.
    fn decoupled(&self) -> bool {
        self.optimizer.ends_with('w') || self.optimizer == "lion" || self.convention.contains_key("decay")
    }

    fn moments(&self) -> Moments<Rational> {
        Moments { beta1: self.number("beta1"), beta2: self.number("beta2") }
    }

    fn momentum(&self) -> Momentum<Rational> {
        let velocity = match self.word("velocity") {
            "inside" => Velocity::StepInside,
            _ if self.hyper.contains_key("dampening") => {
                Velocity::Dampened { dampening: self.number("dampening"), from_the_first: false }
            }
            _ => Velocity::StepOutside,
        };
        Momentum { momentum: self.number("momentum"), velocity }
    }

    /// Our method of that name and those conventions.
    fn method(&self) -> Method {
        let (moments, epsilon, placement) = (self.moments(), self.number("eps"), self.placement());
        let initial_accumulator = self.number("initial_accumulator");
        let has_momentum = self.hyper.contains_key("momentum");
        let algorithm = match self.optimizer.trim_end_matches('w') {
            "sgd" if self.flag("nesterov") => {
                let form = if self.word("velocity") == "inside" { Form::CorrectedStepInside } else { Form::Corrected };
                Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(self.number("momentum")), form })
            }
            "sgd" if has_momentum => Algorithm::Momentum(self.momentum()),
            "sgd" => Algorithm::GradientDescent,
            "adagrad" => {
                let step_decay = self.number("lr_decay");
                Algorithm::AdaGrad(AdaGrad { epsilon, placement, initial_accumulator, step_decay })
            }
            "adadelta" => Algorithm::Adadelta(Adadelta { decay_rate: self.number("rho"), epsilon }),
            "rmsprop" => {
                let (decay_rate, centred) = (self.number("rho"), self.flag("centered"));
                let momentum = has_momentum.then(|| self.momentum());
                Algorithm::RmsProp(RmsProp { decay_rate, epsilon, placement, initial_accumulator, centred, momentum })
            }
            "adam" if self.flag("amsgrad") => {
                let order = match self.word("maximum") {
                    "corrected" => MaximumOrder::CorrectThenMaximum,
                    _ => MaximumOrder::MaximumThenCorrect,
                };
                Algorithm::AmsGrad(AmsGrad { moments, epsilon, placement, order, initial_moment: Rational::ZERO })
            }
            "adam" => Algorithm::Adam(Adam { moments, epsilon, placement, bias_correction: true }),
            "adamax" => {
                let placement = match self.word("epsilon") {
                    "outside" => NormEpsilon::InDenominator,
                    _ => NormEpsilon::InMaximum,
                };
                Algorithm::Adamax(Adamax { moments, epsilon, placement })
            }
            "nadam" => {
                let warming = match self.word("momentum_schedule") {
                    "dozat" => warming_base(&Rational::ONE),
                    "constant" => Rational::ZERO,
                    _ => warming_base(&self.number("momentum_decay")),
                };
                Algorithm::NAdam(NAdam { moments, epsilon, placement, warming, second_moment: SecondMoment::Corrected })
            }
            "radam" => {
                let placement = if self.word("epsilon") == "plain" { Epsilon::Hat } else { placement };
                let threshold = match self.convention.get("threshold") {
                    Some(Setting::Number(x)) => Rational::try_from(*x).expect("a finite threshold"),
                    _ => Rational::from(5),
                };
                let (inclusive, unrectified) = (self.framework == "optax", Unrectified::Momentum);
                Algorithm::RAdam(RAdam { moments, epsilon, placement, threshold, inclusive, unrectified })
            }
            "lion" => Algorithm::Lion(Lion { moments }),
            "lamb" => {
                let adam = Adam { moments, epsilon, placement, bias_correction: true };
                let decay = if self.decoupled() { Rational::ZERO } else { self.number("weight_decay") };
                let (coefficient, epsilon, zero_norm, scope) = (Rational::ONE, Rational::ZERO, ZeroNorm::Unscaled, Scope::Tensor);
                let trust = TrustRatio { coefficient, epsilon, norm_range: None, largest: None, zero_norm, scope };
                Algorithm::Lamb(Lamb { adam, decay, trust, adaptation: Adaptation::Always })
            }
            other => panic!("{}: no rule for '{other}'", self.title()),
        };
        let goal = if self.flag("maximize") { Goal::Maximize } else { Goal::Minimize };
        let method = Method { goal, ..Method::new(algorithm, self.number("lr")) };
        let coupling = match self.decoupled() {
            _ if !self.hyper.contains_key("weight_decay") => return method,
            true => Coupling::Parameter(Scaling::StepSize, Order::Before),
            false if self.optimizer == "lamb" => return method, // it enters the direction, after the moments
            false => Coupling::Gradient,
        };
        method.with_decay(self.number("weight_decay"), coupling)
    }

    fn trace(&self) -> Trace {
        let header = Header {
            format: "gradproof.trace/1".into(),
            framework: self.framework.clone(),
            version: self.version.clone(),
            optimizer: self.optimizer.clone(),
            hyper: BTreeMap::new(), // the method has them, ascent too
            dtype: self.dtype,
            shapes: None,
        };
        let loss = vec![None; self.lr.len()];
        Trace {
            header,
            params: self.params.clone(),
            grads: self.gradients.clone(),
            absent: vec![vec![]; self.gradients.len()],
            lr: self.lr.clone(),
            loss,
        }
    }

    /// How well our method explains the trajectory.
    fn fit(&self) -> Fit {
        let (trace, method) = (self.trace(), self.method());
        match self.dtype {
            Dtype::F64 if self.convention.contains_key("running_product") => Fit::of::<Mixed<f64, f32>>(&trace, &method),
            Dtype::F64 => Fit::of::<Tracked<f64>>(&trace, &method),
            _ => Fit::of::<Tracked<f32>>(&trace, &method),
        }
    }
}

/// No bound is generous either, except where it allows every scalar what one of them takes.
#[test]
fn every_step_of_every_framework_lies_within_its_bound() {
    let loose = |case: &Case, fit: &Fit| {
        !case.convention.contains_key("running_product") && fit.worst.is_none_or(|place| place.ratio < 1e-3)
    };
    let misses: Vec<String> = answered()
        .map(|case| (case.fit(), case))
        .filter(|(fit, case)| !fit.holds() || loose(case, fit))
        .map(|(fit, case)| format!("{}: {fit:?}", case.title()))
        .collect();
    assert!(misses.is_empty(), "{} misses:\n{}", misses.len(), misses.join("\n"));
}

#[test]
fn only_the_named_optimizers_are_without_a_rule() {
    let count = |framework: &str| answered().filter(|case| case.framework == framework).count();
    assert_eq!(["torch", "optax", "keras"].map(count), [96, 56, 48]);
    let open: BTreeSet<String> = cases().into_iter().map(|case| case.optimizer).collect();
    assert!(WITHOUT_REFERENCE.iter().all(|name| open.contains(*name)));
}

/// Each convention that a case names is needed to explain it: with the plain form in its place, some step is out of bounds.
#[test]
fn every_named_convention_is_told_from_the_plain_form() {
    for case in answered().filter(|case| case.dtype == Dtype::F64) {
        for convention in case.convention.keys() {
            let mut plain = case.clone();
            plain.convention.remove(convention);
            assert!(!plain.fit().holds(), "{}: '{convention}' makes no difference", case.title());
        }
    }
}

/// One part in a hundred more of any hyper-parameter, or a switch turned over, is out of bounds. Lion's decay rates stand under a sign,
/// which sees no such part: there it is half.
#[test]
fn every_hyper_parameter_is_told_from_a_slightly_wrong_one() {
    for case in answered().filter(|case| case.dtype == Dtype::F64 && !case.convention.contains_key("running_product")) {
        for (name, setting) in &case.hyper {
            let mut wrong = case.clone();
            match setting {
                Setting::Number(_) if name == "lr" => wrong.lr.iter_mut().for_each(|lr| *lr *= 1.01),
                Setting::Number(x) => {
                    let factor = if case.optimizer == "lion" { 0.5 } else { 1.01 };
                    let other = if *x == 0.0 { 0.01 } else { x * factor };
                    wrong.hyper.insert(name.clone(), Setting::Number(other));
                }
                _ => {
                    wrong.hyper.remove(name);
                }
            }
            assert!(!wrong.fit().holds(), "{}: '{name}' makes no difference", case.title());
        }
    }
}

/// The theorems on the attribution of conventions and on PyTorch's Adam carry some of these runs with them.
#[test]
fn the_steps_that_a_theorem_carries_are_of_these_fixtures() {
    #[derive(Deserialize)]
    struct Carried {
        lr: Vec<f64>,
        gradients: Vec<Vec<f64>>,
        runs: Vec<Run>,
    }
    #[derive(Deserialize)]
    struct Run {
        framework: String,
        version: String,
        call: String,
        dtype: Dtype,
        params: Vec<Vec<f64>>,
    }
    for file in ["theorems/momentum/recorded.json", "theorems/adaptive/recorded.json"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let carried: Carried = serde_json::from_slice(&std::fs::read(path).expect("the theorem's data")).expect("sound data");
        let is_here = |run: &Run| {
            cases().into_iter().any(|case| {
                (&case.framework, &case.version, &case.params) == (&run.framework, &run.version, &run.params)
                    && (case.dtype, &case.lr, &case.gradients) == (run.dtype, &carried.lr, &carried.gradients)
                    && case.call == run.call
            })
        };
        assert!(carried.runs.iter().all(is_here), "{file}");
    }
}

/// PyTorch keeps NAdam's product of momenta in single precision, also where the parameters are doubles: a run of doubles that then
/// loses half of its digits.
#[test]
fn a_running_product_in_single_precision_is_seen() {
    let held_in_single = |case: &Case| case.dtype == Dtype::F64 && case.convention.contains_key("running_product");
    let seen = answered().filter(held_in_single).inspect(|case| {
        let fit = Fit::of::<Tracked<f64>>(&case.trace(), &case.method());
        assert_eq!(fit.first.map(|place| place.step), Some(0), "{}", case.title());
    });
    assert_eq!(seen.count(), 4);
}

/// As a recorded trace, under the name and the hyper-parameters that it declares, every honest run conforms or is a variant, and in double
/// precision the variant is the one that its framework documents.
#[test]
fn the_audit_names_the_conventions_of_each_framework() {
    for case in answered() {
        let mut trace = case.trace();
        trace.header.hyper = case.hyper.clone();
        let audit = audit_trace(&trace).unwrap_or_else(|error| panic!("{}: {error}", case.title()));
        let (title, check) = (case.title(), &audit.checks[0]);
        let mut documented: Vec<&str> = case.convention.keys().map(String::as_str).collect();
        if let (Dtype::F64, Some(place)) = (case.dtype, documented.iter().position(|name| *name == "running_product")) {
            documented.remove(place);
            assert_eq!((audit.verdict, check.kind.as_str()), (Conformance::Deviates, "precision"), "{title}: {}", check.detail);
        } else {
            assert!(audit.verdict <= Conformance::Variant, "{title}: {}", check.detail);
        }
        let mut found = audit.identified.expect("what fits is identified").differs_from_name;
        found.sort();
        assert!(case.dtype != Dtype::F64 || found == documented, "{title}: {found:?}, documented is {documented:?}");
    }
}
