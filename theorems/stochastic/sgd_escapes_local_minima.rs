//! # Noise leads out of a local minimum if it is strong enough
//!
//! **Setting.** The double well `(x² - 1)²/4`, of height ¼ between its minima; `x⁺ = x - η(f'(x) + ξ)` from the right one.
//!
//! **Statement.** (1) Noise bounded by 3/8, below the steepest slope `2/(3√3)`, never leaves the right well, whatever its law and however long; without noise nothing
//! does. (2) Normal noise does: on this model problem the share of runs that reach 0 within the time 15 rises with `ησ²`. Noise in another coordinate does not help.
//!
//! **Why.** `[3/5, 5/4]` is mapped into itself under the strongest push, and the map is increasing there. Freidlin and Wentzell have a time of order `exp(2ΔU/(ησ²))` over a barrier `ΔU`
//! for a diffusion with little noise: cited, drawn beside the code's mean times, and no claim here.
//!
//! **How it could fail.** The code steps exactly from the ends of the interval under the strongest push either way. The shares are sampled, runs at two noise levels side by side.
//! Left out: the slope of `ln Eτ` against `1/(ησ²)` within 15%; the plot has the mean times without a verdict, because `τ` has no bound that a confidence sequence could use,
//! and how far the law of vanishing noise is off at a given noise is not derived. An asymmetric well, and a grid of step sizes: shares are measured at `η = 1/8` alone.

use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::landscape::{Ending, escape};
use crate::number::{Polynomial, Rational, rational, square};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::Univariate;
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-escapes-local-minima",
    title: "On a double well strong noise escapes and bounded noise never does",
    topic: "stochastic",
    record: Some("sgd-escapes-local-minima"),
    statement: "On the double well $(x^2 - 1)^2/4$: noise bounded by $3/8$ never leads SGD with $η = 1/5$ out of $[3/5, 5/4]$, while with normal noise the share of runs that \
                reach the barrier within a fixed time rises with $η σ^2$. Whether leaving a minimum is a benefit is not a question of mathematics.",
    hypotheses: &["this model problem, independent additive noise", "for the escapes: noise with a component across the barrier"],
    sources: &[
        Source::Note("002", "25-28"),
        Source::Note("003", "140-143"),
        Source::Note("004", "73"),
        Source::Note("000", "116"),
        Source::Cited("freidlin2012", "the problem of exit from a domain"),
    ],
    claims: &[
        Claim {
            id: "always",
            as_stated: true,
            statement: "SGD's noise escapes shallow local minima: some noise leads out of $[3/5, 5/4]$",
            quantifier: "noise bounded by 3/8, η = 1/5",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| trapped(subject, &rational(3, 8), true),
        },
        Claim {
            id: "bounded",
            as_stated: false,
            statement: "noise bounded by $3/8$, or none, never leads out of $[3/5, 5/4]$",
            quantifier: "every sequence of noise, dependent or not, every number of steps; η = 1/5",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| trapped(subject, &rational(3, 8), false),
        },
        Claim {
            id: "stronger-noise",
            as_stated: false,
            statement: "on this model problem at least $4/25$ more of the runs reach 0 in 120 steps with $η σ^2 = 1/5$ than with $1/20$, and with $4/5$ than with $1/5$",
            quantifier: "from the right minimum, η = 1/8, normal noise",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| stronger(lab, subject, 0, &[(0.05, 0.2), (0.2, 0.8)]),
        },
    ],
    controls: &[
        Control {
            id: "noise-beside-the-barrier",
            differs: "the noise is confined to a second coordinate",
            broken: Broken::Statement(|lab, subject| stronger(lab, subject, 1, &[(0.2, 0.8)])),
        },
        Control {
            id: "no-noise",
            differs: "claims escapes without noise",
            broken: Broken::Statement(|lab, subject| stronger(lab, subject, 0, &[(0.0, 0.0)])),
        },
        Control {
            id: "slope-exceeded",
            differs: "claims the trap for noise bounded by 97/250, just beyond the slope 48/125 at its end",
            broken: Broken::Statement(|_, subject| trapped(subject, &rational(97, 250), false)),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "bounded", subject: &LONGER_STEP },
        },
        Control {
            id: "hundredth-of-the-step",
            differs: "the code steps by η/100",
            broken: Broken::Subject {
                claim: "stronger-noise",
                subject: &Impostor { name: "a hundredth of the step", instead: |method| longer(method, rational(-99, 100)) },
            },
        },
    ],
    plots: &[arrhenius],
};

/// The ends of the trap under the strongest push inwards and outwards; `leaves` says whether some noise is claimed to lead out. Between them
/// `x - ηf'(x)` increases, so that every other point and every weaker noise lands between.
fn trapped(subject: &dyn Subject, bound: &Rational, leaves: bool) -> Result<Evidence, NotOffered> {
    let (low, high, eta) = (rational(3, 5), rational(5, 4), rational(1, 5));
    let mut exact = Exact::new();
    // f''(x) = 3x² - 1 ≤ 3 high² - 1 on the interval, by a polynomial identity; then 1 - ηf'' > 0.
    let [x, top] = Polynomial::variables();
    let second = |at: &Polynomial| x.int(3) * at.squared() - x.int(1);
    exact.identity("f'' grows with x²", second(&top) - second(&x), x.int(3) * (&top - &x) * (&top + &x));
    let steepest = Rational::from(3) * square(&high) - Rational::ONE;
    exact.holds("the map increases", &eta * steepest < Rational::ONE, String::new);
    let well = Univariate::<Rational>::double_well(&Rational::ZERO);
    let mut out = false;
    for push in [bound.clone(), Rational::ZERO, -bound] {
        for start in [&low, &high] {
            let mut x = vec![start.clone()];
            let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
            advance(&mut *optimizer, &mut x, |x| vec![well.derivative(&x[0]) + &push]);
            let input = || format!("x = {start}, noise {push}: x⁺ = {}", x[0]);
            let expected = start - &eta * (start.pow(3) - start + &push);
            exact.equal("the code's step", &x[0], &expected, input);
            out |= x[0] < low || high < x[0];
            if !leaves {
                exact.holds("it stays in [3/5, 5/4]", low <= x[0] && x[0] <= high, input);
            }
        }
    }
    if leaves {
        exact.holds("some noise leads out", out, || format!("noise up to {bound} from 3/5 and 5/4, either way"));
    }
    Ok(exact.evidence())
}

/// A run from the right minimum with normal noise of this deviation in one of two coordinates, of which the second is `½y²`.
fn run(subject: &dyn Subject, deviation: f64, place: usize, steps: u64, draws: &mut Draws) -> Result<Ending, NotOffered> {
    let well = Univariate::<f64>::double_well(&Rational::ZERO);
    let mut optimizer = subject.double(&Method::gradient_descent(rational(1, 8)))?;
    let step = |x: &[f64]| {
        let mut x = x.to_vec();
        advance(&mut *optimizer, &mut x, |x| {
            let mut gradient = vec![well.derivative(&x[0]), x[1]];
            gradient[place] += deviation * draws.normal();
            gradient
        });
        x
    };
    Ok(escape(vec![1.0, 0.0], steps, step, |x| x[0] > 0.0))
}

/// The share that escaped at the first noise level less that at the second one is at most -0.2 + 0.04; without an effect it is 0: five margins.
fn stronger(lab: &Lab, subject: &dyn Subject, place: usize, levels: &[(f64, f64)]) -> Result<Evidence, NotOffered> {
    subject.double(&Method::gradient_descent(rational(1, 8)))?; // trials cannot say that it is not offered
    let mut statistics = Vec::new();
    for &(weak, strong) in levels {
        let law = Law::Bounded { lo: -1.0, hi: 1.0 };
        let margin = 0.04;
        let largest = 4 * law.required(margin, lab.policy.alpha());
        let name = &format!("escapes at ησ² = {weak} less those at {strong}");
        let question = Question { name, relation: Relation::AtMost, target: -0.2, margin, law, largest };
        statistics.push(estimate(lab, &question, |draws| {
            let mut escaped = |level: f64| match run(subject, (8.0 * level).sqrt(), place, 120, draws) {
                Ok(Ending::Escaped(_)) => 1.0,
                Ok(Ending::Censored) => 0.0,
                _ => f64::NAN,
            };
            escaped(weak) - escaped(strong)
        }));
    }
    Ok(Evidence::sampled(statistics))
}

/// All runs are followed until they have escaped, so that no time is cut off. The theory is the Eyring-Kramers law of small noise, for the way to the top.
fn arrhenius(lab: &Lab) -> Plot {
    let stream = lab.stream("times");
    let theory = (0..=70).map(|k| 1.0 + f64::from(k) / 10.0).map(|inverse| {
        let time = std::f64::consts::PI / std::f64::consts::SQRT_2 * libm::exp(inverse / 2.0);
        [inverse, time]
    });
    let measured = (1..=8_u64).filter_map(|inverse| {
        let deviation = (8.0 / inverse as f64).sqrt();
        let steps = (0..64).map(|trial| match run(&Reference, deviation, 0, 100_000, &mut stream.trial(64 * inverse + trial)) {
            Ok(Ending::Escaped(steps)) => Some(steps as f64),
            _ => None,
        });
        let total = steps.sum::<Option<f64>>()?;
        Some([inverse as f64, total / 64.0 / 8.0])
    });
    Plot {
        id: "times".into(),
        title: "Mean time to the barrier from the right minimum, 64 runs a point, η = 1/8".into(),
        x: "1/(ησ²)".into(),
        y: "time, η times steps".into(),
        log_y: true,
        series: vec![Series::theory("Eyring-Kramers: (π/√2) exp(2ΔU/(ησ²))", theory), Series::measured("code", measured)],
        ..Plot::default()
    }
}
