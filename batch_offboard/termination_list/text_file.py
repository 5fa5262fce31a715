"""A text file (.csv, .tsv, .txt) as a table; the delimiter is that of the header line."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from batch_offboard.errors import ListError
from batch_offboard.termination_list.cleaning import is_blank
from batch_offboard.termination_list.columns import header_matches
from batch_offboard.termination_list.encoding import WINDOWS, encoding_of
from batch_offboard.termination_list.headers import plain
from batch_offboard.termination_list.known import KnownHeaders
from batch_offboard.termination_list.misread import decoded_twice
from batch_offboard.termination_list.models import DELIMITERS, FileFormat, Finding
from batch_offboard.termination_list.table import MOST_COLUMNS, Record, Table, too_wide

_DECLARED = re.compile(r'(?P<quote>"?)sep=(?P<delimiter>.)(?P=quote)[\r\n]', re.IGNORECASE)
_SPACED_QUOTE = re.compile(' +"')
_TOP_CHARACTERS = 65_536  # less than the csv module's limit for one cell
_TOP_ROWS = 60
_ROWS_A_FRAME = 4_000
"""A long list is never held as one frame: what pandas needs beside the cells stays small."""


def read_text_file(data: bytes, known: KnownHeaders) -> Table:
    """The rows of a text file. `known` are the headers by which the delimiter is recognised.

    A line `sep=;` on top is obeyed and, as in Excel, is no row. Raises ListError.
    """
    written_in = encoding_of(data)
    data, encoding, findings = _prepared(data, written_in)
    top = _decoded(data, encoding).read(_TOP_CHARACTERS)
    declared = _DECLARED.match(top)
    delimiter = _allowed(declared["delimiter"]) if declared else _delimiter_of(top, known)
    above = 1 if declared else 0
    spaced = _is_spaced(data, encoding, delimiter)
    rows = _rows(data, encoding, delimiter, above, spaced=spaced)
    records = [
        Record(row, cells)
        for row, cells in enumerate(rows, 1 - above)
        if row > 0 and not is_blank("".join(cells))
    ]
    return Table(FileFormat("csv", written_in, delimiter), records, findings)


def _prepared(data: bytes, encoding: str) -> tuple[bytes, str, tuple[Finding, ...]]:
    """The bytes to read, with their encoding, and what was put right in them.

    That is text encoded twice, and byte order marks within files that were joined.
    """
    if encoding == WINDOWS or (data.isascii() and encoding == "utf-8"):
        return data, encoding, ()
    text = data.decode(encoding)
    findings: list[Finding] = []
    if (meant := decoded_twice(text)) is not None:
        findings.append(Finding("repaired", "encoded_twice", _encoded_twice(text, meant)))
        text = meant
    if (parted := _parted(text)) != text:
        findings.append(Finding("repaired", "joined_files", _JOINED))
        text = parted
    return (text.encode("utf-8"), "utf-8", tuple(findings)) if findings else (data, encoding, ())


_JOINED = (
    "Several files were joined into this one (it has byte order marks inside). Check that no row "
    "was lost where they meet."
)
"""What is said of a file that was made of several others."""


def _encoded_twice(text: str, meant: str) -> str:
    """The message of a file that was converted to UTF-8 once too often, with an example."""
    lines = zip(text.splitlines(), meant.splitlines(), strict=False)
    before, after = next((pair for pair in lines if pair[0] != pair[1]), ("", ""))
    return (
        f'The file was encoded as UTF-8 twice. It is read as "{after.strip()[:60]}", not '
        f'"{before.strip()[:60]}".'
    )


def _parted(text: str) -> str:
    """The text without the byte order marks of files joined into it, each on lines of its own."""
    first = text.lstrip("\ufeff").partition("\n")[0].rstrip("\r")
    text = re.sub("(?<=[\r\n])\ufeff+", "", text)
    return (
        re.sub("(?<=.)\ufeff+" + re.escape(first), lambda _: f"\n{first}", text) if first else text
    )


def _decoded(data: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")


def _allowed(delimiter: str) -> str:
    """The delimiter that a line such as `sep=;` names. Raises ListError for an unusual one."""
    if delimiter not in DELIMITERS:
        raise ListError(
            f'has "sep={delimiter}" in its first line. Use commas, semicolons, tabs or vertical '
            "bars between the columns, or save the list as an Excel workbook (.xlsx)."
        )
    return delimiter


def _delimiter_of(top: str, known: KnownHeaders) -> str:
    """The delimiter under which a header line with the most known columns is found.

    Without a header, the most frequent one in the first line, which only matters for the message.
    Raises ListError if two delimiters fit equally well and give columns of different meaning.
    """
    unused = [delimiter for delimiter in DELIMITERS if delimiter not in top]
    tried = [delimiter for delimiter in DELIMITERS if delimiter not in unused[1:]]  # all the same
    fields = {delimiter: _fields_under(delimiter, top, known) for delimiter in tried}
    best = max(tried, key=lambda delimiter: len(fields[delimiter]))
    if not fields[best]:
        return max(DELIMITERS, key=top.lstrip().partition("\n")[0].count)
    for other in tried:
        if len(fields[other]) == len(fields[best]) and fields[other] != fields[best]:
            raise ListError(
                f"has a header that can be read two ways, separated by {DELIMITERS[best]} or by "
                f"{DELIMITERS[other]}. Save the list with only one of them, or as an Excel "
                "workbook."
            )
    return best


def _fields_under(delimiter: str, top: str, known: KnownHeaders) -> Sequence[str]:
    """What the columns of the header line mean if this is the delimiter.

    A header cell that another delimiter would split does not count: email;; is three columns.
    """
    records = _top_records(top, delimiter)
    found = header_matches(records, known)
    if found is None:
        return []
    position, fields = found
    cells = records[position].cells
    others = [each for each in DELIMITERS if each != delimiter]
    return sorted(field for n, field in fields.items() if not _is_parted(cells[n], others))


def _is_parted(header: str, delimiters: Sequence[str]) -> bool:
    """Whether the header is one name plus empty cells, if one of these delimiters splits it."""
    return any(
        plain(part) == plain(header)
        for delimiter in delimiters
        if delimiter in header
        for part in header.split(delimiter)
    )


def _is_spaced(data: bytes, encoding: str, delimiter: str) -> bool:
    """Whether cells are quoted after a blank, as in `a, "b"`.

    If so, no blank after a delimiter is part of a cell.
    """
    if not re.search(rf'{re.escape(delimiter)} +"', _decoded(data, encoding).read()):
        return False
    try:
        lines = csv.reader(_decoded(data, encoding), delimiter=delimiter)
        return any(_SPACED_QUOTE.match(cell) for cells in lines for cell in cells)
    except csv.Error:
        return False  # named when the table itself is read


def _top_records(top: str, delimiter: str) -> Sequence[Record]:
    spaced = re.search(rf'{re.escape(delimiter)} +"', top) is not None
    reader = csv.reader(io.StringIO(top, newline=""), delimiter=delimiter, skipinitialspace=spaced)
    lines = list(islice(reader, _TOP_ROWS))
    width = max(map(len, lines), default=0)
    return [
        Record(row, (*cells, *[""] * (width - len(cells))))
        for row, cells in enumerate(lines, 1)
        if cells
    ]


def _widest(text: io.TextIOBase, delimiter: str, above: int, *, spaced: bool) -> int:
    """The number of cells in the widest record, which pandas needs before it reads."""
    widest, row = 0, -above
    try:
        for cells in csv.reader(text, delimiter=delimiter, skipinitialspace=spaced):
            widest, row = max(widest, len(cells)), row + 1
    except csv.Error as error:
        raise ListError(
            f"has a cell of more than {csv.field_size_limit():,} characters in row {row + 1}. "
            "A quotation mark there is probably not closed. Close or remove it."
        ) from error
    return widest


def _rows(
    data: bytes, encoding: str, delimiter: str, above: int, *, spaced: bool
) -> Iterator[tuple[str, ...]]:
    """Every record of the file, every cell as text, short records filled up with empty cells."""
    import pandas

    widest = _widest(_decoded(data, encoding), delimiter, above, spaced=spaced)
    if widest > MOST_COLUMNS:
        raise ListError(too_wide(widest))
    try:
        with pandas.read_csv(
            io.BytesIO(data),
            sep=delimiter,
            encoding=encoding,
            header=None,
            names=list(range(max(widest, 1))),
            index_col=False,
            dtype=object,
            na_filter=False,
            skip_blank_lines=False,
            skipinitialspace=spaced,
            chunksize=_ROWS_A_FRAME,
        ) as frames:
            for frame in frames:
                yield from zip(*frame.to_numpy().T.tolist(), strict=True)
    except pandas.errors.ParserError as error:
        raise _unreadable(str(error), above) from error


def _unreadable(error: str, above: int) -> ListError:
    """The error in plain words; pandas counts rows from 0 and names the row of the error."""
    if unclosed := re.search(r"EOF inside string starting at row (\d+)", error):
        return ListError(
            f"has an unclosed quotation mark in row {int(unclosed[1]) + 1 - above}. Close or "
            "remove it there."
        )
    return ListError(f"cannot be read as a table: {error.strip()}")
