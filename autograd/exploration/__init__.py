"""Graphs as pages that can be touched.

`exploration` has `explore`; `graph` says as plain data what a page computes and shows, `page`
puts one together with its policy, and `modules` makes one script of the modules in `web`. Those
are the page itself: `math.js` and `table.js` are the table of operations in JavaScript, the
latter printed by `table_printer` with `javascript`; `program.js` computes a graph, and the
others show it.
"""

from autograd.exploration.exploration import Exploration, explore

__all__ = ["Exploration", "explore"]
