"""Pass 3: give every row and call a level above all that it is computed from."""

from __future__ import annotations

import numpy as np

from autograd.compiler.canonicalise import Canonical
from autograd.compiler.record import Ints

# Beyond this depth one plain loop is cheaper than so many rounds over all terms.
_ROUNDS = 32


def schedule(program: Canonical) -> Ints:
    """Return the level of every place on the tape; what is given or constant has level 0."""
    levels = np.zeros(program.size + 1, np.int32)  # the last one is that of "no factor", -1
    has_terms = np.diff(program.first) > 0
    rows, starts = program.rows[has_terms], program.first[:-1][has_terms]
    for _ in range(_ROUNDS):
        before = levels.copy()
        if len(rows):
            factors = np.maximum(levels[program.u], levels[program.v])
            levels[rows] = 1 + np.maximum.reduceat(factors, starts)
        if len(program.calls):
            levels[program.calls] = 1 + np.maximum.reduceat(
                levels[program.call_operands], program.call_first[:-1]
            )
        if np.array_equal(before, levels):
            return levels[:-1]
    return _schedule_deep(program)


def _schedule_deep(program: Canonical) -> Ints:
    """The same in one pass over rows and calls, whose operands stand before them."""
    levels = [0] * (program.size + 1)
    u, v, operands = program.u.tolist(), program.v.tolist(), program.call_operands.tolist()
    first, call_first = program.first.tolist(), program.call_first.tolist()
    work = [
        (place, start, end, u, v)
        for place, start, end in zip(program.rows.tolist(), first, first[1:])
    ] + [
        (place, start, end, operands, operands)
        for place, start, end in zip(program.calls.tolist(), call_first, call_first[1:])
    ]
    work.sort(key=lambda entry: entry[0])
    for place, start, end, left, right in work:
        highest = 0
        for k in range(start, end):
            highest = max(highest, levels[left[k]], levels[right[k]])
        levels[place] = highest + 1
    return np.array(levels[:-1], np.int32)
