//! # When momentum dampens oscillations, and when it makes them
//!
//! **Setting.** A: `v ← βv + g`, `x ← x - ηv`; B: `v ← βv + ηg`, `x ← x - v`; `0 < β < 1`. On `½λx²` let `a = ηλ`; gradient descent
//! multiplies `x` by `1 - a`: it oscillates if `a > 1`.
//!
//! **Statement.** (1) At gradients `(-1)^t g` the steps shrink to `1/(1 + β)` of gradient descent's: dampened, not cancelled. (2) On
//! `½λx²` the oscillation for `a > 1` decays faster exactly if `a > 1 + √β`, up to `a = 2(1 + β)`. (3) For `a ≤ 1`, where gradient
//! descent has none, momentum oscillates exactly if `a > (1 - √β)²`.
//!
//! **Why.** A geometric sum at ratio `-β`; Jury's criterion; `(1 + β - a)² - 4β = (a - (1 - √β)²)(a - (1 + √β)²)`.
//!
//! **How it could fail.** The identities are compared as polynomials. The code runs exactly on alternating gradients and on `½λx²`,
//! where its recursion is read off the iterates and its changes of sign are counted beside its own gradient descent's.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Algorithm, Method, Velocity};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::theorems::momentum::alternating_gradients::{alternating, cancels};
use crate::theorems::momentum::impulses::{FORMS, geometric_sums};
use crate::theorems::momentum::recursion::{Recursion, faster_exactly_when, trace};
use crate::theorems::momentum::sign_changes::{makes, no_more_often, path};
use crate::theorems::momentum::variants::in_convention;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-damps-oscillations",
    title: "Momentum dampens alternating gradients by 1/(1 + β), and makes oscillations where gradient descent has none",
    topic: "momentum",
    record: Some("momentum-damps-oscillations"),
    statement: "At alternating gradients momentum's steps tend to $1/(1 + β)$ of gradient descent's: dampened, not cancelled. On \
                $½ λ x^2$ gradient descent's oscillation at $η λ > 1$ decays faster with momentum exactly if \
                $1 + sqrt(β) < η λ < 2 (1 + β)$. For $(1 - sqrt(β))^2 < η λ ≤ 1$ momentum oscillates where gradient descent does not.",
    hypotheses: &["the gradients alternate, or $f(x) = ½ λ x^2$", "$0 < β < 1$ and $η$ are constant", "the velocity starts at 0"],
    sources: &[
        Source::Note("000", "167"),
        Source::Note("001", "205-218"),
        Source::Note("003", "221"),
        Source::Note("004", "85-104"),
        Source::Cited("goh2017", "the dynamics of momentum"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "momentum dampens oscillations: its iterates change sign no more often than gradient descent's at the same $η$",
            quantifier: "refuted on ½ λ x² at ηλ = 1/2, β = 9/10, where gradient descent's iterates never change sign",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| no_more_often(subject, &[rational(3, 2), rational(1, 2)]),
        },
        Claim {
            id: "cancel",
            as_stated: true,
            statement: "gradients that alternate in sign cancel out: the step tends to 0",
            quantifier: "refuted at β = 1/2, where the hundredth step is 2/3 of gradient descent's",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| cancels(subject),
        },
        Claim {
            id: "sum",
            as_stated: false,
            statement: "$(1 + β) sum_(i=0)^(t-1) (-β)^i = 1 - (-β)^t$",
            quantifier: "every β; t ≤ 50 term by term, and from every t to t + 1",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(geometric_sums(0)),
        },
        Claim {
            id: "alternating",
            as_stated: false,
            statement: "at gradients $(-1)^(t-1) g$ the code's $t$-th step is $(-1)^(t-1) η g (1 - (-β)^t)/(1 + β)$",
            quantifier: "forms A, B and two-point; β = 1/2, 9/10, 99/100, g = 1, -100, 3/7, 100 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| alternating(subject, |beta, power| (Rational::ONE - power) / (Rational::ONE + beta)),
        },
        Claim {
            id: "exactly-when",
            as_stated: false,
            statement: "on $½ λ x^2$ the radius is below $|1 - η λ|$ exactly if $β < (1 - η λ)^2$: for $η λ > 1$ if $η λ > 1 + sqrt(β)$",
            quantifier: "every 0 < β < 1 and every ηλ > 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(faster_exactly_when(0)),
        },
        Claim {
            id: "oscillates",
            as_stated: false,
            statement: "the roots are not real exactly if $(1 - sqrt(β))^2 < η λ < (1 + sqrt(β))^2$; both are smaller than 1 exactly if \
                        $0 < η λ < 2 (1 + β)$",
            quantifier: "every 0 < β < 1 and every real ηλ",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(oscillates(0)),
        },
        Claim {
            id: "high-curvature",
            as_stated: false,
            statement: "at $β = 0.9$ the code has $|z| = sqrt(0.9)$ and decays faster than gradient descent at $η λ = 1.949$ and $1.99$, \
                        more slowly at $1.9$ and $1.948$; it is stable at $3.799$ and not at $3.8$",
            quantifier: "these six values of ηλ, λ = 1 and 50, forms A, B and two-point",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| high_curvature(subject, &CURVATURES),
        },
        Claim {
            id: "makes",
            as_stated: false,
            statement: "for $η λ ≤ 1$ the code of gradient descent never changes sign, and that of momentum does exactly if \
                        $(1 + β - η λ)^2 < 4 β$",
            quantifier: "forms A, B and two-point; ηλ = 1/20, ..., 20/20, β = 1/4, 81/100, 9/10, 100 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| makes(subject),
        },
    ],
    controls: &[
        Control {
            id: "never-more-sign-changes",
            differs: "claims that momentum does not add changes of sign at ηλ = 1/2",
            broken: Broken::Statement(|_, subject| no_more_often(subject, &[rational(1, 2)])),
        },
        Control {
            id: "full-cancellation",
            differs: "claims that the steps at alternating gradients tend to 0 like β^t",
            broken: Broken::Statement(|_, subject| alternating(subject, |beta, power| power.clone().magnitude() / beta)),
        },
        Control {
            id: "gain-of-constant-gradients",
            differs: "claims the gain (1 - β^t)/(1 - β)",
            broken: Broken::Statement(|_, subject| {
                alternating(subject, |beta, power| (Rational::ONE - power.clone().magnitude()) / (Rational::ONE - beta))
            }),
        },
        Control {
            id: "gain-larger-by-a-billionth",
            differs: "claims the gain (1 + 10⁻⁹)(1 - (-β)^t)/(1 + β)",
            broken: Broken::Statement(|_, subject| {
                alternating(subject, |beta, power| {
                    (Rational::ONE - power) / (Rational::ONE + beta) * rational(1_000_000_001, 1_000_000_000)
                })
            }),
        },
        Control {
            id: "faster-at-nineteen-tenths",
            differs: "claims that momentum decays faster at ηλ = 1.9 (0.9487 against 0.9)",
            broken: Broken::Statement(|_, subject| high_curvature(subject, &[(1900, true, true)])),
        },
        Control {
            id: "stable-at-the-threshold",
            differs: "claims stability at ηλ = 2(1 + β) = 3.8",
            broken: Broken::Statement(|_, subject| high_curvature(subject, &[(3800, true, true)])),
        },
        Control {
            id: "unbalanced-sum",
            differs: "the sum's new term is 1 + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(geometric_sums(1))),
        },
        Control {
            id: "unbalanced-condition",
            differs: "the traces are larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(faster_exactly_when(1))),
        },
        Control {
            id: "unbalanced-discriminant",
            differs: "the trace is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(oscillates(1))),
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "alternating", subject: &HEAVIER_BALL },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "high-curvature", subject: &LONGER_STEP },
        },
        Control {
            id: "averaged",
            differs: "the code multiplies the gradient by 1 - β",
            broken: Broken::Subject {
                claim: "makes",
                subject: &Impostor { name: "average for sum", instead: |method| in_convention(method, Velocity::Average) },
            },
        },
        Control {
            id: "without-momentum",
            differs: "the code is gradient descent",
            broken: Broken::Subject {
                claim: "makes",
                subject: &Impostor {
                    name: "gradient descent for momentum",
                    instead: |method| Method::gradient_descent(method.step_size.clone()),
                },
            },
        },
    ],
    plots: &[oscillation, radii],
};

/// Thousandths of ηλ, whether momentum at β = 0.9 decays faster than gradient descent there, and whether it is stable.
type Curvature = (i64, bool, bool);

const CURVATURES: [Curvature; 6] =
    [(1900, false, true), (1948, false, true), (1949, true, true), (1990, true, true), (3799, true, true), (3800, true, false)];

/// The discriminant for `β = s²` and Jury's conditions; `error` billionths are added to the trace.
fn oscillates(error: i64) -> Evidence {
    let [a, s] = Polynomial::variables();
    let one = a.int(1);
    let trace = &one + s.squared() - &a + a.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    let ends = (&a - (&one - &s).squared()) * (&a - (&one + &s).squared());
    exact.identity("T² - 4β = (a - (1 - √β)²)(a - (1 + √β)²)", trace.squared() - a.int(4) * s.squared(), ends);
    // |D| = β is below 1 by hypothesis.
    exact.identity("1 + D - T = a", &one + s.squared() - &trace, a.clone());
    exact.identity("1 + D + T = 2(1 + β) - a", &one + s.squared() + &trace, a.int(2) * (&one + s.squared()) - &a);
    exact.evidence()
}

/// Whether the code's radius is below gradient descent's, and below 1, where that is claimed, and nowhere else.
fn high_curvature(subject: &dyn Subject, claimed: &[Curvature]) -> Result<Evidence, NotOffered> {
    let beta = rational(9, 10);
    let mut exact = Exact::new();
    for (form, (thousandths, is_faster, is_stable)) in FORMS.iter().flat_map(|form| claimed.iter().map(move |it| (form, *it))) {
        for curvature in [1, 50].map(Rational::from) {
            let product = rational(thousandths, 1000);
            let step_size = &product / &curvature;
            let descent = Recursion::read(subject, &Method::gradient_descent(step_size.clone()), &curvature)?.trace.magnitude();
            let found = Recursion::read(subject, &Method::new(form(&beta), step_size), &curvature)?;
            let input = || {
                let [radius, descent] = [found.radius(), to_f64(&descent)];
                format!("{}, λ = {curvature}, ηλ = {product}: {radius:.6} against {descent:.6}", form(&beta))
            };
            exact.holds("the iterates obey a two-step recursion", found.holds, input);
            exact.holds("its trace", found.trace == trace(&beta, &Rational::ONE, &product), input);
            exact.holds("its determinant", found.determinant == beta, input);
            let complex = square(&found.trace) < Rational::from(4) * &beta;
            exact.holds("|z| = √β: the roots are not real up to (1 + √β)²", complex == (thousandths <= 3797), input);
            exact.holds("faster than gradient descent", found.is_faster_than(&descent) == is_faster, input);
            exact.holds("stable", found.is_faster_than(&Rational::ONE) == is_stable, input);
        }
    }
    Ok(exact.evidence())
}

fn oscillation(_: &Lab) -> Plot {
    let (a, beta) = (0.5, 0.9f64);
    // x_t = r^t (cos θt + c sin θt), with x_0 = 1 and x_1 = 1 - a.
    let radius = beta.sqrt();
    let angle = libm::acos((1.0 + beta - a) / (2.0 * radius));
    let weight = (1.0 - a - radius * libm::cos(angle)) / (radius * libm::sin(angle));
    let with_momentum = (0..=240).map(|k| {
        let t = f64::from(k) / 4.0;
        [t, libm::pow(radius, t) * (libm::cos(angle * t) + weight * libm::sin(angle * t))]
    });
    let measured = |algorithm| {
        let found = path(&Reference, algorithm, &rational(1, 2), 60).unwrap_or_default();
        (0..).map(f64::from).zip(found).map(|(t, x)| [t, to_f64(&x)]).collect::<Vec<_>>()
    };
    Plot {
        id: "oscillation".into(),
        title: "Iterates on ½ λ x² at ηλ = 0.5, β = 0.9".into(),
        x: "step t".into(),
        y: "x".into(),
        series: vec![
            Series::theory(
                "gradient descent: (1 - ηλ)^t",
                (0..=120).map(|k| [f64::from(k) / 2.0, libm::pow(0.5, f64::from(k) / 2.0)]),
            ),
            Series::theory("momentum: roots √β exp(±iθ)", with_momentum),
            Series::measured("the code, gradient descent", measured(Algorithm::GradientDescent)),
            Series::measured("the code, momentum", measured(FORMS[0](&rational(9, 10)))),
        ],
        ..Plot::default()
    }
}

fn radii(_: &Lab) -> Plot {
    let beta = 0.9f64;
    let with_momentum = |a: f64| {
        let trace = 1.0 + beta - a;
        let discriminant = trace * trace / 4.0 - beta;
        if discriminant < 0.0 { beta.sqrt() } else { trace.abs() / 2.0 + discriminant.sqrt() }
    };
    let theory = |radius: &dyn Fn(f64) -> f64| (0..=210).map(|k| f64::from(k) / 50.0).map(|a| [a, radius(a)]).collect::<Vec<_>>();
    let measured = |method: fn(Rational) -> Method| {
        let products = (1..=42).map(|k| rational(k, 10));
        let point = |a: Rational| Some([to_f64(&a), Recursion::read(&Reference, &method(a), &Rational::ONE).ok()?.radius()]);
        products.filter_map(point).collect::<Vec<_>>()
    };
    Plot {
        id: "radii".into(),
        title: "Spectral radius on ½ λ x², β = 0.9: momentum is faster below 0.051 and above 1.949".into(),
        x: "ηλ".into(),
        y: "spectral radius".into(),
        series: vec![
            Series::theory("gradient descent", theory(&|a: f64| (1.0 - a).abs())),
            Series::theory("momentum", theory(&with_momentum)),
            Series::theory("1", [[0.0, 1.0], [4.2, 1.0]]),
            Series::measured("the code, gradient descent", measured(Method::gradient_descent)),
            Series::measured("the code, momentum", measured(|a| Method::new(FORMS[0](&rational(9, 10)), a))),
        ],
        ..Plot::default()
    }
}
