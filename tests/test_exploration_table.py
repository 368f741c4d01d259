"""The table in JavaScript against the engine: every operation, its derivatives and its edges."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from browser import pages

from autograd import Value
from autograd.exploration.modules import bundled
from autograd.exploration.table_printer import TARGET, table
from autograd.ops import TABLE

POINTS = 200
EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, 1e-300, -1e-300, 1e300, -1e300, 5e-324,
         40.0, -40.0, 709.0, -745.0, 0.84375, 1.25, 28.0, 10.0, math.pi, math.inf, -math.inf,
         math.nan]  # fmt: skip
# Whole numbers, for which polygamma and rounding are made.
COUNTS = {"polygamma": range(0, 6), "round": range(-3, 7)}


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Any]:
    with pages() as open_page:
        yield open_page()


def points(name: str) -> list[list[float]]:
    random_numbers = random.Random(name)

    def number() -> float:
        kind = random_numbers.random()
        if kind < 0.3:
            return random_numbers.choice(EDGES)
        if kind < 0.6:
            return random_numbers.uniform(-1.2, 1.2)
        if kind < 0.9:
            return random_numbers.uniform(-30.0, 30.0)
        return random_numbers.choice((-1, 1)) * 10.0 ** random_numbers.uniform(-300.0, 300.0)

    op = TABLE[name]
    found = []
    for k in range(POINTS):
        count = op.arity or 2 * random_numbers.randint(1, 4)
        row = [number() for _ in range(count)]
        if op.arity == 1 and k < len(EDGES):
            row = [EDGES[k]]
        if name in COUNTS:
            place = 0 if name == "polygamma" else 1
            row[place] = float(random_numbers.choice(COUNTS[name]))
        if name == "softmax_at":
            row[0] = float(random_numbers.randrange(len(row) - 1))
        found.append(row)
    return found


def engines(name: str, row: list[float]) -> list[float | None]:
    """Return value and local derivatives as the engine records them; None for no edge."""
    op = TABLE[name]
    constants = {"polygamma": [0], "round": [1], "softmax_at": [0]}.get(name, [])
    values: list[Any] = [x if k in constants else Value(x) for k, x in enumerate(row)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if name == "softmax_at":
            from autograd import softmax

            node: Any = softmax(values[1:])[int(row[0])]
            if node.op is not op:
                return []
        elif op.sequences == 2:
            node = op(values[: len(row) // 2], values[len(row) // 2 :])
        elif op.arity is None:
            node = op(values)
        else:
            node = op(*values)
    assert isinstance(node, Value) and node.op is op, name
    partials = node._partials()
    return [
        node.data,
        *[None if d is None or type(d).__name__ == "_Nothing" else d for d in partials],
    ]


def agree(ours: float | None, theirs: float | None) -> bool:
    if theirs is None:
        return True  # no edge: that it says so is compared apart
    if ours is None:
        return False
    if math.isnan(theirs):
        return math.isnan(ours)
    if theirs == 0.0 or math.isinf(theirs):
        return ours == theirs and math.copysign(1.0, ours) == math.copysign(1.0, theirs)
    return abs(ours - theirs) <= 1e-12 * abs(theirs) + 1e-320


def test_the_printed_table_is_fresh() -> None:
    assert TARGET.read_text("utf-8") == table(), "python -m autograd.exploration.table_printer"


CALL = """rows => rows.map(([name, xs]) => {
    const { TABLE, ROWS, CHOOSERS } = window.table;
    const found = ROWS.has(name) ? TABLE[name](xs) : TABLE[name](...xs);
    return found.map((x, k) => CHOOSERS.has(name) && k && Object.is(x, -0) ? null
        : Object.is(x, -0) ? "-0.0" : Number.isFinite(x) ? x : String(x));
})"""


@pytest.mark.parametrize("name", TABLE)
def test_every_operation_agrees_with_the_engine(name: str, browser_page: Any) -> None:
    rows = points(name)
    expected = [engines(name, row) for row in rows]
    browser_page.evaluate(f"() => {{ {bundled('table')}; window.table = table_js; }}")
    given = [[name, [_plain(x) for x in row]] for row in rows]
    script = f"rows => ({CALL})(rows.map(([n, xs]) => [n, xs.map(x => Number(x))]))"
    results = browser_page.evaluate(script, given)
    compared = 0
    for row, theirs, ours in zip(rows, expected, results):
        numbers = [None if x is None else float(x.replace("Infinity", "inf"))
                   if isinstance(x, str) else float(x) for x in ours]  # fmt: skip
        for k, x in enumerate(theirs):
            compared += 1
            assert agree(numbers[k], x), (name, row, k, numbers, theirs)
            if k and TABLE[name].chooses:
                assert (numbers[k] is None) == (x is None), (name, row, numbers, theirs)
    assert compared


def _plain(x: float) -> float | str:
    return x if math.isfinite(x) and not (x == 0.0 and math.copysign(1.0, x) < 0.0) else (
        repr(x).replace("inf", "Infinity").replace("nan", "NaN")
    )  # fmt: skip
