"""How a `Value` shows itself in Jupyter."""

from __future__ import annotations

from html import escape

from autograd.drawing.gate import number_text
from autograd.drawing.style import GRADIENT, NAME, VALUE
from autograd.expression.notation import shortened, visible
from autograd.node import Node


def value_html(node: Node, digits: int = 6) -> str:
    """Return a value as one line of HTML: its label, its data in green, its gradient in red.

    Args:
        node: the value.
        digits: digits after the point.

    >>> from autograd import Value
    >>> "0.751365" in value_html(Value(0.7513650695, label="out_o1"))
    True
    """
    label = visible(shortened(node.label or ""))
    parts = [
        _span(f"{label} = ", NAME) if label else "",
        _span(number_text(node.data, digits), VALUE, "font-weight:bold"),
        _span(f" gradient {number_text(node.grad, digits, signed=True)}", GRADIENT),
    ]
    if node.passes > 1:
        remedy = "set grad to 0 before backward(), as zero_grad() does"
        parts.append(_span(f" (sum of {node.passes} passes: {remedy})", NAME))
    # On a ground of its own: no one colour has enough contrast on white and on black.
    style = "font-family:sans-serif;background:#fff;padding:1px 4px;border-radius:3px"
    return f'<span style="{style}">{"".join(parts)}</span>'


def _span(text: str, color: str, style: str = "") -> str:
    return f'<span style="color:{color};{style}">{escape(text)}</span>'
