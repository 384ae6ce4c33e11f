//! # Adam's corrected first moment is unbiased, if the mean gradient is constant
//!
//! **Setting.** `m_t = β m_(t-1) + (1 - β) g_t`, `m_0 = 0`, `m̂_t = m_t / (1 - β^t)`, random gradients `g_i`.
//!
//! **Statement.** (1) As stated, `E m̂_t = E g_t`: false where the mean moves. (2) `E m̂_t = Σ w_i E g_i` with `Σ w_i = 1`, so that
//! `E m̂_t = E g` if `E g_i = E g` for all `i ≤ t`; independence is not needed.
//!
//! **Why.** `E m_t = β (1 - β^(t-1)) E g + (1 - β) E g = (1 - β^t) E g`.
//!
//! **How it could fail.** With `η = ε = 2^80` the step of the code *is* `-m̂`. Its mean is enumerated over all paths of two-valued
//! gradients in intervals, and sampled for Gaussian, correlated and heavy-tailed ones.

use super::averages::{Average, Claimed, Noise, curves, drifting, enumerated, sampled, weights};
use crate::evidence::Evidence;
use crate::lab::Lab;
use crate::optimizers::Algorithm;
use crate::subject::{Impostor, NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-m-hat-unbiased",
    title: "Adam's first moment is unbiased after correction, if the mean gradient is constant",
    topic: "adaptive",
    record: Some("adam-m-hat-unbiased"),
    statement: "With $m_t = β m_(t-1) + (1 - β) g_t$, $m_0 = 0$, the corrected $hat(m)_t = m_t / (1 - β^t)$ satisfies \
                $bb(E) hat(m)_t = sum_(i=1)^t w_i bb(E) g_i$ with $sum_(i=1)^t w_i = 1$; so $bb(E) hat(m)_t = bb(E) g$ if \
                $bb(E) g_i = bb(E) g$ for $i ≤ t$.",
    hypotheses: &["$0 ≤ β < 1$ and $m_0 = 0$", "$bb(E) g_i$ is the same for all $i ≤ t$; dependence is allowed"],
    sources: &[
        Source::Note("001", "220-232"),
        Source::Note("003", "319-324"),
        Source::Note("000", "224-234"),
        Source::Cited("kingma2015", "section 3"),
    ],
    claims: &[
        Claim {
            id: "any-gradients",
            as_stated: true,
            statement: "$bb(E) hat(m)_t = bb(E) g_t$, whatever the gradients",
            quantifier: "refuted, even within 10⁻¹¹, by the gradients g_i = i at β = 9/10: a moving mean lags",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| drifting(Average::First, subject),
        },
        Claim {
            id: "weights",
            as_stated: false,
            statement: "$bb(E) m_t = (1 - β^t) bb(E) g$, and $(1 - β) sum_(i=1)^t β^(t-i) = 1 - β^t$",
            quantifier: "all β; all t by induction, and t ≤ 200 by the sum itself",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(weights(0)),
        },
        Claim {
            id: "enumerated",
            as_stated: false,
            statement: "the mean of the code's $hat(m)_t$ over all paths of gradients in ${-1, 3}$ is within $10^(-11)$ of \
                        $bb(E) g$",
            quantifier: "t ≤ 8, β in {1/2, 9/10, 999/1000}, independent and Markov-correlated gradients, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| enumerated(Average::First, subject),
        },
        Claim {
            id: "sampled",
            as_stated: false,
            statement: "$bb(E) hat(m)_t = bb(E) g$ for Gaussian, autoregressive and Student-3 gradients with $bb(E) g = σ = 1$",
            quantifier: "β = 9/10, t in {1, 2, 5, 10, 100}, within 0.08 σ",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| means(lab, subject, Claimed::TRUE),
        },
    ],
    controls: &[
        Control {
            id: "uncorrected",
            differs: "claims E m = E g, at t ≤ 10",
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
            id: "drifting-mean",
            differs: "the mean gradient grows by σ a step",
            broken: Broken::Statement(|lab, subject| means(lab, subject, Claimed::DRIFTING)),
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
            id: "sampled-code-without-correction",
            differs: "the code does not correct the bias",
            broken: Broken::Subject { claim: "sampled", subject: &WITHOUT_CORRECTION },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "enumerated", subject: &LONGER_STEP },
        },
    ],
    plots: &[|lab| curves(Average::First, lab)],
};

/// Adam as it would be without its bias correction.
pub static WITHOUT_CORRECTION: Impostor = Impostor {
    name: "no bias correction",
    instead: |method| {
        let mut method = method.clone();
        if let Algorithm::Adam(adam) = &mut method.algorithm {
            adam.bias_correction = false;
        }
        method
    },
};

/// A margin of 0.08 is a sixth of the least control effect (0.47: the exponent t + 1 at t = 1, the drift at t = 2).
fn means(lab: &Lab, subject: &dyn Subject, claimed: Claimed) -> Result<Evidence, NotOffered> {
    let noises = [Noise::Gaussian, Noise::Autoregressive, Noise::Student];
    sampled(Average::First, &noises, 0.08, claimed, lab, subject)
}
