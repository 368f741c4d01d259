"""What stands in a box: its name, what it computes, the value and the gradient."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.drawing.diagram import CONDITION, SCOPE, Box, Port, Step
from autograd.drawing.gate import number_text
from autograd.drawing.markup import FADED, GRADIENT, INK, NAME, VALUE, font, row, table
from autograd.expression.notation import shortened

# Of a folded scope with more inputs or outputs, the last row stands for the rest.
MAX_PORTS = 8
# Text that keeps its place in the layout but is not shown.
HIDDEN = "transparent"


class BoxLabel:
    """Writes the labels of one drawing.

    Args:
        digits: digits after the point.
        step: show only what is known after this step of the passes.
    """

    def __init__(self, digits: int, step: Step | None) -> None:
        self._digits = digits
        self._step = step

    def text(self, box: Box, ports: int = 0, *, is_faded: bool = False) -> str:
        """Return the label of a box as markup.

        Args:
            box: the box.
            ports: how many places on its left side edges go to, "p0" the topmost.
            is_faded: show it in grey.
        """
        if box.kind == SCOPE:
            return self._scope(box, is_faded)
        rows = []
        if box.label:
            rows.append(font(shortened(box.label), FADED if is_faded else NAME, 10))
        if box.text:
            size = 14 if len(box.text) < 4 else 12
            rows.append(font(box.text, FADED if is_faded else INK, size))
        if box.data is not None:
            text = number_text(box.data, self._digits)
            if box.kind == CONDITION:
                text = "true" if box.data else "false"
            rows.append(self._value(text, box.id, is_faded))
        if box.grad is not None:
            rows.append(self._gradient(box.grad, box.id, is_faded))
        content = table("".join(map(row, rows)))
        return _with_ports(content, ports) if ports else content

    def _value(self, text: str, box: str, is_faded: bool) -> str:
        is_known = self._step is None or box in self._step.values
        return font(text, _color(VALUE, is_known, is_faded), bold=True)

    def _gradient(self, grad: float, box: str, is_faded: bool) -> str:
        is_known = self._step is None or box in self._step.gradients
        text = number_text(grad, self._digits, signed=True)
        return font(text, _color(GRADIENT, is_known, is_faded))

    def _scope(self, box: Box, is_faded: bool) -> str:
        """Return a folded scope: its name, its inputs to the left and outputs to the right."""
        color = FADED if is_faded else NAME
        inputs = [font(text, color, 10) for text in _names(box.inputs)]
        outputs = [font(text, color, 10) for text in _names(box.outputs)]
        for i, port in enumerate(box.outputs[: len(outputs)]):
            if i < MAX_PORTS - 1 or len(box.outputs) <= MAX_PORTS:
                outputs[i] += self._numbers(port, box.id, is_faded)
        rows = [f'<TR><TD COLSPAN="2">{font(shortened(box.label), INK, 12, bold=True)}</TD></TR>']
        for i in range(max(len(inputs), len(outputs))):
            left = f'<TD PORT="i{i}" ALIGN="LEFT">{inputs[i]}</TD>' if i < len(inputs) else ""
            right = f'<TD PORT="o{i}" ALIGN="RIGHT">{outputs[i]}</TD>' if i < len(outputs) else ""
            rows.append(f"<TR>{left or '<TD></TD>'}{right or '<TD></TD>'}</TR>")
        rows.append(f'<TR><TD COLSPAN="2">{font(box.text, color, 9)}</TD></TR>')
        return table("".join(rows), spacing=2, padding=2)

    def _numbers(self, port: Port, box: str, is_faded: bool) -> str:
        text = "  " + self._value(number_text(port.data, self._digits), box, is_faded)
        return text if port.grad is None else f"{text}  {self._gradient(port.grad, box, is_faded)}"


def _with_ports(content: str, ports: int) -> str:
    """Return content with places for edges on the left, so that they keep their order."""
    height = max(5, 60 // ports)
    places = "".join(
        f'<TR><TD PORT="p{i}" WIDTH="1" HEIGHT="{height}" FIXEDSIZE="TRUE"></TD></TR>'
        for i in range(ports)
    )
    gap = '<TD WIDTH="7"></TD>'
    cells = f'<TD>{table(places, padding=0)}</TD>{gap}<TD CELLPADDING="4">{content}</TD>{gap}'
    return table(f"<TR>{cells}</TR>", padding=0)


def _names(ports: Sequence[Port]) -> list[str]:
    names = [shortened(port.label) or "·" for port in ports]
    if len(names) <= MAX_PORTS:
        return names
    return [*names[: MAX_PORTS - 1], f"… {len(names) - MAX_PORTS + 1} more"]


def _color(color: str, is_known: bool, is_faded: bool) -> str:
    return HIDDEN if not is_known else FADED if is_faded else color
