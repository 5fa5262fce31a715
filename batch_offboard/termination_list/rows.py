"""From a row of the table to a termination: identifiers, due date, and problem."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from batch_offboard.termination_list.cleaning import cleaned, is_blank
from batch_offboard.termination_list.dates import due_from, is_outside
from batch_offboard.termination_list.day_words import FIRST_YEAR, LAST_YEAR, day_text
from batch_offboard.termination_list.headers import plain
from batch_offboard.termination_list.identifiers import (
    address_in,
    damage,
    employee_number_in,
    guid_in,
    is_error_value,
    is_placeholder,
    looks_identifying,
    number_candidates,
    rounding,
)
from batch_offboard.termination_list.last_lines import (
    NOT_A_PERSON,
    is_total,
)
from batch_offboard.termination_list.layout import Layout, is_below_people
from batch_offboard.termination_list.models import (
    DELIMITERS,
    IDENTIFYING,
    Problem,
    Termination,
)
from batch_offboard.termination_list.oddities import (
    address_oddity,
    error_value,
    user_id_oddity,
)
from batch_offboard.termination_list.row_names import more_than_name, names_in
from batch_offboard.termination_list.table import Record
from batch_offboard.wording import counted

_OF_AN_IDENTIFIER = re.compile("[@0-9]")
_NO_IDENTIFIER = Problem(
    "no_identifier", "The row has no user id, e-mail address or employee number."
)
"""The problem of a row in which nobody is identified."""


def terminations(records: Sequence[Record], layout: Layout) -> tuple[Termination, ...]:
    """The rows as values; those that cannot be attempted carry their problem."""
    return tuple(
        Termination(record.row, record.cells, problem=NOT_A_PERSON)
        if is_below_people(position, record, layout.last_person, layout.fields)
        else _termination(record, layout)
        for position, record in enumerate(records)
    )


def _termination(record: Record, layout: Layout) -> Termination:
    written = _identifying_cells(record, layout)
    user_id = guid_in(written.get("user_id", ""))
    email = address_in(written.get("email", ""))
    if problem := _shape_problem(record, layout, is_certain=bool(user_id or email)):
        return Termination(record.row, record.cells, problem=problem)
    number = employee_number_in(written.get("employee_id", ""))
    due, date_problem = _due(record, layout)
    return Termination(
        row=record.row,
        cells=record.cells,
        user_id=user_id,
        email=email,
        employee_id=number or None,
        padded_numbers=number_candidates(number, layout.number_width)[1:],
        names=names_in(record.cells, layout.fields),
        more_than_name=more_than_name(record.cells, layout.fields),
        due=due,
        problem=_user_id_problem(written.get("user_id", ""), user_id)
        or _address_problem(written.get("email", ""), email)
        or _damage_problem(number, confirmed=bool(user_id or email))
        or (None if user_id or email or number else _no_identifier(record, layout))
        or date_problem,
    )


def _identifying_cells(record: Record, layout: Layout) -> Mapping[str, str]:
    """The first filled cell of each identifying field.

    A cell that only says that there is no value, such as n/a, counts as blank, but not as a user
    id: a malformed one holds its row.
    """
    written: dict[str, str] = {}
    for column, field in sorted(layout.fields.items()):
        cell = record.cells[column]
        if field not in IDENTIFYING or is_blank(cell):
            continue
        if field == "user_id" or not is_placeholder(cell):
            written.setdefault(field, cell)
    return written


def _shape_problem(record: Record, layout: Layout, *, is_certain: bool) -> Problem | None:
    """The problem of a row whose cells may be under the wrong headers, or None.

    `is_certain` says that it has a user id or an address, which no header and no total has.
    """
    if extra := [
        cell for column in layout.unexpected if not is_blank(cell := record.cells[column])
    ]:
        return Problem(
            "malformed_row",
            f"The row has {counted(len(extra), 'more cell')} than the header; the first holds "
            f'"{extra[0].strip()[:40]}". Its values may be in the wrong columns.',
        )
    if not is_certain and _repeats_header(record, layout):
        return Problem("malformed_row", "The row repeats the header line.")
    if not is_certain and is_total(record.cells, layout.fields):
        return Problem("malformed_row", "The row looks like a total, not a person.")
    broken = [cell for cell in record.cells if "\n" in cell or "\r" in cell]
    if swallowed := sum(_swallowed_rows(cell, layout) for cell in broken):
        return Problem(
            "malformed_row",
            "This row has one quotation mark too few or too many. Lines below were read as part "
            f"of it, so they are not attempted either: {swallowed}.",
        )
    return None


def _repeats_header(record: Record, layout: Layout) -> bool:
    """Whether a row is the header again, or a second line of headers of the same meaning."""
    if all(map(_says, record.cells, layout.plain_header)):
        return True
    identifying = [
        (field, record.cells[column])
        for column, field in layout.fields.items()
        if field in IDENTIFYING and not is_blank(record.cells[column])
    ]
    if not identifying or any(_OF_AN_IDENTIFIER.search(cell) for _, cell in identifying):
        return False
    meanings = ((field, layout.known.meaning(cell)) for field, cell in identifying)
    return all(each and each.field == field for field, each in meanings)


def _says(cell: str, plain_header: str) -> bool:
    return plain(cell) == plain_header


def _swallowed_rows(cell: str, layout: Layout) -> int:
    """How many lines inside a cell are rows of their own, whatever delimiter the file had once."""
    lines = cell.splitlines()[1:]
    return max(
        sum(_is_row(line.split(delimiter), layout) for line in lines) for delimiter in DELIMITERS
    )


def _is_row(cells: Sequence[str], layout: Layout) -> bool:
    """Whether these are as many cells as in a row, with an identifier in the right column."""
    return len(cells) >= max(2, len(layout.header) - len(layout.unexpected)) and any(
        looks_identifying(field, cells[column])
        for column, field in layout.fields.items()
        if column < len(cells)
    )


def _user_id_problem(cell: str, user_id: str | None) -> Problem | None:
    if user_id or is_blank(cell):
        return None
    return Problem("invalid_user_id", user_id_oddity(cell))


def _address_problem(cell: str, address: str | None) -> Problem | None:
    if address or is_blank(cell):
        return None
    return Problem("invalid_email", address_oddity(cell))


def _no_identifier(record: Record, layout: Layout) -> Problem:
    """The problem of a row without identifiers, with what it holds instead."""
    said = [
        cleaned(record.cells[column])
        for column, field in sorted(layout.fields.items())
        if field in IDENTIFYING and not is_blank(record.cells[column])
    ]
    if not said:
        return _NO_IDENTIFIER
    shown = " and ".join(f'"{text[:20]}"' for text in dict.fromkeys(said))
    return Problem(_NO_IDENTIFIER.code, f"{_NO_IDENTIFIER.message[:-1]}, only {shown}.")


def _damage_problem(number: str, *, confirmed: bool) -> Problem | None:
    """The problem of a number that Excel damaged; with `confirmed`, rounding does not count."""
    if is_error_value(number):
        return Problem("damaged_id", error_value(number))
    sentence = damage(number) or (None if confirmed else rounding(number))
    return Problem("damaged_id", sentence) if sentence else None


def _due(record: Record, layout: Layout) -> tuple[date | None, Problem | None]:
    """The first day on which the row is due, or the problem with it, in a list with dates.

    Of several days the latest counts.
    """
    texts = {column: text for column in layout.days if (text := day_text(record.cells[column]))}
    if layout.days and not texts:
        return None, Problem("invalid_date", "The row has no date, but the list has a date column.")
    for column, text in texts.items():
        if text not in layout.days[column]:
            return None, Problem("invalid_date", _unreadable_date(text, layout.header, column))
    days = [
        due_from(layout.fields[column], layout.days[column][text]) for column, text in texts.items()
    ]
    return max(days, default=None), None


def _unreadable_date(text: str, header: Sequence[str], column: int) -> str:
    """The problem of a row whose date cannot be used."""
    where = f'"{text[:40]}" in the column "{header[column].strip()}"'
    if text.isdigit() and len(text) == 5:
        return (
            f"{where} is not a date: it looks like Excel's number for one. Format the column as a "
            "date."
        )
    if is_outside(text):
        return f"{where} is outside {FIRST_YEAR}–{LAST_YEAR}. Correct the year."
    return f"{where} is not a valid date. Enter it as 2026-10-31."
