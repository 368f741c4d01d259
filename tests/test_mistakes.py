"""What people write at first, and what they are told: in words, with the remedy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from optional import numpy

import nn
from autograd import (
    Value,
    check_gradients,
    detect_anomaly,
    explain,
    grad,
    hessian,
    jvp,
    log,
    no_grad,
    sin,
    tanh,
)
from autograd.command_line import main


def test_a_mode_decorates_without_brackets() -> None:
    x = Value(2.0)

    @no_grad
    def silent(v: Value) -> Value:
        """Say nothing."""
        return v * v

    @detect_anomaly
    def watched(v: Value) -> Value:
        return log(v - 2.0)

    assert silent(x).operands == () and silent.__doc__ == "Say nothing."
    assert (x * x).operands == (x, x)
    with pytest.warns(RuntimeWarning):
        log(x - 2.0)
    with pytest.raises(ArithmeticError, match="log"):
        watched(x)
    for mode in (no_grad, detect_anomaly):
        with pytest.raises(TypeError, match=rf"{mode.__name__} takes no arguments, got 1"):
            mode(1)


# --- explain ----------------------------------------------------------------------------------


def graph() -> tuple[Value, Value, Value]:
    w, x = Value(2.0, "w"), Value(3.0, "x")
    y = tanh(w * x)
    y.label = "y"
    return w, x, y


def test_explain_takes_labels() -> None:
    w, x, y = graph()
    assert str(explain(y, "w")) == str(explain(y, w))
    assert str(explain(y, ["x", w])) == str(explain(y, [x, w]))
    y2 = y * w
    assert str(explain(y2, "y")) == str(explain(y2, y))


def test_explain_says_which_labels_there_are() -> None:
    w, _, y = graph()
    with pytest.raises(ValueError, match=r"no node below the output has the label 'q'.*'w', 'x'"):
        explain(y, "q")
    with pytest.raises(ValueError, match=r"has the label 'why'; there are 'w', 'x', 'y'"):
        explain(y + w, "why")
    with pytest.raises(ValueError, match="2 nodes have the label 'w': hand the one"):
        explain(y * Value(1.0, "w"), "w")
    with pytest.raises(ValueError, match="there are none"):
        explain(Value(1.0) * 2.0, "w")


def test_explain_with_the_leaf_first() -> None:
    w, _, y = graph()
    with pytest.raises(ValueError, match=r"output first, and .*'w'.* is a leaf that .*'y'"):
        explain(w, y)
    assert "∂w/∂q = 0" in str(explain(w, Value(1.0, "q"))), "two leaves: nothing is the wrong way"


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [[1, 2], (1.0, 2.0), []])
def test_a_value_times_a_list(other: Any) -> None:
    for multiply in (lambda: Value(1.0) * other, lambda: other * Value(1.0)):
        with pytest.raises(TypeError, match=rf"got a {type(other).__name__}.*\[v \* x for x in xs"):
            multiply()


def test_an_array_without_axes() -> None:
    zero = numpy.array(2.0)
    for make in (lambda: Value(zero), lambda: sin(zero), lambda: grad(sin)(zero)):
        with pytest.raises(
            TypeError, match=r"got a ndarray without axes: pass its number, x\.item"
        ):
            make()
    assert (Value(3.0) * zero).data == 6.0


# --- dataclasses -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spring:
    stiffness: Any
    lengths: Any


@dataclass
class Named:
    name: str
    x: Any


def energy(s: Spring) -> Any:
    return 0.5 * s.stiffness * (s.lengths[0] - s.lengths[1]) ** 2


def test_arguments_may_be_dataclasses() -> None:
    spring = Spring(2.0, [3.0, 1.0])
    assert grad(energy)(spring) == Spring(2.0, [4.0, -4.0])
    assert hessian(energy)(spring).stiffness == Spring(0.0, [2.0, -2.0])
    assert jvp(energy, (spring,), (Spring(1.0, [0.0, 0.0]),))[1] == 2.0
    check_gradients(energy, [spring])
    assert grad(lambda pair: energy(pair["a"]))({"a": spring}) == {"a": grad(energy)(spring)}
    with pytest.raises(TypeError, match=r"argument\.name needs a real number, got 'k' of type str"):
        grad(lambda named: named.x)(Named("k", 1.0))


# --- nn ----------------------------------------------------------------------------------------

NET = nn.MLP(2, [1], seed=0)


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (lambda: nn.fit(NET, *nn.xor(), lr=0.1), r"'lr': it is the optimizer's.*nn\.Adam"),
        (lambda: nn.fit(NET, *nn.xor(), learning_rate=1), r"'learning_rate': it is the optimizer"),
        (lambda: nn.fit(NET, *nn.xor(), epoch=1), "no argument 'epoch': did you mean 'epochs'"),
        (lambda: nn.fit(NET, *nn.xor(), zzz=1), "no argument 'zzz': there are model, inputs"),
        (lambda: nn.fit(NET, None, None), "need a list of samples as inputs, got None"),
        (lambda: nn.fit(NET, [[1, 2]], 1), "need a list of samples as targets, got 1"),
        (lambda: nn.fit(NET, "ab", "cd"), "need a list of samples as inputs, got 'ab'"),
        (lambda: nn.Adam(NET.parameters(), learning_rate=1), "Adam has no argument .* mean 'lr'"),
        (lambda: nn.Adam(NET.parameters(), beta=1), "no argument 'beta': did you mean 'betas'"),
        (lambda: nn.SGD(NET.parameters(), 1, eta=1), "SGD has no argument 'eta'.* mean 'lr'"),
        (lambda: nn.SGD(NET.parameters(), 1, momentun=1), "did you mean 'momentum'"),
        (lambda: nn.SGD(Value(1.0), 0.1), r"takes a list of Values, got a Value: write \[w\]"),
        (lambda: nn.cross_entropy([[1.0, 2.0]], [1]), "one sample, and its logits hold a list"),
        (lambda: nn.cross_entropy([1.0, 2.0], [[0, 1]]), "one sample, and its targets hold"),
        (lambda: nn.cross_entropy([1.0, 2.0], "a"), "real numbers or Values as targets, got 'a'"),
        (lambda: nn.mse([[Value(1.0)]], [[1.0]]), "mse takes one sample, and its outputs hold"),
        (lambda: nn.mse([Value(1.0)], None), "real numbers or Values as targets, got None"),
        (lambda: nn.binary_cross_entropy(Value(0.5), "x"), "real numbers or Values as targets"),
        (lambda: nn.hinge(Value(0.5), ["x"]), "real numbers or Values as targets, got 'x'"),
    ],
)
def test_wrong_arguments_of_nn(use: Callable[[], Any], words: str) -> None:
    before = NET.state_dict()
    with pytest.raises(TypeError, match=words):
        use()
    assert NET.state_dict() == before


# --- the command line -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x=1", "sin(x)"], 'the formula comes first, then the values: "sin(x)" x=1'),
        (["x=1", "y=2", "x*y"], 'first, then the values: "x*y" x=1 y=2'),
        (["f = x*y", "x=1", "y=2"], 'no name before it: write "x*y" for "f = x*y"'),
        (["f=x*y"], 'write "x*y" for "f=x*y"'),
        (["x==y", "x=1", "y=1"], "this comparison is not allowed"),
    ],
)
def test_the_command_line_says_what_comes_first(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_large_constant_is_written_as_people_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["1.0*10**12*x", "x=1", "--explain", "x"]) == 0
    printed = capsys.readouterr().out
    assert "= 10¹²" in printed and "1000000000000" not in printed
