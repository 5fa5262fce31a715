"""What reading a termination list gives: rows with identifiers, and what is odd about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

FIELDS = ("user_id", "email", "employee_id", "name", "effective_date", "last_day")
"""What a column can mean; the keys of `list.columns` in the configuration."""

DELIMITERS: Mapping[str, str] = {",": "comma", ";": "semicolon", "\t": "tab"}
"""What can separate the columns of a text file; the first one is taken where all would do."""

_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with byte order mark",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not attempted: the value of `offboard_error_code`, and a sentence."""

    code: Literal["invalid_user_id", "malformed_row", "invalid_date", "no_identifier", "damaged_id"]
    message: str


@dataclass(frozen=True, slots=True)
class Termination:
    """One row of the termination list: one person who is to be set to inactive.

    `row` is the number a spreadsheet shows for it (the header is row 1 in a plain file). `cells`
    are exactly what the file holds, as many as the header has. Identifiers are cleaned of blanks,
    braces and invisible characters; a user id is a lower-case GUID. `due` is the first day on
    which the row may be done: the effective date itself, or the day after the last day.
    """

    row: int
    cells: tuple[str, ...]
    user_id: str | None = None
    email: str | None = None
    employee_id: str | None = None
    name: str | None = None
    due: date | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class FileFormat:
    """What kind of file the list is, as it is told to the person and needed to write it again."""

    kind: Literal["csv", "xlsx"]
    encoding: str
    delimiter: str
    sheet: str | None = None

    def __str__(self) -> str:
        if self.kind == "xlsx":
            return f"Excel workbook, sheet {self.sheet}"
        encoding = _ENCODINGS.get(self.encoding, self.encoding)
        return f"text file, {DELIMITERS[self.delimiter]}-separated, {encoding}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list doctor: what is odd, where, and whether it was repaired or held."""

    kind: Literal["repaired", "held", "notice"]
    code: str
    message: str
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TerminationList:
    """A whole list as read: format, header, which column means what, rows, and findings.

    Cells behind the last named column are kept: `header` then ends in columns without a name.
    `header_row` is where the header stands in the file; title lines are above it.
    `earlier` is empty for a termination list. For a results file it holds, by row number, the
    `offboard_` columns of that row by column name (those columns are then not in `header` or
    `cells`).
    """

    name: str
    sha256: str
    format: FileFormat
    header: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[Termination, ...]
    findings: tuple[Finding, ...] = ()
    earlier: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    header_row: int = 1
