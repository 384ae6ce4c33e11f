//! Right schedules in plain floats of either precision, written in the orders of evaluation that frameworks have.

use crate::zoo::subject::{Given, Part};
use gradproof::audit::{Dtype, Tensor};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A float with the functions of schedules.
pub trait Float:
    Copy
    + PartialOrd
    + Into<f64>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + 'static
{
    fn of(x: f64) -> Self;
    fn cos_pi(self) -> Self;
    fn pow(self, exponent: Self) -> Self;
    fn root(self) -> Self;
    fn dtype() -> Dtype;
}

macro_rules! float {
    ($float:ident, $dtype:ident) => {
        impl Float for $float {
            fn of(x: f64) -> Self {
                x as $float
            }
            fn cos_pi(self) -> Self {
                (self * std::$float::consts::PI).cos()
            }
            fn pow(self, exponent: Self) -> Self {
                self.powf(exponent)
            }
            fn root(self) -> Self {
                self.sqrt()
            }
            fn dtype() -> Dtype {
                Dtype::$dtype
            }
        }
    };
}
float!(f32, F32);
float!(f64, F64);

fn min<F: Float>(a: F, b: F) -> F {
    if a < b { a } else { b }
}

/// The orders of evaluation that a schedule may have.
pub const ORDERS: usize = 3;

/// From `a` at 0 to `b` at 1: from either end, or as a fraction of `a`.
fn between<F: Float>(a: F, b: F, p: F, order: usize) -> F {
    let one = F::of(1.0);
    match order {
        0 => a + (b - a) * p,
        1 => (a - b) * (one - p) + b,
        _ => a * (one - p + b / a * p),
    }
}

/// From `a` at 0 to `b` at 1 by half a cosine.
fn wave<F: Float>(a: F, b: F, p: F, order: usize) -> F {
    let (one, half) = (F::of(1.0), F::of(0.5));
    let wave = one + p.cos_pi();
    match order {
        0 => b + (a - b) * wave / F::of(2.0),
        1 => half * (a - b) * wave + b,
        _ => a * ((one - b / a) * (half * wave) + b / a),
    }
}

/// The rates of a schedule by its closed form, in one of the orders of evaluation.
fn rate<F: Float>(name: &str, h: &Given, t: f64, order: usize) -> F {
    let f = |name: &str| F::of(h.of(name));
    let (step, one) = (F::of(t), F::of(1.0));
    let (lr, low, period) = (f("lr"), f("min_lr"), f("period"));
    let product = |count: f64, factor: F| match order {
        0 => lr * factor.pow(F::of(count)),
        _ => (0..count as usize).fold(lr, |rate, _| rate * factor),
    };
    match name {
        "constant" => lr,
        "step" => product((t / h.of("period")).floor(), f("gamma")),
        "multistep" => product(h.all("milestones").iter().filter(|m| **m <= t).count() as f64, f("gamma")),
        "exponential" => product(t, f("gamma")),
        "inverse_time" => {
            if order == 0 {
                lr / (one + f("gamma") * step)
            } else {
                lr * (one / (one + step * f("gamma")))
            }
        }
        "cosine" => wave(lr, low, step / period, order),
        "cosine_restarts" => {
            let (mut since, mut length) = (t, h.of("period"));
            while since >= length {
                (since, length) = (since - length, length * h.of("growth"));
            }
            wave(lr, low, F::of(since) / F::of(length), order)
        }
        "polynomial" => {
            let rest = one - min(step, period) / period;
            let power = if rest == F::of(0.0) { rest } else { rest.pow(f("power")) };
            if order == 0 { (lr - low) * power + low } else { between(low, lr, power, order % 2) }
        }
        "linear" => {
            let [start, end] = [f("start_factor"), f("end_factor")];
            let p = min(step, period) / period;
            if order == 0 { lr * (start + (end - start) * p) } else { between(lr * start, lr * end, p, order) }
        }
        "one_cycle" => {
            let first = lr / f("div");
            let (peak, end) = (f("warmup") * period - one, period - one);
            let last = first / f("final_div");
            if step > peak { wave(lr, last, (step - peak) / (end - peak), order) } else { wave(first, lr, step / peak, order) }
        }
        "triangular" => {
            let total = F::of(2.0) * period;
            let cycle = F::of((1.0 + t / (2.0 * h.of("period"))).floor());
            let x = one + step / total - cycle;
            let ratio = F::of(0.5);
            let height = if x > ratio { (x - one) / (ratio - one) } else { x / ratio };
            low + (lr - low) * height
        }
        "warmup_cosine" => {
            let warmup = f("warmup");
            if step < warmup {
                return if order == 1 { between(F::of(0.0), lr, step / warmup, 1) } else { lr * step / warmup };
            }
            wave(lr, low, min(step - warmup, period - warmup) / (period - warmup), order)
        }
        "warmup_constant" => {
            let p = min(step, f("warmup")) / f("warmup");
            if order == 1 { between(F::of(0.0), lr, p, 1) } else { lr * p }
        }
        _ => unreachable!("'{name}' has no closed form here"),
    }
}

/// The names that have one.
pub const NAMES: [&str; 13] = [
    "constant",
    "step",
    "multistep",
    "exponential",
    "inverse_time",
    "cosine",
    "cosine_restarts",
    "polynomial",
    "linear",
    "one_cycle",
    "triangular",
    "warmup_cosine",
    "warmup_constant",
];

/// An honest schedule in the precision of `F`.
pub fn honest<F: Float>(name: &'static str, order: usize) -> Part {
    Part::Schedule(name, Box::new(move |h, steps| (0..steps).map(|t| rate::<F>(name, h, t as f64, order).into()).collect()))
}

/// Clipping in the precision of `F`, or for the other type's requests in the wider one: squares added in order, backwards, or by tensors.
pub fn clip<F: Float>(kind: &'static str, order: usize) -> Part {
    let one = move |limit: f64, grads: &[Tensor], dtype: Dtype| {
        let clipped =
            if dtype == F::dtype() { clipped::<F>(kind, order, limit, grads) } else { clipped::<f64>(kind, order, limit, grads) };
        (clipped.into_iter().map(|tensor| tensor.rounded(dtype)).collect(), None)
    };
    Part::Clip(kind, Box::new(one))
}

fn clipped<F: Float>(kind: &str, order: usize, limit: f64, grads: &[Tensor]) -> Vec<Tensor> {
    let each = |tensor: &Tensor, change: &dyn Fn(F) -> F| Tensor {
        shape: tensor.shape.clone(),
        data: tensor.data.iter().map(|x| change(F::of(*x)).into()).collect(),
    };
    let limit = F::of(limit);
    match kind {
        "value" => grads
            .iter()
            .map(|tensor| {
                each(tensor, &|x| {
                    if x > limit {
                        limit
                    } else if x < -limit {
                        -limit
                    } else {
                        x
                    }
                })
            })
            .collect(),
        "norm" => grads
            .iter()
            .flat_map(|tensor| {
                let scale = scale(limit, norm::<F>(std::slice::from_ref(tensor), order), order);
                [each(tensor, &|x| scale * x)]
            })
            .collect(),
        _ => {
            let scale = scale(limit, norm::<F>(grads, order) + F::of(1e-6), order);
            grads.iter().map(|tensor| each(tensor, &|x| x * scale)).collect()
        }
    }
}

fn norm<F: Float>(grads: &[Tensor], order: usize) -> F {
    let square = |sum: F, x: f64| sum + F::of(x) * F::of(x);
    let elements = || grads.iter().flat_map(|tensor| &tensor.data).copied();
    match order {
        0 => elements().fold(F::of(0.0), square).root(),
        1 => elements().collect::<Vec<_>>().into_iter().rev().fold(F::of(0.0), square).root(),
        _ => {
            let own = |tensor: &Tensor| tensor.data.iter().copied().fold(F::of(0.0), square).root();
            grads.iter().map(own).fold(F::of(0.0), |sum, norm| sum + norm * norm).root()
        }
    }
}

/// `min(1, C/n)`, as a quotient or by reciprocals; NaN stays.
fn scale<F: Float>(limit: F, norm: F, order: usize) -> F {
    let one = F::of(1.0);
    if order == 2 {
        if norm < limit { limit * (one / limit) } else { limit * (one / norm) }
    } else if norm < limit {
        one
    } else {
        limit / norm
    }
}
