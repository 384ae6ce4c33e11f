//! # The heavy ball tuned on quadratics does not converge beyond them
//!
//! **Setting.** `x⁺ = x - η ∇f(x) + β (x - x⁻)` on `F(μ, L)`. The witness has `f'(x) = 25x` for `x < 1`, `x + 24` up to 2, `25x - 24`
//! beyond: `μ = 1`, `L = 25`, minimiser 0, and Polyak's parameters are `η = 1/9`, `β = 4/9`.
//!
//! **Statement.** (1) There the heavy ball has the attracting cycle `792/1225 → -2208/1225 → 2592/1225`, reached from rest at 3.3;
//! gradient descent at `2/(L + μ)` and Nesterov's method converge. (2) For `0 < η ≤ 1/L` and `β² ≤ (1 - ημ)(1 - ηL)` it converges on
//! the whole class: `V = f(x) - f* + (1 - ηL)/(2η) ‖x - x⁻‖²` contracts by `1 - ημ`.
//!
//! **Why.** (1) All three points have slope 25, where the linear map has the double eigenvalue -2/3. (2) The descent lemma and
//! `‖g‖² ≥ 2μ(f - f*)`, added with the weights 1 and `η/2`, leave `((1 - ημ)(1 - ηL) - β²)/(2η) ‖x - x⁻‖²`.
//!
//! **How it could fail.** The code runs exactly on the cycle and from 3.3, in doubles against a derived bound, and on drawn members
//! with (2)'s parameters from states at rest and in motion; identities are compared as polynomials.

use super::counterexample::{counterexample, cycle_points, distances, nesterov, phases, polyak, safe, tuning};
use crate::certify::{Class, Sample, roots_within};
use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Method, Nesterov, Optimizer, Tuning, ghadimi_tuning, trajectory};
use crate::problems::{Piecewise, Problem};
use crate::subject::{Impostor, NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP, heavier};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "hb-global-convergence",
    title: "The heavy ball tuned on quadratics does not converge beyond them",
    topic: "momentum",
    record: Some("hb-global-convergence"),
    statement: "With the parameters that are best on quadratics, the heavy ball need not converge on $F(μ, L)$: at $μ = 1$, $L = 25$ \
                there is a function on which it has an attracting cycle of three. It converges on the whole class, at the rate \
                $1 - η μ$ in $f - f^*$, for $0 < η ≤ 1/L$ and $β = sqrt((1 - η μ)(1 - η L))$: this is no acceleration.",
    hypotheses: &["$f ∈ F(μ, L)$, $0 < μ < L$", "exact gradients, constant $η$ and $β$"],
    sources: &[
        Source::Note("000", "168, 595"),
        Source::Cited("lessard2016", "section 4.6"),
        Source::Cited("ghadimi2015", "Theorem 4"),
    ],
    claims: &[
        Claim {
            id: "converges",
            as_stated: false, // the note says it of quadratic functions; this is what the statement would be without that
            statement: "the heavy ball with the parameters that are best on quadratics converges beyond quadratics: no state recurs, and 99 steps halve the distance",
            quantifier: "μ = 1, L = 25: the code in exact arithmetic on a function of F(1, 25)",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| converges(subject, &polyak()),
        },
        Claim {
            id: "safe-parameters-converge",
            as_stated: false,
            statement: "with $η = 1/50$ and $β = 7/10 = sqrt((1 - η μ)(1 - η L))$ no state of that cycle recurs, and 99 steps halve the \
                        distance",
            quantifier: "μ = 1, L = 25: the code in exact arithmetic on the same function of F(1, 25)",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| converges(subject, &safe()),
        },
        Claim {
            id: "cycle",
            as_stated: false,
            statement: "there the code has the cycle $792/1225 → -2208/1225 → 2592/1225$, which attracts: the product of the \
                        Jacobians has both eigenvalues within $(2/3)^3$, and the code started at rest at $3.3$ converges to it",
            quantifier: "the code in exact arithmetic; from the 40th step on its distance from the cycle has a closed form",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| cycle(subject),
        },
        Claim {
            id: "cycle-in-doubles",
            as_stated: false,
            statement: "in doubles the code started at $3.3$ stays within $440 u$ of the cycle, $u = 2^(-53)$",
            quantifier: "steps 200 to 300",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| doubles(subject),
        },
        Claim {
            id: "others-converge",
            as_stated: false,
            statement: "on the same function each step of gradient descent at $2/(L + μ)$ contracts $|x|$ by $12/13$, and each of \
                        Nesterov's method ($η = 1/L$, $β = 2/3$) contracts $f(x) + ½ μ (x + 4 (x - x_(t-1)))^2$ by $1 - 1/sqrt(κ) = 4/5$",
            quantifier: "the code in exact arithmetic from rest at 3.3 and at the cycle's points, 40 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| others(subject),
        },
        Claim {
            id: "class",
            as_stated: false,
            statement: "if $0 < η ≤ 1/L$ and $β^2 ≤ (1 - η μ)(1 - η L)$ then \
                        $V_t = f(x_t) - f^* + frac(1 - η L, 2 η) ‖x_t - x_(t-1)‖^2$ has $V_(t+1) ≤ (1 - η μ) V_t$; started at rest, \
                        $f(x_T) - f^* ≤ (1 - η μ)^T (f(x_0) - f^*)$",
            quantifier: "every f in F(μ, L), and every convex L-smooth f with ‖∇f‖² ≥ 2μ(f - f*); every dimension and start, all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(potential(0)),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "each step of the code with $β = sqrt((1 - η μ)(1 - η L))$ contracts $V$ by $1 - η μ$, and by exactly that \
                        when it moves through the minimum of $½ L x^2$",
            quantifier: "the drawn functions with piecewise linear derivative, parameters with rational β, states at rest and in motion",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, Rational::ZERO),
        },
    ],
    controls: &[
        Control {
            id: "tuned-heavy-ball-converges",
            differs: "claims it of Polyak's parameters",
            broken: Broken::Statement(|_, subject| converges(subject, &polyak())),
        },
        Control {
            id: "unbalanced-potential",
            differs: "the weight η/2 of ‖g‖² ≥ 2μ(f - f*) is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(potential(1))),
        },
        Control {
            id: "rate-less-a-billionth",
            differs: "claims the rate 1 - ημ - 10⁻⁹",
            broken: Broken::Statement(|lab, subject| members(lab, subject, rational(1, 1_000_000_000))),
        },
        Control {
            id: "code-with-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "cycle", subject: &LONGER_STEP },
        },
        Control {
            id: "code-with-momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "members", subject: &HEAVIER_BALL },
        },
        Control {
            id: "code-in-doubles-with-momentum-larger-by-a-ten-trillionth",
            differs: "the code's momentum is β (1 + 10⁻¹³)",
            broken: Broken::Subject {
                claim: "cycle-in-doubles",
                subject: &Impostor {
                    name: "momentum larger by a ten-trillionth",
                    instead: |method| heavier(method, rational(1, 10_000_000_000_000)),
                },
            },
        },
        Control {
            id: "heavy-ball-for-gradient-descent",
            differs: "the code for gradient descent is the tuned heavy ball",
            broken: Broken::Subject {
                claim: "others-converge",
                subject: &Impostor {
                    name: "heavy ball for gradient descent",
                    instead: |method| if method.algorithm == Algorithm::GradientDescent { polyak() } else { method.clone() },
                },
            },
        },
        Control {
            id: "nesterov-without-look-ahead",
            differs: "the code for Nesterov's method takes the gradient at x",
            broken: Broken::Subject {
                claim: "others-converge",
                subject: &Impostor {
                    name: "heavy ball for Nesterov",
                    instead: |method| match &method.algorithm {
                        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(momentum), .. }) => {
                            Method::heavy_ball(Tuning { step_size: method.step_size.clone(), momentum: momentum.clone() })
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[phases, distances],
};

/// The method after a step that led from `previous` to where it is now; its step size and momentum are its own.
fn moving(subject: &dyn Subject, method: &Method, previous: &Rational) -> Result<Box<dyn Optimizer<Rational>>, NotOffered> {
    let mut optimizer = subject.exact(method)?;
    let mut state = optimizer.save();
    state.tensors = vec![Some((1, vec![vec![previous.clone()]]))];
    optimizer.load(state);
    Ok(optimizer)
}

/// Two consequences of convergence to the minimiser: no state away from it recurs, and the distance from it halves some time, for
/// which the rate 2/3 on quadratics would need two steps; 99 are granted.
fn converges(subject: &dyn Subject, method: &Method) -> Result<Evidence, NotOffered> {
    let [first, _, third] = cycle_points();
    let mut optimizer = moving(subject, method, &third)?;
    let path = trajectory(&mut *optimizer, vec![first], |x| counterexample().gradient(x), 3).concat();
    let mut exact = Exact::new();
    exact.holds("three steps do not lead back", (&path[2], &path[3]) != (&third, &path[0]), || {
        format!("from x⁻ = {third}, x = {}: {}, {}, {}; f has its only minimum at 0", path[0], path[1], path[2], path[3])
    });
    let mut optimizer = subject.exact(method)?;
    let path = trajectory(&mut *optimizer, vec![rational(33, 10)], |x| counterexample().gradient(x), 99).concat();
    let half = square(&rational(33, 20));
    exact.holds("after 99 steps from 3.3 the distance has halved for good", path[97..].iter().all(|x| square(x) <= half), || {
        format!("{:?}", path[97..].iter().map(readable).collect::<Vec<_>>())
    });
    Ok(exact.evidence())
}

fn cycle(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let function: Piecewise<Rational> = counterexample();
    let points = cycle_points();
    let Tuning { step_size, momentum } = tuning();
    let mut exact = Exact::new();
    let mut optimizer = moving(subject, &polyak(), &points[2])?;
    let path = trajectory(&mut *optimizer, vec![points[0].clone()], |x| function.gradient(x), 30).concat();
    for (step, x) in path.iter().enumerate() {
        exact.equal("the code stays on the cycle", x, &points[step % 3], || format!("step {step}"));
    }
    // The linear map of (x, x⁻) at each point, multiplied along the cycle; `room` is how far a slope extends around each point.
    let room = rational(142, 1225); // from 2592/1225 down to 2; 792/1225 and -2208/1225 are further from 1
    let mut product = [[Rational::ONE, Rational::ZERO], [Rational::ZERO, Rational::ONE]];
    for point in &points {
        let rise = |step: Rational| (function.derivative(&(point + &step)) - function.derivative(point)) / step;
        for slope in [rise(room.clone()), rise(-&room)] {
            exact.equal("f' has the slope 25 around the point", &slope, &Rational::from(25), || format!("{point}"));
        }
        let trace = Rational::ONE + &momentum - &step_size * rise(room.clone());
        let [now, before] = product;
        let next = [0, 1].map(|column| &trace * &now[column] - &momentum * &before[column]);
        product = [next, now];
    }
    let trace = &product[0][0] + &product[1][1];
    let determinant = &product[0][0] * &product[1][1] - &product[0][1] * &product[1][0];
    let radius = rational(8, 27);
    exact.holds("both eigenvalues lie within (2/3)³", roots_within(&trace, &determinant, &radius), || {
        format!("{trace}, {determinant}")
    });
    // From rest at 3.3 to step 40 and 41; afterwards, as long as the deviation e from the cycle stays within the room, it obeys
    // e₊₂ = -4/3 e₊₁ - 4/9 e, so that e = (a + bn)(-2/3)ⁿ after n further steps. As n (2/3)ⁿ ≤ 8/9, |a| + 8/9 |b| bounds all of
    // them, and if that lies within the room they never leave it and tend to zero.
    let mut optimizer = subject.exact(&polyak())?;
    let path = trajectory(&mut *optimizer, vec![rational(33, 10)], |x| function.gradient(x), 41).concat();
    // 792/1225 is near steps 3, 6, ..., 39: step 40 is near the second point, step 41 near the third.
    let [now, next] = [&path[40] - &points[1], &path[41] - &points[2]];
    let slope = &next * rational(-3, 2) - &now;
    let size = |x: &Rational| if *x < Rational::ZERO { -x } else { x.clone() };
    let bound = size(&now) + rational(8, 9) * size(&slope);
    exact.holds("from 3.3 all later deviations stay within the room", bound < room, || readable(&bound));
    Ok(exact.evidence())
}

/// The code in doubles from 3.3.
///
/// Near the cycle `|x| ≤ 2.12`, `|x - x⁻| ≤ 4` and `|g| ≤ 45.1`. With `u = 2⁻⁵³`, evaluating `g = 25 + 25(x - 1)` errs by at most
/// `(70 + 70 + 45.1)u`, `ηg` by `(185.1/9 + 2 · 5.02)u`, `β(x - x⁻)` by `3 · 1.96u` and the two sums by `(3.3 + 2.2)u`: less than
/// `48u` a step. A deviation of one step answers with `(n + 1)(-2/3)ⁿ`, whose sizes sum to 9: at most `432u`. What is left of a
/// deviation of at most 1/10 a hundred steps before is less than `100 (2/3)⁹⁹ / 5 < 8u`.
fn doubles(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let points = cycle_points();
    let mut optimizer = subject.double(&polyak())?;
    let path = trajectory(&mut *optimizer, vec![3.3], |x| counterexample::<f64>().gradient(x), 300).concat();
    let mut property = Property::new();
    for (step, x) in path.iter().enumerate().skip(100) {
        let Ok(x) = Rational::try_from(*x) else {
            return Ok(Evidence::Invalid { reason: format!("step {step} is {x}") });
        };
        let deviation = to_f64(&(&x - &points[step % 3])).abs();
        let bound = if step < 200 { 0.1 } else { 440.0 / (1u64 << 53) as f64 };
        property.within("distance from the cycle", deviation, bound, || format!("step {step}"));
    }
    Ok(property.evidence())
}

fn others(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let function: Piecewise<Rational> = counterexample();
    let mut exact = Exact::new();
    for start in cycle_points().into_iter().chain([rational(33, 10)]) {
        let run = |method: &Method| -> Result<Vec<Rational>, NotOffered> {
            let mut optimizer = subject.exact(method)?;
            Ok(trajectory(&mut *optimizer, vec![start.clone()], |x| function.gradient(x), 40).concat())
        };
        let found =
            |step: usize, pair: &[Rational]| format!("from {start}, step {step}: {}, {}", readable(&pair[0]), readable(&pair[1]));
        let rate = square(&rational(12, 13));
        for (step, pair) in run(&Method::gradient_descent(rational(2, 26)))?.windows(2).enumerate() {
            let contracts = square(&pair[1]) <= &rate * square(&pair[0]);
            exact.holds("gradient descent contracts", contracts, || found(step, pair));
        }
        let path = run(&nesterov())?;
        let potential = |step: usize| {
            let displacement = &path[step] - &path[step.max(1) - 1];
            let ahead = &path[step] + Rational::from(4) * displacement;
            function.value(&path[step..=step]) + square(&ahead) / Rational::from(2)
        };
        for step in 0..40 {
            let contracts = potential(step + 1) <= rational(4, 5) * potential(step);
            exact.holds("Nesterov's potential contracts", contracts, || found(step, &path[step..]));
        }
    }
    Ok(exact.evidence())
}

/// The proof for the class; `error` billionths are added to a multiplier.
fn potential(error: i64) -> Evidence {
    let [mu, l, eta, beta, x, d, g, h, f, v] = Polynomial::variables();
    let [zero, one, two] = [0, 1, 2].map(|n| mu.int(n));
    let smooth = Class { strong_convexity: zero, smoothness: l.clone() };
    let strong = Class { strong_convexity: mu.clone(), smoothness: l.clone() };
    let step = &beta * &d - &eta * &g;
    let before = Sample { point: x.clone(), gradient: g.clone(), value: f.clone() };
    let after = Sample { point: &x + &step, gradient: h.clone(), value: v.clone() };
    let mut exact = Exact::new();
    let descent = &two * (&f - &v + &g * &step) + &l * step.squared();
    let residual = (&g - &h + &l * &step).squared();
    exact.identity("descent lemma from interpolation", &l * &descent - smooth.interpolation(&before, &after), residual);
    let domination = g.squared() - &two * &mu * &f;
    let claim = (&l - &mu) * &domination - &mu * strong.interpolation(&Sample::minimiser(&mu), &before);
    exact.identity("‖g‖² ≥ 2μ(f - f*) from interpolation", claim, &l * (&g - &mu * &x).squared());
    // 2η ((1 - ημ) V - V⁺); all three terms on the right are non-negative.
    let [slow, fast] = [&one - &eta * &mu, &one - &eta * &l];
    let claim = &two * &eta * (&slow * &f - &v) + &fast * (&slow * d.squared() - step.squared());
    let weight = eta.squared() * (&one + mu.constant(&rational(error, 1_000_000_000)));
    let room = &slow * &fast - beta.squared();
    exact.identity("(1 - ημ) V - V⁺", claim, &eta * descent + weight * domination + room * d.squared());
    exact.evidence()
}

/// The potential along trajectories; `less` is taken from the rate `1 - ημ`.
fn members(lab: &Lab, subject: &dyn Subject, less: Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(300) {
        // 1 - ημ = a² and 1 - ηL = b² make β = ab rational; b = 0 is the step size 1/L, gradient descent.
        let draws = &mut stream.trial(case);
        let root = draws.index(15) as i64 + 1;
        let [slow, fast] = [rational(root, 16), draws.fraction(0..root, 16)];
        let eta = draws.fraction(1..32, 16);
        let [mu, smoothness] = [&slow, &fast].map(|root| (Rational::ONE - square(root)) / &eta);
        let method = Method::heavy_ball(ghadimi_tuning(eta.clone(), &slow, &fast));
        let rate = square(&slow) - &less;
        let start = draws.fraction(-320..320, 16);
        let displacement = draws.fraction(-160..160, 16);
        let function = Piecewise::draw(draws, &mu, &smoothness);
        let parabola = Piecewise::parabola(&smoothness);
        let potential = |function: &Piecewise<Rational>, previous: &Rational, x: &Rational| {
            let weight = square(&fast) / (Rational::from(2) * &eta);
            function.value(std::slice::from_ref(x)) + weight * square(&(x - previous))
        };
        let at_rest = subject.exact(&method)?;
        let in_motion = moving(subject, &method, &(&start - &displacement))?;
        for (mut optimizer, previous) in [(at_rest, start.clone()), (in_motion, &start - &displacement)] {
            let mut path = vec![previous];
            path.extend(trajectory(&mut *optimizer, vec![start.clone()], |x| function.gradient(x), 6).concat());
            for x in path.windows(3) {
                let contracts = potential(&function, &x[1], &x[2]) <= &rate * potential(&function, &x[0], &x[1]);
                exact.holds("V⁺ ≤ (1 - ημ) V", contracts, || {
                    let points = [&x[0], &x[1], &x[2]].map(readable);
                    format!("case {case}: μ = {mu}, L = {smoothness}, η = {eta}: {points:?}")
                });
            }
        }
        let mut optimizer = moving(subject, &method, &Rational::ONE)?;
        let next = trajectory(&mut *optimizer, vec![Rational::ZERO], |x| parabola.gradient(x), 1).concat().remove(1);
        let [before, after] =
            [potential(&parabola, &Rational::ONE, &Rational::ZERO), potential(&parabola, &Rational::ZERO, &next)];
        exact.equal("V⁺ = (1 - ημ) V through the minimum of ½Lx²", &after, &(rate * before), || {
            format!("case {case}: μ = {mu}, L = {smoothness}, η = {eta}")
        });
    }
    Ok(exact.evidence())
}
