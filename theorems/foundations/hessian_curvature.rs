//! # The Hessian as curvature
//!
//! **Setting.** `H = [∂²f/∂x_i∂x_j]` of `f ∈ C²`; products `H d` as derivatives of the gradient along `d`.
//!
//! **Statement.** (1) `H` is symmetric and `dᵀHd` is the second derivative along `d`. (2) Without continuity of the second derivatives it need not be: for `xy(x² - y²)/(x² + y²)` the mixed derivatives at 0 are
//! -1 and 1. (3) A product `H d` takes at most 20 evaluations of `f`, however many parameters there are; the matrix takes as many products as parameters.
//!
//! **Why.** Schwarz; a central second difference of a cubic is exact; at most 5 evaluations for a gradient, times 4 for dual numbers.
//!
//! **How it could fail.** Back-propagation over dual numbers is compared in rationals with second derivatives by nested dual numbers, which know no layers, and second differences; operations are counted.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::landscape::{Difference, curvature_along};
use crate::networks::{Activation, Counted, Dual, Loss, Objective, operations, perceptron};
use crate::number::{Polynomial, Rational, Real, rational};
use crate::plot::{Plot, Series};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::vector::dot;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "hessian-curvature",
    title: "The Hessian is symmetric and gives second derivatives along directions, for functions in C²",
    topic: "foundations",
    record: Some("hessian-curvature"),
    statement: "For $f ∈ C^2$ the Hessian is symmetric and $d^T H d$ is the second derivative of $f$ along $d$. A product $H d$ costs a bounded number of evaluations of $f$, \
                whatever the number of parameters: at most 20 for the networks that were counted.",
    hypotheses: &["second derivatives are continuous"],
    sources: &[
        Source::Note("001", "129-135"),
        Source::Note("003", "389-390"),
        Source::Cited("pearlmutter1994", "the R-operator"),
        Source::Cited("griewank2008", "chapter 4"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "$H = [∂^2 f \\/ ∂x_i ∂x_j]$ describes local curvature: its mixed entries agree whenever they exist",
            quantifier: "refuted at the origin of Peano's function, where they are -1 and 1",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| Ok(mixed(&[smooth, peano])),
        },
        Claim {
            id: "symmetric",
            as_stated: false,
            statement: "$(H e_i)_j = (H e_j)_i$, and $d^T H d$ is the second derivative along $d$",
            quantifier: "networks with two inputs, two cubic units and two samples: all pairs of their nine parameters and three directions, at 10 drawn points, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(products(lab, &Rational::ONE)),
        },
        Claim {
            id: "second-differences",
            as_stated: false,
            statement: "on cubics $(f(x + ε d) - 2 f(x) + f(x - ε d)) / ε^2 = d^T H d$ for every $ε$, and $(∇f(x + ε e_j) - ∇f(x - ε e_j)) / (2 ε)$ are the columns of a \
                        symmetric matrix",
            quantifier: "200 drawn cubics of two variables, points and directions, ε = 1, 1/10 and 1/1000, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(second_differences(lab, Difference::Central, false)),
        },
        Claim {
            id: "cost",
            as_stated: false,
            statement: "$H d$ takes at most 20 times the operations of $f$",
            quantifier: "networks of 2 to 32 tanh or cubic units with up to 129 parameters, operations counted",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(costs(20, |_| 1)),
        },
    ],
    controls: &[
        Control {
            id: "peano",
            differs: "claims that the mixed derivatives of Peano's function agree at 0",
            broken: Broken::Statement(|_, _| Ok(mixed(&[peano]))),
        },
        Control {
            id: "one-sided-gradients",
            differs: "takes the matrix from one-sided differences of gradients, which for x²y is off symmetry by ε",
            broken: Broken::Statement(|lab, _| Ok(second_differences(lab, Difference::Central, true))),
        },
        Control {
            id: "curvature-larger-by-a-billionth",
            differs: "claims dᵀHd = (1 + 10⁻⁹) times the second derivative",
            broken: Broken::Statement(|lab, _| Ok(products(lab, &(Rational::ONE + rational(1, 1_000_000_000))))),
        },
        Control {
            id: "one-sided-values",
            differs: "takes one-sided second differences",
            broken: Broken::Statement(|lab, _| Ok(second_differences(lab, Difference::OneSided, false))),
        },
        Control {
            id: "the-whole-matrix",
            differs: "claims the price of a product for the whole matrix",
            broken: Broken::Statement(|_, _| Ok(costs(20, |parameters| parameters))),
        },
        Control {
            id: "eight-evaluations",
            differs: "claims at most 8 times the operations",
            broken: Broken::Statement(|_, _| Ok(costs(8, |_| 1))),
        },
    ],
    plots: &[prices],
};

/// A function of two variables, for dual numbers.
type Plane = fn([Dual<Rational>; 2]) -> Dual<Rational>;

/// `x³y² + xy`.
fn smooth([x, y]: [Dual<Rational>; 2]) -> Dual<Rational> {
    x.clone() * &x * &x * &y * &y + x * y
}

/// `xy(x² - y²)/(x² + y²)` away from the origin, where it is 0.
fn peano([x, y]: [Dual<Rational>; 2]) -> Dual<Rational> {
    let (squares, other) = (x.clone() * &x, y.clone() * &y);
    x * y * (squares.clone() - &other) / (squares + other)
}

/// `∂f/∂x` on the axis of y and `∂f/∂y` on that of x, over their distance from the origin. Both functions are 0 on the axes, so that the derivatives along these
/// vanish at the origin, and the quotients are those of the mixed derivatives there; both are the same for every distance.
fn mixed(functions: &[Plane]) -> Evidence {
    let mut exact = Exact::new();
    for f in functions {
        for distance in [rational(1, 10), rational(-1, 1000), rational(1, 1_000_000_000)] {
            let at = Dual { value: distance.clone(), tangent: Rational::ZERO };
            let moving = Dual { value: Rational::ZERO, tangent: Rational::ONE };
            let by_x = f([moving.clone(), at.clone()]).tangent / &distance;
            let by_y = f([at, moving]).tangent / &distance;
            exact.holds("∂²f/∂y∂x = ∂²f/∂x∂y", by_x == by_y, || {
                format!("{by_x} against {by_y} at 0, at the distance {distance}")
            });
        }
    }
    exact.evidence()
}

/// A network with two inputs and the given number of units, and two samples.
fn objective(hidden: usize, activation: Activation) -> Objective<Rational> {
    let network = perceptron(&[2, hidden, 1], activation).expect("three widths");
    let samples = [1, 2, -1, 1].map(Rational::from).to_vec();
    Objective::new(network, Loss::HalfSquares, samples, [1, -1].map(Rational::from).to_vec()).expect("two samples")
}

type Tensors = Vec<Vec<Rational>>;

/// `dᵀHd`, said to be `factor` times the second derivative.
fn products(lab: &Lab, factor: &Rational) -> Evidence {
    let stream = lab.stream("points");
    let mut exact = Exact::new();
    let objective = objective(2, Activation::Cube);
    let network = objective.network();
    let nested = objective.over(|x| Dual::constant(Dual::constant(x)));
    for case in 0..lab.cases(10) {
        let draws = &mut stream.trial(case);
        let point: Tensors = network.parameters(|| draws.fraction(-4..5, 2));
        let count = point.concat().len();
        let unit = |place: usize| -> Tensors {
            let mut next = 0..;
            network.parameters(|| if next.next() == Some(place) { Rational::ONE } else { Rational::ZERO })
        };
        let rows: Vec<Vec<Rational>> = (0..count).map(|i| objective.hessian_product(&point, &unit(i)).concat()).collect();
        for (i, j) in (0..count).flat_map(|i| (0..i).map(move |j| (i, j))) {
            exact.equal("(H e_i)_j = (H e_j)_i", &rows[i][j], &rows[j][i], || format!("case {case}, i = {i}, j = {j}"));
        }
        for _ in 0..3 {
            let direction: Tensors = network.parameters(|| draws.fraction(-4..5, 1));
            let bend = dot(&direction.concat(), &objective.hessian_product(&point, &direction).concat());
            // x + s d + t d with s² = t² = 0: the coefficient of st is the second derivative along d.
            let along = point.iter().zip(&direction).map(|(x, d)| {
                let element = |(x, d): (&Rational, &Rational)| Dual {
                    value: Dual { value: x.clone(), tangent: d.clone() },
                    tangent: Dual { value: d.clone(), tangent: Rational::ZERO },
                };
                x.iter().zip(d).map(element).collect()
            });
            let second = nested.value(&along.collect::<Vec<_>>()).tangent.tangent;
            exact.equal("dᵀHd", &bend, &(factor * second), || format!("case {case}, d = {direction:?}"));
        }
    }
    exact.evidence()
}

/// Of values, and of gradients on both sides or on one.
fn second_differences(lab: &Lab, difference: Difference, one_sided: bool) -> Evidence {
    let stream = lab.stream("cubics");
    let mut exact = Exact::new();
    let [x, y] = Polynomial::variables();
    for case in 0..lab.cases(200) {
        let draws = &mut stream.trial(case);
        let monomials = [
            x.clone(),
            y.clone(),
            x.squared(),
            &x * &y,
            y.squared(),
            &x * x.squared(),
            &y * x.squared(),
            &x * y.squared(),
            &y * y.squared(),
        ];
        let f = monomials.into_iter().fold(x.int(0), |sum, monomial| sum + x.constant(&draws.fraction(-16..17, 4)) * monomial);
        let mut pair = || [draws.fraction(-16..17, 4), draws.fraction(-16..17, 4)];
        let [point, direction] = [pair(), pair()];
        let mut bend = Rational::ZERO;
        for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            bend += f.derivative(i).derivative(j).at(&point) * &direction[i] * &direction[j];
        }
        for epsilon in [Rational::ONE, rational(1, 10), rational(1, 1000)] {
            let found = curvature_along(&point, &direction, &epsilon, difference, |x| f.at(x));
            exact.equal("the second difference", &found, &bend, || format!("case {case}, ε = {epsilon}, d = {direction:?}"));
            let behind = if one_sided { Rational::ZERO } else { -&epsilon };
            // Off the diagonal: the slope along i after steps along j.
            let entry = |i: usize, j: usize| {
                let slope = |step: &Rational| {
                    let mut there = point.clone();
                    there[j] += step;
                    f.derivative(i).at(&there)
                };
                (slope(&epsilon) - slope(&behind)) / (&epsilon - &behind)
            };
            exact.equal("(H e_x)_y = (H e_y)_x by differences", &entry(1, 0), &entry(0, 1), || {
                format!("case {case}, ε = {epsilon}")
            });
        }
    }
    exact.evidence()
}

/// Parameters of a network, and the operations of its loss and of a product with its Hessian.
fn counted(hidden: usize, activation: Activation) -> [u64; 3] {
    let objective = objective(hidden, activation).over(|x| Counted(f64::of(&x)));
    let mut next = 0..;
    let mut tensors = || objective.network().parameters(|| Counted(libm::sin(f64::from(next.next().unwrap_or(0)))));
    let (point, direction) = (tensors(), tensors());
    let (_, value) = operations(|| objective.value(&point));
    let (product, both) = operations(|| objective.hessian_product(&point, &direction));
    [product.concat().len() as u64, value, both]
}

const WIDTHS: [usize; 5] = [2, 4, 8, 16, 32];

/// So many products, given the number of parameters, are said to take at most `most` evaluations.
fn costs(most: u64, products: fn(u64) -> u64) -> Evidence {
    let mut exact = Exact::new();
    for (hidden, activation) in WIDTHS.into_iter().flat_map(|hidden| [(hidden, Activation::Tanh), (hidden, Activation::Cube)]) {
        let [parameters, value, product] = counted(hidden, activation);
        let total = products(parameters) * product;
        exact.holds("operations of the products, against those of f", total <= most * value, || {
            format!("{hidden} units of {activation:?}, {parameters} parameters: {total} operations, {value} for f")
        });
    }
    exact.evidence()
}

fn prices(_: &Lab) -> Plot {
    let counts = WIDTHS.map(|hidden| counted(hidden, Activation::Cube));
    let ratio = |scale: fn(u64) -> u64| {
        counts.map(|[parameters, value, product]| [parameters as f64, (scale(parameters) * product) as f64 / value as f64])
    };
    let ends = [counts[0][0] as f64, counts[4][0] as f64];
    Plot {
        id: "prices".into(),
        title: "Operations, in evaluations of f, for networks of cubic units".into(),
        x: "parameters".into(),
        y: "evaluations".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("20", ends.map(|n| [n, 20.0])),
            Series::measured("one product", ratio(|_| 1)),
            Series::measured("the matrix by products", ratio(|parameters| parameters)),
        ],
    }
}
