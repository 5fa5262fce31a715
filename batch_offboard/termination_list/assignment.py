"""Assigning columns of a list to fields, once the header line is found."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from batch_offboard.errors import ListError
from batch_offboard.termination_list.choices import assigning, chosen_columns, column_named
from batch_offboard.termination_list.cleaning import is_blank
from batch_offboard.termination_list.headers import NAME_OR_FAMILY, NAME_OR_GIVEN, plain
from batch_offboard.termination_list.identifiers import (
    address_in,
    compared,
    employee_number_in,
    guid_in,
    is_placeholder,
)
from batch_offboard.termination_list.known import (
    MEANINGS,
    KnownHeaders,
    Meaning,
    Origin,
    decides_alone,
)
from batch_offboard.termination_list.models import NAMES
from batch_offboard.termination_list.other_people import (
    refuse_address_of_answerer,
    refuse_names_of_two_people,
)
from batch_offboard.termination_list.table import Record


def assigned(above: Record, body: Sequence[Record], known: KnownHeaders) -> dict[int, str]:
    """The field of each column that has one, including columns declared unused.

    Names and days may have several columns. Two identifying columns of the same field count as one
    if their filled cells are equal in every row. Raises ListError, naming both, if they are not,
    and for choices that match no column.
    """
    # A choice means one column, even if others have the same header.
    meanings = meanings_of(above, body, replace(known, choices=()))
    chosen = chosen_columns(above.cells, known.choices)
    meanings |= {column: Meaning(field, Origin.CHOSEN) for column, field in chosen.items()}
    refuse_address_of_answerer(above, meanings)
    fields = _in_context({column: each.field for column, each in meanings.items()})
    for field in dict.fromkeys(fields.values()):
        columns = [column for column, each in fields.items() if each == field]
        if decides_alone(field):
            highest = max(meanings[column].origin for column in columns)
            kept = [column for column in columns if meanings[column].origin is highest]
            for column in set(columns) - set(kept):
                del fields[column]
            _require_same(above, body, field, kept)
        elif field in NAMES:
            _require_other_headers(above, body, columns)
            if field == "name":
                refuse_names_of_two_people(above, body, meanings, columns)
    return fields


def meanings_of(above: Record, body: Sequence[Record], known: KnownHeaders) -> dict[int, Meaning]:
    """What the cells of a line mean as headers of the rows below it, by column."""
    found: dict[int, Meaning] = {}
    for column, header in enumerate(above.cells):
        cells = (record.cells[column] for record in body)
        if meaning := known.meaning_above(header, cells):
            found[column] = meaning
    return found


def _in_context(fields: Mapping[int, str]) -> dict[int, str]:
    """The fields with headers such as Name and Nombre decided by the other columns."""
    there = set(fields.values())
    means = {
        NAME_OR_FAMILY: "family_name"
        if there & {"given_name", NAME_OR_GIVEN} and "family_name" not in there
        else "name",
        NAME_OR_GIVEN: "given_name" if there & {"family_name", NAME_OR_FAMILY} else "name",
    }
    return {column: means.get(field, field) for column, field in fields.items()}


def _require_same(above: Record, body: Sequence[Record], field: str, columns: list[int]) -> None:
    """Raise ListError if two columns for one field differ in any row."""
    first, *others = columns
    for other in others:
        for record in body:
            one, two = record.cells[first], record.cells[other]
            if not _agree(field, one, two):
                raise ListError(
                    f"has two columns that could both be the {MEANINGS[field]}: "
                    f"{column_named(above.cells, first)}, and {column_named(above.cells, other)}. "
                    f"In row {record.row} they differ. Say which one to use.",
                    assigning(above.cells, first, field),
                    assigning(above.cells, other, field),
                )


def _agree(field: str, one: str, other: str) -> bool:
    if any(is_blank(each) or is_placeholder(each) for each in (one, other)):
        return True
    return _comparable(field, one) == _comparable(field, other)


def _comparable(field: str, cell: str) -> str:
    if field == "user_id":
        return guid_in(cell) or compared(cell)
    if field == "email":
        return compared(address_in(cell) or cell)
    return compared(employee_number_in(cell))


def _require_other_headers(above: Record, body: Sequence[Record], columns: Sequence[int]) -> None:
    """Raise ListError for a name under the same header twice: one of them may be a manager's."""
    seen: dict[str, int] = {}
    for column in columns:
        first = seen.setdefault(plain(above.cells[column]), column)
        if any(record.cells[first].strip() != record.cells[column].strip() for record in body):
            raise ListError(
                f'has the header "{above.cells[column].strip()}" twice, with different names: '
                f"{column_named(above.cells, first)}, and {column_named(above.cells, column)}. "
                "Say which one to leave out.",
                assigning(above.cells, first, "unused"),
                assigning(above.cells, column, "unused"),
            )
