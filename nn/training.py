"""`fit`: gradient descent over a set of samples, with a record of how it went."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from numbers import Integral
from random import Random
from typing import Any, Never

from autograd import no_grad
from nn.history import History
from nn.keywords import refuse_unknown
from nn.losses import half_squared_error
from nn.module import Module
from nn.optim import Adam, Optimizer

Loss = Callable[[Any, Any], Any]
Samples = list[tuple[Any, Any]]
# Adds the gradient of the samples' mean loss to the parameters' grads; returns that loss.
GradientStep = Callable[[Samples], float]


def fit(
    model: Module,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    *,
    loss: Loss = half_squared_error,
    optimizer: Optimizer | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    seed: int | None = 0,
    validation: tuple[Sequence[Any], Sequence[Any]] | None = None,
    patience: int | None = None,
    min_delta: float = 0.0,
    on_epoch: Callable[[int, History], Any] | None = None,
    progress: bool | None = None,
    compiled: bool = False,
    **unknown: Never,
) -> History:
    """Train a model on samples: each update follows the gradient of a batch's mean loss.

    Args:
        model: called with one sample's inputs.
        inputs, targets: n samples; the loss gets `model(inputs[k])` and `targets[k]`.
        loss: a function of the outputs and targets of one sample.
        optimizer: moves the parameters; default: `Adam(model.parameters(), lr=0.01)`. What it
            does not hold stays as it is: `Adam(net.layers[-1].parameters())` trains one layer.
        epochs: how often to go through all samples, at most.
        batch_size: samples per update, shuffled in each epoch; None: all of them.
        seed: for shuffling.
        validation: other inputs and targets, whose loss is recorded but not trained on.
        patience: stop early after so many epochs in which the validation loss (without
            validation the training loss) has not fallen below its best by more than
            `min_delta`, and go back to the parameters of the best epoch.
        min_delta: the least fall that counts.
        on_epoch: called after every epoch as `on_epoch(epoch, history)`, with epochs counted
            from 1 and the losses so far; may assign the optimizer's `lr`, or print. Training
            stops where it returns True.
        progress: show a progress bar; None: on a terminal, and in a notebook from the second
            second on.
        compiled: compile the loss once, and run array code over each batch: the same
            results up to rounding, and faster where training takes longer than compiling,
            which is milliseconds; so it is not the default. Samples must have one shape, and
            model and loss must not branch on a value.

    Returns:
        The losses of every epoch. A training loss is the mean over the epoch's batches,
        each taken just before its update.

    Raises:
        ValueError, TypeError: sizes, numbers or types do not fit; nothing is trained.
        FloatingPointError: the loss became inf or nan; the parameters stay as they were
            before the update that would have followed.

    >>> from nn import MLP, xor
    >>> net = MLP(2, [4, 1], seed=1)
    >>> history = fit(net, *xor(), epochs=200, optimizer=Adam(net.parameters(), lr=0.05))
    >>> history.loss[-1] < 0.01
    True

    A learning rate that falls, and an end once the loss is small:

    >>> optimizer = Adam(net.parameters(), lr=0.05)
    >>> def on_epoch(epoch, history):
    ...     optimizer.lr = 0.05 * 0.99**epoch
    ...     return history.loss[-1] < 1e-3
    >>> history = fit(net, *xor(), optimizer=optimizer, epochs=500, on_epoch=on_epoch)
    >>> history.stopped_early
    True
    """
    refuse_unknown("fit", fit, unknown)
    samples = _samples("training", inputs, targets)
    held_out = None if validation is None else _held_out(validation)
    size = len(samples) if batch_size is None else batch_size
    for name, number in (("epochs", epochs), ("batch_size", size), ("patience", patience)):
        if number is not None and not isinstance(number, Integral):
            raise TypeError(f"fit needs a whole number for {name}, got {number!r:.60}")
        if number is not None and number < 1:
            raise ValueError(f"fit needs {name} of at least 1, got {number}")
    if not callable(loss):
        raise TypeError(f"fit needs a function for loss, such as nn.mse, got {loss!r:.60}")
    if on_epoch is not None and not callable(on_epoch):
        raise TypeError(
            f"fit needs a function of (epoch, history) for on_epoch, got {on_epoch!r:.60}"
        )
    if not isinstance(model, Module):
        raise TypeError(f"fit needs a Module for model, such as nn.MLP, got {model!r:.60}")
    optimizer = optimizer or Adam(model.parameters(), lr=0.01)
    _check_optimizer(optimizer, model)
    if compiled:
        from nn.compiled import compiled_gradient_step

        gradient_step = compiled_gradient_step(model, loss, samples)
    else:
        gradient_step = _record_and_go_back(model, loss)
    shuffle = Random(seed).shuffle if size < len(samples) else _keep_order
    history = History()
    best = _Best(model, min_delta, is_late=held_out is None)

    for epoch in (bar := progress_bar(epochs, progress, "epoch")):
        shuffle(samples)
        history.loss.append(_train_one_epoch(samples, size, gradient_step, optimizer, epoch))
        if held_out:
            history.validation_loss.append(mean_loss(model, held_out, loss))
        bar.set_postfix_str(f"loss {history.loss[-1]:.4g}", refresh=False)
        if on_epoch is not None and on_epoch(epoch + 1, history):
            history.stopped_early = True
            break
        if patience is not None and best.epochs_since(history.monitored) >= patience:
            best.restore()
            history.stopped_early = True
            break
    bar.close()
    return history


def mean_loss(model: Module, samples: Samples, loss: Loss) -> float:
    """Return the mean loss of a model over pairs of inputs and targets; records nothing.

    >>> from nn import MLP
    >>> mean_loss(MLP(1, [1], weights=[[[2.0]]]), [([1.0], 0.0), ([0.0], 0.0)], half_squared_error)
    1.0
    """
    with no_grad():
        return math.fsum(loss(model(x), t).data for x, t in samples) / len(samples)


def progress_bar(steps: int, show: bool | None, unit: str) -> Any:
    """Return 0, 1, ..., steps - 1 behind a progress bar.

    Args:
        show: None: on a terminal, and in a notebook where it takes longer than a second.
    """
    from tqdm import tqdm

    if sys.platform == "emscripten":
        tqdm.monitor_interval = 0  # it watches in a thread, and a browser's Python starts none
    how: dict[str, Any] = {"disable": None if show is None else not show}
    if show is None and _is_in_notebook():  # $TQDM_DISABLE=1 turns it off
        how = {"delay": 1.0, "leave": False}
    return tqdm(range(steps), unit=unit, **how)


def _is_in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _train_one_epoch(
    samples: Samples, size: int, gradient_step: GradientStep, optimizer: Optimizer, epoch: int
) -> float:
    total = 0.0
    for start in range(0, len(samples), size):
        batch = samples[start : start + size]
        optimizer.zero_grad()
        loss = gradient_step(batch)
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"the loss became {loss} in epoch {epoch + 1}: try a smaller learning rate; in "
                "the first epoch, look whether data are nan, or outputs do not suit the loss, "
                "such as p outside 0..1 for binary_cross_entropy"
            )
        optimizer.step()
        total += loss * len(batch)
    return total / len(samples)


def _record_and_go_back(model: Module, loss: Loss) -> GradientStep:
    """Return the step that records each sample's graph and back-propagates through it."""

    def gradient_step(batch: Samples) -> float:
        total = 0.0
        for x, t in batch:  # one graph at a time: gradients of a sum add up in the leaves
            error = loss(model(x), t)
            if not hasattr(error, "backward"):
                raise TypeError(
                    f"the loss must return a Value, got {error!r:.60} of type "
                    f"{type(error).__name__}: compute it from the outputs, not from their .data"
                )
            error.backward(1.0 / len(batch))
            total += error.data
        return total / len(batch)

    return gradient_step


class _Best:
    """The parameters of the best epoch so far.

    Args:
        is_late: a loss is that of the parameters before the epoch, as a training loss is.
    """

    def __init__(self, model: Module, min_delta: float, is_late: bool) -> None:
        self._parameters = model.parameters()
        self._is_late = is_late
        self._before = self._data = [p.data for p in self._parameters]
        self._min_delta = min_delta
        self._loss = math.inf
        self._epoch = 0

    def epochs_since(self, losses: list[float]) -> int:
        """Look at the latest loss, and return how many epochs ago the best one was."""
        now = [p.data for p in self._parameters]
        if losses[-1] < self._loss - self._min_delta:
            self._loss, self._epoch = losses[-1], len(losses)
            self._data = self._before if self._is_late else now
        self._before = now
        return len(losses) - self._epoch

    def restore(self) -> None:
        for p, x in zip(self._parameters, self._data):
            p.data = x


def _keep_order(samples: Samples) -> None:
    """Leave the samples in their order."""


def _check_optimizer(optimizer: Any, model: Module) -> None:
    if isinstance(optimizer, (str, type)) or not hasattr(optimizer, "zero_grad"):
        raise TypeError(
            "fit needs an optimizer such as nn.SGD(net.parameters(), lr=0.1), "
            f"got {optimizer!r:.60}"
        )
    known = getattr(optimizer, "parameters", None)
    if known and not {*map(id, known)} & {*map(id, model.parameters())}:
        raise ValueError(
            "the optimizer holds none of the model's parameters: was it made for an earlier model?"
        )


def _held_out(validation: Any) -> Samples:
    if not isinstance(validation, (tuple, list)):
        raise TypeError(f"validation is (inputs, targets), got {validation!r:.60}")
    if len(validation) != 2:
        raise ValueError(f"validation is (inputs, targets), got {len(validation)} entries")
    return _samples("validation", *validation)


def _samples(what: str, inputs: Sequence[Any], targets: Sequence[Any]) -> Samples:
    for name, given in (("inputs", inputs), ("targets", targets)):
        if not hasattr(given, "__len__") or isinstance(given, str):
            raise TypeError(f"{what} data need a list of samples as {name}, got {given!r:.60}")
    if len(inputs) != len(targets):
        raise ValueError(
            f"{what} data need one target per sample, got {len(inputs)} inputs "
            f"and {len(targets)} targets"
        )
    if not len(inputs):
        raise ValueError(f"{what} data are empty")
    return list(zip(inputs, targets))
