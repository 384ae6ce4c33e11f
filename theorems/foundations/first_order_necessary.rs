//! # A vanishing gradient at an optimum
//!
//! **Setting.** `f` on `R`, or on an interval; `f'` from either side.
//!
//! **Statement.** (1) At a minimiser inside the domain where `f` is differentiable, `f' = 0`: elsewhere a step of gradient descent with `η ≤ 1/L` lowers `f` by
//! at least `η (1 - ηL/2) f'²`. (2) At a kink, `|x|`, and at the end of an interval the gradient does not vanish: there `0 ∈ ∂f`, and the projected step stays. (3) The condition is not
//! sufficient: saddles and maxima satisfy it.
//!
//! **Why.** Fermat; the descent lemma makes it quantitative.
//!
//! **How it could fail.** The code steps from drawn points of drawn functions, not convex in general, in exact arithmetic; minimisers are tested by their one-sided derivatives, and the code's projected
//! steps by whether they stay.

use super::surface::{Kind, LIBRARY};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square};
use crate::optimizers::{Method, advance};
use crate::problems::{Piecewise, Problem};
use crate::subject::{NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, UNPROJECTED};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "first-order-necessary",
    title: "The gradient vanishes at an optimum inside the domain where it exists, and at other points too",
    topic: "foundations",
    record: Some("first-order-necessary"),
    statement: "At a local minimiser in the interior of the domain where $f$ is differentiable, $∇f = 0$. Without differentiability the condition is $0 ∈ ∂f$, with \
                constraints that a projected gradient step stays. Saddles and maxima have $∇f = 0$ too.",
    hypotheses: &["the minimiser is inside the domain", "$f$ is differentiable there"],
    sources: &[Source::Note("000", "540-541"), Source::Note("000", "548-550"), Source::Cited("nocedal2006", "Theorem 2.2")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "$∇f(θ^*) = 0$ is necessary for an optimum",
            quantifier: "refuted by |x|, a network of two ReLU neurons, and by x on [0, 1]",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| Ok(vanishes(&minima())),
        },
        Claim {
            id: "interior",
            as_stated: false,
            statement: "where $f' ≠ 0$, a step of the code with $η ≤ 1/L$ lowers $f$ by at least $η (1 - η L/2) f'^2 > 0$, so that there is no minimiser; \
                        $½ L x^2$ attains this",
            quantifier: "1000 drawn L-smooth functions of one variable, most of them not convex, and points, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| interior(lab, subject, &rational(1, 2)),
        },
        Claim {
            id: "kinks-and-borders",
            as_stated: false,
            statement: "the derivative from the left is at most 0 and that from the right at least 0, where there are such sides: $0 ∈ ∂f$",
            quantifier: "the minimisers of six functions, two of them at kinks and two at borders; and no other point of a grid",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(subdifferential()),
        },
        Claim {
            id: "projected",
            as_stated: false,
            statement: "on $[0, 1]$ a projected gradient step of the code stays exactly at the minimiser",
            quantifier: "(x - c)² on [0, 1] for 33 centres c from -1 to 3, seventeen points and two step sizes each",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| projected(subject),
        },
        Claim {
            id: "not-sufficient",
            as_stated: true,
            statement: "saddle points also satisfy $∇f = 0$, and so do maxima",
            quantifier: "six saddles and two maxima of twelve polynomials",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(critical([4, 2, 6])),
        },
    ],
    controls: &[
        Control {
            id: "at-a-kink",
            differs: "claims that the derivatives of |x| vanish at its minimum",
            broken: Broken::Statement(|_, _| Ok(vanishes(&minima()[2..3]))),
        },
        Control {
            id: "at-a-border",
            differs: "claims that the derivative of x vanishes at its minimum on [0, 1]",
            broken: Broken::Statement(|_, _| Ok(vanishes(&minima()[4..5]))),
        },
        Control {
            id: "sufficient",
            differs: "claims that all critical points are minima",
            broken: Broken::Statement(|_, _| Ok(critical([12, 0, 0]))),
        },
        Control {
            id: "decrease-larger-by-a-billionth",
            differs: "claims a decrease of η (1 - ηL (1 - 10⁻⁹)/2) f'²",
            broken: Broken::Statement(|lab, subject| interior(lab, subject, &(rational(1, 2) - rational(1, 2_000_000_000)))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "interior", subject: &LONGER_STEP },
        },
        Control {
            id: "without-projection",
            differs: "the code does not project",
            broken: Broken::Subject { claim: "projected", subject: &UNPROJECTED },
        },
    ],
    plots: &[],
};

type Piece = fn(&Polynomial) -> Polynomial;

/// A function of one variable near a point, by a polynomial on either side; `None` where its domain ends.
struct Sides {
    name: &'static str,
    at: Rational,
    sides: [Option<Piece>; 2],
}

impl Sides {
    /// The derivatives from the left and from the right.
    fn slopes(&self) -> [Option<Rational>; 2] {
        let x = Polynomial::variable(1, 0);
        self.sides.map(|side| side.map(|f| f(&x).derivative(0).at(std::slice::from_ref(&self.at))))
    }
}

/// Six minimisers: in the interior, at kinks, at borders.
fn minima() -> [Sides; 6] {
    let smooth = |name, at: i64, f| Sides { name, at: Rational::from(at), sides: [Some(f), Some(f)] };
    [
        smooth("(x - 1)²", 1, |x| (x - &x.int(1)).squared()),
        smooth("(x² - 1)²", -1, |x| (x.squared() - x.int(1)).squared()),
        Sides { name: "|x|", at: Rational::ZERO, sides: [Some(|x| -x.clone()), Some(|x| x.clone())] },
        Sides { name: "|x| + x/2", at: Rational::ZERO, sides: [Some(|x| -(x * &half(x))), Some(|x| (x.int(1) + half(x)) * x)] },
        Sides { name: "x on [0, 1]", at: Rational::ZERO, sides: [None, Some(|x| x.clone())] },
        Sides { name: "(x - 2)² on [0, 1]", at: Rational::ONE, sides: [Some(|x| (x - &x.int(2)).squared()), None] },
    ]
}

fn half(x: &Polynomial) -> Polynomial {
    x.constant(&rational(1, 2))
}

fn vanishes(minima: &[Sides]) -> Evidence {
    let mut exact = Exact::new();
    for minimum in minima {
        let slopes = minimum.slopes();
        exact.holds("the derivative vanishes", slopes.iter().flatten().all(Rational::is_zero), || {
            format!("{} at {}: {slopes:?} from the left and the right", minimum.name, minimum.at)
        });
    }
    exact.evidence()
}

/// `f' ≤ 0` from the left and `f' ≥ 0` from the right.
fn stays([left, right]: &[Option<Rational>; 2]) -> bool {
    left.as_ref().is_none_or(|slope| *slope <= Rational::ZERO) && right.as_ref().is_none_or(|slope| *slope >= Rational::ZERO)
}

fn subdifferential() -> Evidence {
    let mut exact = Exact::new();
    for minimum in minima() {
        let slopes = minimum.slopes();
        exact.holds("0 ∈ ∂f at the minimiser", stays(&slopes), || format!("{}: {slopes:?}", minimum.name));
        // Further along a side the function is smooth and rises away from the minimiser, up to the next critical point of (x² - 1)².
        for (side, k) in [(0, -1), (1, 1)].into_iter().flat_map(|(side, sign)| (1..16).map(move |k| (side, sign * k))) {
            let Some(f) = minimum.sides[side] else { continue };
            let elsewhere = Sides { name: minimum.name, at: &minimum.at + rational(k, 16), sides: [Some(f), Some(f)] };
            exact
                .holds("0 ∉ ∂f beside it", !stays(&elsewhere.slopes()), || format!("{} at {}", elsewhere.name, elsewhere.at));
        }
    }
    exact.evidence()
}

/// `half` stands for ½ in `η (1 - ηL/2) f'²`.
fn interior(lab: &Lab, subject: &dyn Subject, half: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("points");
    let mut exact = Exact::new();
    for case in 0..lab.cases(1000) {
        let draws = &mut stream.trial(case);
        let smoothness = draws.fraction(1..160, 16);
        // Every fourth function is a parabola, which attains the bound.
        let attains = case % 4 == 0;
        let function = if attains { Piecewise::parabola(&smoothness) } else { Piecewise::draw_smooth(draws, &smoothness) };
        let share = draws.fraction(1..17, 16);
        let eta = &share / &smoothness;
        let start = draws.fraction(-320..320, 16);
        let slope = function.derivative(&start);
        let mut x = vec![start.clone()];
        advance(&mut *subject.exact(&Method::gradient_descent(eta.clone()))?, &mut x, |x| function.gradient(x));
        let decrease = function.value(std::slice::from_ref(&start)) - function.value(&x);
        let bound = &eta * (Rational::ONE - half * &share) * square(&slope);
        let found = || format!("case {case}: L = {smoothness}, η = {eta}, x = {start}, f' = {slope}: {}", readable(&decrease));
        exact.holds("f falls by η (1 - ηL/2) f'²", decrease >= bound, found);
        exact.holds("f falls where f' ≠ 0", slope.is_zero() || decrease > Rational::ZERO, found);
        if attains {
            exact.holds("exactly so on ½Lx²", decrease == bound, found);
        }
    }
    Ok(exact.evidence())
}

/// Whether the code's projected step stays is compared with where the minimiser is.
fn projected(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for centre in (-8..25).map(|k| rational(k, 8)) {
        let minimiser = centre.clone().max(Rational::ZERO).min(Rational::ONE);
        for (k, eta) in (0..=16).flat_map(|k| [(k, rational(1, 8)), (k, rational(1, 2))]) {
            let start = rational(k, 16);
            let mut x = vec![start.clone()];
            let method = Method::gradient_descent(eta.clone()).projected(Rational::ZERO, Rational::ONE);
            advance(&mut *subject.exact(&method)?, &mut x, |x| vec![Rational::from(2) * (&x[0] - &centre)]);
            exact.holds("the step stays exactly at the minimiser", (x[0] == start) == (start == minimiser), || {
                format!("(x - {centre})², η = {eta}: from {start} to {}", x[0])
            });
        }
    }
    Ok(exact.evidence())
}

/// How many of the library's critical points are minima, maxima and saddles.
fn critical(counts: [usize; 3]) -> Evidence {
    let mut exact = Exact::new();
    LIBRARY.iter().for_each(|surface| surface.prove(&mut exact));
    for (kind, count) in [Kind::Minimum, Kind::Maximum, Kind::Saddle].into_iter().zip(counts) {
        let found = LIBRARY.iter().filter(|surface| surface.kind() == kind).count();
        exact.equal("critical points of each kind", &found, &count, || format!("{kind:?}"));
    }
    exact.evidence()
}
