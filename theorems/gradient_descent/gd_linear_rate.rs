//! # Gradient descent converges linearly
//!
//! **Setting.** `f ∈ F(μ, L)` with minimiser 0, `x⁺ = x - η ∇f(x)`, `0 < η < 2/L`, `ρ = max(|1 - ημ|, |1 - ηL|)`.
//!
//! **Statement.** (1) `‖x⁺‖ ≤ ρ ‖x‖`, `‖∇f(x⁺)‖ ≤ ρ ‖∇f(x)‖` and `f(x⁺) - f* ≤ ρ² (f(x) - f*)`. (2) Quadratics attain `ρ`.
//!
//! **Why.** Interpolation inequalities between `x`, `x⁺` and the minimiser, added with the multipliers `(ηρ, ηρ)`, `(ρ, ρ)` and
//! `(ρ, ρ(1 - ρ), 1 - ρ)`, leave sums of squares (Taylor, Hendrickx and Glineur 2018; the squares for values are ours).
//!
//! **How it could fail.** The identities are compared as polynomials, and the checker adds up the same inequalities by itself. The subject's own code runs in exact arithmetic on drawn
//! members of the class, where one step must not exceed `ρ`, and on quadratics, where it must equal `ρ`.

use crate::certify::certificate::Certificate;
use crate::certify::formulas::gradient_descent::{
    Contraction, gradient_descent_contraction, gradient_descent_contraction_attained,
};
use crate::certify::formulas::ranges::{Contracting, contraction as contraction_over};
use crate::certify::{Class, Sample};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gd-linear-rate",
    title: "Gradient descent contracts at the rate max(|1 - ημ|, |1 - ηL|)",
    topic: "gradient-descent",
    record: Some("gd-linear-rate"),
    statement: "For $f ∈ F(μ, L)$ and $0 < η < 2/L$, gradient descent satisfies $‖x_(t+1) - x^*‖ ≤ ρ ‖x_t - x^*‖$, \
                $‖∇f(x_(t+1))‖ ≤ ρ ‖∇f(x_t)‖$ and $f(x_(t+1)) - f^* ≤ ρ^2 (f(x_t) - f^*)$ with \
                $ρ = max(|1 - η μ|, |1 - η L|)$, and quadratics attain all three.",
    hypotheses: &["$f$ is $L$-smooth and $μ$-strongly convex, $0 < μ < L$", "$0 < η < 2/L$", "exact gradients"],
    sources: &[
        Source::Note("000", "128-132"),
        Source::Cited("polyak1987", "section 1.4.2"),
        Source::Cited("nesterov2004", "Theorem 2.1.15"),
        Source::Cited("taylor2017", "Theorem 4"),
        Source::Cited("taylor2018", "section 3"),
    ],
    claims: &[
        Claim {
            id: "class",
            as_stated: true,
            statement: "$‖x_(t+1) - x^*‖ ≤ ρ ‖x_t - x^*‖$, $‖∇f(x_(t+1))‖ ≤ ρ ‖∇f(x_t)‖$ and $f(x_(t+1)) - f^* ≤ ρ^2 (f(x_t) - f^*)$",
            quantifier: "every f in F(μ, L), every dimension, all 0 < μ < L and 0 < η < 2/L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(identities([0; 3])),
        },
        Claim {
            id: "range",
            as_stated: false,
            statement: "the same, as certificates that the checker reads: one for each quantity, in short steps, at $2/(L + μ)$ and in long \
                        ones",
            quantifier: "every f in F(μ, L), every dimension, all 0 < μ < L and 0 < η < 2/L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(range(|_| {})),
        },
        Claim {
            id: "curve",
            as_stated: false,
            statement: "the worst contraction of a step is exactly $ρ$ for distance and gradient and $ρ^2$ for the value",
            quantifier: "μ = 1, L = 10 and the step sizes k/505, k = 1, ..., 100; every f in F(μ, L), every dimension",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(curve_by(Exact::tight)),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "one step of the code contracts distance and gradient by at most $ρ$ and the value by at most $ρ^2$, exactly",
            quantifier: "the drawn functions with piecewise linear derivative, step sizes and points",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, |rho| [rho.clone(), square(&rho)]),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "on $½ λ x^2$ distance and gradient contract by $|1 - η λ|$ and the value by its square; with $λ ∈ {μ, L}$ the \
                        worse of the two contracts by exactly $ρ$, $ρ$ and $ρ^2$",
            quantifier: "the factors: all λ and η; the code: 100 rational step sizes at κ = 10",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| attained(subject, [0; 3]),
        },
    ],
    controls: &[
        Control {
            id: "rate-less-a-hundredth",
            differs: "claims the rate ρ - 0.01",
            broken: Broken::Statement(|lab, subject| members(lab, subject, |rho| [&rho - rational(1, 100), square(&rho)])),
        },
        Control {
            id: "value-rate-less-a-hundredth",
            differs: "claims the rate ρ² - 0.01 of the values",
            broken: Broken::Statement(|lab, subject| members(lab, subject, |rho| [rho.clone(), square(&rho) - rational(1, 100)])),
        },
        Control {
            id: "attained-distance-less-a-billionth",
            differs: "claims that the code's worst contraction of the distance is ρ - 10⁻⁹",
            broken: Broken::Statement(|_, subject| attained(subject, [1, 0, 0])),
        },
        Control {
            id: "attained-gradient-less-a-billionth",
            differs: "claims that the code's worst contraction of the gradient is ρ - 10⁻⁹",
            broken: Broken::Statement(|_, subject| attained(subject, [0, 1, 0])),
        },
        Control {
            id: "attained-value-less-a-billionth",
            differs: "claims that the code's worst contraction of the value is ρ² - 10⁻⁹",
            broken: Broken::Statement(|_, subject| attained(subject, [0, 0, 1])),
        },
        Control {
            id: "step-beyond-two-over-l",
            differs: "claims a factor below 1 at η = 2.1/L",
            broken: Broken::Statement(|_, subject| {
                let mut exact = Exact::new();
                let eta = rational(21, 100);
                let [ratio, ..] = step_ratios(subject, &eta, &Rational::from(10))?;
                exact.holds("factor < 1", ratio < Rational::ONE, || format!("L = 10, η = 21/100: factor {ratio}"));
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "range-less-a-billionth",
            differs: "the certificates claim the factor (1 - 10⁻⁹) ρ²",
            broken: Broken::Statement(|_, _| Ok(range(|claim| claim.bound = format!("999999999/1000000000*{}", claim.bound)))),
        },
        Control {
            id: "range-unbalanced",
            differs: "the first multiplier of each certificate is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(range(|claim| claim.multipliers[0].value += " + 1/1000000000"))),
        },
        Control {
            id: "curve-less-a-billionth",
            differs: "the upper bounds of the curve are smaller by the factor 1 - 10⁻⁹",
            broken: Broken::Statement(|_, _| {
                Ok(curve_by(|exact, upper, _| {
                    exact.certified(Certificate { bound: format!("999999999/1000000000*{}", upper.bound), ..upper });
                }))
            }),
        },
        Control {
            id: "curve-more-by-a-billionth",
            differs: "the lower bounds of the curve are larger by the factor 1 + 10⁻⁹",
            broken: Broken::Statement(|_, _| {
                Ok(curve_by(|exact, _, lower| {
                    exact.certified(Certificate { bound: format!("1000000001/1000000000*{}", lower.bound), ..lower });
                }))
            }),
        },
        Control {
            id: "unbalanced-distance",
            differs: "the multiplier ηρ of the distance's certificate is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(identities([1, 0, 0]))),
        },
        Control {
            id: "unbalanced-gradient",
            differs: "the multiplier ρ of the gradient's certificate is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(identities([0, 1, 0]))),
        },
        Control {
            id: "unbalanced-value",
            differs: "the multiplier ρ of the value's certificate is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(identities([0, 0, 1]))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "attained", subject: &LONGER_STEP },
        },
        Control {
            id: "ascent",
            differs: "the code adds the step instead of subtracting it",
            broken: Broken::Subject {
                claim: "members",
                subject: &Impostor {
                    name: "ascent",
                    instead: |method| Method { step_size: -method.step_size.clone(), ..method.clone() },
                },
            },
        },
    ],
    plots: &[curve],
};

/// `ρ = max(|1 - ημ|, |1 - ηL|)`.
fn contraction(mu: &Rational, smoothness: &Rational, eta: &Rational) -> Rational {
    let factor = |curvature: &Rational| {
        let factor = Rational::ONE - eta * curvature;
        if factor < Rational::ZERO { -factor } else { factor }
    };
    factor(mu).max(factor(smoothness))
}

/// The proof over the whole class; `errors` are added, in billionths, to a multiplier of each of the three certificates.
fn identities(errors: [i64; 3]) -> Evidence {
    let [mu, l, eta, x, g, h, f, v] = Polynomial::variables();
    let class = Class { strong_convexity: mu.clone(), smoothness: l.clone() };
    let (one, two, sum, difference) = (mu.int(1), mu.int(2), &l + &mu, &l - &mu);
    let [distance_error, gradient_error, value_error] = errors.map(|error| mu.constant(&rational(error, 1_000_000_000)));
    let next = &x - &eta * &g;
    let minimum = Sample::minimiser(&mu);
    let before = Sample { point: x.clone(), gradient: g.clone(), value: f.clone() };
    let after = Sample { point: next.clone(), gradient: h.clone(), value: v.clone() };
    let mut exact = Exact::new();
    // Two regimes: ρ = 1 - ημ up to η = 2/(L + μ), the worst functions being ½μx²; ρ = ηL - 1 beyond, and ½Lx².
    for (name, sign, rho, worst, room) in [
        ("short steps", one.clone(), &one - &eta * &mu, &mu, &two - &eta * &sum),
        ("long steps", mu.int(-1), &eta * &l - &one, &l, &eta * &sum - &two),
    ] {
        let mut proof = |what: &str, claim: Polynomial, inequalities: Polynomial, squares: Polynomial| {
            exact.identity(&format!("{what}, {name}"), claim - inequalities, squares);
        };
        // How far each gradient is from that of the worst function.
        let (here, there) = (&g - worst * &x, &h - worst * &next);
        let claim = &difference * (rho.squared() * x.squared() - next.squared());
        let inequalities = (&eta * &rho + &distance_error) * class.cocoercivity(&before, &minimum);
        proof("distance", claim, inequalities, &eta * &room * here.squared());
        let claim = &difference * &eta * (rho.squared() * g.squared() - h.squared());
        let inequalities = (&rho + &gradient_error) * class.cocoercivity(&before, &after);
        proof("gradient", claim, inequalities, &room * (&h - &sign * &rho * &g).squared());
        let claim = mu.int(2) * &difference * (rho.squared() * &f - &v);
        let inequalities = (&rho + &value_error) * class.interpolation(&before, &after)
            + &rho * (&one - &rho) * class.interpolation(&minimum, &before)
            + (&one - &rho) * class.interpolation(&minimum, &after);
        let other = if name == "short steps" { &eta * &l } else { &two - &eta * &l };
        let squares = (there + &sign * (&eta * &l - &one) * &here).squared() + other * &room * here.squared();
        proof("value", claim, inequalities, squares);
        // The multipliers are non-negative where the regime's room and L - μ are: 2ρ is their sum; and 0 < η < 2/L gives ρ < 1.
        proof("ρ ≥ 0", &two * &rho, &eta * &difference, room);
        let below = if name == "short steps" { &eta * &mu } else { &two - &eta * &l };
        proof("ρ < 1", one.clone(), rho, below);
    }
    exact.evidence()
}

const QUANTITIES: [Contraction; 3] = [Contraction::Distance, Contraction::GradientNorm, Contraction::FunctionGap];

/// The certificates over all parameters, changed by hand.
fn range(change: fn(&mut Certificate)) -> Evidence {
    let mut exact = Exact::new();
    for of in QUANTITIES {
        for range in [Contracting::Short, Contracting::Best, Contracting::Long] {
            let mut claim = contraction_over(of, range);
            change(&mut claim);
            exact.certified(claim);
        }
    }
    exact.evidence()
}

/// Upper and lower bounds of the quantities at 100 step sizes.
fn curve_by(record: fn(&mut Exact, Certificate, Certificate)) -> Evidence {
    let (mu, smoothness) = (Rational::from(1), Rational::from(10));
    let mut exact = Exact::new();
    for of in QUANTITIES {
        for eta in (1..=100).map(|k| rational(k, 505)) {
            let upper = gradient_descent_contraction(of, &mu, &smoothness, &eta, 1);
            record(&mut exact, upper, gradient_descent_contraction_attained(of, &mu, &smoothness, &eta, 1));
        }
    }
    exact.evidence()
}

/// One step of the code on drawn members, with the rates that are claimed for distance and gradient, and for values.
fn members(lab: &Lab, subject: &dyn Subject, rates: fn(Rational) -> [Rational; 2]) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(2000) {
        let draws = &mut stream.trial(case);
        let mu = draws.fraction(1..16, 16);
        let smoothness = &mu + draws.fraction(1..160, 16);
        let eta = Rational::from(2) / &smoothness * draws.fraction(1..16, 16);
        let start = draws.fraction(-320..320, 16);
        let function = Piecewise::draw(draws, &mu, &smoothness);
        let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
        let mut x = vec![start.clone()];
        advance(&mut *optimizer, &mut x, |x| function.gradient(x));
        let [rate, value_rate] = rates(contraction(&mu, &smoothness, &eta));
        let found = || format!("case {case}: μ = {mu}, L = {smoothness}, η = {eta}, x = {start}, x⁺ = {}", readable(&x[0]));
        exact.holds("distance", square(&x[0]) <= square(&(&rate * &start)), found);
        let gradient = |x: &Rational| square(&function.derivative(x));
        exact.holds("gradient", gradient(&x[0]) <= square(&rate) * gradient(&start), found);
        exact.holds("value", function.value(&x) <= value_rate * function.value(std::slice::from_ref(&start)), found);
    }
    Ok(exact.evidence())
}

/// How one step of the code on `½ λ x²` from `x = 1` contracts distance, gradient and value.
fn step_ratios(subject: &dyn Subject, eta: &Rational, curvature: &Rational) -> Result<[Rational; 3], NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
    let mut x = vec![Rational::ONE];
    let quadratic = Quadratic { spectrum: vec![curvature.clone()] };
    advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x));
    let size = |x: &Rational| if *x < Rational::ZERO { -x } else { x.clone() };
    let start = [Rational::ONE];
    let slopes = [&x[..], &start].map(|x| size(&quadratic.gradient(x)[0]));
    Ok([size(&x[0]), &slopes[0] / &slopes[1], quadratic.value(&x) / quadratic.value(&start)])
}

/// The larger of the ratios for `λ = μ = 1` and `λ = L = 10`.
fn worst_ratios(subject: &dyn Subject, eta: &Rational) -> Result<[Rational; 3], NotOffered> {
    let [mut flat, steep] = [step_ratios(subject, eta, &Rational::from(1))?, step_ratios(subject, eta, &Rational::from(10))?];
    for (flat, steep) in flat.iter_mut().zip(steep) {
        if steep > *flat {
            *flat = steep;
        }
    }
    Ok(flat)
}

/// `less` is taken, in billionths, from the contraction claimed of distance, gradient and value.
fn attained(subject: &dyn Subject, less: [i64; 3]) -> Result<Evidence, NotOffered> {
    let [eta, eigenvalue, x] = Polynomial::variables();
    let (next, factor) = (&x - &eta * &eigenvalue * &x, eta.int(1) - &eta * &eigenvalue);
    let mut exact = Exact::new();
    exact.identity("distance on ½λx²", next.squared(), factor.squared() * x.squared());
    let (slope, next_slope) = (&eigenvalue * &x, &eigenvalue * &next);
    exact.identity("gradient on ½λx²", next_slope.squared(), factor.squared() * slope.squared());
    exact.identity("value on ½λx², doubled", &eigenvalue * next.squared(), factor.squared() * &eigenvalue * x.squared());
    for k in 1..=100 {
        let eta = rational(k, 505); // all of (0, 2/L) in equal steps; 2/(L + μ) = 2/11 lies between two of them
        let rho = contraction(&Rational::from(1), &Rational::from(10), &eta);
        let claimed = [("distance: ρ", rho.clone()), ("gradient: ρ", rho.clone()), ("value: ρ²", square(&rho))];
        for (((name, claimed), found), less) in claimed.into_iter().zip(worst_ratios(subject, &eta)?).zip(less) {
            let claimed = claimed - rational(less, 1_000_000_000);
            exact.equal(name, &found, &claimed, || format!("μ = 1, L = 10, η = {eta}"));
        }
    }
    Ok(exact.evidence())
}

fn curve(_: &Lab) -> Plot {
    let grid = |steps: i64| (1..steps).map(move |k| rational(k, 5 * steps as u64));
    let theory = grid(200).map(|eta| [to_f64(&eta), to_f64(&contraction(&Rational::from(1), &Rational::from(10), &eta))]);
    let point = |eta: Rational| Some([to_f64(&eta), to_f64(&worst_ratios(&Reference, &eta).ok()?[0])]);
    let mark = |name: &str, eta| Series::measured(&format!("the code at {name}"), point(eta));
    Plot {
        id: "v-curve".into(),
        title: "Worst contraction of one step, μ = 1, L = 10".into(),
        x: "step size η".into(),
        y: "contraction factor".into(),
        series: vec![
            Series::theory("max(|1 - ημ|, |1 - ηL|)", theory),
            Series::measured("the code on quadratics", grid(25).filter_map(point)),
            mark("1/L", rational(1, 10)),
            mark("2/(L + μ)", rational(2, 11)),
            mark("2/L", rational(1, 5)),
        ],
        ..Plot::default()
    }
}
