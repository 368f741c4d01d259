"""`Drawing` and `Drawings`: pictures as notebooks and files take them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import overload

from autograd.drawing.diagram import Step
from autograd.drawing.export import pdf, png
from autograd.drawing.svg import image
from autograd.files import replace_file
from autograd.language import phrases

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body style="font-family:sans-serif;margin:1.5em">
<h1 style="font-size:1.2em">{title}</h1>
{figures}
</body>
</html>
"""


class Drawing:
    """A picture, made when it is first looked at.

    Args:
        title: what it shows, in words.
        svg: a function that returns it as SVG.
        dot: a function that returns its graph in the DOT language.
        step: what it shows of the passes, if it is one of a sequence.

    Attributes:
        title, step: as given.
    """

    def __init__(
        self,
        title: str,
        svg: Callable[[], str],
        dot: Callable[[], str],
        step: Step | None = None,
    ) -> None:
        self.title = title
        self.step = step
        self._write_svg = svg
        self._write_dot = dot

    @cached_property
    def svg(self) -> str:
        """The picture as SVG: no scripts, links or outside resources, and in need of no font."""
        return self._write_svg()

    @cached_property
    def dot(self) -> str:
        """The graph as DOT text, for a Graphviz of your own; it needs no layout engine."""
        return self._write_dot()

    def _repr_html_(self) -> str:
        """An image as wide as it is, or as the page: also in notebooks that are not trusted."""
        try:
            return image(self.svg, self.title)
        except ImportError as error:
            return f"<p>{escape(str(error))}</p><pre>{escape(self.dot)}</pre>"

    def _repr_svg_(self) -> str | None:
        try:
            return self.svg
        except ImportError:  # `_repr_html_` says it
            return None

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file whose suffix says how: .svg, .pdf, .png or .dot.

        The file is either complete or as it was before.

        Raises:
            ValueError: another suffix.
            OSError: the file cannot be written.
            ImportError: what that format needs is not installed, such as the extra "pdf".
            RuntimeError: a PNG on a machine without any font.
        """
        target = Path(path)
        replace_file(target, self._encoded(target))

    def _encoded(self, path: Path) -> bytes:
        suffix = path.suffix.lower()
        if suffix == ".svg":
            return self.svg.encode()
        if suffix == ".png":
            return png(self.svg)
        if suffix == ".pdf":
            return pdf(self.svg)
        if suffix == ".dot":
            return self.dot.encode()
        raise ValueError(
            f"cannot save a drawing as {path.name!r}: the name must end in .svg, .pdf, .png or .dot"
        )

    def __repr__(self) -> str:
        return f"<Drawing: {self.title}>"


class Drawings(Sequence[Drawing]):
    """Pictures in an order; a part of them is one again.

    Args:
        title: what they show together, in words.
        drawings: the pictures.
        language: of the words in them.

    In a notebook they are shown one below the other, each with its number and what it shows.
    """

    def __init__(self, title: str, drawings: Iterable[Drawing], language: str = "en") -> None:
        self.title = title
        self._language = language
        self._drawings = tuple(drawings)

    @overload
    def __getitem__(self, index: int) -> Drawing: ...
    @overload
    def __getitem__(self, index: slice) -> Drawings: ...
    def __getitem__(self, index: int | slice) -> Drawing | Drawings:
        if isinstance(index, slice):
            return Drawings(self.title, self._drawings[index], self._language)
        return self._drawings[index]

    def __len__(self) -> int:
        return len(self._drawings)

    def __repr__(self) -> str:
        return f"<{len(self)} drawings: {self.title}>"

    def _repr_html_(self) -> str:
        return "\n".join(
            '<figure style="margin:0 0 1.5em 0">'
            f"<figcaption>{escape(self._caption(i, x))}</figcaption>\n{x._repr_html_()}</figure>"
            for i, x in enumerate(self, 1)
        )

    def _caption(self, i: int, x: Drawing) -> str:
        facts = {"i": str(i), "n": str(len(self)), "title": x.step.text if x.step else x.title}
        return phrases.PICTURE_OF_MANY.say(self._language, **facts)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all pictures: to one page, or to a file each.

        Args:
            path: a name that ends in .html for one page that stands alone; with another suffix
                that a `Drawing` knows, such as "step.svg", the files are "step-1.svg" and so on,
                with as many digits as sort well.

        Each file is either complete or as it was before.

        Raises:
            ValueError: another suffix.
            OSError: a file cannot be written.
        """
        target = Path(path)
        if target.suffix.lower() == ".html":
            page = _PAGE.format(
                language=self._language, title=escape(self.title), figures=self._repr_html_()
            )
            replace_file(target, page.encode())
            return
        digits = len(str(len(self)))
        for i, drawing in enumerate(self, 1):
            drawing.save(target.with_name(f"{target.stem}-{i:0{digits}}{target.suffix}"))
