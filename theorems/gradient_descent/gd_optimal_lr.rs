//! # The best constant step size is 2/(L + μ), not 1/L
//!
//! **Setting.** `x⁺ = x - η ∇f(x)` on `F(μ, L)`; the worst contraction of one step is `ρ(η) = max(|1 - ημ|, |1 - ηL|)`.
//!
//! **Statement.** (1) `ρ` is least at `η = 2/(L + μ)`, where it is `(κ - 1)/(κ + 1)`; at `1/L` it is `1 - 1/κ`, which is larger.
//! (2) For `μ = 0` and one step, the worst `f(x_1) - f*` is `L R² max(1/(2h + 1), (1 - h)²)/2` with `h = ηL`, least at `h = 3/2`.
//!
//! **Why.** (1) `L(1 - ημ) + μ(ηL - 1) = L - μ` whatever `η` is. (2) Three interpolation inequalities with the multipliers
//! `½, ½, ½` (`h ≤ 3/2`) or `h - 1, h - 1, 2 - h` leave squares; Huber's function and `½Lx²` attain the two bounds.
//!
//! **How it could fail.** Identities are compared as polynomials, and the checker adds up the inequalities by itself. The code's worst contraction over quadratics and drawn members
//! is searched for its minimum in exact arithmetic, and the code runs on the functions that attain the bounds.

use super::fibonacci_search::fibonacci_search;
use super::single_step::{attained_on_huber, huber, single_step};
use crate::certify::certificate::Certificate;
use crate::certify::formulas::gradient_descent::{gradient_descent_long_step, gradient_descent_long_step_attained};
use crate::certify::formulas::gradient_descent::{gradient_descent_values, gradient_descent_values_attained};
use crate::certify::formulas::ranges::{Single, single_step as single_step_over};
use crate::certify::{Class, Sample};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gd-optimal-lr",
    title: "The best constant step size is 2/(L + μ), not 1/L",
    topic: "gradient-descent",
    record: Some("gd-optimal-lr"),
    statement: "Over $F(μ, L)$ the worst contraction of a step of gradient descent is least at $η^* = 2/(L + μ)$, where it is \
                $(κ - 1)/(κ + 1)$, and not at $1/L$, where it is $1 - 1/κ$. For $μ = 0$ and a single step the best step size \
                for the function value is $3/(2 L)$.",
    hypotheses: &["$f ∈ F(μ, L)$, $κ = L/μ > 1$ (or $μ = 0$ where said)", "exact gradients, a constant step size, no noise"],
    sources: &[
        Source::Note("000", "131"),
        Source::Cited("polyak1987", "section 1.4.2"),
        Source::Cited("nesterov2004", "Theorem 2.1.15"),
        Source::Cited("drori2014", "section 3"),
    ],
    claims: &[
        Claim {
            id: "one-over-l",
            as_stated: true,
            statement: "the step size with the least worst contraction is $1/L$",
            quantifier: "κ = 10: the code on quadratics, against the step sizes k/505",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| least(subject, rational(1, 10)),
        },
        Claim {
            id: "two-over-l-plus-mu",
            as_stated: false,
            statement: "$max(|1 - η μ|, |1 - η L|) ≥ (L - μ)/(L + μ)$ for every $η$, with equality exactly at $η = 2/(L + μ)$, \
                        where $‖x_(t+1) - x^*‖ ≤ frac(κ - 1, κ + 1) ‖x_t - x^*‖$; and $frac(κ - 1, κ + 1) < 1 - 1/κ$",
            quantifier: "every f in F(μ, L), every dimension, all 0 < μ < L and real η",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(optimum(0)),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "the code's worst contraction on quadratics is $9/11$ at $2/(L + μ)$ and no step size tried has a smaller one",
            quantifier: "κ = 10: the code on quadratics, against the step sizes k/505",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| least(subject, rational(2, 11)),
        },
        Claim {
            id: "located",
            as_stated: false,
            statement: "a Fibonacci search for the step size with the least worst contraction of the code ends at $2/(L + μ)$",
            quantifier: "κ = 10, quadratics and the drawn functions with piecewise linear derivative, to within 10⁻⁶",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| located(lab, subject, rational(2, 11)),
        },
        Claim {
            id: "single-step",
            as_stated: false,
            statement: "for $μ = 0$, $f(x_1) - f^* ≤ ½ L ‖x_0 - x^*‖^2 max(frac(1, 2 h + 1), (1 - h)^2)$ with $h = η L$, which is \
                        least at $h = 3/2$: $frac(L ‖x_0 - x^*‖^2, 8)$",
            quantifier: "every f in F(0, L) with a minimiser, every dimension and start, all L > 0 and 0 < h < 2",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(single_step(0)),
        },
        Claim {
            id: "single-step-range",
            as_stated: false,
            statement: "the same, as certificates that the checker reads: below, at and above $h = 3/2$",
            quantifier: "every f in F(0, L) with a minimiser, every dimension and start, all L > 0 and 0 < h < 2",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(range(|_| {})),
        },
        Claim {
            id: "single-step-tight",
            as_stated: false,
            statement: "the worst $f(x_1) - f^*$ is exactly $½ L ‖x_0 - x^*‖^2 max(frac(1, 2 h + 1), (1 - h)^2)$, and $frac(L ‖x_0 - x^*‖^2, 8)$ at $h = 3/2$",
            quantifier: "h = 1/20, 2/20, ..., 39/20; every f in F(0, L) with a minimiser, every dimension and start, all L > 0 (by scaling)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(tight(Exact::tight)),
        },
        Claim {
            id: "several-steps",
            as_stated: false,
            statement: "for $N$ steps the worst $f(x_N) - f^*$ is exactly $frac(L ‖x_0 - x^*‖^2, 4 N h + 2)$, less than at $3/2$, at an $h > 3/2$ as well",
            quantifier: "N = 2, ..., 7 with h = 159/100 (N = 2), 163/100 (N = 3), 166/100 (N ≥ 4); every f in F(0, L) with a minimiser, all L > 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(several(&Rational::ZERO)),
        },
        Claim {
            id: "single-step-attained",
            as_stated: false,
            statement: "the code attains $frac(1, 2 h + 1) dot ½ L R^2$ on Huber's function and $(1 - h)^2 dot ½ L R^2$ on $½ L x^2$",
            quantifier: "the formula's step: all L, R and h > 0; the code: L = 10, R = 1 and h = 1/20, 2/20, ..., 39/20",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| attained(subject, Rational::ZERO),
        },
    ],
    controls: &[
        Control {
            id: "search-ends-at-one-over-l",
            differs: "claims that the search ends at 1/L",
            broken: Broken::Statement(|lab, subject| located(lab, subject, rational(1, 10))),
        },
        Control {
            id: "search-ends-two-millionths-beyond",
            differs: "claims that the search ends at 2/(L + μ) + 2 · 10⁻⁶",
            broken: Broken::Statement(|lab, subject| located(lab, subject, rational(2, 11) + rational(2, 1_000_000))),
        },
        Control {
            id: "optimum-a-billionth-beyond",
            differs: "claims the optimum (2 + 10⁻⁹)/(L + μ)",
            broken: Broken::Statement(|_, _| Ok(optimum(1))),
        },
        Control {
            id: "unbalanced-single-step",
            differs: "the multiplier ½ of f_0 ≥ f_1 is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(single_step(1))),
        },
        Control {
            id: "range-less-a-billionth",
            differs: "the certificates claim bounds smaller by the factor 1 - 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(range(|claim| claim.bound = format!("999999999/1000000000*{}", claim.bound)))),
        },
        Control {
            id: "tight-upper-less-a-billionth",
            differs: "the upper bounds of single steps are smaller by the factor 1 - 10⁻⁹",
            broken: Broken::Statement(|_, _| {
                Ok(tight(|exact, upper, _| {
                    exact.certified(Certificate { bound: format!("999999999/1000000000*{}", upper.bound), ..upper });
                }))
            }),
        },
        Control {
            id: "tight-lower-more-by-a-billionth",
            differs: "the lower bounds of single steps are larger by the factor 1 + 10⁻⁹",
            broken: Broken::Statement(|_, _| {
                Ok(tight(|exact, _, lower| {
                    exact.certified(Certificate { bound: format!("1000000001/1000000000*{}", lower.bound), ..lower });
                }))
            }),
        },
        Control {
            id: "several-steps-beyond-the-crossing",
            differs: "claims the same at h larger by 1/5, where ½Lx² is worse",
            broken: Broken::Statement(|_, _| Ok(several(&rational(1, 5)))),
        },
        Control {
            id: "single-step-less-a-billionth",
            differs: "claims that the worst value is smaller by 10⁻⁹",
            broken: Broken::Statement(|_, subject| attained(subject, rational(1, 1_000_000_000))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "runs", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-a-billionth-in-a-single-step",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "single-step-attained", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-in-the-search",
            differs: "the code steps by η (1 + 10⁻⁵)",
            broken: Broken::Subject {
                claim: "located",
                subject: &Impostor {
                    name: "step larger by a hundred-thousandth",
                    instead: |method| longer(method, rational(1, 100_000)),
                },
            },
        },
    ],
    plots: &[valley, single],
};

/// The optimum of the worst contraction; `error` billionths are added to the 2 of `2/(L + μ)`.
fn optimum(error: i64) -> Evidence {
    let [mu, l, eta, x, g, f] = Polynomial::variables();
    let [one, two] = [1, 2].map(|n| mu.int(n));
    let (sum, difference) = (&l + &mu, &l - &mu);
    let numerator = &two + mu.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    // A mean of the two factors with the weights L/(L + μ) and μ/(L + μ) is (L - μ)/(L + μ), so the larger is at least that ...
    let mean = &l * (&one - &eta * &mu) + &mu * (&eta * &l - &one);
    exact.identity("a mean of the factors does not depend on η", mean, difference.clone());
    // ... and equal to it only where the two agree: ηL - 1 - (1 - ημ) = 0, whose only root is that of η(L + μ) = 2.
    let gap = &eta * &l - &one - (&one - &eta * &mu);
    exact.identity("the factors agree exactly at the optimum", gap, &eta * &sum - &numerator);
    // There every member contracts by it: (L + μ) x⁺ = (L + μ) x - 2g.
    let class = Class { strong_convexity: mu.clone(), smoothness: l.clone() };
    let sample = Sample { point: x.clone(), gradient: g.clone(), value: f };
    let next = &sum * &x - &numerator * &g;
    let claim = difference.squared() * x.squared() - next.squared();
    exact.identity("contraction", claim, &two * class.cocoercivity(&sample, &Sample::minimiser(&mu)));
    // (1 - μ/L) - (L - μ)/(L + μ), times L(L + μ), is positive for 0 < μ < L.
    exact.identity("better than 1/L", &sum * &difference - &l * &difference, &mu * &difference);
    exact.evidence()
}

/// The certificates over all parameters, changed by hand.
fn range(change: fn(&mut Certificate)) -> Evidence {
    let mut exact = Exact::new();
    for range in [Single::Short, Single::Best, Single::Long] {
        let mut claim = single_step_over(range);
        change(&mut claim);
        exact.certified(claim);
    }
    exact.evidence()
}

/// Upper and lower bounds of single steps; at `h = 3/2` Huber's function and `½x²` are both worst.
fn tight(record: fn(&mut Exact, Certificate, Certificate)) -> Evidence {
    let one = Rational::ONE;
    let mut exact = Exact::new();
    for h in (1..=30).map(|k| rational(k, 20)) {
        record(&mut exact, gradient_descent_values(&one, &h, 1), gradient_descent_values_attained(&one, &h, 1));
    }
    for h in (30..40).map(|k| rational(k, 20)) {
        record(&mut exact, gradient_descent_long_step(&one, &h), gradient_descent_long_step_attained(&one, &h));
    }
    exact.evidence()
}

/// More steps at step sizes beyond `3/(2L)`, larger by `more/L`. Where these multipliers end (N = 2: h = 1.595...) lies below the crossing
/// `1/(2Nh + 1) = (1 - h)^(2N)` (1.605...), up to which the bound is known to hold.
fn several(more: &Rational) -> Evidence {
    let one = Rational::ONE;
    let mut exact = Exact::new();
    for (steps, hundredths) in [(2, 159), (3, 163), (4, 166), (5, 166), (6, 166), (7, 166)] {
        let h = rational(hundredths, 100) + more;
        exact.holds("beyond 3/2, where the bound is larger", h > rational(3, 2), || format!("N = {steps}, h = {h}"));
        exact.tight(gradient_descent_values(&one, &h, steps), gradient_descent_values_attained(&one, &h, steps));
        // At 3/2 the worst case is at least the same formula's number, which is larger.
        exact.certified(gradient_descent_values_attained(&one, &rational(3, 2), steps));
    }
    exact.evidence()
}

/// `x⁺` after one step of the code.
fn step(subject: &dyn Subject, eta: &Rational, function: &Piecewise<Rational>, start: &Rational) -> Result<Rational, NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
    let mut x = vec![start.clone()];
    advance(&mut *optimizer, &mut x, |x| function.gradient(x));
    Ok(x.remove(0))
}

/// The largest `|x⁺| / |x|` of the code over the functions, each with its start.
fn worst(subject: &dyn Subject, eta: &Rational, functions: &[(Piecewise<Rational>, Rational)]) -> Result<Rational, NotOffered> {
    functions.iter().try_fold(Rational::ZERO, |worst, (function, start)| {
        let ratio = step(subject, eta, function, start)? / start;
        Ok(worst.larger(ratio.clone().larger(-ratio)))
    })
}

/// `½x²` and `5x²`: κ = 10. They are the worst members for every step size (`gd-linear-rate`).
fn extremes() -> Vec<(Piecewise<Rational>, Rational)> {
    [1, 10].iter().map(|&curvature| (Piecewise::parabola(&Rational::from(curvature)), Rational::ONE)).collect()
}

/// Whether no step size tried has a smaller worst contraction than `candidate`, and that of `2/(L + μ)` is 9/11.
fn least(subject: &dyn Subject, candidate: Rational) -> Result<Evidence, NotOffered> {
    let extremes = extremes();
    let mut exact = Exact::new();
    let claimed = worst(subject, &candidate, &extremes)?;
    for eta in [rational(2, 11)].into_iter().chain((1..=100).map(|k| rational(k, 505))) {
        let other = worst(subject, &eta, &extremes)?;
        exact.holds("no smaller worst contraction", claimed <= other, || {
            format!("μ = 1, L = 10: {claimed} at η = {candidate}, {other} at η = {eta}")
        });
        if eta == rational(2, 11) {
            exact.equal("(κ - 1)/(κ + 1)", &other, &rational(9, 11), || format!("μ = 1, L = 10, η = {eta}"));
        }
    }
    Ok(exact.evidence())
}

/// A search in (0, 2/L) for the minimum of the worst contraction, which is unimodal, as a maximum of convex functions is. The final
/// bracket must contain `claimed`.
fn located(lab: &Lab, subject: &dyn Subject, claimed: Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("located");
    let mut functions = extremes();
    for case in 0..lab.cases(10) {
        let draws = &mut stream.trial(case);
        let start = draws.fraction(1..320, 16);
        functions.push((Piecewise::draw(draws, &Rational::ONE, &Rational::from(10)), start));
    }
    let bracket = fibonacci_search(&rational(1, 5), 1_000_000, |eta| worst(subject, eta, &functions))?;
    let mut exact = Exact::new();
    exact.holds("the bracket contains the optimum", bracket[0] <= claimed && claimed <= bracket[1], || {
        format!("between {} and {}", to_f64(&bracket[0]), to_f64(&bracket[1]))
    });
    exact.holds("it is narrower than 10⁻⁶", &bracket[1] - &bracket[0] < rational(1, 1_000_000), || readable(&bracket[0]));
    Ok(exact.evidence())
}

/// `f(x_1)` of the code from `R = 1`, over `½ L R²` with `L = 10`.
fn value(subject: &dyn Subject, h: &Rational, function: &Piecewise<Rational>) -> Result<Rational, NotOffered> {
    let next = step(subject, &(h / Rational::from(10)), function, &Rational::ONE)?;
    Ok(function.value(&[next]) / Rational::from(5))
}

fn attained(subject: &dyn Subject, less: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for h in (1..40).map(|k| rational(k, 20)) {
        let bounds = [Rational::ONE / (Rational::from(2) * &h + Rational::ONE), square(&(Rational::ONE - &h))];
        for (name, function, bound) in
            [("Huber", huber(&h), &bounds[0]), ("½Lx²", Piecewise::parabola(&Rational::from(10)), &bounds[1])]
        {
            let claimed = bound - &less;
            exact.equal(&format!("f(x_1) on {name}"), &value(subject, &h, &function)?, &claimed, || format!("h = {h}"));
        }
        let [slow, fast] = bounds;
        let least = rational(1, 4) - &less;
        exact.holds("at least the value at h = 3/2", slow.larger(fast) >= least, || format!("h = {h}"));
    }
    attained_on_huber(&mut exact, &less);
    Ok(exact.evidence())
}

fn valley(_: &Lab) -> Plot {
    let contraction = |eta: f64| (1.0 - eta).abs().max((1.0 - 10.0 * eta).abs());
    let extremes = extremes();
    let measured = |eta: Rational| Some([to_f64(&eta), to_f64(&worst(&Reference, &eta, &extremes).ok()?)]);
    Plot {
        id: "valley".into(),
        title: "Worst contraction of one step, μ = 1, L = 10: the note's step size and the best".into(),
        x: "step size η".into(),
        y: "contraction factor".into(),
        series: vec![
            Series::theory(
                "max(|1 - ημ|, |1 - ηL|)",
                (0..=200).map(|k| f64::from(k) / 1000.0).map(|eta| [eta, contraction(eta)]),
            ),
            Series::measured("the code at 1/L", measured(rational(1, 10))),
            Series::measured("the code at 2/(L + μ)", measured(rational(2, 11))),
        ],
        ..Plot::default()
    }
}

fn single(_: &Lab) -> Plot {
    let bound = |h: f64| 0.5 * (1.0 / (2.0 * h + 1.0)).max((1.0 - h) * (1.0 - h));
    let measured = |h: Rational| {
        let [slow, fast] =
            [value(&Reference, &h, &huber(&h)).ok()?, value(&Reference, &h, &Piecewise::parabola(&Rational::from(10))).ok()?];
        Some([to_f64(&h), to_f64(&slow.larger(fast)) / 2.0])
    };
    Plot {
        id: "single-step".into(),
        title: "Worst value after one step on smooth convex functions: best at h = 3/2".into(),
        x: "h = ηL".into(),
        y: "(f(x₁) - f*) / L‖x₀ - x*‖²".into(),
        series: vec![
            Series::theory("½ max(1/(2h + 1), (1 - h)²)", (1..200).map(|k| f64::from(k) / 100.0).map(|h| [h, bound(h)])),
            Series::measured("the code on Huber's function or ½Lx²", (1..40).filter_map(|k| measured(rational(k, 20)))),
        ],
        ..Plot::default()
    }
}
