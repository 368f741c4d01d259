"""A user's own operation in JavaScript: its functions, run once on symbols that write down.

Its source may not be at hand, and what it calls could be anything; so it is not read, but
called. What comes out consists of operations of the table and numbers alone. A function that
asks for a number, such as `math.exp`, or decides between numbers cannot be written down so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd import ops
from autograd.op import NOTHING, Op
from autograd.ops import TABLE


class _Symbol:
    """A number that is not known yet, under a name in JavaScript."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name = name
        self._lines = lines

    @staticmethod
    def __apply_op__(op: Op, operands: tuple[Any, ...]) -> Any:
        if TABLE.get(op.name) is not op:
            return op.forward(*operands)
        lines = next(x._lines for x in operands if isinstance(x, _Symbol))
        written = ", ".join(_written(x) for x in operands)
        if op.arity is None:
            written = f"[{written}]"
        result = _Symbol(f"t{len(lines)}", lines)
        lines.append(f"const {result.name} = TABLE.{op.name}({written})[0];")
        return result

    def __bool__(self) -> bool:
        raise TypeError("a symbol has no number to decide by")


def _method(op: Op, *, reflected: bool = False) -> Callable[..., Any]:
    def method(self: _Symbol, *others: Any) -> Any:
        return self.__apply_op__(op, (*others, self) if reflected else (self, *others))

    return method


for _name, _op in {
    "add": ops.add, "sub": ops.subtract, "mul": ops.multiply, "truediv": ops.true_divide,
    "pow": ops.pow, "mod": ops.remainder, "floordiv": ops.floor_divide,
}.items():  # fmt: skip
    setattr(_Symbol, f"__{_name}__", _method(_op))
    setattr(_Symbol, f"__r{_name}__", _method(_op, reflected=True))
for _name, _op in {
    "neg": ops.negative, "abs": ops.absolute, "gt": ops.greater, "ge": ops.greater_equal,
    "lt": ops.less, "le": ops.less_equal, "and": ops.logical_and, "or": ops.logical_or,
}.items():  # fmt: skip
    setattr(_Symbol, f"__{_name}__", _method(_op))


def written_operation(op: Op, count: int) -> str | None:
    """Return an operation as a function in JavaScript; None if it cannot be written down.

    Args:
        op: one that is not in the table.
        count: how many operands it has here.
    """
    lines: list[str] = []
    operands = [_Symbol(f"x{k}", lines) for k in range(count)]
    try:
        out = op.forward(*operands)
        rule = [None] * count if op.partials is None else op.partials(out, *operands)
        results = [_written(x) for x in (out, *_checked(rule, count))]
    except Exception:  # whatever a user's function does with what is no number
        return None
    names = ", ".join(x.name for x in operands)
    return f"({names}) => {{ {' '.join(lines)} return [{', '.join(results)}]; }}"


def _checked(rule: Sequence[Any], count: int) -> Sequence[Any]:
    if len(rule) != count:
        raise ValueError("another number of derivatives than operands")
    return rule


def _written(x: Any) -> str:
    if isinstance(x, _Symbol):
        return x.name
    if x is None or x is NOTHING:
        return "-0.0"
    number = float(x)
    if number != number:
        return "NaN"
    return repr(number).replace("inf", "Infinity")
