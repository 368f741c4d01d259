"""A sentence in every language, with places for what it is about."""

from __future__ import annotations

from string import Formatter
from typing import Any, NamedTuple

LANGUAGES = {"en": "English", "zh": "Chinese"}


class Phrase(NamedTuple):
    """A sentence, or a part of one; a further language is a further column.

    Attributes:
        en, zh: the text in a language; {x} stands for what is put in by that name.
    """

    en: str
    zh: str

    def parts(self, language: str, **values: str | list[str]) -> list[str]:
        """Return the words and what is put between them, in the order of a language.

        What is put in is one part, or a list of several.

        >>> Phrase("{x} of {n}", "第 {x} 个，共 {n} 个").parts("zh", x="1", n="3")
        ['第 ', '1', ' 个，共 ', '3', ' 个']
        """
        found = []
        for words, name, _, _ in Formatter().parse(getattr(self, language)):
            found += [words] if words else []
            if name is not None:
                value = values[name]
                found += [value] if isinstance(value, str) else value
        return found

    def say(self, language: str, **values: str | list[str]) -> str:
        """Return the sentence with what is put in.

        >>> Phrase("{x} of {n}", "第 {x} 个，共 {n} 个").say("en", x="1", n="3")
        '1 of 3'
        """
        return "".join(self.parts(language, **values))


def check_language(what: str, language: Any) -> None:
    """Raise a ValueError unless there is such a language.

    >>> check_language("explain", "fr")
    Traceback (most recent call last):
    ValueError: explain knows no language 'fr': there are 'en' (English) and 'zh' (Chinese)
    """
    if language not in LANGUAGES:
        known = " and ".join(f"{code!r} ({name})" for code, name in LANGUAGES.items())
        raise ValueError(f"{what} knows no language {language!r}: there are {known}")
