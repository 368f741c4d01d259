"""A scalar reverse-mode autograd engine that shows its work.

Where to read what: `op` says what an operation is and `ops` is the table of all of them;
`node` is what a value holds, `value` the arithmetic that records it, `backprop` the reverse
pass; `functional` has grad, jacobian and their like; `expression`, `explanation` and
`drawing` print formulas, chain rules and pictures, `exploration` lets pictures be touched;
`compiler` turns a scalar function into array code.

>>> from autograd import Value
>>> x = Value(3.0, label="x")
>>> (x * x).backward()
>>> x.grad
6.0
"""

from __future__ import annotations

import sys
from importlib import import_module

from autograd.condition import Condition
from autograd.errors import (
    AnomalyError,
    DomainError,
    GradientError,
    GraphSizeError,
    StaleGraphError,
)
from autograd.modes import detect_anomaly, no_grad, scope
from autograd.native import tell_pure as _tell_pure
from autograd.op import Op, Reduction
from autograd.ops import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    ceil,
    clamp,
    cos,
    cosh,
    digamma,
    dot,
    elu,
    erf,
    erfc,
    erfinv,
    exp,
    exp2,
    expm1,
    floor,
    gelu,
    hypot,
    leaky_relu,
    lgamma,
    log,
    log1p,
    log2,
    log10,
    log_sigmoid,
    logsumexp,
    maximum,
    mean,
    minimum,
    mish,
    norm,
    polygamma,
    prod,
    reciprocal,
    relu,
    remainder,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softmax,
    softplus,
    softsign,
    sqrt,
    square,
    tan,
    tanh,
    trunc,
    where,
)  # fmt: skip
from autograd.ops import max as max  # public, though `import *` leaves these out
from autograd.ops import min as min
from autograd.ops import sum as sum
from autograd.order import topological_order
from autograd.value import Value
from autograd.value import __file__ as _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd.check import GradientCheck, check_gradients
    from autograd.compiler import Program
    from autograd.compiler import compile as compile
    from autograd.drawing import Drawing, draw
    from autograd.explanation import Derivation, Exercise, Table, explain, table
    from autograd.exploration import Exploration, explore
    from autograd.expression import Label
    from autograd.functional import grad, gradient, hessian, hvp, jacobian, jvp, value_and_grad

# `sum`, `max`, `min` and `compile` would hide Python's own in `from autograd import *`.
__all__ = [
    "Condition", "Label", "Op", "Reduction", "Value",
    "check_gradients", "detect_anomaly", "draw", "explain", "explore", "grad", "gradient",
    "hessian", "hvp", "jacobian", "jvp", "no_grad", "scope", "table", "topological_order",
    "value_and_grad",
    "AnomalyError", "DomainError", "GradientError", "GraphSizeError", "StaleGraphError",
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "clamp", "cos",
    "cosh", "digamma", "dot", "elu", "erf", "erfc", "erfinv", "exp", "exp2", "expm1", "floor",
    "gelu", "hypot", "leaky_relu", "lgamma", "log", "log10", "log1p", "log2",
    "log_sigmoid", "logsumexp", "maximum", "mean", "minimum", "mish", "norm", "polygamma",
    "prod", "reciprocal", "relu", "remainder", "sigmoid", "sign", "silu", "sin", "sinh",
    "softmax", "softplus", "softsign", "sqrt", "square", "tan", "tanh", "trunc", "where",
]  # fmt: skip

# Whether the core is compiled; the results are the same.
is_native = not _core.endswith(".py")
if not is_native and hasattr(sys, "ps1"):  # someone types, and would wonder at the time it takes
    _tell_pure(__file__)

# What most programs never use is imported when first asked for.
_LAZY = {
    "check_gradients": "check", "GradientCheck": "check",
    "compile": "compiler", "Program": "compiler",
    "draw": "drawing", "Drawing": "drawing",
    "explain": "explanation", "Derivation": "explanation", "Exercise": "explanation",
    "table": "explanation", "Table": "explanation", "Label": "expression",
    "explore": "exploration", "Exploration": "exploration",
    "grad": "functional", "gradient": "functional", "hessian": "functional",
    "hvp": "functional", "jacobian": "functional", "jvp": "functional",
    "value_and_grad": "functional",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        # With name and obj given, Python itself suggests the name that was meant.
        module = sys.modules[__name__]
        message = f"module 'autograd' has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=module)
    value = getattr(import_module(f"autograd.{_LAZY[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
