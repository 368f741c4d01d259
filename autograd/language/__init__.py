"""What is said, in every language: `phrase` is one sentence, `phrases` the table of all.

`enumeration` puts several names in a row, `columns` aligns text whose letters differ in width.
"""

from autograd.language.columns import display_width, padded
from autograd.language.enumeration import listed
from autograd.language.phrase import LANGUAGES, Phrase, check_language

__all__ = ["LANGUAGES", "Phrase", "check_language", "display_width", "listed", "padded"]
