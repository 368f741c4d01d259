"""What is printed as LaTeX is understood by MathJax, which shows it in Jupyter.

Needs Node.js and the npm package `mathjax`, version 3, where NODE_PATH finds it.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from test_explanation import labelled, two_two_two
from test_expression import HOSTILE

from autograd import Value, dot, explain, ops, tanh, where
from autograd.expression import to_latex
from nn import SGD, Adam, explain_update

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # inf and nan are shown too

_DISPLAY = re.compile(r"\\begin\{align\*\}.*?\\end\{align\*\}|\$\$(.*?)\$\$", re.S)
_INLINE = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)+)\$")


def errors_of(formulas: list[str]) -> list[str | None]:
    """Return the error of MathJax for each formula, None where it understands it."""
    script = Path(__file__).with_name("mathjax.js")
    try:
        subprocess.run(
            ["node", "-e", 'require.resolve("mathjax/package.json")'],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs Node.js and the npm package mathjax@3 on NODE_PATH")
    given = json.dumps(formulas)
    done = subprocess.run(["node", script], input=given, capture_output=True, text=True, check=True)
    errors: list[str | None] = json.loads(done.stdout)
    return errors


def assert_understood(formulas: list[str]) -> None:
    errors = errors_of(formulas)
    wrong = [f"{e}: {formula}" for e, formula in zip(errors, formulas, strict=True) if e]
    assert not wrong, "\n".join(wrong)


def formulas_of(page: str) -> list[str]:
    """Return what a page of LaTeX or Markdown has for MathJax to show."""
    displays = [found[1] or found[0] for found in _DISPLAY.finditer(page)]
    assert displays
    return [*displays, *_INLINE.findall(_DISPLAY.sub("", page))]


def test_mathjax_tells_wrong_formulas() -> None:
    errors = errors_of([r"\frac{a}{b}", r"\frac{a}{b", r"\unknown", "a_1_2", r"\left(x"])
    assert [e is None for e in errors] == [True, False, False, False, False]


def test_every_operation() -> None:
    a, b, c = (Value(0.6, label) for label in ("a", "b_1", "out_o1"))
    formulas = [to_latex(ops.softmax([a, b])[0]), to_latex(where(~((a > b) | (b >= c)), a**-2, c))]
    for op in ops.TABLE.values():
        if op.name == "where":
            v: Any = op(a > b, a, b)
        elif op.arity is None:
            v = op([a, b + 1.0], [c, 2.0]) if op is dot else op([a, b + 1.0, -c])
        else:
            v = op(*[a + 2.0, b, c][: op.arity])
        v = getattr(v, "node", v)
        formulas += [to_latex(v), to_latex(-(v**2) / (1e-30 * v))]
        if op.partials is not None:
            page = explain(labelled(v * 3.0, "y")).to_latex()
            formulas += formulas_of(page)
    assert_understood(formulas)


def test_pages_of_explanations() -> None:
    E, v = two_two_two()
    pages = [explain(E), explain(E, v["w5"], 9), explain(E, v["w1"], delta_rule=True)]
    for optimizer in (SGD([v["w5"]], lr=0.5), Adam([v["w5"]], lr=0.5)):
        v["w5"].grad = 0.082167041
        pages.append(explain_update(optimizer, v["w5"]))
    row = [Value(0.1 * k, f"x{k}") for k in range(40)]
    pages.append(explain(labelled(dot(row, row) ** 2, "long"), row[0]))
    pages.append(explain(labelled(Value(0.0, "x") ** -1.0, "infinite")))
    assert_understood([
        formula for page in pages for text in (page.to_latex(), page._repr_markdown_())
        for formula in formulas_of(text)
    ])  # fmt: skip


def test_hostile_labels() -> None:
    formulas = []
    for label in HOSTILE:
        x, b = Value(2.0, label), Value(0.5, "b")
        z1, z2 = labelled(x * b, label + "1"), labelled(x + b, label + "2")
        y = labelled(tanh(z1) * z2, label + "y")
        page = explain(y, [x, b], delta_rule=True)
        formulas += [to_latex(x), to_latex(y * x ** Value(1.5, label))]
        formulas += formulas_of(page.to_latex()) + formulas_of(page.to_markdown())
    assert_understood(formulas)


def test_random_formulas() -> None:
    draw = random.Random(0)
    pool = [
        Value(0.5 + k / 7, label) for k, label in enumerate(["x", "w_1", "net_h1", "θ", "权重"])
    ]
    unary = [ops.exp, ops.sqrt, ops.sigmoid, ops.softplus, ops.negative, ops.relu, ops.sin]
    binary = [ops.add, ops.subtract, ops.multiply, ops.true_divide, ops.pow, ops.maximum]
    formulas = []
    for _ in range(300):
        a, b = draw.sample(pool[-8:], 2)
        v = draw.choice(binary)(a, b) if draw.random() < 0.7 else draw.choice(unary)(a)
        if v.data - v.data == 0.0 and abs(v.data) < 1e6:
            pool.append(v)
            formulas.append(to_latex(v))
        if len(pool) > 12:
            del pool[5:9]
    assert_understood(formulas)
