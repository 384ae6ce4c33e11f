//! A mean, sampled until it is decided.

use super::law::Law;
use super::sequence::{BLOCK, Running};
use crate::evidence::{Relation, Statistic};
use crate::lab::{Draws, Lab, Stream};
use crate::verdict::{Decision, decide};
use rayon::prelude::*;
use std::ops::Range;

/// What is asked of the mean of a trial's statistic.
#[derive(Clone, Debug, PartialEq)]
pub struct Question<'a> {
    /// What is averaged; also the purpose of its random numbers, so unique within a theorem.
    pub name: &'a str,
    /// What is claimed of the mean.
    pub relation: Relation,
    /// The claimed value.
    pub target: f64,
    /// The distance from the target that still counts as equal: at most a fifth of the control's effect.
    pub margin: f64,
    /// What is known of one trial.
    pub law: Law,
    /// Most trials at effort 1, rounded up to whole blocks: at least four times [`Law::required`].
    pub largest: u64,
}

/// Draws trials until the question is decided or `largest` × effort of them are spent.
///
/// Looks happen after 2ᵏ blocks of [`BLOCK`] trials and at the end. At effort 1 the first look that decides is the last one; at
/// effort e sampling goes on to e times the trials of that look (at most the largest number), to narrow the interval: the decision
/// stays, because the interval only shrinks. The result has the same bytes for any number of threads. A trial that is not finite
/// ends the experiment with a NaN, which [`Evidence::sampled`](crate::evidence::Evidence::sampled) makes invalid.
///
/// ```
/// use gradproof::evidence::Relation;
/// use gradproof::lab::Lab;
/// use gradproof::statistics::{Law, Question, estimate};
/// let lab = Lab::new(1, 1, "an-example");
/// let law = Law::chi_square(1.0, 1.0);
/// let margin = 0.4;
/// let largest = 4 * law.required(margin, lab.policy.alpha());
/// let question = Question { name: "E Z²", relation: Relation::Equal, target: 1.0, margin, law, largest };
/// let statistic = estimate(&lab, &question, |draws| {
///     let z = draws.normal();
///     z * z
/// });
/// assert!(0.6 < statistic.interval[0] && statistic.interval[1] < 1.4);
/// assert!(statistic.probability_inconclusive < 1e-6);
/// ```
///
/// # Panics
/// As [`Law::sequence`].
pub fn estimate(lab: &Lab, question: &Question, trial: impl Fn(&mut Draws) -> f64 + Sync) -> Statistic {
    let alpha = lab.policy.alpha();
    let stream = lab.stream(question.name);
    let largest = question.largest.div_ceil(BLOCK).max(1) * lab.effort;
    let mut running = Running::new(question.law.sequence(question.margin, alpha));
    let (mut done, mut next, mut last) = (0, 1, None);
    let look = loop {
        let end = next.min(last.unwrap_or(largest));
        feed(&mut running, &stream, done..end, &trial);
        done = end;
        let look = running.look();
        let decision = decide(question.relation, question.target, question.margin, look.interval);
        if last.is_none() && decision != Decision::Open {
            last = Some(largest.min(done * lab.effort));
        }
        if done == last.unwrap_or(largest) || look.interval[0].is_nan() {
            break look;
        }
        next *= 2;
    };
    Statistic {
        name: question.name.into(),
        sequence: question.law.to_string(),
        relation: question.relation,
        target: question.target,
        margin: question.margin,
        n: done * BLOCK,
        largest_n: largest * BLOCK,
        estimate: look.estimate,
        interval: look.interval,
        alpha,
        probability_inconclusive: question.law.inconclusive(question.margin, alpha, largest * BLOCK),
    }
}

/// Feeds the given blocks in order, some at a time so that few are held in memory.
fn feed(running: &mut Running, stream: &Stream, blocks: Range<u64>, trial: &(impl Fn(&mut Draws) -> f64 + Sync)) {
    for first in blocks.clone().step_by(64) {
        let values = draw(stream, first * BLOCK..blocks.end.min(first + 64) * BLOCK, trial);
        values.chunks(BLOCK as usize).for_each(|block| running.feed(block));
    }
}

/// The values of the given trials, in order.
pub(super) fn draw(stream: &Stream, trials: Range<u64>, trial: &(impl Fn(&mut Draws) -> f64 + Sync)) -> Vec<f64> {
    let count = (trials.end - trials.start) as usize;
    (0..count).into_par_iter().map(|index| trial(&mut stream.trial(trials.start + index as u64))).collect()
}
