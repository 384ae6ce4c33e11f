//! Alignment and the index of critical points.

use super::*;

#[test]
fn alignment_recovers_a_planted_permutation() {
    for trial in 0..10 {
        let mut draws = draws("alignment", trial);
        let units = 1 + draws.index(40);
        let a: Vec<Vec<f64>> = (0..units).map(|_| draws.normals(12)).collect();
        let order = draws.distinct(units, units);
        let b = permuted(&a, &order);
        let found = align(&a, &b).unwrap();
        assert_eq!(permuted(&b, &found), a, "the same function, aligned to the last bit");
        // Small noise does not matter, whatever the scale.
        let noisy: Vec<Vec<f64>> =
            b.iter().map(|unit| unit.iter().map(|w| 1e6 * (w + 1e-3 * draws.normal())).collect()).collect();
        assert_eq!(align(&a, &noisy).unwrap(), found);
    }
    for (a, b) in [
        (vec![], vec![]),
        (vec![vec![1.0]], vec![]),
        (vec![vec![1.0]], vec![vec![1.0, 2.0]]),
        (vec![vec![f64::NAN]], vec![vec![1.0]]),
    ] {
        assert!(align(&a, &b).is_err());
    }
    assert_eq!(align(&[vec![0.0]], &[vec![0.0]]), Ok(vec![0]));
}

#[test]
fn alignment_is_the_best_of_all_permutations() {
    fn permutations(size: usize) -> Vec<Vec<usize>> {
        if size == 0 {
            return vec![vec![]];
        }
        let insert = |shorter: Vec<usize>| {
            (0..size).map(move |place| {
                let mut longer = shorter.clone();
                longer.insert(place, size - 1);
                longer
            })
        };
        permutations(size - 1).into_iter().flat_map(insert).collect()
    }
    for trial in 0..30 {
        let mut draws = draws("assignment", trial);
        let units = 1 + draws.index(5);
        let mut layer = || -> Vec<Vec<f64>> { (0..units).map(|_| draws.normals(3)).collect() };
        let (a, b) = (layer(), layer());
        let distance = |permutation: &[usize]| -> f64 {
            let other = permuted(&b, permutation);
            a.iter().flatten().zip(other.iter().flatten()).map(|(a, b)| (a - b) * (a - b)).sum()
        };
        let best = permutations(units).iter().map(|permutation| distance(permutation)).fold(f64::INFINITY, f64::min);
        // Twice the promised 2⁻⁴⁰ of products below 30, five times.
        assert!(distance(&align(&a, &b).unwrap()) <= best + 300.0 / (1u64 << 40) as f64);
    }
}

#[test]
fn the_index_counts_planted_eigenvalues() {
    for (spectrum, index, kind) in [
        (vec![1, 2, 3], [0, 0, 3], CriticalPoint::Minimum),
        (vec![-1, -2, -2], [3, 0, 0], CriticalPoint::Maximum),
        (vec![-1, 2, 3, 4], [1, 0, 3], CriticalPoint::Saddle),
        (vec![0, 2, 3], [0, 1, 2], CriticalPoint::Undecided),
        (vec![0, -2, 3], [1, 1, 1], CriticalPoint::Saddle),
        (vec![0, 0, -5], [1, 2, 0], CriticalPoint::Undecided),
        (vec![0, 0], [0, 2, 0], CriticalPoint::Undecided),
    ] {
        let hessian = planted(&integers(&spectrum), &mut draws("index", 0));
        let found = Index::of(&hessian, &Rational::ZERO).unwrap();
        assert_eq!([found.negative, found.undecided, found.positive], index, "{spectrum:?}");
        assert_eq!(found.kind(), kind, "{spectrum:?}");
    }
    // No diagonal entry to start from.
    let saddle = [integers(&[0, 1, 0]), integers(&[1, 0, 0]), integers(&[0, 0, 0])];
    assert_eq!(Index::of(&saddle, &Rational::ZERO), Ok(Index { negative: 1, undecided: 1, positive: 1 }));
    assert!(Index::of(&[], &Rational::ZERO).is_err());
    assert!(Index::of(&[integers(&[1, 2]), integers(&[3, 1])], &Rational::ZERO).is_err());
    assert!(Index::of(&[integers(&[1])], &rational(-1, 2)).is_err());
}

#[test]
fn the_index_agrees_with_computed_spectra() {
    for trial in 0..60 {
        let mut draws = draws("inertia", trial);
        let size = 2 + draws.index(7);
        let mut hessian = symmetric(size, || draws.normal());
        if trial % 2 == 1 {
            (0..size).for_each(|i| hessian[i][i] = 0.0); // no pivot to begin with
        }
        let exact: Vec<Vec<Rational>> = hessian.iter().map(|row| row.iter().map(|entry| exactly(*entry)).collect()).collect();
        let margin = draws.fraction(0..64, 64) * Rational::from(i64::from(trial % 4 != 1)); // 0 for every other zero diagonal
        let limit = to_f64(&margin);
        let spectrum = library_spectrum(&hessian);
        if spectrum.iter().any(|eigenvalue| (eigenvalue.abs() - limit).abs() <= solver_error(&hessian)) {
            continue; // too close for floats to say
        }
        let count = |inside: &dyn Fn(f64) -> bool| spectrum.iter().filter(|eigenvalue| inside(**eigenvalue)).count();
        let expected = Index {
            negative: count(&|eigenvalue| eigenvalue < -limit),
            undecided: count(&|eigenvalue| eigenvalue.abs() <= limit),
            positive: count(&|eigenvalue| eigenvalue > limit),
        };
        assert_eq!(Index::of(&exact, &margin), Ok(expected));
    }
}

#[test]
fn the_classifier_refuses_to_decide_inside_its_margin() {
    let hessian = planted(&[rational(1, 8), Rational::ONE], &mut draws("margin", 0));
    let kind = |margin: Rational| Index::of(&hessian, &margin).unwrap().kind();
    assert_eq!(kind(rational(1, 9)), CriticalPoint::Minimum);
    assert_eq!(kind(rational(1, 8)), CriticalPoint::Undecided, "the end belongs to the margin");
    assert_eq!(kind(rational(2, 1)), CriticalPoint::Undecided);
    // A saddle needs both signs outside the margin only.
    let saddle = planted(&[rational(-1, 1), rational(1, 100), Rational::ONE], &mut draws("margin", 1));
    assert_eq!(Index::of(&saddle, &rational(1, 10)).unwrap().kind(), CriticalPoint::Saddle);
    assert_eq!(Index::of(&saddle, &rational(1, 1)).unwrap().kind(), CriticalPoint::Undecided);
}
