"""PaddlePaddle on the CPU: paddle.optimizer, its schedules, clipping and initialisers."""

import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path += [str(HERE / "protocol"), str(HERE / "parts")]
from gradproof_adapter import Running, serve
from paddle_parts import CLIPS, INITS, SCHEDULES, TYPES, array

import paddle
from paddle import optimizer as optim
from paddle.nn import initializer as initial
from paddle.utils import unique_name


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


serve(
    running=Optimizer,
    framework="paddle",
    version=paddle.__version__,
    capabilities=["run", "grads", "set_lr", "groups", "state", "missing_grad"],
    optimizers={name: (hyper, list(TYPES)) for name, (_, hyper) in OPTIMIZERS.items()},
    schedules=SCHEDULES,
    clips=CLIPS,
    inits=INITS,
)
