//! # Nesterov's method with constant momentum
//!
//! **Setting.** `f ∈ F(μ, L)`, minimum 0 at 0, `s = √κ`, `q = 1/s`; `y = x + β (x - x⁻)`, `x⁺ = y - ∇f(y)/L`, `β = (s - 1)/(s + 1)`,
//! `x⁻ = x` at the start. `z = x + (s - 1)(x - x⁻)`, `V = f(x) + (μ/2)‖z‖²`.
//!
//! **Statement.** (1) `V⁺ ≤ (1 - q) V`. (2) On quadratics the spectral radius is `1 - q`, a double root at `λ = μ`. (3) With `η` and
//! `β` free the least radius is `r = 1 - 2/√(3κ + 1)`, at `η = 4/(3L + μ)`, `β = r/(2 - r)`.
//!
//! **Why.** `(1 - q) V - V⁺` is descent at `y`, plus `(1 - q)` times convexity from `y` to `x`, plus `q` times that from `y` to the
//! minimiser, plus a square. In (3) Jury's conditions at `μ` and `L`, weighted with polynomials in `β` and the radius, bound `κ`.
//!
//! **How it could fail.** The identities are compared as polynomials; a step, and up to 20 at once, are certificates. The code runs
//! exactly on drawn members of the class and on quadratics, where its iterates must be the double root's, `(1 - q)^k (1 + qk)`.

use crate::certify::formulas::potentials::{nesterov_strongly_convex, nesterov_strongly_convex_step};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Form, HeavyBall, Method, Nesterov, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::worst_case::faults::{self, Fault};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nag-constant-momentum-rate",
    title: "Nesterov's method with momentum (√κ - 1)/(√κ + 1) converges at the rate 1 - 1/√κ",
    topic: "momentum",
    record: Some("nag-constant-momentum-rate"),
    statement: "For $f ∈ F(μ, L)$, $η = 1/L$ and $β = (sqrt(κ) - 1) / (sqrt(κ) + 1)$, Nesterov's method satisfies \
                $f(x_k) - f^* ≤ (1 - 1/sqrt(κ))^k (f(x_0) - f^* + (μ/2) ‖x_0 - x^*‖^2)$. On quadratics its spectral radius is \
                $1 - 1/sqrt(κ)$; the least over all $η$ and $β$ is $1 - 2/sqrt(3 κ + 1)$.",
    hypotheses: &[
        "$f$ is $L$-smooth and $μ$-strongly convex, $0 < μ < L$",
        "exact gradients",
        "the start is at rest, $x_(-1) = x_0$",
    ],
    sources: &[
        Source::Note("000", "595"),
        Source::Note("000", "171-180"),
        Source::Cited("nesterov2004", "section 2.2, scheme (2.2.22)"),
        Source::Cited("lessard2016", "Proposition 1"),
        Source::Cited("taylor2017", "Theorem 4"),
    ],
    claims: &[
        Claim {
            id: "potential",
            as_stated: false, // the note has the number 1 - 1/√κ only
            statement: "$f(x_k) - f^* + (μ/2) ‖z_k - x^*‖^2$ falls at least by the factor $1 - 1/sqrt(κ)$ in every step",
            quantifier: "every f in F(μ, L), every dimension, all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(potential(0)),
        },
        Claim {
            id: "step-certificate",
            as_stated: false,
            statement: "from any $x$ and $z$, with $y = (x + q z)/(1 + q)$, $x^+ = y - ∇ f(y)/L$ and $z^+ = (1 - q) z + q y - (q/μ) ∇ f(y)$, \
                        $q = 1/sqrt(κ)$: $f(x^+) - f^* + (μ/2) ‖z^+ - x^*‖^2 ≤ (1 - q) (f(x) - f^* + (μ/2) ‖z - x^*‖^2)$",
            quantifier: "every f in F(μ, L), every dimension, all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(step_certificate(faults::none)),
        },
        Claim {
            id: "steps-certificates",
            as_stated: false,
            statement: "$f(x_N) - f^* ≤ (1 - 1/sqrt(κ))^N (f(x_0) - f^* + (μ/2) ‖x_0 - x^*‖^2)$ in $N$ steps from rest",
            quantifier: "N = 2, 5, 10 and 20 at √κ = 10; every f in F(μ, L) (L = 1, and all others by scaling), every dimension",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(steps_certificates(faults::none)),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "in the code's exact run the potential falls by that factor in every step",
            quantifier: "the drawn functions with piecewise linear derivative and starts, 6 steps, and quadratics with κ = 10⁴",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "spectrum",
            as_stated: false,
            statement: "on quadratics $(1 + β)^2 (1 - 1/κ) = 4 β$: a double root $1 - 1/sqrt(κ)$ at $λ = μ$, and complex roots of \
                        at most that modulus for $μ < λ ≤ L$",
            quantifier: "every spectrum in [μ, L], all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(spectrum(0)),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "on $½ μ x^2$ the code's $k$-th iterate from 1 is $(1 - q)^k (1 + q k)$, and $f(x_k)$ is below the bound",
            quantifier: "100 steps at √κ = 3/2, 2, 10 and 19",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| attained(subject, |rate| rate),
        },
        Claim {
            id: "step-limit",
            as_stated: false,
            statement: "at $η = frac(4 s, 3 s - 1) / L$, $s = sqrt(κ)$, which falls to $frac(4, 3) / L$, the code oscillates on $½ L x^2$ \
                        for ever, with the roots $-1$ and $(s - 1)/(3 s - 1)$",
            quantifier: "50 steps at √κ = 19 and 99",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| steepest(subject, |root| Rational::from(4) * root / (Rational::from(3) * root - Rational::ONE)),
        },
        Claim {
            id: "tuned",
            as_stated: false,
            statement: "no $η$ and $β$ have a spectral radius below $r = 1 - 2/sqrt(3 κ + 1)$ at both $λ = μ$ and $λ = L$",
            quantifier: "all real η and β, all κ > 1",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(tuned(0)),
        },
        Claim {
            id: "tuned-reached",
            as_stated: false,
            statement: "at $η = 4/(3L + μ)$, $β = r/(2 - r)$ all roots lie within $r$, so that the least radius is $r$",
            quantifier: "every spectrum in [μ, L], all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(tuned_reached(0)),
        },
        Claim {
            id: "tuned-attained",
            as_stated: false,
            statement: "at $η = 4/(3L + μ)$, $β = r/(2 - r)$ the code's iterates from 1 are $r^k (1 + (1 - r) k)$ for $λ = μ$ and \
                        $frac(3 - r, 4) (-r)^k + frac(1 + r, 4) (r/3)^k$ for $λ = L$",
            quantifier: "60 steps at κ = 5, 8 and 16",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: tuned_attained,
        },
    ],
    controls: &[
        Control {
            id: "squared-rate",
            differs: "claims the rate (1 - 1/√κ)² for function values on quadratics",
            broken: Broken::Statement(|_, subject| attained(subject, |rate| square(&rate))),
        },
        Control {
            id: "rate-faster-by-a-hundredth",
            differs: "claims that the potential falls by 1 - 1.01/√κ",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &rational(101, 100))),
        },
        Control {
            id: "step-beyond-four-thirds",
            differs: "claims that η = 1.5/L does not diverge as β → 1",
            broken: Broken::Statement(|_, subject| steepest(subject, |_| rational(3, 2))),
        },
        Control {
            id: "unbalanced-potential",
            differs: "the multiplier of descent is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(potential(1))),
        },
        Control {
            id: "step-certificate-faster-by-a-billionth",
            differs: "claims that the potential falls in a step by a factor less by 10⁻⁹ of it, with the same multipliers",
            broken: Broken::Statement(|_, _| Ok(step_certificate(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "steps-multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by 10⁻⁹ to the certificates of N steps",
            broken: Broken::Statement(|_, _| Ok(steps_certificates(faults::multiplier_more_by_a_billionth))),
        },
        Control {
            id: "momentum-off-by-a-billionth",
            differs: "claims the double root at β + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(spectrum(1))),
        },
        Control {
            id: "tuned-too-fast",
            differs: "claims a bound on κ less by 10⁻⁹ of it",
            broken: Broken::Statement(|_, _| Ok(tuned(1))),
        },
        Control {
            id: "tuned-momentum-off-by-a-billionth",
            differs: "claims the radius r for the momentum r/(2 - r) + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(tuned_reached(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject {
                claim: "attained",
                subject: &Impostor {
                    name: "step larger by a billionth",
                    instead: |method| Method {
                        step_size: &method.step_size * (Rational::ONE + rational(1, 1_000_000_000)),
                        ..method.clone()
                    },
                },
            },
        },
        Control {
            id: "momentum-squared",
            differs: "the code uses Polyak's momentum β² in Nesterov's method",
            broken: Broken::Subject {
                claim: "tuned-attained",
                subject: &Impostor { name: "Polyak's momentum", instead: |method| with_momentum(method, square) },
            },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code uses β (1 + 10⁻⁹)",
            broken: Broken::Subject {
                claim: "attained",
                subject: &Impostor {
                    name: "momentum larger by a billionth",
                    instead: |method| with_momentum(method, |beta| beta * (Rational::ONE + rational(1, 1_000_000_000))),
                },
            },
        },
        Control {
            id: "gradient-without-look-ahead",
            differs: "the code takes the gradient at x, as the heavy ball does",
            broken: Broken::Subject {
                claim: "members",
                subject: &Impostor {
                    name: "heavy ball",
                    instead: |method| match &method.algorithm {
                        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(beta), .. }) => {
                            let algorithm = Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() });
                            Method { algorithm, ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[curve],
};

fn nesterov(step_size: Rational, momentum: Rational) -> Method {
    let momentum = Extrapolation::Constant(momentum);
    Method::new(Algorithm::Nesterov(Nesterov { momentum, form: Form::Sequence }), step_size)
}

/// A control's method: another momentum.
fn with_momentum(method: &Method, change: fn(&Rational) -> Rational) -> Method {
    match &method.algorithm {
        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(beta), .. }) => {
            nesterov(method.step_size.clone(), change(beta))
        }
        _ => method.clone(),
    }
}

/// `(root - 1) / (root + 1)`.
fn momentum(root: &Rational) -> Rational {
    (root - Rational::ONE) / (root + Rational::ONE)
}

/// The proof of the potential's decrease; `error` billionths are added to the first multiplier.
fn potential(error: i64) -> Evidence {
    // x = y + d, z = y - s d, ∇f(y) = L h, L = μ s²; values at x, y and x⁺; f(0) = 0. For the interpolation: ∇f(x⁺) = g.
    let [mu, s, y, d, h, at_x, at_y, at_next, g] = Polynomial::variables();
    let [one, half] = [s.int(1), s.constant(&rational(1, 2))];
    let squared = |p: &Polynomial| p * p;
    let smoothness = &mu * &squared(&s);
    let (x, z) = (&y + &d, &y - &(&s * &d));
    let (next, gradient) = (&y - &h, &smoothness * &h);
    let mut exact = Exact::new();
    let mut same = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    let convexity = |to: &Polynomial, value: &Polynomial| {
        let step = to - &y;
        value - &at_y - &gradient * &step - &half * &mu * squared(&step)
    };
    let to_x = convexity(&x, &at_x);
    let to_minimiser = convexity(&y.int(0), &y.int(0));
    let descent = &at_y - &at_next - &half * &smoothness * squared(&h);
    // What interpolation (Taylor, Hendrickx and Glineur 2017, Theorem 4), times 2 (L - μ), says of a and b with gradients p and t:
    // the inequalities above follow by dropping squares.
    let room = &smoothness - &mu;
    let interpolation = |[value_a, value_b]: [&Polynomial; 2], [a, b]: [&Polynomial; 2], [p, t]: [&Polynomial; 2]| {
        let (step, change) = (a - b, p - t);
        let bracket = squared(&change) + &mu * &smoothness * squared(&step) - mu.int(2) * &mu * (&change * &step);
        s.int(2) * &room * (value_a - value_b - t * &step) - bracket
    };
    let two = s.int(2);
    let from_y = interpolation([&at_x, &at_y], [&x, &y], [&g, &gradient]);
    same("convexity from interpolation", &two * &room * &to_x - from_y, squared(&(&g - &(&gradient + &(&mu * &d)))));
    let to_next = interpolation([&at_y, &at_next], [&y, &next], [&gradient, &g]);
    same("descent from interpolation", &two * &room * &descent - to_next, squared(&g));
    // The potential, times s.
    let ahead = &z + &d - &s * &h;
    let value = |value: &Polynomial, z: &Polynomial| value + &(&half * &mu * squared(z));
    let fall = (&s - &one) * value(&at_x, &z) - &s * value(&at_next, &ahead);
    let weighed = (&s + &s.constant(&rational(error, 1_000_000_000))) * descent + (&s - &one) * to_x + to_minimiser;
    same("fall of the potential", fall - weighed, &half * &mu * ((squared(&s) - one.clone()) * squared(&d)));
    // The method in two sequences and in three: y and z from x and x⁻, times s + 1 where it divides.
    same("y between x and z", (&s + &one) * &y, &s * &x + z.clone());
    same("z from the last two points", ahead.clone(), &next + &((&s - &one) * (&next - &x)));
    let extrapolated = (&s + &one) * &next + (&s - &one) * (&next - &x);
    same("the next y", extrapolated, &s * &next + ahead);
    exact.evidence()
}

/// One step from potential to potential, as a formula.
fn step_certificate(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    exact.certified(fault(nesterov_strongly_convex_step()));
    exact.evidence()
}

/// All steps at once; one after the other, the steps of [`step_certificate`] hold for every N.
fn steps_certificates(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    for steps in [2, 5, 10, 20] {
        exact.certified(fault(nesterov_strongly_convex(&Rational::ONE, &rational(1, 10), steps)));
    }
    exact.evidence()
}

/// The characteristic polynomial `t² - (1 + β)(1 - ηλ) t + β (1 - ηλ)`, with `λ = μ + excess`; `error` billionths are added to β.
fn spectrum(error: i64) -> Evidence {
    // All identities are multiplied by powers of s + 1, s and L = μ s², which are positive.
    let [mu, s, excess] = Polynomial::variables();
    let one = s.int(1);
    let squared = |p: &Polynomial| p * p;
    let smoothness = &mu * &squared(&s);
    let (plus, minus) = (&s + &one, &s - &one);
    let beta = minus.clone() + &plus * &s.constant(&rational(error, 1_000_000_000)); // times s + 1
    let kept = &smoothness - &mu - excess.clone(); // L (1 - λ/L)
    let mut exact = Exact::new();
    let mut same = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    let sum = &plus + &beta; // (s + 1)(1 + β)
    same("(1 + β)² (1 - 1/κ) = 4β", squared(&sum) * (squared(&s) - one.clone()), s.int(4) * &beta * &plus * squared(&s));
    same("the double root is 1 - 1/√κ", &sum * &(squared(&s) - one.clone()), s.int(2) * &minus * &s * &plus);
    let discriminant = squared(&sum) * &kept - s.int(4) * &beta * &plus * &smoothness;
    same("discriminant over 1 - λ/L, at most 0 from λ = μ on", discriminant, -(squared(&sum) * &excess));
    let modulus = squared(&minus) * &mu * &plus - &beta * &kept; // ((1 - 1/√κ)² - β (1 - λ/L)) (s + 1) L
    same("(1 - 1/√κ)² less the product of the roots, at least 0", modulus, &beta * &excess);
    exact.evidence()
}

/// If the radius at both ends is at most `ρ`, `0 < ρ < 1` (a radius of 0 is within every such `ρ`), then `κ ≤ K(ρ) = (3 - ρ)(1 + ρ) / (3 (1 - ρ)²)`, which grows with `ρ` and is `κ` at
/// `r`. With `a = 1 - ημ`, `b = ηL - 1`, so that `1 + b = κ (1 - a)`, Jury's conditions at radius `ρ` are the four forms below,
/// and `goal ≥ 0` is the conclusion. `error` billionths of the bound are taken off.
fn tuned(error: i64) -> Evidence {
    let [rho, beta, a, b, w] = Polynomial::variables();
    let [one, two, three] = [1, 2, 3].map(|value| rho.int(value));
    let squared = |p: &Polynomial| p * p;
    let (up, down, less) = (&one + &rho, &one - &rho, &three - &rho);
    let at_mu = squared(&rho) - &rho * &a + &down * &(&beta * &a); // p_μ(ρ) ≥ 0
    let product_at_mu = squared(&rho) - &beta * &a; // β a ≤ ρ²
    let at_l = squared(&rho) - &rho * &b - &up * &(&beta * &b); // p_L(-ρ) ≥ 0
    let product_at_l = squared(&rho) + &beta * &b; // -β b ≤ ρ²
    let bound = &less * &up * rho.constant(&(Rational::ONE - rational(error, 1_000_000_000)));
    let goal = bound * (&one - &a) - &three * &squared(&down) * (&one + &b);
    let mut exact = Exact::new();
    let mut same = |name: &str, left: &Polynomial, right: Polynomial| {
        exact.holds(name, *left == right, || format!("the difference has {} terms", (left - &right).terms()));
    };
    // All roots at μ lie inside the unit circle, where p_μ(1) > 0: so 1 - a = ημ > 0, by which `goal ≥ 0` is divided.
    same("p_μ(1) = ημ", &(&one - &((&one + &beta) * &a) + &beta * &a), &one - &a);
    // -ρ/2 ≤ β ≤ ρ/(2 - ρ): P > 0 and Q > 0, and all factors of the last term are at least 0.
    let (p, q) = (&rho - &(&down * &beta), &rho + &(&up * &beta));
    let rest = &two * &rho * &up * &down * (&rho - &((&two - &rho) * &beta)) * (&rho + &(&two * &beta));
    let weighed = &less * &up * &q * &at_mu + &three * &squared(&down) * &p * &at_l + rest;
    same("moderate β", &(&p * &q * &goal), weighed);
    // β ≥ ρ/(2 - ρ): a ≤ ρ (2 - ρ), and 3b ≤ ρ (2 - ρ) if b ≥ 0, and of course if b < 0.
    let room = &rho * &(&two - &rho);
    same("large β, at μ", &(&rho * &(&room - &a)), at_mu.clone() + &down * &product_at_mu);
    let over = (&two - &rho) * &beta - rho.clone();
    same("large β, at L", &(&rho * &(&room - &(&three * &b))), (&two - &rho) * &at_l + &up * &b * over);
    same("large β", &goal, &less * &up * (&room - &a) + squared(&down) * (&room - &(&three * &b)));
    // β ≤ -ρ/(2 + ρ): 3a ≤ ρ (2 + ρ) if a ≥ 0, and of course if a < 0, and b ≤ ρ (2 + ρ).
    let room = &rho * &(&two + &rho);
    let under = -((&two + &rho) * &beta) - rho.clone();
    same("negative β, at μ", &(&rho * &(&room - &(&three * &a))), (&two + &rho) * &at_mu + &down * &a * under);
    same("negative β, at L", &(&rho * &(&room - &b)), at_l.clone() + &up * &product_at_l);
    let weighed = &less * &up * (&room - &(&three * &a)) + rho.int(9) * squared(&down) * (&room - &b);
    same("negative β", &(&three * &goal), weighed + rho.int(8) * squared(&rho) * &up * &down);
    // At ρ = 1 - 2/w, w = √(3κ + 1), the bound is (w² - 1)/3 = κ, growing with w and so with ρ; times w².
    let (up, less) = (&(&two * &w) - &two, &(&two * &w) + &two);
    same("K(r) = κ", &(&up * &less), rho.int(4) * (squared(&w) - one.clone()));
    exact.evidence()
}

/// At `η = 4/(3L + μ)`, `β = r/(2 - r)` the roots lie within `r` for all `λ` from `μ` to `L`, by Jury's conditions at that radius
/// ([`crate::certify::roots_within`]). With `w = √(3κ + 1) > 2` and eigenvalues in units of μ, `r = (w - 2)/w`,
/// `β = (w - 2)/(w + 2)`, `1 - ηλ = (w² - 4λ)/w²`, and `L` is `(w² - 1)/3`; `error` billionths are added to β.
fn tuned_reached(error: i64) -> Evidence {
    let [w, eigenvalue] = Polynomial::variables();
    let [one, two, three, four] = [1, 2, 3, 4].map(|value| w.int(value));
    let (less, more) = (&w - &two, &w + &two);
    let beta = &less + &more * w.constant(&rational(error, 1_000_000_000)); // times w + 2
    let kept = w.squared() - &four * &eigenvalue; // times w²
    // All times w³ (w + 2) > 0.
    let radius = &w * less.squared() * &more; // r²
    let trace = &less * (&more + &beta) * &kept; // r (1 + β)(1 - ηλ)
    let determinant = &w * &beta * &kept; // β (1 - ηλ)
    let (from_mu, to_l) = (&eigenvalue - &one, w.squared() - &one - &three * &eigenvalue); // λ - μ, 3 (L - λ)
    let scale = &w * &less;
    let mut exact = Exact::new();
    exact.identity("r² - determinant", &radius - &determinant, &four * &scale * &from_mu);
    let excess = &two * (w.squared() - &four);
    exact.identity("r² + determinant", &three * (&radius + &determinant), &scale * (&four * &to_l + excess));
    exact.identity("r² - r trace + determinant", &radius - &trace + &determinant, &four * &scale * from_mu);
    exact.identity("r² + r trace + determinant", radius + trace + determinant, four * scale * to_l);
    exact.evidence()
}

/// A random member of `F(μ, L)` with rational `√κ`, which is returned with μ, and a starting point.
fn draw(draws: &mut Draws) -> ([Rational; 3], Piecewise<Rational>) {
    let mut fraction = |from: i64, to: i64| rational(from + draws.index((to - from) as usize) as i64, 4);
    let (mu, root) = (fraction(1, 8), fraction(5, 40));
    let room = &mu * (square(&root) - Rational::ONE);
    let start = fraction(-80, 80);
    let (mut at, mut breakpoints, mut slopes) = (fraction(-40, -10), Vec::new(), vec![mu.clone()]);
    for _ in 0..4 {
        breakpoints.push(at.clone());
        at += fraction(1, 24);
        slopes.push(&mu + &room * fraction(0, 5));
    }
    let function = Piecewise::new(&breakpoints, &slopes);
    ([mu, root, start], function)
}

/// The potential is claimed to fall by `speed/√κ` of itself in every step.
fn members(lab: &Lab, subject: &dyn Subject, speed: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(300) {
        let (numbers, function) = draw(&mut stream.trial(case));
        falls(&mut exact, subject, speed, numbers, &function, &format!("case {case}"))?;
    }
    // Near its start on the flattest quadratic the bound is all but attained.
    let [mu, root] = [Rational::ONE, Rational::from(100)];
    for curvature in [Rational::ONE, Rational::from(10_000)] {
        let function = Quadratic { spectrum: vec![curvature.clone()] };
        let numbers = [mu.clone(), root.clone(), Rational::ONE];
        falls(&mut exact, subject, speed, numbers, &function, &format!("quadratic λ = {curvature}"))?;
    }
    Ok(exact.evidence())
}

/// Six steps of the code from a start at rest.
fn falls(
    exact: &mut Exact,
    subject: &dyn Subject,
    speed: &Rational,
    [mu, root, start]: [Rational; 3],
    function: &dyn Problem<Rational>,
    name: &str,
) -> Result<(), NotOffered> {
    let step_size = Rational::ONE / (&mu * square(&root));
    let mut optimizer = subject.exact(&nesterov(step_size, momentum(&root)))?;
    let rate = Rational::ONE - speed / &root;
    let potential = |before: &Rational, x: &Rational| {
        let z = x + (&root - Rational::ONE) * (x - before);
        function.value(std::slice::from_ref(x)) + &mu / Rational::from(2) * square(&z)
    };
    let mut x = vec![start.clone()];
    let mut value = potential(&start, &start);
    for step in 1..=6 {
        let before = x[0].clone();
        advance(&mut *optimizer, &mut x, |x| function.gradient(x));
        let next = potential(&before, &x[0]);
        exact.holds("V⁺ ≤ (1 - 1/√κ) V", next <= &rate * &value, || {
            let [value, next] = [&value, &next].map(readable);
            format!("{name}, step {step}: μ = {mu}, √κ = {root}, x₀ = {start}: V = {value}, V⁺ = {next}")
        });
        value = next;
    }
    Ok(())
}

/// The first `steps` iterates of the code from 1 on `½ λ x²`.
fn iterates(subject: &dyn Subject, method: &Method, curvature: &Rational, steps: usize) -> Result<Vec<Rational>, NotOffered> {
    let quadratic = Quadratic { spectrum: vec![curvature.clone()] };
    let mut optimizer = subject.exact(method)?;
    let mut x = vec![Rational::ONE];
    let mut iterates = x.clone();
    for _ in 0..steps {
        advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x));
        iterates.push(x[0].clone());
    }
    Ok(iterates)
}

fn attained(subject: &dyn Subject, claimed: fn(Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in [rational(3, 2), rational(2, 1), rational(10, 1), rational(19, 1)] {
        let rate = Rational::ONE - Rational::ONE / &root;
        let (mut power, mut bound) = (Rational::ONE, Rational::ONE);
        let method = nesterov(Rational::ONE / square(&root), momentum(&root));
        for (step, x) in iterates(subject, &method, &Rational::ONE, 100)?.iter().enumerate() {
            let predicted = &power * (Rational::ONE + Rational::from(step) / &root);
            let at = || format!("μ = 1, √κ = {root}, step {step}");
            exact.holds("x = (1 - q)^k (1 + qk)", *x == predicted, || {
                format!("{}: {} against {}", at(), readable(x), readable(&predicted))
            });
            // f(x_0) + (μ/2) x_0² = 1 here.
            let value = square(x) / Rational::from(2);
            exact.holds("f below the bound", value <= bound, || {
                format!("{}: f = {}, bound {}", at(), readable(&value), readable(&bound))
            });
            power *= &rate;
            bound *= claimed(rate.clone());
        }
    }
    Ok(exact.evidence())
}

/// 50 steps of the code on `½ L x²` at `η = stretch / L`: where the smallest root is -1 they end below their start.
fn steepest(subject: &dyn Subject, stretch: fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in [19, 99].map(Rational::from) {
        let method = nesterov(stretch(&root), momentum(&root));
        let [kept, room] = [&root - Rational::ONE, Rational::from(3) * &root - Rational::ONE];
        let [alternating, fast] = [&root, &kept].map(|part| part / (Rational::from(2) * &root - Rational::ONE));
        let (mut sign, mut power) = (Rational::ONE, Rational::ONE);
        let found = iterates(subject, &method, &Rational::ONE, 50)?;
        let last = &found[found.len() - 1];
        exact.holds("f(x_50) ≤ f(x_0)", square(last) <= Rational::ONE, || {
            format!("L = 1, √κ = {root}: f(x_50) is {} times f(x_0)", readable(&square(last)))
        });
        for (step, x) in found.iter().enumerate() {
            let predicted = &alternating * &sign + &fast * &power;
            exact.equal("the roots -1 and (s - 1)/(3s - 1)", x, &predicted, || format!("L = 1, √κ = {root}, step {step}"));
            sign = -sign;
            power = power * &kept / &room;
        }
    }
    Ok(exact.evidence())
}

fn tuned_attained(_: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in [4, 5, 7] {
        let root = Rational::from(root); // √(3κ + 1)
        let smoothness = (square(&root) - Rational::ONE) / Rational::from(3);
        let [one, two, three, four] = [1, 2, 3, 4].map(Rational::from);
        let radius = &one - &two / &root;
        let method = nesterov(&four / (&three * &smoothness + &one), &radius / (&two - &radius));
        let flat = iterates(subject, &method, &one, 60)?;
        let steep = iterates(subject, &method, &smoothness, 60)?;
        let [mut double, mut alternating, mut fast] = [1, 1, 1].map(Rational::from);
        for (step, (flat, steep)) in flat.iter().zip(&steep).enumerate() {
            let at = || format!("μ = 1, L = {smoothness}, step {step}");
            let predicted = &double * (&one + (&one - &radius) * Rational::from(step));
            exact.equal("λ = μ: r^k (1 + (1 - r) k)", flat, &predicted, at);
            let predicted = (&three - &radius) / &four * &alternating + (&one + &radius) / &four * &fast;
            exact.equal("λ = L: the roots -r and r/3", steep, &predicted, at);
            double *= &radius;
            alternating *= -&radius;
            fast *= &radius / &three;
        }
    }
    Ok(exact.evidence())
}

fn curve(_: &Lab) -> Plot {
    let root = 10;
    let rate = 1.0 - 1.0 / f64::from(root);
    let bound = (0..=120).scan(1.0, |bound, k| {
        let point = [f64::from(k), *bound];
        *bound *= rate;
        Some(point)
    });
    let root = Rational::from(root);
    let method = nesterov(Rational::ONE / square(&root), momentum(&root));
    let values = |curvature: Rational| {
        let found = iterates(&Reference, &method, &curvature, 120).unwrap_or_default();
        let value = move |x: &Rational| to_f64(&(&curvature * square(x) / (&curvature + Rational::ONE)));
        found.iter().map(value).zip(0..).step_by(3).map(|(value, k)| [f64::from(k), value]).collect::<Vec<_>>()
    };
    Plot {
        id: "bound".into(),
        title: "Function values on quadratics, μ = 1, κ = 100".into(),
        x: "step k".into(),
        y: "f(x_k) over f(x_0) + (μ/2) x_0²".into(),
        log_y: true,
        series: vec![
            Series::theory("(1 - 1/√κ)^k", bound),
            Series::measured("λ = μ", values(Rational::ONE)),
            Series::measured("λ = 4μ", values(Rational::from(4))),
        ],
        ..Plot::default()
    }
}
