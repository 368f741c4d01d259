"""Derivatives of functions: gradient, grad, value_and_grad, jacobian, hessian, jvp, hvp.

They nest: a derivative taken inside a function that is being differentiated is a Value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import reduce, wraps
from math import isfinite
from typing import Any, Literal, overload

from autograd import backprop, masks, ops
from autograd.anomaly import check_gradients_finite, report_gradient
from autograd.errors import StaleGraphError
from autograd.ieee_float import evaluate
from autograd.node import Node
from autograd.op import NOTHING, Masked
from autograd.order import topological_order
from autograd.recording import COMPILING, QUIET, RECORDING, is_detecting_anomalies
from autograd.scalar import Scalar
from autograd.structure import Rebuild, flatten, paths
from autograd.value import Value

Function = Callable[..., Any]
ArgNums = int | tuple[int, ...]

# How many derivatives are being taken around the running function.
_nesting: ContextVar[int] = ContextVar("nesting", default=0)


@overload
def gradient(
    output: Value, inputs: Sequence[Value], create_graph: Literal[False] = False
) -> list[float]: ...
@overload
def gradient(
    output: Value, inputs: Sequence[Value], create_graph: Literal[True]
) -> list[Value]: ...
@overload
def gradient(output: Value, inputs: Sequence[Value], create_graph: bool) -> list[Any]: ...
def gradient(output: Value, inputs: Sequence[Value], create_graph: bool = False) -> list[Any]:
    """Return d output / d input for each input, changing no node's `grad`.

    Args:
        output: the value to differentiate.
        inputs: n Values, leaves or not; one that output does not depend on gets 0.
        create_graph: return Values that can be differentiated again.

    Returns:
        n floats, or n Values with create_graph.

    Raises:
        TypeError: output or an input is not a Value.
        StaleGraphError: with create_graph, data changed since the graph was recorded.
        AnomalyError: under `detect_anomaly`, a gradient is inf or nan.

    >>> x = Value(2.0)
    >>> (dy,) = gradient(x**3, [x], create_graph=True)
    >>> dy.data, gradient(dy, [x])
    (12.0, [12.0])
    """
    if isinstance(inputs, Value):
        raise TypeError("gradient needs a sequence of inputs: write gradient(output, [x])")
    for x in (output, *inputs):
        if not isinstance(x, Scalar):
            raise TypeError(f"gradient needs Values, got {type(x).__name__}")
    if not all(isinstance(x, Value) for x in (output, *inputs)):
        differentiator = COMPILING.get()
        return differentiator.gradient(output, inputs, create_graph)  # type: ignore[no-any-return]
    if not create_graph:
        if is_detecting_anomalies():
            check_gradients_finite(output, 1.0)
        return backprop.gradients(output, list(inputs))
    adjoints = _quietly(_reverse_on_values, output, inputs)
    return [_as_value(masks.plain(adjoints.get(id(x), NOTHING))) for x in inputs]


def local_rules(node: Node, as_written: bool = False) -> list[tuple[Value, Any]]:
    """Run a node's rule on the node and its operands themselves.

    Args:
        node: a recorded node.
        as_written: run the rule as a textbook has it instead of the one to differentiate.

    Returns:
        (operand, local derivative) for each operand that receives a gradient; the
        derivative is a Value, a float where the rule gives a constant, or `Masked` where
        the data decide whether there is one.

    Raises:
        StaleGraphError: the operands no longer hold the data the node was recorded with.
    """
    op, operands = node.op, node.operands
    if op is None or op.partials is None:
        return []
    require_recorded_data(node)
    form = op.written if as_written else op.again
    assert form is not None
    try:
        rules = _quietly(evaluate, form, (node, *operands))
    except TypeError as error:
        raise TypeError(
            f"Op {op.name!r}: formulas and derivatives of higher order run its partials on "
            f"Values, and they raised: {error}"
        ) from error
    result = []
    recorded = node.local_derivatives
    for x, rule, d in zip(operands, rules, recorded):
        if isinstance(x, Value) and rule is not None:
            if masks.number_now(rule) != d:
                _require_recorded_derivatives(node, recorded)
            result.append((x, rule))
    return result


def _require_recorded_derivatives(node: Node, recorded: tuple[float, ...]) -> None:
    """Raise a StaleGraphError if the rule on numbers gives others: other forms may round."""
    assert node.op is not None and node.op.partials is not None
    rules = evaluate(node.op.partials, (node.data, *_numbers(node)))
    for x, now, d in zip(node.operands, rules, recorded):
        if isinstance(x, Value) and now is not None:
            _require_same(node, now, d)


def _numbers(node: Node) -> list[Any]:
    return [x.data if isinstance(x, Value) else x for x in node.operands]


def data_now(node: Node) -> float:
    """Return what a node's operands give now: its data, unless theirs have changed."""
    if node.op is None:
        return node.data
    result: float = evaluate(node.op.forward, _numbers(node))
    return result


def differ(now: float, recorded: float) -> bool:
    """Tell whether two numbers differ; nan is the same as nan."""
    return now != recorded and (now == now or recorded == recorded)


def require_recorded_data(node: Node) -> None:
    """Raise a StaleGraphError if a node's operands no longer give its data."""
    _require_same(node, data_now(node), node.data)


def _require_same(node: Node, now: float, recorded: float) -> None:
    if not differ(now, recorded):
        return
    assert node.op is not None
    name = node.op.name if node.label is None else f"node {node.label!r} ({node.op.name})"
    raise StaleGraphError(
        f"{name} was recorded with other data: it holds {recorded!r}, and its operands now "
        f"give {now!r}. Formulas and derivatives of higher order need the recorded data; call "
        "forward() on the output to recompute the graph after changing data"
    )


def _reverse_on_values(output: Value, inputs: Sequence[Value]) -> dict[int, Any]:
    """Back-propagate with the rules instead of the stored numbers; return the adjoints by id.

    Of a gradient that is not finite there is something to say only on the way to an input.
    """
    adjoints: dict[int, Any] = {id(output): 1.0}
    order = topological_order(output)
    leading: set[int] = set()  # to an input; found when it is first asked for
    for node in reversed(order):
        upstream = adjoints.get(id(node))
        if upstream is None:
            continue
        for x, derivative in local_rules(node):
            term = masks.times(upstream, derivative)
            if not isfinite(masks.number_now(term)):
                leading = leading or _leading(order, inputs)
                if id(x) in leading:
                    factors = masks.number_now(upstream), masks.number_now(derivative)
                    report_gradient(node, x, *factors, is_detecting_anomalies())
            adjoints[id(x)] = masks.plus(adjoints.get(id(x), NOTHING), term)
    return adjoints


def _leading(order: list[Node], inputs: Sequence[Value]) -> set[int]:
    """Return the ids of those nodes, operands before consumers, that are an input or above one."""
    leading = {id(x) for x in inputs}
    for node in order:
        if any(id(x) in leading for x in node._inputs()):
            leading.add(id(node))
    return leading


def _quietly(f: Function, *arguments: Any) -> Any:
    """Call what runs rules on Values, which compute also what their choices do not take."""
    token = QUIET.set(True)
    try:
        return f(*arguments)
    finally:
        QUIET.reset(token)


def _as_value(x: Any) -> Any:
    return x if isinstance(x, Scalar) else Value(x)


# --- functions of functions -------------------------------------------------------------


class _Trace:
    """One call of a function on fresh variables in place of the differentiated arguments."""

    def __init__(
        self, f: Function, argnums: ArgNums, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> None:
        places = [
            _place_of(place, arguments)
            for place in ((argnums,) if isinstance(argnums, int) else argnums)
        ]
        _check("the gradient", f, tuple(places))  # -1 may be the same as 0
        chosen = tuple(arguments[place] for place in places)
        scalars, self.rebuild = flatten(chosen[0] if isinstance(argnums, int) else chosen)
        compiling = COMPILING.get()
        self.nested = _nesting.get() > 0 or any(isinstance(x, Scalar) for x in scalars)
        self.nested = self.nested or compiling is not None
        # A fresh node for a Value too: the function may use the same Value by another way.
        fresh = _variable if compiling is None else compiling.variable
        self.variables = [fresh(x) for x in scalars]
        variables = self.rebuild(list(self.variables))
        filled = list(arguments)
        for place, x in zip(places, (variables,) if isinstance(argnums, int) else variables):
            filled[place] = x
        nesting = _nesting.set(_nesting.get() + 1)
        recording = RECORDING.set(True)  # a no_grad around grad(f) is no business of f's
        try:
            self.output = f(*filled, **keywords)
        finally:
            RECORDING.reset(recording)
            _nesting.reset(nesting)

    def outputs(self) -> tuple[list[Any], Rebuild]:
        """Return the scalars of the function's result, and how to put others in place."""
        return flatten(self.output, "the function's result")

    def gradient(self, output: Any) -> list[Any]:
        """Return d output / d variable for each variable."""
        is_constant = not isinstance(output, Scalar)
        if is_constant:
            return [Value(0.0) if self.nested else 0.0 for _ in self.variables]
        return gradient(output, self.variables, create_graph=self.nested)

    def result(self, x: Any) -> Any:
        """Return a Value or number as the caller should see it."""
        if self.nested:
            return _as_value(x)
        return x.data if isinstance(x, Value) else x


def _variable(x: Any) -> Value:
    return ops.identity(x) if isinstance(x, Value) else Value(x)


def _place_of(place: int, arguments: tuple[Any, ...]) -> int:
    try:
        return range(len(arguments))[place]
    except IndexError:
        raise TypeError(
            f"argnums names argument {place}, but the function was called with "
            f"{len(arguments)} positional arguments"
        ) from None


def _check(name: str, f: Function, argnums: ArgNums = 0) -> None:
    if not callable(f):
        raise TypeError(f"{name} needs a function, got {type(f).__name__}")
    places = tuple(argnums) if isinstance(argnums, (list, tuple)) else (argnums,)
    if not all(isinstance(place, int) for place in places) or len({*places}) < len(places):
        raise TypeError(
            f"{name} needs argnums of int or a tuple of different ints, got {argnums!r}; "
            f"a point is given to the function that it returns"
        )


def value_and_grad(f: Function, argnums: ArgNums = 0) -> Function:
    """Return a function that gives (f(...), the gradient of f) in one evaluation.

    Args:
        f: a function of scalars and nested lists, tuples, dicts or arrays of them that
            returns one scalar.
        argnums: which positional argument, or tuple of arguments, to differentiate.

    Returns:
        A function of the same arguments; the gradient has the structure of the argument.
        Floats in, floats out; Values in, Values out, which can be differentiated again.

    Raises:
        TypeError: (at the call) the result is not one scalar, or an argument no number.

    >>> value_and_grad(lambda w, x: w[0] * x + w[1])([2.0, 1.0], 3.0)
    (7.0, [3.0, 1.0])
    """
    _check("value_and_grad", f, argnums)

    @wraps(f)
    def value_and_gradient(*arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        trace = _Trace(f, argnums, arguments, keywords)
        if not isinstance(trace.output, Scalar):
            scalars, _ = trace.outputs()
            is_array = getattr(trace.output, "ndim", 0) > 0
            if len(scalars) != 1 or is_array or isinstance(trace.output, (list, tuple, dict)):
                raise TypeError(
                    f"grad needs a function that returns one Value, got "
                    f"{type(trace.output).__name__} of {len(scalars)}: use jacobian"
                )
        gradients = trace.gradient(trace.output)
        return trace.result(trace.output), trace.rebuild(gradients)

    return value_and_gradient


def grad(f: Function, argnums: ArgNums = 0) -> Function:
    """Return the function that computes the gradient of f; see `value_and_grad`.

    >>> from autograd import tanh
    >>> round(grad(grad(grad(tanh)))(0.3), 6)
    -1.364306
    """
    _check("grad", f, argnums)
    both = value_and_grad(f, argnums)

    @wraps(f)
    def gradient_of_f(*arguments: Any, **keywords: Any) -> Any:
        return both(*arguments, **keywords)[1]

    return gradient_of_f


def jacobian(f: Function, argnums: ArgNums = 0) -> Function:
    """Return the function that computes every derivative of a function of several results.

    Args:
        f: a function that returns a scalar or nested structure of m scalars.
        argnums: which positional argument, or tuple of arguments, to differentiate.

    Returns:
        A function of the same arguments; its result has f's structure, with the
        structure of the argument (n scalars) in the place of each scalar: m x n numbers.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """
    _check("jacobian", f, argnums)

    @wraps(f)
    def jacobian_of_f(*arguments: Any, **keywords: Any) -> Any:
        trace = _Trace(f, argnums, arguments, keywords)
        outputs, rebuild = trace.outputs()
        return _place(rebuild, [trace.rebuild(trace.gradient(output)) for output in outputs])

    return jacobian_of_f


def _place(rebuild: Rebuild, rows: list[Any]) -> Any:
    """Put a row in the place of each output; arrays of arrays become one array."""
    placed = rebuild(rows)
    if getattr(placed, "ndim", 0) and rows and hasattr(rows[0], "shape"):
        import numpy

        return numpy.stack(rows).reshape(placed.shape + rows[0].shape)
    return placed


def hessian(f: Function, argnums: ArgNums = 0) -> Function:
    """Return the function that computes all second derivatives of a scalar function.

    Returns:
        A function of the same arguments; n x n numbers for an argument of n scalars.

    >>> hessian(lambda x: x[0] * x[0] * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    _check("hessian", f, argnums)
    return jacobian(grad(f, argnums), argnums)


def jvp(f: Function, primals: Any, tangents: Any) -> tuple[Any, Any]:
    """Return f's result and its directional derivative.

    Args:
        f: a function of scalars and nested structures of them.
        primals: a tuple of arguments; anything else is taken as the one argument.
        tangents: the direction, in the structure of primals.

    Returns:
        (f(*primals), the derivative along tangents), both in the structure of f's result.

    Raises:
        ValueError: tangents and primals differ in structure.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (6.0, 23.0)
    """
    _check("jvp", f)
    arguments = primals if isinstance(primals, tuple) else (primals,)
    trace = _Trace(f, tuple(range(len(arguments))), arguments, {})
    directions = _directions(primals, tangents)
    nested = trace.nested or any(isinstance(x, Value) for x in directions)
    outputs, rebuild = trace.outputs()
    compiling = COMPILING.get()
    if compiling is not None:
        moved = compiling.push_forward(outputs, trace.variables, directions)
    else:
        moved = _quietly(_push_forward, outputs, trace.variables, directions, nested)
    show = _as_value if nested else trace.result
    return rebuild([show(x) for x in outputs]), rebuild([show(x) for x in moved])


def _directions(primals: Any, tangents: Any) -> list[Any]:
    """Return the tangents in the order of the primals' scalars."""
    scalars, _ = flatten(tangents, "tangents")
    given = dict(zip(paths(tangents, "tangents"), scalars))
    wanted = paths(primals, "tangents")
    if given.keys() != set(wanted):
        different = sorted(given.keys() ^ set(wanted))[0]
        raise ValueError(
            f"jvp needs tangents in the structure of primals, one for each of {len(wanted)} "
            f"scalars; got {len(given)}: {different} is in one of them alone"
        )
    return [given[path] for path in wanted]


def _push_forward(
    outputs: list[Any], variables: list[Value], directions: list[Any], create_graph: bool
) -> list[Any]:
    """Carry tangents from the variables to the outputs, operands before consumers."""
    tangents: dict[int, Any] = {id(x): t for x, t in zip(variables, directions)}
    for node in topological_order(*[x for x in outputs if isinstance(x, Value)]):
        if id(node) in tangents:
            continue  # a variable: nothing above it moves
        edges = local_rules(node) if create_graph else node._edges()
        terms = [masks.times(tangents[id(x)], d) for x, d in edges if id(x) in tangents]
        if len(terms) > 1 and not any(x is NOTHING or type(x) is Masked for x in terms):
            terms = [ops.sum(terms)]
        if terms:
            tangents[id(node)] = reduce(masks.plus, terms)
    return [masks.plain(tangents.get(id(x), NOTHING)) for x in outputs]


def hvp(f: Function, primals: Any, tangents: Any) -> Any:
    """Return the Hessian of a scalar function times a vector, without forming the Hessian.

    Args:
        f: a function that returns one scalar.
        primals: a tuple of arguments; anything else is taken as the one argument.
        tangents: the vector, in the structure of primals.

    Returns:
        The product, in the structure of primals.

    >>> hvp(lambda x: x[0] * x[0] * x[1], [2.0, 3.0], [1.0, 0.0])
    [6.0, 4.0]
    """
    argnums = tuple(range(len(primals))) if isinstance(primals, tuple) else 0
    return jvp(grad(f, argnums), primals, tangents)[1]
