//! # Adam with its steps counted from 0 or from 1
//!
//! **Setting.** The notes print Adam six times: with `t` from 1 (000, 001, 002, 003, and 004's code), and with `t + 1` in the place of
//! `t`, `t` from 0 (004's formulas). The place of ε is another question: each print is held against the code with its own.
//!
//! **Statement.** (1) They are one Adam. (2) 001, 002, 003 and 004's code print one expression, which is transcribed once; in doubles
//! 004's formulas, which divide first, differ from it by at most four units of rounding of a step. (3) A counter that is 0 in the
//! first correction divides by zero.
//!
//! **Why.** The exponent of the first step is 1 in all of them. Each order of the last two operations rounds twice.
//!
//! **How it could fail.** Each expression is transcribed by itself, and runs in intervals and in doubles beside the code.

use super::runs::{BARELY_LONGER, adam, changed, default_epsilon, default_moments, displacement, gradients, points, size};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Format, Interval, Rational, Root, Tracked, rational, to_f64};
use crate::optimizers::{Epsilon, Method};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-index-forms",
    title: "Adam counted from 0 with t + 1 is Adam counted from 1",
    topic: "adaptive",
    record: Some("adam-index-forms"),
    statement: "$hat(m)_(t+1) = m_(t+1) / (1 - β_1^(t+1))$ from $t = 0$ and $hat(m)_t = m_t / (1 - β_1^t)$ from $t = 1$ are the same \
                Adam; a counter that is 0 in the first correction divides by zero.",
    hypotheses: &["the place of $ε$ aside: each printed form is compared with Adam of its own $ε$"],
    sources: &[
        Source::Note("004", "147-158"),
        Source::Note("000", "221-229"),
        Source::Note("001", "70-77"),
        Source::Note("002", "111-116"),
        Source::Note("003", "296-317"),
        Source::Note("004", "304-331"),
        Source::Cited("kingma2015", "Algorithm 1"),
    ],
    claims: &[
        Claim {
            id: "same",
            as_stated: true,
            statement: "each of the six printed forms has the steps of the code, within $10^(-10) η$",
            quantifier: "500 steps of 8 drawn coordinates, the default parameters, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| same(lab, subject, 0, Place::OfThePrint),
        },
        Claim {
            id: "in-doubles",
            as_stated: false,
            statement: "the steps of the code in double precision are those of the form printed in note 001, within the rounding errors of \
                        the formula",
            quantifier: "100 steps of 8 drawn coordinates, the default parameters; any order of evaluation in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: in_doubles,
        },
        Claim {
            id: "division-first",
            as_stated: false,
            statement: "in double precision the formulas of 004 are within $4.001$ units of rounding of the step of the expression that \
                        001, 002, 003 and the code of 004 print",
            quantifier: "the two transcriptions; 500 steps of 8 drawn coordinates",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(bits(lab, 4.001)),
        },
        Claim {
            id: "counted-from-zero",
            as_stated: false,
            statement: "with $t = 0$ in the first correction the first step of every printed form is not a number",
            quantifier: "the six transcriptions in double precision, 8 drawn coordinates",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(not_a_number(lab, -1)),
        },
    ],
    controls: &[
        Control {
            id: "counted-from-two",
            differs: "the first correction has t = 2",
            broken: Broken::Statement(|lab, subject| same(lab, subject, 1, Place::OfThePrint)),
        },
        Control {
            id: "one-place-for-epsilon",
            differs: "claims that all six are Adam with ε outside the root, 000 too",
            broken: Broken::Statement(|lab, subject| same(lab, subject, 0, Place::Outside)),
        },
        Control {
            id: "all-the-same-bits",
            differs: "claims that the formulas of 004 have the same bits too",
            broken: Broken::Statement(|lab, _| Ok(bits(lab, 0.0))),
        },
        Control {
            id: "counted-from-one",
            differs: "claims that counting from 1 divides by zero",
            broken: Broken::Statement(|lab, _| Ok(not_a_number(lab, 0))),
        },
        Control {
            id: "code-steps-longer",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "same", subject: &LONGER_STEP },
        },
        Control {
            id: "doubles-step-barely-longer",
            differs: "the code steps by η (1 + 10⁻¹²)",
            broken: Broken::Subject { claim: "in-doubles", subject: &BARELY_LONGER },
        },
        Control {
            id: "doubles-without-correction",
            differs: "the code does not correct the bias",
            broken: Broken::Subject {
                claim: "in-doubles",
                subject: &Impostor {
                    name: "no bias correction",
                    instead: |method| changed(method, |adam| adam.bias_correction = false),
                },
            },
        },
    ],
    plots: &[orders],
};

/// What a print keeps: the moments, and the powers of β₁ and β₂ to the exponent that its counter has reached.
struct Memory<R> {
    m: R,
    v: R,
    powers: [R; 2],
    /// Whether the counter still has to reach the 0 that it should start from.
    late: bool,
}

impl<R: Root> Memory<R> {
    /// Before the first step; the first exponent is `1 + shift`, for a shift of -1, 0 or 1.
    fn new(given: &Parameters<R>, shift: i32) -> Self {
        let start = |beta: &R| if shift == 1 { beta.clone() } else { R::one() };
        Memory { m: R::zero(), v: R::zero(), powers: [start(&given.beta1), start(&given.beta2)], late: shift == -1 }
    }

    /// The powers for the next exponent.
    fn ahead(&self, given: &Parameters<R>) -> [R; 2] {
        let [power1, power2] = self.powers.clone();
        if self.late { [power1, power2] } else { [power1 * &given.beta1, power2 * &given.beta2] }
    }

    fn tick(&mut self, given: &Parameters<R>) {
        self.powers = self.ahead(given);
        self.late = false;
    }

    fn average(&mut self, given: &Parameters<R>, gradient: R) {
        self.m = given.beta1.clone() * &self.m + (R::one() - &given.beta1) * &gradient;
        self.v = given.beta2.clone() * &self.v + (R::one() - &given.beta2) * (gradient.clone() * &gradient);
    }

    fn corrected(&self, [power1, power2]: &[R; 2]) -> (R, R) {
        (self.m.clone() / (R::one() - power1), self.v.clone() / (R::one() - power2))
    }
}

/// β₁, β₂, the step size and ε.
struct Parameters<R> {
    beta1: R,
    beta2: R,
    rate: R,
    epsilon: R,
}

/// One step of a print: what it subtracts from θ.
type Step<R> = fn(&mut Memory<R>, &Parameters<R>, R) -> R;

struct Print<R> {
    name: &'static str,
    placement: Epsilon,
    step: Step<R>,
}

/// The same lines in 000 to 003 and in the code of 004: the counter goes to t, which is 1 in the first step, and is the exponent.
fn counted_from_one<R: Root>(memory: &mut Memory<R>, given: &Parameters<R>, gradient: R) -> (R, R) {
    memory.tick(given);
    memory.average(given, gradient);
    memory.corrected(&memory.powers)
}

/// The formulas of 004: the counter is t, 0 in the first step, the exponent is `t + 1`, and the counter goes on afterwards.
fn counted_from_zero<R: Root>(memory: &mut Memory<R>, given: &Parameters<R>, gradient: R) -> (R, R) {
    memory.average(given, gradient);
    let corrected = memory.corrected(&memory.ahead(given));
    memory.tick(given);
    corrected
}

fn prints<R: Root>() -> [Print<R>; 6] {
    fn outside<R: Root>(memory: &mut Memory<R>, given: &Parameters<R>, gradient: R) -> R {
        let (m, v) = counted_from_one(memory, given, gradient);
        given.rate.clone() * m / (v.sqrt() + &given.epsilon)
    }
    let print = |name, step| Print { name, placement: Epsilon::Outside, step };
    [
        Print {
            name: "000",
            placement: Epsilon::Inside,
            step: |memory, given, gradient| {
                let (m, v) = counted_from_one(memory, given, gradient);
                given.rate.clone() * m / (v + &given.epsilon).sqrt()
            },
        },
        print("001", outside::<R>),
        print("002", outside::<R>),
        print("003", outside::<R>),
        print("004", |memory, given, gradient| {
            let (m, v) = counted_from_zero(memory, given, gradient);
            given.rate.clone() / (v.sqrt() + &given.epsilon) * m
        }),
        print("the code of 004", outside::<R>),
    ]
}

fn parameters<R: Root>() -> Parameters<R> {
    let moments = default_moments();
    Parameters { beta1: R::of(&moments.beta1), beta2: R::of(&moments.beta2), rate: R::one(), epsilon: R::of(&default_epsilon()) }
}

/// The steps of a print on these gradients, all coordinates of a step together.
fn steps<R: Root>(print: &Print<R>, shift: i32, gradients: &[Vec<R>]) -> Vec<Vec<R>> {
    let given = parameters::<R>();
    let mut memories: Vec<Memory<R>> = gradients[0].iter().map(|_| Memory::new(&given, shift)).collect();
    let row = |row: &Vec<R>| {
        memories.iter_mut().zip(row).map(|(memory, gradient)| (print.step)(memory, &given, gradient.clone())).collect()
    };
    gradients.iter().map(row).collect()
}

fn method(placement: Epsilon) -> Method {
    let method = Method::new(adam(default_moments(), default_epsilon()), Rational::ONE);
    match placement {
        Epsilon::Inside => changed(&method, |adam| adam.placement = Epsilon::Inside),
        _ => method,
    }
}

/// Which Adam a print is compared with.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    OfThePrint,
    Outside,
}

fn same(lab: &Lab, subject: &dyn Subject, shift: i32, place: Place) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    // Small gradients, so that the place of ε is seen.
    let gradients: Vec<_> =
        gradients(lab, 500, 8).iter().map(|row| points(&row.iter().map(|g| g / 1024.0).collect::<Vec<_>>())).collect();
    for print in prints::<Interval>() {
        let placement = if place == Place::OfThePrint { print.placement } else { Epsilon::Outside };
        let mut optimizer = subject.enclosure(&method(placement))?;
        for (t, (row, printed)) in gradients.iter().zip(steps(&print, shift, &gradients)).enumerate() {
            for (found, printed) in displacement(&mut *optimizer, row).into_iter().zip(printed) {
                exact.decided(print.name, (found - printed).smaller_than(1e-10), || {
                    format!(
                        "step {}: {:e} against {:e}, in enclosures of {:e}",
                        t + 1,
                        found.lo,
                        printed.lo,
                        size(found - printed)
                    )
                });
            }
        }
    }
    Ok(exact.evidence())
}

fn in_doubles(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let gradients = gradients(lab, 100, 8);
    let held: Vec<Vec<Tracked<f64>>> = gradients.iter().map(|row| row.iter().map(|g| Tracked::exactly(*g)).collect()).collect();
    let mut optimizer = subject.double(&method(Epsilon::Outside))?;
    for (t, (row, printed)) in gradients.iter().zip(steps(&prints()[1], 0, &held)).enumerate() {
        for (found, printed) in displacement(&mut *optimizer, row).into_iter().zip(printed) {
            property.within("the step of the print", printed.distance(found), printed.bound(), || {
                format!("step {}: {found:e}", t + 1)
            });
        }
    }
    Ok(property.evidence())
}

/// `a b / c` and `a / c · b` are each off by at most two roundings, `(1 + u)² / (1 - u)²` apart: four units, and a little more.
fn bits(lab: &Lab, units: f64) -> Evidence {
    let mut exact = Exact::new();
    let gradients = gradients(lab, 500, 8);
    let prints = prints::<f64>();
    let wanted = steps(&prints[1], 0, &gradients).concat();
    let allowed = units * <f64 as Format>::UNIT_ROUNDOFF;
    for print in prints.iter().filter(|print| print.name == "004") {
        for (found, wanted) in steps(print, 0, &gradients).concat().iter().zip(&wanted) {
            exact.holds("within units of rounding of 001", (found - wanted).abs() <= allowed * wanted.abs(), || {
                format!("{}: {found:e} against {wanted:e}", print.name)
            });
        }
    }
    exact.evidence()
}

fn not_a_number(lab: &Lab, shift: i32) -> Evidence {
    let mut exact = Exact::new();
    for print in prints::<f64>() {
        for step in steps(&print, shift, &gradients(lab, 1, 8)).concat() {
            exact.holds("the first step is not a number", step.is_nan(), || format!("{}: {step:e}", print.name));
        }
    }
    exact.evidence()
}

/// The first steps on a constant gradient, with counters that start differently.
fn orders(_: &Lab) -> Plot {
    let gradients = vec![vec![1.0]; 30];
    let numbered = |steps: Vec<Vec<f64>>| (1..).map(f64::from).zip(steps.concat()).map(|(t, step)| [t, step]).collect::<Vec<_>>();
    let print = &prints::<f64>()[1];
    let mut series = vec![
        Series::theory("first exponent 1", numbered(steps(print, 0, &gradients))),
        Series::theory("first exponent 2", numbered(steps(print, 1, &gradients))),
    ];
    if let Ok(mut optimizer) = Reference.double(&method(Epsilon::Outside)) {
        let found = gradients.iter().map(|row| displacement(&mut *optimizer, row)).collect();
        series.push(Series::measured("the code", numbered(found)));
    }
    Plot {
        id: "first-steps".into(),
        title: format!("Steps on a constant gradient, η = 1, β₁ = {}", to_f64(&rational(9, 10))),
        x: "step".into(),
        y: "length".into(),
        series,
        ..Plot::default()
    }
}
