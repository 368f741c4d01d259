"""Derivatives and adjoints that are there only where a condition holds.

An operation that chooses passes its gradient to what it took; no edge leads to the rest. In
derivatives of higher order a choice may come out otherwise when data change, so an edge
carries its condition along, and so does every product of edges. It becomes a `where` only
when it is added to others or handed out: there 0 stands for nothing.
"""

from __future__ import annotations

from autograd import ops
from autograd.op import NOTHING, Masked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def times(x: Any, y: Any) -> Any:
    """Return x*y for the chain rule, without recording a factor 1."""
    if x is NOTHING or y is NOTHING:
        return NOTHING
    if type(x) is Masked or type(y) is Masked:
        return Masked(_both(_condition(x), _condition(y)), times(_taken(x), _taken(y)), NOTHING)
    if isinstance(x, float) and x == 1.0:
        return y
    if isinstance(y, float) and y == 1.0:
        return x
    return x * y


def plus(x: Any, y: Any) -> Any:
    """Return x + y: what is nothing adds nothing."""
    if x is NOTHING:
        return y
    if y is NOTHING:
        return x
    total = plain(x) + plain(y)
    if type(x) is Masked and type(y) is Masked:
        return Masked(_either(_condition(x), _condition(y)), total, NOTHING)
    return total


def plain(x: Any) -> Any:
    """Return a derivative or adjoint as a number or Value: 0 where it is nothing."""
    if type(x) is Masked:
        return ops.where(x.condition, plain(x.x), plain(x.y))
    return 0.0 if x is NOTHING else x


def number_now(x: Any) -> float:
    """Return what a derivative or adjoint is for the recorded data; it may be NOTHING."""
    while type(x) is Masked:
        x = x.x if x.condition else x.y
    number: float = getattr(x, "data", x)
    return number


def condition_and_value(x: Masked) -> tuple[Any, Any]:
    """Return where a masked derivative is something, and what it is there."""
    return _condition(x), _taken(x)


def _condition(x: Any) -> Any:
    """Return where something is there; True and False for everywhere and nowhere."""
    if type(x) is not Masked:
        return x is not NOTHING
    first, second = _condition(x.x), _condition(x.y)
    if first is True:
        return _either(x.condition, second)
    return _either(_both(x.condition, first), _both(ops.logical_not(x.condition), second))


def _taken(x: Any) -> Any:
    """Return what a derivative is where it is something."""
    if type(x) is not Masked:
        return x
    first, second = _taken(x.x), _taken(x.y)
    if first is NOTHING or second is NOTHING:
        return second if first is NOTHING else first
    return ops.where(x.condition, first, second)


def _both(a: Any, b: Any) -> Any:
    if a is False or b is False:
        return False
    if a is True or b is True:
        return b if a is True else a
    return ops.logical_and(a, b)


def _either(a: Any, b: Any) -> Any:
    if a is True or b is True:
        return True
    if a is False or b is False:
        return b if a is False else a
    return ops.logical_or(a, b)
