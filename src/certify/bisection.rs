//! Statements about a whole range of a parameter, by enclosures on pieces of it.

use crate::evidence::Exact;
use crate::number::Interval;
use std::collections::VecDeque;

/// Records whether a statement holds at every point of `range`: where an enclosure over a piece cannot decide it, the piece is halved
/// (in ratio, where it spans more than a factor of two). One comparison a piece; a piece where nothing holds, or an undecided one that
/// is too small to be halved, ends the search. Larger pieces come first: a violation is found before the boundary of where it begins.
pub fn throughout(exact: &mut Exact, condition: &str, range: [f64; 2], holds: impl Fn(Interval) -> Option<bool>) {
    let mut open = VecDeque::from([range]);
    while let Some([lo, hi]) = open.pop_front() {
        let verdict = holds(Interval { lo, hi });
        if verdict.is_none() && hi - lo > 1e-9 * lo.abs().max(hi.abs()) {
            let middle = if lo > 0.0 && hi > 2.0 * lo { (lo * hi).sqrt() } else { lo + (hi - lo) / 2.0 };
            open.extend([[lo, middle], [middle, hi]]);
            continue;
        }
        exact.decided(condition, verdict, || format!("between {lo:?} and {hi:?}"));
        if verdict != Some(true) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;

    /// `x - x² ≤ 0.26` on [0, 1]: the maximum is 1/4, and the enclosure of x - x² over [0, 1] is [-1, 1].
    fn parabola(limit: f64) -> Evidence {
        let mut exact = Exact::new();
        throughout(&mut exact, "x - x² ≤ c", [0.0, 1.0], |x| (x - x * x).above(limit).map(|above| !above));
        exact.evidence()
    }

    #[test]
    fn a_range_is_covered_or_a_piece_is_named() {
        assert!(matches!(parabola(0.26), Evidence::Exact(Exact { cases: 10.., witness: None, .. })));
        assert!(matches!(parabola(0.24), Evidence::Exact(Exact { witness: Some(_), .. })));
        assert!(matches!(parabola(0.25), Evidence::Invalid { .. }));
    }
}
