//! What the author of an optimizer writes; the README shows the first of these.

use gradproof::audit::InProcess;

#[test]
fn mine_is_sgd() {
    let mine = InProcess::new("sgd", &[("lr", 0.1)], |hyper, _: &[Vec<f32>]| {
        let lr = hyper("lr") as f32;
        move |x: &mut [Vec<f32>], g: &[Vec<f32>]| x.iter_mut().flatten().zip(g.iter().flatten()).for_each(|(x, g)| *x -= lr * g)
    });
    gradproof::audit(&mine).assert_conforms();
}

/// The step is 1% too long.
#[test]
#[should_panic(expected = "lr = ")]
fn a_longer_step_is_no_sgd() {
    let mine = InProcess::new("sgd", &[("lr", 0.1)], |hyper, _: &[Vec<f64>]| {
        let lr = 1.01 * hyper("lr");
        move |x: &mut [Vec<f64>], g: &[Vec<f64>]| x.iter_mut().flatten().zip(g.iter().flatten()).for_each(|(x, g)| *x -= lr * g)
    });
    gradproof::audit(&mine).assert_conforms();
}

#[test]
fn the_readme_shows_the_first() {
    let own = include_str!("authors.rs");
    let shown = own.split("#[test]\n").nth(1).unwrap().split("\n\n").next().unwrap();
    assert!(include_str!("../README.md").contains(shown), "README.md shows another test than this:\n{shown}");
}
