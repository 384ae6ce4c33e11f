//! What a method meets on its way: points, gradients and values of which only the class's inequalities are known.

use super::class::Sample;
use super::exact::going_on;
use super::field::Field;
use super::form::{Combine, Vector};
use super::method::Oracle;
use crate::number::Rational;
use std::collections::BTreeMap;

/// Everything that the method meets: points, and names of the basis vectors.
pub struct Encounters<F> {
    pub basis: Vec<String>,
    /// Where gradients are taken.
    pub first: Vec<Sample<F>>,
    /// Where proximal steps end.
    pub second: Vec<Sample<F>>,
    /// Gradients of the two functions at the minimiser of their sum.
    balance: Option<usize>,
    rational: Box<dyn Fn(Rational) -> F>,
    values: usize,
    /// Whether proximal steps are on the second of two functions.
    pub composite: bool,
}

impl<F: Field> Encounters<F> {
    /// Nothing met yet. In a sum of two functions their gradients balance at the minimiser.
    pub fn new(composite: bool, rational: Box<dyn Fn(Rational) -> F>) -> Self {
        Encounters { basis: Vec::new(), first: Vec::new(), second: Vec::new(), balance: None, rational, values: 0, composite }
    }

    /// Starts the minimiser's gradient, for a sum of two functions.
    pub fn balanced(&mut self) {
        self.fresh("g*".into());
        self.balance = Some(self.basis.len() - 1);
    }

    /// A vector of which nothing is known.
    pub fn fresh(&mut self, name: String) -> Vector<F> {
        self.basis.push(name);
        Vector([(self.basis.len() - 1, (self.rational)(Rational::ONE))].into())
    }

    fn sample(&mut self, point: Vector<F>, gradient: Vector<F>) -> Sample<F> {
        self.values += 1;
        Sample { point, gradient, value: Some(self.values - 1) }
    }

    fn star(&self, second: bool) -> Sample<F> {
        let sign = if second { Rational::NEG_ONE } else { Rational::ONE };
        let gradient = self.balance.map(|index| (index, (self.rational)(sign))).into_iter().collect();
        Sample { point: Vector(BTreeMap::new()), gradient: Vector(gradient), value: None }
    }

    /// The sample that a label names: `"*"`, or a number; the second function's and a proximal point's numbers start at 1.
    pub fn labelled(&self, label: &str, second: bool) -> Result<Sample<F>, String> {
        if label == "*" {
            return Ok(self.star(second));
        }
        let number: Option<usize> = label.parse().ok().filter(|number: &usize| number.to_string() == label);
        let found = number.and_then(|number| match number.checked_sub(1) {
            // A proximal point's only gradient of the first list is that at the start, if the initial condition speaks of it.
            Some(index) if second || !self.second.is_empty() && !self.composite => self.second.get(index),
            None if second => None,
            _ => self.first.get(number),
        });
        found.cloned().ok_or_else(|| format!("labels: there is no point '{label}'"))
    }

    /// The sample that was taken at a point.
    pub fn at(&self, point: &Vector<F>) -> Option<&Sample<F>> {
        let proximal = if self.composite { &[][..] } else { &self.second[..] };
        self.first.iter().chain(proximal).find(|known| same(&known.point, point))
    }
}

impl<F: Field> Oracle<F, Vector<F>> for Encounters<F> {
    fn gradient(&mut self, at: &Vector<F>) -> Result<Vector<F>, String> {
        going_on()?;
        // A function has one gradient at a point; of subgradients, the method is given the same one again.
        if let Some(known) = self.at(at) {
            return Ok(known.gradient.clone());
        }
        let gradient = self.fresh(format!("g{}", self.first.len()));
        let sample = self.sample(at.clone(), gradient.clone());
        self.first.push(sample);
        Ok(gradient)
    }

    fn proximal(&mut self, from: &Vector<F>, step_size: &F) -> Result<Vector<F>, String> {
        let subgradient = self.fresh(format!("s{}", self.second.len() + 1));
        let point = from.plus(&-step_size.clone(), &subgradient);
        let sample = self.sample(point.clone(), subgradient);
        self.second.push(sample);
        Ok(point)
    }

    fn ray(&mut self, _: &Vector<F>, _: &Vector<F>) -> Result<Vector<F>, String> {
        let name = format!("x{}", self.first.len());
        Ok(self.fresh(name)) // anywhere: what is known of it are the two equalities of the search
    }
}

/// Whether two vectors are one.
pub fn same<F: Field>(a: &Vector<F>, b: &Vector<F>) -> bool {
    let equal = |((i, x), (j, y)): ((&usize, &F), (&usize, &F))| i == j && (x.clone() - y.clone()).is_zero();
    a.0.len() == b.0.len() && a.0.iter().zip(&b.0).all(equal)
}
