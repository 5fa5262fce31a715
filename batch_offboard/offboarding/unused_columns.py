"""Unused columns of the list that fit the people found and so guard against a mix-up.

A name, address or number under an unknown header shows a mix-up as well as one under a known header
does. Whether a column is such a guard is known once people are found: it fits most of them, or the
people of other rows if it was shifted by a row or sorted by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from batch_offboard.offboarding.models import User
from batch_offboard.offboarding.names import names_agree, words_of
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.identifiers import (
    address_in,
    compared,
    employee_number_in,
    guid_in,
    is_error_value,
    is_placeholder,
)
from batch_offboard.termination_list.models import Termination, UnusedColumn
from batch_offboard.termination_list.row_names import complete


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact about a person in Genesys that a cell may contain."""

    label: str
    held: Callable[[User], str]
    fits: Callable[[str, str], bool]
    keys: Callable[[str], Iterable[str]]
    """What a cell and a fact that it fits have in common."""


_FEWEST = 3
"""The fewest rows by which a column is judged to fit the people of other rows."""


def _number_fits(cell: str, held: str) -> bool:
    number = compared(employee_number_in(cell))
    wanted = compared(held)
    return number == wanted or (number.isdigit() and number.zfill(len(wanted)) == wanted)


_FACTS = (
    _Fact(
        "id",
        lambda user: user.id,
        lambda cell, held: guid_in(cell) == held.lower(),
        lambda text: filter(None, [guid_in(text)]),
    ),
    _Fact(
        "e-mail",
        lambda user: user.email,
        lambda cell, held: compared(address_in(cell) or cell) == compared(held),
        lambda text: [compared(address_in(text) or text)],
    ),
    _Fact(
        "employee number",
        lambda user: user.employee_id or "",
        _number_fits,
        lambda text: [compared(employee_number_in(text)).lstrip("0")],
    ),
    _Fact(
        "name",
        lambda user: user.name,
        lambda cell, held: names_agree(complete(cell), held),
        lambda text: words_of(complete(text)),
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
    in most of at least three rows, row by row or in another order; it is not if it fits their
    managers as well as them, or if its header is about somebody else. A column of managers holds
    the rows whose person it names, if nothing but one identifier says that they are meant.
    """
    holds: dict[int, list[str]] = {}
    for column in columns:
        if column.of_manager:
            for row, said in _own_managers(rows, people, column):
                holds.setdefault(row.row, []).append(said)
            continue
        fact = _guarding(rows, people, column, managers or {})
        if fact is None:
            continue
        for row, cell, fits in _comparisons(rows, people, column, fact):
            if not fits:
                said = _said(column, fact, cell, fact.held(people[row.row]))
                holds.setdefault(row.row, []).append(said)
    return {row: " ".join(said) for row, said in holds.items()}


def _own_managers(
    rows: Sequence[Termination], people: Mapping[int, User], column: UnusedColumn
) -> Iterator[tuple[Termination, str]]:
    """The rows whose person is the manager in `column`, and the sentence about it.

    Not where the row has a name, which was compared, or a second identifier. A single word is the
    name of too many people.
    """
    for fact in _FACTS:
        for row, cell, fits in _comparisons(rows, people, column, fact):
            identifiers = filter(None, (row.user_id, row.email, row.employee_id))
            is_whole = fact.label != "name" or " " in complete(cell)
            if fits and is_whole and not row.names and len(list(identifiers)) == 1:
                yield row, _said_of_manager(column, cell, people[row.row])


def _said_of_manager(column: UnusedColumn, cell: str, user: User) -> str:
    """The sentence about a row that seems to hold its manager's identifier."""
    return (
        f'The row leads to {user.name}, but column {column.letter}, "{column.header}", says '
        f"“{cell[:60]}”. So the row seems to hold this person's identifier, not the leaver's. "
        "Correct it. If the column is about something else, declare it unused."
    )


def _guarding(
    rows: Sequence[Termination],
    people: Mapping[int, User],
    column: UnusedColumn,
    managers: Mapping[int, User],
) -> _Fact | None:
    """The fact that a column contains for most of the people, or None."""
    for fact in _FACTS:
        compared_rows = list(_comparisons(rows, people, column, fact))
        fitting = sum(fits for _, _, fits in compared_rows)
        of_managers = sum(fits for _, _, fits in _comparisons(rows, managers, column, fact))
        if fitting <= of_managers and of_managers:
            continue
        # With fewer than three rows, "most" would mean all, so nobody would be held.
        if 2 * fitting > len(compared_rows):
            return fact
        cells = [cell for _, cell, _ in compared_rows]
        if len(cells) >= _FEWEST and 2 * _in_another_order(cells, people, fact) > len(cells):
            return fact
    return None


def _in_another_order(cells: Iterable[str], people: Mapping[int, User], fact: _Fact) -> int:
    """How many of the cells fit a person on the list, each person counted once.

    A team or town that shares its name with a person is in many rows, but there is only one such
    person.
    """
    by_key: defaultdict[str, set[str]] = defaultdict(set)
    for held in {fact.held(user) for user in people.values()}:
        for key in fact.keys(held) if held else ():
            by_key[key].add(held)
    fitting = 0
    for cell, count in Counter(cells).items():
        candidates = set[str]().union(*(by_key.get(key, ()) for key in fact.keys(cell)))
        fitting += min(count, sum(fact.fits(cell, held) for held in candidates))
    return fitting


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
    return any(map(str.isalnum, cell)) and not is_placeholder(cell) and not is_error_value(cell)


def _said(column: UnusedColumn, fact: _Fact, cell: str, held: str) -> str:
    """The sentence about a row in which an unused column names somebody else."""
    header = f', "{column.header}",' if column.header else ""
    return (
        f"Column {column.letter}{header} holds the {fact.label} of most people on the list. Here "
        f"it says “{cell[:60]}”, but Genesys says “{held}”. If the column is about something "
        "else, declare it unused."
    )
