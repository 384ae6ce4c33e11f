//! # Without convexity gradients vanish, but iterates need not converge
//!
//! **Setting.** `f` with `L`-Lipschitz gradient, bounded below by `f*`, `Δ = f(x_0) - f*`, `x⁺ = x - η ∇f(x)`, `ω = η (1 - ηL/2)`.
//!
//! **Statement.** (1) For `0 < η < 2/L`, `Σ ‖∇f(x_k)‖² ≤ Δ/ω`: gradients tend to 0. (2) At `η = 1/L` the worst `min_(k≤N) ‖∇f(x_k)‖²` is exactly
//! `4LΔ/(3N + 2)`. (3) On `ln(1 + e^-x)` with `η = 4 = 1/L`, `e^(x_t) ≥ 1 + 4t`: the iterates leave every bounded set.
//!
//! **Why.** (1) The descent lemma. (2) One interpolation inequality a step; a derivative that falls to `g/2` between iterates at which it is `g`.
//! (3) `u = e^x` obeys `u⁺ = u e^(4/(1 + u)) ≥ u + 4`, by three terms of the exponential series.
//!
//! **How it could fail.** The checker adds up the inequalities and runs the worst functions, whose constants have roots. The code runs in exact
//! arithmetic on the worst functions (scaled to rational constants) and on drawn ones, and in intervals on the softplus.

use crate::certify::certificate::Certificate;
use crate::certify::formulas::gradient_descent::{gradient_descent_critical, gradient_descent_critical_attained};
use crate::certify::formulas::ranges::{critical, descent};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Method, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gd-nonconvex-critical",
    title: "Without convexity gradients vanish, but iterates need not converge",
    topic: "gradient-descent",
    record: Some("gd-nonconvex-critical"),
    statement: "For $f$ with $L$-Lipschitz gradient, bounded below, and $0 < η < 2/L$: $∇f(x_t) → 0$, with \
                $min_(k < N) ‖∇f(x_k)‖^2 ≤ (f(x_0) - f^*) / (N η (1 - η L / 2))$, and at $η = 1/L$ the worst case is \
                $min_(k ≤ N) ‖∇f(x_k)‖^2 = 4 L (f(x_0) - f^*) / (3 N + 2)$. The iterates themselves need not converge.",
    hypotheses: &[
        "$f$ has an $L$-Lipschitz gradient (networks with ReLU do not)",
        "$f$ is bounded below by $f^*$",
        "exact gradients, constant $0 < η < 2/L$",
    ],
    sources: &[
        Source::Note("003", "65-70"),
        Source::Note("000", "138-143"),
        Source::Cited("nesterov2004", "section 1.2.3"),
        Source::Cited("abbaszadehpeivasti2022", "the bound for ηL ≤ 1"),
        Source::Cited("absil2005", "the example of the Mexican hat"),
    ],
    claims: &[
        Claim {
            id: "critical-points",
            as_stated: true,
            statement: "gradient descent finds critical points: $∑_(k < N) ‖∇f(x_k)‖^2 ≤ (f(x_0) - f^*) / ω$ with $ω = η (1 - η L / 2)$, so that \
                        $min_(k < N) ‖∇f(x_k)‖^2 ≤ (f(x_0) - f^*) / (N ω)$ and $∇f(x_t) → 0$",
            quantifier: "every f with L-Lipschitz gradient, bounded below, every dimension and start, all L > 0 and 0 < η < 2/L; all N by adding steps \
                         (the minimum over k ≤ N also as certificates for N ≤ 8)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(vanishing(|_| {})),
        },
        Claim {
            id: "no-guarantees",
            as_stated: true,
            statement: "there are no theoretical guarantees: no bound of $min_(k ≤ N) ‖∇f(x_k)‖^2$ is below $2 L (f(x_0) - f^*)$, which holds at the start",
            quantifier: "every f with L-Lipschitz gradient, bounded below; N = 10, η = 1/L",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| Ok(no_guarantee()),
        },
        Claim {
            id: "iterates-converge",
            as_stated: true,
            statement: "the iterates converge to a critical point: on $ln(1 + e^(-x))$, $|x_(2 t) - x_t| < ½$ from some $t$ on",
            quantifier: "the code on ln(1 + e⁻ˣ) from 0 with η = 4, t = 512 and 1024",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| settles(subject, 0.5),
        },
        Claim {
            id: "iterates-escape",
            as_stated: false,
            statement: "on $ln(1 + e^(-x))$ the iterates leave every bounded set: $e^(x_t) ≥ 1 + 4 t$, while $|f'(x_t)| ≤ 1 / (2 + 4 t)$",
            quantifier: "ln(1 + e⁻ˣ) from 0 with η = 4 = 1/L: the recursion for all t, the code for t = 1, 2, 4, ..., 2048",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| escapes(subject, 0),
        },
        Claim {
            id: "tight",
            as_stated: false,
            statement: "at $η = 1/L$ the worst $min_(k ≤ N) ‖∇f(x_k)‖^2$ is exactly $4 L (f(x_0) - f^*) / (3 N + 2)$",
            quantifier: "N = 1, ..., 12; every f with L-Lipschitz gradient, bounded below, every dimension and start, all L > 0 (by scaling)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(sharp_pairs(Exact::tight)),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "on the worst function all gradients of the code are the same, and $‖∇f(x_k)‖^2 = 4 L (f(x_0) - f^*) / (3 N + 2)$",
            quantifier: "the code: L = 3 and N = 1, ..., 20",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| attained(subject, |steps| rational(3, 1) * steps + rational(2, 1)),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "both bounds hold along the code's trajectories",
            quantifier: "the drawn functions with piecewise linear derivative, most of them not convex, the drawn step sizes and starts, and parabolas; 6 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, &Rational::ONE, true),
        },
    ],
    controls: &[
        Control {
            id: "six-n",
            differs: "claims 4LΔ/(6N)",
            broken: Broken::Statement(|_, subject| attained(subject, |steps| rational(6, 1) * steps)),
        },
        Control {
            id: "three-n-plus-three",
            differs: "claims 4LΔ/(3N + 3)",
            broken: Broken::Statement(|_, subject| attained(subject, |steps| rational(3, 1) * steps + rational(3, 1))),
        },
        Control {
            id: "denominator-larger-by-a-billionth",
            differs: "claims 4LΔ/(3N + 2 + 10⁻⁹)",
            broken: Broken::Statement(|_, subject| {
                attained(subject, |steps| rational(3, 1) * steps + rational(2_000_000_001, 1_000_000_000))
            }),
        },
        Control {
            id: "upper-less-a-billionth",
            differs: "the upper bounds are smaller by the factor 1 - 10⁻⁹",
            broken: Broken::Statement(|_, _| {
                Ok(sharp_pairs(|exact, upper, _| {
                    exact.certified(Certificate { bound: format!("999999999/1000000000*{}", upper.bound), ..upper });
                }))
            }),
        },
        Control {
            id: "lower-more-by-a-billionth",
            differs: "the lower bounds are larger by the factor 1 + 10⁻⁹",
            broken: Broken::Statement(|_, _| {
                Ok(sharp_pairs(|exact, _, lower| {
                    exact.certified(Certificate { bound: format!("1000000001/1000000000*{}", lower.bound), ..lower });
                }))
            }),
        },
        Control {
            id: "range-unbalanced",
            differs: "the first multiplier of each certificate over all step sizes is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(vanishing(|claim| claim.multipliers[0].value += " + 1/1000000000"))),
        },
        Control {
            id: "twice-the-step",
            differs: "claims the bound of η = 1/L at η = 2.001/L",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &rational(2001, 1000), true)),
        },
        Control {
            id: "without-the-curvature",
            differs: "claims Δ/(Nη), without the factor 1 - ηL/2",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &Rational::ONE, false)),
        },
        Control {
            id: "iterates-settle",
            differs: "claims |x_(2t) - x_t| < 0.69 from t = 512 on, a little less than ln 2",
            broken: Broken::Statement(|_, subject| settles(subject, 0.69)),
        },
        Control {
            id: "iterates-escape-faster",
            differs: "claims e^(x_t) ≥ 1 + (4 + 1/20) t",
            broken: Broken::Statement(|_, subject| escapes(subject, 1)),
        },
        Control {
            id: "shorter-step-on-softplus",
            differs: "the code steps by η (1 - 1/100)",
            broken: Broken::Subject {
                claim: "iterates-escape",
                subject: &Impostor { name: "step smaller by a hundredth", instead: |method| longer(method, rational(-1, 100)) },
            },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "attained", subject: &LONGER_STEP },
        },
    ],
    plots: &[decay],
};

/// The certificates over all step sizes, changed by hand: one step, which may be added up, and the least gradient after N.
fn vanishing(change: fn(&mut Certificate)) -> Evidence {
    let mut exact = Exact::new();
    for mut claim in std::iter::once(descent()).chain((1..=8).map(critical)) {
        change(&mut claim);
        exact.certified(claim);
    }
    exact.evidence()
}

fn no_guarantee() -> Evidence {
    let mut exact = Exact::new();
    let certificate = gradient_descent_critical(&Rational::ONE, 10);
    let less = certificate.bound.parse::<Rational>().is_ok_and(|bound| bound < Rational::from(2));
    let smaller = crate::certify::check(&certificate).ok().filter(|_| less);
    exact.holds("no bound below 2LΔ is proved", smaller.is_none(), || smaller.clone().unwrap_or_default());
    exact.evidence()
}

fn sharp_pairs(record: fn(&mut Exact, Certificate, Certificate)) -> Evidence {
    let mut exact = Exact::new();
    for steps in 1..=12 {
        let one = Rational::ONE;
        record(&mut exact, gradient_descent_critical(&one, steps), gradient_descent_critical_attained(&one, steps));
    }
    exact.evidence()
}

/// The code's iterates on `ln(1 + e^-x)`, `L = 1/4`, from 0 with `η = 4`.
fn on_softplus(subject: &dyn Subject, steps: usize) -> Result<Vec<Interval>, NotOffered> {
    let mut optimizer = subject.enclosure(&Method::gradient_descent(Rational::from(4)))?;
    let gradient = |x: &[Interval]| vec![-(Interval::one() / (Interval::one() + x[0].apply(Function::Exponential)))];
    let path = trajectory(&mut *optimizer, vec![Interval::zero()], gradient, steps);
    Ok(path.into_iter().map(|x| x[0]).collect())
}

fn settles(subject: &dyn Subject, within: f64) -> Result<Evidence, NotOffered> {
    let path = on_softplus(subject, 2048)?;
    let mut exact = Exact::new();
    for t in [512, 1024] {
        let moved = path[2 * t] - path[t];
        exact.decided("|x_(2t) - x_t| is small", moved.smaller_than(within), || format!("t = {t}: x_(2t) - x_t in {moved:?}"));
    }
    Ok(exact.evidence())
}

/// `u = e^x` grows by at least 4 in each step; `more` twentieths are added to the growth claimed of the code.
fn escapes(subject: &dyn Subject, more: i64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    // e^z ≥ 1 + z + z²/2 at z = 4/(1 + u) ≥ 0, times (1 + u)²: what a step adds to u is 4 and more where u ≥ 1.
    let [u] = Polynomial::variables();
    let next = &u + u.int(1);
    let added = u.int(4) * &u * &next + u.int(8) * &u;
    exact.identity("u⁺ - u ≥ 4 + 4 (u - 1)/(1 + u)²", added - u.int(4) * next.squared(), u.int(4) * (&u - u.int(1)));
    let path = on_softplus(subject, 2048)?;
    let growth = Interval::of(&(rational(4, 1) + rational(more, 20)));
    for t in (0..12).map(|power| 1usize << power) {
        let found = path[t].apply(Function::Exponential);
        let claimed = Interval::one() + growth * Interval::int(t as i64);
        let above = found.partial_cmp(&claimed).map(|order| order != std::cmp::Ordering::Less);
        exact.decided("e^(x_t) ≥ 1 + 4t", above, || format!("t = {t}: {found:?} against {claimed:?}"));
    }
    Ok(exact.evidence())
}

/// The worst function for `N` steps, with `g = 1` and positions in steps `1/L`; and where to start.
fn worst(smoothness: &Rational, steps: usize) -> (Piecewise<Rational>, Rational) {
    let breakpoints: Vec<Rational> = (0..2 * steps).map(|half| rational(half as i64 + 2, 2) / smoothness).collect();
    let slope = |half: usize| if half.is_multiple_of(2) { smoothness.clone() } else { -smoothness };
    let slopes: Vec<Rational> = (0..=2 * steps).map(slope).collect();
    (Piecewise::new(&breakpoints, &slopes), Rational::from(steps + 1) / smoothness)
}

/// `‖∇f(x_k)‖² / (L Δ)` of the code on the worst function, k = 0 ... N.
fn gradients(subject: &dyn Subject, steps: usize) -> Result<Vec<Rational>, NotOffered> {
    let smoothness = Rational::from(3);
    let (function, start) = worst(&smoothness, steps);
    let gap = function.value(std::slice::from_ref(&start)) - function.infimum();
    let mut optimizer = subject.exact(&Method::gradient_descent(Rational::ONE / &smoothness))?;
    let path = trajectory(&mut *optimizer, vec![start], |x| function.gradient(x), steps);
    Ok(path.iter().map(|x| square(&function.derivative(&x[0])) / (&smoothness * &gap)).collect())
}

/// Whether each gradient, and so the least one, is `4/divisor(N)`.
fn attained(subject: &dyn Subject, divisor: fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for steps in 1..=20 {
        let claimed = Rational::from(4) / divisor(&Rational::from(steps));
        for (k, size) in gradients(subject, steps)?.into_iter().enumerate() {
            exact.equal("‖∇f(x_k)‖² / (L Δ)", &size, &claimed, || format!("L = 3, N = {steps}, k = {k}"));
        }
    }
    Ok(exact.evidence())
}

/// Both bounds on drawn functions and parabolas; `scaled` is taken for ηL in the sharp one; the other one may leave out `1 - ηL/2`.
fn members(lab: &Lab, subject: &dyn Subject, scaled: &Rational, curved: bool) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(500) {
        let draws = &mut stream.trial(case);
        let smoothness = draws.fraction(1..160, 16);
        let h = draws.fraction(1..32, 16);
        let start = draws.fraction(-320..320, 16);
        let convex = case % 16 == 0;
        let function = if convex { Piecewise::parabola(&smoothness) } else { Piecewise::draw_smooth(draws, &smoothness) };
        let gap = function.value(std::slice::from_ref(&start)) - function.infimum();
        let along = |eta: &Rational| {
            let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
            let path = trajectory(&mut *optimizer, vec![start.clone()], |x| function.gradient(x), 6);
            Ok(path.iter().map(|x| square(&function.derivative(&x[0]))).collect::<Vec<_>>())
        };
        let sizes = along(&(scaled / &smoothness))?;
        let mut least = sizes[0].clone();
        for (steps, size) in sizes.iter().enumerate() {
            least = least.smaller(size.clone());
            let bound = rational(4, 1) * &smoothness * &gap / Rational::from(3 * steps + 2);
            exact.holds("min ‖∇f(x_k)‖² ≤ 4LΔ/(3N + 2) at 1/L", least <= bound, || {
                format!("case {case}: L = {smoothness}, from {start}, N = {steps}: {}", readable(&least))
            });
        }
        let eta = &h / &smoothness;
        let omega = if curved { &eta * (Rational::ONE - &h / Rational::from(2)) } else { eta.clone() };
        let mut sum = Rational::ZERO;
        for (step, size) in along(&eta)?.into_iter().enumerate() {
            sum += size;
            exact.holds("Σ ‖∇f(x_k)‖² ≤ Δ/ω", sum <= &gap / &omega, || {
                format!("case {case}: L = {smoothness}, η = {eta}, from {start}, k ≤ {step}: {}", readable(&sum))
            });
        }
    }
    Ok(exact.evidence())
}

fn decay(_: &Lab) -> Plot {
    let numbers = || (0..=60).map(|k| libm::pow(20.0, f64::from(k) / 60.0));
    let least = |steps| gradients(&Reference, steps).ok()?.into_iter().reduce(Rational::smaller);
    let measured = (1..=20).filter_map(|n| Some([f64::from(n), to_f64(&least(n as usize)?)]));
    Plot {
        id: "decay".into(),
        title: "Least gradient after N steps at η = 1/L, convex or not".into(),
        x: "number of steps N".into(),
        y: "min ‖∇f(x_k)‖² / (L (f(x₀) - f*))".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("4/(3N + 2), the worst case", numbers().map(|n| [n, 4.0 / (3.0 * n + 2.0)])),
            Series::theory("2/N, the descent lemma's bound", numbers().map(|n| [n, 2.0 / n])),
            Series::measured("the code on the worst function", measured),
        ],
    }
}
