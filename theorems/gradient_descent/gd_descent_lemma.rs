//! # The descent lemma
//!
//! **Setting.** `f` with `L`-Lipschitz gradient, convex or not, `x⁺ = x - η ∇f(x)`, `ω = η (1 - ηL/2)`.
//!
//! **Statement.** (1) `f(x⁺) ≤ f(x) - ω ‖∇f(x)‖²`, a strict decrease where `∇f(x) ≠ 0` if `0 < η < 2/L`; `½Lx²` attains it. (2) With noise of
//! mean 0 and variance `σ²` in the gradient, `𝔼 f(x⁺) ≤ f(x) - ω ‖∇f(x)‖² + ½ η²L σ²`: single steps may go up.
//!
//! **Why.** One interpolation inequality from `x⁺` to `x`; the square `‖(1 - ηL) ∇f(x) - ∇f(x⁺)‖² / (4L)` is given away.
//!
//! **How it could fail.** The checker compares the two sides as quotients of polynomials in `L` and `η`. The code runs in exact arithmetic on drawn
//! functions with slopes of `f'` in `[-L, L]`, and on `½Lx²`, where it must descend by exactly `ω ‖∇f(x)‖²`.

use crate::certify::certificate::Certificate;
use crate::certify::formulas::ranges::descent;
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gd-descent-lemma",
    title: "With a step size below 2/L each step of gradient descent decreases the loss",
    topic: "gradient-descent",
    record: Some("gd-descent-lemma"),
    statement: "For $f$ with $L$-Lipschitz gradient, convex or not, and $0 < η < 2/L$: \
                $f(x_(t+1)) ≤ f(x_t) - η (1 - η L / 2) ‖∇f(x_t)‖^2$. With larger steps, or with noise in the gradient, the loss may rise.",
    hypotheses: &[
        "$f$ has an $L$-Lipschitz gradient",
        "$0 < η < 2/L$",
        "exact gradients of the whole loss (or in expectation, where said)",
    ],
    sources: &[
        Source::Note("002", "58-61, 238"),
        Source::Note("003", "59-62"),
        Source::Note("004", "45"),
        Source::Cited("nesterov2004", "section 1.2.3"),
    ],
    claims: &[
        Claim {
            id: "every-epoch",
            as_stated: true,
            statement: "the loss decreases in each epoch of training",
            quantifier: "two samples ½(x ± 1)², one by one, from x = 1/1000 with η = 1/10: the code",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| epochs(subject, 1),
        },
        Claim {
            id: "lemma",
            as_stated: false,
            statement: "$f(x_(t+1)) ≤ f(x_t) - η (1 - η L / 2) ‖∇f(x_t)‖^2$",
            quantifier: "every f with L-Lipschitz gradient, convex or not, every dimension and point, all L > 0 and 0 < η < 2/L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(certified(|_| {})),
        },
        Claim {
            id: "full-batches",
            as_stated: false,
            statement: "with the gradient of the whole loss it decreases in each epoch",
            quantifier: "the same two samples, start and step size: the code, 20 epochs",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| epochs(subject, 2),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "a step of the code descends by at least $ω ‖∇f(x)‖^2$, and strictly where $∇f(x) ≠ 0$",
            quantifier: "the drawn functions with piecewise linear derivative, half of them convex, and the parabola ½Lx²; the drawn step sizes and points",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, None, &Rational::ONE),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "on $½ L x^2$ a step descends by exactly $ω ‖∇f(x)‖^2$",
            quantifier: "the formula: all L, η and x; the code: L = 3 and η L = k/20, k = 1, ..., 60",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| attained(subject, 0),
        },
        Claim {
            id: "in-expectation",
            as_stated: false,
            statement: "with noise of mean 0 in the gradient the mean of $f(x_(t+1))$ is at most $f(x_t) - ω ‖∇f(x_t)‖^2 + ½ η^2 L σ^2$, \
                        and equal to it on $½ L x^2$",
            quantifier: "all outcomes of the drawn noise on four values; the drawn functions, step sizes and points, and the parabola",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| expected(lab, subject, &rational(1, 2)),
        },
    ],
    controls: &[
        Control {
            id: "step-beyond-two-over-l",
            differs: "claims a decrease at η = 2.001/L",
            broken: Broken::Statement(|lab, subject| members(lab, subject, Some(rational(2001, 1000)), &Rational::ONE)),
        },
        Control {
            id: "step-a-billionth-beyond",
            differs: "claims a decrease at η = (2 + 10⁻⁹)/L",
            broken: Broken::Statement(|lab, subject| {
                members(lab, subject, Some(rational(2_000_000_001, 1_000_000_000)), &Rational::ONE)
            }),
        },
        Control {
            id: "descent-more-by-a-billionth",
            differs: "claims a descent by (1 + 10⁻⁹) ω ‖∇f(x)‖²",
            broken: Broken::Statement(|lab, subject| members(lab, subject, None, &rational(1_000_000_001, 1_000_000_000))),
        },
        Control {
            id: "attained-more-by-a-billionth",
            differs: "claims that the parabola descends by (ω + 10⁻⁹) ‖∇f(x)‖²",
            broken: Broken::Statement(|_, subject| attained(subject, 1)),
        },
        Control {
            id: "certificate-more-by-a-billionth",
            differs: "the certificate claims a descent by (1 + 10⁻⁹) ω ‖∇f(x)‖²",
            broken: Broken::Statement(|_, _| {
                Ok(certified(|claim| {
                    if let crate::certify::certificate::Initial::Potential(before) = &mut claim.initial {
                        before.gradient = before.gradient.take().map(|omega| format!("1000000001/1000000000*{omega}"));
                    }
                }))
            }),
        },
        Control {
            id: "certificate-unbalanced",
            differs: "the certificate's multiplier is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(certified(|claim| claim.multipliers[0].value += " + 1/1000000000"))),
        },
        Control {
            id: "one-sample-at-a-time",
            differs: "takes one sample a step where the claim takes all",
            broken: Broken::Statement(|_, subject| epochs(subject, 1)),
        },
        Control {
            id: "no-noise-in-the-bound",
            differs: "claims that noise does not matter in expectation",
            broken: Broken::Statement(|lab, subject| expected(lab, subject, &Rational::ZERO)),
        },
        Control {
            id: "less-noise-in-the-bound",
            differs: "claims (½ - 10⁻⁹) η²L σ² for the noise",
            broken: Broken::Statement(|lab, subject| expected(lab, subject, &rational(499_999_999, 1_000_000_000))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "attained", subject: &LONGER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "members", subject: &SHORTER_STEP },
        },
    ],
    plots: &[curve],
};

fn certified(change: fn(&mut Certificate)) -> Evidence {
    let mut exact = Exact::new();
    let mut claim = descent();
    change(&mut claim);
    exact.certified(claim);
    exact.evidence()
}

/// `x⁺` after one step of the code with this gradient.
fn step(subject: &dyn Subject, eta: &Rational, x: &Rational, gradient: Rational) -> Result<Rational, NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
    let mut x = vec![x.clone()];
    advance(&mut *optimizer, &mut x, |_| vec![gradient]);
    Ok(x.remove(0))
}

/// `ω = η (1 - ηL/2)`.
fn omega(eta: &Rational, smoothness: &Rational) -> Rational {
    eta * (Rational::ONE - eta * smoothness / Rational::from(2))
}

/// Training on the losses `½ (x - 1)²` and `½ (x + 1)²` in batches of this size; the loss is `½ x² + ½`.
fn epochs(subject: &dyn Subject, batch: usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.exact(&Method::gradient_descent(rational(1, 10)))?;
    let mut x = vec![rational(1, 1000)];
    for epoch in 0..20 {
        let before = square(&x[0]);
        for targets in [Rational::ONE, Rational::NEG_ONE].chunks(batch) {
            let mean = targets.iter().fold(Rational::ZERO, |sum, target| sum + target) / Rational::from(batch);
            advance(&mut *optimizer, &mut x, |x| vec![&x[0] - mean]);
        }
        exact.holds("the loss decreases", square(&x[0]) < before, || {
            format!("epoch {epoch} with η = 1/10 ends at x = {}, and x² was {}", readable(&x[0]), readable(&before))
        });
    }
    Ok(exact.evidence())
}

/// One step on drawn functions, with a drawn `h = ηL` or the one given; the descent claimed is `part` of the lemma's.
fn members(lab: &Lab, subject: &dyn Subject, scaled: Option<Rational>, part: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(2000) {
        let draws = &mut stream.trial(case);
        let smoothness = draws.fraction(1..160, 16);
        let drawn = draws.fraction(1..32, 16);
        let eta = scaled.as_ref().unwrap_or(&drawn) / &smoothness;
        let x = draws.fraction(-320..320, 16);
        let function = match case {
            0 => Piecewise::parabola(&smoothness),
            odd if odd % 2 == 1 => Piecewise::draw(draws, &Rational::ZERO, &smoothness),
            _ => Piecewise::draw_smooth(draws, &smoothness),
        };
        let gradient = function.derivative(&x);
        let next = step(subject, &eta, &x, gradient.clone())?;
        let descent = function.value(std::slice::from_ref(&x)) - function.value(std::slice::from_ref(&next));
        let found = || format!("case {case}: L = {smoothness}, η = {eta}, x = {x}, f' = {gradient}, x⁺ = {}", readable(&next));
        exact.holds("f(x) - f(x⁺) ≥ ω f'(x)²", descent >= part * omega(&eta, &smoothness) * square(&gradient), found);
        exact.holds("f(x⁺) < f(x) unless f'(x) = 0", descent > Rational::ZERO || gradient.is_zero(), found);
    }
    Ok(exact.evidence())
}

/// `more` billionths are added to the descent claimed on the parabola.
fn attained(subject: &dyn Subject, more: i64) -> Result<Evidence, NotOffered> {
    let more = rational(more, 1_000_000_000);
    let mut exact = Exact::new();
    let [l, eta, x] = Polynomial::variables();
    let (gradient, two) = (&l * &x, l.int(2));
    let descent = &l * x.squared() - &l * (&x - &eta * &gradient).squared();
    let claimed = &eta * (&two - &eta * &l) + &two * l.constant(&more);
    exact.identity("2 (f(x) - f(x⁺)) on ½Lx²", descent, claimed * gradient.squared());
    let smoothness = Rational::from(3);
    let parabola = Piecewise::parabola(&smoothness);
    for eta in (1..=60).map(|k| rational(k, 60)) {
        let next = step(subject, &eta, &Rational::ONE, smoothness.clone())?;
        let descent = parabola.value(&[Rational::ONE]) - parabola.value(&[next]);
        let claimed = (omega(&eta, &smoothness) + &more) * square(&smoothness);
        exact.equal("the code's descent on ½Lx²", &descent, &claimed, || format!("L = 3, x = 1, η = {eta}"));
    }
    Ok(exact.evidence())
}

/// The mean of `f(x⁺)` over four values of the noise, which sum to 0; the bound claimed has `share η²L σ²` for it.
fn expected(lab: &Lab, subject: &dyn Subject, share: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("noise");
    let mut exact = Exact::new();
    for case in 0..lab.cases(500) {
        let draws = &mut stream.trial(case);
        let smoothness = draws.fraction(1..160, 16);
        let eta = draws.fraction(1..32, 16) / &smoothness;
        let x = draws.fraction(-320..320, 16);
        let mut noise: Vec<Rational> = (0..3).map(|_| draws.fraction(-320..320, 16)).collect();
        noise.push(-noise.iter().fold(Rational::ZERO, |sum, value| sum + value));
        let function = if case == 0 { Piecewise::parabola(&smoothness) } else { Piecewise::draw_smooth(draws, &smoothness) };
        let gradient = function.derivative(&x);
        let (mut mean, mut variance) = (Rational::ZERO, Rational::ZERO);
        for value in &noise {
            mean += function.value(&[step(subject, &eta, &x, &gradient + value)?]) / Rational::from(4);
            variance += square(value) / Rational::from(4);
        }
        let before = function.value(std::slice::from_ref(&x));
        let bound = before - omega(&eta, &smoothness) * square(&gradient) + share * square(&eta) * &smoothness * &variance;
        let found =
            || format!("case {case}: L = {smoothness}, η = {eta}, x = {x}, noise {noise:?}: 𝔼 f(x⁺) = {}", readable(&mean));
        exact.holds("𝔼 f(x⁺) is at most the bound", mean <= bound, found);
        if case == 0 {
            exact.holds("the parabola attains it", mean == bound, found);
        }
    }
    Ok(exact.evidence())
}

fn curve(_: &Lab) -> Plot {
    let parabola = Piecewise::parabola(&Rational::ONE);
    let measured = |h: Rational| {
        let next = step(&Reference, &h, &Rational::ONE, Rational::ONE).ok()?;
        Some([to_f64(&h), to_f64(&(rational(1, 2) - parabola.value(&[next])))])
    };
    Plot {
        id: "descent".into(),
        title: "Least descent of a step: none is left at η = 2/L".into(),
        x: "h = ηL".into(),
        y: "L (f(x) - f(x⁺)) / ‖∇f(x)‖²".into(),
        series: vec![
            Series::theory("h (1 - h/2)", (0..=110).map(|k| f64::from(k) / 50.0).map(|h| [h, h * (1.0 - h / 2.0)])),
            Series::measured("the code on ½Lx²", (1..=22).filter_map(|k| measured(rational(k, 10)))),
            Series::theory("no descent", [[0.0, 0.0], [2.2, 0.0]]),
        ],
        ..Plot::default()
    }
}
