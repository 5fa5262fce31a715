"""The names of a person in a row, from one or several columns."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from batch_offboard.termination_list.cleaning import cleaned_name
from batch_offboard.termination_list.headers import MIDDLE_NAME
from batch_offboard.termination_list.models import NAMES
from batch_offboard.termination_list.name_remarks import holds_more_than_a_name

_OF_NAMES = (*NAMES, MIDDLE_NAME)
_SOME_WORDS = re.compile(r"[^\W\d_][^\d_@/:;!?]*[ ,][^\d_@/:;!?]*[^\W\d_]\.?")
"""Two words or more without digits and signs, as `Anna Carter` and `Carter, Anna B.`"""
_BRACKETED = re.compile(r"[(\[][^)\]]{0,300}[)\]]")
"""What stands in brackets; without a bound, thousands of opening brackets would take seconds."""


def names_in(cells: Sequence[str], fields: Mapping[int, str]) -> tuple[str, ...]:
    """All the names of a row, each complete: full names first, then given names with family names.

    A given name may be legal or preferred, and so may a family name; one of the names that fits is
    enough. A single word beside a full name does not count as a name: it would fit too many people.
    """
    by_field: dict[str, list[str]] = {}
    for column, field in sorted(fields.items()):
        if field in _OF_NAMES and (text := complete(cells[column])):
            by_field.setdefault(field, []).append(text)
    middle = by_field.get(MIDDLE_NAME, [])
    parts = product(by_field.get("given_name", [""]), by_field.get("family_name", [""]))
    joined = (
        " ".join(filter(None, (given, *middle, family)))
        for given, family in parts
        if given or family
    )
    return _full_ones([*by_field.get("name", []), *joined])


def more_than_name(cells: Sequence[str], fields: Mapping[int, str]) -> str:
    """The first cell of a name that holds more than a name; empty if there is none."""
    texts = (cells[column] for column, field in sorted(fields.items()) if field in _OF_NAMES)
    return next((text for text in texts if holds_more_than_a_name(text)), "")


def look_like_names(cells: Iterable[str]) -> bool:
    """Whether most filled cells are some words, and most of them different."""
    texts = list(filter(None, cells))
    words = sum(_SOME_WORDS.fullmatch(text) is not None for text in texts)
    return 2 * words > len(texts) and 2 * len(set(texts)) > len(texts)


def complete(cell: str) -> str:
    """A name with the given name first: "Lee, Ann" as "Ann Lee", without "(on leave)"."""
    name = cleaned_name(_BRACKETED.sub(" ", cell)) or cleaned_name(cell)
    family, comma, given = name.partition(",")
    return " ".join(filter(None, (given.strip(" ,"), family.strip()))) if comma else name


def _full_ones(names: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(names))
    return tuple(name for name in found if " " in name) or found
