//! # On smooth convex functions gradient descent converges like 1/t
//!
//! **Setting.** `f ∈ F(0, L)` with a minimiser `x*`, `x⁺ = x - η ∇f(x)`, `h = ηL ≤ 1`, `R = ‖x_0 - x*‖`.
//!
//! **Statement.** (1) `kη (f(x_k) - f*) + ½ ‖x_k - x*‖²` never grows, so that `f(x_N) - f* ≤ R²/(2ηN)`. (2) The worst case is exactly
//! `L R²/(4Nh + 2)`.
//!
//! **Why.** (1) The descent lemma, `(k + 1) η` times, and convexity between `x_k` and `x*`, `η` times. (2) Drori and Teboulle's
//! multipliers; Huber's function whose corner `1/(2Nh + 1)` the last iterate just does not pass.
//!
//! **How it could fail.** The checker adds up the inequalities. The code runs in exact arithmetic on Huber's functions, which must give the
//! bound itself, and on drawn members of the class.

use crate::certify::certificate::Certificate;
use crate::certify::formulas::gradient_descent::{gradient_descent_values, gradient_descent_values_attained};
use crate::certify::formulas::ranges::{Sublinear, values_potential};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Rational, rational, square, to_f64};
use crate::optimizers::{Method, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gd-convex-one-over-t",
    title: "On smooth convex functions gradient descent converges like 1/t",
    topic: "gradient-descent",
    record: Some("gd-convex-one-over-t"),
    statement: "For $f ∈ F(0, L)$ with a minimiser and $η ≤ 1/L$, gradient descent satisfies $f(x_N) - f^* ≤ frac(‖x_0 - x^*‖^2, 2 η N)$; \
                the worst case is $frac(L ‖x_0 - x^*‖^2, 4 N η L + 2)$.",
    hypotheses: &["$f$ is convex and $L$-smooth, $L > 0$", "$f$ has a minimiser", "exact gradients, constant $0 < η ≤ 1/L$"],
    sources: &[
        Source::Note("003", "58-63"),
        Source::Note("000", "184"),
        Source::Cited("drori2014", "Theorem 3.1"),
        Source::Cited("nesterov2004", "section 2.1.5"),
    ],
    claims: &[
        Claim {
            id: "rate",
            as_stated: true,
            statement: "$a_k (f(x_k) - f^*) + ½ ‖x_k - x^*‖^2$ with $a_k = η k$ does not grow, so that \
                        $f(x_N) - f^* ≤ frac(‖x_0 - x^*‖^2, 2 η N)$",
            quantifier: "every f in F(0, L) with a minimiser, every dimension and start, all L > 0, 0 < η ≤ 1/L and N",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(potentials("")),
        },
        Claim {
            id: "tight",
            as_stated: false,
            statement: "at $η = 1/L$ the worst $f(x_N) - f^*$ is exactly $frac(L ‖x_0 - x^*‖^2, 4 N + 2)$",
            quantifier: "N = 1, ..., 30; every f in F(0, L) with a minimiser, every dimension and start, all L > 0 (by scaling, from L = R = 1)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(worst_cases(&[Rational::ONE], 30)),
        },
        Claim {
            id: "tight-below",
            as_stated: false,
            statement: "at $η = h/L$ the worst $f(x_N) - f^*$ is exactly $frac(L ‖x_0 - x^*‖^2, 4 N h + 2)$",
            quantifier: "h = 1/10, 1/2, 9/10 and N = 1, ..., 10; every f in F(0, L) with a minimiser, every dimension and start, all L > 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(worst_cases(&[rational(1, 10), rational(1, 2), rational(9, 10)], 10)),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "from $R = 1$ the code ends at exactly $L / (4 N h + 2)$ on the Huber function with corner $1 / (2 N h + 1)$",
            quantifier: "the code: L = 3; h = 1/10, 1/2, 9/10, 1 and N = 1, ..., 30",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| attained(subject, true, |steps, h| rational(4, 1) * steps * h + rational(2, 1)),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "the code's trajectories stay below the worst case after each step, and the potential never grows",
            quantifier: "the drawn functions with piecewise linear derivative, step sizes up to 1/L and starts, 8 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, None),
        },
    ],
    controls: &[
        Control {
            id: "one-more-in-the-denominator",
            differs: "claims L R²/(4Nh + 3)",
            broken: Broken::Statement(|_, subject| {
                attained(subject, false, |steps, h| rational(4, 1) * steps * h + rational(3, 1))
            }),
        },
        Control {
            id: "denominator-larger-by-a-billionth",
            differs: "claims L R²/(4Nh + 2 + 10⁻⁹)",
            broken: Broken::Statement(|_, subject| {
                attained(subject, false, |steps, h| rational(4, 1) * steps * h + rational(2_000_000_001, 1_000_000_000))
            }),
        },
        Control {
            id: "one-over-t-squared",
            differs: "claims the bound of Nesterov's method, 2 L R²/(N + 1)²",
            broken: Broken::Statement(|_, subject| {
                attained(subject, false, |steps, _| square(&(steps + Rational::ONE)) / rational(2, 1))
            }),
        },
        Control {
            id: "step-beyond-two-over-l",
            differs: "takes the step size 2.1/L",
            broken: Broken::Statement(|lab, subject| members(lab, subject, Some(rational(21, 10)))),
        },
        Control {
            id: "potential-larger-by-a-billionth",
            differs: "claims that the potential's weight grows by (1 + 10⁻⁹) η in each step, with multipliers to match",
            broken: Broken::Statement(|_, _| Ok(potentials(" + e/1000000000"))),
        },
        Control {
            id: "bound-less-a-billionth",
            differs: "claims an upper bound that is smaller by the factor 1 - 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(upper(|claim| claim.bound = format!("999999999/1000000000*{}", claim.bound)))),
        },
        Control {
            id: "unbalanced",
            differs: "the first multiplier is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(upper(|claim| claim.multipliers[0].value += " + 1/1000000000"))),
        },
        Control {
            id: "attained-more-by-a-billionth",
            differs: "claims that Huber's function attains 1 + 10⁻⁹ times the bound",
            broken: Broken::Statement(|_, _| {
                let mut exact = Exact::new();
                let lower = gradient_descent_values_attained(&Rational::ONE, &Rational::ONE, 5);
                exact.certified(Certificate { bound: format!("1000000001/1000000000*{}", lower.bound), ..lower });
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "attained", subject: &LONGER_STEP },
        },
    ],
    plots: &[decay],
};

/// One step of the potential, from `a_0 = 0` and from any other; `error` is added to the weight after the step, and to the multipliers, so that
/// function values still cancel.
fn potentials(error: &str) -> Evidence {
    use crate::certify::certificate::Measure;
    let mut exact = Exact::new();
    for range in [Sublinear::Short, Sublinear::OneOverL] {
        for first in [true, false] {
            let mut claim = values_potential(range, first);
            if let Measure::Potential(after) = &mut claim.measure {
                after.value = after.value.take().map(|weight| weight + error);
            }
            for multiplier in &mut claim.multipliers {
                multiplier.value += error;
            }
            exact.certified(claim);
        }
    }
    exact.evidence()
}

fn worst_cases(shorts: &[Rational], steps: usize) -> Evidence {
    let mut exact = Exact::new();
    for h in shorts {
        for steps in 1..=steps {
            let one = Rational::ONE;
            exact.tight(gradient_descent_values(&one, h, steps), gradient_descent_values_attained(&one, h, steps));
        }
    }
    exact.evidence()
}

/// The upper bounds alone, changed by hand.
fn upper(change: fn(&mut Certificate)) -> Evidence {
    let mut exact = Exact::new();
    for steps in 1..=5 {
        let mut claim = gradient_descent_values(&Rational::ONE, &Rational::ONE, steps);
        change(&mut claim);
        exact.certified(claim);
    }
    exact.evidence()
}

/// `f(x_N)/L` of the code on Huber's function, from 1.
fn on_huber(subject: &dyn Subject, steps: usize, h: &Rational) -> Result<Rational, NotOffered> {
    let smoothness = Rational::from(3);
    let corner = Rational::ONE / (Rational::from(2 * steps) * h + Rational::ONE);
    let huber = Piecewise::new(&[-&corner, corner], &[Rational::ZERO, smoothness.clone(), Rational::ZERO]);
    let mut optimizer = subject.exact(&Method::gradient_descent(h / &smoothness))?;
    let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| huber.gradient(x), steps);
    Ok(huber.value(&path[steps]) / smoothness)
}

/// Whether the code ends at most at `1/divisor(N, h)`, and exactly there if `tight`.
fn attained(subject: &dyn Subject, tight: bool, divisor: fn(&Rational, &Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for h in [rational(1, 10), rational(1, 2), rational(9, 10), Rational::ONE] {
        for steps in 1..=30 {
            let (found, claimed) = (on_huber(subject, steps, &h)?, Rational::ONE / divisor(&Rational::from(steps), &h));
            let case = || format!("N = {steps}, h = {h}: {} against {}", readable(&found), readable(&claimed));
            exact.holds("f(x_N) - f* is at most the bound", found <= claimed, case);
            if tight {
                exact.holds("Huber's function attains it", found >= claimed, case);
            }
        }
    }
    Ok(exact.evidence())
}

/// Trajectories of the code on drawn members, with drawn `h ≤ 1` or the one given.
fn members(lab: &Lab, subject: &dyn Subject, scaled: Option<Rational>) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(500) {
        let draws = &mut stream.trial(case);
        let smoothness = draws.fraction(1..160, 16);
        let drawn = draws.fraction(1..17, 16);
        let h = scaled.as_ref().unwrap_or(&drawn);
        let eta = h / &smoothness;
        let start = draws.fraction(-320..320, 16);
        let function = Piecewise::draw(draws, &Rational::ZERO, &smoothness);
        let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
        let path = trajectory(&mut *optimizer, vec![start.clone()], |x| function.gradient(x), 8);
        let half = rational(1, 2);
        let mut before = &half * square(&start);
        for (steps, x) in path.iter().enumerate().skip(1) {
            let found = || format!("case {case}: L = {smoothness}, h = {h}, from {start}: x_{steps} = {}", readable(&x[0]));
            let value = function.value(x);
            let bound = &smoothness * square(&start) / (rational(4, 1) * Rational::from(steps) * h + rational(2, 1));
            exact.holds("f(x_k) - f* ≤ L R²/(4kh + 2)", value <= bound, found);
            let potential = Rational::from(steps) * &eta * value + &half * square(&x[0]);
            exact.holds("the potential does not grow", potential <= before, found);
            before = potential;
        }
    }
    Ok(exact.evidence())
}

fn decay(_: &Lab) -> Plot {
    let numbers = || (0..=60).map(|k| libm::pow(30.0, f64::from(k) / 60.0));
    let measured = |h: Rational| {
        (1..=30)
            .filter_map(move |n| Some([f64::from(n), to_f64(&on_huber(&Reference, n as usize, &h).ok()?)]))
            .collect::<Vec<_>>()
    };
    Plot {
        id: "decay".into(),
        title: "Worst value after N steps of gradient descent on smooth convex functions".into(),
        x: "number of steps N".into(),
        y: "(f(x_N) - f*) / L‖x₀ - x*‖²".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("1/(4N + 2), the worst case at η = 1/L", numbers().map(|n| [n, 1.0 / (4.0 * n + 2.0)])),
            Series::theory("1/(2N), the textbook's bound", numbers().map(|n| [n, 0.5 / n])),
            Series::theory("1/(2N + 2), the worst case at η = 1/(2L)", numbers().map(|n| [n, 1.0 / (2.0 * n + 2.0)])),
            Series::measured("the code on Huber's functions, η = 1/L", measured(Rational::ONE)),
            Series::measured("the code on Huber's functions, η = 1/(2L)", measured(rational(1, 2))),
        ],
    }
}
