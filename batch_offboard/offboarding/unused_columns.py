"""Unused columns of the list that fit the people found: they are a guard all the same.

A name, address or number under an unknown header shows a mix-up as well as one under a known header
does. Whether a column is one of these is seen once people are found.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from batch_offboard.offboarding.models import User
from batch_offboard.offboarding.names import names_agree
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.identifiers import (
    compared,
    employee_number_in,
    guid_in,
    identifier_in,
)
from batch_offboard.termination_list.models import Termination, UnusedColumn
from batch_offboard.termination_list.row_names import complete

_PLACEHOLDERS = frozenset({"na", "nan", "none", "null", "unknown", "tbc", "tbd", "keine", "ka"})


@dataclass(frozen=True, slots=True)
class _Fact:
    """Something that Genesys holds of a person and that a cell may say."""

    label: str
    held: Callable[[User], str]
    fits: Callable[[str, str], bool]


def _number_fits(cell: str, held: str) -> bool:
    number = compared(employee_number_in(cell))
    wanted = compared(held)
    return number == wanted or (number.isdigit() and number.zfill(len(wanted)) == wanted)


_FACTS = (
    _Fact("id", lambda user: user.id, lambda cell, held: guid_in(cell) == held.lower()),
    _Fact(
        "e-mail",
        lambda user: user.email,
        lambda cell, held: compared(identifier_in(cell)) == compared(held),
    ),
    _Fact("employee number", lambda user: user.employee_id or "", _number_fits),
    _Fact(
        "name",
        lambda user: user.name,
        lambda cell, held: names_agree(complete(cell), held),
    ),
)


def held_by_unused_columns(
    rows: Sequence[Termination],
    people: Mapping[int, User],
    columns: Sequence[UnusedColumn],
    managers: Mapping[int, User] | None = None,
) -> dict[int, str]:
    """Why rows are held, by row number: an unused column fits the other people, but not theirs.

    `people` and `managers` are by row number. A column is such a guard if its cells fit the people
    in most of at least three rows; it is none if it fits their managers as well as them, or if its
    header is about somebody else.
    """
    found = [row for row in rows if row.row in people]
    holds: dict[int, list[str]] = {}
    for column in columns:
        fact = None if column.of_manager else _guarding(found, people, column, managers or {})
        if fact is None:
            continue
        for row, cell, fits in _comparisons(found, people, column, fact):
            if not fits:
                said = _said(column, fact, cell, fact.held(people[row.row]))
                holds.setdefault(row.row, []).append(said)
    return {row: " ".join(said) for row, said in holds.items()}


def _guarding(
    rows: Sequence[Termination],
    people: Mapping[int, User],
    column: UnusedColumn,
    managers: Mapping[int, User],
) -> _Fact | None:
    """The fact that a column says of most of the people, or None."""
    for fact in _FACTS:
        answers = [fits for _, _, fits in _comparisons(rows, people, column, fact)]
        of_managers = [fits for _, _, fits in _comparisons(rows, managers, column, fact)]
        fitting = sum(answers)
        # Of fewer than three rows, most are all: then nobody is held.
        if 2 * fitting > len(answers) and fitting > sum(of_managers):
            return fact
    return None


def _comparisons(
    rows: Sequence[Termination], people: Mapping[int, User], column: UnusedColumn, fact: _Fact
) -> Iterator[tuple[Termination, str, bool]]:
    """The rows in which a cell can be compared with the fact of the person, and whether it fits."""
    for row in rows:
        cell = cleaned(row.cells[column.column])
        held = fact.held(people[row.row]) if row.row in people else ""
        if held and _says_something(cell):
            yield row, cell, fact.fits(cell, held)


def _says_something(cell: str) -> bool:
    word = "".join(each for each in cell.casefold() if each.isalnum())
    return bool(word) and word not in _PLACEHOLDERS


def _said(column: UnusedColumn, fact: _Fact, cell: str, held: str) -> str:
    header = f', "{column.header}",' if column.header else ""
    return (
        f"Column {column.letter}{header} fits the {fact.label} of most people on the list, but "
        f"here it says “{cell[:60]}”, and Genesys says “{held}”. If the column is about something "
        "else, declare it unused."
    )
