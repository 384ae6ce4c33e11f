//! # No method, with momentum or without, has the rate 1/T on stochastic convex problems
//!
//! **Setting.** `f_s(x) = -sεx` on `[-1, 1]`, `s = ±1` unknown, gradients `±1` with mean `-sε`, `ε = c/√T`; after `T` gradients a method returns `x̂`.
//!
//! **Statement.** (1) Every method has `max_s E(f_s(x̂) - f_s*) ≥ ε (1 - TV)`, with the total variation `TV` between the two binomial laws. (2) For `16 ≤ T ≤
//! 1000` that is at least `0.30/√T` at `c = ½` and `0.33/√T` at `c = ¾`; so `T` times the error grows. At `c = ½` it is at least `1/(4√T)` for every `T`, because `1 - TV ≥ 1 - √(1 - (1 - ε²)^T) ≥ 1 - c`.
//! (3) `O(1/T)` holds for example on strongly convex quadratics, for the average of the iterates of SGD with momentum: `λ Σ x_t = -Σ ξ_t` up to terms that stay bounded.
//!
//! **Why.** The gradients do not depend on where they are taken: whoever finds `s` does so from `T` tosses of a coin.
//!
//! **How it could fail.** The overlap of the laws is enclosed for every `T`; small tests are enumerated; the code runs on all `2⁹` paths in its four
//! conventions, and on impulses of noise.

use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, Root, rational, square};
use crate::optimizers::{Algorithm, HeavyBall, Method, Momentum, Optimizer, Velocity, advance};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-momentum-rate-one-over-t",
    title: "Momentum does not give SGD the rate 1/T: no method has it on stochastic convex problems",
    topic: "stochastic",
    record: Some("sgd-momentum-rate-one-over-t"),
    statement: "For one of $f_s (x) = -s ε x$ on $[-1, 1]$, $s = ±1$, with gradients $±1$ of mean $-s ε$ and $ε = c/sqrt(T)$, every method errs by at \
                least $0.30/sqrt(T)$ ($c = 1/2$) and $0.33/sqrt(T)$ ($c = 3/4$) for $16 ≤ T ≤ 1000$, and $1/(4 sqrt(T))$ for every $T$. So SGD with momentum has no rate \
                $1/T$ on stochastic convex problems; the average of its iterates has it on $1/2 λ x^2$.",
    hypotheses: &[
        "for the rate $1/T$: strong convexity, no noise, interpolation, or averaged least squares",
        "for the lower bound: a method that sees $T$ stochastic gradients",
    ],
    sources: &[
        Source::Note("001", "103"),
        Source::Cited("agarwal2012", "lower bounds by coin tosses"),
        Source::Cited("ghadimi2015", "the deterministic rate of the Cesàro average"),
    ],
    claims: &[
        Claim {
            id: "one-over-t",
            as_stated: true,
            statement: "SGD with momentum: $O(1/T)$, that is, $T$ times the error is at most $10$",
            quantifier: "refuted at T = 10⁴ for every method, momentum included; outward-rounded",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| Ok(bounded(10_000)),
        },
        Claim {
            id: "every-method",
            as_stated: false,
            statement: "$sqrt(T) max_s 𝔼(f_s - f_s^*) ≥ 0.30$ at $c = 1/2$ and $≥ 0.33$ at $c = 3/4$",
            quantifier: "every method, 16 ≤ T ≤ 1000; outward-rounded",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(every_method([rational(30, 100), rational(33, 100)])),
        },
        Claim {
            id: "every-horizon",
            as_stated: false,
            statement: "$1 - \"TV\" ≥ 1 - c$, so that $sqrt(T) max_s 𝔼(f_s - f_s^*) ≥ c (1 - c) = 1/4$ at $c = 1/2$",
            quantifier: "every method, every T ≥ 1 and c < √T, as polynomial identities, by induction over T; and c = 1/2 at T = 1, 4, 9 and 16, exact",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(every_horizon(0)),
        },
        Claim {
            id: "tests",
            as_stated: false,
            statement: "the least mean error over $s$ of any rule $x ∈ {-1, 1}$ for the number of gradients $1$ is $ε (1 - \"TV\")$",
            quantifier: "all rules for T ≤ 9, ε = 1/3 and 1/6; other rules are mixtures of these",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(tests(&Rational::ONE)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "SGD with momentum, last and averaged iterate, errs by at least $ε (1 - \"TV\")$ for one of the two signs",
            quantifier: "the code in four conventions, β = 1/2, 9/10, 99/100, 10 step sizes from 1/25 to 4; T = 9, c = 1/2, all paths, \
                         outward-rounded",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, None),
        },
        Claim {
            id: "strongly-convex",
            as_stated: false,
            statement: "on $1/2 λ x^2$ from $x_0 = 0$ the average over $t < T$ of the code's iterates has $T 𝔼 macron(x)^2 ≤ 6/5 σ^2/λ^2$; by the next \
                        claim another start adds a term of order $1/T$",
            quantifier: "every independent noise of variance σ², λ = 1 and 2, β = 1/2 and 9/10, η = 1/2; T = 32 and 64, exact",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| averaged(subject, false, &rational(6, 5)),
        },
        Claim {
            id: "telescoping",
            as_stated: false,
            statement: "$η sum_(t < T) (λ x_t + ξ_t) = (1 - β) (x_0 - x_T) + β (x_(T - 1) - x_T)$ for the code",
            quantifier: "every start and noise, T = 1, ..., 12, λ = 1 and 2, β = 1/2 and 9/10, η = 1/2; exact",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| telescoping(subject),
        },
    ],
    controls: &[
        Control {
            id: "ten-over-t",
            differs: "claims that T times the error is at most 10 at T = 10⁴",
            broken: Broken::Statement(|_, _| Ok(bounded(10_000))),
        },
        Control {
            id: "larger-constant",
            differs: "claims 0.34/√T at c = 3/4",
            broken: Broken::Statement(|_, _| Ok(every_method([rational(30, 100), rational(34, 100)]))),
        },
        Control {
            id: "larger-constant-at-a-half",
            differs: "claims 0.31/√T at c = 1/2",
            broken: Broken::Statement(|_, _| Ok(every_method([rational(31, 100), rational(33, 100)]))),
        },
        Control {
            id: "larger-affinity",
            differs: "claims that the squared affinity of two tosses is larger by a billionth of ε²",
            broken: Broken::Statement(|_, _| Ok(every_horizon(1))),
        },
        Control {
            id: "tests-larger-by-a-billionth",
            differs: "claims that the least error is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(tests(&rational(1_000_000_001, 1_000_000_000)))),
        },
        Control {
            id: "code-half",
            differs: "claims that no step size gets below the error ε of doing nothing",
            broken: Broken::Statement(|_, subject| code(subject, Some(rational(1, 6)))),
        },
        Control {
            id: "last-iterate",
            differs: "claims T E x_T² ≤ 6σ²/(5λ²) of the last iterate",
            broken: Broken::Statement(|_, subject| averaged(subject, true, &rational(6, 5))),
        },
        Control {
            id: "smaller-average",
            differs: "claims T E x̄² ≤ 11σ²/(10λ²)",
            broken: Broken::Statement(|_, subject| averaged(subject, false, &rational(11, 10))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "telescoping", subject: &LONGER_STEP },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "telescoping", subject: &HEAVIER_BALL },
        },
    ],
    plots: &[growth],
};

/// `Σ_k min(P_+(k), P_-(k)) = 1 - TV` for `T` tosses with the probabilities `(1 ± ε)/2`: from the middle outwards, where
/// `C(2m, m) (ab)^m = Π (1 - ε²)(1 - 1/(2j))` neither overflows nor vanishes.
fn overlap(steps: u32, epsilon: Interval) -> Interval {
    let (one, half) = (Interval::point(1.0), Interval::point(0.5));
    let int = |k: u32| Interval::point(f64::from(k));
    let [rare, odds] = [(one - epsilon) * half, (one - epsilon) / (one + epsilon)];
    let mut middle = steps / 2;
    let together = one - epsilon * epsilon;
    let mut term = (1..=middle).fold(one, |product, j| product * together * (one - half / int(j)));
    let mut sum = Interval::point(0.0);
    if steps.is_multiple_of(2) {
        sum = term;
        if middle == 0 {
            return sum;
        }
        term = term * int(middle) / int(steps - middle + 1) * odds;
        middle -= 1;
    } else {
        term = term * int(steps) / int(middle + 1) * rare;
    }
    // `term` is C(T, k) a^(T-k) b^k at k = middle, a < b; the other law has the same at T - k.
    loop {
        sum = sum + Interval::point(2.0) * term;
        if middle == 0 {
            return sum;
        }
        term = term * int(middle) / int(steps - middle + 1) * odds;
        middle -= 1;
    }
}

/// `√T ε (1 - TV) = c (1 - TV)` at `ε = c/√T`.
fn least(steps: u32, c: &Rational) -> Interval {
    let c = Interval::of(c);
    c * overlap(steps, c / Interval::point(f64::from(steps)).sqrt())
}

fn bounded(steps: u32) -> Evidence {
    let mut exact = Exact::new();
    let error = least(steps, &rational(1, 2)) * Interval::point(f64::from(steps)).sqrt();
    let holds = (error - Interval::point(10.0)).above(0.0).map(|above| !above);
    exact.decided("T times the error of any method is at most 10", holds, || {
        format!("T = {steps}, c = 1/2: at least {:e}", error.lo)
    });
    exact.evidence()
}

fn every_method(constants: [Rational; 2]) -> Evidence {
    let mut exact = Exact::new();
    for (c, constant) in [rational(1, 2), rational(3, 4)].iter().zip(&constants) {
        for steps in 16..=1000 {
            let least = least(steps, c);
            let holds = (least - Interval::of(constant)).above(0.0);
            exact.decided("√T times the least error", holds, || {
                format!("T = {steps}, c = {c}: {:e} against {constant}", least.hi)
            });
        }
    }
    exact.evidence()
}

/// Let `m = 1 - TV = Σ min(P_+, P_-)`, so that `Σ max(P_+, P_-) = 2 - m`. By Cauchy and Schwarz `m(2 - m) ≥ (Σ √(P_+ P_-))²`, which is `(1 - ε²)^T`
/// for `T` independent tosses, and by Bernoulli at least `1 - Tε² = 1 - c²`. So `(1 - m)² ≤ c²`. `error` billionths of `ε²` are added to
/// the affinity of a toss.
fn every_horizon(error: i64) -> Evidence {
    let mut exact = Exact::new();
    let [a, b, c, d] = Polynomial::variables();
    // Two of the outcomes, with roots of the probabilities: the rest is a square.
    let rest = (a.squared() + b.squared()) * (c.squared() + d.squared()) - (&a * &c + &b * &d).squared();
    exact.identity("Cauchy and Schwarz, for each pair", rest, (&a * &d - &b * &c).squared());
    let [epsilon, m, t, power] = Polynomial::variables();
    // Both values of a toss have the same product of probabilities: the squared affinity is four times it.
    let toss = (m.int(1) + epsilon.clone()) * (m.int(1) - epsilon.clone());
    let claimed = m.int(1) - epsilon.squared() * m.constant(&(Rational::ONE - rational(error, 1_000_000_000)));
    exact.identity("the squared affinity of a toss", toss, claimed);
    let (before, after) = (m.int(1) - &t * &power, m.int(1) - (&t + &m.int(1)) * &power);
    exact.identity("Bernoulli: a toss leaves Tε⁴ of room", before * (m.int(1) - power.clone()) - after, &t * power.squared());
    exact.identity("1 - m(2 - m) = (1 - m)²", m.int(1) - &m * (m.int(2) - m.clone()), (m.int(1) - m.clone()).squared());
    for root in 1..=4_u64 {
        let (steps, epsilon) = ((root * root) as usize, rational(1, 2 * root));
        let overlap = exact_overlap(steps, &epsilon);
        let affinity = (Rational::ONE - square(&epsilon)).pow(steps as isize);
        let input = || format!("c = 1/2, T = {steps}: 1 - TV = {}", readable(&overlap));
        exact.holds("m(2 - m) ≥ (1 - ε²)^T", &overlap * (Rational::from(2) - &overlap) >= affinity, input);
        exact.holds("1 - TV ≥ 1 - c", overlap >= rational(1, 2), input);
    }
    exact.evidence()
}

/// `P(k of T)` gradients 1, for the sign `s`: each is 1 with probability `(1 - sε)/2`.
fn law(steps: usize, epsilon: &Rational, sign: i64) -> Vec<Rational> {
    let half = rational(1, 2);
    let p = &half * (Rational::ONE - Rational::from(sign) * epsilon);
    let q = Rational::ONE - &p;
    let mut choose = Rational::ONE;
    let mut all = Vec::new();
    for k in 0..=steps {
        all.push(&choose * p.pow(k as isize) * q.pow((steps - k) as isize));
        choose = choose * Rational::from(steps - k) / Rational::from(k + 1);
    }
    all
}

/// `1 - TV`, exactly.
fn exact_overlap(steps: usize, epsilon: &Rational) -> Rational {
    let pairs = law(steps, epsilon, 1).into_iter().zip(law(steps, epsilon, -1));
    pairs.fold(Rational::ZERO, |sum, (plus, minus)| sum + plus.min(minus))
}

/// All rules from the count of gradients 1 to -1 or 1: the mean over `s` of the error `ε(1 - s E_s x̂)`.
fn tests(factor: &Rational) -> Evidence {
    let mut exact = Exact::new();
    for (steps, epsilon) in (1..=9).flat_map(|steps| [(steps, rational(1, 3)), (steps, rational(1, 6))]) {
        let difference: Vec<Rational> =
            law(steps, &epsilon, 1).into_iter().zip(law(steps, &epsilon, -1)).map(|(plus, minus)| plus - minus).collect();
        let error = |rule: usize| {
            let signed = difference.iter().enumerate().map(|(k, d)| if rule >> k & 1 == 1 { d.clone() } else { -d.clone() });
            &epsilon * (Rational::ONE - signed.fold(Rational::ZERO, |sum, term| sum + term) / Rational::from(2))
        };
        let best = (1..1 << (steps + 1)).map(error).fold(error(0), Rational::min);
        let overlap = exact_overlap(steps, &epsilon);
        exact.equal("the least error", &best, &(factor * &epsilon * &overlap), || format!("T = {steps}, ε = {epsilon}"));
        let enclosed = self::overlap(steps as u32, Interval::of(&epsilon));
        let value = Interval::of(&overlap);
        exact.holds("the enclosure of 1 - TV", enclosed.lo <= value.hi && value.lo <= enclosed.hi, || format!("T = {steps}"));
    }
    exact.evidence()
}

/// The code's four conventions of SGD with momentum, at this learning rate.
fn conventions(beta: &Rational, eta: &Rational) -> [Method; 4] {
    let momentum = |velocity| {
        let rule = Momentum { momentum: beta.clone(), velocity };
        Method::new(Algorithm::Momentum(rule), eta.clone())
    };
    let two_point = Method::new(Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() }), eta.clone());
    [momentum(Velocity::StepOutside), momentum(Velocity::StepInside), momentum(Velocity::Average), two_point]
}

const TOSSES: usize = 9;

/// The last iterate and the sum of all at `T = 9`: element `p` of one tensor is path `p`, whose gradient at step `t` is bit `t` of `p`.
fn returned<R: Real>(optimizer: &mut dyn Optimizer<R>) -> [Vec<R>; 2] {
    let mut x = vec![R::zero(); 1 << TOSSES];
    let mut sum = x.clone();
    for step in 0..TOSSES {
        let sign = |path: usize| R::int(if path >> step & 1 == 1 { 1 } else { -1 });
        advance(optimizer, &mut x, |x| (0..x.len()).map(sign).collect());
        sum = sum.into_iter().zip(&x).map(|(sum, x)| sum + x).collect();
    }
    [x, sum]
}

/// The larger error over the two signs, at `ε = 1/6`, of what is returned on each path, divided by `count`.
fn larger_error<R: Real>(found: &[R], count: usize) -> R {
    let epsilon = rational(1, 6);
    let error = |sign: i64| {
        // A path with k gradients 1 has the probability of k divided by the number of such paths.
        let [law, choices] = [law(TOSSES, &epsilon, sign), law(TOSSES, &Rational::ZERO, sign)];
        let all = Rational::from(count << TOSSES);
        let weights: Vec<R> = law.iter().zip(choices).map(|(p, share)| R::of(&(p / (share * &all)))).collect();
        let terms = found.iter().enumerate().map(|(path, x)| x.clone() * &weights[path.count_ones() as usize]);
        R::of(&epsilon) * (R::one() - R::int(sign) * R::sum(terms))
    };
    error(1).larger(error(-1))
}

/// Whether the larger error is at least the bound. The best rule is attained by some methods, which end at -1 or 1: where all that is
/// returned is enclosed by points, they are summed up exactly.
fn at_least(found: &[Interval], count: usize, bound: &Rational) -> Option<bool> {
    let point = |x: &Interval| if x.lo == x.hi { Rational::try_from(x.lo).ok() } else { None };
    if let Some(points) = found.iter().map(point).collect::<Option<Vec<Rational>>>() {
        return Some(larger_error(&points, count) >= *bound);
    }
    let (error, limit) = (larger_error(found, count), Interval::of(bound));
    if error.lo >= limit.hi { Some(true) } else { (error.hi < limit.lo).then_some(false) }
}

/// All conventions and step sizes against the bound, `ε (1 - TV)` or another that is claimed. The first holds for any code: what could fail is the bound.
fn code(subject: &dyn Subject, claimed: Option<Rational>) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let epsilon = rational(1, 6);
    let bound = claimed.unwrap_or_else(|| &epsilon * exact_overlap(TOSSES, &epsilon));
    let rates = (1..=5).map(|k| rational(k, 25)).chain((1..=5).map(|k| rational(4 * k, 5)));
    for (beta, eta) in rates.flat_map(|eta| [(1, 2), (9, 10), (99, 100)].map(|(a, b)| (rational(a, b), eta.clone()))) {
        for method in conventions(&beta, &eta) {
            let method = method.projected(Rational::NEG_ONE, Rational::ONE);
            let [last, sum] = returned(&mut *subject.enclosure(&method)?);
            for (name, found, count) in [("last", last, 1), ("average", sum, TOSSES)] {
                exact.decided("the larger of the two errors", at_least(&found, count, &bound), || {
                    let error = larger_error(&found, count);
                    format!("{:?}, η = {eta}, {name} iterate: {:e} against {bound}", method.algorithm, error.hi)
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// The response of the iterates `x_0, ..., x_T` to a unit of noise in each step: coordinate `s` of a tensor has it in step `s`. One more
/// coordinate has no noise, and starts at 1 instead of 0.
fn responses<R: Real>(optimizer: &mut dyn Optimizer<R>, lambda: &R, steps: usize) -> Vec<Vec<R>> {
    let mut x = vec![R::zero(); steps];
    x.push(R::one());
    let mut iterates = vec![x.clone()];
    for step in 0..steps {
        let noise = |place: usize| if place == step { R::one() } else { R::zero() };
        advance(optimizer, &mut x, |x| x.iter().enumerate().map(|(place, x)| x.clone() * lambda + noise(place)).collect());
        iterates.push(x.clone());
    }
    iterates
}

fn settings() -> impl Iterator<Item = (Rational, Rational, Method)> {
    let pairs = [1, 2].into_iter().flat_map(|lambda| [(1, 2), (9, 10)].map(|beta| (lambda, beta)));
    pairs.map(|(lambda, (a, b))| {
        let (beta, eta) = (rational(a, b), rational(1, 2));
        let rule = Momentum { momentum: beta.clone(), velocity: Velocity::StepOutside };
        (Rational::from(lambda), beta, Method::new(Algorithm::Momentum(rule), eta))
    })
}

/// `λ² T E x̄²`, or of the last iterate, for noise of variance 1: the sum of the squares of the responses.
fn averaged(subject: &dyn Subject, last: bool, most: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (lambda, beta, method) in settings() {
        for steps in [32, 64] {
            let iterates = responses(&mut *subject.exact(&method)?, &lambda, steps);
            let response = |place: usize| {
                if last {
                    return iterates[steps][place].clone();
                }
                let sum = iterates[..steps].iter().fold(Rational::ZERO, |sum, x| sum + &x[place]);
                sum / Rational::from(steps)
            };
            let squares = (0..steps).map(response).fold(Rational::ZERO, |sum, x| sum + square(&x));
            let scaled = squares * Rational::from(steps) * square(&lambda);
            exact.holds("λ² T times the mean square", scaled <= *most, || {
                format!("λ = {lambda}, β = {beta}, η = 1/2, T = {steps}: {} against {most}", readable(&scaled))
            });
        }
    }
    Ok(exact.evidence())
}

fn telescoping(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    const STEPS: usize = 12;
    let mut exact = Exact::new();
    for (lambda, beta, method) in settings() {
        let iterates = responses(&mut *subject.exact(&method)?, &lambda, STEPS);
        for (steps, place) in (1..=STEPS).flat_map(|steps| (0..=STEPS).map(move |place| (steps, place))) {
            let noise = if place < steps { Rational::ONE } else { Rational::ZERO };
            let sum = iterates[..steps].iter().fold(noise, |sum, x| sum + &lambda * &x[place]);
            let [start, before, end] = [&iterates[0][place], &iterates[steps - 1][place], &iterates[steps][place]];
            let right = (Rational::ONE - &beta) * (start - end) + &beta * (before - end);
            let input = || format!("λ = {lambda}, β = {beta}, T = {steps}, x_0 = {start}, noise in step {place}");
            exact.equal("the sum of the gradients", &(&method.step_size * sum), &right, input);
        }
    }
    Ok(exact.evidence())
}

fn growth(_: &Lab) -> Plot {
    let horizons = || (4..=13).map(|power| 1_u32 << power);
    let curve = |c: Rational| horizons().map(move |steps| [f64::from(steps), f64::from(steps).sqrt() * least(steps, &c).lo]);
    let measured = [16, 64, 256].map(|steps| {
        let rule = Momentum { momentum: rational(9, 10), velocity: Velocity::StepOutside };
        let method = Method::new(Algorithm::Momentum(rule), rational(1, 2));
        let squares: f64 = Reference.double(&method).map_or(f64::NAN, |mut optimizer| {
            let iterates = responses(&mut *optimizer, &1.0, steps);
            let mean = |place: usize| iterates[..steps].iter().map(|x| x[place]).sum::<f64>() / steps as f64;
            (0..steps).map(|place| mean(place) * mean(place)).sum()
        });
        [steps as f64, steps as f64 * squares / 2.0]
    });
    Plot {
        id: "growth".into(),
        title: "T times the error: of any method on a convex pair, and of averaged momentum on ½ x²".into(),
        x: "horizon T".into(),
        y: "T (E f - f*)".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("any method, c = 1/2: at least", curve(rational(1, 2))),
            Series::theory("any method, c = 3/4: at least", curve(rational(3, 4))),
            Series::theory("10", horizons().map(|steps| [f64::from(steps), 10.0])),
            Series::measured("strongly convex, β = 0.9, averaged", measured),
        ],
    }
}
