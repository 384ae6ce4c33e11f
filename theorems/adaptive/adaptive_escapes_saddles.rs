//! # Adaptive methods and saddles
//!
//! **Setting.** The falling coordinate of `(x² - y²)/2`: the gradient is `-y`, from `y_0 > 0` until `y ≥ 1`, `η = 0.001`.
//!
//! **Statement.** (1) As stated, without conditions, false: from `y_0 = 0` nothing moves. (2) With `ε = 0` RMSprop (ρ = 0.9) takes 951
//! steps and Adam 626 from every tried `y_0 = 2^-k`, `20 ≤ k ≤ 200`. (3) Gradient descent takes `⌈k ln 2 / ln(1 + η)⌉`, linear in k. (4) With
//! `ε = 0.01` Adam's time depends on `y_0`: 689, 809 and 1359 steps from 10⁻⁶, 10⁻¹² and 10⁻³⁰.
//!
//! **Why.** With `ε = 0` the first step is a multiple of η however small the gradient is; with `|g| ≪ ε` growth is geometric, by about
//! `1 + η/ε` a step. The saddle's axes are those of the coordinates: of a rotated one nothing is claimed.
//!
//! **How it could fail.** The code runs in intervals until it has certainly escaped.

use super::runs::{adam, changed, default_epsilon, default_moments};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Rational, Real, rational};
use crate::optimizers::{Algorithm, Epsilon, Method, RmsProp, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::longer;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adaptive-escapes-saddles",
    title: "Adaptive methods leave an aligned saddle in a time that does not depend on how near they start, if ε is far below η",
    topic: "adaptive",
    record: Some("adaptive-escapes-saddles"),
    statement: "On $(x^2 - y^2)/2$ with $η = 0.001$ and $ε = 0$, RMSprop reaches $y ≥ 1$ in 951 steps and Adam in 626, from \
                $y_0 = 2^(-20)$ as from $2^(-200)$, where gradient descent takes $⌈frac(k ln 2, ln(1 + η))⌉$ from $2^(-k)$. From $y_0 = 0$ \
                none of them moves, and with $ε = 0.01$ Adam's time depends on $y_0$.",
    hypotheses: &[
        "the saddle's axes are the coordinates'",
        "$ε = 0$, or $ε$ far below $η$; it need not be below the gradient",
        "$y_0 ≠ 0$",
    ],
    sources: &[Source::Note("001", "166"), Source::Cited("staib2019", "section 1")],
    claims: &[
        Claim {
            id: "always",
            as_stated: true,
            statement: "adaptive methods help to escape saddles: Adam and RMSprop escape within 2,000 steps",
            quantifier: "refuted by the start y_0 = 0 with the default ε: they stay there",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| always(subject),
        },
        Claim {
            id: "independent-of-the-start",
            as_stated: false,
            statement: "with $ε = 0$ RMSprop takes 951 steps and Adam 626, from every $y_0 = 2^(-k)$; with its default $ε$, far below \
                        $η$, Adam still takes 626",
            quantifier: "k in {20, 40, ..., 200}, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                independent(subject, [(951, rms(Rational::ZERO)), (626, with(Rational::ZERO)), (626, with(default_epsilon()))])
            },
        },
        Claim {
            id: "gradient-descent",
            as_stated: false,
            statement: "gradient descent takes $⌈frac(k ln 2, ln(1 + η))⌉$ steps from $2^(-k)$",
            quantifier: "k in {10, 20, 40}, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| descent(subject, 0),
        },
        Claim {
            id: "large-epsilon",
            as_stated: false,
            statement: "with $ε = 0.01$ Adam takes 689, 809 and 1359 steps from $10^(-6)$, $10^(-12)$ and $10^(-30)$",
            quantifier: "these three starts, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| counts(subject, rational(1, 100), [689, 809, 1359]),
        },
    ],
    controls: &[
        Control {
            id: "one-step-less",
            differs: "claims 950 and 625 steps",
            broken: Broken::Statement(|_, subject| {
                independent(subject, [(950, rms(Rational::ZERO)), (625, with(Rational::ZERO))])
            }),
        },
        Control {
            id: "independent-with-epsilon",
            differs: "claims that with ε = 0.01 the time does not depend on the start",
            broken: Broken::Statement(|_, subject| independent(subject, [(689, with(rational(1, 100)))])),
        },
        Control {
            id: "independent-by-gradient-descent",
            differs: "claims that of gradient descent the time does not depend on the start, from 2^-20 on",
            broken: Broken::Statement(|_, subject| independent(subject, [(1394, Method::gradient_descent(rational(1, 100)))])),
        },
        Control {
            id: "epsilon-of-other-starts",
            differs: "claims 626 steps from each start with ε = 0.01",
            broken: Broken::Statement(|_, subject| counts(subject, rational(1, 100), [626; 3])),
        },
        Control {
            id: "descent-one-step-more",
            differs: "claims one step more of gradient descent",
            broken: Broken::Statement(|_, subject| descent(subject, 1)),
        },
        Control {
            id: "code-has-an-epsilon",
            differs: "the code of Adam has ε = 10⁻⁴ where 0 is asked for: 640 steps from 2^-200",
            broken: Broken::Subject {
                claim: "independent-of-the-start",
                subject: &Impostor {
                    name: "ε = 10⁻⁴",
                    instead: |method| changed(method, |adam| adam.epsilon = rational(1, 10_000)),
                },
            },
        },
        Control {
            id: "code-steps-shorter",
            differs: "the code steps by η (1 - 10⁻³)",
            broken: Broken::Subject { claim: "gradient-descent", subject: &SHORTER },
        },
        Control {
            id: "code-steps-shorter-with-epsilon",
            differs: "the code steps by η (1 - 10⁻³)",
            broken: Broken::Subject { claim: "large-epsilon", subject: &SHORTER },
        },
    ],
    plots: &[times],
};

static SHORTER: Impostor =
    Impostor { name: "step smaller by a thousandth", instead: |method| longer(method, rational(-1, 1000)) };

fn with(epsilon: Rational) -> Method {
    Method::new(adam(default_moments(), epsilon), rational(1, 1000))
}

fn rms(epsilon: Rational) -> Method {
    let (placement, initial_accumulator) = (Epsilon::Outside, Rational::ZERO);
    let decay_rate = rational(9, 10);
    let rule = RmsProp { decay_rate, epsilon, placement, initial_accumulator, centred: false, momentum: None };
    Method::new(Algorithm::RmsProp(rule), rational(1, 1000))
}

/// The number of steps after which y is at least 1, up to a most; `None` of the comparison where an enclosure leaves it open.
fn escape(subject: &dyn Subject, method: &Method, start: &Rational, most: u32) -> Result<Option<u32>, NotOffered> {
    let mut optimizer = subject.enclosure(method)?;
    let mut y = vec![Interval::of(start)];
    for step in 0..most {
        match y[0] {
            Interval { lo, .. } if lo >= 1.0 => return Ok(Some(step)),
            Interval { hi, .. } if hi < 1.0 => {}
            _ => return Ok(None),
        }
        advance(&mut *optimizer, &mut y, |y| vec![-y[0]]);
    }
    Ok(Some(most))
}

/// Compares a number of steps, which may be open.
fn compare(exact: &mut Exact, found: Option<u32>, stated: u32, input: impl FnOnce() -> String) {
    exact.decided("steps", found.map(|found| found == stated), || format!("{}: {found:?} against {stated}", input()));
}

fn always(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for start in [rational(1, 1 << 40), Rational::ZERO] {
        for (name, method) in [("Adam", with(default_epsilon())), ("RMSprop", rms(default_epsilon()))] {
            let escaped = escape(subject, &method, &start, 2000)?;
            exact.decided("it escapes", escaped.map(|steps| steps < 2000), || format!("{name}, y_0 = {start}, 2,000 steps"));
        }
    }
    Ok(exact.evidence())
}

/// Every start takes the stated number of steps.
fn independent<const N: usize>(subject: &dyn Subject, methods: [(u32, Method); N]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (stated, method) in methods {
        for exponent in (20..=200).step_by(20) {
            let found = escape(subject, &method, &Rational::from(2).pow(-exponent), 20_000)?;
            compare(&mut exact, found, stated, || format!("{} from 2^-{exponent}", method.algorithm));
        }
    }
    Ok(exact.evidence())
}

fn descent(subject: &dyn Subject, more: u32) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let logarithm = |x: &Rational| Interval::of(x).apply(Function::Logarithm);
    for exponent in [10, 20, 40] {
        let least = Interval::int(i64::from(exponent)) * logarithm(&rational(2, 1)) / logarithm(&rational(1001, 1000));
        let stated = least.hi.ceil() as u32 + more;
        exact.decided("no integer in the enclosure", Some(least.lo.ceil() == least.hi.ceil()), || format!("{least:?}"));
        let method = Method::gradient_descent(rational(1, 1000));
        let found = escape(subject, &method, &Rational::from(2).pow(-(exponent as isize)), 30_000)?;
        compare(&mut exact, found, stated, || format!("from 2^-{exponent}"));
    }
    Ok(exact.evidence())
}

fn counts(subject: &dyn Subject, epsilon: Rational, stated: [u32; 3]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (exponent, stated) in [6, 12, 30].into_iter().zip(stated) {
        let found = escape(subject, &with(epsilon.clone()), &Rational::from(10).pow(-exponent), 20_000)?;
        compare(&mut exact, found, stated, || format!("from 10^-{exponent}"));
    }
    Ok(exact.evidence())
}

fn times(_: &Lab) -> Plot {
    let exponents = || (10..=100).step_by(10);
    let steps = |method: &Method, exponent: u32| {
        let mut y = vec![libm::exp2(-f64::from(exponent))];
        let Ok(mut optimizer) = Reference.double(method) else { return f64::NAN };
        let mut steps = 0;
        while y[0] < 1.0 && steps < 100_000 {
            advance(&mut *optimizer, &mut y, |y| vec![-y[0]]);
            steps += 1;
        }
        f64::from(steps)
    };
    let measured = |name: &str, method: Method| {
        Series::measured(name, exponents().map(|exponent| [f64::from(exponent), steps(&method, exponent)]))
    };
    let level = |name: &str, value: f64| Series::theory(name, [[10.0, value], [100.0, value]]);
    let descent = |exponent| [f64::from(exponent), f64::from(exponent) * std::f64::consts::LN_2 / libm::log1p(1e-3)];
    Plot {
        id: "times".into(),
        title: "Steps from y_0 = 2^-k to y = 1, η = 0.001".into(),
        x: "k".into(),
        y: "steps".into(),
        log_y: true,
        series: vec![
            Series::theory("gradient descent: k ln 2 / ln(1 + η)", exponents().map(descent)),
            level("RMSprop: 951", 951.0),
            level("Adam: 626", 626.0),
            measured("gradient descent, the code", Method::gradient_descent(rational(1, 1000))),
            measured("RMSprop, the code", rms(Rational::ZERO)),
            measured("Adam, the code", with(Rational::ZERO)),
            measured("Adam with ε = 0.01, the code", with(rational(1, 100))),
        ],
        ..Plot::default()
    }
}
