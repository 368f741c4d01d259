"""Losses: values and gradients against PyTorch float64, edges, and errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import Value, explain, topological_order

OUTPUTS = [0.75, -1.5, 3.0, 0.125]
TARGETS = [0.25, -2.0, 2.5, 1.0]
PROBABILITIES = [0.75, 0.125, 0.9, 1e-9]
MARKS = [1.0, 0.0, 0.3, 1.0]


def _torch_losses() -> dict[str, tuple[Callable[..., Any], list[float], Any]]:
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    return {
        "half_squared_error": (lambda y, t: 0.5 * ((t - y) ** 2).sum(), OUTPUTS, TARGETS),
        "sum_of_squares": (lambda y, t: F.mse_loss(y, t, reduction="sum"), OUTPUTS, TARGETS),
        "mse": (F.mse_loss, OUTPUTS, TARGETS),
        "binary_cross_entropy": (F.binary_cross_entropy, PROBABILITIES, MARKS),
        "binary_cross_entropy from logits": (
            F.binary_cross_entropy_with_logits, [*OUTPUTS[:2], 40.0, -50.0], MARKS,
        ),
        "cross_entropy": (F.cross_entropy, OUTPUTS, 1),
        "cross_entropy with probabilities": (F.cross_entropy, OUTPUTS, [0.1, 0.2, 0.3, 0.4]),
        "hinge": (
            lambda y, t: torch.clamp(1 - t * y, min=0).mean(), OUTPUTS, [1.0, 1.0, 1.0, -1.0],
        ),
    }  # fmt: skip


def _ours(name: str, outputs: list[Value], targets: Any) -> Value:
    options = {"from_logits": True} if name.endswith("from logits") else {}
    loss: Value = getattr(nn, name.split()[0])(outputs, targets, **options)
    return loss


@pytest.mark.parametrize(
    "name",
    [
        "half_squared_error", "sum_of_squares", "mse", "binary_cross_entropy",
        "binary_cross_entropy from logits", "cross_entropy", "cross_entropy with probabilities",
        "hinge",
    ],
)  # fmt: skip
@pytest.mark.parametrize("targets_are_values", [False, True])
def test_losses_and_gradients_are_those_of_torch(name: str, targets_are_values: bool) -> None:
    torch = pytest.importorskip("torch")
    reference, numbers, targets = _torch_losses()[name]
    y = torch.tensor(numbers, dtype=torch.float64, requires_grad=True)
    kind = torch.long if isinstance(targets, int) else torch.float64
    expected = reference(y, torch.tensor(targets, dtype=kind))
    expected.backward()

    outputs = [Value(x) for x in numbers]
    if targets_are_values and not isinstance(targets, int):
        targets = [Value(t) for t in targets]
    loss = _ours(name, outputs, targets)
    loss.backward()
    assert loss.data == pytest.approx(expected.item(), rel=1e-12)
    assert [v.grad for v in outputs] == pytest.approx(y.grad.tolist(), rel=1e-12, abs=1e-15)


def test_one_output_needs_no_list() -> None:
    y = Value(0.5)
    for loss in (nn.half_squared_error, nn.mse, nn.sum_of_squares, nn.binary_cross_entropy):
        assert loss(y, 1).data == loss([y], [1]).data
    assert nn.hinge(y, -1).data == 1.5


def test_half_squared_error_is_labelled_as_in_the_document() -> None:
    E = nn.half_squared_error([Value(0.5, "out_o1"), Value(0.25, "out_o2")], [1.0, Value(2.0, "y")])
    labels = {v.label for v in topological_order(E) if v.label}
    assert labels == {"out_o1", "out_o2", "t1", "y", "E_o1", "E_o2", "E"}
    assert nn.half_squared_error(Value(0.5), 1.0).label == "E"
    assert nn.mse(Value(0.5), 1.0).label == "loss"


def test_the_half_squared_error_derives_to_minus_the_difference() -> None:
    out = Value(0.75136507, "out_o1")
    text = str(explain(nn.half_squared_error(out, 0.01), out))
    assert "−(t1 − out_o1)" in text


def test_sure_probabilities_give_no_nan() -> None:
    # The gradient of the term that is left out would be 0·inf.
    p = Value(1.0)
    loss = nn.binary_cross_entropy([p, Value(0.0)], [1, 0])
    loss.backward()
    assert (loss.data, p.grad) == (0.0, -0.5)


def test_logits_stay_finite_where_the_sigmoid_rounds() -> None:
    z = Value(-800.0)
    loss = nn.binary_cross_entropy(z, 1, from_logits=True)
    loss.backward()
    assert (loss.data, z.grad) == (800.0, -1.0)


def test_cross_entropy_does_not_overflow() -> None:
    logits = [Value(1000.0), Value(999.0)]
    loss = nn.cross_entropy(logits, 1)
    loss.backward()
    assert loss.data == pytest.approx(1.0 + math.log1p(math.exp(-1.0)), rel=1e-12)
    assert logits[0].grad == pytest.approx(1.0 / (1.0 + math.exp(-1.0)), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda y: nn.mse([y, y], [1.0]), ValueError, "mse needs one target.*2 outputs and 1 tar"),
        (lambda y: nn.half_squared_error([], []), ValueError, "at least one output"),
        (lambda y: nn.half_squared_error(y, "1"), TypeError, "real number"),
        (lambda y: nn.binary_cross_entropy(y, -1), ValueError, "from 0 to 1, got -1"),
        (lambda y: nn.hinge(y, 0), ValueError, "-1 or 1, got 0"),
        (lambda y: nn.cross_entropy([y, y], 2), ValueError, "class 2 for 2 logits: 0 to 1 exist"),
        (lambda y: nn.cross_entropy([y, y], -1), ValueError, "class -1"),
        (lambda y: nn.cross_entropy([y, y], 0.5), TypeError, "number of the right class"),
        (lambda y: nn.cross_entropy(y, 0), TypeError, "list of logits.*as many outputs"),
        (lambda y: nn.binary_cross_entropy(-y, 1), ValueError, "got -0.5.*from_logits=True"),
        (lambda y: nn.cross_entropy([y, y], [1.0]), ValueError, "2 outputs and 1 targets"),
    ],
)
def test_wrong_targets_are_refused(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call(Value(0.5))
