//! Sums, products and norms of slices: the same bits on every path, the right value, and an order of additions that is the written
//! one.

use gradproof::kernels::{Isa, dot, norm, sum};
use gradproof::lab::{Draws, Lab};
use gradproof::number::{Rational, Real, Root, rational};

/// Lengths around the lanes, the blocks, a split over threads, and blocks that do not divide evenly.
const LENGTHS: [usize; 20] =
    [0, 1, 2, 7, 15, 16, 17, 31, 32, 33, 4095, 4096, 4097, 8192, 8193, 12_288, 12_289, 65_536, 65_537, 150_001];

trait Machine: Root<Wide = f64> + Copy {
    const SPECIAL: [Self; 6];
    const UNIT_ROUNDOFF: f64;
    fn near(x: f64) -> Self;
    fn bits(self) -> u64;
    fn exactly(self) -> Rational;
}

macro_rules! machine {
    ($float:ident) => {
        impl Machine for $float {
            const SPECIAL: [Self; 6] = [-0.0, $float::NAN, $float::INFINITY, $float::MAX, $float::MIN_POSITIVE / 8.0, -1e20];
            const UNIT_ROUNDOFF: f64 = $float::EPSILON as f64 / 2.0;
            fn near(x: f64) -> Self {
                x as $float
            }
            // Which payload two NaN operands give is not fixed.
            fn bits(self) -> u64 {
                if self.is_nan() { u64::MAX } else { self.to_bits().into() }
            }
            fn exactly(self) -> Rational {
                Rational::try_from(self).unwrap()
            }
        }
    };
}
machine!(f32);
machine!(f64);

fn numbers<R: Machine>(draws: &mut Draws, length: usize, special: bool) -> Vec<R> {
    let number = |_| match draws.index(2000) {
        0 if special => R::SPECIAL[draws.index(R::SPECIAL.len())],
        _ => R::near(draws.normal() * libm::exp2(draws.between(-10.0, 10.0))),
    };
    (0..length).map(number).collect()
}

#[test]
fn every_path_gives_the_bits_of_the_scalar_one() {
    fn check<R: Machine>(draws: &mut Draws) {
        for length in LENGTHS {
            for special in [false, true] {
                let (x, y) = (numbers::<R>(draws, length, special), numbers::<R>(draws, length, special));
                let results = |isa| [sum(isa, &x), dot(isa, &x, &y), norm(isa, &x)].map(R::bits);
                for isa in Isa::available() {
                    assert_eq!(results(isa), results(Isa::Scalar), "{isa:?}, {length} of {}", std::any::type_name::<R>());
                }
            }
        }
    }
    let mut draws = Lab::new(1, 1, "reductions").stream("bits").trial(0);
    check::<f32>(&mut draws);
    check::<f64>(&mut draws);
}

#[test]
fn threads_change_nothing() {
    let x = numbers::<f64>(&mut Lab::new(1, 1, "reductions").stream("threads").trial(0), 300_001, false);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| norm(Isa::current(), &x).to_bits())
    };
    assert_eq!([with(2), with(3), with(8)], [with(1); 3]);
}

/// The order of the module's documentation, written down a second time: lanes by residue, then trees of slices.
fn as_documented<R: Machine>(x: &[R]) -> R {
    let halves = |x: &[R], middle: usize| as_documented(&x[..middle]) + as_documented(&x[middle..]);
    match x.len() {
        0..=4096 => {
            let lane = |lane: usize| x.iter().skip(lane).step_by(16).fold(R::zero(), |sum, x| sum + x);
            let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = std::array::from_fn(lane);
            let (a, b, c, d, e, f, g, h) = (a + i, b + j, c + k, d + l, e + m, f + n, g + o, h + p);
            let (a, b, c, d) = (a + e, b + f, c + g, d + h);
            (a + c) + (b + d)
        }
        4097..=8192 => halves(x, 4096),
        8193..=12_288 => halves(x, 8192),
        12_289..=16_384 => halves(x, 8192),
        _ => unreachable!("the lengths of this test"),
    }
}

#[test]
fn the_order_of_additions_is_the_documented_one() {
    fn check<R: Machine>(draws: &mut Draws) {
        for length in LENGTHS.into_iter().filter(|length| *length <= 16_384) {
            let x = numbers::<R>(draws, length, false);
            assert_eq!(sum(Isa::Scalar, &x).bits(), as_documented(&x).bits(), "{length}");
            let squares: Vec<R> = x.iter().map(|x| *x * *x).collect();
            assert_eq!(dot(Isa::Scalar, &x, &x).bits(), as_documented(&squares).bits(), "{length}");
        }
    }
    let mut draws = Lab::new(1, 1, "reductions").stream("order").trial(0);
    check::<f32>(&mut draws);
    check::<f64>(&mut draws);
}

/// In exact arithmetic the order cannot matter: a sum over the integers in closed form, and Pythagoras.
#[test]
fn exact_sums_are_exact() {
    for length in [0, 1, 17, 100, 5000] {
        let x: Vec<Rational> = (1..=length).map(Rational::from).collect();
        assert_eq!(sum(Isa::Scalar, &x), rational(length * (length + 1) / 2, 1));
        assert_eq!(dot(Isa::Scalar, &x, &x), rational(length * (length + 1) * (2 * length + 1) / 6, 1));
    }
    assert_eq!(norm(Isa::current(), &[3.0f32, -4.0, 12.0]), 13.0);
}

/// A sum of n products, each rounded once, passes at most 256 lane additions, 4 joins of lanes and `⌈log₂ blocks⌉` joins of blocks
/// on its way to the root: the error is at most γ_k `Σ |x_i y_i|` with k the number of roundings (Higham 2002, section 4.2).
#[test]
fn the_error_stays_within_its_bound() {
    fn check<R: Machine>(draws: &mut Draws, length: usize) {
        let (x, y) = (numbers::<R>(draws, length, false), numbers::<R>(draws, length, false));
        let products: Vec<Rational> = x.iter().zip(&y).map(|(x, y)| x.exactly() * y.exactly()).collect();
        let total = |size: &dyn Fn(&Rational) -> Rational| products.iter().fold(Rational::ZERO, |sum, term| sum + size(term));
        let absolute = |x: &Rational| if *x < Rational::ZERO { -x.clone() } else { x.clone() };
        let roundings = 1 + length.div_ceil(16).min(256) + 4 + length.div_ceil(4096).next_power_of_two().ilog2() as usize;
        let unit = Rational::of(&Rational::try_from(R::UNIT_ROUNDOFF).unwrap()) * rational(roundings as i64, 1);
        let bound = total(&absolute) * &unit / (Rational::ONE - unit);
        let error = absolute(&(dot(Isa::current(), &x, &y).exactly() - total(&Rational::clone)));
        assert!(error <= bound, "{length}: {} of {}", error.to_f64().value(), bound.to_f64().value());
    }
    let mut draws = Lab::new(1, 1, "reductions").stream("error").trial(0);
    for length in [1, 2, 40, 4096, 9000] {
        check::<f32>(&mut draws, length);
        check::<f64>(&mut draws, length);
    }
}
