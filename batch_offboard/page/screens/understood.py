"""“How your list was read”: the columns of a list and what they are used for."""

from collections.abc import Iterator
from dataclasses import dataclass

from batch_offboard.termination_list.models import (
    FIELDS,
    UNUSED,
    TerminationList,
    letter,
)
from batch_offboard.termination_list.row_names import look_like_names

MEANS = {
    "user_id": "user id: finds the person",
    "email": "e-mail address: finds the person",
    "employee_id": "employee number: finds the person",
    "name": "name: must match the person",
    "given_name": "given name: must match the person",
    "family_name": "family name: must match the person",
    "effective_date": "effective date: due from that day",
    "last_day": "last day: due from the day after",
}
"""By field: what a column is used for."""
_NAMES = ("name", "given_name", "family_name")
"""The fields that are compared as names."""
_LOOKED_AT = 500
"""How many rows are looked at to judge whether a column looks like names."""
_KINDS = {"held": "On hold", "notice": "Please check", "repaired": "Repaired"}
"""By kind of finding: the heading above them."""


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column of the list and what it is used for."""

    letter: str
    header: str
    meaning: str


@dataclass(frozen=True, slots=True)
class FindingShown:
    """Something about the list that a person should look at."""

    kind: str
    words: str
    text: str
    to_columns: str = ""
    """The words of a link to the choice of columns, where that is what to do."""


def used_columns(listed: TerminationList) -> Iterator[ColumnShown]:
    """The columns that are used, those that find people first."""
    fields = [(column, name) for column, name in listed.fields.items() if name in MEANS]
    for column, name in sorted(fields, key=lambda each: (FIELDS.index(each[1]), each[0])):
        yield ColumnShown(letter(column), listed.header[column].strip(), MEANS[name])


def unused_column_names(listed: TerminationList) -> list[tuple[str, str]]:
    """The columns that are not used, by letter and header."""
    return [
        (letter(column), header.strip())
        for column, header in enumerate(listed.header)
        if listed.fields.get(column, UNUSED) == UNUSED
    ]


def findings_shown(listed: TerminationList) -> tuple[FindingShown, ...]:
    """What there is to look at, held rows first."""
    ordered = sorted(listed.findings, key=lambda each: list(_KINDS).index(each.kind))
    found = [FindingShown(each.kind, _KINDS[each.kind], each.message) for each in ordered]
    held = sum(each.kind == "held" for each in ordered)
    return (*found[:held], *_names_not_compared(listed), *found[held:])


def _names_not_compared(listed: TerminationList) -> Iterator[FindingShown]:
    """That no column is compared as names, if an unused one looks like names."""
    if set(_NAMES) & set(listed.fields.values()):
        return
    own = [each for each in listed.unused if not each.of_manager]
    alike = [each for each in own if _looks_like_names(listed, each.column)]
    if alike:
        named = " or ".join(f"{letter(each.column)} “{each.header}”" for each in alike)
        text = f"Names are not compared. Choose the name column: it may be {named}."
        yield FindingShown("notice", _KINDS["notice"], text, "Choose the name column")


def _looks_like_names(listed: TerminationList, column: int) -> bool:
    """Whether most cells of a column are some words, and most of them different."""
    return look_like_names([row.cells[column].strip() for row in listed.rows[:_LOOKED_AT]])
