//! # The exponential moving average in closed form
//!
//! **Setting.** `A_t = β A_(t-1) + (1 - β) x_t`, `0 ≤ β < 1`; the code's is the velocity of momentum in the convention of averages.
//!
//! **Statement.** (1) The recursion. (2) `A_t = (1 - β) Σ_(i=1)^t β^(t-i) x_i + β^t A_0`. (3) The weights are not negative and sum to 1,
//! so that `A_t` lies between the least and the largest of `A_0, x_1, ..., x_t`.
//!
//! **Why.** Induction on t; `(1 - β) Σ β^(t-i) + β^t = 1` telescopes.
//!
//! **How it could fail.** With `η = 1` the code's displacement is `A_t`. It runs in exact arithmetic on a unit vector for each `x_i` and
//! for `A_0`, which is all data if the code is linear; that is tried on drawn data.

use super::runs::{averaging, changed_decay};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::optimizers::{Algorithm, Method, Momentum, Saved, Velocity, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::HEAVIER_BALL;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "ema-definition",
    title: "An exponential moving average is a convex combination with geometric weights",
    topic: "adaptive",
    record: Some("ema-definition"),
    statement: "$A_t = β A_(t-1) + (1 - β) x_t$ is $A_t = (1 - β) sum_(i=1)^t β^(t-i) x_i + β^t A_0$, a convex combination of \
                $A_0, x_1, ..., x_t$.",
    hypotheses: &["$0 ≤ β < 1$"],
    sources: &[Source::Note("001", "144-147"), Source::Note("000", "207"), Source::Note("000", "221-222")],
    claims: &[
        Claim {
            id: "recursion",
            as_stated: true,
            statement: "$A_t = β A_(t-1) + (1 - β) x_t$",
            quantifier: "the code; t ≤ 40, β in {1/2, 9/10, 999/1000}, unit impulses and drawn data, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: recursion,
        },
        Claim {
            id: "closed-form",
            as_stated: false,
            statement: "$A_t = (1 - β) sum_(i=1)^t β^(t-i) x_i + β^t A_0$",
            quantifier: "the code on all data if it is linear in them, which is tried on drawn data; t in {1, 7, 40}, β in {1/2, 9/10, 999/1000}",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| closed(lab, subject, |beta, age| beta.pow(age)),
        },
        Claim {
            id: "weights-sum-to-one",
            as_stated: false,
            statement: "$(1 - β) sum_(i=1)^t β^(t-i) + β^t = 1$",
            quantifier: "all β; all t by induction, and t ≤ 50 by the sum itself",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(sums(true)),
        },
        Claim {
            id: "between-extremes",
            as_stated: false,
            statement: "$A_t$ lies between the least and the largest of $A_0, x_1, ..., x_t$",
            quantifier: "the code on 40 drawn sequences and on constant ones; t ≤ 40, β in {1/2, 9/10, 999/1000}",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| between(lab, subject, true),
        },
    ],
    controls: &[
        Control {
            id: "without-the-start",
            differs: "claims the sum without β^t A_0",
            broken: Broken::Statement(|lab, subject| {
                closed(lab, subject, |beta, age| if age == 40 { Rational::ZERO } else { beta.pow(age) })
            }),
        },
        Control {
            id: "weights-sum-to-one-from-zero",
            differs: "claims that the weights of x_1, ..., x_t sum to 1 by themselves",
            broken: Broken::Statement(|_, _| Ok(sums(false))),
        },
        Control {
            id: "start-not-counted",
            differs: "claims A_t between the extremes of x_1, ..., x_t alone, where A_0 = 0",
            broken: Broken::Statement(|lab, subject| between(lab, subject, false)),
        },
        Control {
            id: "swapped",
            differs: "the code has 1 - β for β",
            broken: Broken::Subject {
                claim: "closed-form",
                subject: &Impostor {
                    name: "1 - β for β", instead: |method| changed_decay(method, |beta| Rational::ONE - beta)
                },
            },
        },
        Control {
            id: "decay-larger-by-a-billionth",
            differs: "the code's β is larger by the factor 1 + 10⁻⁹",
            broken: Broken::Subject { claim: "recursion", subject: &HEAVIER_BALL },
        },
        Control {
            id: "sum-for-average",
            differs: "the code adds x without the factor 1 - β",
            broken: Broken::Subject {
                claim: "between-extremes",
                subject: &Impostor {
                    name: "sum for average",
                    instead: |method| match &method.algorithm {
                        Algorithm::Momentum(Momentum { momentum, .. }) => {
                            let velocity = Velocity::StepOutside;
                            let algorithm = Algorithm::Momentum(Momentum { momentum: momentum.clone(), velocity });
                            Method { algorithm, ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[weights],
};

const STEPS: usize = 40;

const DECAYS: [(i64, u64); 3] = [(1, 2), (9, 10), (999, 1000)];

/// The code's averages: `found[t]` after t steps from `start`, a coordinate each.
fn averages(
    subject: &dyn Subject,
    beta: &Rational,
    start: &[Rational],
    data: &[Vec<Rational>],
) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let mut optimizer = subject.exact(&Method::new(averaging(beta.clone()), Rational::ONE))?;
    optimizer.load(Saved { step_size: Rational::ONE, calls: 0, tensors: vec![Some((0, vec![start.to_vec()]))] });
    let mut found = vec![start.to_vec()];
    for row in data {
        let mut x = vec![Rational::ZERO; start.len()];
        advance(&mut *optimizer, &mut x, |_| row.clone());
        found.push(x.into_iter().map(|x| -x).collect());
    }
    Ok(found)
}

/// Coordinate `i < STEPS` has `x_(i+1) = 1`, the next one `A_0 = 1`, the last one drawn data.
fn inputs(lab: &Lab) -> (Vec<Rational>, Vec<Vec<Rational>>) {
    let mut draws = lab.stream("data").trial(0);
    let unit = |place: usize| (0..=STEPS).map(move |other| if other == place { Rational::ONE } else { Rational::ZERO });
    let mut row = |place| unit(place).chain([draws.fraction(-100..101, 7)]).collect::<Vec<_>>();
    let start = row(STEPS);
    (start, (0..STEPS).map(row).collect())
}

fn recursion(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (start, data) = inputs(lab);
    for (top, bottom) in DECAYS {
        let beta = rational(top, bottom);
        let found = averages(subject, &beta, &start, &data)?;
        for (t, (pair, row)) in found.windows(2).zip(&data).enumerate() {
            for ((before, x), after) in pair[0].iter().zip(row).zip(&pair[1]) {
                let wanted = &beta * before + (Rational::ONE - &beta) * x;
                exact.holds("A_t = β A_(t-1) + (1 - β) x_t", *after == wanted, || {
                    format!("β = {beta}, t = {}: {} against {}", t + 1, readable(after), readable(&wanted))
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// Against the closed form, with `power(β, age)` for `β^age`.
fn closed(lab: &Lab, subject: &dyn Subject, power: fn(&Rational, isize) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (start, data) = inputs(lab);
    for (top, bottom) in DECAYS {
        let beta = rational(top, bottom);
        let found = averages(subject, &beta, &start, &data)?;
        for t in [1, 7, STEPS] {
            for (coordinate, last) in found[t].iter().enumerate() {
                let term = |(i, row): (usize, &Vec<Rational>)| power(&beta, (t - 1 - i) as isize) * &row[coordinate];
                let sum = data[..t].iter().enumerate().map(term).fold(Rational::ZERO, |sum, term| sum + term);
                let wanted = (Rational::ONE - &beta) * sum + power(&beta, t as isize) * &start[coordinate];
                exact.holds("the closed form", *last == wanted, || {
                    format!("β = {beta}, t = {t}, coordinate {coordinate}: {} against {}", readable(last), readable(&wanted))
                });
            }
        }
    }
    Ok(exact.evidence())
}

fn sums(with_start: bool) -> Evidence {
    let mut exact = Exact::new();
    let [beta, power, sum] = Polynomial::variables();
    let one = beta.int(1);
    let total = |sum: &Polynomial, power: &Polynomial| {
        let weights = (one.clone() - &beta) * sum;
        if with_start { weights + power } else { weights }
    };
    // Σ_(t+1) = β Σ_t + 1.
    let next = total(&(&beta * &sum + &one), &(&beta * &power));
    exact.identity("from t to t + 1", next - &one, &beta * (total(&sum, &power) - &one));
    let (mut partial, mut reached) = (beta.int(0), one.clone());
    for _ in 1..=50 {
        (partial, reached) = (&beta * &partial + &one, &beta * &reached);
        exact.identity("the sum", total(&partial, &reached), one.clone());
    }
    exact.evidence()
}

fn between(lab: &Lab, subject: &dyn Subject, counted: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let stream = lab.stream("sequences");
    let row = |t| {
        let mut draws = stream.trial(t);
        (0..40).map(|_| draws.fraction(1..100, 7)).chain([Rational::ONE]).collect()
    };
    let data: Vec<Vec<Rational>> = (0..STEPS as u64).map(row).collect();
    // A start among the data, or at zero, which lies below all of them.
    let start = if counted { data[STEPS - 1].clone() } else { vec![Rational::ZERO; 41] };
    for (top, bottom) in DECAYS {
        let beta = rational(top, bottom);
        let found = averages(subject, &beta, &start, &data)?;
        for (t, row) in found.iter().enumerate().skip(1) {
            for (coordinate, average) in row.iter().enumerate() {
                let seen = || (0..t).map(|i| &data[i][coordinate]).chain(counted.then_some(&start[coordinate]));
                let (low, high) = (seen().min(), seen().max());
                exact.holds("between the extremes", low <= Some(average) && Some(average) <= high, || {
                    format!("β = {beta}, t = {t}, sequence {coordinate}: {}", readable(average))
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// The weight of the value that is so many steps old.
fn weights(_: &Lab) -> Plot {
    let mut series = Vec::new();
    for (top, bottom) in [(1, 2), (9, 10)] {
        let beta = rational(top, bottom);
        let data: Vec<_> = (0..30).map(|age| vec![if age == 0 { Rational::ONE } else { Rational::ZERO }]).collect();
        let found = averages(&Reference, &beta, &[Rational::ZERO], &data).unwrap_or_default();
        let theory = (0..30).map(|age| [age as f64, to_f64(&((Rational::ONE - &beta) * beta.pow(age)))]);
        series.push(Series::theory(&format!("(1 - β) β^age, β = {beta}"), theory));
        let measured = found.iter().skip(1).enumerate().map(|(age, row)| [age as f64, to_f64(&row[0])]);
        series.push(Series::measured(&format!("the code, β = {beta}"), measured));
    }
    Plot {
        id: "weights".into(),
        title: "Weights of an exponential moving average".into(),
        x: "age of the value".into(),
        y: "weight".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
