//! # What a small gradient says about the distance to the optimum
//!
//! **Setting.** `f ∈ F(μ, L)` with its minimum 0 at 0, `g = ∇f(x)`.
//!
//! **Statement.** (1) For `μ > 0`: `|g|²/(2L) ≤ f(x) ≤ |g|²/(2μ)` and `|x| ≤ |g|/μ`; quadratics attain each. So the tolerance for `|g|` that guarantees a gap ε is
//! `√(2με)`. (2) For `μ = 0` a small gradient says nothing: Huber's function has `|g| = 10⁻⁶` and `f = 10⁶`, and 1000 steps of gradient descent change that by 10⁻⁹.
//!
//! **Why.** Interpolation inequalities with the minimiser, and the squares `|g - μx|²` and `|g - Lx|²`.
//!
//! **How it could fail.** The certificates are polynomial identities; drawn members of the class are evaluated exactly; the code runs on Huber's function in exact arithmetic.

use crate::certify::{Class, Sample};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic};
use crate::subject::{NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gradnorm-implies-near-optimum",
    title: "A small gradient means near the optimum for strongly convex functions, in units of μ, and not otherwise",
    topic: "foundations",
    record: Some("gradnorm-implies-near-optimum"),
    statement: "For $f ∈ F(μ, L)$ with $μ > 0$, $frac(‖∇f(x)‖^2, 2 L) ≤ f(x) - f^* ≤ frac(‖∇f(x)‖^2, 2 μ)$ and $‖x - x^*‖ ≤ frac(‖∇f(x)‖, μ)$. For $μ = 0$ \
                no gradient norm bounds the gap.",
    hypotheses: &["$f$ is $L$-smooth", "$f$ is $μ$-strongly convex with $μ > 0$, for the upper bounds"],
    sources: &[
        Source::Note("000", "543-545"),
        Source::Note("000", "571"),
        Source::Cited("nesterov2004", "section 2.1.3"),
        Source::Cited("taylor2017", "Theorem 4"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "$‖∇f(x)‖ ≤ 10^(-6)$ means convergence: $f(x) - f^* ≤ 1$",
            quantifier: "refuted by Huber's function, convex and 1-smooth, which is 10⁶ where its slope is 10⁻⁶",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| Ok(flat(&Rational::ONE)),
        },
        Claim {
            id: "class",
            as_stated: false,
            statement: "$frac(‖∇f(x)‖^2, 2 L) ≤ f(x) - f^* ≤ frac(‖∇f(x)‖^2, 2 μ)$ and $‖x - x^*‖ ≤ frac(‖∇f(x)‖, μ)$",
            quantifier: "every f in F(μ, L), every dimension, all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(certificates([0; 3])),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "the same three inequalities at points of drawn functions",
            quantifier: "2000 drawn functions with piecewise linear derivative and points, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(members(lab, |mu, _| mu.clone())),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "$½ L x^2$ attains the lower bound; $½ μ x^2$ attains the upper bound and that of the distance",
            quantifier: "κ = 2, 10 and 1000, three points each",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(attained(&Rational::ONE)),
        },
        Claim {
            id: "flat-run",
            as_stated: false,
            statement: "from the point where Huber's function with threshold $δ = 10^(-6)$ is $10^6$, every step of gradient descent has $‖∇f‖ = δ$, and after \
                        $t$ steps $f = 10^6 - t η δ^2$",
            quantifier: "1000 steps of the code at η = 1, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| flat_run(subject),
        },
    ],
    controls: &[
        Control {
            id: "smoothness-for-convexity",
            differs: "claims f - f* ≤ |g|²/(2L) and |x - x*| ≤ |g|/L",
            broken: Broken::Statement(|lab, _| Ok(members(lab, |_, smoothness| smoothness.clone()))),
        },
        Control {
            id: "convexity-larger-by-a-hundredth",
            differs: "claims f - f* ≤ |g|²/(2.02 μ) and |x - x*| ≤ |g|/(1.01 μ)",
            broken: Broken::Statement(|lab, _| Ok(members(lab, |mu, _| mu * rational(101, 100)))),
        },
        Control {
            id: "attained-less-a-billionth",
            differs: "claims that the bounds are attained with 1 - 10⁻⁹ of the gradient's square",
            broken: Broken::Statement(|_, _| Ok(attained(&rational(999_999_999, 1_000_000_000)))),
        },
        Control {
            id: "gap-of-a-million",
            differs: "claims that Huber's function is below 10⁶ where its slope is 10⁻⁶",
            broken: Broken::Statement(|_, _| Ok(flat(&(Rational::from(1_000_000) - rational(1, 1_000_000_000))))),
        },
        Control {
            id: "unbalanced-lower-bound",
            differs: "the multiplier of the lower bound's inequality is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(certificates([1, 0, 0]))),
        },
        Control {
            id: "unbalanced-upper-bound",
            differs: "the multiplier of the upper bound's inequality is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(certificates([0, 1, 0]))),
        },
        Control {
            id: "unbalanced-distance",
            differs: "the multiplier of the distance's inequality is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(certificates([0, 0, 1]))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "flat-run", subject: &LONGER_STEP },
        },
    ],
    plots: &[gaps],
};

/// `errors` are added, in billionths, to the multipliers of the three certificates.
fn certificates(errors: [i64; 3]) -> Evidence {
    let [mu, l, x, g, f] = Polynomial::variables();
    let class = Class { strong_convexity: mu.clone(), smoothness: l.clone() };
    let (two, difference) = (mu.int(2), &l - &mu);
    let minimum = Sample::minimiser(&mu);
    let here = Sample { point: x.clone(), gradient: g.clone(), value: f.clone() };
    let [lower, upper, distance] = errors.map(|error| mu.constant(&rational(error, 1_000_000_000)));
    let (flat, steep) = ((&g - &mu * &x).squared(), (&g - &l * &x).squared());
    let mut exact = Exact::new();
    // The inequalities carry the factor 2 (L - μ); each claim is multiplied by what makes the multipliers polynomials.
    let claim = &two * &difference * (&two * &l * &f - g.squared());
    exact.identity("f - f* ≥ |g|²/(2L)", claim - (&two * &l + lower) * class.interpolation(&here, &minimum), &two * &mu * steep);
    let claim = &two * &difference * (g.squared() - &two * &mu * &f);
    exact.identity("f - f* ≤ |g|²/(2μ)", claim - (&two * &mu + upper) * class.interpolation(&minimum, &here), &two * &l * &flat);
    let claim = &difference * (g.squared() - mu.squared() * x.squared());
    exact.identity("|x - x*| ≤ |g|/μ", claim - (&mu + distance) * class.cocoercivity(&here, &minimum), (&l + &mu) * &flat);
    exact.evidence()
}

/// `constant` stands for μ in the upper bounds, given μ and L.
fn members(lab: &Lab, constant: fn(&Rational, &Rational) -> Rational) -> Evidence {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(2000) {
        let draws = &mut stream.trial(case);
        let mu = draws.fraction(1..16, 16);
        let smoothness = &mu + draws.fraction(1..160, 16);
        let function = Piecewise::draw(draws, &mu, &smoothness);
        let x = draws.fraction(-320..320, 16);
        let (gap, slope) = (function.value(std::slice::from_ref(&x)), square(&function.derivative(&x)));
        let mu = constant(&mu, &smoothness);
        let found = || format!("case {case}: μ = {mu}, L = {smoothness}, x = {x}, gap {gap}, |g|² = {slope}");
        let twice = Rational::from(2) * &gap;
        exact.holds("2L (f - f*) ≥ |g|²", &smoothness * &twice >= slope, found);
        exact.holds("2μ (f - f*) ≤ |g|²", &mu * &twice <= slope, found);
        exact.holds("μ²|x - x*|² ≤ |g|²", square(&mu) * square(&x) <= slope, found);
    }
    exact.evidence()
}

/// The bounds are said to hold with equality for `share` of the gradient's square.
fn attained(share: &Rational) -> Evidence {
    let mut exact = Exact::new();
    for (kappa, x) in [2, 10, 1000].into_iter().flat_map(|kappa| [(kappa, -3), (kappa, 1), (kappa, 7)]) {
        let (mu, smoothness, x) = (rational(1, 3), rational(kappa, 3), Rational::from(x));
        let found = || format!("μ = {mu}, L = {smoothness}, x = {x}");
        let at = |curvature: &Rational| {
            let function = Quadratic { spectrum: vec![curvature.clone()] };
            let point = [x.clone()];
            (function.value(&point), share * square(&function.gradient(&point)[0]))
        };
        let (gap, slope) = at(&smoothness);
        exact.equal("f - f* = |g|²/(2L) on ½Lx²", &gap, &(slope / (Rational::from(2) * &smoothness)), found);
        let (gap, slope) = at(&mu);
        exact.equal("f - f* = |g|²/(2μ) on ½μx²", &gap, &(&slope / (Rational::from(2) * &mu)), found);
        exact.equal("|x - x*|² = |g|²/μ² on ½μx²", &square(&x), &(slope / square(&mu)), found);
    }
    exact.evidence()
}

fn threshold() -> Rational {
    rational(1, 1_000_000)
}

/// Where `δ|x| - δ²/2 = 10⁶`.
fn far_away() -> Rational {
    Rational::from(1_000_000) / threshold() + threshold() / Rational::from(2)
}

/// Whether Huber's function is at most `bound` at a point with a slope of 10⁻⁶.
fn flat(bound: &Rational) -> Evidence {
    let huber = Piecewise::<Rational>::huber(&Rational::ONE, &threshold());
    let (slope, gap) = (huber.derivative(&far_away()), huber.value(&[far_away()]));
    let mut exact = Exact::new();
    exact.equal("the slope", &slope, &threshold(), || "Huber's function".into());
    exact.holds("a small gap", gap <= *bound, || format!("L = 1, x = {}, slope {slope}: gap {gap}", far_away()));
    exact.evidence()
}

fn flat_run(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let huber = Piecewise::<Rational>::huber(&Rational::ONE, &threshold());
    let mut optimizer = subject.exact(&Method::gradient_descent(Rational::ONE))?;
    let path = trajectory(&mut *optimizer, vec![far_away()], |x| huber.gradient(x), 1000);
    let mut exact = Exact::new();
    for (t, x) in path.iter().enumerate() {
        let gap = Rational::from(1_000_000) - Rational::from(t) * square(&threshold());
        exact.equal("the slope stays", &huber.derivative(&x[0]), &threshold(), || format!("step {t}"));
        exact.equal("the gap is 10⁶ - t η δ²", &huber.value(x), &gap, || format!("step {t}, x = {}", readable(&x[0])));
    }
    Ok(exact.evidence())
}

fn gaps(lab: &Lab) -> Plot {
    let stream = lab.stream("members");
    let (mu, smoothness) = (rational(1, 1), rational(10, 1));
    let points = (0..200).map(|case| {
        let draws = &mut stream.trial(case);
        let function = Piecewise::draw(draws, &mu, &smoothness);
        let x = draws.fraction(1..320, 32);
        [to_f64(&function.derivative(&x)).abs(), to_f64(&function.value(&[x]))]
    });
    let line = |constant: f64| {
        (0..=40).map(move |k| libm::pow(10.0, -2.0 + 0.1 * f64::from(k))).map(move |g| [g, g * g / (2.0 * constant)])
    };
    Plot {
        id: "gaps".into(),
        title: "Gap against gradient norm for members of F(1, 10)".into(),
        x: "|g|".into(),
        y: "f - f*".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("|g|²/(2μ)", line(1.0)),
            Series::theory("|g|²/(2L)", line(10.0)),
            Series::measured("drawn functions and points", points),
        ],
    }
}
