"""Backend "tape": a Numba kernel over the tape, against array code and the eager engine."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from compiled_and_eager import eager
from test_compiler_random import DIFFERENTIABLE, INTERIOR, apply

import autograd
from autograd import Op, compile

pytest.importorskip("numba")
# Numba's own code base deprecates faster than it releases.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def irregular(steps: int, window: int) -> Any:
    def f(x, w):
        draw, pool = random.Random(1), [*x, *w]
        for _ in range(steps):
            a, b = draw.choice(pool[-window:]), draw.choice(pool[-window:])
            kind = draw.random()
            pool.append(
                a - b if kind < 0.4 else 0.5 * a * b if kind < 0.7
                else autograd.tanh(a) if kind < 0.9 else autograd.dot([a, b, 0.5], [b, 1.0, a])
            )  # fmt: skip
        return autograd.sum([autograd.tanh(v) for v in pool[-20:]])

    return f


@pytest.mark.parametrize("samples", [0, 1, 130])
def test_irregular_graphs(samples: int) -> None:
    f, draw = irregular(2500, 400), np.random.default_rng(0)
    x, w = draw.normal(size=(samples, 50)), draw.normal(size=20)
    options: dict[str, Any] = {"wrt": ["x", "w"]}
    kernel = compile(f, {"x": (50,)}, {"w": w}, backend="tape", **options)
    arrays = compile(f, {"x": (50,)}, {"w": w}, **options)
    (value, gradients), (expected, expected_gradients) = kernel(x), arrays(x)
    assert value == pytest.approx(expected, rel=1e-11)
    for name in ("x", "w"):
        assert gradients[name].shape == expected_gradients[name].shape
        np.testing.assert_allclose(gradients[name], expected_gradients[name], rtol=1e-9, atol=1e-11)
    if samples == 1:
        eager_value, eager_gradients = eager(f, {"x": x}, {"w": w}, ["x", "w"])
        assert value == pytest.approx(eager_value, rel=1e-11)
        np.testing.assert_allclose(gradients["w"], eager_gradients["w"], rtol=1e-9, atol=1e-11)


def test_every_operation_of_a_fixed_number_of_operands() -> None:
    draw = np.random.default_rng(1)
    names = [op.name for op in DIFFERENTIABLE]
    x = np.array([
        [draw.uniform(*INTERIOR.get(name, (-2.0, 2.0)), 3) for name in names] for _ in range(3)
    ])  # fmt: skip

    def f(x):
        return autograd.sum([apply(op, row[: op.arity]) for op, row in zip(DIFFERENTIABLE, x)])

    value, gradients = compile(f, {"x": x.shape[1:]}, wrt=["x"], backend="tape")(x)
    expected, expected_gradients = eager(f, {"x": x}, {}, ["x"])
    assert value == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(gradients["x"], expected_gradients["x"], rtol=1e-12, atol=1e-15)


def test_what_a_condition_compares_gets_no_gradient() -> None:
    def f(x):
        return autograd.where(autograd.log(x[0]) < 1.0, x[1], 0.0) / x[1] ** 0.5

    value, gradients = compile(f, {"x": (2,)}, wrt=["x"], backend="tape", batch=False)([0.0, 4.0])
    assert value == 2.0
    assert gradients["x"].tolist() == [0.0, 0.25]


def test_auto_picks_by_regularity() -> None:
    net = compile(
        lambda x, W: autograd.sum([autograd.tanh(autograd.dot(row, x)) for row in W]),
        {"x": (60,)}, {"W": (60, 60)}, backend="auto",
    )  # fmt: skip
    assert "W @ x" in net.source
    wild = compile(irregular(2500, 400), {"x": (50,)}, {"w": (20,)}, backend="auto")
    assert "def kernel(" in wild.source
    tiny = compile(irregular(30, 20), {"x": (5,)}, {"w": (2,)}, backend="auto")
    assert "import numpy" in tiny.source


def test_the_memory_of_a_kernel() -> None:
    kernel = compile(lambda x: x[0] * x[1], {"x": (2,)}, backend="tape")
    summary = kernel.summary()
    assert summary.bytes_for(1000) - summary.bytes_for(0) == 1000 * 2 * 8
    with pytest.raises(MemoryError, match=r"samples need about 70,\d{3},\d{3},\d{3},\d{3} bytes"):
        kernel(np.broadcast_to(1.0, (2**42, 2)))


def test_what_the_kernel_cannot_run_is_said(tmp_path: Path) -> None:
    total = Op("total", lambda *xs: sum(xs), lambda out, *xs: (1.0,) * len(xs))
    with pytest.raises(ValueError, match=r"cannot run 'total'.*backend=\"numpy\""):
        compile(lambda x: total(*x), {"x": (3,)}, backend="tape")
    kernel = compile(lambda x: x[0] * x[1], {"x": (3,)}, backend="tape")
    with pytest.raises(ValueError, match=r"runs on Numba"):
        kernel.save(tmp_path / "model.py")
