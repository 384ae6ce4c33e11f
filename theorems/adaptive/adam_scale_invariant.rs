//! # Adam does not see the scale of the loss
//!
//! **Setting.** `f` and `c f` with `c > 0`, the same start; closed loop on a quadratic, or the same gradients times c.
//!
//! **Statement.** (1) As stated (by note 002 of RMSprop, by note 000 of adaptive rates), they handle any scale: false with the default
//! `ε = 10⁻⁸`, at `c = 10⁻¹⁰`, for Adam and for RMSprop with the note's ε inside the root. (2) With `ε = 0` the
//! iterates are the same for all `c > 0`, and to the bit for powers of two. (3) With `ε > 0` they are the same if ε becomes `c ε`.
//!
//! **Why.** `m̂` is linear and `√v̂` positively homogeneous in the gradients, so that c cancels in `m̂ / (√v̂ + ε)` if ε has it too.
//!
//! **How it could fail.** Homogeneity is induced as an identity of polynomials; the code runs on scaled problems in doubles.

use super::runs::{adam, changed, default_epsilon, default_moments, displacement, gradients};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Tracked, rational, to_f64};
use crate::optimizers::{Algorithm, Epsilon, Method, RmsProp, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-scale-invariant",
    title: "Adam is invariant under scaling of the loss, if ε is scaled with it or zero",
    topic: "adaptive",
    record: Some("adam-scale-invariant"),
    statement: "With $ε = 0$ Adam has the same iterates on $f$ and on $c f$ for every $c > 0$; with $ε > 0$ it has if $ε$ becomes $c ε$, \
                and otherwise only while $ε$ is small beside $c sqrt(hat(v)_t)$.",
    hypotheses: &["$ε = 0$ and a first gradient that is not zero, or $ε$ scaled by $c$", "no weight decay"],
    sources: &[Source::Note("002", "107"), Source::Note("000", "195-197"), Source::Cited("kingma2015", "section 2.1")],
    claims: &[
        Claim {
            id: "any-scale",
            as_stated: true,
            statement: "Adam and RMSprop handle varying gradient magnitudes: the first step on $c f$ is that on $f$, within $η/2$",
            quantifier: "refuted by c = 10⁻¹⁰ with ε = 10⁻⁸: steps of 0.0099 η and 10⁻⁶ η for η and 3.16 η, rounded outward",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| first_step(subject, default_epsilon(), 0.5),
        },
        Claim {
            id: "homogeneous",
            as_stated: false,
            statement: "$m_t (c g) = c m_t (g)$ and $v_t (c g) = c^2 v_t (g)$",
            quantifier: "all gradients, β₁, β₂ and c; all t by induction",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(homogeneous(2)),
        },
        Claim {
            id: "to-the-bit",
            as_stated: false,
            statement: "with $ε = 0$ the iterates on $f$ and on $c f$ have the same bits",
            quantifier: "c = 4^k, k in {-60, -7, -1, 1, 20}; 300 steps on the quadratic with eigenvalues 1, 10 and 100, in doubles",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| bits(subject, adam(default_moments(), Rational::ZERO)),
        },
        Claim {
            id: "with-epsilon",
            as_stated: false,
            statement: "on the gradients $c g_t$ with $c ε$ the steps are those on $g_t$ with $ε$, within the rounding errors of both",
            quantifier: "c = 1000, ε = 10⁻⁸; 60 steps of 8 drawn coordinates, some of them near ε; any order of evaluation in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| scaled(lab, subject, &rational(1000, 1)),
        },
        Claim {
            id: "without-epsilon",
            as_stated: false,
            statement: "with $ε = 0$ the first steps of Adam and RMSprop on $c f$ are those on $f$, within $10^(-9) η$, however small $c$ is",
            quantifier: "c in {1, 10⁻¹⁰, 10⁻¹⁰⁰}, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| first_step(subject, Rational::ZERO, 1e-9),
        },
    ],
    controls: &[
        Control {
            id: "gradient-descent",
            differs: "claims the bits for gradient descent",
            broken: Broken::Statement(|_, subject| bits(subject, Algorithm::GradientDescent)),
        },
        Control {
            id: "default-epsilon",
            differs: "claims the bits with ε = 10⁻⁸",
            broken: Broken::Statement(|_, subject| bits(subject, adam(default_moments(), default_epsilon()))),
        },
        Control {
            id: "epsilon-not-scaled",
            differs: "keeps ε while the gradients are scaled by 1000",
            broken: Broken::Statement(|lab, subject| scaled(lab, subject, &Rational::ONE)),
        },
        Control {
            id: "epsilon-barely-off",
            differs: "scales ε by 1000 (1 + 3·10⁻¹²)",
            broken: Broken::Statement(|lab, subject| {
                scaled(lab, subject, &(rational(1000, 1) * (Rational::ONE + rational(3, 1_000_000_000_000))))
            }),
        },
        Control {
            id: "second-moment-linear",
            differs: "claims v_t (c g) = c v_t (g)",
            broken: Broken::Statement(|_, _| Ok(homogeneous(1))),
        },
        Control {
            id: "code-has-an-epsilon",
            differs: "the code has ε = 10⁻¹² where 0 is asked for",
            broken: Broken::Subject { claim: "to-the-bit", subject: &TINY_EPSILON },
        },
        Control {
            id: "first-step-of-code-with-an-epsilon",
            differs: "the code has ε = 10⁻¹² where 0 is asked for",
            broken: Broken::Subject { claim: "without-epsilon", subject: &TINY_EPSILON },
        },
        Control {
            id: "code-adds-to-epsilon",
            differs: "the code adds 10⁻¹⁷ to ε",
            broken: Broken::Subject {
                claim: "with-epsilon",
                subject: &Impostor {
                    name: "ε + 10⁻¹⁷",
                    instead: |method| changed(method, |adam| adam.epsilon = &adam.epsilon + rational(1, 100_000_000_000_000_000)),
                },
            },
        },
        Control {
            id: "code-barely-adds-to-epsilon",
            differs: "the code adds 3·10⁻²⁰ to ε",
            broken: Broken::Subject {
                claim: "with-epsilon",
                subject: &Impostor {
                    name: "ε + 3·10⁻²⁰",
                    instead: |method| {
                        changed(method, |adam| {
                            adam.epsilon = &adam.epsilon + rational(3, 10_000_000_000) * rational(1, 10_000_000_000)
                        })
                    },
                },
            },
        },
    ],
    plots: &[first_steps],
};

static TINY_EPSILON: Impostor = Impostor {
    name: "ε = 10⁻¹² for 0",
    instead: |method| {
        changed(method, |adam| {
            if adam.epsilon.is_zero() {
                adam.epsilon = rational(1, 1_000_000_000_000);
            }
        })
    },
};

/// The first steps on the gradients 1 and c, for c down to 10⁻¹⁰⁰.
fn first_step(subject: &dyn Subject, epsilon: Rational, tolerance: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (placement, initial_accumulator) = (Epsilon::Inside, Rational::ZERO);
    let decay_rate = rational(9, 10);
    let rms = RmsProp { decay_rate, epsilon: epsilon.clone(), placement, initial_accumulator, centred: false, momentum: None };
    for (name, algorithm) in [("Adam", adam(default_moments(), epsilon)), ("RMSprop", Algorithm::RmsProp(rms))] {
        let method = Method::new(algorithm, Rational::ONE);
        let step = |scale: f64| -> Result<Interval, NotOffered> {
            Ok(displacement(&mut *subject.enclosure(&method)?, &[Interval::point(scale)])[0])
        };
        let plain = step(1.0)?;
        for scale in [1e-10, 1e-100] {
            let found = step(scale)?;
            exact.decided("the same first step", (found - plain).smaller_than(tolerance), || {
                format!("{name}, c = {scale:e}: {:e} η against {:e} η", found.lo, plain.lo)
            });
        }
    }
    Ok(exact.evidence())
}

/// Both recursions carry the factor: `degree` of it for the second moment.
fn homogeneous(degree: u32) -> Evidence {
    let mut exact = Exact::new();
    let [beta, c, moment, g] = Polynomial::variables();
    let next = |moment: &Polynomial, value: Polynomial| &beta * moment + (beta.int(1) - &beta) * value;
    exact.identity("m", next(&(&c * &moment), &c * &g), &c * &next(&moment, g.clone()));
    let power = (0..degree).fold(c.int(1), |power, _| power * &c);
    exact.identity("v", next(&(&power * &moment), (&c * &g).squared()), &power * &next(&moment, g.squared()));
    exact.evidence()
}

fn bits(subject: &dyn Subject, algorithm: Algorithm) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let method = Method::new(algorithm, rational(1, 256));
    let problem = Quadratic { spectrum: vec![1.0, 10.0, 100.0] };
    let run = |scale: f64| -> Result<Vec<Vec<f64>>, NotOffered> {
        let mut optimizer = subject.double(&method)?;
        let mut x = vec![1.0, -2.0, 0.5];
        let step = |_| {
            advance(&mut *optimizer, &mut x, |x| problem.gradient(x).iter().map(|g| scale * g).collect());
            x.clone()
        };
        Ok((0..300).map(step).collect())
    };
    let plain = run(1.0)?;
    for exponent in [-60, -7, -1, 1, 20] {
        for (step, (found, wanted)) in run(libm::exp2(f64::from(2 * exponent)))?.iter().zip(&plain).enumerate() {
            exact.holds("the same bits", found == wanted, || {
                format!("c = 4^{exponent}, step {}: {found:?} against {wanted:?}", step + 1)
            });
        }
    }
    Ok(exact.evidence())
}

/// The gradients times 1000 with ε times `factor`, against the gradients with ε.
fn scaled(lab: &Lab, subject: &dyn Subject, factor: &Rational) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let method = |factor: &Rational| Method::new(adam(default_moments(), default_epsilon() * factor), Rational::ONE);
    let mut runs = Vec::new();
    // Magnitudes from 1 down to ε; the scaled gradients are formed first, so that both runs are given what the twins are.
    let magnitude = |coordinate: usize| libm::exp2(-4.0 * coordinate as f64);
    for (factor, scale) in [(Rational::ONE, 1.0), (factor.clone(), 1000.0)] {
        let (mut optimizer, mut twin) = (subject.double(&method(&factor))?, method(&factor).build::<Tracked<f64>>());
        let mut rows = Vec::new();
        for row in gradients(lab, 60, 8) {
            // 24 bits of a drawn number, so that its thousandfold is a double.
            let held = row.iter().enumerate().map(|(coordinate, g)| scale * magnitude(coordinate) * f64::from(*g as f32));
            let held: Vec<f64> = held.collect();
            let bounds = displacement(&mut *twin, &held.iter().map(|g| Tracked::exactly(*g)).collect::<Vec<_>>());
            rows.push((displacement(&mut *optimizer, &held), bounds.iter().map(Tracked::bound).collect::<Vec<_>>()));
        }
        runs.push(rows);
    }
    for (step, (plain, scaled)) in runs[0].iter().zip(&runs[1]).enumerate() {
        for coordinate in 0..8 {
            let off = (plain.0[coordinate] - scaled.0[coordinate]).abs();
            let bound = plain.1[coordinate] + scaled.1[coordinate];
            property.within("the same step", off, bound, || format!("step {}, coordinate {coordinate}", step + 1));
        }
    }
    Ok(property.evidence())
}

fn first_steps(_: &Lab) -> Plot {
    let scales = || (-30..=0).map(|exponent| libm::exp2(2.0 * f64::from(exponent)));
    let theory = |epsilon: f64| scales().map(move |c| [c, c / (c + epsilon)]);
    let measured = |epsilon: Rational| {
        let method = Method::new(adam(default_moments(), epsilon), Rational::ONE);
        let step = |c: f64| Reference.double(&method).map_or(f64::NAN, |mut optimizer| displacement(&mut *optimizer, &[c])[0]);
        scales().map(move |c| [c, step(c)]).collect::<Vec<_>>()
    };
    Plot {
        id: "first-step".into(),
        title: "First step on the gradient c, in learning rates".into(),
        x: "c".into(),
        y: "length / η".into(),
        log_x: true,
        series: vec![
            Series::theory("ε = 0: 1", theory(0.0)),
            Series::theory("ε = 10⁻⁸: c / (c + ε)", theory(to_f64(&default_epsilon()))),
            Series::measured("the code, ε = 0", measured(Rational::ZERO)),
            Series::measured("the code, ε = 10⁻⁸", measured(default_epsilon())),
        ],
        ..Plot::default()
    }
}
