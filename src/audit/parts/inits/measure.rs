//! Numbers that a shape has beside its fans.

/// A number of a shape `[out, in, kernel...]`, one that may be mistaken for a fan where another layout is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Sum,
    All,
    ButTheLast,
    First,
    Second,
    Last,
    /// 1: the shape is not looked at.
    Nothing,
}

impl Measure {
    /// Each of them, the more usual first.
    pub const EACH: [Measure; 7] =
        [Measure::Nothing, Measure::First, Measure::Second, Measure::Last, Measure::ButTheLast, Measure::Sum, Measure::All];

    pub fn of(self, shape: &[u64]) -> f64 {
        let product = |sides: &[u64]| sides.iter().product::<u64>() as f64;
        let (last, others) = shape.split_last().expect("a weight has dimensions");
        match self {
            Measure::Sum => shape.iter().sum::<u64>() as f64,
            Measure::All => product(shape),
            Measure::ButTheLast => product(others),
            Measure::First => shape[0] as f64,
            Measure::Second => shape[1] as f64,
            Measure::Last => *last as f64,
            Measure::Nothing => 1.0,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Measure::Sum => "the sum of all dimensions",
            Measure::All => "the product of all dimensions",
            Measure::ButTheLast => "the product of all dimensions but the last",
            Measure::First => "the first dimension",
            Measure::Second => "the second dimension",
            Measure::Last => "the last dimension",
            Measure::Nothing => "1, whatever the shape",
        }
    }
}
