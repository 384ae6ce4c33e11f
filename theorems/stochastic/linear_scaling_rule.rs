//! # A batch k times as large with a step k times as long
//!
//! **Setting.** Batches of `B` independent uniform draws, steps `η`; against them batches of `kB` with steps `kη`.
//!
//! **Statement.** (1) While the gradients stay what they are, `k` steps of `(η, B)` and one of `(kη, kB)` move by the same mean `kη ∇f` with the
//! same covariance `kη²Σ/B`. (2) On `½λx²` they differ: `0 ≤ (1 - ηλ)^k - (1 - kηλ) ≤ ½k(k - 1)(ηλ)²`. (3) The stationary variance of the large
//! batch is `(2 - ηλ)/(2 - kηλ)` times the small one's, and `kηL > 2` diverges.
//!
//! **Why.** Variances of independent draws add: `k (η²/B) = (kη)²/(kB)`; the rest is the binomial series.
//!
//! **How it could fail.** All runs of the code are enumerated on coefficient vectors, hence for all data. The bound is a polynomial identity for
//! each `k ≤ 32`, and the code's own factors and floors are read exactly.

use super::mode::{floor, weights};
use super::movement::{Batches, moments};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Tracked, rational, square, to_f64};
use crate::optimizers::{Method, Optimizer, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::schedules::{BatchScaling, LargeBatch, Schedule};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "linear-scaling-rule",
    title: "Scaling the step with the batch keeps mean and noise to first order",
    topic: "stochastic",
    record: Some("linear-scaling-rule"),
    statement: "At a frozen point one step of $(k η, k B)$ moves by the same mean $k η ∇f$ and with the same covariance $k η^2 Σ/B$ as $k$ steps of \
                $(η, B)$. Along a trajectory this holds to first order: on $½ λ x^2$ the factors differ by at most $½ k(k - 1)(η λ)^2$, the \
                stationary variances by the factor $(2 - η λ)/(2 - k η λ)$, and for $k η L > 2$ the large batch diverges.",
    hypotheses: &[
        "independent uniform draws",
        "the gradients stay what they are for $k$ steps: $k η L ≪ 1$ along a trajectory",
        "$0 ≤ η λ < 1$ for the bound, $0 < k η λ < 2$ for the stationary variance",
    ],
    sources: &[
        Source::Note("000", "408-422"),
        Source::Note("000", "589"),
        Source::Note("001", "243-244"),
        Source::Note("003", "197-203"),
        Source::Cited("goyal2017", "section 2.1"),
        Source::Cited("krizhevsky2014", "learning rates of larger batches"),
    ],
    claims: &[
        Claim {
            id: "along-a-trajectory",
            as_stated: true,
            statement: "scaling the step with the batch by $k$ maintains the same expected parameter change per example",
            quantifier: "½λx², from x = 1, ηλ = 1/10, k = 2, 4, 8, where the gradient changes on the way",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| followed(subject, |_, _| Rational::ZERO),
        },
        Claim {
            id: "frozen",
            as_stated: false,
            statement: "at a frozen point $k$ steps of $(η, B)$ and one of $(k η, k B)$ have the mean movement $k η ∇f$ and its covariance $k η^2 Σ/B$",
            quantifier: "all data of 2 or 3 samples, (B, k) = (1, 2), (1, 3), (1, 4), (2, 2) and (2, 3), two step sizes",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| frozen(subject, BatchScaling::Linear),
        },
        Claim {
            id: "bound",
            as_stated: false,
            statement: "$0 ≤ (1 - η λ)^k - (1 - k η λ) ≤ ½ k(k - 1)(η λ)^2$",
            quantifier: "all 0 ≤ ηλ < 1, as polynomials for each k from 2 to 32",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(bound(0)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "from $x = 1$ the code's $k$ steps and its one step of $k$ times the size differ by $(1 - η λ)^k - (1 - k η λ)$",
            quantifier: "ηλ = 1/10, 1/100 and 1/1000, k = 2, 4, 8, 16",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                followed(subject, |step, k| (Rational::ONE - step).pow(k) - (Rational::ONE - step * Rational::from(k)))
            },
        },
        Claim {
            id: "floor",
            as_stated: false,
            statement: "the stationary variance of $(k η, k B)$ is $(2 - η λ)/(2 - k η λ)$ times that of $(η, B)$ while $k η λ < 2$, and there is none beyond",
            quantifier: "ηλ = 1/10, 1/100 and 7/10, k = 2, 4, 8, 16, 32 and the k with kηλ = 21/10",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| floors(subject, 0),
        },
        Claim {
            id: "doubles",
            as_stated: false,
            statement: "in doubles $k$ steps along a constant gradient end where one of $k$ times the size does, up to rounding",
            quantifier: "gradient descent; 8 gradients, k = 2, 8, 32, η = 1/10 and 1/1000",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| doubles(subject, 0.0),
        },
    ],
    controls: &[
        Control {
            id: "square-root-scaling",
            differs: "the step is scaled by √k",
            broken: Broken::Statement(|_, subject| frozen(subject, BatchScaling::SquareRoot)),
        },
        Control {
            id: "no-scaling",
            differs: "the step is not scaled",
            broken: Broken::Statement(|_, subject| frozen(subject, BatchScaling::Constant)),
        },
        Control {
            id: "bound-less-a-billionth",
            differs: "claims the bound (½k(k - 1) - 10⁻⁹)(ηλ)²",
            broken: Broken::Statement(|_, _| Ok(bound(1))),
        },
        Control {
            id: "second-order-exactly",
            differs: "claims the difference ½k(k - 1)(ηλ)²",
            broken: Broken::Statement(|_, subject| {
                followed(subject, |step, k| rational((k * (k - 1) / 2) as i64, 1) * square(step))
            }),
        },
        Control {
            id: "stable-at-two-point-one",
            differs: "claims a stationary variance up to kηλ = 2.1",
            broken: Broken::Statement(|_, subject| floors(subject, 1)),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "frozen", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-a-billionth-followed",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
        Control {
            id: "a-large-step-longer-by-roundings",
            differs: "the large step is longer by the fraction 4 · 10⁻¹⁵",
            broken: Broken::Statement(|_, subject| doubles(subject, 4e-15)),
        },
    ],
    plots: &[collapse],
};

/// The step size that the rule has for a batch `k` times as large, if it is rational.
pub(super) fn scaled(base: &Rational, k: usize, scaling: BatchScaling) -> Option<Rational> {
    Schedule::LargeBatch(LargeBatch { base: base.clone(), ratio: Rational::from(k), scaling, warm_up: 0 }).exact(0)
}

/// `k` steps of `(η, B)` against one of the scaled step with `kB`. The rule of the root has a rational step for `k = 4` alone.
fn frozen(subject: &dyn Subject, scaling: BatchScaling) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (samples, size, k) in [(3, 1, 2), (3, 1, 3), (3, 1, 4), (2, 2, 2), (3, 2, 2), (2, 2, 3)] {
        for eta in [rational(1, 10), rational(7, 3)] {
            let Some(larger) = scaled(&eta, k, scaling) else { continue };
            let [drift, spread] = moments(&mut exact, subject, &eta, Batches { samples, size, steps: k })?;
            let [one_drift, one_spread] = moments(&mut exact, subject, &larger, Batches { samples, size: k * size, steps: 1 })?;
            let input = || format!("η = {eta}, N = {samples}, B = {size}, k = {k}");
            let count = Rational::from(k);
            exact.equal("k steps: the mean", &drift, &(&count * &eta), input);
            exact.equal("k steps: the covariance", &spread, &(&count * square(&eta) / Rational::from(size)), input);
            exact.equal("one step: the mean", &one_drift, &drift, input);
            exact.equal("one step: the covariance", &one_spread, &spread, input);
        }
    }
    Ok(exact.evidence())
}

/// `less` billionths are taken from ½k(k - 1). With `u = ηλ = v/(1 + v)`, `0 ≤ v`, both sides times `(1 + v)^k` are polynomials whose
/// coefficients are not negative.
fn bound(less: i64) -> Evidence {
    let [v] = Polynomial::variables();
    let (one, sum) = (v.int(1), v.int(1) + v.clone());
    let power = |k: usize| (0..k).fold(one.clone(), |product, _| &product * &sum);
    let mut exact = Exact::new();
    for k in 2..=32_usize {
        // (1 - u)^k - 1 + ku, times (1 + v)^k.
        let difference = &one - power(k) + v.int(k as i64) * &v * power(k - 1);
        let half = rational((k * (k - 1) / 2) as i64, 1) - rational(less, 1_000_000_000);
        let room = v.constant(&half) * v.squared() * power(k - 2) - &difference;
        exact.holds("(1 - ηλ)^k ≥ 1 - kηλ", difference.is_positive_termwise(), || format!("k = {k}"));
        exact.holds("at most ½k(k - 1)(ηλ)²", room.is_positive_termwise(), || format!("k = {k}"));
    }
    exact.evidence()
}

/// The code's `k` steps on `½λx²` from 1 less its one step of `kη`, against what is claimed.
fn followed(subject: &dyn Subject, claimed: fn(&Rational, isize) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let lambda = rational(5, 2);
    for (step, k) in [10, 100, 1000].into_iter().flat_map(|part| [2, 4, 8, 16].map(|k| (rational(1, part), k))) {
        let eta = &step / &lambda;
        let quadratic = Quadratic { spectrum: vec![lambda.clone()] };
        let end = |eta: &Rational, steps: usize| -> Result<Rational, NotOffered> {
            let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
            let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| quadratic.gradient(x), steps);
            Ok(path[steps][0].clone())
        };
        let difference = end(&eta, k)? - end(&(&eta * Rational::from(k)), 1)?;
        exact.equal("the difference", &difference, &claimed(&step, k as isize), || format!("ηλ = {step}, k = {k}"));
    }
    Ok(exact.evidence())
}

/// Whether the floors have the ratio, and one is missing where `kηλ ≥ 2`; `more` tenths are added to that 2.
fn floors(subject: &dyn Subject, more: i64) -> Result<Evidence, NotOffered> {
    let (lambda, sigma) = (Rational::from(3), Rational::from(7));
    let mut exact = Exact::new();
    for step in [rational(1, 10), rational(1, 100), rational(7, 10)] {
        let eta = &step / &lambda;
        for k in [2, 4, 8, 16, 32].map(Rational::from).into_iter().chain([rational(21, 10) / &step]) {
            let total = &k * &step;
            let small = floor(&mut exact, subject, &eta, &lambda, &sigma)?;
            let large = floor(&mut exact, subject, &(&eta * &k), &lambda, &(&sigma / &k))?;
            let input = || format!("ηλ = {step}, k = {k}");
            let expected = total < rational(20 + more, 10) + rational(more, 100);
            exact.holds("a stationary variance where kηλ < 2", large.is_some() == expected, input);
            if let (Some(small), Some(large)) = (small, large) {
                let claimed = (Rational::from(2) - &step) / (Rational::from(2) - &total);
                exact.equal("the ratio", &(large / small), &claimed, input);
            }
        }
    }
    Ok(exact.evidence())
}

/// The bound is that of the two runs' own roundings; the large step is made longer by the fraction `excess`.
fn doubles(subject: &dyn Subject, excess: f64) -> Result<Evidence, NotOffered> {
    let gradients = [1.0, -0.3, 7e-5, 1e3, -2.5, 0.1, 1.0 / 3.0, -1e-9];
    fn end<R: crate::number::Real>(mut optimizer: Box<dyn Optimizer<R>>, gradient: &[R], steps: usize) -> Vec<R> {
        let mut x = vec![R::zero(); gradient.len()];
        (0..steps).for_each(|_| advance(&mut *optimizer, &mut x, |_| gradient.to_vec()));
        x
    }
    let tracked = gradients.map(Tracked::<f64>::exactly);
    let mut property = Property::new();
    for (eta, k) in [rational(1, 10), rational(1, 1000)].into_iter().flat_map(|eta| [2, 8, 32].map(|k| (eta.clone(), k))) {
        let methods = [Method::gradient_descent(eta.clone()), Method::gradient_descent(&eta * Rational::from(k))];
        let small = end(subject.double(&methods[0])?, &gradients, k);
        let large = end(subject.double(&methods[1])?, &gradients, 1);
        let bounds = [(&methods[0], k), (&methods[1], 1)].map(|(method, steps)| end(method.build(), &tracked, steps));
        for place in 0..gradients.len() {
            let deviation = small[place] - large[place] * (1.0 + excess);
            let bound = bounds[0][place].bound() + bounds[1][place].bound();
            property.within("k steps and one end alike", deviation.abs(), bound, || {
                format!("η = {eta}, k = {k}, gradient {:e}", gradients[place])
            });
        }
    }
    Ok(property.evidence())
}

fn collapse(_: &Lab) -> Plot {
    let eta = rational(1, 16);
    let decay = (0..=160).map(|k| f64::from(k) / 2.0).map(|samples| [samples, libm::pow(15.0 / 16.0, samples)]);
    let mut series = vec![Series::theory("(1 - ηλ)^n", decay)];
    for k in [1_u64, 2, 4, 8, 16, 24, 33] {
        let steps = (80 / k).max(4) as usize;
        let found = weights(&mut Exact::new(), &Reference, &(&eta * Rational::from(k)), &Rational::ONE, steps);
        let points = found
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(step, weights)| [(step as u64 * k) as f64, to_f64(&square(&weights.start)).sqrt()]);
        series.push(Series::measured(&format!("k = {k}, kηλ = {}", k as f64 / 16.0), points.filter(|[_, y]| *y > 1e-6)));
    }
    Plot {
        id: "collapse".into(),
        title: "Mean of runs with (kη, kB) on ½ x², η = 1/16".into(),
        x: "samples seen, in batches of the smallest size".into(),
        y: "|E x|, from 1".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
