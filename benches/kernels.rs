//! Every elementwise algorithm and every sum, against a loop of the same traffic and against one with its divisions and roots besides.
//!
//! Each case first checks that the vector path gives the bits of the scalar specification, then is timed. A *bound* runs the same
//! sweep over as many arrays: `N slots` with one addition a value, the stream, which is what the memory allows; then with the
//! divisions and roots of a formula and nothing else of it, which is what the arithmetic unit allows in cache.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use gradproof::kernels::{Isa, Storage, dot, sum, sweep};
use gradproof::number::{Real, Root, bf16};
use gradproof::optimizers::{Method, Rule, specimens};
use rayon::ThreadPool;
use std::hint::black_box;
use std::time::Instant;

/// A specimen's name, its state values an element, and the divisions and roots of its formula.
type Case = (&'static str, usize, usize, usize);

const CASES: &[Case] = &[
    ("gradient descent", 0, 0, 0),
    ("signSGD", 0, 0, 0),
    ("L1, Proximal", 0, 0, 0),
    ("L1, Subgradient(Zero)", 0, 0, 0),
    ("L1, Subgradient(LeastNorm)", 0, 0, 0),
    ("Signum", 1, 0, 0),
    ("Lion", 1, 0, 0),
    ("heavy ball", 1, 0, 0),
    ("momentum, step outside", 1, 0, 0),
    ("momentum, decay Parameter(StepSize, Before)", 1, 0, 0),
    ("Nesterov, Sequence, constant", 1, 0, 0),
    ("Nesterov, Corrected, constant", 1, 0, 0),
    ("Nesterov, CorrectedStepInside, constant", 1, 0, 0),
    ("FISTA", 1, 0, 0),
    ("L1, Accelerated", 1, 0, 0),
    ("AdaGrad, Outside, from 0, step decay 0", 1, 1, 1),
    ("RMSprop, Outside, from 0, no momentum", 1, 1, 1),
    ("RMSprop, centred, Outside, from 0, no momentum", 2, 1, 1),
    ("RMSprop, Outside, from 0, step outside", 2, 1, 1),
    ("Adadelta", 2, 1, 2),
    ("Adamax, InMaximum", 2, 1, 0),
    ("Adam, Outside", 2, 1, 1),
    ("Adam, Inside", 2, 1, 1),
    ("Adam, decay Parameter(StepSize, Before)", 2, 1, 1),
    ("NAdam, Outside, 0.96^(t/250), Corrected", 2, 2, 1),
    ("RAdam, Hat, ρ > 5, Momentum", 2, 1, 1),
    ("AdaBound, Outside, corrected, constant bounds", 2, 1, 1),
    ("AdaBound, Outside, uncorrected and over √t, constant bounds", 2, 2, 1),
    ("AMSGrad, Outside, MaximumThenCorrect, from 0", 3, 1, 1),
    ("AMSBound, Outside, corrected, constant bounds", 3, 1, 1),
    ("RMSprop, centred, Outside, from 0, step outside", 3, 1, 1),
];

/// Those that benches/side_by_side.py compares with other frameworks.
const COMPARED: [&str; 5] = [
    "gradient descent",
    "momentum, step outside",
    "AdaGrad, Outside, from 0, step decay 0",
    "Adam, Outside",
    "Adam, decay Parameter(StepSize, Before)",
];

/// Those of mixed precision.
const MIXED: [&str; 2] = ["momentum, step outside", "Adam, Outside"];

const CACHED: [usize; 2] = [1_000, 32_768];
const MILLION: usize = 1 << 20;
const MAIN_MEMORY: usize = 1 << 24;

fn method(name: &str) -> Method {
    specimens().into_iter().find(|(known, _)| known == name).expect("a specimen of this name").1
}

fn widest() -> Isa {
    Isa::available()[Isa::available().len() - 1]
}

fn gradient<P: Storage<R>, R: Root>(length: usize) -> Vec<P> {
    let part = R::int(251);
    let value = |index: usize| R::int((index % 251) as i64) / &part - R::one() / R::int(2);
    let period: Vec<P> = (0..251).map(|index| P::store(value(index))).collect();
    period.iter().cycle().take(length).cloned().collect()
}

/// Parameters after some steps: more than RAdam takes until it rectifies.
fn after_steps<P: Real + Storage<R>, R: Root<Wide = f64>>(method: &Method, isa: Isa, gradient: &[P]) -> Vec<P> {
    let mut optimizer = method.build_stored::<P, R>(isa);
    let mut x = vec![vec![P::one(); gradient.len()]];
    (0..8).for_each(|_| optimizer.step(&mut x, &[Some(gradient)]));
    x.remove(0)
}

fn pool(threads: usize) -> ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

/// Times a step that is taken again and again on the threads of the pool; it is made when the case is chosen.
fn time<S: FnMut() + Send>(group: &mut BenchmarkGroup<'_, WallTime>, pool: &ThreadPool, name: &str, make: impl Fn() -> S) {
    let mut made = None;
    group.bench_function(name, |bencher| {
        let step = made.get_or_insert_with(&make);
        bencher.iter_custom(|times| {
            pool.install(|| {
                let start = Instant::now();
                (0..times).for_each(|_| step());
                start.elapsed()
            })
        })
    });
}

/// Times the cases over tensors of this length, with their bounds, on so many threads.
fn compare<P: Real + Storage<R>, R: Root<Wide = f64>>(
    criterion: &mut Criterion,
    formats: &str,
    length: usize,
    threads: usize,
    cases: &[Case],
) {
    let mut group = criterion.benchmark_group(format!("{formats}/{length}/{threads}"));
    group.throughput(Throughput::Elements(length as u64));
    let (isa, pool, gradient) = (widest(), pool(threads), gradient::<P, R>(length));
    let mut bounds = vec![];
    for &(name, slots, divisions, roots) in cases {
        let method = method(name);
        // From main memory the stream is the only bound that is close.
        let arithmetic = if length == MAIN_MEMORY { (slots, 0, 0) } else { (slots, divisions, roots) };
        for bound in [(slots, 0, 0), arithmetic] {
            if !bounds.contains(&bound) {
                bounds.push(bound);
                time_bound::<P, R>(&mut group, &pool, bound, &gradient);
            }
        }
        time(&mut group, &pool, name, || {
            let checked = &gradient[..length.min(100_000)];
            let found = pool.install(|| after_steps::<P, R>(&method, isa, checked));
            assert!(found == after_steps::<P, R>(&method, Isa::Scalar, checked), "{name} differs from scalar");
            let mut x = vec![vec![P::one(); length]];
            let mut optimizer = method.build_stored::<P, R>(isa);
            (0..8).for_each(|_| optimizer.step(&mut x, &[Some(&gradient)]));
            let state = optimizer.save().tensors.remove(0).map(|(_, state)| state.len());
            assert_eq!(state, Some(slots), "state values of {name}");
            let gradient = &gradient;
            move || optimizer.step(black_box(&mut x), &[Some(black_box(gradient))])
        });
    }
    group.finish();
}

/// The traffic of a rule with so many state values, its divisions and its roots, and next to no other arithmetic.
#[derive(Clone)]
struct Bound<const DIVISIONS: usize, const ROOTS: usize>;

impl<R: Root, const N: usize, const DIVISIONS: usize, const ROOTS: usize> Rule<R, N> for Bound<DIVISIONS, ROOTS> {
    type Clock = ();
    type Step = ();

    fn start(&self) {}

    fn step(&self, _clock: &(), _step_size: &R::Wide) {}

    #[inline(always)]
    fn update(_step: &(), x: R, gradient: R, state: [R; N]) -> (R, [R; N]) {
        let mut change = gradient.clone();
        for _ in 0..ROOTS {
            change = change.sqrt();
        }
        for _ in 0..DIVISIONS {
            change = gradient.clone() / change;
        }
        (x + change, state.map(|value| value + &gradient))
    }
}

fn time_bound<P: Real + Storage<R>, R: Root<Wide = f64>>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    pool: &ThreadPool,
    bound: (usize, usize, usize),
    gradient: &[P],
) {
    let (slots, divisions, roots) = bound;
    let arithmetic = if divisions + roots == 0 { "stream".into() } else { format!("{divisions} divisions, {roots} roots") };
    let name = format!("{arithmetic}, {slots} slots");
    match bound {
        (0, 0, 0) => time_rule::<P, R, 0, _>(group, pool, &name, Bound::<0, 0>, gradient),
        (1, 0, 0) => time_rule::<P, R, 1, _>(group, pool, &name, Bound::<0, 0>, gradient),
        (1, 1, 1) => time_rule::<P, R, 1, _>(group, pool, &name, Bound::<1, 1>, gradient),
        (2, 0, 0) => time_rule::<P, R, 2, _>(group, pool, &name, Bound::<0, 0>, gradient),
        (2, 1, 0) => time_rule::<P, R, 2, _>(group, pool, &name, Bound::<1, 0>, gradient),
        (2, 1, 1) => time_rule::<P, R, 2, _>(group, pool, &name, Bound::<1, 1>, gradient),
        (2, 1, 2) => time_rule::<P, R, 2, _>(group, pool, &name, Bound::<1, 2>, gradient),
        (2, 2, 1) => time_rule::<P, R, 2, _>(group, pool, &name, Bound::<2, 1>, gradient),
        (3, 0, 0) => time_rule::<P, R, 3, _>(group, pool, &name, Bound::<0, 0>, gradient),
        (3, 1, 1) => time_rule::<P, R, 3, _>(group, pool, &name, Bound::<1, 1>, gradient),
        _ => unreachable!("no case has these numbers: {bound:?}"),
    }
}

fn time_rule<P: Real + Storage<R>, R: Root, const N: usize, K: Rule<R, N, Step = ()>>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    pool: &ThreadPool,
    name: &str,
    _rule: K,
    gradient: &[P],
) {
    let isa = widest();
    time(group, pool, name, || {
        // Positive numbers, which roots are taken of.
        let gradient: Vec<P> = gradient.iter().map(|value| value.clone().magnitude()).collect();
        let mut x = vec![P::one(); gradient.len()];
        let mut slots: [Vec<R>; N] = std::array::from_fn(|_| vec![R::one(); gradient.len()]);
        move || {
            let slots = slots.each_mut().map(|slot| black_box(slot.as_mut_slice()));
            sweep::<P, R, N, K>(isa, &(), black_box(&mut x), black_box(&gradient), slots);
        }
    });
}

/// The sums; from main memory against a sum of integers, whose order the compiler may choose.
fn sums(criterion: &mut Criterion, length: usize, threads: usize) {
    let mut group = criterion.benchmark_group(format!("sums/{length}/{threads}"));
    group.throughput(Throughput::Elements(length as u64));
    let (x, y) = (gradient::<f32, f32>(length), vec![1.0f32; length]);
    let (isa, pool, x, y) = (widest(), pool(threads), x.as_slice(), y.as_slice());
    assert!(sum(isa, x).to_bits() == sum(Isa::Scalar, x).to_bits(), "the sum differs from scalar");
    assert!(dot(isa, x, y).to_bits() == dot(Isa::Scalar, x, y).to_bits(), "the product differs from scalar");
    if length == MAIN_MEMORY {
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<u32>>();
        let (x, y) = (bits(x), bits(y));
        let (x, y) = (x.as_slice(), y.as_slice());
        time(&mut group, &pool, "stream, 1 slice", || move || _ = black_box(wrapping_sum([black_box(x)])));
        time(&mut group, &pool, "stream, 2 slices", || move || _ = black_box(wrapping_sum([black_box(x), black_box(y)])));
    }
    time(&mut group, &pool, "sum", || move || _ = black_box(sum(isa, black_box(x))));
    time(&mut group, &pool, "dot", || move || _ = black_box(dot(isa, black_box(x), black_box(y))));
    group.finish();
}

fn wrapping_sum<const N: usize>(slices: [&[u32]; N]) -> u32 {
    let length = slices[0].len();
    if length > 1 << 16 {
        let halves = slices.map(|slice| slice.split_at(length / 2));
        let (low, high) = rayon::join(|| wrapping_sum(halves.map(|(low, _)| low)), || wrapping_sum(halves.map(|(_, high)| high)));
        return low.wrapping_add(high);
    }
    let slices = slices.map(|slice| &slice[..length]);
    (0..length).fold(0, |sum, index| slices.iter().fold(sum, |sum: u32, slice| sum.wrapping_add(slice[index])))
}

fn kernels(criterion: &mut Criterion) {
    // Below 65,536 elements one thread takes the whole tensor, however many there are.
    for (length, threads) in [(CACHED[0], 1), (CACHED[1], 1), (MAIN_MEMORY, 1), (MAIN_MEMORY, 2)] {
        compare::<f32, f32>(criterion, "f32", length, threads, CASES);
        sums(criterion, length, threads);
    }
    compare::<f64, f64>(criterion, "f64", MAIN_MEMORY, 2, CASES);
    let only = |names: &[&str]| CASES.iter().filter(|(name, ..)| names.contains(name)).copied().collect::<Vec<Case>>();
    let (compared, mixed) = (only(&COMPARED), only(&MIXED));
    for threads in [1, 2] {
        compare::<f32, f32>(criterion, "f32", MILLION, threads, &compared);
    }
    for (length, threads) in [(CACHED[0], 1), (CACHED[1], 1), (MAIN_MEMORY, 1), (MAIN_MEMORY, 2)] {
        compare::<bf16, f32>(criterion, "bf16 and f32", length, threads, &mixed);
    }
}

criterion_group!(benches, kernels);
criterion_main!(benches);
