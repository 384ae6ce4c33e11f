//! The audit of L-BFGS on plain code: honest ones conform, known mistakes are named.

use gradproof::audit::record::{Audit, Conformance, Outcome};
use gradproof::audit::{Answer, Capability, Dtype, Hello, Hyper, Implementation, Offer, Order, Running, Setting, Tensor};
use gradproof::{Error, Result};
use std::collections::VecDeque;

/// L-BFGS, and what may be wrong with it.
#[derive(Clone, Copy, Default)]
struct Plain {
    /// Types that it is offered in.
    dtypes: &'static [Dtype],
    /// Steps are held as differences of points, not as what was added.
    differences: bool,
    /// Sums begin at the end.
    backwards: bool,
    /// The objective is asked for once more after each move, as burn does.
    again: bool,
    /// Gradients are those that come with a step.
    silent: bool,
    /// The first step is as long as the others.
    whole_first: bool,
    /// γ is one.
    identity: bool,
    /// γ is that of the oldest pair (jaxopt 0.4).
    oldest: bool,
    /// y is that of the step before (gonum).
    shifted: bool,
    /// All pairs are kept.
    unlimited: bool,
    /// Pairs beyond the number asked for.
    more: i32,
    /// Pairs of negative curvature are kept.
    every: bool,
    /// The curvature of the newest pair is this much too large.
    wrong: f64,
    /// Every answer is another question.
    endless: bool,
    /// A loaded state has no pairs.
    forgets: bool,
}

impl Implementation for Plain {
    fn hello(&self) -> Hello {
        let hyper = [("lr", 1.0), ("history", 100.0)].map(|(name, value)| (name.into(), Setting::Number(value)));
        let offer = Offer { hyper: hyper.into(), dtypes: self.dtypes.to_vec() };
        Hello {
            framework: "plain".into(),
            version: "0".into(),
            optimizers: [("lbfgs".into(), offer)].into(),
            capabilities: [Capability::Closure, Capability::SetLr, Capability::State].into(),
            ..Hello::default()
        }
    }

    fn start(&self, order: &Order) -> Result<Box<dyn Running + '_>> {
        let defaults = &self.hello().optimizers["lbfgs"].hyper;
        let number = |name: &str| match order.hyper.get(name).or(defaults.get(name)) {
            Some(Setting::Number(x)) => *x,
            _ => panic!("{name} is no number"),
        };
        let memory = Memory { lr: number("lr"), history: number("history") as usize, ..Memory::default() };
        Ok(Box::new(Started { plain: *self, dtype: order.dtype, params: order.params.clone(), memory }))
    }
}

#[derive(Clone, Default)]
struct Memory {
    lr: f64,
    history: usize,
    steps: usize,
    pairs: VecDeque<(Vec<f64>, Vec<f64>)>,
    moved: Vec<f64>,
    point: Vec<f64>,
    gradient: Vec<f64>,
    change: Vec<f64>,
}

struct Started {
    plain: Plain,
    dtype: Dtype,
    params: Vec<Tensor>,
    memory: Memory,
}

fn row(tensors: &[Tensor]) -> Vec<f64> {
    tensors.iter().flat_map(|tensor| tensor.data.clone()).collect()
}

impl Started {
    /// Every operation is rounded.
    fn dot(&self, a: &[f64], b: &[f64]) -> f64 {
        let round = |x| self.dtype.round(x);
        let mut terms: Vec<f64> = a.iter().zip(b).map(|(a, b)| round(a * b)).collect();
        if self.plain.backwards {
            terms.reverse();
        }
        terms.into_iter().fold(0.0, |sum, term| round(sum + term))
    }

    /// `a + t b`.
    fn add(&self, a: &[f64], t: f64, b: &[f64]) -> Vec<f64> {
        let round = |x| self.dtype.round(x);
        a.iter().zip(b).map(|(a, b)| round(a + round(t * b))).collect()
    }

    fn learn(&mut self, point: &[f64], gradient: &[f64]) {
        let memory = &self.memory;
        let s = if self.plain.differences { self.add(point, -1.0, &memory.point) } else { memory.moved.clone() };
        let new = self.add(gradient, -1.0, &memory.gradient);
        let y = if self.plain.shifted { memory.change.clone() } else { new.clone() };
        self.memory.change = new;
        if !y.is_empty() && (self.plain.every || self.dot(&s, &y) > 1e-10) {
            self.memory.pairs.push_back((s, y));
        }
        let most = (self.memory.history as i32 + self.plain.more) as usize;
        if !self.plain.unlimited && self.memory.pairs.len() > most {
            self.memory.pairs.pop_front();
        }
    }

    fn direction(&self, gradient: &[f64]) -> Vec<f64> {
        let round = |x| self.dtype.round(x);
        let pairs = &self.memory.pairs;
        let mut q = gradient.to_vec();
        let mut alphas = vec![];
        for (s, y) in pairs.iter().rev() {
            let alpha = round(self.dot(s, &q) / self.dot(s, y));
            q = self.add(&q, -alpha, y);
            alphas.push(alpha);
        }
        let scale = if self.plain.oldest { pairs.front() } else { pairs.back() };
        if let (Some((s, y)), false) = (scale, self.plain.identity) {
            let gamma = round(self.dot(s, y) / self.dot(y, y) * (1.0 + self.plain.wrong));
            q.iter_mut().for_each(|x| *x = round(gamma * *x));
        }
        for ((s, y), alpha) in pairs.iter().zip(alphas.into_iter().rev()) {
            let beta = round(self.dot(y, &q) / self.dot(s, y));
            q = self.add(&q, round(alpha - beta), s);
        }
        q
    }

    fn moved(&mut self, gradients: &[Tensor]) {
        let (point, gradient) = (row(&self.params), row(gradients));
        if self.memory.steps > 0 {
            self.learn(&point, &gradient);
        }
        let mut length = self.memory.lr;
        if self.memory.steps == 0 && !self.plain.whole_first {
            let sum = gradient.iter().fold(0.0, |sum, g| self.dtype.round(sum + g.abs()));
            length = self.dtype.round(self.dtype.round(1.0 / sum).min(1.0) * length);
        }
        let step: Vec<f64> = self.direction(&gradient).iter().map(|d| -self.dtype.round(length * d)).collect();
        let mut next = self.add(&point, 1.0, &step).into_iter();
        self.params.iter_mut().flat_map(|tensor| &mut tensor.data).for_each(|x| *x = next.next().unwrap());
        self.memory = Memory { steps: self.memory.steps + 1, moved: step, point, gradient, ..self.memory.clone() };
    }

    fn answer(&self) -> Answer {
        Answer::Moved { params: self.params.clone(), grads: None }
    }
}

thread_local! {
    /// States by their number: what a saved string stands for.
    static SAVED: std::cell::RefCell<Vec<Memory>> = const { std::cell::RefCell::new(vec![]) };
    /// Whether the objective is asked for after the move.
    static AFTER: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

impl Running for Started {
    fn hyper(&self) -> Hyper {
        Hyper::new()
    }

    fn step(&mut self, gradients: &[Option<Tensor>]) -> Result<Answer> {
        if self.plain.silent {
            self.moved(&gradients.iter().flatten().cloned().collect::<Vec<_>>());
            return Ok(self.answer());
        }
        Ok(Answer::Evaluate(self.params.clone()))
    }

    fn value(&mut self, _: f64, gradients: &[Tensor]) -> Result<Answer> {
        if self.plain.endless {
            return Ok(Answer::Evaluate(self.params.clone()));
        }
        if self.plain.again && AFTER.replace(!AFTER.get()) {
            return Ok(self.answer());
        }
        self.moved(gradients);
        Ok(if self.plain.again { Answer::Evaluate(self.params.clone()) } else { self.answer() })
    }

    fn set_lr(&mut self, lr: f64) -> Result<()> {
        self.memory.lr = lr;
        Ok(())
    }

    fn save(&mut self) -> Result<String> {
        SAVED.with_borrow_mut(|saved| saved.push(self.memory.clone()));
        Ok((SAVED.with_borrow(Vec::len) - 1).to_string())
    }

    fn load(&mut self, state: &str) -> Result<()> {
        let number: usize = state.parse().map_err(|_| Error::new("no state"))?;
        self.memory = SAVED.with_borrow(|saved| saved[number].clone());
        if self.plain.forgets {
            self.memory.pairs.clear();
        }
        Ok(())
    }
}

const EXACT: &[Dtype] = &[Dtype::F64, Dtype::F32];

fn audits(plain: Plain) -> Vec<Audit> {
    let audits = gradproof::audit(&plain).audits;
    for audit in &audits {
        println!("{} {}", audit.subject.dtype, audit.verdict.word());
        for check in &audit.checks {
            println!("    {:?} {}: {} ({:?})", check.verdict, check.id, check.detail, check.worst_ratio);
        }
    }
    audits
}

fn verdict_of<'a>(audit: &'a Audit, id: &str) -> &'a gradproof::audit::record::Check {
    audit.checks.iter().find(|check| check.id == id).expect("this check is always there")
}

/// Whatever order the sums have, however the steps are held, and however often the objective is asked for. Their largest deviation is
/// a part of the bound that can be seen.
#[test]
fn honest_ones_conform() {
    let plain = Plain { dtypes: EXACT, ..Plain::default() };
    let honest = [
        plain,
        Plain { differences: true, backwards: true, ..plain },
        Plain { again: true, ..plain },
        Plain { silent: true, ..plain },
    ];
    for audit in honest.into_iter().flat_map(audits) {
        assert_eq!(audit.verdict, Conformance::Conforms, "{audit:?}");
        let ratio = verdict_of(&audit, "conformance").worst_ratio.unwrap();
        assert!((1e-3..1.0).contains(&ratio), "{ratio}");
        assert_eq!(verdict_of(&audit, "state").verdict, Outcome::Pass);
    }
}

/// A first step of whole length and γ = 1 are conventions.
#[test]
fn conventions_are_named() {
    let plain = Plain { dtypes: EXACT, ..Plain::default() };
    for (subject, convention, word) in [
        (Plain { whole_first: true, ..plain }, "first_length", "whole"),
        (Plain { identity: true, ..plain }, "first_matrix", "identity"),
    ] {
        for audit in audits(subject) {
            assert_eq!(audit.verdict, Conformance::Variant, "{word}");
            let identified = audit.identified.unwrap();
            assert_eq!(identified.differs_from_name, [convention]);
            assert_eq!(identified.variant[convention], Setting::Word(word.into()));
        }
    }
}

/// Bugs L01 and L02, and histories of another length: found, and found to be what they are.
#[test]
fn known_mistakes_are_named() {
    let plain = Plain { dtypes: EXACT, ..Plain::default() };
    for (subject, convention, word) in [
        (Plain { oldest: true, ..plain }, "first_matrix", "oldest"),
        (Plain { shifted: true, ..plain }, "pairs", "earlier"),
        (Plain { unlimited: true, ..plain }, "history", "all"),
        (Plain { every: true, ..plain }, "curvature", "every"),
        (Plain { more: 1, ..plain }, "history", "one-more"),
        (Plain { more: -1, ..plain }, "history", "one-less"),
    ] {
        for audit in audits(subject) {
            assert_eq!(audit.verdict, Conformance::Deviates, "{word}");
            assert!(audit.identified.unwrap().variant[convention] == Setting::Word(word.into()), "{word}");
        }
    }
}

/// What is no known form: the place and the points up to it are shown.
#[test]
fn unknown_mistakes_deviate() {
    for (dtype, wrong) in [(&[Dtype::F64], 1e-9), (&[Dtype::F32], 0.01)] as [(&'static [Dtype; 1], f64); 2] {
        for audit in audits(Plain { dtypes: dtype, wrong, ..Plain::default() }) {
            assert_eq!((audit.verdict, audit.identified), (Conformance::Deviates, None));
            let check = audit.checks.iter().find(|check| check.id == "conformance").unwrap();
            let witness = check.witness.as_ref().unwrap();
            assert_eq!(witness["points"].as_array().unwrap().len() as u64, check.step.unwrap() + 2);
        }
    }
}

/// A state without its pairs.
#[test]
fn a_lost_history_is_found() {
    for audit in audits(Plain { dtypes: EXACT, forgets: true, ..Plain::default() }) {
        assert_eq!(verdict_of(&audit, "state").verdict, Outcome::Deviates);
        assert_eq!(audit.verdict, Conformance::Deviates);
    }
}

/// Few pairs of few elements have sharp bounds in 16 bits as well.
#[test]
fn sixteen_bits_conform() {
    for audit in audits(Plain { dtypes: &[Dtype::Bf16, Dtype::F16], ..Plain::default() }) {
        assert_eq!(audit.verdict, Conformance::Conforms, "{audit:?}");
    }
}

/// A subject that asks without end is an error, not a hang.
#[test]
fn an_endless_step_is_an_error() {
    for audit in audits(Plain { dtypes: EXACT, endless: true, ..Plain::default() }) {
        assert_eq!(audit.verdict, Conformance::Error);
        assert!(audit.checks[0].detail.contains("without an end"), "{:?}", audit.checks[0]);
    }
}
