//! From a statement to the semidefinite program whose value is its worst case.
//!
//! Everything here is a proposal: what comes out of it counts only after [`super::check`], which expands methods and classes by code of its own.

use super::certificate::{Certificate, Class, Inequality, Initial, Measure, Method, StepSizes};
use super::number::approximate;
use super::solver::{Constraint, Face, Form, Program, face};
use crate::number::{Rational, rational};
use crate::{Error, Result};

/// Coordinates in the basis of the start and the gradients; what is missing at the end is 0.
type Vector = Vec<Rational>;

/// A place where a gradient is taken.
#[derive(Clone, Debug)]
struct Sample {
    label: String,
    point: Vector,
    gradient: Vector,
    value: Option<usize>,
}

/// A program, and what its constraints are called in a certificate.
#[derive(Clone, Debug)]
pub struct Model {
    /// The program; its first constraint is the initial condition, at level 1.
    pub program: Program<Rational>,
    /// Names of the other constraints.
    pub inequalities: Vec<Inequality>,
    /// Names of the weights, for measures of the best iterate.
    pub weights: Vec<Inequality>,
    /// What noise adds to the measure.
    pub noise: Rational,
    /// Constraints that are likely to suffice: neighbours, and everything seen from the minimiser.
    pub likely: Vec<usize>,
    /// Constraints that may take part in a proof.
    pub possible: Vec<usize>,
    /// The program's vectors, among the start and the gradients in their order (with an exact line search the next point follows each gradient).
    pub vectors: Vec<usize>,
}

struct Builder {
    order: usize,
    values: usize,
    first: Vec<Sample>,
    second: Vec<Sample>,
}

fn plus(x: &Vector, factor: &Rational, y: &Vector) -> Vector {
    let at = |v: &Vector, i: usize| v.get(i).cloned().unwrap_or(Rational::ZERO);
    (0..x.len().max(y.len())).map(|i| at(x, i) + factor * at(y, i)).collect()
}

fn same(x: &Vector, y: &Vector) -> bool {
    plus(x, &Rational::NEG_ONE, y).iter().all(Rational::is_zero)
}

impl Builder {
    fn basis(&mut self) -> Vector {
        self.order += 1;
        let mut unit = vec![Rational::ZERO; self.order - 1];
        unit.push(Rational::ONE);
        unit
    }

    fn value(&mut self) -> Option<usize> {
        self.values += 1;
        Some(self.values - 1)
    }

    /// A function has one gradient at a point, and answers with the same one again.
    fn gradient(&mut self, at: &Vector) -> Vector {
        if let Some(known) = self.first.iter().find(|known| same(&known.point, at)) {
            return known.gradient.clone();
        }
        let gradient = self.basis();
        let (label, value) = (self.first.len().to_string(), self.value());
        self.first.push(Sample { label, point: at.clone(), gradient: gradient.clone(), value });
        gradient
    }

    fn proximal(&mut self, from: &Vector, step_size: &Rational) -> Vector {
        let gradient = self.basis();
        let point = plus(from, &-step_size, &gradient);
        let (label, value) = ((self.second.len() + 1).to_string(), self.value());
        self.second.push(Sample { label, point: point.clone(), gradient, value });
        point
    }

    /// Runs the method and returns its output.
    fn run(&mut self, claim: &Certificate, start: Vector) -> Result<Vector> {
        let number = |text: &String| approximate(text);
        let sizes = |sizes: &StepSizes| match sizes {
            StepSizes::Constant(size) => Ok(vec![number(size)?; claim.steps]),
            StepSizes::Each(list) if list.len() == claim.steps => list.iter().map(number).collect(),
            StepSizes::Each(list) => {
                Err(Error::new(format!("{} step sizes for {} steps: give one, or one for each step", list.len(), claim.steps)))
            }
        };
        let (mut x, mut last) = (start.clone(), start);
        let back = Rational::NEG_ONE;
        match &claim.method {
            Method::GradientDescent { step_size } => {
                for step_size in sizes(step_size)? {
                    let gradient = self.gradient(&x);
                    x = plus(&x, &-step_size, &gradient);
                }
            }
            Method::HeavyBall { step_size, momentum } => {
                let (step_size, momentum) = (number(step_size)?, number(momentum)?);
                for _ in 0..claim.steps {
                    let gradient = self.gradient(&x);
                    let moved = plus(&plus(&x, &momentum, &plus(&x, &back, &last)), &-&step_size, &gradient);
                    last = std::mem::replace(&mut x, moved);
                }
            }
            Method::Nesterov { step_size, .. } | Method::NesterovCounting { step_size } => {
                let step_size = number(step_size)?;
                let momentum = match &claim.method {
                    Method::Nesterov { momentum, .. } => Some(number(momentum)?),
                    _ => None,
                };
                let mut y = x.clone();
                for k in 0..claim.steps {
                    let gradient = self.gradient(&y);
                    x = plus(&y, &-&step_size, &gradient);
                    let momentum = momentum.clone().unwrap_or_else(|| rational(k as i64, k as u64 + 3));
                    y = plus(&x, &momentum, &plus(&x, &back, &last));
                    last = x.clone();
                }
            }
            Method::TripleMomentum { step_size, momentum, lookahead, readout } => {
                let (step_size, momentum) = (number(step_size)?, number(momentum)?);
                let (lookahead, readout) = (number(lookahead)?, number(readout)?);
                for _ in 0..claim.steps {
                    let change = plus(&x, &back, &last);
                    let gradient = self.gradient(&plus(&x, &lookahead, &change));
                    let moved = plus(&plus(&x, &momentum, &change), &-&step_size, &gradient);
                    last = std::mem::replace(&mut x, moved);
                }
                x = plus(&x, &readout, &plus(&x, &back, &last));
            }
            Method::FixedStep { matrix } => {
                let triangular = matrix.len() == claim.steps && matrix.iter().enumerate().all(|(k, row)| row.len() == k + 1);
                if !triangular {
                    return Err(Error::new(format!("the step matrix needs {} rows, row k with k + 1 entries", claim.steps)));
                }
                let mut gradients = Vec::new();
                for row in matrix {
                    gradients.push(self.gradient(&x));
                    for (coefficient, gradient) in row.iter().zip(&gradients) {
                        x = plus(&x, &-number(coefficient)?, gradient);
                    }
                }
            }
            Method::ExactLineSearch => {
                for _ in 0..claim.steps {
                    self.gradient(&x);
                    x = self.basis();
                }
            }
            Method::ProximalPoint { step_size } => {
                for step_size in sizes(step_size)? {
                    x = self.proximal(&x, &step_size);
                }
            }
            Method::ProximalGradient { step_size } => {
                let step_size = number(step_size)?;
                for _ in 0..claim.steps {
                    let gradient = self.gradient(&x);
                    x = self.proximal(&plus(&x, &-&step_size, &gradient), &step_size);
                }
            }
            Method::StochasticGradientDescent { step_size, .. } => {
                let gradient = self.gradient(&x);
                x = plus(&x, &-number(step_size)?, &gradient);
            }
            Method::NesterovPotential { .. } | Method::OptimizedPotential { .. } => {
                return Err(Error::new("a step from potential to potential is certified by a formula, not by the solver"));
            }
        }
        Ok(x)
    }
}

/// Collects a form in the basis.
struct Collected {
    products: std::collections::BTreeMap<[usize; 2], Rational>,
    values: Vec<(usize, Rational)>,
}

impl Collected {
    fn new() -> Self {
        Collected { products: Default::default(), values: Vec::new() }
    }

    fn inner(mut self, factor: &Rational, u: &Vector, v: &Vector) -> Self {
        for (i, a) in u.iter().enumerate().filter(|(_, a)| !a.is_zero()) {
            for (j, b) in v.iter().enumerate().filter(|(_, b)| !b.is_zero()) {
                *self.products.entry([i.min(j), i.max(j)]).or_insert(Rational::ZERO) += factor * a * b;
            }
        }
        self
    }

    fn value(mut self, factor: Rational, of: &Sample) -> Self {
        self.values.extend(of.value.map(|index| (index, factor)));
        self
    }

    fn form(self) -> Form<Rational> {
        Form { products: self.products.into_iter().filter(|(_, x)| !x.is_zero()).collect(), values: self.values }
    }
}

/// The curvatures that a class allows.
struct Curvature {
    mu: Rational,
    /// `None` without smoothness.
    smoothness: Option<Rational>,
    nonconvex: bool,
    lipschitz: Option<Rational>,
}

impl Curvature {
    fn of(class: &Class) -> Result<Curvature> {
        let (mut mu, mut smoothness, mut nonconvex, mut lipschitz) = (Rational::ZERO, None, false, None);
        match class {
            Class::Convex => {}
            Class::SmoothConvex { L } => smoothness = Some(approximate(L)?),
            Class::SmoothStronglyConvex { mu: from, L } | Class::Composite { mu: from, L } => {
                (mu, smoothness) = (approximate(from)?, Some(approximate(L)?));
            }
            Class::StronglyConvex { mu: from } => mu = approximate(from)?,
            Class::ConvexLipschitz { M } => lipschitz = Some(approximate(M)?),
            Class::Smooth { L } => (smoothness, nonconvex) = (Some(approximate(L)?), true),
            Class::Quadratic { .. } => return Err(Error::new("quadratics need no solver")),
        }
        Ok(Curvature { mu, smoothness, nonconvex, lipschitz })
    }

    /// What is at most 0 for a member between two points.
    fn inequality(&self, i: &Sample, j: &Sample) -> Form<Rational> {
        let back = Rational::NEG_ONE;
        let (dx, dg) = (plus(&i.point, &back, &j.point), plus(&i.gradient, &back, &j.gradient));
        let form = Collected::new().value(Rational::ONE, j).value(back, i);
        let two = Rational::from(2);
        match &self.smoothness {
            Some(smoothness) if self.nonconvex && j.value.is_none() => {
                form.inner(&(Rational::ONE / (two * smoothness)), &i.gradient, &i.gradient)
            }
            Some(smoothness) => {
                let mu = if self.nonconvex { -smoothness } else { self.mu.clone() };
                let scale = Rational::ONE / (&two * (smoothness - &mu));
                form.inner(&Rational::ONE, &j.gradient, &dx)
                    .inner(&scale, &dg, &dg)
                    .inner(&(&scale * &mu * smoothness), &dx, &dx)
                    .inner(&(-two * &scale * &mu), &dg, &dx)
            }
            None => form.inner(&Rational::ONE, &j.gradient, &dx).inner(&(&self.mu / two), &dx, &dx),
        }
        .form()
    }
}

/// The program of a statement whose multipliers are wanted.
///
/// # Errors
/// If its numbers cannot be read, or its method, class and measure do not go together.
pub fn model(claim: &Certificate) -> Result<Model> {
    let curvature = Curvature::of(&claim.class)?;
    let mut builder = Builder { order: 0, values: 0, first: Vec::new(), second: Vec::new() };
    let start = builder.basis();
    let composite = matches!(claim.class, Class::Composite { .. });
    let proximal = matches!(claim.method, Method::ProximalPoint { .. });
    // Tilting both functions of a composite by `⟨c, x⟩`, one up and the other down, changes nothing that is measured: so their gradients at the
    // minimiser, which are opposite, may be 0.
    let star = Sample { label: "*".into(), point: Vec::new(), gradient: Vec::new(), value: None };
    let output = builder.run(claim, start.clone())?;
    let at_end = !matches!(claim.measure, Measure::Distance);
    if at_end && !proximal {
        builder.gradient(&output);
    }
    let iterates = if proximal { builder.second.clone() } else { builder.first.clone() };
    let unfit = || Error::new("this measure is not defined for this method and class: see `gradproof certify --help`");
    let last = || iterates.iter().rfind(|sample| same(&sample.point, &output)).ok_or_else(unfit);
    let one = Rational::ONE;

    let of_gradient = |sample: &Sample| Collected::new().inner(&one, &sample.gradient, &sample.gradient).form();
    let of_value = |sample: &Sample| Collected::new().value(one.clone(), sample).form();
    let mut weights = Vec::new();
    let measures = match &claim.measure {
        Measure::FunctionGap if composite => {
            let both = Collected::new().value(one.clone(), last()?);
            vec![both.value(one.clone(), builder.second.last().ok_or_else(unfit)?).form()]
        }
        Measure::FunctionGap => vec![of_value(last()?)],
        Measure::Distance => vec![Collected::new().inner(&one, &output, &output).form()],
        Measure::GradientNorm if !composite => vec![of_gradient(last()?)],
        Measure::BestFunctionGap | Measure::BestGradientNorm if !composite => {
            weights = iterates.iter().map(|sample| Inequality::Best(sample.label.clone())).collect();
            iterates
                .iter()
                .map(if claim.measure == Measure::BestFunctionGap { &of_value as &dyn Fn(&Sample) -> _ } else { &of_gradient })
                .collect()
        }
        _ => return Err(unfit()),
    };
    let (known, level) = match &claim.initial {
        Initial::Distance(level) => (Collected::new().inner(&one, &start, &start).form(), level),
        Initial::FunctionGap(level) if !proximal && !composite => (of_value(&builder.first[0]), level),
        Initial::GradientNorm(level) if !proximal && !composite => (of_gradient(&builder.first[0]), level),
        _ => {
            return Err(Error::new(
                "this initial condition is not defined for this method and class: see `gradproof certify --help`",
            ));
        }
    };
    let mut constraints = vec![Constraint { form: known, bound: approximate(level)?, equality: false }];
    let (mut inequalities, mut likely) = (Vec::new(), vec![0]);

    let ground = Curvature { mu: Rational::ZERO, smoothness: None, nonconvex: false, lipschitz: None };
    let functions =
        [(&builder.first, &curvature, false), (&builder.second, if composite { &ground } else { &curvature }, composite)];
    for (samples, curvature, second) in functions {
        if samples.is_empty() {
            continue;
        }
        let everything: Vec<&Sample> = samples.iter().chain([&star]).collect();
        for (a, i) in everything.iter().enumerate() {
            for (b, j) in everything.iter().enumerate().filter(|(b, _)| *b != a) {
                if curvature.nonconvex && i.value.is_none() {
                    continue;
                }
                let star_at = samples.len();
                let neighbours = a != star_at && b != star_at && a.abs_diff(b) == 1;
                if neighbours || a == star_at || curvature.nonconvex || (curvature.mu > Rational::ZERO && b == star_at) {
                    likely.push(constraints.len());
                }
                let labels = (i.label.clone(), j.label.clone());
                inequalities.push(if second {
                    Inequality::Second(labels.0, labels.1)
                } else {
                    Inequality::Interpolation(labels.0, labels.1)
                });
                constraints.push(Constraint { form: curvature.inequality(i, j), bound: Rational::ZERO, equality: false });
            }
        }
    }
    let mut extra = |of: Inequality, form: Form<Rational>, bound: Rational, equality: bool| {
        likely.push(constraints.len());
        inequalities.push(of);
        constraints.push(Constraint { form, bound, equality });
    };
    if let Some(bound) = &curvature.lipschitz {
        for sample in &iterates {
            extra(Inequality::Lipschitz(sample.label.clone()), of_gradient(sample), bound * bound, false);
        }
    }
    if claim.method == Method::ExactLineSearch {
        // As for inequalities, the certificate's quantity is what is at most 0 here, with the opposite sign.
        for pair in builder.first.windows(2) {
            let step = plus(&pair[1].point, &Rational::NEG_ONE, &pair[0].point);
            let (label, form) =
                (&pair[1].label, |other: &Vector| Collected::new().inner(&Rational::NEG_ONE, &pair[1].gradient, other).form());
            extra(Inequality::Orthogonal(label.clone()), form(&pair[0].gradient), Rational::ZERO, true);
            extra(Inequality::Stationary(label.clone()), form(&step), Rational::ZERO, true);
        }
    }
    let noise = match &claim.method {
        Method::StochasticGradientDescent { step_size, variance } => {
            let step_size = approximate(step_size)?;
            &step_size * &step_size * approximate(variance)?
        }
        _ => Rational::ZERO,
    };
    likely.sort_unstable();
    let Face { program, constraints: possible, vectors } =
        face(&Program { order: builder.order, values: builder.values, measures, constraints });
    likely.retain(|c| possible.binary_search(c).is_ok());
    Ok(Model { program, inequalities, weights, noise, likely, possible, vectors })
}
