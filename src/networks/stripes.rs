//! The synthetic stripes that CNN8 learns to tell apart.

use crate::lab::Draws;

/// Rows and columns of an image.
const SIZE: usize = 8;
/// Orientations: horizontal, vertical, and the two diagonals.
pub const ORIENTATIONS: usize = 4;

/// Labelled 8 × 8 images: stripes of ±1 with a period of 4 pixels, a random phase and one of four orientations, under normal noise. Returns inputs
/// (64 a sample) and one-hot targets (4 a sample).
pub fn stripes(draws: &mut Draws, samples: usize, noise: f64) -> (Vec<f64>, Vec<f64>) {
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    for _ in 0..samples {
        let (orientation, phase) = (draws.index(ORIENTATIONS), draws.index(4));
        for pixel in 0..SIZE * SIZE {
            let (row, column) = (pixel / SIZE, pixel % SIZE);
            let across = [row, column, row + column, row + SIZE - column][orientation] + phase;
            inputs.push(if across % 4 < 2 { 1.0 } else { -1.0 } + noise * draws.normal());
        }
        targets.extend((0..ORIENTATIONS).map(|class| if class == orientation { 1.0 } else { 0.0 }));
    }
    (inputs, targets)
}
