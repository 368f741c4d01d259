"""A formula printed as Python source, textbook text or LaTeX.

`formula` is a formula as a tree, with its small simplifications; `formula_reader` reads it
off a graph and `formula_parser` from what somebody typed. `notation` says how numbers and
labels look in Python and as text, `latex` in LaTeX: `latex_names` reads labels, `label` is
one with LaTeX of its own, `symbols` has the signs, `latex_items` and `latex_lines` measure
and divide what is too wide. `printing` writes a tree down, `expression` has the public
functions. What an operation looks like stands in the table of operations.
"""

from autograd.expression.expression import to_latex, to_text
from autograd.expression.label import Label

__all__ = ["Label", "to_latex", "to_text"]
