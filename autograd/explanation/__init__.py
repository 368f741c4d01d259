"""The chain rule written out as a textbook does.

`quantities` decides which nodes have a name, with `idioms`, what is one quantity in a textbook,
and `outputs`, those of softmax; `named_graph` is the graph between names, `plan` says which
derivative follows from which, `derivation` is what there is to say, as data.
`derivation_writer` says it, with its `cells`, and `page` lays it out as text, Markdown or
LaTeX, in `rows`; a `residue` is a zero that rounding left something of. `exercise` leaves
gaps in it, with `other_numbers`; `explanation` has `explain`. `value_table` has `table`, which
explains nothing.
"""

from autograd.explanation.exercise import Exercise
from autograd.explanation.explanation import Derivation, explain
from autograd.explanation.value_table import Table, table

__all__ = ["Derivation", "Exercise", "Table", "explain", "table"]
