"""Recording modes: `no_grad`, `scope` and `detect_anomaly`."""

from __future__ import annotations

from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from copy import copy

from autograd.recording import ACTIVE, COMPILING, DETECTING, RECORDING, SCOPE, current_scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Mode(ContextDecorator):
    """Sets one ContextVar for a block or a function; may be nested and used again.

    A task that is made inside of a block keeps the mode until the block ends.
    """

    def __init__(self, variable: ContextVar[Any], value: Any, kind: str) -> None:
        self._kind = kind  # the count in ACTIVE
        self._variable = variable
        self._value = value
        self._tokens: list[Token[Any]] = []

    def _recreate_cm(self) -> _Mode:
        mode = copy(self)  # as a decorator, for each call its own: threads leave in any order
        mode._tokens = []
        return mode

    def _entered_value(self) -> Any:
        return self._value

    def __enter__(self) -> None:
        self._tokens.append(self._variable.set(self._entered_value()))
        ACTIVE.count += 1
        setattr(ACTIVE, self._kind, getattr(ACTIVE, self._kind) + 1)

    def __exit__(self, *exception: object) -> None:
        ACTIVE.count -= 1
        setattr(ACTIVE, self._kind, getattr(ACTIVE, self._kind) - 1)
        self._variable.reset(self._tokens.pop())


class _Switch(_Mode):
    """A mode without arguments: it decorates with brackets and without."""

    def __new__(cls, function: Any = None) -> Any:
        if function is None:
            return super().__new__(cls)
        if not callable(function):
            raise TypeError(f"{cls.__name__} takes no arguments, got {function!r:.60}")
        return cls()(function)


class no_grad(_Switch):
    """Record nothing inside: results are plain leaves. A context manager or decorator.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.operands
    (9.0, ())
    """

    def __init__(self, function: Any = None) -> None:
        super().__init__(RECORDING, False, "pauses")

    def __enter__(self) -> None:
        if COMPILING.get() is not None:
            raise TypeError(
                "no_grad() inside a function that is being compiled is not supported: pass what "
                "takes no gradient as an input, and leave it out of `wrt`"
            )
        super().__enter__()


class scope(_Mode):
    """Name the nodes created inside; nested scopes join with "/".

    Args:
        name: what the nodes belong to, such as "hidden[0]"; drawings show it as a box.

    Raises:
        TypeError: name is not a str.

    >>> from autograd import Value
    >>> with scope("hidden"), scope("h1"):
    ...     y = Value(2.0) * 3.0
    >>> y.scope
    'hidden/h1'
    """

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"scope needs a name of type str, got {type(name).__name__}")
        super().__init__(SCOPE, name, "scopes")

    def _entered_value(self) -> str:
        outer = current_scope()
        return f"{outer}/{self._value}" if outer else self._value


class detect_anomaly(_Switch):
    """Raise at the operation that first makes a non-finite value or gradient.

    The error names the node, its operands' values and the line that made it. Slower:
    use it to find the place, not to train.

    >>> from autograd import Value, log
    >>> with detect_anomaly():
    ...     log(Value(-2.0, label="z"))
    Traceback (most recent call last):
    autograd.errors.DomainError: log(x) needs x > 0; got x = -2.0 (node 'z'). ...
    """

    def __init__(self, function: Any = None) -> None:
        super().__init__(DETECTING, True, "detectors")
