"""The numbers that stand on a tape for operations."""

from __future__ import annotations

from autograd.op import Op, Reduction
from autograd.ops import TABLE

# Codes below FIRST_OP are no operations: an element of an input or parameter, and a number.
LEAF, NUMBER, FIRST_OP = 0, 1, 2
CODES = {name: code for code, name in enumerate(TABLE, FIRST_OP)}


def is_row_wise(op: Op) -> bool:
    """Tell whether form and rule of an operation take all its operands as one array."""
    return isinstance(op, Reduction) and op.array is not None
