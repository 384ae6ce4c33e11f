//! A whole distribution, held against a stated one.

use super::estimate::draw;
use crate::evidence::{Relation, Statistic};
use crate::lab::{Draws, Lab};

/// Whether a trial's distribution function F is within `margin` of the stated, continuous one G everywhere.
///
/// P(sup\|Fₙ − F\| > ε) ≤ 2·exp(−2nε²) for the empirical Fₙ (Dvoretzky, Kiefer & Wolfowitz 1956; the constant by Massart 1990,
/// Ann. Prob. 18, corollary 1), so sup\|F − G\| lies within ε of D = sup\|Fₙ − G\| with probability 1 − α, where
/// ε = √(ln(2/α)/(2n)): the interval [D − ε, D + ε] ∩ [0, 1] for the distance, which is claimed to be at most the margin.
///
/// This is not a sequence: the one look is at the least n for which ε ≤ margin/2 at effort 1, and so D ≤ margin/2, which decides,
/// with probability 1 − α if F = G; at effort e at e times as many. A trial that is not finite makes the distance NaN.
///
/// # Panics
/// If the margin is not positive.
pub fn distribution(
    lab: &Lab,
    name: &str,
    margin: f64,
    stated: impl Fn(f64) -> f64,
    trial: impl Fn(&mut Draws) -> f64 + Sync,
) -> Statistic {
    assert!(margin > 0.0, "{name}: margin {margin}");
    let alpha = lab.policy.alpha();
    let log = -libm::log(alpha / 2.0);
    let n = lab.cases((2.0 * log / (margin * margin)).ceil() as u64);
    let mut values = draw(&lab.stream(name), 0..n, &trial);
    values.sort_by(f64::total_cmp);
    let distance = distance(&values, stated);
    let radius = (log / (2.0 * n as f64)).sqrt();
    let room = margin - radius;
    Statistic {
        name: name.into(),
        sequence: "Dvoretzky-Kiefer-Wolfowitz band at one sample size; trials are independent, the stated law is continuous"
            .into(),
        relation: Relation::AtMost,
        target: 0.0,
        margin,
        n,
        largest_n: n,
        estimate: distance,
        interval: [distance - radius, distance + radius].map(|end| end.clamp(0.0, 1.0)),
        alpha,
        probability_inconclusive: 2.0 * libm::exp(-2.0 * n as f64 * room * room),
    }
}

/// sup\|Fₙ − G\| of sorted values: attained beside a step of Fₙ, from i/n to (i + 1)/n. NaN if a value is not finite or G of it is.
pub(crate) fn distance(sorted: &[f64], stated: impl Fn(f64) -> f64) -> f64 {
    let n = sorted.len() as f64;
    let mut worst = 0.0_f64;
    for (index, &x) in sorted.iter().enumerate() {
        let above = stated(x) - index as f64 / n;
        if !x.is_finite() || above.is_nan() {
            return f64::NAN;
        }
        worst = worst.max(above.abs()).max((above - 1.0 / n).abs());
    }
    worst
}
