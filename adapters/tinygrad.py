"""tinygrad on the CPU: tinygrad.nn.optim, and its initialisers."""

import os
import pathlib
import shutil
import sys

sys.path.append(str(pathlib.Path(__file__).with_name("protocol")))
from gradproof_adapter import Running, serve

# tinygrad compiles for the CPU with clang. Its interpreter needs none, and is some hundred times slower.
os.environ.setdefault("DEV", "CPU" if shutil.which(os.environ.get("CC", "clang")) else "PYTHON")
os.environ["TRAINING"] = "1"
from importlib.metadata import version

from tinygrad import Tensor, TinyJit, dtypes
from tinygrad.nn import optim
from tinygrad.nn.state import get_state_dict, load_state_dict

TYPES = {"f64": dtypes.float64, "f32": dtypes.float32, "f16": dtypes.float16}
# State is in f32 whatever the parameters' type, and momentum refuses wider ones.
NARROW = ["f32", "f16"]
MOMENTS = dict(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, fused=False)
OPTIMIZERS = {
    "sgd": (optim.SGD, NARROW, dict(lr=1e-3, momentum=0.0, nesterov=False, weight_decay=0.0, fused=False)),
    "adam": (optim.Adam, list(TYPES), MOMENTS),
    "adamw": (optim.AdamW, list(TYPES), dict(MOMENTS, weight_decay=0.01)),
    "lars": (optim.LARS, NARROW, dict(lr=1e-3, momentum=0.9, weight_decay=1e-4, trust_coefficient=1e-3, fused=False)),
    "lamb": (optim.LAMB, list(TYPES), dict(MOMENTS, eps=1e-6, weight_decay=0.0)),
}
NAMES = dict(beta1="b1", beta2="b2", trust_coefficient="tcoef")


def real(arrays):
    # A learning rate has the shape [1] in tinygrad, so a parameter cannot have the shape [].
    tensors = [Tensor(array.reshape(array.shape or 1)) for array in arrays]
    Tensor.realize(*tensors)
    return tensors


class Optimizer(Running):
    def __init__(self, name, dtype, params, groups):
        self.params = real(params)
        self.name, self.groups, self.arrays = name, groups, [param.shape for param in params]
        self.build()

    def build(self):
        make, _, _ = OPTIMIZERS[self.name]
        words = [{NAMES.get(neutral, neutral): x for neutral, x in hyper.items()} for _, hyper in self.groups]
        self.parts = [make([self.params[i] for i in chosen], **given) for (chosen, _), given in zip(self.groups, words)]
        self.optimizer = self.parts[0] if len(self.parts) == 1 else optim.OptimizerGroup(*self.parts)
        # As its users do: two steps kernel by kernel, then replays of what the second one ran.
        self.advance = TinyJit(self.update)

    def update(self, *grads):
        for param, grad in zip(self.params, grads):
            param.grad = grad
        self.optimizer.step()

    def step(self, grads):
        self.advance(*real(grads))
        return [param.numpy().reshape(shape) for param, shape in zip(self.params, self.arrays)]

    def set_lr(self, lr):
        for part in self.parts:
            part.lr.assign(Tensor([lr], dtype=part.lr.dtype)).realize()

    def save(self):
        return self.groups, {name: tensor.numpy() for name, tensor in get_state_dict(self.optimizer).items()}

    def load(self, saved):
        self.groups, state = saved
        self.build()
        load_state_dict(self.optimizer, {name: Tensor(array) for name, array in state.items()}, verbose=False)


def init(make):
    def drawn(shape, seed, dtype):
        Tensor.manual_seed(seed)
        return make(*shape, dtype=TYPES[dtype]).numpy()

    return drawn, list(TYPES)


serve(
    running=Optimizer,
    framework="tinygrad",
    version=version("tinygrad"),
    capabilities=["run", "set_lr", "groups", "state"],
    optimizers={name: (hyper, types) for name, (_, types, hyper) in OPTIMIZERS.items()},
    inits={
        "xavier_uniform": init(Tensor.glorot_uniform),
        "he_uniform": init(lambda *shape, **given: Tensor.kaiming_uniform(*shape, a=0.0, **given)),
        "he_normal": init(lambda *shape, **given: Tensor.kaiming_normal(*shape, a=0.0, **given)),
        "zeros": init(Tensor.zeros),
        "ones": init(Tensor.ones),
    },
)
