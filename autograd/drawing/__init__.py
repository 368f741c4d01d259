"""Graphs as pictures, in two halves.

From the graph to plain data: `folding` decides which nodes are shown as one, `gate` what
stands in a box, `boxes` and `collapsing` what is a box, `paths` what a highlighted gradient
goes through, `steps` the passes one node at a time; `diagram` is the result, `description`
says it in words. From data to a picture: `markup`, `box_label` and `dot_writer` write DOT,
`layout` has Graphviz lay it out in this process, `drawing` has `draw` and `Drawing`.

Other views, such as `nn`'s networks, are built from the names exported here.
"""

from autograd.drawing.drawing import Drawing, draw
from autograd.drawing.gate import number_text
from autograd.drawing.layout import import_graphviz
from autograd.drawing.markup import FONT, GRADIENT, INK, LINE, NAME, VALUE, font, html, row, table
from autograd.expression.notation import shortened

__all__ = [
    "Drawing", "draw",
    "FONT", "GRADIENT", "INK", "LINE", "NAME", "VALUE",
    "font", "html", "import_graphviz", "number_text", "row", "shortened", "table",
]  # fmt: skip
