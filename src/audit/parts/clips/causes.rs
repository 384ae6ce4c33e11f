//! What explains all answers of a way of clipping that no known rule explains.

use super::Answered;
use super::conventions::Rule;
use super::expected::expected;
use crate::audit::conventions::Candidate;
use crate::audit::parts::factor::Factor;
use crate::audit::tensor::Tensor;
use crate::number::Format;

/// Loss scales are `2^k` up to this k.
const LARGEST_POWER: u32 = 24;

/// The first cause that explains every element of every answer, for a rule that the name allows.
pub(super) fn find<F: Format>(all: &[Candidate<Rule>], answers: &[Answered]) -> Option<String> {
    let free = || all.iter().filter(|candidate| candidate.ruled_out().next().is_none());
    let scaled = free().find_map(|candidate| loss_scale::<F>(candidate, answers));
    scaled.or_else(|| free().find_map(|candidate| multiplied::<F>(candidate, answers)))
}

/// Gradients of a loss that is multiplied by a scale, clipped before they are divided by it.
fn loss_scale<F: Format>(candidate: &Candidate<Rule>, answers: &[Answered]) -> Option<String> {
    let scale = (1..=LARGEST_POWER)
        .map(|power| f64::from(1_u32 << power))
        .find(|scale| explains::<F>(candidate.method, *scale, answers))?;
    Some(format!(
        "; all of it is explained by a limit that is divided by {scale}, as where {} is applied to gradients of a loss times {scale}, \
         before they are divided by it",
        candidate.name()
    ))
}

/// Whether every element that something is known about, and these are most, is that of the gradients times a scale, over it. Powers of two
/// round nothing.
fn explains<F: Format>(rule: Rule, scale: f64, answers: &[Answered]) -> bool {
    let (mut bounded, mut unbounded) = (0, 0);
    let all = answers.iter().all(|answered| {
        let times = |tensor: &Tensor| Tensor { data: tensor.data.iter().map(|x| scale * x).collect(), ..tensor.clone() };
        let grads: Vec<Tensor> = answered.probe.grads.iter().map(times).collect();
        expected::<F>(rule, answered.probe.limit, &grads).grads.iter().zip(&answered.grads).all(|(expected, observed)| {
            let known = expected.bound().is_finite();
            *(if known { &mut bounded } else { &mut unbounded }) += 1;
            !known || expected.distance(scale * observed) <= expected.bound()
        })
    });
    all && unbounded < bounded
}

/// Every element, clipped or not, times one number.
fn multiplied<F: Format>(candidate: &Candidate<Rule>, answers: &[Answered]) -> Option<String> {
    let factor = answers.iter().try_fold(Factor::any(), |factor, answered| {
        let expected = expected::<F>(candidate.method, answered.probe.limit, &answered.probe.grads).grads;
        expected.iter().zip(&answered.grads).try_fold(factor, |factor, (x, observed)| factor.and(x, x.bound(), *observed))
    })?;
    Some(format!("; all of it is explained by {}, of which every element is multiplied by {}", candidate.name(), factor.words()?))
}
