//! The interpolation inequalities of smooth (strongly) convex functions.

use crate::number::Polynomial;

/// A point, the gradient and the value there, as formulas; a product of two of them stands for the inner product.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The point.
    pub point: Polynomial,
    /// The gradient.
    pub gradient: Polynomial,
    /// The value, less the least one.
    pub value: Polynomial,
}

impl Sample {
    /// The minimiser, which stands at the origin, in the ring of `ring`.
    pub fn minimiser(ring: &Polynomial) -> Self {
        let zero = ring.int(0);
        Sample { point: zero.clone(), gradient: zero.clone(), value: zero }
    }
}

/// `F(μ, L)`: convex functions with `L`-Lipschitz gradient from which `μ/2 ‖x‖²` can be taken away, `0 ≤ μ < L`.
#[derive(Clone, Debug)]
pub struct Class {
    /// μ.
    pub strong_convexity: Polynomial,
    /// L.
    pub smoothness: Polynomial,
}

impl Class {
    /// What is non-negative for every member of the class (Taylor, Hendrickx and Glineur 2017, Theorem 4), times `2 (L - μ)`:
    /// `f_i ≥ f_j + ⟨g_j, x_i - x_j⟩ + (‖g_i - g_j‖² + μL ‖x_i - x_j‖² - 2μ ⟨g_i - g_j, x_i - x_j⟩) / (2 (L - μ))`.
    ///
    /// Only this direction is used: that all members satisfy it. (That they are the only ones makes bounds tight.)
    pub fn interpolation(&self, i: &Sample, j: &Sample) -> Polynomial {
        let (mu, smoothness) = (&self.strong_convexity, &self.smoothness);
        let (step, change) = (&i.point - &j.point, &i.gradient - &j.gradient);
        let bracket = change.squared() + mu * smoothness * step.squared() - mu.int(2) * mu * &change * &step;
        mu.int(2) * (smoothness - mu) * (&i.value - &j.value - &j.gradient * &step) - bracket
    }

    /// The inequality from `i` to `j` and the one back, added: `2 (L + μ)⟨g_i - g_j, x_i - x_j⟩ - 2 ‖g_i - g_j‖² - 2μL ‖x_i - x_j‖²`.
    pub fn cocoercivity(&self, i: &Sample, j: &Sample) -> Polynomial {
        self.interpolation(i, j) + self.interpolation(j, i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::rational;

    /// Between two points of `c/2 x²` the inequality is `(c - μ)(L - c) ‖x_i - x_j‖² ≥ 0`: true exactly for `μ ≤ c ≤ L`.
    #[test]
    fn quadratics_satisfy_it_exactly_when_they_belong_to_the_class() {
        let [mu, smoothness, curvature, a, b] = Polynomial::variables();
        let sample = |x: &Polynomial| Sample {
            point: x.clone(),
            gradient: &curvature * x,
            value: x.constant(&rational(1, 2)) * &curvature * x.squared(),
        };
        let class = Class { strong_convexity: mu.clone(), smoothness: smoothness.clone() };
        let room = (&curvature - &mu) * (&smoothness - &curvature) * (&a - &b).squared();
        assert_eq!(class.interpolation(&sample(&a), &sample(&b)), room);
        assert_eq!(class.cocoercivity(&sample(&a), &sample(&b)), room.int(2) * room);
    }
}
