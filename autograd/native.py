"""What the native build reads in the source and pure Python ignores.

`mypyc_attr` sets options of a compiled class, `i32` makes an attribute four bytes wide,
and `vec` is a list that is an array of C numbers.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not typing's: importing `typing` takes a third of the whole import
if TYPE_CHECKING:
    from librt.vecs import vec as vec
    from mypy_extensions import i32 as i32
    from mypy_extensions import mypyc_attr as mypyc_attr
else:
    i32 = int
    # vec[float] is list: asking list itself would make an alias every time
    vec = {float: list, i32: list}

    def mypyc_attr(**options):
        return lambda kind: kind
