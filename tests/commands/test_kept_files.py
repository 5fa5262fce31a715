"""Files that somebody has edited, or put into a run folder, are never written over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from batch_offboard.simulator import Simulator
from tests.support import Said, org_of, run_command, simulator, write_list

PEOPLE = ["Ann", "Ben", "Cid"]
EDITED = b"typed by a person"
KEPT = {
    "results.csv": "It stays as it is. The results are in results-2.csv.",
    "results.xlsx": "It stays as it is. The results are in results-2.xlsx.",
    "report.html": "It is kept as report-kept-1.html.",
}


def given(sim: Simulator, folder: Path, *arguments: str) -> Said:
    """What a command says that needs no answer."""
    return run_command(sim, folder, *arguments, "--yes")


def edit(folder: Path) -> None:
    """Put something else in place of each file of a run."""
    folder.mkdir(exist_ok=True)
    for name in KEPT:
        (folder / name).write_bytes(EDITED)


def check_kept(folder: Path, said: Said) -> None:
    """All of them are still there, and each is named once with what became of it."""
    assert (folder / "results.csv").read_bytes() == EDITED
    assert (folder / "results.xlsx").read_bytes() == EDITED
    assert (folder / "report-kept-1.html").read_bytes() == EDITED
    assert b"<html" in (folder / "report.html").read_bytes()
    lines = " ".join(f"{said.out} {said.err}".split())
    for name, what_became_of_it in KEPT.items():
        sentence = f"{name} in {folder.name} was edited, or is not from this program."
        assert lines.count(f"{sentence} {what_became_of_it}") == 1, said.out


@pytest.mark.parametrize("command", ["run", "rerun"])
def test_files_that_were_there_before_a_run_are_kept(tmp_path: Path, command: str) -> None:
    """The folder of a person's choice may have files of that name."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        if command == "rerun":
            given(sim, tmp_path, "run", "leavers.csv", "--run-dir", "before")
        edit(tmp_path / "own")
        path = "before" if command == "rerun" else "leavers.csv"
        said = given(sim, tmp_path, command, path, "--run-dir", "own")
    check_kept(tmp_path / "own", said)


def test_files_are_kept_by_a_run_that_a_guard_refuses(tmp_path: Path) -> None:
    """It writes results too."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    edit(tmp_path / "own")
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        said = given(sim, tmp_path, "run", "leavers.csv", "--run-dir", "own", "--max-rows", "2")
    assert said.code == 4
    check_kept(tmp_path / "own", said)


def test_an_undo_keeps_what_somebody_has_edited(tmp_path: Path) -> None:
    """In the folder of the run that it undoes: each file is named once, and in its own report."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        given(sim, tmp_path, "run", "leavers.csv", "--run-dir", "run")
        edit(tmp_path / "run")
        said = given(sim, tmp_path, "undo", "run", "--run-dir", "undo")
    check_kept(tmp_path / "run", said)
    assert "report-kept-1.html" in (tmp_path / "undo" / "report.html").read_text("utf-8")
    assert not (tmp_path / "run" / "report-kept-2.html").exists()


def test_an_undo_keeps_no_report_that_the_program_wrote(tmp_path: Path) -> None:
    """Such as one that `report` has written again after an undo of the run before."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    org = org_of(PEOPLE, {"A": PEOPLE})
    with simulator(org) as sim:
        given(sim, tmp_path, "run", "leavers.csv", "--run-dir", "run")
        given(sim, tmp_path, "rerun", "run", "--run-dir", "again")
        given(sim, tmp_path, "undo", "run", "--rows", "3", "--run-dir", "undo")
        run_command(None, tmp_path, "report", "again")
        given(sim, tmp_path, "rerun", "again", "--rows", "3", "--run-dir", "third")
        given(sim, tmp_path, "undo", "third", "--rows", "3", "--run-dir", "undo-third")
    assert not list(tmp_path.glob("*/report-kept*"))
    assert not list(tmp_path.glob("*/results-2*"))


def test_report_names_results_that_somebody_has_edited(tmp_path: Path) -> None:
    """Every time, as the name of what was written says little."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        given(sim, tmp_path, "run", "leavers.csv", "--run-dir", "run")
    shutil.copyfile(tmp_path / "leavers.csv", tmp_path / "run" / "results.csv")
    for _ in range(2):
        said = run_command(None, tmp_path, "report", "run")
        assert "results.csv was edited, or is not from this program. It stays as it is." in said.out
