//! # The averaged convention is the plain one at a learning rate smaller by 1 - β
//!
//! **Setting.** C: `v ← βv + (1 - β)g`, `W ← W - ηv`. A: `v ← βv + g`, `W ← W - ηv`. Both start at `v = 0` and keep η outside.
//!
//! **Statement.** (1) C at `η_t` has the iterates of A at `(1 - β) η_t`, also when `η_t` changes. (2) On curvature `λ` C is stable
//! exactly if `0 < ηλ < 2(1 + β)/(1 - β)`: 38 at `β = 0.9`, where A has 3.8.
//!
//! **Why.** `v_C = (1 - β) v_A` is kept by an update. Jury's conditions for `z² - (1 + β - (1 - β)ηλ) z + β` are `ηλ > 0` and
//! `2(1 + β) > (1 - β)ηλ`.
//!
//! **How it could fail.** The induction and Jury's conditions are compared as polynomials. The code runs on unit impulses under four
//! schedules, and on `½λx²`, where the threshold is bisected from the recursion that its iterates obey.

use crate::certify::roots_inside;
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::optimizers::{Algorithm, Method, Momentum, Velocity};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::theorems::momentum::impulses::{Clipping, MOMENTA, SCHEDULES, Schedule, compare, impulses, rates, with_velocity};
use crate::theorems::momentum::recursion::Recursion;
use crate::theorems::momentum::variants::in_convention;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-ema-convention",
    title: "Averaged momentum at η is plain momentum at (1 - β) η; it is stable up to ηλ = 2(1 + β)/(1 - β)",
    topic: "momentum",
    record: Some("momentum-ema-convention"),
    statement: "$v ← β v + (1 - β) g$, $W ← W - η v$ has the iterates of $v ← β v + g$, $W ← W - (1 - β) η v$ for every sequence of \
                learning rates. On curvature $λ$ it is stable exactly if $0 < η λ < 2 (1 + β)/(1 - β)$.",
    hypotheses: &["the velocity starts at 0", "$0 ≤ β < 1$ is constant", "for stability: $η$ is constant"],
    sources: &[Source::Note("002", "88-91"), Source::Cited("jury1964", "stability of second-order recursions")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "the code's average is the note's: under its learning rates $η_t$ the weight of $g_i$ in $W_0 - W_t$ is \
                        $(1 - β) sum_(s=i)^(t-1) η_s β^(s-i)$",
            quantifier: "every gradient sequence of 30 steps if the code is linear in them, which is tried on an impulse of -100 and \
                         two drawn sequences; β = 1/2, 9/10, 99/100; warm-up, cosine, and 1/100, 1/50, 1/20, 3/100",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| note(lab, subject, |beta| Rational::ONE - beta),
        },
        Claim {
            id: "induction",
            as_stated: false,
            statement: "one update at $η$ keeps $v_C = (1 - β) v_A$ and makes the same step as A at $(1 - β) η$",
            quantifier: "every gradient, all β and η",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(induction(0)),
        },
        Claim {
            id: "reparametrisation",
            as_stated: false,
            statement: "the code of C at $η_t$ has the iterates of the code of A at $(1 - β) η_t$",
            quantifier: "every t ≤ 30; as in as-stated",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| equal(lab, subject, |beta| Rational::ONE - beta),
        },
        Claim {
            id: "jury",
            as_stated: false,
            statement: "both roots of $z^2 - (1 + β - (1 - β) η λ) z + β$ have $|z| < 1$ exactly if $0 < η λ < 2 (1 + β)/(1 - β)$",
            quantifier: "every 0 ≤ β < 1 and every real ηλ",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(jury(0)),
        },
        Claim {
            id: "threshold",
            as_stated: false,
            statement: "bisected to $2^(-30)$, the code's stability on $½ λ x^2$ ends at $η λ = 2 (1 + β)/(1 - β)$",
            quantifier: "β = 1/2, 9/10, 99/100, λ = 1/3, 1, 50; the iterates obey a two-step recursion at each",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| threshold(subject, averaged_limit),
        },
    ],
    controls: &[
        Control {
            id: "same-learning-rate",
            differs: "claims A = C at the same learning rate",
            broken: Broken::Statement(|lab, subject| equal(lab, subject, |_| Rational::ONE)),
        },
        Control {
            id: "rate-larger-by-a-billionth",
            differs: "claims A = C at (1 - β) (1 + 10⁻⁹) η",
            broken: Broken::Statement(|lab, subject| {
                equal(lab, subject, |beta| (Rational::ONE - beta) * rational(1_000_000_001, 1_000_000_000))
            }),
        },
        Control {
            id: "weights-of-the-plain-form",
            differs: "claims the weights without 1 - β",
            broken: Broken::Statement(|lab, subject| note(lab, subject, |_| Rational::ONE)),
        },
        Control {
            id: "plain-threshold",
            differs: "claims A's threshold 2(1 + β)",
            broken: Broken::Statement(|_, subject| threshold(subject, |beta| Rational::from(2) * (Rational::ONE + beta))),
        },
        Control {
            id: "threshold-larger-by-a-hundred-millionth",
            differs: "claims the threshold (1 + 10⁻⁸) 2(1 + β)/(1 - β)",
            broken: Broken::Statement(|_, subject| {
                threshold(subject, |beta| averaged_limit(beta) * rational(100_000_001, 100_000_000))
            }),
        },
        Control {
            id: "unbalanced-induction",
            differs: "A's learning rate is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(induction(1))),
        },
        Control {
            id: "unbalanced-jury",
            differs: "the threshold's numerator is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(jury(1))),
        },
        Control {
            id: "plain-for-averaged",
            differs: "the code of C adds the gradient without 1 - β",
            broken: Broken::Subject {
                claim: "threshold",
                subject: &Impostor { name: "A for C", instead: |method| in_convention(method, Velocity::StepOutside) },
            },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "reparametrisation", subject: &HEAVIER_BALL },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code's first learning rate is η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "as-stated", subject: &LONGER_STEP },
        },
        Control {
            id: "dampened-from-the-second",
            differs: "the code does not dampen the first update, as PyTorch with dampening β",
            broken: Broken::Subject {
                claim: "as-stated",
                subject: &Impostor {
                    name: "first update undampened",
                    instead: |method| match &method.algorithm {
                        Algorithm::Momentum(Momentum { momentum, .. }) => {
                            let dampening = momentum.clone();
                            in_convention(method, Velocity::Dampened { dampening, from_the_first: false })
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
        Control {
            id: "clipped",
            differs: "the code clips gradients to [-1, 1], which no unit impulse shows",
            broken: Broken::Subject { claim: "reparametrisation", subject: &Clipping },
        },
    ],
    plots: &[limits],
};

/// `2(1 + β)/(1 - β)`.
fn averaged_limit(beta: &Rational) -> Rational {
    Rational::from(2) * (Rational::ONE + beta) / (Rational::ONE - beta)
}

/// One update of both; `error` billionths are added to A's learning rate.
fn induction(error: i64) -> Evidence {
    let [eta, beta, x, v, g] = Polynomial::variables();
    let kept = eta.int(1) - &beta;
    let plain = &beta * &v + &g;
    let averaged = &beta * &(&kept * &v) + &kept * &g;
    let rate = &kept * &eta + eta.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    exact.identity("v_C = (1 - β) v_A again", averaged.clone(), &kept * &plain);
    exact.identity("the same place", &x - &eta * &averaged, &x - &rate * &plain);
    exact.evidence()
}

/// Jury's conditions `|D| < 1` and `|T| < 1 + D`, for `a = ηλ`; `error` billionths are added to the threshold's numerator.
fn jury(error: i64) -> Evidence {
    let [a, beta] = Polynomial::variables();
    let one = a.int(1);
    let kept = &one - &beta;
    let [trace, determinant] = [&one + &beta - &kept * &a, beta.clone()];
    let numerator = a.int(2) * (&one + &beta) + a.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    // D = β is below 1 by hypothesis. The other two differences have the signs of a and of the threshold minus a.
    exact.identity("1 + D - T = (1 - β) a", &one + &determinant - &trace, &kept * &a);
    exact.identity("1 + D + T = 2(1 + β) - (1 - β) a", &one + &determinant + &trace, numerator - &kept * &a);
    exact.evidence()
}

/// Whether the weights of gradients in the code's displacements are the note's, with the new gradient times `kept(β)`.
fn note(lab: &Lab, subject: &dyn Subject, kept: fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (schedule, (top, bottom)) in schedules() {
        let (rates, beta) = (rates(schedule, STEPS), rational(top, bottom));
        let found = impulses(&mut exact, lab, subject, with_velocity(&beta, Velocity::Average), &rates, None)?;
        let weight = |t: usize, i: usize| {
            let terms = (i..t).map(|s| &rates[s] * beta.pow((s - i) as isize));
            kept(&beta) * terms.fold(Rational::ZERO, |sum, term| sum + term)
        };
        let row = |t: usize| (0..STEPS).map(|i| Rational::ONE - weight(t, i)).collect::<Vec<_>>();
        compare(&mut exact, "the note's weights", &found, &(0..=STEPS).map(row).collect::<Vec<_>>());
    }
    Ok(exact.evidence())
}

/// C at `η_t` against A at `factor(β) η_t`.
fn equal(lab: &Lab, subject: &dyn Subject, factor: fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (schedule, (top, bottom)) in schedules() {
        let (averaged, beta) = (rates(schedule, STEPS), rational(top, bottom));
        let plain: Vec<Rational> = averaged.iter().map(|rate| rate * factor(&beta)).collect();
        let mut run = |form, rates: &[Rational]| impulses(&mut exact, lab, subject, with_velocity(&beta, form), rates, None);
        let [averaged, plain] = [run(Velocity::Average, &averaged)?, run(Velocity::StepOutside, &plain)?];
        compare(&mut exact, "C = A", &averaged, &plain);
    }
    Ok(exact.evidence())
}

const STEPS: usize = 30;

fn schedules() -> impl Iterator<Item = (Schedule, (i64, u64))> {
    // The step decay comes after the last of these steps.
    SCHEDULES.into_iter().skip(1).flat_map(|schedule| MOMENTA.map(|beta| (schedule, beta)))
}

/// Whether the code of C is stable on `½ λ x²`, from the recursion that its iterates obey.
fn is_stable(
    exact: &mut Exact,
    subject: &dyn Subject,
    beta: &Rational,
    curvature: &Rational,
    product: &Rational,
) -> Result<bool, NotOffered> {
    let method = Method::new(with_velocity(beta, Velocity::Average), product / curvature);
    let found = Recursion::read(subject, &method, curvature)?;
    exact.holds("the iterates obey a two-step recursion", found.holds, || format!("β = {beta}, λ = {curvature}, ηλ = {product}"));
    Ok(roots_inside(&found.trace, &found.determinant, &Rational::ONE))
}

/// A stable and an unstable value of ηλ, by halving `[1, 1000]` until they are `2^-30` apart.
fn bracket(exact: &mut Exact, subject: &dyn Subject, beta: &Rational, curvature: &Rational) -> Result<[Rational; 2], NotOffered> {
    let [mut stable, mut unstable] = [Rational::ONE, Rational::from(1000)];
    for (product, expected) in [(&stable, true), (&unstable, false)] {
        let found = is_stable(exact, subject, beta, curvature, product)?;
        exact
            .holds("stable at 1, unstable at 1000", found == expected, || format!("β = {beta}, λ = {curvature}, ηλ = {product}"));
    }
    while &unstable - &stable > Rational::from(2).pow(-30) {
        let middle = (&stable + &unstable) / Rational::from(2);
        if is_stable(exact, subject, beta, curvature, &middle)? { stable = middle } else { unstable = middle }
    }
    Ok([stable, unstable])
}

fn threshold(subject: &dyn Subject, claimed: fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (top, bottom) in MOMENTA {
        let beta = rational(top, bottom);
        for curvature in [rational(1, 3), Rational::ONE, Rational::from(50)] {
            let [stable, unstable] = bracket(&mut exact, subject, &beta, &curvature)?;
            let claimed = claimed(&beta);
            exact.holds("the threshold", stable < claimed && claimed <= unstable, || {
                format!("β = {beta}, λ = {curvature}: it is {:.9}, not {:.9}", to_f64(&stable), to_f64(&claimed))
            });
        }
    }
    Ok(exact.evidence())
}

fn limits(_: &Lab) -> Plot {
    let grid = |count: u64| (0..count).map(move |k| rational(k as i64, count));
    let theory = |limit: fn(f64) -> f64| {
        (0..=190).map(move |k| {
            let beta = f64::from(k) / 200.0;
            [beta, limit(beta)]
        })
    };
    let measured = grid(20).filter_map(|beta| {
        let [stable, _] = bracket(&mut Exact::new(), &Reference, &beta, &Rational::ONE).ok()?;
        Some([to_f64(&beta), to_f64(&stable)])
    });
    Plot {
        id: "thresholds".into(),
        title: "Where momentum on ½ λ x² ceases to be stable".into(),
        x: "momentum β".into(),
        y: "ηλ".into(),
        log_y: true,
        series: vec![
            Series::theory("C: 2(1 + β)/(1 - β)", theory(|beta| 2.0 * (1.0 + beta) / (1.0 - beta))),
            Series::theory("A: 2(1 + β)", theory(|beta| 2.0 * (1.0 + beta))),
            Series::measured("the code of C, bisected", measured),
        ],
        ..Plot::default()
    }
}
