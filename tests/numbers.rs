//! The number types against one another.

use dashu_float::{FBig, round::mode::HalfEven};
use gradproof::lab::Lab;
use gradproof::number::{
    Analytic, Big, Elementary, Format, Function, Interval, Mixed, Polynomial, Rational, Real, Root, Tracked, rational, square,
    to_f64,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use quickcheck::{QuickCheck, TestResult};

/// An expression over a few numbers: `(operation, left, right)` on the values so far, the results appended.
type Program = Vec<(u8, prop::sample::Index, prop::sample::Index)>;

/// Runs a program; `None` where it divides by zero or takes the root of a negative number. Roots are skipped without `root`.
fn evaluate<R: Real>(inputs: &[R], program: &Program, root: Option<fn(R) -> R>) -> Option<Vec<R>> {
    let mut values = inputs.to_vec();
    for (operation, left, right) in program {
        let (a, b) = (values[left.index(values.len())].clone(), values[right.index(values.len())].clone());
        let zero = R::zero();
        values.push(match (operation, root) {
            (0, _) => a + b,
            (1, _) => a - b,
            (2, _) => a * b,
            (3, _) if b == zero => return None,
            (3, _) => a / b,
            (4, _) => a.larger(b),
            (5, _) => -a,
            (6, _) => a.magnitude(),
            (7, _) => a.sign(),
            (_, Some(root)) => root(a.clone() * a + R::one()),
            (_, None) => a,
        });
    }
    Some(values)
}

/// Fractions whose numerators and denominators are small enough for a few products.
fn fraction() -> impl Strategy<Value = Rational> {
    (-1000i64..1000, 1u64..1000).prop_map(|(numerator, denominator)| rational(numerator, denominator))
}

/// Programs of every operation, or of all but the sign, which no rounding survives at zero.
fn programs(signs: bool) -> impl Strategy<Value = (Vec<Rational>, Program)> {
    let operation = (0u8..9).prop_filter("no signs", move |operation| signs || *operation != 7);
    let step = (operation, any::<prop::sample::Index>(), any::<prop::sample::Index>());
    (prop::collection::vec(fraction(), 2..5), prop::collection::vec(step, 1..10))
}

fn config() -> Config {
    Config { cases: 2000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() }
}

fn exactly(x: f64) -> Rational {
    Rational::try_from(x).expect("a finite number")
}

fn encloses(interval: &Interval, x: &Rational) -> bool {
    let below = interval.lo == f64::NEG_INFINITY || exactly(interval.lo) <= *x;
    below && (interval.hi == f64::INFINITY || *x <= exactly(interval.hi))
}

fn mapped<R: Real>(inputs: &[Rational]) -> Vec<R> {
    inputs.iter().map(R::of).collect()
}

fn size(x: Big) -> Big {
    if x < Big::zero() { -x } else { x }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn intervals_enclose_the_exact_result((inputs, program) in programs(true)) {
        if let Some(exact) = evaluate(&inputs, &program, None) {
            let found = evaluate::<Interval>(&mapped(&inputs), &program, None);
            // An interval may not know that a difference is not zero; then the next quotient is the whole line, never an error.
            let found = found.expect("a point zero is an exact zero");
            for (interval, exact) in found.iter().zip(&exact) {
                prop_assert!(encloses(interval, exact), "{interval:?} misses {exact}");
            }
        }
    }

    #[test]
    fn intervals_enclose_roots(x in fraction()) {
        let x = square(&x) + rational(1, 7);
        let Interval { lo, hi } = Interval::of(&x).sqrt();
        prop_assert!(square(&exactly(lo)) <= x && x <= square(&exactly(hi)));
        prop_assert!(hi - lo <= 4.0 * f64::EPSILON * hi, "wider than the rounding of x and of its root");
    }

    #[test]
    fn big_floats_follow_rationals((inputs, program) in programs(false)) {
        if let (Some(exact), Some(found)) = (evaluate(&inputs, &program, None), evaluate::<Big>(&mapped(&inputs), &program, None)) {
            // Ten operations lose at most a few bits more than cancellation does; an exact zero is compared with the largest value met.
            let largest = exact.iter().map(|x| to_f64(x).abs()).fold(1.0, f64::max);
            prop_assume!(largest < 1e12);
            for (found, exact) in found.iter().zip(&exact) {
                let off = size(found.clone() - Big::of(exact)).to_f64();
                prop_assert!(off <= 1e-40 * largest, "{off:e}");
            }
        }
    }

    /// The quotient of double-doubles in `Tracked`, which `twofloat` gets right to 53 bits only.
    #[test]
    fn tracked_values_have_twice_the_digits(a in fraction(), b in fraction()) {
        prop_assume!(!a.is_zero() && !b.is_zero());
        let quotient = Tracked::<f64>::of(&a) / Tracked::of(&b);
        // 2^60 (q - nearest(q)) is exact enough in f64 to show the digits beyond the first 53.
        let nearest = to_f64(&(&a / &b));
        let rest = to_f64(&((&a / &b) - exactly(nearest)));
        let found = quotient.distance(nearest);
        prop_assert!((found - rest.abs()).abs() <= 1e-30 * nearest.abs(), "rest {rest:e}, found {found:e}");
    }
}

/// The largest `error / bound` of the float format over random expressions; every single one must be at most 1.
fn worst_ratio<F: Format + Root<Wide = f64> + Into<f64>>() -> f64 {
    let mut runner = proptest::test_runner::TestRunner::new(config());
    let worst = std::cell::Cell::new(0.0_f64);
    let check = |(inputs, program): (Vec<Rational>, Program)| {
        let exact = evaluate::<Big>(&mapped(&inputs), &program, Some(Big::sqrt));
        let found = evaluate::<F>(&mapped(&inputs), &program, Some(F::sqrt));
        let tracked = evaluate::<Tracked<F>>(&mapped(&inputs), &program, Some(Tracked::sqrt));
        let (Some(exact), Some(found), Some(tracked)) = (exact, found, tracked) else { return Ok(()) };
        for ((exact, found), tracked) in exact.into_iter().zip(found).zip(tracked) {
            let (found, bound): (f64, f64) = (found.into(), tracked.bound());
            if bound.is_infinite() || !found.is_finite() {
                break; // a division by what may be zero, or an overflow: nothing is promised, here and after it
            }
            let error = size(Big::exactly(found) - exact).to_f64();
            prop_assert!(error <= bound, "{found:e} is {error:e} off, bound {bound:e}");
            if bound > 0.0 {
                worst.set(worst.get().max(error / bound));
            }
        }
        Ok(())
    };
    runner.run(&programs(true), check).expect("every error is within its bound");
    worst.get()
}

#[test]
fn tracked_bounds_hold_and_are_not_vacuous() {
    for worst in [worst_ratio::<f32>(), worst_ratio::<f64>()] {
        assert!((1e-3..=1.0).contains(&worst), "largest error over bound: {worst}");
    }
}

/// Terms that cancel, summed in singles from either end and in pairs.
#[test]
fn the_bound_of_a_sum_allows_any_order() {
    for trial in 0..200 {
        let mut draws = Lab::new(0, 1, "numbers").stream("sums").trial(trial);
        let terms: Vec<f32> = (0..17).map(|_| draws.normal() as f32).collect();
        let sum = Tracked::<f32>::sum(terms.iter().map(|term| Tracked::exactly(f64::from(*term))));
        let forwards = terms.iter().fold(0.0, |sum, term| sum + term);
        let backwards = terms.iter().rev().fold(0.0, |sum, term| sum + term);
        let pairs = terms.chunks(2).map(|pair| pair.iter().sum::<f32>()).fold(0.0, |sum, pair| sum + pair);
        for found in [forwards, backwards, pairs] {
            assert!(sum.distance(f64::from(found)) <= sum.bound(), "{trial}");
        }
        let magnitudes: f64 = terms.iter().map(|term| f64::from(term.abs())).sum();
        assert!(sum.bound() < 17.0 * f64::from(f32::EPSILON) / 2.0 * magnitudes, "not vacuous");
    }
}

proptest! {
    #![proptest_config(config())]

    /// `μ m + g + λ x` and its like: nearly cancelling terms too.
    #[test]
    fn terms_may_be_added_in_any_order(a in -2.0..2.0f32, b in -2.0..2.0f32, rest in -1e-6..1e-6f32) {
        let terms = [a, b, rest - a - b];
        let [x, y, z] = terms.map(|term| Tracked::<f32>::exactly(f64::from(term)));
        let sum = x + y + z;
        for [i, j, k] in [[0, 1, 2], [0, 2, 1], [1, 2, 0]] {
            let found = terms[i] + terms[j] + terms[k];
            prop_assert!(sum.distance(f64::from(found)) <= sum.bound(), "{terms:?}: {found} against {sum:?}");
        }
    }

    /// A subject that subtracts the sum of decay and step, one that adds the decay to the direction, and one that shrinks first; the last
    /// decays are those that leave nothing, and all but a little.
    #[test]
    fn a_decay_may_be_subtracted(
        x in -4.0..4.0f32,
        direction in -4.0..4.0f32,
        rate in 1e-4..2.0f32,
        decay in prop_oneof![1e-4..1.0f32, Just(1.0f32), 0.999..1.001f32],
    ) {
        let of = |x: f32| Tracked::<f32>::exactly(f64::from(x));
        let absolute = of(x).shrunk(&(Tracked::one() - of(decay))) - of(rate) * of(direction);
        let by_rate = of(x).shrunk(&(Tracked::one() - of(rate) * of(decay))) - of(rate) * of(direction);
        let step = rate * direction;
        let found = [
            (x * (1.0 - decay) - step, absolute),
            (x - (step + decay * x), absolute),
            ((x - step) - decay * x, absolute),
            (x * (1.0 - rate * decay) - step, by_rate),
            (x - (step + rate * decay * x), by_rate),
            (x - rate * (direction + decay * x), by_rate),
        ];
        for (form, (found, expected)) in found.into_iter().enumerate() {
            prop_assert!(expected.distance(f64::from(found)) <= expected.bound(), "form {form}: {found} against {expected:?}");
        }
    }
}

#[test]
fn where_a_subject_overflows_nothing_is_promised() {
    let power = |exponent: isize| Rational::from(10).pow(exponent);
    let gradient = Tracked::<f32>::of(&power(20));
    assert!(gradient.bound().is_finite());
    assert_eq!((gradient * gradient).bound(), f64::INFINITY);
    assert_eq!((gradient * gradient / gradient).bound(), f64::INFINITY);
    assert_eq!(Tracked::<f32>::of(&power(39)).bound(), f64::INFINITY);
    let wide = Tracked::<f64>::of(&power(20));
    assert!((wide * wide).bound().is_finite());
    assert_eq!(Tracked::<f64>::of(&power(309)).bound(), f64::INFINITY);
}

#[test]
fn a_subnormal_parameter_may_be_flushed_to_zero() {
    let tiny = Rational::from(2).pow(-140); // f32 holds it, as a subnormal number
    for parameter in [tiny.clone(), rational(1, 3) * tiny, Rational::from(10).pow(-50)] {
        let (single, double) = (Tracked::<f32>::of(&parameter), Tracked::<f64>::of(&parameter));
        assert!(single.distance(0.0) <= single.bound(), "{parameter}: {:e}", single.bound());
        assert!(double.distance(0.0) > double.bound(), "{parameter} is normal in f64");
    }
    assert_eq!(Tracked::<f32>::of(&Rational::ZERO).bound(), 0.0);
    let least = Rational::from(2).pow(-126);
    assert_eq!(Tracked::<f32>::of(&least).bound(), 0.0);
}

/// A polynomial in two variables from small coefficients, and a point.
fn polynomial(coefficients: &[i8]) -> Polynomial {
    let [x, y] = Polynomial::variables();
    let term = |(index, &coefficient): (usize, &i8)| {
        let power = |base: &Polynomial, exponent| (0..exponent).fold(base.int(1), |product, _| product * base);
        &x.int(coefficient.into()) * &(power(&x, index % 3) * power(&y, index / 3 % 3))
    };
    coefficients.iter().take(9).enumerate().map(term).fold(x.int(0), |sum, term| sum + term)
}

type Laws = fn(Vec<i8>, Vec<i8>, Vec<i8>, (i8, i8)) -> TestResult;

#[test]
fn polynomials_are_a_ring_and_evaluation_a_homomorphism() {
    fn laws(p: Vec<i8>, q: Vec<i8>, r: Vec<i8>, (x, y): (i8, i8)) -> TestResult {
        let [p, q, r] = [p, q, r].map(|coefficients| polynomial(&coefficients));
        let point = [Rational::from(x), Rational::from(y)];
        let at = |p: &Polynomial| p.at(&point);
        let laws = [
            &p * &q == &q * &p,
            p.clone() + q.clone() == q.clone() + p.clone(),
            &(&p * &q) * &r == &p * &(&q * &r),
            &p * &(q.clone() + r.clone()) == &p * &q + &p * &r,
            p.clone() - p.clone() == p.int(0) && (p.clone() - p.clone()).terms() == 0,
            &p * &p.int(1) == p,
            -(-p.clone()) == p,
            at(&(&p * &q)) == at(&p) * at(&q),
            at(&(p.clone() + q.clone())) == at(&p) + at(&q),
            at(&(&p - &q)) == at(&p) - at(&q),
            (&p * &q).derivative(0) == &p * &q.derivative(0) + &p.derivative(0) * &q,
            p.derivative(0).derivative(1) == p.derivative(1).derivative(0),
            Polynomial::variable(2, 1).derivative(1) == p.int(1) && p.int(7).derivative(1) == p.int(0),
            !p.is_positive_termwise() || p.at(&[Rational::from(3), Rational::from(5)]) >= Rational::ZERO,
        ];
        TestResult::from_bool(laws.iter().all(|&law| law))
    }
    QuickCheck::new().tests(300).quickcheck(laws as Laws);
}

#[test]
fn zero_is_exact_in_intervals() {
    let (zero, x) = (Interval::point(0.0), Interval { lo: 0.1, hi: 0.2 });
    assert_eq!(zero + x, x);
    assert_eq!(x - zero, x);
    assert_eq!(zero * x, zero);
    assert_eq!(zero / x, zero);
    assert!((zero * x + x * x).sqrt().lo > 0.0);
    assert_eq!(x / zero, Interval::WHOLE);
    assert_eq!((x - Interval::point(1.0)).sqrt(), Interval::WHOLE);
}

#[test]
fn larger_propagates_nan() {
    for (a, b) in [(f64::NAN, 1.0), (1.0, f64::NAN)] {
        assert!(a.larger(b).is_nan() && (a as f32).larger(b as f32).is_nan());
    }
    assert_eq!(2.0_f64.larger(3.0), 3.0);
    assert_eq!(rational(2, 3).larger(rational(1, 2)), rational(2, 3));
}

#[test]
fn signs_and_magnitudes() {
    fn machine<R: Real>() {
        for x in [-3, 0, 5] {
            assert!(R::int(x).sign() == R::int(x.signum()) && R::int(x).magnitude() == R::int(x.abs()), "{x}");
            let between = R::int(x).between(&R::int(-1), &R::int(2));
            assert!(between == R::int(x.clamp(-1, 2)), "{x} in [-1, 2]");
        }
    }
    machine::<f32>();
    machine::<f64>();
    machine::<Rational>();
    machine::<Big>();
    machine::<Interval>();
    machine::<Tracked<f32>>();
    machine::<Mixed<f32, f64>>();
    assert!(f64::NAN.sign().is_nan() && f32::NAN.sign().is_nan() && f64::NAN.magnitude().is_nan());
    assert!(
        f64::NAN.between(&0.0, &1.0).is_nan() && 0.5.between(&f64::NAN, &1.0).is_nan() && 0.5.between(&0.0, &f64::NAN).is_nan()
    );
    assert_eq!((f64::INFINITY.sign(), f64::NEG_INFINITY.sign(), 1e-320.sign()), (1.0, -1.0, 1.0));
}

#[test]
fn an_interval_around_zero_has_both_signs() {
    let straddling = Interval { lo: -2.0, hi: 1.0 };
    assert_eq!(straddling.sign(), Interval { lo: -1.0, hi: 1.0 });
    assert_eq!(straddling.magnitude(), Interval { lo: 0.0, hi: 2.0 });
    assert_eq!((-straddling).magnitude(), Interval { lo: 0.0, hi: 2.0 });
    assert_eq!(Interval { lo: -2.0, hi: -1.0 }.magnitude(), Interval { lo: 1.0, hi: 2.0 });
    assert_eq!(Interval { lo: 0.0, hi: 1.0 }.sign(), Interval { lo: 0.0, hi: 1.0 });
    assert_eq!(Interval::point(f64::NAN).sign(), Interval::WHOLE);
    assert_eq!(Interval::point(f64::NAN).larger(straddling), Interval::WHOLE);
}

/// Where a subject may have the other sign, the bound reaches it; where nothing is known, nothing is promised.
#[test]
fn a_tracked_sign_covers_what_a_subject_may_have() {
    let third = Tracked::<f64>::of(&rational(1, 3));
    let rounded = third * Tracked::of(&rational(3, 1)); // 1 within a bound
    let beyond = |x: Tracked<f64>| (x - Tracked::exactly(1.0)).sign();
    for (sign, value) in [(beyond(rounded), 0.0), (beyond(rounded + Tracked::exactly(f64::EPSILON)), 1.0)] {
        assert_eq!(sign.value(), value);
        assert!([-1.0, 0.0, 1.0].iter().all(|subject| sign.distance(*subject) <= sign.bound()), "{sign:?}");
    }
    let certain = third.sign();
    assert_eq!((certain.value(), certain.bound()), (1.0, 0.0));
    assert_eq!((-third).magnitude().value(), third.value());
    assert_eq!((-third).magnitude().bound(), third.bound());
    let unknown = third / Tracked::exactly(0.0);
    let overflown = Tracked::<f64>::of(&Rational::from(10).pow(308)) * Tracked::exactly(100.0);
    for unknown in [unknown, overflown, Tracked::exactly(f64::NAN), Tracked::exactly(f64::NEG_INFINITY) + third] {
        let results = [
            unknown.sign(),
            unknown + third,
            third - unknown,
            unknown * third,
            unknown * Tracked::exactly(0.0),
            unknown / third,
            third / unknown,
            unknown.sqrt(),
            unknown.larger(third),
            third.larger(unknown),
        ];
        for (index, result) in results.iter().enumerate() {
            assert!(result.bound() == f64::INFINITY, "{unknown:?}, operation {index}: {result:?}");
        }
    }
    assert!(
        Tracked::exactly(f64::NAN).larger(third).value().is_nan() && third.larger(Tracked::exactly(f64::NAN)).value().is_nan()
    );
}

/// Multiplying by one is exact, whatever the other factor carries.
#[test]
fn one_is_a_factor_without_rounding() {
    let third = Tracked::<f32>::of(&rational(1, 3));
    assert_eq!((third * Tracked::one()).bound(), third.bound());
    assert_eq!((Tracked::one() * third).bound(), third.bound());
    let tenth = Interval::of(&rational(1, 10));
    assert_eq!((tenth * Interval::one(), Interval::one() * tenth), (tenth, tenth));
}

/// Bisected by its own double-angle formula, from values that Niven's theorem gives; libm's cosine knows nothing of either.
#[test]
fn the_cosine_of_big_floats_and_intervals() {
    let cosine = |x: &Rational| Big::of(x).cos_pi().expect("all cosines");
    let near = |x: Big, y: Big| (x - y).magnitude().to_f64() <= libm::exp2(-240.0);
    for twelfths in -30..30 {
        let x = rational(twelfths, 12);
        if let Some(exact) = x.clone().cos_pi() {
            assert!(near(cosine(&x), Big::of(&exact)), "{x}");
        }
    }
    assert_eq!(cosine(&rational(5, 2)), Big::zero(), "zeros are exact");
    let config = Config { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() };
    proptest!(config, |(x in -5.0..5.0f64, width in prop_oneof![0.0..1e-9f64, 0.0..0.5f64], at in 0.0..=1.0f64)| {
        let half = Big::exactly(x / 2.0).cos_pi().expect("all cosines");
        prop_assert!(near(cosine(&exactly(x)), half.clone() * &half * Big::int(2) - Big::one()));
        prop_assert!((x.cos_pi().expect("all cosines") - cosine(&exactly(x)).to_f64()).abs() <= 8.0 * f64::EPSILON);
        let interval = Interval { lo: x, hi: x + width };
        let found = interval.cos_pi().expect("all cosines");
        let inside = cosine(&exactly((x + at * width).clamp(interval.lo, interval.hi)));
        prop_assert!(Big::exactly(found.lo) <= inside && inside <= Big::exactly(found.hi), "{interval:?} {found:?}");
        // By the mean value theorem the exact range is no wider than π times the interval.
        prop_assert!(found.hi - found.lo <= 3.15 * (interval.hi - interval.lo) + 4.0 * f64::EPSILON, "{interval:?} {found:?}");
    });
    assert_eq!(Interval { lo: 0.5, hi: 2.0 }.cos_pi(), Some(Interval { lo: -1.0, hi: 1.0 }));
    let around = |x: f64| Interval { lo: x - 0.25, hi: x + 0.25 }.cos_pi().expect("all cosines");
    for even in [-2.0, 0.0, 2.0] {
        assert_eq!((around(even).hi, around(even + 1.0).lo), (1.0, -1.0));
        assert!(around(even).lo > 0.7 && around(even + 1.0).hi < -0.7);
    }
}

/// Against another implementation, at the ends of the format and where a logarithm cancels.
#[test]
fn logarithms_are_enclosed() {
    let mut draws = Lab::new(1, 1, "numbers").stream("logarithm").trial(0);
    let mut numbers = vec![1.0, 1.0f64.next_up(), 1.0f64.next_down(), 0.75, 1.5, 2.0, 3.0, 1e300, 5e-324, f64::MIN_POSITIVE];
    numbers.extend((0..100).map(|_| libm::exp(40.0 * draws.normal())));
    numbers.extend((0..100).map(|_| 1.0 + 1e-6 * draws.normal()));
    for x in numbers {
        let found = Interval::point(x).apply(Function::Logarithm);
        let big = |x: f64| FBig::<HalfEven, 2>::try_from(x).expect("finite").with_precision(200).value();
        let exact = big(x).ln();
        assert!(big(found.lo) <= exact && exact <= big(found.hi), "ln {x} is not in {found:?}");
        // The nearest float and its two neighbours at most.
        assert!(found.hi <= found.lo.next_up().next_up(), "ln {x}: {found:?}");
    }
    let wide = Interval { lo: 1.0, hi: 2.0 }.apply(Function::Logarithm);
    assert!(wide.lo <= 0.0 && wide.hi >= std::f64::consts::LN_2);
}
