"""The run folder: its name, its rights, its lock."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from batch_offboard.errors import Action, RefusedError, UsageError
from batch_offboard.record.events import Command
from batch_offboard.record.folder import RunFolder, create_run_folder, run_folder_name
from batch_offboard.record.lock import locked

AT = datetime(2026, 11, 23, 19, 38, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("list_name", "folder"),
    [
        ("leavers.csv", "20261123T193800Z-leavers"),
        ("Q4 leavers.xlsx", "20261123T193800Z-Q4 leavers"),
        ('a<b>c:d"e|f?g*h.csv', "20261123T193800Z-a_b_c_d_e_f_g_h"),
        (" ... .csv", "20261123T193800Z-list"),
        ("x" * 100 + ".csv", "20261123T193800Z-" + "x" * 60),
        ("Austritte_März.csv", "20261123T193800Z-Austritte_März"),
    ],
)
def test_the_name_tells_start_and_list(list_name: str, folder: str) -> None:
    """Without what Windows forbids in names."""
    assert run_folder_name(list_name, AT, "run", dry_run=False) == folder


@pytest.mark.parametrize(
    ("command", "dry_run", "ending"),
    [
        ("run", True, "-dry-run"),
        ("rerun", False, "-rerun"),
        ("rerun", True, "-rerun-dry-run"),
        ("undo", False, "-undo"),
        ("undo", True, "-undo-dry-run"),
    ],
)
def test_the_name_tells_what_kind_of_run_it_is(
    command: Command, *, dry_run: bool, ending: str
) -> None:
    """Behind the list's name, however long that is."""
    for name in ("leavers", "x" * 60):
        found = run_folder_name(f"{name}.csv", AT, command, dry_run=dry_run)
        assert found == f"20261123T193800Z-{name}{ending}"


def test_a_name_that_is_taken_is_counted_on(tmp_path: Path) -> None:
    """-2, -3, …"""
    names = [create_run_folder(None, tmp_path / "runs", "a").path.name for _ in range(3)]
    assert names == ["a", "a-2", "a-3"]


def test_an_explicit_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    """Whatever is in it already, but no journal."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "note.txt").write_text("kept")
    folders = [create_run_folder(tmp_path / each, tmp_path, "n").path for each in ("x", "y/z")]
    assert [each.is_dir() for each in folders] == [True, True]
    assert (tmp_path / "x" / "note.txt").read_text() == "kept"


def test_an_explicit_folder_with_a_journal_is_refused(tmp_path: Path) -> None:
    """Another run lies there."""
    (tmp_path / "journal.jsonl").touch()
    with pytest.raises(RefusedError, match="already has the journal"):
        create_run_folder(tmp_path, tmp_path, "n")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_folders_are_their_owners_only(tmp_path: Path) -> None:
    """0700, also an empty one that was there before."""
    (tmp_path / "old").mkdir(mode=0o755)
    made = [
        create_run_folder(tmp_path / "old", tmp_path, "n").path,
        create_run_folder(tmp_path / "new", tmp_path, "n").path,
        create_run_folder(None, tmp_path / "runs", "n").path,
    ]
    assert [oct(each.stat().st_mode & 0o777) for each in made] == ["0o700"] * 3


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_folder_that_others_use_stays_theirs(tmp_path: Path) -> None:
    """One that holds other things, as the working folder does, keeps its rights."""
    (tmp_path / "notes.txt").touch()
    tmp_path.chmod(0o755)
    create_run_folder(tmp_path, tmp_path, "n")
    assert oct(tmp_path.stat().st_mode & 0o777) == "0o755"


def test_for_a_folder_that_cannot_be_made_another_is_to_be_chosen(tmp_path: Path) -> None:
    """A file is in the way."""
    (tmp_path / "file").touch()
    for explicit in (tmp_path / "file" / "x", None):
        with pytest.raises(UsageError) as told:
            create_run_folder(explicit, tmp_path / "file", "n")
        assert told.value.actions == (Action("choose_run_folder"),)


def test_a_folder_is_locked_for_other_processes(tmp_path: Path) -> None:
    """And free again as soon as the first has ended, even when it was killed."""
    holder = (
        "import sys, pathlib; from batch_offboard.record.folder import RunFolder\n"
        "from batch_offboard.record.lock import locked\n"
        f"with locked(RunFolder(pathlib.Path({str(tmp_path)!r}))):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", holder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with (
        pytest.raises(RefusedError, match="Another run is using"),
        locked(RunFolder(tmp_path)),
    ):
        pass
    process.kill()
    process.communicate()
    with locked(RunFolder(tmp_path)):
        held = True
    assert held


def test_a_folder_of_run_folders_is_no_run_folder(tmp_path: Path) -> None:
    """Its journal would stand among those of other runs; a new folder inside it is fine."""
    runs = tmp_path / "runs"
    (runs / "first").mkdir(parents=True)
    (runs / "first" / "journal.jsonl").touch()
    with pytest.raises(RefusedError, match="holds the folders of runs"):
        create_run_folder(runs, tmp_path, "ignored")
    assert [each.name for each in runs.iterdir()] == ["first"]
    assert create_run_folder(runs / "second", tmp_path, "ignored").path == runs / "second"
