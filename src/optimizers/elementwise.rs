//! The optimizer that runs an elementwise rule over several tensors.

use super::{Clock, Optimizer, Rule, Saved};
use crate::kernels::{Isa, Storage, sweep};
use crate::number::Real;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry of what counts.
pub const COUNTER: System = System {
    name: "update-counter",
    formula: "t = the updates of the tensor, or the calls",
    rows: &[],
    conventions: &[Convention { name: "counter", values: &["each tensor", "shared"] }],
    sources: &[Source::Cited("kingma2015", "Algorithm 1")],
    tests: &[
        "tests/rules.rs::counters_of_their_own_or_one_for_all",
        "tests/oracles.rs::a_missing_gradient_leaves_value_state_and_counter",
    ],
};

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
pub(crate) struct Elementwise<R: Real, const N: usize, K: Rule<R, N>> {
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
    pub(crate) fn new(rule: K, step_size: R::Wide, isa: Isa, counter: Counter) -> Self {
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
        let mut running = std::mem::take(&mut self.memory).into_iter();
        let memory = |(updates, slots): (u64, Vec<Vec<R>>), running: Option<Memory<R, N, K::Clock>>| {
            let slots = slots.try_into().unwrap_or_else(|_| panic!("a state of {N} values for each parameter"));
            // A clock that has not passed the saved one needs no start from zero.
            let (updates_before, clock) = match running {
                Some(running) if running.updates <= updates => (running.updates, running.clock),
                _ => (0, self.rule.start()),
            };
            let mut memory = Memory { updates: updates_before, clock, slots };
            memory.advance_to(updates);
            memory
        };
        let tensor = |tensor: Option<_>| {
            let running = running.next().flatten();
            tensor.map(|saved| memory(saved, running))
        };
        self.memory = saved.tensors.into_iter().map(tensor).collect();
    }
}
