//! # RMSprop's learning rate is bounded below, and so it does not converge
//!
//! **Setting.** `v ← γ v + (1 - γ) g²` from `v_0 = 0`, rate `η/(√v + ε)` or `η/√(v + ε)`, constant η, `|g_t| ≤ G`.
//!
//! **Statement.** (1) `v_t ≤ G²`, so the rate is at least `η/(G + ε)`; it may rise. (2) The price: with a constant η it does not
//! converge even without noise. On `½x²` it has the attracting cycle `±(η/2 - ε)`, or `±√(η²/4 - ε)` with ε inside the root. (3) The
//! catalog's `x_0 ≠ 0` is not enough for that: from `x_0 = (η - ε)/√(1 - γ)` the first step lands on 0.
//!
//! **Why.** v is a weighted mean of squares with weights that add to less than 1. At the minimum `√v` falls with the gradient, so that
//! the step does not: where v is small, x is multiplied by `1 - η/(√v + ε) < -1`, and can only be 0 or leave.
//!
//! **How it could fail.** The code's rates are enclosed on drawn gradients; from the cycle's points it must return to them.

use super::conventions::{OTHER_PLACE, adagrad, changed, denominator, on, power_of_two, rmsprop, rmsprop_from, shown};
use super::cycle::{self, squared_amplitude, step_size};
use super::runs::{default_epsilon, displacement};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Algorithm, Epsilon, Method, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "rmsprop-lr-bounded-below",
    title: "RMSprop's learning rate is bounded below, and so it does not converge",
    topic: "adaptive",
    record: Some("rmsprop-lr-bounded-below"),
    statement: "If $|g_t| ≤ G$, then $v_t ≤ G^2$ and RMSprop's learning rate is at least $η / sqrt(G^2 + ε)$; it may rise again. The price: \
                with a constant $η$ it does not converge on $½ x^2$ unless a step lands on 0 exactly; there it has the attracting cycle \
                $±sqrt(η^2/4 - ε)$, or $±(η/2 - ε)$ with $ε$ outside the root.",
    hypotheses: &[
        "$v_0 = 0$, $0 ≤ γ < 1$, $|g_t| ≤ G$ for all $t$",
        "the cycle: $0 < γ < 1$, a constant $η$, larger than $2 ε$ with $ε$ outside the root or $2 sqrt(ε)$ inside, and no $x_t = 0$",
    ],
    sources: &[
        Source::Note("000", "210-212"),
        Source::Note("003", "280-282"),
        Source::Note("004", "134-136"),
        Source::Note("001", "62-66"),
        Source::Cited("tieleman2012", "slide 29"),
    ],
    claims: &[
        Claim {
            id: "bound",
            as_stated: true,
            statement: "the moving average keeps the learning rate from vanishing: $v_t ≤ G^2$",
            quantifier: "all gradients with |g| ≤ G, all 0 ≤ γ ≤ 1, by induction",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(bound(0)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "the code's rate, its step over its gradient, is at least $η / (G + ε)$ or $η / sqrt(G^2 + ε)$",
            quantifier: "50 drawn sequences of 100 gradients with |g| ≤ 1 and a constant one; γ = 9/10, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| code(lab, subject, &Rational::ZERO),
        },
        Claim {
            id: "rises",
            as_stated: true,
            statement: "the decay is not monotone: after a gradient 1 the rate rises on gradients of 1/1000",
            quantifier: "the code with γ = 9/10, steps 2 to 60, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| rises(subject),
        },
        Claim {
            id: "converges",
            as_stated: false,
            statement: "with a constant $η$ it converges on $½ x^2$: two steps halve the distance from the minimum",
            quantifier: "refuted by the code at the points of the cycle",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| converges(subject, rational(1, 2)),
        },
        Claim {
            id: "from-every-start",
            as_stated: false,
            statement: "it stays away from the minimum from every $x_0 ≠ 0$",
            quantifier: "refuted by the code in doubles from x₀ = (η - ε)/√(1 - γ) with γ = 3/4, η = 2⁻⁶, ε = 2⁻²⁷",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| from_every_start(subject, 1),
        },
        Claim {
            id: "cycle",
            as_stated: false,
            statement: "from $a = η/2 - ε$, or $a = sqrt(η^2/4 - ε)$ with $ε$ inside, and $v = a^2$ the code goes to $-a$ and back, up to a \
                        relative $10^(-11)$",
            quantifier: "η = 1/100, ε = 10⁻⁸, γ = 1/2, 9/10, 99/100, three steps, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| cycle::returns(subject, squared_amplitude),
        },
        Claim {
            id: "attracts",
            as_stated: false,
            statement: "both eigenvalues of the cycle's linear map are smaller than 1: their product is $γ$ and their sum smaller than $1 + γ$",
            quantifier: "all 0 < γ < 1 and 0 < c ≤ 2 of the linear map that is derived by hand: c = 2 - 4ε/η with ε outside, 2 - 8ε/η² inside",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(cycle::attracts(0)),
        },
    ],
    controls: &[
        Control {
            id: "unbalanced-bound",
            differs: "claims that the bound's gap is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(bound(1))),
        },
        Control {
            id: "bound-larger-by-a-thousandth",
            differs: "claims a rate of at least 1.001 η/(G + ε)",
            broken: Broken::Statement(|lab, subject| code(lab, subject, &rational(1, 1000))),
        },
        Control {
            id: "converges-slowly",
            differs: "claims that the distance shrinks by 10⁻⁹ in two steps",
            broken: Broken::Statement(|_, subject| converges(subject, rational(999_999_999, 1_000_000_000))),
        },
        Control {
            id: "from-another-start",
            differs: "claims it for γ = 15/16",
            broken: Broken::Statement(|_, subject| from_every_start(subject, 2)),
        },
        Control {
            id: "half-the-step",
            differs: "claims the cycle ±η/2, without ε",
            broken: Broken::Statement(|_, subject| cycle::returns(subject, |_, _| square(&(step_size() / Rational::from(2))))),
        },
        Control {
            id: "attracts-beyond",
            differs: "claims it of a map with c larger by 1",
            broken: Broken::Statement(|_, _| Ok(cycle::attracts(1))),
        },
        on("accumulating", "the code runs AdaGrad, whose rate has no bound", "code", &ACCUMULATING),
        on("accumulating-never-rises", "the code runs AdaGrad, whose rate never rises", "rises", &ACCUMULATING),
        on("other-place", "the code has ε on the other side of the root", "cycle", &OTHER_PLACE),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "cycle", &LONGER_STEP),
    ],
    plots: &[approach, rates],
};

static ACCUMULATING: Impostor = Impostor {
    name: "AdaGrad for RMSprop",
    instead: |method| {
        changed(method, |algorithm| {
            if let Algorithm::RmsProp(rule) = algorithm {
                *algorithm = adagrad(rule.placement, rule.epsilon.clone());
            }
        })
    },
};

/// With `G² = g² + room` and `G² = v + gap`.
fn bound(error: i64) -> Evidence {
    let [decay, square, gap, room] = Polynomial::variables();
    let (limit, left) = (&square + &room, decay.int(1) - &decay);
    let next = &decay * &(&limit - &gap) + &left * &square;
    let wanted = &decay * &gap + &left * &room + decay.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    exact.identity("G² - v_t = γ (G² - v_(t-1)) + (1 - γ)(G² - g_t²)", limit - next, wanted);
    exact.evidence()
}

/// The rate is said to be at least `(1 + excess)` times the bound.
fn code(lab: &Lab, subject: &dyn Subject, excess: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let stream = lab.stream("code");
    let (eta, epsilon) = (Interval::of(&step_size()), Interval::of(&default_epsilon()));
    for placement in [Epsilon::Outside, Epsilon::Inside] {
        let least = eta / denominator(Interval::one(), placement, &epsilon) * Interval::of(&(Rational::ONE + excess));
        for case in 0..lab.cases(50) {
            let draws = &mut stream.trial(case);
            let mut optimizer =
                subject.enclosure(&Method::new(rmsprop(rational(9, 10), placement, default_epsilon()), step_size()))?;
            for t in 1..=100 {
                let size = if case == 0 { Rational::ONE } else { draws.fraction(1..65, 64) };
                let gradient = Interval::of(&if draws.sign() < 0.0 { -size } else { size });
                let rate = displacement(&mut *optimizer, &[gradient])[0] / gradient;
                exact.decided("the rate", (rate - least).above(0.0), || {
                    format!("{placement}, case {case}, t = {t}: {} against {}", shown(rate), shown(least))
                });
            }
        }
    }
    Ok(exact.evidence())
}

fn rises(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for placement in [Epsilon::Outside, Epsilon::Inside] {
        let mut optimizer =
            subject.enclosure(&Method::new(rmsprop(rational(9, 10), placement, default_epsilon()), step_size()))?;
        let mut last = Interval::zero();
        for t in 1..=60 {
            let gradient = if t == 1 { Interval::one() } else { Interval::of(&rational(1, 1000)) };
            let rate = displacement(&mut *optimizer, &[gradient])[0] / gradient;
            exact.decided("larger than before", (rate - last).above(0.0), || {
                format!("{placement}, step {t}: rate {} after {}", shown(rate), shown(last))
            });
            last = rate;
        }
    }
    Ok(exact.evidence())
}

/// From the cycle, two steps are said to leave less than the part `left` of the distance.
fn converges(subject: &dyn Subject, left: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let start = squared_amplitude(Epsilon::Outside, &default_epsilon());
    let point = step_size() / Rational::from(2) - default_epsilon();
    let rule = rmsprop_from(start, rational(9, 10), Epsilon::Outside, default_epsilon());
    let mut optimizer = subject.enclosure(&Method::new(rule, step_size()))?;
    let mut x = vec![Interval::of(&point)];
    for _ in 0..2 {
        advance(&mut *optimizer, &mut x, |x| x.to_vec());
    }
    let ratio = x[0].magnitude() / Interval::of(&point);
    let smaller = (Interval::of(&left) - ratio).above(0.0);
    exact.decided("the distance shrinks", smaller, || format!("after two steps from {point}: {} times as far", shown(ratio)));
    Ok(exact.evidence())
}

/// With `√(1 - γ) = 2^-halvings` the first step from `2^halvings (η - ε)` is the whole way; all these numbers are exact in doubles.
fn from_every_start(subject: &dyn Subject, halvings: isize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (eta, epsilon) = (power_of_two(-6), power_of_two(-27));
    let start = (&eta - &epsilon) * power_of_two(halvings);
    let decay = Rational::ONE - power_of_two(-2 * halvings);
    let mut optimizer = subject.double(&Method::new(rmsprop(decay, Epsilon::Outside, epsilon), eta))?;
    let mut x = vec![to_f64(&start)];
    for step in 1..=20 {
        advance(&mut *optimizer, &mut x, |x| x.to_vec());
        exact.holds("away from the minimum", x[0] != 0.0, || format!("from {start}, step {step}: x = {:e}", x[0]));
    }
    Ok(exact.evidence())
}

fn approach(_: &Lab) -> Plot {
    let run = |placement: Epsilon| {
        let method = Method::new(rmsprop(rational(9, 10), placement, rational(1, 200_000)), step_size());
        let mut optimizer = Reference.double(&method).expect("the reference offers RMSprop");
        let mut x = vec![0.5];
        let far = (1..=160).map(|t| {
            advance(&mut *optimizer, &mut x, |x| x.to_vec());
            [f64::from(t), x[0].abs()]
        });
        far.collect::<Vec<_>>()
    };
    let level = |placement: Epsilon| {
        let amplitude = to_f64(&squared_amplitude(placement, &rational(1, 200_000))).sqrt();
        [[1.0, amplitude], [160.0, amplitude]]
    };
    Plot {
        id: "approach".into(),
        title: "Distance of RMSprop from the minimum of ½x², η = 0.01, ε = 5·10⁻⁶".into(),
        x: "step t".into(),
        y: "distance".into(),
        log_y: true,
        series: vec![
            Series::theory("η/2 - ε", level(Epsilon::Outside)),
            Series::theory("√(η²/4 - ε)", level(Epsilon::Inside)),
            Series::measured("ε outside, the code", run(Epsilon::Outside)),
            Series::measured("ε inside, the code", run(Epsilon::Inside)),
        ],
        ..Plot::default()
    }
}

fn rates(_: &Lab) -> Plot {
    let code = |name: &str, algorithm: Algorithm| {
        let mut optimizer = Reference.double(&Method::new(algorithm, Rational::ONE)).expect("the reference offers both");
        let points = (1..=100).map(|t| [f64::from(t), displacement(&mut *optimizer, &[1.0])[0]]);
        Series::measured(name, points.collect::<Vec<_>>())
    };
    Plot {
        id: "rates".into(),
        title: "Learning rates on the constant gradient 1, η = 1, ε = 0".into(),
        x: "step t".into(),
        y: "learning rate".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("the bound η/G", [[1.0, 1.0], [100.0, 1.0]]),
            Series::theory("AdaGrad: 1/√t", (1..=100).map(|t| [f64::from(t), 1.0 / f64::from(t).sqrt()])),
            code("RMSprop, γ = 0.9, the code", rmsprop(rational(9, 10), Epsilon::Outside, Rational::ZERO)),
            code("AdaGrad, the code", adagrad(Epsilon::Outside, Rational::ZERO)),
        ],
    }
}
