//! # The conventions of momentum
//!
//! **Setting.** A: `v ← βv + g`, `x ← x - ηv`. B: `v ← βv + ηg`, `x ← x - v`. C: `v ← βv + (1 - β)g`, `x ← x - ηv`. D: `(1 - τ)` in
//! the place of `(1 - β)`, with or without the first update. Two-point: `x⁺ = x - ηg + β(x - x⁻)`. All start at `v = 0`.
//!
//! **Statement.** (1) At a constant η, A, B, the two-point form, C at `η/(1 - β)` and D at `η/(1 - τ)` are the same. (2) At a change
//! of η they are not: A is `x⁺ = x - η_t g + β (η_t/η_(t-1)) (x - x⁻)`, B keeps `β (x - x⁻)`. (3) `v_A ← v_A η_(t-1)/η_t` makes A
//! equal B, `v_B ← v_B η_t/η_(t-1)` makes B equal A.
//!
//! **Why.** `v_B = η v_A`, `v_C = (1 - β) v_A` is kept by an update; `x⁻ - x` is the last step, which is `η_(t-1) v_A` or `v_B`.
//!
//! **How it could fail.** The induction is compared as polynomials. The code runs on all unit impulses at once (gradient t is 1 in
//! coordinate t), so that coordinates are the coefficients for every gradient sequence if the code is linear in the gradients. That
//! is tried: an impulse of -100 and two drawn dense sequences must end at the superposition of the impulses.

use super::conventions::{induction, momentum, two_point, velocity};
use super::rounding::{bit_equal, within_rounding};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::optimizers::{Method, Velocity};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::momentum::impulses::{Clipping, Factor, compare, gradients, impulses};
use crate::theorems::momentum::impulses::{SCHEDULES, cosine, rates, step_decay, warm_up};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-conventions-equivalent",
    title: "The conventions of momentum agree while the learning rate is constant, and only then",
    topic: "momentum",
    record: Some("momentum-conventions-equivalent"),
    statement: "From $v = 0$ and at a constant $η$, the forms (A) $v ← β v + g$, $x ← x - η v$; (B) $v ← β v + η g$, $x ← x - v$; \
                (C) $v ← β v + (1 - β) g$, $x ← x - (η / (1 - β)) v$; and $x_(t+1) = x_t - η g_t + β (x_t - x_(t-1))$ have the \
                same iterates. When $η$ changes, A has $β η_t / η_(t-1)$ in the place of $β$, and rescaling its velocity by \
                $η_(t-1) / η_t$ makes it equal B again.",
    hypotheses: &[
        "the velocity starts at 0",
        "$η_t ≠ 0$",
        "the learning rate is constant, or the velocity is rescaled",
        "exact arithmetic",
    ],
    sources: &[
        Source::Note("001", "36-46"),
        Source::Cited("polyak1964", "the two-point form"),
        Source::Cited("sutskever2013", "section 2"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "A \"or equivalently\" B: they have the same iterates",
            quantifier: "refuted by a learning rate that falls from 1/10 to 1/100 at step 50",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, subject| {
                let mut exact = Exact::new();
                for schedule in [|_| rational(1, 10), step_decay] {
                    equal_under(&mut exact, lab, subject, &rates(schedule, 60))?;
                }
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "induction",
            as_stated: false,
            statement: "one update keeps $v_B = η v_A$, $v_C = (1 - β) v_A$ and $x^(-) - x = η v_A$, the last two recursions, and \
                        the rescaled velocities",
            quantifier: "every gradient sequence and length, all β, τ and η",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(induction(0)),
        },
        Claim {
            id: "constant",
            as_stated: false,
            statement: "in A, B, the two-point form, and C and D at $η/(1 - β)$ and $η/(1 - τ)$, the coefficient of $g_i$ in $x_t$ \
                        is $-η (1 - β^(t-i)) / (1 - β)$ for $t > i$",
            quantifier: "every gradient sequence of 100 steps if the code is linear in them, which is tried on an impulse of -100 and \
                         two drawn sequences; β = 9/10, η = 1/10, τ = 1/4",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| constant(lab, subject, |momentum| Rational::ONE - momentum),
        },
        Claim {
            id: "dampened-start",
            as_stated: false,
            statement: "with PyTorch's undampened first update, D at $η/(1 - τ)$ gives the first gradient $1/(1 - τ)$ times its \
                        weight in A, and all others the same",
            quantifier: "every gradient sequence of 60 steps if the code is linear in them, tried as in constant; β = 9/10, η = 1/10, \
                         τ = 1/4",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| dampened_start(lab, subject, false),
        },
        Claim {
            id: "recursions",
            as_stated: false,
            statement: "A follows $x_(t+1) = x_t - η_t g_t + β (η_t/η_(t-1)) (x_t - x_(t-1))$, B the same without the quotient",
            quantifier: "every gradient sequence of 60 steps if the code is linear in them, tried as in constant; step decay, warm-up, \
                         a cosine, and 1/100, 1/50, 1/20, 3/100",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| recursions(lab, subject, |rate, before| rate / before),
        },
        Claim {
            id: "rescaled",
            as_stated: false,
            statement: "$v_A ← v_A η_(t-1)/η_t$ at every change makes A equal B, and $v_B ← v_B η_t/η_(t-1)$ makes B equal A",
            quantifier: "every gradient sequence of 60 steps if the code is linear in them, tried as in constant; the same schedules",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| rescaled(lab, subject, [falling, rising]),
        },
        Claim {
            id: "powers-of-two",
            as_stated: false,
            statement: "in doubles A and B agree bit for bit if $η$ is a power of two",
            quantifier: "the drawn gradients, η = 1, 1/2, ..., 1/2048, every iterate of 50 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| bit_equal(lab, subject, |draws| rational(1, 1 << draws.index(12))),
        },
        Claim {
            id: "doubles",
            as_stated: false,
            statement: "in doubles B and the two-point form stay within the rounding errors of A, as carried along step by step",
            quantifier: "the drawn gradients and learning rates, 20 steps",
            expected: Verdict::Supported,
            method: By::Property,
            check: within_rounding,
        },
    ],
    controls: &[
        Control {
            id: "step-decay",
            differs: "claims A = B under a step decay",
            broken: Broken::Statement(|lab, subject| equal_on(lab, subject, &rates(step_decay, 60))),
        },
        Control {
            id: "warm-up",
            differs: "claims A = B under a linear warm-up",
            broken: Broken::Statement(|lab, subject| equal_on(lab, subject, &rates(warm_up, 60))),
        },
        Control {
            id: "cosine",
            differs: "claims A = B under a cosine schedule",
            broken: Broken::Statement(|lab, subject| equal_on(lab, subject, &rates(cosine, 60))),
        },
        Control {
            id: "change-by-a-billionth",
            differs: "claims A = B although the learning rate changes by the factor 1 + 10⁻⁹ at step 50",
            broken: Broken::Statement(|lab, subject| {
                let slightly = |t| rational(1_000_000_000 + i64::from(t >= 50), 10_000_000_000);
                equal_on(lab, subject, &rates(slightly, 60))
            }),
        },
        Control {
            id: "inverse-factor",
            differs: "rescales the velocity by the inverse factor",
            broken: Broken::Statement(|lab, subject| rescaled(lab, subject, [rising, falling])),
        },
        Control {
            id: "average-without-rescaling",
            differs: "runs C at η instead of η/(1 - β)",
            broken: Broken::Statement(|lab, subject| constant(lab, subject, |_| Rational::ONE)),
        },
        Control {
            id: "quotient-upside-down",
            differs: "claims A's recursion with β η_(t-1)/η_t",
            broken: Broken::Statement(|lab, subject| recursions(lab, subject, |rate, before| before / rate)),
        },
        Control {
            id: "dampened-from-the-first",
            differs: "claims the undampened start of the variant that dampens the first update too",
            broken: Broken::Statement(|lab, subject| dampened_start(lab, subject, true)),
        },
        Control {
            id: "unbalanced-induction",
            differs: "the rescaling factor is larger by 10⁻⁹ of the last learning rate",
            broken: Broken::Statement(|_, _| Ok(induction(1))),
        },
        Control {
            id: "step-inside-off-by-a-billionth",
            differs: "the code of B steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject {
                claim: "constant",
                subject: &Impostor {
                    name: "B off by a billionth",
                    instead: |method| inside_larger_by(method, rational(1, 1_000_000_000)),
                },
            },
        },
        Control {
            id: "clipped-at-a-constant-rate",
            differs: "the code clips gradients to [-1, 1], which no unit impulse shows",
            broken: Broken::Subject { claim: "constant", subject: &Clipping },
        },
        Control {
            id: "clipped-with-dampening",
            differs: "the code clips gradients to [-1, 1]",
            broken: Broken::Subject { claim: "dampened-start", subject: &Clipping },
        },
        Control {
            id: "clipped-under-schedules",
            differs: "the code clips gradients to [-1, 1]",
            broken: Broken::Subject { claim: "recursions", subject: &Clipping },
        },
        Control {
            id: "clipped-and-rescaled",
            differs: "the code clips gradients to [-1, 1]",
            broken: Broken::Subject { claim: "rescaled", subject: &Clipping },
        },
        Control {
            id: "another-convention",
            differs: "the code keeps the velocity of A where B is asked for",
            broken: Broken::Subject {
                claim: "recursions",
                subject: &Impostor {
                    name: "A for B",
                    instead: |method| Method { algorithm: velocity(Velocity::StepOutside), ..method.clone() },
                },
            },
        },
        Control {
            id: "tenth-instead-of-an-eighth",
            differs: "claims bit equality at η = 1/10",
            broken: Broken::Statement(|lab, subject| bit_equal(lab, subject, |_| rational(1, 10))),
        },
        Control {
            id: "off-by-rounding",
            differs: "the code of B steps by η (1 + 3·10⁻¹⁴)",
            broken: Broken::Subject {
                claim: "doubles",
                subject: &Impostor {
                    name: "B off by 3e-14",
                    instead: |method| inside_larger_by(method, rational(3, 100_000_000_000_000)),
                },
            },
        },
        Control {
            id: "two-point-off-by-rounding",
            differs: "the code of the two-point form steps by η (1 + 10⁻¹³)",
            broken: Broken::Subject {
                claim: "doubles",
                subject: &Impostor {
                    name: "two-point off by 1e-13",
                    instead: |method| {
                        let excess =
                            if method.algorithm == two_point() { rational(1, 10_000_000_000_000) } else { Rational::ZERO };
                        Method { step_size: &method.step_size * (Rational::ONE + excess), ..method.clone() }
                    },
                },
            },
        },
    ],
    plots: &[step_change],
};

/// A control's method: form B at a step size larger by the factor `1 + excess`, every other form as asked for.
fn inside_larger_by(method: &Method, excess: Rational) -> Method {
    let factor = if method.algorithm == velocity(Velocity::StepInside) { Rational::ONE + excess } else { Rational::ONE };
    Method { step_size: &method.step_size * factor, ..method.clone() }
}

/// A's factor: falls when the rate rises.
fn falling(before: &Rational, after: &Rational) -> Rational {
    before / after
}

/// B's factor.
fn rising(before: &Rational, after: &Rational) -> Rational {
    after / before
}

fn equal_under(exact: &mut Exact, lab: &Lab, subject: &dyn Subject, rates: &[Rational]) -> Result<(), NotOffered> {
    let outside = impulses(exact, lab, subject, velocity(Velocity::StepOutside), rates, None)?;
    let inside = impulses(exact, lab, subject, velocity(Velocity::StepInside), rates, None)?;
    compare(exact, "A = B", &outside, &inside);
    Ok(())
}

fn equal_on(lab: &Lab, subject: &dyn Subject, rates: &[Rational]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    equal_under(&mut exact, lab, subject, rates)?;
    Ok(exact.evidence())
}

fn constant(lab: &Lab, subject: &dyn Subject, kept: fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let steps = 100;
    let [eta, dampening] = [rational(1, 10), rational(1, 4)];
    let mut powers = vec![Rational::ONE];
    (0..steps).for_each(|t| powers.push(&powers[t] * momentum()));
    let coefficient = |age: usize| -&eta * (Rational::ONE - &powers[age]) / (Rational::ONE - momentum());
    let coefficients: Vec<Rational> = (0..=steps).map(|age| Rational::ONE + coefficient(age)).collect();
    let row = |t: usize| (0..steps).map(|i| coefficients[t.saturating_sub(i)].clone()).collect();
    let predicted: Vec<Vec<Rational>> = (0..=steps).map(row).collect();
    let dampened = |dampening, from_the_first| velocity(Velocity::Dampened { dampening, from_the_first });
    let mut exact = Exact::new();
    for (name, algorithm, scale) in [
        ("A", velocity(Velocity::StepOutside), Rational::ONE),
        ("B", velocity(Velocity::StepInside), Rational::ONE),
        ("two-point", two_point(), Rational::ONE),
        ("C", velocity(Velocity::Average), kept(&momentum())),
        ("D without dampening", dampened(Rational::ZERO, false), Rational::ONE),
        ("D", dampened(dampening.clone(), true), Rational::ONE - &dampening),
    ] {
        let found = impulses(&mut exact, lab, subject, algorithm, &vec![&eta / scale; steps], None)?;
        compare(&mut exact, &format!("{name} = the sum"), &found, &predicted);
    }
    Ok(exact.evidence())
}

fn dampened_start(lab: &Lab, subject: &dyn Subject, from_the_first: bool) -> Result<Evidence, NotOffered> {
    let [eta, dampening] = [rational(1, 10), rational(1, 4)];
    let kept = Rational::ONE - &dampening;
    let mut exact = Exact::new();
    let mut outside = impulses(&mut exact, lab, subject, velocity(Velocity::StepOutside), &vec![eta.clone(); 60], None)?;
    for x in &mut outside {
        x.truncate(60); // the coefficients
        x[0] = Rational::ONE + (&x[0] - Rational::ONE) / &kept;
    }
    let dampened = velocity(Velocity::Dampened { dampening, from_the_first });
    let found = impulses(&mut exact, lab, subject, dampened, &vec![eta / kept; 60], None)?;
    compare(&mut exact, "D = A with the first gradient over 1 - τ", &found, &outside);
    Ok(exact.evidence())
}

fn recursions(lab: &Lab, subject: &dyn Subject, quotient: fn(&Rational, &Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let gradients = gradients(lab, 60);
    let mut exact = Exact::new();
    for schedule in SCHEDULES {
        let rates = rates(schedule, 60);
        for (name, form) in [("A", Velocity::StepOutside), ("B", Velocity::StepInside)] {
            let factor = |t: usize| match form {
                Velocity::StepOutside if t > 0 => momentum() * quotient(&rates[t], &rates[t - 1]),
                _ => momentum(),
            };
            let found = impulses(&mut exact, lab, subject, velocity(form.clone()), &rates, None)?;
            let mut predicted = vec![found[0].clone()];
            for t in 0..rates.len() {
                let before = &predicted[t.saturating_sub(1)];
                let pairs = predicted[t].iter().zip(before);
                let mut next: Vec<Rational> = pairs.map(|(x, before)| x + factor(t) * (x - before)).collect();
                next.iter_mut().zip(&gradients[t]).for_each(|(x, gradient)| *x -= &rates[t] * gradient);
                predicted.push(next);
            }
            compare(&mut exact, &format!("{name} follows its recursion"), &found, &predicted);
        }
    }
    Ok(exact.evidence())
}

fn rescaled(lab: &Lab, subject: &dyn Subject, [for_outside, for_inside]: [Factor; 2]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for schedule in SCHEDULES {
        let rates = rates(schedule, 60);
        let mut run = |form, rescale| impulses(&mut exact, lab, subject, velocity(form), &rates, rescale);
        let [inside, outside] = [run(Velocity::StepInside, None)?, run(Velocity::StepOutside, None)?];
        let like_inside = run(Velocity::StepOutside, Some(for_outside))?;
        let like_outside = run(Velocity::StepInside, Some(for_inside))?;
        compare(&mut exact, "A rescaled = B", &like_inside, &inside);
        compare(&mut exact, "B rescaled = A", &like_outside, &outside);
    }
    Ok(exact.evidence())
}

fn step_change(lab: &Lab) -> Plot {
    let rates = rates(step_decay, 80);
    let steps = |form| {
        // The gradient is 1 always: the sum over the impulses.
        let found = impulses(&mut Exact::new(), lab, &Reference, velocity(form), &rates, None).unwrap_or_default();
        let sums = found.iter().map(|x| x.iter().take(rates.len()).fold(Rational::ZERO, |sum, x| sum + x)).collect::<Vec<_>>();
        let steps = sums.windows(2).map(|pair| to_f64(&(&pair[0] - &pair[1]))).collect::<Vec<_>>();
        (0..).map(f64::from).zip(steps).skip(40).map(|(t, step)| [t, step]).collect::<Vec<_>>()
    };
    let settled = |from: i32, to: i32, value: f64| (from..=to).map(move |t| [f64::from(t), value]);
    Plot {
        id: "step-decay".into(),
        title: "Length of a step at gradient 1, β = 0.9, when η falls from 0.1 to 0.01 at step 50".into(),
        x: "step".into(),
        y: "step length".into(),
        log_y: true,
        series: vec![
            Series::theory("η / (1 - β) before", settled(40, 50, 1.0)),
            Series::theory("η / (1 - β) after", settled(50, 79, 0.1)),
            Series::measured("A: η outside", steps(Velocity::StepOutside)),
            Series::measured("B: η inside", steps(Velocity::StepInside)),
        ],
        ..Plot::default()
    }
}
