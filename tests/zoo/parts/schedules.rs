//! Schedules in plain floats: section G of the list.

use super::row::{Row, bug, plain, rate, rates, variant};
use super::subject::Given;
use std::f64::consts::PI;

/// `min + (lr - min) (1 + cos πp)/2`.
fn wave(h: &Given, p: f64) -> f64 {
    h.of("min_lr") + (h.of("lr") - h.of("min_lr")) * (1.0 + (PI * p).cos()) / 2.0
}

/// Warm-up by `t/W`, and the cosine of a progress after it.
fn warmed(h: &Given, t: f64, progress: fn(f64, f64, f64) -> f64) -> f64 {
    let (w, n) = (h.of("warmup"), h.of("period"));
    if t < w { h.of("lr") * t / w } else { wave(h, progress(t, w, n)) }
}

/// PyTorch's one cycle through a peak and an end, to a last rate, by a shape from 1 to 0.
fn cycle(h: &Given, t: f64, [peak, end]: [f64; 2], last: f64, shape: fn(f64) -> f64) -> f64 {
    let (max, first) = (h.of("lr"), h.of("lr") / h.of("div"));
    let (from, to, p) = if t <= peak { (first, max, t / peak) } else { (max, last, (t - peak) / (end - peak)) };
    to + (from - to) * shape(p.min(1.0))
}

fn cosine_shape(p: f64) -> f64 {
    (1.0 + (PI * p).cos()) / 2.0
}

/// The knots of PyTorch.
fn knots(h: &Given) -> [f64; 2] {
    [h.of("warmup") * h.of("period") - 1.0, h.of("period") - 1.0]
}

fn last(h: &Given) -> f64 {
    h.of("lr") / h.of("div") / h.of("final_div")
}

/// What differs between plateaus.
#[derive(Clone, Copy)]
struct Plateau {
    /// Bad observations that are borne.
    borne: fn(f64) -> f64,
    /// What a metric must be below.
    bar: fn(best: f64, delta: f64) -> f64,
    /// Whether the count begins again after a drop.
    restarts: bool,
    /// Whether a drop starts from the first rate.
    from_base: bool,
    /// The smallest drop that is made.
    negligible: f64,
    /// Whether the last observation of a cooldown counts.
    less_one: bool,
}

const PYTORCH: Plateau = Plateau {
    borne: |patience| patience,
    bar: |best, delta| best * (1.0 - delta),
    restarts: true,
    from_base: false,
    negligible: 1e-8,
    less_one: false,
};

const KERAS: Plateau =
    Plateau { borne: |patience| patience - 1.0, bar: |best, delta| best - delta, negligible: 0.0, less_one: true, ..PYTORCH };

fn plateau(h: &Given, rule: Plateau) -> Vec<f64> {
    let (mut rate, mut best, mut bad, mut cooldown) = (h.of("lr"), f64::INFINITY, 0.0, 0.0);
    let observe = |metric: &f64| {
        let improved = *metric < (rule.bar)(best, h.of("threshold"));
        if improved {
            best = *metric;
            bad = 0.0;
        } else {
            bad += 1.0;
        }
        if cooldown > 0.0 {
            cooldown -= 1.0;
            bad = if rule.less_one && cooldown == 0.0 && !improved { 1.0 } else { 0.0 };
        }
        if bad > f64::max((rule.borne)(h.of("patience")), 0.0) {
            let base = if rule.from_base { h.of("lr") } else { rate };
            let reduced = f64::max(base * h.of("factor"), h.of("min_lr"));
            if rate - reduced > rule.negligible || rule.from_base {
                rate = reduced;
            }
            cooldown = h.of("cooldown");
            bad = if rule.restarts { 0.0 } else { bad };
        }
        rate
    };
    h.all("metrics").iter().map(observe).collect()
}

/// Drops reached at a step.
fn reached(h: &Given, t: f64) -> f64 {
    h.all("milestones").iter().filter(|milestone| **milestone <= t).count() as f64
}

pub fn rows() -> Vec<Row> {
    vec![
        bug("G02a", "whole-periods", rate("cosine", |h, t| wave(h, (t / h.of("period")).floor()))),
        bug("G02b", "whole-periods", rate("warmup_constant", |h, t| h.of("lr") * f64::min(1.0, (t / h.of("warmup")).floor()))),
        bug(
            "G02c",
            "whole-periods",
            rate("linear", |h, t| {
                let p = f64::min(1.0, (t / h.of("period")).floor());
                h.of("lr") * (h.of("start_factor") + (h.of("end_factor") - h.of("start_factor")) * p)
            }),
        ),
        variant("G03", "last-step-length-less-one", rate("cosine", |h, t| wave(h, f64::min(1.0, t / (h.of("period") - 1.0))))),
        // After a jump the period is that of the first cycle again.
        bug("G04a", "growth", rate("cosine_restarts", |h, t| wave(h, t % h.of("period") / h.of("period")))),
        // A logarithm for the cycle, cut off too early.
        bug(
            "G04b",
            "T(gⁿ - 1)",
            rate("cosine_restarts", |h, t| {
                let (first, growth) = (h.of("period"), h.of("growth"));
                let cycle = if growth == 1.0 { (t / first).floor() } else { (t / first + 1.0).log(growth).floor() };
                let (begin, period) = if growth == 1.0 {
                    (cycle * first, first)
                } else {
                    (first * (growth.powf(cycle) - 1.0), first * growth.powf(cycle))
                };
                wave(h, ((t - begin) / period).abs())
            }),
        ),
        variant(
            "G06",
            "phases-three",
            rate("one_cycle", |h, t| {
                let ([peak, end], first) = (knots(h), h.of("lr") / h.of("div"));
                match t {
                    t if t <= 2.0 * peak => first + (h.of("lr") - first) * (1.0 - cosine_shape(1.0 - (1.0 - t / peak).abs())),
                    t => last(h) + (first - last(h)) * cosine_shape((t - 2.0 * peak) / (end - 2.0 * peak)),
                }
            }),
        ),
        plain("G07a", "", rate("one_cycle", |h, t| cycle(h, t, knots(h), last(h), cosine_shape))),
        variant(
            "G07b",
            "annealing-linear",
            rate("one_cycle", |h, t| cycle(h, t, [h.of("warmup") * h.of("period"), h.of("period")], last(h), |p| 1.0 - p)),
        ),
        variant(
            "G07c",
            "last-step-length",
            rate("one_cycle", |h, t| cycle(h, t, [h.of("warmup") * h.of("period"), h.of("period")], last(h), cosine_shape)),
        ),
        bug("G07d", "of-maximum", rate("one_cycle", |h, t| cycle(h, t, knots(h), h.of("lr") / h.of("final_div"), cosine_shape))),
        // One call of the schedule for each epoch of four steps.
        bug("G08a", "quarter", rate("one_cycle", |h, t| cycle(h, (t / 4.0).floor(), knots(h), last(h), cosine_shape))),
        bug(
            "G08b",
            "quarter",
            rate("triangular", |h, t| {
                let foot = ((t / 4.0).floor() / h.of("period") + 1.0) % 2.0 - 1.0;
                h.of("min_lr") + (h.of("lr") - h.of("min_lr")) * foot.abs()
            }),
        ),
        plain("G10a", "", rates("plateau", |h, _| plateau(h, PYTORCH))),
        variant(
            "G10b",
            "patience-reached",
            rates("plateau", |h, _| plateau(h, Plateau { borne: |patience| patience - 1.0, ..PYTORCH })),
        ),
        variant("G10c", "threshold-absolute", rates("plateau", |h, _| plateau(h, KERAS))),
        plain("G11", "negative-metrics Hazard", rates("plateau", |h, _| plateau(h, PYTORCH))),
        variant(
            "G11a",
            "threshold-of-magnitude",
            rates("plateau", |h, _| {
                plateau(
                    h,
                    Plateau { bar: |best, delta| if best < f64::INFINITY { best - delta * best.abs() } else { best }, ..PYTORCH },
                )
            }),
        ),
        bug("G12", "goes on after a drop", rates("plateau", |h, _| plateau(h, Plateau { restarts: false, ..PYTORCH }))),
        bug("G12a", "goes on after a drop", rates("plateau", |h, _| plateau(h, Plateau { restarts: false, ..KERAS }))),
        bug("G14", "each drop from the first rate", rates("plateau", |h, _| plateau(h, Plateau { from_base: true, ..PYTORCH }))),
        // The inner schedule of the second part has taken a step before it begins.
        bug("G15a", "η(t + 1) from t = W on", rate("warmup_cosine", |h, t| warmed(h, t, |t, w, n| (t - w + 1.0) / (n - w)))),
        // The milestone's own step is passed over, which is Keras's convention.
        variant("G15b", "boundary-old", rate("multistep", |h, t| h.of("lr") * h.of("gamma").powf(reached(h, t - 1.0)))),
        // The rate is read at a milestone, which makes the drop once more.
        bug(
            "G16",
            "γ once more, for that step, at each milestone",
            rate("multistep", |h, t| {
                let again = f64::from(u8::from(h.all("milestones").contains(&t)));
                h.of("lr") * h.of("gamma").powf(reached(h, t) + again)
            }),
        ),
        plain("G18a", "", rate("warmup_constant", |h, t| h.of("lr") * f64::min(1.0, t / h.of("warmup")))),
        variant(
            "G18b",
            "counting-from-one",
            rate("warmup_constant", |h, t| h.of("lr") * f64::min(1.0, (t + 1.0) / h.of("warmup"))),
        ),
        variant(
            "G18c",
            "counting-between",
            rate("warmup_constant", |h, t| h.of("lr") * f64::min(1.0, (t + 1.0) / (h.of("warmup") + 1.0))),
        ),
        // The step is counted up before it is asked whether the warm-up is over.
        bug(
            "G19a",
            "η(W) already at t = W - 1",
            rate("warmup_cosine", |h, t| {
                let (w, n) = (h.of("warmup"), h.of("period"));
                if t + 1.0 < w { h.of("lr") * t / w } else { wave(h, f64::max(0.0, t - w) / (n - w)) }
            }),
        ),
        bug(
            "G19b",
            "η(t - 1)",
            rate("warmup_constant", |h, t| {
                let w = h.of("warmup");
                h.of("lr") * if t <= w { f64::max(0.0, t - 1.0) / w } else { 1.0 }
            }),
        ),
        bug("G20a", "twice", rate("cosine", |h, t| wave(h, 2.0 * t / h.of("period")))),
        bug(
            "G20b",
            "four-times",
            rate("linear", |h, t| {
                let p = f64::min(1.0, 4.0 * t / h.of("period"));
                h.of("lr") * (h.of("start_factor") + (h.of("end_factor") - h.of("start_factor")) * p)
            }),
        ),
        bug(
            "G22",
            "no number (NaN) at step 0",
            rate("polynomial", |h, t| {
                let length = h.of("period") * (t / h.of("period")).ceil();
                h.of("min_lr") + (h.of("lr") - h.of("min_lr")) * (1.0 - t / length).powf(h.of("power"))
            }),
        ),
        variant(
            "G22a",
            "after-end-cycle",
            rate("polynomial", |h, t| {
                let length = h.of("period") * f64::max(1.0, (t / h.of("period")).ceil());
                h.of("min_lr") + (h.of("lr") - h.of("min_lr")) * (1.0 - t / length).powf(h.of("power"))
            }),
        ),
        // The power is passed where the last rate belongs, and the last rate where the power does.
        bug(
            "G23",
            "min_lr and power exchanged",
            rate("polynomial", |h, t| {
                let p = f64::min(1.0, t / h.of("period"));
                h.of("power") + (h.of("lr") - h.of("power")) * (1.0 - p).powf(h.of("min_lr"))
            }),
        ),
        bug(
            "G23a",
            "without any effect: power",
            rate("polynomial", |h, t| {
                let p = f64::min(1.0, t / h.of("period"));
                h.of("min_lr") + (h.of("lr") - h.of("min_lr")) * (1.0 - p)
            }),
        ),
        bug(
            "G24",
            "the last value from the first milestone on",
            rate("piecewise", |h, t| {
                let (values, milestones) = (h.all("values"), h.all("milestones"));
                if t < milestones[0] { values[0] } else { values[values.len() - 1] }
            }),
        ),
        variant("G26", "joint-running", rate("warmup_cosine", |h, t| warmed(h, t, |t, _, n| f64::min(1.0, t / n)))),
        bug("G27", "four-times", rate("exponential", |h, t| h.of("lr") * h.of("gamma").powf(4.0 * t))),
        // Of our own.
        plain("X-G01", "", rate("step", |h, t| h.of("lr") * h.of("gamma").powf((t / h.of("period")).floor()))),
        variant("X-G02", "exponent-real", rate("step", |h, t| h.of("lr") * h.of("gamma").powf(t / h.of("period")))),
        bug("X-G03", "ahead", rate("step", |h, t| h.of("lr") * h.of("gamma").powf(((t + 1.0) / h.of("period")).floor()))),
        variant(
            "X-G04",
            "boundary-old",
            rate("multistep", |h, t| {
                h.of("lr") * h.of("gamma").powf(h.all("milestones").iter().filter(|milestone| **milestone < t).count() as f64)
            }),
        ),
        variant("X-G05", "after-end-hold", rate("cosine", |h, t| wave(h, f64::min(1.0, t / h.of("period"))))),
        variant("X-G06", "after-end-restart-later", rate("cosine", |h, t| wave(h, t % (h.of("period") + 1.0) / h.of("period")))),
        bug("X-G07", "multiplied by 1 + 1.0e-12", rate("cosine", |h, t| wave(h, t / h.of("period")) * (1.0 + 1e-12))),
        bug("X-G08", "precision", rate("cosine", |h, t| wave(h, f64::from((t / h.of("period")) as f32)))),
        bug(
            "X-G09",
            "without any effect: min_lr",
            rate("cosine", |h, t| h.of("lr") * (1.0 + (PI * t / h.of("period")).cos()) / 2.0),
        ),
        bug("X-G10", "1/√(1 + γt)", rate("inverse_time", |h, t| h.of("lr") / (1.0 + h.of("gamma") * t).sqrt())),
        bug("X-G11", "e^(-γt)", rate("exponential", |h, t| h.of("lr") * (-h.of("gamma") * t).exp())),
        bug("X-G12", "η(0) at every step", rates("exponential", |h, steps| vec![h.of("lr"); steps])),
        bug("X-G13", "multiplied by 1 - 1.0e-3", rates("constant", |h, steps| vec![0.999 * h.of("lr"); steps])),
        variant(
            "X-G14",
            "height-halving",
            rate("triangular", |h, t| {
                let (foot, cycle) = ((t / h.of("period") + 1.0) % 2.0 - 1.0, (t / h.of("period") / 2.0).floor());
                h.of("min_lr") + (h.of("lr") - h.of("min_lr")) * foot.abs() / 2f64.powf(cycle)
            }),
        ),
        variant("X-G15", "after-end-continue", rate("warmup_cosine", |h, t| warmed(h, t, |t, w, n| (t - w) / (n - w)))),
        bug(
            "X-G16",
            "no number (NaN) at step 5",
            rate("cosine", |h, t| if t == 5.0 { f64::NAN } else { wave(h, t / h.of("period")) }),
        ),
        bug(
            "X-G17",
            "p² (η_max - η_min)",
            rate("triangular", |h, t| {
                let foot = (t / h.of("period") + 1.0) % 2.0 - 1.0;
                h.of("min_lr") + (h.of("lr") - h.of("min_lr")) * foot.powi(2)
            }),
        ),
        bug(
            "X-G18",
            "lr and min_lr exchanged",
            rate("cosine", |h, t| h.of("lr") + (h.of("min_lr") - h.of("lr")) * (1.0 + (PI * t / h.of("period")).cos()) / 2.0),
        ),
        bug(
            "X-G19",
            "η(t - 1) from t = W + 1 on",
            rate("warmup_cosine", |h, t| warmed(h, t, |t, w, n| f64::max(0.0, t - w - 1.0) / (n - w))),
        ),
        bug(
            "X-G20",
            "γ once more, for that step, at each multiple of s",
            rate("step", |h, t| {
                let again = f64::from(u8::from(t > 0.0 && t % h.of("period") == 0.0));
                h.of("lr") * h.of("gamma").powf((t / h.of("period")).floor() + again)
            }),
        ),
    ]
}
