"""Clear a tape of copies, by which derivatives are taken, and of what numbers alone make."""

from __future__ import annotations

import numpy as np

from autograd.compiler.codes import CODES, FIRST_OP, NUMBER
from autograd.compiler.record import ONE_SCALAR, Recording
from autograd.compiler.uses import Bools, find_live, has_many_operands, operands_of
from autograd.ieee_float import evaluate


def clear(tape: Recording) -> None:
    """Let what uses a copy use the scalar itself, and compute what is the same in any call.

    Raises:
        TypeError: the one result that the tape should have is a number.
    """
    is_copy = tape.code == CODES["identity"]
    is_copy[tape.outputs] = False
    copies = np.flatnonzero(is_copy)
    if not len(copies):
        return
    original = np.arange(len(tape.code), dtype=np.int32)
    for copy in copies.tolist():  # in order: what a copy is of may be one itself
        original[copy] = original[tape.a[copy]]
        if copy in tape.labels:
            tape.labels.setdefault(int(original[copy]), tape.labels[copy])
    many = has_many_operands(tape)
    few = np.flatnonzero((tape.code >= FIRST_OP) & ~many)
    tape.a[few] = original[tape.a[few]]
    tape.b[few] = original[tape.b[few]]  # of one operand: 0, which is no copy
    tape.operands = original[tape.operands]
    if (tape.code[original[copies]] == NUMBER).any():
        _compute_numbers(tape, many)
        if tape.results is None and tape.code[tape.output] == NUMBER:
            raise TypeError(f"{ONE_SCALAR}; got the derivative of a constant function")


def _compute_numbers(tape: Recording, many: Bools) -> None:
    """Put the result in the place of each operation on numbers alone."""
    live, numbers = find_live(tape), tape.numbers.tolist()
    for place in np.flatnonzero(live).tolist():
        _, operands = operands_of(tape, np.array([place]), many)
        if (tape.code[operands] == NUMBER).all():
            values = [numbers[k] for k in tape.a[operands].tolist()]
            numbers.append(float(evaluate(tape.op(place).forward, values)))
            tape.code[place], tape.a[place], tape.b[place] = NUMBER, len(numbers) - 1, 0
    tape.numbers = np.array(numbers)
