//! # Gradient descent converges for step sizes below 2/L
//!
//! **Setting.** `x⁺ = x - η ∇f(x)` on quadratics with largest eigenvalue `L`, and on `F(0, L)` with a minimiser at 0.
//!
//! **Statement.** (1) On a convex quadratic it converges to a minimiser from every start iff `0 < η < 2/L`; at `2/L` it has a 2-cycle.
//! (2) On `F(0, L)` with `ω = η(1 - ηL/2) > 0` the distance never grows and `f(x_T) - f* ≤ ‖x_0‖² / (ωT)`, which tends to 0.
//!
//! **Why.** `1 - (1 - ηλ)² = ηλ((2 - ηL) + η(L - λ))`. The descent lemma and `f - f* ≤ ‖g‖ ‖x_0‖` give
//! `1/δ⁺ ≥ 1/δ + ω/‖x_0‖²` for `δ = f - f*`; (1) with `λ = L` shows that the class allows no larger step.
//!
//! **How it could fail.** Identities are compared as polynomials. The code runs in exact arithmetic on rotated quadratics at
//! `(2 ± 2⁻ᵏ)/L` and `2/L`, in a bisection for the threshold, and on drawn members of the class.

use crate::certify::{Class, Sample};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic, Rotated};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gd-two-over-l-threshold",
    title: "Gradient descent converges exactly for step sizes below 2/L",
    topic: "gradient-descent",
    record: Some("gd-two-over-l-threshold"),
    statement: "For a convex quadratic with largest eigenvalue $L$, gradient descent converges to a minimiser from every start if and \
                only if $0 < η < 2/L$. For $f ∈ F(0, L)$ with a minimiser, $η < 2/L$ gives $f(x_t) → f^*$, and no larger step size \
                does so for the whole class.",
    hypotheses: &["$f$ is convex and $L$-smooth, $L > 0$", "$f$ has a minimiser", "exact gradients, constant $η > 0$"],
    sources: &[
        Source::Note("001", "106-112, 114"),
        Source::Cited("polyak1987", "section 1.4"),
        Source::Cited("nesterov2004", "section 2.1.5"),
    ],
    claims: &[
        Claim {
            id: "quadratics",
            as_stated: true,
            statement: "gradient descent on a quadratic with eigenvalues in $[0, L]$, $L$ among them, converges to a minimiser from every \
                        start if and only if $0 < η < 2/L$: $|1 - η λ| < 1$ for all $λ ∈ (0, L]$ if so, $|1 - η L| ≥ 1$ if not",
            quantifier: "every convex quadratic with largest eigenvalue L, every dimension, all L > 0 and real η",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(spectrum(0)),
        },
        Claim {
            id: "class",
            as_stated: true,
            statement: "$‖x_(t+1) - x^*‖ ≤ ‖x_t - x^*‖$ and $f(x_T) - f^* ≤ frac(‖x_0 - x^*‖^2, ω T)$ with \
                        $ω = η (1 - η L / 2)$, so that $f(x_T) → f^*$ if $0 < η < 2/L$",
            quantifier: "every f in F(0, L) with a minimiser, every dimension and start, all L > 0, 0 < η < 2/L and T",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(sublinear(0)),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "at $η = (2 - 2^(-k))/L$ the code multiplies each eigenvector with $λ > 0$ by a factor below 1 in size, at \
                        $(2 + 2^(-k))/L$ the one of $L$ by a factor beyond 1, at $2/L$ by $-1$: a cycle of two",
            quantifier: "k ≤ 20, on the drawn rotations of the spectrum (0, L/16, L/3, L)",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: runs,
        },
        Claim {
            id: "threshold",
            as_stated: false,
            statement: "bisection between step sizes at which the code shrinks all eigenvectors and at which it does not finds \
                        $2/L$",
            quantifier: "the drawn rotated quadratics, to within 10⁻⁶/L",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| threshold(lab, subject, rational(2, 1)),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "the code's trajectories obey the descent inequality, the distance never grows, and the bound on \
                        $f(x_T) - f^*$ holds",
            quantifier: "the drawn functions with piecewise linear derivative, step sizes and starts, 8 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: members,
        },
    ],
    controls: &[
        Control {
            id: "threshold-one-over-l",
            differs: "claims the threshold 1/L",
            broken: Broken::Statement(|lab, subject| threshold(lab, subject, rational(1, 1))),
        },
        Control {
            id: "threshold-a-tenth-larger",
            differs: "claims the threshold 2.2/L",
            broken: Broken::Statement(|lab, subject| threshold(lab, subject, rational(22, 10))),
        },
        Control {
            id: "threshold-two-millionths-larger",
            differs: "claims the threshold 2.000002/L",
            broken: Broken::Statement(|lab, subject| threshold(lab, subject, rational(2_000_002, 1_000_000))),
        },
        Control {
            id: "spectrum-beyond",
            differs: "claims |1 - ηλ| < 1 up to η = (2 + 10⁻⁹)/L",
            broken: Broken::Statement(|_, _| Ok(spectrum(1))),
        },
        Control {
            id: "descent-larger-by-a-billionth",
            differs: "claims the descent η(1 + 10⁻⁹)(1 - ηL/2)‖g‖²",
            broken: Broken::Statement(|_, _| Ok(sublinear(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "runs", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-a-millionth-in-the-search",
            differs: "the code steps by η (1 + 10⁻⁶)",
            broken: Broken::Subject {
                claim: "threshold",
                subject: &Impostor {
                    name: "step larger by a millionth",
                    instead: |method| longer(method, rational(1, 1_000_000)),
                },
            },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "members", subject: &SHORTER_STEP },
        },
    ],
    plots: &[growth],
};

/// The factors `1 - ηλ`; `error` billionths are added to the 2 of `2/L`.
fn spectrum(error: i64) -> Evidence {
    let [eta, eigenvalue, l] = Polynomial::variables();
    let one = eta.int(1);
    let two = eta.constant(&(Rational::from(2) + rational(error, 1_000_000_000)));
    let mut exact = Exact::new();
    // Sufficient: both summands in the bracket are non-negative, the first positive, for 0 < λ ≤ L and 0 < η < 2/L.
    let factor = &one - &eta * &eigenvalue;
    let room = &two - &eta * &l + &eta * &(&l - &eigenvalue);
    exact.identity("1 - (1 - ηλ)² = ηλ((2 - ηL) + η(L - λ))", &one - factor.squared(), &eta * &eigenvalue * room);
    // Necessary: where η is not in (0, 2/L), the eigenvector of L does not shrink.
    let factor = &one - &eta * &l;
    exact.identity("(1 - ηL)² - 1 = ηL(ηL - 2)", factor.squared() - &one, &eta * &l * (&eta * &l - &two));
    exact.evidence()
}

/// The proof for the class; `error` billionths are added to the descent claimed.
fn sublinear(error: i64) -> Evidence {
    let [l, eta, x, g, h, f, v, r, w] = Polynomial::variables();
    let [zero, one, two] = [0, 1, 2].map(|n| l.int(n));
    let class = Class { strong_convexity: zero, smoothness: l.clone() };
    let minimum = Sample::minimiser(&l);
    let before = Sample { point: x.clone(), gradient: g.clone(), value: f.clone() };
    let after = Sample { point: &x - &eta * &g, gradient: h.clone(), value: v.clone() };
    let mut exact = Exact::new();
    // `2ω = η(2 - ηL)`.
    let twice_omega = &eta * (&two - &eta * &l);
    let claimed = l.constant(&(Rational::ONE + rational(error, 1_000_000_000))) * &twice_omega;
    let residual = &two * &l * (&f - &v) - &l * claimed * g.squared() - class.interpolation(&before, &after);
    exact.identity("descent: f - f⁺ ≥ ω‖g‖²", residual, (&h - (&one - &eta * &l) * &g).squared());
    let claim = &l * (x.squared() - after.point.squared()) - &eta * class.cocoercivity(&before, &minimum);
    exact.identity("distance: ‖x⁺‖ ≤ ‖x‖", claim, twice_omega * g.squared());
    // With δ = f - f* and ‖x‖ ≤ R, which distance keeps true: `r` stands for R², and both multipliers are non-negative.
    let convexity = class.interpolation(&minimum, &before) + g.squared();
    exact.identity("convexity from interpolation: δ ≤ ⟨g, x⟩", convexity, &two * &l * (&g * &x - &f));
    let inequalities = &two * &r * &f * (&g * &x - &f) + f.squared() * (&r - x.squared());
    let claim = &r * (&r * g.squared() - f.squared());
    exact.identity("gradient: δ² ≤ R²‖g‖²", claim - inequalities, (&r * &g - &f * &x).squared());
    // So δ⁺ ≤ δ - wδ² with w = ω/R²; where δ⁺ > 0 divide by δδ⁺: 1/δ⁺ ≥ 1/δ + w, hence δ_T ≤ 1/(wT).
    let claim = &f - &v - &w * &f * &v;
    exact.identity("1/δ⁺ ≥ 1/δ + w", claim - &w * &f * (&f - &v), &f - &w * f.squared() - &v);
    exact.evidence()
}

/// A rotated quadratic with largest eigenvalue `L = 1 .. 64`, and its eigenvectors with their eigenvalues.
struct Drawn {
    smoothness: Rational,
    function: Rotated<Quadratic<Rational>, Rational>,
    eigenvectors: Vec<(Rational, Vec<Rational>)>,
}

fn draw(draws: &mut Draws) -> Drawn {
    let smoothness = draws.fraction(16..1024, 16);
    let spectrum: Vec<Rational> =
        [rational(0, 1), rational(1, 16), rational(1, 3), Rational::ONE].iter().map(|part| part * &smoothness).collect();
    let axis: Vec<Rational> = (0..4).map(|_| draws.fraction(1..20, 1)).collect();
    let length = axis.iter().fold(Rational::ZERO, |sum, v| sum + square(v));
    // Column k of the reflection I - 2vvᵀ/vᵀv, written out here so that the problem's own rotation is checked as well.
    let column = |k: usize| -> Vec<Rational> {
        let entry = |j: usize| rational(i64::from(j == k), 1) - rational(2, 1) * &axis[j] * &axis[k] / &length;
        (0..4).map(entry).collect()
    };
    let eigenvectors = spectrum.iter().cloned().zip((0..4).map(column)).collect();
    Drawn { smoothness, function: Rotated::new(Quadratic { spectrum }, &axis), eigenvectors }
}

fn runs(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("runs");
    let mut exact = Exact::new();
    for case in 0..lab.cases(10) {
        let drawn = draw(&mut stream.trial(case));
        let edges = (0..=20u32).flat_map(|k| [rational(-1, 1 << k), rational(1, 1 << k)]).chain([Rational::ZERO]);
        for edge in edges {
            let eta = (Rational::from(2) + &edge) / &drawn.smoothness;
            for (eigenvalue, start) in &drawn.eigenvectors {
                let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
                let path = trajectory(&mut *optimizer, start.clone(), |x| drawn.function.gradient(x), 2);
                let factor = Rational::ONE - &eta * eigenvalue;
                let times = |c: &Rational| -> Vec<Rational> { start.iter().map(|x| x * c).collect() };
                let found = || format!("case {case}: L = {}, η = {eta}, λ = {eigenvalue}: {:?}", drawn.smoothness, path[1]);
                exact.holds("one step multiplies by 1 - ηλ", path[1] == times(&factor), found);
                exact.holds("two steps by (1 - ηλ)²", path[2] == times(&square(&factor)), found);
                let size = square(&factor);
                if edge < Rational::ZERO && *eigenvalue > Rational::ZERO {
                    exact.holds("below 2/L every eigenvector with λ > 0 shrinks", size < Rational::ONE, found);
                } else if edge > Rational::ZERO && *eigenvalue == drawn.smoothness {
                    exact.holds("beyond 2/L the eigenvector of L grows", size > Rational::ONE, found);
                } else if edge.is_zero() && *eigenvalue == drawn.smoothness {
                    exact.holds("at 2/L it has a cycle of two", path[2] == path[0] && path[1] != path[0], found);
                }
            }
        }
    }
    Ok(exact.evidence())
}

/// Bisection of `ηL` in `[0, 4]` by whether one step of the code shrinks every eigenvector that the gradient sees; the final
/// bracket, `2⁻²⁰` wide, must contain `claimed`.
fn threshold(lab: &Lab, subject: &dyn Subject, claimed: Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("threshold");
    let norm = |x: &[Rational]| x.iter().fold(Rational::ZERO, |sum, x| sum + square(x));
    let mut exact = Exact::new();
    for case in 0..lab.cases(10) {
        let drawn = draw(&mut stream.trial(case));
        let (mut shrinks, mut fails) = (Rational::ZERO, Rational::from(4));
        for _ in 0..22 {
            let middle = (&shrinks + &fails) / Rational::from(2);
            let mut all = true;
            for (_, start) in &drawn.eigenvectors[1..] {
                let mut optimizer = subject.exact(&Method::gradient_descent(&middle / &drawn.smoothness))?;
                let mut x = start.clone();
                advance(&mut *optimizer, &mut x, |x| drawn.function.gradient(x));
                all &= norm(&x) < norm(start);
            }
            if all { shrinks = middle } else { fails = middle }
        }
        exact.holds("the bracket contains the threshold", shrinks < claimed && claimed <= fails, || {
            format!("case {case}: L = {}: between {shrinks} and {fails} over L", drawn.smoothness)
        });
    }
    Ok(exact.evidence())
}

fn members(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(500) {
        let draws = &mut stream.trial(case);
        let smoothness = draws.fraction(1..160, 16);
        let eta = draws.fraction(1..32, 16) / &smoothness;
        let start = draws.fraction(-320..320, 16);
        let function = Piecewise::draw(draws, &Rational::ZERO, &smoothness);
        let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
        let path = trajectory(&mut *optimizer, vec![start.clone()], |x| function.gradient(x), 8);
        let omega = &eta * (Rational::ONE - &eta * &smoothness / Rational::from(2));
        for (step, pair) in path.windows(2).enumerate() {
            let found = || {
                let points = [readable(&pair[0][0]), readable(&pair[1][0])];
                format!("case {case}: L = {smoothness}, η = {eta}, from {start}, step {step}: {points:?}")
            };
            let slope = function.derivative(&pair[0][0]);
            let descent = function.value(&pair[0]) - function.value(&pair[1]);
            exact.holds("descent", descent >= &omega * square(&slope), found);
            exact.holds("distance", square(&pair[1][0]) <= square(&pair[0][0]), found);
            let bound = square(&start) / (&omega * Rational::from(step as i64 + 1));
            exact.holds("f(x_T) - f* ≤ ‖x_0‖² / (ωT)", function.value(&pair[1]) <= bound, found);
        }
    }
    Ok(exact.evidence())
}

/// Distance after 200 steps over that before, on `diag(1, 10)` rotated, from the eigenvector that does worse.
fn growth(_: &Lab) -> Plot {
    let spectrum = [Rational::from(1), Rational::from(10)];
    // Reflection along (1, 2): its columns are the eigenvectors.
    let function: Rotated<_, f64> = Rotated::new(Quadratic::of(&spectrum), &[rational(1, 1), rational(2, 1)]);
    let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    let predicted = |scaled: f64| 200.0 * libm::log10((1.0 - scaled).abs().max((1.0 - scaled / 10.0).abs()));
    let measured = |scaled: &Rational| {
        let mut worst = 0.0f64;
        for start in [vec![0.6, -0.8], vec![-0.8, -0.6]] {
            let mut optimizer = Reference.double(&Method::gradient_descent(scaled / Rational::from(10))).ok()?;
            let path = trajectory(&mut *optimizer, start, |x| function.gradient(x), 200);
            worst = worst.max(norm(&path[200]) / norm(&path[0]));
        }
        Some([to_f64(scaled), libm::log10(worst)])
    };
    Plot {
        id: "growth".into(),
        title: "Distance after 200 steps from the worse of two eigenvectors: it grows where ηL > 2".into(),
        x: "ηL".into(),
        y: "log₁₀ ‖x₂₀₀‖ / ‖x₀‖".into(),
        series: vec![
            Series::theory(
                "200 log₁₀ max(|1 - ημ|, |1 - ηL|)",
                (1..=220).map(|k| f64::from(k) / 100.0).map(|s| [s, predicted(s)]),
            ),
            Series::measured("the code", (1..=44).map(|k| rational(k, 20)).filter_map(|s| measured(&s))),
            Series::theory("no growth", [[0.0, 0.0], [2.2, 0.0]]),
        ],
        ..Plot::default()
    }
}
