"""Compiled programs against NumPy written by hand, PyTorch, JAX and the eager engine.

    python tests/benchmarks/test_compiled.py            # the tables
    python -m pytest tests/benchmarks --benchmark-only  # one program at a time

Ratios come from one run in which the competitors take turns; peers that are not
installed are left out. Set OPENBLAS_NUM_THREADS=1 for a single-threaded BLAS.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Value, compile, relu, sigmoid

N, D_IN, H, D_OUT = 64, 1000, 100, 10
RATE = 1e-6

Step = Callable[[], Any]


# --- (a) document 004: a two-layer ReLU net, biases for each unit and sample ------------------


def loss_004(x, t, b1, b2, w1, w2):
    """The loss of one sample, in plain scalars."""
    hidden = []
    for j, b in enumerate(b1):
        total = b
        for i, xi in enumerate(x):
            total = total + w1[i][j] * xi
        hidden.append(relu(total))
    loss = 0.0
    for k, (b, y) in enumerate(zip(b2, t)):
        total = b
        for j, a in enumerate(hidden):
            total = total + w2[j][k] * a
        loss = loss + (total - y) ** 2
    return loss


def data_004() -> dict[str, np.ndarray]:
    """The document's arrays in the document's layout: samples in columns."""
    draw = np.random.default_rng(0)
    return {
        "x": draw.normal(size=(D_IN, N)), "y": draw.normal(size=(D_OUT, N)),
        "w1": draw.normal(size=(D_IN, H)), "b1": np.zeros((H, N)),
        "w2": draw.normal(size=(H, D_OUT)), "b2": np.zeros((D_OUT, N)),
    }  # fmt: skip


def compile_004(data: dict[str, np.ndarray], biases: str) -> Any:
    shapes: dict[str, Any] = {"b1": (H,), "b2": (D_OUT,)}
    weights = {"w1": data["w1"], "w2": data["w2"]}
    if biases == "per sample":
        return compile(loss_004, {"x": (D_IN,), "t": (D_OUT,)}, weights, shapes)
    shared = {name: np.zeros(shape) for name, shape in shapes.items()}
    return compile(loss_004, {"x": (D_IN,), "t": (D_OUT,)}, {**shared, **weights})


def compiled_step(data: dict[str, np.ndarray], biases: str = "per sample") -> Step:
    program = compile_004(data, biases)
    x, y, p = data["x"].T, data["y"].T, program.parameters
    b1, b2 = np.zeros((H, N)).T, np.zeros((D_OUT, N)).T

    def step() -> float:
        if biases == "shared":
            loss, g = program(x, y)
            p["b1"] -= RATE * g["b1"]
            p["b2"] -= RATE * g["b2"]
        else:
            loss, g = program(x, y, b1, b2)
            b1[...] -= RATE * g["b1"]
            b2[...] -= RATE * g["b2"]
        p["w1"] -= RATE * g["w1"]
        p["w2"] -= RATE * g["w2"]
        return loss

    return step


def by_hand_step(data: dict[str, np.ndarray], biases: str = "per sample") -> Step:
    """The document's program, with the mask where the ReLU's operand is not positive."""
    x, y, w1, w2 = data["x"], data["y"], data["w1"].copy(), data["w2"].copy()
    columns = N if biases == "per sample" else 1
    b1, b2 = np.zeros((H, columns)), np.zeros((D_OUT, columns))

    def step() -> float:
        h = np.matmul(w1.T, x) + b1
        a = np.maximum(h, 0)
        y_pred = np.matmul(w2.T, a) + b2
        loss = np.square(y_pred - y).sum()
        grad_y = 2 * (y_pred - y)
        grad_w2 = np.matmul(a, grad_y.T)
        grad_h = np.matmul(w2, grad_y)
        grad_h[h <= 0] = 0
        grad_w1 = np.matmul(x, grad_h.T)
        shared = biases == "shared"
        w1[...] -= RATE * grad_w1
        b1[...] -= RATE * (grad_h.sum(1, keepdims=True) if shared else grad_h)
        w2[...] -= RATE * grad_w2
        b2[...] -= RATE * (grad_y.sum(1, keepdims=True) if shared else grad_y)
        return float(loss)

    return step


def torch_step(data: dict[str, np.ndarray], biases: str = "per sample") -> Step:
    torch = pytest.importorskip("torch")
    x, y = torch.tensor(data["x"]), torch.tensor(data["y"])
    columns = N if biases == "per sample" else 1
    starts = [data["w1"], np.zeros((H, columns)), data["w2"], np.zeros((D_OUT, columns))]
    parameters = [torch.tensor(p, requires_grad=True) for p in starts]

    def step() -> float:
        w1, b1, w2, b2 = parameters
        loss = ((w2.T @ (w1.T @ x + b1).relu() + b2 - y) ** 2).sum()
        loss.backward()
        with torch.no_grad():
            for p in parameters:
                p -= RATE * p.grad
                p.grad = None
        return float(loss.detach())

    return step


def jax_step(data: dict[str, np.ndarray], biases: str = "per sample") -> Step:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp, x, y = jax.numpy, jax.numpy.asarray(data["x"]), jax.numpy.asarray(data["y"])
    columns = N if biases == "per sample" else 1

    @jax.jit
    def update(parameters):
        def loss(parameters):
            w1, b1, w2, b2 = parameters
            return ((w2.T @ jnp.maximum(w1.T @ x + b1, 0) + b2 - y) ** 2).sum()

        value, gradients = jax.value_and_grad(loss)(parameters)
        return value, [p - RATE * g for p, g in zip(parameters, gradients)]

    starts = [data["w1"], np.zeros((H, columns)), data["w2"], np.zeros((D_OUT, columns))]
    state = [jnp.asarray(p) for p in starts]

    def step() -> float:
        nonlocal state
        value, state = update(state)
        return float(value)

    return step


STEPS = {
    "compiled": compiled_step, "by hand": by_hand_step, "PyTorch": torch_step, "JAX": jax_step,
}  # fmt: skip


def eager_seconds(data: dict[str, np.ndarray]) -> float:
    """Return the seconds of one sample, forward and backward, in the eager engine."""
    arguments = [data["x"][:, 0].tolist(), data["y"][:, 0].tolist()]
    arguments += [[Value(0.0) for _ in range(n)] for n in (H, D_OUT)]
    for name in ("w1", "w2"):
        arguments.append([[Value(w) for w in row] for row in data[name].tolist()])
    start = time.perf_counter()
    loss_004(*arguments).backward()
    return time.perf_counter() - start


# --- (b) the 2-2-2 net of document 000, one update after the other ---------------------------


def loss_222(x, t, W1, b1, W2, b2):
    hidden = [sigmoid(row[0] * x[0] + row[1] * x[1] + b1) for row in W1]
    out = [sigmoid(row[0] * hidden[0] + row[1] * hidden[1] + b2) for row in W2]
    return 0.5 * (t[0] - out[0]) ** 2 + 0.5 * (t[1] - out[1]) ** 2


START_222 = {
    "W1": [[0.15, 0.20], [0.25, 0.30]], "b1": 0.35, "W2": [[0.40, 0.45], [0.50, 0.55]], "b2": 0.60,
}  # fmt: skip
X_222, T_222 = np.array([0.05, 0.10]), np.array([0.01, 0.99])


def compiled_222() -> Step:
    program = compile(
        loss_222, {"x": (2,), "t": (2,)}, START_222, wrt=["W1", "W2"], batch=False
    )  # fmt: skip
    W1, W2 = program.parameters["W1"], program.parameters["W2"]

    def step() -> float:
        loss, g = program(X_222, T_222)
        W1[...] -= 0.5 * g["W1"]
        W2[...] -= 0.5 * g["W2"]
        return loss

    return step


def by_hand_222() -> Step:
    W1, W2 = np.array(START_222["W1"]), np.array(START_222["W2"])

    def step() -> float:
        h = 1 / (1 + np.exp(-(W1 @ X_222 + 0.35)))
        o = 1 / (1 + np.exp(-(W2 @ h + 0.60)))
        loss = 0.5 * ((T_222 - o) ** 2).sum()
        delta_o = (o - T_222) * o * (1 - o)
        delta_h = (W2.T @ delta_o) * h * (1 - h)
        W2[...] -= 0.5 * np.outer(delta_o, h)
        W1[...] -= 0.5 * np.outer(delta_h, X_222)
        return float(loss)

    return step


def eager_222() -> Step:
    W1 = [[Value(w) for w in row] for row in START_222["W1"]]  # type: ignore[attr-defined]
    W2 = [[Value(w) for w in row] for row in START_222["W2"]]  # type: ignore[attr-defined]

    def step() -> float:
        loss = loss_222([0.05, 0.10], [0.01, 0.99], W1, 0.35, W2, 0.60)
        loss.backward()
        for w in (w for row in W1 + W2 for w in row):
            w.data -= 0.5 * w.grad
            w.grad = 0.0
        return float(loss.data)

    return step


# --- (c) compiling nets of growing size ---------------------------------------------------


def compile_net(operations: int) -> Any:
    """Compile a net with one hidden layer of about so many scalar operations."""
    width = max(1, operations // 2000)

    def loss(x, W, v):
        total = 0.0
        for row, out in zip(W, v):
            net = 0.0
            for w, xi in zip(row, x):
                net = net + w * xi
            total = total + out * relu(net)
        return total

    return compile(loss, {"x": (1000,)}, {"W": (width, 1000), "v": (width,)})


# Not `ru_maxrss`, which a new process inherits from the one that started it.
PEAK = """
import re, sys
sys.path.insert(0, {folder!r})
from test_compiled import compile_net
compile_net(1000)
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
before = peak()
operations = compile_net({operations}).summary().operations
print((peak() - before) * 1024 / operations)
"""


def peak_bytes(operations: int) -> float:
    """Return how much memory an operation takes at the peak, in a fresh process."""
    code = PEAK.format(folder=os.path.dirname(os.path.abspath(__file__)), operations=operations)
    return float(subprocess.check_output([sys.executable, "-P", "-c", code]))


# --- pytest-benchmark ---------------------------------------------------------------------


@pytest.mark.parametrize("name", STEPS)
def test_step_of_document_004(benchmark: Any, name: str) -> None:
    step = STEPS[name](data_004())
    losses = [step() for _ in range(3)]
    reference = by_hand_step(data_004())
    assert losses == pytest.approx([reference() for _ in range(3)], rel=1e-12)
    benchmark(step)


@pytest.mark.parametrize("make", [compiled_222, by_hand_222, eager_222])
def test_step_of_the_2_2_2_net(benchmark: Any, make: Callable[[], Step]) -> None:
    step = make()
    assert step() == pytest.approx(0.2983711087600027, rel=1e-14)
    benchmark(step)


@pytest.mark.parametrize("operations", [10**4, 10**5])
def test_compiling(benchmark: Any, operations: int) -> None:
    program = benchmark(compile_net, operations)
    assert program.summary().matrix_products >= 1


# --- the tables ---------------------------------------------------------------------------


def take_turns(steps: dict[str, Step], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every step of each competitor, in turns.

    The order changes from round to round: who runs after whom finds other caches.
    """
    order = list(steps.items())
    shuffle = random.Random(0).shuffle
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for step in steps.values():
        step()
    for _ in range(rounds):
        shuffle(order)
        for name, step in order:
            start = time.perf_counter()
            step()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def print_table(seconds: dict[str, list[float]], reference: str) -> None:
    median = {name: statistics.median(times) for name, times in seconds.items()}
    for name, times in seconds.items():
        ratios = [a / b for a, b in zip(times, seconds[reference])]
        print(
            f"  {name:10} {median[name] * 1e6:10.1f} us median {min(times) * 1e6:10.1f} us least"
            f" {statistics.median(ratios):8.3f} x {reference}"
        )


def installed(steps: dict[str, Any], *arguments: Any) -> dict[str, Step]:
    made = {}
    for name, make in steps.items():
        try:
            made[name] = make(*arguments)
        except pytest.skip.Exception:
            print(f"  {name}: not installed")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=500)
    rounds = parser.parse_args().rounds
    for biases in ("per sample", "shared"):
        print(f"(a) document 004, 64 x 1000-100-10, biases {biases}: one update")
        print_table(take_turns(installed(STEPS, data_004(), biases), rounds), "by hand")
    start = time.perf_counter()
    program = compile_004(data_004(), "per sample")
    print(f"  compiled in {(time.perf_counter() - start) * 1e3:.0f} ms: {program.summary()}")
    print(f"  eager: {eager_seconds(data_004()) * N:.2f} s for 64 samples")
    print("(b) the 2-2-2 net: one of 10 000 updates")
    makers = {"compiled": compiled_222, "by hand": by_hand_222, "eager": eager_222}
    print_table(take_turns({name: make() for name, make in makers.items()}, 10_000), "by hand")
    print("(c) compiling")
    for operations in (10**4, 10**5, 10**6, 2 * 10**6):
        times = []
        for _ in range(3):
            start = time.perf_counter()
            count = compile_net(operations).summary().operations
            times.append(time.perf_counter() - start)
        print(
            f"  {count:9,} operations: {min(times) * 1e3:7.1f} ms, "
            f"{min(times) / count * 1e9:5.0f} ns and {peak_bytes(operations):4.0f} bytes each"
        )


if __name__ == "__main__":
    main()
