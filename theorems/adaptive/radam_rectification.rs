//! # RAdam's rectification is a warm-up that nobody sets
//!
//! **Setting.** `ρ_∞ = 2/(1 - β₂) - 1`, `ρ_t = ρ_∞ - 2t β₂^t/(1 - β₂^t)`; where ρ_t exceeds the threshold the step is `η r_t m̂/√v̂` with
//! `r_t² = (ρ_t - 4)(ρ_t - 2) ρ_∞ / ((ρ_∞ - 4)(ρ_∞ - 2) ρ_t)`, before that `η m̂`.
//!
//! **Statement.** (1) `r_t < 1` increases from the first step where `ρ_t > 4`, to 1: a warm-up, but a consequence of β₂ and not a schedule
//! that is set. (2) `ρ_t ≤ t`, so that no step before the fifth is rectified. (3) By default `r_5 = 0.0173`, `r_1000 = 0.6453`, and the
//! paper's threshold 4 differs from the libraries' 5 at t = 5 alone.
//!
//! **Why.** `ρ_t` is one more than twice the mean age `Σ i β₂^i / Σ β₂^i`, and weights that fall make that at most t; `t/(β₂^-t - 1)` falls.
//! That the variance of `1/√v̂` is infinite below `ρ_t = 4`, the reason that the paper gives, is an approximation and not among the claims.
//!
//! **How it could fail.** Identities of polynomials in `d = 1/β₂ - 1` without a negative coefficient; the code runs in intervals.

use super::runs::{BARELY_LONGER, default_epsilon, default_moments, displacement};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, Root, Tracked, rational};
use crate::optimizers::{Adam, Algorithm, Epsilon, Method, RAdam, Unrectified};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "radam-rectification",
    title: "RAdam's rectification rises from 0.017 at the fifth step to 1: a warm-up that follows from β₂",
    topic: "adaptive",
    record: Some("radam-rectification"),
    statement: "RAdam's factor $r_t$ increases with $t$, stays below 1 and tends to 1; $ρ_t ≤ t$ with equality at $t = 1$ alone, so that \
                no step before the fifth is rectified. By default $r_5 = 0.0173$ and $r_1000 = 0.6453$.",
    hypotheses: &["$0 < β_2 < 1$, $ρ_∞ > 4$", "a warm-up means that $r_t$ acts as one: there is no schedule of its own"],
    sources: &[
        Source::Note("000", "247"),
        Source::Cited("liu2020", "Algorithm 2"),
        Source::Cited("ma2021", "untuned linear warm-up"),
    ],
    claims: &[
        Claim {
            id: "warm-up",
            as_stated: true,
            statement: "with warm-up: $r_t < r_(t+1) < 1$ wherever $ρ_t > 4$",
            quantifier: "all β₂ in (0, 1), all t",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(certificate(1)),
        },
        Claim {
            id: "length",
            as_stated: false,
            statement: "$ρ_t = 1 + 2 sum_i i β_2^i / sum_i β_2^i ≤ t$, over $0 ≤ i < t$, with equality at $t = 1$ alone",
            quantifier: "all β₂ in (0, 1); the bound for all t by induction, the mean age for t ≤ 30",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(lengths(0)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "on a constant gradient the code's rectified step is $η r_t$ within $10^(-8) η$ and increases",
            quantifier: "β₂ = 0.999, the libraries' threshold, t ≤ 1000, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, |t| rectification(t).unwrap_or_else(Interval::zero)),
        },
        Claim {
            id: "first-steps",
            as_stated: false,
            statement: "the first rectified step is the fifth at the paper's threshold, with $r_5 = 0.0173$, and the sixth in libraries, \
                        $ρ_t > 5$ or $ρ_t ≥ 5$; no other of the first 100 steps depends on that; $r_1000 = 0.6453$",
            quantifier: "β₂ = 0.999, the gradient 2, to four digits, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| first_steps(subject, 5),
        },
        Claim {
            id: "in-doubles",
            as_stated: false,
            statement: "the steps of the code in double precision on the gradient 2 are $2 η$ up to the fifth and then $η r_t$, but for \
                        $ε$ and rounding errors",
            quantifier: "60 steps, the libraries' threshold, PyTorch's ε = 10⁻⁸; any order of evaluation in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| in_doubles(subject),
        },
    ],
    controls: &[
        Control {
            id: "another-factor",
            differs: "claims that r_t increases with (ρ - 4)(ρ - 2)/ρ³ in the place of (ρ - 4)(ρ - 2)/ρ",
            broken: Broken::Statement(|_, _| Ok(certificate(3))),
        },
        Control {
            id: "length-shorter", differs: "claims ρ_t ≤ t - 10⁻⁹", broken: Broken::Statement(|_, _| Ok(lengths(1)))
        },
        Control {
            id: "linear-warm-up",
            differs: "claims the linear warm-up of Ma and Yarats, t (1 - β₂)/2",
            broken: Broken::Statement(|_, subject| code(subject, |t| Interval::int(i64::from(t)) / Interval::int(2000))),
        },
        Control {
            id: "first-in-the-sixth",
            differs: "claims that the paper's first rectified step is the sixth too",
            broken: Broken::Statement(|_, subject| first_steps(subject, 6)),
        },
        Control {
            id: "code-steps-longer",
            differs: "the code steps by η (1 + 10⁻⁶)",
            broken: Broken::Subject {
                claim: "code",
                subject: &Impostor { name: "step larger by 1e-6", instead: |method| longer(method, rational(1, 1_000_000)) },
            },
        },
        Control {
            id: "code-does-not-rectify",
            differs: "the code runs Adam for RAdam",
            broken: Broken::Subject { claim: "code", subject: &UNRECTIFIED },
        },
        Control {
            id: "first-steps-not-rectified",
            differs: "the code runs Adam for RAdam",
            broken: Broken::Subject { claim: "first-steps", subject: &UNRECTIFIED },
        },
        Control {
            id: "doubles-with-the-papers-threshold",
            differs: "the code has the threshold 4",
            broken: Broken::Subject {
                claim: "in-doubles",
                subject: &Impostor { name: "threshold 4", instead: |method| with_threshold(method, 4) },
            },
        },
        Control {
            id: "doubles-step-longer",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "in-doubles", subject: &LONGER_STEP },
        },
        Control {
            id: "doubles-step-barely-longer",
            differs: "the code steps by η (1 + 10⁻¹²)",
            broken: Broken::Subject { claim: "in-doubles", subject: &BARELY_LONGER },
        },
    ],
    plots: &[factors],
};

static UNRECTIFIED: Impostor = Impostor {
    name: "Adam for RAdam",
    instead: |method| match &method.algorithm {
        Algorithm::RAdam(RAdam { moments, epsilon, placement, .. }) => {
            let (moments, epsilon, placement) = (moments.clone(), epsilon.clone(), *placement);
            Method { algorithm: Algorithm::Adam(Adam { moments, epsilon, placement, bias_correction: true }), ..method.clone() }
        }
        _ => method.clone(),
    },
};

fn with_threshold(method: &Method, threshold: i64) -> Method {
    match &method.algorithm {
        Algorithm::RAdam(rule) => {
            let rule = RAdam { threshold: Rational::from(threshold), ..rule.clone() };
            Method { algorithm: Algorithm::RAdam(rule), ..method.clone() }
        }
        _ => method.clone(),
    }
}

/// The libraries' RAdam: PyTorch's with this ε, `η = 1`.
fn libraries(epsilon: Rational) -> Method {
    let (threshold, inclusive, unrectified) = (Rational::from(5), false, Unrectified::Momentum);
    let (moments, placement) = (default_moments(), Epsilon::Hat);
    let rule = RAdam { moments, epsilon, placement, threshold, inclusive, unrectified };
    Method::new(Algorithm::RAdam(rule), Rational::ONE)
}

/// `ρ_t` at `β₂ = 0.999`.
fn length(t: u32) -> Rational {
    let power = rational(999, 1000).pow(t as isize);
    rational(1999, 1) - rational(2 * i64::from(t), 1) * &power / (Rational::ONE - &power)
}

/// `r_t` at `β₂ = 0.999`, from exact fractions; nothing up to `ρ_t = 4`.
fn rectification(t: u32) -> Option<Interval> {
    let part = |length: &Rational| (length - Rational::from(4)) * (length - Rational::from(2)) / length;
    let length = length(t);
    (length > Rational::from(4)).then(|| Interval::of(&(part(&length) / part(&rational(1999, 1)))).sqrt())
}

fn certificate(power: u32) -> Evidence {
    let mut exact = Exact::new();
    // With b = 1/β₂ = 1 + d and P = b^t: ρ_t = ρ_∞ - 2t/(P - 1), and t/(P - 1) falls if t (b P - 1) - (t + 1)(P - 1) > 0.
    let [d, t, p] = Polynomial::variables();
    let one = d.int(1);
    let next = &t + &one;
    let falls = |t: &Polynomial, p: &Polynomial| p * (t * &d - &one) + &one;
    let b = &one + &d;
    exact.identity("the fall", &t * (&b * &p - &one) - &next * (&p - &one), falls(&t, &p));
    exact.identity("it is 0 at t = 0", falls(&d.int(0), &one), d.int(0));
    exact.identity("it grows", falls(&next, &(&b * &p)) - falls(&t, &p), &p * d.squared() * &next);
    // (ρ - 4)(ρ - 2)/ρ grows: with ρ = 4 + s, ρ' = ρ + h, cross-multiplied. At ρ' = ρ_∞ the same says r_t < 1.
    let [s, h] = Polynomial::variables();
    let [two, four] = [2, 4].map(|value| s.int(value));
    let part = |s: &Polynomial| s * (s + &two);
    let raised = |x: Polynomial| (1..power).fold(x.clone(), |product, _| product * &x);
    let (before, after) = (raised(&s + &four), raised(&s + &h + &four));
    let growth = part(&(&s + &h)) * &before - part(&s) * &after;
    exact.holds("the factor grows", growth.is_positive_termwise() && growth.terms() > 0, || {
        format!("{} terms, not all positive", growth.terms())
    });
    exact.evidence()
}

/// The claimed length is smaller than t by `error` billionths.
fn lengths(error: i64) -> Evidence {
    let mut exact = Exact::new();
    // With b = 1/β₂ = 1 + d and P = b^t: (t - ρ_t) d (P - 1) = t d (P - 1) - (2 + d)(P - 1) + 2 t d. It is 0 at t = 1, and grows by
    // d (P (t d - 1) + 1), whose bracket is positive by `certificate`.
    let [d, t, p] = Polynomial::variables();
    let one = d.int(1);
    let room = |t: &Polynomial, p: &Polynomial| {
        let claimed = t - &d.constant(&rational(error, 1_000_000_000));
        let less = p - &one;
        &claimed * &(&d * &less) - (d.int(2) + &d) * &less + d.int(2) * &(t * &d)
    };
    let b = &one + &d;
    exact.identity("it is 0 at t = 1", room(&one, &b), d.int(0));
    exact.identity("it grows", room(&(&t + &one), &(&b * &p)) - room(&t, &p), &d * (&p * (&t * &d - &one) + &one));
    let [beta] = Polynomial::variables();
    let [d] = Polynomial::variables();
    let one = beta.int(1);
    let power = |base: &Polynomial, exponent: i64| (0..exponent).fold(one.clone(), |power, _| power * base);
    for t in 1..=30 {
        // ρ_t (1 - β)(1 - β^t), by its definition and by the mean age.
        let last = power(&beta, t);
        let stated = (&one + &beta) * (&one - &last) - beta.int(2 * t) * (&last * (&one - &beta));
        let ages = (0..t).fold(beta.int(0), |sum, age| sum + beta.int(2 * age + 1) * power(&beta, age));
        exact.identity("ρ_t by the mean age", stated, (&one - &beta).squared() * ages);
        // (t - ρ_t) Σ β^i = Σ (t - 1 - 2i) β^i, times (1 + d)^(t-1).
        let b = &one + &d;
        let term =
            |age: i64| d.constant(&(rational(t - 1 - 2 * age, 1) - rational(error, 1_000_000_000))) * power(&b, t - 1 - age);
        let room = (0..t).fold(d.int(0), |sum, age| sum + term(age));
        exact.holds("ρ_t ≤ t", room.is_positive_termwise(), || format!("t = {t}: {} terms, not all positive", room.terms()));
        exact.holds("equality at t = 1 alone", (room.terms() == 0) == (t == 1) || error > 0, || format!("t = {t}"));
    }
    exact.evidence()
}

fn code(subject: &dyn Subject, factor: fn(u32) -> Interval) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.enclosure(&libraries(Rational::ZERO))?;
    let mut last = Interval::zero();
    for t in 1..=1000 {
        let step = displacement(&mut *optimizer, &[Interval::one()])[0];
        if t > 5 {
            exact.decided("η r_t", (step - factor(t)).smaller_than(1e-8), || format!("t = {t}: {step:?}"));
            exact.decided("it increases", (step - last).above(0.0), || format!("t = {t}: {step:?} after {last:?}"));
            last = step;
        }
    }
    Ok(exact.evidence())
}

fn first_steps(subject: &dyn Subject, papers_first: usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let plain = libraries(Rational::ZERO);
    let mut inclusive = plain.clone();
    if let Algorithm::RAdam(rule) = &mut inclusive.algorithm {
        rule.inclusive = true;
    }
    let steps = |method: &Method| -> Result<Vec<Interval>, NotOffered> {
        let mut optimizer = subject.enclosure(method)?;
        Ok((1..=1000).map(|_| displacement(&mut *optimizer, &[Interval::point(2.0)])[0]).collect())
    };
    let [paper, libraries, optax] = [steps(&with_threshold(&plain, 4))?, steps(&plain)?, steps(&inclusive)?];
    for (name, found, first) in [("paper", &paper, papers_first), ("ρ > 5", &libraries, 6), ("ρ ≥ 5", &optax, 6)] {
        for (t, step) in (1..).zip(found).take(100) {
            let wanted = if t < first { Interval::int(2) } else { rectification(t as u32).unwrap_or(Interval::WHOLE) };
            exact.decided("rectified or not", (*step - wanted).smaller_than(1e-8), || format!("{name}, t = {t}: {step:?}"));
        }
    }
    for (name, step, stated) in [("r_5", paper[4], 0.0173), ("r_1000", libraries[999], 0.6453)] {
        exact.decided(name, (step - Interval::point(stated)).smaller_than(5e-5), || format!("{step:?}"));
    }
    Ok(exact.evidence())
}

fn in_doubles(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let method = libraries(default_epsilon());
    let (mut optimizer, mut twin) = (subject.double(&method)?, method.build::<Tracked<f64>>());
    for t in 1..=60 {
        let found = displacement(&mut *optimizer, &[2.0])[0];
        let bound = displacement(&mut *twin, &[Tracked::exactly(2.0)])[0].bound();
        // √v̂ + ε/√(1 - β₂^t), with √v̂ = 2.
        let correction = Interval::of(&(Rational::ONE - rational(999, 1000).pow(t as isize))).sqrt();
        let larger = Interval::int(2) / (Interval::int(2) + Interval::of(&default_epsilon()) / correction);
        let wanted = match rectification(t).filter(|_| t > 5) {
            Some(factor) => factor * larger,
            None => Interval::int(2),
        };
        let off = (found - wanted.hi).max(wanted.lo - found).max(0.0);
        property.within("the step", off, bound, || format!("t = {t}: {found} against {wanted:?}"));
    }
    Ok(property.evidence())
}

fn factors(_: &Lab) -> Plot {
    let times: Vec<u32> = (6..12).chain((0..40).map(|k| (12.0 * libm::pow(1.2, f64::from(k))) as u32)).collect();
    let theory = times.iter().filter_map(|&t| Some([f64::from(t), rectification(t)?.hi]));
    let mut series = vec![
        Series::theory("r_t", theory),
        Series::theory("t (1 - β₂)/2, at most 1", times.iter().map(|&t| [f64::from(t), (f64::from(t) / 2000.0).min(1.0)])),
    ];
    if let Ok(mut optimizer) = Reference.double(&libraries(Rational::ZERO)) {
        let steps: Vec<f64> = (0..=times[times.len() - 1]).map(|_| displacement(&mut *optimizer, &[1.0])[0]).collect();
        series.push(Series::measured("the code", times.iter().map(|&t| [f64::from(t), steps[t as usize - 1]])));
    }
    Plot {
        id: "factors".into(),
        title: "RAdam's factor, β₂ = 0.999".into(),
        x: "step t".into(),
        y: "r".into(),
        log_x: true,
        series,
        ..Plot::default()
    }
}
