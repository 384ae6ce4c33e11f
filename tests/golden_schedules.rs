//! Our schedules against what PyTorch, Keras and optax compute: `tests/fixtures/schedules.json`.

use gradproof::number::Rational;
use gradproof::schedules::{
    AfterDecay, AfterEnd, Annealing, Boundary, Constant, Cosine, Counting, DecayParameter, Division, Exponential, Horizon,
    Improvement, InversePower, MetricGoal, Milestones, OneCycle, OneCyclePyTorch, PartClock, Patience, Phase, PolynomialDecay,
    Ramp, ReduceOnPlateau, Restarts, Schedule, Sequential, StepDecay, Tail, Threshold, TriangleHeight, Triangular, WarmUp,
    WarmUpCosine,
};
use serde_json::Value;
use std::num::NonZeroU64;

/// The unit roundoff of `f64`.
const ROUNDOFF: f64 = f64::EPSILON / 2.0;

struct Case(Value);

impl Case {
    fn name(&self) -> &str {
        self.0["name"].as_str().expect("a name")
    }

    fn series(&self, key: &str) -> Vec<f64> {
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        self.0[key].as_array().map(|values| values.iter().map(number).collect()).unwrap_or_default()
    }

    fn word(&self, key: &str) -> &str {
        self.0["hyper"][key].as_str().unwrap_or_default()
    }

    fn float(&self, key: &str) -> f64 {
        self.0["hyper"][key].as_f64().unwrap_or_else(|| panic!("{} lacks {key}", self.name()))
    }

    /// The hyper-parameter exactly as the framework had it: the value of its `f64`.
    fn exact(&self, key: &str) -> Rational {
        Rational::try_from(self.float(key)).expect("a finite number")
    }

    fn steps(&self, key: &str) -> u64 {
        self.float(key) as u64
    }

    fn period(&self, key: &str) -> NonZeroU64 {
        NonZeroU64::new(self.steps(key)).expect("a period")
    }

    fn flag(&self, key: &str) -> bool {
        self.0["hyper"][key].as_bool().unwrap_or_default()
    }
}

fn cases() -> impl Iterator<Item = Case> {
    let file: Value = serde_json::from_str(include_str!("fixtures/schedules.json")).expect("JSON");
    file["cases"].as_array().expect("cases").clone().into_iter().map(Case)
}

fn continued(max: Rational, min: Rational, steps: u64) -> Schedule {
    let horizon = Horizon { after: AfterEnd::Continue, ..Horizon::new(steps) };
    Schedule::Cosine(Cosine { horizon, ..Cosine::new(max, min, steps) })
}

fn linear(steps: u64, start: Rational) -> Ramp {
    Ramp::Linear { steps: steps.into(), counting: Counting::FromZero, start }
}

fn warm_up(peak: Rational, ramp: Ramp, then: Schedule) -> Schedule {
    Schedule::WarmUp(WarmUp { then: Box::new(then), ..WarmUp::to_constant(peak, ramp) })
}

fn cosine(max: Rational, min: Rational, steps: u64) -> Schedule {
    Schedule::Cosine(Cosine::new(max, min, steps))
}

/// One cycle of optax's SGDR, from the fixture's nested arguments.
fn sgdr(cycle: &Value) -> (u64, Schedule) {
    let exact = |key: &str| Rational::try_from(cycle[key].as_f64().expect("a number")).expect("finite");
    let steps = |key: &str| cycle[key].as_f64().expect("a count") as u64;
    let (peak, length, warm) = (exact("peak_value"), steps("decay_steps"), steps("warmup_steps"));
    let then = cosine(peak.clone(), exact("end_value"), length - warm);
    (length, warm_up(peak.clone(), linear(warm, exact("init_value") / &peak), then))
}

/// Our name for a framework's schedule; `None` for what we have no schedule for: a cosine to a power, an inverse time with a
/// staircase, an exponential with a floor.
fn ours(case: &Case) -> Option<Schedule> {
    let (exact, steps) = (|key: &str| case.exact(key), |key: &str| case.steps(key));
    let division = |staircase: bool| if staircase { Division::Floor } else { Division::Real };
    let base = case.0["hyper"].get("lr").or(case.0["hyper"].get("initial_learning_rate")).or(case.0["hyper"].get("init_value"));
    let base = || Rational::try_from(base.and_then(Value::as_f64).expect("a rate")).expect("finite");
    let decay = |steps: &str, rate: &str| {
        let (period, factor) = (case.period(steps), exact(rate));
        Schedule::StepDecay(StepDecay { base: base(), factor, period, division: division(case.flag("staircase")) })
    };
    Some(match case.0["schedule"].as_str().expect("a schedule") {
        "StepLR" => {
            let (period, factor) = (case.period("step_size"), exact("gamma"));
            Schedule::StepDecay(StepDecay { base: base(), factor, period, division: Division::Floor })
        }
        "MultiStepLR" => {
            let milestones = case.0["hyper"]["milestones"].as_array()?.iter().filter_map(Value::as_u64).collect();
            Schedule::Milestones(Milestones { base: base(), factor: exact("gamma"), milestones, boundary: Boundary::New })
        }
        "ExponentialLR" => Schedule::Exponential(Exponential { base: base(), decay: DecayParameter::Factor(exact("gamma")) }),
        "PolynomialLR" => {
            let (power, steps) = (exact("power"), steps("total_iters"));
            Schedule::Polynomial(PolynomialDecay { base: base(), end: Rational::ZERO, power, steps, after: AfterDecay::Hold })
        }
        "LinearLR" if case.float("start_factor") < 1.0 => {
            Schedule::WarmUp(WarmUp::to_constant(base(), linear(steps("total_iters"), exact("start_factor"))))
        }
        "LinearLR" => {
            let (end, steps) = (base() * exact("end_factor"), steps("total_iters"));
            Schedule::Polynomial(PolynomialDecay { base: base(), end, power: Rational::ONE, steps, after: AfterDecay::Hold })
        }
        "ConstantLR" => {
            let ramp = Ramp::Constant { steps: steps("total_iters"), factor: exact("factor") };
            Schedule::WarmUp(WarmUp::to_constant(base(), ramp))
        }
        "CosineAnnealingLR" => continued(base(), exact("eta_min"), steps("T_max")),
        "CosineAnnealingWarmRestarts" => {
            Schedule::Restarts(Restarts::new(base(), exact("eta_min"), case.period("T_0"), case.period("T_mult")))
        }
        "OneCycleLR" => Schedule::OneCycle(one_cycle(case).cycle()),
        "CyclicLR" => Schedule::Triangular(triangular(case)),
        "LambdaLR" => Schedule::WarmUpCosine(WarmUpCosine {
            peak: base(),
            warm_up: steps("num_warmup_steps"),
            total: steps("num_training_steps"),
            tail: Tail::AsWritten,
        }),
        "SequentialLR" => {
            let ramp = linear(steps("total_iters"), exact("start_factor"));
            let first = Schedule::WarmUp(WarmUp::to_constant(base(), ramp));
            first.followed_by(steps("milestone"), continued(base(), exact("eta_min"), steps("T_max")))
        }
        "ExponentialDecay" => decay("decay_steps", "decay_rate"),
        "CosineDecay" if case.0["hyper"].get("warmup_steps").is_some() => {
            let peak = exact("warmup_target");
            let then = cosine(peak.clone(), &peak * exact("alpha"), steps("decay_steps"));
            warm_up(peak.clone(), linear(steps("warmup_steps"), base() / &peak), then)
        }
        "CosineDecay" => cosine(base(), base() * exact("alpha"), steps("decay_steps")),
        "CosineDecayRestarts" => {
            let (first, growth) = (case.period("first_decay_steps"), case.period("t_mul"));
            let restarts = Restarts::new(base(), base() * exact("alpha"), first, growth);
            Schedule::Restarts(Restarts { height_factor: exact("m_mul"), ..restarts })
        }
        "InverseTimeDecay" if !case.flag("staircase") => {
            let speed = exact("decay_rate") / exact("decay_steps");
            Schedule::InversePower(InversePower { base: base(), speed, power: Rational::ONE })
        }
        "PolynomialDecay" => Schedule::Polynomial(PolynomialDecay {
            base: base(),
            end: exact("end_learning_rate"),
            power: exact("power"),
            steps: steps("decay_steps"),
            after: if case.flag("cycle") { AfterDecay::Cycle } else { AfterDecay::Hold },
        }),
        "cosine_decay_schedule" if case.float("exponent") == 1.0 => cosine(base(), base() * exact("alpha"), steps("decay_steps")),
        "warmup_cosine_decay_schedule" => sgdr(&case.0["hyper"].clone()).1,
        "warmup_exponential_decay_schedule" => {
            let (peak, period) = (exact("peak_value"), case.period("transition_steps"));
            let factor = exact("decay_rate");
            let then = Schedule::StepDecay(StepDecay { base: peak.clone(), factor, period, division: Division::Real });
            warm_up(peak, linear(steps("warmup_steps"), Rational::ZERO), then)
        }
        "exponential_decay" if case.0["hyper"].get("end_value").is_none() => {
            Schedule::constant(base()).followed_by(steps("transition_begin"), decay("transition_steps", "decay_rate"))
        }
        "polynomial_schedule" => {
            let (power, steps, end) = (exact("power"), steps("transition_steps"), exact("end_value"));
            let then = Schedule::Polynomial(PolynomialDecay { base: base(), end, power, steps, after: AfterDecay::Hold });
            Schedule::constant(base()).followed_by(case.steps("transition_begin"), then)
        }
        "sgdr_schedule" => {
            let cycles = case.0["hyper"]["cosine_kwargs"].as_array()?.iter().map(sgdr);
            let mut begin = 0;
            let mut later = Vec::new();
            for (length, cycle) in cycles {
                later.push((begin, cycle));
                begin += length;
            }
            let first = Box::new(Schedule::Constant(Constant { rate: Rational::ZERO }));
            Schedule::Sequential(Sequential { first, later, clock: PartClock::Own })
        }
        "cosine_onecycle_schedule" => {
            let cycle = OneCyclePyTorch::new(exact("peak_value"), steps("transition_steps")); // its defaults are PyTorch's
            Schedule::OneCycle(cycle.tinygrad())
        }
        "linear_onecycle_schedule" => {
            let (peak, low) = (exact("peak_value"), exact("peak_value") / exact("div_factor"));
            let phase = |end: Rational, rate| Phase { end, rate, momentum: Rational::ZERO, annealing: Annealing::Linear };
            let last = &low / exact("final_div_factor");
            let knots = [(6, peak), (17, low.clone()), (20, last)]; // 0.3, 0.85 and 1 of 20 steps
            let phases = knots.map(|(end, rate)| phase(Rational::from(end), rate)).to_vec();
            Schedule::OneCycle(OneCycle { start: low, momentum: Rational::ZERO, phases, after: AfterEnd::Hold })
        }
        _ => return None,
    })
}

fn one_cycle(case: &Case) -> OneCyclePyTorch {
    OneCyclePyTorch {
        max: case.exact("max_lr"),
        total: case.steps("total_steps"),
        rising: case.exact("pct_start"),
        initial_divisor: case.exact("div_factor"),
        final_divisor: case.exact("final_div_factor"),
        three_phases: case.flag("three_phase"),
        annealing: if case.word("anneal_strategy") == "cos" { Annealing::Cosine } else { Annealing::Linear },
    }
}

fn triangular(case: &Case) -> Triangular {
    Triangular {
        base: case.exact("base_lr"),
        max: case.exact("max_lr"),
        up: case.period("step_size_up"),
        down: case.period("step_size_down"),
        scale: match case.word("mode") {
            "triangular" => TriangleHeight::Constant,
            "triangular2" => TriangleHeight::Halving,
            _ => TriangleHeight::Exponential(case.exact("gamma")),
        },
    }
}

/// How far the framework may be from the exact rate at each step.
///
/// A closed form has at most four roundings before its cosine or power, that function's own and four after it; our side has as many,
/// and no factor is larger than the largest rate: 16 u. Keras evaluates its cosines in `f32`. PyTorch's recursions multiply by
/// `f_t / f_{t-1}` each step: for a product of constants that adds 2 roundings a step, for `f = (1 - t/T)^p` at most `5p + 3`
/// (`1 - t/T` has the absolute error 2u, and the rate is no more than the smallest of the factors that it is divided by): 16 for
/// our powers.
fn allowances(case: &Case, golden: &[f64]) -> Vec<f64> {
    let largest = golden.iter().copied().fold(0.0, f64::max);
    let roundoff = if ["keras-cosine", "keras-warm"].iter().any(|name| case.name().starts_with(name)) {
        f64::from(f32::EPSILON) / 2.0
    } else {
        ROUNDOFF
    };
    let recursive = matches!(case.0["schedule"].as_str(), Some("CosineAnnealingLR" | "SequentialLR"));
    let steps = (0..golden.len()).map(|step| (16.0 + 16.0 * step as f64) * roundoff * largest);
    if !recursive {
        return steps.collect();
    }
    let begin = if case.0["hyper"].get("milestone").is_some() { case.steps("milestone") as usize } else { 0 };
    let annealing = cosine_recursion(case.steps("T_max"), largest, case.float("eta_min"), &golden[begin..]);
    steps.take(begin).chain(annealing).collect()
}

/// The error of PyTorch's recursion `x_t - min = (w_t / w_{t-1}) (x_{t-1} - min)` with `w = 1 + cos(πt/T)`: it carries the last error
/// along, times the ratio r; each w has the absolute error `(3πt/T + 3) u` (argument, cosine, sum); the rest is four roundings.
fn cosine_recursion(period: u64, max: f64, min: f64, golden: &[f64]) -> Vec<f64> {
    let argument = |step: usize| std::f64::consts::PI * step as f64 / period as f64;
    let wave = |step: usize| 1.0 + libm::cos(argument(step));
    let mut bounds: Vec<f64> = vec![16.0 * ROUNDOFF * max];
    for step in 1..golden.len() {
        let error = (3.0 * argument(step) + 3.0) * ROUNDOFF;
        let carried = if (step - 1) % (2 * period as usize) == period as usize {
            bounds[step - 1] + error * max
        } else {
            let ratio = wave(step) / wave(step - 1);
            ratio * bounds[step - 1] + (golden[step - 1] - min) * (1.0 + ratio) * error / wave(step - 1)
        };
        bounds.push(carried + 16.0 * ROUNDOFF * max);
    }
    bounds
}

#[test]
fn golden_values() {
    let mut held = 0;
    for case in cases() {
        let Some(schedule) = ours(&case) else { continue };
        let golden = case.series("lr");
        for (step, (golden, allowed)) in golden.iter().zip(allowances(&case, &golden)).enumerate() {
            let rate = schedule.rate(step as u64);
            assert!((rate - golden).abs() <= allowed, "{} at {step}: {rate} is not {golden} within {allowed:e}", case.name());
        }
        held += 1;
    }
    assert_eq!(held, 39);
}

#[test]
fn golden_recursions() {
    let mut held = 0;
    for case in cases().filter(|case| case.name().starts_with("torch")) {
        let Some(schedule) = ours(&case) else { continue };
        let golden = case.series("lr");
        if schedule.chained(1, golden[0]).is_none() {
            continue;
        }
        let mut rate = schedule.rate(0);
        for (step, (golden, allowed)) in golden.iter().zip(allowances(&case, &golden)).enumerate() {
            if step > 0 {
                rate = schedule.chained(step as u64, rate).expect("a rate");
            }
            assert!((rate - golden).abs() <= 2.0 * allowed, "{} at {step}: {rate} is not {golden}", case.name());
        }
        held += 1;
    }
    assert_eq!(held, 8);
}

#[test]
fn golden_momenta() {
    let mut held = 0;
    for case in cases() {
        let golden = case.series("momentum");
        for (step, golden) in golden.iter().enumerate() {
            let momentum: Option<f64> = match case.0["schedule"].as_str() {
                Some("OneCycleLR") => one_cycle(&case).cycle().momentum(step as u64),
                _ => triangular(&case).momentum(step as u64, &case.exact("max_momentum"), &case.exact("base_momentum")),
            };
            let momentum = momentum.expect("floats have every value");
            assert!((momentum - golden).abs() <= (16.0 + 16.0 * step as f64) * ROUNDOFF, "{} at {step}: {momentum}", case.name());
        }
        held += usize::from(!golden.is_empty());
    }
    assert_eq!(held, 7);
}

/// The factor is 1/2, so that every rate is exact, and equal to the last bit.
#[test]
fn golden_plateaus() {
    let mut held = 0;
    for case in cases().filter(|case| case.0.get("metrics").is_some()) {
        let plain = ReduceOnPlateau::pytorch();
        let delta = case.exact("threshold");
        let improvement = Improvement {
            goal: if case.word("mode") == "min" { MetricGoal::Least } else { MetricGoal::Greatest },
            threshold: if case.word("threshold_mode") == "rel" { Threshold::Relative(delta) } else { Threshold::Absolute(delta) },
        };
        let reduce = ReduceOnPlateau {
            factor: case.exact("factor"),
            patience: Patience { improvement, allowed: case.steps("patience"), ..plain.patience.clone() },
            cooldown: case.steps("cooldown"),
            least: case.exact("min_lr"),
            negligible: case.exact("eps"),
            ..plain
        };
        let mut state = reduce.start(case.float("lr"));
        let mut rates = vec![state.rate];
        for metric in case.series("metrics") {
            reduce.observe(&mut state, metric);
            rates.push(state.rate);
        }
        assert_eq!(rates, case.series("lr"), "{}", case.name());
        held += 1;
    }
    assert_eq!(held, 13);
}
