"""The package pytorch_optimizer: what it implements itself, where a neutral name makes the promise of its documentation.

`weight_decouple` is as the name promises; every other option that has no neutral name is as shipped.
"""

import functools
import importlib.metadata
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).with_name("protocol")))
from gradproof_adapter import Refused, serve
from gradproof_torch import TYPES, Optimizer, offer

from pytorch_optimizer import SGDW, LARS, AdaBound, AdaDelta, AdaMax, FlashAdamW, Lamb, Lion, RAdam, SignSGD

COMMON = dict(weight_decay=0.0, maximize=False, foreach=False)
TENSOR = dict(COMMON, tensor_lr=False)
MOMENTS = dict(COMMON, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8)
VELOCITY = dict(TENSOR, lr=1e-4, momentum=0.0, dampening=0.0, nesterov=False)
BOUNDS = dict(MOMENTS, final_lr=0.1, gamma=1e-3, amsgrad=False)


def coupled(make):
    return functools.partial(make, weight_decouple=False)


OPTIMIZERS = {
    "sgd": offer(coupled(SGDW), VELOCITY),
    "sgdw": offer(SGDW, VELOCITY),
    "signsgd": offer(coupled(SignSGD), dict(TENSOR, lr=1e-3, momentum=0.9)),
    "lion": offer(Lion, dict(TENSOR, lr=1e-4, beta1=0.9, beta2=0.99)),
    "adadelta": offer(AdaDelta, dict(TENSOR, lr=1.0, rho=0.9, eps=1e-6)),
    "adamax": offer(AdaMax, MOMENTS),
    "adamw": offer(functools.partial(FlashAdamW, quantize=False), dict(MOMENTS, weight_decay=1e-2, tensor_lr=False)),
    "radam": offer(coupled(RAdam), MOMENTS),
    "radamw": offer(RAdam, MOMENTS),
    "adabound": offer(coupled(AdaBound), BOUNDS, amsgrad="ams_bound"),
    "lamb": offer(coupled(Lamb), dict(MOMENTS, eps=1e-6)),
    "lars": offer(LARS, dict(COMMON, lr=1e-3, momentum=0.9, trust_coefficient=1e-3)),
}


def running(name, dtype, params, groups):
    if len({hyper["maximize"] for _, hyper in groups}) > 1:
        raise Refused("pytorch_optimizer has one 'maximize' for all groups")
    return Optimizer(OPTIMIZERS, name, dtype, params, groups)


serve(
    running=running,
    framework="pytorch_optimizer",
    version=importlib.metadata.version("pytorch_optimizer"),
    capabilities=["run", "grads", "set_lr", "groups", "state", "missing_grad"],
    optimizers={name: (hyper, list(TYPES)) for name, (_, hyper, _) in OPTIMIZERS.items()},
)
