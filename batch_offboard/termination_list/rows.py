"""From a row of the table to a termination: who it is, since when due, what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from batch_offboard.termination_list.cleaning import cleaned, cleaned_name, is_blank
from batch_offboard.termination_list.columns import plain
from batch_offboard.termination_list.dates import days_in, due_day, zone_of
from batch_offboard.termination_list.identifiers import (
    damage,
    employee_number_in,
    guid_in,
    identifier_in,
    looks_identifying,
    padded_width,
)
from batch_offboard.termination_list.models import DELIMITERS, Problem, Termination
from batch_offboard.termination_list.settings import ListSettings
from batch_offboard.termination_list.table import Record

_DATED = ("effective_date", "last_day")

_TOTAL = re.compile(
    r"((grand |sub-?)?totals?|sum|count|headcount|number|gesamt(summe|zahl)?|summe|anzahl|somme"
    r"|totale|suma)"
    r"( (of |number of )?(leavers|people|persons|employees|users|rows|records|terminations))?"
    r"\s*[:=]?\s*[0-9.,]*",
    re.IGNORECASE,
)

_NO_IDENTIFIER = Problem(
    "no_identifier", "The row has neither a user id nor an e-mail address nor an employee number."
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What must be known of the whole list before one of its rows can be understood.

    `plain_header` is the header as a row that repeats it would be recognised. `unexpected` are the
    columns that have no header and stand behind the last one that has.
    `days` holds, by field, the day that each text of a date column means. `number_width` is the
    width to which employee numbers are filled with zeros, if they are.
    """

    header: tuple[str, ...]
    plain_header: tuple[str, ...]
    columns: Mapping[str, int]
    unexpected: range
    number_width: int | None
    days: Mapping[str, Mapping[str, date]]


def layout_of(
    records: Sequence[Record],
    settings: ListSettings,
    *,
    header: tuple[str, ...],
    columns: Mapping[str, int],
    unexpected: range,
) -> Layout:
    """The layout of a list with these data rows. Raises ListError for dates of unknown order."""
    numbers = columns.get("employee_id")
    zone = zone_of(settings.timezone)
    return Layout(
        header,
        tuple(map(plain, header)),
        columns,
        unexpected,
        None
        if numbers is None
        else padded_width(employee_number_in(record.cells[numbers]) for record in records),
        {
            field: days_in(
                header[columns[field]].strip(),
                [(record.row, cleaned(record.cells[columns[field]])) for record in records],
                settings.date_format,
                zone,
            )
            for field in _DATED
            if field in columns
        },
    )


def termination(record: Record, layout: Layout) -> Termination:
    """The row as a value; one that cannot be attempted carries its problem."""
    written = {field: record.cells[column] for field, column in layout.columns.items()}
    if problem := _shape_problem(record, written, layout):
        return Termination(record.row, record.cells, problem=problem)
    user_id = guid_in(written.get("user_id", ""))
    email = identifier_in(written.get("email", ""))
    number = employee_number_in(written.get("employee_id", ""))
    due, date_problem = _due(written, layout)
    return Termination(
        row=record.row,
        cells=record.cells,
        user_id=user_id,
        email=email or None,
        employee_id=number or None,
        name=cleaned_name(written.get("name", "")) or None,
        due=due,
        problem=_user_id_problem(written.get("user_id", ""), user_id)
        or _damage_problem(number, layout.number_width)
        or (None if user_id or email or number else _NO_IDENTIFIER)
        or date_problem,
    )


def _shape_problem(record: Record, written: Mapping[str, str], layout: Layout) -> Problem | None:
    """A row whose cells may stand under the wrong headers is not looked at any further."""
    if extra := [
        cell for column in layout.unexpected if not is_blank(cell := record.cells[column])
    ]:
        return Problem(
            "malformed_row",
            f"The row has more cells than the header has columns ({len(extra)} more, the first "
            f'holds "{extra[0].strip()[:40]}"), so its values may stand in the wrong columns.',
        )
    if all(map(_says, record.cells, layout.plain_header)):
        return Problem("malformed_row", "The row repeats the header line.")
    if _is_total(record.cells, written):
        return Problem("malformed_row", "The row looks like a total, not like a person.")
    broken = [cell for cell in record.cells if "\n" in cell or "\r" in cell]
    if swallowed := sum(_swallowed_rows(cell, layout) for cell in broken):
        return Problem(
            "malformed_row",
            "A quotation mark is missing or too many in this row. Lines below it that were read "
            f"as a part of it, and are not attempted either: {swallowed}.",
        )
    return None


def _says(cell: str, plain_header: str) -> bool:
    return plain(cell) == plain_header


def _is_total(cells: Sequence[str], written: Mapping[str, str]) -> bool:
    """Whether a row is labelled as a total and its only identifier is a number: the total itself.

    A person called Total has an address or a user id, or stands in the column of names.
    """
    if any(looks_identifying(field, written.get(field, "")) for field in ("user_id", "email")):
        return False
    return any(_TOTAL.fullmatch(cleaned(cell)) for cell in cells)


def _swallowed_rows(cell: str, layout: Layout) -> int:
    """How many lines inside a cell are rows of their own, whatever delimiter the file had once."""
    lines = cell.splitlines()[1:]
    return max(
        sum(_is_row(line.split(delimiter), layout) for line in lines) for delimiter in DELIMITERS
    )


def _is_row(cells: Sequence[str], layout: Layout) -> bool:
    """Whether these are as many cells as a row has, with an identifier in the right place."""
    return len(cells) >= max(2, len(layout.header) - len(layout.unexpected)) and any(
        looks_identifying(field, cells[column])
        for field, column in layout.columns.items()
        if column < len(cells)
    )


def _user_id_problem(cell: str, user_id: str | None) -> Problem | None:
    if user_id or is_blank(cell):
        return None
    return Problem(
        "invalid_user_id",
        f'"{cell.strip()[:60]}" is not a Genesys user id (five groups of 8, 4, 4, 4 and 12 '
        "characters 0-9 and a-f).",
    )


def _damage_problem(number: str, number_width: int | None) -> Problem | None:
    sentence = damage(number, number_width)
    return Problem("damaged_id", sentence) if sentence else None


def _due(written: Mapping[str, str], layout: Layout) -> tuple[date | None, Problem | None]:
    """The first day on which the row may be done, or why that cannot be said, in a dated list."""
    texts = {field: text for field in layout.days if (text := cleaned(written[field]))}
    if layout.days and not texts:
        return None, Problem(
            "invalid_date", "The row has no date, though the list has a date column."
        )
    for field, text in texts.items():
        if text not in layout.days[field]:
            return None, Problem(
                "invalid_date", _unreadable_date(text, layout.header, layout.columns[field])
            )
    days = {field: layout.days[field][text] for field, text in texts.items()}
    return due_day(days.get("effective_date"), days.get("last_day")), None


def _unreadable_date(text: str, header: Sequence[str], column: int) -> str:
    where = f'"{text[:40]}" in the column "{header[column].strip()}" is not a date'
    if text.isdigit() and len(text) == 5:
        return f"{where}: it looks like Excel's number for one. Format the column as a date."
    return f"{where} that can be read. Write it as year-month-day."
