"""Formulas typed by a user: parsed by Python's own parser, evaluated by a whitelist.

Names, numbers, + - * / // % **, comparisons inside `where`, the functions of the table and
`softmax` are understood; everything else is refused before anything is evaluated.
"""

from __future__ import annotations

import ast
import difflib
import math
import re
from collections.abc import Collection, Mapping
from typing import Any

from autograd import ops
from autograd.condition import Condition
from autograd.op import Op, Reduction

MAX_LENGTH = 10_000
MAX_DEPTH = 200
TOO_DEEP = f"the formula is nested more than {MAX_DEPTH} levels deep"

CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan}

_BINARY: dict[type[ast.AST], Op] = {
    ast.Add: ops.add, ast.Sub: ops.subtract, ast.Mult: ops.multiply, ast.Div: ops.true_divide,
    ast.Pow: ops.pow, ast.Mod: ops.remainder, ast.FloorDiv: ops.floor_divide,
}  # fmt: skip
_COMPARISONS: dict[type[ast.AST], Op] = {
    ast.Gt: ops.greater, ast.GtE: ops.greater_equal, ast.Lt: ops.less, ast.LtE: ops.less_equal,
}  # fmt: skip
FUNCTIONS: dict[str, Op] = {
    name: op
    for name, op in ops.TABLE.items()
    if op not in ops.CONDITIONS and op not in (*_BINARY.values(), ops.negative, *ops.PARTS)
} | {"abs": ops.absolute, "pow": ops.pow}


# How mathematics writes what a formula writes otherwise, and a number or name before another.
_SPELLINGS = {"ln": "log", "σ": "sigmoid", "arctan": "atan", "arcsin": "asin", "arccos": "acos"}
_APPLIED = re.compile(r"\d[^\W\d]|\w\s+[\w(]|\)\s*[\w(]")


class FormulaError(ValueError):
    """A formula that is not understood, or that needs other variables."""


def parse(source: str) -> ast.expr:
    """Parse a formula and refuse whatever is not on the whitelist.

    Raises:
        FormulaError: in one line, what is wrong and where.

    >>> evaluate(parse("2*x + where(x > 0, 1, -1)"), {"x": 3.0})
    7.0
    >>> parse("x.__class__")
    Traceback (most recent call last):
    autograd.expression.formula_parser.FormulaError: an attribute is not allowed at ...: ...
    """
    if len(source) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(source)} characters; {MAX_LENGTH} are allowed")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except SyntaxError as error:
        if "integer string conversion" in error.msg:
            raise FormulaError("a number is too large for a float") from None
        where = f" at column {error.offset}" if error.offset else ""
        hint = "; write 2*x for 2x, sin(x) for sin x" if _APPLIED.search(source) else ""
        raise FormulaError(
            f"the formula is not complete or misspelt{where}: {error.msg}{hint}"
        ) from None
    except (RecursionError, MemoryError):
        raise FormulaError(TOO_DEEP) from None
    except ValueError:
        raise FormulaError("the formula holds what is no text") from None
    _check(tree, source.strip())
    return tree


def variables(tree: ast.expr) -> list[str]:
    """Return the names that a formula uses for values, in the order of their first use."""
    functions = {id(x.func) for x in ast.walk(tree) if isinstance(x, ast.Call)}
    names = [x for x in ast.walk(tree) if isinstance(x, ast.Name) and id(x) not in functions]
    names.sort(key=lambda x: (x.lineno, x.col_offset))
    return list(dict.fromkeys(x.id for x in names))


def evaluate(tree: ast.expr, values: Mapping[str, Any]) -> Any:
    """Evaluate a parsed formula.

    Args:
        tree: from `parse`.
        values: a Value or number for each variable; constants such as pi need none.

    Returns:
        A Value; a float where no variable is a Value.

    Raises:
        FormulaError: a comparison stands where a number should, or a constant overflows.
    """
    result = _evaluate(tree, {**CONSTANTS, **values})
    return _as_number(result, tree)


def suggestion(name: str, known: Collection[str]) -> str:
    """Return "; did you mean ...?" where a known name is close."""
    if name in _SPELLINGS:
        return f"; did you mean {_SPELLINGS[name]}?"
    near = difflib.get_close_matches(name, sorted(known), n=2, cutoff=0.5)
    return f"; did you mean {' or '.join(near)}?" if near else ""


# --- what is allowed ------------------------------------------------------------------

_REFUSED = {
    ast.Attribute: "an attribute", ast.Lambda: "a lambda", ast.Subscript: "an index",
    ast.Starred: "a star", ast.IfExp: "if (use where)", ast.NamedExpr: "an assignment",
    ast.JoinedStr: "a string", ast.Dict: "a dictionary", ast.Set: "a set",
    ast.Compare: "this comparison", ast.BinOp: "this operator",
    ast.List: "a list outside of sum, dot, max and their like", ast.Tuple: "a tuple",
}  # fmt: skip


def _check(tree: ast.expr, source: str) -> None:
    stack: list[tuple[ast.expr, int, bool]] = [(tree, 1, False)]
    while stack:
        node, depth, is_sequence = stack.pop()
        if depth > MAX_DEPTH:
            raise FormulaError(TOO_DEEP)
        for child, takes_sequence in _parts(node, is_sequence, source):
            stack.append((child, depth + 1, takes_sequence))


def _parts(node: ast.expr, is_sequence: bool, source: str) -> list[tuple[ast.expr, bool]]:
    """Return the parts of an allowed node, and which of them may be lists."""
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items) if is_sequence:
            return [(x, False) for x in items]
        case ast.Name():
            return []
        case ast.Constant(value=x) if type(x) in (int, float):
            _literal(node)
            return []
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not() | ast.Invert(), operand=x):
            return [(x, False)]
        case ast.BinOp(left=x, right=y, op=op) if type(op) in (*_BINARY, ast.BitAnd, ast.BitOr):
            return [(x, False), (y, False)]
        case ast.BoolOp(values=xs):
            return [(x, False) for x in xs]
        case ast.Compare(left=x, comparators=ys, ops=signs) if all(
            type(sign) in _COMPARISONS for sign in signs
        ):
            return [(y, False) for y in (x, *ys)]
        case ast.Call(func=ast.Name(id="softmax"), args=[xs], keywords=[]):
            if not is_sequence:
                raise FormulaError("softmax gives a list: take one of it, as softmax([x, y])[0]")
            return [(xs, True)]
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id="softmax")) as xs, slice=ast.Constant(value=int())
        ):
            return [(xs, True)]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            takes_sequences = isinstance(_function(name, len(args)), Reduction)
            return [(x, takes_sequences) for x in args]
    if isinstance(node, ast.Constant):
        what = f"a {type(node.value).__name__}"
    elif isinstance(node, ast.Call):
        what = "a call of anything but a function, or with named arguments,"
    else:
        what = _REFUSED.get(type(node), f"{type(node).__name__.lower()}")
    text = ast.get_source_segment(source, node) or ""
    is_caret = isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor)
    hint = "; a power is written with **" if is_caret else ""
    raise FormulaError(f"{what} is not allowed at column {node.col_offset + 1}: {text!r:.60}{hint}")


def _function(name: str, count: int) -> Op:
    op = FUNCTIONS.get(name)
    if op is None:
        raise FormulaError(f"there is no function {name!r:.60}{suggestion(name, FUNCTIONS)}")
    most = op.sequences if isinstance(op, Reduction) else op.arity or 1
    least = most - len(op.defaults)
    if not least <= count <= most:
        takes = f"{least}" if least == most else f"{least} to {most}"
        hint = f": write {name}([x, y])" if isinstance(op, Reduction) and most == 1 else ""
        raise FormulaError(f"{name} takes {takes} argument{'s' * (most > 1)}, got {count}{hint}")
    return op


def _literal(node: ast.Constant) -> float:
    try:
        number = float(node.value)  # type: ignore[arg-type]
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise FormulaError(f"a number at column {node.col_offset + 1} is too large for a float")
    return number


# --- evaluation -----------------------------------------------------------------------


def _evaluate(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant():
            return _literal(node)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_as_number(_evaluate(x, values), x) for x in items]
        case ast.UnaryOp(op=sign, operand=x):
            return _unary(sign, _evaluate(x, values), x)
        case ast.BinOp(left=x, op=ast.BitAnd() | ast.BitOr() as sign, right=y):
            return _combined(sign, [_as_condition(_evaluate(z, values), z) for z in (x, y)])
        case ast.BoolOp(op=sign, values=xs):
            return _combined(sign, [_as_condition(_evaluate(x, values), x) for x in xs])
        case ast.BinOp(left=x, op=sign, right=y):
            operands = [_as_number(_evaluate(z, values), z) for z in (x, y)]
            return _finite(_BINARY[type(sign)](*operands), operands, node)
        case ast.Compare(left=x, ops=signs, comparators=ys):
            sides = [_as_number(_evaluate(z, values), z) for z in (x, *ys)]
            links = zip(signs, sides, sides[1:])
            conditions = [_compared(_COMPARISONS[type(sign)], a, b) for sign, a, b in links]
            return _combined(ast.And(), conditions)
        case ast.Subscript(value=xs, slice=ast.Constant(value=int(k))):
            row = _evaluate(xs, values)
            if k >= len(row):
                raise FormulaError(f"softmax of {len(row)} has places 0 to {len(row) - 1}, no {k}")
            return row[k]
        case ast.Call(func=ast.Name(id="softmax"), args=[xs]):
            return ops.softmax(_row("softmax", _evaluate(xs, values)))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _call(FUNCTIONS[name], args, values)
    raise AssertionError(node)  # `parse` lets nothing else pass


def _call(op: Op, args: list[ast.expr], values: Mapping[str, Any]) -> Any:
    operands = [_evaluate(x, values) for x in args]
    if op is ops.where:
        operands[0] = _as_condition(operands[0], args[0])
        checked = operands[1:], args[1:]
    else:
        checked = operands, args
    for x, arg in zip(*checked):
        if isinstance(op, Reduction):
            _row(op.name, x)
        else:
            _as_number(x, arg)
    try:
        return op(*operands)
    except ValueError as error:
        raise FormulaError(str(error)) from None


def _row(name: str, x: Any) -> list[Any]:
    if not isinstance(x, list):
        raise FormulaError(f"{name} takes lists such as {name}([x, y])")
    return x


def _unary(sign: ast.unaryop, x: Any, node: ast.expr) -> Any:
    if isinstance(sign, (ast.Not, ast.Invert)):
        condition = _as_condition(x, node)
        return not condition if isinstance(condition, bool) else ~condition
    number = _as_number(x, node)
    return -number if isinstance(sign, ast.USub) else number


def _compared(op: Op, x: Any, y: Any) -> Any:
    result = op(x, y)
    return bool(result) if isinstance(result, float) else Condition(result)


def _combined(sign: ast.AST, conditions: list[Any]) -> Any:
    total = conditions[0]
    for x in conditions[1:]:
        total = total & x if isinstance(sign, (ast.And, ast.BitAnd)) else total | x
    return total


def _as_number(x: Any, node: ast.expr) -> Any:
    if isinstance(x, (bool, Condition)):
        place = f"at column {node.col_offset + 1}"
        raise FormulaError(f"a comparison belongs inside where(condition, a, b), not {place}")
    return x


def _as_condition(x: Any, node: ast.expr) -> Any:
    if not isinstance(x, (bool, Condition)):
        raise FormulaError(f"a comparison such as x > 0 is needed at column {node.col_offset + 1}")
    return x


def _finite(x: Any, operands: list[Any], node: ast.expr) -> Any:
    """Refuse an arithmetic of plain numbers that overflows, such as 9**9**9."""
    if isinstance(x, float) and not math.isfinite(x) and all(map(math.isfinite, operands)):
        raise FormulaError(f"the number at column {node.col_offset + 1} is beyond every float")
    return x
