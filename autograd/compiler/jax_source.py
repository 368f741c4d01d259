"""Backend "jax": the same lines as a pure function of JAX arrays.

JAX arrays cannot be changed in place, so `a[part] += b` becomes a new array under the same
name. Everything else that is emitted has the same name in `jax.numpy` as in NumPy.

XLA computes a/b/c as a/(b*c) and takes numbers below 2e-308 for zero, so results differ from
NumPy's where operands lie beyond 1e150 or below 1e-150.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

import numpy as np

from autograd.compiler.results import mapped
from autograd.compiler.source import HELPERS, Dialect

_IN_PLACE = re.compile(r"(?P<array>\w+)(?P<view>[.\[].*?) \+= (?P<terms>.*)")
_SCATTER = re.compile(r"scatter_add\((?P<array>\w+)(?P<view>[^,]*), (?P<rest>.*)\)")
_PART = re.compile(r"\[[^\[\]]*\]")
_SPECIAL = re.compile(r"np\.vectorize\((?:math|special)\.(\w+), otypes=\[float\]\)")
_ELEMENT_BY_ELEMENT = re.compile(r"np\.vectorize\([^()]*\)")

_HELPERS = {
    "segment_sum": '''
def segment_sum(x, starts, rows, size):
    """Sum the stretches of x from each start to the next into these rows of an array."""
    row_of = np.repeat(rows, np.diff(starts, append=len(x)))
    return jnp.zeros((size,) + x.shape[1:]).at[row_of].add(x)
''',
    "scatter_add": '''
def scatter_add(out, order, starts, rows, x):
    """Return out with x[k] added to out[i[k]], where i repeats rows: it is sorted by row."""
    row_of = np.repeat(rows, np.diff(starts, append=len(order)))
    return out.at[row_of].add(x[order])
''',
    "added": '''
def added(x, part, terms):
    """Return x with the terms added to a part of it."""
    places = part(np.arange(x.size).reshape(x.shape))
    return x.reshape(-1).at[places].add(terms).reshape(x.shape)
''',
    "logaddexp_reduce": '''
def logaddexp_reduce(x, axis=0):
    """Return log(exp(x[0]) + exp(x[1]) + ...)."""
    return jax.scipy.special.logsumexp(x, axis=axis)
''',
    "hypot_reduce": '''
def hypot_reduce(x):
    """Return sqrt(x[0]**2 + x[1]**2 + ...), and neither square overflows."""
    largest = jnp.abs(x).max(0)
    scale = jnp.where((largest > 0.0) & (largest < jnp.inf), largest, 1.0)
    return jnp.sqrt(((x / scale)**2).sum(0))*scale
''',
    "polygamma": '''
def polygamma(order, x):
    """Return the derivative of digamma of an order, which JAX wants as an integer."""
    return jax.scipy.special.polygamma(jnp.asarray(order, int), x)
''',
    "masked_matmul": '''
def masked_matmul(g, present, x):
    """Return g @ x, where what is not present adds nothing, though 0*inf is nan."""
    is_wild = ~jnp.isfinite(x)
    meets = (1.0*(present != 0)) @ (1.0*is_wild)
    return jnp.where(meets > 0, g @ x, g @ jnp.where(is_wild, 0, x))
''',
    "unpack": HELPERS["unpack"],
}


def _pure(line: str) -> str:
    """Return a line without changes in place, in the words of JAX."""
    code, mark, comment = line.partition("  #")
    if change := _IN_PLACE.fullmatch(code):
        array, view, terms = change.group("array", "view", "terms")
        if _PART.fullmatch(view):
            code = f"{array} = {array}.at{view}.add({terms})"
        else:
            code = f"{array} = added({array}, lambda x: x{view}, {terms})"
    elif change := _SCATTER.fullmatch(code):
        array, view, rest = change.group("array", "view", "rest")
        shape = f".reshape({array}.shape)" if view else ""
        code = f"{array} = scatter_add({array}{view}, {rest}){shape}"
    code = re.sub(r"np\.(logaddexp|hypot)\.reduce\(", r"\1_reduce(", code)
    code = code.replace("np.vectorize(special.polygamma, otypes=[float])", "polygamma")
    code = _SPECIAL.sub(r"jax.scipy.special.\1", code).replace("special.lgamma", "special.gammaln")
    if unknown := _ELEMENT_BY_ELEMENT.search(code):
        check_pure([unknown[0]])
    return re.sub(r"\bnp\.", "jnp.", code) + mark + comment


JAX = Dialect(
    ("import jax", "import jax.numpy as jnp", "import numpy as np"),
    _HELPERS,
    _pure,
    take="{0} = jnp.asarray({0})",
    index_type="np.int32",  # JAX 0.10 confuses the cached gathers of 32 and 64 bits otherwise
)


def check_pure(functions: Iterable[str]) -> None:
    """Raise a ValueError if the source calls Python functions, which JAX cannot trace."""
    if names := ", ".join(repr(name) for name in functions):
        raise ValueError(
            f'backend="jax" cannot run {names}: give the Op an array form, such as '
            'array="np.exp({0})", and a rule without branches'
        )


def check_jax() -> None:
    """Raise a ModuleNotFoundError that tells what to install if JAX is not there."""
    try:
        import_module("jax")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'backend="jax" needs JAX: pip install "scalar-autograd[jax]"'
        ) from error


def jitted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a pure function of JAX arrays as a function of NumPy arrays, in float64."""
    import jax

    home = jax if hasattr(jax, "enable_x64") else import_module("jax.experimental")
    on_device = jax.jit(function)

    def run(*arguments: Any) -> Any:
        with home.enable_x64(True):  # else JAX computes in float32
            return mapped(np.array, on_device(*arguments))

    return run
