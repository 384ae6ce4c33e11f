//! # Nesterov's method with a constant momentum is not accelerated on convex functions
//!
//! **Setting.** `½ λ x²` with `λ ∈ (0, L]`, `η = 1/L`, `y = x + β (x - x⁻)`, `x⁺ = y - ηλy` from rest at distance `R`, constant `β < 1`.
//!
//! **Statement.** (1) `sup_λ f(x_k) = (1 - β) R²/(4e ηk)` up to 1% from `k = 1000` on: `Θ(1/k)`, so that no constant gives `O(1/k²)`.
//! (2) The scheduled momentum `(k - 1)/(k + 2)` passes the check that the constant one fails.
//!
//! **Why.** The slow root is `1 - ηλ/(1 - β)` to first order, and `b e^(-2b)` is largest at `b = ½`, `b = ηλk/(1 - β)`.
//!
//! **How it could fail.** `2e b x_k²` is enclosed for all `b` and all `k ≥ 1000` at once, with `1/k` as an interval. The code's recursion is
//! read off its exact iterates, and its exact values break the bound.

use crate::certify::cover;
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Rational, Real, Root, rational, square, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Form, HeavyBall, Method, Nesterov, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::theorems::momentum::recursion::Recursion;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nag-constant-gamma-not-accelerated",
    title: "With a constant momentum Nesterov's method is no faster than 1/k on convex functions",
    topic: "momentum",
    record: Some("nag-constant-gamma-not-accelerated"),
    statement: "With constant $γ < 1$ and $η = 1/L$ the worst of Nesterov's values over the quadratics $½ λ x^2$, $0 < λ ≤ L$, is \
                $f(x_k) - f^* = (1 + o(1)) frac(1 - γ, 4 e) frac(L R^2, k)$: no $O(1/k^2)$. For that the momentum must be scheduled, \
                $γ_k → 1$.",
    hypotheses: &["$f$ is convex and $L$-smooth, $η = 1/L$", "exact gradients", "the start is at rest, at distance $R$"],
    sources: &[Source::Note("000", "172-184"), Source::Cited("nesterov2004", "section 2.2")],
    claims: &[
        Claim {
            id: "one-over-k-squared",
            as_stated: true,
            statement: "the note's update, with a constant $γ$, has $O(1/k^2)$, with the constant of the scheduled method: \
                        $f(x_k) - f^* ≤ 2 L R^2 / (k + 1)^2$",
            quantifier: "γ = 1/2 at k = 100 and 9/10 at k = 300 on one quadratic each; beyond any constant as k grows, by the supremum",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| accelerated(subject, constant),
        },
        Claim {
            id: "scheduled",
            as_stated: false,
            statement: "the scheduled momentum $(k - 1)/(k + 2)$ satisfies that bound there",
            quantifier: "the same quadratics and numbers of steps, the code exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| accelerated(subject, |_| Extrapolation::Counting),
        },
        Claim {
            id: "supremum",
            as_stated: false,
            statement: "$k/(L R^2) dot sup_λ (f(x_k) - f^*)$ lies in $frac(1 - γ, 4 e) (1 ± 0.01)$; so the exponent of the supremum in \
                        $k$ is $-1 ± 0.01$ over any factor of ten",
            quantifier: "every k ≥ 1000 and every λ in (0, L], γ = 1/2, 3/4 and 9/10",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(supremum(1.0, |beta| beta)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "the code's iterates obey $x_(k+1) = (1 + γ)(1 - η λ) x_k - γ (1 - η λ) x_(k-1)$, $x_1 = (1 - η λ) x_0$",
            quantifier: "γ = 1/2, 3/4, 9/10 and six values of ηλ, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject),
        },
    ],
    controls: &[
        Control {
            id: "constant-momentum-is-accelerated",
            differs: "claims the bound of the scheduled method for constant momentum",
            broken: Broken::Statement(|_, subject| accelerated(subject, constant)),
        },
        Control {
            id: "supremum-larger-by-a-fiftieth",
            differs: "claims a supremum that is larger by 2%",
            broken: Broken::Statement(|_, _| Ok(supremum(1.02, |beta| beta))),
        },
        Control {
            id: "supremum-smaller-by-a-fiftieth",
            differs: "claims a supremum that is smaller by 2%",
            broken: Broken::Statement(|_, _| Ok(supremum(0.98, |beta| beta))),
        },
        Control {
            id: "momentum-of-another-size",
            differs: "claims the supremum of the momentum γ - 1/50",
            broken: Broken::Statement(|_, _| Ok(supremum(1.0, |beta| beta - rational(1, 50)))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
        Control {
            id: "gradient-without-look-ahead",
            differs: "the code takes the gradient at x, as the heavy ball does",
            broken: Broken::Subject {
                claim: "code",
                subject: &Impostor {
                    name: "heavy ball",
                    instead: |method| match &method.algorithm {
                        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(beta), .. }) => {
                            let algorithm = Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() });
                            Method { algorithm, ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
        Control {
            id: "schedule-forgotten",
            differs: "the code keeps the momentum 9/10 where the schedule is asked for",
            broken: Broken::Subject {
                claim: "scheduled",
                subject: &Impostor {
                    name: "constant momentum",
                    instead: |method| match &method.algorithm {
                        Algorithm::Nesterov(_) => nesterov(Extrapolation::Constant(rational(9, 10)), &method.step_size),
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[suprema],
};

fn constant(beta: &Rational) -> Extrapolation<Rational> {
    Extrapolation::Constant(beta.clone())
}

fn nesterov(momentum: Extrapolation<Rational>, step_size: &Rational) -> Method {
    Method::new(Algorithm::Nesterov(Nesterov { momentum, form: Form::Sequence }), step_size.clone())
}

/// Whether the code's value is within the scheduled method's bound, `L = 1`, at the `λ = (1 - β)/(2k)` where the constant momentum β
/// is near its worst.
fn accelerated(subject: &dyn Subject, momentum: fn(&Rational) -> Extrapolation<Rational>) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (beta, steps) in [(rational(1, 2), 100), (rational(9, 10), 300)] {
        let curvature = (Rational::ONE - &beta) / Rational::from(2 * steps);
        let quadratic = Quadratic { spectrum: vec![curvature.clone()] };
        let mut optimizer = subject.exact(&nesterov(momentum(&beta), &Rational::ONE))?;
        let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| quadratic.gradient(x), steps);
        for (step, x) in path.iter().enumerate().filter(|(step, _)| [1, 3, 10, 30, 100, 300].contains(step)) {
            let scaled = quadratic.value(x) * square(&Rational::from(step + 1));
            exact.holds("(k + 1)² (f(x_k) - f*) ≤ 2 L R²", scaled <= Rational::from(2), || {
                format!("γ = {beta}, L = R = 1, λ = {curvature}, k = {step}: {}", readable(&scaled))
            });
        }
    }
    Ok(exact.evidence())
}

/// What is needed of the roots at `a = ηλ`: the slow one is `1 - w`, `w² - d w + a = 0` with `d = (1 - β) + (1 + β) a`.
struct Slow {
    /// `w / a`.
    ratio: Interval,
    w: Interval,
    /// The slow root's weight in `x_k`, at least 1: `½ (1 + (1 - β) √((1 - a)/Q))`, `Q = (1 - β)² - (1 + β)² a`.
    weight: Interval,
}

fn slow(a: Interval, beta: Interval) -> Slow {
    let [one, two] = [1, 2].map(Interval::int);
    let [less, more] = [one - beta, one + beta];
    let room = less * less - more * more * a;
    let ratio = two / (less + more * a + ((one - a) * room).sqrt());
    let weight = (one + less * ((one - a) / room).sqrt()) / two;
    Slow { ratio, w: a * ratio, weight }
}

/// `2e b x_k²`, which is `f(x_k)` over `(1 - β) R²/(4e ηk)`, at `a = b (1 - β)/k`, for all `k` with `1/k` in `inverse`, `k ≥ 1000`.
fn scaled_value(b: Interval, inverse: Interval, beta: Interval) -> Interval {
    let [one, two] = [1, 2].map(Interval::int);
    let unit = Interval { lo: 0.0, hi: 1.0 };
    let Slow { ratio, w, weight } = slow(b * (one - beta) * inverse, beta);
    // w ≤ -ln(1 - w) ≤ w + w² for 0 ≤ w ≤ ½, and k w = b (1 - β) ratio.
    let exponent = b * (one - beta) * ratio * (one + unit * w);
    // The fast root β (1 - a)/(1 - w) is between 0 and β/(1 - w) < 1; its k-th power is at most its 512-th.
    let fast = (0..9).fold(beta / (one - w), |power, _| power * power);
    let x = weight * (-exponent).apply(Function::Exponential) - unit * (weight - one) * fast;
    two * euler() * b * x * x
}

fn euler() -> Interval {
    Interval::one().apply(Function::Exponential)
}

/// Whether the supremum over `λ ∈ (0, L]` is `claimed` times `(1 - β') R²/(4e ηk)` up to 1% for every `k ≥ 1000`; `other` is the β'
/// of the claim.
fn supremum(claimed: f64, other: fn(Rational) -> Rational) -> Evidence {
    let [one, two] = [1, 2].map(Interval::int);
    let inverse = Interval { lo: 0.0, hi: 0.001 };
    let mut exact = Exact::new();
    for momentum in [rational(1, 2), rational(3, 4), rational(9, 10)] {
        let name = momentum.to_string();
        let beta = Interval::of(&momentum);
        let expected = Interval::point(claimed) * Interval::of(&(Rational::ONE - other(momentum))) / (one - beta);
        let [least, most] = [0.99, 1.01].map(|part| expected * Interval::point(part));
        let at_least = |value: Interval, bound: Interval| (value - bound).above(0.0);
        let at_most = |value: Interval| at_least(most, value);
        let at_half = scaled_value(Interval::point(0.5), inverse, beta);
        exact.decided("at b = ½ it is at least 0.99 of that", at_least(at_half, least), || format!("γ = {name}: {at_half:?}"));
        cover(&mut exact, "for b ≤ 10 at most 1.01", [0.0, 10.0], |b| at_most(scaled_value(b, inverse, beta)));
        // Beyond, up to half the a* = ((1 - β)/(1 + β))² of the double root: the weight is at most (1 + √2)/2, and w ≥ a/d with
        // (1 + β) a ≤ (1 - β)²/(2 (1 + β)) gives k w ≥ b (2 + 2β)/(3 + β) ≥ 2b/3. Then b exp(-4b/3) falls for b ≥ 3/4.
        let weight = (one + two.sqrt()) / two;
        let ten = Interval::int(10);
        let decay = (-(ten * Interval::int(4) / Interval::int(3))).apply(Function::Exponential);
        let beyond = two * euler() * weight * weight * ten * decay;
        exact.decided("for b ≥ 10 and a ≤ a*/2 at most 1.01", at_most(beyond), || format!("γ = {name}: {beyond:?}"));
        // The first range lies within that one: 10 (1 - β)/1000 ≤ a*/2.
        let double = {
            let ratio = (one - beta) / (one + beta);
            ratio * ratio / two
        };
        let first = (one - beta) / Interval::int(100);
        exact.decided("b ≤ 10 is a ≤ a*/2", at_least(double, first), || format!("γ = {name}: {double:?}, {first:?}"));
        // From a*/2 on all roots are within ρ = 1 - w(a*/2), the complex ones too: |z|² = β (1 - a). So |x_k| ≤ 2k ρ^(k-2), and with
        // b ≤ k/(1 - β) the value is at most 8e k³ ρ^(2k-4)/(1 - β), which falls for k ≥ 1000 if ρ < exp(-3/2000).
        let rate = (one - slow(double, beta).w).apply(Function::Logarithm);
        let thousand = Interval::int(1000);
        let falls = (rate + Interval::of(&rational(3, 2000))).above(0.0).map(|above| !above);
        exact.decided("the tail's bound falls with k", falls, || format!("γ = {name}: ln ρ in {rate:?}"));
        let tail = Interval::int(8) * euler() * thousand * thousand * thousand / (one - beta)
            * (rate * Interval::int(1996)).apply(Function::Exponential);
        exact.decided("for a ≥ a*/2 at most 1.01", at_most(tail), || format!("γ = {name}: {tail:?}"));
    }
    let spread =
        (Interval::point(1.01) / Interval::point(0.99)).apply(Function::Logarithm) / Interval::int(10).apply(Function::Logarithm);
    exact.decided("exponent -1 ± 0.01 over a factor of ten", spread.smaller_than(0.01), || format!("{spread:?}"));
    exact.evidence()
}

fn code(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for beta in [rational(1, 2), rational(3, 4), rational(9, 10)] {
        for a in [rational(1, 20_000), rational(1, 1000), rational(1, 20), rational(1, 4), rational(3, 4), rational(99, 100)] {
            // η = 1/3 and λ = 3a, so that the two are told apart.
            let [eta, lambda] = [rational(1, 3), Rational::from(3) * &a];
            let method = nesterov(constant(&beta), &eta);
            let found = Recursion::read(subject, &method, &lambda)?;
            let at = || format!("γ = {beta}, ηλ = {a}: T = {}, D = {}", found.trace, found.determinant);
            let kept = Rational::ONE - &a;
            exact.holds("the iterates obey a two-step recursion", found.holds, at);
            exact.holds("T = (1 + γ)(1 - ηλ)", found.trace == (Rational::ONE + &beta) * &kept, at);
            exact.holds("D = γ (1 - ηλ)", found.determinant == &beta * &kept, at);
            let mut x = vec![Rational::ONE];
            advance(&mut *subject.exact(&method)?, &mut x, |x| vec![&lambda * &x[0]]);
            exact.equal("x_1 = (1 - ηλ) x_0", &x[0], &kept, || format!("γ = {beta}, ηλ = {a}"));
        }
    }
    Ok(exact.evidence())
}

/// `k sup_λ f(x_k)` of the code in doubles over 300 eigenvalues from 10⁻⁹ to 1, each coordinate from 1.
fn suprema(_: &Lab) -> Plot {
    let spectrum: Vec<f64> = (0..300).map(|place| libm::pow(10.0, -f64::from(place) * 0.03)).collect();
    let quadratic = Quadratic { spectrum: spectrum.clone() };
    let shown = [3, 10, 30, 100, 300, 1000, 3000, 10_000];
    let measured = |momentum: Extrapolation<Rational>| {
        let Ok(mut optimizer) = Reference.double(&nesterov(momentum, &Rational::ONE)) else { return Vec::new() };
        let mut x = vec![1.0; spectrum.len()];
        let mut points = Vec::new();
        for step in 1..=10_000 {
            advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x));
            if shown.contains(&step) {
                let largest = x.iter().zip(&spectrum).map(|(x, curvature)| 0.5 * curvature * x * x).fold(0.0, f64::max);
                points.push([f64::from(step), f64::from(step) * largest]);
            }
        }
        points
    };
    let momenta = [rational(1, 2), rational(9, 10)];
    let level = |beta: &Rational| (1.0 - to_f64(beta)) / (4.0 * std::f64::consts::E);
    let limit =
        |beta: &Rational| Series::theory(&format!("(1 - γ)/4e, γ = {}", to_f64(beta)), [3.0, 1e4].map(|k| [k, level(beta)]));
    let constant = |beta: &Rational| Series::measured(&format!("the code, γ = {}", to_f64(beta)), measured(constant(beta)));
    Plot {
        id: "suprema".into(),
        title: "k times the worst value over the quadratics with λ ≤ L = 1: a constant is Θ(1/k)".into(),
        x: "step k".into(),
        y: "k · max (f(x_k) - f*)".into(),
        log_x: true,
        log_y: true,
        series: vec![
            limit(&momenta[0]),
            limit(&momenta[1]),
            Series::theory(
                "2k/(k + 1)²",
                (0..=70)
                    .map(|step| libm::pow(10.0, 0.477 + 0.05 * f64::from(step)))
                    .map(|k| [k, 2.0 * k / ((k + 1.0) * (k + 1.0))]),
            ),
            constant(&momenta[0]),
            constant(&momenta[1]),
            Series::measured("the code, scheduled", measured(Extrapolation::Counting)),
        ],
    }
}
