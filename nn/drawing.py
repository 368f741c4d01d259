"""`draw_network`: a network as columns of neurons with its weights on the edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from autograd.drawing import (
    GRADIENT,
    INK,
    LINE,
    NAME,
    VALUE,
    Drawing,
    Run,
    check_direction,
    check_size,
    element,
    fitted,
    group,
    halo,
    import_graphviz,
    in_a_row,
    line_length,
    number_text,
    one_line,
    page,
    rectangle,
    stacked,
    text,
    texts,
)
from nn.layers import MLP, Layer, Neuron

# Blue and orange differ for colour-blind readers too; in print, negative weights are dashed.
_POSITIVE, _NEGATIVE = "#2166ac", "#b35806"
_COLUMN, _ROW = 250.0, 84.0  # in points, from middle to middle
# From top to bottom, texts on lines that leave one unit stand each a line lower than the other.
_UPRIGHT_ROW, _UPRIGHT_GAP, _LINE_HEIGHT, _LINE_START = 96.0, 110.0, 14.0, 10.0
_INPUT_HEIGHT = 44.0
_RADIUS = 32.0
_REACH = {"input": 29.0, "bias": 14.4}  # from the middle to the side, where it is another
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


def draw_network(
    network: MLP,
    *,
    digits: int = 4,
    max_neurons: int = 10,
    direction: str = "LR",
    size: tuple[float, float] | None = None,
) -> Drawing:
    """Draw a network: neurons in columns, weights on the edges.

    A neuron shows its latest output and, after `backward()`, its error δ = ∂E/∂net. Edges are
    as wide as their weight is large; negative ones are dashed.

    Args:
        network: the network; one that has not been called shows its weights alone.
        digits: digits after the point.
        max_neurons: draw no more units of a layer than these.
        direction: "LR", from left to right, or "TB", from top to bottom.
        size: width and height in centimetres that the picture is scaled into, such as a slide's.

    Returns:
        A `Drawing`, which shows itself in Jupyter and saves as .svg, .pdf, .png or .dot.

    Raises:
        TypeError: network is not an MLP.
        ValueError: max_neurons is less than 1, no such direction, or a size that is none.

    Source: the pictures of the 2-2-2 net in document 000.

    >>> draw_network(MLP(2, [2, 2], seed=0))
    <Drawing: network with 2 inputs and layers of 2 and 2 neurons>
    """
    if not isinstance(network, MLP):
        raise TypeError(f"draw_network takes an nn.MLP, got {type(network).__name__}")
    if max_neurons < 1:
        raise ValueError(f"max_neurons must be at least 1, got {max_neurons}")
    check_direction("draw_network", direction)
    check_size("draw_network", size)
    columns = list(_columns(network, max_neurons))
    shown = {unit.id for column in columns for unit in column}
    connections = [x for x in _connections(network) if x.source in shown and x.target in shown]
    sizes = " and ".join(str(len(layer.neurons)) for layer in network.layers)
    inputs = len(network.layers[0].neurons[0].weights)
    title = (
        f"network with {inputs} input{'s' if inputs > 1 else ''} "
        f"and layer{'s' if len(network.layers) > 1 else ''} of {sizes} neurons"
    )
    picture = _Picture(columns, connections, digits, is_upright=direction == "TB")
    return Drawing(title, lambda: fitted(picture.svg(title), size), picture.dot)


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
    return [*units[:max_neurons], Unit(f"more{k}", "more", f"… {len(units) - max_neurons} more")]


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


class _Picture:
    """A network with the places of its units, which need no layout engine."""

    def __init__(
        self,
        columns: list[list[Unit]],
        connections: list[Connection],
        digits: int,
        *,
        is_upright: bool,
    ) -> None:
        self._units = [unit for column in columns for unit in column]
        self._connections = connections
        self._digits = digits
        self._largest = max((abs(x.weight) for x in connections), default=0.0) or 1.0
        self._is_upright = is_upright
        self._parts = _written_parts(columns)
        self._index = {unit.id: j for column in columns for j, unit in enumerate(column)}
        self._places = _upright_places(columns, self._parts) if is_upright else _places(columns)
        self._reach = {unit.id: _REACH.get(unit.kind, _RADIUS) for unit in self._units}
        self._legend = _legend(self._units)

    def svg(self, title: str) -> str:
        """Return the network as SVG."""
        xs, ys = zip(*self._places.values())
        width = max(xs) - min(xs) + 2 * _RADIUS
        height = max(ys) - min(ys) + 2 * _RADIUS
        lines = (self._line(i, x) for i, x in enumerate(self._connections))
        weights = (
            self._weight(i, x) for i, x in enumerate(self._connections) if x.source in self._parts
        )
        body = [*lines, *weights, *map(self._unit, self._units)]
        return page(width, height, title, body, [self._legend])

    def _unit(self, unit: Unit) -> str:
        x, y = self._places[unit.id]
        runs = [Run(one_line(unit.name), NAME, 10.0)]
        if unit.value is not None:
            runs.append(Run(number_text(unit.value, self._digits), VALUE, 11.0, bold=True))
        if unit.delta is not None:
            delta = f"δ {number_text(unit.delta, self._digits, signed=True)}"
            runs.append(Run(delta, GRADIENT, 10.0))
        shape = [] if unit.kind == "more" else [_shape(unit, x, y)]
        written = [text(run, x + run.x, y + run.y) for run in stacked(runs)]
        words = _in_words(unit, self._digits)
        return group("node", [*shape, *written], title=words, id=unit.id, node=unit.id)

    def _line(self, index: int, connection: Connection) -> str:
        (x, y), (x_end, y_end) = self._ends(connection)
        color, width, is_dashed = self._look(connection)
        dashes = {"stroke_dasharray": "5,3"} if is_dashed else {}
        line = element(
            "line", x1=x, y1=y, x2=x_end, y2=y_end, stroke=color, stroke_width=width,
            **dashes,
        )  # fmt: skip
        return group(
            "edge", [line], title=self._words(connection), id=f"e{index}",
            edge=f"e{index}", source=connection.source, target=connection.target,
        )  # fmt: skip

    def _ends(self, connection: Connection) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return where a line leaves one unit and enters another: at their sides."""
        (x, y), (x_end, y_end) = (self._places[k] for k in (connection.source, connection.target))
        reach = self._reach[connection.source]
        if self._is_upright:
            is_input = connection.source.startswith("u0_")
            return (x, y + (_INPUT_HEIGHT / 2 if is_input else reach)), (x_end, y_end - _RADIUS)
        return (x + reach, y), (x_end - _RADIUS, y_end)

    def _look(self, connection: Connection) -> tuple[str, float, bool]:
        """Return the colour and the width of a weight's line, and whether it is dashed."""
        width = 0.5 + (_WIDEST - 0.5) * abs(connection.weight) / self._largest
        is_negative = connection.weight < 0.0
        return _NEGATIVE if is_negative else _POSITIVE, width, is_negative

    def _words(self, connection: Connection) -> str:
        weight = number_text(connection.weight, self._digits, minus="-")
        return f"{connection.name}: weight {weight}"

    def _weight(self, index: int, connection: Connection) -> str:
        x, y = self._weight_place(connection)
        color = _NEGATIVE if connection.weight < 0.0 else _POSITIVE
        runs = [
            Run(one_line(connection.name), NAME, 8.0),
            Run(number_text(connection.weight, self._digits), color, 9.0, bold=True),
        ]
        parts = [halo(x, y, line_length(runs) + 1, 13.0, "white"), texts(runs, x, y)]
        return group("number", parts, title=self._words(connection), edge=f"e{index}")

    def _weight_place(self, connection: Connection) -> tuple[float, float]:
        part = self._parts[connection.source]
        (x, y), (x_end, y_end) = self._ends(connection)
        if self._is_upright:
            is_near_start = part <= 0.5
            other = connection.target if is_near_start else connection.source
            distance = _LINE_START + _LINE_HEIGHT * (self._index[other] + 0.5)
            part = distance / (y_end - y)
            part = part if is_near_start else 1 - part
        return x + part * (x_end - x), y + part * (y_end - y)

    def dot(self) -> str:
        """Return the network as DOT text with the places of its units, for `neato -n`."""
        graph = import_graphviz().Digraph(name="network", graph_attr={"splines": "line"})
        for unit in self._units:
            x, y = self._places[unit.id]
            graph.node(unit.id, _in_words(unit, self._digits), pos=f"{x:.0f},{-y:.0f}")
        out_of, into = "sn" if self._is_upright else "ew"
        for i, connection in enumerate(self._connections):
            color, width, is_dashed = self._look(connection)
            graph.edge(
                f"{connection.source}:{out_of}", f"{connection.target}:{into}",
                number_text(connection.weight, self._digits), id=f"e{i}", color=color,
                penwidth=f"{width:.2f}", style="dashed" if is_dashed else "solid",
            )  # fmt: skip
        return str(graph.source)


def _shape(unit: Unit, x: float, y: float) -> str:
    look = {"fill": "white" if unit.kind != "neuron" else "#e8f1fb", "stroke": LINE}
    if unit.kind == "input":
        return rectangle(x, y, 2 * _REACH["input"], _INPUT_HEIGHT, 8.0, **look)
    dashes = {"stroke_dasharray": "5,3"} if unit.kind == "bias" else {}
    return element("circle", cx=x, cy=y, r=_REACH.get(unit.kind, _RADIUS), **look, **dashes)


def _places(columns: list[list[Unit]]) -> dict[str, tuple[float, float]]:
    """Return the middle of each circle; neurons are centred, the 1 of the biases is below."""
    places = {}
    tallest = max(sum(unit.kind != "bias" for unit in column) for column in columns)
    middle = _RADIUS + (tallest - 1) / 2 * _ROW
    for k, column in enumerate(columns):
        x = _RADIUS + k * _COLUMN
        own = [unit for unit in column if unit.kind != "bias"]
        for j, unit in enumerate(own):
            places[unit.id] = (x, middle + (j - (len(own) - 1) / 2) * _ROW)
        if len(own) < len(column):
            places[column[-1].id] = (x, middle + (tallest + 1) / 2 * _ROW)
    return places


def _upright_places(
    columns: list[list[Unit]], parts: dict[str, float]
) -> dict[str, tuple[float, float]]:
    """Return the middle of each circle from top to bottom; the 1 of the biases is to the right."""
    places = {}
    widest = max(sum(unit.kind != "bias" for unit in column) for column in columns)
    middle, y = _RADIUS + (widest - 1) / 2 * _UPRIGHT_ROW, _RADIUS
    for column in columns:
        own = [unit for unit in column if unit.kind != "bias"]
        for j, unit in enumerate(own):
            places[unit.id] = (middle + (j - (len(own) - 1) / 2) * _UPRIGHT_ROW, y)
        if len(own) < len(column):
            places[column[-1].id] = (middle + (len(own) + 1) / 2 * _UPRIGHT_ROW, y)
        part = parts.get(own[0].id, 0.5)
        lines = 1 / min(part, 1 - part)  # beyond this part of the way no lines cross
        free = lines * (_LINE_START + _LINE_HEIGHT * (lines - 1))
        y += 2 * _RADIUS + max(_UPRIGHT_GAP, free)
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


def _legend(units: Iterable[Unit]) -> list[Run]:
    shown = list(units)
    entries = []
    if any(unit.value is not None for unit in shown):
        entries.append(Run("output", VALUE, 10.0, bold=True))
    if any(unit.delta is not None for unit in shown):
        entries.append(Run("error δ = ∂E/∂net", GRADIENT, 10.0))
    entries.append(Run("weight > 0: solid", _POSITIVE, 10.0))
    entries.append(Run("weight < 0: dashed", _NEGATIVE, 10.0))
    entries.append(Run("width: its size", INK, 10.0))
    return in_a_row(entries)
