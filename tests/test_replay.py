"""`forward()` computes a graph anew, to the bit as recording it would, or not at all."""

from __future__ import annotations

import math
import random
import struct
import threading
import warnings
from typing import Any

import pytest

import autograd
from autograd import Op, Value, gradient, topological_order, where
from autograd.op import Reduction
from autograd.ops import TABLE

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
NUMBERS = [
    0.0, -0.0, 0.3, -0.7, 1.0, -1.0, 2.0, -2.5, 3.0, 40.0, -800.0, 1e-300, 1e300, math.inf,
    -math.inf, math.nan,
]  # fmt: skip


def bits(numbers: Any) -> list[bytes]:
    return [b"nan" if x != x else struct.pack("d", x) for x in numbers]


def numbers_of(node: Any) -> list[bytes]:
    return bits([node.data, *node.local_derivatives])


def apply(op: Op, operands: list[Any]) -> Any:
    if isinstance(op, Reduction):
        rows = [operands[k :: op.sequences] for k in range(op.sequences)]
        return op(*rows)
    return op(*operands)


@pytest.mark.parametrize("name", TABLE)
def test_forward_gives_what_recording_gives(name: str) -> None:
    op, draw = TABLE[name], random.Random(0)
    count = op.arity or 4
    for attempt in range(100):
        kinds = [draw.random() < 0.7 for _ in range(count)]
        kinds[attempt % count] = True
        before, after = ([draw.choice(NUMBERS) for _ in range(count)] for _ in range(2))
        if op.arity is None and name.startswith("softmax"):  # it begins with a place
            kinds[0], before[0], after[0] = False, 1.0, 1.0
            kinds[1] = True
        if name in ("round", "polygamma"):
            before, after = [draw.uniform(0.5, 3.0) for _ in kinds], [1.5, 2.25]
            position = 1 if name == "round" else 0
            before[position] = after[position] = 1.0
        operands: list[Any] = [
            Value(x) if is_value else x for x, is_value in zip(before, kinds)
        ]  # fmt: skip
        node = apply(op, operands)
        if not isinstance(node, Value):
            continue
        for x, number in zip(operands, after):
            if isinstance(x, Value):
                x.data = number
        fixed = [x if is_value else b for x, b, is_value in zip(after, before, kinds)]
        fresh = apply(op, [Value(x) if v else x for x, v in zip(fixed, kinds)])
        result = node.forward()
        assert bits([result]) == bits([fresh.data])
        assert numbers_of(node) == numbers_of(fresh), f"{name}: {before} -> {fixed}"
        node.backward()
        fresh.backward()
        ours, theirs = ([x.grad for x in n.operands if isinstance(x, Value)] for n in (node, fresh))
        assert bits(ours) == bits(theirs), f"{name}: {before} -> {fixed}"


def graph_of_everything(extra: Any) -> tuple[Value, Value]:
    """Return a leaf, and an output above nodes of every kind, the last of which is extra."""
    x = Value(1.5, label="x")
    sums = autograd.sum([x, x * x, 2.0]) + autograd.dot([x, 3.0], [x.sin(), x])
    chosen = where(x > 1.0, sums, x.exp()) + x.clamp(0.0, 2.0) + autograd.max([x, sums, 0.5])
    rows = autograd.logsumexp([x, chosen, 1.0]) + autograd.softmax([x, sums, 1.0])[0]
    return x, rows * x.maximum(chosen) + extra(rows)


def everything(output: Value) -> list[Any]:
    return [(bits([n.data, n.grad]), n.local_derivatives) for n in topological_order(output)]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_after_an_exception_everything_is_as_it_was(error: type[BaseException]) -> None:
    broken = [False]

    def sometimes(x: float) -> float:
        if broken[0]:
            raise error("here")
        return 2.0 * x

    x, y = graph_of_everything(Op("sometimes", sometimes, lambda out, x: (2.0,)))
    y.backward()
    before, exact = everything(y), x.grad
    x.data, broken[0] = 0.25, True
    with pytest.raises(error, match="here"):
        y.forward()
    x.data = 1.5
    assert everything(y) == before
    x.grad = 0.0
    y.backward()
    assert x.grad == exact


def test_a_warning_that_is_an_error_leaves_everything_as_it_was() -> None:
    x, y = graph_of_everything(lambda rows: (rows - 100.0).exp().log())
    before = everything(y)
    x.data = -math.inf
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x.data = 1e200
        with pytest.raises(RuntimeWarning):
            y.forward()
    x.data = 1.5
    assert everything(y) == before


def test_an_operation_may_take_derivatives_of_its_own() -> None:
    def slope_of_sine(x: float) -> float:
        inner = Value(x)
        graph = inner.sin()
        graph.forward()
        return gradient(graph, [inner])[0]

    op = Op("slope_of_sine", slope_of_sine, lambda out, x: (-math.sin(x),))
    x = Value(0.5)
    y = op(x) * 2.0
    x.data = 1.0
    assert y.forward() == 2.0 * math.cos(1.0)


def test_threads_compute_the_same_graph_anew() -> None:
    x, y = graph_of_everything(lambda rows: rows.tanh())
    exact = y.forward()
    failed: list[Any] = []

    def work() -> None:
        for _ in range(100):
            if y.forward() != exact or gradient(y, [x]) != slope:
                failed.append(y.data)

    slope = gradient(y, [x])
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_a_long_chain_and_wide_sums_need_no_recursion() -> None:
    x = Value(1.0)
    y: Any = x
    for _ in range(100_000):
        y = y + 0.5
    y = autograd.sum([y, *[x] * 1000])
    x.data = 2.0
    assert y.forward() == 52002.0
