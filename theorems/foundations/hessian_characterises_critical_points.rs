//! # What the Hessian says about a critical point
//!
//! **Setting.** `f ∈ C²` with `∇f(0) = 0` and the Hessian `H` at 0.
//!
//! **Statement.** (1) `H ≻ 0` implies a strict minimum, `H ≺ 0` a maximum, `H` indefinite a saddle. (2) Conversely a minimum has `H ⪰ 0` and a maximum
//! `H ⪯ 0`, and no more: as definitions, the note's lines are wrong. `x⁴` has a minimum with `H = 0`, `x³` a saddle with `H = 0`, and
//! `½(uv - 1)²` is minimal along a hyperbola on which `H` is singular.
//!
//! **Why.** `f(x) - f(0) = ½ xᵀHx + o(|x|²)`; if the rest is a cubic form with coefficients `c`, it is positive for `0 < |x| < μ/(2 Σ|c|)`, where `μ` is the least eigenvalue.
//!
//! **How it could fail.** Twelve polynomials have proofs of their kind that use no second derivative, as identities or along paths; the classifier of
//! `landscape` reads their Hessians. Drawn cubics are compared with 0 on rational spheres, and the bound's radius is attained.

use super::surface::{Kind, LIBRARY};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::{Draws, Lab};
use crate::landscape::{CriticalPoint, Index};
use crate::number::{Polynomial, Rational, rational, square};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "hessian-characterises-critical-points",
    title: "A definite Hessian decides a critical point's kind, but not every minimum has one",
    topic: "foundations",
    record: Some("hessian-characterises-critical-points"),
    statement: "At a critical point, $H ≻ 0$ implies a strict local minimum, $H ≺ 0$ a strict local maximum and an indefinite $H$ a saddle. \
                Conversely a local minimum has $H ⪰ 0$ and a local maximum $H ⪯ 0$, and a singular $H$ leaves the kind open.",
    hypotheses: &["$f$ is twice continuously differentiable near a point with $∇f = 0$ inside its domain"],
    sources: &[Source::Note("000", "72-74"), Source::Note("000", "556"), Source::Cited("nocedal2006", "Theorems 2.3 and 2.4")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "a critical point is a local minimum exactly if $H ≻ 0$, a local maximum exactly if $H ≺ 0$, and a saddle exactly if $H$ is indefinite",
            quantifier: "refuted by x⁴, and by seven others of twelve polynomials",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| Ok(implied(&[&SUFFICIENT[..], &CONVERSE[..]].concat())),
        },
        Claim {
            id: "implications",
            as_stated: false,
            statement: "$H ≻ 0$, $H ≺ 0$ and indefinite $H$ are sufficient for minimum, maximum and saddle; $H ⪰ 0$ and $H ⪯ 0$ are necessary for minimum and \
                        maximum",
            quantifier: "twelve polynomials with proofs of their kinds, eight of them with a singular H",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(implied(&[&SUFFICIENT[..], &NECESSARY[..]].concat())),
        },
        Claim {
            id: "radius",
            as_stated: false,
            statement: "$½ x^T H x + C(x) > 0$ for $0 < |x| < μ \\/ (2 Σ |c|)$, where $H ⪰ μ I$ and $c$ are the coefficients of the cubic form $C$; \
                        the radius cannot be larger",
            quantifier: "500 drawn functions of two or three variables, 8 points each at 0.999 of the radius; ½μx² - cx³ there, and 0 at the radius itself",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(radius(lab, &rational(999, 1000))),
        },
        Claim {
            id: "hyperbola",
            as_stated: false,
            statement: "$½ (u v - 1)^2$ has the Hessian's determinant $(1 - u v)(3 u v - 1)$ and trace $u^2 + v^2$: along its minimisers, $u v = 1$, the \
                        eigenvalues are $u^2 + v^2$ and $0$",
            quantifier: "all real u and v, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(hyperbola(3)),
        },
    ],
    controls: &[
        Control {
            id: "minima-are-definite",
            differs: "claims that a minimum has H ≻ 0; x⁴ has H = 0",
            broken: Broken::Statement(|_, _| Ok(implied(&CONVERSE[..1]))),
        },
        Control {
            id: "maxima-are-definite",
            differs: "claims that a maximum has H ≺ 0; -x⁴ has H = 0",
            broken: Broken::Statement(|_, _| Ok(implied(&CONVERSE[1..2]))),
        },
        Control {
            id: "saddles-are-indefinite",
            differs: "claims that a saddle has an indefinite H; x³ has H = 0",
            broken: Broken::Statement(|_, _| Ok(implied(&CONVERSE[2..]))),
        },
        Control {
            id: "semidefinite-suffices",
            differs: "claims that H ⪰ 0 implies a minimum; x³ and -x⁴ have H = 0",
            broken: Broken::Statement(|_, _| {
                let claim = Implication {
                    name: "H ⪰ 0 implies a minimum",
                    holds: |kind, index| index.negative > 0 || kind == Kind::Minimum,
                };
                Ok(implied(&[claim]))
            }),
        },
        Control {
            id: "radius-larger-by-a-thousandth",
            differs: "claims a minimum on the sphere of 1.001 times the radius",
            broken: Broken::Statement(|lab, _| Ok(radius(lab, &rational(1001, 1000)))),
        },
        Control {
            id: "determinant",
            differs: "claims the determinant (1 - uv)(2uv - 1)",
            broken: Broken::Statement(|_, _| Ok(hyperbola(2))),
        },
    ],
    plots: &[],
};

/// Something that kind and Hessian of a critical point have to satisfy.
#[derive(Clone, Copy)]
struct Implication {
    name: &'static str,
    holds: fn(Kind, &Index) -> bool,
}

static SUFFICIENT: [Implication; 3] = [
    Implication {
        name: "H ≻ 0 implies a minimum",
        holds: |kind, index| index.kind() != CriticalPoint::Minimum || kind == Kind::Minimum,
    },
    Implication {
        name: "H ≺ 0 implies a maximum",
        holds: |kind, index| index.kind() != CriticalPoint::Maximum || kind == Kind::Maximum,
    },
    Implication {
        name: "an indefinite H implies a saddle",
        holds: |kind, index| index.kind() != CriticalPoint::Saddle || kind == Kind::Saddle,
    },
];

static NECESSARY: [Implication; 2] = [
    Implication { name: "a minimum has H ⪰ 0", holds: |kind, index| kind != Kind::Minimum || index.negative == 0 },
    Implication { name: "a maximum has H ⪯ 0", holds: |kind, index| kind != Kind::Maximum || index.positive == 0 },
];

static CONVERSE: [Implication; 3] = [
    Implication {
        name: "a minimum has H ≻ 0",
        holds: |kind, index| kind != Kind::Minimum || index.kind() == CriticalPoint::Minimum,
    },
    Implication {
        name: "a maximum has H ≺ 0",
        holds: |kind, index| kind != Kind::Maximum || index.kind() == CriticalPoint::Maximum,
    },
    Implication {
        name: "a saddle has an indefinite H",
        holds: |kind, index| kind != Kind::Saddle || index.kind() == CriticalPoint::Saddle,
    },
];

fn implied(implications: &[Implication]) -> Evidence {
    let mut exact = Exact::new();
    for surface in &LIBRARY {
        surface.prove(&mut exact);
        let (kind, index) = (surface.kind(), surface.index());
        for implication in implications {
            exact.holds(implication.name, (implication.holds)(kind, &index), || {
                format!("{}: a {kind:?}, H = {:?} with {index}", surface.name, surface.hessian())
            });
        }
    }
    exact.evidence()
}

/// A function `½ xᵀHx + C(x)` with `H ⪰ μI`.
struct Cubic {
    least: Rational,
    hessian: Vec<Vec<Rational>>,
    /// Coefficients of the monomials `x_i x_j x_k`.
    terms: Vec<([usize; 3], Rational)>,
}

impl Cubic {
    /// `H = μI + BBᵀ`.
    fn draw(draws: &mut Draws) -> Self {
        let dimension = 2 + draws.index(2);
        let least = draws.fraction(1..33, 16);
        let root: Vec<Vec<Rational>> =
            (0..dimension).map(|_| (0..dimension).map(|_| draws.fraction(-16..17, 8)).collect()).collect();
        let entry = |i: usize, j: usize| {
            let inner = root[i].iter().zip(&root[j]).fold(Rational::ZERO, |sum, (a, b)| sum + a * b);
            if i == j { inner + &least } else { inner }
        };
        let hessian = (0..dimension).map(|i| (0..dimension).map(|j| entry(i, j)).collect()).collect();
        let triples = (0..dimension).flat_map(|i| (i..dimension).flat_map(move |j| (j..dimension).map(move |k| [i, j, k])));
        let terms = triples.map(|triple| (triple, draws.fraction(-32..33, 16))).collect();
        Cubic { least, hessian, terms }
    }

    fn value(&self, x: &[Rational]) -> Rational {
        let quadratic = self.hessian.iter().zip(x).fold(Rational::ZERO, |sum, (row, x_i)| {
            sum + x_i * row.iter().zip(x).fold(Rational::ZERO, |sum, (entry, x_j)| sum + entry * x_j)
        });
        let cubic = |sum: Rational, ([i, j, k], c): &([usize; 3], Rational)| sum + c * &x[*i] * &x[*j] * &x[*k];
        quadratic / Rational::from(2) + self.terms.iter().fold(Rational::ZERO, cubic)
    }

    /// `μ / (2 Σ|c|)`; infinite, and so `None`, without a cubic term.
    fn radius(&self) -> Option<Rational> {
        let total = self.terms.iter().fold(Rational::ZERO, |sum, (_, c)| sum + if *c < Rational::ZERO { -c } else { c.clone() });
        (!total.is_zero()).then(|| &self.least / (Rational::from(2) * total))
    }
}

/// A point of the unit sphere with rational coordinates, by stereographic projection.
fn direction(draws: &mut Draws, dimension: usize) -> Vec<Rational> {
    let plane: Vec<Rational> = (1..dimension).map(|_| draws.fraction(-64..65, 16)).collect();
    let length = plane.iter().fold(Rational::ZERO, |sum, x| sum + square(x));
    let scale = Rational::ONE + &length;
    let last = (Rational::ONE - length) / &scale;
    plane.into_iter().map(|x| Rational::from(2) * x / &scale).chain([last]).collect()
}

/// On spheres of `share` times the radius.
fn radius(lab: &Lab, share: &Rational) -> Evidence {
    let stream = lab.stream("cubics");
    let mut exact = Exact::new();
    let mut positive = |function: &Cubic, direction: &[Rational]| {
        let Some(radius) = function.radius() else { return };
        let x: Vec<Rational> = direction.iter().map(|d| d * &radius * share).collect();
        let value = function.value(&x);
        exact.holds("f(x) > f(0) on the sphere", value > Rational::ZERO, || {
            let (hessian, terms) = (&function.hessian, &function.terms);
            format!("H = {hessian:?}, cubic terms {terms:?}, x = {x:?}: {}", readable(&value))
        });
    };
    for case in 0..lab.cases(500) {
        let draws = &mut stream.trial(case);
        let function = Cubic::draw(draws);
        for _ in 0..8 {
            positive(&function, &direction(draws, function.hessian.len()));
        }
    }
    let mut tights = Vec::new();
    // Here |C(x)| = Σ|c| |x|³ and xᵀHx = μ|x|², so that the radius is attained.
    for (mu, c) in [(1, 1), (3, 2), (10, 7)].map(|(mu, c)| (Rational::from(mu), Rational::from(c))) {
        let tight = Cubic { least: mu.clone(), hessian: vec![vec![mu]], terms: vec![([0, 0, 0], -c)] };
        positive(&tight, &[Rational::ONE]);
        tights.push(tight);
    }
    for tight in tights {
        let at = tight.radius().unwrap_or_default();
        exact.equal("f = f(0) at the radius of ½μx² - cx³", &tight.value(std::slice::from_ref(&at)), &Rational::ZERO, || {
            readable(&at)
        });
    }
    exact.evidence()
}

/// The determinant is said to be `(1 - uv)(factor uv - 1)`.
fn hyperbola(factor: i64) -> Evidence {
    let [u, v] = Polynomial::variables();
    let product = &u * &v;
    let one = u.int(1);
    let twice = (&product - &one).squared(); // 2f
    let second = |i: usize, j: usize| twice.derivative(i).derivative(j);
    let mut exact = Exact::new();
    let trace = second(0, 0) + second(1, 1);
    exact.identity("trace, doubled", trace, u.int(2) * (u.squared() + v.squared()));
    let determinant = second(0, 0) * second(1, 1) - second(0, 1) * second(1, 0);
    exact.identity("determinant, four times", determinant, u.int(4) * (&one - &product) * (u.int(factor) * &product - &one));
    exact.evidence()
}
