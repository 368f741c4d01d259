"""The notebooks: each runs again from top to bottom and prints what was committed.

After a change of what is printed or drawn, `python tests/test_notebooks.py` writes them anew.
"""

from __future__ import annotations

import os
import re
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")
pytest.importorskip("matplotlib")

FOLDER = Path(__file__).parent.parent / "notebooks"
NAMES = [
    "01_worked_example", "02_computation_graphs", "03_four_equations", "04_training",
    "05_from_loops_to_arrays", "gallery",
]  # fmt: skip

# A path, an address in memory, or a warning with its file name.
_OF_ONE_MACHINE = re.compile(r"/(home|root|tmp|usr|Users|work)/|\b0x[0-9a-f]{6}|Warning")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[-+]\d+)?")


def read(name: str) -> Any:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def printed(notebook: Any) -> list[tuple[int, str, str]]:
    """Return what stands under each cell, as (cell, kind, text), without others' pictures."""
    texts = []
    for k, cell in enumerate(notebook.cells):
        _join_streams(cell)
        for output in cell.get("outputs", []):
            bundle = output.get("data") or {output.get("name", "error"): output.get("text", "")}
            shown = map(_readable, sorted(bundle.items()))
            texts += [(k, kind, x) for kind, x in shown if x]
    return texts


def _readable(item: tuple[str, str]) -> tuple[str, str]:
    """Return a drawing without its ids, which say what is in it; nothing for a photograph."""
    kind, text = item
    if kind == "image/svg+xml":
        return kind, re.sub(r' id="ag[^"]*"', "", text)
    if kind == "text/html":  # the same drawing once more, or a curve
        return kind, re.sub(r'base64,[^"]*"', 'base64,"', text)
    return kind, "" if kind.startswith("image/") else text


def test_every_notebook_is_known() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == NAMES


def execute(name: str) -> Any:
    """Run a notebook in its folder, and return it with nothing in it that varies by run."""
    notebook = read(name)
    metadata = deepcopy(notebook.metadata)
    resources = {"metadata": {"path": str(FOLDER)}}
    # A cell imports a module that another one has saved beside it.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    environment["AUTOGRAD_PURE"] = "1"  # the sources are meant
    environment["TQDM_DISABLE"] = "1"  # a bar would stay in the output of what takes a second
    nbclient.NotebookClient(
        notebook, timeout=120, record_timing=False, resources=resources
    ).execute(env=environment)
    notebook.metadata = metadata  # without the version of Python
    for cell in notebook.cells:
        _join_streams(cell)
    for output in outputs(notebook):
        bundle = output.get("data", {})
        if bundle.keys() & {"text/markdown", "image/png", "image/svg+xml"}:
            bundle.pop("text/plain", None)
            output.metadata = {}
    return notebook


def _join_streams(cell: Any) -> None:
    """Put together what a busy kernel sent in pieces, between one picture and the next."""
    pieces = cell.get("outputs", [])
    for k in range(len(pieces) - 1, 0, -1):
        first, second = pieces[k - 1 : k + 1]
        if first.output_type == second.output_type == "stream" and first.name == second.name:
            first.text += second.text
            del pieces[k]


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_again_and_prints_the_same(name: str) -> None:
    committed, again = printed(read(name)), printed(execute(name))
    assert [where for *where, _ in again] == [where for *where, _ in committed]
    for (cell, _, expected), (*_, actual) in zip(committed, again):
        assert_same(expected, actual, f"{name}, cell {cell}")


def assert_same(expected: str, actual: str, where: str) -> None:
    """Compare words exactly, and numbers to one unit of their last printed digit."""
    assert _NUMBER.sub("#", actual) == _NUMBER.sub("#", expected), where
    for a, b in zip(_NUMBER.findall(actual), _NUMBER.findall(expected)):
        x, y = Decimal(a), Decimal(b)
        unit = Decimal(1).scaleb(max(x.as_tuple().exponent, y.as_tuple().exponent))
        assert abs(x - y) <= (unit if "." in b else 0), f"{where}: {a} is not {b}"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_committed_whole_and_clean(name: str) -> None:
    notebook = read(name)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not any(cell.metadata for cell in notebook.cells), "no timing or other metadata"
    for cell, kind, text in printed(notebook):
        assert kind not in ("error", "stderr"), f"cell {cell}: {text}"
        assert not _OF_ONE_MACHINE.search(text), f"cell {cell}"


@pytest.mark.parametrize("name", NAMES)
def test_its_drawings_are_visible(name: str) -> None:
    bundles = [output.get("data", {}) for output in outputs(read(name))]
    svgs = [bundle["image/svg+xml"] for bundle in bundles if "image/svg+xml" in bundle]
    assert svgs
    for svg in svgs:
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
        assert "text" in tags and "script" not in tags


def test_words_and_numbers_that_differ_are_seen() -> None:
    assert_same("E = 0.291 in 10 steps", "E = 0.292 in 10 steps", "")
    for actual in ("E = 0.293 in 10 steps", "E = 0.291 in 11 steps", "F = 0.291 in 10 steps"):
        with pytest.raises(AssertionError):
            assert_same("E = 0.291 in 10 steps", actual, "")


if __name__ == "__main__":
    for each in NAMES:
        nbformat.write(execute(each), FOLDER / f"{each}.ipynb")
