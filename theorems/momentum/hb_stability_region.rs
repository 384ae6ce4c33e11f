//! # Which step sizes momentum allows on quadratics
//!
//! **Setting.** `½ λ x²`, `a = ηλ`, momentum `0 ≤ β < 1`: the heavy ball with velocity `v ← βv + g` or `βv + ηg` or in two points, the
//! same with an average, `v ← βv + (1 - β)g`, and Nesterov's method in any form that looks ahead to scale.
//!
//! **Statement.** They converge from every start exactly for `0 < a < 2(1 + β)`, `0 < a < 2(1 + β)/(1 - β)` and
//! `0 < a < 2(1 + β)/(1 + 2β)`; `2/L` is the heavy ball's threshold only without momentum, and Nesterov's lies between 4/3 and 2.
//!
//! **Why.** Jury: the roots of `z² - Tz + D` lie inside the unit circle exactly if `D < 1`, `1 - T + D > 0` and `1 + T + D > 0`.
//!
//! **How it could fail.** Jury's forms are compared as polynomials in `a` and `β`. The code's `T` and `D` are read off its exact
//! iterates, and its iterates a millionth below and above each threshold must shrink and grow.

use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, rational, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Form, HeavyBall, Method, Momentum, Nesterov, Velocity, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::theorems::momentum::recursion::Recursion;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "hb-stability-region",
    title: "Momentum moves the step-size threshold 2/L: up to 2(1 + β)/L for the heavy ball, down to 4/(3L) for Nesterov",
    topic: "momentum",
    record: Some("hb-stability-region"),
    statement: "On quadratics with largest eigenvalue $L$ and momentum $0 ≤ β < 1$ the iterates converge from every start exactly for \
                $0 < η L < 2 (1 + β)$ (heavy ball), $0 < η L < frac(2 (1 + β), 1 - β)$ (velocity as an average) and \
                $0 < η L < frac(2 (1 + β), 1 + 2 β)$ (Nesterov), which is below $2$.",
    hypotheses: &["$f$ is a quadratic with eigenvalues in $[μ, L]$, $μ > 0$", "exact gradients, constant $η$ and $0 ≤ β < 1$"],
    sources: &[
        Source::Note("001", "106-112"),
        Source::Note("000", "159"),
        Source::Note("004", "98"),
        Source::Cited("jury1964", "the criterion of the second order"),
        Source::Cited("polyak1987", "section 3.2"),
    ],
    claims: &[
        Claim {
            id: "two-over-l",
            as_stated: true,
            statement: "with momentum as without it, the iterates converge exactly for $η < 2/L$",
            quantifier: "heavy ball and Nesterov at β = 9/10, η = k/(10 L), k = 1, ..., 40 without 10 and 20",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| two_over_l(subject, &[Kind::HeavyBall, Kind::Nesterov], &rational(9, 10), 1..=40),
        },
        Claim {
            id: "two-over-l-without-momentum",
            as_stated: false,
            statement: "with the momentum $1/10^9$ the heavy ball and Nesterov's method converge at the multiples of \
                        $1/(10 L)$ below $2/L$ and diverge at those beyond",
            quantifier: "β = 10⁻⁹, η = k/(10 L), k = 1, ..., 40 without 10 and 20",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| two_over_l(subject, &[Kind::HeavyBall, Kind::Nesterov], &rational(1, 1_000_000_000), 1..=40),
        },
        Claim {
            id: "region",
            as_stated: false,
            statement: "Jury's conditions hold exactly for $0 < a < 2 (1 + β)$, $0 < a < frac(2 (1 + β), 1 - β)$ and \
                        $0 < a < frac(2 (1 + β), 1 + 2 β)$, where $a = η λ$; the last bound falls with $β$ from $2$ to $4/3$",
            quantifier: "every 0 ≤ β < 1 and every real a; the heavy ball also -1 < β < 0, and no other β at all",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(region([0; 3])),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "the iterates of the code obey $x_(t+2) = T x_(t+1) - D x_t$ with the $T$ and $D$ of the formulas, and Jury's \
                        conditions hold for them exactly below the threshold",
            quantifier: "9 velocity conventions and forms, 6 momenta, 9 multiples of each threshold, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject),
        },
        Claim {
            id: "located",
            as_stated: false,
            statement: "a millionth below the threshold $|x_200| < |x_150|$, at the threshold $|x_200| = |x_150|$ up to $10^(-6)$, and \
                        a millionth above it $|x_200| > |x_150|$",
            quantifier: "the code's exact iterates from rest at 1, the three thresholds, β = 1/4, 1/2 and 9/10",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| located(subject, Rational::ZERO),
        },
    ],
    controls: &[
        Control {
            id: "two-over-l-suffices-for-nesterov",
            differs: "claims that Nesterov's method converges at η = 1.9/L with β = 0.9",
            broken: Broken::Statement(|_, subject| two_over_l(subject, &[Kind::Nesterov], &rational(9, 10), 19..=19)),
        },
        Control {
            id: "two-over-l-is-necessary-for-the-heavy-ball",
            differs: "claims that the heavy ball diverges at η = 3.7/L with β = 0.9",
            broken: Broken::Statement(|_, subject| two_over_l(subject, &[Kind::HeavyBall], &rational(9, 10), 37..=37)),
        },
        Control {
            id: "threshold-off-by-two-millionths",
            differs: "claims thresholds larger by two millionths",
            broken: Broken::Statement(|_, subject| located(subject, rational(2, 1_000_000))),
        },
        Control {
            id: "heavy-ball-threshold-larger-by-a-billionth",
            differs: "claims 2(1 + β) + 10⁻⁹ for the heavy ball",
            broken: Broken::Statement(|_, _| Ok(region([1, 0, 0]))),
        },
        Control {
            id: "average-threshold-larger-by-a-billionth",
            differs: "claims 2(1 + β) + 10⁻⁹ for (1 - β) a of the average",
            broken: Broken::Statement(|_, _| Ok(region([0, 1, 0]))),
        },
        Control {
            id: "nesterov-threshold-larger-by-a-billionth",
            differs: "claims 2(1 + β) + 10⁻⁹ for (1 + 2β) a of Nesterov's method",
            broken: Broken::Statement(|_, _| Ok(region([0, 0, 1]))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the momentum of the code's two-point heavy ball is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &HEAVIER_BALL },
        },
        Control {
            id: "average-for-sum",
            differs: "the code's velocity is an average where a sum is asked for",
            broken: Broken::Subject { claim: "located", subject: &Impostor { name: "average for sum", instead: averaged } },
        },
    ],
    plots: &[thresholds],
};

/// The three recursions.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    HeavyBall,
    Average,
    Nesterov,
}

const KINDS: [Kind; 3] = [Kind::HeavyBall, Kind::Average, Kind::Nesterov];

impl Kind {
    fn threshold(self, beta: &Rational) -> Rational {
        let one = Rational::ONE;
        let room = Rational::from(2) * (&one + beta);
        match self {
            Kind::HeavyBall => room,
            Kind::Average => room / (one - beta),
            Kind::Nesterov => room / (one + Rational::from(2) * beta),
        }
    }

    /// T and D, in numbers or polynomials.
    fn formula<N: Clone + std::ops::Add<Output = N> + std::ops::Sub<Output = N> + std::ops::Mul<Output = N>>(
        self,
        [one, a, beta]: [&N; 3],
    ) -> [N; 2] {
        let [one, a, beta] = [one.clone(), a.clone(), beta.clone()];
        match self {
            Kind::HeavyBall => [one + beta.clone() - a, beta],
            Kind::Average => [one.clone() + beta.clone() - (one - beta.clone()) * a, beta],
            Kind::Nesterov => [(one.clone() + beta.clone()) * (one.clone() - a.clone()), beta * (one - a)],
        }
    }

    /// The methods that have this recursion in the parameters themselves.
    fn algorithms(self, beta: &Rational) -> Vec<Algorithm> {
        let momentum = |velocity| Algorithm::Momentum(Momentum { momentum: beta.clone(), velocity });
        let nesterov = |form| {
            let momentum = Extrapolation::Constant(beta.clone());
            Algorithm::Nesterov(Nesterov { momentum, form })
        };
        match self {
            Kind::HeavyBall => vec![
                Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() }),
                momentum(Velocity::StepOutside),
                momentum(Velocity::StepInside),
            ],
            Kind::Average => vec![momentum(Velocity::Average)],
            Kind::Nesterov => vec![
                nesterov(Form::Sequence),
                nesterov(Form::StepInside),
                nesterov(Form::StepOutside),
                nesterov(Form::Corrected),
                nesterov(Form::CorrectedStepInside),
            ],
        }
    }

    /// The first of them, which is run in claims about all of a kind.
    fn method(self, step_size: Rational, beta: &Rational) -> Method {
        Method::new(self.algorithms(beta).swap_remove(usize::from(self == Kind::HeavyBall)), step_size)
    }
}

/// A control's method.
fn averaged(method: &Method) -> Method {
    match &method.algorithm {
        Algorithm::Momentum(rule) => {
            let algorithm = Algorithm::Momentum(Momentum { velocity: Velocity::Average, ..rule.clone() });
            Method { algorithm, ..method.clone() }
        }
        _ => method.clone(),
    }
}

/// At the multiples `tenths` of `1/(10 L)`.
fn two_over_l(
    subject: &dyn Subject,
    kinds: &[Kind],
    beta: &Rational,
    tenths: std::ops::RangeInclusive<i64>,
) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for kind in kinds {
        // At ηL = 1 Nesterov's iterates stop at the minimum: nothing can be read off them.
        for part in tenths.clone().filter(|part| ![10, 20].contains(part)) {
            let a = rational(part, 10);
            let found = Recursion::read(subject, &kind.method(a.clone(), beta), &Rational::ONE)?;
            exact.holds("the iterates obey a two-step recursion", found.holds, || format!("{kind:?}, ηL = {a}, β = {beta}"));
            exact.holds("converges exactly for η < 2/L", found.is_stable() == (part < 20), || {
                let word = if found.is_stable() { "converges" } else { "diverges" };
                format!("{kind:?} with β = {beta} {word} at η = {a}/L: T = {}, D = {}", found.trace, found.determinant)
            });
        }
    }
    Ok(exact.evidence())
}

/// Jury's forms; `errors` are added, in billionths, to the three thresholds.
fn region(errors: [i64; 3]) -> Evidence {
    let [a, beta] = Polynomial::variables();
    let [one, two, three] = [1, 2, 3].map(|n| a.int(n));
    let mut exact = Exact::new();
    for (kind, error) in KINDS.into_iter().zip(errors) {
        let [trace, determinant] = kind.formula([&one, &a, &beta]);
        let scale = match kind {
            Kind::HeavyBall => one.clone(),
            Kind::Average => &one - &beta,
            Kind::Nesterov => &one + &two * &beta,
        };
        let room = &two * (&one + &beta) + a.constant(&rational(error, 1_000_000_000));
        let [below, above] = [&one - &trace + &determinant, &one + &trace + &determinant];
        // Positive exactly for a > 0, and exactly below the threshold, as the scales are positive for 0 ≤ β < 1.
        let slope = if kind == Kind::Average { scale.clone() } else { one.clone() };
        exact.identity("1 - T + D", below.clone(), slope * &a);
        exact.identity("1 + T + D", above.clone(), room - &scale * &a);
        if kind == Kind::Nesterov {
            // 1 - D > 0 for 0 ≤ β < 1 and a > 0: a sum of terms that are positive or zero.
            exact.identity("1 - D", &one - &determinant, &one - &beta + &beta * &a);
        } else {
            // 1 - D > 0 is β < 1, and the two other conditions add up to β > -1: no other β has a stable a.
            exact.identity("1 - D", &one - &determinant, &one - &beta);
            exact.identity("the sum of the two others", below + above, &two * (&one + &beta));
        }
    }
    // 2(1 + β)/(1 + 2β), times 1 + 2β or 3(1 + 2β): below 2, above 4/3, and falling.
    let [top, bottom] = [&two * (&one + &beta), &one + &two * &beta];
    exact.identity("2 less the threshold", &two * &bottom - &top, &two * &beta);
    exact.identity("the threshold less 4/3", &three * &top - a.int(4) * &bottom, &two * (&one - &beta));
    // Its slope in β, times (1 + 2β)²: 2 (1 + 2β) - 2 (2 + 2β) = -2.
    exact.identity("the threshold falls", &two * &bottom - &two * &top, -two.clone());
    exact.evidence()
}

fn code(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    // T and D are polynomials of degree at most 2 in a and in β: agreement at 6 x 9 points leaves no other.
    for beta in [rational(1, 100), rational(1, 4), rational(1, 2), rational(3, 4), rational(9, 10), rational(99, 100)] {
        for kind in KINDS {
            let threshold = kind.threshold(&beta);
            for (algorithm, part) in kind
                .algorithms(&beta)
                .into_iter()
                .flat_map(|algorithm| [1, 10, 25, 50, 75, 99, 101, 150, 400].map(|part| (algorithm.clone(), part)))
            {
                // η = 3a/2 at λ = 2/3, so that the two are told apart.
                let a = &threshold * rational(part, 100);
                let [eta, lambda] = [&a * rational(3, 2), rational(2, 3)];
                let found = Recursion::read(subject, &Method::new(algorithm.clone(), eta), &lambda)?;
                let at = || format!("{algorithm}, ηλ = {}: T = {}, D = {}", readable(&a), found.trace, found.determinant);
                let [trace, determinant] = kind.formula([&Rational::ONE, &a, &beta]);
                exact.holds("T and D", found.holds && [&found.trace, &found.determinant] == [&trace, &determinant], at);
                exact.holds("converges exactly below the threshold", found.is_stable() == (part < 100), at);
            }
        }
    }
    Ok(exact.evidence())
}

/// `error` is added to the thresholds, relatively.
///
/// At the threshold the roots are -1 and `-D`: 0.9¹⁵⁰ < 2 · 10⁻⁷, at most, is what the second one leaves after 150 steps.
/// A millionth moves the first by a millionth at least, which 50 steps multiply.
fn located(subject: &dyn Subject, error: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let quadratic = Quadratic { spectrum: vec![Rational::ONE] };
    for beta in [rational(1, 4), rational(1, 2), rational(9, 10)] {
        for kind in KINDS {
            for millionth in [-1, 0, 1] {
                let a = kind.threshold(&beta) * (Rational::ONE + &error + rational(millionth, 1_000_000));
                let mut optimizer = subject.exact(&kind.method(a, &beta))?;
                let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| quadratic.gradient(x), 200).concat();
                let [before, after] = [150, 200].map(|step| path[step].clone().magnitude());
                let growth = &after / &before - Rational::ONE;
                let right = match millionth {
                    -1 => growth < Rational::ZERO,
                    0 => growth.clone().magnitude() < rational(1, 1_000_000),
                    _ => growth > Rational::ZERO,
                };
                exact.holds("shrinks below, stays at, grows above", right, || {
                    format!("{kind:?}, β = {beta}, {millionth} millionths from the threshold: growth {}", readable(&growth))
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// The largest stable `ηλ` of the code in doubles, by bisection: after 3,000 steps the iterates are smaller than at the start, or not.
fn bisected(kind: Kind, beta: &Rational) -> Option<f64> {
    let (mut low, mut high) = (0.0f64, 100.0f64);
    for _ in 0..24 {
        let middle = 0.5 * (low + high);
        let method = kind.method(Rational::try_from(middle).ok()?, beta);
        let mut optimizer = Reference.double(&method).ok()?;
        let mut x = vec![1.0];
        for _ in 0..3000 {
            advance(&mut *optimizer, &mut x, |x| x.to_vec());
        }
        if x[0].abs() < 1.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low)
}

fn thresholds(_: &Lab) -> Plot {
    let theory = |kind: Kind| {
        let beta = (0..=95).map(|part| rational(part, 100));
        beta.map(move |beta| [to_f64(&beta), to_f64(&kind.threshold(&beta))])
    };
    let measured = |kind: Kind| {
        let beta = (0..=9).map(|part| rational(part, 10)).chain([rational(95, 100)]);
        beta.filter_map(|beta| Some([to_f64(&beta), bisected(kind, &beta)?])).collect::<Vec<_>>()
    };
    Plot {
        id: "thresholds".into(),
        title: "The largest stable step size on quadratics against the momentum".into(),
        x: "momentum β".into(),
        y: "threshold of ηL".into(),
        log_y: true,
        series: vec![
            Series::theory("2(1 + β)", theory(Kind::HeavyBall)),
            Series::theory("2(1 + β)/(1 - β)", theory(Kind::Average)),
            Series::theory("2(1 + β)/(1 + 2β)", theory(Kind::Nesterov)),
            Series::measured("heavy ball, bisected", measured(Kind::HeavyBall)),
            Series::measured("average, bisected", measured(Kind::Average)),
            Series::measured("Nesterov, bisected", measured(Kind::Nesterov)),
        ],
        ..Plot::default()
    }
}
