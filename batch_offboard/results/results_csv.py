"""results.csv: one row per row of the list, the list's own columns first, then ours.

The file is made for Excel on Windows and for scripts alike: UTF-8 with a byte order mark (without
it Excel garbles names), CRLF line ends, the delimiter of the list itself (the one that the
person's spreadsheet uses; a comma for a workbook), and quotes only where a cell needs them to
read back exactly. Cells that a spreadsheet would run as a formula are neutralised, and identifiers
that it would damage; all other cells are as the list has them.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

from batch_offboard.record.events import ResultsWritten
from batch_offboard.record.folder import RESULTS_NAME
from batch_offboard.results.models import COLUMNS, RunView
from batch_offboard.results.placing import PATIENT, Announce, Placing, Written, place_file
from batch_offboard.termination_list import neutralised
from batch_offboard.termination_list.models import IDENTIFYING

_ROWS_A_CHUNK = 1000


def results_bytes(view: RunView) -> bytes:
    """The whole results file of `view`."""
    return b"".join(_chunks(view))


def write_results(
    folder: Path,
    view: RunView,
    announce: Announce | None = None,
    how: Placing = PATIENT,
    *,
    known: Sequence[ResultsWritten] | None = None,
) -> Written:
    """Write results.csv into `folder`; see `place_file`.

    `known` defaults to the results files that the run has recorded.
    """
    known = view.written if known is None else known
    return place_file(folder / RESULTS_NAME, _chunks(view), known, announce, how)


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
