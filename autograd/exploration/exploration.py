"""`explore`: a computation graph as a page that can be touched."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from autograd.backprop import gradients
from autograd.drawing import Picture, check_value, compose, paint, steps, warn_of_other_data
from autograd.exploration.graph import Recording, plain, shown
from autograd.exploration.modules import resource
from autograd.exploration.page import framed, page
from autograd.expression.notation import check_digits, visible
from autograd.files import replace_file
from autograd.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd.drawing.collapsing import Collapse

_BAR, _PANEL = 120.0, 330.0  # what a page has beside the picture, in points


class Exploration:
    """A page, which shows itself in Jupyter and saves as one file.

    Args:
        title: what it shows, in words.
        html: the page.
        size: its width and height where there is room for all of it.
    """

    def __init__(self, title: str, html: str, size: tuple[float, float]) -> None:
        self.title = title
        self.html = html
        self._size = size

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file, whose name ends in .html.

        The file is either complete or as it was before.

        Raises:
            ValueError: another suffix.
            OSError: the file cannot be written.
        """
        target = Path(path)
        if target.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"cannot save a page as {target.name!r}: the name must end in .html")
        replace_file(target, self.html.encode(), "page")

    @cached_property
    def _frame(self) -> str:
        return framed(self.html, self.title, *self._size)

    def _repr_html_(self) -> str:
        """A frame: it needs no kernel, and pages do not disturb each other."""
        return self._frame

    def __repr__(self) -> str:
        return f"<Exploration: {self.title}>"


def explore(
    output: Value,
    *,
    digits: int = 4,
    primitive: bool = False,
    collapse: Collapse = False,
    max_nodes: int = 500,
) -> Exploration:
    """Show the graph of a value as a page: step through both passes, move any leaf, learn.

    The picture is that of `draw`, and its first numbers are the engine's. When a leaf moves, the
    page computes all others anew by the same table of operations. Gradients are those of the
    output; `grad` stays as it is.

    Args:
        output: the value.
        digits: digits after the point, 0 to 17.
        primitive: show every operation, also those between labelled nodes.
        collapse: draw scopes as one box each, as for `draw`.
        max_nodes: in a larger drawing scopes are collapsed.

    Returns:
        An `Exploration`, which shows itself in Jupyter and saves as one .html that needs nothing
        else, no network either.

    Raises:
        TypeError: output is not a Value.
        ValueError: no such scope, or digits out of range.
        GraphSizeError: more than max_nodes boxes, even with all scopes collapsed.

    Source: document 002 writes values in green and gradients in red along both passes.

    >>> x = Value(3.0, label="x")
    >>> page = explore(x * x + 1)
    >>> page
    <Exploration: computation graph of a value, 3 boxes>
    >>> "default-src 'none'" in page.html
    True
    """
    check_value(output, "explore takes one Value")
    check_digits("explore", digits)
    warn_of_other_data(output, "explore")
    recording = Recording(output)
    with _gradients(output, recording.order):
        room = f"−00{'.' * (digits > 0)}{'0' * digits}"
        picture = compose(output, digits, primitive, collapse, max_nodes, room)
        data = _data(picture, recording, digits)
    diagram, layout = picture.scene.diagram, picture.scene.layout
    svg = re.sub(r'(?<=<svg )xmlns="[^"]*" width="[^"]*" height="[^"]*"', "", _svg(picture))
    body = resource("page.html").replace("{title}", escape(visible(diagram.title)))
    html = page(
        diagram.title, data, body=body.replace("{picture}", svg), modules=["explorer"],
        functions=recording.functions,
    )  # fmt: skip
    size = (layout.width + _PANEL, layout.height + _BAR)
    return Exploration(diagram.title, html, size)


def _svg(picture: Picture) -> str:
    return paint(picture.scene, picture.scene.diagram.title)


@contextmanager
def _gradients(output: Value, order: Sequence[Any]) -> Iterator[None]:
    """Let every node have the gradient of the output meanwhile, whatever `backward()` left."""
    before = [node.grad for node in order]
    try:
        for node, gradient in zip(order, gradients(output, list(order))):
            node.grad = gradient
        yield
    finally:
        for node, gradient in zip(order, before):
            node.grad = gradient


def _data(picture: Picture, recording: Recording, digits: int) -> dict[str, Any]:
    """Return all that the page knows: its program, what is shown, and both passes."""
    program = recording.program()
    diagram = picture.scene.diagram
    passes = [
        {"phase": x.phase, "box": x.box, "text": x.text, "edges": sorted(x.edges)}
        for x in steps(diagram, digits)
    ]
    return {
        **shown(picture, recording),
        "program": program,
        "gradients": [plain(node.grad) for node in recording.order],
        "leaves": _leaves(recording),
        "labels": [node.label or "" for node in recording.order],
        "steps": passes,
        "digits": digits,
        "output": diagram.output_name,
        "frozen": recording.frozen,
    }


def _leaves(recording: Recording) -> list[dict[str, Any]]:
    """Return the leaves that have a label, and whether they are trained at first.

    Those in scopes are, as the weights of a net; where no leaf is in a scope, all are.
    """
    leaves = [x for x in recording.order if x.op is None and x.label]
    leaves.sort(key=lambda x: (_natural(x.scope), _natural(x.label or "")))
    has_scopes = any(x.scope for x in leaves)
    return [
        {"node": recording.place[id(x)], "label": x.label, "scope": x.scope,
         "trains": bool(x.scope) or not has_scopes}
        for x in leaves
    ]  # fmt: skip


def _natural(text: str) -> list[tuple[int, str]]:
    """Return a key by which w2 comes before w10."""
    return [(len(x) if x.isdecimal() else 0, x) for x in re.split(r"(\d+)", text)]
