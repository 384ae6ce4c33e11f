//! # A step size of at most 1/L is sufficient, not necessary
//!
//! **Setting.** `f ∈ F(0, L)` with a minimiser, `x⁺ = x - η ∇f(x)`, `1/L < η < 2/L`.
//!
//! **Statement.** (1) With `a_k = (η - 1/L)/(2 - ηL) + a + kη`, `a > 0`, the potential `a_k (f(x_k) - f*) + ½ ‖x_k - x*‖²` never grows: convergence
//! like `1/N` for all `η < 2/L`. (2) For `N ≤ 12` steps the worst case at `η = 3/(2L)` is exactly `L R²/(6N + 2)`, that at `1/L` is `L R²/(4N + 2)`.
//!
//! **Why.** (1) As for `η ≤ 1/L`, once the descent lemma's `a_k ω ‖∇f(x_k)‖²` pays for `½ η (η - 1/L) ‖∇f(x_k)‖²`. (2) As at `1/L`.
//!
//! **How it could fail.** The checker adds up the inequalities. The code runs in exact arithmetic on the worst functions and on drawn ones.

use crate::certify::certificate::{Certificate, Initial, Measure};
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
    id: "gd-one-over-l-necessary",
    title: "A step size of at most 1/L is sufficient, not necessary",
    topic: "gradient-descent",
    record: Some("gd-one-over-l-necessary"),
    statement: "On $F(0, L)$ gradient descent converges like $1/N$ with every step size $η < 2/L$, and for $N$ steps $η = 3/(2 L)$ has a better worst \
                case than $1/L$: $frac(L ‖x_0 - x^*‖^2, 6 N + 2)$ against $frac(L ‖x_0 - x^*‖^2, 4 N + 2)$.",
    hypotheses: &["$f$ is convex and $L$-smooth, $L > 0$", "$f$ has a minimiser", "exact gradients, constant $η$"],
    sources: &[
        Source::Note("003", "60"),
        Source::Note("000", "131"),
        Source::Cited("drori2014", "section 3"),
        Source::Cited("teboulle2023", "the gradient method"),
    ],
    claims: &[
        Claim {
            id: "necessary",
            as_stated: true,
            statement: "without $η ≤ 1/L$ gradient descent does not converge",
            quantifier: "the code on ½Lx² with h = ηL of 11/10, 12/10, ..., 19/10, 100 steps",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| fails_beyond(subject, &(11..20).map(|tenths| rational(tenths, 10)).collect::<Vec<_>>()),
        },
        Claim {
            id: "beyond",
            as_stated: false,
            statement: "$a_k (f(x_k) - f^*) + ½ ‖x_k - x^*‖^2$ with $a_k = (η - 1/L) / (2 - η L) + a + η k$ does not grow, so that \
                        $f(x_N) - f^* ≤ (a_0 (f(x_0) - f^*) + ½ ‖x_0 - x^*‖^2) / a_N$",
            quantifier: "every f in F(0, L) with a minimiser, every dimension and start, all L > 0, 1/L < η < 2/L, a > 0 and N",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(potential(|weight| weight)),
        },
        Claim {
            id: "better",
            as_stated: false,
            statement: "the worst $f(x_N) - f^*$ is exactly $frac(L ‖x_0 - x^*‖^2, 6 N + 2)$ at $η = 3/(2 L)$, and at least $frac(L ‖x_0 - x^*‖^2, 4 N + 2)$ at $1/L$",
            quantifier: "N = 1, ..., 12; every f in F(0, L) with a minimiser, every dimension and start, all L > 0 (by scaling)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(better(&rational(3, 2), &Rational::ONE)),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "from $R = 1$ the code ends at exactly $L / (4 N h + 2)$ on the Huber function with corner $1 / (2 N h + 1)$",
            quantifier: "the code: L = 5; h = 1 and 3/2, N = 1, ..., 12",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| attained(subject, &Rational::ZERO),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "along the code's trajectories the potential does not grow",
            quantifier: "the drawn functions with piecewise linear derivative and the parabola, h = 17/16, 18/16, ..., 31/16, the drawn starts; 12 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, &Rational::ZERO, &Rational::ONE),
        },
    ],
    controls: &[
        Control {
            id: "diverges-near-two-over-l",
            differs: "claims no convergence at η = 1.999/L alone",
            broken: Broken::Statement(|_, subject| fails_beyond(subject, &[rational(1999, 1000)])),
        },
        Control {
            id: "any-weight-at-the-start",
            differs: "claims the potential with a_k = ηk, as for η ≤ 1/L",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &Rational::ZERO, &Rational::ZERO)),
        },
        Control {
            id: "weight-grows-faster",
            differs: "claims that the potential's weight grows by (1 + 10⁻⁹) η in each step, with multipliers to match",
            broken: Broken::Statement(|_, _| Ok(potential(|weight| weight.replace("2*p+q", "1000000001/1000000000*(2*p+q)")))),
        },
        Control {
            id: "one-over-l-is-better",
            differs: "claims that 1/L has the better worst case",
            broken: Broken::Statement(|_, _| Ok(better(&Rational::ONE, &rational(3, 2)))),
        },
        Control {
            id: "one-over-l-is-as-good-as-a-billionth-less",
            differs: "claims that η = (1 - 10⁻⁹)/L has a better worst case than 1/L",
            broken: Broken::Statement(|_, _| Ok(better(&rational(999_999_999, 1_000_000_000), &Rational::ONE))),
        },
        Control {
            id: "attained-less-a-billionth",
            differs: "claims that the code ends at L/(4Nh + 2) - 10⁻⁹ L",
            broken: Broken::Statement(|_, subject| attained(subject, &rational(1, 1_000_000_000))),
        },
        Control {
            id: "step-beyond-two-over-l",
            differs: "takes step sizes that are larger by 1/L",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &Rational::ONE, &Rational::ONE)),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "attained", subject: &LONGER_STEP },
        },
    ],
    plots: &[gain],
};

/// Whether 100 steps of the code on `½ x²` leave it no nearer to the minimiser than it was.
fn fails_beyond(subject: &dyn Subject, scaled: &[Rational]) -> Result<Evidence, NotOffered> {
    let parabola = Piecewise::parabola(&Rational::ONE);
    let mut exact = Exact::new();
    for h in scaled {
        let mut optimizer = subject.exact(&Method::gradient_descent(h.clone()))?;
        let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| parabola.gradient(x), 100);
        let found = || format!("½x², η = {h}: from 1 to {}", readable(&path[100][0]));
        exact.holds("no nearer after 100 steps", square(&path[100][0]) >= Rational::ONE, found);
    }
    Ok(exact.evidence())
}

/// One step of the potential, its weights changed by hand, and the multipliers with them, so that function values still cancel.
fn potential(change: fn(String) -> String) -> Evidence {
    let mut claim = values_potential(Sublinear::Long, false);
    if let (Initial::Potential(before), Measure::Potential(after)) = (&mut claim.initial, &mut claim.measure) {
        before.value = before.value.take().map(change);
        after.value = after.value.take().map(change);
    }
    for multiplier in &mut claim.multipliers {
        multiplier.value = change(std::mem::take(&mut multiplier.value));
    }
    let mut exact = Exact::new();
    exact.certified(claim);
    exact.evidence()
}

/// Whether the worst case at the first `h` is certified to be smaller than what is attained at the second.
fn better(h: &Rational, than: &Rational) -> Evidence {
    let value = |claim: &Certificate| claim.bound.parse::<Rational>().ok();
    let mut exact = Exact::new();
    for steps in 1..=12 {
        let one = Rational::ONE;
        let upper = gradient_descent_values(&one, h, steps);
        let other = gradient_descent_values_attained(&one, than, steps);
        exact.holds("the worst case is smaller", value(&upper) < value(&other), || {
            format!("N = {steps}: {} at h = {h}, {} at h = {than}", upper.bound, other.bound)
        });
        exact.tight(upper, gradient_descent_values_attained(&one, h, steps));
        exact.certified(other);
    }
    exact.evidence()
}

/// `f(x_N)/L` of the code on Huber's function, from 1.
fn on_huber(subject: &dyn Subject, steps: usize, h: &Rational) -> Result<Rational, NotOffered> {
    let smoothness = Rational::from(5);
    let corner = Rational::ONE / (Rational::from(2 * steps) * h + Rational::ONE);
    let huber = Piecewise::new(&[-&corner, corner], &[Rational::ZERO, smoothness.clone(), Rational::ZERO]);
    let mut optimizer = subject.exact(&Method::gradient_descent(h / &smoothness))?;
    let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| huber.gradient(x), steps);
    Ok(huber.value(&path[steps]) / smoothness)
}

fn attained(subject: &dyn Subject, less: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for h in [Rational::ONE, rational(3, 2)] {
        for steps in 1..=12 {
            let claimed = Rational::ONE / (Rational::from(4 * steps) * &h + Rational::from(2)) - less;
            exact.equal("f(x_N)/L on Huber", &on_huber(subject, steps, &h)?, &claimed, || format!("N = {steps}, h = {h}"));
        }
    }
    Ok(exact.evidence())
}

/// The potential along trajectories of the code, whose step sizes are larger by `more/L`; it starts from `share` of the least weight.
fn members(lab: &Lab, subject: &dyn Subject, more: &Rational, share: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(300) {
        let draws = &mut stream.trial(case);
        let smoothness = draws.fraction(1..160, 16);
        let h = rational(17 + (case % 15) as i64, 16);
        let start = draws.fraction(-320..320, 16);
        let parabola = case < 15;
        let function =
            if parabola { Piecewise::parabola(&smoothness) } else { Piecewise::draw(draws, &Rational::ZERO, &smoothness) };
        let eta = &h / &smoothness;
        let mut optimizer = subject.exact(&Method::gradient_descent((&h + more) / &smoothness))?;
        let path = trajectory(&mut *optimizer, vec![start.clone()], |x| function.gradient(x), 12);
        let least = share * (&h - Rational::ONE) / (&smoothness * (Rational::from(2) - &h));
        let potential = |steps: usize, x: &[Rational]| {
            (&least + &eta * Rational::from(steps)) * function.value(x) + square(&x[0]) / Rational::from(2)
        };
        for (steps, pair) in path.windows(2).enumerate() {
            let [before, after] = [potential(steps, &pair[0]), potential(steps + 1, &pair[1])];
            exact.holds("the potential does not grow", after <= before, || {
                format!(
                    "case {case}: L = {smoothness}, h = {h}, from {start}, step {steps}: {} to {}",
                    readable(&before),
                    readable(&after)
                )
            });
        }
    }
    Ok(exact.evidence())
}

fn gain(_: &Lab) -> Plot {
    let numbers = || (0..=60).map(|k| libm::pow(12.0, f64::from(k) / 60.0));
    let measured = |h: Rational| {
        (1..=12)
            .filter_map(move |n| Some([f64::from(n), to_f64(&on_huber(&Reference, n as usize, &h).ok()?)]))
            .collect::<Vec<_>>()
    };
    Plot {
        id: "gain".into(),
        title: "Worst value after N steps: η = 3/(2L) against η = 1/L".into(),
        x: "number of steps N".into(),
        y: "(f(x_N) - f*) / L‖x₀ - x*‖²".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("1/(4N + 2), η = 1/L", numbers().map(|n| [n, 1.0 / (4.0 * n + 2.0)])),
            Series::theory("1/(6N + 2), η = 3/(2L)", numbers().map(|n| [n, 1.0 / (6.0 * n + 2.0)])),
            Series::measured("the code, η = 1/L", measured(Rational::ONE)),
            Series::measured("the code, η = 3/(2L)", measured(rational(3, 2))),
        ],
    }
}
