//! What a certificate says, as a sentence.

use crate::certify::certificate::{Certificate, Class, Function, Initial, Kind, Measure, Method, Potential, StepSizes};

/// The statement with all its constants.
pub fn sentence(certificate: &Certificate) -> String {
    let Certificate { steps, bound, .. } = certificate;
    let mut text = String::new();
    if !certificate.parameters.is_empty() {
        text += &format!("For all positive {}: ", certificate.parameters.join(", "));
    }
    let (measure, start) = (measure(&certificate.measure, *steps), initial(&certificate.initial));
    let (class, method) = (class(&certificate.class), method(&certificate.method));
    let many = if *steps == 1 { "1 step".into() } else { format!("{steps} steps") };
    match certificate.kind {
        Kind::Upper => text += &format!("for every {class}, {many} of {method} from {start} end with {measure} ≤ {bound}"),
        Kind::Lower => {
            let function = certificate.function.as_ref().map_or_else(String::new, function);
            let at = certificate.start.join(", ");
            text += &format!(
                "for {function}, a {class}, {many} of {method} from x_0 = ({at}), where {start}, end with {measure} ≥ {bound}"
            );
        }
    }
    text
}

fn method(method: &Method) -> String {
    let each = |sizes: &StepSizes| match sizes {
        StepSizes::Constant(size) => format!("step size {size}"),
        StepSizes::Each(sizes) => format!("step sizes {}", sizes.join(", ")),
    };
    match method {
        Method::GradientDescent { step_size } => format!("gradient descent with {}", each(step_size)),
        Method::HeavyBall { step_size, momentum } => format!("heavy ball with step size {step_size} and momentum {momentum}"),
        Method::Nesterov { step_size, momentum } => {
            format!("Nesterov's method with step size {step_size} and momentum {momentum}")
        }
        Method::NesterovCounting { step_size } => {
            format!("Nesterov's method with step size {step_size} and momentum (k - 1)/(k + 2)")
        }
        Method::TripleMomentum { step_size, momentum, lookahead, readout } => {
            format!("triple momentum with α = {step_size}, β = {momentum}, γ = {lookahead} and δ = {readout}")
        }
        Method::FixedStep { matrix } => {
            let rows: Vec<String> = matrix.iter().map(|row| format!("({})", row.join(", "))).collect();
            format!("the first-order method with the step matrix {}", rows.join(" "))
        }
        Method::ExactLineSearch => "gradient descent with exact line search".into(),
        Method::ProximalPoint { step_size } => format!("the proximal point method with {}", each(step_size)),
        Method::ProximalGradient { step_size } => format!("proximal gradient descent with step size {step_size}"),
        Method::StochasticGradientDescent { step_size, variance } => {
            format!(
                "stochastic gradient descent with step size {step_size} and noise of variance at most {variance} (in expectation)"
            )
        }
        Method::NesterovPotential { coupling, step_size, pull, long_step } => {
            format!(
                "y = x_0 + ({coupling})(z_0 - x_0), x_1 = y - ({step_size})∇f(y), z_1 = z_0 + ({pull})(y - z_0) - ({long_step})∇f(y)"
            )
        }
        Method::OptimizedPotential { coupling, step_size, long_step } => {
            format!("x_1 = (1 - τ)(x_0 - ({step_size})∇f(x_0)) + τ z_0 with τ = {coupling}, z_1 = z_0 - ({long_step})∇f(x_1)")
        }
    }
}

fn class(class: &Class) -> String {
    match class {
        Class::Convex => "convex function".into(),
        Class::SmoothConvex { L } => format!("convex function with {L}-Lipschitz gradient"),
        Class::SmoothStronglyConvex { mu, L } => format!("({mu})-strongly convex function with ({L})-Lipschitz gradient"),
        Class::StronglyConvex { mu } => format!("({mu})-strongly convex function"),
        Class::ConvexLipschitz { M } => format!("convex ({M})-Lipschitz function"),
        Class::Smooth { L } => format!("function with ({L})-Lipschitz gradient, bounded below by f*"),
        Class::Quadratic { mu, L } => format!("quadratic with eigenvalues in [{mu}, {L}]"),
        Class::Composite { mu, L } => {
            format!("sum of a ({mu})-strongly convex function with ({L})-Lipschitz gradient and a convex one")
        }
    }
}

fn measure(measure: &Measure, steps: usize) -> String {
    match measure {
        Measure::FunctionGap => format!("f(x_{steps}) - f*"),
        Measure::Distance => format!("‖x_{steps} - x*‖²"),
        Measure::GradientNorm => format!("‖∇f(x_{steps})‖²"),
        Measure::BestFunctionGap => format!("min over k ≤ {steps} of f(x_k) - f*"),
        Measure::BestGradientNorm => format!("min over k ≤ {steps} of ‖∇f(x_k)‖²"),
        Measure::Potential(potential) => of_potential(potential, 1),
    }
}

fn initial(initial: &Initial) -> String {
    match initial {
        Initial::Distance(level) => format!("‖x_0 - x*‖² ≤ {level}"),
        Initial::FunctionGap(level) => format!("f(x_0) - f* ≤ {level}"),
        Initial::GradientNorm(level) => format!("‖∇f(x_0)‖² ≤ {level}"),
        Initial::Potential(potential) => format!("{} ≤ 1", of_potential(potential, 0)),
    }
}

fn of_potential(potential: &Potential, index: usize) -> String {
    let terms = [
        (&potential.value, format!("(f(x_{index}) - f*)")),
        (&potential.gradient, format!("(-‖∇f(x_{index})‖²)")),
        (&potential.distance, format!("‖z_{index} - x*‖²")),
    ];
    let terms = terms.into_iter().filter_map(|(coefficient, of)| Some(format!("({}) {of}", coefficient.as_ref()?)));
    terms.collect::<Vec<_>>().join(" + ")
}

fn function(function: &Function) -> String {
    match function {
        Function::Quadratic { spectrum } => format!("the quadratic ½ Σ λ_i x_i² with λ = ({})", spectrum.join(", ")),
        Function::Huber { curvature, threshold } => {
            format!("the Huber function of curvature {curvature} and threshold {threshold}")
        }
        Function::Piecewise { breakpoints, slopes } => {
            format!("the function whose derivative has the slopes {} between {}", slopes.join(", "), breakpoints.join(", "))
        }
        Function::Absolute { slope } => format!("{slope} |x|"),
        Function::MaxCoordinate { slope, radius } => {
            format!("max(M max x_i, M ‖x‖ - M R (1 + 1/√d)) with M = {slope}, R = {radius}")
        }
    }
}
