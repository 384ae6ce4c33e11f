//! # A step size too small is slow: the number of steps is inversely proportional to it
//!
//! **Setting.** `x⁺ = x - η ∇f(x)` on a quadratic with least eigenvalue `μ`, `h = ημ < 1`; `t` steps until `‖x_t‖ ≤ ε ‖x_0‖`.
//!
//! **Statement.** `t` is the least integer with `t ≥ ln(1/ε) / -ln(1 - h)`, so `(1 - h)/h ln(1/ε) ≤ t < ln(1/ε)/h + 1`: halving η doubles
//! t in the limit.
//!
//! **Why.** `h ≤ -ln(1 - h) ≤ h/(1 - h)`. Without logarithms, by induction: `1 - th ≤ (1 - h)^t ≤ 1/(1 + th)`.
//!
//! **How it could fail.** The steps of the induction are compared as polynomials; the code's steps are counted in exact arithmetic and
//! held against enclosures of the logarithm.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, rational, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "too-small-lr-slow",
    title: "The number of steps is inversely proportional to a small step size",
    topic: "gradient-descent",
    record: Some("too-small-lr-slow"),
    statement: "On a quadratic with least eigenvalue $μ$ and $h = η μ < 1$ gradient descent takes $t = ⌈ln(1/ε) / (-ln(1 - h))⌉$ steps \
                from the eigenvector of $μ$ to $‖x_t‖ ≤ ε ‖x_0‖$: $t η → ln(1/ε)/μ$, and halving $η$ doubles $t$ in the limit.",
    hypotheses: &[
        "a quadratic, the start in the eigenvector of its least eigenvalue $μ > 0$",
        "a constant step size $0 < η < 1/μ$",
        "$0 < ε < 1$",
    ],
    sources: &[
        Source::Note("001", "115"),
        Source::Note("002", "48-51"),
        Source::Note("002", "253"),
        Source::Note("004", "45"),
        Source::Cited("polyak1987", "section 1.4.2"),
    ],
    claims: &[
        Claim {
            id: "every-step-size",
            as_stated: true,
            statement: "$1 - t h ≤ (1 - h)^t ≤ 1/(1 + t h)$, so that $(1 - ε)/h ≤ t ≤ (1/ε - 1)/h + 1$: many steps for a small $η$",
            quantifier: "all 0 < h = ημ < 1, all ε in (0, 1), by induction over t",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(induction(0)),
        },
        Claim {
            id: "counts",
            as_stated: false,
            statement: "the code's count satisfies $(1 - h)/h ln(1/ε) ≤ t < ln(1/ε)/h + 1$ and $x_t = (1 - h)^t x_0$",
            quantifier: "ε = 1/1000, μ = 1/2, L = 1 and η = 2⁻ᵏ, k = 1 ... 6, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| counts(subject, 1000),
        },
        Claim {
            id: "doubling",
            as_stated: false,
            statement: "halving $η$ multiplies the code's count by 2, to 1%",
            quantifier: "ε = 1/1000, μ = 1/2, L = 1 and η = 1/32 and 1/64",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| doubling(subject, Rational::from(2)),
        },
    ],
    controls: &[
        Control {
            id: "independent-of-the-step",
            differs: "claims that halving η leaves t as it is",
            broken: Broken::Statement(|_, subject| doubling(subject, Rational::ONE)),
        },
        Control {
            id: "doubling-two-percent-less",
            differs: "claims the factor 1.96",
            broken: Broken::Statement(|_, subject| doubling(subject, rational(196, 100))),
        },
        Control {
            id: "counts-for-another-accuracy",
            differs: "claims the counts of ε = 1/1040",
            broken: Broken::Statement(|_, subject| counts(subject, 1040)),
        },
        Control {
            id: "induction-a-billionth-off",
            differs: "claims (1 - h)(1 - th) = 1 - (t + 1) h + (1 - 10⁻⁹) th²",
            broken: Broken::Statement(|_, _| Ok(induction(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "counts", subject: &LONGER_STEP },
        },
        Control {
            id: "step-that-does-not-halve",
            differs: "the code adds 1/1000 to every step size",
            broken: Broken::Subject {
                claim: "doubling",
                subject: &Impostor {
                    name: "step size with a floor",
                    instead: |method| longer(method, rational(1, 1000) / &method.step_size),
                },
            },
        },
    ],
    plots: &[against_step_size],
};

const ACCURACY: i64 = 1000;

/// `error` billionths are taken from the squares that the induction leaves.
fn induction(error: i64) -> Evidence {
    let [t, h] = Polynomial::variables();
    let one = t.int(1);
    let share = t.constant(&(Rational::ONE - rational(error, 1_000_000_000)));
    let (before, after) = (&t * &h, (&t + &one) * &h);
    let mut exact = Exact::new();
    // Both right sides are what is needed plus something non-negative, so each bound at t gives that at t + 1; both hold at t = 0.
    exact.identity(
        "(1 - h)(1 - th) = 1 - (t + 1)h + th²",
        (&one - &h) * (&one - &before),
        &one - &after + &share * &t * h.squared(),
    );
    exact.identity(
        "(1 - h)(1 + (t + 1)h) = 1 + th - (t + 1)h²",
        (&one - &h) * (&one + &after),
        &one + &before - share * (&t + &one) * h.squared(),
    );
    exact.evidence()
}

/// Steps of the code from the eigenvector of `μ` until it is `1/1000` as long, and where it is then.
fn count(subject: &dyn Subject, eta: &Rational) -> Result<(i64, Rational), NotOffered> {
    let quadratic = Quadratic { spectrum: vec![rational(1, 2), Rational::ONE] };
    let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
    let mut x = vec![Rational::ONE, Rational::ZERO];
    let mut steps = 0;
    // A run that does not shrink ends too, and is then refuted.
    while x[0].clone().magnitude() * Rational::from(ACCURACY) > Rational::ONE && steps < 4000 {
        advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x));
        steps += 1;
    }
    Ok((steps, x.remove(0)))
}

fn counts(subject: &dyn Subject, claimed: i64) -> Result<Evidence, NotOffered> {
    let logarithm = Interval::int(claimed).apply(Function::Logarithm);
    let mut exact = Exact::new();
    for k in 1..=6u32 {
        let eta = rational(1, 1 << k);
        let h = rational(1, 2 << k);
        let (steps, last) = count(subject, &eta)?;
        let found = || format!("η = {eta}: {steps} steps");
        let power = (Rational::ONE - &h).pow(steps as isize);
        exact.holds("x_t = (1 - h)^t", last == power, found);
        let [scaled, after] = [&h * Rational::from(steps), (Rational::ONE - &h)].map(|x| Interval::of(&x));
        exact.decided("t ≥ (1 - h)/h ln(1/ε)", (scaled - after * logarithm).above(0.0), found);
        exact.decided("t < ln(1/ε)/h + 1", (logarithm + Interval::of(&h) - scaled).above(0.0), found);
    }
    Ok(exact.evidence())
}

fn doubling(subject: &dyn Subject, claimed: Rational) -> Result<Evidence, NotOffered> {
    let counts = (5..=6u32).map(|k| count(subject, &rational(1, 1 << k))).collect::<Result<Vec<_>, _>>()?;
    let mut exact = Exact::new();
    for pair in counts.windows(2) {
        let ratio = Rational::from(pair[1].0) / Rational::from(pair[0].0) / &claimed - Rational::ONE;
        exact.holds("ratio of counts within 1%", ratio.magnitude() <= rational(1, 100), || {
            format!("{} and {} steps", pair[0].0, pair[1].0)
        });
    }
    Ok(exact.evidence())
}

fn against_step_size(_: &Lab) -> Plot {
    let logarithm = libm::log(ACCURACY as f64);
    let theory = (1..=130).map(|k| libm::pow(2.0, -f64::from(k) / 10.0)).map(|eta| [eta, -logarithm / libm::log1p(-eta / 2.0)]);
    let measured = (0..=13).filter_map(|k| {
        let eta = rational(1, 1 << k);
        let quadratic = Quadratic { spectrum: vec![0.5] };
        let mut optimizer = Reference.double(&Method::gradient_descent(eta.clone())).ok()?;
        let (mut x, mut steps) = (vec![1.0], 0);
        while x[0] * ACCURACY as f64 > 1.0 {
            advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x));
            steps += 1;
        }
        Some([to_f64(&eta), f64::from(steps)])
    });
    Plot {
        id: "counts".into(),
        title: "Steps to a thousandth of the distance on ½μx², μ = 1/2: slope -1".into(),
        x: "step size η".into(),
        y: "steps".into(),
        log_x: true,
        log_y: true,
        series: vec![Series::theory("ln(1/ε) / -ln(1 - ημ)", theory), Series::measured("the code", measured)],
    }
}
