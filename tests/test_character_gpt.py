"""The example GPT: its gradient against central differences, and that it learns."""

import random
import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "notebooks" / "character_gpt.py"


@pytest.fixture(scope="module")
def gpt():
    return runpy.run_path(str(EXAMPLE))


def test_the_gradient_agrees_with_central_differences(gpt):
    alphabet = gpt["Alphabet"](["ada", "emmy"])
    model = gpt["GPT"](len(alphabet.characters), width=4, heads=2, layers=2, seed=1)
    tokens = alphabet.encode("emmy")
    model.loss(tokens).backward()
    parameters = model.parameters()
    for p in random.Random(0).sample(parameters, 25):
        before, step = p.data, 1e-6
        p.data = before + step
        above = model.loss(tokens).data
        p.data = before - step
        below = model.loss(tokens).data
        p.data = before
        assert p.grad == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-8)


def test_it_learns_one_name_by_heart(gpt):
    alphabet = gpt["Alphabet"](["ada"])
    model = gpt["GPT"](len(alphabet.characters), width=8, heads=2)
    optimizer = gpt["Adam"](model.parameters(), steps=60)
    first = model.loss(alphabet.encode("ada")).data
    for _ in range(40):
        loss = model.loss(alphabet.encode("ada"))
        loss.backward()
        optimizer.step()
    assert loss.data < 0.1 * first
    assert gpt["sample"](model, alphabet, random.Random(0)) == "ada"


def test_the_same_seed_gives_the_same_losses(gpt):
    assert gpt["train"](3, verbose=False) == gpt["train"](3, verbose=False)
