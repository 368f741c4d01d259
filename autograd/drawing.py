"""`draw`: a computation graph as a picture."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from autograd.boxes import Assembly
from autograd.diagram import Diagram
from autograd.dot_writer import DotWriter
from autograd.folding import fold
from autograd.layout import FORMATS, render, tidy_svg
from autograd.value import Value


class Drawing:
    """A picture as DOT text, laid out when it is first looked at.

    Args:
        dot: a graph in the DOT language.
        title: what it shows, in words.
        descriptions: what each part shows, by its id in the DOT text.
        engine: Graphviz's layout, "dot" or "nop".
    """

    def __init__(
        self,
        dot: str,
        title: str,
        descriptions: Mapping[str, str] | None = None,
        engine: str = "dot",
    ) -> None:
        self.dot = dot
        self.title = title
        self._descriptions = dict(descriptions or {})
        self._engine = engine

    @cached_property
    def svg(self) -> str:
        """The picture as SVG: no scripts, links or outside resources."""
        return tidy_svg(render(self.dot, "svg", self._engine), self.title, self._descriptions)

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file whose suffix says how: .svg, .pdf, .png or .dot.

        The file is either complete or as it was before.

        Raises:
            ValueError: another suffix.
            OSError: the file cannot be written.
        """
        target = Path(path)
        _replace(target, self._encoded(target))

    def _encoded(self, path: Path) -> bytes:
        suffix = path.suffix.lower().removeprefix(".")
        if suffix == "dot":
            return self.dot.encode()
        if suffix == "svg":
            return self.svg.encode()
        if suffix in FORMATS:
            return render(self.dot, suffix, self._engine)
        raise ValueError(
            f"cannot save a drawing as {path.name!r}: the name must end in .svg, .pdf, .png or .dot"
        )

    def __repr__(self) -> str:
        return f"<Drawing: {self.title}>"


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside the path and put it in its place in one move."""
    path = path.resolve()  # a link stays a link
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise type(error)(
            error.errno, f"cannot write the drawing: {error.strerror}", str(path)
        ) from None


def draw(output: Value, *, digits: int = 4, primitive: bool = False) -> Drawing:
    """Draw the graph of a value.

    Args:
        output: the value.
        digits: digits after the point.
        primitive: show every operation, also those between labelled nodes.

    >>> x = Value(3.0, label="x")
    >>> draw(x * x + 1)
    <Drawing: computation graph of a value>
    """
    parts = fold(output, primitive=primitive)
    assembly = Assembly(parts, output, ())
    title = f"computation graph of {output.label or 'a value'}"
    diagram = Diagram(title, assembly.boxes, assembly.edges, assembly.box_of[id(output)])
    return Drawing(DotWriter(diagram, digits).text(), title)
