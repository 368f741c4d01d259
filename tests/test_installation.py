"""What an installation asks for: on each kind of Python, and for a native or a pure build."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

SETUP = Path(__file__).parent.parent / "setup.py"
LINUX = {"sys_platform": "linux", "platform_machine": "x86_64"}
ENVIRONMENTS = {
    "CPython": (
        LINUX,
        {"graphviz", "graphviz-pure", "numpy", "resvg-py", "safetensors", "tqdm"},
    ),
    "PyPy": (
        {**LINUX, "platform_python_implementation": "PyPy"},
        {"graphviz", "graphviz-pure", "tqdm"},
    ),
    "Pyodide": (
        {"sys_platform": "emscripten", "platform_machine": "wasm32"},
        {"graphviz", "numpy", "tqdm"},
    ),
    "a machine without wheels": (
        {"sys_platform": "linux", "platform_machine": "riscv64"},
        {"graphviz", "numpy", "tqdm"},
    ),
}


def asked_for(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what setup.py hands to setuptools."""
    setuptools = pytest.importorskip("setuptools")
    given: dict[str, Any] = {}
    monkeypatch.setattr(setuptools, "setup", lambda **options: given.update(options))
    monkeypatch.setattr(sys, "argv", ["setup.py", "egg_info"])
    runpy.run_path(str(SETUP))
    return given


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_each_python_gets_what_has_wheels_for_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRAD_PURE", "1")
    changes, expected = ENVIRONMENTS[name]
    environment = {"platform_python_implementation": "CPython", **changes}
    needed = map(Requirement, asked_for(monkeypatch)["install_requires"])
    assert {x.name for x in needed if not x.marker or x.marker.evaluate(environment)} == expected


def test_a_pure_build_asks_for_nothing_of_the_native_one(monkeypatch: pytest.MonkeyPatch) -> None:
    native = asked_for(monkeypatch)
    monkeypatch.setenv("AUTOGRAD_PURE", "1")
    pure = asked_for(monkeypatch)
    assert pure["setup_requires"] == []
    more = set(native["install_requires"]) - set(pure["install_requires"])
    assert {Requirement(x).name for x in more} == ({"librt"} if native["setup_requires"] else set())


def test_pypy_builds_pure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.implementation, "name", "pypy")
    assert asked_for(monkeypatch)["setup_requires"] == []


# --- a fallback that says so ----------------------------------------------------------------------


def said(code: str, **environment: str) -> str:
    """Return what the sources beside these tests say on stderr when they are imported."""
    if not (SETUP.parent / "autograd").is_dir():
        pytest.skip("the sources are not there")
    known = {k: v for k, v in os.environ.items() if not k.startswith(("AUTOGRAD", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**known, "PYTHONPATH": str(SETUP.parent), **environment},
    )  # fmt: skip
    return done.stderr


TYPED = "import sys; sys.ps1 = '>>> '; import autograd; import nn; assert not autograd.is_native"


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="there is no compiled core")
def test_the_checkout_says_once_to_who_types_that_it_is_pure() -> None:
    text = said(TYPED)
    assert text.count("\n") == 1
    assert "pure Python" in text and "six times slower" in text and "pip install ." in text


def test_a_program_and_who_asks_for_pure_python_hear_nothing() -> None:
    assert said("import autograd; import nn") == ""
    assert said(TYPED, AUTOGRAD_PURE="1") == ""
    if sys.implementation.name != "cpython":
        assert said(TYPED) == ""
