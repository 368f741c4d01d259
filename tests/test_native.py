"""What the native build must not lose: docstrings, which mypyc leaves out by itself."""

import ast
import inspect
import pydoc
import re
from pathlib import Path
from typing import Any

import pytest

import autograd

FOLDER = Path(autograd.__file__).parent
NAMES = ["scalar", "node", "operands", "backprop", "value", "compiler/placeholder", "compiler/tape"]


def documented(owner: Any, body: list[ast.stmt]) -> list[tuple[Any, str]]:
    """Return what has a docstring in the source, with that docstring."""
    found = []
    for node in body:
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef)) or not hasattr(owner, node.name):
            continue
        thing, text = getattr(owner, node.name), ast.get_docstring(node)
        if text is not None:
            found.append((thing, text))
        if isinstance(node, ast.ClassDef):
            found += documented(thing, node.body)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_docstrings_are_those_of_the_source(name: str) -> None:
    if name.startswith("compiler/"):
        pytest.importorskip("autograd.compiler")
    module = __import__(f"autograd.{name.replace('/', '.')}", fromlist=["*"])
    found = documented(module, ast.parse((FOLDER / f"{name}.py").read_text("utf-8")).body)
    assert len(found) >= 2
    for thing, text in found:
        assert inspect.getdoc(thing) == text, thing


def test_help_shows_arguments_too() -> None:
    assert re.search(r"seed.*=\s*1\.0", pydoc.render_doc(autograd.Value.backward))
