"""Refuses lists whose names were read in the wrong encoding, so that they would match nobody."""

from collections.abc import Sequence

from batch_offboard.errors import ListError
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.encoding import WINDOWS
from batch_offboard.termination_list.foreign_files import SAVE_AS
from batch_offboard.termination_list.misread import (
    decoded_twice,
    has_long_run,
    is_misread,
    reading_of_names,
)
from batch_offboard.termination_list.models import NAMES, TerminationList, letter

_SHARE = 3
"""A list is refused if at least one in this many of its non-ASCII names is evidently misread."""


def refuse_misread_names(found: TerminationList) -> None:
    """Raise ListError if the names show that a file read as Windows-1252 has another encoding."""
    if found.format.encoding != WINDOWS:
        return
    names = [
        (row.row, text)
        for row in found.rows
        for column, field in found.fields.items()
        if field in NAMES and not (text := cleaned(row.cells[column])).isascii()
    ]
    for row, name in names:
        if meant := decoded_twice(name):
            raise ListError(
                f'mixes UTF-8 with another encoding: row {row} holds "{name[:40]}" for '
                f'"{meant[:40]}". It was probably joined from several files. Save each of them in '
                "Excel as CSV UTF-8, then join them."
            )
    _refuse_misread_headers(found)
    wrong = [(row, name) for row, name in names if is_misread(name)]
    if wrong and _SHARE * len(wrong) >= len(names):
        raise _misread(*wrong[0], [name for _, name in names])


def _refuse_misread_headers(found: TerminationList) -> None:
    """Raise ListError for a header in another script: its column may be the names, unrecognised."""
    for column, header in enumerate(found.header):
        if column not in found.fields and (text := cleaned(header)) and has_long_run(text):
            cells = [cell for row in found.rows for cell in row.cells if not cell.isascii()]
            probable = reading_of_names([text, *cells])
            hint = f" It is probably {probable.name}: “{probable.sample}”." if probable else ""
            raise ListError(
                f"is not UTF-8, and as Windows-1252 its headers are wrong: column {letter(column)} "
                f"is “{text[:40]}”.{hint} {SAVE_AS}"
            )


def _misread(row: int, name: str, names: Sequence[str]) -> ListError:
    """The error for names that were read in the wrong encoding."""
    probable = reading_of_names([name, *names])
    hint = f" It is probably {probable.name}: “{probable.sample}”." if probable else ""
    return ListError(
        f"is not UTF-8, and as Windows-1252 its names are wrong: row {row} holds “{name[:40]}”."
        f"{hint} {SAVE_AS}"
    )
