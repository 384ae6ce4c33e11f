//! Runs on a box whose regret is measured.

use super::conventions::adagrad;
use crate::evidence::Property;
use crate::number::{Rational, Real};
use crate::optimizers::{Epsilon, Method, advance};
use crate::subject::{NotOffered, Subject};

/// AdaGrad on `[-1, 1]` in each coordinate. Before its first gradient that is not zero a coordinate stays where it is: `10⁻³⁰` for 0/0.
pub fn boxed(step_size: Rational) -> Method {
    Method::new(adagrad(Epsilon::Outside, Rational::from(10).pow(-30)), step_size).projected(-Rational::ONE, Rational::ONE)
}

/// A run in doubles: the positions and the gradients, step by step. The gradient may depend on t and the position.
pub struct Stream {
    /// The positions before each step.
    pub points: Vec<Vec<f64>>,
    /// The gradients there.
    pub gradients: Vec<Vec<f64>>,
}

impl Stream {
    /// Runs a method from this point.
    pub fn run(
        subject: &dyn Subject,
        method: &Method,
        start: Vec<f64>,
        steps: usize,
        mut gradient: impl FnMut(usize, &[f64]) -> Vec<f64>,
    ) -> Result<Stream, NotOffered> {
        let mut optimizer = subject.double(method)?;
        let (mut x, mut points, mut gradients) = (start, Vec::new(), Vec::new());
        for t in 0..steps {
            points.push(x.clone());
            let given = gradient(t, &x);
            advance(&mut *optimizer, &mut x, |_| given.clone());
            gradients.push(given);
        }
        Ok(Stream { points, gradients })
    }

    /// `Σ ⟨g_t, x_t - x*⟩`, which bounds the regret of convex losses and is that of linear ones.
    pub fn regret(&self, best: &[f64]) -> f64 {
        let terms = self.points.iter().zip(&self.gradients);
        terms.map(|(x, g)| x.iter().zip(g).zip(best).map(|((x, g), best)| g * (x - best)).sum::<f64>()).sum()
    }

    /// `(D²/(2η) + η) Σ ‖g_{1:T,i}‖` with the D of this run.
    pub fn bound(&self, best: &[f64], eta: f64) -> f64 {
        let distance = self.points.iter().flat_map(|x| x.iter().zip(best).map(|(x, best)| (x - best).abs())).fold(0.0, f64::max);
        let norms = (0..best.len()).map(|i| self.gradients.iter().map(|g| g[i] * g[i]).sum::<f64>().sqrt());
        (distance * distance / (2.0 * eta) + eta) * norms.sum::<f64>()
    }

    /// The mean of the positions.
    pub fn mean(&self) -> Vec<f64> {
        let total = self.points.len() as f64;
        (0..self.points[0].len()).map(|i| self.points.iter().map(|x| x[i]).sum::<f64>() / total).collect()
    }

    /// The corner of the box that minimises the sum of the linear losses.
    pub fn corner(&self) -> Vec<f64> {
        (0..self.points[0].len()).map(|i| -Real::sign(self.gradients.iter().map(|g| g[i]).sum::<f64>())).collect()
    }

    /// Holds the regret against the bound. Both are sums of at most some thousand terms with relative errors of `2⁻⁵²`, while the honest
    /// regrets of these runs stay below nine tenths of their bounds: rounding decides nothing.
    pub fn hold(&self, property: &mut Property, eta: f64, found: &str) {
        for (name, best) in [("0", vec![0.0; self.points[0].len()]), ("the best corner", self.corner())] {
            property.within("regret at most the bound", self.regret(&best), self.bound(&best, eta), || {
                format!("{found}, against {name}")
            });
        }
    }
}
