//! A subject's run on an objective: where it stood, and what it asked for on the way.

use super::objective::Objective;
use crate::audit::header::Dtype;
use crate::audit::implementation::{Answer, Running};
use crate::audit::tensor::Tensor;
use crate::{Error, Result};

/// What is asked of a subject in one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The objective.
    pub objective: Objective,
    /// Parameters before the first step.
    pub start: Vec<Tensor>,
    /// Learning rate of each step.
    pub rates: Vec<f64>,
    /// Number of pairs that the subject is to keep.
    pub history: usize,
}

/// What came of it. Numbers are rows of all tensors.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// What was asked.
    pub plan: Plan,
    /// Parameters before the first step and after every one.
    pub points: Vec<Vec<f64>>,
    /// Gradients at all points but the last.
    pub gradients: Vec<Vec<f64>>,
    /// How often the objective was asked for.
    pub evaluations: usize,
    /// How often at another point than those where the steps begin and end.
    pub elsewhere: usize,
}

/// Evaluations in one step after which a subject is taken to ask without end.
const MOST_EVALUATIONS: usize = 1000;

impl Plan {
    /// Runs an optimizer that stands at the plan's start, as long as each step shows a curvature.
    ///
    /// # Errors
    /// If the subject fails.
    pub fn follow(&self, running: &mut dyn Running, dtype: Dtype) -> Result<Path> {
        let (plan, points) = (self.clone(), vec![row(&self.start)]);
        let mut path = Path { plan, points, gradients: vec![], evaluations: 0, elsewhere: 0 };
        let mut at = self.start.clone();
        for (step, rate) in self.rates.iter().enumerate() {
            if step > 0 && *rate != self.rates[step - 1] {
                running.set_lr(*rate)?;
            }
            let (next, asked) = self.step(running, &at, dtype)?;
            path.gradients.push(row(&self.objective.at(&at, dtype).1));
            path.points.push(row(&next));
            path.evaluations += asked.len();
            path.elsewhere += asked.iter().filter(|point| !path.points[step..].contains(&row(point))).count();
            at = next;
            if !self.goes_on(&path, &at, dtype) {
                break;
            }
        }
        Ok(path)
    }

    /// One step from these parameters: where it ends, and where the objective was asked for.
    ///
    /// # Errors
    /// If the subject fails, asks without end, or speaks of other tensors.
    pub fn step(&self, running: &mut dyn Running, at: &[Tensor], dtype: Dtype) -> Result<(Vec<Tensor>, Vec<Vec<Tensor>>)> {
        let fits = |tensors: &[Tensor]| tensors.iter().map(|t| &t.shape).eq(self.start.iter().map(|t| &t.shape));
        let mut asked = vec![];
        // Whoever wants no objective finds the gradients here.
        let given: Vec<Option<Tensor>> = self.objective.at(at, dtype).1.into_iter().map(Some).collect();
        let mut answer = running.step(&given)?;
        loop {
            match answer {
                Answer::Moved { params, .. } if fits(&params) => return Ok((params, asked)),
                Answer::Evaluate(point) if fits(&point) => {
                    if asked.len() == MOST_EVALUATIONS {
                        return Err(Error::new(format!(
                            "a step asked for the objective {MOST_EVALUATIONS} times without an end"
                        )));
                    }
                    let (loss, gradients) = self.objective.at(&point, dtype);
                    asked.push(point);
                    answer = running.value(loss, &gradients)?;
                }
                _ => return Err(Error::new("the shapes of the tensors are not those that the optimizer was made with")),
            }
        }
    }

    /// Whether the curvature of the last pair is far from zero, so that no threshold for it matters, and all numbers are finite.
    fn goes_on(&self, path: &Path, at: &[Tensor], dtype: Dtype) -> bool {
        let (Some(gradient), [.., before, after]) = (path.gradients.last(), &path.points[..]) else { return false };
        let next = row(&self.objective.at(at, dtype).1);
        let pairs = after.iter().zip(before).zip(next.iter().zip(gradient));
        let curvature: f64 = pairs.map(|((after, before), (next, gradient))| (after - before) * (next - gradient)).sum();
        curvature.is_finite() && curvature.abs() > LEAST_CURVATURE
    }
}

/// A hundred times the 10⁻¹⁰ beyond which PyTorch learns a pair.
const LEAST_CURVATURE: f64 = 1e-8;

pub fn row(tensors: &[Tensor]) -> Vec<f64> {
    crate::audit::battery::recording::row(tensors)
}
