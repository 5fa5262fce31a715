"""The journal is evidence: a line that was changed afterwards is reported, and used by nobody."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from batch_offboard.commands.report import rebuild, verify
from batch_offboard.errors import UsageError
from batch_offboard.run.journal import JournalError
from tests.rerun.chain import rerun_of, results_of, undo_of
from tests.support import Ended, org_of, people_named, run_people, simulator

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
                verify(folder)


def test_a_changed_last_line_does_not_verify(tmp_path: Path, ended: Ended) -> None:
    """No line follows it; what it announces is no longer what lies there."""
    folder, _ = tampered(
        ended,
        tmp_path,
        lambda lines, at: [*lines[:at], lines[at].replace(b'sha256":"', b'sha256":"0')],
        lines_of(ended) - 1,
    )
    assert verify(folder).results is False


def test_a_cut_off_end_does_not_verify(tmp_path: Path, ended: Ended) -> None:
    """A journal that was shortened is a valid beginning, but results.csv says more."""
    folder, _ = tampered(ended, tmp_path, lambda lines, at: lines[:at], lines_of(ended) - 4)
    assert verify(folder).results is False


def test_nobody_works_from_a_changed_journal(tmp_path: Path, ended: Ended) -> None:
    """report, rerun and undo are refused with exit 2 and the line, before anything is sent."""
    folder, different = tampered(ended, tmp_path, value, 1)
    assert different
    with simulator(org_of(PEOPLE)) as sim:
        for refused in (
            lambda: verify(folder),
            lambda: rebuild(folder),
            lambda: rerun_of(sim, folder),
            lambda: rerun_of(sim, folder / "results.csv"),
            lambda: undo_of(sim, folder),
        ):
            with pytest.raises(UsageError, match=r"line (2|3)\b") as told:
                refused()
            assert told.value.exit_code == 2
        assert len(sim.requests) == 0


def test_the_untouched_run_verifies(ended: Ended) -> None:
    """The other tests would pass if nothing ever did."""
    assert verify(ended.folder).results is True
    assert results_of(ended).exists()
