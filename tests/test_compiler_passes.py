"""Each pass of the compiler alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import ops
from autograd.compiler.blocks import Call, Constants, Given, Sum
from autograd.compiler.canonicalise import Canonical, canonicalise
from autograd.compiler.codes import LEAF, NUMBER
from autograd.compiler.names import Names, comment, common_stem
from autograd.compiler.patterns import compact, distinct_matrix_rows, distinct_rows
from autograd.compiler.record import Declaration, Recording, record
from autograd.compiler.rules import Derivatives, Term, operation
from autograd.compiler.schedule import _schedule_deep, schedule
from autograd.compiler.vectorise import vectorise
from autograd.compiler.views import grid, slice_text

XW = [Declaration("x", "input", (3,)), Declaration("w", "parameter", (3,))]


def recorded(f: Any) -> Recording:
    return record(f, XW)


def rows(program: Canonical) -> list[tuple[float, list[tuple[float, int, int]]]]:
    """Return each row as its constant and its terms."""
    result = []
    for k in range(len(program.rows)):
        part = slice(program.first[k], program.first[k + 1])
        terms = zip(
            program.coefficients[part].tolist(), program.u[part].tolist(), program.v[part].tolist()
        )
        result.append((float(program.constants[k]), sorted(terms)))
    return result


# --- record -------------------------------------------------------------------------------


def test_record_writes_a_row_for_every_scalar() -> None:
    tape = recorded(lambda x, w: x[0] * w[1] + 2.0)
    names = [
        {LEAF: "leaf", NUMBER: "number"}.get(int(code)) or tape.op(place).name
        for place, code in enumerate(tape.code)
    ]
    assert names == ["leaf"] * 6 + ["multiply", "number", "add", "identity"]
    assert (tape.a[6], tape.b[6]) == (0, 4)
    assert (tape.a[8], tape.b[8]) == (6, 7)
    assert tape.output == 9
    assert tape.operations == 3


def test_record_writes_on_page_after_page() -> None:
    def f(x: Any, w: Any) -> Any:
        y = x[0]
        for _ in range(5000):
            y = y * w[0]
        return y

    tape = recorded(f)
    steps = slice(6, 5006)
    assert tape.operations == 5001 and tape.output == 5006 == len(tape.code) - 1
    assert (tape.code[steps] == tape.code[6]).all() and tape.op(6).name == "multiply"
    assert tape.a[steps].tolist() == [0, *range(6, 5005)]
    assert (tape.b[steps] == 3).all()


def test_record_keeps_operands_of_long_operations_apart() -> None:
    tape = recorded(lambda x, w: autograd.dot(x, w))
    assert tape.operands.tolist() == [0, 1, 2, 3, 4, 5]
    assert (tape.a[6], tape.b[6]) == (0, 6)


def test_equal_numbers_share_a_place_but_zeros_of_two_signs_do_not() -> None:
    tape = recorded(lambda x, w: x[0] * 2.0 + x[1] * 2.0 + x[2] * 0.0 + w[0] * -0.0)
    assert [str(v) for v in tape.numbers] == ["2.0", "0.0", "-0.0"]


# --- canonicalise -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda x, w: w[0] * x[0] + w[1] * x[1] + 3.0,
        lambda x, w: autograd.sum([3.0, x[1] * w[1], w[0] * x[0]]),
        lambda x, w: autograd.dot([w[0], x[1], 3.0], [x[0], w[1], 1.0]),
        lambda x, w: 1.0 - (-(w[0] * x[0]) - (x[1] * w[1] + 2.0)),
        lambda x, w: +(0.5 * (w[0] * x[0])) / 0.5 + x[1] * w[1] - (-3.0),
    ],
)
def test_one_row_however_it_is_written(f: Any) -> None:
    ((constant, terms),) = rows(canonicalise(recorded(f)))
    assert constant == 3.0
    assert sorted((c, *sorted((u, v))) for c, u, v in terms) == [(1.0, 0, 3), (1.0, 1, 4)]


def test_a_row_with_two_consumers_stays_a_row() -> None:
    def f(x, w):
        s = x[0] + x[1]
        return s * s + s

    program = canonicalise(recorded(f))
    assert rows(program) == [
        (0.0, [(1.0, 0, -1), (1.0, 1, -1)]), (0.0, [(1.0, 6, -1), (1.0, 6, 6)]),
    ]  # fmt: skip


def test_a_scaled_sum_is_not_multiplied_out() -> None:
    program = canonicalise(recorded(lambda x, w: 1e308 * (x[0] - x[1])))
    assert [len(terms) for _, terms in rows(program)] == [2, 1]


def test_squares_are_products_and_other_powers_calls() -> None:
    program = canonicalise(recorded(lambda x, w: x[0] ** 2 + x[1] ** 3))
    assert rows(program) == [(0.0, [(1.0, 0, 0), (1.0, 9, -1)])]
    assert program.calls.tolist() == [9]


def test_what_nothing_uses_is_left_out() -> None:
    def f(x, w):
        unused = autograd.exp(x[0])
        for _ in range(50):
            unused = autograd.sin(unused) + unused
        return x[1] * 1.0

    program = canonicalise(recorded(f))
    assert len(program.rows) == 1
    assert len(program.calls) == 0


# --- schedule -----------------------------------------------------------------------------


def test_levels_of_shallow_and_deep_programs_agree() -> None:
    def f(x, w):
        a, b = x[0], x[1]
        for k in range(20):
            a, b = autograd.tanh(a * w[0] + b), b + autograd.exp(a) * float(k)
        return a + b

    program = canonicalise(recorded(f))
    levels = schedule(program)
    assert levels.tolist() == _schedule_deep(program).tolist()
    for k, place in enumerate(program.rows):
        part = slice(program.first[k], program.first[k + 1])
        assert levels[place] > levels[program.u[part]].max()
    for k, place in enumerate(program.calls):
        part = slice(program.call_first[k], program.call_first[k + 1])
        assert levels[place] == 1 + levels[program.call_operands[part]].max()


# --- vectorise ----------------------------------------------------------------------------


def vectorised(f: Any) -> Any:
    tape = recorded(f)
    program = canonicalise(tape)
    return vectorise(tape, program, schedule(program), frozenset(["w"]), True).blocks


def test_blocks_join_scalars_of_the_same_form() -> None:
    blocks = vectorised(lambda x, w: autograd.sum([autograd.exp(a * b) for a, b in zip(x, w)]))
    assert [type(b) for b in blocks] == [Constants, Given, Given, Sum, Call, Sum]
    assert [b.size for b in blocks[1:]] == [3, 3, 3, 3, 1]
    assert [b.is_batched for b in blocks[1:]] == [False, True, True, True, True]
    assert [b.needs_gradient for b in blocks[1:]] == [True, False, True, True, True]


def test_factors_of_a_product_stand_in_a_fixed_order() -> None:
    blocks = vectorised(lambda x, w: (x[0] * w[0] + w[1] * x[1]) ** 2)
    (product,) = blocks[3].products
    assert [part.block.name for part in (product.u, product.v)] == ["w", "x"]


# --- patterns -----------------------------------------------------------------------------


def test_distinct_rows_of_ragged_arrays() -> None:
    columns = [np.array([1, 2, 3, 1, 2, 1, 2, 3, 0])]
    kinds = distinct_rows(columns, np.array([0, 3, 5, 8, 8, 9]))
    assert [k.tolist() for k in kinds] == [[0, 1, 3, 4], [0, 1, 0, 2, 3]]


@pytest.mark.parametrize("seed", range(5))
def test_distinct_rows_agree_with_numpy(seed: int) -> None:
    matrix = np.random.default_rng(seed).integers(0, 2, (50, 4))
    representatives, kinds = distinct_matrix_rows(matrix)
    assert (matrix[representatives][kinds] == matrix).all()
    assert len(representatives) == len(np.unique(matrix, axis=0))
    assert (np.diff(representatives) > 0).all()


def test_rows_whose_hashes_collide_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd.compiler import patterns

    monkeypatch.setattr(patterns, "_hashes", lambda *_: np.zeros(4, np.uint64))
    kinds = distinct_matrix_rows(np.array([[1, 2], [2, 1], [1, 2], [3, 3]]))
    assert [k.tolist() for k in kinds] == [[0, 1, 3], [0, 1, 0, 2]]


@pytest.mark.parametrize("keys", [[3, 1, 3, 7], [10**12, 5, 10**12, -4]])
def test_compact(keys: list[int]) -> None:
    distinct, number = compact(np.array(keys))
    assert distinct.tolist() == sorted(set(keys))
    assert distinct[number].tolist() == keys


# --- views, rules and names ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("index", "text"),
    [
        ([0, 1, 2, 3], ""), ([1, 2], "[1:3]"), ([0, 2], "[0:3:2]"), ([3], "[3:4]"),
        ([2, 1], None), ([0, 1, 3], None),
    ],
)  # fmt: skip
def test_slices(index: list[int], text: str | None) -> None:
    assert slice_text(np.array(index), 4) == text


@pytest.mark.parametrize(
    ("index", "found"),
    [
        ([0, 0, 1, 1, 2, 2], (3, 2, 1, 0)), ([4, 5, 4, 5], (2, 2, 0, 1)),
        ([0, 3, 1, 4, 2, 5], (3, 2, 1, 3)), ([0, 1, 2, 3], None), ([0, 1, 5, 7], None),
        ([0], None), ([2, 2, 2], None),
    ],
)  # fmt: skip
def test_grids(index: list[int], found: tuple[int, ...] | None) -> None:
    assert grid(np.array(index)) == found


@pytest.mark.parametrize(
    ("name", "numbers", "expected"),
    [
        ("tanh", [None], ["t*t"]),  # of t = 1/cosh(x): 1 - y*y loses all digits in the tails
        ("sigmoid", [None], ["y*(np.exp(np.minimum(40 - x0, 0))/t)"]),  # t = 1 + exp(min(x, 40))
        ("relu", [None], ["x0 > 0.0"]),
        ("exp", [None], ["y"]),
        ("true_divide", [None, None], ["1/x1", "-x0/x1/x1"]),
        ("pow", [None, 3.0], ["3*x0**2", None]),
        ("hypot", [None, None], ["x0/y", "x1/y"]),
    ],
)
def test_derivatives_are_printed_from_the_table(
    name: str, numbers: list[float | None], expected: list[str | None]
) -> None:
    rule = Derivatives(ops.TABLE[name], numbers)
    names = ["y", *[f"x{k}" for k in range(len(numbers))]]
    terms = rule.write(names, range(len(numbers)), lambda text: "t")
    assert [None if t is None else str(getattr(t, "text", t)) for t in terms] == expected


def test_what_a_rule_needs_twice_becomes_a_variable() -> None:
    assigned: list[str] = []
    rule = Derivatives(ops.atan2, [None, None])
    rule.write(["out", "y", "x"], [0], lambda text: assigned.append(text) or "s")  # type: ignore
    assert assigned == ["np.hypot(x, y)"]


def _assigned(text: str, name: str) -> str:
    return f"{name}_of[{text}]"


def test_operations_as_source_keep_their_operands_together() -> None:
    total = Term("a + b", 4)
    assert operation(ops.multiply, [total, Term("c")], _assigned).text == "(a + b)*c"  # type: ignore
    assert operation(ops.subtract, [Term("c"), total], _assigned).text == "c - (a + b)"  # type: ignore
    assert operation(ops.exp, [total], _assigned).text == "np.exp(a + b)"  # type: ignore
    assert operation(ops.square, [total], _assigned).text == "np.square(a + b)"  # type: ignore
    assert operation(ops.mish, [total], _assigned).text == (  # type: ignore
        "(a + b)*np.tanh(np.logaddexp(0, (a + b)))"
    )
    e = "e_of[np.exp(m_of[np.minimum((e + b), 40.0)])]"
    text = operation(ops.sigmoid, [Term("e + b", 4)], _assigned).text  # type: ignore
    assert text == f"{e}/d_of[1 + {e}]"


def test_names_of_one_wish_are_counted_on() -> None:
    names = Names(["s_3"])
    given = [names.give("s") for _ in range(20_000)]
    assert given[:3] == ["s", "s_2", "s_4"]
    assert given[-1] == "s_20001"


def test_names() -> None:
    names = Names(["np"])
    assert [names.give(w) for w in ("np", "x", "x", "for", "权重", "a b!", "")] == [
        "np_2", "x", "x_2", "for_2", "权重", "a_b", "v",
    ]  # fmt: skip
    assert common_stem(["net_h1", "net_h2"]) == "net_h"
    assert common_stem(["E_o1", "net"]) == ""
    assert comment(["a\nimport os", "b", "c", "d", "e"]) == "a?import os, b, ..., e"
