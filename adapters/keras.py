"""Keras 3 on TensorFlow: its optimizers, schedules, clipping and initialisers."""

import os
import pathlib
import sys
import types

sys.path.append(str(pathlib.Path(__file__).with_name("protocol")))
from gradproof_adapter import Running, serve

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import tensorflow
from keras import initializers, optimizers
from keras.optimizers import schedules

TYPES = {"f64": "float64", "f32": "float32", "bf16": "bfloat16", "f16": "float16"}
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


def default_type(dtype):
    """Keras holds learning rates in its default type, which users of f64 set; the narrow types are used beside f32."""
    keras.config.set_floatx("float64" if dtype == "f64" else "float32")


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


def schedule(make):
    """The rates of a schedule, which optimizers ask for by their counter, an i64."""

    def rates(steps, **hyper):
        default_type("f64")
        rate = make(**hyper)
        return [rate(tensorflow.constant(step, "int64")) for step in range(steps)]

    return rates


def step(lr, period, gamma):
    return schedules.ExponentialDecay(lr, period, gamma, staircase=True)


def warmup_cosine(lr, period, min_lr, warmup):
    return schedules.CosineDecay(0.0, period - warmup, min_lr / lr, warmup_target=lr, warmup_steps=warmup)


def restarts(lr, period, min_lr, growth):
    return schedules.CosineDecayRestarts(lr, period, growth, alpha=min_lr / lr)


def polynomial(lr, period, min_lr, power):
    return schedules.PolynomialDecay(lr, period, min_lr, power)


def plateau(steps, lr, metrics, **given):
    default_type("f64")
    # Keras's threshold is a difference, not a ratio.
    callback = keras.callbacks.ReduceLROnPlateau("loss", min_delta=given.pop("threshold"), mode="min", **given)
    optimizer, rates = optimizers.SGD(lr), []
    callback.set_model(types.SimpleNamespace(optimizer=optimizer))
    callback.on_train_begin()
    for epoch, metric in enumerate(metrics):
        callback.on_epoch_end(epoch, {"loss": metric})
        rates.append(optimizer.learning_rate.numpy())
    return rates


DECAY = dict(lr=0.1, period=100, min_lr=0.0)
SCHEDULES = {
    "step": (dict(lr=0.1, period=100, gamma=0.1), schedule(step)),
    "piecewise": (
        dict(values=[0.1, 0.01], milestones=[100]),
        schedule(lambda values, milestones: schedules.PiecewiseConstantDecay(milestones, values)),
    ),
    "exponential": (dict(lr=0.1, gamma=0.9), schedule(lambda lr, gamma: schedules.ExponentialDecay(lr, 1, gamma))),
    "inverse_time": (dict(lr=0.1, gamma=0.1), schedule(lambda lr, gamma: schedules.InverseTimeDecay(lr, 1, gamma))),
    "cosine": (DECAY, schedule(lambda lr, period, min_lr: schedules.CosineDecay(lr, period, min_lr / lr))),
    "warmup_cosine": (dict(DECAY, warmup=10), schedule(warmup_cosine)),
    "cosine_restarts": (dict(DECAY, growth=2.0), schedule(restarts)),
    "polynomial": (dict(DECAY, power=1.0), schedule(polynomial)),
    "plateau": (dict(lr=0.1, factor=0.1, patience=10, threshold=1e-4, cooldown=0, min_lr=0.0, metrics=[]), plateau),
}


def clip(word):
    def clipped(grads, limit, dtype):
        default_type(dtype)
        grads = [tensorflow.constant(grad, TYPES[dtype]) for grad in grads]
        return [grad.numpy() for grad in optimizers.SGD(**{word: limit})._clip_gradients(grads)], None

    return clipped, list(TYPES)


def init(make, types=tuple(TYPES)):
    def drawn(shape, seed, dtype):
        # Keras's shapes are [..., fan_in, fan_out].
        tensor = make(seed)((*shape[2:], *shape[1::-1]), dtype=TYPES[dtype]).numpy()
        return tensor.transpose(*range(tensor.ndim)[:-3:-1], *range(tensor.ndim - 2))

    return drawn, types


serve(
    running=Optimizer,
    framework="keras",
    version=f"{keras.__version__} on TensorFlow {tensorflow.__version__}",
    capabilities=["run", "set_lr", "state", "missing_grad"],
    optimizers={name: (hyper, list(TYPES)) for name, (_, hyper) in OPTIMIZERS.items()},
    schedules=SCHEDULES,
    clips={"global_norm": clip("global_clipnorm"), "norm": clip("clipnorm"), "value": clip("clipvalue")},
    inits={
        "xavier_uniform": init(initializers.GlorotUniform),
        "xavier_normal": init(initializers.GlorotNormal),
        "he_uniform": init(initializers.HeUniform),
        "he_normal": init(initializers.HeNormal),
        "lecun_uniform": init(initializers.LecunUniform),
        "lecun_normal": init(initializers.LecunNormal),
        "orthogonal": init(lambda seed: initializers.Orthogonal(seed=seed), types=["f64", "f32"]),
        "zeros": init(lambda seed: initializers.Zeros()),
        "ones": init(lambda seed: initializers.Ones()),
    },
)
