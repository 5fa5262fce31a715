"""Cells of names that hold more than a name: a remark, somebody else's role, or two people.

Names are compared leniently, so such a cell may fit somebody who does not leave.
"""

import re
from itertools import combinations

from batch_offboard.termination_list.cleaning import cleaned_name
from batch_offboard.termination_list.headers import folded, says, says_phrase

_BESIDE = re.compile(r"[(\[]([^)\]]*)[)\]]|(?:\s[-–—/|]+\s?|[:;*]|--+)(.*)", re.DOTALL)
"""What stands in brackets, or behind a dash, a slash or a colon."""
_BETWEEN = re.compile(r"\s*(?:[&+/;\n]|\s(?:and|und|et|en)\s)\s*")
"""What may stand between two people."""
_BRACKETED = re.compile(r"[(\[][^)\]]*[)\]]")
_DOUBT = re.compile(r"\(\s*\?+\s*\)|\+\s*\d+\s+\w+|\bc/o\b", re.IGNORECASE)
"""A question mark of its own, "+ 2 others", or "c/o"."""
_INITIAL = re.compile(r"(?<![\w'’])[^\W\d](?![\w'’])")
"""An initial: with it, Don T. Smith would be read as "don't"."""


def holds_more_than_a_name(cell: str) -> bool:
    """Whether a cell of names says that somebody stays, names a role, or two people.

    Single words count only beside a name: some of them are names too.
    """
    beside = " ".join(first or second for first, second in _BESIDE.findall(cell))
    label, colon, _ = cell.partition(":")
    words = _INITIAL.sub(" ", cell)
    return (
        says_phrase(words, "staying")
        or says_phrase(words, "signature")
        or says(words, "not_this_person")
        or (bool(colon) and says(label, "manager"))
        or (bool(beside) and (says(beside, "staying") or says(beside, "signature")))
        or _DOUBT.search(cell) is not None
        or _names_two_people(cell)
    )


def _names_two_people(cell: str) -> bool:
    """Whether a cell has two full names that share no word."""
    parts = _BETWEEN.split(_BRACKETED.sub(" ", cell))
    names = [frozenset(folded(cleaned_name(part)).split()) for part in parts]
    full = [words for words in names if len(words) > 1]
    return any(one.isdisjoint(other) for one, other in combinations(full, 2))
