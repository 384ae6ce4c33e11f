//! # RMSprop's first step is longer than the learning rate
//!
//! **Setting.** `v ← γ v + (1 - γ) g²`, `x ← x - η g / (√v + ε)` or with ε inside the root, `v_0 = 0`, no bias correction.
//!
//! **Statement.** The first update is `-η sign(g) / √(1 - γ)` for `ε = 0`: 3.162 η at `γ = 0.9`, 10 η at 0.99, 31.6 η at 0.999. No note
//! mentions it.
//!
//! **Why.** `v_1 = (1 - γ) g²`.
//!
//! **How it could fail.** The code's first step is squared in intervals; in doubles it follows the definition over drawn gradients
//! within rounding errors. With a bias correction, or from `v_0 = 1`, the step is another one.

use super::conventions::{
    BARELY_LONGER, LONGER_BY_A_TRILLIONTH, OTHER_PLACE, adam, changed, denominator, followed, on, relatively_near, rmsprop, shown,
};
use super::runs::{default_epsilon, displacement};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, Tracked, rational, to_f64};
use crate::optimizers::{Algorithm, Epsilon, Method};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "rmsprop-first-step-inflated",
    title: "RMSprop's first step is 1/√(1 - γ) times the learning rate",
    topic: "adaptive",
    record: Some("rmsprop-first-step-inflated"),
    statement: "RMSprop from $v_0 = 0$ without bias correction starts with the update $-frac(η op(\"sign\")(g), sqrt(1 - γ))$ for $ε = 0$: \
                $3.162 η$ at $γ = 0.9$, $10 η$ at $γ = 0.99$ and $31.6 η$ at $γ = 0.999$.",
    hypotheses: &["$v_0 = 0$, no bias correction", "the factor: $ε = 0$, $g ≠ 0$"],
    sources: &[
        Source::Note("000", "207-208"),
        Source::Note("001", "64-65"),
        Source::Note("002", "101-102"),
        Source::Note("003", "272-273"),
        Source::Note("004", "137-138"),
    ],
    claims: &[
        Claim {
            id: "outside",
            as_stated: true,
            statement: "in doubles the code follows $v ← γ v + (1 - γ) g^2$, $x ← x - η g / (sqrt(v) + ε)$ up to rounding errors",
            quantifier: "γ = 9/10, ε = 10⁻⁸, η = 1/100, eight drawn sequences of 40 gradients",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| definition(lab, subject, Epsilon::Outside),
        },
        Claim {
            id: "inside",
            as_stated: true,
            statement: "in doubles the code follows $v ← γ v + (1 - γ) g^2$, $x ← x - η g / sqrt(v + ε)$ up to rounding errors",
            quantifier: "γ = 9/10, ε = 10⁻⁸, η = 1/100, eight drawn sequences of 40 gradients",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| definition(lab, subject, Epsilon::Inside),
        },
        Claim {
            id: "first-step",
            as_stated: false,
            statement: "the square of the code's first update is $η^2 / (1 - γ)$, up to a relative $10^(-11)$",
            quantifier: "γ = 9/10, 99/100 and 999/1000, 100 drawn gradients and step sizes each, ε = 0, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| first_step(lab, subject, |left| Rational::ONE / left),
        },
    ],
    controls: &[
        Control {
            id: "length-of-the-learning-rate",
            differs: "claims a first step of length η",
            broken: Broken::Statement(|lab, subject| first_step(lab, subject, |_| Rational::ONE)),
        },
        on("corrected", "the code corrects the bias: Adam with β₁ = 0 and β₂ = γ", "first-step", &CORRECTED),
        on("mean-square-of-one", "the code starts at v = 1, as TensorFlow 1 did", "first-step", &FROM_ONE),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "first-step", &LONGER_STEP),
        on("other-place-outside", "the code has ε inside the root", "outside", &OTHER_PLACE),
        on("other-place-inside", "the code has ε outside the root", "inside", &OTHER_PLACE),
        on("longer-outside", "the code steps by η (1 + 10⁻¹²)", "outside", &LONGER_BY_A_TRILLIONTH),
        on("longer-inside", "the code steps by η (1 + 10⁻¹²)", "inside", &LONGER_BY_A_TRILLIONTH),
        on("nearest-outside", "the code steps by η (1 + 5·10⁻¹⁵)", "outside", &BARELY_LONGER),
        on("nearest-inside", "the code steps by η (1 + 5·10⁻¹⁵)", "inside", &BARELY_LONGER),
    ],
    plots: &[first_lengths],
};

static CORRECTED: Impostor = Impostor {
    name: "RMSprop with a bias correction",
    instead: |method| {
        changed(method, |algorithm| {
            if let Algorithm::RmsProp(rule) = algorithm {
                *algorithm = adam([Rational::ZERO, rule.decay_rate.clone()], rule.placement, rule.epsilon.clone());
            }
        })
    },
};

static FROM_ONE: Impostor = Impostor {
    name: "a mean square that starts at 1",
    instead: |method| {
        changed(method, |algorithm| {
            if let Algorithm::RmsProp(rule) = algorithm {
                rule.initial_accumulator = Rational::ONE;
            }
        })
    },
};

fn definition(lab: &Lab, subject: &dyn Subject, placement: Epsilon) -> Result<Evidence, NotOffered> {
    let (decay, step_size) = (rational(9, 10), rational(1, 100));
    let method = Method::new(rmsprop(decay.clone(), placement, default_epsilon()), step_size.clone());
    let of = |number: &Rational| Tracked::<f64>::of(number);
    let (gamma, eta, epsilon) = (of(&decay), of(&step_size), of(&default_epsilon()));
    let draws = &mut lab.stream("definition").trial(0);
    // Of many sizes down to 10⁻⁶, where the places of ε differ.
    let mut gradient = || draws.normal() * libm::exp2(-20.0 * draws.uniform());
    let gradients: Vec<Vec<f64>> = (0..40).map(|_| (0..8).map(|_| gradient()).collect()).collect();
    let mut second = [Tracked::zero(); 8];
    let formula = |_, element: usize, gradient: Tracked<f64>| {
        second[element] = gamma * second[element] + (Tracked::one() - gamma) * (gradient * gradient);
        eta * gradient / denominator(second[element], placement, &epsilon)
    };
    Ok(followed(subject.double(&method)?, &gradients, formula))
}

/// The squared length in units of η is a function of `1 - γ`.
fn first_step(lab: &Lab, subject: &dyn Subject, squared: fn(Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let stream = lab.stream("first-step");
    for decay in [rational(9, 10), rational(99, 100), rational(999, 1000)] {
        for case in 0..lab.cases(100) {
            let draws = &mut stream.trial(case);
            let (size, eta) = (draws.fraction(1..1_000_000, 1000), draws.fraction(1..1000, 1000));
            let gradient = if draws.sign() < 0.0 { -size } else { size };
            let method = Method::new(rmsprop(decay.clone(), Epsilon::Outside, Rational::ZERO), eta.clone());
            let found = displacement(&mut *subject.enclosure(&method)?, &[Interval::of(&gradient)])[0] / Interval::of(&eta);
            let wanted = Interval::of(&squared(Rational::ONE - &decay));
            let downhill = (found * Interval::of(&gradient)).above(0.0);
            let found = found * found;
            let holds = downhill.and_then(|down| relatively_near(found, wanted, 1e-11).map(|near| down && near));
            exact.decided("the first update squared", holds, || {
                format!("γ = {decay}, g = {gradient}: {} η² against {}", shown(found), shown(wanted))
            });
        }
    }
    Ok(exact.evidence())
}

fn first_lengths(_: &Lab) -> Plot {
    let decays: Vec<Rational> = (0..40).map(|k| rational(k, 40)).chain((1..20).map(|k| rational(1000 - k, 1000))).collect();
    let mut theory: Vec<[f64; 2]> = decays.iter().map(to_f64).map(|decay| [decay, 1.0 / (1.0 - decay).sqrt()]).collect();
    theory.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let code = |decay: &Rational| {
        let method = Method::new(rmsprop(decay.clone(), Epsilon::Outside, Rational::ZERO), Rational::ONE);
        let mut optimizer = Reference.double(&method).expect("the reference offers RMSprop");
        [to_f64(decay), displacement(&mut *optimizer, &[3.0])[0]]
    };
    Plot {
        id: "first-length".into(),
        title: "Length of RMSprop's first step in units of η, ε = 0".into(),
        x: "γ".into(),
        y: "length / η".into(),
        log_y: true,
        series: vec![
            Series::theory("1/√(1 - γ)", theory),
            Series::measured("the code", decays.iter().map(code).collect::<Vec<_>>()),
        ],
        ..Plot::default()
    }
}
