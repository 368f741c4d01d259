"""Compiled programs against the eager engine: every operation, and random expressions."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from compiled_and_eager import check
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Op, ops
from autograd.op import Reduction

INTERIOR = {
    "acosh": (1.2, 3.0), "asin": (-0.9, 0.9), "acos": (-0.9, 0.9), "atanh": (-0.9, 0.9),
    "log": (0.1, 3.0), "log1p": (-0.9, 3.0), "sqrt": (0.1, 3.0), "pow": (0.1, 3.0),
    "tan": (-1.2, 1.2), "log2": (0.1, 3.0), "log10": (0.1, 3.0), "erfinv": (-0.9, 0.9),
    "lgamma": (0.1, 3.0), "digamma": (0.1, 1.2), "reciprocal": (0.1, 3.0),
    "remainder": (0.6, 2.0), "polygamma": (0.1, 3.0), "asin_slope": (-0.9, 0.9),
}  # fmt: skip
EDGES = [0.0, -0.0, 1.0, -1.0, 2.0, 800.0, -800.0, np.inf, -np.inf, np.nan]
ELEMENTWISE = [op for op in ops.TABLE.values() if not isinstance(op, Reduction)]
DIFFERENTIABLE = [op for op in ELEMENTWISE if op.partials is not None]


def apply(op: Op, operands: list) -> object:
    if op is ops.where:
        return op(operands[0] > 0.25, *operands[1:])
    if op is ops.polygamma:
        return op(2.0, operands[1])
    return op(*operands)


@pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.name)
@pytest.mark.parametrize("batch", [True, False])
def test_every_operation(op: Op, batch: bool) -> None:
    low, high = INTERIOR.get(op.name, (-2.0, 2.0))
    random = np.random.default_rng(1)
    x = random.uniform(low, high, (4 if batch else 1, op.arity, 3))
    w = random.uniform(low, high, (op.arity, 3))

    def f(x, w):
        batched = [apply(op, [row[k] for row in x]) for k in range(3)]
        shared = [apply(op, [row[k] for row in w]) for k in range(3)]
        mixed = [apply(op, [x[0][k], *[row[k] for row in w[1:]]]) for k in range(3)]
        return autograd.dot(batched, shared) + autograd.sum(mixed)

    check(f, {"x": x}, {"w": w}, batch)


@pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.name)
def test_every_operation_at_its_edges(op: Op) -> None:
    points = np.array(EDGES)
    if op.arity == 1:
        x = points[:, None]
    else:
        first, second = np.meshgrid(points, points)
        x = np.stack([first.ravel(), second.ravel(), np.full(second.size, 0.5)][: op.arity], 1)
    if op.name in ("maximum", "minimum", "clamp", "leaky_relu"):
        x = x[~np.isnan(x).any(1)]

    def f(x):
        return apply(op, x)

    for sample in x:
        check(f, {"x": sample[None]}, {})


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -1, 0.5, -2, 2.5])
def test_powers_of_a_number(exponent: float) -> None:
    x = np.random.default_rng(0).uniform(0.3, 2.0, (3, 2))
    check(lambda x, w: x[0] ** exponent * w[0] + w[1] ** exponent, {"x": x}, {"w": x[0]})
    check(lambda x: exponent ** x[0] if exponent > 0 else x[0], {"x": x}, {})


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: (x * 1e-60) * 1e-60 * 1e-60 * 1e-60, [1e250, 1e300]),
        (lambda x: (x * 1e-200) * 1e-200, [1e300]),
        (lambda x: (x * 1e200) * 1e200, [1e-300]),
        (lambda x: (x * 1e200) * 1e-200, [1e200]),
        (lambda x: (x / 1e-90) / 1e-90 / 1e-90 / 1e-90, [1e-300]),
        (lambda x: (x * 1e90) * 0.0 * 1e90 * 1e90, [1.0, np.inf]),
        (lambda x: x * np.inf, [1.0, -2.0]),
        (lambda x: x * np.nan + np.inf, [1.0]),
        (lambda x: autograd.dot([x, 1e200, x], [1e200, 1e-200, x]), [1e-150, 3.0]),
        (lambda x: -(1e300 * x) * x - x / 1e300, [1e-150, 3.0]),
    ],
)
def test_coefficients_at_the_limits_of_the_range(f: Any, x: list[float]) -> None:
    check(f, {"x": np.array(x)}, {})


@pytest.mark.parametrize("terms", [1, 2, 7])
def test_reductions(terms: int) -> None:
    random = np.random.default_rng(2)
    x, w = random.normal(size=(3, terms)), random.normal(size=terms)

    def f(x, w):
        mixed = [a * b for a, b in zip(x, w)]
        probabilities = autograd.softmax(mixed)
        return (
            autograd.logsumexp(x) * autograd.logsumexp(w)
            + autograd.logsumexp([*x, *w, 0.5])
            + autograd.sum([p * p for p in probabilities])
            + autograd.dot(x, w) * autograd.sum(x)
            + autograd.dot(w, w)
        )

    check(f, {"x": x}, {"w": w})


UNARY = ["exp", "tanh", "sin", "sigmoid", "relu", "softplus", "atan", "absolute", "erf", "gelu"]
BINARY = ["maximum", "hypot", "atan2", "leaky_relu"]


# Conditions that are used as numbers.
COUNTED = [
    lambda a, b, c: (a > b) * c,
    lambda a, b, c: autograd.sum([a > b, (b < c) | (c >= a), c]),
    lambda a, b, c: autograd.exp(a > b) - (c < 0.5),
    lambda a, b, c: autograd.where(a > b, b > c, a <= c) * c,
]


def alike(many, power, draw):
    """Return a sum of terms that differ in a coefficient alone."""
    name = draw.choice(["tanh", "sin", "relu", "sigmoid"])
    return autograd.sum([getattr(autograd, name)(draw.uniform(-1, 1) * v**power) for v in many])


ARITHMETIC = {
    "+": lambda a, b, number: a + b,
    "-": lambda a, b, number: a - b,
    "*": lambda a, b, number: a * b,
    "n": lambda a, b, number: number * a - b,
    "/": lambda a, b, number: a / (1.0 + b * b),
}


def random_program(seed: int, steps: int):
    """Return a function that applies random operations to a growing pool of scalars."""

    def f(x, w):
        draw = random.Random(seed)
        pool = [*x, *w]
        for _ in range(steps):
            kind = draw.random()
            a, b, c = draw.choice(pool), draw.choice(pool[-8:]), draw.choice(pool)
            number = draw.choice([0.5, -1.0, 2.0, draw.uniform(-1, 1)])
            if kind < 0.5:
                name = draw.choice("+-*+-*n/")
                made = ARITHMETIC[name](a, b, number)
            elif kind < 0.7:
                made = getattr(autograd, draw.choice(UNARY), abs)(a)
            elif kind < 0.8:
                made = getattr(autograd, draw.choice(BINARY))(a, b)
            elif kind < 0.85:
                made = autograd.where((a > b) & ~(c > number), a * c, b)
            elif kind < 0.88:
                made = draw.choice(COUNTED)(a, b, c)
            elif kind < 0.91:
                made = alike(draw.choices(pool, k=6), draw.choice([1, 2, 3]), draw)
            elif kind < 0.97:
                many = [draw.choice(pool) for _ in range(draw.randint(1, 5))]
                made = autograd.dot(many, [draw.choice([1.0, number, a, b]) for _ in many])
            else:
                made = autograd.logsumexp([a, b, c]) + autograd.clamp(a, -1.0, 1.0)
            pool.append(autograd.tanh(made) if draw.random() < 0.3 else made * 0.5)
        return autograd.sum(pool[-5:]) + pool[-1] * x[0]

    return f


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6), steps=st.integers(1, 60),
    samples=st.integers(1, 4), batch=st.booleans(),
)  # fmt: skip
def test_random_expressions(seed: int, steps: int, samples: int, batch: bool) -> None:
    numbers = np.random.default_rng(seed)
    x = numbers.normal(size=(samples if batch else 1, 3))
    check(random_program(seed, steps), {"x": x}, {"w": numbers.normal(size=4)}, batch, 1e-12, True)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 30))
def test_random_expressions_at_edges(seed: int, steps: int) -> None:
    numbers = np.random.default_rng(seed)
    x = numbers.choice([0.0, 1.0, -1.0, 0.5, 2.0, np.inf, -np.inf, np.nan, 1e200], size=(2, 3))
    check(random_program(seed, steps), {"x": x}, {"w": numbers.normal(size=4)}, True, 1e-12, True)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4),
    samples=st.integers(0, 5),
    style=st.sampled_from(["plus", "sum", "dot"]),
    activation=st.sampled_from(["relu", "tanh", "sigmoid", "silu", "softplus"]),
)
def test_random_mlps(
    seed: int, sizes: list[int], samples: int, style: str, activation: str
) -> None:
    numbers = np.random.default_rng(seed)
    layers = list(enumerate(pairwise(sizes)))
    parameters = {f"W{k}": numbers.normal(size=(n, m)) for k, (m, n) in layers}
    parameters |= {f"b{k}": numbers.normal(size=n) for k, (_, n) in layers}
    weighted = {
        "plus": lambda row, x, b: sum((w * v for w, v in zip(row, x)), b),
        "sum": lambda row, x, b: autograd.sum([*[w * v for w, v in zip(row, x)], b]),
        "dot": lambda row, x, b: autograd.dot(row, x) + b,
    }[style]

    def f(x, t, **named):
        for k, _ in layers:
            rows, bias = named[f"W{k}"], named[f"b{k}"]
            x = [weighted(row, x, b) for row, b in zip(rows, bias)]
            x = [getattr(autograd, activation)(v) for v in x]
        return autograd.sum([(v - y) ** 2 for v, y in zip(x, t)]) / len(x)

    x, t = numbers.normal(size=(samples, sizes[0])), numbers.normal(size=(samples, sizes[-1]))
    check(f, {"x": x, "t": t}, parameters)


def picks(kind: str, draw: np.random.Generator, rows: int, terms: int, size: int) -> np.ndarray:
    """Return an index matrix (rows, terms) of one of the kinds that get views or products."""
    i, k = np.arange(rows)[:, None], np.arange(terms)
    index = {
        "random": draw.integers(0, size, (rows, terms)),
        "matrix": i * terms + k,
        "transposed": k * rows + i,
        "same row": 0 * i + k,
        "reversed": 0 * i - k - 1,
        "one scalar": 0 * i + 0 * k + int(draw.integers(size)),
        "row scalar": i + 0 * k,
        "outer left": (i // 2) * terms + k,
        "outer right": (i % 2) * terms + k,
        "strided": i * (terms + 1) + k,
        "patches": i + k,
        "permuted": draw.permutation(rows)[:, None] * terms + k,
    }[kind]
    return index % size


KINDS = st.sampled_from([
    "random", "matrix", "transposed", "same row", "reversed", "one scalar", "row scalar",
    "outer left", "outer right", "strided", "patches", "permuted",
])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 10**6), rows=st.integers(1, 6), terms=st.integers(1, 4),
    left=KINDS, right=KINDS,
    sources=st.sampled_from(["wx", "ww", "xx", "hx", "wh", "hh", "eh", "ex"]),
    batch=st.booleans(), ragged=st.booleans(),
)  # fmt: skip
def test_sums_of_products_with_any_indices(
    seed: int, rows: int, terms: int, left: str, right: str, sources: str, batch: bool, ragged: bool
) -> None:
    draw = np.random.default_rng(seed)
    size = 24
    u, v = (picks(kind, draw, rows, terms, size) for kind in (left, right))
    lengths = draw.integers(1, terms + 1, rows) if ragged else [terms] * rows

    def f(x, w):
        pools = {
            "x": x, "w": [entry for row in w for entry in row],
            "h": [autograd.tanh(a) for a in x], "e": [autograd.exp(a) for row in w for a in row],
        }  # fmt: skip
        first, second = (pools[name] for name in sources)
        total = [
            autograd.sum([first[a] * second[b] for a, b in zip(us[:n], vs[:n])])
            for us, vs, n in zip(u.tolist(), v.tolist(), lengths)
        ]
        return autograd.sum([autograd.sin(t) * (k + 1.0) for k, t in enumerate(total)])

    x, w = draw.normal(size=(3 if batch else 1, size)), draw.normal(size=(4, 6))
    check(f, {"x": x}, {"w": w}, batch, 1e-12, True)
