//! Multipliers moved by as little as may be, so that linear identities hold exactly.

use crate::number::Rational;
use std::collections::BTreeMap;

/// A sparse vector; no entry is zero.
pub(super) type Sparse = BTreeMap<usize, Rational>;

/// `target -= factor · column`.
fn subtract(target: &mut Sparse, factor: &Rational, column: &Sparse) {
    for (row, x) in column {
        let entry = target.entry(*row).or_insert(Rational::ZERO);
        *entry -= factor * x;
        if entry.is_zero() {
            target.remove(row);
        }
    }
}

/// A column less what earlier ones explain, and how: `column = rest + Σ factor_k · rest_k`.
struct Reduced {
    pivot: usize,
    rest: Sparse,
    factors: Vec<(usize, Rational)>,
}

/// The factors by which the rests of earlier columns explain `column`, which is left with what they do not.
fn explain(column: &mut Sparse, basis: &[Reduced]) -> Vec<(usize, Rational)> {
    let mut factors = Vec::new();
    // A rest has no entry in the pivot rows before its own, so that one pass in order suffices.
    for (k, known) in basis.iter().enumerate() {
        if let Some(entry) = column.get(&known.pivot) {
            let factor = entry / &known.rest[&known.pivot];
            subtract(column, &factor, &known.rest);
            factors.push((k, factor));
        }
    }
    factors
}

/// Numbers `(index, change)` with `Σ change · columns[index] = defect`, over the first columns of `order` that span all others: for a
/// flow on a graph these are a spanning tree, the greatest one if `order` descends. `None` if the columns do not span the defect.
pub(super) fn repair(
    columns: &[Sparse],
    order: &[usize],
    rank_at_most: usize,
    mut defect: Sparse,
) -> Option<Vec<(usize, Rational)>> {
    let (mut basis, mut names) = (Vec::new(), Vec::new());
    for &index in order {
        if basis.len() == rank_at_most {
            break;
        }
        let mut rest = columns[index].clone();
        let factors = explain(&mut rest, &basis);
        if let Some((&pivot, _)) = rest.first_key_value() {
            basis.push(Reduced { pivot, rest, factors });
            names.push(index);
        }
    }
    let mut coefficients = vec![Rational::ZERO; basis.len()];
    for (k, factor) in explain(&mut defect, &basis) {
        coefficients[k] = factor;
    }
    if !defect.is_empty() {
        return None;
    }
    for k in (0..basis.len()).rev() {
        let coefficient = coefficients[k].clone();
        for (earlier, factor) in &basis[k].factors {
            coefficients[*earlier] -= factor * &coefficient;
        }
    }
    Some(names.into_iter().zip(coefficients).filter(|(_, x)| !x.is_zero()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::rational;

    fn sparse(entries: &[(usize, i64)]) -> Sparse {
        entries.iter().map(|&(row, x)| (row, x.into())).collect()
    }

    #[test]
    fn a_defect_is_spread_over_the_first_columns_that_span() {
        // A flow on three nodes and the ground; the fourth edge closes a circle.
        let columns = [sparse(&[(0, 1), (1, -1)]), sparse(&[(1, 1), (2, -1)]), sparse(&[(0, 1), (2, -1)]), sparse(&[(2, 2)])];
        let defect: Sparse = [(0, rational(1, 3)), (1, rational(1, 5)), (2, rational(1, 7))].into();
        let changes = repair(&columns, &[2, 1, 0, 3], 3, defect.clone()).unwrap();
        assert_eq!(changes.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [2, 1, 3]);
        let mut left = defect;
        for (index, change) in changes {
            subtract(&mut left, &change, &columns[index]);
        }
        assert!(left.is_empty());
    }

    #[test]
    fn what_no_column_reaches_is_not_repaired() {
        assert!(repair(&[sparse(&[(0, 1), (1, -1)])], &[0], 2, sparse(&[(0, 1)])).is_none());
    }
}
