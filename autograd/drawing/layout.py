"""Laying out DOT text with the Graphviz libraries inside this process.

pygraphviz's wheels bring the libraries, so no `dot` program is needed. Graphviz reports
some mistakes on stderr alone and goes on without the label; so its stderr is read here.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from threading import Lock
from typing import Any

from autograd.expression.notation import visible

FORMATS = ("svg", "pdf", "png")
# Twice the resolution of a common screen.
_PNG_DPI = "192"
_NOISE = ("Fontconfig", "(process:")  # about fonts, on machines with few or odd ones
_STDERR = Lock()


class LayoutError(RuntimeError):
    """Graphviz could not lay out or write a drawing."""


def render(dot: str, format: str, engine: str = "dot") -> bytes:
    """Return a drawing as bytes of a file.

    Args:
        dot: a graph in the DOT language.
        format: "svg", "pdf" or "png".
        engine: "dot", or "nop" for nodes that have positions.

    Raises:
        ImportError: pygraphviz is not installed.
        LayoutError: Graphviz refuses the graph or part of it.
    """
    pygraphviz = import_graphviz("pygraphviz")
    with _captured_stderr() as messages:
        try:
            graph = pygraphviz.AGraph(string=dot)
            if format == "png":
                graph.graph_attr["dpi"] = _PNG_DPI
            picture = graph.draw(format=format, prog=engine)
        except (ValueError, OSError, pygraphviz.DotError) as error:
            messages.append(f"Error: {error}")
            picture = None
    errors = [line for line in messages if line.startswith("Error")]
    if errors or not picture:
        raise LayoutError(
            f"Graphviz could not make the {format}: {' '.join(messages) or 'it gave no picture'}"
        )
    return bytes(picture)


def import_graphviz(name: str) -> Any:
    """Import "graphviz" or "pygraphviz", or say what to install."""
    try:
        return __import__(name)
    except ImportError as error:
        raise ImportError(
            f"drawing needs the Python package {name} ({error}): install it with "
            f'"pip install {name}"; no Graphviz program is needed',
            name=name,
        ) from error


@contextmanager
def _captured_stderr() -> Iterator[list[str]]:
    """Collect as lines what C code writes to stderr; font messages among it are dropped."""
    lines: list[str] = []
    with _STDERR, tempfile.TemporaryFile() as file:
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            original = os.dup(2)
        except OSError:  # stderr is closed, so that nothing can be read either
            yield lines
            return
        os.dup2(file.fileno(), 2)
        try:
            yield lines
        finally:
            os.dup2(original, 2)
            os.close(original)
            file.seek(0)
            text = file.read().decode(errors="replace")
            written = [line.strip() for line in text.splitlines()]
            lines[:0] = [line for line in written if line and not line.startswith(_NOISE)]


def tidy_svg(svg: bytes, title: str, descriptions: dict[str, str]) -> str:
    """Return Graphviz's SVG for a web page: with a title, and without its DOCTYPE.

    Args:
        svg: what Graphviz wrote.
        title: what the picture shows, for those who cannot see it.
        descriptions: what each part shows, by its id.
    """
    text = svg.decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL)
    text = re.sub(r'<text [^>]*fill="transparent"[^>]*>.*?</text>\n', "", text)
    text = text.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "", 1)

    def described(match: re.Match[str]) -> str:
        text = descriptions.get(match[2])
        return match[1] + ("" if text is None else f"<title>{escape(visible(text))}</title>\n")

    text = re.sub(r'(<g id="(\w+)"[^>]*>\n)<title>[^<]*</title>\n', described, text)
    head, body = text.split(">", 1)
    root = f'{head} role="img">'
    return f"{root}\n<title>{escape(visible(title))}</title>{body}"
