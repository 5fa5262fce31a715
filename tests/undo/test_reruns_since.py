"""After an undo, the files of reruns of that run no longer call the people done."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from batch_offboard.cli.report import rebuilt_lines
from batch_offboard.cli.verified import SHOWN_IN_FILES
from batch_offboard.commands.report import Rebuilt
from batch_offboard.record.events import Event
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.lock import locked
from batch_offboard.simulator import ALWAYS, Fault, Simulator
from tests.file_systems import Opened
from tests.page.serving import name_of, served
from tests.rerun.chain import read_rows, resaved, undo_of
from tests.support import (
    Listening,
    Said,
    id_of,
    org_of,
    run_command,
    simulator,
    state_of,
    write_list,
)

PEOPLE = ["Ann", "Ben", "Cid"]
AGAIN = ("done", "done", "done")
SINCE = ("done", "skipped", "done")


@pytest.fixture
def sim(tmp_path: Path) -> Simulator:
    """An organisation after a run of `leavers.csv` and a rerun, in the folders run and again."""
    with simulator(org_of(PEOPLE, {"A": PEOPLE})) as sim:
        write_list(tmp_path / "leavers.csv", *PEOPLE)
        given(sim, tmp_path, "run", "leavers.csv", "--run-dir", "run")
        given(sim, tmp_path, "rerun", "run", "--run-dir", "again")
        yield sim


def given(sim: Simulator, folder: Path, *arguments: str) -> Said:
    """What a command says that needs no answer."""
    return run_command(sim, folder, *arguments, "--yes")


def undo(sim: Simulator, folder: Path, name: str = "undo") -> Said:
    """Put Ben back, who is in row 3."""
    return given(sim, folder, "undo", "run", "--rows", "3", "--run-dir", name)


def statuses(path: Path) -> tuple[str, ...]:
    """The statuses in a results file."""
    return tuple(row["offboard_status"] for row in read_rows(path)[1])


def test_results_of_a_rerun_show_who_was_put_back(sim: Simulator, tmp_path: Path) -> None:
    """Results, workbook and report say so and verify; nothing is added to its journal."""
    again = tmp_path / "again"
    journal = (again / "journal.jsonl").read_bytes()
    assert statuses(again / "results.csv") == AGAIN
    undo(sim, tmp_path)
    assert statuses(again / "results.csv") == SINCE
    row = read_rows(again / "results.csv")[1][1]
    assert (row["offboard_error_code"], row["offboard_verified"]) == ("undone", "no")
    assert "has been put back since" in (again / "report.html").read_text("utf-8")
    assert (again / "journal.jsonl").read_bytes() == journal
    told = run_command(None, tmp_path, "report", "again", "--verify")
    shown = "The report and the results files show this."
    assert (told.code, shown in told.out) == (0, True), told.out
    assert not [*again.glob("*-2.*"), *again.glob("*kept*")]


@pytest.mark.parametrize("previous", ["again", "again/results.csv", "again/results.xlsx"])
def test_such_results_serve_for_another_rerun(
    sim: Simulator, tmp_path: Path, previous: str
) -> None:
    """They pass for unedited, and nobody who was put back is offboarded again unasked."""
    undo(sim, tmp_path)
    said = given(sim, tmp_path, "rerun", previous, "--run-dir", "third")
    assert (said.code, state_of(sim.org, "Ben")) == (3, "active"), said
    assert statuses(tmp_path / "third" / "results.csv") == SINCE
    given(sim, tmp_path, "rerun", previous, "--rows", "3", "--run-dir", "fourth")
    assert (state_of(sim.org, "Ben"), statuses(tmp_path / "fourth" / "results.csv")) == (
        "inactive",
        AGAIN,
    )


def test_what_somebody_edited_in_a_rerun_is_kept_and_named(sim: Simulator, tmp_path: Path) -> None:
    """What a spreadsheet has only saved again is not edited."""
    again = tmp_path / "again"
    resaved(again / "results.xlsx", again / "results.xlsx")
    (again / "report.html").write_text("typed by a person")
    shutil.copyfile(tmp_path / "leavers.csv", again / "results.csv")
    said = " ".join(undo(sim, tmp_path).out.split())
    assert (again / "report-kept-1.html").read_text() == "typed by a person"
    assert statuses(again / "results-2.csv") == SINCE
    assert not (again / "results-2.xlsx").exists()
    assert "results.csv in again was edited, or is not from this program. It stays" in said
    assert "report.html in again was edited, or is not from this program. It is kept" in said


def test_an_undo_of_the_rerun_takes_its_own_files_for_its_own(tmp_path: Path) -> None:
    """Though they show more than its journal does: nothing is kept as if somebody had edited it."""
    refused = Fault(action="status", status=400, method="PATCH", path=id_of("Cid"), times=ALWAYS)
    with simulator(org_of(PEOPLE, {"A": PEOPLE}), faults=[refused]) as sim:
        write_list(tmp_path / "leavers.csv", *PEOPLE)
        given(sim, tmp_path, "run", "leavers.csv", "--run-dir", "run")
        sim.clear_faults()
        given(sim, tmp_path, "rerun", "run", "--run-dir", "again")
        undo(sim, tmp_path)
        given(sim, tmp_path, "undo", "again", "--rows", "4", "--run-dir", "undo-again")
    again = tmp_path / "again"
    assert not [*again.glob("*-2.*"), *again.glob("*kept*")]
    assert statuses(again / "results.csv") == ("done", "skipped", "skipped")


def test_a_rerun_that_cannot_be_written_is_named(sim: Simulator, tmp_path: Path) -> None:
    """The undo is done all the same; the sentence says how to write the files later."""
    with locked(RunFolder(tmp_path / "again")):
        said = undo(sim, tmp_path)
    assert (said.code, state_of(sim.org, "Ben")) == (0, "active")
    words = " ".join(said.out.split())
    assert "The files of the rerun again could not be written again." in words
    assert "batch-offboard report again" in words
    assert statuses(tmp_path / "again" / "results.csv") == AGAIN
    run_command(None, tmp_path, "report", "again")
    assert statuses(tmp_path / "again" / "results.csv") == SINCE


def test_a_rerun_that_never_began_is_not_named(sim: Simulator, tmp_path: Path) -> None:
    """It was killed at once and has no files that could mislead anybody."""
    killed, journal = tmp_path / "killed", (tmp_path / "again" / "journal.jsonl").read_bytes()
    killed.mkdir()
    (killed / "journal.jsonl").write_bytes(journal[: journal.index(b"\n") + 1])
    assert "killed" not in undo(sim, tmp_path).out
    assert [each.name for each in killed.iterdir()] == ["journal.jsonl"]


def test_a_run_whose_rows_nobody_put_back_is_left_alone(sim: Simulator, tmp_path: Path) -> None:
    """An undo without anything to do touches no file of a rerun."""
    (tmp_path / "again" / "report.html").write_text("typed by a person")
    given(sim, tmp_path, "undo", "run", "--rows", "3", "--dry-run", "--run-dir", "dry")
    assert (tmp_path / "again" / "report.html").read_text() == "typed by a person"


def test_earlier_runs_show_who_was_put_back(sim: Simulator, tmp_path: Path) -> None:
    """`runs` names no file as edited, and the page's result of the rerun says so too."""
    shutil.move(tmp_path / "run", tmp_path / "runs" / "run")
    shutil.move(tmp_path / "again", tmp_path / "runs" / "again")
    given(sim, tmp_path, "undo", "runs/run", "--rows", "3")
    said = run_command(None, tmp_path, "runs")
    assert statuses(tmp_path / "runs" / "again" / "results.csv") == SINCE
    assert "edited" not in said.out
    with served(tmp_path, sim) as page:
        shown = page.browser.get(f"{page.browser.base}runs/again")
    assert "put back" in shown.words, shown.words


def test_the_page_names_files_that_were_kept(tmp_path: Path) -> None:
    """On the result of the undo; what was edited is not written over there either."""
    with simulator(org_of(PEOPLE)) as sim, served(tmp_path, sim) as page:
        done = page.run_of_people("Ann", "Ben")
        report = tmp_path / "runs" / name_of(done) / "report.html"
        report.write_text("typed by a person")
        back = page.browser.get(f"{done.path}/undo")
        plan = page.finished(page.browser.submit(back, "/undo", row=["2", "3"]))
        shown = page.finished(page.started(plan, 2))
    assert "report.html in runs/" in shown.words
    assert "It is kept as report-kept-1.html." in shown.words
    assert report.with_name("report-kept-1.html").read_text() == "typed by a person"


@dataclass
class Watching(Listening):
    """A listener that notes, by kind of event, what a results file says of the rows."""

    path: Path = Path()
    shown: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def event(self, event: Event) -> None:
        """Read the file as it would stay if the program were killed now."""
        self.shown.append((event.kind, statuses(self.path)))


@pytest.mark.parametrize("name", ["results.csv", "results-2.csv"])
def test_an_undo_killed_at_any_moment_leaves_nobody_done_in_a_rerun(
    sim: Simulator, tmp_path: Path, name: str
) -> None:
    """Its results show who is put back before the first request, also beside edited ones."""
    again = tmp_path / "again"
    if name != "results.csv":
        shutil.copyfile(tmp_path / "leavers.csv", again / "results.csv")
        run_command(None, tmp_path, "report", "again")
    watching = Watching(path=again / name)
    undo_of(sim, tmp_path / "run", rows=(3,), run_dir=tmp_path / "undo", listener=watching)
    calls = [shown for kind, shown in watching.shown if kind in ("call_started", "call_answered")]
    assert calls
    assert set(calls) == {SINCE}


def test_a_rerun_shows_as_done_again_whom_an_undo_could_not_put_back(
    sim: Simulator, tmp_path: Path
) -> None:
    """The undo withdraws its record of them."""
    for method, path in (("PATCH", "/users/"), ("POST", "/members")):
        sim.add_fault(Fault(action="status", status=400, method=method, path=path, times=ALWAYS))
    said = undo(sim, tmp_path)
    assert (said.code, state_of(sim.org, "Ben")) == (3, "inactive"), said
    assert statuses(tmp_path / "run" / "results.csv") == AGAIN
    assert statuses(tmp_path / "again" / "results.csv") == AGAIN


@dataclass
class Changing(Listening):
    """A listener that writes into files, or removes them, once the first request is on record."""

    contents: dict[Path, bytes | None] = field(default_factory=dict)

    def event(self, event: Event) -> None:
        """Do it before that request is sent."""
        if event.kind == "call_started":
            for path, content in self.contents.items():
                path.unlink()
                if content is not None:
                    path.write_bytes(content)
            self.contents.clear()


FILES = ("results.csv", "results.xlsx", "report.html")


def changed_meanwhile(
    sim: Simulator, folder: Path, contents: dict[Path, bytes | None]
) -> tuple[list[str], dict[str, bytes]]:
    """What an undo warns of during which these files of a run are changed, and its files then."""
    (run,) = {path.parent for path in contents}
    listener = Changing(contents=contents)
    ended = undo_of(sim, folder / "run", rows=(3,), run_dir=folder / "undo", listener=listener)
    assert not listener.contents
    told = [each.message for each in ended.outcome.view.warnings]
    here = {each.name: each.read_bytes() for each in run.iterdir()}
    run_command(None, folder, "report", run.name)
    assert here == {each.name: each.read_bytes() for each in run.iterdir()}
    return told, here


of_both = pytest.mark.parametrize("run", ["run", "again"])


@of_both
def test_files_that_a_spreadsheet_saves_as_they_were_are_written_again(
    sim: Simulator, tmp_path: Path, run: str
) -> None:
    """It had opened them before the undo, and saves them while people are put back."""
    old = {tmp_path / run / name: (tmp_path / run / name).read_bytes() for name in FILES}
    told, here = changed_meanwhile(sim, tmp_path, dict(old))
    assert (told, statuses(tmp_path / run / "results.csv")) == ([], SINCE)
    assert not {path.name for path, content in old.items() if here[path.name] == content}


@of_both
def test_files_that_are_removed_during_an_undo_are_written_again(
    sim: Simulator, tmp_path: Path, run: str
) -> None:
    """They say who was put back, as if nobody had touched them."""
    gone = dict.fromkeys(tmp_path / run / name for name in FILES)
    told, here = changed_meanwhile(sim, tmp_path, gone)
    assert (told, here.keys() >= set(FILES)) == ([], True)


@of_both
def test_files_that_are_edited_during_an_undo_are_kept_and_named(
    sim: Simulator, tmp_path: Path, run: str
) -> None:
    """The program's own stand beside them, and each is named once."""
    typed = b"typed by a person"
    edits = dict.fromkeys((tmp_path / run / name for name in FILES), typed)
    told, here = changed_meanwhile(sim, tmp_path, edits)
    assert [each.split(" in ")[0] for each in sorted(told)] == sorted(FILES)
    kept = {name for name, content in here.items() if content == typed}
    assert kept == {"results.csv", "results.xlsx", "report-kept-1.html"}
    assert statuses(tmp_path / run / "results-2.csv") == SINCE


@pytest.mark.parametrize("name", ["results.csv", "results.xlsx"])
def test_results_that_are_open_elsewhere_are_named(
    sim: Simulator, tmp_path: Path, name: str
) -> None:
    """Of the run and of its rerun: they go on saying "done" of somebody who has been put back."""
    files = Opened(names=frozenset({name}))
    newer = name.replace(".", "-2.")
    ended = undo_of(sim, tmp_path / "run", rows=(3,), run_dir=tmp_path / "undo", files=files)
    told = [each.message for each in ended.outcome.view.warnings]
    assert told == [
        f"{name} in {folder} is out of date. The results are in {newer}."
        for folder in ("run", "again")
    ]


def test_report_does_not_say_that_results_show_what_outdated_ones_hide() -> None:
    """It names the file that does: another program has the old one open."""
    rebuilt = Rebuilt("results-2.csv", "results.xlsx", ("Row 3 has been put back.",))
    told = list(rebuilt_lines(Path("again"), rebuilt))
    assert told[-2:] == ["Row 3 has been put back.", SHOWN_IN_FILES]
    told = list(rebuilt_lines(Path("again"), replace(rebuilt, outdated=("results.csv",))))
    assert told[-2:] == [
        "results.csv is out of date. The results are in results-2.csv.",
        "Row 3 has been put back.",
    ]


def test_two_undos_of_the_same_person_keep_nothing_in_a_rerun(
    sim: Simulator, tmp_path: Path
) -> None:
    """What the program wrote after the first one is nobody's edit."""
    undo(sim, tmp_path)
    with sim.lock:
        sim.org.users[id_of("Ben")].state = "inactive"
    undo(sim, tmp_path, "undo-2")
    again = tmp_path / "again"
    assert state_of(sim.org, "Ben") == "active"
    assert "undo-2" in (tmp_path / "undo-2" / "journal.jsonl").read_text("utf-8")
    assert not [*again.glob("*-2.*"), *again.glob("*kept*")]
    assert "edited" not in run_command(None, tmp_path, "report", "again", "--verify").out


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever is root may read all")
def test_a_folder_of_another_account_is_no_obstacle(sim: Simulator, tmp_path: Path) -> None:
    """To an undo of the run beside it, nor to verifying what is there to be verified."""
    again = tmp_path / "again"
    again.chmod(0)
    try:
        assert undo(sim, tmp_path).code == 0
        told = run_command(None, tmp_path, "report", "run", "--verify")
    finally:
        again.chmod(0o700)
    assert told.code == 0
    assert "The run folder again beside this one has no readable journal." in told.out
