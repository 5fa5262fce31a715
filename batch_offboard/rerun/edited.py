"""Rows of a results file that a person corrected without asking for another attempt. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from batch_offboard.record.events import RunStarted
from batch_offboard.rerun.decisions import Decisions, is_open
from batch_offboard.rerun.source import Source
from batch_offboard.results.models import FINISHED, PREFIX
from batch_offboard.results.row_record import RowRecord
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.models import DAYS, UNUSED, Termination
from batch_offboard.termination_list.wording import rows_shown

_Cells = Mapping[tuple[str, int], str]
"""Cleaned cells by header and its occurrence: a spreadsheet may have moved columns."""


def edited_rows(
    records: Iterable[RowRecord], started: RunStarted, source: Source
) -> frozenset[int]:
    """The unfinished rows that this run decided and whose person or day was edited since.

    Days are compared by value, as a spreadsheet writes them in a format of its own.
    """
    rows = {row.row: row for row in source.listed.rows if _is_decided_by(started, row, source)}
    return frozenset(
        record.row
        for record in records
        if (row := rows.get(record.row)) and _is_edited(record, started, row, source)
    )


def _is_decided_by(started: RunStarted, row: Termination, source: Source) -> bool:
    result = source.results.get(row.row)
    return result is not None and result.run_id == started.run_id and result.status not in FINISHED


def _is_edited(record: RowRecord, started: RunStarted, row: Termination, source: Source) -> bool:
    if record.due != (row.due.isoformat() if row.due else None):
        return True
    listed = source.listed
    header = _numbered(listed.header)
    used = [
        header[column]
        for column, field in listed.fields.items()
        if field != UNUSED and field not in DAYS
    ]
    before, now = _cells(started.list.header, record.cells), _cells(listed.header, row.cells)
    return any(before.get(name) != now.get(name) for name in used)


def _cells(header: Sequence[str], cells: Sequence[str]) -> _Cells:
    return dict(zip(_numbered(header), map(cleaned, cells), strict=False))


def _numbered(header: Sequence[str]) -> list[tuple[str, int]]:
    seen = Counter[str]()
    found = []
    for text in header:
        seen[text] += 1
        found.append((text, seen[text]))
    return found


def not_attempted(edited: Iterable[int], decisions: Decisions) -> str:
    """The sentence about edited rows that this rerun leaves out; empty if there are none."""
    out = {row.row for row in (*decisions.attempt, *decisions.hold)}
    left = [row for row in edited if row not in out and not is_open(decisions.results[row])]
    if not left:
        return ""
    were = "was edited but is" if len(left) == 1 else "were edited but are"
    return f"{rows_shown(left)} {were} not attempted: enter yes in {PREFIX}retry."
