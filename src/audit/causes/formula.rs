//! Formulas beside the adaptive ones: `x ← x - η m̂ / d` with other symbols in one or two places.

use crate::number::{Real, Root};
use crate::optimizers::{Clock, Rule};

/// What the places of a formula hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Symbols {
    pub decay: Decay,
    pub first: Average,
    pub square: Square,
    pub second: Average,
    pub taken: Taken,
    pub mean: Correction,
    pub variance: Correction,
    pub denominator: Denominator,
}

/// Where `λ` acts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Decay {
    None,
    Gradient,
    FirstOnly,
    SecondOnly,
    Parameter,
    Corrected,
}

/// How an average takes a new value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Average {
    Mean,
    Discounted,
    Sum,
    Last,
    Swapped,
    Multiplied,
}

/// What the second average is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Square {
    Gradient,
    Magnitude,
    First,
    Deviation,
    WithEpsilon,
}

/// Which averages the step takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Taken {
    New,
    OldFirst,
    OldSecond,
    LookAhead,
}

/// What an average is multiplied by or divided by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Correction {
    Divided,
    Absent,
    Multiplied,
    Rooted,
    ByPower,
}

/// The denominator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Denominator {
    Outside,
    Inside,
    Hat,
    Twice,
    Minus,
    Rootless,
    NoEpsilon,
    Largest,
    One,
}

/// A formula with its numbers.
#[derive(Clone, Debug)]
pub(super) struct Formula<W> {
    pub symbols: Symbols,
    pub rates: [W; 2],
    pub epsilon: W,
    pub decay: W,
}

/// `β₁^t` and `β₂^t`.
#[derive(Clone)]
pub(super) struct Powers<W> {
    rates: [W; 2],
    powers: [W; 2],
}

impl<W: Real> Clock for Powers<W> {
    fn tick(&mut self) {
        self.powers.iter_mut().zip(&self.rates).for_each(|(power, rate)| *power = power.clone() * rate);
    }
}

/// The numbers of one step.
#[derive(Clone)]
pub(super) struct Step<R> {
    symbols: Symbols,
    rate: R,
    rates: [R; 2],
    rests: [R; 2],
    /// Factors of the two averages.
    factors: [R; 2],
    epsilon: R,
    decay: R,
    /// `1 - c`, where the decay acts on the parameter.
    kept: R,
}

impl Correction {
    fn factor<W: Root>(self, power: &W) -> W {
        let rest = W::one() - power;
        match self {
            Correction::Divided => W::one() / rest,
            Correction::Absent => W::one(),
            Correction::Multiplied => rest,
            Correction::Rooted => W::one() / rest.sqrt(),
            Correction::ByPower => W::one() / power.clone(),
        }
    }
}

impl Average {
    fn of<R: Real>(self, old: R, new: R, rate: &R, rest: &R) -> R {
        match self {
            Average::Mean => old * rate + new * rest,
            Average::Discounted => old * rate + new,
            Average::Sum => old + new,
            Average::Last => new,
            Average::Swapped => old * rest + new * rate,
            Average::Multiplied => (old * rate + rest) * new,
        }
    }
}

impl<R: Root> Rule<R, 2> for Formula<R::Wide>
where
    R::Wide: Root,
{
    type Clock = Powers<R::Wide>;
    type Step = Step<R>;

    fn start(&self) -> Self::Clock {
        Powers { rates: self.rates.clone(), powers: [R::Wide::one(), R::Wide::one()] }
    }

    fn step(&self, clock: &Self::Clock, rate: &R::Wide) -> Step<R> {
        let one = R::Wide::one;
        let symbols = self.symbols;
        let [power1, power2] = &clock.powers;
        let hat = symbols.denominator == Denominator::Hat;
        let factors = [symbols.mean.factor(power1), if hat { one() } else { symbols.variance.factor(power2) }];
        let root = (one() - power2).sqrt();
        let rate = if hat { rate.clone() * &root } else { rate.clone() };
        let part = match symbols.decay {
            // Together with ε̂, the root is in the step size already.
            Decay::Corrected if hat => rate.clone() / (one() - power1) * &self.decay,
            Decay::Corrected => rate.clone() * root / (one() - power1) * &self.decay,
            Decay::Parameter if hat => rate.clone() / root * &self.decay,
            Decay::Parameter => rate.clone() * &self.decay,
            _ => R::Wide::zero(),
        };
        Step {
            symbols,
            rate: R::narrow(&rate),
            rates: self.rates.each_ref().map(R::narrow),
            rests: self.rates.each_ref().map(|rate| R::narrow(&(one() - rate))),
            factors: factors.each_ref().map(R::narrow),
            epsilon: R::narrow(&self.epsilon),
            decay: R::narrow(&self.decay),
            kept: R::narrow(&(one() - part)),
        }
    }

    #[inline(always)]
    fn update(step: &Step<R>, x: R, gradient: R, [m, v]: [R; 2]) -> (R, [R; 2]) {
        let symbols = &step.symbols;
        let decayed = gradient.clone() + x.clone() * &step.decay;
        let (first, second) = match symbols.decay {
            Decay::Gradient => (decayed.clone(), decayed),
            Decay::FirstOnly => (decayed, gradient),
            Decay::SecondOnly => (gradient, decayed),
            _ => (gradient.clone(), gradient),
        };
        let x = match symbols.decay {
            Decay::Parameter | Decay::Corrected => x * &step.kept,
            _ => x,
        };
        let [rate1, rate2] = &step.rates;
        let [rest1, rest2] = &step.rests;
        let new_m = symbols.first.of(m.clone(), first.clone(), rate1, rest1);
        let square = match symbols.square {
            Square::Gradient => second.clone() * &second,
            Square::Magnitude => second.magnitude(),
            Square::First => new_m.clone() * &new_m,
            Square::Deviation => {
                let deviation = second - &new_m;
                deviation.clone() * &deviation
            }
            Square::WithEpsilon => second.clone() * &second + &step.epsilon,
        };
        let new_v = symbols.second.of(v.clone(), square, rate2, rest2);
        let [factor1, factor2] = &step.factors;
        let mean = match symbols.taken {
            Taken::OldFirst => m,
            Taken::LookAhead => symbols.first.of(new_m.clone(), first, rate1, rest1),
            Taken::New | Taken::OldSecond => new_m.clone(),
        } * factor1;
        let variance = if symbols.taken == Taken::OldSecond { v } else { new_v.clone() } * factor2;
        let epsilon = &step.epsilon;
        let denominator = match symbols.denominator {
            Denominator::Outside | Denominator::Hat => variance.sqrt() + epsilon,
            Denominator::Inside => (variance + epsilon).sqrt(),
            Denominator::Twice => (variance + epsilon).sqrt() + epsilon,
            Denominator::Minus => variance.sqrt() - epsilon,
            Denominator::Rootless => variance + epsilon,
            Denominator::NoEpsilon => variance.sqrt(),
            Denominator::Largest => variance.sqrt().larger(epsilon.clone()),
            Denominator::One => R::one(),
        };
        (x - mean * &step.rate / denominator, [new_m, new_v])
    }
}
