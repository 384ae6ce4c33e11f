//! Nesterov's method with the momentum `(√κ - 1)/(√κ + 1)` on quadratics: its double root at `λ = μ`, and the step size at which it
//! oscillates for ever at `λ = L`; as formulas and in the code's iterates.

use super::variants::nesterov;
use crate::evidence::{Evidence, Exact, readable};
use crate::number::{Polynomial, Rational, rational, square};
use crate::optimizers::{Form, Method, advance};
use crate::problems::{Problem, Quadratic};
use crate::subject::{NotOffered, Subject};

/// The momentum `(root - 1) / (root + 1)`.
pub fn momentum(root: &Rational) -> Rational {
    (root - Rational::ONE) / (root + Rational::ONE)
}

/// The characteristic polynomial `t² - (1 + β)(1 - ηλ) t + β (1 - ηλ)`, with `λ = μ + excess`; `error` billionths are added to β.
pub fn spectrum(error: i64) -> Evidence {
    // All identities are multiplied by powers of s + 1, s and L = μ s², which are positive.
    let [mu, s, excess] = Polynomial::variables();
    let one = s.int(1);
    let squared = |p: &Polynomial| p * p;
    let smoothness = &mu * &squared(&s);
    let (plus, minus) = (&s + &one, &s - &one);
    let beta = minus.clone() + &plus * &s.constant(&rational(error, 1_000_000_000)); // times s + 1
    let kept = &smoothness - &mu - excess.clone(); // L (1 - λ/L)
    let mut exact = Exact::new();
    let mut same = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    let sum = &plus + &beta; // (s + 1)(1 + β)
    same("(1 + β)² (1 - 1/κ) = 4β", squared(&sum) * (squared(&s) - one.clone()), s.int(4) * &beta * &plus * squared(&s));
    same("the double root is 1 - 1/√κ", &sum * &(squared(&s) - one.clone()), s.int(2) * &minus * &s * &plus);
    let discriminant = squared(&sum) * &kept - s.int(4) * &beta * &plus * &smoothness;
    same("discriminant over 1 - λ/L, at most 0 from λ = μ on", discriminant, -(squared(&sum) * &excess));
    let modulus = squared(&minus) * &mu * &plus - &beta * &kept; // ((1 - 1/√κ)² - β (1 - λ/L)) (s + 1) L
    same("(1 - 1/√κ)² less the product of the roots, at least 0", modulus, &beta * &excess);
    exact.evidence()
}

/// The first `steps` iterates of the code from 1 on `½ λ x²`.
pub fn iterates(subject: &dyn Subject, method: &Method, curvature: &Rational, steps: usize) -> Result<Vec<Rational>, NotOffered> {
    let quadratic = Quadratic { spectrum: vec![curvature.clone()] };
    let mut optimizer = subject.exact(method)?;
    let mut x = vec![Rational::ONE];
    let mut iterates = x.clone();
    for _ in 0..steps {
        advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x));
        iterates.push(x[0].clone());
    }
    Ok(iterates)
}

/// 100 steps of the code on `½ μ x²`: the iterates are the double root's, and the values below a bound that falls by `claimed` of `1 - q`.
pub fn attained(subject: &dyn Subject, claimed: fn(Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in [rational(3, 2), rational(2, 1), rational(10, 1), rational(19, 1)] {
        let rate = Rational::ONE - Rational::ONE / &root;
        let (mut power, mut bound) = (Rational::ONE, Rational::ONE);
        let method = nesterov(Form::Sequence, Rational::ONE / square(&root), momentum(&root));
        for (step, x) in iterates(subject, &method, &Rational::ONE, 100)?.iter().enumerate() {
            let predicted = &power * (Rational::ONE + Rational::from(step) / &root);
            let at = || format!("μ = 1, √κ = {root}, step {step}");
            exact.holds("x = (1 - q)^k (1 + qk)", *x == predicted, || {
                format!("{}: {} against {}", at(), readable(x), readable(&predicted))
            });
            // f(x_0) + (μ/2) x_0² = 1 here.
            let value = square(x) / Rational::from(2);
            exact.holds("f below the bound", value <= bound, || {
                format!("{}: f = {}, bound {}", at(), readable(&value), readable(&bound))
            });
            power *= &rate;
            bound *= claimed(rate.clone());
        }
    }
    Ok(exact.evidence())
}

/// 50 steps of the code on `½ L x²` at `η = stretch / L`: where the smallest root is -1 they end below their start.
pub fn steepest(subject: &dyn Subject, stretch: fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in [19, 99].map(Rational::from) {
        let method = nesterov(Form::Sequence, stretch(&root), momentum(&root));
        let [kept, room] = [&root - Rational::ONE, Rational::from(3) * &root - Rational::ONE];
        let [alternating, fast] = [&root, &kept].map(|part| part / (Rational::from(2) * &root - Rational::ONE));
        let (mut sign, mut power) = (Rational::ONE, Rational::ONE);
        let found = iterates(subject, &method, &Rational::ONE, 50)?;
        let last = &found[found.len() - 1];
        exact.holds("f(x_50) ≤ f(x_0)", square(last) <= Rational::ONE, || {
            format!("L = 1, √κ = {root}: f(x_50) is {} times f(x_0)", readable(&square(last)))
        });
        for (step, x) in found.iter().enumerate() {
            let predicted = &alternating * &sign + &fast * &power;
            exact.equal("the roots -1 and (s - 1)/(3s - 1)", x, &predicted, || format!("L = 1, √κ = {root}, step {step}"));
            sign = -sign;
            power = power * &kept / &room;
        }
    }
    Ok(exact.evidence())
}
