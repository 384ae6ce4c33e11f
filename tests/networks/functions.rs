//! Elementary functions in all number types, and networks made of them.

use super::*;

const FUNCTIONS: [Function; 5] =
    [Function::SquareRoot, Function::Exponential, Function::Logarithm, Function::Tanh, Function::Sigmoid];

fn decimal(text: &str) -> Big {
    let (whole, digits) = text.split_once('.').expect("a decimal fraction");
    let number: Rational = format!("{whole}{digits}").trim_start_matches("+").parse().expect("digits");
    Big::of(&number) / Big::int(10).power(digits.len() as u64)
}

/// Seventy digits by mpmath 1.3. Their last one is off by a half at most: 2^-225 relatively.
#[test]
fn big_functions_have_the_digits_of_mpmath() {
    let cases = [
        (Function::Exponential, rational(1, 1), "2.718281828459045235360287471352662497757247093699959574966967627724077"),
        (
            Function::Exponential,
            rational(-39, 2),
            "0.000000003398267819495071225140737876810867902387991960362445312088155848041609",
        ),
        (Function::Logarithm, rational(10, 1), "2.302585092994045684017991454684364207601101488628772976033327900967573"),
        (Function::Logarithm, rational(1, 3), "-1.098612288668109691395245236922525704647490557822749451734694333637494"),
        (Function::Tanh, rational(1, 2), "0.4621171572600097585023184836436725487302892803301130385527318158380809"),
        (
            Function::Tanh,
            rational(1, 1 << 60),
            "0.0000000000000000008673617379884035472059622406959533689231148510667158491096568630247817",
        ),
        (
            Function::Tanh,
            rational(1, 1 << 40),
            "0.0000000000009094947017729282379150388117278718245786649666696216994579602139074431",
        ),
        (Function::Sigmoid, rational(-3, 1), "0.04742587317756678087884815177175220138617943242060910071788800877444871"),
    ];
    for (function, x, digits) in cases {
        let (found, expected) = (Big::of(&x).apply(function), decimal(digits));
        let error = size((found - &expected) / &expected);
        // tanh by exponentials loses as many bits as its argument has zeros after the point.
        let bound = if x == rational(1, 1 << 40) { power_of_two(-170) } else { power_of_two(-200) };
        assert!(error < bound, "{function:?} of {x} is off by {}", error.to_f64());
    }
}

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() }
}

fn contains(interval: &Interval, x: &Big) -> bool {
    let below = interval.lo == f64::NEG_INFINITY || Big::exactly(interval.lo) <= *x;
    below && (interval.hi == f64::INFINITY || *x <= Big::exactly(interval.hi))
}

proptest! {
    #![proptest_config(config(300))]

    /// The rules e^(a+b) = e^a e^b, ln e^x = x, tanh and σ as quotients of exponentials, and oddness.
    #[test]
    fn big_functions_obey_their_rules(a in -30.0f64..30.0, b in -30.0f64..30.0) {
        let (x, y) = (Big::exactly(a), Big::exactly(b));
        let near = |found: Big, expected: Big| size(found - &expected) <= size(expected) * power_of_two(-170);
        let e = |x: &Big| x.clone().apply(Function::Exponential);
        prop_assert!(near(e(&(x.clone() + &y)), e(&x) * e(&y)));
        prop_assert!(near(e(&x).apply(Function::Logarithm), x.clone()));
        prop_assert!(near(x.clone().apply(Function::Sigmoid), e(&x) / (e(&x) + Big::one())));
        prop_assert!(near((-x.clone()).apply(Function::Tanh), -x.clone().apply(Function::Tanh)));
        let double = e(&(x.clone() + &x));
        let tanh = (double.clone() - Big::one()) / (double + Big::one());
        prop_assert!(size(x.clone().apply(Function::Tanh) - tanh) < power_of_two(-140));
    }

    /// The machine's functions by libm, which documents an ulp for exp and ln and two for tanh; σ has two more roundings.
    #[test]
    fn floats_are_within_ulps_of_big_floats(x in -30.0f64..30.0) {
        for function in FUNCTIONS {
            let x = if function == Function::SquareRoot || function == Function::Logarithm { x.abs() } else { x };
            let found = x.apply(function);
            let exact = Big::exactly(x).apply(function);
            let ulp = found.abs().next_up() - found.abs();
            prop_assert!(size(Big::exactly(found) - exact) <= Big::exactly(3.0 * ulp), "{function:?} of {x}");
            let single = (x as f32).apply(function);
            let exact = Big::exactly(f64::from(x as f32)).apply(function);
            let ulp = f64::from(single.abs().next_up() - single.abs());
            prop_assert!(size(Big::exactly(f64::from(single)) - exact) <= Big::exactly(3.0 * ulp), "{function:?} of {x} as f32");
        }
    }

    /// An enclosure contains the value at every point between its ends, and is two ulps wider than its ends' values at most.
    #[test]
    fn intervals_contain_the_functions_of_their_members(low in -800.0f64..800.0, length in 0.0f64..4.0, share in 0.0f64..1.0) {
        for function in FUNCTIONS {
            let low = if function == Function::SquareRoot || function == Function::Logarithm { low.abs() } else { low };
            let argument = Interval { lo: low, hi: low + length };
            let enclosure = argument.apply(function);
            let member = (low + share * length).clamp(argument.lo, argument.hi);
            let value = Big::exactly(member).apply(function);
            prop_assert!(contains(&enclosure, &value), "{function:?} of {member} is outside {enclosure:?}");
            let narrow = Interval::point(member).apply(function);
            prop_assert!(narrow.hi <= narrow.lo.next_up().next_up().max(f64::MIN_POSITIVE), "{function:?} of {member}: {narrow:?}");
        }
    }

    /// Enclosures of a smooth network's loss, gradient and Hessian product contain what 256-bit floats find.
    #[test]
    fn enclosures_of_networks_contain_big_floats(seed in 0u64..1000) {
        let draws = &mut Lab::new(seed, 1, "networks").stream("enclosures").trial(0);
        let networks = smooth_networks();
        let (network, loss) = networks[draws.index(networks.len())].clone();
        let parameters = network.parameters(|| fraction(draws));
        let direction = network.parameters(|| fraction(draws));
        let positive = objective(network, loss, 2, draws).over(|x| Counted(to_f64(&size(x))));
        let big = positive.over(|x| Big::exactly(x.0));
        let intervals = positive.over(|x| Interval::point(x.0));
        let convert = |tensors: &[Vec<Rational>]| -> Vec<Vec<f64>> { tensors.iter().map(|t| t.iter().map(to_f64).collect()).collect() };
        let bigs = |tensors: &[Vec<Rational>]| -> Vec<Vec<Big>> { convert(tensors).iter().map(|t| t.iter().map(|x| Big::exactly(*x)).collect()).collect() };
        let points = |tensors: &[Vec<Rational>]| -> Vec<Vec<Interval>> { convert(tensors).iter().map(|t| t.iter().map(|x| Interval::point(*x)).collect()).collect() };
        let (value, gradient) = big.gradient(&bigs(&parameters));
        let (enclosure, slopes) = intervals.gradient(&points(&parameters));
        prop_assert!(contains(&enclosure, &value) && enclosure.hi - enclosure.lo < 1e-6);
        let products = big.hessian_product(&bigs(&parameters), &bigs(&direction)).concat();
        let enclosures = intervals.hessian_product(&points(&parameters), &points(&direction)).concat();
        for (enclosure, exact) in slopes.concat().iter().chain(&enclosures).zip(gradient.concat().iter().chain(&products)) {
            prop_assert!(contains(enclosure, exact), "{enclosure:?} misses {}", exact.to_f64());
        }
    }
}

#[test]
fn functions_at_the_ends_of_their_domains() {
    let whole = Interval::WHOLE;
    assert_eq!(whole.apply(Function::Exponential), Interval { lo: 0.0, hi: f64::INFINITY });
    assert_eq!(Interval::point(-2000.0).apply(Function::Exponential), Interval { lo: 0.0, hi: f64::from_bits(1) });
    assert_eq!(Interval::point(2000.0).apply(Function::Exponential), Interval { lo: f64::MAX, hi: f64::INFINITY });
    assert_eq!(Interval { lo: 0.0, hi: 1.0 }.apply(Function::Logarithm).lo, f64::NEG_INFINITY);
    for function in [Function::Logarithm, Function::SquareRoot] {
        assert_eq!(Interval { lo: -1.0, hi: 1.0 }.apply(function), whole);
        assert!((-1.0f64).apply(function).is_nan());
    }
    for function in [Function::Tanh, Function::Sigmoid] {
        let bounds = whole.apply(function);
        assert_eq!(bounds.hi, 1.0);
        assert_eq!(bounds.lo, if function == Function::Tanh { -1.0 } else { 0.0 });
        assert_eq!(1000.0.apply(function), 1.0);
    }
    assert_eq!((-1000.0).apply(Function::Sigmoid), 0.0);
    // 1 - σ(40) would round to 0; the stable form keeps all digits.
    assert_eq!((-40.0).apply(Function::Sigmoid), libm::exp(-40.0));
    for function in FUNCTIONS {
        assert!(f64::NAN.apply(function).is_nan() && f32::NAN.apply(function).is_nan(), "{function:?}");
    }
    assert_eq!(rational(9, 4).apply(Function::SquareRoot), rational(3, 2));
    assert_eq!(Rational::ZERO.apply(Function::Sigmoid), rational(1, 2));
}

#[test]
#[should_panic(expected = "the SquareRoot of 2 / 1 is no number of its type")]
fn the_root_of_two_is_not_rational() {
    let _ = rational(2, 1).apply(Function::SquareRoot);
}
