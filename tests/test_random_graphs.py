"""Random graphs of every operation, against PyTorch and JAX in float64."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, gradient, topological_order
from autograd.ops import PARTS, TABLE

# Each step stays inside its domain and away from its poles, so that the engines can differ
# by rounding alone. `lib` is autograd's functions, PyTorch's or JAX's.
STEPS: dict[str, Callable[..., Any]] = {
    "add": lambda lib, x, y: x + y,
    "subtract": lambda lib, x, y: x - y,
    "multiply": lambda lib, x, y: x * y,
    "product": lambda lib, x: x * x,
    "square": lambda lib, x: lib.square(x),
    "true_divide": lambda lib, x, y: x / (y * y + 0.5),
    "quotient": lambda lib, x: 2.0 / (1.5 + x * x),
    "reciprocal": lambda lib, x: lib.reciprocal(1.5 + x * x),
    "remainder": lambda lib, x, y: x % (y * y + 0.5),
    "negative": lambda lib, x: 1.0 - (-x),
    "pow": lambda lib, x, y: (x * x + 0.5) ** lib.tanh(y),
    "pow_number": lambda lib, x: lib.tanh(x) ** 3 + (x * x + 0.5) ** -0.5,
    "number_pow": lambda lib, x: 1.5 ** lib.sin(x),
    "absolute": lambda lib, x: abs(x),
    "exp": lambda lib, x: lib.exp(lib.sin(x)),
    "expm1": lambda lib, x: lib.expm1(lib.tanh(x)),
    "log": lambda lib, x: lib.log(x * x + 0.5),
    "log1p": lambda lib, x: lib.log1p(x * x),
    "sqrt": lambda lib, x: lib.sqrt(x * x + 0.25),
    "exp2": lambda lib, x: lib.exp2(lib.sin(x)),
    "log2": lambda lib, x: lib.log2(x * x + 0.5),
    "log10": lambda lib, x: lib.log10(x * x + 0.5),
    "cbrt": lambda lib, x: lib.cbrt(x * x + 0.25),
    "sin": lambda lib, x: lib.sin(x),
    "cos": lambda lib, x: lib.cos(x),
    "tan": lambda lib, x: lib.tan(lib.tanh(x)),
    "asin": lambda lib, x: lib.asin(0.9 * lib.tanh(x)),
    "acos": lambda lib, x: lib.acos(0.9 * lib.sin(x)),
    "atan": lambda lib, x: lib.atan(x),
    "atan2": lambda lib, x, y: lib.atan2(x, y * y + 0.5),
    "hypot": lambda lib, x, y: lib.hypot(x, y * y + 0.5),
    "sinh": lambda lib, x: lib.sinh(lib.tanh(x)),
    "cosh": lambda lib, x: lib.cosh(lib.sin(x)),
    "tanh": lambda lib, x: lib.tanh(x),
    "asinh": lambda lib, x: lib.asinh(x),
    "acosh": lambda lib, x: lib.acosh(1.5 + x * x),
    "atanh": lambda lib, x: lib.atanh(0.9 * lib.sin(x)),
    "erf": lambda lib, x: lib.erf(x),
    "erfc": lambda lib, x: lib.erfc(x),
    "erfinv": lambda lib, x: lib.erfinv(0.9 * lib.sin(x)),
    # PyTorch's trigamma has but ten digits nearer to 0.
    "lgamma": lambda lib, x: lib.lgamma(x * x + 9.0),
    "digamma": lambda lib, x: lib.digamma(x * x + 9.0),
    "polygamma": lambda lib, x: lib.polygamma(1, x * x + 9.0),
    "sigmoid": lambda lib, x: lib.sigmoid(x),
    "log_sigmoid": lambda lib, x: lib.log_sigmoid(x),
    "mish": lambda lib, x: lib.mish(x),
    "softsign": lambda lib, x: lib.softsign(x),
    "elu": lambda lib, x: lib.elu(x, 0.7),
    "relu": lambda lib, x: lib.relu(x),
    "leaky_relu": lambda lib, x: lib.leaky_relu(x, 0.1),
    "softplus": lambda lib, x: lib.softplus(x),
    "silu": lambda lib, x: lib.silu(x),
    "gelu": lambda lib, x: lib.gelu(lib.tanh(x) * 3.0),  # PyTorch's is wrong further out
    "maximum": lambda lib, x, y: lib.maximum(x, y),
    "minimum": lambda lib, x, y: lib.minimum(x, y),
    "clamp": lambda lib, x, y, z: lib.clamp(x, lib.tanh(y), 1.5 + z * z),
    "where": lambda lib, x, y, z: lib.where((x > 0.25) | (y <= z), y * z, x),
    "sum": lambda lib, x, y, z: lib.sum([x, y, 0.5, x, z]),
    "dot": lambda lib, x, y, z: lib.dot([x, y, 3.0], [y, 0.5, z]),
    "logsumexp": lambda lib, x, y, z: lib.logsumexp([x, y, 0.5, z, x]),
    "softmax": lambda lib, x, y, z: lib.softmax([x, y, z])[1],
    "mean": lambda lib, x, y, z: lib.mean([x, y, 0.5, z]),
    "prod": lambda lib, x, y, z: lib.prod([x, lib.tanh(y), 0.5, lib.sin(z)]),
    "norm": lambda lib, x, y, z: lib.norm([x, y, 0.5, z]),
    "max": lambda lib, x, y, z: lib.max([x, y, 0.5, z]),
    "min": lambda lib, x, y, z: lib.min([x, y, 0.5, z]),
}
OPERANDS = {name: step.__code__.co_argcount - 1 for name, step in STEPS.items()}
BRANCHING = {"absolute", "relu", "leaky_relu", "maximum", "minimum", "clamp", "max", "min", "elu"}
BRANCHING |= {"greater", "greater_equal", "less", "less_equal"}


@dataclass
class Program:
    """Leaves, and steps that each name an operation and earlier results."""

    leaves: list[float]
    steps: list[tuple[str, list[int]]]

    def run(self, lib: Any, leaves: Sequence[Any], squashed: list[bool]) -> Any:
        """Evaluate; what has grown beyond 10 was squashed, so that no rounding error grows."""
        results = list(leaves)
        for (name, places), squash in zip(self.steps, squashed):
            result = STEPS[name](lib, *[results[place] for place in places])
            results.append(lib.tanh(0.1 * result) if squash else result)
        return lib.sum(results[len(leaves) - 1 :])

    def squashes(self) -> list[bool]:
        """Decide, on plain numbers, after which steps to squash."""
        decisions: list[bool] = []
        results = list(self.leaves)
        for name, places in self.steps:
            result = STEPS[name](autograd, *[results[place] for place in places])
            decisions.append(abs(result) > 10.0)
            results.append(autograd.tanh(0.1 * result) if decisions[-1] else result)
        return decisions


@st.composite
def programs(draw: st.DrawFn) -> Program:
    leaves = draw(st.lists(st.integers(-200, 200).map(lambda k: k / 64), min_size=1, max_size=4))
    steps = []
    for count in range(draw(st.integers(1, 9))):
        name = draw(st.sampled_from(list(STEPS)))
        place = st.integers(0, len(leaves) + count - 1)
        steps.append((name, [draw(place) for _ in range(OPERANDS[name])]))
    return Program(leaves, steps)


def near_a_kink(output: Value) -> bool:
    """Tell whether rounding could decide a branch; exact ties are fine, they are conventions."""
    for node in topological_order(output):
        if node.op is not None and node.op.name in BRANCHING:
            numbers = [0.0, *(getattr(x, "data", x) for x in node.operands)]
            differences = [abs(x - y) for x in numbers for y in numbers]
            if any(0.0 < d < 1e-9 for d in differences):
                return True
    return False


def error_scales(output: Value, leaves: list[Value]) -> list[float]:
    """Return what the gradients would be if nothing cancelled: rounding errors are of it."""
    scales = Counter({id(output): 1.0})
    for node in reversed(topological_order(output)):
        for x, derivative in zip(node.operands, node.local_derivatives):
            if isinstance(x, Value) and scales[id(node)] and derivative:
                scales[id(x)] += scales[id(node)] * abs(derivative)
    return [scales[id(x)] for x in leaves]


def assert_agree(output: Value, leaves: list[Value], value: float, expected: list[float]) -> None:
    assert output.data == pytest.approx(value, rel=1e-10, abs=1e-10)
    for x, d, scale in zip(leaves, expected, error_scales(output, leaves), strict=True):
        assert abs(x.grad - d) <= 1e-10 * (1.0 + scale), f"{x.grad} and {d}"


# --- PyTorch ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pytorch() -> Any:
    pytest.importorskip("torch")
    return pytorch_library()


def pytorch_library() -> Any:
    import torch

    one = torch.ones((), dtype=torch.float64)

    def stack(xs: Sequence[Any]) -> Any:
        return torch.stack([x * one for x in xs])

    functional = torch.nn.functional
    return SimpleNamespace(
        **{name: getattr(torch, name) for name in TABLE if hasattr(torch, name)}
        | {name: getattr(functional, name) for name in ("softplus", "silu", "gelu", "leaky_relu")}
        | {name: getattr(functional, name) for name in ("mish", "elu", "softsign")}
        | {
            "log_sigmoid": functional.logsigmoid,
            "cbrt": lambda x: x ** (1 / 3),
            "mean": lambda xs: stack(xs).mean(),
            "prod": lambda xs: stack(xs).prod(),
            "norm": lambda xs: torch.linalg.vector_norm(stack(xs)),
            "max": lambda xs: stack(xs).amax(),
            "min": lambda xs: stack(xs).amin(),
            "sum": lambda xs: stack(xs).sum(),
            "dot": lambda xs, ys: torch.dot(stack(xs), stack(ys)),
            "logsumexp": lambda xs: torch.logsumexp(stack(xs), 0),
            "softmax": lambda xs: torch.softmax(stack(xs), 0),
            "tensor": lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True),
            "grad": torch.autograd.grad,
        }
    )


def test_agrees_with_pytorch(pytorch: Any) -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=2000)
    @given(programs())
    def check(program: Program) -> None:
        squashed = program.squashes()
        leaves = [Value(x) for x in program.leaves]
        output = program.run(autograd, leaves, squashed)
        assume(not near_a_kink(output))
        output.backward()
        tensors = [pytorch.tensor(x) for x in program.leaves]
        result = program.run(pytorch, tensors, squashed)
        expected = pytorch.grad(result, tensors, materialize_grads=True)
        assert_agree(output, leaves, result.item(), [d.item() for d in expected])
        seen["graphs"] += 1
        seen.update({node.op.name for node in topological_order(output) if node.op is not None})

    check()
    assert seen["graphs"] >= 2000
    unused = {"identity", *[op.name for op in PARTS]}
    missing = [n for n, op in TABLE.items() if op.partials and n not in unused and not seen[n]]
    assert not missing, "operations that no graph used"


def test_second_order_agrees_with_pytorch(pytorch: Any) -> None:
    @settings(max_examples=250)
    @given(programs())
    def check(program: Program) -> None:
        squashed = program.squashes()
        leaves = [Value(x) for x in program.leaves]
        output = program.run(autograd, leaves, squashed)
        assume(not near_a_kink(output))
        slopes = gradient(output, leaves, create_graph=True)
        total = autograd.sum([autograd.sin(d) for d in slopes])
        total.backward()

        tensors = [pytorch.tensor(x) for x in program.leaves]
        result = program.run(pytorch, tensors, squashed)
        first = pytorch.grad(result, tensors, create_graph=True, materialize_grads=True)
        expected = builtins.sum(pytorch.sin(d) for d in first)
        if not expected.requires_grad:  # constant slopes
            assert [x.grad for x in leaves] == [0.0] * len(leaves)
            return
        second = pytorch.grad(expected, tensors, materialize_grads=True, allow_unused=True)
        assert_agree(total, leaves, expected.item(), [d.item() for d in second])

    check()


# --- JAX, and ourselves -----------------------------------------------------------------


@pytest.fixture
def jax_library(jax_float64: Any) -> Any:
    jax = jax_float64
    numpy, special = jax.numpy, jax.scipy.special
    names = {"asin", "acos", "atan", "atan2", "asinh", "acosh", "atanh"}
    return SimpleNamespace(
        **{name: getattr(numpy, name) for name in {*TABLE, *names} if hasattr(numpy, name)}
        | {name: getattr(jax.nn, name) for name in ("sigmoid", "relu", "leaky_relu", "softplus")}
        | {name: getattr(jax.nn, name) for name in ("mish", "elu", "log_sigmoid")}
        | {
            "silu": jax.nn.silu,
            "softsign": jax.nn.soft_sign,
            "erfinv": special.erfinv,
            "lgamma": special.gammaln,
            "digamma": special.digamma,
            "polygamma": special.polygamma,
            "mean": lambda xs: numpy.stack(xs).mean(),
            "prod": lambda xs: numpy.stack(xs).prod(),
            "norm": lambda xs: numpy.linalg.norm(numpy.stack(xs)),
            "max": lambda xs: numpy.stack(xs).max(),
            "min": lambda xs: numpy.stack(xs).min(),
            "gelu": lambda x: jax.nn.gelu(x, approximate=False),
            "erf": special.erf,
            "erfc": special.erfc,
            "clamp": numpy.clip,
            "sum": lambda xs: numpy.stack(xs).sum(),
            "dot": lambda xs, ys: numpy.stack(xs) @ numpy.stack(ys),
            "logsumexp": lambda xs: special.logsumexp(numpy.stack(xs)),
            "softmax": lambda xs: jax.nn.softmax(numpy.stack(xs)),
            "value_and_grad": jax.value_and_grad,
        }
    )


def at_a_kink(output: Value) -> bool:
    for node in topological_order(output):
        if node.op is not None and node.op.name in BRANCHING:
            numbers = [getattr(x, "data", x) for x in node.operands]
            if len(set(numbers)) < len(numbers) or 0.0 in numbers:
                return True
    return False


def test_agrees_with_jax_at_interior_points(jax_library: Any) -> None:
    @settings(max_examples=50)
    @given(programs())
    def check(program: Program) -> None:
        squashed = program.squashes()
        leaves = [Value(x) for x in program.leaves]
        output = program.run(autograd, leaves, squashed)
        assume(not near_a_kink(output) and not at_a_kink(output))
        output.backward()
        value, expected = jax_library.value_and_grad(
            lambda xs: program.run(jax_library, xs, squashed)
        )(list(program.leaves))
        assert_agree(output, leaves, float(value), [float(d) for d in expected])

    check()


@settings(max_examples=300)
@given(programs(), st.data())
def test_forward_is_a_fresh_recording_bit_for_bit(program: Program, data: st.DataObject) -> None:
    squashed = program.squashes()
    moved = [data.draw(st.integers(-200, 200)) / 64 for _ in program.leaves]
    leaves, fresh = [Value(x) for x in program.leaves], [Value(x) for x in moved]
    output = program.run(autograd, leaves, squashed)
    expected = program.run(autograd, fresh, squashed)
    for x, number in zip(leaves, moved):
        x.data = number
    assert output.forward() == expected.data
    for ours, new in zip(topological_order(output), topological_order(expected), strict=True):
        assert (ours.data, ours.local_derivatives) == (new.data, new.local_derivatives)
    output.backward()
    expected.backward()
    assert [x.grad for x in leaves] == [x.grad for x in fresh]


@settings(max_examples=300)
@given(programs())
def test_ways_to_a_gradient_agree(program: Program) -> None:
    squashed = program.squashes()
    leaves = [Value(x) for x in program.leaves]
    output = program.run(autograd, leaves, squashed)
    stored = gradient(output, leaves)
    by_rules = [d.data for d in gradient(output, leaves, create_graph=True)]
    assert all(x.grad == 0.0 for x in topological_order(output))
    output.backward()
    assert [x.grad for x in leaves] == stored == pytest.approx(by_rules, rel=1e-12, abs=1e-12)
    output.backward()
    assert [x.grad for x in leaves] == [2.0 * d for d in stored]
