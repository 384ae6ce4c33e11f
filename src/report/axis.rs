//! The scale of a plot's axis: its range, its ticks and their labels.

/// An axis. Logarithmic values are positions in decades, so that one linear frame serves both.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Whether positions are decimal logarithms.
    pub log: bool,
    /// Least and largest position.
    pub range: [f64; 2],
    /// Positions of the ticks.
    pub ticks: Vec<f64>,
    step: f64,
}

impl Axis {
    /// An axis that shows these values, as far as it can show them.
    pub fn over(values: impl Iterator<Item = f64>, log: bool) -> Self {
        let shown: Vec<f64> = values.filter_map(|value| position(value, log)).collect();
        let (mut lo, mut hi) =
            shown.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &value| (lo.min(value), hi.max(value)));
        if lo > hi {
            (lo, hi) = (0.0, 1.0);
        }
        let least = if log { 0.2 } else { (lo.abs().max(hi.abs()) * 1e-9).max(f64::MIN_POSITIVE * 1e20) };
        if hi - lo < least {
            let half = if log { 0.5 } else { lo.abs().max(hi.abs()) * 0.5 };
            let half = if half < least { 0.5 } else { half };
            (lo, hi) = (lo - half, hi + half);
        }
        let pad = (hi - lo) * 0.04;
        let range = [lo - pad, hi + pad];
        let step = step(hi - lo, if log { 8.0 } else { 6.0 });
        let step = if log { step.ceil().max(1.0) } else { step };
        let mut ticks = between(range, step);
        if log && ticks.len() < 3 {
            let decades = range[0].floor() as i32..=range[1].ceil() as i32;
            let marks = decades.flat_map(|decade| [1.0, 2.0, 5.0].map(|leading: f64| f64::from(decade) + libm::log10(leading)));
            ticks = marks.filter(|tick| (range[0]..=range[1]).contains(tick)).collect();
        }
        Axis { log, range, ticks, step }
    }

    /// Where a value is shown; `None` if it cannot be.
    pub fn position(&self, value: f64) -> Option<f64> {
        position(value, self.log)
    }

    /// The label of a tick.
    pub fn label(&self, tick: f64) -> String {
        if !self.log {
            return decimal(tick, self.step);
        }
        let decade = (tick + 1e-9).floor();
        let leading = libm::round(libm::pow(10.0, tick - decade));
        match decade as i32 {
            exponent @ 0..=3 => format!("{}", leading * libm::pow(10.0, f64::from(exponent))),
            exponent @ -3..0 => {
                format!("{:.*}", exponent.unsigned_abs() as usize, leading * libm::pow(10.0, f64::from(exponent)))
            }
            exponent => format!("{leading}e{exponent}"),
        }
    }
}

/// Values beyond 1e300 are treated like infinite ones: their differences overflow.
fn position(value: f64, log: bool) -> Option<f64> {
    match (value.is_finite() && value.abs() < 1e300, log) {
        (true, false) => Some(value),
        (true, true) if value > 0.0 => Some(libm::log10(value)),
        _ => None,
    }
}

/// 1, 2 or 5 times a power of ten, such that about `count` of them make up the span.
fn step(span: f64, count: f64) -> f64 {
    let rough = span / count;
    let power = libm::pow(10.0, libm::log10(rough).floor());
    let leading = [1.0, 2.0, 5.0, 10.0].into_iter().find(|leading| leading * power >= rough * 0.999).unwrap_or(10.0);
    leading * power
}

fn between([lo, hi]: [f64; 2], step: f64) -> Vec<f64> {
    let (first, last) = ((lo / step).ceil() as i64, (hi / step).floor() as i64);
    (first..=last).take(100).map(|index| index as f64 * step).collect()
}

fn decimal(tick: f64, step: f64) -> String {
    let size = tick.abs().max(step);
    if !(1e-4..1e6).contains(&size) {
        let text = format!("{tick:.3e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        return if exponent == "0" { mantissa.replace('-', "−") } else { format!("{mantissa}e{exponent}").replace('-', "−") };
    }
    let digits = (-libm::log10(step).floor()).clamp(0.0, 12.0) as usize;
    let tick = if tick.abs() < step * 1e-6 { 0.0 } else { tick };
    format!("{tick:.digits$}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|&tick| axis.label(tick)).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(labels(&Axis::over([0.0, 1.0].into_iter(), false)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&Axis::over([1.0, 1000.0].into_iter(), true)), ["1", "10", "100", "1000"]);
        assert_eq!(labels(&Axis::over([1e-12, 1.0].into_iter(), true)), ["1e-12", "1e-10", "1e-8", "1e-6", "1e-4", "0.01", "1"]);
        assert_eq!(labels(&Axis::over([2.0, 9.0].into_iter(), true)), ["2", "5"]);
    }

    #[test]
    fn any_values_have_an_axis() {
        let strange =
            [vec![], vec![5.0], vec![0.0], vec![f64::NAN], vec![-1.0], vec![1e299, -1e299], vec![1.0, 1.0 + 1e-15], vec![5e-324]];
        for values in strange {
            for log in [false, true] {
                let axis = Axis::over(values.iter().copied(), log);
                assert!(axis.range[0] < axis.range[1] && !axis.ticks.is_empty(), "{values:?} {log}: {axis:?}");
                assert!(axis.ticks.len() <= 100 && labels(&axis).iter().all(|label| label.len() < 20), "{axis:?}");
            }
        }
    }
}
