//! The inequalities that every member of a class satisfies, one for each pair of points.

use super::field::Field;
use super::form::{Combine, Form, Vector};
use super::method::{Numbers, positive};
use crate::certify::certificate::Class;
use crate::number::Rational;

/// A point, the gradient there (one subgradient, where there are several), and the number of its function value; the minimiser's value is 0.
#[derive(Clone, Debug)]
pub struct Sample<F> {
    /// `x - x*`.
    pub point: Vector<F>,
    /// `g`.
    pub gradient: Vector<F>,
    /// Which value; `None` at the minimiser.
    pub value: Option<usize>,
}

/// A class whose constants are read.
#[derive(Clone, Debug)]
pub enum Constants<F> {
    /// Convex, with or without bounded subgradients; curvature at least `μ`, which may be 0.
    Convex {
        /// `μ`.
        mu: F,
        /// `M²`.
        lipschitz: Option<F>,
    },
    /// `F(μ, L)`.
    Smooth {
        /// `μ`.
        mu: F,
        /// `L`.
        smoothness: F,
    },
    /// Curvature in `[-L, L]`, bounded below.
    NonConvex {
        /// `L`.
        smoothness: F,
    },
}

impl<F: Field> Constants<F> {
    /// The constants of a class that inequalities describe; those of quadratics are not.
    pub fn read(class: &Class, number: &Numbers<F>, rational: &dyn Fn(Rational) -> F) -> Result<Self, String> {
        let zero = || rational(Rational::ZERO);
        match class {
            Class::Convex => Ok(Constants::Convex { mu: zero(), lipschitz: None }),
            Class::StronglyConvex { mu } => {
                let mu = number(mu)?;
                positive(&mu, "mu")?;
                Ok(Constants::Convex { mu, lipschitz: None })
            }
            Class::ConvexLipschitz { M } => {
                let bound = number(M)?;
                positive(&bound, "M")?;
                Ok(Constants::Convex { mu: zero(), lipschitz: Some(bound.clone() * bound) })
            }
            Class::SmoothConvex { L } => Self::between(zero(), number(L)?),
            Class::SmoothStronglyConvex { mu, L } | Class::Composite { mu, L } => Self::between(number(mu)?, number(L)?),
            Class::Smooth { L } => {
                let smoothness = number(L)?;
                positive(&smoothness, "L")?;
                Ok(Constants::NonConvex { smoothness })
            }
            Class::Quadratic { .. } => {
                Err("problem: quadratics are certified by polynomials, not by inequalities between points".into())
            }
        }
    }

    fn between(mu: F, smoothness: F) -> Result<Self, String> {
        if !mu.is_nonnegative() {
            return Err(format!("constants: mu is negative: {mu}"));
        }
        positive(&smoothness, "L")?;
        positive(&(smoothness.clone() - mu.clone()), "L - mu").map_err(|why| format!("{why}; the class needs mu < L"))?;
        Ok(Constants::Smooth { mu, smoothness })
    }

    /// What is non-negative for `i` and `j`. Taylor, Hendrickx and Glineur 2017, Theorem 4, for `F(μ, L)`:
    /// `f_i - f_j - ⟨g_j, x_i - x_j⟩ - (‖g_i - g_j‖² + μL ‖x_i - x_j‖² - 2μ ⟨g_i - g_j, x_i - x_j⟩) / (2 (L - μ))`; the limit `L → ∞` without
    /// smoothness; and with `μ = -L` where nothing is convex, which from `x_i` to the infimum `f*` is `f_i - f* - ‖g_i‖²/(2L)`.
    pub fn interpolation(&self, [i, j]: [&Sample<F>; 2], rational: &dyn Fn(Rational) -> F) -> Result<Form<F>, String> {
        let (one, back) = (rational(Rational::ONE), rational(Rational::NEG_ONE));
        let half = rational(Rational::ONE / Rational::from(2));
        let step = i.point.plus(&back, &j.point);
        let change = i.gradient.plus(&back, &j.gradient);
        let mut form = Form::new();
        form.value(&one, i.value);
        form.value(&back, j.value);
        if let (Constants::NonConvex { smoothness }, None) = (self, j.value) {
            form.product(&-(half / smoothness.clone()), &i.gradient, &i.gradient);
            return Ok(form);
        }
        form.product(&back, &j.gradient, &step);
        match self {
            Constants::Convex { mu, .. } => form.product(&-(half * mu.clone()), &step, &step),
            Constants::Smooth { mu, smoothness } => {
                let share = half / (smoothness.clone() - mu.clone());
                form.product(&-share.clone(), &change, &change);
                form.product(&-(share.clone() * mu.clone() * smoothness.clone()), &step, &step);
                form.product(&((share.clone() + share) * mu.clone()), &change, &step);
            }
            Constants::NonConvex { smoothness } => {
                if i.value.is_none() {
                    return Err("labels: no inequality leads to the infimum of a non-convex function, only from it".into());
                }
                // (‖Δg‖² - L² ‖Δx‖² + 2L ⟨Δg, Δx⟩) / (4L)
                let quarter = half.clone() * half.clone();
                form.product(&-(quarter.clone() / smoothness.clone()), &change, &change);
                form.product(&(quarter * smoothness.clone()), &step, &step);
                form.product(&-half, &change, &step);
            }
        }
        Ok(form)
    }
}
