"""An undo in an earlier run's journal is seen in a rerun, and an accepted name is attempted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from batch_offboard.commands.verify import verify_run_folder
from batch_offboard.record.events import CellsCorrected, PlanShown
from batch_offboard.results.models import RowResult
from batch_offboard.simulator import ALWAYS, Fault
from tests.rerun.chain import edited, rerun_of, results_of, undo_of
from tests.support import (
    Said,
    config,
    id_of,
    org_of,
    run_command,
    run_file,
    simulator,
    state_of,
    write_list,
)

PEOPLE = ["Ann", "Ben", "Cid"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, a rerun of it, and an undo of one row of the run after that."""
    folder = tmp_path_factory.mktemp("chain")
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        path = write_list(folder / "leavers.csv", *PEOPLE)
        first = run_file(sim, path, run_dir=folder / "run")
        rerun_of(sim, first.folder, run_dir=folder / "again")
        undo_of(sim, first.folder, rows=(3,), run_dir=folder / "undo")
    return folder


def said(folder: Path, *arguments: str) -> Said:
    """What `report` says of the rerun."""
    return run_command(None, folder, "report", "again", *arguments)


def test_a_row_put_back_after_a_rerun_is_named_and_shown(place: Path, tmp_path: Path) -> None:
    """Checking names it and is no failure; the report shows it, and still verifies."""
    folder = Path(shutil.copytree(place, tmp_path / "runs"))
    sentence = "Row 3 (Ben Test) has been put back since this rerun, by the undo"
    before = said(folder, "--verify")
    assert (before.code, sentence in before.out) == (0, True)
    rebuilt = said(folder)
    page = (folder / "again" / "report.html").read_text("utf-8")
    assert sentence in rebuilt.out
    assert sentence in page
    assert "1 was put back" in page
    after = said(folder, "--verify")
    assert (after.code, "The report and the results files show this." in after.out) == (0, True)
    said(folder, "--share", "shared.html")
    assert "Row 3 has been put back since this rerun, by an undo, according to" in (
        folder / "shared.html"
    ).read_text("utf-8")


def test_an_edited_report_is_never_written_over(place: Path, tmp_path: Path) -> None:
    """It is evidence: it stays as it is until somebody moves it away."""
    folder = Path(shutil.copytree(place, tmp_path / "runs"))
    report = folder / "again" / "report.html"
    report.write_text(report.read_text("utf-8").replace("Ann", "Eve"), "utf-8", newline="")
    forged = report.read_bytes()
    told = said(folder, "--verify")
    assert told.code == 3
    assert "Keep this file as evidence: copy the folder first." in told.out
    kept = report.with_name("report-kept-1.html")
    assert "It is kept as report-kept-1.html." in said(folder).out
    assert kept.read_bytes() == forged
    assert "Ann" in report.read_text("utf-8")
    assert "It is kept" not in said(folder).out


@pytest.mark.parametrize(
    ("rows", "is_attempted"), [((), True), ((3,), True), ((2, 3), True), ((2,), False)]
)
def test_a_row_whose_name_is_accepted_is_attempted(
    tmp_path: Path, rows: tuple[int, ...], is_attempted: bool
) -> None:
    """Beside the usual ones; but where rows are named, no other is."""
    org = org_of([*PEOPLE, "Dan"], {"A": [*PEOPLE, "Dan"]})
    path = tmp_path / "leavers.csv"
    names = ["Ann", "Benedict", "Charles"]
    lines = [f"{id_of(who)},{name}" for who, name in zip(PEOPLE, names, strict=True)]
    path.write_text("\n".join(["user_id,name", *lines]), encoding="utf-8")
    with simulator(org) as sim:
        first = run_file(sim, path, run_dir=tmp_path / "run")
        assert [code(each) for each in first.results] == ["", *["identity_mismatch"] * 2]
        ended = rerun_of(sim, results_of(first), accepted_names=frozenset({3}), rows=rows)
    held = "" if is_attempted else "identity_mismatch"
    assert [code(each) for each in ended.results] == ["", held, "identity_mismatch"]
    state = "inactive" if is_attempted else "active"
    assert [state_of(org, each) for each in PEOPLE] == ["inactive", state, "active"]
    (plan,) = (each for each in ended.events if isinstance(each, PlanShown))
    told = "Name accepted, but not attempted in this rerun: row 3. To attempt it, name it in"
    assert (told in "\n".join(plan.lines)) is not is_attempted


def code(result: RowResult) -> str:
    """The code of a row."""
    return result.error_code


def test_an_accepted_row_that_is_not_attempted_is_named(tmp_path: Path) -> None:
    """One that is done needs nothing: the plan says so."""
    org = org_of(PEOPLE, {"A": PEOPLE})
    with simulator(org) as sim:
        first = run_file(sim, write_list(tmp_path / "leavers.csv", *PEOPLE))
        ended = rerun_of(sim, first.folder, settings=config(), accepted_names=frozenset({2}))
    (plan,) = (each for each in ended.events if isinstance(each, PlanShown))
    assert "Name accepted, but nothing is left to do: row 2." in "\n".join(plan.lines)


def test_what_a_person_corrected_is_recorded_and_shown(tmp_path: Path) -> None:
    """Row, column, before and after, of the rows that are attempted."""
    path = tmp_path / "leavers.csv"
    path.write_text(f"user_id,name,day\n{id_of('Ann')},Ann Test,\n,Ben Test,\n", encoding="utf-8")
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        first = run_file(sim, path)

        def correct(row: dict[str, str]) -> dict[str, str]:
            return {**row, "user_id": id_of("Ben")} if row["name"] == "Ben Test" else row

        corrected = edited(results_of(first), tmp_path / "corrected.csv", correct)
        ended = rerun_of(sim, corrected, working_folder=tmp_path)
    (event,) = (each for each in ended.events if isinstance(each, CellsCorrected))
    (cell,) = event.cells
    assert (cell.row, cell.letter, cell.header) == (3, "A", "user_id")
    assert (cell.was, cell.now) == ("", id_of("Ben"))
    page = (ended.folder / "report.html").read_text("utf-8")
    assert "What was corrected" in page
    assert (verify_run_folder(ended.folder).holds, ended.exit_code) == (True, 0)
    assert [code(each) for each in ended.results] == ["", ""]


def test_a_run_before_that_is_gone_or_altered_is_named(place: Path, tmp_path: Path) -> None:
    """So is an undo that its run does not know of."""
    folder = Path(shutil.copytree(place, tmp_path / "runs"))
    assert "could not be compared" not in said(folder, "--verify").out
    journal = folder / "run" / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(each for each in lines if b'"rows_undone"' not in each))
    assert "has a journal that cannot be read" in said(folder, "--verify").out
    journal.write_bytes(b"".join(lines[:-5]))
    told = run_command(None, folder, "report", "undo", "--verify")
    assert (told.code, "does not record that this undo put back row 3" in told.out) == (2, True)


@pytest.mark.parametrize("lines", [0, 1])
def test_an_empty_or_headless_journal_proves_nothing(
    place: Path, tmp_path: Path, lines: int
) -> None:
    """Nobody is advised to start again: the run may have changed everything."""
    folder = Path(shutil.copytree(place, tmp_path / "runs"))
    journal = folder / "again" / "journal.jsonl"
    whole = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(whole[1:]) if lines else b"")
    told = said(folder, "--verify")
    assert told.code == 2
    assert "Do not start a run" in told.err
    assert "Nothing was changed" not in told.err


def test_a_row_that_repeats_another_shows_no_outdated_state(tmp_path: Path) -> None:
    """Its person was read as active, and has been set to inactive by the other row since."""
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        ended = run_file(sim, write_list(tmp_path / "leavers.csv", "Ann", "Ann"))
    first, second = ended.results
    assert (first.state_after, second.error_code) == ("inactive", "duplicate")
    assert (second.state_before, second.state_after) == ("active", "")


def test_a_rerun_knows_since_when_somebody_is_inactive(tmp_path: Path) -> None:
    """Since the first run set them to inactive, not since the rerun took them out of a queue."""
    fault = Fault(
        action="status",
        status=400,
        code="general.bad.request",
        method="POST",
        path=id_of("A"),
        times=ALWAYS,
    )
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        sim.add_fault(fault)
        first = run_file(sim, write_list(tmp_path / "leavers.csv", "Ann"))
        sim.clear_faults()
        ended = rerun_of(sim, first.folder)
    assert (first.results[0].status, ended.results[0].status) == ("partial", "done")
    assert ended.outcome.view.inactive_at == {2: first.results[0].finished_at}
