//! # Momentum at a saddle point
//!
//! **Setting.** `f = ½ (x² - γy²)`, started at rest; `a = ηγ > 0`, `0 ≤ β < 1`. Gradient descent multiplies `y` by `1 + a`.
//!
//! **Statement.** (1) Momentum's `y` grows by the larger root `r` of `p(r) = r² - (1 + β + a) r + β`, and `r > 1 + a` for `β > 0`: it
//! escapes sooner, in `ln(1/|y_0|)/ln r` steps and a constant. (2) The average form at the same `η` has `(1 - β) a` for `a` and
//! `1 < r < 1 + a`: it escapes later. (3) From `y_0 = 0` no form escapes.
//!
//! **Why.** `p(1 + a) = -βa < 0`; for the average form it is `βa² > 0`, beyond the vertex.
//!
//! **How it could fail.** The identities are compared as polynomials, the recursion is read off the code, and the code runs in exact
//! arithmetic from down to `10⁻³⁰` away until `|y| ≥ 1`, against enclosures of the number of steps.

use super::transition::{Transition, trace_and_determinant};
use super::variants::{in_convention, momentum};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, Root, rational, to_f64};
use crate::optimizers::{Method, Optimizer, Tuning, Velocity, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-escapes-saddles",
    title: "Momentum escapes a saddle sooner than gradient descent at the same η, its average form later",
    topic: "momentum",
    record: Some("momentum-escapes-saddles"),
    statement: "On $½ (x^2 - γ y^2)$ with $a = η γ$, momentum's $y$ grows by the larger root $r$ of \
                $r^2 - (1 + β + a) r + β = 0$, which is above gradient descent's $1 + a$ for $β > 0$; it needs \
                $frac(-ln |y_0|, ln r)$ steps and a constant to reach 1. The average form at the same $η$ has $1 < r < 1 + a$. \
                From $y_0 = 0$, on the stable manifold, nothing escapes.",
    hypotheses: &["$y_0 ≠ 0$", "gradients are summed, not averaged, at the same $η$", "exact gradients, started at rest"],
    sources: &[Source::Note("001", "157-166"), Source::Cited("oneill2019", "quadratic saddles")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "momentum, in sums or averages of gradients, escapes from a saddle no later than gradient descent at the same $η$",
            quantifier: "refuted by the average form, β = 9/10, a = 1/10: 42 steps from y = 1/10 against 25; and by both forms from y = 0, in 300 steps",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| helps(subject, &[Velocity::Average, Velocity::StepOutside], &[rational(1, 10), Rational::ZERO]),
        },
        Claim {
            id: "roots",
            as_stated: false,
            statement: "$p(1) = -a$ and $p(1 + a) = -β a$, so that $r > 1 + a$; for the average form $p(1) = -(1 - β) a$ and \
                        $p(1 + a) = β a^2$, to the right of the vertex, so that $1 < r < 1 + a$",
            quantifier: "all a > 0 and 0 < β < 1, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(roots(0)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "$y$ follows $y_(t+1) = (1 + β + a) y_t - β y_(t-1)$ in two conventions and the two-point form, with \
                        $(1 - β) a$ for $a$ in the average form; at $a = 1/10$, $r$ is $1.1742$ for $β = 1/2$, $1.3162$ for $9/10$ and \
                        $1.0647$ for the average form",
            quantifier: "the code's matrix for 4 momenta, 3 curvatures and 4 step sizes; r to four digits",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, 0),
        },
        Claim {
            id: "helps",
            as_stated: false,
            statement: "sums of gradients reach $|y| ≥ 1$ no later than gradient descent from $y_0 ≠ 0$",
            quantifier: "a = 1/10, β = 9/10, from 1/10, 10⁻³ and 10⁻¹⁰",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| helps(subject, &[Velocity::StepOutside, Velocity::StepInside], &starts()[..3]),
        },
        Claim {
            id: "escape-times",
            as_stated: false,
            statement: "the number $T$ of steps to $|y| ≥ 1$ has \
                        $ln(1/y_0) ≤ T ln r ≤ ln(1/y_0) + ln frac(r - s, r (1 - s)) + ln r$, where $s = β/r$; so the ratio of gradient \
                        descent's time and momentum's tends to $frac(ln r, ln(1 + a))$",
            quantifier: "a = 1/10 from 1/10, 10⁻³, 10⁻¹⁰ and 10⁻³⁰; gradient descent, β = 1/2 and 9/10, the average form with 9/10",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| escape_times(subject, true),
        },
    ],
    controls: &[
        Control {
            id: "from-the-stable-manifold",
            differs: "claims that sums of gradients escape from y = 0",
            broken: Broken::Statement(|_, subject| helps(subject, &[Velocity::StepOutside], &[Rational::ZERO])),
        },
        Control {
            id: "averages-help",
            differs: "claims that averages of gradients escape no later than gradient descent",
            broken: Broken::Statement(|_, subject| helps(subject, &[Velocity::Average], &starts()[..3])),
        },
        Control {
            id: "without-the-start",
            differs: "claims ln(1/y₀)/ln r steps, without the time to gather speed",
            broken: Broken::Statement(|_, subject| escape_times(subject, false)),
        },
        Control {
            id: "roots-off-by-a-digit",
            differs: "claims roots larger by 10⁻⁴",
            broken: Broken::Statement(|_, subject| code(subject, 1)),
        },
        Control {
            id: "unbalanced-roots",
            differs: "claims p(1 + a) = -(β + 10⁻⁹) a",
            broken: Broken::Statement(|_, _| Ok(roots(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
        Control {
            id: "average-in-the-matrix",
            differs: "the code averages gradients where their sum is asked for",
            broken: Broken::Subject { claim: "code", subject: &AVERAGING },
        },
        Control {
            id: "average-for-sum",
            differs: "the code averages gradients where their sum is asked for",
            broken: Broken::Subject { claim: "helps", subject: &AVERAGING },
        },
        Control {
            id: "average-at-its-time",
            differs: "the code averages gradients where their sum is asked for",
            broken: Broken::Subject { claim: "escape-times", subject: &AVERAGING },
        },
    ],
    plots: &[times],
};

static AVERAGING: Impostor =
    Impostor { name: "an average of gradients", instead: |method| in_convention(method, Velocity::Average) };

fn starts() -> [Rational; 4] {
    [1, 3, 10, 30].map(|exponent| Rational::from(10).pow(-exponent))
}

/// `error` billionths are added to `β` in `p(1 + a)`.
fn roots(error: i64) -> Evidence {
    let [a, beta, y, before] = Polynomial::variables();
    let one = a.int(1);
    let value = |gain: &Polynomial, r: &Polynomial| r.squared() - (&one + &beta + gain.clone()) * r + beta.clone();
    let plain = &one + &a;
    let off = beta.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    exact.identity("p(1)", value(&a, &one), -a.clone());
    exact.identity("p(1 + a)", value(&a, &plain), -((&beta + off) * &a));
    // From rest y grows from the first step on, and then each step leads beyond gradient descent's.
    let next = (&one + &beta + &a) * &y - &beta * &before;
    exact.identity("y⁺ - (1 + a) y = β (y - y⁻)", next - &plain * &y, &beta * (&y - &before));
    let gain = (&one - &beta) * &a;
    exact.identity("average: p(1)", value(&gain, &one), -gain.clone());
    exact.identity("average: p(1 + a)", value(&gain, &plain), &beta * a.squared());
    // p'(1 + a) > 0.
    let slope = a.int(2) * &plain - (&one + &beta + gain);
    exact.identity("average: 1 + a is beyond the vertex", slope, (&one - &beta) + &a * (&one + &beta));
    exact.evidence()
}

/// The roots are said to be larger by so many `off` ten-thousandths.
fn code(subject: &dyn Subject, off: i64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (beta, gamma) in [(0, 1), (1, 2), (9, 10), (99, 100)].into_iter().flat_map(|beta| [1, 3, 40].map(|gamma| (beta, gamma))) {
        let beta = rational(beta.0, beta.1);
        let gamma = Rational::from(gamma);
        for eta in [rational(1, 1000), rational(1, 10), rational(1, 1), rational(5, 1)] {
            let gain = &eta * &gamma;
            let two_point = Method::heavy_ball(Tuning { step_size: eta.clone(), momentum: beta.clone() });
            let method = |velocity| momentum(velocity, eta.clone(), beta.clone());
            for (name, method, gain) in [
                ("sums of gradients", method(Velocity::StepOutside), gain.clone()),
                ("sums of steps", method(Velocity::StepInside), gain.clone()),
                ("two-point form", two_point, gain.clone()),
                ("averages", method(Velocity::Average), (Rational::ONE - &beta) * &gain),
            ] {
                let transition = Transition::read(subject, &method, &-&gamma)?;
                transition.record(&mut exact);
                let input = || format!("{name}, β = {beta}, γ = {gamma}, η = {eta}");
                let [trace, determinant] = trace_and_determinant(&transition.matrix);
                exact.equal("trace", &trace, &(Rational::ONE + &beta + gain), input);
                exact.equal("determinant", &determinant, &beta, input);
            }
        }
    }
    for (velocity, beta, digits) in [
        (Velocity::StepOutside, rational(1, 2), 11_742),
        (Velocity::StepOutside, rational(9, 10), 13_162),
        (Velocity::Average, rational(9, 10), 10_647),
    ] {
        let method = momentum(velocity, rational(1, 10), beta);
        let [trace, determinant] = trace_and_determinant(&Transition::read(subject, &method, &Rational::NEG_ONE)?.matrix);
        // p is negative at 1 and up to the larger root, positive beyond it.
        let [below, above] = [-1, 1].map(|half| {
            let r = rational(2 * (digits + off) + half, 20_000);
            &r * &r - &trace * &r + &determinant
        });
        let between = below < Rational::ZERO && Rational::ZERO < above;
        exact.holds("the larger root to four digits", between, || format!("{digits} ten-thousandths, {}", method.algorithm));
    }
    Ok(exact.evidence())
}

/// Steps of the code until `|y| ≥ 1`, from rest at `(1, start)` with `γ = 1` and `η = 1/10`, or `None` if `limit` steps do not lead there.
fn escape<R: Real>(mut optimizer: Box<dyn Optimizer<R>>, start: &Rational, limit: usize) -> Option<usize> {
    let saddle = Quadratic { spectrum: vec![R::one(), -R::one()] };
    let mut place = vec![R::one(), R::of(start)];
    (0..=limit).find(|_| {
        let escaped = place[1].clone().magnitude() >= R::one();
        if !escaped {
            advance(&mut *optimizer, &mut place, |place| saddle.gradient(place));
        }
        escaped
    })
}

fn helps(subject: &dyn Subject, forms: &[Velocity<Rational>], starts: &[Rational]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let eta = rational(1, 10);
    for (velocity, start) in forms.iter().flat_map(|velocity| starts.iter().map(move |start| (velocity, start))) {
        let limit = 300; // gradient descent takes 242 steps from 10⁻¹⁰
        let plain = escape(subject.exact(&Method::gradient_descent(eta.clone()))?, start, limit);
        let found = escape(subject.exact(&momentum(velocity.clone(), eta.clone(), rational(9, 10)))?, start, limit);
        let sooner = found.is_some_and(|found| plain.is_none_or(|plain| found <= plain));
        exact.holds("it escapes, no later than gradient descent", sooner, || {
            let steps = |count: Option<usize>| count.map_or(format!("not in {limit}"), |count| count.to_string());
            let [found, plain] = [found, plain].map(steps);
            format!("{velocity:?} from y = {:e}: steps {found}, gradient descent's {plain}", to_f64(start))
        });
    }
    Ok(exact.evidence())
}

/// What is compared: a name, the method, and the β and the gain of its `z² - (1 + β + gain) z + β`.
fn runs() -> [(&'static str, Method, Rational, Rational); 4] {
    let (eta, gain) = (rational(1, 10), rational(1, 10));
    let [half, ninth] = [rational(1, 2), rational(9, 10)];
    let method = |velocity, beta: &Rational| momentum(velocity, eta.clone(), beta.clone());
    [
        ("gradient descent", Method::gradient_descent(eta.clone()), Rational::ZERO, gain.clone()),
        ("sums, β = 1/2", method(Velocity::StepOutside, &half), half, gain.clone()),
        ("sums, β = 9/10", method(Velocity::StepOutside, &ninth), ninth.clone(), gain.clone()),
        ("averages, β = 9/10", method(Velocity::Average, &ninth), ninth, gain / Rational::from(10)),
    ]
}

/// The larger root `r` and the smaller `s` of `z² - (1 + β + gain) z + β`, enclosed.
fn growth(beta: &Rational, gain: &Rational) -> [Interval; 2] {
    let [beta, trace] = [beta, &(Rational::ONE + beta + gain)].map(Interval::of);
    let r = (trace + (trace * trace - Interval::int(4) * beta).sqrt()) / Interval::int(2);
    [r, beta / r]
}

fn logarithm(x: Interval) -> Interval {
    x.apply(Function::Logarithm)
}

/// From rest `y_t = y_0 (A r^t + (1 - A) s^t)` with `A = r (1 - s)/(r - s)`, which lies between `A r^t` and `r^t`; `counted` says whether the
/// time for `1/A` is.
fn escape_times(subject: &dyn Subject, counted: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, method, beta, gain) in runs() {
        let [r, s] = growth(&beta, &gain);
        let share = r * (Interval::one() - s) / (r - s);
        for start in starts() {
            let distance = -logarithm(Interval::of(&start));
            let most = if counted { distance - logarithm(share) } else { distance } + logarithm(r);
            let Some(steps) = escape(subject.exact(&method)?, &start, 2000) else {
                exact.holds("it escapes", false, || format!("{name} from {:e}", to_f64(&start)));
                continue;
            };
            let time = Interval::int(steps as i64) * logarithm(r);
            let at_most = |a: Interval, b: Interval| a.partial_cmp(&b).map(|order| order.is_le());
            let input = || format!("{name} from {:e}: {steps} steps", to_f64(&start));
            exact.decided("T ln r ≥ ln(1/y₀)", at_most(distance, time), input);
            exact.decided("T ln r ≤ ln(1/y₀) + the start + a step", at_most(time, most), input);
        }
    }
    Ok(exact.evidence())
}

fn times(_: &Lab) -> Plot {
    let mut series = Vec::new();
    for (name, method, beta, gain) in runs() {
        let [r, s] = growth(&beta, &gain).map(|root| (root.lo + root.hi) / 2.0);
        let late = libm::log((r - s) / (r * (1.0 - s)));
        let exponents = (1..=30).step_by(2);
        let distance = |exponent: i32| f64::from(exponent) * std::f64::consts::LN_10;
        let theory = exponents.clone().map(|exponent| [f64::from(exponent), (distance(exponent) + late) / libm::log(r)]);
        series.push(Series::theory(name, theory));
        let measured = exponents.filter_map(|exponent| {
            let steps = escape(Reference.double(&method).ok()?, &Rational::from(10).pow(-exponent as isize), 2000)?;
            Some([f64::from(exponent), steps as f64])
        });
        series.push(Series::measured(&format!("code: {name}"), measured));
    }
    Plot {
        id: "escape-times".into(),
        title: "Steps until |y| ≥ 1 on ½ (x² - y²), η = 0.1".into(),
        x: "-log₁₀ y₀".into(),
        y: "steps".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
