"""`check_gradients`: derivatives against central differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.errors import GradientError
from autograd.functional import jacobian
from autograd.structure import flatten, paths
from autograd.value import Value

Function = Callable[..., Any]

# The step that balances truncation (h**2) against rounding (1e-16 / h).
_STEP = 6e-6


@dataclass(frozen=True)
class GradientCheck:
    """The comparison at the worst input; true where every derivative agrees.

    Attributes:
        passed: whether every derivative lies within the tolerance.
        order: the order of derivative at which the worst was found.
        place: the worst input, such as "inputs[1][0]".
        computed: the derivative by back-propagation there.
        expected: the central difference there.
        error: |computed - expected|.
    """

    passed: bool
    order: int
    place: str
    computed: float
    expected: float
    error: float

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        verdict = "agree" if self.passed else "differ"
        return (
            f"derivatives of order {self.order} {verdict} with central differences; the worst is "
            f"at {self.place}: back-propagation gives {self.computed:.10g}, the central "
            f"difference {self.expected:.10g}, error {self.error:.3g}"
        )


def check_gradients(
    f: Callable[..., Any],
    inputs: Sequence[Any],
    order: int = 1,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    raise_exception: bool = True,
) -> GradientCheck:
    """Compare the derivatives of f with central differences, and report the worst.

    Args:
        f: a function called as f(*inputs); it returns a scalar or a structure of scalars.
        inputs: its arguments: numbers, Values or nested structures of them; not changed.
        order: check all derivatives up to this order.
        rtol, atol: allowed is atol + rtol * |central difference|.
        raise_exception: raise on a difference; else return a report that is false.

    Returns:
        The worst input with both numbers and the error; true in an `if` or `assert`.

    Raises:
        GradientError: a derivative differs, unless raise_exception is false.
        TypeError: f is no function, inputs no list of arguments, or one of them no number.

    Near a kink (relu at 0) the two differ with reason: central differences average both sides.

    >>> from autograd import sin
    >>> bool(check_gradients(lambda x, y: sin(x) * y, [0.5, 2.0], order=2))
    True
    """
    if not callable(f):
        raise TypeError(f"check_gradients needs a function, got {type(f).__name__}")
    if not isinstance(inputs, Iterable):
        raise TypeError(
            f"check_gradients needs a list of f's arguments, got {type(inputs).__name__}: "
            "write check_gradients(f, [x])"
        )
    if order < 1:
        raise ValueError(f"check_gradients needs order >= 1, got {order}")
    scalars, rebuild = flatten(list(inputs), "inputs")
    numbers = [x.data if isinstance(x, Value) else x for x in scalars]
    places = paths(list(inputs), "inputs")

    def current(*xs: Any) -> list[Any]:
        return flatten(f(*rebuild(list(xs))), "the function's result")[0]

    for k in range(1, order + 1):
        derivative = _flat_jacobian(current, len(numbers))
        report = _worst(current, derivative, numbers, places, k, rtol, atol)
        if not report:
            break
        current = derivative
    if raise_exception and not report:
        raise GradientError(str(report))
    return report


def _flat_jacobian(f: Function, count: int) -> Function:
    """Return the function of `count` scalars that lists d output / d input, input by input."""
    derivatives = jacobian(lambda xs: f(*xs))

    def flat(*xs: Any) -> list[Any]:
        rows = derivatives(list(xs))
        return [row[i] for i in range(count) for row in rows]

    return flat


def _worst(
    f: Function, derivative: Function, xs: list[float], places: list[str], order: int,
    rtol: float, atol: float,
) -> GradientCheck:  # fmt: skip
    """Compare f's derivative at xs with central differences of f."""
    computed = derivative(*xs)
    outputs = len(computed) // len(xs) if xs else 0
    reports = []
    for i, place in enumerate(places):
        expected = _central_difference(f, xs, i)
        for j in range(outputs):
            d, e = computed[i * outputs + j], expected[j]
            error = 0.0 if d == e or (d != d and e != e) else abs(d - e)
            reports.append(GradientCheck(error <= atol + rtol * abs(e), order, place, d, e, error))
    if not reports:
        return GradientCheck(True, order, "no input", 0.0, 0.0, 0.0)
    # A nan error is neither smaller nor larger than another: failures first.
    return max(reports, key=lambda r: (not r.passed, r.error))


def _central_difference(f: Function, xs: list[float], i: int) -> list[float]:
    step = _STEP * max(1.0, abs(xs[i]))
    above, below = list(xs), list(xs)
    above[i], below[i] = xs[i] + step, xs[i] - step
    width = above[i] - below[i]
    # On Values, not floats: f may call their methods.
    results = zip(f(*map(Value, above)), f(*map(Value, below)))
    return [(_data(p) - _data(m)) / width for p, m in results]


def _data(x: Any) -> float:
    return x.data if isinstance(x, Value) else float(x)
