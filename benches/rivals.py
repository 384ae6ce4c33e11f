"""Nanoseconds an element of PyTorch's fused CPU optimizers, to be run right before or after `cargo bench --bench kernels`.

Each figure is the median of timed loops after a warm-up; the loops of all cases are interleaved, so that a slow minute of the
machine falls on everybody. `step` is `optimizer.step()`, with some 30 microseconds of Python a call; `kernel` is the fused operator that it
calls, without them. Prints a table and then a line of JSON. Needs torch (tests/fixtures/requirements.txt).
"""

import argparse
import itertools
import json
import statistics
import time

import torch

OPTIMIZERS = {
    "adam": (torch.optim.Adam, {"lr": 1e-3}),
    "adamw": (torch.optim.AdamW, {"lr": 1e-3, "weight_decay": 1e-2}),
    "sgd-momentum": (torch.optim.SGD, {"lr": 1e-3, "momentum": 0.9}),
    "adagrad": (torch.optim.Adagrad, {"lr": 1e-3}),
}
ADAM = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "amsgrad": False, "maximize": False}
KERNELS = {
    "adam": lambda x, g, m, v, t: torch._fused_adam_(x, g, m, v, [], t, weight_decay=0.0, **ADAM),
    "adamw": lambda x, g, m, v, t: torch._fused_adamw_(x, g, m, v, [], t, weight_decay=1e-2, **ADAM),
    "sgd-momentum": lambda x, g, m, v, t: torch._fused_sgd_(
        x, g, m, lr=1e-3, momentum=0.9, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False, is_first_step=False
    ),
    "adagrad": lambda x, g, m, v, t: torch._fused_adagrad_(
        x, g, v, t, lr=1e-3, lr_decay=0.0, weight_decay=0.0, eps=1e-10, maximize=False
    ),
}
LENGTHS = [1_000, 32_768, 1 << 24]


class Case:
    """An optimizer over one tensor; `loop` answers the nanoseconds an element of so many steps."""

    def __init__(self, name, called, length, threads, seconds):
        self.name, self.called, self.length, self.threads = name, called, length, threads
        parameters, gradient = torch.ones(length), (torch.arange(length) % 251) / 251.0 - 0.5
        if called == "step":
            make, arguments = OPTIMIZERS[name]
            parameters.grad = gradient
            self.step = make([parameters], fused=True, **arguments).step
        else:
            state = [[torch.zeros(length)], [torch.zeros(length)], [torch.tensor(1.0)]]
            self.step = lambda: KERNELS[name]([parameters], [gradient], *state)
        self.times = []
        torch.set_num_threads(threads)
        self.loop(3)
        once = self.loop(10) * length / 1e9
        self.steps = max(1, int(seconds / once))
        self.loop(self.steps)

    def loop(self, steps):
        """Runs so many steps."""
        start = time.perf_counter_ns()
        for _ in range(steps):
            self.step()
        return (time.perf_counter_ns() - start) / steps / self.length

    def measure(self):
        """One timed loop."""
        torch.set_num_threads(self.threads)
        self.times.append(self.loop(self.steps))

    def row(self):
        """The median, and the lowest and highest of the loops."""
        spread = {"median": statistics.median(self.times), "least": min(self.times), "most": max(self.times)}
        return {"optimizer": self.name, "called": self.called, "elements": self.length, "threads": self.threads, "ns_an_element": spread}


def main():
    """Measures what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loops", type=int, default=15, help="timed loops of each case")
    parser.add_argument("--seconds", type=float, default=0.1, help="length of a timed loop")
    parser.add_argument("--elements", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    rows = []
    for length in arguments.elements:
        kinds = itertools.product(OPTIMIZERS, ["step", "kernel"], arguments.threads)
        cases = [Case(name, called, length, threads, arguments.seconds) for name, called, threads in kinds]
        for _ in range(arguments.loops):
            for case in cases:
                case.measure()
        rows += [case.row() for case in cases]
    print(f"PyTorch {torch.__version__}, fused, f32: nanoseconds an element, median (least to most) of {arguments.loops} loops")
    for row in rows:
        spread = row["ns_an_element"]
        times = f"{spread['median']:.3f} ({spread['least']:.3f} to {spread['most']:.3f})"
        print(f"{row['optimizer']:>14} {row['called']:>6} {row['elements']:>12,} elements {row['threads']} threads  {times}")
    print(json.dumps({"framework": "torch", "version": torch.__version__, "rows": rows}))


if __name__ == "__main__":
    main()
