"""The Monte-Carlo loop beside NumPy and JAX in one run: 20,000 replicates of 200 Adam steps on a quadratic in 10 dimensions whose gradients
carry Gaussian noise, in double precision.

    pip install numpy jax
    python3 benches/monte_carlo.py

Nanoseconds a coordinate and step, the least and the median of the runs; noise included everywhere. Ours is `cargo bench --bench monte_carlo`. NumPy and JAX
hold all replicates in one array; JAX compiles the loop (`jit`, `scan`) and is timed after that. NumPy uses one thread, JAX what it likes.
"""

import argparse
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

REPLICATES, STEPS, DIMENSIONS = 20_000, 200, 10
RATE, BETA1, BETA2, EPSILON = 0.01, 0.9, 0.999, 1e-8
CURVATURE = np.arange(1, DIMENSIONS + 1) / DIMENSIONS


def by_numpy(seed):
    generator = np.random.default_rng(seed)
    shape = (REPLICATES, DIMENSIONS)
    x, m, v = np.ones(shape), np.zeros(shape), np.zeros(shape)
    for step in range(1, STEPS + 1):
        gradient = CURVATURE * x + generator.standard_normal(shape)
        m = BETA1 * m + (1 - BETA1) * gradient
        v = BETA2 * v + (1 - BETA2) * gradient**2
        x -= RATE / (1 - BETA1**step) * m / (np.sqrt(v / (1 - BETA2**step)) + EPSILON)
    return float(np.mean(np.sum(0.5 * CURVATURE * x**2, axis=1)))


@jax.jit
def compiled(key):
    shape = (REPLICATES, DIMENSIONS)

    def update(state, step):
        x, m, v, key = state
        key, drawn = jax.random.split(key)
        gradient = CURVATURE * x + jax.random.normal(drawn, shape, dtype=jnp.float64)
        m = BETA1 * m + (1 - BETA1) * gradient
        v = BETA2 * v + (1 - BETA2) * gradient**2
        x = x - RATE / (1 - BETA1**step) * m / (jnp.sqrt(v / (1 - BETA2**step)) + EPSILON)
        return (x, m, v, key), None

    start = (jnp.ones(shape), jnp.zeros(shape), jnp.zeros(shape), key)
    (x, *_), _ = jax.lax.scan(update, start, jnp.arange(1.0, STEPS + 1))
    return jnp.mean(jnp.sum(0.5 * CURVATURE * x**2, axis=1))


def by_jax(seed):
    return float(compiled(jax.random.key(seed)))


def ours(binary):
    """The rows that the bench prints."""
    command = [binary] if binary else ["cargo", "bench", "--no-default-features", "--bench", "monte_carlo"]
    root = Path(__file__).resolve().parent.parent
    printed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    pattern = r"(\d) threads: least ([\d.]+), median ([\d.]+) .* mean value ([\d.]+)"
    for threads, least, median, mean in re.findall(pattern, printed):
        yield f"gradproof, {threads} threads", float(least), float(median), float(mean)


def timed(name, experiment, runs):
    """The row of an experiment that is a function of its seed."""
    experiment(0)
    times = []
    for seed in range(1, runs + 1):
        start = time.perf_counter()
        mean = experiment(seed)
        times.append((time.perf_counter() - start) * 1e9 / (REPLICATES * STEPS * DIMENSIONS))
    return name, min(times), statistics.median(times), mean


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", help="the built bench, instead of cargo")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    jax.config.update("jax_enable_x64", True)
    rows = [*ours(options.binary), timed("NumPy", by_numpy, options.runs), timed("JAX", by_jax, options.runs)]
    means = [mean for *_, mean in rows]
    if max(means) - min(means) > 0.005:  # some five standard errors of a difference
        sys.exit(f"the mean values differ: {rows}")
    best = min(median for name, _, median, _ in rows if name.startswith("gradproof"))
    print("| program | least, ns | median, ns | median / our best | mean value |\n|---|---|---|---|---|")
    for name, least, median, mean in rows:
        print(f"| {name} | {least:.2f} | {median:.2f} | {median / best:.1f} | {mean:.4f} |")


if __name__ == "__main__":
    main()
