"""The columns of a list that guard against a mix-up, in words for the plan."""

from collections.abc import Collection
from datetime import date

from batch_offboard.termination_list.choices import column_named
from batch_offboard.termination_list.models import DAYS, NAMES, TerminationList
from batch_offboard.wording import counted

_FROM: dict[str, str] = {
    "effective_date": "on the date in",
    "last_day": "the day after the date in",
}
"""By field: from when people are due."""


def guards_in_words(listed: TerminationList, today: date, timezone: str) -> tuple[str, ...]:
    """Whether names are compared and by which columns, and from which day people are due.

    `timezone` is how the time zone of the dates is named.
    """
    return (_names(listed), *_days(listed, today, timezone))


def _names(listed: TerminationList) -> str:
    """A line that says which columns names are compared with."""
    columns = _columns(listed, NAMES)
    if not columns:
        return "Names are not compared: no column is used as a name."
    return f"Names are compared: {' and '.join(columns)}."


def _days(listed: TerminationList, today: date, timezone: str) -> tuple[str, ...]:
    """Lines that say from when people are due, and what day it is."""
    lines = [
        f"People are due {_FROM[field]} {' and '.join(columns)}."
        for field in DAYS
        if (columns := _columns(listed, (field,)))
    ]
    if not lines:
        return ("No column is used as a date, so everybody counts as due.",)
    became_due = sum(row.due == today for row in listed.rows if row.problem is None)
    if became_due:
        lines.append(f"{counted(became_due, 'person')} became due today.")
    return (*lines, f"Dates use {timezone}; today is {today}.")


def _columns(listed: TerminationList, fields: Collection[str]) -> list[str]:
    return [
        column_named(listed.header, column)
        for column, field in sorted(listed.fields.items())
        if field in fields
    ]
