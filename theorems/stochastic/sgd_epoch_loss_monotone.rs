//! # Near its floor the loss of SGD rises in half of the epochs
//!
//! **Setting.** Epochs of `m` steps; the loss is measured after each. Full gradients, batches, and a quadratic with independent noise in its stationary law.
//!
//! **Statement.** (1) With full gradients and `0 < η < 2/L` the loss falls in every step until the gradient vanishes. (2) With batches it need not: from the minimum of two
//! samples every epoch of single samples raises it. (3) In the stationary law on `½λ‖x‖²` the loss rises in exactly half of the epochs.
//!
//! **Why.** The descent lemma; a stationary Gaussian chain `x⁺ = ax + ξ` is reversible, so that `(x_0, x_m)` and `(x_m, x_0)` have one law.
//!
//! **How it could fail.** Steps are exact on drawn functions and on two samples, for both orders; in doubles gradient descent must not rise beyond rounding. The half is sampled.

use super::mode::weights;
use crate::evidence::{Evidence, Exact, Property, Relation, readable};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, Tracked, rational, square, to_f64};
use crate::optimizers::{Method, Optimizer, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-epoch-loss-monotone",
    title: "The loss falls in every epoch with full gradients, in half of them near the floor",
    topic: "stochastic",
    record: Some("sgd-epoch-loss-monotone"),
    statement: "With full gradients and $0 < η < 2/L$ the training loss falls in every step. With batches it does not: in the stationary law on $½ λ ‖x‖^2$ it rises in \
                half of the epochs.",
    hypotheses: &[
        "$f$ has an $L$-Lipschitz gradient, full gradients, $0 < η < 2/L$, for the fall",
        "equal curvatures, independent normal noise, the stationary law, for the half",
    ],
    sources: &[Source::Note("002", "61"), Source::Note("002", "238"), Source::Cited("nesterov2004", "section 1.2.3")],
    claims: &[
        Claim {
            id: "every-epoch",
            as_stated: true,
            statement: "the training loss decreases in each epoch, with single samples",
            quantifier: "two samples ½(x ∓ 1)², both orders, η = 1/2, 1/10 and 1/100, from the minimum and from x = 10",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| epochs(subject, &[0, 10]),
        },
        Claim {
            id: "full-gradients",
            as_stated: false,
            statement: "with full gradients $f(x_+) ≤ f(x) - η (1 - η L/2)‖∇f(x)‖^2$, less than $f(x)$ unless the gradient vanishes",
            quantifier: "every f with L-Lipschitz gradient, all 0 < η < 2/L, as polynomial identities; the code on drawn functions",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |lab, subject| full(lab, subject, 0),
        },
        Claim {
            id: "far-away",
            as_stated: false,
            statement: "far from the floor an epoch of single samples decreases the loss, in both orders",
            quantifier: "two samples ½(x ∓ 1)², both orders, η = 1/2, 1/10 and 1/100, from x = 10",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| epochs(subject, &[10]),
        },
        Claim {
            id: "half",
            as_stated: false,
            statement: "in the stationary law the share of epochs in which the loss rises is ½",
            quantifier: "one mode and four equal ones, ηλ = 1/10 with epochs of 5 steps, ηλ = 1/2 with one step",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| half(lab, subject, 0.5, 1.0),
        },
        Claim {
            id: "doubles",
            as_stated: false,
            statement: "in doubles gradient descent's loss does not rise by more than rounding",
            quantifier: "gradient descent on ½(x² + 10y²), η = 0.19 and 0.01, 100 steps",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| doubles(subject, &[rational(19, 100), rational(1, 100)]),
        },
    ],
    controls: &[
        Control {
            id: "epochs-at-the-floor",
            differs: "claims the decrease from the minimum too",
            broken: Broken::Statement(|_, subject| epochs(subject, &[10, 0])),
        },
        Control {
            id: "never-rises",
            differs: "claims that the loss rises in no epoch",
            broken: Broken::Statement(|lab, subject| half(lab, subject, 0.0, 1.0)),
        },
        Control {
            id: "always-rises-from-zero",
            differs: "the runs start at a quarter of the stationary deviation",
            broken: Broken::Statement(|lab, subject| half(lab, subject, 0.5, 0.25)),
        },
        Control {
            id: "more-descent",
            differs: "claims the descent η(1 - ηL/2 + 10⁻⁹)‖∇f‖²",
            broken: Broken::Statement(|lab, subject| full(lab, subject, 1)),
        },
        Control {
            id: "beyond-two-over-l",
            differs: "η = 0.2 + 10⁻¹⁵ > 2/L",
            broken: Broken::Statement(|_, subject| doubles(subject, &[rational(200_000_000_000_001, 1_000_000_000_000_000)])),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "full-gradients", subject: &LONGER_STEP },
        },
        Control {
            id: "ascent",
            differs: "the code adds the step",
            broken: Broken::Subject {
                claim: "far-away",
                subject: &Impostor {
                    name: "ascent",
                    instead: |method| Method { step_size: -method.step_size.clone(), ..method.clone() },
                },
            },
        },
    ],
    plots: &[curve],
};

/// One epoch of the samples `½(x - b)²`, `b = ±1`, in both orders; the loss is `½x²` but for a constant. After it
/// `x = (1 - η)² x_0 ∓ η² `, so that the loss falls from 10 and rises from 0.
fn epochs(subject: &dyn Subject, starts: &[i64]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (start, eta) in
        starts.iter().flat_map(|start| [rational(1, 2), rational(1, 10), rational(1, 100)].map(|eta| (*start, eta)))
    {
        for order in [[1, -1], [-1, 1]] {
            let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
            let mut x = vec![Rational::from(start)];
            for sample in order {
                advance(&mut *optimizer, &mut x, |x| vec![&x[0] - Rational::from(sample)]);
            }
            let expected = square(&(Rational::ONE - &eta)) * Rational::from(start) - square(&eta) * Rational::from(order[0]);
            let input = || format!("η = {eta}, x = {start}, samples at {order:?}: x = {}", x[0]);
            exact.equal("the epoch", &x[0], &expected, input);
            exact.holds("the loss falls", square(&x[0]) < Rational::from(start * start), input);
        }
    }
    Ok(exact.evidence())
}

/// `more` billionths are added to `1 - ηL/2`. The descent lemma is an equality for `½Lx²`, on which the code is held against it too.
fn full(lab: &Lab, subject: &dyn Subject, more: i64) -> Result<Evidence, NotOffered> {
    let [eta, l, g, f] = Polynomial::variables();
    let extra = rational(more, 1_000_000_000);
    let mut exact = Exact::new();
    let lemma = eta.int(2) * &f - eta.int(2) * &eta * g.squared() + &l * eta.squared() * g.squared();
    let share = eta.int(2) - &eta * &l + eta.constant(&(Rational::from(2) * &extra));
    exact.identity("the lemma at x - ηg, twice", lemma, eta.int(2) * &f - &eta * share * g.squared());
    let stream = lab.stream("members");
    for case in 0..lab.cases(300) {
        let draws = &mut stream.trial(case);
        let smoothness = draws.fraction(1..64, 16);
        let step = draws.fraction(1..32, 16);
        let start = draws.fraction(-320..320, 16);
        let tight = case % 4 == 0;
        let function = if tight { Piecewise::parabola(&smoothness) } else { Piecewise::draw_smooth(draws, &smoothness) };
        let mut x = vec![start.clone()];
        let gradient = function.derivative(&start);
        let mut optimizer = subject.exact(&Method::gradient_descent(&step / &smoothness))?;
        let before = function.value(&x);
        advance(&mut *optimizer, &mut x, |x| function.gradient(x));
        let share = Rational::ONE - &step / Rational::from(2) + &extra;
        let claimed = before - &step / &smoothness * share * square(&gradient);
        let after = function.value(&x);
        let input = || {
            format!(
                "case {case}: L = {smoothness}, ηL = {step}, x = {start}: {} against {}",
                readable(&after),
                readable(&claimed)
            )
        };
        exact.holds("f(x⁺) ≤ f - η(1 - ηL/2)‖∇f‖²", after <= claimed, input);
        if tight {
            exact.holds("attained on a parabola", after == claimed, input);
        }
    }
    Ok(exact.evidence())
}

/// Whether the loss is larger after `steps` steps than at a start of `scale` stationary deviations.
fn rises(
    subject: &dyn Subject,
    eta: &Rational,
    modes: usize,
    steps: usize,
    scale: f64,
    draws: &mut Draws,
) -> Result<bool, NotOffered> {
    let mut optimizer = subject.double(&Method::gradient_descent(eta.clone()))?;
    let deviation = scale * to_f64(&(eta / (Rational::from(2) - eta))).sqrt();
    let quadratic = Quadratic { spectrum: vec![1.0; modes] };
    let mut x: Vec<f64> = (0..modes).map(|_| deviation * draws.normal()).collect();
    let before = quadratic.value(&x);
    for _ in 0..steps {
        advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x).into_iter().map(|g| g + draws.normal()).collect());
    }
    Ok(quadratic.value(&x) > before)
}

fn half(lab: &Lab, subject: &dyn Subject, claimed: f64, scale: f64) -> Result<Evidence, NotOffered> {
    let mut statistics = Vec::new();
    for (name, eta, modes, steps) in [
        ("one mode, ηλ = 1/10, 5 steps", rational(1, 10), 1, 5),
        ("four modes, ηλ = 1/10, 5 steps", rational(1, 10), 4, 5),
        ("four modes, ηλ = 1/2, 1 step", rational(1, 2), 4, 1),
    ] {
        subject.double(&Method::gradient_descent(eta.clone()))?; // trials cannot say that it is not offered
        let law = Law::Bounded { lo: 0.0, hi: 1.0 };
        let margin = 0.04;
        let largest = 4 * law.required(margin, lab.policy.alpha());
        let question = Question { name, relation: Relation::Equal, target: claimed, margin, law, largest };
        statistics.push(estimate(lab, &question, |draws| match rises(subject, &eta, modes, steps, scale, draws) {
            Ok(rose) => f64::from(u8::from(rose)),
            Err(_) => f64::NAN,
        }));
    }
    Ok(Evidence::sampled(statistics))
}

/// The rise of the loss in each step, against twice the rounding of a coordinate as `Tracked` carries it, in the loss.
fn doubles(subject: &dyn Subject, etas: &[Rational]) -> Result<Evidence, NotOffered> {
    let spectrum = [1.0, 10.0];
    let mut property = Property::new();
    for eta in etas {
        let method = Method::gradient_descent(eta.clone());
        let mut optimizer = subject.double(&method)?;
        let mut x = vec![3.0, 1.0];
        for step in 1..=100 {
            let before = x.clone();
            // One step of the rule from the subject's own point, with what it may round off; gradients are handed over as they are.
            let gradient: Vec<f64> = spectrum.iter().zip(&x).map(|(eigenvalue, x)| eigenvalue * x).collect();
            let mut tracked: Vec<Tracked<f64>> = x.iter().copied().map(Tracked::exactly).collect();
            let mut rule: Box<dyn Optimizer<Tracked<f64>>> = method.build();
            advance(&mut *rule, &mut tracked, |_| gradient.iter().copied().map(Tracked::exactly).collect());
            advance(&mut *optimizer, &mut x, |_| gradient.clone());
            // Rounding of x⁺ by b moves ½λx² by at most λ|x⁺|b + ½λb²; the sums here and the gradients' own rounding are a few ulps.
            let loss = |x: &[f64]| spectrum.iter().zip(x).map(|(eigenvalue, x)| 0.5 * eigenvalue * x * x).sum::<f64>();
            let moved = |place: usize| {
                let bound = tracked[place].bound();
                spectrum[place] * ((before[place].abs() + bound) * bound)
            };
            let bound = moved(0) + moved(1) + 16.0 * f64::EPSILON * loss(&before);
            property.within("the loss does not rise", loss(&x) - loss(&before), bound, || format!("η = {eta}, step {step}"));
        }
    }
    Ok(property.evidence())
}

fn curve(lab: &Lab) -> Plot {
    let draws = &mut lab.stream("curve").trial(0);
    let eta = rational(1, 10);
    let found = weights(&mut Exact::new(), &Reference, &eta, &Rational::ONE, 60).unwrap_or_default();
    let gradient_descent = found.iter().enumerate().map(|(step, weights)| [step as f64, 4.5 * to_f64(&square(&weights.start))]);
    let mut x = vec![3.0];
    let mut noisy = vec![[0.0, 4.5]];
    if let Ok(mut optimizer) = Reference.double(&Method::gradient_descent(eta)) {
        for step in 1..=60 {
            advance(&mut *optimizer, &mut x, |x| vec![x[0] + draws.normal()]);
            noisy.push([f64::from(step), 0.5 * x[0] * x[0]]);
        }
    }
    let mean = (0..=60).map(|step| {
        let kept = libm::pow(0.81, f64::from(step));
        [f64::from(step), 4.5 * kept + 0.5 * (1.0 - kept) * 0.1 / 1.9]
    });
    Plot {
        id: "loss".into(),
        title: "Loss ½ x² from 3, η = 0.1".into(),
        x: "steps".into(),
        y: "loss".into(),
        log_y: true,
        series: vec![
            Series::theory("mean with noise σ = 1", mean),
            Series::measured("code, full gradients", gradient_descent),
            Series::measured("code, a run with noise", noisy),
        ],
        ..Plot::default()
    }
}
