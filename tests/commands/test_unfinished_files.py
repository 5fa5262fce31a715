"""Files that a killed program left half-written in a run folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from batch_offboard.record.folder import RunFolder
from batch_offboard.record.lock import locked
from batch_offboard.simulator import Simulator
from tests.support import org_of, run_command, simulator, write_list

PEOPLE = ["Ann", "Ben"]
UNFINISHED = {".results-a1b2c3d4.tmp", ".report-z_9aaaaa.tmp"}
OTHERS = {".results-a1b2c3d4.tmp.csv", ".results-mine.tmp", "results-a1b2c3d4.tmp", ".plan-a.tmp"}
"""Files with similar names, which are somebody's own."""
COMMANDS = (("report",), ("undo", "--yes"))


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    """An organisation after a run in the folder `run`, in which such files were left."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        run_command(sim, tmp_path, "run", "leavers.csv", "--yes", "--run-dir", "run")
        for name in UNFINISHED | OTHERS:
            (tmp_path / "run" / name).write_bytes(b"half")
        yield sim


def left_in(folder: Path) -> set[str]:
    """Those of these files that are still in the folder."""
    return {each.name for each in folder.iterdir()} & (UNFINISHED | OTHERS)


@pytest.mark.parametrize(
    ("command", "writes"),
    [
        ("report run", True),
        ("undo run --yes", True),
        ("undo run --yes --dry-run", False),
        ("report run --verify", False),
        ("report run --share shared.html", False),
        ("rerun run --rows 2 --yes", False),
    ],
)
def test_they_are_removed_by_a_command_that_writes_there(
    tmp_path: Path, sim: Simulator, command: str, *, writes: bool
) -> None:
    """Not by one that only reads the run."""
    said = run_command(sim, tmp_path, *command.split())
    left = OTHERS if writes else UNFINISHED | OTHERS
    assert (said.code, left_in(tmp_path / "run")) == (0, left)


def test_they_stay_while_another_process_uses_the_folder(tmp_path: Path, sim: Simulator) -> None:
    """It may be the one that writes them."""
    with locked(RunFolder(tmp_path / "run")):
        codes = [run_command(sim, tmp_path, each, "run", *yes).code for each, *yes in COMMANDS]
    assert (codes, left_in(tmp_path / "run")) == ([4, 4], UNFINISHED | OTHERS)


def test_they_stay_beside_an_altered_journal(tmp_path: Path, sim: Simulator) -> None:
    """Then the folder is evidence."""
    journal = tmp_path / "run" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"Ann", b"Eve"))
    codes = [run_command(sim, tmp_path, each, "run", *yes).code for each, *yes in COMMANDS]
    assert (codes, left_in(tmp_path / "run")) == ([2, 2], UNFINISHED | OTHERS)


def test_one_that_cannot_be_removed_stays(tmp_path: Path, sim: Simulator) -> None:
    """It does no harm, so the command goes on."""
    stuck = tmp_path / "run" / ".results-stuck123.tmp"
    stuck.mkdir()
    said = run_command(sim, tmp_path, "report", "run")
    assert (said.code, stuck.exists(), left_in(tmp_path / "run")) == (0, True, OTHERS)
