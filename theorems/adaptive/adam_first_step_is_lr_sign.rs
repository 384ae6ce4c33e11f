//! # Adam's first step has the length of the learning rate
//!
//! **Setting.** Adam with bias correction from `m_0 = v_0 = 0`, any β₁, β₂ in `[0, 1)`, ε outside the root.
//!
//! **Statement.** The first update is `-η g / (|g| + ε)`: for `|g| ≥ 999 ε` its length is within a thousandth of `η`, whatever the
//! gradient's scale. With ε inside the root it is `-η g / √(g² + ε)`. Gradient descent's is `-η g`.
//!
//! **Why.** `m̂_1 = (1 - β₁) g / (1 - β₁) = g` and `v̂_1 = g²`.
//!
//! **How it could fail.** The code runs in intervals on drawn gradients, betas, ε and step sizes, and in doubles against a bound that
//! is derived for every order of evaluation.

use super::conventions::{
    LONGER_BY_A_TEN_TRILLIONTH, LONGER_BY_A_TRILLIONTH, OTHER_PLACE, adam, default_betas, denominator, followed, on,
    power_of_two, relatively_near, shown, uncorrected,
};
use super::runs::{default_epsilon, displacement};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, Tracked, rational};
use crate::optimizers::{Algorithm, Epsilon, Method};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-first-step-is-lr-sign",
    title: "Adam's first step has the length of the learning rate, whatever the gradient",
    topic: "adaptive",
    record: Some("adam-first-step-is-lr-sign"),
    statement: "From $m_0 = v_0 = 0$ Adam's first update is $-η g / (|g| + ε)$ for all $β_1$ and $β_2$. Where $|g| ≥ 999 ε$ its length \
                is within a thousandth of $η$, whatever the scale of the gradient.",
    hypotheses: &["bias correction, $0 ≤ β_1 < 1$ and $0 ≤ β_2 < 1$", "$ε > 0$ outside the root, $g ≠ 0$"],
    sources: &[
        Source::Note("000", "224-229"),
        Source::Note("003", "311"),
        Source::Note("004", "39"),
        Source::Cited("kingma2015", "section 2.1"),
    ],
    claims: &[
        Claim {
            id: "first-step",
            as_stated: true,
            statement: "the code's first update is $-η g / (|g| + ε)$, and $-η g / sqrt(g^2 + ε)$ with $ε$ inside the root, up to a \
                        relative $10^(-11)$",
            quantifier: "200 drawn gradients from 2⁻⁴⁰ to 2⁴⁰, each with drawn β₁, β₂, ε and η, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| {
                first_step(lab, subject, |size, placement, epsilon| denominator(size * size, placement, &epsilon))
            },
        },
        Claim {
            id: "scale",
            as_stated: false,
            statement: "$η (1 - 1/(k + 1)) ≤ frac(η |g|, |g| + ε) < η$ if $|g| ≥ k ε$",
            quantifier: "all ε > 0, k ≥ 0 and g",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(scale(0)),
        },
        Claim {
            id: "in-doubles",
            as_stated: false,
            statement: "in doubles the first update is $-η g / (|g| + ε)$ up to rounding errors",
            quantifier: "β₁ = 9/10, β₂ = 999/1000, ε = 10⁻⁸, η = 1/1000, gradients from 10⁻⁹ to 10⁹ of either sign",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| in_doubles(subject),
        },
    ],
    controls: &[
        uncorrected("without-correction", "first-step"),
        uncorrected("without-correction-in-doubles", "in-doubles"),
        on("other-place", "the code has ε on the other side of the root", "first-step", &OTHER_PLACE),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "first-step", &LONGER_STEP),
        on("step-larger-by-a-trillionth", "the code steps by η (1 + 10⁻¹²)", "in-doubles", &LONGER_BY_A_TRILLIONTH),
        on("step-larger-by-a-ten-trillionth", "the code steps by η (1 + 10⁻¹³)", "in-doubles", &LONGER_BY_A_TEN_TRILLIONTH),
        Control {
            id: "without-epsilon",
            differs: "claims the length η, without ε",
            broken: Broken::Statement(|lab, subject| first_step(lab, subject, |size, _, _| size)),
        },
        Control {
            id: "gradient-descent",
            differs: "claims the update -η g of gradient descent",
            broken: Broken::Statement(|lab, subject| first_step(lab, subject, |_, _, _| Interval::point(1.0))),
        },
        Control {
            id: "scale-too-near",
            differs: "claims η (1 - (1 - 10⁻⁹)/(k + 1))",
            broken: Broken::Statement(|_, _| Ok(scale(1))),
        },
    ],
    plots: &[lengths],
};

/// The claimed update is `η g` over the denominator, which is a function of `|g|`, ε's place and ε.
fn first_step(
    lab: &Lab,
    subject: &dyn Subject,
    below: fn(Interval, Epsilon, Interval) -> Interval,
) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("first-step");
    let mut exact = Exact::new();
    for case in 0..lab.cases(200) {
        let draws = &mut stream.trial(case);
        let size = draws.fraction(64..128, 64) * power_of_two(draws.index(80) as isize - 40);
        let gradient = if draws.sign() < 0.0 { -size.clone() } else { size.clone() };
        let betas = [draws.fraction(0..100, 100), draws.fraction(0..1000, 1000)];
        let (eta, epsilon) =
            (draws.fraction(1..1000, 1000), draws.fraction(1..100, 100) * power_of_two(-(draws.index(30) as isize)));
        for placement in [Epsilon::Outside, Epsilon::Inside] {
            let method = Method::new(adam(betas.clone(), placement, epsilon.clone()), eta.clone());
            let found = displacement(&mut *subject.enclosure(&method)?, &[Interval::of(&gradient)])[0];
            let below = below(Interval::of(&size), placement, Interval::of(&epsilon));
            let wanted = Interval::of(&eta) * Interval::of(&gradient) / below;
            exact.decided("the first update", relatively_near(found, wanted, 1e-11), || {
                format!("{placement}, g = {gradient}, η = {eta}, ε = {epsilon}: {} against {}", shown(found), shown(wanted))
            });
        }
    }
    Ok(exact.evidence())
}

/// `error` billionths are taken from the claimed difference from `η`.
fn scale(error: i64) -> Evidence {
    let [k, epsilon, room] = crate::number::Polynomial::variables();
    let one = k.int(1);
    let size = &k * &epsilon + &room;
    let mut exact = Exact::new();
    // |g|/(|g| + ε) - (1 - q/(k + 1)) has the sign of q (|g| + ε) - (k + 1) ε, where q = 1.
    let q = &one - k.constant(&rational(error, 1_000_000_000));
    exact.identity("the difference from η, times (k + 1)(|g| + ε)", &q * (&size + &epsilon) - (&k + &one) * &epsilon, room);
    exact.identity("1 - |g|/(|g| + ε) > 0, times |g| + ε", (&size + &epsilon) - &size, epsilon);
    exact.evidence()
}

fn by_default() -> Method {
    Method::new(adam(default_betas(), Epsilon::Outside, default_epsilon()), rational(1, 1000))
}

fn in_doubles(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let gradients: Vec<f64> =
        (-9..=9).flat_map(|exponent| [libm::pow(10.0, f64::from(exponent)), -libm::pow(10.0, f64::from(exponent))]).collect();
    let of = |number: Rational| Tracked::<f64>::of(&number);
    let [beta1, beta2] = default_betas().map(of);
    let (eta, epsilon, one) = (of(rational(1, 1000)), of(default_epsilon()), Tracked::one());
    let formula = |_, _, gradient: Tracked<f64>| {
        // As it is computed, with the cancellation in 1 - β: the twin's bound has to allow it.
        let first = (one - beta1) * gradient / (one - beta1);
        let second = (one - beta2) * gradient * gradient / (one - beta2);
        eta * first / denominator(second, Epsilon::Outside, &epsilon)
    };
    Ok(followed(subject.double(&by_default())?, &[gradients], formula))
}

fn lengths(_: &Lab) -> Plot {
    let sizes: Vec<f64> = (-48..=0).map(|k| libm::pow(10.0, f64::from(k) / 4.0)).collect();
    let curve = |length: fn(f64) -> f64| sizes.iter().map(|size| [*size, length(*size)]).collect::<Vec<_>>();
    let code = |name: &str, algorithm: Algorithm| {
        let mut optimizer = Reference.double(&Method::new(algorithm, Rational::ONE)).expect("the reference offers them all");
        let steps = displacement(&mut *optimizer, &sizes);
        Series::measured(name, sizes.iter().zip(steps).map(|(size, step)| [*size, step]).collect::<Vec<_>>())
    };
    Plot {
        id: "lengths".into(),
        title: "Length of the first step in units of η, ε = 10⁻⁸".into(),
        x: "|g|".into(),
        y: "length / η".into(),
        log_x: true,
        series: vec![
            Series::theory("|g| / (|g| + ε)", curve(|size| size / (size + 1e-8))),
            Series::theory("|g| / √(g² + ε)", curve(|size| size / (size * size + 1e-8).sqrt())),
            Series::theory("gradient descent", curve(|size| size)),
            code("Adam, ε outside", adam(default_betas(), Epsilon::Outside, default_epsilon())),
            code("Adam, ε inside", adam(default_betas(), Epsilon::Inside, default_epsilon())),
            code("gradient descent, the code", Algorithm::GradientDescent),
        ],
        ..Plot::default()
    }
}
