//! burn's optimizers under the names whose promises they keep.
//!
//! Adan, Adafactor and Muon have no neutral name. burn has no default learning rate: it is an argument of every step.

use crate::settings::{Default, Read, number, off, zero};
use burn::module::ParamGroup;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{
    AdaGradConfig, AdamConfig, AdamWConfig, LambConfig, LionConfig, ModuleOptimizer, Optimizer, RmsPropConfig, SgdConfig,
};
use gradproof::audit::Hyper;
use gradproof::{Error, Result};

const LR: Default = number("lr", 1e-3);
const BETA1: Default = number("beta1", 0.9);
const BETA2: Default = number("beta2", 0.999);
const EPS: Default = number("eps", 1e-5);
const DECAY: Default = zero("weight_decay");

/// Every optimizer; decays and epsilons are burn's defaults.
pub const ALL: &[(&str, &[Default])] = &[
    ("sgd", &[LR, zero("momentum"), zero("dampening"), off("nesterov"), DECAY]),
    ("adagrad", &[LR, EPS, zero("lr_decay"), DECAY]),
    ("rmsprop", &[LR, number("rho", 0.99), EPS, zero("momentum"), off("centered"), DECAY]),
    ("adam", &[LR, BETA1, BETA2, EPS, off("amsgrad"), DECAY]),
    ("adamw", &[LR, BETA1, BETA2, EPS, off("amsgrad"), DECAY]),
    ("lion", &[LR, BETA1, number("beta2", 0.99), DECAY]),
    ("lamb", &[LR, BETA1, BETA2, number("eps", 1e-6), DECAY]),
    ("lbfgs", &[number("lr", 1.0), number("history", 100.0)]),
];

/// The optimizer of a module's tensors, or of some of them beside what the others have. L-BFGS has all of them: see `lbfgs.rs`.
pub fn built(name: &str, hyper: &Hyper, others: Option<(ModuleOptimizer, ParamGroup)>) -> Result<ModuleOptimizer> {
    let decay = hyper.single("weight_decay")?;
    let coupled = (decay != 0.0).then(|| WeightDecayConfig::new(decay));
    match name {
        "sgd" => joined(SgdConfig::new().with_weight_decay(coupled).with_momentum(momentum(hyper)?).build(), others),
        "adagrad" => {
            let config = AdaGradConfig::new().with_epsilon(hyper.single("eps")?).with_lr_decay(hyper.number("lr_decay")?);
            joined(config.with_weight_decay(coupled).build(), others)
        }
        "rmsprop" => {
            let config = RmsPropConfig::new().with_alpha(hyper.single("rho")?).with_epsilon(hyper.single("eps")?);
            let config = config.with_momentum(hyper.single("momentum")?).with_centered(hyper.flag("centered")?);
            joined(config.with_weight_decay(coupled).build(), others)
        }
        "adam" => {
            let config = AdamConfig::new().with_beta_1(hyper.single("beta1")?).with_beta_2(hyper.single("beta2")?);
            let config = config.with_epsilon(hyper.single("eps")?).with_amsgrad(hyper.flag("amsgrad")?);
            joined(config.with_weight_decay(coupled).build(), others)
        }
        "adamw" => {
            let config = AdamWConfig::new().with_beta_1(hyper.single("beta1")?).with_beta_2(hyper.single("beta2")?);
            let config = config.with_epsilon(hyper.single("eps")?).with_amsgrad(hyper.flag("amsgrad")?);
            joined(config.with_weight_decay(decay).build(), others)
        }
        "lion" => {
            let config = LionConfig::new().with_beta_1(hyper.single("beta1")?).with_beta_2(hyper.single("beta2")?);
            joined(config.with_weight_decay(decay).build(), others)
        }
        "lamb" => {
            let config = LambConfig::new().with_beta_1(hyper.single("beta1")?).with_beta_2(hyper.single("beta2")?);
            joined(config.with_epsilon(hyper.single("eps")?).with_weight_decay(decay).build(), others)
        }
        name => Err(Error::new(format!("burn has no '{name}'"))),
    }
}

fn joined(optimizer: impl Optimizer, others: Option<(ModuleOptimizer, ParamGroup)>) -> Result<ModuleOptimizer> {
    Ok(match others {
        None => optimizer.into(),
        Some((others, group)) => others.with_group(group, optimizer, None),
    })
}

/// burn's momentum is a part that an optimizer has or has not; dampening and Nesterov's form are its options.
fn momentum(hyper: &Hyper) -> Result<Option<MomentumConfig>> {
    let (momentum, dampening, nesterov) = (hyper.number("momentum")?, hyper.number("dampening")?, hyper.flag("nesterov")?);
    Ok((momentum != 0.0).then_some(MomentumConfig { momentum, dampening, nesterov }))
}
