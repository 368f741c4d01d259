"""Writing SVG that every program reads: attributes alone, text in the middle of its place.

No style sheet, script, link or outside resource; nothing in a text is taken for markup.
What other programs stumble over, and why it is written so, stands at each function.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape

from autograd.drawing.content import Run
from autograd.drawing.layout import Point
from autograd.drawing.style import FONT
from autograd.expression.notation import visible

MARGIN = 6.0
_LINE_HEIGHT = 15.0
_SLACK = 1.15  # room for a text in another font than ours, where no box around it has room
_SPACE = 0.278  # of the size: how wide it is
# Of the ids and moving classes of a picture, until it is known; it stands in no text, being
# unprintable. The same picture has the same in each run, and another one in the page has others.
PREFIX = "\0"


def page(
    width: float,
    height: float,
    title: str,
    body: Iterable[str],
    legend: Sequence[Sequence[Run]],
    *,
    style: str = "",
    sentences: Sequence[str] = (),
) -> str:
    """Return a whole SVG: a picture on white with a margin, and the lines of a legend below.

    Args:
        width, height: of the picture, in points; it becomes wider where the legend is.
        title: what it shows, for those who cannot see it.
        body: its elements, in the order in which they are painted.
        legend: lines of text in several colours, each in the middle below the picture.
        style: a style sheet, for what moves.
        sentences: elements that share the line below the legend, seen one at a time.
    """
    width = max(width, *map(line_length, legend))
    lines = [texts(line, width / 2, line_below(height, i)) for i, line in enumerate(legend)]
    room = _LINE_HEIGHT * (len(legend) + bool(sentences))
    w = number(width + 2 * MARGIN)
    h = number(height + room + 3 * MARGIN)
    # `direction` is inherited: in a page that reads from right to left, -1 would read 1-.
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}pt" height="{h}pt" '
        f'viewBox="{number(-MARGIN)} {number(-MARGIN)} {w} {h}" role="img" direction="ltr">'
    )
    background = element("rect", x=-MARGIN, y=-MARGIN, width=w, height=h, fill="white")
    # The font is a group's, for MuPDF inherits none from the root; ImageMagick's own renderer
    # outlines in black what has no stroke.
    picture = f'<g class="ag-picture" font-family="{FONT}" stroke="none">'
    shown = [picture, background, *body, group("legend", [*lines, *sentences]), "</g>"]
    styles = [f"<style>\n{style}\n</style>"] if style else []
    written = "\n".join([head, _title(title), *styles, *shown, "</svg>\n"])
    prefix = f"ag{hashlib.sha256(written.encode()).hexdigest()[:10]}-"
    return written.replace(PREFIX, prefix)


def line_below(height: float, index: int) -> float:
    """Return the middle of a line of text below a picture."""
    return height + MARGIN + _LINE_HEIGHT * (index + 0.5)


def image(svg: str, description: str) -> str:
    """Return a picture as an image in HTML: no wider than its place, and safe anywhere.

    A page's styles and other drawings' ids stay out of it; front ends that show no SVG of a
    notebook that is not trusted show this.

    Args:
        svg: the picture.
        description: what it shows, for those who cannot see it.
    """
    data = base64.b64encode(svg.encode()).decode()
    return (
        f'<img alt="{escape(visible(description))}" style="max-width:100%;height:auto" '
        f'src="data:image/svg+xml;base64,{data}"/>'
    )


def group(kind: str, body: Iterable[str], *, title: str = "", id: str = "", **data: str) -> str:
    """Return elements that belong together.

    Args:
        kind: the class; a prefix of ours keeps a page's own rules for it away.
        body: the elements.
        title: in words what it is.
        id: its name in this picture; that in a page has a prefix.
        data: attributes of the form data-NAME.
    """
    attributes = {"id": PREFIX + id} if id else {}
    attributes |= {"class": f"ag-{kind}", **{f"data-{key}": x for key, x in data.items()}}
    inside = [_title(title), *body] if title else [*body]
    return "\n".join([f"<g{_attributes(attributes)}>", *inside, "</g>"])


def wrapped(body: Iterable[str], **attributes: str | float) -> str:
    """Return elements with attributes in common."""
    return "\n".join([f"<g{_attributes(attributes)}>", *body, "</g>"])


def element(name: str, **attributes: str | float) -> str:
    """Return an element without content; an underscore in a name stands for a hyphen."""
    return f"<{name}{_attributes(attributes)}/>"


def rectangle(
    x: float, y: float, width: float, height: float, rounding: float, /, **look: str | float
) -> str:
    """Return a rectangle around a middle."""
    left, top = x - width / 2, y - height / 2
    return element("rect", x=left, y=top, width=width, height=height, rx=rounding, **look)


def halo(x: float, y: float, width: float, height: float, background: str) -> str:
    """Return what hides the lines behind a text, so that none strikes it through."""
    left, top = x - width / 2, y - height / 2
    return element("rect", x=left, y=top, width=width, height=height, fill=background)


def text(run: Run, x: float, y: float, **data: str) -> str:
    """Return a text around a middle, from which it stays inside its place in any font."""
    return texts([run], x, y, **data)


def texts(runs: Sequence[Run], x: float, y: float, **data: str) -> str:
    """Return a line of texts in several looks around one middle."""
    first = runs[0]
    attributes: dict[str, str | float] = {
        # 0.35 of the size is half the height of a digit.
        "x": x, "y": y + 0.35 * max(run.size for run in runs), "text_anchor": "middle",
        "font_size": first.size, "fill": first.color,
        "stroke": "none",  # else one renderer outlines it in black
    }  # fmt: skip
    if len(runs) > 1:
        content = _parts(runs, x)
    else:
        content = _text(first.text)
        attributes |= {"font_weight": "bold"} if first.bold else {}
    attributes |= {f"data-{key}": value for key, value in data.items()}
    return f"<text{_attributes(attributes)}>{content}</text>"


def line_length(runs: Sequence[Run]) -> float:
    """Return how much room a line of texts has, in any font."""
    return math.fsum(_lengths(runs)) + _SPACE * runs[0].size * (len(runs) - 1)


def _lengths(runs: Sequence[Run]) -> list[float]:
    return [_SLACK * run.width for run in runs]


def _parts(runs: Sequence[Run], x: float) -> str:
    """Return texts one after the other, each around a middle of its own.

    Some programs put each part of a text around the middle of the whole, if it has none; Qt
    knows no places of parts and writes one after the other, and so there are spaces between.
    """
    first, written = runs[0], []
    left = x - line_length(runs) / 2
    for run, length in zip(runs, _lengths(runs)):
        attributes: dict[str, str | float] = {"x": left + length / 2, "fill": run.color}
        attributes |= {"font_size": run.size} if run.size != first.size else {}
        attributes |= {"font_weight": "bold"} if run.bold else {}
        written.append(f"<tspan{_attributes(attributes)}>{_text(run.text)}</tspan>")
        left += length + _SPACE * first.size
    return " ".join(written)


def path(points: Sequence[Point]) -> str:
    """Return the data of a path: a start, then cubic Bézier curves."""
    start, *rest = (f"{number(x)},{number(y)}" for x, y in points)
    return f"M{start}C{' '.join(rest)}"


def corners(points: Iterable[Point]) -> str:
    """Return the points of a polygon."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def number(x: float) -> str:
    """Return a length with two digits after the point at most.

    >>> number(3.0), number(-0.001), number(12.345)
    ('3', '0', '12.35')
    """
    rounded = round(x, 2) + 0.0  # not -0
    return str(int(rounded)) if rounded.is_integer() else repr(rounded)


def _title(words: str) -> str:
    return f"<title>{_text(words)}</title>"


@lru_cache(maxsize=1024)
def _text(words: str) -> str:
    return escape(visible(words), quote=False)


def _attributes(attributes: Mapping[str, str | float]) -> str:
    return "".join(
        [f' {name.replace("_", "-")}="{_value(x, name)}"' for name, x in attributes.items()]
    )


def _value(value: str | float, name: str) -> str:
    if isinstance(value, str):
        return value if name in ("id", "class") else _escaped(value)
    return number(value)


@lru_cache(maxsize=1024)  # most are colours and the like
def _escaped(value: str) -> str:
    return escape(visible(value))
