//! # How elongated a valley is
//!
//! **Setting.** `f = ½ xᵀHx` with `H ≻ 0`, eigenvalues from `λ_min` to `λ_max`, `κ = λ_max/λ_min`.
//!
//! **Statement.** (1) The level set `f = c` is an ellipsoid with semi-axes `√(2c/λ_i)`: its largest and smallest have the ratio `√κ`, not `κ`.
//! (2) Without `H ≻ 0` the ratio `λ_max/λ_min` says nothing: `diag(-1, -100)` has 1/100, and level sets as elongated as those of `κ = 100`.
//!
//! **Why.** `2c = Σ λ_i x_i²` lies between `λ_min ‖x‖²` and `λ_max ‖x‖²`.
//!
//! **How it could fail.** Identities are compared as polynomials; in rotated coordinates the points where rays along the eigenvectors meet a level are computed from values of `f` alone, exactly.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic, Rotated};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::vector::dot;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "condition-number-valley",
    title: "Level sets are elongated by the root of the condition number",
    topic: "foundations",
    record: Some("condition-number-valley"),
    statement: "For $f = ½ x^T H x$ with $H ≻ 0$ and $κ = λ_max / λ_min$ the level sets are ellipsoids with semi-axes $sqrt(2 c / λ_i)$, so that the longest is $sqrt(κ)$ \
                times the shortest.",
    hypotheses: &["$H$ is symmetric and positive definite"],
    sources: &[Source::Note("001", "137-142"), Source::Note("004", "48"), Source::Cited("boyd2004", "section 9.1.2")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "the level sets of a Hessian are the more elongated the larger $κ = λ_max / λ_min$ is, whatever the Hessian",
            quantifier: "refuted by diag(-1, -100), with λ_max/λ_min = 1/100, against diag(1, 1), with 1",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| Ok(ordered(&[[1, 1], [4, 1], [-1, -100], [100, 1]])),
        },
        Claim {
            id: "definite",
            as_stated: false,
            statement: "the same for $H ≻ 0$",
            quantifier: "all pairs of rotated diag(a, b) with 1 ≤ b ≤ a ≤ 12; the longest and shortest of 44 rays to a level, from values of f alone",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| {
                let pairs: Vec<[i64; 2]> = (1..=12).flat_map(|a| (1..=a).map(move |b| [a, b])).collect();
                Ok(ordered(&pairs))
            },
        },
        Claim {
            id: "between",
            as_stated: false,
            statement: "on the level $c$: $2 c / λ_max ≤ ‖x‖^2 ≤ 2 c / λ_min$, with equality on the axes, whose squared ratio is $κ$",
            quantifier: "all 0 < λ_min ≤ λ ≤ λ_max and all x of three dimensions, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(between(0)),
        },
        Claim {
            id: "measured",
            as_stated: false,
            statement: "rays along the eigenvectors of rotated quadratics meet a level at distances whose squared ratio is $κ$",
            quantifier: "κ = 1, 4, 10, 100 and 10⁴, three rotations of three dimensions, from values of f alone, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(measured(|kappa| kappa.clone())),
        },
    ],
    controls: &[
        Control {
            id: "aspect-kappa",
            differs: "claims that the longest axis is κ times the shortest",
            broken: Broken::Statement(|_, _| Ok(measured(|kappa| kappa * kappa))),
        },
        Control {
            id: "aspect-larger-by-a-billionth",
            differs: "claims the squared ratio κ (1 + 10⁻⁹)",
            broken: Broken::Statement(|_, _| Ok(measured(|kappa| kappa * (Rational::ONE + rational(1, 1_000_000_000))))),
        },
        Control {
            id: "axes-larger-by-a-billionth",
            differs: "claims 2f - λ_min‖x‖² with λ_min (1 + 10⁻⁹)",
            broken: Broken::Statement(|_, _| Ok(between(1))),
        },
        Control {
            id: "negative-definite",
            differs: "claims the order for diag(-1, -100) and diag(100, 1) alone, which are as elongated, with ratios 1/100 and 100",
            broken: Broken::Statement(|_, _| Ok(ordered(&[[100, 1], [-1, -100]]))),
        },
    ],
    plots: &[levels],
};

/// The squared ratio of the longest and the shortest distance at which rays meet a level of a definite Hessian with these eigenvalues: values of the function
/// in rotated coordinates. Of the rays `(i, j)` two are along the eigenvectors `(3, -4)` and `(4, 3)`; which, is not told.
fn elongation(eigenvalues: [i64; 2]) -> Rational {
    let spectrum = eigenvalues.map(Rational::from).to_vec();
    let function = Rotated::new(Quadratic { spectrum }, &[1, 2].map(Rational::from));
    let rays =
        (0..=4).flat_map(|i| (-4..=4).map(move |j| [i, j])).filter(|ray| *ray != [0, 0]).map(|ray| ray.map(Rational::from));
    // Along a ray f(t d) = t² f(d) meets the level of its sign at the squared distance |d|²/|f(d)|.
    let distances: Vec<Rational> = rays.map(|d| dot(&d, &d) / function.value(&d).magnitude()).collect();
    let [longest, shortest] = [distances.iter().max(), distances.iter().min()].map(|found| found.cloned().unwrap_or_default());
    longest / shortest
}

/// Of two Hessians that with the larger `λ_max/λ_min` has the more elongated level sets; equal ones are as elongated.
fn ordered(spectra: &[[i64; 2]]) -> Evidence {
    let mut exact = Exact::new();
    let ratio = |[a, b]: [i64; 2]| Rational::from(a.max(b)) / Rational::from(a.min(b));
    let elongations: Vec<Rational> = spectra.iter().map(|eigenvalues| elongation(*eigenvalues)).collect();
    for (i, one) in spectra.iter().enumerate() {
        for (j, other) in spectra[..i].iter().enumerate() {
            let [kappa, other_kappa] = [ratio(*one), ratio(*other)];
            let [long, other_long] = [&elongations[i], &elongations[j]];
            exact.holds("larger λ_max/λ_min, longer level sets", kappa.cmp(&other_kappa) == long.cmp(other_long), || {
                format!("eigenvalues {one:?}: ratio {kappa}, squared aspect {long}; {other:?}: {other_kappa}, {other_long}")
            });
        }
    }
    exact.evidence()
}

/// `error` billionths of `λ_min` are added to it in one place.
fn between(error: i64) -> Evidence {
    // The eigenvalues are l, l + p and l + p + q with p, q ≥ 0.
    let [l, p, q, x, y, z] = Polynomial::variables();
    let (middle, largest) = (&l + &p, &l + &p + &q);
    let twice =
        |x: &Polynomial, y: &Polynomial, z: &Polynomial| &l * x.squared() + &middle * y.squared() + &largest * z.squared();
    let length = x.squared() + y.squared() + z.squared();
    let claimed = &l * &l.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    let (value, zero) = (twice(&x, &y, &z), l.int(0));
    let mut exact = Exact::new();
    exact.identity("2f - λ_min ‖x‖² ≥ 0", &value - claimed * &length, &p * y.squared() + (&p + &q) * z.squared());
    exact.identity("λ_max ‖x‖² - 2f ≥ 0", &largest * &length - &value, (&p + &q) * x.squared() + &q * y.squared());
    exact.identity("2f = λ_min ‖x‖² on the flattest axis", twice(&x, &zero, &zero), &l * x.squared());
    exact.identity("2f = λ_max ‖x‖² on the steepest axis", twice(&zero, &zero, &z), &largest * z.squared());
    exact.evidence()
}

/// The squared aspect ratio is said to be `claimed(κ)`.
fn measured(claimed: fn(&Rational) -> Rational) -> Evidence {
    let mut exact = Exact::new();
    for kappa in [1, 4, 10, 100, 10_000].map(Rational::from) {
        let middle = (Rational::ONE + &kappa) / Rational::from(2);
        for axis in [[1, 0, 0], [1, 2, 3], [-2, 5, 1]].map(|axis| axis.map(Rational::from)) {
            let spectrum = vec![Rational::ONE, middle.clone(), kappa.clone()];
            let function = Rotated::new(Quadratic { spectrum }, &axis);
            // The reflection maps the axes of coordinates to the eigenvectors: e - 2 v v_i/|v|².
            let eigenvector = |place: usize| -> Vec<Rational> {
                let scale = Rational::from(2) * &axis[place] / dot(&axis, &axis);
                (0..3).map(|i| if i == place { Rational::ONE } else { Rational::ZERO } - &axis[i] * &scale).collect()
            };
            // Along a ray f(t d) = t² f(d) meets the level 1 at the squared distance |d|²/f(d).
            let [long, short] = [0, 2].map(|place| {
                let d = eigenvector(place);
                dot(&d, &d) / function.value(&d)
            });
            exact.equal("the squared aspect", &(&long / &short), &claimed(&kappa), || format!("κ = {kappa}, v = {axis:?}"));
        }
    }
    exact.evidence()
}

fn levels(_: &Lab) -> Plot {
    let mut series = Vec::new();
    for kappa in [1, 10, 100] {
        let root = f64::from(kappa).sqrt();
        let angles = (0..=120).map(|k| std::f64::consts::TAU * f64::from(k) / 120.0);
        let ellipse = angles.map(|angle| [root * libm::cos(angle), libm::sin(angle)]);
        series.push(Series::theory(&format!("aspect √κ, κ = {kappa}"), ellipse));
        let function = Quadratic { spectrum: vec![Rational::ONE, Rational::from(kappa)] };
        let rays = [[1, 0], [9, 1], [4, 1], [1, 1], [1, 4], [0, 1]].map(|ray| ray.map(Rational::from));
        let meets = rays.iter().map(|ray| {
            let scale = (f64::from(kappa) / (2.0 * to_f64(&function.value(ray)))).sqrt();
            [scale * to_f64(&ray[0]), scale * to_f64(&ray[1])]
        });
        series.push(Series::measured(&format!("where rays meet the level, κ = {kappa}"), meets));
    }
    Plot {
        id: "levels".into(),
        title: "Level sets of ½(x² + κy²) with the same shortest axis".into(),
        x: "x".into(),
        y: "y".into(),
        series,
        ..Plot::default()
    }
}
