"""Finding the header line of a list, and the field of each column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from batch_offboard.errors import ListError
from batch_offboard.termination_list.assignment import assigned, meanings_of
from batch_offboard.termination_list.cleaning import cleaned, is_blank
from batch_offboard.termination_list.headers import is_line_of, may_stay, plain, says
from batch_offboard.termination_list.identifiers import looks_identifying
from batch_offboard.termination_list.known import RESULTS, KnownHeaders, is_bare_id
from batch_offboard.termination_list.last_lines import last_person
from batch_offboard.termination_list.models import IDENTIFYING, column_number
from batch_offboard.termination_list.nothing_fits import no_header_line, value_in_header
from batch_offboard.termination_list.table import Record

_OF_THE_ROW = "status retry next_action row http_status error_code error correlation_id"
_OF_THE_PERSON = "user_id user_name user_email state_before state_after"
_OF_QUEUES = "queues_before queues_removed queues_left left_because left_behind"
_OF_THE_RUNS = "attempts started_at finished_at verified run_id"
_ALL = " ".join((_OF_THE_ROW, _OF_THE_PERSON, _OF_QUEUES, _OF_THE_RUNS))
OURS = frozenset(f"offboard_{name}" for name in _ALL.split())
"""The columns that a run adds; a list may have others of its own that begin alike."""

_SEARCHED_ROWS = 50
_MOST_CELLS = 2
_GREETING = re.compile(r"[^\d@,]{1,40},")
_OF_AN_IDENTIFIER = re.compile("[@0-9]")


@dataclass(frozen=True, slots=True)
class Header:
    """The header line: its position among the records, and the field of each column."""

    position: int
    fields: Mapping[int, str]

    @property
    def columns(self) -> Mapping[str, int]:
        """The first column of each field."""
        return first_columns(self.fields)


def first_columns(fields: Mapping[int, str]) -> dict[str, int]:
    """The first column of each field."""
    return {field: column for column, field in sorted(fields.items(), reverse=True)}


def own_spelling(header: str) -> str:
    """A header as `OURS` spells it."""
    return cleaned(header).casefold()


def header_of(records: Sequence[Record], known: KnownHeaders) -> Header | None:
    """The first line that names an identifier, or None; title lines above it are skipped.

    Raises ListError if two of its columns mean the same, or if there is a person above it.
    """
    found = header_matches(records, known)
    position = _header_line(records, known, found[0] if found else None)
    if position is None:
        return None
    fields = assigned(records[position], records[position + 1 :], known)
    if not {*IDENTIFYING, RESULTS} & set(fields.values()):
        return None
    is_recognised = found is not None and found[0] == position
    if not is_recognised and (value := value_in_header(records[position], fields)):
        raise no_header_line(records[position], *value)
    for record in records[:position]:
        if any(looks_identifying(field, record.cells[col]) for col, field in fields.items()):
            raise ListError(
                f"has a row that looks like a person (row {record.row}) above the header in row "
                f"{records[position].row}. Move the header to the top."
            )
    return Header(position, fields)


def _header_line(
    records: Sequence[Record], known: KnownHeaders, recognised: int | None
) -> int | None:
    if known.row is not None:
        rows = (record.row for record in records)
        return next((position for position, row in enumerate(rows) if row == known.row), None)
    return _line_of_letters(records, known) if recognised is None else recognised


def _line_of_letters(records: Sequence[Record], known: KnownHeaders) -> int | None:
    """The header line of a list whose identifying columns are chosen by letter only.

    Titles rarely fill half of the columns.
    """
    letters = [
        column
        for choice in known.choices
        if choice.field in IDENTIFYING and (column := column_number(choice.header)) is not None
    ]
    for position, record in enumerate(records[:_SEARCHED_ROWS]):
        cells = record.cells
        filled = sum(not is_blank(cell) for cell in cells)
        named = all(column < len(cells) and not is_blank(cells[column]) for column in letters)
        if letters and named and 2 * filled >= len(cells):
            return position
    return None


def refuse_another_order(records: Sequence[Record], header: Header, known: KnownHeaders) -> None:
    """Raise ListError for a second header line with other columns.

    In the rows below it, the identifiers may be another person's, such as a manager's.
    """
    above = records[header.position]
    words = {plain(cell) for cell in above.cells if cell}
    identifying = [column for column, field in header.fields.items() if field in IDENTIFYING]
    order = _order(above, known)
    for record in records[header.position + 1 :]:
        held = [cell for column in identifying if (cell := record.cells[column])]
        if not held or any(map(_OF_AN_IDENTIFIER.search, held)):
            continue
        found = _order(record, known)
        filled = [cell for cell in record.cells if not is_blank(cell)]
        known_words = sum(
            plain(cell) in words or known.meaning(cell) is not None for cell in filled
        )
        named = any(each in IDENTIFYING for each in found.values())
        if 2 * known_words >= len(filled) and found != order and named:
            raise ListError(
                f"has a second header in row {record.row}, and its columns differ from those in "
                f"row {above.row}. Split the list in two, or give both parts the same columns."
            )


def refuse_a_part_of_others(records: Sequence[Record], header: Header) -> None:
    """Raise ListError for a line within the list below which stand people who do not leave.

    Reports have such parts: the joiners below the leavers, or those whose leaving was cancelled.
    A mail ends with whoever sent it.
    """
    body = records[header.position + 1 :]
    people = [_names_somebody(record, header.fields) for record in body]
    last = last_person(body, header.fields)
    for position, record in enumerate(body[: max(last, 0)]):
        texts = [text for cell in record.cells if (text := cleaned(cell))]
        if people[position] or not texts:
            continue
        if len(texts) == 1 and (may_stay(texts[0]) or is_line_of(texts[0], "staying")):
            raise ListError(
                f'has the title "{texts[0][:60]}" in row {record.row}, so the people '
                "below it do not seem to be leaving. Remove them from the list, or delete the "
                "title if they are leaving too."
            )
        if _is_of_a_contact(texts) and any(people[position:]):
            raise ListError(
                f'has the line "{texts[0][:60]}" in row {record.row}, so whoever is named below '
                "it is probably a contact. Remove these rows from the list, or delete only that "
                "line if the people below it are leaving too."
            )


def _is_of_a_contact(texts: Sequence[str]) -> bool:
    """Whether a line ends a mail (`Best,`) or names a contact.

    More cells are perhaps another header line.
    """
    if says(texts[0], "signature"):
        return True
    is_greeting = len(texts) == 1 and _GREETING.fullmatch(texts[0]) is not None
    return is_greeting or (len(texts) <= _MOST_CELLS and is_line_of(texts[0], "contact"))


def _names_somebody(record: Record, fields: Mapping[int, str]) -> bool:
    """Whether a row has something like an identifier."""
    return any(looks_identifying(field, record.cells[column]) for column, field in fields.items())


def _order(record: Record, known: KnownHeaders) -> Mapping[int, str]:
    """What the cells of a line mean as headers; "id" is ambiguous and does not count."""
    found = {column: known.meaning(cell) for column, cell in enumerate(record.cells)}
    return {
        column: meaning.field
        for column, meaning in found.items()
        if meaning and not is_bare_id(record.cells[column])
    }


def header_matches(
    records: Sequence[Record], known: KnownHeaders
) -> tuple[int, Mapping[int, str]] | None:
    """The position of the header line among the records, and the fields that its columns match."""
    for position in range(min(len(records), _SEARCHED_ROWS)):
        meanings = meanings_of(records[position], records[position + 1 :], known)
        if any(each.field in (*IDENTIFYING, RESULTS) for each in meanings.values()):
            return position, {column: each.field for column, each in meanings.items()}
    return None
