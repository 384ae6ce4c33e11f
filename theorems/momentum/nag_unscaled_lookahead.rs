//! # Nesterov's look-ahead without the step size
//!
//! **Setting.** `f = ½ λ x²`, `v ← βv + ∇f(ahead)`, `x ← x - ηv` with `0 ≤ β < 1`. The velocity is a sum of gradients. The note looks
//! ahead to `x - βv`, Nesterov's method to `x - ηβv`.
//!
//! **Statement.** (1) As the note has it, determinant `β(1 - λ)` and trace `1 - ηλ + β(1 - λ)`: stable iff `|β(1 - λ)| < 1` and
//! `0 < ηλ < 2 + 2β(1 - λ)`, so for no η at all if `λ > 1 + 1/β`. (2) Scaled, it is stable iff `0 < ηλ < 1 + 1/(1 + 2β)`, and
//! `f → cf, η → η/c` leaves the iterates.
//!
//! **Why.** Jury's conditions: both eigenvalues lie inside the unit circle iff `|det| < 1` and `1 ± trace + det > 0`.
//!
//! **How it could fail.** The matrix is read off the code, one update from `(1, 0)` and one from `(0, 1)`, and compared; what follows
//! from it is compared as polynomials. Scaling is tried on the code with drawn functions.

use super::transition::{Transition, trace_and_determinant};
use super::variants::{nesterov, with_form};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::optimizers::{Form, Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nag-unscaled-lookahead",
    title: "A look-ahead without the step size is unstable for large curvature, however small the step",
    topic: "momentum",
    record: Some("nag-unscaled-lookahead"),
    statement: "On $½ λ x^2$, $v ← β v + ∇f(x - β v)$, $x ← x - η v$ has the determinant $β (1 - λ)$ whatever $η$ is, and diverges \
                for every $η > 0$ if $λ > 1 + 1/β$. With $∇f(x - η β v)$, which is Nesterov's method, it is stable exactly if \
                $0 < η λ < 1 + 1/(1 + 2 β)$, and $f → c f$, $η → η/c$ leaves the iterates unchanged.",
    hypotheses: &["$0 ≤ β < 1$, and $β > 0$ where $1/β$ is meant", "$λ > 0$, $η > 0$", "exact gradients"],
    sources: &[
        Source::Note("001", "48-52"),
        Source::Cited("sutskever2013", "section 2"),
        Source::Cited("jury1964", "the stability criterion"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "$v ← β v + ∇f(x - β v)$, $x ← x - η v$ converges on $½ λ x^2$ for small enough $η$",
            quantifier: "refuted at λ = 3, β = 9/10: the determinant of the code's matrix is -9/5 at eight step sizes, and two suffice \
                         for every η, since it is affine in η (claim unscaled)",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| converges(subject),
        },
        Claim {
            id: "unscaled",
            as_stated: false,
            statement: "$det = β (1 - λ)$, $1 - tr + det = η λ$, $1 + tr + det = 2 + 2 β (1 - λ) - η λ$ and \
                        $1 - det = (1 - β) + β λ > 0$, so that $|det| > 1$ for every $η$ exactly if $λ > 1 + 1/β$",
            quantifier: "all real η, 0 < β < 1, λ > 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(unscaled([0; 2])),
        },
        Claim {
            id: "unscaled-code",
            as_stated: false,
            statement: "the code's matrix is $mat(1 - η λ, -η β (1 - λ); λ, β (1 - λ))$, and it changes at $λ = 1 + 1/β$ from stable \
                        for a small $η$ to unstable for all $η$ tried",
            quantifier: "the grid of 5 momenta, 6 curvatures and 8 step sizes; 12 step sizes beyond the threshold (all: claim unscaled)",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| unscaled_code(subject, &rational(1, 1_000_000_000)),
        },
        Claim {
            id: "scaled",
            as_stated: false,
            statement: "with $∇f(x - η β v)$, $1 - tr + det = η λ$, $1 + tr + det = (2 + 2β) - (1 + 2β) η λ$, and $|det| < 1$ follows",
            quantifier: "all η, λ > 0 and 0 ≤ β < 1",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(scaled(0)),
        },
        Claim {
            id: "scaled-code",
            as_stated: false,
            statement: "with $∇f(x - η β v)$ the code's matrix is that of the formula, and stable for $η λ ≤ 1$",
            quantifier: "the grid of 5 momenta, 6 curvatures and 8 step sizes",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| stable(subject),
        },
        Claim {
            id: "scale",
            as_stated: false,
            statement: "with $∇f(x - η β v)$, $f → c f$ and $η → η/c$ leave the iterates unchanged",
            quantifier: "the drawn functions, starts and scales, 10 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| scale(lab, subject, 0),
        },
    ],
    controls: &[
        Control {
            id: "unscaled-for-scaled",
            differs: "the code looks ahead to x - βv",
            broken: Broken::Subject { claim: "scaled-code", subject: &UNSCALED },
        },
        Control {
            id: "unscaled-under-scaling",
            differs: "the code looks ahead to x - βv",
            broken: Broken::Subject { claim: "scale", subject: &UNSCALED },
        },
        Control {
            id: "scale-off-by-a-billionth",
            differs: "the learning rate becomes η/c (1 + 10⁻⁹)",
            broken: Broken::Statement(|lab, subject| scale(lab, subject, 1)),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject {
                claim: "unscaled-code",
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
            id: "scaled-for-unscaled",
            differs: "the code looks ahead to x - ηβv",
            broken: Broken::Subject {
                claim: "unscaled-code",
                subject: &Impostor { name: "scaled look-ahead", instead: |method| with_form(method, Form::StepOutside) },
            },
        },
        Control {
            id: "threshold-too-low",
            differs: "claims instability from λ = 1 + 1/β - 10⁻⁹ on",
            broken: Broken::Statement(|_, subject| unscaled_code(subject, &rational(-1, 1_000_000_000))),
        },
        Control {
            id: "unbalanced-determinant",
            differs: "claims the determinant (β + 10⁻⁹)(1 - λ)",
            broken: Broken::Statement(|_, _| Ok(unscaled([1, 0]))),
        },
        Control {
            id: "unbalanced-room",
            differs: "claims 1 - det = (1 - β) + (β + 10⁻⁹) λ",
            broken: Broken::Statement(|_, _| Ok(unscaled([0, 1]))),
        },
        Control {
            id: "unbalanced-threshold",
            differs: "claims 2 + 2β + 10⁻⁹ for the scaled form",
            broken: Broken::Statement(|_, _| Ok(scaled(1))),
        },
    ],
    plots: &[radius],
};

static UNSCALED: Impostor = Impostor { name: "unscaled look-ahead", instead: |method| with_form(method, Form::Unscaled) };

/// Trace, determinant, `1 - trace + determinant`, `1 + trace + determinant`, given how far the look-ahead goes along `-βv`.
fn conditions([eta, beta, lambda]: &[Polynomial; 3], reach: &Polynomial) -> [Polynomial; 4] {
    // v⁺ = βv + λ (x - reach β v) and x⁺ = x - η v⁺, each as (coefficient of x, coefficient of v).
    let one = eta.int(1);
    let velocity = [lambda.clone(), beta - lambda * &(reach * beta)];
    let place = [&one - eta * &velocity[0], -(eta * &velocity[1])];
    let trace = &place[0] + &velocity[1];
    let determinant = &place[0] * &velocity[1] - &place[1] * &velocity[0];
    let both = &one + &determinant;
    [trace.clone(), determinant, &both - &trace, both + trace]
}

/// The unscaled form; `errors` are added, in billionths, to β in the determinant and in `1 - det`.
fn unscaled(errors: [i64; 2]) -> Evidence {
    let variables = Polynomial::variables();
    let [eta, beta, lambda] = &variables;
    let [one, two] = [1, 2].map(|value| eta.int(value));
    let [claimed, below_one] = errors.map(|error| beta + &eta.constant(&rational(error, 1_000_000_000)));
    let [trace, determinant, below, above] = conditions(&variables, &one);
    let predicted = &claimed * &(&one - lambda);
    let mut exact = Exact::new();
    let mut same = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    same("determinant, without η", determinant.clone(), predicted.clone());
    same("trace", trace, &one - eta * lambda + &predicted);
    same("1 - trace + determinant", below, eta * lambda);
    same("1 + trace + determinant", above, &two + &two * &predicted - eta * lambda);
    // With λ = 1 + 1/β + excess, where β / β is 1: -det - 1 = β excess.
    same("-determinant - 1 = β (λ - 1) - 1", -determinant.clone() - one.clone(), beta * &(lambda - &one) - one.clone());
    // Positive for 0 < β < 1 and λ > 0: beyond 1 in size the determinant can only be below -1.
    same("1 - determinant = (1 - β) + β λ", &one - &determinant, &one - beta + &below_one * lambda);
    exact.evidence()
}

/// The scaled form; `error` billionths are added to `2 + 2β`.
fn scaled(error: i64) -> Evidence {
    let variables = Polynomial::variables();
    let [eta, beta, lambda] = &variables;
    let [one, two] = [1, 2].map(|value| eta.int(value));
    let [trace, determinant, below, above] = conditions(&variables, eta);
    let step = eta * lambda;
    let room = &two + &two * beta + eta.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    let mut same = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    same("trace", trace, (&one + beta) * (&one - &step));
    same("determinant", determinant.clone(), beta * &(&one - &step));
    same("1 - trace + determinant", below, step.clone());
    same("1 + trace + determinant", above.clone(), room - (&one + &two * beta) * &step);
    // 1 - det = (1 - β) + β ηλ > 0, and 1 + det > 0 from 1 + trace + det > 0: all terms on the right are at least 0.
    same("1 - determinant", &one - &determinant, &one - beta + beta * &step);
    same(
        "1 + determinant",
        (&one + &two * beta) * (&one + &determinant),
        beta * &above + (&one - beta) * (&one + beta) + beta * &(&one + beta),
    );
    exact.evidence()
}

/// The code's matrix on `½ λ x²`; that it is linear is tried.
fn matrix(
    exact: &mut Exact,
    subject: &dyn Subject,
    method: &Method,
    curvature: &Rational,
) -> Result<[[Rational; 2]; 2], NotOffered> {
    let transition = Transition::read(subject, method, curvature)?;
    transition.record(exact);
    Ok(transition.matrix)
}

/// Jury's conditions for a real 2 x 2 matrix.
fn inside_unit_circle(matrix: &[[Rational; 2]; 2]) -> bool {
    let [trace, determinant] = trace_and_determinant(matrix);
    let one = Rational::ONE;
    let both = &one + &determinant;
    determinant < one && determinant > -one && &both + &trace > Rational::ZERO && both - trace > Rational::ZERO
}

const MOMENTA: [(i64, u64); 5] = [(1, 4), (1, 2), (3, 4), (9, 10), (99, 100)];
const CURVATURES: [(i64, u64); 6] = [(1, 10), (1, 1), (2, 1), (3, 1), (7, 2), (100, 1)];

/// Whether some step size makes the unscaled form stable: not where the determinant of the code's matrix is the same at all step
/// sizes, and not within ±1. It is affine in η (one row of the matrix is, the other does not contain η), so two would do.
fn converges(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let beta = rational(9, 10);
    for lambda in [rational(1, 10), rational(1, 1), rational(2, 1), rational(3, 1)] {
        let mut some = false;
        let mut determinants = Vec::new();
        for exponent in 0..8 {
            let eta = rational(1, 10_u64.pow(exponent)) / &lambda;
            let found = matrix(&mut exact, subject, &nesterov(Form::Unscaled, eta, beta.clone()), &lambda)?;
            some |= inside_unit_circle(&found);
            let [_, determinant] = trace_and_determinant(&found);
            determinants.push(determinant);
        }
        let value = &determinants[0];
        let beyond = *value >= Rational::ONE || *value <= -Rational::ONE;
        let never = beyond && determinants.iter().all(|determinant| determinant == value);
        exact.holds("some η > 0 is stable", !never, || format!("λ = {lambda}, β = {beta}, every η: determinant {value}"));
        exact.holds("the code is stable for some η", some, || format!("λ = {lambda}, β = {beta}, η = 10^(-k)/λ, k < 8"));
    }
    Ok(exact.evidence())
}

/// Whether the scaled form's matrix is as the formula says, and stable.
fn stable(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for ((top, bottom), (numerator, denominator)) in MOMENTA.iter().flat_map(|beta| CURVATURES.map(|lambda| (*beta, lambda))) {
        let [beta, lambda] = [rational(top, bottom), rational(numerator, denominator)];
        for exponent in 0..8 {
            let eta = rational(1, 10_u64.pow(exponent)) / &lambda;
            let found = matrix(&mut exact, subject, &nesterov(Form::StepOutside, eta.clone(), beta.clone()), &lambda)?;
            exact.holds("stable for ηλ ≤ 1", inside_unit_circle(&found), || {
                let [trace, determinant] = trace_and_determinant(&found);
                format!("λ = {lambda}, β = {beta}, η = {eta}: trace {trace}, determinant {determinant}")
            });
            compare(&mut exact, Form::StepOutside, [&eta, &beta, &lambda], &found);
        }
    }
    Ok(exact.evidence())
}

/// The code's matrix against the formula's.
fn compare(exact: &mut Exact, form: Form, [eta, beta, lambda]: [&Rational; 3], found: &[[Rational; 2]; 2]) {
    let one = Rational::ONE;
    let reach = if form == Form::Unscaled { one.clone() } else { eta.clone() };
    let kept = beta * (&one - reach * lambda);
    let predicted = [[one - eta * lambda, -eta * &kept], [lambda.clone(), kept]];
    exact.holds("the code's matrix", *found == predicted, || {
        let [[a, b], [c, d]] = found;
        format!("λ = {lambda}, β = {beta}, η = {eta}: ({a}, {b}; {c}, {d})")
    });
}

/// `beyond` the threshold no step size is stable, and as far below it small ones are.
fn unscaled_code(subject: &dyn Subject, beyond: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (top, bottom) in MOMENTA {
        let beta = rational(top, bottom);
        let run = |exact: &mut Exact, eta: &Rational, lambda: &Rational| {
            matrix(exact, subject, &nesterov(Form::Unscaled, eta.clone(), beta.clone()), lambda)
        };
        for (numerator, denominator) in CURVATURES {
            let lambda = rational(numerator, denominator);
            for exponent in 0..8 {
                let eta = rational(1, 10_u64.pow(exponent)) / &lambda;
                let found = run(&mut exact, &eta, &lambda)?;
                compare(&mut exact, Form::Unscaled, [&eta, &beta, &lambda], &found);
            }
        }
        let threshold = Rational::ONE + Rational::ONE / &beta;
        for exponent in 0..12 {
            let eta = rational(1, 10_u64.pow(exponent));
            let lambda = &threshold + beyond;
            let is_stable = inside_unit_circle(&run(&mut exact, &eta, &lambda)?);
            exact.holds("unstable beyond", !is_stable, || format!("β = {beta}, η = {eta}: stable at 1 + 1/β + {beyond}"));
        }
        // Stable below 2 + 2β (1 - λ) = 2β distance: half of that.
        let lambda = &threshold - beyond;
        let eta = &beta * beyond / &lambda;
        let is_stable = inside_unit_circle(&run(&mut exact, &eta, &lambda)?);
        exact.holds("stable before", is_stable, || format!("β = {beta}, η = {eta}"));
    }
    Ok(exact.evidence())
}

/// Ten steps on `f` at η and on `c f` at `η/c`; the latter's step size larger by `error` billionths of it.
fn scale(lab: &Lab, subject: &dyn Subject, error: i64) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("scale");
    let mut exact = Exact::new();
    for case in 0..lab.cases(200) {
        let mut draws = stream.trial(case);
        let mut fraction = |from: i64, to: i64| rational(from + draws.index((to - from) as usize) as i64, 4);
        let [eta, beta, factor, start] = [fraction(1, 4), fraction(1, 4), fraction(1, 40), fraction(-40, 40)];
        let breakpoints = [fraction(-20, 0), fraction(1, 20)];
        let slopes = [fraction(1, 8), fraction(1, 8), fraction(1, 8)];
        let scaled = slopes.each_ref().map(|slope| slope * &factor);
        let run = |slopes: &[Rational], eta: Rational| {
            let function = Piecewise::<Rational>::new(&breakpoints, slopes);
            let mut optimizer = subject.exact(&nesterov(Form::StepOutside, eta, beta.clone()))?;
            let mut x = vec![start.clone()];
            for _ in 0..10 {
                advance(&mut *optimizer, &mut x, |x| function.gradient(x));
            }
            Ok(x.swap_remove(0))
        };
        let divided = &eta / &factor * (Rational::ONE + rational(error, 1_000_000_000));
        let [plain, scaled] = [run(&slopes, eta.clone())?, run(&scaled, divided)?];
        exact.holds("the same iterate", plain == scaled, || {
            let [plain, scaled] = [&plain, &scaled].map(to_f64);
            format!("case {case}: η = {eta}, β = {beta}, c = {factor}: {plain:e} against {scaled:e}")
        });
    }
    Ok(exact.evidence())
}

fn radius(_: &Lab) -> Plot {
    let [eta, beta] = [rational(1, 50), rational(9, 10)];
    // The larger modulus of the roots of t² - trace t + determinant.
    let largest = |[trace, determinant]: [f64; 2]| {
        let discriminant = trace * trace - 4.0 * determinant;
        if discriminant < 0.0 { determinant.sqrt() } else { (trace.abs() + discriminant.sqrt()) / 2.0 }
    };
    let curvature = |tenth: i64| rational(tenth, 10);
    let theory = |reach: fn(f64) -> f64| {
        (0..=240).map(move |step| {
            let (eta, beta, lambda) = (0.02, 0.9, f64::from(step) / 40.0);
            let kept = beta * (1.0 - reach(eta) * lambda);
            [lambda, largest([1.0 - eta * lambda + kept, kept])]
        })
    };
    let measured = |form: Form| {
        let point = |tenth| {
            let lambda = curvature(tenth);
            let found = matrix(&mut Exact::new(), &Reference, &nesterov(form, eta.clone(), beta.clone()), &lambda).ok()?;
            Some([to_f64(&lambda), largest(trace_and_determinant(&found).map(|value| to_f64(&value)))])
        };
        (0..=60).step_by(2).filter_map(point).collect::<Vec<_>>()
    };
    Plot {
        id: "radius".into(),
        title: "Spectral radius on ½ λ x², β = 0.9, η = 0.02: unstable above 1".into(),
        x: "curvature λ".into(),
        y: "spectral radius".into(),
        series: vec![
            Series::theory("look-ahead βv", theory(|_| 1.0)),
            Series::theory("look-ahead ηβv", theory(|eta| eta)),
            Series::theory("1", [[0.0, 1.0], [6.0, 1.0]]),
            Series::measured("the code, βv", measured(Form::Unscaled)),
            Series::measured("the code, ηβv", measured(Form::StepOutside)),
        ],
        ..Plot::default()
    }
}
