//! Our reference optimizers as an implementation under audit, with every capability.

use gradproof::audit::{
    Answer, Candidate, Capability, Dtype, Element, Group, Header, Hello, Hyper, Implementation, Offer, Order, Running, Setting,
    Tensor, candidates,
};
use gradproof::number::{Rational, Real, Root, bf16, f16};
use gradproof::optimizers::{Optimizer, Saved};
use gradproof::{Error, Result};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Chooses among the candidates for a header.
pub type Choice = Box<dyn Fn(&[Candidate]) -> usize>;

/// One optimizer, in one of the forms that its name admits.
pub struct Honest {
    pub optimizer: String,
    pub hyper: Hyper,
    pub dtypes: Vec<Dtype>,
    /// Which of the candidates for a header is run.
    pub choose: Choice,
}

impl Honest {
    /// The plain form of a name, with these defaults.
    pub fn plain(optimizer: &str, hyper: Hyper, dtypes: &[Dtype]) -> Self {
        Honest { optimizer: optimizer.into(), hyper, dtypes: dtypes.to_vec(), choose: Box::new(|_| 0) }
    }

    fn candidate(&self, hyper: &Hyper, dtype: Dtype) -> Result<Candidate> {
        let header = Header {
            format: "gradproof.trace/1".into(),
            framework: "gradproof".into(),
            version: "0".into(),
            optimizer: self.optimizer.clone(),
            hyper: hyper.clone(),
            dtype,
            shapes: None,
        };
        let all = candidates(&header)?;
        Ok(all[(self.choose)(&all)].clone())
    }
}

impl Implementation for Honest {
    fn hello(&self) -> Hello {
        let offer = Offer { hyper: self.hyper.clone(), dtypes: self.dtypes.clone() };
        let capabilities = [
            Capability::SetLr,
            Capability::Groups,
            Capability::State,
            Capability::MissingGrad,
            Capability::Run,
            Capability::Grads,
        ];
        Hello {
            framework: "gradproof".into(),
            version: "0".into(),
            optimizers: [(self.optimizer.clone(), offer)].into(),
            capabilities: capabilities.into(),
            ..Hello::default()
        }
    }

    fn start(&self, order: &Order) -> Result<Box<dyn Running + '_>> {
        Ok(match order.dtype {
            Dtype::F64 => Box::new(Held::<f64>::new(self, order)?),
            Dtype::F32 => Box::new(Held::<f32>::new(self, order)?),
            Dtype::Bf16 => Box::new(Held::<bf16>::new(self, order)?),
            Dtype::F16 => Box::new(Held::<f16>::new(self, order)?),
        })
    }
}

struct Part<R> {
    members: Vec<usize>,
    hyper: Hyper,
    optimizer: Box<dyn Optimizer<R>>,
}

struct Held<'a, R: Root> {
    honest: &'a Honest,
    dtype: Dtype,
    hyper: Hyper,
    shapes: Vec<Vec<u64>>,
    params: Vec<Vec<R>>,
    parts: Vec<Part<R>>,
}

/// Hyper-parameters and state of each part.
type States<R> = Vec<(Hyper, Saved<R>)>;

thread_local! {
    static SINGLE: RefCell<BTreeMap<String, Box<dyn std::any::Any>>> = RefCell::default();
}

impl<'a, R: Root + Element> Held<'a, R>
where
    R::Wide: Root,
{
    fn new(honest: &'a Honest, order: &Order) -> Result<Self> {
        let mut hyper = honest.hyper.clone();
        hyper.extend(order.hyper.clone());
        let whole = vec![Group { params: (0..order.params.len()).collect(), hyper: Hyper::new() }];
        let groups = if order.groups.is_empty() { &whole } else { &order.groups };
        let part = |group: &Group| {
            let mut own = hyper.clone();
            own.extend(group.hyper.clone());
            let optimizer = honest.candidate(&own, order.dtype)?.method.build::<R>();
            Ok(Part { members: group.params.clone(), hyper: own, optimizer })
        };
        let parts = groups.iter().map(part).collect::<Result<_>>()?;
        let shapes = order.params.iter().map(|tensor| tensor.shape.clone()).collect();
        let params = order.params.iter().map(|tensor| tensor.data.iter().map(|x| <R as Element>::of(*x)).collect()).collect();
        Ok(Held { honest, dtype: order.dtype, hyper, shapes, params, parts })
    }

    fn tensors(&self) -> Vec<Tensor> {
        let tensor = |(shape, data): (&Vec<u64>, &Vec<R>)| Tensor {
            shape: shape.clone(),
            data: data.iter().map(|x| Element::number(*x)).collect(),
        };
        self.shapes.iter().zip(&self.params).map(tensor).collect()
    }
}

impl<R: Root + Element> Running for Held<'_, R>
where
    R::Wide: Root,
{
    fn hyper(&self) -> Hyper {
        self.hyper.clone()
    }

    fn step(&mut self, gradients: &[Option<Tensor>]) -> Result<Answer> {
        let held: Vec<Option<Vec<R>>> =
            gradients.iter().map(|g| g.as_ref().map(|g| g.data.iter().map(|x| <R as Element>::of(*x)).collect())).collect();
        for part in &mut self.parts {
            let mut own: Vec<Vec<R>> = part.members.iter().map(|&index| self.params[index].clone()).collect();
            let given: Vec<Option<&[R]>> = part.members.iter().map(|&index| held[index].as_deref()).collect();
            part.optimizer.step(&mut own, &given);
            part.members.iter().zip(own).for_each(|(&index, tensor)| self.params[index] = tensor);
        }
        Ok(Answer::Moved { params: self.tensors(), grads: Some(gradients.to_vec()) })
    }

    fn set_lr(&mut self, lr: f64) -> Result<()> {
        let rate = Rational::try_from(lr).map_err(|_| Error::new("a learning rate is finite"))?;
        self.parts.iter_mut().for_each(|part| part.optimizer.set_step_size(R::Wide::of(&rate)));
        Ok(())
    }

    fn save(&mut self) -> Result<String> {
        let states: States<R> = self.parts.iter().map(|part| (part.hyper.clone(), part.optimizer.save())).collect();
        let key = format!("{:p}", &raw const *self);
        SINGLE.with_borrow_mut(|all| all.insert(key.clone(), Box::new(states)));
        Ok(key)
    }

    fn load(&mut self, state: &str) -> Result<()> {
        let states: States<R> = SINGLE
            .with_borrow(|all| all.get(state).and_then(|any| any.downcast_ref::<States<R>>().cloned()))
            .ok_or_else(|| Error::new("no such state"))?;
        for (part, (hyper, saved)) in self.parts.iter_mut().zip(states) {
            part.optimizer = self.honest.candidate(&hyper, self.dtype)?.method.build::<R>();
            part.optimizer.load(saved);
            part.hyper = hyper;
        }
        Ok(())
    }
}

/// Defaults of an optimizer, numbers and flags.
pub fn defaults(numbers: &[(&str, f64)], flags: &[&str]) -> Hyper {
    let numbers = numbers.iter().map(|(name, x)| (name.to_string(), Setting::Number(*x)));
    numbers.chain(flags.iter().map(|name| (name.to_string(), Setting::Flag(false)))).collect()
}
