"""The gallery's drawings as SVG files, without Jupyter, by the package as installed.

`python tests/gallery_drawings.py FOLDER` writes them.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

GALLERY = Path(__file__).parent.parent / "notebooks" / "gallery.ipynb"


def shown() -> list[Any]:
    """Run the cells of the gallery, and return what they show."""
    found: list[Any] = []
    jupyter = ModuleType("IPython.display")
    jupyter.display = lambda *things: found.extend(things)
    with patch.dict(sys.modules, {"IPython": None, "IPython.display": jupyter}):
        _run(found, {"display": jupyter.display})
    return [thing for thing in found if thing is not None]


def _run(found: list[Any], names: dict[str, Any]) -> None:
    for cell in json.loads(GALLERY.read_text("utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), GALLERY.name, "exec"), names)
        if last is not None:
            found.append(eval(compile(ast.Expression(last.value), GALLERY.name, "eval"), names))


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for i, drawing in enumerate(shown()):
        if hasattr(drawing, "svg"):
            (folder / f"{i:02}.svg").write_text(drawing.svg, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
