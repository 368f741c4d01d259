"""The chain rule written out as a textbook does.

`named_graph` gives every node that matters a name; `derivation` is what there is to say, as
data; `derivation_writer` says it and `page` lays it out as text, Markdown or LaTeX;
`explanation` has `explain`.
"""

from autograd.explanation.explanation import Derivation, explain

__all__ = ["Derivation", "explain"]
