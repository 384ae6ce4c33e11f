"""Our kernels, the stream, PyTorch, burn and candle on the same sizes in one run: one table of nanoseconds an element.

    PYTHON=path/to/python python3 benches/side_by_side.py [--elements N ...] [--threads N ...] [--seconds S]

For each size and number of threads the three programs run right after each other: `cargo bench --bench kernels`, benches/rivals
(burn and candle) and benches/rivals.py (PyTorch's fused optimizers, by the interpreter that PYTHON names, `python3` without it; without
torch its columns stay empty). Every figure is a median. Nothing is pinned. PyTorch's `kernel` is its fused operator called directly,
`step` is `optimizer.step()`; the ratio is ours over the fastest rival.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Our specimen, the stream of its traffic, and the rivals' names for the same update.
ROWS = {
    "sgd": ("gradient descent", 0),
    "sgd-momentum": ("momentum, step outside", 1),
    "adagrad": ("AdaGrad, Outside, from 0, step decay 0", 1),
    "adam": ("Adam, Outside", 2),
    "adamw": ("Adam, decay Parameter(StepSize, Before)", 2),
}
COLUMNS = ["ours", "stream", "torch kernel", "torch step", "burn", "candle"]
SPLIT = 65_536  # up to here one thread takes a tensor, however many there are


def run(command, directory=ROOT, **environment):
    """What a command prints; its complaints only where it fails."""
    done = subprocess.run(command, cwd=directory, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return done.stdout


def kernels(elements, threads, seconds):
    """Our medians and the stream's."""
    group = f"f32/{elements}/{1 if elements <= SPLIT else threads}"
    names = [name for name, _ in ROWS.values()] + [f"stream, {slots} slots" for slots in {slots for _, slots in ROWS.values()}]
    chosen = f"^{group}/({'|'.join(re.escape(name) for name in names)})$"
    with tempfile.TemporaryDirectory() as home:
        command = ["cargo", "bench", "--no-default-features", "--bench", "kernels", "--", "--noplot", "--sample-size", "15"]
        command += ["--warm-up-time", "0.2", "--measurement-time", str(15 * seconds), chosen]
        run(command, CRITERION_HOME=home)
        medians = {}
        for estimates in pathlib.Path(home).glob("**/new/estimates.json"):
            name = json.loads(estimates.with_name("benchmark.json").read_text())["function_id"]
            medians[name] = json.loads(estimates.read_text())["median"]["point_estimate"] / elements
    return {row: {"ours": medians[name], "stream": medians[f"stream, {slots} slots"]} for row, (name, slots) in ROWS.items()}


def rust_rivals(elements, threads):
    """The medians of burn and candle."""
    command = ["cargo", "run", "--quiet", "--release", "--", str(elements)]
    rows = json.loads(run(command, ROOT / "benches/rivals", RAYON_NUM_THREADS=str(threads)).splitlines()[-1])["rows"]
    found = {}
    for row in rows:
        framework, optimizer = row["optimizer"].split()
        found.setdefault(optimizer, {})[framework] = row["ns_an_element"]["median"]
    return found


def torch(python, elements, threads, seconds):
    """The medians of PyTorch."""
    command = [python, "benches/rivals.py", "--elements", elements, "--threads", threads, "--seconds", seconds]
    found = {}
    for row in json.loads(run([str(word) for word in command]).splitlines()[-1])["rows"]:
        found.setdefault(row["optimizer"], {})[f"torch {row['called']}"] = row["ns_an_element"]["median"]
    return found


def main():
    """Measures everything and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--elements", type=int, nargs="+", default=[1_000, 32_768, 1 << 20, 1 << 24])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, default=0.1, help="length of a timed loop, of which there are 15")
    arguments = parser.parse_args()
    python = os.environ.get("PYTHON", "python3")
    version = subprocess.run([python, "-c", "import torch; print(torch.__version__)"], capture_output=True, text=True, check=False)
    has_torch = version.returncode == 0
    if not has_torch:
        print(f"{python} has no torch: install tests/fixtures/requirements.txt, or name another interpreter by PYTHON", file=sys.stderr)
    manifest = (ROOT / "benches/rivals/Cargo.toml").read_text()
    versions = {name: re.search(rf'^{key}\b.*"=([\d.]+)"', manifest, re.M).group(1) for name, key in [("burn", "burn"), ("candle", "candle-core")]}
    torch_version = version.stdout.strip() if has_torch else "missing"
    print(f"{run(['rustc', '--version']).strip()}; torch {torch_version}; burn {versions['burn']}; candle {versions['candle']}")
    print(f"f32, nanoseconds an element\n\n| elements | threads | update | {' | '.join(COLUMNS)} | ours / best rival |")
    print("|---" * (len(COLUMNS) + 4) + "|")
    for elements in arguments.elements:
        for threads in arguments.threads:
            rows = kernels(elements, threads, arguments.seconds)
            others = [rust_rivals(elements, threads)]
            others += [torch(python, elements, threads, arguments.seconds)] if has_torch else []
            for name, row in rows.items():
                for other in others:
                    row.update(other.get(name, {}))
                best = min((row[column] for column in COLUMNS[2:] if column in row), default=float("nan"))
                cells = " | ".join(f"{row[column]:.3f}" if column in row else "" for column in COLUMNS)
                print(f"| {elements:,} | {threads} | {name} | {cells} | {row['ours'] / best:.2f} |", flush=True)


if __name__ == "__main__":
    main()
