"""optax, on JAX: its aliases, schedules and clips, and JAX's initialisers."""

import inspect
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path += [str(HERE / "protocol"), str(HERE / "parts")]
from gradproof_adapter import Running, serve
from optax_parts import CLIPS, INITS, SCHEDULES, TYPES

import jax
import jax.numpy as jnp
import numpy
import optax

NAMES = {"lr": "learning_rate", "beta1": "b1", "beta2": "b2", "initial_accumulator": "initial_accumulator_value"}


def adam(learning_rate, b1=0.9, b2=0.999, eps=1e-8, amsgrad=False):
    return (optax.amsgrad if amsgrad else optax.adam)(learning_rate, b1, b2, eps)


def sign_sgd(learning_rate, momentum=None):
    return optax.sign_sgd(learning_rate) if momentum is None else optax.signum(learning_rate, momentum)


def lbfgs(learning_rate, memory_size=10):
    return optax.lbfgs(learning_rate, memory_size, linesearch=None)


def named(neutral, **others):
    """Arguments of optax by their neutral names."""
    return {**{name: NAMES.get(name, name) for name in neutral.split()}, **others}


ALIASES = {
    "sgd": (optax.sgd, named("lr momentum nesterov")),
    "signsgd": (sign_sgd, named("lr momentum")),
    "lion": (optax.lion, named("lr beta1 beta2 weight_decay")),
    "adagrad": (optax.adagrad, named("lr eps initial_accumulator")),
    "adadelta": (optax.adadelta, named("lr rho eps weight_decay")),
    "rmsprop": (optax.rmsprop, named("lr eps centered momentum", rho="decay", initial_accumulator="initial_scale")),
    "adam": (adam, named("lr beta1 beta2 eps amsgrad")),
    "adamw": (optax.adamw, named("lr beta1 beta2 eps weight_decay")),
    "adamax": (optax.adamax, named("lr beta1 beta2 eps")),
    "nadam": (optax.nadam, named("lr beta1 beta2 eps")),
    "nadamw": (optax.nadamw, named("lr beta1 beta2 eps weight_decay")),
    "radam": (optax.radam, named("lr beta1 beta2 eps")),
    "lamb": (optax.lamb, named("lr beta1 beta2 eps weight_decay")),
    "lars": (optax.lars, named("lr momentum weight_decay trust_coefficient eps")),
    "lbfgs": (lbfgs, named("lr", history="memory_size")),
}


def offer(name):
    """Default hyper-parameters as the alias has them; where it has none, the step size is 0.001 and momentum is 0."""
    alias, arguments = ALIASES[name]
    defaults = {neutral: inspect.signature(alias).parameters[theirs].default for neutral, theirs in arguments.items()}
    defaults = {neutral: default or 0.0 if neutral == "momentum" else default for neutral, default in defaults.items()}
    # Paths: `jit` compiles the update as a whole; `tensor_lr` keeps numbers in the state, as `inject_hyperparams` does.
    paths = {"jit": False} if name == "lbfgs" else {"jit": False, "tensor_lr": False}
    return {**defaults, "lr": 1e-3, **paths}, list(TYPES)


def transformation(name, hyper):
    """optax's object for these hyper-parameters."""
    alias, arguments = ALIASES[name]
    settings = {theirs: hyper[neutral] for neutral, theirs in arguments.items()}
    if "momentum" in settings and inspect.signature(alias).parameters["momentum"].default is None:
        settings["momentum"] = settings["momentum"] or None
    return (optax.inject_hyperparams(alias) if hyper.get("tensor_lr") else alias)(**settings)


class Optax(Running):
    count = 0

    def __init__(self, name, dtype, params, groups):
        # JAX keeps a program for every operation on every shape, each in some maps of memory, of which a process may have some 65,000.
        Optax.count += 1
        if Optax.count % 256 == 0:
            jax.clear_caches()
        self.name, self.type, self.groups = name, TYPES[dtype], groups
        # JAX needs x64 for f64; with it the powers of betas would be f64 for narrow types too, which they are not for its users.
        self.wide = dtype == "f64"
        with jax.enable_x64(self.wide):
            self.params = [jnp.asarray(tensor, self.type) for tensor in params]
            self.build()
            self.state = self.transformation.init(self.params)

    def build(self):
        parts = {number: transformation(self.name, hyper) for number, (_, hyper) in enumerate(self.groups)}
        labels = {index: number for number, (indices, _) in enumerate(self.groups) for index in indices}
        labels = [labels[index] for index in range(len(self.params))]
        self.transformation = parts[0] if len(parts) == 1 else optax.partition(parts, labels)
        self.advance = jax.jit(self.update) if self.groups[0][1]["jit"] else self.update

    def update(self, grads, state, params):
        updates, state = self.transformation.update(grads, state, params)
        return optax.apply_updates(params, updates), state

    def step(self, grads):
        with jax.enable_x64(self.wide):
            grads = [jnp.asarray(grad, self.type) for grad in grads]
            self.params, self.state = self.advance(grads, self.state, self.params)
        return self.params

    def set_lr(self, lr):
        self.groups = [(indices, {**hyper, "lr": lr}) for indices, hyper in self.groups]
        if self.groups[0][1].get("tensor_lr"):
            self.state = optax.tree.set(self.state, learning_rate=lr)
        else:
            self.build()

    def save(self):
        return self.groups, jax.tree.map(lambda x: numpy.asarray(x) if isinstance(x, jax.Array) else x, self.state)

    def load(self, saved):
        self.groups, state = saved
        with jax.enable_x64(self.wide):
            self.build()
            self.state = jax.tree.map(lambda x: jnp.asarray(x) if isinstance(x, numpy.ndarray) else x, state)


serve(
    running=Optax,
    framework="optax",
    version=optax.__version__,
    capabilities=["run", "set_lr", "groups", "state"],
    optimizers={name: offer(name) for name in ALIASES},
    schedules=SCHEDULES,
    clips=CLIPS,
    inits=INITS,
)
