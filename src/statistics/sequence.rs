//! What a confidence sequence is.

/// Trials in a block: values are added within blocks, and blocks in order, so that threads change no bit.
pub const BLOCK: u64 = 1024;

/// What a sequence says after the blocks it was fed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The estimate of the mean.
    pub estimate: f64,
    /// The confidence interval for the mean.
    pub interval: [f64; 2],
}

/// A confidence sequence: intervals of which, with probability at least 1 − α, *every one* contains the mean.
pub trait Sequence {
    /// Takes the next block of independent trials. What depends on earlier data (weights, centres) stays fixed within a block.
    fn feed(&mut self, block: &[f64]);

    /// The interval after the blocks so far, at least one.
    fn look(&self) -> Look;
}

/// The running intersection of a sequence's intervals: when all of them contain the mean so does their intersection, which therefore
/// has the same α.
///
/// An empty intersection contradicts the law that was assumed, and a trial that is not finite has no mean: both make the interval
/// NaN for good, which decides nothing, and the latter makes the estimate NaN too.
pub struct Running {
    sequence: Box<dyn Sequence + Send>,
    finite: bool,
    interval: [f64; 2],
}

impl Running {
    /// Nothing known yet.
    pub fn new(sequence: Box<dyn Sequence + Send>) -> Self {
        Running { sequence, finite: true, interval: [f64::NEG_INFINITY, f64::INFINITY] }
    }

    /// Takes the next block.
    pub fn feed(&mut self, block: &[f64]) {
        self.finite &= block.iter().all(|x| x.is_finite());
        if self.finite {
            self.sequence.feed(block);
        }
    }

    /// The estimate now, and the intersection of the intervals at this look and at all earlier ones.
    pub fn look(&mut self) -> Look {
        let nothing = [f64::NAN; 2];
        if !self.finite {
            return Look { estimate: f64::NAN, interval: nothing };
        }
        let Look { estimate, interval: [lo, hi] } = self.sequence.look();
        let [least, most] = self.interval;
        // A comparison with NaN is false, so NaN stays; `max` and `min` would drop it.
        let both = [if lo <= least { least } else { lo }, if hi >= most { most } else { hi }];
        self.interval = if both[0] <= both[1] && least <= most { both } else { nothing };
        Look { estimate, interval: self.interval }
    }
}

/// The weight λ of the next trials, by `trials` of them: √(2L/(vt)) minimises (L + tλ²v/2)/(tλ), the radius after t trials of
/// variance v with L = ln(2/α); before twice the trials that bring this radius down to the margin, the weight of that moment,
/// margin/(√2·v). Tuned for twice that number, because the interval has to fit into the margin *around an estimate that is off*; it
/// costs 9% of the least sample size and saves a look.
pub(super) fn weight(log: f64, variance: f64, margin: f64, trials: f64) -> f64 {
    (2.0 * log / (variance * trials)).sqrt().min(margin * std::f64::consts::FRAC_1_SQRT_2 / variance)
}

/// Trials after which the radius (L + nψ(λ))/(nλ) of a line with constant λ equals the margin.
pub(super) fn crossing(log: f64, weight: f64, penalty: f64, margin: f64) -> f64 {
    log / (weight * margin - penalty)
}
