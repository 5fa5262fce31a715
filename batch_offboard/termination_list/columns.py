"""Which line is the header, and which of its columns means what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from batch_offboard.errors import ListError
from batch_offboard.termination_list.cleaning import cleaned, is_blank
from batch_offboard.termination_list.identifiers import guid_in, looks_identifying
from batch_offboard.termination_list.models import FIELDS
from batch_offboard.termination_list.settings import ListSettings
from batch_offboard.termination_list.table import Record

IDENTIFYING = ("user_id", "email", "employee_id")
"""The fields by which a person can be found, in the order in which they are used."""

RESULTS = "results"
"""Stands for the column by which the results file of an earlier run is recognised."""

MEANINGS = {
    "user_id": "user id",
    "email": "e-mail address",
    "employee_id": "employee number",
    "name": "name",
    "effective_date": "effective date",
    "last_day": "last day",
    RESULTS: "status that an earlier run gave",
}
"""What the fields are called in messages."""

_OF_THE_ROW = "status retry next_action row http_status error_code error correlation_id"
_OF_THE_PERSON = "user_id user_name user_email state_before state_after"
_OF_QUEUES = "queues_before queues_removed queues_left left_because"
_OF_THE_RUNS = "attempts started_at finished_at verified run_id"
_ALL = " ".join((_OF_THE_ROW, _OF_THE_PERSON, _OF_QUEUES, _OF_THE_RUNS))
OURS = frozenset(f"offboard_{name}" for name in _ALL.split())
"""The columns that a run adds; a list may have others of its own that begin alike."""

_SEARCHED_ROWS = 50
_BARE_ID = "id"
_OF_AN_IDENTIFIER = re.compile("[@0-9]")


@dataclass(frozen=True, slots=True)
class Header:
    """The header line: where it stands among the records, and the meaning of its columns."""

    position: int
    columns: Mapping[str, int]


def fields_by_header(settings: ListSettings) -> Mapping[str, str]:
    """The field that each known header means, by the header as `plain` spells it.

    Raises ListError if the configuration gives one header two meanings.
    """
    known: dict[str, str] = {plain("offboard_status"): RESULTS}
    for field in FIELDS:
        for header in settings.columns.get(field, ()):
            if known.setdefault(plain(header), field) != field:
                raise ListError(
                    f'In the configuration, list.columns gives the header "{header}" two '
                    f"meanings: {known[plain(header)]} and {field}."
                )
    return known


def plain(header: str) -> str:
    """A header without what does not matter: case, blanks, "-", "_", invisible characters."""
    return re.sub(r"[\s_-]", "", cleaned(header)).casefold()


def own_spelling(header: str) -> str:
    """A header as `OURS` spells it."""
    return cleaned(header).casefold()


def header_of(records: Sequence[Record], known: Mapping[str, str]) -> Header | None:
    """The first line that names an identifier, title lines above it passed over, or None.

    Raises ListError if two of its columns mean the same, or if a person stands above it.
    """
    found = header_matches(records, known)
    if found is None:
        return None
    position, matches = found
    columns = _unambiguous(records[position], matches)
    for record in records[:position]:
        if any(looks_identifying(field, record.cells[col]) for field, col in columns.items()):
            raise ListError(
                f"has a row that looks like a person (row {record.row}) above the header in row "
                f"{records[position].row}. Put the header on top."
            )
    return Header(position, columns)


def refuse_another_order(
    records: Sequence[Record], header: Header, known: Mapping[str, str]
) -> None:
    """Raise ListError for a second header line with other columns.

    Under it, another person's identifier may stand in every row, a manager's for one.
    """
    above = records[header.position]
    words = {plain(cell) for cell in above.cells if cell} | known.keys()
    identifying = [header.columns[field] for field in IDENTIFYING if field in header.columns]
    order = _order(above, known)
    for record in records[header.position + 1 :]:
        held = [cell for column in identifying if (cell := record.cells[column])]
        if not held or any(map(_OF_AN_IDENTIFIER.search, held)):
            continue
        found = _order(record, known)
        filled = [cell for cell in record.cells if not is_blank(cell)]
        of_header = 2 * sum(plain(cell) in words for cell in filled) >= len(filled)
        if of_header and found != order and any(each in IDENTIFYING for each in found.values()):
            raise ListError(
                f"has a second header line in row {record.row}, whose columns are not those of "
                f"the header in row {above.row}. Make a list of each part, or bring both into one "
                "order."
            )


def _order(record: Record, known: Mapping[str, str]) -> Mapping[int, str]:
    """What the cells of a line mean as headers; "id" means too many things to count."""
    headers = map(plain, record.cells)
    return {
        column: known[header]
        for column, header in enumerate(headers)
        if header in known and header != _BARE_ID
    }


def header_matches(
    records: Sequence[Record], known: Mapping[str, str]
) -> tuple[int, Mapping[int, str]] | None:
    """The position of the header line among the records, and the fields that its columns match."""
    for position in range(min(len(records), _SEARCHED_ROWS)):
        matches = _matches(position, records, known)
        if any(field in (*IDENTIFYING, RESULTS) for field in matches.values()):
            return position, matches
    return None


def _matches(
    position: int, records: Sequence[Record], known: Mapping[str, str]
) -> Mapping[int, str]:
    """The fields of one line by column; a bare "id" counts only above GUIDs."""
    headers = [plain(cell) for cell in records[position].cells]
    return {
        column: known[header]
        for column, header in enumerate(headers)
        if header in known
        and (
            header != _BARE_ID
            or known[header] != "user_id"
            or any(guid_in(record.cells[column]) for record in records[position + 1 :])
        )
    }


def _unambiguous(record: Record, matches: Mapping[int, str]) -> Mapping[str, int]:
    columns: dict[str, int] = {}
    for column, field in matches.items():
        if field in columns:
            first, second = record.cells[columns[field]].strip(), record.cells[column].strip()
            raise ListError(
                f'has two columns that could both be the {MEANINGS[field]}: "{first}" (column '
                f'{letter(columns[field])}) and "{second}" (column {letter(column)}). Delete or '
                f"rename one of them, or set list.columns.{field} in the configuration."
            )
        columns[field] = column
    return columns


def letter(column: int) -> str:
    """The letters that a spreadsheet shows for a column; 0 is A."""
    before, last = divmod(column, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def no_header(records: Sequence[Record], settings: ListSettings) -> str:
    """For a file in which no line names an identifier: what was looked for, what was found."""
    if not records:
        return "is empty: there is nothing in any cell."
    first = records[0]
    if any(guid_in(cell) for cell in first.cells):
        return (
            f"has no header line: row {first.row} already holds a user id. Put a line with the "
            "column names above it, for example user_id."
        )
    wanted = "; ".join(
        f"{MEANINGS[field]}: {', '.join(settings.columns.get(field, ()))}" for field in IDENTIFYING
    )
    bare = any(
        plain(cell) == _BARE_ID for record in records[:_SEARCHED_ROWS] for cell in record.cells
    )
    note = ' The column "id" does not count: none of its values is a Genesys id.' if bare else ""
    return (
        f"has no column by which people can be found. Looked for one of these headers ({wanted}) "
        f"in the first {_SEARCHED_ROWS} rows; row {first.row} holds: {_shown(first)}.{note}"
    )


def _shown(record: Record) -> str:
    filled = [cell.strip()[:40] for cell in record.cells if cell.strip()]
    return ", ".join(filled[:8]) + (" …" if len(filled) > 8 else "")
