//! The optimizer that runs an elementwise rule over several tensors.

use super::{Clock, Optimizer, Rule, Saved};
use crate::kernels::{Isa, Storage, sweep};
use crate::number::Real;

/// What counts the updates of a tensor, on which bias corrections and schedules of momentum depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Its own updates (PyTorch, burn, Optimisers.jl).
    Each,
    /// The calls of [`Optimizer::step`], those without a gradient for this tensor included (Keras, MLX, tinygrad, candle).
    Shared,
}

impl Counter {
    /// The number of the next update of a tensor that has had `updates` of them, at call number `call`.
    fn next(self, updates: u64, call: u64) -> u64 {
        match self {
            Counter::Each => updates + 1,
            Counter::Shared => call,
        }
    }
}

/// A rule in the arithmetic `R` with its memory. Where a method looks ahead, the probed point is rounded to the parameters' format.
pub(super) struct Elementwise<R: Real, const N: usize, K: Rule<R, N>> {
    rule: K,
    step_size: R::Wide,
    isa: Isa,
    counter: Counter,
    /// Number of calls of [`Optimizer::step`].
    calls: u64,
    /// One for each tensor, in order; made when a tensor first has a gradient.
    memory: Vec<Option<Memory<R, N, K::Clock>>>,
}

struct Memory<R, const N: usize, C> {
    updates: u64,
    clock: C,
    slots: [Vec<R>; N],
}

impl<R: Real, const N: usize, K: Rule<R, N>> Elementwise<R, N, K> {
    pub(super) fn new(rule: K, step_size: R::Wide, isa: Isa, counter: Counter) -> Self {
        Elementwise { rule, step_size, isa, counter, calls: 0, memory: Vec::new() }
    }

    fn fresh<P: Storage<R>>(rule: &K, parameters: &[P]) -> Memory<R, N, K::Clock> {
        let mut slots = std::array::from_fn(|_| Vec::with_capacity(parameters.len()));
        for x in parameters {
            for (slot, value) in slots.iter_mut().zip(rule.initial(&x.load())) {
                slot.push(value);
            }
        }
        Memory { updates: 0, clock: rule.start(), slots }
    }
}

impl<R, const N: usize, C: Clock> Memory<R, N, C> {
    fn advance_to(&mut self, update: u64) {
        (self.updates..update).for_each(|_| self.clock.tick());
        self.updates = update;
    }
}

impl<P: Storage<R>, R: Real, const N: usize, K: Rule<R, N>> Optimizer<P, R> for Elementwise<R, N, K> {
    fn probe(&self, parameters: &[Vec<P>]) -> Vec<Vec<P>> {
        let ahead = |(index, tensor): (usize, &Vec<P>)| {
            let Some(Some(memory)) = self.memory.get(index) else {
                return tensor.clone(); // every state starts so that there is nothing to look ahead to
            };
            let mut clock = memory.clock.clone();
            (memory.updates..self.counter.next(memory.updates, self.calls + 1)).for_each(|_| clock.tick());
            let step = self.rule.step(&clock, &self.step_size);
            let state = |element: usize| std::array::from_fn(|slot| memory.slots[slot][element].clone());
            let ahead = |(element, x): (usize, &P)| P::store(K::look_ahead(&step, &x.load(), &state(element)));
            tensor.iter().enumerate().map(ahead).collect()
        };
        parameters.iter().enumerate().map(ahead).collect()
    }

    fn step(&mut self, parameters: &mut [Vec<P>], gradients: &[Option<&[P]>]) {
        assert_eq!(parameters.len(), gradients.len(), "one gradient, or none, for each parameter tensor");
        self.calls += 1;
        self.memory.resize_with(parameters.len().max(self.memory.len()), || None);
        for ((tensor, gradient), memory) in parameters.iter_mut().zip(gradients).zip(&mut self.memory) {
            let Some(gradient) = gradient else { continue };
            let memory = memory.get_or_insert_with(|| Self::fresh(&self.rule, tensor));
            memory.advance_to(self.counter.next(memory.updates, self.calls));
            let step = self.rule.step(&memory.clock, &self.step_size);
            let slots = memory.slots.each_mut().map(|slot| slot.as_mut_slice());
            sweep::<P, R, N, K>(self.isa, &step, tensor, gradient, slots);
        }
    }

    fn set_step_size(&mut self, step_size: R::Wide) {
        self.step_size = step_size;
    }

    fn save(&self) -> Saved<R> {
        let tensor =
            |memory: &Option<Memory<R, N, K::Clock>>| memory.as_ref().map(|memory| (memory.updates, memory.slots.to_vec()));
        Saved { step_size: self.step_size.clone(), calls: self.calls, tensors: self.memory.iter().map(tensor).collect() }
    }

    fn load(&mut self, saved: Saved<R>) {
        self.step_size = saved.step_size;
        self.calls = saved.calls;
        let memory = |(updates, slots): (u64, Vec<Vec<R>>)| {
            let slots = slots.try_into().unwrap_or_else(|_| panic!("a state of {N} values for each parameter"));
            let mut memory = Memory { updates: 0, clock: self.rule.start(), slots };
            memory.advance_to(updates);
            memory
        };
        self.memory = saved.tensors.into_iter().map(|tensor| tensor.map(memory)).collect();
    }
}
