//! burn's schedules. Noam's has no neutral name; linear ones begin above 0, so that warm-ups from 0 are not among them.

use crate::settings::{Default, Read, number, zero};
use burn::lr_scheduler::LrSchedulerConfig;
use burn::lr_scheduler::cosine::CosineAnnealingLrSchedulerConfig;
use burn::lr_scheduler::exponential::ExponentialLrSchedulerConfig;
use burn::lr_scheduler::linear::LinearLrSchedulerConfig;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrSchedulerConfig;
use burn::lr_scheduler::sequential::SequentialLrSchedulerConfig;
use burn::lr_scheduler::step::StepLrSchedulerConfig;
use gradproof::audit::{Hyper, Setting};
use gradproof::{Error, Result};

const LR: Default = number("lr", 0.1);
const PERIOD: Default = number("period", 100.0);

/// Every schedule.
pub const ALL: &[(&str, &[Default])] = &[
    ("constant", &[LR]),
    ("step", &[LR, number("gamma", 0.1), PERIOD]),
    ("exponential", &[LR, number("gamma", 0.9)]),
    ("cosine", &[LR, zero("min_lr"), PERIOD]),
    ("linear", &[LR, number("start_factor", 1.0), zero("end_factor"), PERIOD]),
    ("piecewise", &[("values", Setting::Numbers(vec![])), ("milestones", Setting::Numbers(vec![]))]),
];

/// The rates of the first steps.
pub fn rates(name: &str, hyper: &Hyper, steps: usize) -> Result<Vec<f64>> {
    let refused = |error| Error::new(format!("burn refuses this schedule: {error}"));
    let mut schedule = ModuleLrSchedulerConfig::new(config(name, hyper)?).init().map_err(refused)?;
    Ok((0..steps).map(|_| schedule.step().base()).collect())
}

fn config(name: &str, hyper: &Hyper) -> Result<LrSchedulerConfig> {
    Ok(match name {
        "constant" => hyper.number("lr")?.into(),
        "step" => {
            let config = StepLrSchedulerConfig::new(hyper.number("lr")?, hyper.count("period")?);
            config.with_gamma(hyper.number("gamma")?).into()
        }
        "exponential" => ExponentialLrSchedulerConfig::new(hyper.number("lr")?, hyper.number("gamma")?).into(),
        "cosine" => {
            let config = CosineAnnealingLrSchedulerConfig::new(hyper.number("lr")?, hyper.count("period")?);
            config.with_min_lr(hyper.number("min_lr")?).into()
        }
        "linear" => {
            let lr = hyper.number("lr")?;
            let (first, last) = (lr * hyper.number("start_factor")?, lr * hyper.number("end_factor")?);
            LinearLrSchedulerConfig::new(first, last, hyper.count("period")?).into()
        }
        "piecewise" => {
            let values = hyper.numbers("values")?.iter().map(|lr| (*lr).into()).collect();
            let milestones = hyper.numbers("milestones")?.iter().map(|step| *step as usize).collect();
            SequentialLrSchedulerConfig::new(values, milestones).into()
        }
        name => return Err(Error::new(format!("burn has no schedule '{name}'"))),
    })
}
