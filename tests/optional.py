"""NumPy for the tests; on an interpreter that has none, what skips a test as it uses it."""

from __future__ import annotations

from typing import Any

import pytest

__all__ = ["numpy"]


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
