"""Errors and warnings, and the line of user code they point at."""

from __future__ import annotations

import os
import sys
import warnings
from numbers import Real

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class StaleGraphError(RuntimeError):
    """A node's operands no longer hold the data that the node was recorded with."""


class AnomalyError(ArithmeticError):
    """Under `detect_anomaly`: an operation made a non-finite value or gradient."""


class DomainError(AnomalyError, ValueError):
    """Under `detect_anomaly`: an operand lies outside its operation's domain."""


class GradientError(AssertionError):
    """`check_gradients` found a derivative that differs from the central difference."""


class GraphSizeError(ValueError):
    """A graph is too large for what was asked of it."""


def user_frame() -> tuple[str, int]:
    """Return the stack entry outside this package as text, and its warning stack level.

    A compiled module has no Python frames, so the level has to be counted, not known.
    """
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    return f'File "{frame.f_code.co_filename}", line {frame.f_lineno}', level


def warn(message: str) -> None:
    """Issue a `RuntimeWarning` that points at the user's line."""
    warnings.warn(message, RuntimeWarning, stacklevel=user_frame()[1])


def to_float(x: Any, what: str = "Value") -> float:
    """Return a real number as a float, or raise a TypeError that says what to do.

    Args:
        x: a float, int, bool, Fraction, Decimal or NumPy scalar.
        what: the receiver, named in the error.

    Raises:
        TypeError: x is not a real number.
    """
    if type(x) is int or isinstance(x, Real) or _is_number_without_registration(x):
        try:
            return float(x)
        except OverflowError:  # an int or Fraction beyond 1.8e308 rounds to infinity
            return float("inf") if x > 0 else float("-inf")
    raise TypeError(f"{what} needs a real number, got {_describe(x)}")


def _is_number_without_registration(x: Any) -> bool:
    """Tell whether x is a Decimal or a NumPy bool, which do not register as Real."""
    kind = type(x)
    return (kind.__module__, kind.__name__) in {
        ("decimal", "Decimal"), ("numpy", "bool"), ("numpy", "bool_"),
    }  # fmt: skip


def _describe(x: Any) -> str:
    """Say what x is and how to make a number of it."""
    kind = type(x).__name__
    if isinstance(x, (str, bytes)):
        return f"{x!r:.60} of type {kind}: convert it with float(...) first"
    if x is None:
        return "None: pass a number, such as 0.0"
    if isinstance(x, complex) or kind.startswith("complex"):
        return f"{x!r} of type {kind}: only real numbers can be differentiated; pass its .real"
    if hasattr(type(x), "__apply_op__"):
        return f"a {kind}: it already is a node; pass its .data to copy the number"
    if getattr(x, "shape", None) == ():
        return f"a {kind} without axes: pass its number, x.item()"
    if hasattr(x, "shape"):
        return (
            f"a {kind} of shape {tuple(x.shape)}: a Value is one scalar; "
            "pass one element (x.item()) or make one Value per element"
        )
    if hasattr(x, "__len__") or hasattr(x, "__iter__"):
        return f"a {kind}: a Value is one scalar; make one Value per element"
    return f"{x!r:.60} of type {kind}: pass a float"
