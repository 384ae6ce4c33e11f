//! # Names of batch sizes are conventions, and they contradict each other
//!
//! **Setting.** The ranges that the notes call small, mini, medium and large; least squares without label noise on features that are signs.
//!
//! **Statement.** (1) The notes' names contradict each other: 256 is a mini-batch and large in one note and medium in another, and 32 is small and a
//! mini-batch. (2) "Small: slower convergence" holds for a step and not for a sample: at its best step size a batch of `B` contracts by
//! `(d - 1)/(B + d - 1)`, and `B` steps with one sample by no more.
//!
//! **Why.** Bernoulli: `(1 + 1/(d - 1))^B ≥ 1 + B/(d - 1)`.
//!
//! **How it could fail.** The names are data; each is looked up in each. The inequality is a polynomial one for each quotient of batch sizes, and the code's own
//! contraction is enumerated over all batches.

use super::features::mean_square;
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "typical-batch-ranges",
    title: "Names of batch sizes contradict each other; small ones are not slow per sample",
    topic: "stochastic",
    record: Some("typical-batch-ranges"),
    statement: "The notes' ranges are conventions: they overlap with different names. On least squares without label noise a small batch is slower per step and \
                never slower per sample.",
    hypotheses: &["for the second part: features that are independent signs, no label noise, the best step size for each batch"],
    sources: &[
        Source::Note("002", "31"),
        Source::Note("002", "141-157"),
        Source::Note("003", "180-195"),
        Source::Note("004", "75-77"),
        Source::Cited("ma2018", "mini-batch saturation"),
    ],
    claims: &[
        Claim {
            id: "one-name",
            as_stated: true,
            statement: "8-32 is small, 32-256 mini-batch, 256-1024 large (note 002); 32-64 small, 128-256 medium, 512 and more large (note 003): a size has one name",
            quantifier: "the six ranges with their ends, sizes 1 to 1024",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| Ok(names(&RANGES)),
        },
        Claim {
            id: "slower-per-sample",
            as_stated: true,
            statement: "small batches converge more slowly: $B$ samples in one step contract more than in $B$ steps",
            quantifier: "features that are signs, d = 2 and 3, B = 2, 3, 4, the code at its best step sizes",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| code(subject, |one, many| many < one),
        },
        Claim {
            id: "one-note",
            as_stated: false,
            statement: "the ranges of note 003 do not overlap",
            quantifier: "its three ranges, sizes 1 to 1024",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(names(&RANGES[3..])),
        },
        Claim {
            id: "per-sample",
            as_stated: false,
            statement: "with the contraction $r(B) = 1/(1 + B u)$ a step, $r(B)^k ≤ r(k B)$: $k$ steps contract at least as much as one with $k$ times the samples",
            quantifier: "all u > 0 and B > 0, as polynomials for each k from 1 to 64",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(bernoulli(64, 0)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "the code's best step with one sample, $B$ times, contracts at least as much as its best step with $B$ samples, and less per step",
            quantifier: "features that are signs, d = 2 and 3, B = 2, 3, 4, all batches",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, |one, many| one <= many),
        },
    ],
    controls: &[
        Control {
            id: "small-is-slower-per-sample",
            differs: "claims that B samples in one step contract more than in B steps",
            broken: Broken::Statement(|_, subject| code(subject, |one, many| many < one)),
        },
        Control {
            id: "one-size-moved",
            differs: "note 003's medium batches begin at 64",
            broken: Broken::Statement(|_, _| Ok(names(&[RANGES[3], ("medium", "003:186", 64, 256), RANGES[5]]))),
        },
        Control {
            id: "one-more-than-linear",
            differs: "claims (1 + Bu)^k ≥ 1 + (k + 10⁻⁹) Bu",
            broken: Broken::Statement(|_, _| Ok(bernoulli(64, 1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
    ],
    plots: &[per_sample],
};

/// Name, place in the notes, least and largest size; 512 and more ends where note 002's large ones do.
const RANGES: [(&str, &str, u64, u64); 6] = [
    ("small", "002:141", 8, 32),
    ("mini-batch", "002:31", 32, 256),
    ("large", "002:147", 256, 1024),
    ("small", "003:182", 32, 64),
    ("medium", "003:186", 128, 256),
    ("large", "003:190", 512, 1024),
];

/// Whether every size has at most one name.
fn names(ranges: &[(&str, &str, u64, u64)]) -> Evidence {
    let mut exact = Exact::new();
    for size in 1..=1024 {
        let of: Vec<_> = ranges.iter().filter(|(.., least, most)| (*least..=*most).contains(&size)).collect();
        let alike = of.iter().all(|(name, ..)| *name == of[0].0);
        exact.holds("at most one name", alike, || {
            let listed: Vec<String> = of.iter().map(|(name, place, ..)| format!("{name} ({place})")).collect();
            format!("a batch of {size} is {}", listed.join(", "))
        });
    }
    exact.evidence()
}

/// `(1 + Bu)^k - 1 - kBu` has no negative coefficient; `error` billionths are added to `k`.
fn bernoulli(most: usize, error: i64) -> Evidence {
    let [u, batch] = Polynomial::variables();
    let one = u.int(1);
    let sum = &one + &batch * &u;
    let mut exact = Exact::new();
    let mut power = one.clone();
    for k in 1..=most {
        power = &power * &sum;
        let linear = u.constant(&(Rational::from(k) + rational(error, 1_000_000_000)));
        let room = &power - &one - linear * &batch * &u;
        let holds = room.coefficients().all(|coefficient| *coefficient > Rational::ZERO);
        exact.holds("(1 + Bu)^k ≥ 1 + kBu", holds, || format!("k = {k}"));
    }
    exact.evidence()
}

/// The code's contraction of `E‖w‖²` at the step `B/(B + d - 1)`.
fn contraction(subject: &dyn Subject, dimension: usize, batch: usize) -> Result<Rational, NotOffered> {
    let best = rational(batch as i64, (batch + dimension - 1) as u64);
    let w: Vec<Rational> = [2, -3, 5][..dimension].iter().copied().map(Rational::from).collect();
    let norm = w.iter().fold(Rational::ZERO, |sum, w| sum + square(w));
    Ok(mean_square(subject, &best, &w, batch)? / norm)
}

/// `claimed` of the contraction by as many single samples as the batch has, and by the batch.
fn code(subject: &dyn Subject, claimed: fn(&Rational, &Rational) -> bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (dimension, batch) in [2, 3].into_iter().flat_map(|dimension| [2, 3, 4].map(|batch| (dimension, batch))) {
        let single = contraction(subject, dimension, 1)?;
        let together = contraction(subject, dimension, batch)?;
        let one_by_one = single.pow(batch as isize);
        let input = || format!("d = {dimension}, B = {batch}: {one_by_one} one by one, {together} together");
        exact.holds("per sample", claimed(&one_by_one, &together), input);
        exact.holds("per step", together < single, input);
        for (size, found) in [(1, &single), (batch, &together)] {
            let formula = rational(dimension as i64 - 1, (size + dimension - 1) as u64);
            exact.equal("(d - 1)/(B + d - 1)", found, &formula, || format!("d = {dimension}, B = {size}"));
        }
    }
    Ok(exact.evidence())
}

fn per_sample(_: &Lab) -> Plot {
    let rate = |batch: f64, dimension: f64| -libm::log((dimension - 1.0) / (batch + dimension - 1.0));
    let sizes = || (0..=40).map(|k| libm::pow(2.0, f64::from(k) / 4.0));
    let measured = (1..=5_usize)
        .filter_map(|batch| Some([batch as f64, -libm::log(to_f64(&contraction(&Reference, 3, batch).ok()?)) / batch as f64]));
    let theory = |dimension: f64| sizes().map(move |batch| [batch, rate(batch, dimension) / batch]);
    Plot {
        id: "per-sample".into(),
        title: "Decay of ln E‖w‖² per sample at the best step size".into(),
        x: "batch size B".into(),
        y: "decay per sample".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("d = 3", theory(3.0)),
            Series::theory("d = 33", theory(33.0)),
            Series::theory("d = 257", theory(257.0)),
            Series::measured("code, d = 3", measured),
        ],
    }
}
