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

use super::lookahead_matrices::{converges, matrix, stable, unscaled_code};
use super::lookahead_stability::{scaled, unscaled};
use super::transition::trace_and_determinant;
use super::variants::{nesterov, with_form};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::optimizers::{Form, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
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
            broken: Broken::Subject { claim: "unscaled-code", subject: &LONGER_STEP },
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
