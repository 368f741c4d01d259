"""Losses: one number that says how far the outputs of one sample are from its targets.

Outputs are a Value or a sequence of Values. Targets that are plain numbers become Values
labelled t1, t2, ... where they are quantities (the squared losses), so that formulas and
drawings can name them; targets that mark a class (0 and 1, −1 and 1, an index) stay numbers.
Over several samples, add up or average the losses of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import autograd
from autograd import Value
from nn.nodes import as_node


def half_squared_error(outputs: Any, targets: Any) -> Value:
    """Return E = Σ ½(t − out)², whose terms are labelled E_o1, E_o2, ...

    Args:
        outputs: n Values, or one.
        targets: n numbers or Values, or one.

    Raises:
        ValueError: there are not as many targets as outputs.

    Source: document 000's total error; with one sample the quadratic cost of 003.

    >>> half_squared_error([Value(0.5), Value(2.0)], [1.0, 0.0]).data
    2.125
    """
    errors = [
        0.5 * (t - out) ** 2 for out, t in _quantities("half_squared_error", outputs, targets)
    ]
    if len(errors) > 1:
        for k, error in enumerate(errors, 1):
            error.label = f"E_o{k}"
    return _labelled("E", _total(errors))


def sum_of_squares(outputs: Any, targets: Any) -> Value:
    """Return Σ (t − out)²; arguments as for `half_squared_error`.

    Source: the loss of document 004's two-layer net.

    >>> sum_of_squares([Value(0.5), Value(2.0)], [1.0, 0.0]).data
    4.25
    """
    pairs = _quantities("sum_of_squares", outputs, targets)
    return _labelled("loss", _total([(t - out) ** 2 for out, t in pairs]))


def mse(outputs: Any, targets: Any) -> Value:
    """Return the mean of (t − out)²; arguments as for `half_squared_error`.

    >>> mse([Value(0.5), Value(2.0)], [1.0, 0.0]).data
    2.125
    """
    pairs = _quantities("mse", outputs, targets)
    return _mean([(t - out) ** 2 for out, t in pairs])


def binary_cross_entropy(outputs: Any, targets: Any, from_logits: bool = False) -> Value:
    """Return the mean of −t·log(p) − (1 − t)·log(1 − p).

    Args:
        outputs: n probabilities p, or one; with `from_logits` what goes into the sigmoid.
        targets: n numbers from 0 to 1, or one.
        from_logits: take the sigmoid here, where it cannot round to 0 or 1: the loss then
            stays finite and its gradient alive however sure and wrong the network is.

    Raises:
        ValueError: there are not as many targets as outputs, or one of either is not in 0..1.

    >>> round(binary_cross_entropy(Value(0.8), 1).data, 6)
    0.223144
    >>> binary_cross_entropy(Value(-800.0), 1, from_logits=True).data
    800.0
    """
    pairs = _pairs("binary_cross_entropy", outputs, targets)
    for _, t in pairs:
        if _is_number(t) and not 0 <= t <= 1:
            raise ValueError(f"binary_cross_entropy needs targets from 0 to 1, got {t}")
    if from_logits:
        return _mean([_cross_entropy_of_logit(z, t) for z, t in pairs])
    for p, _ in pairs:
        data = getattr(p, "data", 0.5)  # while a loss is compiled there are no data
        if not 0 <= data <= 1 and data == data:
            raise ValueError(
                f"binary_cross_entropy needs outputs from 0 to 1, got {data}: give the net "
                'output_activation="sigmoid", or pass from_logits=True'
            )
    return _mean([_cross_entropy_of_probability(p, t) for p, t in pairs])


def _cross_entropy_of_logit(z: Any, t: Any) -> Any:
    # Not softplus(z) - t*z: of a net that is sure and right that leaves 0, gradient and all.
    if _is_number(t) and t in (0, 1):
        return autograd.softplus(-z if t else z)
    return t * autograd.softplus(-z) + (1 - t) * autograd.softplus(z)


def _cross_entropy_of_probability(p: Any, t: Any) -> Any:
    # A term with the factor 0 is left out: p = 1 and t = 1 would make 0·log(0) of it.
    if _is_number(t) and t == 1:
        return -autograd.log(p)
    if _is_number(t) and t == 0:
        return -autograd.log1p(-p)
    q = r = p
    if not _is_number(t):
        q, r = autograd.where(t > 0, p, 0.5), autograd.where(t < 1, p, 0.5)
    return -(t * autograd.log(q) + (1 - t) * autograd.log1p(-r))


def cross_entropy(logits: Sequence[Any], target: Any) -> Value:
    """Return −log(softmax(logits)[target]), taken without overflow.

    Args:
        logits: n Values, one per class; no softmax before.
        target: the right class, 0 to n − 1; or n probabilities that add up to 1.

    Raises:
        TypeError: logits is one value; target is neither a whole number nor a sequence.
        ValueError: target is no class of these logits.

    >>> round(cross_entropy([Value(2.0), Value(1.0)], 0).data, 6)
    0.313262
    """
    if not isinstance(logits, Iterable):
        raise TypeError(
            "cross_entropy needs a list of logits, one for each class; got one value: "
            "give the net as many outputs as there are classes"
        )
    logits = _of_one_sample("cross_entropy", "logits", logits)
    if isinstance(target, Iterable):
        pairs = _pairs("cross_entropy", logits, target)
        expected = autograd.dot([p for _, p in pairs], logits)
        return _labelled("loss", autograd.logsumexp(logits) - expected)
    index = _class_index(target, len(logits))
    # Not logsumexp(logits) - logits[index]: of a net that is sure and right that leaves 0.
    right = logits[index]
    differences = [0.0 if k == index else z - right for k, z in enumerate(logits)]
    loss = autograd.logsumexp(differences) if len(logits) > 1 else right - right
    return _labelled("loss", loss)


def _class_index(target: Any, count: int) -> int:
    index = getattr(target, "__index__", None)
    if index is None:
        raise TypeError(
            "cross_entropy takes the number of the right class, or one probability per class; "
            f"got {target!r:.60} of type {type(target).__name__}"
        )
    k: int = index()
    if not 0 <= k < count:
        raise ValueError(f"cross_entropy got class {k} for {count} logits: 0 to {count - 1} exist")
    return k


def hinge(outputs: Any, targets: Any) -> Value:
    """Return the mean of max(0, 1 − t·out).

    Args:
        outputs: n scores, or one.
        targets: n classes as −1 or 1, or one.

    Raises:
        ValueError: there are not as many targets as outputs, or one is not −1 or 1.

    >>> hinge([Value(0.5), Value(2.0)], [1, -1]).data
    1.75
    """
    pairs = _pairs("hinge", outputs, targets)
    for _, t in pairs:
        if _is_number(t) and t not in (-1, 1):
            raise ValueError(f"hinge needs targets -1 or 1, got {t}: write 2*t - 1 for 0 and 1")
    return _mean([autograd.relu(1 - t * out) for out, t in pairs])


def _pairs(loss: str, outputs: Any, targets: Any) -> list[tuple[Any, Any]]:
    outputs = _of_one_sample(loss, "outputs", outputs)
    targets = _of_one_sample(loss, "targets", targets)
    if len(outputs) != len(targets):
        raise ValueError(
            f"{loss} needs one target per output, got {len(outputs)} outputs "
            f"and {len(targets)} targets"
        )
    if not outputs:
        raise ValueError(f"{loss} needs at least one output, got none")
    return list(zip(outputs, targets))


def _of_one_sample(loss: str, what: str, given: Any) -> list[Any]:
    """Return a row of scalars."""
    if isinstance(given, str) or given is None:
        raise TypeError(f"{loss} needs real numbers or Values as {what}, got {given!r:.60}")
    row = list(given) if isinstance(given, Iterable) else [given]
    for x in row:
        if isinstance(x, str):
            raise TypeError(f"{loss} needs real numbers or Values as {what}, got {x!r:.60}")
        if isinstance(x, Iterable):
            raise TypeError(
                f"{loss} takes one sample, and its {what} hold a {type(x).__name__}: for a batch, "
                f"call it for each sample and take the mean, or let fit do so"
            )
    return row


def _quantities(loss: str, outputs: Any, targets: Any) -> list[tuple[Any, Any]]:
    """Return pairs of output and target, both Values."""
    pairs = enumerate(_pairs(loss, outputs, targets), 1)
    return [(as_node(out), as_node(t, f"t{k}")) for k, (out, t) in pairs]


def _is_number(t: Any) -> bool:
    return not hasattr(type(t), "__apply_op__")


def _total(terms: list[Any]) -> Any:
    return terms[0] if len(terms) == 1 else autograd.sum(terms)


def _mean(terms: list[Any]) -> Value:
    total = _total(terms)
    return _labelled("loss", total if len(terms) == 1 else total / len(terms))


def _labelled(label: str, value: Any) -> Value:
    result: Value = as_node(value)
    result.label = label
    return result
