//! How well `T` tosses of a coin tell its bias `ε` from `-ε`: the overlap of the two binomial laws, and the best rules.

use crate::evidence::{Evidence, Exact};
use crate::number::{Interval, Rational, Real, rational};

/// `Σ_k min(P_+(k), P_-(k)) = 1 - TV` for `T` tosses with the probabilities `(1 ± ε)/2`: from the middle outwards, where
/// `C(2m, m) (ab)^m = Π (1 - ε²)(1 - 1/(2j))` neither overflows nor vanishes.
pub(super) fn overlap(steps: u32, epsilon: Interval) -> Interval {
    let (one, half) = (Interval::point(1.0), Interval::point(0.5));
    let int = |k: u32| Interval::point(f64::from(k));
    let [rare, odds] = [(one - epsilon) * half, (one - epsilon) / (one + epsilon)];
    let mut middle = steps / 2;
    let together = one - epsilon * epsilon;
    let mut term = (1..=middle).fold(one, |product, j| product * together * (one - half / int(j)));
    let mut sum = Interval::point(0.0);
    if steps.is_multiple_of(2) {
        sum = term;
        if middle == 0 {
            return sum;
        }
        term = term * int(middle) / int(steps - middle + 1) * odds;
        middle -= 1;
    } else {
        term = term * int(steps) / int(middle + 1) * rare;
    }
    // `term` is C(T, k) a^(T-k) b^k at k = middle, a < b; the other law has the same at T - k.
    loop {
        sum = sum + Interval::point(2.0) * term;
        if middle == 0 {
            return sum;
        }
        term = term * int(middle) / int(steps - middle + 1) * odds;
        middle -= 1;
    }
}

/// `P(k of T)` gradients 1, for the sign `s`: each is 1 with probability `(1 - sε)/2`.
pub(super) fn law(steps: usize, epsilon: &Rational, sign: i64) -> Vec<Rational> {
    let half = rational(1, 2);
    let p = &half * (Rational::ONE - Rational::from(sign) * epsilon);
    let q = Rational::ONE - &p;
    let mut choose = Rational::ONE;
    let mut all = Vec::new();
    for k in 0..=steps {
        all.push(&choose * p.pow(k as isize) * q.pow((steps - k) as isize));
        choose = choose * Rational::from(steps - k) / Rational::from(k + 1);
    }
    all
}

/// `1 - TV`, exactly.
pub(super) fn exact_overlap(steps: usize, epsilon: &Rational) -> Rational {
    let pairs = law(steps, epsilon, 1).into_iter().zip(law(steps, epsilon, -1));
    pairs.fold(Rational::ZERO, |sum, (plus, minus)| sum + plus.min(minus))
}

/// All rules from the count of gradients 1 to -1 or 1: the mean over `s` of the error `ε(1 - s E_s x̂)`.
pub(super) fn tests(factor: &Rational) -> Evidence {
    let mut exact = Exact::new();
    for (steps, epsilon) in (1..=9).flat_map(|steps| [(steps, rational(1, 3)), (steps, rational(1, 6))]) {
        let difference: Vec<Rational> =
            law(steps, &epsilon, 1).into_iter().zip(law(steps, &epsilon, -1)).map(|(plus, minus)| plus - minus).collect();
        let error = |rule: usize| {
            let signed = difference.iter().enumerate().map(|(k, d)| if rule >> k & 1 == 1 { d.clone() } else { -d.clone() });
            &epsilon * (Rational::ONE - signed.fold(Rational::ZERO, |sum, term| sum + term) / Rational::from(2))
        };
        let best = (1..1 << (steps + 1)).map(error).fold(error(0), Rational::min);
        let overlap = exact_overlap(steps, &epsilon);
        exact.equal("the least error", &best, &(factor * &epsilon * &overlap), || format!("T = {steps}, ε = {epsilon}"));
        let enclosed = self::overlap(steps as u32, Interval::of(&epsilon));
        let value = Interval::of(&overlap);
        exact.holds("the enclosure of 1 - TV", enclosed.lo <= value.hi && value.lo <= enclosed.hi, || format!("T = {steps}"));
    }
    exact.evidence()
}
