//! Vectors over a basis that nobody knows, and the quadratic forms of their inner products.

use super::field::Field;
use std::collections::BTreeMap;

/// A combination of basis vectors, by their numbers; coefficients are not zero.
#[derive(Clone, Debug, Default)]
pub struct Vector<F>(pub BTreeMap<usize, F>);

/// What a method does to points: it adds multiples.
pub trait Combine<F>: Clone {
    /// `self + coefficient * other`.
    fn plus(&self, coefficient: &F, other: &Self) -> Self;
}

impl<F: Field> Combine<F> for Vector<F> {
    fn plus(&self, coefficient: &F, other: &Self) -> Self {
        let mut sum = self.0.clone();
        for (index, value) in &other.0 {
            add(&mut sum, *index, coefficient.clone() * value.clone());
        }
        Vector(sum)
    }
}

/// A quadratic form in the basis vectors, plus a combination of function values, plus a constant.
#[derive(Clone, Debug)]
pub struct Form<F> {
    /// Coefficients of `⟨b_i, b_j⟩`, `i ≤ j`.
    pub products: BTreeMap<(usize, usize), F>,
    /// Coefficients of the function values.
    pub values: BTreeMap<usize, F>,
    /// The constant; `None` is 0.
    pub constant: Option<F>,
}

impl<F: Field> Form<F> {
    /// Zero.
    pub fn new() -> Self {
        Form { products: BTreeMap::new(), values: BTreeMap::new(), constant: None }
    }

    /// Adds `coefficient ⟨a, b⟩`.
    pub fn product(&mut self, coefficient: &F, a: &Vector<F>, b: &Vector<F>) {
        for (i, x) in &a.0 {
            let scaled = coefficient.clone() * x.clone();
            for (j, y) in &b.0 {
                add(&mut self.products, (*i.min(j), *i.max(j)), scaled.clone() * y.clone());
            }
        }
    }

    /// Adds `coefficient f`, for the function value with this number; the minimiser has none, its value is 0.
    pub fn value(&mut self, coefficient: &F, index: Option<usize>) {
        if let Some(index) = index {
            add(&mut self.values, index, coefficient.clone());
        }
    }

    /// Adds a constant.
    pub fn constant(&mut self, value: &F) {
        self.constant = Some(match self.constant.take() {
            Some(sum) => sum + value.clone(),
            None => value.clone(),
        });
    }

    /// Adds `coefficient * other`.
    pub fn add(&mut self, coefficient: &F, other: &Form<F>) {
        for (place, value) in &other.products {
            add(&mut self.products, *place, coefficient.clone() * value.clone());
        }
        for (index, value) in &other.values {
            add(&mut self.values, *index, coefficient.clone() * value.clone());
        }
        if let Some(value) = &other.constant {
            self.constant(&(coefficient.clone() * value.clone()));
        }
    }
}

fn add<K: Ord, F: Field>(sum: &mut BTreeMap<K, F>, place: K, value: F) {
    let total = match sum.remove(&place) {
        Some(old) => old + value,
        None => value,
    };
    if !total.is_zero() {
        sum.insert(place, total);
    }
}
