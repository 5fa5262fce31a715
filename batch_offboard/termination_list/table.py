"""A list as a bare table: what the text file and the workbook readers both give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from batch_offboard.termination_list.models import FileFormat, Finding

DELIMITERS = (",", ";", "\t")
"""What can separate the columns of a text file; the first one is taken where all would do."""


class Record(NamedTuple):
    """One row of the file with anything in it: the number a spreadsheet shows, and its cells."""

    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a file that are not blank, all of the same width, titles and header included."""

    format: FileFormat
    records: Sequence[Record]
    findings: tuple[Finding, ...] = ()
