"""What computing anew costs beside recording, and derivatives of derivatives beside a gradient.

Run it on the installed (native) package, not on the sources beside it:

    python -P tests/benchmarks/test_derivatives.py                 # ratios of times
    python -P tests/benchmarks/test_derivatives.py --instructions  # ratios of counts (valgrind)
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, exp, gradient, hessian, hvp, log, sigmoid, tanh, topological_order

Point = list[float]


def rosenbrock(x: list[Any]) -> Any:
    total: Any = 0.0
    for a, b in itertools.pairwise(x):
        total = total + 100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2
    return total


def net(weights: list[Any]) -> Any:
    """Two layers of four neurons on two inputs, and the cross entropy of the output."""
    hidden = [tanh(0.3 * u + 0.8 * v + w) for u, v, w in zip(*[iter(weights)] * 3)]
    z = autograd.dot(hidden, hidden[1:] + hidden[:1])
    return -log(sigmoid(z))


def mixture(x: list[Any]) -> Any:
    """The logarithm of a sum of Gaussian bells, as a fit to data minimises it."""
    total: Any = 0.0
    for k in range(10):
        bells = [
            exp(-0.5 * (m - 0.2 * k) * (m - 0.2 * k)) / (1.0 + s * s)
            for m, s in itertools.pairwise(x)
        ]
        total = total - log(autograd.sum(bells))
    return total


FUNCTIONS: dict[str, tuple[Callable[[list[Any]], Any], Point]] = {
    "rosenbrock": (rosenbrock, [0.1 * (i % 7) - 0.2 for i in range(20)]),
    "net": (net, [0.1 * (i % 7) - 0.2 for i in range(12)]),
    "mixture": (mixture, [0.1 * (i % 7) - 0.2 for i in range(10)]),
}


def jobs(name: str) -> dict[str, Callable[[], Any]]:
    """Return what is measured of one function."""
    f, point = FUNCTIONS[name]
    values, direction = [Value(x) for x in point], [1.0] * len(point)
    graph, gradient_of_f = f(values), autograd.grad(f)
    return {
        "record": lambda: f(values),
        "forward": graph.forward,
        "backward": lambda: gradient(graph, values),
        "grad": lambda: gradient_of_f(point),
        "hvp": lambda: hvp(f, point, direction),
        "hessian": lambda: hessian(f)(point),
    }


def seconds(name: str, repeats: int = 40) -> dict[str, list[float]]:
    """Return the seconds of each job; they take turns in changing order."""
    order, times = list(jobs(name).items()), {job: [] for job in jobs(name)}  # type: ignore[var-annotated]
    shuffle = random.Random(0).shuffle
    for _ in range(repeats):
        shuffle(order)
        for job, run in order:
            run()  # warms what the others have left cold
            start = time.perf_counter()
            for _ in range(5):
                run()
            times[job].append((time.perf_counter() - start) / 5)
    return times


def instructions(name: str, job: str) -> float:
    """Return how many instructions one run of a job takes, as valgrind counts them."""

    def counted(times: int) -> int:
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable]
        script = [__file__, "--run", name, job, str(times)]
        result = subprocess.run(
            [*command, "-P", *script], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": "0"},
        )  # fmt: skip
        found = re.search(r"Collected : (\d+)", result.stderr)
        assert found is not None, result.stderr
        return int(found[1])

    return (counted(20) - counted(10)) / 10


def print_ratios(name: str, costs: list[dict[str, float]], unit: str) -> None:
    """Print minimum and median of a function's ratios."""
    f, point = FUNCTIONS[name]
    operations = sum(x.op is not None for x in topological_order(f([Value(x) for x in point])))
    n = len(point)
    rows = {
        f"record, {unit} an operation": lambda c: c["record"] / operations,
        f"forward, {unit} an operation": lambda c: c["forward"] / operations,
        "forward / record": lambda c: c["forward"] / c["record"],
        "hvp / grad": lambda c: c["hvp"] / c["grad"],
        "hessian / grad": lambda c: c["hessian"] / c["grad"],
        f"hessian / (n hvp), n = {n}": lambda c: c["hessian"] / c["hvp"] / n,
    }
    print(f"{name}: {operations} operations")
    for row, ratio in rows.items():
        print(f"  {row:32}" + "".join(f"{ratio(cost):10.2f}" for cost in costs))


@pytest.mark.parametrize("job", ["record", "forward", "backward", "grad", "hvp", "hessian"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_derivatives(benchmark: Any, name: str, job: str) -> None:
    f, point = FUNCTIONS[name]
    rows = hessian(f)(point)
    assert hvp(f, point, [1.0] * len(point)) == pytest.approx([sum(row) for row in rows])
    benchmark(jobs(name)[job])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--instructions", action="store_true", help="count them, by valgrind")
    parser.add_argument("--run", nargs=3, metavar=("FUNCTION", "JOB", "TIMES"))
    arguments = parser.parse_args()
    if arguments.run:
        name, job, times = arguments.run
        run = jobs(name)[job]
        for _ in range(int(times)):
            run()
        return
    print(f"autograd is {'native' if autograd.is_native else 'pure Python'}")
    if not arguments.instructions:
        print(f"{'':34}{'min':>10}{'median':>10}")
    for name in FUNCTIONS:
        if arguments.instructions:
            print_ratios(
                name, [{job: instructions(name, job) for job in jobs(name)}], "instructions"
            )
            continue
        times = seconds(name)
        costs = [
            {job: choose(times[job]) * 1e9 for job in times} for choose in (min, statistics.median)
        ]
        print_ratios(name, costs, "ns")


if __name__ == "__main__":
    main()
