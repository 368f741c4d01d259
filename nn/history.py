"""`History`: the losses of a training run, as lists, a picture, and in a notebook."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass, field
from typing import Any

_WIDTH, _HEIGHT = 320, 80


@dataclass
class History:
    """What `fit` returns.

    Attributes:
        loss: the mean training loss of every epoch.
        validation_loss: the same on the validation samples; empty where there were none.
        stopped_early: whether `patience` ran out, or `on_epoch` ended it.

    >>> History(loss=[4.0, 1.0, 2.0])
    History(3 epochs, loss 4 -> 2, best 1 in epoch 2)
    """

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    stopped_early: bool = False

    @property
    def monitored(self) -> list[float]:
        """The losses that say which epoch is best: of the validation samples if there are any."""
        return self.validation_loss or self.loss

    @property
    def best_epoch(self) -> int:
        """The epoch of the least monitored loss, counted from 1; 0 before the first."""
        losses = self.monitored
        return 1 + losses.index(min(losses)) if losses else 0

    def plot(self, ax: Any = None) -> Any:
        """Plot the losses over the epochs, on a logarithmic axis.

        Args:
            ax: the Matplotlib axes to draw on; default: new ones.

        Returns:
            The axes.

        Raises:
            ImportError: Matplotlib is not installed.
        """
        if ax is None:
            try:
                from matplotlib import pyplot
            except ImportError as error:
                raise ImportError(
                    "History.plot needs Matplotlib: pip install 'scalar-autograd[plot]'"
                ) from error
            ax = pyplot.subplots()[1]
        for name, losses in (("training", self.loss), ("validation", self.validation_loss)):
            if losses:
                ax.plot(range(1, len(losses) + 1), losses, label=name)
        if any(x > 0.0 for x in self.loss):
            ax.set_yscale("log")
        ax.set_xlabel("epoch")
        ax.set_ylabel("loss")
        if self.validation_loss:
            ax.legend()
        return ax

    def __repr__(self) -> str:
        return f"History({self._summary()})"

    def _repr_html_(self) -> str:
        """A small curve of the losses, on a logarithmic axis where all are positive."""
        from autograd.drawing import image

        losses = [x for x in self.loss + self.validation_loss if math.isfinite(x)]
        height = math.log if min(losses, default=0.0) > 0.0 else float
        low, high = (height(pick(losses, default=1.0)) for pick in (min, max))

        def curve(name: str, row: list[float], color: str) -> str:
            points = " ".join(
                f"{_WIDTH * k / (len(row) - 1):.1f},"
                f"{_HEIGHT * (high - height(x)) / (high - low or 1.0):.1f}"
                for k, x in enumerate(row)
                if math.isfinite(x)
            )
            title = f"<title>{name}</title>"
            return f'<polyline fill="none" stroke="{color}" points="{points}">{title}</polyline>'

        rows = (("training", self.loss, "#0969da"), ("validation", self.validation_loss, "#bc4c00"))
        curves = "".join(curve(name, row, color) for name, row, color in rows if len(row) > 1)
        picture = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
            f'viewBox="-2 -2 {_WIDTH + 4} {_HEIGHT + 4}">'
            f'<rect x="-2" y="-2" width="{_WIDTH + 4}" height="{_HEIGHT + 4}" fill="white"/>'
            f"{curves}</svg>"
        )
        code = f"<code>{html.escape(repr(self))}</code>"
        # As an image: front ends show no SVG of a notebook that is not trusted.
        return f"<div>{code}<br/>{image(picture, 'the losses over the epochs')}</div>"

    def _summary(self) -> str:
        if not self.loss:
            return "no epochs"
        epochs = f"{len(self.loss)} epoch{'s' if len(self.loss) > 1 else ''}"
        ends = f"loss {self.loss[0]:.4g} -> {self.loss[-1]:.4g}"
        if self.validation_loss:
            ends += f", validation {self.validation_loss[0]:.4g} -> {self.validation_loss[-1]:.4g}"
        best = f"best {min(self.monitored):.4g} in epoch {self.best_epoch}"
        return ", ".join([epochs, ends, best] + ["stopped early"] * self.stopped_early)
