"""results.xlsx: the columns of results.csv as an Excel workbook, for people to open.

Every cell of the list is text, exactly as the list has it and formatted as text, so that a
spreadsheet neither runs nor retypes it; numbers of ours are numbers. There are no formulas.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import islice, zip_longest
from pathlib import Path

from batch_offboard.errors import UsageError
from batch_offboard.record.events import ResultsWritten
from batch_offboard.record.folder import WORKBOOK_NAME
from batch_offboard.results.models import COLUMNS, RunView
from batch_offboard.results.moments import parse_moment
from batch_offboard.results.placing import (
    PATIENT,
    Announce,
    Placing,
    Written,
    place_file,
    remove_outdated,
)
from batch_offboard.results.results_file import exact_rows, writable
from batch_offboard.results.workbook_frame import frame
from batch_offboard.termination_list.models import letter
from batch_offboard.wording import counted

MOST_ROWS = 20_000
"""A list of more rows has no workbook: it would take long to write, and to open."""
MOST_UNITS = 32_767
"""The most UTF-16 units that Excel keeps in a cell."""

_NARROWEST, _WIDEST, _WIDTH_ROWS = 8, 48, 200
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x01-\x08\x0b-\x1f\ufffe\uffff]")
"""What Office Open XML writes as `_xHHHH_`: what XML forbids or changes, and such texts."""
_TOP = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>'
    '<sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft" activeCell="A1" sqref="A1"/></sheetView></sheetViews>'
    '<sheetFormatPr baseColWidth="8" defaultRowHeight="15"/><cols>'
)
"""How a sheet begins whose first row stays in sight."""


def write_workbook(
    folder: Path,
    view: RunView,
    announce: Announce | None = None,
    how: Placing = PATIENT,
    *,
    known: Sequence[ResultsWritten] | None = None,
) -> Written | None:
    """Write results.xlsx into `folder`; see `place_file`.

    `known` defaults to the workbooks that the run has recorded. Above `MOST_ROWS` rows nothing is
    written, older ones are removed, and the result is None.
    """
    known = view.workbooks if known is None else known
    path = folder / WORKBOOK_NAME
    if has_workbook(view):
        return place_file(path, [workbook_bytes(view)], known, announce, how)
    remove_outdated(path, "", known, how.files)
    return None


def has_workbook(view: RunView) -> bool:
    """Whether a run has few enough rows for a workbook."""
    return len(view.results) <= MOST_ROWS


def workbook_bytes(view: RunView) -> bytes:
    """The whole workbook of `view`."""
    header = (*view.started.list.header, *COLUMNS)
    begun = parse_moment(view.started.at).replace(tzinfo=None)
    last = letter(len(header) - 1), len(view.results) + 1
    sheet = "".join(_sheet(view, header, f"A1:{last[0]}{last[1]}")).encode()
    return frame().filled(sheet, begun, f"$A$1:${last[0]}${last[1]}")


def workbook_rows(view: RunView) -> Iterator[list[str]]:
    """The cells of the workbook, header and rows, as they are read."""
    return (list(map(_kept, row)) for row in exact_rows(view))


def _kept(text: str) -> str:
    """The text as a workbook can hold it: without NULs, and `…` for more than Excel keeps."""
    text = writable(text).replace("\0", "")
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MOST_UNITS:
        return text
    return units[: 2 * (MOST_UNITS - 1)].decode("utf-16-le", "ignore") + "…"


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", _kept(text))


def _widths(header: Sequence[str], view: RunView) -> Iterator[float]:
    """The width of every column, in characters, by its header and its first cells."""
    rows = zip(view.cells, view.results, strict=True)
    first = [(*cells, *result.texts()) for cells, result in islice(rows, _WIDTH_ROWS)]
    for column in zip_longest(header, *first, fillvalue=""):
        longest = max(len(line) for cell in column for line in cell.splitlines() or ("",))
        yield min(max(longest + 3, _NARROWEST), _WIDEST)


def _sheet(view: RunView, header: Sequence[str], cells: str) -> Iterator[str]:
    """The sheet as XML, piece by piece; `cells` is what it holds, as `A1:Z9`."""
    own, styles = len(view.started.list.header), frame().styles
    letters = [letter(column) for column in range(len(header))]
    yield _TOP
    for column, width in enumerate(_widths(header, view), 1):
        style = f' style="{styles["text"]}"' if column <= own else ""
        yield f'<col min="{column}" max="{column}" width="{width}" customWidth="1"{style}/>'
    yield "</cols><sheetData>"
    heads = [styles["header"]] * own + [styles["own_header"]] * len(COLUMNS)
    yield _row(1, zip(letters, header, heads, strict=True))
    texts = [styles["text"]] * len(header)
    for number, (given, result) in enumerate(zip(view.cells, view.results, strict=True), 2):
        if len(given) != own:
            raise UsageError(
                f"The journal was altered: row {result.row} has {counted(len(given), 'cell')}, the "
                f"list {counted(own, 'column')}. Look for another copy."
            )
        looks = [*texts[:own], styles[result.status], *texts[own + 1 :]]
        yield _row(number, zip(letters, (*given, *result.values()), looks, strict=True))
    yield f'</sheetData><autoFilter ref="{cells}"/></worksheet>'


def _row(number: int, cells: Iterable[tuple[str, str | int | None, int]]) -> str:
    """A row of the sheet; each cell has the letters of its column, its value and its style."""
    filled = [_cell(f"{letters}{number}", value, style) for letters, value, style in cells]
    return f'<row r="{number}">{"".join(filled)}</row>'


def _cell(place: str, value: str | int | None, style: int) -> str:
    """A cell; texts are texts, whatever they begin with, and an empty one leaves it blank."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" s="{style}"{_inline(value)}'


@lru_cache(maxsize=10_000)
def _inline(text: str) -> str:
    """The text in a cell and the cell's end; cached, as many rows have the same."""
    inner = escape(_escaped(text), quote=False)
    if not inner:
        return "/>"
    space = ' xml:space="preserve"' if inner != inner.strip() else ""
    return f' t="inlineStr"><is><t{space}>{inner}</t></is></c>'
