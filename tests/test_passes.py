"""Gradients that are sums of passes: counted at the leaves, and said wherever they are shown."""

from __future__ import annotations

import copy
import pickle
import re

import pytest
from test_explanation import labelled

from autograd import Value, detect_anomaly, dot, draw, explain, gradient, no_grad, relu, table
from autograd import sum as sum_of
from nn import MLP, SGD, half_squared_error

REMEDY = "set them to 0 before backward(), as zero_grad() does."


def line() -> tuple[Value, Value, Value]:
    x, b = Value(2.0, "x"), Value(1.0, "b")
    return x, b, labelled(3 * x + b, "y")


# --- counting ---------------------------------------------------------------------------


def test_passes_are_counted_at_leaves_until_grad_is_set() -> None:
    x, b, y = line()
    assert (x.passes, y.passes) == (0, 0)
    for n in (1, 2, 3):
        y.backward()
        assert (x.passes, b.passes, y.passes) == (n, n, 1)
        assert x.grad == 3.0 * n
    x.grad = 0.0
    assert (x.passes, b.passes) == (0, 3)
    y.backward()
    assert (x.passes, b.passes) == (1, 4)
    x.grad = 7.5  # what is set by hand is no sum
    assert x.passes == 1


def test_passes_of_other_outputs_count_and_of_no_gradient_do_not() -> None:
    x, b, y = line()
    z = x * x
    y.backward()
    z.backward()
    assert (x.passes, x.grad, b.passes) == (2, 7.0, 1)
    dead = relu(-x) + 1.0
    dead.backward()
    assert b.passes == 1
    with no_grad():
        x * 2.0
    gradient(y, [x])
    assert x.passes <= 3 and x.grad == 7.0


@pytest.mark.parametrize("kind", ["dot", "sum", "mixed", "spelled"])
def test_rows_count_a_leaf_once_a_pass_however_often_it_stands_there(kind: str) -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y: Value = {
        "dot": lambda: dot([x, x, w], [w, w, x]),
        "sum": lambda: sum_of([x, w, x, x]),
        "mixed": lambda: dot([x, x, w], [w, 1.0, x * w]),
        "spelled": lambda: x * w + x * x + w,
    }[kind]()
    once = gradient(y, [x, w])
    for n in (1, 2, 3):
        y.backward()
        assert [x.passes, w.passes] == [n, n]
        assert [x.grad, w.grad] == [n * g for g in once]


def test_a_count_is_no_derivative() -> None:
    x, _, y = line()
    y.backward()
    y.backward()
    assert (x.operands, x.local_derivatives) == ((), ())
    again = 3 * x + x
    again.forward()
    assert again.local_derivatives == (1.0, 1.0) and again.data == 8.0
    assert copy.deepcopy(x).passes == copy.copy(x).passes == 2
    assert pickle.loads(pickle.dumps(x)).passes == 2
    with no_grad():
        assert (x * 3.0).passes == 0
    with detect_anomaly():
        y.backward()
    assert x.passes == 3


def test_training_sums_nothing() -> None:
    net = MLP(2, [3, 1], seed=0)
    optimizer = SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        loss = half_squared_error(net([0.5, -1.0]), 0.3)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert {p.passes for p in net.parameters()} == {1}
    assert "pass" not in repr(net.parameters())


# --- what is shown ------------------------------------------------------------------------


def test_a_value_says_so() -> None:
    x, b, y = line()
    y.backward()
    assert repr(x) == "Value(data=2.0, grad=3.0, label='x')"
    assert "pass" not in x._repr_html_()
    y.backward()
    assert repr(x) == "Value(data=2.0, grad=6.0 (sum of 2 passes), label='x')"
    assert "sum of 2 passes: set grad to 0 before backward(), as zero_grad()" in b._repr_html_()
    assert "pass" not in repr(y)


def test_an_explanation_says_so_and_derives_one_pass() -> None:
    x, b, y = line()
    y.backward()
    assert "pass" not in str(explain(y)).replace("Forward pass", "").replace("Backward pass", "")
    y.backward()
    one, both = explain(y, x), explain(y)
    assert one.steps[0].value == 3.0 and one.sums == (("x", 6.0, 2),)
    assert str(one).endswith(
        "\n\nThe grad of x is 6, the sum of 2 passes: set it to 0 before backward(), as "
        "zero_grad() does."
    )
    assert str(both).endswith(f"\n\nThe grads of x and b are sums of 2 passes: {REMEDY}")
    assert r"zero\_grad()" in both.to_latex() and "$x$ and $b$" in both.to_markdown()
    assert "2 次反向传播之和" in str(explain(y, language="zh"))
    b.grad = 0.0
    y.backward()
    assert [n for _, _, n in explain(y).sums] == [3]


def test_many_leaves_are_said_in_one_sentence() -> None:
    leaves = [Value(1.0 + k, f"x{k}") for k in range(20)]
    y = labelled(sum_of([v * v for v in leaves]), "y")
    y.backward()
    y.backward()
    note = next(line for line in str(explain(y)).splitlines() if line.startswith("The grads"))
    assert "x0, x1" in note and "… and x19 are sums of 2 passes" in note and len(note) <= 110
    assert "… and x19" in draw(y).svg


def test_a_drawing_says_so_in_the_box_and_below() -> None:
    _, b, y = line()
    y.backward()
    assert "passes" not in draw(y).svg
    y.backward()
    drawing = draw(y)
    assert drawing.svg.count(">sum of 2 passes<") == 2
    assert f"The grads of x and b are sums of 2 passes: {REMEDY}" in drawing.svg
    assert "value 2, gradient 6, sum of 2 passes" in drawing.svg and "sums of 2" in drawing.dot
    b.grad = 0.0
    assert "The grad of x is 6, the sum of 2 passes: set it to 0" in draw(y).svg
    assert "2 次反向传播之和" in draw(y, language="zh").svg


def test_steps_add_up_to_one_pass_and_name_the_sum() -> None:
    _, _, y = line()
    y.backward()
    y.backward()
    texts = [d.step.text for d in draw(y, steps=True) if d.step is not None]
    assert "∂y/∂x = 1 · 3 = 3; the grad of x is 6, the sum of 2 passes" in texts
    for text in texts:
        product = re.fullmatch(r"∂y/∂\S+ = (\S+) · (\S+) = ([^;]+)(;.*)?", text)
        assert product is None or float(product[1]) * float(product[2]) == float(product[3])


def test_a_table_says_so() -> None:
    _, _, y = line()
    y.backward()
    y.backward()
    assert str(table(y)).splitlines()[-1] == f"The grads of b and x are sums of 2 passes: {REMEDY}"
    assert r"zero\_grad" in table(y).to_markdown()


def test_a_legend_names_the_output_also_where_its_scope_is_one_box() -> None:
    net = MLP(2, [2, 2], activation="sigmoid", seed=0)
    out = net([0.5, 1.0])[1]
    out.backward()
    assert "∂out_o2/∂node" in draw(out, collapse=True).svg
    texts = [d.step.text for d in draw(out, steps=True, collapse=True) if d.step is not None]
    assert any(text.startswith("∂out_o2/∂i1") for text in texts)
    assert not any("∂neuron" in text for text in texts)
