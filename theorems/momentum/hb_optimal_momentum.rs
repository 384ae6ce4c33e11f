//! # The heavy ball's best momentum on quadratics is the square of the note's
//!
//! **Setting.** `x⁺ = x - η ∇f(x) + β (x - x⁻)` on quadratics with eigenvalues in `[μ, L]`, `κ = L/μ`. Each eigenvalue `λ` has the
//! characteristic polynomial `p_λ(z) = z² - (1 + β - ηλ) z + β`; the radius is the largest `|z|` over its roots and over `λ`.
//!
//! **Statement.** (1) At `η = 4/(√L + √μ)²`, `β = ((√κ - 1)/(√κ + 1))²` all roots have `|z| = r* = (√κ - 1)/(√κ + 1)`. (2) No real
//! `(η, β)` has a smaller radius. (3) With the note's `β = r*` the best radius is `√r*`: half the exponential rate.
//!
//! **Why.** (1) `4β - (1 + β - ηλ)² = η²(L - λ)(λ - μ)`. (2) Roots within `r` mean `p_μ(r) ≥ 0`, `p_L(-r) ≥ 0`, `w = r² - β ≥ 0`,
//! and `r (μ(1 + r)² - L(1 - r)²) = L p_μ(r) + μ p_L(-r) + w (μ(1 + r) + L(1 - r))`. (3) The product of the roots is `β`.
//!
//! **How it could fail.** Identities are compared as polynomials. The code runs exactly on `½λx²`; its characteristic polynomial is
//! read off its iterates, held against the formula, and its radius is located by Jury's criterion.

use crate::certify::roots_within;
use crate::evidence::{Evidence, Exact};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Form, HeavyBall, Method, Nesterov, Tuning, polyak_tuning};
use crate::subject::{Impostor, NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::theorems::momentum::radii;
use crate::theorems::momentum::recursion::Recursion;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "hb-optimal-momentum",
    title: "The heavy ball's best momentum on quadratics is ((√κ - 1)/(√κ + 1))²",
    topic: "momentum",
    record: Some("hb-optimal-momentum"),
    statement: "On quadratics with eigenvalues in $[μ, L]$ the heavy ball's best parameters are $η^* = 4/(sqrt(L) + sqrt(μ))^2$ and \
                $β^* = (frac(sqrt(κ) - 1, sqrt(κ) + 1))^2$, with spectral radius $r^* = sqrt(β^*)$. The note's \
                $γ = frac(sqrt(κ) - 1, sqrt(κ) + 1)$ is that radius, not the momentum; as a momentum its best radius is $sqrt(r^*)$.",
    hypotheses: &["$f$ is a quadratic with eigenvalues in $[μ, L]$, $0 < μ < L$", "exact gradients, constant $η$ and $β$"],
    sources: &[
        Source::Note("000", "594-595"),
        Source::Cited("polyak1964", "heavy ball"),
        Source::Cited("polyak1987", "section 3.2"),
        Source::Cited("lessard2016", "Proposition 1"),
    ],
    claims: &[
        Claim {
            id: "note-s-momentum",
            as_stated: true,
            statement: "for quadratics the optimal momentum is $γ = (sqrt(κ) - 1)/(sqrt(κ) + 1)$: with its best step size no other \
                        momentum has a smaller spectral radius",
            quantifier: "κ = 100: the code at γ and at Polyak's parameters",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| optimal(subject, &|rate| rate.clone()),
        },
        Claim {
            id: "polyak",
            as_stated: false,
            statement: "at $η^*$ and $β^*$ both roots have $|z|^2 = β^*$ for every eigenvalue $λ ∈ [μ, L]$",
            quantifier: "every 0 < μ < L and every λ in [μ, L]",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(polyak(0)),
        },
        Claim {
            id: "optimal",
            as_stated: false,
            statement: "if all roots at $μ$ and at $L$ have $|z| ≤ r$ then $r ≥ (sqrt(κ) - 1)/(sqrt(κ) + 1)$",
            quantifier: "every real η and β, every 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(lower_bound(0)),
        },
        Claim {
            id: "half-the-rate",
            as_stated: false,
            statement: "with the momentum $γ = r^*$ the radius is at least $sqrt(r^*)$ for every step size, and equals it for \
                        $η = (1 + sqrt(γ))^2 / L$: exactly half the exponential rate $-ln r$",
            quantifier: "every real η, every 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(half_the_rate(0)),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "the code's iterates on $½ λ x^2$ have the characteristic polynomial $z^2 - (1 + β - η λ) z + β$, and its \
                        roots at $η^*$, $β^*$ have $|z| = r^*$ for all $λ$ tried",
            quantifier: "√κ = 2, ..., 12 and 13 eigenvalues each",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| runs(subject),
        },
        Claim {
            id: "runs-optimal",
            as_stated: false,
            statement: "no step size tried, with $γ$ or $β^*$ as momentum, has a radius below $(1 - 10^(-9)) r^*$; at $η^*$, $β^*$ \
                        the code's is at most $r^*$",
            quantifier: "κ = 100: 200 step sizes in (0, 4/L); the iterates obey a two-step recursion at each",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| optimal(subject, &square),
        },
    ],
    controls: &[
        Control {
            id: "note-s-momentum-at-its-best-step",
            differs: "claims that γ with its best step size is optimal at κ = 100 (0.9045 against 0.8182)",
            broken: Broken::Statement(|_, subject| optimal(subject, &|rate| rate.clone())),
        },
        Control {
            id: "momentum-larger-by-a-billionth-is-optimal",
            differs: "claims that β* (1 + 10⁻⁹) is optimal",
            broken: Broken::Statement(|_, subject| {
                optimal(subject, &|rate| square(rate) * (Rational::ONE + rational(1, 1_000_000_000)))
            }),
        },
        Control {
            id: "polyak-step-larger-by-a-billionth",
            differs: "claims that |z|² = β for η* (1 + 10⁻⁹)",
            broken: Broken::Statement(|_, _| Ok(polyak(1))),
        },
        Control {
            id: "unbalanced-lower-bound",
            differs: "the multiplier L of p_μ(r) is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(lower_bound(1))),
        },
        Control {
            id: "half-the-rate-of-a-larger-momentum",
            differs: "claims half the rate for the momentum γ (1 + 10⁻⁹)",
            broken: Broken::Statement(|_, _| Ok(half_the_rate(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "runs", subject: &LONGER_STEP },
        },
        Control {
            id: "code-with-momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "runs-optimal", subject: &HEAVIER_BALL },
        },
        Control {
            id: "gradient-looks-ahead",
            differs: "the code takes the gradient at x + β(x - x⁻): Nesterov's method",
            broken: Broken::Subject {
                claim: "runs",
                subject: &Impostor {
                    name: "Nesterov for heavy ball",
                    instead: |method| match &method.algorithm {
                        Algorithm::HeavyBall(HeavyBall { momentum }) => {
                            let momentum = Extrapolation::Constant(momentum.clone());
                            let algorithm = Algorithm::Nesterov(Nesterov { momentum, form: Form::Sequence });
                            Method { algorithm, ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[radii::map, radii::least],
};

/// The discriminant at Polyak's parameters, with `μ = p²`, `L = q²`; `error` billionths of `η` are added to it.
fn polyak(error: i64) -> Evidence {
    let [p, q, eigenvalue] = Polynomial::variables();
    let [one, four] = [1, 4].map(|n| p.int(n));
    let (sum, difference) = (&p + &q, &q - &p);
    // Times (p + q)²: η becomes `eta`, β = r² becomes (q - p)², and trace T = 1 + β - ηλ becomes `trace`.
    let eta = &four * (&one + p.constant(&rational(error, 1_000_000_000)));
    let trace = sum.squared() + difference.squared() - &eta * &eigenvalue;
    let discriminant = &four * difference.squared() * sum.squared() - trace.squared();
    let mut exact = Exact::new();
    // Non-negative on [μ, L]: the roots are conjugate, so |z|² is their product β.
    let squares = &four * &four * (q.squared() - &eigenvalue) * (&eigenvalue - p.squared());
    exact.identity("4β - T² = η²(L - λ)(λ - μ)", discriminant, squares);
    exact.evidence()
}

/// The proof that no parameters have a smaller radius; `error` billionths are added to a multiplier.
fn lower_bound(error: i64) -> Evidence {
    let [p, q, eta, beta, r] = Polynomial::variables();
    let one = p.int(1);
    let (mu, l) = (&p.squared(), &q.squared());
    let characteristic = |eigenvalue: &Polynomial, z: &Polynomial| z.squared() - (&one + &beta - &eta * eigenvalue) * z + &beta;
    let mut exact = Exact::new();
    // A monic quadratic whose roots, real or conjugate, lie in |z| ≤ r is non-negative at ±r, and their product β is at most r².
    let inequalities = (l + p.constant(&rational(error, 1_000_000_000))) * characteristic(mu, &r)
        + mu * characteristic(l, &-r.clone())
        + (r.squared() - &beta) * (mu * (&one + &r) + l * (&one - &r));
    let claim = &r * (mu * (&one + &r).squared() - l * (&one - &r).squared());
    exact.identity("μ(1 + r)² ≥ L(1 - r)²", claim, inequalities);
    // For r ≤ 1 the second factor is positive, so the first is not negative: r ≥ (q - p)/(q + p). (r = 0 follows from all r > 0;
    // for r > 1 there is nothing to show.)
    let factors = (&p * (&one + &r) - &q * (&one - &r)) * (&p * (&one + &r) + &q * (&one - &r));
    exact.identity("its factors", mu * (&one + &r).squared() - l * (&one - &r).squared(), factors);
    exact.identity("the first factor", &p * (&one + &r) - &q * (&one - &r), &r * (&p + &q) - (&q - &p));
    exact.evidence()
}

/// The note's momentum, `γ = t²` for `0 < t < 1`: then `√κ = (1 + t²)/(1 - t²)`, so that every κ has its `t`. `error` billionths of
/// γ are added to it.
fn half_the_rate(error: i64) -> Evidence {
    let [t, p] = Polynomial::variables();
    let one = t.int(1);
    let [longer, shorter] = [&one + t.squared(), &one - t.squared()];
    let gamma = t.squared() * (&one + t.constant(&rational(error, 1_000_000_000)));
    let mut exact = Exact::new();
    exact.identity("γ = (√κ - 1)/(√κ + 1) = r*", &longer - &shorter, &gamma * (&longer + &shorter));
    // The product of the roots is γ, so one of them has |z| ≥ √γ = t, whatever η is. It is attained where the discriminant is not
    // positive, (1 - t)² ≤ ηλ ≤ (1 + t)² on [μ, L]: with ηL = (1 + t)² the upper end is exact, and at the lower end,
    // times (1 + t²)², with ημ = (1 + t)² (1 - t²)² / (1 + t²)²:
    let lower = (&one + &t).squared() * shorter.squared() - (&one - &t).squared() * longer.squared();
    let room = &t.int(2) * &t * ((&one + &t).squared() + &longer);
    exact.identity("ημ ≥ (1 - t)²", lower, (&one - &t).squared() * room);
    let trace = &one + &gamma - &p;
    let discriminant = t.int(4) * &gamma - trace.squared();
    let factors = ((&one + &t).squared() - &p) * (&p - (&one - &t).squared());
    exact.identity("4γ - T² = ((1 + t)² - ηλ)(ηλ - (1 - t)²)", discriminant, factors);
    exact.evidence()
}

fn runs(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in 2..=12 {
        let tuning = polyak_tuning(&Rational::ONE, &Rational::from(root));
        let rate = rational(root - 1, root as u64 + 1);
        for part in 0..=12 {
            let eigenvalue = Rational::ONE + rational(part, 12) * Rational::from(root * root - 1);
            let Recursion { trace, determinant, holds } =
                Recursion::read(subject, &Method::heavy_ball(tuning.clone()), &eigenvalue)?;
            let found = || format!("μ = 1, √L = {root}, λ = {eigenvalue}: T = {trace}, D = {determinant}");
            let expected = Rational::ONE + &tuning.momentum - &tuning.step_size * &eigenvalue;
            exact.holds("the iterates obey a two-step recursion", holds, found);
            exact.holds("T = 1 + β - ηλ", trace == expected, found);
            exact.holds("D = β", determinant == tuning.momentum, found);
            exact.holds("|z| ≤ r*", roots_within(&trace, &determinant, &rate), found);
            // None beyond r* and their product r*²: both on the circle.
            exact.holds("the product of the roots is r*²", determinant == square(&rate), found);
        }
    }
    Ok(exact.evidence())
}

/// Whether the code with the momentum `choice(r*)`, at the best of the step sizes tried, has a radius of at most `r*` at κ = 100,
/// where Polyak's parameters have exactly that; and whether any other step size or momentum tried has one
/// smaller by more than a billionth.
fn optimal(subject: &dyn Subject, choice: &dyn Fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let [mu, smoothness, rate] = [Rational::ONE, Rational::from(100), rational(9, 11)];
    let within = |exact: &mut Exact, step_size: Rational, momentum: &Rational, radius: &Rational| -> Result<bool, NotOffered> {
        let found = format!("κ = 100, η = {step_size}, β = {momentum}");
        let method = Method::heavy_ball(Tuning { step_size, momentum: momentum.clone() });
        let (slow, fast) = (Recursion::read(subject, &method, &mu)?, Recursion::read(subject, &method, &smoothness)?);
        let ends = [slow, fast];
        exact.holds("the iterates obey a two-step recursion", ends.iter().all(|end| end.holds), || found);
        Ok(ends.iter().all(|end| roots_within(&end.trace, &end.determinant, radius)))
    };
    // η* = 4/121 comes first, then a grid of (0, 4/L).
    let steps = || [rational(4, 121)].into_iter().chain((1..=200).map(|k| rational(k, 5000)));
    let momentum = choice(&rate);
    let mut exact = Exact::new();
    let mut reached = false;
    for step_size in steps() {
        reached |= within(&mut exact, step_size, &momentum, &rate)?;
    }
    exact.holds("a step size reaches r*", reached, || {
        let best = to_f64(&momentum).sqrt();
        format!("κ = 100, β = {momentum}: every radius is at least √β = {best:.6}, but β* = 81/121 has {:.6}", to_f64(&rate))
    });
    let smaller = &rate * rational(999_999_999, 1_000_000_000);
    for step_size in steps() {
        for momentum in [&rate, &square(&rate), &momentum] {
            let found = || format!("κ = 100, η = {step_size}, β = {momentum}");
            let smaller = within(&mut exact, step_size.clone(), momentum, &smaller)?;
            exact.holds("no radius is below (1 - 10⁻⁹) r*", !smaller, found);
        }
    }
    Ok(exact.evidence())
}
