//! # Adam's corrected second moment is unbiased, and its root is not
//!
//! **Setting.** `v_t = β v_(t-1) + (1 - β) g_t²`, `v_0 = 0`, `v̂_t = v_t / (1 - β^t)`, random gradients `g_i`.
//!
//! **Statement.** (1) As stated, `E v̂_t = E g_t²`: false where the second moment moves. (2) True if it is constant. (3) The step
//! does not inherit it: `E √v̂ ≠ √E g²` and `E m̂/√v̂ ≠ E g / √E g²`. (4) `E √v̂_1 = σ √(2/π)` for `g ~ N(0, σ²)`.
//!
//! **Why.** The weights add to 1 as for m̂; `√` is strictly concave (Jensen); `√v̂_1 = |g|`.
//!
//! **How it could fail.** With `β₁ = 0` and a negligible ε the step of the code is `-η g / √v̂` with a known g, which reveals v̂.
//! Its mean is enumerated in intervals and sampled for Gaussian gradients.

use super::adam_m_hat_unbiased::WITHOUT_CORRECTION;
use super::averages::{Average, Claimed, Noise, curves, drifting, enumerated, near, sampled, weights};
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Root, rational};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-v-hat-unbiased",
    title: "Adam's second moment is unbiased after correction; its root and the step are not",
    topic: "adaptive",
    record: Some("adam-v-hat-unbiased"),
    statement: "With $v_t = β v_(t-1) + (1 - β) g_t^2$, $v_0 = 0$, the corrected $hat(v)_t = v_t / (1 - β^t)$ satisfies \
                $bb(E) hat(v)_t = bb(E) g^2$ if $bb(E) g_i^2 = bb(E) g^2$ for $i ≤ t$; but $bb(E) sqrt(hat(v)_t) < sqrt(bb(E) g^2)$ \
                unless $hat(v)_t$ is constant, and $bb(E) sqrt(hat(v)_1) = σ sqrt(2/π)$ for $g$ normal with mean 0 and variance $σ^2$.",
    hypotheses: &["$0 ≤ β < 1$ and $v_0 = 0$", "$bb(E) g_i^2$ is the same for all $i ≤ t$; dependence is allowed"],
    sources: &[
        Source::Note("003", "319-324"),
        Source::Note("000", "226"),
        Source::Note("001", "75"),
        Source::Note("004", "155"),
        Source::Cited("kingma2015", "section 3"),
    ],
    claims: &[
        Claim {
            id: "any-gradients",
            as_stated: true,
            statement: "$bb(E) hat(v)_t = bb(E) g_t^2$, whatever the gradients",
            quantifier: "refuted, even within 10⁻¹¹, by the gradients g_i = i at β = 999/1000: a moving second moment lags",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| drifting(Average::Second, subject),
        },
        Claim {
            id: "root-inherits",
            as_stated: false,
            statement: "the unbiasedness passes to the root: $bb(E) sqrt(hat(v)_1) = sqrt(bb(E) g^2)$",
            quantifier: "refuted, even within 10⁻¹¹, by g in {1, 7}, equally likely: 4 against 5",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| two_valued(subject, |_, root| root, 5.0),
        },
        Claim {
            id: "ratio-inherits",
            as_stated: false,
            statement: "the unbiasedness passes to the step: $bb(E) [hat(m)_1 / sqrt(hat(v)_1)] = frac(bb(E) g, sqrt(bb(E) g^2))$",
            quantifier: "refuted, even within 10⁻¹¹, by g in {1, 7}, equally likely: 1 against 4/5",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| two_valued(subject, |gradient, root| gradient / root, 0.8),
        },
        Claim {
            id: "two-values",
            as_stated: false,
            statement: "$bb(E) sqrt(hat(v)_1) = 4 < 5 = sqrt(bb(E) g^2)$ for $g$ in ${1, 7}$, equally likely",
            quantifier: "this law of g, within 10⁻¹¹, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| two_valued(subject, |_, root| root, 4.0),
        },
        Claim {
            id: "jensen",
            as_stated: false,
            statement: "$bb(E) hat(v)_t - (bb(E) sqrt(hat(v)_t))^2 = bb(E) (sqrt(hat(v)_t) - bb(E) sqrt(hat(v)_t))^2$: positive unless \
                        $hat(v)_t$ is constant",
            quantifier: "every law of v̂_t with a finite mean, all t: a polynomial identity whose last term has mean 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(jensen(2)),
        },
        Claim {
            id: "weights",
            as_stated: false,
            statement: "$bb(E) v_t = (1 - β^t) bb(E) g^2$, and $(1 - β) sum_(i=1)^t β^(t-i) = 1 - β^t$",
            quantifier: "all β; all t by induction, and t ≤ 200 by the sum itself",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(weights(0)),
        },
        Claim {
            id: "enumerated",
            as_stated: false,
            statement: "the mean of the code's $hat(v)_t$ over all paths of gradients in ${-1, 3}$ is within $10^(-11)$ of \
                        $bb(E) g^2$",
            quantifier: "t ≤ 8, β in {1/2, 9/10, 999/1000}, independent and Markov-correlated gradients, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| enumerated(Average::Second, subject),
        },
        Claim {
            id: "sampled",
            as_stated: false,
            statement: "$bb(E) hat(v)_t = bb(E) g^2$ for centred Gaussian and autoregressive gradients with $σ = 1$",
            quantifier: "β = 999/1000, t in {1, 2, 5, 10, 100}, within 0.099 σ²",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| means(lab, subject, Claimed::TRUE),
        },
        Claim {
            id: "root-of-gaussian",
            as_stated: false,
            statement: "$bb(E) sqrt(hat(v)_1) = σ sqrt(2/π)$ for a centred Gaussian gradient",
            quantifier: "σ = 1, within 0.04",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| root_of_gaussian(lab, subject, std::f64::consts::FRAC_2_PI.sqrt()),
        },
    ],
    controls: &[
        Control {
            id: "root-is-unbiased",
            differs: "claims E √v̂ = σ at t = 1",
            broken: Broken::Statement(|lab, subject| root_of_gaussian(lab, subject, 1.0)),
        },
        Control {
            id: "half-the-slope",
            differs: "takes m instead of 2 m for the slope of r² at m",
            broken: Broken::Statement(|_, _| Ok(jensen(1))),
        },
        Control {
            id: "uncorrected",
            differs: "claims E v = E g², at t ≤ 10",
            broken: Broken::Statement(|lab, subject| means(lab, subject, Claimed::UNCORRECTED)),
        },
        Control {
            id: "exponent-too-low",
            differs: "corrects by 1 - β^(t-1), from t = 2",
            broken: Broken::Statement(|lab, subject| means(lab, subject, Claimed::EXPONENT_LOW)),
        },
        Control {
            id: "exponent-too-high",
            differs: "corrects by 1 - β^(t+1)",
            broken: Broken::Statement(|lab, subject| means(lab, subject, Claimed::EXPONENT_HIGH)),
        },
        Control {
            id: "identity-shifted",
            differs: "the weights add to 1 - β^(t+1)",
            broken: Broken::Statement(|_, _| Ok(weights(1))),
        },
        Control {
            id: "code-without-correction",
            differs: "the code does not correct the bias",
            broken: Broken::Subject { claim: "enumerated", subject: &WITHOUT_CORRECTION },
        },
        Control {
            id: "root-without-correction",
            differs: "the code does not correct the bias",
            broken: Broken::Subject { claim: "root-of-gaussian", subject: &WITHOUT_CORRECTION },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "enumerated", subject: &LONGER_STEP },
        },
        Control {
            id: "two-values-larger-step",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "two-values", subject: &LONGER_STEP },
        },
    ],
    plots: &[|lab| curves(Average::Second, lab)],
};

/// With `r = √v̂_t` and `m = E r`: `r² - m² = (r - m)² + slope m (r - m)` for every value of r. The last term has mean 0, so the means
/// give `E v̂_t - m² = E (r - m)²`.
fn jensen(slope: i64) -> Evidence {
    let [root, mean] = Polynomial::variables();
    let off = &root - &mean;
    let mut exact = Exact::new();
    let right = &off * &off + &mean.int(slope) * &(&mean * &off);
    exact.identity("r² - m² = (r - m)² + 2 m (r - m)", &root * &root - &mean * &mean, right);
    exact.evidence()
}

/// The mean of a function of g and √v̂ after one step of the code, g being 1 or 7, is within 10⁻¹¹ of a value.
fn two_valued(subject: &dyn Subject, of: fn(Interval, Interval) -> Interval, wanted: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.enclosure(&Average::Second.probe(&rational(999, 1000)))?;
    let gradients = [1.0, 7.0].map(Interval::point);
    let squares = Average::Second.read(&mut *optimizer, &gradients);
    let [low, high] = [0, 1].map(|case| of(gradients[case], squares[case].sqrt()));
    let mean = (low + high) / Interval::point(2.0);
    exact.decided("the mean", near(mean, wanted), || {
        format!("g = 1 or 7, t = 1: the mean lies in [{}, {}], not at {wanted}", mean.lo, mean.hi)
    });
    Ok(exact.evidence())
}

/// A margin of 0.099 is below a fifth of the least control effect (0.49975: the exponent t + 1 at t = 1).
fn means(lab: &Lab, subject: &dyn Subject, claimed: Claimed) -> Result<Evidence, NotOffered> {
    sampled(Average::Second, &[Noise::Gaussian, Noise::Autoregressive], 0.099, claimed, lab, subject)
}

/// `|g|` is a 1-Lipschitz function of a standard normal variable, so sub-Gaussian with deviation 1 (Boucheron, Lugosi and Massart
/// 2013, theorem 5.6). The margin is a fifth of `1 - √(2/π)`.
fn root_of_gaussian(lab: &Lab, subject: &dyn Subject, target: f64) -> Result<Evidence, NotOffered> {
    let method = Average::Second.probe(&rational(999, 1000));
    subject.double(&method)?;
    let (law, margin) = (Law::SubGaussian { deviation: 1.0 }, 0.04);
    let largest = 4 * law.required(margin, lab.policy.alpha());
    let question = Question { name: "√v̂ at t = 1", relation: Relation::Equal, target, margin, law, largest };
    let statistic = estimate(lab, &question, |draws| match subject.double(&method) {
        Ok(mut optimizer) => Average::Second.read(&mut *optimizer, &[draws.normal()])[0].sqrt(),
        Err(_) => f64::NAN,
    });
    Ok(Evidence::sampled(vec![statistic]))
}
