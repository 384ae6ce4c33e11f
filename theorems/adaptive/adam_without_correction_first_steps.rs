//! # Without its bias correction Adam's first steps are too long, not too short
//!
//! **Setting.** Adam with and without bias correction, `m_0 = v_0 = 0`, `ε = 0`, the same gradients.
//!
//! **Statement.** (1) On a constant gradient `m_t = (1 - β₁^t) g` and `v_t = (1 - β₂^t) g²`, so `m_1 = 0.1 g`, `v_1 = 0.001 g²`. (2) The
//! uncorrected step is `(1 - β₁^t)/√(1 - β₂^t)` times the corrected one, on any gradients: 3.1623 times at `t = 1`, 6.5685 times at
//! `t = 12`, where the factor is largest, still 1.0754 times at `t = 1999`.
//!
//! **Why.** The same moments are divided once by `1 - β₁^t`, and the root below by `√(1 - β₂^t)`, which is farther from 1.
//!
//! **How it could fail.** The code runs in intervals, with and without correction, on constant and on drawn gradients; the factor is
//! enclosed for all t up to 5000, beyond which it is below `1/√(1 - β₂^5000) < 1.004`.

use super::averages::Average;
use super::conventions::{adam, changed, default_betas, on, relatively_near, shown, uncorrected};
use super::runs::displacement;
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, Root, rational};
use crate::optimizers::{Algorithm, Epsilon, Method};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-without-correction-first-steps",
    title: "Without its bias correction Adam's first steps are too long, by up to 6.57 times",
    topic: "adaptive",
    record: Some("adam-without-correction-first-steps"),
    statement: "Without correction $m_1 = (1 - β_1) g$ and $v_1 = (1 - β_2) g^2$ are biased towards 0; but the update that they make is \
                $(1 - β_1^t) / sqrt(1 - β_2^t)$ times the corrected one. For $β_1 = 0.9$, $β_2 = 0.999$ this is 3.1623 at $t = 1$ and at \
                most 6.5685, at $t = 12$.",
    hypotheses: &["$m_0 = v_0 = 0$", "the factor of the updates: $ε = 0$", "the same gradients with and without correction"],
    sources: &[Source::Note("003", "319-324"), Source::Note("000", "234"), Source::Cited("kingma2015", "section 3")],
    claims: &[
        Claim {
            id: "moments",
            as_stated: true,
            statement: "without correction $m_t = (1 - β_1^t) g$ and $v_t = (1 - β_2^t) g^2$: $m_1 = 0.1 g$ and $v_1 = 0.001 g^2$",
            quantifier: "g = 3 and g = -1/4, t ≤ 100, β = 9/10 and 999/1000, up to a relative 10⁻¹¹, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| moments(subject),
        },
        Claim {
            id: "shorter",
            as_stated: false,
            statement: "biased towards 0, the first update is shorter than the corrected one",
            quantifier: "refuted by the code at t = 1 for β₁ = 9/10, β₂ = 999/1000",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, subject| shorter(lab, subject, default_betas()),
        },
        Claim {
            id: "factor",
            as_stated: false,
            statement: "the code's update without correction is $(1 - β_1^t) / sqrt(1 - β_2^t)$ times the one with it",
            quantifier: "20 drawn sequences of positive gradients, t ≤ 300, and t ≤ 2000 on a constant one, up to a relative 10⁻¹⁰",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| factor(lab, subject, 0),
        },
        Claim {
            id: "largest",
            as_stated: false,
            statement: "the factor is largest at $t = 12$, where it is 6.5685; it is 3.1623 at $t = 1$ and 1.0754 at $t = 1999$",
            quantifier: "β₁ = 9/10, β₂ = 999/1000, all t",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(largest(12)),
        },
    ],
    controls: &[
        Control {
            id: "shorter-at-nearer-betas",
            differs: "claims that the first update is shorter at β₁ = 9/10, β₂ = 9901/10000, where it is longer by half a per cent",
            broken: Broken::Statement(|lab, subject| shorter(lab, subject, [rational(9, 10), rational(9901, 10_000)])),
        },
        Control {
            id: "one-step-later",
            differs: "claims the factor of step t + 1",
            broken: Broken::Statement(|lab, subject| factor(lab, subject, 1)),
        },
        Control {
            id: "largest-at-thirteen",
            differs: "claims that the factor is largest at t = 13",
            broken: Broken::Statement(|_, _| Ok(largest(13))),
        },
        uncorrected("code-without-correction", "factor"),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "moments", &LONGER_STEP),
    ],
    plots: &[factors],
};

fn without(method: &Method) -> Method {
    changed(method, |algorithm| {
        if let Algorithm::Adam(rule) = algorithm {
            rule.bias_correction = false;
        }
    })
}

fn moments(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let [beta1, beta2] = default_betas();
    for (average, beta) in [(Average::First, beta1), (Average::Second, beta2)] {
        let mut optimizer = subject.enclosure(&without(&average.probe(&beta)))?;
        let gradients = [Interval::int(3), Interval::of(&rational(-1, 4))];
        let (mut power, one) = (Interval::one(), Interval::one());
        for t in 1..=100 {
            power = power * Interval::of(&beta);
            let found = average.read(&mut *optimizer, &gradients);
            for (found, gradient) in found.into_iter().zip(gradients) {
                let wanted = (one - power) * average.of(gradient);
                exact.decided("the moment without correction", relatively_near(found, wanted, 1e-11), || {
                    format!("β = {beta}, t = {t}: {} against {}", shown(found), shown(wanted))
                });
            }
        }
    }
    Ok(exact.evidence())
}

fn plain(betas: [Rational; 2]) -> Method {
    Method::new(adam(betas, Epsilon::Outside, Rational::ZERO), Rational::ONE)
}

fn shorter(lab: &Lab, subject: &dyn Subject, betas: [Rational; 2]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let method = plain(betas);
    let gradient = [Interval::of(&lab.stream("shorter").trial(0).fraction(1..1000, 64))];
    let corrected = displacement(&mut *subject.enclosure(&method)?, &gradient)[0];
    let uncorrected = displacement(&mut *subject.enclosure(&without(&method))?, &gradient)[0];
    let shorter = (corrected - uncorrected).above(0.0);
    exact.decided("the uncorrected update is shorter", shorter, || {
        format!("g = {}: {:.4} η without, {:.4} η with correction", gradient[0].lo, uncorrected.lo, corrected.lo)
    });
    Ok(exact.evidence())
}

/// `1 - β₁^t` over `√(1 - β₂^t)` from `t = 1` on.
fn ratios<R: Root>() -> impl Iterator<Item = R> {
    let [beta1, beta2] = default_betas().map(|beta| R::of(&beta));
    let powers = std::iter::successors(Some([beta1.clone(), beta2.clone()]), move |[first, second]| {
        Some([first.clone() * &beta1, second.clone() * &beta2])
    });
    powers.map(|[first, second]| (R::one() - first) / (R::one() - second).sqrt())
}

/// The claimed factor is that of so many steps `later`.
fn factor(lab: &Lab, subject: &dyn Subject, later: usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let stream = lab.stream("factor");
    let method = plain(default_betas());
    let mut compare = |name: &str, gradients: &mut dyn FnMut() -> Vec<Interval>, steps: usize| -> Result<(), NotOffered> {
        let (mut with, mut without) = (subject.enclosure(&method)?, subject.enclosure(&without(&method))?);
        for (t, wanted) in ratios::<Interval>().skip(later).take(steps).enumerate() {
            let gradients = gradients();
            let (with, without) = (displacement(&mut *with, &gradients), displacement(&mut *without, &gradients));
            for (with, without) in with.into_iter().zip(without) {
                exact.decided(name, relatively_near(without / with, wanted, 1e-10), || {
                    format!("t = {}: {} against {}", t + 1, shown(without / with), shown(wanted))
                });
            }
        }
        Ok(())
    };
    compare("on a constant gradient", &mut || vec![Interval::int(3)], 2000)?;
    let draws = &mut stream.trial(0);
    let count = lab.cases(20);
    compare("on drawn gradients", &mut || (0..count).map(|_| Interval::of(&draws.fraction(1..1000, 64))).collect(), 300)?;
    Ok(exact.evidence())
}

/// The factor is said to be largest at `place`.
fn largest(place: usize) -> Evidence {
    let mut exact = Exact::new();
    let factors: Vec<Interval> = ratios().take(5000).collect();
    let at = |t: usize| factors[t - 1];
    for t in (1..=5000).filter(|t| *t != place) {
        exact.decided("smaller elsewhere", (at(place) - at(t)).above(0.0), || {
            format!("t = {t}: {} against {}", shown(at(t)), shown(at(place)))
        });
    }
    // Beyond, the numerator is below 1 and the denominator above its value at 5000.
    let tail = Interval::one() / (Interval::one() - power(999, 5000)).sqrt();
    exact.decided("smaller beyond 5000", (at(place) - tail).above(0.0), || shown(tail));
    for (t, digits) in [(1, 3.1623), (12, 6.5685), (1999, 1.0754)] {
        let near = (at(t) - Interval::point(digits)).smaller_than(5e-5);
        exact.decided("to four digits", near, || format!("t = {t}: {}", shown(at(t))));
    }
    exact.evidence()
}

/// `(thousandths / 1000)^exponent`.
fn power(thousandths: i64, exponent: u32) -> Interval {
    let base = Interval::of(&rational(thousandths, 1000));
    (0..exponent).fold(Interval::one(), |power, _| power * base)
}

fn factors(_: &Lab) -> Plot {
    let method = plain(default_betas());
    let build = |method: &Method| Reference.double(method).expect("the reference offers Adam");
    let (mut with, mut uncorrected) = (build(&method), build(&without(&method)));
    let (mut theory, mut measured, mut next) = (Vec::new(), Vec::new(), 1);
    for (t, ratio) in (1..=5000).zip(ratios::<f64>()) {
        let ratio_of_steps = displacement(&mut *uncorrected, &[3.0])[0] / displacement(&mut *with, &[3.0])[0];
        if t == next {
            theory.push([f64::from(t), ratio]);
            measured.push([f64::from(t), ratio_of_steps]);
            next += 1 + t / 8;
        }
    }
    Plot {
        id: "factor".into(),
        title: "Adam's update without bias correction over the one with it, ε = 0".into(),
        x: "step t".into(),
        y: "factor".into(),
        log_x: true,
        series: vec![Series::theory("(1 - β₁^t) / √(1 - β₂^t)", theory), Series::measured("the code", measured)],
        ..Plot::default()
    }
}
