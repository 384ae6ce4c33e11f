//! # The noise floor of SGD on a quadratic
//!
//! **Setting.** `f(x) = ½ Σ λ_i x_i²`, `x⁺ = x - η (∇f(x) + ξ)`, independent noise with `E ξ = 0` and `E ξ_i² = σ_i²`, `0 < ηλ_i < 2`.
//!
//! **Statement.** (1) The stationary variance is `V_i = ησ_i²/(λ_i (2 - ηλ_i))`, the floor their sum: about `ησ²/(2λ)`, linear in η.
//! (2) For `ηλ ≤ 1` it lies between `ησ²/(2λ)` and the note's `ησ²/μ`, which is therefore a bound and not the floor.
//!
//! **Why.** `E x⁺² = (1 - ηλ)² E x² + η²σ²`, a discrete Lyapunov equation; `V` solves it, and the distance to `V` contracts.
//!
//! **How it could fail.** The equation is compared as a polynomial. The code runs exactly from a two-point law of variance `V`,
//! which it must keep, and in floats from the stationary Gaussian law.

use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Algorithm, HeavyBall, Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-noise-floor",
    title: "The noise floor of SGD on a quadratic is ησ²/(λ(2 - ηλ))",
    topic: "stochastic",
    record: Some("sgd-noise-floor"),
    statement: "On $½ sum_i λ_i x_i^2$ with noise of variance $σ_i^2$ in coordinate $i$ and $0 < η λ_i < 2$, the stationary variance \
                of SGD is $sum_i (η σ_i^2)/(λ_i (2 - η λ_i))$. It is about half of the note's $(η σ^2)/μ$ for small $η$, and at most \
                that for $η λ ≤ 1$.",
    hypotheses: &[
        "a diagonal quadratic",
        "noise independent of the past, with mean 0 and constant variance, uncorrelated across coordinates",
        "$0 < η λ_i < 2$; $η λ_i ≤ 1$ for the bound",
    ],
    sources: &[
        Source::Note("000", "129"),
        Source::Note("002", "28"),
        Source::Note("000", "268-269"),
        Source::Cited("mandt2017", "stationary covariance"),
        Source::Cited("dieuleveut2020", "quadratic case"),
    ],
    claims: &[
        Claim {
            id: "equality",
            as_stated: true,
            statement: "the noise floor is $η σ^2/μ$",
            quantifier: "quadratics with ηλ ≤ 1/13, whose floor is about half of that",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| stationary(subject, note),
        },
        Claim {
            id: "lyapunov",
            as_stated: false,
            statement: "$V = η σ^2/(λ(2 - η λ))$ is the only solution of $V = (1 - η λ)^2 V + η^2 σ^2$, every start tends to it, and \
                        $η σ^2/(2λ) ≤ V ≤ η σ^2/λ$ for $η λ ≤ 1$",
            quantifier: "every mode of a diagonal quadratic, all 0 < ηλ < 2, every noise variance, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(lyapunov(2)),
        },
        Claim {
            id: "stationary",
            as_stated: false,
            statement: "one step of the code keeps a law with the covariance $\"diag\"(V_i)$, exactly",
            quantifier: "four step sizes, three modes with ηλ = 1/13, 1/41 and 1/85, all signs of state and noise",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| stationary(subject, floor),
        },
        Claim {
            id: "replicates",
            as_stated: false,
            statement: "started from the stationary Gaussian law, the code has $𝔼‖x‖^2 = sum_i V_i$ after 50 steps",
            quantifier: "one mode with ηλ = 1/10 and with 1/50; sixteen modes with ηλ from 1/160 to 1/10",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| replicates(lab, subject, floor),
        },
    ],
    controls: &[
        Control {
            id: "floor-of-the-note",
            differs: "claims that the floor equals ησ²/λ",
            broken: Broken::Statement(|lab, subject| replicates(lab, subject, note)),
        },
        Control {
            id: "continuous-time",
            differs: "claims ησ²/(2λ), the limit of small steps",
            broken: Broken::Statement(|_, subject| {
                stationary(subject, |eta, eigenvalue, variance| eta * variance / (Rational::from(2) * eigenvalue))
            }),
        },
        Control {
            id: "three-instead-of-two",
            differs: "claims V = ησ²/(λ(3 - ηλ)) in the Lyapunov equation",
            broken: Broken::Statement(|_, _| Ok(lyapunov(3))),
        },
        Control {
            id: "momentum",
            differs: "the code is the heavy ball with β = 1/2 at the same step size",
            broken: Broken::Subject {
                claim: "replicates",
                subject: &Impostor {
                    name: "heavy ball",
                    instead: |method| Method {
                        algorithm: Algorithm::HeavyBall(HeavyBall { momentum: rational(1, 2) }),
                        ..method.clone()
                    },
                },
            },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "stationary", subject: &impostors::LONGER_STEP },
        },
    ],
    plots: &[against_step_size],
};

/// A floor from step size, eigenvalue and noise variance.
type Floor = fn(&Rational, &Rational, &Rational) -> Rational;

fn floor(eta: &Rational, eigenvalue: &Rational, variance: &Rational) -> Rational {
    eta * variance / (eigenvalue * (Rational::from(2) - eta * eigenvalue))
}

fn note(eta: &Rational, eigenvalue: &Rational, variance: &Rational) -> Rational {
    eta * variance / eigenvalue
}

/// For `V = ησ²/D`, `D = λ(two - ηλ)`, with `two` = 2; multiplied by `D` where `V` occurs.
fn lyapunov(two: i64) -> Evidence {
    let [eta, lambda, sigma, moment] = Polynomial::variables();
    let (one, two) = (eta.int(1), eta.int(two));
    let product = &eta * &lambda;
    let denominator = &lambda * &(&two - &product);
    let (floor, noise) = (&eta * &(&sigma * &sigma), &eta * &eta * (&sigma * &sigma));
    let rate = (&one - &product) * (&one - &product);
    let mut exact = Exact::new();
    let mut identity = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    identity("V = (1 - ηλ)² V + η²σ²", &rate * &floor + &noise * &denominator, floor.clone());
    // With m = E x²: the next moment minus V is (1 - ηλ)² (m - V), so V attracts and is alone where (1 - ηλ)² < 1.
    let next = &rate * &moment + noise;
    identity("the distance to V contracts", &denominator * &next - floor.clone(), &rate * &(&denominator * &moment - floor));
    identity("(1 - ηλ)² < 1 for 0 < ηλ < 2", &one - &rate, &product * &(&two - &product));
    // ησ²/λ - V and V - ησ²/(2λ), divided by ησ²/λ and multiplied by 2 - ηλ.
    identity("V ≤ ησ²/λ where ηλ ≤ 1", (&two - &product) - one.clone(), &one - &product);
    identity("V ≥ ησ²/(2λ)", eta.int(2) - (&two - &product), product.clone());
    exact.evidence()
}

/// One step from all signs of `(±a_1, ±a_2, ±a_3)` with all signs of the noise `(±s_1, ±s_2, ±s_3)`. With `ηλ = 2/(1 + q²)` the floor
/// `V = ηs²/(λ(2 - ηλ))` is `s²/(λq)²`, so `s = aλq` makes `V = a²`, in rational numbers.
fn stationary(subject: &dyn Subject, claimed: Floor) -> Result<Evidence, NotOffered> {
    const MODES: usize = 3;
    let mut exact = Exact::new();
    for eta in [rational(1, 100), rational(1, 10), rational(1, 3), rational(7, 2)] {
        let roots = [5, 9, 13].map(Rational::from);
        let spectrum = roots.each_ref().map(|q| Rational::from(2) / (&eta * (Rational::ONE + square(q))));
        let state: [Rational; MODES] = [1, 2, 3].map(Rational::from);
        let noise: [Rational; MODES] = std::array::from_fn(|mode| &state[mode] * &spectrum[mode] * &roots[mode]);
        let quadratic = Quadratic { spectrum: spectrum.to_vec() };
        let signed = |values: &[Rational], signs: usize| -> Vec<Rational> {
            let flip = |(place, x): (usize, &Rational)| if signs >> place & 1 == 0 { x.clone() } else { -x.clone() };
            values.iter().enumerate().map(flip).collect()
        };
        let mut products = vec![Rational::ZERO; MODES * MODES];
        for signs in 0..1 << (2 * MODES) {
            let mut x = signed(&state, signs);
            advance(&mut *subject.exact(&Method::gradient_descent(eta.clone()))?, &mut x, |x| {
                quadratic.gradient(x).into_iter().zip(signed(&noise, signs >> MODES)).map(|(g, noise)| g + noise).collect()
            });
            for (place, product) in products.iter_mut().enumerate() {
                *product += &x[place / MODES] * &x[place % MODES] / Rational::from(1 << (2 * MODES));
            }
        }
        for (place, product) in products.iter().enumerate() {
            let (i, j) = (place / MODES, place % MODES);
            let expected = if i == j { claimed(&eta, &spectrum[i], &square(&noise[i])) } else { Rational::ZERO };
            let input = || format!("η = {eta}, λ = {}, σ = {}, E x_{i} x_{j}", spectrum[i], noise[i]);
            exact.equal("E x⁺ x⁺ᵀ = diag(V)", product, &expected, input);
        }
    }
    Ok(exact.evidence())
}

/// `‖x‖²` after 50 steps with standard normal noise from the stationary law of the claimed method.
fn after_fifty(
    subject: &dyn Subject,
    eta: &Rational,
    spectrum: &[f64],
    floors: &[f64],
    draws: &mut Draws,
) -> Result<f64, NotOffered> {
    let mut optimizer = subject.double(&Method::gradient_descent(eta.clone()))?;
    let quadratic = Quadratic { spectrum: spectrum.to_vec() };
    let mut x: Vec<f64> = floors.iter().map(|floor| floor.sqrt() * draws.normal()).collect();
    for _ in 0..50 {
        advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x).into_iter().map(|g| g + draws.normal()).collect());
    }
    Ok(x.iter().map(|x| x * x).sum())
}

/// In units of the true floor. The state stays Gaussian, an affine image of independent Gaussians, with independent coordinates: the
/// statistic is a weighted sum of squares of independent Gaussians, a scaled χ² for equal modes, hence sub-gamma. Its weights
/// follow from the claim, so they are taken twice as large. With ηλ ≤ 1/10 the note's ησ²/λ is off by at least 0.9: five margins.
fn replicates(lab: &Lab, subject: &dyn Subject, claimed: Floor) -> Result<Evidence, NotOffered> {
    let one = Rational::ONE;
    let mut statistics = Vec::new();
    for (name, eta, spectrum) in [
        ("16 replicates with ηλ = 1/10", rational(1, 10), vec![one.clone(); 16]),
        ("16 replicates with ηλ = 1/50", rational(1, 50), vec![one.clone(); 16]),
        ("16 modes with ηλ = 1/160, ..., 16/160", rational(1, 160), (1..=16).map(Rational::from).collect()),
    ] {
        let floors: Vec<f64> = spectrum.iter().map(|eigenvalue| to_f64(&floor(&eta, eigenvalue, &one))).collect();
        let total: f64 = floors.iter().sum();
        let target = spectrum.iter().map(|eigenvalue| to_f64(&claimed(&eta, eigenvalue, &one))).sum::<f64>() / total;
        let spectrum: Vec<f64> = spectrum.iter().map(to_f64).collect();
        let weights = || floors.iter().map(|floor| 2.0 * floor / total);
        let law = Law::SubGamma {
            variance: 2.0 * weights().map(|weight| weight * weight).sum::<f64>(),
            scale: 2.0 * weights().fold(0.0, f64::max),
        };
        let margin = 0.18;
        let largest = 4 * law.required(margin, lab.policy.alpha());
        subject.double(&Method::gradient_descent(eta.clone()))?; // trials cannot say that it is not offered
        let question = Question { name, relation: Relation::Equal, target, margin, law, largest };
        statistics.push(estimate(lab, &question, |draws| {
            after_fifty(subject, &eta, &spectrum, &floors, draws).map_or(f64::NAN, |square| square / total)
        }));
    }
    Ok(Evidence::sampled(statistics))
}

fn against_step_size(lab: &Lab) -> Plot {
    let stream = lab.stream("floor");
    let one = Rational::ONE;
    let curve = |of: Floor| {
        let one = one.clone();
        (1..=95).map(move |k| rational(k, 50)).map(move |eta| [to_f64(&eta), to_f64(&of(&eta, &one, &one))])
    };
    let measured = (1..=19).filter_map(|k| {
        let eta = rational(k, 10);
        let floors = vec![to_f64(&floor(&eta, &one, &one)); 1000];
        let square = after_fifty(&Reference, &eta, &vec![1.0; 1000], &floors, &mut stream.trial(k as u64)).ok()?;
        Some([to_f64(&eta), square / 1000.0])
    });
    Plot {
        id: "floor".into(),
        title: "Stationary variance on ½ x², σ = 1, 1000 replicates a point".into(),
        x: "step size η".into(),
        y: "E x²".into(),
        log_y: true,
        series: vec![
            Series::theory("ησ²/(λ(2 - ηλ))", curve(floor)),
            Series::theory("ησ²/λ, the note's second term", curve(note)),
            Series::measured("the code after 50 steps", measured),
        ],
        ..Plot::default()
    }
}
