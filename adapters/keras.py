"""Keras 3 on TensorFlow: its optimizers, schedules, clipping and initialisers."""

import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path += [str(HERE / "protocol"), str(HERE / "parts")]
from gradproof_adapter import Running, serve
from keras_parts import CLIPS, INITS, SCHEDULES, TYPES, default_type

import keras
import tensorflow
from keras import optimizers

# The path `jit` compiles a step as `fit` does; without it each operation runs by itself.
MOMENTS = dict(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7, jit=False)
SGD = dict(lr=1e-2, momentum=0.0, nesterov=False, jit=False)
OPTIMIZERS = {
    "sgd": (optimizers.SGD, SGD),
    "sgdw": (optimizers.SGD, dict(SGD, weight_decay=0.0)),
    "adagrad": (optimizers.Adagrad, dict(lr=1e-3, eps=1e-7, initial_accumulator=0.1, jit=False)),
    "adadelta": (optimizers.Adadelta, dict(lr=1e-3, rho=0.95, eps=1e-7, jit=False)),
    "rmsprop": (optimizers.RMSprop, dict(lr=1e-3, rho=0.9, eps=1e-7, momentum=0.0, centered=False, jit=False)),
    "adam": (optimizers.Adam, dict(MOMENTS, amsgrad=False)),
    "adamw": (optimizers.AdamW, dict(MOMENTS, weight_decay=4e-3, amsgrad=False)),
    "adamax": (optimizers.Adamax, MOMENTS),
    "nadam": (optimizers.Nadam, MOMENTS),
    "nadamw": (optimizers.Nadam, dict(MOMENTS, weight_decay=0.0)),
    "lion": (optimizers.Lion, dict(lr=1e-3, beta1=0.9, beta2=0.99, weight_decay=0.0, jit=False)),
    "lamb": (optimizers.Lamb, dict(MOMENTS, weight_decay=0.0)),
}
NAMES = dict(lr="learning_rate", beta1="beta_1", beta2="beta_2", eps="epsilon", initial_accumulator="initial_accumulator_value")


class Optimizer(Running):
    def __init__(self, name, dtype, params, groups):
        default_type(dtype)
        ((_, hyper),) = groups
        self.params = [keras.Variable(param, dtype=TYPES[dtype]) for param in params]
        self.jit = hyper["jit"]
        make, _ = OPTIMIZERS[name]
        self.begin(make(**{NAMES.get(neutral, neutral): x for neutral, x in hyper.items() if neutral != "jit"}))

    def begin(self, optimizer):
        self.optimizer = optimizer
        self.optimizer.build(self.params)
        self.apply = tensorflow.function(optimizer.apply, jit_compile=True) if self.jit else optimizer.apply

    def step(self, grads):
        default_type(self.dtype)
        grads = [None if grad is None else tensorflow.constant(grad, TYPES[self.dtype]) for grad in grads]
        # Keras refuses a step in which no tensor has a gradient.
        if any(grad is not None for grad in grads):
            self.apply(grads)
        return [param.numpy() for param in self.params]

    def set_lr(self, lr):
        self.optimizer.learning_rate = lr

    def save(self):
        state = {}
        self.optimizer.save_own_variables(state)
        return self.optimizer.get_config(), state

    def load(self, saved):
        default_type(self.dtype)
        config, state = saved
        self.begin(type(self.optimizer).from_config(config))
        self.optimizer.load_own_variables(state)


serve(
    running=Optimizer,
    framework="keras",
    version=f"{keras.__version__} on TensorFlow {tensorflow.__version__}",
    capabilities=["run", "set_lr", "state", "missing_grad"],
    optimizers={name: (hyper, list(TYPES)) for name, (_, hyper) in OPTIMIZERS.items()},
    schedules=SCHEDULES,
    clips=CLIPS,
    inits=INITS,
)
