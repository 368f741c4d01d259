"""Losses over many samples: one in full, the others as one box."""

from __future__ import annotations

import math
from typing import Any
from xml.etree import ElementTree

import pytest
from test_drawing import boxes, edges, worked_example

import nn
from autograd import Value, draw, exp, mean, tanh
from autograd import sum as total
from autograd.drawing import Drawing


def xor_loss(sizes: list[int]) -> Value:
    net = nn.MLP(2, sizes, activation="tanh", seed=1)
    inputs, targets = nn.xor()
    loss = nn.mse([net(x) for x in inputs], targets)
    loss.backward()
    return loss


def size(drawing: Drawing) -> tuple[float, float]:
    root = ElementTree.fromstring(drawing.svg)
    return float(root.attrib["width"][:-2]), float(root.attrib["height"][:-2])


def box_of_others(drawing: Drawing) -> list[list[str]]:
    return [text for text in boxes(drawing).values() if "more alike" in text[0]]


def test_four_samples_are_one_and_three_more() -> None:
    loss = xor_loss([8, 1])
    drawing = draw(loss)
    (others,) = box_of_others(drawing)
    inputs, targets = nn.xor()
    net = nn.MLP(2, [8, 1], activation="tanh", seed=1)
    squares = [(t - net(x).data) ** 2 for x, t in zip(inputs, targets)]
    assert others == ["Σ of 3 more alike", f"{math.fsum(squares[1:]):.4f}", "+0.25"]
    width, height = size(drawing)
    assert width < 1500 and height < 3000
    full = draw(loss, fold_samples=False)
    assert not box_of_others(full)
    assert len(boxes(full)) > 2 * len(boxes(drawing))
    assert height < size(full)[1] / 1.8


def test_gradients_are_those_of_all_samples() -> None:
    loss = xor_loss([3, 1])
    folded, full = (draw(loss, fold_samples=x) for x in (True, False))
    weights = {tuple(x) for x in boxes(full).values() if x[0].startswith("w")}
    assert weights <= {tuple(x) for x in boxes(folded).values()}


@pytest.mark.parametrize("how", [
    lambda terms: total(terms), lambda terms: mean(terms), lambda terms: sum(terms),
    lambda terms: terms[0] + terms[1] + terms[2] + terms[3],
    lambda terms: sum(terms) + 0.5 * Value(3.0, "penalty"),
])  # fmt: skip
def test_every_way_to_add_up(how: Any) -> None:
    w = [Value(0.1 * k, f"w{k}") for k in range(9)]
    terms = [total([tanh(x * v) for v in w]) for x in (0.5, 1.0, 1.5, 2.0)]
    (others,) = box_of_others(draw(how(terms)))
    sums = sum(term.data for term in terms[1:])
    assert others == ["Σ of 3 more alike", f"{sums:.4f}"]


def test_terms_of_two_kinds_are_two_boxes() -> None:
    net = nn.MLP(2, [4, 1], output_activation="sigmoid", seed=1)
    inputs, targets = nn.moons(12)
    loss = nn.binary_cross_entropy([net(x) for x in inputs], targets)
    found = box_of_others(draw(loss))
    ones = sum(targets)
    assert sorted(x[0] for x in found) == sorted(
        f"Σ of {int(n) - 1} more alike" for n in (ones, 12 - ones)
    )


def test_what_differs_in_more_than_numbers_is_drawn() -> None:
    w = [Value(0.1 * k, f"w{k}") for k in range(12)]
    functions = [tanh, exp, lambda x: x**2]
    loss = total([total([f(0.5 * v) for v in w]) for f in functions])
    assert not box_of_others(draw(loss))
    assert not box_of_others(draw(total([tanh(0.5 * v) for v in w] * 1)))  # they share nothing


def test_what_is_small_is_drawn_in_full() -> None:
    assert not box_of_others(draw(worked_example()))
    w = Value(0.5, "w")
    assert not box_of_others(draw(total([(w * x) ** 2 for x in (1.0, 2.0, 3.0)])))


def test_a_highlight_shows_all_samples() -> None:
    net = nn.MLP(2, [2, 1], activation="tanh", seed=1)
    inputs, targets = nn.xor()
    loss = nn.mse([net(x) for x in inputs], targets)
    loss.backward()
    drawing = draw(loss, highlight=net.parameters()[0])
    assert not box_of_others(drawing) and "the sum over these 4 paths" in drawing.svg


@pytest.mark.parametrize("how", [{"collapse": True}, {"primitive": True}, {"direction": "TB"}])
def test_it_goes_with_all_else(how: dict[str, Any]) -> None:
    drawing = draw(xor_loss([4, 1]), **how)
    assert len(box_of_others(drawing)) == 1
    keys = set(boxes(drawing))
    assert all(source in keys and target in keys for source, target in edges(drawing))


def test_its_steps_and_its_chinese() -> None:
    steps = draw(xor_loss([4, 1]), steps=True)
    texts = [x.step.text for x in steps if x.step]
    assert any(text.startswith("Σ of 3 more alike = ") for text in texts)
    assert "另外 3 个同样的项之和" in draw(xor_loss([4, 1]), language="zh").svg


def test_a_thousand_samples_are_drawn() -> None:
    net = nn.MLP(2, [3, 1], activation="tanh", seed=1)
    inputs, targets = nn.moons(1000)
    drawing = draw(nn.mse([net(x) for x in inputs], targets))
    assert box_of_others(drawing)[0][0] == "Σ of 999 more alike"
