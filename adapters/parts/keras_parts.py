"""Schedules, clipping and initialisers of Keras, whose back end is chosen here."""

import os
import types

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import tensorflow
from keras import initializers, optimizers
from keras.optimizers import schedules

TYPES = {"f64": "float64", "f32": "float32", "bf16": "bfloat16", "f16": "float16"}


def default_type(dtype):
    """Keras holds learning rates in its default type, which users of f64 set; the narrow types are used beside f32."""
    keras.config.set_floatx("float64" if dtype == "f64" else "float32")


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


CLIPS = {"global_norm": clip("global_clipnorm"), "norm": clip("clipnorm"), "value": clip("clipvalue")}


def init(make, types=tuple(TYPES)):
    def drawn(shape, seed, dtype):
        # Keras's shapes are [..., fan_in, fan_out].
        tensor = make(seed)((*shape[2:], *shape[1::-1]), dtype=TYPES[dtype]).numpy()
        return tensor.transpose(*range(tensor.ndim)[:-3:-1], *range(tensor.ndim - 2))

    return drawn, types


INITS = {
    "xavier_uniform": init(initializers.GlorotUniform),
    "xavier_normal": init(initializers.GlorotNormal),
    "he_uniform": init(initializers.HeUniform),
    "he_normal": init(initializers.HeNormal),
    "lecun_uniform": init(initializers.LecunUniform),
    "lecun_normal": init(initializers.LecunNormal),
    "orthogonal": init(lambda seed: initializers.Orthogonal(seed=seed), types=["f64", "f32"]),
    "zeros": init(lambda seed: initializers.Zeros()),
    "ones": init(lambda seed: initializers.Ones()),
}
