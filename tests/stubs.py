"""Prints what type checkers and editors read: `python tests/stubs.py` writes the .pyi files.

`autograd/__init__.pyi` names everything public, and says what each function of the table
takes and returns; `autograd/value.pyi` is value.py without its code, where operators and
methods return Values. (In value.py operators return Any: the native build would refuse to
let `NotImplemented` pass as a Value.)
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import autograd
from autograd import Op, Reduction, ops
from autograd.ops import TABLE

PACKAGE = Path(autograd.__file__).parent
HEAD = "# Printed by tests/stubs.py from {}: change that, and print it again.\n"

# --- value.pyi --------------------------------------------------------------------------

NUMBER, ARRAY = "Value | float", "NDArray[Any]"
COUNTED = {"add", "sub", "mul"}  # where a Condition counts as 1 or 0
ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
# What would raise is left out, so that a type checker says so first.
LEFT_OUT = {"__float__", "__int__", "__matmul__", "__rmatmul__"}
RETURNS = {
    "__lt__": "Condition", "__le__": "Condition", "__gt__": "Condition", "__ge__": "Condition",
    "__eq__": "bool", "__divmod__": "tuple[Value, Value]", "__rdivmod__": "tuple[Value, Value]",
}  # fmt: skip


def value_stub() -> str:
    """Return value.py without its code."""
    tree = ast.parse((PACKAGE / "value.py").read_text("utf-8"))
    scalar = ast.parse((PACKAGE / "scalar.py").read_text("utf-8"))
    (inherited,) = [x.body for x in scalar.body if isinstance(x, ast.ClassDef)]
    lines = [
        HEAD.format("value.py and scalar.py"),
        "from typing import Any, SupportsFloat, overload",
    ]
    lines += ["from numpy.typing import NDArray"]
    body: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            lines += map(ast.unparse, node.body)
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            lines.append(ast.unparse(node))
        elif isinstance(node, ast.ClassDef):
            body += class_stub(node, inherited if node.name == "Value" else [])
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            body.append(function_stub(node, "", set()))
    return formatted("\n".join([*lines, *body]) + "\n")


def class_stub(node: ast.ClassDef, inherited: list[ast.stmt]) -> list[str]:
    """Return a class without its code; with those methods of its base that return Values."""
    bases = ", ".join(map(ast.unparse, node.bases))
    functions = [x for x in node.body if isinstance(x, ast.FunctionDef)]
    own = {x.name for x in functions}
    functions += [x for x in inherited if isinstance(x, ast.FunctionDef) and x.name not in own]
    values = {x.name for x in functions if inherited} - {"__reduce__", "_apply", "_binary"}
    lines = [f"class {node.name}({bases}):"]
    if inherited:
        lines.append(
            "    def __init__(self, data: SupportsFloat, label: str | None = ...) -> None: ..."
        )
    for x in functions:
        kind = x.name.strip("_").removeprefix("r")
        if x.name in LEFT_OUT:
            continue
        if kind in ARITHMETIC and x.name in values:
            takes = f"{NUMBER} | Condition" if kind in COUNTED else NUMBER
            cases = [(f"other: {takes}", "Value"), (f"other: {ARRAY}", ARRAY)]
            lines += overloads(x.name, "    ", cases)
        else:
            lines.append(function_stub(x, "    ", values))
    return lines


def function_stub(node: ast.FunctionDef, indent: str, values: set[str]) -> str:
    """Return the signature; a method of Value that says Any or Self returns a Value."""
    result = ast.unparse(node.returns) if node.returns else "Any"
    node.args.defaults = [ast.Constant(...) for _ in node.args.defaults]
    arguments = ast.unparse(node.args)
    if node.name in values and result in ("Any", "Self", "tuple[Any, Any]"):
        result = RETURNS.get(node.name, "Value")
        for name in ("other", "slope", "alpha", "low", "high"):
            arguments = arguments.replace(f"{name}: Any", f"{name}: {NUMBER}")
        arguments = arguments.replace("ndigits: Any", "ndigits: int | None")
    arguments = arguments.replace("seed: Any", "seed: float")
    decorators = "".join(f"{indent}@{ast.unparse(x)}\n" for x in node.decorator_list)
    return f"{decorators}{indent}def {node.name}({arguments}) -> {result}: ..."


def formatted(text: str) -> str:
    """Return source as Ruff has it, without the imports that it does not need."""
    for command in (["check", "--fix", "--select=I,F401"], ["format"]):
        arguments = ["ruff", *command, "--quiet", "--stdin-filename=autograd/printed.pyi", "-"]
        run = [sys.executable, "-m", *arguments]
        text = subprocess.run(run, input=text, stdout=subprocess.PIPE, text=True).stdout
    return text


# --- __init__.pyi -----------------------------------------------------------------------


def package_stub() -> str:
    """Return the public names: what is imported from where, and the table's functions."""
    names = [name for name in dir(autograd) if is_public(name)]
    table = [name for name in names if isinstance(getattr(autograd, name), Op)]
    lines = [HEAD.format("the table of operations"), "from collections.abc import Iterable"]
    lines += ["from typing import Any, Final, overload", "from numpy.typing import NDArray"]
    for name in names:
        if name not in (*table, "softmax", "is_native"):
            module = ".".join(getattr(autograd, name).__module__.split(".")[:2])
            lines.append(f"from {module} import {name} as {name}")
    lines += [f"__all__ = {list(autograd.__all__)!r}", "is_native: Final[bool]"]
    kinds: dict[str, list[str]] = {}
    for name in table:
        kinds.setdefault(signature_class(TABLE[name]), []).append(name)
    for kind, of_kind in kinds.items():
        lines.append(kind)
        title = kind.split("(")[0].removeprefix("class ")
        lines += [f"{name}: Final[{title}]" for name in of_kind]
    return formatted("\n".join([*lines, *overloads("softmax", "", SEQUENCES, "list[{}]")]) + "\n")


def is_public(name: str) -> bool:
    thing = getattr(autograd, name)
    home = getattr(thing, "__module__", "")
    return not name.startswith("_") and (name == "is_native" or home.startswith("autograd."))


# Numbers alone give a number; to mypy's regret the same stand among Values too.
SEQUENCES = [
    (f"xs: {ARRAY}", "Any"), ("xs: Iterable[Value]", "Value"), ("xs: Iterable[float]", "float"),
    (f"xs: Iterable[{NUMBER}]", "Value"), (f"xs: Iterable[{ARRAY}]", ARRAY),
]  # fmt: skip


def overloads(
    name: str, indent: str, cases: list[tuple[str, str]], result: str = "{}"
) -> list[str]:
    receiver = "self, " if indent else ""
    lines = []
    for arguments, kind in cases:
        lines += [f"{indent}@overload"]
        regret = "  # type: ignore[overload-overlap]" if "Iterable[float]" in arguments else ""
        head = f"{indent}def {name}({receiver}{arguments})"
        lines += [f"{head} -> {result.format(kind)}: ...{regret}"]
    return lines


def signature_class(op: Op) -> str:
    """Return a class whose call has the signature of an operation."""
    if isinstance(op, Reduction):
        cases = SEQUENCES
        if op.sequences == 2:
            cases = [
                (", ".join(x.replace("xs:", f"{y}:") for y in op.parameters), kind)
                for x, kind in SEQUENCES
            ]
    else:
        cases = [*cases_of(op, "Value"), (arguments(op, ["float"] * len(op.parameters)), "float")]
        cases += cases_of(op, ARRAY)
    base = "Reduction" if isinstance(op, Reduction) else "Op"
    title = ("_OfRows_" if isinstance(op, Reduction) else "_Of_") + "_".join(op.parameters)
    return "\n".join([f"class {title}({base}):", *overloads("__call__", "    ", cases)])


def cases_of(op: Op, kind: str) -> list[tuple[str, str]]:
    """Return the overloads of an operation of whose operands at least one is of a kind.

    Each has another one as the first that is, so that no two overlap.
    """
    before = "float" if kind == "Value" else NUMBER
    after = NUMBER if kind == "Value" else f"{NUMBER} | {ARRAY}"
    cases, count = [], len(op.parameters)
    for k in range(count):
        kinds = [before] * k + [kind] + [after] * (count - k - 1)
        if op is ops.where:  # a condition that is recorded makes a Value
            first = {0: f"Condition | {kind}"}.get(
                k, "float" if kind == "Value" else f"Condition | {NUMBER}"
            )
            kinds[0] = first if k or kind == "Value" else kind
        cases.append((arguments(op, kinds, k), kind))
    return cases


def arguments(op: Op, kinds: list[str], given: int = -1) -> str:
    """Return the parameters; those up to the given one have no default."""
    required = max(len(op.parameters) - len(op.defaults), given + 1)
    return ", ".join(
        f"{name}: {kind}" + (" = ..." if k >= required else "")
        for k, (name, kind) in enumerate(zip(op.parameters, kinds))
    )


STUBS: dict[str, Callable[[], str]] = {"value.pyi": value_stub, "__init__.pyi": package_stub}


if __name__ == "__main__":
    for file, stub in STUBS.items():
        (PACKAGE / file).write_text(stub(), "utf-8")
