"""Which columns could identify people, by their values, where no header says so."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from batch_offboard.errors import Action
from batch_offboard.termination_list.choices import assigning, column_named
from batch_offboard.termination_list.cleaning import cleaned, is_blank
from batch_offboard.termination_list.dates import looks_like_day
from batch_offboard.termination_list.headers import says
from batch_offboard.termination_list.identifiers import (
    address_in,
    employee_number_in,
    guid_in,
    is_placeholder,
)
from batch_offboard.termination_list.models import IDENTIFYING, UNUSED, TerminationList

HOLDS: Mapping[str, str] = {
    "user_id": "user ids",
    "email": "e-mail addresses",
    "employee_id": "employee numbers",
}
"""What a column of each identifying field holds, in words."""

_JUDGED = 500
_SAMPLES = 3
_SAMPLE_LENGTH = 40
_MOST_COLUMNS_SHOWN = 20
_NUMBER = re.compile("(?:[a-z]{1,4}[-_ ]?)?[0-9]{3,10}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column, and the field that its values suggest."""

    column: int
    field: str


@dataclass(frozen=True, slots=True)
class UnknownAdvice:
    """Advice for a field's column if Genesys knows none of its values.

    `column` names it, `sample` is one of its values, `actions` use another column instead.
    """

    column: str
    sample: str
    actions: tuple[Action, ...]


def candidates(
    header: Sequence[str], rows: Iterable[Sequence[str]], skipped: Iterable[int] = ()
) -> tuple[Candidate, ...]:
    """The columns that could identify people, by field: user ids, addresses, numbers.

    The columns in `skipped`, and those whose header is about a manager, are left out.
    """
    table, skip = list(rows)[:_JUDGED], frozenset(skipped)
    found: list[Candidate] = []
    for column, text in enumerate(header):
        if column not in skip and not says(text, "manager"):
            field = _field_of([row[column] for row in table if column < len(row)], text)
            found += [Candidate(column, field)] if field else []
    return tuple(sorted(found, key=lambda each: IDENTIFYING.index(each.field)))


def _field_of(cells: Sequence[str], header: str) -> str | None:
    filled = [cell for cell in cells if not is_blank(cell) and not is_placeholder(cell)]
    if _most(filled, lambda cell: guid_in(cell) is not None):
        return "user_id"
    if _most(filled, lambda cell: address_in(cell) is not None):
        return "email"
    numbers = list(map(employee_number_in, filled))
    unique = len(set(numbers)) == len(numbers)
    if unique and not says(header, "number") and _most(numbers, _is_number):
        return "employee_id"
    return None


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and not looks_like_day(text)


def _most(cells: Sequence[str], is_one: Callable[[str], bool]) -> bool:
    return 2 * sum(map(is_one, cells)) > len(cells)


def shown_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns that are not blank with their headers and some of their values, one a line."""
    lines = [
        f"  {column_named(header, column)}: {_samples(rows, column)}"
        for column in range(len(header))
        if not is_blank(header[column]) or any(not is_blank(row[column]) for row in rows)
    ]
    more = len(lines) - _MOST_COLUMNS_SHOWN
    return "\n".join(lines[:_MOST_COLUMNS_SHOWN] + ([f"  and {more} more"] if more > 0 else []))


def _samples(rows: Iterable[Sequence[str]], column: int) -> str:
    texts = (" ".join(cleaned(row[column]).split())[:_SAMPLE_LENGTH] for row in rows)
    found = list(dict.fromkeys(filter(None, texts)))
    if not found:
        return "empty"
    return ", ".join(found[:_SAMPLES]) + (", …" if len(found) > _SAMPLES else "")


def advice_if_unknown(found: TerminationList) -> Mapping[str, UnknownAdvice]:
    """By identifying field in use, the advice if Genesys knows none of its column's values.

    User ids decide before other identifiers, so for them the advice is to declare the column
    unused; for the others it is to use another column.
    """
    cells = [row.cells for row in found.rows]
    others = candidates(found.header, cells, skipped=found.fields)
    advice: dict[str, UnknownAdvice] = {}
    for field in IDENTIFYING:
        if field in found.columns:
            column = found.columns[field]
            away = [assigning(found.header, column, UNUSED)] if field == "user_id" else []
            instead = [assigning(found.header, each.column, each.field) for each in others]
            shown = column_named(found.header, column)
            sample = next((row.cells[column] for row in found.rows if getattr(row, field)), "")
            advice[field] = UnknownAdvice(shown, _samples([[sample]], 0), tuple(away or instead))
    return advice
