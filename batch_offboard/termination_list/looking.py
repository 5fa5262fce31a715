"""A look at a list before it is known what its columns mean: headers, some values, the sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from batch_offboard.errors import ListError
from batch_offboard.termination_list.cleaning import is_blank
from batch_offboard.termination_list.columns import header_of
from batch_offboard.termination_list.known import known_headers
from batch_offboard.termination_list.settings import ListSettings
from batch_offboard.termination_list.source import table_of
from batch_offboard.termination_list.table import Record

_SAMPLES = 3
_LOOKED_AT = 50
"""So many rows are looked at."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The columns of a list as they are: by column its header, some values, and its field if known.

    `row` is the row of the headers, `sheet` the sheet that was read.
    """

    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    fields: Mapping[int, str]
    row: int
    sheet: str | None


def look_at(data: bytes, settings: ListSettings, sheet: str | None) -> Looked:
    """The columns in the bytes of a list. Raises ListError where there is no table to see."""
    known = known_headers(settings)
    table = table_of(data, known, sheet)
    records = table.records[:_LOOKED_AT]
    if not records:
        raise ListError("has no rows.")
    try:
        found = header_of(table.records, known)
    except ListError:
        # Two columns may mean the same: that is what the person is asked.
        found = None
    position = found.position if found else _widest(records)
    header = records[position].cells
    return Looked(
        header,
        tuple(_samples(records[position + 1 :], column) for column in range(len(header))),
        found.fields if found else {},
        records[position].row,
        table.format.sheet,
    )


def _widest(records: Sequence[Record]) -> int:
    """The first line with the most filled cells: titles rarely fill as many as headers do."""
    filled = [sum(not is_blank(cell) for cell in record.cells) for record in records]
    return filled.index(max(filled))


def _samples(records: Sequence[Record], column: int) -> tuple[str, ...]:
    cells = (record.cells[column] for record in records if column < len(record.cells))
    return tuple(islice((" ".join(cell.split()) for cell in cells if not is_blank(cell)), _SAMPLES))
