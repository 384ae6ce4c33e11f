//! Line searches.

use super::*;

/// On `½ x²` from 1 along -4, a length passes exactly if it is at most `(1 - c) / 2`.
#[test]
fn backtracking_takes_the_first_length_that_decreases() {
    let problem = Quadratic { spectrum: int(&[1]) };
    let length = |search: Backtracking<Rational>, direction: i64| search.length(&problem, &int(&[1]), &int(&[direction]));
    let plain = Backtracking::default();
    assert_eq!(length(plain.clone(), -4), Ok(rational(1, 4)));
    assert_eq!(length(Backtracking { contraction: rational(1, 3), ..plain.clone() }, -4), Ok(rational(1, 3)));
    assert_eq!(length(Backtracking { first: rational(2, 5), ..plain.clone() }, -4), Ok(rational(2, 5)));
    assert_eq!(length(Backtracking { sufficient: rational(3, 5), ..plain.clone() }, -4), Ok(rational(1, 8)));
    assert_eq!(length(Backtracking { sufficient: rational(1, 2), ..plain.clone() }, -4), Ok(rational(1, 4)), "equality passes");
    assert_eq!(length(Backtracking { trials: 2, ..plain.clone() }, -4), Err(Status::Stalled));
    assert_eq!(length(plain, 4), Err(Status::NotDescent));
    let nan = Backtracking::default().length(&Quadratic { spectrum: vec![f64::NAN] }, &[1.0], &[-1.0]);
    assert_eq!(nan, Err(Status::NotFinite));
}

/// Value and slope along a direction, and bounds for their rounding errors: Horner's rule of degree 4 loses `2 · 4` roundings of the sum of
/// the terms' magnitudes (Higham 2002, equation 5.3), and so does the derivative; scaling and the sides of the conditions add fewer than 8.
fn probe(function: &Power<f64>, x: f64, direction: f64, length: f64) -> [f64; 4] {
    let at = x + length * direction;
    let magnitudes = |function: &Power<f64>| Power(function.0.iter().map(|c| c.abs()).collect()).at(&at.abs());
    let derivative = function.derivative();
    // The rounding of the point itself moves the value by the slope, and the slope by the curvature.
    let curvature = magnitudes(&derivative.derivative()) * at.abs();
    let value_error = 16.0 * UNIT_ROUNDOFF * (magnitudes(function) + magnitudes(&derivative) * at.abs());
    let slope_error = 16.0 * UNIT_ROUNDOFF * (magnitudes(&derivative) + curvature) * direction.abs();
    [function.at(&at), derivative.at(&at) * direction, value_error, slope_error]
}

fn assert_wolfe(function: &Power<f64>, x: f64, direction: f64, length: f64, [sufficient, curvature]: [f64; 2]) {
    let [start, slope, start_error, slope_error] = probe(function, x, direction, 0.0);
    let [end, end_slope, end_error, end_slope_error] = probe(function, x, direction, length);
    let decrease = start + sufficient * length * slope - end;
    assert!(decrease >= -(start_error + end_error + length * slope_error), "no decrease at {length}: {decrease}");
    let flat = -curvature * slope - end_slope.abs();
    assert!(flat >= -(slope_error + end_slope_error), "too steep at {length}: {flat}");
}

pub(super) fn torch_search<R: Root>(function: &Power<R>, x: R, direction: R, zoom: &CubicZoom<R>, first: R) -> (Found<R>, usize) {
    let derivative = function.derivative();
    let closure = |length: &R| {
        let at = x.clone() + length.clone() * &direction;
        (function.at(&at), vec![derivative.at(&at)])
    };
    let direction = std::slice::from_ref(&direction);
    let start = Found::new(R::zero(), closure(&R::zero()), direction);
    zoom.search(start, first, direction, closure)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]

    /// Quartics with a minimum, several of them or a saddle between, from any side and with any first length.
    #[test]
    fn a_wolfe_point_is_one(
        low in prop::array::uniform3(-4.0..4.0f64), top in 0.1..4.0f64, x in -3.0..3.0f64, scale in 0.1..10.0f64,
        first in prop::sample::select(vec![1e-3, 0.1, 1.0, 10.0, 1e3]), curvature in prop::sample::select(vec![0.1, 0.5, 0.9]),
    ) {
        let function = Power(vec![1.0, low[0], low[1], low[2], top]);
        let slope = function.derivative().at(&x);
        prop_assume!(slope.abs() > 1e-3);
        let direction = -scale * slope.signum();
        let search = StrongWolfe { first, curvature, ..StrongWolfe::default() };
        let length = search.length(&function, &[x], &[direction]);
        prop_assert!(length.is_ok(), "{length:?}");
        assert_wolfe(&function, x, direction, length.expect("a length"), [1e-4, curvature]);

        let zoom = CubicZoom { curvature, ..CubicZoom::default() };
        let (found, evaluations) = torch_search(&function, x, direction, &zoom, first);
        prop_assert_eq!(found.value, function.at(&(x + found.length * direction)));
        // It returns what it has when its trials are spent.
        if evaluations <= zoom.trials {
            assert_wolfe(&function, x, direction, found.length, [1e-4, curvature]);
        }
    }
}

/// On a cubic the interpolation is exact: from a bracket the next trial is the minimiser, in either order of its ends (a fault
/// of liblbfgs, which mistook one end for the other).
#[test]
fn cubic_interpolation_is_exact_on_cubics() {
    // t³/3 - t: the minimum is at 1. The number type carries the bound of what rounding does to the interpolation.
    let number = |x: f64| Tracked::<f64>::exactly(x);
    let cubic = Power(vec![number(0.0), number(-1.0), number(0.0), number(1.0) / number(3.0)]);
    let tight = CubicZoom { curvature: number(1e-8), ..CubicZoom::default() };
    // Within a bracket; extrapolated; and after an extrapolation to ten times the length.
    for (first, expected) in [(2.0, 2), (1.5, 2), (5.0, 2), (0.2, 2), (0.02, 3)] {
        let (found, evaluations) = torch_search(&cubic, number(0.0), number(1.0), &tight, number(first));
        let length = found.length;
        assert!(length.distance(1.0) <= length.bound() && length.bound() < 1e-11, "from {first}: {length:?}");
        assert_eq!(evaluations, expected, "from {first}");
    }
}

/// With the values 0, -1, -9/10 and the slope -1 at 0, 1 and 2: what lies between 1 and 2 is found because the value at 2 is higher than at 1, though
/// Armijo's condition holds there and the slope still falls (a function without bound, further out).
#[test]
fn a_rise_between_trials_is_a_bracket() {
    let function = Power(vec![0.0, -1.0, 77.0 / 40.0, -187.0 / 40.0, 143.0 / 40.0, -33.0 / 40.0]);
    let length = StrongWolfe::default().length(&function, &[0.0], &[1.0]).expect("a length");
    assert!(length > 1.0 && length < 2.0, "{length}");
}

/// On `|x - 3/10|` no point is flat; the zoom gives up when the bracket, times the largest component of the direction, is short.
#[test]
fn a_zoom_into_a_kink_ends() {
    let search = |tolerance_change: f64, scale: f64| {
        let closure = |length: &f64| ((scale * length - 0.3).abs(), vec![(scale * length - 0.3).signum()]);
        let zoom = CubicZoom { tolerance_change, ..CubicZoom::default() };
        zoom.search(Found::new(0.0, closure(&0.0), &[scale]), 1.0 / scale, &[scale], closure)
    };
    assert_eq!(search(0.0, 1.0).1, 26);
    let (found, evaluations) = search(1e-2, 1.0);
    assert!(evaluations < 26 && (found.length - 0.3).abs() < 1e-2, "{found:?} after {evaluations}");
    assert_eq!(search(1e-2, 1024.0).1, evaluations, "the length of the direction does not matter");
}

#[test]
fn a_search_without_a_minimum_ends() {
    let down = Power(vec![0.0, -1.0]);
    assert_eq!(StrongWolfe::default().length(&down, &[0.0], &[1.0]), Err(Status::Stalled));
    let (found, evaluations) = torch_search(&down, 0.0, 1.0, &CubicZoom::default(), 1.0f64);
    assert_eq!((evaluations, found.length.is_finite()), (26, true));
    let up = StrongWolfe::default().length(&down, &[0.0], &[-1.0]);
    assert_eq!(up, Err(Status::NotDescent));
    let longest = StrongWolfe { longest: 0.5, ..StrongWolfe::default() };
    assert_eq!(longest.length(&Power(vec![0.0, -1.0, 0.5]), &[0.0], &[1.0]), Ok(0.5), "the slope -1/2 is flat enough");
}
