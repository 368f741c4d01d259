"""The chain rule on Values: gradients and tangents that can be differentiated again.

The rules run on the nodes and operands themselves. Adjoints and tangents stand in lists, by the
place of their node in the topological order; a node may be an operand of others meanwhile, as a
rule is free to record, so nothing is kept on the nodes.
"""

from __future__ import annotations

from autograd import masks, ops
from autograd.anomaly import report_gradient
from autograd.native import i32, vec
from autograd.node import is_no_edge
from autograd.op import NOTHING, Masked
from autograd.order import PASS, append_below, places_below, topological_order
from autograd.recording import QUIET, is_detecting_anomalies
from autograd.rules import local_rules, require_recorded, run_rule
from autograd.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

_NOTHING: Final[Any] = NOTHING  # typed Any: as a float it would lose its identity


# --- reverse ------------------------------------------------------------------------------


def gradients(output: Value, inputs: list[Value]) -> list[Any]:
    """Return d output / d input for each input, as a Value or number."""
    token = QUIET.set(True)  # rules on Values compute also what their choices do not take
    try:
        return _Reverse(output, inputs).run()
    finally:
        QUIET.reset(token)


class _Reverse:
    """One reverse pass with the rules instead of the stored numbers."""

    __slots__ = ("adjoints", "inputs", "leading", "order", "places")

    def __init__(self, output: Value, inputs: list[Value]) -> None:
        self.order: list[Value]
        self.places: vec[i32]
        self.inputs: list[int]
        self.order, self.places, self.inputs = places_below(output, inputs)
        self.adjoints: list[Any] = [_NOTHING] * len(self.order)
        self.leading: list[bool] | None = None

    def run(self) -> list[Any]:
        order, adjoints = self.order, self.adjoints
        adjoints[len(order) - 1] = 1.0
        end = len(self.places)
        for k in range(len(order) - 1, -1, -1):
            node = order[k]
            op = node._op
            if op is None:
                continue
            upstream = adjoints[k]
            operands = node.operands
            start = end
            for x in operands:
                if isinstance(x, Value):
                    start -= 1
            if upstream is not _NOTHING and op.partials is not None:
                require_recorded(node)
                rules = run_rule(op, op.again, node, operands)
                place = start
                for x, rule in zip(operands, rules):
                    if isinstance(x, Value):
                        if rule is not None:
                            self.hand_back(node, x, upstream, rule, self.places[place])
                        place += 1
            end = start
        return [masks.plain(adjoints[k]) if k >= 0 else 0.0 for k in self.inputs]

    def hand_back(self, node: Value, x: Value, upstream: Any, rule: Any, place: int) -> None:
        """Add upstream gradient times local derivative to an operand's adjoint."""
        term = _times(upstream, rule)
        number = _number_now(term)
        if number - number != 0.0 and self.leads_to_an_input(place):
            factors = masks.number_now(upstream), masks.number_now(rule)
            report_gradient(node, x, *factors, is_detecting_anomalies())
        before = self.adjoints[place]
        self.adjoints[place] = term if before is _NOTHING else _plus(before, term)

    def leads_to_an_input(self, place: int) -> bool:
        """Tell whether a node is an input or above one: of others' gradients nothing is said."""
        if self.leading is None:
            leading = [False] * len(self.order)
            for k in self.inputs:
                if k >= 0:
                    leading[k] = True
            end = 0
            for k, node in enumerate(self.order):
                start = end
                end += len(node._inputs())
                if any(leading[j] for j in self.places[start:end]):
                    leading[k] = True
            self.leading = leading
        return self.leading[place]


def _times(x: Any, y: Any) -> Any:
    """Return x*y for the chain rule, without recording a factor 1."""
    if isinstance(x, Value):
        if isinstance(y, Value):
            return x * y
        if type(y) is float:
            return x if y == 1.0 else x * y
    elif type(x) is float and (isinstance(y, Value) or type(y) is float):
        return y if x == 1.0 else x * y
    return masks.times(x, y)


def _plus(x: Any, y: Any) -> Any:
    is_plain = isinstance(x, Value) or type(x) is float
    return x + y if is_plain and (isinstance(y, Value) or type(y) is float) else masks.plus(x, y)


def _number_now(x: Any) -> float:
    if isinstance(x, Value):
        return x._data
    return x if type(x) is float else masks.number_now(x)


# --- forward ------------------------------------------------------------------------------


def push_forward(
    outputs: list[Any], variables: list[Value], directions: list[Any], create_graph: bool
) -> list[Any]:
    """Carry tangents from the variables to the outputs, operands before consumers.

    Args:
        outputs: m Values and numbers.
        variables: n Values below them, or not.
        directions: the tangents of the variables; without create_graph n floats.
        create_graph: return Values that can be differentiated again.

    Returns:
        m tangents: Values, and numbers.
    """
    if not create_graph:
        return _push_numbers(outputs, variables, directions)
    token = QUIET.set(True)
    try:
        return _push_values(outputs, variables, directions)
    finally:
        QUIET.reset(token)


def _push_numbers(
    outputs: list[Any], variables: list[Value], directions: list[float]
) -> list[float]:
    with PASS.lock:
        try:
            PASS.clear()
            order: list[Value] = []
            append_below([x for x in outputs if isinstance(x, Value)], order)
            tangents = vec[float]([0.0] * (len(order) + 1))  # by count, from 1 on
            moves = [False] * (len(order) + 1)
            for x, direction in zip(variables, directions):
                tangents[int(x._count)] = direction
                moves[int(x._count)] = True
            moves[0] = False  # the count of a variable that is not below
            for node in order:
                _push_to(node, tangents, moves)
            counts = [int(x._count) if isinstance(x, Value) else 0 for x in outputs]
            return [tangents[k] if moves[k] else 0.0 for k in counts]
        finally:
            PASS.clear()


def _push_to(node: Value, tangents: vec[float], moves: list[bool]) -> None:
    """Set the tangent of a node by those of its operands, if one of them moves."""
    op, a, b, place = node._op, node._a, node._b, int(node._count)
    if op is None or moves[place]:
        return  # a variable: nothing above it moves
    terms = 0
    last: float = 0.0
    total: float = 0.0
    i = 0 if a is None or is_no_edge(op, node._da) else int(a._count)
    if moves[i]:
        last = tangents[i] * node._da
        total += last
        terms += 1
    i = 0 if b is None or is_no_edge(op, node._db) else int(b._count)
    if moves[i]:
        last = tangents[i] * node._db
        total += last
        terms += 1
    if a is None:
        for row in node._many_rows():
            for x, derivative in zip(row.values, row.derivatives):
                i = int(x._count)
                if moves[i]:
                    last = tangents[i] * derivative
                    total += last
                    terms += 1
    if terms:
        tangents[place] = last if terms == 1 else total
        moves[place] = True


def _push_values(outputs: list[Any], variables: list[Value], directions: list[Any]) -> list[Any]:
    tangents: dict[int, Any] = {id(x): t for x, t in zip(variables, directions)}
    order: list[Any] = topological_order(*[x for x in outputs if isinstance(x, Value)])
    for node in order:
        if id(node) in tangents:
            continue  # a variable: nothing above it moves
        terms = [_times(tangents[id(x)], d) for x, d in local_rules(node) if id(x) in tangents]
        if len(terms) > 1 and not any(x is _NOTHING or type(x) is Masked for x in terms):
            terms = [ops.sum(terms)]
        if terms:
            total = terms[0]
            for term in terms[1:]:
                total = masks.plus(total, term)
            tangents[id(node)] = total
    return [masks.plain(tangents.get(id(x), _NOTHING)) for x in outputs]
