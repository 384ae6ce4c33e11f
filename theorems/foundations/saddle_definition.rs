//! # What a saddle point is
//!
//! **Setting.** A critical point of `f`: `∇f = 0` there.
//!
//! **Statement.** (1) "Critical and not a minimum" includes maxima. A saddle is a critical point with higher and lower points in every neighbourhood,
//! neither a minimum nor a maximum. (2) The note's example is right: `x² - y²` has a saddle at the origin, with `H = diag(2, -2)`.
//!
//! **Why.** `f(t, 0) = t² > 0 > -t² = f(0, t)`, while `-x² - y²` is critical at the origin, no minimum, and nowhere higher.
//!
//! **How it could fail.** Both definitions are applied to twelve polynomials, by values on a grid around the point; what they call a saddle is compared with the
//! kinds, which are proved without values. The example's values are polynomials in `t`.

use super::surface::{Kind, LIBRARY, Surface};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::landscape::CriticalPoint;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "saddle-definition",
    title: "A saddle is neither a minimum nor a maximum",
    topic: "foundations",
    record: Some("saddle-definition"),
    statement: "A saddle is a critical point that is neither a local minimum nor a local maximum; \"critical but not a minimum\" includes maxima. The origin is a \
                saddle of $x^2 - y^2$, whose Hessian is $op(\"diag\")(2, -2)$.",
    hypotheses: &["$f$ is differentiable, and not constant near the point"],
    sources: &[Source::Note("001", "160-163"), Source::Note("004", "47")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "the saddles are the points where $∇f = 0$ that are no minima",
            quantifier: "refuted by the maximum of -(x + y)² - y², and by that of -x⁴",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| Ok(definition(note)),
        },
        Claim {
            id: "neither",
            as_stated: false,
            statement: "the saddles are the points where $∇f = 0$ that are neither minima nor maxima",
            quantifier: "twelve polynomials with proofs of their kinds, against signs of their values on a grid of 9 points a coordinate",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(definition(neither)),
        },
        Claim {
            id: "example",
            as_stated: true,
            statement: "$x^2 - y^2$ has the gradient $(2 x, -2 y)$ and the Hessian $op(\"diag\")(2, -2)$, and $f(t, 0) = t^2$, $f(0, t) = -t^2$: a saddle",
            quantifier: "all real t; the point of note 001",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(example(-1)),
        },
    ],
    controls: &[
        Control {
            id: "the-notes-classifier",
            differs: "the note's definition is applied to maxima alone",
            broken: Broken::Statement(|_, _| {
                let mut exact = Exact::new();
                LIBRARY
                    .iter()
                    .filter(|surface| surface.kind() == Kind::Maximum)
                    .for_each(|surface| compare(&mut exact, surface, note));
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "by-the-hessian",
            differs: "claims that saddles are the critical points with an indefinite Hessian; x³ has none",
            broken: Broken::Statement(|_, _| Ok(definition(|surface| surface.index().kind() == CriticalPoint::Saddle))),
        },
        Control {
            id: "not-decided-is-saddle",
            differs: "claims that saddles are the critical points whose Hessian is not definite; x⁴ is a minimum",
            broken: Broken::Statement(|_, _| {
                Ok(definition(|surface| {
                    let kind = surface.index().kind();
                    kind == CriticalPoint::Saddle || kind == CriticalPoint::Undecided
                }))
            }),
        },
        Control {
            id: "sign-of-the-example",
            differs: "claims the example's derivatives and values for x² + y²",
            broken: Broken::Statement(|_, _| Ok(example(1))),
        },
    ],
    plots: &[sections],
};

/// Whether there are points nearby that are lower than the origin, and higher ones: values at the multiples of 1/32 up to 1/8, which for the
/// library is near enough, and fine enough for the narrowest valley, `x² < y < 3x²`.
fn lower_and_higher(surface: &Surface) -> [bool; 2] {
    let variables: Vec<Polynomial> = (0..surface.dimension).map(|i| Polynomial::variable(surface.dimension, i)).collect();
    let f = (surface.formula)(&variables);
    let point = |code: usize| -> Vec<Rational> {
        (0..surface.dimension).map(|i| rational((code / 9_usize.pow(i as u32) % 9) as i64 - 4, 32)).collect()
    };
    let values: Vec<Rational> = (0..9_usize.pow(surface.dimension as u32)).map(|code| f.at(&point(code))).collect();
    [values.iter().any(|value| *value < Rational::ZERO), values.iter().any(|value| *value > Rational::ZERO)]
}

/// The note's definition: no minimum, so that there are lower points.
fn note(surface: &Surface) -> bool {
    lower_and_higher(surface)[0]
}

/// Neither a minimum nor a maximum.
fn neither(surface: &Surface) -> bool {
    lower_and_higher(surface) == [true, true]
}

fn compare(exact: &mut Exact, surface: &Surface, saddle: fn(&Surface) -> bool) {
    surface.prove(exact);
    let (named, kind) = (saddle(surface), surface.kind());
    exact.holds("what is called a saddle is proved to be one, and the others not", named == (kind == Kind::Saddle), || {
        format!("{}: a {kind:?}, called {}", surface.name, if named { "a saddle" } else { "no saddle" })
    });
}

fn definition(saddle: fn(&Surface) -> bool) -> Evidence {
    let mut exact = Exact::new();
    LIBRARY.iter().for_each(|surface| compare(&mut exact, surface, saddle));
    exact.evidence()
}

/// The example is `x² + sign y²`.
fn example(sign: i64) -> Evidence {
    let [x, y] = Polynomial::variables();
    let formula = |x: &Polynomial, y: &Polynomial| x.squared() + x.int(sign) * y.squared();
    let f = formula(&x, &y);
    let mut exact = Exact::new();
    exact.identity("∂f/∂x = 2x", f.derivative(0), x.int(2) * &x);
    exact.identity("∂f/∂y = -2y", f.derivative(1), x.int(-2) * &y);
    let hessian = [0, 1].map(|i| [0, 1].map(|j| f.derivative(i).derivative(j)));
    let diagonal = [[x.int(2), x.int(0)], [x.int(0), x.int(-2)]];
    exact.holds("H = diag(2, -2)", hessian == diagonal, || format!("x² + {sign} y²"));
    let t = Polynomial::variable(1, 0);
    exact.identity("f(t, 0) = t²", formula(&t, &t.int(0)), t.squared());
    exact.identity("f(0, t) = -t²", formula(&t.int(0), &t), -t.squared());
    exact.evidence()
}

fn sections(_: &Lab) -> Plot {
    let [x, y] = Polynomial::variables();
    let f = x.squared() - y.squared();
    let grid = || (-20..=20).map(|k| rational(k, 20));
    let along = |name: &str, point: fn(Rational) -> [Rational; 2]| {
        Series::measured(name, grid().map(|t| [to_f64(&t), to_f64(&f.at(&point(t)))]))
    };
    let theory = |sign: f64| grid().map(move |t| [to_f64(&t), sign * to_f64(&t) * to_f64(&t)]);
    Plot {
        id: "sections".into(),
        title: "x² - y² along its axes".into(),
        x: "t".into(),
        y: "value".into(),
        series: vec![
            Series::theory("t²", theory(1.0)),
            Series::theory("-t²", theory(-1.0)),
            along("f(t, 0)", |t| [t, Rational::ZERO]),
            along("f(0, t)", |t| [Rational::ZERO, t]),
        ],
        ..Plot::default()
    }
}
