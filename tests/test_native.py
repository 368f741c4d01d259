"""The class docstring that the native build restores from the source."""

from pathlib import Path

import autograd
from autograd.native import restore_docstring


def test_a_class_gets_the_docstring_of_its_source() -> None:
    source = Path(autograd.__file__).with_name("value.py")
    kind = type("Value", (), {})
    restore_docstring(kind, str(source))
    assert kind.__doc__ is not None
    assert kind.__doc__.startswith("A scalar and, where it was computed")
    assert autograd.Value.__doc__ is not None
    assert autograd.Value.__doc__.startswith("A scalar and, where it was computed")
