//! # The velocity as a sum over past gradients
//!
//! **Setting.** `v_(t+1) = γ v_t + η ∇L(θ_t)`, `θ_(t+1) = θ_t - v_(t+1)`, from `v_0 = 0`.
//!
//! **Statement.** (1) `v_t = η Σ_(i=0)^(t-1) γ^i ∇L(θ_(t-1-i))`. (2) The note's sum over `∇L(θ_(t-i))` is another one, whatever its
//! weights: it needs `∇L(θ_t)`, which comes after `v_t`, and lacks `∇L(θ_0)`, which is all of `v_1`.
//!
//! **Why.** An update makes each gradient older by one and its weight smaller by γ, and adds the newest one with the weight η.
//!
//! **How it could fail.** The sum is compared with the recursion as a polynomial in γ, η and the gradients. The code's velocity is
//! read from its steps: on unit impulses, which show each gradient's weight, and along its own path on drawn functions, where
//! it is compared with the sum over the gradients at the points that it passed.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::optimizers::{Method, Velocity, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::theorems::momentum::impulses::{Clipping, MOMENTA, weights, with_velocity};
use crate::theorems::momentum::variants::in_convention;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-unrolled-sum",
    title: "The velocity is the sum of γ^i times the gradient at θ_(t-1-i), not at θ_(t-i)",
    topic: "momentum",
    record: Some("momentum-unrolled-sum"),
    statement: "From $v_0 = 0$ and $v_(t+1) = γ v_t + η ∇ L(θ_t)$ follows $v_t = η sum_(i=0)^(t-1) γ^i ∇ L(θ_(t-1-i))$. The note has \
                $∇ L(θ_(t-i))$: it uses a gradient that $v_t$ cannot know and omits $∇ L(θ_0)$.",
    hypotheses: &["the velocity starts at 0", "$γ$ and $η$ are constant"],
    sources: &[Source::Note("000", "154-163"), Source::Cited("polyak1964", "heavy ball")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "$v_t = η sum_(i=0)^(t-1) γ^i ∇ L(θ_(t-i))$",
            quantifier: "refuted at t = 1, where the code's velocity is η ∇L(θ₀), of which the note's sum has no part",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, subject| on_impulses(lab, subject, note),
        },
        Claim {
            id: "identity",
            as_stated: false,
            statement: "the recursion gives $v_t = η sum_(i=0)^(t-1) γ^i g_(t-1-i)$",
            quantifier: "every γ, η and gradient sequence; t ≤ 20 term by term, and from every t to t + 1",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(identity(0)),
        },
        Claim {
            id: "weights",
            as_stated: false,
            statement: "the weight of $∇ L(θ_j)$ in the code's $v_t$ is $η γ^(t-1-j)$ for $j < t$ and 0 for all others",
            quantifier: "every gradient sequence of 20 steps if the code is linear in them, which is tried on an impulse of -100 and \
                         two drawn sequences; γ = 1/2, 9/10, 99/100, η = 1/10",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| on_impulses(lab, subject, corrected),
        },
        Claim {
            id: "path",
            as_stated: false,
            statement: "along the code's own path $θ_(t-1) - θ_t = η sum_(i=0)^(t-1) γ^i ∇ L(θ_(t-1-i))$",
            quantifier: "the drawn functions with piecewise linear derivative, γ, η and starts; every t ≤ 12",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| on_path(lab, subject, corrected),
        },
    ],
    controls: &[
        Control {
            id: "note-s-indices",
            differs: "claims the note's sum along the path",
            broken: Broken::Statement(|lab, subject| on_path(lab, subject, note)),
        },
        Control {
            id: "without-the-first-gradient",
            differs: "omits ∇L(θ₀), the term that the note's sum lacks, from t = 2 on",
            broken: Broken::Statement(|lab, subject| {
                on_impulses(lab, subject, |gamma, t, j| if j == 0 && t > 1 { Rational::ZERO } else { corrected(gamma, t, j) })
            }),
        },
        Control {
            id: "index-for-exponent",
            differs: "reads the note's γ_i as the same γ for every gradient",
            broken: Broken::Statement(|lab, subject| {
                on_impulses(lab, subject, |gamma, t, j| if j < t { gamma.clone() } else { Rational::ZERO })
            }),
        },
        Control {
            id: "weights-larger-by-a-billionth",
            differs: "claims the weights γ^i (1 + 10⁻⁹)",
            broken: Broken::Statement(|lab, subject| {
                on_impulses(lab, subject, |gamma, t, j| corrected(gamma, t, j) * (Rational::ONE + rational(1, 1_000_000_000)))
            }),
        },
        Control {
            id: "unbalanced-identity",
            differs: "the recursion's γ is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(identity(1))),
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is γ (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "path", subject: &HEAVIER_BALL },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "weights", subject: &LONGER_STEP },
        },
        Control {
            id: "clipped",
            differs: "the code clips gradients to [-1, 1], which no unit impulse shows",
            broken: Broken::Subject { claim: "weights", subject: &Clipping },
        },
        Control {
            id: "averaged",
            differs: "the code multiplies the new gradient by 1 - γ",
            broken: Broken::Subject {
                claim: "weights",
                subject: &Impostor { name: "average for sum", instead: |method| in_convention(method, Velocity::Average) },
            },
        },
    ],
    plots: &[decay],
};

/// The weight over η that a formula gives to `∇L(θ_j)` in `v_t`, from γ, `t` and `j`.
type Weight = fn(&Rational, usize, usize) -> Rational;

/// `i = t - 1 - j`.
fn corrected(gamma: &Rational, t: usize, j: usize) -> Rational {
    if j < t { gamma.pow((t - 1 - j) as isize) } else { Rational::ZERO }
}

/// `i = t - j`, which is at most `t - 1`.
fn note(gamma: &Rational, t: usize, j: usize) -> Rational {
    if 0 < j && j <= t { gamma.pow((t - j) as isize) } else { Rational::ZERO }
}

/// The recursion against the sum; `error` billionths are added to the recursion's γ.
fn identity(error: i64) -> Evidence {
    let variables: [Polynomial; 22] = Polynomial::variables();
    let [eta, gamma, gradients @ ..] = &variables;
    let kept = gamma + eta.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    let (mut velocity, mut sum) = (eta.int(0), Vec::<Polynomial>::new());
    for gradient in gradients {
        velocity = &kept * &velocity + eta * gradient;
        // The sum from its definition: the power of the i-th newest gradient is γ^i.
        sum.insert(0, eta * gradient);
        let mut power = eta.int(1);
        let mut total = eta.int(0);
        for term in &sum {
            total = total + &power * term;
            power = &power * gamma;
        }
        exact.identity("v_t is the sum, t ≤ 20", velocity.clone(), total);
    }
    // η γ^i g of any age i, the newest gradient h, and the rest of the sum.
    let [eta, gamma, power, older, newest, rest] = Polynomial::variables();
    let kept = &gamma + eta.constant(&rational(error, 1_000_000_000));
    let next = &kept * &(&eta * &power * &older + &rest) + &eta * &newest;
    exact.identity("from t to t + 1", next, &eta * &(&gamma * &power) * &older + &gamma * &rest + &eta * &newest);
    exact.evidence()
}

fn on_impulses(lab: &Lab, subject: &dyn Subject, weight: Weight) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (top, bottom) in MOMENTA {
        let gamma = rational(top, bottom);
        let algorithm = with_velocity(&gamma, Velocity::StepInside);
        let found = weights(&mut exact, lab, subject, algorithm, &rational(1, 10), 20)?;
        for (before, found) in found.iter().enumerate() {
            for (j, found) in found.iter().enumerate() {
                let claimed = weight(&gamma, before + 1, j);
                exact.equal("the weight of a gradient", found, &claimed, || {
                    format!("γ = {gamma}, weight over η of ∇L(θ_{j}) in v_{}", before + 1)
                });
            }
        }
    }
    Ok(exact.evidence())
}

fn on_path(lab: &Lab, subject: &dyn Subject, weight: Weight) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("path");
    let mut exact = Exact::new();
    for case in 0..lab.cases(60) {
        let draws = &mut stream.trial(case);
        let [gamma, eta, start] = [draws.fraction(1..16, 16), draws.fraction(1..32, 16), draws.fraction(-320..320, 16)];
        let function = Piecewise::draw(draws, &rational(1, 4), &rational(5, 4));
        let method = Method::new(with_velocity(&gamma, Velocity::StepInside), eta.clone());
        let mut optimizer = subject.exact(&method)?;
        let path = trajectory(&mut *optimizer, vec![start], |x| function.gradient(x), 12).concat();
        let gradients: Vec<Rational> = path.iter().map(|x| function.derivative(x)).collect();
        for t in 1..path.len() {
            let terms = (0..=t).map(|j| &gradients[j] * weight(&gamma, t, j));
            let sum = &eta * terms.fold(Rational::ZERO, |sum, term| sum + term);
            let velocity = &path[t - 1] - &path[t];
            exact.holds("the velocity is the sum", velocity == sum, || {
                let [velocity, sum] = [&velocity, &sum].map(to_f64);
                format!("case {case}: γ = {gamma}, η = {eta}: v_{t} = {velocity:e} against {sum:e}")
            });
        }
    }
    Ok(exact.evidence())
}

fn decay(lab: &Lab) -> Plot {
    let steps = 20;
    let theory = |(top, bottom)| {
        let gamma = rational(top, bottom);
        let point = |age: usize| [age as f64, to_f64(&corrected(&gamma, steps, steps - 1 - age))];
        Series::theory(&format!("γ^i, γ = {gamma}"), (0..steps).map(point))
    };
    let measured = |(top, bottom)| {
        let gamma = rational(top, bottom);
        let algorithm = with_velocity(&gamma, Velocity::StepInside);
        let found = weights(&mut Exact::new(), lab, &Reference, algorithm, &rational(1, 10), steps).unwrap_or_default();
        let last = found.last().cloned().unwrap_or_default();
        Series::measured(
            &format!("the code, γ = {gamma}"),
            (0..).map(f64::from).zip(last.iter().rev().map(to_f64)).map(Into::into),
        )
    };
    Plot {
        id: "weights".into(),
        title: "Weight of the gradient at θ_(t-1-i) in v_t over η, t = 20".into(),
        x: "i".into(),
        y: "weight / η".into(),
        series: MOMENTA.into_iter().map(theory).chain(MOMENTA.into_iter().map(measured)).collect(),
        ..Plot::default()
    }
}
