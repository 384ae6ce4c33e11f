//! # Every compiled loop gives the bits of the scalar one
//!
//! **Setting.** An update rule is written once; its loop over slices is compiled for each instruction set and split over threads.
//!
//! **Statement.** Without fused multiply-add, parameters and state are the same to the bit on every path.
//!
//! **Why.** IEEE 754 rounds `+ - × ÷ √` of each element alike in any vector width, and no operation mixes elements.
//!
//! **How it could fail.** Every algorithm, convention and decay coupling runs in f32 and f64 with drawn step sizes, decays,
//! lengths and gradients, special values among them. The scalar loop runs on pieces too short to be split, each as a tensor of its own, so
//! that a wrong split shows on every path. Two NaN are taken as equal: which payload results from two NaN operands depends on
//! their order, which neither IEEE 754 nor Rust fixes for a commutative operation.

use crate::evidence::{Evidence, Exact};
use crate::kernels::Isa;
use crate::lab::{Draws, Lab};
use crate::number::{Rational, Root, rational};
use crate::optimizers::{Algorithm, Method, Optimizer, Saved, couplings, specimens};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "every-kernel-equals-scalar",
    title: "Every compiled loop gives the bits of the scalar one",
    topic: "kernels",
    record: None,
    statement: "For every algorithm, convention and precision, the loops compiled for wider vectors and split over threads give the \
                parameters and the state of the scalar loop, bit for bit, on all drawn inputs.",
    hypotheses: &[
        "IEEE 754 arithmetic, rounding to nearest",
        "no fused multiply-add",
        "two NaN are equal, whatever their payload",
    ],
    sources: &[Source::Cited("ieee754", "sections 5.4.1 and 6.2.3")],
    claims: &[
        Claim {
            id: "every-rule",
            as_stated: false,
            statement: "equal bits for every algorithm with each of its conventions and every coupling of weight decay",
            quantifier: "the drawn hyper-parameters, lengths 0 to 130, gradients and special values; 7 steps; f32 and f64; the \
                         instruction sets of this machine",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: every_rule,
        },
        Claim {
            id: "threads",
            as_stated: false,
            statement: "equal bits where the tensor is split over threads, against the scalar loop on pieces of 4,096 elements",
            quantifier: "the drawn lengths above 65,536; a rule for each number of state values from 0 to 3; 2 steps; f32 and f64",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: threads,
        },
    ],
    controls: &[
        Control {
            id: "fused-multiply-add",
            differs: "the code's vector paths round x - η g once instead of twice",
            broken: Broken::Subject { claim: "every-rule", subject: &Fused },
        },
        Control {
            id: "fused-multiply-add-in-threads",
            differs: "the code's vector paths round x - η g once instead of twice",
            broken: Broken::Subject { claim: "threads", subject: &Fused },
        },
        Control {
            id: "upper-half-shifted",
            differs: "on every path the upper half of a split tensor meets its gradient one place late",
            broken: Broken::Subject { claim: "threads", subject: &UpperHalf },
        },
        Control {
            id: "last-element-off-by-one-ulp",
            differs: "the code's vector paths raise the last element of a tensor by one ulp",
            broken: Broken::Subject { claim: "every-rule", subject: &LastElement },
        },
    ],
    plots: &[],
};

/// A machine float with its bits.
trait Machine: Root<Wide = f64> + Copy {
    const SPECIAL: [Self; 12];
    fn bits(self) -> u64;
    fn near(x: f64) -> Self;
    fn build(subject: &dyn Subject, method: &Method, isa: Isa) -> Result<Box<dyn Optimizer<Self>>, NotOffered>;
}

macro_rules! machine {
    ($float:ident, $build:ident) => {
        impl Machine for $float {
            const SPECIAL: [Self; 12] = [
                0.0,
                -0.0,
                $float::NAN,
                $float::INFINITY,
                $float::NEG_INFINITY,
                $float::MAX,
                $float::MIN,
                $float::MIN_POSITIVE,
                $float::MIN_POSITIVE / 4.0,
                -$float::MIN_POSITIVE / 8.0,
                1e-20,
                -1e20,
            ];
            fn bits(self) -> u64 {
                if self.is_nan() { u64::MAX } else { self.to_bits().into() }
            }
            fn near(x: f64) -> Self {
                x as $float
            }
            fn build(subject: &dyn Subject, method: &Method, isa: Isa) -> Result<Box<dyn Optimizer<Self>>, NotOffered> {
                subject.$build(method, isa)
            }
        }
    };
}
machine!(f32, single_on);
machine!(f64, double_on);

/// Numbers of many magnitudes, an eighth of them special.
fn numbers<R: Machine>(draws: &mut Draws, length: usize) -> Vec<R> {
    let number = |_| match draws.index(8) {
        0 => R::SPECIAL[draws.index(R::SPECIAL.len())],
        1 => R::near(draws.normal() * libm::exp2(draws.between(-40.0, 40.0))),
        _ => R::near(draws.normal()),
    };
    (0..length).map(number).collect()
}

/// Elements of a piece of the specification: far fewer than a tensor that is split over threads has.
const PIECE: usize = 4096;

/// Runs a method on every instruction set and compares parameters and state after each step with the scalar path, which runs on one
/// piece of the tensor after the other.
fn agree<R: Machine>(
    exact: &mut Exact,
    subject: &dyn Subject,
    (name, method): (&str, &Method),
    start: &[R],
    gradients: &[Vec<R>],
) -> Result<(), NotOffered> {
    let run = |isa: Isa, range: std::ops::Range<usize>| {
        let mut optimizer = R::build(subject, method, isa)?;
        let mut tensors = vec![start[range.clone()].to_vec()];
        let mut trace = Vec::new();
        for gradient in gradients {
            optimizer.step(&mut tensors, &[Some(&gradient[range.clone()])]);
            let slots = optimizer.save().tensors.into_iter().flatten().flat_map(|(_, slots)| slots);
            let bits = |column: Vec<R>| column.into_iter().map(R::bits).collect();
            trace.push(slots.chain(tensors.clone()).map(bits).collect::<Vec<Vec<u64>>>());
        }
        Ok(trace)
    };
    let length = start.len();
    let mut specification = run(Isa::Scalar, 0..length.min(PIECE))?;
    for from in (PIECE..length).step_by(PIECE) {
        let piece = run(Isa::Scalar, from..length.min(from + PIECE))?;
        for (column, rest) in specification.iter_mut().flatten().zip(piece.into_iter().flatten()) {
            column.extend(rest);
        }
    }
    for isa in Isa::available() {
        let found = run(isa, 0..length)?;
        let wrong = specification.iter().zip(&found).position(|(wanted, found)| wanted != found);
        exact.holds(&format!("{isa:?} equals Scalar in {}", std::any::type_name::<R>()), wrong.is_none(), || {
            format!("{name}: {method}, {length} elements, step {}", wrong.unwrap_or(0) + 1)
        });
    }
    Ok(())
}

fn every_rule(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    // Around the vector widths of 4, 8 and 16 elements and the unrolled multiples of them; each rule has a long tensor
    // and a short one.
    const LENGTHS: [&[usize]; 2] = [&[31, 33, 63, 64, 65, 127, 130], &[0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17]];
    fn both<R: Machine>(
        exact: &mut Exact,
        subject: &dyn Subject,
        (name, method): (&str, &Method),
        lengths: &[usize],
        draws: &mut Draws,
    ) -> Result<(), NotOffered> {
        let length = lengths[draws.index(lengths.len())];
        let start = numbers::<R>(draws, length);
        let gradients: Vec<_> = (0..7).map(|_| numbers::<R>(draws, length)).collect();
        agree(exact, subject, (name, method), &start, &gradients)
    }
    let stream = lab.stream("every-rule");
    let mut exact = Exact::new();
    let mut trial = 0;
    let couplings = couplings();
    for round in 0..lab.cases(2) {
        let lengths = LENGTHS[round as usize % 2];
        for (name, specimen) in specimens() {
            let mut draws = stream.trial(trial);
            trial += 1;
            // Over a prime, so that no step size is a power of two, whose product is not rounded.
            let mut method = Method { step_size: rational(1 + draws.index(1000) as i64, 1009), ..specimen };
            if method.decay.is_none() {
                let (strength, coupling) = (rational(1 + draws.index(500) as i64, 1000), couplings[draws.index(couplings.len())]);
                let decayed = method.clone().with_decay(strength, coupling);
                both::<f32>(&mut exact, subject, (&format!("{name}, {coupling:?}"), &decayed), lengths, &mut draws)?;
            }
            // Never on the long tensor: each rule runs there as it is.
            if round % 2 == 1 && draws.sign() > 0.0 {
                method = method.projected(rational(-1, 2), Rational::ONE);
            }
            both::<f32>(&mut exact, subject, (&name, &method), lengths, &mut draws)?;
            both::<f64>(&mut exact, subject, (&name, &method), lengths, &mut draws)?;
        }
    }
    Ok(exact.evidence())
}

fn threads(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    fn both<R: Machine>(
        exact: &mut Exact,
        subject: &dyn Subject,
        (name, method): (&str, &Method),
        draws: &mut Draws,
    ) -> Result<(), NotOffered> {
        let length = 65_537 + draws.index(70_000);
        let pattern = numbers::<R>(draws, 4099); // a prime, so that no element meets the same numbers in both halves
        let cycle = |from: usize| pattern.iter().copied().cycle().skip(from).take(length).collect::<Vec<R>>();
        agree(exact, subject, (name, method), &cycle(0), &[cycle(1), cycle(2)])
    }
    let stream = lab.stream("threads");
    let mut exact = Exact::new();
    for round in 0..lab.cases(1) {
        let mut draws = stream.trial(round);
        let chosen =
            ["gradient descent", "heavy ball", "NAdam, Outside, constant, Corrected", "AMSGrad, Inside, Uncorrected, from 0"];
        let all = specimens();
        for name in chosen {
            let (_, method) = all.iter().find(|(known, _)| known == name).expect("a specimen of this name");
            both::<f32>(&mut exact, subject, (name, method), &mut draws)?;
            both::<f64>(&mut exact, subject, (name, method), &mut draws)?;
        }
    }
    Ok(exact.evidence())
}

/// What a control does to a path.
enum Spoil {
    /// Gradient descent's step with this step size, rounded once.
    Fused(f64),
    /// Raises the last parameter by one ulp after the step.
    LastElement,
    /// Shifts the gradient of the upper half where a tensor is split.
    UpperHalf,
}

struct Spoiled {
    inner: Box<dyn Optimizer<f64>>,
    spoil: Spoil,
}

impl Optimizer<f64> for Spoiled {
    fn probe(&self, parameters: &[Vec<f64>]) -> Vec<Vec<f64>> {
        self.inner.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<f64>], gradients: &[Option<&[f64]>]) {
        let before = parameters.to_vec();
        let mut given: Vec<Vec<f64>> = gradients.iter().map(|gradient| gradient.unwrap_or_default().to_vec()).collect();
        if let Spoil::UpperHalf = self.spoil {
            for gradient in given.iter_mut().filter(|gradient| gradient.len() > 1 << 16) {
                let middle = (gradient.len() / 2).next_multiple_of(1 << 16);
                gradient[middle..].rotate_right(1);
            }
        }
        let spoiled: Vec<_> = gradients.iter().zip(&given).map(|(gradient, given)| gradient.map(|_| given.as_slice())).collect();
        self.inner.step(parameters, &spoiled);
        for ((tensor, before), gradient) in parameters.iter_mut().zip(before).zip(&given) {
            match self.spoil {
                Spoil::Fused(step_size) => {
                    for ((x, before), g) in tensor.iter_mut().zip(before).zip(gradient) {
                        #[expect(clippy::disallowed_methods, reason = "the fault of this control")]
                        {
                            *x = (-g).mul_add(step_size, before);
                        }
                    }
                }
                Spoil::LastElement => tensor.last_mut().into_iter().for_each(|x| *x = x.next_up()),
                Spoil::UpperHalf => {}
            }
        }
    }

    fn set_step_size(&mut self, step_size: f64) {
        self.inner.set_step_size(step_size);
    }

    fn save(&self) -> Saved<f64> {
        self.inner.save()
    }

    fn load(&mut self, saved: Saved<f64>) {
        self.inner.load(saved);
    }
}

/// Gradient descent with fused multiply-add on the vector paths.
#[derive(Debug)]
struct Fused;

/// The last element one ulp too large on the vector paths.
#[derive(Debug)]
struct LastElement;

/// The upper half of a split tensor meets its gradient one place late, on every path.
#[derive(Debug)]
struct UpperHalf;

macro_rules! spoils {
    ($subject:ident, $name:literal, $spoil:expr) => {
        impl Subject for $subject {
            fn name(&self) -> &str {
                $name
            }

            fn double(&self, method: &Method) -> Result<Box<dyn Optimizer<f64>>, NotOffered> {
                Reference.double(method)
            }

            fn single(&self, method: &Method) -> Result<Box<dyn Optimizer<f32>>, NotOffered> {
                Reference.single(method)
            }

            fn exact(&self, method: &Method) -> Result<Box<dyn Optimizer<Rational>>, NotOffered> {
                Reference.exact(method)
            }

            fn single_on(&self, method: &Method, isa: Isa) -> Result<Box<dyn Optimizer<f32>>, NotOffered> {
                Reference.single_on(method, isa)
            }

            fn double_on(&self, method: &Method, isa: Isa) -> Result<Box<dyn Optimizer<f64>>, NotOffered> {
                let inner = Reference.double_on(method, isa)?;
                let spoil: fn(&Method, Isa) -> Option<Spoil> = $spoil;
                Ok(match spoil(method, isa) {
                    Some(spoil) => Box::new(Spoiled { inner, spoil }),
                    None => inner,
                })
            }
        }
    };
}
spoils!(Fused, "fused multiply-add", |method, isa| {
    let plain = isa != Isa::Scalar
        && method.algorithm == Algorithm::GradientDescent
        && method.decay.is_none()
        && method.interval.is_none();
    plain.then(|| Spoil::Fused(crate::number::to_f64(&method.step_size)))
});
spoils!(LastElement, "last element off by one ulp", |_, isa| (isa != Isa::Scalar).then_some(Spoil::LastElement));
spoils!(UpperHalf, "upper half shifted", |_, _| Some(Spoil::UpperHalf));
