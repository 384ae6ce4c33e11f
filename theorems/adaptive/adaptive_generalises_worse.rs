//! # Adaptive methods can generalise worse
//!
//! **Setting.** Least squares on 13 samples with `y = 1` and 7 with `y = -1`: `x_1 = y`, `x_2 = x_3 = 1`, then features of this sample
//! alone, all 1: one of them if `y = 1`, five if `y = -1`. A new sample has features that none of them had.
//!
//! **Statement.** "Can" is true: (1) `X sign(Xᵀy) = 4y`, so that AdaGrad, RMSprop and Adam (`ε = 0`, from 0, all samples) go along
//! `sign(Xᵀy)` and call every new sample positive, an error of 7/20. (2) The interpolant of least norm, where gradient descent goes, makes
//! no error. That flatness is the reason is no theorem, and nothing here.
//!
//! **Why.** Along the ray the gradient is a multiple of `Xᵀy`, and each method takes steps of equal size in all its coordinates.
//!
//! **How it could fail.** The code runs in intervals and in exact arithmetic on the data.

use super::runs::{adam, changed, default_epsilon, default_moments};
use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, rational, to_f64};
use crate::optimizers::{AdaGrad, Algorithm, Epsilon, Method, RmsProp, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adaptive-generalises-worse",
    title: "There is a problem on which Adam calls every new sample positive and gradient descent makes no error",
    topic: "adaptive",
    record: Some("adaptive-generalises-worse"),
    statement: "There are separable data on which AdaGrad, RMSprop and Adam from 0 move along $w = c op(\"sign\")(X^T y)$, which fits the \
                samples at $c = 1/4$ and for every $c > 0$ calls every new sample positive, an error of $P(y = -1) = 7/20$, \
                while the interpolant of least norm, the limit of gradient descent, makes none.",
    hypotheses: &[
        "an existence theorem: these data",
        "start at 0, $ε = 0$, all samples in each step; a coordinate without gradient stays",
    ],
    sources: &[
        Source::Note("004", "200"),
        Source::Note("004", "198"),
        Source::Note("001", "180"),
        Source::Note("000", "622"),
        Source::Cited("wilson2017", "section 3"),
    ],
    claims: &[
        Claim {
            id: "can",
            as_stated: true,
            statement: "Adam can generalise worse: AdaGrad, RMSprop and Adam stay within $10^(-9)$ of multiples of $op(\"sign\")(X^T y)$ and \
                        call new samples of both classes positive, while gradient descent calls each by its class",
            quantifier: "these data; 12 steps of each, rounded outward, and 40 of gradient descent, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| can(subject, 5, true),
        },
        Claim {
            id: "construction",
            as_stated: false,
            statement: "$X op(\"sign\")(X^T y) = 4 y$",
            quantifier: "these data, in integers",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(construction(5)),
        },
        Claim {
            id: "least-norm",
            as_stated: false,
            statement: "the interpolant of least norm, $X^T α$ with $X X^T α = y$, calls each new sample by its class",
            quantifier: "these data, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(least_norm(Rational::ONE)),
        },
        Claim {
            id: "gradient-descent",
            as_stated: false,
            statement: "the code of gradient descent in double precision is within $(1 - 21 η)^t ‖w^*‖$ of the interpolant of least norm \
                        $w^*$",
            quantifier: "these data, η = 1/128, t ≤ 100; the eigenvalues that y meets are 33 ± √140",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| converges(subject, 21.0),
        },
    ],
    controls: &[
        Control {
            id: "uniform-blocks",
            differs: "claims it where every sample has one feature of its own: by step 12 AdaGrad calls the new ones by their class",
            broken: Broken::Statement(|_, subject| can(subject, 1, false)),
        },
        Control {
            id: "shorter-blocks",
            differs: "four features of their own for y = -1, where it takes five",
            broken: Broken::Statement(|_, _| Ok(construction(4))),
        },
        Control {
            id: "faster",
            differs: "claims the bound with (1 - 22η)^t",
            broken: Broken::Statement(|_, subject| converges(subject, 22.0)),
        },
        Control {
            id: "not-the-least-norm",
            differs: "claims that twice the interpolant of least norm fits",
            broken: Broken::Statement(|_, _| Ok(least_norm(rational(2, 1)))),
        },
        Control {
            id: "code-with-the-default-epsilon",
            differs: "the code of Adam has ε = 10⁻⁸ where 0 is asked for",
            broken: Broken::Subject {
                claim: "can",
                subject: &Impostor {
                    name: "ε = 10⁻⁸",
                    instead: |method| changed(method, |adam| adam.epsilon = default_epsilon()),
                },
            },
        },
        Control {
            id: "code-descends",
            differs: "the code runs gradient descent for AdaGrad",
            broken: Broken::Subject { claim: "can", subject: &DESCENDS },
        },
        Control {
            id: "code-goes-elsewhere",
            differs: "the code runs AdaGrad for gradient descent",
            broken: Broken::Subject { claim: "gradient-descent", subject: &ADAPTS },
        },
    ],
    plots: &[predictions],
};

static DESCENDS: Impostor = Impostor {
    name: "gradient descent for AdaGrad",
    instead: |method| match &method.algorithm {
        Algorithm::AdaGrad(_) => Method { algorithm: Algorithm::GradientDescent, step_size: rational(1, 128), ..method.clone() },
        _ => method.clone(),
    },
};

static ADAPTS: Impostor = Impostor {
    name: "AdaGrad for gradient descent",
    instead: |method| match &method.algorithm {
        Algorithm::GradientDescent => Method { algorithm: adagrad(), ..method.clone() },
        _ => method.clone(),
    },
};

/// The samples and their classes.
struct Data {
    samples: Vec<Vec<i64>>,
    classes: Vec<i64>,
}

impl Data {
    /// With so many features of their own for the samples of the class -1.
    fn new(block: usize) -> Self {
        let classes: Vec<i64> = (0..20).map(|sample| if sample < 13 { 1 } else { -1 }).collect();
        let lengths: Vec<usize> = classes.iter().map(|class| if *class == 1 { 1 } else { block }).collect();
        let width = 3 + lengths.iter().sum::<usize>();
        let mut first = 3;
        let sample = |(class, length): (&i64, &usize)| {
            let own = first..first + length;
            first = own.end;
            (0..width).map(|place| if place == 0 { *class } else { i64::from(place < 3 || own.contains(&place)) }).collect()
        };
        Data { samples: classes.iter().zip(&lengths).map(sample).collect(), classes }
    }

    fn width(&self) -> usize {
        self.samples[0].len()
    }

    /// `Xᵀ a`.
    fn combined<R: Real>(&self, weights: &[R]) -> Vec<R> {
        let entry = |place: usize| {
            let terms = self.samples.iter().zip(weights).filter(|(sample, _)| sample[place] != 0);
            terms.fold(R::zero(), |sum, (sample, weight)| sum + R::int(sample[place]) * weight)
        };
        (0..self.width()).map(entry).collect()
    }

    /// `X w`.
    fn predicted<R: Real>(&self, w: &[R]) -> Vec<R> {
        let product = |sample: &Vec<i64>| {
            sample.iter().zip(w).filter(|(x, _)| **x != 0).fold(R::zero(), |sum, (x, w)| sum + R::int(*x) * w)
        };
        self.samples.iter().map(product).collect()
    }

    /// The gradient `Xᵀ(X w - y)` of half the sum of squares.
    fn gradient<R: Real>(&self, w: &[R]) -> Vec<R> {
        let residuals = self.predicted(w).into_iter().zip(&self.classes).map(|(found, class)| found - R::int(*class));
        self.combined(&residuals.collect::<Vec<_>>())
    }

    /// `sign(Xᵀ y)`.
    fn signs(&self) -> Vec<i64> {
        self.combined(&self.classes.iter().map(|class| Rational::from(*class)).collect::<Vec<_>>())
            .into_iter()
            .map(|sum| if sum > Rational::ZERO { 1 } else { -1 })
            .collect()
    }

    /// `α` of the interpolant of least norm: one number a class.
    fn least_norm(&self) -> [Rational; 2] {
        // By symmetry α = a on the class 1 and b on -1: (y_i Σ α_j y_j + 2 Σ α_j + (own features) α_i = y_i).
        let block = self.samples[19][3..].iter().sum::<i64>();
        let [p, n] = [13, 7];
        let rows = [[3 * p + 1, n], [p, 3 * n + block]];
        let determinant = Rational::from(rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0]);
        [Rational::from(rows[1][1] + rows[0][1]) / &determinant, -Rational::from(rows[0][0] + rows[1][0]) / &determinant]
    }
}

/// What a new sample of this class is called by: its own features have no weight yet.
fn called<R: Real>(w: &[R], class: i64) -> R {
    R::int(class) * &w[0] + &w[1] + &w[2]
}

fn adagrad() -> Algorithm {
    let (epsilon, placement) = (Rational::ZERO, Epsilon::Outside);
    Algorithm::AdaGrad(AdaGrad { epsilon, placement, initial_accumulator: Rational::ZERO, step_decay: Rational::ZERO })
}

fn adaptive() -> [(&'static str, Method); 3] {
    let (epsilon, placement, initial_accumulator) = (Rational::ZERO, Epsilon::Outside, Rational::ZERO);
    let decay_rate = rational(9, 10);
    let rms = RmsProp { decay_rate, epsilon, placement, initial_accumulator, centred: false, momentum: None };
    [
        ("AdaGrad", Method::new(adagrad(), rational(1, 10))),
        ("RMSprop", Method::new(Algorithm::RmsProp(rms), rational(1, 100))),
        ("Adam", Method::new(adam(default_moments(), Rational::ZERO), rational(1, 100))),
    ]
}

/// The directions are looked at for the blocks that make them `sign(Xᵀy)`.
fn can(subject: &dyn Subject, block: usize, directions: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let data = Data::new(block);
    let signs = data.signs();
    for (name, method) in adaptive() {
        let mut optimizer = subject.enclosure(&method)?;
        let mut w = vec![Interval::zero(); data.width()];
        for step in 1..=12 {
            advance(&mut *optimizer, &mut w, |w| data.gradient(w));
            for (place, sign) in signs.iter().enumerate().filter(|_| directions) {
                let off = w[place] - Interval::int(*sign) * w[0];
                exact.decided("along sign(Xᵀy)", off.smaller_than(1e-9), || {
                    format!("{name}, step {step}, feature {place}: {off:?}")
                });
            }
            for class in [1, -1] {
                let found = called(&w, class);
                exact.decided("called positive", found.above(0.0), || format!("{name}, step {step}, class {class}: {found:?}"));
            }
        }
    }
    let mut optimizer = subject.exact(&Method::gradient_descent(rational(1, 128)))?;
    let mut w = vec![Rational::ZERO; data.width()];
    for _ in 0..40 {
        advance(&mut *optimizer, &mut w, |w| data.gradient(w));
    }
    for class in [1, -1] {
        let found = called(&w, class);
        exact.holds("gradient descent calls by the class", &found * Rational::from(class) > Rational::ZERO, || {
            format!("class {class}: {}", readable(&found))
        });
    }
    Ok(exact.evidence())
}

fn construction(block: usize) -> Evidence {
    let mut exact = Exact::new();
    let data = Data::new(block);
    let signs: Vec<Rational> = data.signs().into_iter().map(Rational::from).collect();
    for (found, class) in data.predicted(&signs).iter().zip(&data.classes) {
        exact.equal("X sign(Xᵀy) = 4y", found, &Rational::from(4 * class), || format!("class {class}"));
    }
    exact.evidence()
}

fn interpolant(data: &Data) -> Vec<Rational> {
    let [positive, negative] = data.least_norm();
    let alpha: Vec<_> = data.classes.iter().map(|class| if *class == 1 { positive.clone() } else { negative.clone() }).collect();
    data.combined(&alpha)
}

fn least_norm(factor: Rational) -> Evidence {
    let mut exact = Exact::new();
    let data = Data::new(5);
    let w: Vec<Rational> = interpolant(&data).iter().map(|w| w * &factor).collect();
    for (found, class) in data.predicted(&w).iter().zip(&data.classes) {
        exact.equal("it fits", found, &Rational::from(*class), || format!("class {class}"));
    }
    for class in [1, -1] {
        let found = called(&w, class);
        exact.holds("called by its class", &found * Rational::from(class) > Rational::ZERO, || readable(&found));
    }
    exact.evidence()
}

/// By symmetry gradient descent moves α within the plane of one number a class, where `X Xᵀ` is `[[40, 7], [13, 26]]`: eigenvalues
/// `33 ± √140`, between 21 and 45. What doubles add in a step, below 10⁻¹⁴, is never amplified.
fn converges(subject: &dyn Subject, speed: f64) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let data = Data::new(5);
    let goal: Vec<f64> = interpolant(&data).iter().map(to_f64).collect();
    let norm = |w: &[f64]| w.iter().map(|w| w * w).sum::<f64>().sqrt();
    let mut optimizer = subject.double(&Method::gradient_descent(rational(1, 128)))?;
    let mut w = vec![0.0; data.width()];
    for t in 1..=100 {
        advance(&mut *optimizer, &mut w, |w| data.gradient(w));
        let off = norm(&w.iter().zip(&goal).map(|(w, goal)| w - goal).collect::<Vec<_>>());
        let bound = libm::pow(1.0 - speed / 128.0, f64::from(t)) * norm(&goal) + f64::from(t) * 1e-14;
        property.within("the distance", off, bound, || format!("step {t}"));
    }
    Ok(property.evidence())
}

/// What new samples are called by, step by step.
fn predictions(_: &Lab) -> Plot {
    let data = Data::new(5);
    let least = interpolant(&data);
    let steps = 150;
    let level = |name: &str, value: f64| Series::theory(name, [[0.0, value], [f64::from(steps), value]]);
    let mut series = vec![
        level("Adam and its like, y = -1: 1/4", 0.25),
        level("least norm, y = 1", to_f64(&called(&least, 1))),
        level("least norm, y = -1", to_f64(&called(&least, -1))),
    ];
    let descent = ("gradient descent", Method::gradient_descent(rational(1, 128)));
    for (name, method) in adaptive().into_iter().chain([descent]) {
        let Ok(mut optimizer) = Reference.double(&method) else { continue };
        let mut w = vec![0.0; data.width()];
        let mut points = [Vec::new(), Vec::new()];
        for t in 1..=steps {
            advance(&mut *optimizer, &mut w, |w| data.gradient(w));
            if t % 5 == 0 {
                points[0].push([f64::from(t), called(&w, 1)]);
                points[1].push([f64::from(t), called(&w, -1)]);
            }
        }
        for (points, class) in points.into_iter().zip(["1", "-1"]) {
            series.push(Series::measured(&format!("{name}, y = {class}"), points));
        }
    }
    let title = "What a new sample is called by".into();
    Plot { id: "predictions".into(), title, x: "step".into(), y: "prediction".into(), series, ..Plot::default() }
}
