//! The optimizers that use curvature: a file an algorithm.
//!
//! Where a line belongs: an algorithm says how to get from one iterate to the next ([`Iteration`]), and [`minimize`] runs it within its
//! bounds; how far along a direction is a [`LineSearch`], in `line_search`; how far within a radius a [`Subproblem`], in
//! `trust_region`; linear systems are in `solve`. The functions to minimise are in [`crate::problems`].
//! PyTorch's L-BFGS, a program with its own order of evaluations, stands beside the textbook's.

mod bfgs;
mod conjugate_gradients;
mod cubic;
mod gauss_newton;
mod iteration;
mod lbfgs;
mod lbfgs_pytorch;
mod line_search;
mod natural_gradient;
mod newton;
mod newton_cg;
mod saddle_free;
mod secular;
mod solve;
mod trust_region;

pub use bfgs::{Bfgs, Curvature, Start, inverse_update};
pub use conjugate_gradients::{Conjugacy, ConjugateGradients, NonlinearConjugateGradients};
pub use cubic::{CubicRegularisation, Estimate};
pub use gauss_newton::{Damping, GaussNewton, LevenbergMarquardt};
pub use iteration::{Iteration, Run, Status, Stopping, minimize};
pub use lbfgs::{History, InitialScaling, Lbfgs};
pub use lbfgs_pytorch::{PyTorchLbfgs, Settings, Trials};
pub use line_search::{Backtracking, CubicZoom, ExactSearch, Fixed, Found, LineSearch, StrongWolfe};
pub use natural_gradient::{Fisher, NaturalGradient};
pub use newton::{Indefinite, Newton};
pub use newton_cg::{Forcing, NewtonCg};
pub use saddle_free::SaddleFree;
pub use solve::Cholesky;
pub use trust_region::{Dogleg, ExactSubproblem, Steihaug, Subproblem, TrustRegion};

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[
    &newton::NEWTON,
    &newton::DAMPED_NEWTON,
    &saddle_free::SADDLE_FREE_NEWTON,
    &trust_region::TRUST_REGION,
    &cubic::CUBIC_REGULARISATION,
    &bfgs::BFGS,
    &lbfgs::LBFGS,
    &lbfgs_pytorch::PYTORCH_LBFGS,
    &conjugate_gradients::CONJUGATE_GRADIENTS,
    &conjugate_gradients::NONLINEAR_CONJUGATE_GRADIENTS,
    &newton_cg::NEWTON_CG,
    &gauss_newton::GAUSS_NEWTON,
    &natural_gradient::NATURAL_GRADIENT,
];
