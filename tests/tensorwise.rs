//! The methods that look at whole tensors: LAMB, LARS and normalised gradient descent, against straight-line formulas in big floats,
//! closed forms that are exact in floats, and their symmetries.

use gradproof::kernels::Isa;
use gradproof::lab::Lab;
use gradproof::number::{Big, Format, Rational, Real, Root, Tracked, rational};
use gradproof::optimizers::{
    Adam, Adaptation, Algorithm, Counter, Coupling, Epsilon, Goal, Lamb, Lars, Method, Moments, Momentum, Normalized, Optimizer,
    Order, Scaling, Scope, StepNorm, TrustRatio, Velocity, ZeroNorm,
};
use half::bf16;

fn trust() -> TrustRatio<Rational> {
    let (zero_norm, scope) = (ZeroNorm::Unscaled, Scope::Tensor);
    TrustRatio { coefficient: Rational::ONE, epsilon: Rational::ZERO, norm_range: None, largest: None, zero_norm, scope }
}

/// LAMB as in the paper, with this decay.
fn lamb(decay: Rational) -> Lamb<Rational> {
    let moments = Moments { beta1: rational(9, 10), beta2: rational(999, 1000) };
    let adam = Adam { moments, epsilon: rational(1, 64), placement: Epsilon::Outside, bias_correction: true };
    Lamb { adam, decay, trust: trust(), adaptation: Adaptation::Always }
}

/// LARS as in the paper.
fn lars() -> Lars<Rational> {
    let momentum = Momentum { momentum: rational(9, 10), velocity: Velocity::StepInside };
    let trust = TrustRatio { coefficient: rational(1, 8), zero_norm: ZeroNorm::Literal, ..trust() };
    Lars { momentum, decay: rational(1, 16), trust, step_norm: StepNorm::Separate, adaptation: Adaptation::Always }
}

fn lamb_variants() -> Vec<Lamb<Rational>> {
    let mut all = Vec::new();
    let base = lamb(rational(1, 4));
    for placement in [Epsilon::Outside, Epsilon::Inside, Epsilon::Hat] {
        all.push(Lamb { adam: Adam { placement, ..base.adam.clone() }, ..base.clone() });
    }
    all.push(Lamb { adam: Adam { bias_correction: false, ..base.adam.clone() }, ..base.clone() });
    let with = |trust: TrustRatio<Rational>| Lamb { trust, ..base.clone() };
    all.push(with(TrustRatio { norm_range: Some([rational(1, 1000), rational(3, 2)]), ..trust() }));
    all.push(with(TrustRatio { norm_range: Some([rational(9, 2), rational(10, 1)]), ..trust() }));
    all.push(with(TrustRatio { largest: Some(rational(5, 4)), ..trust() }));
    all.push(with(TrustRatio { coefficient: rational(1, 2), epsilon: rational(1, 3), ..trust() }));
    all.push(with(TrustRatio { scope: Scope::All, ..trust() }));
    all.push(lamb(Rational::ZERO));
    all.push(Lamb { adaptation: Adaptation::WithDecay, ..lamb(Rational::ZERO) });
    all
}

fn lars_variants() -> Vec<Lars<Rational>> {
    let dampened = Velocity::Dampened { dampening: rational(1, 4), from_the_first: false };
    let mut all = vec![];
    for velocity in [Velocity::StepInside, Velocity::StepOutside, dampened] {
        for step_norm in [StepNorm::Separate, StepNorm::Joint] {
            let momentum = Momentum { momentum: rational(9, 10), velocity: velocity.clone() };
            all.push(Lars { momentum, step_norm, ..lars() });
        }
    }
    all.push(Lars { trust: TrustRatio { epsilon: rational(1, 3), ..lars().trust }, ..lars() });
    all.push(Lars { trust: TrustRatio { scope: Scope::All, ..lars().trust }, ..lars() });
    all.push(Lars { decay: Rational::ZERO, ..lars() });
    all.push(Lars { decay: Rational::ZERO, adaptation: Adaptation::WithDecay, ..lars() });
    all
}

fn normalized_variants() -> Vec<Normalized<Rational>> {
    let scopes = [Scope::Tensor, Scope::All];
    let both = |epsilon: Rational| scopes.map(|scope| Normalized { epsilon: epsilon.clone(), scope });
    [both(Rational::ZERO), both(rational(1, 10))].concat()
}

fn algorithms() -> Vec<Algorithm> {
    let lamb = lamb_variants().into_iter().map(Algorithm::Lamb);
    let lars = lars_variants().into_iter().map(Algorithm::Lars);
    lamb.chain(lars).chain(normalized_variants().into_iter().map(Algorithm::Normalized)).collect()
}

/// Every algorithm, alone and with each coupling of weight decay.
fn methods() -> Vec<Method> {
    let couplings = [
        Coupling::Gradient,
        Coupling::Parameter(Scaling::StepSize, Order::Before),
        Coupling::Parameter(Scaling::StepSize, Order::After),
        Coupling::Parameter(Scaling::Absolute, Order::Before),
    ];
    let step_size = rational(1, 10);
    let plain = algorithms().into_iter().map(|algorithm| Method::new(algorithm, step_size.clone()));
    let decayed = |coupling| {
        let both = [Algorithm::Lamb(lamb(Rational::ZERO)), Algorithm::Normalized(normalized_variants()[0].clone())];
        both.map(|algorithm| Method::new(algorithm, rational(1, 10)).with_decay(rational(3, 10), coupling))
    };
    plain.chain(couplings.into_iter().flat_map(decayed)).collect()
}

/// Three tensors of different norms, and generic gradients, none of them zero: fractions that every format holds.
fn start() -> Vec<Vec<Rational>> {
    let eighths = |numerators: &[i64]| numerators.iter().map(|x| rational(*x, 8)).collect();
    vec![eighths(&[4, -10, 24, 1, -6]), eighths(&[16]), eighths(&[-2, 7, 13])]
}

fn gradients(step: usize) -> Vec<Vec<Rational>> {
    let wave = |tensor: usize, index: usize| rational(2 * ((7 * tensor + 5 * index + 11 * step) % 23) as i64 - 23, 16);
    start().iter().enumerate().map(|(tensor, x)| (0..x.len()).map(|index| wave(tensor, index)).collect()).collect()
}

fn cast<R: Real>(tensors: &[Vec<Rational>]) -> Vec<Vec<R>> {
    tensors.iter().map(|tensor| tensor.iter().map(R::of).collect()).collect()
}

fn some<R>(tensors: &[Vec<R>]) -> Vec<Option<&[R]>> {
    tensors.iter().map(|tensor| Some(tensor.as_slice())).collect()
}

fn run<R: Root>(method: &Method, steps: usize) -> Vec<Vec<R>>
where
    R::Wide: Root,
{
    let (mut optimizer, mut x) = (method.build::<R>(), cast(&start()));
    (1..=steps).for_each(|step| optimizer.step(&mut x, &some(&cast(&gradients(step)))));
    x
}

fn one() -> Big {
    Big::one()
}

fn big(x: &Rational) -> Big {
    Big::of(x)
}

/// First to last, in big floats: the order does not matter at 256 bits.
fn size(x: &[Big]) -> Big {
    x.iter().fold(Big::zero(), |sum, x| sum + x.clone() * x).sqrt()
}

fn joint(sizes: &[Big]) -> Vec<Big> {
    vec![size(sizes); sizes.len()]
}

fn clamped(trust: &TrustRatio<Rational>, norm: Big) -> Big {
    match &trust.norm_range {
        Some([low, _]) if norm < big(low) => big(low),
        Some([_, high]) if norm > big(high) => big(high),
        _ => norm,
    }
}

fn ratios(trust: &TrustRatio<Rational>, sizes: Vec<Big>, denominators: Vec<Big>) -> Vec<Big> {
    let ratio = |(norm, denominator)| {
        let ratio = big(&trust.coefficient) * clamped(trust, norm) / (denominator + big(&trust.epsilon));
        match &trust.largest {
            Some(largest) if ratio > big(largest) => big(largest),
            _ => ratio,
        }
    };
    sizes.into_iter().zip(denominators).map(ratio).collect()
}

/// The paper's Algorithm 2, line by line, with the conventions as cases.
fn lamb_by_hand(rule: &Lamb<Rational>, step_size: &Big, steps: usize) -> Vec<Vec<Big>> {
    let (beta1, beta2) = (big(&rule.adam.moments.beta1), big(&rule.adam.moments.beta2));
    let (epsilon, decay) = (big(&rule.adam.epsilon), big(&rule.decay));
    let mut x: Vec<Vec<Big>> = cast(&start());
    let mut m: Vec<Vec<Big>> = x.iter().map(|x| vec![Big::zero(); x.len()]).collect();
    let mut v = m.clone();
    for t in 1..=steps {
        let (c1, c2) = match rule.adam.bias_correction {
            true => (one() - beta1.power(t as u64), one() - beta2.power(t as u64)),
            false => (one(), one()),
        };
        let g: Vec<Vec<Big>> = cast(&gradients(t));
        let mut u = x.clone();
        for tensor in 0..x.len() {
            for i in 0..x[tensor].len() {
                let g = &g[tensor][i];
                m[tensor][i] = beta1.clone() * &m[tensor][i] + (one() - &beta1) * g;
                v[tensor][i] = beta2.clone() * &v[tensor][i] + (one() - &beta2) * g * g;
                let v_hat = v[tensor][i].clone() / &c2;
                let denominator = match rule.adam.placement {
                    Epsilon::Outside => v_hat.sqrt() + &epsilon,
                    Epsilon::Inside => (v_hat + &epsilon).sqrt(),
                    Epsilon::Hat => (v[tensor][i].clone().sqrt() + &epsilon) / c2.clone().sqrt(),
                };
                u[tensor][i] = m[tensor][i].clone() / &c1 / denominator + decay.clone() * &x[tensor][i];
            }
        }
        let norms = |tensors: &[Vec<Big>]| -> Vec<Big> { tensors.iter().map(|tensor| size(tensor)).collect() };
        let ratios = match (rule.adaptation, rule.trust.scope) {
            (Adaptation::WithDecay, _) if rule.decay.is_zero() => vec![one(); x.len()],
            (_, Scope::Tensor) => ratios(&rule.trust, norms(&x), norms(&u)),
            (_, Scope::All) => ratios(&rule.trust, joint(&norms(&x)), joint(&norms(&u))),
        };
        for tensor in 0..x.len() {
            for i in 0..x[tensor].len() {
                x[tensor][i] = x[tensor][i].clone() - step_size.clone() * &ratios[tensor] * &u[tensor][i];
            }
        }
    }
    x
}

/// The paper's Algorithm 1, line by line, with the conventions as cases.
fn lars_by_hand(rule: &Lars<Rational>, step_size: &Big, steps: usize) -> Vec<Vec<Big>> {
    let (beta, decay) = (big(&rule.momentum.momentum), big(&rule.decay));
    let mut x: Vec<Vec<Big>> = cast(&start());
    let mut velocity: Vec<Vec<Big>> = x.iter().map(|x| vec![Big::zero(); x.len()]).collect();
    for t in 1..=steps {
        let g: Vec<Vec<Big>> = cast(&gradients(t));
        let add = |(g, x): (&Vec<Big>, &Vec<Big>)| -> Vec<Big> {
            g.iter().zip(x).map(|(g, x)| g.clone() + decay.clone() * x).collect()
        };
        let penalised: Vec<Vec<Big>> = g.iter().zip(&x).map(add).collect();
        let norms = |tensors: &[Vec<Big>]| -> Vec<Big> {
            let sizes: Vec<Big> = tensors.iter().map(|tensor| size(tensor)).collect();
            if rule.trust.scope == Scope::All { joint(&sizes) } else { sizes }
        };
        let whole = match rule.step_norm {
            StepNorm::Joint => norms(&penalised),
            StepNorm::Separate => norms(&g).into_iter().zip(norms(&x)).map(|(g, x)| g + decay.clone() * x).collect(),
        };
        let ratios = match rule.adaptation {
            Adaptation::WithDecay if rule.decay.is_zero() => vec![one(); x.len()],
            _ => ratios(&rule.trust, norms(&x), whole),
        };
        for tensor in 0..x.len() {
            for i in 0..x[tensor].len() {
                let gradient = ratios[tensor].clone() * &penalised[tensor][i];
                let kept = beta.clone() * &velocity[tensor][i];
                let (next, moved) = match &rule.momentum.velocity {
                    Velocity::StepInside => {
                        let next = kept + step_size.clone() * gradient;
                        (next.clone(), next)
                    }
                    velocity => {
                        let share = match velocity {
                            Velocity::Dampened { dampening, .. } if t > 1 => one() - big(dampening),
                            _ => one(),
                        };
                        let next = kept + share * gradient;
                        (next.clone(), step_size.clone() * next)
                    }
                };
                velocity[tensor][i] = next;
                x[tensor][i] = x[tensor][i].clone() - moved;
            }
        }
    }
    x
}

/// The kernels lie within the derived bound of the oracle, and the bound would show a step size that is wrong by `error`.
fn within_the_bound<F: Format + Root<Wide = f64> + Into<f64>>(
    method: &Method,
    steps: usize,
    oracle: &[Vec<Big>],
    error: &Rational,
) {
    let tracked = run::<Tracked<F>>(method, steps).concat();
    let found = run::<F>(method, steps).concat();
    let mutant = Method { step_size: &method.step_size * (Rational::ONE + error), ..method.clone() };
    let mutant = run::<F>(&mutant, steps).concat();
    let distance = |found: F, oracle: &Big| (Big::exactly(found.into()) - oracle).to_f64().abs();
    let mut shown = false;
    for (((tracked, found), mutant), oracle) in tracked.iter().zip(&found).zip(&mutant).zip(oracle.concat()) {
        let (distance, bound) = (distance(*found, &oracle), tracked.bound());
        assert!(distance <= bound, "{method:?}: {distance:e} beyond {bound:e}");
        shown |= (Big::exactly((*mutant).into()) - &oracle).to_f64().abs() > 10.0 * bound;
    }
    assert!(shown, "{method:?}: the bound hides the mutant");
}

fn holds(method: &Method, by_hand: impl Fn(usize) -> Vec<Vec<Big>>) {
    for steps in [1, 2, 5] {
        within_the_bound::<f32>(method, steps, &by_hand(steps), &rational(1, 100));
        within_the_bound::<f64>(method, steps, &by_hand(steps), &rational(1, 1_000_000_000));
    }
}

#[test]
fn lamb_is_its_formula() {
    let step_size = rational(1, 10);
    for rule in lamb_variants() {
        let method = Method::new(Algorithm::Lamb(rule.clone()), step_size.clone());
        holds(&method, |steps| lamb_by_hand(&rule, &big(&step_size), steps));
    }
}

#[test]
fn lars_is_its_formula() {
    let step_size = rational(1, 2);
    for rule in lars_variants() {
        let method = Method::new(Algorithm::Lars(rule.clone()), step_size.clone());
        holds(&method, |steps| lars_by_hand(&rule, &big(&step_size), steps));
    }
}

/// One step in `f64` of one tensor; all numbers of these tests are dyadic and all norms Pythagorean, so that no operation rounds.
fn step(method: &Method, x: &[f64], gradient: &[f64]) -> Vec<f64> {
    let mut tensors = vec![x.to_vec()];
    method.build::<f64>().step(&mut tensors, &[Some(gradient)]);
    tensors.remove(0)
}

/// Adam's first step is then `sign(g)` exactly.
fn dyadic(decay: Rational) -> Lamb<Rational> {
    let moments = Moments { beta1: rational(1, 2), beta2: rational(3, 4) };
    Lamb { adam: Adam { moments, epsilon: Rational::ZERO, ..lamb(Rational::ZERO).adam }, ..lamb(decay) }
}

fn at(rule: Lamb<Rational>) -> Method {
    Method::new(Algorithm::Lamb(rule), rational(1, 8))
}

/// Without a gradient `u = λ x`, so that every tensor shrinks by the step size whatever the decay; Keras' order shrinks by `η λ`.
#[test]
fn lamb_without_gradient_shrinks_by_the_step_size() {
    let epsilon = |rule: Lamb<Rational>| Lamb { adam: Adam { epsilon: Rational::ONE, ..rule.adam }, ..rule };
    for decay in [rational(1, 4), rational(1, 2)] {
        assert_eq!(step(&at(epsilon(dyadic(decay.clone()))), &[3.0, 4.0], &[0.0, 0.0]), [2.625, 3.5]);
        let keras = at(epsilon(dyadic(Rational::ZERO)));
        let keras = keras.with_decay(decay.clone(), Coupling::Parameter(Scaling::StepSize, Order::Before));
        let shrunk = 1.0 - decay.to_f64().value() / 8.0;
        assert_eq!(step(&keras, &[3.0, 4.0], &[0.0, 0.0]), [3.0 * shrunk, 4.0 * shrunk]);
    }
}

/// The penalty in the gradient instead (pytorch-lamb before issue 3): the moments divide its size out, `r = sign(λ x)`.
#[test]
fn a_penalty_in_lambs_gradient_only_keeps_its_sign() {
    let method = at(dyadic(Rational::ZERO)).with_decay(rational(1, 4), Coupling::Gradient);
    // ‖x‖ = 6, r = (1, 1, 1, 1), ‖r‖ = 2: steps of 6 / 2 / 8.
    assert_eq!(step(&method, &[1.0, 3.0, 5.0, 1.0], &[0.0; 4]), [0.625, 2.625, 4.625, 0.625]);
}

/// Keras shrinks before it takes the norm: with `λ η = 1/2` the norm of 12 is 6 before the step of 6 / 2 / 8. Where φ is the identity
/// a shrink after the step comes to the same, for the step is as long as the parameters; where φ caps the norm at 10 it does not.
#[test]
fn keras_takes_the_norm_of_the_shrunk_parameters() {
    let keras = |norm_range, order| {
        let rule = Lamb { trust: TrustRatio { norm_range, ..trust() }, ..dyadic(Rational::ZERO) };
        let method = at(rule).with_decay(rational(4, 1), Coupling::Parameter(Scaling::StepSize, order));
        step(&method, &[2.0, 6.0, 10.0, 2.0], &[1.0, 2.0, 3.0, 4.0])
    };
    let range = || Some([Rational::ZERO, rational(10, 1)]);
    assert_eq!(keras(None, Order::Before), [0.625, 2.625, 4.625, 0.625]);
    assert_eq!(keras(None, Order::After), [0.625, 2.625, 4.625, 0.625]);
    assert_eq!(keras(range(), Order::Before), [0.625, 2.625, 4.625, 0.625]);
    assert_eq!(keras(range(), Order::After), [0.6875, 2.6875, 4.6875, 0.6875]);
}

/// With one non-zero gradient `‖r‖ = 1`, so that the step is `η φ(‖x‖)`.
#[test]
fn the_norms_function_bounds_the_step_of_large_tensors() {
    let capped = |rule: Lamb<Rational>| Lamb {
        trust: TrustRatio { norm_range: Some([Rational::ZERO, rational(10, 1)]), ..trust() },
        ..rule
    };
    let plain = dyadic(Rational::ZERO);
    assert_eq!(step(&at(plain.clone()), &[1000.0], &[3.0]), [875.0]);
    assert_eq!(step(&at(plain.clone()), &[10.0], &[3.0]), [8.75]);
    assert_eq!(step(&at(capped(plain.clone())), &[1000.0], &[3.0]), [998.75]);
    assert_eq!(step(&at(capped(plain.clone())), &[10.0], &[3.0]), [8.75]);
    let at_most_one = TrustRatio { largest: Some(Rational::ONE), ..trust() };
    assert_eq!(step(&at(Lamb { trust: at_most_one, ..plain }), &[1000.0], &[3.0]), [999.875]);
}

#[test]
fn a_tensor_of_zeros_moves_unless_the_formula_is_taken_literally() {
    let literal = |rule: Lamb<Rational>| Lamb { trust: TrustRatio { zero_norm: ZeroNorm::Literal, ..trust() }, ..rule };
    let rule = dyadic(rational(1, 4));
    assert_eq!(step(&at(rule.clone()), &[0.0, 0.0], &[2.0, -3.0]), [-0.125, 0.125]);
    assert_eq!(step(&at(literal(rule.clone())), &[0.0, 0.0], &[2.0, -3.0]), [0.0, 0.0]);
    let epsilon = |rule: Lamb<Rational>| Lamb { adam: Adam { epsilon: Rational::ONE, ..rule.adam }, ..rule };
    let idle = epsilon(dyadic(Rational::ZERO));
    assert_eq!(step(&at(idle.clone()), &[3.0, 4.0], &[0.0, 0.0]), [3.0, 4.0]);
    assert!(step(&at(literal(idle)), &[3.0, 4.0], &[0.0, 0.0]).iter().all(|x| x.is_nan()));
}

/// `λ = 0`, `‖x‖ = 100`: timm's and Apex' default takes Adam's step, the paper one of `100 η`.
#[test]
fn tensors_without_decay_may_keep_the_plain_step() {
    let rule = dyadic(Rational::ZERO);
    assert_eq!(step(&at(rule.clone()), &[100.0], &[7.0]), [87.5]);
    assert_eq!(step(&at(Lamb { adaptation: Adaptation::WithDecay, ..rule }), &[100.0], &[7.0]), [99.875]);
    let decayed = dyadic(rational(1, 4));
    let both = [Adaptation::Always, Adaptation::WithDecay].map(|adaptation| Lamb { adaptation, ..decayed.clone() });
    assert_eq!(step(&at(both[0].clone()), &[100.0], &[7.0]), step(&at(both[1].clone()), &[100.0], &[7.0]));
}

/// Without decay and ε the trust ratio divides out the factor by which the bias correction stretches the step: equal up to the
/// rounding of the two evaluations. With decay the direction itself changes.
#[test]
fn the_trust_ratio_hides_the_bias_correction_unless_there_is_decay() {
    let method = |decay: Rational, bias_correction| {
        let rule = lamb(decay);
        Method::new(
            Algorithm::Lamb(Lamb { adam: Adam { epsilon: Rational::ZERO, bias_correction, ..rule.adam }, ..rule }),
            rational(1, 8),
        )
    };
    let distance = |decay: Rational| {
        let (with, without) = (method(decay.clone(), true), method(decay, false));
        let tracked = run::<Tracked<f64>>(&with, 2).concat().into_iter().zip(run::<Tracked<f64>>(&without, 2).concat());
        tracked.map(|(x, y)| ((x.value() - y.value()).abs(), x.bound() + y.bound())).collect::<Vec<_>>()
    };
    // The values are rounded to f64 from double-double, whose own error is far below the bounds.
    assert!(distance(Rational::ZERO).into_iter().all(|(distance, bound)| distance <= bound));
    // The middle tensor has one element, whose direction is a sign.
    let shown = distance(rational(1, 4)).into_iter().map(|(distance, bound)| distance > 1e6 * bound).collect::<Vec<_>>();
    assert_eq!(shown, [true, true, true, true, true, false, true, true, true]);
}

/// One norm for all tensors (tinygrad's fused step): a small tensor takes the large one's ratio.
#[test]
fn a_joint_norm_loses_the_layers() {
    let descend = |scope| {
        let rule = Lamb { trust: TrustRatio { scope, ..trust() }, ..dyadic(Rational::ZERO) };
        let mut tensors = vec![vec![4.0], vec![3.0]];
        at(rule).build::<f64>().step(&mut tensors, &[Some(&[1.0]), Some(&[5.0])]);
        tensors.concat()
    };
    assert_eq!(descend(Scope::Tensor), [3.5, 2.625]);
    // ‖(4, 3)‖ = 5, ‖(1, 1)‖ = √2.
    let shared = 0.125 * (5.0 / f64::sqrt(2.0));
    assert_eq!(descend(Scope::All), [4.0 - shared, 3.0 - shared]);
}

#[test]
fn normalised_steps_have_the_length_of_the_step_size() {
    let method = |epsilon: Rational, scope| Method::new(Algorithm::Normalized(Normalized { epsilon, scope }), rational(1, 4));
    let exact = method(Rational::ZERO, Scope::Tensor);
    assert_eq!(step(&exact, &[1.0, 2.0], &[30.0, 0.0]), [0.75, 2.0]);
    // (3, 4) / (5 + 3)
    assert_eq!(step(&method(rational(3, 1), Scope::Tensor), &[1.0, 2.0], &[3.0, 4.0]), [1.0 - 3.0 / 32.0, 2.0 - 4.0 / 32.0]);
    for scope in [Scope::Tensor, Scope::All] {
        assert_eq!(step(&method(Rational::ZERO, scope), &[1.0, 2.0], &[0.0, 0.0]), [1.0, 2.0], "a zero gradient");
    }
    let mut tensors = vec![vec![0.0], vec![0.0]];
    method(rational(3, 1), Scope::All).build::<f64>().step(&mut tensors, &[Some(&[3.0]), Some(&[4.0])]);
    assert_eq!(tensors, [[-3.0 / 32.0], [-4.0 / 32.0]]);
}

fn bits(tensors: &[Vec<f64>]) -> Vec<Vec<u64>> {
    tensors.iter().map(|tensor| tensor.iter().map(|x| x.to_bits()).collect()).collect()
}

/// The trajectory in `f64` with start and gradients changed.
fn changed(method: &Method, start: impl Fn(usize, f64) -> f64, gradient: impl Fn(usize, f64) -> f64) -> Vec<Vec<f64>> {
    fn each(tensors: &[Vec<Rational>], of: &impl Fn(usize, f64) -> f64) -> Vec<Vec<f64>> {
        let tensor = |(index, tensor): (usize, Vec<f64>)| tensor.into_iter().map(|x| of(index, x)).collect();
        cast::<f64>(tensors).into_iter().enumerate().map(tensor).collect()
    }
    let (mut optimizer, mut x) = (method.build::<f64>(), each(&self::start(), &start));
    (1..=6).for_each(|step| optimizer.step(&mut x, &some(&each(&gradients(step), &gradient))));
    assert!(x.iter().flatten().all(|x| x.is_finite()), "a symmetry of NaN is none: {method:?}");
    x
}

/// Powers of two change no rounding.
#[test]
fn normalised_descent_does_not_see_the_size_of_gradients() {
    for scope in [Scope::Tensor, Scope::All] {
        let method = |epsilon| Method::new(Algorithm::Normalized(Normalized { epsilon, scope }), rational(1, 10));
        let same = |_: usize, x: f64| x;
        let exact = method(Rational::ZERO);
        let plain = bits(&changed(&exact, same, same));
        assert_eq!(bits(&changed(&exact, same, |_, g| 1024.0 * g)), plain);
        assert_eq!(bits(&changed(&exact, same, |_, g| g / 64.0)), plain);
        let each = bits(&changed(&exact, same, |tensor, g| if tensor == 1 { 4.0 * g } else { g }));
        assert_eq!(each == plain, scope == Scope::Tensor, "only a norm of its own shields a tensor from the others");
        let stabilised = method(rational(1, 10));
        assert_ne!(bits(&changed(&stabilised, same, |_, g| 1024.0 * g)), bits(&changed(&stabilised, same, same)));
    }
}

/// A tensor in other units (`x` and its start times 4, gradients over 4, as the chain rule has it) takes the same relative steps:
/// exactly without ε and decay.
#[test]
fn lamb_is_covariant_under_units_of_each_tensor() {
    let unit = |tensor: usize| [4.0, 1.0, 0.125][tensor];
    let rule = lamb(Rational::ZERO);
    let rule = Lamb { adam: Adam { epsilon: Rational::ZERO, ..rule.adam }, ..rule };
    let covariant = |scope| {
        let rule = Lamb { trust: TrustRatio { scope, ..trust() }, ..rule.clone() };
        let method = Method::new(Algorithm::Lamb(rule), rational(1, 10));
        let plain = changed(&method, |_, x| x, |_, g| g);
        let scaled = changed(&method, |tensor, x| unit(tensor) * x, |tensor, g| g / unit(tensor));
        let expected: Vec<Vec<f64>> =
            plain.iter().enumerate().map(|(tensor, x)| x.iter().map(|x| unit(tensor) * x).collect()).collect();
        bits(&scaled) == bits(&expected)
    };
    assert!(covariant(Scope::Tensor));
    assert!(!covariant(Scope::All), "a joint norm mixes the units");
}

#[test]
fn signs_flip_and_tensors_permute() {
    for method in methods() {
        let plain = changed(&method, |_, x| x, |_, g| g);
        let flipped = changed(&method, |_, x| -x, |_, g| -g);
        let negated: Vec<Vec<f64>> = plain.iter().map(|tensor| tensor.iter().map(|x| -x).collect()).collect();
        assert_eq!(bits(&flipped), bits(&negated), "{method:?}");
        // The squares of several tensors are added in their order, so that a joint norm may round differently.
        let joint = match &method.algorithm {
            Algorithm::Lamb(rule) => rule.trust.scope == Scope::All,
            Algorithm::Lars(rule) => rule.trust.scope == Scope::All,
            Algorithm::Normalized(rule) => rule.scope == Scope::All,
            _ => unreachable!(),
        };
        let reversed = |mut tensors: Vec<Vec<f64>>| {
            tensors.reverse();
            tensors
        };
        let (mut optimizer, mut x) = (method.build::<f64>(), reversed(cast(&start())));
        (1..=6).for_each(|step| optimizer.step(&mut x, &some(&reversed(cast(&gradients(step))))));
        assert!(joint || bits(&reversed(x)) == bits(&plain), "{method:?}");
    }
}

#[test]
fn every_path_and_any_number_of_threads_give_the_same_bits() {
    let mut draws = Lab::new(3, 1, "tensorwise").stream("paths").trial(0);
    // Long tensors for one method of each kind are enough: the sums have a test of their own.
    let long = |method: &Method| {
        let plain = [Algorithm::Lamb(lamb(rational(1, 4))), Algorithm::Lars(lars())];
        plain.contains(&method.algorithm) || method.algorithm == Algorithm::Normalized(normalized_variants()[1].clone())
    };
    for method in methods() {
        for length in [33, 70_001].into_iter().filter(|length| *length == 33 || long(&method)) {
            let (start, gradients) = (draws.normals(length), [draws.normals(length), draws.normals(length)]);
            let run = |isa| {
                let (mut optimizer, mut x) = (method.build_for::<f64>(isa), vec![start.clone(), vec![2.0]]);
                for gradient in &gradients {
                    optimizer.step(&mut x, &[Some(gradient), Some(&[0.5])]);
                }
                bits(&x)
            };
            let scalar = run(Isa::Scalar);
            for isa in Isa::available() {
                assert!(run(isa) == scalar, "{isa:?}: {method:?}, {length}");
            }
            let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
            assert!(alone.install(|| run(Isa::current())) == scalar, "{method:?}, {length}");
        }
    }
}

#[test]
fn a_saved_state_continues_bit_for_bit() {
    for method in methods() {
        let all: Vec<Vec<Vec<f32>>> = (0..10).map(|step| cast(&gradients(step))).collect();
        let (mut whole, mut x) = (method.build::<f32>(), cast::<f32>(&start()));
        all.iter().for_each(|gradients| whole.step(&mut x, &some(gradients)));
        let (mut first, mut y) = (method.build::<f32>(), cast::<f32>(&start()));
        all[..6].iter().for_each(|gradients| first.step(&mut y, &some(gradients)));
        let mut second = method.build::<f32>();
        second.step(&mut cast(&start()), &some(&all[7]));
        second.set_step_size(123.0);
        second.load(first.save());
        all[6..].iter().for_each(|gradients| second.step(&mut y, &some(gradients)));
        assert_eq!(x, y, "{method:?}");
        assert_eq!(second.save(), whole.save(), "{method:?}");
    }
}

#[test]
fn a_changed_step_size_is_the_one_that_acts() {
    for method in methods() {
        let other = Method { step_size: rational(1, 7), ..method.clone() };
        let run = |mut optimizer: Box<dyn Optimizer<f64>>| {
            let mut x = cast::<f64>(&start());
            (1..4).for_each(|step| optimizer.step(&mut x, &some(&cast(&gradients(step)))));
            bits(&x)
        };
        let mut changed = method.build::<f64>();
        changed.set_step_size(1.0 / 7.0);
        assert_eq!(run(changed), run(other.build()), "{method:?}");
        assert_ne!(run(method.build()), run(other.build()), "{method:?}");
    }
}

#[test]
fn a_missing_gradient_leaves_a_tensor_and_its_norm_out() {
    for method in methods() {
        let all: Vec<Vec<Vec<f64>>> = (0..5).map(|step| cast(&gradients(step))).collect();
        let (mut skipping, mut x) = (method.build::<f64>(), cast::<f64>(&start()));
        let (mut alone, mut y) = (method.build::<f64>(), vec![x[0].clone(), x[2].clone()]);
        for gradients in &all {
            skipping.step(&mut x, &[Some(&gradients[0]), None, Some(&gradients[2])]);
            alone.step(&mut y, &[Some(&gradients[0]), Some(&gradients[2])]);
        }
        assert_eq!(x[1], cast::<f64>(&start())[1], "{method:?}");
        assert_eq!((&x[0], &x[2]), (&y[0], &y[1]), "{method:?}");
        assert!(skipping.save().tensors.get(1).is_none_or(Option::is_none), "{method:?}");
    }
}

#[test]
fn ascent_is_descent_along_the_negative_gradient() {
    for method in methods() {
        let uphill = Method { goal: Goal::Maximize, ..method.clone() };
        let negated = changed(&method, |_, x| x, |_, g| -g);
        assert_eq!(bits(&changed(&uphill, |_, x| x, |_, g| g)), bits(&negated), "{method:?}");
    }
}

/// Parameters in bf16 are those of one step in `f32`, rounded.
#[test]
fn stored_parameters_are_rounded_once_a_step() {
    for method in methods() {
        let wide = cast::<f32>(&start());
        let round = |tensors: &[Vec<f32>]| -> Vec<Vec<bf16>> {
            tensors.iter().map(|tensor| tensor.iter().map(|x| bf16::from_f32(*x)).collect()).collect()
        };
        let gradient = cast::<f32>(&gradients(1));
        let (mut stored, mut x) = (method.build_stored::<bf16, f32>(Isa::current()), round(&wide));
        let narrow = round(&gradient);
        stored.step(&mut x, &[Some(&narrow[0]), None, Some(&narrow[2])]);
        let mut y = wide.clone();
        method.build::<f32>().step(&mut y, &[Some(&gradient[0]), None, Some(&gradient[2])]);
        assert_eq!(x, round(&y), "{method:?}");
    }
}

/// Where a tensor's first gradient comes late, a shared counter corrects its moments as if they were old.
#[test]
fn the_counter_may_be_shared() {
    let run = |counter, late: bool| {
        let method = Method { counter, ..Method::new(Algorithm::Lamb(lamb(rational(1, 4))), rational(1, 10)) };
        let (mut optimizer, mut x) = (method.build::<f64>(), cast::<f64>(&start()));
        for step in 0..6 {
            let gradients = cast::<f64>(&gradients(step));
            let mut given = some(&gradients);
            given[2] = given[2].filter(|_| !late || step == 5);
            optimizer.step(&mut x, &given);
        }
        bits(&x)
    };
    assert_eq!(run(Counter::Each, false), run(Counter::Shared, false));
    let (each, shared) = (run(Counter::Each, true), run(Counter::Shared, true));
    assert_eq!(each[..2], shared[..2]);
    assert_ne!(each[2], shared[2]);
}

#[test]
fn nan_spreads_as_far_as_its_norm() {
    for method in methods() {
        let (mut optimizer, mut x) = (method.build::<f64>(), cast::<f64>(&start()));
        let mut gradients: Vec<Vec<f64>> = cast(&gradients(1));
        gradients[0][2] = f64::NAN;
        optimizer.step(&mut x, &some(&gradients));
        let (scope, scaled) = match &method.algorithm {
            Algorithm::Lamb(rule) => (rule.trust.scope, rule.adaptation == Adaptation::Always),
            Algorithm::Lars(rule) => (rule.trust.scope, rule.adaptation == Adaptation::Always),
            Algorithm::Normalized(rule) => (rule.scope, true),
            _ => unreachable!(),
        };
        assert!(x[0][2].is_nan(), "{method:?}");
        assert_eq!(x[0].iter().all(|x| x.is_nan()), scaled, "{method:?}");
        assert_eq!(x[1].iter().chain(&x[2]).all(|x| x.is_nan()), scope == Scope::All, "{method:?}");
    }
}

#[test]
fn every_convention_matters() {
    let methods = methods();
    let found: Vec<_> = methods.iter().map(|method| bits(&run::<f64>(method, 4))).collect();
    for (index, one) in found.iter().enumerate() {
        for (other, another) in found.iter().enumerate().skip(index + 1) {
            assert_ne!(one, another, "{:?} and {:?}", methods[index], methods[other]);
        }
    }
}

#[test]
fn every_hyper_parameter_matters() {
    fn of_trust(trust: &mut TrustRatio<Rational>) -> Vec<&mut Rational> {
        let range = trust.norm_range.iter_mut().flatten();
        [&mut trust.coefficient, &mut trust.epsilon].into_iter().chain(range).chain(&mut trust.largest).collect()
    }
    fn numbers(method: &mut Method) -> Vec<&mut Rational> {
        let mut all: Vec<&mut Rational> = match &mut method.algorithm {
            Algorithm::Lamb(rule) => {
                let moments = &mut rule.adam.moments;
                let mut all = vec![&mut moments.beta1, &mut moments.beta2, &mut rule.adam.epsilon, &mut rule.decay];
                all.extend(of_trust(&mut rule.trust));
                all
            }
            Algorithm::Lars(rule) => {
                let mut all = vec![&mut rule.momentum.momentum, &mut rule.decay];
                if let Velocity::Dampened { dampening, .. } = &mut rule.momentum.velocity {
                    all.push(dampening);
                }
                all.extend(of_trust(&mut rule.trust));
                all
            }
            Algorithm::Normalized(rule) => vec![&mut rule.epsilon],
            _ => unreachable!(),
        };
        all.push(&mut method.step_size);
        all.extend(method.decay.iter_mut().map(|decay| &mut decay.strength));
        all
    }
    for method in methods() {
        let plain = match &method.algorithm {
            Algorithm::Lamb(rule) => rule.adaptation == Adaptation::WithDecay,
            Algorithm::Lars(rule) => rule.adaptation == Adaptation::WithDecay,
            _ => false,
        };
        if plain {
            continue; // the trust ratio is switched off there
        }
        let unchanged = bits(&run::<f64>(&method, 4));
        let hidden = (0..numbers(&mut method.clone()).len()).filter(|&index| {
            let mut changed = method.clone();
            let number = &mut *numbers(&mut changed)[index];
            *number = &*number * rational(15, 16) + rational(1, 2000);
            bits(&run::<f64>(&changed, 4)) == unchanged
        });
        // A range has one end in use here; the other one's variant stands beside it.
        let range = matches!(&method.algorithm, Algorithm::Lamb(rule) if rule.trust.norm_range.is_some());
        assert_eq!(hidden.count(), usize::from(range), "{method:?}");
    }
}
