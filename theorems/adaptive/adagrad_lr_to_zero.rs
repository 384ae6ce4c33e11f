//! # AdaGrad's learning rate goes to zero only if gradients persist
//!
//! **Setting.** AdaGrad with `ε = 0`: rate `η/√G_t`, `G_t = Σ g²`.
//!
//! **Statement.** (1) As stated, the rate goes to zero: false on `½x²` from 5 with `η = 1/2`, where it stays above 0.0315594 for ever, so
//! that `x_t` converges linearly. (2) It goes to zero if and only if `Σ g² = ∞`. With noise of variance σ² it falls like `η/(σ√t)`:
//! `𝔼 (η/rate)² = σ² t`.
//!
//! **Why.** While the rate is above 0.031 the distance shrinks by 0.969 a step, so that all squares to come add to less than
//! `x_t²/(1 - 0.969²)`, too little to bring the rate down: induction.
//!
//! **How it could fail.** The code's first steps and 300 steps of the recursion are enclosed, then this tail is added; with noise the code's
//! rate is sampled.

use super::conventions::{adagrad, changed, on, power_of_two, relatively_near, shown};
use super::runs::displacement;
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, Root, Tracked, rational};
use crate::optimizers::{Algorithm, Epsilon, Method, advance};
use crate::plot::{Plot, Series};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adagrad-lr-to-zero",
    title: "AdaGrad's learning rate goes to zero only if gradients persist",
    topic: "adaptive",
    record: Some("adagrad-lr-to-zero"),
    statement: "AdaGrad's learning rate $η / sqrt(G_t)$ goes to zero if and only if $sum_t g_t^2 = ∞$. On $½ x^2$ it does not: from $x_0 = 5$ \
                with $η = 1/2$ it stays above $0.0315594$ and $x_t$ converges linearly. With gradients that are noise of variance $σ^2$, \
                $bb(E)(η / op(\"rate\"))^2 = σ^2 t$.",
    hypotheses: &["$ε = 0$ and $G_0 = 0$", "to zero: gradients or noise that persist, $sum_t g_t^2 = ∞$"],
    sources: &[
        Source::Note("001", "60"),
        Source::Note("004", "132"),
        Source::Note("000", "212, 592"),
        Source::Cited("ward2019", "deterministic setting"),
    ],
    claims: &[
        Claim {
            id: "to-zero",
            as_stated: true,
            statement: "the learning rate goes to zero as $G$ grows: sooner or later it is below $0.031$",
            quantifier: "refuted by the code on ½x² from 5 with η = 1/2",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| to_zero(subject, &Rational::from(5)),
        },
        Claim {
            id: "limit",
            as_stated: false,
            statement: "there it falls to a limit between $0.0315594$ and $0.0315595$, and from step 300 on $|x_(t+1)| ≤ 0.969 |x_t|$",
            quantifier: "all t: 300 steps of the recursion rounded outward, which the code follows for 80, the others by the tail of squares",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| limit(subject, [0.031_559_4, 0.031_559_5]),
        },
        Claim {
            id: "by-the-sum",
            as_stated: false,
            statement: "the code's rate is $η / sqrt(sum g^2)$: $η / sqrt(t)$ on $g_t = 1$, $η$ over the root of a harmonic number on \
                        $g_t = 1/sqrt(t)$, always above $sqrt(3) η$ on $g_t = 2^(-t)$",
            quantifier: "t ≤ 200, up to a relative 10⁻¹¹, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| by_the_sum(subject, 0),
        },
        Claim {
            id: "noise",
            as_stated: false,
            statement: "on independent standard normal gradients $1/t bb(E)(η / op(\"rate\"))^2 = 1$",
            quantifier: "t = 100, the code in doubles, within 0.1",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| noise(lab, subject, 1.0),
        },
    ],
    controls: &[
        Control {
            id: "to-zero-from-elsewhere",
            differs: "claims it from 5.05, where the rate ends at 0.0310001",
            broken: Broken::Statement(|_, subject| to_zero(subject, &rational(101, 20))),
        },
        Control {
            id: "next-digit",
            differs: "claims a limit above 0.0315595",
            broken: Broken::Statement(|_, subject| limit(subject, [0.031_559_5, 0.031_559_6])),
        },
        Control {
            id: "one-gradient-more",
            differs: "claims the rate of step t + 1",
            broken: Broken::Statement(|_, subject| by_the_sum(subject, 1)),
        },
        Control {
            id: "half-the-variance",
            differs: "claims (η/rate)² = σ² t / 2",
            broken: Broken::Statement(|lab, subject| noise(lab, subject, 0.5)),
        },
        on("sum-from-a-tenth", "the code's sum starts at 0.1, as in Keras and optax", "limit", &FROM_A_TENTH),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "by-the-sum", &LONGER_STEP),
        on("longer-on-a-parabola", "the code steps by η (1 + 10⁻⁹)", "limit", &LONGER_STEP),
        on("shorter-steps-in-noise", "the code steps by 4 η/5", "noise", &SHORTER),
    ],
    plots: &[rates],
};

static FROM_A_TENTH: Impostor = Impostor {
    name: "a sum that starts at 0.1",
    instead: |method| {
        changed(method, |algorithm| {
            if let Algorithm::AdaGrad(rule) = algorithm {
                rule.initial_accumulator = rational(1, 10);
            }
        })
    },
};

static SHORTER: Impostor = Impostor {
    name: "steps of four fifths",
    instead: |method| Method { step_size: &method.step_size * rational(4, 5), ..method.clone() },
};

fn method() -> Method {
    Method::new(adagrad(Epsilon::Outside, Rational::ZERO), rational(1, 2))
}

/// Enclosures of the rate after 300 steps on `½x²`, and of a lower bound of all rates, if the induction closes.
struct Run {
    last: Interval,
    always: Option<Interval>,
}

const LEAST: f64 = 0.031;

/// The code's first 80 steps are held against `x ← x (1 - η/√G)`, which alone goes on: in the code's form `x - ηx/√G` an enclosure of x
/// is used twice and grows. An enclosure of x by that form reaches beyond it by no more than the twin's bound, whose `4u` an operation
/// pay for the rounding of the comparison too.
fn run(exact: &mut Exact, subject: &dyn Subject, start: &Rational) -> Result<Run, NotOffered> {
    let mut optimizer = subject.enclosure(&method())?;
    let (eta, one) = (Interval::of(&rational(1, 2)), Interval::one());
    let mut code = vec![Interval::of(start)];
    let mut twin = method().build::<Tracked<Interval>>();
    let mut tracked = vec![Tracked::<Interval>::of(start)];
    let (mut x, mut sum, mut last) = (code[0], Interval::zero(), one);
    for t in 1..=300 {
        sum = sum + x * x;
        last = eta / sum.sqrt();
        x = x * (one - last);
        if t <= 80 {
            advance(&mut *optimizer, &mut code, |x| x.to_vec());
            advance(&mut *twin, &mut tracked, |x| x.to_vec());
            let near = (code[0] - x).smaller_than(tracked[0].bound() + (x.hi - x.lo));
            exact.decided("the code follows x ← x (1 - η/√G)", near, || {
                format!("from {start}, t = {t}: {} against {}", shown(code[0]), shown(x))
            });
        }
    }
    // Rates in [0.031, 1] keep at most 0.969 of the distance; as long as they have been there, the sum is below this one.
    let kept = one - Interval::point(LEAST);
    let lowest = eta / (sum + x * x / (one - kept * kept)).sqrt();
    let closes = lowest.above(LEAST) == Some(true) && (one - last).above(0.0) == Some(true);
    Ok(Run { last, always: closes.then_some(lowest) })
}

fn to_zero(subject: &dyn Subject, start: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let Run { last, always } = run(&mut exact, subject, start)?;
    // The rate falls: once below, it is below in the end. As long as it is above, only the induction knows the end.
    let below = match always {
        Some(_) => Some(false),
        None if last.above(LEAST) == Some(false) => Some(true),
        None => None,
    };
    exact.decided("below 0.031 in the end", below, || {
        format!("from {start}: {} after 300 steps, above {:e} for ever", shown(last), always.map_or(0.0, |rate| rate.lo))
    });
    Ok(exact.evidence())
}

fn limit(subject: &dyn Subject, [low, high]: [f64; 2]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let Run { last, always } = run(&mut exact, subject, &Rational::from(5))?;
    exact.holds("the induction closes", always.is_some(), || shown(last));
    let always = always.unwrap_or(Interval::WHOLE);
    exact.decided("all rates above the lower bound", always.above(low), || shown(always));
    exact.decided("the 300th rate below the upper bound", (-last).above(-high), || shown(last));
    Ok(exact.evidence())
}

/// Squared gradients by their step, with a name.
type Named = (&'static str, fn(i64) -> Rational);

/// The claimed rate is that of so many gradients `more`.
fn by_the_sum(subject: &dyn Subject, more: i64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let squares: [Named; 3] =
        [("1", |_| Rational::ONE), ("1/√t", |t| rational(1, t as u64)), ("2^-t", |t| power_of_two(-2 * t as isize))];
    let eta = Interval::of(&rational(1, 2));
    for (name, square) in squares {
        let mut optimizer = subject.enclosure(&method())?;
        let mut sum = (1..=more).fold(Interval::zero(), |sum, t| sum + Interval::of(&square(t)));
        for t in 1..=200 {
            let gradient = Interval::of(&square(t)).sqrt();
            sum = sum + Interval::of(&square(t + more));
            let rate = displacement(&mut *optimizer, &[gradient])[0] / gradient;
            let found = || format!("g_t = {name}, t = {t}: {} against {}", shown(rate), shown(eta / sum.sqrt()));
            exact.decided("the rate by the sum", relatively_near(rate, eta / sum.sqrt(), 1e-11), found);
            if name == "2^-t" {
                // The sum stays below 1/3; in doubles it comes to within a unit in the last place of it.
                let least = eta * Interval::int(3).sqrt() * (Interval::one() - Interval::of(&power_of_two(-40)));
                exact.decided("the rate stays", (rate - least).above(0.0), found);
            }
        }
    }
    Ok(exact.evidence())
}

/// `(η/rate)²` is a sum of 100 squares of standard normal numbers.
fn noise(lab: &Lab, subject: &dyn Subject, target: f64) -> Result<Evidence, NotOffered> {
    let (steps, margin) = (100, 0.1);
    subject.double(&method())?;
    let law = Law::chi_square(f64::from(steps), 1.0 / f64::from(steps));
    let question = Question {
        name: "(η/rate)²/t",
        relation: Relation::Equal,
        target,
        margin,
        law,
        largest: 4 * law.required(margin, lab.policy.alpha()),
    };
    let statistic = estimate(lab, &question, |draws| {
        let Ok(mut optimizer) = subject.double(&method()) else { return f64::NAN };
        let mut inverse = f64::NAN;
        for _ in 0..steps {
            let gradient = draws.normal();
            inverse = 0.5 * gradient / displacement(&mut *optimizer, &[gradient])[0];
        }
        inverse * inverse / f64::from(steps)
    });
    Ok(Evidence::sampled(vec![statistic]))
}

fn rates(lab: &Lab) -> Plot {
    let times: Vec<u32> = (0..40).map(|k| libm::exp2(f64::from(k) * 0.35) as u32).collect();
    let draws = &mut lab.stream("rates").trial(0);
    let mut code = |name: &str, noise: f64| {
        let mut optimizer = Reference.double(&method()).expect("the reference offers AdaGrad");
        let (mut x, mut points) = (vec![5.0], Vec::new());
        for t in 1..=times[times.len() - 1] {
            let (before, gradient) = (x[0], x[0] + noise * draws.normal());
            advance(&mut *optimizer, &mut x, |_| vec![gradient]);
            if times.contains(&t) && gradient.abs() > 1e-9 {
                points.push([f64::from(t), (before - x[0]) / gradient]);
            }
        }
        Series::measured(name, points)
    };
    let (quiet, noisy) = (code("½x², the code", 0.0), code("½x² with noise of variance 1, the code", 1.0));
    let last = f64::from(times[times.len() - 1]);
    Plot {
        id: "rates".into(),
        title: "AdaGrad's learning rate on ½x² from 5, η = 1/2".into(),
        x: "step t".into(),
        y: "learning rate".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("0.0315594", [[1.0, 0.031_559_4], [last, 0.031_559_4]]),
            Series::theory("η/(σ√t)", times.iter().map(|t| [f64::from(*t), 0.5 / f64::from(*t).sqrt()])),
            quiet,
            noisy,
        ],
    }
}
