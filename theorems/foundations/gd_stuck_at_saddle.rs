//! # When gradient descent stays at a saddle
//!
//! **Setting.** `f = ½ (x² - γy²)`, `a = ηγ`, `0 < η < 1/max(1, γ)`; and `f = x³` with `x_0 > 0`.
//!
//! **Statement.** (1) From `y_0 = 0`, the stable manifold, `y_t = 0` for ever, in floats too. (2) Otherwise `y_t = (1 + a)^t y_0`, and `|y| ≥ R` after `⌈ln(R/|y_0|)/ln(1 + a)⌉` steps.
//! (3) For `y_0 ~ N(0, s²)` the escape time has `P(T > t) = 2Φ(R (1 + a)^(-t)/s) - 1`, below 1% at `t = 200`. (4) At the saddle of `x³`, which is not strict, all `x_0 ∈ (0, 1/(3η))` end.
//!
//! **Why.** `y⁺ = (1 + a) y`. For `x³`: `x⁺ = x (1 - 3ηx)`, so that `1/x⁺ - 1/x ≥ 3η`.
//!
//! **How it could fail.** The code's iterates are compared exactly with the closed form and the times with their brackets; random starts in doubles with the law.

use crate::evidence::{Evidence, Exact, Property, Relation};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, Tracked, rational, square, to_f64};
use crate::optimizers::{Method, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic, Univariate};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gd-stuck-at-saddle",
    title: "Gradient descent stays at a strict saddle from its stable manifold only; elsewhere it leaves in logarithmic time",
    topic: "foundations",
    record: Some("gd-stuck-at-saddle"),
    statement: "On $½ (x^2 - γ y^2)$ with $a = η γ$ gradient descent converges to the saddle exactly from $y_0 = 0$; otherwise $y_t = (1 + a)^t y_0$ reaches $R$ after \
                $⌈frac(ln R - ln |y_0|, ln(1 + a))⌉$ steps. On $x^3$ all starts in $(0, 1/(3 η))$ converge to the saddle.",
    hypotheses: &[
        "stuck: $y_0 = 0$ exactly, or a saddle whose Hessian has no negative eigenvalue",
        "$η < 1/L$",
        "exact gradients",
    ],
    sources: &[
        Source::Note("000", "78"),
        Source::Note("000", "548"),
        Source::Note("004", "47"),
        Source::Cited("lee2016", "the main theorem: for strict saddles the starts that converge there have measure zero"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "gradient descent gets stuck at saddle points: started within $10^(-3)$ of one it stays within distance 1",
            quantifier: "refuted from (x, y) = (1/2000, 1/2000), ηγ = 1/4; the reading for every start",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| stuck(subject, &rational(1, 2000)),
        },
        Claim {
            id: "stable-manifold",
            as_stated: true,
            statement: "gradient descent can get stuck: from $y_0 = 0$ it has $y_t = 0$ always, and $x_t → 0$",
            quantifier: "200 steps of the code exactly and 200,000 steps in doubles at ηγ = 1/4; every step by the identity y⁺ = (1 + a) y",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| stable_manifold(subject, 0.0),
        },
        Claim {
            id: "escape-times",
            as_stated: false,
            statement: "$y_t = (1 + a)^t y_0$, and the first $T$ with $|y_T| ≥ 1$ has $(1 + a)^(T - 1) |y_0| < 1 ≤ (1 + a)^T |y_0|$",
            quantifier: "the code at a = 1/10, 1/4 and 3/4 from 10⁻¹, 10⁻³ and 10⁻¹⁰, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| escape_times(subject, 0),
        },
        Claim {
            id: "rare",
            as_stated: false,
            statement: "for $y_0 ~ N(0, s^2)$ with $s = R$: $P(T > 200) < 1/100$ at $a = 1/10$, since $P(|y_0| < r) < r/s$",
            quantifier: "the code from the least start that escapes within 200 steps, exactly: T > 200 below it",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| rare(subject, |bound| *bound < rational(1, 100)),
        },
        Claim {
            id: "law",
            as_stated: false,
            statement: "$P(T > 8) = 2 Φ(R (1 + a)^(-8) / s) - 1$",
            quantifier: "a = 1/2, R = 16, s = 1, within 0.028: runs of the code in doubles from normal starts",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| law(lab, subject, 8),
        },
        Claim {
            id: "degenerate",
            as_stated: false,
            statement: "on $x^3$ the code stays in $(0, x_0)$ and $1/x_(t+1) - 1/x_t ≥ 3 η$: it converges to the saddle from every $x_0 ∈ (0, 1/(3 η))$",
            quantifier: "all such x and η by identities; six steps of the code from 15 starts, exactly",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| degenerate(subject, &Rational::ONE),
        },
        Claim {
            id: "doubles",
            as_stated: false,
            statement: "in doubles $y_t$ is $(1 + a)^t y_0$ up to the rounding of its steps, and 0 from 0",
            quantifier: "100 steps at a = 1/4 from 10⁻¹² and 20 from 0",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| doubles(subject),
        },
    ],
    controls: &[
        Control {
            id: "escapes-from-the-manifold",
            differs: "claims that the saddle is left from y = 0",
            broken: Broken::Statement(|_, subject| {
                let stays = stuck(subject, &Rational::ZERO)?;
                let mut exact = Exact::new();
                exact.holds("it leaves", stays.witness().is_some(), || "y_0 = 0, 200 steps".into());
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "a-hair-beside-the-manifold",
            differs: "claims that from y = 10⁻³⁰⁰ it stays as well",
            broken: Broken::Statement(|_, subject| stable_manifold(subject, 1e-300)),
        },
        Control {
            id: "time-less-by-one",
            differs: "claims that the escape takes a step less",
            broken: Broken::Statement(|_, subject| escape_times(subject, 1)),
        },
        Control {
            id: "one-per-cent-at-200",
            differs: "claims P(T > 200) ≥ 1%",
            broken: Broken::Statement(|_, subject| rare(subject, |bound| *bound >= rational(1, 100))),
        },
        Control {
            id: "law-of-the-next-step",
            differs: "claims the probability of T > 9 for that of T > 8",
            broken: Broken::Statement(|lab, subject| law(lab, subject, 9)),
        },
        Control {
            id: "degenerate-beyond",
            differs: "claims convergence from up to 1.001/(3η)",
            broken: Broken::Statement(|_, subject| degenerate(subject, &rational(1001, 1000))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "escape-times", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-a-billionth-in-doubles",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "doubles", subject: &LONGER_STEP },
        },
        Control {
            id: "last-bits",
            differs: "the code steps by η (1 + 2⁻⁴⁸)",
            broken: Broken::Subject {
                claim: "doubles",
                subject: &Impostor { name: "last bits", instead: |method| longer(method, Rational::from(2).pow(-48)) },
            },
        },
        Control {
            id: "half-the-step",
            differs: "the code takes half the step",
            broken: Broken::Subject {
                claim: "law",
                subject: &Impostor { name: "half the step", instead: |method| longer(method, rational(-1, 2)) },
            },
        },
    ],
    plots: &[runs],
};

/// `½ (x² - y²)`, so that γ = 1 and a = η.
fn saddle<R: Real>() -> Quadratic<R> {
    Quadratic { spectrum: vec![R::one(), -R::one()] }
}

/// The code's iterates from `(1, start)`.
fn path(subject: &dyn Subject, gain: &Rational, start: &Rational, steps: usize) -> Result<Vec<Vec<Rational>>, NotOffered> {
    path_from(subject, gain, [Rational::ONE, start.clone()], steps)
}

fn path_from(
    subject: &dyn Subject,
    gain: &Rational,
    start: [Rational; 2],
    steps: usize,
) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(gain.clone()))?;
    Ok(trajectory(&mut *optimizer, start.to_vec(), |x| saddle().gradient(x), steps))
}

/// From `(1/2000, start)`.
fn stuck(subject: &dyn Subject, start: &Rational) -> Result<Evidence, NotOffered> {
    let beside = rational(1, 2000);
    let path = path_from(subject, &rational(1, 4), [beside.clone(), start.clone()], 200)?;
    let mut exact = Exact::new();
    let squared = |x: &[Rational]| square(&x[0]) + square(&x[1]);
    exact.holds("a start within 10⁻³", squared(&path[0]) < square(&rational(1, 1000)), || format!("({beside}, {start})"));
    for (t, x) in path.iter().enumerate() {
        exact.holds("a distance below 1", squared(x) < Rational::ONE, || {
            format!("from ({beside}, {start}): y = {:e} after {t} steps", to_f64(&x[1]))
        });
    }
    Ok(exact.evidence())
}

fn stable_manifold(subject: &dyn Subject, start: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let [eta, gamma, y] = Polynomial::variables();
    exact.identity("y⁺ = (1 + ηγ) y", &y + &eta * &gamma * &y, (y.int(1) + &eta * &gamma) * &y);
    let eta = rational(1, 4);
    let contraction = Rational::ONE - &eta;
    for (t, x) in path(subject, &eta, &Rational::ZERO, 200)?.iter().enumerate() {
        let found = || format!("step {t}: {x:?}");
        exact.holds("y_t = 0 and x_t = (1 - η)^t", x[1].is_zero() && x[0] == contraction.pow(t as isize), found);
    }
    let mut optimizer = subject.double(&Method::gradient_descent(eta))?;
    let mut x = vec![1.0, start];
    for t in 1..=200_000 {
        advance(&mut *optimizer, &mut x, |x| saddle().gradient(x));
        let stays = x[1] == start;
        exact.holds("y_t = y_0 in doubles", stays, || format!("step {t}: y = {:e}", x[1]));
        if !stays {
            break;
        }
    }
    Ok(exact.evidence())
}

/// The escape is said to take so many steps `less`.
fn escape_times(subject: &dyn Subject, less: isize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for gain in [rational(1, 10), rational(1, 4), rational(3, 4)] {
        for start in [1, 3, 10].map(|exponent| Rational::from(10).pow(-exponent)) {
            let growth = Rational::ONE + &gain;
            // 10⁻¹⁰ at a = 1/10 takes 242 steps.
            let path = path(subject, &gain, &start, 242)?;
            let escaped = path.iter().position(|x| x[1] >= Rational::ONE);
            let Some(time) = escaped else {
                exact.holds("it escapes", false, || format!("a = {gain}, y_0 = {:e}", to_f64(&start)));
                continue;
            };
            let input = || format!("a = {gain}, y_0 = {:e}: T = {time}", to_f64(&start));
            let mut expected = start.clone();
            for x in &path[..=time] {
                exact.holds("y_t = (1 + a)^t y_0", x[1] == expected, input);
                expected *= &growth;
            }
            let claimed = time as isize - less;
            let between = growth.pow(claimed - 1) * &start < Rational::ONE && growth.pow(claimed) * &start >= Rational::ONE;
            exact.holds("(1 + a)^(T - 1) |y_0| < 1 ≤ (1 + a)^T |y_0|", between, input);
        }
    }
    Ok(exact.evidence())
}

/// From `r = (1 + a)^(-200)` the code needs exactly 200 steps to 1, so that `T > 200` is `|y_0| < r`, which has a probability below `r/s = r`.
fn rare(subject: &dyn Subject, claimed: fn(&Rational) -> bool) -> Result<Evidence, NotOffered> {
    let gain = rational(1, 10);
    let start = (Rational::ONE + &gain).pow(-200);
    let path = path(subject, &gain, &start, 200)?;
    let mut exact = Exact::new();
    let time = path.iter().position(|x| x[1] >= Rational::ONE);
    exact.holds("T = 200 from there", time == Some(200), || format!("{time:?}"));
    exact.holds("the bound of the probability", claimed(&start), || format!("P(T > 200) < {:e}", to_f64(&start)));
    Ok(exact.evidence())
}

/// The probability that is claimed for `T > 8` is that of `T > step`. From one step to the next it falls by 0.14: five margins.
fn law(lab: &Lab, subject: &dyn Subject, step: i32) -> Result<Evidence, NotOffered> {
    let method = Method::gradient_descent(rational(1, 2));
    subject.double(&method)?; // trials cannot say that it is not offered
    let reach = 16.0;
    // 2Φ(z) - 1 = erf(z/√2).
    let target = libm::erf(reach * libm::pow(1.5, -f64::from(step)) * std::f64::consts::FRAC_1_SQRT_2);
    let (law, margin) = (Law::Bounded { lo: 0.0, hi: 1.0 }, 0.028);
    let largest = 4 * law.required(margin, lab.policy.alpha());
    let question = Question { name: "still inside after 8 steps", relation: Relation::Equal, target, margin, law, largest };
    let statistic = estimate(lab, &question, |draws| {
        let Ok(mut optimizer) = subject.double(&method) else { return f64::NAN };
        let mut x = vec![1.0, draws.normal()];
        (0..8).for_each(|_| advance(&mut *optimizer, &mut x, |x| saddle().gradient(x)));
        let size = x[1].abs();
        if size.is_nan() {
            return size;
        }
        if size < reach { 1.0 } else { 0.0 }
    });
    Ok(Evidence::sampled(vec![statistic]))
}

/// Starts are up to 14/15 of `reach/(3η)`, and one at a billionth below it.
fn degenerate(subject: &dyn Subject, reach: &Rational) -> Result<Evidence, NotOffered> {
    let [eta, x] = Polynomial::variables();
    let (gradient, shrink) = (x.int(3) * x.squared(), x.int(1) - x.int(3) * &eta * &x);
    let next = &x - &eta * &gradient;
    let mut exact = Exact::new();
    exact.identity("x⁺ = x (1 - 3ηx)", next.clone(), &x * &shrink);
    // 1/x⁺ - 1/x = 3η/(1 - 3ηx) ≥ 3η.
    exact.identity("(x - x⁺)(1 - 3ηx) = 3η x x⁺", (&x - &next) * shrink, x.int(3) * &eta * &x * &next);
    let cube = Univariate { coefficients: [0, 0, 0, 1].map(Rational::from).to_vec() };
    let nearly = Rational::ONE - rational(1, 1_000_000_000);
    for (share, eta) in (1..15).map(|k| rational(k, 15)).chain([nearly]).zip([1, 2, 3].into_iter().cycle()) {
        let eta = rational(eta, 10);
        let start = reach * &share / (Rational::from(3) * &eta);
        let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
        let path = trajectory(&mut *optimizer, vec![start.clone()], |x| cube.gradient(x), 6);
        for pair in path.windows(2) {
            let (x, next) = (&pair[0][0], &pair[1][0]);
            let found = || format!("η = {eta}, x_0 = {start}: from {:e} to {:e}", to_f64(x), to_f64(next));
            let inside = Rational::ZERO < *next && next < x;
            exact.holds("0 < x⁺ < x", inside, found);
            exact.holds("1/x⁺ - 1/x ≥ 3η", inside && Rational::ONE / next - Rational::ONE / x >= Rational::from(3) * &eta, found);
        }
    }
    Ok(exact.evidence())
}

fn doubles(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let eta = rational(1, 4);
    for (start, steps) in [(1e-12, 100), (0.0, 20)] {
        let mut optimizer = subject.double(&Method::gradient_descent(eta.clone()))?;
        let found = trajectory(&mut *optimizer, vec![1.0, start], |x| saddle().gradient(x), steps);
        let mut twin = Tracked::<f64>::exactly(start);
        for (t, x) in found.iter().enumerate() {
            property.within("y_t", twin.distance(x[1]), twin.bound(), || format!("y_0 = {start:e}, step {t}: {:e}", x[1]));
            twin = twin + twin * Tracked::of(&eta);
        }
    }
    Ok(property.evidence())
}

fn runs(_: &Lab) -> Plot {
    let mut series = Vec::new();
    for exponent in [3, 10, 30] {
        let start = libm::pow(10.0, -(exponent as f64));
        series.push(Series::theory(
            &format!("(1 + a)^t y_0, y_0 = 10^-{exponent}"),
            [0.0, 60.0].map(|t| [t, start * libm::pow(1.25, t)]),
        ));
        let points = path(&Reference, &rational(1, 4), &Rational::from(10).pow(-exponent), 60).unwrap_or_default();
        let every = points.iter().enumerate().step_by(4).map(|(t, x)| [t as f64, to_f64(&x[1])]);
        series.push(Series::measured(&format!("the code, y_0 = 10^-{exponent}"), every));
    }
    Plot {
        id: "runs".into(),
        title: "Leaving the saddle of ½(x² - y²) at η = 1/4".into(),
        x: "step t".into(),
        y: "y".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
