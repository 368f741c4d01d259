"""`fit`, `History` and the data sets."""

from __future__ import annotations

import base64
import builtins
import math
import sys
import time
import xml.etree.ElementTree
from types import SimpleNamespace
from typing import Any

import pytest
from optional import numpy

import autograd
from autograd import Value
from nn import (
    MLP,
    SGD,
    Adam,
    History,
    Module,
    binary_cross_entropy,
    cross_entropy,
    fit,
    half_squared_error,
    moons,
    mse,
    spirals,
    xor,
)
from nn.training import mean_loss


class Point(Module):
    """A model whose output is its one parameter."""

    def __init__(self, start: float) -> None:
        self.w = Value(start)

    def __call__(self, inputs: Any) -> Any:
        return self.w * 1.0


def test_a_full_batch_epoch_is_one_step_along_the_mean_gradient() -> None:
    inputs, targets = moons(10, seed=3)
    net, twin = MLP(2, [3, 1], seed=0), MLP(2, [3, 1], seed=0)
    history = fit(net, inputs, targets, optimizer=SGD(net.parameters(), 0.5), epochs=1)

    losses = [half_squared_error(twin(x), t) for x, t in zip(inputs, targets)]
    loss = autograd.sum(losses) / len(losses)
    loss.backward()
    SGD(twin.parameters(), 0.5).step()
    assert history.loss == [pytest.approx(loss.data, rel=1e-12)]
    for p, q in zip(net.parameters(), twin.parameters()):
        assert p.data == pytest.approx(q.data, rel=1e-12)


def test_batches_cover_every_sample_once_an_epoch() -> None:
    seen: list[float] = []

    def watch(output: Any, target: float) -> Any:
        seen.append(target)
        return half_squared_error(output, target)

    targets = [float(k) for k in range(7)]
    model = Point(0.0)
    optimizer = SGD(model.parameters(), 0.0)
    history = fit(model, targets, targets, loss=watch, optimizer=optimizer, epochs=2, batch_size=3)
    assert sorted(seen[:7]) == sorted(seen[7:]) == targets
    assert targets != seen[:7] != seen[7:]  # shuffled anew
    assert history.loss == [pytest.approx(0.5 * 91 / 7)] * 2  # batches weigh by their size


def test_training_is_reproducible_and_seeded() -> None:
    def run(seed: int) -> list[float]:
        net = MLP(2, [4, 1], seed=0)
        return fit(net, *moons(20), epochs=3, batch_size=6, seed=seed).loss

    assert run(0) == run(0) != run(1)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_xor_is_learned_by_nonlinear_nets(activation: str) -> None:
    net = MLP(2, [6, 1], activation, seed=2)
    history = fit(net, *xor(), optimizer=Adam(net.parameters(), lr=0.05), epochs=300)
    assert history.loss[-1] < 1e-3
    assert [round(net(x).data) for x in xor()[0]] == xor()[1]


def test_xor_is_not_learned_by_a_linear_net() -> None:
    # Layers in a row stay linear without an activation: the best they can do is 1/2 everywhere.
    net = MLP(2, [6, 1], activation=None, seed=2)
    history = fit(net, *xor(), optimizer=Adam(net.parameters(), lr=0.05), epochs=300)
    assert history.loss[-1] == pytest.approx(0.125, abs=1e-4)


def test_classes_are_learned_with_cross_entropy() -> None:
    points, classes = spirals(24, classes=3, turns=0.25)
    net = MLP(2, [8, 3], seed=0)
    optimizer = Adam(net.parameters(), lr=0.05)
    fit(net, points, classes, loss=cross_entropy, optimizer=optimizer, epochs=60, batch_size=8)
    right = [max(range(3), key=lambda k: net(x)[k].data) for x in points]
    assert right == classes


def test_other_losses_fit_too() -> None:
    net = MLP(2, [4, 1], output_activation="sigmoid", seed=0)
    history = fit(net, *moons(20), loss=binary_cross_entropy, epochs=30)
    assert history.loss[-1] < history.loss[0]


def test_early_stopping_goes_back_to_the_best_epoch() -> None:
    # The training loss falls towards w = 2; the validation loss is least near w = 1.
    model = Point(0.0)
    history = fit(
        model, [0], [2.0], loss=mse, optimizer=SGD(model.parameters(), 0.05), epochs=100,
        validation=([0], [1.0]), patience=3,
    )  # fmt: skip
    assert history.stopped_early
    best = history.best_epoch
    assert len(history.loss) == len(history.validation_loss) == best + 3
    assert history.monitored is history.validation_loss
    assert (model.w.data - 1.0) ** 2 == min(history.validation_loss)
    assert abs(model.w.data - 1.0) < 0.1


def test_small_falls_do_not_count() -> None:
    model = Point(0.0)
    optimizer = SGD(model.parameters(), 1e-3)
    history = fit(
        model, [0], [1.0], optimizer=optimizer, epochs=50, patience=2, min_delta=0.1
    )  # fmt: skip
    assert len(history.loss) == 3 and history.stopped_early
    assert model.w.data == 0.0, "the parameters that had the best loss"


def test_patience_that_lasts_keeps_the_end() -> None:
    model = Point(0.0)
    history = fit(
        model, [0], [1.0], optimizer=SGD(model.parameters(), 0.5), epochs=4, patience=10
    )  # fmt: skip
    assert not history.stopped_early and len(history.loss) == 4
    assert model.w.data == 1.0 - 0.5**4


def test_a_diverging_run_stops_with_the_last_finite_parameters() -> None:
    model = Point(1.0)
    with (
        pytest.warns(RuntimeWarning),
        pytest.raises(FloatingPointError, match=r"became inf in epoch .* smaller learning rate"),
    ):
        fit(model, [0], [0.0], optimizer=SGD(model.parameters(), 1e3), epochs=1000)
    assert math.isfinite(model.w.data) and abs(model.w.data) > 1e100


def test_validation_records_nothing() -> None:
    net = MLP(1, [1], weights=[[[2.0]]])
    assert mean_loss(net, [([1.0], 0.0), ([2.0], 0.0)], half_squared_error) == 5.0
    assert not any(p.grad for p in net.parameters())
    assert net.layers[0].z[0].operands == ()


@pytest.mark.parametrize("show", [True, False])
def test_the_progress_bar_shows_the_loss(show: bool, capsys: pytest.CaptureFixture[str]) -> None:
    fit(Point(0.0), [0], [1.0], epochs=2, progress=show)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert ("2/2" in shown.err and "loss 0.49" in shown.err) is show


def test_without_a_terminal_there_is_no_progress_bar(capsys: pytest.CaptureFixture[str]) -> None:
    fit(Point(0.0), [0], [1.0], epochs=2)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"inputs": [1]}, "1 inputs and 2 targets"),
        ({"inputs": [], "targets": []}, "training data are empty"),
        ({"validation": ([], [])}, "validation data are empty"),
        ({"epochs": 0}, "epochs of at least 1, got 0"),
        ({"batch_size": 0}, "batch_size of at least 1, got 0"),
        ({"patience": 0}, "patience of at least 1, got 0"),
        ({"epochs": 2.5}, "whole number for epochs, got 2.5"),
        ({"validation": ([1],)}, r"validation is \(inputs, targets\), got 1"),
        ({"validation": 3}, r"validation is \(inputs, targets\), got 3"),
        ({"optimizer": "adam"}, r"SGD\(net.parameters\(\), lr=0.1\), got 'adam'"),
        ({"optimizer": SGD}, "needs an optimizer"),
        ({"optimizer": SGD([Value(1.0)], lr=0.1)}, "none of the model's parameters"),
        ({"loss": "mse"}, "needs a function for loss, such as nn.mse, got 'mse'"),
        ({"loss": lambda out, t: out.data - t}, "loss must return a Value.*not from their .data"),
    ],
)
def test_wrong_data_and_settings_are_refused(options: dict[str, Any], words: str) -> None:
    model = Point(0.5)
    arguments = {"inputs": [0, 1], "targets": [1.0, 2.0], **options}
    with pytest.raises((ValueError, TypeError), match=words):
        fit(model, **arguments)
    assert model.w.data == 0.5


# --- History ------------------------------------------------------------------------


def test_history_sums_up() -> None:
    history = History(loss=[4.0, 1.0, 2.0], validation_loss=[3.0, 2.0, 1.0], stopped_early=True)
    assert repr(history) == (
        "History(3 epochs, loss 4 -> 2, validation 3 -> 1, best 1 in epoch 3, stopped early)"
    )
    assert (History(loss=[4.0, 1.0, 2.0]).best_epoch, History().best_epoch) == (2, 0)
    assert repr(History()) == "History(no epochs)"
    assert repr(History(loss=[1.0])).startswith("History(1 epoch,")


SVG = "{http://www.w3.org/2000/svg}"


def curve(history: History) -> xml.etree.ElementTree.Element:
    """The picture of a history, which stands in its HTML as an image."""
    image = xml.etree.ElementTree.fromstring(history._repr_html_()).find("img")
    assert image is not None and image.attrib["alt"] == "the losses over the epochs"
    data = image.attrib["src"].removeprefix("data:image/svg+xml;base64,")
    return xml.etree.ElementTree.fromstring(base64.b64decode(data))


@pytest.mark.parametrize(
    ("history", "curves"),
    [
        (History(loss=[4.0, 1.0, 2.0], validation_loss=[3.0, 2.0, 1.0]), 2),
        (History(loss=[1.0, 1.0]), 1),
        (History(loss=[1.0, 0.0]), 1),  # no logarithm
        (History(loss=[1.0, 2.0], validation_loss=[math.inf, math.nan]), 2),
        (History(loss=[1.0]), 0),
        (History(), 0),
    ],
)
def test_history_shows_itself_in_a_notebook(history: History, curves: int) -> None:
    lines = list(curve(history).iter(f"{SVG}polyline"))
    assert len(lines) == curves
    for line in lines:
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 320 and 0 <= y <= 80


def test_the_curve_is_logarithmic() -> None:
    line = next(curve(History(loss=[100.0, 10.0, 1.0])).iter(f"{SVG}polyline"))
    assert line.attrib["points"] == "0.0,0.0 160.0,40.0 320.0,80.0"


def test_history_plots() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    ax = History(loss=[4.0, 1.0], validation_loss=[3.0, 2.0]).plot()
    training, validation = ax.get_lines()
    assert list(training.get_xdata()) == [1, 2] and list(training.get_ydata()) == [4.0, 1.0]
    assert list(validation.get_ydata()) == [3.0, 2.0]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("epoch", "loss", "log")
    again = History(loss=[0.0]).plot(pyplot.subplots()[1])
    assert again.get_yscale() == "linear" and again is not ax
    pyplot.close("all")


def test_without_matplotlib_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def no_matplotlib(name: str, *rest: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ModuleNotFoundError("No module named 'matplotlib'")
        return real_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", no_matplotlib)
    with pytest.raises(ImportError, match=r"scalar-autograd\[plot\]"):
        History(loss=[1.0]).plot()


# --- data sets ----------------------------------------------------------------------


@pytest.mark.parametrize("make", [moons, spirals])
def test_data_sets_are_plain_and_seeded(make: Any) -> None:
    points, classes = make(11, seed=1)
    assert make(11, seed=1) == (points, classes) != make(11, seed=2)
    assert make(11, seed=None) != make(11, seed=None)
    assert len(points) == len(classes) == 11
    assert {type(x) for point in points for x in point} == {float}
    assert abs(classes.count(0) - classes.count(1)) <= 1


def test_moons_are_two_half_circles() -> None:
    points, classes = moons(41, noise=0.0)
    for (x, y), c in zip(points, classes):
        centre, up = ((0.0, 0.0), 1) if c == 0 else ((1.0, 0.5), -1)
        assert math.hypot(x - centre[0], y - centre[1]) == pytest.approx(1.0)
        assert up * (y - centre[1]) >= -1e-15
    assert points[0] == pytest.approx([1.0, 0.0]) and points[40] == pytest.approx([-1.0, 0.0])


def test_spirals_wind_outwards() -> None:
    points, classes = spirals(30, classes=3, turns=1.0, noise=0.0)
    arm = [point for point, c in zip(points, classes) if c == 0]
    radii = [math.hypot(*point) for point in arm]
    assert radii == sorted(radii)
    assert radii[0] == pytest.approx(0.1) and arm[-1] == pytest.approx([1.0, 0.0])


def test_noise_has_the_size_asked_for() -> None:
    exact, _ = moons(400, noise=0.0)
    noisy, _ = moons(400, noise=0.1, seed=5)
    errors = [a - b for p, q in zip(noisy, exact) for a, b in zip(p, q)]
    assert math.sqrt(math.fsum(e * e for e in errors) / len(errors)) == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: moons(1),
        lambda: moons(10, noise=-0.1),
        lambda: spirals(2, classes=3),
        lambda: spirals(2, classes=0),
        lambda: spirals(10, noise=math.nan),
    ],
)
def test_impossible_data_sets_are_refused(call: Any) -> None:
    with pytest.raises(ValueError):
        call()


def test_data_sets_need_numbers() -> None:
    with pytest.raises(TypeError, match=r"whole number of points, got n=3\.5"):
        moons(3.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="noise is a number"):
        moons(10, noise="a")  # type: ignore[arg-type]


def test_fit_needs_a_module_and_takes_any_whole_number() -> None:
    with pytest.raises(TypeError, match="needs a Module for model"):
        fit([Value(1.0)], [0], [1.0])  # type: ignore[arg-type]
    epochs = numpy.int64(3)
    assert len(fit(Point(0.5), [0, 1], [1.0, 2.0], epochs=epochs).loss) == 3  # type: ignore[arg-type]


# --- on_epoch, freezing, progress in notebooks --------------------------------------------------


@pytest.mark.parametrize("compiled", [False, True])
def test_a_schedule_sets_the_learning_rate_of_the_next_epoch(compiled: bool) -> None:
    if compiled:
        pytest.importorskip("numpy")
    model, seen = Point(0.0), []
    optimizer = SGD(model.parameters(), 0.5)

    def on_epoch(epoch: int, history: History) -> None:
        seen.append((epoch, len(history.loss), model.w.data))
        optimizer.lr = 0.5**epoch

    fit(model, [0], [1.0], optimizer=optimizer, epochs=3, on_epoch=on_epoch, compiled=compiled)
    # E = ½(w − 1)²: an update goes the part lr of the way to 1
    assert seen == [(1, 1, 0.5), (2, 2, 0.75), (3, 3, 0.8125)]


def test_on_epoch_ends_training_where_it_returns_true() -> None:
    model = Point(0.0)
    history = fit(
        model, [0], [1.0], optimizer=SGD(model.parameters(), 0.5), epochs=50,
        on_epoch=lambda epoch, history: epoch == 4, validation=([0], [1.0]),
    )  # fmt: skip
    assert len(history.loss) == len(history.validation_loss) == 4 and history.stopped_early
    assert model.w.data == 1.0 - 0.5**4, "the parameters are the latest ones"


def test_on_epoch_may_raise_and_must_be_a_function() -> None:
    model = Point(0.0)

    def on_epoch(epoch: int, history: History) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(model, [0], [1.0], on_epoch=on_epoch)
    assert model.w.data != 0.0
    with pytest.raises(TypeError, match=r"function of \(epoch, history\) for on_epoch, got 3"):
        fit(model, [0], [1.0], on_epoch=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("compiled", [False, True])
def test_what_the_optimizer_does_not_hold_is_frozen(compiled: bool) -> None:
    if compiled:
        pytest.importorskip("numpy")
    net = MLP(2, [3, 1], seed=0)
    before = net.state_dict()
    head = Adam(net.layers[-1].parameters(), lr=0.05)
    fit(net, *xor(), optimizer=head, epochs=3, compiled=compiled)
    changed = {name for name, x in net.state_dict().items() if x != before[name]}
    assert changed == {name for name in before if name.startswith("layers.1.")}


@pytest.mark.parametrize(("pause", "shown"), [(0.0, False), (0.7, True)])
def test_a_notebook_shows_progress_where_it_takes_long(
    pause: float, shown: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=None))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)

    def on_epoch(epoch: int, history: History) -> None:
        time.sleep(pause)

    fit(Point(0.0), [0], [1.0], epochs=3, on_epoch=on_epoch)
    assert ("epoch" in capsys.readouterr().err) is shown
