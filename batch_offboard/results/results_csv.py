"""results.csv: one row per row of the list, the list's own columns first, then ours.

The file is made for Excel on Windows and for scripts alike: UTF-8 with a byte order mark (without
it Excel garbles names), CRLF line ends, the delimiter of the list itself (the one that the
person's spreadsheet uses; a comma for a workbook), and quotes only where a cell needs them to
read back exactly. Cells that a spreadsheet would run as a formula are neutralised, and identifiers
that it would damage; all other cells are as the list has them.
"""

import codecs
import csv
import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from batch_offboard.errors import Action, StoppedError
from batch_offboard.record.folder import RESULTS_NAME
from batch_offboard.results.models import COLUMNS, RunView
from batch_offboard.results.run_folder import written_aside
from batch_offboard.termination_list import neutralised
from batch_offboard.termination_list.models import IDENTIFYING

MOST_SIBLINGS = 99
_ROWS_A_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Written:
    """A results file that was written: its name in the run folder, and the SHA-256 of its bytes."""

    name: str
    sha256: str


def results_bytes(view: RunView) -> bytes:
    """The whole results file of `view`."""
    return b"".join(_chunks(view))


def write_results(
    folder: Path,
    view: RunView,
    *,
    announce: Callable[[Written], None] | None = None,
    replace: Callable[[Path, Path], None] = os.replace,
) -> Written:
    """Write results.csv into `folder`, atomically, and return its name and digest.

    A results.csv that is locked, as by Excel on Windows, or that a person has edited since this run
    wrote it (its digest is not among `view.written`), is left alone: results-2.csv, or the next
    free number, is written instead. `announce` is called with the name and digest just before the
    file appears under that name, so that the journal knows every digest of ours even if the program
    dies in between.

    Raises StoppedError when the file cannot be written, as when the disk is full.
    """
    digest = hashlib.sha256()
    try:
        with written_aside(folder, ".results-", _digested(_chunks(view), digest)) as temporary:
            for name in _names():
                written = Written(name, digest.hexdigest())
                if _is_ours(folder / name, view) and _moved(
                    temporary, folder, written, announce, replace
                ):
                    return written
            raise PermissionError(f"{RESULTS_NAME} and all its siblings are in use")
    except OSError as error:
        raise StoppedError(
            f"The results could not be written to {folder}: {error.strerror or error}. "
            "The journal has everything that was recorded so far.",
            Action("make_room", path=folder),
            Action("make_writable", path=folder),
            Action("write_report", path=folder),
        ) from error


def _chunks(view: RunView) -> Iterator[bytes]:
    """The bytes of the results file, some hundred kilobytes at a time."""
    yield codecs.BOM_UTF8
    rows = _rows(view)
    delimiter = view.started.list.delimiter or ","
    while chunk := list(islice(rows, _ROWS_A_CHUNK)):
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(chunk)
        # JSON can contain a lone surrogate, which must not make the whole file fail.
        yield text.getvalue().encode("utf-8", "backslashreplace")


def _rows(view: RunView) -> Iterator[list[str]]:
    safe = lru_cache(maxsize=4096)(neutralised)  # most cells repeat those of other rows
    columns = view.started.list.columns
    identifying = {columns[field] for field in IDENTIFYING if field in columns}
    yield [safe(cell) for cell in (*view.started.list.header, *COLUMNS)]
    for cells, result in zip(view.cells, view.results, strict=True):
        own = (safe(cell, identifying=n in identifying) for n, cell in enumerate(cells))
        yield [*own, *map(safe, result.texts())]


def _digested(chunks: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


def _moved(
    temporary: Path,
    folder: Path,
    written: Written,
    announce: Callable[[Written], None] | None,
    replace: Callable[[Path, Path], None],
) -> bool:
    """Give the file its name, unless a program such as Excel holds what is there locked."""
    if announce is not None:
        announce(written)
    try:
        replace(temporary, folder / written.name)
    except PermissionError:
        return False
    return True


def _names() -> Iterator[str]:
    yield RESULTS_NAME
    stem, suffix = RESULTS_NAME.split(".")
    yield from (f"{stem}-{number}.{suffix}" for number in range(2, MOST_SIBLINGS + 1))


def _is_ours(path: Path, view: RunView) -> bool:
    """Whether `path` may be replaced: it is free, or holds exactly what this run wrote there."""
    ours = {written.sha256 for written in view.written if written.name == path.name}
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() in ours
    except FileNotFoundError:
        return True
    except (PermissionError, IsADirectoryError):
        return False
