//! # Nesterov's method with a scheduled momentum is O(1/k²), gradient descent 1/k
//!
//! **Setting.** `f` convex and `L`-smooth, minimum 0 at 0, `η = 1/L`; `y = x + β_k (x - x⁻)`, `x⁺ = y - ∇f(y)/L` from rest at distance `R`;
//! `t_k` with `t_k² - t_k ≤ t_(k-1)²`, `β_k = (t_(k-1) - 1)/t_k`, `z_k = x_(k-1) + t_k (x_k - x_(k-1))`.
//!
//! **Statement.** (1) `V_k = t_k² f(x_k) + (L/2)‖z_k‖²` does not increase. (2) `β_k = (k - 1)/(k + 2)` gives `f(x_k) ≤ 5LR²/(2(k + 2)²)`, and
//! `2LR²/(k + 1)²` if a plain gradient step comes first, as for FISTA. (3) Huber's function has `2LR²/(k² + 7k + 4)`, and `LR²/(4k + 2)` for gradient descent.
//!
//! **Why.** `V - V⁺` is `t²` times descent at `y`, `t² - t` times convexity from `y` to `x`, and `t` times that to the minimiser.
//!
//! **How it could fail.** Identities are compared as polynomials in free `t`; a step, and up to 100 steps at once, are certificates that
//! anybody's checker may read. The code runs exactly on drawn members, on Huber's function, where its values are known, and on the
//! tridiagonal worst case.

use crate::certify::formulas::fixed_step::{
    nesterov_ahead, nesterov_ahead_attained, nesterov_values, nesterov_values_attained, nesterov_values_exact,
};
use crate::certify::formulas::potentials::nesterov_convex_step;
use crate::certify::{Class, Sample};
use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Form, Method, Nesterov, Tuning, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic, Tridiagonal};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP};
use crate::theorems::worst_case::faults::{self, Fault};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nag-one-over-k-squared",
    title: "On smooth convex functions Nesterov's method is O(1/k²) with a scheduled momentum, gradient descent 1/k",
    topic: "momentum",
    record: Some("nag-one-over-k-squared"),
    statement: "For convex $L$-smooth $f$, $η = 1/L$ and the momentum $(k - 1)/(k + 2)$ in update $k$, Nesterov's method satisfies \
                $f(x_k) - f^* ≤ frac(5 L R^2, 2 (k + 2)^2)$; one plain gradient step ahead, or the momentum of FISTA, give \
                $frac(2 L R^2, (k + 1)^2)$. Gradient descent has $frac(L R^2, 4 k + 2)$ on a function of Huber.",
    hypotheses: &[
        "$f$ is convex and $L$-smooth and attains its minimum",
        "exact gradients, $η = 1/L$",
        "the momentum follows a schedule with $t_k^2 - t_k ≤ t_(k-1)^2$",
        "the start is at rest, at distance $R$ from a minimiser",
    ],
    sources: &[
        Source::Note("000", "182-184"),
        Source::Cited("nesterov2004", "sections 2.1.2 and 2.2"),
        Source::Cited("beck2009", "Theorem 4.4"),
        Source::Cited("drori2014", "gradient descent's worst case"),
        Source::Cited("taylor2017", "Theorem 4"),
    ],
    claims: &[
        Claim {
            id: "convex",
            as_stated: true,
            statement: "for convex functions Nesterov's method has $O(1/k^2)$: $f(x_k) - f^* ≤ frac(2 R^2, η (k + 1)^2)$",
            quantifier: "|x| from 10/3 with η = 1, 100 steps; no other constant helps, as each step has the length η",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| convex(subject),
        },
        Claim {
            id: "potential",
            as_stated: false,
            statement: "$t_k^2 (f(x_k) - f^*) + (L/2) ‖z_k - x^*‖^2$ does not increase if $t_k^2 - t_k ≤ t_(k-1)^2$",
            quantifier: "every convex L-smooth f, every dimension and start, all such t",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(potential(0)),
        },
        Claim {
            id: "step-certificate",
            as_stated: false,
            statement: "from any $x$ and $z$, with $y = x + (z - x)/t$, $x^+ = y - ∇ f(y)/L$ and $z^+ = z - t ∇ f(y)/L$: \
                        $t^2 (f(x^+) - f^*) + (L/2) ‖z^+ - x^*‖^2 ≤ (t^2 - t + r)(f(x) - f^*) + (L/2) ‖z - x^*‖^2$",
            quantifier: "every convex L-smooth f, every dimension, all t > 1 and r > 0, and by continuity t = 1 and r = 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(step_certificate(faults::none)),
        },
        Claim {
            id: "steps-certificates",
            as_stated: false,
            statement: "$N$ steps with the momentum $k/(k + 3)$ after step $k = 0, 1, ...$, which are a plain gradient step and $N - 1$ updates with \
                        $(k - 1)/(k + 2)$ in update $k$, end at $f(x_N) - f^* ≤ frac(2 L R^2, (N + 1)^2)$",
            quantifier: "N = 1, 2, 5, 10, 20 and 100; every convex L-smooth f (L = R = 1, and all others by scaling), every dimension",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(steps_certificates(faults::none, &[1, 2, 5, 10, 20, 100])),
        },
        Claim {
            id: "worst-values",
            as_stated: false,
            statement: "the worst $f(x_N) - f^*$ of that method is exactly $frac(2 L R^2, (N + 2)(N + 3))$, and exactly \
                        $frac(2 L R^2, N^2 + 7 N + 4)$ with the momentum $(k - 1)/(k + 2)$ in update $k = 1, 2, ...$ from the start, as in the code",
            quantifier: "N = 1, 2, 3, 5 and 10; the worst over all convex L-smooth f (L = R = 1, and all others by scaling), every dimension",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(worst_values(faults::none)),
        },
        Claim {
            id: "schedules",
            as_stated: false,
            statement: "$(k - 1)/(k + 2)$ is the schedule of $t_k = (k + 2)/2$, which satisfies that with $1/4$ to spare, and starts with \
                        $V_1 ≤ (5/8) L R^2$; FISTA's $t_k = (1 + sqrt(1 + 4 t_(k-1)^2))/2$ satisfies it with equality, starts with \
                        $V_0 = (1/2) L R^2$ and has $t_k ≥ (k + 1)/2$",
            quantifier: "every k, every convex L-smooth f",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(schedules([0; 2])),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "in the code's runs $V$ does not increase, $V_1 ≤ (5/8) L R^2$ and $f(x_k) - f^* ≤ frac(5 L R^2, 2 (k + 2)^2)$; after a \
                        plain gradient step $f(x_k) - f^* ≤ frac(2 L R^2, (k + 1)^2)$",
            quantifier: "the drawn functions with piecewise linear derivative, some flat at their ends, and Huber's; 8 steps, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "huber",
            as_stated: false,
            statement: "on Huber's function with its corner where that is worst the code ends at exactly $frac(2 L R^2, k^2 + 7 k + 4)$, \
                        and gradient descent at exactly $frac(L R^2, 4 k + 2)$",
            quantifier: "the formulas: every k; the code: k = 1, ..., 40",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| huber(subject, 0),
        },
        Claim {
            id: "worst-case-family",
            as_stated: false,
            statement: "on the tridiagonal quadratic with $d = 2k + 1$ the code has \
                        $3/32 ≤ (k + 1)^2 (f(x_k) - f^*)/(L R^2) ≤ 2$, with either schedule",
            quantifier: "k = 1, ..., 16 exactly with (k - 1)/(k + 2), k = 1, ..., 8 in intervals with FISTA's",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| family(subject, &Rational::from(2)),
        },
        Claim {
            id: "exponent",
            as_stated: false,
            statement: "on that family $(f(x_k) - f^*)/R^2$ falls like $(k + 1)^(-2)$: the exponent between two of the $k$ is $-2 ± 0.05$",
            quantifier: "k = 50, 100, 200 and 400, the code in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| exponent(subject, Extrapolation::Counting),
        },
    ],
    controls: &[
        Control {
            id: "constant-momentum",
            differs: "claims the exponent -2 for the constant momentum 9/10",
            broken: Broken::Statement(|_, subject| exponent(subject, Extrapolation::Constant(rational(9, 10)))),
        },
        Control {
            id: "half-of-the-bound",
            differs: "claims half of both bounds (Huber's function has 1/6 at k = 1, half the bound is 5/36)",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &rational(1, 2))),
        },
        Control {
            id: "quarter-of-the-bound",
            differs: "claims LR²/(2(k + 1)²), refuted at k = 1",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &rational(1, 4))),
        },
        Control {
            id: "unbalanced-potential",
            differs: "the multiplier t² of descent is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(potential(1))),
        },
        Control {
            id: "step-certificate-multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by 10⁻⁹ to the certificate of a step",
            broken: Broken::Statement(|_, _| Ok(step_certificate(faults::multiplier_more_by_a_billionth))),
        },
        Control {
            id: "steps-multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by 10⁻⁹ to the certificates of N steps",
            broken: Broken::Statement(|_, _| Ok(steps_certificates(faults::multiplier_more_by_a_billionth, &[1, 2, 5, 10, 20]))),
        },
        Control {
            id: "worst-value-less-by-a-billionth",
            differs: "claims worst values less by 10⁻⁹ of them",
            broken: Broken::Statement(|_, _| Ok(worst_values(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "unbalanced-start",
            differs: "claims V_1 ≤ (5/8 - 10⁻⁹) L R² by the same squares",
            broken: Broken::Statement(|_, _| Ok(schedules([1, 0]))),
        },
        Control {
            id: "schedule-off-by-a-billionth",
            differs: "claims that t_k = (k + 2)/2 + 10⁻⁹ gives the momentum (k - 1)/(k + 2)",
            broken: Broken::Statement(|_, _| Ok(schedules([0, 1]))),
        },
        Control {
            id: "huber-values-less-a-billionth",
            differs: "claims values smaller by 10⁻⁹ LR²",
            broken: Broken::Statement(|_, subject| huber(subject, 1)),
        },
        Control {
            id: "family-within-a-quarter",
            differs: "claims (k + 1)² (f(x_k) - f*) ≤ LR²/4 on the tridiagonal family, where it is 0.263 at k = 10",
            broken: Broken::Statement(|_, subject| family(subject, &rational(1, 4))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "huber", subject: &LONGER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "huber", subject: &SHORTER_STEP },
        },
        Control {
            id: "schedule-forgotten",
            differs: "the code keeps the momentum 9/10 where the schedule is asked for",
            broken: Broken::Subject {
                claim: "members",
                subject: &Impostor {
                    name: "constant momentum",
                    instead: |method| match &method.algorithm {
                        Algorithm::Nesterov(_) => nesterov(Extrapolation::Constant(rational(9, 10)), method.step_size.clone()),
                        _ => method.clone(),
                    },
                },
            },
        },
        Control {
            id: "gradient-descent-for-nesterov",
            differs: "the code is gradient descent",
            broken: Broken::Subject {
                claim: "exponent",
                subject: &Impostor {
                    name: "gradient descent for Nesterov",
                    instead: |method| Method::gradient_descent(method.step_size.clone()),
                },
            },
        },
    ],
    plots: &[rates, momenta],
};

fn nesterov(momentum: Extrapolation<Rational>, step_size: Rational) -> Method {
    Method::new(Algorithm::Nesterov(Nesterov { momentum, form: Form::Sequence }), step_size)
}

fn scheduled(step_size: Rational) -> Method {
    nesterov(Extrapolation::Counting, step_size)
}

/// `|x|` has subgradients ±1, so that `|x_(k+1) - y_k| = η` always; were `x_k` to tend to 0, so would `y_k` and that.
fn convex(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut optimizer = subject.exact(&scheduled(Rational::ONE))?;
    let start = rational(10, 3);
    let path = trajectory(&mut *optimizer, vec![start.clone()], |x| vec![x[0].clone().sign()], 100).concat();
    let mut exact = Exact::new();
    for (step, x) in path.iter().enumerate() {
        let bound = Rational::from(2) * square(&start) / square(&Rational::from(step + 1));
        exact.holds("f(x_k) - f* ≤ 2R²/(η (k + 1)²)", x.clone().magnitude() <= bound, || {
            format!("|x|, η = 1, x_0 = {start}, k = {step}: {} against {}", readable(&x.clone().magnitude()), readable(&bound))
        });
    }
    Ok(exact.evidence())
}

/// The proof that V does not increase, with `t_(k-1)² = t² - t + room`; `error` billionths are added to a multiplier.
fn potential(error: i64) -> Evidence {
    // x = y + d, z = y - (t - 1) d, ∇f(y) = L h; p and q are the gradients at x and x⁺.
    let [l, t, room, y, d, h, at_x, at_y, at_next, p, q] = Polynomial::variables();
    let [zero, one, two] = [0, 1, 2].map(|n| t.int(n));
    let (x, z, next) = (&y + &d, &y - (&t - &one) * &d, &y - &h);
    let gradient = &l * &h;
    let class = Class { strong_convexity: zero, smoothness: l.clone() };
    let sample = |point: &Polynomial, gradient: &Polynomial, value: &Polynomial| Sample {
        point: point.clone(),
        gradient: gradient.clone(),
        value: value.clone(),
    };
    let [from, here, there] = [sample(&x, &p, &at_x), sample(&y, &gradient, &at_y), sample(&next, &q, &at_next)];
    // All three are what interpolation says, less a square; twice each.
    let to_x = &two * (&at_x - &at_y - &gradient * &d);
    let to_minimiser = &two * (&gradient * &y - &at_y);
    let descent = &two * (&at_y - &at_next) - &l * h.squared();
    let mut exact = Exact::new();
    let interpolated = |convexity: &Polynomial, inequality: Polynomial| &l * convexity - inequality;
    exact.identity("convexity to x", interpolated(&to_x, class.interpolation(&from, &here)), (&p - &gradient).squared());
    let residual = interpolated(&to_minimiser, class.interpolation(&Sample::minimiser(&l), &here));
    exact.identity("convexity to the minimiser", residual, gradient.squared());
    exact.identity("descent", interpolated(&descent, class.interpolation(&here, &there)), q.squared());
    let before = t.squared() - &t + &room;
    let value = |weight: &Polynomial, value: &Polynomial, z: &Polynomial| &two * weight * value + &l * z.squared();
    let fall = value(&before, &at_x, &z) - value(&t.squared(), &at_next, &(&z - &t * &h));
    let weight = t.squared() + t.constant(&rational(error, 1_000_000_000));
    // For t ≥ 1 all multipliers are non-negative.
    let weighed = &two * &room * &at_x + (t.squared() - &t) * to_x + &t * to_minimiser + weight * descent;
    exact.identity("2 (V - V⁺)", fall, weighed);
    exact.identity("y between x and z", &t * &y, (&t - &one) * &x + &z);
    exact.identity("the next z", &z - &t * &h, &x + &t * (&next - &x));
    // With T = t_(k-1) and z = x⁻ + T (x - x⁻): the momentum (T - 1)/t of the method in two sequences, times t.
    let [t, before, x, last] = Polynomial::variables();
    let one = t.int(1);
    let ahead = &t * &x + (&before - &one) * (&x - &last);
    exact.identity("y from the last two points", ahead, (&t - &one) * &x + &last + &before * (&x - &last));
    exact.evidence()
}

/// One step from potential to potential, as a formula.
fn step_certificate(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    exact.certified(fault(nesterov_convex_step()));
    exact.evidence()
}

/// All steps at once: the potential's inequalities with its multipliers, and one more for the last value.
fn steps_certificates(fault: Fault, numbers: &[usize]) -> Evidence {
    let mut exact = Exact::new();
    for steps in numbers {
        exact.certified(fault(nesterov_values(&Rational::ONE, *steps)));
    }
    exact.evidence()
}

/// Upper bounds that Huber's functions attain: only the upper ones are at fault in a control.
fn worst_values(fault: Fault) -> Evidence {
    let (one, mut exact) = (Rational::ONE, Exact::new());
    for steps in [1, 2, 3, 5, 10] {
        exact.tight(fault(nesterov_values_exact(&one, steps)), nesterov_values_attained(&one, steps));
        exact.tight(fault(nesterov_ahead(&one, steps)), nesterov_ahead_attained(&one, steps));
    }
    exact.evidence()
}

/// The two schedules; `errors` billionths are taken from the first potential and added to `t_k`.
fn schedules([less, more]: [i64; 2]) -> Evidence {
    let billionths = |count: i64| rational(count, 1_000_000_000);
    let [k] = Polynomial::variables();
    let [one, two] = [1, 2].map(|n| k.int(n));
    let half = k.constant(&rational(1, 2));
    let mut exact = Exact::new();
    let (t, last) = (&half * (&k + &two) + k.constant(&billionths(more)), &half * (&k + &one));
    exact.identity("(t_(k-1) - 1)/t_k = (k - 1)/(k + 2)", (&last - &one) * (&k + &two), (&k - &one) * &t);
    exact.identity("t_(k-1)² - t_k² + t_k = 1/4", last.squared() - t.squared() + &t, k.constant(&rational(1, 4)));
    // The first step, t = 3/2 and y = z = x, with 9/4 times descent and 9/4 times the inequality to the minimiser, values twice.
    let [l, x, h, at_x, at_next] = Polynomial::variables();
    let [two, three] = [2, 3].map(|n| l.int(n));
    let fraction = |numerator: i64, denominator: u64| l.constant(&rational(numerator, denominator));
    let class = Class { strong_convexity: l.int(0), smoothness: l.clone() };
    let start = Sample { point: x.clone(), gradient: &l * &h, value: at_x.clone() };
    let to_minimiser = class.interpolation(&Sample::minimiser(&l), &start); // 2L times
    let descent = &two * (&at_x - &at_next) - &l * h.squared();
    let first = fraction(9, 2) * &at_next + &l * (&x - fraction(3, 2) * &h).squared(); // 2 V_1
    let claimed = fraction(5, 4) - l.constant(&billionths(less));
    let claim = &l * (claimed * &l * x.squared() - first);
    let weighed = fraction(9, 4) * (&l * descent + to_minimiser) + fraction(1, 4) * l.squared() * (&x - &three * &h).squared();
    exact.identity("V_1 ≤ (5/8) L R²", claim, weighed);
    // FISTA: t = 1 + s, T² = t² - t; T = 0 gives t = 1, so that V_0 = ½ L R².
    let [s] = Polynomial::variables();
    let [one, two] = [1, 2].map(|n| s.int(n));
    let half = s.constant(&rational(1, 2));
    let t = &one + &s;
    let before = t.squared() - &t;
    exact.identity("(2t - 1)² = 1 + 4T²", (&two * &t - &one).squared(), &one + s.int(4) * &before);
    exact.identity("(t - ½)² = T² + ¼: t ≥ T + ½", (&t - &half).squared(), before + half.squared());
    exact.evidence()
}

/// Huber's function with curvature 1 up to the corner, and constant slope beyond.
fn huber_function(corner: &Rational) -> Piecewise<Rational> {
    Piecewise::new(&[-corner, corner.clone()], &[Rational::ZERO, Rational::ONE, Rational::ZERO])
}

/// The potential and the values along the code's runs; `part` of each bound is claimed.
fn members(lab: &Lab, subject: &dyn Subject, part: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    let half = rational(1, 2);
    for case in 0..lab.cases(200) {
        let draws = &mut stream.trial(case);
        let (smoothness, start, function) = if case < 8 {
            let corner = rational(1, 2 * case + 3);
            (Rational::ONE, Rational::ONE, huber_function(&corner))
        } else {
            let smoothness = draws.fraction(1..64, 8);
            let start = draws.fraction(-320..320, 16);
            let function = Piecewise::draw(draws, &Rational::ZERO, &smoothness);
            (smoothness, start, function)
        };
        let scale = &smoothness * square(&start);
        let run = |start: Rational, method: &Method| -> Result<Vec<Rational>, NotOffered> {
            let mut optimizer = subject.exact(method)?;
            Ok(trajectory(&mut *optimizer, vec![start], |x| function.gradient(x), 8).concat())
        };
        let value = |x: &Rational| function.value(std::slice::from_ref(x));
        let method = scheduled(Rational::ONE / &smoothness);
        let path = run(start.clone(), &method)?;
        let mut last = rational(5, 8) * &scale;
        for step in 1..path.len() {
            let found = || format!("case {case}: L = {smoothness}, x_0 = {start}, k = {step}: x = {}", readable(&path[step]));
            let t = &half * Rational::from(step + 2);
            let z = &path[step - 1] + &t * (&path[step] - &path[step - 1]);
            let now = square(&t) * value(&path[step]) + &half * &smoothness * square(&z);
            exact.holds("V does not increase, and V_1 ≤ (5/8) L R²", now <= last, found);
            last = now;
            let bound = rational(5, 2) * &scale / square(&Rational::from(step + 2));
            exact.holds("f(x_k) ≤ 5LR²/(2(k + 2)²)", value(&path[step]) <= bound * part, found);
        }
        // The same, one plain gradient step ahead.
        let first = run(start.clone(), &Method::gradient_descent(Rational::ONE / &smoothness))?.swap_remove(1);
        for (step, x) in run(first, &method)?.iter().enumerate() {
            let bound = Rational::from(2) * &scale / square(&Rational::from(step + 2));
            exact.holds("f(x_(k+1)) ≤ 2LR²/(k + 2)² after a gradient step", value(x) <= bound * part, || {
                format!("case {case}: L = {smoothness}, x_0 = {start}, {} steps: x = {}", step + 1, readable(x))
            });
        }
    }
    Ok(exact.evidence())
}

/// `L = R = 1`. As long as the gradient is the slope c of the straight part, `k` steps lead from 1 to `1 - S c`, with `S = k (k + 7)/8` for the schedule
/// (its steps are `(j + 3)/4 c`) and `S = k` for gradient descent. The value there, `c (1 - S c) - c²/2`, is largest, `½ c`, at `c = 1/(2S + 1)`.
/// `error` billionths are taken from the values.
fn huber(subject: &dyn Subject, error: i64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let less = rational(error, 1_000_000_000);
    for steps in 1..=40_i64 {
        let count = Rational::from(steps);
        let accelerated = &count * (&count + Rational::from(7)) / Rational::from(8);
        let cases = [
            (scheduled(Rational::ONE), accelerated, rational(2, (steps * steps + 7 * steps + 4) as u64)),
            (Method::gradient_descent(Rational::ONE), count, rational(1, 4 * steps as u64 + 2)),
        ];
        for (method, sum, value) in cases {
            let function = huber_function(&(Rational::ONE / (Rational::from(2) * &sum + Rational::ONE)));
            let mut optimizer = subject.exact(&method)?;
            let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| function.gradient(x), steps as usize);
            let found = function.value(&path[steps as usize]);
            exact
                .equal("f(x_k) on Huber's function", &found, &(value - &less), || format!("{:?}, k = {steps}", method.algorithm));
        }
    }
    // The steps: (k - 1)/(k + 2) of (k + 2)/4, and 1, are (k + 3)/4; their sums; the values ½/(2S + 1).
    let [k] = Polynomial::variables();
    let [one, three, four, seven] = [1, 3, 4, 7].map(|n| k.int(n));
    exact.identity("each step", (&k - &one) + &four, &k + &three);
    let sum = |k: &Polynomial| k * (k + &seven); // times 8
    exact.identity("their sum", sum(&k) - sum(&(&k - &one)), k.int(2) * (&k + &three));
    exact.identity("2S + 1, times 4", sum(&k) + &four, k.squared() + &seven * &k + &four);
    Ok(exact.evidence())
}

/// `(k + 1)² (f(x_k) - f*) / (L R²)` on the tridiagonal quadratic with `d = 2k + 1`, from the value at `x_k`.
fn scaled<R: Real>(problem: Tridiagonal, steps: usize, x: &[R]) -> R {
    let excess = problem.value(x) - R::of(&problem.minimum());
    let unit = problem.squared_distance() * Rational::from(Tridiagonal::SMOOTHNESS) / square(&Rational::from(steps + 1));
    excess / R::of(&unit)
}

fn family(subject: &dyn Subject, most: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let step_size = rational(1, Tridiagonal::SMOOTHNESS as u64);
    for steps in 1..=16 {
        let problem = Tridiagonal { dimension: 2 * steps + 1 };
        let start = vec![Rational::ZERO; problem.dimension];
        let mut optimizer = subject.exact(&scheduled(step_size.clone()))?;
        let path = trajectory(&mut *optimizer, start, |x| problem.gradient(x), steps);
        let found = scaled(problem, steps, &path[steps]);
        let at = || format!("k = {steps}: {}", readable(&found));
        exact.holds("at least 3/32", found >= rational(3, 32), at);
        exact.holds("at most the bound", found <= *most, at);
    }
    for steps in 1..=8 {
        let problem = Tridiagonal { dimension: 2 * steps + 1 };
        let start = vec![Interval::zero(); problem.dimension];
        let mut optimizer = subject.enclosure(&Method::new(Algorithm::Fista, step_size.clone()))?;
        let path = trajectory(&mut *optimizer, start, |x| problem.gradient(x), steps);
        let found = scaled(problem, steps, &path[steps]);
        let at = || format!("FISTA, k = {steps}: {found:?}");
        exact.decided("at least 3/32", found.above(3.0 / 32.0), at);
        exact.decided("at most the bound", found.above(to_f64(most)).map(|above| !above), at);
    }
    Ok(exact.evidence())
}

/// `(f(x_k) - f*) / R²` of the code in doubles.
fn gap(subject: &dyn Subject, method: &Method, steps: usize) -> Result<f64, NotOffered> {
    let problem = Tridiagonal { dimension: 2 * steps + 1 };
    let mut optimizer = subject.double(method)?;
    let path = trajectory(&mut *optimizer, vec![0.0; problem.dimension], |x| problem.gradient(x), steps);
    Ok((problem.value(&path[steps]) - to_f64(&problem.minimum())) / to_f64(&problem.squared_distance()))
}

/// The gaps are at least `3/8 (k + 1)^-2 > 10⁻⁶`, and rounding moves them by less than `10⁻¹⁰`: 400 steps on 801 coordinates of at most
/// 1, each wrong by a few `u`. The exponents' margin of 0.05 is what the statement allows, not an error bound.
fn exponent(subject: &dyn Subject, momentum: Extrapolation<Rational>) -> Result<Evidence, NotOffered> {
    let method = nesterov(momentum, rational(1, Tridiagonal::SMOOTHNESS as u64));
    let counts = [50, 100, 200, 400];
    let mut gaps = Vec::new();
    for steps in counts {
        gaps.push((steps as f64 + 1.0, gap(subject, &method, steps)?));
    }
    let mut property = Property::new();
    for (index, (steps, gap)) in gaps.iter().enumerate() {
        for (later, smaller) in &gaps[index + 1..] {
            let exponent = libm::log(smaller / gap) / libm::log(later / steps);
            property.within("exponent of k + 1", (exponent + 2.0).abs(), 0.05, || {
                format!("{} to {}: {exponent}", steps - 1.0, later - 1.0)
            });
        }
    }
    Ok(property.evidence())
}

const COUNTS: [i32; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

fn line(value: fn(f64) -> f64) -> Vec<[f64; 2]> {
    COUNTS.map(f64::from).map(|k| [k, value(k)]).to_vec()
}

/// The code's values from 1 on Huber's function, with its `corner` for each number of steps.
fn on_huber(method: &Method, corner: fn(f64) -> f64) -> Vec<[f64; 2]> {
    let value = |k: i32| {
        let corner = Rational::try_from(corner(f64::from(k))).ok()?;
        let function = Piecewise::<f64>::new(&[-&corner, corner], &[Rational::ZERO, Rational::ONE, Rational::ZERO]);
        let mut optimizer = Reference.double(method).ok()?;
        let path = trajectory(&mut *optimizer, vec![1.0], |x| function.gradient(x), k as usize);
        Some([f64::from(k), function.value(&path[k as usize])])
    };
    COUNTS.into_iter().filter_map(value).collect()
}

/// Gradient descent and Nesterov's method with the schedule on Huber's functions, which are their worst.
fn worst() -> [Series; 2] {
    [
        Series::measured(
            "Nesterov, scheduled, on Huber's",
            on_huber(&scheduled(Rational::ONE), |k| 1.0 / (k * (k + 7.0) / 4.0 + 1.0)),
        ),
        Series::measured(
            "gradient descent on Huber's",
            on_huber(&Method::gradient_descent(Rational::ONE), |k| 1.0 / (2.0 * k + 1.0)),
        ),
    ]
}

/// Values in units of `L R²`.
fn rates(_: &Lab) -> Plot {
    let [nesterov, descent] = worst();
    let on_family = {
        let method = scheduled(rational(1, Tridiagonal::SMOOTHNESS as u64));
        let value = |k: i32| Some([f64::from(k), gap(&Reference, &method, k as usize).ok()? / Tridiagonal::SMOOTHNESS as f64]);
        COUNTS.into_iter().filter_map(value).collect::<Vec<_>>()
    };
    Plot {
        id: "rates".into(),
        title: "Values after k steps on the worst functions known, from distance R".into(),
        x: "steps k".into(),
        y: "(f(x_k) - f*) / LR²".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("1/(4k + 2)", line(|k| 1.0 / (4.0 * k + 2.0))),
            Series::theory("5/(2(k + 2)²)", line(|k| 2.5 / ((k + 2.0) * (k + 2.0)))),
            Series::theory("(3/32)/(k + 1)²", line(|k| 3.0 / 32.0 / ((k + 1.0) * (k + 1.0)))),
            descent,
            nesterov,
            Series::measured("Nesterov on the tridiagonal family", on_family),
        ],
    }
}

/// The same for constant momenta, on the worst of 200 quadratics `½ λ x²` with λ between 10⁻⁶ and 1, from 1.
fn momenta(_: &Lab) -> Plot {
    let spectrum: Vec<f64> = (0..200).map(|place| libm::pow(10.0, -0.03 * f64::from(place))).collect();
    let quadratic = Quadratic { spectrum: spectrum.clone() };
    let on_quadratics = |method: Method| {
        let Ok(mut optimizer) = Reference.double(&method) else { return Vec::new() };
        let path = trajectory(&mut *optimizer, vec![1.0; spectrum.len()], |x| quadratic.gradient(x), 256);
        let largest = |x: &[f64]| x.iter().zip(&spectrum).map(|(x, curvature)| 0.5 * curvature * x * x).fold(0.0, f64::max);
        COUNTS.map(|k| [f64::from(k), largest(&path[k as usize])]).to_vec()
    };
    let constant = rational(9, 10);
    let heavy_ball = Method::heavy_ball(Tuning { step_size: Rational::ONE, momentum: constant.clone() });
    let [scheduled, descent] = worst();
    Plot {
        id: "momenta".into(),
        title: "With a constant momentum the worst value falls like 1/k in the end; η = 1/L".into(),
        x: "steps k".into(),
        y: "(f(x_k) - f*) / LR²".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("1/(4k + 2)", line(|k| 1.0 / (4.0 * k + 2.0))),
            Series::theory("2/(k² + 7k + 4)", line(|k| 2.0 / (k * k + 7.0 * k + 4.0))),
            Series::theory("(1 - β)/(4ek), β = 0.9", line(|k| 0.1 / (4.0 * std::f64::consts::E * k))),
            scheduled,
            Series::measured(
                "Nesterov, β = 0.9, on the worst quadratic",
                on_quadratics(nesterov(Extrapolation::Constant(constant), Rational::ONE)),
            ),
            Series::measured("heavy ball, β = 0.9, on the worst quadratic", on_quadratics(heavy_ball)),
            descent,
        ],
    }
}
