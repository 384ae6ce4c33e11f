//! The search among the formulas beside a method's own: other symbols in one place, then in two.

use super::formula::{Average, Correction, Decay, Denominator, Formula, Square, Symbols, Taken};
use super::{Cause, declared};
use crate::audit::conformance::{Fit, Twin};
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::kernels::Isa;
use crate::number::{Bounded, Rational, Real, Root};
use crate::optimizers::{Algorithm, Ascent, Counter, Coupling, Elementwise, Epsilon, Goal, Optimizer, Order, Scaling, Velocity};
use std::borrow::Cow;

/// A symbol in its place, and its words.
struct Change {
    place: usize,
    put: Box<dyn Fn(&mut Symbols)>,
    words: &'static str,
}

/// Everything that may stand in a place of the formula.
fn changes() -> Vec<Change> {
    let mut all: Vec<Change> = vec![];
    macro_rules! place {
        ($place:literal, $field:ident: $($value:expr => $words:literal),* $(,)?) => {
            $(all.push(Change { place: $place, put: Box::new(|symbols| symbols.$field = $value), words: $words });)*
        };
    }
    place!(7, denominator:
        Denominator::Outside => "the denominator √v̂ + ε",
        Denominator::Inside => "the denominator √(v̂ + ε)",
        Denominator::Hat => "the denominator (√v + ε) / √(1 - β₂^t)",
        Denominator::Twice => "the denominator √(v̂ + ε) + ε",
        Denominator::Minus => "the denominator √v̂ - ε",
        Denominator::Rootless => "the denominator v̂ + ε without a root",
        Denominator::NoEpsilon => "the denominator √v̂ without ε",
        Denominator::Largest => "the denominator max(√v̂, ε)",
        Denominator::One => "no denominator",
    );
    place!(0, decay:
        Decay::FirstOnly => "a decay that is in m and not in v",
        Decay::SecondOnly => "a decay that is in v and not in m",
        Decay::Gradient => "g ← g + λ x",
        Decay::Parameter => "x ← (1 - η λ) x beside the step",
        Decay::Corrected => "a decay by the corrected step size, x ← (1 - η √(1 - β₂^t) / (1 - β₁^t) λ) x",
        Decay::None => "no decay",
    );
    place!(1, first:
        Average::Mean => "m ← β₁ m + (1 - β₁) g",
        Average::Discounted => "m ← β₁ m + g",
        Average::Sum => "m ← m + g",
        Average::Last => "m ← g",
        Average::Swapped => "m ← (1 - β₁) m + β₁ g",
    );
    place!(2, square:
        Square::Magnitude => "|g| in the place of g² in v",
        Square::First => "m² in the place of g² in v",
        Square::Deviation => "(g - m)² in the place of g² in v",
        Square::WithEpsilon => "g² + ε in the place of g² in v",
    );
    place!(3, second:
        Average::Mean => "v ← β₂ v + (1 - β₂) g²",
        Average::Discounted => "v ← β₂ v + g²",
        Average::Sum => "v ← v + g²",
        Average::Last => "v ← g²",
        Average::Swapped => "v ← (1 - β₂) v + β₂ g²",
        Average::Multiplied => "v ← (β₂ v + 1 - β₂) g²",
    );
    place!(4, taken:
        Taken::OldFirst => "the average m before its update in the step, which comes one step late",
        Taken::OldSecond => "the average v before its update in the step",
        Taken::LookAhead => "m with the gradient once more in the step",
    );
    place!(5, mean:
        Correction::Divided => "m divided by 1 - β₁^t",
        Correction::Absent => "m without its correction",
        Correction::Multiplied => "m times 1 - β₁^t",
        Correction::Rooted => "m divided by √(1 - β₁^t)",
        Correction::ByPower => "m divided by β₁^t",
    );
    place!(6, variance:
        Correction::Divided => "v divided by 1 - β₂^t",
        Correction::Absent => "v without its correction",
        Correction::Multiplied => "v times 1 - β₂^t",
        Correction::Rooted => "v divided by √(1 - β₂^t)",
        Correction::ByPower => "v divided by β₂^t",
    );
    all
}

/// The symbols of a candidate, if its formula is one of these.
fn symbols(candidate: &Candidate) -> Option<Symbols> {
    let method = &candidate.method;
    let decay = match method.decay.as_ref().map(|decay| decay.coupling) {
        None => Decay::None,
        Some(Coupling::Gradient) => Decay::Gradient,
        Some(Coupling::Parameter(Scaling::StepSize, Order::Before)) => Decay::Parameter,
        Some(_) => return None,
    };
    let adam = Symbols {
        decay,
        first: Average::Mean,
        square: Square::Gradient,
        second: Average::Mean,
        taken: Taken::New,
        mean: Correction::Divided,
        variance: Correction::Divided,
        denominator: Denominator::Outside,
    };
    let place = |placement| match placement {
        Epsilon::Outside => Denominator::Outside,
        Epsilon::Inside => Denominator::Inside,
        Epsilon::Hat => Denominator::Hat,
    };
    let plain = Symbols { mean: Correction::Absent, variance: Correction::Absent, ..adam };
    Some(match &method.algorithm {
        Algorithm::Adam(rule) if rule.bias_correction => Symbols { denominator: place(rule.placement), ..adam },
        Algorithm::RmsProp(rule) if !rule.centred && rule.momentum.is_none() && rule.initial_accumulator.is_zero() => {
            Symbols { first: Average::Last, denominator: place(rule.placement), ..plain }
        }
        Algorithm::AdaGrad(rule) if rule.initial_accumulator.is_zero() && rule.step_decay.is_zero() => {
            Symbols { first: Average::Last, second: Average::Sum, denominator: place(rule.placement), ..plain }
        }
        Algorithm::Momentum(rule) if rule.velocity == Velocity::StepOutside => {
            Symbols { first: Average::Discounted, denominator: Denominator::One, ..plain }
        }
        _ => return None,
    })
}

/// Whether a formula with other symbols in one or two places explains the trace; of two places, neither does so alone.
pub(super) fn explains<N: Bounded>(trace: &Trace, candidate: &Candidate, fit: &Fit) -> Option<Cause>
where
    N::Wide: Root,
{
    let symbols = symbols(candidate)?;
    // The first coordinate that is away sieves; what it leaves must explain all of them.
    let sieve = fit.first.filter(|place| place.ratio.is_finite()).map(|place| trace.around(&place, None).0);
    let changes = changes();
    let fits = |chosen: &[&Change]| {
        let mut changed = symbols;
        chosen.iter().for_each(|change| (change.put)(&mut changed));
        let holds = |trace: &Trace| Twin::with(trace, optimizer::<N>(trace, candidate, changed), Cow::Borrowed(&trace.lr)).fits();
        sieve.as_ref().is_none_or(holds) && holds(trace)
    };
    let words = |chosen: &[&Change]| {
        let words: Vec<&str> = chosen.iter().map(|change| change.words).collect();
        Cause::formula(trace, format!("all of it is explained by {}", words.join(" and ")), candidate)
    };
    let one = changes.iter().map(|change| vec![change]);
    let two = changes.iter().enumerate().flat_map(|(index, change)| {
        changes[index + 1..].iter().filter(move |other| other.place != change.place).map(move |other| vec![change, other])
    });
    one.chain(two).find(|chosen| fits(chosen)).map(|chosen| words(&chosen))
}

/// A formula's optimizer, with the numbers of the header.
fn optimizer<N: Bounded>(trace: &Trace, candidate: &Candidate, symbols: Symbols) -> Box<dyn Optimizer<N>>
where
    N::Wide: Root,
{
    let number = |name: &str| {
        let exact = declared::number(&trace.header, name).map(|x| Rational::try_from(x).expect("a checked header is finite"));
        N::Wide::of(&exact.unwrap_or(Rational::ZERO))
    };
    let either = |name: &str, other: &str| if trace.header.hyper.contains_key(name) { number(name) } else { number(other) };
    let rates = [either("beta1", "momentum"), either("beta2", "rho")];
    let formula = Formula { symbols, rates, epsilon: number("eps"), decay: number("weight_decay") };
    let inner = Box::new(Elementwise::new(formula, number("lr"), Isa::Scalar, Counter::Each));
    match candidate.method.goal {
        Goal::Minimize => inner,
        Goal::Maximize => Box::new(Ascent { inner }),
    }
}
