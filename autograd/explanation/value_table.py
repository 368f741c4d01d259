"""`table`: the values and gradients of a graph's labelled nodes, in columns."""

from __future__ import annotations

from dataclasses import dataclass

from autograd import ops
from autograd.explanation.quantities import named, natural
from autograd.expression.notation import check_digits
from autograd.ieee import inf
from autograd.language import check_language, display_width, listed, padded, phrases
from autograd.order import topological_order
from autograd.value import Value


@dataclass(frozen=True, repr=False)
class Table:
    """Numbers in columns: it prints as text, Jupyter shows Markdown.

    Attributes:
        header: what the columns are called; the first has no name.
        rows: a name and its numbers, as text.
        notes: sentences below.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        columns = zip(self.header, *self.rows)
        widths = [max(map(display_width, column)) for column in columns]
        lines = []
        for name, *cells in (self.header, *self.rows):
            numbers = [padded(x, n, right=True) for x, n in zip(cells, widths[1:])]
            lines.append(f"  {padded(name, widths[0])}    " + "    ".join(numbers))
        return "\n".join([*lines, *self.notes])

    __repr__ = __str__

    def to_markdown(self) -> str:
        """Return the table as Markdown."""
        rules = ["---", *["--:"] * (len(self.header) - 1)]
        names = [name.translate(_ESCAPES) for name, *_ in self.rows]
        rows = [[name, *cells] for name, (_, *cells) in zip(names, self.rows)]
        lines = [f"| {' | '.join(row)} |" for row in (self.header, rules, *rows)]
        notes = [part for note in self.notes for part in ("", note.translate(_ESCAPES))]
        return "\n".join([*lines, *notes])

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


_ESCAPES = {ord(sign): f"\\{sign}" for sign in r"\`*_[]<>#$&|~"}


def table(output: Value, digits: int = 6, *, language: str = "en") -> Table:
    """Return the values and the gradients of the labelled nodes that lead to an output.

    Args:
        output: the value; without a label it is called f.
        digits: digits after the point, 0 to 17.
        language: of the header: "en", or "zh" for Chinese.

    Returns:
        A Table, leaves first, then what is computed of them; str() of it is text. Gradients
        are those of the latest `backward()`; before it, there is no column for them.

    Raises:
        TypeError: output is not a Value.
        ValueError: digits or the language is none that there is.

    >>> w, x = Value(2.0, label="w"), Value(-1.0, label="x")
    >>> y = w * x + 3
    >>> y.backward()
    >>> print(table(y, digits=2))
           value    gradient
      w     2.00       -1.00
      x    -1.00        2.00
      f     1.00        1.00
    """
    if not isinstance(output, Value):
        raise TypeError(f"table needs a Value, got {type(output).__name__}")
    check_digits("table", digits)
    check_language("table", language)
    nodes = [x for x in topological_order(output) if x.op not in ops.CONDITIONS]
    shown = [x for x in nodes if x.label or x is output]
    names = named(shown, output)
    shown.sort(key=lambda x: natural(names[id(x)]) if x.op is None else [(2, 0, "")])
    header = ["", phrases.VALUE.say(language)]
    has_gradients = any(x.grad != 0.0 for x in nodes)
    if has_gradients:
        header.append(phrases.GRADIENT.say(language))
    rows = []
    for x in shown:
        numbers = (x.data, x.grad) if has_gradients else (x.data,)
        rows.append((names[id(x)], *[fixed(number, digits) for number in numbers]))
    sums = {x.passes for x in shown if x.passes > 1}
    notes = []
    for n in sorted(sums):
        row = listed([names[id(x)] for x in shown if x.passes == n], language)
        notes.append(phrases.GRADS_ARE_SUMS.say(language, names=row, n=str(n)))
    return Table(tuple(header), tuple(rows), tuple(notes))


def fixed(x: float, digits: int) -> str:
    """Return a number with all its digits in place; a tiny or huge one with an exponent.

    >>> fixed(0.5, 3), fixed(2.5e-7, 3)
    ('0.500', '2.500e-07')
    """
    is_plain = x == 0.0 or 10.0 ** -min(digits, 3) <= abs(x) < 1e9 or abs(x) == inf or x != x
    return f"{x:.{digits}{'f' if is_plain else 'e'}}"
