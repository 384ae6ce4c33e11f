"""Schedules, clipping and initialisers of PaddlePaddle."""

import paddle
from paddle.nn import initializer as initial
from paddle.optimizer import lr as rate

paddle.set_device("cpu")
TYPES = {"f64": "float64", "f32": "float32"}


def array(tensor):
    return None if tensor is None else tensor.numpy().copy()


def schedule(make):
    """Paddle's schedules are objects that count steps themselves."""

    def rates(steps, metrics=None, **hyper):
        scheduler, found = make(**hyper), []
        # A metric decides about the rate of the next step, and is asked for that.
        for metric in metrics or []:
            scheduler.step(metric)
            found.append(scheduler())
        for _ in range(0 if metrics else steps):
            found.append(scheduler())
            scheduler.step()
        return found

    return rates


def warmup_cosine(lr, period, min_lr, warmup):
    return rate.LinearWarmup(rate.CosineAnnealingDecay(lr, period - warmup, min_lr), warmup, 0.0, lr)


def one_cycle(lr, period, warmup, div, final_div):
    return rate.OneCycleLR(lr, period, div, lr / (div * final_div), warmup)


def plateau(lr, factor, patience, threshold, cooldown, min_lr):
    return rate.ReduceOnPlateau(lr, "min", factor, patience, threshold, cooldown=cooldown, min_lr=min_lr)


DECAY = dict(lr=0.1, period=100, min_lr=0.0)
MADE = {
    "step": (dict(lr=0.1, period=100, gamma=0.1), lambda lr, period, gamma: rate.StepDecay(lr, period, gamma)),
    "multistep": (
        dict(lr=0.1, gamma=0.1, milestones=[100]),
        lambda lr, gamma, milestones: rate.MultiStepDecay(lr, milestones, gamma),
    ),
    "piecewise": (
        dict(values=[0.1, 0.01], milestones=[100]),
        lambda values, milestones: rate.PiecewiseDecay(milestones, values),
    ),
    "exponential": (dict(lr=0.1, gamma=0.9), lambda lr, gamma: rate.ExponentialDecay(lr, gamma)),
    "inverse_time": (dict(lr=0.1, gamma=0.1), lambda lr, gamma: rate.InverseTimeDecay(lr, gamma)),
    "cosine": (DECAY, lambda lr, period, min_lr: rate.CosineAnnealingDecay(lr, period, min_lr)),
    "cosine_restarts": (
        dict(DECAY, growth=1),
        lambda lr, period, min_lr, growth: rate.CosineAnnealingWarmRestarts(lr, period, growth, min_lr),
    ),
    "polynomial": (dict(DECAY, power=1.0), lambda lr, period, min_lr, power: rate.PolynomialDecay(lr, period, min_lr, power)),
    "linear": (
        dict(lr=0.1, period=100, start_factor=1 / 3, end_factor=1.0),
        lambda lr, period, start_factor, end_factor: rate.LinearLR(lr, period, start_factor, end_factor),
    ),
    "one_cycle": (dict(lr=0.1, period=100, warmup=0.3, div=25.0, final_div=1e4), one_cycle),
    "triangular": (DECAY, lambda lr, period, min_lr: rate.CyclicLR(min_lr, lr, period)),
    "warmup_cosine": (dict(DECAY, warmup=10), warmup_cosine),
    "warmup_constant": (dict(lr=0.1, warmup=10), lambda lr, warmup: rate.LinearWarmup(lr, warmup, 0.0, lr)),
    "plateau": (dict(lr=0.1, factor=0.1, patience=10, threshold=1e-4, cooldown=0, min_lr=0.0, metrics=[]), plateau),
}
SCHEDULES = {name: (hyper, schedule(make)) for name, (hyper, make) in MADE.items()}


def clip(make, types=tuple(TYPES)):
    def clipped(grads, limit, dtype):
        params = [paddle.create_parameter(grad.shape, TYPES[dtype]) for grad in grads]
        pairs = make(limit)([(param, paddle.to_tensor(grad)) for param, grad in zip(params, grads)])
        return [array(grad) for _, grad in pairs], None

    return clipped, types


CLIPS = {
    "global_norm": clip(paddle.nn.ClipGradByGlobalNorm),
    "norm": clip(paddle.nn.ClipGradByNorm, types=["f32"]),
    "value": clip(paddle.nn.ClipGradByValue),
}


def init(initializer):
    def drawn(shape, seed, dtype):
        # Paddle's matrices are [fan_in, fan_out], its kernels [fan_out, fan_in, ...].
        matrix = len(shape) == 2
        paddle.seed(seed)
        tensor = paddle.create_parameter(shape[::-1] if matrix else shape, TYPES[dtype], default_initializer=initializer)
        return array(tensor).T if matrix else array(tensor)

    return drawn, list(TYPES)


INITS = {
    "xavier_uniform": init(initial.XavierUniform()),
    "xavier_normal": init(initial.XavierNormal()),
    "he_uniform": init(initial.KaimingUniform()),
    "he_normal": init(initial.KaimingNormal()),
    "lecun_uniform": init(initial.KaimingUniform(nonlinearity="linear")),
    "lecun_normal": init(initial.KaimingNormal(nonlinearity="linear")),
    "orthogonal": init(initial.Orthogonal()),
    "zeros": init(initial.Constant(0.0)),
    "ones": init(initial.Constant(1.0)),
}
