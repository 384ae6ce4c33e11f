//! # The heavy ball's acceleration factor on quadratics is √κ, with its own best momentum
//!
//! **Setting.** Quadratics with eigenvalues in `[1, κ]`, `κ = s²`, each method tuned. The acceleration factor is the ratio of the rates,
//! `A = ln r / ln r'` with `r' = (κ - 1)/(κ + 1)` of gradient descent and `r = (s - 1)/(s + 1)` of the heavy ball.
//!
//! **Statement.** (1) `1 < A/√κ < 1 + 1/(3κ)` for every `κ ≥ 4`. (2) Nesterov's method against gradient descent at `1/L`:
//! `1 < ln(1 - 1/s)/(√κ ln(1 - 1/κ)) < 1 + 1/s`. (3) With the note's momentum the factor is `√κ/2`, and `√κ` is no law beyond quadratics.
//!
//! **Why.** `A = artanh(1/s)/artanh(1/κ)`, and `u + u³/3 < artanh u < u + u³/3 + u⁵/(5(1 - u²))`.
//!
//! **How it could fail.** The bounds are polynomials whose signs are read off, and once more intervals over all of `4 ≤ κ ≤ 10⁶`. The
//! code's exact iterates must have the closed forms from which steps are counted, and must stay below their bound.

use crate::certify::cover;
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, Root, rational, square, to_f64};
use crate::optimizers::{Method, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::theorems::momentum::recursion::Recursion;
use crate::theorems::momentum::tuned::{Tuned, closed_forms, root_near};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "hb-acceleration-sqrt-kappa",
    title: "The heavy ball's acceleration factor on quadratics is √κ up to 1/(3κ) of it",
    topic: "momentum",
    record: Some("hb-acceleration-sqrt-kappa"),
    statement: "On quadratics with condition number $κ ≥ 4$ the rate $-ln r$ of the heavy ball is $A$ times that of gradient descent, \
                both tuned, with $sqrt(κ) < A < sqrt(κ) (1 + frac(1, 3 κ))$. Nesterov's method and gradient descent at $1/L$ have \
                $sqrt(κ) < A < sqrt(κ) + 1$. With the note's momentum $(sqrt(κ) - 1)/(sqrt(κ) + 1)$ the heavy ball has half of its factor.",
    hypotheses: &[
        "$f$ is a quadratic with eigenvalues in $[μ, L]$, $κ = L/μ$",
        "exact gradients",
        "both methods tuned to $μ$ and $L$",
    ],
    sources: &[
        Source::Note("000", "595"),
        Source::Cited("polyak1964", "heavy ball"),
        Source::Cited("polyak1987", "section 3.2"),
        Source::Cited("lessard2016", "section 4.6 for the limits of the statement"),
    ],
    claims: &[
        Claim {
            id: "note-s-momentum",
            as_stated: true,
            statement: "with the note's optimal momentum $γ = (sqrt(κ) - 1)/(sqrt(κ) + 1)$ the acceleration factor approaches $sqrt(κ)$: \
                        it lies between $0.9 sqrt(κ)$ and $1.1 sqrt(κ)$",
            quantifier: "every κ in [100, 10⁶], the best step size for γ (radius √γ)",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| Ok(enclosed([100.0, 1e6], Interval::one(), |root| heavy_ball(root) / Interval::int(2))),
        },
        Claim {
            id: "half-of-it",
            as_stated: false,
            statement: "with that momentum it lies between $0.45 sqrt(κ)$ and $0.55 sqrt(κ)$",
            quantifier: "every κ in [100, 10⁶], the best step size for γ (radius √γ)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(enclosed([100.0, 1e6], Interval::point(0.5), |root| heavy_ball(root) / Interval::int(2))),
        },
        Claim {
            id: "heavy-ball",
            as_stated: false,
            statement: "$1 < A/sqrt(κ) < 1 + frac(1, 3 κ)$",
            quantifier: "every real κ ≥ 4",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(heavy_ball_bounds(&rational(1, 3), 0)),
        },
        Claim {
            id: "nesterov",
            as_stated: false,
            statement: "Nesterov's method against gradient descent, both at $1/L$: $1 < A/sqrt(κ) < 1 + 1/sqrt(κ)$",
            quantifier: "every real κ ≥ 4",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(nesterov_bounds(&Rational::ONE, 0)),
        },
        Claim {
            id: "whole-range",
            as_stated: false,
            statement: "enclosures of $A/sqrt(κ)$ itself lie in $1 ± 0.1$ throughout",
            quantifier: "every κ in [4, 10⁶], by interval bisection",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(enclosed([4.0, 1e6], Interval::one(), heavy_ball)),
        },
        Claim {
            id: "values",
            as_stated: false,
            statement: "$A/sqrt(κ)$ is $1.0753$, $1.0320$, $1.0033$ and $1.0000$ at $κ = 4, 10, 100, 10^4$, and $1.0483$ for Nesterov's \
                        method at $κ = 100$, rounded to four decimals",
            quantifier: "these values",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(values(0.0)),
        },
        Claim {
            id: "closed-forms",
            as_stated: false,
            statement: "the code's iterates have the closed forms $(A + B k) r^k$",
            quantifier: "60 steps at √κ = 2, 5, 10 and 100, both ends of the spectrum, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                let mut exact = Exact::new();
                closed_forms(&mut exact, subject, &[2, 5, 10, 100], 60)?;
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "counts",
            as_stated: false,
            statement: "gradient descent needs $sqrt(κ)$ times as many steps to $10^(-100)$ as the heavy ball, up to $5%$",
            quantifier: "κ = 10⁴; the counts follow from the closed forms",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(counts(100)),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "the tuned heavy ball is within $(1 + (1 + r) k) r^k$ of the minimum after $k$ steps, in units of its start, and \
                        exactly that far at $λ = L$",
            quantifier: "½ λ x², λ = 1, 2, 13 and 25, from 3.3, κ = 25, 60 steps of the code, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                let curvatures = [1, 2, 13, 25].map(Rational::from);
                runs(subject, curvatures.map(|curvature| Piecewise::parabola(&curvature)).to_vec())
            },
        },
    ],
    controls: &[
        Control {
            id: "factor-kappa",
            differs: "claims the factor κ",
            broken: Broken::Statement(|_, _| Ok(enclosed([4.0, 1e6], Interval::one(), |root| heavy_ball(root) / root))),
        },
        Control {
            id: "an-eighth-more-than-the-root",
            differs: "claims the factor 1.125 √κ",
            broken: Broken::Statement(|_, _| Ok(enclosed([4.0, 1e6], Interval::point(1.125), heavy_ball))),
        },
        Control {
            id: "bound-with-a-smaller-constant",
            differs: "claims A/√κ < 1 + 3/(10κ)",
            broken: Broken::Statement(|_, _| Ok(heavy_ball_bounds(&rational(3, 10), 0))),
        },
        Control {
            id: "lower-bound-larger-by-a-thousandth",
            differs: "claims A/√κ > 1 + 1/1000",
            broken: Broken::Statement(|_, _| Ok(heavy_ball_bounds(&rational(1, 3), 1))),
        },
        Control {
            id: "nesterov-with-half-the-excess",
            differs: "claims A/√κ < 1 + 1/(2√κ) for Nesterov's method",
            broken: Broken::Statement(|_, _| Ok(nesterov_bounds(&rational(1, 2), 0))),
        },
        Control {
            id: "nesterov-lower-bound-larger-by-a-thousandth",
            differs: "claims A/√κ > 1 + 1/1000 for Nesterov's method",
            broken: Broken::Statement(|_, _| Ok(nesterov_bounds(&Rational::ONE, 1))),
        },
        Control {
            id: "values-off-by-a-digit",
            differs: "claims values larger by 10⁻⁴",
            broken: Broken::Statement(|_, _| Ok(values(1e-4))),
        },
        Control {
            id: "counts-at-little-accuracy",
            differs: "claims √κ up to 5% for the steps to 10⁻⁸, where the double root's factor k still counts",
            broken: Broken::Statement(|_, _| Ok(counts(8))),
        },
        Control {
            id: "beyond-quadratics",
            differs: "claims the bound for the function with slopes 25, 1, 25 of Lessard, Recht and Packard",
            broken: Broken::Statement(|_, subject| {
                runs(subject, vec![Piecewise::new(&[1, 2].map(Rational::from), &[25, 1, 25].map(Rational::from))])
            }),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "closed-forms", subject: &LONGER_STEP },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "runs", subject: &HEAVIER_BALL },
        },
    ],
    plots: &[factors],
};

fn ln(x: Interval) -> Interval {
    x.apply(Function::Logarithm)
}

/// `A/√κ` of the heavy ball; `ln((s + 1)/(s - 1))` with one `s` only, so that its enclosure is sharp.
fn heavy_ball(root: Interval) -> Interval {
    let [one, two] = [1, 2].map(Interval::int);
    let kappa = root * root;
    ln(one + two / (root - one)) / (root * ln(one + two / (kappa - one)))
}

/// `A/√κ` of Nesterov's method against gradient descent at `1/L`: `-ln(1 - 1/s) = ln(1 + 1/(s - 1))`.
fn nesterov(root: Interval) -> Interval {
    let one = Interval::one();
    ln(one + one / (root - one)) / (root * ln(one + one / (root * root - one)))
}

/// Whether `value`, a function of `√κ`, lies within a tenth of `claimed` for every κ of the range.
fn enclosed(kappa: [f64; 2], claimed: Interval, value: fn(Interval) -> Interval) -> Evidence {
    let mut exact = Exact::new();
    let roots = [kappa[0].sqrt(), kappa[1].sqrt()]; // the ranges' ends are squares
    cover(&mut exact, "A/√κ over the claimed value lies in 1 ± 0.1", roots, |root| {
        (value(root) / claimed - Interval::one()).smaller_than(0.1)
    });
    exact.evidence()
}

/// The bounds of `A/√κ` for `κ = 4 + excess`; `constant/κ` is the upper one, `more` thousandths are added to the lower one.
///
/// With `w = 1/κ`, `artanh(√w)/√w` lies between `1 + w/3` and `1 + w/3 + w²/(5(1 - w))`, and `artanh(w)/w` between `1 + w²/3` and
/// `1 + w²/(3(1 - w²))`: the series have positive terms, and their tails are below geometric ones. `A/√κ` is the quotient of the two.
fn heavy_ball_bounds(constant: &Rational, more: i64) -> Evidence {
    let [excess] = Polynomial::variables();
    let [one, three, five] = [1, 3, 5].map(|n| excess.int(n));
    let kappa = &excess + excess.int(4);
    let mut exact = Exact::new();
    // Times 15 κ³ (κ - 1): (1 + cw)(1 + w²/3) - (1 + w/3 + w²/(5(1 - w))).
    let less = &kappa - &one;
    let square_of = kappa.squared();
    let bound = (&kappa + excess.constant(constant)) * (&three * &square_of + &one);
    let series = &five * &square_of * (&three * &kappa + &one) * &less + &three * &square_of;
    positive(&mut exact, "upper bound", &five * bound * &less - series);
    // Times 3 κ (κ² - 1): 1 + w/3 - (1 + m)(1 + w²/(3(1 - w²))).
    let less = &square_of - &one;
    let claimed = excess.constant(&(Rational::ONE + rational(more, 1000)));
    let series = claimed * (&three * &less + &one) * &kappa;
    positive(&mut exact, "lower bound", (&three * &kappa + &one) * less - series);
    exact.evidence()
}

/// The same for Nesterov's method, `s = 2 + excess`, with `q = 1/s`: `-ln(1 - q)/q` lies between `1 + q/2` and
/// `1 + q/2 + q²/(3(1 - q))`, and `-ln(1 - q²)/q²` between 1 and `1 + q²/(2(1 - q²))`.
fn nesterov_bounds(constant: &Rational, more: i64) -> Evidence {
    let [excess] = Polynomial::variables();
    let [one, two, three, six] = [1, 2, 3, 6].map(|n| excess.int(n));
    let root = &excess + &two;
    let mut exact = Exact::new();
    // Times 6 s (s - 1): 1 + cq - (1 + q/2 + q²/(3(1 - q))).
    let less = &root - &one;
    let bound = (&root + excess.constant(constant)) * &six * &less;
    positive(&mut exact, "upper bound", bound - (&six * &root + &three) * &less - two.clone());
    // Times 2 s (s² - 1): 1 + q/2 - (1 + m)(1 + q²/(2(1 - q²))).
    let less = root.squared() - &one;
    let claimed = excess.constant(&(Rational::ONE + rational(more, 1000)));
    positive(&mut exact, "lower bound", (&two * &root + &one) * &less - claimed * (&two * &less + &one) * &root);
    exact.evidence()
}

/// Positive at every `excess ≥ 0`: no coefficient is negative, and the constant one is positive.
fn positive(exact: &mut Exact, name: &str, polynomial: Polynomial) {
    let first = polynomial.at(&[Rational::ZERO]);
    exact.holds(name, first > Rational::ZERO && polynomial.is_positive_termwise(), || {
        let far = [1, 1000, 1_000_000].map(|excess| polynomial.at(&[Rational::from(excess)]));
        format!("at 0: {}; at 1, 10³ and 10⁶: {:?}", readable(&first), far.each_ref().map(readable))
    });
}

fn values(error: f64) -> Evidence {
    let mut exact = Exact::new();
    for (kappa, value) in [(4, 1.0753), (10, 1.0320), (100, 1.0033), (10_000, 1.0)] {
        let found = heavy_ball(Interval::int(kappa).sqrt());
        let near = (found - Interval::point(value + error)).smaller_than(5e-5);
        exact.decided("A/√κ of the heavy ball", near, || format!("κ = {kappa}: {found:?}"));
    }
    let found = nesterov(Interval::int(10));
    exact.decided("A/√κ of Nesterov's method", (found - Interval::point(1.0483 + error)).smaller_than(5e-5), || {
        format!("κ = 100: {found:?}")
    });
    exact.evidence()
}

fn counts(digits: i64) -> Evidence {
    let root = Rational::from(100);
    let counts = [Tuned::GradientDescent, Tuned::HeavyBall].map(|tuned| tuned.count(&root, digits));
    let mut exact = Exact::new();
    let near = counts[0].zip(counts[1]).map(|(slow, fast)| {
        let ratio = Rational::from(slow) / (Rational::from(fast) * &root);
        rational(19, 20) < ratio && ratio < rational(21, 20)
    });
    exact
        .decided("the steps' ratio over √κ lies in 1 ± 0.05", near, || format!("κ = 10⁴, to 10^-{digits}: {counts:?} steps"));
    exact.evidence()
}

/// Whether the tuned heavy ball for `κ = 25` stays below the bound of its quadratics.
///
/// With both roots on `|z| = r` the iterates from rest are `|Σ| ≤ (1 + (1 + r) k) r^k` at every eigenvalue: with conjugate roots
/// `r e^(±iφ)`, `x_k = r^k (cos kφ + (x_1/r - cos φ) sin kφ / sin φ)`, where `|sin kφ / sin φ| ≤ k` and `x_1 = 1 - ηλ = 2r cos φ - r²`, so
/// that the bracket is `cos φ - r`.
fn runs(subject: &dyn Subject, functions: Vec<Piecewise<Rational>>) -> Result<Evidence, NotOffered> {
    let root = Rational::from(5);
    let (radius, factor) = (Tuned::HeavyBall.radius(&root), Tuned::HeavyBall.factor(&root));
    let method: Method = Tuned::HeavyBall.method(&root);
    let start = rational(33, 10);
    let mut exact = Exact::new();
    for (index, function) in functions.iter().enumerate() {
        let mut optimizer = subject.exact(&method)?;
        let path = trajectory(&mut *optimizer, vec![start.clone()], |x| function.gradient(x), 60).concat();
        for (step, x) in path.iter().enumerate() {
            let bound = (Rational::ONE + &factor * Rational::from(step)) * radius.pow(step as isize);
            let (size, bound) = (x.clone().magnitude(), bound * &start);
            let found = || format!("function {index}, κ = 25, step {step}: x = {}", readable(x));
            exact.holds("|x_k| ≤ (1 + (1 + r) k) r^k |x_0|", size <= bound, found);
            // Slope 25 everywhere: the steep end of the spectrum.
            if *function == Piecewise::parabola(&square(&root)) {
                exact.holds("at λ = L it is attained", size == bound, found);
            }
        }
    }
    Ok(exact.evidence())
}

fn factors(_: &Lab) -> Plot {
    let kappas = || (0..=100).map(|step| libm::pow(10.0, 0.6 + 0.054 * f64::from(step)));
    let middle = |value: Interval| 0.5 * (value.lo + value.hi);
    // Rates of the code: its double root at μ, and the contraction of one step of gradient descent.
    let measured = |step: i32| {
        let root = root_near(0.5 + 0.25 * f64::from(step));
        let radius = Recursion::read(&Reference, &Tuned::HeavyBall.method(&root), &Rational::ONE).ok()?.radius();
        let mut descent = Reference.exact(&Tuned::GradientDescent.method(&root)).ok()?;
        let mut x = vec![Rational::ONE];
        advance(&mut *descent, &mut x, |x| x.to_vec());
        Some([to_f64(&square(&root)), libm::log(radius) / libm::log(to_f64(&x[0])) / to_f64(&root)])
    };
    let counted = |digits: i64| {
        let point = move |step: i32| {
            let root = root_near(0.5 + 0.05 * f64::from(step));
            let [slow, fast] = [Tuned::GradientDescent, Tuned::HeavyBall].map(|tuned| tuned.count(&root, digits));
            Some([to_f64(&square(&root)), slow? as f64 / fast? as f64 / to_f64(&root)])
        };
        (0..=50).filter_map(point)
    };
    Plot {
        id: "factors".into(),
        title: "Acceleration factor over √κ on quadratics: in rates, and in steps to a given accuracy".into(),
        x: "condition number κ".into(),
        y: "factor / √κ".into(),
        log_x: true,
        series: vec![
            Series::theory("heavy ball", kappas().map(|kappa| [kappa, middle(heavy_ball(Interval::point(kappa.sqrt())))])),
            Series::theory("Nesterov", kappas().map(|kappa| [kappa, middle(nesterov(Interval::point(kappa.sqrt())))])),
            Series::theory(
                "heavy ball with the note's momentum",
                kappas().map(|kappa| [kappa, middle(heavy_ball(Interval::point(kappa.sqrt()))) / 2.0]),
            ),
            Series::theory("heavy ball, in steps to 1e-100", counted(100)),
            Series::theory("heavy ball, in steps to 1e-8", counted(8)),
            Series::measured("heavy ball, the code's radii", (0..=10).filter_map(measured)),
        ],
        ..Plot::default()
    }
}
