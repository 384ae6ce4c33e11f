"""optax, on JAX: its aliases, schedules and clips, and JAX's initialisers."""

import inspect
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).with_name("protocol")))
from gradproof_adapter import Running, serve

import jax
import jax.numpy as jnp
import numpy
import optax
import optax.contrib

TYPES = {"f64": jnp.float64, "f32": jnp.float32, "bf16": jnp.bfloat16, "f16": jnp.float16}
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
    def __init__(self, name, dtype, params, groups):
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


def scheduled(make):
    """The rates of a schedule, which optax asks for by a count in an i32."""

    def rates(steps, **hyper):
        with jax.enable_x64(True):
            schedule = make(**hyper)
            return [schedule(jnp.int32(count)) for count in range(steps)]

    return rates


def restarts(steps, lr, min_lr, period, growth):
    cycle, periods = {"init_value": lr, "peak_value": lr, "warmup_steps": 0, "end_value": min_lr}, [period]
    while sum(periods) < steps:
        periods.append(periods[-1] * growth)
    return scheduled(optax.sgdr_schedule)(steps, cosine_kwargs=[{**cycle, "decay_steps": period} for period in periods])


def plateau(steps, lr, factor, patience, threshold, cooldown, min_lr, metrics):
    with jax.enable_x64(True):
        scale = optax.contrib.reduce_on_plateau(factor, patience, threshold, cooldown=cooldown, min_scale=min_lr / lr)
        state, rates = scale.init(jnp.ones(())), []
        for metric in metrics:
            rate, state = scale.update(jnp.asarray(lr), state, value=metric)
            rates.append(rate)
    return rates


def piecewise(values, milestones):
    return optax.join_schedules([optax.constant_schedule(value) for value in values], milestones)


def piecewise(values, milestones):
    return optax.join_schedules([optax.constant_schedule(value) for value in values], milestones)


def multistep(lr, gamma, milestones):
    return optax.piecewise_constant_schedule(lr, dict.fromkeys(milestones, gamma))


def one_cycle(lr, period, warmup, div, final_div):
    return optax.cosine_onecycle_schedule(period, lr, warmup, div, final_div)


PERIOD = dict(lr=0.1, period=100)
DECAY = dict(PERIOD, min_lr=0.0)
SCHEDULES = {
    "constant": (dict(lr=0.1), scheduled(lambda lr: optax.constant_schedule(lr))),
    "step": (
        dict(PERIOD, gamma=0.1),
        scheduled(lambda lr, period, gamma: optax.exponential_decay(lr, period, gamma, staircase=True)),
    ),
    "multistep": (dict(lr=0.1, gamma=0.1, milestones=[100]), scheduled(multistep)),
    "piecewise": (dict(values=[0.1, 0.01], milestones=[100]), scheduled(piecewise)),
    "exponential": (dict(lr=0.1, gamma=0.9), scheduled(lambda lr, gamma: optax.exponential_decay(lr, 1, gamma))),
    "cosine": (DECAY, scheduled(lambda lr, period, min_lr: optax.cosine_decay_schedule(lr, period, min_lr / lr))),
    "cosine_restarts": (dict(DECAY, growth=2), restarts),
    "polynomial": (
        dict(DECAY, power=1.0),
        scheduled(lambda lr, period, min_lr, power: optax.polynomial_schedule(lr, min_lr, power, period)),
    ),
    "linear": (
        dict(PERIOD, start_factor=0.1, end_factor=1.0),
        scheduled(lambda lr, period, start_factor, end_factor: optax.linear_schedule(lr * start_factor, lr * end_factor, period)),
    ),
    "one_cycle": (dict(PERIOD, warmup=0.3, div=25.0, final_div=1e4), scheduled(one_cycle)),
    "warmup_cosine": (
        dict(DECAY, warmup=10),
        scheduled(lambda lr, period, min_lr, warmup: optax.warmup_cosine_decay_schedule(0.0, lr, warmup, period, min_lr)),
    ),
    "warmup_constant": (dict(lr=0.1, warmup=10), scheduled(lambda lr, warmup: optax.warmup_constant_schedule(0.0, lr, warmup))),
    "plateau": (dict(lr=0.1, factor=0.1, patience=10, threshold=1e-4, cooldown=0, min_lr=0.0, metrics=[]), plateau),
}


def clip(make):
    def clipped(grads, limit, dtype):
        with jax.enable_x64(dtype == "f64"):
            grads = [jnp.asarray(grad, TYPES[dtype]) for grad in grads]
            norm = optax.global_norm(grads) if make is optax.clip_by_global_norm else None
            return make(limit).update(grads, optax.EmptyState())[0], norm

    return clipped, list(TYPES)


def init(initializer, types=tuple(TYPES)):
    def drawn(shape, seed, dtype):
        # JAX's shapes are [..., fan_in, fan_out].
        with jax.enable_x64(dtype == "f64"):
            tensor = initializer(jax.random.key(seed), (*shape[2:], *shape[1::-1]), TYPES[dtype])
            return tensor.transpose(*range(tensor.ndim)[:-3:-1], *range(tensor.ndim - 2))

    return drawn, types


serve(
    running=Optax,
    framework="optax",
    version=optax.__version__,
    capabilities=["run", "set_lr", "groups", "state"],
    optimizers={name: offer(name) for name in ALIASES},
    schedules=SCHEDULES,
    clips={"global_norm": clip(optax.clip_by_global_norm), "value": clip(optax.clip)},
    inits={
        "xavier_uniform": init(jax.nn.initializers.glorot_uniform()),
        "xavier_normal": init(jax.nn.initializers.glorot_normal()),
        "he_uniform": init(jax.nn.initializers.he_uniform()),
        "he_normal": init(jax.nn.initializers.he_normal()),
        "lecun_uniform": init(jax.nn.initializers.lecun_uniform()),
        "lecun_normal": init(jax.nn.initializers.lecun_normal()),
        "orthogonal": init(jax.nn.initializers.orthogonal(), types=["f64", "f32"]),
        "zeros": init(jax.nn.initializers.zeros),
        "ones": init(jax.nn.initializers.ones),
    },
)
