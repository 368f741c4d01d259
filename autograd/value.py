"""`Value`: a scalar that records the operations it goes through.

The operators and four functions write the table's rules out a second time, for speed; a
test over the whole table proves the two equal.
"""

from __future__ import annotations

import math
from functools import partial

from autograd import backprop, copying, ops
from autograd.anomaly import check_gradients_finite, report_value
from autograd.condition import Condition
from autograd.errors import to_float, user_frame, warn
from autograd.ieee import divide, power
from autograd.ieee_float import evaluate
from autograd.native import mypyc_attr, vec
from autograd.node import DYING, Node
from autograd.op import NOTHING, Op
from autograd.operands import Row, plain
from autograd.order import topological_order
from autograd.recording import ACTIVE, current_scope, is_detecting_anomalies, is_recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

ADD: Final[Op] = ops.add
SUBTRACT: Final[Op] = ops.subtract
MULTIPLY: Final[Op] = ops.multiply
DIVIDE: Final[Op] = ops.true_divide
POWER: Final[Op] = ops.pow
NEGATIVE: Final[Op] = ops.negative
EXP: Final[Op] = ops.exp
LOG: Final[Op] = ops.log
TANH: Final[Op] = ops.tanh
SIGMOID: Final[Op] = ops.sigmoid
RELU: Final[Op] = ops.relu
SUM: Final[Op] = ops.sum
DOT: Final[Op] = ops.dot
_LARGEST_EXPONENT: Final = 709.0
_IS_NATIVE: Final = not __file__.endswith(".py")
_TAKEN: Final = (1.0,)
_NOT_TAKEN: Final = (NOTHING,)
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
            calls until it is set to 0.
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
        before: list[tuple[Node, float, tuple[Any, ...]]] = []
        try:
            for node in topological_order(self):
                op = node._op
                if op is None:
                    continue
                data, partials = _evaluate(op, _numbers(node.operands))
                if data - data != 0.0:
                    report_value(op, node.operands, data, is_detecting_anomalies())
                before.append((node, node._data, node._partials()))
                node._record(data, partials)
        except BaseException:
            for node, data, partials in before:
                node._record(data, partials)
            raise
        return self._data

    # --- arithmetic -------------------------------------------------------------------

    @staticmethod
    def __apply_op__(op: Op, operands: tuple[Any, ...]) -> Value:
        return record(op, operands)

    @staticmethod
    def __apply_reduction__(op: Op, rows: tuple[tuple[Any, ...], ...]) -> Value:
        if op is SUM or op is DOT:
            return _record_rows(op, rows)
        return record(op, tuple([x for row in rows for x in row]))

    def _apply(self, op: Op, *operands: Any) -> Any:
        return op(*operands)  # one of them may be a placeholder, which goes first

    def _apply_unary(self, op: Op) -> Any:
        if op.chooses:
            return _record_carefully(op, (self,))
        x = self._data
        try:
            data = op.forward(x)
            partials = op.partials(data, x)  # type: ignore[misc]
            if type(data) is float and type(partials) is tuple and len(partials) == 1:
                derivative = partials[0]
                if type(derivative) is float:
                    return _recorded(data, op, self, None, derivative, 0.0)
        except (ArithmeticError, TypeError, ValueError):
            pass  # the careful way knows what to do, or says what is wrong
        return _record_carefully(op, (self,))

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
        return NotImplemented if number is None else self * number

    def __rmul__(self, other: Any) -> Any:
        number = _number(other)
        if number is None:
            return NotImplemented
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

    def _binary(self, op: Op, x: Any, y: Any) -> Any:
        other = y if x is self else x
        if not isinstance(other, Value) and _number(other) is None:
            return NotImplemented
        return record(op, (x, y))

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
        root = 0.0 if abs(x) > 2.0 * _LARGEST_EXPONENT else 0.5 / math.cosh(0.5 * x)
        if x >= 0.0:
            out = 1.0 / (1.0 + math.exp(-x))
        else:
            e = math.exp(x)
            out = e / (1.0 + e)
        return _recorded(out, SIGMOID, self, None, root * root, 0.0)

    def relu(self) -> Any:
        """Return self where it is positive, else 0."""
        x = self._data
        if x > 0.0:
            return _recorded_choice(x, RELU, (self,), _TAKEN, self)
        return _recorded_choice(0.0 if x <= 0.0 else x, RELU, (self,), _NOT_TAKEN, None)

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
        return _compare(ops.less, self, other)

    def __le__(self, other: Any) -> Any:
        return _compare(ops.less_equal, self, other)

    def __gt__(self, other: Any) -> Any:
        return _compare(ops.greater, self, other)

    def __ge__(self, other: Any) -> Any:
        return _compare(ops.greater_equal, self, other)

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

    def _finish(self) -> None:
        scope = current_scope()
        raising = is_detecting_anomalies()
        if scope or raising:
            self._tag = (self.label, scope, user_frame()[0] if raising else None)
        if self._op is None:
            return
        if self._data - self._data != 0.0:
            report_value(self._op, self.operands, self._data, raising)
        if not is_recording():
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
        return any(row.places is not None for row in self._rows)

    def _forget(self) -> None:
        super()._forget()
        self._rows = ()

    def _record(self, data: float, partials: tuple[Any, ...]) -> None:
        self._data = data
        start = 0
        for row in self._rows:
            stop = start + len(row.operands)
            row.record(partials[start:stop])
            start = stop

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

    def _forget(self) -> None:
        super()._forget()
        self._all = self._rule = ()

    def _record(self, data: float, partials: tuple[Any, ...]) -> None:
        edges = [
            (x, d)
            for x, d in zip(self._all, partials)
            if isinstance(x, Value) and d is not None and d is not NOTHING
        ]
        if len(edges) > 2:
            assert self._op is not None
            raise TypeError(
                f"Op {self._op.name!r} chooses, so its partials may give a derivative for two "
                f"operands at most and NOTHING for the others; got {len(edges)}"
            )
        self._data = data
        self._rule = partials
        self._a = self._b = None
        if len(edges) == 2:
            self._a, self._da = edges[0]
        if edges:
            self._b, self._db = edges[-1]

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


def _recorded(data: float, op: Op, a: Value | None, b: Value | None, da: float, db: float) -> Value:
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


def record(op: Op, operands: tuple[Any, ...]) -> Value:
    """Apply an operation of the table and record it.

    Args:
        op: the operation.
        operands: Values, Conditions and numbers, at least one of them a Value or Condition.

    Raises:
        TypeError: an operand is no real number, or a rule returns a wrong count.
    """
    if op is SUM:
        return _record_rows(op, (operands,))
    if op is DOT:
        half = len(operands) // 2
        return _record_rows(op, (operands[:half], operands[half:]))
    if len(operands) == 1:
        only = operands[0]
        if isinstance(only, Value) and op.arity == 1:
            result: Value = only._apply_unary(op)
            return result
    return _record_carefully(op, operands)


def _record_carefully(op: Op, operands: tuple[Any, ...]) -> Value:
    """Record any operation, whatever its rule returns."""
    kept = tuple([plain(op, x) for x in operands])
    data, partials = _evaluate(op, _numbers(kept))
    node: Value
    if op.chooses and op.arity is not None:
        choice = Choice(data)
        choice._all = kept
        node = choice
    elif len(kept) <= 2 and op.arity is not None and None not in partials:
        node = Value(data)
        node._set_operands(kept)
    else:
        node = _recorded_rows(data, op, (Row(kept),))
    node._op = op
    node._record(data, partials)
    if ACTIVE.count or data - data != 0.0:
        node._finish()
    return node


def _record_rows(op: Op, operands: tuple[tuple[Any, ...], ...]) -> Value:
    """Record a sum of one row or a dot of two."""
    left = Row(operands[0])
    xs = left.read(op)
    total: float = 0.0
    if op is SUM:
        for x in xs:
            total += x
        left.derivatives = vec[float]([1.0] * len(left.values))
        return _recorded_rows(total, op, (left,))
    right = Row(operands[1])
    ys = right.read(op)
    for x, y in zip(xs, ys):
        total += x * y
    left.derivatives = left.of_values(ys)
    right.derivatives = right.of_values(xs)
    return _recorded_rows(total, op, (left, right))


def _recorded_rows(data: float, op: Op, rows: tuple[Row, ...]) -> Value:
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
    data: float, op: Op, operands: tuple[Any, ...], rule: tuple[Any, ...], b: Value | None
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


def _evaluate(op: Op, numbers: tuple[Any, ...]) -> tuple[float, tuple[Any, ...]]:
    """Run an operation's forward function and rule on floats."""
    data = to_float(evaluate(op.forward, numbers), f"the result of {op.name}")
    if op.partials is None:
        return data, (None,) * len(numbers)
    partials: Any = evaluate(op.partials, (data, *numbers))
    if not isinstance(partials, tuple) or len(partials) != len(numbers):
        raise TypeError(
            f"Op {op.name!r}: partials must return a tuple of {len(numbers)} derivatives, "
            f"one per operand; got {partials!r:.80}"
        )
    return data, tuple([_float_or_none(d) for d in partials])


def _float_or_none(derivative: Any) -> Any:
    return derivative if derivative is None or derivative is NOTHING else float(derivative)


def _numbers(operands: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([x._data if isinstance(x, Value) else x for x in operands])


def _number(x: Any) -> float | None:
    """Return a plain number as a float; None where another type should try its own method."""
    if type(x) is float:
        return x
    if type(x) is int:
        return to_float(x)
    if isinstance(x, Value) or hasattr(x, "__apply_op__"):
        return None
    try:
        return to_float(x)
    except TypeError:
        return None


def _compare(op: Op, x: Value, y: Any) -> Any:
    if not isinstance(y, Value) and _number(y) is None:
        return NotImplemented
    return Condition(record(op, (x, y)))
