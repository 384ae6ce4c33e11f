"""PyTorch on the CPU: torch.optim, its schedules, clipping and initialisers."""

import functools
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path += [str(HERE / "protocol"), str(HERE / "parts")]
from gradproof_adapter import serve
from gradproof_torch import TYPES, Optimizer, arrays, offer
from torch_parts import CLIPS, INITS, SCHEDULES

import torch
from torch import optim

# Paths: a loop over tensors (the default), all tensors at once, a graph for gradients of the step itself; `capturable` needs a GPU.
COMMON = dict(weight_decay=0.0, maximize=False, foreach=False, differentiable=False, tensor_lr=False)
MOMENTS = dict(COMMON, beta1=0.9, beta2=0.999, eps=1e-8)
OPTIMIZERS = {
    "sgd": offer(optim.SGD, dict(COMMON, lr=1e-3, momentum=0.0, dampening=0.0, nesterov=False, fused=False)),
    "adagrad": offer(
        optim.Adagrad,
        dict(COMMON, lr=1e-2, eps=1e-10, lr_decay=0.0, initial_accumulator=0.0, fused=False),
        initial_accumulator="initial_accumulator_value",
    ),
    "adadelta": offer(optim.Adadelta, dict(COMMON, lr=1.0, rho=0.9, eps=1e-6)),
    "rmsprop": offer(optim.RMSprop, dict(COMMON, lr=1e-2, rho=0.99, eps=1e-8, momentum=0.0, centered=False), rho="alpha"),
    "adam": offer(optim.Adam, dict(MOMENTS, lr=1e-3, amsgrad=False, fused=False)),
    "adamw": offer(optim.AdamW, dict(MOMENTS, lr=1e-3, weight_decay=1e-2, amsgrad=False, fused=False)),
    "adamax": offer(optim.Adamax, dict(MOMENTS, lr=2e-3)),
    "nadam": offer(optim.NAdam, dict(MOMENTS, lr=2e-3, momentum_decay=4e-3)),
    "nadamw": offer(functools.partial(optim.NAdam, decoupled_weight_decay=True), dict(MOMENTS, lr=2e-3, momentum_decay=4e-3)),
    "radam": offer(optim.RAdam, dict(MOMENTS, lr=1e-3)),
    "radamw": offer(functools.partial(optim.RAdam, decoupled_weight_decay=True), dict(MOMENTS, lr=1e-3)),
    # One iteration a step, so that every move can be held against its formula, and no early stop.
    "lbfgs": offer(
        functools.partial(optim.LBFGS, max_iter=1, tolerance_grad=0, tolerance_change=0),
        dict(lr=1.0, history=100),
        history="history_size",
    ),
}


class Closed(Optimizer):
    """An optimizer that evaluates the objective itself; the gradients that come with a step are of no use to it."""

    def step(self, grads):
        self.optimizer.step(self.objective)
        return arrays(self.params)

    def objective(self):
        loss, grads = self.evaluate(arrays(self.params))
        self.give(grads)
        return loss


serve(
    running=lambda name, *order: (Closed if name == "lbfgs" else Optimizer)(OPTIMIZERS, name, *order),
    framework="torch",
    version=torch.__version__,
    capabilities=["run", "grads", "set_lr", "groups", "state", "missing_grad", "closure"],
    optimizers={name: (hyper, list(TYPES)) for name, (_, hyper, _) in OPTIMIZERS.items()},
    schedules=SCHEDULES,
    clips=CLIPS,
    inits=INITS,
)
