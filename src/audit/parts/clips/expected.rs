//! What a rule makes of gradients, with what rounding allows.

use super::conventions::{Guard, NormRule, Rule, Sides, Size};
use crate::audit::tensor::Tensor;
use crate::number::{Format, Rational, Real, Root, Tracked, rational};

/// Gradients and norm after clipping.
pub(super) struct Expected<F> {
    pub grads: Vec<Tracked<F>>,
    /// The norm of all gradients, where there is one.
    pub norm: Option<Tracked<F>>,
}

/// Roundings, besides those of `g (C / n)`, of another order: `g (C (1/n))`, a norm of norms.
const OTHER_ORDERS: usize = 2;

pub(super) fn expected<F: Format>(rule: Rule, limit: f64, grads: &[Tensor]) -> Expected<F> {
    let limit = Tracked::<F>::of(&Rational::try_from(limit).expect("limits are finite"));
    let held: Vec<Vec<Tracked<F>>> =
        grads.iter().map(|tensor| tensor.data.iter().map(|x| Tracked::exactly(*x)).collect()).collect();
    match rule {
        Rule::Value(sides) => {
            let clipped = held.into_iter().flatten().map(|x| match sides {
                Sides::Both => x.between(&-limit, &limit),
                Sides::Upper => x.smaller(limit),
                Sides::Lower => x.larger(-limit),
            });
            Expected { grads: clipped.collect(), norm: None }
        }
        Rule::Norm(rule) => {
            let scopes: Vec<&[Vec<Tracked<F>>]> = if rule.own { held.chunks(1).collect() } else { vec![&held] };
            let mut norm = None;
            let mut clipped = vec![];
            for scope in scopes {
                let size = rule.size(scope);
                let scale = rule.scale(size, limit);
                clipped.extend(scope.iter().flatten().map(|x| (*x * scale).in_any_order(1 + OTHER_ORDERS)));
                norm = Some(size);
            }
            Expected { grads: clipped, norm: if rule.own { None } else { norm } }
        }
    }
}

impl NormRule {
    fn size<F: Format>(self, grads: &[Vec<Tracked<F>>]) -> Tracked<F> {
        let all = || grads.iter().flatten();
        let sum = |terms: Vec<Tracked<F>>| {
            let count = terms.len();
            terms.into_iter().fold(Tracked::zero(), |sum, term| sum + term).in_any_order(count)
        };
        let squares = || sum(all().map(|x| *x * *x).collect());
        let size = match self.size {
            Size::Euclidean => squares().sqrt(),
            Size::Squared => squares(),
            Size::Sum => sum(all().map(|x| x.magnitude()).collect()),
            Size::Largest => all().fold(Tracked::zero(), |largest, x| largest.larger(x.magnitude())),
        };
        size.in_any_order(1 + OTHER_ORDERS)
    }

    /// `C / max(C, n)`, or `C / n` for any norm.
    fn scale<F: Format>(self, size: Tracked<F>, limit: Tracked<F>) -> Tracked<F> {
        let millionth = || Tracked::<F>::of(&rational(1, 1_000_000));
        match self.guard {
            Guard::None if self.raised => limit / size,
            _ if self.raised => limit / (size + millionth()),
            Guard::None => limit / size.larger(limit),
            Guard::Millionth => limit / (size + millionth()).larger(limit),
            // At the limit itself, where rounding decides, either side may be taken.
            Guard::MillionthAbove if size < limit => Tracked::one(),
            Guard::MillionthAbove => limit / (size + millionth()),
        }
    }
}
