//! What the methods do, once: on unknown vectors for upper bounds, on a function's points for lower ones.

use super::field::Field;
use super::form::Combine;
use crate::certify::certificate::{Method, Number, StepSizes};
use crate::number::Rational;

/// Where a method gets its directions from.
pub trait Oracle<F, V> {
    /// The gradient (a subgradient) at a point.
    fn gradient(&mut self, at: &V) -> Result<V, String>;

    /// The point `x - η s`, where `s` is a subgradient of the last function there.
    fn proximal(&mut self, from: &V, step_size: &F) -> Result<V, String>;

    /// The minimiser on the ray from a point against the gradient there.
    fn ray(&mut self, from: &V, gradient: &V) -> Result<V, String>;
}

/// A number of the certificate, by its text.
pub type Numbers<'a, F> = dyn Fn(&Number) -> Result<F, String> + 'a;

/// Runs `steps` steps from `x` (and `z`, for those with a second sequence) and returns the last `x` and `z`.
pub fn run<F: Field, V: Combine<F>>(
    method: &Method,
    steps: usize,
    [mut x, mut z]: [V; 2],
    number: &Numbers<F>,
    constant: impl Fn(Rational) -> F,
    oracle: &mut dyn Oracle<F, V>,
) -> Result<[V; 2], String> {
    let back = constant(Rational::NEG_ONE);
    let momentum_needs = |least: usize| {
        let enough = steps >= least;
        if enough {
            Ok(())
        } else {
            Err(format!("unused: this method's constants are all used from {least} steps on, and there are {steps}"))
        }
    };
    match method {
        Method::GradientDescent { step_size } => {
            for step_size in sizes(step_size, steps, number)? {
                let gradient = oracle.gradient(&x)?;
                x = x.plus(&-step_size, &gradient);
            }
        }
        Method::HeavyBall { step_size, momentum } => {
            momentum_needs(2)?;
            let (step_size, momentum) = (number(step_size)?, number(momentum)?);
            let mut last = x.clone();
            for _ in 0..steps {
                let gradient = oracle.gradient(&x)?;
                let pushed = x.plus(&-step_size.clone(), &gradient);
                let next = pushed.plus(&momentum, &x.plus(&back, &last));
                last = std::mem::replace(&mut x, next);
            }
        }
        Method::Nesterov { step_size, momentum } => {
            momentum_needs(2)?;
            let (step_size, momentum) = (number(step_size)?, number(momentum)?);
            x = extrapolated(x, steps, &step_size, |_| momentum.clone(), &back, oracle)?;
        }
        Method::NesterovCounting { step_size } => {
            let step_size = number(step_size)?;
            let momentum = |k: usize| constant(Rational::from(k) / Rational::from(k + 3));
            x = extrapolated(x, steps, &step_size, momentum, &back, oracle)?;
        }
        Method::TripleMomentum { step_size, momentum, lookahead, readout } => {
            momentum_needs(2)?;
            let [alpha, beta, gamma, delta] = [number(step_size)?, number(momentum)?, number(lookahead)?, number(readout)?];
            let mut last = x.clone();
            for _ in 0..steps {
                let change = x.plus(&back, &last);
                let gradient = oracle.gradient(&x.plus(&gamma, &change))?;
                let next = x.plus(&beta, &change).plus(&-alpha.clone(), &gradient);
                last = std::mem::replace(&mut x, next);
            }
            x = x.plus(&delta, &x.plus(&back, &last));
        }
        Method::FixedStep { matrix } => {
            if matrix.len() != steps {
                return Err(format!("steps: the step matrix has {} rows for {steps} steps", matrix.len()));
            }
            let mut gradients = Vec::new();
            for (k, row) in matrix.iter().enumerate() {
                if row.len() != k + 1 {
                    return Err(format!("steps: row {k} of the step matrix has {} entries; it needs {}", row.len(), k + 1));
                }
                gradients.push(oracle.gradient(&x)?);
                for (coefficient, gradient) in row.iter().zip(&gradients) {
                    x = x.plus(&-number(coefficient)?, gradient);
                }
            }
        }
        Method::ExactLineSearch => {
            for _ in 0..steps {
                let gradient = oracle.gradient(&x)?;
                x = oracle.ray(&x, &gradient)?;
            }
        }
        Method::ProximalPoint { step_size } => {
            for step_size in sizes(step_size, steps, number)? {
                positive(&step_size, "a proximal step size")?;
                x = oracle.proximal(&x, &step_size)?;
            }
        }
        Method::ProximalGradient { step_size } => {
            let step_size = number(step_size)?;
            positive(&step_size, "a proximal step size")?;
            for _ in 0..steps {
                let gradient = oracle.gradient(&x)?;
                x = oracle.proximal(&x.plus(&-step_size.clone(), &gradient), &step_size)?;
            }
        }
        Method::StochasticGradientDescent { step_size, .. } => {
            let gradient = oracle.gradient(&x)?;
            x = x.plus(&-number(step_size)?, &gradient);
            only(steps)?;
        }
        Method::NesterovPotential { coupling, step_size, pull, long_step } => {
            only(steps)?;
            let y = x.plus(&number(coupling)?, &z.plus(&back, &x));
            let gradient = oracle.gradient(&y)?;
            x = y.plus(&-number(step_size)?, &gradient);
            z = z.plus(&number(pull)?, &y.plus(&back, &z)).plus(&-number(long_step)?, &gradient);
            return Ok([x, z]);
        }
        Method::OptimizedPotential { coupling, step_size, long_step } => {
            only(steps)?;
            let coupling = number(coupling)?;
            let gradient = oracle.gradient(&x)?;
            let short = x.plus(&-number(step_size)?, &gradient);
            x = short.plus(&coupling, &z.plus(&back, &short));
            let gradient = oracle.gradient(&x)?;
            z = z.plus(&-number(long_step)?, &gradient);
            return Ok([x, z]);
        }
    }
    Ok([x.clone(), x])
}

fn extrapolated<F: Field, V: Combine<F>>(
    x: V,
    steps: usize,
    step_size: &F,
    momentum: impl Fn(usize) -> F,
    back: &F,
    oracle: &mut dyn Oracle<F, V>,
) -> Result<V, String> {
    let (mut x, mut y) = (x.clone(), x);
    for k in 0..steps {
        let gradient = oracle.gradient(&y)?;
        let next = y.plus(&-step_size.clone(), &gradient);
        y = next.plus(&momentum(k), &next.plus(back, &x));
        x = next;
    }
    Ok(x)
}

fn sizes<F: Field>(step_sizes: &StepSizes, steps: usize, number: &Numbers<F>) -> Result<Vec<F>, String> {
    match step_sizes {
        StepSizes::Constant(size) => Ok(vec![number(size)?; steps]),
        StepSizes::Each(sizes) if sizes.len() == steps => sizes.iter().map(number).collect(),
        StepSizes::Each(sizes) => Err(format!("steps: {} step sizes for {steps} steps", sizes.len())),
    }
}

fn only(steps: usize) -> Result<(), String> {
    if steps == 1 { Ok(()) } else { Err(format!("steps: this method is one step, and there are {steps}")) }
}

/// Refuses a number that is not positive.
pub fn positive<F: Field>(value: &F, name: &str) -> Result<(), String> {
    let holds = value.is_nonnegative() && value.is_divisor();
    if holds { Ok(()) } else { Err(format!("constants: {name} is not positive: {value}")) }
}
