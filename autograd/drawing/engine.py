"""The programs that lay a graph out: DOT text in, positions as JSON out.

One comes with the package; another is used where that one is missing. Nothing here knows
what is drawn.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

Engine = Callable[[str], str]
# With what is drawn: positions alone are rounded to five digits.
_TO_JSON = ("-Kdot", "-Tjson")


class LayoutError(RuntimeError):
    """The layout engine refused a graph."""


def positions(dot: str) -> Any:
    """Return Graphviz's JSON for a graph: where its nodes, edges and clusters lie.

    Args:
        dot: a graph in the DOT language.

    Raises:
        ImportError: there is no layout engine.
        LayoutError: the engine refuses the graph.
    """
    for find in (_graphviz_pure, _dot, _pygraphviz):
        engine = find()
        if engine is not None:
            return json.loads(engine(dot))
    raise ImportError(
        "drawing needs a layout engine, and there is none: install one with "
        '"pip install graphviz-pure", a program without dependencies; where that has no wheel, '
        "Graphviz's own dot does as well. The graph as DOT text is in `draw(...).dot`",
        name="graphviz-pure",
    )


def _graphviz_pure() -> Engine | None:
    program = _installed_program("graphviz-pure")
    return None if program is None else lambda dot: _run(program, dot)


def _dot() -> Engine | None:
    program = shutil.which("dot")
    return None if program is None else lambda dot: _run(program, dot)


def _pygraphviz() -> Engine | None:
    try:
        import pygraphviz
    except ImportError:
        return None

    def run(dot: str) -> str:
        try:
            return bytes(pygraphviz.AGraph(string=dot).draw(format="json", prog="dot")).decode()
        except (ValueError, OSError, pygraphviz.DotError) as error:
            raise LayoutError(f"pygraphviz could not lay the graph out: {error}") from error

    return run


@cache
def _installed_program(name: str) -> str | None:
    """Return the path of a program that a Python package brought, wherever pip put it."""
    beside = Path(sys.executable).with_name(name + (".exe" if sys.platform == "win32" else ""))
    if beside.exists():  # found at once in a virtual environment
        return str(beside)
    from importlib import metadata  # slow to import

    try:
        files = metadata.files(name) or ()
    except metadata.PackageNotFoundError:
        return shutil.which(name)
    for file in files:
        if file.stem == name and file.suffix in ("", ".exe"):
            path = Path(str(file.locate()))
            if path.exists():
                return str(path)
    return shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)


def _run(program: str, dot: str) -> str:
    try:
        done = subprocess.run(
            [program, *_TO_JSON], input=dot.encode(), capture_output=True, check=False
        )
    except OSError as error:
        raise LayoutError(f"cannot run the layout engine {program}: {error}") from error
    if done.returncode or not done.stdout:
        words = done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}"
        raise LayoutError(f"{Path(program).name} could not lay the graph out: {words}")
    return done.stdout.decode()
