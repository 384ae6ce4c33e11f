//! Initialisers in plain floats: section J of the list.

use super::row::{Row, bug, entries, init, plain, variant};
use gradproof::lab::Draws;

fn fans(shape: &[u64]) -> [f64; 2] {
    let kernel: u64 = shape[2..].iter().product();
    [(shape[1] * kernel) as f64, (shape[0] * kernel) as f64]
}

fn xavier(shape: &[u64]) -> f64 {
    let [fan_in, fan_out] = fans(shape);
    (2.0 / (fan_in + fan_out)).sqrt()
}

fn he(shape: &[u64]) -> f64 {
    (2.0 / fans(shape)[0]).sqrt()
}

fn normal(draws: &mut Draws) -> f64 {
    draws.normal()
}

fn uniform(draws: &mut Draws) -> f64 {
    3f64.sqrt() * draws.between(-1.0, 1.0)
}

/// Normal within two deviations.
fn cut(draws: &mut Draws) -> f64 {
    std::iter::repeat_with(|| draws.normal()).find(|z| z.abs() <= 2.0).unwrap_or(0.0)
}

fn mean_dimension(shape: &[u64]) -> f64 {
    shape.iter().sum::<u64>() as f64 / shape.len() as f64
}

/// Columns (or rows) by Gram and Schmidt, with positive signs.
fn orthonormal(shape: &[u64], draws: &mut Draws) -> Vec<f64> {
    let rows = shape[0] as usize;
    let columns = shape[1..].iter().product::<u64>() as usize;
    let (short, long) = (rows.min(columns), rows.max(columns));
    let mut basis: Vec<Vec<f64>> = vec![];
    for _ in 0..short {
        let mut vector = draws.normals(long);
        for _ in 0..2 {
            for other in &basis {
                let along: f64 = vector.iter().zip(other).map(|(x, y)| x * y).sum();
                vector.iter_mut().zip(other).for_each(|(x, y)| *x -= along * y);
            }
        }
        let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
        basis.push(vector.into_iter().map(|x| x / length).collect());
    }
    let entry = |place: usize| {
        if rows <= columns { basis[place / columns][place % columns] } else { basis[place % columns][place / columns] }
    };
    (0..rows * columns).map(entry).collect()
}

pub fn rows() -> Vec<Row> {
    vec![
        bug(
            "J01",
            "without-brackets",
            entries("xavier_normal", 0, normal, |shape| {
                let [fan_in, fan_out] = fans(shape);
                (2.0 / fan_in + fan_out).sqrt()
            }),
        ),
        bug("J03a", "U(-σ, σ)", entries("xavier_uniform", 0, |draws| draws.between(-1.0, 1.0), xavier)),
        bug("J03b", "entries without a sign", entries("xavier_uniform", 0, |draws| 3f64.sqrt() * draws.uniform(), xavier)),
        bug("J03c", "the law of xavier_normal", entries("xavier_uniform", 0, normal, xavier)),
        variant(
            "J04a",
            "fans-mean-dimension",
            entries("xavier_uniform", 0, uniform, |shape| (1.0 / mean_dimension(shape)).sqrt()),
        ),
        bug(
            "J04b",
            "σ² = 3.00 over the sum of all dimensions",
            entries("xavier_uniform", 0, uniform, |shape| (3.0 / shape.iter().sum::<u64>() as f64).sqrt()),
        ),
        bug(
            "J05a",
            "channels without the kernel",
            entries("xavier_uniform", 0, uniform, |shape| (2.0 / (shape[0] + shape[1]) as f64).sqrt()),
        ),
        // The kernel's last side is taken for the outputs, as where another layout is expected.
        bug(
            "J05b",
            "over the product of all dimensions but the last",
            entries("he_normal", 0, normal, |shape| {
                let last = shape[shape.len() - 1] as f64;
                let inputs = shape.iter().product::<u64>() as f64 / last;
                (2.0 / inputs).sqrt()
            }),
        ),
        variant("J07a", "fan-out", entries("he_normal", 0, normal, |shape| (2.0 / fans(shape)[1]).sqrt())),
        bug("J07b", "fan_in", entries("xavier_normal", 0, normal, |shape| (1.0 / fans(shape)[0]).sqrt())),
        bug("J08", "g² = 1", entries("he_normal", 0, normal, |shape| (1.0 / fans(shape)[0]).sqrt())),
        plain("J09a", "", entries("he_normal", 0, normal, he)),
        bug("J09b", "g² = 1", entries("he_uniform", 0, uniform, |shape| (1.0 / fans(shape)[0]).sqrt())),
        // Of our own.
        plain("X-J01", "", entries("xavier_uniform", 0, uniform, xavier)),
        plain("X-J02", "", entries("xavier_normal", 0, normal, xavier)),
        plain("X-J03", "", entries("he_uniform", 0, uniform, he)),
        plain("X-J04", "", entries("lecun_normal", 0, normal, |shape| (1.0 / fans(shape)[0]).sqrt())),
        plain("X-J05", "", entries("lecun_uniform", 0, uniform, |shape| (1.0 / fans(shape)[0]).sqrt())),
        variant("X-J06", "normal-law-truncated", entries("he_normal", 0, |draws| cut(draws) / 0.879_625_661_034_239_8, he)),
        variant("X-J07", "normal-law-cut", entries("he_normal", 0, cut, he)),
        bug("X-J08", "σ² = g/√fan", entries("he_normal", 0, normal, |shape| he(shape).sqrt())),
        bug("X-J09", "σ = g²/fan", entries("he_normal", 0, normal, |shape| he(shape).powi(2))),
        bug("X-J10", "1.04", entries("he_normal", 0, normal, |shape| 1.05 * he(shape))),
        bug(
            "X-J11",
            "another seed",
            init("he_normal", |shape, _| {
                let mut draws = gradproof::lab::Lab::new(0, 1, "zoo").stream("weights").trial(0);
                (0..shape.iter().product::<u64>()).map(|_| he(shape) * draws.normal()).collect()
            }),
        ),
        plain("X-J12", "", init("orthogonal", orthonormal)),
        variant(
            "X-J13",
            "signs-factorisation",
            init("orthogonal", |shape, draws| {
                let mut weights = orthonormal(shape, draws);
                let sign = -weights[0].signum();
                weights.iter_mut().for_each(|weight| *weight *= sign);
                weights
            }),
        ),
        bug(
            "X-J14",
            "1.0010 times orthonormal",
            init("orthogonal", |shape, draws| orthonormal(shape, draws).iter().map(|x| 1.001 * x).collect()),
        ),
        bug(
            "X-J15",
            "over the first dimension",
            init("orthogonal", |shape, draws| {
                let kept = (shape[0] as f64).sqrt();
                orthonormal(shape, draws).iter().map(|_| draws.normal() / kept).collect()
            }),
        ),
        plain("X-J16", "", init("zeros", |shape, _| vec![0.0; shape.iter().product::<u64>() as usize])),
        bug(
            "X-J17",
            "the entries are random",
            init("zeros", |shape, draws| (0..shape.iter().product::<u64>()).map(|_| 1e-8 * draws.normal()).collect()),
        ),
        plain("X-J18", "", init("ones", |shape, _| vec![1.0; shape.iter().product::<u64>() as usize])),
        bug("X-J19", "over 1, whatever the shape", entries("he_normal", 0, normal, |_| 0.02)),
        bug("X-J20", "every entry is 5e-1", init("ones", |shape, _| vec![0.5; shape.iter().product::<u64>() as usize])),
    ]
}
