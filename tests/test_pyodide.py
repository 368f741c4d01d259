"""In a browser's Python: all that needs neither arrays nor another program.

Needs Node.js and the npm package `pyodide`, where NODE_PATH finds it. That package has no
NumPy; a web page can load one, and then `compile` works too.
"""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BEGIN = """
import warnings
warnings.simplefilter("error")
from autograd import Value, draw, exp, explain
w, x = Value(2.0, "w"), Value(-1.0, "x")
f = 1 / (1 + exp(-w * x))
f.label = "f"
f.backward()
"""


def run(program: str) -> str:
    """Run a program in Pyodide, with this project and what it needs, and return its output."""
    try:
        check = ["node", "-e", 'require.resolve("pyodide/package.json")']
        subprocess.run(check, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs Node.js and the npm package pyodide on NODE_PATH")
    folders = [str(ROOT / "autograd"), str(ROOT / "nn")]
    for name in ("graphviz", "tqdm"):
        found = find_spec(name)
        assert found is not None and found.submodule_search_locations is not None
        folders += found.submodule_search_locations
    command = ["node", str(Path(__file__).with_name("pyodide.js")), BEGIN + program, *folders]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_it_differentiates_explains_and_trains() -> None:
    program = """
import nn
print(f"{f:.4f} {w.grad:.4f}", explain(f, w))
print(nn.fit(nn.MLP(2, [2, 1], seed=1), *nn.xor(), epochs=2))
"""
    printed = run(program)
    assert printed.startswith("0.1192 -0.1050")
    assert "∂f/∂w" in printed and "History(2 epochs" in printed


def test_a_drawing_gives_its_text_and_says_what_it_lacks() -> None:
    program = """
print(draw(f).dot)
try:
    draw(f).svg
except ImportError as error:
    print(error)
"""
    printed = run(program)
    assert printed.startswith("digraph") and "drawing needs a layout engine" in printed


def test_compile_says_what_it_lacks() -> None:
    program = """
try:
    from autograd import compile
except ImportError as error:
    print(error)
"""
    assert "compile writes code for NumPy, which is not installed" in run(program)
