//! Methods for an L1 penalty, in exact rationals: minimisers by their optimality conditions, supports after finitely many steps, and
//! the bounds of Beck and Teboulle.

use gradproof::number::{Big, Interval, Rational, Real, Root, rational};
use gradproof::optimizers::{
    Algorithm, AtZero, Extrapolation, Form, L1, Method, Nesterov, Optimizer, Treatment, soft_threshold, trajectory,
};

const TREATMENTS: [Treatment; 6] = [
    Treatment::Proximal,
    Treatment::AcceleratedCounting,
    Treatment::Accelerated,
    Treatment::Subgradient(AtZero::Zero),
    Treatment::Subgradient(AtZero::One),
    Treatment::Subgradient(AtZero::LeastNorm),
];

fn method(strength: Rational, treatment: Treatment, step_size: Rational) -> Method {
    Method::new(Algorithm::L1(L1 { strength, treatment }), step_size)
}

fn exact(method: &Method) -> Box<dyn Optimizer<Rational>> {
    method.build_exact().expect("no roots")
}

fn absolute(x: &Rational) -> Rational {
    if *x < Rational::ZERO { -x.clone() } else { x.clone() }
}

/// `f(x) = (x - c)ᵀ A (x - c) / 2` and the penalty λ.
struct Lasso {
    matrix: Vec<Vec<Rational>>,
    centre: Vec<Rational>,
    strength: Rational,
    smoothness: Rational,
}

impl Lasso {
    /// Tridiagonal, 4 beside 1: eigenvalues `4 + 2 cos(...)`, so that `L = 6`; at λ = 5 three of six coordinates vanish.
    fn correlated() -> Self {
        let entry = |i: usize, j: usize| rational([4, 1, 0][i.abs_diff(j).min(2)], 1);
        let matrix = (0..6).map(|i| (0..6).map(|j| entry(i, j)).collect()).collect();
        let centre = [3, -1, 0, 1, -4, 2].map(|c| rational(c, 1)).to_vec();
        Lasso { matrix, centre, strength: rational(5, 1), smoothness: rational(6, 1) }
    }

    fn gradient<R: Real>(&self, x: &[R]) -> Vec<R> {
        let offset: Vec<R> = x.iter().zip(&self.centre).map(|(x, c)| x.clone() - R::of(c)).collect();
        let row = |row: &Vec<Rational>| row.iter().zip(&offset).fold(R::zero(), |sum, (a, x)| sum + R::of(a) * x);
        self.matrix.iter().map(row).collect()
    }

    fn value<R: Real>(&self, x: &[R]) -> R {
        let offset = x.iter().zip(&self.centre).map(|(x, c)| x.clone() - R::of(c));
        let curved = self.gradient(x).into_iter().zip(offset).fold(R::zero(), |sum, (g, x)| sum + g * x) / R::int(2);
        let size = x.iter().fold(R::zero(), |sum, x| sum + x.clone().larger(-x.clone()));
        curved + R::of(&self.strength) * size
    }

    /// Whether `-∇f(x)` is λ times a subgradient of the norm: `x` is then the minimiser, for `f` is strongly convex.
    fn optimal(&self, x: &[Rational]) -> bool {
        x.iter().zip(self.gradient(x)).all(|(x, g)| {
            let zero = Rational::ZERO;
            if *x > zero {
                g == -self.strength.clone()
            } else if *x < zero {
                g == self.strength
            } else {
                absolute(&g) <= self.strength
            }
        })
    }

    /// The minimiser from the signs that it has: `A_SS (x - c)_S = A_SR c_R - λ s`, by elimination, then checked.
    fn minimiser(&self, signs: &[i64]) -> Vec<Rational> {
        let support: Vec<usize> = (0..signs.len()).filter(|&i| signs[i] != 0).collect();
        let zero = self.gradient(&vec![Rational::ZERO; signs.len()]);
        let mut rows: Vec<Vec<Rational>> = support
            .iter()
            .map(|&i| {
                let right = -(&zero[i] + &self.strength * rational(signs[i], 1));
                support.iter().map(|&j| self.matrix[i][j].clone()).chain([right]).collect()
            })
            .collect();
        let count = support.len();
        for pivot in 0..count {
            let scale = rows[pivot][pivot].clone();
            rows[pivot].iter_mut().for_each(|entry| *entry = &*entry / &scale);
            let above = rows[pivot].clone();
            for (_, row) in rows.iter_mut().enumerate().filter(|(index, _)| *index != pivot) {
                let factor = row[pivot].clone();
                row.iter_mut().zip(&above).for_each(|(entry, above)| *entry = &*entry - &factor * above);
            }
        }
        let mut x = vec![Rational::ZERO; signs.len()];
        support.iter().zip(&rows).for_each(|(&i, row)| x[i] = row[count].clone());
        assert!(self.optimal(&x), "the signs were not those of the minimiser: {x:?}");
        x
    }

    fn run(&self, treatment: Treatment, step_size: Rational, steps: usize) -> Vec<Vec<Rational>> {
        let mut optimizer = exact(&method(self.strength.clone(), treatment, step_size));
        trajectory(&mut *optimizer, vec![rational(1, 2); 6], |x| self.gradient(x), steps)
    }
}

fn signs(x: &[Rational]) -> Vec<i64> {
    x.iter().map(|x| i64::from(*x > Rational::ZERO) - i64::from(*x < Rational::ZERO)).collect()
}

/// `z = S(x, t)` exactly if `x - z` is `t` times a subgradient of `|z|`.
#[test]
fn the_soft_threshold_is_the_proximal_map() {
    for threshold in [Rational::ZERO, rational(1, 3), Rational::ONE] {
        for numerator in -20..=20 {
            let x = rational(numerator, 7);
            let z = soft_threshold(x.clone(), &threshold);
            let rest = &x - &z;
            let optimal =
                if z.is_zero() { absolute(&rest) <= threshold } else { rest == &threshold * rational(signs(&[z])[0], 1) };
            assert!(optimal, "{x} at {threshold}");
        }
    }
    assert!(soft_threshold(f64::NAN, &1.0).is_nan() && soft_threshold(1.0, &f64::NAN).is_nan());
    assert_eq!(soft_threshold(f64::INFINITY, &1.0), f64::INFINITY);
}

/// With the curvature λ_i the same everywhere, a proximal step of its reciprocal is the minimiser itself.
#[test]
fn one_proximal_step_solves_a_round_quadratic() {
    let (curvature, strength) = (rational(4, 1), rational(3, 1));
    let centre = [2, -1, 0, 1, -5].map(|c| rational(c, 2));
    let gradient = |x: &[Rational]| x.iter().zip(&centre).map(|(x, c)| &curvature * (x - c)).collect::<Vec<_>>();
    for treatment in [Treatment::Proximal, Treatment::AcceleratedCounting] {
        let mut optimizer = exact(&method(strength.clone(), treatment, Rational::ONE / &curvature));
        let x = trajectory(&mut *optimizer, vec![rational(7, 1); 5], gradient, 1).remove(1);
        let expected = centre.clone().map(|c| soft_threshold(c, &(&strength / &curvature)));
        assert_eq!(x, expected);
        assert_eq!(signs(&x), [1, 0, 0, 0, -1]);
    }
}

/// The distance to the minimiser shrinks by `1 - μ/L` in each proximal step at `1/L` (μ >= 2 by Gershgorin, L = 6), and a coordinate
/// whose optimality condition is strict is zero once the distance is small enough.
#[test]
fn proximal_steps_find_the_support_after_finitely_many() {
    let problem = Lasso::correlated();
    let minimiser = problem.minimiser(&[1, 0, 0, 0, -1, 1]);
    let iterates = problem.run(Treatment::Proximal, Rational::ONE / &problem.smoothness, 30);
    let squared = |x: &[Rational]| x.iter().zip(&minimiser).fold(Rational::ZERO, |sum, (x, y)| sum + (x - y) * (x - y));
    for pair in iterates.windows(2) {
        assert!(squared(&pair[1]) <= squared(&pair[0]) * rational(4, 9));
    }
    let settled = iterates.iter().position(|x| signs(x) == signs(&minimiser)).expect("the support is found");
    assert!(settled > 1 && iterates[settled..].iter().all(|x| signs(x) == signs(&minimiser)), "settled at {settled}");
    assert!(!problem.optimal(&iterates[30]), "the values are still on their way");
}

/// The subgradient method has no zeros: where it crosses zero it stays within `η (λ + |∂_i f|)` of it.
#[test]
fn subgradient_steps_cross_zero_without_staying() {
    let problem = Lasso::correlated();
    let step_size = rational(1, 100);
    let iterates = problem.run(Treatment::Subgradient(AtZero::Zero), step_size.clone(), 200);
    for x in &iterates[150..] {
        assert!(x.iter().all(|x| !x.is_zero()));
        for (i, g) in problem.gradient(x).iter().enumerate().filter(|(i, _)| (1..4).contains(i)) {
            assert!(absolute(&x[i]) <= &step_size * (&problem.strength + absolute(g)) * rational(11, 10), "{i}: {}", x[i]);
        }
    }
}

#[test]
fn the_minimiser_stays_where_the_subgradient_can_be_chosen() {
    let problem = Lasso::correlated();
    let minimiser = problem.minimiser(&[1, 0, 0, 0, -1, 1]);
    for treatment in TREATMENTS {
        let Some(mut optimizer) = method(problem.strength.clone(), treatment, rational(1, 6)).build_exact() else { continue };
        let last = trajectory(&mut *optimizer, minimiser.clone(), |x| problem.gradient(x), 3).remove(3);
        let moves = matches!(treatment, Treatment::Subgradient(AtZero::Zero | AtZero::One));
        assert_eq!(last != minimiser, moves, "{treatment:?}");
    }
}

/// With `t_k` the values fall below `2 L R² / (k + 1)²` (Beck and Teboulle 2009, Theorem 4.4), in rigorous enclosures; proximal gradient
/// below `L R² / (2 k)` (Theorem 3.1). The counting momentum is that of the sequence `t_k = (k + 2) / 2` with `t_0 = 1`, so that
/// their Lemma 4.1 summed from `k = 0` gives `(4 (F(x_0) - F*) + 2 L R²) / (k + 2)²`.
#[test]
fn values_stay_below_their_bounds() {
    let problem = Lasso::correlated();
    let minimiser = problem.minimiser(&[1, 0, 0, 0, -1, 1]);
    let least = problem.value(&minimiser);
    let step_size = Rational::ONE / &problem.smoothness;
    let start = vec![rational(1, 2); 6];
    let radius = start.iter().zip(&minimiser).fold(Rational::ZERO, |sum, (x, y)| sum + (x - y) * (x - y));
    let scale = &problem.smoothness * &radius;
    let gap = |x: &[Rational]| problem.value(x) - &least;
    let first = gap(&start);
    let proximal = problem.run(Treatment::Proximal, step_size.clone(), 20);
    let counting = problem.run(Treatment::AcceleratedCounting, step_size.clone(), 20);
    for k in 1..=20 {
        let index = rational(k as i64, 1);
        assert!(gap(&proximal[k]) <= &scale / (&index * rational(2, 1)));
        let next = &index + rational(2, 1);
        assert!(gap(&counting[k]) <= (&first * rational(4, 1) + &scale * rational(2, 1)) / (&next * &next));
    }
    let mut optimizer = method(problem.strength.clone(), Treatment::Accelerated, step_size).build::<Interval>();
    let iterates = trajectory(&mut *optimizer, start.iter().map(Interval::of).collect(), |x| problem.gradient(x), 20);
    for (k, x) in iterates.iter().enumerate().skip(1) {
        let bound = scale.to_f64().value() * 2.0 / ((k + 1) * (k + 1)) as f64;
        let gap = problem.value(x) - Interval::of(&least);
        assert!(gap.hi <= bound * (1.0 - 1e-12), "k = {k}: {gap:?} against {bound}");
    }
}

/// Without the penalty each form is the method that it extends, bit for bit.
#[test]
fn without_a_penalty_nothing_is_left_of_it() {
    let problem = Lasso::correlated();
    let run = |method: &Method| {
        let iterates = trajectory(&mut *method.build::<f64>(), vec![0.7; 6], |x| problem.gradient(x), 12);
        iterates.concat().into_iter().map(f64::to_bits).collect::<Vec<_>>()
    };
    let plain = |algorithm| run(&Method::new(algorithm, rational(1, 7)));
    let counting = Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Counting, form: Form::Sequence });
    for (treatment, algorithm) in [
        (Treatment::Proximal, Algorithm::GradientDescent),
        (Treatment::AcceleratedCounting, counting),
        (Treatment::Accelerated, Algorithm::Fista),
        (Treatment::Subgradient(AtZero::One), Algorithm::GradientDescent),
    ] {
        assert_eq!(run(&method(Rational::ZERO, treatment, rational(1, 7))), plain(algorithm), "{treatment:?}");
    }
}

/// Beck and Teboulle's scheme line by line, with `β_k = (k - 1) / (k + 2)`.
#[test]
fn counting_momentum_extrapolates_before_the_gradient_and_thresholds_after_it() {
    let problem = Lasso::correlated();
    let step_size = rational(1, 7);
    let found = problem.run(Treatment::AcceleratedCounting, step_size.clone(), 8);
    let (mut x, mut previous) = (found[0].clone(), found[0].clone());
    for (k, found) in found.iter().enumerate().skip(1) {
        let momentum = rational(k as i64 - 1, k as u64 + 2);
        let ahead: Vec<Rational> = x.iter().zip(&previous).map(|(x, old)| x + &momentum * (x - old)).collect();
        let descended = ahead.iter().zip(problem.gradient(&ahead)).map(|(y, g)| y - &step_size * g);
        let threshold = &step_size * &problem.strength;
        let shrunk = descended.map(|z| {
            let rest = absolute(&z) - &threshold;
            if rest <= Rational::ZERO {
                rest * Rational::ZERO
            } else if z < Rational::ZERO {
                -rest
            } else {
                rest
            }
        });
        previous = std::mem::replace(&mut x, shrunk.collect());
        assert_eq!(*found, x, "k = {k}");
    }
}

/// On `f(x) = -x` the penalised gradient is `λ - 1` as long as `x > 0`: `x_k = y_k + η (1 - λ)` by hand in big floats.
#[test]
fn the_momentum_of_fista_is_that_of_its_sequence() {
    let mut optimizer = method(rational(1, 4), Treatment::Accelerated, Rational::ONE).build::<Big>();
    let found = trajectory(&mut *optimizer, vec![Big::int(10)], |_| vec![Big::int(-1)], 6);
    let (mut t, mut x, mut y) = (Big::one(), Big::int(10), Big::int(10));
    for found in &found[1..] {
        let next = y + Big::of(&rational(3, 4));
        assert_eq!(found[0].to_f64(), next.to_f64());
        let longer = (Big::one() + (Big::one() + t.clone() * &t * Big::int(4)).sqrt()) / Big::int(2);
        y = next.clone() + (t - Big::one()) / &longer * (next.clone() - x);
        (t, x) = (longer, next);
    }
}

#[test]
fn treatments_differ_and_save_their_state() {
    let problem = Lasso::correlated();
    let start = vec![0.0, 0.5, -0.5, 0.0, 1.0, 2.0];
    let mut seen = Vec::new();
    for treatment in TREATMENTS {
        let method = method(problem.strength.clone(), treatment, rational(1, 7));
        let step = |optimizer: &mut dyn Optimizer<f64>, x: &mut Vec<f64>| {
            gradproof::optimizers::advance(optimizer, x, |x| problem.gradient(x));
        };
        let (mut whole, mut x) = (method.build::<f64>(), start.clone());
        (0..8).for_each(|_| step(&mut *whole, &mut x));
        let (mut first, mut y) = (method.build::<f64>(), start.clone());
        (0..3).for_each(|_| step(&mut *first, &mut y));
        let mut second = method.build::<f64>();
        step(&mut *second, &mut start.clone());
        second.load(first.save());
        (0..5).for_each(|_| step(&mut *second, &mut y));
        assert_eq!(x, y, "{treatment:?}");
        let single = trajectory(&mut *method.build::<f64>(), start.clone(), |x| problem.gradient(x), 4).concat();
        assert!(!seen.contains(&single), "{treatment:?}");
        seen.push(single);
    }
}
