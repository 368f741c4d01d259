"""`Node`: what a value of a computation graph holds.

A recorded node has two operand slots, with the local derivative of each stored beside it
when the node is made; so the gradient is taken at the recorded values, whatever becomes
of `data` later. A plain number is not a node: its operand slot stays empty, and the slot
of the derivative, which nobody needs, holds the number. Where an operation leaves operands
out, -0.0 in the slot of a derivative says that there is no edge, and a derivative that is
zero is 0.0. Operations on more than two operands are small subclasses: `sum` and `dot` have
`Row`s of them, and `where` a tuple.
"""

from __future__ import annotations

from math import copysign

from autograd.errors import to_float
from autograd.function import Function
from autograd.native import mypyc_attr
from autograd.op import NOTHING
from autograd.recording import ACTIVE
from autograd.scalar import Scalar, no_deleter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from autograd.native import i32
    from autograd.op import Op
    from autograd.operands import Row
    from autograd.value import Value


_ROOM: Final = 8  # places of a list that stay taken


# Nodes are never part of a cycle, so the native build leaves them out of the cyclic
# collector, whose walks would otherwise cost more than the engine itself. With the
# collector goes CPython's guard against recursion while a long chain is freed: a dying
# node leaves its operands here instead, and the first one that does frees them all. The list
# never gets empty: it would give its memory back, and ask for it again at the next node.
class _Dying:
    __slots__ = ("is_freeing", "operands")

    def __init__(self) -> None:
        self.operands: list[object] = [None] * _ROOM
        self.is_freeing: bool = False

    def free(self) -> None:
        if not self.is_freeing:
            self.is_freeing = True
            while len(self.operands) > _ROOM:
                self.operands.pop()
            self.is_freeing = False


NO_EDGE: Final = -0.0
_NOTHING: Final[Any] = NOTHING  # typed Any: as a float it would lose its identity
DYING: Final = _Dying()
_IS_NATIVE: Final = not __file__.endswith(".py")


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Node(Scalar):
    """The data, gradient, names and operands of one value; `Value` adds arithmetic."""

    __slots__ = (
        "_a", "_b", "_count", "_da", "_data", "_db", "_grad", "_op", "_tag",
    )  # fmt: skip

    def __init__(self, data: Any, label: Any = None) -> None:
        # In the order of use, so that a pass needs one cache line of a leaf.
        self._count: i32 = 0  # of consumers; where padding would be
        self._data: float = data if type(data) is float else to_float(data)
        self._grad: float = 0.0
        self._da: float = 0.0
        self._op: Function | None = None
        self._a: Value | None = None
        self._b: Value | None = None
        self._db: float = 0.0
        # None, the label, or (label, scope, line of user code)
        self._tag: Any = None
        if label is not None:
            self._tag = _checked_label(label)
        if ACTIVE.count:
            self._finish()

    def _finish(self) -> None:
        """Do what a new node needs under a mode, or where its data is not finite."""
        raise NotImplementedError

    # --- what a node holds ------------------------------------------------------------

    @property
    def data(self) -> float:
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        if _IS_NATIVE and id(data) == 0:
            raise no_deleter(self, "data")
        self._data = data if type(data) is float else to_float(data, "Value.data")

    @property
    def grad(self) -> float:
        return self._grad

    @grad.setter
    def grad(self, grad: Any) -> None:
        if _IS_NATIVE and id(grad) == 0:
            raise no_deleter(self, "grad")
        self._grad = grad if type(grad) is float else to_float(grad, "Value.grad")
        if self._op is None:
            self._db = 0.0  # passes are counted anew

    @property
    def passes(self) -> int:
        """How many passes grad is the sum of; 0 where it is 0, and at most 1 but for a leaf."""
        if self._grad == 0.0:
            return 0
        return 1 + int(self._db) if self._op is None else 1

    @property
    def label(self) -> str | None:
        tag = self._tag
        label: str | None = tag[0] if isinstance(tag, tuple) else tag
        return label

    @label.setter
    def label(self, label: Any) -> None:
        if _IS_NATIVE and id(label) == 0:
            raise no_deleter(self, "label")
        label = _checked_label(label)
        tag = self._tag
        self._tag = (label, tag[1], tag[2]) if isinstance(tag, tuple) else label

    @property
    def scope(self) -> str:
        tag = self._tag
        scope: str = tag[1] if isinstance(tag, tuple) else ""
        return scope

    @property
    def op(self) -> Op | None:
        op: Op | None = self._op  # type: ignore[assignment]
        return op

    @property
    def operands(self) -> tuple[Any, ...]:
        """The operands in order: Values, and plain numbers as floats."""
        op = self._op
        if op is None:
            return ()
        a = self._da if self._a is None else self._a
        if op.arity == 1:
            return (a,)
        return (a, self._db if self._b is None else self._b)

    @property
    def local_derivatives(self) -> tuple[float, ...]:
        """d self / d operand as recorded, in order; 0.0 where no gradient passes."""
        return tuple([0.0 if d is None or d is _NOTHING else d for d in self._partials()])

    def _partials(self) -> tuple[Any, ...]:
        """The local derivative for each operand; None for plain numbers and conditions."""
        op = self._op
        if op is None:
            return ()
        partials: list[Any] = []
        for x, derivative in ((self._a, self._da), (self._b, self._db)):
            if x is None or op.partials is None:
                partials.append(None)
            else:
                partials.append(_NOTHING if is_no_edge(op, derivative) else derivative)
        return tuple(partials[:1] if op.arity == 1 else partials)

    def _inputs(self) -> list[Node]:
        """The operands that are Values."""
        return [x for x in (self._a, self._b) if x is not None]

    def _edges(self) -> list[tuple[Node, float]]:
        """The operands that receive a gradient, with their local derivatives."""
        pairs = zip(self.operands, self._partials())
        return [(x, d) for x, d in pairs if d is not None and d is not _NOTHING]

    def _many_rows(self) -> tuple[Row, ...]:
        """The operands of a node that has more than the two slots hold."""
        return ()

    def _leaves_out(self) -> bool:
        """Whether some operand that is a node has no edge; asked where the first slot is empty."""
        return False

    def _has_more(self) -> bool:
        """Whether there are operands that are not in the two slots."""
        return False

    def _computed(self) -> tuple[float, float, float, Any]:
        """Return what the operands give now: data, the two numbers in the slots, and what else."""
        raise NotImplementedError

    def _stored(self) -> tuple[float, float, float, Any]:
        """Return the same as it is stored."""
        return self._data, self._da, self._db, None

    def _store(self, data: float, da: float, db: float, more: Any) -> None:
        self._data = data
        self._da = da
        self._db = db

    def _origin(self) -> str | None:
        """The line of user code, for a node made under `detect_anomaly`."""
        tag = self._tag
        origin: str | None = tag[2] if isinstance(tag, tuple) else None
        return origin

    def _set_operands(self, operands: tuple[Any, ...]) -> None:
        """Fill the slots of a node of one or two operands, Values or plain numbers."""
        x = operands[0]
        if isinstance(x, (float, bool)):
            self._da = x
        else:
            self._a = x
        if len(operands) == 2:
            y = operands[1]
            if isinstance(y, (float, bool)):
                self._db = y
            else:
                self._b = y

    def _record(self, data: float, partials: tuple[Any, ...]) -> None:
        """Store a new result and its local derivatives, keeping plain numbers."""
        self._data = data
        if self._a is not None:
            self._da = self._slot(partials[0])
        if self._b is not None:
            self._db = self._slot(partials[1])

    def _slot(self, derivative: Any) -> float:
        """Return a derivative as its slot holds it."""
        if derivative is None or derivative is _NOTHING:
            return NO_EDGE
        number: float = derivative
        op = self._op
        return number + 0.0 if op is not None and op.leaves_out else number

    def _state(self) -> tuple[Any, ...]:
        """Everything but the operands that are Values, for copying."""
        slots = (self._da, self._db, self._a is not None, self._b is not None)
        return (self._data, self._grad, self._op, self._tag, *slots)

    def _restore(self, state: tuple[Any, ...], inputs: list[Any]) -> None:
        """Set everything from `_state()` and the operands that are Values."""
        self._data, self._grad, self._op, self._tag, self._da, self._db, has_a, has_b = state
        values = iter(inputs)
        self._a = next(values) if has_a else None
        self._b = next(values) if has_b else None
        self._count = 0
        if self._op is None:
            self._da = 0.0  # another thread's pass may be gathering there

    def __repr__(self) -> str:
        label = "" if self.label is None else f", label={self.label!r}"
        sums = f" (sum of {self.passes} passes)" if self.passes > 1 else ""
        return f"Value(data={self._data!r}, grad={self._grad!r}{sums}{label})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __del__(self) -> None:
        try:
            a, b = self._a, self._b
        except AttributeError:
            return  # a subclass's __init__ failed before it called this class's
        if a is None and b is None:
            return
        DYING.operands.append(a)
        DYING.operands.append(b)
        self._a = self._b = a = b = None  # the list holds the only references
        DYING.free()


def is_no_edge(op: Function | None, derivative: float) -> bool:
    """Tell whether a derivative in a slot says that the operand is not taken."""
    if derivative != 0.0 or op is None or not op.leaves_out:
        return False
    return copysign(1.0, derivative) < 0.0


def _checked_label(label: Any) -> Any:
    if label is not None and not isinstance(label, str):
        raise TypeError(f"Value.label needs a str or None, got {type(label).__name__}")
    return label


if not _IS_NATIVE:  # in pure Python CPython's own guard is at work
    del Node.__del__
