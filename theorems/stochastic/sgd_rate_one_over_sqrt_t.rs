//! # Averaged SGD with a step of order 1/√T has an error of order 1/√T on convex functions
//!
//! **Setting.** Convex `f`, `E g = ∇f(x)` given the past, `E‖g‖² ≤ G²`, `R = ‖x_0 - x*‖`, projected SGD with a constant step `η` and the average `x̄`
//! of the first `T` iterates `x_0, ..., x_(T-1)`.
//!
//! **Statement.** (1) On every path `Σ ⟨g_t, x_t - x*⟩ ≤ R²/(2η) + (η/2) Σ ‖g_t‖²`. (2) So `E f(x̄) - f* ≤ RG/√T` for `η = R/(G√T)`. (3) A step
//! `R/G` that does not depend on `T` does not converge: on `max(x/2, -x)` the error is at least `⌊T/2⌋R/(2T)`, and tends to `R/2` (the
//! stationary law is `1/3, 4/9, 4/27, ...` on the multiples of `R`, with the mean `R`).
//!
//! **Why.** `‖x_(t+1) - x*‖² ≤ ‖x_t - x*‖² - 2η⟨g_t, x_t - x*⟩ + η²‖g_t‖²`; add up, and use Jensen's inequality.
//!
//! **How it could fail.** With `η = 1/√T` and gradients `±1` the code walks on a lattice: its steps are read exactly, and the mean error is
//! enclosed by dynamic programming.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, rational, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-rate-one-over-sqrt-t",
    title: "On convex functions averaged SGD with η = R/(G√T) has an error of at most RG/√T",
    topic: "stochastic",
    record: Some("sgd-rate-one-over-sqrt-t"),
    statement: "For convex $f$, unbiased gradients with $𝔼‖g‖^2 ≤ G^2$ and $η = R/(G sqrt(T))$, the average of the first $T$ iterates of \
                (projected) SGD has $𝔼 f(macron(x)) - f^* ≤ R G/sqrt(T)$. With a step that does not fall with $T$ the error need not tend to \
                $0$.",
    hypotheses: &[
        "$f$ convex with a minimiser in the domain",
        "unbiased gradients with $𝔼‖g‖^2 ≤ G^2$",
        "the average of the iterates, $η = R/(G sqrt(T))$",
    ],
    sources: &[
        Source::Note("001", "101-102"),
        Source::Cited("nemirovski2009", "section 2"),
        Source::Cited("agarwal2012", "lower bounds"),
    ],
    claims: &[
        Claim {
            id: "any-step-size",
            as_stated: true,
            statement: "vanilla SGD: $O(1/sqrt(T))$, $𝔼 f(macron(x)) - f^* ≤ R G/sqrt(T)$ at the step size $R/G$",
            quantifier: "refuted on max(x/2, -x) from x_0 = 1 with gradients ±1, T = 16, 100, 225 and 400",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| kink(subject, |_| Rational::ONE),
        },
        Claim {
            id: "regret",
            as_stated: false,
            statement: "$sum_(t < T) ⟨g_t, x_t - x^*⟩ ≤ R^2/(2 η) + η/2 sum_(t < T) ‖g_t‖^2$, and $R G/sqrt(T)$ is its mean at $η = R/(G sqrt(T))$",
            quantifier: "every path, every dimension, every convex domain, all T by induction; polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(regret(2)),
        },
        Claim {
            id: "linear",
            as_stated: false,
            statement: "on $-ε x$ over $[-1, 1]$ from $0$ with gradients $±1$ the code has $𝔼 f(macron(x)) - f^* ≤ 1/sqrt(T)$",
            quantifier: "T = 16, 100, 225 and 400; ε √T = k/4 with k = 1, ..., 16; all paths, outward-rounded",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| linear(subject, &Rational::ONE),
        },
        Claim {
            id: "kink",
            as_stated: false,
            statement: "on $max(x/2, -x)$ from $1$ with gradients $±1$ the code with $η = 1/sqrt(T)$ has $𝔼 f(macron(x)) ≤ 1/sqrt(T)$",
            quantifier: "T = 16, 100, 225 and 400; all paths, outward-rounded",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| kink(subject, |root| rational(1, root)),
        },
        Claim {
            id: "not-scaled",
            as_stated: false,
            statement: "on $max(x/2, -x)$ from $1$ with gradients $±1$ the code with $η = R/G = 1$ has $x_t + x_(t + 1) ≥ 1$ on every path, so that \
                        $f(macron(x)) ≥ ⌊T/2⌋/(2 T)$ for every $T$",
            quantifier: "both gradients at x = 0, 1, ..., 50, where -1 alone occurs at 0; beyond, x_t ≥ 1 is enough as long as no step is longer than 1",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| pairs(subject, &Rational::ONE),
        },
        Claim {
            id: "order",
            as_stated: false,
            statement: "on $-ε x$ with $ε = 3/(4 sqrt(T))$ the code's error falls like $T^(-1/2)$, with the exponent within $0.01$",
            quantifier: "from T = 100 to 400; all paths, outward-rounded",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| order(subject, 2),
        },
    ],
    controls: &[
        Control {
            id: "step-not-scaled",
            differs: "claims the bound at the step size R/G",
            broken: Broken::Statement(|_, subject| kink(subject, |_| Rational::ONE)),
        },
        Control {
            id: "larger-pairs",
            differs: "claims x_t + x_(t + 1) ≥ 1 + 10⁻⁹ at the step size R/G",
            broken: Broken::Statement(|_, subject| pairs(subject, &rational(1_000_000_001, 1_000_000_000))),
        },
        Control {
            id: "pairs-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "not-scaled", subject: &LONGER_STEP },
        },
        Control {
            id: "quarter-of-the-bound",
            differs: "claims RG/(4√T)",
            broken: Broken::Statement(|_, subject| linear(subject, &rational(1, 4))),
        },
        Control {
            id: "nine-tenths-of-the-bound",
            differs: "claims 9RG/(10√T), below the 0.92 at T = 400 and ε√T = 11/4",
            broken: Broken::Statement(|_, subject| linear(subject, &rational(9, 10))),
        },
        Control {
            id: "lower-bound",
            differs: "claims 0.33 RG/√T, which no method has",
            broken: Broken::Statement(|_, subject| linear(subject, &rational(33, 100))),
        },
        Control {
            id: "unbalanced-regret", differs: "claims (η/3) Σ ‖g_t‖²", broken: Broken::Statement(|_, _| Ok(regret(3)))
        },
        Control {
            id: "one-over-t",
            differs: "claims that the error falls like 1/T",
            broken: Broken::Statement(|_, subject| order(subject, 4)),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "linear", subject: &LONGER_STEP },
        },
        Control {
            id: "kink-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "kink", subject: &LONGER_STEP },
        },
        Control {
            id: "order-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "order", subject: &LONGER_STEP },
        },
    ],
    plots: &[errors],
};

/// `x` stands for `x_t - x*`; `y` for the projected `x_(t+1) - x*`, whose norm is at most that of `x - ηg` (`spare` is the difference).
/// `S` and `Q` are the sums so far of `⟨g, x⟩` and `‖g‖²`. `two` is the divisor of `η Q`.
fn regret(two: u64) -> Evidence {
    let mut exact = Exact::new();
    let [eta, x, g, spare, inner, squares, start] = Polynomial::variables();
    // Invariant: R² - ‖x_t‖² - 2ηS + (2/two) η² Q is not negative: it is the sum of the spares.
    let share = eta.constant(&rational(2, two));
    let slack = |norm: &Polynomial, inner: &Polynomial, squares: &Polynomial| {
        start.squared() - norm - eta.int(2) * &eta * inner + &share * eta.squared() * squares
    };
    let next_norm = (&x - &(&eta * &g)).squared() - spare.clone();
    let next = slack(&next_norm, &(&inner + &(&g * &x)), &(&squares + g.squared()));
    let before = slack(&x.squared(), &inner, &squares);
    exact.identity("a step adds what the projection saves", next - before, spare);
    // R²/(2ηT) + ηG²/2 at ηG s = R with s = √T: times 2ηT, R² + η²G²s² = 2 η R G s.
    let [eta, big_g, s] = Polynomial::variables();
    let radius = &eta * &big_g * &s;
    let left = radius.squared() + (&eta * &big_g * &s).squared();
    exact.identity("the bound at η = R/(G√T)", left, eta.int(2) * &eta * &radius * &big_g * &s);
    exact.evidence()
}

/// A walk on the multiples of `spacing` from `lowest` on, as the code makes it.
struct Walk {
    lowest: i64,
    spacing: Rational,
    /// Where gradients -1 and 1 lead from each point.
    next: [Vec<usize>; 2],
}

impl Walk {
    /// Reads the code's steps at all `points`; a step off the lattice is recorded. Beyond the last point, where no path arrives, it is cut off.
    fn read(exact: &mut Exact, subject: &dyn Subject, method: &Method, lowest: i64, points: usize) -> Result<Walk, NotOffered> {
        let spacing = method.step_size.clone();
        let places: Vec<Rational> = (0..points).map(|index| Rational::from(lowest + index as i64) * &spacing).collect();
        let mut next = [Vec::new(), Vec::new()];
        for (list, gradient) in next.iter_mut().zip([Rational::NEG_ONE, Rational::ONE]) {
            let mut x = places.clone();
            advance(&mut *subject.exact(method)?, &mut x, |x| vec![gradient.clone(); x.len()]);
            for (place, x) in places.iter().zip(&x) {
                let index = (x / &spacing) - Rational::from(lowest);
                let found = (0..points).find(|candidate| Rational::from(*candidate) == index);
                let beyond = index == Rational::NEG_ONE || index == Rational::from(points);
                exact.holds("a step leads to the lattice", found.is_some() || beyond, || {
                    format!("η = {spacing}, from {place} with g = {gradient} to {x}")
                });
                list.push(found.unwrap_or(if index < Rational::ONE { 0 } else { points - 1 }));
            }
        }
        Ok(Walk { lowest, spacing, next })
    }

    /// `(1/T) Σ_(t<T) E x_t` from `start`, where `down(k)` is the probability of the gradient 1 at the point `k`.
    fn mean(&self, start: i64, steps: usize, down: impl Fn(i64) -> Interval) -> Interval {
        let zero = Interval::point(0.0);
        let points = self.next[0].len();
        let probabilities: Vec<Interval> = (0..points).map(|index| down(self.lowest + index as i64)).collect();
        let mut law = vec![zero; points];
        law[(start - self.lowest) as usize] = Interval::point(1.0);
        let mut sum = zero;
        for _ in 0..steps {
            let mut next = vec![zero; points];
            for (index, &probability) in law.iter().enumerate().filter(|(_, probability)| **probability != zero) {
                sum = sum + probability * Interval::int(self.lowest + index as i64);
                let down = probability * probabilities[index];
                next[self.next[1][index]] = next[self.next[1][index]] + down;
                let up = probability * (Interval::point(1.0) - probabilities[index]);
                next[self.next[0][index]] = next[self.next[0][index]] + up;
            }
            law = next;
        }
        sum * Interval::of(&self.spacing) / Interval::int(steps as i64)
    }
}

/// The roots of the horizons.
const ROOTS: [u64; 4] = [4, 10, 15, 20];

/// The walk on `[-1, 1]` with `η = 1/√T`.
fn on_the_interval(exact: &mut Exact, subject: &dyn Subject, root: u64) -> Result<Walk, NotOffered> {
    let method = Method::gradient_descent(rational(1, root)).projected(Rational::NEG_ONE, Rational::ONE);
    Walk::read(exact, subject, &method, -(root as i64), 2 * root as usize + 1)
}

/// `√T (E f(x̄) - f*)` on `-εx` over `[-1, 1]`, from 0, with `ε = c/√T`.
fn linear_error(walk: &Walk, root: u64, c: &Rational) -> Interval {
    let epsilon = c / Rational::from(root);
    let down = Interval::of(&((Rational::ONE - epsilon) / Rational::from(2)));
    Interval::of(c) * (Interval::point(1.0) - walk.mean(0, (root * root) as usize, |_| down))
}

fn linear(subject: &dyn Subject, share: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in ROOTS {
        let walk = on_the_interval(&mut exact, subject, root)?;
        for c in (1..=16).map(|k| rational(k, 4)).filter(|c| *c <= Rational::from(root)) {
            let error = linear_error(&walk, root, &c);
            let holds = (error - Interval::of(share)).above(0.0).map(|above| !above);
            exact.decided("√T times the error", holds, || format!("T = {}, ε√T = {c}: {:e}", root * root, error.lo));
        }
    }
    Ok(exact.evidence())
}

/// `T E f(x̄)`, divided by `√T`, on `max(x/2, -x)` from 1, where the gradient is 1 with probability ¾ (mean ½) for `x > 0` and -1 else. No iterate
/// is negative, so `f(x̄) = x̄/2`.
fn kink(subject: &dyn Subject, step_size: fn(u64) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in ROOTS {
        let eta = step_size(root);
        let start = if eta == Rational::ONE { 1 } else { root as i64 };
        let steps = (root * root) as usize;
        let walk = Walk::read(&mut exact, subject, &Method::gradient_descent(eta.clone()), 0, start as usize + steps + 1)?;
        let error = walk.mean(start, steps, |k| Interval::point(if k > 0 { 0.75 } else { 0.0 })) / Interval::int(2);
        let scaled = Interval::int(root as i64) * error;
        let holds = (scaled - Interval::point(1.0)).above(0.0).map(|above| !above);
        exact.decided("√T times the error", holds, || format!("T = {steps}, η = {eta}: error {:e}", error.lo));
    }
    Ok(exact.evidence())
}

/// Steps of 1 from the whole numbers: none leads below 0, and a step's two ends add up to `least` at least.
fn pairs(subject: &dyn Subject, least: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let places: Vec<Rational> = (0..=50).map(Rational::from).collect();
    for gradient in [Rational::NEG_ONE, Rational::ONE] {
        let mut x = places.clone();
        let method = Method::gradient_descent(Rational::ONE);
        advance(&mut *subject.exact(&method)?, &mut x, |x| vec![gradient.clone(); x.len()]);
        let happens = |place: &Rational| !place.is_zero() || gradient == Rational::NEG_ONE;
        for (place, x) in places.iter().zip(&x).filter(|(place, _)| happens(place)) {
            let input = || format!("η = 1, from {place} with g = {gradient} to {x}");
            exact.holds("no iterate is negative", *x >= Rational::ZERO, input);
            exact.holds("a step is not longer than 1", (x - place) <= Rational::ONE && (place - x) <= Rational::ONE, input);
            exact.holds("x_t + x_(t+1) against 1", place + x >= *least, input);
        }
    }
    Ok(exact.evidence())
}

/// The quotient of the errors at T = 100 and 400, divided by what is claimed: from `4^-0.01` to `4^0.01`, inside which 0.9864 to 1.0136 lies.
fn order(subject: &dyn Subject, claimed: i64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut error = |root: u64| -> Result<Interval, NotOffered> {
        let walk = on_the_interval(&mut exact, subject, root)?;
        Ok(linear_error(&walk, root, &rational(3, 4)) / Interval::int(root as i64))
    };
    let quotient = error(10)? / error(20)?;
    let near = (quotient / Interval::int(claimed) - Interval::point(1.0)).smaller_than(0.0136);
    exact.decided("the quotient of the errors", near, || format!("T = 100 and 400, ε√T = 3/4: {:e}", quotient.lo));
    Ok(exact.evidence())
}

fn errors(_: &Lab) -> Plot {
    let roots = || [4_u64, 6, 8, 10, 12, 15, 20];
    let bound = roots().map(|root| [(root * root) as f64, 1.0 / root as f64]);
    let least = roots().map(|root| [(root * root) as f64, 0.33 / root as f64]);
    let measured = |c: Rational| {
        roots().into_iter().filter_map(move |root| {
            let walk = on_the_interval(&mut Exact::new(), &Reference, root).ok()?;
            Some([(root * root) as f64, to_f64(&rational(1, root)) * linear_error(&walk, root, &c).hi])
        })
    };
    Plot {
        id: "errors".into(),
        title: "Error of averaged SGD on -εx over [-1, 1] with η = 1/√T".into(),
        x: "horizon T".into(),
        y: "E f - f*".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("RG/√T", bound),
            Series::theory("0.33/√T, below the worst error of any method", least),
            Series::measured("the code, ε = 3/(4√T)", measured(rational(3, 4))),
            Series::measured("the code, ε = 2/√T", measured(rational(2, 1))),
        ],
    }
}
