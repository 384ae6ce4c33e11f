//! # Which optimizer is best
//!
//! **Setting.** Five methods, nine rates `4⁰` to `4⁻⁸` for each, 100 updates from `(1, -2, 3)` on four quadratics; the result of a method
//! is the least `max |x_i|` over its rates.
//!
//! **Statement.** No theorem: "best for" has no quantifier. (1) As stated, that one method is to be preferred in general: refuted on these
//! problems. (2) Each of SGD, momentum, RMSprop and Adam is first on one of them. (3) The ranking is that of a budget: with the notes'
//! rates untuned, and after 60 updates, it is another one.
//!
//! **Why.** One rate suits a round bowl, momentum a narrow valley, a rate for each coordinate a badly scaled problem.
//!
//! **How it could fail.** The code runs in doubles, and a first place must be won by a quarter; so libraries' last bits decide nothing.

use super::costs::specimen;
use crate::evidence::{Evidence, Property};
use crate::lab::{Draws, Lab};
use crate::number::{Rational, rational};
use crate::optimizers::{Algorithm, Method, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic, Rotated};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "optimizer-recommendation-tables",
    title: "Each of five optimizers is the best one for some problem and budget",
    topic: "accumulation",
    record: Some("optimizer-recommendation-tables"),
    statement: "On four model quadratics, with nine rates each and 100 updates, gradient descent is first on the round one, momentum on \
                a rotated valley with $κ = 300$, RMSprop on one with scales from $10^(-4)$ to $10^4$, and Adam on a rotated valley with \
                $κ = 50$. Untuned, or after 60 updates, the last of them has another winner.",
    hypotheses: &[
        "a measurement on these model problems, not a general truth, and no recommendation",
        "the same nine rates for each method, other hyper-parameters at their defaults, no noise",
        "first means at most three quarters of the next one's distance",
        "for a subject that offers all five methods",
    ],
    sources: &[
        Source::Note("001", "261-267"),
        Source::Note("002", "121-124"),
        Source::Note("002", "280"),
        Source::Note("003", "368-376"),
        Source::Note("004", "194-208"),
        Source::Cited("schmidt2021", "section 4"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "Adam is the default for general use: tuned alike, it is first everywhere",
            quantifier: "refuted by the round quadratic, where gradient descent is far ahead",
            expected: Verdict::Refuted,
            method: By::Measurement,
            check: |_, subject| first(subject, &ALL, [ADAM; 4], 100, |_, _| RATES.to_vec()),
        },
        Claim {
            id: "four-winners",
            as_stated: false,
            statement: "gradient descent, momentum, RMSprop and Adam are first on a problem each",
            quantifier: "the four model problems, nine rates, 100 updates",
            expected: Verdict::Supported,
            method: By::Measurement,
            check: |_, subject| first(subject, &ALL, WINNERS, 100, |_, _| RATES.to_vec()),
        },
        Claim {
            id: "untuned",
            as_stated: false,
            statement: "with the rates of note 003's examples (0.001 for Adam, 0.01 for the others and, by analogy, AdaGrad) momentum is first where \
                        tuned Adam is",
            quantifier: "the rotated valley with κ = 50, 100 updates",
            expected: Verdict::Supported,
            method: By::Measurement,
            check: |_, subject| first(subject, &ALL[3..], [MOMENTUM; 1], 100, |_, _| vec![]),
        },
        Claim {
            id: "after-60-updates",
            as_stated: false,
            statement: "after 60 updates AdaGrad is first where Adam is after 100",
            quantifier: "the rotated valley with κ = 50, nine rates",
            expected: Verdict::Supported,
            method: By::Measurement,
            check: |_, subject| first(subject, &ALL[3..], [ADAGRAD; 1], 60, |_, _| RATES.to_vec()),
        },
    ],
    controls: &[
        Control {
            id: "random-rates",
            differs: "each method has one rate, drawn from the nine; twenty draws",
            broken: Broken::Statement(|lab, subject| {
                let stream = lab.stream("rates");
                let drawn = |draw: u64, method: usize| {
                    let draws: &mut Draws = &mut stream.trial(draw * 8 + method as u64);
                    vec![RATES[draws.index(RATES.len())]]
                };
                first_of_draws(subject, drawn)
            }),
        },
        Control {
            id: "fewer-updates",
            differs: "claims the same winners after 60 updates",
            broken: Broken::Statement(|_, subject| first(subject, &ALL, WINNERS, 60, |_, _| RATES.to_vec())),
        },
        Control {
            id: "half-the-momentum",
            differs: "the code's momentum is half of what it is asked for",
            broken: Broken::Subject { claim: "four-winners", subject: &LITTLE_MOMENTUM },
        },
        Control {
            id: "adam-untuned",
            differs: "claims that Adam is first with the notes' rates",
            broken: Broken::Statement(|_, subject| first(subject, &ALL[3..], [ADAM; 1], 100, |_, _| vec![])),
        },
    ],
    plots: &[rates],
};

/// Half the momentum.
static LITTLE_MOMENTUM: Impostor = Impostor {
    name: "half the momentum",
    instead: |method| {
        let mut method = method.clone();
        if let Algorithm::Momentum(rule) = &mut method.algorithm {
            rule.momentum = &rule.momentum / Rational::from(2);
        }
        method
    },
};

/// The methods, each with the rate of note 003's examples (lines 152, 234, 289 and 330); there is none for AdaGrad.
const METHODS: [(&str, &str, f64); 5] = [
    ("SGD", "gradient descent", 0.01),
    ("momentum", "momentum, step outside", 0.01),
    ("AdaGrad", "AdaGrad, Outside, from 0, step decay 0", 0.01),
    ("RMSprop", "RMSprop, Outside, from 0, no momentum", 0.01),
    ("Adam", "Adam, Outside", 0.001),
];

/// Places in the table.
const SGD: usize = 0;
const MOMENTUM: usize = 1;
const ADAGRAD: usize = 2;
const RMSPROP: usize = 3;
const ADAM: usize = 4;

/// `4⁰` to `4⁻⁸`, as powers of two they are exact in every format.
const RATES: [f64; 9] = {
    let mut rates = [1.0; 9];
    let mut place = 1;
    while place < rates.len() {
        rates[place] = rates[place - 1] / 4.0;
        place += 1;
    }
    rates
};

/// A quadratic by its spectrum in units of 10⁻⁴, and whether it is rotated.
#[derive(Clone, Copy, Debug)]
struct Model {
    name: &'static str,
    spectrum: [u64; 3],
    rotated: bool,
}

const ALL: [Model; 4] = [
    Model { name: "round", spectrum: [7_500, 7_500, 7_500], rotated: false },
    Model { name: "rotated valley, κ = 300", spectrum: [10_000, 300_000, 3_000_000], rotated: true },
    Model { name: "scales", spectrum: [1, 10_000, 100_000_000], rotated: false },
    Model { name: "rotated valley, κ = 50", spectrum: [10_000, 100_000, 500_000], rotated: true },
];

const WINNERS: [usize; 4] = [SGD, MOMENTUM, RMSPROP, ADAM];

impl Model {
    fn problem(&self) -> Box<dyn Problem<f64>> {
        let quadratic = Quadratic::of(&self.spectrum.map(|eigenvalue| rational(eigenvalue as i64, 10_000)));
        if self.rotated { Box::new(Rotated::new(quadratic, &[1, 1, 1].map(Rational::from))) } else { Box::new(quadratic) }
    }

    /// `max |x_i|` after so many updates; infinite if the run diverged.
    fn distance(&self, subject: &dyn Subject, method: &Method, rate: f64, updates: usize) -> Result<f64, NotOffered> {
        let rate = Rational::try_from(rate).expect("a rate is finite");
        let mut optimizer = subject.double(&Method { step_size: rate, ..method.clone() })?;
        let problem = self.problem();
        let end = trajectory(&mut *optimizer, vec![1.0, -2.0, 3.0], |x| problem.gradient(x), updates).pop();
        let end = end.expect("the start at least");
        Ok(if end.iter().all(|x| x.is_finite()) { end.iter().fold(0.0, |most, x| most.max(x.abs())) } else { f64::INFINITY })
    }
}

/// Holds for each model that the method that should be first is, by a quarter. Rates are those of a draw and a method, the notes' rate if
/// there is none.
fn compare(
    property: &mut Property,
    subject: &dyn Subject,
    models: &[Model],
    winners: &[usize],
    updates: usize,
    rates: impl Fn(usize) -> Vec<f64>,
) -> Result<(), NotOffered> {
    // Whoever lacks one of the methods is told before anything runs.
    let methods = METHODS.map(|(_, name, _)| specimen(name));
    for method in &methods {
        subject.double(method)?;
    }
    for (model, winner) in models.iter().zip(winners) {
        let mut results = vec![];
        for (place, method) in methods.iter().enumerate() {
            let rates = Some(rates(place)).filter(|rates| !rates.is_empty()).unwrap_or(vec![METHODS[place].2]);
            let mut least = f64::INFINITY;
            for rate in rates {
                least = least.min(model.distance(subject, method, rate, updates)?);
            }
            results.push(least);
        }
        let others = results.iter().enumerate().filter(|(place, _)| place != winner).map(|(_, result)| *result);
        let next = others.fold(f64::INFINITY, f64::min);
        // A run that left for infinity is behind any other one, and a bound has to be finite.
        let [winners_result, next] = [results[*winner], next].map(|result| result.min(f64::MAX / 2.0));
        property.within("first by a quarter", winners_result, 0.75 * next, || {
            let named = METHODS.iter().zip(&results).map(|((name, ..), result)| format!("{name} {result:.2e}"));
            format!("{}, {updates} updates: {}", model.name, named.collect::<Vec<_>>().join(", "))
        });
    }
    Ok(())
}

fn first<const N: usize>(
    subject: &dyn Subject,
    models: &[Model],
    winners: [usize; N],
    updates: usize,
    rates: impl Fn(u64, usize) -> Vec<f64>,
) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    compare(&mut property, subject, models, &winners, updates, |method| rates(0, method))?;
    Ok(property.evidence())
}

fn first_of_draws(subject: &dyn Subject, rates: impl Fn(u64, usize) -> Vec<f64>) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    // Not on the problems where all but one method diverge for most rates: any effect would be large there.
    for draw in 0..20 {
        compare(&mut property, subject, &ALL[3..], &WINNERS[3..], 100, |method| rates(draw, method))?;
    }
    Ok(property.evidence())
}

fn rates(_: &Lab) -> Plot {
    let model = ALL[3];
    let spectrum = model.spectrum.map(|eigenvalue| eigenvalue as f64 / 10_000.0);
    // The reflection along (1, 1, 1) takes x to x - (2/3)(x_1 + x_2 + x_3).
    let reflected = |x: [f64; 3]| {
        let amount = 2.0 / 3.0 * (x[0] + x[1] + x[2]);
        x.map(|x| x - amount)
    };
    let theory = |rate: f64| {
        let start = reflected([1.0, -2.0, 3.0]);
        let shrunk: [f64; 3] = std::array::from_fn(|place| start[place] * libm::pow(1.0 - rate * spectrum[place], 100.0));
        reflected(shrunk).iter().fold(0.0f64, |most, x| most.max(x.abs()))
    };
    let line = (0..=96).map(|place| libm::exp2(-16.0 + f64::from(place) / 6.0 * 0.65)).map(|rate| [rate, theory(rate)]);
    let mut series = vec![Series::theory("SGD, closed form", line.filter(|[_, distance]| *distance < 10.0))];
    for (name, specimen_name, _) in METHODS {
        let method = specimen(specimen_name);
        let distance = |rate| model.distance(&Reference, &method, rate, 100).expect("the reference offers it");
        let points = RATES.iter().map(|rate| [*rate, distance(*rate)]).filter(|[_, distance]| *distance < 10.0);
        series.push(Series::measured(name, points));
    }
    Plot {
        id: "rates".into(),
        title: "Distance after 100 updates, rotated valley with κ = 50".into(),
        x: "rate".into(),
        y: "largest coordinate".into(),
        log_x: true,
        log_y: true,
        series,
    }
}
