"""Which scalars of a tape are needed, and by what."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.codes import FIRST_OP
from autograd.compiler.record import Ints, Recording

Bools = NDArray[np.bool_]


def find_live(tape: Recording) -> Bools:
    """Tell of each place whether it is an operation that the output needs."""
    return find_uses(tape, has_many_operands(tape))[0]


def has_many_operands(tape: Recording) -> Bools:
    is_many = np.array([False] * FIRST_OP + [op.arity not in (1, 2) for op in tape.ops])
    return is_many[tape.code]


def operands_of(tape: Recording, places: Ints, many: Bools) -> tuple[NDArray[np.int64], Ints]:
    """Return the operands of operations in a row, and where those of each begin."""
    is_many = many[places]
    unary = np.array([op.arity == 1 for op in tape.ops])[tape.code[places] - FIRST_OP]
    counts = np.where(is_many, tape.b[places], np.where(unary, 1, 2)).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(counts)])
    result = np.empty(first[-1], np.int32)
    few = np.flatnonzero(~is_many)
    result[first[few]] = tape.a[places[few]]
    two = np.flatnonzero(~is_many & ~unary)
    result[first[two] + 1] = tape.b[places[two]]
    nary = np.flatnonzero(is_many)
    result[ranges(first[nary], counts[nary])] = tape.operands[
        ranges(tape.a[places[nary]], counts[nary])
    ]
    return first, result


def ranges(starts: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the numbers from each start on, counts of them, in a row."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    shift: NDArray[np.int64] = np.repeat(starts - (ends - counts), counts)
    return np.arange(total) + shift


def find_uses(tape: Recording, many: Bools) -> tuple[Bools, NDArray[np.int64]]:
    """Return which places are needed, and the consumer of those that have just one."""
    size = len(tape.code)
    live = tape.code >= FIRST_OP
    is_unary = np.array([False] * FIRST_OP + [op.arity == 1 for op in tape.ops])
    few = np.flatnonzero(live & ~many)
    two = few[~is_unary[tape.code[few]]]
    nary = np.flatnonzero(many)
    owners = np.repeat(nary, tape.b[nary])  # of the list of all their operands
    uses = np.bincount(tape.a[few], minlength=size)
    uses += np.bincount(tape.b[two], minlength=size)
    uses += np.bincount(tape.operands, minlength=size)
    np.add.at(uses, tape.outputs, 1)
    dead = few[uses[few] == 0].tolist() + nary[uses[nary] == 0].tolist()
    while dead:  # peel off what nothing uses, from the end
        places = np.array(dead, np.int32)
        live[places] = False
        _, freed = operands_of(tape, places, many)
        np.subtract.at(uses, freed, 1)
        freed = np.unique(freed)
        dead = freed[(uses[freed] == 0) & live[freed]].tolist()
    consumer = np.full(size, -1)
    for operands, consumers in (
        (tape.a[few], few), (tape.b[two], two), (tape.operands, owners),
    ):  # fmt: skip
        kept = slice(None) if live[consumers].all() else live[consumers]
        consumer[operands[kept]] = consumers[kept]
    consumer[uses != 1] = -1
    consumer[tape.outputs] = -1
    return live, consumer
