"""The cells of the list that a person has corrected since an earlier run read them. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from batch_offboard.record.events import CellCorrected
from batch_offboard.results.row_record import RowRecord
from batch_offboard.termination_list.models import TerminationList, letter

_Column = tuple[str, int]
"""A header, and its ordinal (from 1) among equal ones."""


def corrections(
    header: Sequence[str], records: Iterable[RowRecord], listed: TerminationList
) -> tuple[CellCorrected, ...]:
    """The cells of `listed` that differ from what a run with this header has on record."""
    was, now = _columns(header), _columns(listed.header)
    rows = {row.row: row.cells for row in listed.rows}
    shared = [(name, was[name, n], place) for (name, n), place in now.items() if (name, n) in was]
    return tuple(
        CellCorrected(record.row, letter(place), name, before, after)
        for record in records
        if record.row in rows
        for name, earlier, place in shared
        if (before := _cell(record.cells, earlier)) != (after := _cell(rows[record.row], place))
    )


def _columns(header: Sequence[str]) -> dict[_Column, int]:
    """The place of each column that has a header."""
    found: dict[_Column, int] = {}
    counted: Counter[str] = Counter()
    for place, name in enumerate(header):
        counted[name] += 1
        if name:
            found[name, counted[name]] = place
    return found


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
