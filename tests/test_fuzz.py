"""What the suite runs of the fuzzer and of the accuracy run, and that both find mistakes."""

from __future__ import annotations

import math
import warnings
from typing import Any

import accuracy
import pytest

import autograd
from autograd import Op, ops

pytest.importorskip("torch")
import fuzz


def test_random_graphs_agree(capsys: Any) -> None:
    with warnings.catch_warnings():
        assert fuzz.main(["--graphs", "400", "--seed", "7"]) == 0
    assert "0 unexplained mismatches" in capsys.readouterr().out


def test_a_wrong_rule_is_found_and_shrunk(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Op("wrong_atan", math.atan, lambda out, x: (1.0 / (1.0 + x * x * 1.001),))
    step = fuzz.STEPS["atan"]
    monkeypatch.setitem(
        fuzz.STEPS, "atan", lambda lib, x: wrong(x) if lib is autograd else step(lib, x)
    )
    with warnings.catch_warnings():
        assert fuzz.main(["--graphs", "60", "--seed", "0"]) == 1
    reports = capsys.readouterr().out.split("\n\n")[:-1]
    assert reports
    for report in reports:
        _, *lines = report.strip().splitlines()
        assert len(lines) <= 10 and any("'atan'" in line for line in lines)


def test_accuracy_of_a_few_points(capsys: Any) -> None:
    functions = [name for name in accuracy.FUNCTIONS if "softmax(1" not in name]
    assert (
        accuracy.main(["--points", "8", "--seed", "5", "--ours", "eager", "--only", *functions])
        == 0
    )
    assert "0 wrong of" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "hypot(x, 1)"])
def test_textbook_forms_are_found_wrong(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run's own check: the forms that lose their digits must not pass."""
    op = ops.TABLE[name.partition("(")[0]]
    worse = op.written if op.written is not op.partials else op.partials
    monkeypatch.setattr(op, "again", worse)
    function, truth = accuracy.FUNCTIONS[name], accuracy.Truth(accuracy.FUNCTIONS[name])
    xs = [1e-9, 25.0, 1e9]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        rows = accuracy.eager(function, xs)
    right = [truth.is_right(k, x, y) for k, row in enumerate(rows) for x, y in zip(xs, row)]
    assert not all(right)


def test_what_counts_as_right() -> None:
    truth = accuracy.Truth(accuracy.FUNCTIONS["sin"])
    assert truth.is_right(1, 1.0, math.cos(1.0)) and truth.is_right(3, 1.0, -math.cos(1.0))
    assert not truth.is_right(1, 1.0, math.cos(1.0) * (1 + 1e-12))
    assert not truth.is_right(2, 1e-9, 0.0) and not truth.is_right(1, 1.0, math.nan)
