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


def tell_pure(file: str) -> None:
    """Say once to someone who types that what runs is not the compiled core.

    Where it cannot be compiled, or AUTOGRAD_PURE=1 asks for this, there is nothing to say.

    Args:
        file: the package's `__init__.py`.
    """
    import os
    import sys

    cpython = sys.implementation.name == "cpython" and sys.platform != "emscripten"
    if not cpython or os.environ.get("AUTOGRAD_PURE") == "1":
        return
    folder = os.path.dirname(os.path.dirname(os.path.abspath(file)))
    remedy = "install it anew where there is a C compiler"
    if os.path.exists(os.path.join(folder, "setup.py")):
        remedy = (
            "after `pip install .`, Python in another folder or `python -P` has the compiled core"
        )
    print(f"autograd: pure Python from {folder}, six times slower; {remedy}", file=sys.stderr)
