//! The functions of lower certificates, in exact arithmetic.

use super::exact::Exact;
use super::lower::{Point, squared_norm};
use crate::certify::certificate::{Class, Function, Number};
use crate::number::Real;

type Numbers<'a> = dyn Fn(&Number) -> Result<Exact, String> + 'a;

/// A function whose constants are read and consistent.
pub enum Member {
    /// `½ Σ λ_i x_i²`.
    Quadratic(Vec<Exact>),
    /// `f' (x) = ∫_0^x slope`: breakpoints, slopes, and the derivative and value at each breakpoint.
    Piecewise { breakpoints: Vec<Exact>, slopes: Vec<Exact>, kinks: Vec<[Exact; 2]> },
    /// `c |x|`.
    Absolute(Exact),
    /// `max(M max_i x_i, M ‖x‖ - M R (1 + 1/√d))`, with `√d`.
    MaxCoordinate(Box<Coordinates>),
}

/// The constants of the largest coordinate's function.
pub struct Coordinates {
    slope: Exact,
    radius: Exact,
    variables: usize,
    /// `√d`.
    root: Exact,
}

impl Coordinates {
    /// The first largest coordinate, where it makes the value.
    fn top(&self, x: &Point) -> Result<usize, String> {
        let top = (0..x.len()).fold(0, |top, index| if x[index] > x[top] { index } else { top });
        // M max_i x_i ≥ M ‖x‖ - M R (1 + 1/√d), squared.
        let reach = x[top].clone() + self.radius.clone() * (Exact::one() + Exact::one() / &self.root);
        if reach >= Exact::zero() && squared_norm(x) <= reach.clone() * reach {
            Ok(top)
        } else {
            Err("function: the method leaves the region in which the largest coordinate is the function".into())
        }
    }
}

impl Member {
    /// Reads a function of so many variables.
    pub fn read(function: &Function, variables: usize, number: &Numbers) -> Result<Member, String> {
        let numbers = |list: &[Number]| list.iter().map(number).collect::<Result<Vec<Exact>, String>>();
        let positive = |value: Exact, name: &str| {
            if value > Exact::zero() { Ok(value) } else { Err(format!("function: the {name} is not positive: {value}")) }
        };
        let member = match function {
            Function::Quadratic { spectrum } => Member::Quadratic(numbers(spectrum)?),
            Function::Huber { curvature, threshold } => {
                let (curvature, threshold) =
                    (positive(number(curvature)?, "curvature")?, positive(number(threshold)?, "threshold")?);
                Member::piecewise(vec![-threshold.clone(), threshold], vec![Exact::zero(), curvature, Exact::zero()])
            }
            Function::Piecewise { breakpoints, slopes } => {
                let (breakpoints, slopes) = (numbers(breakpoints)?, numbers(slopes)?);
                if slopes.len() != breakpoints.len() + 1 || breakpoints.windows(2).any(|pair| pair[0] >= pair[1]) {
                    return Err("function: breakpoints increase, and there is one slope more than there are breakpoints".into());
                }
                Member::piecewise(breakpoints, slopes)
            }
            Function::Absolute { slope } => Member::Absolute(positive(number(slope)?, "slope")?),
            Function::MaxCoordinate { slope, radius } => Member::MaxCoordinate(Box::new(Coordinates {
                slope: positive(number(slope)?, "slope")?,
                radius: positive(number(radius)?, "radius")?,
                variables,
                root: number(&format!("sqrt({variables})"))?,
            })),
        };
        let fits = match &member {
            Member::Quadratic(spectrum) => spectrum.len() == variables,
            Member::Piecewise { .. } | Member::Absolute(_) => variables == 1,
            Member::MaxCoordinate(_) => variables > 0,
        };
        if fits {
            Ok(member)
        } else {
            Err(format!("function: a start of {variables} coordinates does not belong to this function"))
        }
    }

    fn piecewise(breakpoints: Vec<Exact>, slopes: Vec<Exact>) -> Member {
        // From the origin outwards, so that derivative and value are 0 there.
        let mut kinks = vec![[Exact::zero(), Exact::zero()]; breakpoints.len()];
        let first = breakpoints.iter().position(|b| *b >= Exact::zero()).unwrap_or(breakpoints.len());
        let along = |from: &Exact, [derivative, value]: &[Exact; 2], slope: &Exact, to: &Exact| {
            let step = to.clone() - from;
            let next = derivative.clone() + slope.clone() * &step;
            [next.clone(), value.clone() + step * (derivative.clone() + next) / Exact::int(2)]
        };
        let (mut at, mut state) = (Exact::zero(), [Exact::zero(), Exact::zero()]);
        for index in first..breakpoints.len() {
            state = along(&at, &state, &slopes[index], &breakpoints[index]);
            (at, kinks[index]) = (breakpoints[index].clone(), state.clone());
        }
        (at, state) = (Exact::zero(), [Exact::zero(), Exact::zero()]);
        for index in (0..first).rev() {
            state = along(&at, &state, &slopes[index + 1], &breakpoints[index]);
            (at, kinks[index]) = (breakpoints[index].clone(), state.clone());
        }
        Member::Piecewise { breakpoints, slopes, kinks }
    }

    /// Derivative and value of a piecewise function.
    fn along(&self, x: &Exact) -> [Exact; 2] {
        let Member::Piecewise { breakpoints, slopes, kinks } = self else {
            unreachable!("only piecewise functions are evaluated so")
        };
        let piece = breakpoints.iter().take_while(|b| *b < x).count();
        // The nearest known point of the piece: a breakpoint at one of its ends, or the origin where there is none.
        let (from, [derivative, value]) = match (piece.checked_sub(1), breakpoints.get(piece)) {
            (Some(left), _) => (breakpoints[left].clone(), kinks[left].clone()),
            (None, Some(right)) => (right.clone(), kinks[piece].clone()),
            (None, None) => (Exact::zero(), [Exact::zero(), Exact::zero()]),
        };
        let step = x.clone() - from;
        let next = derivative.clone() + slopes[piece].clone() * &step;
        [next.clone(), value + step * (derivative + next) / Exact::int(2)]
    }

    /// Refuses a class that the function does not belong to.
    pub fn belongs(&self, class: &Class, number: &Numbers) -> Result<(), String> {
        let zero = Exact::zero();
        let least = |list: &[Exact]| list.iter().cloned().reduce(Real::smaller).unwrap_or_else(Exact::zero);
        let largest = |list: &[Exact]| list.iter().cloned().reduce(Real::larger).unwrap_or_else(Exact::zero);
        // Curvature from, to (if bounded), and length of subgradients (if bounded).
        let (from, to, length) = match self {
            Member::Quadratic(spectrum) => (least(spectrum), Some(largest(spectrum)), None),
            Member::Piecewise { slopes, kinks, .. } => {
                let outside = [&slopes[0], &slopes[slopes.len() - 1]].iter().all(|slope| slope.is_zero());
                let steepest = largest(&kinks.iter().map(|[derivative, _]| derivative.clone().magnitude()).collect::<Vec<_>>());
                (least(slopes), Some(largest(slopes)), outside.then_some(steepest))
            }
            Member::Absolute(slope) => (zero.clone(), None, Some(slope.clone())),
            Member::MaxCoordinate(f) => (zero.clone(), None, Some(f.slope.clone())),
        };
        let curvature = |mu: Exact, smoothness: Exact| from >= mu && to.as_ref().is_some_and(|to| *to <= smoothness);
        let belongs = match class {
            Class::Convex => from >= zero,
            Class::StronglyConvex { mu } => from >= number(mu)? && number(mu)? > zero,
            Class::ConvexLipschitz { M } => {
                from >= zero && length.is_some_and(|length| number(M).is_ok_and(|bound| length <= bound))
            }
            Class::SmoothConvex { L } => curvature(zero, number(L)?),
            Class::SmoothStronglyConvex { mu, L } | Class::Composite { mu, L } => {
                number(mu)? >= zero && curvature(number(mu)?, number(L)?)
            }
            Class::Quadratic { mu, L } => {
                matches!(self, Member::Quadratic(_)) && number(mu)? >= zero && curvature(number(mu)?, number(L)?)
            }
            Class::Smooth { L } => curvature(-number(L)?, number(L)?) && self.origin_is_least(),
        };
        if belongs { Ok(()) } else { Err("class: the function is no member of it".into()) }
    }

    /// Whether no value is below that at the origin, for a function that need not be convex.
    fn origin_is_least(&self) -> bool {
        let zero = Exact::zero();
        match self {
            Member::Quadratic(spectrum) => spectrum.iter().all(|eigenvalue| *eigenvalue >= zero),
            Member::Piecewise { breakpoints, slopes, kinks } => {
                let ends = [(0, Exact::one()), (breakpoints.len(), Exact::int(-1))];
                let closes = |&(piece, ref sign): &(usize, Exact)| {
                    let kink = if piece == 0 { kinks.first() } else { kinks.last() };
                    let inward = kink.is_none_or(|[derivative, _]| derivative.clone() * sign <= zero);
                    slopes[piece] > zero || slopes[piece].is_zero() && inward
                };
                // A minimum lies at a breakpoint or where the derivative of a piece is 0.
                let stationary = |piece: usize| {
                    let (at, slope) = (breakpoints.get(piece.saturating_sub(1)), &slopes[piece]);
                    let (Some(at), true) = (at, *slope > zero) else { return Exact::zero() };
                    at.clone() - kinks[piece.saturating_sub(1)][0].clone() / slope
                };
                let candidates = breakpoints.iter().cloned().chain((0..slopes.len()).map(stationary));
                ends.iter().all(closes) && candidates.into_iter().all(|x| self.along(&x)[1] >= zero)
            }
            Member::Absolute(_) | Member::MaxCoordinate(_) => true,
        }
    }

    /// Where the least value is.
    pub fn minimiser(&self) -> Point {
        match self {
            Member::Quadratic(spectrum) => vec![Exact::zero(); spectrum.len()],
            Member::Piecewise { .. } | Member::Absolute(_) => vec![Exact::zero()],
            Member::MaxCoordinate(f) => vec![-(f.radius.clone() / &f.root); f.variables],
        }
    }

    /// `f(x) - f*`.
    pub fn gap(&self, x: &Point) -> Result<Exact, String> {
        Ok(match self {
            Member::Quadratic(spectrum) => {
                let sum = spectrum.iter().zip(x).fold(Exact::zero(), |sum, (eigenvalue, x)| sum + eigenvalue.clone() * x * x);
                sum / Exact::int(2)
            }
            Member::Piecewise { .. } => {
                let [_, value] = self.along(&x[0]);
                value
            }
            Member::Absolute(slope) => slope.clone() * x[0].clone().magnitude(),
            Member::MaxCoordinate(f) => f.slope.clone() * &x[f.top(x)?] + f.slope.clone() * &f.radius / &f.root,
        })
    }

    /// The gradient, or the subgradient that the function answers with.
    pub fn gradient(&self, x: &Point) -> Result<Point, String> {
        Ok(match self {
            Member::Quadratic(spectrum) => spectrum.iter().zip(x).map(|(eigenvalue, x)| eigenvalue.clone() * x).collect(),
            Member::Piecewise { .. } => {
                let [derivative, _] = self.along(&x[0]);
                vec![derivative]
            }
            Member::Absolute(slope) => vec![slope.clone() * x[0].clone().sign()],
            Member::MaxCoordinate(f) => {
                let top = f.top(x)?;
                (0..x.len()).map(|index| if index == top { f.slope.clone() } else { Exact::zero() }).collect()
            }
        })
    }

    /// `argmin_u f(u) + ‖u - x‖²/(2η)`.
    pub fn proximal(&self, x: &Point, step_size: &Exact) -> Result<Point, String> {
        match self {
            Member::Quadratic(spectrum) => Ok(spectrum
                .iter()
                .zip(x)
                .map(|(eigenvalue, x)| x.clone() / (Exact::one() + step_size.clone() * eigenvalue))
                .collect()),
            Member::Absolute(slope) => {
                let reach = slope.clone() * step_size;
                let shrunk = (x[0].clone().magnitude() - reach).larger(Exact::zero());
                Ok(vec![x[0].clone().sign() * shrunk])
            }
            _ => Err("function: proximal steps are known of quadratics and of the absolute value".into()),
        }
    }

    /// The minimiser of a quadratic on the ray against its gradient.
    pub fn ray(&self, x: &Point, gradient: &Point) -> Result<Point, String> {
        let Member::Quadratic(spectrum) = self else {
            return Err("function: exact line searches are known of quadratics alone".into());
        };
        let bent = spectrum.iter().zip(gradient).fold(Exact::zero(), |sum, (eigenvalue, g)| sum + eigenvalue.clone() * g * g);
        if bent.is_zero() {
            return Ok(x.clone());
        }
        let step_size = squared_norm(gradient) / bent;
        Ok(x.iter().zip(gradient).map(|(x, g)| x.clone() - step_size.clone() * g).collect())
    }
}
