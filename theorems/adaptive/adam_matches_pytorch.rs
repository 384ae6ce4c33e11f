//! # Adam from scratch against PyTorch
//!
//! **Setting.** Steps that PyTorch 2.15.0 made on a processor with AVX2 were recorded: Adam with two ε, with amsgrad and with an L2
//! penalty, and AdamW, in doubles and in singles; ordinary, rare, tiny, huge and changing gradients, η falling at the seventh step.
//!
//! **Statement.** (1) They are those of the rule, and of the code, up to rounding errors. (2) PyTorch's order of operations (`m` by
//! `m + (1 - β₁)(g - m)`, denominator `√v/√(1 - β₂^t) + ε`, step `η/(1 - β₁^t)`) gives their bits; the order of note 004 does not.
//!
//! **Why.** One formula; each order rounds in its own way.
//!
//! **How it could fail.** Each step starts from the recorded parameters; bounds are those of the error-carrying twin. The bits are those
//! of this recording: another vector unit may give others.

use super::runs::{BARELY_LONGER, DECOUPLED, changed, coupled};
use crate::audit::Dtype;
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Format, Rational, Real, Root, Tracked, rational, to_f64};
use crate::optimizers::{Adam, Algorithm, AmsGrad, Coupling, Epsilon, MaximumOrder, Method, Moments, Optimizer};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::theorems::recorded::{Recorded, Run, double};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-matches-pytorch",
    title: "Adam from scratch has PyTorch's steps up to rounding, and its bits in PyTorch's order of operations",
    topic: "adaptive",
    record: Some("adam-matches-pytorch"),
    statement: "Recorded steps of PyTorch's Adam and AdamW are those of $m$, $v$, $hat(m)$, $hat(v)$, $θ - η hat(m) / (sqrt(hat(v)) + ε)$ \
                within the rounding errors of the formula, in doubles and in singles; evaluated in PyTorch's order they have its bits.",
    hypotheses: &[
        "the version that was recorded, PyTorch 2.15.0 on the CPU",
        "for the bits: the order of a processor with AVX2, on five numbers",
    ],
    sources: &[
        Source::Note("004", "344-345"),
        Source::Note("004", "304-331"),
        Source::Note("003", "326-337"),
        Source::Cited("kingma2015", "Algorithm 1"),
        Source::Cited("loshchilov2019", "Algorithm 2"),
    ],
    claims: &[
        Claim {
            id: "in-doubles",
            as_stated: true,
            statement: "the recorded steps in doubles, and those of the code, are within rounding errors of the rule",
            quantifier: "five recorded runs of 12 steps and 5 coordinates; any order of evaluation in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| in_doubles(subject, |method| method),
        },
        Claim {
            id: "in-singles",
            as_stated: false,
            statement: "the recorded steps in singles, and those of the code, are within rounding errors of the rule",
            quantifier: "five recorded runs of 12 steps and 5 coordinates; any order of evaluation in singles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| in_singles(subject, |method| method),
        },
        Claim {
            id: "bits",
            as_stated: false,
            statement: "PyTorch's order of operations gives the recorded numbers to the bit",
            quantifier: "ten recorded runs of 12 steps and 5 coordinates, in doubles and singles",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(bits(true)),
        },
    ],
    controls: &[
        Control {
            id: "epsilon-inside",
            differs: "claims PyTorch's steps for ε inside the root, in doubles",
            broken: Broken::Statement(|_, subject| {
                in_doubles(subject, |method| changed(&method, |adam| adam.placement = Epsilon::Inside))
            }),
        },
        Control {
            id: "epsilon-inside-in-singles",
            differs: "claims PyTorch's steps for ε inside the root, in singles",
            broken: Broken::Statement(|_, subject| {
                in_singles(subject, |method| changed(&method, |adam| adam.placement = Epsilon::Inside))
            }),
        },
        Control {
            id: "without-correction",
            differs: "claims PyTorch's steps without bias correction",
            broken: Broken::Statement(|_, subject| {
                in_doubles(subject, |method| changed(&method, |adam| adam.bias_correction = false))
            }),
        },
        Control {
            id: "decoupled",
            differs: "claims of Adam with weight_decay that its decay is AdamW's",
            broken: Broken::Statement(|_, subject| in_doubles(subject, decoupled)),
        },
        Control {
            id: "decoupled-in-singles",
            differs: "claims of Adam with weight_decay that its decay is AdamW's, in singles",
            broken: Broken::Statement(|_, subject| in_singles(subject, decoupled)),
        },
        Control {
            id: "bits-in-another-order",
            differs: "claims the bits for the order of note 004's code, 34 of whose 600 numbers differ",
            broken: Broken::Statement(|_, _| Ok(bits(false))),
        },
        Control {
            id: "code-steps-longer",
            differs: "the code steps by η (1 + 10⁻⁹), as long as no step size is set",
            broken: Broken::Subject { claim: "in-doubles", subject: &LONGER_STEP },
        },
        Control {
            id: "code-steps-barely-longer",
            differs: "the code steps by η (1 + 10⁻¹²), as long as no step size is set",
            broken: Broken::Subject { claim: "in-doubles", subject: &BARELY_LONGER },
        },
        Control {
            id: "singles-step-longer",
            differs: "the code steps by η (1 + 10⁻³), as long as no step size is set",
            broken: Broken::Subject {
                claim: "in-singles",
                subject: &Impostor { name: "step larger by 1e-3", instead: |method| longer(method, rational(1, 1000)) },
            },
        },
    ],
    plots: &[ratios],
};

fn recorded() -> Recorded {
    Recorded::read(include_str!("recorded.json"))
}

/// What a recorded call was given.
struct Given {
    betas: [f64; 2],
    epsilon: f64,
    decay: f64,
    amsgrad: bool,
    decoupled: bool,
}

/// The calls that were recorded, each in doubles and in singles.
const CALLS: [(&str, Given); 5] = [
    ("torch.optim.Adam(lr=0.01, betas=(0.9, 0.999), eps=1e-08)", PLAIN),
    ("torch.optim.Adam(lr=0.01, betas=(0.9, 0.999), eps=0.01)", Given { epsilon: 0.01, ..PLAIN }),
    ("torch.optim.Adam(lr=0.01, betas=(0.9, 0.9), eps=1e-08, amsgrad=True)", Given { betas: [0.9, 0.9], amsgrad: true, ..PLAIN }),
    ("torch.optim.Adam(lr=0.01, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.05)", Given { decay: 0.05, ..PLAIN }),
    (
        "torch.optim.AdamW(lr=0.01, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.05)",
        Given { decay: 0.05, decoupled: true, ..PLAIN },
    ),
];

const PLAIN: Given = Given { betas: [0.9, 0.999], epsilon: 1e-8, decay: 0.0, amsgrad: false, decoupled: false };

fn decoupled(method: Method) -> Method {
    coupled(&method, DECOUPLED)
}

impl Given {
    fn method(&self, rate: f64) -> Method {
        let [beta1, beta2] = self.betas.map(double);
        let (moments, epsilon, placement) = (Moments { beta1, beta2 }, double(self.epsilon), Epsilon::Outside);
        let algorithm = if self.amsgrad {
            let order = MaximumOrder::MaximumThenCorrect;
            Algorithm::AmsGrad(AmsGrad { moments, epsilon, placement, order, initial_moment: Rational::ZERO })
        } else {
            Algorithm::Adam(Adam { moments, epsilon, placement, bias_correction: true })
        };
        let method = Method::new(algorithm, double(rate));
        match self.decay {
            0.0 => method,
            decay => method.with_decay(double(decay), if self.decoupled { DECOUPLED } else { Coupling::Gradient }),
        }
    }
}

/// The recorded runs in a type, each with what it was given.
fn runs(recorded: &Recorded, dtype: Dtype) -> impl Iterator<Item = (&Run, &'static Given)> {
    CALLS.iter().map(move |(call, given)| (recorded.run(call, dtype), given))
}

/// One step from recorded parameters, at the learning rate of that step.
fn step<R: Real>(optimizer: &mut dyn Optimizer<R>, recorded: &Recorded, run: &Run, t: usize, number: fn(f64) -> R) -> Vec<R> {
    let held = |row: &Vec<f64>| row.iter().map(|x| number(*x)).collect::<Vec<R>>();
    recorded.set_rate(optimizer, t);
    let mut x = vec![held(&run.params[t])];
    optimizer.step(&mut x, &[Some(&held(&recorded.gradients[t]))]);
    x.swap_remove(0)
}

/// How a type holds a double, and the double that it holds.
type Conversion<R> = (fn(f64) -> R, fn(&R) -> f64);

/// Recorded steps and those of the code beside a twin of the labelled method. Both may be a bound away from the exact step.
fn within<R: Real, F: Format>(
    property: &mut Property,
    recorded: &Recorded,
    run: &Run,
    method: &Method,
    mut code: Box<dyn Optimizer<R>>,
    (held, shown): Conversion<R>,
) {
    let mut twin = method.build::<Tracked<F>>();
    for t in 0..recorded.lr.len() {
        let exact = step(&mut *twin, recorded, run, t, Tracked::exactly);
        let found = step(&mut *code, recorded, run, t, held);
        for (coordinate, ((exact, found), observed)) in exact.iter().zip(&found).zip(&run.params[t + 1]).enumerate() {
            let place = || format!("{} in {}, step {}, coordinate {coordinate}", run.call, run.dtype.word(), t + 1);
            property.within("the recorded step", exact.distance(*observed), exact.bound(), place);
            property.within("the step of the code", (shown(found) - observed).abs(), 2.0 * exact.bound(), place);
        }
    }
}

fn in_doubles(subject: &dyn Subject, label: fn(Method) -> Method) -> Result<Evidence, NotOffered> {
    let (mut property, recorded) = (Property::new(), recorded());
    for (run, given) in runs(&recorded, Dtype::F64) {
        let method = label(given.method(recorded.lr[0]));
        let code = subject.double(&method)?;
        within::<f64, f64>(&mut property, &recorded, run, &method, code, (|x| x, |x| *x));
    }
    Ok(property.evidence())
}

fn in_singles(subject: &dyn Subject, label: fn(Method) -> Method) -> Result<Evidence, NotOffered> {
    let (mut property, recorded) = (Property::new(), recorded());
    for (run, given) in runs(&recorded, Dtype::F32) {
        let method = label(given.method(recorded.lr[0]));
        let code = subject.single(&method)?;
        within::<f32, f32>(&mut property, &recorded, run, &method, code, (|x| x as f32, |x| f64::from(*x)));
    }
    Ok(property.evidence())
}

/// All steps of a run from its start, in PyTorch's order or in that of note 004's code; scalars are doubles, rounded to the type where they
/// meet a tensor.
fn transcribed<R: Root<Wide = f64>>(
    recorded: &Recorded,
    run: &Run,
    given: &Given,
    pytorch: bool,
    shown: fn(&R) -> f64,
) -> Vec<Vec<f64>> {
    let held = |x: f64| R::narrow(&x);
    let [beta1, beta2] = given.betas;
    // Powers as a correctly rounded `pow` has them.
    let correction = |beta: f64, t: usize| 1.0 - to_f64(&double(beta).pow(t as isize));
    let coordinate = |place: usize| {
        let (mut x, mut m, mut v, mut largest) = (held(run.params[0][place]), R::zero(), R::zero(), R::zero());
        let advance = |(t, (row, rate)): (usize, (&Vec<f64>, &f64))| {
            let mut gradient = held(row[place]);
            if given.decoupled {
                x = x.clone() * held(1.0 - rate * given.decay);
            } else if given.decay != 0.0 {
                gradient = gradient + held(given.decay) * &x;
            }
            m = if pytorch {
                m.clone() + held(1.0 - beta1) * (gradient.clone() - &m)
            } else {
                m.clone() * held(beta1) + held(1.0 - beta1) * &gradient
            };
            v = v.clone() * held(beta2) + held(1.0 - beta2) * &gradient * &gradient;
            largest = largest.clone().larger(v.clone());
            let second = if given.amsgrad { &largest } else { &v };
            let [correction1, correction2] = [beta1, beta2].map(|beta| correction(beta, t + 1));
            x = if pytorch {
                let denominator = second.clone().sqrt() / held(correction2.sqrt()) + held(given.epsilon);
                x.clone() + held(-(rate / correction1)) * &m / denominator
            } else {
                let denominator = (second.clone() / held(correction2)).sqrt() + held(given.epsilon);
                x.clone() - held(*rate) * (m.clone() / held(correction1)) / denominator
            };
            shown(&x)
        };
        recorded.gradients.iter().zip(&recorded.lr).enumerate().map(advance).collect()
    };
    (0..run.params[0].len()).map(coordinate).collect()
}

fn bits(pytorch: bool) -> Evidence {
    let (mut exact, recorded) = (Exact::new(), recorded());
    for (run, given) in runs(&recorded, Dtype::F64).chain(runs(&recorded, Dtype::F32)) {
        let found = match run.dtype {
            Dtype::F64 => transcribed::<f64>(&recorded, run, given, pytorch, |x| *x),
            _ => transcribed::<f32>(&recorded, run, given, pytorch, |x| f64::from(*x)),
        };
        for (coordinate, found) in found.iter().enumerate() {
            for (t, found) in (1..).zip(found) {
                let observed = run.params[t][coordinate];
                exact.holds("the recorded bits", found.to_bits() == observed.to_bits(), || {
                    format!(
                        "{} in {}, step {t}, coordinate {coordinate}: {found:e} against {observed:e}",
                        run.call,
                        run.dtype.word()
                    )
                });
            }
        }
    }
    exact.evidence()
}

/// The largest distance of a step over its bound, for PyTorch's recorded steps and for the code.
fn ratios(_: &Lab) -> Plot {
    let recorded = recorded();
    let mut series = vec![Series::theory("what rounding allows", [[1.0, 1.0], [recorded.lr.len() as f64, 1.0]])];
    for (run, given) in runs(&recorded, Dtype::F64).take(1) {
        let method = given.method(recorded.lr[0]);
        let Ok(mut code) = Reference.double(&method) else { continue };
        let mut twin = method.build::<Tracked<f64>>();
        let mut points = [Vec::new(), Vec::new()];
        for t in 0..recorded.lr.len() {
            let exact = step(&mut *twin, &recorded, run, t, Tracked::exactly);
            let found = step(&mut *code, &recorded, run, t, |x| x);
            for (points, observed) in points.iter_mut().zip([&run.params[t + 1], &found]) {
                let ratio = exact.iter().zip(observed).map(|(exact, x)| exact.distance(*x) / exact.bound());
                points.push([(t + 1) as f64, ratio.fold(0.0, f64::max)]);
            }
        }
        let [observed, found] = points;
        series.extend([Series::measured("PyTorch", observed), Series::measured("the code", found)]);
    }
    Plot {
        id: "ratios".into(),
        title: "Distance from the exact step over its bound, Adam in doubles".into(),
        x: "step".into(),
        y: "distance / bound".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
