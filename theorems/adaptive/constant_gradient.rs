//! The steps of the adaptive methods on a constant gradient `g` from zero states: `x_t = x_(t-1) - η sign(g) s_t`, with `s_t` in closed form. They
//! share no line with the rules.

use crate::number::{Rational, Real, Root, rational};
use crate::optimizers::{
    AdaBound, AdaGrad, Adadelta, Adam, Adamax, Algorithm, AmsGrad, Epsilon, Lion, MaximumOrder, Moments, Momentum, NAdam,
    NormEpsilon, RAdam, RmsProp, SecondMoment, Signum, Unrectified, Velocity, warming_base,
};

/// NAdam's ψ.
pub fn momentum_decay() -> Rational {
    rational(1, 250)
}

/// `s_t` from `t` and `|g|`.
pub type Length<R> = Box<dyn Fn(u32, &R) -> R>;

/// The methods, each with its name and its `s_t` at `|g| = a`, in any arithmetic.
pub fn methods<R: Root<Wide = R>>() -> Vec<(String, Algorithm, Length<R>)> {
    let (beta1, beta2, rho) = (rational(9, 10), rational(99, 100), rational(9, 10));
    let moments = || Moments { beta1: rational(9, 10), beta2: rational(99, 100) };
    let epsilon = || rational(1, 8);
    let e: R = R::of(&epsilon());
    let (c1, c2, c3) = (one_minus_power::<R>(&beta1), one_minus_power::<R>(&beta2), one_minus_power::<R>(&rho));
    let mut all: Vec<(String, Algorithm, Length<R>)> = Vec::new();
    let mut add = |name: &str, algorithm: Algorithm, length: Length<R>| all.push((name.into(), algorithm, length));
    for placement in [Epsilon::Outside, Epsilon::Inside, Epsilon::Hat] {
        let inside = placement == Epsilon::Inside;
        // √(second) + ε or √(second + ε), for a second moment given by its root.
        let under = {
            let e = e.clone();
            move |root: R| if inside { (root.clone() * root + &e).sqrt() } else { root + &e }
        };
        let rule = AdaGrad { epsilon: epsilon(), placement, initial_accumulator: Rational::ZERO, step_decay: Rational::ZERO };
        let below = under.clone();
        let length = move |t: u32, a: &R| a.clone() / below(R::int(i64::from(t)).sqrt() * a);
        add(&format!("AdaGrad, {placement:?}"), Algorithm::AdaGrad(rule), Box::new(length));

        let (decay_rate, initial_accumulator, centred, momentum) = (rho.clone(), Rational::ZERO, false, None);
        let rule = RmsProp { decay_rate, epsilon: epsilon(), placement, initial_accumulator, centred, momentum };
        let (below, c) = (under.clone(), c3.clone());
        let length = move |t: u32, a: &R| a.clone() / below(c(t).sqrt() * a);
        add(&format!("RMSprop, {placement:?}"), Algorithm::RmsProp(rule), Box::new(length));

        // The hat leaves √(1 - β₂^t) beside the moment and above the fraction.
        let hat = placement == Epsilon::Hat;
        let factor = {
            let c2 = c2.clone();
            move |t: u32| if hat { c2(t).sqrt() } else { R::one() }
        };
        let adam = {
            let below = under.clone();
            move |t: u32, a: &R| factor(t) * a / below(factor(t) * a)
        };
        let rule = Adam { moments: moments(), epsilon: epsilon(), placement, bias_correction: true };
        add(&format!("Adam, {placement:?}"), Algorithm::Adam(rule), Box::new(adam.clone()));
        let (order, initial_moment) = (MaximumOrder::MaximumThenCorrect, Rational::ZERO);
        let rule = AmsGrad { moments: moments(), epsilon: epsilon(), placement, order, initial_moment };
        add(&format!("AMSGrad, {placement:?}"), Algorithm::AmsGrad(rule), Box::new(adam.clone()));

        let (threshold, inclusive, unrectified) = (Rational::from(5), false, Unrectified::Momentum);
        let rule = RAdam { moments: moments(), epsilon: epsilon(), placement, threshold, inclusive, unrectified };
        let length = move |t: u32, a: &R| match rectification(&rational(99, 100), t) {
            Some(squared) => R::of(&squared).sqrt() * adam(t, a),
            None => a.clone(),
        };
        add(&format!("RAdam, {placement:?}"), Algorithm::RAdam(rule), Box::new(length));
    }
    let (warming, second_moment) = (warming_base(&momentum_decay()), SecondMoment::Corrected);
    let rule = NAdam { moments: moments(), epsilon: epsilon(), placement: Epsilon::Outside, warming, second_moment };
    let base: R = R::of(&warming_base(&momentum_decay()));
    let length = move |t: u32, a: &R| {
        let rest = |t: u32| R::one() - (1..=t).fold(R::one(), |product, step| product * momentum(&base, step));
        let ahead = momentum(&base, t + 1) * c1(t) / rest(t + 1);
        (ahead + (R::one() - momentum(&base, t)) / rest(t)) * a / (a.clone() + &e)
    };
    add("NAdam", Algorithm::NAdam(rule), Box::new(length));
    all.extend(beyond_adam());
    all
}

/// The methods whose lengths are none of those above.
fn beyond_adam<R: Root<Wide = R>>() -> Vec<(String, Algorithm, Length<R>)> {
    let moments = || Moments { beta1: rational(9, 10), beta2: rational(99, 100) };
    let (rho, epsilon, start) = (rational(9, 10), || rational(1, 8), || Rational::ZERO);
    let e: R = R::of(&epsilon());
    let mut all: Vec<(String, Algorithm, Length<R>)> = Vec::new();
    let mut add = |name: &str, algorithm: Algorithm, length: Length<R>| all.push((name.into(), algorithm, length));

    add("signSGD", Algorithm::SignDescent, Box::new(|_, _| R::one()));
    add("Signum", Algorithm::Signum(Signum { momentum: rational(9, 10) }), Box::new(|_, _| R::one()));
    add("Lion", Algorithm::Lion(Lion { moments: moments() }), Box::new(|_, _| R::one()));
    for placement in [NormEpsilon::InMaximum, NormEpsilon::InDenominator] {
        let (rule, e) = (Adamax { moments: moments(), epsilon: epsilon(), placement }, e.clone());
        add(&format!("Adamax, {placement:?}"), Algorithm::Adamax(rule), Box::new(move |_, a| a.clone() / (a.clone() + &e)));
    }

    let (placement, step_decay) = (Epsilon::Outside, rational(1, 4));
    let rule = AdaGrad { epsilon: epsilon(), placement, initial_accumulator: start(), step_decay };
    let below = e.clone();
    let length = move |t: u32, a: &R| {
        let slower = R::int(4) / R::int(i64::from(t) + 3);
        slower * a / (R::int(i64::from(t)).sqrt() * a + &below)
    };
    add("AdaGrad, decaying", Algorithm::AdaGrad(rule), Box::new(length));

    // The mean of the squares of the steps before, each with its weight.
    let (c, kept, e1) = (one_minus_power::<R>(&rho), rho.clone(), e.clone());
    let length = move |t: u32, a: &R| {
        let mut steps: Vec<R> = Vec::new();
        for i in 1..=t {
            let weight = |j: u32| R::of(&((Rational::ONE - &kept) * kept.pow((i - 1 - j) as isize)));
            let squares = steps.iter().zip(1..).map(|(d, j)| weight(j) * d * d).fold(R::zero(), |sum, term| sum + term);
            steps.push(((squares + &e1) / (c(i) * a * a + &e1)).sqrt() * a);
        }
        steps.pop().expect("t starts at 1")
    };
    add("Adadelta", Algorithm::Adadelta(Adadelta { decay_rate: rho.clone(), epsilon: epsilon() }), Box::new(length));

    // v - m² = (1 - ρ^t) g² - (1 - ρ^t)² g².
    let (decay_rate, power, e1) = (rho.clone(), rho.clone(), e.clone());
    let rule = |centred, momentum| {
        let (decay_rate, initial_accumulator) = (decay_rate.clone(), start());
        RmsProp { decay_rate, epsilon: epsilon(), placement, initial_accumulator, centred, momentum }
    };
    let length = move |t: u32, a: &R| {
        let power = power.pow(t as isize);
        a.clone() / (R::of(&(&power * (Rational::ONE - &power))).sqrt() * a + &e1)
    };
    add("RMSprop, centred", Algorithm::RmsProp(rule(true, None)), Box::new(length));
    for velocity in [Velocity::StepOutside, Velocity::StepInside] {
        let (c, e) = (one_minus_power::<R>(&rho), e.clone());
        let length = move |t: u32, a: &R| {
            let plain = |i: u32| R::of(&rational(4, 5).pow((t - i) as isize)) * a / (c(i).sqrt() * a + &e);
            (1..=t).map(plain).fold(R::zero(), |sum, term| sum + term)
        };
        let name = format!("RMSprop, {velocity:?}");
        let momentum = Momentum { momentum: rational(4, 5), velocity };
        add(&name, Algorithm::RmsProp(rule(false, Some(momentum))), Box::new(length));
    }

    for maximum in [false, true] {
        let rule = AdaBound {
            moments: moments(),
            epsilon: epsilon(),
            placement,
            final_step_size: rational(1, 10),
            base_step_size: None,
            convergence: Rational::ONE,
            bias_correction: true,
            root_decay: false,
            maximum,
        };
        let (c1, e) = (one_minus_power::<R>(&rational(9, 10)), e.clone());
        // With η = 1/2, γ = 1 and η* = 1/10 the bounds are t/(10 (t + 1)) and (t + 1)/(10 t), the length in units of η twice that.
        let length = move |t: u32, a: &R| {
            let t = i64::from(t);
            let raw = R::one() / (c1(t as u32) * (a.clone() + &e));
            let (lower, upper) = (R::int(t) / R::int(5 * (t + 1)), R::int(t + 1) / R::int(5 * t));
            let clipped = -((-raw.larger(lower)).larger(-upper));
            clipped * c1(t as u32) * a
        };
        add(if maximum { "AMSBound" } else { "AdaBound" }, Algorithm::AdaBound(rule), Box::new(length));
    }
    all
}

/// `t ↦ 1 - β^t`.
fn one_minus_power<R: Real>(beta: &Rational) -> impl Fn(u32) -> R + Clone + use<R> {
    let beta = beta.clone();
    move |t| R::of(&(Rational::ONE - beta.pow(t as isize)))
}

/// RAdam's `r_t²`, or nothing up to `ρ_t = 5`: rational arithmetic takes the branch exactly.
fn rectification(beta2: &Rational, t: u32) -> Option<Rational> {
    let [two, four] = [2, 4].map(Rational::from);
    let limit = &two / (Rational::ONE - beta2) - Rational::ONE;
    let power = beta2.pow(t as isize);
    let length = &limit - &two * Rational::from(t) * &power / (Rational::ONE - &power);
    let part = |x: &Rational| (x - &four) * (x - &two) / x;
    (length > Rational::from(5)).then(|| part(&length) / part(&limit))
}

/// NAdam's `μ_t = β₁ (1 - q^t / 2)` with `q = 0.96^ψ`.
fn momentum<R: Real>(base: &R, t: u32) -> R {
    let power = (0..t).fold(R::one(), |power, _| power * base);
    R::of(&rational(9, 10)) * (R::one() - power / R::int(2))
}
