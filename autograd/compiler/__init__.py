"""From a scalar function to array code.

The one intermediate representation is a list of scalars, each an operation on earlier
ones. It begins as a tape (`tape`): codes and operands in arrays, a row a scalar. It ends
as a list of blocks (`blocks`): scalars of the same form, each block one array of the
emitted code, whose operands are index arrays into earlier blocks. The passes, in order:

1. `record` runs the function once on placeholders (`placeholder`), which write the tape;
   derivatives inside of it are written there too (`differentiate`), and `copies` clears it.
2. `canonicalise` drops what the output does not need (`uses`) and collapses chains of
   additions and products into rows constant + Σ coefficient·u·v; everything else stays a
   call.
3. `schedule` gives each row and call a level above its operands.
4. `vectorise` joins those of one level that have the same form into blocks; `rows` finds
   the matrix products among them: as many different left factors times as many different
   right factors as there are rows.
5. `emit` writes each block as a line of NumPy (`forward`, `views`), then the gradients in
   reverse (`backward`, `gradients`), with local derivatives from the table (`rules`), or
   all that the function returns (`results`, `outputs`).
   For JAX, `jax_source` turns the lines into ones that change nothing in place.

`compilation` runs them; `program` is the result. For graphs without regularity `kernel`
prints a loop over the tape itself instead, for Numba.
"""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("numpy") is None:
    raise ModuleNotFoundError(
        "compile writes code for NumPy, which is not installed: pip install numpy "
        "(PyPy has no wheels of it, CPython has)",
        name="numpy",
    )

from autograd.compiler.compilation import compile
from autograd.compiler.program import Parameters, Program
from autograd.compiler.summary import Summary

__all__ = ["Parameters", "Program", "Summary", "compile"]
