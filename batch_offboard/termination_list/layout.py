"""The layout of a list: what must be known of the whole of it to read one of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from batch_offboard.termination_list.dates import days_in
from batch_offboard.termination_list.day_words import day_text
from batch_offboard.termination_list.headers import plain
from batch_offboard.termination_list.identifiers import employee_number_in, padded_width
from batch_offboard.termination_list.known import KnownHeaders
from batch_offboard.termination_list.last_lines import is_nobody, last_person
from batch_offboard.termination_list.models import DAYS
from batch_offboard.termination_list.settings import ListSettings
from batch_offboard.termination_list.table import Record
from batch_offboard.termination_list.zones import zone_of


@dataclass(frozen=True, slots=True)
class Layout:
    """The properties of a list that reading one of its rows needs.

    `plain_header` is the header in the form by which a row that repeats it is recognised. `fields`
    has the field of each column. `unexpected` are the columns after the last one with a header.
    `days` holds, by column, the day that each text of a date column means. `number_width` is the
    width to which employee numbers are filled with zeros, if they are. `last_person` is the
    position of the last record that identifies somebody.
    """

    header: tuple[str, ...]
    plain_header: tuple[str, ...]
    fields: Mapping[int, str]
    known: KnownHeaders
    unexpected: range
    number_width: int | None
    days: Mapping[int, Mapping[str, date]]
    last_person: int


def layout_of(
    records: Sequence[Record],
    settings: ListSettings,
    *,
    header: tuple[str, ...],
    fields: Mapping[int, str],
    known: KnownHeaders,
    unexpected: range,
    typed: bool,
) -> Layout:
    """The layout of a list with these data rows. Raises ListError for dates of unknown order.

    `typed` says that the list is a workbook, in which dates are more than texts.
    """
    last = last_person(records, fields)
    people = [
        record
        for position, record in enumerate(records)
        if not is_below_people(position, record, last, fields)
    ]
    numbers = [column for column, field in fields.items() if field == "employee_id"]
    numbered = [record.cells[column] for record in people for column in numbers]
    return Layout(
        header,
        tuple(map(plain, header)),
        fields,
        known,
        unexpected,
        padded_width(map(employee_number_in, numbered)),
        {
            column: _days_of(column, header, people, settings, typed=typed)
            for column, field in fields.items()
            if field in DAYS
        },
        last,
    )


def _days_of(
    column: int,
    header: tuple[str, ...],
    people: Sequence[Record],
    settings: ListSettings,
    *,
    typed: bool,
) -> Mapping[str, date]:
    texts = [(record.row, day_text(record.cells[column])) for record in people]
    zone = zone_of(settings.timezone)
    return days_in(header[column].strip(), texts, settings.date_format, zone, typed=typed)


def is_below_people(position: int, record: Record, last: int, fields: Mapping[int, str]) -> bool:
    """Whether a record is no person and below the last one, at position `last` (-1: none)."""
    return 0 <= last < position and is_nobody(record.cells, fields)
