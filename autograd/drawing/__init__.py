"""Graphs as pictures, in two halves.

From the graph to plain data: `folding` decides which nodes are shown as one, `gate` what
stands in a box, `boxes` and `collapsing` what is a box, `paths` what a highlighted gradient
goes through, `steps` the passes one node at a time; `diagram` is the result, `description`
says it in words. From data to a picture: `markup`, `box_label` and `dot_writer` write DOT,
`layout` has Graphviz lay it out in this process, `drawing` has `draw` and `Drawing`.
"""

from autograd.drawing.drawing import Drawing, draw

__all__ = ["Drawing", "draw"]
