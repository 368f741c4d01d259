"""The forms of a rule: what is computed, what is written, what is differentiated again."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from test_ops_table import ORACLES

from autograd.op import Op, Reduction
from autograd.ops import TABLE
from autograd.scalar import Scalar

# Functions of the table under the names that mpmath has for them, where these differ.
EXACT: dict[str, Callable[..., Any]] = {
    "negative": lambda x: -x,
    "absolute": abs,
    "true_divide": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "direction": lambda x, y: x / mpmath.hypot(x, y),
    "gaussian": lambda x: mpmath.exp(-x * x),
    "asin_slope": lambda x: 1 / mpmath.sqrt(1 - x * x),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "log_sigmoid": lambda x: -mpmath.log1p(mpmath.exp(-x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "normal_cdf": mpmath.ncdf,
    "normal_density": mpmath.npdf,
    "sigmoid_complement": lambda x: 1 / (1 + mpmath.exp(x)),
    "sigmoid_slope": lambda x: mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2,
    "exp_of_difference": lambda x, y: mpmath.exp(x - y),
    "share": lambda x, y: 1 / (1 + mpmath.exp(y - x)),
    "clamp": lambda x, low, high: min(max(x, low), high),
    "norm": lambda *xs: mpmath.sqrt(mpmath.fsum(x * x for x in xs)),
    "sum": lambda *xs: mpmath.fsum(xs),
    "logsumexp": lambda *xs: mpmath.log(mpmath.fsum(map(mpmath.exp, xs))),
}


class Exact(Scalar):
    """A number of 60 digits on which rules run."""

    def __init__(self, number: Any) -> None:
        self.number = number

    @staticmethod
    def __apply_op__(op: Op, operands: tuple[Any, ...]) -> Exact:
        f = EXACT.get(op.name) or getattr(mpmath, op.name)
        return Exact(f(*[x.number if isinstance(x, Exact) else mpmath.mpf(x) for x in operands]))

    def _apply(self, op: Op, *operands: Any) -> Any:
        return op(*operands)

    def __add__(self, other: Any) -> Exact:
        return Exact(self.number + number(other))

    def __sub__(self, other: Any) -> Exact:
        return Exact(self.number - number(other))

    def __rsub__(self, other: Any) -> Exact:
        return Exact(number(other) - self.number)

    def __mul__(self, other: Any) -> Exact:
        return Exact(self.number * number(other))

    def __truediv__(self, other: Any) -> Exact:
        return Exact(self.number / number(other))

    def __rtruediv__(self, other: Any) -> Exact:
        return Exact(number(other) / self.number)

    def __pow__(self, other: Any) -> Exact:
        return Exact(self.number ** number(other))

    def __lt__(self, other: Any) -> bool:
        return bool(self.number < number(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.number <= number(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.number > number(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.number >= number(other))

    __radd__, __rmul__ = __add__, __mul__


def number(x: Any) -> Any:
    return x.number if isinstance(x, Exact) else mpmath.mpf(x)


def value(op: Op, operands: list[Exact]) -> Exact:
    return op(operands) if isinstance(op, Reduction) else op(*operands)


def agree(op: Op, form: Callable[..., Any], numbers: tuple[Any, ...]) -> bool:
    """Tell whether a form gives the derivatives of the operation to 40 digits."""
    with mpmath.workdps(60):
        xs = [Exact(mpmath.mpf(x)) for x in numbers]
        out = value(op, xs)
        right = op.partials(out, *xs)  # type: ignore[misc]
        return all(
            (a is None and b is None) or abs(number(a) - number(b)) <= abs(number(b)) * 1e-40
            for a, b in zip(form(out, *xs), right, strict=True)
        )


SEVERAL = [
    (name, which)
    for name, op in TABLE.items()
    for which in ("written", "again")
    if getattr(op, which) is not op.partials and name != "softmax_at"  # the place is a float
]


@pytest.mark.parametrize(("name", "which"), SEVERAL)
def test_forms_are_one_function(name: str, which: str) -> None:
    op, form = TABLE[name], getattr(TABLE[name], which)
    draw = random.Random(name)
    given = [x for x in ORACLES[name].points if all(abs(z) < 100.0 for z in x)]
    # Exact numbers near the points as well: a form may be right at round ones alone.
    points = given + [tuple(z * draw.uniform(0.9, 1.1) for z in x) for x in given]
    inside = [x for x in points if math.isfinite(op.forward(*x))]
    assert len(inside) >= 5
    for point in inside:
        assert agree(op, form, point), point


def test_another_function_is_no_form() -> None:
    """The checker's own check: the derivative of tan must not pass as that of tanh."""
    assert agree(TABLE["tanh"], lambda out, x: (1.0 - out * out,), (0.3,))
    assert not agree(TABLE["tanh"], lambda out, x: (1.0 + out * out,), (0.3,))


def test_textbook_forms_are_what_is_written() -> None:
    """The forms that lose their digits are stated all the same, for a reader."""
    assert {name for name, which in SEVERAL if which == "written"} >= {
        "sigmoid", "tanh", "asin", "acos", "acosh", "atanh", "pow",
    }  # fmt: skip
