"""Names for the emitted source: the user's own, made safe."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

_LENGTH = 30
_NUMBERING = re.compile(r"[\W\d_]*$")


class Names:
    """Gives out identifiers, each once, that hide nothing the source needs.

    >>> names = Names(["np"])
    >>> names.give("W1"), names.give("W1"), names.give("a; b"), names.give("lambda")
    ('W1', 'W1_2', 'a_b', 'lambda_2')
    """

    def __init__(self, reserved: Iterable[str]) -> None:
        self._taken = {*reserved, *keyword.kwlist, *keyword.softkwlist, *dir(builtins)}
        self._counts: dict[str, int] = {}  # the last number given to a name

    def give(self, wish: str, fallback: str = "v") -> str:
        """Return an identifier that resembles a wish and has not been given out before."""
        base = identifier(wish) or fallback
        name, count = base, self._counts.get(base, 1)
        while name in self._taken:
            count += 1
            name = f"{base}_{count}"
        self._counts[base] = count
        self._taken.add(name)
        return name


def identifier(text: str) -> str:
    """Return the letters, digits and underscores of a text as a name; "" if there are none.

    Python reads names in Unicode's normal form KC, so two that differ only before would clash.
    """
    text = unicodedata.normalize("NFKC", text[: 4 * _LENGTH])
    kept = "".join(c if ("_" + c).isidentifier() else " " for c in text)
    name = "_".join(kept.split())[:_LENGTH].strip("_")
    if name[:1].isdigit():
        name = f"v{name}"
    name = unicodedata.normalize("NFKC", name)
    return name if name.isidentifier() else ""


def common_stem(labels: Iterable[str]) -> str:
    """Return what labels have in common but for numbers at their end; "" if they differ.

    >>> common_stem(["net_h1", "net_h2"]), common_stem(["a", "b"])
    ('net_h', '')
    """
    labels = list(labels)
    if len(labels) == 1:
        return labels[0][:_LENGTH]
    stems = {_NUMBERING.sub("", label[:200]) for label in labels}
    return stems.pop() if len(stems) == 1 else ""


def comment(labels: list[str], most: int = 4) -> str:
    """Return labels as they can stand in a comment, on one line whatever they contain."""
    shown = [_plain(label) for label in labels]
    if len(shown) > most:
        shown = [*shown[: most - 2], "...", shown[-1]]
    return ", ".join(shown)


def _plain(label: str) -> str:
    """Return a short label whose characters all print."""
    cut = label if len(label) <= _LENGTH else label[: _LENGTH - 3] + "..."
    return "".join(c if c.isprintable() else "?" for c in cut)


def in_docstring(text: object) -> str:
    """Return a text as it can stand in a docstring, which no quote or backslash may end.

    >>> in_docstring("<lambda>"), in_docstring("it's")
    ('<lambda>', 'it?s')
    """
    return re.sub(r"[\\\"']", "?", _plain(str(text)))
