"""`batch-offboard runs`: what was done in a folder, newest first, and what is still open."""

import json
import os
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from batch_offboard.commands.runs import PastRun, past_runs
from batch_offboard.errors import CANCELLED, ExitCode, InterruptedRunError
from batch_offboard.record.events import RowsUndone
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal import Journal
from batch_offboard.record.lock import locked
from batch_offboard.simulator import ALWAYS, Fault
from tests.cli.processes import program
from tests.released.kept import HERE, VERSIONS, rows_of
from tests.rerun.chain import rerun_of, resaved, undo_of
from tests.rerun.first import first_run, org
from tests.support import (
    Ended,
    id_of,
    run_command,
    run_file,
    run_people,
    simulator,
    write_list,
)

OPEN = 3
"""Rows that a rerun of the first run attempts: one failed, one mistyped, one partial."""


def listed(folder: Path) -> list[str]:
    """What the command prints; it always ends with exit code 0."""
    said = program("runs", folder=folder)
    assert (said.code, said.err) == (ExitCode.OK, "")
    return said.out.splitlines()


def line_of(run: Ended | Path, lines: list[str]) -> str:
    """The line about a run: the one above its folder or command."""
    folder = run if isinstance(run, Path) else run.folder
    place = next(n for n, line in enumerate(lines) if names(folder, line) and line[0] == " ")
    return lines[place - 1]


def names(folder: Path, line: str) -> bool:
    """Whether the line names this folder, and no other whose name goes on from there."""
    return re.search(rf"{re.escape(folder.name)}(?![-\w])", line) is not None


def commands_in(lines: list[str]) -> list[str]:
    """The commands shown, in order."""
    found = (re.search(r"batch-offboard .+", line) for line in lines)
    return [each[0] for each in found if each]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dry run, a run with open rows, and nothing after it."""
    folder = tmp_path_factory.mktemp("office")
    with simulator(org()) as sim:
        run_file(sim, write_list(folder / "leavers.csv", "Anna"), dry_run=True)
        first_run(sim, folder)
    return folder


@pytest.fixture
def copied(office: Path, tmp_path: Path) -> Path:
    """The same folder, to be changed."""
    folder = tmp_path / "office"
    shutil.copytree(office, folder)
    return folder


def runs_in(folder: Path) -> tuple[PastRun, ...]:
    """The run folders as values."""
    return past_runs(folder / "runs")


def test_each_run_is_listed_with_its_open_rows_and_what_does_them(office: Path) -> None:
    """The newest first; a dry run has nothing to do."""
    lines = listed(office)
    run, dry = runs_in(office)
    assert f"run      leavers.csv: finished, some rows need attention, {OPEN} rows open" in lines[0]
    assert lines[1].endswith(f": batch-offboard rerun runs/{run.folder.name}/results.csv")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d  dry run  leavers.csv: finished", lines[2])
    assert lines[3] == f"    runs/{dry.folder.name}"
    assert lines[4:] == [
        "",
        "1 run has open rows. Use the command above.",
        "Times use this computer's time zone.",
    ]


def test_a_command_that_is_shown_does_the_open_rows(copied: Path) -> None:
    """And then the later run has the rows that are left; the earlier one names it."""
    (command,) = commands_in(listed(copied))[:1]
    with simulator(org()) as sim:
        ended = run_command(sim, copied, *shlex.split(command)[1:], "--yes")
    assert ended.code in (ExitCode.OK, ExitCode.ATTENTION)
    rerun, run, _ = runs_in(copied)
    assert (rerun.started and rerun.started.command, run.continued) == ("rerun", rerun.folder)
    lines = listed(copied)
    assert f"continued in {rerun.folder.name}" in line_of(run.folder, lines)
    assert commands_in(lines) == [f"batch-offboard rerun runs/{rerun.folder.name}/results.csv"]


def test_rows_that_were_put_back_are_not_open(tmp_path: Path) -> None:
    """An undo is listed as one, and the run says how many rows it lost."""
    with simulator(org()) as sim:
        run = first_run(sim, tmp_path)
        undo_of(sim, run.folder, working_folder=tmp_path, rows=(2, 3))
    lines = listed(tmp_path)
    assert lines[0].endswith("undo     leavers.csv: finished")
    assert lines[2].endswith(f"{OPEN} rows open, 2 rows put back since")


def test_an_undo_is_repeated_for_its_open_rows_until_another_has_put_them_back(
    tmp_path: Path,
) -> None:
    """One for other rows takes nothing over; the command that is shown does it."""
    refusal = Fault(action="status", status=400, method="PATCH", path=id_of("Anna"), times=ALWAYS)
    with simulator(org()) as sim:
        run = run_people(sim, tmp_path, "Anna", "Ben")
        sim.add_fault(refusal)
        for rows in ((2,), (3,)):
            undo_of(sim, run.folder, working_folder=tmp_path, rows=rows)
        sim.clear_faults()
        lines = listed(tmp_path)
        (command,) = commands_in(lines)
        assert command == f"batch-offboard undo runs/{run.folder.name} --rows 2"
        assert [line for line in lines if "row open" in line] == [lines[2]]
        assert run_command(sim, tmp_path, *shlex.split(command)[1:], "--yes").code == ExitCode.OK
    assert commands_in(listed(tmp_path)) == []


def test_rows_that_an_undo_has_just_taken_back_are_not_open(copied: Path) -> None:
    """Though the results file does not say so yet."""
    run, _ = runs_in(copied)
    journal = Journal(run.folder / "journal.jsonl")
    journal.append(RowsUndone(run.rows.numbers[:1], "undo", "2026-11-27T10:00:00Z"))
    journal.close()
    lines = listed(copied)
    assert f"{OPEN - 1} rows open, 1 row put back since" in lines[0]
    assert commands_in(lines) == [f"batch-offboard rerun runs/{run.folder.name}"]


def interrupted(_proposal: object) -> bool:
    """Ctrl-C at the question."""
    raise InterruptedRunError(CANCELLED)


@pytest.mark.parametrize("ask", [lambda _: False, interrupted])
def test_a_cancelled_run_is_no_successor(tmp_path: Path, ask: Callable[[object], bool]) -> None:
    """Nothing was changed by it: the open rows are still those of the run before."""
    with simulator(org()) as sim:
        run = first_run(sim, tmp_path)
        refused = rerun_of(sim, run.folder / "results.csv", working_folder=tmp_path, ask=ask)
    lines = listed(tmp_path)
    assert line_of(refused, lines).endswith("rerun    leavers.csv: cancelled, nothing was changed")
    assert f"{OPEN} rows open" in line_of(run, lines)


def test_days_to_come_are_told_apart(tmp_path: Path) -> None:
    """They are open, but a rerun before the day would not do them."""
    (tmp_path / "leavers.csv").write_text(
        "email,last_day\nann@test.example,2099-12-31\nbob@test.example,2020-01-31\n", "utf-8"
    )
    with simulator(org()) as sim:
        run_command(sim, tmp_path, "run", "leavers.csv", "--yes")
    assert "2 rows open, 1 of them not due yet" in listed(tmp_path)[0]


def test_only_the_ends_of_a_journal_are_read(copied: Path) -> None:
    """Its unedited results say how many rows are open; hundreds of journals would take long."""
    run, _ = runs_in(copied)
    journal = run.folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:2], b"?\n", *lines[-4:]]))
    assert f"{OPEN} rows open" in listed(copied)[0]


def test_edited_results_are_named(copied: Path) -> None:
    """A rerun of the folder would be refused: it goes by the file."""
    run, _ = runs_in(copied)
    results, workbook = run.folder / "results.csv", run.folder / "results.xlsx"
    written = results.read_bytes()
    results.write_text(results.read_text("utf-8-sig").replace(",yes,", ",no,"), "utf-8-sig")
    lines = listed(copied)
    assert f"{OPEN} rows open (results.csv was edited)" in lines[0]
    assert commands_in(lines) == [f"batch-offboard rerun runs/{run.folder.name}/results.csv"]
    results.write_bytes(written)
    resaved(workbook, workbook, lambda _, sheet: sheet.append(["somebody@test.example"]))
    lines = listed(copied)
    assert f"{OPEN} rows open (results.xlsx was edited)" in lines[0]
    assert commands_in(lines) == [f"batch-offboard rerun runs/{run.folder.name}/results.xlsx"]


def test_results_that_were_only_saved_again_are_not_edited(copied: Path) -> None:
    """Excel has saved the workbook as it is."""
    run, _ = runs_in(copied)
    resaved(run.folder / "results.xlsx", run.folder / "results.xlsx")
    assert "edited" not in listed(copied)[0]


def test_lost_results_are_made_good_by_the_journal(copied: Path) -> None:
    """The rerun is then of the folder."""
    run, _ = runs_in(copied)
    (run.folder / "results.csv").unlink()
    lines = listed(copied)
    assert f"{OPEN} rows open" in lines[0]
    assert commands_in(lines) == [f"batch-offboard rerun runs/{run.folder.name}"]


def cut(folder: Path, line: int) -> None:
    """A journal of which only so many lines reached the disk, and half of the next.

    What is written after it is not there either.
    """
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:line]) + lines[line][:20])
    for results in folder.glob("results.*"):
        results.unlink()


def test_a_run_that_was_cut_short_is_continued_from_its_folder(copied: Path) -> None:
    """All that is not finished is open."""
    run, _ = runs_in(copied)
    cut(run.folder, -20)
    lines = listed(copied)
    assert re.search(r"cut short, \d rows open$", lines[0])
    assert commands_in(lines) == [f"batch-offboard rerun runs/{run.folder.name}"]


def test_a_run_that_goes_on_is_running_now(copied: Path) -> None:
    """Its folder is locked; nothing is proposed for it."""
    run, _ = runs_in(copied)
    cut(run.folder, -20)
    with locked(RunFolder(run.folder)):
        lines = listed(copied)
    assert lines[0].endswith("leavers.csv: running now")
    assert commands_in(lines) == []


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "foreign": (lambda folder: (folder / "photo.jpg").write_bytes(b"\xff"), "it has no journal"),
    "empty": (lambda folder: None, "it has no journal"),
    "journal-empty": (lambda folder: (folder / "journal.jsonl").touch(), "cannot be read"),
    "journal-is-a-folder": (lambda folder: (folder / "journal.jsonl").mkdir(), "no journal"),
    "noise": (
        lambda folder: (folder / "journal.jsonl").write_bytes(bytes(range(256)) * 40),
        "cannot be read",
    ),
    "not-json": (
        lambda folder: (folder / "journal.jsonl").write_text('{"team":\n{"team":\n', "utf-8"),
        "cannot be read",
    ),
    "other-json": (
        lambda folder: (folder / "journal.jsonl").write_text('["team":1]\n"team":\n', "utf-8"),
        "cannot be read",
    ),
    "no-event": (
        lambda folder: (folder / "journal.jsonl").write_text('{"a":{"team":1}}\n' * 2, "utf-8"),
        "cannot be read",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_folder_is_one_line_after_the_runs(name: str, copied: Path) -> None:
    """And no traceback."""
    make, why = BROKEN[name]
    (copied / "runs" / name).mkdir()
    make(copied / "runs" / name)
    lines = listed(copied)
    (line,) = [each for each in lines if name in each]
    assert line.startswith(f"runs/{name}: ")
    assert why in line
    assert lines.index(line) == 4


@pytest.mark.parametrize("kept_lines", range(1, 7))
def test_a_run_that_died_before_it_began_changed_nothing(kept_lines: int, copied: Path) -> None:
    """Its list is not whole: nothing was sent, and there is nothing to rerun."""
    run, _ = runs_in(copied)
    cut(run.folder, kept_lines)
    assert (
        "It proves nothing about what was done." in listed(copied)[0]
    )  # files show there was more
    for name in ("results.csv", "results.xlsx", "report.html"):
        (run.folder / name).unlink(missing_ok=True)
    lines = listed(copied)
    assert re.search(r"cut short: .* ends before its run began\. Nothing was changed\.$", lines[0])
    assert commands_in(lines) == []


def test_what_ends_a_journal_may_be_damaged(copied: Path) -> None:
    """It is said of the one run; the others are listed."""
    run, _ = runs_in(copied)
    with (run.folder / "journal.jsonl").open("ab") as journal:
        journal.write(b"?\n")
    lines = listed(copied)
    assert len([line for line in lines if names(run.folder, line)]) == 1
    assert "dry run" in "".join(lines)


@pytest.mark.parametrize("make", ["nothing", "a file", "an empty folder"])
def test_without_runs_it_says_so(make: str, tmp_path: Path) -> None:
    """Exit code 0 all the same."""
    if make == "a file":
        (tmp_path / "runs").touch()
    elif make == "an empty folder":
        (tmp_path / "runs").mkdir()
    assert listed(tmp_path) == [f"There are no runs in {tmp_path / 'runs'} yet."]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever is root may read all")
def test_runs_that_may_not_be_read_are_not_said_to_be_none(copied: Path) -> None:
    """As of another account."""
    (copied / "runs").chmod(0)
    assert listed(copied)[0] == "runs: it cannot be read (Permission denied)"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever is root may read all")
def test_a_folder_that_may_not_be_read_is_one_line(copied: Path) -> None:
    """As of another account."""
    run, _ = runs_in(copied)
    run.folder.chmod(0)
    assert any(line.startswith(f"runs/{run.folder.name}: ") for line in listed(copied))


@pytest.mark.parametrize("version", VERSIONS)
def test_runs_of_every_released_version_are_listed(version: str, tmp_path: Path) -> None:
    """With the rows that their own results files say are open."""
    expected = {}
    for scenario in ("run", "plain", "dry_run", "killed"):
        shutil.copytree(HERE / version / scenario / "run", tmp_path / "runs" / scenario)
        first = (tmp_path / "runs" / scenario / "journal.jsonl").read_text("utf-8").split("\n")[0]
        expected[scenario] = json.loads(first)["event"]["at"]
    found = {run.folder.name: run for run in runs_in(tmp_path)}
    assert {name: run.started and run.started.at for name, run in found.items()} == expected
    results = rows_of(HERE / version / "run" / "run" / "results.csv").values()
    wanted = {int(row["offboard_row"]) for row in results if row["offboard_retry"] == "yes"}
    assert set(found["run"].rows.numbers) == wanted
    assert found["dry_run"].action is None
    assert found["killed"].action is not None
    assert all(not run.problem for run in found.values())
