"""Cells of names that hold more than a name: a remark, somebody else's role, or two people.

Names are compared leniently, so such a cell may fit somebody who does not leave.
"""

import re
from collections import Counter
from itertools import combinations

from batch_offboard.termination_list.headers import folded, says, says_phrase, says_word, without

_LONGEST = 300
"""No name has more characters, and longer cells take long to search."""
_FEWEST_WORDS = 3
"""Of fewer words, each may be a name: Per Keep."""
_WORD = re.compile(r"[^\W_]+")
_BLANKS = re.compile(r"[^\S\n]+")
_BORN = re.compile(
    r"\b(?:née?|nee|born|formerly|geb\.?|geborene?|nata|nacida|nascida)\s[^\W\d_][\w'’-]*",
    re.IGNORECASE,
)
"""A name at birth."""
_BESIDE = re.compile(
    r"[(\[{（【]([^)\]}）】]*)[)\]}）】]|(?:\s[-–—/|]+\s?|[:;*]|--+)(.*)", re.DOTALL
)
"""What stands in brackets, or behind a dash, a slash or a colon."""
_BETWEEN = re.compile(
    r"\s*(?:[&+/\\|;→>\n]|\s(?:and|und|et|en|or|oder|ou|og|och)\s)\s*", re.IGNORECASE
)
"""What may stand between two people."""
_BRACKETED = re.compile(r"[(\[][^)\]]*[)\]]")
_LETTERS = re.compile(r"\b[^\W\d_](?:/[^\W\d_])+\b")
"""An abbreviation such as f/k/a."""
_LABEL = re.compile(r"^\s*[^\W_]+\s*:")
_LATIN = re.compile("[a-z]")
_PARTICLES = frozenset(("von", "zu", "zum", "zur", "van", "vom", "de", "der", "den", "du", "da"))
_DOUBT = re.compile(
    r"[(\[]\s*\?[?!\s]*[)\]]|\s\?+[?!]*\s*$|\+\s*\d+\s+\w+|\bc/o\b|\bo/b/o\b", re.IGNORECASE
)
"""A question mark of its own, "+ 2 others", "c/o" or "o/b/o"."""
_INITIAL = re.compile(r"(?<![\w'’])[^\W\d](?![\w'’])")
"""An initial: with it, Don T. Smith would be read as "don't"."""


def holds_more_than_a_name(cell: str, name: str = "") -> bool:
    """Whether a cell of names says that somebody stays, names a role, or two people.

    Single words count only beside a name: some of them are names too. Those of `name`, the person's
    in Genesys, are no remark.
    """
    cell = _BORN.sub(" ", _BLANKS.sub(" ", cell)).strip()
    rest = _beyond(cell, name)
    if not any(map(str.isalnum, rest)):
        return _DOUBT.search(cell) is not None
    return len(cell) > _LONGEST or (
        _says_a_remark(rest, is_name=len(_WORD.findall(cell)) < _FEWEST_WORDS)
        or _DOUBT.search(cell) is not None
        or _names_two_people(cell)
    )


def _beyond(cell: str, name: str) -> str:
    """The cell without the words of a name, each as often as the name has it."""
    left = Counter(_WORD.findall(folded(name)))

    def unless_known(match: re.Match[str]) -> str:
        word = folded(match[0])
        left[word] -= 1
        return match[0] if left[word] < 0 else ""

    return _WORD.sub(unless_known, cell) if name else cell


def _says_a_remark(text: str, is_name: bool) -> bool:
    """Whether a text says that somebody stays, or names a role; `is_name` if it may be a name."""
    label, colon, _ = text.replace("=", ":").partition(":")
    beside = " ".join(first or second for first, second in _BESIDE.findall(text))
    beside = without(beside, "leaving_all_the_same")
    words = without(_INITIAL.sub(" ", text), "leaving_all_the_same")
    return (
        any(says_phrase(words, about) for about in ("staying", "signature", "remark"))
        or says(words, "not_this_person")
        or (bool(colon) and (says(label, "manager") or says(label, "role")))
        or any(says(beside, about) for about in ("staying", "signature", "remark"))
        or (not is_name and any(says_word(words, a) for a in ("staying", "signature", "remark")))
    )


def _names_two_people(cell: str) -> bool:
    """Whether a cell has two full names that share no word, in the same alphabet."""
    bare = _LETTERS.sub(" ", _BRACKETED.sub(" ", cell))
    parts = [_LABEL.sub(" ", part) for part in _BETWEEN.split(bare)]
    names = [_words_of(part) for part in parts if not says(part, "work")]
    full = [words for words in names if len(words) > 1]
    return any(
        one.isdisjoint(other) and _is_latin(one) == _is_latin(other)
        for one, other in combinations(full, 2)
    )


def _words_of(part: str) -> frozenset[str]:
    """The words of a name but its particles, an umlaut written out or not."""
    words = set(folded(part).split()) - _PARTICLES
    return frozenset(re.sub("([aou])e", r"\1", word) for word in words)


def _is_latin(words: frozenset[str]) -> bool:
    return any(map(_LATIN.search, words))
