"""Derivations of many kinds, and labels that are hard to print: what LaTeX is tried on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from gallery_drawings import shown
from test_explanation import labelled, two_two_two
from test_expression import HOSTILE

import autograd
from autograd import (
    Derivation,
    Label,
    Value,
    dot,
    erf,
    exp,
    explain,
    log,
    ops,
    relu,
    softmax,
    tanh,
    where,
)
from nn import MLP, SGD, Adam, cross_entropy, explain_update, half_squared_error

# Names as people write them. All programs show these with amsmath alone.
_NAMES = """
    x w5 w_1 w1_2 w12 net_o1 E_total learning_rate lr MSE sin w_ij a_x_y alpha theta theta1 alpha_t
    lambda Omega mu_x w_beta m_hat y_bar x_tilde_1 α Σ Γ ϵ ε ϕ φ θ ϑ ς ∂E ∇ ∇L Δx δ_o1 ℓ ℏ ℝ ℒ 𝐱 𝛼
    𝜶 Α ο ŷ x̂ ẋ ẍ ᾱ x⃗ x′ x' x″ é café Größe θ₁ wᵢⱼ aₙ₊₁ x² θ₁² xᵀ w⁽¹⁾ w⁺ ∂E/∂w5 ∂E/∂ŷ x∞ ½ 1x _x x_
    hidden[0] net.w1 h₁→h₂ σ(x) a+b a≤b x* |x| ⟨x⟩ "q" 50% a#b {a} $x$ \\frac a~b a^b &lt; A/B … a̷
"""
NAMES = [*_NAMES.split(), "learning rate", "hidden layer 1", "a\tb"]
# Only a font can show these; that of pdflatex and of xelatex as they stand cannot.
_FOREIGN = "权重 权重_1 学习率 вес שלום 🎉 ☃ ł þ W権 net_权重 데이터"
FOREIGN = [*_FOREIGN.split(), "学习" * 30]
OWN = {
    "lr": r"\eta", "w1": r"\mathbf{w}_{1}", "w2": r"w^{(2)}", "yhat": r"\hat{y}'",
    "loss": r"\mathcal{L}_{\text{train}}", "n": r"\lVert x \rVert", "q": r"\frac{a}{b}",
    "d": r"\Delta x", "s": "a + b", "m": r"\left|x\right|", "c": r"\text{学习率}", "k": "x_{<t}",
}  # fmt: skip


def neuron(label: str, other: str) -> Value:
    """Return a small graph in which two labels occur in all roles."""
    x, b = Value(2.0, label), Value(0.5, "b")
    z1, z2 = labelled(x * b, f"{label}1"), labelled(x**2 - b, f"{label}_1")
    return labelled(tanh(z1) * z2, other)


def every_operation() -> Iterator[Value]:
    """Yield a graph for each operation of the table."""
    a, b, c = (Value(0.6, label) for label in ("a", "b_1", "out_o1"))
    for op in ops.TABLE.values():
        if op.name == "where":
            v: Any = op(a > b, a, b)
        elif op is ops.softmax_at:
            v = op([1.0, a, b + 1.0, -c])
        elif op.arity is None:
            v = op([a, b + 1.0], [c, 2.0]) if op is dot else op([a, b + 1.0, -c])
        else:
            v = op(*[a + 2.0, b, c][: op.arity])
        yield getattr(v, "node", v)


def wide_graphs() -> Iterator[Value]:
    """Yield graphs whose formulas are wider than any page."""
    z = [Value(0.1 * k, f"z{k}") for k in range(10)]
    long = [Value(0.1 * k, f"a rather long label, the {k}th") for k in range(1, 7)]
    names = [Value(0.5 + k, "W" * 39 + str(k)) for k in range(3)]
    deep, tower, ratio, root, inner = z[1], z[1], z[1], z[1], z[1]
    for k in range(30):
        deep, tower, root = deep.sin(), exp(-tower), (root * root + 1.0).sqrt()
        inner = where(z[k % 10] > 0.3, inner + z[2], z[3])
        ratio = 1.0 / (1.0 + ratio) if k < 5 else ratio
    for name in ("p0", "p1"):
        yield labelled(softmax(z)[int(name[1])], name)
    yield labelled(autograd.sum([x * y for x in z for y in z[:3]]) ** 2, "s")
    yield labelled(log(1.0 + autograd.sum([exp(x) for x in z])), "L")
    yield labelled(autograd.sum([x * y for x, y in pairwise(long)]) ** 3, "y")
    yield labelled(names[0] * names[1] / (names[2] + names[0]), "V" * 40)
    yield labelled(z[1] ** autograd.sum([x * y for x, y in pairwise(z)]), "t")
    yield labelled(where(autograd.sum(z) > 1.0, autograd.sum(long), dot(z, z)), "c")
    yield labelled(where(autograd.sum(long) > 1.0, autograd.sum(long), z[0]), "C")
    yield labelled(1e-300 * z[1] / (123456.789 + z[2] * 1.23456789e-9 + z[3]), "tiny")
    yield from (labelled(v, "y") for v in (deep, tower, ratio, root, inner))


def derivations() -> dict[str, Any]:
    """Return derivations, exercises and updates by a name for each."""
    E, v = two_two_two()
    found: dict[str, Any] = {"all": explain(E), "forward": explain(E, (), 9)}
    for k in range(1, 9):
        for delta_rule in (False, True):
            found[f"w{k} {delta_rule}"] = explain(E, v[f"w{k}"], 9, delta_rule)
    for node in every_operation():
        name = node.op.name if node.op else "leaf"
        if node.op is not None and node.op.partials is not None:
            found[name] = explain(labelled(node * 3.0, "y"))
        found[f"{name} as steps"] = explain(node, primitive=True)
    for k, node in enumerate(wide_graphs()):
        leaf = next(x for x in autograd.topological_order(node) if x.op is None and x.label)
        found[f"wide {k}"] = explain(node, leaf)
        found[f"wide {k} 3"] = explain(node, leaf, max_terms=3)
    for name in ("x", "权重"):
        found[f"own {name}"] = explain(owned(name))
    for hide, seed in (("values", 0), ("formulas", 1), ("both", 2)):
        for language in ("en", "zh"):
            whole = explain(E, v["w1"], delta_rule=bool(seed), language=language)
            found[f"exercise {hide} {language}"] = whole.exercise(hide, seed)
            found[f"solution {hide} {language}"] = whole.exercise(hide, seed).solution
    found |= updates() | networks() | odd_graphs()
    found |= {f"gallery {x.output}": x for x in shown() if isinstance(x, Derivation)}
    for label in (*NAMES, *HOSTILE, *FOREIGN):
        node = neuron(label, f"{label}y")
        leaf = next(x for x in autograd.topological_order(node) if x.label == label)
        found[f"label {label}"] = explain(node, leaf, delta_rule=True)
    for seed in range(8):
        found[f"random {seed}"] = explain(random_graph(seed), delta_rule=bool(seed % 2))
    return found


def owned(name: str) -> Value:
    """Return a graph whose labels bring their own LaTeX, one of them twice."""
    values = [Value(0.4 + k, Label(text, latex)) for k, (text, latex) in enumerate(OWN.items())]
    again = Value(2.0, Label("lr", r"\eta"))
    y = autograd.sum([x**2 * values[0] for x in values]) * again / values[2] ** values[3]
    return labelled(y + Value(1.0, name), Label("f", r"\mathcal{F}"))


def updates() -> dict[str, Any]:
    """Return updates by each optimiser."""
    found = {}
    for label in ("w5", "θ_1", "hidden[0]", Label("w", r"\mathbf{w}")):
        w = Value(0.4, label)
        w.grad = 0.082167041
        for optimizer in (
            SGD([w], lr=0.5), SGD([w], lr=0.5, momentum=0.9, weight_decay=0.1),
            Adam([w], lr=0.5), Adam([w], lr=1e-5, weight_decay=0.1),
        ):  # fmt: skip
            found[f"update {len(found)}"] = explain_update(optimizer, w)
    return found


def networks() -> dict[str, Any]:
    """Return derivations for nets of `nn`."""
    net = MLP(3, [4, 2], activation="tanh", seed=0)
    out = net([0.5, -1.0, 2.0])
    parameters = net.parameters()
    error = labelled(half_squared_error(out, [0.1, 0.9]), "E")
    loss = labelled(cross_entropy(net([0.1, 0.2, 0.3]), 1), "loss")
    return {
        f"net {k} {p} {terms}": explain(total, parameters[p], max_terms=terms)
        for k, total in enumerate((error, loss)) for p in (0, -1) for terms in (3, 8)
    }  # fmt: skip


def odd_graphs() -> dict[str, Any]:
    """Return derivations with much left out, with nan and infinity, and of nothing."""
    x = Value(0.0, "x")
    row = [Value(0.1 * k, f"x{k}") for k in range(40)]
    zs = [labelled((0.1 * k) * x, f"z{k}") for k in range(1, 20)]
    alike = ("w1", "w_1", "w₁", "w1", "θ", "theta")
    same = [Value(1.0 + k, label) for k, label in enumerate(alike)]
    return {
        "long": explain(labelled(dot(row, row) ** 2, "long"), row[0]),
        "many": explain(labelled(autograd.sum([z**2 for z in zs]), "y"), x),
        "infinite": explain(labelled(x**-1.0, "infinite")),
        "trap": explain(labelled(where(x > 0, x.sqrt(), 0.0), "y")),
        "leaf": explain(x, []),
        "independent": explain(labelled(x * x, "y"), [x, Value(1.0, "other_1")]),
        "kink": explain(labelled(relu(x) * erf(x), "y")),
        "same": explain(labelled(autograd.sum([v * v for v in same]), "y"), same),
    }


def random_graph(seed: int) -> Value:
    """Return a graph of 12 random operations; some of its nodes have labels."""
    draw = random.Random(seed)
    pool = [Value(0.5 + k / 7, label) for k, label in enumerate(["x", "w_1", "net_h1", "θ"])]
    unary = [ops.exp, ops.sqrt, ops.sigmoid, ops.softplus, ops.negative, ops.relu, ops.sin]
    binary = [ops.add, ops.subtract, ops.multiply, ops.true_divide, ops.pow, ops.maximum]
    while len(pool) < 16:
        a, b = draw.sample(pool[-6:], 2)
        v = draw.choice(binary)(a, b) if draw.random() < 0.7 else draw.choice(unary)(a)
        if abs(v.data) < 1e6:
            pool.append(labelled(v, f"v_{len(pool)}") if draw.random() < 0.3 else v)
    return pool[-1]
