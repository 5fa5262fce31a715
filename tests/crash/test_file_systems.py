"""Runs on file systems that lack something or fail: what is said, and which files are left."""

from __future__ import annotations

import errno
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.report import rebuild
from batch_offboard.commands.verify import verify_run_folder
from batch_offboard.errors import Action, OffboardError, RefusedError, UsageError
from batch_offboard.record.folder import HOLDER_NAME, RunFolder, folder_name
from batch_offboard.record.journal import Journal
from batch_offboard.record.lock import locked
from batch_offboard.results.run_verdict import exit_code_of
from batch_offboard.simulator import Org, Simulator
from tests.file_systems import Opened, Shared, Timeless, failing, open_in_excel
from tests.rerun.chain import undo_of
from tests.support import (
    Ended,
    config,
    environment,
    org_of,
    people_named,
    run_command,
    run_file,
    run_people,
    simulator,
    start_command,
    state_of,
    write_list,
)

PEOPLE = people_named("P", 3)
MISSING = "nobody@test.example"
posix_only = pytest.mark.skipif(os.name != "posix", reason="rights and limits as on POSIX")


def org() -> Org:
    """Three people in a queue, beside one who stays."""
    return org_of([*PEOPLE, "Zoe"], {"Billing": [*PEOPLE, "Zoe"]})


def run_on(files: Timeless, folder: Path, **options: Any) -> Ended:
    """A run of the three whose files are on such a file system.

    Without reading back, it is over before results.csv is written for the first time.
    """
    settings = config(verify=False)
    with simulator(org()) as sim:
        return run_people(sim, folder, *PEOPLE, files=files, settings=settings, **options)


def warned(ended: Ended) -> list[str]:
    """The codes of its warnings, but for the one that these runs read nothing back."""
    return [code for code in ended.warnings if code != "not_read_back"]


def refused(files: Timeless, folder: Path, **options: Any) -> tuple[OffboardError, int]:
    """The error that a run ends with before it begins, and how many requests changed anything."""
    with simulator(org()) as sim:
        with pytest.raises(OffboardError) as told:
            run_people(sim, folder, *PEOPLE, files=files, **options)
        return told.value, len(sim.writes)


def names(folder: Path) -> list[str]:
    """What lies in a folder, but for the list."""
    return sorted(each.name for each in folder.iterdir() if each.name != "leavers.csv")


def messages(ended: Ended) -> list[str]:
    """What the run warns of."""
    found = ended.outcome.view.warnings
    return [each.message for each in found if each.code != "not_read_back"]


# -- forcing files onto the disk


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EACCES])
def test_a_folder_that_cannot_be_forced_onto_the_disk_is_no_error(
    tmp_path: Path, number: int
) -> None:
    """Shares, FUSE and WSL have no such request; the journal itself is on disk all the same."""
    ended = run_on(failing(sync_folder=number), tmp_path)
    assert (ended.exit_code, messages(ended)) == (0, [])


@pytest.mark.parametrize("run_dir", [None, "mine", "deep/er"])
@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_where_no_journal_can_be_kept_there_is_no_run(
    tmp_path: Path, number: int, run_dir: str | None
) -> None:
    """Exit 2 and one sentence before anything is sent, and no folder is left."""
    chosen = tmp_path / run_dir if run_dir else None
    error, writes = refused(failing(sync=number), tmp_path, run_dir=chosen)
    assert (error.exit_code, writes, names(tmp_path)) == (2, 0, [])
    assert "its file system cannot flush a file to the disk" in str(error)
    assert error.actions == (Action("use_local_disk", path=tmp_path),)  # the one that stays


def test_a_journal_that_cannot_be_forced_onto_the_disk_is_not_written_to(tmp_path: Path) -> None:
    """An undo could not be recorded there; `report` only reads it."""
    ended = run_on(Timeless(), tmp_path)
    with pytest.raises(UsageError) as told:
        Journal(ended.folder / "journal.jsonl", failing(sync=errno.EINVAL))
    assert told.value.actions == (Action("use_local_disk", path=ended.folder),)
    assert rebuild(ended.folder, failing(sync=errno.EINVAL)).results == "results.csv"


# -- rights


@posix_only
@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.EACCES])
def test_rights_that_cannot_be_set_are_one_warning(tmp_path: Path, number: int) -> None:
    """The run goes on; its files are private where the file system can do that."""
    mine = tmp_path / "mine"
    mine.mkdir()
    ended = run_on(failing(make_private=number), tmp_path, run_dir=mine)
    assert (ended.exit_code, warned(ended)) == (0, ["folder_not_private"])
    assert messages(ended)[0].startswith(f"Others may be able to read {mine}")


def test_a_file_system_without_rights_is_one_warning(tmp_path: Path) -> None:
    """It refuses nothing and makes everything readable; the first file shows it."""
    ended = run_on(Shared(), tmp_path)
    assert (ended.exit_code, warned(ended)) == (0, ["folder_not_private"])
    assert messages(ended)[0].endswith("Access could not be restricted to you.")


# -- locks


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EOPNOTSUPP])
def test_where_there_are_no_locks_a_file_marks_the_folder(tmp_path: Path, number: int) -> None:
    """It names process and host, is said once, and is gone with the run."""
    files = failing(lock=number)
    seen: list[str] = []

    def look(_: object) -> bool:
        (marker,) = tmp_path.glob(f"runs/*/{HOLDER_NAME}")
        seen.append(marker.read_text())
        return True

    ended = run_on(files, tmp_path, ask=look)
    assert (ended.exit_code, warned(ended)) == (0, ["locked_by_file"])
    assert seen[0].splitlines()[0] == str(os.getpid())
    assert HOLDER_NAME in messages(ended)[0]
    assert HOLDER_NAME not in names(ended.folder)


def test_a_folder_that_a_file_marks_is_in_use(tmp_path: Path) -> None:
    """Process and host are named, and which file to delete if that run has ended."""
    files, folder = failing(lock=errno.ENOLCK), RunFolder(tmp_path)
    (tmp_path / HOLDER_NAME).write_text("4711\nhost-of-ann\n")
    with pytest.raises(RefusedError) as told, locked(folder, files):
        pass
    assert "(process 4711 on host-of-ann)" in str(told.value)
    assert str(tmp_path / HOLDER_NAME) in str(told.value)


@posix_only
def test_a_mark_of_a_process_that_was_killed_is_replaced(tmp_path: Path) -> None:
    """On the same host it is known that it has ended."""
    hold = (
        "import os, sys; from filelock import SoftFileLock\n"
        "lock = SoftFileLock(sys.argv[1]); lock.acquire(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", hold, tmp_path / HOLDER_NAME], check=True)
    assert (tmp_path / HOLDER_NAME).exists()
    with locked(RunFolder(tmp_path), failing(lock=errno.ENOLCK)) as warnings:
        assert [each.code for each in warnings] == ["locked_by_file"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EIO])
def test_a_lock_that_is_not_allowed_is_no_other_run(tmp_path: Path, number: int) -> None:
    """Exit 2 with the system's reason, and no folder is left."""
    error, writes = refused(failing(lock=number), tmp_path)
    assert (error.exit_code, writes, names(tmp_path)) == (2, 0, [])
    assert ("Another run" in str(error), os.strerror(number) in str(error)) == (False, True)
    assert error.actions[0] == Action("make_writable", path=tmp_path)  # the one that stays


# -- files that another program has open


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("results.csv", errno.EACCES),
        ("results.csv", errno.EBUSY),
        ("results.xlsx", errno.EACCES),
        ("report.html", errno.EPERM),
    ],
)
def test_a_lock_of_a_moment_is_waited_for(tmp_path: Path, name: str, number: int) -> None:
    """A virus scanner or OneDrive lets go within seconds: no sibling, no warning."""
    files = Opened(names=frozenset({name}), tries=4, number=number)
    ended = run_on(files, tmp_path)
    assert (ended.exit_code, messages(ended), len(files.waited)) == (0, [], 4)
    assert names(ended.folder) == [
        ".lock",
        "journal.jsonl",
        "report.html",
        "results.csv",
        "results.xlsx",
    ]
    assert verify_run_folder(ended.folder).holds is True


def test_results_that_stay_open_are_not_waited_for_longer_than_seconds(tmp_path: Path) -> None:
    """Then a numbered sibling is written and named."""
    files = open_in_excel("results.csv")
    ended = run_on(files, tmp_path)
    assert (ended.exit_code, ended.outcome.results_name) == (0, "results-2.csv")
    assert 2 < sum(files.waited) < 5


def interrupted_once(files: Timeless, folder: Path, pace: int = 30) -> Ended:
    """A run of many people that is slow enough to rewrite its results several times."""
    people = people_named("P", 40)
    settings = config(rate={"per_minute": pace, "burst": 1})
    with simulator(org_of(people)) as sim:
        return run_people(sim, folder, *people, settings=settings, files=files)


def test_a_lock_of_a_moment_in_between_holds_nothing_up(tmp_path: Path) -> None:
    """The results are simply written a little later; nothing waits for them."""
    files = Opened(names=frozenset({"results.csv"}), tries=2)
    ended = interrupted_once(files, tmp_path)
    assert (files.waited, files.tries) == ([], 0)
    assert {each.name for each in ended.outcome.view.written} == {"results.csv"}


def test_results_that_were_opened_during_the_run_are_named_as_outdated(tmp_path: Path) -> None:
    """They show an earlier state, and would otherwise pass for the last."""
    ended = interrupted_once(open_in_excel("results.csv", after=1), tmp_path)
    assert (ended.exit_code, ended.outcome.results_name) == (0, "results-2.csv")
    assert warned(ended) == ["results_outdated"]
    outdated = f"results.csv in {folder_name(ended.folder)} is out of date."
    assert messages(ended) == [f"{outdated} The results are in results-2.csv."]
    assert verify_run_folder(ended.folder).results == {
        "results-2.csv": "as_recorded",
        "results.csv": "earlier",
    }


def test_outdated_results_that_can_be_removed_do_not_stay(tmp_path: Path) -> None:
    """Only the last results file is left, and that is all there is to verify."""
    files = Opened(names=frozenset({"results.csv"}), after=1, removable=True)
    ended = interrupted_once(files, tmp_path)
    assert (warned(ended), ended.outcome.results_name) == ([], "results-2.csv")
    left = [each for each in names(ended.folder) if "results" in each]
    assert left == ["results-2.csv", "results.xlsx"]
    assert verify_run_folder(ended.folder).holds is True


def test_a_sibling_is_gone_once_results_are_written_in_their_place_again(tmp_path: Path) -> None:
    """The person has closed the spreadsheet, and `report` puts everything in order."""
    ended = run_on(open_in_excel("results.csv", "results.xlsx"), tmp_path)
    assert {each.name for each in ended.folder.glob("results*")} == {
        "results-2.csv",
        "results-2.xlsx",
    }
    rebuild(ended.folder)
    left = [each for each in names(ended.folder) if "results" in each]
    assert left == ["results.csv", "results.xlsx"]
    assert verify_run_folder(ended.folder).holds is True


# -- results that cannot be written


@pytest.mark.parametrize(("more", "code"), [((), 0), ((MISSING,), 3)])
def test_a_finished_run_has_the_exit_code_of_its_rows(
    tmp_path: Path, more: tuple[str, ...], code: int
) -> None:
    """What is missing is named with what to do; what was done is done."""
    people = write_list(tmp_path / "leavers.csv", *PEOPLE, more=[f"{each}," for each in more])
    assert people.exists()
    with simulator(org()) as sim:
        ended = run_file(sim, people, files=failing(replace=errno.ENOSPC))
    missing = ("results.csv", "results.xlsx", "report.html")
    assert (ended.exit_code, ended.outcome.missing) == (code, missing)
    assert ended.exit_code == exit_code_of(ended.outcome.view)
    assert warned(ended) == ["results_not_written"]
    assert names(ended.folder) == [".lock", "journal.jsonl"]
    assert rebuild(ended.folder).results == "results.csv"
    assert verify_run_folder(ended.folder).holds is True


def test_results_that_could_not_be_written_for_the_last_time_are_named_as_outdated(
    tmp_path: Path,
) -> None:
    """The disk was full only in the end, so that there are results of the time before."""
    files = Opened(names=frozenset({"results.csv"}), after=1, number=errno.ENOSPC)
    ended = interrupted_once(files, tmp_path)
    assert (ended.exit_code, warned(ended)) == (0, ["results_not_written", "results_outdated"])
    assert messages(ended)[1] == f"results.csv in {folder_name(ended.folder)} is out of date."


def test_a_finished_undo_has_the_exit_code_of_its_rows(tmp_path: Path) -> None:
    """Though neither its own files nor those of the undone run could be written."""
    with simulator(org()) as sim:
        done = run_people(sim, tmp_path, *PEOPLE)
        ended = undo_of(sim, done.folder, files=failing(replace=errno.ENOSPC))
    assert (ended.exit_code, set(ended.statuses)) == (0, {"done"})


# -- what the command line says

BEGIN = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from batch_offboard.cli import main

main(sys.argv[2:])
"""


def test_without_a_temporary_folder_there_is_a_sentence(tmp_path: Path) -> None:
    """Exit 2, no traceback, and no run folder."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with simulator(org()) as sim:
        said = subprocess.run(
            [sys.executable, "-c", BEGIN, tmp_path / "none", "run", "leavers.csv", "--yes"],
            cwd=tmp_path,
            env=environment(sim),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert (said.returncode, names(tmp_path)) == (2, []), said.stderr
    assert "No temporary file can be written" in said.stderr


PATHS = re.compile(r"(?:runs|mine)/[\w./-]*[\w-]")


def named(said: str) -> list[str]:
    """The paths in what a command has said, but for those of files that were not written."""
    lines = (each for each in said.splitlines() if "could not be written" not in each)
    return [path for line in lines for path in PATHS.findall(line)]


@posix_only
@pytest.mark.parametrize(
    ("share", "code", "run_dir"),
    [
        (0.0, 2, ()),
        (0.02, 5, ()),
        (0.02, 5, ("--run-dir", "mine")),
        (0.7, 5, ()),
        (0.9, 5, ("--run-dir", "mine")),
        (1.0, 0, ()),
    ],
)
def test_on_a_full_disk_only_files_that_exist_are_named(
    tmp_path: Path, share: float, code: int, run_dir: tuple[str, ...]
) -> None:
    """Exit 2, 5, or the rows'; once there is room, every command that is printed works."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    (tmp_path / "probe").mkdir()
    with simulator(org()) as sim:
        size = (run_people(sim, tmp_path / "probe", *PEOPLE).folder / "journal.jsonl").stat()
    with Simulator(org()) as sim:
        command = ("run", "leavers.csv", "--yes", *run_dir)
        room = int(size.st_size * share)
        process = start_command(sim, tmp_path, *command, file_bytes=room)
        out, err = process.communicate(timeout=60)
        said = f"{out}{err}"
        assert (process.returncode, "Traceback" in said) == (code, False), said
        assert [each for each in named(said) if not (tmp_path / each).exists()] == [], said
        for each in re.findall(r"batch-offboard (.*)", said):
            yes = () if each.startswith("report") else ("--yes",)
            again = run_command(sim, tmp_path, *dict.fromkeys((*shlex.split(each), *yes)))
            assert (again.code, each) == (0, each), again
    assert {state_of(sim.org, name) for name in PEOPLE} == {"inactive"}
