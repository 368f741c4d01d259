"""`Value`: a scalar that records the operations it goes through.

The operators and four functions write the table's rules out a second time, for speed; for
all others `kernels` does. A test over the whole table proves them equal to it.
"""

from __future__ import annotations

import math
from functools import partial

from autograd import backprop, copying, ops, replay
from autograd.anomaly import check_gradients_finite, report_value
from autograd.condition import Condition, comparison
from autograd.errors import to_float, user_frame, warn
from autograd.function import Function
from autograd.ieee import divide, power
from autograd.ieee_float import evaluate
from autograd.kernel import Binary, RowKernel, Ternary, Unary
from autograd.kernels import KERNELS, exp_of_difference
from autograd.native import mypyc_attr, vec
from autograd.node import DYING, NO_EDGE, Node, is_no_edge
from autograd.op import NOTHING
from autograd.operands import Row, plain
from autograd.recording import (
    ACTIVE,
    RECORDERS,
    current_scope,
    is_detecting_anomalies,
    is_recording,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

ADD: Final[Function] = ops.add
SUBTRACT: Final[Function] = ops.subtract
MULTIPLY: Final[Function] = ops.multiply
DIVIDE: Final[Function] = ops.true_divide
POWER: Final[Function] = ops.pow
NEGATIVE: Final[Function] = ops.negative
EXP: Final[Function] = ops.exp
LOG: Final[Function] = ops.log
TANH: Final[Function] = ops.tanh
SIGMOID: Final[Function] = ops.sigmoid
RELU: Final[Function] = ops.relu
SUM: Final[Function] = ops.sum
DOT: Final[Function] = ops.dot
WHERE: Final[Function] = ops.where
LOGSUMEXP: Final[Function] = ops.logsumexp
SOFTMAX_AT: Final[Function] = ops.softmax_at
EXP_OF_DIFFERENCE: Final[Function] = ops.exp_of_difference
LESS: Final[Function] = ops.less
LESS_EQUAL: Final[Function] = ops.less_equal
GREATER: Final[Function] = ops.greater
GREATER_EQUAL: Final[Function] = ops.greater_equal
_FEW: Final = 4  # outputs of softmax whose rows may be kept for each of them
_EXACT: Final = 2**53
_LARGEST_EXPONENT: Final = 709.0
_IS_NATIVE: Final = not __file__.endswith(".py")
_NOTHING: Final[Any] = NOTHING  # typed Any: as a float it would lose its identity
_NO_EDGES: Final[tuple[Any, ...]] = (None, None)
_FIRST: Final[tuple[Any, ...]] = (None, 1.0, _NOTHING)
_SECOND: Final[tuple[Any, ...]] = (None, _NOTHING, 1.0)
_FIRST_OF_THREE: Final[tuple[Any, ...]] = (1.0, _NOTHING, _NOTHING)
_ZERO: Final[Any] = 0.0  # typed Any, so that the native build does not box it anew


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Value(Node):
    """A scalar and, where it was computed, the operation and operands it came from.

    Args:
        data: a real number; kept as a float.
        label: a name for explanations and drawings.

    Attributes:
        data: the number. Assigning it does not change gradients already recorded;
            `forward()` recomputes a graph from its leaves' current data.
        grad: d output / d self of the latest `backward()`; a leaf's grad adds up over
            calls until it is set to 0, and passes is how many it is the sum of.
        label, scope: the name, and the names of the `scope`s it was made in.
        op, operands, local_derivatives: how it was computed; None, () and () for a leaf.

    Methods: `backward`, `forward`, and every function of the table (`x.exp()`).
    Arithmetic works with numbers on either side. `==` and `hash` go by identity, so `==`
    with a number warns; `<`, `<=`, `>`, `>=` give a `Condition` for `where` that behaves as
    a bool.

    Raises:
        TypeError: data is not a real number.

    >>> x = Value(2.0, label="x")
    >>> y = x * x + 3 * x
    >>> y.backward()
    >>> x.grad
    7.0
    """

    __slots__ = ()

    # --- calculus ---------------------------------------------------------------------

    def backward(self, seed: Any = 1.0) -> None:
        """Back-propagate from this node to every leaf below it.

        A leaf adds seed * d self / d leaf to its grad; every other node's grad becomes
        that of this call. The gradient is taken at the values that were recorded.

        Args:
            seed: the upstream gradient of this node.

        Raises:
            TypeError: seed is not a real number.
            AnomalyError: under `detect_anomaly`, a gradient is inf or nan.
        """
        seed = to_float(seed, "backward(seed)")
        if is_detecting_anomalies():
            check_gradients_finite(self, seed)
        backprop.backward(self, seed)

    def forward(self) -> float:
        """Recompute this graph from its leaves' current data, and return the new data.

        Local derivatives are refreshed and conditions of `where` decided again. After an
        exception the graph is as it was before.

        Raises:
            AnomalyError: under `detect_anomaly`, a value is inf or nan.
        """
        return replay.forward(self)

    # --- arithmetic -------------------------------------------------------------------

    @staticmethod
    def __apply_op__(op: Function, operands: tuple[Any, ...]) -> Value:
        return record(op, operands)

    def _apply(self, op: Function, *operands: Any) -> Any:
        if RECORDERS.count:
            return op(*operands)  # one of them may be a placeholder, which goes first
        return record(op, operands)

    def _apply_op(self, op: Function, operands: tuple[Any, ...]) -> Any:
        return record(op, operands)

    def _apply_rows(self, op: Function, rows: tuple[tuple[Any, ...], ...]) -> Any:
        if op is SUM or op is DOT:
            return _record_rows(op, rows)
        kernel = op.row
        if kernel is not None:
            return _record_row(op, kernel, rows[0])
        return record(op, tuple([x for row in rows for x in row]))

    def _apply_softmax(self, row: tuple[Any, ...]) -> list[Any] | None:
        return None if RECORDERS.count else _record_softmax(row)

    def _apply_unary(self, op: Function) -> Any:
        kernel = op.unary
        if kernel is None:
            return _record_unary(op, self)
        data, derivative = kernel.evaluate(self._data)
        return _recorded(data, op, self, None, derivative, 0.0)

    def _apply_decided(self, op: Function, other: Any, result: bool) -> Any:
        data = 1.0 if result else 0.0
        if isinstance(other, Value):
            return _recorded(data, op, self, other, NO_EDGE, NO_EDGE)
        return _recorded(data, op, self, None, NO_EDGE, other)

    def __add__(self, other: Any) -> Any:
        if type(other) is float:
            return _recorded(self._data + other, ADD, self, None, 1.0, other)
        if isinstance(other, Value):
            return _recorded(self._data + other._data, ADD, self, other, 1.0, 1.0)
        number = _number(other)
        return NotImplemented if number is None else self + number

    def __radd__(self, other: Any) -> Any:
        number = _number(other)
        if number is None:
            return NotImplemented
        return _recorded(number + self._data, ADD, None, self, number, 1.0)

    def __sub__(self, other: Any) -> Any:
        if type(other) is float:
            return _recorded(self._data - other, SUBTRACT, self, None, 1.0, other)
        if isinstance(other, Value):
            return _recorded(self._data - other._data, SUBTRACT, self, other, 1.0, -1.0)
        number = _number(other)
        return NotImplemented if number is None else self - number

    def __rsub__(self, other: Any) -> Any:
        number = _number(other)
        if number is None:
            return NotImplemented
        return _recorded(number - self._data, SUBTRACT, None, self, number, -1.0)

    def __mul__(self, other: Any) -> Any:
        if type(other) is float:  # the derivative and the number to keep are the same
            return _recorded(self._data * other, MULTIPLY, self, None, other, other)
        if isinstance(other, Value):
            x, y = self._data, other._data
            return _recorded(x * y, MULTIPLY, self, other, y, x)
        number = _number(other)
        return _no_repetition(other) if number is None else self * number

    def __rmul__(self, other: Any) -> Any:
        number = _number(other)
        if number is None:
            return _no_repetition(other)
        return _recorded(number * self._data, MULTIPLY, None, self, number, number)

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Value):
            y = other._data
            out = divide(self._data, y)
            return _recorded(out, DIVIDE, self, other, divide(1.0, y), divide(-out, y))
        if type(other) is float:
            out = divide(self._data, other)
            return _recorded(out, DIVIDE, self, None, divide(1.0, other), other)
        number = _number(other)
        return NotImplemented if number is None else self / number

    def __rtruediv__(self, other: Any) -> Any:
        number = _number(other)
        if number is None:
            return NotImplemented
        out = divide(number, self._data)
        return _recorded(out, DIVIDE, None, self, number, divide(-out, self._data))

    def __pow__(self, other: Any) -> Any:
        if isinstance(other, Value):
            return record(POWER, (self, other))
        number = _number(other)
        if number is None:
            return NotImplemented
        x = self._data
        out = power(x, number)
        if -math.inf < number < 0.5 and number != 0.0 and 0.0 < abs(x) < math.inf:
            derivative = number / x * out + 0.0  # number - 1 may be rounded
        else:
            derivative = 0.0 if number == 0.0 else number * power(x, number - 1.0)
        return _recorded(out, POWER, self, None, derivative, number)

    def __rpow__(self, other: Any) -> Any:
        number = _number(other)
        return NotImplemented if number is None else record(POWER, (number, self))

    def __neg__(self) -> Any:
        return _recorded(-self._data, NEGATIVE, self, None, -1.0, 0.0)

    def _binary(self, op: Function, x: Any, y: Any) -> Any:
        other = y if x is self else x
        if not isinstance(other, Value) and _number(other) is None:
            return NotImplemented
        return record(op, (x, y))

    def __matmul__(self, other: Any) -> Any:
        return _no_matrix(other)

    def __rmatmul__(self, other: Any) -> Any:
        return _no_matrix(other)

    # --- the functions that nets spend their time in ----------------------------------------

    def exp(self) -> Any:
        """Return exp(self)."""
        x = self._data
        out = math.exp(x) if x < _LARGEST_EXPONENT else ops.exp.forward(x)
        return _recorded(out, EXP, self, None, out, 0.0)

    def log(self) -> Any:
        """Return log(self)."""
        x = self._data
        out = math.log(x) if x > 0.0 else ops.log.forward(x)
        return _recorded(out, LOG, self, None, divide(1.0, x), 0.0)

    def tanh(self) -> Any:
        """Return tanh(self)."""
        x = self._data
        root = 0.0 if abs(x) > _LARGEST_EXPONENT else 1.0 / math.cosh(x)
        return _recorded(math.tanh(x), TANH, self, None, root * root, 0.0)

    def sigmoid(self) -> Any:
        """Return sigmoid(self)."""
        x = self._data
        e = math.exp(-abs(x))
        large = 1.0 / (1.0 + e)
        small = e / (1.0 + e)  # 1 - large, without its rounding
        return _recorded(large if x >= 0.0 else small, SIGMOID, self, None, large * small, 0.0)

    def relu(self) -> Any:
        """Return self where it is positive, else 0."""
        x = self._data
        slope = 1.0 if x > 0.0 else NO_EDGE
        return _recorded(0.0 if x <= 0.0 else x, RELU, self, None, slope, 0.0)

    # --- printing -----------------------------------------------------------------------

    def to_text(self) -> str:
        """Return the formula of this value, down to labelled nodes, as Python text."""
        from autograd.expression import to_text

        return to_text(self)

    def to_latex(self) -> str:
        """Return the formula of this value, down to labelled nodes, as LaTeX."""
        from autograd.expression import to_latex

        return to_latex(self)

    def _repr_html_(self) -> str:
        from autograd.jupyter import value_html

        return value_html(self)

    # --- comparison and conversion ------------------------------------------------------

    def __lt__(self, other: Any) -> Any:
        if isinstance(other, Value):
            return _compared(LESS, self, other, self._data < other._data)
        number = _number(other)
        if number is None:
            return NotImplemented
        return _compared(LESS, self, number, self._data < number)

    def __le__(self, other: Any) -> Any:
        if isinstance(other, Value):
            return _compared(LESS_EQUAL, self, other, self._data <= other._data)
        number = _number(other)
        if number is None:
            return NotImplemented
        return _compared(LESS_EQUAL, self, number, self._data <= number)

    def __gt__(self, other: Any) -> Any:
        if isinstance(other, Value):
            return _compared(GREATER, self, other, self._data > other._data)
        number = _number(other)
        if number is None:
            return NotImplemented
        return _compared(GREATER, self, number, self._data > number)

    def __ge__(self, other: Any) -> Any:
        if isinstance(other, Value):
            return _compared(GREATER_EQUAL, self, other, self._data >= other._data)
        number = _number(other)
        if number is None:
            return NotImplemented
        return _compared(GREATER_EQUAL, self, number, self._data >= number)

    def __eq__(self, other: object) -> Any:
        if isinstance(other, (float, int)):
            warn(
                f"{self!r} == {other!r} is False: Values are equal by identity. Compare "
                f"v.data == {other!r}, or write (v >= {other!r}) & (v <= {other!r}) for where"
            )
        return True if self is other else NotImplemented

    def __hash__(self) -> int:
        return object.__hash__(self)  # what defines __eq__ has none of its own

    def __bool__(self) -> bool:
        return self._data != 0.0

    def __float__(self) -> float:
        raise TypeError(
            f"{self!r} cannot become a float, which would drop its gradient: call the "
            "function of autograd instead (autograd.exp(v), not math.exp(v)), "
            "or pass v.data where no gradient is wanted"
        )

    def __int__(self) -> int:
        raise TypeError(
            f"{self!r} cannot become an int, which would drop its gradient: round(v), "
            "math.floor(v) and math.trunc(v) give a Value; write int(v.data) where a plain "
            "number is wanted"
        )

    def _computed(self) -> tuple[float, float, float, Any]:
        op, a, b, da, db = self._op, self._a, self._b, self._da, self._db
        assert op is not None
        unary, binary = op.unary, op.binary
        if unary is not None and a is not None:
            data, dx = unary.evaluate(a._data)
            return data, dx, db, None
        if binary is not None:
            x = float(da) if a is None else a._data
            y = float(db) if b is None else b._data
            data, dx, dy = binary.evaluate(x, y)
            return data, da if a is None else dx, db if b is None else dy, None
        data, partials = _evaluate(op, _numbers(self.operands))
        if a is not None:
            da = self._slot(partials[0])
        if b is not None:
            db = self._slot(partials[1])
        return data, da, db, None

    def _finish(self) -> None:
        scope = current_scope() if ACTIVE.scopes else ""
        raising = ACTIVE.detectors > 0 and is_detecting_anomalies()
        if scope or raising:
            self._tag = (self.label, scope, user_frame()[0] if raising else None)
        if self._op is None:
            return
        if self._data - self._data != 0.0:
            report_value(self._op, self.operands, self._data, raising)
        if ACTIVE.pauses and not is_recording():
            self._forget()

    def _forget(self) -> None:
        """Become a leaf."""
        self._op = self._a = self._b = None
        self._da = self._db = 0.0

    def __copy__(self) -> Any:
        return copying.copy_node(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copying.deepcopy_graph(self, memo)

    def __reduce__(self) -> Any:
        return copying.reduce_graph(self)


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class ManyOperands(Value):
    """A node of an operation on rows of operands; made by `record` alone."""

    __slots__ = ("_rows",)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self._rows: tuple[Row, ...] = ()

    @property
    def operands(self) -> tuple[Any, ...]:
        """The operands in order: Values, and plain numbers as floats."""
        return tuple([x for row in self._rows for x in row.operands])

    def _partials(self) -> tuple[Any, ...]:
        return tuple([d for row in self._rows for d in row.partials()])

    def _inputs(self) -> list[Node]:
        return [x for row in self._rows for x in row.operands if isinstance(x, Value)]

    def _edges(self) -> list[tuple[Node, float]]:
        return [edge for row in self._rows for edge in zip(row.values, row.derivatives)]

    def _many_rows(self) -> tuple[Row, ...]:
        return self._rows

    def _leaves_out(self) -> bool:
        return any(row.rule is not None for row in self._rows)

    def _has_more(self) -> bool:
        return True

    def _computed(self) -> tuple[float, float, float, Any]:
        op = self._op
        assert op is not None
        operands = tuple([row.operands for row in self._rows])
        if op is SUM or op is DOT:
            data, rows = _added_rows(op, operands)
        elif op.row is not None:
            data, rows = _calculated_row(op, op.row, operands[0])
        else:
            data, partials = _evaluate(op, _numbers(self.operands))
            rows = _divided(operands, partials)
        return data, 0.0, 0.0, rows

    def _stored(self) -> tuple[float, float, float, Any]:
        return self._data, 0.0, 0.0, self._rows

    def _store(self, data: float, da: float, db: float, more: Any) -> None:
        self._data = data
        self._rows = more

    def _forget(self) -> None:
        super()._forget()
        self._rows = ()

    def _record(self, data: float, partials: tuple[Any, ...]) -> None:
        self._store(data, 0.0, 0.0, _divided(tuple([row.operands for row in self._rows]), partials))

    def __del__(self) -> None:
        try:
            DYING.operands.append(self._rows)
        except AttributeError:
            return  # not yet restored by a copy
        self._rows = ()
        DYING.free()

    def _state(self) -> tuple[Any, ...]:
        numbers = [
            [None if isinstance(x, Value) else x for x in row.operands] for row in self._rows
        ]
        return (super()._state(), numbers, self._partials())

    def _restore(self, state: tuple[Any, ...], inputs: list[Node]) -> None:
        slots, rows, partials = state
        super()._restore(slots, [])
        values = iter(inputs)
        self._rows = tuple(
            [Row(tuple([next(values) if x is None else x for x in row])) for row in rows]
        )
        self._record(self._data, partials)


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Choice(Value):
    """A node of an operation that takes one of few operands; made by recording alone.

    The two slots hold only the operands that receive a gradient, so the reverse pass does not
    come to the others at all; `forward()` fills them anew. A single one is in the second slot:
    where the first is empty, the pass asks whether operands are left out.
    """

    __slots__ = ("_all", "_rule")

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self._all: tuple[Any, ...] = ()
        self._rule: tuple[Any, ...] = ()  # what it gave for each operand

    @property
    def operands(self) -> tuple[Any, ...]:
        """The operands in order: Values, and plain numbers as floats."""
        return self._all

    def _partials(self) -> tuple[Any, ...]:
        pairs = zip(self._all, self._rule)
        return tuple([d if isinstance(x, Value) else None for x, d in pairs])

    def _inputs(self) -> list[Node]:
        return [x for x in self._all if isinstance(x, Value)]

    def _leaves_out(self) -> bool:
        return len(self._inputs()) > (0 if self._b is None else 1)

    def _has_more(self) -> bool:
        return True

    def _computed(self) -> tuple[float, float, float, Any]:
        op, operands = self._op, self._all
        assert op is not None
        if op is WHERE:
            data, partials, taken = _decided(operands)
            return data, 0.0, 1.0, (partials, None, taken)
        if op.ternary is not None:
            data, partials, taken = _limited(op, op.ternary, operands)
            if taken is not None:
                return data, 0.0, 1.0, (partials, None, taken)
        else:
            data, partials = _evaluate(op, _numbers(operands))
        da, db, more = self._edges_of(partials)
        return data, da, db, more

    def _stored(self) -> tuple[float, float, float, Any]:
        return self._data, self._da, self._db, (self._rule, self._a, self._b)

    def _store(self, data: float, da: float, db: float, more: Any) -> None:
        super()._store(data, da, db, None)
        self._rule, self._a, self._b = more

    def _forget(self) -> None:
        super()._forget()
        self._all = self._rule = ()

    def _record(self, data: float, partials: tuple[Any, ...]) -> None:
        da, db, more = self._edges_of(partials)
        self._store(data, da, db, more)

    def _edges_of(self, partials: tuple[Any, ...]) -> tuple[float, float, Any]:
        """Return what the slots hold by what the rule gives for each operand."""
        edges = [
            (x, d)
            for x, d in zip(self._all, partials)
            if isinstance(x, Value) and d is not None and d is not _NOTHING
        ]
        if len(edges) > 2:
            assert self._op is not None
            raise TypeError(
                f"Op {self._op.name!r} chooses, so its partials may give a derivative for two "
                f"operands at most and NOTHING for the others; got {len(edges)}"
            )
        if not edges:
            return 0.0, 0.0, (partials, None, None)
        b, db = edges[-1]
        if len(edges) == 1:
            return 0.0, self._slot(db), (partials, None, b)
        a, da = edges[0]
        return self._slot(da), self._slot(db), (partials, a, b)

    def __del__(self) -> None:
        try:
            DYING.operands.append(self._all)
        except AttributeError:
            return  # not yet restored by a copy
        self._all = ()
        self._a = self._b = None
        DYING.free()

    def _state(self) -> tuple[Any, ...]:
        slots = (self._data, self._grad, self._op, self._tag, 0.0, 0.0, False, False)
        numbers = [None if isinstance(x, Value) else x for x in self._all]
        return (slots, numbers, self._rule)

    def _restore(self, state: tuple[Any, ...], inputs: list[Node]) -> None:
        slots, numbers, rule = state
        super()._restore(slots, [])
        values = iter(inputs)
        self._all = tuple([next(values) if x is None else x for x in numbers])
        self._record(self._data, rule)


if not _IS_NATIVE:  # only the compiled classes need it, see `Node.__del__`
    del ManyOperands.__del__, Choice.__del__


# --- recording ------------------------------------------------------------------------


_blank: Final[Any] = partial(object.__new__, Value)
_blank_choice: Final[Any] = partial(object.__new__, Choice)
_blank_many: Final[Any] = partial(object.__new__, ManyOperands)


def _recorded(
    data: float, op: Function, a: Value | None, b: Value | None, da: float, db: float
) -> Value:
    """Make a node of one or two operands with their local derivatives.

    A plain number is no operand: None, with the number in place of the derivative.
    """
    # In pure Python calling the class costs more than all the rest.
    node: Value = Value(_ZERO) if _IS_NATIVE else _blank()
    node._data = data
    node._grad = 0.0
    node._op = op
    node._a = a
    node._b = b
    node._da = da
    node._db = db
    node._tag = None
    node._count = 0
    if ACTIVE.count or data - data != 0.0:
        node._finish()
    return node


def record(op: Function, operands: tuple[Any, ...]) -> Value:
    """Apply an operation of the table and record it.

    Args:
        op: the operation.
        operands: Values, Conditions and numbers, at least one of them a Value or Condition.

    Raises:
        TypeError: an operand is no real number, or a rule returns a wrong count.
    """
    count = len(operands)
    if count == 2:
        binary = op.binary
        if binary is not None:
            x, y = operands
            if isinstance(x, Value):
                if isinstance(y, Value):
                    data, dx, dy = binary.evaluate(x._data, y._data)
                    return _recorded(data, op, x, y, dx, dy)
                number = _number(y)
                if number is not None:
                    data, dx, dy = binary.evaluate(x._data, number)
                    return _recorded(data, op, x, None, dx, number)
            elif isinstance(y, Value):
                number = _number(x)
                if number is not None:
                    data, dx, dy = binary.evaluate(number, y._data)
                    return _recorded(data, op, None, y, number, dy)
    elif count == 3:
        if op is WHERE:
            return _record_where(operands)
        ternary = op.ternary
        if ternary is not None:
            return _record_ternary(op, ternary, operands)
    elif count == 1 and op.arity == 1:
        only = operands[0]
        if isinstance(only, Value):
            result: Value = only._apply_unary(op)
            return result
    if op is SUM:
        return _record_rows(op, (operands,))
    if op is DOT:
        half = count // 2
        return _record_rows(op, (operands[:half], operands[half:]))
    return _record_carefully(op, operands)


def _record_unary(op: Function, x: Value) -> Value:
    """Record an operation on one operand that has no kernel: a user's own."""
    number = x._data
    try:
        data = op.forward(number)
        partials = op.partials(data, number)
        if type(data) is float and type(partials) is tuple and len(partials) == 1:
            derivative = partials[0]
            if type(derivative) is float:
                return _recorded(data, op, x, None, derivative, 0.0)
    except (ArithmeticError, TypeError, ValueError):
        pass  # the careful way knows what to do, or says what is wrong
    return _record_carefully(op, (x,))


def _decided(operands: tuple[Any, ...]) -> tuple[float, tuple[Any, ...], Value | None]:
    """Return the result of `where`, what its rule gives, and what is taken if it is a node."""
    condition, x, y = operands
    is_first = condition._data != 0.0 if isinstance(condition, Value) else bool(condition)
    taken = x if is_first else y
    rule = _FIRST if is_first else _SECOND
    if isinstance(taken, Value):
        return taken._data, rule, taken
    return float(taken), rule, None


def _limited(
    op: Function, kernel: Ternary, operands: tuple[Any, ...]
) -> tuple[float, tuple[Any, ...], Value | None]:
    """Return the result of an operation on three, its partials, and the first if it is taken."""
    x, y, z = operands
    data, dx, dy, dz = kernel.evaluate(_number_of(x), _number_of(y), _number_of(z))
    if dx == 1.0 and dy == 0.0 and dz == 0.0 and isinstance(x, Value):
        return data, _FIRST_OF_THREE, x
    return data, (_edge(op, dx), _edge(op, dy), _edge(op, dz)), None


def _record_where(operands: tuple[Any, ...]) -> Value:
    """Record a choice; the branch that is not taken receives no gradient."""
    condition, x, y = operands
    kept = (plain(WHERE, condition), plain(WHERE, x), plain(WHERE, y))
    data, rule, taken = _decided(kept)
    return _recorded_choice(data, WHERE, kept, rule, taken)


def _record_ternary(op: Function, kernel: Ternary, operands: tuple[Any, ...]) -> Value:
    """Record an operation that takes one of three operands, mostly the first."""
    x, y, z = operands
    kept = (plain(op, x), plain(op, y), plain(op, z))
    data, partials, taken = _limited(op, kernel, kept)
    if taken is not None:
        return _recorded_choice(data, op, kept, partials, taken)
    node = _recorded_choice(data, op, kept, _NO_EDGES, None)
    if node._op is not None:  # None under `no_grad`
        node._record(data, partials)
    return node


def _record_carefully(op: Function, operands: tuple[Any, ...]) -> Value:
    """Record any operation, whatever its rule returns."""
    kept = tuple([plain(op, x) for x in operands])
    data, partials = _evaluate(op, _numbers(kept))
    node: Value
    if op.chooses and op.arity is not None and len(kept) > 2:
        choice = Choice(data)
        choice._all = kept
        node = choice
    elif len(kept) <= 2 and op.arity is not None and (op.partials is None or None not in partials):
        node = Value(data)
        node._set_operands(kept)
    else:
        node = _recorded_rows(data, op, (Row(kept),))
    node._op = op
    node._record(data, partials)
    if ACTIVE.count or data - data != 0.0:
        node._finish()
    return node


def _record_rows(op: Function, operands: tuple[tuple[Any, ...], ...]) -> Value:
    """Record a sum of one row or a dot of two."""
    data, rows = _added_rows(op, operands)
    return _recorded_rows(data, op, rows)


def _added_rows(
    op: Function, operands: tuple[tuple[Any, ...], ...]
) -> tuple[float, tuple[Row, ...]]:
    """Return the sum of one row, or the dot of two, and the rows with their derivatives."""
    left = Row(operands[0])
    xs = left.read(op)
    total: float = 0.0
    if op is SUM:
        for x in xs:
            total += x
        left.derivatives = vec[float]([1.0] * len(left.values))
        return total, (left,)
    right = Row(operands[1])
    ys = right.read(op)
    for x, y in zip(xs, ys):
        total += x * y
    left.derivatives = left.of_values(ys)
    right.derivatives = right.of_values(xs)
    return total, (left, right)


def _divided(operands: tuple[tuple[Any, ...], ...], partials: tuple[Any, ...]) -> tuple[Row, ...]:
    """Return rows of these operands, with a derivative for each."""
    rows = tuple([Row(row) for row in operands])
    start = 0
    for row in rows:
        stop = start + len(row.operands)
        row.record(partials[start:stop])
        start = stop
    return rows


def _record_row(op: Function, kernel: RowKernel, operands: tuple[Any, ...]) -> Value:
    """Record another operation on one row."""
    data, rows = _calculated_row(op, kernel, operands)
    return _recorded_rows(data, op, rows)


def _calculated_row(
    op: Function, kernel: RowKernel, operands: tuple[Any, ...]
) -> tuple[float, tuple[Row, ...]]:
    """Return the result of an operation on one row, and the row with its derivatives."""
    row = Row(operands)
    data, derivatives = kernel.evaluate(row.read(op))
    row.derivatives = row.of_values(derivatives)
    return data, (row,)


def _record_softmax(operands: tuple[Any, ...]) -> list[Any]:
    """Record the outputs of softmax, of a row that is not empty.

    Each of few is one node of the whole row. Many are exp(x - logsumexp), since the edges would
    be too many; but for one above a half, for which p*(1 - p) had no digits then.
    """
    row = Row(operands)
    numbers = row.read(LOGSUMEXP)
    if len(numbers) <= _FEW:
        given = _with_place(numbers)
        return [_record_output(row, given, place) for place in range(len(numbers))]
    kernel = LOGSUMEXP.row
    assert kernel is not None
    data, derivatives = kernel.evaluate(numbers)
    row.derivatives = row.of_values(derivatives)
    total = _recorded_rows(data, LOGSUMEXP, (row,))
    outputs = [_record_term(x, number, total) for x, number in zip(row.operands, numbers)]
    for place, p in enumerate(derivatives):
        if p > 0.5:
            outputs[place] = _record_output(row, _with_place(numbers), place)
    return outputs


def _record_term(x: Any, number: float, total: Value) -> Value:
    """Record exp(x - total)."""
    p = exp_of_difference(number, total._data)
    if isinstance(x, Value):
        return _recorded(p, EXP_OF_DIFFERENCE, x, total, p, -p)
    return _recorded(p, EXP_OF_DIFFERENCE, None, total, number, -p)


def _with_place(numbers: vec[float]) -> vec[float]:
    """Return the numbers of a row behind room for the place of an output."""
    return vec[float]([0.0 if k < 0 else numbers[k] for k in range(-1, len(numbers))])


def _record_output(row: Row, given: vec[float], place: int) -> Value:
    """Record one output of softmax, of a row that has been read, and its numbers `_with_place`."""
    kernel = SOFTMAX_AT.row
    assert kernel is not None
    own = Row((float(place), *row.operands))
    own.values = row.values
    own.leaves_alone = row.leaves_alone
    given[0] = float(place)
    data, derivatives = kernel.evaluate(given)
    own.derivatives = row.of_values(derivatives[1:])
    return _recorded_rows(data, SOFTMAX_AT, (own,))


def _recorded_rows(data: float, op: Function, rows: tuple[Row, ...]) -> Value:
    """Make a node of any number of operands."""
    node: ManyOperands = ManyOperands(_ZERO) if _IS_NATIVE else _blank_many()
    node._data = data
    node._grad = 0.0
    node._op = op
    node._a = node._b = node._tag = None
    node._da = node._db = 0.0
    node._count = 0
    node._rows = rows
    if ACTIVE.count or data - data != 0.0:
        node._finish()
    return node


def _recorded_choice(
    data: float, op: Function, operands: tuple[Any, ...], rule: tuple[Any, ...], b: Value | None
) -> Value:
    """Make a node of an operation that has taken one operand, b, as its result, or none."""
    node: Choice = Choice(_ZERO) if _IS_NATIVE else _blank_choice()
    node._data = data
    node._grad = 0.0
    node._op = op
    node._a = node._tag = None
    node._b = b
    node._da = 0.0
    node._db = 1.0
    node._count = 0
    node._all = operands
    node._rule = rule
    if ACTIVE.count or data - data != 0.0:
        node._finish()
    return node


def _evaluate(op: Function, numbers: tuple[Any, ...]) -> tuple[float, tuple[Any, ...]]:
    """Run an operation's kernel, or its forward function and rule, on floats."""
    unary, binary = op.unary, op.binary
    if unary is not None:
        value, dx = unary.evaluate(float(numbers[0]))
        return value, (_edge(op, dx),)
    if binary is not None:
        value, dx, dy = binary.evaluate(float(numbers[0]), float(numbers[1]))
        return value, (_edge(op, dx), _edge(op, dy))
    partials: Any
    try:
        data: Any = op.forward(*numbers)
        if type(data) is float and op.partials is not None:
            partials = op.partials(data, *numbers)
            is_plain = type(partials) is tuple and len(partials) == len(numbers)
            if is_plain and all([type(d) is float or d is _NOTHING for d in partials]):  # noqa: C419
                return data, partials
    except (ArithmeticError, TypeError, ValueError):
        pass  # the careful way knows what to do, or says what is wrong
    data = to_float(evaluate(op.forward, numbers), f"the result of {op.name}")
    if op.partials is None:
        return data, (None,) * len(numbers)
    partials = evaluate(op.partials, (data, *numbers))
    if not isinstance(partials, tuple) or len(partials) != len(numbers):
        raise TypeError(
            f"Op {op.name!r}: partials must return a tuple of {len(numbers)} derivatives, "
            f"one per operand; got {partials!r:.80}"
        )
    return data, tuple([_float_or_none(d) for d in partials])


def _edge(op: Function, derivative: float) -> Any:
    """Return a derivative of a kernel, or NOTHING where it stands for that."""
    return _NOTHING if is_no_edge(op, derivative) else derivative


def _float_or_none(derivative: Any) -> Any:
    return derivative if derivative is None or derivative is _NOTHING else float(derivative)


def _number_of(x: Any) -> float:
    return x._data if isinstance(x, Value) else float(x)


def _numbers(operands: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([x._data if isinstance(x, Value) else x for x in operands])


def _number(x: Any) -> float | None:
    """Return a plain number as a float; None where another type should try its own method."""
    if type(x) is float:
        return x
    if type(x) is int:
        return float(x) if -_EXACT < x < _EXACT else to_float(x)
    if isinstance(x, Value) or hasattr(x, "__apply_op__"):
        return None
    try:
        return to_float(x)
    except TypeError:
        return None


def _no_repetition(other: Any) -> Any:
    """Else Python would take * for the repetition of a list, and speak of that."""
    if not isinstance(other, (list, tuple)):
        return NotImplemented
    raise TypeError(
        f"unsupported operand: a Value is one scalar, got a {type(other).__name__} to multiply "
        "with: write [v * x for x in xs], or dot(xs, ys) for two sequences"
    )


def _no_matrix(other: Any) -> Any:
    if not isinstance(other, (Value, float, int)):
        return NotImplemented
    raise TypeError(
        "@ multiplies matrices, and a Value is one scalar: write v * w, or dot(xs, ys) for "
        "two sequences of Values"
    )


def _compared(op: Function, x: Value, y: Any, result: bool) -> Condition:
    condition = comparison(op, x, y, result)
    if ACTIVE.count:
        condition.node  # noqa: B018 (a mode holds for what is recorded inside of it)
    return condition


for _name, _kernel in KERNELS.items():
    _op: Any = ops.TABLE.get(_name)
    if isinstance(_kernel, Unary):
        _op.unary = _kernel
    elif isinstance(_kernel, Binary):
        _op.binary = _kernel
    elif isinstance(_kernel, Ternary):
        _op.ternary = _kernel
    elif isinstance(_kernel, RowKernel):
        _op.row = _kernel
