//! What a certificate says, as a sentence.

use crate::certify::certificate::{Certificate, Class, Function, Initial, Kind, Measure, Method, Number, Potential, StepSizes};

/// The longest list that is written out; the file has longer ones.
const LIST: usize = 20;

/// The statement with all its constants.
pub fn sentence(certificate: &Certificate) -> String {
    let Certificate { steps, bound, parameters, .. } = certificate;
    let (measure, start) = (measure(certificate), initial(certificate));
    let (class, method) = (class(&certificate.class), method(&certificate.method, gradient(&certificate.class)));
    let many = if *steps == 1 { "1 step".into() } else { format!("{steps} steps") };
    match certificate.kind {
        Kind::Upper => {
            let range =
                if parameters.is_empty() { String::new() } else { format!("for all positive {}, ", parameters.join(", ")) };
            let least = match certificate.class {
                Class::Smooth { .. } => "bounded below by f*",
                _ => "that has its least value f* at x*",
            };
            let given = if gradient(&certificate.class) == "∂" { ", whatever subgradients ∂f it answers with" } else { "" };
            let from = if two_sequences(&certificate.method) { "any x_0 and z_0" } else { "any x_0" };
            format!(
                "{range}for every {class} {least}{given}: {many} of {method} from {from} with {start} end with {measure} ≤ {bound}"
            )
        }
        Kind::Lower => {
            let function = certificate.function.as_ref().map_or_else(String::new, function);
            let at = list(&certificate.start);
            format!(
                "for f = {function}, a {class}: {many} of {method} from x_0 = ({at}), where {start}, end with {measure} ≥ {bound}"
            )
        }
    }
}

fn two_sequences(method: &Method) -> bool {
    matches!(method, Method::NesterovPotential { .. } | Method::OptimizedPotential { .. })
}

fn list(numbers: &[Number]) -> String {
    if numbers.len() <= LIST {
        return numbers.join(", ");
    }
    let [first, last] = [&numbers[..3], &numbers[numbers.len() - 1..]].map(|few| few.join(", "));
    format!("{first}, ..., {last}: the {} numbers of the file", numbers.len())
}

/// What a method is given at a point: the gradient, or `∂f`, a subgradient of the function's choice.
fn gradient(class: &Class) -> &'static str {
    match class {
        Class::Convex | Class::StronglyConvex { .. } | Class::ConvexLipschitz { .. } => "∂",
        _ => "∇",
    }
}

fn method(method: &Method, d: &str) -> String {
    let each = |sizes: &StepSizes| match sizes {
        StepSizes::Constant(size) => format!("η = {size}"),
        StepSizes::Each(sizes) => format!("η_k = {}", list(sizes)),
    };
    match method {
        Method::GradientDescent { step_size } => format!("gradient descent x_(k+1) = x_k - η {d}f(x_k) with {}", each(step_size)),
        Method::HeavyBall { step_size, momentum } => {
            format!(
                "heavy ball x_(k+1) = x_k - η {d}f(x_k) + β (x_k - x_(k-1)), x_(-1) = x_0, with η = {step_size} and β = {momentum}"
            )
        }
        Method::Nesterov { step_size, momentum } => {
            format!("{} with η = {step_size} and β_k = {momentum}", nesterov(d))
        }
        Method::NesterovCounting { step_size } => {
            format!("{} with η = {step_size} and β_k = k/(k + 3)", nesterov(d))
        }
        Method::TripleMomentum { step_size, momentum, lookahead, readout } => {
            format!(
                "triple momentum ξ_(k+1) = ξ_k + β (ξ_k - ξ_(k-1)) - α {d}f(y_k), y_k = ξ_k + γ (ξ_k - ξ_(k-1)), \
                 x_N = ξ_N + δ (ξ_N - ξ_(N-1)), ξ_(-1) = ξ_0 = x_0, with α = {step_size}, β = {momentum}, γ = {lookahead} and δ = {readout}"
            )
        }
        Method::FixedStep { matrix } => {
            let rows: Vec<String> = matrix.iter().map(|row| format!("({})", list(row))).collect();
            format!("x_(k+1) = x_k - Σ_(j≤k) h_(k,j) {d}f(x_j) with the rows of h {}", list(&rows))
        }
        Method::ExactLineSearch => "gradient descent with exact line search".into(),
        Method::ProximalPoint { step_size } => {
            format!("the proximal point method x_(k+1) = x_k - η s_(k+1), s_k in ∂f(x_k), with {}", each(step_size))
        }
        Method::ProximalGradient { step_size } => {
            format!("proximal gradient descent, ∇ of the first and prox of the second function, with η = {step_size}")
        }
        Method::StochasticGradientDescent { step_size, variance } => {
            format!(
                "stochastic gradient descent x_1 = x_0 - η ({d}f(x_0) + noise), E noise = 0, E‖noise‖² ≤ {variance}, with η = {step_size}"
            )
        }
        Method::NesterovPotential { coupling, step_size, pull, long_step } => {
            format!(
                "y = x_0 + ({coupling})(z_0 - x_0), x_1 = y - ({step_size}){d}f(y), z_1 = z_0 + ({pull})(y - z_0) - ({long_step}){d}f(y)"
            )
        }
        Method::OptimizedPotential { coupling, step_size, long_step } => {
            format!("x_1 = (1 - τ)(x_0 - ({step_size}){d}f(x_0)) + τ z_0, z_1 = z_0 - ({long_step}){d}f(x_1) with τ = {coupling}")
        }
    }
}

fn nesterov(d: &str) -> String {
    format!("Nesterov's method x_(k+1) = y_k - η {d}f(y_k), y_(k+1) = x_(k+1) + β_k (x_(k+1) - x_k), y_0 = x_0,")
}

fn class(class: &Class) -> String {
    match class {
        Class::Convex => "convex function f".into(),
        Class::SmoothConvex { L } => format!("convex function f with ({L})-Lipschitz gradient"),
        Class::SmoothStronglyConvex { mu, L } => format!("({mu})-strongly convex function f with ({L})-Lipschitz gradient"),
        Class::StronglyConvex { mu } => format!("({mu})-strongly convex function f"),
        Class::ConvexLipschitz { M } => format!("convex ({M})-Lipschitz function f"),
        Class::Smooth { L } => format!("function f with ({L})-Lipschitz gradient"),
        Class::Quadratic { mu, L } => format!("quadratic f with eigenvalues in [{mu}, {L}]"),
        Class::Composite { mu, L } => {
            format!("sum f of a ({mu})-strongly convex function with ({L})-Lipschitz gradient and a convex one")
        }
    }
}

fn measure(certificate: &Certificate) -> String {
    let Certificate { method, steps: n, .. } = certificate;
    let d = gradient(&certificate.class);
    let ahead = matches!(method, Method::Nesterov { .. } | Method::NesterovCounting { .. } | Method::TripleMomentum { .. });
    let proximal = matches!(method, Method::ProximalPoint { .. });
    // The points at which a method of this kind meets the function.
    let points = match (ahead, proximal) {
        (true, _) => format!("x in {{y_0, ..., y_{}, x_{n}}}", n - 1),
        (_, true) => format!("x in {{x_1, ..., x_{n}}}"),
        _ if *n == 1 => "x in {x_0, x_1}".into(),
        _ => format!("x in {{x_0, ..., x_{n}}}"),
    };
    match &certificate.measure {
        Measure::FunctionGap => format!("f(x_{n}) - f*"),
        Measure::Distance if matches!(method, Method::StochasticGradientDescent { .. }) => format!("E‖x_{n} - x*‖²"),
        Measure::Distance => format!("‖x_{n} - x*‖²"),
        Measure::GradientNorm if proximal => format!("‖s_{n}‖²"),
        Measure::GradientNorm => format!("‖{d}f(x_{n})‖²"),
        Measure::BestFunctionGap => format!("min of f(x) - f* over {points}"),
        Measure::BestGradientNorm if proximal => format!("min of ‖s_k‖² over 1 ≤ k ≤ {n}"),
        Measure::BestGradientNorm => format!("min of ‖{d}f(x)‖² over {points}"),
        Measure::Potential(potential) => of_potential(potential, certificate, *n),
    }
}

fn initial(certificate: &Certificate) -> String {
    let d = gradient(&certificate.class);
    match &certificate.initial {
        Initial::Distance(level) => format!("‖x_0 - x*‖² ≤ {level}"),
        Initial::FunctionGap(level) => format!("f(x_0) - f* ≤ {level}"),
        Initial::GradientNorm(level) => format!("‖{d}f(x_0)‖² ≤ {level}"),
        Initial::Potential(potential) => format!("{} ≤ 1", of_potential(potential, certificate, 0)),
    }
}

fn of_potential(potential: &Potential, certificate: &Certificate, index: usize) -> String {
    let method = &certificate.method;
    let d = gradient(&certificate.class);
    let far = if two_sequences(method) { "z" } else { "x" };
    let gradient = match method {
        Method::ProximalPoint { .. } if index > 0 => format!("(-‖s_{index}‖²)"),
        _ => format!("(-‖{d}f(x_{index})‖²)"),
    };
    let terms = [
        (&potential.value, format!("(f(x_{index}) - f*)")),
        (&potential.gradient, gradient),
        (&potential.distance, format!("‖{far}_{index} - x*‖²")),
    ];
    let terms = terms.into_iter().filter_map(|(coefficient, of)| Some(format!("({}) {of}", coefficient.as_ref()?)));
    terms.collect::<Vec<_>>().join(" + ")
}

fn function(function: &Function) -> String {
    match function {
        Function::Quadratic { spectrum } => format!("½ Σ λ_i x_i² with λ = ({})", list(spectrum)),
        Function::Huber { curvature, threshold } => {
            format!("the Huber function of curvature {curvature} and threshold {threshold}")
        }
        Function::Piecewise { breakpoints, slopes } => {
            let [slopes, breakpoints] = [slopes, breakpoints].map(|numbers| list(numbers));
            format!(
                "the function with f(0) = f'(0) = 0 whose derivative has the slopes {slopes} between the breakpoints {breakpoints}"
            )
        }
        Function::Absolute { slope } => format!("({slope}) |x| with the subgradient 0 at 0"),
        Function::MaxCoordinate { slope, radius } => {
            format!(
                "max(M max x_i, M ‖x‖ - M R (1 + 1/√d)) with M = {slope}, R = {radius} and the first largest coordinate's subgradient"
            )
        }
    }
}
