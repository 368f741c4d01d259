"""Prints the small part of Python that the table's arithmetic is written in as JavaScript.

Numbers, rows of numbers, loops and choices; what differs between the languages is a function of
`web/math.js`. Anything else is an error here, when the table is printed, never in a page.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_FUNCTIONS = {ast.FloorDiv: "floorDivide", ast.Mod: "modulo", ast.Pow: "power"}
_COMPARISONS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "===", ast.NotEq: "!==",
    ast.Is: "===",
}  # fmt: skip
_NAMES = {"inf": "Infinity", "nan": "NaN", "True": "true", "False": "false", "None": "-0.0"}
_CALLS = {"int": "Math.trunc", "float": "Number", "abs": "Math.abs"}
_UNITY = {"sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh",
          "acosh", "atanh", "exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "cbrt",
          "floor", "ceil", "trunc"}  # fmt: skip


class Printer:
    """Prints functions.

    Args:
        rename: gives the name in JavaScript of one that stands in a function.
    """

    def __init__(self, rename: Callable[[str], str] = str) -> None:
        self._rename = rename
        self._conditions: set[str] = set()  # the variables of a function that hold one

    def function(self, node: ast.FunctionDef, name: str) -> str:
        """Return a function definition under a name."""
        names = ", ".join(self.name(a.arg) for a in node.args.args)
        self._conditions = {x for part in ast.walk(node) for x in _conditions(part)}
        body = [x for x in node.body if not _is_docstring(x)]
        inside = "\n".join(self.block(body, {a.arg for a in node.args.args}))
        return f"function {name}({names}) {{\n{inside}\n}}"

    def name(self, name: str) -> str:
        """Return a name as it stands in JavaScript."""
        return _NAMES.get(name) or self._rename(name)

    # --- statements -------------------------------------------------------------------

    def block(self, statements: Sequence[ast.stmt], known: set[str]) -> list[str]:
        """Return the lines of statements; `known` are the variables declared so far."""
        return [f"  {line}" for x in statements for line in self.statement(x, known)]

    def statement(self, node: ast.stmt, known: set[str]) -> list[str]:
        """Return the lines of one statement."""
        match node:
            case ast.Return(value) if value is not None:
                return [f"return {self.expression(value)};"]
            case ast.Assign([target], value):
                return [f"{self._target(target, known)} = {self.expression(value)};"]
            case ast.AugAssign(target, op, value):
                sign = _OPERATORS[type(op)]
                return [f"{self.expression(target)} {sign}= {self.expression(value)};"]
            case ast.If(test, body, orelse):
                lines = [f"if ({self.test(test)}) {{", *self.block(body, set(known))]
                if orelse:
                    lines += ["} else {", *self.block(orelse, set(known))]
                return [*lines, "}"]
            case ast.While(test, body, []):
                return [f"while ({self.test(test)}) {{", *self.block(body, set(known)), "}"]
            case ast.For(target, row, body, []):
                inside = {*known, *_targets(target)}
                head = f"for (const {self._pattern(target)} of {self.expression(row)}) {{"
                return [head, *self.block(body, inside), "}"]
            case ast.Try(body, _, [], []):  # numbers raise nothing here
                return [line for x in body for line in self.statement(x, known)]
            case ast.Raise():
                return ['throw new RangeError("no operands");']
        raise ValueError(f"there is no JavaScript for {ast.unparse(node)!r}")

    def _target(self, target: ast.expr, known: set[str]) -> str:
        new = [x for x in _targets(target) if x not in known]
        known.update(new)
        return f"{'let ' if new else ''}{self._pattern(target)}"

    def _pattern(self, target: ast.expr) -> str:
        if isinstance(target, ast.Tuple):
            return f"[{', '.join(self._pattern(x) for x in target.elts)}]"
        return self.expression(target)

    # --- expressions ------------------------------------------------------------------

    def test(self, node: ast.expr) -> str:
        """Return a condition; of a number Python's, to which nan is true."""
        match node:
            case ast.Compare():
                return self.expression(node)
            case ast.BoolOp(op, values):
                sign = " && " if isinstance(op, ast.And) else " || "
                return f"({sign.join(self.test(x) for x in values)})"
            case ast.UnaryOp(ast.Not(), x):
                return f"!({self.test(x)})"
            case ast.Call(ast.Name("bool"), [x]):
                return self.test(x)
            case ast.Call(ast.Name("all")) | ast.Constant(bool()):
                return self.expression(node)
            case ast.Name(name) if name in self._conditions or name.startswith("is_"):
                return self.name(name)
        return f"{self.expression(node)} !== 0"

    def expression(self, node: ast.expr) -> str:
        """Return an expression, in brackets where it is an operation."""
        match node:
            case ast.Constant(value):
                return _NAMES.get(str(value)) or repr(value)
            case ast.Name(name):
                return self.name(name)
            case ast.Attribute():
                return self._rename(ast.unparse(node))
            case ast.UnaryOp(ast.USub(), x):
                return f"-{self.expression(x)}"
            case ast.UnaryOp(ast.Not()) | ast.BoolOp():
                return self.test(node)
            case ast.BinOp(left, op, right):
                return self._operation(left, op, right)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp(test, x, y):
                return f"({self.test(test)} ? {self.expression(x)} : {self.expression(y)})"
            case ast.Subscript(row, index):
                return self._subscript(self.expression(row), index)
            case ast.List(items) | ast.Tuple(items):
                return f"[{', '.join(map(self.expression, items))}]"
            case ast.Starred(x):
                return f"...{self.expression(x)}"
            case ast.ListComp(term, [loop]) | ast.GeneratorExp(term, [loop]):
                arrow = f"({self._pattern(loop.target)}) => {self.expression(term)}"
                return f"Array.from({self.expression(loop.iter)}, {arrow})"
            case ast.Lambda(arguments, body):
                names = ", ".join(a.arg for a in arguments.args)
                return f"(({names}) => {self.expression(body)})"
            case ast.Call():
                return self._call(node)
        raise ValueError(f"there is no JavaScript for {ast.unparse(node)!r}")

    def _operation(self, left: ast.expr, op: ast.operator, right: ast.expr) -> str:
        x, y = self.expression(left), self.expression(right)
        if isinstance(op, ast.Mult) and isinstance(left, (ast.List, ast.Tuple)):
            return f"Array({y}).fill({self.expression(left.elts[0])})"
        if isinstance(op, ast.Add) and isinstance(left, ast.Subscript) and _is_slice(left):
            return f"[...{x}, ...{y}]"
        if type(op) in _FUNCTIONS:
            return f"{_FUNCTIONS[type(op)]}({x}, {y})"
        return f"({x} {_OPERATORS[type(op)]} {y})"

    def _comparison(self, node: ast.Compare) -> str:
        parts, left = [], node.left
        for op, right in zip(node.ops, node.comparators):
            sign = _COMPARISONS[type(op)]
            parts.append(f"{self.expression(left)} {sign} {self.expression(right)}")
            left = right
        return f"({' && '.join(parts)})"

    def _subscript(self, row: str, index: ast.expr) -> str:
        match index:
            case ast.Slice(None, None, ast.UnaryOp()):
                return f"{row}.slice().reverse()"
            case ast.Slice(None, ast.Constant(0), ast.UnaryOp()):
                return f"{row}.slice(1).reverse()"
            case ast.Slice(low, high, None):
                ends = [self.expression(low) if low else "0"]
                ends += [self.expression(high)] if high else []
                return f"{row}.slice({', '.join(ends)})"
            case ast.UnaryOp(ast.USub(), ast.Constant(1)):
                return f"{row}[{row}.length - 1]"
        return f"{row}[{self.expression(index)}]"

    def _call(self, node: ast.Call) -> str:
        function, arguments = ast.unparse(node.func), node.args
        written = [self.expression(x) for x in arguments]
        match function, arguments:
            case "len", [_]:
                return f"{written[0]}.length"
            case "bool", _:
                return self.test(node)
            case "float", [x] if not isinstance(x, ast.Name):
                inside = x.args[0] if isinstance(x, ast.Call) and len(x.args) == 1 else x
                is_test = isinstance(inside, (ast.Compare, ast.BoolOp, ast.UnaryOp))
                return f"Number({self.test(inside) if is_test else written[0]})"
            case "all", [ast.GeneratorExp(term, [loop])]:
                row, each = self.expression(loop.iter), self._pattern(loop.target)
                return f"{row}.every(({each}) => {self.test(term)})"
            case "vec[float]" | "tuple" | "list", _:
                return written[0]
        if function.startswith("math.") and function[5:] in _UNITY:
            return f"Math.{function[5:]}({', '.join(written)})"
        if function == "math.fabs":
            return f"Math.abs({written[0]})"
        name = _CALLS.get(function) or self._rename(function)
        return f"{name}({', '.join(written)})"


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_slice(node: ast.Subscript) -> bool:
    return isinstance(node.slice, ast.Slice)


def _conditions(node: ast.AST) -> list[str]:
    """Return the variable that a statement sets to a condition."""
    match node:
        case ast.Assign([ast.Name(name)], ast.Compare() | ast.BoolOp()):
            return [name]
    return []


def _targets(target: ast.expr) -> list[Any]:
    match target:
        case ast.Name(name):
            return [name]
        case ast.Tuple(items):
            return [name for x in items for name in _targets(x)]
    return []
