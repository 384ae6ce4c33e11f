"""Schedules, clipping and initialisers of PyTorch."""

import functools

import torch
from gradproof_torch import TYPES, arrays, tensor
from torch import nn, optim
from torch.optim import lr_scheduler


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


CLIPS = {"global_norm": clip(nn.utils.clip_grad_norm_), "value": clip(nn.utils.clip_grad_value_)}


def init(function, types=tuple(TYPES)):
    def filled(shape, seed, dtype):
        torch.manual_seed(seed)
        return function(torch.empty(shape, dtype=TYPES[dtype])).double().numpy()

    return filled, types


INITS = {
    "xavier_uniform": init(nn.init.xavier_uniform_),
    "xavier_normal": init(nn.init.xavier_normal_),
    "he_uniform": init(nn.init.kaiming_uniform_),
    "he_normal": init(nn.init.kaiming_normal_),
    "lecun_uniform": init(functools.partial(nn.init.kaiming_uniform_, nonlinearity="linear")),
    "lecun_normal": init(functools.partial(nn.init.kaiming_normal_, nonlinearity="linear")),
    "orthogonal": init(nn.init.orthogonal_, types=["f64", "f32"]),
    "zeros": init(nn.init.zeros_),
    "ones": init(nn.init.ones_),
}
