//! Elementary functions of big floats, by series with bounded remainders.
//!
//! With 256 bits every operation has a relative error of at most 2^-256. The bounds below add the truncated remainder and what the
//! operations amplify; intervals and oracles rest on 2^-150, which leaves room.

use super::{Big, Real};
use std::sync::LazyLock;

/// `ln 2 = 2 artanh(1/3)`.
static LN_2: LazyLock<Big> = LazyLock::new(|| artanh(&(Big::one() / Big::int(3)), 90).scaled(1));

/// `π = 16 arctan(1/5) - 4 arctan(1/239)` (Machin 1706).
static PI: LazyLock<Big> = LazyLock::new(|| {
    let arctan = |z: Big| odd_powers(&z, &-(z.clone() * &z), 60);
    let [large, small] = [5, 239].map(|whole| arctan(Big::one() / Big::int(whole)));
    large.scaled(4) - small.scaled(2)
});

/// `artanh z`; see [`odd_powers`].
fn artanh(z: &Big, terms: i64) -> Big {
    odd_powers(z, &(z.clone() * z), terms)
}

/// `Σ z s^k / (2k+1)`: `artanh z` for `s = z²` and `arctan z` for `s = -z²`. The remainder after the given number of terms is below
/// `|z|^(2 terms + 1) / (1 - z²)`: `|z| 2^-285` for `|z| ≤ 1/3` and 90 terms, `|z| 2^-278` for `|z| ≤ 1/5` and 60. Rounding errors
/// sum to less than 2^-250 relatively, no term being larger than the first.
fn odd_powers(z: &Big, square: &Big, terms: i64) -> Big {
    let mut power = z.clone();
    let mut sum = z.clone();
    for k in 1..terms {
        power = power * square;
        sum = sum + power.clone() / Big::int(2 * k + 1);
    }
    sum
}

/// `e^x = 2^k e^r`, `r = x - k ln 2`, and `e^r = (e^(r/2^16))^(2^16)` by Taylor's series.
///
/// `|r| ≤ 0.35`, so that the argument is below 2^-17 and the remainder after the 14th power below `2^-255 / 15! < 2^-290`. Sixteen
/// squarings raise the series' error of 2^-251 to 2^-234 relatively; the error of `r`, `|x| 2^-254`, adds itself: 2^-214 in all.
///
/// # Panics
/// If `|x| ≥ 2^40`.
pub(super) fn exponential(x: &Big) -> Big {
    let doublings = (x.to_f64() / std::f64::consts::LN_2).round();
    assert!(doublings.abs() < (1u64 << 40) as f64, "the exponential of {x:?} is out of reach");
    let argument = (x.clone() - Big::exactly(doublings) * &*LN_2).scaled(-16);
    let series = (1..=14).rev().fold(Big::one(), |tail, k| Big::one() + argument.clone() * tail / Big::int(k));
    (0..16).fold(series, |power, _| power.clone() * power).scaled(doublings as isize)
}

/// `ln x = k ln 2 + 2 artanh((m - 1) / (m + 1))` for `x = 2^k m`, `m` between 2/3 and 4/3, so that `k ≠ 0` leaves no cancellation
/// beyond a bit and `|artanh|`'s argument is at most 1/5.
///
/// # Panics
/// If `x ≤ 0`.
pub(super) fn logarithm(x: &Big) -> Big {
    assert!(*x > Big::zero(), "the logarithm of {x:?} is not a number");
    let doublings = x.binary_exponent();
    let half = x.clone().scaled(-doublings);
    let (mantissa, doublings) =
        if half.clone() * Big::int(3) < Big::int(2) { (half.scaled(1), doublings - 1) } else { (half, doublings) };
    let ratio = (mantissa.clone() - Big::one()) / (mantissa + Big::one());
    artanh(&ratio, 60).scaled(1) + Big::int(doublings as i64) * &*LN_2
}

/// `tanh x = (1 - e^(-2x)) / (1 + e^(-2x))` for `x ≥ 0`, odd; the difference costs at most 52 bits of 2^-214 from `x = 2^-50` on. Below
/// `x - x³/3`, with a remainder under `2x⁵/15 < x 2^-202`.
pub(super) fn tanh(x: &Big) -> Big {
    if *x < Big::zero() {
        return -tanh(&-x.clone());
    }
    if *x < Big::one().scaled(-50) {
        return x.clone() * (Big::one() - x.clone() * x / Big::int(3));
    }
    let small = exponential(&-x.clone().scaled(1));
    (Big::one() - &small) / (Big::one() + small)
}

/// `σ(x) = 1 / (1 + e^-x)`: sums of positive numbers, without cancellation.
pub(super) fn sigmoid(x: &Big) -> Big {
    Big::one() / (Big::one() + exponential(&-x.clone()))
}

/// `cos(πx)`. The nearest even number is taken off, and mirrors bring what is left into `[0, 1/2]`, all without rounding; from 1/4 on
/// the sine of the complement keeps its relative accuracy near the zero.
pub(super) fn cosine(x: &Big) -> Big {
    let turn = (x.clone() - x.clone().scaled(-1).nearest_integer().scaled(1)).magnitude();
    let half = Big::one().scaled(-1);
    if turn > half {
        return -cosine(&(Big::one() - turn));
    }
    if turn <= half.clone().scaled(-1) {
        return alternating(&(turn * &*PI), 1);
    }
    let rest = (half - turn) * &*PI;
    alternating(&rest, 2) * rest
}

/// `1 - y²/(k(k+1)) (1 - y²/((k+2)(k+3)) (1 - …))`: `cos y` for `k = 1`, `sin y / y` for `k = 2`. For `|y| ≤ π/4` the remainder after
/// 30 factors is below `(π/4)^60 / 60! < 2^-290`, and the value above 0.7, so that roundings sum to less than 2^-250 relatively.
fn alternating(y: &Big, first: i64) -> Big {
    let square = y.clone() * y;
    let factors = (0..30).rev().map(|k| first + 2 * k);
    factors.fold(Big::one(), |tail, k| Big::one() - square.clone() * tail / Big::int(k * (k + 1)))
}
