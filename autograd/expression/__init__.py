"""A formula printed as Python source, textbook text or LaTeX.

`formula` is a formula as a tree, with its small simplifications, and `algebra` those of the
chain rule; `formula_reader` reads it off a graph and `formula_parser` from what somebody
typed. `notation` says how labels and numbers look in Python and as text, with `numbers` for
constants such as √2, `latex` in LaTeX: `latex_names` reads labels, `label` is one with LaTeX
of its own, `symbols` has the signs, `latex_items` and `latex_lines` measure and divide what is
too wide, as `text_lines` does in text. `printing` writes a tree down, `expression` has the
public functions. What an operation looks like stands in the table of operations.
"""

from autograd.expression.expression import to_latex, to_text
from autograd.expression.label import Label

__all__ = ["Label", "to_latex", "to_text"]
