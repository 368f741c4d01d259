"""Pass 4: join rows and calls of the same form, level by level, into blocks.

Rows have the same form where their terms come from the same blocks with the same
coefficients; calls, where operation and operands' blocks agree. Equal rows and equal
calls become one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograd.compiler.blocks import (
    ArrayProgram,
    Block,
    Call,
    Constants,
    Given,
    Index,
    Part,
)
from autograd.compiler.canonicalise import Canonical
from autograd.compiler.codes import FIRST_OP, NUMBER, is_row_wise
from autograd.compiler.record import Ints, Recording
from autograd.compiler.rows import Terms, add_sums
from autograd.compiler.uses import ranges


class Builder:
    """The blocks so far, and where every place of the tape has gone.

    Attributes:
        blocks: the blocks, operands first.
        rank: of each block, by number: first those that are the same for all samples.
        block, slot: by place on the tape, the block and the place in it; -1 if none. The
            last entry stands for "no factor".
    """

    def __init__(self, size: int, given: int) -> None:
        self.blocks: list[Block] = []
        self._most = size + given + 1  # blocks; only their pages of `rank` will ever exist
        self.rank = np.zeros(self._most, np.int32)
        self.block = np.full(size + 1, -1, np.int32)
        self.slot = np.zeros(size + 1, np.int64)

    def add(self, block: Block, places: Ints | Index, slots: Index | None = None) -> None:
        """Append a block and note that it holds these places."""
        self.append(block)
        self.block[places] = block.number
        self.slot[places] = np.arange(len(places)) if slots is None else slots

    def append(self, block: Block) -> None:
        self.blocks.append(block)
        self.rank[block.number] = block.number + block.is_batched * self._most

    def is_batched(self, *parts: Part | None) -> bool:
        return any(part.block.is_batched for part in parts if part is not None)

    def needs_gradient(self, *parts: Part | None) -> bool:
        return any(part.block.needs_gradient for part in parts if part is not None)


def vectorise(
    tape: Recording, program: Canonical, levels: Ints, wrt: frozenset[str], is_batched: bool
) -> ArrayProgram:
    """Return the blocks of a program.

    Args:
        tape, program, levels: the results of the passes before.
        wrt: the names of what is to be differentiated with respect to.
        is_batched: inputs have an axis of samples.
    """
    builder = Builder(program.size, len(tape.leaves))
    _add_given(builder, tape, wrt, is_batched)
    calls, rows = _by_level(levels, program.calls), _by_level(levels, program.rows)
    for level in range(1, int(levels.max(initial=0)) + 1):
        if len(k := calls[level]):
            _add_calls(builder, tape, program, k)
        if len(k := rows[level]):
            add_sums(builder, _terms_of(program, k))
    outputs = np.stack([builder.block[tape.outputs], builder.slot[tape.outputs]])
    return ArrayProgram(builder.blocks, outputs)


def _by_level(levels: Ints, places: Ints) -> list[Index]:
    """Return for each level which of the places are on it."""
    of_places = levels[places]
    order = np.argsort(of_places, kind="stable")
    bounds = np.searchsorted(of_places[order], np.arange(int(levels.max(initial=0)) + 2))
    return [order[start:end] for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist())]


def _add_given(builder: Builder, tape: Recording, wrt: frozenset[str], is_batched: bool) -> None:
    """Begin with constants and parameters, which are the same for all samples."""
    numbers = np.flatnonzero(tape.code == NUMBER)
    values = tape.numbers[tape.a[numbers]]
    builder.add(Constants(0, len(numbers), numbers, False, False, values), numbers)
    for leaf in sorted(tape.leaves, key=lambda leaf: leaf.kind != "parameter"):
        places = np.arange(leaf.start, leaf.start + leaf.size)
        differs = is_batched and leaf.kind != "parameter"
        block = Given(
            len(builder.blocks), leaf.size, places, differs, leaf.name in wrt,
            leaf.name, leaf.kind, leaf.shape,
        )  # fmt: skip
        builder.add(block, places)


def _terms_of(program: Canonical, k: Index) -> Terms:
    """Return the terms of some rows as arrays of their own."""
    lengths = (program.first[1:] - program.first[:-1])[k]
    entries = ranges(program.first[:-1][k], lengths)
    return Terms(
        program.rows[k], program.constants[k], np.concatenate([[0], np.cumsum(lengths)]),
        program.u[entries], program.v[entries], program.coefficients[entries],
    )  # fmt: skip


# --- calls ----------------------------------------------------------------------------


def _add_calls(builder: Builder, tape: Recording, program: Canonical, k: Index) -> None:
    """Add one level's calls: a block for each operation and combination of operands' blocks."""
    counts = (program.call_first[1:] - program.call_first[:-1])[k]
    codes = tape.code[program.calls[k]].astype(np.int64)
    for kind in _groups(codes * (int(counts.max()) + 1) + counts):
        op = tape.ops[int(codes[kind[0]]) - FIRST_OP]
        terms = int(counts[kind[0]])
        starts = program.call_first[:-1][k[kind]]
        operands = program.call_operands[starts[:, None] + np.arange(terms)]
        blocks, slots = builder.block[operands], builder.slot[operands]
        places = program.calls[k[kind]]
        for same in _groups_of_rows(blocks):
            _add_call(builder, op, places[same], blocks[same[0]].tolist(), slots[same])


def _add_call(builder: Builder, op: object, places: Ints, blocks: list[int], slots: Index) -> None:
    """Add calls whose k-th operands come from blocks[k], each distinct one once."""
    distinct, inverse = slots, np.zeros(1, np.int64)
    if len(slots) > 1:
        distinct, inverse = np.unique(slots, axis=0, return_inverse=True)
        inverse = inverse.reshape(-1)
    sources = [builder.blocks[number] for number in blocks]
    if is_row_wise(op) and len(set(blocks)) == 1:  # type: ignore[arg-type]
        parts = [Part(sources[0], distinct.T)]
    else:
        parts = [Part(block, index) for block, index in zip(sources, distinct.T)]
    shown = np.empty(len(distinct), np.int64)
    shown[inverse] = places
    call = Call(
        len(builder.blocks), len(distinct), shown, builder.is_batched(*parts),
        op.partials is not None and builder.needs_gradient(*parts), op, parts,  # type: ignore
    )  # fmt: skip
    builder.add(call, places, inverse)


def _groups(keys: Index) -> Iterator[Index]:
    """Yield the places of each distinct key."""
    if (keys == keys[0]).all():
        yield np.arange(len(keys))
        return
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    yield from np.split(order, cuts)


def _groups_of_rows(blocks: Ints) -> Iterator[Index]:
    """Yield the places of each distinct row."""
    if (blocks == blocks[0]).all():
        yield np.arange(len(blocks))
    else:
        yield from _groups(np.unique(blocks, axis=0, return_inverse=True)[1].reshape(-1))
