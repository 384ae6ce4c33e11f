//! # Adaptive methods on a constant gradient
//!
//! **Setting.** AdaGrad, Adadelta, RMSprop, Adam, Adamax, AMSGrad, NAdam, RAdam, AdaBound, AMSBound and the sign methods in their
//! conventions, on `g_t = g` for all `t`, from zero states.
//!
//! **Statement.** After `T` steps `x_T = x_0 - η sign(g) Σ s_t`, with `s_t` in closed form: `|g|/(|g|√t + ε)` for AdaGrad,
//! `|g|/(|g|√(1 - ρ^t) + ε)` for RMSprop, `|g|/(|g| + ε)` for Adam and Adamax, 1 for the sign methods, and so on.
//!
//! **Why.** A geometric sum makes `m_t = (1 - β₁^t) g` and `v_t = (1 - β₂^t) g²`; a sum of squares makes `G_t = t g²`.
//!
//! **How it could fail.** The code runs in outward-rounded intervals; so does the closed form, which shares no line with the rules.

use super::constant_gradient::{methods, momentum_decay};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, rational, to_f64};
use crate::optimizers::{
    AdaBound, AdaGrad, Adadelta, Adam, Algorithm, AmsGrad, Epsilon, MaximumOrder, Method, Momentum, NAdam, RAdam, RmsProp,
    advance, warming_base,
};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adaptive-closed-forms",
    title: "On a constant gradient every adaptive method moves by its closed form",
    topic: "adaptive",
    record: None,
    statement: "On a constant gradient $g$, from zero states, $x_T = x_0 - η op(\"sign\")(g) sum_(t=1)^T s_t$ with \
                $s_t = (|g|)/(|g| sqrt(t) + ε)$ for AdaGrad, $s_t = (|g|)/(|g| sqrt(1 - ρ^t) + ε)$ for RMSprop, \
                $s_t = (|g|)/(|g| + ε)$ for Adam, Adamax and AMSGrad, $s_t = 1$ for signSGD, Signum and Lion, and likewise for \
                NAdam, RAdam, Adadelta, AdaBound, AMSBound, centred RMSprop and RMSprop with momentum.",
    hypotheses: &["the gradient is the same in every step", "all states start at zero", "the step size is constant"],
    sources: &[
        Source::Cited("duchi2011", "update rule"),
        Source::Cited("kingma2015", "Algorithm 1"),
        Source::Cited("dozat2016", "update rule"),
        Source::Cited("liu2020", "Algorithm 2"),
        Source::Cited("reddi2018", "Algorithm 2"),
        Source::Cited("zeiler2012", "Algorithm 1"),
        Source::Cited("luo2019", "Algorithms 2 and 3, and the authors' code"),
        Source::Cited("bernstein2018", "Algorithms 1 and 2"),
        Source::Cited("chen2023", "Algorithm 2"),
    ],
    claims: &[Claim {
        id: "positions",
        as_stated: false,
        statement: "the code's $x_t$ is within $10^(-12)$ of the closed form for all $t ≤ 12$",
        quantifier: "thirteen methods in 28 conventions, g = 3 and g = -1/4, η = 1/2, ε = 1/8",
        expected: Verdict::Proved,
        method: By::Enumeration,
        check: |_, subject| positions(subject, 0),
    }],
    controls: &[
        Control {
            id: "one-step-ahead",
            differs: "claims the closed form of step t + 1 at step t",
            broken: Broken::Statement(|_, subject| positions(subject, 1)),
        },
        control("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", &LONGER_STEP),
        control("first-accumulator", "AdaGrad's sum starts at 10⁻⁹ instead of 0", &EARLY_SUM),
        control("decay-rate", "RMSprop's decay rate is larger by 10⁻⁹", &SLOWER_MEAN),
        control("epsilon-elsewhere", "Adam's ε stands on the uncorrected moment", &HAT),
        control("no-correction-of-the-maximum", "AMSGrad does not correct", &UNCORRECTED),
        control("momentum-decay", "NAdam's 0.96 is raised to ψ (1 + 10⁻⁷)", &WARMER),
        control("adadelta-decay-rate", "Adadelta's decay rate is larger by 10⁻⁹", &SLOWER_MEANS),
        control("buffer", "RMSprop's momentum is larger by 10⁻⁹", &LONGER_MEMORY),
        control("uncentred", "RMSprop does not subtract the square of the mean", &UNCENTRED),
        control("final-step-size", "AdaBound's final step size is larger by 10⁻⁹", &LATER_BOUND),
        control("threshold", "RAdam rectifies above 4 instead of 5", &EARLIER),
    ],
    plots: &[lengths],
};

const fn control(id: &'static str, differs: &'static str, subject: &'static Impostor) -> Control {
    Control { id, differs, broken: Broken::Subject { claim: "positions", subject } }
}

static EARLY_SUM: Impostor = Impostor {
    name: "AdaGrad with a first accumulator",
    instead: |method| match &method.algorithm {
        Algorithm::AdaGrad(rule) => {
            with(method, Algorithm::AdaGrad(AdaGrad { initial_accumulator: rational(1, 1_000_000_000), ..rule.clone() }))
        }
        _ => method.clone(),
    },
};

static SLOWER_MEAN: Impostor = Impostor {
    name: "RMSprop with a larger decay rate",
    instead: |method| match &method.algorithm {
        Algorithm::RmsProp(rule) => {
            let decay_rate = &rule.decay_rate + rational(1, 1_000_000_000);
            with(method, Algorithm::RmsProp(RmsProp { decay_rate, ..rule.clone() }))
        }
        _ => method.clone(),
    },
};

static HAT: Impostor = Impostor {
    name: "Adam with its hat on ε",
    instead: |method| match &method.algorithm {
        Algorithm::Adam(rule) => with(method, Algorithm::Adam(Adam { placement: Epsilon::Hat, ..rule.clone() })),
        _ => method.clone(),
    },
};

static UNCORRECTED: Impostor = Impostor {
    name: "AMSGrad without correction",
    instead: |method| match &method.algorithm {
        Algorithm::AmsGrad(rule) => {
            with(method, Algorithm::AmsGrad(AmsGrad { order: MaximumOrder::Uncorrected, ..rule.clone() }))
        }
        _ => method.clone(),
    },
};

static WARMER: Impostor = Impostor {
    name: "NAdam with another schedule",
    instead: |method| match &method.algorithm {
        Algorithm::NAdam(rule) => {
            let warming = warming_base(&(momentum_decay() * (Rational::ONE + rational(1, 10_000_000))));
            with(method, Algorithm::NAdam(NAdam { warming, ..rule.clone() }))
        }
        _ => method.clone(),
    },
};

static EARLIER: Impostor = Impostor {
    name: "RAdam with the paper's threshold",
    instead: |method| match &method.algorithm {
        Algorithm::RAdam(rule) => with(method, Algorithm::RAdam(RAdam { threshold: Rational::from(4), ..rule.clone() })),
        _ => method.clone(),
    },
};

static SLOWER_MEANS: Impostor = Impostor {
    name: "Adadelta with a larger decay rate",
    instead: |method| match &method.algorithm {
        Algorithm::Adadelta(rule) => {
            let decay_rate = &rule.decay_rate + rational(1, 1_000_000_000);
            with(method, Algorithm::Adadelta(Adadelta { decay_rate, ..rule.clone() }))
        }
        _ => method.clone(),
    },
};

static LONGER_MEMORY: Impostor = Impostor {
    name: "RMSprop with a larger momentum",
    instead: |method| match &method.algorithm {
        Algorithm::RmsProp(rule) => {
            let longer = |momentum: &Momentum<Rational>| Momentum {
                momentum: &momentum.momentum + rational(1, 1_000_000_000),
                velocity: momentum.velocity.clone(),
            };
            with(method, Algorithm::RmsProp(RmsProp { momentum: rule.momentum.as_ref().map(longer), ..rule.clone() }))
        }
        _ => method.clone(),
    },
};

static UNCENTRED: Impostor = Impostor {
    name: "RMSprop without its centre",
    instead: |method| match &method.algorithm {
        Algorithm::RmsProp(rule) => with(method, Algorithm::RmsProp(RmsProp { centred: false, ..rule.clone() })),
        _ => method.clone(),
    },
};

static LATER_BOUND: Impostor = Impostor {
    name: "AdaBound with a larger final step size",
    instead: |method| match &method.algorithm {
        Algorithm::AdaBound(rule) => {
            let final_step_size = &rule.final_step_size * (Rational::ONE + rational(1, 1_000_000_000));
            with(method, Algorithm::AdaBound(AdaBound { final_step_size, ..rule.clone() }))
        }
        _ => method.clone(),
    },
};

fn with(method: &Method, algorithm: Algorithm) -> Method {
    Method { algorithm, ..method.clone() }
}

/// `x_t` of the code and of the closed form from 0, for `t` up to 12; the closed form `ahead` steps further.
fn positions(subject: &dyn Subject, ahead: u32) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, algorithm, length) in methods::<Interval>() {
        for gradient in [Rational::from(3), rational(-1, 4)] {
            let (a, sign) =
                (Interval::of(&gradient.clone().max(-gradient.clone())), if gradient > Rational::ZERO { 1 } else { -1 });
            let mut optimizer = subject.enclosure(&Method::new(algorithm.clone(), rational(1, 2)))?;
            let mut x = vec![Interval::zero()];
            let mut sum = Interval::zero();
            for t in 1..=12 {
                advance(&mut *optimizer, &mut x, |_| vec![Interval::of(&gradient)]);
                sum = sum + length(t + ahead, &a);
                let difference = x[0] + sum * Interval::of(&rational(sign, 2));
                let farthest = difference.lo.abs().max(difference.hi.abs());
                if farthest - (difference.hi - difference.lo) <= TOLERANCE && TOLERANCE < farthest {
                    let reason = format!("{name}: intervals of width {:e} decide nothing", difference.hi - difference.lo);
                    return Ok(Evidence::Invalid { reason });
                }
                exact.holds(&name, farthest <= TOLERANCE, || format!("g = {gradient}, t = {t}: off by {farthest:e}"));
            }
        }
    }
    Ok(exact.evidence())
}

/// What the statement says. Where the enclosures are too wide to decide it, the evidence is invalid.
const TOLERANCE: f64 = 1e-12;

fn lengths(_: &Lab) -> Plot {
    let shown = ["AdaGrad, Outside", "RMSprop, Outside", "Adam, Outside", "RAdam, Hat", "NAdam"];
    let mut series = Vec::new();
    for (name, algorithm, length) in methods::<f64>().into_iter().filter(|(name, ..)| shown.contains(&name.as_str())) {
        series.push(Series::theory(&name, (1..=12).map(|t| [f64::from(t), length(t, &3.0)])));
        let Ok(mut optimizer) = Reference.double(&Method::new(algorithm, rational(1, 2))) else { continue };
        let mut x = vec![0.0];
        let measured = (1..=12).map(|t| {
            let before = x[0];
            advance(&mut *optimizer, &mut x, |_| vec![3.0]);
            [f64::from(t), (before - x[0]) / to_f64(&rational(1, 2))]
        });
        series.push(Series::measured(&format!("{name}, the code"), measured.collect::<Vec<_>>()));
    }
    Plot {
        id: "lengths".into(),
        title: "Step in units of η on the gradient 3, ε = 1/8".into(),
        x: "step t".into(),
        y: "length s".into(),
        series,
        ..Plot::default()
    }
}
