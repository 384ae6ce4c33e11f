//! SGD with momentum, in the code's four conventions, on every path of gradients that are tosses of a coin.

use super::coin_tosses::{exact_overlap, law};
use crate::evidence::{Evidence, Exact};
use crate::number::{Interval, Rational, Real, rational};
use crate::optimizers::{Algorithm, HeavyBall, Method, Momentum, Optimizer, Velocity, advance};
use crate::subject::{NotOffered, Subject};

/// The code's four conventions of SGD with momentum, at this learning rate.
fn conventions(beta: &Rational, eta: &Rational) -> [Method; 4] {
    let momentum = |velocity| {
        let rule = Momentum { momentum: beta.clone(), velocity };
        Method::new(Algorithm::Momentum(rule), eta.clone())
    };
    let two_point = Method::new(Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() }), eta.clone());
    [momentum(Velocity::StepOutside), momentum(Velocity::StepInside), momentum(Velocity::Average), two_point]
}

const TOSSES: usize = 9;

/// The last iterate and the sum of all at `T = 9`: element `p` of one tensor is path `p`, whose gradient at step `t` is bit `t` of `p`.
fn returned<R: Real>(optimizer: &mut dyn Optimizer<R>) -> [Vec<R>; 2] {
    let mut x = vec![R::zero(); 1 << TOSSES];
    let mut sum = x.clone();
    for step in 0..TOSSES {
        let sign = |path: usize| R::int(if path >> step & 1 == 1 { 1 } else { -1 });
        advance(optimizer, &mut x, |x| (0..x.len()).map(sign).collect());
        sum = sum.into_iter().zip(&x).map(|(sum, x)| sum + x).collect();
    }
    [x, sum]
}

/// The bias `ε` of the coin.
fn bias() -> Rational {
    rational(1, 6)
}

/// The larger error over the two signs, at `ε = 1/6`, of what is returned on each path, divided by `count`.
fn larger_error<R: Real>(found: &[R], count: usize) -> R {
    let epsilon = bias();
    let error = |sign: i64| {
        // A path with k gradients 1 has the probability of k divided by the number of such paths.
        let [law, choices] = [law(TOSSES, &epsilon, sign), law(TOSSES, &Rational::ZERO, sign)];
        let all = Rational::from(count << TOSSES);
        let weights: Vec<R> = law.iter().zip(choices).map(|(p, share)| R::of(&(p / (share * &all)))).collect();
        let terms = found.iter().enumerate().map(|(path, x)| x.clone() * &weights[path.count_ones() as usize]);
        R::of(&epsilon) * (R::one() - R::int(sign) * R::sum(terms))
    };
    error(1).larger(error(-1))
}

/// Whether the larger error is at least the bound. The best rule is attained by some methods, which end at -1 or 1: where all that is
/// returned is enclosed by points, they are summed up exactly.
fn at_least(found: &[Interval], count: usize, bound: &Rational) -> Option<bool> {
    let point = |x: &Interval| if x.lo == x.hi { Rational::try_from(x.lo).ok() } else { None };
    if let Some(points) = found.iter().map(point).collect::<Option<Vec<Rational>>>() {
        return Some(larger_error(&points, count) >= *bound);
    }
    let (error, limit) = (larger_error(found, count), Interval::of(bound));
    if error.lo >= limit.hi { Some(true) } else { (error.hi < limit.lo).then_some(false) }
}

/// All conventions and step sizes against the bound, `ε (1 - TV)` or another that is claimed. The first holds for any code
/// that stays in [-1, 1]: what could fail is the bound.
pub(super) fn code(subject: &dyn Subject, claimed: Option<Rational>) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let epsilon = bias();
    let bound = claimed.unwrap_or_else(|| &epsilon * exact_overlap(TOSSES, &epsilon));
    let rates = (1..=5).map(|k| rational(k, 25)).chain((1..=5).map(|k| rational(4 * k, 5)));
    for (beta, eta) in rates.flat_map(|eta| [(1, 2), (9, 10), (99, 100)].map(|(a, b)| (rational(a, b), eta.clone()))) {
        for method in conventions(&beta, &eta) {
            let method = method.projected(Rational::NEG_ONE, Rational::ONE);
            let [last, sum] = returned(&mut *subject.enclosure(&method)?);
            for (name, found, count) in [("last", last, 1), ("average", sum, TOSSES)] {
                exact.decided("the larger of the two errors", at_least(&found, count, &bound), || {
                    let error = larger_error(&found, count);
                    format!("{}, η = {eta}, {name} iterate: {:e} against {bound}", method.algorithm, error.hi)
                });
            }
        }
    }
    Ok(exact.evidence())
}
