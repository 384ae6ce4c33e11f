//! # No method, with momentum or without, has the rate 1/T on stochastic convex problems
//!
//! **Setting.** `f_s(x) = -sεx` on `[-1, 1]`, `s = ±1` unknown, gradients `±1` with mean `-sε`, `ε = c/√T`; after `T` gradients a method returns `x̂`.
//!
//! **Statement.** (1) Every method has `max_s E(f_s(x̂) - f_s*) ≥ ε (1 - TV)`, with the total variation `TV` between the two binomial laws. (2) For `16 ≤ T ≤
//! 1000` that is at least `0.30/√T` at `c = ½` and `0.33/√T` at `c = ¾`; so `T` times the error grows. At `c = ½` it is at least `1/(4√T)` for every `T`, because `1 - TV ≥ 1 - √(1 - (1 - ε²)^T) ≥ 1 - c`.
//! (3) On strongly convex quadratics the average of the iterates of SGD with momentum has `O(1/T)` in the runs: `λ Σ x_t = -Σ ξ_t` up to terms that stay bounded.
//!
//! **Why.** The gradients do not depend on where they are taken: whoever finds `s` does so from `T` tosses of a coin.
//!
//! **How it could fail.** The overlap of the laws is enclosed for every `T`; small tests are enumerated; the code runs on all `2⁹` paths in its four
//! conventions, and on impulses of noise. Left out: Monte Carlo at `T = 10⁴`; 10 step sizes run instead of 20.

use super::coin_tosses::{exact_overlap, overlap, tests};
use super::impulses_of_noise::{averaged, responses, telescoping};
use super::tossed_momentum::code;
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, Root, rational, square};
use crate::optimizers::{Algorithm, Method, Momentum, Velocity};
use crate::plot::{Plot, Series};
use crate::subject::{Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP, UNPROJECTED};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-momentum-rate-one-over-t",
    title: "Momentum does not give SGD the rate 1/T: no method has it on stochastic convex problems",
    topic: "stochastic",
    record: Some("sgd-momentum-rate-one-over-t"),
    statement: "For one of $f_s (x) = -s ε x$ on $[-1, 1]$, $s = ±1$, with gradients $±1$ of mean $-s ε$ and $ε = c/sqrt(T)$, every method errs by at \
                least $0.30/sqrt(T)$ ($c = 1/2$) and $0.33/sqrt(T)$ ($c = 3/4$) for $16 ≤ T ≤ 1000$, and $1/(4 sqrt(T))$ for every $T$. So SGD with momentum has no rate \
                $1/T$ on stochastic convex problems; in the runs on $1/2 λ x^2$ the average of its iterates has it.",
    hypotheses: &[
        "for the rate $1/T$: strong convexity, no noise, interpolation, or averaged least squares",
        "for the lower bound: a method that sees $T$ stochastic gradients",
    ],
    sources: &[
        Source::Note("001", "103"),
        Source::Cited("agarwal2012", "lower bounds by coin tosses"),
        Source::Cited("ghadimi2015", "the deterministic rate of the Cesàro average"),
    ],
    claims: &[
        Claim {
            id: "one-over-t",
            as_stated: true,
            statement: "SGD with momentum: $O(1/T)$, that is, $T$ times the error is at most $10$",
            quantifier: "refuted at T = 10⁴ for every method, momentum included; outward-rounded",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| Ok(bounded(10_000)),
        },
        Claim {
            id: "every-method",
            as_stated: false,
            statement: "$sqrt(T) max_s 𝔼(f_s - f_s^*) ≥ 0.30$ at $c = 1/2$ and $≥ 0.33$ at $c = 3/4$",
            quantifier: "every method, 16 ≤ T ≤ 1000; outward-rounded",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(every_method([rational(30, 100), rational(33, 100)])),
        },
        Claim {
            id: "every-horizon",
            as_stated: false,
            statement: "$1 - \"TV\" ≥ 1 - c$, so that $sqrt(T) max_s 𝔼(f_s - f_s^*) ≥ c (1 - c) = 1/4$ at $c = 1/2$",
            quantifier: "every method, every T ≥ 1 and c < √T, as polynomial identities, by induction over T; and c = 1/2 at T = 1, 4, 9 and 16, exact",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(every_horizon(0)),
        },
        Claim {
            id: "tests",
            as_stated: false,
            statement: "the least mean error over $s$ of any rule $x ∈ {-1, 1}$ for the number of gradients $1$ is $ε (1 - \"TV\")$",
            quantifier: "all rules for T ≤ 9, ε = 1/3 and 1/6; other rules are mixtures of these",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(tests(&Rational::ONE)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "SGD with momentum, last and averaged iterate, errs by at least $ε (1 - \"TV\")$ for one of the two signs",
            quantifier: "the code in four conventions, β = 1/2, 9/10, 99/100, 10 step sizes from 1/25 to 4; T = 9, c = 1/2, all paths, \
                         outward-rounded; by the claim on all rules it holds of every method that stays in [-1, 1]: the runs test the bound",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, None),
        },
        Claim {
            id: "strongly-convex",
            as_stated: false,
            statement: "on $1/2 λ x^2$ from $x_0 = 0$ the average over $t < T$ of the code's iterates has $T 𝔼 macron(x)^2 ≤ 6/5 σ^2/λ^2$; by the next \
                        claim another start adds a term of order $1/T$",
            quantifier: "every independent noise of variance σ², λ = 1 and 2, β = 1/2 and 9/10, η = 1/2; T = 32 and 64, exact",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| averaged(subject, false, &rational(6, 5)),
        },
        Claim {
            id: "telescoping",
            as_stated: false,
            statement: "$η sum_(t < T) (λ x_t + ξ_t) = (1 - β) (x_0 - x_T) + β (x_(T - 1) - x_T)$ for the code",
            quantifier: "every start and noise, T = 1, ..., 12, λ = 1 and 2, β = 1/2 and 9/10, η = 1/2; exact",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| telescoping(subject),
        },
    ],
    controls: &[
        Control {
            id: "ten-over-t",
            differs: "claims that T times the error is at most 10 at T = 10⁴",
            broken: Broken::Statement(|_, _| Ok(bounded(10_000))),
        },
        Control {
            id: "larger-constant",
            differs: "claims 0.34/√T at c = 3/4",
            broken: Broken::Statement(|_, _| Ok(every_method([rational(30, 100), rational(34, 100)]))),
        },
        Control {
            id: "larger-constant-at-a-half",
            differs: "claims 0.31/√T at c = 1/2",
            broken: Broken::Statement(|_, _| Ok(every_method([rational(31, 100), rational(33, 100)]))),
        },
        Control {
            id: "larger-affinity",
            differs: "claims that the squared affinity of two tosses is larger by a billionth of ε²",
            broken: Broken::Statement(|_, _| Ok(every_horizon(1))),
        },
        Control {
            id: "tests-larger-by-a-billionth",
            differs: "claims that the least error is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(tests(&rational(1_000_000_001, 1_000_000_000)))),
        },
        Control {
            id: "code-half",
            differs: "claims that no step size gets below the error ε of doing nothing",
            broken: Broken::Statement(|_, subject| code(subject, Some(rational(1, 6)))),
        },
        Control {
            id: "unprojected",
            differs: "the code does not project: a point outside [-1, 1] may be lower than every point inside",
            broken: Broken::Subject { claim: "code", subject: &UNPROJECTED },
        },
        Control {
            id: "last-iterate",
            differs: "claims T E x_T² ≤ 6σ²/(5λ²) of the last iterate",
            broken: Broken::Statement(|_, subject| averaged(subject, true, &rational(6, 5))),
        },
        Control {
            id: "smaller-average",
            differs: "claims T E x̄² ≤ 11σ²/(10λ²)",
            broken: Broken::Statement(|_, subject| averaged(subject, false, &rational(11, 10))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "telescoping", subject: &LONGER_STEP },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "telescoping", subject: &HEAVIER_BALL },
        },
    ],
    plots: &[growth],
};

/// `√T ε (1 - TV) = c (1 - TV)` at `ε = c/√T`.
fn least(steps: u32, c: &Rational) -> Interval {
    let c = Interval::of(c);
    c * overlap(steps, c / Interval::point(f64::from(steps)).sqrt())
}

fn bounded(steps: u32) -> Evidence {
    let mut exact = Exact::new();
    let error = least(steps, &rational(1, 2)) * Interval::point(f64::from(steps)).sqrt();
    let holds = (error - Interval::point(10.0)).above(0.0).map(|above| !above);
    exact.decided("T times the error of any method is at most 10", holds, || {
        format!("T = {steps}, c = 1/2: at least {:e}", error.lo)
    });
    exact.evidence()
}

fn every_method(constants: [Rational; 2]) -> Evidence {
    let mut exact = Exact::new();
    for (c, constant) in [rational(1, 2), rational(3, 4)].iter().zip(&constants) {
        for steps in 16..=1000 {
            let least = least(steps, c);
            let holds = (least - Interval::of(constant)).above(0.0);
            exact.decided("√T times the least error", holds, || {
                format!("T = {steps}, c = {c}: {:e} against {constant}", least.hi)
            });
        }
    }
    exact.evidence()
}

/// Let `m = 1 - TV = Σ min(P_+, P_-)`, so that `Σ max(P_+, P_-) = 2 - m`. By Cauchy and Schwarz `m(2 - m) ≥ (Σ √(P_+ P_-))²`, which is `(1 - ε²)^T`
/// for `T` independent tosses, and by Bernoulli at least `1 - Tε² = 1 - c²`. So `(1 - m)² ≤ c²`. `error` billionths of `ε²` are added to
/// the affinity of a toss.
fn every_horizon(error: i64) -> Evidence {
    let mut exact = Exact::new();
    let [a, b, c, d] = Polynomial::variables();
    // Two of the outcomes, with roots of the probabilities: the rest is a square.
    let rest = (a.squared() + b.squared()) * (c.squared() + d.squared()) - (&a * &c + &b * &d).squared();
    exact.identity("Cauchy and Schwarz, for each pair", rest, (&a * &d - &b * &c).squared());
    let [epsilon, m, t, power] = Polynomial::variables();
    // Both values of a toss have the same product of probabilities: the squared affinity is four times it.
    let toss = (m.int(1) + epsilon.clone()) * (m.int(1) - epsilon.clone());
    let claimed = m.int(1) - epsilon.squared() * m.constant(&(Rational::ONE - rational(error, 1_000_000_000)));
    exact.identity("the squared affinity of a toss", toss, claimed);
    let (before, after) = (m.int(1) - &t * &power, m.int(1) - (&t + &m.int(1)) * &power);
    exact.identity("Bernoulli: a toss leaves Tε⁴ of room", before * (m.int(1) - power.clone()) - after, &t * power.squared());
    exact.identity("1 - m(2 - m) = (1 - m)²", m.int(1) - &m * (m.int(2) - m.clone()), (m.int(1) - m.clone()).squared());
    for root in 1..=4_u64 {
        let (steps, epsilon) = ((root * root) as usize, rational(1, 2 * root));
        let overlap = exact_overlap(steps, &epsilon);
        let affinity = (Rational::ONE - square(&epsilon)).pow(steps as isize);
        let input = || format!("c = 1/2, T = {steps}: 1 - TV = {}", readable(&overlap));
        exact.holds("m(2 - m) ≥ (1 - ε²)^T", &overlap * (Rational::from(2) - &overlap) >= affinity, input);
        exact.holds("1 - TV ≥ 1 - c", overlap >= rational(1, 2), input);
    }
    exact.evidence()
}

fn growth(_: &Lab) -> Plot {
    let horizons = || (4..=13).map(|power| 1_u32 << power);
    let curve = |c: Rational| horizons().map(move |steps| [f64::from(steps), f64::from(steps).sqrt() * least(steps, &c).lo]);
    let measured = [16, 64, 256].map(|steps| {
        let rule = Momentum { momentum: rational(9, 10), velocity: Velocity::StepOutside };
        let method = Method::new(Algorithm::Momentum(rule), rational(1, 2));
        let squares: f64 = Reference.double(&method).map_or(f64::NAN, |mut optimizer| {
            let iterates = responses(&mut *optimizer, &1.0, steps);
            let mean = |place: usize| iterates[..steps].iter().map(|x| x[place]).sum::<f64>() / steps as f64;
            (0..steps).map(|place| mean(place) * mean(place)).sum()
        });
        [steps as f64, steps as f64 * squares / 2.0]
    });
    Plot {
        id: "growth".into(),
        title: "T times the error: of any method on a convex pair, and of averaged momentum on ½ x²".into(),
        x: "horizon T".into(),
        y: "T (E f - f*)".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("any method, c = 1/2: at least", curve(rational(1, 2))),
            Series::theory("any method, c = 3/4: at least", curve(rational(3, 4))),
            Series::theory("10", horizons().map(|steps| [f64::from(steps), 10.0])),
            Series::measured("strongly convex, β = 0.9, averaged", measured),
        ],
    }
}
