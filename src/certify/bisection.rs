//! Statements about a whole range of a parameter, by enclosures on pieces of it.

use crate::evidence::Exact;
use crate::number::Interval;
use std::collections::VecDeque;

/// Pieces narrower than this share of their ends are not halved: what enclosures leave open there stays open, and proves nothing.
const NARROWEST: f64 = 1e-9;

/// Records whether a statement holds at every point of `range`: where an enclosure over a piece cannot decide it, the piece is halved
/// (in ratio, where it spans more than a factor of two). One comparison a piece; a piece where nothing holds, or an undecided one that
/// is too small to be halved, ends the search. Larger pieces come first: a violation is found before the boundary of where it begins.
pub fn cover(exact: &mut Exact, condition: &str, range: [f64; 2], holds: impl Fn(Interval) -> Option<bool>) {
    let mut open = VecDeque::from([range]);
    while let Some([lo, hi]) = open.pop_front() {
        let verdict = holds(Interval { lo, hi });
        if verdict.is_none() && hi - lo > NARROWEST * lo.abs().max(hi.abs()) {
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

/// Whether a condition holds at every point of an interval, shown on pieces of it: `condition` says `Some` where it holds, or fails, at all
/// points of a piece. `None` if a piece is still open after that many `halvings`.
pub fn throughout(condition: &dyn Fn(Interval) -> Option<bool>, within: Interval, halvings: u32) -> Option<bool> {
    match condition(within) {
        None if halvings > 0 => {
            // A failure anywhere decides, also beside a piece that stays open.
            let mut all = Some(true);
            for half in halves(within) {
                match throughout(condition, half, halvings - 1) {
                    Some(false) => return Some(false),
                    found => all = all.and(found),
                }
            }
            all
        }
        decided => decided,
    }
}

/// Two parts that cover it. The cut is not in the middle, where the zeros of textbook functions are.
pub(super) fn halves(whole: Interval) -> [Interval; 2] {
    let cut = whole.lo + (whole.hi - whole.lo) * 0.484_375;
    [Interval { lo: whole.lo, hi: cut }, Interval { lo: cut, hi: whole.hi }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;

    /// `x - x² ≤ 0.26` on [0, 1]: the maximum is 1/4, and the enclosure of x - x² over [0, 1] is [-1, 1].
    fn parabola(limit: f64) -> Evidence {
        let mut exact = Exact::new();
        cover(&mut exact, "x - x² ≤ c", [0.0, 1.0], |x| (x - x * x).above(limit).map(|above| !above));
        exact.evidence()
    }

    #[test]
    fn a_range_is_covered_or_a_piece_is_named() {
        assert!(matches!(parabola(0.26), Evidence::Exact(Exact { cases: 10.., witness: None, .. })));
        assert!(matches!(parabola(0.24), Evidence::Exact(Exact { witness: Some(_), .. })));
        assert!(matches!(parabola(0.25), Evidence::Invalid { .. }));
    }

    #[test]
    fn conditions_are_decided_on_pieces() {
        let positive = |x: Interval| (x * x - x + Interval::point(0.3)).above(0.0);
        let within = Interval { lo: 0.0, hi: 1.0 };
        assert_eq!(positive(within), None);
        assert_eq!(throughout(&positive, within, 10), Some(true));
        let touching = |x: Interval| (x * x - x + Interval::point(0.25)).above(0.0);
        assert_eq!(throughout(&touching, within, 10), None);
        let crossing = |x: Interval| (x * x - x + Interval::point(0.2)).above(0.0);
        assert_eq!(throughout(&crossing, within, 10), Some(false));
    }
}
