//! # How long a step of Adam can be
//!
//! **Setting.** `m̂_t = Σ w_i g_i`, `v̂_t = Σ u_i g_i²` with `w_i = (1 - β₁) β₁^(t-i) / (1 - β₁^t)` and `u_i` likewise from β₂; ε ≥ 0.
//!
//! **Statement.** (1) The bound is that of Kingma and Ba, `η (1 - β₁)/√(1 - β₂)`: note 001 has "adaptive bounds", and their paper for a source. It is 3.16 η by default and is
//! exceeded. (2) For `β₁² < β₂` every step is at
//! most `η B_t`, `B_t = √Σ w_i²/u_i ≤ B = (1 - β₁)/√((1 - β₂)(1 - β₁²/β₂))`, 7.27 by default. (3) `g_i ∝ (β₁/β₂)^(t-i)` attains `B_t`.
//!
//! **Why.** Cauchy and Schwarz, by Lagrange's identity; `Σ w_i²/u_i = B² (1 - β₂^t)(1 - (β₁²/β₂)^t)/(1 - β₁^t)²`, and with
//! `p² = β₂^t`, `q² = (β₁²/β₂)^t` the product is smaller than the square by `(p - q)²`: equal for `β₁ = β₂` alone, where both are 1.
//!
//! **How it could fail.** Identities of polynomials; the code runs in intervals on the maximisers, and in doubles on them and on noise.

use super::runs::{BARELY_LONGER, adam, changed, default_epsilon, default_moments, displacement, gradients, moments};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, Root, Tracked, rational, square, to_f64};
use crate::optimizers::{Method, Moments, Optimizer};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-update-bound",
    title: "A step of Adam is at most 7.27 learning rates long, not 3.16",
    topic: "adaptive",
    record: Some("adam-update-bound"),
    statement: "Every step of Adam is at most $η B_t$ long, $B_t^2 = B^2 (1 - β_2^t)(1 - (β_1^2/β_2)^t) / (1 - β_1^t)^2 ≤ B^2$ with \
                $B = (1 - β_1) / sqrt((1 - β_2)(1 - β_1^2/β_2))$, 7.2703 by default; gradients $g_i ∝ (β_1/β_2)^(t-i)$ attain \
                $η B_t$. The bound $η (1 - β_1)/sqrt(1 - β_2)$, 3.16 by default, is that of one gradient after zeros.",
    hypotheses: &["$0 < β_1 < 1$, $β_1^2 < β_2 < 1$, $ε ≥ 0$, moments that start at 0, bias correction"],
    sources: &[
        Source::Note("001", "104"),
        Source::Note("001", "273"),
        Source::Note("000", "224-229"),
        Source::Cited("kingma2015", "section 2.1"),
    ],
    claims: &[
        Claim {
            id: "kingma-ba",
            as_stated: true,
            statement: "no step is longer than $η (1 - β_1)/sqrt(1 - β_2)$, the bound in the paper that the note refers to",
            quantifier: "refuted by the code's step on g_i = (β₁/β₂)^(t-i) at t = 1000 and the default parameters: 5.78 η, rounded outward",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| shorter(subject, &rational(10, 1)),
        },
        Claim {
            id: "all-gradients",
            as_stated: false,
            statement: "$|hat(m)_t| ≤ B_t sqrt(hat(v)_t)$ and $B_t ≤ B$",
            quantifier: "all gradients, all t, all 0 < β₁ < 1 and β₁² < β₂ < 1; the sum in closed form by induction",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(certificate(0)),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "the code's step on $g_i = (β_1/β_2)^(t-i)$ is within $10^(-10) η$ of $η B_t$",
            quantifier: "t in {1, 2, 3, 10, 100, 1000}, (β₁, β₂) in {(0.9, 0.999), (0.5, 0.9), (0.9, 0.9)}, ε = 0, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| attained(subject),
        },
        Claim {
            id: "default",
            as_stated: false,
            statement: "no step is longer than $7.28 η$, and one is longer than $7.19 η$",
            quantifier: "the default parameters; B², which is the bound by all-gradients, exactly; the step at t = 4000, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| default(subject, &rational(728, 100), &rational(719, 100)),
        },
        Claim {
            id: "in-doubles",
            as_stated: false,
            statement: "no step of the code in double precision is longer than $η B_t$, rounding errors aside",
            quantifier: "t ≤ 120, the default parameters and ε = 10⁻⁸: gradients that maximise the last step, and drawn ones",
            expected: Verdict::Supported,
            method: By::Property,
            check: in_doubles,
        },
    ],
    controls: &[
        Control {
            id: "unbalanced-square",
            differs: "claims that the product is smaller than the square by (p - q)² + 10⁻⁹ p q",
            broken: Broken::Statement(|_, _| Ok(certificate(1))),
        },
        Control {
            id: "bound-of-seven",
            differs: "claims that no step is longer than 7 η",
            broken: Broken::Statement(|_, subject| default(subject, &rational(7, 1), &rational(6, 1))),
        },
        Control {
            id: "bound-not-reached",
            differs: "claims a step longer than 7.25 η at t = 4000",
            broken: Broken::Statement(|_, subject| default(subject, &rational(728, 100), &rational(725, 100))),
        },
        Control {
            id: "code-steps-shorter",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "attained", subject: &SHORTER_STEP },
        },
        Control {
            id: "code-steps-longer",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "in-doubles", subject: &LONGER_STEP },
        },
        Control {
            id: "doubles-step-barely-longer",
            differs: "the code steps by η (1 + 10⁻¹²)",
            broken: Broken::Subject { claim: "in-doubles", subject: &BARELY_LONGER },
        },
        Control {
            id: "code-without-correction",
            differs: "the code does not correct the bias: its longest step is √(1 - β₂^t)⁻¹ (1 - β₁^t) times as long",
            broken: Broken::Subject {
                claim: "attained",
                subject: &Impostor {
                    name: "no bias correction",
                    instead: |method| changed(method, |adam| adam.bias_correction = false),
                },
            },
        },
    ],
    plots: &[longest],
};

/// `ε = 0`, `η = 1`.
fn method(moments: Moments<Rational>) -> Method {
    Method::new(adam(moments, Rational::ZERO), Rational::ONE)
}

/// `B_t`, in any arithmetic; `powers` are `β₁^t` and `β₂^t`.
fn longest_at<R: Root>(beta1: R, beta2: R, [power1, power2]: [R; 2]) -> R {
    let one = R::one;
    let ratio = beta1.clone() * &beta1 / beta2.clone();
    let last = power1.clone() * &power1 / power2.clone();
    let squared = (one() - power2) / (one() - beta2) * (one() - last) / (one() - ratio);
    squared.sqrt() * (one() - beta1) / (one() - power1)
}

fn longest_step<R: Root>(moments: &Moments<Rational>, t: usize) -> R {
    let [beta1, beta2] = [&moments.beta1, &moments.beta2].map(|beta| R::of(beta));
    let power = |beta: &Rational| R::of(&beta.pow(t as isize));
    longest_at(beta1, beta2, [power(&moments.beta1), power(&moments.beta2)])
}

/// The step of the code after `t` steps on the gradients that maximise it.
fn maximised(optimizer: &mut dyn Optimizer<Interval>, moments: &Moments<Rational>, t: usize) -> Interval {
    let growth = Interval::of(&moments.beta2) / Interval::of(&moments.beta1);
    // From as far below 1 as the last one is above it, so that no square leaves the range of doubles.
    let ratio = to_f64(&moments.beta1) / to_f64(&moments.beta2);
    let mut gradient = Interval::point(libm::pow(ratio, (t - 1) as f64 / 2.0));
    let mut last = Interval::zero();
    for _ in 0..t {
        last = displacement(optimizer, &[gradient])[0];
        gradient = gradient * growth;
    }
    last
}

fn shorter(subject: &dyn Subject, squared: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let bound = Interval::of(squared).sqrt();
    for t in [1, 10, 100, 1000] {
        let found = maximised(&mut *subject.enclosure(&method(default_moments()))?, &default_moments(), t);
        exact.decided("the step within the bound", (bound - found).above(0.0), || {
            format!("g_i = (β₁/β₂)^(t-i), t = {t}: {:.6} η, bound {:.6} η", found.lo, bound.hi)
        });
    }
    Ok(exact.evidence())
}

fn certificate(error: i64) -> Evidence {
    let mut exact = Exact::new();
    // With s_i = w_i/u_i: A = Σ u s², V = Σ u g², M = Σ u s g, so that m̂ = M, v̂ = V and B_t² = A. One more term keeps A V - M² ≥ 0:
    // what is added is u (A g² + V s² - 2 M s g), and A times the bracket is (A g - M s)² + (A V - M²) s².
    let [a, v, m, u, s, g] = Polynomial::variables();
    let two = a.int(2);
    let gap = |a: &Polynomial, v: &Polynomial, m: &Polynomial| a * v - m * m;
    let bracket = &a * g.squared() + &v * s.squared() - &two * &(&m * &(&s * &g));
    let after = gap(&(&a + &u * s.squared()), &(&v + &u * g.squared()), &(&m + &u * (&s * &g)));
    exact.identity("one more gradient", after, gap(&a, &v, &m) + &u * &bracket);
    exact.identity("what it adds", &a * &bracket, (&a * &g - &m * &s).squared() + gap(&a, &v, &m) * s.squared());
    // Σ_(j<t) r^j = (1 - r^t)/(1 - r) for r = β₁²/β₂, from t to t + 1.
    let [r, power, sum] = Polynomial::variables();
    let rest = |sum: &Polynomial, power: &Polynomial| (r.int(1) - &r) * sum - (r.int(1) - power);
    exact.identity("the geometric sum", rest(&(&sum + &power), &(&r * &power)), rest(&sum, &power));
    let [p, q] = Polynomial::variables();
    let one = p.int(1);
    let product = (one.clone() - p.squared()) * (one.clone() - q.squared());
    let extra = p.constant(&rational(error, 1_000_000_000)) * (&p * &q);
    exact.identity("B_t ≤ B", (one - &p * &q).squared() - product, (p - q).squared() + extra);
    exact.evidence()
}

fn attained(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for moments in [default_moments(), moments((1, 2), (9, 10)), moments((9, 10), (9, 10))] {
        for t in [1, 2, 3, 10, 100, 1000] {
            let found = maximised(&mut *subject.enclosure(&method(moments.clone()))?, &moments, t);
            let wanted = longest_step::<Interval>(&moments, t);
            exact.decided("the step is B_t", (found - wanted).smaller_than(1e-10), || {
                format!("β₁ = {}, β₂ = {}, t = {t}: {found:?} against {wanted:?}", moments.beta1, moments.beta2)
            });
        }
    }
    Ok(exact.evidence())
}

fn default(subject: &dyn Subject, above: &Rational, below: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let moments = default_moments();
    let limit = limit_squared(&moments);
    exact.holds("B is below the bound", limit < above * above, || format!("B² = {}", to_f64(&limit)));
    let found = maximised(&mut *subject.enclosure(&method(moments.clone()))?, &moments, 4000);
    exact.decided("a step is longer", (found - Interval::of(below)).above(0.0), || format!("t = 4000: {found:?}"));
    Ok(exact.evidence())
}

/// `B²`.
fn limit_squared(moments: &Moments<Rational>) -> Rational {
    let one = Rational::ONE;
    let ratio = square(&moments.beta1) / &moments.beta2;
    square(&(&one - &moments.beta1)) / ((&one - &moments.beta2) * (&one - ratio))
}

/// The step within `η B_t`, to which the rounding errors of the step itself are added.
fn in_doubles(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let moments = default_moments();
    let method = Method::new(adam(moments.clone(), default_epsilon()), Rational::ONE);
    let (mut optimizer, mut twin) = (subject.double(&method)?, method.build::<Tracked<f64>>());
    let steps = 120;
    // One coordinate grows so as to maximise the last step, and is so large that ε is nothing to it.
    let ratio = to_f64(&moments.beta2) / to_f64(&moments.beta1);
    for (index, mut row) in gradients(lab, steps, 7).into_iter().enumerate() {
        row.push(1e10 * libm::pow(ratio, index as f64));
        let bounds = displacement(&mut *twin, &row.iter().map(|g| Tracked::exactly(*g)).collect::<Vec<_>>());
        let longest: Interval = longest_step(&moments, index + 1);
        for (found, twin) in displacement(&mut *optimizer, &row).iter().zip(bounds) {
            let beyond = (found.abs() - longest.hi).max(0.0);
            property.within("a step within η B_t", beyond, twin.bound(), || {
                format!("step {}: {found} against {}", index + 1, longest.hi)
            });
        }
    }
    Ok(property.evidence())
}

fn longest(_: &Lab) -> Plot {
    let moments = default_moments();
    let times = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181];
    let theory = times.map(|t| [t as f64, longest_step::<Interval>(&moments, t).hi]);
    let measured = times.map(|t| {
        let optimizer = Reference.enclosure(&method(moments.clone()));
        [t as f64, optimizer.map_or(f64::NAN, |mut optimizer| maximised(&mut *optimizer, &moments, t).hi)]
    });
    let level = |name: &str, value: f64| Series::theory(name, [[1.0, value], [4181.0, value]]);
    Plot {
        id: "longest-step".into(),
        title: "The longest step of Adam in learning rates, default parameters".into(),
        x: "step t".into(),
        y: "length / η".into(),
        log_x: true,
        series: vec![
            level("B = 7.27", to_f64(&limit_squared(&moments)).sqrt()),
            level("3.16, of Kingma and Ba", 10.0_f64.sqrt()),
            Series::theory("B_t", theory),
            Series::measured("the code on the maximising gradients", measured),
        ],
        ..Plot::default()
    }
}
