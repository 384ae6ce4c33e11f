//! # AdaGrad converges on convex problems because its learning rate vanishes
//!
//! **Setting.** `f(x) = Σ |x_i|` on `[-1, 1]^d`, subgradients with noise that is 4 with probability 1/5 and -1 otherwise; AdaGrad with
//! projection; `x̄_T` is the mean of `x_1, …, x_T`.
//!
//! **Statement.** (1) As stated, AdaGrad's iterates converge on every convex problem: false without a minimum. (2) On a box
//! `𝔼 f(x̄_T) - f* ≤ 𝔼 R_T/T ≤ 𝔼 (D²/(2η) + η) Σ_i ‖g_{1:T,i}‖ / T = O(1/√T)`; the inequality of the regret holds on every path. (3) The
//! vanishing rate is no defect here: RMSprop with a constant η does not get nearer on the same problem.
//!
//! **Why.** Convexity turns the regret of [`adagrad_regret`](super::adagrad_regret) into that of the mean iterate; the noise has mean 0.
//!
//! **How it could fail.** The regret is held against its bound on drawn paths, the mean over all paths of ten steps against the mean bound.

use super::conventions::{adagrad, changed, on, rmsprop};
use super::regret::{Stream, boxed};
use super::runs::displacement;
use crate::evidence::{Evidence, Property};
use crate::lab::{Draws, Lab};
use crate::number::{Rational, rational, to_f64};
use crate::optimizers::{Epsilon, Method};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adagrad-convex-guarantee",
    title: "AdaGrad converges on bounded convex problems because its learning rate vanishes",
    topic: "adaptive",
    record: Some("adagrad-convex-guarantee"),
    statement: "On a box and convex losses with bounded subgradients the mean iterate of AdaGrad has \
                $bb(E) f(overline(x)_T) - f^* ≤ frac(1, T) bb(E) (D^2 / (2 η) + η) sum_i ‖g_(1:T,i)‖ = O(1/sqrt(T))$. It is the vanishing learning rate \
                that does it: on the model problem RMSprop with a constant $η$ does not get nearer.",
    hypotheses: &[
        "convex, subgradients of bounded mean square, noise of mean 0",
        "a bounded domain with a minimiser, projection",
        "the mean of the iterates; $ε = 0$",
    ],
    sources: &[Source::Note("000", "592"), Source::Cited("duchi2011", "Theorem 5")],
    claims: &[
        Claim {
            id: "every-convex-problem",
            as_stated: true,
            statement: "AdaGrad guarantees convergence for convex problems: its iterates converge; here, from step 1000 to 4000 $x$ stays within $1$ of where it is",
            quantifier: "refuted by f(x) = -x without a domain, which has no minimum: the values tend to the infimum, and the iterates go beyond every bound",
            expected: Verdict::Refuted,
            method: By::Property,
            check: |_, subject| every_problem(subject, 1.0),
        },
        Claim {
            id: "every-path",
            as_stated: false,
            statement: "on every path $sum_t ⟨g_t, x_t - x^*⟩ ≤ (D^2 / (2 η) + η) sum_i ‖g_(1:T,i)‖$",
            quantifier: "eight drawn paths of 2000 steps in [-1, 1]⁵, η = 7/10",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| every_path(lab, subject),
        },
        Claim {
            id: "in-the-mean",
            as_stated: false,
            statement: "over all paths of up to ten steps the mean of $f(overline(x)_T) - f^*$ is at most that of the bound over $T$",
            quantifier: "[-1, 1] from 1, η = 1/10, 7/10 and 7/5, T = 1, ..., 10, all 1024 paths with their probabilities",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| in_the_mean(subject, 1.0),
        },
        Claim {
            id: "gets-nearer",
            as_stated: false,
            statement: "on drawn paths of this model problem AdaGrad's average of $f(overline(x)_2000) - f^*$ is less than two thirds of that of \
                        $f(overline(x)_200) - f^*$",
            quantifier: "the average of 16 drawn paths in [-1, 1]⁵, η = 1/2: a measurement, not a mean",
            expected: Verdict::Supported,
            method: By::Measurement,
            check: |lab, subject| gets_nearer(lab, subject),
        },
    ],
    controls: &[
        Control {
            id: "farther",
            differs: "claims that x stays within 30 of where it was after 1000 steps, for 3000 more",
            broken: Broken::Statement(|_, subject| every_problem(subject, 30.0)),
        },
        Control {
            id: "part-of-the-bound",
            differs: "claims seven tenths of the mean bound",
            broken: Broken::Statement(|_, subject| in_the_mean(subject, 0.7)),
        },
        on("constant-rate-on-a-path", "the code runs RMSprop with η = 1/5", "every-path", &CONSTANT_RATE),
        on("constant-rate", "the code runs RMSprop with η = 1/5", "gets-nearer", &CONSTANT_RATE),
    ],
    plots: &[gaps],
};

static CONSTANT_RATE: Impostor = Impostor {
    name: "RMSprop with a constant rate",
    instead: |method| {
        let rule = |rule: &mut _| *rule = rmsprop(rational(9, 10), Epsilon::Outside, Rational::from(10).pow(-30));
        Method { step_size: rational(1, 5), ..changed(method, rule) }
    },
};

/// AdaGrad on `f(x) = -x`: the way from step 1000 to step 4000.
fn every_problem(subject: &dyn Subject, limit: f64) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let mut optimizer = subject.double(&Method::new(adagrad(Epsilon::Outside, Rational::ZERO), Rational::ONE))?;
    let steps: Vec<f64> = (0..4000).map(|_| -displacement(&mut *optimizer, &[-1.0])[0]).collect();
    property.within("way from step 1000 to 4000", steps[1000..].iter().sum::<f64>().abs(), limit, || "f(x) = -x, η = 1".into());
    Ok(property.evidence())
}

/// A subgradient of `|x|` with noise of mean 0: 4 or -1.
fn noisy(x: f64, high: bool) -> f64 {
    (if x < 0.0 { -1.0 } else { 1.0 }) + if high { 4.0 } else { -1.0 }
}

fn path(subject: &dyn Subject, eta: Rational, steps: usize, draws: &mut Draws) -> Result<Stream, NotOffered> {
    Stream::run(subject, &boxed(eta), vec![1.0; 5], steps, |_, x| x.iter().map(|x| noisy(*x, draws.index(5) == 0)).collect())
}

fn every_path(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let stream = lab.stream("every-path");
    for case in 0..lab.cases(8) {
        let run = path(subject, rational(7, 10), 2000, &mut stream.trial(case))?;
        run.hold(&mut property, 0.7, &format!("path {case}"));
    }
    Ok(property.evidence())
}

/// The bound is multiplied by `part`. The sums' rounding is far below the distance of the bound, as for the regret itself.
fn in_the_mean(subject: &dyn Subject, part: f64) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    for eta in [rational(1, 10), rational(7, 10), rational(7, 5)] {
        for steps in 1..=10_usize {
            let (mut gap, mut bound) = (0.0, 0.0);
            for flips in 0..1_u32 << steps {
                let high = |t: usize| flips >> t & 1 == 1;
                let run = Stream::run(subject, &boxed(eta.clone()), vec![1.0], steps, |t, x| vec![noisy(x[0], high(t))])?;
                let probability: f64 = (0..steps).map(|t| if high(t) { 0.2 } else { 0.8 }).product();
                gap += probability * run.mean()[0].abs();
                bound += probability * run.bound(&[0.0], to_f64(&eta)) / steps as f64;
            }
            property.within("mean gap at most the mean bound", gap, part * bound, || format!("η = {eta}, T = {steps}"));
        }
    }
    Ok(property.evidence())
}

/// The mean gaps after 200 and after 2000 steps.
fn gets_nearer(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    let stream = lab.stream("gets-nearer");
    let mut gaps = [0.0; 2];
    for case in 0..lab.cases(16) {
        for (gap, steps) in gaps.iter_mut().zip([200, 2000]) {
            let run = path(subject, rational(1, 2), steps, &mut stream.trial(case))?;
            *gap += run.mean().iter().map(|x| x.abs()).sum::<f64>();
        }
    }
    property.within("the later gap below two thirds of the earlier one", gaps[1], gaps[0] * 2.0 / 3.0, || {
        "sums over the paths".into()
    });
    Ok(property.evidence())
}

fn gaps(lab: &Lab) -> Plot {
    let times = [10, 20, 50, 100, 200, 500, 1000, 2000];
    let stream = lab.stream("gaps");
    let code = |name: &str, subject: &dyn Subject| {
        let gap = |steps: usize| -> f64 {
            let runs =
                (0..16).map(|case| path(subject, rational(1, 2), steps, &mut stream.trial(case)).expect("both are offered"));
            runs.map(|run| run.mean().iter().map(|x| x.abs()).sum::<f64>()).sum::<f64>() / 16.0
        };
        Series::measured(name, times.map(|steps| [steps as f64, gap(steps)]))
    };
    // 𝔼 g² = 5 in each of five coordinates, D = 1 against 0.
    let bound = times.map(|steps| [steps as f64, 1.5 * 5.0 * (5.0 / steps as f64).sqrt()]);
    Plot {
        id: "gaps".into(),
        title: "f at the mean iterate above f*, averaged over 16 paths; f = Σ|x| on [-1, 1]⁵ with noise".into(),
        x: "steps T".into(),
        y: "gap".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("(1/(2η) + η) 5 √(5/T), η = 1/2", bound),
            code("AdaGrad, η = 1/2", &Reference),
            code("RMSprop, η = 1/5", &CONSTANT_RATE),
        ],
    }
}
