//! # Adaptive methods on a constant gradient
//!
//! **Setting.** AdaGrad, RMSprop, Adam, AMSGrad, NAdam and RAdam in their conventions, on `g_t = g` for all `t`, from zero states.
//!
//! **Statement.** After `T` steps `x_T = x_0 - η sign(g) Σ s_t`, with `s_t` in closed form: `|g|/(|g|√t + ε)` for AdaGrad,
//! `|g|/(|g|√(1 - ρ^t) + ε)` for RMSprop, `|g|/(|g| + ε)` for Adam, and so on.
//!
//! **Why.** A geometric sum makes `m_t = (1 - β₁^t) g` and `v_t = (1 - β₂^t) g²`; a sum of squares makes `G_t = t g²`.
//!
//! **How it could fail.** The code runs in outward-rounded intervals; so does the closed form, which shares no line with the rules.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, Root, rational, to_f64};
use crate::optimizers::{
    AdaGrad, Adam, Algorithm, AmsGrad, Epsilon, MaximumOrder, Method, Moments, NAdam, RAdam, RmsProp, SecondMoment, Unrectified,
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
                $s_t = (|g|)/(|g| + ε)$ for Adam and AMSGrad, and likewise for NAdam and RAdam.",
    hypotheses: &["the gradient is the same in every step", "all states start at zero", "the step size is constant"],
    sources: &[
        Source::Cited("duchi2011", "update rule"),
        Source::Cited("kingma2015", "Algorithm 1"),
        Source::Cited("dozat2016", "update rule"),
        Source::Cited("liu2020", "Algorithm 2"),
        Source::Cited("reddi2018", "Algorithm 2"),
    ],
    claims: &[Claim {
        id: "positions",
        as_stated: false,
        statement: "the code's $x_t$ is within $10^(-12)$ of the closed form for all $t ≤ 12$",
        quantifier: "six methods in sixteen conventions, g = 3 and g = -1/4, η = 1/2, ε = 1/8",
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

fn with(method: &Method, algorithm: Algorithm) -> Method {
    Method { algorithm, ..method.clone() }
}

fn momentum_decay() -> Rational {
    rational(1, 250)
}

/// `s_t` from `t` and `|g|`.
type Length<R> = Box<dyn Fn(u32, &R) -> R>;

/// The methods, each with its name and its `s_t` at `|g| = a`, in any arithmetic.
fn methods<R: Root<Wide = R>>() -> Vec<(String, Algorithm, Length<R>)> {
    let (beta1, beta2, rho) = (rational(9, 10), rational(99, 100), rational(9, 10));
    let moments = || Moments { beta1: rational(9, 10), beta2: rational(99, 100) };
    let epsilon = || rational(1, 8);
    let e: R = R::of(&epsilon());
    let (c1, c2, c3) = (one_minus_power::<R>(&beta1), one_minus_power::<R>(&beta2), one_minus_power::<R>(&rho));
    let mut all: Vec<(String, Algorithm, Length<R>)> = Vec::new();
    let mut add = |name: &str, algorithm: Algorithm, length: Length<R>| all.push((name.into(), algorithm, length));
    for placement in [Epsilon::Outside, Epsilon::Inside, Epsilon::Hat] {
        let inside = placement == Epsilon::Inside;
        // √(second) + ε or √(second + ε), for a second moment given by its root.
        let under = {
            let e = e.clone();
            move |root: R| if inside { (root.clone() * root + &e).sqrt() } else { root + &e }
        };
        let rule = AdaGrad { epsilon: epsilon(), placement, initial_accumulator: Rational::ZERO, step_decay: Rational::ZERO };
        let below = under.clone();
        let length = move |t: u32, a: &R| a.clone() / below(R::int(i64::from(t)).sqrt() * a);
        add(&format!("AdaGrad, {placement:?}"), Algorithm::AdaGrad(rule), Box::new(length));

        let (decay_rate, initial_accumulator, centred, momentum) = (rho.clone(), Rational::ZERO, false, None);
        let rule = RmsProp { decay_rate, epsilon: epsilon(), placement, initial_accumulator, centred, momentum };
        let (below, c) = (under.clone(), c3.clone());
        let length = move |t: u32, a: &R| a.clone() / below(c(t).sqrt() * a);
        add(&format!("RMSprop, {placement:?}"), Algorithm::RmsProp(rule), Box::new(length));

        // The hat leaves √(1 - β₂^t) beside the moment and above the fraction.
        let hat = placement == Epsilon::Hat;
        let factor = {
            let c2 = c2.clone();
            move |t: u32| if hat { c2(t).sqrt() } else { R::one() }
        };
        let adam = {
            let below = under.clone();
            move |t: u32, a: &R| factor(t) * a / below(factor(t) * a)
        };
        let rule = Adam { moments: moments(), epsilon: epsilon(), placement, bias_correction: true };
        add(&format!("Adam, {placement:?}"), Algorithm::Adam(rule), Box::new(adam.clone()));
        let (order, initial_moment) = (MaximumOrder::MaximumThenCorrect, Rational::ZERO);
        let rule = AmsGrad { moments: moments(), epsilon: epsilon(), placement, order, initial_moment };
        add(&format!("AMSGrad, {placement:?}"), Algorithm::AmsGrad(rule), Box::new(adam.clone()));

        let (threshold, inclusive, unrectified) = (Rational::from(5), false, Unrectified::Momentum);
        let rule = RAdam { moments: moments(), epsilon: epsilon(), placement, threshold, inclusive, unrectified };
        let length = move |t: u32, a: &R| match rectification(&rational(99, 100), t) {
            Some(squared) => R::of(&squared).sqrt() * adam(t, a),
            None => a.clone(),
        };
        add(&format!("RAdam, {placement:?}"), Algorithm::RAdam(rule), Box::new(length));
    }
    let (warming, second_moment) = (warming_base(&momentum_decay()), SecondMoment::Corrected);
    let rule = NAdam { moments: moments(), epsilon: epsilon(), placement: Epsilon::Outside, warming, second_moment };
    let base: R = R::of(&warming_base(&momentum_decay()));
    let length = move |t: u32, a: &R| {
        let rest = |t: u32| R::one() - (1..=t).fold(R::one(), |product, step| product * momentum(&base, step));
        let ahead = momentum(&base, t + 1) * c1(t) / rest(t + 1);
        (ahead + (R::one() - momentum(&base, t)) / rest(t)) * a / (a.clone() + &e)
    };
    add("NAdam", Algorithm::NAdam(rule), Box::new(length));
    all
}

/// `t ↦ 1 - β^t`.
fn one_minus_power<R: Real>(beta: &Rational) -> impl Fn(u32) -> R + Clone + use<R> {
    let beta = beta.clone();
    move |t| R::of(&(Rational::ONE - beta.pow(t as isize)))
}

/// RAdam's `r_t²`, or nothing up to `ρ_t = 5`: rational arithmetic takes the branch exactly.
fn rectification(beta2: &Rational, t: u32) -> Option<Rational> {
    let [two, four] = [2, 4].map(Rational::from);
    let limit = &two / (Rational::ONE - beta2) - Rational::ONE;
    let power = beta2.pow(t as isize);
    let length = &limit - &two * Rational::from(t) * &power / (Rational::ONE - &power);
    let part = |x: &Rational| (x - &four) * (x - &two) / x;
    (length > Rational::from(5)).then(|| part(&length) / part(&limit))
}

/// NAdam's `μ_t = β₁ (1 - q^t / 2)` with `q = 0.96^ψ`.
fn momentum<R: Real>(base: &R, t: u32) -> R {
    let power = (0..t).fold(R::one(), |power, _| power * base);
    R::of(&rational(9, 10)) * (R::one() - power / R::int(2))
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
