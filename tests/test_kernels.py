"""The typed arithmetic printed from the table is the table, bit for bit."""

from __future__ import annotations

import itertools
import math
import random
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from autograd import Value
from autograd.ieee_float import evaluate
from autograd.kernel_printer import TARGET, kernels, printed
from autograd.kernels import KERNELS
from autograd.op import NOTHING
from autograd.ops import TABLE

NASTY = [
    0.0, -0.0, 0.3, 0.5, 1.0, -1.0, 1.5, 2.0, -2.5, 3.0, 1.0 + 2**-52, -1.0 + 2**-53, 5e-324,
    -1e-310, 1e-300, -1e-160, 1e-17, 20.5, -40.0, 708.9, 709.7, 709.8, -745.2, 1e16, 1e160, -1e300,
    1.7976931348623157e308, math.inf, -math.inf, math.nan,
]  # fmt: skip


def points(arity: int) -> Iterator[tuple[float, ...]]:
    """Yield edges, every combination of them, and random points of all magnitudes."""
    edges = NASTY if arity < 3 else NASTY[::3]
    yield from itertools.product(edges, repeat=arity)
    draw = random.Random(0)
    for scale in (1.0, 5.0, 40.0, 700.0, 1e-8, 1e-200, 1e12, 1e250):
        for _ in range(40):
            yield tuple([draw.uniform(-scale, scale) for _ in range(arity)])


def rows() -> Iterator[tuple[float, ...]]:
    """Yield rows of one to five numbers."""
    draw = random.Random(0)
    for length in (1, 2, 3, 5):
        for _ in range(150):
            yield tuple(draw.choices(NASTY, k=length))
            yield tuple([draw.uniform(-30.0, 30.0) for _ in range(length)])


def bits(x: float) -> bytes:
    return b"nan" if x != x else struct.pack("d", x)


def by_the_table(name: str, point: tuple[float, ...]) -> list[float]:
    """Return the value and derivatives that the entry's own functions give.

    Where it leaves operands out, -0.0 stands for no edge, and nothing else is -0.0.
    """
    op = TABLE[name]
    out = float(evaluate(op.forward, point))
    rule: Any = (None,) * len(point)
    if op.partials is not None:
        rule = evaluate(op.partials, (out, *point))
    if op.leaves_out:
        rule = [-0.0 if d is None or d is NOTHING else d + 0.0 for d in rule]
    return [out, *map(float, rule)]


def test_the_file_is_what_the_table_prints_now() -> None:
    text = TARGET.read_text("utf-8")
    assert text == kernels(), "kernels.py is stale: run python -m autograd.kernel_printer"


def test_every_operation_has_a_kernel() -> None:
    assert list(KERNELS) == printed()
    assert all(TABLE[name].arity is None for name in {*TABLE} - {*KERNELS, "where", "polygamma"})


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", KERNELS)
def test_kernel_is_the_table_bit_for_bit(name: str) -> None:
    kernel: Any = KERNELS[name]
    arity = TABLE[name].arity
    if arity is None:
        for row in rows():
            # The row of softmax_at begins with the place of an output.
            starts = [(float(k),) for k in range(len(row))] if name == "softmax_at" else [()]
            for start in starts:
                node = TABLE[name]([*start, *map(Value, row)])
                ours = [node.data, *node.local_derivatives]
                expected = by_the_table(name, (*start, *row))
                assert list(map(bits, ours)) == list(map(bits, expected)), f"{name}{start}{row}"
        return
    for point in points(arity):
        try:
            expected = by_the_table(name, point)
        except ValueError:  # so many digits as nan
            with pytest.raises(ValueError):
                kernel.evaluate(*point)
            continue
        ours = kernel.evaluate(*point)
        assert list(map(bits, ours)) == list(map(bits, expected)), f"{name}{point}"
