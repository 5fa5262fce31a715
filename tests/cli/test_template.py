"""`batch-offboard template`: a list to fill in, which the program reads without a complaint."""

import csv
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.termination_list import read_termination_list
from batch_offboard.termination_list.template import COLUMNS, template_workbook
from tests.cli.processes import program
from tests.support import org_of, run_command, simulator
from tests.termination_list.settings import SETTINGS

NAMES = ["leavers.xlsx", "leavers.csv", "October leavers.XLSX"]
HEADER = ["employee_name", "work_email", "employee_id", "user_id", "last_day"]
TODAY = {"now": date(2026, 11, 27), "before": date(2020, 2, 29), "ahead": date(2099, 12, 31)}


def written(folder: Path, name: str) -> Path:
    """The template, as the command writes it."""
    said = program("template", name, folder=folder)
    assert (said.code, said.err) == (ExitCode.OK, "")
    return folder / name


@pytest.mark.parametrize("today", TODAY.values(), ids=TODAY)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_without_a_complaint_on_any_day(name: str, today: date, tmp_path: Path) -> None:
    """Five columns, each of them used; three people, of whom none is due."""
    found = read_termination_list(written(tmp_path, name), replace(SETTINGS, today=today))
    assert list(found.header) == HEADER
    assert found.findings == ()
    assert len(found.fields) == len(HEADER)
    assert [row.problem for row in found.rows] == [None] * 3
    assert all(row.due is not None and row.due > today for row in found.rows)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_real_can_be_meant(name: str, tmp_path: Path) -> None:
    """The address, which decides before the number, is under a reserved domain."""
    found = read_termination_list(written(tmp_path, name), SETTINGS)
    assert all((row.email or "").endswith("@example.com") for row in found.rows)
    assert all("Example" in (row.name or "") for row in found.rows)


def test_run_as_it_is_it_changes_nobody(tmp_path: Path) -> None:
    """The examples are not due, and the run says so with exit code 0."""
    written(tmp_path, "leavers.xlsx")
    with simulator(org_of(["Anna"])) as sim:
        before = sim.org.snapshot()
        said = run_command(sim, tmp_path, "run", "leavers.xlsx", "--yes")
        assert (said.code, sim.org.snapshot()) == (ExitCode.OK, before)
    with next(tmp_path.glob("runs/*/results.csv")).open(encoding="utf-8-sig") as file:
        assert {row["offboard_error_code"] for row in csv.DictReader(file)} == {"not_due"}


def test_identifiers_are_text_in_the_workbook_and_every_header_has_a_note(tmp_path: Path) -> None:
    """In rows to come too: Excel would take the zeros from a number."""
    sheet = openpyxl.load_workbook(written(tmp_path, "leavers.xlsx")).active
    assert sheet is not None
    assert sheet["C3"].value == "0012345"
    for letter, column in zip("ABCDE", COLUMNS, strict=True):
        wanted = "yyyy-mm-dd" if column.header == "last_day" else "@"
        formats = {cell.number_format for cell in sheet[letter]}
        assert {*formats, sheet.column_dimensions[letter].number_format} == {wanted}
        assert sheet[f"{letter}1"].comment.text == column.note


def test_it_says_what_belongs_into_each_column_and_what_comes_next(tmp_path: Path) -> None:
    """A text file has no notes."""
    said = program("template", "October leavers.csv", folder=tmp_path)
    assert [column.header for column in COLUMNS if column.note in said.out] == HEADER
    check = re.search(r"batch-offboard check (.+)\n", said.out)
    assert check is not None
    assert check[1].strip("'\"") == "October leavers.csv"


def test_the_workbook_is_the_same_each_time() -> None:
    """Without the moment in which it was made."""
    assert template_workbook() == template_workbook()


def test_the_workbook_names_no_moment(tmp_path: Path) -> None:
    """Neither inside nor in how it is packed."""
    with ZipFile(written(tmp_path, "leavers.xlsx")) as packed:
        assert {each.date_time[0] for each in packed.infolist()} == {1980}
        assert b"2026-01-01T00:00:00Z" in packed.read("docProps/core.xml")


def existing(folder: Path) -> str:
    """A file with somebody's work in it."""
    (folder / "leavers.xlsx").write_text("mine", "utf-8")
    return "leavers.xlsx"


def dangling(folder: Path) -> str:
    """A link to a file that is not there is there all the same."""
    (folder / "leavers.csv").symlink_to(folder / "elsewhere.csv")
    return "leavers.csv"


REFUSED: dict[str, tuple[Callable[[Path], str], str]] = {
    "an existing file": (existing, "exists already"),
    "another ending": (lambda _: "leavers.xls", "must end in .xlsx or .csv"),
    "no ending": (lambda _: "leavers", "must end in"),
    "an ending alone": (lambda _: ".xlsx", "must end in"),
    "nothing": (lambda _: "", "must end in"),
    "a folder": (lambda _: ".", "must end in"),
    "a folder that is not there": (lambda _: "lists/leavers.csv", "cannot be written"),
    "a name that is too long": (lambda _: f"{'a' * 300}.csv", "cannot be written"),
}
if os.name == "posix":
    REFUSED["a link"] = (dangling, "exists already")


@pytest.mark.parametrize(("made", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_leaves_everything_as_it_is(
    made: Callable[[Path], str], why: str, tmp_path: Path
) -> None:
    """Exit 2 with a sentence; no file is written or changed."""
    name = made(tmp_path)
    before = {path: path.is_symlink() or path.read_text("utf-8") for path in tmp_path.iterdir()}
    said = program("template", name, folder=tmp_path)
    assert (said.code, said.out, "Traceback" in said.err) == (ExitCode.USAGE, "", False)
    assert why in said.err
    after = {path: path.is_symlink() or path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert after == before
