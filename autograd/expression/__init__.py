"""A formula printed as Python source, textbook text or LaTeX.

`formula` is a formula as a tree, with its small simplifications; `formula_reader` reads it
off a graph and `formula_parser` from what somebody typed; `notation` says how numbers and
labels look in each style, `printing` writes a tree down, `expression` has the public
functions. What an operation looks like stands in the table of operations.
"""

from autograd.expression.expression import to_latex, to_text

__all__ = ["to_latex", "to_text"]
