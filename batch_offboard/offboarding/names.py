"""Whether two spellings of a name can be the same person's.

Forgiving about case, accents, order, initials and double surnames, because HR systems and Genesys
write names differently; not about anything else, because the name is what a mix-up shows in.
"""

import re
import unicodedata
from collections.abc import Sequence

_TRANSLITERATED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"}
)
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "ð": "d"})


def names_agree(one: str, other: str) -> bool:
    """Whether every part of the shorter name is found in the longer one, at least one in full."""
    spellings = [(_plain, _plain), (_plain, _transliterated), (_transliterated, _plain)]
    return any(_contained(left(one), right(other)) for left, right in spellings)


def _plain(name: str) -> list[str]:
    folded = unicodedata.normalize("NFC", name).casefold().translate(_PLAIN)
    decomposed = unicodedata.normalize("NFKD", folded)
    return _parts("".join(each for each in decomposed if not unicodedata.combining(each)))


def _transliterated(name: str) -> list[str]:
    folded = unicodedata.normalize("NFC", name).casefold().translate(_TRANSLITERATED)
    decomposed = unicodedata.normalize("NFKD", folded)
    return _parts("".join(each for each in decomposed if not unicodedata.combining(each)))


def _parts(name: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"['’`´]", "", name))


def _contained(one: Sequence[str], other: Sequence[str]) -> bool:
    short, long = sorted((list(one), list(other)), key=len)
    if not short:
        return False
    rest = list(long)
    full, initials = [], []
    for part in short:
        if part in rest:
            rest.remove(part)
            full.append(part)
        else:
            initials.append(part)
    return any(len(part) > 1 for part in full) and all(_taken(part, rest) for part in initials)


def _taken(part: str, rest: list[str]) -> bool:
    for candidate in rest:
        if 1 in (len(part), len(candidate)) and part[0] == candidate[0]:
            rest.remove(candidate)
            return True
    return False
