//! The kernels against the stream of the same traffic.
//!
//! Each case first checks that the path gives the bits of the scalar specification, then is timed; `stream` runs the same loop
//! over the same arrays with one addition a value, which is what the memory allows. One thread below 65,536 elements, all threads above.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gradproof::kernels::{Isa, sweep};
use gradproof::number::rational;
use gradproof::optimizers::{Adam, Algorithm, Epsilon, Method, Moments, Momentum, Rule, Velocity};
use std::hint::black_box;

fn methods() -> Vec<(&'static str, usize, Method)> {
    let adam = Adam {
        moments: Moments { beta1: rational(9, 10), beta2: rational(999, 1000) },
        epsilon: rational(1, 100_000_000),
        placement: Epsilon::Outside,
        bias_correction: true,
    };
    let momentum = Momentum { momentum: rational(9, 10), velocity: Velocity::StepOutside };
    let step = || rational(1, 1000);
    vec![
        ("gradient-descent", 0, Method::gradient_descent(step())),
        ("momentum", 1, Method::new(Algorithm::Momentum(momentum), step())),
        ("adam", 2, Method::new(Algorithm::Adam(adam), step())),
    ]
}

fn gradient(length: usize) -> Vec<f32> {
    (0..length).map(|index| (index % 251) as f32 / 251.0 - 0.5).collect()
}

fn after_steps(method: &Method, isa: Isa, gradient: &[f32]) -> Vec<f32> {
    let mut optimizer = method.build_for::<f32>(isa);
    let mut x = vec![vec![1.0; gradient.len()]];
    (0..3).for_each(|_| optimizer.step(&mut x, &[Some(gradient)]));
    x.remove(0)
}

fn kernels(criterion: &mut Criterion) {
    for length in [1_000, 32_768, 1 << 24] {
        let gradient = gradient(length);
        let mut group = criterion.benchmark_group(format!("f32/{length}"));
        group.throughput(Throughput::Elements(length as u64)).sample_size(20);
        for (name, slots, method) in methods() {
            let checked = &gradient[..gradient.len().min(100_000)];
            let scalar = after_steps(&method, Isa::Scalar, checked);
            for isa in Isa::available() {
                assert!(after_steps(&method, isa, checked) == scalar, "{name} on {isa:?} differs from scalar");
                if isa == Isa::Scalar && length > 32_768 {
                    continue; // the specification is not meant for speed
                }
                let mut optimizer = method.build_for::<f32>(isa);
                let mut x = vec![vec![1.0f32; length]];
                group.bench_function(BenchmarkId::new(name, format!("{isa:?}")), |bencher| {
                    bencher.iter(|| optimizer.step(black_box(&mut x), &[Some(black_box(&gradient))]));
                });
            }
            group.bench_function(BenchmarkId::new(name, "stream"), |bencher| match slots {
                0 => stream::<0>(bencher, &gradient),
                1 => stream::<1>(bencher, &gradient),
                _ => stream::<2>(bencher, &gradient),
            });
        }
        group.finish();
    }
}

/// The traffic of a rule with `N` state values and next to no arithmetic: every array is read, all but the gradient are written.
#[derive(Clone)]
struct Stream;

impl<const N: usize> Rule<f32, N> for Stream {
    type Clock = ();
    type Step = ();

    fn start(&self) {}

    fn step(&self, _clock: &(), _step_size: &f64) {}

    #[inline(always)]
    fn update(_step: &(), x: f32, gradient: f32, state: [f32; N]) -> (f32, [f32; N]) {
        (x + gradient, state.map(|value| value + gradient))
    }
}

fn stream<const N: usize>(bencher: &mut criterion::Bencher<'_>, gradient: &[f32]) {
    let isa = Isa::available()[Isa::available().len() - 1];
    let mut x = vec![1.0f32; gradient.len()];
    let mut slots: [Vec<f32>; N] = std::array::from_fn(|_| vec![1.0; gradient.len()]);
    bencher.iter(|| {
        let slots = slots.each_mut().map(|slot| black_box(slot.as_mut_slice()));
        sweep::<f32, f32, N, Stream>(isa, &(), black_box(&mut x), black_box(gradient), slots);
    });
}

criterion_group!(benches, kernels);
criterion_main!(benches);
