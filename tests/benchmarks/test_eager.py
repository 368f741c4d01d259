"""Eager engines compared in one process, interleaved: ns an operation and bytes a node.

Run it on the installed (native) package, not on the sources beside it:

    python -P tests/benchmarks/test_eager.py                      # the table
    python -P tests/benchmarks/test_eager.py --growth growth.svg  # 10^3 to 10^7 nodes
    python -P -m pytest tests/benchmarks --benchmark-enable       # one program at a time

Peers that are not installed are left out: pip install micrograd scalargrad xad torch
"""

from __future__ import annotations

import argparse
import gc
import importlib
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import autograd

sys.path.insert(0, str(Path(__file__).parent))  # which -P leaves out
from workloads import WORKLOADS, chain

# What a peer lacks: only ours has an n-ary dot; micrograd has no exp and log; two recurse,
# which ends a deep chain.
UNSUPPORTED = {
    "micrograd": {"dot", "mix", "chain"}, "scalargrad": {"dot", "chain"}, "xad": {"dot"},
    "torch": {"dot"},
}  # fmt: skip

Timing = tuple[float, float]  # seconds of the forward and of the backward pass


def time_backward(program: Callable[[], Any]) -> Timing:
    """Time engines whose result has a method backward()."""
    start = time.perf_counter()
    output = program()
    middle = time.perf_counter()
    output.backward()
    return middle - start, time.perf_counter() - middle


class Xad:
    """XAD's adjoint mode: a tape, and functions where others have methods."""

    def __init__(self) -> None:
        self.adjoint = importlib.import_module("xad.adj_1st")
        self.tape = self.adjoint.Tape()
        self.tape.activate()
        self.inputs: list[Any] = []
        real, math = self.adjoint.Real, importlib.import_module("xad.math")
        real.relu = lambda x: math.max(x, 0.0)
        real.exp, real.log = (lambda x: math.exp(x)), (lambda x: math.log(x))

    def variable(self, x: float) -> Any:
        variable = self.adjoint.Real(x)
        self.tape.registerInput(variable)
        return variable

    def time(self, program: Callable[[], Any]) -> Timing:
        self.tape.newRecording()
        start = time.perf_counter()
        output = program()
        middle = time.perf_counter()
        self.tape.registerOutput(output)
        output.derivative = 1.0
        self.tape.computeAdjoints()
        return middle - start, time.perf_counter() - middle


@cache
def engines() -> dict[str, tuple[Callable[[float], Any], Callable[[Callable[[], Any]], Timing]]]:
    """Return how each installed engine makes a variable and is timed."""
    found: dict[str, Any] = {"ours": (autograd.Value, time_backward)}
    with suppress(ImportError):
        micrograd = importlib.import_module("micrograd.engine")
        found["micrograd"] = (micrograd.Value, time_backward)
    with suppress(ImportError):
        found["scalargrad"] = (importlib.import_module("scalargrad").Scalar, time_backward)
    with suppress(ImportError):
        xad = Xad()
        found["xad"] = (xad.variable, xad.time)
    with suppress(ImportError):
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        found["torch"] = (
            lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True), time_backward,
        )  # fmt: skip
    return found


def compare(workload: str, repeats: int = 15) -> dict[str, list[Timing]]:
    """Return each engine's seconds an operation; they take turns in changing order."""
    programs = {}
    found = engines().items()
    gc.freeze()  # else each collection walks all that is imported, and leaves cold caches
    for name, (variable, timer) in found:
        if workload not in UNSUPPORTED.get(name, set()):
            program, operations = WORKLOADS[workload](variable)
            programs[name] = (program, timer, operations)
    times: dict[str, list[Timing]] = {name: [] for name in programs}
    shuffle, order = random.Random(0).shuffle, list(programs.items())
    for _ in range(repeats):
        shuffle(order)
        for name, (program, timer, operations) in order:
            if name == "torch" and len(times[name]) == 3:
                continue  # a hundred times slower than the others
            timer(program)  # warms what the others have left cold
            gc.collect()
            forward, backward = timer(program)
            times[name].append((forward / operations, backward / operations))
    return times


def print_comparison() -> None:
    columns = "".join(f"{name:>10}" for name in ("forward", "backward", "both", "min"))
    print(f"{'workload':10} {'engine':10}{columns}  ratio")
    for workload in WORKLOADS:
        times = compare(workload)
        ours = statistics.median(f + b for f, b in times["ours"])
        for name, timings in times.items():
            forward = statistics.median(f for f, _ in timings)
            backward = statistics.median(b for _, b in timings)
            both = [f + b for f, b in timings]
            median = statistics.median(both)
            numbers = "".join(f"{x * 1e9:10.0f}" for x in (forward, backward, median, min(both)))
            print(f"{workload:10} {name:10}{numbers}  {median / ours:.1f}x ours")


def bytes_per_node(engine: str) -> float:
    """Return what a million products keep resident, measured in a fresh process."""
    module = {"ours": "autograd", "micrograd": "micrograd.engine"}[engine]
    code = f"""
import os
from {module} import Value as V
def resident(): return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE")
x, y, keep = V(0.5), V(0.25), [0.0] * 10**6
before = resident()
for i in range(10**6): keep[i] = x * y
print((resident() - before) / 1e6, flush=True); os._exit(0)
"""
    return float(subprocess.check_output([sys.executable, "-P", "-c", code]))


def measure_growth() -> dict[str, list[tuple[int, float]]]:
    """Return (nodes, seconds a node), from 10^3 to 10^7, with and without the cyclic collector."""
    curves: dict[str, list[tuple[int, float]]] = {}
    for exponent in range(3, 8):
        for name, collector in (("with", gc.enable), ("without", gc.disable)):
            program, operations = chain(autograd.Value, 10**exponent)
            collector()
            seconds = min(sum(time_backward(program)) for _ in range(3))
            curves.setdefault(name, []).append((10**exponent, seconds / operations))
    gc.enable()
    return curves


def print_growth(picture: str | None) -> None:
    curves = measure_growth()
    print(f"{'nodes':>10} {'ns a node':>10} {'without the collector':>22}")
    for (nodes, collected), (_, alone) in zip(curves["with"], curves["without"]):
        print(f"{nodes:10} {collected * 1e9:10.0f} {alone * 1e9:22.0f}")
    if not picture:
        return
    from matplotlib import pyplot

    pyplot.rcParams["svg.hashsalt"] = "growth"
    figure, axes = pyplot.subplots(figsize=(6, 3.6), layout="constrained")
    for name, points in curves.items():
        nodes = [n for n, _ in points]
        axes.loglog(nodes, [n * s for n, s in points], "o-", label=f"{name} the cyclic collector")
    axes.loglog(nodes, [1e-7 * n for n in nodes], "k:", label="100 ns a node")
    axes.set(xlabel="operations in a chain", ylabel="seconds, forward and backward")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(picture, metadata={"Date": None})


@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.parametrize("engine", ["ours", "micrograd", "scalargrad", "xad", "torch"])
def test_forward_and_backward(benchmark: Any, engine: str, workload: str) -> None:
    if engine not in engines() or workload in UNSUPPORTED.get(engine, ()):
        pytest.skip("not installed, or the engine lacks an operation")
    variable, timer = engines()[engine]
    size = {"chain": (500,), "fan-out": (200,), "mlp": (20, 5, 2)}.get(workload, ())
    program, _ = WORKLOADS[workload](variable, *(size if not benchmark.enabled else ()))
    reference, _ = WORKLOADS[workload](autograd.Value, *(size if not benchmark.enabled else ()))
    output = program()
    value = output.item() if engine == "torch" else getattr(output, "data", None)
    assert (value if value is not None else output.value) == pytest.approx(reference().data)
    benchmark(timer, program)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--growth", nargs="?", const="", metavar="PICTURE",
        help="time chains of 10^3 to 10^7 nodes, and plot them if a path is given",
    )  # fmt: skip
    arguments = parser.parse_args()
    sys.setrecursionlimit(10**6)
    build = "native" if autograd.is_native else "pure Python"
    print(f"autograd is {build}; ns an operation, medians")
    if arguments.growth is not None:
        print_growth(arguments.growth)
        return
    print_comparison()
    for engine in ("ours", "micrograd"):
        if engine == "ours" or "micrograd" in engines():
            print(f"bytes a node, {engine}: {bytes_per_node(engine):.0f}")


if __name__ == "__main__":
    main()
