"""Several names in a row, with a language's own commas."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.language import phrases
from autograd.language.phrase import Phrase


def listed(names: Sequence[str], language: str, last: Phrase = phrases.LAST_LISTED) -> list[str]:
    """Return names with commas between them, and before the last one an "and".

    >>> "".join(listed(["a", "b", "c"], "en")), "".join(listed(["a", "b", "c"], "zh"))
    ('a, b and c', 'a、b 和 c')
    """
    found = [x for name in names[:-1] for x in (name, phrases.LISTED.say(language))]
    if found:
        found[-1] = last.say(language)
    return [*found, *names[-1:]]
