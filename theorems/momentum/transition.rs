//! The code's linear map on a quadratic.

use crate::evidence::Exact;
use crate::number::Rational;
use crate::optimizers::{Method, Saved, advance};
use crate::problems::{Problem, Quadratic};
use crate::subject::{NotOffered, Subject};

/// One update of the code on `½ λ x²` with noise ξ on the gradient: `(x, s) ← A (x, s) + b ξ`, where `s` is what it keeps.
pub struct Transition {
    /// `A`, by rows.
    pub matrix: [[Rational; 2]; 2],
    /// `b`.
    pub noise: [Rational; 2],
    /// Whether a large state with noise goes where the unit ones say.
    linear: bool,
}

impl Transition {
    /// Reads the columns off the code: one update from each of `(1, 0)`, `(0, 1)` and `ξ = 1`.
    pub fn read(subject: &dyn Subject, method: &Method, curvature: &Rational) -> Result<Self, NotOffered> {
        let quadratic = Quadratic { spectrum: vec![curvature.clone()] };
        let update = |state: [i64; 3]| {
            let [place, kept, noise] = state.map(Rational::from);
            let mut optimizer = subject.exact(method)?;
            let saved = optimizer.save();
            optimizer.load(Saved { tensors: vec![Some((1, vec![vec![kept]]))], ..saved });
            let mut x = vec![place];
            advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x).into_iter().map(|g| g + &noise).collect());
            let kept = optimizer.save().tensors.into_iter().flatten().flat_map(|(_, slots)| slots).flatten().next();
            let kept = kept.ok_or_else(|| NotOffered("what the method keeps is not in the saved state".into()))?;
            Ok([x.swap_remove(0), kept])
        };
        let [[a, c], [b, d], noise] = [update([1, 0, 0])?, update([0, 1, 0])?, update([0, 0, 1])?];
        let far = update([300, -200, 500])?;
        let [x, kept, shock] = [300, -200, 500].map(Rational::from);
        let linear = far[0] == &a * &x + &b * &kept + &noise[0] * &shock && far[1] == &c * &x + &d * &kept + &noise[1] * &shock;
        Ok(Transition { matrix: [[a, b], [c, d]], noise, linear })
    }

    /// Records whether the code is linear as far as was tried.
    pub fn record(&self, exact: &mut Exact) {
        exact.holds("the code is linear", self.linear, || "one update from x = 300, s = -200 with noise 500".into());
    }
}

/// The trace and the determinant.
pub fn trace_and_determinant([[a, b], [c, d]]: &[[Rational; 2]; 2]) -> [Rational; 2] {
    [a + d, a * d - b * c]
}
