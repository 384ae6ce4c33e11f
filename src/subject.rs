//! Whoever a theorem is run on.

use crate::evidence::Evidence;
use crate::kernels::Isa;
use crate::networks::Counted;
use crate::number::{Interval, Rational};
use crate::optimizers::{Method, Optimizer};
use crate::training::{Accumulation, Epochs, Sampler, Sampling};

/// An implementation of training with gradients: ours, somebody else's, or a control.
///
/// A theorem sweeps step sizes and other parameters, so a subject builds an optimizer for each [`Method`] that it is asked for. What
/// it does not offer it says, and the claim is then not applicable.
pub trait Subject: std::fmt::Debug + Sync {
    /// A name for reports.
    fn name(&self) -> &str;

    /// The method in double precision.
    ///
    /// # Errors
    /// If the subject does not offer it.
    fn double(&self, method: &Method) -> Result<Box<dyn Optimizer<f64>>, NotOffered>;

    /// The method in single precision.
    ///
    /// # Errors
    /// If the subject does not offer it.
    fn single(&self, method: &Method) -> Result<Box<dyn Optimizer<f32>>, NotOffered>;

    /// The same code in exact rational arithmetic.
    ///
    /// # Errors
    /// If the subject has no exact twin for this method.
    fn exact(&self, method: &Method) -> Result<Box<dyn Optimizer<Rational>>, NotOffered>;

    /// The same code in outward-rounded intervals.
    ///
    /// # Errors
    /// If the subject's code runs in floats only.
    fn enclosure(&self, _method: &Method) -> Result<Box<dyn Optimizer<Interval>>, NotOffered> {
        Err(NotOffered("the subject's code does not run in intervals".into()))
    }

    /// The same code in numbers that count their operations.
    ///
    /// # Errors
    /// If the subject's code runs in floats only.
    fn counted(&self, _method: &Method) -> Result<Box<dyn Optimizer<Counted<f64>>>, NotOffered> {
        Err(NotOffered("the subject's code does not run in numbers that count".into()))
    }

    /// The method in double precision, its loop compiled for `isa`.
    ///
    /// # Errors
    /// If the subject has no choice of compiled loops.
    fn double_on(&self, _method: &Method, _isa: Isa) -> Result<Box<dyn Optimizer<f64>>, NotOffered> {
        Err(NotOffered("the subject does not offer a choice of compiled loops".into()))
    }

    /// The method in single precision, its loop compiled for `isa`.
    ///
    /// # Errors
    /// If the subject has no choice of compiled loops.
    fn single_on(&self, _method: &Method, _isa: Isa) -> Result<Box<dyn Optimizer<f32>>, NotOffered> {
        Err(NotOffered("the subject does not offer a choice of compiled loops".into()))
    }

    /// How it draws a batch.
    fn sampler(&self, sampling: Sampling) -> Sampler {
        Sampler::new(sampling)
    }

    /// How it joins the gradients of micro-batches when it is asked for `accumulation`.
    fn accumulation(&self, accumulation: Accumulation) -> Accumulation {
        accumulation
    }

    /// The batches of an epoch whose samples come in this order.
    fn batches(&self, epochs: &Epochs, order: Vec<usize>) -> Vec<Vec<usize>> {
        epochs.cut(order).collect()
    }
}

/// What a subject lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotOffered(pub String);

impl From<NotOffered> for Evidence {
    fn from(NotOffered(reason): NotOffered) -> Evidence {
        Evidence::NotApplicable { reason }
    }
}

/// Our optimizers.
#[derive(Clone, Copy, Debug)]
pub struct Reference;

impl Subject for Reference {
    fn name(&self) -> &str {
        "reference"
    }

    fn double(&self, method: &Method) -> Result<Box<dyn Optimizer<f64>>, NotOffered> {
        Ok(method.build())
    }

    fn single(&self, method: &Method) -> Result<Box<dyn Optimizer<f32>>, NotOffered> {
        Ok(method.build())
    }

    fn exact(&self, method: &Method) -> Result<Box<dyn Optimizer<Rational>>, NotOffered> {
        method.build_exact().ok_or_else(|| NotOffered(format!("{} takes roots: no exact twin", method.algorithm)))
    }

    fn enclosure(&self, method: &Method) -> Result<Box<dyn Optimizer<Interval>>, NotOffered> {
        Ok(method.build_for(Isa::Scalar))
    }

    fn counted(&self, method: &Method) -> Result<Box<dyn Optimizer<Counted<f64>>>, NotOffered> {
        Ok(method.build_for(Isa::Scalar))
    }

    fn double_on(&self, method: &Method, isa: Isa) -> Result<Box<dyn Optimizer<f64>>, NotOffered> {
        Ok(method.build_for(isa))
    }

    fn single_on(&self, method: &Method, isa: Isa) -> Result<Box<dyn Optimizer<f32>>, NotOffered> {
        Ok(method.build_for(isa))
    }
}

/// A control: builds another method than the one it is asked for.
#[derive(Clone, Copy)]
pub struct Impostor {
    /// What it does wrong, in words.
    pub name: &'static str,
    /// The method that it builds instead.
    pub instead: fn(&Method) -> Method,
}

impl std::fmt::Debug for Impostor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Impostor({})", self.name)
    }
}

impl Subject for Impostor {
    fn name(&self) -> &str {
        self.name
    }

    fn double(&self, method: &Method) -> Result<Box<dyn Optimizer<f64>>, NotOffered> {
        Reference.double(&(self.instead)(method))
    }

    fn single(&self, method: &Method) -> Result<Box<dyn Optimizer<f32>>, NotOffered> {
        Reference.single(&(self.instead)(method))
    }

    fn exact(&self, method: &Method) -> Result<Box<dyn Optimizer<Rational>>, NotOffered> {
        Reference.exact(&(self.instead)(method))
    }

    fn enclosure(&self, method: &Method) -> Result<Box<dyn Optimizer<Interval>>, NotOffered> {
        Reference.enclosure(&(self.instead)(method))
    }

    fn counted(&self, method: &Method) -> Result<Box<dyn Optimizer<Counted<f64>>>, NotOffered> {
        Reference.counted(&(self.instead)(method))
    }

    fn double_on(&self, method: &Method, isa: Isa) -> Result<Box<dyn Optimizer<f64>>, NotOffered> {
        Reference.double_on(&(self.instead)(method), isa)
    }

    fn single_on(&self, method: &Method, isa: Isa) -> Result<Box<dyn Optimizer<f32>>, NotOffered> {
        Reference.single_on(&(self.instead)(method), isa)
    }
}

/// A control: the reference optimizers, with batches that are drawn, joined or cut in another way.
#[derive(Clone, Copy)]
pub struct BatchImpostor {
    /// What it does wrong, in words.
    pub name: &'static str,
    /// The sampler that it uses instead.
    pub sampler: fn(Sampler) -> Sampler,
    /// How it joins micro-batches instead.
    pub accumulation: fn(Accumulation) -> Accumulation,
    /// The batches that it cuts an epoch into instead.
    pub batches: fn(&Epochs, Vec<usize>) -> Vec<Vec<usize>>,
}

impl BatchImpostor {
    /// What the reference does, for what a control leaves as it is.
    pub const HONEST: BatchImpostor = BatchImpostor {
        name: "reference",
        sampler: |sampler| sampler,
        accumulation: |accumulation| accumulation,
        batches: |epochs, order| Reference.batches(epochs, order),
    };
}

impl std::fmt::Debug for BatchImpostor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BatchImpostor({})", self.name)
    }
}

impl Subject for BatchImpostor {
    fn name(&self) -> &str {
        self.name
    }

    fn double(&self, method: &Method) -> Result<Box<dyn Optimizer<f64>>, NotOffered> {
        Reference.double(method)
    }

    fn single(&self, method: &Method) -> Result<Box<dyn Optimizer<f32>>, NotOffered> {
        Reference.single(method)
    }

    fn exact(&self, method: &Method) -> Result<Box<dyn Optimizer<Rational>>, NotOffered> {
        Reference.exact(method)
    }

    fn sampler(&self, sampling: Sampling) -> Sampler {
        (self.sampler)(Reference.sampler(sampling))
    }

    fn accumulation(&self, accumulation: Accumulation) -> Accumulation {
        (self.accumulation)(Reference.accumulation(accumulation))
    }

    fn batches(&self, epochs: &Epochs, order: Vec<usize>) -> Vec<Vec<usize>> {
        (self.batches)(epochs, order)
    }
}
