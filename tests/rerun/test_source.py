"""Two files say the same; once somebody has edited one of them, it is not passed over."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from batch_offboard.commands.report import rebuild
from batch_offboard.errors import UsageError
from batch_offboard.rerun.source import Source, read_source
from batch_offboard.termination_list import ListSettings
from tests.rerun.chain import edited, read_rows, rerun_of, resaved, results_of, workbook_of
from tests.rerun.first import first_run, org
from tests.support import Ended, simulator

SETTINGS = ListSettings(today=date(2026, 11, 23))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A run that failed for some."""
    with simulator(org()) as sim:
        return first_run(sim, tmp_path_factory.mktemp("run"))


@pytest.fixture
def folder(tmp_path: Path, first: Ended) -> Path:
    """A copy of its folder."""
    return Path(shutil.copytree(first.folder, tmp_path / "run"))


def type_a_note(_: Any, sheet: Any) -> None:
    """Somebody writes into the list's own column `note`."""
    sheet["E5"] = "checked"


def edit_csv(folder: Path) -> Path:
    """Somebody writes into results.csv."""
    path = folder / "results.csv"
    return edited(path, path, lambda row: {**row, "note": "checked"})


def edit_workbook(folder: Path) -> Path:
    """Somebody writes into results.xlsx."""
    return resaved(folder / "results.xlsx", folder / "results.xlsx", type_a_note)


def save_csv_again(folder: Path) -> None:
    """A German Excel saves results.csv as it is."""
    path = folder / "results.csv"
    edited(path, path, lambda row: row, delimiter=";", encoding="utf-8-sig")


def save_workbook_again(folder: Path) -> None:
    """Excel saves results.xlsx as it is, with other widths."""

    def widen(_: Any, sheet: Any) -> None:
        sheet.column_dimensions["A"].width = 50

    resaved(folder / "results.xlsx", folder / "results.xlsx", widen)


def save_workbook_as_csv(folder: Path) -> None:
    """Excel saves results.xlsx as results.csv, in which no apostrophe protects a formula."""
    book = load_workbook(folder / "results.xlsx")
    rows = [["" if cell is None else cell for cell in row] for row in book.worksheets[0].values]
    with (folder / "results.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def save_csv_as_workbook(folder: Path) -> None:
    """Excel saves results.csv as results.xlsx, with its apostrophes, on a sheet of that name."""
    header, rows = read_rows(folder / "results.csv")
    book = Workbook()
    sheet = book.create_sheet("results", 0)
    for row in (header, *([row[name] for name in header] for row in rows)):
        sheet.append(row)
    book.save(folder / "results.xlsx")


def notes_of(source: Source) -> set[str]:
    """What stands in the list's column `note`."""
    return {row.cells[4] for row in source.listed.rows}


@pytest.mark.parametrize(
    ("edit", "given"),
    [
        (edit_csv, ""),
        (edit_csv, "results.xlsx"),
        (edit_workbook, ""),
        (edit_workbook, "results.csv"),
    ],
)
def test_an_edited_file_is_named_when_another_is_given(
    folder: Path, edit: Callable[[Path], Path], given: str
) -> None:
    """Exit 2, with the command that uses what was edited; given itself it is used."""
    path = edit(folder)
    with pytest.raises(UsageError, match=rf"{path.name} was edited") as told:
        read_source(folder / given, SETTINGS)
    assert told.value.exit_code == 2
    assert [(each.name, each.path) for each in told.value.actions] == [("rerun_edited", path)]
    assert "checked" in notes_of(read_source(path, SETTINGS))


def test_an_edited_sibling_is_named_too(folder: Path) -> None:
    """It was written because the file itself was open in Excel, and then worked in."""
    shutil.copy(folder / "results.xlsx", folder / "results-2.xlsx")
    assert read_source(folder, SETTINGS).run is not None
    resaved(folder / "results-2.xlsx", folder / "results-2.xlsx", type_a_note)
    for given in ("", "results.csv", "results.xlsx"):
        with pytest.raises(UsageError, match=r"results-2\.xlsx was edited"):
            read_source(folder / given, SETTINGS)


def test_who_edited_both_is_told_how_to_go_on(folder: Path) -> None:
    """One of the two has to go; deleted, the other one is used."""
    edit_csv(folder)
    edit_workbook(folder)
    with pytest.raises(UsageError, match=r"results\.xlsx was edited.*move that file away"):
        read_source(folder / "results.csv", SETTINGS)
    (folder / "results.xlsx").unlink()
    assert notes_of(read_source(folder / "results.csv", SETTINGS)) == {"checked"}


@pytest.mark.parametrize(
    "save",
    [save_csv_again, save_workbook_again, save_workbook_as_csv, save_csv_as_workbook],
)
@pytest.mark.parametrize("given", ["", "results.csv", "results.xlsx"])
def test_a_file_that_was_only_saved_again_is_not_edited(
    folder: Path, save: Callable[[Path], None], given: str
) -> None:
    """Cell for cell it is what the run wrote."""
    save(folder)
    assert notes_of(read_source(folder / given, SETTINGS)) == {"=1+1", "a, b", "", "again", "Ünal"}


def test_report_leaves_what_was_only_saved_again(folder: Path) -> None:
    """And what was edited gets a numbered sibling."""
    save_csv_again(folder)
    save_workbook_again(folder)
    before = {path.name: path.read_bytes() for path in folder.glob("results*")}
    rebuild(folder)
    assert {path.name: path.read_bytes() for path in folder.glob("results*")} == before
    edit_csv(folder)
    edit_workbook(folder)
    rebuild(folder)
    assert {path.name for path in folder.glob("results*")} == {
        "results-2.csv",
        "results-2.xlsx",
        "results.csv",
        "results.xlsx",
    }


def test_a_workbook_gives_the_delimiter_of_the_list(tmp_path: Path) -> None:
    """A German list's results.csv has semicolons after a rerun of results.xlsx too."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        german = edited(results_of(first), tmp_path / "g.csv", lambda row: row, delimiter=";")
        second = rerun_of(sim, german)
        third = rerun_of(sim, workbook_of(second))
    assert results_of(third).read_text("utf-8-sig").startswith("user_id;email;employee_id;")
