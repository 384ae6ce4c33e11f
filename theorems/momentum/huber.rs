//! Huber's functions with the corner where it is worst for a number of steps: what the code makes of them.

use super::variants::scheduled;
use crate::evidence::{Evidence, Exact};
use crate::number::{Polynomial, Rational, rational};
use crate::optimizers::{Method, trajectory};
use crate::problems::{Piecewise, Problem};
use crate::subject::{NotOffered, Subject};

/// `L = R = 1`. As long as the gradient is the slope c of the straight part, `k` steps lead from 1 to `1 - S c`, with `S = k (k + 7)/8` for the schedule
/// (its steps are `(j + 3)/4 c`) and `S = k` for gradient descent. The value there, `c (1 - S c) - c²/2`, is largest, `½ c`, at `c = 1/(2S + 1)`.
/// `error` billionths are taken from the values.
pub fn huber(subject: &dyn Subject, error: i64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let less = rational(error, 1_000_000_000);
    for steps in 1..=40_i64 {
        let count = Rational::from(steps);
        let accelerated = &count * (&count + Rational::from(7)) / Rational::from(8);
        let cases = [
            (scheduled(Rational::ONE), accelerated, rational(2, (steps * steps + 7 * steps + 4) as u64)),
            (Method::gradient_descent(Rational::ONE), count, rational(1, 4 * steps as u64 + 2)),
        ];
        for (method, sum, value) in cases {
            let function = Piecewise::huber(&Rational::ONE, &(Rational::ONE / (Rational::from(2) * &sum + Rational::ONE)));
            let mut optimizer = subject.exact(&method)?;
            let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| function.gradient(x), steps as usize);
            let found = function.value(&path[steps as usize]);
            exact.equal("f(x_k) on Huber's function", &found, &(value - &less), || format!("{}, k = {steps}", method.algorithm));
        }
    }
    // The steps: (k - 1)/(k + 2) of (k + 2)/4, and 1, are (k + 3)/4; their sums; the values ½/(2S + 1).
    let [k] = Polynomial::variables();
    let [one, three, four, seven] = [1, 3, 4, 7].map(|n| k.int(n));
    exact.identity("each step", (&k - &one) + &four, &k + &three);
    let sum = |k: &Polynomial| k * (k + &seven); // times 8
    exact.identity("their sum", sum(&k) - sum(&(&k - &one)), k.int(2) * (&k + &three));
    exact.identity("2S + 1, times 4", sum(&k) + &four, k.squared() + &seven * &k + &four);
    Ok(exact.evidence())
}
