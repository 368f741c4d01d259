"""The 2-2-2 net of document 000, step by step: its printed figures beside ours.

The net learns one sample. Document 000 translates Matt Mazur's "A Step by Step
Backpropagation Example" and breaks off within the hidden layer; the figures after that
point are those of the original, and marked so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Derivation, Value, explain, gradient, topological_order
from autograd.language import Phrase
from nn import phrases
from nn.initial import check_row
from nn.layers import MLP
from nn.losses import half_squared_error
from nn.optim import SGD
from nn.training import progress_bar

INPUTS = (0.05, 0.10)
TARGETS = (0.01, 0.99)
WEIGHTS = (((0.15, 0.20), (0.25, 0.30)), ((0.40, 0.45), (0.50, 0.55)))
BIASES = (0.35, 0.60)
LEARNING_RATE = 0.5
STEPS = 10_000


@dataclass(frozen=True)
class Figure:
    """One figure of the document.

    Args:
        quantity: such as "net_h1", "∂E/∂w5" or "w5⁺" (after one update).
        printed: its digits as printed; "" where the document does not state it.
        source: "document", or "original" where only the English text has it.
        correct: the right digits, where those printed are a slip.
        slip: what is wrong with the printed ones, in every language; None where they are right.
    """

    quantity: str
    printed: str = ""
    source: str = "document"
    correct: str = ""
    slip: Phrase | None = None

    def agrees_with(self, ours: float) -> bool:
        """Tell whether our number, rounded as the document rounds, has the right digits."""
        return not self.printed or self.rounded(ours) == (self.correct or self.printed)

    def rounded(self, ours: float) -> str:
        return f"{ours:.{len(self.printed.partition('.')[2])}f}" if self.printed else ""


FIGURES = {
    "Forward pass": (
        Figure("net_h1", "0.3775"),
        Figure("out_h1", "0.593269992"),
        Figure("out_h2", "0.596884378"),
        Figure("net_o1", "1.105905967"),
        Figure("out_o1", "0.75136507"),
        Figure("out_o2", "0.772928465"),
    ),
    "Errors": (
        Figure("E_o1", "0.274811083"),
        Figure("E_o2", "0.023560026"),
        Figure("E", "0.298371109"),
    ),
    "Output layer: the chain for w5": (
        Figure("∂E/∂out_o1", "0.74136507"),
        Figure("∂out_o1/∂net_o1", "0.186815602"),
        Figure("∂net_o1/∂w5", "0.593269992"),
        Figure("∂E/∂w5", "0.082167041"),
        Figure("δ_o1", "0.138498562"),
        Figure("δ_o2"),
    ),
    "Hidden layer: the chain for w1": (
        Figure("∂E_o1/∂out_h1", "0.055399425", "original"),
        Figure(
            "∂E_o2/∂out_h1", "-0.019049119", "original", correct="-0.019049118",
            slip=phrases.ROUNDED_WRONGLY,
        ),
        Figure("∂E/∂out_h1", "0.036350306", "original"),
        Figure("∂out_h1/∂net_h1", "0.241300709", "original"),
        Figure("∂net_h1/∂w1", "0.05", "original"),
        Figure("∂E/∂w1", "0.000438568", "original"),
        Figure("δ_h1"),
        Figure("δ_h2"),
    ),
    "Weights after one update": (
        Figure("w1⁺", "0.149780716", "original"),
        Figure("w2⁺", "0.19956143", "original"),
        Figure("w3⁺", "0.24975114", "original"),
        Figure("w4⁺", "0.29950229", "original"),
        Figure("w5⁺", "0.35891648", "original"),
        Figure("w6⁺", "0.408666186"),
        Figure("w7⁺", "0.511301270"),
        Figure("w8⁺", "0.561370121"),
    ),
    "Training": (
        Figure(
            "E after 1 update", "0.291027924", "original", correct="0.291027774",
            slip=phrases.ROUNDING_SLIP,
        ),
        Figure("E after 9 999 updates", "0.0000351085", "original"),
        Figure(
            "E after 10 000 updates", "0.0000351085", "original", correct="0.0000351019",
            slip=phrases.COUNTER_SLIP,
        ),
    ),
}  # fmt: skip


class Example(MLP):
    """A 2-2-2 net, and the one sample that it learns.

    Attributes:
        sample: its two inputs and its two targets.
    """

    def __init__(self, biases: str, weights: Any, inputs: Any, targets: Any) -> None:
        rows = _by_layer(weights)
        super().__init__(2, [2, 2], "sigmoid", "sigmoid", bias=biases, weights=rows, biases=BIASES)
        what = "of the worked example"
        self.sample = (
            check_row(f"inputs {what}", inputs, 2),
            check_row(f"targets {what}", targets, 2),
        )


def build_net(
    biases: str = "fixed",
    *,
    weights: Any = WEIGHTS,
    inputs: Sequence[float] = INPUTS,
    targets: Sequence[float] = TARGETS,
) -> Example:
    """Return the document's net, or one with other numbers.

    Args:
        biases: "fixed" (as in the document: not trained), "neuron" or "layer"; see `MLP`.
        weights: w1 to w8 in a row, or by layer and neuron as in `WEIGHTS`.
        inputs: i1 and i2.
        targets: t1 and t2.

    Raises:
        ValueError: there are not so many numbers.
        TypeError: one is not a real number.

    >>> [parameter.label for parameter in build_net().parameters()]
    ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8']
    """
    return Example(biases, weights, inputs, targets)


def total_error(net: Example) -> Value:
    """Return the error E of the one sample.

    >>> print(f"{total_error(build_net()):.9f}")
    0.298371109
    """
    inputs, targets = net.sample
    return half_squared_error(net(inputs), targets)


def derivation(net: Example, digits: int = 9, language: str = "en") -> Derivation:
    """Return both passes of the net: the derivatives for all parameters, by the delta rule.

    Args:
        net: the net.
        digits: digits after the point.
        language: of the sentences: "en", or "zh" for Chinese.

    Returns:
        What `explain` returns; `.exercise()` leaves gaps in it.

    >>> print(str(derivation(build_net(), digits=4)).splitlines()[-1])
      ∂E/∂w4 = δ_h2 · ∂net_h2/∂w4 = δ_h2·i2 = 9.9543×10⁻³·0.1 = 9.9543×10⁻⁴
    """
    parameters = net.parameters()
    E = total_error(net)
    return explain(E, parameters, digits, delta_rule=True, language=language)


def _by_layer(weights: Any) -> list[Any]:
    """Return w1 to w8 by layer and neuron; what is so already stays so."""
    row = list(weights)
    if row and isinstance(row[0], Iterable):
        return row
    w = check_row("weights of the worked example, w1 to w8", row, 8)
    return [[w[0:2], w[2:4]], [w[4:6], w[6:8]]]


def train(
    net: Example,
    steps: int = STEPS,
    learning_rate: float = LEARNING_RATE,
    progress: bool | None = None,
) -> dict[str, float]:
    """Make updates, and return the figures on the way by quantity, in the order of the table.

    Args:
        net: the net, changed in place.
        steps: the number of updates.
        learning_rate: η.
        progress: show a progress bar; None: only on a terminal.

    >>> figures = train(build_net(), steps=1, progress=False)
    >>> print(f"{figures['w5⁺']:.8f}")
    0.35891648
    """
    figures = dict(_values_and_derivatives(total_error(net)))
    optimizer = SGD(net.parameters(), learning_rate)
    for done in progress_bar(steps, progress, "update"):
        E = total_error(net)
        if done and done in (1, steps - 1):
            figures[_after(done)] = E.data
        optimizer.zero_grad()
        E.backward()
        optimizer.step()
        if not done:
            figures |= {f"{p.label}⁺": p.data for p in net.parameters()}
    if steps:
        figures[_after(steps)] = total_error(net).data
    return figures


def _after(updates: int) -> str:
    n = f"{updates:,}".replace(",", " ")
    return (phrases.AFTER if updates > 1 else phrases.AFTER_ONE).say("en", n=n)


def _values_and_derivatives(E: Value) -> Iterator[tuple[str, float]]:
    """Look up every figure of the table that one pass forward and backward gives."""
    node = {v.label: v for v in topological_order(E) if isinstance(v, Value)}
    for figure in (figure for section in FIGURES.values() for figure in section):
        name = figure.quantity
        if name in node:
            yield name, node[name].data
        elif name[0] in "∂δ":
            of, by = ("E", f"net{name[1:]}") if name[0] == "δ" else name.replace("∂", "").split("/")
            yield name, gradient(node[of], [node[by]])[0]
