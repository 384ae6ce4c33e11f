//! Clipping against the projection that it is, the frameworks' golden values, and the ways in which it goes wrong.

use gradproof::lab::Lab;
use gradproof::number::{Big, Interval, Rational, Real, Root, rational, to_f64};
use gradproof::optimizers::Scope;
use gradproof::training::{AdaptiveClipping, AveragedNorms, Clipping, KerasClipping, NonFinite, Norm, NormClipping};
use proptest::prelude::*;
use serde_json::Value;

fn clipped<R: Root>(clipping: &Clipping, gradients: &[Vec<R>]) -> Vec<Vec<R>> {
    let mut gradients = gradients.to_vec();
    clipping.clip(&mut gradients);
    gradients
}

fn by_norm(limit: Rational) -> Clipping {
    Clipping::Norm(NormClipping::new(limit))
}

fn big(values: &[&[i64]]) -> Vec<Vec<Big>> {
    values.iter().map(|tensor| tensor.iter().map(|x| Big::int(*x)).collect()).collect()
}

/// On integer vectors of integer norm everything is exact: (3, 4) and (12) have the norm 13 together.
#[test]
fn clipping_by_norm_is_the_projection_onto_the_ball() {
    let gradients = [vec![3.0, 4.0], vec![-12.0]];
    assert_eq!(Norm::Euclidean.of(&gradients), 13.0);
    assert_eq!(clipped(&by_norm(rational(13, 2)), &gradients), [vec![1.5, 2.0], vec![-6.0]], "the direction is kept");
    for limit in [13, 14, 1000] {
        assert_eq!(clipped(&by_norm(limit.into()), &gradients), gradients, "inside the ball nothing happens");
    }
    let each = Clipping::Norm(NormClipping { scope: Scope::Tensor, ..NormClipping::new(6.into()) });
    assert_eq!(clipped(&each, &gradients), [vec![3.0, 4.0], vec![-6.0]], "one norm a tensor is another clipping");
    let largest = Clipping::Norm(NormClipping { norm: Norm::Largest, ..NormClipping::new(6.into()) });
    assert_eq!(clipped(&largest, &gradients), [vec![1.5, 2.0], vec![-6.0]]);
    assert_eq!(clipped::<f64>(&by_norm(1.into()), &[]), Vec::<Vec<f64>>::new());
    assert_eq!(clipped(&by_norm(1.into()), &[vec![], vec![0.0]]), [vec![], vec![0.0]]);
    // The same lines in 256 bits and in enclosures.
    let wide = clipped(&by_norm(1.into()), &big(&[&[3, 4], &[-12]]));
    assert!((wide[1][0].to_f64() + 12.0 / 13.0).abs() <= f64::EPSILON);
    let sure = clipped(&by_norm(1.into()), &[[3.0, 4.0, -12.0].map(Interval::point).to_vec()]);
    assert!(sure[0][2].contains(-12.0 / 13.0) && sure[0][2].hi - sure[0][2].lo < 1e-14);
}

/// PyTorch's norm after clipping is `C n / (n + 1e-6)`, also for norms in (C - 1e-6, C]: 1e-4 less at C = 0.01.
#[test]
fn the_guard_shrinks_what_needs_no_clipping() {
    let torch = |limit| Clipping::Norm(NormClipping::pytorch(limit));
    let gradient = [vec![0.006_f64, 0.008]];
    let plain = Norm::Euclidean.of(&clipped(&by_norm(rational(1, 100)), &gradient));
    let guarded = Norm::Euclidean.of(&clipped(&torch(rational(1, 100)), &gradient));
    assert!((plain - 0.01).abs() < 1e-16);
    assert!((guarded / plain - 1.0 / 1.0001).abs() < 1e-15);
    assert_eq!(clipped(&torch(rational(1, 99)), &gradient), gradient);
    // At C = 1e-6 and a norm of C, it halves.
    let tiny = clipped(&torch(rational(1, 1_000_000)), &[vec![1e-6_f64]]);
    assert!((tiny[0][0] - 5e-7).abs() < 1e-21);
    // burn's least normal number changes no norm that f32 can tell from it.
    let least = Rational::try_from(f64::from(f32::MIN_POSITIVE)).expect("finite");
    let burn = Clipping::Norm(NormClipping { guard: least, scope: Scope::Tensor, ..NormClipping::new(rational(1, 100)) });
    let single = [vec![0.006_f32, 0.008]];
    assert_eq!(clipped(&burn, &single), clipped(&by_norm(rational(1, 100)), &single));
    assert_eq!(clipped(&burn, &[vec![0.0_f32]]), [vec![0.0]]);
}

#[test]
fn norms_that_are_not_finite_end_in_four_ways() {
    let with = |non_finite, gradients: &[Vec<f64>]| {
        clipped(&Clipping::Norm(NormClipping { non_finite, ..NormClipping::new(1.into()) }), gradients).concat()
    };
    let infinite = [vec![3.0, f64::INFINITY], vec![-4.0]];
    let nan = [vec![3.0, f64::NAN], vec![-4.0]];
    let same = |found: Vec<f64>, expected: [f64; 3]| {
        assert!(found.iter().zip(expected).all(|(x, y)| *x == y || (x.is_nan() && y.is_nan())), "{found:?} {expected:?}");
    };
    same(with(NonFinite::Arithmetic, &infinite), [0.0, f64::NAN, 0.0]);
    same(with(NonFinite::Arithmetic, &nan), [f64::NAN; 3]);
    for gradients in [&infinite, &nan] {
        same(with(NonFinite::Poison, gradients), [f64::NAN; 3]);
        same(with(NonFinite::Zero, gradients), [0.0; 3]);
    }
    let replace = NonFinite::Replace(rational(1_000_000_000, 1));
    same(with(replace.clone(), &infinite), [3.0 * 1e-9, f64::INFINITY, -4e-9]);
    same(with(replace, &nan), [3.0, f64::NAN, -4.0]);
    // 100 finite elements whose squares overflow f32: the step is lost without a word, unless it is poisoned.
    let huge = [vec![1e20_f32; 100]];
    assert!(Norm::Euclidean.of(&huge).is_infinite());
    assert_eq!(clipped(&by_norm(1.into()), &huge), [vec![0.0; 100]]);
    let poison = Clipping::Norm(NormClipping { non_finite: NonFinite::Poison, ..NormClipping::new(1.into()) });
    assert!(clipped(&poison, &huge).concat().iter().all(|x| x.is_nan()));
    // 0 · ∞ in a mask of finite norms is NaN as well (DeepSpeed#7171): zero is written, not multiplied.
    let zero = Clipping::Norm(NormClipping { non_finite: NonFinite::Zero, ..NormClipping::new(1.into()) });
    assert_eq!(clipped(&zero, &infinite), [vec![0.0, 0.0], vec![0.0]]);
    for non_finite in [NonFinite::Arithmetic, NonFinite::Poison, NonFinite::Zero, NonFinite::Replace(rational(1, 1))] {
        same(with(non_finite, &[vec![0.6, 0.0], vec![0.8]]), [0.6, 0.0, 0.8]);
    }
}

/// The sign is kept, the inner product with the gradient is positive, and the cosine between them is at least `1/√d`; the direction
/// changes.
#[test]
fn clipping_by_value_is_the_projection_onto_the_cube() {
    let one = Clipping::Value(1.into());
    assert_eq!(clipped(&one, &[vec![10.0, 1.0, -0.5, -7.0, 0.0]]), [vec![1.0, 1.0, -0.5, -1.0, 0.0]]);
    assert_eq!(clipped(&one, &[vec![10.0, 1.0]]), [vec![1.0, 1.0]], "(10, 1) becomes (1, 1)");
    let found = clipped(&one, &[vec![f64::INFINITY, f64::NEG_INFINITY, f64::NAN]]);
    assert!(found[0][0] == 1.0 && found[0][1] == -1.0 && found[0][2].is_nan());
    assert_eq!(clipped(&Clipping::Value(0.into()), &[vec![2.0, -3.0]]), [vec![0.0, 0.0]]);
}

#[test]
fn keras_takes_the_first_of_its_three_arguments() {
    let [norm, global, value] = [3, 2, 1].map(|limit| Some(Rational::from(limit)));
    let clipping = |clipnorm: &Option<Rational>, global_clipnorm: &Option<Rational>, clipvalue: &Option<Rational>| {
        let [clipnorm, global_clipnorm, clipvalue] = [clipnorm, global_clipnorm, clipvalue].map(Clone::clone);
        KerasClipping { clipnorm, global_clipnorm, clipvalue }.clipping()
    };
    assert_eq!(clipping(&norm, &global, &value), clipping(&norm, &None, &None));
    assert_eq!(clipping(&None, &global, &value), clipping(&None, &global, &None));
    assert_eq!(clipping(&None, &None, &value), Some(Clipping::Value(1.into())));
    assert_eq!(clipping(&None, &None, &None), None);
    assert_ne!(clipping(&norm, &None, &None), clipping(&None, &norm, &None));
}

/// Two tensors of norm 1: `clipnorm=1` leaves them, a global norm of 1 scales both by 1/√2; with one tensor they are the same.
#[test]
fn clipnorm_of_keras_is_not_the_global_norm() {
    let each = KerasClipping { clipnorm: Some(1.into()), ..KerasClipping::default() }.clipping().expect("one is set");
    let all = KerasClipping { global_clipnorm: Some(1.into()), ..KerasClipping::default() }.clipping().expect("one is set");
    let two = [vec![0.6, 0.8], vec![5.0 / 13.0, 12.0 / 13.0]];
    let apart =
        |found: &[Vec<f64>]| found.concat().iter().zip(two.concat()).map(|(x, y)| (x / y - 1.0).abs()).fold(0.0, f64::max);
    assert!(apart(&clipped(&each, &two)) <= 4.0 * f64::EPSILON);
    assert!((apart(&clipped(&all, &two)) - (1.0 - 0.5_f64.sqrt())).abs() <= 4.0 * f64::EPSILON);
    assert_eq!(clipped(&each, &[vec![3.0, 4.0]]), clipped(&all, &[vec![3.0, 4.0]]));
}

fn adaptive(averaged: AveragedNorms, multiple: Rational) -> AdaptiveClipping {
    AdaptiveClipping { multiple, decay: rational(9, 10), averaged }
}

/// For α = 1/2 and β = 9/10 the average of clipped norms falls by exactly .95 a step while the norms stay at 1; that of raw norms stays.
#[test]
fn averages_of_clipped_norms_collapse() {
    let averages = |averaged| {
        let clipping = adaptive(averaged, rational(1, 2));
        let mut average = None;
        let factors: Vec<Rational> = (0..20).map(|_| clipping.factor(&mut average, &Rational::ONE)).collect();
        (average.expect("an average"), factors)
    };
    let (raw, factors) = averages(AveragedNorms::Raw);
    assert_eq!((raw, &factors[0], &factors[19]), (Rational::ONE, &Rational::ONE, &rational(1, 2)));
    let (collapsed, factors) = averages(AveragedNorms::Clipped);
    assert_eq!(collapsed, rational(19, 20).pow(19));
    assert_eq!(factors[19], rational(19, 20).pow(18) / Rational::from(2));
}

#[test]
fn an_average_of_clipped_norms_never_rises_at_multiple_one() {
    let mut stuck = None;
    let mut free = None;
    let [clipped, raw] = [AveragedNorms::Clipped, AveragedNorms::Raw].map(|averaged| adaptive(averaged, Rational::ONE));
    let norms = [0.01_f64; 200].into_iter().chain([1.0; 2000]);
    for norm in norms {
        clipped.factor(&mut stuck, &norm);
        raw.factor(&mut free, &norm);
    }
    assert!(stuck.expect("an average") <= 0.01 * (1.0 + 4400.0 * f64::EPSILON), "{stuck:?}");
    assert!(free.expect("an average") > 0.99);
}

/// g → cg gives C → cC, exactly for powers of two.
#[test]
fn adaptive_clipping_scales_with_the_gradients() {
    let stream = Lab::new(3, 1, "adaptive-clipping").stream("gradients");
    let clipping = adaptive(AveragedNorms::Raw, rational(1, 2));
    let (mut average, mut scaled_average) = (None, None);
    let mut acted = false;
    for trial in 0..100 {
        let mut draws = stream.trial(trial);
        let gradient = vec![vec![draws.normal(), draws.normal()], vec![draws.normal()]];
        let scale =
            |gradient: &[Vec<f64>]| gradient.iter().map(|t| t.iter().map(|x| 1024.0 * x).collect()).collect::<Vec<Vec<f64>>>();
        let (mut one, mut other) = (gradient.clone(), scale(&gradient));
        clipping.clip(&mut average, &mut one);
        clipping.clip(&mut scaled_average, &mut other);
        acted |= one != gradient;
        assert_eq!(scale(&one), other);
    }
    assert!(acted);
    // What is below the threshold is left as it is, neither shrunk nor stretched to it.
    let mut quiet = Some(10.0_f64);
    assert_eq!([5.0, 3.0, 1.0, 0.0].map(|norm| clipping.factor(&mut quiet, &norm))[1..], [1.0; 3]);
    assert_eq!(clipping.factor(&mut Some(10.0), &5.0), 1.0);
    assert_eq!(clipping.factor(&mut Some(10.0), &20.0), 0.25);
    let mut zero = [vec![0.0_f64]];
    clipping.clip(&mut average, &mut zero);
    assert_eq!(zero, [vec![0.0]]);
}

/// Clipping a gradient that a loss scale S has multiplied clips at C/S: it has to be divided by S first (Lightning#9330).
#[test]
fn clipping_does_not_commute_with_the_loss_scale() {
    let gradient = [vec![0.3, 0.4]];
    let scaled = [vec![0.3 * 65536.0, 0.4 * 65536.0]];
    assert_eq!(clipped(&by_norm(1.into()), &gradient), gradient);
    let late: Vec<f64> = clipped(&by_norm(1.into()), &scaled)[0].iter().map(|x| x / 65536.0).collect();
    assert!((Norm::Euclidean.of(&[late]) * 65536.0 - 1.0).abs() < 1e-12, "the limit has become 1/65536");
}

/// Clipping each of two micro-batches is not clipping their mean (catalyst#1319).
#[test]
fn clipping_before_accumulation_is_another_gradient() {
    let [large, small] = [vec![vec![6.0]], vec![vec![-1.0]]];
    let mean = |a: &[Vec<f64>], b: &[Vec<f64>]| vec![vec![(a[0][0] + b[0][0]) / 2.0]];
    let after = clipped(&by_norm(1.into()), &mean(&large, &small));
    let before = mean(&clipped(&by_norm(1.into()), &large), &clipped(&by_norm(1.into()), &small));
    assert_eq!((after, before), (vec![vec![1.0]], vec![vec![0.0]]));
}

/// x → x - η clip(x, C) with η = 5/2, C = 1 from 1003/10: a 2-cycle between 119/80 and -81/80 (claims: clip-prevents-explosion).
#[test]
fn clipped_descent_runs_in_exact_numbers() {
    let clipping = NormClipping { norm: Norm::Largest, ..NormClipping::new(1.into()) };
    let mut x = rational(1003, 10);
    let mut seen = Vec::new();
    for _ in 0..400 {
        let mut gradient = [vec![x.clone()]];
        let norm = x.clone().larger(-x.clone());
        clipping.rescale(&mut gradient, &norm);
        x -= rational(5, 2) * &gradient[0][0];
        seen.push(x.clone());
    }
    assert_eq!(seen.iter().min().map(to_f64).map(|least| least < -1.0), Some(true));
    assert!(seen[100..].iter().all(|x| to_f64(x).abs() < 2.5 && !x.is_zero()), "bounded, and not convergent");
}

struct Golden {
    name: String,
    clipping: Clipping,
    gradients: Vec<Vec<f64>>,
    clipped: Vec<Vec<f64>>,
    norm: Option<f64>,
    single: bool,
}

/// All cases of the fixtures but optax's adaptive clipping by units, which none of our rows is.
fn golden() -> Vec<Golden> {
    let number = |value: &Value| match value.as_str() {
        Some("NaN") => f64::NAN,
        Some("Infinity") => f64::INFINITY,
        Some("-Infinity") => f64::NEG_INFINITY,
        _ => value.as_f64().expect("a number"),
    };
    let tensors = |value: &Value| -> Vec<Vec<f64>> {
        let tensor = |tensor: &Value| tensor.as_array().expect("a tensor").iter().map(number).collect();
        value.as_array().expect("tensors").iter().map(tensor).collect()
    };
    let file: Value = serde_json::from_str(include_str!("fixtures/clipping.json")).expect("JSON");
    let cases = file["cases"].as_array().expect("cases").clone().into_iter().filter(|case| case["kind"] != "adaptive");
    cases
        .map(|case| {
            let limit = Rational::try_from(number(&case["limit"])).expect("finite");
            let name = case["name"].as_str().expect("a name").to_owned();
            let torch = name.starts_with("torch");
            let keras = |clipping: KerasClipping| clipping.clipping().expect("one is set");
            let clipping = match case["kind"].as_str().expect("a kind") {
                "value" => Clipping::Value(limit),
                "norm" => keras(KerasClipping { clipnorm: Some(limit), ..KerasClipping::default() }),
                _ if name.starts_with("keras") => {
                    keras(KerasClipping { global_clipnorm: Some(limit), ..KerasClipping::default() })
                }
                _ if torch => {
                    let norm = if name.contains("largest") { Norm::Largest } else { Norm::Euclidean };
                    Clipping::Norm(NormClipping { norm, ..NormClipping::pytorch(limit) })
                }
                _ => by_norm(limit),
            };
            let norm = case.get("norm").map(number);
            let (gradients, clipped) = (tensors(&case["grads"]), tensors(&case["clipped"]));
            Golden { single: case["dtype"] == "f32", name, clipping, gradients, clipped, norm }
        })
        .collect()
}

/// A sum of five squares has at most five roundings, half of which the root keeps; root, sum with the guard, quotient and product
/// have one each, and the frameworks' other orders one more: 8 roundings on either side.
fn hold<R: Root>(case: &Golden, roundoff: f64, number: impl Fn(f64) -> R, float: impl Fn(&R) -> f64) {
    let gradients: Vec<Vec<R>> = case.gradients.iter().map(|tensor| tensor.iter().map(|x| number(*x)).collect()).collect();
    let close = |ours: f64, golden: f64| {
        ours == golden || (ours.is_nan() && golden.is_nan()) || (ours - golden).abs() <= 16.0 * roundoff * golden.abs()
    };
    let found = clipped(&case.clipping, &gradients);
    for (ours, golden) in found.iter().flatten().zip(case.clipped.concat()) {
        assert!(close(float(ours), golden), "{}: {} is not {golden}", case.name, float(ours));
    }
    if let (Some(golden), Clipping::Norm(clipping)) = (case.norm, &case.clipping) {
        assert!(close(float(&clipping.norm.of(&gradients)), golden), "{}: the norm is not {golden}", case.name);
    }
}

#[test]
fn golden_clippings() {
    let cases = golden();
    for case in &cases {
        if case.single {
            hold(case, f64::from(f32::EPSILON) / 2.0, |x| x as f32, |x| f64::from(*x));
        } else {
            hold(case, f64::EPSILON / 2.0, |x| x, |x| *x);
        }
    }
    assert_eq!(cases.len(), 144);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    /// Inside the ball, a fixed point of itself, no further apart than before; the factor is common to all elements.
    #[test]
    fn projections_contract(a in prop::collection::vec(-1e3..1e3_f64, 6), b in prop::collection::vec(-1e3..1e3_f64, 6), limit in 1..100_i64) {
        let tensors = |x: &[f64]| vec![x[..2].to_vec(), x[2..].to_vec()];
        let apart = |x: &[Vec<f64>], y: &[Vec<f64>]| {
            Norm::Euclidean.of(&[x.concat().iter().zip(y.concat()).map(|(x, y)| x - y).collect::<Vec<f64>>()])
        };
        let (a, b) = (tensors(&a), tensors(&b));
        for clipping in [by_norm(limit.into()), Clipping::Value(limit.into())] {
            let (left, right) = (clipped(&clipping, &a), clipped(&clipping, &b));
            // A norm of 6 elements has 5 roundings, a factor and a product one each: 16 u of the norms involved.
            let slack = 16.0 * f64::EPSILON * (Norm::Euclidean.of(&a) + Norm::Euclidean.of(&b) + 1.0);
            prop_assert!(apart(&left, &right) <= apart(&a, &b) + slack);
            prop_assert!(apart(&clipped(&clipping, &left), &left) <= slack);
            if let Clipping::Norm(_) = clipping {
                prop_assert!(Norm::Euclidean.of(&left) <= limit as f64 * (1.0 + 16.0 * f64::EPSILON));
            } else {
                prop_assert!(Norm::Largest.of(&left) <= limit as f64);
                let inner: f64 = left.concat().iter().zip(a.concat()).map(|(x, y)| x * y).sum();
                let cosine = inner / (Norm::Euclidean.of(&left) * Norm::Euclidean.of(&a)).max(f64::MIN_POSITIVE);
                prop_assert!(cosine >= 6_f64.sqrt().recip() * (1.0 - 1e-14) || a.concat().iter().all(|x| *x == 0.0));
            }
        }
    }

    #[test]
    fn special_values_never_panic(x in prop::collection::vec(any::<f64>(), 0..6), limit in 1..100_i64, kind in 0..4_usize) {
        let non_finite = [NonFinite::Arithmetic, NonFinite::Poison, NonFinite::Zero, NonFinite::Replace(rational(7, 1))];
        let norm = NormClipping { non_finite: non_finite[kind].clone(), ..NormClipping::new(limit.into()) };
        let found = clipped(&Clipping::Norm(norm), &[x.clone(), vec![]]);
        prop_assert_eq!(found[0].len(), x.len());
        let nan = x.iter().any(|x| x.is_nan());
        prop_assert!(!nan || kind == 2 || found[0].iter().any(|x| x.is_nan()));
    }
}
