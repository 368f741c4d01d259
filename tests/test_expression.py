"""Formulas printed as Python, text and LaTeX: parsed back, they give the number again."""

from __future__ import annotations

import math
import re
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Op, Value, dot, exp, gradient, logsumexp, ops, where
from autograd.expression import to_latex, to_text
from autograd.expression.notation import decimal

NAMES = {"a": 1.3, "b": -0.7, "c": 2.1, "net_o1": 0.45}
FUNCTIONS: dict[str, Any] = {
    **ops.TABLE, "softmax": ops.softmax, "abs": abs, "inf": math.inf, "nan": math.nan,
}  # fmt: skip

HOSTILE = [
    "<script>alert(1)</script>", "a&b;&lt;", "quote\"'`", "back\\slash\\end{align*}", "$x$ $$",
    "under_score_", "^^hat^", "100%", "line\nbreak\n\n# x", "\u202eright\u202cto left", "שלום",
    "🎉", "中文", "{}}{", "[link](javascript:x)", "**bold**", "~#|", "x" * 10_000, "⟨a + b⟩",
    "lambda", "\x00\x1b[31m", "∂E/∂w", "w⁺", "",
]  # fmt: skip


def leaves() -> dict[str, Value]:
    return {name: Value(x, name) for name, x in NAMES.items()}


def evaluated(text: str, values: dict[str, float]) -> float:
    result = eval(text, {"__builtins__": {}}, {**FUNCTIONS, **values})
    return result.data if isinstance(result, Value) else float(result)


# --- text -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (lambda a, b, c: a - (b - c), "a - (b - c)"),
        (lambda a, b, c: a - b - c, "a - b - c"),
        (lambda a, b, c: a / b / c, "a/b/c"),
        (lambda a, b, c: a / (b / c), "a/(b/c)"),
        (lambda a, b, c: a * (b * c), "a*(b*c)"),
        (lambda a, b, c: -(a**2), "-a**2"),
        (lambda a, b, c: (-a) ** 2, "(-a)**2"),
        (lambda a, b, c: a**c**b, "a**c**b"),
        (lambda a, b, c: (a**b) ** c, "(a**b)**c"),
        (lambda a, b, c: a**-2, "a**(-2)"),
        (lambda a, b, c: -(a + b) * c, "-(a + b)*c"),
        (lambda a, b, c: a + -b, "a - b"),
        (lambda a, b, c: a + (-0.5), "a - 0.5"),
        (lambda a, b, c: a * 1.0 + 0.0, "a"),
        (lambda a, b, c: 0.0 - (-a) * -1.0, "-a"),
        (lambda a, b, c: 0.5 * (2.0 * a**1.0), "a"),
        (lambda a, b, c: a * a * b * b, "a**2*b**2"),
        (lambda a, b, c: a / b / b, "a/b**2"),
        (lambda a, b, c: gradient(1 / b, [b], create_graph=True)[0], "-1/b**2"),
        (lambda a, b, c: gradient(a.sin(), [a], create_graph=True)[0], "cos(a)"),
        (lambda a, b, c: gradient(a.tanh(), [a], create_graph=True)[0], "4*sigmoid_slope(2*a)"),
        (lambda a, b, c: dot((a, b, c), (b, c, 1.0)), "a*b + b*c + c"),
        (lambda a, b, c: ops.sum([a, -b, 2.0 * c]), "a - b + 2*c"),
        (lambda a, b, c: logsumexp([a, b]), "logsumexp([a, b])"),
        (lambda a, b, c: where((a > 0) & (b <= c), a, b), "where((a > 0) & (b <= c), a, b)"),
        (lambda a, b, c: where(~(a > b - c), abs(a), b), "where(not (a > b - c), abs(a), b)"),
        (lambda a, b, c: Value(2.0) * a + Value(-3.5), "2*a + (-3.5)"),
        (lambda a, b, c: Value(4.0), "4"),
        (lambda a, b, c: a, "a"),
    ],
)
def test_text(formula: Any, text: str) -> None:
    values = leaves()
    assert to_text(formula(values["a"], values["b"], values["c"])) == text


_UNARY = [
    name for name, op in ops.TABLE.items()
    if op.arity == 1 and op.partials is not None and name not in ("negative", "identity")
]  # fmt: skip


@st.composite
def expressions(draw: Any) -> Value:
    """A random expression of the table's operations, of finite and moderate numbers."""
    pool: list[Any] = [*leaves().values(), Value(draw(st.floats(-3, 3)))]
    operations = draw(
        st.lists(
            st.sampled_from([*_UNARY, *"+-*/~^", "**", "where", "sum", "dot", "max"]), max_size=12
        )
    )
    for name in operations:
        x, y = (pool[draw(st.integers(0, len(pool) - 1))] for _ in range(2))
        constant = draw(st.sampled_from([0.5, -1.0, 1.0, 2.0, 0.0, -0.3]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node = _applied(name, x, y, constant)
        if isinstance(node, Value) and 1e-6 < abs(node.data) < 1e6:
            pool.append(node)
    return pool[-1]


def _applied(name: str, x: Value, y: Value, constant: float) -> Any:
    table: dict[str, Any] = {
        "+": lambda: x + y, "-": lambda: x - y, "*": lambda: x * y, "/": lambda: x / y,
        "~": lambda: -x * constant, "^": lambda: x ** round(2 * constant),
        "**": lambda: abs(x) ** y,
        "where": lambda: where((x > y) | ~(x < constant), x + constant, y),
        "sum": lambda: ops.sum([x, constant, y, x]), "dot": lambda: dot([x, y], [constant, x]),
        "max": lambda: ops.maximum(x, constant) - ops.clamp(y, -0.5) + x.leaky_relu(),
    }  # fmt: skip
    return table[name]() if name in table else ops.TABLE[name](x)


@settings(deadline=None, max_examples=300)
@given(expressions())
def test_text_parses_back_to_the_number(v: Value) -> None:
    text = to_text(v)
    if "shortened" not in text:
        assert evaluated(text, NAMES) == pytest.approx(v.data, rel=1e-7, abs=1e-9)


@settings(deadline=None, max_examples=100)
@given(expressions())
def test_derivatives_parse_back_too(v: Value) -> None:
    nodes = [x for x in autograd.topological_order(v) if x.label]
    if not nodes or v.op is None:
        return
    (derivative,) = gradient(v, nodes[:1], create_graph=True)
    text = to_text(derivative)
    if "shortened" not in text and math.isfinite(derivative.data):
        assert evaluated(text, NAMES) == pytest.approx(derivative.data, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", sorted(ops.TABLE))
def test_every_operation_prints_and_parses_back(name: str) -> None:
    op = ops.TABLE[name]
    if op in ops.CONDITIONS:  # they print within where
        return
    x, y, z = Value(0.3, "a"), Value(0.6, "b"), Value(0.9, "c")
    if name == "acosh":
        x.data = 1.5
    if name == "polygamma":
        x.data = 2.0
    if op.arity is None:
        result = op([x, y, z]) if name != "dot" else op([x, y], [y, z])
    elif name == "where":
        result = op(x > y, y, z)
    else:
        result = op(*[x, y, z][: op.arity])
    values = {v.label: v.data for v in (x, y, z)}
    assert evaluated(to_text(result), values) == pytest.approx(result.data, rel=1e-12)
    assert_well_formed(to_latex(result))


def test_a_users_operation_prints_as_a_call() -> None:
    cube = Op("cube", lambda x: x**3, lambda out, x: (3 * x**2,))
    x = Value(2.0, "x")
    assert to_text(cube(x) + 1) == "cube(x) + 1"
    assert r"\operatorname{cube}\left(x\right)" in to_latex(cube(x) + 1)


def test_labelled_nodes_end_a_formula_but_for_the_value_itself() -> None:
    x = Value(2.0, "x")
    h = x * x
    h.label = "h"
    y = exp(h) + x
    y.label = "y"
    assert to_text(y) == "exp(h) + x"
    assert to_text(h) == "x**2"


def test_nodes_of_one_label_are_told_apart() -> None:
    a, b, c = Value(1.0, "w"), Value(2.0, "w"), Value(3.0, "w_2")
    assert to_text(a * b - c) == "w*w_3 - w_2"


def test_deep_and_wide_formulas_are_shortened_and_say_so() -> None:
    x = Value(0.5, "x")
    deep, doubled = x, x
    for _ in range(20_000):
        deep = deep.sin()
        doubled = (doubled + doubled) * 0.5
    row = ops.sum([Value(float(i), f"w{i}") for i in range(1, 1001)])
    for v in (deep, doubled, row):
        text, latex = to_text(v), to_latex(v)
        assert len(text) < 5000 and "..." in text and "# shortened" in text
        assert r"\dots" in latex and r"\text{(shortened)}" in latex
        assert_well_formed(latex)
    assert to_text(row, max_terms=4).startswith("w1 + w2 + ... + w1000  #")


def test_a_value_is_needed() -> None:
    with pytest.raises(TypeError, match="Value, got float"):
        to_text(2.0)  # type: ignore[arg-type]


# --- LaTeX ------------------------------------------------------------------------------


def assert_well_formed(latex: str) -> None:
    r"""Braces, \left and \right, and environments balance; no sign is left unescaped."""
    assert "\n" not in latex
    bare = re.sub(r"\\[\\{}$&#%_]", "", latex)
    depth = 0
    for c in bare:
        depth += (c == "{") - (c == "}")
        assert depth >= 0
    assert depth == 0
    assert latex.count(r"\left") == latex.count(r"\right")
    opened: list[str] = []
    for side, environment in re.findall(r"\\(begin|end)\{(cases|aligned)\}", latex):
        if side == "begin":
            opened.append(environment)
        else:
            assert opened.pop() == environment
    assert not opened
    assert not re.search(r"[$#%~]", bare)
    assert not any(ord(c) < 32 or c in "\u202e\u202d" for c in latex)


@pytest.mark.parametrize(
    ("formula", "latex"),
    [
        (lambda a, b: a / b, r"\frac{a}{b}"),
        (lambda a, b: (a / b) ** 2, r"\left(\frac{a}{b}\right)^{2}"),
        (lambda a, b: 0.5 * (a - b) ** 2, r"\tfrac{1}{2} \cdot \left(a - b\right)^{2}"),
        (lambda a, b: exp(-a) ** 2, r"\left(e^{-a}\right)^{2}"),
        (lambda a, b: (a + b).sqrt(), r"\sqrt{a + b}"),
        (lambda a, b: a.sigmoid() * abs(b), r"\sigma\left(a\right) \cdot \left|b\right|"),
        (
            lambda a, b: where(a >= 0, a, b),
            r"\begin{cases} a & \text{if } a \ge 0 \\ b & \text{otherwise} \end{cases}",
        ),
    ],
)
def test_latex(formula: Any, latex: str) -> None:
    values = leaves()
    assert to_latex(formula(values["a"], values["b"])) == latex


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("net_o1", r"\mathrm{net}_{o1}"),
        ("w5", "w_{5}"),
        ("x", "x"),
        ("w1_2", "w_{1,2}"),
        ("δ_o1", r"\delta_{o1}"),
        ("λ", r"\lambda"),
        ("w5⁺", "w_{5}^{+}"),
        ("a b", r"\mathrm{a\ b}"),
        ("50%", r"\mathrm{50\%}"),
        ("∂E/∂w5", r"\frac{\partial E}{\partial w_{5}}"),
        ("hidden[0]", r"\mathrm{hidden\lbrack 0\rbrack }"),
    ],
)
def test_labels_in_latex(label: str, latex: str) -> None:
    assert to_latex(Value(1.0, label)) == latex


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels(label: str) -> None:
    v = Value(2.0, label) ** 2 * 3.0
    latex, text = to_latex(v), to_text(v)
    assert_well_formed(latex)
    assert not re.search("<[a-zA-Z/!]", latex) and len(latex) < 2000
    assert "\n" not in text and "\u202e" not in text and len(text) < 200
    compile(text, "formula", "eval")  # a name or a quoted string, never code


@settings(deadline=None, max_examples=60)
@given(expressions())
def test_latex_is_well_formed(v: Value) -> None:
    assert_well_formed(to_latex(v))


def test_matplotlib_understands_the_latex() -> None:
    mathtext = pytest.importorskip("matplotlib.mathtext")
    parser = mathtext.MathTextParser("path")
    values = leaves()
    a, b, c = values["a"], values["b"], values["c"]
    for name in set(_UNARY) - {"acosh"}:
        parser.parse(f"${to_latex(ops.TABLE[name](c / (a + 2.0)) ** 2)}$")
    parser.parse(f"${to_latex(ops.hypot(a - b, c) * logsumexp([a, b]) / dot([a, b], [b, c]))}$")


# --- numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "digits", "expected"),
    [
        (0.4, 9, ("", "0.4", None)),
        (0.7513650695523157, 9, ("", "0.751365070", None)),
        (0.6000000000000001, 6, ("", "0.6", None)),
        (-2.0, 6, ("-", "2", None)),
        (0.00043856773, 6, ("", "4.385677", -4)),
        (0.00043856773, 9, ("", "0.000438568", None)),
        (0.7310586, 2, ("", "0.73", None)),
        (0.0213, 4, ("", "0.0213", None)),
        (1e300, 6, ("", "1", 300)),
        (123456.7891234, 2, ("", "123456.79", None)),
        (-math.inf, 6, ("-", "inf", None)),
        (math.nan, 6, ("", "nan", None)),
        (0.1, None, ("", "0.1", None)),
        (1e-12, None, ("", "1", -12)),
        (-0.0, 6, ("", "0", None)),
    ],
)
def test_numbers(x: float, digits: int | None, expected: tuple[str, str, int | None]) -> None:
    assert decimal(x, digits) == expected


def test_not_binds_looser_than_a_product() -> None:
    x = Value(-2.0, label="x")
    assert to_text(~(x > 0.0) * x) == "(not (x > 0))*x"


def test_constants_that_would_overflow_together_stay_apart() -> None:
    p, q = Value(1e-200, label="p"), Value(1e-200, label="q")
    v = (1e200 * p) * (1e200 * q)
    assert eval(to_text(v), {"p": p.data, "q": q.data}) == v.data == 1.0


def test_a_negative_zero_keeps_its_sign() -> None:
    text = to_text(-0.0 * Value(2.0, label="x"))
    assert math.copysign(1.0, eval(text, {"x": 2.0})) == -1.0


def test_a_shortened_sum_has_three_terms_at_least() -> None:
    with pytest.raises(ValueError, match="at least 3 terms; got max_terms=1"):
        to_text(autograd.sum([Value(1.0)] * 5), max_terms=1)
