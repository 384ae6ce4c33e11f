//! # The chain rule multiplies Jacobians in one order only
//!
//! **Setting.** `z_l = f_l(z_(l-1), θ_l)`, `l = 1, ..., n`, a loss `L(z_n)`; `J_l = ∂z_l/∂z_(l-1)`.
//!
//! **Statement.** (1) For row vectors `∂L/∂θ_l = ∂L/∂z_n · J_n ⋯ J_(l+1) · ∂z_l/∂θ_l`, as the notes have it; gradients, which are columns, take
//! transposes in the reversed order: `∇_(θ_l) L = (∂z_l/∂θ_l)ᵀ J_(l+1)ᵀ ⋯ J_nᵀ ∇L(z_n)`. (2) "`∇_f L × ∇_θ f`" with columns and no transpose is false,
//! and so is another order, unless Jacobians commute.
//!
//! **Why.** Differentials compose as linear maps: `dL = a J_n ⋯ J_(l+1) P_l dθ_l` with the row `a`.
//!
//! **How it could fail.** On drawn polynomial networks the product of Jacobians, each by dual numbers from its own layer, must be what back-propagation, tape
//! and dual numbers give for the whole, fraction by fraction.

use super::derivatives::{by_duals, by_tape};
use crate::evidence::{Evidence, Exact};
use crate::lab::{Draws, Lab};
use crate::networks::{Activation, Dense, Dual, Layer, Loss, Network, Objective};
use crate::number::{Rational, rational};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "chain-rule-vjp",
    title: "The chain rule multiplies a row by Jacobians from the last to the first; gradients take their transposes",
    topic: "foundations",
    record: Some("chain-rule-vjp"),
    statement: "For $z_l = f_l (z_(l-1), θ_l)$ and $J_l = frac(∂ z_l, ∂ z_(l-1))$ the gradient is \
                $∇_(θ_l) L = (frac(∂ z_l, ∂ θ_l))^T J_(l+1)^T ⋯ J_n^T ∇_(z_n) L$: in rows $frac(∂ L, ∂ z_n) ⋅ J_n ⋯ J_(l+1) ⋅ frac(∂ z_l, ∂ θ_l)$. The factors may not be \
                exchanged, nor left untransposed with columns.",
    hypotheses: &["every layer is differentiable", "derivatives of $L$ are rows where Jacobians are not transposed"],
    sources: &[Source::Note("000", "43"), Source::Note("003", "600"), Source::Cited("griewank2008", "chapter 3")],
    claims: &[
        Claim {
            id: "columns",
            as_stated: true,
            statement: "$∇_θ L = ∇_f L × ∇_θ f$ with gradients as columns, as in $θ - η ∇L$: the Jacobian times the gradient",
            quantifier: "one layer of two numbers as a function of its input, where shapes fit",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, _| Ok(chain(lab, Order::Untransposed, 1, drawn)),
        },
        Claim {
            id: "rows",
            as_stated: true,
            statement: "$frac(∂ L, ∂ θ_l) = frac(∂ L, ∂ z_n) ⋅ frac(∂ z_n, ∂ z_(n-1)) ⋯ frac(∂ z_(l+1), ∂ z_l) ⋅ frac(∂ z_l, ∂ θ_l)$ with row vectors",
            quantifier: "all layers of 60 drawn polynomial networks of width 2 and depth 1 to 4, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(chain(lab, Order::Rows, 4, drawn)),
        },
        Claim {
            id: "transposed",
            as_stated: false,
            statement: "$∇_(θ_l) L = (frac(∂ z_l, ∂ θ_l))^T J_(l+1)^T ⋯ J_n^T ∇_(z_n) L$ with columns, and it is what back-propagation, tape and dual numbers give",
            quantifier: "all layers of 60 drawn polynomial networks of width 2 and depth 1 to 4, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(chain(lab, Order::Columns, 4, drawn)),
        },
        Claim {
            id: "commuting",
            as_stated: false,
            statement: "where Jacobians commute, their order does not matter, though none of these is normal",
            quantifier: "60 drawn linear networks whose layers are multiples of the identity plus multiples of one nilpotent matrix",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(chain(lab, Order::Exchanged, 4, nilpotent)),
        },
    ],
    controls: &[
        Control {
            id: "exchanged",
            differs: "multiplies the transposed Jacobians in the order of the layers",
            broken: Broken::Statement(|lab, _| Ok(chain(lab, Order::Exchanged, 4, drawn))),
        },
        Control {
            id: "untransposed",
            differs: "multiplies columns by the Jacobians themselves, also where these commute",
            broken: Broken::Statement(|lab, _| Ok(chain(lab, Order::Untransposed, 4, nilpotent))),
        },
        Control {
            id: "entry-a-billionth-larger",
            differs: "an entry of one Jacobian is larger by the factor 1 + 10⁻⁹, rows",
            broken: Broken::Statement(|lab, _| Ok(chain(lab, Order::RowsOff, 4, drawn))),
        },
        Control {
            id: "column-entry-a-billionth-larger",
            differs: "an entry of one Jacobian is larger by the factor 1 + 10⁻⁹, columns",
            broken: Broken::Statement(|lab, _| Ok(chain(lab, Order::ColumnsOff, 4, drawn))),
        },
    ],
    plots: &[],
};

/// How the factors are multiplied.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Rows,
    Columns,
    Exchanged,
    Untransposed,
    RowsOff,
    ColumnsOff,
}

/// Layers of two numbers with their weights.
type Chain = Vec<(Activation, Vec<Rational>)>;

fn drawn(draws: &mut Draws, depth: usize) -> Chain {
    let mut layer = || {
        let activation = if draws.index(2) == 0 { Activation::Identity } else { Activation::Square };
        (activation, (0..4).map(|_| draws.fraction(-3..4, 1)).collect())
    };
    (0..depth).map(|_| layer()).collect()
}

/// `a I + b N` with `N = ((0, 1), (0, 0))`: these commute, and are not normal unless `b = 0`.
fn nilpotent(draws: &mut Draws, depth: usize) -> Chain {
    let mut layer = || {
        let (a, b) = (draws.fraction(1..4, 1), draws.fraction(1..4, 1));
        (Activation::Identity, vec![a.clone(), b, Rational::ZERO, a])
    };
    (0..depth).map(|_| layer()).collect()
}

fn network(activation: Activation) -> Vec<Layer> {
    vec![Layer::Dense(Dense { inputs: 2, outputs: 2, bias: false }), Layer::Activation(activation)]
}

/// The columns of a Jacobian, by dual numbers: derivatives along each direction of `x`.
fn jacobian(x: &[Rational], f: impl Fn(&[Dual<Rational>]) -> Vec<Dual<Rational>>) -> Vec<Vec<Rational>> {
    let unit = |at: usize| (0..x.len()).map(|i| Rational::from(i64::from(i == at))).collect::<Vec<Rational>>();
    (0..x.len()).map(|at| f(&Dual::along(x, &unit(at))).into_iter().map(|y| y.tangent).collect()).collect()
}

fn inner(a: &[Rational], b: &[Rational]) -> Rational {
    a.iter().zip(b).fold(Rational::ZERO, |sum, (a, b)| sum + a * b)
}

/// A row times a matrix given by columns, or its transpose times a column: the same numbers.
fn row_times(row: &[Rational], columns: &[Vec<Rational>]) -> Vec<Rational> {
    columns.iter().map(|column| inner(row, column)).collect()
}

fn transposed(columns: &[Vec<Rational>]) -> Vec<Vec<Rational>> {
    (0..columns[0].len()).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect()
}

/// A matrix product, both by columns.
fn product(left: &[Vec<Rational>], right: &[Vec<Rational>]) -> Vec<Vec<Rational>> {
    let rows = transposed(left);
    right.iter().map(|column| row_times(column, &rows)).collect()
}

/// Networks of up to `deepest` layers. For all orders but that of one layer, where only the input counts, each layer's weights are compared.
fn chain(lab: &Lab, order: Order, deepest: usize, draw: fn(&mut Draws, usize) -> Chain) -> Evidence {
    let stream = lab.stream("chains");
    let mut exact = Exact::new();
    for case in 0..lab.cases(60) {
        let draws = &mut stream.trial(case);
        let depth = 1 + draws.index(deepest);
        let chain = draw(draws, depth);
        let mut pair = || vec![draws.fraction(-3..4, 2), draws.fraction(-3..4, 2)];
        let (input, target) = (pair(), pair());
        let layers = chain.iter().flat_map(|(activation, _)| network(*activation)).collect();
        let whole = Network::new(2, layers).expect("layers of one width");
        let weights: Vec<Vec<Rational>> = chain.iter().map(|(_, weights)| weights.clone()).collect();
        let objective = Objective::new(whole, Loss::HalfSquares, input.clone(), target.clone()).expect("one sample");
        // The Jacobians of each layer by its input and by its weights, and the signal that leaves it.
        let (mut signal, mut by_input, mut by_weights) = (input, Vec::new(), Vec::new());
        for (activation, weights) in &chain {
            let layer = Network::new(2, network(*activation)).expect("a layer");
            let fixed = |x: &[Rational]| x.iter().cloned().map(Dual::constant).collect::<Vec<_>>();
            by_input.push(jacobian(&signal, |x| layer.forward(&[fixed(weights)], x)));
            by_weights.push(jacobian(weights, |w| layer.forward(&[w.to_vec()], &fixed(&signal))));
            signal = layer.forward(std::slice::from_ref(weights), &signal);
        }
        if matches!(order, Order::RowsOff | Order::ColumnsOff) {
            by_input[depth - 1][0][0] *= Rational::ONE + rational(1, 1_000_000_000);
        }
        let seed: Vec<Rational> = signal.iter().zip(&target).map(|(z, t)| z - t).collect();
        let through = |from: usize| -> Vec<Rational> {
            let factors = &by_input[from..];
            match order {
                // The row, factor by factor from the last layer.
                Order::Rows | Order::RowsOff => {
                    factors.iter().rev().fold(seed.clone(), |row, jacobian| row_times(&row, jacobian))
                }
                // One matrix, from the first layer's transpose on, times the column.
                Order::Columns | Order::ColumnsOff => {
                    let matrices = factors.iter().map(|jacobian| transposed(jacobian));
                    let matrix = matrices.reduce(|left, right| product(&left, &right));
                    matrix.map_or(seed.clone(), |matrix| row_times(&seed, &transposed(&matrix)))
                }
                Order::Exchanged => factors.iter().fold(seed.clone(), |column, jacobian| row_times(&column, jacobian)),
                Order::Untransposed => {
                    factors.iter().rev().fold(seed.clone(), |column, jacobian| row_times(&column, &transposed(jacobian)))
                }
            }
        };
        let at = |place: &str| format!("case {case}: {chain:?}, {place}");
        exact.holds("the input's derivative", through(0) == objective.inputs_gradient(&weights), || at("input"));
        let (tape, duals) = (by_tape(&objective, &weights), by_duals(&objective, &weights));
        let gradient = objective.gradient(&weights).1;
        exact.holds("tape and back-propagation agree", tape == gradient.concat(), || at("tape"));
        exact.holds("dual numbers and back-propagation agree", duals == gradient.concat(), || at("duals"));
        for (layer, found) in gradient.iter().enumerate() {
            let product = row_times(&through(layer + 1), &by_weights[layer]);
            exact.holds("a layer's derivative", product == *found, || at(&format!("layer {}", layer + 1)));
        }
    }
    exact.evidence()
}
