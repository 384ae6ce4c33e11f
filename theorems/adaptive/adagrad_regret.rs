//! # AdaGrad's regret is of the order of √T on a bounded domain
//!
//! **Setting.** Convex losses with gradients `g_t`, AdaGrad with `ε = 0` and projection onto a box; `D` is the largest `|x_{t,i} - x*_i|`.
//!
//! **Statement.** (1) As stated, without a bounded domain, the regret is `O(√T)`: false, it may be of the order of `T^(3/2)`. (2) On a box
//! `R_T ≤ (D²/(2η) + η) Σ_i ‖g_{1:T,i}‖`, which at `η = D/√2` is at most `√2 D d G √T`. (3) Nobody can do better than the order: on
//! coin flips in `[-1, 1]` every method has `𝔼 R_T = 𝔼 |S_T| ≥ √(T/2)`; for an odd T, `𝔼 |S_T| = 𝔼 |S_(T+1)|`.
//!
//! **Why.** `P_t = R_t + √G_t u²/(2η) - (D²/(2η) + η) √G_t`, `u = x_{t+1} - x*`, never grows: `-2ηs ΔP = s (s - p)(D² - u²) + η² (s - p)²`
//! with `s = √G_t` and `p = √G_(t-1)`; projection only makes `u²` smaller.
//!
//! **How it could fail.** The identity is a polynomial one. The code runs on drawn and on adversarial streams; all 1024 sequences of ten
//! coin flips are enumerated in intervals. Adam on Reddi's stream has linear regret.

use super::conventions::{adagrad, changed, on, shown};
use super::regret::{Stream, boxed};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::{Draws, Lab};
use crate::number::{Interval, Polynomial, Rational, Real, Root, rational, to_f64};
use crate::optimizers::{Adam, Algorithm, Epsilon, Method, Moments, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, UNPROJECTED};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adagrad-regret",
    title: "AdaGrad's regret is of the order of √T on a bounded domain, and no method's is smaller",
    topic: "adaptive",
    record: Some("adagrad-regret"),
    statement: "On convex losses and a box, AdaGrad with projection has the regret \
                $R_T ≤ (D^2 / (2 η) + η) sum_i ‖g_(1:T,i)‖$, where $D$ is the largest $|x_(t,i) - x^*_i|$; with $η = D / sqrt(2)$ at most \
                $sqrt(2) D d G sqrt(T)$. On coin flips every method has a mean regret of at least $sqrt(T/2)$. Without a bounded domain the \
                regret is not $O(sqrt(T))$.",
    hypotheses: &[
        "convex losses with $|g_(t,i)| ≤ G$",
        "a bounded domain, here a box, and projection onto it",
        "$ε = 0$; optimal up to constants for this class only: strongly convex losses allow less",
    ],
    sources: &[Source::Note("000", "199-201"), Source::Cited("duchi2011", "Theorem 5"), Source::Cited("reddi2018", "Theorem 1")],
    claims: &[
        Claim {
            id: "any-domain",
            as_stated: true,
            statement: "the regret against $x^*$ is at most $(D^2 / (2 η) + η) G sqrt(T)$ with $D = |x_1 - x^*|$, which at the best $η$ is $sqrt(2) D G sqrt(T)$",
            quantifier: "refuted without a bounded domain: 20 gradients of -1/1000, then 20 of 1, η = 7/10, x* = x₁ - 1, so D = G = 1",
            expected: Verdict::Refuted,
            method: By::Property,
            check: |_, subject| any_domain(subject, 20),
        },
        Claim {
            id: "unbounded-order",
            as_stated: false,
            statement: "without a domain, $n$ gradients of $-1/1000$ and then $n$ of $1$ give it a regret above $0.46 n^(3/2) - 0.41 n$",
            quantifier: "the code for n = 16, 64 and 256, η = 7/10, against x* = x₁ - 1, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| unbounded(subject, None),
        },
        Claim {
            id: "potential",
            as_stated: false,
            statement: "$R_T ≤ (D^2 / (2 η) + η) sqrt(G_T)$ in each coordinate, by a potential that never grows",
            quantifier: "all gradients, all η > 0, all T and D, by induction",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(potential(0)),
        },
        Claim {
            id: "one-step",
            as_stated: false,
            statement: "the code's step from $x$ to $x'$ has $2 η s g (x - x^*) = s^2 ((x - x^*)^2 - (x' - x^*)^2) + η^2 g^2$ with $s = sqrt(G_t)$",
            quantifier: "20 drawn streams of 30 gradients, a drawn x and x* in each step, within 10⁻⁹ of it, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| one_step(lab, subject),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "the code's $sum_t ⟨g_t, x_t - x^*⟩$ against the best corner and against 0 is at most the bound",
            quantifier: "300 drawn streams of up to four coordinates and 150 steps: signs, numbers, sparse ones, and gradients that follow the \
                         sign of x; also |x| from 1 in three steps, and Reddi's stream in 600",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| runs(lab, subject),
        },
        Claim {
            id: "coin-flips",
            as_stated: false,
            statement: "the code's mean regret over all sequences of ten coin flips is $𝔼 |S_10| = 10 binom(10, 5) / 2^10 > sqrt(5)$, as that of every method, \
                        within $10^(-9)$; and its iterates stay in $[-1, 1]$, up to $10^(-12)$",
            quantifier: "all 1024 sequences, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| coin_flips(subject, rational(2520, 1024)),
        },
        Claim {
            id: "lower-bound",
            as_stated: false,
            statement: "$𝔼 |S_T| = T binom(T, T/2) / 2^T ≥ sqrt(T/2)$",
            quantifier: "all even T, by induction: two flips add the probability of S_T = 0; for T ≤ 100 also by the sum over the number of heads",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(lower_bound(0)),
        },
    ],
    controls: &[
        Control {
            id: "unbounded-and-nearer",
            differs: "claims the bound without a domain on four and four gradients",
            broken: Broken::Statement(|_, subject| any_domain(subject, 4)),
        },
        Control {
            id: "bounded-order",
            differs: "claims the regret without a domain of the run on [-1, 1]",
            broken: Broken::Statement(|_, subject| unbounded(subject, Some(Rational::ONE))),
        },
        Control {
            id: "unbalanced-potential",
            differs: "claims the constant D²/(2η) + (1 - 10⁻⁹) η",
            broken: Broken::Statement(|_, _| Ok(potential(1))),
        },
        Control {
            id: "coin-flips-nearly",
            differs: "claims a mean regret smaller by 10⁻⁸",
            broken: Broken::Statement(|_, subject| coin_flips(subject, rational(2520, 1024) - rational(1, 100_000_000))),
        },
        Control {
            id: "lower-bound-of-a-larger-root",
            differs: "the quotient of the squares is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(lower_bound(1))),
        },
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "one-step", &LONGER_STEP),
        on("ten-times-the-step", "the code steps by 10 η", "runs", &TEN_TIMES),
        on("adam-on-reddis-stream", "the code runs Adam with β₁ = 0, β₂ = 1/10 and no correction", "runs", &ADAM),
        on("ascent", "the code adds the step instead of subtracting it", "runs", &ASCENT),
        on("unprojected", "the code does not project", "coin-flips", &UNPROJECTED),
    ],
    plots: &[regrets],
};

static TEN_TIMES: Impostor = Impostor {
    name: "ten times the step",
    instead: |method| Method { step_size: &method.step_size * Rational::from(10), ..method.clone() },
};

static ASCENT: Impostor =
    Impostor { name: "ascent", instead: |method| Method { step_size: -method.step_size.clone(), ..method.clone() } };

/// The Adam of Reddi's counterexample with `C = 3`.
static ADAM: Impostor = Impostor {
    name: "Adam with a short memory",
    instead: |method| {
        changed(method, |algorithm| {
            let moments = Moments { beta1: Rational::ZERO, beta2: rational(1, 10) };
            let (epsilon, placement) = (Rational::from(10).pow(-30), Epsilon::Outside);
            *algorithm = Algorithm::Adam(Adam { moments, epsilon, placement, bias_correction: false });
        })
    },
};

fn any_domain(subject: &dyn Subject, length: usize) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let eta = rational(7, 10);
    let method = Method { interval: None, ..boxed(eta) };
    let stream = Stream::run(subject, &method, vec![1.0], 2 * length, |t, _| vec![if t < length { -0.001 } else { 1.0 }])?;
    let bound = (1.0 / 1.4 + 0.7) * (2.0 * length as f64).sqrt();
    property.within("regret against 0", stream.regret(&[0.0]), bound, || format!("{length} and {length} gradients"));
    Ok(property.evidence())
}

/// The run goes up by `η Σ 1/√t > η (2√n - 2)` and then down by at most `η Σ_{j ≤ k} 1/√j ≤ 2η√k` in k steps: the second half costs at
/// least `n + ηn (2√n - 2) - 4/3 η n^(3/2)`, the first half gains at most `n (1 + 2η√n)/1000`. With `η = 7/10` that leaves
/// `0.465 n^(3/2) - 0.401 n`. `half_width` is that of a domain.
fn unbounded(subject: &dyn Subject, half_width: Option<Rational>) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in [4, 8, 16] {
        let count = root * root;
        let free = Method { interval: None, ..boxed(rational(7, 10)) };
        let method = match &half_width {
            Some(half) => free.projected(-half.clone(), half.clone()),
            None => free,
        };
        let mut optimizer = subject.enclosure(&method)?;
        let (mut x, mut regret) = (vec![Interval::one()], Interval::zero());
        for t in 0..2 * count {
            let gradient = if t < count { Interval::of(&rational(-1, 1000)) } else { Interval::one() };
            regret = regret + gradient * x[0];
            advance(&mut *optimizer, &mut x, |_| vec![gradient]);
        }
        let least = Interval::of(&(rational(46, 100) * Rational::from(count * root) - rational(41, 100) * Rational::from(count)));
        exact.decided("of the order of T^(3/2)", (regret - least).above(0.0), || {
            format!("n = {count}: {} against {}", shown(regret), shown(least))
        });
    }
    Ok(exact.evidence())
}

/// With `s = √G_t`, `p = √G_(t-1)`, `s² = p² + g²`, `u = x_t - x*` and the next `u - ηg/s`; `error` billionths are taken from η in the
/// constant.
fn potential(error: i64) -> Evidence {
    let [s, p, g, u, eta, d] = Polynomial::variables();
    let gap = d.squared() - u.squared();
    let constraint = s.squared() - p.squared() - g.squared();
    let rest = d.constant(&(Rational::from(2) - Rational::from(2) * rational(error, 1_000_000_000)));
    // 2ηs times the growth of P_t.
    let growth = eta.int(2) * &eta * &s * &g * &u + (&s * &u - &eta * &g).squared()
        - &s * &p * u.squared()
        - (d.squared() + &rest * eta.squared()) * &s * (&s - &p);
    let squares = &s * (&s - &p) * &gap + eta.squared() * (&s - &p).squared();
    let mut exact = Exact::new();
    exact.identity("2ηs (P_(t-1) - P_t), with g² = s² - p²", -growth - eta.squared() * &constraint, squares);
    // At η = D/√2 the constant is √2 D: its square is 2 D² where D² = 2η².
    let constant = d.squared() + eta.int(2) * eta.squared();
    exact.identity(
        "2η (constant - 2η), 0 at D² = 2η²",
        constant - eta.int(4) * eta.squared(),
        d.squared() - eta.int(2) * eta.squared(),
    );
    exact.evidence()
}

/// The potential's identity on the code's own steps.
fn one_step(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (stream, eta) = (lab.stream("one-step"), rational(7, 10));
    for case in 0..lab.cases(20) {
        let draws = &mut stream.trial(case);
        let mut optimizer = subject.enclosure(&Method::new(adagrad(Epsilon::Outside, Rational::ZERO), eta.clone()))?;
        let mut sum = Rational::ZERO;
        for t in 1..=30 {
            let (start, best) = (draws.fraction(-64..65, 64), draws.fraction(-64..65, 64));
            let gradient = draws.fraction(1..65, 16);
            sum += &gradient * &gradient;
            let mut x = vec![Interval::of(&start)];
            advance(&mut *optimizer, &mut x, |_| vec![Interval::of(&gradient)]);
            let [g, before, squared, eta] = [&gradient, &(&start - &best), &sum, &eta].map(Interval::of);
            let after = x[0] - Interval::of(&best);
            let right = squared * (before * before - after * after) + eta * eta * g * g;
            let left = Interval::int(2) * eta * squared.sqrt() * g * before;
            exact.decided("the identity of a step", (left - right).smaller_than(1e-9), || {
                format!("case {case}, t = {t}: {} against {}", shown(left), shown(right))
            });
        }
    }
    Ok(exact.evidence())
}

fn drawn(draws: &mut Draws, kind: usize, x: &[f64]) -> Vec<f64> {
    let mut gradient = |x: f64| match kind {
        0 => draws.sign(),
        1 => draws.between(-1.0, 1.0),
        2 => {
            if draws.index(8) == 0 {
                draws.sign()
            } else {
                0.0
            }
        }
        3 => {
            if x < 0.0 {
                -1.0
            } else {
                1.0
            }
        }
        _ => {
            if x < 0.5 {
                -draws.uniform()
            } else {
                3.0 * draws.uniform()
            }
        }
    };
    x.iter().map(|x| gradient(*x)).collect()
}

fn runs(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let draws = &mut lab.stream("runs").trial(0);
    for case in 0..lab.cases(300) {
        let (eta, dimension, steps) = (draws.fraction(1..200, 100), 1 + draws.index(4), 1 + draws.index(150));
        let start = (0..dimension).map(|_| draws.between(-1.0, 1.0)).collect();
        let kind = draws.index(5);
        let stream = Stream::run(subject, &boxed(eta.clone()), start, steps, |_, x| drawn(draws, kind, x))?;
        stream.hold(&mut property, to_f64(&eta), &format!("case {case}: kind {kind}, η = {eta}, {steps} steps"));
    }
    let stream = Stream::run(subject, &boxed(rational(7, 10)), vec![1.0], 3, |_, x| drawn(draws, 3, x))?;
    stream.hold(&mut property, 0.7, "|x| from 1, η = 7/10, 3 steps");
    let reddi = |t: usize, _: &[f64]| vec![if t.is_multiple_of(3) { 3.0 } else { -1.0 }];
    Stream::run(subject, &boxed(rational(1, 2)), vec![1.0], 600, reddi)?.hold(&mut property, 0.5, "Reddi's stream, η = 1/2");
    Ok(property.evidence())
}

/// Each sequence is a coordinate; its regret is against the corner -sign(S).
fn coin_flips(subject: &dyn Subject, wanted: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.enclosure(&boxed(rational(1, 2)))?;
    let flip = |path: u32, step: u32| Interval::int(if path >> step & 1 == 1 { 1 } else { -1 });
    let mut x = vec![Interval::zero(); 1 << 10];
    let mut regret = Interval::zero();
    for step in 0..10 {
        let gradients: Vec<Interval> = (0..1 << 10).map(|path| flip(path, step)).collect();
        regret = x.iter().zip(&gradients).fold(regret, |sum, (x, g)| sum + *x * *g);
        advance(&mut *optimizer, &mut x, |_| gradients);
    }
    let size = |path: u32| i64::from((2 * path.count_ones()).abs_diff(10));
    regret = regret + Interval::int((0..1 << 10).map(size).sum());
    let mean = regret / Interval::int(1 << 10);
    exact.decided("the mean regret", (mean - Interval::of(&wanted)).smaller_than(1e-9), || {
        format!("{} against {wanted}", shown(mean))
    });
    exact.decided("more than √5", (mean * mean).above(5.0), || shown(mean));
    for x in x.iter() {
        exact.decided("within the domain", (Interval::point(1.0 + 1e-12) - x.magnitude()).above(0.0), || shown(*x));
    }
    Ok(exact.evidence())
}

/// For `T = 2m` the mean is `a_m = 2m C(2m, m)/4^m`, `a_(m+1)/a_m = (2m + 1)/(2m)`, and `a_m²/m` grows by `(2m + 1)²/(4m (m + 1)) > 1`
/// from `a_1² = 1`. That `a_m = 𝔼 |S_2m|`: a flip takes `|s|` to `|s + 1|` or `|s - 1|`, in the mean to `|s|`, or to 1 from `s = 0`, where `S` is with the probability
/// `C(2m, m)/4^m` after an even number of flips and never after an odd one.
fn lower_bound(error: i64) -> Evidence {
    let [m] = Polynomial::variables();
    let one = m.int(1);
    let squared = (m.int(2) * &m + &one).squared();
    let room = one + m.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    exact.identity("(2m + 1)² - 4m (m + 1)", squared - m.int(4) * &m * (&m + m.int(1)), room);
    // C(2m + 2, m + 1) = C(2m, m) (2m + 2)(2m + 1)/(m + 1)².
    let [m] = Polynomial::variables();
    let (next, odd) = (&m + m.int(1), m.int(2) * &m + m.int(1));
    let grown = m.int(2) * &next * (m.int(2) * &next * &odd) * (m.int(2) * &m);
    exact.identity("a_(m+1)/a_m = (2m + 1)/(2m), multiplied out", grown, &odd * (m.int(2) * &m) * (m.int(4) * next.squared()));
    let [m, s, chance] = Polynomial::variables();
    exact.identity("|s + 1| + |s - 1| = 2|s| for s ≥ 1", (&s + s.int(1)) + (&s - s.int(1)), s.int(2) * &s);
    let odd = m.int(2) * &m + m.int(1);
    exact.identity("a_(m+1) - a_m = C(2m, m)/4^m", &odd * &chance - m.int(2) * &m * &chance, chance);
    let mut binomial = Rational::from(2);
    let mean = |m: i64, binomial: &Rational| Rational::from(2 * m) * binomial / Rational::from(4).pow(m as isize);
    for k in 1..=50 {
        let next = &binomial * Rational::from(2 * (2 * k + 1)) / Rational::from(k + 1);
        exact.equal("a_(m+1)/a_m", &(mean(k + 1, &next) / mean(k, &binomial)), &rational(2 * k + 1, 2 * k as u64), || {
            format!("m = {k}")
        });
        let (mut choices, mut sum) = (Rational::ONE, Rational::ZERO);
        for heads in 0..=2 * k {
            sum += &choices * Rational::from((2 * k - 2 * heads).abs());
            choices *= rational(2 * k - heads, heads as u64 + 1);
        }
        exact.equal("Σ C(2m, k) |2m - 2k| = 2m C(2m, m)", &sum, &(Rational::from(2 * k) * &binomial), || format!("m = {k}"));
        binomial = next;
    }
    exact.equal("a_1", &mean(1, &Rational::from(2)), &Rational::ONE, String::new);
    exact.evidence()
}

fn regrets(lab: &Lab) -> Plot {
    let times: Vec<usize> = (1..40).map(|k| libm::exp2(f64::from(k) * 0.28) as usize).collect();
    let steps = times[times.len() - 1];
    let run = |name: &str, method: &Method, kind: Option<usize>| {
        let draws = &mut lab.stream("regrets").trial(0);
        let gradient = |t: usize, x: &[f64]| match kind {
            Some(kind) => drawn(draws, kind, x),
            None => vec![if t.is_multiple_of(3) { 3.0 } else { -1.0 }],
        };
        let stream = Stream::run(&Reference, method, vec![1.0], steps, gradient).expect("the reference offers both");
        let points = times.iter().map(|&t| {
            let part = Stream { points: stream.points[..t].to_vec(), gradients: stream.gradients[..t].to_vec() };
            [t as f64, part.regret(&part.corner()).max(0.1)]
        });
        Series::measured(name, points.collect::<Vec<_>>())
    };
    let method = boxed(rational(7, 5));
    let adam = (ADAM.instead)(&boxed(rational(1, 2)));
    Plot {
        id: "regret".into(),
        title: "Regret on [-1, 1] against the best point, bound for G = 3 and η = D/√2, D = 2".into(),
        x: "steps T".into(),
        y: "regret".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory(
                "√2 D G √T",
                times.iter().map(|t| [*t as f64, 2.0 * std::f64::consts::SQRT_2 * 3.0 * (*t as f64).sqrt()]),
            ),
            run("AdaGrad, coin flips", &method, Some(0)),
            run("AdaGrad, Reddi's stream", &method, None),
            run("Adam with β₂ = 1/10, Reddi's stream", &adam, None),
        ],
    }
}
