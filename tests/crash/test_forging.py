"""Somebody with an hour and a run folder: what `report --verify` makes of it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.report import rebuild
from batch_offboard.commands.verify import Verified, verify_run_folder
from batch_offboard.record.events import RowsUndone
from batch_offboard.record.journal import Journal
from batch_offboard.record.journal_lines import last_hash
from tests.crash.forging.case import Line, chained
from tests.crash.forging.case import lines_of as forged_lines
from tests.rerun.chain import edited, resaved, undo_of
from tests.support import Ended, Said, org_of, people_named, run_command, run_people, simulator

PEOPLE = people_named("P", 3)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three run folders: of a run, of the same run once it was undone, and of another run."""
    folder = tmp_path_factory.mktemp("evidence")
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        ended = run_people(sim, folder, *PEOPLE, run_dir=folder / "run")
        shutil.copytree(ended.folder, folder / "undone")
        undo_of(sim, folder / "undone", rows=(2, 4), run_dir=folder / "undo")
        run_people(sim, folder, *PEOPLE[:2], run_dir=folder / "other")
    return folder


@pytest.fixture
def folder(place: Path, tmp_path: Path) -> Path:
    """A copy of the run folder."""
    return Path(shutil.copytree(place / "run", tmp_path / "run"))


def said(folder: Path, *arguments: str) -> Said:
    """What `report --verify` says of a folder."""
    return run_command(None, folder.parent, "report", folder.name, "--verify", *arguments)


def lines_of(folder: Path) -> list[bytes]:
    """The journal's lines."""
    return (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)


def cut(folder: Path, lines: int) -> None:
    """Take away the journal's last lines."""
    (folder / "journal.jsonl").write_bytes(b"".join(lines_of(folder)[:-lines]))


# -- report.html


def forge_report(folder: Path) -> bytes:
    """The report with another name in it; it shows the right hash."""
    report = folder / "report.html"
    page = report.read_bytes().replace(b"P001 Test", b"X001 Test").replace(b"3 people", b"9 people")
    assert page != report.read_bytes()
    report.write_bytes(page)
    return page


def test_the_last_line_has_the_digest_of_the_report(folder: Path) -> None:
    """Taken with the hash of that line blanked, as the page shows it."""
    page, last = (folder / "report.html").read_bytes(), last_hash(folder / "journal.jsonl")
    event = json.loads(lines_of(folder)[-1])["event"]
    blanked = hashlib.sha256(page.replace(last.encode(), b"0" * 64)).hexdigest()
    assert (event["name"], event["sha256"]) == ("report.html", blanked)
    assert last.encode() in page


def test_a_report_with_another_name_in_it_does_not_verify(folder: Path) -> None:
    """Though it shows the right hash; `report` writes the true one again."""
    forge_report(folder)
    assert verify_run_folder(folder).report == "rewritten"
    told = said(folder)
    assert (told.code, "report.html shows the same last hash, but" in told.out) == (3, True)
    rebuild(folder)
    assert verify_run_folder(folder).holds is True


def test_a_forged_report_whose_digest_was_put_into_the_last_line_does_not_verify(
    folder: Path,
) -> None:
    """Nothing follows that line, so its own hash fits; but the page is rendered again."""
    before = last_hash(folder / "journal.jsonl")
    page = forge_report(folder)
    *kept, last = lines_of(folder)
    line = json.loads(last)
    line["event"]["sha256"] = hashlib.sha256(page.replace(before.encode(), b"0" * 64)).hexdigest()
    forged = json.dumps(line, separators=(",", ":")).encode() + b"\n"
    (folder / "journal.jsonl").write_bytes(b"".join([*kept, forged]))
    after = hashlib.sha256(forged).hexdigest()
    (folder / "report.html").write_bytes(page.replace(before.encode(), after.encode()))
    assert (verify_run_folder(folder).report, verify_run_folder(folder).holds) == (
        "rewritten",
        False,
    )


def test_a_folder_that_was_moved_or_renamed_verifies(folder: Path) -> None:
    """The page names the folder in a command; that it stood elsewhere is no forgery."""
    (folder.parent / "archive").mkdir()
    moved = folder.rename(folder.parent / "archive" / "case 17")
    assert verify_run_folder(moved).holds is True


# -- the journal


def test_report_never_writes_to_the_journal(folder: Path) -> None:
    """Looking at evidence leaves it as it is, whatever is the matter with the other files."""

    def looked() -> tuple[bytes, int]:
        rebuild(folder)
        verify_run_folder(folder)
        return (folder / "journal.jsonl").read_bytes(), (
            folder / "journal.jsonl"
        ).stat().st_mtime_ns

    before = looked()
    for name in ("results.csv", "results.xlsx", "report.html"):
        (folder / name).unlink()
        assert looked() == before
    (folder / "results.csv").write_text("edited")
    assert looked() == before
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"previous":"torn')
    torn = (folder / "journal.jsonl").read_bytes()
    assert looked()[0] == torn


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_a_cut_off_end_is_not_mended_by_looking(folder: Path, lines: int) -> None:
    """Neither before nor after `report` has written report and results anew."""
    cut(folder, lines)
    assert verify_run_folder(folder).holds is False
    rebuild(folder)
    found = verify_run_folder(folder)
    assert (found.journal.lacks_end, found.holds) == (True, False)
    assert "Its last line, about the report, is missing" in said(folder).out


@pytest.mark.parametrize(
    "forged",
    [
        {"minute": "yesterday", "calls": 3, "limited": 0, "kind": "traffic"},
        {"scope": "queues", "reason": "", "at": "", "until": "", "kind": "paused"},
    ],
)
def test_a_moment_that_is_none_is_named(folder: Path, forged: Line) -> None:
    """It fits into the hash chain, but no report can show it."""
    events = forged_lines(folder)
    traffic = next(n for n, each in enumerate(events) if each["kind"] == "traffic")
    chained(folder, [*events[:traffic], forged, *events[traffic:]])
    reported = run_command(None, folder.parent, "report", folder.name)
    assert (reported.code, "The journal was altered: no run records" in reported.err) == (2, True)


def test_an_undo_that_was_cut_out_of_the_end_shows(place: Path, tmp_path: Path) -> None:
    """Whoever wants it forgotten has the hash of the report of the undone run against them."""
    folder = Path(shutil.copytree(place / "undone", tmp_path / "undone"))
    filed = last_hash(folder / "journal.jsonl")
    assert verify_run_folder(folder).holds is True
    cut(folder, 1)
    rebuild(folder)
    assert verify_run_folder(folder).holds is False
    whole_run = len(lines_of(place / "run"))
    (folder / "journal.jsonl").write_bytes(b"".join(lines_of(folder)[:whole_run]))
    rebuild(folder)
    told = said(folder, "--hash", filed)
    assert (told.code, "is not in this journal" in told.out) == (3, True)


# -- a filed hash


def test_the_hash_of_a_filed_report_is_found(folder: Path) -> None:
    """With its line, and that nothing came after it; as it may be copied from paper."""
    filed = last_hash(folder / "journal.jsonl")
    lines = len(lines_of(folder))
    for given in (filed, filed.upper(), f"{filed[:32]} {filed[32:]}\n"):
        told = said(folder, "--hash", given)
        assert told.code == 0
        assert f"The given hash is that of line {lines} of {lines}." in told.out
        assert "Nothing was recorded after it." in told.out


def test_what_came_after_a_filed_report_is_named(place: Path) -> None:
    """The report of the run was filed, then the run was undone for two rows."""
    filed, line = last_hash(place / "run" / "journal.jsonl"), len(lines_of(place / "run"))
    told = said(place / "undone", "--hash", filed)
    lines = len(lines_of(place / "undone"))
    assert told.code == 0
    assert f"that of line {line} of {lines}." in told.out
    assert re.search(
        r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC: an undo of rows 2, 4, run undo\.", told.out
    )


def test_the_hash_of_an_earlier_line_is_found_where_the_end_is_gone(folder: Path) -> None:
    """The report of a run that was going on was filed; the last lines are missing."""
    filed = hashlib.sha256(lines_of(folder)[-5]).hexdigest()
    cut(folder, 2)
    told = said(folder, "--hash", filed)
    lines = len(lines_of(folder))
    assert (told.code, f"line {lines - 2} of {lines}." in told.out) == (3, True)
    assert "No undo was recorded" in told.out


@pytest.mark.parametrize("arguments", [("--hash", "beef"), ("--hash", "0" * 63 + "g")])
def test_what_is_no_hash_is_refused(folder: Path, arguments: tuple[str, ...]) -> None:
    """Exit 2; so is a hash without --verify."""
    assert said(folder, *arguments).code == 2
    alone = run_command(None, folder.parent, "report", folder.name, "--hash", "0" * 64)
    assert (alone.code, "--verify" in alone.err) == (2, True)


# -- results


def edit_cells(row: dict[str, str]) -> dict[str, str]:
    """A failed row is called done, and a name is corrected."""
    if row["offboard_row"] != "3":
        return row
    return {**row, "name": "Pia", "offboard_status": "already_done"}


def test_the_changed_cells_of_results_csv_are_listed(folder: Path) -> None:
    """Row, column, what it was and what it is, and that the program's own were among them."""
    edited(folder / "results.csv", folder / "results.csv", edit_cells)
    told = said(folder)
    assert told.code == 3
    assert 'Row 3, column B (name): was "P002 Test", now "Pia"' in told.out
    assert 'Row 3, column C (offboard_status): was "done", now "already_done"' in told.out
    assert "The program's columns were changed: offboard_status." in told.out


def test_the_changed_cells_of_a_sorted_workbook_are_listed(folder: Path) -> None:
    """In a file with a remark and a row less, only columns of the person's own were touched."""

    def change(_: Any, sheet: Any) -> None:
        sheet["B2"] = "Pia"
        sheet.insert_cols(1)
        sheet["A1"], sheet["A3"] = "remark", "asked"

    resaved(folder / "results.xlsx", folder / "results.xlsx", change)
    told = said(folder)
    assert told.code == 3
    assert "results.xlsx does not match the journal" in told.out
    assert 'Row 2, column C (name): was "P001 Test", now "Pia"' in told.out
    assert 'Row 3, column A (remark): was "", now "asked"' in told.out
    assert "Added columns: remark." in told.out
    assert "Columns of the list were changed: name." in told.out


def test_a_file_that_was_edited_before_an_undo_shows_just_the_edits(
    place: Path, tmp_path: Path
) -> None:
    """Compared with what it said then: the undo has changed much of what it should say."""
    folder = Path(shutil.copytree(place / "undone", tmp_path / "undone"))
    for name in ("results.csv", "results.xlsx"):
        shutil.copy(place / "run" / name, folder / name)
    edited(folder / "results.csv", folder / "results.csv", edit_cells)
    told = said(folder)
    assert (told.code, told.out.count("  Row ")) == (3, 2)
    assert "Compared with what was written at 20" in told.out
    assert "results.xlsx is as the run wrote it, but more was recorded since." in told.out


def test_the_results_of_another_run_do_not_verify(place: Path, folder: Path) -> None:
    """Whatever their file is called."""
    for name in ("results.csv", "results.xlsx"):
        shutil.copy(place / "other" / name, folder / name)
    found = verify_run_folder(folder)
    assert {**found.results, **found.workbooks} == {
        "results.csv": "changed",
        "results.xlsx": "changed",
    }
    assert "Missing: row 4." in said(folder).out


def test_a_workbook_that_is_gone_is_told(folder: Path) -> None:
    """And written again by `report`."""
    (folder / "results.xlsx").unlink()
    assert (said(folder).code, "results.xlsx is missing" in said(folder).out) == (3, True)
    rebuild(folder)
    assert verify_run_folder(folder).holds is True


def test_files_that_are_no_results_any_more_are_told(folder: Path) -> None:
    """Exit 3 and a sentence, whatever is in them."""
    (folder / "results.csv").write_bytes(b"\x00\xff" * 40)
    (folder / "results.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    told = said(folder)
    assert (told.code, told.out.count("It is no longer a results file.")) == (3, 2)


def without_remarks(found: Verified) -> bool:
    """Whether everything matches."""
    return found.holds and not found.edited


def test_files_that_a_spreadsheet_saved_again_verify_and_an_undo_replaces_them(
    place: Path, tmp_path: Path
) -> None:
    """Cell for cell they are the run's: nobody's edits stand in the way of the new results."""
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        ended: Ended = run_people(sim, tmp_path, *PEOPLE)
        csv_file, workbook = ended.folder / "results.csv", ended.folder / "results.xlsx"
        edited(csv_file, csv_file, lambda row: row, delimiter=";")
        resaved(workbook, workbook)
        assert without_remarks(verify_run_folder(ended.folder))
        undo_of(sim, ended.folder)
    assert without_remarks(verify_run_folder(ended.folder))
    assert {path.name for path in ended.folder.glob("results*")} == {"results.csv", "results.xlsx"}


def test_what_report_wrote_of_an_undo_that_was_cut_off_is_no_edited_file(folder: Path) -> None:
    """The journal went on, and `report` wrote all three anew; it is complete again."""
    with closing(Journal(folder / "journal.jsonl")) as journal:
        journal.append(RowsUndone((2,), "20261201T080000Z-undo", "2026-12-01T08:00:00.000Z"))
    assert verify_run_folder(folder).holds is False
    rebuild(folder)
    assert without_remarks(verify_run_folder(folder))
