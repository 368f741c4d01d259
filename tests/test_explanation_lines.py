"""Every line of an explanation as a lecturer would check it: the gallery's, and random graphs'."""

from __future__ import annotations

import math
import re
import sys
import warnings
from typing import Any

import pytest
from derivations import derivations
from gallery_drawings import shown
from hypothesis import given, settings
from hypothesis import strategies as st
from printed_equations import assert_lines_hold, equations
from test_explanation import graphs, labelled

from autograd import (
    Derivation,
    Value,
    cos,
    dot,
    exp,
    explain,
    gradient,
    log,
    logsumexp,
    mean,
    norm,
    sigmoid,
    sin,
    softmax,
    sqrt,
    tanh,
)  # fmt: skip
from autograd.explanation.rows import TEXT_WIDTH
from autograd.language import display_width
from nn import binary_cross_entropy, cross_entropy


def values(**numbers: float) -> list[Value]:
    return [Value(x, name) for name, x in numbers.items()]


def squeezed(derivation: Derivation) -> str:
    """Return the text with one space for several."""
    return re.sub(" +", " ", str(derivation))


# --- the gallery ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gallery() -> dict[str, Derivation]:
    warnings.simplefilter("ignore")
    return {x.output: x for x in shown() if isinstance(x, Derivation)}


@pytest.mark.parametrize("name", ["loss", "y1", "E", "out", "C", "V", "d"])
def test_the_gallery_reads_as_a_lecturer_writes(gallery: dict[str, Derivation], name: str) -> None:
    text = str(gallery[name])
    assert max(map(len, text.splitlines())) <= TEXT_WIDTH
    for first, *others in equations(text):
        assert first not in others, "a quantity that is defined by itself"
        if first.startswith("∂"):
            symbol = re.escape(first) + r"(?![\w|])"
            assert not any(re.search(symbol, x) or "logsumexp" in x for x in others)
        no_such = r"·−1|·\(−1\)|/[^ ·()]+/"
        assert not re.search(no_such, others[0]), "no factor -1, no a/b/c"
    assert assert_lines_hold(text) > 1


def test_the_gallery_has_a_sheet() -> None:
    (sheet,) = [x for x in shown() if type(x).__name__ == "Exercise"]
    assert "____" in str(sheet) and "____" not in str(sheet.solution)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("loss", "∂loss/∂z2 = p2 − 1 = 0.326496 − 1 = −0.673504"),
        ("y1", "∂y1/∂x1 = ∂y1/∂μ · ∂μ/∂x1 + ∂y1/∂v · ∂v/∂x1|μ + ∂y1/∂x1|μ,v"),
        ("y1", "∂v/∂x1|μ = ⅔·(x1 − μ)"),
        ("E", "∂E/∂w = ∂E/∂h1 · ∂h1/∂w + ∂E/∂h2 · ∂h2/∂w|h1 + ∂E/∂h3 · ∂h3/∂w|h2"),
        ("out", "∂out/∂s1 = v1·p1·(1 − p1) − v2·p2·p1"),
        ("C", "∂C/∂d1 = (−39.776771) + 39.776771 ≈ 0 (7.1×10⁻¹⁵)"),
        ("C", "∂d1/∂S = 1/(σ·√T·S)"),
        ("C", "∂C/∂d2 = −K·exp(−r·T)·exp(−d2²/2)/√(2π)"),
        ("V", "∂V/∂r = −48·ε·σ¹²/r¹³ + 24·ε·σ⁶/r⁷"),
        ("d", "cos(π/6) + 0.5·cos(π/6 + π/4)"),
        ("d", "∂d/∂x = (x − X)/d"),
    ],
)
def test_lines_of_the_gallery(gallery: dict[str, Derivation], name: str, line: str) -> None:
    assert line in squeezed(gallery[name])


# --- one quantity of a textbook ------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda z: labelled(-log(softmax(z)[1]), "loss"),
        lambda z: cross_entropy(z, 1),
        lambda z: labelled(logsumexp(z) - z[1], "loss"),
    ],
)
def test_the_loss_of_a_classifier(make: Any) -> None:
    text = squeezed(explain(make(values(z1=2.0, z2=1.0, z3=0.1))))
    assert text.count("p = softmax(z1, z2, z3) = softmax(2, 1, 0.1) = (0.659001, 0.242433") == 1
    for line in ("∂loss/∂z1 = p1 =", "∂loss/∂z2 = p2 − 1 =", "∂loss/∂z3 = p3 ="):
        assert line in text


def test_outputs_of_softmax() -> None:
    text = squeezed(explain(labelled(softmax(values(z1=2.0, z2=1.0, z3=0.1))[0], "p1")))
    assert "∂p1/∂z1 = p1·(1 − p1)" in text and "∂p1/∂z2 = −p1·p2" in text
    many = [Value(0.1 * k, f"z{k}") for k in range(10)]
    text = squeezed(explain(labelled(-log(softmax(many)[3]), "loss"), [many[3], many[0]]))
    assert "∂loss/∂z3 = p3 − 1" in text and "∂loss/∂z0 = p0" in text


def test_a_row_of_one() -> None:
    text = squeezed(explain(labelled(logsumexp(values(x=2.0)), "y")))
    assert "p = softmax(x) = softmax(2) = (1)" in text and "∂y/∂x = p1 = 1" in text


def test_a_classifier_without_any_label() -> None:
    weights = [[Value(0.1 * (i + 2 * j + 1)) for i in range(2)] for j in range(3)]
    logits = [dot(row, [1.0, -2.0]) for row in weights]
    text = squeezed(explain(-log(softmax(logits)[0]), weights[0]))
    assert "p = softmax(z1, z2, z3) =" in text and "∂f/∂z1 = p1 − 1" in text


def test_binary_cross_entropy() -> None:
    z, t = values(z=0.7, t=0.3)
    p = sigmoid(z)
    text = squeezed(explain(labelled(-(t * log(p) + (1 - t) * log(1 - p)), "loss"), z))
    assert "p = sigmoid(z)" in text and "∂loss/∂z = p − t" in text
    soft, sure = (binary_cross_entropy(z, x, from_logits=True) for x in (t, 1))
    assert "∂loss/∂z = sigmoid(z) − t" in squeezed(explain(soft, z))
    text = squeezed(explain(sure, z))
    assert "loss = −log(sigmoid(z))" in text and "∂loss/∂z = sigmoid(z) − 1" in text


def test_what_a_chain_comes_to_where_factors_cancel() -> None:
    z = values(z1=2.0, z2=1.0, z3=0.1)
    outputs = [labelled(p, f"p{k}") for k, p in enumerate(softmax(z), start=1)]
    text = squeezed(explain(labelled(-log(outputs[1]), "loss"), z))
    for line in ("· ∂p2/∂z1 = p1 = 0.659001", "· ∂p2/∂z2 = p2 − 1 = 0.242433 − 1 = −0.757567"):
        assert line in text
    w, x, t = values(w=0.5, x=2.0, t=0.3)
    p = labelled(sigmoid(w * x), "p")
    text = squeezed(explain(labelled(-(t * log(p) + (1 - t) * log(1 - p)), "loss"), w))
    assert "∂loss/∂w = (p − t)·x = " in text


def test_variance_norm_and_root() -> None:
    xs = values(x1=1.0, x2=2.0, x3=4.0)
    by_operation, by_hand = mean(xs), sum(xs) / 3.0
    for m, variance in (
        (by_operation, mean([(x - by_operation) ** 2 for x in xs])),
        (by_hand, sum((x - by_hand) * (x - by_hand) for x in xs) / 3.0),
    ):
        text = squeezed(explain(labelled(variance, "s")))
        assert "∂s/∂x1 = ⅔·(x1 − m)" in text and m.label is None
    text = squeezed(explain(labelled(norm(xs), "r")))
    assert "r = √(x1² + x2² + x3²)" in text and "∂r/∂x1 = x1/r" in text
    rms = sqrt(mean([x * x for x in xs]) + 1e-5)
    text = squeezed(explain(labelled(xs[0] / rms, "y"), xs[1]))
    assert "r = √((x1² + x2² + x3²)/3 + 10⁻⁵)" in text and "∂r/∂x2 = x2/(3·r)" in text


def test_what_has_a_name_within_a_variance_is_not_passed_over() -> None:
    xs = values(x1=1.0, x2=2.0)
    m = (xs[0] + xs[1]) / 2.0
    part = (xs[0] - m) ** 2 + (xs[1] - m) ** 2
    (step,) = [step for step in explain(part / 2.0, [part]).steps if step.is_wanted]
    assert step.value == 0.5


def test_passing_over_the_mean_leaves_the_gradient_as_it_is() -> None:
    xs = values(x1=1.0, x2=2.0, x3=4.0)
    m = mean(xs)
    y = labelled((xs[0] - m) / sqrt(mean([(x - m) ** 2 for x in xs]) + 1e-5), "y")
    found = {step.name: step.value for step in explain(y, xs).steps}
    for x, expected in zip(xs, gradient(y, xs)):
        assert found[str(x.label)] == pytest.approx(expected, rel=1e-12)


def test_what_is_used_twice_has_one_name() -> None:
    x = Value(0.5, "x")
    e = exp(2 * x)
    text = str(explain(labelled((e - 1) / (e + 1), "y"), x))
    assert text.count("exp(") == 2, "in its definition: with its name, and with its number"


# --- total and direct, numbers ----------------------------------------------------------------


def test_the_direct_part_has_a_notation() -> None:
    x = Value(2.0, "x")
    m = labelled(x * x, "m")
    derivation = explain(labelled(m * x, "y"), x)
    text = squeezed(derivation)
    assert "∂y/∂x = ∂y/∂m · ∂m/∂x + ∂y/∂x|m" in text
    assert text.count("∂y/∂x|m is the direct part of ∂y/∂x, with m held fixed.") == 1
    assert r"\left.\frac{\partial y}{\partial x}\right|_{m}" in derivation.to_latex()
    (step,) = [step for step in derivation.steps if step.name == "x"]
    assert [x.factors[0].held for x in step.contributions] == [(), ("m",)]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda x: x * math.sqrt(2.0), "√2·x"), (lambda x: x * math.pi, "π·x"),
        (lambda x: x / math.sqrt(2.0 * math.pi), "x/√(2π)"), (lambda x: x * (2.0 / 3.0), "⅔·x"),
        (lambda x: x * 0.25, "¼·x"), (lambda x: x * (5.0 / 12.0), "5/12·x"),
        (lambda x: x * (math.pi / 4.0), "π/4·x"), (lambda x: x * 0.1, "0.1·x"),
        (lambda x: x * math.e, "e·x"), (lambda x: sqrt(x), "√x"), (lambda x: x + 1e-8, "x + 10⁻⁸"),
        (lambda x: x * 0.30000000000000004, "0.3·x"), (lambda x: x * 1.23456789012, "1.234568·x"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(make: Any, text: str) -> None:
    assert f"y = {text} = " in squeezed(explain(labelled(make(Value(2.0, "x")), "y")))


def test_greek_names_in_text() -> None:
    sigma, other = Value(2.0, "sigma"), Value(3.0, "σ")
    assert "∂y/∂σ" in str(explain(labelled(sigma * sigma, "y")))
    assert "y = sigma·σ" in squeezed(explain(labelled(sigma * other, "y"))), "told apart"


def test_a_zero_that_rounding_leaves() -> None:
    x = Value(0.1, "x")
    m = labelled(x / 3.0, "m")
    y = labelled(m * 3.0 - x + cos(x) - sin(x) * 0.0, "y")
    text = squeezed(explain(labelled((m + 0.7) * 1.1 - 0.77 - m * 1.1 + 0.0 * y, "z"), m))
    assert re.search(r"∂z/∂m.* (≈ 0 \(|= 0)", text)
    assert "≈" not in str(explain(labelled(sin(x) * 1e-20, "z")))


# --- random graphs -----------------------------------------------------------------------


@st.composite
def rows(draw: Any) -> tuple[Value, list[Value]]:
    """A random graph of what is recorded as one quantity, with labels here and there."""
    leaves = [Value(draw(st.floats(0.2, 2.0)), f"x{i}") for i in range(3)]
    pool = list(leaves)
    makers: list[Any] = [
        lambda xs: softmax(xs)[1], lambda xs: softmax([*xs, *xs[::-1]])[0], mean, norm, logsumexp,
        lambda xs: mean([(x - mean(xs)) ** 2 for x in xs]), lambda xs: cross_entropy(xs, 2),
        lambda xs: sum((x - m) ** 2 for m in [sum(xs) / 3.0] for x in xs) / 3.0,
        lambda xs: binary_cross_entropy(xs[0], 1, from_logits=True), lambda xs: xs[0] / norm(xs),
        lambda xs: sqrt(mean([x * x for x in xs]) + 1e-5), lambda xs: tanh(xs[0] * xs[1] + xs[2]),
        lambda xs: -log(softmax(xs)[0]), lambda xs: sigmoid(xs[0]) * xs[1] + sigmoid(xs[0]),
        lambda xs: exp(-xs[0] * xs[1]), lambda xs: xs[0] * xs[1] / xs[2], lambda xs: xs[0] - xs[1],
    ]  # fmt: skip
    for i, make in enumerate(draw(st.lists(st.sampled_from(makers), min_size=1, max_size=6))):
        v = make([pool[draw(st.integers(0, len(pool) - 1))] for _ in range(3)])
        if abs(v.data) < 1e3:
            pool.append(labelled(v, f"n{i}" if draw(st.booleans()) else None))
    return pool[-1] * 1.0 if pool[-1].op is None else pool[-1], leaves


@settings(deadline=None, max_examples=150)
@given(st.one_of(graphs(), rows()), st.booleans())
def test_printed_numbers_give_printed_results(
    graph: tuple[Value, list[Value]], delta_rule: bool
) -> None:
    output, leaves = graph
    derivation = explain(output, leaves, 9, delta_rule)
    text = str(derivation)
    assert max(map(len, text.splitlines())) <= TEXT_WIDTH
    assert_lines_hold(text)
    for first, *others in equations(text):
        assert not first.startswith("∂") or first not in others
    expected = dict(zip(("x0", "x1", "x2"), gradient(output, leaves)))
    for step in derivation.steps:
        if step.name in expected:
            assert step.value == pytest.approx(expected[step.name], rel=1e-9, abs=1e-12)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_lines_of_many_kinds() -> None:
    checked = 0
    for name, derivation in derivations().items():
        text = str(derivation)
        assert max(map(display_width, text.splitlines())) <= TEXT_WIDTH, name
        checked += assert_lines_hold(text)
    assert checked > 2000


@pytest.mark.parametrize(
    "wrong", ["y = a·b = 1.25·2 = 2.6", "y = √a = √2.25 = 1.4", "y = a/b = 1/(3·2) = 0.666667"]
)
def test_wrong_numbers_are_seen(wrong: str) -> None:
    assert assert_lines_hold("y = a + b = 1.25 + 2 = 3.25") == 1
    with pytest.raises(AssertionError):
        assert_lines_hold(wrong)


# --- time --------------------------------------------------------------------------------


def calls(length: int, make: Any) -> int:
    """Return how many functions are called to explain a graph of some length."""
    output, leaf = make(length)
    count = 0

    def see(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(see)
    try:
        str(explain(output, leaf, max_steps=10**6))
    finally:
        sys.setprofile(None)
    return count


def recurrent(length: int) -> tuple[Value, Value]:
    w, h = Value(0.5, "w"), Value(0.1, "h0")
    for k in range(length):
        h = labelled(tanh(w * h + 0.1), f"h{k + 1}")
    return labelled(h * h, "E"), w


def without_labels(length: int) -> tuple[Value, Value]:
    x = v = Value(0.5, "x")
    for _ in range(length):
        v = sin(v) * 0.5 + v * 0.25
    return v, x


def classes(length: int) -> tuple[Value, Value]:
    z = [Value(0.01 * k, f"z{k}") for k in range(length)]
    return labelled(-log(softmax(z)[1]), "loss"), z[0]


def tokens(length: int) -> tuple[Value, Value]:
    q, out = Value(0.5, "q"), Value(0.0, "h0")
    for k in range(length):
        a = softmax([q * (0.1 * k), q + out, q * 0.5])
        out = labelled(a[0] * 0.3 + a[1] * out + a[2], f"h{k + 1}")
    return labelled(out * out, "E"), q


@pytest.mark.parametrize("make", [recurrent, without_labels, classes, tokens])
def test_time_is_linear_in_the_graph(make: Any) -> None:
    small, large = calls(60, make), calls(240, make)
    assert large < 4.6 * small
