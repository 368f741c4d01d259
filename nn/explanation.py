"""`explain_update`: how an optimiser moves a parameter, with formulas and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograd import Value, explain
from autograd.language import check_language
from nn.optim import SGD, Adam, Optimizer

if TYPE_CHECKING:
    from autograd.explanation import Derivation


@dataclass(frozen=True, repr=False)
class Update:
    """One step of an optimiser for one parameter: it prints as text, Jupyter shows LaTeX.

    Attributes:
        value: what the parameter will be after the step.
        derivation: its formulas, as `autograd.explain` gives them.
    """

    value: float
    derivation: Derivation

    def __str__(self) -> str:
        return str(self.derivation)

    __repr__ = __str__

    def to_latex(self) -> str:
        """Return the update as LaTeX that needs only amsmath."""
        return self.derivation.to_latex()

    def to_markdown(self) -> str:
        """Return the update as Markdown with its formulas in LaTeX."""
        return self.derivation.to_markdown()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


def explain_update(
    optimizer: Optimizer,
    parameter: Value,
    digits: int = 9,
    *,
    output: str = "E",
    language: str = "en",
) -> Update:
    """Write out what the next `step()` of an optimiser does to a parameter.

    Args:
        optimizer: an SGD or Adam; it is not stepped.
        parameter: one of its parameters, with the gradient of `backward()`.
        digits: how many digits after the point to print.
        output: the name of what is minimised.
        language: of its words: "en", or "zh" for Chinese.

    Returns:
        An Update; str() of it is text.

    Raises:
        TypeError: an optimiser of another kind.
        ValueError: the optimiser does not train this parameter, or there is no such language.

    Source: the update of document 000.

    >>> w5 = Value(0.4, label="w5")
    >>> w5.grad = 0.08216704056423077
    >>> print(explain_update(SGD([w5], lr=0.5), w5))
    w5⁺ = w5 − η · ∂E/∂w5 = 0.4 − 0.5 · 0.082167041 = 0.358916480
    """
    check_language("explain_update", language)
    if not isinstance(optimizer, (SGD, Adam)):
        raise TypeError(f"explain_update knows SGD and Adam, got {type(optimizer).__name__}")
    places = [i for i, x in enumerate(optimizer.parameters) if x is parameter]
    if not places:
        raise ValueError(f"the optimiser does not train {parameter!r}: it has other parameters")
    name = parameter.label or "w"
    w = Value(parameter.data, name)
    gradient = Value(parameter.grad, f"∂{output}/∂{name}")
    if optimizer.weight_decay:
        gradient = _named("g", gradient + Value(optimizer.weight_decay, "λ") * w)
    if isinstance(optimizer, SGD):
        direction = _sgd_direction(optimizer, places[0], gradient)
    else:
        direction = _adam_direction(optimizer, places[0], gradient)
    updated = _named(f"{name}⁺", w - Value(optimizer.lr, "η") * direction)
    return Update(updated.data, explain(updated, (), digits, language=language))


def _sgd_direction(optimizer: SGD, place: int, gradient: Value) -> Value:
    if not optimizer.momentum:
        return gradient
    velocity = Value(optimizer._velocity[place], "v")
    return _named("v⁺", Value(optimizer.momentum, "μ") * velocity + gradient)


def _adam_direction(optimizer: Adam, place: int, gradient: Value) -> Value:
    beta1, beta2 = (Value(beta, f"β{i}") for i, beta in enumerate(optimizer.betas, start=1))
    m, v = Value(optimizer._mean[place], "m"), Value(optimizer._mean_of_squares[place], "v")
    t = float(optimizer._steps + 1)
    mean = _named("m⁺", beta1 * m + (1 - beta1) * gradient)
    squares = _named("v⁺", beta2 * v + (1 - beta2) * gradient**2)
    unbiased_mean = _named("m_hat", mean / (1 - beta1**t))
    unbiased_squares = _named("v_hat", squares / (1 - beta2**t))
    direction: Value = unbiased_mean / (unbiased_squares.sqrt() + Value(optimizer.eps, "ε"))
    return direction


def _named(label: str, v: Value) -> Value:
    v.label = label
    return v
