//! Gradient clipping.

use crate::kernels::{self, Isa};
use crate::number::{Rational, Real, Root, rational};
use crate::optimizers::Scope;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// A clipping of gradients, given as one tensor each; parameters without a gradient are left out.
#[derive(Clone, Debug, PartialEq)]
pub enum Clipping {
    /// By norm.
    Norm(NormClipping),
    /// Each element to `[-C, C]` with `C ≥ 0`: NaN stays, infinities become `±C`.
    Value(Rational),
}

/// `g ← g C / max(C, ‖g‖ + δ)`.
#[derive(Clone, Debug, PartialEq)]
pub struct NormClipping {
    /// The largest norm C, positive.
    pub limit: Rational,
    /// What has one norm: all gradients together (the notes, PyTorch, `global_clipnorm` of Keras) or each tensor (`clipnorm` of Keras,
    /// burn).
    pub scope: Scope,
    /// Which norm.
    pub norm: Norm,
    /// The δ that is added to the norm: 0, 10⁻⁶ in PyTorch and mlx, the least normal number in burn.
    pub guard: Rational,
    /// What happens when the norm is infinite or NaN.
    pub non_finite: NonFinite,
}

/// The norm of a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norm {
    /// `√(Σ g_i²)`.
    Euclidean,
    /// `max |g_i|`.
    Largest,
}

/// What is done about a norm that is infinite (also by overflow of the squares) or NaN.
#[derive(Clone, Debug, PartialEq)]
pub enum NonFinite {
    /// Nothing: an infinite norm makes finite elements 0 and infinite ones NaN, a NaN norm makes all NaN (PyTorch, optax).
    Arithmetic,
    /// All elements become NaN, for everybody to see (TensorFlow, Keras's global norm).
    Poison,
    /// All elements become 0: the step is skipped.
    Zero,
    /// A NaN norm counts as 0, an infinite one as this number (RLlib: 10⁹).
    Replace(Rational),
}

/// By global norm.
pub const NORM: System = System {
    name: "clip-by-norm",
    formula: "g ← g C / max(C, ‖g‖)",
    rows: &["S4 clip by global norm"],
    conventions: &[
        Convention { name: "added to the norm", values: &["0", "1e-6", "least normal number"] },
        Convention { name: "scope", values: &["all gradients", "each tensor"] },
        Convention { name: "norm", values: &["Euclidean", "largest element"] },
        Convention { name: "infinite or NaN norm", values: &["as computed", "all NaN", "all zero", "replaced"] },
    ],
    sources: &[
        Source::Note("000", "488"),
        Source::Note("001", "195"),
        Source::Note("003", "671"),
        Source::Note("004", "254"),
        Source::Cited("pascanu2013", "Algorithm 1"),
    ],
    tests: &[
        "tests/clipping.rs::clipping_by_norm_is_the_projection_onto_the_ball",
        "tests/clipping.rs::the_guard_shrinks_what_needs_no_clipping",
        "tests/clipping.rs::norms_that_are_not_finite_end_in_four_ways",
        "tests/clipping.rs::golden_clippings",
    ],
};

/// By value.
pub const VALUE: System = System {
    name: "clip-by-value",
    formula: "g_i ← min(C, max(-C, g_i))",
    rows: &["S4 clip by value"],
    conventions: &[],
    sources: &[Source::Note("000", "493"), Source::Note("003", "676")],
    tests: &["tests/clipping.rs::clipping_by_value_is_the_projection_onto_the_cube", "tests/clipping.rs::golden_clippings"],
};

/// Keras's three arguments.
pub const KERAS: System = System {
    name: "keras-clipping",
    formula: "clipnorm: each tensor; otherwise global_clipnorm: all; otherwise clipvalue: each element",
    rows: &["S4 Keras clipping"],
    conventions: &[Convention { name: "argument", values: &["clipnorm", "global_clipnorm", "clipvalue"] }],
    sources: &[Source::Note("004", "261")],
    tests: &[
        "tests/clipping.rs::keras_takes_the_first_of_its_three_arguments",
        "tests/clipping.rs::clipnorm_of_keras_is_not_the_global_norm",
        "tests/clipping.rs::golden_clippings",
    ],
};

impl NormClipping {
    /// The notes' clipping: by the Euclidean norm of all gradients, nothing added, no care for infinities.
    pub fn new(limit: Rational) -> Self {
        NormClipping { limit, scope: Scope::All, norm: Norm::Euclidean, guard: Rational::ZERO, non_finite: NonFinite::Arithmetic }
    }

    /// PyTorch 2.15 `clip_grad_norm_`: 10⁻⁶ is added.
    pub fn pytorch(limit: Rational) -> Self {
        NormClipping { guard: rational(1, 1_000_000), ..NormClipping::new(limit) }
    }

    /// Gradients of this norm, clipped. For number types without roots, with the norm from elsewhere.
    pub fn rescale<R: Real>(&self, gradients: &mut [Vec<R>], norm: &R) {
        let factor = self.factor(norm);
        for element in gradients.iter_mut().flatten() {
            *element = match (&factor, &self.non_finite) {
                (None, NonFinite::Zero) => R::zero(),
                (None, _) => norm.clone() - norm, // NaN
                (Some(factor), _) => element.clone() * factor,
            };
        }
    }

    /// `C / max(C, ‖g‖ + δ)`; `None` for a norm that is not finite and is not to be calculated with.
    fn factor<R: Real>(&self, norm: &R) -> Option<R> {
        let finite = norm.clone() * R::zero() == R::zero();
        let undefined = *norm != norm.clone();
        let norm = match &self.non_finite {
            NonFinite::Poison | NonFinite::Zero if !finite => return None,
            NonFinite::Replace(_) if undefined => R::zero(),
            NonFinite::Replace(large) if !finite => R::of(large),
            _ => norm.clone(),
        };
        let limit = R::of(&self.limit);
        Some(limit.clone() / (norm + R::of(&self.guard)).larger(limit))
    }
}

impl Norm {
    /// The norm of all gradients together; 0 if there is none, NaN if an element is NaN.
    pub fn of<R: Root>(self, gradients: &[Vec<R>]) -> R {
        match self {
            Norm::Euclidean => squares(gradients).sqrt(),
            Norm::Largest => gradients.iter().flatten().fold(R::zero(), |largest, x| largest.larger(x.clone().magnitude())),
        }
    }
}

/// `Σ g²`.
fn squares<R: Real>(gradients: &[Vec<R>]) -> R {
    kernels::squares(Isa::current(), gradients.iter().map(Vec::as_slice))
}

impl Clipping {
    /// Clips in place. Empty gradients stay empty.
    pub fn clip<R: Root>(&self, gradients: &mut [Vec<R>]) {
        match self {
            Clipping::Norm(clipping) => match clipping.scope {
                Scope::All => clipping.rescale(gradients, &clipping.norm.of(gradients)),
                Scope::Tensor => gradients.iter_mut().for_each(|tensor| {
                    let tensor = std::slice::from_mut(tensor);
                    clipping.rescale(tensor, &clipping.norm.of(tensor));
                }),
            },
            Clipping::Value(limit) => {
                let limit = R::of(limit);
                for element in gradients.iter_mut().flatten() {
                    *element = element.clone().between(&-limit.clone(), &limit);
                }
            }
        }
    }
}

/// Keras's arguments of an optimizer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KerasClipping {
    /// The largest norm of each tensor.
    pub clipnorm: Option<Rational>,
    /// The largest norm of all together.
    pub global_clipnorm: Option<Rational>,
    /// The largest element.
    pub clipvalue: Option<Rational>,
}

impl KerasClipping {
    /// What Keras does: the first that is set, in the order of the fields; the others are ignored without a word. (Recent versions
    /// refuse more than one.)
    pub fn clipping(&self) -> Option<Clipping> {
        let norm = |limit: &Rational, scope, non_finite| {
            Clipping::Norm(NormClipping { scope, non_finite, ..NormClipping::new(limit.clone()) })
        };
        let tensor = self.clipnorm.as_ref().map(|limit| norm(limit, Scope::Tensor, NonFinite::Arithmetic));
        let global = self.global_clipnorm.as_ref().map(|limit| norm(limit, Scope::All, NonFinite::Poison));
        tensor.or(global).or(self.clipvalue.clone().map(Clipping::Value))
    }
}
