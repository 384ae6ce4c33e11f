//! # The L of the bound 2/L is the largest curvature anywhere, not at the minimiser
//!
//! **Setting.** `x⁺ = x - η f'(x)` on `f = x⁴/4`, whose curvature `3x²` is 0 at the minimiser and has no bound, and on drawn functions
//! with piecewise linear derivative.
//!
//! **Statement.** (1) On `x⁴/4` gradient descent converges exactly if `ηx_0² < 2`, and cycles at `ηx_0² = 2`: neither all η nor none, as
//! the curvatures at the minimiser and far away would have it. (2) With `L` the largest curvature on `[-r, r]`, here `3r²`, `η < 2/L`
//! suffices there. (3) The largest slope of `f'` that steps of the code show is the `L` of the class.
//!
//! **Why.** `x⁺ = x(1 - ηx²)`; `f(x) - f(x⁺) - η(1 - ηL/2) f'(x)²` is a sum of products without negative terms.
//!
//! **How it could fail.** Identities are compared as polynomials; the code runs exactly on both sides of the boundary, and its steps from
//! pairs of points show the slopes.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic, Univariate};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "lr-bound-is-max-hessian-eig",
    title: "The L of the bound 2/L is the largest curvature anywhere, not at the minimiser",
    topic: "gradient-descent",
    record: Some("lr-bound-is-max-hessian-eig"),
    statement: "In $η < 2/L$, $L = sup_x λ_\"max\" (∇^2 f(x))$ over a region that the iterates do not leave. The largest eigenvalue at the \
                minimiser says nothing: on $x^4/4$ it is 0, and gradient descent converges exactly if $η x_0^2 < 2$.",
    hypotheses: &["a quadratic, or the supremum over the whole sublevel set", "exact gradients, a constant step size"],
    sources: &[Source::Note("001", "111"), Source::Cited("nesterov2004", "Lemma 1.2.2")],
    claims: &[
        Claim {
            id: "at-the-minimiser",
            as_stated: true,
            statement: "with $L$ the largest eigenvalue of the Hessian, at the minimiser, every $η < 2/L$ converges",
            quantifier: "x⁴/4, L = 0 at the minimiser: η = (2 + 2⁻ᵏ)/x_0², k = 0 ... 20, where the code's step does not shrink",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| shrinks(subject, |_| true),
        },
        Claim {
            id: "quadratics",
            as_stated: true,
            statement: "on a quadratic, $L$ the largest eigenvalue of its Hessian, the code's step shrinks every eigenvector exactly if $η < 2/L$",
            quantifier: "the factor: all η, λ ≤ L; the code: five spectra with λ > 0 and η = (2 ± 2⁻ᵏ)/L, k = 0 ... 20",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| quadratics(subject, 0),
        },
        Claim {
            id: "quartic",
            as_stated: false,
            statement: "on $x^4/4$, $x_(t+1) = x_t (1 - η x_t^2)$: $|x_t|$ decreases if $η x_0^2 < 2$, is constant if $η x_0^2 = 2$, and \
                        increases otherwise",
            quantifier: "all real x_0 ≠ 0 and η > 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(quartic(0)),
        },
        Claim {
            id: "boundary",
            as_stated: false,
            statement: "the code's step on $x^4/4$ shrinks $|x|$ exactly if $η x^2 < 2$, and is $x_1 = -x_0$ at $η x_0^2 = 2$",
            quantifier: "eight starts, ηx_0² = 2 and 2 ± 2⁻ᵏ, k = 0 ... 20, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| shrinks(subject, |scaled| *scaled < Rational::from(2)),
        },
        Claim {
            id: "sublevel",
            as_stated: false,
            statement: "on $x^4/4$ for $|x| ≤ r$ and $η ≤ 2/L$ with $L = 3 r^2$: $f(x) - f(x^+) ≥ η (1 - η L/2) f'(x)^2$, so that the \
                        supremum over the sublevel set is sufficient",
            quantifier: "all real r, |x| ≤ r and 0 < η ≤ 2/(3r²)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(sublevel(0)),
        },
        Claim {
            id: "supremum",
            as_stated: false,
            statement: "the largest $(f'(x) - f'(y))/(x - y)$ that steps of the code from two points show is $L$",
            quantifier: "the drawn functions with piecewise linear derivative, at all pairs of their breakpoints and points beyond",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| supremum(lab, subject, Rational::ONE),
        },
    ],
    controls: &[
        Control {
            id: "curvature-at-the-minimiser",
            differs: "claims that every η converges on x⁴/4 that is at most 2⁻²⁰ beyond",
            broken: Broken::Statement(|_, subject| {
                shrinks(subject, |scaled| *scaled <= Rational::from(2) + rational(1, 1 << 20))
            }),
        },
        Control {
            id: "boundary-from-the-curvature-at-the-start",
            differs: "claims that the boundary is η 3x_0² < 2",
            broken: Broken::Statement(|_, subject| shrinks(subject, |scaled| Rational::from(3) * scaled < Rational::from(2))),
        },
        Control {
            id: "quartic-a-billionth-beyond",
            differs: "claims the boundary ηx² = 2 + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(quartic(1))),
        },
        Control {
            id: "sublevel-a-billionth-more",
            differs: "claims the descent η(1 + 10⁻⁹ - ηL/2) f'(x)²",
            broken: Broken::Statement(|_, _| Ok(sublevel(1))),
        },
        Control {
            id: "quadratics-a-billionth-beyond",
            differs: "claims the boundary (2 + 10⁻⁹)/L",
            broken: Broken::Statement(|_, subject| quadratics(subject, 1)),
        },
        Control {
            id: "supremum-less-a-billionth",
            differs: "claims that the largest slope is L (1 - 10⁻⁹)",
            broken: Broken::Statement(|lab, subject| supremum(lab, subject, Rational::ONE - rational(1, 1_000_000_000))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "boundary", subject: &LONGER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "supremum", subject: &SHORTER_STEP },
        },
    ],
    plots: &[quartic_ratio],
};

fn stepped(
    subject: &dyn Subject,
    eta: &Rational,
    problem: &dyn Problem<Rational>,
    x: Vec<Rational>,
) -> Result<Vec<Rational>, NotOffered> {
    let mut x = x;
    advance(&mut *subject.exact(&Method::gradient_descent(eta.clone()))?, &mut x, |x| problem.gradient(x));
    Ok(x)
}

/// `2 - 1, 2 - ½, ..., 2, ..., 2 + ½, 2 + 1`.
fn around_two() -> impl Iterator<Item = Rational> {
    let edge = |k: u32| rational(1, 1 << k);
    let two = Rational::from(2);
    let sides = (0..=20).flat_map(move |k| [Rational::from(2) - edge(k), Rational::from(2) + edge(k)]);
    sides.chain([two])
}

/// Whether the code's step on `x⁴/4` shrinks `|x|` exactly for those `ηx²` for which it is `claimed` to.
fn shrinks(subject: &dyn Subject, claimed: fn(&Rational) -> bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for start in [
        rational(-7, 3),
        rational(-1, 1),
        rational(-1, 9),
        rational(1, 64),
        rational(1, 2),
        rational(2, 1),
        rational(13, 4),
        rational(100, 1),
    ] {
        for scaled in around_two() {
            let eta = &scaled / square(&start);
            let next = stepped(subject, &eta, &Univariate::quartic(), vec![start.clone()])?.remove(0);
            let found = || format!("η = {eta}, x = {start}, ηx² = {scaled}: x⁺ = {next}");
            exact.holds("shrinks exactly where claimed", (square(&next) < square(&start)) == claimed(&scaled), found);
            if scaled == Rational::from(2) {
                exact.holds("at ηx² = 2, x⁺ = -x", next == -&start, found);
            }
        }
    }
    Ok(exact.evidence())
}

/// `error` billionths are added to the 2 of `2/L`, in the identity and in what is claimed of the code.
fn quadratics(subject: &dyn Subject, error: i64) -> Result<Evidence, NotOffered> {
    let [eta, eigenvalue, l] = Polynomial::variables();
    let edge = Rational::from(2) + rational(error, 1_000_000_000);
    let (one, two) = (eta.int(1), eta.constant(&edge));
    let mut exact = Exact::new();
    let factor = &one - &eta * &eigenvalue;
    let room = &two - &eta * &l + &eta * &(&l - &eigenvalue);
    exact.identity("1 - (1 - ηλ)² = ηλ((2 - ηL) + η(L - λ))", &one - factor.squared(), &eta * &eigenvalue * room);
    for spectrum in [[1, 2, 3], [1, 1, 5], [2, 7, 9], [1, 50, 100], [4, 4, 4]] {
        let quadratic = Quadratic { spectrum: spectrum.map(Rational::from).to_vec() };
        let smoothness = Rational::from(spectrum[2]);
        for scaled in around_two() {
            let next = stepped(subject, &(&scaled / &smoothness), &quadratic, vec![Rational::ONE; 3])?;
            let all = next.iter().all(|x| square(x) < Rational::ONE);
            exact.holds("all eigenvectors shrink exactly if ηL < 2", all == (scaled < edge), || {
                format!("{spectrum:?}, ηL = {scaled}: {next:?}")
            });
        }
    }
    Ok(exact.evidence())
}

/// `error` billionths are added to the 2 of the boundary.
fn quartic(error: i64) -> Evidence {
    let [eta, x] = Polynomial::variables();
    let quartic = x.constant(&rational(1, 4));
    let two = x.constant(&(Rational::from(2) + rational(error, 1_000_000_000)));
    let scaled = &eta * &x.squared();
    let next = &x * &(x.int(1) - &scaled);
    let mut exact = Exact::new();
    // Below the boundary |x_t| decreases to a limit c with c² = c²(1 - ηc²)² and ηc² < 2, that is to 0; beyond it the factor only grows.
    exact.identity("x² - x⁺² = ηx⁴(2 - ηx²)", x.squared() - next.squared(), &eta * &x.squared().squared() * (two - &scaled));
    let value = |x: &Polynomial| &quartic * &x.squared().squared();
    let decrease = (x.int(2) - &scaled) * &scaled * (x.int(1) + (x.int(1) - &scaled).squared());
    exact.identity("f(x) - f(x⁺) = f(x) ηx²(2 - ηx²)(1 + (1 - ηx²)²)", value(&x) - value(&next), value(&x) * decrease);
    exact.evidence()
}

/// With `r² = x² + s`, `s ≥ 0`; `error` billionths are added to the 1 of the descent.
fn sublevel(error: i64) -> Evidence {
    let [eta, x, s] = Polynomial::variables();
    let fraction = |a, b| x.constant(&rational(a, b));
    let one = x.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    let scaled = &eta * &x.squared();
    let next = &x * &(x.int(1) - &scaled);
    let value = |x: &Polynomial| fraction(1, 4) * x.squared().squared();
    let smoothness = x.int(3) * (x.squared() + &s);
    let claimed = &eta * &(one - fraction(1, 2) * &eta * &smoothness) * (&x * &x.squared()).squared();
    // Both summands are non-negative where ηx² ≤ ηr² ≤ 2/3.
    let rest = fraction(3, 2) * &scaled * &eta * &s + (&scaled * &scaled.squared()) * (x.int(1) - fraction(1, 4) * &scaled);
    let mut exact = Exact::new();
    exact.identity("f(x) - f(x⁺) - η(1 - ηL/2) f'(x)²", value(&x) - value(&next) - claimed, x.squared().squared() * rest);
    exact.evidence()
}

/// A step of the code from x and y tells `(f'(x) - f'(y))/(x - y) = (1 - (x⁺ - y⁺)/(x - y))/η`. `times` multiplies the claimed L.
fn supremum(lab: &Lab, subject: &dyn Subject, times: Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("supremum");
    let mut exact = Exact::new();
    for case in 0..lab.cases(200) {
        let draws = &mut stream.trial(case);
        let mut points = vec![draws.fraction(-160..-80, 16)];
        let mut slopes = vec![draws.fraction(0..160, 16)];
        for place in 0..5 {
            points.push(&points[place] + draws.fraction(1..64, 16));
            slopes.push(draws.fraction(0..160, 16));
        }
        slopes.push(draws.fraction(0..160, 16));
        let function = Piecewise::new(&points, &slopes);
        points.insert(0, &points[0] - Rational::ONE);
        points.push(&points[points.len() - 1] + Rational::ONE);
        let eta = draws.fraction(1..64, 16);
        let next = stepped(subject, &eta, &function, points.clone())?;
        let pairs = (0..points.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let shown = pairs.map(|(i, j)| (Rational::ONE - (&next[i] - &next[j]) / (&points[i] - &points[j])) / &eta);
        let largest = shown.reduce(Real::larger).expect("there are pairs");
        let smoothness = slopes.into_iter().reduce(Real::larger).expect("there are slopes") * &times;
        exact.equal("largest slope shown = L", &largest, &smoothness, || format!("case {case}, η = {eta}"));
    }
    Ok(exact.evidence())
}

fn quartic_ratio(_: &Lab) -> Plot {
    let start = rational(3, 2);
    let measured = (1..=50).map(|k| rational(k, 20)).filter_map(|scaled| {
        let next = stepped(&Reference, &(&scaled / square(&start)), &Univariate::quartic(), vec![start.clone()]).ok()?.remove(0);
        Some([to_f64(&scaled), to_f64(&(next / &start).magnitude())])
    });
    Plot {
        id: "quartic".into(),
        title: "One step on x⁴/4 shrinks exactly below η x² = 2; the curvature at the minimiser is 0".into(),
        x: "η x²".into(),
        y: "|x⁺| / |x|".into(),
        series: vec![
            Series::theory("|1 - ηx²|", (0..=250).map(|k| f64::from(k) / 100.0).map(|s| [s, (1.0 - s).abs()])),
            Series::measured("the code, exactly", measured),
            Series::theory("no growth", [[0.0, 1.0], [2.5, 1.0]]),
        ],
        ..Plot::default()
    }
}
