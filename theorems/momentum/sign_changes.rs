//! How often the code's iterates on `½ x²` change sign, with momentum and without.

use super::impulses::FORMS;
use super::recursion::trace;
use crate::evidence::{Evidence, Exact};
use crate::number::{Rational, rational, square};
use crate::optimizers::{Algorithm, Method, trajectory};
use crate::problems::{Problem, Quadratic};
use crate::subject::{NotOffered, Subject};

/// The code's iterates on `½ x²` from 1.
pub fn path(
    subject: &dyn Subject,
    algorithm: Algorithm,
    step_size: &Rational,
    steps: usize,
) -> Result<Vec<Rational>, NotOffered> {
    let quadratic = Quadratic { spectrum: vec![Rational::ONE] };
    let mut optimizer = subject.exact(&Method::new(algorithm, step_size.clone()))?;
    Ok(trajectory(&mut *optimizer, vec![Rational::ONE], |x| quadratic.gradient(x), steps).concat())
}

/// How often the code's iterates on `½ x²` from 1 change sign in 100 steps.
fn sign_changes(subject: &dyn Subject, algorithm: Algorithm, step_size: &Rational) -> Result<usize, NotOffered> {
    let x = path(subject, algorithm, step_size, 100)?;
    let signs: Vec<bool> = x.iter().filter(|x| !x.is_zero()).map(|x| *x > Rational::ZERO).collect();
    Ok(signs.windows(2).filter(|pair| pair[0] != pair[1]).count())
}

/// Whether momentum at `β = 0.9` changes sign no more often than gradient descent.
pub fn no_more_often(subject: &dyn Subject, products: &[Rational]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (form, product) in FORMS.iter().flat_map(|form| products.iter().map(move |product| (form, product))) {
        let descent = sign_changes(subject, Algorithm::GradientDescent, product)?;
        let found = sign_changes(subject, form(&rational(9, 10)), product)?;
        exact.holds("no more changes of sign than gradient descent", found <= descent, || {
            format!("ηλ = {product}, β = 9/10, 100 steps: {found} against {descent}")
        });
    }
    Ok(exact.evidence())
}

/// For `ηλ ≤ 1`: gradient descent never, and momentum exactly if its roots are not real.
pub fn makes(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for product in (1..=20).map(|k| rational(k, 20)) {
        let descent = sign_changes(subject, Algorithm::GradientDescent, &product)?;
        exact.holds("gradient descent never changes sign", descent == 0, || format!("ηλ = {product}: {descent} times"));
        for (form, (top, bottom)) in FORMS.iter().flat_map(|form| [(1, 4), (81, 100), (9, 10)].map(|beta| (form, beta))) {
            let beta = rational(top, bottom);
            let complex = square(&trace(&beta, &Rational::ONE, &product)) < Rational::from(4) * &beta;
            let found = sign_changes(subject, form(&beta), &product)?;
            exact.holds("momentum changes sign exactly if its roots are not real", (found > 0) == complex, || {
                format!("{}, ηλ = {product}: {found} times", form(&beta))
            });
        }
    }
    Ok(exact.evidence())
}
