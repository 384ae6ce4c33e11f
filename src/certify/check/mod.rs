//! Checks certificates, and knows nothing of how they were made: no solver, no generator.
//!
//! What is trusted: this folder, the rational numbers of `dashu`, and [`crate::number::Surd`] and [`crate::number::Polynomial`] on top of them.
//!
//! An upper bound holds if (1) no multiplier is negative, (2) bound - measure - Σ multiplier * inequality - multiplier * (level - initial condition) has no
//! function value and no constant left, and (3) what is left, a quadratic form in the start and the gradients, is never negative. The
//! inequalities hold for every function of the class, so that the bound does. A lower bound holds if one function of the class, run exactly,
//! attains it.

mod class;
mod definite;
mod encounters;
mod exact;
mod expression;
mod field;
mod form;
mod fraction;
mod lower;
mod measure;
mod member;
mod method;
mod problem;
mod quadratic;
mod sentence;
mod upper;

use super::certificate::{Certificate, Class, Kind};
use crate::number::{Rational, Real, Surd};
use exact::{Exact, going_on, pays, within_budget, words};
use expression::parse;
use field::{Field, Parameters};
use form::{Combine, Vector};
use fraction::Fraction;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Most steps that are checked: exact elimination takes the third power of them.
const STEPS: usize = 500;
/// Longest message.
const MESSAGE: usize = 400;

/// Why a certificate is refused: the condition that fails, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(String);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks a certificate and returns the statement that it proves, as a sentence.
///
/// # Errors
/// If a condition fails; the refusal says which.
pub fn check(certificate: &Certificate) -> Result<String, Refusal> {
    let one_line = |why: String| why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MESSAGE).collect();
    within_budget(|| conditions(certificate)).map(|()| sentence::sentence(certificate)).map_err(|why| Refusal(one_line(why)))
}

/// The number that a formula of fractions and one root stands for: the format's syntax, for those who write certificates.
///
/// # Errors
/// If it is none; the line says why.
pub fn read_number(text: &str) -> Result<Surd, String> {
    within_budget(|| parse::<Exact>(text, &Cell::new(0))).map(Exact::into_surd)
}

/// Runs the function of a lower certificate: the quantity of the initial condition at the start, its level, and the measure at the end.
///
/// # Errors
/// If its numbers, its function and its class do not go together.
pub fn run_function(certificate: &Certificate) -> Result<[Surd; 3], String> {
    within_budget(|| {
        problem::is_defined(certificate)?;
        lower::run_function(certificate, &Cell::new(0))
    })
    .map(|found| found.map(Exact::into_surd))
}

/// The points of a lower certificate's run at which gradients are taken, seen from the minimiser, and these gradients.
///
/// # Errors
/// As [`run_function`].
#[cfg(feature = "solver")]
pub fn run_samples(certificate: &Certificate) -> Result<Vec<[Vec<Surd>; 2]>, String> {
    let plain = |point: Vec<Exact>| point.into_iter().map(Exact::into_surd).collect();
    let samples = within_budget(|| lower::run_samples(certificate, &Cell::new(0)))?;
    Ok(samples.into_iter().map(|pair| pair.map(plain)).collect())
}

fn conditions(certificate: &Certificate) -> Result<(), String> {
    if certificate.schema != super::certificate::SCHEMA {
        return Err(format!("schema: it is '{}'", certificate.schema));
    }
    if certificate.steps == 0 || certificate.steps > STEPS {
        return Err(format!("steps: {}; 1 to {STEPS} are checked", certificate.steps));
    }
    let lower = certificate.kind == Kind::Lower;
    if certificate.function.is_some() != lower || certificate.start.is_empty() == lower {
        return Err("kind: a lower bound has a function and a start, an upper bound has neither".into());
    }
    if lower && !(certificate.multipliers.is_empty() && certificate.squares.is_empty() && certificate.parameters.is_empty()) {
        return Err("kind: a lower bound has no multipliers, squares or parameters".into());
    }
    if certificate.parameters.is_empty() && !certificate.squares.is_empty() {
        return Err("squares: they belong to certificates with parameters".into());
    }
    problem::is_defined(certificate)?;
    match (certificate.kind, &certificate.class) {
        (Kind::Lower, _) => lower::attained(certificate),
        (Kind::Upper, Class::Quadratic { .. }) => quadratic::bounded(certificate),
        (Kind::Upper, _) if certificate.parameters.is_empty() => numeric(certificate),
        (Kind::Upper, _) => symbolic(certificate),
    }
}

/// The remainder is a matrix of numbers: elimination decides.
fn numeric(certificate: &Certificate) -> Result<(), String> {
    let left = upper::remainder::<Exact>(certificate, &Cell::new(0), Box::new(Exact::from))?;
    let size = left.basis.len();
    let mut matrix = vec![vec![Exact::zero(); size]; size];
    for ((i, j), value) in left.form.products {
        let entry = if i == j { value } else { value / Exact::int(2) };
        matrix[i][j] = entry.clone();
        matrix[j][i] = entry;
    }
    // The same sign for all vectors after each basis vector and the whole form are scaled: without denominators elimination is faster.
    let denominators = matrix.iter().flatten().flat_map(|entry| entry.parts().map(Rational::denominator).map(Clone::clone));
    let common = denominators.fold(dashu_int::UBig::ONE, lcm);
    let scale = Exact::from(Rational::from(common));
    for entry in matrix.iter_mut().flatten() {
        *entry = entry.clone() * &scale;
    }
    if definite::is_positive_semidefinite(matrix) {
        Ok(())
    } else {
        Err("positive semidefinite: what is left of the bound is negative for some function values and gradients".into())
    }
}

fn lcm(a: dashu_int::UBig, b: dashu_int::UBig) -> dashu_int::UBig {
    use dashu_int::ops::Gcd;
    let words = words(&Rational::from(a.clone())) + words(&Rational::from(b.clone()));
    if !pays(16 + words * words) {
        return a;
    }
    let shared = (&a).gcd(&b);
    a / shared * b
}

/// The remainder is a matrix of formulas: the squares that it is made of are listed.
fn symbolic(certificate: &Certificate) -> Result<(), String> {
    let names = &certificate.parameters;
    if names.len() > Parameters::MOST {
        return Err(format!("parameters: {}; at most {} are read", names.len(), Parameters::MOST));
    }
    for (index, name) in names.iter().enumerate() {
        let letters =
            name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !letters || name == "sqrt" || names[..index].contains(name) {
            return Err(format!("parameters: '{name}' cannot be a name, or is listed twice"));
        }
    }
    let names = &Parameters::new(names);
    let count = names.clone();
    let rational = Box::new(move |value: Rational| Fraction::rational(value, &count));
    let left = upper::remainder::<Fraction>(certificate, names, rational)?;
    let mut form = left.form;
    for square in &certificate.squares {
        going_on()?;
        let weight: Fraction = parse(&square.weight, names)?;
        if weight.is_zero() || !weight.is_nonnegative() {
            return Err(format!("squares: the weight {} is not positive for all positive parameters", square.weight));
        }
        let mut vector = Vector(BTreeMap::new());
        for (name, coefficient) in &square.form {
            let index = left.basis.iter().position(|known| known == name);
            let index =
                index.ok_or_else(|| format!("squares: there is no vector '{name}'; there are {}", left.basis.join(", ")))?;
            vector =
                vector.plus(&parse(coefficient, names)?, &Vector([(index, Fraction::rational(Rational::ONE, names))].into()));
        }
        if vector.0.is_empty() {
            return Err("squares: a square of nothing".into());
        }
        form.product(&-weight, &vector, &vector);
    }
    match (form.products.iter().next(), names.unused()) {
        (None, None) => Ok(()),
        (None, Some(name)) => Err(format!("unused: the parameter '{name}'")),
        (Some(((i, j), _)), _) => {
            let [one, two] = [&left.basis[*i], &left.basis[*j]];
            Err(format!("quadratic identity: the squares do not make up ⟨{one}, {two}⟩"))
        }
    }
}
