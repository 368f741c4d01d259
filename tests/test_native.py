"""The class docstring that the native build restores from the source."""

import ast
import inspect
from pathlib import Path

import autograd
from autograd.native import restore_docstring


def test_a_class_gets_the_docstring_of_its_source() -> None:
    source = Path(autograd.__file__).with_name("value.py")
    kind = type("Value", (), {})
    restore_docstring(kind, str(source))
    tree = ast.parse(source.read_text("utf-8"))
    [definition] = [x for x in tree.body if isinstance(x, ast.ClassDef) and x.name == "Value"]
    expected = ast.get_docstring(definition)
    assert expected is not None and expected.startswith("A scalar and, where it was computed")
    assert kind.__doc__ == expected
    assert autograd.Value.__doc__ is not None
    assert inspect.cleandoc(autograd.Value.__doc__) == expected
