//! PyTorch's L-BFGS.

use super::line_search::torch_search;
use super::*;

/// Runs steps on a problem, counting the calls of the closure.
fn torch<R: Root, P: Problem<R>>(settings: Settings<R>, problem: &P, mut x: Vec<R>, steps: usize) -> (Vec<R>, Vec<R>, usize) {
    let (mut optimizer, mut calls) = (PyTorchLbfgs::new(settings), 0);
    let mut closure = |x: &[R]| {
        calls += 1;
        (problem.value(x), problem.gradient(x))
    };
    let losses = (0..steps).map(|_| optimizer.step(&mut x, &mut closure)).collect();
    (x, losses, calls)
}

fn settings() -> Settings<f64> {
    Settings::default()
}

/// `min(1, 1 / |g|₁) lr`; on ½ Σ λ x² with powers of two, exactly.
#[test]
fn pytorchs_first_step_is_scaled_by_the_sum_of_the_gradient() {
    let problem = Quadratic { spectrum: vec![2.0, 4.0] };
    let one = |lr, x| torch(Settings { lr, max_iter: 1, ..settings() }, &problem, x, 1);
    // g = (4, -12), |g|₁ = 16.
    assert_eq!(one(1.0, vec![2.0, -3.0]), (vec![2.0 - 4.0 / 16.0, -3.0 + 12.0 / 16.0], vec![22.0], 1));
    assert_eq!(one(0.5, vec![2.0, -3.0]).0, [2.0 - 4.0 / 32.0, -3.0 + 12.0 / 32.0]);
    // g = (1/2, 1/4), |g|₁ < 1: the step is the whole gradient.
    assert_eq!(one(1.0, vec![0.25, 0.0625]).0, [-0.25, -0.1875]);
    // The second step has the whole length: in one dimension, the secant.
    let power = Power(vec![0.0, 0.0, 0.0, 0.0, 1.0]);
    let two = torch(Settings { max_iter: 2, ..settings() }, &power, vec![1.0], 1).0[0];
    // x₁ = 1 - 4 / 4 = 0, where the gradient vanishes.
    assert_eq!(two, 0.0);
    let half = torch(Settings { lr: 0.5, max_iter: 2, ..settings() }, &power, vec![1.0], 1).0[0];
    // x₁ = 1/2, g = 1/2, secant slope (4 - 1/2) / (1/2) = 7: x₂ = 1/2 - 1/2 · (1/2) / 7.
    assert!((half - (0.5 - 1.0 / 28.0)).abs() < 4.0 * UNIT_ROUNDOFF, "{half}");
}

/// Catalog, `lbfgs-closure-line-search`: on √(1 + x²) from 2 the default takes 20 evaluations and is beyond 1e4; with strong Wolfe it is at the
/// minimum.
#[test]
fn pytorchs_default_searches_no_line() {
    let (x, losses, calls) = torch(settings(), &Hyperbola, vec![2.0], 1);
    assert!(calls == 20 && x[0].abs() > 1e4, "{x:?} after {calls}");
    assert_eq!(losses, [5.0f64.sqrt()], "the loss before the step");
    let (x, _, calls) = torch(Settings { line_search: Some(Trials::Remaining), ..settings() }, &Hyperbola, vec![2.0], 1);
    assert!(x[0].abs() < 1e-5, "{x:?} after {calls}");
}

/// Along x² scaled until `yᵀs` falls below 1e-10, the pair is not learnt: the next step is that of γ = 1.
#[test]
fn pytorchs_pairs_pass_their_threshold() {
    let settings = Settings { tolerance_grad: 0.0, tolerance_change: 0.0, max_iter: 2, ..settings() };
    for (start, learnt) in [(1.0 / 32_768.0, true), (1.0 / 65_536.0, false)] {
        let problem = Quadratic { spectrum: vec![0.5] };
        let x = torch(settings.clone(), &problem, vec![start], 1).0[0];
        // First x/2; then the secant, which is exact, or -g again. yᵀs = (x/2)² / 2: 1.2e-10, or 2.9e-11.
        assert_eq!(x, if learnt { 0.0 } else { start / 4.0 }, "{start}");
    }
}

/// Iterations, evaluations, tolerances and the capacity, each on its own; and a second step goes on with the first one's pairs.
#[test]
fn pytorchs_limits_count() {
    let run = |settings: Settings<f64>, steps| torch(settings, &Rosenbrock, vec![-1.2, 1.0], steps);
    let wolfe = || Settings { line_search: Some(Trials::Remaining), ..settings() };
    assert_eq!(run(Settings { max_iter: 5, ..settings() }, 1).2, 5, "none in the last iteration");
    assert_eq!(run(Settings { max_eval: 3, ..settings() }, 1).2, 3);
    assert!(run(Settings { max_eval: 8, ..wolfe() }, 1).2 <= 9, "the search ends at most one trial late");
    let flat = Settings { tolerance_grad: 1e9, ..settings() };
    assert_eq!(run(flat, 3).2, 3, "one call a step, and no motion");
    let still = run(Settings { tolerance_change: 1e9, ..settings() }, 1);
    assert_eq!((still.2, still.0), (1, vec![-1.2, 1.0]), "a slope within the tolerance moves nothing");
    // With twice the length 1 goes to -1: the loss does not change, all else does.
    let mirrored = torch(Settings { lr: 2.0, ..settings() }, &Quadratic { spectrum: vec![1.0] }, vec![1.0], 1);
    assert_eq!((mirrored.0, mirrored.2), (vec![-1.0], 2));
    let one = run(Settings { max_iter: 10, ..settings() }, 1);
    let two = run(Settings { max_iter: 5, ..settings() }, 2);
    assert_eq!(one.0, two.0, "the same iterates");
    assert_eq!((one.2, two.2), (10, 10));
    assert_ne!(run(Settings { history_size: 1, ..settings() }, 1).0, run(settings(), 1).0);
    // 25 trials may exceed the limit: from a slope so gentle that the first search has far to go.
    let far = |trials| {
        let settings = Settings { line_search: Some(trials), lr: 1e-9, max_eval: 4, ..settings() };
        torch(settings, &Rosenbrock, vec![-1.2, 1.0], 1).2
    };
    assert!(far(Trials::Remaining) <= 5 && far(Trials::TwentyFive) > 5);
    // The maximum of -f is the minimum of f.
    struct Negated;
    impl Problem<f64> for Negated {
        fn gradient(&self, x: &[f64]) -> Vec<f64> {
            Rosenbrock.gradient(x).into_iter().map(|g: f64| -g).collect()
        }
        fn value(&self, x: &[f64]) -> f64 {
            -Problem::<f64>::value(&Rosenbrock, x)
        }
    }
    for line_search in [None, Some(Trials::Remaining)] {
        let settings = Settings { line_search, ..settings() };
        let down = torch(settings.clone(), &Rosenbrock, vec![-1.2, 1.0], 2);
        let up = torch(Settings { maximize: true, ..settings }, &Negated, vec![-1.2, 1.0], 2);
        assert_eq!((up.0, up.1.iter().map(|loss| -loss).collect::<Vec<_>>(), up.2), down);
    }
}

/// The two tolerances are for the largest component, not for the sum of magnitudes, which is four times as large here (PyTorch before
/// pytorch#25240). A step that stops at once leaves nothing behind that the next one would trip over. PyTorch 2.15.0 gives these numbers.
#[test]
fn pytorchs_tolerances_are_of_the_largest_component() {
    let run = |settings, steps| torch(settings, &Quadratic { spectrum: vec![1.0; 4] }, vec![0.5; 4], steps);
    for (tolerance_grad, end, evaluations) in [(0.5, 0.5, 2), (0.49, 0.25, 3)] {
        let (x, _, found) = run(Settings { tolerance_grad, ..settings() }, 2);
        assert_eq!((x, found), (vec![end; 4], evaluations), "{tolerance_grad}");
    }
    // The first step is 1/4 in each component, whose sum is 1; the second one reaches the minimum.
    for (tolerance_change, end) in [(0.25, 0.25), (0.24, 0.0)] {
        let (x, ..) = run(Settings { tolerance_change, ..settings() }, 1);
        assert_eq!(x, [end; 4], "{tolerance_change}");
    }
}

fn waves() -> Power<Tracked<f64>> {
    Power([1.0, -0.5, 4.0, 0.25, -1.0, 0.0, 0.0625].map(Tracked::exactly).to_vec())
}

/// The recorded runs of `torch.optim.LBFGS`: as many evaluations in each step, at the same points, with the same losses, up to what the number type
/// says that rounding may do. Its worst case grows from iteration to iteration; the first dozen evaluations are held to better than 1e-6.
#[test]
fn pytorchs_runs_are_reproduced() {
    let text = std::fs::read_to_string("tests/fixtures/lbfgs.json").expect("the fixture");
    let fixture: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let (mut tight, mut worst) = (0, 0f64);
    for case in fixture["cases"].as_array().expect("cases") {
        let agreements = match case["problem"].as_str().expect("a problem") {
            "rosenbrock" => reproduce(case, &Rosenbrock),
            "hyperbola" => reproduce(case, &Hyperbola),
            "waves" => reproduce(case, &waves()),
            _ => reproduce(case, &Quadratic { spectrum: [1, 4, 25].map(Tracked::<f64>::int).to_vec() }),
        };
        for (ours, theirs) in agreements.into_iter().filter(|(ours, _)| ours.bound() < 1e-6) {
            let distance = ours.distance(theirs);
            assert!(distance <= ours.bound(), "{}: {theirs} is {distance} from {ours:?}", case["name"]);
            (tight, worst) = (tight + 1, worst.max(distance / ours.bound().max(f64::MIN_POSITIVE)));
        }
    }
    for case in fixture["searches"].as_array().expect("searches") {
        let [start, first, curvature] =
            ["start", "first", "curvature"].map(|key| Tracked::exactly(case[key].as_f64().expect("a number")));
        let direction = -waves().derivative().at(&start);
        let (found, evaluations) =
            torch_search(&waves(), start, direction, &CubicZoom { curvature, ..CubicZoom::default() }, first);
        assert_eq!(case["evaluations"], evaluations, "{case}");
        let length = found.length;
        assert!(length.distance(case["length"].as_f64().expect("a length")) <= length.bound(), "{case}: {length:?}");
    }
    assert!(tight >= 400, "{tight} numbers held closely");
    assert!(worst > 1e-3, "the bound is not far from what happens: {worst}");
}

/// A recorded case and its repetition, number by number.
fn reproduce(case: &serde_json::Value, problem: &dyn Problem<Tracked<f64>>) -> Vec<(Tracked<f64>, f64)> {
    let list = |value: &serde_json::Value| value.as_array().expect("a list").clone();
    let numbers =
        |value: &serde_json::Value| list(value).iter().map(|number| number.as_f64().expect("a number")).collect::<Vec<_>>();
    let hyper = &case["hyper"];
    let number = |key: &str, default: f64| Tracked::exactly(hyper[key].as_f64().unwrap_or(default));
    let count = |key: &str, default: usize| hyper[key].as_u64().map_or(default, |count| count as usize);
    let max_iter = count("max_iter", 20);
    let maximize = hyper["maximize"] == true;
    let settings = Settings {
        lr: number("lr", 1.0),
        max_iter,
        max_eval: count("max_eval", max_iter * 5 / 4),
        tolerance_grad: number("tolerance_grad", 1e-7),
        tolerance_change: number("tolerance_change", 1e-9),
        history_size: count("history_size", 100),
        line_search: (hyper["line_search_fn"] == "strong_wolfe").then_some(Trials::Remaining),
        maximize,
    };
    let mut optimizer = PyTorchLbfgs::new(settings);
    let mut x: Vec<Tracked<f64>> = numbers(&case["start"]).into_iter().map(Tracked::exactly).collect();
    let (mut points, mut agreements) = (Vec::new(), Vec::new());
    let steps = numbers(&case["losses"]).into_iter().zip(list(&case["ends"])).zip(numbers(&case["evaluations"]));
    for ((loss, end), evaluations) in steps {
        let ours = optimizer.step(&mut x, |x| {
            points.push(x.to_vec());
            let sign = Tracked::int(if maximize { -1 } else { 1 });
            (problem.value(x) * sign, problem.gradient(x).into_iter().map(|g| g * sign).collect())
        });
        assert_eq!(points.len() as f64, evaluations, "{}: evaluations", case["name"]);
        agreements.push((ours, loss));
        agreements.extend(x.iter().copied().zip(numbers(&end)));
    }
    let theirs = list(&case["points"]).iter().flat_map(numbers).collect::<Vec<_>>();
    agreements.extend(points.concat().into_iter().zip(theirs));
    agreements
}
