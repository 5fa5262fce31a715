"""The journal is evidence: a line that was changed afterwards is reported, and used by nobody."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from batch_offboard.commands.report import rebuild
from batch_offboard.commands.verify import verify_run_folder
from batch_offboard.errors import UsageError
from batch_offboard.record.events import ResultsWritten, RowsUndone, RunStarted
from batch_offboard.record.journal import Journal
from batch_offboard.record.journal_lines import JournalError, read_journal
from batch_offboard.results.fold import fold
from batch_offboard.results.placing import Placing, Written
from batch_offboard.results.report import write_report
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.results_xlsx import write_workbook
from tests.file_systems import open_in_excel
from tests.rerun.chain import rerun_of, results_of, undo_of
from tests.support import Ended, org_of, people_named, run_command, run_people, simulator

PEOPLE = people_named("P", 3)

Change = Callable[[list[bytes], int], list[bytes]]


def cell(lines: list[bytes], at: int) -> list[bytes]:
    """One letter of a line is another."""
    changed = lines[at].replace(b'"kind":"', b'"kinD":"', 1)
    return [*lines[:at], changed, *lines[at + 1 :]]


def value(lines: list[bytes], at: int) -> list[bytes]:
    """A line says something else, in the right form."""
    changed = lines[at].replace(b'"at":"20', b'"at":"19', 1).replace(b'"row":', b'"row":1', 1)
    changed = changed.replace(b'"total":', b'"total":9', 1).replace(b'"calls":', b'"calls":9', 1)
    return [*lines[:at], changed, *lines[at + 1 :]]


def removed(lines: list[bytes], at: int) -> list[bytes]:
    """A line is gone."""
    return [*lines[:at], *lines[at + 1 :]]


def doubled(lines: list[bytes], at: int) -> list[bytes]:
    """A line stands there twice."""
    return [*lines[: at + 1], *lines[at:]]


def swapped(lines: list[bytes], at: int) -> list[bytes]:
    """Two lines have changed places."""
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A run that has ended."""
    with simulator(org_of([*PEOPLE, "Zoe"], {"A": [*PEOPLE, "Zoe"], "B": PEOPLE[:1]})) as sim:
        return run_people(sim, tmp_path_factory.mktemp("run"), *PEOPLE)


def tampered(ended: Ended, folder: Path, change: Change, at: int) -> tuple[Path, bool]:
    """A copy of the run folder with a changed journal; whether anything is different."""
    copy = folder / "copy"
    shutil.copytree(ended.folder, copy)
    journal = copy / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    changed = change(lines, at)
    journal.write_bytes(b"".join(changed))
    return copy, changed != lines


def lines_of(ended: Ended) -> int:
    """How many lines its journal has."""
    return len((ended.folder / "journal.jsonl").read_bytes().splitlines())


@pytest.mark.parametrize("change", [cell, value, removed, doubled, swapped])
def test_any_changed_line_but_the_last_is_reported_with_its_number(
    tmp_path: Path, ended: Ended, change: Change
) -> None:
    """The line itself, or the one after it, whose hash no longer fits."""
    for at in random.Random(change.__name__).sample(range(lines_of(ended) - 2), 6):
        folder, different = tampered(ended, tmp_path / str(at), change, at)
        if different:
            with pytest.raises(JournalError, match=rf"line ({at + 1}|{at + 2})\b"):
                verify_run_folder(folder)


@pytest.mark.parametrize("kind", ["memberships_read_back", "row_listed", "run_started"])
def test_what_was_added_after_the_end_is_named(tmp_path: Path, ended: Ended, kind: str) -> None:
    """Chained rightly: only files written and undos are recorded after the end of a run."""

    def added(lines: list[bytes], at: int) -> list[bytes]:
        event = next(json.loads(each)["event"] for each in lines if kind.encode() in each)
        line = {"previous": hashlib.sha256(lines[-1]).hexdigest(), "event": event}
        return [*lines, json.dumps(line).encode() + b"\n"]

    folder, _ = tampered(ended, tmp_path, added, 0)
    with pytest.raises(JournalError, match=rf"line {lines_of(ended) + 1}: this was added after"):
        verify_run_folder(folder)


def test_a_changed_last_line_does_not_verify(tmp_path: Path, ended: Ended) -> None:
    """No line follows it; what it announces is no longer what lies there."""
    folder, _ = tampered(
        ended,
        tmp_path,
        lambda lines, at: [*lines[:at], lines[at].replace(b'sha256":"', b'sha256":"0')],
        lines_of(ended) - 1,
    )
    assert verify_run_folder(folder).holds is False


def test_a_cut_off_end_does_not_verify(tmp_path: Path, ended: Ended) -> None:
    """A journal that was shortened is a valid beginning, but results.csv says more."""
    folder, _ = tampered(ended, tmp_path, lambda lines, at: lines[:at], lines_of(ended) - 4)
    assert verify_run_folder(folder).holds is False


def test_nobody_works_from_a_changed_journal(tmp_path: Path, ended: Ended) -> None:
    """report, rerun and undo are refused with exit 2 and the line, before anything is sent."""
    folder, different = tampered(ended, tmp_path, value, 1)
    assert different
    with simulator(org_of(PEOPLE)) as sim:
        for refused in (
            lambda: verify_run_folder(folder),
            lambda: rebuild(folder),
            lambda: rerun_of(sim, folder),
            lambda: rerun_of(sim, folder / "results.csv"),
            lambda: undo_of(sim, folder),
        ):
            with pytest.raises(UsageError, match=r"line (2|3)\b") as told:
                refused()
            assert told.value.exit_code == 2
        assert len(sim.requests) == 0


def test_a_changed_last_line_that_announces_the_same_file(tmp_path: Path, ended: Ended) -> None:
    """The report that was written with it shows another hash."""
    folder, different = tampered(ended, tmp_path, value, lines_of(ended) - 1)
    found = verify_run_folder(folder)
    assert different
    assert (found.results, found.report) == ({"results.csv": "as_recorded"}, "changed")
    assert found.holds is False


def test_a_torn_last_line_is_told(tmp_path: Path, ended: Ended) -> None:
    """It does not count: what was announced by it is unknown."""
    folder, _ = tampered(
        ended, tmp_path, lambda lines, at: [*lines[:at], lines[at][:30]], lines_of(ended) - 1
    )
    found = verify_run_folder(folder)
    assert (found.journal.torn, found.journal.ended, found.holds) == (True, True, False)


def went_on(ended: Ended, folder: Path) -> Path:
    """A copy of the run folder whose journal has gone on since results and report were written."""
    copy, _ = tampered(ended, folder, lambda lines, _: lines, 0)
    with closing(Journal(copy / "journal.jsonl")) as journal:
        journal.append(RowsUndone((2,), "20261201T080000Z-undo", "2026-12-01T08:00:00.000Z"))
    return copy


def test_a_journal_that_went_on_is_no_edited_results_file(tmp_path: Path, ended: Ended) -> None:
    """As after a kill: the files are as written, only not the newest; `report` mends that."""
    folder = went_on(ended, tmp_path)
    found = verify_run_folder(folder)
    assert (found.results, found.holds) == ({"results.csv": "earlier"}, False)
    rebuild(folder)
    assert verify_run_folder(folder).holds is True


def test_a_run_of_another_version(tmp_path: Path, ended: Ended) -> None:
    """A year later the program words things otherwise; the files are the run's all the same."""
    folder = tmp_path / "old"
    folder.mkdir()
    page = b"<p>as it was worded then, after %s</p>" + rows_of_a_page(ended)
    worded = (ended.folder / "results.csv").read_bytes().replace(b"Nothing", b"As worded then")
    assert b"As worded then" in worded
    (folder / "results.csv").write_bytes(worded)
    digests = {
        "results.csv": hashlib.sha256(worded).hexdigest(),
        "report.html": hashlib.sha256(page % (b"0" * 64)).hexdigest(),
    }
    with closing(Journal(folder / "journal.jsonl")) as journal:
        for event in read_journal(ended.folder / "journal.jsonl"):
            match event:
                case RunStarted():
                    journal.append(replace(event, program_version="0.0.1"))
                case ResultsWritten() if event.name in digests:
                    sha256 = digests[event.name]
                    journal.append(replace(event, sha256=sha256, program_version="0.0.1"))
                case ResultsWritten():
                    pass
                case _:
                    journal.append(event)
        last = journal.last_hash
    (folder / "report.html").write_bytes(page % last.encode())
    found = verify_run_folder(folder)
    assert (found.results, found.holds) == ({"results.csv": "other_version"}, True)
    assert found.report == "other_version"
    (folder / "report.html").write_bytes(b"not " + page % last.encode())
    assert (verify_run_folder(folder).report, verify_run_folder(folder).holds) == (
        "rewritten",
        False,
    )
    rebuild(folder)
    assert (folder / "results.csv").read_bytes() == worded


def rows_of_a_page(ended: Ended) -> bytes:
    """The rows of a report, as all versions mark them up."""
    return b"".join(
        f'<tr><td>{each.row}</td><td><span class="status s-{each.status}">{each.status}</span></td>'
        f"<th><bdi>{each.user_name}</bdi></th></tr>".encode()
        for each in ended.results
    )


def test_results_that_were_open_in_excel(tmp_path: Path, ended: Ended) -> None:
    """The numbered sibling is the newest; the locked file is earlier, and nothing is wrong."""
    folder = went_on(ended, tmp_path)

    run = fold(read_journal(folder / "journal.jsonl"))
    with closing(Journal(folder / "journal.jsonl")) as journal:

        def announce(written: Written) -> None:
            event = ResultsWritten(written.name, written.sha256, "2026-12-01T08:00:00Z")
            journal.append(event)
            run.apply(event)

        write_results(folder, run.view(), announce, Placing(open_in_excel("results.csv")))
        write_workbook(folder, run.view(), announce)
        write_report(folder, run.view(), journal_hash=journal.last_hash)
    found = verify_run_folder(folder)
    assert found.results == {"results-2.csv": "as_recorded", "results.csv": "earlier"}
    assert found.holds is True


def test_a_sibling_that_no_run_wrote(tmp_path: Path, ended: Ended) -> None:
    """An edited copy beside the results file is told; so is one that `report` set beside it."""
    folder, _ = tampered(ended, tmp_path, lambda lines, _: lines, 0)
    results = folder / "results.csv"
    results.write_bytes(results.read_bytes().replace(b"done", b"gone"))
    rebuild(folder)
    found = verify_run_folder(folder)
    assert found.results == {"results-2.csv": "as_recorded", "results.csv": "changed"}
    assert found.holds is False


def test_files_that_are_gone(tmp_path: Path, ended: Ended) -> None:
    """Neither results nor report: said, and made anew by `report`."""
    folder, _ = tampered(ended, tmp_path, lambda lines, _: lines, 0)
    (folder / "results.csv").unlink()
    (folder / "report.html").unlink()
    found = verify_run_folder(folder)
    assert (found.results, found.report) == ({"results.csv": "missing"}, "missing")
    assert found.holds is False
    rebuild(folder)
    assert verify_run_folder(folder).holds is True


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (lambda _: None, 0, "report.html shows the same last hash, and its content"),
        (lambda folder: folder / "results.csv", 3, "results.csv does not match the journal"),
        (lambda folder: folder / "report.html", 3, "report.html does not show this last hash"),
        (lambda folder: folder / "journal.jsonl", 2, "journal.jsonl, line 1"),
    ],
    ids=["untouched", "results", "report", "journal"],
)
def test_what_verify_says(
    tmp_path: Path, ended: Ended, spoil: Callable[[Path], Path | None], code: int, words: str
) -> None:
    """In words and by its exit code."""
    folder, _ = tampered(ended, tmp_path, lambda lines, _: lines, 0)
    if spoilt := spoil(folder):
        spoilt.write_bytes(b"spoilt\n")
    said = run_command(None, tmp_path, "report", str(folder), "--verify")
    assert (said.code, words in said.out + said.err) == (code, True)


UNREADABLE = Path("/proc/self/mem")
"""A file that is there, and gives an error when it is read, to whomever."""


@pytest.mark.skipif(not UNREADABLE.exists(), reason="needs a file that nobody can read")
@pytest.mark.parametrize("name", ["results.csv", "report.html"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, ended: Ended, name: str) -> None:
    """Locked or of another owner: exit 2 and what to do, no traceback."""
    folder, _ = tampered(ended, tmp_path, lambda lines, _: lines, 0)
    (folder / name).unlink()
    (folder / name).symlink_to(UNREADABLE)
    said = run_command(None, tmp_path, "report", str(folder), "--verify")
    assert (said.code, "Traceback" in said.err) == (2, False), said.err
    assert f"{folder / name} cannot be read" in said.err
    assert "Then: batch-offboard report copy --verify" in said.err


@pytest.mark.parametrize("name", ["results.csv", "results.xlsx", "report.html"])
def test_a_folder_in_place_of_a_file_does_not_verify(
    tmp_path: Path, ended: Ended, name: str
) -> None:
    """Exit 3 as for any other file that is not the run's, and the rest is checked too."""
    folder, _ = tampered(ended, tmp_path, lambda lines, _: lines, 0)
    (folder / name).unlink()
    (folder / name).mkdir()
    said = run_command(None, tmp_path, "report", str(folder), "--verify")
    assert (said.code, said.err) == (3, "")
    assert f"{name} is a folder, not a file." in said.out
    assert "Last hash: " in said.out


def test_a_results_file_that_cannot_be_read_is_named_before_a_rerun(
    tmp_path: Path, ended: Ended
) -> None:
    """Whether somebody has edited it cannot be told: exit 2 before anything is sent."""
    folder, _ = tampered(ended, tmp_path, lambda lines, _: lines, 0)
    (folder / "results.csv").unlink()
    (folder / "results.csv").mkdir()
    with simulator(org_of(PEOPLE)) as sim:
        with pytest.raises(UsageError, match=r"results\.csv cannot be read"):
            rerun_of(sim, folder)
        assert len(sim.requests) == 0


def test_the_untouched_run_verifies(ended: Ended) -> None:
    """The other tests would pass if nothing ever did."""
    assert verify_run_folder(ended.folder).holds is True
    assert results_of(ended).exists()
