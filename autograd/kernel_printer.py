"""Prints `kernels` from the table of operations: python -m autograd.kernel_printer

A kernel is the table's own forward function and rule with `float` written for `Any`: what
the table leaves to the operands' types (`/` and `**` follow IEEE 754, an operation of the
table is called on numbers, a choice is made at once) is written out for floats.
"""

from __future__ import annotations

import ast
from math import isfinite
from pathlib import Path
from typing import Any

from autograd import ops
from autograd.op import Op
from autograd.ops import TABLE

TARGET = Path(__file__).with_name("kernels.py")
OPERATORS = {ast.Div: "divide", ast.Pow: "power"}
KINDS = {1: "Unary", 2: "Binary", 3: "Ternary", None: "RowKernel"}
ROWS = ("logsumexp", "softmax_at")
HEADER = '''"""The arithmetic of every operation of the table, typed: printed by `kernel_printer`.

Do not edit: change the table, and run python -m autograd.kernel_printer
"""

from __future__ import annotations

# ruff: noqa
import builtins
import math

from autograd import special
from autograd.ieee import divide, inf, nan, power
from autograd.kernel import Binary, RowKernel, Ternary, Unary
from autograd.native import mypyc_attr, vec
'''
ROW = """
@mypyc_attr(acyclic=True)
class {kind}(RowKernel):
    __slots__ = ()

    def evaluate(self, xs: vec[float], /) -> tuple[float, vec[float]]:
        out = {name}(xs)
        return out, {rule}(out, xs)
"""
GUARDED = """
def {name}(x: float) -> float:
    try:
        return {function}(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan
"""


def kernels() -> str:
    """Return the source of `kernels`."""
    return Printer(ast.parse(Path(ops.__file__).read_text("utf-8"))).text()


def printed() -> list[str]:
    """Return the names of the operations that have a kernel."""
    # Sums are read and added in one go where they are recorded; `where` computes nothing. The
    # order of `polygamma`, which receives no gradient, is no float.
    others = ("where", "polygamma")
    single = [name for name, op in TABLE.items() if op.arity and name not in others]
    return [*[name for name in single if TABLE[name].arity in KINDS], *ROWS]


class Printer:
    """Collects functions as they are asked for, each with those that it calls."""

    def __init__(self, module: ast.Module) -> None:
        self.functions: dict[str, ast.FunctionDef] = {}
        self.assigned: dict[str, ast.expr] = {}
        for node in module.body:
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name] = node
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self.assigned[ast.unparse(node.target)] = node.value
            elif isinstance(node, ast.Assign):
                self.assigned[ast.unparse(node.targets[0])] = node.value
        self.done: dict[str, str] = {}

    def text(self) -> str:
        classes = [self.kernel(TABLE[name]) for name in printed()]
        table = "".join(f'    "{name}": {_class_name(name)}(),\n' for name in printed())
        kinds = " | ".join(KINDS.values())
        return "\n".join(
            [HEADER, *self.done.values(), *classes,
             f"\nKERNELS: dict[str, {kinds}] = {{\n{table}}}\n"]
        )  # fmt: skip

    def kernel(self, op: Op) -> str:
        """Return the class of an operation's kernel."""
        self.forward(op.name)
        rule = self.arguments(op)[1]
        if op.arity is None:
            return ROW.format(kind=_class_name(op.name), name=op.name, rule=self.typed(rule))
        names = op.operand_names(op.arity)
        results = ", ".join(["float"] * (op.arity + 1))
        lines = [
            "\n@mypyc_attr(acyclic=True)",
            f"class {_class_name(op.name)}({KINDS[op.arity]}):",
            "    __slots__ = ()\n",
            f"    def evaluate(self, {_typed(names)}, /) -> tuple[{results}]:",
        ]
        call = f"{op.name}({', '.join(names)})"
        if op.partials is None:
            return "\n".join([*lines, f"        return {call}{', -0.0' * op.arity}\n"])
        if isinstance(rule, ast.Lambda) and isinstance(rule.body, ast.Tuple):
            partials = [self.typed(x, op.chooses) for x in rule.body.elts]
            lines += [f"        out = {call}", f"        return out, {', '.join(partials)}"]
        else:
            derivatives = ", ".join(f"d{name}" for name in names)
            targets = f"{derivatives}," if len(names) == 1 else derivatives
            rule_call = self.typed(rule.body if isinstance(rule, ast.Lambda) else rule)
            if not isinstance(rule, ast.Lambda):
                rule_call += f"(out, {', '.join(names)})"
            lines += [
                f"        out = {call}",
                f"        {targets} = {rule_call}",
                f"        return out, {derivatives}",
            ]
        return "\n".join([*lines, ""])

    def arguments(self, op: Op) -> list[ast.expr]:
        """Return the forward function and rule of an entry as they are written."""
        call = self.assigned[op.name]
        assert isinstance(call, ast.Call)
        return call.args[-2:]

    def forward(self, name: str) -> None:
        """Print the forward function of an operation under the operation's name."""
        if name in self.done:
            return
        self.done[name] = ""  # now, since functions may call each other in a circle
        op = TABLE[name]
        source = self.arguments(op)[0]
        if op.arity is None:
            body = f"{self.typed(source)}(xs)"
            self.done[name] = f"\ndef {name}(xs: vec[float]) -> float:\n    return {body}\n"
            return
        names = op.operand_names(op.arity)
        if _is_guarded(source):
            self.done[name] = _guarded(name, source)
            return
        if isinstance(source, ast.Lambda):
            names = [a.arg for a in source.args.args]
            body = self.typed(source.body)
        else:
            body = f"{self.typed(source)}({', '.join(names)})"
        self.done[name] = f"\ndef {name}({_typed(names)}) -> float:\n    return {body}\n"

    def helper(self, name: str) -> None:
        """Print a function that rules or forward functions call."""
        if name in self.done:
            return
        self.done[name] = ""
        function = ast.parse(ast.unparse(self.functions[name])).body[0]
        assert isinstance(function, ast.FunctionDef)
        for argument in function.args.args:
            argument.annotation = ast.Name("float")
        if function.args.vararg is not None:
            function.args.args.append(ast.arg(function.args.vararg.arg, ast.Name("vec[float]")))
            function.args.vararg = None
        if function.returns is not None:
            returns = ast.unparse(function.returns).replace("Any", "float")
            returns = returns.replace("tuple[float, ...]", "vec[float]")
            returns = returns.replace("list[float]", "vec[float]")
            function.returns = ast.parse(returns, mode="eval").body
        is_row = function.returns is not None and ast.unparse(function.returns) == "vec[float]"
        _Typed(self, is_row).generic_visit(function)
        self.done[name] = f"\n{ast.unparse(ast.fix_missing_locations(function))}\n"

    def typed(self, expression: ast.expr, chooses: bool = False) -> str:
        copy = ast.parse(ast.unparse(expression), mode="eval").body
        typed = _Typed(self, chooses=chooses).visit(copy)
        return ast.unparse(ast.fix_missing_locations(typed))


class _Typed(ast.NodeTransformer):
    """Writes out for floats what the table leaves to the types of the operands."""

    def __init__(self, printer: Printer, is_row: bool = False, chooses: bool = False) -> None:
        self.printer = printer
        self.is_row = is_row  # what the function returns is a row of numbers
        self.chooses = chooses  # -0.0 is no derivative, but stands for none

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, (ast.BitAnd, ast.BitOr)):
            both = ast.And() if isinstance(node.op, ast.BitAnd) else ast.Or()
            return ast.BoolOp(both, [node.left, node.right])
        name = OPERATORS.get(type(node.op))
        return node if name is None else ast.Call(ast.Name(name), [node.left, node.right], [])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = ast.unparse(node.func)
        if name == "isinstance":
            return ast.Constant(True)
        self.generic_visit(node)
        if name == "_select":
            condition, *derivatives = node.args
            return ast.IfExp(condition, *map(self.positive_zero, derivatives))
        match node:
            case ast.Call(ast.Name("tuple"), [ast.GeneratorExp(term, loops)]):
                return _row(ast.ListComp(term, loops))
            case ast.Call(ast.Name("tuple"), [row]):
                return row
            case ast.Call(_, [ast.Starred(row)]):
                node.args = [row]
        return node

    def positive_zero(self, derivative: ast.expr) -> ast.expr:
        """Return a derivative to choose that is 0.0 where it would be -0.0."""
        is_number = not any(isinstance(part, ast.Name) for part in ast.walk(derivative))
        if is_number or isinstance(derivative, ast.IfExp) or not self.chooses:
            return derivative
        return ast.BinOp(derivative, ast.Add(), ast.Constant(0.0))

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        self.generic_visit(node)
        return _row(node)

    def visit_Return(self, node: ast.Return) -> ast.Return:
        self.generic_visit(node)
        if self.is_row and isinstance(node.value, ast.Tuple):
            node.value = _row(ast.List(node.value.elts))
        return node

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        match node.test:
            case ast.Constant(True):
                return node.body
            case ast.UnaryOp(ast.Not(), ast.Constant(True)):
                return node.orelse or None
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == "NOTHING":
            return ast.Constant(-0.0)
        if node.id in TABLE:
            self.printer.forward(node.id)
        elif node.id in self.printer.functions and node.id != "_select":
            self.printer.helper(node.id)
        elif _is_guarded(self.printer.assigned.get(node.id)):
            self.printer.done[node.id] = _guarded(node.id, self.printer.assigned[node.id])
        elif isinstance(number := getattr(ops, node.id, None), float) and isfinite(number):
            return ast.Constant(number)
        return node


def _is_guarded(source: ast.expr | None) -> bool:
    return isinstance(source, ast.Call) and ast.unparse(source.func) == "guarded"


def _guarded(name: str, source: ast.expr) -> str:
    """Return what `guarded(function)` does, as a function of its own."""
    assert isinstance(source, ast.Call)
    return GUARDED.format(name=name, function=ast.unparse(source.args[0]))


def _row(numbers: ast.expr) -> ast.Call:
    return ast.Call(ast.Name("vec[float]"), [numbers], [])


def _typed(names: list[str]) -> str:
    return ", ".join(f"{name}: float" for name in names)


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_")) + "Kernel"


def main() -> None:
    TARGET.write_text(kernels(), "utf-8")


if __name__ == "__main__":
    main()
