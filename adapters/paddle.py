"""PaddlePaddle on the CPU: paddle.optimizer, its schedules, clipping and initialisers."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).with_name("protocol")))
from gradproof_adapter import Running, serve

import paddle
from paddle import optimizer as optim
from paddle.nn import initializer as initial
from paddle.optimizer import lr as rate
from paddle.utils import unique_name

paddle.set_device("cpu")
TYPES = {"f64": "float64", "f32": "float32"}


def sgd(momentum, use_nesterov, **rest):
    return optim.Momentum(momentum=momentum, use_nesterov=use_nesterov, **rest) if momentum else optim.SGD(**rest)


MOMENTS = dict(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0)
OPTIMIZERS = {
    "sgd": (sgd, dict(lr=1e-3, momentum=0.0, nesterov=False, weight_decay=0.0)),
    "adagrad": (optim.Adagrad, dict(lr=1e-3, eps=1e-6, initial_accumulator=0.0, weight_decay=0.0)),
    "adadelta": (optim.Adadelta, dict(lr=1e-3, rho=0.95, eps=1e-6, weight_decay=0.0)),
    "rmsprop": (optim.RMSProp, dict(lr=1e-3, rho=0.95, eps=1e-6, momentum=0.0, centered=False, weight_decay=0.0)),
    "adam": (optim.Adam, dict(MOMENTS, amsgrad=False)),
    "adamw": (optim.AdamW, dict(MOMENTS, weight_decay=0.01, amsgrad=False)),
    "adamax": (optim.Adamax, MOMENTS),
    "nadam": (optim.NAdam, dict(MOMENTS, lr=2e-3, momentum_decay=4e-3)),
    "radam": (optim.RAdam, MOMENTS),
    "lamb": (optim.Lamb, dict(MOMENTS, eps=1e-6, weight_decay=0.01)),
}
NAMES = dict(
    lr="learning_rate",
    eps="epsilon",
    nesterov="use_nesterov",
    initial_accumulator="initial_accumulator_value",
)


def keywords(name, hyper):
    words = {NAMES.get(neutral, neutral): x for neutral, x in hyper.items()}
    if name == "lamb":
        words["lamb_weight_decay"] = words.pop("weight_decay")
    return words


def array(tensor):
    return None if tensor is None else tensor.numpy().copy()


class Optimizer(Running):
    def __init__(self, name, dtype, params, groups):
        # State is saved under the parameters' names, which have to be the same whenever an optimizer is built.
        with unique_name.guard():
            assign = [initial.Assign(param) for param in params]
            self.params = [paddle.create_parameter(p.shape, TYPES[dtype], default_initializer=a) for p, a in zip(params, assign)]
        self.name, self.groups = name, groups
        self.build()

    def build(self):
        make, _ = OPTIMIZERS[self.name]
        words = keywords(self.name, self.groups[0][1])
        params = self.params
        if len(self.groups) > 1:
            # A group's learning rate is a multiple of the common one.
            words["learning_rate"] = 1.0
            params = [{"params": [params[i] for i in chosen], **keywords(self.name, hyper)} for chosen, hyper in self.groups]
        self.optimizer = make(parameters=params, **words)

    def step(self, grads):
        for param, grad in zip(self.params, grads):
            param.grad = None if grad is None else paddle.to_tensor(grad)
        with unique_name.guard():
            self.optimizer.step()
        return [array(param) for param in self.params]

    def gradients(self):
        return [array(param.grad) for param in self.params]

    def set_lr(self, lr):
        self.groups = [(chosen, {**hyper, "lr": lr}) for chosen, hyper in self.groups]
        for param in self.params:
            param.optimize_attr["learning_rate"] = 1.0
        self.optimizer.set_lr(lr)

    def save(self):
        return self.groups, {name: array(tensor) for name, tensor in self.optimizer.state_dict().items()}

    def load(self, saved):
        self.groups, state = saved
        self.build()
        self.optimizer.set_state_dict({name: paddle.to_tensor(tensor) for name, tensor in state.items()})


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
SCHEDULES = {
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


def clip(make, types=tuple(TYPES)):
    def clipped(grads, limit, dtype):
        params = [paddle.create_parameter(grad.shape, TYPES[dtype]) for grad in grads]
        pairs = make(limit)([(param, paddle.to_tensor(grad)) for param, grad in zip(params, grads)])
        return [array(grad) for _, grad in pairs], None

    return clipped, types


def init(initializer):
    def drawn(shape, seed, dtype):
        # Paddle's matrices are [fan_in, fan_out], its kernels [fan_out, fan_in, ...].
        matrix = len(shape) == 2
        paddle.seed(seed)
        tensor = paddle.create_parameter(shape[::-1] if matrix else shape, TYPES[dtype], default_initializer=initializer)
        return array(tensor).T if matrix else array(tensor)

    return drawn, list(TYPES)


serve(
    running=Optimizer,
    framework="paddle",
    version=paddle.__version__,
    capabilities=["run", "grads", "set_lr", "groups", "state", "missing_grad"],
    optimizers={name: (hyper, list(TYPES)) for name, (_, hyper) in OPTIMIZERS.items()},
    schedules={name: (hyper, schedule(make)) for name, (hyper, make) in SCHEDULES.items()},
    clips={
        "global_norm": clip(paddle.nn.ClipGradByGlobalNorm),
        "norm": clip(paddle.nn.ClipGradByNorm, types=["f32"]),
        "value": clip(paddle.nn.ClipGradByValue),
    },
    inits={
        "xavier_uniform": init(initial.XavierUniform()),
        "xavier_normal": init(initial.XavierNormal()),
        "he_uniform": init(initial.KaimingUniform()),
        "he_normal": init(initial.KaimingNormal()),
        "lecun_uniform": init(initial.KaimingUniform(nonlinearity="linear")),
        "lecun_normal": init(initial.KaimingNormal(nonlinearity="linear")),
        "orthogonal": init(initial.Orthogonal()),
        "zeros": init(initial.Constant(0.0)),
        "ones": init(initial.Constant(1.0)),
    },
)
