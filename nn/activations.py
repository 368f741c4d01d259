"""Finding the activation that a name, an operation or a function stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
from autograd import Op

Activation = Callable[[Any], Any]


def find_activation(activation: Any) -> Activation | None:
    """Return the function of one Value that is meant.

    Args:
        activation: an Op of one operand, its name such as "tanh", any function of one Value,
            or None for a linear unit (a = z).

    Raises:
        ValueError: there is no such name, or the Op takes more than one operand.
        TypeError: activation is none of these.

    >>> find_activation("tanh")
    <Op tanh>
    """
    table = vars(autograd)  # not getattr, which would import what is lazy
    found = table.get(activation) if isinstance(activation, str) else activation
    if isinstance(activation, str) and not _takes_one(found):
        names = sorted(name for name, x in table.items() if _takes_one(x))
        raise ValueError(
            f"unknown activation {activation!r}: pass one of {', '.join(names)}, "
            "a function of one Value, or None for a linear unit"
        )
    if isinstance(found, Op) and not _takes_one(found):
        raise ValueError(f"{found.name} takes more than one operand and is no activation")
    if found is not None and not callable(found):
        raise TypeError(
            "an activation is a function of one Value, the name of one, or None; "
            f"got {activation!r:.60}"
        )
    return found


def activation_name(activation: Activation | None) -> str:
    """Return how an activation is shown: an Op's name, or a function's own.

    >>> activation_name(autograd.sigmoid)
    'sigmoid'
    """
    name = getattr(activation, "name", None) or getattr(activation, "__name__", None)
    return str(name or activation)


def _takes_one(x: Any) -> bool:
    return isinstance(x, Op) and x.arity is not None and x.arity - len(x.defaults) == 1
