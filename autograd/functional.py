"""Derivatives of functions: gradient, grad, value_and_grad, jacobian, hessian, jvp, hvp.

They nest: a derivative taken inside a function that is being differentiated is a Value.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import update_wrapper
from types import MethodType
from typing import Any, Literal, overload

from autograd import backprop, chain, ops
from autograd.anomaly import check_gradients_finite
from autograd.recording import COMPILING, RECORDING, is_detecting_anomalies
from autograd.scalar import Scalar
from autograd.structure import Rebuild, flatten, is_flat, paths
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
    kinds = dict.fromkeys(map(type, (output, *inputs)))
    for kind in kinds:
        if not issubclass(kind, Scalar):
            raise TypeError(f"gradient needs Values, got {kind.__name__}")
    if not all(issubclass(kind, Value) for kind in kinds):
        differentiator = COMPILING.get()
        return differentiator.gradient(output, inputs, create_graph)  # type: ignore[no-any-return]
    if not create_graph:
        if is_detecting_anomalies():
            check_gradients_finite(output, 1.0)
        return backprop.gradients(output, list(inputs))
    return [_as_value(x) for x in chain.gradients(output, list(inputs))]


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


class _Derivative:
    """The derivative of a function as a function; unlike a closure, it can be pickled.

    Args:
        take: what is done with a call's trace.
        f, argnums: see `value_and_grad`.
    """

    def __init__(self, take: Callable[[_Trace], Any], f: Function, argnums: ArgNums) -> None:
        update_wrapper(self, f)
        self._recipe = take, f, argnums

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        take, f, argnums = self._recipe
        return take(_Trace(f, argnums, arguments, keywords))

    def __get__(self, instance: Any, owner: Any) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __reduce__(self) -> Any:
        name = getattr(self, "__qualname__", "")
        if getattr(sys.modules.get(self.__module__), name, None) is self:
            return name  # it is a decorated function: f has lost its name to it
        return _Derivative, self._recipe

    def __repr__(self) -> str:
        take, f, _ = self._recipe
        return f"<{take.__name__.lstrip('_')} of {f!r}>"


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
        f: a function of scalars and nested lists, tuples, dicts, dataclasses or arrays of
            them that returns one scalar.
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

    return _Derivative(_value_and_gradient, f, argnums)


def _value_and_gradient(trace: _Trace) -> tuple[Any, Any]:
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


def grad(f: Function, argnums: ArgNums = 0) -> Function:
    """Return the function that computes the gradient of f; see `value_and_grad`.

    >>> from autograd import tanh
    >>> round(grad(grad(grad(tanh)))(0.3), 6)
    -1.364306
    """
    _check("grad", f, argnums)
    return _Derivative(_gradient, f, argnums)


def _gradient(trace: _Trace) -> Any:
    return _value_and_gradient(trace)[1]


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

    return _Derivative(_jacobian, f, argnums)


def _jacobian(trace: _Trace) -> Any:
    outputs, rebuild = trace.outputs()
    return _place(rebuild, [trace.rebuild(trace.gradient(output)) for output in outputs])


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
        moved = chain.push_forward(outputs, trace.variables, directions, nested)
    show = _as_value if nested else trace.result
    return rebuild([show(x) for x in outputs]), rebuild([show(x) for x in moved])


def _directions(primals: Any, tangents: Any) -> list[Any]:
    """Return the tangents in the order of the primals' scalars."""
    scalars, _ = flatten(tangents, "tangents")
    if is_flat(tangents) and is_flat(primals) and len(tangents) == len(primals):
        return scalars
    given = dict(zip(paths(tangents, "tangents"), scalars))
    wanted = paths(primals, "tangents")
    if given.keys() != set(wanted):
        different = sorted(given.keys() ^ set(wanted))[0]
        raise ValueError(
            f"jvp needs tangents in the structure of primals, one for each of {len(wanted)} "
            f"scalars; got {len(given)}: {different} is in one of them alone"
        )
    return [given[path] for path in wanted]


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
