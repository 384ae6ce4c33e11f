//! Worst cases that the solver finds, against those that are known.
#![cfg(feature = "solver")]

use gradproof::certify::certificate::{Certificate, Class, Function, Initial, Measure, Method, StepSizes};
use gradproof::certify::check;
use gradproof::certify::search::{Found, Ways, worst_case};
use gradproof::certify::{run_function, value};
use gradproof::number::to_f64;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn posed(method: Method, class: Class, [initial, measure]: [&str; 2], steps: usize) -> Certificate {
    let (initial, level) = initial.split_once(' ').unwrap_or((initial, "1"));
    let level = level.to_string();
    let measure = match measure {
        "value" => Measure::FunctionGap,
        "distance" => Measure::Distance,
        "gradient" => Measure::GradientNorm,
        "best value" => Measure::BestFunctionGap,
        "best gradient" => Measure::BestGradientNorm,
        other => panic!("{other}"),
    };
    let initial = match initial {
        "distance" => Initial::Distance(level),
        "value" => Initial::FunctionGap(level),
        "gradient" => Initial::GradientNorm(level),
        other => panic!("{other}"),
    };
    Certificate::problem(method, class, measure, initial, steps)
}

fn descent(step_sizes: &str) -> Method {
    let list: Vec<String> = step_sizes.split(',').map(str::to_string).collect();
    Method::GradientDescent {
        step_size: if let [one] = &list[..] { StepSizes::Constant(one.clone()) } else { StepSizes::Each(list) },
    }
}

fn proximal_point(step_size: &str) -> Method {
    Method::ProximalPoint { step_size: StepSizes::Constant(step_size.into()) }
}

fn heavy_ball(step_size: &str, momentum: &str) -> Method {
    Method::HeavyBall { step_size: step_size.into(), momentum: momentum.into() }
}

fn nesterov(step_size: &str, momentum: &str) -> Method {
    Method::Nesterov { step_size: step_size.into(), momentum: momentum.into() }
}

/// With the constants of Van Scoy, Freeman and Lynch (2018) for `L = 9 μ`, where `ρ = 2/3`.
fn triple_momentum() -> Method {
    let [step_size, momentum, lookahead, readout] = ["5/27", "1/3", "1/5", "4/5"].map(String::from);
    Method::TripleMomentum { step_size, momentum, lookahead, readout }
}

fn smooth(constants: &str) -> Class {
    match constants.split_once(' ') {
        None => Class::SmoothConvex { L: constants.into() },
        Some((mu, smoothness)) => Class::SmoothStronglyConvex { mu: mu.into(), L: smoothness.into() },
    }
}

fn number(text: &str) -> f64 {
    let number = value(text).unwrap();
    let [a, b] = number.parts().map(to_f64);
    a + b * number.radicand().map_or(0.0, |radicand| (radicand as f64).sqrt())
}

/// A worst case that is proved, and least up to `10^-9`.
fn least(problem: &Certificate) -> Found {
    let found = worst_case(problem, Ways::Solver).unwrap_or_else(|why| panic!("{why}: {problem:?}"));
    check(&found.upper).unwrap_or_else(|why| panic!("{why}: {problem:?}"));
    assert!(found.upper.same_problem(problem));
    if !found.is_tight() {
        let slack = found.slack().unwrap_or(f64::INFINITY);
        assert!(slack <= 1e-9, "{slack:e} for {problem:?}: {} and {:?}", found.upper.bound, found.attained);
    }
    found
}

/// Problems whose worst case is known in closed form: within `10^-9` of it and never below, and exactly where the solver finds that.
#[test]
fn known_worst_cases_are_reached() {
    let values = ["distance", "value"];
    let composite = |mu: &str| Class::Composite { mu: mu.into(), L: "1".into() };
    let lipschitz = || Class::ConvexLipschitz { M: "1".into() };
    let nonconvex = || Class::Smooth { L: "1".into() };
    let gradient_method = || Method::ProximalGradient { step_size: "1".into() };
    for (problem, known, exactly) in [
        // Drori and Teboulle (2014): L R²/(4N + 2); in other units too.
        (posed(descent("1,1,1"), smooth("1"), values, 3), "1/14", true),
        (posed(descent("1/1000,1/1000"), smooth("1000"), ["distance 3", "value"], 2), "300", true),
        (posed(descent("3/2,1"), smooth("1"), values, 2), "1/12", true),
        // 2/((N + 2)(N + 3)).
        (posed(Method::NesterovCounting { step_size: "1".into() }, smooth("1"), values, 3), "1/15", true),
        (posed(Method::NesterovCounting { step_size: "1".into() }, smooth("1"), values, 6), "1/36", true),
        // What the gradient is after a start with a known value: 2L/(2N + 1); with a known distance: (L R/(N + 1))².
        (posed(descent("1"), smooth("1"), ["value", "gradient"], 3), "2/7", true),
        (posed(descent("1"), smooth("1"), ["value", "gradient"], 8), "2/17", true),
        (posed(descent("1"), smooth("1"), ["distance", "gradient"], 3), "1/16", true),
        (posed(descent("1"), smooth("1"), ["gradient", "gradient"], 2), "1", true),
        (posed(descent("1,1/2"), smooth("1"), ["distance", "distance"], 2), "1", false),
        // Taylor, Hendrickx and Glineur (2018): R²/(4 Σ η) for composites, for η = 1/L, and the contraction by (1 - ημ)².
        (posed(gradient_method(), composite("0"), values, 2), "1/8", false),
        (posed(gradient_method(), composite("0"), values, 4), "1/16", false),
        (posed(gradient_method(), composite("1/10"), ["distance", "distance"], 2), "6561/10000", false),
        (posed(proximal_point("1"), Class::Convex, values, 4), "1/16", true),
        (posed(proximal_point("2"), Class::StronglyConvex { mu: "1/2".into() }, ["distance", "distance"], 2), "1/16", false),
        // M R/√(N + 1) for the best of N + 1 values.
        (posed(descent("1/3"), lipschitz(), ["distance", "best value"], 8), "1/3", false),
        (posed(descent("1/2*sqrt(2)"), lipschitz(), ["distance", "best value"], 1), "1/2*sqrt(2)", false),
        // de Klerk, Glineur and Taylor (2017): ((L - μ)/(L + μ))^(2N).
        (posed(Method::ExactLineSearch, smooth("1 10"), ["value", "value"], 1), "81/121", true),
        (posed(Method::ExactLineSearch, smooth("1 10"), ["value", "value"], 2), "6561/14641", true),
        (posed(descent("1/10,1/12,1/20"), smooth("1 10"), ["distance", "distance"], 3), "(627/800)^2", true),
        (posed(descent("1/1000,1/1000"), smooth("1/1000 1000"), ["distance", "distance"], 2), "999999^4/1000000^4", false),
        (posed(descent("1,1"), nonconvex(), ["value", "best gradient"], 2), "1/2", false),
    ] {
        let found = least(&problem);
        if exactly {
            assert!(found.is_tight() && value(&found.upper.bound).unwrap() == value(known).unwrap(), "{found:?}");
        }
        let excess = number(&found.upper.bound) / number(known) - 1.0;
        assert!((-1e-13..=1e-9).contains(&excess), "{excess:e} above {known} for {problem:?}");
    }
}

/// No closed form is known, or not to us: what is proved is as large as what the solver's worst run attains.
#[test]
fn other_worst_cases_are_least() {
    let lipschitz = || Class::ConvexLipschitz { M: "2".into() };
    let nonconvex = || Class::Smooth { L: "3".into() };
    for problem in [
        posed(triple_momentum(), smooth("1 9"), ["distance", "value"], 6),
        posed(heavy_ball("1/4", "1/4"), smooth("1 9"), ["distance", "value"], 5),
        posed(heavy_ball("1/2", "1/2"), smooth("1"), ["distance", "distance"], 3),
        posed(nesterov("1/9", "1/2"), smooth("1 9"), ["distance", "value"], 6),
        posed(nesterov("1/1000", "9/10"), smooth("1/1000 1000"), ["distance 7", "value"], 3),
        posed(nesterov("1/9", "1/2"), smooth("1 9"), ["gradient", "distance"], 3),
        posed(heavy_ball("1/6", "1/2"), nonconvex(), ["value", "best gradient"], 5),
        posed(descent("1/2"), nonconvex(), ["value", "best gradient"], 3),
        posed(descent("1/5"), lipschitz(), ["distance", "value"], 4),
        // Bounds that were too large once: no value counts in the worst run, and values that may all grow together.
        posed(descent("16/3"), lipschitz(), ["distance", "distance"], 1),
        posed(descent("1"), Class::Smooth { L: "1".into() }, ["gradient", "best gradient"], 2),
        posed(descent("14"), smooth("1"), ["value 9", "best value"], 1),
        posed(descent("3,2,1/2"), lipschitz(), ["distance 1/4", "best value"], 3),
        posed(proximal_point("1"), Class::StronglyConvex { mu: "1/2".into() }, ["distance", "value"], 3),
        posed(proximal_point("1/3"), Class::Convex, ["distance", "gradient"], 3),
    ] {
        least(&problem);
    }
}

/// Nonsense gives an error in words; a bound that comes out nevertheless is checked.
#[test]
fn nonsense_is_refused() {
    let values = ["distance", "value"];
    let strongly_convex = |mu: &str| posed(descent("1/10"), smooth(&format!("{mu} 10")), values, 2);
    let noisy = |variance: &str| Method::StochasticGradientDescent { step_size: "1/10".into(), variance: variance.into() };
    let matrix = |rows: &[&[&str]]| Method::FixedStep {
        matrix: rows.iter().map(|row| row.iter().map(|x| x.to_string()).collect()).collect(),
    };
    for problem in [
        strongly_convex("11"),
        strongly_convex("10"),
        strongly_convex("-1"),
        strongly_convex("NaN"),
        posed(descent("1"), smooth("0"), values, 2),
        posed(descent("1"), smooth("-1"), values, 2),
        posed(descent("1"), smooth("1e400"), values, 2),
        posed(descent("1"), smooth("inf"), values, 2),
        posed(descent("1/0"), smooth("1"), values, 2),
        posed(descent("nan"), smooth("1"), values, 2),
        posed(descent("1"), smooth("1"), ["distance -1", "value"], 2),
        posed(descent("1"), smooth("1"), ["distance 0", "value"], 2),
        posed(descent("1"), smooth("1"), ["distance NaN", "value"], 2),
        posed(descent("1"), smooth("1"), values, 0),
        posed(descent("1"), smooth("1"), values, 101),
        posed(descent("1,1"), smooth("1"), values, 3),
        posed(descent("1"), smooth("1"), ["value", "distance"], 2),
        posed(descent("1"), Class::Convex, values, 2),
        posed(matrix(&[&["1"], &["1"]]), smooth("1"), values, 2),
        posed(noisy("-1"), smooth("1 10"), values, 1),
        posed(noisy("1"), smooth("1 10"), values, 2),
        posed(proximal_point("-1"), Class::Convex, values, 2),
        posed(proximal_point("0"), Class::Convex, values, 1),
        posed(Method::ProximalGradient { step_size: "1".into() }, smooth("1"), values, 1),
        posed(
            Method::ProximalGradient { step_size: "1".into() },
            Class::Composite { mu: "0".into(), L: "1".into() },
            ["value", "value"],
            1,
        ),
    ] {
        if let Ok(found) = worst_case(&problem, Ways::Solver) {
            panic!("{problem:?} gave {}", found.upper.bound);
        }
    }
}

/// Problems at the edge of sense: whatever comes out is checked, and nothing panics.
#[test]
fn odd_problems_do_not_panic() {
    let values = ["distance", "value"];
    for problem in [
        posed(descent("0"), smooth("1"), values, 2),
        posed(descent("-1/2"), smooth("1"), values, 2),
        posed(descent("100000"), smooth("1"), values, 2),
        posed(descent("10^30"), smooth("1"), values, 1),
        posed(descent("1/10^30"), smooth("1"), values, 1),
        posed(descent("1"), smooth("10^30"), values, 1),
        posed(descent("1"), smooth("1"), ["distance 10^30", "value"], 2),
        posed(descent("1"), smooth("1"), ["distance 1/10^30", "value"], 2),
        posed(descent("1/10"), smooth("1/10^12 10"), values, 2),
        posed(descent("1/10"), smooth("9.999999 10"), values, 2),
        posed(heavy_ball("1", "-1/2"), smooth("1"), values, 2),
        posed(heavy_ball("1", "3"), smooth("1"), values, 2),
        posed(descent("1"), Class::ConvexLipschitz { M: "1/1000000".into() }, values, 2),
    ] {
        match worst_case(&problem, Ways::Solver) {
            Ok(found) => assert!(check(&found.upper).is_ok() && found.slack().is_some(), "{problem:?}"),
            Err(why) => assert!(!why.to_string().contains('\n') && !why.to_string().is_empty(), "{why}"),
        }
    }
}

/// Numbers with one digit before the bar, of any sign.
fn fraction() -> impl Strategy<Value = String> {
    (-4i32..=16, 1u32..=8).prop_map(|(a, b)| format!("({a}/{b})"))
}

fn problem() -> impl Strategy<Value = Certificate> {
    let matrix = (1usize..=3).prop_flat_map(|steps| {
        let rows: Vec<_> = (1..=steps).map(|length| proptest::collection::vec(fraction(), length)).collect();
        rows.prop_map(|matrix| (matrix.len(), Method::FixedStep { matrix }))
    });
    let class = prop_oneof![
        Just(smooth("1")),
        Just(smooth("1/4 1")),
        Just(Class::Smooth { L: "1".into() }),
        Just(Class::ConvexLipschitz { M: "1".into() }),
    ];
    let initial = prop_oneof![3 => Just("distance"), 1 => Just("value"), 1 => Just("gradient")];
    let measure = prop_oneof![Just("value"), Just("distance"), Just("gradient"), Just("best gradient"), Just("best value")];
    (matrix, class, initial, measure).prop_map(|((steps, matrix), class, initial, measure)| {
        // Of a non-convex function no distances are known.
        let nonconvex = matches!(class, Class::Smooth { .. });
        let initial = if nonconvex && initial == "distance" { "value" } else { initial };
        let measure = if nonconvex && measure == "distance" { "gradient" } else { measure };
        posed(matrix, class, [initial, measure], steps)
    })
}

/// What a function of one variable attains from a start at 1, at the initial condition's level.
fn attained(problem: &Certificate, function: &Function) -> Option<f64> {
    let claim = problem.lower(function.clone(), vec!["1".into()]);
    let [known, level, value] = run_function(&claim).ok()?;
    let quotient = if matches!(function, Function::Absolute { .. }) { None } else { Some(value * level / known) };
    quotient.map(|quotient| number(&quotient.to_string()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(6), cases: 24, ..ProptestConfig::default() })]

    /// Whatever comes out is checked, no function attains more, and it does not depend on the units.
    #[test]
    fn bounds_of_random_methods_hold(problem in problem(), curvature in 1u32..=8, kink in 1u32..=8) {
        let Ok(found) = worst_case(&problem, Ways::Solver) else { return Ok(()) };
        prop_assert!(check(&found.upper).is_ok());
        prop_assert!(found.is_tight() || found.slack().is_some_and(|slack| slack <= 1e-9), "{found:?}");
        let bound = number(&found.upper.bound);
        let slopes = |outer: &str| vec![outer.to_string(), "1".into(), outer.to_string()];
        let breakpoints = vec![format!("-{kink}/8"), format!("{kink}/8")];
        for function in [
            Function::Quadratic { spectrum: vec![format!("{curvature}/8")] },
            Function::Piecewise { breakpoints: breakpoints.clone(), slopes: slopes("0") },
            Function::Piecewise { breakpoints, slopes: slopes("1/4") },
        ] {
            if let Some(attained) = attained(&problem, &function) {
                prop_assert!(attained <= bound * (1.0 + 1e-13), "{attained} above {bound}");
            }
        }
        // A start nine times as far (or as high): everything that is measured grows by the same, except where slopes are limited.
        if !matches!(problem.class, Class::ConvexLipschitz { .. }) {
            let raised = match &problem.initial {
                Initial::Distance(_) => Initial::Distance("9".into()),
                Initial::FunctionGap(_) => Initial::FunctionGap("9".into()),
                _ => Initial::GradientNorm("9".into()),
            };
            let farther = worst_case(&Certificate { initial: raised, ..problem.clone() }, Ways::Solver);
            let farther = number(&farther.unwrap().upper.bound);
            prop_assert!((farther / bound / 9.0 - 1.0).abs() <= 2e-9, "{farther} and {bound}");
        }
    }
}
