"""Turning what a caller passes as inputs into nodes of the graph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Value


def as_node(x: Any, label: str | None = None) -> Any:
    """Return a Value (or a placeholder of a compiler) as it is, and a number as a labelled leaf.

    >>> as_node(0.05, "i1")
    Value(data=0.05, grad=0.0, label='i1')
    """
    return x if hasattr(type(x), "__apply_op__") else Value(x, label)


def as_row(what: str, inputs: Any, expected: int) -> list[Any]:
    """Return inputs as a list of the expected length."""
    if not isinstance(inputs, Iterable):
        raise TypeError(
            f"{what} expects a sequence of {expected} numbers or Values, "
            f"got one {type(inputs).__name__}"
        )
    row = list(inputs)
    if row and (isinstance(row[0], (list, tuple)) or getattr(row[0], "ndim", 0) > 0):
        raise TypeError(
            f"{what} takes one sample, a sequence of {expected} numbers or Values, got {len(row)} "
            "sequences: call it for each, [net(x) for x in batch]"
        )
    check_count(what, expected, len(row))
    return row


def check_count(what: str, expected: int, got: int) -> None:
    if got != expected:
        noun = "input" if expected == 1 else "inputs"
        raise ValueError(f"{what} expects {expected} {noun}, got {got}")
