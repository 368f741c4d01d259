"""Non-finite numbers: the warning, and what `detect_anomaly` says about them."""

from __future__ import annotations

from math import isfinite

from autograd.errors import AnomalyError, DomainError, user_frame, warn
from autograd.function import Function
from autograd.node import Node
from autograd.order import topological_order
from autograd.recording import QUIET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SHOWN = 4  # operands named in a message


def report_value(op: Function, operands: tuple[Any, ...], data: float, raising: bool) -> None:
    """Warn, or raise, about a non-finite result.

    A warning is for the operation where it starts: not where an operand is already inf or nan.

    Raises:
        AnomalyError: raising is true; DomainError where the operation has a domain.
    """
    if QUIET.get() or not (raising or all(map(isfinite, map(_number, operands)))):
        return
    error = value_error(op, operands, data)
    if raising:
        raise type(error)(f"{error}, made at {user_frame()[0]}")
    warn(f"{error}; detect_anomaly() raises here instead")


def value_error(op: Function, operands: tuple[Any, ...], data: float) -> AnomalyError:
    """Return what there is to say about a non-finite result, as an error."""
    numbers = [_number(x) for x in operands]
    got = _describe_operands(op, operands)
    signature = f"{op.name}({', '.join(op.operand_names(len(operands))[:_SHOWN])})"
    if op.domain is not None and (data != data or _at_pole(numbers)):
        return DomainError(f"{signature} needs {op.domain}; got {got}. The result is {data}")
    return AnomalyError(f"{signature} is {data} for {got}")


def _at_pole(numbers: list[float]) -> bool:
    """Tell an infinity of the operation from a number too large for a float.

    Every pole of the table is at an operand of 0 (1/0, log(0), ...) or the only one of 1
    (atanh(1), log1p(-1)).
    """
    return 0.0 in numbers or (len(numbers) == 1 and abs(numbers[0]) == 1.0)


def check_gradients_finite(output: Node, seed: float) -> None:
    """Raise an AnomalyError at the first non-finite gradient of a reverse pass.

    It runs before the pass itself, so that no gradient has changed when it raises.
    """
    gradients = {id(output): seed}
    for node in reversed(topological_order(output)):
        upstream = gradients.get(id(node))
        if upstream is None or node.op is None:
            continue
        for x, derivative in node._edges():
            contribution = upstream * derivative
            if not isfinite(contribution):
                report_gradient(node, x, upstream, derivative, raising=True)
            gradients[id(x)] = gradients.get(id(x), 0.0) + contribution


def report_gradient(node: Node, x: Node, upstream: float, derivative: float, raising: bool) -> None:
    """Warn, or raise, about a non-finite gradient that a node passes to an operand.

    A warning is for the node where it starts, as one about a value.

    Raises:
        AnomalyError: raising is true.
    """
    if not (raising or (isfinite(upstream) and all(map(isfinite, map(_number, node.operands))))):
        return
    error = gradient_error(node, x, upstream, derivative)
    if raising:
        made = node._origin() or "outside detect_anomaly(), so the line is not known"
        raise AnomalyError(f"{error}. The node was made at {made}.")
    warn(f"{error}; detect_anomaly() raises here instead")


def gradient_error(node: Node, x: Node, upstream: float, derivative: float) -> AnomalyError:
    """Return what there is to say about a non-finite gradient, as an error."""
    assert node.op is not None
    return AnomalyError(
        f"the gradient that {_name(node, 'a node')} = {node.op.name}("
        f"{_describe_operands(node.op, node.operands)}) passes to {_name(x, 'its operand')} is "
        f"{upstream * derivative}: upstream gradient {upstream} times local derivative "
        f"{derivative}"
    )


def _describe_operands(op: Function, operands: tuple[Any, ...]) -> str:
    names = op.operand_names(len(operands))
    parts = [
        f"{name} = {_number(x)!r}{_label(x)}"
        for name, x in list(zip(names, operands, strict=False))[:_SHOWN]
    ]
    more = len(operands) - _SHOWN
    return ", ".join(parts) + (f" and {more} more" if more > 0 else "")


def _number(x: Any) -> float:
    return float(getattr(x, "data", x))


def _label(x: Any) -> str:
    label = getattr(x, "label", None)
    return "" if label is None else f" (node {label!r})"


def _name(node: Node, default: str) -> str:
    return default if node.label is None else f"node {node.label!r}"
