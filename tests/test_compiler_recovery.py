"""What structure the compiler finds in scalar programs, and the code it writes for it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from compiled_and_eager import check

import autograd
from autograd import Value, compile, dot, exp, logsumexp, relu, sigmoid, softmax, tanh, where

RANDOM = np.random.default_rng(0)
W1, B1, W2, B2 = (RANDOM.normal(size=s) for s in ((6, 5), (6,), (3, 6), (3,)))
X, T = RANDOM.normal(size=(4, 5)), RANDOM.normal(size=(4, 3))
LAYERS = {"W1": W1, "b1": B1, "W2": W2, "b2": B2}

STYLES = {
    "operators": lambda row, x, b: _accumulate(row, x, b),
    "bias last": lambda row, x, b: sum(w * v for w, v in zip(row, x)) + b,
    "sum": lambda row, x, b: autograd.sum([b, *[v * w for w, v in zip(row, x)]]),
    "dot": lambda row, x, b: dot(row, x) + b,
    "dot with bias": lambda row, x, b: dot([*row, b], [*x, 1.0]),
    "subtracted": lambda row, x, b: -(-b - dot(x, row)),
}


def _accumulate(row: Any, x: Any, b: Any) -> Any:
    total = b
    for w, v in zip(row, x):
        total = total + w * v
    return total


def body(program: Any) -> list[str]:
    """Return the lines of a program, without comments."""
    source = program.source
    lines = source[source.index('    """\n    ', 100) + 8 :].split("\n\n")[0].splitlines()
    return [line.strip().split("  #")[0] for line in lines if line.strip()]


def is_free_of_gathers(program: Any) -> bool:
    return program.summary().gathered == 0 and "add_at" not in program.source


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("transposed", [False, True])
def test_dense_layers_however_written(style: str, transposed: bool) -> None:
    def f(x, t, W1, b1, W2, b2):
        if transposed:
            W1, W2 = list(zip(*W1)), list(zip(*W2))
        hidden = [relu(STYLES[style](row, x, b)) for row, b in zip(W1, b1)]
        out = [STYLES[style](row, hidden, b) for row, b in zip(W2, b2)]
        return autograd.sum([(o - y) ** 2 for o, y in zip(out, t)])

    layers = {n: w.T.copy() if transposed else w for n, w in LAYERS.items()}
    program = compile(f, {"x": (5,), "t": (3,)}, layers)
    end = ".T" if transposed else ""
    lines = body(program)
    assert f"v1 = W1{end} @ x + b1[:, None]" in lines
    assert f"g_W1 = {'x @ g_v1.T' if transposed else 'g_v1 @ x.T'}" in lines
    assert "g_b1 = g_v1.sum(1)" in lines
    assert sum(" @ " in line for line in lines) == 5
    assert is_free_of_gathers(program)
    check(f, {"x": X, "t": T}, layers)


def test_the_headline_program_in_full() -> None:
    def f(x, t, b1, b2, W1, W2):
        hidden = [relu(_accumulate(row, x, b)) for row, b in zip(W1, b1)]
        loss = 0.0
        for row, b, y in zip(W2, b2, t):
            loss = loss + (_accumulate(row, hidden, b) - y) ** 2
        return loss

    program = compile(
        f, {"x": (5,), "t": (3,)}, {"W1": W1, "W2": W2}, {"b1": (6,), "b2": (3,)}
    )  # fmt: skip
    assert body(program) == [
        "x = x.T", "t = t.T", "b1 = b1.T", "b2 = b2.T",
        "v1 = W1 @ x + b1", "v2 = np.maximum(v1, 0)", "v3 = W2 @ v2 - t + b2",
        "v4 = (v3**2).sum()", "# backward",
        "g_v3 = 2*v3", "g_W2 = g_v3 @ v2.T", "g_v2 = W2.T @ g_v3", "g_b2 = g_v3",
        "g_v1 = g_v2*(v1 > 0.0)", "g_W1 = g_v1 @ x.T", "g_b1 = g_v1",
        "return v4, {'b1': g_b1.T, 'b2': g_b2.T, 'W1': g_W1, 'W2': g_W2}",
    ]  # fmt: skip
    biases = {"b1": RANDOM.normal(size=(4, 6)), "b2": RANDOM.normal(size=(4, 3))}
    check(f, {"x": X, "t": T, **biases}, {"W1": W1, "W2": W2})


def test_the_2_2_2_net_in_full() -> None:
    def f(x, t, W1, b1, W2, b2):
        net_h = [row[0] * x[0] + row[1] * x[1] + b1 for row in W1]
        out_h = [sigmoid(net) for net in net_h]
        net_o = [row[0] * out_h[0] + row[1] * out_h[1] + b2 for row in W2]
        out_o = [sigmoid(net) for net in net_o]
        layers = {"net_h": net_h, "out_h": out_h, "net_o": net_o, "out_o": out_o}
        for name, values in layers.items():
            for k, value in enumerate(values, 1):
                value.label = f"{name}{k}"
        E = 0.5 * (t[0] - out_o[0]) ** 2 + 0.5 * (t[1] - out_o[1]) ** 2
        E.label = "E"
        return E

    parameters = {
        "W1": [[0.15, 0.20], [0.25, 0.30]], "b1": 0.35,
        "W2": [[0.40, 0.45], [0.50, 0.55]], "b2": 0.60,
    }  # fmt: skip
    program = compile(f, {"x": (2,), "t": (2,)}, parameters, wrt=["W1", "W2"], batch=False)
    assert body(program) == [
        "b1 = b1.reshape(1)", "b2 = b2.reshape(1)",
        "net_h = W1 @ x + b1",
        "m = np.minimum(net_h, 40.0)", "e = np.exp(m)", "d = 1 + e", "out_h = e/d",
        "net_o = W2 @ out_h + b2",
        "m_2 = np.minimum(net_o, 40.0)", "e_2 = np.exp(m_2)", "d_2 = 1 + e_2", "out_o = e_2/d_2",
        "v5 = t - out_o", "E = 0.5*np.vdot(v5, v5)", "# backward",
        "g_v5 = v5", "g_out_o = -g_v5",
        "g_net_o = g_out_o*(out_o*(np.exp(np.minimum(40 - net_o, 0))/d_2))",
        "g_W2 = g_net_o[:, None]*out_h", "g_out_h = W2.T @ g_net_o",
        "g_net_h = g_out_h*(out_h*(np.exp(np.minimum(40 - net_h, 0))/d))",
        "g_W1 = g_net_h[:, None]*x",
        "return E, {'W1': g_W1, 'W2': g_W2}",
    ]  # fmt: skip
    value, gradients = program([0.05, 0.10], [0.01, 0.99])
    assert value == pytest.approx(0.2983711087600027, rel=1e-15)
    assert gradients["W2"].ravel() == pytest.approx(
        [0.08216704056423077, 0.08266762784753325, -0.02260254047747507, -0.022740242215978222],
        rel=1e-13,
    )
    assert gradients["W1"].ravel() == pytest.approx(
        [0.0004385677344743465, 0.000877135468948693, 0.0004977127352608599, 0.0009954254705217198],
        rel=1e-12,
    )


def test_a_bias_shared_by_a_layer() -> None:
    def f(x, W1, b):
        return autograd.sum([tanh(dot(row, x) + b) for row in W1])

    program = compile(f, {"x": (5,)}, {"W1": W1, "b": 0.5})
    assert "v1 = W1 @ x + b[:, None]" in body(program)
    assert is_free_of_gathers(program)
    check(f, {"x": X}, {"W1": W1, "b": np.array(0.5)})


def test_a_minibatch_unrolled_in_one_graph() -> None:
    def f(X, T, W1, b1, W2, b2):
        losses = []
        for x, t in zip(X, T):
            hidden = [tanh(dot(row, x) + b) for row, b in zip(W1, b1)]
            out = [dot(row, hidden) + b for row, b in zip(W2, b2)]
            losses += [(o - y) ** 2 for o, y in zip(out, t)]
        return autograd.sum(losses) / 4.0

    program = compile(f, {"X": (4, 5), "T": (4, 3)}, LAYERS, batch=False)
    assert "v1 = (W1 @ X.T).reshape(-1) + np.repeat(b1, 4, axis=0)" in body(program)
    assert "g_W1 = g_v1.reshape(6, -1) @ X" in body(program)
    assert "g_b1 = g_v1.reshape(6, 4).sum(1)" in body(program)
    assert is_free_of_gathers(program)
    check(f, {"X": X[None], "T": T[None]}, LAYERS, batch=False)


def test_weights_that_are_computed() -> None:
    def f(x, W1):
        rows = [autograd.sum([exp(w) * v for w, v in zip(row, x)]) for row in W1]
        return autograd.sum([r * r for r in rows]) + 0.1 * autograd.sum(
            [w**2 for row in W1 for w in row]
        )

    for batch in (True, False):
        program = compile(f, {"x": (5,)}, {"W1": W1}, batch=batch)
        assert program.summary().matrix_products >= 1
        assert any(re.search(r"v\d\.reshape\(6, 5\) @ x", line) for line in body(program))
        assert is_free_of_gathers(program)
        check(f, {"x": X if batch else X[:1]}, {"W1": W1}, batch)


def test_softmax_and_cross_entropy_rows() -> None:
    def by_softmax(x, t, W1, b1):
        p = softmax([dot(row, x) + b for row, b in zip(W1, b1)])
        return -autograd.sum([y * autograd.log(q) for y, q in zip(t, p)])

    def by_logsumexp(x, t, W1, b1):
        z = [dot(row, x) + b for row, b in zip(W1, b1)]
        return logsumexp(z) - dot(t, z)

    targets = np.eye(6)[[0, 3, 5, 1]]
    for f in (by_softmax, by_logsumexp):
        program = compile(f, {"x": (5,), "t": (6,)}, {"W1": W1, "b1": B1})
        assert is_free_of_gathers(program)
        assert program.summary().instructions < 30
        check(f, {"x": X, "t": targets}, {"W1": W1, "b1": B1})


def test_means_and_sums_of_squares() -> None:
    def f(x, w):
        mean = autograd.sum(x) / 5.0
        return autograd.sum([(v - mean) ** 2 for v in x]) / 5.0 + dot(w, w)

    program = compile(f, {"x": (5,)}, {"w": B1}, wrt=["x", "w"])
    assert is_free_of_gathers(program)
    assert "np.vdot(w, w)" in program.source
    check(f, {"x": X}, {"w": B1})


def test_neurons_in_one_flat_list() -> None:
    """micrograd's layout: the weights and the bias of each neuron in turn."""
    flat = [Value(v) for v in RANDOM.normal(size=6 * 6)]

    def f(x, flat):
        rows = [flat[k : k + 6] for k in range(0, 36, 6)]
        return autograd.sum([tanh(_accumulate(row[:5], x, row[5])) for row in rows])

    program = compile(f, {"x": (5,)}, {"flat": flat})
    product = "v1 = flat[0:36].reshape(6, 6)[:, 0:5] @ x + flat[5:36:6][:, None]"
    assert product in body(program)
    assert is_free_of_gathers(program)
    check(f, {"x": X}, {"flat": np.array([v.data for v in flat])})


def test_attention() -> None:
    def f(Q, K, V):
        weights = [softmax([dot(q, k) * 0.5 for k in K]) for q in Q]
        out = [dot(row, column) for row in weights for column in zip(*V)]
        return autograd.sum([tanh(v) for v in out])

    arrays = {n: RANDOM.normal(size=(2, 4, k)) for n, k in (("Q", 3), ("K", 3), ("V", 2))}
    program = compile(f, {n: x.shape[1:] for n, x in arrays.items()}, wrt=["Q", "K", "V"])
    assert program.source.count("np.einsum") == 2 + 4
    assert is_free_of_gathers(program)
    check(f, arrays, {})


@pytest.mark.parametrize("padded", [False, True])
def test_convolution(padded: bool) -> None:
    def f(image, kernel):
        if padded:
            image = [[0.0] * 7, *[[0.0, *row, 0.0] for row in image], [0.0] * 7]
        size = len(image) - 2
        out = [
            autograd.sum([
                kernel[a][b] * image[i + a][j + b] for a in range(3) for b in range(3)
            ])
            for i in range(size) for j in range(size)
        ]  # fmt: skip
        return autograd.sum([relu(v) for v in out])

    arrays = {"image": RANDOM.normal(size=(3, 5, 5))}
    program = compile(f, {"image": (5, 5)}, {"kernel": (3, 3)})
    if not padded:
        assert program.summary().matrix_products == 1
    check(f, arrays, {"kernel": RANDOM.normal(size=(3, 3))})


def test_a_matrix_is_reshaped_once() -> None:
    def f(x, U):
        return autograd.sum([tanh(dot(row, [x] * 3) + autograd.sum(row)) for row in U])

    program = compile(f, {"x": ()}, {"U": (2, 3)})
    assert " U.reshape(2, 3).sum(1)" in program.source


def test_a_recurrent_net() -> None:
    def f(xs, W1, U):
        state = [0.0] * 6
        for x in xs:
            state = [tanh(dot(w, [x] * 5) + dot(u, state)) for w, u in zip(W1, U)]
        return autograd.sum(state)

    U = RANDOM.normal(size=(6, 6))
    program = compile(f, {"xs": (7,)}, {"W1": W1, "U": U})
    assert program.summary().matrix_products >= 6
    check(f, {"xs": RANDOM.normal(size=(3, 7))}, {"W1": W1, "U": U})


@pytest.mark.parametrize("fill", [0.1, 0.5, 0.9])
def test_sparse_layers_run_through_segments(fill: float) -> None:
    mask = np.random.default_rng(3).random((40, 30)) < fill
    weights = np.random.default_rng(4).normal(size=int(mask.sum()))

    def f(x, w):
        rest = iter(w)
        rows = [[next(rest) * x[j] for j in np.flatnonzero(row)] for row in mask]
        return autograd.sum([tanh(autograd.sum(row)) for row in rows if row])

    check(f, {"x": np.random.default_rng(5).normal(size=(3, 30))}, {"w": weights})


def test_a_matrix_of_numbers() -> None:
    numbers = RANDOM.normal(size=(6, 5)).tolist()

    def f(x, w):
        rows = [sum(c * v for c, v in zip(row, x)) for row in numbers]
        return autograd.sum([tanh(r * a) for r, a in zip(rows, w)])

    program = compile(f, {"x": (5,)}, {"w": B1})
    assert program.summary().matrix_products == 1
    assert "C0 @ x" in program.source
    check(f, {"x": X}, {"w": B1})


def test_equal_rows_are_computed_once() -> None:
    def f(x, W1):
        outs = [[tanh(dot(row, x)) for row in W1] for _ in range(6)]
        return autograd.sum([row[k] for k, row in enumerate(outs)])

    program = compile(f, {"x": (5,)}, {"W1": W1})
    assert sum(" @ " in line or "tanh" in line for line in body(program)) == 3
    check(f, {"x": X}, {"W1": W1})


def test_regular_and_irregular_parts_mix() -> None:
    def f(x, W1, b1):
        hidden = [tanh(dot(row, x) + b) for row, b in zip(W1, b1)]
        odd = exp(hidden[0]) * x[3] - hidden[1] / (1.0 + x[2] ** 2)
        tail = sigmoid(odd + hidden[4]) * autograd.maximum(hidden[5], x[0])
        return autograd.sum(hidden) * odd + tail + W1[2][3] * b1[1]

    check(f, {"x": X}, {"W1": W1, "b1": B1})


@pytest.mark.parametrize("power", [1, 2])
def test_coefficients_that_differ_from_row_to_row(power: int) -> None:
    def f(x):
        return autograd.sum([autograd.tanh(0.1 * (k + 1) * v**power) for k, v in enumerate(x)])

    check(f, {"x": np.array([[1.0, -1.0, 2.0, 0.5, 1.5, 0.3]])}, {})


CONDITIONS = {
    "sum": lambda x, w: autograd.sum([x[0] > 0, (x[1] > 0) & (x[0] > 0)]) * w[0],
    "exp": lambda x, w: autograd.exp(x[0] > 0) * w[0],
    "logsumexp": lambda x, w: autograd.logsumexp([x[0] > 0, x[1] > 0, w[0]]),
    "negative": lambda x, w: -1.0 * where(x[0] > 0, x[1] > 0, x[1] < 0) * w[0],
    "difference": lambda x, w: (
        (autograd.maximum(x[0] > 0, x[1] > 0) - autograd.minimum(x[0] > 1, x[1] > 1)) * w[0]
    ),
    "factor": lambda x, w: (x[0] > 0) * w[0] + (x[1] > w[1]),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_conditions_count_as_numbers(name: str) -> None:
    x = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -2.0]])
    check(CONDITIONS[name], {"x": x}, {"w": np.array([0.7, 0.1])})
