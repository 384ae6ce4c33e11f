//! # AdaGrad's learning rate never rises
//!
//! **Setting.** `G ← G + g²`, rate `η/(√G + ε)` or `η/√(G + ε)`, element by element.
//!
//! **Statement.** The rate is never larger than before, and smaller after every `g ≠ 0`; strictly only in exact arithmetic: in doubles a
//! gradient below `7·10⁻⁹ √G` leaves it where it is.
//!
//! **Why.** `G` grows by `g²`.
//!
//! **How it could fail.** The code's rates, its steps over its gradients, are enclosed on drawn sequences and must fall as the sum of
//! squares says; in doubles its iterates follow the formula within rounding errors. RMSprop's rate rises after a large gradient.

use super::conventions::{
    BARELY_LONGER, FORGETTING, LONGER_BY_A_TRILLIONTH, OTHER_PLACE, adagrad, denominator, followed, on, power_of_two,
    relatively_near, rmsprop, shown,
};
use super::runs::{default_epsilon, displacement};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, Tracked, rational, square, to_f64};
use crate::optimizers::{Algorithm, Epsilon, Method};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adagrad-lr-monotone",
    title: "AdaGrad's learning rate never rises, and falls after every gradient that is not zero",
    topic: "adaptive",
    record: Some("adagrad-lr-monotone"),
    statement: "AdaGrad's learning rate $η / sqrt(G_t + ε)$ with $G_t = G_(t-1) + g_t^2$ is never larger than the one before, and smaller if \
                $g_t ≠ 0$, in each element; the same with $ε$ outside the root. In doubles it may stay where it is.",
    hypotheses: &["a constant $η$", "strictly: $g_t ≠ 0$, and exact arithmetic"],
    sources: &[
        Source::Note("003", "250-265"),
        Source::Note("000", "195"),
        Source::Note("001", "54-60"),
        Source::Note("004", "127-132"),
        Source::Cited("duchi2011", "update rule"),
    ],
    claims: &[
        Claim {
            id: "monotone",
            as_stated: true,
            statement: "the learning rate decreases monotonically: $η^2 / (G + ε) - η^2 / (G + g^2 + ε)$ has the sign of $g^2$",
            quantifier: "all G ≥ 0, g, ε > 0 and η",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(monotone(0)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "the code's rate, its step over its gradient, is $η / (sqrt(G_t) + ε)$ or $η / sqrt(G_t + ε)$ up to a relative $10^(-11)$, \
                        and falls in every step",
            quantifier: "40 drawn sequences of 60 gradients, exact sums of squares, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| code(lab, subject, true),
        },
        Claim {
            id: "falls-on-small-gradients",
            as_stated: false,
            statement: "the code's rate falls, too, where a gradient 1 is followed by gradients $2^(-10)$",
            quantifier: "steps 2 to 40, both places of ε, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| falls(subject),
        },
        Claim {
            id: "strictly-in-doubles",
            as_stated: false,
            statement: "in doubles, too, the rate falls after every gradient that is not zero",
            quantifier: "refuted by the code on the gradients 2⁶⁶, 2⁻¹⁰, 2⁻¹⁰",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| strictly(subject, -10),
        },
        Claim {
            id: "outside-in-doubles",
            as_stated: false,
            statement: "in doubles the code follows $x ← x - η g_t / (sqrt(G_t) + ε)$ up to rounding errors",
            quantifier: "ε = 10⁻⁸, η = 1/10, eight drawn sequences of 60 gradients",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| in_doubles(lab, subject, Epsilon::Outside),
        },
        Claim {
            id: "inside-in-doubles",
            as_stated: false,
            statement: "in doubles the code follows $x ← x - η g_t / sqrt(G_t + ε)$ up to rounding errors",
            quantifier: "ε = 10⁻⁸, η = 1/10, eight drawn sequences of 60 gradients",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| in_doubles(lab, subject, Epsilon::Inside),
        },
    ],
    controls: &[
        Control {
            id: "unbalanced-difference",
            differs: "claims a difference of (1 + 10⁻⁹) g²",
            broken: Broken::Statement(|_, _| Ok(monotone(1))),
        },
        Control {
            id: "without-the-last-square",
            differs: "claims the rate of the sum before the gradient is added",
            broken: Broken::Statement(|lab, subject| code(lab, subject, false)),
        },
        Control {
            id: "strictly-at-the-last-bit",
            differs: "claims that the rate falls in doubles after 2⁶⁶ and 2³⁹, whose square is a quarter of a unit in the last place of the sum",
            broken: Broken::Statement(|_, subject| strictly(subject, 39)),
        },
        on("forgetting-rises", "the code runs RMSprop, whose rate rises there", "falls-on-small-gradients", &FORGETTING),
        on("forgetting", "the code runs RMSprop with γ = 999/1000", "code", &FORGETTING),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "code", &LONGER_STEP),
        on("other-place-outside", "the code has ε inside the root", "outside-in-doubles", &OTHER_PLACE),
        on("other-place-inside", "the code has ε outside the root", "inside-in-doubles", &OTHER_PLACE),
        on("longer-outside", "the code steps by η (1 + 10⁻¹²)", "outside-in-doubles", &LONGER_BY_A_TRILLIONTH),
        on("longer-inside", "the code steps by η (1 + 10⁻¹²)", "inside-in-doubles", &LONGER_BY_A_TRILLIONTH),
        on("nearest-outside", "the code steps by η (1 + 5·10⁻¹⁵)", "outside-in-doubles", &BARELY_LONGER),
        on("nearest-inside", "the code steps by η (1 + 5·10⁻¹⁵)", "inside-in-doubles", &BARELY_LONGER),
    ],
    plots: &[rates],
};

/// The difference of the squares of the rates, multiplied by both sums and divided by `η²`.
fn monotone(error: i64) -> Evidence {
    let [sum, gradient, epsilon] = Polynomial::variables();
    let (before, after) = (&sum + &epsilon, &sum + gradient.squared() + &epsilon);
    let wanted = gradient.squared() * gradient.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    let mut exact = Exact::new();
    exact.identity("1/(G + ε) - 1/(G + g² + ε), times both", after - before, wanted);
    // With ε outside: the roots r and s satisfy s² - r² = g², so that 1/(r + ε) - 1/(s + ε) is (s - r) over positive numbers.
    let [root, more, epsilon] = Polynomial::variables();
    let next = &root + &more;
    exact.identity("1/(√G + ε) - 1/(√(G + g²) + ε), times both", (&next + &epsilon) - (&root + &epsilon), more.clone());
    exact.identity("g² = (s - r)(s + r): s > r where g ≠ 0", next.squared() - root.squared(), &more * (&next + &root));
    exact.evidence()
}

/// The claimed rate is that of the sum with or without the present gradient.
fn code(lab: &Lab, subject: &dyn Subject, with_present: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (stream, eta) = (lab.stream("code"), rational(1, 10));
    for placement in [Epsilon::Outside, Epsilon::Inside] {
        for case in 0..lab.cases(40) {
            let draws = &mut stream.trial(case);
            let mut optimizer = subject.enclosure(&Method::new(adagrad(placement, default_epsilon()), eta.clone()))?;
            let (mut sum, mut last) = (Rational::ZERO, Interval::point(f64::INFINITY));
            for t in 1..=60 {
                let size = draws.fraction(16..256, 16);
                let gradient = if draws.sign() < 0.0 { -size } else { size };
                let claimed = if with_present { &sum + square(&gradient) } else { sum.clone() };
                sum += square(&gradient);
                let enclosed = Interval::of(&gradient);
                let rate = displacement(&mut *optimizer, &[enclosed])[0] / enclosed;
                let wanted =
                    Interval::of(&eta) / denominator(Interval::of(&claimed), placement, &Interval::of(&default_epsilon()));
                let found = || format!("{placement}, case {case}, t = {t}: rate {} against {}", shown(rate), shown(wanted));
                exact.decided("the rate", relatively_near(rate, wanted, 1e-11), found);
                exact.decided("smaller than the one before", rate.partial_cmp(&last).map(std::cmp::Ordering::is_lt), found);
                last = rate;
            }
        }
    }
    Ok(exact.evidence())
}

fn falls(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for placement in [Epsilon::Outside, Epsilon::Inside] {
        let mut optimizer = subject.enclosure(&Method::new(adagrad(placement, default_epsilon()), rational(1, 10)))?;
        let rates = (1..=40).map(|t| {
            let gradient = Interval::of(&power_of_two(if t == 1 { 0 } else { -10 }));
            displacement(&mut *optimizer, &[gradient])[0] / gradient
        });
        for (pair, t) in rates.collect::<Vec<_>>().windows(2).zip(2..) {
            exact.decided("smaller than the one before", (pair[0] - pair[1]).above(0.0), || {
                format!("{placement}, t = {t}: rate {} after {}", shown(pair[1]), shown(pair[0]))
            });
        }
    }
    Ok(exact.evidence())
}

/// Rates after `2⁶⁶` and two gradients `2^exponent`. Powers of two read the rate from a step without a rounding.
fn strictly(subject: &dyn Subject, exponent: isize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.double(&Method::new(adagrad(Epsilon::Outside, default_epsilon()), rational(1, 10)))?;
    let rates: Vec<f64> = [66, exponent, exponent]
        .map(|exponent| to_f64(&power_of_two(exponent)))
        .map(|gradient| displacement(&mut *optimizer, &[gradient])[0] / gradient)
        .to_vec();
    for pair in rates.windows(2) {
        exact.holds("the rate falls", pair[1] < pair[0], || format!("2^{exponent} after 2^66: {:e} and {:e}", pair[0], pair[1]));
    }
    Ok(exact.evidence())
}

fn in_doubles(lab: &Lab, subject: &dyn Subject, placement: Epsilon) -> Result<Evidence, NotOffered> {
    let of = |number: &Rational| Tracked::<f64>::of(number);
    let (eta, epsilon) = (of(&rational(1, 10)), of(&default_epsilon()));
    let draws = &mut lab.stream("in-doubles").trial(0);
    let mut gradient = || draws.normal() * libm::exp2(-30.0 * draws.uniform());
    let gradients: Vec<Vec<f64>> = (0..60).map(|_| (0..8).map(|_| gradient()).collect()).collect();
    let mut sums = [Tracked::zero(); 8];
    let formula = |_, element: usize, gradient: Tracked<f64>| {
        sums[element] = sums[element] + gradient * gradient;
        eta * gradient / denominator(sums[element], placement, &epsilon)
    };
    let method = Method::new(adagrad(placement, default_epsilon()), rational(1, 10));
    Ok(followed(subject.double(&method)?, &gradients, formula))
}

fn rates(lab: &Lab) -> Plot {
    let draws = &mut lab.stream("rates").trial(0);
    let gradients: Vec<f64> = (0..120).map(|t| draws.normal() * if t < 60 { 1.0 } else { 0.1 }).collect();
    let sums = gradients.iter().scan(0.0, |sum, gradient| {
        *sum += gradient * gradient;
        Some(*sum)
    });
    let means = gradients.iter().scan(0.0, |mean, gradient| {
        *mean = 0.9 * *mean + (1.0 - 0.9) * gradient * gradient;
        Some(*mean)
    });
    let places = || (1..=120).map(f64::from);
    let theory = |values: Vec<f64>| places().zip(values).map(|(t, value)| [t, 1.0 / value.sqrt()]).collect::<Vec<_>>();
    let code = |name: &str, algorithm: Algorithm| {
        let mut optimizer = Reference.double(&Method::new(algorithm, Rational::ONE)).expect("the reference offers both");
        let points = places().zip(&gradients).map(|(t, gradient)| [t, displacement(&mut *optimizer, &[*gradient])[0] / gradient]);
        Series::measured(name, points.collect::<Vec<_>>())
    };
    Plot {
        id: "rates".into(),
        title: "Learning rates on normal gradients, of a tenth of the size from step 61 on; η = 1, ε = 0".into(),
        x: "step t".into(),
        y: "learning rate".into(),
        log_y: true,
        series: vec![
            Series::theory("1/√G", theory(sums.collect())),
            Series::theory("1/√v, γ = 0.9", theory(means.collect())),
            code("AdaGrad, the code", adagrad(Epsilon::Outside, Rational::ZERO)),
            code("RMSprop, the code", rmsprop(rational(9, 10), Epsilon::Outside, Rational::ZERO)),
        ],
        ..Plot::default()
    }
}
