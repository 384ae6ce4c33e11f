//! An optimizer that runs: everything around its rule.

use super::cell::{Cell, Float};
use super::habits::{Buffers, Habits, Missing, Saving};
use super::hyper::Step;
use super::rule::{Body, Rule};
use gradproof::audit::{Answer, Capability, Dtype, Hello, Hyper, Implementation, Offer, Order, Running, Setting, Tensor};
use gradproof::{Error, Result};
use serde_json::{Value, json};

/// An optimizer as data.
#[derive(Clone)]
pub struct Optimizer {
    /// Neutral name.
    pub name: &'static str,
    /// Declared hyper-parameters and their defaults.
    pub hyper: Vec<(&'static str, Setting)>,
    /// Types of its parameters. In 16 bits it computes in single precision.
    pub dtypes: &'static [Dtype],
    /// One update.
    pub rule: Rule,
    /// What is around it.
    pub habits: Habits,
}

impl Optimizer {
    fn declared(&self) -> Hyper {
        self.hyper.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()
    }
}

impl Implementation for Optimizer {
    fn hello(&self) -> Hello {
        use Capability::{Grads, Groups, MissingGrad, Run, SetLr, SkipsNonfinite, State};
        let offer = Offer { hyper: self.declared(), dtypes: self.dtypes.to_vec() };
        let skips = self.habits.skips.map(|_| SkipsNonfinite);
        Hello {
            framework: "zoo".into(),
            version: "1".into(),
            optimizers: [(self.name.into(), offer)].into(),
            capabilities: [SetLr, Groups, State, MissingGrad, Run, Grads].into_iter().chain(skips).collect(),
            ..Hello::default()
        }
    }

    fn start(&self, order: &Order) -> Result<Box<dyn Running + '_>> {
        match order.dtype {
            Dtype::F64 => Ok(Box::new(Held::new(self, self.rule.double, order)?)),
            _ => Ok(Box::new(Held::new(self, self.rule.single, order)?)),
        }
    }
}

/// A tensor with everything that belongs to it.
struct Part<F> {
    shape: Vec<u64>,
    cells: Vec<Cell<F>>,
    hyper: Hyper,
    first_lr: f64,
    updates: i32,
    powers: [F; 2],
}

struct Held<'a, F> {
    habits: &'a Habits,
    body: Body<F>,
    hyper: Hyper,
    dtype: Dtype,
    parts: Vec<Part<F>>,
    calls: i32,
}

impl<'a, F: Float> Held<'a, F> {
    fn new(optimizer: &'a Optimizer, body: Body<F>, order: &Order) -> Result<Self> {
        let known = optimizer.declared();
        let set = |hyper: &mut Hyper, given: &Hyper| match given.keys().find(|name| !known.contains_key(*name)) {
            Some(name) => Err(Error::new(format!("'{}' has no hyper-parameter '{name}'", optimizer.name))),
            None => {
                hyper.extend(given.clone());
                Ok(())
            }
        };
        let mut hyper = known.clone();
        set(&mut hyper, &order.hyper)?;
        if number(&hyper, "dampening") > 0.0 && hyper.get("nesterov") == Some(&Setting::Flag(true)) {
            return Err(Error::new("Nesterov's momentum takes no dampening"));
        }
        let part = |tensor: &Tensor| Part {
            shape: tensor.shape.clone(),
            cells: tensor.data.iter().map(|x| Cell { x: F::of(*x), ..Cell::default() }).collect(),
            first_lr: number(&hyper, "lr"),
            hyper: hyper.clone(),
            updates: 0,
            powers: [F::of(1.0); 2],
        };
        let mut parts: Vec<Part<F>> = order.params.iter().map(part).collect();
        for group in &order.groups {
            let mut own = group.hyper.clone();
            own.retain(|name, _| !optimizer.habits.shared.contains(&name.as_str()));
            for index in &group.params {
                set(&mut parts[*index].hyper, &own)?;
                parts[*index].first_lr = number(&parts[*index].hyper, "lr");
            }
        }
        Ok(Held { habits: &optimizer.habits, body, hyper, dtype: order.dtype, parts, calls: 0 })
    }

    /// The hyper-parameters with which a tensor's step is made.
    fn step_of(&self, index: usize) -> Step<F> {
        let (habits, part) = (self.habits, &self.parts[index]);
        let mut hyper = part.hyper.clone();
        hyper.retain(|name, _| !habits.ignored.contains(&name.as_str()));
        hyper.extend(habits.fixed.iter().map(|(name, x)| (name.to_string(), Setting::Number(*x))));
        let step = Step::new(&hyper, part.first_lr, habits.scalars);
        let powers = [part.powers[0] * step.beta1, part.powers[1] * step.beta2];
        let t = (habits.counter)(part.updates, self.calls);
        Step { t, powers, tensor: index as i32, tensors: self.parts.len() as i32, ..step }
    }

    /// Puts the gradients into the cells; the tensors that are to be updated.
    fn receive(&mut self, gradients: &[Option<Tensor>]) -> Vec<usize> {
        let habits = self.habits;
        let mut moving = vec![];
        for (index, (part, gradient)) in self.parts.iter_mut().zip(gradients).enumerate() {
            let climbs = !habits.own_sign
                && !habits.ignored.contains(&"maximize")
                && part.hyper.get("maximize") == Some(&Setting::Flag(true));
            let sign = if climbs { -1.0 } else { 1.0 };
            match (gradient, habits.missing) {
                (Some(gradient), _) => {
                    part.cells.iter_mut().zip(&gradient.data).for_each(|(cell, g)| cell.g = F::of(sign * g));
                    moving.push(index);
                }
                (None, Missing::Untouched) => {}
                (None, Missing::Zero) => {
                    part.cells.iter_mut().for_each(|cell| cell.g = F::default());
                    moving.push(index);
                }
                (None, Missing::Last) => moving.push(index),
                (None, Missing::Decayed) => {
                    let keep = F::of(1.0 - number(&part.hyper, "lr") * number(&part.hyper, "weight_decay"));
                    part.cells.iter_mut().for_each(|cell| cell.x = cell.x * keep);
                }
                (None, Missing::Forgotten) => {
                    part.cells.iter_mut().for_each(|cell| *cell = Cell { x: cell.x, ..Cell::default() });
                }
            }
        }
        moving
    }

    /// Updates these tensors.
    fn update(&mut self, moving: &[usize]) {
        let steps: Vec<Step<F>> = moving.iter().map(|index| self.step_of(*index)).collect();
        let mut tensors: Vec<Vec<Cell<F>>> = moving.iter().map(|index| self.parts[*index].cells.clone()).collect();
        self.body.update(&mut tensors, &steps);
        let (habits, dtype) = (self.habits, self.dtype);
        let kept = |x: F| F::of((habits.memory)(x.number()));
        for ((index, tensor), step) in moving.iter().zip(tensors).zip(steps) {
            let part = &mut self.parts[*index];
            part.updates += 1;
            part.powers = step.powers;
            let stored = |cell: Cell<F>| {
                let x = F::of(dtype.round(cell.x.number()));
                let x = if habits.mends && x.number().is_nan() { F::default() } else { x };
                match habits.remembers {
                    true => Cell { x, g: cell.g, m: kept(cell.m), v: kept(cell.v), w: kept(cell.w) },
                    false => Cell { x, g: cell.g, ..Cell::default() },
                }
            };
            part.cells = tensor.into_iter().map(stored).collect();
        }
        if habits.rotates {
            self.rotate();
        }
    }

    /// Gives the memory of each tensor to the next of the same length, as if it were found by the length alone.
    fn rotate(&mut self) {
        for index in 1..self.parts.len() {
            let (before, after) = self.parts.split_at_mut(index);
            let other = &mut after[0].cells;
            if let Some(one) = before.iter_mut().rev().find(|one| one.cells.len() == other.len()) {
                one.cells.iter_mut().zip(other).for_each(|(one, other)| {
                    std::mem::swap(&mut one.m, &mut other.m);
                    std::mem::swap(&mut one.v, &mut other.v);
                });
            }
        }
    }

    fn params(&self) -> Result<Vec<Tensor>> {
        let tensor = |part: &Part<F>| Tensor::new(part.shape.clone(), part.cells.iter().map(|cell| cell.x.number()).collect());
        self.parts.iter().map(tensor).collect()
    }

    /// The gradient buffers after a step from `before`.
    fn buffers(&self, before: &[Tensor], gradients: &[Option<Tensor>]) -> Vec<Option<Tensor>> {
        let buffer = |((part, before), gradient): ((&Part<F>, &Tensor), &Option<Tensor>)| {
            let mut gradient = gradient.clone()?;
            let decay = F::of(number(&part.hyper, "weight_decay"));
            let downhill = part.hyper.get("maximize") != Some(&Setting::Flag(true));
            let decayed = |(g, x): (&f64, &f64)| (F::of(*g) + decay * F::of(*x)).number();
            match self.habits.buffers {
                Buffers::Decayed => gradient.data = gradient.data.iter().zip(&before.data).map(decayed).collect(),
                Buffers::DecayedDownhill if downhill => {
                    gradient.data = gradient.data.iter().zip(&before.data).map(decayed).collect();
                }
                Buffers::Cleared => gradient.data.fill(0.0),
                Buffers::Untouched | Buffers::DecayedDownhill => {}
            }
            Some(gradient)
        };
        self.parts.iter().zip(before).zip(gradients).map(buffer).collect()
    }
}

impl<F: Float> Running for Held<'_, F> {
    fn hyper(&self) -> Hyper {
        self.hyper.clone()
    }

    fn step(&mut self, gradients: &[Option<Tensor>]) -> Result<Answer> {
        let before = self.params()?;
        let finite = gradients.iter().flatten().all(|gradient| gradient.data.iter().all(|g| g.is_finite()));
        self.calls += 1;
        match self.habits.skips {
            Some(counted) if !finite => {
                self.calls -= i32::from(!counted);
                self.parts.iter_mut().for_each(|part| part.updates += i32::from(counted));
            }
            _ => {
                let moving = self.receive(gradients);
                self.update(&moving);
            }
        }
        Ok(Answer::Moved { params: self.params()?, grads: Some(self.buffers(&before, gradients)) })
    }

    fn set_lr(&mut self, lr: f64) -> Result<()> {
        for part in &mut self.parts {
            if self.habits.follows {
                part.hyper.insert("lr".into(), Setting::Number(lr));
            }
        }
        Ok(())
    }

    fn save(&mut self) -> Result<String> {
        let cell = |cell: &Cell<F>| [cell.m, cell.v, cell.w, cell.g].map(|x| x.number().to_bits());
        let part = |part: &Part<F>| {
            let cells: Vec<[u64; 4]> = part.cells.iter().map(cell).collect();
            let powers = part.powers.map(|power| power.number().to_bits());
            json!({"hyper": part.hyper, "first_lr": part.first_lr, "updates": part.updates, "powers": powers, "cells": cells})
        };
        let parts: Vec<Value> = self.parts.iter().map(part).collect();
        Ok(json!({"hyper": self.hyper, "calls": self.calls, "parts": parts}).to_string())
    }

    fn load(&mut self, state: &str) -> Result<()> {
        let broken = |error: serde_json::Error| Error::new(format!("no state of this optimizer: {error}"));
        let state: Value = serde_json::from_str(state).map_err(broken)?;
        let saving = self.habits.saving;
        let bits = |value: &Value| F::of(f64::from_bits(value.as_u64().expect("bits")));
        for (part, saved) in self.parts.iter_mut().zip(state["parts"].as_array().expect("parts")) {
            let hyper: Hyper = serde_json::from_value(saved["hyper"].clone()).map_err(broken)?;
            let own = std::mem::take(&mut part.hyper);
            part.updates = saved["updates"].as_i64().expect("a count") as i32;
            part.first_lr = saved["first_lr"].as_f64().expect("a rate");
            part.powers = [bits(&saved["powers"][0]), bits(&saved["powers"][1])];
            if saving == Saving::OldPowers {
                part.powers = ["beta1", "beta2"].map(|name| F::of(number(&own, name).powi(part.updates)));
            }
            part.hyper = if saving == Saving::NoHyper { own.clone() } else { hyper };
            if saving == Saving::NoRate {
                part.hyper.insert("lr".into(), own["lr"].clone());
            }
            for (cell, saved) in part.cells.iter_mut().zip(saved["cells"].as_array().expect("cells")) {
                let narrow = |x: F| if saving == Saving::Narrow { F::of(f64::from(x.number() as f32)) } else { x };
                *cell = Cell {
                    x: cell.x,
                    m: narrow(bits(&saved[0])),
                    v: narrow(bits(&saved[1])),
                    w: narrow(bits(&saved[2])),
                    g: bits(&saved[3]),
                };
                match saving {
                    Saving::NoMemory => *cell = Cell { x: cell.x, ..Cell::default() },
                    Saving::NoSecond => cell.v = F::default(),
                    _ => {}
                }
            }
            part.updates += i32::from(saving == Saving::OneMore);
        }
        self.calls = state["calls"].as_i64().expect("a count") as i32;
        if saving == Saving::NoCount {
            self.parts.iter_mut().for_each(|part| part.updates = 0);
            self.calls = 0;
        }
        Ok(())
    }
}

/// A number among hyper-parameters; 0 if it is not there.
fn number(hyper: &Hyper, name: &str) -> f64 {
    match hyper.get(name) {
        Some(Setting::Number(x)) => *x,
        _ => 0.0,
    }
}
