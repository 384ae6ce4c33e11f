"""Schedules and clipping of optax, and JAX's initialisers."""

import jax
import jax.numpy as jnp
import optax
import optax.contrib

TYPES = {"f64": jnp.float64, "f32": jnp.float32, "bf16": jnp.bfloat16, "f16": jnp.float16}


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


CLIPS = {"global_norm": clip(optax.clip_by_global_norm), "value": clip(optax.clip)}


def init(initializer, types=tuple(TYPES)):
    def drawn(shape, seed, dtype):
        # JAX's shapes are [..., fan_in, fan_out].
        with jax.enable_x64(dtype == "f64"):
            tensor = initializer(jax.random.key(seed), (*shape[2:], *shape[1::-1]), TYPES[dtype])
            return tensor.transpose(*range(tensor.ndim)[:-3:-1], *range(tensor.ndim - 2))

    return drawn, types


INITS = {
    "xavier_uniform": init(jax.nn.initializers.glorot_uniform()),
    "xavier_normal": init(jax.nn.initializers.glorot_normal()),
    "he_uniform": init(jax.nn.initializers.he_uniform()),
    "he_normal": init(jax.nn.initializers.he_normal()),
    "lecun_uniform": init(jax.nn.initializers.lecun_uniform()),
    "lecun_normal": init(jax.nn.initializers.lecun_normal()),
    "orthogonal": init(jax.nn.initializers.orthogonal(), types=["f64", "f32"]),
    "zeros": init(jax.nn.initializers.zeros),
    "ones": init(jax.nn.initializers.ones),
}
