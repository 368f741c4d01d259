"""What all tests share: Hypothesis draws the same examples in each run; JAX in float64."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from optional import numpy

# What tests arrays and nothing else.
collect_ignore_glob = [] if numpy else ["test_compiler*.py", "test_documents.py", "benchmarks/*"]

settings.register_profile(
    "reproducible",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("reproducible")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the example of `nn.save` where its library has no wheel, as on PyPy."""
    if find_spec("safetensors") is None:
        for item in items:
            if item.name == "nn.saving.save":
                item.add_marker(pytest.mark.skip("safetensors is not installed"))


@pytest.fixture
def jax_float64() -> Iterator[Any]:
    """JAX with 64-bit numbers for one test, not for the rest of the process."""
    jax = pytest.importorskip("jax")
    if hasattr(jax, "enable_x64"):
        enable_x64 = jax.enable_x64
    else:
        from jax.experimental import enable_x64
    with enable_x64(True):
        yield jax
