//! One-dimensional functions with a piecewise linear derivative.

use super::Problem;
use crate::lab::Draws;
use crate::number::{Rational, Real};

/// A function of one variable whose derivative is continuous, piecewise linear and zero at the origin. With all slopes in
/// `[μ, L]` it is exactly a member of `F(μ, L)`, with its minimum 0 at the origin. Huber's function and the heavy ball's
/// counterexample of Lessard, Recht and Packard (2016) are of this kind, up to a translation.
#[derive(Clone, Debug, PartialEq)]
pub struct Piecewise<R> {
    /// Where each piece begins and its slope, from left to right, with the derivative there.
    pieces: Vec<Piece<R>>,
    /// Slope left of the first breakpoint.
    first_slope: R,
    /// What makes the value at the origin zero.
    offset: R,
}

#[derive(Clone, Debug, PartialEq)]
struct Piece<R> {
    begin: R,
    slope: R,
    derivative: R,
    value: R,
}

impl<R: Real> Piecewise<R> {
    /// The function with slope `slopes[0]` left of `breakpoints[0]`, `slopes[k]` between breakpoints `k - 1` and `k`, and
    /// `slopes[last]` to the right of the last; its derivative is zero at the origin.
    ///
    /// # Panics
    /// If there is no breakpoint, they do not increase, or there is not one slope more than breakpoints.
    pub fn new(breakpoints: &[Rational], slopes: &[Rational]) -> Self {
        assert_eq!(slopes.len(), breakpoints.len() + 1, "one slope more than breakpoints");
        assert!(!breakpoints.is_empty() && breakpoints.is_sorted_by(|a, b| a < b), "breakpoints that increase");
        let start = (Rational::ZERO, Rational::ZERO);
        let mut exact = Piecewise::<Rational>::from_left(breakpoints, slopes, start);
        // Shifting the derivative to zero at the origin tilts the function, and tilting moves its value there: two passes.
        let tilt = exact.derivative(&Rational::ZERO);
        exact = Piecewise::from_left(breakpoints, slopes, (-tilt, Rational::ZERO));
        let value = exact.raw_value(&Rational::ZERO);
        let of = |piece: &Piece<Rational>| Piece {
            begin: R::of(&piece.begin),
            slope: R::of(&piece.slope),
            derivative: R::of(&piece.derivative),
            value: R::of(&piece.value),
        };
        Piecewise { pieces: exact.pieces.iter().map(of).collect(), first_slope: R::of(&slopes[0]), offset: R::of(&-value) }
    }

    /// Huber's function: `½ c x²` for the curvature `c` up to `|x| = δ`, and straight beyond.
    ///
    /// # Panics
    /// If the threshold `δ` is not positive.
    pub fn huber(curvature: &Rational, threshold: &Rational) -> Self {
        Piecewise::new(&[-threshold, threshold.clone()], &[Rational::ZERO, curvature.clone(), Rational::ZERO])
    }

    /// `½ c x²` for the curvature `c`.
    pub fn parabola(curvature: &Rational) -> Self {
        Piecewise::new(&[Rational::ZERO], &[curvature.clone(), curvature.clone()])
    }

    /// The derivative at `x`.
    pub fn derivative(&self, x: &R) -> R {
        let (piece, slope) = self.piece(x);
        piece.derivative.clone() + (x.clone() - &piece.begin) * slope
    }

    fn raw_value(&self, x: &R) -> R {
        let (piece, slope) = self.piece(x);
        let step = x.clone() - &piece.begin;
        piece.value.clone() + piece.derivative.clone() * &step + step.clone() * step * slope / R::int(2)
    }

    /// The nearest anchor at or left of `x` and the slope at `x`; the first anchor serves what is left of it too.
    fn piece(&self, x: &R) -> (&Piece<R>, &R) {
        match self.pieces.iter().rev().find(|piece| piece.begin <= *x) {
            Some(piece) => (piece, &piece.slope),
            None => (&self.pieces[0], &self.first_slope),
        }
    }
}

impl Piecewise<Rational> {
    /// A random member of `F(μ, L)` with its minimum 0 at the origin: six pieces whose borders lie between -10 and 11, the first slope μ,
    /// of the others a third μ, a third `L`, the rest between.
    pub fn draw(draws: &mut Draws, mu: &Rational, smoothness: &Rational) -> Self {
        let mut at = draws.fraction(-160..-80, 16);
        let mut breakpoints = Vec::new();
        let mut slopes = vec![mu.clone()];
        for _ in 0..5 {
            breakpoints.push(at.clone());
            at += draws.fraction(1..64, 16);
            slopes.push(match draws.index(3) {
                0 => mu.clone(),
                1 => smoothness.clone(),
                _ => mu + (smoothness - mu) * draws.fraction(0..17, 16),
            });
        }
        Piecewise::new(&breakpoints, &slopes)
    }

    /// A random function with `L`-Lipschitz derivative that need not be convex, bounded below: seven pieces, the outer slopes in `(0, L]`, a third of the
    /// inner ones `-L`, a third `L`, the others between. The origin is stationary, but need not be the minimiser.
    pub fn draw_smooth(draws: &mut Draws, smoothness: &Rational) -> Self {
        let mut at = draws.fraction(-160..-80, 16);
        let mut breakpoints = vec![at.clone()];
        let mut slopes = vec![smoothness * draws.fraction(1..17, 16)];
        for _ in 0..5 {
            at += draws.fraction(1..64, 16);
            breakpoints.push(at.clone());
            slopes.push(match draws.index(3) {
                0 => -smoothness.clone(),
                1 => smoothness.clone(),
                _ => smoothness * draws.fraction(-16..17, 16),
            });
        }
        slopes.push(smoothness * draws.fraction(1..17, 16));
        Piecewise::new(&breakpoints, &slopes)
    }

    /// The least value of a function whose outer slopes are positive.
    pub fn infimum(&self) -> Rational {
        let value = |x: Rational| self.value(&[x]);
        // A minimiser is a breakpoint or a zero of the derivative of a piece; other points do no harm.
        let stationary = |anchor: &Piece<Rational>, slope: &Rational| {
            let at = || &anchor.begin - &anchor.derivative / slope;
            if slope.is_zero() { anchor.begin.clone() } else { at() }
        };
        let left = value(stationary(&self.pieces[0], &self.first_slope));
        self.pieces
            .iter()
            .fold(left, |least, piece| least.smaller(value(piece.begin.clone())).smaller(value(stationary(piece, &piece.slope))))
    }

    fn from_left(breakpoints: &[Rational], slopes: &[Rational], (mut derivative, mut value): (Rational, Rational)) -> Self {
        let mut pieces: Vec<Piece<Rational>> = Vec::new();
        for (begin, slope) in breakpoints.iter().zip(&slopes[1..]) {
            if let Some(last) = pieces.last() {
                let width = begin - &last.begin;
                value = value + &derivative * &width + &last.slope * &width * &width / Rational::from(2);
                derivative += &last.slope * &width;
            }
            let (derivative, value) = (derivative.clone(), value.clone());
            pieces.push(Piece { begin: begin.clone(), slope: slope.clone(), derivative, value });
        }
        Piecewise { pieces, first_slope: slopes[0].clone(), offset: Rational::ZERO }
    }
}

/// In several dimensions the sum of the function over the coordinates.
impl<R: Real> Problem<R> for Piecewise<R> {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        x.iter().map(|x| self.derivative(x)).collect()
    }

    fn value(&self, x: &[R]) -> R {
        x.iter().fold(R::zero(), |sum, x| sum + self.raw_value(x) + &self.offset)
    }
}
