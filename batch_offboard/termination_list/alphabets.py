"""Letters of other alphabets that look Latin: people cannot see why a text fits nobody."""

import re
import unicodedata

_WORD = re.compile(r"\w+")
_ALPHABETS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
_MOST_SHOWN = 5


def foreign_letters(text: str) -> str:
    """A sentence about letters of another alphabet in words that are Latin otherwise; or empty.

    Words wholly in another alphabet are left out, unless they have figures, as numbers do.
    """
    if text.isascii():
        return ""
    found: dict[str, str] = {}
    for word in _WORD.findall(text):
        letters = {each: _alphabet(each) for each in word if each.isalpha()}
        is_mixed = "LATIN" in letters.values() or any(map(str.isdigit, word))
        found |= {each: name for each, name in letters.items() if is_mixed and name in _ALPHABETS}
    if not found:
        return ""
    shown = ", ".join(
        f"{each} ({name.title()})" for each, name in list(found.items())[:_MOST_SHOWN]
    )
    return f"Letters in it are not Latin, though they may look so: {shown}. Type it again."


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
