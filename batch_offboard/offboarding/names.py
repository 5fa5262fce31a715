"""Whether two spellings of a name can be the same person's.

Forgiving about case, accents, order, initials and double surnames, because HR systems and Genesys
write names differently; nothing else, because a differing name is the sign of a mix-up.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from batch_offboard.termination_list.alphabets import foreign_letters
from batch_offboard.termination_list.misread import has_lost_letters, rereadings

_TRANSLITERATED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"}
)
_LOST_LETTERS = "?\ufffd"
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "ð": "d"})


def names_agree(one: str, other: str) -> bool:
    """Whether every part of the shorter name is found in the longer one, at least one in full.

    A part of one letter is an initial and proves nothing, unless both names have the same parts:
    many Chinese names are written with one character a part.
    """
    spellings = [(_PLAIN, _PLAIN), (_PLAIN, _TRANSLITERATED), (_TRANSLITERATED, _PLAIN)]
    return any(_contained(_parts(one, left), _parts(other, right)) for left, right in spellings)


def words_of(name: str) -> frozenset[str]:
    """The words of a name in every spelling that is compared; names that agree share one."""
    return frozenset((*_parts(name, _PLAIN), *_parts(name, _TRANSLITERATED)))


def _parts(name: str, letters: Mapping[int, str]) -> list[str]:
    """The words of a name in lower case, its special letters spelled in one of the two ways.

    The vowel signs of Indic scripts are no letters, but part of a word. So is a question mark that
    stands for a lost letter: a word of which nothing is known fits nobody.
    """
    folded = unicodedata.normalize("NFC", name).casefold().translate(letters)
    decomposed = unicodedata.normalize("NFKD", folded)
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    joined = re.sub(r"['’`´]", "", plain)
    return "".join(each if _is_of_a_word(each) else " " for each in joined).split()


def _is_of_a_word(character: str) -> bool:
    if character in _LOST_LETTERS:
        return True
    return character.isalnum() or unicodedata.category(character).startswith("M")


def why_names_differ(name: str, held: str) -> str:
    """The sentence about a name that only an encoding or an alphabet may make differ; or empty.

    The encoding is that of the list; letters of another alphabet look like Latin ones.
    """
    for reading in rereadings(name):
        if names_agree(reading.sample, held):
            return (
                f"“{name}” is probably “{reading.sample}”, read in the wrong encoding "
                f"({reading.name}). Save the list as .xlsx or CSV UTF-8."
            )
    if has_lost_letters(name):
        return (
            f"Letters of “{name}” were lost when the list was saved. Export it again as .xlsx or "
            "CSV UTF-8."
        )
    return foreign_letters(name)


def _contained(one: Sequence[str], other: Sequence[str]) -> bool:
    short, long = sorted((list(one), list(other)), key=len)
    if not short:
        return False
    if sorted(short) == sorted(long):
        return True
    rest = list(long)
    full, initials = [], []
    for part in short:
        if part in rest:
            rest.remove(part)
            full.append(part)
        else:
            initials.append(part)
    return any(len(part) > 1 for part in full) and all(
        _take_initial(part, rest) for part in initials
    )


def _take_initial(part: str, rest: list[str]) -> bool:
    """Whether one of `rest` agrees with `part`, one being just an initial; removes it."""
    for candidate in rest:
        if 1 in (len(part), len(candidate)) and part[0] == candidate[0]:
            rest.remove(candidate)
            return True
    return False
