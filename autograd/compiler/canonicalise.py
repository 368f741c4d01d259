"""Pass 2: bring the tape to sums of products, and calls of everything else.

Chains of `+ - sum dot` and products with constants collapse into rows
constant + Σ coefficient·u·v, however they were written. A row is named by the place of its
last operation on the tape. Node-level work is NumPy throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.codes import CODES, FIRST_OP, NUMBER
from autograd.compiler.record import Floats, Ints, Recording
from autograd.compiler.uses import Bools, find_uses, has_many_operands, operands_of, ranges

ADD, SUBTRACT, NEGATIVE, IDENTITY = (
    CODES[name] for name in ("add", "subtract", "negative", "identity")
)
SUM, DOT, MULTIPLY, DIVIDE, POWER = (
    CODES[name] for name in ("sum", "dot", "multiply", "true_divide", "pow")
)


@dataclass(eq=False)
class Canonical:
    """Rows and calls, both in the order of their places on the tape.

    Attributes:
        size: the length of the tape.
        rows: places of the rows; row k has the terms first[k]:first[k + 1].
        constants: of the rows.
        u, v, coefficients: of the terms; v is -1 where there is no second factor.
        calls: places of the other operations; call k has the operands
            call_first[k]:call_first[k + 1] of call_operands.
    """

    size: int
    rows: Ints
    first: NDArray[np.int64]
    constants: Floats
    u: Ints
    v: Ints
    coefficients: Floats
    calls: Ints
    call_first: NDArray[np.int64]
    call_operands: Ints


@dataclass(eq=False)
class _Nodes:
    """What the places of a tape are to this pass."""

    is_sum: Bools  # add, subtract, negative, identity, sum: absorb sums and products
    is_dot: Bools
    is_scaled: Bools  # a constant times one operand, which is in `scaled`
    is_product: Bools
    scaled: Ints
    scale: Floats
    consumer: NDArray[np.int64]  # of places with one use; -1 elsewhere
    row: NDArray[np.int64]  # where the place has gone: to itself or to the row that absorbed it
    factor: Floats  # its coefficient there


def canonicalise(tape: Recording) -> Canonical:
    """Return the rows and calls of a tape, without those that the output does not need."""
    many = has_many_operands(tape)
    live, consumer = find_uses(tape, many)
    nodes = _classify(tape, live, consumer)
    _absorb(tape, nodes)
    row, u, v, coefficients = _terms(tape, nodes, live)
    constants = np.zeros(len(tape.code))
    row, u, v, coefficients = _fold_numbers(tape, constants, row, u, v, coefficients)
    order = np.argsort(row, kind="stable")
    row, u, v, coefficients = row[order], u[order], v[order], coefficients[order]
    is_linear = nodes.is_sum | nodes.is_dot | nodes.is_scaled | nodes.is_product
    rows = np.flatnonzero(is_linear & (nodes.row == np.arange(len(nodes.row)))).astype(np.int32)
    first = np.searchsorted(row, np.append(rows, np.iinfo(np.int32).max))
    calls = np.flatnonzero(live & (tape.code >= FIRST_OP) & ~is_linear).astype(np.int32)
    call_first, operands = operands_of(tape, calls, many)
    return Canonical(
        len(tape.code), rows, first, constants[rows], u, v, coefficients,
        calls, call_first, operands,
    )  # fmt: skip


# --- rows -----------------------------------------------------------------------------


def _classify(tape: Recording, live: Bools, consumer: NDArray[np.int64]) -> _Nodes:
    size = len(tape.code)
    role = np.zeros(len(tape.ops) + FIRST_OP, np.int8)
    role[[ADD, SUBTRACT, NEGATIVE, IDENTITY, SUM]] = 1
    role[DOT] = 2
    roles = role[tape.code]
    is_number = tape.code == NUMBER
    value = np.zeros(size)
    value[is_number] = tape.numbers[tape.a[is_number]]
    scaled, scale = tape.a.copy(), np.ones(size)
    is_scaled = np.zeros(size, np.bool_)

    k = np.flatnonzero(live & (tape.code == MULTIPLY))
    is_number &= _can_scale(value)
    left, right = is_number[tape.a[k]], is_number[tape.b[k]]
    is_product = np.zeros(size, np.bool_)
    is_product[k] = ~left & ~right
    k, left = k[left | right], left[left | right]
    is_scaled[k] = True
    scaled[k] = np.where(left, tape.b[k], tape.a[k])
    scale[k] = value[np.where(left, tape.a[k], tape.b[k])]

    k = np.flatnonzero(live & (tape.code == DIVIDE))
    k = k[is_number[tape.b[k]] & (value[tape.b[k]] != 0.0)]
    is_scaled[k] = True
    scale[k] = 1.0 / value[tape.b[k]]

    k = np.flatnonzero(live & (tape.code == POWER))
    k = k[is_number[tape.b[k]]]
    is_product[k[value[tape.b[k]] == 2.0]] = True  # a square; its base is in `a`
    row = np.arange(size)  # of the type that NumPy indexes with, as `consumer` is
    return _Nodes(
        live & (roles == 1), live & (roles == 2), is_scaled, is_product, scaled, scale,
        consumer, row, np.ones(size),
    )  # fmt: skip


def _can_scale(numbers: Floats) -> Bools:
    """Tell which numbers can be coefficients.

    What has a coefficient may be added up before it is multiplied. Numbers near the limits
    of the float range, inf and nan are factors like any other instead.
    """
    size = np.abs(numbers)
    fits: Bools = ((size > 1e-100) & (size < 1e100)) | (size == 0.0)
    return fits


def _absorb(tape: Recording, nodes: _Nodes) -> None:
    """Let sums take in sums and products that nothing else uses, and scales products.

    A scaled sum stays a row of its own: c·(a + b) need not equal c·a + c·b at the limits
    of the float range. So do all scaled products where a chain of them would come to a
    coefficient near those limits.
    """
    _absorb_into(tape, nodes, nodes.is_scaled & (nodes.scale != 0.0))
    size = np.abs(nodes.factor)
    if (size < 1e-200).any() or (size > 1e200).any():
        nodes.row, nodes.factor = np.arange(len(size)), np.ones(len(size))
        _absorb_into(tape, nodes, np.zeros(len(size), np.bool_))


def _absorb_into(tape: Recording, nodes: _Nodes, scales: Bools) -> None:
    """Let sums, and those scales that are named, take in what nothing else uses."""
    linear = nodes.is_sum | nodes.is_dot
    single = nodes.is_product | nodes.is_scaled
    absorbed = np.flatnonzero((linear | single) & (nodes.consumer >= 0))
    into = nodes.consumer[absorbed]
    fits = nodes.is_sum[into] | (single[absorbed] & scales[into])
    absorbed, into = absorbed[fits], into[fits]
    nodes.row[absorbed] = into
    negated = (tape.code[into] == NEGATIVE) | (
        (tape.code[into] == SUBTRACT) & (tape.b[into] == absorbed)
    )
    nodes.factor[absorbed] = np.where(
        nodes.is_scaled[into], nodes.scale[into], np.where(negated, -1.0, 1.0)
    )
    _jump(nodes, absorbed[linear[absorbed]])  # first sums among themselves, so that
    _jump(nodes, absorbed[~linear[absorbed]])  # a product has at most one way further


def _jump(nodes: _Nodes, absorbed: NDArray[np.int64]) -> None:
    """Follow each place to the row that it ends in: the distance halves with each jump."""
    into = nodes.row[absorbed]
    while len(absorbed):
        further = nodes.row[into]
        moves = np.flatnonzero(further != into)
        absorbed, into, further = absorbed[moves], into[moves], further[moves]
        nodes.factor[absorbed] *= nodes.factor[into]
        nodes.row[absorbed] = into = further


def _terms(tape: Recording, nodes: _Nodes, live: Bools) -> tuple[Ints, Ints, Ints, Floats]:
    """Return row, u, v and coefficient of every operand that no row has absorbed."""
    code, a, b = tape.code, tape.a, tape.b
    none = np.int32(-1)
    two = np.flatnonzero(live & ((code == ADD) | (code == SUBTRACT)))
    one = np.flatnonzero(live & ((code == NEGATIVE) | (code == IDENTITY)))
    scaled = np.flatnonzero(nodes.is_scaled)
    products = np.flatnonzero(nodes.is_product)
    sums = np.flatnonzero(live & (code == SUM))
    dots = np.flatnonzero(live & (code == DOT))
    summands = tape.operands[ranges(a[sums], b[sums])]
    half = b[dots] // 2
    lefts = tape.operands[ranges(a[dots], half)]
    rights = tape.operands[ranges(a[dots] + half, half)]
    square = code[products] == POWER
    signs = [1.0, -1.0]
    owner = np.concatenate(
        [np.repeat(two, 2), one, scaled, products, np.repeat(sums, b[sums]), np.repeat(dots, half)]
    ).astype(np.int32)
    u = np.concatenate(
        [np.stack([a[two], b[two]], 1).ravel(), a[one], nodes.scaled[scaled], a[products],
         summands, lefts]
    )  # fmt: skip
    v = np.full(len(u), none)
    at = 2 * len(two) + len(one) + len(scaled)
    v[at : at + len(products)] = np.where(square, a[products], b[products])
    v[len(v) - len(rights) :] = rights
    coefficients = np.ones(len(u))
    coefficients[1 : 2 * len(two) : 2] = np.where(code[two] == SUBTRACT, signs[1], signs[0])
    at = 2 * len(two)
    coefficients[at : at + len(one)] = np.where(code[one] == NEGATIVE, signs[1], signs[0])
    at += len(one)
    coefficients[at : at + len(scaled)] = nodes.scale[scaled]
    kept = np.flatnonzero((nodes.row[u] == u) | (v >= 0))
    owner, u, v = owner[kept], u[kept], v[kept]
    return nodes.row[owner].astype(np.int32), u, v, coefficients[kept] * nodes.factor[owner]


def _fold_numbers(
    tape: Recording, constants: Floats, row: Ints, u: Ints, v: Ints, coefficients: Floats
) -> tuple[Ints, Ints, Ints, Floats]:
    """Turn constant factors into coefficients, and constant terms into the rows' constants."""
    code, a = tape.code, tape.a
    is_number = np.append(code == NUMBER, True)  # the last one is that of "no factor", -1
    value = np.ones(len(is_number))
    value[:-1][code == NUMBER] = tape.numbers[a[code == NUMBER]]
    folds = is_number & _can_scale(value)
    for _ in range(2):  # the first factor, then the second
        k = np.flatnonzero((u >= 0) & is_number[u] & (folds[u] | is_number[v]))
        coefficients[k] *= value[u[k]]
        u[k] = -1
        u, v = np.where(u < 0, v, u), np.where(u < 0, np.int32(-1), v)
        k = np.flatnonzero((v >= 0) & folds[v])
        coefficients[k] *= value[v[k]]
        v[k] = -1
    constant = u < 0
    np.add.at(constants, row[constant], coefficients[constant])
    return row[~constant], u[~constant], v[~constant], coefficients[~constant]
