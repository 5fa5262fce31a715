"""The result of reading a termination list: rows with identifiers, and findings about them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

IDENTIFYING = ("user_id", "email", "employee_id")
"""The fields by which a person can be found, in the order in which they are used."""

NAMES = ("name", "given_name", "family_name")
DAYS = ("effective_date", "last_day")

FIELDS = (*IDENTIFYING, *NAMES, *DAYS)
"""What a column can be used as."""

UNUSED = "unused"
CHOICES = (*FIELDS, UNUSED)
"""What a column can be said to be; the keys of `list.columns` in the configuration."""

DELIMITERS: Mapping[str, str] = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "vertical bar",
}
"""What can separate the columns of a text file; the first one is taken where all would do."""

_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 without byte order mark",
    "utf-16-be": "UTF-16 without byte order mark",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
}
"""By codec: the name of an encoding, as shown to the person."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not attempted: the value of `offboard_error_code`, and a sentence."""

    code: Literal[
        "invalid_user_id",
        "invalid_email",
        "malformed_row",
        "invalid_date",
        "no_identifier",
        "damaged_id",
        "not_a_person",
    ]
    message: str

    @property
    def status(self) -> Literal["failed", "skipped"]:
        """The `offboard_status` of a row with this problem."""
        return "skipped" if self.code in ("invalid_date", "not_a_person") else "failed"

    @property
    def retry(self) -> bool:
        """Whether a rerun attempts the row again; False for a line that is not a person."""
        return self.code != "not_a_person"


@dataclass(frozen=True, slots=True)
class Termination:
    """One row of the termination list: one person who is to be set to inactive.

    `row` is the number a spreadsheet shows for it (the header is row 1 in a plain file). `cells`
    are exactly what the file holds, as many as the header has. Identifiers are without the forms in
    which cells hold them (`cell_forms`); a user id is a lower-case GUID. `padded_numbers` are the
    employee number with the zeros in front that a spreadsheet may have dropped. `names` are all
    names of the person in the row, each complete; one that fits is enough. `more_than_name` is the
    cell of a name that holds more than that, such as a remark, as it stands. `due` is the first day
    on which the row is due: the effective date itself, or the day after the last day.
    """

    row: int
    cells: tuple[str, ...]
    user_id: str | None = None
    email: str | None = None
    employee_id: str | None = None
    padded_numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    more_than_name: str = ""
    due: date | None = None
    problem: Problem | None = None

    @property
    def name(self) -> str | None:
        """The first of the names."""
        return self.names[0] if self.names else None


@dataclass(frozen=True, slots=True)
class FileFormat:
    """The kind of file, as shown to the person and as needed to write the list again."""

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
class UnusedColumn:
    """A column with content that is not used and that nobody has declared unused.

    `of_manager` is true where the header says that it is about somebody else: a manager's name,
    address or number is never taken for the person's.
    """

    column: int
    header: str
    of_manager: bool = False

    @property
    def letter(self) -> str:
        """The letters that a spreadsheet shows for the column."""
        return letter(self.column)


@dataclass(frozen=True, slots=True)
class TerminationList:
    """A whole list as read: format, header, which column means what, rows, and findings.

    Cells after the last named column are kept: `header` then ends in columns without a name.
    `header_row` is the row of the header in the file, `title` the text above it. `columns` has the
    first column of each field; `fields` the field of every column that is used, and `unused` for
    those that were declared so. `earlier` is empty for a termination list. For a results file it
    holds, by row number, the `offboard_` columns of that row by column name (those columns are then
    not in `header` or `cells`).
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
    title: str = ""
    fields: Mapping[int, str] = field(default_factory=dict)
    unused: tuple[UnusedColumn, ...] = ()


def letter(column: int) -> str:
    """The letters that a spreadsheet shows for a column; 0 is A."""
    before, last = divmod(column, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def column_number(letters: str) -> int | None:
    """The column that a spreadsheet shows with these letters; A is 0. None for other texts."""
    text = letters.strip().upper()
    if not re.fullmatch("[A-Z]{1,3}", text):
        return None
    number = 0
    for each in text:
        number = 26 * number + ord(each) - ord("A") + 1
    return number - 1
