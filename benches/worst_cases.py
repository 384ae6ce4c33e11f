"""Worst cases: PEPit with Clarabel beside `gradproof certify`, the certificate included, in one run on one machine.

    pip install PEPit==0.5.1 clarabel cvxpy
    cargo build --release && python3 benches/worst_cases.py

Each time is the least of several runs: search and exact check for gradproof (what `certify` prints), model and solver for PEPit. The start of either
process (some milliseconds here, the imports of about a second there) is not counted. `check` is a whole process.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PEPit import PEP
from PEPit.functions import SmoothConvexFunction


def start(problem, smoothness):
    function = problem.declare_function(SmoothConvexFunction, L=smoothness)
    star = function.stationary_point()
    x = problem.set_initial_point()
    problem.set_initial_condition((x - star) ** 2 <= 1)
    return function, star, x


def gradient_descent(steps):
    problem = PEP()
    function, star, x = start(problem, 1)
    for _ in range(steps):
        x = x - function.gradient(x)
    problem.set_performance_metric(function(x) - function(star))
    return problem.solve(wrapper="cvxpy", solver="CLARABEL", verbose=0)


def nesterov(steps):
    problem = PEP()
    function, star, x = start(problem, 1)
    y = x
    for k in range(steps):
        old, x = x, y - function.gradient(y)
        y = x + k / (k + 3) * (x - old)
    problem.set_performance_metric(function(x) - function(star))
    return problem.solve(wrapper="cvxpy", solver="CLARABEL", verbose=0)


METHODS = {"gradient-descent": gradient_descent, "nesterov-counting": nesterov}


def least(runs, action):
    best, result = float("inf"), None
    for _ in range(runs):
        clock = time.perf_counter()
        result = action()
        best = min(best, time.perf_counter() - clock)
    return best, result


def certify(binary, method, steps, proof, file):
    command = [binary, "certify", method, "--class", "smooth-convex", "--steps", str(steps), "--proof", proof, "--out", file]
    table = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    milliseconds = float(table.splitlines()[1].split()[-1])
    return milliseconds / 1e3, json.loads(Path(file).read_text())["bound"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gradproof", default="target/release/gradproof")
    parser.add_argument("--steps", type=int, nargs="+", default=[1, 5, 10, 20, 30])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print("| method | N | PEPit | by formula | ratio | by the solver | ratio | check |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for method, model in METHODS.items():
            for steps in options.steps:
                pepit, value = least(options.runs, lambda: model(steps))
                cells, checked = [], 0.0
                for proof in ["formula", "solver"]:
                    file = f"{folder}/{proof}.json"
                    ours, bound = min(certify(options.gradproof, method, steps, proof, file) for _ in range(options.runs))
                    numerator, _, denominator = bound.partition("/")
                    if abs(int(numerator) / int(denominator or 1) / value - 1) > 1e-4:
                        sys.exit(f"{method}, N = {steps}: {bound} here and {value} there")
                    cells += [f"{ours * 1e3:.1f} ms", f"{pepit / ours:.1f}"]
                    check, _ = least(options.runs, lambda: subprocess.run([options.gradproof, "check", "--quiet", file], check=True))
                    checked = max(checked, check)
                print(f"| {method} | {steps} | {pepit * 1e3:.0f} ms | {' | '.join(cells)} | {checked * 1e3:.1f} ms |", flush=True)


if __name__ == "__main__":
    main()
