//! # AdamW is not Adam with an L2 penalty
//!
//! **Setting.** L2 adds `λθ` to the gradient, decoupled decay takes `ηλθ` off the parameter.
//!
//! **Statement.** (1) Gradient descent: one is the other. (2) Adam: the penalty is divided by `√v̂` like the gradient, so that of two
//! weights whose gradients differ by the factor 100 one decays 100 times as fast; AdamW's decay as fast. (3) No λ' makes them equal:
//! with positive gradients and weights the first step of Adam with L2 is η whatever λ is. (4) Adam with L2 rests where `∇L + λθ = 0`,
//! AdamW where `∇L/(|∇L| + ε) = -λθ`. (5) While gradients shrink, AdamW from 0 stays within `(1 - (1 - ηλ)^t)/λ`.
//!
//! **Why.** `θ - η(g + λθ) = (1 - ηλ)θ - ηg`; `m̂/√v̂` has no scale, and is at most 1 where `|g|` falls.
//!
//! **How it could fail.** The code runs both, in exact arithmetic, in intervals and in doubles.

use super::runs::{BARELY_LONGER, DECOUPLED, DECOUPLES, adam, averaging, default_epsilon, default_moments};
use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, Tracked, rational, to_f64};
use crate::optimizers::{Algorithm, Coupling, Decay, Method, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adamw-not-adam-l2",
    title: "Decoupled decay is an L2 penalty for gradient descent, but not for Adam",
    topic: "adaptive",
    record: Some("adamw-not-adam-l2"),
    statement: "For gradient descent L2 and decoupled decay are the same. Adam divides the penalty $λ θ$ by $sqrt(hat(v))$, AdamW does not: \
                weights with gradients 100 times as large decay 100 times as slowly, or just as fast. Adam with L2 rests where \
                $∇L + λ θ = 0$, AdamW where $frac(∇L, |∇L| + ε) = -λ θ$.",
    hypotheses: &[
        "decoupled decay in PyTorch's scaling, $η λ θ$, before the step",
        "decay rates are read from gradients that alternate in sign; rest from a constant state of both moments",
        "the box $|θ| ≤ 1/λ$: gradients that do not grow, start at 0",
    ],
    sources: &[
        Source::Note("003", "351-356"),
        Source::Note("001", "86-92"),
        Source::Note("003", "333"),
        Source::Cited("loshchilov2019", "Propositions 1-3"),
    ],
    claims: &[
        Claim {
            id: "affects-adaptive-rates",
            as_stated: true,
            statement: "Adam with L2 decays a weight whose gradients are 100 times as large 100 times as slowly, within 0.05; AdamW both \
                        alike, within $10^(-6)$",
            quantifier: "gradients of alternating sign and size 1 and 100, 200 steps at θ = 1, λ = 1/100, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| rates(subject, [100.0, 1.0]),
        },
        Claim {
            id: "gradient-descent",
            as_stated: false,
            statement: "$θ - η (g + λ θ) = (1 - η λ) θ - η g$: gradient descent with L2 has the iterates of decoupled decay",
            quantifier: "all θ, g, η and λ; the code on drawn gradients, exactly",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |lab, subject| equivalent(lab, subject, Algorithm::GradientDescent),
        },
        Claim {
            id: "no-other-strength",
            as_stated: false,
            statement: "from $θ = 1$ with the gradient 1 the first step of Adam with L2 is $η$ for every $λ$, that of AdamW \
                        $η (1 + λ')$; and for $λ > 0$ the second step of Adam with L2 is not $η$, as it is for $λ' = 0$",
            quantifier: "λ, λ' in {1/100, 1, 100}, ε = 0, within 10⁻¹⁰ η and rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| first_steps(subject),
        },
        Claim {
            id: "rest-of-l2",
            as_stated: false,
            statement: "Adam with L2 stays at the minimiser of $L + λ θ^2 / 2$",
            quantifier: "L = (θ - 2)²/2, λ = 1, θ = 1, the default ε; 100 steps in doubles, to the bit",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| rests_with_penalty(subject, 1.0),
        },
        Claim {
            id: "rest-of-adamw",
            as_stated: false,
            statement: "AdamW stays where $frac(∇L, |∇L| + ε) = -λ θ$, within $10^(-9)$",
            quantifier: "L = (θ - 2)²/2, λ = 1/2, ε = 1, θ = 1; 100 steps, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| rests_decoupled(subject, rational(1, 1)),
        },
        Claim {
            id: "box",
            as_stated: false,
            statement: "on $2^19 (θ - 10)^2$ from 0 with $λ = 1$ the code in double precision has $θ_t ≤ (1 - (1 - η λ)^t)/λ$, rounding \
                        errors aside",
            quantifier: "η = 1/16, ε = 10⁻⁸, t ≤ 100; any order of evaluation in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| in_the_box(subject, 0.0),
        },
    ],
    controls: &[
        Control {
            id: "alike-with-penalty",
            differs: "claims that L2 decays both weights alike",
            broken: Broken::Statement(|_, subject| rates(subject, [1.0, 1.0])),
        },
        Control {
            id: "equivalent-for-momentum",
            differs: "claims for momentum what holds for gradient descent",
            broken: Broken::Statement(|lab, subject| equivalent(lab, subject, averaging(rational(9, 10)))),
        },
        Control {
            id: "rest-at-the-ridge",
            differs: "claims that AdamW stays at the minimiser 4/3 of L + λθ²/2",
            broken: Broken::Statement(|_, subject| rests_decoupled(subject, rational(4, 3))),
        },
        Control {
            id: "rest-beside-the-ridge",
            differs: "claims that Adam with L2 stays at 1 + 10⁻⁹",
            broken: Broken::Statement(|_, subject| rests_with_penalty(subject, 1.0 + 1e-9)),
        },
        Control {
            id: "smaller-box",
            differs: "claims the box smaller by the fraction 2·10⁻¹²",
            broken: Broken::Statement(|_, subject| in_the_box(subject, 2e-12)),
        },
        Control {
            id: "smaller-box-by-a-thousandth",
            differs: "claims the box smaller by a thousandth",
            broken: Broken::Statement(|_, subject| in_the_box(subject, 1e-3)),
        },
        Control {
            id: "code-decouples",
            differs: "the code decouples the decay where L2 is asked for",
            broken: Broken::Subject { claim: "affects-adaptive-rates", subject: &DECOUPLES },
        },
        Control {
            id: "first-step-of-code-that-decouples",
            differs: "the code decouples the decay where L2 is asked for",
            broken: Broken::Subject { claim: "no-other-strength", subject: &DECOUPLES },
        },
        Control {
            id: "rest-of-code-that-decouples",
            differs: "the code decouples the decay where L2 is asked for",
            broken: Broken::Subject { claim: "rest-of-l2", subject: &DECOUPLES },
        },
        Control {
            id: "rest-of-code-with-a-stronger-decay",
            differs: "the code decays by λ (1 + 10⁻⁶)",
            broken: Broken::Subject { claim: "rest-of-adamw", subject: &STRONGER },
        },
        Control {
            id: "decay-stronger-where-it-is-decoupled",
            differs: "the code's decoupled decay is λ (1 + 10⁻⁶)",
            broken: Broken::Subject { claim: "gradient-descent", subject: &STRONGER },
        },
        Control {
            id: "box-of-longer-steps",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "box", subject: &LONGER_STEP },
        },
        Control {
            id: "box-of-barely-longer-steps",
            differs: "the code steps by η (1 + 10⁻¹²)",
            broken: Broken::Subject { claim: "box", subject: &BARELY_LONGER },
        },
    ],
    plots: &[paths],
};

static STRONGER: Impostor = Impostor {
    name: "decoupled decay larger by a millionth",
    instead: |method| {
        let stronger = |decay: &Decay<Rational>| match decay.coupling {
            Coupling::Gradient => decay.clone(),
            _ => Decay { strength: &decay.strength * rational(1_000_001, 1_000_000), ..decay.clone() },
        };
        Method { decay: method.decay.as_ref().map(stronger), ..method.clone() }
    },
};

/// Adam with `ε = 0` or another, `η = 1` or another.
fn decaying(epsilon: Rational, step_size: Rational, strength: Rational, coupling: Coupling) -> Method {
    Method::new(adam(default_moments(), epsilon), step_size).with_decay(strength, coupling)
}

/// What decay adds to the way of 200 steps at `θ = 1`, on gradients of this size and alternating sign.
fn decay_of(subject: &dyn Subject, coupling: Coupling, size: i64) -> Result<Interval, NotOffered> {
    let way = |strength: Rational| -> Result<Interval, NotOffered> {
        let mut optimizer = subject.enclosure(&decaying(Rational::ZERO, Rational::ONE, strength, coupling))?;
        let mut way = Interval::zero();
        for step in 0..200 {
            let mut x = vec![Interval::one()];
            advance(&mut *optimizer, &mut x, |_| vec![Interval::int(if step % 2 == 0 { -size } else { size })]);
            way = way + (Interval::one() - x[0]);
        }
        Ok(way)
    };
    Ok(way(rational(1, 100))? - way(Rational::ZERO)?)
}

fn rates(subject: &dyn Subject, stated: [f64; 2]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, coupling, stated, tolerance) in
        [("L2", Coupling::Gradient, stated[0], 0.05), ("AdamW", DECOUPLED, stated[1], 1e-6)]
    {
        let ratio = decay_of(subject, coupling, 1)? / decay_of(subject, coupling, 100)?;
        let off = ratio - Interval::point(stated);
        exact.decided(&format!("{name}: ratio of the decays"), off.smaller_than(tolerance), || {
            format!("{ratio:?} against {stated}")
        });
    }
    Ok(exact.evidence())
}

fn equivalent(lab: &Lab, subject: &dyn Subject, algorithm: Algorithm) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let [x, g, eta, strength] = Polynomial::variables();
    let coupled = &x - &eta * (&g + &strength * &x);
    exact.identity("a step", coupled, (x.int(1) - &eta * &strength) * &x - &eta * &g);
    let method = |coupling| Method::new(algorithm.clone(), rational(1, 10)).with_decay(rational(1, 3), coupling);
    let [mut left, mut right] = [subject.exact(&method(Coupling::Gradient))?, subject.exact(&method(DECOUPLED))?];
    let (mut x, mut y) = (vec![Rational::ONE; 4], vec![Rational::ONE; 4]);
    let stream = lab.stream("gradients");
    for step in 0..30 {
        let mut draws = stream.trial(step);
        let gradient: Vec<_> = (0..4).map(|_| draws.fraction(-100..101, 7)).collect();
        advance(&mut *left, &mut x, |_| gradient.clone());
        advance(&mut *right, &mut y, |_| gradient.clone());
        exact
            .holds("the same iterates", x == y, || format!("step {}: {} against {}", step + 1, readable(&x[0]), readable(&y[0])));
    }
    Ok(exact.evidence())
}

fn first_steps(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let ways = |strength: &Rational, coupling| -> Result<[Interval; 2], NotOffered> {
        let mut optimizer = subject.enclosure(&decaying(Rational::ZERO, rational(1, 16), strength.clone(), coupling))?;
        let mut x = vec![Interval::one()];
        let mut way = || {
            let before = x[0];
            advance(&mut *optimizer, &mut x, |_| vec![Interval::one()]);
            (before - x[0]) * Interval::int(16)
        };
        Ok([way(), way()])
    };
    for strength in [rational(1, 100), rational(1, 1), rational(100, 1)] {
        let [first, second] = ways(&strength, Coupling::Gradient)?;
        let off = first - Interval::one();
        exact.decided("L2: η", off.smaller_than(1e-10), || format!("λ = {strength}: {first:?} η"));
        let apart = (second - Interval::one()).smaller_than(1e-10).map(|equal| !equal);
        exact.decided("L2: not η in the second step", apart, || format!("λ = {strength}: {second:?} η"));
        let [first, _] = ways(&strength, DECOUPLED)?;
        let off = first - Interval::one() - Interval::of(&strength);
        exact.decided("AdamW: η (1 + λ')", off.smaller_than(1e-10), || format!("λ' = {strength}: {first:?} η"));
    }
    Ok(exact.evidence())
}

/// At 1 gradient and penalty cancel without rounding.
fn rests_with_penalty(subject: &dyn Subject, start: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.double(&decaying(default_epsilon(), rational(1, 16), Rational::ONE, Coupling::Gradient))?;
    let mut x = vec![start];
    for step in 1..=100 {
        advance(&mut *optimizer, &mut x, |x| vec![x[0] - 2.0]);
        exact.holds("it stays", x[0] == start, || format!("step {step}: from {start} to {}", x[0]));
    }
    Ok(exact.evidence())
}

fn rests_decoupled(subject: &dyn Subject, start: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.enclosure(&decaying(Rational::ONE, rational(1, 16), rational(1, 2), DECOUPLED))?;
    let mut x = vec![Interval::of(&start)];
    for step in 1..=100 {
        advance(&mut *optimizer, &mut x, |x| vec![x[0] - Interval::int(2)]);
        let off = x[0] - Interval::of(&start);
        exact.decided("it stays", off.smaller_than(1e-9), || format!("step {step}: from {start} to {:?}", x[0]));
    }
    Ok(exact.evidence())
}

/// The bound for each step is that of the step alone, from the subject's own last parameter; what earlier steps left is shrunk by decay.
fn in_the_box(subject: &dyn Subject, smaller: f64) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let method = decaying(default_epsilon(), rational(1, 16), Rational::ONE, DECOUPLED);
    let (mut optimizer, mut twin) = (subject.double(&method)?, method.build::<Tracked<f64>>());
    let (mut x, mut allowed) = (vec![0.0], 0.0);
    for t in 1..=100 {
        let mut held = vec![Tracked::exactly(x[0])];
        let gradient = (x[0] - 10.0) * (1u64 << 20) as f64;
        advance(&mut *twin, &mut held, |_| vec![Tracked::exactly(gradient)]);
        advance(&mut *optimizer, &mut x, |_| vec![gradient]);
        allowed = allowed * 15.0 / 16.0 + held[0].bound();
        let edge = (1.0 - libm::pow(15.0 / 16.0, f64::from(t))) * (1.0 - smaller);
        property.within("within the box", (x[0] - edge).max(0.0), allowed, || format!("step {t}: {} beyond {edge}", x[0]));
    }
    Ok(property.evidence())
}

/// Both from 0 on `(θ - 10)²/2`.
fn paths(_: &Lab) -> Plot {
    let level = |name: &str, value: f64| Series::theory(name, [[0.0, value], [300.0, value]]);
    let mut series = vec![level("minimiser of L + λθ²/2: 5", 5.0), level("1/λ = 1", 1.0)];
    for (name, coupling) in [("Adam with L2", Coupling::Gradient), ("AdamW", DECOUPLED)] {
        let Ok(mut optimizer) = Reference.double(&decaying(default_epsilon(), rational(1, 16), Rational::ONE, coupling)) else {
            continue;
        };
        let mut x = vec![0.0];
        let points = (1..=300).map(|t| {
            advance(&mut *optimizer, &mut x, |x| vec![x[0] - 10.0]);
            [f64::from(t), x[0]]
        });
        series.push(Series::measured(&format!("{name}, the code"), points.step_by(6).collect::<Vec<_>>()));
    }
    Plot {
        id: "paths".into(),
        title: format!("(θ - 10)²/2 with λ = 1 and η = {}", to_f64(&rational(1, 16))),
        x: "step".into(),
        y: "θ".into(),
        series,
        ..Plot::default()
    }
}
