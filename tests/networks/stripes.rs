//! The data set of stripes, and a network that learns it.

use super::*;

/// Every image is periodic along its stripes, and every orientation occurs.
#[test]
fn stripes_are_what_their_label_says() {
    let (images, labels) = stripes(&mut draws("stripes"), 200, 0.0);
    let mut seen = [0; ORIENTATIONS];
    for (image, label) in images.chunks(64).zip(labels.chunks(ORIENTATIONS)) {
        let orientation = label.iter().position(|x| *x == 1.0).expect("one label");
        seen[orientation] += 1;
        assert_eq!(label.iter().sum::<f64>(), 1.0);
        assert_eq!(image.iter().sum::<f64>(), 0.0);
        let constant_along = |step: usize, columns: std::ops::Range<usize>| {
            let pixels = (0..7).flat_map(|row| columns.clone().map(move |column| 8 * row + column));
            pixels.into_iter().all(|pixel| image[pixel] == image[pixel + step])
        };
        let along = [constant_along(1, 0..7), constant_along(8, 0..8), constant_along(7, 1..8), constant_along(9, 0..7)];
        assert_eq!(along.iter().position(|same| *same), Some(orientation));
        assert_eq!(along.iter().filter(|same| **same).count(), 1);
    }
    assert!(seen.iter().all(|count| *count > 20), "{seen:?}");
}

/// CNN8 learns: full-batch gradient descent takes its loss from about ln 4 to a tenth of that.
#[test]
fn cnn8_tells_stripes_apart() {
    let draws = &mut draws("cnn8");
    let network = cnn8(4, ORIENTATIONS).unwrap();
    let (inputs, targets) = stripes(draws, 64, 0.1);
    let objective = Objective::new(network, Loss::CrossEntropy, inputs, targets).unwrap();
    let mut parameters = objective.network().parameters(|| 0.0);
    for (tensor, shape) in parameters.iter_mut().zip(objective.network().shapes()).filter(|(_, shape)| shape.len() > 1) {
        let spread = (2.0 / shape[1..].iter().product::<usize>() as f64).sqrt();
        tensor.iter_mut().for_each(|weight| *weight = spread * draws.normal());
    }
    let start = objective.value(&parameters);
    for _ in 0..100 {
        let (_, gradient) = objective.gradient(&parameters);
        let elements = parameters.iter_mut().flatten().zip(gradient.iter().flatten());
        elements.for_each(|(weight, slope)| *weight -= 0.3 * slope);
    }
    let end = objective.value(&parameters);
    assert!(start > 0.5 && end < 0.1 * start, "{start} to {end}");
}
