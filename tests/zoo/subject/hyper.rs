//! Hyper-parameters: what an optimizer declares, and what a step is made with.

use super::cell::Float;
use gradproof::audit::{Hyper, Setting};

/// What one step of one tensor is made with.
#[derive(Clone, Debug)]
pub struct Step<F> {
    pub lr: F,
    /// The learning rate that the optimizer was made with.
    pub first_lr: F,
    pub momentum: F,
    pub dampening: F,
    pub beta1: F,
    pub beta2: F,
    pub rho: F,
    pub eps: F,
    pub decay: F,
    pub initial_accumulator: F,
    pub momentum_decay: F,
    pub lr_decay: F,
    pub trust: F,
    pub final_lr: F,
    pub gamma: F,
    pub nesterov: bool,
    pub centered: bool,
    pub amsgrad: bool,
    pub maximize: bool,
    pub foreach: bool,
    pub fused: bool,
    pub differentiable: bool,
    /// Number of this update, from 1.
    pub t: i32,
    /// `β₁^t` and `β₂^t`, as running products.
    pub powers: [F; 2],
    /// Which tensor this is, from 0.
    pub tensor: i32,
    /// How many there are.
    pub tensors: i32,
}

impl<F: Float> Step<F> {
    /// From the values in effect; what is not declared is 0 or false.
    pub fn new(hyper: &Hyper, first_lr: f64, hold: fn(f64) -> f64) -> Self {
        let wide = |name: &str| match hyper.get(name) {
            Some(Setting::Number(x)) => hold(*x),
            _ => 0.0,
        };
        let number = |name| F::of(wide(name));
        let flag = |name: &str| hyper.get(name) == Some(&Setting::Flag(true));
        Step {
            lr: number("lr"),
            first_lr: F::of(hold(first_lr)),
            momentum: number("momentum"),
            dampening: number("dampening"),
            beta1: number("beta1"),
            beta2: number("beta2"),
            rho: number("rho"),
            eps: number("eps"),
            decay: number("weight_decay"),
            initial_accumulator: number("initial_accumulator"),
            momentum_decay: number("momentum_decay"),
            lr_decay: number("lr_decay"),
            trust: number("trust_coefficient"),
            final_lr: number("final_lr"),
            gamma: number("gamma"),
            nesterov: flag("nesterov"),
            centered: flag("centered"),
            amsgrad: flag("amsgrad"),
            maximize: flag("maximize"),
            foreach: flag("foreach"),
            fused: flag("fused"),
            differentiable: flag("differentiable"),
            t: 0,
            powers: [F::of(1.0); 2],
            tensor: 0,
            tensors: 0,
        }
    }
}

macro_rules! corrections {
    ($float:ident) => {
        impl Step<$float> {
            /// `1 - β₁^t`.
            pub fn correction1(&self) -> $float {
                1.0 - self.beta1.powi(self.t)
            }

            /// `1 - β₂^t`.
            pub fn correction2(&self) -> $float {
                1.0 - self.beta2.powi(self.t)
            }

            /// Number of updates before this one.
            pub fn past(&self) -> $float {
                (self.t - 1) as $float
            }

            /// Which tensor this is, from 0.
            pub fn index(&self) -> $float {
                self.tensor as $float
            }

            /// RAdam's factor, where its `ρ_t` is above a threshold.
            pub fn rectification(&self, threshold: $float) -> Option<$float> {
                let limit = 2.0 / (1.0 - self.beta2) - 1.0;
                let length = limit - 2.0 * self.t as $float * self.beta2.powi(self.t) / self.correction2();
                let ratio = |x: $float| (x - 4.0) * (x - 2.0) / x;
                (length > threshold).then(|| (ratio(length) / ratio(limit)).sqrt())
            }

            /// AdaBound's bounds around a final step size.
            pub fn bounds(&self, last: $float) -> [$float; 2] {
                let elapsed = self.gamma * self.t as $float;
                [last * (1.0 - 1.0 / (elapsed + 1.0)), last * (1.0 + 1.0 / elapsed)]
            }

            /// NAdam's momentum of an update, `β₁ (1 - 0.96^(ψ t) / 2)`.
            pub fn mu(&self, t: i32, decay: $float) -> $float {
                // In doubles, as everybody does: the power of a power costs digits.
                let base = 0.96f64.powf(f64::from(decay) * f64::from(t));
                self.beta1 * (1.0 - 0.5 * base as $float)
            }
        }
    };
}

corrections!(f32);
corrections!(f64);

/// What an honest optimizer of this name declares, with the usual defaults.
pub fn defaults(name: &str) -> Vec<(&'static str, Setting)> {
    let number = |name: &'static str, x: f64| (name, Setting::Number(x));
    let off = |name: &'static str| (name, Setting::Flag(false));
    let adam = [number("lr", 1e-3), number("beta1", 0.9), number("beta2", 0.999), number("eps", 1e-8)];
    let with = |others: &[(&'static str, Setting)]| [&adam[..], others].concat();
    let mut all = match name {
        "sgd" | "sgdw" => vec![number("lr", 0.01), number("momentum", 0.0), number("dampening", 0.0), off("nesterov")],
        "signsgd" => vec![number("lr", 0.01), number("momentum", 0.0)],
        "lion" => vec![number("lr", 1e-4), number("beta1", 0.9), number("beta2", 0.99)],
        "adagrad" => vec![number("lr", 0.01), number("eps", 1e-10)],
        "adadelta" => vec![number("lr", 1.0), number("rho", 0.9), number("eps", 1e-6)],
        "rmsprop" => vec![number("lr", 0.01), number("rho", 0.99), number("eps", 1e-8)],
        "adabound" => with(&[number("final_lr", 0.1), number("gamma", 1e-3)]),
        "ngd" => vec![number("lr", 0.01), number("eps", 1e-6)],
        "lars" => vec![number("lr", 0.1), number("trust_coefficient", 1e-3), number("momentum", 0.9), number("eps", 1e-8)],
        _ => adam.to_vec(),
    };
    all.extend([number("weight_decay", 0.0), off("maximize")]);
    all
}
