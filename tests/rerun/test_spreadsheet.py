"""A results file as spreadsheets leave it: the rerun is the same."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.rerun.chain import (
    as_sent,
    edited,
    read_rows,
    rerun_of,
    resaved,
    results_of,
    write_rows,
)
from tests.rerun.first import after_first_run
from tests.rerun.outcome import by_row


def as_it_is(path: Path, folder: Path) -> Path:
    """Renamed and moved."""
    target = folder / "Copy of results (2).csv"
    target.write_bytes(path.read_bytes())
    return target


def semicolons(path: Path, folder: Path) -> Path:
    """As a German Excel saves it."""
    return edited(path, folder / "r.csv", lambda row: row, delimiter=";", encoding="cp1252")


def utf16_tabs(path: Path, folder: Path) -> Path:
    """As Excel's "Unicode text"."""
    return edited(path, folder / "r.txt", lambda row: row, delimiter="\t", encoding="utf-16")


def sorted_by_status(path: Path, folder: Path) -> Path:
    """Sorted, all columns together."""
    header, rows = read_rows(path)
    return write_rows(
        folder / "r.csv", header, sorted(rows, key=lambda row: row["offboard_status"])
    )


def columns_turned(path: Path, folder: Path) -> Path:
    """Columns in another order, one added in front and one behind."""
    header, rows = read_rows(path)
    rows = [{**row, "who": "HR", "remark": "checked"} for row in rows]
    return write_rows(folder / "r.csv", ["who", *reversed(header), "remark"], rows)


def workbook(path: Path, folder: Path) -> Path:
    """Saved as a workbook."""
    header, rows = read_rows(path)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(header)
    for row in rows:
        sheet.append([row[name] for name in header])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.data_type = "s" if cell.value else cell.data_type
    target = folder / "r.xlsx"
    book.save(target)
    return target


def our_workbook(path: Path, folder: Path) -> Path:
    """The results.xlsx that the run wrote."""
    target = folder / "Copy of results (2).xlsx"
    target.write_bytes(path.with_suffix(".xlsx").read_bytes())
    return target


def our_workbook_resaved(path: Path, folder: Path) -> Path:
    """Saved again after sorting, filtering and resizing, with a sheet in front and one behind."""

    def change(book: Any, sheet: Any) -> None:
        header, *rows = list(sheet.iter_rows(values_only=True))
        status = header.index("offboard_status")
        rows.sort(key=lambda row: row[status])
        for number, row in enumerate(rows, 2):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value
                if isinstance(value, str):
                    sheet.cell(number, column).data_type = "s"
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].width = 60
        book.create_sheet("Pivot", 0)["A1"] = "=1+1"  # without a stored value
        book.create_sheet("Notes")["A1"] = "offboard"

    return resaved(path.with_suffix(".xlsx"), folder / "r.xlsx", change)


def our_workbook_retyped(path: Path, folder: Path) -> Path:
    """With our numbers as texts and our times as dates, and the sheet renamed."""

    def change(_: Any, sheet: Any) -> None:
        sheet.title = "Leavers"
        names = {cell.value: cell.column for cell in sheet[1]}
        for row in range(2, sheet.max_row + 1):
            for name in ("offboard_row", "offboard_attempts", "offboard_queues_before"):
                cell = sheet.cell(row, names[name])
                cell.value = None if cell.value is None else str(cell.value)
            for name in ("offboard_started_at", "offboard_finished_at"):
                cell = sheet.cell(row, names[name])
                cell.value = datetime.fromisoformat(cell.value).replace(tzinfo=None)
                cell.number_format = "yyyy-mm-dd hh:mm:ss"

    return resaved(path.with_suffix(".xlsx"), folder / "r.xlsx", change)


Came = tuple[list[str], dict[int, dict[str, Any]], dict[str, Any]]
"""What came of a rerun: the writing requests, the result of each row, and the organisation."""


@pytest.fixture(scope="module")
def of_the_folder(tmp_path_factory: pytest.TempPathFactory) -> Came:
    """What comes of a rerun of the run folder."""
    with after_first_run(tmp_path_factory.mktemp("run")) as (sim, first):
        again = rerun_of(sim, first.folder)
        return as_sent(sim.writes), by_row(again), sim.org.snapshot()


@pytest.mark.parametrize(
    "saved",
    [
        as_it_is,
        semicolons,
        utf16_tabs,
        sorted_by_status,
        columns_turned,
        workbook,
        our_workbook,
        our_workbook_resaved,
        our_workbook_retyped,
    ],
)
def test_however_it_was_saved_the_rerun_is_the_same(
    tmp_path: Path, of_the_folder: Came, saved: Any
) -> None:
    """The same writing requests and the same result for each row as from the run folder."""
    (tmp_path / "moved").mkdir()
    with after_first_run(tmp_path) as (sim, first):
        again = rerun_of(sim, saved(results_of(first), tmp_path / "moved"))
        told = (as_sent(sim.writes), by_row(again), sim.org.snapshot())
    assert told == of_the_folder


def test_a_filtered_file_is_complete_in_itself(tmp_path: Path) -> None:
    """Only the rows that are left are attempted, and only they are in the new file."""
    with after_first_run(tmp_path) as (sim, first):
        path = edited(
            results_of(first),
            tmp_path / "moved" / "failed.csv",
            lambda row: row if row["offboard_retry"] == "yes" else None,
        )
        ended = rerun_of(sim, path)
    assert [(row.row, row.status) for row in ended.results] == [
        (5, "done"),
        (6, "failed"),
        (8, "done"),
    ]


def test_the_delimiter_of_the_file_is_kept(tmp_path: Path) -> None:
    """A results file with semicolons gives one with semicolons."""
    with after_first_run(tmp_path) as (sim, first):
        path = semicolons(results_of(first), tmp_path)
        ended = rerun_of(sim, path)
    with results_of(ended).open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file, delimiter=";"))
    assert header[:5] == ["user_id", "email", "employee_id", "name", "note"]
