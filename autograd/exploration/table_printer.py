"""Prints `web/table.js` from the table: python -m autograd.exploration.table_printer

The typed kernels that `kernel_printer` prints are plain arithmetic on numbers, and JavaScript's
numbers are the same doubles: `javascript` prints the same functions in its own words. An entry
takes the operands of a node, as one array where there may be any number, and gives its value
and local derivatives, as a kernel does.
"""

from __future__ import annotations

import ast
from pathlib import Path

from autograd import ops, special
from autograd.exploration.javascript import Printer
from autograd.kernel_printer import Printer as KernelPrinter
from autograd.op import Op
from autograd.ops import TABLE

TARGET = Path(__file__).with_name("web") / "table.js"
HEADER = """\
// @ts-nocheck
// The table of operations: printed by autograd/exploration/table_printer.py from autograd/ops.py.
// Each takes operands, those of a reduction as one array, and gives its value and local
// derivatives; of an operation that chooses, the derivative -0 says that there is no edge.
import {
  accumulate, copysign, divide, erf, erfc, floorDivide, gamma, hypot, map, modulo, mul, power,
  powerOf2, range, rounded, zip,
} from "./math.js";
"""


def table() -> str:
    """Return the source of `table.js`."""
    kernels = KernelPrinter(ast.parse(Path(ops.__file__).read_text("utf-8")))
    own = Printer(_own_name)
    entries = [_entry(kernels, own, op) for op in TABLE.values()]
    functions = [_function(own, source) for source in kernels.done.values()]
    rows = [name for name, op in TABLE.items() if op.arity is None]
    choosers = [name for name, op in TABLE.items() if op.leaves_out]
    return "\n".join(
        [HEADER, *_special(), *functions,
         "", "export const TABLE = {", *entries, "};", "",
         "// Operations that take their operands as one array.",
         f"export const ROWS = new Set({rows!r});", "",
         "// Operations of which an operand may have no edge, which the derivative -0 says.",
         f"export const CHOOSERS = new Set({choosers!r});", ""]
    )  # fmt: skip


def _entry(kernels: KernelPrinter, own: Printer, op: Op) -> str:
    """Return what a kernel computes, as a property of the table."""
    kernels.forward(op.name)
    names = ["xs"] if op.arity is None else op.operand_names(op.arity)
    given = ", ".join(names)
    call = f"{own.name(op.name)}({given})"
    rule = kernels.arguments(op)[1]
    if op.partials is None:
        nothing = ", ".join(["-0.0"] * len(names))
        return f"  {op.name}: ({given}) => [{call}, {nothing}],"
    if op.arity is None:
        return f"  {op.name}: ({given}) => {{ {_row_rule(kernels, own, rule, call)} }},"
    if isinstance(rule, ast.Lambda) and isinstance(rule.body, ast.Tuple):
        typed = [_parsed(kernels.typed(x, op.chooses)) for x in rule.body.elts]
        partials = [own.expression(x) for x in typed]
        if not op.leaves_out:  # None, of an operand that gets no gradient, is 0 there
            partials = ["0.0" if x == "-0.0" else x for x in partials]
        listed = ", ".join(partials)
    else:
        body = kernels.typed(rule.body if isinstance(rule, ast.Lambda) else rule)
        result = own.expression(_parsed(body))
        listed = f"...{result}" if isinstance(rule, ast.Lambda) else f"...{result}(out, {given})"
    return f"  {op.name}: ({given}) => {{ const out = {call}; return [out, {listed}]; }},"


def _row_rule(kernels: KernelPrinter, own: Printer, rule: ast.expr, call: str) -> str:
    if isinstance(rule, ast.Lambda):
        result = own.expression(_parsed(kernels.typed(rule.body)))
    else:
        result = f"{own.expression(_parsed(kernels.typed(rule)))}(out, xs)"
    return f"const out = {call}; return [out, ...{result}];"


def _function(own: Printer, source: str) -> str:
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.FunctionDef)
    return own.function(node, own.name(node.name))


def _special() -> list[str]:
    """Return the constants and functions of `special`."""
    printer = Printer(_special_name)
    lines = []
    for node in ast.parse(Path(special.__file__).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            lines.append(printer.function(node, _special_name(node.name)))
    known = vars(special)
    constants = {x: v for x, v in known.items() if isinstance(v, (float, tuple)) and x[0] == "_"}
    return [
        *[f"const {_special_name(x)} = {_literal(v)};" for x, v in constants.items()],
        *lines,
    ]


def _literal(value: float | tuple[float, ...]) -> str:
    return repr(list(value)) if isinstance(value, tuple) else repr(value)


_SPECIAL = {*vars(special)} - {"math", "inf", "nan"}
_FROM_MATH = {"math.erf": "erf", "math.erfc": "erfc", "math.gamma": "gamma", "math.pow": "power",
              "math.copysign": "copysign", "math.hypot": "hypot", "math.pi": "Math.PI",
              "math.exp2": "powerOf2", "builtins.round": "rounded"}  # fmt: skip
_HERE = {"erf", "erfc", "gamma", "copysign", "hypot"}  # names of `math.js` that operations have too


def _own_name(name: str) -> str:
    if name in _FROM_MATH:
        return _FROM_MATH[name]
    if name.startswith("special."):
        return _special_name(name[8:])
    return f"{name}_" if name in _HERE else name


def _special_name(name: str) -> str:
    if name in _FROM_MATH:
        return _FROM_MATH[name]
    return f"special_{name}" if name in _SPECIAL else name


def _parsed(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


def main() -> None:
    TARGET.write_text(table(), "utf-8")


if __name__ == "__main__":
    main()
