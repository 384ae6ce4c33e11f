//! # Decoupled weight decay has three scalings
//!
//! **Setting.** AdamW shrinks `θ` by a factor `1 - c` a step: `c = η_t λ` (PyTorch, note 001), `c = λ` (the formula of note 003), or
//! `c = λ η_t/η_1` (Loshchilov and Hutter: with the schedule, not with its base). The decay alone acts where the gradient is zero.
//!
//! **Statement.** (1) As stated, 003's formula describes its code: false, by the factor `1/η = 1000`. (2) `θ_T/θ_0 = Π (1 - c_t)`.
//! (3) A half-life lasts `ln 2 / -ln(1 - c)` steps. (4) Decay before or after the step differ by `c η g`.
//!
//! **Why.** With `g = 0` the step is `m̂/(√v̂ + ε) = 0`, and `θ ← (1 - c) θ` remains.
//!
//! **How it could fail.** The code runs in exact arithmetic around gradient descent and momentum, and as AdamW in intervals.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, rational, to_f64};
use crate::optimizers::{
    Adam, Algorithm, Coupling, Decay, Epsilon, Method, Moments, Momentum, Optimizer, Order, Scaling, Velocity, advance,
};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adamw-lr-coupling",
    title: "Decoupled weight decay: three scalings, a factor 1/η apart",
    topic: "adaptive",
    record: Some("adamw-lr-coupling"),
    statement: "With zero gradients decoupled decay gives $θ_T = θ_0 product_(t=1)^T (1 - c_t)$ where $c_t = η_t λ$ (PyTorch), \
                $c_t = λ$ (the formula of note 003) or $c_t = λ η_t/η_1$ (Loshchilov and Hutter): three conventions, of which the first \
                two differ by the factor $1/η$.",
    hypotheses: &["the gradient is zero, or the rule without decay is known", "$0 < c_t < 1$"],
    sources: &[
        Source::Note("001", "86-92"),
        Source::Note("003", "339-349"),
        Source::Note("003", "361-365"),
        Source::Note("003", "832-833"),
        Source::Cited("loshchilov2019", "Algorithm 2"),
    ],
    claims: &[
        Claim {
            id: "formula-is-the-code",
            as_stated: true,
            statement: "$θ_(t+1) = θ_t - η hat(m)_t / (sqrt(hat(v)_t) + ε) - λ θ_t$ describes AdamW as note 003 calls it \
                        ($η = 0.001$, $λ = 0.01$)",
            quantifier: "refuted at the first step with zero gradient: AdamW takes away 1/1000 of it, rounded outward",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| {
                let mut exact = Exact::new();
                loss_of_adamw(&mut exact, subject, &rational(1, 100))?;
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "factor",
            as_stated: false,
            statement: "with $g = 0$ the first step takes away $η λ θ$ in PyTorch's scaling: $1/η = 1000$ times less than $λ θ$",
            quantifier: "η = 1/1000, λ = 1/100; inner rules gradient descent and momentum, exactly; AdamW within 2 · 10⁻¹⁵, rounded \
                         outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| first_loss(subject, &rational(1, 100_000)),
        },
        Claim {
            id: "products",
            as_stated: false,
            statement: "$θ_T/θ_0 = product_(t=1)^T (1 - c_t)$ for each scaling, with and without a schedule",
            quantifier: "T ≤ 50; η in {1/1000, 1/10}, λ in {1/100, 1/3}, constant and halving η_t; decay before and after the step; \
                         inner rules gradient descent and momentum, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| products(subject),
        },
        Claim {
            id: "adamw",
            as_stated: false,
            statement: "AdamW's own $θ_T/θ_0$ is within $10^(-12)$ of $product_(t=1)^T (1 - c_t)$ for each scaling",
            quantifier: "T ≤ 50; the same parameters and schedules; rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| adamw(subject),
        },
        Claim {
            id: "half-life",
            as_stated: false,
            statement: "$θ$ first falls to half at step $⌈frac(ln 2, -ln(1 - c))⌉$: 69,315 for $c = η λ$ and 69 for $c = λ$",
            quantifier: "η = 1/1000, λ = 1/100, AdamW with zero gradient, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| half_life(subject, |c| -libm::log1p(-c)),
        },
        Claim {
            id: "order",
            as_stated: false,
            statement: "decay before the step gives $(1 - c) θ - η g$, after it $(1 - c)(θ - η g)$: larger by $c η g$",
            quantifier: "the drawn c, η, g and θ, gradient descent, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: order,
        },
    ],
    controls: &[
        Control {
            id: "other-formula",
            differs: "claims 003's product for PyTorch's scaling: c = λ, larger by 1000",
            broken: Broken::Statement(|_, subject| {
                let mut exact = Exact::new();
                compare(&mut exact, subject, &INNER[0], SCALINGS[0], SCALINGS[1], Order::Before)?;
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "factor-of-the-formula",
            differs: "claims that the first step takes away λ θ",
            broken: Broken::Statement(|_, subject| first_loss(subject, &rational(1, 100))),
        },
        Control {
            id: "first-step-of-adamw-decay-larger",
            differs: "claims of AdamW's first step alone that it takes away η λ (1 + 10⁻⁹) θ",
            broken: Broken::Statement(|_, subject| {
                let mut exact = Exact::new();
                let stated = rational(1, 100_000) * (Rational::ONE + rational(1, 1_000_000_000));
                loss_of_adamw(&mut exact, subject, &stated)?;
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "factor-decay-larger-by-a-billionth",
            differs: "the code decays by λ (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "factor", subject: &LARGER_DECAY },
        },
        Control {
            id: "decay-larger-by-a-billionth",
            differs: "the code decays by λ (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "products", subject: &LARGER_DECAY },
        },
        Control {
            id: "adamw-decay-larger-by-a-billionth",
            differs: "the code decays by λ (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "adamw", subject: &LARGER_DECAY },
        },
        Control {
            id: "code-forgets-the-base",
            differs: "the code scales by η_t where it is asked for η_t/η_1",
            broken: Broken::Subject { claim: "adamw", subject: &FORGETS_BASE },
        },
        Control {
            id: "rough-half-life",
            differs: "claims a half-life of ln 2 / c",
            broken: Broken::Statement(|_, subject| half_life(subject, |c| c)),
        },
        Control {
            id: "code-decays-afterwards",
            differs: "the code decays after the step where it is asked to decay before",
            broken: Broken::Subject { claim: "order", subject: &AFTERWARDS },
        },
    ],
    plots: &[curves],
};

const SCALINGS: [Scaling; 3] = [Scaling::StepSize, Scaling::Absolute, Scaling::Schedule];

const INNER: [fn() -> Algorithm; 2] = [
    || Algorithm::GradientDescent,
    || Algorithm::Momentum(Momentum { momentum: rational(9, 10), velocity: Velocity::StepOutside }),
];

fn adam() -> Algorithm {
    let moments = Moments { beta1: rational(9, 10), beta2: rational(999, 1000) };
    let (epsilon, placement) = (rational(1, 100_000_000), Epsilon::Outside);
    Algorithm::Adam(Adam { moments, epsilon, placement, bias_correction: true })
}

fn changed(method: &Method, change: fn(&mut Decay<Rational>)) -> Method {
    let mut method = method.clone();
    method.decay.iter_mut().for_each(change);
    method
}

static LARGER_DECAY: Impostor = Impostor {
    name: "decay larger by a billionth",
    instead: |method| changed(method, |decay| decay.strength = &decay.strength * (Rational::ONE + rational(1, 1_000_000_000))),
};

static FORGETS_BASE: Impostor = Impostor {
    name: "decay scaled by the step size",
    instead: |method| {
        changed(method, |decay| {
            if let Coupling::Parameter(Scaling::Schedule, order) = decay.coupling {
                decay.coupling = Coupling::Parameter(Scaling::StepSize, order);
            }
        })
    },
};

static AFTERWARDS: Impostor = Impostor {
    name: "decay after the step",
    instead: |method| {
        changed(method, |decay| {
            if let Coupling::Parameter(scaling, _) = decay.coupling {
                decay.coupling = Coupling::Parameter(scaling, Order::After);
            }
        })
    },
};

/// The part `c_t` of the parameter that a convention takes away.
fn part(scaling: Scaling, strength: &Rational, rate: &Rational, first_rate: &Rational) -> Rational {
    match scaling {
        Scaling::StepSize => rate * strength,
        Scaling::Absolute => strength.clone(),
        Scaling::Schedule => strength * rate / first_rate,
        Scaling::StepSizeSquared => strength * rate * rate / first_rate,
    }
}

/// A schedule and what it starts with: constant, or halved every ten steps.
const SCHEDULES: [fn(u32) -> Rational; 2] = [|_| Rational::ONE, |step| rational(1, 1 << (step / 10))];

/// Runs decay alone for 50 steps under every schedule and parameter; `check` sees the parameter (from 1) and what it should be.
fn decayed<R: Real<Wide = R>>(
    build: impl Fn(&Method) -> Result<Box<dyn Optimizer<R>>, NotOffered>,
    algorithm: &fn() -> Algorithm,
    scaling: Scaling,
    stated: Scaling,
    order: Order,
    mut check: impl FnMut(&R, &Rational, String),
) -> Result<(), NotOffered> {
    for first_rate in [rational(1, 1000), rational(1, 10)] {
        for strength in [rational(1, 100), rational(1, 3)] {
            for schedule in SCHEDULES {
                let method = Method::new(algorithm(), first_rate.clone());
                let mut optimizer = build(&method.with_decay(strength.clone(), Coupling::Parameter(scaling, order)))?;
                let (mut x, mut product) = (vec![R::one()], Rational::ONE);
                for step in 0..50 {
                    let rate = &first_rate * schedule(step);
                    optimizer.set_step_size(R::of(&rate));
                    advance(&mut *optimizer, &mut x, |_| vec![R::zero()]);
                    product *= Rational::ONE - part(stated, &strength, &rate, &first_rate);
                    check(&x[0], &product, format!("{scaling:?}, η_1 = {first_rate}, λ = {strength}, T = {}", step + 1));
                }
            }
        }
    }
    Ok(())
}

fn compare(
    exact: &mut Exact,
    subject: &dyn Subject,
    algorithm: &fn() -> Algorithm,
    scaling: Scaling,
    stated: Scaling,
    order: Order,
) -> Result<(), NotOffered> {
    let name = format!("{scaling:?}: product of 1 - c");
    decayed(
        |method| subject.exact(method),
        algorithm,
        scaling,
        stated,
        order,
        |x: &Rational, product, found| {
            exact.holds(&name, x == product, || format!("{found}: {} against {}", to_f64(x), to_f64(product)));
        },
    )
}

fn products(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for algorithm in INNER {
        for scaling in SCALINGS {
            for order in [Order::Before, Order::After] {
                compare(&mut exact, subject, &algorithm, scaling, scaling, order)?;
            }
        }
    }
    Ok(exact.evidence())
}

fn adamw(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for scaling in SCALINGS {
        let name = format!("{scaling:?}: product of 1 - c within 10⁻¹²");
        let build = |method: &Method| subject.enclosure(method);
        decayed(build, &(adam as fn() -> Algorithm), scaling, scaling, Order::Before, |x: &Interval, product, found| {
            let ratio = *x / Interval::of(product) - Interval::point(1.0);
            exact.decided(&name, ratio.smaller_than(1e-12), || format!("{found}: off by {ratio:?} relative"));
        })?;
    }
    Ok(exact.evidence())
}

/// The part of the parameter that the first step with zero gradient takes away, in PyTorch's scaling.
fn first_loss(subject: &dyn Subject, stated: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for algorithm in INNER {
        let method = by_steps(algorithm());
        let mut x = vec![Rational::ONE];
        advance(&mut *subject.exact(&method)?, &mut x, |_| vec![Rational::ZERO]);
        exact.equal("part lost", &(Rational::ONE - &x[0]), stated, || "η = 1/1000, λ = 1/100, g = 0".into());
    }
    loss_of_adamw(&mut exact, subject, stated)?;
    Ok(exact.evidence())
}

/// PyTorch's scaling as note 003 calls it.
fn by_steps(algorithm: Algorithm) -> Method {
    let coupling = Coupling::Parameter(Scaling::StepSize, Order::Before);
    Method::new(algorithm, rational(1, 1000)).with_decay(rational(1, 100), coupling)
}

/// The same part for AdamW itself. Each of the few roundings around 1 widens its enclosure by at most 2⁻⁵²; a λ larger by a billionth
/// would move it by 10⁻¹⁴.
fn loss_of_adamw(exact: &mut Exact, subject: &dyn Subject, stated: &Rational) -> Result<(), NotOffered> {
    let mut x = vec![Interval::point(1.0)];
    advance(&mut *subject.enclosure(&by_steps(adam()))?, &mut x, |_| vec![Interval::point(0.0)]);
    let lost = Interval::point(1.0) - x[0];
    let off = lost - Interval::of(stated);
    exact.decided("part lost by AdamW within 2 · 10⁻¹⁵", off.smaller_than(2e-15), || {
        format!("η = 1/1000, λ = 1/100, g = 0: {lost:?} against {stated}")
    });
    Ok(())
}

/// The first step after which at most half is left, for `c = ηλ` and `c = λ`; `rate` of c is the claimed exponential rate. Neither
/// `ln 2 / rate` is within 10⁻³ of an integer, so that the rounding of `libm` cannot matter.
fn half_life(subject: &dyn Subject, rate: fn(f64) -> f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let half = 0.5;
    for (scaling, c) in [(Scaling::StepSize, 1e-5), (Scaling::Absolute, 1e-2)] {
        let stated = (std::f64::consts::LN_2 / rate(c)).ceil() as u32;
        let coupling = Coupling::Parameter(scaling, Order::Before);
        let method = Method::new(adam(), rational(1, 1000)).with_decay(rational(1, 100), coupling);
        let mut optimizer = subject.enclosure(&method)?;
        let mut x = vec![Interval::point(1.0)];
        let found = |step: u32, x: Interval| format!("{scaling:?}: {x:?} after {step} steps");
        for step in 1..=stated {
            advance(&mut *optimizer, &mut x, |_| vec![Interval::point(0.0)]);
            if step + 1 == stated {
                exact.decided("more than half a step earlier", x[0].above(half), || found(step, x[0]));
            }
        }
        exact.decided("at most half at the half-life", x[0].above(half).map(|above| !above), || found(stated, x[0]));
    }
    Ok(exact.evidence())
}

fn order(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("order");
    let mut exact = Exact::new();
    for case in 0..lab.cases(200) {
        let mut draws = stream.trial(case);
        let mut fraction = |from: i64, to: i64| rational(from + draws.index((to - from) as usize) as i64, 64);
        let (eta, strength, start, gradient) = (fraction(1, 64), fraction(1, 64), fraction(-640, 640), fraction(1, 640));
        let c = &eta * &strength;
        let mut step = |order: Order, stated: Rational| {
            let coupling = Coupling::Parameter(Scaling::StepSize, order);
            let method = Method::gradient_descent(eta.clone()).with_decay(strength.clone(), coupling);
            let mut x = vec![start.clone()];
            advance(&mut *subject.exact(&method)?, &mut x, |_| vec![gradient.clone()]);
            let found = || format!("{order:?}: η = {eta}, λ = {strength}, θ = {start}, g = {gradient}");
            exact.equal("θ after the step", &x[0], &stated, found);
            Ok(x.remove(0))
        };
        let kept = Rational::ONE - &c;
        let before = step(Order::Before, &kept * &start - &eta * &gradient)?;
        let after = step(Order::After, &kept * (&start - &eta * &gradient))?;
        let gap = &c * &eta * &gradient;
        exact.equal("after - before = c η g", &(after - before), &gap, || format!("η = {eta}, λ = {strength}, g = {gradient}"));
    }
    Ok(exact.evidence())
}

fn curves(_: &Lab) -> Plot {
    let mut series = Vec::new();
    for (name, scaling, c) in [
        ("c = ηλ (PyTorch)", Scaling::StepSize, 1e-5),
        ("c = λ (note 003's formula)", Scaling::Absolute, 1e-2),
        ("c = λ η_t/η_1, constant schedule", Scaling::Schedule, 1e-2),
    ] {
        let coupling = Coupling::Parameter(scaling, Order::Before);
        let method = Method::new(adam(), rational(1, 1000)).with_decay(rational(1, 100), coupling);
        let mut optimizer = Reference.double(&method).expect("the reference offers AdamW");
        let (mut x, mut points, mut next) = (vec![1.0], Vec::new(), 1);
        for step in 1..=100_000 {
            advance(&mut *optimizer, &mut x, |_| vec![0.0]);
            if step == next && x[0] > 1e-6 {
                points.push([f64::from(step), x[0]]);
                next += 1 + step / 4;
            }
        }
        let theory = points.iter().map(|&[step, _]| [step, libm::exp(step * libm::log1p(-c))]).collect::<Vec<_>>();
        series.push(Series::theory(&format!("(1 - c)^T: {name}"), theory));
        series.push(Series::measured(name, points));
    }
    let title = "AdamW's decay alone, η = 0.001, λ = 0.01".into();
    Plot { id: "decay".into(), title, x: "steps T".into(), y: "θ_T / θ_0".into(), log_x: true, series, ..Plot::default() }
}
