"""`draw_network`: a network as columns of neurons with its weights on the edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from autograd.drawing import (
    FONT,
    GRADIENT,
    INK,
    LINE,
    NAME,
    VALUE,
    Drawing,
    font,
    html,
    import_graphviz,
    number_text,
    row,
    shortened,
    table,
)
from nn.layers import MLP, Layer, Neuron

# Blue and orange differ for colour-blind readers too; in print, negative weights are dashed.
_POSITIVE, _NEGATIVE = "#2166ac", "#b35806"
_COLUMN, _ROW = 250.0, 84.0  # in points, from middle to middle
_RADIUS = 32.0
_WIDEST = 3.0
# Between larger layers there is no room to write the weights.
_MAX_WRITTEN = 4


@dataclass(frozen=True)
class Unit:
    """One circle: an input, a neuron, the 1 that a bias is the weight of, or "3 more"."""

    id: str
    kind: str
    name: str
    value: float | None = None
    delta: float | None = None


@dataclass(frozen=True)
class Connection:
    """One weight, from a unit of one column to a unit of the next."""

    source: str
    target: str
    name: str
    weight: float


def draw_network(network: MLP, *, digits: int = 4, max_neurons: int = 10) -> Drawing:
    """Draw a network: neurons in columns, weights on the edges.

    A neuron shows its latest output and, after `backward()`, its error δ = ∂E/∂net. Edges are
    as wide as their weight is large; negative ones are dashed.

    Args:
        network: the network; one that has not been called shows its weights alone.
        digits: digits after the point.
        max_neurons: draw no more units of a layer than these.

    Returns:
        A `Drawing`, which shows itself in Jupyter and saves as .svg, .pdf, .png or .dot.

    Raises:
        TypeError: network is not an MLP.
        ValueError: max_neurons is less than 1.

    Source: the pictures of the 2-2-2 net in document 000.

    >>> draw_network(MLP(2, [2, 2], seed=0))
    <Drawing: network with 2 inputs and layers of 2 and 2 neurons>
    """
    if not isinstance(network, MLP):
        raise TypeError(f"draw_network takes an nn.MLP, got {type(network).__name__}")
    if max_neurons < 1:
        raise ValueError(f"max_neurons must be at least 1, got {max_neurons}")
    columns = list(_columns(network, max_neurons))
    shown = {unit.id for column in columns for unit in column}
    connections = [x for x in _connections(network) if x.source in shown and x.target in shown]
    sizes = " and ".join(str(len(layer.neurons)) for layer in network.layers)
    inputs = len(network.layers[0].neurons[0].weights)
    title = (
        f"network with {inputs} input{'s' if inputs > 1 else ''} "
        f"and layer{'s' if len(network.layers) > 1 else ''} of {sizes} neurons"
    )
    words = {unit.id: _in_words(unit, digits) for column in columns for unit in column}
    return Drawing(_dot(columns, connections, digits), title, words, engine="nop")


# --- what is shown ------------------------------------------------------------------


def _columns(network: MLP, max_neurons: int) -> Iterator[list[Unit]]:
    """Yield the inputs and then the neurons of each layer, with the 1 for the next biases."""
    has_deltas = any(z.grad != 0.0 for layer in network.layers for z in layer.z)
    for k, layer in enumerate(network.layers):
        units = _inputs(layer) if k == 0 else _neurons(network.layers[k - 1], k, has_deltas)
        column = _shortened(units, k, max_neurons)
        if any(neuron.bias is not None for neuron in layer.neurons):
            column.append(Unit(f"one{k}", "bias", "1"))
        yield column
    last = len(network.layers)
    yield _shortened(_neurons(network.layers[-1], last, has_deltas), last, max_neurons)


def _inputs(layer: Layer) -> list[Unit]:
    values = layer.inputs or [None] * len(layer.neurons[0].weights)
    return [
        Unit(f"u0_{j}", "input", getattr(x, "label", None) or f"i{j + 1}", getattr(x, "data", None))
        for j, x in enumerate(values)
    ]


def _neurons(layer: Layer, k: int, has_deltas: bool) -> list[Unit]:
    return [
        Unit(
            f"u{k}_{j}",
            "neuron",
            _name(neuron),
            None if neuron.a is None else neuron.a.data,
            neuron.z.grad if has_deltas and neuron.z is not None else None,
        )
        for j, neuron in enumerate(layer.neurons)
    ]


def _name(neuron: Neuron) -> str:
    scope: str = neuron.weights[0].scope
    return scope.rpartition("/")[2].removeprefix("neuron ")


def _shortened(units: list[Unit], k: int, max_neurons: int) -> list[Unit]:
    if len(units) <= max_neurons:
        return units
    return [*units[:max_neurons], Unit(f"more{k}", "more", f"⋮ {len(units) - max_neurons} more")]


def _connections(network: MLP) -> Iterator[Connection]:
    for k, layer in enumerate(network.layers):
        for j, neuron in enumerate(layer.neurons):
            target = f"u{k + 1}_{j}"
            for i, w in enumerate(neuron.weights):
                yield Connection(f"u{k}_{i}", target, w.label or "w", w.data)
            if neuron.bias is not None:
                yield Connection(f"one{k}", target, neuron.bias.label or "b", neuron.bias.data)


def _in_words(unit: Unit, digits: int) -> str:
    facts = [f"{what} {number_text(x, digits, minus='-')}" for what, x in _numbers(unit)]
    return f"{unit.name}: {', '.join(facts)}" if facts else unit.name


def _numbers(unit: Unit) -> list[tuple[str, float]]:
    pairs = (("value", unit.value), ("delta", unit.delta))
    return [(what, x) for what, x in pairs if x is not None]


# --- how it looks -------------------------------------------------------------------


def _dot(columns: list[list[Unit]], connections: list[Connection], digits: int) -> str:
    graph = import_graphviz("graphviz").Digraph(
        name="network",
        graph_attr={
            "bgcolor": "white", "fontname": FONT, "labeljust": "l", "splines": "line",
            "outputorder": "edgesfirst", "label": html(_legend(columns)),
        },
        node_attr={
            "shape": "circle", "style": "filled", "fillcolor": "#e8f1fb", "color": LINE,
            "fontname": FONT, "fontsize": "11", "margin": "0", "fixedsize": "true",
            "width": f"{2 * _RADIUS / 72:.2f}",
        },
        edge_attr={"arrowhead": "none"},
    )  # fmt: skip
    places = _places(columns)
    for column in columns:
        for unit in column:
            x, y = places[unit.id]
            graph.node(unit.id, pos=f"{x:.0f},{y:.0f}", **_circle(unit, digits))
    largest = max((abs(x.weight) for x in connections), default=0.0) or 1.0
    parts = _written_parts(columns)
    for i, connection in enumerate(connections):
        source, target = connection.source, connection.target
        graph.edge(f"{source}:e", f"{target}:w", id=f"e{i}", **_line(connection, largest))
        if source in parts:
            x, y = _along(places[source], places[target], parts[source])
            graph.node(f"w{i}", pos=f"{x:.0f},{y:.0f}", **_weight(connection, digits))
    return str(graph.source)


def _places(columns: list[list[Unit]]) -> dict[str, tuple[float, float]]:
    """Return the middle of each circle; neurons are centred, the 1 of the biases is below."""
    places = {}
    tallest = max(sum(unit.kind != "bias" for unit in column) for column in columns)
    for k, column in enumerate(columns):
        own = [unit for unit in column if unit.kind != "bias"]
        for j, unit in enumerate(own):
            places[unit.id] = (k * _COLUMN, ((len(own) - 1) / 2 - j) * _ROW)
        if len(own) < len(column):
            places[column[-1].id] = (k * _COLUMN, -(tallest + 1) / 2 * _ROW)
    return places


def _written_parts(columns: list[list[Unit]]) -> dict[str, float]:
    """Return for each unit at which part of its lines the weights are written.

    With n units at one end of the lines, all crossings lie beyond 1/(n + 1) of the way from
    the other end, and there the lines are evenly spaced.
    """
    parts: dict[str, float] = {}
    for column, following in pairwise(columns):
        units = [unit for unit in column if unit.kind != "bias"]
        ends = [unit for unit in following if unit.kind != "bias"]
        if min(len(units), len(ends)) <= _MAX_WRITTEN:
            part = 1 / (len(ends) + 1)
            if len(ends) > max(len(units), _MAX_WRITTEN):
                part = 1 - 1 / (len(units) + 1)
            parts |= {unit.id: part for unit in column}
    return parts


def _along(
    start: tuple[float, float], end: tuple[float, float], part: float
) -> tuple[float, float]:
    (x, y), (x_end, y_end) = start, end
    x, x_end = x + _RADIUS, x_end - _RADIUS
    return x + part * (x_end - x), y + part * (y_end - y)


def _circle(unit: Unit, digits: int) -> dict[str, str]:
    if unit.kind == "more":
        label = html(font(unit.name, NAME, 11))
        return {"id": unit.id, "label": label, "shape": "plaintext", "style": ""}
    lines = [font(shortened(unit.name), NAME, 10)]
    if unit.value is not None:
        lines.append(font(number_text(unit.value, digits), VALUE, bold=True))
    if unit.delta is not None:
        lines.append(font(f"δ {number_text(unit.delta, digits, signed=True)}", GRADIENT, 10))
    look = {"id": unit.id, "label": html(table("".join(map(row, lines))))}
    if unit.kind == "input":
        look |= {"shape": "box", "style": "rounded,filled", "fillcolor": "white"}
        look |= {"width": "0.8", "height": "0.6"}
    if unit.kind == "bias":
        look |= {"fillcolor": "white", "style": "filled,dashed", "width": "0.4"}
    return look


def _line(connection: Connection, largest: float) -> dict[str, str]:
    size = abs(connection.weight) / largest
    look = {"color": _POSITIVE, "penwidth": f"{0.5 + (_WIDEST - 0.5) * size:.2f}"}
    if connection.weight < 0.0:
        look |= {"color": _NEGATIVE, "style": "dashed"}
    return look


def _weight(connection: Connection, digits: int) -> dict[str, str]:
    text = number_text(connection.weight, digits)
    color = _NEGATIVE if connection.weight < 0.0 else _POSITIVE
    label = f"{font(shortened(connection.name) + ' ', NAME, 8)}{font(text, color, 9, bold=True)}"
    cell = f'<TABLE BORDER="0" CELLPADDING="1" CELLSPACING="0" BGCOLOR="white">{row(label)}</TABLE>'
    return {"label": html(cell), "shape": "plain", "style": "", "fixedsize": "false"}


def _legend(columns: Iterable[Iterable[Unit]]) -> str:
    units: list[Any] = [unit for column in columns for unit in column]
    entries = []
    if any(unit.value is not None for unit in units):
        entries.append(font("output", VALUE, 10, bold=True))
    if any(unit.delta is not None for unit in units):
        entries.append(font("error δ = ∂E/∂net", GRADIENT, 10))
    entries.append(font("weight > 0: solid", _POSITIVE, 10))
    entries.append(font("weight < 0: dashed", _NEGATIVE, 10))
    entries.append(font("width: its size", INK, 10))
    return table(row("    ".join(entries)))
