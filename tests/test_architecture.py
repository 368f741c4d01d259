"""The layers, read off the imports: dependencies point downwards only."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from optional import numpy

import autograd
import nn

ROOT = Path(__file__).parent.parent

# From the bottom to the top. A unit imports units below it, or of its own line.
LAYERS = {
    "autograd": [
        "native errors ieee recording special",
        "ieee_float kernel",
        "function kernels",
        "op",
        "ops",
        "kernel_printer",
        "scalar condition masks",
        "node",
        "operands",
        "order",
        "backprop",
        "anomaly copying modes",
        "replay",
        "value",
        "rules",
        "chain",
        "structure language files",
        "functional",
        "check expression",
        "compiler explanation",
        "drawing",
        "exploration",
        "jupyter",
        "command_line",
        "__main__",
        "__init__",
    ],
    "nn": [
        "initial activations nodes module phrases keywords",
        "layers losses history datasets",
        "optim compiled",
        "training explanation drawing saving",
        "worked_example",
        "comparison",
        "__main__",
        "__init__",
    ],
}
# Methods by which a Value prints itself; the import waits inside them until they are called.
UPWARDS = {("autograd.value", "expression"), ("autograd.value", "jupyter")}
# Packages from outside, and the only places that may import them.
OUTSIDE = {
    "numpy": {
        "nn.compiled",
        "nn.saving",
        "autograd.compiler",
        "autograd.op",
        "autograd.structure",
        "autograd.functional",
    },
    "graphviz": {"autograd.drawing"},
    "pygraphviz": {"autograd.drawing"},
    "resvg_py": {"autograd.drawing"},
    "reportlab": {"autograd.drawing"},
    "svglib": {"autograd.drawing"},
    "IPython": {"autograd.drawing", "autograd.jupyter"},
    "matplotlib": {"nn.history"},
    "safetensors": {"nn.saving"},
    "tqdm": {"nn.training"},
    "numba": {"autograd.compiler"},
    "jax": {"autograd.compiler"},
    "mypy_extensions": {"autograd.native"},
}


@dataclass(frozen=True)
class Import:
    """One imported name."""

    unit: str  # the module or subpackage that imports, such as "autograd.drawing"
    module: str
    name: str | None
    lazy: bool  # inside a function
    line: str


def unit_of(module: str) -> str:
    """Return the module or subpackage of a package: autograd.drawing for autograd.drawing.gate."""
    return ".".join(module.split(".")[:2])


def imports(package: str) -> Iterator[Import]:
    """Yield everything that a package imports, but for what only type checkers see."""
    for path in sorted((ROOT / package).rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        unit = unit_of(module)
        waiting: list[tuple[ast.AST, bool]] = [(ast.parse(path.read_text("utf-8")), False)]
        while waiting:
            node, lazy = waiting.pop()
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                continue
            lazy = lazy or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            waiting.extend((child, lazy) for child in ast.iter_child_nodes(node))
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(unit, alias.name, None, lazy, where)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{where}: imports are absolute"
                for alias in node.names:
                    yield Import(unit, node.module or "", alias.name, lazy, where)


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def target_of(found: Import) -> str:
    """Return the unit that is imported: `from autograd import ops` imports autograd.ops."""
    full = f"{found.module}.{found.name}"
    return unit_of(full if found.name and is_module(full) else found.module)


@pytest.mark.parametrize("package", LAYERS)
def test_dependencies_point_downwards(package: str) -> None:
    heights = {f"{package}.{u}": i for i, line in enumerate(LAYERS[package]) for u in line.split()}
    heights[package] = heights[f"{package}.__init__"]
    for found in imports(package):
        target = target_of(found)
        if target.split(".")[0] != package or target == found.unit:
            continue
        assert found.unit in heights and target in heights, f"{found.line}: state its layer"
        if found.lazy and (found.unit, target.split(".")[1]) in UPWARDS:
            continue
        assert heights[target] <= heights[found.unit], f"{found.line}: {target} lies above"


def test_every_module_has_its_layer() -> None:
    for package, lines in LAYERS.items():
        units = {
            path.stem
            for path in (ROOT / package).iterdir()
            if path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists())
        }
        stated = [unit for line in lines for unit in line.split()]
        assert sorted(stated) == sorted(units)


def test_autograd_knows_nothing_of_nn() -> None:
    assert not [found for found in imports("autograd") if found.module.split(".")[0] == "nn"]


def test_packages_from_outside_are_imported_only_where_they_belong() -> None:
    own = {"autograd", "nn", *sys.stdlib_module_names}
    for package in LAYERS:
        for found in imports(package):
            top = found.module.split(".")[0]
            if top not in own:
                assert found.unit in OUTSIDE.get(top, ()), f"{found.line}: imports {top}"
                if found.unit not in ("autograd.compiler", "autograd.native", "nn.compiled"):
                    assert found.lazy, (
                        f"{found.line}: import {top} inside the function that needs it"
                    )


def test_nn_uses_public_names_only() -> None:
    public = {"autograd": {*dir(autograd)}, "autograd.files": {"replace_file"}}
    for name in ("compiler", "drawing", "explanation", "expression", "language"):
        source = (ROOT / "autograd" / name / "__init__.py").read_text("utf-8")
        public[f"autograd.{name}"] = {
            alias.asname or alias.name
            for node in ast.parse(source).body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
    for found in imports("nn"):
        if found.module.split(".")[0] == "autograd" and found.name is not None:
            assert found.name in public.get(found.module, ()), f"{found.line}: not public"
            assert not is_module(f"{found.module}.{found.name}"), f"{found.line}: a module"


# --- names -------------------------------------------------------------------------------


@pytest.mark.parametrize("package", [autograd, nn], ids=lambda package: package.__name__)
def test_functions_and_modules_share_no_name(package: object) -> None:
    """Else importing the submodule would put it in the place of the function."""
    name = package.__name__  # type: ignore[attr-defined]
    modules = {path.stem for path in (ROOT / name).iterdir()}
    public = {n for n in dir(package) if not n.startswith("_") and n not in sys.modules}
    public -= set() if numpy else {"compile", "Program"}
    functions = {n for n in public if callable(getattr(package, n))}
    assert not functions & modules


def test_star_import_hides_no_builtin() -> None:
    import builtins

    namespace: dict[str, object] = {}
    exec("from autograd import *", namespace)
    hidden = {n for n in namespace if hasattr(builtins, n)} - {"__builtins__"}
    assert not hidden
    assert {"Value", "tanh", "grad", "explain", "draw"} <= set(namespace)


def test_every_public_name_can_be_had_and_is_documented() -> None:
    names = [*autograd.__all__, "sum", *(["compile"] if numpy else [])]
    assert len(set(names)) == len(names)
    for name in names:
        thing = getattr(autograd, name)
        assert name in dir(autograd)
        assert thing.__doc__ and len(thing.__doc__) > 20, name


# --- what is loaded at run time -------------------------------------------------------------


def loaded_after(code: str) -> set[str]:
    """Return the modules that a fresh bare Python has loaded after some code."""
    program = (
        f"import sys; before = set(sys.modules); sys.path[:0] = {[str(ROOT), *sys.path]!r}\n"
        f"{code}\nprint(*sorted(set(sys.modules) - before))"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


USE = """
import autograd
x = autograd.Value(0.5, label="x")
y = autograd.where(x > 0, autograd.tanh(x * 2.0 + 1.0) ** 2, autograd.sum([x, x]))
y.backward(); y.forward(); repr(y); autograd.exp(0.5)
with autograd.no_grad(): x * x
"""
HEAVY = {
    "numpy",
    "safetensors",
    "graphviz",
    "pygraphviz",
    "IPython",
    "matplotlib",
    "tqdm",
    "numba",
    "jax",
    "torch",
}
# Of the standard library, what costs milliseconds; `import autograd` stays cheap without it.
SLOW = {
    "typing", "dataclasses", "inspect", "re", "ast", "enum", "asyncio", "json", "decimal",
    "fractions", "random", "pathlib", "tempfile", "subprocess", "logging", "unittest",
}  # fmt: skip
if sys.implementation.name == "pypy":
    SLOW = set()  # what it has in Python where CPython has C takes some of them


def test_import_autograd_loads_the_core_and_no_more() -> None:
    loaded = loaded_after("import autograd")
    assert not loaded & (HEAVY | SLOW)
    own = {name for name in loaded if name.split(".")[0] in ("autograd", "nn")}
    upper = {"structure", "functional", "check", "expression", "compiler", "explanation", "drawing"}
    assert not {name for name in own if unit_of(name).removeprefix("autograd.") in upper}
    assert {"autograd.value", "autograd.ops", "autograd.backprop"} <= own
    # A module costs a third of a millisecond; the whole import is to stay within 30.
    assert len(own) <= 30
    assert len(loaded - own) <= 40 or sys.implementation.name == "pypy"


def test_computing_and_differentiating_load_nothing_further() -> None:
    assert loaded_after(USE) == loaded_after("import autograd")
    code = USE + "autograd.grad(autograd.tanh)(0.3); autograd.hessian(lambda v: v * v)(1.0)"
    assert not loaded_after(code) & HEAVY


def test_nets_need_nothing_from_outside() -> None:
    code = "import nn; net = nn.MLP(2, [2, 1], seed=0); net([0.1, 0.2]).backward()"
    assert not loaded_after(code) & HEAVY


# --- the top level -----------------------------------------------------------------------------

TOP_LEVEL = {
    "pyproject.toml", "README.md", "autograd", "nn", "tests", "notebooks",
    "LICENSE", "CHANGELOG.md", "setup.py", "findings",
}  # fmt: skip


def test_top_level_holds_only_what_it_should() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "-C", str(ROOT), "ls-files"]
    files = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    top = {name.split("/")[0] for name in files if name}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL
    assert {"autograd", "nn", "tests", "pyproject.toml", "README.md", "LICENSE"} <= top
