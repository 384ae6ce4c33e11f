//! The conventions of schedules: what a name leaves free, and known forms that it rules out.

use super::clock::{Clock, clocks};
use super::known::Known;
use super::mistakes::{Mistake, mistakes};
use crate::audit::conventions::{Alternative, Candidate, branch};
use crate::schedules::{AfterDrop, Annealing, Boundary, Cooling, Counting, Division, Joint, LastStep, Limit};

/// A value for every convention of every schedule; each reads its own.
#[derive(Clone, Copy, Debug)]
pub struct Conventions {
    pub(super) clock: Clock,
    pub(super) last: LastStep,
    pub(super) after: After,
    pub(super) counting: Counting,
    pub(super) joint: Joint,
    pub(super) division: Division,
    pub(super) boundary: Boundary,
    pub(super) annealing: Annealing,
    pub(super) three_phases: bool,
    pub(super) knots: LastStep,
    pub(super) final_of_first: bool,
    pub(super) halving: bool,
    pub(super) limit: Limit,
    pub(super) bar: Bar,
    pub(super) cooling: Cooling,
    pub(super) negligible: bool,
    pub(super) after_drop: AfterDrop,
    pub(super) mistake: Option<Mistake>,
}

/// What comes after the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// The last value is kept.
    Hold,
    /// The formula goes on.
    Continue,
    /// The rate is zero.
    Zero,
    /// The schedule begins again at its end.
    Restart,
    /// It begins again one step after its end.
    RestartLater,
    /// It continues a decay over the next multiple of its length.
    Cycle,
}

/// What a metric must be below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bar {
    /// `b (1 - δ)`.
    Relative,
    /// `b - δ`.
    Absolute,
    /// `b - δ |b|`.
    OfMagnitude,
}

impl Conventions {
    /// The plain form: PyTorch's where PyTorch has the schedule.
    fn plain(name: &str) -> Self {
        Conventions {
            clock: Clock::Steps,
            last: LastStep::Length,
            after: if name == "cosine" { After::Continue } else { After::Hold },
            counting: Counting::FromZero,
            joint: Joint::Shifted,
            division: Division::Floor,
            boundary: Boundary::New,
            annealing: Annealing::Cosine,
            three_phases: false,
            knots: LastStep::LengthLessOne,
            final_of_first: true,
            halving: false,
            limit: Limit::Exceeded,
            bar: Bar::Relative,
            cooling: Cooling::Whole,
            negligible: true,
            after_drop: AfterDrop::Restart,
            mistake: None,
        }
    }
}

type Values = (&'static str, Vec<Alternative<Conventions>>);

/// The plain form of a schedule, its documented conventions, and known forms that deviate: the fewer differences the earlier.
pub(super) fn candidates(known: &Known) -> Vec<Candidate<Conventions>> {
    let mut all = vec![Candidate { method: Conventions::plain(known.name), choices: vec![] }];
    for (convention, alternatives) in conventions(known) {
        all = all.iter().flat_map(|candidate| branch(candidate, convention, &alternatives)).collect();
        all.retain(|candidate| candidate.ruled_out().count() < 2);
    }
    // Three phases end at N - 1 wherever they are documented.
    all.retain(|Candidate { method, .. }| !(method.three_phases && method.knots == LastStep::Length));
    all.sort_by_key(|candidate| (candidate.ruled_out().count(), candidate.differences().count()));
    all
}

fn conventions(known: &Known) -> Vec<Values> {
    let mut all = match known.name {
        "step" => vec![("exponent", exponents())],
        "multistep" | "piecewise" => vec![("boundary", boundaries())],
        "cosine" => vec![("last_step", last_steps()), ("after_end", after_cosine())],
        "cosine_restarts" => vec![("last_step", within_cycles())],
        "polynomial" => vec![("last_step", last_steps()), ("after_end", after_polynomial())],
        "linear" => vec![("last_step", last_steps())],
        "one_cycle" => {
            vec![("annealing", annealings()), ("phases", phases()), ("last_step", knots()), ("final_rate", final_rates())]
        }
        "triangular" => vec![("height", heights())],
        "warmup_cosine" => {
            vec![("counting", countings()), ("joint", joints()), ("last_step", last_steps()), ("after_end", after_warm_up())]
        }
        "warmup_constant" => vec![("counting", countings())],
        "plateau" => {
            vec![
                ("patience", limits()),
                ("threshold", bars()),
                ("cooldown", coolings()),
                ("negligible", negligible()),
                ("after_drop", after_drops()),
            ]
        }
        _ => vec![],
    };
    all.extend(mistakes(known.name).map(|forms| ("formula", forms)));
    if !["constant", "plateau"].contains(&known.name) {
        all.push(("clock", clocks(known)));
    }
    all
}

pub(super) type Alternatives = Vec<Alternative<Conventions>>;

fn exponents() -> Alternatives {
    vec![
        Alternative::word("floor", "γ^⌊t/s⌋", |c: &mut Conventions| c.division = Division::Floor),
        Alternative::word("real", "γ^(t/s)", |c: &mut Conventions| c.division = Division::Real),
    ]
}

fn boundaries() -> Alternatives {
    vec![
        Alternative::word("new", "the next piece from t = m on", |c: &mut Conventions| c.boundary = Boundary::New),
        Alternative::word("old", "the next piece from t = m + 1 on", |c: &mut Conventions| c.boundary = Boundary::Old),
    ]
}

fn last_steps() -> Alternatives {
    vec![
        Alternative::word("length", "t/T", |c: &mut Conventions| c.last = LastStep::Length),
        Alternative::word("length-less-one", "t/(T - 1)", |c: &mut Conventions| c.last = LastStep::LengthLessOne),
    ]
}

fn within_cycles() -> Alternatives {
    vec![
        Alternative::word("length", "t/T_i, the next cycle at T_i", |c: &mut Conventions| c.last = LastStep::Length),
        Alternative::word("length-less-one", "t/(T_i - 1), the next cycle at T_i", |c: &mut Conventions| {
            c.last = LastStep::LengthLessOne;
        }),
        Alternative::word("length-and-one", "t/T_i, the next cycle at T_i + 1", |c: &mut Conventions| {
            c.after = After::RestartLater;
        }),
    ]
}

fn after_cosine() -> Alternatives {
    vec![
        Alternative::word("continue", "cos(πt/T) for all t", |c: &mut Conventions| c.after = After::Continue),
        Alternative::word("hold", "cos(π min(1, t/T))", |c: &mut Conventions| c.after = After::Hold),
        Alternative::word("zero", "0 for t > T", |c: &mut Conventions| c.after = After::Zero),
        Alternative::word("restart", "cos(π (t mod T)/T)", |c: &mut Conventions| c.after = After::Restart),
        Alternative::word("restart-later", "cos(π (t mod (T + 1))/T)", |c: &mut Conventions| c.after = After::RestartLater),
    ]
}

fn after_polynomial() -> Alternatives {
    vec![
        Alternative::word("hold", "(1 - min(1, t/T))^p", |c: &mut Conventions| c.after = After::Hold),
        Alternative::word("cycle", "(1 - t/(T ⌈t/T⌉))^p", |c: &mut Conventions| c.after = After::Cycle),
    ]
}

fn after_warm_up() -> Alternatives {
    vec![
        Alternative::word("hold", "the last rate for t ≥ N", |c: &mut Conventions| c.after = After::Hold),
        Alternative::word("continue", "a cosine that rises again", |c: &mut Conventions| c.after = After::Continue),
        Alternative::word("zero", "0 for t > N", |c: &mut Conventions| c.after = After::Zero),
    ]
}

fn annealings() -> Alternatives {
    vec![
        Alternative::word("cosine", "b + (a - b)(1 + cos(πp))/2", |c: &mut Conventions| c.annealing = Annealing::Cosine),
        Alternative::word("linear", "a + (b - a)p", |c: &mut Conventions| c.annealing = Annealing::Linear),
    ]
}

fn phases() -> Alternatives {
    vec![
        Alternative::word("two", "up, out", |c: &mut Conventions| c.three_phases = false),
        Alternative::word("three", "up, down, out", |c: &mut Conventions| c.three_phases = true),
    ]
}

fn knots() -> Alternatives {
    vec![
        Alternative::word("length-less-one", "the peak at wN - 1, the end at N - 1", |c: &mut Conventions| {
            c.knots = LastStep::LengthLessOne;
        }),
        Alternative::word("length", "the peak at wN, the end at N", |c: &mut Conventions| c.knots = LastStep::Length),
    ]
}

fn final_rates() -> Alternatives {
    vec![
        Alternative::word("of-first", "η_max/(div · final_div)", |c: &mut Conventions| c.final_of_first = true),
        Alternative::word("of-maximum", "η_max/final_div", |c: &mut Conventions| c.final_of_first = false).ruled_out(),
    ]
}

fn heights() -> Alternatives {
    vec![
        Alternative::word("constant", "η_max - η_min", |c: &mut Conventions| c.halving = false),
        Alternative::word("halving", "(η_max - η_min)/2^cycle", |c: &mut Conventions| c.halving = true),
    ]
}

fn countings() -> Alternatives {
    vec![
        Alternative::word("from-zero", "t/W", |c: &mut Conventions| c.counting = Counting::FromZero),
        Alternative::word("from-one", "(t + 1)/W", |c: &mut Conventions| c.counting = Counting::FromOne),
        Alternative::word("between", "(t + 1)/(W + 1)", |c: &mut Conventions| c.counting = Counting::Between),
    ]
}

fn joints() -> Alternatives {
    vec![
        Alternative::word("shifted", "cos(π(t - W)/(N - W))", |c: &mut Conventions| c.joint = Joint::Shifted),
        Alternative::word("running", "cos(πt/N)", |c: &mut Conventions| c.joint = Joint::Running),
    ]
}

fn limits() -> Alternatives {
    vec![
        Alternative::word("exceeded", "bad observations > p", |c: &mut Conventions| c.limit = Limit::Exceeded),
        Alternative::word("reached", "bad observations ≥ p", |c: &mut Conventions| c.limit = Limit::Reached),
    ]
}

fn bars() -> Alternatives {
    vec![
        Alternative::word("relative", "m < b (1 - δ)", |c: &mut Conventions| c.bar = Bar::Relative),
        Alternative::word("absolute", "m < b - δ", |c: &mut Conventions| c.bar = Bar::Absolute),
        Alternative::word("of-magnitude", "m < b - δ|b|", |c: &mut Conventions| c.bar = Bar::OfMagnitude),
    ]
}

fn coolings() -> Alternatives {
    vec![
        Alternative::word("whole", "no observation of a cooldown is bad", |c: &mut Conventions| c.cooling = Cooling::Whole),
        Alternative::word("less-one", "the last observation of a cooldown may be bad", |c: &mut Conventions| {
            c.cooling = Cooling::LessOne;
        }),
    ]
}

fn negligible() -> Alternatives {
    vec![
        Alternative::word("ignored", "a drop by 1e-8 or less is left out", |c: &mut Conventions| c.negligible = true),
        Alternative::word("made", "every drop is made", |c: &mut Conventions| c.negligible = false),
    ]
}

fn after_drops() -> Alternatives {
    vec![
        Alternative::word("restart", "the count of bad observations begins again after a drop", |c: &mut Conventions| {
            c.after_drop = AfterDrop::Restart;
        }),
        Alternative::word("keep", "the count of bad observations goes on after a drop", |c: &mut Conventions| {
            c.after_drop = AfterDrop::Keep;
        })
        .ruled_out(),
    ]
}
