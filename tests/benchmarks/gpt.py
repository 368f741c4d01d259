"""A step of the example GPT on our Values and on micrograd's, interleaved.

    python -P tests/benchmarks/gpt.py

Needs micrograd (pip install micrograd), which gets `exp` and `log` in micrograd's own style.
"""

from __future__ import annotations

import contextlib
import math
import random
import runpy
import statistics
import sys
import time
import types
from pathlib import Path
from typing import Any

import autograd

EXAMPLE = Path(__file__).parent.parent.parent / "notebooks" / "character_gpt.py"


def micrograd_in_place_of_autograd() -> types.ModuleType:
    """Return a module with the names that the example imports, on micrograd's Value."""
    try:
        from micrograd.engine import Value
    except ModuleNotFoundError:
        raise SystemExit("this compares with micrograd: pip install micrograd") from None

    def unary(x: Any, data: float, derivative: float, name: str) -> Any:
        out = Value(data, (x,), name)

        def _backward() -> None:
            x.grad += derivative * out.grad

        out._backward = _backward
        return out

    def exp(x: Any) -> Any:
        e = math.exp(x.data)
        return unary(x, e, e, "exp")

    def softmax(xs: list[Any]) -> list[Any]:
        largest = max(x.data for x in xs)
        exponentials = [exp(x - largest) for x in xs]
        total = sum(exponentials)
        return [e / total for e in exponentials]

    Value.log = lambda x: unary(x, math.log(x.data), 1.0 / x.data, "log")
    module = types.ModuleType("autograd")
    module.Value, module.softmax, module.sum = Value, softmax, sum
    module.relu = lambda x: x.relu()
    module.dot = lambda xs, ys: sum(x * y for x, y in zip(xs, ys))
    module.no_grad = contextlib.nullcontext
    return module


def load(module: types.ModuleType) -> Any:
    """Return a function that runs one training step of the example on that module."""
    before = sys.modules["autograd"]
    sys.modules["autograd"] = module
    try:
        gpt = runpy.run_path(str(EXAMPLE))
    finally:
        sys.modules["autograd"] = before
    alphabet = gpt["Alphabet"](gpt["NAMES"])
    model = gpt["GPT"](len(alphabet.characters))
    optimizer = gpt["Adam"](model.parameters())
    draw = random.Random(0)

    def step() -> float:
        loss = model.loss(alphabet.encode(draw.choice(gpt["NAMES"])))
        loss.backward()
        optimizer.step()
        return loss.data

    return step


def main() -> None:
    sys.setrecursionlimit(10**6)
    steps = {"ours": load(autograd), "micrograd": load(micrograd_in_place_of_autograd())}
    times: dict[str, list[float]] = {name: [] for name in steps}
    losses = dict.fromkeys(steps, 0.0)
    for _ in range(10):
        for name, step in steps.items():
            start = time.perf_counter()
            losses[name] = step()
            times[name].append(time.perf_counter() - start)
    if not math.isclose(*losses.values(), rel_tol=1e-9):
        raise SystemExit(f"the losses differ: {losses}")
    build = "native" if autograd.is_native else "pure Python"
    print(f"autograd is {build}; ms a training step")
    for name, seconds in times.items():
        ratio = statistics.median(seconds) / statistics.median(times["ours"])
        print(f"{name:10} {statistics.median(seconds) * 1e3:6.0f}  {ratio:.1f}x ours")


if __name__ == "__main__":
    main()
