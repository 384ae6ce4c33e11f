//! Our own optimizers' runs, as traces.

use gradproof::audit::record::Audit;
use gradproof::audit::{Candidate, Dtype, Header, Setting, Trace, audit_trace};
use gradproof::number::{Rational, Real, Root, bf16, f16};

/// A header of our own.
pub fn header(optimizer: &str, dtype: Dtype, hyper: &[(&str, f64)], flags: &[&str]) -> Header {
    let numbers = hyper.iter().map(|(name, x)| (name.to_string(), Setting::Number(*x)));
    let hyper = numbers.chain(flags.iter().map(|name| (name.to_string(), Setting::Flag(true)))).collect();
    let (format, framework, version) = ("gradproof.trace/1".into(), "gradproof".into(), "0".into());
    Header { format, framework, version, optimizer: optimizer.into(), hyper, dtype, shapes: Some(vec![vec![3, 1], vec![2]]) }
}

/// One header for each algorithm and combination of flags that has conventions of its own.
pub fn headers(dtype: Dtype, lr: f64, momentum: f64, beta2: f64, eps: f64, decay: f64) -> Vec<Header> {
    let adaptive = [("lr", lr), ("beta1", momentum), ("beta2", beta2), ("eps", eps), ("weight_decay", decay)];
    let with = |name, value| [&adaptive[..], &[(name, value)]].concat();
    let bounded = [&adaptive[..], &[("final_lr", 10.0 * lr), ("gamma", 0.01)]].concat();
    let descent = [("lr", lr), ("momentum", momentum), ("weight_decay", decay)];
    let damped = [&descent[..], &[("dampening", 0.5)]].concat();
    let mean_square = [("lr", lr), ("rho", beta2), ("eps", eps)];
    let pushed = [&mean_square[..], &[("momentum", momentum)]].concat();
    vec![
        header("sgd", dtype, &[("lr", lr)], &["maximize"]),
        header("sgd", dtype, &descent, &[]),
        header("sgd", dtype, &descent, &["nesterov"]),
        header("sgd", dtype, &damped, &["maximize"]),
        header("sgdw", dtype, &descent, &[]),
        header("adagrad", dtype, &[("lr", lr), ("eps", eps), ("weight_decay", decay)], &[]),
        header("rmsprop", dtype, &[("lr", lr), ("rho", beta2), ("eps", eps)], &[]),
        header("adam", dtype, &adaptive, &["maximize"]),
        header("adam", dtype, &adaptive, &["amsgrad"]),
        header("adamw", dtype, &adaptive, &[]),
        header("nadam", dtype, &with("momentum_decay", 0.004), &[]),
        header("nadam", dtype, &adaptive, &[]),
        header("radam", dtype, &adaptive, &[]),
        header("nesterov", dtype, &[("lr", lr)], &[]),
        header("signsgd", dtype, &[("lr", lr)], &[]),
        header("signsgd", dtype, &descent, &["maximize"]),
        header("lion", dtype, &[("lr", lr), ("beta1", momentum), ("beta2", beta2), ("weight_decay", decay)], &[]),
        header("adagrad", dtype, &[("lr", lr), ("eps", eps), ("lr_decay", 0.01)], &[]),
        header("adadelta", dtype, &[("lr", lr), ("rho", beta2), ("eps", eps), ("weight_decay", decay)], &[]),
        header("rmsprop", dtype, &mean_square, &["centered"]),
        header("rmsprop", dtype, &pushed, &[]),
        header("rmsprop", dtype, &pushed, &["centered"]),
        header("adamax", dtype, &adaptive, &[]),
        header("nadamw", dtype, &with("momentum_decay", 0.004), &[]),
        header("radamw", dtype, &adaptive, &[]),
        header("adabound", dtype, &bounded, &[]),
        header("adabound", dtype, &bounded, &["amsgrad"]),
        header("ngd", dtype, &[("lr", lr)], &[]),
        header("lamb", dtype, &adaptive, &[]),
        header("lamb", dtype, &adaptive[..4], &["maximize"]),
        header("lars", dtype, &[&descent[..], &[("trust_coefficient", 0.1)]].concat(), &[]),
        header("l1-subgradient", dtype, &[("lr", lr), ("l1", decay)], &[]),
        header("ista", dtype, &[("lr", lr), ("l1", decay)], &[]),
        header("fista", dtype, &[("lr", lr), ("l1", decay)], &[]),
    ]
}

/// Our own optimizer's run on gradients that depend on the parameters and on the noise.
pub fn run<R: Root + Into<f64> + Narrow>(header: &Header, candidate: &Candidate, noise: &[Vec<f64>], lr: &[f64]) -> Trace
where
    R::Wide: Root,
{
    let mut optimizer = candidate.method.build::<R>();
    // Where a convention shows: beyond the norm at which one form of LAMB stops growing, and at the kink of an L1 penalty.
    let large = if header.optimizer == "lamb" { 12.0 } else { 2.0 };
    let small = if header.optimizer == "l1-subgradient" { 0.0 } else { 0.1 };
    // LAMB's ratio is 1 for a tensor of zeros, so that its step shows the corrections, which the ratio takes away elsewhere. In 16 bits
    // nothing is known of the norms that follow.
    let zeros = header.optimizer == "lamb" && matches!(header.dtype, Dtype::F64 | Dtype::F32);
    let first = if zeros { [0.0; 3] } else { [0.5, -1.0, small] };
    let second = (3..noise.first().map_or(5, Vec::len)).map(|element| R::nearest(if element == 3 { large } else { -0.03 }));
    let mut x = vec![first.map(R::nearest).to_vec(), second.collect()];
    let row = |tensors: &[Vec<R>]| -> Vec<f64> { tensors.iter().flatten().map(|x| x.clone().into()).collect() };
    let mut trace = Trace {
        header: header.clone(),
        params: vec![row(&x)],
        grads: vec![],
        absent: vec![vec![]; lr.len()],
        lr: lr.to_vec(),
        loss: vec![None; lr.len()],
    };
    for (noise, lr) in noise.iter().zip(lr) {
        let start: Vec<f64> = row(&x);
        let gradient: Vec<R> = start.iter().zip(noise).map(|(x, noise)| R::nearest(0.3 * x + noise)).collect();
        trace.grads.push(gradient.iter().map(|g| g.clone().into()).collect());
        optimizer.set_step_size(R::Wide::of(&Rational::try_from(*lr).unwrap()));
        optimizer.step(&mut x, &[Some(&gradient[..3]), Some(&gradient[3..])]);
        trace.params.push(row(&x));
    }
    trace
}

pub trait Narrow {
    fn nearest(x: f64) -> Self;
}

impl Narrow for f32 {
    fn nearest(x: f64) -> f32 {
        x as f32
    }
}

impl Narrow for f64 {
    fn nearest(x: f64) -> f64 {
        x
    }
}

pub fn record(header: &Header, candidate: &Candidate, noise: &[Vec<f64>], lr: &[f64]) -> (Trace, Audit) {
    let trace = match header.dtype {
        Dtype::F64 => run::<f64>(header, candidate, noise, lr),
        Dtype::F32 => run::<f32>(header, candidate, noise, lr),
        Dtype::Bf16 => run::<bf16>(header, candidate, noise, lr),
        Dtype::F16 => run::<f16>(header, candidate, noise, lr),
    };
    let audit = audit_trace(&trace).unwrap();
    (trace, audit)
}

/// So many steps of noise, and a rate that falls.
#[allow(dead_code, reason = "not every test needs it")]
pub fn fixed_noise(steps: i32) -> (Vec<Vec<f64>>, Vec<f64>) {
    let row = |t: i32| (0..5).map(|i| f64::from((7 * t + 3 * i) % 11 - 5) * 0.02).collect();
    ((0..steps).map(row).collect(), (0..steps).map(|t| 0.01 / f64::from(1 + t)).collect())
}

impl Narrow for bf16 {
    fn nearest(x: f64) -> bf16 {
        bf16::from_f64(x)
    }
}

impl Narrow for f16 {
    fn nearest(x: f64) -> f16 {
        f16::from_f64(x)
    }
}
