"""What a derivation is made of, as data: definitions, and the steps of the chain rule.

A step multiplies the derivatives along one chain of nodes, back to a derivative that an
earlier step found; where a node has several consumers, it first adds up what each hands
back.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.expression.formula_reader import Formula


@dataclass(frozen=True)
class Definition:
    """A named quantity of the forward pass: name = formula = value.

    Attributes:
        whole: of an output of softmax, which is written with all others in one row, the name
            and the formula of all.
    """

    name: str
    formula: Formula
    value: float
    whole: tuple[str, Formula] | None = None


@dataclass(frozen=True)
class LocalDerivative:
    """d of / d wrt = formula = value, between two named nodes.

    Attributes:
        held: the nodes through which wrt acts on `of` too: they are held fixed.
    """

    of: str
    wrt: str
    formula: Formula
    value: float
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contribution:
    """What one consumer hands back: its own derivative times the local derivatives.

    Attributes:
        upstream: the node at which the chain ends.
        upstream_value: d output / d upstream.
        through: the node by which alone upstream acts on the output, with d output /
            d through = 1; the output itself where there is no other.
        factors: the local derivatives from upstream down.
        value: the product.
    """

    upstream: str
    upstream_value: float
    through: str
    factors: tuple[LocalDerivative, ...]
    value: float

    @property
    def is_top(self) -> bool:
        """Whether d output / d upstream is 1 and need not be written."""
        return self.upstream == self.through


@dataclass(frozen=True)
class Step:
    """d output / d name = (the sum of the contributions and what was omitted) * the tail.

    Attributes:
        name: the node that the derivative is for.
        value: d output / d name.
        is_wanted: whether it was asked for, or only leads there.
        through: as in `Contribution`.
        junction: the node whose contributions are added; name, but for merged steps.
        contributions: one per consumer that is shown.
        omitted, omitted_value: how many more consumers there are, and their sum.
        tail: local derivatives from the junction down to name, in merged steps.
        short: what all of it comes to, if factors cancel: p2 − 1; None if it gets no shorter.
    """

    name: str
    value: float
    is_wanted: bool
    through: str
    junction: str
    contributions: tuple[Contribution, ...]
    omitted: int
    omitted_value: float
    tail: tuple[LocalDerivative, ...]
    short: Formula | None = None

    @property
    def is_sum(self) -> bool:
        """Whether several consumers hand back a contribution."""
        return len(self.contributions) + self.omitted > 1
