"""What a bare machine may lack: NumPy, which skips a test as it uses it, or what writes a file."""

from __future__ import annotations

from typing import Any

import pytest

__all__ = ["needs_format", "numpy"]


class Missing:
    """Stands for a module that cannot be imported."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __bool__(self) -> bool:
        return False

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("_"):  # pytest looks at what a module holds
            raise AttributeError(attribute)
        pytest.skip(f"{self._name} is not installed", allow_module_level=True)


try:
    import numpy
except ImportError:
    numpy = Missing("NumPy")  # type: ignore[assignment]


def needs_format(suffix: str) -> None:
    """Skip a test that saves a drawing where this machine cannot write such files."""
    if suffix == "pdf":
        pytest.importorskip("svglib", reason="pip install 'scalar-autograd[pdf]'")
    if suffix == "png":
        pytest.importorskip("resvg_py", reason="pip install resvg-py")
        from autograd.drawing.export import _has_fonts

        if not _has_fonts():
            pytest.skip("a PNG needs a font")
