//! 16-bit parameters with state and arithmetic in f32: every path gives the bits of a single-precision run whose parameters are rounded
//! after each step.

use gradproof::kernels::{Isa, Storage};
use gradproof::lab::{Draws, Lab};
use gradproof::number::{Real, bf16, f16};
use gradproof::optimizers::{Method, Optimizer, specimens};

trait Narrow: Real<Wide = f64> + Storage<f32> + Copy {
    fn of_single(x: f32) -> Self;
    fn bits(self) -> u16;
}

macro_rules! narrow {
    ($($float:ident)*) => {$(
        impl Narrow for $float {
            fn of_single(x: f32) -> Self {
                $float::from_f32(x)
            }
            fn bits(self) -> u16 {
                if self.is_nan() { u16::MAX } else { self.to_bits() }
            }
        }
    )*};
}
narrow! { bf16 f16 }

/// Numbers of the format, some of them special.
fn numbers<P: Narrow>(length: usize, draws: &mut Draws) -> Vec<P> {
    let special = [0.0, -0.0, f32::NAN, f32::INFINITY, 1e-6, -6e4, 1e-30];
    let mut number = || match draws.index(16) {
        0 => special[draws.index(special.len())],
        _ => draws.normal() as f32,
    };
    (0..length).map(|_| P::of_single(number())).collect()
}

fn step<P, R: Real>(optimizer: &mut dyn Optimizer<P, R>, x: &mut Vec<P>, gradient: &[P]) {
    optimizer.step(std::slice::from_mut(x), &[Some(gradient)]);
}

/// The bits of the parameters after each of some steps, on this path.
fn stored<P: Narrow>(method: &Method, isa: Isa, start: &[P], gradients: &[Vec<P>]) -> Vec<Vec<u16>> {
    let (mut optimizer, mut x) = (method.build_stored::<P, f32>(isa), start.to_vec());
    let mut after = |gradient: &Vec<P>| {
        step(&mut *optimizer, &mut x, gradient);
        x.iter().map(|x| x.bits()).collect()
    };
    gradients.iter().map(&mut after).collect()
}

fn rounded<P: Narrow>(method: &Method, start: &[P], gradients: &[Vec<P>]) -> Vec<Vec<u16>> {
    let single = |numbers: &[P]| -> Vec<f32> { numbers.iter().map(|x| x.load()).collect() };
    let (mut optimizer, mut x) = (method.build_for::<f32>(Isa::Scalar), single(start));
    let mut after = |gradient: &Vec<P>| {
        step(&mut *optimizer, &mut x, &single(gradient));
        let narrow: Vec<P> = x.iter().map(|x| P::of_single(*x)).collect();
        x = single(&narrow);
        narrow.iter().map(|x| x.bits()).collect()
    };
    gradients.iter().map(&mut after).collect()
}

fn every_path_rounds_once<P: Narrow>(purpose: &str) {
    let lab = Lab::new(0, 1, "storage");
    for (index, (name, method)) in specimens().iter().enumerate() {
        let mut draws = lab.stream(purpose).trial(index as u64);
        // Now and then so long that the tensor is split over threads.
        let length = if index % 16 == 0 { (1 << 16) + 77 } else { draws.index(70) };
        let start: Vec<P> = numbers(length, &mut draws);
        let gradients: Vec<Vec<P>> = (0..4).map(|_| numbers(length, &mut draws)).collect();
        let wanted = rounded(method, &start, &gradients);
        for isa in Isa::available() {
            assert!(stored(method, isa, &start, &gradients) == wanted, "{name} on {isa:?}");
        }
    }
}

#[test]
fn bf16_parameters_are_rounded_once_a_step_on_every_path() {
    every_path_rounds_once::<bf16>("bf16");
}

#[test]
fn f16_parameters_are_rounded_once_a_step_on_every_path() {
    every_path_rounds_once::<f16>("f16");
}
