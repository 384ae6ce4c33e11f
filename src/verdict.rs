//! The judge: the only place that turns evidence into a verdict, and the only owner of error probabilities.

use crate::evidence::{Evidence, Relation, Statistic};
use serde::{Deserialize, Serialize};

/// What the evidence says about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Exact evidence for all that is stated.
    Proved,
    /// Evidence from statistics or properties in floats.
    Supported,
    /// A witness against it.
    Refuted,
    /// Not decided. Never expected, never a pass.
    Inconclusive,
    /// The subject does not offer what the claim is about. Never expected, never a pass.
    NotApplicable,
}

impl Verdict {
    /// All verdicts, in the order of reports.
    pub const ALL: [Verdict; 5] =
        [Verdict::Proved, Verdict::Supported, Verdict::Refuted, Verdict::Inconclusive, Verdict::NotApplicable];

    /// The verdict as files spell it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Proved => "proved",
            Verdict::Supported => "supported",
            Verdict::Refuted => "refuted",
            Verdict::Inconclusive => "inconclusive",
            Verdict::NotApplicable => "not-applicable",
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

/// The error probabilities of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// Probability that any confidence sequence of the run ever misses its mean, at most.
    pub false_alarm_budget: f64,
}

impl Policy {
    /// Statistics that one budget is split over. A fixed number, so that a new theorem changes no other theorem's intervals; a
    /// test holds the suite's own count against it.
    pub const SHARES: u32 = 1024;

    /// Probability that one confidence sequence ever misses its mean, at most.
    pub fn alpha(&self) -> f64 {
        self.false_alarm_budget / f64::from(Self::SHARES)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Policy { false_alarm_budget: 1e-9 }
    }
}

/// The three-way decision about one mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The whole interval satisfies the claim.
    Confirmed,
    /// No point of the interval satisfies it.
    Rejected,
    /// Some do.
    Open,
}

/// Decides from the confidence interval alone. A NaN anywhere leaves the question open.
pub fn decide(relation: Relation, target: f64, margin: f64, interval: [f64; 2]) -> Decision {
    let [lo, hi] = interval;
    let (least, most) = match relation {
        Relation::Equal => (target - margin, target + margin),
        Relation::AtMost => (f64::NEG_INFINITY, target + margin),
    };
    if least <= lo && hi <= most {
        Decision::Confirmed
    } else if lo > most || hi < least {
        Decision::Rejected
    } else {
        Decision::Open
    }
}

fn decision(statistic: &Statistic) -> Decision {
    decide(statistic.relation, statistic.target, statistic.margin, statistic.interval)
}

/// The verdict on a piece of evidence.
pub fn judge(evidence: &Evidence, policy: &Policy) -> Verdict {
    match evidence {
        Evidence::NotApplicable { .. } => Verdict::NotApplicable,
        Evidence::Invalid { .. } => Verdict::Inconclusive,
        Evidence::Exact(exact) if exact.witness.is_some() => Verdict::Refuted,
        Evidence::Exact(exact) if exact.cases > 0 => Verdict::Proved,
        Evidence::Property(property) if property.worst_margin < 0.0 => Verdict::Refuted,
        Evidence::Property(property) if property.cases > 0 && property.worst_margin >= 0.0 => Verdict::Supported,
        Evidence::Exact(_) | Evidence::Property(_) => Verdict::Inconclusive,
        Evidence::Sampled(sampled) => {
            let decisions: Vec<_> = sampled.statistics.iter().map(decision).collect();
            let overspent = sampled.statistics.iter().any(|statistic| statistic.alpha > policy.alpha());
            if overspent || decisions.is_empty() {
                Verdict::Inconclusive
            } else if decisions.contains(&Decision::Rejected) {
                Verdict::Refuted
            } else if decisions.contains(&Decision::Open) {
                Verdict::Inconclusive
            } else {
                Verdict::Supported
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Exact, Property};
    use quickcheck::quickcheck;

    fn verdict(evidence: &Evidence) -> Verdict {
        judge(evidence, &Policy::default())
    }

    fn statistic(interval: [f64; 2], alpha: f64) -> Statistic {
        Statistic {
            name: "mean".into(),
            sequence: "a test".into(),
            relation: Relation::Equal,
            target: 1.0,
            margin: 0.5,
            n: 1,
            largest_n: 1,
            estimate: 1.0,
            interval,
            alpha,
            probability_inconclusive: 0.0,
        }
    }

    #[test]
    fn nothing_passes_without_evidence() {
        assert_eq!(verdict(&Exact::new().evidence()), Verdict::Inconclusive);
        assert_eq!(verdict(&Property::new().evidence()), Verdict::Inconclusive);
        assert_eq!(verdict(&Evidence::sampled(Vec::new())), Verdict::Inconclusive);
    }

    #[test]
    fn a_number_that_is_none_neither_passes_nor_refutes() {
        for (deviation, bound) in [(f64::NAN, 1.0), (1.0, f64::NAN), (f64::INFINITY, 1.0), (1.0, f64::INFINITY), (1.0, -1.0)] {
            let mut property = Property::new();
            property.within("broken", deviation, bound, String::new);
            property.within("fine", 0.0, 1.0, String::new);
            assert_eq!(verdict(&property.evidence()), Verdict::Inconclusive);
        }
        let alpha = Policy::default().alpha();
        assert_eq!(verdict(&Evidence::sampled(vec![statistic([f64::NAN, 1.0], alpha)])), Verdict::Inconclusive);
    }

    #[test]
    fn an_open_comparison_proves_nothing_and_hides_no_violation() {
        let of = |comparisons: &[Option<bool>]| {
            let mut exact = Exact::new();
            comparisons.iter().for_each(|&holds| exact.decided("enclosures", holds, String::new));
            verdict(&exact.evidence())
        };
        assert_eq!(of(&[Some(true)]), Verdict::Proved);
        assert_eq!(of(&[Some(true), None]), Verdict::Inconclusive);
        assert_eq!(of(&[None, Some(false)]), Verdict::Refuted);
    }

    #[test]
    fn one_rejected_statistic_refutes_and_one_open_one_leaves_open() {
        let alpha = Policy::default().alpha();
        let of = |intervals: &[[f64; 2]]| {
            verdict(&Evidence::sampled(intervals.iter().map(|&interval| statistic(interval, alpha)).collect()))
        };
        let (inside, outside, across) = ([0.9, 1.1], [1.6, 1.7], [1.4, 1.6]);
        assert_eq!(of(&[inside]), Verdict::Supported);
        assert_eq!(of(&[inside, across]), Verdict::Inconclusive);
        assert_eq!(of(&[inside, across, outside]), Verdict::Refuted);
    }

    #[test]
    fn a_sequence_that_overspends_its_share_decides_nothing() {
        let alpha = Policy::default().alpha() * 2.0;
        assert_eq!(verdict(&Evidence::sampled(vec![statistic([0.9, 1.1], alpha)])), Verdict::Inconclusive);
    }

    quickcheck! {
        fn a_narrower_interval_never_reverses_a_decision(lo: i8, width: u8, cut: u8, target: i8, margin: u8) -> bool {
            let (lo, hi) = (f64::from(lo), f64::from(lo) + f64::from(width));
            let inner = [lo + f64::from(cut.min(width)), hi];
            let (target, margin) = (f64::from(target), f64::from(margin));
            [Relation::Equal, Relation::AtMost].iter().all(|&relation| {
                let wide = decide(relation, target, margin, [lo, hi]);
                wide == Decision::Open || wide == decide(relation, target, margin, inner)
            })
        }

        fn equality_is_the_stricter_relation(lo: i8, width: u8, target: i8, margin: u8) -> bool {
            let interval = [f64::from(lo), f64::from(lo) + f64::from(width)];
            let (target, margin) = (f64::from(target), f64::from(margin));
            decide(Relation::Equal, target, margin, interval) != Decision::Confirmed
                || decide(Relation::AtMost, target, margin, interval) == Decision::Confirmed
        }
    }
}
