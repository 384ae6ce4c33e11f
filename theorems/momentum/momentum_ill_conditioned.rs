//! # Tuned momentum needs the root of gradient descent's steps on ill-conditioned quadratics
//!
//! **Setting.** `½ (L x² + μ y²)`, `μ = 1`, `L = κ = s²`, from rest at (1, 1). Time constant `τ = -1/ln r` for the spectral radius `r`;
//! local exponent `d ln τ / d ln κ`.
//!
//! **Statement.** (1) Tuned, gradient descent, the heavy ball and Nesterov's method have the exponents 1, ½ and ½. (2) With `β = 0.9` at
//! every κ the exponent goes back to 1. (3) The numbers of steps to `10⁻⁸` grow accordingly.
//!
//! **Why.** `r` is `(κ - 1)/(κ + 1)`, `(s - 1)/(s + 1)` and `1 - 1/s`. With a fixed β the slow root is `1 - ημ/(1 - β)` to first order.
//!
//! **How it could fail.** The exponents are enclosed over the whole range of κ by interval bisection. The code's exact iterates must
//! have the closed forms from which the steps are counted, and its runs in doubles must take as many.

use crate::certify::{cover, roots_within};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Rational, Real, Root, rational, square, to_f64};
use crate::optimizers::{Method, Tuning, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP, heavier};
use crate::theorems::momentum::recursion::Recursion;
use crate::theorems::momentum::tuned::{ALL, Tuned, closed_forms, root_near};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-ill-conditioned",
    title: "On ill-conditioned quadratics tuned momentum needs the root of gradient descent's steps; β = 0.9 does not",
    topic: "momentum",
    record: Some("momentum-ill-conditioned"),
    statement: "On quadratics with condition number $κ$ the number of steps to a given accuracy grows like $κ$ for gradient descent and \
                like $sqrt(κ)$ for the heavy ball and Nesterov's method, if each is tuned to $κ$. With the momentum $0.9$ for all $κ$ it \
                grows like $κ$.",
    hypotheses: &[
        "$f$ is a quadratic with eigenvalues in $[μ, L]$, $κ = L/μ$",
        "exact gradients",
        "parameters tuned to $μ$ and $L$",
    ],
    sources: &[
        Source::Note("000", "168"),
        Source::Note("001", "209-218"),
        Source::Note("004", "48, 85-89"),
        Source::Cited("polyak1964", "heavy ball"),
        Source::Cited("polyak1987", "section 3.2"),
    ],
    claims: &[
        Claim {
            id: "better-handling",
            as_stated: true,
            statement: "momentum (the note takes $β = 0.9$) handles ill-conditioned problems better: its time constant grows like \
                        $sqrt(κ)$, with a local exponent in $½ ± 0.01$",
            quantifier: "every κ in [10⁴, 10⁶], η = 3.7/L",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| Ok(fixed_exponent(0.5, 0.01)),
        },
        Claim {
            id: "tuned",
            as_stated: false,
            statement: "tuned, the time constant has the local exponent $1 ± 0.01$ for gradient descent and $½ ± 0.01$ for the heavy \
                        ball and for Nesterov's method",
            quantifier: "every κ in [961, 10⁶]",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(exponents([1.0, 0.5, 0.5])),
        },
        Claim {
            id: "fixed-momentum",
            as_stated: false,
            statement: "with $β = 0.9$ and $η = 3.7/L$ the local exponent is $1 ± 0.05$",
            quantifier: "every κ in [10⁴, 10⁶]",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(fixed_exponent(1.0, 0.05)),
        },
        Claim {
            id: "fixed-momentum-of-the-code",
            as_stated: false,
            statement: "the code's spectral radius with $β = 0.9$ and $η = 3.7/L$ is the root $1 - w$ at $μ$, \
                        $w^2 - (1 - β + η μ) w + η μ = 0$, from which that exponent is computed",
            quantifier: "κ = 10⁴, 10⁵ and 10⁶, to within 10⁻¹²",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| fixed_radius(subject),
        },
        Claim {
            id: "closed-forms",
            as_stated: false,
            statement: "the code's iterates are $r^k$ and $(-r)^k$ (gradient descent), $(1 + (1 - r) k) r^k$ and $(1 + (1 + r) k) (-r)^k$ \
                        (heavy ball), $(1 + (1 - r) k) r^k$ and $0$ (Nesterov) at $λ = μ$ and $λ = L$",
            quantifier: "30 steps at √κ = 2, 10, 100, 316 and 1000, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                let mut exact = Exact::new();
                closed_forms(&mut exact, subject, &[2, 10, 100, 316, 1000], 30)?;
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "counts",
            as_stated: false,
            statement: "the numbers of steps to $10^(-8)$ grow with the exponents $1 ± 0.02$, $½ ± 0.03$ and $½ ± 0.03$",
            quantifier: "between any two of κ = 10⁴, 316² and 10⁶; the counts follow from the closed forms",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(counts([1.0, 0.5, 0.5])),
        },
        Claim {
            id: "counts-in-doubles",
            as_stated: false,
            statement: "in doubles the code takes as many steps, up to one, from $(1, 1)$ into the square of half-width $10^(-8)$",
            quantifier: "κ = 10⁴, the three tuned methods",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| doubles(subject),
        },
    ],
    controls: &[
        Control {
            id: "any-momentum-gives-the-root",
            differs: "claims the exponent ½ for β = 0.9",
            broken: Broken::Statement(|_, _| Ok(fixed_exponent(0.5, 0.01))),
        },
        Control {
            id: "gradient-descent-like-the-root",
            differs: "claims the exponent 0.97 for gradient descent",
            broken: Broken::Statement(|_, _| Ok(exponents([0.97, 0.5, 0.5]))),
        },
        Control {
            id: "heavy-ball-better-than-the-root",
            differs: "claims the exponent 0.48 for the heavy ball",
            broken: Broken::Statement(|_, _| Ok(exponents([1.0, 0.48, 0.5]))),
        },
        Control {
            id: "nesterov-better-than-the-root",
            differs: "claims the exponent 0.48 for Nesterov's method",
            broken: Broken::Statement(|_, _| Ok(exponents([1.0, 0.5, 0.48]))),
        },
        Control {
            id: "heavy-ball-counts-like-kappa",
            differs: "claims the exponent 0.45 for the heavy ball's numbers of steps",
            broken: Broken::Statement(|_, _| Ok(counts([1.0, 0.45, 0.5]))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "closed-forms", subject: &LONGER_STEP },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "fixed-momentum-of-the-code", subject: &HEAVIER_BALL },
        },
        Control {
            id: "code-in-doubles-with-momentum-larger-by-a-few-ten-millionths",
            differs: "the heavy ball's momentum is β (1 + 3 · 10⁻⁷)",
            broken: Broken::Subject {
                claim: "counts-in-doubles",
                subject: &Impostor {
                    name: "momentum larger by a few ten-millionths",
                    instead: |method| heavier(method, rational(3, 10_000_000)),
                },
            },
        },
    ],
    plots: &[steps, valley],
};

fn ln(x: Interval) -> Interval {
    x.apply(Function::Logarithm)
}

fn near(value: Interval, centre: f64, margin: f64) -> Option<bool> {
    (value - Interval::point(centre)).smaller_than(margin)
}

/// The local exponents of the tuned methods against those `claimed`, over `√κ` from 31 to 1000.
///
/// For `τ = 1/ln((κ + 1)/(κ - 1))` it is `2 / ((κ - 1/κ) ln(1 + 2/(κ - 1)))`; the heavy ball has half of that with `s` for κ; for
/// `τ = -1/ln(1 - 1/s)` it is `½ / ((s - 1) ln(1 + 1/(s - 1)))`. Each factor increases or decreases, so that its enclosure is sharp.
fn exponents(claimed: [f64; 3]) -> Evidence {
    let [one, two] = [1, 2].map(Interval::int);
    let symmetric = |x: Interval| two / ((x - one / x) * ln(one + two / (x - one)));
    let mut exact = Exact::new();
    for (tuned, claimed) in ALL.into_iter().zip(claimed) {
        let exponent = |root: Interval| match tuned {
            Tuned::GradientDescent => symmetric(root * root),
            Tuned::HeavyBall => symmetric(root) / two,
            Tuned::Nesterov => one / (two * (root - one) * ln(one + one / (root - one))),
        };
        cover(&mut exact, &format!("{tuned:?}: the exponent"), [31.0, 1000.0], |root| near(exponent(root), claimed, 0.01));
    }
    exact.evidence()
}

/// `β = 0.9`, `η = 3.7/L`: with `a = ημ`, `d = 1 - β + a` and the root `1 - w` the local exponent is `a / (-ln(1 - w) √(d² - 4a))`.
fn fixed_exponent(claimed: f64, margin: f64) -> Evidence {
    let mut exact = Exact::new();
    cover(&mut exact, "the exponent with β = 0.9", [1e4, 1e6], |kappa| {
        let a = Interval::of(&rational(37, 10)) / kappa;
        let (w, root) = slow_root(a);
        near(a / (-ln(Interval::one() - w) * root), claimed, margin)
    });
    exact.evidence()
}

/// The smaller solution `w = 2a / (d + √(d² - 4a))` of `w² - d w + a = 0`, and that root.
fn slow_root(a: Interval) -> (Interval, Interval) {
    let d = Interval::of(&rational(1, 10)) + a;
    let root = (d * d - Interval::int(4) * a).sqrt();
    (Interval::int(2) * a / (d + root), root)
}

fn fixed_radius(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for kappa in [10_000, 100_000, 1_000_000] {
        let step_size = rational(37, 10 * kappa as u64);
        let method = Method::heavy_ball(Tuning { step_size: step_size.clone(), momentum: rational(9, 10) });
        let radius = Interval::one() - slow_root(Interval::of(&step_size)).0;
        let [Ok(low), Ok(high)] = [radius.lo, radius.hi].map(Rational::try_from) else {
            return Ok(Evidence::Invalid { reason: "the root is not finite".into() });
        };
        exact.holds("the enclosure is narrow", &high - &low < rational(1, 1_000_000_000_000), || format!("{radius:?}"));
        let [slow, fast] =
            [Recursion::read(subject, &method, &Rational::ONE)?, Recursion::read(subject, &method, &kappa.into())?];
        let within = |end: &Recursion, radius: &Rational| roots_within(&end.trace, &end.determinant, radius);
        let found = || format!("κ = {kappa}: T = {}, D = {}", slow.trace, slow.determinant);
        exact.holds("the iterates obey a two-step recursion", slow.holds && fast.holds, found);
        exact.holds(
            "the radius lies in the enclosure",
            within(&slow, &high) && within(&fast, &high) && !within(&slow, &low),
            found,
        );
        exact.equal("T at μ", &slow.trace, &(rational(19, 10) - &step_size), || format!("κ = {kappa}"));
        exact.equal("D at μ", &slow.determinant, &rational(9, 10), || format!("κ = {kappa}"));
    }
    Ok(exact.evidence())
}

fn counts(claimed: [f64; 3]) -> Evidence {
    let mut exact = Exact::new();
    for ((tuned, claimed), margin) in ALL.into_iter().zip(claimed).zip([0.02, 0.03, 0.03]) {
        for [low, high] in [[100, 316], [316, 1000], [100, 1000]] {
            let counts = [low, high].map(|root: i64| tuned.count(&Rational::from(root), 8));
            let found = || format!("{tuned:?}, √κ from {low} to {high}: {counts:?} steps");
            let exponent = counts[0].zip(counts[1]).map(|(few, many)| {
                let rise = |few: f64, many: f64| ln(Interval::point(many) / Interval::point(few));
                rise(few as f64, many as f64) / (Interval::int(2) * rise(low as f64, high as f64))
            });
            let holds = exponent.and_then(|exponent| near(exponent, claimed, margin));
            exact.decided(&format!("{tuned:?}: steps to 10⁻⁸ against κ"), holds, found);
        }
    }
    exact.evidence()
}

/// Steps of the code in doubles from (1, 1) until both coordinates are at most `10⁻⁸`, at most `most`.
fn count_in_doubles(subject: &dyn Subject, method: &Method, root: &Rational, most: u64) -> Result<u64, NotOffered> {
    let quadratic = Quadratic::of(&[Rational::ONE, square(root)]);
    let mut optimizer = subject.double(method)?;
    let mut x = vec![1.0f64; 2];
    let mut last = 0;
    for step in 1..=most {
        advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x));
        if x.iter().any(|x| x.abs() > 1e-8) {
            last = step;
        }
    }
    Ok(last + 1)
}

/// A rounding error of a step is at most `4u` times iterates of at most `(1 + 2j) r^j`, and a deviation answers with at most `(1 + 2j) r^j`:
/// after `k` steps at most `4u (1 + 2k)³ r^k`, relative to `(1 + 2k) r^k` less than `2 · 10⁻⁸` for `k ≤ 2000` (the methods with
/// momentum), and `4uk < 10⁻¹⁰` without. One step changes the size by `10⁻⁴` of it at least: the count moves by one at most.
fn doubles(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let root = Rational::from(100);
    let mut property = Property::new();
    for tuned in ALL {
        let Some(predicted) = tuned.count(&root, 8) else {
            return Ok(Evidence::Invalid { reason: format!("{tuned:?}: the count is left open") });
        };
        let found = count_in_doubles(subject, &tuned.method(&root), &root, predicted + predicted / 10)?;
        property.within("steps to 10⁻⁸", found.abs_diff(predicted) as f64, 1.0, || {
            format!("{tuned:?}: {found}, not {predicted}")
        });
    }
    Ok(property.evidence())
}

fn steps(_: &Lab) -> Plot {
    let kappa = |root: &Rational| to_f64(&square(root));
    let name = |tuned| match tuned {
        Tuned::GradientDescent => "gradient descent",
        Tuned::HeavyBall => "heavy ball",
        Tuned::Nesterov => "Nesterov",
    };
    let theory = ALL.map(|tuned| {
        let point = |step: i32| {
            let root = root_near(0.5 + 0.125 * f64::from(step));
            Some([kappa(&root), tuned.count(&root, 8)? as f64])
        };
        Series::theory(&format!("{}, from the radius", name(tuned)), (0..=20).filter_map(point))
    });
    let measured = ALL.map(|tuned| {
        let most = if tuned == Tuned::GradientDescent { 5 } else { 7 };
        let point = |step: i32| {
            let root = root_near(0.5 + 0.25 * f64::from(step));
            let most = 2 * tuned.count(&root, 8)?;
            Some([kappa(&root), count_in_doubles(&Reference, &tuned.method(&root), &root, most).ok()? as f64])
        };
        Series::measured(&format!("{}, the code", name(tuned)), (0..=most).filter_map(point))
    });
    Plot {
        id: "steps".into(),
        title: "Steps to 1e-8 on ½(κx² + y²), each method tuned to κ: slopes 1, ½ and ½".into(),
        x: "condition number κ".into(),
        y: "steps".into(),
        log_x: true,
        log_y: true,
        series: theory.into_iter().chain(measured).collect(),
    }
}

/// The way down the valley, κ = 25, from (1, 1).
fn valley(_: &Lab) -> Plot {
    let root = Rational::from(5);
    let quadratic = Quadratic { spectrum: vec![1.0, 25.0] };
    let path = |tuned: Tuned| {
        let Ok(mut optimizer) = Reference.double(&tuned.method(&root)) else { return Vec::new() };
        let start = vec![1.0, 0.2];
        trajectory(&mut *optimizer, start, |x| quadratic.gradient(x), 24).into_iter().map(|x| [x[0], x[1]]).collect::<Vec<_>>()
    };
    let closed = |tuned: Tuned| {
        (0..=24).map(move |step| {
            let [slow, steep] = tuned.iterates(&Rational::from(5), step).map(|x| to_f64(&x));
            [slow, 0.2 * steep]
        })
    };
    // Level lines ½ (x² + 25 y²) = ½ c² through c = 0.25, 0.5, ...
    let ellipses = (1..=5).map(|level| {
        let turns = (0..=120).map(|part| f64::from(part) * std::f64::consts::TAU / 120.0);
        let size = 0.25 * f64::from(level);
        Series::level("level line", turns.map(move |turn| [size * libm::cos(turn), 0.2 * size * libm::sin(turn)]))
    });
    Plot {
        id: "valley".into(),
        title: "24 steps down the valley ½(x² + 25y²) from (1, 0.2), each method tuned".into(),
        x: "x (flat direction)".into(),
        y: "y (steep direction)".into(),
        series: ellipses
            .chain([
                Series::theory("gradient descent", closed(Tuned::GradientDescent)),
                Series::theory("heavy ball", closed(Tuned::HeavyBall)),
                Series::theory("Nesterov", closed(Tuned::Nesterov)),
                Series::measured("gradient descent, the code", path(Tuned::GradientDescent)),
                Series::measured("heavy ball, the code", path(Tuned::HeavyBall)),
                Series::measured("Nesterov, the code", path(Tuned::Nesterov)),
            ])
            .collect(),
        ..Plot::default()
    }
}
