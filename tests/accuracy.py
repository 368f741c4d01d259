"""The accuracy run: derivatives to third order against SymPy's closed ones at 900 digits.

    python -m tests.accuracy [--points N] [--peers]

Functions of one argument, at magnitudes from 1e-290 to 1e290 of both signs, in the tails and
near every zero, pole and edge. A value counts as right within 4 ulp, a first derivative within
64 ulp, a second and a third within 1e-12, relative to the largest that they are within 5 % and
0.5 of the point. Ours are computed eagerly (whichever build is imported) and, for what they
offer, by compiled NumPy and JAX programs; `--peers` does the same for PyTorch and JAX.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import mpmath
import sympy

import autograd
from autograd import Value, gradient, ops

DIGITS = 900
LARGEST, ULP = sys.float_info.max, 2.0**-52
SUBNORMAL = 1e-320  # where a float has but a few bits left
TOLERANCE = (4 * ULP, 64 * ULP, 1e-12, 1e-12)  # by order
Points = list[float]


@dataclass(frozen=True)
class Function:
    """A function of one argument.

    Attributes:
        formula: as SymPy has it.
        call: the function in a library: ours, PyTorch's, JAX's.
        low: where its domain begins.
        high: where it ends.
        near: where its derivatives have zeros, poles and edges, besides 0.
    """

    formula: Callable[[Any], Any]
    call: Callable[[Any, Any], Any]
    low: float = -math.inf
    high: float = math.inf
    near: tuple[float, ...] = ()


def named(name: str, formula: Callable[[Any], Any], *limits: Any, **more: Any) -> Function:
    return Function(formula, lambda lib, x: getattr(lib, name)(x), *limits, **more)


def _normal(x: Any) -> Any:
    return sympy.erfc(-x / sympy.sqrt(2)) / 2


S = sympy
FUNCTIONS: dict[str, Function] = {
    "exp": named("exp", S.exp, -800.0, 720.0),
    "expm1": named("expm1", lambda x: S.exp(x) - 1, -math.inf, 720.0),
    "log": named("log", S.log, 0.0, near=(1.0,)),
    "log1p": named("log1p", lambda x: S.log(1 + x), -1.0, near=(-1.0,)),
    "sqrt": named("sqrt", S.sqrt, 0.0),
    "sin": named("sin", S.sin, near=(math.pi, math.pi / 2, -math.pi / 2)),
    "cos": named("cos", S.cos, near=(math.pi, math.pi / 2, -math.pi / 2)),
    "tan": named("tan", S.tan, near=(math.pi, math.pi / 2, -math.pi / 2)),
    "asin": named("asin", S.asin, -1.0, 1.0, near=(-1.0, 1.0)),
    "acos": named("acos", S.acos, -1.0, 1.0, near=(-1.0, 1.0)),
    "atan": named("atan", S.atan, near=(3**-0.5,)),
    "atan2(x, 1)": Function(S.atan, lambda lib, x: lib.atan2(x, lib.number(x, 1.0))),
    "atan2(1, x)": Function(
        lambda x: S.pi / 2 - S.atan(x), lambda lib, x: lib.atan2(lib.number(x, 1.0), x)
    ),
    "hypot(x, 1)": Function(
        lambda x: S.sqrt(1 + x * x), lambda lib, x: lib.hypot(x, lib.number(x, 1.0))
    ),
    "hypot(x, 1e100)": Function(
        lambda x: S.sqrt(S.Integer(int(1e100)) ** 2 + x * x),
        lambda lib, x: lib.hypot(x, lib.number(x, 1e100)), near=(1e100,),
    ),
    "sinh": named("sinh", S.sinh, -715.0, 715.0),
    "cosh": named("cosh", S.cosh, -715.0, 715.0),
    "tanh": named("tanh", S.tanh, near=(0.6584789484624085,)),
    "asinh": named("asinh", S.asinh, near=(0.5**0.5,)),
    "acosh": named("acosh", S.acosh, 1.0, near=(1.0,)),
    "atanh": named("atanh", S.atanh, -1.0, 1.0, near=(-1.0, 1.0)),
    "erf": named("erf", S.erf, near=(0.5**0.5,)),
    "erfc": named("erfc", S.erfc, near=(0.5**0.5,)),
    "sigmoid": named("sigmoid", lambda x: 1 / (1 + S.exp(-x)), near=(1.3169578969248166,)),
    "softplus": named("softplus", lambda x: S.log(1 + S.exp(x))),
    "silu": named("silu", lambda x: x / (1 + S.exp(-x)), near=(-1.2784645427610738, 2.39935728)),
    "gelu": named("gelu", lambda x: x * _normal(x), near=(-0.7517915246935645, 2.0**0.5, 2.0)),
    "logsumexp(x, 0)": Function(
        lambda x: S.log(1 + S.exp(x)), lambda lib, x: lib.logsumexp([x, lib.number(x, 0.0)])
    ),
    "softmax(x, 0)": Function(
        lambda x: 1 / (1 + S.exp(-x)), lambda lib, x: lib.softmax([x, lib.number(x, 0.0)])[0]
    ),
    "softmax(1, x, -2)[0]": Function(
        lambda x: S.E / (S.E + S.exp(x) + S.exp(-2)),
        lambda lib, x: lib.softmax([lib.number(x, 1.0), x, lib.number(x, -2.0)])[0],
    ),
    "1/x": Function(lambda x: 1 / x, lambda lib, x: 1.0 / x),
    "x**3": Function(lambda x: x**3, lambda lib, x: x**3),
    "x**-2": Function(lambda x: x**-2, lambda lib, x: x**-2.0),
    "x**2.5": Function(lambda x: x ** S.Rational(5, 2), lambda lib, x: x**2.5, 0.0),
    "x**0.1": Function(lambda x: x ** S.Rational(0.1), lambda lib, x: x**0.1, 0.0),
    "x**-1.3": Function(lambda x: x ** S.Rational(-1.3), lambda lib, x: x**-1.3, 0.0),
    "1.5**x": Function(lambda x: S.Rational(3, 2) ** x, lambda lib, x: 1.5**x, -1900.0, 1760.0),
    "x**x": Function(lambda x: x**x, lambda lib, x: x**x, 1e-100, 140.0, near=(0.36787944,)),
}  # fmt: skip


def points(function: Function, count: int, seed: int) -> Points:
    """Return points in a function's domain: half by magnitude, the rest where it is delicate."""
    draw = random.Random(seed)
    found: Points = []
    while len(found) < count:
        sign = draw.choice((-1.0, 1.0))
        kind = len(found) % 4
        if kind == 0:
            x = sign * 10.0 ** draw.uniform(-290.0, 290.0)
        elif kind == 1:
            x = sign * 10.0 ** draw.uniform(-12.0, 2.0)
        elif kind == 2:
            x = sign * draw.uniform(1.0, 760.0) if draw.random() < 0.7 else draw.uniform(-9.0, 9.0)
        else:
            at = draw.choice((*function.near, 0.0))
            x = at + sign * max(abs(at), 1.0) * 10.0 ** draw.uniform(-16.0, 0.0)
            x = at if draw.random() < 0.05 else x
        low, high = function.low, function.high
        if not low < x < high:  # fold back what can be, by magnitude
            x = low + abs(x) if math.isfinite(low) else high - abs(x)
        if low < x < high and x:
            found.append(x)
    return found


def _erfc(x: Any) -> Any:
    """Return mpmath's erfc, which overflows itself for what is 0 or 2 to 10**8 digits."""
    return mpmath.erfc(x) if abs(x) < 1e5 else mpmath.mpf(1) - mpmath.sign(x)


class Truth:
    """A function and its derivatives to third order at 900 digits."""

    def __init__(self, function: Function) -> None:
        x = sympy.Symbol("x", real=True)
        formulas = [function.formula(x)]
        for _ in range(3):
            formulas.append(sympy.diff(formulas[-1], x))
        self._exact = [sympy.lambdify(x, f, [{"erfc": _erfc}, "mpmath"]) for f in formulas]
        self._domain = function.low, function.high
        self.at = cache(self._at)

    def _at(self, order: int, x: float) -> Any:
        with mpmath.workdps(DIGITS):
            return self._exact[order](mpmath.mpf(x))

    def is_right(self, order: int, x: float, ours: float) -> bool:
        """Tell whether a number is the derivative at x, as far as floats can have it."""
        truth = self.at(order, x)
        if abs(truth) > LARGEST:
            return ours == math.copysign(math.inf, truth) or abs(ours) > 0.99 * LARGEST
        if not math.isfinite(ours):
            return False
        with mpmath.workdps(60):
            error = abs(ours - truth) - SUBNORMAL
            if error <= TOLERANCE[order] * abs(truth):
                return True
            return bool(error <= TOLERANCE[order] * self._size(order, x)) if order else False

    def _size(self, order: int, x: float) -> Any:
        """Return the largest derivative within 5 % and 0.5 of a point."""
        reach, (low, high) = min(0.05 * abs(x), 0.5), self._domain
        near = [x + k / 4 * reach for k in range(-4, 5)]
        return max(abs(self.at(order, z)) for z in near if low < z < high)


# --- who computes -----------------------------------------------------------------------

Derivatives = list[list[float]]  # by order, then by point


def _floats(xs: Iterable[Any]) -> list[float]:
    return [float(x) for x in xs]


def eager(function: Function, xs: Points) -> Derivatives:
    """Our own derivatives, point by point."""
    lib = SimpleNamespace(**ops.TABLE, softmax=ops.softmax, number=lambda x, c: c)
    results: Derivatives = [[], [], [], []]
    for point in xs:
        x = Value(point)
        y = function.call(lib, x)
        y.backward()
        (slope,) = gradient(y, [x], create_graph=True)
        (second,) = gradient(slope, [x], create_graph=True)
        third = gradient(second, [x])[0]
        for order, value in enumerate((y.data, x.grad, second.data, third)):
            results[order].append(value)
    return results


def program(backend: str) -> Callable[[Function, Points], Derivatives]:
    """Values by the array forms, and first derivatives by a compiled program."""

    def run(function: Function, xs: Points) -> Derivatives:
        import numpy

        lib = SimpleNamespace(**ops.TABLE, softmax=ops.softmax, number=lambda x, c: c)
        compiled = autograd.compile(
            lambda x: function.call(lib, x), {"x": ()}, wrt=["x"], backend=backend
        )
        slopes = compiled(numpy.array(xs))[1]["x"]
        values = [compiled(numpy.array([x]))[0] for x in xs]
        return [_floats(values), _floats(slopes)]

    return run


def pytorch(function: Function, xs: Points) -> Derivatives:
    import torch

    functional = torch.nn.functional
    lib = SimpleNamespace(
        **{name: getattr(torch, name) for name in ops.TABLE if hasattr(torch, name)}
    )
    lib.number = torch.full_like
    for name in ("softplus", "silu", "gelu"):
        setattr(lib, name, getattr(functional, name))
    lib.logsumexp = lambda rows: torch.logsumexp(torch.stack(rows), 0)
    lib.softmax = lambda rows: torch.softmax(torch.stack(rows), 0)
    x = torch.tensor(xs, dtype=torch.float64, requires_grad=True)
    rows = [function.call(lib, x)]
    for _ in range(3):
        rows.append(torch.autograd.grad(rows[-1].sum(), x, create_graph=True)[0])
    return [row.tolist() for row in rows]


def jax(function: Function, xs: Points) -> Derivatives:
    import jax

    jax.config.update("jax_enable_x64", True)
    numpy, special = jax.numpy, jax.scipy.special
    names = {*ops.TABLE, "asin", "acos", "atan", "atan2", "asinh", "acosh", "atanh"}
    lib = SimpleNamespace(**{name: getattr(numpy, name) for name in names if hasattr(numpy, name)})
    for name in ("sigmoid", "softplus", "silu"):
        setattr(lib, name, getattr(jax.nn, name))
    lib.gelu = lambda x: jax.nn.gelu(x, approximate=False)
    lib.erf, lib.erfc = special.erf, special.erfc
    lib.number = numpy.full_like
    lib.logsumexp = lambda rows: special.logsumexp(numpy.stack(rows))
    lib.softmax = lambda rows: jax.nn.softmax(numpy.stack(rows))
    results = []
    derivative = lambda x: function.call(lib, x)  # noqa: E731
    for _ in range(4):
        results.append(_floats(jax.jit(jax.vmap(derivative))(numpy.array(xs))))
        derivative = jax.grad(derivative)
    return results


Engine = Callable[[Function, Points], Derivatives]
OURS: dict[str, Engine] = {
    "eager": eager, "NumPy program": program("numpy"), "JAX program": program("jax"),
}  # fmt: skip
PEERS: dict[str, Engine] = {"PyTorch": pytorch, "JAX": jax}


def measure(
    engine: Engine, truths: dict[str, Truth], samples: dict[str, Points]
) -> tuple[dict[str, Counter[int]], list[str], Counter[int]]:
    """Return by function how many are wrong of each order, a line for each, and how many in all."""
    wrong: dict[str, Counter[int]] = {name: Counter() for name in samples}
    lines, total = [], Counter[int]()
    for name, xs in samples.items():
        for order, row in enumerate(engine(FUNCTIONS[name], xs)):
            for x, ours in zip(xs, row, strict=True):
                total[order] += 1
                if not truths[name].is_right(order, x, ours):
                    wrong[name][order] += 1
                    truth = mpmath.nstr(truths[name].at(order, x), 17)
                    lines.append(f"{name}, order {order}, at {x!r}: {ours!r}, exactly {truth}")
    return wrong, lines, total


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=__doc__)
    parser.add_argument("--points", type=int, default=100, help="per function")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peers", action="store_true", help="measure PyTorch and JAX too")
    parser.add_argument("--ours", nargs="*", default=list(OURS), choices=list(OURS))
    parser.add_argument("--only", nargs="*", default=list(FUNCTIONS), help="names of functions")
    parser.add_argument("--show", type=int, default=20, help="how many of our errors to print")
    options = parser.parse_args(arguments)
    samples = {name: points(FUNCTIONS[name], options.points, options.seed) for name in options.only}
    truths = {name: Truth(FUNCTIONS[name]) for name in samples}
    build = "pure" if autograd.value.__file__.endswith(".py") else "native"
    failures = 0
    engines = {who: OURS[who] for who in options.ours} | (PEERS if options.peers else {})
    for who, engine in engines.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore" if who in (*PEERS, "eager") else "error", RuntimeWarning)
            warnings.filterwarnings("ignore", ".* of the compiled function")  # a true infinity
            wrong, lines, total = measure(engine, truths, samples)
        count = Counter[int]()
        for row in wrong.values():
            count.update(row)
        title = f"{who} ({build})" if who == "eager" else who
        print(
            f"{title}: {sum(count[k] for k in (1, 2, 3))} wrong of "
            f"{sum(total[k] for k in (1, 2, 3))} derivatives, {count[0]} of {total[0]} values"
        )
        for name, row in wrong.items():
            if row:
                print(f"    {name}: {'/'.join(str(row[k]) for k in range(4))} (orders 0 to 3)")
        if who in OURS:
            failures += len(lines)
            print("".join(f"    {line}\n" for line in lines[: options.show]), end="")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
