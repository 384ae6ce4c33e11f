//! # TensorFlow's Adam is the notes' Adam with another ε in each step
//!
//! **Setting.** The notes and PyTorch: `x ← x - η m̂/(√v̂ + ε)`. TensorFlow and Keras: `x ← x - η √(1 - β₂^t)/(1 - β₁^t) m/(√v + ε̂)`.
//!
//! **Statement.** (1) As note 002 uses it, its formula is the update of Keras's Adam: false. (2) TensorFlow's form is
//! the notes' with `ε = ε̂/√(1 - β₂^t)`, which falls from `31.6 ε̂` to `ε̂`; for `ε = 0` they are one. (3) At `t = 1` and `|g| = ε = ε̂` the
//! notes' step is `(1 + 1/√(1 - β₂))/2` times as long: 16.3 times.
//!
//! **Why.** `√v = √(1 - β₂^t) √v̂`.
//!
//! **How it could fail.** Both forms of the code run in intervals on small gradients, against moments that are exact rational sums, and in
//! doubles against bounds of their rounding errors.

use super::conventions::{
    LONGER_BY_A_TRILLIONTH, adam, changed, default_betas, followed, on, relatively_near, shown, uncorrected,
};
use super::runs::{default_epsilon, displacement};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, Root, Tracked, rational, square};
use crate::optimizers::{Algorithm, Epsilon, Method};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-epsilon-hat-form",
    title: "TensorFlow's Adam is the notes' Adam with another ε in each step",
    topic: "adaptive",
    record: Some("adam-epsilon-hat-form"),
    statement: "The update $frac(η sqrt(1 - β_2^t), 1 - β_1^t) frac(m_t, sqrt(v_t) + hat(ε))$ of TensorFlow and Keras is \
                $η hat(m)_t / (sqrt(hat(v)_t) + ε)$ with $ε = hat(ε) / sqrt(1 - β_2^t)$: the same for $ε = 0$, and shorter by a factor \
                16.3 at $t = 1$ where $|g| = ε = hat(ε)$ and $β_2 = 0.999$.",
    hypotheses: &["bias correction, $0 ≤ β_1 < 1$ and $0 ≤ β_2 < 1$"],
    sources: &[Source::Note("004", "158, 345"), Source::Note("002", "116, 335"), Source::Cited("kingma2015", "end of section 2")],
    claims: &[
        Claim {
            id: "one-formula",
            as_stated: true,
            statement: "the update $η hat(m)_t / (sqrt(hat(v)_t) + ε)$ of the notes is the one of TensorFlow's Adam with the same $ε$",
            quantifier: "refuted, even to a billionth, by the code at ε = 10⁻⁸ on gradients of that size, t = 1",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, subject| same(lab, subject, &default_epsilon(), &default_epsilon()),
        },
        Claim {
            id: "without-epsilon",
            as_stated: false,
            statement: "for $ε = 0$ the updates agree, and their square is $η^2 hat(m)_t^2 / hat(v)_t$",
            quantifier: "40 drawn sequences of 20 positive gradients, up to a relative 10⁻⁹, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| same(lab, subject, &Rational::ZERO, &Rational::ONE),
        },
        Claim {
            id: "both-forms",
            as_stated: false,
            statement: "the code's updates are $η hat(m)_t / (sqrt(hat(v)_t) + ε)$ and $η hat(m)_t / (sqrt(hat(v)_t) + ε / sqrt(1 - β_2^t))$",
            quantifier: "40 drawn sequences of 20 positive gradients of the size of ε, exact moments, up to a relative 10⁻⁹, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| forms(lab, subject, |correction| correction),
        },
        Claim {
            id: "relation",
            as_stated: false,
            statement: "$hat(ε) = ε sqrt(1 - β_2^t)$ makes them equal",
            quantifier: "all moments, ε, η and corrections",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(relation(0)),
        },
        Claim {
            id: "first-step",
            as_stated: false,
            statement: "at $t = 1$ and $|g| = ε = hat(ε)$ the notes' step is $(1 + 1/sqrt(1 - β_2)) / 2$ times as long",
            quantifier: "β₂ = 9/10, 99/100 and 999/1000, up to a relative 10⁻¹⁰, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| first_step(subject),
        },
        Claim {
            id: "notes-in-doubles",
            as_stated: false,
            statement: "in doubles the code follows $x ← x - η hat(m)_t / (sqrt(hat(v)_t) + ε)$ up to rounding errors",
            quantifier: "β₁ = 9/10, β₂ = 999/1000, ε = 10⁻⁸, η = 1/1000, eight drawn sequences of 40 gradients",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| in_doubles(lab, subject, Epsilon::Outside),
        },
        Claim {
            id: "hat-in-doubles",
            as_stated: false,
            statement: "in doubles the code follows TensorFlow's form up to rounding errors",
            quantifier: "β₁ = 9/10, β₂ = 999/1000, ε̂ = 10⁻⁸, η = 1/1000, eight drawn sequences of 40 gradients",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| in_doubles(lab, subject, Epsilon::Hat),
        },
    ],
    controls: &[
        Control {
            id: "equal-on-large-gradients",
            differs: "claims that the updates agree for ε = 10⁻⁸ on gradients of size 1, where they differ by 3·10⁻⁷",
            broken: Broken::Statement(|lab, subject| same(lab, subject, &default_epsilon(), &Rational::ONE)),
        },
        Control {
            id: "constant-in-time",
            differs: "claims that ε̂ acts as ε̂/√(1 - β₂) in every step",
            broken: Broken::Statement(|lab, subject| forms(lab, subject, |_| rational(1, 1000))),
        },
        Control {
            id: "unbalanced-relation",
            differs: "claims ε̂ = (ε + 10⁻⁹) √(1 - β₂^t)",
            broken: Broken::Statement(|_, _| Ok(relation(1))),
        },
        on("hat-exchanged", "the code has ε̂ for ε and ε for ε̂", "both-forms", &EXCHANGED),
        on("hat-for-notes", "the code has ε̂ for ε", "notes-in-doubles", &EXCHANGED),
        on("notes-for-hat", "the code has ε for ε̂", "hat-in-doubles", &EXCHANGED),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "without-epsilon", &LONGER_STEP),
        on("longer-notes", "the code steps by η (1 + 10⁻¹²)", "notes-in-doubles", &LONGER_BY_A_TRILLIONTH),
        on("longer-hat", "the code steps by η (1 + 10⁻¹²)", "hat-in-doubles", &LONGER_BY_A_TRILLIONTH),
        uncorrected("code-without-correction", "first-step"),
    ],
    plots: &[lengths],
};

static EXCHANGED: Impostor = Impostor {
    name: "the other form of Adam",
    instead: |method| {
        changed(method, |algorithm| {
            if let Algorithm::Adam(rule) = algorithm {
                rule.placement = if rule.placement == Epsilon::Hat { Epsilon::Outside } else { Epsilon::Hat };
            }
        })
    },
};

fn method(placement: Epsilon, epsilon: &Rational) -> Method {
    Method::new(adam(default_betas(), placement, epsilon.clone()), rational(1, 1000))
}

/// Adam's moments on exact gradients, with the corrections of the last step.
struct Moments {
    first: Rational,
    second: Rational,
    corrections: [Rational; 2],
}

/// Sums of gradients with their weights: no recursion.
fn moments(gradients: &[Rational]) -> Moments {
    let average = |beta: &Rational, of: fn(&Rational) -> Rational| {
        let weighted = gradients.iter().rev().zip(0..).map(|(gradient, age)| beta.pow(age) * of(gradient));
        weighted.fold(Rational::ZERO, |sum, term| sum + term) * (Rational::ONE - beta)
    };
    let [beta1, beta2] = default_betas();
    let corrections = [&beta1, &beta2].map(|beta| Rational::ONE - beta.pow(gradients.len() as isize));
    Moments { first: average(&beta1, Rational::clone), second: average(&beta2, square), corrections }
}

/// Drawn gradients and both forms' updates in units of η.
fn runs(
    lab: &Lab,
    subject: &dyn Subject,
    epsilon: &Rational,
    size: &Rational,
    mut see: impl FnMut(&[Rational], Interval, Interval),
) -> Result<(), NotOffered> {
    let stream = lab.stream("gradients");
    for case in 0..lab.cases(40) {
        let draws = &mut stream.trial(case);
        let mut optimizers = [Epsilon::Outside, Epsilon::Hat].map(|placement| subject.enclosure(&method(placement, epsilon)));
        let mut gradients = Vec::new();
        for _ in 0..20 {
            gradients.push(draws.fraction(1..64, 16) * size);
            let enclosed = [Interval::of(&gradients[gradients.len() - 1])];
            let mut steps = Vec::new();
            for optimizer in &mut optimizers {
                let optimizer = optimizer.as_mut().map_err(|lack| lack.clone())?;
                steps.push(displacement(&mut **optimizer, &enclosed)[0] / Interval::of(&rational(1, 1000)));
            }
            see(&gradients, steps[0], steps[1]);
        }
    }
    Ok(())
}

fn same(lab: &Lab, subject: &dyn Subject, epsilon: &Rational, size: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    runs(lab, subject, epsilon, size, |gradients, notes, hat| {
        let t = gradients.len();
        exact.decided("the two updates", relatively_near(notes, hat, 1e-9), || {
            format!("ε = {epsilon}, g = {}, t = {t}: {:.6} η against {:.6} η", gradients[t - 1], notes.lo, hat.lo)
        });
        if epsilon.is_zero() {
            let Moments { first, second, corrections: [c1, c2] } = moments(gradients);
            let wanted = Interval::of(&(square(&(first / c1)) * c2 / second));
            exact.decided("its square", relatively_near(notes * notes, wanted, 1e-9), || {
                format!("t = {t}: {} against {}", shown(notes * notes), shown(wanted))
            });
        }
    })?;
    Ok(exact.evidence())
}

/// The hat's ε is said to be divided by the root of a function of the correction `1 - β₂^t`.
fn forms(lab: &Lab, subject: &dyn Subject, under: fn(Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let epsilon = default_epsilon();
    runs(lab, subject, &epsilon, &epsilon, |gradients, notes, hat| {
        let Moments { first, second, corrections: [c1, c2] } = moments(gradients);
        let root = Interval::of(&(second / &c2)).sqrt();
        let wanted = |epsilon: Interval| Interval::of(&(&first / &c1)) / (root + epsilon);
        let epsilon = Interval::of(&default_epsilon());
        for (name, found, wanted) in [
            ("the notes' form", notes, wanted(epsilon)),
            ("TensorFlow's form", hat, wanted(epsilon / Interval::of(&under(c2)).sqrt())),
        ] {
            exact.decided(name, relatively_near(found, wanted, 1e-9), || {
                format!("t = {}: {} against {}", gradients.len(), shown(found), shown(wanted))
            });
        }
    })?;
    Ok(exact.evidence())
}

/// `η m̂/(√v̂ + ε) = η s m̂/(√v + ε̂)` with `s = √(1 - β₂^t)`, `√v = s √v̂` and `ε̂ = s ε`, multiplied out; `error` billionths are added to ε.
fn relation(error: i64) -> Evidence {
    let [numerator, root, s, epsilon] = Polynomial::variables();
    let hat = &s * (&epsilon + s.constant(&rational(error, 1_000_000_000)));
    let mut exact = Exact::new();
    exact.identity("multiplied out", &numerator * (&s * &root + hat), &s * &numerator * (&root + &epsilon));
    exact.evidence()
}

fn first_step(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for left in [rational(1, 10), rational(1, 100), rational(1, 1000)] {
        let betas = || [rational(9, 10), Rational::ONE - &left];
        let first = |placement| -> Result<Interval, NotOffered> {
            let method = Method::new(adam(betas(), placement, default_epsilon()), Rational::ONE);
            Ok(displacement(&mut *subject.enclosure(&method)?, &[Interval::of(&default_epsilon())])[0])
        };
        let ratio = first(Epsilon::Outside)? / first(Epsilon::Hat)?;
        let one = Interval::one();
        let wanted = (one + one / Interval::of(&left).sqrt()) / Interval::int(2);
        exact.decided("ratio of the first steps", relatively_near(ratio, wanted, 1e-10), || {
            format!("1 - β₂ = {left}: {} against {}", shown(ratio), shown(wanted))
        });
    }
    Ok(exact.evidence())
}

fn in_doubles(lab: &Lab, subject: &dyn Subject, placement: Epsilon) -> Result<Evidence, NotOffered> {
    let of = |number: &Rational| Tracked::<f64>::of(number);
    let ([beta1, beta2], epsilon, eta, one) =
        (default_betas().map(|beta| of(&beta)), of(&default_epsilon()), of(&rational(1, 1000)), Tracked::one());
    let draws = &mut lab.stream("in-doubles").trial(0);
    // From far below ε to far above.
    let mut gradient = || draws.normal() * libm::exp2(-50.0 * draws.uniform());
    let gradients: Vec<Vec<f64>> = (0..40).map(|_| (0..8).map(|_| gradient()).collect()).collect();
    let mut state = [[Tracked::zero(); 2]; 8];
    let powers: Vec<[Tracked<f64>; 2]> =
        std::iter::successors(Some([beta1, beta2]), |[first, second]| Some([*first * beta1, *second * beta2])).take(40).collect();
    let formula = |t: usize, element: usize, gradient: Tracked<f64>| {
        let [m, v] = &mut state[element];
        *m = beta1 * *m + (one - beta1) * gradient;
        *v = beta2 * *v + (one - beta2) * (gradient * gradient);
        let [c1, c2] = powers[t - 1].map(|power| one - power);
        match placement {
            Epsilon::Hat => eta * c2.sqrt() / c1 * *m / (v.sqrt() + epsilon),
            Epsilon::Outside | Epsilon::Inside => eta * (*m / c1) / ((*v / c2).sqrt() + epsilon),
        }
    };
    Ok(followed(subject.double(&method(placement, &default_epsilon()))?, &gradients, formula))
}

fn lengths(_: &Lab) -> Plot {
    let times: Vec<f64> = (0..34).map(|k| libm::exp2(f64::from(k) * 0.4).round()).collect();
    let run = |placement: Epsilon| {
        let mut optimizer = Reference.double(&method(placement, &default_epsilon())).expect("the reference offers Adam");
        let steps: Vec<f64> = (0..10_000).map(|_| displacement(&mut *optimizer, &[1e-8])[0] * 1000.0).collect();
        times.iter().map(|t| [*t, steps[*t as usize - 1]]).collect::<Vec<_>>()
    };
    let hat = times.iter().map(|t| [*t, 1.0 / (1.0 + 1.0 / (1.0 - libm::pow(0.999, *t)).sqrt())]);
    Plot {
        id: "lengths".into(),
        title: "Step of Adam in units of η on the constant gradient 10⁻⁸ = ε".into(),
        x: "step t".into(),
        y: "length / η".into(),
        log_x: true,
        series: vec![
            Series::theory("the notes' form: 1/2", [[1.0, 0.5], [9000.0, 0.5]]),
            Series::theory("TensorFlow's: 1/(1 + 1/√(1 - β₂^t))", hat.collect::<Vec<_>>()),
            Series::measured("the notes' form, the code", run(Epsilon::Outside)),
            Series::measured("TensorFlow's form, the code", run(Epsilon::Hat)),
        ],
        ..Plot::default()
    }
}
