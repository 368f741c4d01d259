"""Neural networks on `autograd`: small enough to read, labelled so that they explain themselves.

Where to read what: `module` holds parameters, `layers` has neurons and nets, `losses`,
`optim` and `training` train them, `datasets` has data to train on; `worked_example` runs
the 2-2-2 net of the textbook step by step (`python -m nn`).

>>> from nn import MLP, SGD, half_squared_error
>>> net = MLP(2, [2, 1], seed=0)
>>> optimizer = SGD(net.parameters(), lr=0.5)
>>> E = half_squared_error(net([0.05, 0.10]), 0.99)
>>> E.backward()
>>> optimizer.step()
>>> half_squared_error(net([0.05, 0.10]), 0.99).data < E.data
True
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nn.datasets import moons, spirals, xor
from nn.history import History
from nn.layers import MLP, Layer, Neuron
from nn.losses import (
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    hinge,
    mse,
    sum_of_squares,
)
from nn.module import Module
from nn.optim import SGD, Adam, Optimizer, clip_grad_norm
from nn.training import fit

if TYPE_CHECKING:
    from nn.drawing import draw_network
    from nn.explanation import explain_update
    from nn.saving import load, save

__all__ = [
    "MLP", "Layer", "Module", "Neuron",
    "binary_cross_entropy", "cross_entropy", "half_squared_error", "hinge", "mse",
    "sum_of_squares",
    "SGD", "Adam", "Optimizer", "clip_grad_norm", "History", "fit",
    "moons", "spirals", "xor",
    "draw_network", "explain_update",
    "load", "save",
]  # fmt: skip

_LAZY = {
    "draw_network": "drawing",
    "explain_update": "explanation",
    "load": "saving",
    "save": "saving",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        # With name and obj given, Python itself suggests the name that was meant.
        module = sys.modules[__name__]
        message = f"module 'nn' has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=module)
    value = getattr(import_module(f"nn.{_LAZY[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
