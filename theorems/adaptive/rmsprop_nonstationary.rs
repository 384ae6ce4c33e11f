//! # RMSprop forgets, AdaGrad remembers: which is better depends on the problem
//!
//! **Setting.** Gradients of size 1 for `T_0` steps, then of size `c < 1`; `f_t(x) = ½(x - wt)²` with a minimum that moves by w a step;
//! `½x²`. No theorem says that RMSprop is better for non-convex problems: these are models.
//!
//! **Statement.** (1) After the change RMSprop's (from `v = 1`) `v = c² + γ^k (1 - c²)` is at most `2c²` after `k ≥ ln(1/c²)/(1 - γ)` steps; AdaGrad's
//! `G = T_0 + kc²` is ruled by the old gradients for `T_0/c²` steps. (2) A minimum that moves by `w < η` is followed by RMSprop at a bounded
//! distance, by AdaGrad ever farther behind; for `w > η` by neither. (3) At a minimum that rests it is the other way round.
//!
//! **Why.** RMSprop's step stays near η where gradients have one sign; AdaGrad's falls like `η/√t`.
//!
//! **How it could fail.** The code's rates are enclosed after a change; on the moving and the resting minimum it runs in doubles.

use super::conventions::{adagrad, changed, on, relatively_near, rmsprop, rmsprop_from, shown};
use super::runs::displacement;
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Algorithm, Epsilon, Method, Optimizer, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "rmsprop-nonstationary",
    title: "RMSprop follows a moving minimum that AdaGrad loses; at a resting one it is the other way round",
    topic: "adaptive",
    record: Some("rmsprop-nonstationary"),
    statement: "When the size of the gradients falls from 1 to $c$, RMSprop's $v = c^2 + γ^k (1 - c^2)$ forgets it in \
                $ln(1/c^2) / (1 - γ)$ steps, AdaGrad's sum in no less than $T_0 / c^2$. On these model problems RMSprop follows a minimum that \
                moves by less than $η$ a step at a bounded distance and AdaGrad does not; at a minimum that rests AdaGrad ends nearer.",
    hypotheses: &[
        "one change of size after $T_0$ gradients of size 1; RMSprop has $v = 1$ by then",
        "model problems: a quadratic whose minimum moves at a constant speed, one whose minimum rests",
    ],
    sources: &[Source::Note("000", "213, 592"), Source::Note("003", "283"), Source::Cited("tieleman2012", "slide 29")],
    claims: &[
        Claim {
            id: "follows",
            as_stated: true,
            statement: "RMSprop handles the moving minimum: on this model problem $|x_t - w t| ≤ 0.31$",
            quantifier: "w = 1/100, 5/100, 9/100, η = 1/10, γ = 9/10, 250 steps from 0, the code in doubles: a measurement",
            expected: Verdict::Supported,
            method: By::Measurement,
            check: |_, subject| follows(subject, &[1, 5, 9]),
        },
        Claim {
            id: "falls-behind",
            as_stated: false,
            statement: "on the same model problem AdaGrad falls behind ever farther: by more than 0.4 w t after 500, 1000 and 2000 steps",
            quantifier: "w = 5/100 and 9/100, η = 1/10, the code in doubles",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| falls_behind(subject),
        },
        Claim {
            id: "forgets",
            as_stated: false,
            statement: "after the change the code's $(η / op(\"rate\"))^2$ is $c^2 + γ^k (1 - c^2)$ for RMSprop, at most $2 c^2$ from \
                        $k = 28$ on, and $T_0 + k c^2$ for AdaGrad, more than half of it old for $k < T_0 / c^2 = 320$",
            quantifier: "c = 1/4, γ = 9/10, T₀ = 20, k ≤ 400, up to a relative 10⁻¹¹, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| forgets(subject, 28),
        },
        Claim {
            id: "difference",
            as_stated: false,
            statement: "$v - c^2$ is multiplied by $γ$ in every step after the change",
            quantifier: "all v, c and γ",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(difference(0)),
        },
        Claim {
            id: "at-rest",
            as_stated: false,
            statement: "on $½ x^2$ AdaGrad ends within $10^(-6)$ of the minimum, RMSprop with the same $η$ farther than $0.04$",
            quantifier: "η = 1/10 from 1, γ = 9/10, step 500, the code in doubles",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| at_rest(subject, false),
        },
    ],
    controls: &[
        Control {
            id: "faster-than-the-step",
            differs: "claims that a minimum that moves by 1.1 η is followed",
            broken: Broken::Statement(|_, subject| follows(subject, &[11])),
        },
        Control {
            id: "advantage-at-rest",
            differs: "claims that RMSprop ends nearer to a minimum that rests",
            broken: Broken::Statement(|_, subject| at_rest(subject, true)),
        },
        Control {
            id: "one-step-earlier",
            differs: "claims v ≤ 2c² from k = 25 on, one step too early",
            broken: Broken::Statement(|_, subject| forgets(subject, 25)),
        },
        Control {
            id: "unbalanced-difference",
            differs: "claims the factor γ + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(difference(1))),
        },
        on("adagrad-follows", "the code runs AdaGrad for RMSprop", "follows", &ADAGRAD),
        on("adagrad-forgets", "the code runs AdaGrad for RMSprop", "forgets", &ADAGRAD),
        on("rmsprop-falls-behind", "the code runs RMSprop for AdaGrad", "falls-behind", &RMSPROP),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "forgets", &LONGER_STEP),
    ],
    plots: &[distances],
};

static ADAGRAD: Impostor = Impostor {
    name: "AdaGrad for RMSprop",
    instead: |method| {
        changed(method, |algorithm| {
            if let Algorithm::RmsProp(_) = algorithm {
                *algorithm = adagrad(Epsilon::Outside, tiny());
            }
        })
    },
};

static RMSPROP: Impostor = Impostor {
    name: "RMSprop for AdaGrad",
    instead: |method| {
        changed(method, |algorithm| {
            if let Algorithm::AdaGrad(_) = algorithm {
                *algorithm = rmsprop(rational(9, 10), Epsilon::Outside, tiny());
            }
        })
    },
};

/// Against 0/0 at the minimum.
fn tiny() -> Rational {
    Rational::from(10).pow(-30)
}

fn methods() -> [Method; 2] {
    [rmsprop(rational(9, 10), Epsilon::Outside, tiny()), adagrad(Epsilon::Outside, tiny())]
        .map(|algorithm| Method::new(algorithm, rational(1, 10)))
}

/// `x_t - wt` on `½(x - wt)²` from 0, w in hundredths.
fn chase(subject: &dyn Subject, method: &Method, hundredths: i64, steps: usize) -> Result<Vec<f64>, NotOffered> {
    let mut optimizer = subject.double(method)?;
    let speed = to_f64(&rational(hundredths, 100));
    let (mut x, mut distances) = (vec![0.0], Vec::new());
    for t in 1..=steps {
        let place = speed * t as f64;
        advance(&mut *optimizer, &mut x, |x| vec![x[0] - place]);
        distances.push(x[0] - place);
    }
    Ok(distances)
}

fn follows(subject: &dyn Subject, speeds: &[i64]) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let [method, _] = methods();
    for speed in speeds {
        for (step, distance) in chase(subject, &method, *speed, 250)?.into_iter().enumerate() {
            property.within("distance from the minimum", distance.abs(), 0.31, || format!("w = {speed}/100, step {}", step + 1));
        }
    }
    Ok(property.evidence())
}

fn falls_behind(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let [_, method] = methods();
    for speed in [5, 9] {
        let distances = chase(subject, &method, speed, 2000)?;
        for step in [500, 1000, 2000] {
            let (behind, gone) = (-distances[step - 1], to_f64(&rational(speed, 100)) * step as f64);
            exact.holds("far behind", behind > 0.4 * gone, || format!("w = {speed}/100, step {step}: {behind} behind of {gone}"));
        }
    }
    Ok(exact.evidence())
}

/// RMSprop's v is said to be at most `2c²` after `soon` steps.
fn forgets(subject: &dyn Subject, soon: i64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (c, gamma, before) = (rational(1, 4), rational(9, 10), 20);
    let old = |k: i64| square(&c) + gamma.pow(k as isize) * (Rational::ONE - square(&c));
    // RMSprop as after very many gradients of size 1, AdaGrad after twenty.
    let from_one = rmsprop_from(Rational::ONE, gamma.clone(), Epsilon::Outside, Rational::ZERO);
    let mut rms = subject.enclosure(&Method::new(from_one, Rational::ONE))?;
    let mut ada = subject.enclosure(&Method::new(adagrad(Epsilon::Outside, Rational::ZERO), Rational::ONE))?;
    (0..before).for_each(|_| drop(displacement(&mut *ada, &[Interval::one()])));
    let small = Interval::of(&c);
    for k in 1..=400 {
        let squared = |optimizer: &mut dyn Optimizer<Interval>| {
            let inverse = small / displacement(optimizer, &[small])[0];
            inverse * inverse
        };
        let (v, sum) = (squared(&mut *rms), squared(&mut *ada));
        let total = Rational::from(before) + Rational::from(k) * square(&c);
        for (name, found, wanted) in [("RMSprop's v", v, old(k)), ("AdaGrad's G", sum, total)] {
            exact.decided(name, relatively_near(found, Interval::of(&wanted), 1e-11), || {
                format!("k = {k}: {} against {}", shown(found), to_f64(&wanted))
            });
        }
        if k >= soon {
            exact.decided("v ≤ 2c²", (Interval::of(&(Rational::from(2) * square(&c))) - v).above(0.0), || {
                format!("k = {k}: {}", shown(v))
            });
        }
        if k < 320 {
            exact.decided("more than half of G is old", (Interval::int(2 * before) - sum).above(0.0), || {
                format!("k = {k}: {}", shown(sum))
            });
        }
    }
    Ok(exact.evidence())
}

fn difference(error: i64) -> Evidence {
    let [gamma, v, c] = Polynomial::variables();
    let next = &gamma * &v + (gamma.int(1) - &gamma) * c.squared();
    let factor = &gamma + gamma.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    exact.identity("v_k - c² = γ (v_(k-1) - c²)", next - c.squared(), factor * (&v - c.squared()));
    exact.evidence()
}

/// What is claimed, or its opposite.
fn at_rest(subject: &dyn Subject, reversed: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let [rms, ada] = methods();
    let end = |method: &Method| -> Result<f64, NotOffered> {
        let mut optimizer = subject.double(method)?;
        let mut x = vec![1.0];
        (0..500).for_each(|_| advance(&mut *optimizer, &mut x, |x| x.to_vec()));
        Ok(x[0].abs())
    };
    let (rms, ada) = (end(&rms)?, end(&ada)?);
    let found = || format!("RMSprop ends at {rms}, AdaGrad at {ada:e}");
    if reversed {
        exact.holds("RMSprop ends nearer", rms < ada, found);
    } else {
        exact.holds("AdaGrad within 10⁻⁶", ada <= 1e-6, found);
        exact.holds("RMSprop beyond 0.04", rms > 0.04, found);
    }
    Ok(exact.evidence())
}

fn distances(_: &Lab) -> Plot {
    let [rms, ada] = methods();
    let code = |name: &str, method: &Method, speed: i64| {
        let distances = chase(&Reference, method, speed, 2000).expect("the reference offers both");
        let shown =
            (0..60).map(|k| libm::exp2(f64::from(k) * 0.185) as usize).map(|t| [t as f64, distances[t - 1].abs().max(1e-4)]);
        Series::measured(name, shown.collect::<Vec<_>>())
    };
    Plot {
        id: "distances".into(),
        title: "Distance from a minimum that moves by w a step, η = 0.1".into(),
        x: "step t".into(),
        y: "distance".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("w t, w = 0.05", [[1.0, 0.05], [1900.0, 95.0]]),
            code("RMSprop, w = 0.05", &rms, 5),
            code("AdaGrad, w = 0.05", &ada, 5),
            code("RMSprop, w = 0.11", &rms, 11),
        ],
    }
}
