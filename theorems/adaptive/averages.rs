//! Adam's two averages, read from the steps that the code makes, and the gradients that the theorems on them share.

use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Interval, Polynomial, Rational, Real, Root, rational, to_f64};
use crate::optimizers::{Adam, Algorithm, Epsilon, Method, Moments, Optimizer, advance};
use crate::plot::{Plot, Series};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{NotOffered, Reference, Subject};

/// Which average, with its default decay rate.
#[derive(Clone, Copy, PartialEq)]
pub enum Average {
    /// `m̂`, of the gradient.
    First,
    /// `v̂`, of its square.
    Second,
}

impl Average {
    /// Adam with parameters that make its steps show the average, to a relative `2^-80` (√v̂ stays below 2⁴ here).
    ///
    /// `η = ε = 2^80`: the step is `-m̂ / (1 + 2^-80 √v̂)`. `β₁ = 0`, `η = 1`, `ε = 2^-80`: the step is `-g / (√v̂ + 2^-80)`.
    pub fn probe(self, decay: &Rational) -> Method {
        let power = |exponent: isize| Rational::from(2).pow(exponent);
        let (beta1, beta2, step_size, epsilon) = match self {
            Average::First => (decay.clone(), rational(999, 1000), power(80), power(80)),
            Average::Second => (Rational::ZERO, decay.clone(), Rational::ONE, power(-80)),
        };
        let moments = Moments { beta1, beta2 };
        let adam = Adam { moments, epsilon, placement: Epsilon::Outside, bias_correction: true };
        Method::new(Algorithm::Adam(adam), step_size)
    }

    /// One step with these gradients (none of them zero); the average of each element after it.
    pub fn read<R: Root>(self, optimizer: &mut dyn Optimizer<R>, gradients: &[R]) -> Vec<R> {
        // A rule without weight decay depends on the gradients alone, so that every step may start at 0 and is not rounded into x.
        let mut x = vec![R::zero(); gradients.len()];
        advance(optimizer, &mut x, |_| gradients.to_vec());
        let average = |(gradient, step): (&R, R)| match self {
            Average::First => -step,
            Average::Second => {
                let root = gradient.clone() / step;
                root.clone() * root
            }
        };
        gradients.iter().zip(x).map(average).collect()
    }

    /// What is averaged.
    pub fn of<R: Real>(self, gradient: R) -> R {
        match self {
            Average::First => gradient,
            Average::Second => gradient.clone() * gradient,
        }
    }

    fn default_decay(self) -> Rational {
        match self {
            Average::First => rational(9, 10),
            Average::Second => rational(999, 1000),
        }
    }

    fn symbol(self) -> &'static str {
        match self {
            Average::First => "m̂",
            Average::Second => "v̂",
        }
    }
}

/// `(1 - β) Σ β^(t-i) = 1 - β^(t + shift)` as polynomials in β, for `t ≤ 200` by the sum and for all t by induction.
pub fn weights(shift: usize) -> Evidence {
    let mut exact = Exact::new();
    let [beta, power, mean] = Polynomial::variables();
    let one = beta.int(1);
    let before = &(one.clone() - power.clone()) * &mean;
    let mut shifted = &beta * &power;
    (0..shift).for_each(|_| shifted = &beta * &shifted);
    let after = &(one.clone() - shifted) * &mean;
    let step = &beta * &before + (one - beta) * &mean;
    exact.holds("induction from t - 1 to t", step == after, || format!("the difference has {} terms", (step - after).terms()));
    let [beta] = Polynomial::variables();
    let one = beta.int(1);
    let mut powers = vec![one.clone()];
    let mut sum = beta.int(0);
    for t in 1..=200 {
        sum = sum + powers[t - 1].clone();
        powers.push(&powers[t - 1] * &beta);
        let right = if shift == 0 { powers[t].clone() } else { &powers[t] * &powers[shift] };
        let equal = &(one.clone() - beta.clone()) * &sum == one.clone() - right;
        exact.holds("the weights of m̂_t add to 1", equal, || format!("t = {t}"));
    }
    exact.evidence()
}

/// The claim without its hypothesis: the gradients `g_i = i`, whose mean is not constant.
pub fn drifting(average: Average, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.enclosure(&average.probe(&average.default_decay()))?;
    for t in 1..=10 {
        let gradient = Interval::int(t);
        let found = average.read(&mut *optimizer, &[gradient])[0];
        let wanted = average.of(t as f64);
        exact.decided("the average equals the present mean", near(found, wanted), || {
            format!("g_i = i, t = {t}: {} = {:.6} against {wanted}", average.symbol(), found.lo)
        });
    }
    Ok(exact.evidence())
}

/// Whether all of an enclosure lies within 10⁻¹¹ of a value, or nothing of it. The widest enclosure here has 4·10⁻¹², by the cancellation in `1 - β₂`.
pub fn near(found: Interval, value: f64) -> Option<bool> {
    (found - Interval::point(value)).smaller_than(1e-11)
}

/// All paths of gradients in `{-1, 3}` over `STEPS` steps: a stationary chain with `P(3) = 3/4` and a correlation of neighbours.
struct Paths {
    correlation: Rational,
}

/// Length of the enumerated paths.
const STEPS: u32 = 8;

impl Paths {
    fn high(path: u32, step: u32) -> bool {
        path >> step & 1 == 1
    }

    /// The gradients of all paths at a step.
    fn gradients(&self, step: u32) -> Vec<Interval> {
        (0..1 << STEPS).map(|path| Interval::point(if Self::high(path, step) { 3.0 } else { -1.0 })).collect()
    }

    fn probability(&self, path: u32) -> Rational {
        let stationary = |high: bool| if high { rational(3, 4) } else { rational(1, 4) };
        let moves = |step: u32| {
            let (from, to) = (Self::high(path, step - 1), Self::high(path, step));
            let stay = if from == to { self.correlation.clone() } else { Rational::ZERO };
            stay + (Rational::ONE - &self.correlation) * stationary(to)
        };
        (1..STEPS).map(moves).fold(stationary(Self::high(path, 0)), |product, factor| product * factor)
    }
}

/// The mean of the average over all paths equals the mean of what is averaged, within 10⁻¹¹, in outward-rounded arithmetic.
pub fn enumerated(average: Average, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let wanted = match average {
        Average::First => 2.0,  // 3/4 · 3 - 1/4
        Average::Second => 7.0, // 3/4 · 9 + 1/4
    };
    for (name, correlation) in [("independent", Rational::ZERO), ("correlated", rational(1, 2))] {
        let paths = Paths { correlation };
        let probabilities: Vec<_> = (0..1 << STEPS).map(|path| Interval::of(&paths.probability(path))).collect();
        for decay in [rational(1, 2), rational(9, 10), rational(999, 1000)] {
            let mut optimizer = subject.enclosure(&average.probe(&decay))?;
            for step in 0..STEPS {
                let found = average.read(&mut *optimizer, &paths.gradients(step));
                let weighted = found.into_iter().zip(&probabilities).map(|(value, probability)| value * probability);
                let mean = weighted.fold(Interval::point(0.0), |sum, term| sum + term);
                exact.decided(&format!("mean over {name} paths"), near(mean, wanted), || {
                    let (symbol, t) = (average.symbol(), step + 1);
                    format!("β = {decay}, t = {t}: the mean of {symbol} lies in [{}, {}], not at {wanted}", mean.lo, mean.hi)
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// Unit-variance gradients.
#[derive(Clone, Copy, Debug)]
pub enum Noise {
    /// Independent normal.
    Gaussian,
    /// A stationary normal autoregression, neighbours correlated by 1/2.
    Autoregressive,
    /// Independent Student's t with three degrees of freedom: no third moment.
    Student,
}

impl Noise {
    fn correlation(self, lag: usize) -> f64 {
        match self {
            Noise::Autoregressive => libm::exp2(-(lag as f64)),
            _ => f64::from(u8::from(lag == 0)),
        }
    }

    fn next(self, last: Option<f64>, draws: &mut Draws) -> f64 {
        match (self, last) {
            (Noise::Autoregressive, Some(last)) => 0.5 * last + 0.75_f64.sqrt() * draws.normal(),
            (Noise::Student, _) => {
                let squares: f64 = (0..3).map(|_| draws.normal()).map(|z| z * z).sum();
                draws.normal() / squares.sqrt() // t₃ / √3
            }
            _ => draws.normal(),
        }
    }
}

/// What is claimed of sampled averages, and how it may be wrong.
#[derive(Clone, Copy)]
pub struct Claimed {
    /// The numbers of steps t.
    pub times: &'static [usize],
    /// What the corrected average is multiplied by, from β and t: 1 where nothing is wrong.
    pub factor: fn(f64, f64) -> f64,
    /// Growth of the mean gradient a step.
    pub drift: f64,
}

impl Claimed {
    /// The true statement.
    pub const TRUE: Claimed = Claimed { times: &[1, 2, 5, 10, 100], factor: |_, _| 1.0, drift: 0.0 };
    /// No correction.
    pub const UNCORRECTED: Claimed = Claimed { times: &[1, 2, 5, 10], factor: |beta, t| 1.0 - libm::pow(beta, t), drift: 0.0 };
    /// Correction by `1 - β^(t-1)`, which at t = 1 would divide by zero.
    pub const EXPONENT_LOW: Claimed = Claimed {
        times: &[2, 5, 10],
        factor: |beta, t| (1.0 - libm::pow(beta, t)) / (1.0 - libm::pow(beta, t - 1.0)),
        drift: 0.0,
    };
    /// Correction by `1 - β^(t+1)`.
    pub const EXPONENT_HIGH: Claimed = Claimed {
        times: &[1, 2, 5, 10],
        factor: |beta, t| (1.0 - libm::pow(beta, t)) / (1.0 - libm::pow(beta, t + 1.0)),
        drift: 0.0,
    };
    /// The mean gradient is its step's number.
    pub const DRIFTING: Claimed = Claimed { times: &[2, 5], drift: 1.0, ..Claimed::TRUE };
}

/// The mean of the average, sampled: `E m̂_t = E g_t` for gradients of mean 1 (or drifting), `E v̂_t = E g²` for centred ones.
///
/// The law of a trial is known from the gradients alone: `Var m̂ = w'Cw` for the weights w and the correlations C; a centred Gaussian
/// `Σ w_i g_i²` is a sum of chi-squares with the eigenvalues λ of `√W C √W`, so sub-gamma with `2 Σλ² = 2 Σ w_i w_j C_ij²` and
/// `2 max λ ≤ 2 √Σλ²`. They are taken with twice the spread, because the largest control effect is a factor 2 (exponent t - 1 at t = 2).
pub fn sampled(
    average: Average,
    noises: &[Noise],
    margin: f64,
    claimed: Claimed,
    lab: &Lab,
    subject: &dyn Subject,
) -> Result<Evidence, NotOffered> {
    let decay = average.default_decay();
    let (method, beta) = (average.probe(&decay), to_f64(&decay));
    subject.double(&method)?;
    let mut statistics = Vec::new();
    for &noise in noises {
        for &t in claimed.times {
            let weight = |i: usize| (1.0 - beta) * libm::pow(beta, (t - i) as f64) / (1.0 - libm::pow(beta, t as f64));
            let pairs = |of: fn(f64) -> f64| -> f64 {
                let row =
                    |i: usize| (1..=t).map(move |j| weight(i) * weight(j) * of(noise.correlation(i.abs_diff(j)))).sum::<f64>();
                (1..=t).map(row).sum()
            };
            let law = match (average, noise) {
                (Average::First, Noise::Student) => Law::Variance { bound: 4.0 * pairs(|c| c) },
                (Average::First, _) => Law::SubGaussian { deviation: 2.0 * pairs(|c| c).sqrt() },
                (Average::Second, _) => {
                    let squares = pairs(|c| c * c);
                    Law::SubGamma { variance: 8.0 * squares, scale: 4.0 * squares.sqrt() }
                }
            };
            let mean = |step: usize| match average {
                Average::First => 1.0 + claimed.drift * (step - 1) as f64,
                Average::Second => 0.0,
            };
            let question = Question {
                name: &format!("{}, t = {t}, {noise:?}", average.symbol()),
                relation: Relation::Equal,
                target: if average == Average::First { mean(t) } else { 1.0 },
                margin,
                law,
                largest: 4 * law.required(margin, lab.policy.alpha()),
            };
            statistics.push(estimate(lab, &question, |draws| {
                let Ok(mut optimizer) = subject.double(&method) else { return f64::NAN };
                let (mut last, mut found) = (None, f64::NAN);
                for step in 1..=t {
                    let fluctuation = noise.next(last, draws);
                    last = Some(fluctuation);
                    found = average.read(&mut *optimizer, &[mean(step) + fluctuation])[0];
                }
                found * (claimed.factor)(beta, t as f64)
            }));
        }
    }
    Ok(Evidence::sampled(statistics))
}

/// The means of the corrected and of the uncorrected average over the steps.
pub fn curves(average: Average, lab: &Lab) -> Plot {
    let decay = average.default_decay();
    let beta = to_f64(&decay);
    let (stream, width) = (lab.stream("curves"), 4096);
    let times = [1, 2, 3, 5, 8, 12, 18, 25, 35, 50, 70, 100];
    let measured = |bias_correction: bool| {
        let mut method = average.probe(&decay);
        if let Algorithm::Adam(adam) = &mut method.algorithm {
            adam.bias_correction = bias_correction;
        }
        let mut optimizer = Reference.double(&method).expect("the reference offers Adam");
        let mut means = Vec::new();
        for t in 1..=100 {
            let mut draws = stream.trial(t);
            let offset = if average == Average::First { 1.0 } else { 0.0 };
            let gradients: Vec<f64> = (0..width).map(|_| offset + draws.normal()).collect();
            let found = average.read(&mut *optimizer, &gradients);
            if times.contains(&t) {
                means.push([t as f64, found.iter().sum::<f64>() / f64::from(width)]);
            }
        }
        means
    };
    let theory = |value: fn(f64, f64) -> f64| (1..=100).map(move |t| [f64::from(t), value(beta, f64::from(t))]);
    Plot {
        id: "means".into(),
        title: format!("Mean of Adam's average {} over {width} runs with Gaussian gradients", average.symbol()),
        x: "step t".into(),
        y: "mean".into(),
        log_x: true,
        series: vec![
            Series::theory("corrected: 1", theory(|_, _| 1.0)),
            Series::theory("uncorrected: 1 - β^t", theory(|beta, t| 1.0 - libm::pow(beta, t))),
            Series::measured("the code", measured(true)),
            Series::measured("the code without correction", measured(false)),
        ],
        ..Plot::default()
    }
}
