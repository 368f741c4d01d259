"""Optimisers: from gradients to new parameters.

`step()` computes everything new before it changes anything, so an exception on the way
leaves parameters and optimiser as they were.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from typing import Any, Never

from autograd import Value
from nn.keywords import refuse_unknown


class Optimizer:
    """What the optimisers share: the parameters, and setting their gradients to 0.

    Args:
        parameters: the Values to train, such as `net.parameters()`.
        lr: the learning rate; may be assigned between steps.
        weight_decay: λ of an L2 penalty ½λ·w² on each parameter.
    """

    def __init__(self, parameters: Iterable[Value], lr: float, weight_decay: float) -> None:
        self.parameters = _checked_values(type(self).__name__, parameters)
        if not self.parameters:
            raise ValueError(f"{type(self).__name__} needs at least one parameter, got none")
        self.lr = _in_range("lr", lr, 0.0, math.inf)
        self.weight_decay = _in_range("weight_decay", weight_decay, 0.0, math.inf)

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for p in self.parameters:
            p.grad = 0.0

    def step(self) -> None:
        """Move every parameter once, against its gradient."""
        raise NotImplementedError

    def _gradients(self) -> list[float]:
        if not self.weight_decay:
            return [p.grad for p in self.parameters]
        return [p.grad + self.weight_decay * p.data for p in self.parameters]

    def _assign(self, data: list[float]) -> None:
        for p, x in zip(self.parameters, data):
            p.data = x


class SGD(Optimizer):
    """Gradient descent: w⁺ = w − η·∂E/∂w, with momentum v⁺ = μ·v + ∂E/∂w in its place.

    Args:
        parameters: the Values to train.
        lr: the learning rate η.
        momentum: μ, from 0 (none) to below 1.
        weight_decay: λ, adds λ·w to every gradient.

    Raises:
        TypeError: a parameter is not a Value.
        ValueError: there are no parameters, or a number is out of range.

    Source: the update of document 000; momentum as in PyTorch.

    >>> w = Value(0.5)
    >>> w.grad = 0.5
    >>> SGD([w], lr=0.5).step()
    >>> w.data
    0.25
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        **unknown: Never,
    ) -> None:
        refuse_unknown("SGD", SGD.__init__, unknown)
        super().__init__(parameters, lr, weight_decay)
        self.momentum = _in_range("momentum", momentum, 0.0, 1.0)
        self._velocity = [0.0] * len(self.parameters)

    def step(self) -> None:
        direction = self._gradients()
        if self.momentum:
            direction = [self.momentum * v + g for v, g in zip(self._velocity, direction)]
        data = [p.data - self.lr * d for p, d in zip(self.parameters, direction)]
        self._velocity = direction
        self._assign(data)


class Adam(Optimizer):
    """Steps of about the size of the learning rate, whatever the size of the gradients.

    Args:
        parameters: the Values to train.
        lr: the learning rate.
        betas: how much of the running means of g and g² each step keeps, below 1.
        eps: keeps the quotient finite where g² is 0.
        weight_decay: λ, adds λ·w to every gradient.

    Raises:
        TypeError: a parameter is not a Value.
        ValueError: there are no parameters, or a number is out of range.

    Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.

    >>> w = Value(1.0)
    >>> w.grad = 1000.0
    >>> Adam([w], lr=0.125).step()
    >>> round(w.data, 6)
    0.875
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        **unknown: Never,
    ) -> None:
        refuse_unknown("Adam", Adam.__init__, unknown)
        super().__init__(parameters, lr, weight_decay)
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            raise TypeError(f"betas are two numbers, such as (0.9, 0.999), got {betas!r:.60}")
        first, second = betas
        self.betas = _in_range("betas[0]", first, 0.0, 1.0), _in_range("betas[1]", second, 0.0, 1.0)
        self.eps = _in_range("eps", eps, 0.0, math.inf)
        self._steps = 0
        self._mean = [0.0] * len(self.parameters)
        self._mean_of_squares = [0.0] * len(self.parameters)

    def step(self) -> None:
        steps, (beta1, beta2), g = self._steps + 1, self.betas, self._gradients()
        mean = [beta1 * m + (1 - beta1) * x for m, x in zip(self._mean, g)]
        squares = [beta2 * v + (1 - beta2) * x * x for v, x in zip(self._mean_of_squares, g)]
        # The running means start at 0, so the first of them are too small by these factors.
        size, scale = self.lr / (1 - beta1**steps), math.sqrt(1 - beta2**steps)
        data = [
            p.data - size * m / (math.sqrt(v) / scale + self.eps)
            for p, m, v in zip(self.parameters, mean, squares)
        ]
        self._steps, self._mean, self._mean_of_squares = steps, mean, squares
        self._assign(data)


def clip_grad_norm(parameters: Iterable[Value], max_norm: float) -> float:
    """Scale gradients down together, where their norm √(Σg²) is larger than it may be.

    Call it between `backward()` and `step()`.

    Args:
        parameters: the Values whose `grad` to scale.
        max_norm: the largest norm allowed, above 0.

    Returns:
        The norm before.

    Raises:
        TypeError: a parameter is not a Value, or max_norm not a number.
        ValueError: max_norm is not above 0.
        FloatingPointError: a gradient is inf or nan; none is changed.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
    networks" (2013), algorithm 1.

    >>> w = [Value(1.0), Value(2.0)]
    >>> w[0].grad, w[1].grad = 3.0, 4.0
    >>> clip_grad_norm(w, 1.0)
    5.0
    >>> w[0].grad, w[1].grad
    (0.6, 0.8)
    """
    parameters = _checked_values("clip_grad_norm", parameters)
    max_norm = _in_range("max_norm", max_norm, math.ulp(0.0), math.inf)
    norm = math.hypot(*[p.grad for p in parameters])
    if not math.isfinite(norm):
        wild = next((p for p in parameters if not math.isfinite(p.grad)), parameters[0])
        raise FloatingPointError(
            f"clip_grad_norm needs finite gradients, got {wild.grad} of {wild!r}: scaled down it "
            "would spoil all the others"
        )
    if norm > max_norm:
        for p in parameters:
            p.grad /= norm / max_norm
    return norm


def _checked_values(name: str, parameters: Any) -> list[Value]:
    """Return the Values, each once."""
    if not isinstance(parameters, Iterable):
        kind = type(parameters).__name__
        remedy = "write [w]" if isinstance(parameters, Value) else "pass net.parameters()"
        raise TypeError(f"{name} takes a list of Values, got a {kind}: {remedy}")
    found = list(parameters)
    for p in found:
        if not isinstance(p, Value):
            raise TypeError(f"{name} takes Values, got a {type(p).__name__}: pass net.parameters()")
    return list({id(p): p for p in found}.values())


def _in_range(name: str, x: float, low: float, high: float) -> float:
    if not isinstance(x, Real):
        raise TypeError(f"{name} needs a number, got {x!r:.60}")
    if not low <= x < high:
        wanted = f"of at least {low:g}" if high == math.inf else f"from {low:g} to below {high:g}"
        raise ValueError(f"{name} needs a number {wanted}, got {x!r}")
    return x
