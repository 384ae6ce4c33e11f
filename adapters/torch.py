"""PyTorch on the CPU: torch.optim, its schedules, clipping and initialisers."""

import functools
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).with_name("protocol")))
from gradproof_adapter import serve
from gradproof_torch import TYPES, Optimizer, arrays, offer, tensor

import torch
from torch import nn, optim
from torch.optim import lr_scheduler

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


def schedule(make, lr="lr", **hyper):
    """An entry of the table: what PyTorch calls each hyper-parameter, and a default. The rate is the optimizer's unless named."""
    called = {"lr": lr, **{neutral: word for neutral, (word, _) in hyper.items()}}

    def rates(steps, **given):
        optimizer = optim.SGD([torch.zeros(1)], lr=given["lr"])
        words = {called[neutral]: x for neutral, x in given.items() if called[neutral] != "lr"}
        metrics = words.pop("metrics", None)
        scheduler, found = make(optimizer, **words), []
        for step in range(steps):
            # A metric decides about the rate of the next step, and is asked for that.
            if metrics is not None:
                scheduler.step(metrics[step])
            elif step > 0:
                optimizer.step()
                scheduler.step()
            found.append(optimizer.param_groups[0]["lr"])
        return found

    return {"lr": 0.1, **{neutral: default for neutral, (_, default) in hyper.items()}}, rates


SCHEDULES = {
    "constant": schedule(functools.partial(lr_scheduler.ConstantLR, factor=1.0)),
    "step": schedule(lr_scheduler.StepLR, period=("step_size", 10), gamma=("gamma", 0.1)),
    "multistep": schedule(lr_scheduler.MultiStepLR, milestones=("milestones", [10]), gamma=("gamma", 0.1)),
    "exponential": schedule(lr_scheduler.ExponentialLR, gamma=("gamma", 0.9)),
    "polynomial": schedule(lr_scheduler.PolynomialLR, period=("total_iters", 5), power=("power", 1.0)),
    "linear": schedule(
        lr_scheduler.LinearLR,
        start_factor=("start_factor", 1 / 3),
        end_factor=("end_factor", 1.0),
        period=("total_iters", 5),
    ),
    "cosine": schedule(lr_scheduler.CosineAnnealingLR, period=("T_max", 10), min_lr=("eta_min", 0.0)),
    "cosine_restarts": schedule(
        lr_scheduler.CosineAnnealingWarmRestarts, period=("T_0", 10), growth=("T_mult", 1), min_lr=("eta_min", 0.0)
    ),
    "one_cycle": schedule(
        functools.partial(lr_scheduler.OneCycleLR, cycle_momentum=False),
        lr="max_lr",
        period=("total_steps", 100),
        warmup=("pct_start", 0.3),
        div=("div_factor", 25.0),
        final_div=("final_div_factor", 1e4),
    ),
    "triangular": schedule(
        functools.partial(lr_scheduler.CyclicLR, cycle_momentum=False),
        lr="max_lr",
        period=("step_size_up", 2000),
        min_lr=("base_lr", 0.0),
    ),
    "plateau": schedule(
        lr_scheduler.ReduceLROnPlateau,
        factor=("factor", 0.1),
        patience=("patience", 10),
        threshold=("threshold", 1e-4),
        cooldown=("cooldown", 0),
        min_lr=("min_lr", 0.0),
        metrics=("metrics", []),
    ),
}


def clip(function):
    def clipped(grads, limit, dtype):
        params = [tensor(grad, dtype) for grad in grads]
        for param in params:
            param.grad = param.clone()
        norm = function(params, limit)
        return arrays(param.grad for param in params), norm

    return clipped, list(TYPES)


def init(function, types=tuple(TYPES)):
    def filled(shape, seed, dtype):
        torch.manual_seed(seed)
        return function(torch.empty(shape, dtype=TYPES[dtype])).double().numpy()

    return filled, types


serve(
    running=lambda name, *order: (Closed if name == "lbfgs" else Optimizer)(OPTIMIZERS, name, *order),
    framework="torch",
    version=torch.__version__,
    capabilities=["run", "grads", "set_lr", "groups", "state", "missing_grad", "closure"],
    optimizers={name: (hyper, list(TYPES)) for name, (_, hyper, _) in OPTIMIZERS.items()},
    schedules=SCHEDULES,
    clips={"global_norm": clip(nn.utils.clip_grad_norm_), "value": clip(nn.utils.clip_grad_value_)},
    inits={
        "xavier_uniform": init(nn.init.xavier_uniform_),
        "xavier_normal": init(nn.init.xavier_normal_),
        "he_uniform": init(nn.init.kaiming_uniform_),
        "he_normal": init(nn.init.kaiming_normal_),
        "lecun_uniform": init(functools.partial(nn.init.kaiming_uniform_, nonlinearity="linear")),
        "lecun_normal": init(functools.partial(nn.init.kaiming_normal_, nonlinearity="linear")),
        "orthogonal": init(nn.init.orthogonal_, types=["f64", "f32"]),
        "zeros": init(nn.init.zeros_),
        "ones": init(nn.init.ones_),
    },
)
