"""The five source documents: each of their equations and figures, looked for in what we print.

Equations are parsed out of `explain`'s text and compared as formulas by SymPy; figures are
parsed and rounded to the digits that the document prints. Each derivation that is used here must
also stand in the document's notebook.
"""

from __future__ import annotations

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy

from autograd import Value, exp, explain, sigmoid
from autograd import sum as sum_of
from nn import MLP, SGD, Layer, explain_update, worked_example

nbformat = pytest.importorskip("nbformat")

FOLDER = Path(__file__).parent.parent / "notebooks"

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_WRITTEN = {"·": "*", "×": "*", "−": "-", "½": "(1/2)", "⁺": "_new"}


# --- reading what is printed ----------------------------------------------------------------


def parse(text: str) -> sympy.Expr:
    """Parse a printed formula; ∂a/∂b is one symbol."""
    text = re.sub(r"∂(\w+)/∂(\w+)", r"d_\1_by_\2", text)
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: f"**({m[0].translate(_SUPERSCRIPTS)})", text)
    for written, python in _WRITTEN.items():
        text = text.replace(written, python)
    names: dict[str, Any] = {name: sympy.Symbol(name) for name in re.findall(r"[^\W\d]\w*", text)}
    names |= {"sigmoid": lambda x: 1 / (1 + sympy.exp(-x)), "exp": sympy.exp}
    return sympy.sympify(text, locals=names)


def same(a: sympy.Expr, b: sympy.Expr) -> bool:
    return bool(sympy.simplify(a - b) == 0)


class Page:
    """The equations of a printed text, by their left-hand side."""

    def __init__(self, *texts: Any) -> None:
        self.rows: dict[str, list[str]] = {}
        name = ""
        for line in "\n".join(map(str, texts)).splitlines():
            first, *cells = re.split(r"\s+=\s+", f" {line.strip()}")
            name = first.strip() or name
            if cells and re.fullmatch(r"(∂\w+/∂)?\w+⁺?", name):
                self.rows.setdefault(name, []).extend(cells)

    def formulas(self, name: str) -> list[sympy.Expr]:
        return [parse(cell) for cell in self.rows[name]]

    def number(self, name: str) -> float:
        return float(self.formulas(name)[-1])

    def has(self, equation: str) -> bool:
        name, formula = re.split(r"\s=\s", equation)
        return any(same(x, parse(formula)) for x in self.formulas(name))

    def expanded(self, name: str) -> sympy.Expr:
        """Return the chain for a derivative with each factor's formula put in."""
        chain = self.formulas(name)[0]
        for symbol in chain.free_symbols:
            of, by = str(symbol).removeprefix("d_").split("_by_")
            chain = chain.subs(symbol, self.formulas(f"∂{of}/∂{by}")[0])
        return chain


def rounds_to(x: float, printed: str) -> bool:
    number = Decimal(printed)
    return Decimal(repr(x)).quantize(number, ROUND_HALF_UP) == number


def notebook_texts(name: str, kind: str) -> list[str]:
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    found = []
    for output in (o for cell in notebook.cells for o in cell.get("outputs", [])):
        bundle = output.get("data") or {output.get("name", ""): output.get("text", "")}
        found += [text for k, text in bundle.items() if k == kind]
    return found


def drawn_texts(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iterfind(".//{*}text")]


def drawn_nodes(svg: str) -> list[tuple[str, ...]]:
    """Return the texts of each box of a drawing, and of the number on each edge."""
    groups = ElementTree.fromstring(svg).iterfind(".//{*}g")
    shown = [x for x in groups if x.attrib["class"] in ("ag-node", "ag-number")]
    return [
        tuple(part for text in x.iterfind("{*}text") for part in text.itertext() if part.strip())
        for x in shown
    ]


def stands_in(notebook: str, *derivations: Any) -> bool:
    shown = notebook_texts(notebook, "text/markdown")
    return all(any(d.to_markdown() in text for text in shown) for d in derivations)


def test_what_is_not_printed_is_not_found() -> None:
    page = Page("E = ½·(t1 − out)²\n    = 0.27\n  ∂E/∂out = −(t1 − out) = −1.5×10⁻³")
    assert page.has("E = 1/2*(out - t1)**2") and page.has("∂E/∂out = out - t1")
    assert not page.has("E = (t1 - out)**2") and not page.has("∂E/∂out = t1 - out")
    assert [page.number("E"), page.number("∂E/∂out")] == [0.27, -0.0015]
    assert rounds_to(-0.0381982, "-0.038") and not rounds_to(-0.0381982, "-0.039")


# --- 000: the worked example ----------------------------------------------------------------


@pytest.fixture(scope="module")
def worked() -> tuple[Page, list[Any]]:
    net = worked_example.build_net()
    E = worked_example.total_error(net)
    E.backward()
    w = dict(zip("12345678", net.parameters()))
    derivations: list[Any] = [
        explain(E, (), digits=9),
        explain(E, w["5"], digits=9),
        explain(E, [w[k] for k in "5678"], digits=9, delta_rule=True),
        explain(E, w["1"], digits=9),
        explain(E, [w[k] for k in "1234"], digits=9, delta_rule=True),
    ]
    optimizer = SGD(net.parameters(), lr=worked_example.LEARNING_RATE)
    derivations += [explain_update(optimizer, weight) for weight in net.parameters()]
    return Page(*derivations), derivations


@pytest.mark.parametrize(
    "equation",
    [
        "net_h1 = w1*i1 + w2*i2 + b1*1",
        "out_h1 = 1/(1 + exp(-net_h1))",
        "net_o1 = w5*out_h1 + w6*out_h2 + b2*1",
        "out_o1 = 1/(1 + exp(-net_o1))",
        "E_o1 = 1/2*(t1 - out_o1)**2",
        "E_o2 = 1/2*(t2 - out_o2)**2",
        "E = E_o1 + E_o2",
        "∂E/∂w5 = ∂E/∂out_o1 * ∂out_o1/∂net_o1 * ∂net_o1/∂w5",
        "∂E/∂out_o1 = -(t1 - out_o1)",
        "∂out_o1/∂net_o1 = out_o1*(1 - out_o1)",
        "∂net_o1/∂w5 = out_h1",
        "δ_o1 = ∂E_o1/∂out_o1 * ∂out_o1/∂net_o1",
        "δ_o1 = -(t1 - out_o1)*out_o1*(1 - out_o1)",
        "∂E/∂w5 = δ_o1*out_h1",
        "w5⁺ = w5 - η*∂E/∂w5",
        "∂E/∂w1 = ∂E/∂out_h1 * ∂out_h1/∂net_h1 * ∂net_h1/∂w1",
        "∂E/∂out_h1 = ∂E_o1/∂out_h1 + ∂E_o2/∂out_h1",
        "∂E_o1/∂out_h1 = ∂E_o1/∂net_o1 * ∂net_o1/∂out_h1",
        "∂E/∂net_o1 = ∂E_o1/∂out_o1 * ∂out_o1/∂net_o1",
        "∂net_o1/∂out_h1 = w5",
        "∂out_h1/∂net_h1 = out_h1*(1 - out_h1)",
        "∂net_h1/∂w1 = i1",
        "δ_h1 = (δ_o1*w5 + δ_o2*w7)*out_h1*(1 - out_h1)",
        "∂E/∂w1 = δ_h1*i1",
    ],
)
def test_000_equations(equation: str, worked: tuple[Page, list[Any]]) -> None:
    assert worked[0].has(equation)


@pytest.mark.parametrize(
    ("quantity", "printed"),
    [
        ("net_h1", "0.3775"), ("out_h1", "0.593269992"), ("out_h2", "0.596884378"),
        ("net_o1", "1.105905967"), ("out_o1", "0.75136507"), ("out_o2", "0.772928465"),
        ("E_o1", "0.274811083"), ("E_o2", "0.023560026"), ("E", "0.298371109"),
        ("∂E/∂out_o1", "0.74136507"), ("∂out_o1/∂net_o1", "0.186815602"),
        ("∂net_o1/∂w5", "0.593269992"), ("∂E/∂w5", "0.082167041"), ("δ_o1", "0.138498562"),
        ("∂E/∂net_o1", "0.138498562"), ("∂E_o1/∂out_h1", "0.055399425"),
        ("∂E/∂out_h1", "0.036350306"), ("∂out_h1/∂net_h1", "0.241300709"),
        ("∂E/∂w1", "0.000438568"),
        ("w1⁺", "0.149780716"), ("w2⁺", "0.19956143"), ("w3⁺", "0.24975114"),
        ("w4⁺", "0.29950229"), ("w5⁺", "0.35891648"), ("w6⁺", "0.408666186"),
        ("w7⁺", "0.511301270"), ("w8⁺", "0.561370121"),
    ],
)  # fmt: skip
def test_000_figures(quantity: str, printed: str, worked: tuple[Page, list[Any]]) -> None:
    assert rounds_to(worked[0].number(quantity), printed)


def test_000_is_written_out_in_its_notebook(worked: tuple[Page, list[Any]]) -> None:
    assert stands_in("01_worked_example", *worked[1])
    text = "\n".join(notebook_texts("01_worked_example", "stdout"))
    rows = re.findall(r"^  (E after [\d ]+ updates?) +[\d.]+ +([\d.]+)", text, re.M)
    assert dict(rows) == {
        "E after 1 update": "0.291027774",  # the original's last digits are a slip
        "E after 9 999 updates": "0.0000351085",
        "E after 10 000 updates": "0.0000351019",
    }
    row = r"^(\w+) +E after 1 update ([\d.]+), after 10 000 updates (\S+)"
    assert re.findall(row, text, re.M) == [
        ("fixed", "0.291027774", "3.510188e-05"),
        ("neuron", "0.280471447", "2.447562e-06"),
        ("layer", "0.285750887", "4.355321e-06"),
    ]


def test_000_drawings() -> None:
    svgs = notebook_texts("01_worked_example", "image/svg+xml")
    network, graph, chain_of_w5, chain_of_w1, _ = map(drawn_nodes, svgs)
    weights = zip(("w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8"), net_numbers())
    expected = {("i1", "0.05"), ("i2", "0.1"), ("b1", "0.35"), ("b2", "0.6"), *weights}
    assert expected <= {tuple(map(str.strip, texts)) for texts in network}
    assert ("net_h1", "Σ w·x + b", "0.3775", "+0.0088") in graph
    assert ("out_o1", "σ", "0.7514", "+0.7414") in graph
    for chain, paths in ((chain_of_w5, 1), (chain_of_w1, 2)):
        assert len(chain) == len(graph), "the rest of the graph stays, but pale"
        assert paths == sum("along" in text for text in drawn_texts(svgs[1 + paths]))


def net_numbers() -> list[str]:
    return [f"{w:g}" for layer in worked_example.WEIGHTS for row in layer for w in row]


# --- 001: a sum, and a network as blocks ----------------------------------------------------


def test_001_a_sum_forwards_and_backwards() -> None:
    a, b, c = Value(2.0, "a"), Value(3.0, "b"), Value(4.0, "c")
    total = a + b
    answer = total * c
    loss = 0.5 * (Value(18.0, "right") - answer) ** 2
    total.label, answer.label, loss.label = "sum", "answer", "loss"
    derivation = explain(loss, [a, b, c], digits=4)
    page = Page(derivation)
    for equation in (
        "sum = a + b", "answer = sum*c", "∂answer/∂sum = c", "∂answer/∂c = sum",
        "∂loss/∂sum = ∂loss/∂answer*∂answer/∂sum", "∂loss/∂a = ∂loss/∂sum*∂sum/∂a",
    ):  # fmt: skip
        assert page.has(equation)
    assert [page.number(f"∂loss/∂{x}") for x in "abc"] == [8.0, 8.0, 10.0]
    assert stands_in("02_computation_graphs", derivation)


def test_001_the_blocks_of_four_layers() -> None:
    """Run the forward and backward blocks with NumPy, and find each number in the notebook."""
    layers = [Layer(4, n, seed=seed) for seed, n in enumerate((4, 4, 4, 1), 1)]
    a, cache, expected = np.array([0.5, -0.25, 1.0, 0.75]), [], {}
    for layer in layers:
        W = np.array([[w.data for w in neuron.weights] for neuron in layer.neurons])
        z = W @ a
        cache.append((W, z))
        a = 1 / (1 + np.exp(-z)) if layer is layers[-1] else np.tanh(z)
    da = a - 1.0
    for k in (4, 3, 2, 1):
        W, z = cache[k - 1]
        slope = a * (1 - a) if k == 4 else 1 - np.tanh(z) ** 2
        expected |= {f"cached z {k}": z, f"da[{k}]": da, f"db[{k}]": da * slope}
        da = W.T @ (da * slope)
    expected["da[0]"] = da

    text = "\n".join(notebook_texts("02_computation_graphs", "stdout"))
    rows = dict(re.findall(r"(d[ab]\[\d\]) += (\[.*\])", text))
    rows |= {f"cached z {k}": z for k, z in re.findall(r"layer (\d)  cached z = (\[.*\])", text)}
    found = {name: json.loads(row) for name, row in rows.items()}
    assert found.keys() == expected.keys()
    for name, row in expected.items():
        np.testing.assert_allclose(found[name], row, atol=5.1e-5, err_msg=name)
    assert text.count("dW True  db True  da True") == 4


# --- 002: values in green, gradients in red -------------------------------------------------


def neuron_inputs() -> list[Value]:
    names = ("w0", "x0", "w1", "x1", "w2")
    return [Value(x, name) for x, name in zip((2.0, -1.0, -3.0, -2.0, -3.0), names)]


@pytest.fixture(scope="module")
def gates() -> Page:
    w0, x0, w1, x1, w2 = leaves = neuron_inputs()
    m = -(w0 * x0 + w1 * x1 + w2)
    h = exp(m)
    z = 1 + h
    f = 1 / z
    m.label, h.label, z.label, f.label = "m", "h", "z", "f"
    derivation = explain(f, [z, h, m, *leaves], digits=4)
    assert stands_in("02_computation_graphs", derivation)
    return Page(derivation)


@pytest.mark.parametrize(
    "equation",
    [
        "f = 1/z", "z = h + 1", "h = exp(m)", "m = -(w0*x0 + w1*x1 + w2)",
        "∂f/∂z = -1/z**2", "∂f/∂h = ∂f/∂z*∂z/∂h", "∂z/∂h = 1", "∂f/∂m = ∂f/∂h*∂h/∂m",
        "∂h/∂m = h", "∂m/∂w0 = -x0", "∂m/∂x0 = -w0", "∂m/∂w2 = -1",
    ],
)  # fmt: skip
def test_002_equations(equation: str, gates: Page) -> None:
    assert gates.has(equation)


@pytest.mark.parametrize(
    ("quantity", "printed"),
    [
        ("h", "0.37"), ("z", "1.37"), ("f", "0.73"), ("∂f/∂z", "-0.53"), ("∂f/∂h", "-0.53"),
        ("∂f/∂m", "-0.20"), ("∂f/∂w0", "-0.20"), ("∂f/∂x0", "0.39"), ("∂f/∂w1", "-0.39"),
        ("∂f/∂x1", "-0.59"), ("∂f/∂w2", "0.20"),
    ],
)  # fmt: skip
def test_002_figures(quantity: str, printed: str, gates: Page) -> None:
    assert rounds_to(gates.number(quantity), printed)


def test_002_drawings_show_both_forms() -> None:
    svgs = notebook_texts("02_computation_graphs", "image/svg+xml")
    drawings = [drawn_nodes(svg) for svg in svgs]
    leaves = {
        ("w0", "2", "−0.20"), ("x0", "−1", "+0.39"), ("w1", "−3", "−0.39"), ("x1", "−2", "−0.59"),
        ("w2", "−3", "+0.20"),
    }  # fmt: skip
    steps = {("×−1", "−1", "−0.20"), ("exp", "0.37", "−0.53"), ("+1", "1.37", "−0.53")}
    steps |= {("f", "1/x", "0.73", "+1")}
    assert any(leaves | steps <= set(nodes) for nodes in drawings)
    assert any(leaves | {("f", "σ", "0.73", "+1")} <= set(nodes) for nodes in drawings)


def test_002_one_sigmoid_gives_the_same_in_one_step() -> None:
    w0, x0, w1, x1, w2 = neuron_inputs()
    f = sigmoid(w0 * x0 + w1 * x1 + w2)
    f.label = "f"
    derivation = explain(f, [w0, x0], digits=4)
    page = Page(derivation)
    assert page.has("∂f/∂w0 = f*(1 - f)*x0")
    assert rounds_to(page.number("∂f/∂w0"), "-0.20")
    assert rounds_to(page.number("∂f/∂x0"), "0.39")
    assert stands_in("02_computation_graphs", derivation)


def test_002_a_matrix() -> None:
    text = "\n".join(notebook_texts("02_computation_graphs", "stdout"))
    assert "W x = [0.22, 0.26]   f = 0.116" in text
    assert "dW  = [[0.088, 0.176], [0.104, 0.208]]" in text
    assert "dx  = [-0.112, 0.636]" in text


def test_002_a_bias_gets_the_sum_over_the_samples() -> None:
    w, b, losses = [Value(0.5, "w1"), Value(-0.25, "w2")], Value(0.1, "b"), []
    for i, (x, t) in enumerate([([1.0, 2.0], 0.5), ([0.5, -1.0], 1.0), ([-1.5, 0.5], -0.5)], 1):
        score = w[0] * x[0] + w[1] * x[1] + b
        losses.append((score - t) ** 2)
        score.label, losses[-1].label = f"score{i}", f"L{i}"
    loss = sum_of(losses)
    loss.label = "loss"
    derivation = explain(loss, b, digits=4)
    page = Page(derivation)
    assert page.has("loss = L1 + L2 + L3")
    assert page.has("∂loss/∂b = ∂L1/∂b + ∂L2/∂b + ∂L3/∂b")
    assert rounds_to(page.number("∂loss/∂b"), "-2.15")
    assert stands_in("02_computation_graphs", derivation)


# --- 003: the four equations ----------------------------------------------------------------


@pytest.fixture(scope="module")
def four() -> tuple[Page, Page]:
    """Return the page without and the page with deltas."""
    net = MLP(2, [2, 2], activation="sigmoid", output_activation="sigmoid", seed=3)
    out_o1, out_o2 = net([0.6, -0.4])
    C = 0.5 * ((Value(0.9, "y1") - out_o1) ** 2 + (Value(0.2, "y2") - out_o2) ** 2)
    C.label = "C"
    hidden, output = net.layers
    net_h1, net_o1, first, last = hidden.z[0], output.z[0], hidden.neurons[0], output.neurons[0]
    plain = [explain(out_o2, net_o1), explain(C, net_o1), explain(net_o1, net_h1)]
    delta = [
        explain(C, net_h1, delta_rule=True),
        explain(C, last.weights[0], delta_rule=True),
        explain(C, first.weights[0], delta_rule=True),
        explain(C, [last.bias, first.bias], delta_rule=True),
    ]
    assert stands_in("03_four_equations", *plain, *delta)
    return Page(*plain), Page(*delta)


@pytest.mark.parametrize(
    "equation",
    [
        "C = 1/2*((y1 - out_o1)**2 + (y2 - out_o2)**2)",
        "∂C/∂net_o1 = ∂C/∂out_o1*∂out_o1/∂net_o1",  # BP1
        "∂out_o1/∂net_o1 = out_o1*(1 - out_o1)",
        "∂out_o2/∂net_o1 = 0",  # why BP1's sum has one term
        "∂net_o1/∂net_h1 = ∂net_o1/∂out_h1*∂out_h1/∂net_h1",
    ],
)
def test_003_equations_without_deltas(equation: str, four: tuple[Page, Page]) -> None:
    assert four[0].has(equation)


@pytest.mark.parametrize(
    "equation",
    [
        "δ_o1 = -(y1 - out_o1)*out_o1*(1 - out_o1)",  # BP1
        "δ_h1 = (w5*δ_o1 + w7*δ_o2)*out_h1*(1 - out_h1)",  # BP2
        "∂C/∂w5 = δ_o1*out_h1",  # BP3
        "∂C/∂w1 = δ_h1*i1",
        "∂C/∂b_o1 = δ_o1",  # BP4
        "∂C/∂b_h1 = δ_h1",
    ],
)
def test_003_equations_with_deltas(equation: str, four: tuple[Page, Page]) -> None:
    assert four[1].has(equation)


def test_003_between_layers(four: tuple[Page, Page]) -> None:
    expected = parse("w5*out_h1*(1 - out_h1)")
    assert same(four[0].expanded("∂net_o1/∂net_h1"), expected)


def test_003_holds_on_random_nets() -> None:
    text = "\n".join(notebook_texts("03_four_equations", "stdout"))
    for depth in ("1 layer ", "2 layers", "3 layers", "4 layers"):
        names = ["BP1", "BP3", "BP4"] if depth == "1 layer " else ["BP1", "BP2", "BP3", "BP4"]
        results = ", ".join(f"{name} 25" for name in names)
        assert f"{depth}: of 25 random networks, to 1e-12: {results}" in text


# --- 004: a 2-2-1 net by hand, and a two-layer ReLU net -------------------------------------

CLOSED_FORMS = {
    "w21": "(out - y)*out*(1 - out)*α1",
    "w22": "(out - y)*out*(1 - out)*α2",
    "b21": "(out - y)*out*(1 - out)",
    "w12": "(out - y)*out*(1 - out)*w22*α2*(1 - α2)*x1",
    "w14": "(out - y)*out*(1 - out)*w22*α2*(1 - α2)*x2",
    "b12": "(out - y)*out*(1 - out)*w22*α2*(1 - α2)",
    "w11": "(out - y)*out*(1 - out)*w21*α1*(1 - α1)*x1",
    "w13": "(out - y)*out*(1 - out)*w21*α1*(1 - α1)*x2",
    "b11": "(out - y)*out*(1 - out)*w21*α1*(1 - α1)",
}
NUMBERS = {
    "x1": 0.8, "x2": -1.3, "y": 0.4, "w11": 0.3, "w12": 0.7, "w13": -0.4, "w14": 0.2,
    "w21": -0.6, "w22": 0.9, "b11": 0.1, "b12": -0.2, "b21": 0.05,
}  # fmt: skip


@pytest.fixture(scope="module")
def by_hand() -> tuple[Value, dict[str, Value]]:
    v = {name: Value(x, name) for name, x in NUMBERS.items()}
    h1 = v["w11"] * v["x1"] + v["w13"] * v["x2"] + v["b11"]
    h2 = v["w12"] * v["x1"] + v["w14"] * v["x2"] + v["b12"]
    α1, α2 = sigmoid(h1), sigmoid(h2)
    z = v["w21"] * α1 + v["w22"] * α2 + v["b21"]
    out = sigmoid(z)
    E = 0.5 * (out - v["y"]) ** 2
    nodes = {"h1": h1, "α1": α1, "h2": h2, "α2": α2, "z": z, "out": out, "E": E}
    for name, node in nodes.items():
        node.label = name
    return E, v


@pytest.mark.parametrize(
    "equation",
    [
        "h1 = w11*x1 + w13*x2 + b11", "α1 = 1/(1 + exp(-h1))", "h2 = w12*x1 + w14*x2 + b12",
        "α2 = 1/(1 + exp(-h2))", "z = w21*α1 + w22*α2 + b21", "out = 1/(1 + exp(-z))",
        "E = 1/2*(out - y)**2",
    ],
)  # fmt: skip
def test_004_forward(equation: str, by_hand: tuple[Value, dict[str, Value]]) -> None:
    derivation = explain(by_hand[0], ())
    assert Page(derivation).has(equation)
    assert stands_in("04_training", derivation)


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_004_every_derivative(name: str, by_hand: tuple[Value, dict[str, Value]]) -> None:
    E, leaves = by_hand
    derivation = explain(E, leaves[name], digits=9)
    page = Page(derivation)
    unit = name[1] + name[2]
    k = "1" if unit in ("11", "13") else "2"
    way = ["E", "out", "z"] if unit[0] == "2" else ["E", "out", "z", f"α{k}", f"h{k}"]
    chain = " * ".join(f"∂{a}/∂{b}" for a, b in zip([*way], [*way[1:], name]))
    assert page.has(f"∂E/∂{name} = {chain}")
    assert same(page.expanded(f"∂E/∂{name}"), parse(CLOSED_FORMS[name]))
    backward = derivation.to_markdown().partition("**Backward pass**")[2].strip()
    assert any(backward in text for text in notebook_texts("04_training", "text/markdown"))


def test_004_updates() -> None:
    texts = notebook_texts("04_training", "stdout")
    page = Page(*[text for text in texts if "η" in text])
    gradients = dict(re.findall(r"∂E/∂(\w+) = +(\S+) +by hand", "\n".join(texts)))
    assert gradients.keys() == CLOSED_FORMS.keys()
    for name in CLOSED_FORMS:
        assert page.has(f"{name}⁺ = {name} - η*∂E/∂{name}")
        expected = NUMBERS[name] - 0.5 * float(gradients[name])
        assert page.number(f"{name}⁺") == pytest.approx(expected, abs=2e-9)


def relu_gradients(x: Any, y: Any, w1: Any, w2: Any, masked: bool) -> tuple[Any, Any]:
    """Return the gradients for w1 and for the biases of the hidden units, one sample at a time."""
    w1_gradient, b1_gradient = np.zeros_like(w1), np.zeros((w1.shape[1], x.shape[1]))
    for n in range(x.shape[1]):
        h = x[:, n] @ w1
        error = 2 * (np.where(h > 0, h, 0) @ w2 - y[:, n])
        back = w2 @ error * ((h > 0) if masked else 1.0)
        w1_gradient += np.outer(x[:, n], back)
        b1_gradient[:, n] = back
    return w1_gradient, b1_gradient


def test_004_the_mistake_in_the_mask() -> None:
    random = np.random.RandomState(0)
    x, y = random.randn(6, 4), random.randn(3, 4)
    w1, w2 = random.randn(6, 5), random.randn(5, 3)
    pairs = zip(*(relu_gradients(x, y, w1, w2, masked) for masked in (False, True)))
    errors = [np.linalg.norm(wrong - right) / np.linalg.norm(right) for wrong, right in pairs]

    text = "\n".join(notebook_texts("04_training", "stdout"))
    printed, corrected = text.partition("as_printed\n")[2].split("corrected\n")[:2]
    found = re.findall(r"gradient of (\w+): wrong: relative error ([\d.]+)", printed)
    assert [name for name, _ in found] == ["w1", "b1"]
    assert [float(e) for _, e in found] == pytest.approx(errors, abs=5.1e-4)
    assert re.findall(r"gradient of (\w+): right", printed) == ["w2", "b2"]
    assert re.findall(r"gradient of (\w+): right", corrected) == ["w1", "b1", "w2", "b2"]
    assert re.search(r"relu +the gradients agree\nrelu_as_printed the gradients DIFFER", text)


def test_004_the_loss_curves() -> None:
    text = "\n".join(notebook_texts("04_training", "stdout"))
    assert re.search(r"step +10: loss as printed 2\.469e\+06, corrected 2\.273e\+06", text)
    assert len(notebook_texts("04_training", "image/png")) == 1
