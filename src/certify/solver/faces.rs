//! Inequalities that take part in no proof, found from signs alone (facial reduction).

use super::program::{Form, Program};
use crate::number::Rational;

/// The inequalities by the sign of a coefficient.
struct Signs {
    /// Whether a measure or an equation has such a coefficient too.
    fixed: bool,
    positive: Vec<usize>,
    negative: Vec<usize>,
}

/// A program in fewer words.
pub struct Face {
    /// The program; constraints that take part in no proof have empty forms.
    pub program: Program<Rational>,
    /// The other constraints.
    pub constraints: Vec<usize>,
    /// The vectors that are left.
    pub vectors: Vec<usize>,
}

/// The same program without what can take part in no proof.
///
/// Interior-point methods ask for multipliers that are all positive and leave a positive definite residual. There are none if the length of
/// some vector is not bounded by the conditions, as that of `x_0 - x_*` where only function values are known: its diagonal entry of
/// the residual is never positive, so its row vanishes, and inequalities that make it negative have no part. Then its products with
/// other vectors are free numbers as function values are, and are taken for such. An identity in which all inequalities have the same
/// sign excludes them in turn; so does the sum of all function values' identities, where these may grow together. What is left has the same proofs with the same multipliers.
pub fn face(program: &Program<Rational>) -> Face {
    let mut program = program.clone();
    let mut kept = vec![true; program.constraints.len()];
    let mut vectors: Vec<usize> = (0..program.order).collect();
    let mut exclude = |program: &mut Program<Rational>, excluded: Vec<usize>| {
        for c in excluded {
            kept[c] = false;
            program.constraints[c].form = Form { products: Vec::new(), values: Vec::new() };
        }
    };
    let functions = program.values;
    loop {
        let diagonals = (0..program.order).map(|k| (k, signs(&program, |form| product(form, [k, k]))));
        if let Some((k, signs)) = { diagonals }.find(|(_, signs)| !signs.fixed && signs.positive.is_empty()) {
            exclude(&mut program, signs.negative);
            program = without_vector(&program, k);
            vectors.remove(k);
            continue;
        }
        let rows = (0..program.values).map(|row| signs(&program, |form| value(form, row)));
        let sum = std::iter::once_with(|| signs(&program, |form| sum(form, functions)));
        let one_sided = |signs: &Signs| !signs.fixed && signs.positive.is_empty() != signs.negative.is_empty();
        let Some(found) = rows.chain(sum).find(one_sided) else { break };
        exclude(&mut program, [found.positive, found.negative].concat());
    }
    let constraints = (0..kept.len()).filter(|&c| kept[c]).collect();
    Face { program: with_values_in_use(program), constraints, vectors }
}

fn product(form: &Form<Rational>, of: [usize; 2]) -> Option<Rational> {
    form.products.iter().find(|(pair, _)| *pair == of).map(|(_, x)| x.clone())
}

fn value(form: &Form<Rational>, of: usize) -> Option<Rational> {
    form.values.iter().find(|(i, _)| *i == of).map(|(_, x)| x.clone())
}

/// The sum of the coefficients of the function values, unless it is 0.
fn sum(form: &Form<Rational>, functions: usize) -> Option<Rational> {
    let functions = form.values.iter().filter(|(i, _)| *i < functions);
    Some(functions.fold(Rational::ZERO, |sum, (_, x)| sum + x)).filter(|sum| !sum.is_zero())
}

fn signs(program: &Program<Rational>, of: impl Fn(&Form<Rational>) -> Option<Rational>) -> Signs {
    let mut signs =
        Signs { fixed: program.measures.iter().any(|form| of(form).is_some()), positive: Vec::new(), negative: Vec::new() };
    for (c, constraint) in program.constraints.iter().enumerate() {
        match of(&constraint.form) {
            Some(_) if constraint.equality => signs.fixed = true,
            Some(x) if x > Rational::ZERO => signs.positive.push(c),
            Some(_) => signs.negative.push(c),
            None => {}
        }
    }
    signs
}

/// The products of one vector become values, behind the others.
fn without_vector(program: &Program<Rational>, gone: usize) -> Program<Rational> {
    let renamed = |i: usize| if i > gone { i - 1 } else { i };
    let mut turned = map(program, |form| {
        let (free, bound): (Vec<_>, Vec<_>) = form.products.iter().cloned().partition(|(pair, _)| pair.contains(&gone));
        let other = |[i, j]: [usize; 2]| program.values + renamed(if i == gone { j } else { i });
        let free = free.into_iter().map(|(pair, x)| (other(pair), x));
        Form {
            products: bound.into_iter().map(|([i, j], x)| ([renamed(i), renamed(j)], x)).collect(),
            values: form.values.iter().cloned().chain(free).collect(),
        }
    });
    turned.order -= 1;
    turned.values += turned.order;
    turned
}

/// Values that no form contains are left out.
fn with_values_in_use(program: Program<Rational>) -> Program<Rational> {
    let forms = || program.measures.iter().chain(program.constraints.iter().map(|c| &c.form));
    let used: Vec<usize> = (0..program.values).filter(|&row| forms().any(|form| value(form, row).is_some())).collect();
    let mut names = vec![0; program.values];
    used.iter().enumerate().for_each(|(name, &row)| names[row] = name);
    let mut named = map(&program, |form| Form {
        products: form.products.clone(),
        values: form.values.iter().map(|(i, x)| (names[*i], x.clone())).collect(),
    });
    named.values = used.len();
    named
}

fn map(program: &Program<Rational>, change: impl Fn(&Form<Rational>) -> Form<Rational>) -> Program<Rational> {
    let mut changed = program.clone();
    changed.measures.iter_mut().for_each(|form| *form = change(form));
    changed.constraints.iter_mut().for_each(|c| c.form = change(&c.form));
    changed
}

#[cfg(test)]
mod tests {
    use super::super::examples::{Measure, gradient_descent, worst_case};
    use super::*;
    use crate::number::rational;

    /// From a start with a known value nothing is known of `x_0`, and what contains its products with gradients has no part: the minimiser's
    /// inequalities.
    #[test]
    fn an_unbounded_vector_is_left_out() {
        let points = gradient_descent(2, &rational(1, 2));
        let mut program = worst_case(&points, [&Rational::ZERO, &Rational::ONE], Measure::BestGradient, |_, _| true);
        let all = face(&program);
        assert_eq!((all.vectors, all.constraints.len()), (vec![0, 1, 2, 3], 13));
        program.constraints[0].form = Form { products: Vec::new(), values: vec![(0, Rational::ONE)] };
        let some = face(&program);
        assert_eq!((some.vectors, some.constraints.len()), (vec![1, 2, 3], 10));
        assert_eq!((some.program.order, some.program.values), (3, 3));
        // With a known gradient the values may grow together; then inequalities to the minimiser have no part either.
        program.constraints[0].form = Form { products: vec![([1, 1], Rational::ONE)], values: Vec::new() };
        assert_eq!(face(&program).constraints.len(), 7);
    }
}
