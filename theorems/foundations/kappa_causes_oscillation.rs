//! # What makes gradient descent oscillate
//!
//! **Setting.** `f = ½ Σ λ_i x_i²` with eigenvalues from `μ` to `L`, `κ = L/μ`, gradient descent with the step size `η`.
//!
//! **Statement.** (1) The coordinate with eigenvalue λ changes its sign in each step exactly if `ηλ > 1`: oscillation is a matter of `η > 1/L`, whatever `κ`. (2) The best step
//! size `2/(L + μ)` multiplies the steepest coordinate by `-(κ - 1)/(κ + 1)`: it oscillates for every `κ > 1`. (3) What a high `κ` does at `η = 1/L` is to slow the flattest coordinate: after
//! `κ` steps a quarter of it or more is left.
//!
//! **Why.** `x_i⁺ = (1 - ηλ_i) x_i`; `(1 - 1/κ)^κ ≥ 1/4` for `κ ≥ 2`.
//!
//! **How it could fail.** The identities are compared as polynomials; the signs of the code's iterates are counted, exactly and in doubles, on both sides of `1/L`.

use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, rational, to_f64};
use crate::optimizers::{Method, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP, longer};
use crate::vector::finite;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "kappa-causes-oscillation",
    title: "Step sizes beyond 1/L make gradient descent oscillate; the condition number does not",
    topic: "foundations",
    record: Some("kappa-causes-oscillation"),
    statement: "On a quadratic the coordinate with eigenvalue $λ$ changes sign in each step of gradient descent exactly if $η λ > 1$. With $η ≤ 1/L$ nothing oscillates, whatever \
                $κ$; the best step size $2/(L + μ)$ oscillates for every $κ > 1$.",
    hypotheses: &["$f$ is quadratic, $H ≻ 0$", "exact gradients, a constant step size"],
    sources: &[
        Source::Note("001", "142"),
        Source::Note("001", "211-213"),
        Source::Note("003", "221"),
        Source::Note("004", "87-89"),
        Source::Cited("polyak1987", "section 1.4.2"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "with a high condition number, $κ = 1000$, gradient descent oscillates",
            quantifier: "refuted at η = 0.9/L: no coordinate changes its sign in 100 steps",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| oscillates(subject, &rational(9, 10)),
        },
        Claim {
            id: "identities",
            as_stated: false,
            statement: "$x x^+ = (1 - η λ) x^2$, and for $η (L + μ) = 2$ the factors of the steepest and the flattest coordinate are $∓ (L - μ)/(L + μ)$",
            quantifier: "all real x, η, μ and L, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(identities(0)),
        },
        Claim {
            id: "signs",
            as_stated: false,
            statement: "a coordinate of the code changes its sign in every step if $η λ > 1$, becomes 0 in the first if $η λ = 1$, and never changes it otherwise",
            quantifier: "κ = 2, 10 and 1000, ηL = 1/2, 9/10, 1, 21/20 and 2κ/(κ + 1), 100 steps, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| signs(subject, &Rational::ONE),
        },
        Claim {
            id: "flat-direction",
            as_stated: false,
            statement: "at $η = 1/L$ the flattest coordinate is multiplied by $(1 - 1/κ)^κ ∈ [1/4, 0.368]$ in $κ$ steps",
            quantifier: "κ = 2, 10, 100 and 1000, the code exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| flat_direction(subject, &rational(368, 1000)),
        },
        Claim {
            id: "doubles",
            as_stated: false,
            statement: "in doubles the steepest coordinate changes its sign in all of 50 steps at $η = 2/(L + μ)$, and in none at $η = 0.9/L$",
            quantifier: "κ = 1000; the step errs by less than 10⁻¹⁵ of x, and no factor is nearer to 0 than 1/10",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| doubles(subject, 50),
        },
    ],
    controls: &[
        Control {
            id: "oscillates-below-one-over-l",
            differs: "claims that κ = 1000 oscillates at η = 0.999/L",
            broken: Broken::Statement(|_, subject| oscillates(subject, &rational(999, 1000))),
        },
        Control {
            id: "threshold-later",
            differs: "claims that oscillation begins beyond ηλ = 1.1",
            broken: Broken::Statement(|_, subject| signs(subject, &rational(11, 10))),
        },
        Control {
            id: "factor-off-by-a-billionth",
            differs: "claims the factor -(L - μ)/(L + μ) with L (1 + 10⁻⁹)",
            broken: Broken::Statement(|_, _| Ok(identities(1))),
        },
        Control {
            id: "faster-in-the-flat-direction",
            differs: "claims that less than 0.36 of the flattest coordinate is left after κ steps",
            broken: Broken::Statement(|_, subject| flat_direction(subject, &rational(36, 100))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "signs", subject: &LONGER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "signs", subject: &SHORTER_STEP },
        },
        Control {
            id: "four-steps-less",
            differs: "claims sign changes in 46 of the 50 steps",
            broken: Broken::Statement(|_, subject| doubles(subject, 46)),
        },
        Control {
            id: "half-the-step",
            differs: "the code takes half the step",
            broken: Broken::Subject {
                claim: "doubles",
                subject: &Impostor { name: "half the step", instead: |method| longer(method, rational(-1, 2)) },
            },
        },
    ],
    plots: &[runs],
};

/// `error` billionths are added to the factor of `L` in the claimed product.
fn identities(error: i64) -> Evidence {
    let [mu, l, eta, lambda, x] = Polynomial::variables();
    let next = &x - &eta * &lambda * &x;
    let mut exact = Exact::new();
    exact.identity("x x⁺ = (1 - ηλ) x²", &x * &next, (x.int(1) - &eta * &lambda) * x.squared());
    // η = 2/(L + μ), times L + μ.
    let factor = |eigenvalue: &Polynomial| (&l + &mu) - x.int(2) * eigenvalue;
    let claimed = &l * &l.constant(&(Rational::ONE + rational(error, 1_000_000_000))) - mu.clone();
    exact.identity("the steepest coordinate's factor at 2/(L + μ)", factor(&l), -claimed.clone());
    exact.identity("the flattest coordinate's factor at 2/(L + μ)", factor(&mu), claimed);
    exact.evidence()
}

/// The code's iterates from `(1, 1)` on `½ (x² + κ y²)`, with `ηL = scaled`.
fn path(subject: &dyn Subject, kappa: i64, scaled: &Rational, steps: usize) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let quadratic = Quadratic { spectrum: vec![Rational::ONE, Rational::from(kappa)] };
    let mut optimizer = subject.exact(&Method::gradient_descent(scaled / Rational::from(kappa)))?;
    Ok(trajectory(&mut *optimizer, vec![Rational::ONE, Rational::ONE], |x| quadratic.gradient(x), steps))
}

fn oscillates(subject: &dyn Subject, scaled: &Rational) -> Result<Evidence, NotOffered> {
    let path = path(subject, 1000, scaled, 100)?;
    let changes = |place: usize| path.windows(2).filter(|pair| &pair[0][place] * &pair[1][place] < Rational::ZERO).count();
    let counts = [0, 1].map(changes);
    let mut exact = Exact::new();
    exact.holds("a coordinate changes its sign", counts.iter().any(|count| *count > 0), || {
        format!("κ = 1000, η = {scaled}/L, 100 steps from (1, 1): {counts:?} changes")
    });
    Ok(exact.evidence())
}

/// Oscillation is said to begin beyond `ηλ = threshold`.
fn signs(subject: &dyn Subject, threshold: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for kappa in [2, 10, 1000] {
        let best = Rational::from(2 * kappa) / Rational::from(kappa + 1);
        for scaled in [rational(1, 2), rational(9, 10), rational(21, 20), Rational::ONE, best] {
            let path = path(subject, kappa, &scaled, 100)?;
            for (place, eigenvalue) in [(0, 1), (1, kappa)] {
                let step = &scaled * rational(eigenvalue, kappa as u64); // ηλ
                for (t, pair) in path.windows(2).enumerate().filter(|(_, pair)| !pair[0][place].is_zero()) {
                    let product = &pair[0][place] * &pair[1][place];
                    exact.holds(
                        "the sign is that of threshold - ηλ",
                        product.clone().sign() == (threshold - &step).sign(),
                        || format!("κ = {kappa}, ηλ = {step}, step {t}: x x⁺ = {}", readable(&product)),
                    );
                }
            }
        }
    }
    Ok(exact.evidence())
}

fn flat_direction(subject: &dyn Subject, most: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for kappa in [2, 10, 100, 1000] {
        let left = path(subject, kappa, &Rational::ONE, kappa as usize)?.swap_remove(kappa as usize).swap_remove(0);
        let found = || format!("κ = {kappa}: {}", readable(&left));
        exact.holds("at least a quarter is left", left >= rational(1, 4), found);
        exact.holds("at most 0.368 is left", left <= *most, found);
        exact.equal("it is (1 - 1/κ)^κ", &left, &rational(kappa - 1, kappa as u64).pow(kappa as isize), || {
            format!("κ = {kappa}")
        });
    }
    Ok(exact.evidence())
}

/// At `2/(L + μ)` the sign is said to change so often in 50 steps. The number deviates from the claimed one by less than half a change; iterates stay
/// above `10⁻⁵⁰`, far from underflow.
fn doubles(subject: &dyn Subject, most: usize) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let kappa = 1000;
    let best = Rational::from(2 * kappa) / Rational::from(kappa + 1);
    for (name, scaled, claimed) in [("2/(L + μ)", best, most), ("0.9/L", rational(9, 10), 0)] {
        let quadratic = Quadratic { spectrum: vec![1.0, kappa as f64] };
        let mut optimizer = subject.double(&Method::gradient_descent(scaled / Rational::from(kappa)))?;
        let path = trajectory(&mut *optimizer, vec![1.0, 1.0], |x| quadratic.gradient(x), 50);
        let changes = path.windows(2).filter(|pair| pair[0][1].sign() * pair[1][1].sign() < 0.0).count();
        // What is no number has no sign, and says nothing.
        let deviation = if finite(&path.concat()) { changes.abs_diff(claimed) as f64 } else { f64::NAN };
        property
            .within("sign changes of the steepest coordinate", deviation, 0.5, || format!("κ = {kappa}, η = {name}: {changes}"));
    }
    Ok(property.evidence())
}

fn runs(_: &Lab) -> Plot {
    let mut series = Vec::new();
    for (name, scaled) in [("0.5/L", rational(1, 2)), ("0.9/L", rational(9, 10)), ("2/(L + μ)", rational(2000, 1001))] {
        let factor = 1.0 - to_f64(&scaled);
        let theory = (0..=12).scan(1.0, |y, t| Some([f64::from(t), std::mem::replace(y, *y * factor)]));
        series.push(Series::theory(&format!("(1 - ηL)^t, η = {name}"), theory));
        let points = path(&Reference, 1000, &scaled, 12).unwrap_or_default();
        series.push(Series::measured(
            &format!("the code, η = {name}"),
            points.iter().enumerate().map(|(t, x)| [t as f64, to_f64(&x[1])]),
        ));
    }
    Plot {
        id: "steepest".into(),
        title: "The steepest coordinate for κ = 1000".into(),
        x: "step t".into(),
        y: "y".into(),
        series,
        ..Plot::default()
    }
}
