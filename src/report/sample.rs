//! A record by hand, with every verdict and with strings that break careless renderers.

use super::record::{ClaimRecord, ControlRecord, Record, TheoremRecord};
use super::run::RunFacts;
use crate::evidence::{Condition, Evidence, Exact, Property, Relation, Statistic, Witness};
use crate::plot::{Plot, Series};
use crate::verdict::Verdict;

/// Text that must stay text in every format.
pub const NASTY: &str = "<script>alert(1)</script> #evil #panic() $x *b* _u_ @ref \"q\" 'a' \\ & ]]> ü ‖∇f‖\n=1+1, \u{1}";

fn claim(id: &str, statement: &str, method: &str, both: [Verdict; 2], evidence: Evidence) -> ClaimRecord {
    ClaimRecord {
        id: id.into(),
        as_stated: both[0] == Verdict::Refuted,
        statement: statement.into(),
        quantifier: "all 0 < μ ≤ L and all steps 0 < η < 2/L".into(),
        expected: both[0],
        verdict: both[1],
        method: method.into(),
        evidence,
    }
}

fn control(id: &str, differs: &str, verdict: Verdict, evidence: Evidence) -> ControlRecord {
    let effect_over_margin = evidence.effect_over_margin();
    ControlRecord { id: id.into(), differs: differs.into(), effect_over_margin, verdict, evidence }
}

fn witness(condition: &str, found: &str) -> Option<Witness> {
    Some(Witness::new(condition, found.into()))
}

fn exact(cases: u64, witness: Option<Witness>) -> Evidence {
    let conditions = vec![Condition { name: "the multiplier identity, coefficient by coefficient".into(), cases }];
    let mut exact = Exact::new();
    (exact.cases, exact.conditions, exact.witness) = (cases, conditions, witness);
    exact.file = Some("certificates/gd-linear-rate.json".into());
    exact.evidence()
}

fn property(worst_margin: f64) -> Evidence {
    let witness = witness("‖x(t+1) − x*‖ ≤ ρ ‖x(t) − x*‖", "η = 0.3, x = [1.5, -2e-7]: deviation 2.2e-16, bound 4e-16");
    Evidence::Property(Property { cases: 20_000, worst_margin, witness })
}

fn sampled(name: &str, estimate: f64) -> Evidence {
    let statistic = |name: &str, estimate: f64| Statistic {
        name: name.into(),
        sequence: "normal mixture, noise is standard normal".into(),
        relation: Relation::Equal,
        target: 0.25,
        margin: 0.01,
        n: 65_536,
        largest_n: 262_144,
        estimate,
        interval: [estimate - 0.0042, estimate + 0.0042],
        alpha: 9.765625e-13,
        probability_inconclusive: 3.1e-9,
    };
    Evidence::sampled(vec![statistic(name, estimate), statistic("the same, second coordinate", 0.2497)])
}

fn rate_plot() -> Plot {
    let steps = || (0..=40).map(f64::from);
    let error = |rate: f64, bend: f64| steps().map(move |t| [t, libm::pow(rate, t) * (1.0 - bend * t / (t + 9.0))]);
    Plot {
        id: "rate".into(),
        title: "Distance to the minimiser of a quadratic, κ = 10".into(),
        x: "step t".into(),
        y: "‖x(t) − x*‖".into(),
        log_y: true,
        series: vec![
            Series::theory("ρ^t, η = 1/L", error(0.9, 0.0)),
            Series::theory("ρ^t, η = 2/(μ + L)", error(0.818, 0.0)),
            Series::measured("measured, η = 1/L", error(0.9, 0.1)),
            Series::measured("measured, η = 2/(μ + L)", error(0.818, 0.2)),
        ],
        ..Plot::default()
    }
}

fn variance_plot() -> Plot {
    let sizes = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
    let wiggle = |n: f64| 1.0 + 0.03 * libm::sin(7.0 * n);
    let mut measured: Vec<_> = sizes.iter().map(|&n| [n, wiggle(n) / n]).collect();
    measured.push([f64::NAN, f64::INFINITY]);
    Plot {
        id: "variance".into(),
        title: "Variance of the mini-batch gradient".into(),
        x: "batch size B".into(),
        y: "variance".into(),
        log_x: true,
        log_y: true,
        series: vec![Series::theory("σ²/B", sizes.map(|n| [n, 1.0 / n])), Series::measured("65 536 trials each", measured)],
    }
}

fn nasty_plot() -> Plot {
    let series = vec![
        Series::theory(NASTY, [[1.0, 2.0]]),
        Series::measured(NASTY, []),
        Series::measured("constant", [[0.0, 2.0], [3.0, 2.0]]),
    ];
    Plot { id: "../nasty".into(), title: NASTY.into(), x: NASTY.into(), y: NASTY.into(), series, ..Plot::default() }
}

/// Three theorems; the third is hostile and has what must never pass.
pub fn record() -> Record {
    use Verdict::{Inconclusive, NotApplicable, Proved, Refuted, Supported};
    let rate = TheoremRecord {
        id: "gd-linear-rate".into(),
        title: "Gradient descent contracts at the larger of |1 − ημ| and |1 − ηL|".into(),
        topic: "gradient-descent".into(),
        record: Some("gd-linear-rate".into()),
        statement:
            "For $f ∈ F(μ, L)$ and $0 < η < 2/L$: $ ‖x_(t+1) - x^*‖ <= ρ ‖x_t - x^*‖, quad ρ = max(abs(1 - η μ), abs(1 - η L)). $"
                .into(),
        hypotheses: vec!["$f$ is $μ$-strongly convex and $L$-smooth".into(), "exact gradients: $g_t = ∇f(x_t)$".into()],
        sources: vec![
            "Lecture note 02, lines 41-58".into(),
            "Polyak (1987), Introduction to Optimization, Theorem 3 of section 1.4".into(),
        ],
        claims: vec![
            claim("contraction", "$‖x_(t+1) - x^*‖ <= ρ ‖x_t - x^*‖$", "certificate", [Proved; 2], exact(42, None)),
            claim(
                "in-floats",
                "The same for a run in `f32` with $bar(x), tilde(x), hat(m)_t, dot(x)$, up to $γ_n sum_(i=1)^n |x_i|$",
                "property",
                [Supported; 2],
                property(0.31),
            ),
            claim(
                "as-the-note-says",
                "$η = 2/L$ converges too",
                "enumeration",
                [Refuted; 2],
                exact(3, witness("‖x_1‖ < ‖x_0‖", "f = L x²/2, η = 2/L: x_1 = −x_0, 1 against 1")),
            ),
        ],
        controls: vec![
            control("step-too-long", "η is 2.02/L instead of 2/L", Refuted, exact(1, witness("ρ < 1", "ρ = 51/50"))),
            control("sign-of-gradient", "x + ηg instead of x − ηg", Refuted, property(-41.5)),
        ],
        plots: vec![rate_plot()],
    };
    let variance = TheoremRecord {
        id: "minibatch-variance".into(),
        title: "A mini-batch of B samples divides the variance by B".into(),
        topic: "stochastic-gradients".into(),
        record: None,
        statement: "With replacement, $op(\"Var\")[hat(g)_B] = σ^2 / B$; without, $frac(N - B, N - 1) dot σ^2 / B$.".into(),
        hypotheses: vec!["samples are drawn uniformly from $N$".into()],
        sources: vec!["Bottou, Curtis, Nocedal (2018), section 4.2".into()],
        claims: vec![
            claim(
                "with-replacement",
                "$EE[‖hat(g)_B - ∇f‖^2] = σ^2/B$",
                "monte-carlo",
                [Supported; 2],
                sampled("squared error", 0.2512),
            ),
            claim("without", "$frac(N - B, N - 1)$ is the correction", "enumeration", [Proved; 2], exact(924, None)),
        ],
        controls: vec![control("forgets-correction", "divides by B alone", Refuted, sampled("squared error", 0.31))],
        plots: vec![variance_plot()],
    };
    let nasty = TheoremRecord {
        id: "nasty".into(),
        title: NASTY.into(),
        topic: "gradient-descent".into(),
        record: None,
        statement: format!("{} and $x < y$", NASTY.replace('$', "\\$")),
        hypotheses: vec!["<b>bold</b> #evil *no* _no_ @no".into()],
        sources: vec![NASTY.into()],
        claims: vec![
            ClaimRecord {
                quantifier: NASTY.into(),
                ..claim("open", "$x < y$", "monte-carlo", [Supported, Inconclusive], sampled(NASTY, 0.262))
            },
            claim("absent", "$x > \"a < b\"$", NASTY, [Proved, NotApplicable], Evidence::NotApplicable { reason: NASTY.into() }),
            claim("broken", "plain words", "property", [Supported, Refuted], property(f64::NEG_INFINITY)),
        ],
        controls: vec![
            control("not-refuted", NASTY, Supported, property(0.5)),
            control("invalid", "NaN", Inconclusive, Evidence::Invalid { reason: NASTY.into() }),
        ],
        plots: vec![nasty_plot(), Plot::default()],
    };
    Record::new(7, 1, 1e-9, vec![rate, variance, nasty])
}

/// Circumstances to go with it.
pub fn run() -> RunFacts {
    let text = |text: &str| text.to_string();
    RunFacts {
        started: text("2026-11-22 04:45 UTC"),
        seconds: 12.25,
        host: text("linux <x86_64>"),
        jobs: 2,
        command: text("gradproof verify --seed 7"),
    }
}
