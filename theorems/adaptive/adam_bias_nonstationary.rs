//! # While the mean gradient moves, Adam's first moment lags behind it
//!
//! **Setting.** `m_t = β m_(t-1) + (1 - β) g_t`, `m_0 = 0`, `m̂_t = m_t / (1 - β^t)`, with `𝔼 g_i = a + b i`.
//!
//! **Statement.** (1) As stated, `𝔼 m̂_t = 𝔼 g_t`: false for `b ≠ 0`. (2) `𝔼 m̂_t - 𝔼 g_t = -b (β/(1 - β) - t β^t/(1 - β^t))`, which
//! tends to `-b β/(1 - β)`: nine steps of drift at `β = 0.9`. In general it is `Σ w_i (𝔼 g_i - 𝔼 g_t)` with the weights `w_i` of `m̂_t`.
//!
//! **Why.** `m̂_t` is a weighted mean of the past gradients, whose mean age is the bracket.
//!
//! **How it could fail.** The formula is compared with the recursion as a polynomial, and with the code in intervals. Both are linear in
//! the gradients, so that noise changes nothing in the mean.

use super::averages::{Average, drifting};
use super::conventions::{on, shown, uncorrected};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-bias-nonstationary",
    title: "While the mean gradient moves, Adam's first moment lags behind it",
    topic: "adaptive",
    record: Some("adam-bias-nonstationary"),
    statement: "If $bb(E) g_i = a + b i$, then $bb(E) hat(m)_t - bb(E) g_t = -b (frac(β, 1 - β) - frac(t β^t, 1 - β^t))$, which tends to \
                $-b β / (1 - β)$.",
    hypotheses: &["$0 ≤ β < 1$ and $m_0 = 0$", "the mean gradient moves by $b$ a step; noise may be added and be dependent"],
    sources: &[Source::Note("001", "225-232"), Source::Cited("kingma2015", "section 3")],
    claims: &[
        Claim {
            id: "unbiased",
            as_stated: true,
            statement: "$bb(E) hat(m)_t = bb(E) g_t$ during training",
            quantifier: "refuted, even within 10⁻¹¹, by the gradients g_i = i at β = 9/10: the code's m̂_t lags",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| drifting(Average::First, subject),
        },
        Claim {
            id: "formula",
            as_stated: false,
            statement: "$(1 - β^t)$ times the formula satisfies the recursion of $m_t$ and starts at 0",
            quantifier: "all a, b, 0 ≤ β < 1 and t, by induction",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(formula(0)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "the code's $hat(m)_t$ differs from $g_t = a + b t$ by the formula, within $10^(-10)$",
            quantifier: "drawn a and b of at most 16, also b = 0; β in {1/2, 9/10, 99/100}, t ≤ 100, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| code(lab, subject, bias),
        },
    ],
    controls: &[
        Control {
            id: "limit-from-the-start",
            differs: "claims the limit -bβ/(1 - β) at every t",
            broken: Broken::Statement(|lab, subject| {
                code(lab, subject, |b, beta, _, _| -b.clone() * beta / (Rational::ONE - beta))
            }),
        },
        Control {
            id: "no-bias",
            differs: "claims the bias of b = 0 for every b",
            broken: Broken::Statement(|lab, subject| code(lab, subject, |_, _, _, _| Rational::ZERO)),
        },
        Control {
            id: "one-step-older",
            differs: "claims a lag that is longer by a billionth of a step",
            broken: Broken::Statement(|lab, subject| {
                code(lab, subject, |b, beta, t, power| bias(b, beta, t, power) - b * rational(1, 1_000_000_000))
            }),
        },
        Control {
            id: "unbalanced-formula",
            differs: "the formula's β/(1 - β) is larger by 10⁻⁹/(1 - β)",
            broken: Broken::Statement(|_, _| Ok(formula(1))),
        },
        uncorrected("code-without-correction", "code"),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "code", &LONGER_STEP),
    ],
    plots: &[lags],
};

/// The bias from b, β, t and `β^t`.
fn bias(b: &Rational, beta: &Rational, t: &Rational, power: &Rational) -> Rational {
    -b.clone() * (beta / (Rational::ONE - beta) - t * power / (Rational::ONE - power))
}

/// `error` billionths are added to β in the numerator of `β/(1 - β)`.
fn formula(error: i64) -> Evidence {
    let [beta, power, t, a, b] = Polynomial::variables();
    let one = beta.int(1);
    let kept = &one - &beta;
    let lag = &beta + beta.constant(&rational(error, 1_000_000_000));
    // (1 - β) m_t = (1 - β)(1 - β^t)(a + bt) - b (β (1 - β^t) - (1 - β) t β^t), where power is β^t.
    let moment = |power: &Polynomial, t: &Polynomial| {
        let left = &one - power;
        &kept * &left * (&a + &b * t) - &b * (&lag * &left - &kept * t * power)
    };
    let (next, later) = (&beta * &power, &t + &one);
    let mut exact = Exact::new();
    exact.identity("from t to t + 1", &beta * moment(&power, &t) + &kept * &kept * (&a + &b * &later), moment(&next, &later));
    exact.identity("at t = 0", moment(&one, &beta.int(0)), beta.int(0));
    exact.evidence()
}

/// The claimed bias as a function of b, β, t and `β^t`.
type Bias = fn(&Rational, &Rational, &Rational, &Rational) -> Rational;

fn code(lab: &Lab, subject: &dyn Subject, bias: Bias) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let draws = &mut lab.stream("code").trial(0);
    let mut lines = vec![[Rational::from(3), Rational::ZERO], [Rational::ONE, rational(1, 16)]];
    lines.extend((0..8).map(|_| [draws.fraction(-256..256, 16), draws.fraction(-256..256, 16)]));
    for beta in [rational(1, 2), rational(9, 10), rational(99, 100)] {
        let mut optimizer = subject.enclosure(&Average::First.probe(&beta))?;
        let mut power = Rational::ONE;
        for t in (1..=100).map(Rational::from) {
            power *= &beta;
            let gradients: Vec<Rational> = lines.iter().map(|[a, b]| a + b * &t).collect();
            let enclosed: Vec<Interval> = gradients.iter().map(Interval::of).collect();
            let found = Average::First.read(&mut *optimizer, &enclosed);
            for ((found, gradient), [a, b]) in found.into_iter().zip(&gradients).zip(&lines) {
                let difference = found - Interval::of(&(gradient + bias(b, &beta, &t, &power)));
                exact.decided("bias by the formula", difference.smaller_than(1e-10), || {
                    format!("a = {a}, b = {b}, β = {beta}, t = {t}: off by {}", shown(difference))
                });
            }
        }
    }
    Ok(exact.evidence())
}

fn lags(_: &Lab) -> Plot {
    let beta = rational(9, 10);
    let mut optimizer = Reference.double(&Average::First.probe(&beta)).expect("the reference offers Adam");
    let mut power = Rational::ONE;
    let (mut theory, mut measured) = (Vec::new(), Vec::new());
    for t in 1..=60 {
        power *= &beta;
        let time = f64::from(t);
        theory.push([time, to_f64(&bias(&Rational::ONE, &beta, &Rational::from(t), &power))]);
        measured.push([time, Average::First.read(&mut *optimizer, &[time])[0] - time]);
    }
    Plot {
        id: "lag".into(),
        title: "Bias of Adam's corrected first moment on gradients that grow by 1 a step, β = 0.9".into(),
        x: "step t".into(),
        y: "bias".into(),
        series: vec![
            Series::theory("-(β/(1 - β) - t β^t/(1 - β^t))", theory),
            Series::theory("limit -9", [[1.0, -9.0], [60.0, -9.0]]),
            Series::measured("the code", measured),
        ],
        ..Plot::default()
    }
}
