"""The columns of a list that guard against a mix-up, in words for the plan."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from batch_offboard.termination_list.choices import column_named
from batch_offboard.termination_list.identifiers import compared
from batch_offboard.termination_list.models import DAYS, NAMES, Termination, TerminationList
from batch_offboard.wording import counted

_FROM: dict[str, str] = {
    "effective_date": "on the date in",
    "last_day": "the day after the date in",
}
"""By field: from when people are due."""


def guards_in_words(
    listed: TerminationList, rows: Iterable[Termination], today: date, timezone: str
) -> tuple[str, ...]:
    """Whether names are compared and by which columns, and from which day people are due.

    `rows` are those that may be attempted. `timezone` is how the time zone of the dates is named.
    """
    became_due = _people(row for row in rows if row.due == today and row.problem is None)
    return (_names(listed), *_days(listed, became_due, today, timezone))


def _names(listed: TerminationList) -> str:
    """A line that says which columns names are compared with."""
    columns = _columns(listed, NAMES)
    if not columns:
        return "Names are not compared: no column is used as a name."
    return f"Names are compared: {' and '.join(columns)}."


def _days(listed: TerminationList, became_due: int, today: date, timezone: str) -> tuple[str, ...]:
    """Lines that say from when people are due, and what day it is."""
    lines = [
        f"People are due {_FROM[field]} {' and '.join(columns)}."
        for field in DAYS
        if (columns := _columns(listed, (field,)))
    ]
    if not lines:
        return ("No column is used as a date, so everybody counts as due.",)
    if became_due:
        lines.append(f"{counted(became_due, 'person')} became due today.")
    return (*lines, f"Dates use {timezone}; today is {today}.")


def _people(rows: Iterable[Termination]) -> int:
    """How many people these rows mean: rows that share an identifier mean the same one."""
    same: dict[tuple[str, str], tuple[str, str]] = {}

    def first(identifier: tuple[str, str]) -> tuple[str, str]:
        while (other := same.setdefault(identifier, identifier)) != identifier:
            identifier = other
        return identifier

    for row in rows:
        one, *others = map(first, _identifiers(row))
        same.update(dict.fromkeys(others, one))
    return sum(identifier == other for identifier, other in same.items())


def _identifiers(row: Termination) -> Iterator[tuple[str, str]]:
    """What a row without a problem says of its person; at least one."""
    given = {"user_id": row.user_id, "email": row.email, "employee_id": row.employee_id}
    return ((name, compared(value)) for name, value in given.items() if value)


def _columns(listed: TerminationList, fields: Collection[str]) -> list[str]:
    return [
        column_named(listed.header, column)
        for column, field in sorted(listed.fields.items())
        if field in fields
    ]
