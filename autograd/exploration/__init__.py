"""Graphs as pages that can be touched.

`exploration` has `explore`; `graph` says as plain data what a page computes and shows, `page`
puts one together with its policy, and `modules` makes one script of the modules in `web`. Those
are the page itself: `math.js` and `table.js` are the table of operations in JavaScript, the
latter printed by `table_printer` with `javascript`; `program.js` computes a graph, and the
others show it.

Other pages are built from the names exported here, with modules and styles of their own;
`Recording` is the program of one graph or of several.
"""

from autograd.exploration.exploration import Exploration, explore
from autograd.exploration.graph import Recording, plain
from autograd.exploration.page import page

__all__ = ["Exploration", "Recording", "explore", "page", "plain"]
