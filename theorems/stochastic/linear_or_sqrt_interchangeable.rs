//! # The linear and the root rule are no alternatives
//!
//! **Setting.** One step of gradient descent at a frozen point with `(aη, kB)`, against one or `k` steps with `(η, B)`.
//!
//! **Statement.** (1) No `a` keeps both mean and covariance of one step unless `k = 1`: the mean needs `a = 1`, the covariance `a = √k`. (2) Against
//! `k` steps exactly `a = k` keeps both. (3) The two rules differ by the factor `√k`.
//!
//! **Why.** The mean is `aη∇f`, the covariance `a²η²Σ/(kB)`: for one step `a = 1` and `a² = k`, for `k` steps `a = k` and `a² = k²`.
//!
//! **How it could fail.** The equations are polynomial identities in `a` and `√k`; the code's moments are enumerated for both rules.

use super::linear_scaling_rule::scaled;
use super::movement::{Batches, moments};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::schedules::BatchScaling;
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "linear-or-sqrt-interchangeable",
    title: "Scaling the step by k or by √k keeps different things",
    topic: "stochastic",
    record: Some("linear-or-sqrt-interchangeable"),
    statement: "For gradient descent at a frozen point and $k ≠ 1$ no step keeps both mean and covariance of one step when the batch grows by $k$; \
                against $k$ steps $k η$ alone keeps both. The note's two rules differ by $√k$ and coincide for $k = 1$ only.",
    hypotheses: &["gradient descent, independent uniform draws, frozen gradients", "$∇f ≠ 0$ and $Σ ≠ 0$"],
    sources: &[Source::Note("001", "239-245"), Source::Note("000", "412"), Source::Note("003", "199")],
    claims: &[
        Claim {
            id: "alternatives",
            as_stated: true,
            statement: "the step for the batch $k B$ is $√k η$ or $k η$: both keep what $k$ steps of $(η, B)$ do",
            quantifier: "all data of 2 or 3 samples, k = 4 and 9",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| kept(subject, &[4, 9], [BatchScaling::Linear, BatchScaling::SquareRoot]),
        },
        Claim {
            id: "one-step",
            as_stated: false,
            statement: "mean and covariance of one step are both kept only for $k = 1$; those of $k$ steps exactly for $a = k$",
            quantifier: "all a > 0 and k > 0, as polynomial identities in a and √k",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(equations(0)),
        },
        Claim {
            id: "linear",
            as_stated: false,
            statement: "$k η$ keeps mean and covariance of $k$ steps of $(η, B)$",
            quantifier: "all data of 2 or 3 samples, k = 1, 2, 3, 4",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| kept(subject, &[1, 2, 3, 4], [BatchScaling::Linear; 2]),
        },
        Claim {
            id: "no-change",
            as_stated: false,
            statement: "for $k = 1$ both rules keep both",
            quantifier: "all data of 2 or 3 samples",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| kept(subject, &[1], [BatchScaling::Linear, BatchScaling::SquareRoot]),
        },
    ],
    controls: &[
        Control {
            id: "root-rule",
            differs: "claims that √k η keeps mean and covariance of k = 4 steps",
            broken: Broken::Statement(|_, subject| kept(subject, &[1, 4], [BatchScaling::SquareRoot; 2])),
        },
        Control {
            id: "no-rule",
            differs: "claims that η keeps mean and covariance of k steps",
            broken: Broken::Statement(|_, subject| kept(subject, &[1, 2], [BatchScaling::Constant; 2])),
        },
        Control {
            id: "unbalanced-equations",
            differs: "the mean's equation is a = 1 + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(equations(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "linear", subject: &LONGER_STEP },
        },
    ],
    plots: &[both],
};

/// `error` billionths are added to what the mean's equation has for `a`.
fn equations(error: i64) -> Evidence {
    let [a, root] = Polynomial::variables();
    let k = root.squared();
    let off = a.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    // One step: a - 1 and a² - k both vanish only where 1 - k does, that is 1 - √k, since 1 + √k > 0.
    let mean = &a - a.int(1) - off;
    let covariance = a.squared() - k.clone();
    exact.identity("1 - k", &covariance - (&a + a.int(1)) * &mean, a.int(1) - k.clone());
    exact.identity("1 - k vanishes at √k = 1", a.int(1) - k.clone(), (a.int(1) - root.clone()) * (a.int(1) + root.clone()));
    // k steps: the mean needs a = k, and the covariance a²/k = k then holds, with a + k > 0 for a alone.
    exact.identity("k steps", a.squared() - k.squared(), (&a - &k) * (&a + &k));
    exact.evidence()
}

/// Whether one step of each rule with the batch `kB` has mean and covariance of `k` steps of `(η, B)`.
fn kept(subject: &dyn Subject, ratios: &[usize], rules: [BatchScaling; 2]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let eta = rational(1, 10);
    for (samples, &k) in [2, 3].into_iter().flat_map(|samples| ratios.iter().map(move |k| (samples, k))) {
        let count = Rational::from(k);
        for rule in rules {
            let Some(larger) = scaled(&eta, k, rule) else { continue };
            let [drift, spread] = moments(&mut exact, subject, &larger, Batches { samples, size: k, steps: 1 })?;
            let input = || format!("N = {samples}, B = 1, k = {k}, {rule:?}");
            // Nine steps have too many runs; theirs are kη and kη² too, by linear-scaling-rule.
            if k <= 4 {
                let of_steps = moments(&mut exact, subject, &eta, Batches { samples, size: 1, steps: k })?;
                exact.equal("the mean of k steps", &drift, &of_steps[0], input);
                exact.equal("the covariance of k steps", &spread, &of_steps[1], input);
            }
            exact.equal("the mean", &drift, &(&count * &eta), input);
            exact.equal("the covariance", &spread, &(&count * &eta * &eta), input);
        }
    }
    Ok(exact.evidence())
}

fn both(_: &Lab) -> Plot {
    let ratios = || (0..=60).map(|k| 1.0 + f64::from(k) / 4.0);
    let measured = |rule: BatchScaling, place: usize| {
        let point = move |k: usize| -> Option<[f64; 2]> {
            let eta = scaled(&Rational::ONE, k, rule)?;
            let found = moments(&mut Exact::new(), &Reference, &eta, Batches { samples: 2, size: k, steps: 1 }).ok()?;
            Some([k as f64, to_f64(&found[place]) / k as f64])
        };
        [1, 4, 9, 16].into_iter().filter_map(point).collect::<Vec<_>>()
    };
    Plot {
        id: "both".into(),
        title: "One step with the batch kB, against k steps with B".into(),
        x: "k".into(),
        y: "quotient".into(),
        log_y: true,
        series: vec![
            Series::theory("mean under √k: 1/√k", ratios().map(|k| [k, 1.0 / k.sqrt()])),
            Series::theory("covariance under √k: 1/k", ratios().map(|k| [k, 1.0 / k])),
            Series::theory("mean and covariance under k: 1", ratios().map(|k| [k, 1.0])),
            Series::measured("code: mean, √k", measured(BatchScaling::SquareRoot, 0)),
            Series::measured("code: covariance, √k", measured(BatchScaling::SquareRoot, 1)),
            Series::measured("code: mean, k", measured(BatchScaling::Linear, 0)),
            Series::measured("code: covariance, k", measured(BatchScaling::Linear, 1)),
        ],
        ..Plot::default()
    }
}
