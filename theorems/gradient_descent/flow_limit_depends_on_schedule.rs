//! # The limit of gradient descent depends on the schedule: it reaches the minimum exactly if the step sizes have no finite sum
//!
//! **Setting.** `x_(k+1) = x_k - η_k λ x_k` on `½λx²`, `0 ≤ a_k = η_k λ < 1`, so that `x_t = Π(1 - a_k) x_0`; `S = Σ a_k`.
//!
//! **Statement.** (1) `1 - S ≤ Π(1 - a_k) ≤ 1/(1 + S)`, so `x_t → 0` exactly if `S = ∞`: if S is finite, a tail has a sum below 1, and its
//! product is positive. (2) `a_k = 1/(k + 2)` gives `x_t = x_0/(t + 1) → 0`; `a_k = 1/(k + 2)²` gives `x_t = x_0 (t + 2)/(2(t + 1)) → x_0/2`.
//!
//! **Why.** `(1 - S)(1 - a) = 1 - (S + a) + Sa`; `(1 - a)(1 + S + a) = 1 + S - a(S + a)`; the two products telescope.
//!
//! **How it could fail.** The inductions are compared as polynomials; the code runs exactly with the schedules' own rates.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::schedules::{InversePower, Schedule};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "flow-limit-depends-on-schedule",
    title: "Gradient descent reaches the minimum exactly if the step sizes have no finite sum",
    topic: "gradient-descent",
    record: Some("flow-limit-depends-on-schedule"),
    statement: "On $½ λ x^2$ with $0 ≤ η_k λ < 1$ gradient descent tends to the minimiser exactly if $sum_k η_k = ∞$. With $η_k λ = 1/(k + 2)$, \
                $x_t = x_0/(t + 1)$; with $η_k λ = 1/(k + 2)^2$, $x_t = x_0 (t + 2)/(2(t + 1))$, which tends to $x_0/2$.",
    hypotheses: &["a quadratic", "$0 ≤ η_k λ < 1$, exact gradients"],
    sources: &[
        Source::Note("000", "513-516"),
        Source::Cited("knopp1954", "infinite products"),
        Source::Cited("robbins1951", "conditions on the step sizes"),
    ],
    claims: &[
        Claim {
            id: "depends",
            as_stated: true,
            statement: "the limit depends on the schedule and may not be the minimum: the code's iterates with $η_k = 1/(k + 2)$ are $x_0/(t + 1)$, \
                        with $η_k = 1/(k + 2)^2$ they are $x_0 (t + 2)/(2(t + 1)) > x_0/2$",
            quantifier: "λ = 1, x_0 = 3, 200 steps of the code with each schedule, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| runs(subject, [harmonic, square_harmonic]),
        },
        Claim {
            id: "products",
            as_stated: false,
            statement: "$product_(k < t) (1 - frac(1, k + 2)) = frac(1, t + 1)$ and $product_(k < t) (1 - frac(1, (k + 2)^2)) = frac(t + 2, 2(t + 1))$",
            quantifier: "all t, by induction",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(products(0)),
        },
        Claim {
            id: "exactly-if",
            as_stated: false,
            statement: "$1 - S ≤ product_k (1 - a_k) ≤ 1/(1 + S)$ with $S = sum_k a_k$, so that the product is 0 exactly if $S = ∞$",
            quantifier: "all schedules with 0 ≤ a_k = η_k λ < 1, by induction over the steps",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(bounds(0)),
        },
        Claim {
            id: "between",
            as_stated: false,
            statement: "with drawn step sizes the code's $x_t/x_0$ lies between $1 - S$ and $1/(1 + S)$",
            quantifier: "the drawn schedules, 30 steps each, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| between(lab, subject, Rational::ZERO),
        },
    ],
    controls: &[
        Control {
            id: "any-schedule",
            differs: "claims that 1/(k + 2)² reaches the minimum as 1/(k + 2) does",
            broken: Broken::Statement(|_, subject| runs(subject, [harmonic, harmonic])),
        },
        Control {
            id: "limit-reached",
            differs: "claims that x_200 is the limit x_0/2 of 1/(k + 2)² itself",
            broken: Broken::Statement(|_, subject| {
                runs(subject, [harmonic, |t| if t < 200 { square_harmonic(t) } else { rational(1, 2) }])
            }),
        },
        Control {
            id: "limit-a-billionth-lower",
            differs: "claims (t + 2)/(2(t + 1)) - 10⁻⁹",
            broken: Broken::Statement(|_, subject| {
                runs(subject, [harmonic, |t| square_harmonic(t) - rational(1, 1_000_000_000)])
            }),
        },
        Control {
            id: "product-a-billionth-off",
            differs: "claims (t + 2 + 10⁻⁹)/(2(t + 1))",
            broken: Broken::Statement(|_, _| Ok(products(1))),
        },
        Control {
            id: "bounds-a-billionth-off",
            differs: "claims (1 - a)(1 + S + a) = 1 + S - (1 + 10⁻⁹) a(S + a)",
            broken: Broken::Statement(|_, _| Ok(bounds(1))),
        },
        Control {
            id: "upper-bound-too-small",
            differs: "claims x_t ≤ x_0 (1 - 1/10)/(1 + S)",
            broken: Broken::Statement(|lab, subject| between(lab, subject, rational(1, 10))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "depends", subject: &LONGER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "depends", subject: &SHORTER_STEP },
        },
    ],
    plots: &[limits],
};

/// `1/(k + 2)`, and `1/(k + 2)²`.
fn schedules() -> [Schedule; 2] {
    let half = rational(1, 2);
    [1i64, 2].map(|power| {
        let base = half.pow(power as isize);
        Schedule::InversePower(InversePower { base, speed: half.clone(), power: Rational::from(power) })
    })
}

/// `x_t/x_0` after t steps.
type Decay = fn(i64) -> Rational;

fn harmonic(t: i64) -> Rational {
    rational(1, t as u64 + 1)
}

fn square_harmonic(t: i64) -> Rational {
    rational(t + 2, 2 * (t as u64 + 1))
}

/// One step of the code on `½x²`; gradient descent has no state, so every step may have its own optimizer and thereby its own method.
fn step(subject: &dyn Subject, rate: Rational, x: &mut Vec<Rational>) -> Result<(), NotOffered> {
    let quadratic = Quadratic { spectrum: vec![Rational::ONE] };
    advance(&mut *subject.exact(&Method::gradient_descent(rate))?, x, |x| quadratic.gradient(x));
    Ok(())
}

fn runs(subject: &dyn Subject, claimed: [Decay; 2]) -> Result<Evidence, NotOffered> {
    let start = Rational::from(3);
    let mut exact = Exact::new();
    for (schedule, claimed) in schedules().iter().zip(claimed) {
        let mut each = vec![start.clone()];
        let mut kept = each.clone();
        // One optimizer whose rate a schedule sets, and one for each step.
        let mut optimizer = subject.exact(&Method::gradient_descent(Rational::ONE))?;
        let quadratic = Quadratic { spectrum: vec![Rational::ONE] };
        for t in 0..200 {
            let Some(rate) = schedule.exact(t as u64) else {
                return Ok(Evidence::Invalid { reason: format!("no exact rate at step {t}") });
            };
            step(subject, rate.clone(), &mut each)?;
            optimizer.set_step_size(rate);
            advance(&mut *optimizer, &mut kept, |x| quadratic.gradient(x));
            let expected = claimed(t + 1) * &start;
            for (name, x) in [("x_t in closed form", &each), ("x_t in closed form, the rate being set", &kept)] {
                exact.equal(name, &x[0], &expected, || format!("{schedule:?}, t = {}", t + 1));
            }
        }
    }
    Ok(exact.evidence())
}

/// `error` billionths are added to the numerator of the second product.
fn products(error: i64) -> Evidence {
    let [t] = Polynomial::variables();
    let plus = |k: i64| &t + &t.int(k);
    let excess = t.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    // The factor of step t, with the denominators multiplied out.
    exact.identity("(1 - 1/(t + 2))/(t + 1) = 1/(t + 2)", (plus(2) - plus(0).int(1)) * plus(2), plus(2) * plus(1));
    let (before, after) = (plus(2) + &excess, plus(3) + &excess);
    let factor = plus(2).squared() - t.int(1);
    exact.identity(
        "(1 - 1/(t + 2)²) (t + 2)/(2(t + 1)) = (t + 3)/(2(t + 2))",
        factor * before * t.int(2) * plus(2),
        after * t.int(2) * plus(1) * plus(2).squared(),
    );
    // From 1 at t = 0; and (t + 2)/(2(t + 1)) = 1/2 + 1/(2(t + 1)).
    exact.identity("(t + 2)/(2(t + 1)) - 1/2 = 1/(2(t + 1))", plus(2) + excess - plus(1), t.int(1));
    exact.evidence()
}

/// `error` billionths are added to the 1 of what the upper bound leaves.
fn bounds(error: i64) -> Evidence {
    let [a, sum] = Polynomial::variables();
    let one = a.int(1);
    let after = &sum + &a;
    let rest = a.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    let mut exact = Exact::new();
    // Where 1 - S is negative, the product, which is not, is above it anyway.
    exact.identity("(1 - S)(1 - a) = 1 - (S + a) + Sa", (&one - &sum) * (&one - &a), &one - &after + &sum * &a);
    exact.identity("(1 - a)(1 + S + a) = 1 + S - a(S + a)", (&one - &a) * (&one + &after), &one + &sum - rest * &a * &after);
    exact.evidence()
}

/// `less` is the fraction taken from the upper bound.
fn between(lab: &Lab, subject: &dyn Subject, less: Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("between");
    let mut exact = Exact::new();
    for case in 0..lab.cases(100) {
        let draws = &mut stream.trial(case);
        let largest = 1 << (1 + draws.index(7));
        let (mut x, mut sum) = (vec![Rational::ONE], Rational::ZERO);
        for k in 0..30 {
            let rate = draws.fraction(0..largest, 256);
            sum += &rate;
            step(subject, rate, &mut x)?;
            let found = || format!("case {case}, step {k}: S = {:e}, x = {:e}", to_f64(&sum), to_f64(&x[0]));
            exact.holds("x_t ≥ (1 - S) x_0", x[0] >= Rational::ONE - &sum, found);
            exact.holds("x_t ≤ x_0/(1 + S)", &x[0] * (Rational::ONE + &sum) <= Rational::ONE - &less, found);
        }
    }
    Ok(exact.evidence())
}

fn limits(_: &Lab) -> Plot {
    let mut series = Vec::new();
    for ((schedule, decay), name) in schedules().iter().zip([harmonic as Decay, square_harmonic]).zip(["1/(k + 2)", "1/(k + 2)²"])
    {
        let theory = (0..=100).map(|t| [t as f64, to_f64(&decay(t))]);
        series.push(Series::theory(&format!("predicted, ηλ = {name}"), theory));
        let Ok(mut optimizer) = Reference.double(&Method::gradient_descent(Rational::ONE)) else { continue };
        let quadratic = Quadratic { spectrum: vec![1.0] };
        let mut x = vec![1.0];
        let mut points = Vec::new();
        for t in 0..=100u64 {
            if t % 4 == 0 {
                points.push([t as f64, x[0]]);
            }
            optimizer.set_step_size(schedule.rate(t));
            advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x));
        }
        series.push(Series::measured(&format!("the code, ηλ = {name}"), points));
    }
    Plot {
        id: "limits".into(),
        title: "Gradient descent on ½x² from 1: whether it reaches 0 depends on the sum of the step sizes".into(),
        x: "step t".into(),
        y: "x".into(),
        series,
        ..Plot::default()
    }
}
