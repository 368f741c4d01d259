"""Graphs as pictures, in three stages.

From the graph to plain data: `folding` decides which nodes are shown as one, `gate` what is
written for an operation, `boxes` and `collapsing` what is a box, `paths` what a highlighted
gradient goes through, `steps` the passes one node at a time; `diagram` is the result,
`description` says it in words.

From data to places: `content` puts the texts into their boxes, measured by `metrics`;
`dot_writer` hands sizes and edges to a layout engine, which `engine` finds and `layout` reads;
`routing` straightens the edges, `spreading` lets them end apart, and `edge_numbers` finds room
for the numbers on them. `scene` has it all.

From places to a picture: `painter` writes a scene with `svg` in the looks of `style`, `fitting`
scales it; `export` makes PNG and PDF of it, and `dot_text` the graph for a reader's own
Graphviz. `picture` has what notebooks and files take, `drawing` has `draw`.

Other views, such as `nn`'s networks, are built from the names exported here.
"""

from autograd.drawing.content import Run, in_a_row, one_line, stacked
from autograd.drawing.dot_writer import import_graphviz
from autograd.drawing.drawing import Picture, check_value, compose, draw, warn_of_other_data
from autograd.drawing.fitting import check_direction, check_size, fitted
from autograd.drawing.gate import number_text
from autograd.drawing.painter import paint
from autograd.drawing.picture import Drawing, Drawings
from autograd.drawing.steps import steps
from autograd.drawing.style import GRADIENT, INK, LINE, NAME, VALUE
from autograd.drawing.svg import (
    element,
    group,
    halo,
    image,
    line_length,
    page,
    rectangle,
    text,
    texts,
)

__all__ = [
    "Drawing", "Drawings", "draw",
    "Picture", "check_value", "compose", "paint", "steps", "warn_of_other_data",
    "GRADIENT", "INK", "LINE", "NAME", "VALUE",
    "Run", "check_direction", "check_size", "fitted", "import_graphviz", "in_a_row",
    "number_text", "one_line", "stacked",
    "element", "group", "halo", "image", "line_length", "page", "rectangle", "text",
    "texts",
]  # fmt: skip
