"""Turning what a caller passes into nodes of the graph."""

from __future__ import annotations

from typing import Any

from autograd import Value


def as_node(x: Any, label: str | None = None) -> Any:
    """Return a Value (or a placeholder of a compiler) as it is, and a number as a labelled leaf.

    >>> as_node(0.05, "i1")
    Value(data=0.05, grad=0.0, label='i1')
    """
    return x if hasattr(type(x), "__apply_op__") else Value(x, label)
