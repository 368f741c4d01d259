"""The same program gives the same bits, text, DOT, SVG and source in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PROGRAM = """
import copy, json, pickle, sys
import autograd, nn
from autograd import Value, compile, draw, explain, gradient, scope, topological_order, where
from autograd.expression import to_latex, to_text

clutter = [object() for _ in range(int(sys.argv[1]))]  # other addresses in each process

def graph():
    xs = [Value(0.1 * i + 0.05, label=f"x{i}") for i in range(4)]
    with scope("hidden"):
        h = autograd.tanh(autograd.dot(xs, xs[::-1]) + xs[0] / xs[1]); h.label = "h"
    y = where((h > 0.1) & ~(xs[2] > 5), h * autograd.softmax(xs)[1], autograd.logsumexp(xs))
    y.label = "y"
    return xs, y

xs, y = graph()
y.backward()
net = nn.MLP(2, [3, 1], seed=7)
history = nn.fit(net, *nn.xor(), epochs=3, progress=False)
def f(x, t):
    return autograd.sum([(autograd.sigmoid(autograd.dot(x, [w, w * 2.0])) - t[0]) ** 2 for w in ws])
ws = [Value(0.3, label="a"), Value(-0.2, label="b")]
program = compile(f, inputs={"x": (2,), "t": (1,)}, parameters={"w": ws})
result = {
    "data": [v.data.hex() for v in topological_order(y)],
    "gradients": [v.grad.hex() for v in topological_order(y)],
    "higher order": [d.data.hex() for d in gradient(y, xs, create_graph=True)],
    "repr": [repr(v) for v in topological_order(y)],
    "pickle": repr(topological_order(pickle.loads(pickle.dumps(y)))),
    "copy": repr(topological_order(copy.deepcopy(y))),
    "formula": [to_text(y), to_latex(y)],
    "explanation": [str(explain(y)), explain(y).to_latex(), explain(y).to_markdown()],
    "dot": draw(y).dot,
    "svg": draw(y).svg,
    "net": {name: p.data.hex() for name, p in net.named_parameters()},
    "source": program.source,
}
print(json.dumps(result))
"""


def run(hash_seed: str, clutter: int) -> dict[str, object]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM, str(clutter)]
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    result: dict[str, object] = json.loads(output.stdout)
    return result


@pytest.fixture(scope="module")
def first() -> dict[str, object]:
    pytest.importorskip("numpy")
    return run("0", 0)


@pytest.mark.parametrize(("hash_seed", "clutter"), [("1", 1001), ("random", 5), ("random", 77777)])
def test_hash_seeds_and_addresses_change_nothing(
    first: dict[str, object], hash_seed: str, clutter: int
) -> None:
    other = run(hash_seed, clutter)
    assert other.keys() == first.keys()
    for key, expected in first.items():
        assert other[key] == expected, key
