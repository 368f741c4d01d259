"""Optimisers against torch.optim in float64, and that a failing step changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from autograd import Value, cos, exp
from nn import MLP, SGD, Adam, clip_grad_norm, half_squared_error

START = [1.5, -0.75, 0.3]


def _rosenbrock(x: Any, y: Any, z: Any, cos: Any, exp: Any) -> Any:
    return (1.0 - x) ** 2 + 2.0 * (y - x * x) ** 2 + cos(z) * exp(0.1 * x)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SGD", {"lr": 0.02}),
        ("SGD", {"lr": 0.01, "momentum": 0.9}),
        ("SGD", {"lr": 0.02, "weight_decay": 0.1}),
        ("SGD", {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.01}),
        ("Adam", {}),
        ("Adam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-6}),
        ("Adam", {"lr": 0.05, "weight_decay": 0.1}),
    ],
)
def test_fifty_steps_are_those_of_torch(name: str, options: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in START]
    their_optimizer = getattr(torch.optim, name)(theirs, **options)
    ours = [Value(x) for x in START]
    optimizer = {"SGD": SGD, "Adam": Adam}[name](ours, **options)
    for _ in range(50):
        their_optimizer.zero_grad()
        _rosenbrock(*theirs, torch.cos, torch.exp).backward()
        their_optimizer.step()
        optimizer.zero_grad()
        _rosenbrock(*ours, cos, exp).backward()
        optimizer.step()
        for p, q in zip(ours, theirs):
            assert p.data == pytest.approx(q.item(), rel=1e-12)
    assert ours[0].data != START[0]


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1, momentum=0.9), Adam])
def test_a_failing_step_changes_nothing(make: Any) -> None:
    parameters = [Value(1.0), Value(2.0)]
    optimizer = make(parameters)
    twin_parameters = [Value(1.0), Value(2.0)]
    twin = make(twin_parameters)
    for p in (*parameters, *twin_parameters):
        p.grad = 0.5
    optimizer.step()
    twin.step()
    learning_rate, optimizer.lr = optimizer.lr, "0.1"
    before = [p.data for p in parameters]
    with pytest.raises(TypeError):
        optimizer.step()
    assert [p.data for p in parameters] == before
    optimizer.lr = learning_rate
    optimizer.step()
    twin.step()
    assert [p.data for p in parameters] == [p.data for p in twin_parameters]


def test_zero_grad_and_generators() -> None:
    net = MLP(1, [2, 1], seed=0)
    optimizer = SGD((p for p in net.parameters()), lr=0.1)
    half_squared_error(net([1.0]), 1.0).backward()
    assert any(p.grad for p in net.parameters())
    optimizer.zero_grad()
    assert not any(p.grad for p in net.parameters())


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: SGD([], 0.1), ValueError, "SGD needs at least one parameter"),
        (lambda: SGD(MLP(1, [1]), 0.1), TypeError, r"got a MLP: pass net.parameters\(\)"),
        (lambda: Adam([1.0]), TypeError, "Adam takes Values, got a float"),
        (lambda: SGD([Value(1.0)], -0.1), ValueError, "lr needs a number of at least 0, got -0.1"),
        (lambda: SGD([Value(1.0)], float("nan")), ValueError, "lr needs"),
        (lambda: SGD([Value(1.0)], "0.1"), TypeError, "lr needs a number, got '0.1'"),
        (lambda: Adam([Value(1.0)], None), TypeError, "lr needs a number, got None"),
        (lambda: Adam([Value(1.0)], 0.1, betas=0.9), TypeError, "betas are two numbers"),
        (lambda: SGD([Value(1.0)], 0.1, momentum=1.0), ValueError, "momentum needs.*below 1"),
        (lambda: Adam([Value(1.0)], betas=(0.9, 1.0)), ValueError, r"betas\[1\]"),
        (lambda: Adam([Value(1.0)], weight_decay=-1.0), ValueError, "weight_decay"),
    ],
)
def test_wrong_settings_are_refused(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("max_norm", [0.1, 1.0, 50.0])
def test_clipping_is_that_of_torch(max_norm: float) -> None:
    torch = pytest.importorskip("torch")
    gradients = [3.0, -4.0, 0.5, 1e-3]
    theirs = [torch.tensor(1.0, dtype=torch.float64, requires_grad=True) for _ in gradients]
    ours = [Value(1.0) for _ in gradients]
    for p, q, g in zip(ours, theirs, gradients):
        p.grad, q.grad = g, torch.tensor(g, dtype=torch.float64)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm)
    assert clip_grad_norm(ours, max_norm) == pytest.approx(float(expected), rel=1e-15)
    # torch adds 1e-6 to the norm that it divides by
    assert [p.grad for p in ours] == pytest.approx([float(q.grad) for q in theirs], rel=2e-6)


def test_clipping_takes_each_value_once_and_large_gradients() -> None:
    w, v = Value(1.0), Value(2.0)
    w.grad, v.grad = 3e200, 4e200
    assert clip_grad_norm([w, v, w], 1.0) == pytest.approx(5e200, rel=1e-15)
    assert (w.grad, v.grad) == pytest.approx((0.6, 0.8), rel=1e-15)
    assert clip_grad_norm(iter([w, v]), 2.0) == pytest.approx(1.0)
    assert clip_grad_norm([], 1.0) == 0.0


@pytest.mark.parametrize("wild", [float("nan"), float("inf")])
def test_clipping_names_a_gradient_that_is_not_finite(wild: float) -> None:
    w, v = Value(1.0), Value(2.0, "v")
    w.grad, v.grad = 3.0, wild
    with pytest.raises(FloatingPointError, match=rf"finite gradients, got {wild} of .*'v'"):
        clip_grad_norm([w, v], 1.0)
    assert w.grad == 3.0


def test_clipping_says_what_it_takes() -> None:
    with pytest.raises(ValueError, match="max_norm needs a number"):
        clip_grad_norm([Value(1.0)], 0.0)
    with pytest.raises(TypeError, match="max_norm needs a number, got None"):
        clip_grad_norm([Value(1.0)], None)  # type: ignore[arg-type]
    for wrong in (MLP(1, [1]), [1.0]):
        with pytest.raises(TypeError, match=r"clip_grad_norm takes .*Values.*net\.parameters"):
            clip_grad_norm(wrong, 1.0)  # type: ignore[arg-type]
