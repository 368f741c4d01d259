"""The chain rule written out as a textbook does.

`named_graph` gives every node that matters a name; `derivation` is what there is to say, as
data; `derivation_writer` says it and `page` lays it out as text, Markdown or LaTeX;
`exercise` leaves gaps in it, with `other_numbers`; `explanation` has `explain`. `value_table`
has `table`, which explains nothing.
"""

from autograd.explanation.exercise import Exercise
from autograd.explanation.explanation import Derivation, explain
from autograd.explanation.value_table import Table, table

__all__ = ["Derivation", "Exercise", "Table", "explain", "table"]
