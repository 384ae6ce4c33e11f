//! Polynomials with a critical point at the origin, each with a proof of what kind of point it is.

use crate::evidence::Exact;
use crate::landscape::Index;
use crate::number::{Polynomial, Rational};

/// What a critical point is, by its definition alone: no derivative beyond the first enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No point nearby is lower.
    Minimum,
    /// No point nearby is higher.
    Maximum,
    /// Every neighbourhood has higher points and lower ones.
    Saddle,
}

/// A proof of the kind.
pub enum Proof {
    /// The function is the sum of these squares.
    Minimum(fn(&[Polynomial]) -> Vec<Polynomial>),
    /// Minus the function is the sum of these squares.
    Maximum(fn(&[Polynomial]) -> Vec<Polynomial>),
    /// Two paths from the origin; the function rises along the first and falls along the second.
    Saddle([fn(&Polynomial) -> Vec<Polynomial>; 2]),
}

/// A polynomial that vanishes at the origin, and so does its gradient.
pub struct Surface {
    /// The formula.
    pub name: &'static str,
    /// Number of variables.
    pub dimension: usize,
    /// The formula, for polynomials in the place of its variables.
    pub formula: fn(&[Polynomial]) -> Polynomial,
    /// Why the origin is what it is.
    pub proof: Proof,
}

impl Surface {
    /// The kind that the proof is one of.
    pub fn kind(&self) -> Kind {
        match self.proof {
            Proof::Minimum(_) => Kind::Minimum,
            Proof::Maximum(_) => Kind::Maximum,
            Proof::Saddle(_) => Kind::Saddle,
        }
    }

    fn variables(&self) -> Vec<Polynomial> {
        (0..self.dimension).map(|index| Polynomial::variable(self.dimension, index)).collect()
    }

    /// The gradient at the origin.
    pub fn gradient(&self) -> Vec<Rational> {
        let f = (self.formula)(&self.variables());
        (0..self.dimension).map(|i| f.derivative(i).at(&vec![Rational::ZERO; self.dimension])).collect()
    }

    /// The Hessian at the origin, by rows.
    pub fn hessian(&self) -> Vec<Vec<Rational>> {
        let f = (self.formula)(&self.variables());
        let entry = |i: usize, j: usize| f.derivative(i).derivative(j).at(&vec![Rational::ZERO; self.dimension]);
        (0..self.dimension).map(|i| (0..self.dimension).map(|j| entry(i, j)).collect()).collect()
    }

    /// The signs of the Hessian's eigenvalues.
    pub fn index(&self) -> Index {
        Index::of(&self.hessian(), &Rational::ZERO).expect("a Hessian is symmetric")
    }

    /// Checks that the origin is critical, and the proof of its kind.
    pub fn prove(&self, exact: &mut Exact) {
        let variables = self.variables();
        let value = (self.formula)(&variables);
        let gradient = self.gradient();
        exact.holds("the gradient vanishes", gradient.iter().all(Rational::is_zero), || format!("{}: {gradient:?}", self.name));
        let sum = |squares: Vec<Polynomial>| squares.iter().fold(value.int(0), |sum, square| sum + square.squared());
        match self.proof {
            Proof::Minimum(squares) => exact.identity("a minimum: a sum of squares", value.clone(), sum(squares(&variables))),
            Proof::Maximum(squares) => {
                exact.identity("a maximum: minus a sum of squares", -value.clone(), sum(squares(&variables)))
            }
            Proof::Saddle([up, down]) => {
                let [rise, fall] = [up, down].map(|path| first_coefficient((self.formula)(&path(&Polynomial::variable(1, 0)))));
                let both = rise > Rational::ZERO && fall < Rational::ZERO;
                exact.holds("a saddle: it rises and falls", both, || format!("{}: {rise} and {fall}", self.name));
            }
        }
    }
}

/// The first non-zero derivative at zero of a polynomial in one variable, of which it has the sign for all small positive numbers; zero if there is none.
fn first_coefficient(mut path: Polynomial) -> Rational {
    while path.terms() > 0 {
        let here = path.at(&[Rational::ZERO]);
        if !here.is_zero() {
            return here;
        }
        path = path.derivative(0);
    }
    Rational::ZERO
}

/// Regular critical points of every kind, and singular ones that second derivatives say nothing about.
pub static LIBRARY: [Surface; 12] = [
    Surface {
        name: "x² + 4y²",
        dimension: 2,
        formula: |x| x[0].squared() + x[1].int(4) * x[1].squared(),
        proof: Proof::Minimum(|x| vec![x[0].clone(), x[1].int(2) * &x[1]]),
    },
    Surface {
        name: "-(x + y)² - y²",
        dimension: 2,
        formula: |x| -((&x[0] + &x[1]).squared() + x[1].squared()),
        proof: Proof::Maximum(|x| vec![&x[0] + &x[1], x[1].clone()]),
    },
    Surface {
        name: "x² - y²",
        dimension: 2,
        formula: |x| x[0].squared() - x[1].squared(),
        proof: Proof::Saddle([|t| vec![t.clone(), t.int(0)], |t| vec![t.int(0), t.clone()]]),
    },
    Surface {
        name: "xy",
        dimension: 2,
        formula: |x| &x[0] * &x[1],
        proof: Proof::Saddle([|t| vec![t.clone(), t.clone()], |t| vec![t.clone(), -t.clone()]]),
    },
    Surface {
        name: "x⁴", dimension: 1, formula: |x| x[0].squared().squared(), proof: Proof::Minimum(|x| vec![x[0].squared()])
    },
    Surface {
        name: "-x⁴",
        dimension: 1,
        formula: |x| -x[0].squared().squared(),
        proof: Proof::Maximum(|x| vec![x[0].squared()]),
    },
    Surface {
        name: "x³",
        dimension: 1,
        formula: |x| &x[0] * x[0].squared(),
        proof: Proof::Saddle([|t| vec![t.clone()], |t| vec![-t.clone()]]),
    },
    Surface {
        name: "x³ - 3xy²",
        dimension: 2,
        formula: |x| &x[0] * (x[0].squared() - x[1].int(3) * x[1].squared()),
        proof: Proof::Saddle([|t| vec![t.clone(), t.int(0)], |t| vec![-t.clone(), t.int(0)]]),
    },
    Surface {
        name: "((1 + u)(1 + v) - 1)²",
        dimension: 2,
        formula: |x| (&x[0] + &x[1] + &x[0] * &x[1]).squared(),
        proof: Proof::Minimum(|x| vec![&x[0] + &x[1] + &x[0] * &x[1]]),
    },
    Surface {
        name: "x² + y⁴",
        dimension: 2,
        formula: |x| x[0].squared() + x[1].squared().squared(),
        proof: Proof::Minimum(|x| vec![x[0].clone(), x[1].squared()]),
    },
    Surface {
        name: "x² - y⁴",
        dimension: 2,
        formula: |x| x[0].squared() - x[1].squared().squared(),
        proof: Proof::Saddle([|t| vec![t.clone(), t.int(0)], |t| vec![t.int(0), t.clone()]]),
    },
    // A minimum along every straight line, and no minimum: it falls along the parabola between its two zeros.
    Surface {
        name: "(y - x²)(y - 3x²)",
        dimension: 2,
        formula: |x| (&x[1] - x[0].squared()) * (&x[1] - x[0].int(3) * x[0].squared()),
        proof: Proof::Saddle([|t| vec![t.int(0), t.clone()], |t| vec![t.clone(), t.int(2) * t.squared()]]),
    },
];
