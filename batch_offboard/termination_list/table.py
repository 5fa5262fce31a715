"""A list as a bare table: the common result of the readers of text files and workbooks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from batch_offboard.termination_list.models import FileFormat, Finding

MOST_COLUMNS = 1_000
"""More than any list has: a stray cell far to the right makes a table slow to read."""


def too_wide(columns: int) -> str:
    """The message for a table with more columns than `MOST_COLUMNS`."""
    return (
        f"has a row with {columns} columns (at most {MOST_COLUMNS:,}). Delete the cells far to "
        "the right, including empty columns."
    )


class Record(NamedTuple):
    """One row of the file that is not blank: its number in a spreadsheet, and its cells."""

    row: int
    cells: tuple[str, ...]


class Merged(NamedTuple):
    """Cells of several rows that are merged into one: only the first of these rows has its value.

    `place` is as in a spreadsheet, such as B3:B5. `records` are the positions of the records below
    the first row.
    """

    place: str
    records: range
    columns: Collection[int]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a file that are not blank, all of the same width, titles and header included.

    `hidden_columns` are those that a spreadsheet does not show. `comments` are what the comments on
    its cells say, by row.
    """

    format: FileFormat
    records: Sequence[Record]
    findings: tuple[Finding, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Merged, ...] = ()
    comments: Mapping[int, str] = field(default_factory=dict)
