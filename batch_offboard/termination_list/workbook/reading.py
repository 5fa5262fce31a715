"""A workbook as a table: the sheet that is read, why it may be refused, and findings about it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import NamedTuple
from xml.etree import ElementTree as ET
from zipfile import BadZipFile

from batch_offboard.errors import ListError
from batch_offboard.termination_list.cleaning import is_blank
from batch_offboard.termination_list.models import FileFormat, Finding
from batch_offboard.termination_list.other_people import refuse_sheet_of_joiners
from batch_offboard.termination_list.table import MOST_COLUMNS, Merged, Record, Table, too_wide
from batch_offboard.termination_list.wording import rows_shown
from batch_offboard.termination_list.workbook.comments import comments_by_row
from batch_offboard.termination_list.workbook.package import (
    MAIN,
    RELATIONSHIP_ID,
    Package,
    Relationship,
    refuse_if_huge,
    reporting_damage,
)
from batch_offboard.termination_list.workbook.sheet import (
    Sheet,
    StoredCell,
    read_sheet,
)
from batch_offboard.termination_list.workbook.styles import styles_of
from batch_offboard.termination_list.workbook.texts import is_yes, shared_strings, unescaped
from batch_offboard.termination_list.workbook.values import Shown, Values

_MOST_NAMED = 10
_NO_SHEET = (
    'has no readable sheet, perhaps because it was saved as "Strict Open XML". Save it in Excel as '
    'an ordinary "Excel Workbook (.xlsx)".'
)
"""What is said of a workbook in which no sheet is found."""


class _SheetEntry(NamedTuple):
    """A sheet as the workbook lists it: its title, its part, and whether Excel shows it."""

    title: str
    part: str
    visible: bool


class _Workbook(NamedTuple):
    """The sheets with cells, and what reading their cells needs.

    `strings` and `styles` are the names of the parts with the shared strings and the styles.
    """

    sheets: Sequence[_SheetEntry]
    strings: str | None
    styles: str | None
    since_1904: bool
    calculated_on_load: bool
    """Excel calculates all formulas when it opens the file, so a stored 0 may mean no value."""


class _Row(NamedTuple):
    """A row that is not blank: its filled cells by column; `width` ends with the last such cell."""

    number: int
    cells: Mapping[int, Shown]
    width: int


def is_workbook(data: bytes) -> bool:
    """Whether these bytes are an Excel workbook, whatever the file is called."""
    try:
        return Package(data).workbook() is not None
    except BadZipFile:
        return False


def sheet_titles(data: bytes) -> tuple[str, ...]:
    """The titles of the sheets with cells, visible ones first.

    Raises ListError for a workbook that is damaged or has no such sheet.
    """
    with reporting_damage():
        sheets = _workbook_in(Package(data)).sheets
    return tuple(sheet.title for sheet in sorted(sheets, key=lambda each: not each.visible))


def read_workbook(data: bytes, sheet: str | None) -> Table:
    """The rows of the sheet with the title `sheet`, else of the first visible one, and findings.

    Raises ListError if they cannot be read, or not with certainty.
    """
    with reporting_damage():
        package = Package(data)
        workbook = _workbook_in(package)
        chosen = _chosen(workbook.sheets, sheet)
        stored = read_sheet(package, chosen.part)
        _refuse_missing_values(stored.cells, chosen.title, workbook)
        values = Values(
            shared_strings(package, workbook.strings),
            styles_of(package, workbook.styles),
            workbook.since_1904,
        )
        rows = list(_rows(stored.cells, values))
        comments = comments_by_row(package, chosen.part)
    width = max((row.width for row in rows), default=0)
    if width > MOST_COLUMNS:
        raise ListError(too_wide(width))
    return Table(
        FileFormat("xlsx", "utf-8", ",", chosen.title),
        [Record(row.number, _texts(row, width)) for row in rows],
        tuple(_findings(workbook.sheets, chosen, stored, rows)),
        frozenset(column for column in range(width) if stored.hidden_columns[column]),
        tuple(_merged(stored, [row.number for row in rows], width)),
        comments,
    )


def _merged(stored: Sheet, numbers: Sequence[int], width: int) -> Iterator[Merged]:
    for cells in stored.merged:
        below = range(bisect_right(numbers, cells.top), bisect_right(numbers, cells.bottom))
        columns = range(cells.left, min(cells.right + 1, width))
        yield Merged(cells.place, below, columns)


def _texts(row: _Row, width: int) -> tuple[str, ...]:
    texts = [""] * width
    for column, cell in row.cells.items():
        if column < width:
            texts[column] = cell.text
    return tuple(texts)


def _workbook_in(package: Package) -> _Workbook:
    """What the workbook's own part says. Raises ListError where no sheet can be read."""
    part = package.workbook()
    root = package.element(part or "")
    if not root.tag.startswith(MAIN):
        raise ListError(_NO_SHEET)
    related = package.relationships(part or "")
    by_kind = {each.kind: each.part for each in related.values() if each.part in package}
    properties = root.find(f"{MAIN}workbookPr")
    calculation = root.find(f"{MAIN}calcPr")
    return _Workbook(
        _sheets(root, related, package),
        by_kind.get("sharedStrings"),
        by_kind.get("styles"),
        properties is not None and is_yes(properties.get("date1904")),
        calculation is not None and is_yes(calculation.get("fullCalcOnLoad")),
    )


def _sheets(
    root: ET.Element, related: Mapping[str, Relationship], package: Package
) -> Sequence[_SheetEntry]:
    """The sheets with cells. Raises ListError if there are none."""
    listed = root.findall(f"{MAIN}sheets/{MAIN}sheet")
    kinds = [related.get(each.get(RELATIONSHIP_ID, "")) for each in listed]
    found = [
        _SheetEntry(
            unescaped(each.get("name", "")), kind.part, each.get("state", "visible") == "visible"
        )
        for each, kind in zip(listed, kinds, strict=True)
        if kind is not None and kind.kind == "worksheet"
    ]
    if not found and any(kind is not None and kind.kind == "chartsheet" for kind in kinds):
        raise ListError("has only charts and no sheet with cells. Use the file with the list.")
    if not any(sheet.part in package for sheet in found):
        raise ListError(_NO_SHEET)
    return found


def _chosen(sheets: Sequence[_SheetEntry], wanted: str | None) -> _SheetEntry:
    """The sheet named `wanted`, else the first visible one. Raises ListError if there is none."""
    if wanted is None:
        visible = [sheet for sheet in sheets if sheet.visible]
        if not visible:
            raise ListError("has no visible sheet with cells.")
        refuse_sheet_of_joiners(visible[0].title, [sheet.title for sheet in visible[1:]])
        return visible[0]
    for spelled in (str, _loosely):
        for sheet in sheets:
            if spelled(sheet.title) == spelled(wanted):
                return sheet
    names = ", ".join(sheet.title for sheet in sheets)
    raise ListError(f'has no sheet "{wanted}". Its sheets are: {names}.')


def _loosely(title: str) -> str:
    return title.strip().casefold()


def _refuse_missing_values(cells: Iterable[StoredCell], title: str, workbook: _Workbook) -> None:
    """Raise ListError if any formula lacks a stored value: what it shows is unknown."""
    places = [cell.place for cell in cells if cell.formula and _lacks_value(cell, workbook)]
    if places:
        one = len(places) == 1
        raise ListError(
            f"has {'a formula' if one else 'formulas'} without a stored value in "
            f"{'cell' if one else 'cells'} {_enumerated(places)} of the sheet "
            f'"{title}". Open the file in Excel, save it and try again.'
        )


def _lacks_value(cell: StoredCell, workbook: _Workbook) -> bool:
    """Whether a formula lacks a stored value; an empty text counts as a value.

    Some programs store 0 instead, and ask Excel to calculate everything when it opens the file.
    """
    if cell.inline is not None:
        return False
    if cell.value is None or not cell.value.strip():
        return cell.value is None or cell.kind != "str"
    return workbook.calculated_on_load and cell.kind == "n" and cell.value.strip() == "0"


def _enumerated(places: Sequence[str]) -> str:
    """The first cells, and how many more there are."""
    if len(places) > _MOST_NAMED:
        return f"{', '.join(places[:_MOST_NAMED])} and {len(places) - _MOST_NAMED:,} more"
    return " and ".join(filter(None, (", ".join(places[:-1]), places[-1])))


def _rows(cells: Iterable[StoredCell], values: Values) -> Iterator[_Row]:
    """The rows that are not blank. Raises ListError if their texts are too large altogether."""
    size = 0
    for number, stored in groupby(cells, attrgetter("row")):
        shown = {cell.column: values.shown(cell) for cell in stored}
        filled = {column: each for column, each in shown.items() if each.text}
        size += sum(len(each.text) for each in filled.values())
        refuse_if_huge(size)
        width = max((n for n, each in filled.items() if not is_blank(each.text)), default=-1) + 1
        if width:
            yield _Row(number, filled, width)


def _findings(
    sheets: Sequence[_SheetEntry], chosen: _SheetEntry, stored: Sheet, rows: Sequence[_Row]
) -> Iterator[Finding]:
    """Notices about sheets that are not read, and about dates."""
    if others := [sheet.title for sheet in sheets if sheet is not chosen]:
        yield Finding(
            "notice",
            "other_sheets",
            f'Only the sheet "{chosen.title}" is read. Not read: {", ".join(others)}. You can '
            "choose another sheet.",
        )
    days = (cell.text for row in rows for cell in row.cells.values() if cell.is_day)
    for first in islice(days, 1):
        yield Finding(
            "notice",
            "workbook_dates",
            f"Dates of the workbook are read and written as year-month-day, for example {first}.",
        )
    yield from _about_rows(stored, rows)


def _about_rows(stored: Sheet, rows: Sequence[_Row]) -> Iterator[Finding]:
    """Notices about rows that are hidden or struck out in Excel, but included."""
    for code, numbers, what in (
        ("hidden_rows", stored.hidden_rows, "hidden in Excel (filtered?)"),
        (
            "hidden_rows",
            stored.collapsed_rows,
            "perhaps hidden in Excel, as rows of this sheet are by default",
        ),
        (
            "struck_rows",
            {row.number for row in rows if any(cell.struck for cell in row.cells.values())},
            "struck out in Excel, wholly or in part",
        ),
    ):
        if filled := tuple(row.number for row in rows if row.number in numbers):
            yield Finding(
                "notice", code, f"{rows_shown(filled)}: {what}, but still included.", filled
            )
