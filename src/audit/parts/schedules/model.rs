//! A schedule with its conventions, and the rates that it allows a subject.

use super::clock::{Clock, Marks};
use super::conventions::{After, Bar, Conventions};
use super::given::Given;
use super::mistakes::{Mistake, Otherwise};
use crate::number::{Analytic, Format, Rational, Real, Tracked, rational, to_f64};
use crate::schedules::{
    AfterDecay, AfterEnd, Boundary, Cosine, CosineForm, DecayParameter, Exponential, Horizon, Improvement, InversePower, Joint,
    LastStep, MetricGoal, Milestones, OneCycle, OneCyclePyTorch, PartClock, Patience, PolynomialDecay, Ramp, ReduceOnPlateau,
    Restarts, Schedule, Sequential, StepDecay, Threshold, TriangleHeight, Triangular, WarmUp,
};
use std::f64::consts::PI;

/// The rates of a schedule.
pub(super) struct Model {
    course: Course,
    clock: Clock,
    marks: Marks,
    /// What another formula makes of a rate.
    otherwise: Otherwise,
    /// Roundings, each of the largest rate, that other arrangements of the same formula may make beyond those of ours.
    arrangements: f64,
    /// The largest rate that the formula mentions.
    largest: f64,
}

enum Course {
    /// A closed form, and the recursion by which PyTorch computes the same rates.
    Steps(Schedule, Recursion),
    /// A rate that follows metrics.
    Metrics(ReduceOnPlateau, Rational, Vec<f64>),
}

enum Recursion {
    None,
    /// [`Schedule::chained`].
    Own,
    /// `LinearLR`: `η_t = η_{t-1} (1 + (e - s)/(T s + (t - 1)(e - s)))` up to T.
    Linear {
        start: Rational,
        end: Rational,
        steps: u64,
    },
}

/// A number that a subject in the format `F` may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowed<F> {
    pub value: Tracked<F>,
    pub bound: f64,
}

/// A value between two rates may be computed from either of them, or from their quotient: the quotient, its complement, the difference, the
/// product and the sum are each rounded once, and none is larger than the larger rate.
const BETWEEN_RATES: f64 = 5.0;

impl Model {
    pub fn new(given: &Given, conventions: &Conventions, steps: usize) -> Model {
        let lr = || given.exact("lr");
        let min = || given.exact("min_lr");
        let period = given.count(given.known.span());
        let (marks, otherwise) = (Marks::of(given), Otherwise::of(given, conventions.mistake));
        let (mut recursion, mut arrangements) = (Recursion::None, BETWEEN_RATES);
        let mut largest = given.float("lr").max(given.float("min_lr"));
        // What is left of a count of periods when the whole ones are taken off, in single roundings of the count.
        let remainder = |length: u64| 4.0 * (1.0 + steps as f64 / length.max(1) as f64);
        let schedule = match given.known.name {
            "constant" => Schedule::constant(lr()),
            "step" => {
                arrangements = 0.0;
                let (factor, period) = (given.exact("gamma"), given.period("period"));
                Schedule::StepDecay(StepDecay { base: lr(), factor, period, division: conventions.division })
            }
            "multistep" => {
                arrangements = 0.0;
                let (factor, milestones) = (given.exact("gamma"), given.counts("milestones"));
                Schedule::Milestones(Milestones { base: lr(), factor, milestones, boundary: conventions.boundary })
            }
            "piecewise" => {
                let values = given.floats("values");
                // As a product of quotients of neighbours: a quotient and a product for each piece.
                arrangements = 2.0 * values.len() as f64;
                largest = values.iter().copied().fold(0.0, f64::max);
                piecewise(values, &given.counts("milestones"), conventions.boundary)
            }
            "exponential" => {
                arrangements = 0.0;
                let decay = match conventions.mistake {
                    Some(Mistake::RateOfDecay) => DecayParameter::Rate(given.exact("gamma")),
                    _ => DecayParameter::Factor(given.exact("gamma")),
                };
                Schedule::Exponential(Exponential { base: lr(), decay })
            }
            "inverse_time" => {
                let speed = given.exact("gamma");
                Schedule::InversePower(InversePower { base: lr(), speed, power: Rational::ONE })
            }
            "cosine" => {
                if conventions.after == After::Continue {
                    recursion = Recursion::Own;
                }
                let end = horizon(period, conventions).end();
                match conventions.after {
                    After::Restart => cycles(given, 1, steps, |_| (Horizon::new(end), end)),
                    After::RestartLater => cycles(given, 1, steps, |_| (Horizon::new(end), end + 1)),
                    _ => cosine(lr(), min(), horizon(period, conventions)),
                }
            }
            "cosine_restarts" => {
                arrangements += PI * remainder(period);
                let growth = given.period("growth");
                let cycles = |span: &dyn Fn(u64) -> (Horizon, u64)| cycles(given, growth.get(), steps, span);
                match (conventions.last, conventions.after) {
                    _ if conventions.mistake == Some(Mistake::Undivided) => {
                        // A cosine that is not over at its end goes on; with equal cycles there is nothing to divide by.
                        let horizon = |period| Horizon { after: AfterEnd::Continue, ..Horizon::new(period) };
                        cycles(&|period| (horizon(period), period * (growth.get() - 1).max(1)))
                    }
                    (LastStep::LengthLessOne, _) => cycles(&|period| (Horizon::new(period.saturating_sub(1)), period)),
                    (_, After::RestartLater) => cycles(&|period| (Horizon::new(period), period + 1)),
                    _ => Schedule::Restarts(Restarts::new(lr(), min(), given.period("period"), growth)),
                }
            }
            "polynomial" => {
                recursion = Recursion::Own;
                let after = if conventions.after == After::Cycle { AfterDecay::Cycle } else { AfterDecay::Hold };
                let steps = horizon(period, conventions).end();
                let (base, end, power) = (lr(), min(), given.exact("power"));
                Schedule::Polynomial(PolynomialDecay { base, end, power, steps, after })
            }
            "linear" => {
                let [start, end] = ["start_factor", "end_factor"].map(|name| given.exact(name));
                let steps = horizon(period, conventions).end();
                largest *= given.float("start_factor").max(given.float("end_factor")).max(1.0);
                let (base, last) = (lr() * &start, lr() * &end);
                if start > Rational::ZERO {
                    recursion = Recursion::Linear { start, end, steps };
                }
                let (power, after) = (Rational::ONE, AfterDecay::Hold);
                Schedule::Polynomial(PolynomialDecay { base, end: last, power, steps, after })
            }
            "one_cycle" => {
                let cycle = one_cycle(given, conventions);
                // A knot wN - 1 is rounded three times, each time by units of N at most; the steepest slope is π/2.
                let mut begin = 0.0;
                let mut shortest = f64::INFINITY;
                for phase in &cycle.phases {
                    shortest = (to_f64(&phase.end) - begin).min(shortest);
                    begin = to_f64(&phase.end);
                }
                arrangements += PI / 2.0 * 3.0 * period as f64 / shortest.max(1.0);
                Schedule::OneCycle(cycle)
            }
            "triangular" => {
                arrangements += 2.0 * remainder(2 * period);
                let up = given.period("period");
                let scale = if conventions.halving { TriangleHeight::Halving } else { TriangleHeight::Constant };
                Schedule::Triangular(Triangular { base: min(), max: lr(), up, down: up, scale })
            }
            "warmup_cosine" => {
                let warmup = given.count("warmup");
                let length = if conventions.joint == Joint::Shifted { period - warmup.min(period) } else { period };
                let then = Box::new(cosine(lr(), min(), horizon(length, conventions)));
                let ramp = Ramp::linear(warmup, conventions.counting);
                Schedule::WarmUp(WarmUp { peak: lr(), ramp, then, joint: conventions.joint })
            }
            "warmup_constant" => {
                Schedule::WarmUp(WarmUp::to_constant(lr(), Ramp::linear(given.count("warmup"), conventions.counting)))
            }
            "plateau" => {
                let course = Course::Metrics(plateau(given, conventions), lr(), given.floats("metrics").to_vec());
                return Model { course, clock: Clock::Steps, marks, otherwise, arrangements: 0.0, largest };
            }
            other => unreachable!("'{other}' is not in the table of schedules"),
        };
        if conventions.clock != Clock::Steps || conventions.mistake.is_some() {
            recursion = Recursion::None;
        }
        Model { course: Course::Steps(schedule, recursion), clock: conventions.clock, marks, otherwise, arrangements, largest }
    }

    /// For each step, what a subject may have: by the closed form, by the recursion.
    pub fn allowed<F: Format>(&self) -> Box<dyn Iterator<Item = Vec<Allowed<F>>> + '_> {
        let room = self.arrangements * F::UNIT_ROUNDOFF * self.largest;
        let with_room = move |value: Tracked<F>| Allowed { value, bound: value.bound() + room };
        match &self.course {
            Course::Steps(schedule, recursion) => {
                let mut previous: Option<Tracked<F>> = None;
                Box::new((0..).map(move |step| {
                    let closed = schedule.value::<Tracked<F>>(self.clock.at(step, &self.marks));
                    let closed = closed.map(|rate| self.otherwise.rate(step, rate));
                    previous = match previous {
                        Some(previous) => recursion.next(schedule, step, previous),
                        None => closed,
                    };
                    let recursive = if matches!(recursion, Recursion::None) { None } else { previous };
                    closed.into_iter().chain(recursive).map(with_room).collect()
                }))
            }
            Course::Metrics(rule, rate, metrics) => {
                let mut state = rule.start(<Tracked<F> as Real>::of(rate));
                Box::new(metrics.iter().map(move |metric| {
                    let before = state.rate;
                    rule.observe(&mut state, Tracked::exactly(*metric));
                    if state.rate != before {
                        state.rate = self.otherwise.dropped(rule, rate, state.rate);
                    }
                    vec![with_room(state.rate)]
                }))
            }
        }
    }
}

impl Recursion {
    fn next<A: Analytic>(&self, schedule: &Schedule, step: u64, previous: A) -> Option<A> {
        match self {
            Recursion::None => None,
            Recursion::Own => schedule.chained(step, previous),
            Recursion::Linear { steps, .. } if step > *steps => Some(previous),
            Recursion::Linear { start, end, steps } => {
                let [start, end] = [start, end].map(A::of);
                let whole = |count: u64| A::of(&Rational::from(count));
                let climb = end - &start;
                let divisor = whole(*steps) * start + whole(step - 1) * climb.clone();
                Some(previous * (A::one() + climb / divisor))
            }
        }
    }
}

fn horizon(steps: u64, conventions: &Conventions) -> Horizon {
    let after = match conventions.after {
        After::Continue => AfterEnd::Continue,
        After::Zero => AfterEnd::Zero,
        _ => AfterEnd::Hold,
    };
    Horizon { steps, last: conventions.last, after }
}

fn cosine(max: Rational, min: Rational, horizon: Horizon) -> Schedule {
    Schedule::Cosine(Cosine { max, min, horizon, form: CosineForm::Note000 })
}

/// Cosines one after another: to each of the growing periods belongs the horizon of its cosine and the number of steps until the next.
fn cycles(given: &Given, growth: u64, steps: usize, span: impl Fn(u64) -> (Horizon, u64)) -> Schedule {
    let [max, min] = ["lr", "min_lr"].map(|name| given.exact(name));
    let (mut begin, mut period) = (0, given.count("period"));
    let mut later = vec![];
    while begin <= steps as u64 {
        let (horizon, duration) = span(period);
        later.push((begin, cosine(max.clone(), min.clone(), horizon)));
        begin += duration.max(1);
        period *= growth;
    }
    let first = Box::new(Schedule::constant(max));
    Schedule::Sequential(Sequential { first, later, clock: PartClock::Own })
}

fn piecewise(values: &[f64], milestones: &[u64], boundary: Boundary) -> Schedule {
    let constant = |value: &f64| Schedule::constant(Rational::try_from(*value).expect("settings are finite"));
    let late = u64::from(boundary == Boundary::Old);
    let later = milestones.iter().zip(&values[1..]).map(|(milestone, value)| (milestone + late, constant(value))).collect();
    Schedule::Sequential(Sequential { first: Box::new(constant(&values[0])), later, clock: PartClock::Own })
}

fn one_cycle(given: &Given, conventions: &Conventions) -> OneCycle {
    let (initial_divisor, mut final_divisor) = (given.exact("div"), given.exact("final_div"));
    if !conventions.final_of_first {
        final_divisor /= &initial_divisor;
    }
    let cycle = OneCyclePyTorch {
        rising: given.exact("warmup"),
        initial_divisor,
        final_divisor,
        three_phases: conventions.three_phases,
        annealing: conventions.annealing,
        ..OneCyclePyTorch::new(given.exact("lr"), given.count("period"))
    };
    if conventions.knots == LastStep::Length { cycle.tinygrad() } else { cycle.cycle() }
}

fn plateau(given: &Given, conventions: &Conventions) -> ReduceOnPlateau {
    let delta = given.exact("threshold");
    let threshold = match conventions.bar {
        Bar::Relative => Threshold::Relative(delta),
        Bar::Absolute => Threshold::Absolute(delta),
        Bar::OfMagnitude => Threshold::OfMagnitude(delta),
    };
    let improvement = Improvement { goal: MetricGoal::Least, threshold };
    ReduceOnPlateau {
        factor: given.exact("factor"),
        patience: Patience { improvement, allowed: given.count("patience"), limit: conventions.limit },
        cooldown: given.count("cooldown"),
        cooling: conventions.cooling,
        least: given.exact("min_lr"),
        negligible: if conventions.negligible { rational(1, 100_000_000) } else { Rational::ZERO },
        after_drop: conventions.after_drop,
    }
}
