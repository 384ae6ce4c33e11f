//! # The direction of steepest ascent
//!
//! **Setting.** A gradient `g ≠ 0`; the slope along `d` is `⟨g, d⟩`.
//!
//! **Statement.** (1) Among the directions of Euclidean length 1 the slope is largest, `‖g‖`, along `g/‖g‖`, and nowhere else. (2) In the largest norm it is `‖g‖₁`,
//! along `sign(g)`. (3) In the norm `√(dᵀAd)` it is `√(gᵀA⁻¹g)`, along `A⁻¹g`. So "the gradient points in the direction of steepest ascent" is a statement about a norm.
//!
//! **Why.** Lagrange's identity `‖g‖²‖d‖² - ⟨g, d⟩² = Σ_(i<j) (g_i d_j - g_j d_i)²`; Hölder's inequality.
//!
//! **How it could fail.** Identities are compared as polynomials; the steps of the code's gradient descent and sign descent are compared with all corners of the cube and with drawn directions.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, rational};
use crate::optimizers::{Algorithm, Method, advance};
use crate::subject::{Impostor, NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::vector::{dot, largest};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gradient-steepest-ascent",
    title: "The gradient is the steepest direction in the Euclidean norm; in others it is another one",
    topic: "foundations",
    record: Some("gradient-steepest-ascent"),
    statement: "For $g = ∇f(x) ≠ 0$ the slope $⟨g, d⟩$ over $‖d‖ = 1$ is largest along $g$ for the Euclidean norm, along $op(\"sign\")(g)$ for the largest norm, and along \
                $A^(-1) g$ for $sqrt(d^T A d)$.",
    hypotheses: &["$∇f(x) ≠ 0$", "directions are compared at one Euclidean length"],
    sources: &[
        Source::Note("001", "121-127"),
        Source::Note("001", "16"),
        Source::Note("004", "37-38"),
        Source::Cited("boyd2004", "section 9.4"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "the gradient points in the direction of steepest ascent, whatever norm measures directions",
            quantifier: "refuted in the largest norm by g = (-1, -2): slope 5/2 along g/2, and 3 along (-1, -1)",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| cube(subject, &Method::gradient_descent(Rational::ONE)),
        },
        Claim {
            id: "euclidean",
            as_stated: false,
            statement: "$‖g‖^2 ‖d‖^2 - ⟨g, d⟩^2 = sum_(i<j) (g_i d_j - g_j d_i)^2$: the slope is at most $‖g‖ ‖d‖$, with equality along $g$ alone",
            quantifier: "all real vectors of two to six dimensions, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(lagrange(&Rational::ONE)),
        },
        Claim {
            id: "descent",
            as_stated: false,
            statement: "the step of gradient descent is the steepest of its Euclidean length: $⟨g, s⟩ = -‖g‖ ‖s‖$, and no other direction is steeper",
            quantifier: "300 drawn gradients of two to five dimensions, 8 drawn directions each, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| descent(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "largest-norm",
            as_stated: false,
            statement: "the step of sign descent is the steepest of its largest norm: $⟨g, s⟩ = -‖g‖_1 ‖s‖_∞$",
            quantifier: "gradients with integer entries from -2 to 2 in up to four dimensions, all corners of the cube; a linear function on the cube is largest at a corner",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| cube(subject, &Method::new(Algorithm::SignDescent, Rational::ONE)),
        },
        Claim {
            id: "ellipsoids",
            as_stated: false,
            statement: "$(g^T A^(-1) g)(d^T A d) - ⟨g, d⟩^2$ is a square over $det A$ in two dimensions, zero for $d$ along $A^(-1) g$ alone",
            quantifier: "all symmetric A with det A ≠ 0 and all vectors of two dimensions, as a polynomial identity; it is non-negative for A ≻ 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(ellipsoids(0)),
        },
    ],
    controls: &[
        Control {
            id: "gradient-in-the-largest-norm",
            differs: "claims that the step of gradient descent is the steepest of its largest norm",
            broken: Broken::Statement(|_, subject| cube(subject, &Method::gradient_descent(Rational::ONE))),
        },
        Control {
            id: "slope-larger-by-a-billionth",
            differs: "claims that the step's slope is √(1 + 10⁻⁹) times as steep",
            broken: Broken::Statement(|lab, subject| descent(lab, subject, &(Rational::ONE + rational(1, 1_000_000_000)))),
        },
        Control {
            id: "identity-larger-by-a-billionth",
            differs: "claims Lagrange's identity with (1 + 10⁻⁹) ‖g‖²‖d‖²",
            broken: Broken::Statement(|_, _| Ok(lagrange(&(Rational::ONE + rational(1, 1_000_000_000))))),
        },
        Control {
            id: "ellipsoid-of-the-gradient",
            differs: "claims that the largest slope is along A⁻¹g det A + 10⁻⁹ g",
            broken: Broken::Statement(|_, _| Ok(ellipsoids(1))),
        },
        Control {
            id: "signs-for-the-gradient",
            differs: "the code steps along the signs where the gradient is asked for",
            broken: Broken::Subject {
                claim: "descent",
                subject: &Impostor {
                    name: "sign descent",
                    instead: |method| Method { algorithm: Algorithm::SignDescent, ..method.clone() },
                },
            },
        },
        Control {
            id: "gradient-for-the-signs",
            differs: "the code steps along the gradient where its signs are asked for",
            broken: Broken::Subject {
                claim: "largest-norm",
                subject: &Impostor {
                    name: "gradient descent",
                    instead: |method| Method { algorithm: Algorithm::GradientDescent, ..method.clone() },
                },
            },
        },
    ],
    plots: &[],
};

/// `‖g‖²‖d‖²` times `factor`.
fn lagrange(factor: &Rational) -> Evidence {
    let mut exact = Exact::new();
    for dimension in 2..=6 {
        let vector = |first: usize| -> Vec<Polynomial> {
            (first..first + dimension).map(|i| Polynomial::variable(2 * dimension, i)).collect()
        };
        let [g, d] = [vector(0), vector(dimension)];
        let zero = g[0].int(0);
        let product = |a: &[Polynomial], b: &[Polynomial]| a.iter().zip(b).fold(zero.clone(), |sum, (a, b)| sum + a * b);
        let left = zero.constant(factor) * product(&g, &g) * product(&d, &d) - product(&g, &d).squared();
        let pairs = (0..dimension).flat_map(|i| (i + 1..dimension).map(move |j| (i, j)));
        let right = pairs.fold(zero.clone(), |sum, (i, j)| sum + (&g[i] * &d[j] - &g[j] * &d[i]).squared());
        exact.identity("Lagrange's identity", left, right);
    }
    exact.evidence()
}

/// The step of the method from the origin, where the gradient is `g`.
fn step(subject: &dyn Subject, method: &Method, g: &[Rational]) -> Result<Vec<Rational>, NotOffered> {
    let mut x = vec![Rational::ZERO; g.len()];
    advance(&mut *subject.exact(method)?, &mut x, |_| g.to_vec());
    Ok(x)
}

/// The squared slope is said to be `factor ‖g‖²‖s‖²`.
fn descent(lab: &Lab, subject: &dyn Subject, factor: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("gradients");
    let mut exact = Exact::new();
    for case in 0..lab.cases(300) {
        let draws = &mut stream.trial(case);
        let dimension = 2 + draws.index(4);
        // The first entry is at least twice as large as any other one, so that no gradient is along its signs.
        let mut g: Vec<Rational> = (0..dimension).map(|_| draws.fraction(-8..9, 4)).collect();
        g[0] = draws.fraction(17..33, 4);
        let eta = draws.fraction(1..33, 16);
        let s = step(subject, &Method::gradient_descent(eta.clone()), &g)?;
        let slope = dot(&g, &s);
        let found = || format!("case {case}: g = {g:?}, s = {s:?}");
        exact.holds("it descends", slope < Rational::ZERO, found);
        exact.holds("⟨g, s⟩² = ‖g‖²‖s‖²", &slope * &slope == factor * dot(&g, &g) * dot(&s, &s), found);
        for _ in 0..8 {
            let d: Vec<Rational> = (0..dimension).map(|_| draws.fraction(-32..33, 4)).collect();
            let other = dot(&g, &d);
            // ⟨g, d⟩/‖d‖ against ⟨g, s⟩/‖s‖, where only directions down compete.
            let flatter = other >= Rational::ZERO || &other * &other * dot(&s, &s) <= &slope * &slope * dot(&d, &d);
            exact.holds("no direction is steeper", flatter, || format!("case {case}: g = {g:?}, s = {s:?}, d = {d:?}"));
        }
    }
    Ok(exact.evidence())
}

/// The method's step against the corners of the cube of its size.
fn cube(subject: &dyn Subject, method: &Method) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for dimension in 1..=4_u32 {
        for code in 0..5_i64.pow(dimension) {
            let g: Vec<Rational> = (0..dimension).map(|i| Rational::from(code / 5_i64.pow(i) % 5 - 2)).collect();
            if g.iter().all(Rational::is_zero) {
                continue;
            }
            let s = step(subject, method, &g)?;
            let size = largest(&s);
            let slope = -dot(&g, &s) / &size;
            let corners = (0..1_u32 << dimension).map(|bits| -> Vec<Rational> {
                (0..dimension).map(|i| if bits >> i & 1 == 1 { Rational::ONE } else { Rational::NEG_ONE }).collect()
            });
            for corner in corners {
                let other = dot(&g, &corner);
                exact.holds("no corner of the cube is steeper", slope >= other, || {
                    format!("g = {g:?}: slope {slope} along {s:?}, and {other} along {corner:?}")
                });
            }
            let total = g.iter().fold(Rational::ZERO, |sum, g| sum + g.clone().magnitude());
            exact.equal("the slope is ‖g‖₁", &slope, &total, || format!("g = {g:?}"));
        }
    }
    Ok(exact.evidence())
}

/// With `A = [[a, b], [b, c]]`. The steepest direction is `A⁻¹g`, times `det A`; `error` billionths of `g` are added to it.
fn ellipsoids(error: i64) -> Evidence {
    let [a, b, c, g, h, d, e] = Polynomial::variables();
    let determinant = &a * &c - b.squared();
    let inverse = &c * g.squared() - a.int(2) * &b * &g * &h + &a * h.squared(); // gᵀA⁻¹g det A
    let length = &a * d.squared() + a.int(2) * &b * &d * &e + &c * e.squared();
    let slope = &g * &d + &h * &e;
    // adj(A) g, which d has to be parallel to.
    let share = a.constant(&rational(error, 1_000_000_000));
    let steepest = [&c * &g - &b * &h + &share * &g, &a * &h - &b * &g + &share * &h];
    let mut exact = Exact::new();
    exact.identity(
        "(gᵀA⁻¹g)(dᵀAd) - ⟨g, d⟩², times det A",
        inverse * length - determinant * slope.squared(),
        (&steepest[0] * &e - &steepest[1] * &d).squared(),
    );
    exact.evidence()
}
