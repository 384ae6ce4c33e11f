//! The PAC-Bayes bound.

use super::*;

/// Closed forms: `kl(0‖p) = −ln(1 − p)`, and `kl(½‖p) = −½ ln(4p(1 − p))`; in general, the divergence at the ends brackets c.
#[test]
fn the_kl_inverse_encloses_both_sides() {
    let inverse = |q: f64, c: f64, side| divergence_inverse(q, Interval::point(c), side).unwrap();
    let near = |found: Interval, expected: f64| {
        // The enclosure of the divergence is 2⁻⁴⁴ wide at most here, its slope at least 1/20.
        assert!(found.hi - found.lo <= 1e-11, "{found:?} is wide");
        assert!(found.lo - 1e-14 <= expected && expected <= found.hi + 1e-14, "{expected} is not in {found:?}");
    };
    for c in [0.01, 0.5] {
        near(inverse(0.0, c, Side::Upper), -libm::expm1(-c));
        near(inverse(1.0, c, Side::Lower), libm::exp(-c));
        let half = libm::sqrt(-libm::expm1(-2.0 * c)) / 2.0;
        near(inverse(0.5, c, Side::Upper), 0.5 + half);
        near(inverse(0.5, c, Side::Lower), 0.5 - half);
        for q in [0.0, 1e-9, 0.3, 0.9, 1.0] {
            let (upper, lower) = (inverse(q, c, Side::Upper), inverse(q, c, Side::Lower));
            assert!(lower.lo <= q && q <= upper.hi && lower.hi <= q && q <= upper.lo);
            let pinsker = libm::sqrt(c / 2.0);
            assert!(upper.lo <= q + pinsker && lower.hi >= q - pinsker, "Pinsker at {q}, {c}");
            for inner in [upper.lo, lower.hi] {
                assert!(bernoulli_divergence(q, inner).hi <= c, "{q}, {c}");
            }
            for outer in [upper.hi, lower.lo] {
                assert!(outer == 0.0 || outer == 1.0 || bernoulli_divergence(q, outer).lo >= c, "{q}, {c}: {outer}");
            }
        }
    }
    assert_eq!(inverse(0.3, 0.0, Side::Upper), Interval::point(0.3));
    assert_eq!((inverse(1.0, 0.5, Side::Upper), inverse(0.0, 0.5, Side::Lower)), (Interval::point(1.0), Interval::point(0.0)));
    assert_eq!(bernoulli_divergence(0.5, 1.0).lo, f64::INFINITY);
    assert!(bernoulli_divergence(0.0, 0.5).contains(std::f64::consts::LN_2));
    let nothing = bernoulli_divergence(0.0, 0.0);
    assert!(nothing.contains(0.0) && nothing.hi < 1e-300);
    for (q, c) in [(-0.1, 1.0), (1.1, 1.0), (f64::NAN, 1.0), (0.5, -1.0), (0.5, f64::NAN)] {
        assert!(divergence_inverse(q, Interval::point(c), Side::Upper).is_err());
    }
}

/// The catalog's control: n = 12, δ = 0.05, KL = 0 gives ln(2√12/0.05)/12 = 0.411 < ln 2, so that R̂ = 0 would bound R below ½.
#[test]
fn the_pac_bayes_bound_has_its_published_control_value() {
    let complexity = Confidence::Maurer.complexity(0.0, 12, 0.05).unwrap();
    assert!((complexity.lo - 0.411).abs() < 5e-4 && complexity.hi < std::f64::consts::LN_2);
    let bound = pac_bayes_bound(0.0, 0.0, 12, 0.05, Confidence::Maurer).unwrap();
    assert!(bound.contains(1.0 - libm::exp(-complexity.lo)) && bound.hi < 0.5);
    // Langford's term is larger from n = 2 on; a divergence adds itself over n.
    let langford = Confidence::Langford.complexity(0.0, 12, 0.05).unwrap();
    assert!(langford.contains(libm::log(13.0 / 0.05) / 12.0) && langford.lo > complexity.hi);
    let farther = Confidence::Maurer.complexity(3.0, 12, 0.05).unwrap();
    assert!((farther.lo - complexity.lo - 0.25).abs() < 1e-14);
    for (divergence, samples, delta) in [(-1.0, 12, 0.05), (0.0, 7, 0.05), (0.0, 12, 0.0), (0.0, 12, 1.0), (f64::NAN, 12, 0.5)] {
        assert!(Confidence::Maurer.complexity(divergence, samples, delta).is_err());
    }
    assert!(Confidence::Langford.complexity(0.0, 7, 0.05).is_ok() && Confidence::Langford.complexity(0.0, 0, 0.05).is_err());
}
